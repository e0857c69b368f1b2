//! 导入: a job that reads a file, reports, and takes all of it or nothing.

use crate::calendar::Day;
use crate::clock;
use crate::db::{bad, json, uuid};
use crate::error::{ApiError, ApiResult};
use crate::registers::fields::Register;
use crate::registers::model::{Import, ImportQuery, ImportStatus};
use crate::registers::reading::{self, Counts, Good, Reading};
use crate::registers::store::written;
use crate::security::signed::hex;
use axum::body::Bytes;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, SqlitePool, Transaction};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

const SOURCE_CHARS_MAX: usize = 200;
/// Imports a page lists.
const LISTED_MAX: i64 = 50;
/// How often a page can see progress.
const TOLD_EVERY: Duration = Duration::from_millis(250);
/// Rows in one statement.
const BATCH: usize = 1_000;

fn status(name: &str) -> Option<ImportStatus> {
    use ImportStatus::{Checking, Done, Refused, Stopped, Writing};
    [Checking, Writing, Done, Refused, Stopped].into_iter().find(|status| status.name() == name)
}

impl ImportStatus {
    fn name(self) -> &'static str {
        match self {
            ImportStatus::Checking => "checking",
            ImportStatus::Writing => "writing",
            ImportStatus::Done => "done",
            ImportStatus::Refused => "refused",
            ImportStatus::Stopped => "stopped",
        }
    }
}

fn import(row: &SqliteRow) -> sqlx::Result<Import> {
    let number = |column: &str| row.try_get::<i64, _>(column).map(|number| number as u64);
    let named: String = row.try_get("status")?;
    Ok(Import {
        id: uuid(row, "id")?,
        register: row.try_get("register")?,
        source: row.try_get("source")?,
        sha256: row.try_get("sha256")?,
        take_good: row.try_get("take_good")?,
        dry_run: row.try_get("dry_run")?,
        status: status(&named).ok_or_else(|| bad("status"))?,
        rows: number("rows_read")?,
        good: number("good")?,
        bad: number("bad")?,
        added: number("added")?,
        changed: number("changed")?,
        errors_total: number("errors_total")?,
        doubts_total: number("doubts_total")?,
        errors: json(row, "errors")?,
        doubts: json(row, "doubts")?,
        by: row.try_get("login")?,
        started_at: row.try_get("started_at")?,
        ended_at: row.try_get("ended_at")?,
    })
}

pub async fn find(db: &SqlitePool, id: Uuid) -> ApiResult<Import> {
    let row = sqlx::query("select i.*, a.login from register_imports i join accounts a on a.id = i.by where i.id = ?")
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    Ok(import(&row.ok_or_else(ApiError::not_found)?)?)
}

/// The newest imports of a register, without their reports.
pub async fn list(db: &SqlitePool, register: &str) -> ApiResult<Vec<Import>> {
    let rows = sqlx::query(
        "select i.id, i.register, i.source, i.sha256, i.take_good, i.dry_run, i.status, i.rows_read, i.good, i.bad,
           i.added, i.changed, i.errors_total, i.doubts_total, '[]' errors, '[]' doubts, i.started_at, i.ended_at, a.login
         from register_imports i join accounts a on a.id = i.by
         where i.register = ? order by i.started_at desc limit ?",
    )
    .bind(register)
    .bind(LISTED_MAX)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok(import(row)?)).collect()
}

/// At the start: a job a restart cut short took nothing, and says so.
pub async fn note_stopped(db: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query("update register_imports set status = 'stopped', ended_at = ? where status in ('checking', 'writing')")
        .bind(clock::now().0)
        .execute(db)
        .await?;
    Ok(())
}

/// Begins a job; it goes on by itself.
pub async fn begin(
    db: &SqlitePool,
    register: &'static Register,
    query: ImportQuery,
    file: Bytes,
    by: Uuid,
) -> ApiResult<Import> {
    let source = query.source.trim().to_string();
    if source.is_empty() || source.chars().count() > SOURCE_CHARS_MAX {
        return Err(ApiError::bad_request(
            "source",
            "请说明数据来源（200字以内）",
            "say where the file comes from, in at most 200 characters",
        ));
    }
    let id = Uuid::new_v4();
    let sha256 = hex(&Sha256::digest(&file));
    let begun = sqlx::query(
        "insert into register_imports (id, register, source, sha256, take_good, dry_run, status, by, started_at)
         values (?, ?, ?, ?, ?, ?, 'checking', ?, ?)",
    )
    .bind(id.to_string())
    .bind(register.name)
    .bind(source)
    .bind(sha256)
    .bind(query.take_good)
    .bind(query.dry_run)
    .bind(by.to_string())
    .bind(clock::now().0)
    .execute(db)
    .await;
    match begun {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            return Err(ApiError::conflict(
                "本库正在进行另一次导入，请等其结束",
                "another import of this register is running; wait for it to end",
            ));
        }
        begun => begun?,
    };
    let work = db.clone();
    tokio::spawn(async move {
        if let Err(error) = run(&work, id, register, &query, file, by).await {
            tracing::error!(%id, code = %error.code, "import");
            let _ = end(&work, id, ImportStatus::Stopped).await;
        }
    });
    find(db, id).await
}

async fn run(
    db: &SqlitePool,
    id: Uuid,
    register: &'static Register,
    query: &ImportQuery,
    file: Bytes,
    by: Uuid,
) -> ApiResult<()> {
    let (tell, mut told) = watch::channel(Counts::default());
    let (format, today) = (query.format, Day::of(clock::now()));
    let mut read = tokio::task::spawn_blocking(move || {
        reading::read(register, format, &file, today, |counts| {
            tell.send_replace(counts);
        })
    });
    let mut pace = tokio::time::interval(TOLD_EVERY);
    let reading = loop {
        tokio::select! {
            read = &mut read => break read.map_err(|_| ApiError::internal())?,
            _ = pace.tick() => {
                let counts = *told.borrow_and_update();
                tell_progress(db, id, counts).await?;
            }
        }
    };
    let refused = reading.unusable || (reading.counts.bad > 0 && !query.take_good);
    report(db, id, &reading).await?;
    if refused || query.dry_run {
        return end(db, id, if refused { ImportStatus::Refused } else { ImportStatus::Done }).await;
    }
    write(db, id, register, &reading.good, by).await
}

async fn tell_progress(db: &SqlitePool, id: Uuid, counts: Counts) -> ApiResult<()> {
    sqlx::query("update register_imports set rows_read = ?, good = ?, bad = ? where id = ?")
        .bind(counts.rows as i64)
        .bind(counts.good as i64)
        .bind(counts.bad as i64)
        .bind(id.to_string())
        .execute(db)
        .await?;
    Ok(())
}

async fn report(db: &SqlitePool, id: Uuid, reading: &Reading) -> ApiResult<()> {
    tell_progress(db, id, reading.counts).await?;
    sqlx::query(
        "update register_imports set status = 'writing', errors = ?, doubts = ?, errors_total = ?, doubts_total = ?
         where id = ?",
    )
    .bind(written(&reading.errors)?)
    .bind(written(&reading.doubts)?)
    .bind(reading.errors_total as i64)
    .bind(reading.doubts_total as i64)
    .bind(id.to_string())
    .execute(db)
    .await?;
    Ok(())
}

async fn end(db: &SqlitePool, id: Uuid, status: ImportStatus) -> ApiResult<()> {
    sqlx::query("update register_imports set status = ?, ended_at = ? where id = ?")
        .bind(status.name())
        .bind(clock::now().0)
        .bind(id.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// One transaction for the whole file: a reader sees the register before it or after it.
async fn write(db: &SqlitePool, id: Uuid, register: &Register, good: &[Good], by: Uuid) -> ApiResult<()> {
    let mut tx = db.begin_with("begin immediate").await?;
    let (mut added, mut changed) = (0_i64, 0_i64);
    for batch in good.chunks(BATCH) {
        let (new, newer) = write_batch(&mut tx, id, register.name, batch, by).await?;
        added += new;
        changed += newer;
    }
    sqlx::query("update register_imports set added = ?, changed = ?, status = 'done', ended_at = ? where id = ?")
        .bind(added)
        .bind(changed)
        .bind(clock::now().0)
        .bind(id.to_string())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Adds what is new and replaces what differs; how many of each.
async fn write_batch(
    tx: &mut Transaction<'_, Sqlite>,
    id: Uuid,
    register: &str,
    batch: &[Good],
    by: Uuid,
) -> ApiResult<(i64, i64)> {
    let keys: Vec<&str> = batch.iter().map(|row| row.key.as_str()).collect();
    let standing = sqlx::query(
        "select key, version, data from register_rows
         where register = ? and replaced_at is null and key in (select value from json_each(?))",
    )
    .bind(register)
    .bind(written(&keys)?)
    .fetch_all(&mut **tx)
    .await?;
    let standing: HashMap<String, (i64, String)> = standing
        .iter()
        .map(|row| Ok((row.try_get("key")?, (row.try_get("version")?, row.try_get("data")?))))
        .collect::<sqlx::Result<_>>()?;
    let (mut replaced, mut rows, mut added) = (Vec::new(), Vec::new(), 0);
    for row in batch {
        let data = written(&row.data)?;
        let version = match standing.get(&row.key) {
            Some((_, same)) if *same == data => continue,
            Some((version, _)) => {
                replaced.push(row.key.as_str());
                version + 1
            }
            None => {
                added += 1;
                1
            }
        };
        rows.push((row.key.as_str(), version, data));
    }
    let now = clock::now().0;
    sqlx::query(
        "update register_rows set replaced_at = ?
         where register = ? and replaced_at is null and key in (select value from json_each(?))",
    )
    .bind(now)
    .bind(register)
    .bind(written(&replaced)?)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "insert into register_rows (register, key, version, data, valid_from, by, import)
         select ?, value ->> '$[0]', value ->> '$[1]', value ->> '$[2]', ?, ?, ? from json_each(?)",
    )
    .bind(register)
    .bind(now)
    .bind(by.to_string())
    .bind(id.to_string())
    .bind(written(&rows)?)
    .execute(&mut **tx)
    .await?;
    Ok((added, replaced.len() as i64))
}
