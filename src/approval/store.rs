//! Items and cases in SQL.

use crate::approval::case::{CaseOutcome, Place, Status};
use crate::approval::form::Form;
use crate::approval::item::{Item, seeded};
use crate::approval::limits::Mark;
use crate::calendar::{Calendar, Day};
use crate::content::OF_CASE;
use crate::db::{bad, json, uuid};
use crate::error::{ApiError, ApiResult};
use matching::Moment;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use uuid::Uuid;

fn text<T: serde::Serialize>(value: &T) -> ApiResult<String> {
    serde_json::to_string(value).map_err(|_| ApiError::internal())
}

/// A version of an item as it is kept.
pub struct KeptItem {
    pub item: Item,
    pub version: i64,
    pub status: String,
    pub created_by: Option<Uuid>,
    pub published_at: Option<i64>,
}

fn kept_item(row: &SqliteRow) -> sqlx::Result<KeptItem> {
    let created_by: Option<String> = row.try_get("created_by")?;
    Ok(KeptItem {
        item: json(row, "body")?,
        version: row.try_get("version")?,
        status: row.try_get("status")?,
        created_by: created_by.map(|id| id.parse().map_err(|_| bad("created_by"))).transpose()?,
        published_at: row.try_get("published_at")?,
    })
}

/// The items this platform runs on, where there are none.
pub async fn seed_items(db: &SqlitePool, now: Moment) -> ApiResult<()> {
    let known: i64 = sqlx::query_scalar("select count(*) from items").fetch_one(db).await?;
    if known > 0 {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for item in seeded() {
        sqlx::query(
            "insert into items (code, version, status, body, created_at, published_at) values (?, 1, 'in_force', ?, ?, ?)",
        )
        .bind(&item.code)
        .bind(text(&item)?)
        .bind(now.0)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
    }
    Ok(tx.commit().await?)
}

/// Every item's newest version that was published, and with `drafts` its drafts.
pub async fn items(db: &SqlitePool, drafts: bool) -> ApiResult<Vec<KeptItem>> {
    let rows = sqlx::query(
        "select * from items where status in ('in_force', 'suspended') or (? and status = 'draft')
         order by code, version desc limit 1000",
    )
    .bind(drafts)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(kept_item).collect::<sqlx::Result<_>>()?)
}

pub async fn versions(db: &SqlitePool, code: &str) -> ApiResult<Vec<KeptItem>> {
    let rows = sqlx::query("select * from items where code = ? order by version desc limit 100")
        .bind(code)
        .fetch_all(db)
        .await?;
    Ok(rows.iter().map(kept_item).collect::<sqlx::Result<_>>()?)
}

/// The version in force, under which a new case is filed.
pub async fn in_force(db: &SqlitePool, code: &str) -> ApiResult<KeptItem> {
    let row =
        sqlx::query("select * from items where code = ? and status = 'in_force'").bind(code).fetch_optional(db).await?;
    Ok(kept_item(&row.ok_or_else(ApiError::not_found)?)?)
}

async fn version(db: &mut SqliteConnection, code: &str, version: i64) -> ApiResult<KeptItem> {
    let row = sqlx::query("select * from items where code = ? and version = ?")
        .bind(code)
        .bind(version)
        .fetch_optional(db)
        .await?;
    Ok(kept_item(&row.ok_or_else(ApiError::not_found)?)?)
}

/// Writes a draft: the item's draft version anew, or a next version. Its number.
pub async fn write_item(db: &SqlitePool, item: &Item, by: Uuid, now: Moment) -> ApiResult<i64> {
    let mut tx = db.begin_with("begin immediate").await?;
    let last: Option<(i64, String)> =
        sqlx::query_as("select version, status from items where code = ? order by version desc limit 1")
            .bind(&item.code)
            .fetch_optional(&mut *tx)
            .await?;
    let number = match last {
        None => 1,
        Some((version, status)) => version + i64::from(status != "draft"),
    };
    sqlx::query(
        "insert into items (code, version, status, body, created_by, created_at) values (?, ?, 'draft', ?, ?, ?)
         on conflict (code, version) do update set body = excluded.body, created_by = excluded.created_by,
           created_at = excluded.created_at",
    )
    .bind(&item.code)
    .bind(number)
    .bind(text(item)?)
    .bind(by.to_string())
    .bind(now.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(number)
}

/// Puts a draft in force in place of the version before it.
pub async fn publish_item(db: &SqlitePool, code: &str, number: i64, by: Uuid, now: Moment) -> ApiResult<()> {
    let mut tx = db.begin_with("begin immediate").await?;
    let draft = version(&mut tx, code, number).await?;
    if draft.status != "draft" {
        return Err(ApiError::conflict("该版本已发布", "this version is published already"));
    }
    if draft.created_by == Some(by) {
        return Err(ApiError::conflict("不能发布自己编写的版本", "another person publishes what you wrote"));
    }
    sqlx::query("update items set status = 'cancelled' where code = ? and status in ('in_force', 'suspended')")
        .bind(code)
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "update items set status = 'in_force', published_by = ?, published_at = ? where code = ? and version = ?",
    )
    .bind(by.to_string())
    .bind(now.0)
    .bind(code)
    .bind(number)
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// A case as it is kept.
#[derive(Clone)]
pub struct KeptCase {
    pub id: Uuid,
    pub no: String,
    pub item: String,
    pub item_version: i64,
    pub subject: Option<String>,
    pub applicant: Uuid,
    pub agency: Uuid,
    pub form: Form,
    pub status: Status,
    pub step: usize,
    pub filed_at: Option<i64>,
    pub decided_at: Option<i64>,
    pub outcome: Option<CaseOutcome>,
    pub created_at: i64,
}

pub(super) fn kept_case(row: &SqliteRow) -> sqlx::Result<KeptCase> {
    let (status, outcome): (String, Option<String>) = (row.try_get("status")?, row.try_get("outcome")?);
    Ok(KeptCase {
        id: uuid(row, "id")?,
        no: row.try_get("no")?,
        item: row.try_get("item")?,
        item_version: row.try_get("item_version")?,
        subject: row.try_get("subject")?,
        applicant: uuid(row, "applicant")?,
        agency: uuid(row, "agency")?,
        form: json(row, "form")?,
        status: Status::from_name(&status).ok_or_else(|| bad("status"))?,
        step: row.try_get::<u32, _>("step")? as usize,
        filed_at: row.try_get("filed_at")?,
        decided_at: row.try_get("decided_at")?,
        outcome: outcome.map(|outcome| match outcome.as_str() {
            "granted" => CaseOutcome::Granted,
            _ => CaseOutcome::Refused,
        }),
        created_at: row.try_get("created_at")?,
    })
}

/// What happened to a case once.
#[derive(Clone)]
pub struct KeptEvent {
    pub case: Uuid,
    pub at: Moment,
    pub by: Uuid,
    pub act: String,
    pub step: u32,
    pub note: String,
    pub data: Value,
}

pub(super) fn kept_event(row: &SqliteRow) -> sqlx::Result<KeptEvent> {
    Ok(KeptEvent {
        case: uuid(row, "case_id")?,
        at: Moment(row.try_get("at")?),
        by: uuid(row, "by")?,
        act: row.try_get("act")?,
        step: row.try_get("step")?,
        note: row.try_get("note")?,
        data: json(row, "data")?,
    })
}

/// An opinion asked of another agency.
#[derive(Clone)]
pub struct KeptOpinion {
    pub agency: Uuid,
    pub question: String,
    pub opinion: Option<String>,
    pub agrees: Option<bool>,
    pub asked_at: i64,
    pub answered_at: Option<i64>,
}

#[derive(Clone)]
pub struct KeptMaterial {
    pub material: String,
    pub name: String,
    pub kind: String,
    pub bytes: i64,
    pub sha256: String,
    pub at: i64,
}

/// A case with everything that belongs to it.
pub struct Whole {
    pub case: KeptCase,
    pub item: Item,
    pub events: Vec<KeptEvent>,
    pub opinions: Vec<KeptOpinion>,
    pub materials: Vec<KeptMaterial>,
}

pub async fn whole(db: &mut SqliteConnection, id: Uuid) -> ApiResult<Whole> {
    let row = sqlx::query("select * from cases where id = ?").bind(id.to_string()).fetch_optional(&mut *db).await?;
    let case = kept_case(&row.ok_or_else(ApiError::not_found)?)?;
    let item = version(&mut *db, &case.item, case.item_version).await?.item;
    let of_case = |sql: &'static str| sqlx::query(sql).bind(id.to_string());
    let events = of_case("select * from case_events where case_id = ? order by n").fetch_all(&mut *db).await?;
    let opinions =
        of_case("select * from case_opinions where case_id = ? order by asked_at").fetch_all(&mut *db).await?;
    let materials =
        of_case("select * from case_materials where case_id = ? order by material, at").fetch_all(&mut *db).await?;
    Ok(Whole {
        case,
        item,
        events: events.iter().map(kept_event).collect::<sqlx::Result<_>>()?,
        opinions: opinions
            .iter()
            .map(|row| {
                Ok(KeptOpinion {
                    agency: uuid(row, "agency")?,
                    question: row.try_get("question")?,
                    opinion: row.try_get("opinion")?,
                    agrees: row.try_get("agrees")?,
                    asked_at: row.try_get("asked_at")?,
                    answered_at: row.try_get("answered_at")?,
                })
            })
            .collect::<sqlx::Result<_>>()?,
        materials: materials
            .iter()
            .map(|row| {
                Ok(KeptMaterial {
                    material: row.try_get("material")?,
                    name: row.try_get("name")?,
                    kind: row.try_get("kind")?,
                    bytes: row.try_get("bytes")?,
                    sha256: row.try_get("sha256")?,
                    at: row.try_get("at")?,
                })
            })
            .collect::<sqlx::Result<_>>()?,
    })
}

impl Whole {
    /// Where it stands, as its events tell.
    pub fn place(&self) -> Place {
        let last = |names: &[&str]| self.events.iter().rev().find(|event| names.contains(&event.act.as_str()));
        let is = |names: &[&str], name: &str| last(names).is_some_and(|event| event.act == name);
        let outcome = |event: &KeptEvent| match event.data["outcome"].as_str() {
            Some("granted") => Some(CaseOutcome::Granted),
            Some("refused") => Some(CaseOutcome::Refused),
            _ => None,
        };
        Place {
            status: self.case.status,
            step: self.case.step,
            stopped: is(&["stop", "resume"], "stop"),
            extension_asked: is(&["ask_extension", "grant_extension", "refuse_extension"], "ask_extension"),
            extended: self.events.iter().any(|event| event.act == "grant_extension"),
            returned: self.events.iter().any(|event| event.act == "return"),
            opinions_open: self.opinions.iter().filter(|opinion| opinion.answered_at.is_none()).count(),
            proposed: last(&["propose", "send_back"]).and_then(outcome),
        }
    }

    pub fn marks(&self) -> Vec<Mark> {
        marks(&self.events, &self.item)
    }

    /// 承诺 and 法定: by when what it asks for is to be done, counted from its acceptance as its clocks are.
    pub fn due(&self, calendar: &Calendar) -> Option<(Day, Day)> {
        let accepted = Day::of(self.events.iter().find(|event| event.act == "accept")?.at);
        Some((calendar.after(accepted, self.item.promised_wd), calendar.after(accepted, self.item.legal_wd)))
    }
}

/// The events that move a case's clocks.
pub fn marks(events: &[KeptEvent], item: &Item) -> Vec<Mark> {
    let stopped = |on: Day, event: &KeptEvent| {
        let place = item.special.iter().position(|special| event.data["special"] == special.name.as_str());
        place.map(|special| Mark::Stopped { on, special, limit_wd: item.special[special].limit_wd })
    };
    let asked = |before: &[KeptEvent]| {
        let asked = before.iter().rev().find(|event| event.act == "ask_extension");
        asked.and_then(|event| event.data["days"].as_u64()).unwrap_or(0) as u32
    };
    let mark = |(i, event): (usize, &KeptEvent)| {
        let day = Day::of(event.at);
        Some(match event.act.as_str() {
            "file" | "correct" => Mark::Filed(day),
            "return" => Mark::Returned(day),
            "accept" => Mark::Accepted(day),
            "forward" => Mark::Stepped(day),
            "stop" => return stopped(day, event),
            "resume" => Mark::Resumed(day),
            "grant_extension" => Mark::Extended(day, asked(&events[..i])),
            "decide" | "confirm" | "refuse_acceptance" | "withdraw" => Mark::Ended(day),
            _ => return None,
        })
    };
    events.iter().enumerate().filter_map(mark).collect()
}

/// Drafts one account may have: each may hold files.
const DRAFTS_MAX: i64 = 20;

/// A new draft; its number is the day's next.
pub async fn add_case(
    db: &SqlitePool,
    kept: &KeptItem,
    agency: Uuid,
    subject: &str,
    form: &Form,
    applicant: Uuid,
    now: Moment,
) -> ApiResult<Uuid> {
    let id = Uuid::new_v4();
    let mut tx = db.begin_with("begin immediate").await?;
    let open: i64 = sqlx::query_scalar("select count(*) from cases where applicant = ? and status = 'draft'")
        .bind(applicant.to_string())
        .fetch_one(&mut *tx)
        .await?;
    if open >= DRAFTS_MAX {
        return Err(ApiError::conflict("草稿过多，请先提交或撤回", "too many drafts; file or withdraw some first"));
    }
    let day = Day::of(now).to_string().replace('-', "");
    let taken: i64 = sqlx::query_scalar("select count(*) from cases where no like ?")
        .bind(format!("{day}%"))
        .fetch_one(&mut *tx)
        .await?;
    sqlx::query(
        "insert into cases (id, no, item, item_version, subject, applicant, agency, form, status, created_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, 'draft', ?)",
    )
    .bind(id.to_string())
    .bind(format!("{day}{:06}", taken + 1))
    .bind(&kept.item.code)
    .bind(kept.version)
    .bind(subject)
    .bind(applicant.to_string())
    .bind(agency.to_string())
    .bind(text(form)?)
    .bind(now.0)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Writes the form while the applicant may.
pub async fn write_form(db: &SqlitePool, id: Uuid, form: &Form) -> ApiResult<()> {
    let done = sqlx::query("update cases set form = ? where id = ? and status in ('draft', 'returned')")
        .bind(text(form)?)
        .bind(id.to_string())
        .execute(db)
        .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    Err(ApiError::conflict("已提交的申请不能修改，除非退回补正", "a filed case is changed only when it was returned"))
}

pub async fn add_material(db: &SqlitePool, id: Uuid, material: &KeptMaterial, by: Uuid) -> ApiResult<()> {
    let mut tx = db.begin_with("begin immediate").await?;
    let (files, held): (i64, i64) =
        sqlx::query_as("select count(*), coalesce(sum(bytes), 0) from case_materials where case_id = ?")
            .bind(id.to_string())
            .fetch_one(&mut *tx)
            .await?;
    OF_CASE.fits(files, held, material.bytes)?;
    let done = sqlx::query(
        "insert into case_materials (case_id, material, name, kind, bytes, sha256, by, at)
         select id, ?, ?, ?, ?, ?, ?, ? from cases where id = ? and status in ('draft', 'returned')
         on conflict (case_id, material, sha256) do update set name = excluded.name",
    )
    .bind(&material.material)
    .bind(&material.name)
    .bind(&material.kind)
    .bind(material.bytes)
    .bind(&material.sha256)
    .bind(by.to_string())
    .bind(material.at)
    .bind(id.to_string())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    // Filed while the file was on its way.
    match done.rows_affected() {
        0 => Err(ApiError::conflict("已提交的申请不能再上传材料", "a filed case takes no more materials")),
        _ => Ok(()),
    }
}

/// Writes what an act made of the case.
pub async fn moved(db: &mut SqliteConnection, case: &KeptCase, to: &Place, event: &KeptEvent) -> ApiResult<()> {
    let filed = matches!(to.status, Status::Filed) && case.filed_at.is_none();
    let outcome = to.proposed.filter(|_| to.status == Status::Decided).map(CaseOutcome::name);
    sqlx::query(
        "update cases set status = ?, step = ?, filed_at = coalesce(filed_at, ?), decided_at = ?, outcome = ? where id = ?",
    )
    .bind(to.status.name())
    .bind(to.step as i64)
    .bind(filed.then_some(event.at.0))
    .bind(outcome.map(|_| event.at.0))
    .bind(outcome)
    .bind(case.id.to_string())
    .execute(&mut *db)
    .await?;
    note(db, event).await
}

/// Writes an event of the case's timeline.
pub async fn note(db: &mut SqliteConnection, event: &KeptEvent) -> ApiResult<()> {
    sqlx::query("insert into case_events (case_id, at, by, act, step, note, data) values (?, ?, ?, ?, ?, ?, ?)")
        .bind(event.case.to_string())
        .bind(event.at.0)
        .bind(event.by.to_string())
        .bind(&event.act)
        .bind(event.step)
        .bind(&event.note)
        .bind(event.data.to_string())
        .execute(db)
        .await?;
    Ok(())
}

pub async fn ask_opinion(db: &mut SqliteConnection, case: Uuid, agency: Uuid, event: &KeptEvent) -> ApiResult<()> {
    let asked =
        sqlx::query("insert into case_opinions (case_id, agency, question, asked_by, asked_at) values (?, ?, ?, ?, ?)")
            .bind(case.to_string())
            .bind(agency.to_string())
            .bind(&event.note)
            .bind(event.by.to_string())
            .bind(event.at.0)
            .execute(db)
            .await;
    match asked {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(ApiError::conflict("已征求过该机关的意见", "this agency was asked already"))
        }
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
            Err(ApiError::bad_request("agency", "没有这个机关", "no such agency"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes back every question that was not answered; that it was asked stands in the timeline.
pub async fn withdraw_opinions(db: &mut SqliteConnection, case: Uuid) -> sqlx::Result<()> {
    sqlx::query("delete from case_opinions where case_id = ? and answered_at is null")
        .bind(case.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Whether this agency's opinion was open, and is now given.
pub async fn give_opinion(
    db: &mut SqliteConnection,
    case: Uuid,
    agency: Uuid,
    agrees: bool,
    event: &KeptEvent,
) -> ApiResult<bool> {
    let done = sqlx::query(
        "update case_opinions set opinion = ?, agrees = ?, answered_by = ?, answered_at = ?
         where case_id = ? and agency = ? and answered_at is null",
    )
    .bind(&event.note)
    .bind(agrees)
    .bind(event.by.to_string())
    .bind(event.at.0)
    .bind(case.to_string())
    .bind(agency.to_string())
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whose cases a list shows.
pub enum Of {
    Applicant(Uuid),
    /// Those it handles, and those it was asked about; open ones alone, oldest first.
    Agency(Uuid),
    /// Every agency's open cases: supervision.
    Everyone,
}

/// Cases read at once: an agency with more open ones sees the oldest.
pub const CASES_MAX: i64 = 2_000;

/// Cases and their events, the newest of an applicant's first.
pub async fn cases(db: &SqlitePool, of: Of) -> ApiResult<Vec<(KeptCase, Vec<KeptEvent>)>> {
    let open = "status in ('filed', 'returned', 'handling', 'proposed')";
    let (condition, id) = match of {
        Of::Applicant(account) => ("c.applicant = ?1 order by c.created_at desc".to_string(), account.to_string()),
        Of::Agency(agency) => (
            format!(
                "c.{open} and (c.agency = ?1 or exists (select 1 from case_opinions o
                   where o.case_id = c.id and o.agency = ?1 and o.answered_at is null)) order by c.filed_at"
            ),
            agency.to_string(),
        ),
        Of::Everyone => (format!("c.{open} and ?1 = '' order by c.filed_at"), String::new()),
    };
    let chosen = format!("select c.* from cases c where {condition} limit {CASES_MAX}");
    let rows = sqlx::query(sqlx::AssertSqlSafe(chosen.clone())).bind(&id).fetch_all(db).await?;
    let mut cases: Vec<_> =
        rows.iter().map(|row| Ok((kept_case(row)?, Vec::new()))).collect::<sqlx::Result<Vec<_>>>()?;
    let events = format!("select * from case_events where case_id in (select id from ({chosen})) order by n");
    let events = sqlx::query(sqlx::AssertSqlSafe(events)).bind(&id).fetch_all(db).await?;
    let places: std::collections::HashMap<Uuid, usize> =
        cases.iter().enumerate().map(|(place, (case, _))| (case.id, place)).collect();
    for row in &events {
        let event = kept_event(row)?;
        if let Some(place) = places.get(&event.case) {
            cases[*place].1.push(event);
        }
    }
    Ok(cases)
}

/// How the last decided case of an item about a subject ended; `None` while nobody has decided.
pub async fn granted(db: &SqlitePool, item: &str, subject: &str) -> ApiResult<Option<bool>> {
    let outcome: Option<String> = sqlx::query_scalar(
        "select outcome from cases c where item = ? and subject = ? and status = 'decided' and not exists
           (select 1 from case_events e where e.case_id = c.id and e.act = 'refuse_acceptance')
         order by decided_at desc limit 1",
    )
    .bind(item)
    .bind(subject)
    .fetch_optional(db)
    .await?;
    Ok(outcome.map(|outcome| outcome == "granted"))
}

/// Refusals told of one subject's kin.
const REFUSED_MAX: i64 = 1_000;

/// Subjects below `above` ("<above>/…") whose case was decided and refused, and none granted since.
pub async fn refused_below(db: &SqlitePool, item: &str, above: &str) -> ApiResult<Vec<String>> {
    Ok(sqlx::query_scalar(
        "select subject from cases c where item = ?1 and subject like ?2 || '/%' and outcome = 'refused'
           and not exists (select 1 from cases g where g.item = ?1 and g.subject = c.subject and g.outcome = 'granted')
         group by subject order by min(decided_at), subject limit ?3",
    )
    .bind(item)
    .bind(above)
    .bind(REFUSED_MAX)
    .fetch_all(db)
    .await?)
}

/// Whether some version of an item was ever in force.
pub async fn was_ever_published(db: &SqlitePool, code: &str) -> ApiResult<bool> {
    Ok(sqlx::query_scalar("select exists (select 1 from items where code = ? and status <> 'draft')")
        .bind(code)
        .fetch_one(db)
        .await?)
}

/// The same of cases filed at `since` or later: what was granted before does not speak for what has changed.
pub async fn granted_since(db: &SqlitePool, item: &str, subject: &str, since: Moment) -> ApiResult<Option<bool>> {
    let outcome: Option<String> = sqlx::query_scalar(
        "select outcome from cases c where item = ? and subject = ? and status = 'decided' and filed_at >= ? and not exists
           (select 1 from case_events e where e.case_id = c.id and e.act = 'refuse_acceptance')
         order by decided_at desc limit 1",
    )
    .bind(item)
    .bind(subject)
    .bind(since.0)
    .fetch_optional(db)
    .await?;
    Ok(outcome.map(|outcome| outcome == "granted"))
}

/// The form of the case by which an item was last granted to a subject.
pub async fn granted_form(db: &SqlitePool, item: &str, subject: &str) -> ApiResult<Option<Form>> {
    let row = sqlx::query(
        "select form from cases where item = ? and subject = ? and outcome = 'granted' order by decided_at desc limit 1",
    )
    .bind(item)
    .bind(subject)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| json(&row, "form")).transpose()?)
}
