//! What is told over the wire about registers, their rows and their imports.

use crate::registers::fields::{Choice, Data, KindName};
use crate::registers::reading::{Finding, Format};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A register as its visitor finds it.
#[derive(Serialize, ToSchema)]
pub struct RegisterView {
    pub name: String,
    pub zh: String,
    pub en: String,
    /// Every officer may read it.
    pub open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerName>,
    /// Whether I import into it and decide who may read it.
    pub mine: bool,
    /// Rows that stand today.
    pub rows: u64,
    pub fields: Vec<FieldView>,
}

#[derive(Serialize, ToSchema)]
pub struct OwnerName {
    pub id: Uuid,
    pub name_zh: String,
    pub name_en: String,
}

#[derive(Serialize, ToSchema)]
pub struct FieldView {
    pub name: String,
    pub zh: String,
    pub en: String,
    pub kind: KindName,
    pub required: bool,
    pub key: bool,
    /// 个人信息: shown for a purpose alone.
    pub personal: bool,
    /// Whether I may read it today.
    pub readable: bool,
    pub choices: Vec<ChoiceView>,
}

#[derive(Serialize, ToSchema)]
pub struct ChoiceView {
    pub value: String,
    pub zh: String,
    pub en: String,
}

impl From<&Choice> for ChoiceView {
    fn from(choice: &Choice) -> ChoiceView {
        ChoiceView { value: choice.value.into(), zh: choice.zh.into(), en: choice.en.into() }
    }
}

#[derive(Deserialize, IntoParams, Debug, Default)]
#[into_params(parameter_in = Query)]
pub struct RowQuery {
    /// Any part of any field shown.
    pub q: Option<String>,
    /// Rows whose `field` is exactly `value`.
    pub field: Option<String>,
    pub value: Option<String>,
    /// 用途: what the reading is for; without it no personal field is shown.
    pub purpose: Option<String>,
    pub page: Option<u32>,
    /// At most 100.
    pub page_size: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub struct RegisterRow {
    pub n: i64,
    pub version: i64,
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub data: Data,
    pub valid_from: i64,
}

#[derive(Serialize, ToSchema)]
pub struct RowPage {
    pub items: Vec<RegisterRow>,
    pub total: u64,
    pub page: u32,
    pub page_size: u32,
    /// Fields shown.
    pub shown: Vec<String>,
}

/// A row with everything it ever said.
#[derive(Serialize, ToSchema)]
pub struct RowHistory {
    pub shown: Vec<String>,
    /// Newest first; at most 100.
    pub versions: Vec<RowVersion>,
}

#[derive(Serialize, ToSchema)]
pub struct RowVersion {
    pub n: i64,
    pub version: i64,
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub data: Data,
    pub valid_from: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_at: Option<i64>,
    /// Who imported it, and from what.
    pub by: String,
    pub source: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOwner {
    pub agency_id: Uuid,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    #[param(inline)]
    pub format: Format,
    /// Where the file comes from: an exchange's name, a letter's number.
    pub source: String,
    /// Takes the good lines of a file that has bad ones; otherwise one bad line refuses the file.
    #[serde(default)]
    pub take_good: bool,
    /// Reads and reports, and changes nothing.
    #[serde(default)]
    pub dry_run: bool,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    Checking,
    Writing,
    Done,
    /// Bad lines, or no readable file: nothing was taken.
    Refused,
    /// Cut short by a restart: nothing was taken.
    Stopped,
}

/// 导入: a job and its report.
#[derive(Serialize, ToSchema)]
pub struct Import {
    pub id: Uuid,
    pub register: String,
    pub source: String,
    /// Of the file.
    pub sha256: String,
    pub take_good: bool,
    pub dry_run: bool,
    pub status: ImportStatus,
    pub rows: u64,
    pub good: u64,
    pub bad: u64,
    /// Keys seen for the first time.
    pub added: u64,
    /// Keys with a new version; the remaining good rows said what stood there already.
    pub changed: u64,
    pub errors_total: u64,
    pub doubts_total: u64,
    /// The first 1,000.
    pub errors: Vec<Finding>,
    pub doubts: Vec<Finding>,
    pub by: String,
    pub started_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<i64>,
}

/// A reading of personal data.
#[derive(Serialize, ToSchema)]
pub struct RegisterRead {
    /// Its number in the audit trail.
    pub n: i64,
    pub at: i64,
    pub login: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency_zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency_en: Option<String>,
    /// The personal fields shown, and the rows.
    pub what: String,
    pub purpose: String,
}

#[derive(Serialize, ToSchema)]
pub struct ReadPage {
    pub items: Vec<RegisterRead>,
    /// Where to read on towards the past; absent at the first reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_n: Option<i64>,
}
