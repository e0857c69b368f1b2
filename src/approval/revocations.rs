//! 撤销登记 by two officers who decide: one proposes it with its reason, another confirms what he read or says why not.
//! All of it stands in the timeline of the case that granted the registration; its bidder reads the end of it.

use crate::app::{self, App, Valid};
use crate::approval::cases::{Standing, person, standing};
use crate::approval::registrations::{Registration, RegistrationState, Revoked, granted_by};
use crate::approval::store::{self, KeptEvent, Whole};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Account, Duty, Principal};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{Row, Sqlite, SqliteConnection, Transaction};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const PROPOSED: &str = "propose_revocation";
const REFUSED: &str = "refuse_revocation";
const REVOKED: &str = "revoke";
/// What officers say to each other of it; its bidder is told when two have said it.
pub const AMONG_OFFICERS: [&str; 2] = [PROPOSED, REFUSED];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(propose)).routes(routes!(confirm)).routes(routes!(refuse))
}

/// A proposal that waits for the second person.
#[derive(Serialize, ToSchema)]
pub struct Revoking {
    reason: String,
    by: String,
    /// Names the proposal: who confirms it says which one he read.
    at: i64,
}

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RevocationAct {
    Propose,
    Confirm,
    Refuse,
}

/// What is told of it beside a case.
#[derive(Serialize, ToSchema)]
pub struct Revocation {
    /// The registration granted here was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<Revoked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waits: Option<Revoking>,
    /// What I may do now.
    may: Vec<RevocationAct>,
}

/// The proposal that waits: the last word of the three.
fn waiting(whole: &Whole) -> Option<&KeptEvent> {
    let said = |event: &&KeptEvent| [PROPOSED, REFUSED, REVOKED].contains(&event.act.as_str());
    whole.events.iter().rev().find(said).filter(|last| last.act == PROPOSED)
}

fn stands(own: &Registration) -> bool {
    matches!(own.state, RegistrationState::InForce | RegistrationState::RenewalDue)
}

pub async fn beside(db: &mut SqliteConnection, whole: &Whole, who: &Account) -> ApiResult<Option<Revocation>> {
    let Some(own) = granted_by(db, whole).await? else { return Ok(None) };
    let waits = waiting(whole).filter(|_| stands(&own));
    let decides = standing(whole, who) == Standing::Handler && who.duties.contains(&Duty::Decide);
    let may = match waits {
        _ if !decides || !stands(&own) => Vec::new(),
        None => vec![RevocationAct::Propose],
        Some(proposal) if proposal.by == who.id => vec![RevocationAct::Refuse],
        Some(_) => vec![RevocationAct::Confirm, RevocationAct::Refuse],
    };
    let waits = match waits.filter(|_| standing(whole, who) != Standing::Applicant) {
        None => None,
        Some(proposal) => {
            let by = sqlx::query("select name from accounts where id = ?").bind(proposal.by.to_string());
            let by = by.fetch_one(db).await?.try_get("name")?;
            Some(Revoking { reason: proposal.note.clone(), by, at: proposal.at.0 })
        }
    };
    Ok(Some(Revocation { revoked: own.revoked, waits, may }))
}

/// The case for an officer who may do this of it, in a transaction that nobody else writes beside.
async fn to_do(
    app: &App,
    id: Uuid,
    principal: &Principal,
    act: RevocationAct,
) -> ApiResult<(Transaction<'static, Sqlite>, Whole)> {
    let who = person(app, principal).await?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    let whole = store::whole(&mut tx, id).await?;
    if standing(&whole, &who) != Standing::Handler {
        return Err(ApiError::not_found());
    }
    if !who.duties.contains(&Duty::Decide) {
        return Err(ApiError::forbidden());
    }
    let may = beside(&mut tx, &whole, &who).await?.map(|beside| beside.may).unwrap_or_default();
    if may.contains(&act) {
        return Ok((tx, whole));
    }
    Err(match (act, waiting(&whole)) {
        (RevocationAct::Propose, Some(_)) => {
            ApiError::conflict("已有撤销申请待确认", "a revocation is proposed already")
        }
        (RevocationAct::Confirm, Some(own)) if own.by == who.id => {
            ApiError::conflict("须由另一人确认", "somebody else confirms what you proposed")
        }
        (RevocationAct::Propose, None) => {
            ApiError::conflict("只能撤销现行有效的竞买人登记", "only a registration that is in force can be revoked")
        }
        _ => ApiError::conflict("没有待确认的撤销申请", "no revocation waits"),
    })
}

async fn note(
    db: &mut SqliteConnection,
    whole: &Whole,
    act: &str,
    by: Uuid,
    words: &str,
    data: Value,
) -> ApiResult<()> {
    let event = KeptEvent {
        case: whole.case.id,
        at: clock::now(),
        by,
        act: act.into(),
        step: whole.case.step as u32,
        note: words.into(),
        data,
    };
    store::note(db, &event).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RevocationWord {
    /// Of a proposal: told to the bidder once it is confirmed. Of a refusal: told to the officers.
    reason: String,
}

/// Proposes to revoke a granted registration.
#[utoipa::path(post, path = "/api/cases/{id}/revocation", operation_id = "propose_revocation",
    params(("id" = Uuid, Path)), request_body = RevocationWord,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn propose(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(word): Valid<RevocationWord>,
) -> ApiResult<StatusCode> {
    let (mut tx, whole) = to_do(&app, id, &principal, RevocationAct::Propose).await?;
    let reason = app::reason(&word.reason)?;
    note(&mut tx, &whole, PROPOSED, principal.account, reason, json!({})).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RevocationRead {
    /// Which proposal was read.
    proposed_at: i64,
}

/// Confirms what another officer proposed, as it was read: the registration is revoked, and its bidder told.
#[utoipa::path(post, path = "/api/cases/{id}/revocation/confirm", operation_id = "confirm_revocation",
    params(("id" = Uuid, Path)), request_body = RevocationRead,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn confirm(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(read): Valid<RevocationRead>,
) -> ApiResult<StatusCode> {
    let (mut tx, whole) = to_do(&app, id, &principal, RevocationAct::Confirm).await?;
    let proposal = waiting(&whole).ok_or_else(ApiError::internal)?;
    if proposal.at.0 != read.proposed_at {
        return Err(ApiError::conflict(
            "撤销申请已更改，请重新阅读后确认",
            "another revocation is proposed than you read; read it first",
        ));
    }
    note(&mut tx, &whole, REVOKED, principal.account, &proposal.note, json!({})).await?;
    sqlx::query(
        "insert into registration_revocations (case_id, reason, proposed_by, revoked_by, revoked_at)
         values (?, ?, ?, ?, ?)",
    )
    .bind(id.to_string())
    .bind(&proposal.note)
    .bind(proposal.by.to_string())
    .bind(principal.account.to_string())
    .bind(clock::now().0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Does not confirm it, and says why; who proposed it takes it back.
#[utoipa::path(post, path = "/api/cases/{id}/revocation/refuse", operation_id = "refuse_revocation",
    params(("id" = Uuid, Path)), request_body = RevocationWord,
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn refuse(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(word): Valid<RevocationWord>,
) -> ApiResult<StatusCode> {
    let (mut tx, whole) = to_do(&app, id, &principal, RevocationAct::Refuse).await?;
    let reason = app::reason(&word.reason)?;
    note(&mut tx, &whole, REFUSED, principal.account, reason, json!({})).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
