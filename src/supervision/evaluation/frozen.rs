//! 定稿: what a month or a quarter came to, frozen by the clock at its end with the weights and the facts of that
//! moment. A fact that is known later makes a correction: a new version beside the old.

use crate::app::App;
use crate::calendar::Day;
use crate::clock;
use crate::db::json;
use crate::error::{ApiError, ApiResult};
use crate::supervision::evaluation::facts::{self, EvaluatedUnit};
use crate::supervision::evaluation::model::{Fact, Indicator, UnitKind};
use crate::supervision::evaluation::period::Period;
use crate::supervision::evaluation::schemes::{self, SchemeVersion};
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqlitePool};
use std::time::Duration;
use utoipa::ToSchema;
use uuid::Uuid;

/// Looked at this often: a month that has ended is frozen within the hour.
const EVERY: Duration = Duration::from_secs(3_600);
/// Months whose figures are still corrected, and frozen if a server that was down missed their end: two quarters.
const MONTHS_BACK: u32 = 6;

/// What a period was measured by, and from what.
#[derive(Serialize, Deserialize, Clone)]
pub struct Measured {
    pub schemes: Vec<SchemeVersion>,
    pub units: Vec<EvaluatedUnit>,
}

impl Measured {
    /// As the tables stand now.
    pub async fn now(app: &App, period: Period) -> ApiResult<Measured> {
        let mut in_force = Vec::new();
        for &kind in UnitKind::ALL {
            in_force.push(schemes::in_force(&app.db, kind, period).await?);
        }
        Ok(Measured { schemes: in_force, units: facts::of(app, period).await? })
    }

    /// What is known by now of a period that was frozen before: measured by the same weights, and the items that were
    /// online are those of its end, because a later item is no fact of that period.
    fn corrected(&self, now: Measured) -> Measured {
        let is_online = |fact: &&Fact| fact.indicator == Indicator::Online;
        let units = now.units.into_iter().filter_map(|unit| {
            let before = self.units.iter().find(|known| known.id == unit.id);
            let mut facts: Vec<Fact> = unit.facts.into_iter().filter(|fact| !is_online(&fact)).collect();
            // Whoever was founded since had no business then.
            if before.is_none() && facts.is_empty() {
                return None;
            }
            facts.extend(before.into_iter().flat_map(|known| &known.facts).filter(is_online).cloned());
            Some(EvaluatedUnit { facts, ..unit })
        });
        Measured { schemes: self.schemes.clone(), units: units.collect() }
    }
}

/// Which frozen version is read.
#[derive(Serialize, ToSchema, Debug, Clone, Copy)]
pub struct FrozenVersion {
    /// From 1; the first is the period as it ended, the others are corrections.
    pub version: i64,
    /// How many there are.
    pub versions: i64,
    pub frozen_at: i64,
}

/// A version of a period, the newest where none is named; none of a period that is not frozen.
pub async fn read(
    db: &SqlitePool,
    period: Period,
    version: Option<i64>,
) -> ApiResult<Option<(FrozenVersion, Measured)>> {
    let row = sqlx::query(
        "select *, (select max(version) from evaluation_versions where period = ?1) as versions
         from evaluation_versions where period = ?1 and version = coalesce(?2,
           (select max(version) from evaluation_versions where period = ?1))",
    )
    .bind(period.name())
    .bind(version)
    .fetch_optional(db)
    .await?;
    let read = |row: sqlx::sqlite::SqliteRow| {
        let (version, versions) = (row.try_get("version")?, row.try_get("versions")?);
        let frozen = FrozenVersion { version, versions, frozen_at: row.try_get("frozen_at")? };
        Ok::<_, sqlx::Error>((frozen, json(&row, "body")?))
    };
    Ok(row.map(read).transpose()?)
}

pub async fn keep(app: App) {
    let mut pace = tokio::time::interval(EVERY);
    loop {
        pace.tick().await;
        if let Err(error) = round(&app).await {
            tracing::error!(code = %error.code, "a period could not be frozen; the next round tries again");
        }
    }
}

/// Freezes what has ended, and writes down what has become known since.
async fn round(app: &App) -> ApiResult<()> {
    for period in Period::ended_before(Day::of(clock::now()), MONTHS_BACK) {
        let now = Measured::now(app, period).await?;
        let (version, measured) = match read(&app.db, period, None).await? {
            None => (1, now),
            Some((known, before)) => {
                let corrected = before.corrected(now);
                if text(&corrected)? == text(&before)? {
                    continue;
                }
                (known.version + 1, corrected)
            }
        };
        sqlx::query("insert into evaluation_versions (period, version, frozen_at, body) values (?, ?, ?, ?)")
            .bind(period.name())
            .bind(version)
            .bind(clock::now().0)
            .bind(text(&measured)?)
            .execute(&app.db)
            .await?;
    }
    Ok(())
}

fn text(measured: &Measured) -> ApiResult<String> {
    serde_json::to_string(measured).map_err(|_| ApiError::internal())
}

/// The unit of a measured period.
pub fn unit(measured: &Measured, id: Uuid) -> ApiResult<&EvaluatedUnit> {
    measured.units.iter().find(|unit| unit.id == id).ok_or_else(ApiError::not_found)
}
