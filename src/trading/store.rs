//! Lots and applications in SQL.

use crate::db::{bad, uuid};
use crate::error::{ApiError, ApiResult};
use crate::trading::lots::{
    Application, ApplicationStatus, Fact, HistoryRow, LotCard, LotDetail, LotDraft, LotKind, LotPage, LotQuery,
    PAGE_SIZE_MAX,
};
use crate::trading::replica::premium_percent;
use crate::trading::rule_words::in_words;
use crate::trading::terms::{PublicTerms, TermsBody, TermsDraft};
use crate::trading::wire::{BidRow, PhaseKind, StageName, money};
use matching::{Moment, Money, Terms};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, SqliteExecutor, SqlitePool};
use std::collections::HashMap;
use uuid::Uuid;

const STAGES: [StageName; 9] = [
    StageName::Draft,
    StageName::Checked,
    StageName::Announced,
    StageName::Bidding,
    StageName::Suspended,
    StageName::Ceiling,
    StageName::Sold,
    StageName::Unsold,
    StageName::Terminated,
];
/// A lot as staff wrote it.
pub struct Written {
    pub id: Uuid,
    pub center: Uuid,
    pub status: String,
    pub created_by: Uuid,
    pub checked_by: Option<Uuid>,
    pub terms: Terms,
    /// Rises with every change of the draft: who checks or publishes names what he has read.
    revision: i64,
    deposit: String,
    row: SqliteRow,
}

fn written(row: SqliteRow) -> sqlx::Result<Written> {
    let terms: String = row.try_get("terms")?;
    let checked_by: Option<String> = row.try_get("checked_by")?;
    Ok(Written {
        id: uuid(&row, "id")?,
        center: uuid(&row, "center")?,
        status: row.try_get("status")?,
        created_by: uuid(&row, "created_by")?,
        checked_by: checked_by.map(|id| id.parse().map_err(|_| bad("checked_by"))).transpose()?,
        terms: serde_json::from_str(&terms).map_err(|_| bad("terms"))?,
        revision: row.try_get("revision")?,
        deposit: row.try_get("deposit")?,
        row,
    })
}

const SELECT: &str = "select l.*, s.stage, s.phase, s.price, s.leader, s.bids, s.opens_at, s.ends_at
     from lots l left join lot_states s on s.lot = l.id where 1 = 1";

fn card(lot: &Written) -> sqlx::Result<LotCard> {
    let row = &lot.row;
    let scale = lot.terms.scale;
    let live: Option<String> = row.try_get("stage")?;
    let stage = live.unwrap_or_else(|| lot.status.clone());
    // Published a moment ago, not yet projected.
    let stage = if stage == "published" { "announced".to_string() } else { stage };
    let phase: Option<String> = row.try_get("phase")?;
    let price: Option<i64> = row.try_get("price")?;
    let price = price.and_then(Money::new);
    let kind: String = row.try_get("kind")?;
    Ok(LotCard {
        id: lot.id,
        number: row.try_get("number")?,
        kind: LotKind::from_name(&kind).ok_or_else(|| bad("kind"))?,
        title_zh: row.try_get("title_zh")?,
        title_en: row.try_get("title_en")?,
        center_id: lot.center,
        location: row.try_get("location")?,
        area_m2: row.try_get("area_m2")?,
        scale,
        direction: lot.terms.direction.into(),
        start_price: money(lot.terms.start_price, scale),
        price: price.map(|price| money(price, scale)),
        premium_percent: price.and_then(|price| premium_percent(lot.terms.start_price, price)),
        stage: STAGES.into_iter().find(|name| name.name() == stage).ok_or_else(|| bad("stage"))?,
        phase: phase.and_then(|phase| PhaseKind::ALL.into_iter().find(|name| name.name() == phase)),
        opens_at: row.try_get::<Option<i64>, _>("opens_at")?.or(lot.terms.opens_at.map(|moment| moment.0)),
        ends_at: row.try_get("ends_at")?,
        bids: row.try_get::<Option<i64>, _>("bids")?.unwrap_or(0) as u64,
        leader: row.try_get("leader")?,
    })
}

/// Whose lots a list shows.
pub enum Scope {
    Public,
    /// A center's own and its districts'.
    Center(Uuid),
}

/// Rows of which one of these columns holds the words as they were typed.
pub fn containing(builder: &mut QueryBuilder<Sqlite>, words: Option<&str>, columns: &[&'static str]) {
    let Some(words) = words.map(str::trim).filter(|words| !words.is_empty()) else { return };
    let like = format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    for (place, column) in columns.iter().enumerate() {
        builder.push(if place == 0 { " and (" } else { " or " });
        builder.push(*column).push(" like ").push_bind(like.clone()).push(" escape '\\'");
    }
    builder.push(")");
}

pub async fn list(db: &SqlitePool, query: &LotQuery, scope: Scope, now: Moment) -> ApiResult<LotPage> {
    let page = query.page.unwrap_or(1).max(1);
    let page_size = query.page_size.unwrap_or(20).clamp(1, PAGE_SIZE_MAX);
    let condition = |builder: &mut QueryBuilder<Sqlite>| {
        match scope {
            Scope::Public => {
                builder.push(" and l.status = 'published'");
            }
            Scope::Center(center) => {
                builder.push(" and (l.center = ").push_bind(center.to_string());
                builder.push(" or l.center in (select id from centers where parent = ");
                builder.push_bind(center.to_string()).push("))");
            }
        }
        containing(builder, query.q.as_deref(), &["l.number", "l.title_zh", "l.title_en", "l.location"]);
        if let Some(kind) = query.kind.as_deref().filter(|kind| !kind.is_empty()) {
            builder.push(" and l.kind = ").push_bind(kind.to_string());
        }
        if let Some(center) = query.center_id {
            builder.push(" and l.center = ").push_bind(center.to_string());
        }
        if let Some(stages) = query.stage.as_deref().filter(|stages| !stages.is_empty()) {
            builder
                .push(" and coalesce(s.stage, case l.status when 'published' then 'announced' else l.status end) in (");
            let mut list = builder.separated(", ");
            for stage in stages.split(',').take(STAGES.len()) {
                list.push_bind(stage.trim().to_string());
            }
            builder.push(")");
        }
    };
    let mut count = QueryBuilder::new("select count(*) from lots l left join lot_states s on s.lot = l.id where 1 = 1");
    condition(&mut count);
    let total: i64 = count.build_query_scalar().fetch_one(db).await?;
    let mut select = QueryBuilder::new(SELECT);
    condition(&mut select);
    select.push(match query.sort.as_deref() {
        Some("opens_at") => " order by s.opens_at is null, s.opens_at, l.number",
        Some("price") => " order by s.price is null, s.price desc, l.number",
        Some("number") => " order by l.number",
        // Live first, the nearest end on top; then what is coming; then the past.
        _ => " order by coalesce(s.stage, l.status) not in ('bidding', 'suspended', 'ceiling'), s.ends_at is null, s.ends_at, coalesce(s.stage, l.status) <> 'announced', l.number",
    });
    select.push(" limit ").push_bind(page_size).push(" offset ").push_bind(i64::from(page - 1) * i64::from(page_size));
    let rows = select.build().fetch_all(db).await?;
    let items = rows.into_iter().map(|row| card(&written(row)?)).collect::<sqlx::Result<_>>()?;
    Ok(LotPage { items, total: total as u64, page, page_size, now: now.0 })
}

/// The cards of these lots, in this order; whoever asks has bounded them.
pub async fn cards(db: &SqlitePool, ids: &[Uuid]) -> ApiResult<Vec<LotCard>> {
    let mut select = QueryBuilder::new(SELECT);
    select.push(" and l.id in (");
    let mut list = select.separated(", ");
    for id in ids {
        list.push_bind(id.to_string());
    }
    select.push(")");
    let rows = select.build().fetch_all(db).await?;
    let read = |row| written(row).and_then(|lot| Ok((lot.id, card(&lot)?)));
    let by_id: HashMap<Uuid, LotCard> = rows.into_iter().map(read).collect::<sqlx::Result<_>>()?;
    Ok(ids.iter().filter_map(|id| by_id.get(id).cloned()).collect())
}

pub async fn find(db: &SqlitePool, id: Uuid) -> ApiResult<Written> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} and l.id = ?")))
        .bind(id.to_string())
        .fetch_optional(db)
        .await?;
    Ok(written(row.ok_or_else(ApiError::unknown_lot)?)?)
}

pub async fn kind(db: &SqlitePool, id: Uuid) -> ApiResult<LotKind> {
    let name: Option<String> =
        sqlx::query_scalar("select kind from lots where id = ?").bind(id.to_string()).fetch_optional(db).await?;
    let name = name.ok_or_else(ApiError::unknown_lot)?;
    LotKind::from_name(&name).ok_or_else(ApiError::internal)
}

impl Written {
    pub fn is_published(&self) -> bool {
        self.status == "published"
    }

    pub fn detail(&self) -> ApiResult<LotDetail> {
        let facts: String = self.row.try_get("facts")?;
        let facts: Vec<Fact> = serde_json::from_str(&facts).map_err(|_| bad("facts"))?;
        let (rules_zh, rules_en) = in_words(&self.terms);
        Ok(LotDetail {
            card: card(self)?,
            description_zh: self.row.try_get("description_zh")?,
            description_en: self.row.try_get("description_en")?,
            grantor: self.row.try_get("grantor")?,
            facts,
            terms: PublicTerms {
                body: TermsBody::of(&self.terms, self.deposit.clone()),
                has_reserve: self.terms.reserve.is_some() || self.terms.reserve_entry.is_some(),
            },
            rules_zh,
            rules_en,
            state: None,
        })
    }

    /// The draft as its author may go on writing it, reserve included.
    pub fn draft(&self) -> ApiResult<LotDraft> {
        let detail = self.detail()?;
        Ok(LotDraft {
            number: detail.card.number,
            kind: detail.card.kind,
            title_zh: detail.card.title_zh,
            title_en: detail.card.title_en,
            location: detail.card.location,
            area_m2: detail.card.area_m2,
            description_zh: detail.description_zh,
            description_en: detail.description_en,
            grantor: detail.grantor,
            facts: detail.facts,
            terms: TermsDraft {
                body: detail.terms.body,
                reserve: self.terms.reserve.map(|reserve| money(reserve, self.terms.scale)),
            },
        })
    }
}

/// Whose draft is written.
pub struct Author {
    pub center: Uuid,
    pub by: Uuid,
    pub now: Moment,
}

/// Writes a new draft, or over `read` as it was read; a changed draft must be checked again. A draft that
/// was filed meanwhile is not changed by who began earlier.
pub async fn save(
    db: &mut SqliteConnection,
    id: Uuid,
    read: Option<&Written>,
    draft: &LotDraft,
    terms: &Terms,
    author: &Author,
) -> ApiResult<()> {
    let saved = sqlx::query(
        "insert into lots (id, center, number, kind, title_zh, title_en, location, area_m2, description_zh,
           description_en, grantor, facts, deposit, terms, status, created_by, created_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'draft', ?, ?)
         on conflict (id) do update set number = excluded.number, kind = excluded.kind, title_zh = excluded.title_zh,
           title_en = excluded.title_en, location = excluded.location, area_m2 = excluded.area_m2,
           description_zh = excluded.description_zh, description_en = excluded.description_en,
           grantor = excluded.grantor, facts = excluded.facts, deposit = excluded.deposit, terms = excluded.terms,
           created_by = excluded.created_by, status = 'draft', checked_by = null, revision = revision + 1
         where status <> 'published' and revision = ?
           and not exists (select 1 from lot_files f where f.lot = lots.id and f.progress <> 'draft')",
    )
    .bind(id.to_string())
    .bind(author.center.to_string())
    .bind(&draft.number)
    .bind(draft.kind.name())
    .bind(&draft.title_zh)
    .bind(&draft.title_en)
    .bind(&draft.location)
    .bind(&draft.area_m2)
    .bind(&draft.description_zh)
    .bind(&draft.description_en)
    .bind(&draft.grantor)
    .bind(serde_json::to_string(&draft.facts).map_err(|_| ApiError::internal())?)
    .bind(&draft.terms.body.deposit)
    .bind(serde_json::to_string(terms).map_err(|_| ApiError::internal())?)
    .bind(author.by.to_string())
    .bind(author.now.0)
    .bind(read.map(|read| read.revision))
    .execute(&mut *db)
    .await;
    match saved {
        Ok(done) if done.rows_affected() == 1 => note(db, id, "draft", author.by, author.now).await,
        Ok(_) => Err(changed()),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            let taken = ApiError::conflict("标的编号已被使用", "this lot number is taken");
            Err(ApiError { field: Some("number".into()), ..taken })
        }
        Err(error) => Err(error.into()),
    }
}

/// The draft `lot` as it was read is checked by `by`; not what its author has made of it since.
pub async fn mark_checked(db: &mut SqliteConnection, lot: &Written, by: Uuid, now: Moment) -> ApiResult<()> {
    let done = sqlx::query(
        "update lots set status = 'checked', checked_by = ? where id = ? and status = 'draft' and revision = ?",
    )
    .bind(by.to_string())
    .bind(lot.id.to_string())
    .bind(lot.revision)
    .execute(&mut *db)
    .await?;
    once(done.rows_affected())?;
    note(db, lot.id, "check", by, now).await
}

/// Something beside the draft as it was read was changed by `by`: he answers for it, and another checks it
/// again. In the transaction of the change, so that nothing filed is changed by who began earlier.
pub async fn uncheck(db: &mut SqliteConnection, lot: &Written, by: Uuid) -> ApiResult<()> {
    let done = sqlx::query(
        "update lots set status = 'draft', checked_by = null, created_by = ?, revision = revision + 1
         where id = ? and status <> 'published' and revision = ?
           and not exists (select 1 from lot_files f where f.lot = lots.id and f.progress <> 'draft')",
    )
    .bind(by.to_string())
    .bind(lot.id.to_string())
    .bind(lot.revision)
    .execute(db)
    .await?;
    once(done.rows_affected())
}

/// Whether the lot stands checked and as it was read: asked in the transaction that builds on it.
pub async fn still_checked(db: &mut SqliteConnection, lot: &Written) -> ApiResult<()> {
    let same: i64 =
        sqlx::query_scalar("select count(*) from lots where id = ? and status = 'checked' and revision = ?")
            .bind(lot.id.to_string())
            .bind(lot.revision)
            .fetch_one(db)
            .await?;
    once(same as u64)
}

/// Whether one center is the other's parent.
pub async fn is_parent(db: &SqlitePool, center: Uuid, of: Uuid) -> ApiResult<bool> {
    let found: i64 = sqlx::query_scalar("select count(*) from centers where id = ? and parent = ?")
        .bind(of.to_string())
        .bind(center.to_string())
        .fetch_one(db)
        .await?;
    Ok(found > 0)
}

/// The checked lot as it was read can no longer be changed.
pub async fn freeze(db: &mut SqliteConnection, lot: &Written, by: Uuid, now: Moment) -> ApiResult<()> {
    let done = sqlx::query("update lots set status = 'published' where id = ? and status = 'checked' and revision = ?")
        .bind(lot.id.to_string())
        .bind(lot.revision)
        .execute(&mut *db)
        .await?;
    once(done.rows_affected())?;
    note(db, lot.id, "publish", by, now).await
}

fn once(rows: u64) -> ApiResult<()> {
    if rows == 1 { Ok(()) } else { Err(changed()) }
}

fn changed() -> ApiError {
    ApiError {
        code: "LOT_CHANGED".into(),
        ..ApiError::conflict(
            "标的已被他人修改、报批或发布，请刷新后重新核对",
            "the lot was changed, filed or published meanwhile; read it again",
        )
    }
}

/// Every lot that was published.
pub async fn published(db: &SqlitePool) -> ApiResult<Vec<Uuid>> {
    let rows = sqlx::query("select id from lots where status = 'published'").fetch_all(db).await?;
    Ok(rows.iter().map(|row| uuid(row, "id")).collect::<sqlx::Result<_>>()?)
}

pub async fn note<'e>(db: impl SqliteExecutor<'e>, id: Uuid, action: &str, by: Uuid, now: Moment) -> ApiResult<()> {
    sqlx::query("insert into lot_history (lot, at, action, by) values (?, ?, ?, ?)")
        .bind(id.to_string())
        .bind(now.0)
        .bind(action)
        .bind(by.to_string())
        .execute(db)
        .await?;
    Ok(())
}

pub async fn history(db: &SqlitePool, id: Uuid) -> ApiResult<Vec<HistoryRow>> {
    let rows = sqlx::query(
        "select h.at, h.action, a.login from lot_history h join accounts a on a.id = h.by where h.lot = ? order by h.at limit 500",
    )
    .bind(id.to_string())
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| Ok(HistoryRow { at: row.try_get("at")?, action: row.try_get("action")?, by: row.try_get("login")? }))
        .collect()
}

pub async fn bids(db: &SqlitePool, id: Uuid, scale: u8, after: u64, limit: u32) -> ApiResult<Vec<BidRow>> {
    let rows = sqlx::query("select * from bids where lot = ? and seq > ? order by seq limit ?")
        .bind(id.to_string())
        .bind(after as i64)
        .bind(limit)
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let phase: String = row.try_get("phase")?;
            let amount = Money::new(row.try_get("amount")?).ok_or_else(|| bad("amount"))?;
            Ok(BidRow {
                seq: row.try_get::<i64, _>("seq")? as u64,
                paddle: row.try_get("paddle")?,
                amount: money(amount, scale),
                at: row.try_get("at")?,
                by_proxy: row.try_get("by_proxy")?,
                phase: PhaseKind::ALL.into_iter().find(|name| name.name() == phase).ok_or_else(|| bad("phase"))?,
            })
        })
        .collect()
}

fn application(row: &SqliteRow) -> sqlx::Result<Application> {
    Ok(Application {
        no: row.try_get("no")?,
        lot: uuid(row, "lot")?,
        lot_number: row.try_get("number")?,
        title_zh: row.try_get("title_zh")?,
        title_en: row.try_get("title_en")?,
        status: match (row.try_get::<Option<&str>, _>("ended")?, row.try_get::<&str, _>("status")?) {
            (Some("withdrawn"), _) => ApplicationStatus::Withdrawn,
            (Some(_), _) | (None, "refused") => ApplicationStatus::Refused,
            (None, "admitted") => ApplicationStatus::Admitted,
            _ => ApplicationStatus::Submitted,
        },
        reason: row.try_get("ended_reason")?,
        paddle: row.try_get("paddle")?,
        priority: row.try_get("priority")?,
        submitted_at: row.try_get("submitted_at")?,
    })
}

pub async fn apply(db: &SqlitePool, lot: Uuid, account: Uuid, now: Moment) -> ApiResult<Application> {
    let inserted = sqlx::query(
        "insert into applications (lot, no, account, status, submitted_at)
         select ?1, coalesce(max(no), 0) + 1, ?2, 'submitted', ?3 from applications where lot = ?1",
    )
    .bind(lot.to_string())
    .bind(account.to_string())
    .bind(now.0)
    .execute(db)
    .await;
    match inserted {
        Ok(_) => {}
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            return Err(ApiError::conflict("您已申请竞买本标的", "you have applied for this lot already"));
        }
        Err(error) => return Err(error.into()),
    }
    mine_of(db, lot, account).await
}

/// The paddle of an application, where it has one.
pub async fn paddle_of(db: &SqlitePool, lot: Uuid, no: u32) -> sqlx::Result<Option<u32>> {
    let paddle: Option<Option<u32>> = sqlx::query_scalar("select paddle from applications where lot = ? and no = ?")
        .bind(lot.to_string())
        .bind(no)
        .fetch_optional(db)
        .await?;
    Ok(paddle.flatten())
}

/// My application for one lot.
pub async fn mine_of(db: &SqlitePool, lot: Uuid, account: Uuid) -> ApiResult<Application> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{APPLICATIONS} where a.lot = ? and a.account = ?")))
        .bind(lot.to_string())
        .bind(account.to_string())
        .fetch_optional(db)
        .await?;
    let row = row.ok_or_else(|| ApiError::conflict("请先提交竞买申请", "apply for the lot first"))?;
    Ok(application(&row)?)
}

const APPLICATIONS: &str = "select a.*, l.number, l.title_zh, l.title_en, e.how as ended, e.reason as ended_reason
     from applications a join lots l on l.id = a.lot left join application_ends e on e.lot = a.lot and e.no = a.no";

pub async fn mine(db: &SqlitePool, account: Uuid) -> ApiResult<Vec<Application>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{APPLICATIONS} where a.account = ? order by a.submitted_at desc limit 500"
    )))
    .bind(account.to_string())
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(application).collect::<sqlx::Result<_>>()?)
}

pub async fn of_lot(db: &SqlitePool, lot: Uuid, after_no: i64) -> ApiResult<Vec<Application>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{APPLICATIONS} where a.lot = ? and a.no > ? order by a.no limit 500"
    )))
    .bind(lot.to_string())
    .bind(after_no)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(application).collect::<sqlx::Result<_>>()?)
}

/// Whose application it is: for the floor's seat alone.
pub async fn applicant(db: &SqlitePool, lot: Uuid, no: i64) -> ApiResult<Uuid> {
    let account: Option<String> = sqlx::query_scalar("select account from applications where lot = ? and no = ?")
        .bind(lot.to_string())
        .bind(no)
        .fetch_optional(db)
        .await?;
    account.ok_or_else(ApiError::not_found)?.parse().map_err(|_| ApiError::internal())
}

/// The applications of a lot that hold a seat or have asked the floor for one, but for `no`, and whose they are.
/// The table follows the floor by a moment; the mark of having asked stands before the floor hears of it.
pub async fn seated(db: &mut SqliteConnection, lot: Uuid, no: i64) -> ApiResult<Vec<(i64, Uuid)>> {
    let rows = sqlx::query(
        "select no, account from applications where lot = ? and no <> ? and (status = 'admitted' or seat_asked_at is not null)
         order by no",
    )
    .bind(lot.to_string())
    .bind(no)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.try_get("no")?, uuid(row, "account")?))).collect()
}

/// The first of two persons' reserve entries.
pub struct ReserveEntry {
    pub by: Uuid,
    salt: String,
    digest: Vec<u8>,
}

impl ReserveEntry {
    pub fn is(&self, amount: Money) -> bool {
        reserve_digest(&self.salt, amount) == self.digest
    }
}

fn reserve_digest(salt: &str, amount: Money) -> Vec<u8> {
    Sha256::digest(format!("{salt} {}", amount.minor())).to_vec()
}

pub async fn reserve_entry(db: &SqlitePool, lot: Uuid) -> ApiResult<Option<ReserveEntry>> {
    let row =
        sqlx::query("select * from reserve_entries where lot = ?").bind(lot.to_string()).fetch_optional(db).await?;
    let read = |row: SqliteRow| {
        Ok::<_, sqlx::Error>(ReserveEntry {
            by: uuid(&row, "entered_by")?,
            salt: row.try_get("salt")?,
            digest: row.try_get("digest")?,
        })
    };
    Ok(row.map(read).transpose()?)
}

pub async fn keep_reserve_entry(db: &SqlitePool, lot: Uuid, amount: Money, by: Uuid, now: Moment) -> ApiResult<()> {
    let salt = Uuid::new_v4().to_string();
    sqlx::query("insert or replace into reserve_entries (lot, entered_by, salt, digest, at) values (?, ?, ?, ?, ?)")
        .bind(lot.to_string())
        .bind(by.to_string())
        .bind(&salt)
        .bind(reserve_digest(&salt, amount))
        .bind(now.0)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn drop_reserve_entry(db: &SqlitePool, lot: Uuid) -> ApiResult<()> {
    sqlx::query("delete from reserve_entries where lot = ?").bind(lot.to_string()).execute(db).await?;
    Ok(())
}
