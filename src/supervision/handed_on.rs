//! 投诉移送 told to who signed the complaint: where it went and why, and whether it was taken there or came back.

use crate::app::App;
use crate::clock;
use crate::db::{self, uuid};
use crate::error::ApiResult;
use crate::supervision::messages;
use crate::trading::life::store as life;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::time::Duration;

const CURSOR: &str = "complaints_handed_on";
const EVERY: Duration = Duration::from_secs(5);
/// Told in one round; the next goes on.
const TOLD_MAX: i64 = 200;

/// What is said of one step of the way, and the last word is the note's.
fn words(number: &str, act: &str, (zh, en): (&str, &str), note: &str) -> (String, String) {
    let (zh, en) = match act {
        "hand_over" => {
            (format!("您的投诉{number}移送{zh}，等待接收"), format!("your complaint {number} is handed on to {en}"))
        }
        "acknowledged" => (format!("{zh}已接收您的投诉{number}"), format!("{en} has taken your complaint {number}")),
        _ => (
            format!("您的投诉{number}未移送{zh}，仍由原机关办理"),
            format!("your complaint {number} did not go to {en} and stays where it was"),
        ),
    };
    (format!("{zh}：{note}"), format!("{en}: {note}"))
}

/// Tells of every step since the last round. What went before this was kept stands on the complaint's own page.
async fn round(app: &App) -> ApiResult<()> {
    let Some(from) = db::cursor(&app.db, CURSOR).await? else {
        let newest: i64 =
            sqlx::query_scalar("select coalesce(max(n), 0) from enforcement_events").fetch_one(&app.db).await?;
        return Ok(db::move_cursor(&mut *app.db.acquire().await?, CURSOR, newest + 1).await?);
    };
    let rows = sqlx::query(
        "select e.n, e.act, e.note, p.id, p.number, p.lot, p.account, o.role = 'bidder' as bids, a.name_zh, a.name_en
         from enforcement_events e join complaints p on p.id = e.subject join accounts o on o.id = p.account
         join agencies a on a.id = e.data ->> '$.agency'
         where e.n >= ? and e.act in ('hand_over', 'acknowledged', 'returned', 'taken_back')
         order by e.n limit ?",
    )
    .bind(from)
    .bind(TOLD_MAX)
    .fetch_all(&app.db)
    .await?;
    let Some(last) = rows.last() else { return Ok(()) };
    let mut tx = app.db.begin_with("begin immediate").await?;
    for row in &rows {
        tell(&mut tx, row).await?;
    }
    db::move_cursor(&mut tx, CURSOR, last.try_get::<i64, _>("n")? + 1).await?;
    Ok(tx.commit().await?)
}

/// A bidder is told among the words about his lots, whoever has an office at his desk.
async fn tell(db: &mut SqliteConnection, row: &SqliteRow) -> ApiResult<()> {
    let (complaint, lot, account) = (uuid(row, "id")?, uuid(row, "lot")?, uuid(row, "account")?);
    let text = |column: &str| row.try_get::<String, _>(column);
    let (zh, en) = (text("name_zh")?, text("name_en")?);
    let (zh, en) = words(&text("number")?, &text("act")?, (&zh, &en), &text("note")?);
    let now = clock::now();
    match row.try_get("bids")? {
        true => life::tell(db, (lot, account), (&zh, &en), now).await,
        false => messages::tell(db, account, (&zh, &en), &format!("/complaints/{complaint}"), now).await,
    }
}

/// While the server runs.
pub async fn keep(app: App) {
    let mut pace = tokio::time::interval(EVERY);
    loop {
        pace.tick().await;
        if let Err(error) = round(&app).await {
            tracing::error!(code = %error.code, "who complained was not told of every step; the next round goes on");
        }
    }
}
