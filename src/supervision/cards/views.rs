//! Cards as people see them: by whom, of which unit, how long there is to answer.

use crate::app::App;
use crate::calendar::{Calendar, Day};
use crate::clock;
use crate::enforcement::{self, StepOf};
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Principal, Role};
use crate::supervision::cards::clock::Unit;
use crate::supervision::cards::model::{CardAct, CardActor, CardLevel, CardReason, CardState, SubjectOf, next};
use crate::supervision::cards::store::{self, KeptCard, kept_card, named};
use crate::supervision::turns::TurnView;
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::{QueryBuilder, Row, Sqlite, SqlitePool};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub const PAGE_SIZE: u32 = 100;

#[derive(Serialize, ToSchema)]
pub struct SupervisionCard {
    pub no: i64,
    pub of: SubjectOf,
    /// Of enforcement: what the subject is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<StepOf>,
    /// The case's id or the order's number.
    pub subject: String,
    pub number: String,
    pub name_zh: String,
    pub name_en: String,
    pub level: CardLevel,
    pub reason: CardReason,
    pub state: CardState,
    /// The limit that is near or was passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// The agency or center that answers.
    pub unit: Uuid,
    pub unit_zh: String,
    pub unit_en: String,
    pub raised_at: i64,
    /// Whose turn it is, and until when; absent of a reminder, and of what is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<TurnView>,
    /// What I may do now.
    pub acts: Vec<CardAct>,
}

#[derive(Serialize, ToSchema)]
pub struct CardEvent {
    pub at: i64,
    /// raise, silent, remind, escalate, or one of the acts.
    pub act: String,
    pub to: CardState,
    /// Who did it; absent for the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub note: String,
}

#[derive(Serialize, ToSchema)]
pub struct CardDetail {
    #[serde(flatten)]
    pub card: SupervisionCard,
    /// Of enforcement: the case it is worked on in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    /// Who was told.
    pub people: Vec<String>,
    pub events: Vec<CardEvent>,
}

/// How many stand where.
#[derive(Serialize, ToSchema)]
pub struct CardCount {
    pub level: CardLevel,
    pub state: CardState,
    pub count: u64,
}

#[derive(Serialize, ToSchema)]
pub struct CardBoard {
    pub items: Vec<SupervisionCard>,
    pub total: u64,
    pub page: u32,
    pub page_size: u32,
    /// Over all cards the filters but level and state leave.
    pub counts: Vec<CardCount>,
}

#[derive(Deserialize, IntoParams, Default)]
#[into_params(parameter_in = Query)]
pub struct CardQuery {
    /// blue, yellow or red.
    pub level: Option<String>,
    /// One state, or `live` for all that are neither withdrawn nor closed.
    pub state: Option<String>,
    pub unit: Option<Uuid>,
    /// A number, or a part of one.
    pub q: Option<String>,
    pub page: Option<u32>,
}

pub const NOT_LIVE: &str = "('withdrawn', 'closed')";
const WITH_UNIT: &str =
    "select c.*, coalesce(a.name_zh, t.name_zh) as unit_zh, coalesce(a.name_en, t.name_en) as unit_en
    from cards c left join agencies a on a.id = c.agency left join centers t on t.id = c.center";

/// The acts of this person on a card, as it stands.
fn acts(card: &KeptCard, who: &Principal, is_responsible: bool, calendar: &Calendar, today: Day) -> Vec<CardAct> {
    let place = card.place(calendar, today);
    let mine = |act: &CardAct| match act.actor() {
        CardActor::Platform => false,
        CardActor::Responsible => is_responsible,
        CardActor::Supervisor => who.role == Role::Supervisor,
    };
    CardAct::ALL.iter().copied().filter(|act| mine(act) && next(place, *act, "-").is_ok()).collect()
}

pub fn view(
    row: &sqlx::sqlite::SqliteRow,
    who: &Principal,
    is_responsible: bool,
    calendar: &Calendar,
    now: Moment,
) -> sqlx::Result<SupervisionCard> {
    let (card, today) = (kept_card(row)?, Day::of(now));
    Ok(SupervisionCard {
        no: card.no,
        of: card.subject.of,
        kind: card.subject.kind,
        subject: card.subject.id.clone(),
        number: card.subject.number.clone(),
        name_zh: card.subject.name_zh.clone(),
        name_en: card.subject.name_en.clone(),
        level: card.level,
        reason: card.reason,
        state: card.state,
        due: card.due.clone(),
        unit: match card.unit {
            Unit::Agency(id) | Unit::Center(id) => id,
        },
        unit_zh: row.try_get("unit_zh")?,
        unit_en: row.try_get("unit_en")?,
        raised_at: card.raised_at.0,
        turn: card.turn(calendar, today).map(|turn| turn.view(calendar, now)),
        acts: acts(&card, who, is_responsible, calendar, today),
    })
}

fn narrowed(builder: &mut QueryBuilder<Sqlite>, query: &CardQuery) {
    if let Some(unit) = query.unit {
        let unit = unit.to_string();
        builder.push(" and (c.agency = ").push_bind(unit.clone()).push(" or c.center = ").push_bind(unit).push(")");
    }
    if let Some(q) = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let like = format!("%{}%", q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        builder.push(" and c.number like ").push_bind(like).push(" escape '\\'");
    }
}

/// What no card can have is refused, and not answered with an empty list.
fn known(query: &CardQuery) -> ApiResult<()> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    if given(&query.level).is_some_and(|level| CardLevel::from_name(&level).is_none()) {
        return Err(ApiError::bad_request("level", "没有这种级别", "no such level"));
    }
    if given(&query.state).is_some_and(|state| state != "live" && CardState::from_name(&state).is_none()) {
        return Err(ApiError::bad_request("state", "没有这种状态", "no such state"));
    }
    Ok(())
}

fn standing(builder: &mut QueryBuilder<Sqlite>, query: &CardQuery) {
    if let Some(level) = query.level.clone().filter(|level| !level.is_empty()) {
        builder.push(" and c.level = ").push_bind(level);
    }
    match query.state.as_deref().filter(|state| !state.is_empty()) {
        None => {}
        Some("live") => {
            builder.push(" and c.state not in ").push(NOT_LIVE);
        }
        Some(state) => {
            builder.push(" and c.state = ").push_bind(state.to_string());
        }
    }
}

/// Every unit's cards, the gravest and oldest first.
pub async fn board(app: &App, query: &CardQuery, who: &Principal) -> ApiResult<CardBoard> {
    known(query)?;
    let (calendar, now) = (app.calendar(), clock::now());
    let page = query.page.unwrap_or(1).max(1);
    let mut list = QueryBuilder::<Sqlite>::new(WITH_UNIT);
    list.push(" where 1 = 1");
    narrowed(&mut list, query);
    standing(&mut list, query);
    list.push(" order by c.state in ").push(NOT_LIVE);
    list.push(", case c.level when 'red' then 0 when 'yellow' then 1 else 2 end, c.raised_at, c.no limit ");
    list.push_bind(i64::from(PAGE_SIZE)).push(" offset ").push_bind(i64::from(page - 1) * i64::from(PAGE_SIZE));
    let rows = list.build().fetch_all(&app.db).await?;
    let items = rows.iter().map(|row| view(row, who, false, &calendar, now)).collect::<sqlx::Result<_>>()?;
    let mut total = QueryBuilder::<Sqlite>::new("select count(*) from cards c where 1 = 1");
    narrowed(&mut total, query);
    standing(&mut total, query);
    let total: i64 = total.build_query_scalar().fetch_one(&app.db).await?;
    let mut counts = QueryBuilder::<Sqlite>::new("select c.level, c.state, count(*) as count from cards c where 1 = 1");
    narrowed(&mut counts, query);
    counts.push(" group by c.level, c.state order by c.level, c.state");
    let rows = counts.build().fetch_all(&app.db).await?;
    let count = |row: &sqlx::sqlite::SqliteRow| {
        Ok(CardCount {
            level: named(row, "level", CardLevel::from_name)?,
            state: named(row, "state", CardState::from_name)?,
            count: row.try_get::<i64, _>("count")? as u64,
        })
    };
    let counts = rows.iter().map(count).collect::<sqlx::Result<_>>()?;
    Ok(CardBoard { items, total: total as u64, page, page_size: PAGE_SIZE, counts })
}

/// The cards one person was told of, those that wait first.
pub async fn mine(app: &App, who: &Principal) -> ApiResult<Vec<SupervisionCard>> {
    let (calendar, now) = (app.calendar(), clock::now());
    let sql = format!(
        "{WITH_UNIT} join card_people p on p.card = c.no
         join accounts mine on mine.id = p.account and (mine.agency = c.agency or mine.center = c.center)
         where p.account = ?
         order by c.state in {NOT_LIVE}, case c.level when 'red' then 0 when 'yellow' then 1 else 2 end, c.raised_at limit ?"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(who.account.to_string())
        .bind(i64::from(PAGE_SIZE))
        .fetch_all(&app.db)
        .await?;
    Ok(rows.iter().map(|row| view(row, who, true, &calendar, now)).collect::<sqlx::Result<_>>()?)
}

/// A card for supervision, and for whoever was told of it.
pub async fn one(app: &App, no: i64, who: &Principal) -> ApiResult<CardDetail> {
    let (calendar, now) = (app.calendar(), clock::now());
    let is_responsible = is_responsible(&app.db, no, who).await?;
    if !is_responsible && !matches!(who.role, Role::Supervisor | Role::Admin) {
        return Err(ApiError::not_found());
    }
    let sql = format!("{WITH_UNIT} where c.no = ?");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(no).fetch_optional(&app.db).await?;
    let card = view(&row.ok_or_else(ApiError::not_found)?, who, is_responsible, &calendar, now)?;
    let people = sqlx::query_scalar(
        "select a.name from card_people p join accounts a on a.id = p.account where p.card = ? order by a.login",
    )
    .bind(no)
    .fetch_all(&app.db)
    .await?;
    let rows = sqlx::query(
        "select e.*, a.name from card_events e left join accounts a on a.id = e.by where e.card = ? order by e.n",
    )
    .bind(no)
    .fetch_all(&app.db)
    .await?;
    let event = |row: &sqlx::sqlite::SqliteRow| {
        Ok(CardEvent {
            at: row.try_get("at")?,
            act: row.try_get("act")?,
            to: named(row, "to_state", CardState::from_name)?,
            by: row.try_get("name")?,
            note: row.try_get("note")?,
        })
    };
    let case_id = match card.kind {
        Some(kind) => enforcement::case_of(&app.db, kind, &card.subject).await?,
        None => None,
    };
    Ok(CardDetail { card, case_id, people, events: rows.iter().map(event).collect::<sqlx::Result<_>>()? })
}

pub async fn is_responsible(db: &SqlitePool, no: i64, who: &Principal) -> ApiResult<bool> {
    let told = store::people(&mut *db.acquire().await?, no).await?;
    Ok(told.contains(&who.account))
}
