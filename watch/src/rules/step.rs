//! 只加一个幅度且从未竞得: who bids one step above others, lot after lot, and never wins. In one lot that is how
//! most lose; asked about is the habit over several.

use crate::alert::{Entry, Level, Measured, Rule, Unit};
use crate::bounds::EVIDENCE_MAX;
use crate::lot::{Lot, Now, Said, Seen, Who};
use crate::memory::Memory;

/// Bids by hand in a lot that show a habit, nearly all of them of one step.
const BIDS_MIN: u32 = 3;
const ONE_STEP_PERCENT: u32 = 90;
/// Lots before the one in which the rule speaks.
const LOTS_MIN: usize = 3;
/// Where nearly everybody bids one step, one step says nothing of one bidder.
const OTHERS_PERCENT_MAX: u32 = 70;

/// Lots lost in that way in a row, by the entry of the last bid in each.
#[derive(Default)]
pub struct Habit(Vec<Entry>);

fn shows(lot: &Lot, who: Who) -> bool {
    let bidder = lot.of(who);
    let others = lot.bids_count - bidder.bids;
    let others_step = lot.one_step_count - bidder.one_step;
    bidder.manual >= BIDS_MIN
        && bidder.one_step * 100 >= bidder.manual * ONE_STEP_PERCENT
        && others_step * 100 <= others * OTHERS_PERCENT_MAX
}

pub fn look(lot: &mut Lot, now: &mut Now, memory: &Memory, seen: &Seen) {
    let bidder = lot.of(seen.who);
    // Looked up once the lot shows it, and again now and then: not at every bid.
    if !seen.one_step || !bidder.manual.is_multiple_of(BIDS_MIN) || !shows(lot, seen.who) {
        return;
    }
    let Some(habit) = memory.habits.get(&bidder.account).filter(|habit| habit.0.len() >= LOTS_MIN) else { return };
    let (paddle, lots) = (bidder.paddle, habit.0.len());
    lot.speak_across(now, Rule::OneStepNeverWins, Level::Yellow, &[seen.who], &habit.0, |_| Said {
        evidence: vec![seen.n],
        measured: Measured { found: lots as f64, baseline: LOTS_MIN as f64, unit: Unit::Count },
        zh: format!("号牌{paddle}的竞买人已连续在{lots}个标的中只加一个幅度且均未竞得，本标的仍是如此"),
        en: format!(
            "the bidder behind paddle {paddle} raised by one step only in {lots} lots in a row and won none; \
             so far it does the same here"
        ),
    });
}

/// At the close of a lot that sold: the habit goes on, or is broken by a win or by another way of bidding.
pub fn closed(lot: &Lot, memory: &mut Memory, winner: u32) {
    if !lot.terms.rising {
        return;
    }
    for who in 0..lot.bidders.len() as Who {
        let bidder = lot.of(who);
        if bidder.manual < BIDS_MIN || bidder.account.is_nil() {
            continue;
        }
        let goes_on = bidder.paddle != winner && shows(lot, who);
        if !goes_on && memory.habits.get(&bidder.account).is_none() {
            continue;
        }
        let habit = memory.habits.entry(bidder.account);
        match goes_on {
            true if habit.0.len() < EVIDENCE_MAX => habit.0.push(lot.entry(bidder.last_n)),
            true => {}
            false => habit.0.clear(),
        }
    }
}
