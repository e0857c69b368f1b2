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

/// What one fact took from the score, in hundredths of a point.
pub fn cost_hundredths(scheme: &Scheme, evaluation: &Evaluation, fact: &Fact) -> u32 {
    let counted = evaluation.measured.iter().filter(|one| one.value_tenths.is_some());
    let weights: u64 = counted.map(|one| u64::from(one.weight)).sum();
    let Some(of) = evaluation.measured.iter().find(|one| one.indicator == fact.indicator) else { return 0 };
    let (weight, whole) = (u64::from(of.weight), of.tally.whole);
    let cost = match fact.weighs {
        _ if weights == 0 => 0,
        Weighs::Good(true) => 0,
        Weighs::Good(false) => rounded(10_000 * weight, whole * weights),
        Weighs::Card(level) => {
            let points = if level == CardLevel::Red { scheme.red_points } else { scheme.yellow_points };
            rounded(100 * u64::from(points) * weight, weights)
        }
        Weighs::Days { used, promised } => {
            let over = (2 * u64::from(used)).saturating_sub(u64::from(promised));
            if over == 0 { 0 } else { rounded(10_000 * weight * over, 2 * whole * weights) }
        }
    };
    cost as u32
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
        // A late case of ten costs 25/75 of ten points = 3.333…; the card 5 × 20/75 = 1.333…; of a case's days
        // (6 − 5)/100 of 100 points × 10/75 = 0.1333….
        assert_eq!(cost_hundredths(&scheme, &evaluation, &facts[0]), 333);
        assert_eq!(cost_hundredths(&scheme, &evaluation, &facts[1]), 0);
        assert_eq!(cost_hundredths(&scheme, &evaluation, &facts[2]), 13);
        assert_eq!(cost_hundredths(&scheme, &evaluation, facts.last().expect("a card")), 133);
        // What the cases cost adds up to what is missing from 100, but for the rounding of each.
        let lost: u32 = facts.iter().map(|fact| cost_hundredths(&scheme, &evaluation, fact)).sum();
        assert_eq!(lost, 2 * 333 + 10 * 13 + 133);
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
