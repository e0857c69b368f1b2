//! 竞配建、竞自持: area is bid at a price that stands. And what else follows the ceiling and the first
//! phase: the one-shot, the reserve's entry and offer, a lot after a lot.

use super::AUCTIONS;
use super::dutch::Record;
use super::sealed::sealed;
use crate::support::{Chance, Hall, ceiling, extended, fresh_seeds, money, refused, sold, steps, with};
use matching::methods::area::Rules;
use matching::methods::sealed::Wins;
use matching::{
    CeilingThen, Command, Entry, Event, Extension, Follows, Method, Moment, Offer, Outcome, Paddle, Phase, PhaseAt,
    ReserveEntry, Stage, StepKind, Terms, UnsoldReason,
};
use uuid::Uuid;

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2];

/// From 500, 100 a step, 60 s from the last offer.
fn area(change: impl FnOnce(&mut Rules)) -> Phase {
    let mut rules = Rules {
        length_ms: 60_000,
        extension: Extension::Restart { period_ms: 60_000 },
        entry: Entry::Qualified,
        start: money(500),
        step: steps(StepKind::Multiple, &[(0, 100)]),
        max: None,
    };
    change(&mut rules);
    Phase::Method(Method::Area(rules))
}

/// A ceiling of 1500, and what follows it.
fn capped(after: Vec<Phase>) -> Terms {
    with(|terms| {
        (terms.ceiling, terms.after_ceiling) = (ceiling(1_500, CeilingThen::SellToSingle), after);
    })
}

/// Paddles 1 and 2 take the ceiling, 3 does not; 60 s later its successor runs.
fn beyond(after: Vec<Phase>) -> Hall {
    assert_eq!(capped(after.clone()).check(), Ok(()));
    let mut hall = Hall::opened(capped(after));
    hall.bid(1, 1_500).expect("the ceiling");
    hall.answer(2, true).expect("he is asked");
    hall.answer(3, false).expect("he is asked");
    hall.pass(60_000);
    assert_eq!(hall.phase(), PhaseAt::Index(1));
    hall
}

fn built(paddle: u32, price: i64, area: i64) -> Outcome {
    Outcome::Sold { paddle: Paddle(paddle), price: money(price), second: Some(money(area)) }
}

#[test]
fn the_most_area_wins_at_the_ceiling_price() {
    let mut hall = beyond(vec![area(|_| {})]);
    hall.bid(1, 500).unwrap();
    hall.at(119_999).bid(2, 700).unwrap();
    assert_eq!((hall.top(), hall.ends()), (Some((1, 1_500)), 179_999), "each offer restarts the clock");
    assert_eq!(refused(hall.at(179_999).bid(1, 800)), "TOO_LATE");
    assert_eq!(hall.pass(179_999).outcome(), &built(2, 1_500, 700));
}

#[test]
fn an_area_goes_a_step_beyond_the_best_of_another() {
    let mut hall = beyond(vec![area(|_| {})]);
    for (amount, code) in [(499, "BELOW_START"), (550, "NOT_ON_STEP")] {
        assert_eq!(refused(hall.bid(1, amount)), code);
    }
    hall.bid(1, 600).unwrap();
    assert_eq!(refused(hall.bid(1, 700)), "ALREADY_LEADING");
    for (amount, code) in [(600, "BELOW_STEP"), (699, "BELOW_STEP"), (750, "NOT_ON_STEP")] {
        assert_eq!(refused(hall.bid(2, amount)), code);
    }
    assert_eq!(refused(hall.bid(3, 700)), "NOT_IN_PHASE", "he let the ceiling go");
    let key = hall.key();
    let text = Command::Offer { paddle: Paddle(2), key, offer: Offer::Seed { seed: "x".into() } };
    assert_eq!(refused(hall.ask(text)), "WRONG_OFFER");
}

#[test]
fn the_plans_limit_ends_it_even_off_the_grid() {
    for (max, last) in [(900, 900), (950, 900)] {
        let mut hall = beyond(vec![area(|rules| rules.max = Some(money(max)))]);
        assert_eq!(refused(hall.bid(1, 1_000)), "ABOVE_CEILING");
        hall.bid(1, 800).unwrap();
        hall.bid(2, last).unwrap();
        assert_eq!(hall.outcome(), &built(2, 1_500, last));
    }
}

#[test]
fn nobody_builds_and_who_reached_the_ceiling_has_it() {
    assert_eq!(beyond(vec![area(|_| {})]).pass(120_000).outcome(), &sold(1, 1_500));
}

#[test]
fn a_suspension_gives_area_bidding_its_time_back() {
    let mut hall = beyond(vec![area(|_| {})]);
    hall.at(70_000).bid(1, 500).unwrap();
    hall.at(80_000).suspend().unwrap();
    hall.at(100_000).resume(None).unwrap();
    assert_eq!(hall.ends(), 150_000);
}

#[test]
fn terms_of_area_pass_the_best_and_never_pause() {
    let fault = |change: fn(&mut Rules)| capped(vec![area(change)]).check().unwrap_err().field;
    assert_eq!(fault(|rules| rules.step.kind = StepKind::Own), "area.step");
    assert_eq!(fault(|rules| rules.max = Some(money(499))), "area.max");
    assert_eq!(fault(|rules| rules.length_ms = 0), "area.length_ms");
    let paused = Extension::RestartPaused { period_ms: 1, pause_ms: 1, hard_stop_at: None };
    let terms = capped(vec![area(|rules| rules.extension = paused)]);
    assert_eq!(terms.check().unwrap_err().field, "area.extension");
}

/// 4.3: who took the ceiling confirms, then quotes once, in whole hundreds above it.
fn one_shot() -> Vec<Phase> {
    let inquiry = Phase::Inquiry { length_ms: 5_000, entrants_min: 2, quoted_min: None };
    let quote = sealed(|rules| {
        (rules.entry, rules.wins, rules.unique) = (Entry::Confirmed, Wins::NearestMean, true);
        (rules.unit, rules.band) = (money(100), Some((money(1_500), money(1_800))));
    });
    vec![inquiry, quote]
}

#[test]
fn who_took_the_ceiling_and_says_yes_quotes_once_nearest_to_the_mean() {
    let mut hall = beyond(one_shot());
    assert_eq!(refused(hall.answer(3, true)), "NOT_IN_PHASE");
    hall.answer(2, true).unwrap();
    hall.pass(65_000);
    for (amount, code) in [(1_500, "OUTSIDE_BAND"), (1_900, "OUTSIDE_BAND"), (1_650, "NOT_ON_STEP")] {
        assert_eq!(refused(hall.bid(1, amount)), code);
    }
    assert_eq!(refused(hall.bid(3, 1_600)), "NOT_IN_PHASE");
    hall.bid(1, 1_800).unwrap();
    assert_eq!(refused(hall.bid(2, 1_800)), "PRICE_TAKEN");
    hall.bid(2, 1_700).unwrap();
    assert_eq!(hall.pass(75_000).outcome(), &sold(2, 1_700), "as near, and lower");
}

#[test]
fn nobody_goes_on_or_nobody_quotes_and_the_ceiling_stands() {
    assert_eq!(beyond(one_shot()).pass(65_000).outcome(), &sold(1, 1_500));
    let mut hall = beyond(one_shot());
    hall.answer(2, true).unwrap();
    assert_eq!(hall.pass(75_000).outcome(), &sold(1, 1_500));
}

const HOUR: i64 = 3_600_000;

fn reserve(hall: &mut Hall, amount: i64) -> Result<(), &'static str> {
    hall.ask(Command::Reserve { amount: money(amount) }).map(|_| ()).map_err(|refusal| refusal.code())
}

/// A listing of ten hours whose reserve is entered in a window before its end.
fn entered(opens_before_ms: i64, closes_before_ms: i64) -> Hall {
    let mut terms = extended(Extension::None);
    let timed = Phase::Timed { period_ms: 10_000, extension: Extension::None, entry: Entry::Qualified, step: None };
    terms.phases = vec![Phase::Open { length_ms: 10 * HOUR, extension: Extension::None }, timed];
    terms.reserve_entry = Some(ReserveEntry { opens_before_ms, closes_before_ms });
    terms.ceiling = ceiling(5_000, CeilingThen::HandOver);
    assert_eq!(terms.check(), Ok(()));
    Hall::opened(terms)
}

#[test]
fn a_reserve_is_entered_in_the_last_half_hour_and_once() {
    let mut hall = entered(HOUR / 2, 0);
    hall.bid(1, 1_400).unwrap();
    let from = 10 * HOUR - HOUR / 2;
    assert_eq!(reserve(hall.at(from - 1), 1_400), Err("RESERVE_CLOSED"));
    assert_eq!(reserve(hall.at(from), 999), Err("RESERVE_BELOW_START"));
    assert_eq!(reserve(&mut hall, 5_001), Err("ABOVE_CEILING"));
    assert_eq!(reserve(hall.at(10 * HOUR - 1), 1_401), Ok(()));
    assert_eq!(reserve(&mut hall, 1_401), Err("RESERVE_ENTERED"));
    assert_eq!(hall.pass(10 * HOUR + 10_000).outcome(), &Outcome::Unsold { reason: UnsoldReason::BelowReserve });
    let mut hall = entered(HOUR / 2, 0);
    assert_eq!(reserve(hall.pass(10 * HOUR), 1_400), Err("RESERVE_CLOSED"), "the first phase is over");
    assert_eq!(reserve(&mut Hall::opened(extended(Extension::None)), 1_400), Err("NO_RESERVE_ASKED"));
}

#[test]
fn or_any_time_up_to_an_hour_before_the_end_and_met_by_equality() {
    let mut hall = entered(10 * HOUR, HOUR);
    hall.bid(1, 1_400).unwrap();
    assert_eq!(reserve(hall.at(9 * HOUR), 1_400), Err("RESERVE_CLOSED"));
    let told = hall.at(9 * HOUR - 1).ask(Command::Reserve { amount: money(1_400) }).unwrap();
    assert!(told.iter().all(|event| !event.is_public()), "secret");
    assert_eq!(hall.pass(10 * HOUR + 10_000).outcome(), &sold(1, 1_400));
}

#[test]
fn below_its_reserve_a_lot_is_offered_at_it_and_the_first_to_take_it_has_it() {
    let offered = || {
        let mut hall = Hall::opened(with(|terms| {
            (terms.reserve, terms.reserve_offer_ms) = (Some(money(2_000)), Some(300_000));
        }));
        hall.bid(1, 1_000).unwrap();
        let told = hall.at(300_000).ask(Command::Tick).unwrap();
        assert!(matches!(told[..], [Event::ReserveOffered { price, .. }] if price == money(2_000)));
        hall
    };
    let mut hall = offered();
    hall.answer(3, false).unwrap();
    assert_eq!(refused(hall.answer(3, true)), "ALREADY_ANSWERED");
    assert_eq!(refused(hall.bid(2, 2_000)), "WRONG_PHASE");
    hall.at(599_999).answer(2, true).unwrap();
    assert_eq!(hall.outcome(), &sold(2, 2_000));
    assert_eq!(offered().pass(600_000).outcome(), &Outcome::Unsold { reason: UnsoldReason::BelowReserve });
    let mut hall = offered();
    hall.at(400_000).suspend().unwrap();
    hall.at(500_000).resume(None).unwrap();
    assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Reserve, 800_000), "asked again in full");
}

#[test]
fn a_lot_that_follows_another_opens_when_it_is_told_to() {
    let mut terms = extended(Extension::None);
    terms.follows = Some(Follows { lot: Uuid::from_u128(7), gap_ms: 20_000 });
    let mut hall = Hall::announced(terms.clone());
    assert_eq!(refused(hall.ask(Command::Open)), "NOT_OPEN_YET");
    assert_eq!(hall.book.next_deadline(), None);
    hall.at(5_000).ask(Command::Schedule { opens_at: Moment(25_000) }).unwrap();
    assert_eq!(refused(hall.ask(Command::Open)), "OPENS_LATER");
    assert_eq!(hall.pass(30_000).clock().began_at, Moment(25_000));
    assert_eq!(refused(hall.ask(Command::Schedule { opens_at: Moment(99_000) })), "ALREADY_OPEN");
    hall.terminate().unwrap();
    assert_eq!(refused(hall.ask(Command::Schedule { opens_at: Moment(99_000) })), "LOT_CLOSED");
    terms.opens_at = Some(Moment(1));
    assert_eq!(terms.check().unwrap_err().field, "follows");
}

/// Every area that was taken, in order; the last is the most.
fn naive(terms: &Terms, rules: &Rules, asked: &[(i64, u32, i64)], inside: &[u32]) -> (Vec<bool>, Option<(u32, i64)>) {
    let (mut taken, mut replies) = (Vec::<(i64, u32, i64)>::new(), vec![]);
    for &(at, paddle, amount) in asked {
        let ends = taken.iter().fold(60_000 + rules.length_ms, |ends, (at, ..)| match rules.extension {
            Extension::Restart { period_ms } => ends.max(at + period_ms),
            Extension::Sliding { window_ms } if ends - at < window_ms => at + window_ms,
            Extension::AddOn { add_ms } => ends + add_ms,
            _ => ends,
        });
        let step = rules.step.bands[0].step.minor();
        let max = rules.max.map_or(i64::MAX, |max| max.minor());
        let (from, leader, least) = match taken.last() {
            None => (rules.start.minor(), 0, rules.start.minor()),
            Some((_, leader, best)) => (*best, *leader, best + step),
        };
        let full = taken.last().is_some_and(|(.., best)| best + step > max);
        let on_grid = rules.step.kind != StepKind::Multiple || (amount - from) % step == 0;
        let may = inside.contains(&paddle) && (leader != paddle || terms.self_outbid);
        let fits = (least..=max).contains(&amount) && on_grid;
        replies.push(at < ends && !full && may && fits);
        if replies.ends_with(&[true]) {
            taken.push((at, paddle, amount));
        }
    }
    (replies, taken.last().map(|&(_, paddle, area)| (paddle, area)))
}

#[test]
fn a_naive_list_of_areas_agrees() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        let mut chance = Chance::new(seed);
        let rules = Rules {
            length_ms: chance.range(1, 300),
            extension: match chance.range(0, 4) {
                0 => Extension::None,
                1 => Extension::Sliding { window_ms: chance.range(1, 100) },
                2 => Extension::Restart { period_ms: chance.range(1, 300) },
                _ => Extension::AddOn { add_ms: chance.range(1, 50) },
            },
            entry: Entry::Qualified,
            start: money(chance.range(0, 50)),
            step: steps(chance.pick(&[StepKind::Multiple, StepKind::AtLeast]), &[(0, chance.range(1, 10))]),
            max: chance.percent(60).then(|| money(chance.range(50, 150))),
        };
        let mut terms = capped(vec![area(|of| *of = rules.clone())]);
        terms.self_outbid = chance.percent(30);
        let mut record = Record::opened(seed, terms.clone());
        record.price(0, 1, 1_500).expect("the ceiling");
        let mut inside = vec![1, 2];
        for paddle in 2..=4 {
            if paddle == 2 || chance.percent(50) {
                let key = record.hall.key();
                let yes = Command::Answer { paddle: Paddle(paddle), key, yes: true, asked_at: None };
                record.ask(0, yes).expect("he is asked");
                inside.push(paddle);
            }
        }
        let (mut at, mut best, mut asked, mut replies) = (60_000, rules.start.minor(), vec![], vec![]);
        record.pass(at);
        for _ in 0..chance.range(0, 25) {
            at += chance.range(0, 60);
            if chance.percent(50) {
                record.pass(at);
            }
            let stray = if chance.percent(30) { chance.range(-5, 6) } else { 0 };
            let amount = (best + rules.step.bands[0].step.minor() * chance.range(0, 4) + stray).max(0);
            let paddle = chance.range(1, 6) as u32;
            let reply = record.price(at, paddle, amount);
            best = if reply.is_ok() { amount } else { best };
            asked.push((at, paddle, amount));
            replies.push(reply.is_ok());
        }
        record.pass(at + 100_000);
        assert!(matches!(record.hall.book.stage(), Stage::Closed(_)), "seed {seed}");
        let (expected, most) = naive(&terms, &rules, &asked, &inside);
        assert_eq!(replies, expected, "seed {seed}: {asked:?}");
        let outcome = most.map_or(sold(1, 1_500), |(paddle, area)| built(paddle, 1_500, area));
        assert_eq!(record.hall.outcome(), &outcome, "seed {seed}");
        record.replays();
    }
}
