//! What happens beside the record after somebody sat down: money that comes late, a register that changes, sealed
//! data read, an application taken back, a result set aside, a winner who gives up. Triggers leave a note in `watch_notes`; here a note becomes facts.

use crate::approval::cases;
use crate::db::bad;
use crate::error::{ApiError, ApiResult};
use crate::supervision::facts::{Reading, Told};
use crate::supervision::sources::{Sources, asked};
use crate::supervision::standing::{Doing, Standing};
use crate::trading::deposits::store::paid_in;
use crate::trading::store::paddle_of;
use ::watch::{Facts, What};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::str::FromStr;
use std::time::Duration;
use uuid::Uuid;

/// Notes are looked for this often; a supervisor's question can wait as long.
pub const LISTENED_EVERY: Duration = Duration::from_secs(1);
/// Notes taken at a time: an import of the register leaves one for each entity.
const NOTES_MAX: i64 = 1_000;

/// Notes that were turned into facts, and may go; each fact with the note it was made of.
#[derive(Default)]
pub struct Heard {
    pub notes: Vec<i64>,
    pub told: Vec<(i64, Told)>,
}

/// One note.
enum Note {
    /// By its number in the audit trail.
    SealedRead(Uuid, u64),
    Annulled(Uuid),
    Credit(i64),
    Entity(String),
    Left(Uuid, u32),
    /// By his application.
    GaveUp(Uuid, u32),
}

impl Note {
    fn read(kind: &str, subject: String) -> Option<Note> {
        Some(match kind {
            "sealed_read" => numbered(&subject).map(|(lot, n)| Note::SealedRead(lot, n))?,
            "annulled" => Note::Annulled(subject.parse().ok()?),
            "credit" => Note::Credit(subject.parse().ok()?),
            "entity" => Note::Entity(subject),
            "left" => numbered(&subject).map(|(lot, no)| Note::Left(lot, no))?,
            "gave_up" => numbered(&subject).map(|(lot, no)| Note::GaveUp(lot, no))?,
            _ => return None,
        })
    }
}

/// "<lot>/<number>", of an application or a row of the audit trail.
fn numbered<N: FromStr>(subject: &str) -> Option<(Uuid, N)> {
    let (lot, no) = subject.split_once('/')?;
    Some((lot.parse().ok()?, no.parse().ok()?))
}

/// The facts behind the waiting notes. `place`: the last entry that was read. Each note is named before it is heard, so
/// that a fall has its place.
pub async fn listen(sources: &Sources, reading: &Reading, place: u64, standing: &Standing) -> ApiResult<Heard> {
    let rows = sqlx::query("select seq, at, kind, ref from watch_notes order by seq limit ?")
        .bind(NOTES_MAX)
        .fetch_all(&sources.db)
        .await?;
    let mut heard = Heard::default();
    let mut entities = Vec::new();
    for row in &rows {
        let seq: i64 = row.try_get("seq")?;
        standing.begins(Doing::Hearing(seq));
        match hear(sources, reading, place, row).await {
            Ok(of_note) => {
                heard.notes.push(seq);
                heard.told.extend(of_note.told.map(|told| (seq, told)));
                entities.extend(of_note.entity.map(|(code, at_ms)| Changed { seq, code, at_ms }));
            }
            // It lies where it is and is tried again; the others need not wait for it.
            Err(error) => tracing::error!(seq, code = %error.code, "a note beside the record cannot be read"),
        }
    }
    standing.begins(Doing::Listening);
    related(sources, reading, place, &entities, (standing, &mut heard.told)).await?;
    Ok(heard)
}

/// What one note says: a fact, or which entity changed and when.
#[derive(Default)]
struct OfNote {
    told: Option<Told>,
    entity: Option<(String, i64)>,
}

async fn hear(sources: &Sources, reading: &Reading, place: u64, row: &SqliteRow) -> ApiResult<OfNote> {
    let at_ms: i64 = row.try_get("at")?;
    let note = Note::read(row.try_get("kind")?, row.try_get("ref")?).ok_or_else(|| bad("note"))?;
    // It stands at the lot's own last entry; of a lot that is over, at the place in the record.
    let tell = |lot: Uuid, what: What| {
        let n = reading.last_n(lot).unwrap_or(place);
        OfNote { told: Some(Told { lot, place, fact: Facts { lot, n, at_ms, what } }), entity: None }
    };
    Ok(match note {
        // The door opens to nobody whom another has not granted it.
        Note::SealedRead(lot, n) if reading.last_n(lot).is_some() => {
            tell(lot, What::SealedRead { by_staff: true, granted: true, audit: Some(n) })
        }
        Note::SealedRead(..) => OfNote::default(),
        Note::Annulled(lot) => tell(lot, What::Annulled),
        Note::Credit(n) => match paid_in(&sources.db, n).await? {
            // Who has no seat yet is asked about when he sits down.
            Some((lot, paddle, paid)) if reading.last_n(lot).is_some() => tell(lot, sources.deposit(paddle, &paid)),
            _ => OfNote::default(),
        },
        // Of a lot that is over nobody's leaving says anything.
        Note::Left(lot, no) if reading.last_n(lot).is_some() => tell(lot, What::Left { application: no }),
        Note::Left(..) => OfNote::default(),
        Note::GaveUp(lot, no) => match paddle_of(&sources.db, lot, no).await? {
            Some(paddle) => tell(lot, What::GaveUp { paddle }),
            None => OfNote::default(),
        },
        Note::Entity(code) => OfNote { told: None, entity: Some((code, at_ms)) },
    })
}

/// An entity whose entry in the register changed, as a note says.
struct Changed {
    seq: i64,
    code: String,
    at_ms: i64,
}

/// How those whose entry in the register changed hang together with everybody they sit with now.
async fn related(
    sources: &Sources,
    reading: &Reading,
    place: u64,
    entities: &[Changed],
    (standing, told): (&Standing, &mut Vec<(i64, Told)>),
) -> ApiResult<()> {
    let codes: Vec<&String> = entities.iter().map(|changed| &changed.code).collect();
    if codes.is_empty() {
        return Ok(());
    }
    let codes = serde_json::to_string(&codes).map_err(|_| ApiError::internal())?;
    for (account, code) in cases::registered_under(&sources.db, &codes).await? {
        let Some(&Changed { seq, at_ms, .. }) = entities.iter().find(|changed| changed.code == code.trim()) else {
            continue;
        };
        standing.begins(Doing::Hearing(seq));
        for (lot, n, seats) in reading.sits(account) {
            let others: Vec<Uuid> = seats.iter().copied().filter(|other| *other != account).collect();
            let links = asked(|| sources.links(lot, account, &others)).await;
            for what in links.unwrap_or_else(|| vec![What::Unanswered { paddle: None }]) {
                let of = if what.is_of_a_lot() { lot } else { Uuid::nil() };
                told.push((seq, Told { lot, place, fact: Facts { lot: of, n, at_ms, what } }));
            }
        }
    }
    Ok(())
}
