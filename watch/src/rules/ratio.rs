//! 固定比例: two bidders whose sealed prices stand in one ratio, lot after lot, as when one sheet makes both.

use crate::alert::{Entry, Level, Measured, Rule, Unit};
use crate::bounds::{EVIDENCE_MAX, PAIRED_MAX};
use crate::lot::{Lot, Now, Said, Who, listed};
use crate::memory::Memory;
use crate::rules::blind::{self, Beyond};
use crate::rules::prices::Opened;

/// Lots in one ratio before the rule speaks; it speaks again at twice as many, and so on.
const LOTS_MIN: usize = 4;
/// A price of fewer steps of its own roundness than this meets a ratio by rounding alone: on the pregão tape round
/// proposals put hundreds of pairs in a ratio of 2 or of 4 to 3.
const FINENESS_MIN: i64 = 2_000;
/// The same thing offered again at the same prices is no new coincidence: prices must differ by so much.
const OTHER_PERCENT: i64 = 1;

#[derive(Default)]
pub struct Ratio {
    /// The last lot's two prices, the smaller account's first.
    last: (i64, i64),
    evidence: Vec<Entry>,
    lots: usize,
    speaks_at: usize,
}

pub fn look(lot: &mut Lot, now: &mut Now, memory: &mut Memory, opened: &[Opened]) {
    if opened.len() > PAIRED_MAX {
        return blind::beyond(lot, now, Beyond::Paired);
    }
    for (at, one) in opened.iter().enumerate() {
        for other in &opened[at + 1..] {
            let (a, b) = (lot.of(one.who).account, lot.of(other.who).account);
            if a.is_nil() || b.is_nil() || a == b {
                continue;
            }
            let (key, first, second) = if a < b { ((a, b), one, other) } else { ((b, a), other, one) };
            pair(lot, now, memory.ratios.entry(key), first, second);
        }
    }
}

fn pair(lot: &mut Lot, now: &mut Now, ratio: &mut Ratio, first: &Opened, second: &Opened) {
    let (a, b) = (first.amount, second.amount);
    // Equal prices are another rule's; prices at the published figure explain themselves.
    let told = |amount: i64| amount <= 0 || amount == lot.terms.start_minor;
    if a == b || told(a) || told(b) {
        return;
    }
    let (c, d) = ratio.last;
    if !once_more(a, c) {
        return;
    }
    // b/a = d/c but for rounding by half a unit in each.
    let off = (i128::from(b) * i128::from(c) - i128::from(d) * i128::from(a)).abs();
    let same = c > 0 && off * 2 <= i128::from(a) + i128::from(b) + i128::from(c) + i128::from(d);
    let told = lot.terms.start_minor;
    let fine = fine(a, told) && fine(b, told);
    if !fine && same {
        return;
    }
    if !fine || !same || ratio.lots == 0 {
        let (evidence, lots) =
            if fine { ([first.n, second.n].map(|n| lot.entry(n)).to_vec(), 1) } else { (Vec::new(), 0) };
        *ratio = Ratio { last: (a, b), evidence, lots, speaks_at: LOTS_MIN };
        return;
    }
    ratio.last = (a, b);
    ratio.lots += 1;
    if ratio.evidence.len() + 2 <= EVIDENCE_MAX {
        ratio.evidence.extend([first.n, second.n].map(|n| lot.entry(n)));
    }
    if ratio.lots < ratio.speaks_at {
        return;
    }
    ratio.speaks_at = ratio.lots * 2;
    let (whom, lots): ([Who; 2], usize) = ([first.who, second.who], ratio.lots);
    lot.speak_across(now, Rule::FixedRatio, Level::Yellow, &whom, &ratio.evidence, |lot| {
        let (zh, en) = listed(&lot.paddles(&whom));
        let (high, low) = (a.max(b) as f64, a.min(b) as f64);
        Said {
            evidence: Vec::new(),
            measured: Measured { found: lots as f64, baseline: 1.0, unit: Unit::Count },
            zh: format!("号牌{zh}的密封报价已连续在{lots}个标的中保持同一比例（{:.4}）", high / low),
            en: format!(
                "the sealed prices of paddles {en} stand in one ratio ({:.4}) in {lots} lots in a row",
                high / low
            ),
        }
    });
}

/// A price that is one's own and not a round one, nor that of a list.
pub fn fine(amount: i64, told: i64) -> bool {
    amount > 0 && amount != told && fineness(amount) >= FINENESS_MIN
}

/// A new price, not the last lot's offered again.
pub fn once_more(amount: i64, last: i64) -> bool {
    (amount - last).saturating_mul(100 / OTHER_PERCENT).abs() >= amount.max(last)
}

/// A price without its final zeros.
fn fineness(mut amount: i64) -> i64 {
    while amount != 0 && amount % 10 == 0 {
        amount /= 10;
    }
    amount
}
