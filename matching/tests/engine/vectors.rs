//! The field's test vectors, named after their rows.

use crate::support::{Hall, extended, listing, money, refused, sold, steps, with};
use matching::{Entry, Extension, Moment, Outcome, PhaseAt, StepKind, UnsoldReason};

/// Milliseconds of a day.
fn clock(hours: i64, minutes: i64, seconds: i64, ms: i64) -> i64 {
    ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms
}

#[test]
fn clock_5_min_phase_from_15_00_00() {
    let mut hall = Hall::announced(with(|terms| terms.opens_at = Some(Moment(clock(15, 0, 0, 0)))));
    hall.admit(1, None).expect("a free paddle");
    hall.admit(2, None).expect("a free paddle");
    hall.pass(clock(15, 0, 0, 0));
    assert!(hall.at(clock(15, 4, 59, 999)).bid(1, 1_000).is_ok());
    assert_eq!(hall.ends(), clock(15, 9, 59, 999));
    assert!(hall.at(clock(15, 9, 59, 998)).bid(2, 1_050).is_ok());
    assert_eq!(hall.ends(), clock(15, 14, 59, 998));
    assert_eq!(refused(hall.at(clock(15, 14, 59, 998)).bid(1, 1_100)), "TOO_LATE");
    assert_eq!(hall.pass(clock(15, 14, 59, 998)).outcome(), &sold(2, 1_050));
}

#[test]
fn the_same_clock_in_a_timed_phase_after_a_listing() {
    let mut hall = Hall::opened(listing(vec![], Entry::Qualified));
    hall.pass(100_000);
    assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Index(1), 105_000));
    assert!(hall.at(104_999).bid(1, 1_000).is_ok());
    assert_eq!(hall.ends(), 109_999);
    assert_eq!(refused(hall.at(109_999).bid(2, 1_050)), "TOO_LATE");
}

#[test]
fn step_multiple() {
    let multiple = || with(|terms| terms.step = steps(StepKind::Multiple, &[(0, 50)]));
    assert!(Hall::opened(multiple()).bid(1, 1_000).is_ok());
    for (amount, code) in [(1_050, None), (1_200, None), (1_049, Some("BELOW_STEP")), (1_075, Some("NOT_ON_STEP"))] {
        let mut hall = Hall::opened(multiple());
        hall.bid(1, 1_000).expect("the start price");
        assert_eq!(hall.bid(2, amount).err().map(|refusal| refusal.code()), code, "{amount}");
    }
}

#[test]
fn step_at_least_fujian() {
    // One decimal place: 1000.0 yuan and a step of 50.0.
    let fujian = || {
        with(|terms| {
            terms.scale = 1;
            terms.start_price = money(10_000);
            terms.step = steps(StepKind::AtLeast, &[(0, 500)]);
        })
    };
    for (amount, code) in [(10_501, None), (10_500, None), (10_499, Some("BELOW_STEP"))] {
        let mut hall = Hall::opened(fujian());
        hall.bid(1, 10_000).expect("the start price");
        assert_eq!(hall.bid(2, amount).err().map(|refusal| refusal.code()), code, "{amount}");
    }
}

#[test]
fn reserve_top_equals_reserve_sold() {
    for (reserve, outcome) in [(1_100, sold(1, 1_100)), (1_101, Outcome::Unsold { reason: UnsoldReason::BelowReserve })]
    {
        let mut hall = Hall::opened(with(|terms| terms.reserve = Some(money(reserve))));
        hall.bid(1, 1_100).expect("above the start");
        assert_eq!(hall.pass(300_000).outcome(), &outcome);
    }
}

#[test]
fn court_sales_slide_five_minutes_from_the_bid() {
    // 3.1: in the last 5 minutes a bid extends by 5 minutes from the bid.
    let mut hall = Hall::opened(extended(Extension::Sliding { window_ms: 300_000 }));
    hall.at(1).bid(1, 1_000).expect("the start price");
    assert_eq!(hall.ends(), 300_001);
}

#[test]
fn land_lease_rounds_pause_and_stop_at_five() {
    // 13: pause, 180 s without a bid, hard stop 17:00.
    let rule = Extension::RestartPaused {
        period_ms: 180_000,
        pause_ms: 10_000,
        hard_stop_at: Some(Moment(clock(17, 0, 0, 0))),
    };
    let mut terms = extended(rule);
    terms.opens_at = Some(Moment(clock(16, 56, 0, 0)));
    let mut hall = Hall::announced(terms);
    hall.admit(1, None).expect("a free paddle");
    hall.admit(2, None).expect("a free paddle");
    hall.pass(clock(16, 56, 0, 0));
    // The first end already lies at the stop.
    assert_eq!(hall.ends(), clock(17, 0, 0, 0));
    hall.at(clock(16, 58, 0, 0)).bid(1, 1_000).expect("the start price");
    assert_eq!(refused(hall.at(clock(16, 58, 9, 999)).bid(2, 1_050)), "PAUSED");
    hall.at(clock(16, 58, 10, 0)).bid(2, 1_050).expect("after the pause");
    assert_eq!(hall.ends(), clock(17, 0, 0, 0));
    assert_eq!(refused(hall.at(clock(17, 0, 0, 0)).bid(1, 1_100)), "TOO_LATE");
}
