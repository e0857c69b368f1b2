//! How the watch stands: what it is looking at, how far it has come, how often it fell. Shared by the watch, its
//! keeper, and the supervisors' door.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use std::sync::{Mutex, MutexGuard};
use utoipa::ToSchema;
use uuid::Uuid;

/// An entry of the record, or a fact kept behind one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spot {
    pub lot: Uuid,
    pub n: u64,
    pub at_ms: i64,
    /// Its number among the kept facts.
    pub fact: Option<i64>,
}

/// What the watch is about, named before it begins: where it was when it fell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doing {
    /// Beginning, writing, waiting.
    Between,
    Looking(Spot),
    /// To what happens beside the record.
    Listening,
    /// To one note of it.
    Hearing(i64),
}

#[derive(Serialize, ToSchema, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum WatchState {
    Looking,
    /// It fell, and reads the record again.
    BeginningAnew,
    /// It fell time and again and is not begun anew before the server is.
    StandingStill,
}

pub struct Standing(Mutex<Now>);

struct Now {
    doing: Doing,
    state: WatchState,
    next_n: u64,
    falls: u64,
    is_deaf: bool,
}

impl Standing {
    pub fn new(next_n: u64) -> Standing {
        let (doing, state) = (Doing::Between, WatchState::Looking);
        Standing(Mutex::new(Now { doing, state, next_n, falls: 0, is_deaf: false }))
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.0.lock().expect("nobody panics while noting where the watch stands")
    }

    pub fn begins(&self, doing: Doing) {
        self.now().doing = doing;
    }

    pub fn doing(&self) -> Doing {
        self.now().doing
    }

    /// It has looked at everything before this entry, and at nothing since.
    pub fn reached(&self, next_n: u64) {
        let mut now = self.now();
        (now.doing, now.state, now.next_n) = (Doing::Between, WatchState::Looking, next_n);
    }

    pub fn fell(&self) {
        let mut now = self.now();
        now.falls += 1;
        (now.doing, now.state) = (Doing::Between, WatchState::BeginningAnew);
    }

    pub fn stands_still(&self) {
        self.now().state = WatchState::StandingStill;
    }

    /// What happens beside the record is not heard until the server begins anew; the notes of it stay.
    pub fn deafen(&self) {
        self.now().is_deaf = true;
    }

    pub fn is_deaf(&self) -> bool {
        self.now().is_deaf
    }

    pub fn next_n(&self) -> u64 {
        self.now().next_n
    }
}

/// 监督程序的状态: whether bids are looked at, for those who rely on it.
#[derive(Serialize, ToSchema)]
pub struct WatchReport {
    pub state: WatchState,
    /// The first entry of the record that was not looked at.
    pub next_n: u64,
    /// Since the server began.
    pub falls: u64,
    /// Entries and facts that were left out, ever; a red alert tells of each.
    pub set_aside: u64,
    /// Notes of what happened beside the record that it fell over: kept for a person to look at.
    pub notes_aside: Vec<NoteAside>,
    /// What does not work, in words; absent while all does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// A note the watch does not hear, having fallen over it time and again.
#[derive(Serialize, ToSchema)]
pub struct NoteAside {
    pub seq: i64,
    /// When what it tells of happened.
    pub at: i64,
    /// credit, entity, sealed_read, annulled, left or gave_up.
    pub kind: String,
    /// What it is about: a credit's number, an entity's code, a lot, or a lot and an application.
    pub of: String,
}

/// Notes told by name; there are as many as a life of the server sets aside, for a few lives.
const NOTES_SHOWN_MAX: i64 = 50;

async fn notes_aside(db: &SqlitePool) -> sqlx::Result<Vec<NoteAside>> {
    let rows = sqlx::query("select seq, at, kind, ref from watch_notes_aside order by seq desc limit ?")
        .bind(NOTES_SHOWN_MAX)
        .fetch_all(db)
        .await?;
    let read = |row: &SqliteRow| {
        let (seq, at) = (row.try_get("seq")?, row.try_get("at")?);
        Ok(NoteAside { seq, at, kind: row.try_get("kind")?, of: row.try_get("ref")? })
    };
    rows.iter().map(read).collect()
}

/// What supervisors are told of a watch that does not look; the auction goes on in any case.
fn trouble(state: WatchState, is_deaf: bool, n: u64, aside: &[NoteAside]) -> Option<(String, String)> {
    match (state, is_deaf) {
        (WatchState::Looking, false) if aside.is_empty() => None,
        (WatchState::Looking, false) => {
            let names: Vec<String> = aside.iter().map(|note| format!("{} {}", note.kind, note.of)).collect();
            Some((
                format!("监督程序无法核查下列记录之外的事项，已单独保存，须人工核查：{}", names.join("、")),
                format!(
                    "the watch could not look at these things beside the record; they are kept for a person to look at: {}",
                    names.join(", ")
                ),
            ))
        }
        (WatchState::Looking, true) => Some((
            "监督程序多次出错，已停止核查记录之外的事项（到账、登记变更、解封、成交无效），请通知运维人员；报价照常核查，交易不受影响".into(),
            "the watch fell time and again and no longer hears what happens beside the record (late money, a changed \
             register, sealed data read, a void sale); tell whoever runs this server. Bids are looked at"
                .into(),
        )),
        (WatchState::BeginningAnew, _) => Some((
            format!("监督程序出错后正在重新读取记录，第{n}条起尚未核查；交易不受影响，未核查的随后补查"),
            format!(
                "the watch fell and reads the record again; entry {n} and what follows has not been looked at yet and \
                 will be. The auction goes on"
            ),
        )),
        (WatchState::StandingStill, _) => Some((
            format!("监督程序多次出错，已停止：记录第{n}条起未经核查，请立即通知运维人员；交易不受影响"),
            format!(
                "the watch fell time and again and stands still: entry {n} and what follows is not looked at. Tell \
                 whoever runs this server at once. The auction goes on"
            ),
        )),
    }
}

/// Whether the watch looks, and since which entry it does not.
#[utoipa::path(get, path = "/api/supervision/watch",
    responses((status = 200, body = WatchReport), (status = "4XX", body = ApiError)))]
pub async fn watch(State(app): State<App>) -> ApiResult<Json<WatchReport>> {
    let set_aside: i64 = sqlx::query_scalar("select count(*) from watch_set_aside").fetch_one(&app.db).await?;
    let notes_aside = notes_aside(&app.db).await?;
    let now = app.watching.now();
    let (zh, en) = trouble(now.state, now.is_deaf, now.next_n, &notes_aside).unzip();
    let (state, next_n, falls) = (now.state, now.next_n, now.falls);
    Ok(Json(WatchReport { state, next_n, falls, set_aside: set_aside as u64, notes_aside, zh, en }))
}
