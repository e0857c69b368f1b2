//! 规律性差异与相同报价: sealed prices of one lot at equal distances (等差), in equal ratios (等比), or equal. The
//! measure is the chance of it by accident, given how coarsely these bidders write their prices.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::bounds::OPENED_MAX;
use crate::lot::{Lot, Now, Said, Who, listed};
use crate::memory::Memory;
use crate::rules::blind::{self, Beyond};
use crate::rules::ratio;

/// Prices in a row that make a series.
const SERIES_MIN: usize = 4;
/// The rule speaks when accident would do it in fewer than one lot of so many.
const CHANCE_MAX: f64 = 1.0 / 10_000.0;
/// Distances differ by rounding and no more: by so many parts of a thousand.
const OFF_PERMILLE: i64 = 2;

#[derive(Default)]
pub struct Prices {
    opened: Vec<Opened>,
    compared: bool,
}

impl Prices {
    pub fn opened(&self) -> &[Opened] {
        &self.opened
    }
}

#[derive(Clone, Copy)]
pub struct Opened {
    pub who: Who,
    pub amount: i64,
    pub n: u64,
}

pub fn opened(lot: &mut Lot, now: &mut Now, who: Who, amount: i64) {
    lot.kept.review.opened = true;
    let prices = &mut lot.kept.prices;
    if prices.opened.len() == OPENED_MAX {
        return blind::beyond(lot, now, Beyond::Opened);
    }
    prices.opened.push(Opened { who, amount, n: now.n });
    prices.compared = false;
}

/// At the first other fact after an opening: all prices are there.
pub fn compare(lot: &mut Lot, now: &mut Now, memory: &mut Memory) {
    let prices = &mut lot.kept.prices;
    if prices.compared || prices.opened.len() < 2 {
        return;
    }
    prices.compared = true;
    let opened = prices.opened.clone();
    ratio::look(lot, now, memory, &opened);
    let mut sorted = opened;
    sorted.sort_by_key(|opened| (opened.amount, opened.n));
    // Opening positions of a live auction are often one list price; only a price that is final is one's own.
    if lot.terms.sealed {
        identical(lot, now, &sorted);
    }
    sorted.dedup_by_key(|opened| opened.amount);
    series(lot, now, &sorted);
}

fn identical(lot: &mut Lot, now: &mut Now, sorted: &[Opened]) {
    let (Some(low), Some(high)) = (sorted.first(), sorted.last()) else { return };
    let grain = grain(sorted.iter().map(|opened| opened.amount));
    // Prices one could have written between the lowest and the highest.
    let places = ((high.amount - low.amount) / grain).max(low.amount / grain / 20).max(1) as f64;
    let pairs = (sorted.len() * (sorted.len() - 1) / 2) as f64;
    for same in sorted.chunk_by(|a, b| a.amount == b.amount).filter(|same| same.len() > 1) {
        let chance = pairs / places.powi(same.len() as i32 - 1);
        if same[0].amount == lot.terms.start_minor || chance > CHANCE_MAX {
            continue;
        }
        let whom: Vec<Who> = same.iter().map(|opened| opened.who).collect();
        lot.speak(now, Rule::IdenticalPrices, Level::Yellow, &whom, |lot| {
            let (zh, en) = listed(&lot.paddles(&whom));
            Said {
                evidence: same.iter().map(|opened| opened.n).collect(),
                measured: Measured { found: chance, baseline: CHANCE_MAX, unit: Unit::Chance },
                zh: format!("号牌{zh}的密封报价完全相同"),
                en: format!("the sealed prices of paddles {en} are the same"),
            }
        });
    }
}

fn series(lot: &mut Lot, now: &mut Now, sorted: &[Opened]) {
    if sorted.len() < SERIES_MIN {
        return;
    }
    let grain = grain(sorted.iter().map(|opened| opened.amount));
    let equal = |a: i64, b: i64| (a - b).abs() <= (a.abs() * OFF_PERMILLE / 1_000).max(grain);
    // Ratios in millionths.
    let rises = |way: Way, at: usize| match way {
        Way::Distance => sorted[at + 1].amount - sorted[at].amount,
        Way::Ratio if sorted[at].amount > 0 => {
            (i128::from(sorted[at + 1].amount - sorted[at].amount) * 1_000_000 / i128::from(sorted[at].amount)) as i64
        }
        Way::Ratio => 0,
    };
    for way in [Way::Distance, Way::Ratio] {
        let alike = |a: i64, b: i64| match way {
            Way::Distance => equal(a, b),
            Way::Ratio => (a - b).abs() <= (a.abs() * OFF_PERMILLE / 1_000).max(2),
        };
        let mut from = 0;
        while from + SERIES_MIN <= sorted.len() {
            let first = rises(way, from);
            let mut to = from + 1;
            while to + 1 < sorted.len() && alike(first, rises(way, to)) {
                to += 1;
            }
            let run = &sorted[from..=to];
            if run.len() >= SERIES_MIN {
                let distance = (run[1].amount - run[0].amount) / grain;
                said(lot, now, run, way, distance, sorted.len() - run.len() + 1);
            }
            from = to;
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Distance,
    Ratio,
}

/// `distance`: of the first two, in the grain of these prices. `places`: where such a run could have stood.
fn said(lot: &mut Lot, now: &mut Now, run: &[Opened], way: Way, distance: i64, places: usize) {
    // Each further distance had about so many values to take, and took the first one's.
    let values = (distance as f64 * 2.0).max(1.0);
    let one = (2.0 * (distance * OFF_PERMILLE / 1_000).max(0) as f64 + 1.0) / values;
    let chance = places as f64 * one.min(1.0).powi(run.len() as i32 - 2);
    if chance > CHANCE_MAX {
        return;
    }
    let whom: Vec<Who> = run.iter().map(|opened| opened.who).collect();
    lot.speak(now, Rule::RegularSpacing, Level::Yellow, &whom, |lot| {
        let (zh, en) = listed(&lot.paddles(&whom));
        let (how_zh, how_en) = match way {
            Way::Distance => ("等差", "equal distances"),
            Way::Ratio => ("等比", "equal ratios"),
        };
        Said {
            evidence: run.iter().map(|opened| opened.n).collect(),
            measured: Measured { found: chance, baseline: CHANCE_MAX, unit: Unit::Chance },
            zh: format!("号牌{zh}的密封报价呈{how_zh}排列，属规律性差异"),
            en: format!("the sealed prices of paddles {en} stand at {how_en}"),
        }
    });
}

/// The coarsest power of ten that all but a few prices are multiples of: what their writers rounded to.
fn grain(amounts: impl Iterator<Item = i64>) -> i64 {
    let amounts: Vec<i64> = amounts.collect();
    let mut grain = 1;
    while grain < 1_000_000_000_000 {
        let coarse = grain * 10;
        let fit = amounts.iter().filter(|amount| *amount % coarse == 0).count();
        if fit * 3 < amounts.len() * 2 {
            break;
        }
        grain = coarse;
    }
    grain
}
