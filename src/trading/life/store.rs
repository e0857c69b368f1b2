//! A lot's life in SQL: its file, documents, events, instalments, and what bidders are told.

use super::documents::DocumentKind;
use super::facts::Winner;
use super::model::{Act, State};
use super::parcel::FileDraft;
use crate::content::OF_LOT;
use crate::db::{bad, uuid, uuid_or_none};
use crate::error::{ApiError, ApiResult};
use matching::{Moment, Money};
use serde::Serialize;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use utoipa::ToSchema;
use uuid::Uuid;

/// A life has a few dozen events; payments and re-filings included it stays far below.
const EVENTS_MAX: i64 = 500;
const MESSAGES_MAX: i64 = 100;
/// Lots one after another in a chain of relistings.
const CHAIN_MAX: i64 = 50;

/// The file as it stands.
pub struct FileRow {
    pub draft: FileDraft,
    pub computed_area_m2: Option<String>,
    /// How far staff have recorded it.
    pub recorded: State,
    pub follows_lot: Option<Uuid>,
}

pub async fn has_file(db: &SqlitePool, lot: Uuid) -> ApiResult<bool> {
    Ok(file(db, lot).await?.is_some())
}

/// When an act was last done to a lot.
pub async fn last_at(db: &SqlitePool, lot: Uuid, act: &str) -> ApiResult<Option<Moment>> {
    let at: Option<i64> = sqlx::query_scalar("select max(at) from life_events where lot = ? and act = ?")
        .bind(lot.to_string())
        .bind(act)
        .fetch_one(db)
        .await?;
    Ok(at.map(Moment))
}

pub async fn file(db: &SqlitePool, lot: Uuid) -> ApiResult<Option<FileRow>> {
    let row = sqlx::query("select * from lot_files where lot = ?").bind(lot.to_string()).fetch_optional(db).await?;
    let read = |row: SqliteRow| {
        let follows: Option<String> = row.try_get("follows_lot")?;
        Ok::<_, sqlx::Error>(FileRow {
            draft: serde_json::from_str(&row.try_get::<String, _>("body")?).map_err(|_| bad("file"))?,
            computed_area_m2: row.try_get("computed_area_m2")?,
            recorded: State::from_name(&row.try_get::<String, _>("progress")?).ok_or_else(|| bad("progress"))?,
            follows_lot: follows.map(|id| id.parse().map_err(|_| bad("follows_lot"))).transpose()?,
        })
    };
    Ok(row.map(read).transpose()?)
}

pub async fn save_file(
    db: &mut SqliteConnection,
    lot: Uuid,
    draft: &FileDraft,
    area: Option<String>,
    by: Uuid,
    now: Moment,
) -> ApiResult<()> {
    let saved = sqlx::query(
        "insert into lot_files (lot, basis, body, computed_area_m2, written_by, written_at) values (?, ?, ?, ?, ?, ?)
         on conflict (lot) do update set basis = excluded.basis, body = excluded.body,
           computed_area_m2 = excluded.computed_area_m2, written_by = excluded.written_by,
           written_at = excluded.written_at
         where progress = 'draft'",
    )
    .bind(lot.to_string())
    .bind(draft.basis.name())
    .bind(serde_json::to_string(draft).map_err(|_| ApiError::internal())?)
    .bind(area)
    .bind(by.to_string())
    .bind(now.0)
    .execute(db)
    .await?;
    unchanged(saved.rows_affected())
}

fn unchanged(rows: u64) -> ApiResult<()> {
    match rows {
        1 => Ok(()),
        _ => Err(ApiError::conflict("标的状态已变化，请刷新后再试", "the lot has moved on meanwhile; read it again")),
    }
}

/// The new lot takes the old one's file and documents over; a lot is relisted once.
pub async fn relist(db: &mut SqliteConnection, old: Uuid, new: Uuid, by: Uuid, now: Moment) -> ApiResult<()> {
    let copied = sqlx::query(
        "insert into lot_files (lot, basis, body, computed_area_m2, written_by, written_at, follows_lot)
         select ?1, basis, json_remove(body, '$.application_deadline'), computed_area_m2, ?2, ?3, lot
         from lot_files where lot = ?4",
    )
    .bind(new.to_string())
    .bind(by.to_string())
    .bind(now.0)
    .bind(old.to_string())
    .execute(&mut *db)
    .await;
    match copied {
        Ok(done) => unchanged(done.rows_affected())?,
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            return Err(ApiError::conflict("本标的已重新上市", "the lot has been relisted already"));
        }
        Err(error) => return Err(error.into()),
    }
    sqlx::query(
        "insert into lot_documents (lot, no, title, kind, bytes, sha256, by, at)
         select ?, no, title, kind, bytes, sha256, by, at from lot_documents where lot = ?",
    )
    .bind(new.to_string())
    .bind(old.to_string())
    .execute(db)
    .await?;
    Ok(())
}

pub async fn relisted_as(db: &SqlitePool, lot: Uuid) -> ApiResult<Option<Uuid>> {
    let id: Option<String> = sqlx::query_scalar("select lot from lot_files where follows_lot = ?")
        .bind(lot.to_string())
        .fetch_optional(db)
        .await?;
    Ok(id.map(|id| id.parse().map_err(|_| bad("lot"))).transpose()?)
}

/// What is added to a life.
pub struct Event<'a> {
    pub act: &'a str,
    pub to: Option<State>,
    pub data: Value,
    pub by: Uuid,
    /// The first of two persons.
    pub asked_by: Option<Uuid>,
}

/// Adds an event; what it moves is moved beside it, in the same transaction.
pub async fn note(db: &mut SqliteConnection, lot: Uuid, event: Event<'_>, now: Moment) -> ApiResult<()> {
    sqlx::query("insert into life_events (lot, at, act, to_state, data, by, asked_by) values (?, ?, ?, ?, ?, ?, ?)")
        .bind(lot.to_string())
        .bind(now.0)
        .bind(event.act)
        .bind(event.to.map(State::name))
        .bind(event.data.to_string())
        .bind(event.by.to_string())
        .bind(event.asked_by.map(|by| by.to_string()))
        .execute(db)
        .await?;
    Ok(())
}

/// The file moves on from `from`, or the whole act does not happen.
pub async fn advance(db: &mut SqliteConnection, lot: Uuid, from: State, to: State) -> ApiResult<()> {
    let moved = sqlx::query("update lot_files set progress = ? where lot = ? and progress = ?")
        .bind(to.name())
        .bind(lot.to_string())
        .bind(from.name())
        .execute(db)
        .await?;
    unchanged(moved.rows_affected())
}

pub async fn plan(db: &mut SqliteConnection, lot: Uuid, instalments: &[Instalment]) -> ApiResult<()> {
    for one in instalments {
        sqlx::query("insert into life_instalments (lot, no, percent, amount, due) values (?, ?, ?, ?, ?)")
            .bind(lot.to_string())
            .bind(one.no)
            .bind(one.percent)
            .bind(&one.amount)
            .bind(&one.due)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// An instalment as two persons entered it.
pub struct Payment<'a> {
    pub no: i64,
    pub paid_on: &'a str,
    pub receipt: &'a str,
    pub entered_by: Option<Uuid>,
    pub confirmed_by: Uuid,
}

pub async fn pay(db: &mut SqliteConnection, lot: Uuid, payment: &Payment<'_>) -> ApiResult<()> {
    let paid = sqlx::query(
        "update life_instalments set paid_on = ?, receipt = ?, entered_by = ?, confirmed_by = ?
         where lot = ? and no = ? and paid_on is null",
    )
    .bind(payment.paid_on)
    .bind(payment.receipt)
    .bind(payment.entered_by.map(|by| by.to_string()))
    .bind(payment.confirmed_by.to_string())
    .bind(lot.to_string())
    .bind(payment.no)
    .execute(db)
    .await?;
    unchanged(paid.rows_affected())
}

/// 不得参加再次竞买.
pub async fn bar(db: &mut SqliteConnection, lot: Uuid, account: Uuid, now: Moment) -> ApiResult<()> {
    sqlx::query("insert into life_bars (lot, account, at) values (?, ?, ?)")
        .bind(lot.to_string())
        .bind(account.to_string())
        .bind(now.0)
        .execute(db)
        .await?;
    Ok(())
}

/// A row of a life's history.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct LifeEvent {
    pub at: i64,
    /// One of the acts, `money_moved` in the ledger, or `money_due` where deposits are kept elsewhere.
    pub act: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<State>,
    #[schema(value_type = Object)]
    pub data: Value,
    /// The staff account's login.
    pub by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
}

pub async fn events(db: &SqlitePool, lot: Uuid) -> ApiResult<Vec<LifeEvent>> {
    let rows = sqlx::query(
        "select e.*, a.login, q.login as asked from life_events e join accounts a on a.id = e.by
         left join accounts q on q.id = e.asked_by where e.lot = ? order by e.n limit ?",
    )
    .bind(lot.to_string())
    .bind(EVENTS_MAX)
    .fetch_all(db)
    .await?;
    let read = |row: &SqliteRow| {
        let to: Option<String> = row.try_get("to_state")?;
        Ok::<_, sqlx::Error>(LifeEvent {
            at: row.try_get("at")?,
            act: row.try_get("act")?,
            to: to.as_deref().and_then(State::from_name),
            data: serde_json::from_str(&row.try_get::<String, _>("data")?).map_err(|_| bad("data"))?,
            by: row.try_get("login")?,
            asked_by: row.try_get("asked")?,
        })
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

/// The first person's word.
pub struct Proposal {
    pub act: Act,
    pub data: Value,
    pub by: Uuid,
    pub login: String,
    pub at: i64,
}

pub async fn proposals(db: &SqlitePool, lot: Uuid) -> ApiResult<Vec<Proposal>> {
    let rows = sqlx::query("select p.*, a.login from life_proposals p join accounts a on a.id = p.by where p.lot = ?")
        .bind(lot.to_string())
        .fetch_all(db)
        .await?;
    let read = |row: &SqliteRow| {
        Ok::<_, sqlx::Error>(Proposal {
            act: Act::from_name(&row.try_get::<String, _>("act")?).ok_or_else(|| bad("act"))?,
            data: serde_json::from_str(&row.try_get::<String, _>("data")?).map_err(|_| bad("data"))?,
            by: uuid(row, "by")?,
            login: row.try_get("login")?,
            at: row.try_get("at")?,
        })
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

pub async fn propose(db: &SqlitePool, lot: Uuid, act: Act, data: &Value, by: Uuid, now: Moment) -> ApiResult<()> {
    sqlx::query("insert or replace into life_proposals (lot, act, data, by, at) values (?, ?, ?, ?, ?)")
        .bind(lot.to_string())
        .bind(act.name())
        .bind(data.to_string())
        .bind(by.to_string())
        .bind(now.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Every first word about a lot that has moved on is spent.
pub async fn drop_proposals(db: &mut SqliteConnection, lot: Uuid) -> ApiResult<()> {
    sqlx::query("delete from life_proposals where lot = ?").bind(lot.to_string()).execute(db).await?;
    Ok(())
}

pub async fn drop_proposal(db: &SqlitePool, lot: Uuid, act: Act) -> ApiResult<()> {
    sqlx::query("delete from life_proposals where lot = ? and act = ?")
        .bind(lot.to_string())
        .bind(act.name())
        .execute(db)
        .await?;
    Ok(())
}

/// 一期价款.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct Instalment {
    pub no: i64,
    pub percent: u32,
    pub amount: String,
    /// The last day, e.g. 2026-10-08.
    pub due: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

pub async fn instalments(db: &SqlitePool, lot: Uuid) -> ApiResult<Vec<Instalment>> {
    let rows = sqlx::query("select * from life_instalments where lot = ? order by no")
        .bind(lot.to_string())
        .fetch_all(db)
        .await?;
    let read = |row: &SqliteRow| {
        Ok::<_, sqlx::Error>(Instalment {
            no: row.try_get("no")?,
            percent: row.try_get("percent")?,
            amount: row.try_get("amount")?,
            due: row.try_get("due")?,
            paid_on: row.try_get("paid_on")?,
            receipt: row.try_get("receipt")?,
        })
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

/// Whether somebody defaulted on this lot's forerunners.
pub async fn is_barred(db: &SqlitePool, lot: Uuid, account: Uuid) -> ApiResult<bool> {
    let found: i64 = sqlx::query_scalar(
        "with recursive chain (lot, depth) as (
           select follows_lot, 1 from lot_files where lot = ?1 and follows_lot is not null
           union all
           select f.follows_lot, depth + 1 from lot_files f join chain c on f.lot = c.lot
           where f.follows_lot is not null and depth < ?2)
         select count(*) from life_bars b join chain c on c.lot = b.lot where b.account = ?3",
    )
    .bind(lot.to_string())
    .bind(CHAIN_MAX)
    .bind(account.to_string())
    .fetch_one(db)
    .await?;
    Ok(found > 0)
}

/// Who won, and whether he has defaulted since.
pub struct Won {
    pub winner: Winner,
    pub defaulted: bool,
}

/// The applications that hold the paddles sold to; fewer than asked for while the tables follow the floor.
pub async fn winners(db: &SqlitePool, lot: Uuid, sold: &[(u32, Money)]) -> ApiResult<Vec<Won>> {
    if sold.is_empty() {
        return Ok(Vec::new());
    }
    let paddles: Vec<u32> = sold.iter().map(|(paddle, _)| *paddle).collect();
    let rows = sqlx::query(
        "select a.no, a.account, a.paddle, b.account is not null as defaulted from applications a
         left join life_bars b on b.lot = a.lot and b.account = a.account
         where a.lot = ? and a.paddle in (select value from json_each(?)) order by a.no",
    )
    .bind(lot.to_string())
    .bind(serde_json::to_string(&paddles).map_err(|_| ApiError::internal())?)
    .fetch_all(db)
    .await?;
    let read = |row: &SqliteRow| {
        let paddle: u32 = row.try_get("paddle")?;
        let (_, price) = sold.iter().find(|(sold, _)| *sold == paddle).ok_or_else(|| bad("paddle"))?;
        let winner = Winner { application: row.try_get("no")?, account: uuid(row, "account")?, paddle, price: *price };
        Ok::<_, sqlx::Error>(Won { winner, defaulted: row.try_get("defaulted")? })
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

/// 附件 of a lot.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct Document {
    pub no: i64,
    pub title: String,
    pub kind: DocumentKind,
    pub bytes: i64,
    /// Of the bytes, in hex: whoever downloads can check.
    pub sha256: String,
    pub at: i64,
}

pub async fn documents(db: &SqlitePool, lot: Uuid) -> ApiResult<Vec<Document>> {
    let rows = sqlx::query("select * from lot_documents where lot = ? order by no")
        .bind(lot.to_string())
        .fetch_all(db)
        .await?;
    let read = |row: &SqliteRow| {
        Ok::<_, sqlx::Error>(Document {
            no: row.try_get("no")?,
            title: row.try_get("title")?,
            kind: DocumentKind::from_name(&row.try_get::<String, _>("kind")?).ok_or_else(|| bad("kind"))?,
            bytes: row.try_get("bytes")?,
            sha256: row.try_get("sha256")?,
            at: row.try_get("at")?,
        })
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

pub async fn add_document(db: &mut SqliteConnection, lot: Uuid, new: &Document, by: Uuid) -> ApiResult<()> {
    let (files, held): (i64, i64) =
        sqlx::query_as("select count(*), coalesce(sum(bytes), 0) from lot_documents where lot = ?")
            .bind(lot.to_string())
            .fetch_one(&mut *db)
            .await?;
    OF_LOT.fits(files, held, new.bytes)?;
    let added = sqlx::query(
        "insert into lot_documents (lot, no, title, kind, bytes, sha256, by, at)
         select ?1, coalesce(max(no), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 from lot_documents where lot = ?1",
    )
    .bind(lot.to_string())
    .bind(&new.title)
    .bind(new.kind.name())
    .bind(new.bytes)
    .bind(&new.sha256)
    .bind(by.to_string())
    .bind(new.at)
    .execute(db)
    .await;
    match added {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(ApiError::conflict("同一文件已上传", "this very document is there already"))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn remove_document(db: &mut SqliteConnection, lot: Uuid, no: i64) -> ApiResult<()> {
    let removed = sqlx::query("delete from lot_documents where lot = ? and no = ?")
        .bind(lot.to_string())
        .bind(no)
        .execute(db)
        .await?;
    if removed.rows_affected() == 1 { Ok(()) } else { Err(ApiError::not_found()) }
}

/// 消息: what a bidder is told outside the room, about a lot or a case of his.
#[derive(Serialize, ToSchema, Debug)]
pub struct BidderMessage {
    pub id: i64,
    /// The lot it is about, or the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    /// As people call it.
    pub number: String,
    pub at: i64,
    pub zh: String,
    pub en: String,
}

/// Tells every applicant of a lot.
pub async fn tell_all(db: &mut SqliteConnection, lot: Uuid, zh: &str, en: &str, now: Moment) -> ApiResult<()> {
    sqlx::query(
        "insert into bidder_messages (account, lot, at, zh, en) select account, lot, ?, ?, ? from applications where lot = ?",
    )
    .bind(now.0)
    .bind(zh)
    .bind(en)
    .bind(lot.to_string())
    .execute(db)
    .await?;
    Ok(())
}

pub async fn tell(
    db: &mut SqliteConnection,
    (lot, account): (Uuid, Uuid),
    (zh, en): (&str, &str),
    now: Moment,
) -> ApiResult<()> {
    sqlx::query("insert into bidder_messages (account, lot, at, zh, en) values (?, ?, ?, ?, ?)")
        .bind(account.to_string())
        .bind(lot.to_string())
        .bind(now.0)
        .bind(zh)
        .bind(en)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn messages(db: &SqlitePool, account: Uuid) -> ApiResult<Vec<BidderMessage>> {
    let rows = sqlx::query(
        "select m.*, coalesce(l.number, c.no) as number from bidder_messages m
         left join lots l on l.id = m.lot left join cases c on c.id = m.case_id where m.account = ?
         order by m.id desc limit ?",
    )
    .bind(account.to_string())
    .bind(MESSAGES_MAX)
    .fetch_all(db)
    .await?;
    let read = |row: &SqliteRow| {
        Ok::<_, sqlx::Error>(BidderMessage {
            id: row.try_get("id")?,
            lot: uuid_or_none(row, "lot")?,
            case_id: uuid_or_none(row, "case_id")?,
            number: row.try_get("number")?,
            at: row.try_get("at")?,
            zh: row.try_get("zh")?,
            en: row.try_get("en")?,
        })
    };
    Ok(rows.iter().map(read).collect::<sqlx::Result<_>>()?)
}

/// A postponed opening takes the deadlines for applications and deposits with it; they never move to an earlier
/// moment.
pub async fn postpone_deadlines(tx: &mut SqliteConnection, lot: Uuid, by_ms: i64) -> ApiResult<()> {
    if by_ms <= 0 {
        return Ok(());
    }
    for update in [
        "update lot_files set body = json_set(body, '$.application_deadline', body ->> '$.application_deadline' + ?2)
         where lot = ?1 and body ->> '$.application_deadline' is not null",
        "update deposit_terms set deadline_at = deadline_at + ?2 where lot = ?1",
        "update deposit_accounts set deadline_at = deadline_at + ?2 where lot = ?1",
    ] {
        sqlx::query(update).bind(lot.to_string()).bind(by_ms).execute(&mut *tx).await?;
    }
    Ok(())
}
