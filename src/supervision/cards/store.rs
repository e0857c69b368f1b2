//! Cards in SQL: raised once, moved by the table, told to people, in one transaction each time.

use crate::calendar::{Calendar, Day};
use crate::db::{bad, json, uuid_or_none};
use crate::enforcement::StepOf;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Duty;
use crate::supervision::cards::clock::{Rung, Subject, Unit};
use crate::supervision::cards::model::{
    CardAct, CardLevel, CardMisstep, CardPlace, CardReason, CardState, SubjectOf, next,
};
use crate::supervision::cards::turn;
use crate::supervision::messages;
use crate::supervision::turns::{Turn, TurnTo};
use matching::Moment;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use uuid::Uuid;

/// A card as it is kept.
#[derive(Debug, Clone)]
pub struct KeptCard {
    pub no: i64,
    pub subject: Subject,
    pub step: String,
    pub level: CardLevel,
    pub reason: CardReason,
    pub due: Option<String>,
    pub unit: Unit,
    pub duty: Option<String>,
    /// Who is in charge by name, beside those of the duty.
    pub named: Vec<Uuid>,
    pub raised_at: Moment,
    pub state: CardState,
    /// Since when.
    pub since: Moment,
}

impl KeptCard {
    /// The last day on which it can be answered, from the moment somebody was told of it.
    pub fn answer_by(&self, calendar: &Calendar) -> Day {
        Turn::new(TurnTo::Answer, self.since, calendar).by()
    }

    /// Whose turn it is, and until when; a reminder is nobody's, and what is over no more.
    pub fn turn(&self, calendar: &Calendar, today: Day) -> Option<Turn> {
        if self.level == CardLevel::Blue {
            return None;
        }
        let turn = |to, from| Some(Turn::new(to, from, calendar));
        match self.state {
            // Silence too is heard: who let his days pass is held to the card, or it is taken back.
            CardState::Notified if self.is_unanswered(calendar, today) => {
                turn(TurnTo::Hear, self.answer_by(calendar).end().plus_ms(-1))
            }
            // Nobody is held to a card he was not told of; that a unit has nobody to be told is told above it.
            CardState::Open | CardState::Notified => turn(TurnTo::Answer, self.since),
            CardState::Explained => turn(TurnTo::Hear, self.since),
            CardState::Confirmed => turn(TurnTo::Correct, self.since),
            CardState::Corrected => turn(TurnTo::Check, self.since),
            CardState::Withdrawn | CardState::Closed => None,
        }
    }

    pub fn is_unanswered(&self, calendar: &Calendar, today: Day) -> bool {
        self.state == CardState::Notified && today > self.answer_by(calendar)
    }

    pub fn place(&self, calendar: &Calendar, today: Day) -> CardPlace {
        CardPlace { level: self.level, state: self.state, unanswered: self.is_unanswered(calendar, today) }
    }
}

/// A column that holds one of an enum's names.
pub fn named<T>(row: &SqliteRow, column: &'static str, read: impl Fn(&str) -> Option<T>) -> sqlx::Result<T> {
    read(&row.try_get::<String, _>(column)?).ok_or_else(|| bad(column))
}

/// Of enforcement: what the subject's id is of.
fn kind(row: &SqliteRow) -> sqlx::Result<Option<StepOf>> {
    let name: Option<String> = row.try_get("kind")?;
    name.map(|name| StepOf::from_name(&name).ok_or_else(|| bad("kind"))).transpose()
}

pub fn names(people: &[Uuid]) -> ApiResult<String> {
    serde_json::to_string(people).map_err(|_| ApiError::internal())
}

/// What a card, or a step that is watched, is about.
pub fn subject(row: &SqliteRow) -> sqlx::Result<Subject> {
    Ok(Subject {
        of: named(row, "of", SubjectOf::from_name)?,
        kind: kind(row)?,
        id: row.try_get("subject")?,
        number: row.try_get("number")?,
        name_zh: row.try_get("name_zh")?,
        name_en: row.try_get("name_en")?,
    })
}

pub fn kept_card(row: &SqliteRow) -> sqlx::Result<KeptCard> {
    let (agency, center) = (uuid_or_none(row, "agency")?, uuid_or_none(row, "center")?);
    let unit = agency.map(Unit::Agency).or(center.map(Unit::Center)).ok_or_else(|| bad("unit"))?;
    Ok(KeptCard {
        no: row.try_get("no")?,
        subject: subject(row)?,
        step: row.try_get("step")?,
        level: named(row, "level", CardLevel::from_name)?,
        reason: named(row, "reason", CardReason::from_name)?,
        due: row.try_get("due")?,
        unit,
        duty: row.try_get("duty")?,
        named: json(row, "named")?,
        raised_at: Moment(row.try_get("raised_at")?),
        state: named(row, "state", CardState::from_name)?,
        since: Moment(row.try_get("since")?),
    })
}

pub async fn card(db: &mut SqliteConnection, no: i64) -> ApiResult<KeptCard> {
    let row = sqlx::query("select * from cards where no = ?").bind(no).fetch_optional(db).await?;
    Ok(kept_card(&row.ok_or_else(ApiError::not_found)?)?)
}

/// Where a card came from.
pub struct Raise<'a> {
    pub subject: &'a Subject,
    pub unit: Unit,
    pub duty: Option<Duty>,
    pub named: &'a [Uuid],
    pub rung: &'a Rung,
    /// Who found it, and how it was; none where a clock raises it.
    pub said: Option<(Uuid, &'a str)>,
}

/// Raises a card, unless the same step has one of the level already. Its number, if it is new.
pub async fn raise(db: &SqlitePool, raise: &Raise<'_>, now: Moment) -> ApiResult<Option<i64>> {
    let known: Option<i64> =
        sqlx::query_scalar("select no from cards where of = ? and subject = ? and step = ? and level = ?")
            .bind(raise.subject.of.name())
            .bind(&raise.subject.id)
            .bind(&raise.rung.step)
            .bind(raise.rung.level.name())
            .fetch_optional(db)
            .await?;
    if known.is_some() {
        return Ok(None);
    }
    let mut tx = db.begin_with("begin immediate").await?;
    let no = raise_within(&mut tx, raise, now).await?;
    tx.commit().await?;
    Ok(no)
}

/// The same, together with what else its ground asks for.
pub async fn raise_within(db: &mut SqliteConnection, raise: &Raise<'_>, now: Moment) -> ApiResult<Option<i64>> {
    let (agency, center) = match raise.unit {
        Unit::Agency(id) => (Some(id.to_string()), None),
        Unit::Center(id) => (None, Some(id.to_string())),
    };
    let no: Option<i64> = sqlx::query_scalar(
        "insert into cards (of, kind, subject, number, name_zh, name_en, step, level, reason, due, agency, center, duty,
           named, raised_at, since)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?15, ?15) on conflict (of, subject, step, level) do nothing
         returning no",
    )
    .bind(raise.subject.of.name())
    .bind(raise.subject.kind.map(StepOf::name))
    .bind(&raise.subject.id)
    .bind(&raise.subject.number)
    .bind(&raise.subject.name_zh)
    .bind(&raise.subject.name_en)
    .bind(&raise.rung.step)
    .bind(raise.rung.level.name())
    .bind(raise.rung.reason.name())
    .bind(raise.rung.due.map(|due| due.to_string()))
    .bind(agency)
    .bind(center)
    .bind(raise.duty.map(Duty::name))
    .bind(names(raise.named)?)
    .bind(now.0)
    .fetch_optional(&mut *db)
    .await?;
    let Some(no) = no else { return Ok(None) };
    let (by, words) = raise.said.map_or((None, ""), |(by, words)| (Some(by), words));
    note(db, no, "raise", CardState::Open, by, words, now).await?;
    let kept = card(db, no).await?;
    reach(db, &kept, now).await?;
    // 红牌 is seen above at once, whether or not anybody of the unit could be told.
    if kept.level == CardLevel::Red {
        let (zh, en) = sentence(&kept);
        messages::tell_supervisors(db, (&zh, &en), &format!("/cards/{no}"), now).await?;
    }
    Ok(Some(no))
}

/// Whether this person, and no clock, raised it.
pub async fn was_raised_by(db: &SqlitePool, no: i64, who: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select 1 from card_events where card = ? and act = 'raise' and by = ?)")
        .bind(no)
        .bind(who.to_string())
        .fetch_one(db)
        .await
}

/// How many cards of an irregularity a case had that are over: the next is another card.
pub async fn ended_before(db: &SqlitePool, subject: &Subject, reason: CardReason) -> ApiResult<i64> {
    let ended = sqlx::query_scalar(
        "select count(*) from cards
         where of = ? and subject = ? and reason = ? and state in ('withdrawn', 'closed')",
    );
    Ok(ended.bind(subject.of.name()).bind(&subject.id).bind(reason.name()).fetch_one(db).await?)
}

/// Tells whoever answers for the step and was not told: when it is raised, and whoever has come into the duty since. A
/// card nobody can be told of stays open, and is tried again.
pub async fn reach(db: &mut SqliteConnection, card: &KeptCard, now: Moment) -> ApiResult<()> {
    let people = untold(db, card).await?;
    if people.is_empty() {
        return Ok(());
    }
    let (zh, en) = sentence(card);
    for account in people {
        sqlx::query("insert into card_people (card, account) values (?, ?) on conflict do nothing")
            .bind(card.no)
            .bind(account.to_string())
            .execute(&mut *db)
            .await?;
        messages::tell(db, account, (&zh, &en), &format!("/cards/{}", card.no), now).await?;
    }
    match card.state {
        CardState::Open => move_to(db, card, CardAct::Notify, CardState::Notified, None, "", now).await,
        _ => Ok(()),
    }
}

/// Who answers for the step as the accounts stand now, and was not told of the card.
pub async fn untold(db: &mut SqliteConnection, card: &KeptCard) -> ApiResult<Vec<Uuid>> {
    let told = people(db, card.no).await?;
    Ok(responsible(db, card).await?.into_iter().filter(|account| !told.contains(account)).collect())
}

/// Whom the step names and the officers of its duty; the agency's deciders at red, and where none of these is left: a
/// card is not lost with its person. Or a center's clerks.
async fn responsible(db: &mut SqliteConnection, card: &KeptCard) -> ApiResult<Vec<Uuid>> {
    let query = match card.unit {
        Unit::Agency(agency) => sqlx::query_scalar::<_, String>(
            "with officers as
               (select id, login, duties from accounts where role = 'officer' and disabled = 0 and agency = ?1),
             meant as
               (select id, login from officers
                where id in (select value from json_each(?3))
                  or exists (select 1 from json_each(duties) where value = ?2)
                  or (?2 is null and ?3 = '[]'))
             select id from
               (select id, login from meant
                union
                select id, login from officers
                where (?4 or not exists (select 1 from meant))
                  and exists (select 1 from json_each(duties) where value = 'decide'))
             order by login",
        )
        .bind(agency.to_string())
        .bind(&card.duty)
        .bind(names(&card.named)?)
        .bind(card.level == CardLevel::Red),
        Unit::Center(center) => sqlx::query_scalar(
            "select id from accounts where role = 'clerk' and disabled = 0 and center = ?1 and ?2 is null order by login",
        )
        .bind(center.to_string())
        .bind(None::<String>),
    };
    let ids = query.fetch_all(db).await?;
    Ok(ids.iter().map(|id| id.parse().map_err(|_| bad("account"))).collect::<sqlx::Result<_>>()?)
}

fn sentence(card: &KeptCard) -> (String, String) {
    let subject = &card.subject;
    let (level_zh, level_en) = match card.level {
        CardLevel::Blue => ("提醒", "reminder"),
        CardLevel::Yellow => ("黄牌", "yellow card"),
        CardLevel::Red => ("红牌", "red card"),
    };
    let due = card.due.as_deref().unwrap_or("");
    let (zh, en) = match card.reason {
        CardReason::DueSoon => {
            (format!("时限{due}届满，剩余不超过1个工作日"), format!("due by {due}: one working day left or less"))
        }
        CardReason::OthersLate => (
            format!("对方应于{due}前办理，现已逾期，请催办"),
            format!("others owed it by {due} and have not done it: ask for it"),
        ),
        CardReason::StepOver => (format!("本环节时限{due}已过"), format!("the step's own limit {due} has passed")),
        CardReason::OverPromised if subject.of == SubjectOf::Enforcement => {
            (format!("办理时限{due}已过"), format!("the limit set for it, {due}, has passed"))
        }
        CardReason::OverPromised => (format!("承诺时限{due}已过"), format!("the promised limit {due} has passed")),
        CardReason::OverLegal => (format!("法定时限{due}已过"), format!("the legal limit {due} has passed")),
        CardReason::DecidedLate => ("超期办结".to_string(), "it was decided late".to_string()),
        CardReason::Unanswered => (
            format!("黄牌{}个工作日未答复", TurnTo::Answer.wd()),
            format!("the yellow card was not answered in {} working days", TurnTo::Answer.wd()),
        ),
        CardReason::Uncorrected => (
            format!("黄牌确认后{}个工作日未整改反馈", TurnTo::Correct.wd()),
            format!("what the yellow card was for was not put right in {} working days", TurnTo::Correct.wd()),
        ),
        CardReason::OrderUnanswered => {
            ("监督指令逾期未答复".to_string(), "the supervisor's order was not answered in time".to_string())
        }
        CardReason::RefusedValid => ("应受理而不受理".to_string(), "a valid application was refused".to_string()),
        CardReason::NoReasons => ("不予受理或不予许可而未说明理由".to_string(), "no reasons were given".to_string()),
        CardReason::IllegalFees => ("违法收费".to_string(), "a fee without ground was taken".to_string()),
        CardReason::ForwardedLate => ("转送延误".to_string(), "it was passed on late".to_string()),
        CardReason::NotOnline => ("应上网而未上网办理".to_string(), "it was not handled on-line".to_string()),
        CardReason::Procedure => ("违反办理程序".to_string(), "the procedure was violated".to_string()),
    };
    (
        format!("{level_zh}：{}（{}），{zh}。", subject.number, subject.name_zh),
        format!("{level_en}: {} ({}): {en}", subject.number, subject.name_en),
    )
}

pub(super) async fn note(
    db: &mut SqliteConnection,
    no: i64,
    act: &str,
    to: CardState,
    by: Option<Uuid>,
    words: &str,
    now: Moment,
) -> ApiResult<()> {
    sqlx::query("insert into card_events (card, at, act, to_state, by, note) values (?, ?, ?, ?, ?, ?)")
        .bind(no)
        .bind(now.0)
        .bind(act)
        .bind(to.name())
        .bind(by.map(|id| id.to_string()))
        .bind(words.trim())
        .execute(db)
        .await?;
    Ok(())
}

async fn move_to(
    db: &mut SqliteConnection,
    card: &KeptCard,
    act: CardAct,
    to: CardState,
    by: Option<Uuid>,
    words: &str,
    now: Moment,
) -> ApiResult<()> {
    sqlx::query("update cards set state = ?, since = ? where no = ?")
        .bind(to.name())
        .bind(now.0)
        .bind(card.no)
        .execute(&mut *db)
        .await?;
    note(db, card.no, act.name(), to, by, words, now).await
}

/// One act on a card, checked against the table as the card stands now.
pub struct Doing<'a> {
    pub act: CardAct,
    pub by: Option<Uuid>,
    pub words: &'a str,
    pub calendar: &'a Calendar,
    pub now: Moment,
}

pub async fn act(db: &SqlitePool, no: i64, doing: &Doing<'_>) -> ApiResult<KeptCard> {
    let mut tx = db.begin_with("begin immediate").await?;
    let kept = card(&mut tx, no).await?;
    let place = kept.place(doing.calendar, Day::of(doing.now));
    let to = next(place, doing.act, doing.words).map_err(CardMisstep::error)?;
    move_to(&mut tx, &kept, doing.act, to, doing.by, doing.words, doing.now).await?;
    let told = match to {
        CardState::Confirmed if doing.act == CardAct::Return => {
            Some(("整改未通过，请重新整改并反馈", "confirmed still: put it right anew and report back"))
        }
        CardState::Confirmed => Some(("已确认，请整改并反馈", "confirmed: put it right and report back")),
        CardState::Withdrawn => Some(("已撤回", "withdrawn")),
        CardState::Closed if kept.level != CardLevel::Blue => Some(("已办结", "closed")),
        _ => None,
    };
    if let Some((zh, en)) = told {
        let (zh, en) =
            (format!("{}的牌{zh}。", kept.subject.number), format!("the card on {} is {en}", kept.subject.number));
        for account in people(&mut tx, no).await? {
            messages::tell(&mut tx, account, (&zh, &en), &format!("/cards/{no}"), doing.now).await?;
        }
    }
    let (state, since) = (to, doing.now);
    let moved = KeptCard { state, since, ..kept };
    // What is supervision's to do is told to it: it lies with nobody by name.
    if matches!(to, CardState::Explained | CardState::Corrected) {
        turn::tell_supervisors(&mut tx, &moved, doing.calendar, doing.now).await?;
    }
    tx.commit().await?;
    Ok(moved)
}

/// Who was told of a card and still belongs to its unit.
pub async fn people(db: &mut SqliteConnection, no: i64) -> ApiResult<Vec<Uuid>> {
    let ids: Vec<String> = sqlx::query_scalar(
        "select p.account from card_people p
         join cards c on c.no = p.card
         join accounts a on a.id = p.account and (a.agency = c.agency or a.center = c.center)
         where p.card = ?",
    )
    .bind(no)
    .fetch_all(db)
    .await?;
    Ok(ids.iter().map(|id| id.parse().map_err(|_| bad("account"))).collect::<sqlx::Result<_>>()?)
}
