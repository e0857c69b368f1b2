//! 后续事项: what must follow on a word given to the floor, done once, whenever the server stops between.
//!
//! The floor's record and the tables are two files. So the intent is written first, then the floor is
//! asked, then one transaction does what follows and takes the intent out. An intent found later is
//! finished if the floor has done what was asked, and dropped if it has not.

use super::gate;
use super::money::{Due, Ended, settle_money};
use super::notices::{self, NoticeKind};
use super::store;
use crate::app::App;
use crate::clock;
use crate::db::{bad, json, uuid};
use crate::error::{ApiError, ApiResult};
use crate::trading::desk;
use crate::trading::holds;
use crate::trading::replica::Replica;
use crate::trading::store::{self as lots, Written};
use matching::{Command, Moment, Outcome, Stage};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use std::time::Duration;
use uuid::Uuid;

/// How often intents left behind are looked for.
const LOOKED_EVERY: Duration = Duration::from_secs(5);
/// An intent younger than this has its request still with it: the floor answers in milliseconds.
const LEFT_BEHIND_MS: i64 = 30_000;
/// Intents of one look; each lot has one at most.
const LOOK_MAX: i64 = 200;

/// What the floor is asked for, of which something follows.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum Word {
    /// 中止.
    Suspend { ground: String },
    /// 恢复.
    Resume { at: Option<Moment> },
    /// 终止.
    Terminate { ground: String },
    /// 补充公告: the opening is postponed.
    Postpone {
        notice: Uuid,
        opens_at: Moment,
        /// When it was to open before; absent where it waited for a clerk.
        #[serde(default)]
        from: Option<Moment>,
    },
    /// 重大变更: the lot ends, its bids are void.
    Invalidate { notice: Uuid, ground: String },
}

impl Word {
    fn command(&self) -> Command {
        match self.clone() {
            Word::Suspend { ground } => Command::Suspend { ground },
            Word::Resume { at } => Command::Resume { at },
            Word::Terminate { ground } | Word::Invalidate { ground, .. } => Command::Terminate { ground },
            Word::Postpone { opens_at, .. } => Command::Schedule { opens_at },
        }
    }

    /// As the lot's history tells it.
    fn action(&self) -> &'static str {
        match self {
            Word::Suspend { .. } => "suspend",
            Word::Resume { .. } => "resume",
            Word::Terminate { .. } | Word::Invalidate { .. } => "terminate",
            Word::Postpone { .. } => "postpone",
        }
    }

    /// Whether the floor has done it.
    fn is_done(&self, replica: &Replica) -> bool {
        match (self, replica.book.stage()) {
            (Word::Suspend { ground }, Stage::Suspended { ground: on, .. }) => ground == on,
            (Word::Resume { at: Some(at) }, Stage::Suspended { resume_at, .. }) => *resume_at == Some(*at),
            (Word::Resume { .. }, stage) => !matches!(stage, Stage::Suspended { .. }),
            (Word::Postpone { opens_at, .. }, _) => replica.book.opens_at() == Some(*opens_at),
            (
                Word::Terminate { ground } | Word::Invalidate { ground, .. },
                Stage::Closed(Outcome::Terminated { ground: on }),
            ) => ground == on,
            _ => false,
        }
    }
}

/// An intent on its way.
struct Intent {
    id: Uuid,
    lot: Uuid,
    word: Word,
    by: Uuid,
}

/// Gives the floor a word and does what follows. A lot without a file has nothing to follow.
pub async fn give(app: &App, lot: &Written, word: Word, by: Uuid) -> ApiResult<()> {
    if matches!(word, Word::Resume { .. } | Word::Terminate { .. } | Word::Invalidate { .. }) {
        holds::not_held(&app.db, lot.id).await?;
    }
    if !store::has_file(&app.db, lot.id).await? {
        return desk::command(app, lot.id, by, word.command(), word.action()).await;
    }
    let intent = Intent { id: Uuid::new_v4(), lot: lot.id, word, by };
    write(app, &intent).await?;
    match desk::ask_floor(app, lot.id, by, intent.word.command()).await {
        Ok(()) => finish(app, &intent).await,
        Err(refused) => {
            // A full inbox took nothing, a refusal did nothing.
            drop_intent(app, &intent).await?;
            Err(refused)
        }
    }
}

async fn write(app: &App, intent: &Intent) -> ApiResult<()> {
    let written = sqlx::query("insert into life_dues (id, lot, word, by, at) values (?, ?, ?, ?, ?)")
        .bind(intent.id.to_string())
        .bind(intent.lot.to_string())
        .bind(serde_json::to_string(&intent.word).map_err(|_| ApiError::internal())?)
        .bind(intent.by.to_string())
        .bind(clock::now().0)
        .execute(&app.db)
        .await;
    match written {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(ApiError {
            code: "FLOOR_WORD_PENDING".into(),
            ..ApiError::conflict(
                "该标的的上一项场内操作正在办理，请稍候",
                "what was last asked of the floor for this lot is still being done; wait a moment",
            )
        }),
        Err(error) => Err(error.into()),
    }
}

async fn drop_intent(app: &App, intent: &Intent) -> ApiResult<()> {
    sqlx::query("delete from life_dues where id = ?").bind(intent.id.to_string()).execute(&app.db).await?;
    Ok(())
}

/// What follows, in one transaction, once: whoever takes the intent out does it.
async fn finish(app: &App, intent: &Intent) -> ApiResult<()> {
    let (now, lot) = (clock::now(), lots::find(&app.db, intent.lot).await?);
    let closed_at = app.feed.look(lot.id, Replica::closed_at).flatten().unwrap_or(now);
    let calendar = app.calendar();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let taken = sqlx::query("delete from life_dues where id = ?").bind(intent.id.to_string()).execute(&mut *tx).await?;
    if taken.rows_affected() == 0 {
        return Ok(());
    }
    let (by, word) = (intent.by, &intent.word);
    lots::note(&mut *tx, lot.id, word.action(), by, now).await?;
    if let Word::Postpone { opens_at, from: Some(from), .. } = word {
        store::postpone_deadlines(&mut tx, lot.id, opens_at.0 - from.0).await?;
    }
    if let Word::Postpone { notice, .. } | Word::Invalidate { notice, .. } = word {
        let notice = notices::find(&mut *tx, *notice, None).await?;
        // Two may have asked for the same notice at once: the floor said yes to both, it is published once.
        if notice.published_at.is_none() {
            notices::publish(&mut tx, &notice, Some(by), now).await?;
        }
        if matches!(word, Word::Invalidate { .. }) {
            let number = &notice.lot_number;
            let zh = format!("标的{number}有重大变更（{}），已有报价全部作废，请留意重新上市的公告。", notice.title_zh);
            let en = format!(
                "Lot {number} was materially changed ({}): all bids on it are void. Watch for its relisting.",
                notice.title_en
            );
            store::tell_all(&mut tx, lot.id, &zh, &en, now).await?;
        }
    }
    let told = match word {
        Word::Suspend { ground } => Some((NoticeKind::Suspension, Some(ground.as_str()), None)),
        Word::Resume { at } => Some((NoticeKind::Resumption, None, *at)),
        Word::Terminate { ground } | Word::Invalidate { ground, .. } => {
            Some((NoticeKind::Termination, Some(ground.as_str()), None))
        }
        Word::Postpone { .. } => None,
    };
    if let Some((kind, ground, at)) = told {
        gate::tell_of_floor(&mut tx, &lot, kind, ground, at, by, now).await?;
        if kind == NoticeKind::Termination {
            let ended = Ended { lot: lot.id, closed_at, by };
            settle_money(&mut tx, &calendar, ended, &Due::RefundAll, now).await?;
        }
    }
    Ok(tx.commit().await?)
}

fn intent(row: &SqliteRow) -> sqlx::Result<Intent> {
    let word = json(row, "word").map_err(|_| bad("word"))?;
    Ok(Intent { id: uuid(row, "id")?, lot: uuid(row, "lot")?, word, by: uuid(row, "by")? })
}

/// Finishes or drops every intent written before `before`. One that cannot be finished now keeps its lot
/// waiting and nobody else's.
async fn look_after(app: &App, before: Moment) -> ApiResult<()> {
    let rows = sqlx::query("select * from life_dues where at < ? order by at limit ?")
        .bind(before.0)
        .bind(LOOK_MAX)
        .fetch_all(&app.db)
        .await?;
    for row in &rows {
        let intent = intent(row)?;
        let looked_after = match app.feed.look(intent.lot, |replica| intent.word.is_done(replica)) {
            Some(true) => finish(app, &intent).await,
            _ => drop_intent(app, &intent).await,
        };
        let (lot, word) = (intent.lot, intent.word.action());
        match looked_after {
            Ok(()) => tracing::info!(%lot, word, "left behind, looked after"),
            Err(error) => tracing::error!(%lot, word, code = %error.code, "left behind, and not done yet"),
        }
    }
    Ok(())
}

/// At the start, before any door is open: nobody else holds an intent.
pub async fn resume(app: &App) -> ApiResult<()> {
    look_after(app, Moment(i64::MAX)).await
}

/// While the server runs: a request given up by its asker, or a disk that was full for a moment.
pub async fn keep(app: App) {
    let mut pace = tokio::time::interval(LOOKED_EVERY);
    loop {
        pace.tick().await;
        if let Err(error) = look_after(&app, Moment(clock::now().0 - LEFT_BEHIND_MS)).await {
            tracing::error!(code = %error.code, "what must follow on a word to the floor is not done yet");
        }
    }
}
