//! 禁止竞买: who is barred does nothing more, and what he did stands; taken back, he goes on.

use crate::support::{Hall, ceiling, listing, money, open_terms, refused, sold, with};
use matching::{CeilingThen, Command, Entry, Event, Paddle, ProxyRule};

fn bar(hall: &mut Hall, paddle: u32) -> Result<Vec<Event>, matching::Refusal> {
    hall.ask(Command::Bar { paddle: Paddle(paddle), ground: "record".into() })
}

fn readmit(hall: &mut Hall, paddle: u32) -> Result<Vec<Event>, matching::Refusal> {
    hall.ask(Command::Readmit { paddle: Paddle(paddle) })
}

#[test]
fn a_barred_paddle_bids_no_more_and_its_standing_bid_stays() {
    let mut hall = Hall::opened(open_terms());
    hall.bid(1, 1_000).unwrap();
    assert_eq!(bar(&mut hall, 1), Ok(vec![Event::Barred { paddle: Paddle(1) }]));
    assert_eq!(hall.top(), Some((1, 1_000)));
    assert_eq!(refused(hall.bid(1, 1_100)), "BARRED");
    assert_eq!(refused(hall.leave_max(1, 2_000)), "BARRED");
    hall.bid(2, 1_050).unwrap();
    assert_eq!(refused(hall.bid(1, 1_100)), "BARRED");
    assert_eq!(hall.top(), Some((2, 1_050)));
}

#[test]
fn a_barred_leader_nobody_passes_wins_and_the_post_review_has_the_word() {
    let mut hall = Hall::opened(open_terms());
    hall.bid(1, 1_000).unwrap();
    bar(&mut hall, 1).unwrap();
    let ends = hall.ends();
    hall.pass(ends);
    assert_eq!(*hall.outcome(), sold(1, 1_000));
}

#[test]
fn the_maximum_of_a_barred_paddle_acts_no_longer() {
    let mut hall = Hall::opened(with(|terms| terms.proxy = ProxyRule::Step));
    hall.leave_max(1, 5_000).unwrap();
    assert_eq!(hall.top(), Some((1, 1_000)));
    bar(&mut hall, 1).unwrap();
    assert_eq!(hall.book.seat(Paddle(1)).unwrap().proxy, None);
    // The next bid passes the price, not the maximum that was.
    hall.bid(2, 1_050).unwrap();
    assert_eq!(hall.top(), Some((2, 1_050)));
}

#[test]
fn a_barred_paddle_answers_no_question() {
    let mut hall = Hall::opened(with(|terms| terms.ceiling = ceiling(1_500, CeilingThen::SellToSingle)));
    hall.bid(1, 1_500).unwrap();
    bar(&mut hall, 2).unwrap();
    assert_eq!(refused(hall.answer(2, true)), "BARRED");
    let ends = hall.ends();
    hall.pass(ends);
    assert_eq!(*hall.outcome(), sold(1, 1_500));
}

#[test]
fn a_bar_holds_through_every_later_phase_and_a_suspension() {
    let mut hall = Hall::opened(listing(vec![], Entry::Qualified));
    hall.bid(1, 1_000).unwrap();
    hall.bid(2, 1_050).unwrap();
    hall.suspend().unwrap();
    bar(&mut hall, 1).unwrap();
    hall.resume(None).unwrap();
    assert_eq!(refused(hall.bid(1, 1_100)), "BARRED");
    let ends = hall.ends();
    hall.pass(ends);
    assert_eq!(refused(hall.bid(1, 1_100)), "BARRED", "in timed bidding as in the listing");
    assert_eq!(hall.book.top().map(|top| top.price), Some(money(1_050)));
}

#[test]
fn a_bar_names_a_seat_of_an_open_lot_and_once() {
    let mut hall = Hall::announced(open_terms());
    assert_eq!(refused(bar(&mut hall, 1)), "NO_SUCH_PADDLE");
    hall.admit(1, None).unwrap();
    bar(&mut hall, 1).unwrap();
    assert_eq!(refused(bar(&mut hall, 1)), "ALREADY_BARRED");
    hall.ask(Command::Open).unwrap();
    assert_eq!(refused(hall.bid(1, 1_000)), "BARRED");
    hall.terminate().unwrap();
    assert_eq!(refused(bar(&mut hall, 1)), "LOT_CLOSED");
}

#[test]
fn a_readmitted_paddle_bids_again_and_its_maximum_is_its_to_set_anew() {
    let mut hall = Hall::opened(with(|terms| terms.proxy = ProxyRule::Step));
    hall.leave_max(1, 5_000).unwrap();
    bar(&mut hall, 1).unwrap();
    hall.bid(2, 1_050).unwrap();
    assert_eq!(readmit(&mut hall, 1), Ok(vec![Event::Readmitted { paddle: Paddle(1) }]));
    assert_eq!(hall.top(), Some((2, 1_050)), "the maximum that was acts no more");
    hall.bid(1, 1_100).unwrap();
    assert_eq!(hall.top(), Some((1, 1_100)));
    bar(&mut hall, 1).unwrap();
    assert_eq!(refused(hall.bid(1, 1_200)), "BARRED", "a bar may come again");
}

/// Whoever bid nothing in the listing is not among those of the timed phase, barred meanwhile or not.
#[test]
fn phases_that_began_without_a_barred_paddle_stay_without_it() {
    let mut hall = Hall::opened(listing(vec![], Entry::Quoted));
    hall.bid(1, 1_000).unwrap();
    hall.bid(2, 1_050).unwrap();
    bar(&mut hall, 1).unwrap();
    bar(&mut hall, 3).unwrap();
    let ends = hall.ends();
    hall.pass(ends);
    for paddle in [1, 3] {
        readmit(&mut hall, paddle).unwrap();
    }
    assert_eq!(refused(hall.bid(3, 1_100)), "NOT_IN_PHASE");
    hall.bid(1, 1_100).unwrap();
}

#[test]
fn only_a_barred_seat_of_an_open_lot_is_readmitted() {
    let mut hall = Hall::opened(open_terms());
    assert_eq!(refused(readmit(&mut hall, 9)), "NO_SUCH_PADDLE");
    assert_eq!(refused(readmit(&mut hall, 1)), "NOT_BARRED");
    bar(&mut hall, 1).unwrap();
    hall.terminate().unwrap();
    assert_eq!(refused(readmit(&mut hall, 1)), "LOT_CLOSED");
}
