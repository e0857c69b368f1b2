//! 保证金异议退还: what a bidder asked for in a case, and two officers granted, is put on its way by itself,
//! on the clock of the item.

use super::acts::give_back;
use super::store;
use crate::app::App;
use crate::approval;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use sqlx::SqliteConnection;
use std::time::Duration;
use uuid::Uuid;

/// Approval item of a refund asked for; its subject is "<lot>/<application no>".
const REFUND: &str = "DEPOSIT-REFUND";
/// A clerk who follows a decision finds its refund in his list at once.
const LOOKED_EVERY: Duration = Duration::from_secs(2);
/// Cases of one page of a look.
const PAGE_CASES: i64 = 100;

pub async fn keep(app: App) {
    let mut pace = tokio::time::interval(LOOKED_EVERY);
    loop {
        pace.tick().await;
        if let Err(error) = look(&app).await {
            tracing::error!(code = %error.code, "the refunds granted cannot be read");
        }
    }
}

/// Page by page: cases that wait for their close do not stand before those that wait for nothing, and one that
/// fails stops no other.
async fn look(app: &App) -> ApiResult<()> {
    let mut after = (i64::MIN, String::new());
    loop {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select c.id, coalesce(c.decided_at, 0) as at from cases c left join refund_cases r on r.case_id = c.id
             where c.item = ?1 and c.outcome = 'granted' and r.case_id is null
               and (coalesce(c.decided_at, 0), c.id) > (?2, ?3)
             order by at, c.id limit ?4",
        )
        .bind(REFUND)
        .bind(after.0)
        .bind(&after.1)
        .bind(PAGE_CASES)
        .fetch_all(&app.db)
        .await?;
        for (id, _) in &rows {
            let done = match id.parse() {
                Ok(case) => put_on_its_way(app, case).await,
                Err(_) => Err(ApiError::internal()),
            };
            if let Err(error) = done {
                stuck(app, id, &error).await?;
            }
        }
        match rows.last() {
            Some((id, at)) if rows.len() == PAGE_CASES as usize => after = (*at, id.clone()),
            _ => return Ok(()),
        }
    }
}

/// Told once, however often it is tried again; the desk's ledger shows it until it goes through.
async fn stuck(app: &App, case: &str, error: &ApiError) -> ApiResult<()> {
    let first = sqlx::query(
        "insert into refund_case_faults (case_id, code, at) values (?1, ?2, ?3)
         on conflict (case_id) do update set code = ?2, at = ?3 where code <> ?2",
    )
    .bind(case)
    .bind(error.code.as_ref())
    .bind(clock::now().0)
    .execute(&app.db)
    .await?;
    if first.rows_affected() == 1 {
        tracing::error!(case, code = %error.code, "a refund granted is not on its way");
    }
    Ok(())
}

/// Money in suspense for the application goes back, and what is due to it anyway is due by the item's
/// days. A deposit that still binds its bidder stays; the case waits for the close.
async fn put_on_its_way(app: &App, case: Uuid) -> ApiResult<()> {
    let (calendar, now) = (app.calendar(), clock::now());
    let mut tx = app.db.begin_with("begin immediate").await?;
    let whole = approval::store::whole(&mut tx, case).await?;
    let (promised_by, legal_by) = whole.due(&calendar).ok_or_else(ApiError::internal)?;
    let subject = whole.case.subject.unwrap_or_default();
    let named = subject.split_once('/').and_then(|(lot, no)| Some((lot.parse().ok()?, no.parse().ok()?)));
    let (lot, no) = named.ok_or_else(ApiError::internal)?;
    if let Some(opened) = store::of_application(&mut tx, lot, no).await? {
        let number = &opened.account.number;
        for credit in store::in_suspense_for(&mut tx, number).await? {
            give_back(&mut tx, &calendar, &credit, now).await?;
        }
        store::hasten(&mut tx, number, promised_by.end().0, legal_by.end().0).await?;
        if opened.account.state.is_open() {
            mended(&mut tx, case).await?;
            return Ok(tx.commit().await?);
        }
    }
    sqlx::query("insert into refund_cases (case_id, at) values (?, ?)")
        .bind(case.to_string())
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
    mended(&mut tx, case).await?;
    Ok(tx.commit().await?)
}

/// It goes through: nothing is shown any more.
async fn mended(tx: &mut SqliteConnection, case: Uuid) -> sqlx::Result<()> {
    sqlx::query("delete from refund_case_faults where case_id = ?").bind(case.to_string()).execute(tx).await?;
    Ok(())
}
