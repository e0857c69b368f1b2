//! 存证: the hash of what was published or issued goes into the record, ordered with all else. What is due
//! is written down in the transaction that publishes; the hash follows, once, whenever the server stops
//! between.

use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::proof::Fault;
use crate::proof::receipt::Receipt;
use crate::trading::floor::Intent;
use crate::trading::journal::Note;
use crate::trading::life::notices;
use crate::trading::log::Log;
use sqlx::Row;
use std::time::Duration;
use uuid::Uuid;

/// What is published shows in the log about this much later.
const LOOKED_EVERY: Duration = Duration::from_secs(1);
/// Hashes of one look.
const LOOK_MAX: i64 = 200;

impl Log {
    /// The leaf of a hash that was noted, in lowercase hex.
    pub fn noted(&self, sha256: &str) -> Option<u64> {
        self.growth().noted(sha256)
    }

    /// The proof, today, that a hash was noted.
    pub fn note_receipt(&self, sha256: &str) -> Result<Option<Receipt>, Fault> {
        self.noted(sha256).map(|index| self.prove(index)).transpose()
    }
}

/// Notes what is due, for as long as the server runs.
pub async fn keep(app: App) {
    loop {
        if let Err(error) = look(&app).await {
            tracing::error!(code = %error.code, why = %error.en, "what was published cannot be noted yet");
        }
        tokio::time::sleep(LOOKED_EVERY).await;
    }
}

async fn look(app: &App) -> ApiResult<()> {
    let rows = sqlx::query("select no, kind, id, lot, version, sha256 from notes_due order by no limit ?")
        .bind(LOOK_MAX)
        .fetch_all(&app.db)
        .await?;
    for row in rows {
        let (kind, id): (String, Option<String>) = (row.try_get("kind")?, row.try_get("id")?);
        let (lot, id) = (row.try_get::<Option<String>, _>("lot")?, id.unwrap_or_default());
        let sha256 = match row.try_get::<Option<String>, _>("sha256")? {
            Some(sha256) => sha256,
            None => notices::find(&app.db, parsed(&id)?, None).await?.sha256(),
        };
        // Only this task notes, so what the log has not been told now it is told once.
        if app.log.noted(&sha256).is_none() {
            let version = row.try_get::<i64, _>("version")?.unsigned_abs();
            let lot = lot.as_deref().map(parsed).transpose()?.unwrap_or_default();
            let note = Note { kind, id, version, sha256 };
            let intent = Intent::Note(Box::new(note));
            app.door.call(lot, None, intent).await.map_err(|_| ApiError::busy())?;
        }
        sqlx::query("delete from notes_due where no = ?").bind(row.try_get::<i64, _>("no")?).execute(&app.db).await?;
    }
    Ok(())
}

fn parsed(id: &str) -> ApiResult<Uuid> {
    id.parse().map_err(|_| ApiError::internal())
}
