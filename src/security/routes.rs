//! Signing in and out; accounts.

use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::client::Client;
use crate::security::model::{
    Account, Agency, AuditPage, Center, Duty, Login, NewAccount, NewAgency, Principal, Role, Session,
};
use crate::security::{accounts, audit, passwords, staff, store, tokens};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;
use sqlx::SqlitePool;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const COOKIE: &str = "sunbid_refresh";
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=256;
const LOGIN_CHARS_MAX: usize = 64;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, sign_out))
        .routes(routes!(refresh))
        .routes(routes!(me))
        .routes(routes!(centers))
        .routes(routes!(agencies, add_agency))
        .routes(routes!(audit_trail))
        .merge(accounts::routes())
        .merge(passwords::routes())
        .merge(staff::routes())
}

/// Signs somebody in.
pub async fn session(app: &App, jar: CookieJar, account: Account) -> ApiResult<(CookieJar, Json<Session>)> {
    let now = clock::now();
    let refresh = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    store::add_refresh(&app.db, &refresh, account.id, now.plus_ms(tokens::REFRESH_MS)).await?;
    // A rehearsal's people share a password on purpose, and nothing they do there binds anybody; in earnest the
    // same accounts begin with one of their own.
    let password_to_change = !app.rehearsal && store::password_given(&app.db, account.id).await?;
    let (token, expires_at) = app.tokens.issue(&account, password_to_change);
    let cookie = Cookie::build((COOKIE, refresh))
        .path("/api/session")
        .http_only(true)
        .secure(app.secure_cookies)
        .same_site(SameSite::Strict)
        .build();
    Ok((jar.add(cookie), Json(Session { token, expires_at: expires_at.0, account, password_to_change })))
}

/// Sign in; sets the refresh cookie.
#[utoipa::path(post, path = "/api/session", request_body = Login,
    responses((status = 200, body = Session), (status = "4XX", body = ApiError)))]
async fn sign_in(
    State(app): State<App>,
    Client(from): Client,
    jar: CookieJar,
    Valid(login): Valid<Login>,
) -> ApiResult<(CookieJar, Json<Session>)> {
    if login.login.chars().count() > LOGIN_CHARS_MAX {
        return Err(ApiError::wrong_login());
    }
    let known = store::by_login(&app.db, &login.login).await?;
    let hash = known.as_ref().map(|(_, hash)| hash.clone());
    let matches = app.tokens.verify(from, &login.login, login.password, hash).await?;
    match known {
        Some((account, _)) if matches => {
            audit::note(&app.db, audit::Act::of(account.id, account.role, "sign in", "")).await?;
            session(&app, jar, account).await
        }
        _ => Err(ApiError::wrong_login()),
    }
}

/// A new access token for the refresh cookie, which is replaced. The old one serves a moment longer:
/// the answer that carries the new one may be lost.
#[utoipa::path(post, path = "/api/session/refresh",
    responses((status = 200, body = Session), (status = "4XX", body = ApiError)))]
async fn refresh(State(app): State<App>, jar: CookieJar) -> ApiResult<(CookieJar, Json<Session>)> {
    let cookie = jar.get(COOKIE).ok_or_else(ApiError::not_signed_in)?;
    let (now, grace_ms) = (clock::now(), tokens::REFRESH_GRACE_MS);
    let account = store::use_refresh(&app.db, cookie.value(), now, now.plus_ms(grace_ms)).await?;
    let account = account.ok_or_else(ApiError::token_invalid)?;
    let account = store::by_id(&app.db, account).await?.ok_or_else(ApiError::token_invalid)?;
    session(&app, jar, account).await
}

/// Sign out.
#[utoipa::path(delete, path = "/api/session", responses((status = 204)))]
async fn sign_out(State(app): State<App>, jar: CookieJar) -> ApiResult<(CookieJar, StatusCode)> {
    if let Some(cookie) = jar.get(COOKIE) {
        store::drop_refresh(&app.db, cookie.value()).await?;
    }
    let gone = Cookie::build(COOKIE).path("/api/session").build();
    Ok((jar.remove(gone), StatusCode::NO_CONTENT))
}

/// Who I am.
#[utoipa::path(get, path = "/api/me", responses((status = 200, body = Account), (status = "4XX", body = ApiError)))]
async fn me(State(app): State<App>, principal: Principal) -> ApiResult<Json<Account>> {
    let account = store::by_id(&app.db, principal.account).await?;
    account.map(Json).ok_or_else(ApiError::token_invalid)
}

/// Makes an account at once: a bidder's, or at the first start, when there is nobody yet to agree.
pub async fn create(app: &App, new: NewAccount) -> ApiResult<Account> {
    let person = staff::person(app, new.id_number.as_deref())?;
    let (account, hash) = checked(app, new).await?;
    let mut connection = app.db.acquire().await?;
    made(store::add(&mut connection, &account, &hash, person.as_deref(), clock::now()).await, &account)?;
    Ok(account)
}

/// Whether a role goes with a place and duties.
pub fn fits(role: Role, center_id: Option<Uuid>, agency_id: Option<Uuid>, duties: &[Duty]) -> ApiResult<()> {
    if role == Role::Clerk && center_id.is_none() {
        return Err(ApiError::bad_request(
            "center_id",
            "工作人员须属于一个交易中心",
            "a clerk belongs to a trading center",
        ));
    }
    if (role == Role::Officer) != agency_id.is_some() {
        return Err(ApiError::bad_request(
            "agency_id",
            "审批人员须属于一个机关，其他角色不填",
            "an officer belongs to an agency, nobody else does",
        ));
    }
    if role != Role::Officer && !duties.is_empty() {
        return Err(ApiError::bad_request("duties", "只有审批人员有岗位职责", "only an officer has duties"));
    }
    Ok(())
}

pub fn sorted(mut duties: Vec<Duty>) -> Vec<Duty> {
    duties.sort_unstable();
    duties.dedup();
    duties
}

/// The account asked for and its password's hash, if all of it can be.
pub async fn checked(app: &App, new: NewAccount) -> ApiResult<(Account, String)> {
    if new.login.is_empty() || new.login.chars().count() > LOGIN_CHARS_MAX {
        return Err(ApiError::bad_request("login", "用户名长度须为1至64个字符", "a login has 1 to 64 characters"));
    }
    fits(new.role, new.center_id, new.agency_id, &new.duties)?;
    check_password(&new.password)?;
    let account = Account {
        id: Uuid::new_v4(),
        login: new.login,
        name: new.name,
        role: new.role,
        center_id: new.center_id,
        agency_id: new.agency_id,
        duties: sorted(new.duties),
    };
    let hash = app.tokens.hash(new.password).await?;
    Ok((account, hash))
}

fn no_place(agency_id: Option<Uuid>) -> ApiError {
    ApiError::bad_request(
        if agency_id.is_some() { "agency_id" } else { "center_id" },
        "没有这个交易中心或机关",
        "no such trading center or agency",
    )
}

/// What the tables said to an account, in our words.
pub fn made(kept: sqlx::Result<()>, account: &Account) -> ApiResult<()> {
    match kept {
        Ok(()) => Ok(()),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(ApiError::conflict("该用户名已被使用", "this login is taken"))
        }
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => Err(no_place(account.agency_id)),
        Err(error) => Err(error.into()),
    }
}

/// Whether the center or agency is one of ours: what waits for a second person must be good when it is granted.
pub async fn known_place(db: &SqlitePool, center_id: Option<Uuid>, agency_id: Option<Uuid>) -> ApiResult<()> {
    let known: bool = sqlx::query_scalar(
        "select (?1 is null or exists (select 1 from centers where id = ?1))
            and (?2 is null or exists (select 1 from agencies where id = ?2))",
    )
    .bind(center_id.map(|id| id.to_string()))
    .bind(agency_id.map(|id| id.to_string()))
    .fetch_one(db)
    .await?;
    if known { Ok(()) } else { Err(no_place(agency_id)) }
}

/// As `made` will judge it later, now: the login is nobody's and the place is one of ours.
pub async fn free(db: &SqlitePool, account: &Account) -> ApiResult<()> {
    known_place(db, account.center_id, account.agency_id).await?;
    let taken: Option<i64> =
        sqlx::query_scalar("select 1 from accounts where login = ?").bind(&account.login).fetch_optional(db).await?;
    match taken {
        Some(_) => Err(ApiError::conflict("该用户名已被使用", "this login is taken")),
        None => Ok(()),
    }
}

pub fn check_password(password: &str) -> ApiResult<()> {
    if PASSWORD_CHARS.contains(&password.chars().count()) {
        return Ok(());
    }
    Err(ApiError::bad_request("password", "密码长度须为8至256个字符", "a password has 8 to 256 characters"))
}

/// The city's and the districts' trading centers.
#[utoipa::path(get, path = "/api/centers", responses((status = 200, body = Vec<Center>)))]
async fn centers(State(app): State<App>) -> ApiResult<Json<Vec<Center>>> {
    Ok(Json(store::centers(&app.db).await?))
}

/// Agencies whose officers work here.
#[utoipa::path(get, path = "/api/agencies", responses((status = 200, body = Vec<Agency>)))]
async fn agencies(State(app): State<App>) -> ApiResult<Json<Vec<Agency>>> {
    Ok(Json(store::agencies(&app.db).await?))
}

/// Make an agency.
#[utoipa::path(post, path = "/api/agencies", request_body = NewAgency,
    responses((status = 200, body = Agency), (status = "4XX", body = ApiError)))]
async fn add_agency(State(app): State<App>, Valid(new): Valid<NewAgency>) -> ApiResult<Json<Agency>> {
    found(&app, new).await.map(Json)
}

const NAME_CHARS_MAX: usize = 200;

/// The one way an agency comes to be.
pub async fn found(app: &App, new: NewAgency) -> ApiResult<Agency> {
    let is_code = |text: &str| text.len() == 18 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_code(&new.credit_code) {
        return Err(ApiError::bad_request(
            "credit_code",
            "统一社会信用代码为18位",
            "a unified social credit code has 18 characters",
        ));
    }
    if new.region.len() != 6 || !new.region.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ApiError::bad_request("region", "行政区划代码为6位数字", "a region code has 6 digits"));
    }
    for (field, text) in [("name_zh", &new.name_zh), ("name_en", &new.name_en)] {
        if text.trim().is_empty() || text.chars().count() > NAME_CHARS_MAX {
            return Err(ApiError::bad_request(field, "不能为空或过长", "empty or too long"));
        }
    }
    let agency = Agency {
        id: Uuid::new_v4(),
        credit_code: new.credit_code,
        name_zh: new.name_zh,
        name_en: new.name_en,
        region: new.region,
    };
    match store::add_agency(&app.db, &agency).await {
        Ok(()) => Ok(agency),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(ApiError::conflict("该信用代码已登记", "this credit code is taken"))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Rows before this number; the newest if absent. At most 100 are returned.
    before_n: Option<i64>,
    /// Of this account alone.
    account: Option<Uuid>,
}

/// The audit trail, newest first.
#[utoipa::path(get, path = "/api/audit", params(AuditQuery),
    responses((status = 200, body = AuditPage), (status = "4XX", body = ApiError)))]
async fn audit_trail(State(app): State<App>, Query(query): Query<AuditQuery>) -> ApiResult<Json<AuditPage>> {
    Ok(Json(audit::page(&app.db, query.before_n, query.account).await?))
}
