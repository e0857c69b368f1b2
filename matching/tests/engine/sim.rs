//! Whole random auctions: what is recorded replays to the same book, and what must never happen
//! does not.

use crate::support::{Play, Reply, fresh_seeds, money};
use matching::{Book, Command, Extension, Moment, Phase, Stage};

const AUCTIONS: u64 = 300;
const REQUESTS: usize = 150;

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2, 3, 17763202210353626871];

/// One line of the record: everything a journal keeps.
type Line = (Moment, Command, Reply);

fn seeds() -> impl Iterator<Item = u64> {
    SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS))
}

/// Plays an auction; `seen` is shown the book before and after each request.
fn record(seed: u64, mut seen: impl FnMut(&Book, &Book, &Line)) -> (Book, Vec<Line>) {
    let mut play = Play::new(seed);
    let mut book = Book::new(play.terms.clone());
    let mut lines = Vec::new();
    for _ in 0..REQUESTS {
        let (at, command) = play.next(&book);
        let before = book.clone();
        let reply = book.decide(at, &command);
        assert_eq!(book, before, "seed {seed}: deciding changes nothing");
        book.apply(at, &command, &reply);
        let line = (at, command, reply);
        seen(&before, &book, &line);
        lines.push(line);
    }
    (book, lines)
}

/// Takes lines in as they come back from their text, as a journal's do.
fn replay(book: &mut Book, lines: &[Line]) {
    for line in lines {
        let text = serde_json::to_string(line).expect("a line has no failing part");
        let (at, command, reply): Line = serde_json::from_str(&text).expect("a line reads back");
        assert_eq!((at, &command, &reply), (line.0, &line.1, &line.2), "{text}");
        book.apply(at, &command, &reply);
    }
}

#[test]
fn a_record_replays_to_the_same_book() {
    for seed in seeds() {
        let mut hashes = Vec::new();
        let (book, lines) = record(seed, |_, after, _| hashes.push(after.state_hash()));
        let terms = serde_json::to_string(book.terms()).expect("terms have no failing part");
        let mut replayed = Book::new(serde_json::from_str(&terms).expect("terms read back"));
        for (index, line) in lines.iter().enumerate() {
            replay(&mut replayed, std::slice::from_ref(line));
            assert_eq!(replayed.state_hash(), hashes[index], "seed {seed}: after line {index}");
        }
        assert_eq!(replayed, book, "seed {seed}");
    }
}

#[test]
fn a_restart_anywhere_goes_on_as_if_nothing_had_happened() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(20)) {
        let (book, lines) = record(seed, |_, _, _| {});
        for count in 0..=lines.len() {
            let mut restarted = Book::new(book.terms().clone());
            replay(&mut restarted, &lines[..count]);
            for (at, command, reply) in &lines[count..] {
                assert_eq!(&restarted.decide(*at, command), reply, "seed {seed}: restarted before line {count}");
                restarted.apply(*at, command, reply);
            }
            assert_eq!(restarted, book, "seed {seed}: restarted before line {count}");
        }
    }
}

#[test]
fn a_refused_request_changes_nothing_but_the_memory_of_its_key() {
    for seed in seeds() {
        record(seed, |before, after, (_, command, reply)| {
            let Err(refusal) = reply else { return };
            assert_eq!(after.top(), before.top(), "seed {seed}: {command:?}");
            assert_eq!(after.stage(), before.stage(), "seed {seed}: {command:?}");
            assert_eq!((after.seq(), after.bids()), (before.seq(), before.bids()), "seed {seed}: {command:?}");
            match command.signature() {
                Some((paddle, _)) if before.seat(paddle).is_some() && refusal.code() != "KEY_REUSED" => {
                    let kept = after.recall(command).expect("a refused key is remembered");
                    assert_eq!(kept.outcome, Err(*refusal), "seed {seed}: {command:?}");
                    let (was, is) = (before.seat(paddle).unwrap(), after.seat(paddle).unwrap());
                    assert_eq!((was.last, was.quoted_at, was.proxy), (is.last, is.quoted_at, is.proxy));
                    assert_eq!((was.answer, was.entered), (is.answer, is.entered));
                }
                _ => assert_eq!(after, before, "seed {seed}: {command:?}"),
            }
        });
    }
}

#[test]
fn the_price_never_gets_worse() {
    for seed in seeds() {
        record(seed, |before, after, (_, command, _)| {
            if let Some(was) = before.top() {
                let is = after.top().expect("a price once reached stays");
                assert!(!after.terms().direction.better(was.price, is.price), "seed {seed}: {command:?}");
            }
        });
    }
}

#[test]
fn an_end_never_moves_backwards_but_to_the_hard_stop() {
    for seed in seeds() {
        record(seed, |before, after, (_, command, _)| {
            let (Stage::Running(was), Stage::Running(is)) = (before.stage(), after.stage()) else { return };
            if was.phase != is.phase || is.ends_at >= was.ends_at {
                return;
            }
            let stop = before.phase(was.phase).and_then(|phase| match phase {
                Phase::Open { extension, .. } | Phase::Free { extension, .. } | Phase::Timed { extension, .. } => {
                    match extension {
                        Extension::RestartPaused { hard_stop_at, .. } => *hard_stop_at,
                        _ => None,
                    }
                }
                _ => None,
            });
            assert_eq!(Some(is.ends_at), stop, "seed {seed}: {command:?}");
        });
    }
}

#[test]
fn sequence_numbers_count_the_public_events() {
    for seed in seeds() {
        record(seed, |before, after, (_, _, reply)| {
            let public = reply.iter().flatten().filter(|event| event.is_public()).count() as u64;
            assert_eq!(after.seq() - before.seq(), public, "seed {seed}");
        });
    }
}

#[test]
fn nobody_pays_more_than_he_said() {
    for seed in seeds() {
        let mut said: Vec<(u32, i64)> = Vec::new();
        record(seed, |before, after, (_, command, reply)| {
            if reply.is_ok() {
                match command {
                    Command::Bid { paddle, amount, .. } => said.push((paddle.0, amount.minor())),
                    Command::Proxy { paddle, max, .. } => said.push((paddle.0, max.minor())),
                    // Yes at the ceiling is the ceiling's price.
                    Command::Answer { paddle, yes: true, .. } => {
                        said.extend(before.terms().ceiling.map(|ceiling| (paddle.0, ceiling.price.minor())));
                    }
                    _ => {}
                }
            }
            if before.top() == after.top() {
                return;
            }
            let top = after.top().expect("a price once reached stays");
            let direction = after.terms().direction;
            let within =
                |&(paddle, limit): &(u32, i64)| paddle == top.paddle.0 && !direction.better(top.price, money(limit));
            assert!(said.iter().any(within), "seed {seed}: {command:?}");
        });
    }
}

#[test]
fn a_closed_lot_stays_as_it_closed() {
    for seed in seeds() {
        record(seed, |before, after, (_, command, reply)| {
            if let Stage::Closed(_) = before.stage() {
                assert_eq!(after.stage(), before.stage(), "seed {seed}: {command:?}");
                assert!(reply.as_ref().map_or(true, Vec::is_empty), "seed {seed}: {command:?}");
            }
        });
    }
}
