//! 适用范围 of a bar: a law bars from the dealings it is a law of, and from no others.

use crate::registers::fields::Choice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Kinds of dealings that laws tell apart.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum BarScope {
    /// 土地使用权.
    Land,
    /// 产权与资产处置.
    Assets,
    /// 矿业权.
    MineralRights,
    /// 小汽车增量指标.
    Plates,
    /// 碳排放权.
    Carbon,
    /// 政府采购.
    Procurement,
}

impl BarScope {
    pub const ALL: [BarScope; 6] = [
        BarScope::Land,
        BarScope::Assets,
        BarScope::MineralRights,
        BarScope::Plates,
        BarScope::Carbon,
        BarScope::Procurement,
    ];

    const fn choice(self) -> Choice {
        let (value, zh, en) = match self {
            BarScope::Land => ("land", "土地使用权", "land-use rights"),
            BarScope::Assets => ("assets", "产权与资产", "property rights and assets"),
            BarScope::MineralRights => ("mineral_rights", "矿业权", "mineral rights"),
            BarScope::Plates => ("plates", "小汽车增量指标", "car plates"),
            BarScope::Carbon => ("carbon", "碳排放权", "carbon allowances"),
            BarScope::Procurement => ("procurement", "政府采购", "government procurement"),
        };
        Choice { value, zh, en }
    }

    pub fn name(self) -> &'static str {
        self.choice().value
    }

    /// Whether a record of this scope bars from it; one that names none bars from all.
    pub fn is_of(self, recorded: Option<&str>) -> bool {
        recorded.is_none_or(|recorded| recorded == self.name())
    }
}

/// As the register offers them.
pub const CHOICES: &[Choice] = &[
    BarScope::Land.choice(),
    BarScope::Assets.choice(),
    BarScope::MineralRights.choice(),
    BarScope::Plates.choice(),
    BarScope::Carbon.choice(),
    BarScope::Procurement.choice(),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_a_choice_and_is_written_the_same_everywhere() {
        for (scope, choice) in BarScope::ALL.into_iter().zip(CHOICES) {
            assert_eq!(scope.name(), choice.value);
            assert_eq!(serde_json::to_value(scope).expect("a name"), choice.value);
            assert!(scope.is_of(None) && scope.is_of(Some(choice.value)) && !scope.is_of(Some("other")));
        }
        assert_eq!(BarScope::ALL.len(), CHOICES.len());
    }
}
