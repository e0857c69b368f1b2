//! 裁量基准: which grade the facts are, what range goes with it, and whether a decision keeps to it. Pure.

use crate::calendar::Day;
use crate::error::{ApiError, ApiResult};
use crate::registers::BarScope;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use utoipa::ToSchema;

const TEXT_CHARS_MAX: usize = 500;
const EVIDENCE_MAX: usize = 20;
const GRADES_MAX: usize = 12;
/// Nobody is barred for longer than for life in office.
const BAR_MONTHS_MAX: u32 = 120;
/// Money has two places here, and stays far inside what a register shows.
const SCALE: u32 = 2;
const MONEY_MAX: i64 = 1_000_000_000_000;

/// 裁量档次.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum DiscretionGrade {
    /// 不予处罚.
    None,
    /// 减轻.
    Below,
    /// 从轻.
    Light,
    /// 一般.
    Normal,
    /// 从重.
    Heavy,
}

impl DiscretionGrade {
    pub fn name(self) -> &'static str {
        match self {
            DiscretionGrade::None => "none",
            DiscretionGrade::Below => "below",
            DiscretionGrade::Light => "light",
            DiscretionGrade::Normal => "normal",
            DiscretionGrade::Heavy => "heavy",
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyKind {
    /// 不予处罚.
    None,
    /// 警告、通报批评.
    Warning,
    /// 罚款.
    Fine,
    /// 没收违法所得.
    Confiscation,
}

/// What the range is counted in.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RangeUnit {
    Yuan,
    /// Of the base: the highest bid, the contract's amount.
    PercentOfBase,
}

/// One grade of a rule.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct GradeRow {
    pub grade: DiscretionGrade,
    /// 适用情形.
    pub condition_zh: String,
    pub condition_en: String,
    pub penalty: PenaltyKind,
    pub unit: RangeUnit,
    /// Decimal strings, both inside the range.
    pub min: String,
    pub max: String,
    /// 禁止参加竞买, in months; 0 to 0 does not bar.
    pub bar_months_min: u32,
    pub bar_months_max: u32,
    /// 所需证据.
    pub evidence: Vec<String>,
}

/// 裁量基准 of one act.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct DiscretionRule {
    pub code: String,
    /// 违法行为.
    pub act_zh: String,
    pub act_en: String,
    /// 法律依据 and its article.
    pub law: String,
    pub article: String,
    /// 示例: comes with the demonstration, and is no agency's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub example: bool,
    /// 适用范围: what kind of dealings the article is of, and who punishes by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_zh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_en: Option<String>,
    /// What grants the bar, where a grade has one: an article that fines does not bar by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bar_basis: Option<String>,
    /// From which dealings it bars: those the law is of; from all where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bar_scope: Option<BarScope>,
    pub effective_from: String,
    /// The first day it no longer applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<String>,
    pub grades: Vec<GradeRow>,
}

/// 处罚: what is decided.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Penalty {
    /// Code of the discretion rule.
    pub rule: String,
    pub grade: DiscretionGrade,
    /// In yuan, a decimal string.
    pub amount: String,
    /// What a percentage is of, in yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// 禁止参加竞买, in months; 0 bars nobody.
    pub bar_months: u32,
    /// Why this grade and this amount.
    pub reason: String,
}

impl Penalty {
    /// 不予处罚: it takes nothing and bars from nothing.
    pub fn spares(&self) -> bool {
        self.grade == DiscretionGrade::None && self.bar_months == 0 && self.costs_nothing()
    }

    pub fn costs_nothing(&self) -> bool {
        self.yuan().is_some_and(|amount| amount.is_zero())
    }

    /// What it costs, where that reads as money.
    pub fn yuan(&self) -> Option<Decimal> {
        yuan("penalty.amount", &self.amount).ok()
    }
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Deviation {
    /// Another grade than the facts'.
    OtherGrade,
    /// An amount outside the grade's range.
    OutsideRange,
    /// A bar shorter or longer than the grade's.
    BarOutsideRange,
    /// A share of something else than what the lot closed at, or of what nothing on the platform says.
    OtherBase,
}

/// A decimal string of yuan in whole fen.
pub fn yuan(field: &str, text: &str) -> ApiResult<Decimal> {
    let amount = Decimal::from_str(text.trim())
        .ok()
        .filter(|amount| amount.scale() <= SCALE && !amount.is_sign_negative() && *amount <= Decimal::from(MONEY_MAX));
    amount.ok_or_else(|| ApiError::bad_request(field, "金额格式不正确，最多两位小数", "not an amount in yuan and fen"))
}

fn percent(field: &str, text: &str) -> ApiResult<Decimal> {
    let share = Decimal::from_str(text.trim()).ok();
    let share = share.filter(|share| share.scale() <= 4 && (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(share));
    share.ok_or_else(|| ApiError::bad_request(field, "百分比须在0至100之间", "a percentage is between 0 and 100"))
}

impl GradeRow {
    fn check(&self, at: usize) -> ApiResult<()> {
        let name = |field: &str| format!("grades.{at}.{field}");
        for (field, text) in [("condition_zh", &self.condition_zh), ("condition_en", &self.condition_en)] {
            crate::app::filled(&name(field), text, TEXT_CHARS_MAX)?;
        }
        let read = |field: &str, text: &str| match self.unit {
            RangeUnit::Yuan => yuan(&name(field), text),
            RangeUnit::PercentOfBase => percent(&name(field), text),
        };
        if read("min", &self.min)? > read("max", &self.max)? {
            return Err(ApiError::bad_request(&name("max"), "上限低于下限", "the range ends before it begins"));
        }
        let bars = self.bar_months_min <= self.bar_months_max && self.bar_months_max <= BAR_MONTHS_MAX;
        if !bars {
            let (zh, en) = ("禁止期限范围不正确", "not a range of months, of ten years at most");
            return Err(ApiError::bad_request(&name("bar_months_max"), zh, en));
        }
        if self.evidence.len() > EVIDENCE_MAX {
            return Err(ApiError::bad_request(&name("evidence"), "证据过多", "too many pieces of evidence"));
        }
        self.evidence.iter().try_for_each(|text| crate::app::filled(&name("evidence"), text, TEXT_CHARS_MAX).map(drop))
    }

    /// The range in yuan, over `base` where it is a share of it; rounded to fen inwards.
    pub fn range(&self, base: Option<&str>) -> ApiResult<(Decimal, Decimal)> {
        if self.unit == RangeUnit::Yuan {
            return Ok((yuan("min", &self.min)?, yuan("max", &self.max)?));
        }
        let base = base.ok_or_else(|| {
            ApiError::bad_request("penalty.base", "请填写计算基数（如最高应价）", "name what the percentage is of")
        })?;
        let base = yuan("penalty.base", base)?;
        let of = |share: &str| Ok::<_, ApiError>(base * percent("min", share)? / Decimal::ONE_HUNDRED);
        let inwards = |amount: Decimal, strategy| amount.round_dp_with_strategy(SCALE, strategy);
        use rust_decimal::RoundingStrategy::{ToNegativeInfinity, ToPositiveInfinity};
        Ok((inwards(of(&self.min)?, ToPositiveInfinity), inwards(of(&self.max)?, ToNegativeInfinity)))
    }
}

impl DiscretionRule {
    pub fn check(&self) -> ApiResult<()> {
        let is_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        if !(2..=40).contains(&self.code.len()) || !self.code.chars().all(is_code) {
            return Err(ApiError::bad_request("code", "编码为大写字母、数字和连字符", "capitals, digits and hyphens"));
        }
        for (field, text) in
            [("act_zh", &self.act_zh), ("act_en", &self.act_en), ("law", &self.law), ("article", &self.article)]
        {
            crate::app::filled(field, text, TEXT_CHARS_MAX)?;
        }
        for (field, text) in
            [("scope_zh", &self.scope_zh), ("scope_en", &self.scope_en), ("bar_basis", &self.bar_basis)]
        {
            text.as_ref().map_or(Ok(""), |text| crate::app::filled(field, text, TEXT_CHARS_MAX))?;
        }
        let day = |field: &str, text: &str| {
            text.parse::<Day>().map_err(|error| ApiError::bad_request(field, "日期格式：2026-10-01", &error))
        };
        let from = day("effective_from", &self.effective_from)?;
        if let Some(until) = &self.effective_until
            && day("effective_until", until)? <= from
        {
            return Err(ApiError::bad_request("effective_until", "须晚于生效日", "it ends before it begins"));
        }
        let mut grades: Vec<DiscretionGrade> = self.grades.iter().map(|row| row.grade).collect();
        grades.sort_unstable();
        let twice = grades.windows(2).any(|pair| pair[0] == pair[1]);
        if grades.is_empty() || grades.len() > GRADES_MAX || twice {
            return Err(ApiError::bad_request("grades", "每个档次写一行", "one row for each grade, and one at least"));
        }
        self.grades.iter().enumerate().try_for_each(|(at, row)| row.check(at))
    }

    pub fn in_force(&self, on: Day) -> bool {
        let from = self.effective_from.parse::<Day>().is_ok_and(|from| from <= on);
        let over = self.effective_until.as_deref().and_then(|until| until.parse::<Day>().ok());
        from && over.is_none_or(|until| on < until)
    }

    pub fn row(&self, grade: DiscretionGrade) -> ApiResult<&GradeRow> {
        let row = self.grades.iter().find(|row| row.grade == grade);
        row.ok_or_else(|| ApiError::bad_request("grade", "该条款没有这个档次", "the rule has no such grade"))
    }

    /// Where a decision leaves the standard; nowhere is best. `base`: what a percentage is of, where the platform
    /// knows; what the decider himself names in its place widens the range to whatever he likes.
    pub fn deviations(
        &self,
        facts: DiscretionGrade,
        penalty: &Penalty,
        base: Option<Decimal>,
    ) -> ApiResult<Vec<Deviation>> {
        let row = self.row(penalty.grade)?;
        let amount = yuan("penalty.amount", &penalty.amount)?;
        crate::app::filled("penalty.reason", &penalty.reason, TEXT_CHARS_MAX)?;
        if penalty.bar_months > BAR_MONTHS_MAX {
            return Err(ApiError::bad_request("penalty.bar_months", "期限过长", "ten years at most"));
        }
        let (min, max) = row.range(penalty.base.as_deref())?;
        let mut found = Vec::new();
        if penalty.grade != facts {
            found.push(Deviation::OtherGrade);
        }
        if !(min..=max).contains(&amount) {
            found.push(Deviation::OutsideRange);
        }
        if !(row.bar_months_min..=row.bar_months_max).contains(&penalty.bar_months) {
            found.push(Deviation::BarOutsideRange);
        }
        let named = penalty.base.as_deref().map(|base| yuan("penalty.base", base)).transpose()?;
        if row.unit == RangeUnit::PercentOfBase && (base.is_none() || named != base) {
            found.push(Deviation::OtherBase);
        }
        Ok(found)
    }
}

/// The demonstration's standards: an agency writes its own.
pub fn seeded() -> Vec<DiscretionRule> {
    serde_json::from_str(include_str!("discretion.json")).expect("our standards are of their form")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(code: &str) -> DiscretionRule {
        seeded().into_iter().find(|rule| rule.code == code).expect("seeded")
    }

    #[test]
    fn the_seeded_standards_are_sound_and_have_every_grade() {
        for rule in seeded() {
            rule.check().unwrap_or_else(|error| panic!("{}: {error:?}", rule.code));
            assert_eq!(rule.grades.len(), 5, "{}", rule.code);
            let bars = rule.grades.iter().any(|row| row.bar_months_max > 0);
            assert_eq!(bars, rule.bar_basis.is_some(), "{}: what bars says what grants it", rule.code);
            assert_eq!(bars, rule.bar_scope.is_some(), "{}: and from what", rule.code);
            assert!(rule.example && rule.scope_zh.is_some() && rule.scope_en.is_some(), "{}", rule.code);
        }
    }

    #[test]
    fn a_decision_keeps_to_its_grade_its_range_and_its_bar_or_says_where_it_does_not() {
        let rule = rule("FALSE-PAPERS");
        let penalty = |grade, amount: &str, bar_months| Penalty {
            rule: "FALSE-PAPERS".into(),
            grade,
            amount: amount.into(),
            base: Some("1000000.00".into()),
            bar_months,
            reason: "because".into(),
        };
        use Deviation::{BarOutsideRange, OtherGrade, OutsideRange};
        // 一般: 0.6 to 0.8 % of the base, 18 to 24 months; both ends inside.
        for (grade, amount, months, expected) in [
            (DiscretionGrade::Normal, "6000.00", 18, vec![]),
            (DiscretionGrade::Normal, "8000", 24, vec![]),
            (DiscretionGrade::Normal, "5999.99", 18, vec![OutsideRange]),
            (DiscretionGrade::Normal, "8000.01", 25, vec![OutsideRange, BarOutsideRange]),
            (DiscretionGrade::Heavy, "10000", 36, vec![OtherGrade]),
            (DiscretionGrade::None, "0", 0, vec![OtherGrade]),
            (DiscretionGrade::Light, "5000.00", 24, vec![OtherGrade, BarOutsideRange]),
        ] {
            let base = Some(Decimal::from(1_000_000));
            let penalty = penalty(grade, amount, months);
            let found = rule.deviations(DiscretionGrade::Normal, &penalty, base).expect("readable");
            assert_eq!(found, expected, "{grade:?} {amount} {months}");
        }
        for (wrong, field) in [
            (Penalty { amount: "1.001".into(), ..penalty(DiscretionGrade::Normal, "1", 12) }, "penalty.amount"),
            (Penalty { amount: "-1".into(), ..penalty(DiscretionGrade::Normal, "1", 12) }, "penalty.amount"),
            (Penalty { base: None, ..penalty(DiscretionGrade::Normal, "150000", 12) }, "penalty.base"),
            (Penalty { reason: " ".into(), ..penalty(DiscretionGrade::Normal, "150000", 12) }, "penalty.reason"),
        ] {
            let error = rule.deviations(DiscretionGrade::Normal, &wrong, None).expect_err("refused");
            assert_eq!(error.field.as_deref(), Some(field));
        }
    }

    #[test]
    fn a_share_is_of_what_the_lot_closed_at_or_another_officer_is_asked() {
        let rule = rule("COLLUSION");
        let decide = |grade, base: &str, amount: &str, known: Option<i64>| {
            let penalty = Penalty {
                rule: "COLLUSION".into(),
                grade,
                amount: amount.into(),
                base: Some(base.into()),
                bar_months: 0,
                reason: "because".into(),
            };
            rule.deviations(grade, &penalty, known.map(Decimal::from)).expect("readable")
        };
        let normal = DiscretionGrade::Normal;
        assert_eq!(decide(normal, "200000000.00", "30000000", Some(200_000_000)), []);
        assert_eq!(decide(normal, "1000", "200", Some(200_000_000)), [Deviation::OtherBase]);
        assert_eq!(decide(normal, "1000", "200", None), [Deviation::OtherBase], "of no lot, or of one still open");
        assert_eq!(decide(DiscretionGrade::None, "1000", "0", None), [], "a grade in yuan has no base");
    }

    #[test]
    fn a_share_of_an_odd_base_is_rounded_inwards() {
        let row = rule("COLLUSION").row(DiscretionGrade::Normal).expect("a row").clone();
        let range = row.range(Some("0.33")).expect("a range");
        assert_eq!((range.0.to_string(), range.1.to_string()), ("0.05".into(), "0.07".into()));
    }

    #[test]
    fn each_fault_of_a_standard_is_found() {
        type Spoil = fn(&mut DiscretionRule);
        let faulty: [(&str, Spoil); 8] = [
            ("code", |rule| rule.code = "a b".into()),
            ("law", |rule| rule.law.clear()),
            ("effective_from", |rule| rule.effective_from = "soon".into()),
            ("effective_until", |rule| rule.effective_until = Some("2020-01-01".into())),
            ("grades", |rule| rule.grades.clear()),
            ("grades", |rule| rule.grades[1].grade = rule.grades[0].grade),
            ("grades.2.max", |rule| rule.grades[2].max = "1".into()),
            ("grades.2.bar_months_max", |rule| rule.grades[2].bar_months_min = 121),
        ];
        for (field, spoil) in faulty {
            let mut rule = rule("COLLUSION");
            spoil(&mut rule);
            assert_eq!(rule.check().expect_err(field).field.as_deref(), Some(field));
        }
    }
}
