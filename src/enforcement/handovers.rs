//! 移送其他机关: a case or a complaint goes to another agency or a district, which answers for having it. Until it
//! does, what is on its way stays with who sent it, and nothing else is done to it.

use crate::app::{App, Valid};
use crate::clock;
use crate::db::{uuid, uuid_or_none};
use crate::enforcement::case::EnforcementStatus;
use crate::enforcement::case_routes::reader;
use crate::enforcement::complaints;
use crate::enforcement::doing::officer;
use crate::enforcement::misstep::Misstep;
use crate::enforcement::store::{self, Done};
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Duty, Principal};
use axum::Json;
use axum::extract::{Path, State};
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const HANDOVERS: &str = "select h.*, coalesce(c.number, p.number) as number, coalesce(c.title, p.request) as title
     from handovers h left join enforcement_cases c on c.id = h.case_id left join complaints p on p.id = h.complaint_id";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(hand_over))
        .routes(routes!(hand_on_complaint))
        .routes(routes!(incoming))
        .routes(routes!(answer))
}

/// A case or a complaint on its way to another agency.
#[derive(Serialize, ToSchema)]
pub struct Handover {
    pub id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaint_id: Option<Uuid>,
    pub number: String,
    pub title: String,
    pub from_agency: Uuid,
    pub to_agency: Uuid,
    pub note: String,
    pub at: i64,
    /// `sent`, `acknowledged` or `returned`.
    pub status: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewHandover {
    agency: Uuid,
    note: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandoverAnswer {
    /// 接收; otherwise it goes back.
    acknowledges: bool,
    note: String,
}

/// What is handed on.
#[derive(Debug, Clone, Copy)]
enum Handed {
    Case(Uuid),
    Complaint(Uuid),
}

impl Handed {
    fn id(self) -> Uuid {
        match self {
            Handed::Case(id) | Handed::Complaint(id) => id,
        }
    }
}

fn handover(row: &SqliteRow) -> sqlx::Result<Handover> {
    Ok(Handover {
        id: uuid(row, "id")?,
        case_id: uuid_or_none(row, "case_id")?,
        complaint_id: uuid_or_none(row, "complaint_id")?,
        number: row.try_get("number")?,
        title: row.try_get("title")?,
        from_agency: uuid(row, "from_agency")?,
        to_agency: uuid(row, "to_agency")?,
        note: row.try_get("note")?,
        at: row.try_get("at")?,
        status: row.try_get("status")?,
    })
}

/// Not yet answered, oldest first: the receiving agency owes a word.
pub async fn unanswered(db: &SqlitePool, agency: Option<Uuid>, most: i64) -> ApiResult<Vec<Handover>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{HANDOVERS} where (?1 is null or h.to_agency = ?1) and h.status = 'sent' order by h.at limit ?2"
    )))
    .bind(agency.map(|agency| agency.to_string()))
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(handover).collect::<sqlx::Result<_>>()?)
}

/// Every way a case went, newest first.
pub async fn of_case(db: &SqlitePool, case: Uuid, most: i64) -> ApiResult<Vec<Handover>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{HANDOVERS} where h.case_id = ? order by h.at desc limit ?")))
        .bind(case.to_string())
        .bind(most)
        .fetch_all(db)
        .await?;
    Ok(rows.iter().map(handover).collect::<sqlx::Result<_>>()?)
}

/// An insert of which one may stand.
pub fn once<T>(added: sqlx::Result<T>, code: &'static str, (zh, en): (&str, &str)) -> ApiResult<()> {
    match added {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(ApiError { code: code.into(), ..ApiError::conflict(zh, en) })
        }
        added => Ok(added.map(drop)?),
    }
}

/// Sends it on its way.
async fn send(
    db: &mut SqliteConnection,
    handed: Handed,
    (from, by): (Uuid, Uuid),
    new: &NewHandover,
    now: Moment,
) -> ApiResult<()> {
    let (case, complaint) = match handed {
        Handed::Case(id) => (Some(id), None),
        Handed::Complaint(id) => (None, Some(id)),
    };
    let added = sqlx::query(
        "insert into handovers (id, case_id, complaint_id, from_agency, to_agency, note, at, status)
         values (?, ?, ?, ?, ?, ?, ?, 'sent')",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(case.map(|id| id.to_string()))
    .bind(complaint.map(|id| id.to_string()))
    .bind(from.to_string())
    .bind(new.agency.to_string())
    .bind(new.note.trim())
    .bind(now.0)
    .execute(&mut *db)
    .await;
    match &added {
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() || error.is_check_violation() => {
            return Err(ApiError::bad_request("agency", "请选择其他机关", "name another agency"));
        }
        _ => once(added, "HANDOVER_OPEN", ("已移送，等待接收", "it is on its way already"))?,
    }
    let data = serde_json::json!({"agency": new.agency});
    store::note(db, &Done { subject: handed.id(), at: now, by, act: "hand_over", note: &new.note, data }).await
}

/// Hands a case on to another agency or a district. It stays ours until they acknowledge it.
#[utoipa::path(post, path = "/api/enforcement/cases/{id}/handovers", params(("id" = Uuid, Path)),
    request_body = NewHandover, responses((status = 200), (status = "4XX", body = ApiError)))]
async fn hand_over(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(new): Valid<NewHandover>,
) -> ApiResult<()> {
    let who = officer(&app, &principal, &[Duty::Decide]).await?;
    Misstep::note(&new.note).map_err(Misstep::error)?;
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let case = store::find(&mut tx, id).await?;
    if who.agency_id != Some(case.agency) {
        return Err(ApiError::not_found());
    }
    if case.complainant == Some(who.id) {
        return Err(Misstep::Complainant.error());
    }
    // Once decided, whoever decided carries it out.
    let early = case.place.status < EnforcementStatus::Noticed;
    if !early {
        return Err(Misstep::NotNow.error());
    }
    // Who asked the police has their answer to wait for.
    if store::hold(&mut tx, id).await?.with_police {
        return Err(Misstep::WithPolice.error());
    }
    send(&mut tx, Handed::Case(id), (case.agency, who.id), &new, now).await?;
    Ok(tx.commit().await?)
}

/// Hands a complaint on in place of accepting it; who complained is told where to and why. The time it may take is
/// the receiver's from then on, and does not begin anew.
#[utoipa::path(post, path = "/api/enforcement/complaints/{id}/handovers", params(("id" = Uuid, Path)),
    request_body = NewHandover, responses((status = 200), (status = "4XX", body = ApiError)))]
async fn hand_on_complaint(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(new): Valid<NewHandover>,
) -> ApiResult<()> {
    let who = officer(&app, &principal, &[Duty::Investigate, Duty::Decide]).await?;
    Misstep::note(&new.note).map_err(Misstep::error)?;
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let complaint = complaints::find(&mut tx, id).await?;
    complaint.handled_by(&who)?;
    // Accepted, it is ours to answer.
    if complaint.accepted_at.is_some() || complaint.is_decided() {
        return Err(Misstep::NotNow.error());
    }
    send(&mut tx, Handed::Complaint(id), (complaint.agency, who.id), &new, now).await?;
    Ok(tx.commit().await?)
}

/// Cases and complaints handed to one's agency and not yet answered.
#[utoipa::path(get, path = "/api/enforcement/handovers",
    responses((status = 200, body = Vec<Handover>), (status = "4XX", body = ApiError)))]
async fn incoming(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<Handover>>> {
    let (_, agency) = reader(&app, &principal).await?;
    unanswered(&app.db, agency, store::PAGE_SIZE).await.map(Json)
}

/// Acknowledges what was handed over, or sends it back. Acknowledged, it is ours: a case with a team of ours to be
/// named, a complaint to be accepted or not. The agency it comes from may take it back before it is acknowledged, a
/// case by its head: until then nothing else can be done to it.
#[utoipa::path(post, path = "/api/enforcement/handovers/{id}/answer", params(("id" = Uuid, Path)),
    request_body = HandoverAnswer, responses((status = 200), (status = "4XX", body = ApiError)))]
async fn answer(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(said): Valid<HandoverAnswer>,
) -> ApiResult<()> {
    let who = officer(&app, &principal, &[Duty::Investigate, Duty::Decide]).await?;
    Misstep::note(&said.note).map_err(Misstep::error)?;
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{HANDOVERS} where h.id = ? and h.status = 'sent'")))
        .bind(id.to_string())
        .fetch_optional(&mut *tx)
        .await?;
    let sent = handover(&row.ok_or_else(ApiError::not_found)?)?;
    let handed = match (sent.case_id, sent.complaint_id) {
        (Some(case), _) => Handed::Case(case),
        (None, complaint) => Handed::Complaint(complaint.ok_or_else(ApiError::internal)?),
    };
    let taken_back = who.agency_id == Some(sent.from_agency);
    if who.agency_id != Some(sent.to_agency) && !taken_back {
        return Err(ApiError::not_found());
    }
    let heads = matches!(handed, Handed::Case(_));
    if taken_back && (said.acknowledges || heads && !who.duties.contains(&Duty::Decide)) {
        return Err(ApiError::forbidden());
    }
    let status = if said.acknowledges { "acknowledged" } else { "returned" };
    sqlx::query("update handovers set status = ?, answered_at = ? where id = ?")
        .bind(status)
        .bind(now.0)
        .bind(id.to_string())
        .execute(&mut *tx)
        .await?;
    match handed {
        Handed::Case(case) => {
            let case = store::find(&mut tx, case).await?;
            // 回避: nobody takes in the case his own complaint became, nor sends it back.
            if case.complainant == Some(who.id) {
                return Err(Misstep::Complainant.error());
            }
            if said.acknowledges {
                store::change_agency(&mut tx, &case, sent.to_agency, now).await?;
            }
        }
        Handed::Complaint(complaint) => {
            // 回避: nobody takes in his own complaint, nor sends it back.
            if complaints::find(&mut tx, complaint).await?.is_of(&who) {
                return Err(Misstep::OtherPerson.error());
            }
            if said.acknowledges {
                complaints::change_agency(&mut tx, complaint, sent.to_agency).await?;
            }
        }
    }
    let data = serde_json::json!({"agency": sent.to_agency, "status": status});
    let act = if taken_back { "taken_back" } else { status };
    store::note(&mut tx, &Done { subject: handed.id(), at: now, by: who.id, act, note: &said.note, data }).await?;
    Ok(tx.commit().await?)
}
