//! 账号管理: the list of accounts; switching one off and on with a reason; a new password by two
//! administrators and a code that serves once. Every act is a row of the audit trail with its reason.

use crate::app::{self, App, Valid};
use crate::clock;
use crate::db::{page, uuid};
use crate::error::{ApiError, ApiResult};
use crate::security::client::Client;
use crate::security::model::{Duty, Principal, Role};
use crate::security::routes::check_password;
use crate::security::staff::{self, AccountStep};
use crate::security::{audit, store};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const PAGE: i64 = 50;
/// How long a code for a new password serves: until tomorrow's working day has begun.
const RESET_MS: i64 = 24 * 3_600_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(disable))
        .routes(routes!(enable))
        .routes(routes!(ask_reset))
        .routes(routes!(grant_reset))
        .routes(routes!(use_reset))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AccountQuery {
    /// Part of a login or a name.
    q: Option<String>,
    role: Option<Role>,
    /// Those switched off alone, or those not.
    disabled: Option<bool>,
    /// The page, 1 the first, of 50 rows each.
    page: Option<u32>,
}

#[derive(Serialize, ToSchema)]
struct AccountRow {
    id: Uuid,
    login: String,
    name: String,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    center_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agency_id: Option<String>,
    created_at: i64,
    duties: Vec<Duty>,
    /// Whether an identity number is known, of staff.
    identified: bool,
    disabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<i64>,
    /// Why a new password is asked for, while it waits for the second administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset_reason: Option<String>,
    /// Whether I asked for it, and so may not grant it.
    reset_mine: bool,
}

#[derive(Serialize, ToSchema)]
struct AccountPage {
    items: Vec<AccountRow>,
    total: u64,
    page_size: u32,
}

fn account_row(row: &SqliteRow, me: Uuid) -> sqlx::Result<AccountRow> {
    let role: String = row.try_get("role")?;
    Ok(AccountRow {
        id: uuid(row, "id")?,
        login: row.try_get("login")?,
        name: row.try_get("name")?,
        role: Role::from_name(&role).ok_or_else(|| crate::db::bad("role"))?,
        center_id: row.try_get("center")?,
        agency_id: row.try_get("agency")?,
        created_at: row.try_get("created_at")?,
        duties: crate::db::json(row, "duties")?,
        identified: row.try_get::<Option<String>, _>("person")?.is_some(),
        disabled: row.try_get("disabled")?,
        disabled_reason: row.try_get("disabled_reason")?,
        disabled_at: row.try_get("disabled_at")?,
        reset_reason: row.try_get("reset_reason")?,
        reset_mine: row.try_get::<Option<String>, _>("reset_by")? == Some(me.to_string()),
    })
}

/// `%` and `_` of a search stand for themselves.
fn like(text: &str) -> String {
    let escaped: String =
        text.chars().flat_map(|c| if matches!(c, '%' | '_' | '\\') { vec!['\\', c] } else { vec![c] }).collect();
    format!("%{escaped}%")
}

/// Accounts by login.
#[utoipa::path(get, path = "/api/accounts", params(AccountQuery),
    responses((status = 200, body = AccountPage), (status = "4XX", body = ApiError)))]
async fn list(
    State(app): State<App>,
    Query(query): Query<AccountQuery>,
    principal: Principal,
) -> ApiResult<Json<AccountPage>> {
    let q = query.q.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(like);
    let asked = |limit, offset| {
        sqlx::query(
            "select a.*, r.reason as reset_reason, r.asked_by as reset_by, count(*) over () as total
         from accounts a left join credential_resets r on r.account = a.id and r.granted_by is null
         where (?1 is null or a.login like ?1 escape '\\' or a.name like ?1 escape '\\')
           and (?2 is null or a.role = ?2) and (?3 is null or a.disabled = ?3)
         order by a.login limit ?4 offset ?5",
        )
        .bind(q.clone())
        .bind(query.role.map(Role::name))
        .bind(query.disabled)
        .bind(limit)
        .bind(offset)
    };
    let offset = i64::from(query.page.unwrap_or(1).max(1) - 1) * PAGE;
    let (rows, total) = page(&app.db, (PAGE, offset), asked).await?;
    let items = rows.iter().map(|row| account_row(row, principal.account)).collect::<sqlx::Result<_>>()?;
    Ok(Json(AccountPage { items, total, page_size: PAGE as u32 }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Grounds {
    reason: String,
}

/// Ends every session of an account at once: its refresh tokens are gone, its access tokens are refused
/// from the next request or frame on.
pub async fn end_sessions(db: &mut SqliteConnection, account: Uuid) -> sqlx::Result<i64> {
    sqlx::query("delete from refresh_tokens where account = ?").bind(account.to_string()).execute(&mut *db).await?;
    sqlx::query_scalar("update accounts set sessions = sessions + 1 where id = ? returning sessions")
        .bind(account.to_string())
        .fetch_one(db)
        .await
}

async fn note(app: &App, principal: &Principal, action: &str, account: Uuid, reason: &str) -> ApiResult<()> {
    let act = audit::Act::of(principal.account, principal.role, action, &account.to_string());
    audit::note(&app.db, act.because(reason)).await
}

fn is_off() -> ApiError {
    ApiError::conflict("没有这个账号，或已停用", "no such account, or it is switched off already")
}

/// Switches an account off at somebody's word and ends its sessions; under which number they ended.
pub async fn switch_off(db: &mut SqliteConnection, id: Uuid, reason: &str, by: &str) -> ApiResult<i64> {
    let done = sqlx::query(
        "update accounts set disabled = 1, disabled_reason = ?, disabled_at = ?, disabled_by = ?
         where id = ? and disabled = 0",
    )
    .bind(reason)
    .bind(clock::now().0)
    .bind(by)
    .bind(id.to_string())
    .execute(&mut *db)
    .await?;
    if done.rows_affected() == 0 {
        return Err(is_off());
    }
    Ok(end_sessions(db, id).await?)
}

/// 停用: he can no longer sign in, his sessions end at once; what he did and handed in stays readable. Of an
/// administrator it is proposed, and a second person grants it.
#[utoipa::path(post, path = "/api/accounts/{id}/disable", operation_id = "disable_account", params(("id" = Uuid, Path)),
    request_body = Grounds, responses((status = 200, body = AccountStep), (status = "4XX", body = ApiError)))]
async fn disable(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(grounds): Valid<Grounds>,
) -> ApiResult<Json<AccountStep>> {
    let reason = app::reason(&grounds.reason)?;
    if id == principal.account {
        return Err(ApiError::conflict("不能停用自己的账号", "you cannot switch off your own account"));
    }
    let account = store::by_id(&app.db, id).await?.ok_or_else(is_off)?;
    if account.role == Role::Admin {
        return staff::propose_disabling(&app, &principal, &account, reason).await.map(Json);
    }
    let mut tx = app.db.begin_with("begin immediate").await?;
    let sessions = switch_off(&mut tx, id, reason, &principal.account.to_string()).await?;
    tx.commit().await?;
    app.tokens.end_sessions(id, sessions);
    note(&app, &principal, "disable account", id, reason).await?;
    Ok(Json(staff::done(account)))
}

/// 启用: a bidder may sign in again; of staff it is proposed, and a second person grants it.
#[utoipa::path(post, path = "/api/accounts/{id}/enable", operation_id = "enable_account", params(("id" = Uuid, Path)),
    request_body = Grounds, responses((status = 200, body = AccountStep), (status = "4XX", body = ApiError)))]
async fn enable(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(grounds): Valid<Grounds>,
) -> ApiResult<Json<AccountStep>> {
    let reason = app::reason(&grounds.reason)?;
    let not_off = || ApiError::conflict("没有这个账号，或未停用", "no such account, or it is not switched off");
    if store::by_id(&app.db, id).await?.is_some() {
        return Err(not_off());
    }
    let account = store::any_by_id(&app.db, id).await?.ok_or_else(not_off)?;
    if account.role != Role::Bidder {
        return staff::propose_return(&app, &principal, &account, reason).await.map(Json);
    }
    if !store::enable(&mut *app.db.acquire().await?, id).await? {
        return Err(not_off());
    }
    note(&app, &principal, "enable account", id, reason).await?;
    Ok(Json(staff::done(account)))
}

/// Asks for a new password for somebody, with the reason; another administrator grants it.
#[utoipa::path(post, path = "/api/accounts/{id}/reset", operation_id = "ask_reset", params(("id" = Uuid, Path)),
    request_body = Grounds, responses((status = 204), (status = "4XX", body = ApiError)))]
async fn ask_reset(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(grounds): Valid<Grounds>,
) -> ApiResult<StatusCode> {
    let reason = app::reason(&grounds.reason)?;
    let known: Option<i64> = sqlx::query_scalar("select 1 from accounts where id = ? and disabled = 0")
        .bind(id.to_string())
        .fetch_optional(&app.db)
        .await?;
    if known.is_none() {
        return Err(ApiError::not_found());
    }
    sqlx::query(
        "insert into credential_resets (id, account, reason, asked_by, asked_at) values (?, ?, ?, ?, ?)
         on conflict (account) where granted_by is null do update set
           reason = excluded.reason, asked_by = excluded.asked_by, asked_at = excluded.asked_at",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(id.to_string())
    .bind(reason)
    .bind(principal.account.to_string())
    .bind(clock::now().0)
    .execute(&app.db)
    .await?;
    note(&app, &principal, "ask for a new password", id, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 一次性重置码: shown once to the administrator who grants it, for him to hand over.
#[derive(Serialize, ToSchema)]
struct ResetCode {
    code: String,
    expires_at: i64,
}

fn code_hash(code: &str) -> Vec<u8> {
    Sha256::digest(code.trim().as_bytes()).to_vec()
}

/// Grants a new password another administrator asked for. The old one serves until the code is used.
#[utoipa::path(post, path = "/api/accounts/{id}/reset/grant", operation_id = "grant_reset", params(("id" = Uuid, Path)),
    responses((status = 200, body = ResetCode), (status = "4XX", body = ApiError)))]
async fn grant_reset(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<ResetCode>> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    let waits: Option<(String, String, String)> =
        sqlx::query_as("select id, asked_by, reason from credential_resets where account = ? and granted_by is null")
            .bind(id.to_string())
            .fetch_optional(&mut *tx)
            .await?;
    let Some((reset, asked_by, reason)) = waits else {
        return Err(ApiError::conflict("没有待批准的重置申请", "no new password was asked for"));
    };
    let me = principal.account.to_string();
    if asked_by == me {
        return Err(ApiError::conflict("须由另一位管理员批准", "another administrator grants what you asked for"));
    }
    if id == principal.account {
        return Err(ApiError::conflict("不能批准本人的重置", "another administrator grants your own new password"));
    }
    let code = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let now = clock::now();
    let expires_at = now.plus_ms(RESET_MS).0;
    sqlx::query(
        "update credential_resets set granted_by = ?, granted_at = ?, code_hash = ?, expires_at = ? where id = ?",
    )
    .bind(me)
    .bind(now.0)
    .bind(code_hash(&code))
    .bind(expires_at)
    .bind(reset)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    note(&app, &principal, "grant a new password", id, &reason).await?;
    Ok(Json(ResetCode { code, expires_at }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    code: String,
    password: String,
}

/// Sets my password by the code handed to me. It serves once; every session of mine ends.
#[utoipa::path(post, path = "/api/session/reset", operation_id = "use_reset", request_body = NewPassword,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn use_reset(
    State(app): State<App>,
    Client(from): Client,
    Valid(new): Valid<NewPassword>,
) -> ApiResult<StatusCode> {
    check_password(&new.password)?;
    let wrong = || ApiError::conflict("重置码不正确、已使用或已过期", "the code is wrong, was used, or has expired");
    // Tries are counted as those of a password are.
    app.tokens.count_code_try(from)?;
    let row: Option<(String, String)> = sqlx::query_as(
        "select r.id, r.account from credential_resets r join accounts a on a.id = r.account
         where r.code_hash = ? and r.used_at is null and r.expires_at > ? and a.disabled = 0",
    )
    .bind(code_hash(&new.code))
    .bind(clock::now().0)
    .fetch_optional(&app.db)
    .await?;
    let (reset, account) = row.ok_or_else(wrong)?;
    let hash = app.tokens.hash(new.password).await?;
    let account: Uuid = account.parse().map_err(|_| ApiError::internal())?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    let used = sqlx::query("update credential_resets set used_at = ? where id = ? and used_at is null")
        .bind(clock::now().0)
        .bind(reset)
        .execute(&mut *tx)
        .await?;
    if used.rows_affected() == 0 {
        return Err(wrong());
    }
    store::set_password(&mut tx, account, &hash, None).await?;
    let sessions = end_sessions(&mut tx, account).await?;
    tx.commit().await?;
    app.tokens.end_sessions(account, sessions);
    let known = store::by_id(&app.db, account).await?.ok_or_else(ApiError::internal)?;
    audit::note(&app.db, audit::Act::of(known.id, known.role, "set a new password", "")).await?;
    Ok(StatusCode::NO_CONTENT)
}
