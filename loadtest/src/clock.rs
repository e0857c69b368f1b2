//! The two clocks of a measurement, read here and nowhere else.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The steady clock: every latency is a difference of two of these.
#[allow(clippy::disallowed_methods, reason = "this file is the crate's one clock")]
pub fn now() -> Instant {
    Instant::now()
}

/// Microseconds since 1970, comparable with the server's `at` on the same machine.
#[allow(clippy::disallowed_methods, reason = "this file is the crate's one clock")]
pub fn wall_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
