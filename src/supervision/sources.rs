//! What the watch is told that is not in the journal: who paid, who hangs together with whom, who was turned away,
//! what law asks of a notice. Asked when the entry that makes one ask is read live; the answers are kept in
//! `watch_facts` in their place in the record, because the tables they come from move on.

use crate::approval::cases;
use crate::calendar::Calendar;
use crate::db::uuid;
use crate::error::ApiResult;
use crate::registers::related::{Registered, Relation, registered};
use crate::security::store::{clerks, is_staff};
use crate::supervision::facts::{Background, Question};
use crate::trading::deposits::store::{PaidIn, paid_by};
use crate::trading::life::facts::{before_the_floor, joint_members, turned_away};
use crate::trading::life::gate::persons;
use crate::trading::marks::Marks;
use ::watch::{Link, What};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use uuid::Uuid;

/// Somebody turned away has no paddle; in the watch he goes by his application's number beyond them.
pub const NO_PADDLE: u32 = 1_000_000;

const DAY_MS: i64 = 86_400_000;
/// A question is asked so often. Each time waits by itself for a locked or busy database; what fails at once, and
/// fails every time, is a row that cannot be read.
const ASKED_MAX: u32 = 5;
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// What the tables answer, asked again for a while. None: they cannot be read there, which is no reason to stop an
/// auction, and a reason to tell people.
pub async fn asked<T, F: Future<Output = ApiResult<T>>>(question: impl Fn() -> F) -> Option<T> {
    for _ in 1..ASKED_MAX {
        match question().await {
            Ok(answer) => return Some(answer),
            Err(_) => tokio::time::sleep(ASK_AGAIN_AFTER).await,
        }
    }
    let last = question().await;
    last.inspect_err(|_| tracing::error!("what stands beside the record cannot be read; an alert tells of it")).ok()
}

/// Of every published lot: what the first reading of the record needs.
pub async fn backgrounds(db: &SqlitePool) -> sqlx::Result<HashMap<Uuid, Background>> {
    let rows = sqlx::query(
        "select l.id, l.grantor, l.center, l.kind, c.code
         from lots l
         join centers c on c.id = l.center
         where l.status = 'published'",
    )
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((uuid(row, "id")?, read(row)?))).collect()
}

fn read(row: &SqliteRow) -> sqlx::Result<Background> {
    Ok(Background {
        grantor: row.try_get("grantor")?,
        center: uuid(row, "center")?,
        kind: row.try_get("kind")?,
        center_code: row.try_get("code")?,
    })
}

/// Where the watch asks.
#[derive(Clone)]
pub struct Sources {
    pub db: SqlitePool,
    pub marks: Arc<Marks>,
    pub calendar: Arc<RwLock<Arc<Calendar>>>,
}

impl Sources {
    pub async fn background(&self, lot: Uuid) -> sqlx::Result<Background> {
        let row = sqlx::query(
            "select l.grantor, l.center, l.kind, c.code
             from lots l
             join centers c on c.id = l.center
             where l.id = ?",
        )
        .bind(lot.to_string())
        .fetch_optional(&self.db)
        .await?;
        row.as_ref().map_or_else(|| Ok(Background::default()), read)
    }

    /// What the tables answer.
    pub async fn answer(&self, question: &Question) -> ApiResult<Vec<What>> {
        match question {
            Question::Published { lot, at } => {
                let calendar = self.calendar.read().expect("nobody panics while reading days").clone();
                let Some(known) = before_the_floor(&self.db, &calendar, *lot).await? else { return Ok(Vec::new()) };
                let period = known.notice.map(|notice| What::Period {
                    min_ms: notice.may_begin_at.since(*at),
                    notice: Some(::watch::Notice {
                        from_ms: notice.from.0,
                        days: (notice.may_begin_at.since(notice.from) / DAY_MS) as u32,
                        working_days: notice.working_days,
                    }),
                });
                Ok(period.into_iter().chain(known.follows.map(|of| What::Relisted { of })).collect())
            }
            Question::Seated { lot, paddle, account, before } => {
                let paid = paid_by(&self.db, *lot, *account).await?;
                let mut told: Vec<What> = paid.iter().map(|paid| self.deposit(*paddle, paid)).collect();
                told.extend(self.links(*lot, *account, before).await?);
                Ok(told)
            }
            Question::Opened { lot } => {
                let away = turned_away(&self.db, *lot).await?;
                Ok(away.into_iter().map(|no| What::Rejected { paddle: NO_PADDLE.saturating_add(no) }).collect())
            }
        }
    }

    pub fn deposit(&self, paddle: u32, paid: &PaidIn) -> What {
        let digits: String = paid.payer_account.chars().filter(|c| !c.is_whitespace()).collect();
        let payer = self.marks.number("payer", &digits);
        let branch = paid.branch.as_ref().map(|branch| self.marks.number("branch", branch));
        What::Deposit { paddle, payer, branch, paid_at_ms: paid.at.0, credit: Some(paid.n), counted: paid.counted }
    }

    /// How a bidder hangs together with the others who sit here, and with the center's own people, as the tables have it
    /// now: what they said before is forgotten first.
    pub async fn links(&self, lot: Uuid, bidder: Uuid, others: &[Uuid]) -> ApiResult<Vec<What>> {
        let mut told = vec![What::Unlinked { account: bidder }];
        let center = self.background(lot).await?.center;
        let (name, entity) = self.who(bidder).await?;
        let mut codes = joint_members(&self.db, lot, bidder).await?;
        codes.extend(cases::registered_code(&mut *self.db.acquire().await?, bidder).await?);
        if is_staff(&self.db, &persons(&self.db, &self.marks, &codes).await?, center).await? {
            told.push(What::Related { a: bidder, b: center, link: Link::StaffPerson, records: None });
        }
        let represented_by = entity.as_ref().and_then(Registered::representative).or(name.as_deref());
        if let Some(person) = represented_by
            && clerks(&self.db, center).await?.iter().any(|clerk| clerk == person)
        {
            told.push(What::Related { a: bidder, b: center, link: Link::Staff, records: None });
        }
        let Some(entity) = entity else { return Ok(told) };
        for other in others {
            let Some(known) = self.who(*other).await?.1 else { continue };
            let link = entity.relation(&known).map(|relation| match relation {
                Relation::Control => Link::Control,
                Relation::SameHead => Link::SameHead,
                Relation::SameController => Link::SameController,
                Relation::Shareholding => Link::Shareholding,
                Relation::SameShareholder => Link::SameShareholder,
                Relation::Address => Link::Address,
            });
            let records = Some([entity.record, known.record]);
            told.extend(link.map(|link| What::Related { a: bidder, b: *other, link, records }));
        }
        Ok(told)
    }

    /// The name a bidder is registered under, and the legal entity behind him.
    async fn who(&self, account: Uuid) -> ApiResult<(Option<String>, Option<Registered>)> {
        let mut connection = self.db.acquire().await?;
        let name = cases::registered_name(&mut connection, account).await?;
        let code = cases::registered_code(&mut connection, account).await?;
        drop(connection);
        let Some(code) = code else { return Ok((name, None)) };
        Ok((name, registered(&self.db, &code).await?))
    }
}
