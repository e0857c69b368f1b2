//! 审计: who did what. Every change asked for over HTTP is a row, chained to the one before, so that a
//! row taken out or altered is found by `sunbid verify`; the journal notes the chain's head now and then, so that
//! rows taken from the end, or a chain made anew, are found too.

use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::{AuditPage, AuditRow, Role};
use crate::security::signed::hex;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use sqlx::{Row, SqlitePool};
use uuid::Uuid;

const PAGE: i64 = 100;
/// A longer address is cut: the row says who and when all the same.
const SUBJECT_BYTES_MAX: usize = 4_000;

/// What is to be noted.
pub struct Act {
    pub account: Option<Uuid>,
    pub role: Option<Role>,
    pub action: String,
    pub subject: String,
    pub status: u16,
    pub purpose: Option<String>,
}

impl Act {
    pub fn of(account: Uuid, role: Role, action: &str, subject: &str) -> Act {
        Act {
            account: Some(account),
            role: Some(role),
            action: action.into(),
            subject: subject.into(),
            status: 200,
            purpose: None,
        }
    }

    pub fn because(self, purpose: &str) -> Act {
        Act { purpose: Some(purpose.into()), ..self }
    }
}

/// What a row's hash covers. Fields are set apart by a byte no text holds.
struct Chained<'a> {
    n: i64,
    at: i64,
    account: &'a str,
    role: &'a str,
    action: &'a str,
    subject: &'a str,
    status: u16,
    purpose: Option<&'a str>,
}

impl Chained<'_> {
    fn hash(&self, before: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(before);
        let numbers = [self.n.to_string(), self.at.to_string(), self.status.to_string()];
        let purpose = self.purpose.map_or(String::new(), |purpose| format!("+{purpose}"));
        let texts = [self.account, self.role, self.action, self.subject, &purpose];
        for text in numbers.iter().map(String::as_str).chain(texts) {
            hash.update(text.as_bytes());
            hash.update([0xFF]);
        }
        hash.finalize().to_vec()
    }
}

/// Adds a row. The act it tells of is answered only when the row stands.
pub async fn note(db: &SqlitePool, act: Act) -> ApiResult<()> {
    let at = clock::now().0;
    let account = act.account.map(|account| account.to_string());
    let role = act.role.map(Role::name);
    let mut subject = act.subject;
    while subject.len() > SUBJECT_BYTES_MAX {
        subject.pop();
    }
    let mut tx = db.begin_with("begin immediate").await?;
    let last = sqlx::query("select n, hash from audit order by n desc limit 1").fetch_optional(&mut *tx).await?;
    let (n, before) = match last {
        Some(row) => (row.try_get::<i64, _>("n")? + 1, row.try_get::<Vec<u8>, _>("hash")?),
        None => (0, Vec::new()),
    };
    let row = Chained {
        n,
        at,
        account: account.as_deref().unwrap_or(""),
        role: role.unwrap_or(""),
        action: &act.action,
        subject: &subject,
        status: act.status,
        purpose: act.purpose.as_deref(),
    };
    let hash = row.hash(&before);
    sqlx::query(
        "insert into audit (n, at, account, role, action, subject, status, purpose, hash)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(n)
    .bind(at)
    .bind(&account)
    .bind(role)
    .bind(&act.action)
    .bind(&subject)
    .bind(act.status)
    .bind(&act.purpose)
    .bind(&hash)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Where the trail ends: so many rows, and the hash of the last in lowercase hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub rows: u64,
    pub hash: String,
}

/// 审计锚: where the trail ended when the record noted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The journal's entry that says so.
    pub entry: u64,
    pub head: Head,
}

impl Anchor {
    fn cut(&self) -> String {
        format!(
            "audit row {} is not the one noted at entry {}: the trail was cut",
            self.head.rows.max(1) - 1,
            self.entry
        )
    }
}

/// The trail as it stands, to be anchored; `None` while it is empty.
pub async fn head(db: &SqlitePool) -> ApiResult<Option<Head>> {
    let last: Option<(i64, Vec<u8>)> =
        sqlx::query_as("select n, hash from audit order by n desc limit 1").fetch_optional(db).await?;
    Ok(last.map(|(n, hash)| Head { rows: n.unsigned_abs() + 1, hash: hex(&hash) }))
}

/// Whether the row an anchor names still stands.
pub async fn holds(db: &SqlitePool, anchor: Option<&Anchor>) -> Result<(), String> {
    let Some(anchor) = anchor else { return Ok(()) };
    let row: Option<Vec<u8>> = sqlx::query_scalar("select hash from audit where n = ?")
        .bind(anchor.head.rows as i64 - 1)
        .fetch_optional(db)
        .await
        .map_err(|error| error.to_string())?;
    if row.is_some_and(|hash| hex(&hash) == anchor.head.hash) { Ok(()) } else { Err(anchor.cut()) }
}

pub async fn page(db: &SqlitePool, before_n: Option<i64>, account: Option<Uuid>) -> ApiResult<AuditPage> {
    let before_n = before_n.unwrap_or(i64::MAX);
    // Two questions, so that one person's rows are found by their index and not by walking the whole trail.
    let question = match account {
        None => sqlx::query(
            "select a.*, p.login
             from audit a left join accounts p on p.id = a.account
             where a.n < ?
             order by a.n desc
             limit ?",
        ),
        Some(account) => sqlx::query(
            "select a.*, p.login
             from audit a left join accounts p on p.id = a.account
             where a.account = ? and a.role <> 'bidder' and a.n < ?
             order by a.n desc
             limit ?",
        )
        .bind(account.to_string()),
    };
    let rows = question.bind(before_n).bind(PAGE).fetch_all(db).await?;
    let items: Vec<AuditRow> = rows
        .iter()
        .map(|row| {
            let account: Option<String> = row.try_get("account")?;
            let role = row.try_get::<Option<String>, _>("role")?.as_deref().and_then(Role::from_name);
            // Who bids is sealed until the close; this trail is read for what staff did.
            let shown = role != Some(Role::Bidder);
            let hash: Vec<u8> = row.try_get("hash")?;
            Ok(AuditRow {
                n: row.try_get("n")?,
                at: row.try_get("at")?,
                account: account.filter(|_| shown).and_then(|account| account.parse().ok()),
                login: row.try_get::<Option<String>, _>("login")?.filter(|_| shown),
                role,
                action: row.try_get("action")?,
                subject: row.try_get("subject")?,
                status: row.try_get("status")?,
                purpose: row.try_get("purpose")?,
                hash: hex(&hash),
            })
        })
        .collect::<Result<_, ApiError>>()?;
    let before_n = items.last().filter(|_| items.len() as i64 == PAGE).map(|row| row.n);
    Ok(AuditPage { items, before_n })
}

/// Walks the chain, and holds it to what the record noted of it; how many rows hold, or which does not.
pub fn verify(tables: &Connection, mut anchors: Vec<Anchor>) -> Result<i64, String> {
    anchors.sort_by_key(|anchor| anchor.head.rows);
    let mut anchors = anchors.iter().peekable();
    let fault = |error: rusqlite::Error| error.to_string();
    let mut statement = tables.prepare("select * from audit order by n").map_err(fault)?;
    let mut rows = statement.query([]).map_err(fault)?;
    let (mut next, mut before) = (0_i64, Vec::new());
    while let Some(row) = rows.next().map_err(fault)? {
        let text = |column: &str| row.get::<_, Option<String>>(column).map_err(fault);
        let number = |column: &str| row.get::<_, i64>(column).map_err(fault);
        let (account, role) = (text("account")?.unwrap_or_default(), text("role")?.unwrap_or_default());
        let (action, subject) = (text("action")?.unwrap_or_default(), text("subject")?.unwrap_or_default());
        let purpose = text("purpose")?;
        let n = number("n")?;
        let chained = Chained {
            n,
            at: number("at")?,
            account: &account,
            role: &role,
            action: &action,
            subject: &subject,
            status: u16::try_from(number("status")?).map_err(|_| format!("audit row {n} has no status"))?,
            purpose: purpose.as_deref(),
        };
        let hash: Vec<u8> = row.get("hash").map_err(fault)?;
        if n != next || hash != chained.hash(&before) {
            return Err(format!("audit row {next}: the chain is broken"));
        }
        (next, before) = (n + 1, hash);
        while let Some(anchor) = anchors.next_if(|anchor| anchor.head.rows == next.unsigned_abs()) {
            if anchor.head.hash != hex(&before) {
                return Err(anchor.cut());
            }
        }
    }
    anchors.next().map_or(Ok(next), |anchor| Err(anchor.cut()))
}
