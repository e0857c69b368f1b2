//! A step that was open at the last round and is not at this one has ended between them. If its limit passed
//! before it ended, nobody has seen it late: it is looked up when its subject was acted on, and the card is raised.

use crate::app::App;
use crate::calendar::Day;
use crate::db::{bad, cursor, json, move_cursor, uuid};
use crate::enforcement::{self, StepOf};
use crate::error::ApiResult;
use crate::security::model::Duty;
use crate::supervision::cards::clock::{Clock, Rung, Subject, Unit};
use crate::supervision::cards::model::{CardLevel, CardReason};
use crate::supervision::cards::store::{self, Raise, named, subject};
use matching::Moment;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::HashSet;
use uuid::Uuid;

/// The moment of the last round that was finished, among the places of other readers.
const ROUND: &str = "cards/round";

struct Step {
    subject: Subject,
    step: String,
    unit: Unit,
    duty: Option<Duty>,
    named: Vec<Uuid>,
    late_at: Moment,
    level: CardLevel,
}

/// Raises what ended late, and remembers what is open now.
pub async fn look(app: &App, open: &[Clock], now: Moment) -> ApiResult<()> {
    let since = cursor(&app.db, ROUND).await?;
    let is_open: HashSet<(&str, &str)> =
        open.iter().map(|clock| (clock.subject.id.as_str(), clock.whole.as_str())).collect();
    let rows = sqlx::query("select * from watched_steps").fetch_all(&app.db).await?;
    let known = rows.iter().map(step).collect::<sqlx::Result<Vec<_>>>()?;
    let mut ended = Vec::new();
    for step in &known {
        if is_open.contains(&(step.subject.id.as_str(), step.step.as_str())) {
            continue;
        }
        if step.late_at <= now {
            let subject = step.subject.id.parse().map_err(|_| bad("subject"))?;
            // Of several acts between two rounds the first may have ended it: what is in doubt is held against nobody.
            let at = enforcement::first_act_after(&app.db, subject, Moment(since.unwrap_or(0))).await?;
            if at.is_some_and(|at| at >= step.late_at) {
                late(app, step, now).await?;
            }
        }
        ended.push(step);
    }
    let mut tx = app.db.begin_with("begin immediate").await?;
    for step in ended {
        sqlx::query("delete from watched_steps where of = ? and subject = ? and step = ?")
            .bind(step.subject.of.name())
            .bind(&step.subject.id)
            .bind(&step.step)
            .execute(&mut *tx)
            .await?;
    }
    for clock in open {
        keep(&mut tx, clock).await?;
    }
    move_cursor(&mut tx, ROUND, now.0).await?;
    Ok(tx.commit().await?)
}

async fn late(app: &App, step: &Step, now: Moment) -> ApiResult<()> {
    let due = Some(Day::of(step.late_at.plus_ms(-1)));
    let rung = Rung { step: step.step.clone(), level: step.level, reason: CardReason::DecidedLate, due };
    let raise =
        Raise { subject: &step.subject, unit: step.unit, duty: step.duty, named: &step.named, rung: &rung, said: None };
    store::raise(&app.db, &raise, now).await?;
    Ok(())
}

/// As it stands now: a decree moves its day, and another team may have it.
async fn keep(db: &mut SqliteConnection, clock: &Clock) -> ApiResult<()> {
    // Only what the agency owes by a known moment; a case of approval is looked back on when it is decided.
    let limited = (clock.legal_by.is_some() || clock.promised_by.is_some()) && !clock.is_others;
    let (Some(late_at), Unit::Agency(agency), true) = (clock.late_at, clock.unit, limited) else { return Ok(()) };
    sqlx::query(
        "insert into watched_steps
           (of, kind, subject, step, number, name_zh, name_en, agency, duty, named, late_at, level)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (of, subject, step) do update
           set duty = excluded.duty, named = excluded.named, late_at = excluded.late_at, level = excluded.level
           where duty is not excluded.duty or named <> excluded.named or late_at <> excluded.late_at
             or level <> excluded.level",
    )
    .bind(clock.subject.of.name())
    .bind(clock.subject.kind.map(StepOf::name))
    .bind(&clock.subject.id)
    .bind(&clock.whole)
    .bind(&clock.subject.number)
    .bind(&clock.subject.name_zh)
    .bind(&clock.subject.name_en)
    .bind(agency.to_string())
    .bind(clock.duty.map(Duty::name))
    .bind(store::names(&clock.named)?)
    .bind(late_at.0)
    .bind(clock.late_level().name())
    .execute(db)
    .await?;
    Ok(())
}

fn step(row: &SqliteRow) -> sqlx::Result<Step> {
    let duty: Option<String> = row.try_get("duty")?;
    let duty = duty.map(|name| serde_json::from_value(name.into()).map_err(|_| bad("duty"))).transpose()?;
    Ok(Step {
        subject: subject(row)?,
        step: row.try_get("step")?,
        unit: Unit::Agency(uuid(row, "agency")?),
        duty,
        named: json(row, "named")?,
        late_at: Moment(row.try_get("late_at")?),
        level: named(row, "level", CardLevel::from_name)?,
    })
}
