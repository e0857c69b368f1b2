//! The supervisor's doors.

use crate::app::App;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::supervision::{alerts, replay, standing};
use crate::trading::journal::{JournalError, scan_from};
use crate::trading::lots::{LotCard, LotQuery};
use crate::trading::replica::trace;
use crate::trading::store::{self, Scope};
use crate::trading::wire::TraceRow;
use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const RECORD_MAX: usize = 500;
/// Batches searched in one request for a lot's entries.
pub const RECORD_BATCHES: i64 = 20_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(live))
        .routes(routes!(record))
        .routes(routes!(standing::watch))
        .merge(alerts::routes())
        .routes(routes!(replay::replay))
}

/// The first 100 lots that are live or suspended, the nearest end on top.
#[utoipa::path(get, path = "/api/supervision/live", responses((status = 200, body = Vec<LotCard>)))]
async fn live(State(app): State<App>) -> ApiResult<Json<Vec<LotCard>>> {
    let query = LotQuery {
        stage: Some("bidding,suspended,ceiling".into()),
        page_size: Some(crate::trading::lots::PAGE_SIZE_MAX),
        ..LotQuery::default()
    };
    Ok(Json(store::list(&app.db, &query, Scope::Public, clock::now()).await?.items))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RecordQuery {
    lot: Uuid,
    /// Entries from this number on.
    from_n: Option<u64>,
    /// At most 500.
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
struct RecordPage {
    items: Vec<TraceRow>,
    /// Where to read on; absent when the record was read to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_n: Option<u64>,
}

/// A lot's entries as they stand in the journal: the evidence.
#[utoipa::path(get, path = "/api/supervision/record", params(RecordQuery),
    responses((status = 200, body = RecordPage), (status = "4XX", body = ApiError)))]
async fn record(State(app): State<App>, Query(query): Query<RecordQuery>) -> ApiResult<Json<RecordPage>> {
    let terms = app.feed.look(query.lot, |replica| replica.book.terms().clone()).ok_or_else(ApiError::unknown_lot)?;
    let limit = query.limit.unwrap_or(100).clamp(1, RECORD_MAX);
    let (path, feed) = (app.journal_path.clone(), app.feed.clone());
    let from_n = query.from_n.unwrap_or(0);
    let found = tokio::task::spawn_blocking(move || {
        let (mut items, mut batches, mut next_n) = (Vec::new(), 0, from_n);
        scan_from(&path, from_n, RECORD_BATCHES, |entries| {
            batches += 1;
            for entry in &entries {
                if items.len() == limit {
                    break;
                }
                next_n = entry.n + 1;
                if entry.lot == query.lot && !feed.keeps_secret(entry) {
                    items.push(trace(entry, &terms, None));
                }
            }
            items.len() < limit
        })?;
        let more = items.len() == limit || batches == RECORD_BATCHES;
        Ok::<_, JournalError>(RecordPage { items, next_n: more.then_some(next_n) })
    });
    let page = found.await.map_err(|_| ApiError::internal())?.map_err(|error| {
        tracing::error!(%error, "journal");
        ApiError::internal()
    })?;
    Ok(Json(page))
}
