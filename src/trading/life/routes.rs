//! Doors of a lot's life: the whole of it, its file and documents, and its acts.

use super::acts::{ActWords, perform};
use super::documents::DocumentKind;
use super::facts;
use super::gate;
use super::model::{self, Act, State};
use super::of_case;
use super::parcel::{self, FileDraft};
use super::steps::{self, LifeActRow, LifeStep, Told};
use super::store::{self, BidderMessage, Document, Instalment, LifeEvent};
use super::surveyed::{self, ParcelDoubt};
use crate::app::{App, Valid};
use crate::calendar::Day;
use crate::clock;
use crate::content;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::trading::desk;
use crate::trading::store::{self as lots, Written};
use crate::trading::wire::money;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sqlx::{Sqlite, Transaction};
use tower_http::limit::RequestBodyLimitLayer;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const TITLE_CHARS_MAX: usize = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(of_case::routes())
        .routes(routes!(read))
        .routes(routes!(save_file))
        .routes(routes!(act))
        .routes(routes!(remove_document, staff_document))
        .routes(routes!(public_file))
        .routes(routes!(public_document))
        .routes(routes!(messages))
}

/// The door that takes files: it sets its own limit.
pub fn uploads() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add_document))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(content::FILE_BYTES_MAX))
}

/// 标的档案 as it is read.
#[derive(Serialize, ToSchema)]
pub(super) struct LotFile {
    #[serde(flatten)]
    draft: FileDraft,
    /// m², inside the boundary.
    #[serde(skip_serializing_if = "Option::is_none")]
    computed_area_m2: Option<String>,
    /// m², as the lot states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    stated_area_m2: Option<String>,
    grantor: String,
    /// The boundary's rings in EPSG 4547, (east, north) in metres: a plan is drawn of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plane: Vec<Vec<[f64; 2]>>,
    documents: Vec<Document>,
    /// The lot this one takes the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    follows_lot: Option<Uuid>,
}

pub(super) async fn lot_file(app: &App, lot: &Written) -> ApiResult<Option<LotFile>> {
    let Some(file) = store::file(&app.db, lot.id).await? else { return Ok(None) };
    let detail = lot.detail()?;
    let plane = file.draft.boundary.as_ref().map(parcel::in_plane).transpose()?.unwrap_or_default();
    Ok(Some(LotFile {
        draft: file.draft,
        computed_area_m2: file.computed_area_m2,
        stated_area_m2: detail.card.area_m2,
        grantor: detail.grantor,
        plane,
        documents: store::documents(&app.db, lot.id).await?,
        follows_lot: file.follows_lot,
    }))
}

/// One of several who won.
#[derive(Serialize, ToSchema)]
struct LifeWinner {
    /// Number of his application.
    application: i64,
    paddle: u32,
    /// What he owes for all he was awarded.
    amount: String,
}

/// The whole life of a lot, as its staff see it.
#[derive(Serialize, ToSchema)]
struct LotLife {
    /// Absent for a lot without a file, which is sold without these steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    /// Whether the reader's center acts on it; a city center only reads its districts' lots.
    own: bool,
    /// The file may be written or changed.
    editable: bool,
    /// 演练: legal minimum periods are shown and not enforced.
    rehearsal: bool,
    steps: Vec<LifeStep>,
    acts: Vec<LifeActRow>,
    events: Vec<LifeEvent>,
    instalments: Vec<Instalment>,
    /// 多人竞得: those who won and have not defaulted; empty where one buyer has it.
    winners: Vec<LifeWinner>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<LotFile>,
    /// Where the geospatial register says otherwise than the file.
    parcel_doubts: Vec<ParcelDoubt>,
    /// 重新上市: the lot that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    relisted_as: Option<Uuid>,
}

async fn view(app: &App, lot: &Written, principal: &Principal) -> ApiResult<LotLife> {
    let now = clock::now();
    let own = principal.center == Some(lot.center);
    let Some(life) = facts::gather(app, lot, now).await? else {
        return Ok(LotLife {
            state: None,
            own,
            editable: own && !lot.is_published(),
            rehearsal: app.rehearsal,
            steps: Vec::new(),
            acts: Vec::new(),
            events: Vec::new(),
            instalments: Vec::new(),
            winners: Vec::new(),
            file: None,
            parcel_doubts: Vec::new(),
            relisted_as: None,
        });
    };
    let (events, history) = (store::events(&app.db, lot.id).await?, lots::history(&app.db, lot.id).await?);
    let instalments = store::instalments(&app.db, lot.id).await?;
    let proposals = store::proposals(&app.db, lot.id).await?;
    let winners = life.winners.iter().filter(|_| life.is_of_many()).map(|winner| LifeWinner {
        application: winner.application,
        paddle: winner.paddle,
        amount: money(winner.price, lot.terms.scale),
    });
    let winners = winners.collect();
    let told = Told { events: &events, history: &history, instalments: &instalments, today: Day::of(now) };
    let stated = lot.detail()?.card.area_m2;
    let parcel_doubts = surveyed::doubts(&app.db, &life.file.draft, stated.as_deref()).await?;
    Ok(LotLife {
        parcel_doubts,
        state: Some(life.state),
        own,
        editable: own && model::is_editable(life.state),
        rehearsal: app.rehearsal,
        steps: steps::steps(&life, &told, &app.calendar()),
        acts: steps::acts(&life, app.rehearsal, own, &proposals, principal.account),
        file: lot_file(app, lot).await?,
        relisted_as: store::relisted_as(&app.db, lot.id).await?,
        events,
        instalments,
        winners,
    })
}

/// The whole life of a lot of my center or of its districts.
#[utoipa::path(get, path = "/api/desk/lots/{id}/life", operation_id = "life_read", params(("id" = Uuid, Path)),
    responses((status = 200, body = LotLife), (status = "4XX", body = ApiError)))]
async fn read(Shared(app): Shared<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<LotLife>> {
    let lot = desk::readable(&app, id, &principal).await?;
    view(&app, &lot, &principal).await.map(Json)
}

/// Writes the lot's file; the draft must then be checked again.
#[utoipa::path(put, path = "/api/desk/lots/{id}/file", params(("id" = Uuid, Path)), request_body = FileDraft,
    responses((status = 200, body = LotLife), (status = "4XX", body = ApiError)))]
async fn save_file(
    Shared(app): Shared<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(draft): Valid<FileDraft>,
) -> ApiResult<Json<LotLife>> {
    let lot = editable(&app, id, &principal).await?;
    let (now, detail) = (clock::now(), lot.detail()?);
    let measured = parcel::check(&draft, detail.card.kind, detail.card.area_m2.as_deref(), now)?;
    let area = measured.area_m2.map(|area| area.to_string());
    let mut tx = app.db.begin_with("begin immediate").await?;
    store::save_file(&mut tx, id, &draft, area, principal.account, now).await?;
    changed(&app, tx, &lot, &principal, "file").await
}

/// A lot of mine whose file may still be changed.
async fn editable(app: &App, id: Uuid, principal: &Principal) -> ApiResult<Written> {
    let lot = desk::own(app, id, principal).await?;
    if lot.is_published() {
        return Err(gate::locked());
    }
    gate::before_edit(app, &lot).await?;
    Ok(lot)
}

/// What was checked is no longer what is there: a second clerk reads it again. Ends the change's transaction.
async fn changed(
    app: &App,
    mut tx: Transaction<'_, Sqlite>,
    lot: &Written,
    principal: &Principal,
    what: &str,
) -> ApiResult<Json<LotLife>> {
    lots::uncheck(&mut tx, lot, principal.account).await?;
    lots::note(&mut *tx, lot.id, what, principal.account, clock::now()).await?;
    tx.commit().await?;
    let lot = lots::find(&app.db, lot.id).await?;
    view(app, &lot, principal).await.map(Json)
}

/// Does one act of the lot's life; where two persons must, the first call keeps the word for the second.
#[utoipa::path(post, path = "/api/desk/lots/{id}/life/{act}", operation_id = "life_act",
    params(("id" = Uuid, Path), ("act" = Act, Path)), request_body = ActWords,
    responses((status = 200, body = LotLife), (status = "4XX", body = ApiError)))]
async fn act(
    Shared(app): Shared<App>,
    Path((id, act)): Path<(Uuid, String)>,
    principal: Principal,
    Valid(words): Valid<ActWords>,
) -> ApiResult<Json<LotLife>> {
    let lot = desk::own(&app, id, &principal).await?;
    let act = Act::from_name(&act).ok_or_else(ApiError::not_found)?;
    perform(&app, &lot, act, &words, principal.account).await?;
    let lot = lots::find(&app.db, id).await?;
    view(&app, &lot, &principal).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DocumentTitle {
    title: String,
}

/// Adds a document: the body is the file itself, at most 20 MiB of PDF, JPEG, PNG, DOCX or ZIP.
#[utoipa::path(post, path = "/api/desk/lots/{id}/documents", params(("id" = Uuid, Path), DocumentTitle),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = LotLife), (status = "4XX", body = ApiError)))]
async fn add_document(
    Shared(app): Shared<App>,
    Path(id): Path<Uuid>,
    Query(DocumentTitle { title }): Query<DocumentTitle>,
    principal: Principal,
    bytes: Bytes,
) -> ApiResult<Json<LotLife>> {
    let lot = editable(&app, id, &principal).await?;
    if store::file(&app.db, id).await?.is_none() {
        return Err(ApiError::conflict("请先填写标的档案", "write the lot's file first"));
    }
    let title = title.trim().to_string();
    if title.is_empty() || title.chars().count() > TITLE_CHARS_MAX {
        return Err(ApiError::bad_request(
            "title",
            "请填写附件名称（200字以内）",
            "give a title of at most 200 characters",
        ));
    }
    let Some(kind) = DocumentKind::of(&bytes) else {
        let (zh, en) =
            ("附件须为PDF、JPEG、PNG、DOCX、XLSX或ZIP文件", "a document is a PDF, JPEG, PNG, DOCX, XLSX or ZIP file");
        return Err(ApiError { code: "DOCUMENT_KIND".into(), ..ApiError::bad_request("body", zh, en) });
    };
    let now = clock::now();
    let (length, at) = (bytes.len() as i64, now.0);
    content::count(&app.db, principal.account, bytes.len(), now).await?;
    let sha256 = content::keep(&app.dir, bytes.to_vec()).await?.sha256;
    let new = Document { no: 0, title, kind, bytes: length, sha256, at };
    let mut tx = app.db.begin_with("begin immediate").await?;
    store::add_document(&mut tx, id, &new, principal.account).await?;
    changed(&app, tx, &lot, &principal, "document").await
}

/// Takes a document out of the file.
#[utoipa::path(delete, path = "/api/desk/lots/{id}/documents/{no}", params(("id" = Uuid, Path), ("no" = i64, Path)),
    responses((status = 200, body = LotLife), (status = "4XX", body = ApiError)))]
async fn remove_document(
    Shared(app): Shared<App>,
    Path((id, no)): Path<(Uuid, i64)>,
    principal: Principal,
) -> ApiResult<Json<LotLife>> {
    let lot = editable(&app, id, &principal).await?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    store::remove_document(&mut tx, id, no).await?;
    changed(&app, tx, &lot, &principal, "document_removed").await
}

pub(super) async fn download(app: &App, lot: Uuid, no: i64) -> ApiResult<Response> {
    let documents = store::documents(&app.db, lot).await?;
    let document = documents.into_iter().find(|document| document.no == no).ok_or_else(ApiError::not_found)?;
    let name = format!("attachment; filename=\"{}-{no}.{}\"", lot.simple(), document.kind.name());
    let bytes = content::read(&app.dir, &document.sha256).await?;
    Ok(([(header::CONTENT_TYPE, document.kind.media_type().to_string()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

/// A document, before publication too.
#[utoipa::path(get, path = "/api/desk/lots/{id}/documents/{no}", params(("id" = Uuid, Path), ("no" = i64, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = "4XX", body = ApiError)))]
async fn staff_document(
    Shared(app): Shared<App>,
    Path((id, no)): Path<(Uuid, i64)>,
    principal: Principal,
) -> ApiResult<Response> {
    desk::readable(&app, id, &principal).await?;
    download(&app, id, no).await
}

async fn published(app: &App, id: Uuid) -> ApiResult<Written> {
    let lot = lots::find(&app.db, id).await?;
    if lot.is_published() { Ok(lot) } else { Err(ApiError::unknown_lot()) }
}

/// What the public may know of a lot's file.
#[utoipa::path(get, path = "/api/lots/{id}/file", params(("id" = Uuid, Path)),
    responses((status = 200, body = LotFile), (status = 204, description = "The lot has no file."),
        (status = "4XX", body = ApiError)))]
async fn public_file(Shared(app): Shared<App>, Path(id): Path<Uuid>) -> ApiResult<Response> {
    let lot = published(&app, id).await?;
    Ok(match lot_file(&app, &lot).await? {
        Some(file) => Json(file).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// A document of a published lot.
#[utoipa::path(get, path = "/api/lots/{id}/documents/{no}", params(("id" = Uuid, Path), ("no" = i64, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = "4XX", body = ApiError)))]
async fn public_document(Shared(app): Shared<App>, Path((id, no)): Path<(Uuid, i64)>) -> ApiResult<Response> {
    published(&app, id).await?;
    download(&app, id, no).await
}

/// What I was told about lots I applied for, newest first.
#[utoipa::path(get, path = "/api/me/messages",
    responses((status = 200, body = Vec<BidderMessage>), (status = "4XX", body = ApiError)))]
async fn messages(Shared(app): Shared<App>, principal: Principal) -> ApiResult<Json<Vec<BidderMessage>>> {
    store::messages(&app.db, principal.account).await.map(Json)
}
