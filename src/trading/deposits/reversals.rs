//! 冲正: a credit taken back by its bank, in SQL. Where its money lay and whether that is an alarm is
//! `ledger::judge_reversal`'s word.

use crate::error::{ApiError, ApiResult};
use crate::trading::deposits::alarms::{self, Alarm};
use crate::trading::deposits::ledger::{
    self, Booked, Credit, Kind, Ledger, Reversal, TakenBack, Transfer, judge_reversal,
};
use crate::trading::deposits::model::{AlarmCode, DepositState, DepositStep, RefundState, RefundStep, Verdict};
use crate::trading::deposits::store::{self, read_name};
use matching::Moment;
use sqlx::{Row, SqliteConnection};

/// A credit in the books, with the rows its money is written on.
struct Found {
    booked: Booked,
    refund: Option<store::Refund>,
}

async fn find(db: &mut SqliteConnection, bank: &str, reference: &str) -> ApiResult<Option<Found>> {
    let row = sqlx::query("select n, amount, verdict, account from deposit_credits where bank = ? and reference = ?")
        .bind(bank)
        .bind(reference)
        .fetch_optional(&mut *db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let verdict = read_name(&row, "verdict", Verdict::from_name)?;
    let (n, amount, number): (i64, i64, String) = (row.try_get("n")?, row.try_get("amount")?, row.try_get("account")?);
    let account = store::by_number(db, bank, &number).await?.map(|opened| (number.clone(), opened.account.state));
    let refund: Option<String> = sqlx::query_scalar(
        "select id from refunds where credit = ?1 or (?2 = 'counted' and account = ?3 and credit is null)",
    )
    .bind(n)
    .bind(verdict.name())
    .bind(&number)
    .fetch_optional(&mut *db)
    .await?;
    let refund = match refund {
        Some(id) => store::refund(db, &id).await?,
        None => None,
    };
    let booked = Booked { amount, verdict, account, refund: refund.as_ref().map(|refund| refund.state) };
    Ok(Some(Found { booked, refund }))
}

/// What is answered to the bank: `reversed`, or `reversal_waits` until its credit is told; `None` when it
/// does not fit what was told before.
pub async fn take(
    db: &mut SqliteConnection,
    (bank, message): (&str, &str),
    reversal: &Reversal,
    now: Moment,
) -> ApiResult<Option<&'static str>> {
    let told =
        sqlx::query("select fingerprint, taken_at from deposit_reversals where bank = ? and credit_reference = ?")
            .bind(bank)
            .bind(&reversal.credit)
            .fetch_optional(&mut *db)
            .await?;
    let (heard, taken): (Option<Vec<u8>>, Option<i64>) = match &told {
        Some(row) => (Some(row.try_get("fingerprint")?), row.try_get("taken_at")?),
        None => (None, None),
    };
    let found = find(db, bank, &reversal.credit).await?;
    let judged = judge_reversal(reversal, heard.as_deref(), found.as_ref().map(|found| &found.booked));
    let words = |taken: bool| Some(if taken { "reversed" } else { "reversal_waits" });
    match (judged, found) {
        (TakenBack::Altered, _) => Ok(None),
        (TakenBack::Again, _) => Ok(words(taken.is_some())),
        (TakenBack::Moves(transfer, alarm), Some(found)) => {
            keep(db, (bank, message), reversal, Some(now), now).await?;
            apply(db, bank, &found, transfer, alarm, now).await?;
            Ok(words(true))
        }
        (TakenBack::Waits | TakenBack::Moves(..), _) => {
            keep(db, (bank, message), reversal, None, now).await?;
            let amount = Some(reversal.amount);
            let alarm =
                Alarm { bank, reference: &reversal.credit, code: AlarmCode::ReversalWaits, account: None, amount };
            alarms::raise(db, &alarm, now).await?;
            Ok(words(false))
        }
    }
}

async fn keep(
    db: &mut SqliteConnection,
    (bank, message): (&str, &str),
    reversal: &Reversal,
    taken_at: Option<Moment>,
    now: Moment,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into deposit_reversals
           (bank, credit_reference, reference, fingerprint, message, amount, booked_at, received_at, taken_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(bank)
    .bind(&reversal.credit)
    .bind(&reversal.reference)
    .bind(reversal.fingerprint())
    .bind(message)
    .bind(reversal.amount)
    .bind(reversal.booked_at.0)
    .bind(now.0)
    .bind(taken_at.map(|at| at.0))
    .execute(db)
    .await?;
    Ok(())
}

/// A credit has just been taken: a reversal that came before it is done now.
pub async fn meet(db: &mut SqliteConnection, bank: &str, credit: &Credit, now: Moment) -> ApiResult<()> {
    let waiting = sqlx::query(
        "select reference, amount, booked_at from deposit_reversals
         where bank = ? and credit_reference = ? and taken_at is null",
    )
    .bind(bank)
    .bind(&credit.reference)
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = waiting else { return Ok(()) };
    let reversal = Reversal {
        credit: credit.reference.clone(),
        reference: row.try_get("reference")?,
        amount: row.try_get("amount")?,
        booked_at: Moment(row.try_get("booked_at")?),
    };
    let found = find(db, bank, &credit.reference).await?.ok_or_else(ApiError::internal)?;
    let TakenBack::Moves(transfer, alarm) = judge_reversal(&reversal, None, Some(&found.booked)) else {
        let account = found.booked.account.as_ref().map(|(number, _)| number.as_str());
        let (code, amount) = (AlarmCode::ReversalAltered, Some(reversal.amount));
        return alarms::raise(db, &Alarm { bank, reference: &credit.reference, code, account, amount }, now).await;
    };
    sqlx::query("update deposit_reversals set taken_at = ? where bank = ? and credit_reference = ?")
        .bind(now.0)
        .bind(bank)
        .bind(&credit.reference)
        .execute(&mut *db)
        .await?;
    apply(db, bank, &found, transfer, alarm, now).await
}

/// Moves the money; what no longer has any goes back to where it was before it came.
async fn apply(
    db: &mut SqliteConnection,
    bank: &str,
    found: &Found,
    transfer: Transfer,
    alarm: Option<AlarmCode>,
    now: Moment,
) -> ApiResult<()> {
    let reference = transfer.cause.clone();
    // Two banks may use the same reference.
    let transfer = Transfer { cause: format!("{bank}/{reference}"), ..transfer };
    store::post(db, &transfer, now).await?;
    let account = found.booked.account.as_ref().map(|(number, _)| number.as_str());
    if let Some(code) = alarm {
        let alarm = Alarm { bank, reference: &reference, code, account, amount: Some(transfer.amount) };
        alarms::raise(db, &alarm, now).await?;
    }
    match (transfer.kind, &found.refund, &found.booked.account) {
        (Kind::Reversal(Ledger::Payable), Some(refund), _) => less(db, refund, transfer.amount).await,
        (Kind::Reversal(Ledger::Held), _, Some((number, DepositState::Credited))) => empty(db, bank, number).await,
        _ => Ok(()),
    }
}

/// A refund not yet out carries less; one that carries nothing is withdrawn.
async fn less(db: &mut SqliteConnection, refund: &store::Refund, by: i64) -> ApiResult<()> {
    if refund.amount > by {
        // What two clerks agreed on was another sum: they begin anew.
        let anew = if refund.state == RefundState::Returned { RefundState::Returned } else { RefundState::Due };
        sqlx::query("update refunds set amount = amount - ?, state = ? where id = ?")
            .bind(by)
            .bind(anew.name())
            .bind(&refund.id)
            .execute(db)
            .await?;
        return Ok(());
    }
    store::move_refund(db, refund, RefundStep::Withdraw).await?;
    store::step_deposit(db, refund, DepositStep::Empty).await
}

/// A refund has come back. What the bank took back of its credits while it was out is owed to nobody: it is
/// set off, and the refund carries the rest.
pub async fn set_off(db: &mut SqliteConnection, id: &str, now: Moment) -> ApiResult<()> {
    let refund = store::refund(db, id).await?.ok_or_else(ApiError::internal)?;
    let claimed: i64 = sqlx::query_scalar(
        "select coalesce(sum(t.amount), 0) from refunds r
         join deposit_credits c on c.n = r.credit
           or (r.credit is null and c.bank = r.bank and c.account = r.account and c.verdict = 'counted')
         join deposit_transfers t on t.cause = c.bank || '/' || c.reference and t.kind = 'reversal' and t.debit = 'claims'
         where r.id = ?",
    )
    .bind(id)
    .fetch_one(&mut *db)
    .await?;
    let before: i64 = sqlx::query_scalar(
        "select coalesce(sum(amount), 0) from deposit_transfers where kind = 'set_off' and cause > ?1 and cause < ?1 || ':'",
    )
    .bind(id)
    .fetch_one(&mut *db)
    .await?;
    let amount = ledger::set_off(refund.amount, claimed - before);
    if amount == 0 {
        return Ok(());
    }
    let cause = store::end_to_end(&refund);
    store::post(db, &Transfer { kind: Kind::SetOff, amount, account: refund.account.clone(), cause }, now).await?;
    less(db, &refund, amount).await
}

/// What was set off of this try of a refund.
pub async fn was_set_off(db: &mut SqliteConnection, refund: &store::Refund) -> sqlx::Result<i64> {
    sqlx::query_scalar("select coalesce(sum(amount), 0) from deposit_transfers where kind = 'set_off' and cause = ?")
        .bind(store::end_to_end(refund))
        .fetch_one(db)
        .await
}

async fn empty(db: &mut SqliteConnection, bank: &str, number: &str) -> ApiResult<()> {
    if store::held(db, number).await? == 0 {
        let opened = store::by_number(db, bank, number).await?.ok_or_else(ApiError::internal)?;
        store::step(db, &opened.account, DepositStep::Empty).await?;
    }
    Ok(())
}
