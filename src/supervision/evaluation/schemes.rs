//! Weights as data: the release's, and those an administrator has published since, each from a month on.

use crate::db::json;
use crate::error::{ApiError, ApiResult};
use crate::supervision::evaluation::model::{Scheme, UnitKind};
use crate::supervision::evaluation::period::Period;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqlitePool};
use utoipa::ToSchema;
use uuid::Uuid;

/// Versions listed; a city changes its table once a year.
const LISTED_MAX: i64 = 200;

#[derive(Deserialize)]
struct Schemes {
    scheme: Vec<Scheme>,
}

/// What this release begins with.
pub fn seeded(kind: UnitKind) -> Scheme {
    let schemes: Schemes = toml::from_str(include_str!("schemes.toml")).expect("our schemes are TOML");
    schemes.scheme.into_iter().find(|scheme| scheme.kind == kind).expect("one of each kind")
}

/// A scheme and from when on it measures.
#[derive(Serialize, ToSchema, Clone)]
pub struct SchemeVersion {
    /// 0: the release's own.
    pub version: i64,
    /// 2026-12; absent for the release's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_month: Option<String>,
    pub scheme: Scheme,
}

fn version(row: &sqlx::sqlite::SqliteRow) -> sqlx::Result<SchemeVersion> {
    Ok(SchemeVersion {
        version: row.try_get("version")?,
        from_month: row.try_get("from_month")?,
        scheme: json(row, "body")?,
    })
}

/// The scheme a period is measured by: the one in force in its first month.
pub async fn in_force(db: &SqlitePool, kind: UnitKind, period: Period) -> ApiResult<SchemeVersion> {
    let row = sqlx::query(
        "select * from evaluation_schemes where kind = ? and from_month <= ? order by from_month desc, version desc limit 1",
    )
    .bind(kind.name())
    .bind(period.first_month())
    .fetch_optional(db)
    .await?;
    match row {
        Some(row) => Ok(version(&row)?),
        None => Ok(SchemeVersion { version: 0, from_month: None, scheme: seeded(kind) }),
    }
}

/// Every version, the newest first.
pub async fn all(db: &SqlitePool) -> ApiResult<Vec<SchemeVersion>> {
    let rows = sqlx::query("select * from evaluation_schemes order by kind, version desc limit ?")
        .bind(LISTED_MAX)
        .fetch_all(db)
        .await?;
    let mut known = rows.iter().map(version).collect::<sqlx::Result<Vec<_>>>()?;
    known.extend(UnitKind::ALL.iter().map(|kind| SchemeVersion {
        version: 0,
        from_month: None,
        scheme: seeded(*kind),
    }));
    Ok(known)
}

/// Publishes a scheme for months to come: one that has begun is measured by what was known when it began.
pub async fn publish(db: &SqlitePool, from: Period, scheme: &Scheme, by: Uuid, now: Moment) -> ApiResult<()> {
    let body = serde_json::to_string(scheme).map_err(|_| ApiError::internal())?;
    sqlx::query(
        "insert into evaluation_schemes (kind, version, from_month, body, published_by, published_at)
         values (?1, (select coalesce(max(version), 0) + 1 from evaluation_schemes where kind = ?1), ?2, ?3, ?4, ?5)",
    )
    .bind(scheme.kind.name())
    .bind(from.first_month())
    .bind(body)
    .bind(by.to_string())
    .bind(now.0)
    .execute(db)
    .await?;
    Ok(())
}
