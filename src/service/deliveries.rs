//! Deliveries to webhooks: written in the transaction that takes their event, sent in order, signed as
//! Standard Webhooks lays down, tried again a few times, and given up with the webhook that never answers.

use super::followers::took;
use super::news::{News, numbered};
use super::outbox::{Fresh, KEPT_MS, Then, Tried, after, fresh, pace};
use crate::app::App;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

const FOLLOWER: &str = "webhooks/1";
/// Webhooks called in one round, and at once: a slow one does not hold up the others for long.
const ROUND_MAX: i64 = 64;
const AT_ONCE_MAX: usize = 8;
/// How long after a failure the next try comes; after the last the delivery is given up.
const RETRY_AFTER_MS: [i64; 5] = [2_000, 30_000, 300_000, 3_600_000, 6 * 3_600_000];
/// Failures one after another that disable a webhook.
const FAILURES_MAX: i64 = 20;

/// A secret as its owner is shown it.
pub fn secret_text(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// webhook-signature of a message.
fn signature(secret: &[u8], id: &str, timestamp: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    format!("v1,{}", STANDARD.encode(hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes())))
}

/// Fills the list of deliveries and works it off, for as long as the server runs.
pub async fn run(app: App) {
    let mut look = pace();
    loop {
        look.tick().await;
        // What went wrong with the tables was logged there; the next look tries again.
        let _ = fill(&app).await;
        let _ = empty(&app).await;
    }
}

async fn fill(app: &App) -> ApiResult<()> {
    let Some(Fresh { news, next_n }) = fresh(app, FOLLOWER).await? else { return Ok(()) };
    let now = clock::now().0;
    let mut tx = app.db.begin_with("begin immediate").await?;
    for (n, news) in &news {
        sqlx::query(
            "insert into hook_deliveries (hook, event, made_at, next_at)
             select id, ?1, ?2, ?2 from webhooks
             where made_at <= ?3 and disabled_at is null and ',' || topics || ',' like '%,' || ?4 || ',%'
               and (kind is null or kind = ?5) and (center is null or center = ?6)",
        )
        .bind(n)
        .bind(now)
        .bind(news.at)
        .bind(news.topic.name())
        .bind(news.kind.name())
        .bind(news.center_id.to_string())
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query("delete from hook_deliveries where done_at < ?").bind(now - KEPT_MS).execute(&mut *tx).await?;
    took(&mut tx, FOLLOWER, next_n).await?;
    Ok(tx.commit().await?)
}

/// A delivery whose time has come.
struct Due {
    id: i64,
    event: i64,
    tries: i64,
    hook: String,
    url: String,
    secret: Vec<u8>,
    failures: i64,
}

fn due(row: &SqliteRow) -> sqlx::Result<Due> {
    Ok(Due {
        id: row.try_get("id")?,
        event: row.try_get("event")?,
        tries: row.try_get("tries")?,
        hook: row.try_get("hook")?,
        url: row.try_get("url")?,
        secret: row.try_get("secret")?,
        failures: row.try_get("failures")?,
    })
}

async fn empty(app: &App) -> ApiResult<()> {
    // Of each webhook the oldest that waits: it gets its news in order.
    let rows = sqlx::query(
        "select d.id, d.event, d.tries, d.hook, w.url, w.secret, w.failures
         from webhooks w join hook_deliveries d
           on d.id = (select min(o.id) from hook_deliveries o where o.hook = w.id and o.done_at is null)
         where w.disabled_at is null and d.next_at <= ? order by d.next_at, d.id limit ?",
    )
    .bind(clock::now().0)
    .bind(ROUND_MAX)
    .fetch_all(&app.db)
    .await?;
    let all: Vec<Due> = rows.iter().map(due).collect::<sqlx::Result<_>>()?;
    futures_util::stream::iter(all)
        .for_each_concurrent(AT_ONCE_MAX, async |due| {
            // Logged where it went wrong; it stays due.
            let _ = deliver(app, due).await;
        })
        .await;
    Ok(())
}

async fn deliver(app: &App, due: Due) -> ApiResult<()> {
    let news: News = numbered(&app.db, due.event, &app.site).await?.ok_or_else(ApiError::internal)?;
    let body = serde_json::to_string(&news).map_err(|_| ApiError::internal())?;
    let id = format!("msg_{}", news.id.simple());
    // Seconds, and of this try: a receiver refuses what is old.
    let timestamp = clock::now().0 / 1_000;
    let signed = signature(&due.secret, &id, timestamp, &body);
    let (caller, url) = (app.caller.clone(), due.url.clone());
    let called = tokio::task::spawn_blocking(move || {
        let timestamp = timestamp.to_string();
        let headers = [
            ("webhook-id", id.as_str()),
            ("webhook-timestamp", timestamp.as_str()),
            ("webhook-signature", signed.as_str()),
        ];
        caller.post(&url, headers, &body)
    });
    let called = called.await.map_err(|_| ApiError::internal())?;
    if let Err(error) = &called {
        tracing::info!(%error, hook = due.hook, "a webhook was not reached");
    }
    note(app, &due, called.ok()).await
}

fn tried(status: Option<u16>) -> Tried {
    if status.is_some_and(|status| (200..300).contains(&status)) { Tried::Sent } else { Tried::Failed }
}

async fn note(app: &App, due: &Due, status: Option<u16>) -> ApiResult<()> {
    let (now, then) = (clock::now().0, after(due.tries, tried(status), &RETRY_AFTER_MS));
    let (outcome, next_at) = match then {
        Then::Sent => (Some("delivered"), now),
        Then::Again { wait_ms } => (None, now + wait_ms),
        Then::GivenUp => (Some("given_up"), now),
    };
    let failures = if then == Then::Sent { 0 } else { due.failures + 1 };
    let mut tx = app.db.begin_with("begin immediate").await?;
    sqlx::query(
        "update hook_deliveries set tries = tries + 1, next_at = ?1, status = ?2, outcome = ?3, done_at = ?4 where id = ?5",
    )
    .bind(next_at)
    .bind(status)
    .bind(outcome)
    .bind(outcome.map(|_| now))
    .bind(due.id)
    .execute(&mut *tx)
    .await?;
    sqlx::query("update webhooks set failures = ?1, disabled_at = ?2 where id = ?3")
        .bind(failures)
        .bind((failures >= FAILURES_MAX).then_some(now))
        .bind(&due.hook)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification.
    #[test]
    fn a_message_is_signed_as_the_standard_shows() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("Base64");
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret_text(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    #[test]
    fn a_delivery_is_what_was_answered_with_success() {
        assert_eq!(tried(Some(204)), Tried::Sent);
        for refused in [None, Some(500), Some(302), Some(404)] {
            assert_eq!(tried(refused), Tried::Failed, "{refused:?}");
        }
    }
}
