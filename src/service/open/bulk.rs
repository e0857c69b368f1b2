//! Whole downloads: every release as JSON lines, every lot and every bid as CSV. Read page by page and
//! sent as they are read: a download holds one page, however large the whole.

use super::release::ocid;
use super::store;
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::trading::deposits::messages::iso;
use crate::trading::store as lots;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use matching::{Moment, Terms};
use serde::Deserialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// Rows read and sent at once.
const ROWS: i64 = 200;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(releases)).routes(routes!(lot_list)).routes(routes!(bid_list))
}

/// A page of text and where the next begins; `None` after the last.
type Page<Place> = ApiResult<Option<(Bytes, Place)>>;

/// Sends pages until there are none. A page that cannot be read breaks the download off, so that nobody
/// takes a part for the whole.
fn streamed<Place: Send + 'static, Next>(
    name: &str,
    kind: &'static str,
    from: Place,
    page: impl Fn(Place) -> Next + Send + 'static,
) -> Response
where
    Next: Future<Output = Page<Place>> + Send + 'static,
{
    let pages = stream::try_unfold(from, move |place| {
        let next = page(place);
        async move { next.await.map_err(|error: ApiError| std::io::Error::other(error.en)) }
    });
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition.as_str())], Body::from_stream(pages))
        .into_response()
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Since {
    /// Releases after this change; 0 from the first.
    after: Option<i64>,
}

/// Every release in the feed's order, one JSON object a line.
#[utoipa::path(get, path = "/api/open/releases.jsonl", params(Since),
    responses((status = 200, content_type = "application/jsonl", body = String)))]
async fn releases(State(app): State<App>, Query(since): Query<Since>) -> Response {
    let page = move |after: i64| {
        let db = app.db.clone();
        async move {
            let (stored, _) = store::releases(&db, after, ROWS).await?;
            let Some(last) = stored.last().map(|one| one.n) else { return Ok(None) };
            let mut text = String::new();
            for one in &stored {
                text.push_str(&one.release);
                text.push('\n');
            }
            Ok(Some((Bytes::from(text), last)))
        }
    };
    streamed("releases.jsonl", "application/jsonl", since.after.unwrap_or(0), page)
}

fn csv_page(rows: impl IntoIterator<Item = Vec<String>>) -> ApiResult<Bytes> {
    let mut page = csv::Writer::from_writer(Vec::new());
    for row in rows {
        page.write_record(row).map_err(|_| ApiError::internal())?;
    }
    page.into_inner().map(Bytes::from).map_err(|_| ApiError::internal())
}

fn head(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

const LOT_HEAD: [&str; 12] = [
    "ocid",
    "number",
    "kind",
    "title_zh",
    "title_en",
    "grantor",
    "location",
    "stage",
    "start_price",
    "price",
    "bids",
    "releases",
];

/// Every lot as it stands, a line each.
#[utoipa::path(get, path = "/api/open/lots.csv", responses((status = 200, content_type = "text/csv", body = String)))]
async fn lot_list(State(app): State<App>) -> Response {
    let page = move |place: Option<i64>| {
        let db = app.db.clone();
        async move {
            let Some(after) = place else { return Ok(Some((csv_page([head(&LOT_HEAD)])?, Some(0)))) };
            let rows = lot_rows(&db, after).await?;
            let Some((last, _)) = rows.last() else { return Ok(None) };
            let last = *last;
            Ok(Some((csv_page(rows.into_iter().map(|(_, row)| row))?, Some(last))))
        }
    };
    streamed("lots.csv", "text/csv; charset=utf-8", None, page)
}

async fn lot_rows(db: &SqlitePool, after: i64) -> ApiResult<Vec<(i64, Vec<String>)>> {
    let rows = sqlx::query(
        "select f.n, f.lot, (select max(version) from open_changes m where m.lot = f.lot) as releases
         from open_changes f where f.version = 1 and f.n > ? order by f.n limit ?",
    )
    .bind(after)
    .bind(ROWS)
    .fetch_all(db)
    .await?;
    let mut lines = Vec::new();
    for row in &rows {
        let lot = crate::db::uuid(row, "lot")?;
        let detail = lots::find(db, lot).await?.detail()?;
        let card = detail.card;
        let line = vec![
            ocid(lot),
            card.number,
            card.kind.name().to_string(),
            card.title_zh,
            card.title_en,
            detail.grantor,
            card.location,
            card.stage.name().to_string(),
            card.start_price,
            card.price.unwrap_or_default(),
            card.bids.to_string(),
            row.try_get::<i64, _>("releases")?.to_string(),
        ];
        lines.push((row.try_get("n")?, line));
    }
    Ok(lines)
}

const BID_HEAD: [&str; 7] = ["ocid", "seq", "at", "paddle", "amount", "by_proxy", "phase"];

/// Every visible bid of every lot, by lot and in order.
#[utoipa::path(get, path = "/api/open/bids.csv", responses((status = 200, content_type = "text/csv", body = String)))]
async fn bid_list(State(app): State<App>) -> Response {
    let page = move |place: Option<(String, i64)>| {
        let db = app.db.clone();
        async move {
            let Some(after) = place else {
                return Ok(Some((csv_page([head(&BID_HEAD)])?, Some((String::new(), 0)))));
            };
            let rows = bid_rows(&db, &after).await?;
            let Some(last) = rows.last() else { return Ok(None) };
            let place = (last.try_get("lot")?, last.try_get("seq")?);
            let lines = rows.iter().map(bid_line).collect::<ApiResult<Vec<_>>>()?;
            Ok(Some((csv_page(lines)?, Some(place))))
        }
    };
    streamed("bids.csv", "text/csv; charset=utf-8", None, page)
}

async fn bid_rows(db: &SqlitePool, (lot, seq): &(String, i64)) -> ApiResult<Vec<SqliteRow>> {
    let rows = sqlx::query(
        "select b.*, l.terms from bids b join lots l on l.id = b.lot
         where (b.lot, b.seq) > (?, ?) order by b.lot, b.seq limit ?",
    )
    .bind(lot)
    .bind(seq)
    .bind(ROWS)
    .fetch_all(db)
    .await?;
    Ok(rows)
}

fn bid_line(row: &SqliteRow) -> ApiResult<Vec<String>> {
    let terms: Terms = crate::db::json(row, "terms")?;
    let lot: Uuid = crate::db::uuid(row, "lot")?;
    let amount = matching::Money::new(row.try_get("amount")?).ok_or_else(ApiError::internal)?;
    Ok(vec![
        ocid(lot),
        row.try_get::<i64, _>("seq")?.to_string(),
        iso(Moment(row.try_get("at")?)),
        row.try_get::<u32, _>("paddle")?.to_string(),
        crate::trading::wire::money(amount, terms.scale),
        row.try_get::<bool, _>("by_proxy")?.to_string(),
        row.try_get("phase")?,
    ])
}
