//! 证据回放: a lot's bids around the evidence of an alert, as they came, and the network of their bidders.
//! Paddles only: who they are is another door's business, and two persons'.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::supervision::alerts;
use crate::supervision::facts::{Background, Reading};
use crate::supervision::network::{BidderEdge, BidderNode, network};
use crate::supervision::routes::RECORD_BATCHES;
use crate::trading::journal::{Entry, JournalError, scan_from};
use crate::trading::replica::{shown_amount, trace};
use crate::trading::wire::{TraceRow, money};
use ::watch::{Facts, What};
use axum::Json;
use axum::extract::{Path, State};
use matching::{Event, Terms};
use serde::Serialize;
use sqlx::SqlitePool;
use utoipa::ToSchema;
use uuid::Uuid;

/// Bids before the first evidence that are shown with it, and rows in all: what a person will scrub through.
const BEFORE_MAX: i64 = 400;
const ROWS_MAX: usize = 2_000;
/// Kept facts of one lot.
const KEPT_MAX: i64 = 20_000;

/// One bid, or a request that was refused.
#[derive(Serialize, ToSchema, Debug)]
struct ReplayRow {
    n: u64,
    at: i64,
    paddle: u32,
    /// Absent where a refused request's amount is nobody's business.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    leads: bool,
    by_proxy: bool,
    evidence: bool,
    /// The code of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

/// An entry of the evidence; those of other lots are told by their number.
#[derive(Serialize, ToSchema)]
struct EvidenceRow {
    #[serde(flatten)]
    row: TraceRow,
    lot_number: String,
}

#[derive(Serialize, ToSchema)]
pub struct Replay {
    start_price: String,
    /// Whether prices rise.
    rising: bool,
    rows: Vec<ReplayRow>,
    /// The row the replay begins at: the last that is evidence, else the last before the alert was raised.
    begins_at: usize,
    /// Bids of this lot before the first and after the last that is shown.
    cut_before: bool,
    cut_after: bool,
    nodes: Vec<BidderNode>,
    edges: Vec<BidderEdge>,
    evidence: Vec<EvidenceRow>,
}

/// The lot's bids around the evidence, in order, and who of their bidders hangs together from when on.
#[utoipa::path(get, path = "/api/supervision/alerts/{id}/replay", params(("id" = i64, Path)), operation_id = "replay",
    responses((status = 200, body = Replay), (status = "4XX", body = ApiError)))]
pub async fn replay(State(app): State<App>, Path(id): Path<i64>) -> ApiResult<Json<Replay>> {
    let alert = alerts::find(&app.db, id).await?;
    let lot = alert.lot;
    let (terms, holders, is_over) = app
        .feed
        .look(lot, |replica| (replica.book.terms().clone(), replica.holders(), replica.closed_at().is_some()))
        .ok_or_else(ApiError::unknown_lot)?;
    let evidence = alert.evidence.clone();
    let entries = entries(&app, &evidence).await?;
    // Evidence from earlier lots is no place in this one.
    let here = entries.iter().filter(|entry| entry.lot == lot).map(|entry| entry.n).min().unwrap_or(alert.n);
    let span = Span::of(&app.db, lot, here, is_over).await?;
    let kept = kept(&app.db, lot).await?;
    let mut reading = Reading::new(app.marks.clone());
    let path = app.journal_path.as_ref().clone();
    let (last_n, shown, feed) = (span.last_n, terms.clone(), app.feed.clone());
    let read = blocking(move || {
        let (mut rows, mut facts, mut cut_after) = (Vec::new(), Vec::new(), false);
        reading.join(lot);
        scan_from(&path, span.first_n, RECORD_BATCHES, |entries| {
            for entry in entries.iter().filter(|entry| entry.lot == lot) {
                if rows.len() >= ROWS_MAX {
                    cut_after = true;
                    return false;
                }
                facts.extend(reading.read(entry, &Background::default()).0);
                if !feed.keeps_secret(entry) {
                    rows.extend(shown_rows(entry, &shown, &evidence));
                }
            }
            entries.last().is_some_and(|entry| entry.n < last_n)
        })?;
        Ok((rows, facts, cut_after))
    });
    let (rows, read_facts, cut_after) = read.await?;
    let seats = holders.iter().map(|(paddle, account)| {
        let what = What::Seated { paddle: paddle.0, account: *account };
        Facts { lot, n: 0, at_ms: 0, what }
    });
    let of_seats = |fact: &Facts| matches!(fact.what, What::Seated { .. });
    let mut facts: Vec<Facts> =
        seats.chain(kept).chain(read_facts.into_iter().filter(|fact| !of_seats(fact))).collect();
    facts.sort_by_key(|fact| fact.n);
    let (nodes, edges) = network(&facts, &alert.paddles);
    Ok(Json(Replay {
        start_price: money(terms.start_price, terms.scale),
        rising: terms.direction == matching::Direction::Ascending,
        begins_at: begins_at(&rows, alert.n),
        rows,
        cut_before: span.cut_before,
        cut_after,
        nodes,
        edges,
        evidence: evidence_rows(&app, &entries).await?,
    }))
}

/// Where one begins to look: what an alert shows may be no bid, and then its moment is the place.
fn begins_at(rows: &[ReplayRow], raised_n: u64) -> usize {
    let last = rows.iter().rposition(|row| row.evidence).or(rows.iter().rposition(|row| row.n <= raised_n));
    last.unwrap_or(0)
}

/// Which part of the record is read.
struct Span {
    first_n: u64,
    last_n: u64,
    cut_before: bool,
}

impl Span {
    /// Around entry `here`. The tables follow the journal by a moment: what they do not tell yet is read all the
    /// same, to the journal's end while the lot is live.
    async fn of(db: &SqlitePool, lot: Uuid, here: u64, is_over: bool) -> sqlx::Result<Span> {
        let here = here as i64;
        let (first, last): (Option<i64>, Option<i64>) = sqlx::query_as(
            "select min(n), max(n) from (select n from bids where lot = ?1 union all select n from refusals where lot = ?1)",
        )
        .bind(lot.to_string())
        .fetch_one(db)
        .await?;
        let first = first.unwrap_or(here).min(here);
        let last_n = if is_over { last.unwrap_or(here).max(here) as u64 } else { u64::MAX };
        let from: Option<i64> =
            sqlx::query_scalar("select n from bids where lot = ? and n <= ? order by n desc limit 1 offset ?")
                .bind(lot.to_string())
                .bind(here)
                .bind(BEFORE_MAX)
                .fetch_optional(db)
                .await?;
        let first_n = from.unwrap_or(first);
        Ok(Span { first_n: first_n as u64, last_n, cut_before: first_n > first })
    }
}

/// What an entry shows of bids: accepted ones, and what was refused where offers are open.
fn shown_rows(entry: &Entry, terms: &Terms, evidence: &[u64]) -> Vec<ReplayRow> {
    let marked = evidence.contains(&entry.n);
    let row = |paddle: u32, amount: Option<String>| ReplayRow {
        n: entry.n,
        at: entry.at.0,
        paddle,
        amount,
        leads: false,
        by_proxy: false,
        evidence: marked,
        refused: None,
    };
    match &entry.result {
        Err(refusal) => {
            let asked = trace(entry, terms, None);
            let refused = Some(refusal.code().to_string());
            let bidder = asked.paddle.filter(|paddle| *paddle > 0);
            bidder.map(|paddle| ReplayRow { refused, ..row(paddle, asked.amount) }).into_iter().collect()
        }
        Ok(events) => events
            .iter()
            .filter_map(|event| {
                let (paddle, amount, by_proxy) = shown_amount(event)?;
                let leads = !matches!(event, Event::Bid { leads: false, .. });
                Some(ReplayRow { leads, by_proxy, ..row(paddle.0, Some(money(amount, terms.scale))) })
            })
            .collect(),
    }
}

/// What the watch was told of this lot beside the journal.
async fn kept(db: &SqlitePool, lot: Uuid) -> sqlx::Result<Vec<Facts>> {
    let rows: Vec<String> = sqlx::query_scalar("select fact from watch_facts where lot = ? order by seq limit ?")
        .bind(lot.to_string())
        .bind(KEPT_MAX)
        .fetch_all(db)
        .await?;
    rows.iter().map(|fact| serde_json::from_str(fact).map_err(|_| crate::db::bad("fact"))).collect()
}

/// The entries themselves, as a supervisor may read them.
async fn evidence_rows(app: &App, entries: &[Entry]) -> ApiResult<Vec<EvidenceRow>> {
    let mut rows = Vec::new();
    for entry in entries.iter().filter(|entry| !app.feed.keeps_secret(entry)) {
        let Some(terms) = app.feed.look(entry.lot, |replica| replica.book.terms().clone()) else { continue };
        let lot_number: Option<String> = sqlx::query_scalar("select number from lots where id = ?")
            .bind(entry.lot.to_string())
            .fetch_optional(&app.db)
            .await?;
        rows.push(EvidenceRow { row: trace(entry, &terms, None), lot_number: lot_number.unwrap_or_default() });
    }
    Ok(rows)
}

/// The entries of some numbers, each found by its key.
async fn entries(app: &App, numbers: &[u64]) -> ApiResult<Vec<Entry>> {
    let (path, numbers) = (app.journal_path.as_ref().clone(), numbers.to_vec());
    let read = move || {
        let mut found = Vec::new();
        for n in numbers {
            scan_from(&path, n, 1, |entries| {
                found.extend(entries.into_iter().find(|entry| entry.n == n));
                false
            })?;
        }
        Ok(found)
    };
    blocking(read).await
}

/// Reads the journal's file aside.
async fn blocking<T: Send + 'static>(read: impl FnOnce() -> Result<T, JournalError> + Send + 'static) -> ApiResult<T> {
    let found = tokio::task::spawn_blocking(read).await.map_err(|_| ApiError::internal())?;
    found.map_err(|error| {
        tracing::error!(%error, "journal");
        ApiError::internal()
    })
}
