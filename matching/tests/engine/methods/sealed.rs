//! 一次报价: hidden until opened; best, second price, or nearest to the mean.

use super::AUCTIONS;
use super::dutch::{Record, shown};
use crate::support::{Chance, Hall, fresh_seeds, money, refused, sold, with};
use matching::methods::dutch;
use matching::methods::sealed::{Rules, Ties, Who, Wins};
use matching::{
    Command, Direction, Entry, Event, Method, Notice, Offer, Outcome, Paddle, Phase, PhaseAt, Stage, Terms,
    UnsoldReason,
};

/// Seeds that once failed, and a few that did not.
const SEEDS: &[u64] = &[0, 1, 2];

/// Hidden offers for 10 s, in whole units, the best wins.
pub fn sealed(change: impl FnOnce(&mut Rules)) -> Phase {
    let mut rules = Rules {
        length_ms: 10_000,
        entry: Entry::Qualified,
        who: Who::Everyone,
        changes_max: 0,
        unit: money(1),
        band: None,
        unique: false,
        wins: Wins::Best,
        ties: Ties::First,
        offers_min: 0,
    };
    change(&mut rules);
    Phase::Method(Method::Sealed(rules))
}

fn of(phases: Vec<Phase>) -> Terms {
    // In whole yuan, as one-shot quotes are.
    with(|terms| (terms.scale, terms.start_price, terms.phases) = (0, money(100), phases))
}

/// Offers by paddles 1, 2, 3 and so on, then the opening.
fn opened(rules: impl FnOnce(&mut Rules), offers: &[i64]) -> Hall {
    let mut hall = Hall::opened(of(vec![sealed(rules)]));
    for (paddle, amount) in (1..).zip(offers) {
        hall.bid(paddle, *amount).expect("a good offer");
    }
    hall.pass(10_000);
    hall
}

fn mean(rules: &mut Rules) {
    (rules.wins, rules.unique) = (Wins::NearestMean, true);
}

#[test]
fn one_shot_nearest_to_the_mean() {
    for (offers, hundredths, outcome) in [
        (&[1_000_000_000, 1_010_000_000, 1_100_000_000][..], 103_666_666_667, sold(2, 1_010_000_000)),
        (&[100, 200], 15_000, sold(1, 100)),
        (&[200, 100], 15_000, sold(2, 100)),
        (&[777], 77_700, sold(1, 777)),
        (&[100, 101, 102, 103], 10_150, sold(2, 101)),
    ] {
        let mut hall = Hall::opened(of(vec![sealed(mean)]));
        (1..).zip(offers).for_each(|(paddle, amount)| drop(hall.bid(paddle, *amount).expect("a good offer")));
        let told = hall.at(10_000).ask(Command::Tick).expect("a tick");
        let shown = told.iter().find_map(|event| match event {
            Event::Told(Notice::Opened { mean, .. }) => *mean,
            _ => None,
        });
        assert_eq!((shown, hall.outcome()), (Some(hundredths), &outcome), "{offers:?}");
    }
}

#[test]
fn a_mean_is_told_to_a_hundredth_of_a_yuan_whatever_the_unit() {
    let mut hall = Hall::opened(with(|terms| (terms.start_price, terms.phases) = (money(100), vec![sealed(mean)])));
    (1..).zip([100, 10_001, 10_003]).for_each(|(paddle, amount)| drop(hall.bid(paddle, amount).expect("a good offer")));
    let told = hall.at(10_000).ask(Command::Tick).expect("a tick");
    // 20,104 / 3 in 分 is 67.0133… yuan.
    assert!(
        told.iter().any(|event| matches!(event, Event::Told(Notice::Opened { mean: Some(670_100), .. }))),
        "{told:?}"
    );
}

#[test]
fn equal_quotes_are_refused_when_unique_and_the_earlier_wins_when_not() {
    let mut hall = Hall::opened(of(vec![sealed(mean)]));
    hall.bid(1, 150).unwrap();
    assert_eq!(refused(hall.bid(2, 150)), "PRICE_TAKEN");
    assert_eq!(opened(|_| {}, &[150, 200, 200]).outcome(), &sold(2, 200));
}

#[test]
fn nobody_quotes_and_what_stood_before_wins() {
    let mut hall = Hall::opened(of(vec![sealed(|_| {}), sealed(mean)]));
    hall.bid(3, 120).unwrap();
    assert_eq!(hall.pass(10_000).phase(), PhaseAt::Index(1));
    assert_eq!(refused(hall.bid(1, 120)), "BELOW_STEP");
    assert_eq!(hall.pass(20_000).outcome(), &sold(3, 120));
    assert_eq!(opened(|_| {}, &[]).outcome(), &Outcome::Unsold { reason: UnsoldReason::NoBid });
}

#[test]
fn the_second_price_is_paid_and_alone_the_start_or_the_reserve() {
    let second = |rules: &mut Rules| rules.wins = Wins::SecondPrice;
    assert_eq!(opened(second, &[300, 500, 400]).outcome(), &sold(2, 400));
    assert_eq!(opened(second, &[500]).outcome(), &sold(1, 100));
    let mut terms = of(vec![sealed(second)]);
    terms.reserve = Some(money(450));
    let mut hall = Hall::opened(terms);
    hall.bid(1, 500).unwrap();
    hall.bid(2, 400).unwrap();
    assert_eq!(hall.pass(10_000).outcome(), &sold(1, 450));
}

#[test]
fn the_tied_offer_again_no_lower_and_then_the_earlier_wins() {
    let again = |rules: &mut Rules| (rules.ties, rules.band) = (Ties::Again, Some((money(50), money(900))));
    let mut hall = opened(again, &[200, 300, 300]);
    assert_eq!((hall.phase(), hall.ends(), hall.top()), (PhaseAt::Index(0), 20_000, Some((2, 300))));
    assert_eq!(refused(hall.bid(1, 400)), "NOT_IN_PHASE");
    assert_eq!(refused(hall.bid(2, 299)), "BELOW_STEP");
    hall.bid(3, 300).unwrap();
    hall.bid(2, 300).unwrap();
    assert_eq!(hall.pass(20_000).outcome(), &sold(2, 300), "both said it twice, 2 said it first");
    assert_eq!(opened(again, &[300, 300]).pass(20_000).outcome(), &sold(1, 300), "nobody offered again");
    let before_another = of(vec![sealed(again), sealed(|_| {})]);
    assert_eq!(before_another.check().unwrap_err().field, "sealed.ties");
}

#[test]
fn an_offer_is_one_price_in_its_band_on_its_grid_and_in_time() {
    let rules = |rules: &mut Rules| {
        (rules.unit, rules.band, rules.changes_max) = (money(100), Some((money(1_000), money(2_000))), 1);
    };
    let mut hall = Hall::opened(of(vec![sealed(rules)]));
    for (amount, code) in [(1_000, "OUTSIDE_BAND"), (2_001, "OUTSIDE_BAND"), (1_150, "NOT_ON_STEP")] {
        assert_eq!(refused(hall.bid(1, amount)), code);
    }
    let key = hall.key();
    let text = Command::Offer { paddle: Paddle(1), key, offer: Offer::Seed { seed: "x".into() } };
    assert_eq!(refused(hall.ask(text)), "WRONG_OFFER");
    assert_eq!(refused(hall.bid(9, 1_100)), "NOT_ADMITTED");
    let told = hall.bid(1, 1_500).unwrap();
    assert!(told.iter().all(|event| !event.is_public()), "hidden until opened");
    assert_eq!(hall.top(), None);
    hall.at(9_999).bid(1, 2_000).unwrap();
    assert_eq!(refused(hall.bid(1, 1_900)), "CHANGES_SPENT");
    assert_eq!(refused(hall.at(10_000).bid(2, 1_900)), "TOO_LATE");
}

#[test]
fn a_refusal_names_an_amount_that_would_be_taken() {
    let terms = of(vec![sealed(|_| {}), sealed(|rules| rules.unit = money(100))]);
    let mut hall = Hall::opened(terms);
    assert_eq!(hall.bid(1, 99).unwrap_err().minimum(), Some(money(100)));
    hall.bid(1, 130).unwrap();
    hall.pass(10_000);
    assert_eq!(hall.bid(2, 130).unwrap_err().minimum(), Some(money(200)));
    assert_eq!(hall.bid(2, 250).unwrap_err().minimum(), Some(money(300)));
}

#[test]
fn too_few_offers_sell_nothing() {
    let two = |rules: &mut Rules| rules.offers_min = 2;
    assert_eq!(opened(two, &[500]).outcome(), &Outcome::Unsold { reason: UnsoldReason::TooFew });
    assert_eq!(opened(two, &[500, 400]).outcome(), &sold(1, 500));
}

#[test]
fn a_suspension_gives_back_the_time_it_took() {
    let mut hall = Hall::opened(of(vec![sealed(|_| {})]));
    hall.bid(1, 150).unwrap();
    hall.at(4_000).suspend().unwrap();
    assert_eq!(refused(hall.at(5_000).bid(2, 160)), "LOT_SUSPENDED");
    hall.at(7_000).resume(None).unwrap();
    assert_eq!(hall.ends(), 13_000);
    hall.at(12_999).bid(2, 160).unwrap();
    assert_eq!(hall.pass(13_000).outcome(), &sold(2, 160));
}

/// Keeps all that was said and sorts at the end.
struct Naive {
    terms: Terms,
    first: Option<u32>,
    stands: Option<(u32, i64)>,
    said: Vec<(u32, i64)>,
    tied: Vec<u32>,
    failed: bool,
}

impl Naive {
    fn better(&self, a: i64, b: i64) -> bool {
        if self.terms.direction == Direction::Ascending { a > b } else { a < b }
    }

    /// The last word of each, in the order they were said.
    fn last(&self) -> Vec<(u32, i64)> {
        let last = |&(nth, (who, _)): &(usize, &(u32, i64))| self.said[nth + 1..].iter().all(|(later, _)| later != who);
        self.said.iter().enumerate().filter(last).map(|(_, said)| *said).collect()
    }

    fn allows(&self, rules: &Rules, paddle: u32, amount: i64) -> bool {
        let his_turn = match rules.who {
            Who::Everyone => true,
            Who::AllButFirst => self.first != Some(paddle),
            Who::FirstOnly => self.first == Some(paddle),
        };
        let passes = match self.stands {
            Some((_, price)) => self.better(amount, price) || (!self.tied.is_empty() && amount == price),
            None => !self.better(self.terms.start_price.minor(), amount),
        };
        (1..=4).contains(&paddle)
            && his_turn
            && (self.tied.is_empty() || self.tied.contains(&paddle))
            && self.said.iter().filter(|(who, _)| *who == paddle).count() <= rules.changes_max as usize
            && rules.band.is_none_or(|(low, high)| low.minor() < amount && amount <= high.minor())
            && passes
            && amount % rules.unit.minor() == 0
            && !(rules.unique && self.last().iter().any(|&(who, theirs)| who != paddle && theirs == amount))
    }

    fn open(&mut self, rules: &Rules) {
        let mut last = self.last();
        self.said.clear();
        let again = !std::mem::take(&mut self.tied).is_empty();
        self.failed = last.len() < rules.offers_min as usize && !again;
        if self.failed || last.is_empty() {
            return;
        }
        let (sum, count) = (last.iter().map(|(_, amount)| amount * 100).sum::<i64>(), last.len() as i64);
        let mean = sum / count + i64::from(2 * (sum % count) >= count);
        last.sort_by_key(|&(_, amount)| match (rules.wins, self.terms.direction) {
            (Wins::NearestMean, _) => ((amount * 100 - mean).abs(), amount),
            (_, Direction::Ascending) => (-amount, 0),
            (_, Direction::Descending) => (amount, 0),
        });
        let (who, best) = last[0];
        let equal: Vec<u32> = last.iter().filter(|(_, amount)| *amount == best).map(|(who, _)| *who).collect();
        if again && self.stands.is_some_and(|(_, price)| price == best) {
            return;
        }
        let mut pays = best;
        if rules.ties == Ties::Again && equal.len() > 1 && !again {
            self.tied = equal;
        } else if rules.wins == Wins::SecondPrice {
            let floor = self.stands.map_or(self.terms.start_price.minor(), |(_, price)| price);
            pays = last.get(1).map_or(floor, |(_, second)| *second);
            let reserve = self.terms.reserve.map(|reserve| reserve.minor());
            let lifts = |reserve: &i64| self.better(*reserve, pays) && !self.better(*reserve, best);
            pays = reserve.filter(lifts).unwrap_or(pays);
        }
        self.stands = Some((who, pays));
    }

    fn outcome(&self) -> Outcome {
        let missed = |price| self.terms.reserve.is_some_and(|reserve| self.better(reserve.minor(), price));
        match self.stands {
            _ if self.failed => Outcome::Unsold { reason: UnsoldReason::TooFew },
            None => Outcome::Unsold { reason: UnsoldReason::NoBid },
            Some((_, price)) if missed(price) => Outcome::Unsold { reason: UnsoldReason::BelowReserve },
            Some((paddle, price)) => sold(paddle, price),
        }
    }
}

fn random_rules(chance: &mut Chance, who: Who, direction: Direction, last: bool) -> Phase {
    let near_mean = direction == Direction::Ascending && chance.percent(40);
    let wins = if near_mean { Wins::NearestMean } else { chance.pick(&[Wins::Best, Wins::SecondPrice]) };
    let ties = if last && !near_mean { chance.pick(&[Ties::First, Ties::Again]) } else { Ties::First };
    sealed(|rules| {
        (rules.who, rules.wins, rules.ties) = (who, wins, ties);
        rules.changes_max = chance.range(0, 3) as u32;
        rules.unit = money(chance.pick(&[1, 1, 3, 10]));
        rules.unique = chance.percent(30);
        rules.offers_min = chance.pick(&[0, 0, 0, 2]);
        rules.band = chance.percent(25).then(|| (money(chance.range(60, 110)), money(chance.range(111, 140))));
    })
}

fn random_terms(chance: &mut Chance) -> Terms {
    let direction = chance.pick(&[Direction::Ascending, Direction::Descending]);
    let fall = dutch::Rules { drop: money(chance.range(1, 8)), every_ms: 100, steps: chance.range(1, 8) as u32 };
    let mut terms = of(match chance.percent(40) {
        true => vec![
            Phase::Method(Method::Dutch(fall)),
            random_rules(chance, Who::AllButFirst, direction, false),
            random_rules(chance, Who::FirstOnly, direction, true),
        ],
        false => vec![random_rules(chance, Who::Everyone, direction, true)],
    });
    let reserve = if direction == Direction::Ascending { chance.range(100, 130) } else { chance.range(70, 101) };
    (terms.direction, terms.reserve) = (direction, chance.percent(30).then(|| money(reserve)));
    terms
}

#[test]
fn a_naive_book_of_sealed_offers_agrees() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        let mut chance = Chance::new(seed);
        let terms = random_terms(&mut chance);
        let mut naive =
            Naive { terms: terms.clone(), first: None, stands: None, said: vec![], tied: vec![], failed: false };
        let mut record = Record::opened(seed, terms);
        let mut highest = [None; 10];
        while let Stage::Running(clock) = *record.hall.book.stage() {
            let phase = record.hall.book.phase(clock.phase).cloned();
            let Some(Phase::Method(Method::Sealed(rules))) = &phase else {
                record.pass(clock.began_at.0 + chance.range(0, 800).min(clock.ends_at.since(clock.began_at) - 1));
                if chance.percent(80) {
                    let (paddle, price) = (chance.range(1, 5) as u32, shown(&record.hall));
                    record.price(record.hall.now, paddle, price).expect("the shown price");
                    (naive.first, naive.stands) = (Some(paddle), Some((paddle, price)));
                    highest[paddle as usize] = Some(money(price));
                } else {
                    record.pass(clock.ends_at.0);
                }
                continue;
            };
            let mut at = clock.began_at.0;
            for _ in 0..chance.range(0, 10) {
                at += chance.range(0, 1_300);
                let amount = if chance.percent(50) { chance.pick(&[60, 90, 120]) } else { chance.range(60, 140) };
                let paddle = chance.range(1, 6) as u32;
                let may = at < clock.ends_at.0 && naive.allows(rules, paddle, amount);
                let reply = record.price(at, paddle, amount);
                assert_eq!(reply.is_ok(), may, "seed {seed}: {paddle} {amount} {reply:?} {rules:?}");
                if may {
                    naive.said.push((paddle, amount));
                    highest[paddle as usize] = Some(money(amount));
                }
            }
            record.pass(clock.ends_at.0);
            naive.open(rules);
            naive.first = naive.first.or(naive.stands.map(|(paddle, _)| paddle));
        }
        assert_eq!(record.hall.outcome(), &naive.outcome(), "seed {seed}");
        if let Outcome::Sold { paddle, price, .. } = record.hall.outcome() {
            let said = highest[paddle.0 as usize].expect("he offered");
            assert!(!record.hall.book.terms().direction.better(*price, said), "seed {seed}: no more than he said");
        }
        record.replays();
    }
}

#[test]
fn unequal_offers_sell_alike_in_any_order() {
    for seed in SEEDS.iter().copied().chain(fresh_seeds(AUCTIONS)) {
        println!("seed {seed}");
        let mut chance = Chance::new(seed);
        let mut terms = random_terms(&mut chance);
        terms.phases = vec![random_rules(&mut chance, Who::Everyone, terms.direction, true)];
        let offers: Vec<(u32, i64)> =
            (1..=4).map(|paddle| (paddle, 4 * chance.range(15, 35) + i64::from(paddle))).collect();
        let mut outcomes = vec![];
        for turn in 0..4 {
            let mut hall = Hall::opened(terms.clone());
            for nth in 0..4 {
                let (paddle, amount) = offers[(nth + turn) % 4];
                let _ = hall.bid(paddle, amount);
            }
            outcomes.push(hall.pass(10_000).outcome().clone());
        }
        assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "seed {seed}: {outcomes:?}");
    }
}
