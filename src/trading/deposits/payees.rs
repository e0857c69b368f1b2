//! 退票改账号: a refund that came back from a dead account goes to another account of the same name,
//! entered by one clerk and checked by another.

use crate::app::{self, App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::trading::deposits::model::RefundState;
use crate::trading::deposits::routes::{own_refund, payer_account};
use crate::trading::deposits::store::Refund;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use sqlx::SqliteConnection;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// ISO 20022 reasons that lie with the account itself: wrong, closed, blocked, or not of that name.
const DEAD_ACCOUNT: [&str; 6] = ["AC01", "AC03", "AC04", "AC06", "AC07", "BE01"];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(enter)).routes(routes!(check))
}

/// Whether a refund may be put forward to where it goes now.
pub async fn settled(db: &mut SqliteConnection, refund: &Refund) -> ApiResult<()> {
    let waits: Option<i64> = sqlx::query_scalar("select 1 from refund_payees where refund = ? and checked_by is null")
        .bind(&refund.id)
        .fetch_optional(db)
        .await?;
    if waits.is_some() {
        return Err(ApiError::conflict("新收款账号待复核", "the new account waits to be checked"));
    }
    let is_dead = refund.return_code.as_deref().is_some_and(|code| DEAD_ACCOUNT.contains(&code));
    if refund.state == RefundState::Returned && is_dead {
        return Err(ApiError::conflict(
            "原收款账号已不可用，请先录入新账号",
            "the account is dead; enter another first",
        ));
    }
    Ok(())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPayee {
    /// Another account of the same name: the name cannot be changed.
    to_account: String,
    /// What it is known from, such as the bidder's letter.
    reason: String,
}

/// Enters where a returned refund shall go.
#[utoipa::path(post, path = "/api/desk/refunds/{id}/payee", operation_id = "enter_payee", params(("id" = Uuid, Path)),
    request_body = NewPayee, responses((status = 204), (status = "4XX", body = ApiError)))]
async fn enter(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(new): Valid<NewPayee>,
) -> ApiResult<StatusCode> {
    let to_account = payer_account("to_account", &new.to_account)?;
    let reason = app::reason(&new.reason)?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    let refund = own_refund(&mut tx, id, &principal).await?;
    if refund.state != RefundState::Returned {
        return Err(ApiError::conflict(
            "只有银行退票的退款可改账号",
            "only a refund the bank returned takes another account",
        ));
    }
    sqlx::query(
        "insert into refund_payees (refund, to_account, reason, entered_by, entered_at) values (?, ?, ?, ?, ?)
         on conflict (refund) where checked_by is null do update set to_account = excluded.to_account,
           reason = excluded.reason, entered_by = excluded.entered_by, entered_at = excluded.entered_at",
    )
    .bind(&refund.id)
    .bind(to_account)
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
struct PayeeAsRead {
    /// The new account and its ground, as I read them: what I answer for.
    to_account: String,
    reason: String,
}

/// Another clerk checks it; from then on the refund goes there.
#[utoipa::path(post, path = "/api/desk/refunds/{id}/payee/check", operation_id = "check_payee", params(("id" = Uuid, Path)),
    request_body = PayeeAsRead, responses((status = 204), (status = "4XX", body = ApiError)))]
async fn check(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(read): Valid<PayeeAsRead>,
) -> ApiResult<StatusCode> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    let refund = own_refund(&mut tx, id, &principal).await?;
    let waits: Option<(i64, String, String, String)> = sqlx::query_as(
        "select n, to_account, reason, entered_by from refund_payees where refund = ? and checked_by is null",
    )
    .bind(&refund.id)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((n, to_account, reason, entered_by)) = waits else {
        return Err(ApiError::conflict("没有待复核的新账号", "no new account waits to be checked"));
    };
    if entered_by == principal.account.to_string() {
        return Err(ApiError::conflict("不能复核自己录入的账号", "another clerk checks the account you entered"));
    }
    if (&read.to_account, &read.reason) != (&to_account, &reason) {
        return Err(ApiError {
            code: "PAYEE_CHANGED".into(),
            ..ApiError::conflict(
                "新收款账号或依据已被修改，请刷新后重新核对",
                "the new account or its ground was changed meanwhile; read it again",
            )
        });
    }
    if refund.state != RefundState::Returned {
        return Err(ApiError::conflict("该退款已不待改账号", "the refund no longer waits for another account"));
    }
    sqlx::query("update refund_payees set checked_by = ?, checked_at = ? where n = ?")
        .bind(principal.account.to_string())
        .bind(clock::now().0)
        .bind(n)
        .execute(&mut *tx)
        .await?;
    sqlx::query("update refunds set to_account = ?, return_code = null where id = ?")
        .bind(to_account)
        .bind(&refund.id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
