//! 预警: the shape of an alert on the wire; supervision raises them.

use ::watch::{Level, Rule, Unit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{ObjectBuilder, Type};
use uuid::Uuid;

/// 预警: a question with its evidence.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq)]
pub struct Alert {
    pub id: i64,
    /// The journal entry that raised it.
    pub n: u64,
    pub at: i64,
    pub lot: Uuid,
    pub lot_number: String,
    #[schema(schema_with = rule_names)]
    pub rule: Rule,
    #[schema(schema_with = level_names)]
    pub level: Level,
    /// The reason, in words.
    pub zh: String,
    pub en: String,
    pub paddles: Vec<u32>,
    /// Journal entries that show it; a rule that looks over several lots names entries of theirs too.
    pub evidence: Vec<u64>,
    /// Absent in alerts older than the measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measure>,
    pub state: AlertState,
    /// Who has it in hand, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<String>,
}

/// What was found beside what is usual. A statistic, no price.
#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    pub found: f64,
    pub baseline: f64,
    #[schema(schema_with = unit_names)]
    pub unit: Unit,
}

/// Where an alert stands with the people it asks.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    New,
    /// 已受理: somebody has it in hand.
    Taken,
    /// 已说明: what was found is written down.
    Explained,
    /// 属实.
    Confirmed,
    /// 排除.
    Dismissed,
}

impl AlertState {
    pub const ALL: [AlertState; 5] =
        [AlertState::New, AlertState::Taken, AlertState::Explained, AlertState::Confirmed, AlertState::Dismissed];

    pub fn name(self) -> &'static str {
        match self {
            AlertState::New => "new",
            AlertState::Taken => "taken",
            AlertState::Explained => "explained",
            AlertState::Confirmed => "confirmed",
            AlertState::Dismissed => "dismissed",
        }
    }

    pub fn from_name(name: &str) -> Option<AlertState> {
        AlertState::ALL.into_iter().find(|state| state.name() == name)
    }
}

pub const LEVELS: [Level; 3] = [Level::Blue, Level::Yellow, Level::Red];

pub fn rule_from_name(name: &str) -> Option<Rule> {
    Rule::ALL.iter().copied().find(|rule| rule.name() == name)
}

pub fn level_from_name(name: &str) -> Option<Level> {
    LEVELS.into_iter().find(|level| level.name() == name)
}

/// What the crate of the rules calls its own, told to the document: it knows no wire.
fn names(of: impl Iterator<Item = &'static str>) -> utoipa::openapi::Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(of)).build()
}

pub fn rule_names() -> utoipa::openapi::Object {
    names(Rule::ALL.iter().map(|rule| rule.name()))
}

pub fn level_names() -> utoipa::openapi::Object {
    names(LEVELS.into_iter().map(Level::name))
}

fn unit_names() -> utoipa::openapi::Object {
    names(["count", "milliseconds", "days", "percent", "steps", "chance", "deviations"].into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_wire() {
        let said = |value: serde_json::Value| value.as_str().expect("a name").to_string();
        for rule in Rule::ALL {
            assert_eq!(said(serde_json::json!(rule)), rule.name());
            assert_eq!(rule_from_name(rule.name()), Some(*rule));
        }
        for level in LEVELS {
            assert_eq!(said(serde_json::json!(level)), level.name());
        }
        for state in AlertState::ALL {
            assert_eq!(said(serde_json::json!(state)), state.name());
            assert_eq!(AlertState::from_name(state.name()), Some(state));
        }
    }
}
