//! Issued documents in SQL; their files lie in the content store.

use super::kinds::PrintedKind;
use crate::db::{bad, uuid};
use crate::error::ApiResult;
use matching::Moment;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use uuid::Uuid;

/// Versions of one document that are told of; a fact that changes more often is a mistake.
const VERSIONS_MAX: i64 = 100;

/// A document as it was issued.
#[derive(Debug, Clone)]
pub struct Issued {
    pub fingerprint: String,
    pub kind: PrintedKind,
    pub subject: String,
    pub version: i64,
    pub lot: Uuid,
    pub owner: Option<Uuid>,
    pub title: String,
    pub number: Option<String>,
    pub at: Moment,
    pub words: String,
    pub facts_sha256: String,
    pub file_sha256: String,
    pub signature: String,
    pub file_signature: String,
    pub public_key: String,
    pub issued_at: Moment,
}

fn issued(row: &SqliteRow) -> sqlx::Result<Issued> {
    let kind: String = row.try_get("kind")?;
    let owner: Option<String> = row.try_get("owner")?;
    Ok(Issued {
        fingerprint: row.try_get("fingerprint")?,
        kind: PrintedKind::from_name(&kind).ok_or_else(|| bad("kind"))?,
        subject: row.try_get("subject")?,
        version: row.try_get("version")?,
        lot: uuid(row, "lot")?,
        owner: owner.map(|id| id.parse().map_err(|_| bad("owner"))).transpose()?,
        title: row.try_get("title")?,
        number: row.try_get("number")?,
        at: Moment(row.try_get("at")?),
        words: row.try_get("words")?,
        facts_sha256: row.try_get("facts_sha256")?,
        file_sha256: row.try_get("file_sha256")?,
        signature: row.try_get("signature")?,
        file_signature: row.try_get("file_signature")?,
        public_key: row.try_get("public_key")?,
        issued_at: Moment(row.try_get("issued_at")?),
    })
}

pub async fn by_fingerprint(db: &SqlitePool, fingerprint: &str) -> ApiResult<Option<Issued>> {
    let row = sqlx::query("select * from issued_documents where fingerprint = ?")
        .bind(fingerprint)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| issued(&row)).transpose()?)
}

/// Every version of a document, newest first.
pub async fn versions(db: &SqlitePool, kind: PrintedKind, subject: &str) -> ApiResult<Vec<Issued>> {
    let rows =
        sqlx::query("select * from issued_documents where kind = ? and subject = ? order by version desc limit ?")
            .bind(kind.name())
            .bind(subject)
            .bind(VERSIONS_MAX)
            .fetch_all(db)
            .await?;
    Ok(rows.iter().map(issued).collect::<sqlx::Result<_>>()?)
}

pub async fn add(db: &SqlitePool, new: &Issued) -> ApiResult<()> {
    sqlx::query(
        "insert into issued_documents (fingerprint, kind, subject, version, lot, owner, title, number, at, words,
           facts_sha256, file_sha256, signature, file_signature, public_key, issued_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&new.fingerprint)
    .bind(new.kind.name())
    .bind(&new.subject)
    .bind(new.version)
    .bind(new.lot.to_string())
    .bind(new.owner.map(|owner| owner.to_string()))
    .bind(&new.title)
    .bind(&new.number)
    .bind(new.at.0)
    .bind(&new.words)
    .bind(&new.facts_sha256)
    .bind(&new.file_sha256)
    .bind(&new.signature)
    .bind(&new.file_signature)
    .bind(&new.public_key)
    .bind(new.issued_at.0)
    .execute(db)
    .await?;
    Ok(())
}
