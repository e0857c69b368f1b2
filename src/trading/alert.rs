//! 预警: the shape of an alert on the wire; supervision raises them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// 预警.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq)]
pub struct Alert {
    pub id: i64,
    /// The journal entry that raised it.
    pub n: u64,
    pub at: i64,
    pub lot: Uuid,
    pub lot_number: String,
    pub rule: Rule,
    pub level: Level,
    pub zh: String,
    pub en: String,
    pub paddles: Vec<u32>,
    /// Journal entries that show it.
    pub evidence: Vec<u64>,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// 溢价率超过50%.
    PremiumOverHalf,
    /// 同一设备使用两个号牌.
    SharedDevice,
    /// 两个号牌轮流报价.
    AlternatingPair,
    /// 机器般的应价速度.
    MachineSpeed,
}

impl Rule {
    pub const ALL: [Rule; 4] = [Rule::PremiumOverHalf, Rule::SharedDevice, Rule::AlternatingPair, Rule::MachineSpeed];

    pub fn name(self) -> &'static str {
        match self {
            Rule::PremiumOverHalf => "premium_over_half",
            Rule::SharedDevice => "shared_device",
            Rule::AlternatingPair => "alternating_pair",
            Rule::MachineSpeed => "machine_speed",
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Yellow,
    Red,
}
