//! 集中退出: bidders who withdraw within minutes of each other.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::bounds::RECENT_MAX;
use crate::lot::{Lot, Now, Said, Who, listed};
use std::collections::VecDeque;

/// Two so close, or three within so long, are together.
const TWO_MS: i64 = 2 * 60_000;
const THREE_MS: i64 = 15 * 60_000;

#[derive(Default)]
pub struct Leaving(VecDeque<(Who, u64, i64)>);

pub fn withdrawn(lot: &mut Lot, now: &mut Now, who: Who) {
    if std::mem::replace(&mut lot.of_mut(who).gone, true) {
        return;
    }
    let left = &mut lot.kept.leaving.0;
    if left.len() == RECENT_MAX {
        left.pop_front();
    }
    left.push_back((who, now.n, now.at));
    let within = |ms: i64| left.iter().rev().take_while(|(_, _, at)| now.at - at <= ms).count();
    let (count, ms) = match within(THREE_MS) {
        count @ 3.. => (count, THREE_MS),
        _ => (within(TWO_MS), TWO_MS),
    };
    if count < 2 {
        return;
    }
    let (whom, evidence): (Vec<Who>, Vec<u64>) = left.iter().rev().take(count).map(|(who, n, _)| (*who, *n)).unzip();
    lot.speak(now, Rule::WithdrawnTogether, Level::Yellow, &whom, |lot| {
        let (zh, en) = listed(&lot.paddles(&whom));
        let minutes = ms / 60_000;
        Said {
            evidence,
            measured: Measured { found: count as f64, baseline: 1.0, unit: Unit::Count },
            zh: format!("号牌{zh}在{minutes}分钟内先后退出"),
            en: format!("paddles {en} withdrew within {minutes} minutes of each other"),
        }
    });
}
