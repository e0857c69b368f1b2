//! Waiting for the public feed: it follows the replies by a moment, and by no more than that.

use std::time::Duration;

use crate::fault::Fault;

/// A healthy feed follows in milliseconds; 5 s in all leave room for a machine that is busy.
const LOOKS_MAX: u32 = 250;
/// A REST call takes about one; looking more often would load the server we measure.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What `look` sees once it sees what it should; what was wrong at the last look, if it never does.
pub async fn settled<T>(look: impl AsyncFn() -> Result<Result<T, String>, Fault>) -> Result<Result<T, String>, Fault> {
    for _ in 1..LOOKS_MAX {
        if let Ok(seen) = look().await? {
            return Ok(Ok(seen));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    look().await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn a_look_is_taken_again_until_it_pleases() {
        let looks = Cell::new(0);
        let seen = settled(async || {
            looks.set(looks.get() + 1);
            Ok(if looks.get() < 3 { Err("too early".to_owned()) } else { Ok(looks.get()) })
        });
        assert_eq!(seen.await, Ok(Ok(3)));
    }
}
