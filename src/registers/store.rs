//! Owners and rows in SQL.

use crate::db::{json, uuid};
use crate::error::{ApiError, ApiResult};
use crate::registers::fields::{Data, Field};
use crate::registers::model::{OwnerName, ReadPage, RegisterRead, RegisterRow, RowQuery, RowVersion};
use matching::Moment;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};
use std::collections::BTreeMap;
use uuid::Uuid;

/// No row was ever written oftener; older versions stay in the table.
const VERSIONS_MAX: i64 = 100;
/// SQLite takes no pattern without end.
const SOUGHT_CHARS_MAX: usize = 200;
/// Readings on a page.
const READS_MAX: i64 = 100;

pub fn written<T: serde::Serialize>(value: &T) -> ApiResult<String> {
    serde_json::to_string(value).map_err(|_| ApiError::internal())
}

pub async fn set_owner(db: &SqlitePool, register: &str, agency: Uuid, by: Uuid, now: Moment) -> ApiResult<()> {
    let set = sqlx::query(
        "insert into register_owners (register, agency, set_by, set_at) values (?, ?, ?, ?)
         on conflict (register) do update set agency = excluded.agency, set_by = excluded.set_by, set_at = excluded.set_at",
    )
    .bind(register)
    .bind(agency.to_string())
    .bind(by.to_string())
    .bind(now.0)
    .execute(db)
    .await;
    match set {
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
            Err(ApiError::bad_request("agency_id", "没有这个机关", "no such agency"))
        }
        set => Ok(set.map(drop)?),
    }
}

/// Owners by register.
pub async fn owners(db: &SqlitePool) -> ApiResult<BTreeMap<String, OwnerName>> {
    let rows = sqlx::query(
        "select o.register, a.id, a.name_zh, a.name_en from register_owners o join agencies a on a.id = o.agency",
    )
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let owner =
                OwnerName { id: uuid(row, "id")?, name_zh: row.try_get("name_zh")?, name_en: row.try_get("name_en")? };
            Ok((row.try_get("register")?, owner))
        })
        .collect()
}

pub async fn owner(db: &SqlitePool, register: &str) -> ApiResult<Option<Uuid>> {
    let row =
        sqlx::query("select agency from register_owners where register = ?").bind(register).fetch_optional(db).await?;
    Ok(row.map(|row| uuid(&row, "agency")).transpose()?)
}

/// How many rows stand, by register.
pub async fn counts(db: &SqlitePool) -> ApiResult<BTreeMap<String, i64>> {
    let rows =
        sqlx::query("select register, count(*) rows from register_rows where replaced_at is null group by register")
            .fetch_all(db)
            .await?;
    rows.iter().map(|row| Ok((row.try_get("register")?, row.try_get("rows")?))).collect()
}

/// Only what is shown is searched: a field that may not be read cannot be guessed at either. LIKE and
/// not FTS5, though SQLite has it: its tokenizers find no Chinese word of two characters.
fn condition(builder: &mut QueryBuilder<Sqlite>, register: &str, query: &RowQuery, shown: &[&Field]) -> ApiResult<()> {
    builder.push(" from register_rows where replaced_at is null and register = ").push_bind(register.to_string());
    if query.q.as_ref().is_some_and(|q| q.chars().count() > SOUGHT_CHARS_MAX) {
        return Err(ApiError::bad_request("q", "关键词须在200字以内", "at most 200 characters are searched for"));
    }
    if let Some(q) = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let like = format!("%{}%", q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        let names: Vec<&str> = shown.iter().map(|field| field.name).collect();
        builder.push(" and exists (select 1 from json_each(data) j where j.key in (select value from json_each(");
        builder.push_bind(written(&names)?).push(")) and j.value like ").push_bind(like).push(" escape '\\')");
    }
    if let Some(name) = query.field.as_deref().filter(|name| !name.is_empty()) {
        let field = shown.iter().find(|field| field.name == name).ok_or_else(|| {
            ApiError::bad_request("field", "没有这个字段，或您不能读取", "no such field, or you may not read it")
        })?;
        let value = query.value.clone().unwrap_or_default();
        match field.key {
            true => builder.push(" and key = ").push_bind(value),
            false => builder.push(" and data ->> ").push_bind(format!("$.{name}")).push(" = ").push_bind(value),
        };
    }
    Ok(())
}

/// The data cut down to the fields shown.
fn cut(data: Data, shown: &[&Field]) -> Data {
    data.into_iter().filter(|(name, _)| shown.iter().any(|field| field.name == name)).collect()
}

pub struct Slice {
    pub rows: Vec<RegisterRow>,
    pub total: u64,
}

/// Rows that stand, those changed last at the end; `limit` of them after `offset`.
pub async fn rows(
    db: &SqlitePool,
    register: &str,
    query: &RowQuery,
    shown: &[&Field],
    (limit, offset): (u32, u64),
) -> ApiResult<Slice> {
    let mut count = QueryBuilder::new("select count(*)");
    condition(&mut count, register, query, shown)?;
    let total: i64 = count.build_query_scalar().fetch_one(db).await?;
    let mut list = QueryBuilder::new("select n, version, data, valid_from");
    condition(&mut list, register, query, shown)?;
    list.push(" order by n limit ").push_bind(limit).push(" offset ").push_bind(offset.min(i64::MAX as u64) as i64);
    let rows = list.build().fetch_all(db).await?;
    let rows = rows
        .iter()
        .map(|row| {
            Ok(RegisterRow {
                n: row.try_get("n")?,
                version: row.try_get("version")?,
                data: cut(json(row, "data")?, shown),
                valid_from: row.try_get("valid_from")?,
            })
        })
        .collect::<Result<_, ApiError>>()?;
    Ok(Slice { rows, total: total as u64 })
}

/// Every version of the row that version `n` belongs to, newest first.
pub async fn versions(db: &SqlitePool, register: &str, n: i64, shown: &[&Field]) -> ApiResult<Vec<RowVersion>> {
    let rows = sqlx::query(
        "select r.*, i.source, a.login from register_rows r
         join register_imports i on i.id = r.import join accounts a on a.id = r.by
         where r.register = ?1 and r.key = (select key from register_rows where register = ?1 and n = ?2)
         order by r.version desc limit ?3",
    )
    .bind(register)
    .bind(n)
    .bind(VERSIONS_MAX)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(RowVersion {
                n: row.try_get("n")?,
                version: row.try_get("version")?,
                data: cut(json(row, "data")?, shown),
                valid_from: row.try_get("valid_from")?,
                replaced_at: row.try_get("replaced_at")?,
                by: row.try_get("login")?,
                source: row.try_get("source")?,
            })
        })
        .collect()
}

/// The row of a key as it stands.
pub async fn current(db: &SqlitePool, register: &str, key: &str) -> ApiResult<Option<Data>> {
    Ok(current_record(db, register, key).await?.map(|(_, data)| data))
}

/// The same with the record's own number: it stays what it was when a newer one takes its place.
pub async fn current_record(db: &SqlitePool, register: &str, key: &str) -> ApiResult<Option<(u64, Data)>> {
    let row = sqlx::query("select n, data from register_rows where register = ? and key = ? and replaced_at is null")
        .bind(register)
        .bind(key)
        .fetch_optional(db)
        .await?;
    let read = |row: SqliteRow| Ok::<_, sqlx::Error>((row.try_get::<i64, _>("n")? as u64, json(&row, "data")?));
    Ok(row.map(read).transpose()?)
}

/// Readings noted under an action of the audit trail, newest first.
pub async fn reads(db: &SqlitePool, action: &str, before_n: Option<i64>) -> ApiResult<ReadPage> {
    let rows = sqlx::query(
        "select t.n, t.at, t.subject, t.purpose, a.login, g.name_zh, g.name_en from audit t
         left join accounts a on a.id = t.account left join agencies g on g.id = a.agency
         where t.action = ?1 and (?2 is null or t.n < ?2) order by t.n desc limit ?3",
    )
    .bind(action)
    .bind(before_n)
    .bind(READS_MAX)
    .fetch_all(db)
    .await?;
    let items: Vec<RegisterRead> = rows
        .iter()
        .map(|row| {
            Ok(RegisterRead {
                n: row.try_get("n")?,
                at: row.try_get("at")?,
                login: row.try_get::<Option<String>, _>("login")?.unwrap_or_default(),
                agency_zh: row.try_get("name_zh")?,
                agency_en: row.try_get("name_en")?,
                what: row.try_get("subject")?,
                purpose: row.try_get::<Option<String>, _>("purpose")?.unwrap_or_default(),
            })
        })
        .collect::<Result<_, ApiError>>()?;
    let before_n = items.last().filter(|_| items.len() as i64 == READS_MAX).map(|read| read.n);
    Ok(ReadPage { items, before_n })
}
