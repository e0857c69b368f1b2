//! 信用记录 the platform itself finds: on the social credit register at once, in the finding's own transaction.

use crate::calendar::Day;
use crate::db::json as json_of;
use crate::error::ApiResult;
use crate::registers::fields::Data;
use crate::registers::scope::BarScope;
use crate::registers::store::written;
use crate::registers::tables::SOCIAL_CREDIT;
use crate::security::signed::hex;
use matching::Moment;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

/// Whom a record is against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// By 统一社会信用代码.
    Entity(String),
    /// By 公民身份号码, which is personal data.
    Person(String),
}

impl Subject {
    pub fn entity(code: &str) -> Subject {
        Subject::Entity(code.trim().to_ascii_uppercase())
    }

    pub fn person(number: &str) -> Subject {
        Subject::Person(number.trim().to_ascii_uppercase())
    }
}

/// A violation. Where it has no end here, the owner of the register sets one, or lifts it.
#[derive(Debug, Clone)]
pub struct Violation {
    /// Of the record; the same finding is on record once.
    pub number: String,
    pub subject: Subject,
    pub name: String,
    pub reason: String,
    pub decided_by: String,
    pub document: String,
    /// Whether it bars from trading.
    pub bars: bool,
    /// From which dealings; all where none is named.
    pub scope: Option<BarScope>,
    /// The first day it no longer bars.
    pub until: Option<Day>,
}

/// Writes the record as an import of one row, so that its source stands beside it as beside any other.
pub async fn put_on_record(db: &mut SqliteConnection, found: &Violation, by: Uuid, now: Moment) -> ApiResult<()> {
    let (field, code) = match &found.subject {
        Subject::Entity(code) => ("subject_code", code),
        Subject::Person(number) => ("subject_id", number),
    };
    let mut data = json!({
        "number": found.number,
        field: code,
        "subject": found.name,
        "kind": "violation",
        "bars": if found.bars { "yes" } else { "no" },
        "reason": found.reason,
        "decided_by": found.decided_by,
        "document": found.document,
        "in_force_from": Day::of(now).to_string(),
    });
    if let Some(scope) = found.scope.filter(|_| found.bars) {
        data["scope"] = json!(scope.name());
    }
    if let Some(until) = found.until {
        data["until"] = json!(until.to_string());
    }
    let data = written(&data)?;
    let import = Uuid::new_v4().to_string();
    sqlx::query(
        "insert into register_imports
           (id, register, source, sha256, take_good, dry_run, status, rows_read, good, added, by, started_at, ended_at)
         values (?, ?, ?, ?, 0, 0, 'done', 1, 1, 1, ?, ?, ?)",
    )
    .bind(&import)
    .bind(SOCIAL_CREDIT.name)
    .bind(&found.document)
    .bind(hex(&Sha256::digest(&data)))
    .bind(by.to_string())
    .bind(now.0)
    .bind(now.0)
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "insert into register_rows (register, key, version, data, valid_from, by, import) values (?, ?, 1, ?, ?, ?, ?)",
    )
    .bind(SOCIAL_CREDIT.name)
    .bind(&found.number)
    .bind(&data)
    .bind(now.0)
    .bind(by.to_string())
    .bind(&import)
    .execute(db)
    .await?;
    Ok(())
}

/// Takes a record back from `now` on: a new version of its row, lifted today. The old one stays readable.
pub async fn lift_record(db: &mut SqliteConnection, number: &str, by: Uuid, now: Moment) -> ApiResult<()> {
    let current = sqlx::query(
        "select n, version, data, import from register_rows where register = ? and key = ? and replaced_at is null",
    )
    .bind(SOCIAL_CREDIT.name)
    .bind(number)
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = current else { return Ok(()) };
    let mut data: Data = json_of(&row, "data")?;
    data.insert("lifted_on".into(), Day::of(now).to_string());
    sqlx::query("update register_rows set replaced_at = ? where n = ?")
        .bind(now.0)
        .bind(row.try_get::<i64, _>("n")?)
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "insert into register_rows (register, key, version, data, valid_from, by, import) values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(SOCIAL_CREDIT.name)
    .bind(number)
    .bind(row.try_get::<i64, _>("version")? + 1)
    .bind(written(&data)?)
    .bind(now.0)
    .bind(by.to_string())
    .bind(row.try_get::<String, _>("import")?)
    .execute(db)
    .await?;
    Ok(())
}
