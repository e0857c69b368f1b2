//! 预警转立案: an alert becomes a case; what comes of it returns, and each rule's precision is measured on it.

use crate::app::{App, Valid, filled};
use crate::approval::cases;
use crate::clock;
use crate::db::{json, uuid};
use crate::enforcement::case::{CasePlace, EnforcementOutcome, EnforcementStatus, Party, PartyKind};
use crate::enforcement::{self, CaseSource, KeptCase, NewCase};
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use axum::Json;
use axum::extract::{Path, State};
use matching::Paddle;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const NOTE_CHARS_MAX: usize = 1_000;
/// Cases from alerts looked at for precision and beside the queue: of some years.
const CASES_MAX: i64 = 20_000;
/// Below it a share says little, and says so.
const DECIDED_MIN: u64 = 30;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open)).routes(routes!(beside)).routes(routes!(precision))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAlertCase {
    /// Which agency handles it; the enforcement agency where nothing is said.
    agency: Option<Uuid>,
    /// Whom the alert is about, of its paddles.
    paddle: Option<u32>,
    note: String,
}

/// The case an alert has become.
#[derive(Serialize, ToSchema)]
struct AlertCase {
    alert: i64,
    case_id: Uuid,
    number: String,
    status: EnforcementStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<EnforcementOutcome>,
    /// Whether what the alert asked was so; absent while nobody has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<bool>,
}

/// An annulled decision leaves the question open: neither confirmed nor refuted.
fn confirmed(outcome: EnforcementOutcome) -> Option<bool> {
    (outcome != EnforcementOutcome::Annulled).then(|| outcome.confirms())
}

fn view(alert: i64, case: &KeptCase) -> AlertCase {
    let outcome = case.place.outcome;
    AlertCase {
        alert,
        case_id: case.id,
        number: case.number.clone(),
        status: case.place.status,
        outcome,
        confirmed: outcome.and_then(confirmed),
    }
}

/// Opens a case from an alert. Whom it is against is written in only once the lot has closed: before, nobody
/// may know who holds a paddle, and the officers identify him later.
#[utoipa::path(post, path = "/api/supervision/alerts/{id}/case", params(("id" = i64, Path)),
    request_body = NewAlertCase, responses((status = 200, body = AlertCase), (status = "4XX", body = ApiError)))]
async fn open(
    State(app): State<App>,
    Path(id): Path<i64>,
    principal: Principal,
    Valid(new): Valid<NewAlertCase>,
) -> ApiResult<Json<AlertCase>> {
    let note = filled("note", &new.note, NOTE_CHARS_MAX)?;
    let row = sqlx::query("select lot, zh, paddles from alerts where id = ?")
        .bind(id)
        .fetch_optional(&app.db)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let (lot, paddles): (Uuid, Vec<u32>) = (uuid(&row, "lot")?, json(&row, "paddles")?);
    if new.paddle.is_some_and(|paddle| !paddles.contains(&paddle)) {
        return Err(ApiError::bad_request("paddle", "该预警不涉及此号牌", "the alert is not about this paddle"));
    }
    let said: String = row.try_get("zh")?;
    let now = clock::now();
    let party = match new.paddle.or((paddles.len() == 1).then(|| paddles[0])) {
        Some(paddle) => holder(&app, lot, Paddle(paddle)).await?,
        None => None,
    };
    let agency = match new.agency {
        Some(agency) => agency,
        None => enforcement::receiving(&app.db).await?,
    };
    let case = NewCase {
        source: CaseSource::Alert,
        source_ref: id.to_string(),
        lot: Some(lot),
        agency,
        title: said.clone(),
        facts: format!("预警{id}：{said}。{note}"),
        by: principal.account,
        place: CasePlace::filed(now, party),
    };
    let mut tx = app.db.begin_with("begin immediate").await?;
    enforcement::file(&mut tx, &case, now).await?;
    tx.commit().await?;
    let kept = enforcement::of_source(&app.db, CaseSource::Alert, &id.to_string()).await?;
    Ok(Json(view(id, &kept.ok_or_else(ApiError::not_found)?)))
}

/// Who held a paddle, once the lot has closed and where he is registered.
async fn holder(app: &App, lot: Uuid, paddle: Paddle) -> ApiResult<Option<Party>> {
    let holders = app.feed.look(lot, |replica| replica.closed_at().map(|_| replica.holders())).flatten();
    let Some((_, account)) = holders.into_iter().flatten().find(|(known, _)| *known == paddle) else {
        return Ok(None);
    };
    let mut db = app.db.acquire().await?;
    let Some(code) = cases::registered_code(&mut db, account).await? else { return Ok(None) };
    let name = cases::registered_name(&mut db, account).await?.unwrap_or_default();
    // Both are 18 characters; an identity number says nothing but digits and a check.
    let is_person = code.bytes().take(17).all(|byte| byte.is_ascii_digit()) && code.as_bytes()[0] != b'9';
    Ok(Some(Party { kind: if is_person { PartyKind::Person } else { PartyKind::Entity }, code, name }))
}

/// The cases alerts have become, newest first: what stands beside the queue.
#[utoipa::path(get, path = "/api/supervision/alert-cases",
    responses((status = 200, body = Vec<AlertCase>), (status = "4XX", body = ApiError)))]
async fn beside(State(app): State<App>) -> ApiResult<Json<Vec<AlertCase>>> {
    let found = enforcement::of_kind(&app.db, CaseSource::Alert, CASES_MAX).await?;
    let known = found.iter().filter_map(|case| Some(view(case.source_ref.parse().ok()?, case)));
    Ok(Json(known.collect()))
}

/// 精确率 of one rule, measured on the platform's own cases.
#[derive(Serialize, ToSchema)]
struct RulePrecision {
    rule: String,
    alerts: u64,
    /// Became cases.
    cases: u64,
    /// Of these, brought to an end that says yes or no.
    decided: u64,
    confirmed: u64,
    /// Confirmed of decided, in percent, one place; absent where none is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    precision_percent: Option<String>,
    /// Fewer than 30 decided: the share says little.
    few: bool,
}

/// Confirmed of decided in percent, half up to one place.
fn share(confirmed: u64, decided: u64) -> Option<String> {
    let tenths = (confirmed * 2_000 + decided).checked_div(decided * 2)?;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

/// For each rule: its alerts, those decided, those confirmed, and the precision that makes.
#[utoipa::path(get, path = "/api/supervision/precision",
    responses((status = 200, body = Vec<RulePrecision>), (status = "4XX", body = ApiError)))]
async fn precision(State(app): State<App>) -> ApiResult<Json<Vec<RulePrecision>>> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select rule, count(*) from alerts group by rule order by rule").fetch_all(&app.db).await?;
    let mut rules: BTreeMap<String, RulePrecision> = rows
        .into_iter()
        .map(|(rule, alerts)| {
            let (alerts, row) = (alerts as u64, rule.clone());
            let nothing = (0, 0, 0, None, true);
            let (cases, decided, confirmed, precision_percent, few) = nothing;
            (row, RulePrecision { rule, alerts, cases, decided, confirmed, precision_percent, few })
        })
        .collect();
    let found = enforcement::of_kind(&app.db, CaseSource::Alert, CASES_MAX).await?;
    let ids: Vec<&str> = found.iter().map(|case| case.source_ref.as_str()).collect();
    let ids = serde_json::to_string(&ids).map_err(|_| ApiError::internal())?;
    let of: Vec<(i64, String)> =
        sqlx::query_as("select id, rule from alerts where id in (select cast(value as integer) from json_each(?))")
            .bind(ids)
            .fetch_all(&app.db)
            .await?;
    let of: HashMap<String, String> = of.into_iter().map(|(id, rule)| (id.to_string(), rule)).collect();
    for case in &found {
        let Some(row) = of.get(&case.source_ref).and_then(|rule| rules.get_mut(rule)) else { continue };
        row.cases += 1;
        if let Some(was_so) = case.place.outcome.and_then(confirmed) {
            row.decided += 1;
            row.confirmed += u64::from(was_so);
        }
    }
    for row in rules.values_mut() {
        row.precision_percent = share(row.confirmed, row.decided);
        row.few = row.decided < DECIDED_MIN;
    }
    Ok(Json(rules.into_values().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_to_one_place_and_not_of_nothing() {
        for (confirmed, decided, expected) in
            [(0, 0, None), (0, 3, Some("0.0")), (1, 3, Some("33.3")), (2, 3, Some("66.7")), (7, 7, Some("100.0"))]
        {
            assert_eq!(share(confirmed, decided).as_deref(), expected, "{confirmed} of {decided}");
        }
    }

    #[test]
    fn an_annulled_case_says_nothing_of_its_alert() {
        assert_eq!(confirmed(EnforcementOutcome::Annulled), None);
        assert_eq!(confirmed(EnforcementOutcome::NotFounded), Some(false));
        assert_eq!(confirmed(EnforcementOutcome::Penalised), Some(true));
    }
}
