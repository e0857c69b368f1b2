//! 涉嫌犯罪案件移送 (国务院令310) as it is kept and done; what goes to other agencies stands beside it.

use crate::app::{App, Valid};
use crate::calendar::Calendar;
use crate::clock;
use crate::db::{json, uuid};
use crate::enforcement::case::{EnforcementStatus, team};
use crate::enforcement::case_routes::reader;
use crate::enforcement::doing::officer;
use crate::enforcement::handovers::{self, Handover, once};
use crate::enforcement::misstep::Misstep;
use crate::enforcement::store::{self, Done, KeptCase, text};
use crate::enforcement::transfer::{TransferAct, TransferPlace, next, samples};
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Account, Duty, Principal};
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

/// Of one case: one is open at a time.
const OF_CASE_MAX: i64 = 20;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(of_case, suspect)).routes(routes!(act))
}

/// A criminal transfer.
#[derive(Serialize, ToSchema)]
pub struct CriminalTransfer {
    pub id: Uuid,
    pub case_id: Uuid,
    pub agency: Uuid,
    pub opened_at: i64,
    pub place: TransferPlace,
    /// What I may do now.
    pub acts: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct CaseTransfers {
    criminal: Vec<CriminalTransfer>,
    handovers: Vec<Handover>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Suspicion {
    note: String,
}

impl CriminalTransfer {
    /// The agency it was sent to, where that is on the platform.
    pub fn received_by(&self) -> Option<Uuid> {
        self.place.to
    }

    /// Whether this officer is of its task force.
    pub fn of_force(&self, who: &Account) -> ApiResult<()> {
        match (who.agency_id == Some(self.agency), self.place.officers.contains(&who.id)) {
            (false, _) => Err(ApiError::not_found()),
            (true, false) => Err(Misstep::OtherPerson.error()),
            (true, true) => Ok(()),
        }
    }
}

pub fn transfer(row: &SqliteRow) -> sqlx::Result<CriminalTransfer> {
    Ok(CriminalTransfer {
        id: uuid(row, "id")?,
        case_id: uuid(row, "case_id")?,
        agency: uuid(row, "agency")?,
        opened_at: row.try_get("opened_at")?,
        place: json(row, "place")?,
        acts: Vec::new(),
    })
}

/// Transfers nobody has brought to an end, oldest first.
pub async fn open(db: &SqlitePool, agency: Option<Uuid>, most: i64) -> ApiResult<Vec<CriminalTransfer>> {
    let rows = sqlx::query(
        "select * from criminal_transfers where (?1 is null or agency = ?1)
           and status not in ('rejected', 'goods_handed_over', 'ended', 'returned') order by opened_at limit ?2",
    )
    .bind(agency.map(|agency| agency.to_string()))
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(transfer).collect::<sqlx::Result<_>>()?)
}

/// Whether this person may do this act of a transfer: the head's acts are a decider's who is not of the
/// task force, the rest is the task force's own. Who received it gives the word of the police himself, and nobody
/// gives it for him; from police outside the platform the task force writes it in.
fn may(transfer: &CriminalTransfer, who: &Account, act: &TransferAct) -> ApiResult<()> {
    if let Some(to) = transfer.place.to.filter(|_| act.is_polices()) {
        let theirs = who.agency_id == Some(to) && who.duties.contains(&Duty::Decide);
        return if theirs { Ok(()) } else { Err(ApiError::forbidden()) };
    }
    let (duty, separate) = match act.is_heads() {
        true => (who.duties.contains(&Duty::Decide), !transfer.place.has_served(who.id)),
        false => (who.duties.contains(&Duty::Investigate), transfer.place.officers.contains(&who.id)),
    };
    match (duty && who.agency_id == Some(transfer.agency), separate) {
        (false, _) => Err(ApiError::forbidden()),
        (true, false) => Err(Misstep::OtherPerson.error()),
        (true, true) => Ok(()),
    }
}

pub fn shown(mut transfer: CriminalTransfer, who: &Account, at: Moment, calendar: &Calendar) -> CriminalTransfer {
    let team = vec![who.id, Uuid::nil()];
    let can = |act: &&TransferAct| may(&transfer, who, act).is_ok() && next(&transfer.place, act, at, calendar).is_ok();
    transfer.acts = samples(team).iter().filter(can).map(|act| act.name().to_string()).collect();
    transfer
}

/// A case's transfers, to the police and to other agencies.
#[utoipa::path(get, path = "/api/enforcement/cases/{id}/transfers", params(("id" = Uuid, Path)),
    responses((status = 200, body = CaseTransfers), (status = "4XX", body = ApiError)))]
async fn of_case(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<CaseTransfers>> {
    let (who, agency) = reader(&app, &principal).await?;
    let mut db = app.db.acquire().await?;
    let case = store::find(&mut db, id).await?;
    drop(db);
    if agency.is_some_and(|agency| agency != case.agency) {
        return Err(ApiError::not_found());
    }
    let now = clock::now();
    let rows = sqlx::query("select * from criminal_transfers where case_id = ? order by opened_at desc limit ?")
        .bind(id.to_string())
        .bind(OF_CASE_MAX)
        .fetch_all(&app.db)
        .await?;
    let criminal: Vec<_> = rows.iter().map(transfer).collect::<sqlx::Result<_>>()?;
    let recused = case.complainant == Some(who.id);
    let calendar = app.calendar();
    let seen = |one: CriminalTransfer| if recused { one } else { shown(one, &who, now, &calendar) };
    Ok(Json(CaseTransfers {
        criminal: criminal.into_iter().map(seen).collect(),
        handovers: handovers::of_case(&app.db, id, OF_CASE_MAX).await?,
    }))
}

/// A crime is suspected: the case is to go to the police.
#[utoipa::path(post, path = "/api/enforcement/cases/{id}/transfers", params(("id" = Uuid, Path)),
    request_body = Suspicion, responses((status = 200, body = CriminalTransfer), (status = "4XX", body = ApiError)))]
async fn suspect(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(said): Valid<Suspicion>,
) -> ApiResult<Json<CriminalTransfer>> {
    let who = officer(&app, &principal, &[Duty::Investigate, Duty::Decide]).await?;
    Misstep::note(&said.note).map_err(Misstep::error)?;
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let case = store::find(&mut tx, id).await?;
    if who.agency_id != Some(case.agency) {
        return Err(ApiError::not_found());
    }
    if case.complainant == Some(who.id) {
        return Err(Misstep::Complainant.error());
    }
    if case.place.status == EnforcementStatus::Transferred {
        return Err(Misstep::Transferred.error());
    }
    if store::hold(&mut tx, id).await?.handed_over {
        return Err(Misstep::HandedOver.error());
    }
    let (new, place) = (Uuid::new_v4(), TransferPlace::suspected(now));
    let added = sqlx::query(
        "insert into criminal_transfers (id, case_id, agency, place, status, opened_at) values (?, ?, ?, ?, ?, ?)",
    )
    .bind(new.to_string())
    .bind(id.to_string())
    .bind(case.agency.to_string())
    .bind(text(&place)?)
    .bind(place.status.name())
    .bind(now.0)
    .execute(&mut *tx)
    .await;
    once(added, "TRANSFER_OPEN", ("该案已有未办结的移送", "a transfer of this case is open already"))?;
    let data = serde_json::json!({"case": id});
    store::note(&mut tx, &Done { subject: new, at: now, by: who.id, act: "suspect", note: &said.note, data }).await?;
    let data = serde_json::json!({"transfer": new});
    store::note(&mut tx, &Done { subject: id, at: now, by: who.id, act: "transfer", note: &said.note, data }).await?;
    let kept = find(&mut tx, new).await?;
    tx.commit().await?;
    Ok(Json(shown(kept, &who, now, &app.calendar())))
}

pub async fn find(db: &mut SqliteConnection, id: Uuid) -> ApiResult<CriminalTransfer> {
    let row =
        sqlx::query("select * from criminal_transfers where id = ?").bind(id.to_string()).fetch_optional(db).await?;
    row.map(|row| transfer(&row)).transpose()?.ok_or_else(ApiError::not_found)
}

/// Where it stands now.
pub async fn moved(db: &mut SqliteConnection, id: Uuid, to: &TransferPlace) -> ApiResult<()> {
    sqlx::query("update criminal_transfers set place = ?, status = ? where id = ?")
        .bind(text(to)?)
        .bind(to.status.name())
        .bind(id.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Who receives a transfer is another agency of the platform.
async fn receives(db: &mut SqliteConnection, from: Uuid, to: Uuid) -> ApiResult<()> {
    let known: Option<i64> = sqlx::query_scalar("select 1 from agencies where id = ? and id <> ?")
        .bind(to.to_string())
        .bind(from.to_string())
        .fetch_optional(db)
        .await?;
    known.map(drop).ok_or_else(|| ApiError::bad_request("to", "请选择其他机关", "name another agency"))
}

/// Does something to a criminal transfer; its `acts` say what may be done.
#[utoipa::path(post, path = "/api/enforcement/transfers/{id}/acts", params(("id" = Uuid, Path)),
    request_body = TransferAct, responses((status = 200, body = CriminalTransfer), (status = "4XX", body = ApiError)))]
async fn act(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(act): Valid<TransferAct>,
) -> ApiResult<Json<CriminalTransfer>> {
    let who = officer(&app, &principal, &[Duty::Investigate, Duty::Decide]).await?;
    let now = clock::now();
    if let TransferAct::FormTaskForce { officers, .. } = &act {
        for named in team(officers).map_err(Misstep::error)? {
            let known = crate::security::store::by_id(&app.db, named).await?;
            let fits = |known: &Account| known.agency_id == who.agency_id && known.duties.contains(&Duty::Investigate);
            if !known.as_ref().is_some_and(fits) {
                let (zh, en) = ("不是本机关的执法人员", "no officer of this agency who investigates");
                return Err(ApiError::bad_request("officers", zh, en));
            }
        }
    }
    let mut tx = app.db.begin_with("begin immediate").await?;
    let transfer = find(&mut tx, id).await?;
    if ![Some(transfer.agency), transfer.place.to].contains(&who.agency_id) {
        return Err(ApiError::not_found());
    }
    if let TransferAct::Send { to: Some(to), .. } = &act {
        receives(&mut tx, transfer.agency, *to).await?;
    }
    let case = store::find(&mut tx, transfer.case_id).await?;
    recused(&case, &who, &act)?;
    may(&transfer, &who, &act)?;
    let calendar = app.calendar();
    let to = next(&transfer.place, &act, now, &calendar).map_err(Misstep::error)?;
    moved(&mut tx, id, &to).await?;
    follow(&mut tx, &case, &act, (id, who.id), now).await?;
    let data = match act {
        TransferAct::Send { to: receiver, .. } => serde_json::json!({"to": receiver, "files": to.papers}),
        _ => serde_json::json!({"status": to.status}),
    };
    store::note(&mut tx, &Done { subject: id, at: now, by: who.id, act: act.name(), note: act.note(), data }).await?;
    let kept = find(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(shown(kept, &who, now, &calendar)))
}

/// 回避: who made the complaint a case is from neither takes part in its transfer nor is named to.
fn recused(case: &KeptCase, who: &Account, act: &TransferAct) -> ApiResult<()> {
    let named = match act {
        TransferAct::FormTaskForce { officers, .. } => officers.as_slice(),
        _ => &[],
    };
    match case.complainant.is_some_and(|one| one == who.id || named.contains(&one)) {
        true => Err(Misstep::Complainant.error()),
        false => Ok(()),
    }
}

/// With its goods the case goes to the police, and closes on our side; sent back, it is ours again.
async fn follow(
    db: &mut SqliteConnection,
    case: &KeptCase,
    act: &TransferAct,
    (transfer, by): (Uuid, Uuid),
    now: Moment,
) -> ApiResult<()> {
    let (name, to) = match act {
        TransferAct::HandOver { .. } => ("transferred", case.place.transferred(now).map_err(Misstep::error)?),
        TransferAct::Return { .. } => ("sent_back", case.place.returned(now)),
        _ => return Ok(()),
    };
    let Some(to) = to else { return Ok(()) };
    store::moved(db, case.id, &case.place, &to).await?;
    let data = serde_json::json!({"transfer": transfer});
    store::note(db, &Done { subject: case.id, at: now, by, act: name, note: act.note(), data }).await
}
