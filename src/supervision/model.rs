//! Alerts as people handle them: the pages they read, and which act may follow which.

use crate::enforcement::case::{EnforcementOutcome, EnforcementStatus};
use crate::error::ApiError;
use crate::trading::alert::{Alert, AlertState, level_names, rule_names};
use crate::trading::wire::StageName;
use ::watch::{Level, Rule};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Serialize, ToSchema)]
pub struct AlertPage {
    pub items: Vec<Alert>,
    pub total: u64,
    pub page: u32,
    pub page_size: u32,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AlertQuery {
    #[param(schema_with = rule_names)]
    pub rule: Option<Rule>,
    #[param(schema_with = level_names)]
    pub level: Option<Level>,
    /// Several are set apart by commas.
    pub state: Option<String>,
    pub lot: Option<Uuid>,
    /// The beginning of a lot's number.
    pub number: Option<String>,
    pub center: Option<Uuid>,
    pub page: Option<u32>,
}

/// An alert with its lot and what was done about it.
#[derive(Serialize, ToSchema)]
pub struct AlertDetail {
    #[serde(flatten)]
    pub alert: Alert,
    pub title_zh: String,
    pub title_en: String,
    pub center_zh: String,
    pub center_en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageName>,
    /// In order.
    pub acts: Vec<AlertActRow>,
    /// What the reader may do now, and why not what he may not.
    pub may: Vec<AlertMay>,
    /// The case it has become.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<AlertCase>,
    /// Whether what it asked was so, by its case or by whoever settled it; absent while nobody has said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<bool>,
}

/// The case an alert has become.
#[derive(Serialize, ToSchema)]
pub struct AlertCase {
    pub alert: i64,
    pub case_id: Uuid,
    pub number: String,
    pub status: EnforcementStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<EnforcementOutcome>,
    /// Whether what the alert asked was so; absent while nobody has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<bool>,
}

#[derive(Serialize, ToSchema)]
pub struct AlertActRow {
    pub act: AlertAct,
    /// By name.
    pub by: String,
    pub at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct AlertMay {
    pub act: AlertAct,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objection: Option<ApiError>,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum AlertAct {
    /// 受理: takes it in hand, or over from somebody else.
    Take,
    /// 说明: what was asked and found; may be added to.
    Note,
    /// 属实.
    Confirm,
    /// 排除.
    Dismiss,
}

impl AlertAct {
    pub const ALL: [AlertAct; 4] = [AlertAct::Take, AlertAct::Note, AlertAct::Confirm, AlertAct::Dismiss];

    pub fn name(self) -> &'static str {
        match self {
            AlertAct::Take => "take",
            AlertAct::Note => "note",
            AlertAct::Confirm => "confirm",
            AlertAct::Dismiss => "dismiss",
        }
    }

    pub fn from_name(name: &str) -> Option<AlertAct> {
        AlertAct::ALL.into_iter().find(|act| act.name() == name)
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAlertAct {
    pub act: AlertAct,
    /// What was found, or why; nothing for taking.
    pub text: Option<String>,
}

/// Where an act leads. `mine`: whether the actor has it in hand.
pub fn after(state: AlertState, mine: bool, act: AlertAct) -> Result<AlertState, ApiError> {
    let refused =
        |code: &'static str, zh: &str, en: &str| Err(ApiError { code: code.into(), ..ApiError::conflict(zh, en) });
    match (state, act) {
        (AlertState::Confirmed | AlertState::Dismissed, _) => {
            refused("ALERT_ENDED", "该预警已办结", "this alert is settled")
        }
        (AlertState::New, AlertAct::Take) => Ok(AlertState::Taken),
        (_, AlertAct::Take) if mine => refused("ALERT_YOURS", "该预警已由您受理", "you have it in hand already"),
        (_, AlertAct::Take) => Ok(state),
        (AlertState::New, _) => refused("ALERT_NOT_TAKEN", "请先受理该预警", "take the alert in hand first"),
        _ if !mine => {
            refused("ALERT_NOT_YOURS", "该预警由他人受理，请先接手", "somebody else has it in hand; take it over first")
        }
        (_, AlertAct::Note) => Ok(AlertState::Explained),
        (AlertState::Taken, _) => refused("ALERT_NOT_EXPLAINED", "请先填写核查说明", "write down what was found first"),
        (AlertState::Explained, AlertAct::Confirm) => Ok(AlertState::Confirmed),
        (AlertState::Explained, AlertAct::Dismiss) => Ok(AlertState::Dismissed),
    }
}

/// 精确率: how often a rule spoke and how often it was right, measured here.
#[derive(Serialize, ToSchema)]
pub struct RuleRow {
    #[schema(schema_with = rule_names)]
    pub rule: Rule,
    pub zh: String,
    pub en: String,
    pub raised: u64,
    /// Nobody has said yet whether it was so.
    pub open: u64,
    /// Became cases.
    pub cases: u64,
    /// Confirmed or dismissed.
    pub decided: u64,
    pub confirmed: u64,
    pub dismissed: u64,
    /// Confirmed of decided, in percent, one place; absent where none is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision_percent: Option<String>,
    /// Fewer than 30 decided: the share says little.
    pub few: bool,
}

impl RuleRow {
    /// Of a rule that has not spoken.
    pub fn silent(rule: Rule) -> RuleRow {
        let (zh, en) = rule.title();
        let (raised, open, cases, decided, confirmed, dismissed) = (0, 0, 0, 0, 0, 0);
        let (zh, en) = (zh.into(), en.into());
        RuleRow { rule, zh, en, raised, open, cases, decided, confirmed, dismissed, precision_percent: None, few: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AlertAct::{Confirm, Dismiss, Note, Take};
    use AlertState::{Confirmed, Dismissed, Explained, New, Taken};

    #[test]
    fn an_alert_goes_from_hand_to_word_to_end_and_no_other_way() {
        for (state, mine, act, then) in [
            (New, false, Take, Ok(Taken)),
            (New, false, Note, Err("ALERT_NOT_TAKEN")),
            (New, false, Confirm, Err("ALERT_NOT_TAKEN")),
            (Taken, true, Take, Err("ALERT_YOURS")),
            (Taken, false, Take, Ok(Taken)),
            (Taken, false, Note, Err("ALERT_NOT_YOURS")),
            (Taken, true, Note, Ok(Explained)),
            (Taken, true, Confirm, Err("ALERT_NOT_EXPLAINED")),
            (Taken, true, Dismiss, Err("ALERT_NOT_EXPLAINED")),
            (Explained, false, Take, Ok(Explained)),
            (Explained, false, Confirm, Err("ALERT_NOT_YOURS")),
            (Explained, true, Note, Ok(Explained)),
            (Explained, true, Confirm, Ok(Confirmed)),
            (Explained, true, Dismiss, Ok(Dismissed)),
            (Confirmed, true, Dismiss, Err("ALERT_ENDED")),
            (Dismissed, true, Take, Err("ALERT_ENDED")),
        ] {
            let led = after(state, mine, act).map_err(|refused| refused.code.to_string());
            assert_eq!(led, then.map_err(str::to_string), "{state:?} {mine} {act:?}");
        }
    }

    #[test]
    fn acts_have_the_names_of_the_wire() {
        for act in AlertAct::ALL {
            assert_eq!(serde_json::json!(act), act.name());
            assert_eq!(AlertAct::from_name(act.name()), Some(act));
        }
    }
}
