//! 人员账号两人办理: an administrator proposes an account for staff, other duties, another place, that one
//! switched off come back, or that another administrator go; a second person agrees, and only then is it so.
//! Whoever alone could make two accounts would alone be both of the two persons every other rule asks for.

use crate::app::{self, App, Valid};
use crate::calendar::Day;
use crate::clock;
use crate::codes;
use crate::db::{self, uuid};
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Account, Duty, NewAccount, Principal, Role};
use crate::security::proposals::{ProposalRefusal, Proposals, Word};
use crate::security::routes::{self as people, create};
use crate::security::{accounts, audit, store};
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

/// A house has a few dozen of them waiting at its busiest.
const LISTED_MAX: i64 = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add))
        .routes(routes!(change))
        .routes(routes!(list))
        .routes(routes!(grant))
        .routes(routes!(refuse))
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum StaffProposalKind {
    New,
    /// Other duties, another center or agency, an identity number.
    Change,
    /// 启用.
    Enable,
    /// 停用 of an administrator.
    Disable,
}

impl StaffProposalKind {
    fn name(self) -> &'static str {
        match self {
            StaffProposalKind::New => "new",
            StaffProposalKind::Change => "change",
            StaffProposalKind::Enable => "enable",
            StaffProposalKind::Disable => "disable",
        }
    }
}

/// What the account shall be.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq)]
pub struct StaffWish {
    pub name: String,
    pub role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub center_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency_id: Option<Uuid>,
    pub duties: Vec<Duty>,
}

impl StaffWish {
    fn of(account: &Account) -> StaffWish {
        StaffWish {
            name: account.name.clone(),
            role: account.role,
            center_id: account.center_id,
            agency_id: account.agency_id,
            duties: account.duties.clone(),
        }
    }
}

/// 待第二人批准.
#[derive(Serialize, ToSchema)]
pub struct StaffProposal {
    id: Uuid,
    kind: StaffProposalKind,
    account: Uuid,
    login: String,
    wish: StaffWish,
    /// What it is now, of an account that exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<StaffWish>,
    /// Whether an identity number came with it.
    identified: bool,
    reason: String,
    asked_by: String,
    asked_at: i64,
    /// Whether I proposed it: then I may take it back, and not grant it.
    mine: bool,
}

/// What became of the wish for an account: it is there, or it waits for a second person.
#[derive(Serialize, ToSchema)]
pub struct AccountStep {
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<Uuid>,
}

/// The keyed hash of somebody's identity number (GB 11643), by which the staff and the bidders are compared.
pub fn person(app: &App, id_number: Option<&str>) -> ApiResult<Option<String>> {
    let Some(number) = id_number.map(|number| number.trim().to_uppercase()).filter(|number| !number.is_empty()) else {
        return Ok(None);
    };
    codes::identity_number(&number, Day::of(clock::now()))
        .map_err(|_| ApiError::bad_request("id_number", "公民身份号码不正确", "not an identity number of GB 11643"))?;
    Ok(Some(app.marks.person(&number)))
}

struct Draft<'a> {
    kind: StaffProposalKind,
    account: Uuid,
    login: &'a str,
    wish: &'a StaffWish,
    password_hash: Option<String>,
    person: Option<String>,
    reason: &'a str,
}

async fn propose(app: &App, principal: &Principal, draft: Draft<'_>) -> ApiResult<Uuid> {
    let id = Uuid::new_v4();
    let wish = serde_json::to_string(draft.wish).map_err(|_| ApiError::internal())?;
    let kept = sqlx::query(
        "insert into staff_proposals
           (id, kind, account, login, wish, password_hash, person, reason, asked_by, asked_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.to_string())
    .bind(draft.kind.name())
    .bind(draft.account.to_string())
    .bind(draft.login)
    .bind(wish)
    .bind(draft.password_hash)
    .bind(draft.person)
    .bind(draft.reason)
    .bind(principal.account.to_string())
    .bind(clock::now().0)
    .execute(&app.db)
    .await;
    match kept {
        Ok(_) => {}
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            return Err(ApiError::conflict(
                "该账号已有待批准的申请",
                "something is proposed for this account already and waits",
            ));
        }
        Err(error) => return Err(error.into()),
    }
    let action = format!("propose staff: {}", draft.kind.name());
    let act = audit::Act::of(principal.account, principal.role, &action, &draft.account.to_string());
    audit::note(&app.db, act.because(&format!("{} {}", draft.login, draft.reason))).await?;
    Ok(id)
}

/// Makes an account for a bidder; proposes one for staff, which a second person grants.
#[utoipa::path(post, path = "/api/accounts", request_body = NewAccount,
    responses((status = 200, body = AccountStep), (status = "4XX", body = ApiError)))]
async fn add(
    State(app): State<App>,
    principal: Principal,
    Valid(new): Valid<NewAccount>,
) -> ApiResult<Json<AccountStep>> {
    if new.role == Role::Bidder {
        let account = create(&app, new).await?;
        return Ok(Json(AccountStep { account: Some(account), proposal: None }));
    }
    let person = person(&app, new.id_number.as_deref())?;
    let (account, password_hash) = people::checked(&app, new).await?;
    people::free(&app.db, &account).await?;
    let wish = StaffWish::of(&account);
    let draft = Draft {
        kind: StaffProposalKind::New,
        account: account.id,
        login: &account.login,
        wish: &wish,
        password_hash: Some(password_hash),
        person,
        reason: "",
    };
    let id = propose(&app, &principal, draft).await?;
    Ok(Json(AccountStep { account: None, proposal: Some(id) }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StaffChange {
    center_id: Option<Uuid>,
    agency_id: Option<Uuid>,
    #[serde(default)]
    duties: Vec<Duty>,
    /// 公民身份号码, to be compared with bidders'; kept as a keyed hash alone. The one before stays if absent.
    id_number: Option<String>,
    reason: String,
}

/// 变更岗位: proposes other duties, another center or agency for one of the staff.
#[utoipa::path(post, path = "/api/accounts/{id}/change", operation_id = "change_account", params(("id" = Uuid, Path)),
    request_body = StaffChange, responses((status = 200, body = AccountStep), (status = "4XX", body = ApiError)))]
async fn change(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(new): Valid<StaffChange>,
) -> ApiResult<Json<AccountStep>> {
    let reason = app::reason(&new.reason)?;
    let account = store::by_id(&app.db, id).await?.filter(|account| account.role != Role::Bidder);
    let account = account.ok_or_else(ApiError::not_found)?;
    let person = person(&app, new.id_number.as_deref())?;
    let mut wish = StaffWish { center_id: new.center_id, agency_id: new.agency_id, ..StaffWish::of(&account) };
    wish.duties = people::sorted(new.duties);
    people::fits(wish.role, wish.center_id, wish.agency_id, &wish.duties)?;
    people::known_place(&app.db, wish.center_id, wish.agency_id).await?;
    if wish == StaffWish::of(&account) && person.is_none() {
        return Err(ApiError::conflict("没有变更", "nothing would change"));
    }
    let kind = StaffProposalKind::Change;
    let draft = Draft { kind, account: id, login: &account.login, wish: &wish, password_hash: None, person, reason };
    let proposal = propose(&app, &principal, draft).await?;
    Ok(Json(AccountStep { account: None, proposal: Some(proposal) }))
}

/// Proposes that somebody of the staff who was switched off comes back.
pub async fn propose_return(app: &App, by: &Principal, account: &Account, reason: &str) -> ApiResult<AccountStep> {
    propose_as_is(app, by, account, StaffProposalKind::Enable, reason).await
}

/// Proposes that an administrator is switched off.
pub async fn propose_disabling(app: &App, by: &Principal, account: &Account, reason: &str) -> ApiResult<AccountStep> {
    propose_as_is(app, by, account, StaffProposalKind::Disable, reason).await
}

async fn propose_as_is(
    app: &App,
    principal: &Principal,
    account: &Account,
    kind: StaffProposalKind,
    reason: &str,
) -> ApiResult<AccountStep> {
    let wish = StaffWish::of(account);
    let draft = Draft {
        kind,
        account: account.id,
        login: &account.login,
        wish: &wish,
        password_hash: None,
        person: None,
        reason,
    };
    let proposal = propose(app, principal, draft).await?;
    Ok(AccountStep { account: None, proposal: Some(proposal) })
}

pub fn done(account: Account) -> AccountStep {
    AccountStep { account: Some(account), proposal: None }
}

fn proposal(row: &SqliteRow, me: Uuid) -> sqlx::Result<StaffProposal> {
    Ok(StaffProposal {
        id: uuid(row, "id")?,
        kind: kind(row)?,
        account: uuid(row, "account")?,
        login: row.try_get("login")?,
        wish: db::json(row, "wish")?,
        now: None,
        identified: row.try_get::<Option<String>, _>("person")?.is_some(),
        reason: row.try_get("reason")?,
        asked_by: row.try_get("asker")?,
        asked_at: row.try_get("asked_at")?,
        mine: uuid(row, "asked_by")? == me,
    })
}

fn kind(row: &SqliteRow) -> sqlx::Result<StaffProposalKind> {
    match row.try_get::<String, _>("kind")?.as_str() {
        "new" => Ok(StaffProposalKind::New),
        "change" => Ok(StaffProposalKind::Change),
        "enable" => Ok(StaffProposalKind::Enable),
        "disable" => Ok(StaffProposalKind::Disable),
        _ => Err(db::bad("kind of a proposal")),
    }
}

/// What waits for a second person's word, the oldest first.
#[utoipa::path(get, path = "/api/staff-proposals",
    responses((status = 200, body = Vec<StaffProposal>), (status = "4XX", body = ApiError)))]
async fn list(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<StaffProposal>>> {
    let rows = sqlx::query(
        "select p.*, a.name as asker from staff_proposals p join accounts a on a.id = p.asked_by
         where p.decided_by is null order by p.asked_at, p.id limit ?",
    )
    .bind(LISTED_MAX)
    .fetch_all(&app.db)
    .await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut item = proposal(row, principal.account)?;
        item.now = store::any_by_id(&app.db, item.account).await?.map(|account| StaffWish::of(&account));
        items.push(item);
    }
    Ok(Json(items))
}

struct Waiting {
    kind: StaffProposalKind,
    account: Uuid,
    login: String,
    wish: StaffWish,
    password_hash: Option<String>,
    person: Option<String>,
    reason: String,
    asked_by: String,
}

fn waiting(row: &SqliteRow) -> sqlx::Result<Waiting> {
    Ok(Waiting {
        kind: kind(row)?,
        account: uuid(row, "account")?,
        login: row.try_get("login")?,
        wish: db::json(row, "wish")?,
        password_hash: row.try_get("password_hash")?,
        person: row.try_get("person")?,
        reason: row.try_get("reason")?,
        asked_by: row.try_get("asked_by")?,
    })
}

/// What was decided keeps no password.
async fn decide(tx: &mut SqliteConnection, id: Uuid, word: Word<'_>) -> ApiResult<()> {
    Proposals::Staff.decide(tx, id, word).await?;
    sqlx::query("update staff_proposals set password_hash = null where id = ?")
        .bind(id.to_string())
        .execute(tx)
        .await?;
    Ok(())
}

/// Grants what another administrator proposed. A changed account's sessions end: a token tells its center; so do
/// those of one switched off.
#[utoipa::path(post, path = "/api/staff-proposals/{id}/grant", params(("id" = Uuid, Path)),
    operation_id = "grant_staff", responses((status = 200, body = Account), (status = "4XX", body = ApiError)))]
async fn grant(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<Account>> {
    let waits = waiting(&Proposals::Staff.to_grant(&app.db, id, &principal).await?)?;
    if waits.account == principal.account {
        return Err(ApiError::conflict("不能批准本人的变更", "somebody else grants what is about you"));
    }
    let wish = waits.wish;
    let account = Account {
        id: waits.account,
        login: waits.login,
        name: wish.name,
        role: wish.role,
        center_id: wish.center_id,
        agency_id: wish.agency_id,
        duties: wish.duties,
    };
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    decide(&mut tx, id, Word { by: principal.account, at: now, refused: None }).await?;
    let mut ended = None;
    match (waits.kind, waits.password_hash) {
        (StaffProposalKind::New, Some(hash)) => {
            people::made(store::add(&mut tx, &account, &hash, waits.person.as_deref(), now).await, &account)?;
        }
        (StaffProposalKind::Change, _) => {
            people::made(store::change(&mut tx, &account, waits.person.as_deref()).await, &account)?;
            ended = Some(accounts::end_sessions(&mut tx, account.id).await?);
        }
        (StaffProposalKind::Enable, _) => {
            if !store::enable(&mut tx, account.id).await? {
                return Err(ApiError::conflict("该账号未停用", "this account is not switched off"));
            }
        }
        (StaffProposalKind::Disable, _) => {
            ended = Some(accounts::switch_off(&mut tx, account.id, &waits.reason, &waits.asked_by).await?);
        }
        (StaffProposalKind::New, None) => return Err(ApiError::internal()),
    }
    tx.commit().await?;
    if let Some(sessions) = ended {
        app.tokens.end_sessions(account.id, sessions);
    }
    let action = format!("grant staff: {}", waits.kind.name());
    let act = audit::Act::of(principal.account, principal.role, &action, &account.id.to_string());
    audit::note(&app.db, act.because(&format!("{} {}", account.login, waits.reason))).await?;
    Ok(Json(account))
}

/// Refuses a proposal, or takes one's own back.
#[utoipa::path(post, path = "/api/staff-proposals/{id}/refuse", params(("id" = Uuid, Path)),
    operation_id = "refuse_staff", request_body = ProposalRefusal,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn refuse(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(refusing): Valid<ProposalRefusal>,
) -> ApiResult<StatusCode> {
    let reason = app::reason(&refusing.reason)?;
    let waits = waiting(&Proposals::Staff.to_refuse(&app.db, id, &principal).await?)?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    decide(&mut tx, id, Word { by: principal.account, at: clock::now(), refused: Some(reason) }).await?;
    tx.commit().await?;
    let action = format!("refuse staff: {}", waits.kind.name());
    let act = audit::Act::of(principal.account, principal.role, &action, &waits.account.to_string());
    audit::note(&app.db, act.because(&format!("{} {reason}", waits.login))).await?;
    Ok(StatusCode::NO_CONTENT)
}
