//! 权重报价: the highest published score leads.

use super::AUCTIONS;
use super::dutch::Record;
use crate::support::{Chance, Hall, Reply, fresh_seeds, money, refused, with};
use matching::methods::weighted::{Indicator, Rules};
use matching::{Command, Direction, Event, Extension, Method, Offer, Outcome, Paddle, Phase, Terms, UnsoldReason};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2];

fn indicator(points: i64, low: i64, high: i64) -> Indicator {
    Indicator { name_zh: "年限".into(), name_en: "years".into(), points, low, high }
}

/// 60 points for a price from 1000 to 2000, 40 for an indicator from 0 to 10, a point a step.
fn weighted(change: impl FnOnce(&mut Terms, &mut Rules)) -> Terms {
    let mut rules = Rules {
        length_ms: 10_000,
        extension: Extension::Restart { period_ms: 10_000 },
        price_points: 6_000,
        full_price: money(2_000),
        indicators: vec![indicator(4_000, 0, 10)],
        step_points: 100,
    };
    with(|terms| {
        change(terms, &mut rules);
        terms.phases = vec![Phase::Method(Method::Weighted(rules))];
    })
}

fn hall() -> Hall {
    Hall::opened(weighted(|_, _| {}))
}

fn marks(amount: i64, marks: &[i64]) -> Offer {
    Offer::Marks { amount: money(amount), marks: marks.to_vec() }
}

fn offer(hall: &mut Hall, paddle: u32, amount: i64, of: &[i64]) -> Reply {
    let (key, offer) = (hall.key(), marks(amount, of));
    hall.ask(Command::Offer { paddle: Paddle(paddle), key, offer })
}

fn sold(paddle: u32, price: i64, score: i64) -> Outcome {
    Outcome::Sold { paddle: Paddle(paddle), price: money(price), second: Some(money(score)) }
}

/// The score of a first offer.
fn score(terms: Terms, amount: i64, of: &[i64]) -> i64 {
    assert_eq!(terms.check(), Ok(()));
    let mut hall = Hall::opened(terms);
    offer(&mut hall, 1, amount, of).expect("a good offer");
    hall.book.second().expect("a score").minor()
}

#[test]
fn a_score_is_the_price_and_the_indicators_in_proportion_half_up() {
    let of = |amount, mark| score(weighted(|_, _| {}), amount, &[mark]);
    assert_eq!(of(1_000, 0), 0);
    assert_eq!(of(1_500, 0), 3_000);
    assert_eq!(of(2_000, 10), 10_000);
    assert_eq!(of(3_000, 10), 10_000, "all the points beyond the full price, and no more");
    assert_eq!(of(1_000, 3), 1_200);
    let thirds = |amount, mark| {
        let terms = weighted(|_, rules| {
            (rules.price_points, rules.full_price, rules.indicators) = (100, money(1_003), vec![indicator(1, -1, 1)]);
        });
        score(terms, amount, &[mark])
    };
    assert_eq!((thirds(1_001, -1), thirds(1_002, -1)), (33, 67));
    assert_eq!(thirds(1_000, 0), 1, "half a hundredth");
}

#[test]
fn the_highest_score_leads_and_pays_its_own_price() {
    let mut hall = hall();
    offer(&mut hall, 1, 2_000, &[0]).unwrap();
    assert_eq!((hall.top(), hall.book.second()), (Some((1, 2_000)), Some(money(6_000))));
    offer(&mut hall, 2, 1_400, &[10]).expect("a lower price and the higher score");
    assert_eq!(hall.top(), Some((2, 1_400)));
    assert_eq!(hall.pass(10_000).outcome(), &sold(2, 1_400, 6_400));
}

#[test]
fn a_new_offer_passes_the_best_score_by_a_step() {
    let mut hall = hall();
    offer(&mut hall, 1, 1_500, &[5]).unwrap();
    assert_eq!(offer(&mut hall, 2, 1_500, &[5]).unwrap_err().code(), "BELOW_SCORE");
    assert_eq!(refused(offer(&mut hall, 2, 1_516, &[5])), "BELOW_SCORE", "50.96, and 51 is asked for");
    offer(&mut hall, 2, 1_517, &[5]).unwrap();
    assert_eq!(hall.book.second(), Some(money(5_102)));
}

#[test]
fn the_leader_does_not_pass_himself_unless_the_terms_let_him() {
    let mut hall = hall();
    offer(&mut hall, 1, 1_500, &[5]).unwrap();
    assert_eq!(refused(offer(&mut hall, 1, 2_000, &[5])), "ALREADY_LEADING");
    let mut hall = Hall::opened(weighted(|terms, _| terms.self_outbid = true));
    offer(&mut hall, 1, 1_500, &[5]).unwrap();
    offer(&mut hall, 1, 2_000, &[5]).unwrap();
}

#[test]
fn an_offer_meets_the_start_and_marks_every_indicator_within_its_bounds() {
    let mut hall = hall();
    let refusal = offer(&mut hall, 1, 999, &[5]).unwrap_err();
    assert_eq!((refusal.code(), refusal.minimum()), ("BELOW_START", Some(money(1_000))));
    for wrong in [&[][..], &[1, 1], &[-1], &[11]] {
        assert_eq!(refused(offer(&mut hall, 1, 1_000, wrong)), "WRONG_OFFER", "{wrong:?}");
    }
    assert_eq!(refused(hall.bid(1, 1_000)), "WRONG_OFFER");
    assert_eq!(refused(hall.leave_max(1, 1_000)), "WRONG_PHASE");
    assert_eq!(refused(offer(&mut hall, 9, 1_000, &[5])), "NOT_ADMITTED");
}

#[test]
fn an_offer_restarts_the_clock_and_a_refused_one_does_not() {
    let mut hall = hall();
    offer(hall.at(9_000), 1, 1_500, &[5]).unwrap();
    refused(offer(hall.at(15_000), 2, 1_500, &[5]));
    assert_eq!(hall.ends(), 19_000);
    assert_eq!(refused(offer(hall.at(19_000), 2, 2_000, &[5])), "TOO_LATE");
    assert_eq!(hall.pass(19_000).outcome(), &sold(1, 1_500, 5_000));
}

#[test]
fn the_reserve_is_a_price_whatever_the_score() {
    let reserve = || Hall::opened(weighted(|terms, _| terms.reserve = Some(money(1_600))));
    let mut hall = reserve();
    offer(&mut hall, 1, 1_600, &[0]).unwrap();
    assert_eq!(hall.pass(10_000).outcome(), &sold(1, 1_600, 3_600));
    let mut hall = reserve();
    offer(&mut hall, 1, 1_600, &[0]).unwrap();
    offer(&mut hall, 2, 1_599, &[10]).unwrap();
    assert_eq!(hall.pass(10_000).outcome(), &Outcome::Unsold { reason: UnsoldReason::BelowReserve });
    assert_eq!(reserve().pass(10_000).outcome(), &Outcome::Unsold { reason: UnsoldReason::NoBid });
}

#[test]
fn a_suspension_gives_the_time_back() {
    let mut hall = hall();
    hall.at(4_000).suspend().unwrap();
    assert_eq!(refused(offer(&mut hall, 1, 1_500, &[5])), "LOT_SUSPENDED");
    hall.at(6_000).resume(None).unwrap();
    assert_eq!(hall.ends(), 12_000);
}

#[test]
fn terms_of_weights_are_bounded_and_never_pause() {
    let fault = |change: fn(&mut Terms, &mut Rules)| weighted(change).check().unwrap_err().field;
    assert_eq!(fault(|_, rules| rules.length_ms = 0), "weighted.length_ms");
    assert_eq!(fault(|_, rules| rules.price_points = -1), "weighted.points");
    assert_eq!(fault(|_, rules| rules.indicators[0].points = 1_000_001), "weighted.points");
    assert_eq!(fault(|_, rules| rules.step_points = 0), "weighted.step_points");
    assert_eq!(fault(|_, rules| rules.indicators = vec![indicator(1, 0, 1); 17]), "weighted.indicators");
    assert_eq!(fault(|_, rules| rules.indicators[0].low = 10), "weighted.indicators");
    assert_eq!(fault(|_, rules| rules.indicators[0].low = i64::MIN), "weighted.indicators");
    assert_eq!(fault(|_, rules| rules.indicators[0].high = i64::MAX), "weighted.indicators");
    assert_eq!(fault(|_, rules| rules.full_price = money(1_000)), "weighted.full_price");
    assert_eq!(fault(|terms, _| terms.direction = Direction::Descending), "weighted.full_price");
    let paused = |rules: &mut Rules| {
        rules.extension = Extension::RestartPaused { period_ms: 1, pause_ms: 1, hard_stop_at: None };
    };
    assert_eq!(weighted(|_, rules| paused(rules)).check().unwrap_err().field, "weighted.extension");
}

/// Every offer taken: when, whose, its price and score.
type Taken = (i64, u32, i64, i64);

struct Naive<'a> {
    terms: &'a Terms,
    rules: &'a Rules,
    taken: Vec<Taken>,
}

impl Naive<'_> {
    /// Each part rounded by itself, with fractions written out.
    fn score(&self, amount: i64, marks: &[i64]) -> i64 {
        let part = |points: i64, value: i64, low: i64, high: i64| {
            let share = Decimal::from(points) * Decimal::from(value - low) / Decimal::from(high - low);
            share.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64().expect("in range")
        };
        let (start, full) = (self.terms.start_price.minor(), self.rules.full_price.minor());
        let indicators = marks.iter().zip(&self.rules.indicators);
        part(self.rules.price_points, amount.min(full), start, full)
            + indicators.map(|(mark, of)| part(of.points, *mark, of.low, of.high)).sum::<i64>()
    }

    /// The end, folded anew over every offer taken.
    fn ends_at(&self) -> i64 {
        self.taken.iter().fold(self.rules.length_ms, |end, (at, ..)| match self.rules.extension {
            Extension::Sliding { window_ms } if end - at < window_ms => at + window_ms,
            Extension::Restart { period_ms } => end.max(at + period_ms),
            Extension::AddOn { add_ms } => end + add_ms,
            _ => end,
        })
    }

    fn take(&mut self, at: i64, paddle: u32, amount: i64, marks: &[i64]) -> bool {
        let within = marks.len() == self.rules.indicators.len()
            && marks.iter().zip(&self.rules.indicators).all(|(mark, of)| of.low <= *mark && *mark <= of.high);
        let good = at < self.ends_at() && paddle <= 4 && within && amount >= self.terms.start_price.minor();
        let best = self.taken.iter().max_by_key(|taken| taken.3);
        let score = if good { self.score(amount, marks) } else { 0 };
        let passes = best.is_none_or(|best| {
            score >= best.3 + self.rules.step_points && (best.1 != paddle || self.terms.self_outbid)
        });
        self.taken.extend((good && passes).then_some((at, paddle, amount, score)));
        good && passes
    }
}

fn random(chance: &mut Chance) -> (Terms, Rules) {
    let mut of = || {
        let low = chance.range(-20, 20);
        indicator(chance.range(0, 5_000), low, low + chance.range(1, 40))
    };
    let indicators: Vec<Indicator> = vec![of(), of(), of()];
    let start = chance.range(0, 1_000);
    let rules = Rules {
        length_ms: chance.range(1, 300),
        extension: match chance.range(0, 4) {
            0 => Extension::None,
            1 => Extension::Sliding { window_ms: chance.range(1, 100) },
            2 => Extension::Restart { period_ms: chance.range(1, 300) },
            _ => Extension::AddOn { add_ms: chance.range(1, 50) },
        },
        price_points: chance.range(0, 8_000),
        full_price: money(start + chance.range(1, 1_000)),
        indicators: indicators[..chance.range(0, 4) as usize].to_vec(),
        step_points: chance.range(1, 600),
    };
    let terms = weighted(|terms, of| {
        (terms.start_price, terms.self_outbid, *of) = (money(start), chance.percent(30), rules.clone());
        terms.reserve = chance.percent(20).then(|| money(start + chance.range(0, 1_000)));
    });
    (terms, rules)
}

#[test]
fn a_naive_list_of_scores_agrees() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        let mut chance = Chance::new(seed);
        let (terms, rules) = random(&mut chance);
        let mut record = Record::opened(seed, terms.clone());
        let mut naive = Naive { terms: &terms, rules: &rules, taken: vec![] };
        let (mut at, start, span) =
            (0, terms.start_price.minor(), rules.full_price.minor() - terms.start_price.minor());
        for nth in 0..chance.range(0, 30) {
            at += chance.range(0, 40);
            // Late ticks change nothing: the clock decides.
            if chance.percent(50) {
                record.pass(at);
            }
            // Offers get better as time goes by, or nobody would pass anybody.
            let mut better = |low: i64, span: i64| low + span * chance.range(0, 10 + nth) / 20 + chance.range(-1, 1);
            let mut of: Vec<i64> = rules.indicators.iter().map(|of| better(of.low + 1, of.high - of.low)).collect();
            let amount = better(start + 1, span).max(0);
            if chance.percent(3) {
                of.push(0);
            }
            let paddle = chance.pick(&[1, 1, 2, 2, 3, 3, 4, 4, 5]);
            let reply = record.offer(at, paddle, marks(amount, &of));
            let taken = naive.take(at, paddle, amount, &of);
            assert_eq!(reply.is_ok(), taken, "seed {seed}: {paddle} {amount} {of:?} at {at} on {:?}", naive.taken);
            let ends_at = reply.iter().flatten().find_map(|event| match event {
                Event::Offered { ends_at, .. } => *ends_at,
                _ => None,
            });
            assert!(ends_at.is_none_or(|end| end.0 == naive.ends_at()), "seed {seed} at {at}");
        }
        record.pass(at + 100_000);
        let outcome = match naive.taken.last() {
            None => Outcome::Unsold { reason: UnsoldReason::NoBid },
            Some((.., price, _)) if terms.reserve.is_some_and(|reserve| *price < reserve.minor()) => {
                Outcome::Unsold { reason: UnsoldReason::BelowReserve }
            }
            Some(&(_, paddle, price, score)) => sold(paddle, price, score),
        };
        assert_eq!(record.hall.outcome(), &outcome, "seed {seed}: {:?}", naive.taken);
        record.replays();
    }
}
