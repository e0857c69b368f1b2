//! 交替报价: two paddles alone take turns, by hand, again and again. Between two who want the lot that is a fight;
//! it is asked about when it goes on longer than fights on record do, and again each time it has gone on for twice as
//! long: how long is what tells the one from the other.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::lot::{Lot, Now, Said, Seen, Topic, Who, listed};

/// Turns in a row in a sale: on the 369 sales of the eBay tape, where a maximum mostly answers, the longest run is 10.
/// The last two of a live ladder may well take more.
pub const TURNS_RISING: u32 = 12;
/// In a purchase prices fall by the cent and two last bidders take turns for long: 1 in 100 runs of the pregão
/// tape passes 46.
pub const TURNS_FALLING: u32 = 60;

#[derive(Default)]
pub struct Turns {
    run: u32,
    pair: (Who, Who),
}

pub fn look(lot: &mut Lot, now: &mut Now, seen: &Seen) {
    let before = lot.bids.back().nth(1).map(|bid| bid.who);
    let turns = &mut lot.turns;
    // A standing maximum answers by itself: that is no taking of turns.
    let goes_on = !seen.by_proxy && turns.pair.1 != seen.who && before == Some(turns.pair.1);
    match goes_on {
        true if turns.pair.0 == seen.who && turns.run >= 2 => turns.run += 1,
        true => turns.run = 2,
        false => turns.run = u32::from(!seen.by_proxy),
    }
    turns.pair = (if goes_on { turns.pair.1 } else { seen.who }, seen.who);
    let (run, pair) = (turns.run, turns.pair);
    let usual = if lot.terms.rising { TURNS_RISING } else { TURNS_FALLING };
    if !run.is_multiple_of(usual) || !(run / usual).is_power_of_two() {
        return;
    }
    let topic = Topic { rule: Rule::AlternatingPair, level: Level::Yellow, about: u64::from(run / usual) };
    lot.speak_about(now, topic, &[pair.0, pair.1], |lot| {
        let (zh, en) = listed(&lot.paddles(&[pair.0, pair.1]));
        Said {
            evidence: lot.bids.back().take(run as usize).map(|bid| bid.n).collect(),
            measured: Measured { found: f64::from(run), baseline: f64::from(usual), unit: Unit::Count },
            zh: format!("号牌{zh}连续轮流报价{run}次，无他人参与"),
            en: format!("paddles {en} alone have taken {run} turns in a row"),
        }
    });
}
