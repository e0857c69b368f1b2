//! The only place that reads the time. Everything else is handed a [`Moment`].

use matching::Moment;
use std::time::{SystemTime, UNIX_EPOCH};

/// The legal time: the server's own, in milliseconds.
#[allow(clippy::disallowed_methods)]
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the machine's clock is set after 1970");
    Moment(i64::try_from(since.as_millis()).expect("the year is below 292 million"))
}
