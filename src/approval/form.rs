//! 申请表: what an applicant filled in, held against the item's fields.

use crate::approval::item::{FieldKind, FormField, Item};
use crate::calendar::Day;
use crate::codes;
use crate::error::{ApiError, ApiResult};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What stands in a form: text for each field, a list for the members of a joint bid.
pub type Form = Map<String, Value>;

const TEXT_CHARS_MAX: usize = 2_000;
const MEMBERS_MAX: usize = 10;

/// 联合竞买人: one of those who bid together.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub name: String,
    /// Credit code or identity number, as he is registered here.
    pub code: String,
    /// Percent, at most two decimal places; all shares together are 100.
    pub share: String,
}

/// The codes of the members a form names, in whichever of its fields.
pub fn member_codes(form: &Form) -> impl Iterator<Item = &str> {
    let members = form.values().filter_map(Value::as_array).flatten();
    members.filter_map(|member| member["code"].as_str())
}

fn wrong(field: &str, zh: &str, en: &str) -> ApiError {
    ApiError::bad_request(&format!("form.{field}"), zh, en)
}

/// What may be kept as a draft: known fields of the right kind, perhaps not all.
pub fn check_draft(item: &Item, form: &Form, today: Day) -> ApiResult<()> {
    for (name, value) in form {
        let Some(field) = item.form.iter().find(|field| field.name == *name) else {
            return Err(wrong(name, "申请表没有这一项", "the form has no such field"));
        };
        if !is_empty(value) {
            check_field(field, value, today)?;
        }
    }
    Ok(())
}

/// What may be filed: the draft is right and nothing required is missing.
pub fn check_whole(item: &Item, form: &Form, today: Day) -> ApiResult<()> {
    check_draft(item, form, today)?;
    match item.form.iter().find(|field| field.required && form.get(&field.name).is_none_or(is_empty)) {
        Some(field) => {
            Err(wrong(&field.name, &format!("请填写“{}”", field.label_zh), &format!("fill in: {}", field.label_en)))
        }
        None => Ok(()),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

fn check_field(field: &FormField, value: &Value, today: Day) -> ApiResult<()> {
    let name = &field.name;
    if field.kind == FieldKind::Members {
        return members(name, value, today).map(drop);
    }
    let Value::String(text) = value else { return Err(wrong(name, "须为文本", "a text is expected")) };
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(wrong(name, "不超过2000字", "at most 2,000 characters"));
    }
    match field.kind {
        FieldKind::Text | FieldKind::Members => Ok(()),
        FieldKind::Number => match Decimal::from_str_exact(text.trim()) {
            Ok(_) => Ok(()),
            Err(_) => Err(wrong(name, "须为数字", "a number is expected")),
        },
        FieldKind::Date => match text.parse::<Day>() {
            Ok(_) => Ok(()),
            Err(_) => Err(wrong(name, "日期格式为2026-10-01", "write a date like 2026-10-01")),
        },
        FieldKind::Choice if field.choices.iter().any(|choice| choice.value == *text) => Ok(()),
        FieldKind::Choice => Err(wrong(name, "不在可选范围内", "not one of the choices")),
        FieldKind::CreditCode => codes::credit_code(text).map_err(|_| {
            wrong(name, "统一社会信用代码有误：校验位不符", "not a credit code: its check digits do not match")
        }),
        FieldKind::IdNumber => codes::identity_number(text, today).map(drop).map_err(|_| {
            wrong(
                name,
                "公民身份号码有误：校验位或出生日期不符",
                "not an identity number: its check digit or birth date does not match",
            )
        }),
    }
}

fn is_code(text: &str, today: Day) -> bool {
    codes::credit_code(text).is_ok() || codes::identity_number(text, today).is_ok()
}

/// The members of a joint bid: at least two, named, each once, their shares together 100 %.
pub fn members(name: &str, value: &Value, today: Day) -> ApiResult<Vec<Member>> {
    let members: Vec<Member> = Deserialize::deserialize(value)
        .map_err(|_| wrong(name, "成员须有名称、代码和份额", "a member has name, code and share"))?;
    if !(2..=MEMBERS_MAX).contains(&members.len()) {
        return Err(wrong(name, "联合竞买须有2至10名成员", "a joint bid has 2 to 10 members"));
    }
    let mut together = Decimal::ZERO;
    for member in &members {
        let share = Decimal::from_str_exact(&member.share).unwrap_or(Decimal::ZERO);
        if share <= Decimal::ZERO || share.scale() > 2 || member.name.trim().is_empty() || !is_code(&member.code, today)
        {
            return Err(wrong(
                name,
                "成员须有名称、有效代码和正的份额",
                "a member has a name, a sound code and a positive share",
            ));
        }
        together += share;
    }
    if members.iter().map(|member| &member.code).collect::<BTreeSet<_>>().len() < members.len() {
        return Err(wrong(name, "同一成员只能列一次", "a member stands once"));
    }
    if together != Decimal::ONE_HUNDRED {
        return Err(wrong(name, "份额合计须为100%", "the shares together are 100 %"));
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::item::seeded;
    use serde_json::json;

    fn today() -> Day {
        "2026-10-01".parse().expect("a day")
    }

    fn form(value: Value) -> Form {
        value.as_object().expect("an object").clone()
    }

    #[test]
    fn a_fault_names_its_field_and_a_draft_may_be_unfinished() {
        let items = seeded();
        let item = items.iter().find(|item| item.code == "DEPOSIT-REFUND").expect("seeded");
        let whole = json!({"amount": "100.50", "paid_on": "2026-10-01", "reason": "错转"});
        check_whole(item, &form(whole.clone()), today()).expect("whole");
        check_draft(item, &form(json!({"reason": ""})), today()).expect("a draft");
        for (field, value) in [
            ("amount", json!("a lot")),
            ("amount", json!(5)),
            ("paid_on", json!("2026-02-30")),
            ("reason", json!("长".repeat(2_001))),
            ("other", json!("x")),
        ] {
            let mut spoilt = form(whole.clone());
            spoilt.insert(field.into(), value);
            let error = check_draft(item, &spoilt, today()).expect_err(field);
            assert_eq!(error.field, Some(format!("form.{field}")));
        }
        let lacking = check_whole(item, &form(json!({"amount": "1", "paid_on": "2026-10-01", "reason": " "})), today());
        assert_eq!(lacking.expect_err("lacks").field.as_deref(), Some("form.reason"));
    }

    #[test]
    fn members_shares_are_exactly_one_hundred() {
        let member = |code: &str, share: &str| json!({"name": "甲", "code": code, "share": share});
        let (a, b, c) = ("91440300708461136T", "9144030071526726XG", "914403001922038216");
        let sum = |list: Vec<Value>| members("members", &Value::Array(list), today());
        sum(vec![member(a, "33.33"), member(b, "33.33"), member(c, "33.34")]).expect("100 %");
        for wrong in [
            vec![member(a, "100")],
            vec![member(a, "50"), member(b, "49.99")],
            vec![member(a, "50"), member(a, "50")],
            vec![member(a, "0"), member(b, "100")],
            vec![member(a, "50.005"), member(b, "49.995")],
            vec![member("x", "50"), member(b, "50")],
            vec![json!({"name": "甲"}), member(b, "50")],
        ] {
            assert!(sum(wrong.clone()).is_err(), "{wrong:?}");
        }
    }
}
