//! 修改密码: one's own password, by whoever knows the old one. The first password of every account was chosen by
//! somebody else, and until it is changed it opens this door alone.

use crate::app::{App, Valid};
use crate::error::{ApiError, ApiResult};
use crate::security::client::Client;
use crate::security::model::{Principal, Session};
use crate::security::routes::{check_password, session};
use crate::security::{accounts, audit, store};
use axum::Json;
use axum::extract::State;
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(change))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnPassword {
    /// The one that serves until now.
    old: String,
    password: String,
}

/// Changes my password. Every other session of mine ends; the one answered here goes on.
#[utoipa::path(post, path = "/api/me/password", operation_id = "change_password", request_body = OwnPassword,
    responses((status = 200, body = Session), (status = "4XX", body = ApiError)))]
async fn change(
    State(app): State<App>,
    Client(from): Client,
    jar: CookieJar,
    principal: Principal,
    Valid(new): Valid<OwnPassword>,
) -> ApiResult<(CookieJar, Json<Session>)> {
    check_password(&new.password)?;
    if new.password == new.old {
        return Err(ApiError::bad_request("password", "新密码不能与原密码相同", "the new password is the old one"));
    }
    let account = store::by_id(&app.db, principal.account).await?.ok_or_else(ApiError::token_invalid)?;
    let (_, before) = store::by_login(&app.db, &account.login).await?.ok_or_else(ApiError::token_invalid)?;
    let wrong = || ApiError::bad_request("old", "原密码不正确", "the old password does not match");
    // Tries are counted as those of signing in are: a token found somewhere guesses no faster.
    if !app.tokens.verify(from, &account.login, new.old, Some(before.clone())).await? {
        return Err(wrong());
    }
    let hash = app.tokens.hash(new.password).await?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    // Somebody may have set another meanwhile; then the old one no longer serves.
    if !store::set_password(&mut tx, account.id, &hash, Some(&before)).await? {
        return Err(wrong());
    }
    let sessions = accounts::end_sessions(&mut tx, account.id).await?;
    tx.commit().await?;
    app.tokens.end_sessions(account.id, sessions);
    audit::note(&app.db, audit::Act::of(account.id, account.role, "set a new password", "")).await?;
    session(&app, jar, account).await
}
