//! Bids at a fixed rate: bid `i` is due at `i / rate` seconds, whether or not earlier ones were
//! answered, so that a slow server is measured by everybody it kept waiting.

use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::clock;

/// When bid `index` is due after the start. Computed from the index alone: nothing adds up.
fn offset(index: u64, rate: u32) -> Duration {
    let nanos = u128::from(index) * 1_000_000_000 / u128::from(rate);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// How many bids are due in this time.
fn count(span: Duration, rate: u32) -> usize {
    let nanos = span.as_nanos() * u128::from(rate);
    usize::try_from(nanos.div_ceil(1_000_000_000)).unwrap_or(usize::MAX)
}

/// Hands each due moment to the connections in turn. A thread of its own with the system's
/// sleep: the runtime's timer counts in milliseconds, and its rounding would be in every result.
/// A queue has room for its whole share, so the schedule never waits for a slow connection.
pub fn start(start: Instant, until: Instant, rate: u32, connections: usize) -> Vec<mpsc::Receiver<Instant>> {
    let total = count(until - start, rate);
    let share = total.div_ceil(connections).max(1);
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..connections).map(|_| mpsc::channel(share)).unzip();
    thread::spawn(move || {
        for index in 0..total {
            let due = start + offset(index as u64, rate);
            sleep_until(due);
            // A connection that ended has dropped its end; the others keep their turns.
            let _ = senders[index % connections].try_send(due);
        }
    });
    receivers
}

#[allow(clippy::disallowed_methods, reason = "a plain thread may sleep")]
fn sleep_until(due: Instant) {
    let left = due.saturating_duration_since(clock::now());
    if !left.is_zero() {
        thread::sleep(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_keeps_its_rate_without_drift() {
        assert_eq!(offset(0, 3), Duration::ZERO);
        assert_eq!(offset(3, 3), Duration::from_secs(1));
        assert_eq!(offset(20_000 * 3600, 20_000), Duration::from_secs(3600));
        for index in 0..1000 {
            assert!(offset(index, 7) < offset(index + 1, 7));
        }
    }

    #[test]
    fn a_span_holds_the_bids_due_before_its_end() {
        let span = Duration::from_millis(1500);
        let total = count(span, 7);
        assert_eq!(total, 11);
        assert!(offset(total as u64 - 1, 7) < span);
        assert!(offset(total as u64, 7) >= span);
    }

    #[test]
    fn connections_take_turns_and_none_is_skipped() {
        let begin = clock::now();
        let queues = start(begin, begin + Duration::from_millis(10), 1000, 3);
        let mut due: Vec<Instant> = Vec::new();
        for mut queue in queues {
            while let Some(moment) = queue.blocking_recv() {
                due.push(moment);
            }
        }
        due.sort_unstable();
        let wanted: Vec<Instant> = (0..10).map(|ms| begin + Duration::from_millis(ms)).collect();
        assert_eq!(due, wanted);
    }
}
