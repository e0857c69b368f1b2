//! Judges a server by what it told us: nothing acknowledged may be missing from the public
//! record, and nothing may stand there twice.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::fault::Notes;
use crate::ledger::Line;
use crate::wire::{Answer, BidRow, LotState};

/// An accepted bid as its bidder was told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub seq: u64,
    pub paddle: u32,
    pub amount: Decimal,
}

/// Everything the ledger says so far.
#[derive(Default)]
pub struct Judge {
    bids: HashMap<Uuid, Bid>,
    unanswered: HashSet<Uuid>,
    /// By lot and sequence number, with the key it was told to.
    told: HashMap<Arc<str>, BTreeMap<u64, (Uuid, Told)>>,
    /// Each bidder's last decided bid.
    last: HashMap<(Arc<str>, u32), Uuid>,
    pub accepted: u64,
    pub refused: u64,
    /// One key with two outcomes, or one sequence number for two keys.
    pub contradictions: Notes,
}

pub struct AskAgain {
    pub key: Uuid,
    pub amount: Decimal,
    pub unanswered: bool,
}

struct Bid {
    lot: Arc<str>,
    paddle: u32,
    amount: Decimal,
    answer: Option<Answer>,
}

impl Judge {
    pub fn take(&mut self, line: Line) {
        match line {
            Line::Bid { lot, paddle, key, amount } => {
                let lot: Arc<str> = match self.told.get_key_value(&*lot) {
                    Some((known, _)) => known.clone(),
                    None => Arc::from(&*lot),
                };
                self.told.entry(lot.clone()).or_default();
                self.bids.insert(key, Bid { lot, paddle, amount, answer: None });
                self.unanswered.insert(key);
            }
            Line::Reply { answer, .. } if answer.is_undecided() => {}
            Line::Reply { key, answer } => self.decided(key, answer),
        }
    }

    fn decided(&mut self, key: Uuid, answer: Answer) {
        let Some(bid) = self.bids.get_mut(&key) else {
            self.contradictions.add(format!("reply to {key}, which nobody sent"));
            return;
        };
        if let Some(before) = &bid.answer {
            if *before != answer {
                let text = format!("bid {key} was told {before:?}, then {answer:?}");
                self.contradictions.add(text);
            }
            return;
        }
        self.unanswered.remove(&key);
        self.last.insert((bid.lot.clone(), bid.paddle), key);
        match answer {
            Answer::Refused { .. } => self.refused += 1,
            Answer::Accepted { seq } => {
                self.accepted += 1;
                let told = Told { seq, paddle: bid.paddle, amount: bid.amount };
                let before = self.told.entry(bid.lot.clone()).or_default().insert(seq, (key, told));
                if let Some((other, _)) = before {
                    self.contradictions.add(format!("seq {seq} was told to {other} and to {key}"));
                }
            }
        }
        bid.answer = Some(answer);
    }

    pub fn unanswered(&self) -> usize {
        self.unanswered.len()
    }

    /// What one bidder should ask again: all that was never answered, and the last that was.
    pub fn to_ask_again(&self, lot: &str, paddle: u32) -> Vec<AskAgain> {
        let ask = |key: &Uuid| {
            let bid = self.bids.get(key)?;
            let mine = &*bid.lot == lot && bid.paddle == paddle;
            mine.then(|| AskAgain { key: *key, amount: bid.amount, unanswered: bid.answer.is_none() })
        };
        let last = self.last.get(&(Arc::from(lot), paddle));
        let mut asks: Vec<AskAgain> = self.unanswered.iter().chain(last).filter_map(ask).collect();
        // In the order they were first made; a hash's order is nobody's.
        asks.sort_unstable_by_key(|ask| ask.amount);
        asks
    }

    /// Accepted bids of a lot with a number above `after_seq`.
    pub fn told(&self, lot: &str, after_seq: u64) -> Vec<Told> {
        let lot = self.told.get(lot).into_iter();
        lot.flat_map(|told| told.range(after_seq + 1..)).map(|(_, (_, told))| *told).collect()
    }

    /// The highest accepted bid of a lot.
    pub fn last_told(&self, lot: &str) -> Option<Told> {
        Some(self.told.get(lot)?.last_key_value()?.1.1)
    }
}

/// What is wrong with a record.
#[derive(Debug, Default, Serialize)]
pub struct Findings {
    /// Acknowledged, and not in the record as it was told.
    pub lost: Notes,
    /// One bid, twice in the record.
    pub doubled: Notes,
    /// In the record, though every reply is in and none of them accepted it.
    pub unexplained: Notes,
}

impl Findings {
    /// Compares what was told with a lot's record over the same numbers. Every reply must be in.
    /// A crowd never makes the same offer twice on a lot, so paddle and amount name one bid.
    pub fn note(&mut self, lot: &str, told: &[Told], record: &[BidRow]) {
        let mut rows: BTreeMap<(u32, Decimal), Vec<u64>> = BTreeMap::new();
        for row in record {
            rows.entry((row.paddle, row.amount)).or_default().push(row.seq);
        }
        for Told { seq, paddle, amount } in told {
            let bid = format_args!("lot {lot} seq {seq} paddle {paddle} amount {amount}");
            let found = rows.remove(&(*paddle, *amount)).unwrap_or_default();
            if !found.contains(seq) {
                self.lost.add(format!("{bid}: record has it at {found:?}"));
            }
            if found.len() > 1 {
                self.doubled.add(format!("{bid}: record has it at {found:?}"));
            }
        }
        for ((paddle, amount), seqs) in rows {
            let bid = format!("lot {lot} seq {seqs:?} paddle {paddle} amount {amount}");
            self.unexplained.add(bid);
        }
    }
}

/// A lot's state may be ahead of what we were told, never behind it or beside it.
pub fn check_state(last: Option<Told>, state: &LotState) -> Result<(), String> {
    let Some(last) = last else { return Ok(()) };
    let behind = state.seq < last.seq || state.price.is_none_or(|price| price < last.amount);
    let same = state.price == Some(last.amount) && state.leader == Some(last.paddle);
    if behind || (state.seq == last.seq && !same) {
        return Err(format!("told {last:?}, state {state:?}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOT: &str = "lot";

    fn told(seq: u64, paddle: u32) -> Told {
        Told { seq, paddle, amount: amount(seq) }
    }

    fn row(seq: u64, paddle: u32) -> BidRow {
        BidRow { seq, paddle, amount: amount(seq) }
    }

    fn amount(seq: u64) -> Decimal {
        Decimal::new(100_000 + 100 * seq.cast_signed(), 2)
    }

    fn counts(told: &[Told], record: &[BidRow]) -> (u64, u64, u64) {
        let mut findings = Findings::default();
        findings.note(LOT, told, record);
        (findings.lost.count, findings.doubled.count, findings.unexplained.count)
    }

    #[test]
    fn a_record_that_is_what_was_told_has_no_findings() {
        assert_eq!(counts(&[told(1, 7), told(2, 8)], &[row(1, 7), row(2, 8)]), (0, 0, 0));
    }

    #[test]
    fn a_lost_bid_is_found() {
        assert_eq!(counts(&[told(1, 7), told(2, 8)], &[row(1, 7)]), (1, 0, 0));
    }

    #[test]
    fn a_bid_that_moved_or_changed_hands_is_lost() {
        let moved = BidRow { seq: 3, ..row(2, 8) };
        assert_eq!(counts(&[told(2, 8)], &[moved]), (1, 0, 0));
        assert_eq!(counts(&[told(2, 8)], &[row(2, 9)]), (1, 0, 1));
    }

    #[test]
    fn a_doubled_bid_is_found() {
        let twice = BidRow { seq: 3, ..row(2, 8) };
        assert_eq!(counts(&[told(2, 8)], &[row(2, 8), twice]), (0, 1, 0));
        assert_eq!(counts(&[told(2, 8)], &[row(2, 8), row(2, 8)]), (0, 1, 0));
    }

    #[test]
    fn a_bid_nobody_was_told_of_is_found() {
        assert_eq!(counts(&[told(1, 7)], &[row(1, 7), row(2, 8)]), (0, 0, 1));
    }

    fn bid(n: u128, amount: Decimal) -> Line<'static> {
        Line::Bid { lot: LOT.into(), paddle: 7, key: Uuid::from_u128(n), amount }
    }

    fn accepted(n: u128, seq: u64) -> Line<'static> {
        Line::Reply { key: Uuid::from_u128(n), answer: Answer::Accepted { seq } }
    }

    fn refused(n: u128, code: &str) -> Line<'static> {
        Line::Reply { key: Uuid::from_u128(n), answer: Answer::Refused { code: code.into() } }
    }

    fn read(lines: impl IntoIterator<Item = Line<'static>>) -> Judge {
        let mut judge = Judge::default();
        lines.into_iter().for_each(|line| judge.take(line));
        judge
    }

    #[test]
    fn unanswered_bids_and_the_last_answered_are_asked_again_in_order() {
        let judge = read([bid(1, amount(1)), accepted(1, 1), bid(3, amount(3)), bid(2, amount(2)), refused(3, "BUSY")]);
        assert_eq!((judge.unanswered(), judge.accepted, judge.refused), (2, 1, 0));
        let asks = judge.to_ask_again(LOT, 7);
        let asks: Vec<_> = asks.iter().map(|ask| (ask.key.as_u128(), ask.unanswered)).collect();
        assert_eq!(asks, [(1, false), (2, true), (3, true)]);
        assert!(judge.to_ask_again(LOT, 8).is_empty());
        assert_eq!(judge.told(LOT, 0).len(), 1);
        assert!(judge.told(LOT, 1).is_empty());
        assert_eq!(judge.last_told(LOT).map(|told| told.seq), Some(1));
    }

    #[test]
    fn one_key_has_one_outcome() {
        let same = read([bid(1, amount(1)), accepted(1, 4), accepted(1, 4)]);
        assert_eq!((same.accepted, same.contradictions.count), (1, 0));
        for other in [accepted(1, 5), refused(1, "BELOW_STEP")] {
            let judge = read([bid(1, amount(1)), accepted(1, 4), other]);
            assert_eq!(judge.contradictions.count, 1);
        }
    }

    #[test]
    fn one_number_is_told_to_one_key_and_no_reply_comes_unasked() {
        let judge = read([bid(1, amount(1)), bid(2, amount(2)), accepted(1, 4), accepted(2, 4)]);
        assert_eq!(judge.contradictions.count, 1);
        assert_eq!(read([accepted(9, 1)]).contradictions.count, 1);
    }

    #[test]
    fn a_state_may_be_ahead_and_never_behind() {
        let state = |seq, leader| LotState { seq, price: Some(amount(seq)), leader: Some(leader) };
        assert!(check_state(None, &state(0, 1)).is_ok());
        assert!(check_state(Some(told(5, 7)), &state(5, 7)).is_ok());
        assert!(check_state(Some(told(5, 7)), &state(6, 8)).is_ok());
        assert!(check_state(Some(told(5, 7)), &state(4, 7)).is_err());
        assert!(check_state(Some(told(5, 7)), &state(5, 8)).is_err());
        let priceless = LotState { price: None, ..state(6, 7) };
        assert!(check_state(Some(told(5, 7)), &priceless).is_err());
    }
}
