//! 应价速度: answers faster than a person's, or at intervals more even than a person's. An answer is one to what beat
//! the bidder's own bid: in a full hall every bid comes soon after somebody's. A standing maximum is no machine of the
//! bidder's, and an answer in the clock's last moments keeps the clock's time, not a machine's.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::lot::{Lot, Now, Said, Seen};

/// Stamps coarser than this say nothing about speed.
const STAMP_MS_MAX: i64 = 50;
/// Seeing a price, choosing and pressing takes a person longer.
const FAST_MS: i64 = 400;
const FAST_RUN: u8 = 5;
/// So many answers whose spread is under so much of their mean. People's answers spread by a third and more.
const EVEN_RUN: usize = 8;
const EVEN_SPREAD_PERCENT: f64 = 15.0;
/// Longer waits are somebody who comes back now and then.
const EVEN_MS_MAX: i64 = 10 * 60_000;

/// What a bidder's last answers took.
#[derive(Default)]
pub struct Replies {
    fast: u8,
    gaps: [u32; EVEN_RUN],
    count: u32,
}

/// `beaten_at`: when the bidder was beaten, if nobody else has been since; what comes later answers a hall.
pub fn look(lot: &mut Lot, now: &mut Now, seen: &Seen, beaten_at: Option<i64>) {
    if lot.terms.stamp_ms > STAMP_MS_MAX || seen.by_proxy {
        return;
    }
    let Some(beaten_at) = beaten_at else {
        // Slower than the hall: without this the quick answers alone would count.
        lot.of_mut(seen.who).replies.fast = 0;
        return;
    };
    let gap = seen.at - beaten_at;
    let by_the_clock = lot.ends_at.is_some_and(|end| (end - seen.at) * 4 < gap);
    let replies = &mut lot.of_mut(seen.who).replies;
    if by_the_clock || gap > EVEN_MS_MAX {
        return;
    }
    replies.fast = if gap <= FAST_MS { replies.fast.saturating_add(1) } else { 0 };
    replies.gaps[replies.count as usize % EVEN_RUN] = gap.max(0) as u32;
    replies.count += 1;
    if replies.fast >= FAST_RUN {
        let run = replies.fast;
        return fast(lot, now, seen, run);
    }
    if replies.count as usize >= EVEN_RUN {
        let (mean, spread) = spread(&replies.gaps);
        if spread <= EVEN_SPREAD_PERCENT && mean > 0.0 {
            even(lot, now, seen, mean, spread);
        }
    }
}

fn fast(lot: &mut Lot, now: &mut Now, seen: &Seen, run: u8) {
    let paddle = lot.of(seen.who).paddle;
    lot.speak(now, Rule::MachineSpeed, Level::Yellow, &[seen.who], |lot| Said {
        evidence: answers(lot, seen, usize::from(run)),
        measured: Measured { found: f64::from(run), baseline: 1.0, unit: Unit::Count },
        zh: format!("号牌{paddle}被超越后连续{run}次在{FAST_MS}毫秒内应价，快于常人操作"),
        en: format!(
            "paddle {paddle}, when beaten, answered {run} times in a row within {FAST_MS} ms, faster than a person"
        ),
    });
}

fn even(lot: &mut Lot, now: &mut Now, seen: &Seen, mean: f64, spread: f64) {
    let paddle = lot.of(seen.who).paddle;
    lot.speak(now, Rule::MachineSpeed, Level::Yellow, &[seen.who], |lot| Said {
        evidence: answers(lot, seen, EVEN_RUN),
        measured: Measured { found: spread, baseline: EVEN_SPREAD_PERCENT, unit: Unit::Percent },
        zh: format!(
            "号牌{paddle}连续{EVEN_RUN}次应价间隔均约{mean:.0}毫秒，离散不足{EVEN_SPREAD_PERCENT}%，疑为程序报价"
        ),
        en: format!(
            "the last {EVEN_RUN} answers of paddle {paddle} all took about {mean:.0} ms, spread {spread:.1} %: \
             more even than a person's"
        ),
    });
}

fn answers(lot: &Lot, seen: &Seen, count: usize) -> Vec<u64> {
    lot.bids.back().filter(|bid| bid.who == seen.who).take(count).map(|bid| bid.n).collect()
}

/// Mean, and standard deviation in percent of it.
fn spread(gaps: &[u32; EVEN_RUN]) -> (f64, f64) {
    let count = EVEN_RUN as f64;
    let mean = gaps.iter().map(|gap| f64::from(*gap)).sum::<f64>() / count;
    let variance = gaps.iter().map(|gap| (f64::from(*gap) - mean).powi(2)).sum::<f64>() / count;
    (mean, if mean > 0.0 { variance.sqrt() / mean * 100.0 } else { f64::INFINITY })
}
