//! 不予退还 at the desk: one clerk asks for it with the reason, another grants it. A lot with a file has
//! it in its life instead.

use crate::app::{self, App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::trading::deposits::model::{DepositState, DepositStep};
use crate::trading::deposits::{acts, store};
use crate::trading::desk::own;
use crate::trading::life;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use matching::Stage;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask)).routes(routes!(grant))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Forfeiture {
    reason: String,
}

async fn may_be_asked(app: &App, lot: Uuid, principal: &Principal) -> ApiResult<()> {
    own(app, lot, principal).await?;
    let closed = app.feed.look(lot, |replica| matches!(replica.book.stage(), Stage::Closed(_)));
    if closed != Some(true) {
        return Err(ApiError::conflict("标的尚未结束", "the lot has not closed"));
    }
    if life::has_file(&app.db, lot).await? {
        // There a default is two clerks' word, and takes the deposit with it.
        return Err(ApiError::conflict("请在标的全程中认定悔拍", "declare the default in the lot's life"));
    }
    Ok(())
}

/// Asks for a deposit to be kept, with the reason the bidder will read. Asked again before it is granted,
/// the last word stands.
#[utoipa::path(post, path = "/api/desk/lots/{id}/applications/{no}/forfeit",
    params(("id" = Uuid, Path), ("no" = i64, Path)), request_body = Forfeiture,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn ask(
    State(app): State<App>,
    Path((lot, no)): Path<(Uuid, i64)>,
    principal: Principal,
    Valid(forfeiture): Valid<Forfeiture>,
) -> ApiResult<StatusCode> {
    may_be_asked(&app, lot, &principal).await?;
    let reason = app::reason(&forfeiture.reason)?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    let opened = store::of_application(&mut tx, lot, no).await?.ok_or_else(ApiError::not_found)?;
    if opened.account.state == DepositState::Forfeited {
        return Ok(StatusCode::NO_CONTENT);
    }
    if opened.account.state.after(DepositStep::Forfeit).is_none() {
        return Err(ApiError::conflict("该保证金的当前状态不允许此操作", "the deposit is not in a state for that"));
    }
    sqlx::query(
        "insert into deposit_forfeitures (lot, no, reason, asked_by, asked_at) values (?, ?, ?, ?, ?)
         on conflict (lot, no) do update set
           reason = excluded.reason, asked_by = excluded.asked_by, asked_at = excluded.asked_at",
    )
    .bind(lot.to_string())
    .bind(no)
    .bind(reason)
    .bind(principal.account.to_string())
    .bind(clock::now().0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForfeitureAsRead {
    /// The reason as I read it: what I answer for.
    reason: String,
}

/// Another clerk grants it, and the money is kept. Granted again, it changes nothing.
#[utoipa::path(post, path = "/api/desk/lots/{id}/applications/{no}/forfeit/grant", operation_id = "grant_forfeit",
    params(("id" = Uuid, Path), ("no" = i64, Path)), request_body = ForfeitureAsRead,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn grant(
    State(app): State<App>,
    Path((lot, no)): Path<(Uuid, i64)>,
    principal: Principal,
    Valid(read): Valid<ForfeitureAsRead>,
) -> ApiResult<StatusCode> {
    may_be_asked(&app, lot, &principal).await?;
    // The money and the word that lets it be kept: both or neither.
    let (now, mut tx) = (clock::now(), app.db.begin_with("begin immediate").await?);
    let asked: Option<(String, String)> =
        sqlx::query_as("select reason, asked_by from deposit_forfeitures where lot = ? and no = ?")
            .bind(lot.to_string())
            .bind(no)
            .fetch_optional(&mut *tx)
            .await?;
    let Some((reason, asked_by)) = asked else {
        return Err(ApiError::conflict("请先由一位工作人员提出", "a clerk asks for it first"));
    };
    if asked_by == principal.account.to_string() {
        let (zh, en) = ("不能复核自己提出的不予退还", "another clerk grants the forfeiture you asked for");
        return Err(ApiError::conflict(zh, en));
    }
    if read.reason != reason {
        return Err(ApiError {
            code: "FORFEITURE_CHANGED".into(),
            ..ApiError::conflict(
                "不予退还的理由已被修改，请刷新后重新核对",
                "the reason was changed meanwhile; read it again",
            )
        });
    }
    acts::forfeit(&mut tx, (lot, no), &reason, principal.account, now).await?;
    sqlx::query(
        "update deposit_forfeitures set granted_by = ?, granted_at = ? where lot = ? and no = ? and granted_by is null",
    )
    .bind(principal.account.to_string())
    .bind(now.0)
    .bind(lot.to_string())
    .bind(no)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
