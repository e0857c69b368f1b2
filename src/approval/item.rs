//! 事项: what an agency decides on request, how, and within which limits. An item is data; these are its
//! shape and what makes it sound.

use crate::calendar::Day;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Duty;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

const STEPS_MAX: usize = 12;
const LIST_MAX: usize = 60;
const NAME_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 5_000;
/// No limit of law is longer than two years of working days.
const LIMIT_WD_MAX: u32 = 500;

/// One version of an item, as it is written, published and exported.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Capital letters, digits and hyphens, e.g. XK00101 or BIDDER-REGISTRATION.
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    /// 子项.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_item: Option<String>,
    pub kind: ItemKind,
    /// Law and article, one a line.
    pub legal_basis: Vec<String>,
    /// 实施机关, by its unified social credit code.
    pub agency: String,
    pub level: ItemLevel,
    pub conditions_zh: String,
    pub conditions_en: String,
    /// 数量限制.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity_limit: Option<String>,
    pub materials: Vec<ItemMaterial>,
    pub form: Vec<FormField>,
    /// In their order; the last decides.
    pub steps: Vec<ItemStep>,
    /// 特殊程序: while one runs, the limits stand still.
    #[serde(default)]
    pub special: Vec<SpecialProcedure>,
    /// 法定时限, working days from acceptance.
    pub legal_wd: u32,
    /// 承诺时限, working days from acceptance; never above the legal limit.
    pub promised_wd: u32,
    /// Working days an extension may add once, with approval; 0 for none.
    pub extension_wd: u32,
    #[serde(default)]
    pub fees: Vec<ItemFee>,
    /// 结果文书.
    pub result_zh: String,
    pub result_en: String,
    /// 有效期, months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity_months: Option<u32>,
    /// 年审.
    pub annual_check: bool,
    /// 服务对象.
    pub objects: Vec<Served>,
    /// Who files: bidders for themselves, or a center's clerks.
    pub filed_by: FiledBy,
    /// What a case is about.
    pub subject: SubjectKind,
    /// 网办深度: 1 information, 2 forms to download, 3 filed online, 4 done online.
    pub online_depth: u8,
    pub complaint_phone: String,
    /// 2026-10-01.
    pub effective_from: String,
}

/// The kinds of the national register of items.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// 行政许可.
    Licence,
    /// 行政给付.
    Benefit,
    /// 行政确认.
    Confirmation,
    /// 行政奖励.
    Reward,
    /// 行政裁决.
    Ruling,
    /// 行政征收.
    Levy,
    /// 行政强制.
    Coercion,
    /// 行政处罚.
    Penalty,
    /// 行政检查.
    Inspection,
    /// 其他.
    Other,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ItemLevel {
    Nation,
    Province,
    City,
    District,
    Street,
}

/// 服务对象.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Served {
    /// 自然人.
    Natural,
    /// 法人.
    Legal,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum FiledBy {
    Bidder,
    Clerk,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// The applicant himself.
    Applicant,
    /// A lot: of the clerk's own center, or one that is public.
    Lot,
    /// The applicant's application for a lot: the lot's id, a slash, its number.
    Application,
}

/// 申请材料.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ItemMaterial {
    /// Small letters, digits and underscores.
    pub name: String,
    pub label_zh: String,
    pub label_en: String,
    pub required: bool,
}

/// A field of the application form.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Small letters, digits and underscores.
    pub name: String,
    pub label_zh: String,
    pub label_en: String,
    pub kind: FieldKind,
    pub required: bool,
    /// What may be chosen, for `choice`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<FormChoice>,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct FormChoice {
    pub value: String,
    pub label_zh: String,
    pub label_en: String,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    /// A decimal number.
    Number,
    /// 2026-10-01.
    Date,
    Choice,
    /// 统一社会信用代码, GB 32100-2015.
    CreditCode,
    /// 公民身份号码, GB 11643-1999.
    IdNumber,
    /// 联合竞买: members with their shares, see `Member`.
    Members,
}

/// 办理环节.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ItemStep {
    pub name_zh: String,
    pub name_en: String,
    pub duty: Duty,
    /// Working days of this step; all steps together stay within the promised limit.
    pub limit_wd: u32,
    /// What one officer proposes another confirms; for the last step alone.
    #[serde(default)]
    pub two_persons: bool,
}

/// 特殊程序: inspection, hearing, expert review.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct SpecialProcedure {
    pub name: String,
    pub label_zh: String,
    pub label_en: String,
    /// Working days it may take.
    pub limit_wd: u32,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ItemFee {
    pub name: String,
    /// Yuan.
    pub amount: String,
    pub basis: String,
}

fn wrong(field: &str, zh: &str, en: &str) -> ApiError {
    ApiError::bad_request(field, zh, en)
}

/// Small letters, digits and underscores: what a name inside an item is made of.
pub fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=40).contains(&text.len()) && text.bytes().all(fits)
}

fn is_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=40).contains(&text.len()) && text.bytes().all(fits)
}

impl Item {
    /// Whether it may be published; the first fault with its field.
    pub fn check(&self) -> ApiResult<()> {
        if !is_code(&self.code) {
            return Err(wrong(
                "code",
                "编码由3至40个大写字母、数字或连字符组成",
                "a code is 3 to 40 capitals, digits or hyphens",
            ));
        }
        self.check_texts()?;
        self.check_lists()?;
        self.check_limits()?;
        if !(1..=4).contains(&self.online_depth) {
            return Err(wrong("online_depth", "网办深度为1至4级", "the depth is 1 to 4"));
        }
        if self.effective_from.parse::<Day>().is_err() {
            return Err(wrong("effective_from", "日期格式为2026-10-01", "write a date like 2026-10-01"));
        }
        if self.fees.iter().any(|fee| {
            Decimal::from_str_exact(&fee.amount).map_or(true, |amount| amount.is_sign_negative() || amount.scale() > 2)
        }) {
            return Err(wrong("fees", "收费金额须为非负数，最多两位小数", "a fee is not negative, in whole cents"));
        }
        Ok(())
    }

    fn check_texts(&self) -> ApiResult<()> {
        let needed = [
            ("name_zh", &self.name_zh),
            ("name_en", &self.name_en),
            ("agency", &self.agency),
            ("result_zh", &self.result_zh),
            ("result_en", &self.result_en),
            ("complaint_phone", &self.complaint_phone),
        ];
        for (field, text) in needed {
            if text.trim().is_empty() || text.chars().count() > NAME_CHARS_MAX {
                return Err(wrong(field, "不能为空或过长", "empty or too long"));
            }
        }
        for (field, text) in [("conditions_zh", &self.conditions_zh), ("conditions_en", &self.conditions_en)] {
            if text.chars().count() > TEXT_CHARS_MAX {
                return Err(wrong(field, "过长", "too long"));
            }
        }
        if self.legal_basis.is_empty() || self.legal_basis.iter().any(|law| law.trim().is_empty()) {
            return Err(wrong("legal_basis", "须写明法律依据", "name the legal basis"));
        }
        if self.objects.is_empty() {
            return Err(wrong("objects", "须至少有一类服务对象", "name whom it serves"));
        }
        Ok(())
    }

    fn check_lists(&self) -> ApiResult<()> {
        let lists = [
            ("legal_basis", self.legal_basis.len()),
            ("materials", self.materials.len()),
            ("form", self.form.len()),
            ("special", self.special.len()),
            ("fees", self.fees.len()),
        ];
        for (field, length) in lists {
            if length > LIST_MAX {
                return Err(wrong(field, "项数过多", "too many entries"));
            }
        }
        let names = [
            ("materials", self.materials.iter().map(|material| &material.name).collect::<Vec<_>>()),
            ("form", self.form.iter().map(|field| &field.name).collect()),
            ("special", self.special.iter().map(|special| &special.name).collect()),
        ];
        for (field, names) in names {
            let once: BTreeSet<_> = names.iter().collect();
            if once.len() < names.len() || names.iter().any(|name| !is_name(name)) {
                return Err(wrong(
                    field,
                    "名称须各不相同，由小写字母、数字和下划线组成",
                    "names differ and are small letters, digits and underscores",
                ));
            }
        }
        if self.form.iter().any(|field| (field.kind == FieldKind::Choice) == field.choices.is_empty()) {
            return Err(wrong("form", "选择项须列出可选值", "a choice lists what may be chosen, nothing else does"));
        }
        Ok(())
    }

    fn check_limits(&self) -> ApiResult<()> {
        if self.legal_wd == 0 || self.legal_wd > LIMIT_WD_MAX {
            return Err(wrong("legal_wd", "法定时限须为1至500个工作日", "the legal limit is 1 to 500 working days"));
        }
        if self.promised_wd == 0 || self.promised_wd > self.legal_wd {
            return Err(wrong(
                "promised_wd",
                "承诺时限须不长于法定时限",
                "the promised limit is at most the legal one",
            ));
        }
        if self.extension_wd > LIMIT_WD_MAX {
            return Err(wrong("extension_wd", "延长期限过长", "too long"));
        }
        if self.special.iter().any(|special| special.limit_wd == 0 || special.limit_wd > LIMIT_WD_MAX) {
            return Err(wrong("special", "特殊程序须有时限", "a special procedure has a limit"));
        }
        let Some((last, before)) = self.steps.split_last() else {
            return Err(wrong("steps", "须至少有一个办理环节", "there is at least one step"));
        };
        if self.steps.len() > STEPS_MAX {
            return Err(wrong("steps", "环节过多", "too many steps"));
        }
        if last.duty != Duty::Decide || before.iter().any(|step| step.two_persons || step.duty == Duty::OwnData) {
            return Err(wrong(
                "steps",
                "最后一个环节须为决定，且只有它可设双人",
                "the last step decides, and only it may take two persons",
            ));
        }
        let named = |step: &ItemStep| !step.name_zh.trim().is_empty() && !step.name_en.trim().is_empty();
        let together: u32 = self.steps.iter().map(|step| step.limit_wd.min(LIMIT_WD_MAX)).sum();
        if self.steps.iter().any(|step| step.limit_wd == 0 || !named(step)) || together > self.promised_wd {
            return Err(wrong(
                "steps",
                "各环节须有名称和时限，合计不长于承诺时限",
                "each step has a name and a limit, together within the promised one",
            ));
        }
        Ok(())
    }
}

/// The items this platform itself runs on, in force from the first start.
pub fn seeded() -> Vec<Item> {
    #[derive(Deserialize)]
    struct Seeds {
        item: Vec<Item>,
    }
    let seeds: Seeds = toml::from_str(include_str!("items.toml")).expect("our items are TOML");
    seeds.item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platforms_own_items_are_sound() {
        let items = seeded();
        let codes: Vec<&str> = items.iter().map(|item| item.code.as_str()).collect();
        assert_eq!(
            codes,
            [
                "BIDDER-REGISTRATION",
                "BID-APPLICATION",
                "QUALIFICATION",
                "LOT-FILING",
                "DEPOSIT-REFUND",
                "CONTRACT-FILING",
                "COMPLAINT"
            ]
        );
        for item in &items {
            item.check().unwrap_or_else(|error| panic!("{}: {error:?}", item.code));
        }
    }

    /// What is spoilt, and the field that is named for it.
    #[test]
    fn an_unsound_item_is_refused_with_its_field() {
        type Spoil = fn(&mut Item);
        let faults: &[(&str, Spoil)] = &[
            ("code", |item| item.code = "lower".into()),
            ("name_zh", |item| item.name_zh = " ".into()),
            ("legal_basis", |item| item.legal_basis.clear()),
            ("objects", |item| item.objects.clear()),
            ("promised_wd", |item| item.promised_wd = item.legal_wd + 1),
            ("promised_wd", |item| item.promised_wd = 0),
            ("legal_wd", |item| item.legal_wd = 0),
            ("steps", |item| item.steps.clear()),
            ("steps", |item| item.steps[0].limit_wd = item.promised_wd + 1),
            ("steps", |item| item.steps.last_mut().expect("a step").duty = Duty::Review),
            ("steps", |item| item.steps[0].two_persons = true),
            ("form", |item| item.form[0].name = "Has Space".into()),
            ("form", |item| item.form.push(item.form[0].clone())),
            ("form", |item| {
                item.form[0].kind = FieldKind::Choice;
                item.form[0].choices.clear();
            }),
            ("online_depth", |item| item.online_depth = 5),
            ("effective_from", |item| item.effective_from = "2026-02-30".into()),
            ("fees", |item| item.fees.push(ItemFee { name: "x".into(), amount: "-1".into(), basis: "y".into() })),
        ];
        let sound = seeded().into_iter().find(|item| item.steps.len() > 1).expect("one of two steps");
        for (field, spoil) in faults {
            let mut item = sound.clone();
            spoil(&mut item);
            let error = item.check().expect_err(field);
            assert_eq!(error.field.as_deref(), Some(*field), "{error:?}");
        }
    }
}
