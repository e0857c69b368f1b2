//! Opening, listing, hinge and timed bidding.

use crate::support::{Hall, listing, money, open_terms, refused, sold, steps, with};
use matching::{Command, Entry, Extension, Moment, Outcome, Phase, PhaseAt, Stage, StepKind, UnsoldReason};

fn inquiry(entrants_min: u32) -> Phase {
    Phase::Inquiry { length_ms: 3_000, entrants_min, quoted_min: None }
}

fn preparation() -> Phase {
    Phase::Preparation { length_ms: 9_000, recent_ms: 50_000, recent_bidders_min: 2 }
}

fn unsold(reason: UnsoldReason) -> Outcome {
    Outcome::Unsold { reason }
}

#[test]
fn a_lot_opens_on_command_or_at_its_hour() {
    let mut hall = Hall::announced(open_terms());
    assert_eq!(hall.book.next_deadline(), None);
    hall.at(77).ask(Command::Open).unwrap();
    assert_eq!(hall.ends(), 300_077);
    let mut hall = Hall::announced(with(|terms| terms.opens_at = Some(Moment(500))));
    assert_eq!(hall.at(499).ask(Command::Tick), Ok(vec![]));
    assert_eq!(hall.pass(600).ends(), 300_500, "dated at its hour, not at the tick");
    assert_eq!(refused(hall.ask(Command::Open)), "ALREADY_OPEN");
}

#[test]
fn nobody_bids_and_the_lot_is_unsold() {
    assert_eq!(Hall::opened(open_terms()).pass(300_000).outcome(), &unsold(UnsoldReason::NoBid));
}

#[test]
fn the_reserve_is_met_by_equality() {
    for (price, outcome) in [(1_200, sold(1, 1_200)), (1_199, unsold(UnsoldReason::BelowReserve))] {
        let mut hall = Hall::opened(with(|terms| terms.reserve = Some(money(1_200))));
        hall.bid(1, price).unwrap();
        assert_eq!(hall.pass(300_000).outcome(), &outcome);
    }
}

#[test]
fn quotes_freeze_before_the_end_of_the_listing() {
    let mut hall = Hall::opened(listing(vec![], Entry::Qualified));
    assert_eq!(refused(hall.at(90_000).bid(1, 1_000)), "QUOTE_FROZEN");
    assert_eq!(refused(hall.at(99_999).leave_max(1, 1_000)), "QUOTE_FROZEN");
    assert_eq!(refused(hall.at(100_000).bid(1, 1_000)), "TOO_LATE");
    assert!(hall.at(89_999).bid(1, 1_000).is_ok());
}

#[test]
fn silence_in_the_inquiry_is_no() {
    let mut hall = Hall::opened(listing(vec![inquiry(2)], Entry::Confirmed));
    hall.bid(1, 1_000).unwrap();
    hall.bid(2, 1_050).unwrap();
    hall.pass(100_000);
    assert_eq!(refused(hall.bid(1, 1_100)), "WRONG_PHASE");
    assert_eq!(hall.pass(103_000).outcome(), &sold(2, 1_050), "the leader alone goes on, so it is over");
}

#[test]
fn the_inquiry_takes_one_answer_until_its_end() {
    let mut hall = Hall::opened(listing(vec![inquiry(2)], Entry::Confirmed));
    hall.bid(1, 1_000).unwrap();
    hall.bid(2, 1_050).unwrap();
    assert_eq!(refused(hall.answer(1, true)), "NOT_ASKED");
    hall.pass(100_000).answer(3, false).unwrap();
    assert_eq!(refused(hall.answer(3, true)), "ALREADY_ANSWERED");
    assert_eq!(refused(hall.answer(9, true)), "NOT_ADMITTED");
    assert_eq!(refused(hall.at(103_000).answer(4, true)), "TOO_LATE");
    hall.at(102_999).answer(1, true).unwrap();
    hall.pass(103_000);
    assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Index(2), 108_000));
    assert_eq!(refused(hall.bid(3, 1_100)), "NOT_IN_PHASE", "he said no");
    assert_eq!(refused(hall.bid(4, 1_100)), "NOT_IN_PHASE", "he said nothing");
    assert!(hall.bid(1, 1_100).is_ok());
    assert!(hall.bid(2, 1_150).is_ok(), "the leader always goes on");
}

#[test]
fn too_few_quoted_and_nobody_is_asked() {
    let mut hall = Hall::opened(listing(vec![inquiry(2)], Entry::Confirmed));
    hall.bid(1, 1_000).unwrap();
    assert_eq!(hall.pass(100_000).outcome(), &sold(1, 1_000));
    let mut hall = Hall::opened(listing(vec![inquiry(2)], Entry::Confirmed));
    assert_eq!(hall.pass(100_000).outcome(), &unsold(UnsoldReason::NoBid));
}

#[test]
fn preparation_only_when_enough_bidders_quoted_lately() {
    for (first, goes_on) in [(50_000, true), (49_999, false)] {
        let mut hall = Hall::opened(listing(vec![preparation()], Entry::Qualified));
        hall.at(first).bid(1, 1_000).unwrap();
        hall.at(60_000).bid(2, 1_050).unwrap();
        hall.pass(100_000);
        if goes_on {
            assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Index(1), 109_000));
            assert_eq!(refused(hall.bid(3, 2_000)), "WRONG_PHASE");
            assert_eq!(refused(hall.answer(3, true)), "NOT_ASKED");
            assert_eq!((hall.pass(109_000).phase(), hall.ends()), (PhaseAt::Index(2), 114_000));
            assert!(hall.bid(3, 2_000).is_ok(), "all qualified, even without an earlier quote");
        } else {
            assert_eq!(hall.outcome(), &sold(2, 1_050));
        }
    }
}

#[test]
fn who_may_bid_in_the_timed_phase() {
    for (entry, in_phase) in [
        (Entry::Qualified, [true, true, true, true]),
        (Entry::Quoted, [true, true, false, false]),
        // 1 quoted and kept silent, 2 leads, 3 said yes.
        (Entry::Confirmed, [false, true, true, false]),
        (Entry::QuotedAndConfirmed, [false, true, false, false]),
    ] {
        let mut hall = Hall::opened(listing(vec![inquiry(2)], entry));
        hall.bid(1, 1_000).unwrap();
        hall.bid(2, 1_050).unwrap();
        hall.pass(100_000).answer(3, true).unwrap();
        hall.pass(103_000);
        for (paddle, inside) in (1..=4).zip(in_phase) {
            let seat = hall.book.seat(matching::Paddle(paddle)).unwrap();
            assert_eq!(seat.entered, inside, "{entry:?}: {paddle}");
        }
    }
}

#[test]
fn a_newcomer_enters_only_where_entry_is_open() {
    for (entry, code) in [(Entry::Qualified, None), (Entry::Quoted, Some("NOT_IN_PHASE"))] {
        let mut hall = Hall::announced(listing(vec![], entry));
        hall.admit(1, None).unwrap();
        hall.ask(Command::Open).unwrap();
        hall.bid(1, 1_000).unwrap();
        hall.pass(100_000).admit(2, None).unwrap();
        assert_eq!(hall.bid(2, 1_050).err().map(|refusal| refusal.code()), code, "{entry:?}");
    }
}

#[test]
fn timed_bidding_starts_from_the_listing_price_with_its_own_step() {
    let mut terms = listing(vec![], Entry::Qualified);
    let Some(Phase::Timed { step, .. }) = terms.phases.last_mut() else { panic!("a timed phase") };
    *step = Some(steps(StepKind::Multiple, &[(0, 100)]));
    let mut hall = Hall::opened(terms);
    hall.bid(1, 1_030).unwrap();
    assert_eq!(hall.book.minimum(), Some(money(1_080)));
    hall.pass(100_000);
    assert_eq!(hall.book.minimum(), Some(money(1_130)));
    assert_eq!(refused(hall.bid(2, 1_129)), "BELOW_STEP");
    assert_eq!(refused(hall.bid(2, 1_131)), "NOT_ON_STEP");
    assert!(hall.bid(2, 1_230).is_ok());
}

#[test]
fn no_timed_bid_and_the_listing_price_wins() {
    let mut hall = Hall::opened(listing(vec![], Entry::Qualified));
    hall.bid(1, 1_000).unwrap();
    assert_eq!(hall.pass(105_000).outcome(), &sold(1, 1_000));
}

#[test]
fn a_late_floor_catches_up_one_deadline_at_a_time() {
    let mut hall = Hall::opened(listing(vec![preparation()], Entry::Qualified));
    hall.at(60_000).bid(1, 1_000).unwrap();
    hall.bid(2, 1_050).unwrap();
    for phase in [1, 2] {
        hall.at(900_000).ask(Command::Tick).unwrap();
        assert_eq!(hall.phase(), PhaseAt::Index(phase));
    }
    hall.ask(Command::Tick).unwrap();
    assert_eq!(hall.outcome(), &sold(2, 1_050));
}

#[test]
fn bidders_are_admitted_until_the_close() {
    let mut hall = Hall::announced(open_terms());
    hall.admit(7, Some(1)).unwrap();
    assert_eq!(refused(hall.admit(7, None)), "PADDLE_TAKEN");
    hall.ask(Command::Open).unwrap();
    hall.admit(3, None).unwrap();
    assert!(hall.bid(3, 1_000).is_ok());
    hall.pass(300_000);
    assert_eq!(refused(hall.admit(8, None)), "LOT_CLOSED");
}

#[test]
fn a_deadline_for_every_stage() {
    let mut hall = Hall::announced(with(|terms| {
        terms.opens_at = Some(Moment(5));
        terms.phases = vec![Phase::Open { length_ms: 10, extension: Extension::None }];
    }));
    assert_eq!(hall.book.next_deadline(), Some(Moment(5)));
    assert_eq!(hall.pass(5).book.next_deadline(), Some(Moment(15)));
    hall.suspend().unwrap();
    assert_eq!(hall.book.next_deadline(), None);
    hall.resume(Some(50)).unwrap();
    assert_eq!(hall.book.next_deadline(), Some(Moment(50)));
    assert!(matches!(hall.pass(60).book.stage(), Stage::Closed(_)));
    assert_eq!(hall.book.next_deadline(), None);
}

#[test]
fn one_quote_may_be_enough_to_ask_everybody() {
    let ask = Phase::Inquiry { length_ms: 3_000, entrants_min: 2, quoted_min: Some(1) };
    let mut hall = Hall::opened(listing(vec![ask], Entry::Confirmed));
    hall.bid(1, 1_000).unwrap();
    hall.pass(100_000).answer(4, true).unwrap();
    hall.pass(103_000);
    assert!(hall.bid(4, 1_050).is_ok());
}

#[test]
fn a_lone_bidder_freezes_nothing() {
    let mut terms = listing(vec![], Entry::Qualified);
    let Some(Phase::Free { freeze_bidders_min, .. }) = terms.phases.first_mut() else { panic!("a listing") };
    *freeze_bidders_min = 2;
    let mut hall = Hall::opened(terms);
    hall.bid(1, 1_000).unwrap();
    assert!(hall.at(95_000).bid(2, 1_050).is_ok());
    assert_eq!(refused(hall.bid(1, 1_100)), "QUOTE_FROZEN", "now there are two");
}

#[test]
fn nobody_opens_a_lot_before_its_announced_hour() {
    let mut hall = Hall::announced(with(|terms| terms.opens_at = Some(Moment(500))));
    assert_eq!(refused(hall.at(499).ask(Command::Open)), "OPENS_LATER");
    assert!(hall.at(500).ask(Command::Open).is_ok());
}
