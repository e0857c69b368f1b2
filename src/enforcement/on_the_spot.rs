//! 当场处罚 (行政处罚法 art. 51, 52): decided and handed over at once by two officers, confirmed by the second of them,
//! and taken on the agency's file by one who was neither. Pure.

use crate::enforcement::case::{CaseFinding, CasePlace, EnforcementStatus, PartyKind, Scene};
use crate::enforcement::discretion::{Penalty, PenaltyKind};
use crate::enforcement::misstep::Misstep;
use matching::Moment;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// 行政处罚法 art. 51, in yuan: a fine on the spot is at most so much.
const PERSON_MAX: i64 = 200;
const ENTITY_MAX: i64 = 3_000;

/// 当场处罚, and whether the agency has it on its file.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct OnTheSpot {
    pub at: i64,
    /// Who was there with who decided. Absent in those of before he was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Uuid>,
    /// When he said that it was so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_file_at: Option<i64>,
}

/// No investigation goes before it and no notice; two officers decide and hand it over.
pub fn decided(place: &CasePlace, with: Uuid, penalty: &Penalty, scene: &Scene) -> Result<CasePlace, Misstep> {
    if with == scene.by {
        return Err(Misstep::TwoOfficers);
    }
    let party = place.party.as_ref().ok_or(Misstep::PartyUnknown)?;
    let applied = scene.applied.ok_or(Misstep::OtherRule)?;
    let most = match party.kind {
        PartyKind::Person => PERSON_MAX,
        PartyKind::Entity => ENTITY_MAX,
    };
    let is_small = penalty.yuan().is_some_and(|amount| amount <= Decimal::from(most)) && penalty.bar_months == 0;
    if !is_small || !matches!(applied.kind, PenaltyKind::Warning | PenaltyKind::Fine) {
        return Err(Misstep::SpotCap);
    }
    if scene.deviates {
        return Err(Misstep::SpotDeviates);
    }
    place.punishable(penalty)?;
    let (mut team, at) = (vec![scene.by, with], scene.at.0);
    team.sort_unstable();
    Ok(CasePlace {
        status: EnforcementStatus::Served,
        since: at,
        officers: team.clone(),
        investigated: team,
        finding: Some(CaseFinding { rule: penalty.rule.clone(), grade: penalty.grade, version: Some(applied.version) }),
        penalty: Some(penalty.clone()),
        on_the_spot: Some(OnTheSpot { at, with: Some(with), confirmed_at: None, on_file_at: None }),
        ..place.clone()
    })
}

/// The second officer's word, once.
pub fn confirmed(place: &CasePlace, at: Moment) -> Result<CasePlace, Misstep> {
    match &place.on_the_spot {
        Some(spot) if spot.with.is_some() && spot.confirmed_at.is_none() => {
            let on_the_spot = Some(OnTheSpot { confirmed_at: Some(at.0), ..spot.clone() });
            Ok(CasePlace { on_the_spot, ..place.clone() })
        }
        _ => Err(Misstep::NotNow),
    }
}

pub fn on_file(place: &CasePlace, at: Moment) -> Result<CasePlace, Misstep> {
    match &place.on_the_spot {
        Some(spot) if spot.on_file_at.is_some() => Err(Misstep::NotNow),
        Some(spot) if spot.with.is_some() && spot.confirmed_at.is_none() => Err(Misstep::SpotUnconfirmed),
        Some(spot) => {
            let on_the_spot = Some(OnTheSpot { on_file_at: Some(at.0), ..spot.clone() });
            Ok(CasePlace { on_the_spot, ..place.clone() })
        }
        None => Err(Misstep::NotNow),
    }
}
