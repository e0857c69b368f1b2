//! Half-open intervals and the extensions E0 to E5.

use crate::support::{Hall, extended, listing, open_terms, refused};
use matching::{Command, Entry, Extended, Extension, Moment, extend};

/// The end after paddle 1 bids at `at`, in a phase from 0 to 300,000.
fn end_after(extension: Extension, at: i64) -> i64 {
    let mut hall = Hall::opened(extended(extension));
    hall.at(at).bid(1, 1_000).expect("before the end");
    hall.ends()
}

#[test]
fn the_interval_is_half_open() {
    let mut hall = Hall::opened(open_terms());
    assert_eq!(refused(hall.at(-1).bid(1, 1_000)), "NOT_OPEN_YET");
    assert_eq!(refused(hall.at(300_000).bid(1, 1_000)), "TOO_LATE");
    assert!(hall.at(299_999).bid(1, 1_000).is_ok());
    let mut hall = Hall::opened(open_terms());
    assert!(hall.at(0).bid(1, 1_000).is_ok());
}

#[test]
fn e0_none() {
    assert_eq!(end_after(Extension::None, 299_999), 300_000);
}

#[test]
fn e1_sliding_only_inside_the_window() {
    let rule = Extension::Sliding { window_ms: 60_000 };
    assert_eq!(end_after(rule, 239_999), 300_000);
    assert_eq!(end_after(rule, 240_000), 300_000, "exactly a window before the end");
    assert_eq!(end_after(rule, 240_001), 300_001);
    assert_eq!(end_after(rule, 299_999), 359_999);
}

#[test]
fn e2_restart_always() {
    let rule = Extension::Restart { period_ms: 300_000 };
    assert_eq!(end_after(rule, 0), 300_000);
    assert_eq!(end_after(rule, 1), 300_001);
    assert_eq!(end_after(rule, 299_999), 599_999);
    assert_eq!(end_after(Extension::Restart { period_ms: 1_000 }, 5), 300_000, "never backwards");
}

#[test]
fn e3_restart_with_a_pause_and_a_hard_stop() {
    let rule =
        |stop| Extension::RestartPaused { period_ms: 300_000, pause_ms: 10_000, hard_stop_at: Some(Moment(stop)) };
    assert_eq!(end_after(rule(1_000_000), 5), 310_005);
    assert_eq!(end_after(rule(310_005), 5), 310_005);
    assert_eq!(end_after(rule(310_004), 5), 310_004);
    assert_eq!(end_after(rule(200_000), 5), 200_000, "not even the first end passes the stop");
    let mut hall = Hall::opened(extended(rule(200_000)));
    assert_eq!(hall.ends(), 200_000);
    hall.at(5).bid(1, 1_000).unwrap();
    assert_eq!(refused(hall.at(10_004).bid(2, 1_050)), "PAUSED");
    assert!(hall.at(10_005).bid(2, 1_050).is_ok());
    assert_eq!(refused(hall.at(200_000).bid(1, 1_100)), "TOO_LATE");
    let endless = Extension::RestartPaused { period_ms: 1_000, pause_ms: 1, hard_stop_at: None };
    assert_eq!(end_after(endless, 299_999), 301_000);
}

#[test]
fn e4_each_bid_adds() {
    let mut hall = Hall::opened(extended(Extension::AddOn { add_ms: 10_000 }));
    hall.bid(1, 1_000).unwrap();
    hall.bid(2, 1_050).unwrap();
    assert_eq!(hall.ends(), 320_000);
    assert_eq!(hall.clock().extensions, 2);
}

#[test]
fn e5_sliding_with_a_cap_on_time() {
    let rule = Extension::SlidingCapped { window_ms: 60_000, extra_ms_max: 70_000, count_max: 9 };
    assert_eq!(end_after(rule, 240_000), 300_000);
    let mut hall = Hall::opened(extended(rule));
    hall.at(299_999).bid(1, 1_000).unwrap();
    assert_eq!(hall.ends(), 359_999);
    hall.at(359_998).bid(2, 1_050).unwrap();
    assert_eq!(hall.ends(), 370_000);
    hall.at(369_999).bid(1, 1_100).unwrap();
    assert_eq!((hall.ends(), hall.clock().extensions), (370_000, 2), "an end that stays is no extension");
}

#[test]
fn e5_sliding_with_a_cap_on_the_count() {
    let mut hall =
        Hall::opened(extended(Extension::SlidingCapped { window_ms: 60_000, extra_ms_max: 900_000, count_max: 1 }));
    hall.at(100_000).bid(1, 1_000).unwrap();
    assert_eq!(hall.clock().extensions, 0, "outside the window nothing is used up");
    hall.at(299_999).bid(2, 1_050).unwrap();
    hall.at(359_998).bid(1, 1_100).unwrap();
    assert_eq!((hall.ends(), hall.clock().extensions), (359_999, 1));
}

#[test]
fn a_maximum_and_its_answer_extend_once() {
    let mut hall = Hall::opened(extended(Extension::AddOn { add_ms: 10_000 }));
    hall.leave_max(1, 2_000).unwrap();
    assert_eq!(hall.ends(), 310_000);
    hall.bid(2, 1_500).unwrap();
    assert_eq!((hall.ends(), hall.clock().extensions), (320_000, 2));
}

#[test]
fn a_refused_bid_never_extends() {
    let rules = [
        Extension::None,
        Extension::Sliding { window_ms: 300_000 },
        Extension::Restart { period_ms: 300_000 },
        Extension::RestartPaused { period_ms: 300_000, pause_ms: 1_000, hard_stop_at: None },
        Extension::AddOn { add_ms: 10_000 },
        Extension::SlidingCapped { window_ms: 300_000, extra_ms_max: 900_000, count_max: 9 },
    ];
    for rule in rules {
        let mut hall = Hall::opened(extended(rule));
        hall.at(10).bid(1, 1_000).unwrap();
        let clock = hall.clock();
        for (at, paddle, amount) in
            [(11, 2, 1_050), (2_000, 1, 2_000), (2_000, 2, 1_049), (2_000, 9, 2_000), (clock.ends_at.0, 2, 2_000)]
        {
            if at == 11 && clock.paused_until.is_none() {
                continue;
            }
            hall.at(at).bid(paddle, amount).unwrap_err();
            assert_eq!(hall.clock(), clock, "{rule:?}: {paddle} bids {amount} at {at}");
        }
    }
}

#[test]
fn extending_is_one_function_of_the_rule_and_the_clock() {
    let [at, ends, planned] = [290_000, 300_000, 300_000].map(Moment);
    let still = |ends_at| Extended { ends_at: Moment(ends_at), paused_until: None };
    assert_eq!(extend(&Extension::None, at, ends, planned, 0), still(300_000));
    assert_eq!(extend(&Extension::Sliding { window_ms: 10_000 }, at, ends, planned, 0), still(300_000));
    assert_eq!(extend(&Extension::Sliding { window_ms: 10_001 }, at, ends, planned, 0), still(300_001));
    assert_eq!(extend(&Extension::Restart { period_ms: 20_000 }, at, ends, planned, 7), still(310_000));
    let paused = Extension::RestartPaused { period_ms: 20_000, pause_ms: 5, hard_stop_at: None };
    let answer = Extended { ends_at: Moment(310_005), paused_until: Some(Moment(290_005)) };
    assert_eq!(extend(&paused, at, ends, planned, 0), answer);
    assert_eq!(extend(&Extension::AddOn { add_ms: 1 }, at, ends, planned, 0), still(300_001));
}

#[test]
fn a_late_tick_shortens_nobody() {
    let mut hall = Hall::opened(listing(vec![], Entry::Qualified));
    hall.pass(102_000);
    assert_eq!((hall.clock().began_at, hall.ends()), (Moment(100_000), 105_000));
}

#[test]
fn a_tick_before_the_deadline_does_nothing() {
    let mut hall = Hall::opened(open_terms());
    assert_eq!(hall.at(299_999).ask(Command::Tick), Ok(vec![]));
    assert!(!hall.at(300_000).ask(Command::Tick).unwrap().is_empty());
    assert_eq!(hall.at(300_001).ask(Command::Tick), Ok(vec![]), "closed: nothing left to do");
}
