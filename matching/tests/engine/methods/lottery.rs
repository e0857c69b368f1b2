//! 摇号: drawn by seeds nobody could choose alone, and anybody can draw it again.

use super::AUCTIONS;
use super::dutch::Record;
use crate::support::{Chance, Hall, Reply, ceiling, fresh_seeds, refused, sold, with};
use matching::methods::lottery::Rules;
use matching::{
    CeilingThen, Command, Duty, Entry, Event, Method, Moment, Notice, Offer, Office, Paddle, Phase, PhaseAt, Stage,
    Terms,
};
use sha2::{Digest, Sha256};

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2];

/// The ceiling of 1500 is taken at 0, others answer for 60 s, then texts for 100 s and seeds for 50 s.
fn terms() -> Terms {
    with(|terms| {
        let rules = Rules { collect_ms: 100_000, reveal_ms: 50_000, entry: Entry::Qualified };
        terms.ceiling = ceiling(1_500, CeilingThen::SellToSingle);
        terms.after_ceiling = vec![Phase::Method(Method::Lottery(rules))];
    })
}

const BEGAN: i64 = 60_000;
const COLLECTED: i64 = 160_000;
const ENDS: i64 = 210_000;

/// The draw begins among paddles 1, 2 and 4.
fn drawing() -> Hall {
    let mut hall = Hall::opened(terms());
    hall.bid(1, 1_500).expect("the ceiling");
    for (paddle, yes) in [(2, true), (3, false), (4, true)] {
        hall.answer(paddle, yes).expect("he is asked");
    }
    hall.pass(BEGAN);
    assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Index(1), ENDS));
    hall
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The draw, worked out from what everybody saw.
fn drawn_again(center: &str, supervisor: &str, entrants: &[(u32, &str)]) -> (String, u32) {
    let mut lines = format!("sunbid draw 1\ncenter {center}\nsupervisor {supervisor}\n");
    entrants.iter().for_each(|(paddle, text)| lines += &format!("{paddle} {text}\n"));
    let count = entrants.len();
    // Long division, a byte at a time.
    let nth = Sha256::digest(&lines)[..16].iter().fold(0, |rest, byte| (rest * 256 + usize::from(*byte)) % count);
    (sha256(&lines), entrants[nth].0)
}

fn commit(hall: &mut Hall, office: Office, digest: &str) -> Reply {
    hall.ask(Command::Duty(Duty::Commit { office, digest: digest.into() }))
}

fn reveal(hall: &mut Hall, office: Office, seed: &str) -> Reply {
    hall.ask(Command::Duty(Duty::Reveal { office, seed: seed.into() }))
}

fn text(hall: &mut Hall, paddle: u32, text: &str) -> Reply {
    let key = hall.key();
    hall.ask(Command::Offer { paddle: Paddle(paddle), key, offer: Offer::Seed { seed: text.into() } })
}

fn committed() -> Hall {
    let mut hall = drawing();
    commit(&mut hall, Office::Supervisor, &sha256("moon")).expect("the first");
    commit(&mut hall, Office::Center, &sha256("sun")).expect("the second");
    hall
}

#[test]
fn anyone_can_draw_again_and_the_winner_pays_the_ceiling() {
    let mut hall = committed();
    text(&mut hall, 4, "好运").unwrap();
    text(&mut hall, 1, "a b").unwrap();
    let (digest, winner) = drawn_again("sun", "moon", &[(1, "a b"), (2, ""), (4, "好运")]);
    hall.pass(COLLECTED);
    reveal(&mut hall, Office::Supervisor, "moon").unwrap();
    let told = reveal(&mut hall, Office::Center, "sun").unwrap();
    let among = [1, 2, 4].map(Paddle).to_vec();
    assert!(told.contains(&Event::Told(Notice::Drawn { digest, among, drawn: Paddle(winner) })));
    assert!(told.iter().all(Event::is_public));
    assert_eq!(hall.outcome(), &sold(winner, 1_500));
}

#[test]
fn the_one_who_alone_takes_the_ceiling_needs_no_draw() {
    let mut hall = Hall::opened(terms());
    hall.bid(1, 1_500).unwrap();
    hall.answer(2, false).unwrap();
    assert_eq!(hall.pass(BEGAN).outcome(), &sold(1, 1_500));
}

#[test]
fn a_text_comes_after_both_offices_are_bound_once_and_in_time() {
    let mut hall = drawing();
    assert_eq!(refused(text(&mut hall, 1, "x")), "NOT_COMMITTED");
    commit(&mut hall, Office::Center, &sha256("sun")).unwrap();
    assert_eq!(refused(text(&mut hall, 1, "x")), "NOT_COMMITTED");
    let mut hall = committed();
    assert_eq!(refused(hall.bid(1, 1_500)), "WRONG_OFFER");
    assert_eq!(refused(text(&mut hall, 3, "x")), "NOT_IN_PHASE", "he let the ceiling go");
    assert_eq!(refused(text(&mut hall, 1, "two\nlines")), "SEED_TOO_LONG");
    assert_eq!(refused(text(&mut hall, 1, &"字".repeat(65))), "SEED_TOO_LONG");
    text(&mut hall, 1, &"字".repeat(64)).unwrap();
    assert_eq!(refused(text(&mut hall, 1, "x")), "ALREADY_GIVEN");
    hall.at(COLLECTED - 1);
    text(&mut hall, 2, "x").unwrap();
    hall.at(COLLECTED);
    assert_eq!(refused(text(&mut hall, 4, "x")), "TOO_LATE");
}

#[test]
fn an_office_binds_itself_once_by_a_digest() {
    let mut hall = drawing();
    for digest in ["", "sun", &"0".repeat(63), &"A".repeat(64), &"g".repeat(64)] {
        assert_eq!(refused(commit(&mut hall, Office::Center, digest)), "SEED_MISMATCH");
    }
    commit(&mut hall, Office::Center, &sha256("sun")).unwrap();
    assert_eq!(refused(commit(&mut hall, Office::Center, &sha256("other"))), "ALREADY_GIVEN");
}

#[test]
fn an_office_that_has_seen_the_others_seed_is_not_bound_any_more() {
    let mut hall = drawing();
    commit(&mut hall, Office::Center, &sha256("sun")).unwrap();
    hall.at(COLLECTED);
    reveal(&mut hall, Office::Center, "sun").unwrap();
    assert_eq!(refused(commit(&mut hall, Office::Supervisor, &sha256("moon"))), "TOO_LATE");
}

#[test]
fn a_wrong_an_early_and_a_second_seed_are_refused() {
    let mut hall = committed();
    hall.at(COLLECTED - 1);
    assert_eq!(refused(reveal(&mut hall, Office::Center, "sun")), "TOO_EARLY");
    hall.at(COLLECTED);
    assert_eq!(refused(reveal(&mut hall, Office::Center, "moon")), "SEED_MISMATCH");
    reveal(&mut hall, Office::Center, "sun").unwrap();
    assert_eq!(refused(reveal(&mut hall, Office::Center, "sun")), "ALREADY_GIVEN");
    hall.at(ENDS);
    assert_eq!(refused(reveal(&mut hall, Office::Supervisor, "moon")), "TOO_LATE");
    let mut hall = drawing();
    hall.at(COLLECTED);
    assert_eq!(refused(reveal(&mut hall, Office::Center, "sun")), "NOT_COMMITTED");
    let score = Duty::Score { expert: 1, paddle: Paddle(1), pass: true, points: 1 };
    assert_eq!(refused(hall.ask(Command::Duty(score))), "WRONG_PHASE");
}

#[test]
fn a_missing_reveal_delays_the_draw_and_changes_nothing() {
    let mut hall = committed();
    text(&mut hall, 1, "x").unwrap();
    hall.pass(COLLECTED);
    reveal(&mut hall, Office::Center, "sun").unwrap();
    hall.at(ENDS).ask(Command::Tick).unwrap();
    assert!(matches!(hall.book.stage(), Stage::Suspended { resume_at: None, .. }));
    assert_eq!(hall.book.next_deadline(), None);
    hall.at(300_000).resume(None).unwrap();
    assert_eq!(hall.ends(), 300_000 + ENDS - COLLECTED, "all of the time to reveal");
    assert_eq!(refused(text(&mut hall, 2, "y")), "TOO_LATE", "and none to contribute");
    assert_eq!(refused(commit(&mut hall, Office::Supervisor, &sha256("mars"))), "TOO_LATE", "nor to choose anew");
    reveal(&mut hall, Office::Supervisor, "moon").unwrap();
    let (_, winner) = drawn_again("sun", "moon", &[(1, "x"), (2, ""), (4, "")]);
    assert_eq!(hall.outcome(), &sold(winner, 1_500));
}

#[test]
fn offices_that_do_not_bind_themselves_in_the_first_half_begin_again() {
    let mut hall = drawing();
    commit(&mut hall, Office::Center, &sha256("sun")).unwrap();
    let began = hall.clock().began_at.0;
    hall.at(began + (COLLECTED - began) / 2);
    assert_eq!(refused(commit(&mut hall, Office::Supervisor, &sha256("moon"))), "TOO_LATE");
    hall.pass(ENDS);
    hall.at(300_000).resume(None).unwrap();
    assert_eq!((hall.clock().began_at, hall.ends()), (Moment(300_000), 300_000 + ENDS - began), "all of its time");
    assert!(commit(&mut hall, Office::Supervisor, &sha256("moon")).is_ok());
}

#[test]
fn a_suspension_moves_both_parts_of_the_draw() {
    let mut hall = committed();
    hall.at(100_000).suspend().unwrap();
    assert_eq!(refused(text(&mut hall, 1, "x")), "LOT_SUSPENDED");
    hall.at(150_000).resume(None).unwrap();
    hall.at(COLLECTED + 50_000 - 1);
    text(&mut hall, 1, "x").unwrap();
    assert_eq!(refused(reveal(&mut hall, Office::Center, "sun")), "TOO_EARLY");
    assert_eq!(hall.ends(), ENDS + 50_000);
}

#[derive(Clone, Debug)]
enum Act {
    Commit(Office, String),
    Reveal(Office, String),
    Text(u32, String),
}

/// A list of what was done, read through at every question.
struct Naive {
    among: Vec<u32>,
    collected_at: i64,
    bound_until: i64,
    ends_at: i64,
    done: Vec<Act>,
}

impl Naive {
    fn digest(&self, office: Office) -> Option<&str> {
        self.done.iter().find_map(|act| matches!(act, Act::Commit(who, _) if *who == office).then(|| words(act)))
    }

    fn seed(&self, office: Office) -> Option<&str> {
        self.done.iter().find_map(|act| matches!(act, Act::Reveal(who, _) if *who == office).then(|| words(act)))
    }

    fn text(&self, paddle: u32) -> Option<&str> {
        self.done.iter().find_map(|act| matches!(act, Act::Text(who, _) if *who == paddle).then(|| words(act)))
    }

    fn allows(&self, at: i64, act: &Act) -> bool {
        let fits = words(act).chars().count() <= 64 && !words(act).contains('\n');
        let collecting = at < self.collected_at;
        let both = self.digest(Office::Center).is_some() && self.digest(Office::Supervisor).is_some();
        let possible = match act {
            Act::Commit(office, digest) => {
                at < self.bound_until && digest.len() == 64 && self.digest(*office).is_none()
            }
            Act::Text(paddle, _) => collecting && both && self.among.contains(paddle) && self.text(*paddle).is_none(),
            Act::Reveal(office, seed) => {
                let bound = self.digest(*office) == Some(&sha256(seed));
                !collecting && at < self.ends_at && bound && self.seed(*office).is_none()
            }
        };
        fits && possible
    }

    fn winner(&self) -> Option<u32> {
        let texts: Vec<_> = self.among.iter().map(|paddle| (*paddle, self.text(*paddle).unwrap_or_default())).collect();
        Some(drawn_again(self.seed(Office::Center)?, self.seed(Office::Supervisor)?, &texts).1)
    }
}

fn words(act: &Act) -> &str {
    match act {
        Act::Commit(_, words) | Act::Reveal(_, words) | Act::Text(_, words) => words,
    }
}

fn random_act(chance: &mut Chance) -> Act {
    let office = chance.pick(&[Office::Center, Office::Supervisor]);
    let seed = chance.pick(&["sun", "sun", "sun", "sun", "moon", "a\nb"]).to_string();
    match chance.range(0, 3) {
        0 if chance.percent(90) => Act::Commit(office, sha256(&seed)),
        0 => Act::Commit(office, seed),
        1 => Act::Reveal(office, seed),
        _ => Act::Text(chance.range(1, 6) as u32, format!("{seed}{}", "x".repeat(chance.range(0, 70) as usize))),
    }
}

fn asked(record: &mut Record, at: i64, act: Act) -> Reply {
    match act {
        Act::Commit(office, digest) => record.ask(at, Command::Duty(Duty::Commit { office, digest })),
        Act::Reveal(office, seed) => record.ask(at, Command::Duty(Duty::Reveal { office, seed })),
        Act::Text(paddle, seed) => record.offer(at, paddle, Offer::Seed { seed }),
    }
}

#[test]
fn a_naive_list_of_the_draw_agrees() {
    let mut drawn = 0;
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        let mut chance = Chance::new(seed);
        let mut record = Record::opened(seed, terms());
        record.price(0, 1, 1_500).expect("the ceiling");
        let mut naive = Naive {
            among: vec![1],
            collected_at: COLLECTED,
            ends_at: ENDS,
            bound_until: (BEGAN + COLLECTED) / 2,
            done: vec![],
        };
        for paddle in 2..=4 {
            if chance.percent(60) || (paddle == 4 && naive.among.len() == 1) {
                let key = record.hall.key();
                let yes = Command::Answer { paddle: Paddle(paddle), key, yes: true, asked_at: None };
                record.ask(0, yes).expect("he is asked");
                naive.among.push(paddle);
            }
        }
        let mut at = BEGAN;
        record.pass(at);
        for _ in 0..90 {
            let act = random_act(&mut chance);
            let may = naive.allows(at, &act);
            let reply = asked(&mut record, at, act.clone());
            assert_eq!(reply.is_ok(), may, "seed {seed}: {act:?} at {at}: {reply:?}");
            if may {
                naive.done.push(act);
            }
            if let Some(winner) = naive.winner() {
                drawn += 1;
                assert_eq!(record.hall.outcome(), &sold(winner, 1_500), "seed {seed}");
                break;
            }
            at += chance.range(0, 5_000);
            record.pass(at);
            if at >= naive.ends_at {
                assert!(matches!(record.hall.book.stage(), Stage::Suspended { .. }), "seed {seed}: it waits");
                record.ask(at, Command::Resume { at: None }).expect("it goes on");
                // Bound, they have their time to reveal; else the entrants have theirs anew, and all stands.
                if naive.digest(Office::Center).is_some() && naive.digest(Office::Supervisor).is_some() {
                    (naive.collected_at, naive.ends_at) = (at, at + 50_000);
                } else {
                    (naive.bound_until, naive.collected_at, naive.ends_at) = (at + 50_000, at + 100_000, at + 150_000);
                }
            }
        }
        record.replays();
    }
    assert!(drawn > AUCTIONS / 4, "{drawn} were drawn");
}
