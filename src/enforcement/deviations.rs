//! 偏离裁量基准 as supervision reads it.

use crate::db::{json, uuid, uuid_or_none};
use crate::enforcement::discretion::Deviation;
use crate::error::ApiResult;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use utoipa::ToSchema;
use uuid::Uuid;

const LISTED_MAX: i64 = 200;

/// A decision that left the standard.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct DeviationRow {
    pub id: i64,
    pub case_id: Uuid,
    pub number: String,
    pub title: String,
    pub agency: Uuid,
    pub agency_zh: String,
    pub agency_en: String,
    pub rule: String,
    pub version: i64,
    pub facts_grade: String,
    pub grade: String,
    pub kinds: Vec<Deviation>,
    pub reason: String,
    pub proposed_at: i64,
    /// Absent while another officer has not decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Uuid>,
}

/// The newest deviations, at most 200.
pub async fn deviations(db: &SqlitePool) -> ApiResult<Vec<DeviationRow>> {
    read(db, None).await
}

pub async fn of_deviation(db: &SqlitePool, id: i64) -> ApiResult<Option<DeviationRow>> {
    Ok(read(db, Some(id)).await?.pop())
}

async fn read(db: &SqlitePool, id: Option<i64>) -> ApiResult<Vec<DeviationRow>> {
    let rows = sqlx::query(
        "select d.*, c.number, c.title, c.agency, a.name_zh, a.name_en from deviations d
         join enforcement_cases c on c.id = d.case_id join agencies a on a.id = c.agency
         where ?1 is null or d.id = ?1
         order by d.id desc limit ?2",
    )
    .bind(id)
    .bind(LISTED_MAX)
    .fetch_all(db)
    .await?;
    let row = |row: &SqliteRow| {
        Ok(DeviationRow {
            id: row.try_get("id")?,
            case_id: uuid(row, "case_id")?,
            number: row.try_get("number")?,
            title: row.try_get("title")?,
            agency: uuid(row, "agency")?,
            agency_zh: row.try_get("name_zh")?,
            agency_en: row.try_get("name_en")?,
            rule: row.try_get("rule")?,
            version: row.try_get("version")?,
            facts_grade: row.try_get("facts_grade")?,
            grade: row.try_get("grade")?,
            kinds: json(row, "kinds")?,
            reason: row.try_get("reason")?,
            proposed_at: row.try_get("proposed_at")?,
            approved: row.try_get("approved")?,
            approved_by: uuid_or_none(row, "approved_by")?,
        })
    };
    Ok(rows.iter().map(row).collect::<sqlx::Result<_>>()?)
}
