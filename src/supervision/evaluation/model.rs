//! The arithmetic of an evaluation, pure and in integers: values and scores are tenths of a point of 100, what a
//! single case cost is hundredths.

use crate::named::named;
use crate::supervision::cards::model::CardLevel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

named! {
    UnitKind {
        Agency "agency";
        Center "center";
    }
}

named! {
    Indicator {
        /// 承诺时限内办结率.
        Promised "promised";
        /// 法定时限内办结率.
        Legal "legal";
        /// 红黄牌: points off for each that was not withdrawn.
        Cards "cards";
        /// 网上实现率.
        Online "online";
        /// 平均用时: days used of days promised; half of them or fewer is full marks, half as many again is none.
        Days "days";
        /// 指令按期答复率.
        Orders "orders";
        /// 整改率 of confirmed cards.
        Corrected "corrected";
        /// 投诉按期受理办结率.
        Complaints "complaints";
        /// 执法结案率.
        Enforcement "enforcement";
    }
}

impl Indicator {
    /// Whether this kind of unit ever does what is measured.
    fn is_of(self, kind: UnitKind) -> bool {
        match self {
            Self::Cards | Self::Corrected => true,
            Self::Orders => kind == UnitKind::Center,
            Self::Promised | Self::Legal | Self::Online | Self::Days | Self::Complaints | Self::Enforcement => {
                kind == UnitKind::Agency
            }
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct IndicatorWeight {
    pub indicator: Indicator,
    pub weight: u32,
}

/// What one kind of unit is measured by.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    pub kind: UnitKind,
    /// They add up to 100.
    pub weights: Vec<IndicatorWeight>,
    /// Points off for a card.
    pub yellow_points: u32,
    pub red_points: u32,
    /// 优秀, 良好 and 合格 from so many tenths of a point on.
    pub excellent_tenths: u32,
    pub good_tenths: u32,
    pub pass_tenths: u32,
}

impl Scheme {
    /// What is wrong with it.
    pub fn fault(&self) -> Option<(&'static str, &'static str, &'static str)> {
        let sum: u32 = self.weights.iter().map(|one| one.weight.min(101)).sum();
        let twice =
            |one: &IndicatorWeight| self.weights.iter().filter(|other| other.indicator == one.indicator).count() > 1;
        if sum != 100 {
            return Some(("weights", "权重之和须为100", "the weights add up to 100"));
        }
        if self.weights.iter().any(|one| one.weight == 0 || twice(one)) {
            return Some(("weights", "指标重复或权重为零", "an indicator stands twice or weighs nothing"));
        }
        if self.weights.iter().any(|one| !one.indicator.is_of(self.kind)) {
            return Some(("weights", "该类单位没有此项指标", "an indicator this kind of unit is not measured by"));
        }
        if self.yellow_points > self.red_points || self.red_points > 100 {
            return Some((
                "red_points",
                "扣分不正确",
                "a red card costs at least what a yellow one does, and at most 100",
            ));
        }
        let grades = 0 < self.pass_tenths
            && self.pass_tenths < self.good_tenths
            && self.good_tenths < self.excellent_tenths
            && self.excellent_tenths <= 1_000;
        (!grades).then_some(("excellent_tenths", "等次分数线不正确", "the grades' limits rise from pass to excellent"))
    }
}

named! {
    Grade {
        /// 优秀.
        Excellent "excellent";
        /// 良好.
        Good "good";
        /// 合格.
        Pass "pass";
        /// 不合格: the unit receives a 监察建议书.
        Fail "fail";
    }
}

/// One thing that was measured.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub indicator: Indicator,
    /// What people call it: a case's number, an order's, an item's code.
    pub number: String,
    /// Where it is read, as an address of this platform's pages.
    pub path: String,
    pub weighs: Weighs,
}

#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Weighs {
    /// One of many, good or not.
    Good(bool),
    Card(CardLevel),
    Days {
        used: u32,
        promised: u32,
    },
}

/// What the facts of one indicator add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Good ones; days used; yellow cards.
    pub part: u64,
    /// All of them; days promised; red cards.
    pub whole: u64,
}

/// `part / whole` with the half rounded up.
fn rounded(part: u64, whole: u64) -> u64 {
    (2 * part + whole) / (2 * whole)
}

fn tally<'a>(facts: impl Iterator<Item = &'a Fact>) -> Tally {
    facts.fold(Tally::default(), |sum, fact| match fact.weighs {
        Weighs::Good(good) => Tally { part: sum.part + u64::from(good), whole: sum.whole + 1 },
        Weighs::Days { used, promised } => {
            Tally { part: sum.part + u64::from(used), whole: sum.whole + u64::from(promised) }
        }
        Weighs::Card(CardLevel::Red) => Tally { whole: sum.whole + 1, ..sum },
        Weighs::Card(_) => Tally { part: sum.part + 1, ..sum },
    })
}

/// An indicator's value in tenths; none where there was nothing to measure.
fn value(scheme: &Scheme, indicator: Indicator, tally: Tally) -> Option<u32> {
    let Tally { part, whole } = tally;
    let tenths = match indicator {
        Indicator::Cards => 1_000_u64
            .saturating_sub(10 * (part * u64::from(scheme.yellow_points) + whole * u64::from(scheme.red_points))),
        _ if whole == 0 => return None,
        Indicator::Days => 1_500_u64.saturating_sub(rounded(1_000 * part, whole)).min(1_000),
        _ => rounded(1_000 * part, whole),
    };
    Some(tenths as u32)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    pub indicator: Indicator,
    pub weight: u32,
    pub tally: Tally,
    pub value_tenths: Option<u32>,
}

/// A unit's evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// None where the unit had no business in the period: doing nothing is not excellence.
    pub score_tenths: Option<u32>,
    pub grade: Option<Grade>,
    pub measured: Vec<Measured>,
}

/// Score = Σ weight·value / Σ weight over the indicators that had something to measure.
pub fn evaluate(scheme: &Scheme, facts: &[Fact]) -> Evaluation {
    let measured: Vec<Measured> = scheme
        .weights
        .iter()
        .map(|one| {
            let tally = tally(facts.iter().filter(|fact| fact.indicator == one.indicator));
            let value_tenths = value(scheme, one.indicator, tally);
            Measured { indicator: one.indicator, weight: one.weight, tally, value_tenths }
        })
        .collect();
    let had_business = facts.iter().any(|fact| fact.indicator != Indicator::Online);
    let counted =
        measured.iter().filter_map(|one| one.value_tenths.map(|value| (u64::from(one.weight), u64::from(value))));
    let (weights, sum) =
        counted.fold((0, 0), |(weights, sum), (weight, value)| (weights + weight, sum + weight * value));
    let score = (had_business && weights > 0).then(|| rounded(sum, weights) as u32);
    let grade = score.map(|score| match score {
        score if score >= scheme.excellent_tenths => Grade::Excellent,
        score if score >= scheme.good_tenths => Grade::Good,
        score if score >= scheme.pass_tenths => Grade::Pass,
        _ => Grade::Fail,
    });
    Evaluation { score_tenths: score, grade, measured }
}

/// What each fact took from the score, in hundredths of a point: together all that is missing from 100, to the last
/// hundredth, and of each indicator in proportion to weight·(100 − value).
pub fn costs(scheme: &Scheme, evaluation: &Evaluation, facts: &[Fact]) -> Vec<u32> {
    let missing = evaluation.score_tenths.map_or(0, |score| 10 * u64::from(1_000_u32.saturating_sub(score)));
    let lost = |one: &Measured| {
        u64::from(one.weight) * one.value_tenths.map_or(0, |value| u64::from(1_000_u32.saturating_sub(value)))
    };
    let of_indicators = shared_out(missing, &evaluation.measured.iter().map(lost).collect::<Vec<_>>());
    let mut costs = vec![0; facts.len()];
    for (one, missing) in evaluation.measured.iter().zip(of_indicators) {
        let its_own = |fact: &Fact| if fact.indicator == one.indicator { blame(scheme, fact) } else { 0 };
        let shares = shared_out(missing, &facts.iter().map(its_own).collect::<Vec<_>>());
        costs.iter_mut().zip(shares).for_each(|(cost, share)| *cost += share as u32);
    }
    costs
}

/// How much a fact weighs against its unit, beside others of its indicator.
fn blame(scheme: &Scheme, fact: &Fact) -> u64 {
    match fact.weighs {
        Weighs::Good(good) => u64::from(!good),
        Weighs::Card(CardLevel::Red) => scheme.red_points.into(),
        Weighs::Card(_) => scheme.yellow_points.into(),
        Weighs::Days { used, promised } => (2 * u64::from(used)).saturating_sub(promised.into()),
    }
}

/// `amount` in proportion to `parts`, to the last unit: the largest remainders get one more, the first of equal ones.
fn shared_out(amount: u64, parts: &[u64]) -> Vec<u64> {
    let whole: u64 = parts.iter().sum();
    if whole == 0 {
        return vec![0; parts.len()];
    }
    let mut shares: Vec<u64> = parts.iter().map(|part| amount * part / whole).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(amount * parts[at] % whole));
    let left = amount - shares.iter().sum::<u64>();
    order.iter().take(left as usize).for_each(|&at| shares[at] += 1);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supervision::evaluation::schemes::seeded;

    fn fact(indicator: Indicator, weighs: Weighs) -> Fact {
        Fact { indicator, number: "1".into(), path: "/".into(), weighs }
    }

    fn agency() -> Scheme {
        seeded(UnitKind::Agency)
    }

    #[test]
    fn the_release_s_schemes_are_sound() {
        for &kind in UnitKind::ALL {
            assert_eq!(seeded(kind).fault(), None, "{kind:?}");
        }
        let mut heavy = agency();
        heavy.weights[0].weight += 1;
        assert!(heavy.fault().is_some());
        let upside_down = Scheme { pass_tenths: 950, ..agency() };
        assert!(upside_down.fault().is_some());
        let others = Scheme { kind: UnitKind::Center, ..agency() };
        assert!(others.fault().is_some(), "a center decides no cases");
    }

    /// By hand: 8 of 10 in the promised limit, all in the legal, one yellow card, 30 of 50 promised days used.
    /// promised 80.0 × 25 + legal 100 × 20 + cards 95.0 × 20 + days (150 − 60) 90.0 × 10
    /// = 2000 + 2000 + 1900 + 900 = 6800 over the 75 points that could be measured = 90.666… → 90.7.
    #[test]
    fn a_score_is_what_the_pencil_says() {
        let mut facts = Vec::new();
        for i in 0..10 {
            facts.push(fact(Indicator::Promised, Weighs::Good(i >= 2)));
            facts.push(fact(Indicator::Legal, Weighs::Good(true)));
            facts.push(fact(Indicator::Days, Weighs::Days { used: 3, promised: 5 }));
        }
        facts.push(fact(Indicator::Cards, Weighs::Card(CardLevel::Yellow)));
        let scheme = agency();
        let evaluation = evaluate(&scheme, &facts);
        let values: Vec<_> = evaluation.measured.iter().map(|one| one.value_tenths).collect();
        assert_eq!(values, [Some(800), Some(1_000), Some(950), None, Some(900), None, None, None]);
        assert_eq!((evaluation.score_tenths, evaluation.grade), (Some(907), Some(Grade::Excellent)));
        // 9.30 points are missing. By the pencil promised takes 500/700 of them, the card 100/700 and the days 100/700:
        // 6.643, 1.329 and 1.329, rounded so that nothing is left over.
        let costs = costs(&scheme, &evaluation, &facts);
        let of = |indicator: Indicator| -> Vec<u32> {
            let its = facts.iter().zip(&costs).filter(|(fact, _)| fact.indicator == indicator);
            its.map(|(_, cost)| *cost).filter(|cost| *cost > 0).collect()
        };
        assert_eq!((of(Indicator::Promised), of(Indicator::Legal)), (vec![332, 332], vec![]));
        assert_eq!(
            (of(Indicator::Cards), of(Indicator::Days)),
            (vec![133], vec![14, 14, 14, 13, 13, 13, 13, 13, 13, 13])
        );
        assert_eq!(costs.iter().sum::<u32>(), 930);
    }

    /// Whatever the facts: the list behind a score adds up to what is missing from it.
    #[test]
    fn the_costs_are_what_is_missing_from_the_score() {
        let mut seed = 20_261_127_u64;
        let mut draw = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for round in 0..500 {
            let facts: Vec<Fact> = (0..draw(30))
                .map(|_| match draw(4) {
                    0 => fact(Indicator::Promised, Weighs::Good(draw(2) == 0)),
                    1 => fact(Indicator::Legal, Weighs::Good(draw(5) > 0)),
                    // Fast ones beside slow ones: the value may be whole though some were slow.
                    2 => fact(Indicator::Days, Weighs::Days { used: draw(12) as u32, promised: 5 }),
                    // Enough of them to fall through the floor.
                    _ => fact(
                        Indicator::Cards,
                        Weighs::Card(if draw(2) == 0 { CardLevel::Red } else { CardLevel::Yellow }),
                    ),
                })
                .collect();
            let evaluation = evaluate(&agency(), &facts);
            let sum: u32 = costs(&agency(), &evaluation, &facts).iter().sum();
            let missing = evaluation.score_tenths.map_or(0, |score| 10 * (1_000 - score));
            assert_eq!(sum, missing, "round {round}: {facts:?}");
        }
    }

    #[test]
    fn cards_take_points_down_to_nothing() {
        let red = || fact(Indicator::Cards, Weighs::Card(CardLevel::Red));
        let values: Vec<_> = (0..=6)
            .map(|count| {
                let facts: Vec<Fact> = (0..count).map(|_| red()).collect();
                evaluate(&agency(), &facts).measured[2].value_tenths
            })
            .collect();
        assert_eq!(values, [1_000, 800, 600, 400, 200, 0, 0].map(Some));
    }

    #[test]
    fn grades_begin_at_their_limits_and_halves_round_up() {
        let at = |good: usize, all: usize| {
            let scheme = Scheme {
                weights: vec![IndicatorWeight { indicator: Indicator::Orders, weight: 100 }],
                ..seeded(UnitKind::Center)
            };
            let facts: Vec<Fact> = (0..all).map(|i| fact(Indicator::Orders, Weighs::Good(i < good))).collect();
            let evaluation = evaluate(&scheme, &facts);
            (evaluation.score_tenths.expect("a score"), evaluation.grade.expect("a grade"))
        };
        assert_eq!(at(9, 10), (900, Grade::Excellent));
        assert_eq!(at(8, 9), (889, Grade::Good));
        assert_eq!(at(4, 5), (800, Grade::Good));
        assert_eq!(at(3, 5), (600, Grade::Pass));
        assert_eq!(at(1, 2), (500, Grade::Fail));
        // 1/16 is 6.25 points.
        assert_eq!(at(1, 16).0, 63);
        assert_eq!(at(1, 3).0, 333);
    }

    #[test]
    fn a_unit_without_business_has_no_grade() {
        let online = fact(Indicator::Online, Weighs::Good(true));
        let idle = evaluate(&agency(), &[online]);
        assert_eq!((idle.score_tenths, idle.grade), (None, None));
    }
}
