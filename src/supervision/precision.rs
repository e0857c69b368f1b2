//! 精确率: whether what an alert asked was so, and how often each rule was right. One definition, for the pages, the
//! doors and the file.

use crate::app::App;
use crate::db::bad;
use crate::enforcement::case::EnforcementOutcome;
use crate::error::{ApiError, ApiResult};
use crate::supervision::model::RuleRow;
use crate::trading::alert::{AlertState, rule_from_name};
use ::watch::Rule;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use sqlx::{Row, SqlitePool};
use std::fmt::Write;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Below it a share says little, and says so.
const DECIDED_MIN: u64 = 30;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(rules)).routes(routes!(export))
}

/// The word of a case that has ended; an annulled decision leaves the question open.
pub fn of_case(outcome: Option<EnforcementOutcome>) -> Option<bool> {
    outcome.filter(|outcome| *outcome != EnforcementOutcome::Annulled).map(EnforcementOutcome::confirms)
}

/// Whether what an alert asked was so: by the case made of it, where that has ended in a yes or a no; else by whoever
/// settled the alert. None while nobody has said.
pub fn verdict(state: AlertState, outcome: Option<EnforcementOutcome>) -> Option<bool> {
    of_case(outcome).or(match state {
        AlertState::Confirmed => Some(true),
        AlertState::Dismissed => Some(false),
        AlertState::New | AlertState::Taken | AlertState::Explained => None,
    })
}

/// Confirmed of decided in percent, half up to one place.
fn share(confirmed: u64, decided: u64) -> Option<String> {
    let tenths = (confirmed * 2_000 + decided).checked_div(decided * 2)?;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

/// Every rule of the watch and how often it was right.
async fn measured(db: &SqlitePool) -> ApiResult<Vec<RuleRow>> {
    let rows = sqlx::query(
        "select a.rule, a.state, c.outcome, c.id is not null as has_case, count(*) as count
         from alerts a
         left join enforcement_cases c on c.source = 'alert' and c.source_ref = cast(a.id as text)
         group by 1, 2, 3, 4",
    )
    .fetch_all(db)
    .await?;
    let mut rules: Vec<RuleRow> = Rule::ALL.iter().map(|rule| RuleRow::silent(*rule)).collect();
    for row in &rows {
        let rule = rule_from_name(row.try_get("rule")?).ok_or_else(|| bad("rule"))?;
        let state = AlertState::from_name(row.try_get("state")?).ok_or_else(|| bad("state"))?;
        let outcome: Option<String> = row.try_get("outcome")?;
        let read = |name: String| EnforcementOutcome::from_name(&name).ok_or_else(|| bad("outcome"));
        let count = row.try_get::<i64, _>("count")? as u64;
        let Some(of) = rules.iter_mut().find(|of| of.rule == rule) else { continue };
        of.raised += count;
        of.cases += if row.try_get("has_case")? { count } else { 0 };
        match verdict(state, outcome.map(read).transpose()?) {
            Some(true) => of.confirmed += count,
            Some(false) => of.dismissed += count,
            None => of.open += count,
        }
    }
    for row in &mut rules {
        row.decided = row.confirmed + row.dismissed;
        row.precision_percent = share(row.confirmed, row.decided);
        row.few = row.decided < DECIDED_MIN;
    }
    Ok(rules)
}

/// Every rule of the watch: what it looks for, how often it spoke, and how often it was right.
#[utoipa::path(get, path = "/api/supervision/rules", operation_id = "alert_rules",
    responses((status = 200, body = Vec<RuleRow>), (status = "4XX", body = ApiError)))]
async fn rules(State(app): State<App>) -> ApiResult<Json<Vec<RuleRow>>> {
    measured(&app.db).await.map(Json)
}

/// The same as a file that spreadsheets open.
#[utoipa::path(get, path = "/api/supervision/rules/export", operation_id = "alert_rules_export",
    responses((status = 200, content_type = "text/csv"), (status = "4XX", body = ApiError)))]
async fn export(State(app): State<App>) -> ApiResult<impl IntoResponse> {
    // The mark by which spreadsheets know UTF-8.
    let mut csv = String::from("\u{feff}rule,zh,raised,open,cases,decided,confirmed,dismissed,precision,few\r\n");
    for row in measured(&app.db).await? {
        let RuleRow { rule, zh, raised, open, cases, decided, confirmed, dismissed, precision_percent, few, .. } = row;
        let (name, percent) = (rule.name(), precision_percent.unwrap_or_default());
        let _ =
            write!(csv, "{name},{zh},{raised},{open},{cases},{decided},{confirmed},{dismissed},{percent},{few}\r\n");
    }
    let name = "attachment; filename=\"precision.csv\"";
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, name)], csv))
}

#[cfg(test)]
mod tests {
    use super::*;
    use AlertState::{Confirmed, Dismissed, Explained, New};
    use EnforcementOutcome::{Annulled, NoPenalty, NotFounded, Penalised};

    #[test]
    fn a_share_is_told_to_one_place_and_not_of_nothing() {
        for (confirmed, decided, expected) in
            [(0, 0, None), (0, 3, Some("0.0")), (1, 3, Some("33.3")), (2, 3, Some("66.7")), (7, 7, Some("100.0"))]
        {
            assert_eq!(share(confirmed, decided).as_deref(), expected, "{confirmed} of {decided}");
        }
    }

    #[test]
    fn the_case_has_the_last_word_where_it_has_one() {
        for (state, outcome, expected) in [
            (New, None, None),
            (Explained, None, None),
            (Confirmed, None, Some(true)),
            (Dismissed, None, Some(false)),
            (Dismissed, Some(Penalised), Some(true)),
            (New, Some(NoPenalty), Some(true)),
            (Confirmed, Some(NotFounded), Some(false)),
            (New, Some(Annulled), None),
            (Confirmed, Some(Annulled), Some(true)),
        ] {
            assert_eq!(verdict(state, outcome), expected, "{state:?} {outcome:?}");
        }
    }
}
