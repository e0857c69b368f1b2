//! 陪标: bidders who offer beside each other and hardly anywhere else, keep their distances lot after lot, and never
//! fight for one. Their sheet may blur each price by a percent or two, which hides them from rules over exact figures.

use crate::alert::{Entry, Level, Measured, Rule, Unit};
use crate::bounds::{EVIDENCE_MAX, PAIRED_MAX};
use crate::lot::{Lot, Now, Said, Who, listed};
use crate::memory::Memory;
use crate::rules::prices::Opened;
use crate::rules::ratio::{fine, once_more};
use uuid::Uuid;

/// Lots beside each other, all lost without a bid, and how many bidders it takes.
const LOTS_MIN: u32 = 3;
const GROUP_MIN: usize = 3;
/// Of all the lots a bidder offered in, so many were beside the other.
const TOGETHER_PERCENT: u32 = 75;
/// How far the ratio of two prices spreads over the lots, at most: honest prices of two who lose spread by tens.
const SPREAD_PERCENT_MAX: f64 = 3.0;

/// Two bidders' lots beside each other, both silent.
#[derive(Default)]
pub struct Beside {
    /// The last lot's price of the smaller account.
    last: i64,
    lots: u32,
    /// Of the ratio of the two prices, with the sum of squared distances from it.
    mean: f64,
    squares: f64,
    evidence: Vec<Entry>,
}

impl Beside {
    fn add(&mut self, ratio: f64) {
        self.lots += 1;
        let off = ratio - self.mean;
        self.mean += off / f64::from(self.lots);
        self.squares += off * (ratio - self.mean);
    }

    /// Of the mean, in percent.
    fn spread(&self) -> f64 {
        (self.squares / f64::from(self.lots - 1)).sqrt() / self.mean * 100.0
    }
}

/// At the close: only then is it known who kept silent.
pub fn closed(lot: &mut Lot, now: &mut Now, memory: &mut Memory, winner: Option<u32>) {
    let mut opened = lot.kept.prices.opened().to_vec();
    // That is told where they are put in ratios.
    if opened.len() > PAIRED_MAX {
        return;
    }
    opened.retain(|one| !lot.of(one.who).account.is_nil());
    opened.sort_by_key(|one| (one.amount, one.n));
    let account = |one: &Opened| lot.of(one.who).account;
    for one in &opened {
        *memory.offered.entry(account(one)) += 1;
    }
    let silent = |one: &Opened| lot.of(one.who).bids == 0 && winner != Some(lot.of(one.who).paddle);
    for (at, one) in opened.iter().enumerate() {
        for other in opened[at + 1..].iter().filter(|other| account(other) != account(one)) {
            let (first, second) = if account(one) < account(other) { (one, other) } else { (other, one) };
            let beside = memory.besides.entry((account(first), account(second)));
            match silent(first) && silent(second) {
                true => met(beside, first, second, lot),
                false => *beside = Beside::default(),
            }
        }
    }
    opened.retain(silent);
    let group = largest(&opened, |one, other| linked(memory, account(one), account(other)));
    if group.len() >= GROUP_MIN {
        said(lot, now, memory, &group);
    }
}

fn met(beside: &mut Beside, first: &Opened, second: &Opened, lot: &Lot) {
    let (a, b, told) = (first.amount, second.amount, lot.terms.start_minor);
    if !fine(a, told) || !fine(b, told) || !once_more(a, beside.last) {
        return;
    }
    beside.last = a;
    beside.add(b as f64 / a as f64);
    if beside.evidence.len() + 2 <= EVIDENCE_MAX {
        beside.evidence.extend([first.n, second.n].map(|n| lot.entry(n)));
    }
}

fn known(memory: &Memory, a: Uuid, b: Uuid) -> Option<&Beside> {
    memory.besides.get(&(a.min(b), a.max(b)))
}

fn linked(memory: &Memory, a: Uuid, b: Uuid) -> bool {
    let Some(beside) = known(memory, a, b).filter(|beside| beside.lots >= LOTS_MIN) else { return false };
    let mostly = |who: &Uuid| {
        let all = memory.offered.get(who).copied().unwrap_or(0);
        beside.lots * 100 >= all * TOGETHER_PERCENT
    };
    mostly(&a) && mostly(&b) && beside.spread() <= SPREAD_PERCENT_MAX
}

/// The largest of the groups that each one begins, in which everyone is linked with everyone.
fn largest(opened: &[Opened], linked: impl Fn(&Opened, &Opened) -> bool) -> Vec<Opened> {
    let mut best: Vec<Opened> = Vec::new();
    for at in 0..opened.len() {
        let mut group: Vec<Opened> = Vec::new();
        for one in &opened[at..] {
            if group.iter().all(|member| linked(member, one)) {
                group.push(*one);
            }
        }
        if group.len() > best.len() {
            best = group;
        }
    }
    best
}

fn said(lot: &mut Lot, now: &mut Now, memory: &Memory, group: &[Opened]) {
    let pairs = group.iter().enumerate().flat_map(|(at, one)| group[at + 1..].iter().map(move |other| (one, other)));
    let besides: Vec<&Beside> =
        pairs.filter_map(|(one, other)| known(memory, lot.of(one.who).account, lot.of(other.who).account)).collect();
    let lots = besides.iter().map(|beside| beside.lots).min().unwrap_or(0);
    let widest = besides.iter().map(|beside| beside.spread()).fold(0.0, f64::max);
    let evidence: Vec<Entry> = besides.iter().flat_map(|beside| &beside.evidence).copied().collect();
    let whom: Vec<Who> = group.iter().map(|one| one.who).collect();
    lot.speak_across(now, Rule::CoverGroup, Level::Yellow, &whom, &evidence, |lot| {
        let (zh, en) = listed(&lot.paddles(&whom));
        Said {
            evidence: Vec::new(),
            measured: Measured { found: widest, baseline: SPREAD_PERCENT_MAX, unit: Unit::Percent },
            zh: format!(
                "号牌{zh}的竞买人在{lots}个标的中一同报价而从不竞价，相互价比离散不超过{widest:.1}%，且少有单独参加"
            ),
            en: format!(
                "the bidders behind paddles {en} offered side by side in {lots} lots and never bid for one; the ratios \
                 of their prices spread by {widest:.1} % at most, and they seldom come alone"
            ),
        }
    });
}
