//! 竞买咨询 in SQL: questions about a lot and their answers. Who asked is kept and shown to nobody: staff
//! answer a question, not a bidder.

use crate::db::uuid;
use crate::error::{ApiError, ApiResult};
use matching::Moment;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};
use utoipa::ToSchema;
use uuid::Uuid;

pub const PAGE_SIZE_MAX: u32 = 50;
/// What one account may ask in any 24 hours.
const ASKED_A_DAY_MAX: i64 = 10;
const DAY_MS: i64 = 86_400_000;
/// Versions of one answer; more is no correction but a conversation.
const VERSIONS_MAX: i64 = 20;

#[derive(Serialize, ToSchema, Debug)]
pub struct Question {
    pub id: Uuid,
    pub lot: Uuid,
    pub lot_number: String,
    pub text: String,
    pub asked_at: i64,
    /// The first answer and its corrections, oldest first: the last is in force.
    pub answers: Vec<Answer>,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct Answer {
    pub version: i64,
    pub text: String,
    pub answered_at: i64,
}

#[derive(Serialize, ToSchema, Debug)]
pub struct QuestionPage {
    pub items: Vec<Question>,
    pub total: u64,
    pub page: u32,
    pub page_size: u32,
}

/// Whose questions a list shows.
pub enum Shown {
    /// A lot's answered ones, as everybody reads them.
    Public { lot: Uuid },
    /// A bidder's own.
    Mine { account: Uuid },
    /// Of lots of a center and its districts; the longest waiting first.
    Desk { center: Uuid, unanswered: bool },
}

pub async fn page(db: &SqlitePool, shown: Shown, page: Option<u32>, page_size: Option<u32>) -> ApiResult<QuestionPage> {
    let (page, page_size) = (page.unwrap_or(1).max(1), page_size.unwrap_or(20).clamp(1, PAGE_SIZE_MAX));
    const ANSWERED: &str = "exists (select 1 from answers a where a.question = q.id)";
    let condition = |builder: &mut QueryBuilder<Sqlite>| {
        builder.push(" from questions q join lots l on l.id = q.lot where ");
        match &shown {
            Shown::Public { lot } => {
                builder.push("l.status = 'published' and ").push(ANSWERED);
                builder.push(" and q.lot = ").push_bind(lot.to_string());
            }
            Shown::Mine { account } => {
                builder.push("q.account = ").push_bind(account.to_string());
            }
            Shown::Desk { center, unanswered } => {
                builder.push("(l.center = ").push_bind(center.to_string());
                builder.push(" or l.center in (select id from centers where parent = ");
                builder.push_bind(center.to_string()).push("))");
                if *unanswered {
                    builder.push(" and not ").push(ANSWERED);
                }
            }
        }
    };
    let mut count = QueryBuilder::new("select count(*)");
    condition(&mut count);
    let total: i64 = count.build_query_scalar().fetch_one(db).await?;
    let mut select = QueryBuilder::new("select q.id, q.lot, q.text, q.asked_at, l.number");
    condition(&mut select);
    select.push(match shown {
        Shown::Desk { .. } => {
            " order by exists (select 1 from answers a where a.question = q.id), q.asked_at, q.id limit "
        }
        _ => " order by q.asked_at desc, q.id limit ",
    });
    select.push_bind(page_size).push(" offset ").push_bind(i64::from(page - 1) * i64::from(page_size));
    let mut items = Vec::new();
    for row in select.build().fetch_all(db).await? {
        items.push(with_answers(db, &row).await?);
    }
    Ok(QuestionPage { items, total: total as u64, page, page_size })
}

async fn with_answers(db: &SqlitePool, row: &SqliteRow) -> ApiResult<Question> {
    let id = uuid(row, "id")?;
    let answers =
        sqlx::query("select version, text, answered_at from answers where question = ? order by version limit ?")
            .bind(id.to_string())
            .bind(VERSIONS_MAX)
            .fetch_all(db)
            .await?;
    let answer = |row: &SqliteRow| {
        Ok(Answer {
            version: row.try_get("version")?,
            text: row.try_get("text")?,
            answered_at: row.try_get("answered_at")?,
        })
    };
    Ok(Question {
        id,
        lot: uuid(row, "lot")?,
        lot_number: row.try_get("number")?,
        text: row.try_get("text")?,
        asked_at: row.try_get("asked_at")?,
        answers: answers.iter().map(answer).collect::<sqlx::Result<_>>()?,
    })
}

pub async fn find(db: &SqlitePool, id: Uuid) -> ApiResult<Question> {
    let row = sqlx::query(
        "select q.id, q.lot, q.text, q.asked_at, l.number from questions q join lots l on l.id = q.lot where q.id = ?",
    )
    .bind(id.to_string())
    .fetch_optional(db)
    .await?;
    with_answers(db, &row.ok_or_else(ApiError::not_found)?).await
}

pub async fn ask(db: &SqlitePool, lot: Uuid, account: Uuid, text: &str, now: Moment) -> ApiResult<Uuid> {
    let id = Uuid::new_v4();
    let asked = sqlx::query(
        "insert into questions (id, lot, account, text, asked_at)
         select ?1, ?2, ?3, ?4, ?5
         where (select count(*) from questions where account = ?3 and asked_at > ?6) < ?7",
    )
    .bind(id.to_string())
    .bind(lot.to_string())
    .bind(account.to_string())
    .bind(text)
    .bind(now.0)
    .bind(now.0 - DAY_MS)
    .bind(ASKED_A_DAY_MAX)
    .execute(db)
    .await?;
    match asked.rows_affected() {
        1 => Ok(id),
        _ => Err(ApiError::too_many_questions()),
    }
}

/// Writes version `version` of an answer: the first, or the one after the last.
pub async fn answer(db: &SqlitePool, id: Uuid, version: i64, text: &str, by: Uuid, now: Moment) -> ApiResult<()> {
    let answered = sqlx::query(
        "insert into answers (question, version, text, answered_by, answered_at)
         select ?1, ?2, ?3, ?4, ?5
         where ?2 = (select count(*) + 1 from answers where question = ?1) and ?2 <= ?6",
    )
    .bind(id.to_string())
    .bind(version)
    .bind(text)
    .bind(by.to_string())
    .bind(now.0)
    .bind(VERSIONS_MAX)
    .execute(db)
    .await?;
    match answered.rows_affected() {
        1 => Ok(()),
        _ => Err(ApiError::conflict(
            "该咨询已被答复或更正，请刷新后重新核对",
            "somebody answered or corrected it meanwhile; read it again",
        )),
    }
}
