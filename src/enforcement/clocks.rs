//! 时限: every open step of enforcement with its last moment. Whoever keeps cards over time limits asks here.

use crate::app::App;
use crate::calendar::Calendar;
use crate::enforcement::limits::{self, Limit, OwedBy};
use crate::enforcement::{complaints, handovers, store, tasks, transfers};
use crate::error::ApiResult;
use matching::Moment;
use serde::Serialize;
use sqlx::SqlitePool;
use utoipa::ToSchema;
use uuid::Uuid;

/// Open steps of one kind looked at: a city's agencies have some thousand cases open.
const OPEN_MAX: i64 = 10_000;
/// A desk reminds two days ahead.
const NEAR_MS: i64 = 48 * 3_600_000;

/// A step somebody owes, and until when.
#[derive(Serialize, ToSchema, Debug, Clone, PartialEq, Eq)]
pub struct OpenStep {
    pub kind: StepOf,
    /// Of the case, the complaint, the transfer, the task.
    pub subject: Uuid,
    /// The case it is worked on in, where there is one: a transfer, a handover or a task has no page of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    pub number: String,
    pub title: String,
    pub step: String,
    /// Who answers for it.
    pub agency: Uuid,
    /// Who is in charge of it by name: a case's team, a task's two ends.
    pub officers: Vec<Uuid>,
    pub since: i64,
    /// The first moment that is too late by law.
    pub legal_at: i64,
    pub legal_basis: String,
    pub owed_by: OwedBy,
    /// A law sets the limit.
    pub is_law: bool,
    pub colour: StepColour,
}

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum StepOf {
    Case,
    Complaint,
    Transfer,
    Handover,
    Task,
}

impl StepOf {
    const ALL: [StepOf; 5] = [StepOf::Case, StepOf::Complaint, StepOf::Transfer, StepOf::Handover, StepOf::Task];

    pub fn name(self) -> &'static str {
        match self {
            StepOf::Case => "case",
            StepOf::Complaint => "complaint",
            StepOf::Transfer => "transfer",
            StepOf::Handover => "handover",
            StepOf::Task => "task",
        }
    }

    pub fn from_name(name: &str) -> Option<StepOf> {
        StepOf::ALL.into_iter().find(|known| known.name() == name)
    }
}

#[derive(Serialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum StepColour {
    Green,
    /// Two days or less are left; or others owe it, and are to be asked.
    Blue,
    /// Too late.
    Red,
}

pub fn colour(legal_at: Moment, now: Moment) -> StepColour {
    match legal_at.since(now) {
        left if left <= 0 => StepColour::Red,
        left if left <= NEAR_MS => StepColour::Blue,
        _ => StepColour::Green,
    }
}

/// What a step is of, beside its limit.
struct Of {
    pub kind: StepOf,
    pub subject: Uuid,
    pub case_id: Option<Uuid>,
    pub number: String,
    pub title: String,
    pub agency: Uuid,
    pub officers: Vec<Uuid>,
}

fn step(of: &Of, name: &str, since: Moment, limit: Limit, calendar: &Calendar, now: Moment) -> OpenStep {
    let legal_at = limit.due(since, calendar);
    let colour = match colour(legal_at, now) {
        StepColour::Red if limit.owed_by != OwedBy::Agency => StepColour::Blue,
        colour => colour,
    };
    OpenStep {
        kind: of.kind,
        subject: of.subject,
        case_id: of.case_id,
        number: of.number.clone(),
        title: of.title.clone(),
        step: name.into(),
        agency: of.agency,
        officers: of.officers.clone(),
        since: since.0,
        legal_at: legal_at.0,
        legal_basis: limit.source.into(),
        owed_by: limit.owed_by,
        is_law: limit.is_law,
        colour,
    }
}

/// The open steps of one case.
pub fn steps_of(case: &store::KeptCase, calendar: &Calendar, now: Moment) -> Vec<OpenStep> {
    let of = Of {
        kind: StepOf::Case,
        subject: case.id,
        case_id: Some(case.id),
        number: case.number.clone(),
        title: case.title.clone(),
        agency: case.agency,
        officers: case.place.officers.clone(),
    };
    let steps = case.place.open_steps().into_iter();
    steps.map(|(name, since, limit)| step(&of, name, since, limit, calendar, now)).collect()
}

/// Every open step, the most urgent first; of one agency, or of all.
pub async fn open_clocks(app: &App, agency: Option<Uuid>, now: Moment) -> ApiResult<Vec<OpenStep>> {
    let calendar = app.calendar();
    let mut found = Vec::new();
    for case in store::open(&app.db, agency, OPEN_MAX).await? {
        found.extend(steps_of(&case, &calendar, now));
    }
    for complaint in complaints::open(&app.db, agency, OPEN_MAX).await? {
        let of = Of {
            kind: StepOf::Complaint,
            subject: complaint.id,
            case_id: complaint.case_id,
            number: complaint.number.clone(),
            title: complaint.request.clone(),
            agency: complaint.owed_by(),
            officers: Vec::new(),
        };
        let (name, since, limit) = complaints::owed(complaint.at, complaint.accepted_at);
        found.push(step(&of, name, since, limit, &calendar, now));
    }
    for transfer in transfers::open(&app.db, agency, OPEN_MAX).await? {
        let Some((name, since, limit)) = transfer.place.open_step(now, &calendar) else { continue };
        let case = store::find(&mut *app.db.acquire().await?, transfer.case_id).await?;
        let of = Of {
            kind: StepOf::Transfer,
            subject: transfer.id,
            case_id: Some(transfer.case_id),
            number: case.number,
            title: case.title,
            agency: transfer.agency,
            officers: transfer.place.officers.clone(),
        };
        found.push(step(&of, name, since, limit, &calendar, now));
    }
    for handover in handovers::unanswered(&app.db, agency, OPEN_MAX).await? {
        let of = Of {
            kind: StepOf::Handover,
            subject: handover.id,
            case_id: handover.case_id,
            number: handover.number,
            title: handover.title,
            agency: handover.to_agency,
            officers: Vec::new(),
        };
        found.push(step(&of, "acknowledge", Moment(handover.at), limits::ACKNOWLEDGE, &calendar, now));
    }
    for task in tasks::open(&app.db, agency, &calendar, now, OPEN_MAX).await? {
        let turn = task.turn;
        found.push(OpenStep {
            kind: StepOf::Task,
            subject: task.id,
            case_id: task.case_id,
            number: task.number,
            title: task.title,
            step: turn.step.into(),
            agency: task.agency,
            // Who set it hears of its officer's silence; his own word he owes alone.
            officers: if turn.step == "finish" { vec![task.set_by] } else { vec![task.officer, task.set_by] },
            since: turn.since.0,
            legal_at: turn.due.0,
            legal_basis: turn.basis.into(),
            owed_by: OwedBy::Agency,
            is_law: false,
            colour: task.colour,
        });
    }
    found.sort_by_key(|step| (step.legal_at, step.subject));
    Ok(found)
}

/// The case a subject of its own is worked on in, whether a step of it is open or not.
pub async fn case_of(db: &SqlitePool, kind: StepOf, subject: &str) -> ApiResult<Option<Uuid>> {
    let sql = match kind {
        StepOf::Case => "select id from enforcement_cases where id = ?",
        StepOf::Complaint => "select case_id from complaints where id = ?",
        StepOf::Transfer => "select case_id from criminal_transfers where id = ?",
        StepOf::Handover => "select case_id from handovers where id = ?",
        StepOf::Task => "select case_id from enforcement_tasks where id = ?",
    };
    let found: Option<Option<String>> = sqlx::query_scalar(sql).bind(subject).fetch_optional(db).await?;
    Ok(found.flatten().and_then(|id| id.parse().ok()))
}

/// How many steps are open, counted where they are kept and not from the list above: what the list leaves out
/// shows as a difference.
pub async fn open_step_count(db: &SqlitePool) -> ApiResult<u64> {
    let count: i64 = sqlx::query_scalar(
        "select (select count(*) from enforcement_cases where status not in ('closed', 'annulled', 'transferred'))
           + (select count(*) from enforcement_cases
              where status = 'annulled' and place ->> '$.published_at' is not null)
           + (select count(*) from enforcement_cases
              where status not in ('closed', 'annulled', 'transferred') and place ->> '$.evidence_since' is not null)
           + (select count(*) from enforcement_cases
              where status in ('served', 'executed') and place ->> '$.on_the_spot.at' is not null
                and place ->> '$.on_the_spot.on_file_at' is null)
           + (select count(*) from complaints where status in ('filed', 'accepted'))
           + (select count(*) from criminal_transfers
              where status not in ('rejected', 'goods_handed_over', 'ended', 'returned'))
           + (select count(*) from handovers where status = 'sent')
           + (select count(*) from enforcement_tasks where status <> 'done')",
    )
    .fetch_one(db)
    .await?;
    Ok(count as u64)
}
