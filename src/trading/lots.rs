//! 标的: what staff write about a lot, and how everyone reads it.

use crate::registers::BarScope;
use crate::trading::terms::{DirectionName, PublicTerms, TermsDraft};
use crate::trading::wire::{LotState, PhaseKind, StageName};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub const PAGE_SIZE_MAX: u32 = 100;
pub const FACTS_MAX: usize = 40;
pub const TEXT_CHARS_MAX: usize = 4_000;
pub const TITLE_CHARS_MAX: usize = 200;

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LotKind {
    HousingLand,
    IndustrialLand,
    CommercialLand,
    Vehicle,
    Equipment,
    PropertyRight,
    MineralRight,
    /// 小汽车增量指标.
    PlateQuota,
    CarbonAllowance,
    /// 政府采购.
    Procurement,
}

impl LotKind {
    const ALL: [LotKind; 10] = [
        LotKind::HousingLand,
        LotKind::IndustrialLand,
        LotKind::CommercialLand,
        LotKind::Vehicle,
        LotKind::Equipment,
        LotKind::PropertyRight,
        LotKind::MineralRight,
        LotKind::PlateQuota,
        LotKind::CarbonAllowance,
        LotKind::Procurement,
    ];

    pub fn name(self) -> &'static str {
        match self {
            LotKind::HousingLand => "housing_land",
            LotKind::IndustrialLand => "industrial_land",
            LotKind::CommercialLand => "commercial_land",
            LotKind::Vehicle => "vehicle",
            LotKind::Equipment => "equipment",
            LotKind::PropertyRight => "property_right",
            LotKind::MineralRight => "mineral_right",
            LotKind::PlateQuota => "plate_quota",
            LotKind::CarbonAllowance => "carbon_allowance",
            LotKind::Procurement => "procurement",
        }
    }

    /// Of which dealings it is, as laws tell them apart.
    pub fn scope(self) -> BarScope {
        match self {
            LotKind::HousingLand | LotKind::IndustrialLand | LotKind::CommercialLand => BarScope::Land,
            LotKind::Vehicle | LotKind::Equipment | LotKind::PropertyRight => BarScope::Assets,
            LotKind::MineralRight => BarScope::MineralRights,
            LotKind::PlateQuota => BarScope::Plates,
            LotKind::CarbonAllowance => BarScope::Carbon,
            LotKind::Procurement => BarScope::Procurement,
        }
    }

    pub fn from_name(name: &str) -> Option<LotKind> {
        LotKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct Fact {
    pub label_zh: String,
    pub label_en: String,
    pub value: String,
}

/// A line of a list of lots.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct LotCard {
    pub id: Uuid,
    pub number: String,
    pub kind: LotKind,
    pub title_zh: String,
    pub title_en: String,
    pub center_id: Uuid,
    pub location: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area_m2: Option<String>,
    pub scale: u8,
    pub direction: DirectionName,
    pub start_price: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub premium_percent: Option<String>,
    pub stage: StageName,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<PhaseKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<i64>,
    pub bids: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader: Option<u32>,
}

#[derive(Serialize, ToSchema, Debug)]
pub struct LotPage {
    pub items: Vec<LotCard>,
    pub total: u64,
    pub page: u32,
    pub page_size: u32,
    pub now: i64,
}

#[derive(Serialize, ToSchema, Debug)]
pub struct LotDetail {
    pub card: LotCard,
    pub description_zh: String,
    pub description_en: String,
    pub grantor: String,
    pub facts: Vec<Fact>,
    pub terms: PublicTerms,
    /// The rules in plain words.
    pub rules_zh: Vec<String>,
    pub rules_en: Vec<String>,
    /// Absent before publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<LotState>,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone)]
pub struct LotDraft {
    pub number: String,
    pub kind: LotKind,
    pub title_zh: String,
    pub title_en: String,
    pub location: String,
    #[serde(default)]
    pub area_m2: Option<String>,
    pub description_zh: String,
    pub description_en: String,
    pub grantor: String,
    #[serde(default)]
    pub facts: Vec<Fact>,
    pub terms: TermsDraft,
}

#[derive(Deserialize, IntoParams, Debug, Default)]
#[into_params(parameter_in = Query)]
pub struct LotQuery {
    pub q: Option<String>,
    pub kind: Option<String>,
    pub center_id: Option<Uuid>,
    /// One stage or a comma list.
    pub stage: Option<String>,
    /// `ends_at` (default), `opens_at`, `price` or `number`.
    pub sort: Option<String>,
    pub page: Option<u32>,
    /// At most 100.
    pub page_size: Option<u32>,
}

/// 竞买申请. Staff see its number, never whose it is.
#[derive(Serialize, ToSchema, Debug)]
pub struct Application {
    pub no: i64,
    pub lot: Uuid,
    pub lot_number: String,
    pub title_zh: String,
    pub title_en: String,
    pub status: ApplicationStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paddle: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// Why the desk refused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub submitted_at: i64,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationStatus {
    Submitted,
    Admitted,
    /// 不予受理.
    Refused,
    /// 撤回.
    Withdrawn,
}

#[derive(Serialize, ToSchema, Debug)]
pub struct HistoryRow {
    pub at: i64,
    pub action: String,
    /// The staff account's login.
    pub by: String,
}
