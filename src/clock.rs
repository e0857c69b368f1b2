//! The only place that reads the time. Everything else is handed a [`Moment`].
//!
//! The wall clock is followed as long as it walks. A step of it, whoever made it, would close every lot for good and
//! date the record wrongly: it is not followed but told, and the platform goes on by the machine's steady clock until
//! a person has looked and started it again (which takes the wall's word).

use matching::Moment;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// How far the wall may be from the steady clock's reckoning at any look: far above what NTP slews between two, far
/// below what moves a deadline.
const STEP_MS_MAX: i64 = 1_000;

/// The legal time: the server's own, in milliseconds.
pub fn now() -> Moment {
    static STEADY: OnceLock<(Instant, Reckoning)> = OnceLock::new();
    #[allow(clippy::disallowed_methods)]
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).expect("the machine's clock is set after 1970");
    let wall = i64::try_from(wall.as_millis()).expect("the year is below 292 million");
    let (began, reckoning) = STEADY.get_or_init(|| (Instant::now(), Reckoning::from(wall)));
    reckoning.look(began.elapsed().as_millis() as i64, wall)
}

/// What the wall showed when the steady clock began.
struct Reckoning {
    began: AtomicI64,
    has_stepped: AtomicBool,
}

impl Reckoning {
    fn from(wall: i64) -> Self {
        Self { began: AtomicI64::new(wall), has_stepped: AtomicBool::new(false) }
    }

    /// The time, `steady` milliseconds after the beginning, with the wall showing `wall`.
    fn look(&self, steady: i64, wall: i64) -> Moment {
        let reckoned = self.began.load(Ordering::Relaxed) + steady;
        let off = wall - reckoned;
        if off.abs() > STEP_MS_MAX {
            if !self.has_stepped.swap(true, Ordering::Relaxed) {
                tracing::error!(
                    off_ms = off,
                    "the machine's clock has stepped; it is not followed: look, and start again"
                );
            }
            return Moment(reckoned);
        }
        if self.has_stepped.swap(false, Ordering::Relaxed) {
            tracing::warn!(off_ms = off, "the machine's clock is back");
        }
        self.began.store(wall - steady, Ordering::Relaxed);
        Moment(wall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_walks_is_followed_and_one_that_leaps_is_not() {
        let hour = 3_600_000;
        let reckoning = Reckoning::from(1_000_000);
        assert_eq!(reckoning.look(500, 1_000_500), Moment(1_000_500));
        // Slewed, little by little, by more than a step's bound in all.
        for second in 1..=60 {
            let wall = 1_000_500 + second * 1_100;
            assert_eq!(reckoning.look(500 + second * 1_000, wall), Moment(wall));
        }
        let (steady, wall) = (60_500, 1_066_500);
        for leap in [2 * hour, -2 * hour] {
            assert_eq!(reckoning.look(steady + 4_000, wall + 4_000 + leap), Moment(wall + 4_000), "leapt by {leap}");
        }
        assert_eq!(reckoning.look(steady + 5_000, wall + 5_020), Moment(wall + 5_020), "back where it belongs");
    }
}
