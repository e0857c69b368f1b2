//! 综合评分法、最低评标价法: a panel scores opened offers.

use super::AUCTIONS;
use super::dutch::Record;
use super::sealed::sealed;
use crate::support::{Chance, Hall, Reply, fresh_seeds, money, refused, sold, with};
use matching::methods::scored::{By, Rules};
use matching::{
    Command, Direction, Duty, Event, Method, Notice, Offer, Outcome, Paddle, Phase, PhaseAt, Scored, Stage, Terms,
    UnsoldReason,
};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2];

const POINTS: By = By::Points { price_points: 3_000, panel_points: 7_000 };

/// Sealed offers up to 200 for 10 s, then a panel of three has 50 s.
fn tender(by: By, change: impl FnOnce(&mut Terms, &mut Rules)) -> Terms {
    let mut rules = Rules { length_ms: 50_000, experts: 3, by };
    with(|terms| {
        (terms.direction, terms.start_price) = (Direction::Descending, money(200));
        change(terms, &mut rules);
        terms.phases = vec![sealed(|_| {}), Phase::Method(Method::Scored(rules))];
    })
}

/// Paddles 1, 2, 3 and so on have made these offers, and they are opened.
fn opened(terms: Terms, offers: &[i64]) -> Hall {
    assert_eq!(terms.check(), Ok(()));
    let mut hall = Hall::opened(terms);
    for (paddle, amount) in (1..).zip(offers) {
        hall.bid(paddle, *amount).expect("a good offer");
    }
    hall.pass(10_000);
    hall
}

fn word(expert: u32, paddle: u32, pass: bool, points: i64) -> Command {
    Command::Duty(Duty::Score { expert, paddle: Paddle(paddle), pass, points })
}

/// All three say the same of each offer; the reply to the last word.
fn judged(hall: &mut Hall, words: &[(bool, i64)]) -> Vec<Event> {
    let mut last = vec![];
    for (paddle, &(pass, points)) in (1..).zip(words) {
        for expert in 0..3 {
            last = hall.ask(word(expert, paddle, pass, points)).expect("a good word");
        }
    }
    last
}

/// Paddle, whether it passed, price points, the panel's, and all; best first.
type Line = (u32, bool, i64, i64, i64);

fn scores(events: &[Event]) -> Vec<Line> {
    let told = events.iter().find_map(|event| match event {
        Event::Told(Notice::Scores { scores }) => Some(scores),
        _ => None,
    });
    let line = |of: &Scored| (of.paddle.0, of.pass, of.price_points, of.panel_points, of.total);
    told.map_or(vec![], |scores| scores.iter().map(line).collect())
}

#[test]
fn price_score_30_pts() {
    let mut hall = opened(tender(POINTS, |_, _| {}), &[90, 100, 120]);
    let told = judged(&mut hall, &[(true, 0), (true, 0), (true, 0)]);
    assert_eq!(scores(&told), [(1, true, 3_000, 0, 3_000), (2, true, 2_700, 0, 2_700), (3, true, 2_250, 0, 2_250)]);
    assert_eq!(hall.outcome(), &sold(1, 90));
}

#[test]
fn the_most_points_win_at_their_own_price() {
    let mut hall = opened(tender(POINTS, |_, _| {}), &[90, 100, 120]);
    judged(&mut hall, &[(true, 5_000), (true, 5_000), (true, 6_000)]);
    assert_eq!(hall.outcome(), &sold(3, 120));
}

#[test]
fn the_panels_points_are_their_mean_half_up() {
    for (words, mean) in [([10, 10, 11], 10), ([10, 11, 11], 11), ([0, 0, 1], 0), ([5, 6, 7], 6)] {
        let mut hall = opened(tender(POINTS, |_, _| {}), &[100]);
        let mut told = vec![];
        for (expert, points) in (0..).zip(words) {
            told = hall.ask(word(expert, 1, true, points)).unwrap();
        }
        assert_eq!(scores(&told), [(1, true, 3_000, mean, 3_000 + mean)]);
    }
    let mut hall = opened(tender(POINTS, |_, rules| rules.experts = 5), &[100]);
    let mut told = vec![];
    for (expert, points) in (0..5).zip([10, 10, 11, 11, 10]) {
        told = hall.ask(word(expert, 1, true, points)).unwrap();
    }
    assert_eq!(scores(&told), [(1, true, 3_000, 10, 3_010)], "10.4");
}

#[test]
fn the_lowest_evaluated_price_wins_and_pays_the_price_offered() {
    let mut hall = opened(tender(By::LowestEvaluated, |_, _| {}), &[90, 100, 120]);
    let told = judged(&mut hall, &[(true, 40), (true, 20), (true, 0)]);
    assert_eq!(scores(&told), [(2, true, 0, 20, -120), (3, true, 0, 0, -120), (1, true, 0, 40, -130)]);
    assert_eq!(hall.outcome(), &sold(2, 100), "as good, and the lower price");
}

#[test]
fn equal_points_and_prices_go_to_the_lower_paddle() {
    let mut hall = opened(tender(POINTS, |_, _| {}), &[100, 100]);
    judged(&mut hall, &[(true, 5), (true, 5)]);
    assert_eq!(hall.outcome(), &sold(1, 100));
}

#[test]
fn an_offer_most_experts_do_not_pass_is_out_and_no_benchmark() {
    let mut hall = opened(tender(POINTS, |_, _| {}), &[60, 100, 125]);
    for (expert, pass) in [(0, true), (1, false), (2, false)] {
        hall.ask(word(expert, 1, pass, 7_000)).unwrap();
    }
    for paddle in [2, 3] {
        for (expert, pass) in [(0, true), (1, false)] {
            hall.ask(word(expert, paddle, pass, 0)).unwrap();
        }
    }
    hall.ask(word(2, 2, true, 0)).unwrap();
    let told = hall.ask(word(2, 3, true, 0)).unwrap();
    let out = (1, false, 3_000, 7_000, 10_000);
    assert_eq!(scores(&told), [(2, true, 3_000, 0, 3_000), (3, true, 2_400, 0, 2_400), out]);
    assert_eq!(hall.outcome(), &sold(2, 100));
}

#[test]
fn an_offer_at_nothing_is_the_lowest_price() {
    let mut hall = opened(tender(POINTS, |_, _| {}), &[0, 100]);
    let told = judged(&mut hall, &[(true, 0), (true, 100)]);
    assert_eq!(scores(&told), [(1, true, 3_000, 0, 3_000), (2, true, 0, 100, 100)]);
}

#[test]
fn nobody_passes_or_nobody_offers_and_it_is_unsold() {
    let mut hall = opened(tender(POINTS, |_, _| {}), &[90]);
    judged(&mut hall, &[(false, 0)]);
    assert_eq!(hall.outcome(), &Outcome::Unsold { reason: UnsoldReason::TooFew });
    let none = opened(tender(POINTS, |_, _| {}), &[]);
    assert_eq!(none.outcome(), &Outcome::Unsold { reason: UnsoldReason::NoBid });
}

#[test]
fn a_best_score_above_the_reserve_price_buys_nothing() {
    let capped = || tender(POINTS, |terms, _| terms.reserve = Some(money(100)));
    let mut hall = opened(capped(), &[100, 101]);
    judged(&mut hall, &[(true, 0), (true, 7_000)]);
    assert_eq!(hall.outcome(), &Outcome::Unsold { reason: UnsoldReason::BelowReserve });
    let mut hall = opened(capped(), &[100, 101]);
    judged(&mut hall, &[(true, 7_000), (true, 0)]);
    assert_eq!(hall.outcome(), &sold(1, 100));
}

#[test]
fn an_expert_says_one_word_on_each_opened_offer_within_the_points() {
    let mut hall = opened(tender(POINTS, |_, _| {}), &[90, 100]);
    assert_eq!((hall.phase(), hall.ends()), (PhaseAt::Index(1), 60_000));
    for (command, code) in [
        (word(3, 1, true, 0), "NO_SUCH_OFFER"),
        (word(0, 3, true, 0), "NO_SUCH_OFFER"),
        (word(0, 1, true, -1), "POINTS_OUT_OF_RANGE"),
        (word(0, 1, true, 7_001), "POINTS_OUT_OF_RANGE"),
    ] {
        assert_eq!(refused(hall.ask(command)), code);
    }
    let told = hall.ask(word(0, 1, true, 7_000)).unwrap();
    assert!(told.iter().all(|event| !event.is_public()), "the panel is not overheard");
    assert_eq!(refused(hall.ask(word(0, 1, false, 0))), "ALREADY_GIVEN");
    assert_eq!(refused(hall.bid(1, 80)), "WRONG_PHASE");
    assert_eq!(refused(hall.bid(3, 80)), "NOT_IN_PHASE");
    assert_eq!(refused(hall.at(60_000).ask(word(1, 1, true, 0))), "TOO_LATE");
    let mut early = Hall::opened(tender(POINTS, |_, _| {}));
    assert_eq!(refused(early.ask(word(0, 1, true, 0))), "WRONG_PHASE");
}

#[test]
fn a_suspension_gives_the_panel_its_time_back() {
    let mut hall = opened(tender(POINTS, |_, _| {}), &[90]);
    hall.ask(word(0, 1, true, 1)).unwrap();
    hall.at(30_000).suspend().unwrap();
    assert_eq!(refused(hall.ask(word(1, 1, true, 1))), "LOT_SUSPENDED");
    hall.at(50_000).resume(None).unwrap();
    assert_eq!(hall.ends(), 80_000);
    hall.at(79_999).ask(word(1, 1, true, 1)).unwrap();
    assert!(matches!(hall.pass(80_000).book.stage(), Stage::Suspended { .. }), "an unfinished panel decides nothing");
    hall.at(100_000).resume(None).unwrap();
    assert_eq!(hall.ends(), 150_000, "it has its time anew");
    hall.ask(word(2, 1, true, 1)).unwrap();
    assert_eq!(hall.outcome(), &sold(1, 90), "and its words are kept");
}

#[test]
fn terms_of_a_panel_are_odd_and_descending() {
    let fault = |by, change: fn(&mut Terms, &mut Rules)| tender(by, change).check().unwrap_err().field;
    assert_eq!(fault(POINTS, |_, rules| rules.length_ms = 0), "scored.length_ms");
    for experts in [0, 4, 101] {
        assert_eq!(tender(POINTS, |_, rules| rules.experts = experts).check().unwrap_err().field, "scored.experts");
    }
    for (price_points, panel_points) in [(-1, 5), (5, -1), (500_000, 500_001), (i64::MAX, 1)] {
        assert_eq!(fault(By::Points { price_points, panel_points }, |_, _| {}), "scored.by");
    }
    assert_eq!(fault(POINTS, |terms, _| terms.direction = Direction::Ascending), "scored");
}

/// One expert's word: who, on whom, pass, points.
type Word = (u32, u32, bool, i64);

fn rounded(value: Decimal) -> i64 {
    value.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64().expect("in range")
}

/// The table a clerk would write by hand: a line for each offer, sorted best first.
fn naive(by: By, offers: &[(u32, i64)], words: &[Word]) -> Vec<Line> {
    let of = |paddle: u32| words.iter().filter(move |word| word.1 == paddle);
    let yes = |paddle| of(paddle).filter(|word| word.2).count();
    let passes = |paddle| yes(paddle) > of(paddle).count() - yes(paddle);
    let benchmark = offers.iter().filter(|(paddle, _)| passes(*paddle)).map(|(_, price)| *price).min();
    let Some(benchmark) = benchmark else { return vec![] };
    let mut table = vec![];
    for &(paddle, price) in offers {
        let said = of(paddle).count().max(1);
        let panel = rounded(Decimal::from(of(paddle).map(|word| word.3).sum::<i64>()) / Decimal::from(said));
        let (points, total) = match by {
            By::Points { price_points, .. } if price <= benchmark => (price_points, price_points + panel),
            By::Points { price_points, .. } => {
                let points = rounded(Decimal::from(price_points * benchmark) / Decimal::from(price));
                (points, points + panel)
            }
            By::LowestEvaluated => (0, -price - panel),
        };
        table.push((price, (paddle, passes(paddle), points, panel, total)));
    }
    // The last key first: each sort leaves equal lines as they are.
    table.sort_by_key(|(_, line)| line.0);
    table.sort_by_key(|(price, _)| *price);
    table.sort_by_key(|(_, line)| std::cmp::Reverse(line.4));
    table.sort_by_key(|(_, line)| !line.1);
    table.into_iter().map(|(_, line)| line).collect()
}

/// Sealed offers of some; who made them, rising by paddle.
fn offers(chance: &mut Chance, record: &mut Record) -> Vec<(u32, i64)> {
    let mut offers = vec![];
    for paddle in 1..=4 {
        let price = if chance.percent(5) { 0 } else { chance.range(1, 201) };
        if chance.percent(70) && record.price(0, paddle, price).is_ok() {
            offers.push((paddle, price));
        }
    }
    assert!(record.price(0, 1, 201).is_err(), "above the start");
    record.pass(10_000);
    offers
}

#[test]
fn a_naive_table_agrees() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        let mut chance = Chance::new(seed);
        let (price_points, panel_points) = (chance.range(0, 10_000), chance.range(0, 10_000));
        let by = chance.pick(&[By::Points { price_points, panel_points }, By::LowestEvaluated]);
        let reserve = chance.percent(20).then(|| chance.range(1, 201));
        let experts = chance.pick(&[1, 3, 5]);
        let terms = tender(by, |terms, rules| (rules.experts, terms.reserve) = (experts, reserve.map(money)));
        let mut record = Record::opened(seed, terms);
        let offers = offers(&mut chance, &mut record);
        let (all, max) = (experts as usize * offers.len(), if by == By::LowestEvaluated { 200 } else { panel_points });
        let (mut words, mut told, mut at) = (Vec::<Word>::new(), vec![], 10_000);
        let hurry = chance.pick(&[100, 1_000, 4_000]);
        for _ in 0..60 {
            at += chance.range(0, hurry);
            let top = if chance.percent(3) { max + 2 } else { max + 1 };
            let (expert, paddle) = (chance.range(0, i64::from(experts) + 1) as u32, chance.range(1, 5) as u32);
            let (pass, points) = (chance.percent(75), chance.range(-1, top));
            let reply: Reply = record.ask(at, word(expert, paddle, pass, points));
            let known = expert < experts && offers.iter().any(|offer| offer.0 == paddle);
            let again = words.iter().any(|word| (word.0, word.1) == (expert, paddle));
            let in_range = points >= 0 && (points <= max || by == By::LowestEvaluated);
            let good = at < 60_000 && words.len() < all && known && !again && in_range;
            assert_eq!(reply.is_ok(), good, "seed {seed}: {expert} on {paddle}: {points} at {at}, {reply:?}");
            if let Ok(events) = reply {
                words.push((expert, paddle, pass, points));
                told = events;
            }
            // A bidder's own price moves nothing now.
            assert!(record.offer(at, paddle, Offer::Price { amount: money(1) }).is_err());
        }
        if words.len() < all || offers.is_empty() {
            told = record.ask(at.max(60_000), Command::Tick).expect("a tick is never refused");
        }
        if words.len() < all {
            assert!(matches!(record.hall.book.stage(), Stage::Suspended { .. }), "seed {seed}");
            let at = at.max(60_000) + 1;
            record.ask(at, Command::Resume { at: None }).expect("it goes on");
            for (expert, paddle) in (0..experts).flat_map(|expert| offers.iter().map(move |offer| (expert, offer.0))) {
                if !words.iter().any(|word| (word.0, word.1) == (expert, paddle)) {
                    told = record.ask(at, word(expert, paddle, true, 0)).expect("it was not said");
                    words.push((expert, paddle, true, 0));
                }
            }
        }
        let table = naive(by, &offers, &words);
        assert_eq!(scores(&told), table, "seed {seed}: {offers:?} {words:?}");
        let winner = table.first().map(|line| offers.iter().find(|offer| offer.0 == line.0).expect("he offered"));
        let unsold = |reason| Outcome::Unsold { reason };
        let outcome = match winner {
            None if offers.is_empty() => unsold(UnsoldReason::NoBid),
            None => unsold(UnsoldReason::TooFew),
            Some((_, price)) if reserve.is_some_and(|reserve| *price > reserve) => unsold(UnsoldReason::BelowReserve),
            Some((paddle, price)) => sold(*paddle, *price),
        };
        assert_eq!(record.hall.outcome(), &outcome, "seed {seed}: {offers:?} {words:?}");
        record.replays();
    }
}
