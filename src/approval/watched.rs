//! Every open step of every case with its clocks, for those who watch them; page by page, so that none is
//! left out however many there are.

use crate::approval::case::Status;
use crate::approval::item::Item;
use crate::approval::limits::{self, Clocks};
use crate::approval::store::{self, KeptCase, KeptEvent};
use crate::calendar::{Calendar, Day};
use crate::db::{json, uuid};
use crate::error::ApiResult;
use crate::security::model::Duty;
use matching::Moment;
use sqlx::{Row, SqlitePool};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Cases read at once.
const PAGE: i64 = 500;
/// Pages of one reading: five million open cases are another platform.
const PAGES_MAX: usize = 10_000;

/// A case that is with somebody, or has just been ended.
pub struct Watched {
    pub case: KeptCase,
    pub item: Arc<Item>,
    pub clocks: Clocks,
    /// How often it was filed: each filing has five days of its own to be received.
    pub filings: usize,
    /// Working days from its last filing to its acceptance; none while nobody has accepted it.
    pub received_wd: Option<u32>,
}

impl Watched {
    /// Who is to act: nobody of the agency while the applicant corrects.
    pub fn duty(&self) -> Option<Duty> {
        match self.case.status {
            Status::Filed => Some(Duty::Receive),
            Status::Handling => self.item.steps.get(self.case.step).map(|step| step.duty),
            Status::Proposed => Some(Duty::Decide),
            _ => None,
        }
    }
}

/// Items by the version a case was filed under.
type Items = HashMap<(String, i64), Arc<Item>>;

async fn item(db: &SqlitePool, known: &mut Items, case: &KeptCase) -> ApiResult<Arc<Item>> {
    let key = (case.item.clone(), case.item_version);
    if let Some(item) = known.get(&key) {
        return Ok(item.clone());
    }
    let row = sqlx::query("select body from items where code = ? and version = ?")
        .bind(&key.0)
        .bind(key.1)
        .fetch_one(db)
        .await?;
    let item = Arc::new(json::<Item>(&row, "body")?);
    known.insert(key, item.clone());
    Ok(item)
}

/// The case people call so, once it was filed.
pub async fn numbered(db: &SqlitePool, no: &str) -> ApiResult<Option<(KeptCase, Arc<Item>)>> {
    let row = sqlx::query("select * from cases where no = ? and status <> 'draft'").bind(no).fetch_optional(db).await?;
    let Some(case) = row.as_ref().map(store::kept_case).transpose()? else { return Ok(None) };
    let item = item(db, &mut Items::new(), &case).await?;
    Ok(Some((case, item)))
}

/// Cases that `which` chooses (`c` is the case), in the order they were made.
async fn chosen(db: &SqlitePool, which: &str, bound: i64, calendar: &Calendar, today: Day) -> ApiResult<Vec<Watched>> {
    let (mut found, mut items, mut after) = (Vec::new(), Items::new(), 0_i64);
    for _ in 0..PAGES_MAX {
        let page = format!(
            "select c.rowid as at_row, c.* from cases c where c.rowid > ?1 and {which} order by c.rowid limit {PAGE}"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(page.clone())).bind(after).bind(bound).fetch_all(db).await?;
        let Some(last) = rows.last() else { break };
        let events = format!("select * from case_events where case_id in (select id from ({page})) order by n");
        let events = sqlx::query(sqlx::AssertSqlSafe(events)).bind(after).bind(bound).fetch_all(db).await?;
        after = last.try_get("at_row")?;
        let mut of_case: HashMap<Uuid, Vec<KeptEvent>> = HashMap::new();
        for row in &events {
            let event = store::kept_event(row)?;
            of_case.entry(event.case).or_default().push(event);
        }
        for row in &rows {
            let case = store::kept_case(row)?;
            let item = item(db, &mut items, &case).await?;
            let events = of_case.remove(&case.id).unwrap_or_default();
            let clocks = limits::clocks(&item, case.step, &store::marks(&events, &item), calendar, today);
            let filings = events.iter().filter(|event| matches!(event.act.as_str(), "file" | "correct")).count();
            let received_wd = received_wd(&events, calendar);
            found.push(Watched { case, item, clocks, filings, received_wd });
        }
    }
    Ok(found)
}

fn received_wd(events: &[KeptEvent], calendar: &Calendar) -> Option<u32> {
    let accepted = events.iter().position(|event| event.act == "accept")?;
    let filed = events[..accepted].iter().rev().find(|event| matches!(event.act.as_str(), "file" | "correct"))?;
    Some(calendar.between(Day::of(filed.at), Day::of(events[accepted].at)))
}

/// Every open step: a case stands in one.
pub async fn open(db: &SqlitePool, calendar: &Calendar, today: Day) -> ApiResult<Vec<Watched>> {
    chosen(db, "c.status in ('filed', 'returned', 'handling', 'proposed') and ?2 = 0", 0, calendar, today).await
}

/// Cases decided at `since` or later: what was late at the end stays late.
pub async fn decided_since(db: &SqlitePool, calendar: &Calendar, since: i64, today: Day) -> ApiResult<Vec<Watched>> {
    chosen(db, "c.status = 'decided' and c.decided_at >= ?2", since, calendar, today).await
}

/// Whatever may have been settled at `since` or later, by its end or by a limit that passed: every open case, and what
/// was decided or withdrawn since.
pub async fn settled_since(db: &SqlitePool, calendar: &Calendar, since: i64, today: Day) -> ApiResult<Vec<Watched>> {
    let which = "(c.status in ('filed', 'returned', 'handling', 'proposed')
      or (c.status = 'decided' and c.decided_at >= ?2)
      or (c.status = 'withdrawn' and exists
        (select 1 from case_events e where e.case_id = c.id and e.act = 'withdraw' and e.at >= ?2)))";
    chosen(db, which, since, calendar, today).await
}

/// What is owed on a case beside its own step.
pub struct Beside {
    pub case: KeptCase,
    pub item: Arc<Item>,
    /// Who owes it.
    pub agency: Uuid,
    pub since: Moment,
}

/// 会办: every question to another agency that waits, of cases that still go on.
pub async fn asked(db: &SqlitePool) -> ApiResult<Vec<Beside>> {
    let asked = "select o.rowid as at_row, o.agency as owes, o.asked_at as owed_since, c.* from case_opinions o
         join cases c on c.id = o.case_id
         where o.rowid > ? and o.answered_at is null and c.status in ('handling', 'proposed')
         order by o.rowid limit ?";
    beside(db, asked).await
}

/// 撤销登记: every proposal that waits for the second officer, the last word of its kind.
pub async fn revoking(db: &SqlitePool) -> ApiResult<Vec<Beside>> {
    let proposed = "select e.n as at_row, c.agency as owes, e.at as owed_since, c.* from case_events e
         join cases c on c.id = e.case_id
         where e.n > ? and e.act = 'propose_revocation' and not exists
           (select 1 from case_events later where later.case_id = e.case_id and later.n > e.n
              and later.act in ('refuse_revocation', 'revoke'))
         order by e.n limit ?";
    beside(db, proposed).await
}

/// Page by page; `page` asks for the rows behind one, so many of them.
async fn beside(db: &SqlitePool, page: &'static str) -> ApiResult<Vec<Beside>> {
    let (mut found, mut items, mut after) = (Vec::new(), Items::new(), 0_i64);
    for _ in 0..PAGES_MAX {
        let rows = sqlx::query(page).bind(after).bind(PAGE).fetch_all(db).await?;
        let Some(last) = rows.last() else { break };
        after = last.try_get("at_row")?;
        for row in &rows {
            let case = store::kept_case(row)?;
            let item = item(db, &mut items, &case).await?;
            let (agency, since) = (uuid(row, "owes")?, Moment(row.try_get("owed_since")?));
            found.push(Beside { case, item, agency, since });
        }
    }
    Ok(found)
}

/// The same counts from the events alone, as nobody who lists makes them: filed, and not ended; asked, and neither
/// answered nor taken back; proposed to be revoked, and neither refused nor confirmed.
pub async fn open_steps(db: &SqlitePool) -> ApiResult<u64> {
    let counted: i64 = sqlx::query_scalar(
        "select
           (select count(distinct f.case_id) from case_events f where f.act = 'file' and not exists
              (select 1 from case_events e where e.case_id = f.case_id and e.n > f.n
                 and e.act in ('decide', 'confirm', 'refuse_acceptance', 'withdraw')))
           + (select count(*) from case_events o where o.act = 'ask_opinion' and not exists
              (select 1 from case_events e where e.case_id = o.case_id and e.n > o.n
                 and (e.act in ('decide', 'confirm', 'refuse_acceptance', 'withdraw', 'withdraw_opinions')
                   or (e.act = 'give_opinion' and e.data ->> '$.agency' = o.data ->> '$.agency'))))
           + (select count(*) filter (where act = 'propose_revocation')
                - count(*) filter (where act in ('refuse_revocation', 'revoke'))
              from case_events where act in ('propose_revocation', 'refuse_revocation', 'revoke'))",
    )
    .fetch_one(db)
    .await?;
    Ok(counted as u64)
}
