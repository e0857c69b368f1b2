//! The log's doors, open to everybody.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::proof::receipt::Receipt;
use crate::proof::{Fault, base64};
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const TEXT: &str = "text/plain; charset=utf-8";

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(checkpoint))
        .routes(routes!(cosigned))
        .routes(routes!(key))
        .routes(routes!(witnesses))
        .routes(routes!(receipt))
        .routes(routes!(noted))
        .routes(routes!(consistency))
        .routes(routes!(long))
        .routes(routes!(kept))
}

/// 静态文件: tiles and entry bundles (C2SP tlog-tiles), files as the web's own are: no account is asked
/// for, and what was served once is served so for ever.
pub fn tiles() -> Router<App> {
    Router::new().route("/tile/{*path}", get(tile))
}

async fn tile(State(app): State<App>, Path(path): Path<String>) -> ApiResult<Response> {
    let log = app.log.clone();
    let found = tokio::task::spawn_blocking(move || log.tile(&path)).await.map_err(|_| ApiError::internal())?;
    let bytes = found.map_err(refuse)?.ok_or_else(ApiError::not_found)?;
    Ok(([(CONTENT_TYPE, "application/octet-stream"), (CACHE_CONTROL, FOR_EVER)], bytes).into_response())
}

/// A tile that cannot be read is our fault, and logged; anything else is the asker's.
fn refuse(fault: Fault) -> ApiError {
    match fault {
        Fault::Tile(_) => {
            tracing::error!(%fault, "log");
            ApiError::internal()
        }
        fault => ApiError::conflict("日志中没有该规模的检查点", &fault.to_string()),
    }
}

/// The newest checkpoint (C2SP tlog-checkpoint), with the cosignatures it has by now.
#[utoipa::path(get, path = "/checkpoint", responses((status = 200, body = String, content_type = "text/plain")))]
async fn checkpoint(State(app): State<App>) -> Response {
    ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, "no-cache")], app.log.served().to_string()).into_response()
}

/// The newest checkpoint that a witness has cosigned (C2SP tlog-cosignature).
#[utoipa::path(get, path = "/api/log/cosigned",
    responses((status = 200, body = String, content_type = "text/plain"), (status = "4XX", body = ApiError)))]
async fn cosigned(State(app): State<App>) -> ApiResult<Response> {
    let cosigned = app.log.cosigned().ok_or_else(ApiError::not_found)?;
    Ok(([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, "no-cache")], cosigned.to_string()).into_response())
}

/// The key that signs checkpoints and promises.
#[derive(Serialize, ToSchema)]
struct LogKey {
    /// The name of the key and the first line of every checkpoint.
    origin: String,
    /// As verifiers take it (a C2SP signed-note key).
    key: String,
    /// The Ed25519 key alone, in base64.
    public_key: String,
}

#[utoipa::path(get, path = "/api/log/key", responses((status = 200, body = LogKey)))]
async fn key(State(app): State<App>) -> Json<LogKey> {
    let key = app.log.key();
    Json(LogKey { origin: key.name.clone(), key: key.to_string(), public_key: base64(key.public()) })
}

/// A fact too long for a leaf, whose leaf tells its SHA-256: `"fact":{"long":{"sha256":…}}`, there in base64,
/// here in lowercase hex.
#[utoipa::path(get, path = "/api/log/long/{sha256}", params(("sha256" = String, Path)),
    responses((status = 200, body = String, content_type = "application/json"), (status = "4XX", body = ApiError)))]
async fn long(State(app): State<App>, Path(sha256): Path<String>) -> ApiResult<Response> {
    let log = app.log.clone();
    let found = tokio::task::spawn_blocking(move || log.long(&sha256)).await.map_err(|_| ApiError::internal())?;
    let line = found.map_err(refuse)?.ok_or_else(ApiError::not_found)?;
    Ok(([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, FOR_EVER)], line).into_response())
}

/// The receipt of what a lot's viewers were told under a sequence number (C2SP tlog-proof).
#[utoipa::path(get, path = "/api/lots/{id}/bids/{seq}/receipt", params(("id" = Uuid, Path), ("seq" = u64, Path)),
    responses((status = 200, body = String, content_type = "text/plain"), (status = "4XX", body = ApiError)))]
async fn receipt(State(app): State<App>, Path((lot, seq)): Path<(Uuid, u64)>) -> ApiResult<Response> {
    let log = app.log.clone();
    let found = tokio::task::spawn_blocking(move || log.receipt(lot, seq)).await.map_err(|_| ApiError::internal())?;
    let receipt = found.map_err(refuse)?.ok_or_else(ApiError::not_found)?;
    Ok(([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, "no-cache")], receipt.to_string()).into_response())
}

/// Receipts of one page: some 5 KB each.
const KEPT_PAGE: usize = 16;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct KeptFrom {
    from: Option<usize>,
}

#[derive(Serialize, ToSchema)]
struct KeptPage {
    /// Of leaves `"fact":{"kept":{"commitments":[…]}}`, 64 commitments a leaf.
    receipts: Vec<String>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_from: Option<usize>,
}

/// The receipts of what a lot kept secret until its close; none before. Whoever holds a promise looks through all,
/// so that his question does not tell which is his.
#[utoipa::path(get, path = "/api/lots/{id}/kept", params(("id" = Uuid, Path), KeptFrom),
    responses((status = 200, body = KeptPage), (status = "4XX", body = ApiError)))]
async fn kept(
    State(app): State<App>,
    Path(lot): Path<Uuid>,
    Query(query): Query<KeptFrom>,
) -> ApiResult<Json<KeptPage>> {
    let (log, from) = (app.log.clone(), query.from.unwrap_or(0));
    let found = tokio::task::spawn_blocking(move || log.kept_receipts(lot, from, KEPT_PAGE)).await;
    let (receipts, next_from) = found.map_err(|_| ApiError::internal())?.map_err(refuse)?;
    Ok(Json(KeptPage { receipts: receipts.iter().map(Receipt::text).collect(), next_from }))
}

/// The receipt of a text's or a file's hash (SHA-256, hex): that it was in the record by then.
#[utoipa::path(get, path = "/api/log/notes/{sha256}", params(("sha256" = String, Path)),
    responses((status = 200, body = String, content_type = "text/plain"), (status = "4XX", body = ApiError)))]
async fn noted(State(app): State<App>, Path(sha256): Path<String>) -> ApiResult<Response> {
    let log = app.log.clone();
    let found = tokio::task::spawn_blocking(move || log.note_receipt(&sha256)).await;
    let receipt = found.map_err(|_| ApiError::internal())?.map_err(refuse)?.ok_or_else(ApiError::not_found)?;
    Ok(([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, "no-cache")], receipt.to_string()).into_response())
}

/// 见证人: one who is asked to cosign.
#[derive(Serialize, ToSchema)]
struct LogWitness {
    name: String,
    /// As verifiers take it (a C2SP signed-note key). Learn it from the witness, not from us.
    key: String,
    /// When it cosigned the newest checkpoint that was cosigned, in milliseconds; absent if it has not.
    #[serde(skip_serializing_if = "Option::is_none")]
    cosigned_at: Option<i64>,
}

#[utoipa::path(get, path = "/api/log/witnesses", responses((status = 200, body = Vec<LogWitness>)))]
async fn witnesses(State(app): State<App>) -> Json<Vec<LogWitness>> {
    let whole = app.log.cosigned().unwrap_or_default();
    let signed = app.log.cosigners(&whole);
    let told = app.log.witnesses().iter().map(|key| LogWitness {
        name: key.name.clone(),
        key: key.to_string(),
        cosigned_at: signed.iter().find(|(one, _)| *one == key).map(|(_, at)| (at * 1_000) as i64),
    });
    Json(told.collect())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct From {
    /// The size of the tree the asker knows.
    from: u64,
}

/// That the newest checkpoint contains an earlier one.
#[derive(Serialize, ToSchema)]
struct Consistency {
    from: u64,
    /// At most 64 hashes, base64 (RFC 6962, 2.1.2).
    proof: Vec<String>,
    checkpoint: String,
}

/// For whoever comes back with a checkpoint of his own.
#[utoipa::path(get, path = "/api/log/consistency", params(From),
    responses((status = 200, body = Consistency), (status = "4XX", body = ApiError)))]
async fn consistency(State(app): State<App>, Query(From { from }): Query<From>) -> ApiResult<Json<Consistency>> {
    let mut view = app.log.view();
    let checkpoint = view.checkpoint.to_string();
    let found = tokio::task::spawn_blocking(move || view.consistency(from)).await.map_err(|_| ApiError::internal())?;
    let proof = found.map_err(refuse)?.iter().map(|hash| base64(hash)).collect();
    Ok(Json(Consistency { from, proof, checkpoint }))
}
