//! 共签: a confirmation is printed when it is asked for, and witnesses answer when they answer. So the proof of
//! its sale under a cosigned checkpoint stands beside the paper, and grows until all of them have signed.

use crate::app::App;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use sqlx::{Row, SqlitePool};
use std::time::Duration;
use uuid::Uuid;

/// Confirmations issued while witnesses were silent are looked at again this often.
const LOOKED_EVERY: Duration = Duration::from_secs(5);
/// Checkpoints come with every batch of bids.
const REST: Duration = Duration::from_secs(1);
/// Confirmations of one look.
const LOOK_MAX: i64 = 100;

/// The receipt of a document's sale with the most cosignatures so far.
pub async fn of(db: &SqlitePool, fingerprint: &str) -> ApiResult<Option<String>> {
    let kept = sqlx::query_scalar(
        "select receipt from document_cosignatures where fingerprint = ? order by witnesses desc limit 1",
    );
    Ok(kept.bind(fingerprint).fetch_optional(db).await?)
}

/// Follows the witnesses for as long as the server runs.
pub async fn keep(app: App) {
    if app.log.witnesses().is_empty() {
        return std::future::pending().await;
    }
    let mut cosigned = app.log.follow_cosigned();
    loop {
        if let Err(error) = look(&app).await {
            tracing::error!(code = %error.code, why = %error.en, "cosignatures are not kept with documents yet");
        }
        tokio::time::sleep(REST).await;
        let _ = tokio::time::timeout(LOOKED_EVERY, cosigned.changed()).await;
    }
}

async fn look(app: &App) -> ApiResult<()> {
    let all = app.log.witnesses().len() as i64;
    let rows = sqlx::query(
        "select d.fingerprint, d.lot, coalesce(max(c.witnesses), 0) as witnesses
         from issued_documents d left join document_cosignatures c on c.fingerprint = d.fingerprint
         where d.kind = 'confirmation'
         group by d.fingerprint having coalesce(max(c.witnesses), 0) < ? order by d.issued_at desc limit ?",
    );
    for row in rows.bind(all).bind(LOOK_MAX).fetch_all(&app.db).await? {
        let fingerprint: String = row.try_get("fingerprint")?;
        let lot: String = row.try_get("lot")?;
        let lot: Uuid = lot.parse().map_err(|_| ApiError::internal())?;
        let Some(seq) = app.feed.look(lot, |replica| replica.book.seq()) else { continue };
        let log = app.log.clone();
        let proved = tokio::task::spawn_blocking(move || log.cosigned_receipt(lot, seq)).await;
        let proved = proved.map_err(|_| ApiError::internal())?.map_err(|fault| {
            tracing::error!(%fault, %lot, "no proof of a sale");
            ApiError::internal()
        })?;
        let Some(receipt) = proved else { continue };
        let witnesses = app.log.cosigners(&receipt.checkpoint).len() as i64;
        if witnesses > row.try_get("witnesses")? {
            sqlx::query(
                "insert into document_cosignatures (fingerprint, witnesses, receipt, kept_at) values (?, ?, ?, ?)",
            )
            .bind(&fingerprint)
            .bind(witnesses)
            .bind(receipt.to_string())
            .bind(clock::now().0)
            .execute(&app.db)
            .await?;
        }
    }
    Ok(())
}
