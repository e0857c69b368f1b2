//! 偏离裁量基准: every decision that leaves the discretion standard is told to all supervisors, when it is proposed
//! and when another officer has decided on it, and waits until one of them answers for having read it.

use crate::app::{App, Valid, filled};
use crate::clock;
use crate::db::uuid;
use crate::enforcement::{self, DeviationRow};
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::supervision::messages;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use std::collections::HashMap;
use std::time::Duration;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const NOTE_CHARS_MAX: usize = 1_000;
const EVERY: Duration = Duration::from_secs(5);
const LISTED_MAX: i64 = 200;
/// Told in one round; the next goes on.
const TOLD_MAX: i64 = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(left_the_standard)).routes(routes!(answer))
}

/// A decision that left the standard, and who of supervision has read it.
#[derive(Serialize, ToSchema)]
struct WatchedDeviation {
    #[serde(flatten)]
    row: DeviationRow,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<DeviationAnswer>,
}

#[derive(Serialize, ToSchema)]
struct DeviationAnswer {
    by: Uuid,
    by_name: String,
    at: i64,
    note: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDeviationAnswer {
    note: String,
}

/// Decisions that left the discretion standard: each is a question to the agency. What nobody has answered for first,
/// the oldest of it first; then what was, the newest first. At most 200.
#[utoipa::path(get, path = "/api/supervision/deviations",
    responses((status = 200, body = Vec<WatchedDeviation>), (status = "4XX", body = ApiError)))]
async fn left_the_standard(State(app): State<App>) -> ApiResult<Json<Vec<WatchedDeviation>>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "select d.id from deviations d left join deviation_answers a on a.deviation = d.id
         order by a.deviation is not null, case when a.deviation is null then d.id else -d.id end
         limit ?",
    )
    .bind(LISTED_MAX)
    .fetch_all(&app.db)
    .await?;
    let found = enforcement::deviations(&app.db, &ids).await?;
    let answers = sqlx::query(
        "select d.*, coalesce(a.name, '') as by_name from deviation_answers d left join accounts a on a.id = d.by
         where d.deviation in (select value from json_each(?))",
    )
    .bind(serde_json::json!(ids).to_string())
    .fetch_all(&app.db)
    .await?;
    let answer = |row: &sqlx::sqlite::SqliteRow| {
        let (by, by_name) = (uuid(row, "by")?, row.try_get("by_name")?);
        let answer = DeviationAnswer { by, by_name, at: row.try_get("at")?, note: row.try_get("note")? };
        Ok((row.try_get::<i64, _>("deviation")?, answer))
    };
    let mut answers: HashMap<i64, DeviationAnswer> = answers.iter().map(answer).collect::<sqlx::Result<_>>()?;
    let whole = |row: DeviationRow| WatchedDeviation { answer: answers.remove(&row.id), row };
    Ok(Json(found.into_iter().map(whole).collect()))
}

/// Says that supervision has read it, and what comes of it; once, and once another officer has decided on it.
#[utoipa::path(post, path = "/api/supervision/deviations/{id}/answer", params(("id" = i64, Path)),
    request_body = NewDeviationAnswer, responses((status = 200), (status = "4XX", body = ApiError)))]
async fn answer(
    State(app): State<App>,
    Path(id): Path<i64>,
    principal: Principal,
    Valid(said): Valid<NewDeviationAnswer>,
) -> ApiResult<()> {
    let note = filled("note", &said.note, NOTE_CHARS_MAX)?;
    let known = enforcement::of_deviation(&app.db, id).await?.ok_or_else(ApiError::not_found)?;
    if known.approved.is_none() {
        let (zh, en) = ("该偏离尚待另一名负责人决定", "another officer has not decided on it yet");
        return Err(ApiError { code: "DEVIATION_WAITS".into(), ..ApiError::conflict(zh, en) });
    }
    let answered = sqlx::query("insert into deviation_answers (deviation, by, at, note) values (?, ?, ?, ?)")
        .bind(id)
        .bind(principal.account.to_string())
        .bind(clock::now().0)
        .bind(note)
        .execute(&app.db)
        .await;
    match answered {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            let (zh, en) = ("该偏离已有监督人员答复", "a supervisor has answered it already");
            Err(ApiError { code: "DEVIATION_ANSWERED".into(), ..ApiError::conflict(zh, en) })
        }
        answered => Ok(answered.map(drop)?),
    }
}

/// Tells all supervisors of what nobody has told them yet.
async fn round(app: &App) -> ApiResult<()> {
    let waiting: Vec<(i64, String)> = sqlx::query_as(
        "select d.id, s.stage from deviations d join (select 'proposed' as stage union all select 'decided') s
           on s.stage = 'proposed' or d.decided_at is not null
         where not exists (select 1 from deviation_notices n where n.deviation = d.id and n.stage = s.stage)
         order by d.id, s.stage desc limit ?",
    )
    .bind(TOLD_MAX)
    .fetch_all(&app.db)
    .await?;
    for (id, stage) in waiting {
        let Some(row) = enforcement::of_deviation(&app.db, id).await? else { continue };
        tell(app, &row, &stage).await?;
    }
    Ok(())
}

async fn tell(app: &App, row: &DeviationRow, stage: &str) -> ApiResult<()> {
    let (number, zh, en) = (&row.number, &row.agency_zh, &row.agency_en);
    let (zh, en) = match (stage, row.approved) {
        ("decided", Some(true)) => (
            format!("{zh}批准了案件{number}偏离裁量基准的决定。"),
            format!("{en} approved a decision in case {number} that leaves the discretion standard"),
        ),
        ("decided", _) => (
            format!("{zh}未批准案件{number}偏离裁量基准的决定。"),
            format!("{en} did not approve a decision in case {number} that leaves the discretion standard"),
        ),
        _ => (
            format!("{zh}拟在案件{number}中作出偏离裁量基准的决定。"),
            format!("{en} proposes a decision in case {number} that leaves the discretion standard"),
        ),
    };
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let noted =
        sqlx::query("insert into deviation_notices (deviation, stage, at) values (?, ?, ?) on conflict do nothing")
            .bind(row.id)
            .bind(stage)
            .bind(now.0)
            .execute(&mut *tx)
            .await?;
    if noted.rows_affected() == 1 {
        messages::tell_supervisors(&mut tx, (&zh, &en), "/precision", now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// While the server runs.
pub async fn keep(app: App) {
    let mut pace = tokio::time::interval(EVERY);
    loop {
        pace.tick().await;
        if let Err(error) = round(&app).await {
            tracing::error!(code = %error.code, "supervisors were not told of every deviation; the next round goes on");
        }
    }
}
