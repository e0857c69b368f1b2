//! What mail and webhooks have in common: the news of events become rows in the transaction that takes the events,
//! and a row that could not be sent is tried again after longer and longer waits, then given up.

use super::followers::{LOOK_EVERY, next};
use super::news::{News, told};
use crate::app::App;
use crate::error::ApiResult;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How long what was sent is remembered.
pub const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// When to look.
pub fn pace() -> Interval {
    let mut pace = interval(LOOK_EVERY);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pace
}

/// The news of a follower's next events.
pub struct Fresh {
    /// Each with its event's number.
    pub news: Vec<(i64, News)>,
    /// Where the follower then stands.
    pub next_n: i64,
}

pub async fn fresh(app: &App, follower: &str) -> ApiResult<Option<Fresh>> {
    let events = next(&app.db, follower).await?;
    let Some(last) = events.last() else { return Ok(None) };
    let next_n = last.n + 1;
    let mut news = Vec::new();
    for event in &events {
        news.extend(told(&app.db, event, &app.site).await?.map(|news| (event.n, news)));
    }
    Ok(Some(Fresh { news, next_n }))
}

/// How a try went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    Sent,
    Failed,
    /// Refused for good: trying again would only annoy.
    Refused,
}

/// What a try leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Then {
    Sent,
    Again { wait_ms: i64 },
    GivenUp,
}

/// `tries`: those made before. `waits_ms`: after each failure; after the last there is no more.
pub fn after(tries: i64, tried: Tried, waits_ms: &[i64]) -> Then {
    let wait = usize::try_from(tries).ok().and_then(|tries| waits_ms.get(tries));
    match (tried, wait) {
        (Tried::Sent, _) => Then::Sent,
        (Tried::Failed, Some(wait_ms)) => Then::Again { wait_ms: *wait_ms },
        (Tried::Failed, None) | (Tried::Refused, _) => Then::GivenUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_tried_a_few_times_and_given_up() {
        let waits = [2_000, 30_000];
        assert_eq!(after(0, Tried::Failed, &waits), Then::Again { wait_ms: 2_000 });
        assert_eq!(after(1, Tried::Failed, &waits), Then::Again { wait_ms: 30_000 });
        assert_eq!(after(2, Tried::Failed, &waits), Then::GivenUp);
        assert_eq!(after(0, Tried::Refused, &waits), Then::GivenUp);
        assert_eq!(after(2, Tried::Sent, &waits), Then::Sent);
    }
}
