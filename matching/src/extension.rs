//! 延时: the one place where an accepted bid moves a close.

use crate::money::Moment;
use crate::terms::Extension;

/// The clock after an accepted bid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Extended {
    pub ends_at: Moment,
    /// No bids are taken before this moment (E3 only).
    pub paused_until: Option<Moment>,
}

/// The end after a bid at `at`, which lies before `ends_at`. `planned` is the end before any
/// extension, `count` how many there have been. The end never moves backwards, but for the hard
/// stop of E3, which nothing passes.
pub fn extend(rule: &Extension, at: Moment, ends_at: Moment, planned: Moment, count: u32) -> Extended {
    let slide = |window_ms: i64| if ends_at.since(at) < window_ms { at.plus_ms(window_ms) } else { ends_at };
    let still = |ends_at| Extended { ends_at, paused_until: None };
    match *rule {
        Extension::None => still(ends_at),
        Extension::Sliding { window_ms } => still(slide(window_ms)),
        Extension::Restart { period_ms } => still(at.plus_ms(period_ms).max(ends_at)),
        Extension::RestartPaused { period_ms, pause_ms, hard_stop_at } => {
            let stop = hard_stop_at.unwrap_or(Moment(i64::MAX));
            let paused_until = at.plus_ms(pause_ms);
            let ends_at = paused_until.plus_ms(period_ms).max(ends_at).min(stop);
            Extended { ends_at, paused_until: Some(paused_until) }
        }
        Extension::AddOn { add_ms } => still(ends_at.plus_ms(add_ms)),
        Extension::SlidingCapped { window_ms, extra_ms_max, count_max } => {
            if count >= count_max {
                return still(ends_at);
            }
            still(slide(window_ms).min(planned.plus_ms(extra_ms_max)).max(ends_at))
        }
    }
}
