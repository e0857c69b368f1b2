//! What the rest of trading asks of deposits: may he be seated, and what becomes of the money after.

use crate::app::{self, App};
use crate::calendar::Calendar;
use crate::error::{ApiError, ApiResult};
use crate::trading::deposits::ledger::{Kind, Transfer};
use crate::trading::deposits::messages::yuan;
use crate::trading::deposits::model::{DepositState, DepositStep, RefundReason, Standing, standing as judge_standing};
use crate::trading::deposits::store::{self, NewRefund, Opened, Suspended};
use crate::trading::store as lots;
use matching::Moment;
use sqlx::{SqliteConnection, SqlitePool};
use uuid::Uuid;

/// Whether an application's deposit suffices. The time of asking plays no part: what counts is when the
/// bank booked the money.
pub async fn standing(db: &SqlitePool, lot: Uuid, no: i64) -> ApiResult<Standing> {
    if store::terms(db, lot).await?.is_none() {
        return Ok(Standing::NotAsked);
    }
    let mut db = db.acquire().await?;
    match store::of_application(&mut db, lot, no).await? {
        Some(opened) => stands(&mut db, &opened).await,
        None => Ok(Standing::NoAccount),
    }
}

async fn stands(db: &mut SqliteConnection, opened: &Opened) -> ApiResult<Standing> {
    let held = store::held(db, &opened.account.number).await?;
    let others = store::elsewhere(db, opened.lot, opened.no).await?;
    Ok(judge_standing(&opened.account, held, &others))
}

/// Binds a sufficient deposit before its applicant is seated; refuses one that is short. Lots without
/// deposit terms ask for none.
pub async fn hold(app: &App, lot: Uuid, no: i64) -> ApiResult<()> {
    if store::terms(&app.db, lot).await?.is_none() {
        return Ok(());
    }
    // One writer: two lots cannot both find the same money free.
    let mut tx = app.db.begin_with("begin immediate").await?;
    let opened = store::of_application(&mut tx, lot, no).await?.ok_or_else(|| short(0, None))?;
    match stands(&mut tx, &opened).await? {
        Standing::Qualified { .. } | Standing::NotAsked => {}
        Standing::NoAccount => return Err(short(0, None)),
        Standing::Short { counted, required } => return Err(short(counted, Some(required))),
        Standing::OverCommitted => return Err(ApiError::deposit_over_committed()),
        Standing::Over(_) => {
            return Err(ApiError::conflict("该申请的保证金已了结", "the deposit of this application is settled"));
        }
    }
    store::step(&mut tx, &opened.account, DepositStep::Hold).await?;
    tx.commit().await?;
    Ok(())
}

fn short(counted: i64, required: Option<i64>) -> ApiError {
    let error = ApiError::deposit_short();
    let Some(required) = required else { return error };
    let (counted, required) = (yuan(counted), yuan(required));
    ApiError {
        zh: format!("{}：已计入 {counted} 元，须 {required} 元", error.zh),
        en: format!("{}: {counted} yuan counted of {required}", error.en),
        ..error
    }
}

/// Whether this lot's deposits run through the ledger: it has deposit terms.
pub async fn are_kept(db: &mut SqliteConnection, lot: Uuid) -> sqlx::Result<bool> {
    let terms: Option<i64> = sqlx::query_scalar("select 1 from deposit_terms where lot = ?")
        .bind(lot.to_string())
        .fetch_optional(db)
        .await?;
    Ok(terms.is_some())
}

/// The end of a lot, as its deposits see it.
pub struct Close<'a> {
    pub lot: Uuid,
    /// Numbers of their applications; none where nobody won.
    pub winners: &'a [i64],
    /// 国土资源部令第39号 art. 21: the working days to give back begin here, whenever somebody asks for it.
    pub closed_at: Moment,
    pub by: Uuid,
}

/// The lot is over: winners' deposits become 定金, everybody else's go back. Done again, it changes nothing.
pub async fn settle(tx: &mut SqliteConnection, calendar: &Calendar, close: &Close<'_>, now: Moment) -> ApiResult<()> {
    let mut moved = false;
    for opened in store::of_lot(tx, close.lot).await? {
        let account = &opened.account;
        let wins = close.winners.contains(&opened.no);
        if !account.state.is_open() {
            // Settled before; an award that has changed since is a matter for people.
            if wins && !matches!(account.state, DepositState::Earnest | DepositState::Forfeited) {
                return Err(ApiError::conflict("竞得人的保证金已退", "the winner's deposit is on its way back"));
            }
            continue;
        }
        moved = true;
        let amount = store::held(tx, &account.number).await?;
        let (step, kind) = match (wins, amount) {
            // 冲正 took all of it: he has won, an alarm stands, and there is nothing to move.
            (true, 0) => {
                store::step(tx, account, DepositStep::Win).await?;
                continue;
            }
            (true, _) => (DepositStep::Win, Kind::Earnest),
            (false, 0) => {
                store::step(tx, account, DepositStep::Close).await?;
                continue;
            }
            (false, _) => (DepositStep::Lose, Kind::Release),
        };
        store::step(tx, account, step).await?;
        let (number, cause) = (account.number.clone(), account.number.clone());
        store::post(tx, &Transfer { kind, amount, account: Some(number), cause }, now).await?;
        if !wins {
            let refund = NewRefund {
                bank: &opened.bank,
                account: Some(&account.number),
                credit: None,
                amount,
                to: (&account.payer_name, &account.payer_account),
                reason: RefundReason::Lost,
            };
            store::owe(tx, &refund, calendar, close.closed_at).await?;
        }
    }
    if moved { lots::note(tx, close.lot, "deposits_settled", close.by, now).await } else { Ok(()) }
}

/// 不予退还, for a reason that stays with it: a winner who does not sign, a fraud (Decree 39 art. 25).
pub async fn forfeit(
    tx: &mut SqliteConnection,
    (lot, no): (Uuid, i64),
    reason: &str,
    by: Uuid,
    now: Moment,
) -> ApiResult<()> {
    let reason = app::reason(reason)?;
    let opened = store::of_application(tx, lot, no).await?.ok_or_else(ApiError::not_found)?;
    let (account, number) = (&opened.account, opened.account.number.clone());
    if account.state == DepositState::Forfeited {
        return Ok(());
    }
    let earnest: i64 = sqlx::query_scalar(
        "select coalesce(-sum(amount), 0) from deposit_postings where ledger = 'earnest' and account = ?",
    )
    .bind(&number)
    .fetch_one(&mut *tx)
    .await?;
    let (kind, amount) = match account.state {
        DepositState::Earnest => (Kind::ForfeitEarnest, earnest),
        _ => (Kind::ForfeitHeld, store::held(tx, &number).await?),
    };
    store::forfeit(tx, account, reason).await?;
    if amount > 0 {
        store::post(tx, &Transfer { kind, amount, account: Some(number.clone()), cause: number }, now).await?;
    }
    lots::note(tx, lot, "deposit_forfeited", by, now).await
}

/// A credit in suspense goes back to its payer; the refund then takes two clerks as any other.
pub async fn give_back(
    tx: &mut SqliteConnection,
    calendar: &Calendar,
    credit: &Suspended,
    now: Moment,
) -> ApiResult<()> {
    let cause = format!("credit {}", credit.n);
    store::post(tx, &Transfer { kind: Kind::GiveBack, amount: credit.amount, account: None, cause }, now).await?;
    let refund = NewRefund {
        bank: &credit.bank,
        account: None,
        credit: Some(credit.n),
        amount: credit.amount,
        to: (&credit.payer_name, &credit.payer_account),
        reason: RefundReason::Suspense,
    };
    Ok(store::owe(tx, &refund, calendar, now).await?)
}
