//! 最高限价.

use crate::support::{Hall, ceiling, listing, money, refused, sold, steps, with};
use matching::{CeilingThen, Command, Entry, Moment, Outcome, Paddle, Phase, PhaseAt, Refusal, Stage, StepKind};

fn capped(price: i64, then: CeilingThen) -> Hall {
    Hall::opened(with(|terms| terms.ceiling = ceiling(price, then)))
}

fn entrants(paddles: &[u32]) -> Outcome {
    Outcome::Ceiling { entrants: paddles.iter().map(|paddle| Paddle(*paddle)).collect() }
}

#[test]
fn nothing_passes_the_ceiling() {
    let mut hall = capped(1_500, CeilingThen::SellToSingle);
    assert_eq!(hall.bid(1, 1_501).unwrap_err(), Refusal::AboveCeiling { ceiling: money(1_500) });
    assert_eq!(refused(hall.leave_max(1, 1_501)), "ABOVE_CEILING");
    hall.bid(1, 1_000).unwrap();
    assert_eq!(refused(hall.leave_max(1, 1_501)), "ABOVE_CEILING");
    assert_eq!(refused(hall.leave_max(2, 1_501)), "ABOVE_CEILING");
}

#[test]
fn at_the_ceiling_the_others_are_asked() {
    let mut hall = capped(1_500, CeilingThen::SellToSingle);
    hall.at(7).bid(1, 1_500).unwrap();
    assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Ceiling, 60_007));
    assert_eq!(refused(hall.bid(2, 1_500)), "WRONG_PHASE");
    assert_eq!(hall.book.minimum(), None);
}

#[test]
fn nobody_takes_the_ceiling_and_it_is_sold_there() {
    let mut hall = capped(1_500, CeilingThen::SellToSingle);
    hall.bid(1, 1_500).unwrap();
    hall.answer(2, false).unwrap();
    assert_eq!(hall.pass(60_000).outcome(), &sold(1, 1_500));
}

#[test]
fn somebody_takes_the_ceiling_and_the_next_method_decides() {
    let mut hall = capped(1_500, CeilingThen::SellToSingle);
    hall.bid(2, 1_500).unwrap();
    hall.at(59_999).answer(1, true).unwrap();
    assert_eq!(refused(hall.at(60_000).answer(3, true)), "TOO_LATE");
    assert_eq!(hall.pass(60_000).outcome(), &entrants(&[1, 2]));
}

#[test]
fn handing_over_closes_at_once() {
    let mut hall = capped(1_500, CeilingThen::HandOver);
    hall.bid(1, 1_450).unwrap();
    hall.bid(2, 1_500).unwrap();
    assert_eq!(hall.outcome(), &entrants(&[1, 2, 3, 4]), "all who are in may go on");
    assert_eq!(hall.book.next_deadline(), None);
}

#[test]
fn a_ceiling_off_the_grid_does_not_deadlock() {
    let mut hall = capped(1_530, CeilingThen::SellToSingle);
    hall.bid(1, 1_450).unwrap();
    assert_eq!(hall.phase(), PhaseAt::Index(0), "1500 still fits");
    hall.bid(2, 1_500).unwrap();
    assert_eq!(hall.phase(), PhaseAt::Ceiling, "1550 does not");
    assert_eq!(hall.pass(60_000).outcome(), &sold(2, 1_500));
}

#[test]
fn a_step_that_just_reaches_the_ceiling_fits() {
    let mut hall = capped(1_500, CeilingThen::HandOver);
    hall.bid(1, 1_450).unwrap();
    assert!(matches!(hall.book.stage(), Stage::Running(_)));
    hall.bid(2, 1_451 + 49).unwrap();
    assert_eq!(hall.outcome(), &entrants(&[1, 2, 3, 4]));
}

#[test]
fn two_maxima_at_the_ceiling_reach_it() {
    let mut hall = capped(1_500, CeilingThen::SellToSingle);
    hall.leave_max(1, 1_500).unwrap();
    assert_eq!(hall.phase(), PhaseAt::Index(0), "a maximum alone shows nothing");
    hall.leave_max(2, 1_500).unwrap();
    assert_eq!((hall.phase(), hall.top()), (PhaseAt::Ceiling, Some((1, 1_500))));
}

#[test]
fn only_who_is_in_the_phase_is_asked() {
    let mut terms = listing(vec![], Entry::Quoted);
    terms.ceiling = ceiling(1_500, CeilingThen::SellToSingle);
    let mut hall = Hall::opened(terms);
    hall.bid(1, 1_000).unwrap();
    hall.bid(2, 1_050).unwrap();
    hall.pass(100_000).bid(1, 1_500).unwrap();
    assert_eq!(hall.phase(), PhaseAt::Ceiling);
    assert_eq!(refused(hall.answer(3, true)), "NOT_IN_PHASE");
    hall.admit(5, None).unwrap();
    assert_eq!(refused(hall.answer(5, true)), "NOT_IN_PHASE");
    hall.answer(2, true).unwrap();
    assert_eq!(hall.pass(160_000).outcome(), &entrants(&[1, 2]));
}

#[test]
fn the_reserve_still_holds_under_a_ceiling_off_the_grid() {
    let mut hall = Hall::opened(with(|terms| {
        terms.ceiling = ceiling(1_530, CeilingThen::SellToSingle);
        terms.reserve = Some(money(1_530));
    }));
    hall.bid(1, 1_500).unwrap();
    assert!(matches!(hall.pass(60_000).outcome(), Outcome::Unsold { .. }));
}

#[test]
fn a_larger_step_in_the_timed_phase_may_be_what_reaches_it() {
    let mut terms = listing(vec![], Entry::Qualified);
    terms.ceiling = ceiling(1_500, CeilingThen::SellToSingle);
    let Some(Phase::Timed { step, .. }) = terms.phases.last_mut() else { panic!("a timed phase") };
    *step = Some(steps(StepKind::AtLeast, &[(0, 100)]));
    let mut hall = Hall::opened(terms);
    hall.bid(1, 1_450).unwrap();
    assert_eq!(hall.phase(), PhaseAt::Index(0), "1500 fits the listing's step");
    assert_eq!(hall.pass(100_000).phase(), PhaseAt::Ceiling, "1550 does not fit the timed one");
}

#[test]
fn a_priority_holder_takes_the_ceiling_by_right() {
    let mut hall = Hall::announced(with(|terms| terms.ceiling = ceiling(1_500, CeilingThen::SellToSingle)));
    for (paddle, priority) in [(1, None), (2, Some(2)), (3, Some(1)), (4, None)] {
        hall.admit(paddle, priority).unwrap();
    }
    hall.ask(Command::Open).unwrap();
    hall.bid(1, 1_500).unwrap();
    hall.answer(4, true).unwrap();
    hall.answer(2, true).unwrap();
    hall.answer(3, true).unwrap();
    assert_eq!(hall.pass(60_000).outcome(), &sold(3, 1_500));
}

#[test]
fn an_answer_meant_for_an_earlier_question_is_none_to_this_one() {
    let mut hall = Hall::opened(with(|terms| terms.ceiling = ceiling(1_500, CeilingThen::SellToSingle)));
    hall.at(7).bid(1, 1_500).unwrap();
    let mut answer = |asked_at| {
        let key = hall.key();
        hall.ask(Command::Answer { paddle: Paddle(2), key, yes: true, asked_at: Some(Moment(asked_at)) })
    };
    assert_eq!(refused(answer(6)), "NOT_ASKED");
    assert!(answer(7).is_ok());
}
