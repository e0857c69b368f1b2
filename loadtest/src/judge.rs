//! Judges a server by what it told us: what the ledger says of each lot, to be held against what
//! the server shows.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::fault::Notes;
use crate::ledger::Line;
use crate::wire::{Answer, LotState, Outcome, Wish};

/// An accepted wish as its bidder was told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub seq: u64,
    pub wish: Wish,
    pub paddle: u32,
    pub amount: Decimal,
}

/// Everything the ledger says so far.
#[derive(Default)]
pub struct Judge {
    asked: HashMap<Uuid, Asked>,
    unanswered: HashSet<Uuid>,
    lots: HashMap<Arc<str>, Known>,
    pub accepted: u64,
    /// Of these, standing maxima.
    pub accepted_proxies: u64,
    pub refused: u64,
    /// One key with two outcomes, or one sequence number for two bids.
    pub contradictions: Notes,
}

/// What was told of one lot.
#[derive(Default)]
pub struct Known {
    /// By sequence number. A maximum that moved no price shares the number of the bid before it.
    told: BTreeMap<u64, Vec<(Uuid, Told)>>,
    /// The highest accepted bid by hand.
    price: Option<Decimal>,
    /// Each bidder's highest accepted maximum.
    maxima: BTreeMap<u32, Decimal>,
    /// Each bidder's last decided wish.
    last: HashMap<u32, Uuid>,
}

pub struct AskAgain {
    pub key: Uuid,
    pub wish: Wish,
    pub amount: Decimal,
    pub unanswered: bool,
}

struct Asked {
    /// Its place among all that was asked.
    place: usize,
    wish: Wish,
    lot: Arc<str>,
    paddle: u32,
    amount: Decimal,
    outcome: Option<Outcome>,
}

impl Judge {
    pub fn take(&mut self, line: Line) {
        match line {
            Line::Ask { wish, lot, paddle, key, amount } => {
                let lot: Arc<str> = match self.lots.get_key_value(&*lot) {
                    Some((known, _)) => known.clone(),
                    None => Arc::from(&*lot),
                };
                self.lots.entry(lot.clone()).or_default();
                let place = self.asked.len();
                self.asked.insert(key, Asked { place, wish, lot, paddle, amount, outcome: None });
                self.unanswered.insert(key);
            }
            Line::Reply { answer: Answer::Undecided { .. }, .. } => {}
            Line::Reply { key, answer: Answer::Decided(outcome) } => self.decided(key, outcome),
        }
    }

    fn decided(&mut self, key: Uuid, outcome: Outcome) {
        let Some(asked) = self.asked.get_mut(&key) else {
            self.contradictions.add(format!("reply to {key}, which nobody sent"));
            return;
        };
        if let Some(before) = &asked.outcome {
            if *before != outcome {
                let text = format!("{:?} {key} was told {before:?}, then {outcome:?}", asked.wish);
                self.contradictions.add(text);
            }
            return;
        }
        self.unanswered.remove(&key);
        let known = self.lots.entry(asked.lot.clone()).or_default();
        known.last.insert(asked.paddle, key);
        match outcome {
            Outcome::Refused { .. } => self.refused += 1,
            Outcome::Accepted { seq } => {
                let told = Told { seq, wish: asked.wish, paddle: asked.paddle, amount: asked.amount };
                self.accepted += 1;
                self.accepted_proxies += u64::from(told.wish == Wish::Proxy);
                if let Err(other) = known.learn(key, told) {
                    self.contradictions.add(format!("seq {seq} was told to {other} and to {key}"));
                }
            }
        }
        asked.outcome = Some(outcome);
    }

    pub fn unanswered(&self) -> usize {
        self.unanswered.len()
    }

    /// What was told of a lot; nothing, where nobody asked.
    pub fn lot(&self, lot: &str) -> Option<&Known> {
        self.lots.get(lot)
    }

    /// What one bidder should ask again: all that was never answered, and the last that was.
    pub fn to_ask_again(&self, lot: &str, paddle: u32) -> Vec<AskAgain> {
        let find = |key: &Uuid| {
            let asked = self.asked.get(key)?;
            (&*asked.lot == lot && asked.paddle == paddle).then_some((*key, asked))
        };
        let last = self.lots.get(lot).and_then(|known| known.last.get(&paddle));
        let mut found: Vec<(Uuid, &Asked)> = self.unanswered.iter().chain(last).filter_map(find).collect();
        // In the order they were first made; a hash's order is nobody's.
        found.sort_unstable_by_key(|(_, asked)| asked.place);
        let again = |(key, asked): (Uuid, &Asked)| {
            let Asked { wish, amount, .. } = *asked;
            AskAgain { key, wish, amount, unanswered: asked.outcome.is_none() }
        };
        found.into_iter().map(again).collect()
    }
}

impl Known {
    /// Each bid by hand has a number of its own; the other key, if this one's is taken.
    fn learn(&mut self, key: Uuid, told: Told) -> Result<(), Uuid> {
        let here = self.told.entry(told.seq).or_default();
        let twin = here.iter().find(|(_, other)| told.wish == Wish::Bid && other.wish == Wish::Bid);
        let twin = twin.map(|(other, _)| *other);
        here.push((key, told));
        match told.wish {
            Wish::Bid => self.price = self.price.max(Some(told.amount)),
            Wish::Proxy => {
                let held = self.maxima.entry(told.paddle).or_default();
                *held = told.amount.max(*held);
            }
        }
        twin.map_or(Ok(()), Err)
    }

    /// All that was accepted with a number above `after_seq`.
    pub fn told(&self, after_seq: u64) -> Vec<Told> {
        self.told.range(after_seq + 1..).flat_map(|(_, here)| here).map(|(_, told)| *told).collect()
    }

    pub fn maximum(&self, paddle: u32) -> Option<Decimal> {
        self.maxima.get(&paddle).copied()
    }

    /// A lot's state may be ahead of what we were told, never behind it. Whoever left a maximum
    /// leads, or the price has passed it.
    pub fn check_state(&self, state: &LotState) -> Result<(), String> {
        if let Some((seq, told)) = self.told.last_key_value()
            && state.seq < *seq
        {
            return Err(format!("told {told:?}, state {state:?}"));
        }
        if state.price < self.price {
            return Err(format!("told price {:?}, state {state:?}", self.price));
        }
        let forgotten = |(paddle, max): &(&u32, &Decimal)| state.leader != Some(**paddle) && state.price < Some(**max);
        match self.maxima.iter().find(forgotten) {
            Some((paddle, max)) => Err(format!("paddle {paddle} left maximum {max}, state {state:?}")),
            None => Ok(()),
        }
    }
}

/// A bidder's own maximum may be ahead of what he was told, never behind it.
pub fn check_maximum(told: Decimal, held: Option<Decimal>) -> Result<(), String> {
    if held < Some(told) { Err(format!("told {told}, holds {held:?}")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOT: &str = "lot";

    fn amount(steps: i64) -> Decimal {
        Decimal::new(100_000 + 100 * steps, 2)
    }

    fn ask(wish: Wish, n: u128, steps: i64) -> Line<'static> {
        Line::Ask { wish, lot: LOT.into(), paddle: 7, key: Uuid::from_u128(n), amount: amount(steps) }
    }

    fn bid(n: u128, steps: i64) -> Line<'static> {
        ask(Wish::Bid, n, steps)
    }

    fn accepted(n: u128, seq: u64) -> Line<'static> {
        Line::Reply { key: Uuid::from_u128(n), answer: Answer::Decided(Outcome::Accepted { seq }) }
    }

    fn refused(n: u128) -> Line<'static> {
        let code = "BELOW_STEP".into();
        Line::Reply { key: Uuid::from_u128(n), answer: Answer::Decided(Outcome::Refused { code }) }
    }

    fn busy(n: u128) -> Line<'static> {
        Line::Reply { key: Uuid::from_u128(n), answer: Answer::Undecided { error: "BUSY".into() } }
    }

    fn read(lines: impl IntoIterator<Item = Line<'static>>) -> Judge {
        let mut judge = Judge::default();
        lines.into_iter().for_each(|line| judge.take(line));
        judge
    }

    #[test]
    fn unanswered_wishes_and_the_last_answered_are_asked_again_in_order() {
        let judge = read([bid(1, 1), accepted(1, 1), ask(Wish::Proxy, 3, 9), bid(2, 2), busy(3)]);
        assert_eq!((judge.unanswered(), judge.accepted, judge.refused), (2, 1, 0));
        let asks = judge.to_ask_again(LOT, 7);
        let asks: Vec<_> = asks.iter().map(|ask| (ask.key.as_u128(), ask.wish, ask.unanswered)).collect();
        assert_eq!(asks, [(1, Wish::Bid, false), (3, Wish::Proxy, true), (2, Wish::Bid, true)]);
        assert!(judge.to_ask_again(LOT, 8).is_empty());
        let known = judge.lot(LOT).expect("asked of");
        assert_eq!((known.told(0).len(), known.told(1).len()), (1, 0));
    }

    #[test]
    fn one_key_has_one_outcome() {
        let same = read([bid(1, 1), accepted(1, 4), accepted(1, 4)]);
        assert_eq!((same.accepted, same.contradictions.count), (1, 0));
        for other in [accepted(1, 5), refused(1)] {
            let judge = read([bid(1, 1), accepted(1, 4), other]);
            assert_eq!(judge.contradictions.count, 1);
        }
    }

    #[test]
    fn one_number_is_told_to_one_bid_and_no_reply_comes_unasked() {
        let judge = read([bid(1, 1), bid(2, 2), accepted(1, 4), accepted(2, 4)]);
        assert_eq!(judge.contradictions.count, 1);
        assert_eq!(read([accepted(9, 1)]).contradictions.count, 1);
        let quiet = read([bid(1, 1), accepted(1, 4), ask(Wish::Proxy, 2, 9), accepted(2, 4)]);
        assert_eq!(quiet.contradictions.count, 0, "a leader's maximum moves nothing");
        assert_eq!((quiet.accepted, quiet.accepted_proxies), (2, 1));
    }

    fn state(seq: u64, leader: u32, steps: i64) -> LotState {
        LotState { seq, price: Some(amount(steps)), leader: Some(leader), ends_at: None }
    }

    #[test]
    fn a_state_may_be_ahead_and_never_behind() {
        let judge = read([bid(1, 5), accepted(1, 5)]);
        let check = |state: &LotState| judge.lot(LOT).expect("asked of").check_state(state);
        assert!(check(&state(5, 7, 5)).is_ok());
        assert!(check(&state(6, 8, 6)).is_ok());
        assert!(check(&state(4, 7, 5)).is_err());
        assert!(check(&state(5, 7, 4)).is_err());
        assert!(check(&LotState { price: None, ..state(6, 7, 6) }).is_err());
    }

    #[test]
    fn a_maximum_leads_until_the_price_has_passed_it() {
        let judge = read([ask(Wish::Proxy, 1, 9), accepted(1, 5)]);
        let known = judge.lot(LOT).expect("asked of");
        assert!(known.check_state(&state(5, 7, 0)).is_ok(), "leads");
        assert!(known.check_state(&state(6, 8, 10)).is_ok(), "beaten");
        assert!(known.check_state(&state(6, 8, 3)).is_err(), "forgotten");
        assert_eq!(known.maximum(7), Some(amount(9)));
        assert!(check_maximum(amount(9), Some(amount(9))).is_ok());
        assert!(check_maximum(amount(9), Some(amount(12))).is_ok());
        assert!(check_maximum(amount(9), Some(amount(8))).is_err());
        assert!(check_maximum(amount(9), None).is_err());
    }
}
