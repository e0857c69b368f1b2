//! Enforcement in SQL: cases where their acts have brought them, and the acts, append-only.

use crate::calendar::Day;
use crate::db::{json, uuid, uuid_or_none};
use crate::enforcement::case::{CasePlace, EnforcementOutcome, Hold};
use crate::enforcement::misstep::Misstep;
use crate::error::{ApiError, ApiResult};
use matching::Moment;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use utoipa::ToSchema;
use uuid::Uuid;

/// Acts shown of one case, the newest: nobody does more to it.
const EVENTS_MAX: i64 = 1_000;
pub const PAGE_SIZE: i64 = 50;

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum CaseSource {
    /// 预警.
    Alert,
    /// 投诉.
    Complaint,
    /// 移送 by another house.
    Transfer,
    /// 自行发现.
    Own,
}

impl CaseSource {
    pub const ALL: [CaseSource; 4] = [CaseSource::Alert, CaseSource::Complaint, CaseSource::Transfer, CaseSource::Own];

    pub fn name(self) -> &'static str {
        match self {
            CaseSource::Alert => "alert",
            CaseSource::Complaint => "complaint",
            CaseSource::Transfer => "transfer",
            CaseSource::Own => "own",
        }
    }
}

/// A case to be filed.
#[derive(Debug, Clone)]
pub struct NewCase {
    pub source: CaseSource,
    pub source_ref: String,
    pub lot: Option<Uuid>,
    pub agency: Uuid,
    pub title: String,
    pub facts: String,
    pub by: Uuid,
    pub place: CasePlace,
}

/// A case as it is kept.
#[derive(Debug, Clone)]
pub struct KeptCase {
    pub id: Uuid,
    pub number: String,
    pub source: CaseSource,
    pub source_ref: String,
    pub lot: Option<Uuid>,
    pub agency: Uuid,
    pub title: String,
    pub facts: String,
    pub filed_by: Uuid,
    /// Whose signed complaint it is from.
    pub complainant: Option<Uuid>,
    /// Who decided it, and who approved what he proposed.
    pub decided_by: Vec<Uuid>,
    pub place: CasePlace,
}

/// An act as it is kept.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct EnforcementEvent {
    pub at: i64,
    pub by: Uuid,
    pub by_name: String,
    pub act: String,
    pub note: String,
    /// What the act said beside its note.
    pub data: Value,
}

/// An act to be kept.
pub struct Done<'a> {
    pub subject: Uuid,
    pub at: Moment,
    pub by: Uuid,
    pub act: &'a str,
    pub note: &'a str,
    pub data: Value,
}

const CASES: &str = "select enforcement_cases.*,
     (select account from complaints p where source = 'complaint' and p.id = source_ref) as complainant,
     (select json_group_array(e.by) from enforcement_events e
      where e.subject = enforcement_cases.id and e.act in ('decide', 'approve')) as decided_by
     from enforcement_cases";

fn case(row: &SqliteRow) -> sqlx::Result<KeptCase> {
    let source: String = row.try_get("source")?;
    Ok(KeptCase {
        id: uuid(row, "id")?,
        number: row.try_get("number")?,
        source: CaseSource::ALL
            .into_iter()
            .find(|known| known.name() == source)
            .ok_or_else(|| crate::db::bad("source"))?,
        source_ref: row.try_get("source_ref")?,
        lot: uuid_or_none(row, "lot")?,
        agency: uuid(row, "agency")?,
        title: row.try_get("title")?,
        facts: row.try_get("facts")?,
        filed_by: uuid(row, "filed_by")?,
        complainant: uuid_or_none(row, "complainant")?,
        decided_by: json(row, "decided_by")?,
        place: json(row, "place")?,
    })
}

pub fn text<T: Serialize>(value: &T) -> ApiResult<String> {
    serde_json::to_string(value).map_err(|_| ApiError::internal())
}

/// The next number of its kind this year: ZF-2026-00001.
pub async fn number(db: &mut SqliteConnection, table: &str, kind: &str, now: Moment) -> ApiResult<String> {
    let year = Day::of(now).year();
    let sql = match table {
        "complaints" => "select count(*) from complaints where number like ?",
        "enforcement_tasks" => "select count(*) from enforcement_tasks where number like ?",
        _ => "select count(*) from enforcement_cases where number like ?",
    };
    let known: i64 = sqlx::query_scalar(sql).bind(format!("{kind}-{year}-%")).fetch_one(db).await?;
    Ok(format!("{kind}-{year}-{:05}", known + 1))
}

pub async fn file(db: &mut SqliteConnection, new: &NewCase, now: Moment) -> ApiResult<Uuid> {
    let id = Uuid::new_v4();
    let number = number(db, "enforcement_cases", "ZF", now).await?;
    let filed = sqlx::query(
        "insert into enforcement_cases
           (id, number, source, source_ref, lot, agency, title, facts, filed_by, filed_at, place, status)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(id.to_string())
    .bind(number)
    .bind(new.source.name())
    .bind(&new.source_ref)
    .bind(new.lot.map(|lot| lot.to_string()))
    .bind(new.agency.to_string())
    .bind(&new.title)
    .bind(&new.facts)
    .bind(new.by.to_string())
    .bind(now.0)
    .bind(text(&new.place)?)
    .bind(new.place.status.name())
    .execute(&mut *db)
    .await;
    match filed {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            return Err(ApiError {
                code: "CASE_FILED_ALREADY".into(),
                ..ApiError::conflict("该线索已经立案", "a case was filed from it already")
            });
        }
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
            return Err(ApiError::bad_request("agency", "没有这个机关", "no such agency"));
        }
        filed => filed?,
    };
    let data = serde_json::json!({"source": new.source, "source_ref": new.source_ref, "party": new.place.party,
        "act_time": new.place.act_time});
    note(db, &Done { subject: id, at: now, by: new.by, act: "file", note: &new.title, data }).await?;
    Ok(id)
}

pub async fn note(db: &mut SqliteConnection, done: &Done<'_>) -> ApiResult<()> {
    sqlx::query("insert into enforcement_events (subject, at, by, act, note, data) values (?, ?, ?, ?, ?, ?)")
        .bind(done.subject.to_string())
        .bind(done.at.0)
        .bind(done.by.to_string())
        .bind(done.act)
        .bind(done.note.trim())
        .bind(text(&done.data)?)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn find(db: &mut SqliteConnection, id: Uuid) -> ApiResult<KeptCase> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{CASES} where id = ?")))
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    row.map(|row| case(&row)).transpose()?.ok_or_else(ApiError::not_found)
}

/// Where the case is now; no other act came between.
pub async fn moved(db: &mut SqliteConnection, id: Uuid, from: &CasePlace, to: &CasePlace) -> ApiResult<()> {
    let moved =
        sqlx::query("update enforcement_cases set place = ?, status = ?, outcome = ? where id = ? and place = ?")
            .bind(text(to)?)
            .bind(to.status.name())
            .bind(to.outcome.map(EnforcementOutcome::name))
            .bind(id.to_string())
            .bind(text(from)?)
            .execute(db)
            .await?;
    match moved.rows_affected() {
        1 => Ok(()),
        _ => Err(ApiError::busy()),
    }
}

/// Which cases, and whose.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// An officer's own agency; supervision reads all.
    pub agency: Option<Uuid>,
    pub status: Option<String>,
    /// Only what is not over.
    pub open: bool,
}

pub async fn list(db: &SqlitePool, filter: &CaseFilter, page: u32) -> ApiResult<(Vec<KeptCase>, u64)> {
    let agency = filter.agency.map(|agency| agency.to_string());
    let (matches, order) = (
        "where (?1 is null or agency = ?1) and (?2 is null or status = ?2)
           and (?3 = 0 or status not in ('closed', 'annulled', 'transferred'))",
        "order by filed_at desc, number desc limit ?4 offset ?5",
    );
    let total: i64 =
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from enforcement_cases {matches}")))
            .bind(&agency)
            .bind(&filter.status)
            .bind(filter.open)
            .fetch_one(db)
            .await?;
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{CASES} {matches} {order}")))
        .bind(&agency)
        .bind(&filter.status)
        .bind(filter.open)
        .bind(PAGE_SIZE)
        .bind(i64::from(page.max(1) - 1) * PAGE_SIZE)
        .fetch_all(db)
        .await?;
    Ok((rows.iter().map(case).collect::<sqlx::Result<_>>()?, total as u64))
}

/// Every case that is not over, oldest first.
pub async fn open(db: &SqlitePool, agency: Option<Uuid>, most: i64) -> ApiResult<Vec<KeptCase>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{CASES} where (?1 is null or agency = ?1)
           and (status not in ('closed', 'transferred')
           and (status <> 'annulled' or place ->> '$.published_at' is not null))
         order by filed_at limit ?2"
    )))
    .bind(agency.map(|agency| agency.to_string()))
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(case).collect::<sqlx::Result<_>>()?)
}

pub async fn events(db: &SqlitePool, subject: Uuid) -> ApiResult<Vec<EnforcementEvent>> {
    let rows = sqlx::query(
        "select e.*, coalesce(a.name, '') as by_name
         from (select * from enforcement_events where subject = ? order by n desc limit ?) e
         left join accounts a on a.id = e.by
         order by e.n",
    )
    .bind(subject.to_string())
    .bind(EVENTS_MAX)
    .fetch_all(db)
    .await?;
    let event = |row: &SqliteRow| {
        Ok(EnforcementEvent {
            at: row.try_get("at")?,
            by: uuid(row, "by")?,
            by_name: row.try_get("by_name")?,
            act: row.try_get("act")?,
            note: row.try_get("note")?,
            data: json(row, "data")?,
        })
    };
    Ok(rows.iter().map(event).collect::<sqlx::Result<_>>()?)
}

/// When something was first done to a subject after a moment. What is done to a handover stands under what it hands on.
pub async fn first_act_after(db: &SqlitePool, subject: Uuid, after: Moment) -> sqlx::Result<Option<Moment>> {
    let at: Option<i64> = sqlx::query_scalar(
        "select min(at) from (
           select at from enforcement_events where subject = ?1
           union all
           select answered_at as at from handovers where id = ?1)
         where at > ?2",
    )
    .bind(subject.to_string())
    .bind(after.0)
    .fetch_one(db)
    .await?;
    Ok(at.map(Moment))
}

/// What holds a case where it stands.
pub async fn hold(db: &mut SqliteConnection, id: Uuid) -> ApiResult<Hold> {
    let (handed_over, with_police, transferred): (bool, bool, bool) = sqlx::query_as(
        "select exists (select 1 from handovers where case_id = ?1 and status = 'sent'),
           exists (select 1 from criminal_transfers
                   where case_id = ?1 and status not in ('rejected', 'goods_handed_over', 'ended', 'returned')),
           exists (select 1 from criminal_transfers where case_id = ?1 and status = 'goods_handed_over')",
    )
    .bind(id.to_string())
    .fetch_one(db)
    .await?;
    Ok(Hold { handed_over, with_police, transferred })
}

/// Another agency's from now on, which names its own team.
pub async fn change_agency(db: &mut SqliteConnection, case: &KeptCase, to: Uuid, now: Moment) -> ApiResult<()> {
    let place = case.place.taken_over(now).map_err(Misstep::error)?;
    moved(db, case.id, &case.place, &place).await?;
    sqlx::query("update enforcement_cases set agency = ? where id = ?")
        .bind(to.to_string())
        .bind(case.id.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// The case of one source, its number, status and end.
pub async fn of_source(db: &SqlitePool, source: CaseSource, source_ref: &str) -> ApiResult<Option<KeptCase>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{CASES} where source = ? and source_ref = ?")))
        .bind(source.name())
        .bind(source_ref)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| case(&row)).transpose()?)
}
