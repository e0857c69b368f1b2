//! Weights as data: the release's, and those an administrator has published since, each from a month on.

use crate::db::{json, uuid};
use crate::error::{ApiError, ApiResult};
use crate::supervision::cards::store::named;
use crate::supervision::evaluation::model::{Scheme, UnitKind};
use crate::supervision::evaluation::period::Period;
use crate::supervision::messages;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use utoipa::ToSchema;
use uuid::Uuid;

/// Versions listed; a city changes its table once a year.
const LISTED_MAX: i64 = 200;
/// Refusals shown: of some years.
const REFUSALS_MAX: i64 = 10;

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
#[derive(Serialize, Deserialize, ToSchema, Clone)]
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

/// Weights that wait for a second administrator.
#[derive(Serialize, ToSchema, Clone)]
pub struct SchemeDraft {
    /// 2026-12.
    pub from_month: String,
    pub scheme: Scheme,
    /// By login.
    pub written_by: String,
    pub written_at: i64,
}

/// One for each kind of unit at most.
pub async fn drafts(db: &SqlitePool) -> ApiResult<Vec<SchemeDraft>> {
    let rows = sqlx::query(
        "select d.*, a.login from evaluation_scheme_drafts d join accounts a on a.id = d.written_by order by d.kind",
    )
    .fetch_all(db)
    .await?;
    let read = |row: &sqlx::sqlite::SqliteRow| {
        let (from_month, written_by) = (row.try_get("from_month")?, row.try_get("login")?);
        Ok(SchemeDraft { from_month, scheme: json(row, "body")?, written_by, written_at: row.try_get("written_at")? })
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

/// Writes weights down for months to come, in place of one's own that wait for this kind of unit; another's are first
/// published or refused.
pub async fn write(db: &SqlitePool, from: Period, scheme: &Scheme, by: Uuid, now: Moment) -> ApiResult<()> {
    let body = serde_json::to_string(scheme).map_err(|_| ApiError::internal())?;
    let written = sqlx::query(
        "insert into evaluation_scheme_drafts (kind, from_month, body, written_by, written_at)
         values (?, ?, ?, ?, ?)
         on conflict (kind) do update
           set from_month = excluded.from_month, body = excluded.body, written_at = excluded.written_at
           where written_by = excluded.written_by",
    )
    .bind(scheme.kind.name())
    .bind(from.first_month())
    .bind(body)
    .bind(by.to_string())
    .bind(now.0)
    .execute(db)
    .await?;
    match written.rows_affected() {
        0 => Err(ApiError {
            code: "DRAFT_WAITS".into(),
            ..ApiError::conflict(
                "另一位管理员拟订的权重尚待发布，请先发布或不予发布",
                "another administrator's weights wait: publish or refuse them first",
            )
        }),
        _ => Ok(()),
    }
}

/// What waits for a kind of unit, if it stands as it was read: written at `written_at`.
async fn as_read(db: &mut SqliteConnection, kind: UnitKind, written_at: i64) -> ApiResult<SqliteRow> {
    let row = sqlx::query("select * from evaluation_scheme_drafts where kind = ?")
        .bind(kind.name())
        .fetch_optional(db)
        .await?
        .ok_or_else(ApiError::not_found)?;
    match row.try_get::<i64, _>("written_at")? == written_at {
        true => Ok(row),
        false => Err(ApiError::conflict("内容已被改动，请重新审阅", "it has been written anew; read it again")),
    }
}

/// Weights that were not published, and why.
#[derive(Serialize, ToSchema, Clone)]
pub struct SchemeRefusal {
    pub kind: UnitKind,
    pub from_month: String,
    /// By name.
    pub written_by: String,
    pub refused_by: String,
    pub refused_at: i64,
    pub reason: String,
}

/// The last of them, the newest first.
pub async fn refusals(db: &SqlitePool) -> ApiResult<Vec<SchemeRefusal>> {
    let rows = sqlx::query(
        "select r.kind, r.from_month, r.refused_at, r.reason, w.name as writer, s.name as refuser
         from evaluation_scheme_refusals r
         join accounts w on w.id = r.written_by join accounts s on s.id = r.refused_by
         order by r.n desc limit ?",
    )
    .bind(REFUSALS_MAX)
    .fetch_all(db)
    .await?;
    let read = |row: &SqliteRow| {
        Ok(SchemeRefusal {
            kind: named(row, "kind", UnitKind::from_name)?,
            from_month: row.try_get("from_month")?,
            written_by: row.try_get("writer")?,
            refused_by: row.try_get("refuser")?,
            refused_at: row.try_get("refused_at")?,
            reason: row.try_get("reason")?,
        })
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

/// The second person does not publish it, and says why; who wrote it takes it back. What was refused stays on record,
/// and its writer is told.
pub async fn refuse(
    db: &SqlitePool,
    (kind, written_at): (UnitKind, i64),
    (by, reason): (Uuid, &str),
    now: Moment,
) -> ApiResult<()> {
    let mut tx = db.begin_with("begin immediate").await?;
    let row = as_read(&mut tx, kind, written_at).await?;
    let writer = uuid(&row, "written_by")?;
    sqlx::query(
        "insert into evaluation_scheme_refusals
           (kind, from_month, body, written_by, written_at, refused_by, refused_at, reason)
         select kind, from_month, body, written_by, written_at, ?2, ?3, ?4
         from evaluation_scheme_drafts where kind = ?1",
    )
    .bind(kind.name())
    .bind(by.to_string())
    .bind(now.0)
    .bind(reason)
    .execute(&mut *tx)
    .await?;
    sqlx::query("delete from evaluation_scheme_drafts where kind = ?").bind(kind.name()).execute(&mut *tx).await?;
    if writer != by {
        let (zh, en) = (
            format!("您提出的评估权重未予发布。理由：{reason}"),
            format!("the weights you wrote were not published. reason: {reason}"),
        );
        messages::tell(&mut tx, writer, (&zh, &en), "/evaluation/weights", now).await?;
    }
    Ok(tx.commit().await?)
}

/// The second person's word, on what was read as written at `written_at`. A month that has begun meanwhile is measured
/// by what was known when it began.
pub async fn publish(db: &SqlitePool, kind: UnitKind, written_at: i64, by: Uuid, now: Moment) -> ApiResult<()> {
    let mut tx = db.begin_with("begin immediate").await?;
    let row = as_read(&mut tx, kind, written_at).await?;
    let (from, written_by): (String, String) = (row.try_get("from_month")?, row.try_get("written_by")?);
    if written_by == by.to_string() {
        let another = ApiError::conflict("须由另一名管理员发布", "another administrator publishes it");
        return Err(ApiError { code: "TWO_PERSONS".into(), ..another });
    }
    let begins = Period::parse(&from).map(|period| period.days().0.start());
    if begins.is_none_or(|begins| begins <= now) {
        return Err(ApiError::conflict("该月份已经开始，请改期", "that month has begun; write a later one"));
    }
    sqlx::query(
        "insert into evaluation_schemes (kind, version, from_month, body, written_by, published_by, published_at)
         select kind, (select coalesce(max(version), 0) + 1 from evaluation_schemes where kind = ?1), from_month, body,
           written_by, ?2, ?3
         from evaluation_scheme_drafts where kind = ?1",
    )
    .bind(kind.name())
    .bind(by.to_string())
    .bind(now.0)
    .execute(&mut *tx)
    .await?;
    sqlx::query("delete from evaluation_scheme_drafts where kind = ?").bind(kind.name()).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}
