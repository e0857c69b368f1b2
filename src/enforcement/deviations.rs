//! 偏离裁量基准 as supervision reads it.

use crate::db::{json, uuid, uuid_or_none};
use crate::enforcement::discretion::Deviation;
use crate::enforcement::store::text;
use crate::error::ApiResult;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use utoipa::ToSchema;
use uuid::Uuid;

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

pub async fn of_deviation(db: &SqlitePool, id: i64) -> ApiResult<Option<DeviationRow>> {
    Ok(deviations(db, &[id]).await?.pop())
}

/// These deviations, in this order.
pub async fn deviations(db: &SqlitePool, ids: &[i64]) -> ApiResult<Vec<DeviationRow>> {
    let rows = sqlx::query(
        "select d.*, c.number, c.title, c.agency, a.name_zh, a.name_en
         from json_each(?) wanted join deviations d on d.id = wanted.value
         join enforcement_cases c on c.id = d.case_id join agencies a on a.id = c.agency
         order by wanted.key",
    )
    .bind(text(&ids)?)
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
