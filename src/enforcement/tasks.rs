//! 任务派遣: one officer sends another, with a limit; what comes back is text and the hashes of files.

use crate::app::{App, Valid, filled};
use crate::calendar::Calendar;
use crate::clock;
use crate::db::{uuid, uuid_or_none};
use crate::enforcement::case_routes::reader;
use crate::enforcement::clocks::{StepColour, colour};
use crate::enforcement::doing::officer;
use crate::enforcement::limits;
use crate::enforcement::misstep::Misstep;
use crate::enforcement::store::{self, Done, EnforcementEvent, KeptCase};
use crate::enforcement::transfer::is_sha256;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{Account, Duty, Principal};
use axum::Json;
use axum::extract::{Path, Query, State};
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

const TITLE_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 2_000;
const FILES_MAX: usize = 20;
/// A task is done within a year, or is none.
const LENGTH_MS_MAX: i64 = 366 * 24 * 3_600_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, dispatch)).routes(routes!(one)).routes(routes!(act))
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// 已派遣.
    Dispatched,
    Accepted,
    /// 已反馈.
    Reported,
    /// 退回: to be done again.
    Returned,
    /// 办结.
    Done,
}

impl TaskStatus {
    const ALL: [TaskStatus; 5] =
        [TaskStatus::Dispatched, TaskStatus::Accepted, TaskStatus::Reported, TaskStatus::Returned, TaskStatus::Done];

    fn name(self) -> &'static str {
        match self {
            TaskStatus::Dispatched => "dispatched",
            TaskStatus::Accepted => "accepted",
            TaskStatus::Reported => "reported",
            TaskStatus::Returned => "returned",
            TaskStatus::Done => "done",
        }
    }
}

/// A file as feedback names it.
#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct FeedbackFile {
    name: String,
    sha256: String,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, PartialEq, Eq)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
enum TaskAct {
    Accept {
        note: String,
    },
    /// 反馈.
    Report {
        note: String,
        files: Vec<FeedbackFile>,
    },
    Return {
        note: String,
    },
    Finish {
        note: String,
    },
    /// 改派: to another, where its officer does not do it.
    Reassign {
        officer: Uuid,
        note: String,
    },
}

/// Who asks, and whether he decides in his agency: he answers for whoever set a task and has left.
#[derive(Debug, Clone, Copy)]
struct Asks {
    id: Uuid,
    decides: bool,
}

impl Asks {
    fn of(who: &Account) -> Asks {
        Asks { id: who.id, decides: who.duties.contains(&Duty::Decide) }
    }

    const NOBODY: Asks = Asks { id: Uuid::nil(), decides: false };

    /// Whether he may judge what came back; nobody judges what he did himself but who set it.
    fn sets(self, officer: Uuid, set_by: Uuid) -> bool {
        set_by == self.id || self.decides && officer != self.id
    }
}

/// What the task becomes; `mine` and `set_by_me` say who asks.
fn next(status: TaskStatus, act: &TaskAct, mine: bool, set_by_me: bool) -> Result<TaskStatus, Misstep> {
    use TaskStatus::{Accepted, Dispatched, Done, Reported, Returned};
    match (act, status) {
        (TaskAct::Accept { .. }, Dispatched | Returned) if mine => Ok(Accepted),
        (TaskAct::Report { .. }, Accepted) if mine => Ok(Reported),
        (TaskAct::Return { .. }, Reported) if set_by_me => Ok(Returned),
        (TaskAct::Finish { .. }, Reported) if set_by_me => Ok(Done),
        (TaskAct::Reassign { .. }, Dispatched | Accepted | Returned) if set_by_me => Ok(Dispatched),
        _ => Err(Misstep::NotNow),
    }
}

#[derive(Serialize, ToSchema)]
pub struct EnforcementTask {
    pub id: Uuid,
    /// RW-2026-00001.
    pub number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Uuid>,
    pub agency: Uuid,
    pub title: String,
    pub text: String,
    pub officer: Uuid,
    pub officer_name: String,
    pub set_by: Uuid,
    pub at: i64,
    pub due_at: i64,
    pub status: TaskStatus,
    pub colour: StepColour,
    /// The first moment too late for whose turn it is.
    pub turn_due_at: i64,
    /// What I may do now.
    pub acts: Vec<String>,
    #[serde(skip)]
    pub turn: TaskTurn,
}

/// Whose word a task waits for, since when and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskTurn {
    pub step: &'static str,
    pub since: Moment,
    /// The first moment that is too late.
    pub due: Moment,
    pub basis: &'static str,
}

/// The officer's until he has reported, within the task's own limit; then that of who set it, counted from the report.
/// What is sent back has days of its own where the task's limit leaves fewer: who reported in time is not late by it.
fn turn(
    status: TaskStatus,
    (at, due): (Moment, Moment),
    (reported, returned): (Option<Moment>, Option<Moment>),
    calendar: &Calendar,
) -> TaskTurn {
    let (house, dispatch) = (limits::FINISH.source, "dispatch");
    let given = |since: Moment| limits::FINISH.due(since, calendar);
    match (status, reported, returned) {
        (TaskStatus::Reported, Some(since), _) => TaskTurn { step: "finish", since, due: given(since), basis: house },
        (_, _, Some(since)) if given(since) > due => {
            TaskTurn { step: "report", since, due: given(since), basis: house }
        }
        (_, _, returned) => TaskTurn { step: "report", since: returned.unwrap_or(at), due, basis: dispatch },
    }
}

#[derive(Serialize, ToSchema)]
struct TaskWhole {
    #[serde(flatten)]
    task: EnforcementTask,
    events: Vec<EnforcementEvent>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTask {
    case_id: Option<Uuid>,
    title: String,
    text: String,
    officer: Uuid,
    /// The first moment that is too late.
    due_at: i64,
}

fn task(row: &SqliteRow, me: Asks, calendar: &Calendar, now: Moment) -> sqlx::Result<EnforcementTask> {
    let name: String = row.try_get("status")?;
    let status = TaskStatus::ALL.into_iter().find(|known| known.name() == name);
    let status = status.ok_or_else(|| crate::db::bad("status"))?;
    let (officer, set_by) = (uuid(row, "officer")?, uuid(row, "set_by")?);
    let (at, due_at): (i64, i64) = (row.try_get("at")?, row.try_get("due_at")?);
    let when = |column: &str| row.try_get::<Option<i64>, _>(column).map(|at| at.map(Moment));
    let turn = turn(status, (Moment(at), Moment(due_at)), (when("reported_at")?, when("returned_at")?), calendar);
    let samples = [
        ("accept", TaskAct::Accept { note: String::new() }),
        ("report", TaskAct::Report { note: String::new(), files: Vec::new() }),
        ("return", TaskAct::Return { note: String::new() }),
        ("finish", TaskAct::Finish { note: String::new() }),
        ("reassign", TaskAct::Reassign { officer: Uuid::nil(), note: String::new() }),
    ];
    let can = |act: &TaskAct| next(status, act, officer == me.id, me.sets(officer, set_by)).is_ok();
    Ok(EnforcementTask {
        id: uuid(row, "id")?,
        number: row.try_get("number")?,
        case_id: uuid_or_none(row, "case_id")?,
        agency: uuid(row, "agency")?,
        title: row.try_get("title")?,
        text: row.try_get("text")?,
        officer,
        officer_name: row.try_get("officer_name")?,
        set_by,
        at,
        due_at,
        status,
        colour: if status == TaskStatus::Done { StepColour::Green } else { colour(turn.due, now) },
        acts: samples.iter().filter(|(_, act)| can(act)).map(|(name, _)| name.to_string()).collect(),
        turn_due_at: turn.due.0,
        turn,
    })
}

const TASKS: &str = "select t.*, a.name as officer_name,
    (select max(e.at) from enforcement_events e where e.subject = t.id and e.act = 'report') as reported_at,
    (select max(e.at) from enforcement_events e where e.subject = t.id and e.act = 'return') as returned_at
  from enforcement_tasks t join accounts a on a.id = t.officer";

/// Tasks not done, the most urgent first.
pub async fn open(
    db: &SqlitePool,
    agency: Option<Uuid>,
    calendar: &Calendar,
    now: Moment,
    most: i64,
) -> ApiResult<Vec<EnforcementTask>> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{TASKS} where (?1 is null or t.agency = ?1) and t.status <> 'done' order by t.due_at limit ?2"
    )))
    .bind(agency.map(|agency| agency.to_string()))
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| task(row, Asks::NOBODY, calendar, now)).collect::<sqlx::Result<_>>()?)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TaskQuery {
    /// Only what I am to do, or what I set.
    mine: Option<bool>,
    /// Done ones too.
    all: Option<bool>,
    case: Option<Uuid>,
}

/// Tasks of one's agency, the most urgent first, and after them those done, the newest first; supervision reads all.
/// At most 50.
#[utoipa::path(get, path = "/api/enforcement/tasks", params(TaskQuery),
    responses((status = 200, body = Vec<EnforcementTask>), (status = "4XX", body = ApiError)))]
async fn list(
    State(app): State<App>,
    Query(query): Query<TaskQuery>,
    principal: Principal,
) -> ApiResult<Json<Vec<EnforcementTask>>> {
    let (who, agency) = reader(&app, &principal).await?;
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{TASKS} where (?1 is null or t.agency = ?1) and (?2 is null or t.officer = ?2 or t.set_by = ?2)
           and (?3 or t.status <> 'done') and (?4 is null or t.case_id = ?4)
         order by t.status = 'done',
           case t.status when 'done'
             then -(select max(e.at) from enforcement_events e where e.subject = t.id and e.act = 'finish')
             else t.due_at end
         limit ?5"
    )))
    .bind(agency.map(|agency| agency.to_string()))
    .bind(query.mine.unwrap_or(false).then(|| who.id.to_string()))
    .bind(query.all.unwrap_or(false))
    .bind(query.case.map(|case| case.to_string()))
    .bind(store::PAGE_SIZE)
    .fetch_all(&app.db)
    .await?;
    let (now, calendar) = (clock::now(), app.calendar());
    let me = Asks::of(&who);
    Ok(Json(rows.iter().map(|row| task(row, me, &calendar, now)).collect::<sqlx::Result<_>>()?))
}

async fn find(app: &App, id: Uuid, me: Asks) -> ApiResult<EnforcementTask> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{TASKS} where t.id = ?")))
        .bind(id.to_string())
        .fetch_optional(&app.db)
        .await?
        .ok_or_else(ApiError::not_found)?;
    Ok(task(&row, me, &app.calendar(), clock::now())?)
}

async fn whole(app: &App, id: Uuid, me: Asks) -> ApiResult<Json<TaskWhole>> {
    Ok(Json(TaskWhole { task: find(app, id, me).await?, events: store::events(&app.db, id).await? }))
}

/// A task with what was done about it.
#[utoipa::path(get, path = "/api/enforcement/tasks/{id}", params(("id" = Uuid, Path)),
    responses((status = 200, body = TaskWhole), (status = "4XX", body = ApiError)))]
async fn one(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<Json<TaskWhole>> {
    let (who, agency) = reader(&app, &principal).await?;
    let task = find(&app, id, Asks::of(&who)).await?;
    if agency.is_some_and(|agency| agency != task.agency) {
        return Err(ApiError::not_found());
    }
    whole(&app, id, Asks::of(&who)).await
}

/// Sends an officer of one's agency.
#[utoipa::path(post, path = "/api/enforcement/tasks", request_body = NewTask,
    responses((status = 200, body = TaskWhole), (status = "4XX", body = ApiError)))]
async fn dispatch(
    State(app): State<App>,
    principal: Principal,
    Valid(new): Valid<NewTask>,
) -> ApiResult<Json<TaskWhole>> {
    let who = officer(&app, &principal, &[Duty::Investigate, Duty::Review, Duty::Decide]).await?;
    let agency = who.agency_id.ok_or_else(ApiError::forbidden)?;
    let (id, now) = (Uuid::new_v4(), clock::now());
    let (title, text) = (filled("title", &new.title, TITLE_CHARS_MAX)?, filled("text", &new.text, TEXT_CHARS_MAX)?);
    if new.due_at <= now.0 || new.due_at > now.0 + LENGTH_MS_MAX {
        return Err(ApiError::bad_request("due_at", "期限须在一年以内的将来", "a limit within a year from now"));
    }
    let mut tx = app.db.begin_with("begin immediate").await?;
    let case = of_case(&mut tx, new.case_id).await?;
    if case.as_ref().is_some_and(|case| case.agency != agency) {
        return Err(ApiError::not_found());
    }
    sendable(&mut tx, new.officer, agency, case.as_ref(), who.id).await?;
    let number = store::number(&mut tx, "enforcement_tasks", "RW", now).await?;
    sqlx::query(
        "insert into enforcement_tasks (id, number, case_id, agency, title, text, officer, set_by, at, due_at, status)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'dispatched')",
    )
    .bind(id.to_string())
    .bind(number)
    .bind(new.case_id.map(|case| case.to_string()))
    .bind(agency.to_string())
    .bind(title)
    .bind(text)
    .bind(new.officer.to_string())
    .bind(who.id.to_string())
    .bind(now.0)
    .bind(new.due_at)
    .execute(&mut *tx)
    .await?;
    let data = serde_json::json!({"officer": new.officer, "due_at": new.due_at, "case": new.case_id});
    store::note(&mut tx, &Done { subject: id, at: now, by: who.id, act: "dispatch", note: title, data }).await?;
    tx.commit().await?;
    whole(&app, id, Asks::of(&who)).await
}

/// The case a task is of.
async fn of_case(db: &mut SqliteConnection, case: Option<Uuid>) -> ApiResult<Option<KeptCase>> {
    match case {
        Some(case) => store::find(db, case).await.map(Some),
        None => Ok(None),
    }
}

/// Whom somebody sends is of his agency, and neither of them complained of what it is about.
async fn sendable(
    db: &mut SqliteConnection,
    officer: Uuid,
    agency: Uuid,
    case: Option<&KeptCase>,
    by: Uuid,
) -> ApiResult<()> {
    let of: Option<String> = sqlx::query_scalar("select agency from accounts where id = ? and disabled = 0")
        .bind(officer.to_string())
        .fetch_optional(&mut *db)
        .await?
        .flatten();
    if of != Some(agency.to_string()) {
        return Err(ApiError::bad_request("officer", "不是本机关的人员", "no officer of this agency"));
    }
    let complainant = case.and_then(|case| case.complainant);
    match complainant.is_some_and(|one| one == officer || one == by) {
        true => Err(Misstep::Complainant.error()),
        false => Ok(()),
    }
}

/// Accepts, reports on, returns, finishes a task, or gives it to another.
#[utoipa::path(post, path = "/api/enforcement/tasks/{id}/acts", params(("id" = Uuid, Path)), request_body = TaskAct,
    responses((status = 200, body = TaskWhole), (status = "4XX", body = ApiError)))]
async fn act(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(act): Valid<TaskAct>,
) -> ApiResult<Json<TaskWhole>> {
    let (who, agency) = reader(&app, &principal).await?;
    let task = find(&app, id, Asks::of(&who)).await?;
    if agency != Some(task.agency) {
        return Err(ApiError::not_found());
    }
    let (name, note, files) = match &act {
        TaskAct::Accept { note } => ("accept", note, &[][..]),
        TaskAct::Report { note, files } => ("report", note, &files[..]),
        TaskAct::Return { note } => ("return", note, &[][..]),
        TaskAct::Finish { note } => ("finish", note, &[][..]),
        TaskAct::Reassign { note, .. } => ("reassign", note, &[][..]),
    };
    Misstep::note(note).map_err(Misstep::error)?;
    if files.len() > FILES_MAX || files.iter().any(|file| !is_sha256(&file.sha256)) {
        let (zh, en) = ("附件最多20个，须附SHA-256", "at most 20 files, each with its SHA-256 in lowercase hex");
        return Err(ApiError::bad_request("files", zh, en));
    }
    for file in files {
        filled("files", &file.name, TITLE_CHARS_MAX)?;
    }
    let sets = Asks::of(&who).sets(task.officer, task.set_by);
    let to = next(task.status, &act, task.officer == who.id, sets).map_err(Misstep::error)?;
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let officer = match act {
        TaskAct::Reassign { officer, .. } => {
            let case = of_case(&mut tx, task.case_id).await?;
            sendable(&mut tx, officer, task.agency, case.as_ref(), who.id).await?;
            officer
        }
        _ => task.officer,
    };
    let moved = sqlx::query("update enforcement_tasks set status = ?, officer = ? where id = ? and status = ?")
        .bind(to.name())
        .bind(officer.to_string())
        .bind(id.to_string())
        .bind(task.status.name())
        .execute(&mut *tx)
        .await?;
    if moved.rows_affected() != 1 {
        return Err(ApiError::busy());
    }
    let data = match act {
        TaskAct::Reassign { officer, .. } => serde_json::json!({"officer": officer}),
        _ => serde_json::json!({"files": files}),
    };
    store::note(&mut tx, &Done { subject: id, at: now, by: who.id, act: name, note, data }).await?;
    tx.commit().await?;
    whole(&app, id, Asks::of(&who)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Day;

    #[test]
    fn who_reported_in_time_is_not_late_and_who_set_the_task_has_days_from_the_report() {
        let calendar = Calendar::released();
        let on = |day: &str| day.parse::<Day>().expect("a day").start();
        let last = |day: &str| day.parse::<Day>().expect("a day").end();
        // Set on Monday the 2nd, due on Thursday the 5th of November 2026.
        let set = (on("2026-11-02"), on("2026-11-05"));
        let of = |status, reported: Option<&str>, returned: Option<&str>| {
            let turn = turn(status, set, (reported.map(on), returned.map(on)), &calendar);
            (turn.step, turn.since, turn.due)
        };
        use TaskStatus::{Accepted, Dispatched, Reported, Returned};
        assert_eq!(of(Dispatched, None, None), ("report", set.0, set.1));
        assert_eq!(of(Reported, Some("2026-11-04"), None), ("finish", on("2026-11-04"), last("2026-11-09")));
        let again = ("report", on("2026-11-06"), last("2026-11-11"));
        assert_eq!(of(Returned, Some("2026-11-04"), Some("2026-11-06")), again);
        assert_eq!(of(Accepted, Some("2026-11-04"), Some("2026-11-06")), again);
        let finish = of(Reported, Some("2026-11-10"), Some("2026-11-06"));
        assert_eq!(finish, ("finish", on("2026-11-10"), last("2026-11-13")));
    }

    #[test]
    fn whoever_decides_answers_for_who_set_a_task_and_left_and_never_judges_his_own_work() {
        let [officer, set_by, other] = [1, 2, 3].map(Uuid::from_u128);
        let sets = |id, decides| Asks { id, decides }.sets(officer, set_by);
        assert!(sets(set_by, false) && sets(other, true));
        assert!(!sets(other, false) && !sets(officer, true));
    }

    #[test]
    fn a_task_goes_to_its_officer_and_back_to_who_set_it_and_no_other_way() {
        use TaskStatus as S;
        let note = || "n".to_string();
        let acts = [
            TaskAct::Accept { note: note() },
            TaskAct::Report { note: note(), files: Vec::new() },
            TaskAct::Return { note: note() },
            TaskAct::Finish { note: note() },
            TaskAct::Reassign { officer: Uuid::nil(), note: note() },
        ];
        let moves = [
            (0, S::Dispatched, true, S::Accepted),
            (0, S::Returned, true, S::Accepted),
            (1, S::Accepted, true, S::Reported),
            (2, S::Reported, false, S::Returned),
            (3, S::Reported, false, S::Done),
            (4, S::Dispatched, false, S::Dispatched),
            (4, S::Accepted, false, S::Dispatched),
            (4, S::Returned, false, S::Dispatched),
        ];
        for (index, act) in acts.iter().enumerate() {
            for status in S::ALL {
                for mine in [true, false] {
                    let known = moves.iter().find(|(at, from, whose, _)| (*at, *from, *whose) == (index, status, mine));
                    let expected = known.map(|(.., to)| *to).ok_or(Misstep::NotNow);
                    assert_eq!(next(status, act, mine, !mine), expected, "{act:?} in {status:?}, mine {mine}");
                }
            }
        }
    }
}
