//! 中止, 恢复 and 终止: the clock rules of 2.5.

use crate::support::{Hall, ceiling, extended, listing, open_terms, refused, sold, with};
use matching::{
    CeilingThen, Command, Entry, Event, Extension, Moment, Outcome, Phase, PhaseAt, Refusal, Restart, Stage, Terms,
};

const HOUR: i64 = 3_600_000;

fn fujian(restart: Restart) -> Terms {
    let preparation = Phase::Preparation { length_ms: 9_000, recent_ms: 100_000, recent_bidders_min: 1 };
    let mut terms = listing(vec![preparation], Entry::Qualified);
    terms.resume.restart = restart;
    terms
}

/// In timed bidding since 109,000.
fn timed(restart: Restart) -> Hall {
    let mut hall = Hall::opened(fujian(restart));
    hall.bid(1, 1_000).unwrap();
    hall.pass(109_000);
    assert_eq!(hall.phase(), PhaseAt::Index(2));
    hall
}

#[test]
fn a_listing_gets_back_the_time_it_lost() {
    let mut hall = Hall::opened(listing(vec![], Entry::Qualified));
    hall.at(40_000).suspend().unwrap();
    assert_eq!(refused(hall.at(50_000).bid(1, 1_000)), "LOT_SUSPENDED");
    assert_eq!(refused(hall.answer(1, true)), "LOT_SUSPENDED");
    hall.at(70_000).resume(None).unwrap();
    assert_eq!((hall.ends(), hall.clock().planned_end), (130_000, Moment(130_000)));
    assert_eq!(refused(hall.at(120_000).bid(1, 1_000)), "QUOTE_FROZEN", "the freeze moves with the end");
    assert!(hall.at(119_999).bid(1, 1_000).is_ok());
}

#[test]
fn a_listing_stopped_in_its_last_hour_has_no_more_than_what_was_left() {
    let mut hall = Hall::opened(open_terms());
    hall.at(299_000).suspend().unwrap();
    hall.at(299_000 + HOUR).resume(None).unwrap();
    assert_eq!(hall.ends() - hall.now, 1_000);
}

#[test]
fn timed_bidding_stopped_starts_again_with_its_preparation() {
    let mut hall = timed(Restart::Preparation);
    hall.at(110_000).suspend().unwrap();
    hall.at(150_000).resume(None).unwrap();
    assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Index(1), 159_000));
    assert_eq!((hall.pass(159_000).phase(), hall.ends()), (PhaseAt::Index(2), 164_000));
    assert_eq!(hall.top(), Some((1, 1_000)), "the price stands");
    assert_eq!(hall.pass(164_000).outcome(), &sold(1, 1_000));
}

#[test]
fn or_with_its_full_period() {
    let mut hall = timed(Restart::Timed);
    hall.at(113_999).suspend().unwrap();
    hall.at(150_000).resume(None).unwrap();
    assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Index(2), 155_000));
}

#[test]
fn a_preparation_stopped_starts_again_in_full() {
    for restart in [Restart::Preparation, Restart::Timed] {
        let mut hall = Hall::opened(fujian(restart));
        hall.bid(1, 1_000).unwrap();
        hall.pass(104_000).suspend().unwrap();
        hall.at(150_000).resume(None).unwrap();
        assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Index(1), 159_000));
    }
}

#[test]
fn who_had_entered_timed_bidding_is_still_in() {
    let mut terms = fujian(Restart::Timed);
    let Some(Phase::Timed { entry, .. }) = terms.phases.last_mut() else { panic!("a timed phase") };
    *entry = Entry::Quoted;
    let mut hall = Hall::opened(terms);
    hall.bid(1, 1_000).unwrap();
    hall.pass(109_000).suspend().unwrap();
    hall.admit(9, None).unwrap();
    hall.resume(None).unwrap();
    assert_eq!(refused(hall.bid(2, 1_050)), "NOT_IN_PHASE");
    assert_eq!(refused(hall.bid(9, 1_050)), "NOT_IN_PHASE", "nor does a newcomer slip in");
}

#[test]
fn a_ceiling_inquiry_stopped_starts_again_in_full() {
    let mut hall = Hall::opened(with(|terms| terms.ceiling = ceiling(1_500, CeilingThen::SellToSingle)));
    hall.bid(1, 1_500).unwrap();
    hall.at(59_999).suspend().unwrap();
    hall.at(100_000).resume(None).unwrap();
    assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Ceiling, 160_000));
}

#[test]
fn a_short_suspension_may_end_at_once() {
    let mut hall = Hall::opened(open_terms());
    hall.at(0).suspend().unwrap();
    assert!(hall.at(HOUR).resume(None).is_ok(), "an hour is still short");
    assert!(matches!(hall.book.stage(), Stage::Running(_)));
}

#[test]
fn a_longer_one_is_announced_a_day_ahead() {
    let mut hall = Hall::opened(open_terms());
    hall.suspend().unwrap();
    hall.at(HOUR + 1);
    let earliest = 25 * HOUR + 1;
    assert_eq!(hall.resume(None).unwrap_err(), Refusal::ResumeTooSoon { earliest: Moment(earliest) });
    assert_eq!(refused(hall.resume(Some(earliest - 1))), "RESUME_TOO_SOON");
    hall.resume(Some(earliest)).unwrap();
    assert!(matches!(hall.book.stage(), Stage::Suspended { resume_at: Some(_), .. }));
    assert_eq!(refused(hall.at(earliest - 1).bid(1, 1_000)), "LOT_SUSPENDED");
    hall.pass(earliest + 500);
    assert_eq!(hall.ends(), 300_000 + earliest, "it goes on at the announced moment, whenever the tick comes");
}

#[test]
fn an_announced_moment_may_be_put_off() {
    let mut hall = Hall::opened(open_terms());
    hall.suspend().unwrap();
    hall.resume(Some(1_000)).unwrap();
    hall.at(500).resume(Some(5_000)).unwrap();
    assert_eq!(hall.book.next_deadline(), Some(Moment(5_000)));
}

#[test]
fn a_moment_already_past_means_now() {
    let mut hall = Hall::opened(open_terms());
    hall.at(10).suspend().unwrap();
    hall.at(20).resume(Some(15)).unwrap();
    assert_eq!(hall.ends(), 300_010);
}

#[test]
fn a_lot_suspended_before_its_opening_is_announced_again() {
    let mut hall = Hall::announced(with(|terms| terms.opens_at = Some(Moment(1_000))));
    hall.suspend().unwrap();
    assert_eq!(refused(hall.ask(Command::Open)), "LOT_SUSPENDED");
    assert_eq!(hall.at(2_000).ask(Command::Tick), Ok(vec![]), "its hour passes");
    hall.resume(None).unwrap();
    assert_eq!(hall.ends(), 302_000, "its hour has passed, so it opens now and in full");
    let mut hall = Hall::announced(with(|terms| terms.opens_at = Some(Moment(1_000))));
    hall.suspend().unwrap();
    hall.at(999).resume(None).unwrap();
    assert_eq!(hall.book.stage(), &Stage::Announced);
    assert_eq!(hall.book.next_deadline(), Some(Moment(1_000)));
}

#[test]
fn an_outage_costs_nobody_time() {
    let mut hall = Hall::opened(open_terms());
    hall.bid(1, 1_000).unwrap();
    let outage = Command::Outage { since: Moment(290_000), ground: "fault".into() };
    hall.at(310_000).ask(outage).unwrap();
    hall.at(330_000).resume(None).unwrap();
    assert_eq!(hall.ends(), 340_000, "the ten seconds that were left are left");
}

#[test]
fn what_is_over_can_no_longer_be_stopped() {
    let mut hall = Hall::opened(open_terms());
    hall.bid(1, 1_000).unwrap();
    hall.at(300_000);
    assert_eq!(refused(hall.suspend()), "TOO_LATE", "the tick is late, not the close");
    assert_eq!(refused(hall.terminate()), "TOO_LATE");
    assert_eq!(hall.pass(300_001).outcome(), &sold(1, 1_000));
}

#[test]
fn a_long_stop_planned_early_is_announced_too() {
    let mut hall = Hall::opened(open_terms());
    hall.suspend().unwrap();
    assert_eq!(refused(hall.at(600_000).resume(Some(4 * HOUR))), "RESUME_TOO_SOON");
}

#[test]
fn who_led_silently_is_still_in_after_a_new_preparation() {
    let inquiry = Phase::Inquiry { length_ms: 1_000, entrants_min: 2, quoted_min: None };
    let preparation = Phase::Preparation { length_ms: 9_000, recent_ms: 200_000, recent_bidders_min: 1 };
    let mut hall = Hall::opened(listing(vec![inquiry, preparation], Entry::Confirmed));
    hall.bid(1, 1_000).unwrap();
    hall.bid(2, 1_050).unwrap();
    hall.pass(100_000).answer(1, true).unwrap();
    hall.pass(110_000).bid(1, 1_100).unwrap();
    hall.suspend().unwrap();
    hall.at(120_000).resume(None).unwrap();
    hall.pass(129_000);
    assert!(hall.bid(2, 1_150).is_ok());
    assert_eq!(refused(hall.bid(3, 1_200)), "NOT_IN_PHASE");
}

#[test]
fn resuming_never_passes_the_hard_stop() {
    let stop = Some(Moment(400_000));
    let extension = Extension::RestartPaused { period_ms: 60_000, pause_ms: 1_000, hard_stop_at: stop };
    let mut hall = Hall::opened(extended(extension));
    hall.suspend().unwrap();
    assert_eq!(refused(hall.at(350_000).resume(Some(400_000))), "RESUME_PAST_STOP");
    hall.resume(None).unwrap();
    assert_eq!(hall.ends(), 400_000);
}

#[test]
fn a_pause_does_not_outlive_a_suspension() {
    let extension = Extension::RestartPaused { period_ms: 60_000, pause_ms: 10_000, hard_stop_at: None };
    let mut hall = Hall::opened(extended(extension));
    hall.bid(1, 1_000).unwrap();
    hall.suspend().unwrap();
    hall.at(5).resume(None).unwrap();
    assert!(hall.bid(2, 1_050).is_ok());
}

#[test]
fn a_new_ground_drops_the_resumption_that_was_announced() {
    let mut hall = Hall::opened(open_terms());
    hall.bid(1, 1_000).unwrap();
    let ends = hall.ends();
    hall.at(1_000).suspend().unwrap();
    hall.at(2_000).resume(Some(5_000)).unwrap();
    let ground = "order 7";
    let dropped = Event::ResumeDropped { ground: ground.into() };
    assert_eq!(hall.at(3_000).ask(Command::Suspend { ground: ground.into() }), Ok(vec![dropped]));
    assert_eq!(hall.book.next_deadline(), None, "nothing is announced any more");
    assert_eq!(refused(hall.suspend()), "ALREADY_SUSPENDED");
    assert_eq!(refused(hall.at(6_000).bid(2, 1_050)), "LOT_SUSPENDED");
    // It stood still all along: the time lost is counted from the first word.
    hall.at(11_000).resume(None).unwrap();
    assert_eq!(hall.ends(), ends + 10_000);
}

#[test]
fn suspending_and_resuming_in_the_wrong_order() {
    let mut hall = Hall::opened(open_terms());
    assert_eq!(refused(hall.resume(None)), "NOT_SUSPENDED");
    hall.suspend().unwrap();
    assert_eq!(refused(hall.suspend()), "ALREADY_SUSPENDED");
    assert!(hall.admit(9, None).is_ok(), "the office works on");
}

#[test]
fn a_lot_can_be_terminated_at_any_time_before_it_closes() {
    let terminated = Outcome::Terminated { ground: "order".into() };
    let mut announced = Hall::announced(open_terms());
    announced.terminate().unwrap();
    assert_eq!(announced.outcome(), &terminated);
    let mut running = Hall::opened(open_terms());
    running.bid(1, 1_000).unwrap();
    running.terminate().unwrap();
    assert_eq!(running.outcome(), &terminated);
    let mut suspended = Hall::opened(open_terms());
    suspended.suspend().unwrap();
    suspended.terminate().unwrap();
    assert_eq!(suspended.outcome(), &terminated);
    for reply in [suspended.terminate(), suspended.suspend()] {
        assert_eq!(refused(reply), "LOT_CLOSED");
    }
    assert_eq!(refused(suspended.resume(None)), "NOT_SUSPENDED");
    assert_eq!(refused(suspended.ask(Command::Open)), "ALREADY_OPEN");
}
