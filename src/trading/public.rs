//! Doors of the public and of bidders: lots, bids, applications.

use crate::app::App;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::proof::base64;
use crate::security::model::Principal;
use crate::trading::life::gate;
use crate::trading::lots::{Application, LotDetail, LotPage, LotQuery};
use crate::trading::replica::{Replica, award_row};
use crate::trading::room_view::OpenedRow;
use crate::trading::store::{self, Scope};
use crate::trading::wire::{AwardRow, BidRow, You};
use axum::Json;
use axum::extract::{Path, Query, State};
use matching::{Outcome, Stage};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const BIDS_PAGE_MAX: u32 = 500;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(detail))
        .routes(routes!(bids))
        .routes(routes!(awards))
        .routes(routes!(offers))
        .routes(routes!(you))
        .routes(routes!(bar))
        .routes(routes!(seat))
        .routes(routes!(apply))
        .routes(routes!(mine))
        .routes(routes!(time))
}

#[derive(Serialize, ToSchema)]
struct Time {
    now: i64,
}

/// The server's time: the legal one.
#[utoipa::path(get, path = "/api/time", responses((status = 200, body = Time)))]
async fn time() -> Json<Time> {
    Json(Time { now: clock::now().0 })
}

/// Published lots.
#[utoipa::path(get, path = "/api/lots", params(LotQuery), responses((status = 200, body = LotPage)))]
async fn list(State(app): State<App>, Query(query): Query<LotQuery>) -> ApiResult<Json<LotPage>> {
    store::list(&app.db, &query, Scope::Public, clock::now()).await.map(Json)
}

/// A published lot and its state now.
#[utoipa::path(get, path = "/api/lots/{id}", params(("id" = Uuid, Path)),
    responses((status = 200, body = LotDetail), (status = "4XX", body = ApiError)))]
async fn detail(State(app): State<App>, Path(id): Path<Uuid>) -> ApiResult<Json<LotDetail>> {
    let lot = store::find(&app.db, id).await?;
    if !lot.is_published() {
        return Err(ApiError::unknown_lot());
    }
    full(&app, &lot).map(Json)
}

/// A lot's detail with its live state.
pub fn full(app: &App, lot: &store::Written) -> ApiResult<LotDetail> {
    let mut detail = lot.detail()?;
    if let Some(state) = app.feed.state(lot.id) {
        detail.card.stage = state.stage;
        detail.card.phase = state.phase;
        detail.card.price.clone_from(&state.price);
        detail.card.premium_percent.clone_from(&state.premium_percent);
        detail.card.bids = state.bids;
        detail.card.leader = state.leader;
        detail.card.ends_at = state.ends_at;
        detail.state = Some(state);
    }
    Ok(detail)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BidsQuery {
    /// Bids after this sequence number; 0 from the first.
    after_seq: Option<u64>,
    /// At most 500.
    limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
struct BidPage {
    items: Vec<BidRow>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_after: Option<u64>,
}

/// A lot's bids in order, by paddle.
#[utoipa::path(get, path = "/api/lots/{id}/bids", params(("id" = Uuid, Path), BidsQuery),
    responses((status = 200, body = BidPage), (status = "4XX", body = ApiError)))]
async fn bids(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(query): Query<BidsQuery>,
) -> ApiResult<Json<BidPage>> {
    let scale = app.feed.look(id, |replica| replica.scale()).ok_or_else(ApiError::unknown_lot)?;
    let limit = query.limit.unwrap_or(100).clamp(1, BIDS_PAGE_MAX);
    let items = store::bids(&app.db, id, scale, query.after_seq.unwrap_or(0), limit).await?;
    let next_after = (items.len() == limit as usize).then(|| items.last().map(|row| row.seq)).flatten();
    Ok(Json(BidPage { items, next_after }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FromQuery {
    /// From this place on, 0 the first.
    from: Option<usize>,
}

#[derive(Serialize, ToSchema)]
struct AwardsPage {
    items: Vec<AwardRow>,
    count: u64,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_from: Option<usize>,
}

/// The rows of a page, and where the next begins.
fn page<T>(all: &[T], from: usize) -> (&[T], Option<usize>) {
    let rest = all.get(from..).unwrap_or_default();
    let rows = &rest[..rest.len().min(BIDS_PAGE_MAX as usize)];
    (rows, (rows.len() < rest.len()).then_some(from + rows.len()))
}

/// Who got what of a sale to many, in the order of the clearing.
#[utoipa::path(get, path = "/api/lots/{id}/awards", params(("id" = Uuid, Path), FromQuery),
    responses((status = 200, body = AwardsPage), (status = "4XX", body = ApiError)))]
async fn awards(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(query): Query<FromQuery>,
) -> ApiResult<Json<AwardsPage>> {
    let from = query.from.unwrap_or(0);
    let read = |replica: &Replica| {
        let Stage::Closed(Outcome::Allotted { awards, .. }) = replica.book.stage() else { return None };
        let (rows, next_from) = page(awards, from);
        let items = rows.iter().map(|award| award_row(award, replica.scale())).collect();
        Some(AwardsPage { items, count: awards.len() as u64, next_from })
    };
    let page = app.feed.look(id, read).ok_or_else(ApiError::unknown_lot)?;
    page.map(Json).ok_or_else(ApiError::not_found)
}

#[derive(Serialize, ToSchema)]
struct OffersPage {
    items: Vec<OpenedRow>,
    count: u64,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_from: Option<usize>,
}

/// The offers of a sealed sale or a call auction, best first; nothing before the opening.
#[utoipa::path(get, path = "/api/lots/{id}/offers", params(("id" = Uuid, Path), FromQuery),
    responses((status = 200, body = OffersPage), (status = "4XX", body = ApiError)))]
async fn offers(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Query(query): Query<FromQuery>,
) -> ApiResult<Json<OffersPage>> {
    let from = query.from.unwrap_or(0);
    let read = |replica: &Replica| {
        let opened = replica.told().opened()?;
        let (rows, next_from) = page(opened, from);
        Some(OffersPage { items: rows.to_vec(), count: opened.len() as u64, next_from })
    };
    let page = app.feed.look(id, read).ok_or_else(ApiError::unknown_lot)?;
    page.map(Json).ok_or_else(ApiError::not_found)
}

/// My seat on a lot.
#[utoipa::path(get, path = "/api/lots/{id}/you", params(("id" = Uuid, Path)),
    responses((status = 200, body = You), (status = "4XX", body = ApiError)))]
async fn you(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<You>> {
    let you = app.feed.look(id, |replica| replica.you(principal.account)).ok_or_else(ApiError::unknown_lot)?;
    you.map(Json).ok_or_else(ApiError::not_found)
}

/// Why I may not act on my seat: the record that bars me, or what keeps me from it since that was lifted. None where
/// nothing does.
#[utoipa::path(get, path = "/api/lots/{id}/you/bar", params(("id" = Uuid, Path)),
    responses((status = 200, body = Option<ApiError>), (status = "4XX", body = ApiError)))]
async fn bar(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<Option<ApiError>>> {
    let account = principal.account;
    let you = app.feed.look(id, |replica| replica.you(account)).ok_or_else(ApiError::unknown_lot)?;
    if !you.ok_or_else(ApiError::not_found)?.barred {
        return Ok(Json(None));
    }
    match gate::before_readmitting(&app, id, account).await {
        Ok(()) => Ok(Json(None)),
        Err(reason) if reason.status == 409 => Ok(Json(Some(reason))),
        Err(error) => Err(error),
    }
}

/// What opens the log's commitment to my seat, `"fact":{"admitted":{"paddle":…,"account":…}}`.
#[derive(Serialize, ToSchema)]
struct SeatProof {
    paddle: u32,
    account: Uuid,
    /// Base64; `SHA-256(salt ‖ account)`, the account in its text, is the commitment.
    salt: String,
    commitment: String,
}

/// Who else asks is not told: only its holder can show that a paddle is his.
#[utoipa::path(get, path = "/api/lots/{id}/you/seat", params(("id" = Uuid, Path)),
    responses((status = 200, body = SeatProof), (status = "4XX", body = ApiError)))]
async fn seat(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<SeatProof>> {
    let account = principal.account;
    let you = app.feed.look(id, |replica| replica.you(account)).ok_or_else(ApiError::unknown_lot)?;
    let paddle = you.ok_or_else(ApiError::not_found)?.paddle;
    let (salt, bound) = app.log.seat(id, account);
    Ok(Json(SeatProof { paddle, account, salt: base64(&salt), commitment: base64(&bound) }))
}

/// 竞买申请: ask to bid on a lot.
#[utoipa::path(post, path = "/api/lots/{id}/applications", params(("id" = Uuid, Path)),
    responses((status = 200, body = Application), (status = "4XX", body = ApiError)))]
async fn apply(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<Application>> {
    if !store::find(&app.db, id).await?.is_published() {
        return Err(ApiError::unknown_lot());
    }
    gate::before_applying(&app, id, principal.account).await?;
    store::apply(&app.db, id, principal.account, clock::now()).await.map(Json)
}

/// My applications.
#[utoipa::path(get, path = "/api/me/applications", responses((status = 200, body = Vec<Application>)))]
async fn mine(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<Application>>> {
    store::mine(&app.db, principal.account).await.map(Json)
}
