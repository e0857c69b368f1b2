//! 移送材料 as files: sent up by the task force, kept by their hash, frozen once the transfer is sent, and read by
//! the agency, by supervision, and by whom they were sent to.

use crate::app::App;
use crate::clock;
use crate::content;
use crate::enforcement::case_routes::reader;
use crate::enforcement::doing::officer;
use crate::enforcement::misstep::Misstep;
use crate::enforcement::store::{self, Done};
use crate::enforcement::transfer::{PaperKind, TransferPaper, attach};
use crate::enforcement::transfers::{self, CriminalTransfer, shown, transfer};
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Duty, Principal};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(download)).routes(routes!(received))
}

/// The door that takes files: it sets its own limit.
pub fn uploads() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(content::FILE_BYTES_MAX))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PaperName {
    name: String,
}

/// Attaches a paper to a transfer: the bytes as the body, at most 20 MiB. One of each of the four kinds: a second
/// takes the place of the first until the transfer is sent.
#[utoipa::path(put, path = "/api/enforcement/transfers/{id}/papers/{kind}",
    params(("id" = Uuid, Path), ("kind" = PaperKind, Path), PaperName),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = CriminalTransfer), (status = "4XX", body = ApiError)))]
async fn upload(
    State(app): State<App>,
    Path((id, kind)): Path<(Uuid, PaperKind)>,
    Query(PaperName { name }): Query<PaperName>,
    principal: Principal,
    body: Bytes,
) -> ApiResult<Json<CriminalTransfer>> {
    let who = officer(&app, &principal, &[Duty::Investigate]).await?;
    let name = name.trim();
    content::check_name(name)?;
    // Asked before the file is kept, and again when it is written in.
    let known = transfers::find(&mut *app.db.acquire().await?, id).await?;
    known.of_force(&who)?;
    let now = clock::now();
    content::count(&app.db, who.id, body.len(), now).await?;
    let stored = content::keep(&app.dir, body.to_vec()).await?;
    let paper = TransferPaper {
        kind,
        name: name.to_string(),
        sha256: Some(stored.sha256.clone()),
        bytes: Some(stored.bytes),
        media_type: Some(stored.kind.to_string()),
    };
    let mut tx = app.db.begin_with("begin immediate").await?;
    let known = transfers::find(&mut tx, id).await?;
    known.of_force(&who)?;
    let held = known.place.papers.iter().filter_map(|paper| paper.bytes).sum::<u64>();
    let held = i64::try_from(held).unwrap_or(i64::MAX);
    content::OF_TRANSFER.fits(known.place.papers.len() as i64, held, stored.bytes as i64)?;
    let place = attach(&known.place, paper).map_err(Misstep::error)?;
    transfers::moved(&mut tx, id, &place).await?;
    let data = serde_json::json!({"kind": kind, "files": [{"name": name, "sha256": stored.sha256}]});
    store::note(&mut tx, &Done { subject: id, at: now, by: who.id, act: "attach", note: name, data }).await?;
    let kept = transfers::find(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(shown(kept, &who, now, &app.calendar())))
}

/// A paper of a transfer, as it was attached.
#[utoipa::path(get, path = "/api/enforcement/transfers/{id}/files/{sha256}",
    params(("id" = Uuid, Path), ("sha256" = String, Path)),
    responses((status = 200, description = "the file"), (status = "4XX", body = ApiError)))]
async fn download(
    State(app): State<App>,
    Path((id, sha256)): Path<(Uuid, String)>,
    principal: Principal,
) -> ApiResult<Response> {
    let (_, agency) = reader(&app, &principal).await?;
    let known = transfers::find(&mut *app.db.acquire().await?, id).await?;
    if agency.is_some_and(|agency| agency != known.agency && known.received_by() != Some(agency)) {
        return Err(ApiError::not_found());
    }
    let has = |paper: &&TransferPaper| paper.sha256.as_deref() == Some(sha256.as_str());
    let paper = known.place.papers.iter().find(has).ok_or_else(ApiError::not_found)?;
    let bytes = content::read(&app.dir, &sha256).await?;
    content::attachment(paper.media_type.as_deref().unwrap_or("application/octet-stream"), bytes)
}

/// A transfer that was sent to one's agency.
#[derive(Serialize, ToSchema)]
struct ReceivedTransfer {
    #[serde(flatten)]
    transfer: CriminalTransfer,
    number: String,
    title: String,
    agency_zh: String,
    agency_en: String,
}

/// Transfers sent to one's agency with their papers: what is open, the oldest first, then what is over, the newest
/// first; supervision reads all that were sent to one. At most 50.
#[utoipa::path(get, path = "/api/enforcement/transfers",
    responses((status = 200, body = Vec<ReceivedTransfer>), (status = "4XX", body = ApiError)))]
async fn received(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<ReceivedTransfer>>> {
    let (who, agency) = reader(&app, &principal).await?;
    let rows = sqlx::query(
        "select t.*, c.number, c.title, a.name_zh as agency_zh, a.name_en as agency_en,
           t.status in ('rejected', 'goods_handed_over', 'ended', 'returned') as is_over
         from criminal_transfers t
         join enforcement_cases c on c.id = t.case_id join agencies a on a.id = t.agency
         where t.place ->> '$.to' is not null and (?1 is null or t.place ->> '$.to' = ?1)
         order by is_over, case when is_over then -t.opened_at else t.opened_at end
         limit ?2",
    )
    .bind(agency.map(|agency| agency.to_string()))
    .bind(store::PAGE_SIZE)
    .fetch_all(&app.db)
    .await?;
    let (now, calendar) = (clock::now(), app.calendar());
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push(ReceivedTransfer {
            transfer: shown(transfer(row)?, &who, now, &calendar),
            number: row.try_get("number")?,
            title: row.try_get("title")?,
            agency_zh: row.try_get("agency_zh")?,
            agency_en: row.try_get("agency_en")?,
        });
    }
    Ok(Json(found))
}
