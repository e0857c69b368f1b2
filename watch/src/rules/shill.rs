//! 疑似抬价: bids that only raise. In one lot: one who answers others' bids again and again, by little, is
//! overbid each time, and stops in time. Over lots: one who does so for one grantor and never wins.

use crate::alert::{Entry, Level, Measured, Rule, Unit};
use crate::bounds::EVIDENCE_MAX;
use crate::lot::{Lot, Now, Said, Seen};
use crate::memory::Memory;

/// Raises in a lot that make it one of those counted for the grantor.
const RAISES_MIN: u32 = 3;
/// Lots of one grantor, this one among them, before the rule speaks.
const LOTS_MIN: usize = 3;
/// The rule speaks when accident would do it to fewer than one bidder of so many.
const CHANCE_MAX: f64 = 1.0 / 200.0;

/// What one bidder's raises in a lot came to.
#[derive(Default)]
pub struct Raises {
    /// Of another's leading bid.
    pub over: u32,
}

/// One bidder's lots of one grantor, all lost.
#[derive(Default)]
pub struct Favour {
    lots: usize,
    raised: Vec<Entry>,
    won: bool,
    /// The chance that a bidder like others would have lost all of them.
    lost_chance: f64,
}

pub fn look(lot: &mut Lot, now: &mut Now, memory: &Memory, seen: &Seen) {
    if seen.over && !seen.by_proxy && lot.terms.rising {
        lot.of_mut(seen.who).raises.over += 1;
        if lot.of(seen.who).raises.over == RAISES_MIN {
            favour(lot, now, memory, seen);
        }
    }
}

fn favour(lot: &mut Lot, now: &mut Now, memory: &Memory, seen: &Seen) {
    let Some(grantor) = lot.terms.grantor else { return };
    let account = lot.of(seen.who).account;
    let Some(known) = memory.favours.get(&(account, grantor)) else { return };
    let lots = known.raised.len() + 1;
    if known.won || lots < LOTS_MIN {
        return;
    }
    let chance = known.lost_chance * memory.concentration(&account, grantor, known.lots);
    if chance > CHANCE_MAX {
        return;
    }
    let paddle = lot.of(seen.who).paddle;
    lot.speak_across(now, Rule::ShillForGrantor, Level::Yellow, &[seen.who], &known.raised, |_| Said {
        evidence: vec![seen.n],
        measured: Measured { found: chance, baseline: CHANCE_MAX, unit: Unit::Chance },
        zh: format!("号牌{paddle}的竞买人在同一出让人的{lots}个标的中反复加价，从未竞得"),
        en: format!(
            "the bidder behind paddle {paddle} has raised again and again in {lots} lots of one grantor and won none"
        ),
    });
}

/// At the close of a lot that sold.
pub fn closed(lot: &Lot, memory: &mut Memory, winner: u32) {
    let Some(grantor) = lot.terms.grantor.filter(|_| lot.terms.rising) else { return };
    let bidders = lot.bidders.iter().filter(|bidder| bidder.bids > 0).count();
    memory.sold(grantor);
    for bidder in lot.bidders.iter().filter(|bidder| bidder.bids > 0 && !bidder.account.is_nil()) {
        memory.joined(bidder.account);
        let favour = memory.favours.entry((bidder.account, grantor));
        if favour.lots == 0 {
            favour.lost_chance = 1.0;
        }
        favour.lots += 1;
        if bidder.paddle == winner {
            favour.won = true;
        }
        favour.lost_chance *= 1.0 - 1.0 / bidders as f64;
        if bidder.raises.over >= RAISES_MIN && favour.raised.len() < EVIDENCE_MAX {
            favour.raised.push(lot.entry(bidder.last_n));
        }
    }
}
