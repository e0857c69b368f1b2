//! 银行公钥: a bank signs by any of its keys that stands; one administrator asks for a key to be added or
//! revoked, another confirms it. Our own public keys stand beside them for the banks to check us by.

use crate::app::{self, App, Valid};
use crate::clock;
use crate::db::uuid_or_none;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::security::signed::{from_hex, hex};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub const KEY_BYTES: usize = 32;
/// Keys of one bank, those of the past among them.
const KEYS_MAX: i64 = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(keys, ask))
        .routes(routes!(confirm))
        .routes(routes!(revoke))
        .routes(routes!(own_keys, rotate))
}

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum BankKeyState {
    /// Waits for the second administrator.
    Asked,
    Standing,
    /// Its revocation waits for the second administrator; it stands until then.
    Revoking,
    Revoked,
}

#[derive(Serialize, ToSchema)]
struct BankKey {
    n: i64,
    /// Ed25519, 64 hex digits.
    public_key: String,
    valid_from: i64,
    /// Exclusive; absent: until it is revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<i64>,
    state: BankKeyState,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoke_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<i64>,
    /// Whether I asked for what waits, and so may not confirm it.
    mine: bool,
}

fn key(row: &SqliteRow, me: Uuid) -> sqlx::Result<BankKey> {
    let moment = |column: &str| row.try_get::<Option<i64>, _>(column);
    let state = match (moment("confirmed_at")?, moment("revoke_asked_at")?, moment("revoked_at")?) {
        (_, _, Some(_)) => BankKeyState::Revoked,
        (None, _, None) => BankKeyState::Asked,
        (Some(_), Some(_), None) => BankKeyState::Revoking,
        (Some(_), None, None) => BankKeyState::Standing,
    };
    let asker = if state == BankKeyState::Revoking { "revoke_asked_by" } else { "asked_by" };
    Ok(BankKey {
        n: row.try_get("n")?,
        public_key: hex(&row.try_get::<Vec<u8>, _>("public_key")?),
        valid_from: row.try_get("valid_from")?,
        valid_until: moment("valid_until")?,
        state,
        revoke_reason: row.try_get("revoke_reason")?,
        revoked_at: moment("revoked_at")?,
        mine: uuid_or_none(row, asker)? == Some(me),
    })
}

/// A bank's keys, newest first.
#[utoipa::path(get, path = "/api/banks/{bank}/keys", params(("bank" = String, Path)),
    responses((status = 200, body = Vec<BankKey>), (status = "4XX", body = ApiError)))]
async fn keys(State(app): State<App>, Path(bank): Path<String>, principal: Principal) -> ApiResult<Json<Vec<BankKey>>> {
    let rows = sqlx::query("select * from bank_keys where bank = ? order by n desc limit ?")
        .bind(bank)
        .bind(KEYS_MAX)
        .fetch_all(&app.db)
        .await?;
    Ok(Json(rows.iter().map(|row| key(row, principal.account)).collect::<sqlx::Result<_>>()?))
}

pub fn read_key(text: &str) -> ApiResult<Vec<u8>> {
    from_hex(text)
        .filter(|key| key.len() == KEY_BYTES)
        .ok_or_else(|| ApiError::bad_request("public_key", "公钥须为64位十六进制数", "a public key is 64 hex digits"))
}

/// The key a bank is registered with.
pub async fn first(db: &mut SqliteConnection, bank: &str, key: Vec<u8>, by: Uuid, at: i64) -> sqlx::Result<()> {
    sqlx::query(
        "insert into bank_keys (bank, public_key, valid_from, asked_by, asked_at, confirmed_at) values (?, ?, ?, ?, ?, ?)",
    )
    .bind(bank)
    .bind(key)
    .bind(at)
    .bind(by.to_string())
    .bind(at)
    .bind(at)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBankKey {
    public_key: String,
    /// Unix ms; from now on if absent.
    valid_from: Option<i64>,
    /// Exclusive; absent: until it is revoked.
    valid_until: Option<i64>,
}

/// Asks for one more key; it serves once another administrator has confirmed it.
#[utoipa::path(post, path = "/api/banks/{bank}/keys", params(("bank" = String, Path)), request_body = NewBankKey,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn ask(
    State(app): State<App>,
    Path(bank): Path<String>,
    principal: Principal,
    Valid(new): Valid<NewBankKey>,
) -> ApiResult<StatusCode> {
    let (public_key, now) = (read_key(&new.public_key)?, clock::now().0);
    let valid_from = new.valid_from.unwrap_or(now);
    if new.valid_until.is_some_and(|until| until <= valid_from.max(now)) {
        return Err(ApiError::bad_request(
            "valid_until",
            "失效时间须晚于生效时间和现在",
            "it must end after it begins",
        ));
    }
    let mut tx = app.db.begin_with("begin immediate").await?;
    let known: i64 =
        sqlx::query_scalar("select count(*) from bank_keys where bank = ?").bind(&bank).fetch_one(&mut *tx).await?;
    // A registered bank has its first key.
    match known {
        0 => return Err(ApiError::not_found()),
        KEYS_MAX.. => return Err(ApiError::conflict("该银行的公钥过多", "this bank has too many keys")),
        _ => {}
    }
    let done = sqlx::query(
        "insert or ignore into bank_keys (bank, public_key, valid_from, valid_until, asked_by, asked_at)
         values (?, ?, ?, ?, ?, ?)",
    )
    .bind(&bank)
    .bind(public_key)
    .bind(valid_from)
    .bind(new.valid_until)
    .bind(principal.account.to_string())
    .bind(now)
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        let taken = ApiError::conflict("该公钥已登记过", "this key was registered before");
        return Err(ApiError { field: Some("public_key".into()), ..taken });
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn found(db: &mut SqliteConnection, bank: &str, n: i64, me: Uuid) -> ApiResult<BankKey> {
    let row = sqlx::query("select * from bank_keys where bank = ? and n = ?")
        .bind(bank)
        .bind(n)
        .fetch_optional(db)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(key(&row, me)?)
}

/// Confirms what another administrator asked for: the key, or its revocation.
#[utoipa::path(post, path = "/api/banks/{bank}/keys/{no}/confirm", params(("bank" = String, Path), ("no" = i64, Path)),
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn confirm(
    State(app): State<App>,
    Path((bank, n)): Path<(String, i64)>,
    principal: Principal,
) -> ApiResult<StatusCode> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    let key = found(&mut tx, &bank, n, principal.account).await?;
    let update = match key.state {
        BankKeyState::Asked => "update bank_keys set confirmed_by = ?, confirmed_at = ? where n = ?",
        BankKeyState::Revoking => "update bank_keys set revoked_by = ?, revoked_at = ? where n = ?",
        BankKeyState::Standing | BankKeyState::Revoked => {
            return Err(ApiError::conflict("该公钥没有待确认的事项", "nothing about this key waits"));
        }
    };
    if key.mine {
        return Err(ApiError::conflict("须由另一位管理员确认", "another administrator confirms what you asked for"));
    }
    sqlx::query(update).bind(principal.account.to_string()).bind(clock::now().0).bind(n).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyRevocation {
    reason: String,
}

/// Asks for a key to be revoked; one that waits for its confirmation is withdrawn at once.
#[utoipa::path(post, path = "/api/banks/{bank}/keys/{no}/revoke", params(("bank" = String, Path), ("no" = i64, Path)),
    request_body = KeyRevocation, responses((status = 204), (status = "4XX", body = ApiError)))]
async fn revoke(
    State(app): State<App>,
    Path((bank, n)): Path<(String, i64)>,
    principal: Principal,
    Valid(revocation): Valid<KeyRevocation>,
) -> ApiResult<StatusCode> {
    let reason = app::reason(&revocation.reason)?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    let key = found(&mut tx, &bank, n, principal.account).await?;
    let (me, now) = (principal.account.to_string(), clock::now().0);
    match key.state {
        BankKeyState::Revoked => return Ok(StatusCode::NO_CONTENT),
        BankKeyState::Revoking => return Err(ApiError::conflict("已有人申请吊销", "its revocation waits already")),
        // It never served: nobody is needed to let go of it.
        BankKeyState::Asked => {
            sqlx::query("update bank_keys set revoke_reason = ?, revoked_by = ?, revoked_at = ? where n = ?")
                .bind(reason)
                .bind(me)
                .bind(now)
                .bind(n)
                .execute(&mut *tx)
                .await?;
        }
        BankKeyState::Standing => {
            sqlx::query("update bank_keys set revoke_reason = ?, revoke_asked_by = ?, revoke_asked_at = ? where n = ?")
                .bind(reason)
                .bind(me)
                .bind(now)
                .bind(n)
                .execute(&mut *tx)
                .await?;
        }
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 平台公钥: what we send a bank is signed by the newest.
#[derive(Serialize, ToSchema)]
struct SigningKey {
    public_key: String,
    from_at: i64,
}

/// Our public keys, newest first: a bank checks a batch by the one beside its signature.
#[utoipa::path(get, path = "/api/signing-keys", responses((status = 200, body = Vec<SigningKey>)))]
async fn own_keys(State(app): State<App>) -> ApiResult<Json<Vec<SigningKey>>> {
    let rows: Vec<(Vec<u8>, i64)> =
        sqlx::query_as("select public_key, from_at from signing_keys order by from_at desc limit ?")
            .bind(KEYS_MAX)
            .fetch_all(&app.db)
            .await?;
    Ok(Json(rows.into_iter().map(|(key, from_at)| SigningKey { public_key: hex(&key), from_at }).collect()))
}

/// Draws a new key of ours; the private half of the old one is gone for good.
#[utoipa::path(post, path = "/api/signing-keys", operation_id = "rotate_signing_key",
    responses((status = 200, body = SigningKey), (status = "4XX", body = ApiError)))]
async fn rotate(State(app): State<App>) -> ApiResult<Json<SigningKey>> {
    let public_key = app.signer.rotate().map_err(|error| {
        tracing::error!(%error, "a signing key");
        ApiError::internal()
    })?;
    let from_at = clock::now().0;
    publish(&app, &public_key, from_at).await?;
    Ok(Json(SigningKey { public_key, from_at }))
}

/// Writes our public key down where it is new.
pub async fn publish(app: &App, public_key: &str, at: i64) -> ApiResult<()> {
    sqlx::query("insert or ignore into signing_keys (public_key, from_at) values (?, ?)")
        .bind(read_key(public_key)?)
        .bind(at)
        .execute(&app.db)
        .await?;
    Ok(())
}
