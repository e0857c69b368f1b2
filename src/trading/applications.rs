//! 撤回与不予受理: an application without a paddle ends by its bidder's word or by the desk's; its deposit goes
//! back at once.

use crate::app::{self, App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::trading::deposits;
use crate::trading::deposits::model::RefundReason;
use crate::trading::desk::own;
use crate::trading::life;
use crate::trading::lots::Application;
use crate::trading::store;
use axum::Json;
use axum::extract::{Path, State};
use matching::Moment;
use serde::Deserialize;
use sqlx::{SqliteConnection, SqlitePool};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(withdraw)).routes(routes!(refuse))
}

/// 撤回: I do not want to bid any more. It cannot be taken back, and I cannot apply for this lot again.
#[utoipa::path(post, path = "/api/lots/{id}/applications/mine/withdraw", operation_id = "withdraw_application",
    params(("id" = Uuid, Path)), responses((status = 200, body = Application), (status = "4XX", body = ApiError)))]
async fn withdraw(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<Application>> {
    let mine = store::mine_of(&app.db, id, principal.account).await?;
    end(&app, (id, mine.no), None, principal.account).await.map(Json)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refusing {
    /// Why; the bidder reads it.
    reason: String,
}

/// 不予受理: an application that cannot be admitted, for a reason its bidder reads.
#[utoipa::path(post, path = "/api/desk/lots/{id}/applications/{no}/refuse", operation_id = "refuse_application",
    params(("id" = Uuid, Path), ("no" = i64, Path)), request_body = Refusing,
    responses((status = 200, body = Application), (status = "4XX", body = ApiError)))]
async fn refuse(
    State(app): State<App>,
    Path((id, no)): Path<(Uuid, i64)>,
    principal: Principal,
    Valid(refusing): Valid<Refusing>,
) -> ApiResult<Json<Application>> {
    own(&app, id, &principal).await?;
    let reason = app::reason(&refusing.reason)?;
    end(&app, (id, no), Some(reason), principal.account).await.map(Json)
}

/// Withdrawn, or refused for a reason: the word, the money and the message are one transaction.
async fn end(app: &App, (lot, no): (Uuid, i64), reason: Option<&str>, by: Uuid) -> ApiResult<Application> {
    let (now, calendar) = (clock::now(), app.calendar());
    let applicant = store::applicant(&app.db, lot, no).await?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    end_application(&mut tx, (lot, no), reason, by, now).await?;
    let why = if reason.is_some() { RefundReason::Refused } else { RefundReason::Withdrawn };
    deposits::release(&mut tx, &calendar, (lot, no), why, now).await?;
    if let Some(reason) = reason {
        // Who withdrew would be named in the history, who refused may be.
        store::note(&mut *tx, lot, "refuse", by, now).await?;
        let zh = format!("您的竞买申请（{no}号）未予受理：{reason}。已交的保证金将退回原账户。");
        let en =
            format!("Your application no. {no} was refused: {reason}. What you paid goes back to where it came from.");
        life::store::tell(&mut tx, (lot, applicant), (&zh, &en), now).await?;
    }
    tx.commit().await?;
    store::of_lot(&app.db, lot, no - 1).await?.into_iter().next().ok_or_else(ApiError::not_found)
}

pub fn application_ended() -> ApiError {
    ApiError {
        code: "APPLICATION_ENDED".into(),
        ..ApiError::conflict("该竞买申请已撤回或未予受理", "this application was withdrawn or refused")
    }
}

pub fn seat_is_asked() -> ApiError {
    ApiError {
        code: "APPLICATION_SEATED".into(),
        ..ApiError::conflict(
            "该申请已取得或正在取号牌，不能撤回或不予受理",
            "this application has its paddle, or one is being drawn: it cannot be withdrawn or refused",
        )
    }
}

/// The floor is about to be asked for a paddle: an application that has ended gets none, and one that gets
/// one cannot end any more.
pub async fn ask_seat(db: &SqlitePool, lot: Uuid, no: i64, now: Moment) -> ApiResult<()> {
    let done = sqlx::query(
        "update applications set seat_asked_at = ?1 where lot = ?2 and no = ?3
           and not exists (select 1 from application_ends e where e.lot = ?2 and e.no = ?3)",
    )
    .bind(now.0)
    .bind(lot.to_string())
    .bind(no)
    .execute(db)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(application_ended()) }
}

/// The floor has said no: the application may end again.
pub async fn seat_refused(db: &SqlitePool, lot: Uuid, no: i64) -> ApiResult<()> {
    sqlx::query("update applications set seat_asked_at = null where lot = ? and no = ? and paddle is null")
        .bind(lot.to_string())
        .bind(no)
        .execute(db)
        .await?;
    Ok(())
}

/// Withdrawn, or refused for a reason, while no paddle was asked for.
async fn end_application(
    db: &mut SqliteConnection,
    (lot, no): (Uuid, i64),
    reason: Option<&str>,
    by: Uuid,
    now: Moment,
) -> ApiResult<()> {
    let (seated, ended): (bool, bool) = sqlx::query_as(
        "select a.status = 'admitted' or a.seat_asked_at is not null, e.how is not null from applications a
         left join application_ends e on e.lot = a.lot and e.no = a.no where a.lot = ? and a.no = ?",
    )
    .bind(lot.to_string())
    .bind(no)
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(ApiError::not_found)?;
    if ended {
        return Err(application_ended());
    }
    if seated {
        return Err(seat_is_asked());
    }
    sqlx::query("insert into application_ends (lot, no, how, reason, by, at) values (?, ?, ?, ?, ?, ?)")
        .bind(lot.to_string())
        .bind(no)
        .bind(if reason.is_some() { "refused" } else { "withdrawn" })
        .bind(reason)
        .bind(by.to_string())
        .bind(now.0)
        .execute(db)
        .await?;
    Ok(())
}
