//! Closed lots in SQL: added to, read, never changed.

use super::facts::Closed;
use super::figures::Figures;
use super::follow::Trained;
use crate::db;
use matching::Moment;
use screens::model::{Driver, Judgement};
use serde::Serialize;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, SqlitePool};

/// The follower's cursor in `projection_cursor`. It is never begun anew: what was said stays.
const CURSOR: &str = "closing";
/// The newest lots of a market it is compared with.
const BASELINE_MAX: i64 = 2_000;
/// Rows of one insert.
const ROWS_MAX: usize = 1_000;

/// The entry the rows stand before.
pub async fn cursor(db: &SqlitePool) -> sqlx::Result<u64> {
    Ok(db::cursor(db, CURSOR).await?.unwrap_or(0) as u64)
}

pub async fn move_cursor(tx: &mut SqliteConnection, next_n: u64) -> sqlx::Result<()> {
    db::move_cursor(tx, CURSOR, next_n as i64).await
}

/// Where a lot belongs.
pub struct Market {
    /// `use-region-method`, and the same without the region: names a model's tables may have.
    pub segment: String,
    pub wider: String,
}

pub async fn market(tx: &mut SqliteConnection, lot: &Closed) -> sqlx::Result<Option<Market>> {
    let row = sqlx::query("select l.kind, c.code from lots l join centers c on c.id = l.center where l.id = ?")
        .bind(lot.lot.to_string())
        .fetch_optional(tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (kind, code): (String, String) = (row.try_get("kind")?, row.try_get("code")?);
    Ok(Some(Market::of(&kind, &code, lot.method, lot.rising)))
}

impl Market {
    pub fn of(kind: &str, code: &str, method: &str, rising: bool) -> Market {
        // A sale and a tender by one method are two markets.
        let down = if rising { "" } else { "_down" };
        Market { segment: format!("{kind}-{code}-{method}{down}"), wider: format!("{kind}-{method}{down}") }
    }
}

pub struct Earlier {
    pub figures: Vec<Figures>,
}

/// The market's lots that closed before entry `n` and have figures. One whose figures can no longer be read is left
/// out: it must not keep every later lot of its market from being looked at.
pub async fn earlier(tx: &mut SqliteConnection, segment: &str, n: u64) -> sqlx::Result<Earlier> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "select n, figures from closings where segment = ? and n < ? and figures is not null order by n desc limit ?",
    )
    .bind(segment)
    .bind(n as i64)
    .bind(BASELINE_MAX)
    .fetch_all(tx)
    .await?;
    let read = |(n, text): &(i64, String)| {
        let told = |error: &serde_json::Error| tracing::error!(n, segment, %error, "a lot's figures cannot be read");
        serde_json::from_str(text).inspect_err(told).ok()
    };
    Ok(Earlier { figures: rows.iter().filter_map(read).collect() })
}

/// What is written of a closed lot.
pub struct Screened {
    pub segment: String,
    pub baseline: usize,
    pub figures: Option<Figures>,
    pub percentiles: Option<Figures>,
    pub unusual: Option<f64>,
    pub closest: Vec<u32>,
    pub said: Option<Said>,
}

impl Screened {
    pub fn nothing(market: &Market, earlier: &Earlier) -> Screened {
        Screened {
            segment: market.segment.clone(),
            baseline: earlier.figures.len(),
            figures: None,
            percentiles: None,
            unusual: None,
            closest: Vec::new(),
            said: None,
        }
    }
}

/// A model's word, and which model's.
pub struct Said {
    pub sha256: String,
    pub judgement: Judgement,
}

/// A driver as it is kept.
#[derive(Serialize)]
struct Kept {
    column: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    figure: Option<f32>,
    moved: f32,
}

fn kept(drivers: &[Driver]) -> String {
    let each = drivers.iter().map(|one| Kept { column: one.column, figure: one.figure, moved: one.moved });
    text(&each.collect::<Vec<_>>())
}

fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("numbers and names are JSON")
}

pub async fn add(tx: &mut SqliteConnection, lot: &Closed, found: &Screened) -> sqlx::Result<()> {
    let said = found.said.as_ref();
    sqlx::query(
        "insert into closings (n, lot, closed_at, segment, method, offers, baseline, figures, percentiles, unusual, closest,
           model, score, share, called, drivers)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(lot.n as i64)
    .bind(lot.lot.to_string())
    .bind(lot.at.0)
    .bind(&found.segment)
    .bind(lot.method)
    .bind(lot.parties as i64)
    .bind(found.baseline as i64)
    .bind(found.figures.as_ref().map(text))
    .bind(found.percentiles.as_ref().map(text))
    .bind(found.unusual)
    .bind(text(&found.closest))
    .bind(said.map(|said| said.sha256.clone()))
    .bind(said.map(|said| said.judgement.score))
    .bind(said.map(|said| said.judgement.share))
    .bind(said.map(|said| said.judgement.called))
    .bind(said.map(|said| kept(&said.judgement.drivers)))
    .execute(&mut *tx)
    .await?;
    for chunk in lot.offers.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::<Sqlite>::new("insert into closing_offers (lot, paddle, account, price, won) ");
        insert.push_values(chunk, |mut row, offer| {
            row.push_bind(lot.lot.to_string())
                .push_bind(offer.paddle.0)
                .push_bind(offer.account.to_string())
                .push_bind(offer.price.minor())
                .push_bind(offer.won);
        });
        insert.build().execute(&mut *tx).await?;
    }
    Ok(())
}

/// Notes which model is in force from now on, if that changed.
pub async fn note_model(db: &SqlitePool, trained: Option<&Trained>, now: Moment) -> sqlx::Result<()> {
    let last: Option<Option<String>> =
        sqlx::query_scalar("select sha256 from closing_models order by id desc limit 1").fetch_optional(db).await?;
    let sha256 = trained.map(|trained| trained.sha256.clone());
    if last.flatten() == sha256 {
        return Ok(());
    }
    sqlx::query("insert into closing_models (at, sha256, lots, segments) values (?, ?, ?, ?)")
        .bind(now.0)
        .bind(sha256)
        .bind(trained.map_or(0, |trained| trained.model.lots as i64))
        .bind(text(&trained.map(|trained| trained.model.segments.clone()).unwrap_or_default()))
        .execute(db)
        .await?;
    Ok(())
}
