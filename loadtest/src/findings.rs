//! What is wrong with a lot's public record: nothing acknowledged may be missing from it, nothing
//! may stand there twice, and nothing may stand there that nobody asked for.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::Serialize;

use crate::fault::Notes;
use crate::judge::Told;
use crate::wire::{BidRow, LotState, Wish};

#[derive(Debug, Default, Serialize)]
pub struct Findings {
    /// Acknowledged, and not in the record as it was told.
    pub lost: Notes,
    /// One bid, twice in the record.
    pub doubled: Notes,
    /// In the record, though every reply is in: no bid told of, and above its bidder's maximum.
    pub unexplained: Notes,
}

impl Findings {
    /// Compares what was told with a lot's record over the same numbers. Every reply must be in.
    /// A crowd never makes the same offer twice on a lot, so paddle and amount name one bid.
    pub fn note(&mut self, lot: &str, told: &[Told], maximum: impl Fn(u32) -> Option<Decimal>, record: &[BidRow]) {
        let mut offers: BTreeMap<(u32, Decimal), Vec<&BidRow>> = BTreeMap::new();
        let mut rows: BTreeMap<u64, &BidRow> = BTreeMap::new();
        for row in record {
            offers.entry((row.paddle, row.amount)).or_default().push(row);
            rows.insert(row.seq, row);
        }
        for told in told {
            if !stands(told, |seq| rows.get(&seq).copied()) {
                let found = offers.get(&(told.paddle, told.amount));
                self.lost.add(format!("lot {lot}: {told:?}: record has it at {:?}", found.map(|found| numbers(found))));
            }
        }
        let by_hand = told.iter().filter(|told| told.wish == Wish::Bid);
        let by_hand: BTreeSet<(u32, Decimal)> = by_hand.map(|told| (told.paddle, told.amount)).collect();
        for ((paddle, amount), found) in &offers {
            let bid = format_args!("lot {lot} paddle {paddle} amount {amount} at {:?}", numbers(found));
            if found.len() > 1 {
                self.doubled.add(bid);
            }
            let asked_for = |row: &&BidRow| match row.by_proxy {
                true => maximum(row.paddle) >= Some(row.amount),
                false => by_hand.contains(&(row.paddle, row.amount)),
            };
            if !found.iter().all(asked_for) {
                self.unexplained.add(bid);
            }
        }
    }
}

fn numbers(rows: &[&BidRow]) -> Vec<u64> {
    rows.iter().map(|row| row.seq).collect()
}

/// Whether what was told is in the record. A reply names the last number of all its bid set off:
/// that is the bid's own, or that of the standing maximum which answered it at once.
fn stands<'a>(told: &Told, row: impl Fn(u64) -> Option<&'a BidRow>) -> bool {
    let is_ours = |row: &BidRow| {
        row.paddle == told.paddle
            && match told.wish {
                Wish::Bid => row.amount == told.amount && !row.by_proxy,
                Wish::Proxy => row.amount <= told.amount,
            }
    };
    let Some(last) = row(told.seq) else { return false };
    let answers = last.by_proxy && last.paddle != told.paddle && last.amount >= told.amount;
    is_ours(last) || (answers && told.seq.checked_sub(1).and_then(row).is_some_and(is_ours))
}

/// A lot's state shows what its record ends with, and a close that slides is where the last bid
/// put it. A state at another number was moved by something that is no bid.
pub fn check_end(state: &LotState, last: &BidRow, sliding_ms: Option<i64>) -> Result<(), String> {
    let same_bid = state.leader == Some(last.paddle) && state.price == Some(last.amount);
    let same_close = sliding_ms.is_none_or(|window_ms| state.ends_at == Some(last.at + window_ms));
    if state.seq != last.seq || (same_bid && same_close) {
        return Ok(());
    }
    Err(format!("record ends with {last:?}, state {state:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(steps: u64) -> Decimal {
        Decimal::new(100_000 + 100 * steps.cast_signed(), 2)
    }

    fn told(seq: u64, paddle: u32) -> Told {
        Told { seq, wish: Wish::Bid, paddle, amount: amount(seq) }
    }

    fn row(seq: u64, paddle: u32) -> BidRow {
        BidRow { seq, paddle, amount: amount(seq), at: 0, by_proxy: false }
    }

    fn counts(told: &[Told], record: &[BidRow]) -> (u64, u64, u64) {
        let maximum = |paddle| {
            let maxima = told.iter().filter(|told| told.wish == Wish::Proxy && told.paddle == paddle);
            maxima.map(|told| told.amount).max()
        };
        let mut findings = Findings::default();
        findings.note("lot", told, maximum, record);
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

    /// Paddle 7 leaves a maximum of 6 steps and opens with it; 8 bids and is answered at once.
    fn maximum_and_answer() -> ([Told; 2], [BidRow; 3]) {
        let maximum = Told { seq: 1, wish: Wish::Proxy, paddle: 7, amount: amount(6) };
        let beaten = Told { seq: 3, amount: amount(2), ..told(3, 8) };
        let by_proxy = |seq| BidRow { by_proxy: true, ..row(seq, 7) };
        ([maximum, beaten], [by_proxy(1), row(2, 8), by_proxy(3)])
    }

    #[test]
    fn a_maximum_explains_its_bids_and_a_bid_it_answered_stands_before_the_answer() {
        let (told, record) = maximum_and_answer();
        assert_eq!(counts(&told, &record), (0, 0, 0));
        let [opening, _, answer] = record.clone();
        assert_eq!(counts(&told, &[opening, answer]), (1, 0, 0), "the answer stands, the bid does not");
        assert_eq!(counts(&told[1..], &record), (0, 0, 2), "nobody left that maximum");
        let above = BidRow { seq: 4, by_proxy: true, ..row(7, 7) };
        assert_eq!(counts(&told, &[record.as_slice(), &[above]].concat()), (0, 0, 1));
        assert_eq!(counts(&told, &record[1..]), (1, 0, 0), "the maximum's own bid is gone");
    }

    #[test]
    fn a_state_shows_what_its_record_ends_with() {
        let last = BidRow { at: 1_000, ..row(5, 7) };
        let state = LotState { seq: 5, price: Some(amount(5)), leader: Some(7), ends_at: Some(1_300) };
        assert!(check_end(&state, &last, Some(300)).is_ok());
        assert!(check_end(&state, &last, Some(301)).is_err());
        assert!(check_end(&state, &last, None).is_ok());
        assert!(check_end(&LotState { leader: Some(8), ..state.clone() }, &last, None).is_err());
        assert!(check_end(&LotState { seq: 6, leader: None, ..state }, &last, None).is_ok());
    }
}
