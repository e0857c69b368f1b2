//! What the watch is told that is not in the journal: who paid, who hangs together with whom, who was turned away.
//! Asked once, when the entry that makes one ask is read live; the answers are kept in `watch_facts` in their
//! place in the record, because the tables they come from move on.

use crate::approval::cases;
use crate::db::uuid;
use crate::error::ApiResult;
use crate::registers::related::{Registered, Relation, registered};
use crate::security::store::{clerks, is_staff};
use crate::supervision::facts::{Background, Question};
use crate::trading::deposits::store::paid_by;
use crate::trading::life::facts::{joint_members, turned_away};
use crate::trading::life::gate::persons;
use crate::trading::marks::Marks;
use ::watch::{Link, What};
use sqlx::{Row, SqlitePool};
use std::collections::HashMap;
use uuid::Uuid;

/// Somebody turned away has no paddle; in the watch he goes by his application's number beyond them.
pub const NO_PADDLE: u32 = 1_000_000;

/// Of every published lot: what the first reading of the record needs.
pub async fn backgrounds(db: &SqlitePool) -> sqlx::Result<HashMap<Uuid, Background>> {
    let rows = sqlx::query("select id, grantor, center from lots where status = 'published'").fetch_all(db).await?;
    let read = |row: &sqlx::sqlite::SqliteRow| {
        let background =
            Background { grantor: row.try_get("grantor")?, center: uuid(row, "center")?, period_min_ms: None };
        Ok((uuid(row, "id")?, background))
    };
    rows.iter().map(read).collect()
}

pub async fn background(db: &SqlitePool, lot: Uuid) -> sqlx::Result<Background> {
    let row =
        sqlx::query("select grantor, center from lots where id = ?").bind(lot.to_string()).fetch_optional(db).await?;
    let Some(row) = row else { return Ok(Background::default()) };
    Ok(Background { grantor: row.try_get("grantor")?, center: uuid(&row, "center")?, period_min_ms: None })
}

/// What the tables answer.
pub async fn answer(db: &SqlitePool, marks: &Marks, question: &Question) -> ApiResult<Vec<What>> {
    match question {
        Question::Seated { lot, paddle, account, before } => {
            let mut told = Vec::new();
            for (payer, paid_at) in paid_by(db, *lot, *account).await? {
                let digits: String = payer.chars().filter(|c| !c.is_whitespace()).collect();
                let payer = marks.number("payer", &digits);
                told.push(What::Deposit { paddle: *paddle, payer, branch: None, paid_at_ms: paid_at.0 });
            }
            links(db, marks, (*lot, *account), before, &mut told).await?;
            Ok(told)
        }
        Question::Opened { lot } => {
            let away = turned_away(db, *lot).await?;
            Ok(away.into_iter().map(|no| What::Rejected { paddle: NO_PADDLE.saturating_add(no) }).collect())
        }
    }
}

/// How a newcomer hangs together with those who sit here already, and with the center's own people.
async fn links(
    db: &SqlitePool,
    marks: &Marks,
    (lot, newcomer): (Uuid, Uuid),
    before: &[Uuid],
    told: &mut Vec<What>,
) -> ApiResult<()> {
    let center = background(db, lot).await?.center;
    let (name, entity) = who(db, newcomer).await?;
    let mut codes: Vec<String> =
        cases::registered_code(&mut *db.acquire().await?, newcomer).await?.into_iter().collect();
    codes.extend(joint_members(db, lot, newcomer).await?);
    if is_staff(db, &persons(db, marks, &codes).await?, center).await? {
        told.push(What::Related { a: newcomer, b: center, link: Link::StaffPerson });
    }
    let represented_by = entity.as_ref().and_then(Registered::representative).or(name.as_deref());
    if let Some(person) = represented_by
        && clerks(db, center).await?.iter().any(|clerk| clerk == person)
    {
        told.push(What::Related { a: newcomer, b: center, link: Link::Staff });
    }
    let Some(entity) = entity else { return Ok(()) };
    for other in before {
        let Some(known) = who(db, *other).await?.1 else { continue };
        let link = entity.relation(&known).map(|relation| match relation {
            Relation::Control => Link::Control,
            Relation::Shareholding => Link::Shareholding,
            Relation::Contact => Link::Contact,
        });
        told.extend(link.map(|link| What::Related { a: newcomer, b: *other, link }));
    }
    Ok(())
}

/// The name a bidder is registered under, and the legal entity behind him.
async fn who(db: &SqlitePool, account: Uuid) -> ApiResult<(Option<String>, Option<Registered>)> {
    let mut connection = db.acquire().await?;
    let name = cases::registered_name(&mut connection, account).await?;
    let code = cases::registered_code(&mut connection, account).await?;
    drop(connection);
    let Some(code) = code else { return Ok((name, None)) };
    Ok((name, registered(db, &code).await?))
}
