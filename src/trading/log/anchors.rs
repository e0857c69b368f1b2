//! 审计锚: the head of the audit trail goes into the record at the start, at intervals and at a clean stop, so that a
//! trail that was cut, at its end or whole, no longer fits what the journal holds. It makes no leaf: how much is asked
//! of the platform is nobody's business before the close, and the journal's chain is signed anyway.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::security::audit::{self, Anchor, Head};
use crate::trading::floor::Intent;
use crate::trading::journal::{Act, Entry, Note};
use std::time::{Duration, Instant};
use uuid::Uuid;

const KIND: &str = "audit_head";
const LOOKED_EVERY: Duration = Duration::from_secs(10);
/// Rows that may stand without an anchor.
const ROWS_MAX: u64 = 256;
/// How long a row may.
const AGE_MAX: Duration = Duration::from_secs(300);
/// A floor that answers no more must not hold up the stop.
const STOP_WAIT: Duration = Duration::from_secs(1);

impl Note {
    /// Of the audit trail, and of nothing the public reads.
    pub fn is_anchor(&self) -> bool {
        self.kind == KIND
    }
}

/// The anchor an entry holds.
pub fn anchor(entry: &Entry) -> Option<Anchor> {
    match &entry.act {
        Act::Note(note) if note.is_anchor() => {
            Some(Anchor { entry: entry.n, head: Head { rows: note.version, hash: note.sha256.clone() } })
        }
        _ => None,
    }
}

/// Notes the head for as long as the server runs; `last` is the newest anchor of the record.
pub async fn keep(app: App, last: Option<Anchor>) {
    // The trail goes on: who reads it must learn of the cut, and `sunbid verify` names it for good.
    if let Err(fault) = audit::holds(&app.db, last.as_ref()).await {
        tracing::error!(%fault, "the audit trail is not the one the record knows");
    }
    let (mut last, mut noted_at) = (last.map(|anchor| anchor.head), None);
    loop {
        match look(&app, last.as_ref(), noted_at).await {
            Ok(None) => {}
            Ok(Some(noted)) => (last, noted_at) = (Some(noted), Some(Instant::now())),
            Err(error) => tracing::error!(code = %error.code, "the audit trail's head cannot be noted yet"),
        }
        noted_at = noted_at.or_else(|| Some(Instant::now()));
        tokio::time::sleep(LOOKED_EVERY).await;
    }
}

/// Notes the head if it is due; at the start it is.
async fn look(app: &App, last: Option<&Head>, noted_at: Option<Instant>) -> ApiResult<Option<Head>> {
    let Some(head) = audit::head(&app.db).await? else { return Ok(None) };
    let old = noted_at.is_none_or(|noted_at| noted_at.elapsed() >= AGE_MAX);
    let many = head.rows.abs_diff(last.map_or(0, |last| last.rows)) >= ROWS_MAX;
    if last == Some(&head) || !(old || many) {
        return Ok(None);
    }
    note(app, &head).await?;
    Ok(Some(head))
}

/// A clean stop: what is asked now is the end of the trail, but for requests on their way.
pub async fn at_stop(app: &App) {
    let noted = async {
        match audit::head(&app.db).await? {
            Some(head) => note(app, &head).await,
            None => Ok(()),
        }
    };
    if !matches!(tokio::time::timeout(STOP_WAIT, noted).await, Ok(Ok(()))) {
        tracing::error!("the audit trail's head was not noted at the stop");
    }
}

async fn note(app: &App, head: &Head) -> ApiResult<()> {
    let note = Note { kind: KIND.into(), id: String::new(), version: head.rows, sha256: head.hash.clone() };
    let intent = Intent::Note(Box::new(note));
    app.door.call(Uuid::nil(), None, intent).await.map(drop).map_err(|_| ApiError::busy())
}
