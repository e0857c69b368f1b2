//! 集中退出: bidders who withdraw, or take their applications back, within minutes of each other.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::bounds::RECENT_MAX;
use crate::lot::{Lot, Now, Said, Topic, Who, listed};
use std::collections::VecDeque;

/// Two so close, or three within so long, are together.
const TWO_MS: i64 = 2 * 60_000;
const THREE_MS: i64 = 15 * 60_000;

#[derive(Default)]
pub struct Leaving(VecDeque<(Gone, i64)>);

#[derive(Clone, Copy)]
enum Gone {
    /// And the entry that shows it.
    Paddle(Who, u64),
    /// Without a paddle, beside the record.
    Application(u32),
}

pub fn withdrawn(lot: &mut Lot, now: &mut Now, who: Who) {
    if !std::mem::replace(&mut lot.of_mut(who).gone, true) {
        let gone = Gone::Paddle(who, now.n);
        look(lot, now, gone);
    }
}

/// It cannot be taken back twice: each is told once.
pub fn left(lot: &mut Lot, now: &mut Now, application: u32) {
    look(lot, now, Gone::Application(application));
}

fn look(lot: &mut Lot, now: &mut Now, gone: Gone) {
    let left = &mut lot.kept.leaving.0;
    if left.len() == RECENT_MAX {
        left.pop_front();
    }
    left.push_back((gone, now.at));
    let within = |ms: i64| left.iter().rev().take_while(|(_, at)| now.at - at <= ms).count();
    let (count, ms) = match within(THREE_MS) {
        count @ 3.. => (count, THREE_MS),
        _ => (within(TWO_MS), TWO_MS),
    };
    if count < 2 {
        return;
    }
    let (mut whom, mut evidence, mut applications) = (Vec::new(), Vec::new(), Vec::new());
    for (gone, _) in left.iter().rev().take(count) {
        match gone {
            Gone::Paddle(who, n) => {
                whom.push(*who);
                evidence.push(*n);
            }
            Gone::Application(no) => applications.push(*no),
        }
    }
    // A group is told apart by who left first: one more who follows is no new one, those of another day are.
    let first = left.iter().rev().take(count).next_back();
    let about = first.map_or(0, |(gone, _)| match gone {
        Gone::Paddle(..) => 0,
        Gone::Application(no) => u64::from(*no),
    });
    applications.sort_unstable();
    let topic = Topic { rule: Rule::WithdrawnTogether, level: Level::Yellow, about };
    lot.speak_about(now, topic, &whom, |lot| {
        let (zh, en) = named(&lot.paddles(&whom), &applications);
        let minutes = ms / 60_000;
        Said {
            evidence,
            measured: Measured { found: count as f64, baseline: 1.0, unit: Unit::Count },
            zh: format!("{zh}在{minutes}分钟内先后退出"),
            en: format!("{en} withdrew within {minutes} minutes of each other"),
        }
    });
}

fn named(paddles: &[u32], applications: &[u32]) -> (String, String) {
    let seats = listed(paddles);
    let papers = listed(applications);
    match (paddles.is_empty(), applications.is_empty()) {
        (_, true) => (format!("号牌{}", seats.0), format!("paddles {}", seats.1)),
        (true, false) => (format!("第{}号竞买申请", papers.0), format!("applications {}", papers.1)),
        (false, false) => (
            format!("号牌{}与第{}号竞买申请", seats.0, papers.0),
            format!("paddles {} and applications {}", seats.1, papers.1),
        ),
    }
}
