//! E-mail: news become rows of the outbox in the transaction that takes their event; one task sends what
//! is due. A mail may arrive twice after a crash, with the same Message-ID; it is never lost.

use super::followers::took;
use super::outbox::{Fresh, KEPT_MS, Then, Tried, after, fresh, pace};
use crate::app::App;
use crate::clock;
use crate::db::uuid;
use crate::error::{ApiError, ApiResult};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{Address, SmtpTransport, Transport};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, SqlitePool, Transaction};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const FOLLOWER: &str = "mail/1";
/// Mails sent in one round.
const ROUND_MAX: i64 = 50;
/// How long after a failure the next try comes; after the last there is none.
const RETRY_AFTER_MS: [i64; 6] = [5_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000, 24 * 3_600_000];
/// A server that says nothing for so long is down.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest text of a mail; the link leads to the whole.
const TEXT_CHARS_MAX: usize = 2_000;

/// The way out to the city's mail server.
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Mailer {
    /// `url`: smtp://host:port, smtp://…?tls=required, or smtps://login:password@host.
    pub fn open(url: &str, from: &str) -> Result<Mailer, String> {
        let from = from.parse().map_err(|error| format!("SUNBID_MAIL_FROM: {error}"))?;
        let transport = SmtpTransport::from_url(url).map_err(|error| format!("SUNBID_SMTP_URL: {error}"))?;
        Ok(Mailer { transport: transport.timeout(Some(PATIENCE)).build(), from })
    }

    fn send(&self, mail: &Due, site: &str) -> Tried {
        let Some(message) = self.message(mail, site) else { return Tried::Refused };
        match self.transport.send(&message) {
            Ok(_) => Tried::Sent,
            Err(error) => {
                tracing::warn!(%error, mail = mail.id, "a mail was not taken");
                if error.is_permanent() { Tried::Refused } else { Tried::Failed }
            }
        }
    }

    /// None where it cannot be written: its address is none.
    fn message(&self, mail: &Due, site: &str) -> Option<Message> {
        let cancel = format!("{site}/api/subscriptions/cancel?token={}", mail.token);
        let header =
            |name: &'static str, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_string());
        let to: Address = mail.email.parse().ok()?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .message_id(Some(format!("<{}.{}@{}>", mail.id, mail.token_mark(), self.from.email.domain())))
            .raw_header(header("List-Unsubscribe", &format!("<{cancel}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body(site))
            .ok()
    }
}

pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

/// Puts the mail that asks for a yes into the outbox.
pub async fn ask(tx: &mut Transaction<'_, Sqlite>, subscription: Uuid, now: i64) -> ApiResult<()> {
    sqlx::query(
        "insert into mails (subscription, subject, text, made_at, next_at)
         values (?1, '请确认订阅 · Confirm your subscription', '', ?2, ?2)",
    )
    .bind(subscription.to_string())
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Fills the outbox and empties it, for as long as the server runs.
pub async fn run(app: App, mailer: Arc<Mailer>) {
    let mut look = pace();
    loop {
        look.tick().await;
        // What went wrong with the tables was logged there; the next look tries again.
        let _ = fill(&app).await;
        let _ = empty(&app, &mailer).await;
    }
}

async fn fill(app: &App) -> ApiResult<()> {
    let Some(Fresh { news, next_n }) = fresh(app, FOLLOWER).await? else { return Ok(()) };
    let now = clock::now().0;
    let mut tx = app.db.begin_with("begin immediate").await?;
    for (n, news) in &news {
        let cut = |text: &str| text.chars().take(TEXT_CHARS_MAX).collect::<String>();
        let text = format!("{}\n\n{}\n\n{}", cut(&news.text_zh), cut(&news.text_en), news.link);
        sqlx::query(
            "insert into mails (subscription, event, subject, text, made_at, next_at)
             select id, ?1, ?2, ?3, ?4, ?4 from mail_subscriptions
             where confirmed_at <= ?5 and ',' || topics || ',' like '%,' || ?6 || ',%'
               and (kind is null or kind = ?7) and (center is null or center = ?8)",
        )
        .bind(n)
        .bind(format!("{} · {}", news.title_zh, news.title_en))
        .bind(text)
        .bind(now)
        // Who said yes later is not told of it.
        .bind(news.at)
        .bind(news.topic.name())
        .bind(news.kind.name())
        .bind(news.center_id.to_string())
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query("delete from mails where done_at < ?").bind(now - KEPT_MS).execute(&mut *tx).await?;
    took(&mut tx, FOLLOWER, next_n).await?;
    Ok(tx.commit().await?)
}

/// A mail whose time has come.
struct Due {
    id: i64,
    tries: i64,
    email: String,
    token: Uuid,
    subject: String,
    text: String,
    asks: bool,
}

impl Due {
    fn of(row: &SqliteRow) -> sqlx::Result<Due> {
        Ok(Due {
            id: row.try_get("id")?,
            tries: row.try_get("tries")?,
            email: row.try_get("email")?,
            token: uuid(row, "token")?,
            subject: row.try_get("subject")?,
            text: row.try_get("text")?,
            asks: row.try_get("asks")?,
        })
    }

    /// Tells one database's mails from another's, and opens nothing.
    fn token_mark(&self) -> u16 {
        self.token.as_fields().1
    }

    fn body(&self, site: &str) -> String {
        let token = self.token;
        if self.asks {
            return format!(
                "有人用此邮箱订阅了阳光竞价平台的公告。如果是您，请在48小时内打开以下链接确认；否则请忽略本邮件。\n\
                 Somebody asked for news of the auction platform at this address. If it was you, confirm within \
                 48 hours; if not, do nothing.\n\n{site}/subscriptions?confirm={token}\n"
            );
        }
        format!("{}\n\n--\n退订 · Unsubscribe: {site}/subscriptions?cancel={token}\n", self.text)
    }
}

async fn empty(app: &App, mailer: &Arc<Mailer>) -> ApiResult<()> {
    let now = clock::now().0;
    let rows = sqlx::query(
        "select m.id, m.tries, m.subject, m.text, m.event is null as asks, s.email, s.token
         from mails m join mail_subscriptions s on s.id = m.subscription
         where m.done_at is null and m.next_at <= ? order by m.next_at, m.id limit ?",
    )
    .bind(now)
    .bind(ROUND_MAX)
    .fetch_all(&app.db)
    .await?;
    for row in &rows {
        let due = Due::of(row)?;
        let (id, tries) = (due.id, due.tries);
        let (mailer, site) = (mailer.clone(), app.site.clone());
        let tried = tokio::task::spawn_blocking(move || mailer.send(&due, &site)).await;
        let tried = tried.map_err(|_| ApiError::internal())?;
        note(&app.db, id, after(tries, tried, &RETRY_AFTER_MS)).await?;
    }
    Ok(())
}

async fn note(db: &SqlitePool, id: i64, then: Then) -> ApiResult<()> {
    let now = clock::now().0;
    let (outcome, next_at) = match then {
        Then::Sent => (Some("sent"), now),
        Then::Again { wait_ms } => (None, now + wait_ms),
        Then::GivenUp => (Some("failed"), now),
    };
    sqlx::query("update mails set tries = tries + 1, next_at = ?1, outcome = ?2, done_at = ?3 where id = ?4")
        .bind(next_at)
        .bind(outcome)
        .bind(outcome.map(|_| now))
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}
