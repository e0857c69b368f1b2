//! Idempotency: a key names one request and its reply.

use crate::support::{Hall, Reply, money, open_terms, refused, with};
use matching::{Command, KEYS_MAX, Paddle, Refusal};
use uuid::Uuid;

fn bid(key: u128, paddle: u32, amount: i64) -> Command {
    Command::Bid { paddle: Paddle(paddle), key: Uuid::from_u128(key), amount: money(amount), expect: None }
}

/// The reply this very request was given before.
fn recalled(hall: &Hall, command: &Command) -> Option<Result<u64, Refusal>> {
    hall.book.recall(command).filter(|kept| kept.answers(command)).map(|kept| kept.outcome)
}

#[test]
fn a_request_sent_twice_finds_its_first_reply() {
    let mut hall = Hall::opened(open_terms());
    let command = bid(900, 1, 1_000);
    assert_eq!(recalled(&hall, &command), None);
    hall.ask(command.clone()).unwrap();
    let seq = hall.book.seq();
    hall.bid(2, 1_050).unwrap();
    assert_eq!(recalled(&hall, &command), Some(Ok(seq)), "the number it was given then");
    let before = hall.book.clone();
    assert_eq!(refused(hall.ask(command)), "KEY_REUSED");
    assert_eq!(hall.book, before, "asking again leaves no trace");
}

#[test]
fn a_refusal_is_remembered_too() {
    let mut hall = Hall::opened(open_terms());
    let command = bid(900, 1, 999);
    let refusal = hall.ask(command.clone()).unwrap_err();
    assert_eq!(recalled(&hall, &command), Some(Err(refusal)));
    hall.at(900_000);
    assert_eq!(recalled(&hall, &command), Some(Err(refusal)), "whatever has become of the lot");
}

#[test]
fn a_key_on_another_request_is_refused_before_anything_else() {
    let mut hall = Hall::opened(open_terms());
    hall.ask(bid(900, 1, 1_000)).unwrap();
    let key = Uuid::from_u128(900);
    let others = [
        bid(900, 1, 1_050),
        Command::Proxy { paddle: Paddle(1), key, max: money(1_000) },
        Command::Answer { paddle: Paddle(1), key, yes: true, asked_at: None },
    ];
    for other in others {
        assert_eq!(recalled(&hall, &other), None);
        assert!(hall.book.recall(&other).is_some());
        assert_eq!(refused(hall.ask(other)), "KEY_REUSED");
    }
    hall.pass(600_000);
    assert_eq!(refused(hall.ask(bid(900, 1, 1_050))), "KEY_REUSED", "also on a closed lot");
}

#[test]
fn maxima_and_answers_are_remembered_alike() {
    let mut hall = Hall::opened(open_terms());
    let max = |max| Command::Proxy { paddle: Paddle(1), key: Uuid::from_u128(900), max: money(max) };
    hall.ask(max(2_000)).unwrap();
    assert_eq!(recalled(&hall, &max(2_000)), Some(Ok(hall.book.seq())));
    assert_eq!(recalled(&hall, &max(2_001)), None);
    let answer = |yes| Command::Answer { paddle: Paddle(1), key: Uuid::from_u128(901), yes, asked_at: None };
    hall.ask(answer(true)).unwrap_err();
    assert_eq!(recalled(&hall, &answer(true)), Some(Err(Refusal::NotAsked)));
    assert_eq!(recalled(&hall, &answer(false)), None);
}

#[test]
fn keys_belong_to_their_bidder() {
    let mut hall = Hall::opened(open_terms());
    hall.ask(bid(900, 1, 1_000)).unwrap();
    assert!(hall.ask(bid(900, 2, 1_050)).is_ok());
}

#[test]
fn a_stranger_has_no_memory_and_staff_no_keys() {
    let mut hall = Hall::opened(open_terms());
    for _ in 0..2 {
        assert_eq!(refused(hall.ask(bid(900, 9, 1_000))), "NOT_ADMITTED");
    }
    assert_eq!(Command::Open.signature(), None);
    assert_eq!(Command::Tick.signature(), None);
    assert!(hall.book.recall(&Command::Open).is_none());
}

#[test]
fn the_oldest_key_is_forgotten_first() {
    let mut hall = Hall::opened(with(|terms| terms.self_outbid = true));
    let nth = |n: usize| bid(1_000 + n as u128, 1, 1_000 + 50 * n as i64);
    let place = |hall: &mut Hall, n| -> Reply { hall.ask(nth(n)) };
    for n in 0..KEYS_MAX {
        place(&mut hall, n).unwrap();
    }
    assert!((0..KEYS_MAX).all(|n| recalled(&hall, &nth(n)).is_some()));
    place(&mut hall, KEYS_MAX).unwrap();
    assert!(recalled(&hall, &nth(0)).is_none());
    assert!((1..=KEYS_MAX).all(|n| recalled(&hall, &nth(n)).is_some()));
    assert_eq!(refused(place(&mut hall, 0)), "BELOW_STEP", "and what it asked is too low by now");
    assert!(recalled(&hall, &nth(1)).is_some(), "a refusal takes the place of a refusal");
}

#[test]
fn refusals_push_out_only_refusals() {
    let mut hall = Hall::opened(open_terms());
    let taken = bid(900, 1, 1_000);
    hall.ask(taken.clone()).unwrap();
    let seq = hall.book.seq();
    let low = |n: usize| bid(2_000 + n as u128, 1, 1);
    for n in 0..=KEYS_MAX {
        hall.ask(low(n)).unwrap_err();
    }
    assert_eq!(recalled(&hall, &taken), Some(Ok(seq)));
    assert!(recalled(&hall, &low(0)).is_none() && recalled(&hall, &low(1)).is_some());
}
