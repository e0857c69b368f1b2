//! 定稿: what a month or a quarter came to, frozen by the clock at its end with the weights and the facts of that
//! moment. A fact that is known later makes a correction: a new version beside the old.

use crate::app::App;
use crate::calendar::Day;
use crate::clock;
use crate::db::json;
use crate::error::{ApiError, ApiResult};
use crate::supervision::evaluation::facts::{self, EvaluatedUnit};
use crate::supervision::evaluation::model::{Fact, Grade, Indicator, Scheme, UnitKind, evaluate};
use crate::supervision::evaluation::period::Period;
use crate::supervision::evaluation::schemes::{self, SchemeVersion};
use crate::supervision::messages;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqliteConnection, SqlitePool};
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

    pub fn scheme(&self, kind: UnitKind) -> ApiResult<&Scheme> {
        let found = self.schemes.iter().find(|version| version.scheme.kind == kind);
        found.map(|version| &version.scheme).ok_or_else(ApiError::internal)
    }

    /// 不合格: units that failed, each with its score in tenths.
    fn failing(&self) -> ApiResult<Vec<(&EvaluatedUnit, u32)>> {
        let mut found = Vec::new();
        for unit in &self.units {
            let evaluation = evaluate(self.scheme(unit.kind)?, &unit.facts);
            if let (Some(Grade::Fail), Some(score)) = (evaluation.grade, evaluation.score_tenths) {
                found.push((unit, score));
            }
        }
        Ok(found)
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
        let (version, measured, before) = match read(&app.db, period, None).await? {
            None => (1, now, None),
            Some((known, before)) => {
                let corrected = before.corrected(now);
                if text(&corrected)? == text(&before)? {
                    continue;
                }
                (known.version + 1, corrected, Some(before))
            }
        };
        let mut tx = app.db.begin_with("begin immediate").await?;
        sqlx::query("insert into evaluation_versions (period, version, frozen_at, body) values (?, ?, ?, ?)")
            .bind(period.name())
            .bind(version)
            .bind(clock::now().0)
            .bind(text(&measured)?)
            .execute(&mut *tx)
            .await?;
        let known: Vec<Uuid> = match &before {
            Some(before) => before.failing()?.iter().map(|(unit, _)| unit.id).collect(),
            None => Vec::new(),
        };
        for (unit, score) in measured.failing()?.into_iter().filter(|(unit, _)| !known.contains(&unit.id)) {
            advise(&mut tx, unit, score, period, clock::now()).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// 监察建议书: the heads of a unit that failed are told, in the transaction that freezes the period; who failed before a
/// correction was told then.
async fn advise(
    db: &mut SqliteConnection,
    unit: &EvaluatedUnit,
    score: u32,
    period: Period,
    now: Moment,
) -> ApiResult<()> {
    let heads = match unit.kind {
        UnitKind::Agency => {
            "select id from accounts where role = 'officer' and disabled = 0 and agency = ?
               and exists (select 1 from json_each(duties) where value = 'decide')"
        }
        // A center's clerks have no head among them that the platform knows.
        UnitKind::Center => "select id from accounts where role = 'clerk' and disabled = 0 and center = ?",
    };
    let heads: Vec<String> = sqlx::query_scalar(heads).bind(unit.id.to_string()).fetch_all(&mut *db).await?;
    let (period, score) = (period.name(), format!("{}.{}", score / 10, score % 10));
    let zh = format!("监察建议书：{}{period}绩效评估{score}分，不合格。请查明原因，提出整改措施。", unit.name_zh);
    let en = format!(
        "supervision's advice: {} scored {score} in {period} and failed; find out why and put it right",
        unit.name_en
    );
    for account in heads {
        let account = account.parse().map_err(|_| crate::db::bad("account"))?;
        messages::tell(db, account, (&zh, &en), &format!("/evaluation/own?period={period}"), now).await?;
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
