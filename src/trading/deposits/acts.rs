//! What the rest of trading asks of deposits: may he be seated, and what becomes of the money after.

use crate::app::{self, App};
use crate::calendar::Calendar;
use crate::error::{ApiError, ApiResult};
use crate::trading::applications;
use crate::trading::deposits::ledger::{Kind, Transfer};
use crate::trading::deposits::messages::yuan;
use crate::trading::deposits::model::{
    DepositState, DepositStep, RefundReason, Standing, SubAccount, standing as judge_standing,
};
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

/// Whose deposits a settlement moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// 转定金 for the winners, back for all others.
    All,
    /// What the winners' become is not said yet.
    Losers,
}

/// The end of a lot, as its deposits see it.
pub struct Close<'a> {
    pub lot: Uuid,
    /// Numbers of their applications; none where nobody won.
    pub winners: &'a [i64],
    /// 国土资源部令第39号 art. 21: the working days to give back begin here, whenever somebody asks for it.
    pub closed_at: Moment,
    pub reach: Reach,
    /// Nobody where the close alone does it.
    pub by: Option<Uuid>,
}

/// The lot is over: winners' deposits become 定金, everybody else's go back. Done again, it changes nothing.
pub async fn settle(tx: &mut SqliteConnection, calendar: &Calendar, close: &Close<'_>, now: Moment) -> ApiResult<()> {
    let mut moved = false;
    for opened in store::of_lot(tx, close.lot).await? {
        let account = &opened.account;
        let wins = close.winners.contains(&opened.no);
        if wins && close.reach == Reach::Losers {
            continue;
        }
        if !account.state.is_open() {
            // Settled before; an award that has changed since is a matter for people.
            if wins && !matches!(account.state, DepositState::Earnest | DepositState::Forfeited) {
                return Err(ApiError::conflict("竞得人的保证金已退", "the winner's deposit is on its way back"));
            }
            continue;
        }
        moved = true;
        if !wins {
            let_go(tx, calendar, &opened, (RefundReason::Lost, close.closed_at), now).await?;
            continue;
        }
        let amount = store::held(tx, &account.number).await?;
        store::step(tx, account, DepositStep::Win).await?;
        // 冲正 may have taken all of it: he has won, an alarm stands, and there is nothing to move.
        if amount > 0 {
            post_whole(tx, Kind::Earnest, account, amount, now).await?;
        }
    }
    match close.by {
        Some(by) if moved => lots::note(tx, close.lot, "deposits_settled", by, now).await,
        _ => Ok(()),
    }
}

async fn post_whole(
    tx: &mut SqliteConnection,
    kind: Kind,
    account: &SubAccount,
    amount: i64,
    now: Moment,
) -> sqlx::Result<()> {
    let (number, cause) = (account.number.clone(), account.number.clone());
    store::post(tx, &Transfer { kind, amount, account: Some(number), cause }, now).await
}

/// A sub-account is over for its bidder: what it holds is due to him, counted from `since`.
async fn let_go(
    tx: &mut SqliteConnection,
    calendar: &Calendar,
    opened: &Opened,
    (reason, since): (RefundReason, Moment),
    now: Moment,
) -> ApiResult<()> {
    let account = &opened.account;
    let amount = store::held(tx, &account.number).await?;
    if amount == 0 {
        store::step(tx, account, DepositStep::Close).await?;
        return Ok(());
    }
    store::step(tx, account, DepositStep::Lose).await?;
    post_whole(tx, Kind::Release, account, amount, now).await?;
    let refund = NewRefund {
        bank: &opened.bank,
        account: Some(&account.number),
        credit: None,
        amount,
        to: (&account.payer_name, &account.payer_account),
        reason,
    };
    Ok(store::owe(tx, &refund, calendar, since).await?)
}

/// 撤回或不予受理: the deposit of an application that was never seated goes back from now on. One that is bound
/// for a seat, or settled by its lot's end, is not touched.
pub async fn release(
    tx: &mut SqliteConnection,
    calendar: &Calendar,
    (lot, no): (Uuid, i64),
    reason: RefundReason,
    now: Moment,
) -> ApiResult<()> {
    let Some(opened) = store::of_application(tx, lot, no).await? else { return Ok(()) };
    match opened.account.state {
        DepositState::Held => Err(applications::seat_is_asked()),
        state if state.is_open() => let_go(tx, calendar, &opened, (reason, now), now).await,
        _ => Ok(()),
    }
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
