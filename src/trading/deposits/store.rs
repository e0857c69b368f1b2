//! Sub-accounts, credits, the ledger and refunds in SQL. What must stand or fall together takes the
//! connection of one transaction.

use crate::calendar::Calendar;
use crate::db::{bad, uuid};
use crate::error::{ApiError, ApiResult};
use crate::trading::deposits::alarms::{self, Alarm};
use crate::trading::deposits::ledger::{Credit, Heard, Judged, Kind, Transfer, judge};
use crate::trading::deposits::messages::Order;
use crate::trading::deposits::model::{
    AlarmCode, DepositState, DepositStep, FEN_SCALE, RefundReason, RefundState, RefundStep, SubAccount, Verdict,
};
use crate::trading::life::limits::Basis;
use matching::{Moment, Money};
use rust_decimal::Decimal;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use uuid::Uuid;

/// 一批退款的笔数: a bank takes no more in one batch.
pub const BATCH_ORDERS_MAX: i64 = 100;
/// ExternalStatusReason1Code.
const RETURN_CODE_CHARS_MAX: usize = 4;
/// Credits of one sub-account that anybody looks at.
const CREDITS_EACH_MAX: i64 = 100;
/// Tries at a number nobody has; with twelve random digits the first is free.
const NUMBER_TRIES_MAX: usize = 8;

pub fn read_name<T>(row: &SqliteRow, column: &str, read: fn(&str) -> Option<T>) -> sqlx::Result<T> {
    read(&row.try_get::<String, _>(column)?).ok_or_else(|| bad(column))
}

pub fn read_uuid(row: &SqliteRow, column: &str) -> sqlx::Result<Uuid> {
    row.try_get::<String, _>(column)?.parse().map_err(|_| bad(column))
}

/// A sub-account with whose it is.
pub struct Opened {
    pub account: SubAccount,
    pub bank: String,
    pub lot: Uuid,
    pub no: i64,
}

fn opened(row: &SqliteRow) -> sqlx::Result<Opened> {
    Ok(Opened {
        account: SubAccount {
            number: row.try_get("number")?,
            payer_name: row.try_get("payer_name")?,
            payer_account: row.try_get("payer_account")?,
            required: row.try_get("required")?,
            deadline_at: Moment(row.try_get("deadline_at")?),
            state: read_name(row, "state", DepositState::from_name)?,
        },
        bank: row.try_get("bank")?,
        lot: read_uuid(row, "lot")?,
        no: row.try_get("no")?,
    })
}

/// 保证金条款 of a lot.
pub struct Terms {
    pub bank: String,
    pub bank_name: String,
    pub payee: String,
    pub deadline_at: Moment,
    /// 分, from the lot's own deposit.
    pub required: i64,
}

/// An amount of a lot in 分; lots of a finer unit ask for no deposit through a bank.
pub fn in_fen(deposit: &str) -> Option<i64> {
    let decimal = Decimal::from_str_exact(deposit).ok()?;
    Money::from_decimal(decimal, FEN_SCALE).ok().map(Money::minor).filter(|fen| *fen > 0)
}

pub async fn terms(db: &SqlitePool, lot: Uuid) -> ApiResult<Option<Terms>> {
    let row = sqlx::query(
        "select t.bank, t.deadline_at, b.name, b.payee, l.deposit from deposit_terms t
         join banks b on b.id = t.bank join lots l on l.id = t.lot where t.lot = ?",
    )
    .bind(lot.to_string())
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let required = in_fen(&row.try_get::<String, _>("deposit")?).ok_or_else(|| {
        ApiError::conflict("保证金须为大于零的整分金额", "the lot's deposit is not a sum of whole fen above zero")
    })?;
    Ok(Some(Terms {
        bank: row.try_get("bank")?,
        bank_name: row.try_get("name")?,
        payee: row.try_get("payee")?,
        deadline_at: Moment(row.try_get("deadline_at")?),
        required,
    }))
}

pub async fn of_application(db: &mut SqliteConnection, lot: Uuid, no: i64) -> sqlx::Result<Option<Opened>> {
    let row = sqlx::query("select * from deposit_accounts where lot = ? and no = ?")
        .bind(lot.to_string())
        .bind(no)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(opened).transpose()
}

pub async fn of_lot(db: &mut SqliteConnection, lot: Uuid) -> sqlx::Result<Vec<Opened>> {
    let rows = sqlx::query("select * from deposit_accounts where lot = ? order by no")
        .bind(lot.to_string())
        .fetch_all(db)
        .await?;
    rows.iter().map(opened).collect()
}

pub async fn by_number(db: &mut SqliteConnection, bank: &str, number: &str) -> sqlx::Result<Option<Opened>> {
    let row = sqlx::query("select * from deposit_accounts where bank = ? and number = ?")
        .bind(bank)
        .bind(number)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(opened).transpose()
}

/// Opens the sub-account of an application, or answers with the one it has.
pub async fn open(
    db: &mut SqliteConnection,
    (lot, no): (Uuid, i64),
    terms: &Terms,
    payer: (&str, &str),
    now: Moment,
) -> ApiResult<Opened> {
    for _ in 0..NUMBER_TRIES_MAX {
        let number = format!("8800{:012}", Uuid::new_v4().as_u128() % 1_000_000_000_000);
        sqlx::query(
            "insert or ignore into deposit_accounts
               (number, lot, no, bank, payer_name, payer_account, required, deadline_at, state, opened_at)
             values (?, ?, ?, ?, ?, ?, ?, ?, 'issued', ?)",
        )
        .bind(number)
        .bind(lot.to_string())
        .bind(no)
        .bind(&terms.bank)
        .bind(payer.0)
        .bind(payer.1)
        .bind(terms.required)
        .bind(terms.deadline_at.0)
        .bind(now.0)
        .execute(&mut *db)
        .await?;
        if let Some(opened) = of_application(db, lot, no).await? {
            return Ok(opened);
        }
    }
    Err(ApiError::busy())
}

/// Where a deposit came from, by the bank's word.
pub struct PaidIn {
    /// 到账流水: the credit's number.
    pub n: u64,
    pub payer_account: String,
    pub branch: Option<String>,
    pub at: Moment,
    /// As the deposit; what came late or from another payer goes back.
    pub counted: bool,
}

impl PaidIn {
    fn read(row: &SqliteRow) -> sqlx::Result<PaidIn> {
        let (payer_account, branch) = (row.try_get("payer_account")?, row.try_get("branch")?);
        let n = row.try_get::<i64, _>("n")? as u64;
        let (at, counted) = (Moment(row.try_get("credited_at")?), row.try_get("counted")?);
        Ok(PaidIn { n, payer_account, branch, at, counted })
    }
}

/// From which accounts an applicant's deposit was paid; returned ones too.
pub async fn paid_by(db: &SqlitePool, lot: Uuid, account: Uuid) -> sqlx::Result<Vec<PaidIn>> {
    let rows = sqlx::query(
        "select c.n, c.payer_account, c.branch, c.credited_at, c.verdict = 'counted' as counted
         from applications a
         join deposit_accounts d on d.lot = a.lot and d.no = a.no
         join deposit_credits c on c.bank = d.bank and c.account = d.number
         where a.lot = ? and a.account = ? order by c.n limit ?",
    )
    .bind(lot.to_string())
    .bind(account.to_string())
    .bind(CREDITS_EACH_MAX)
    .fetch_all(db)
    .await?;
    rows.iter().map(PaidIn::read).collect()
}

/// Where one credit came from, and to whose seat; none without a paddle.
pub async fn paid_in(db: &SqlitePool, credit: i64) -> sqlx::Result<Option<(Uuid, u32, PaidIn)>> {
    let row = sqlx::query(
        "select a.lot, a.paddle, c.n, c.payer_account, c.branch, c.credited_at, c.verdict = 'counted' as counted
         from deposit_credits c
         join deposit_accounts d on d.bank = c.bank and d.number = c.account
         join applications a on a.lot = d.lot and a.no = d.no
         where c.n = ? and a.paddle is not null",
    )
    .bind(credit)
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok((uuid(&row, "lot")?, row.try_get("paddle")?, PaidIn::read(&row)?))).transpose()
}

/// 改付款账号: another account to pay from, while nothing has come; whether it was taken.
pub async fn change_payer(db: &mut SqliteConnection, number: &str, payer_account: &str) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "update deposit_accounts set payer_account = ? where number = ? and state = 'issued'
           and not exists (select 1 from deposit_credits c where c.bank = deposit_accounts.bank and c.account = number)",
    )
    .bind(payer_account)
    .bind(number)
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What a sub-account holds, 分: the sum of its postings, kept nowhere else.
pub async fn held(db: &mut SqliteConnection, number: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("select coalesce(-sum(amount), 0) from deposit_postings where ledger = 'held' and account = ?")
        .bind(number)
        .fetch_one(db)
        .await
}

/// (held, required) of the same applicant's deposits bound by other running lots.
pub async fn elsewhere(db: &mut SqliteConnection, lot: Uuid, no: i64) -> sqlx::Result<Vec<(i64, i64)>> {
    let rows = sqlx::query(
        "select d.number, d.required from deposit_accounts d
         join applications a on a.lot = d.lot and a.no = d.no
         where d.state = 'held' and d.lot <> ?1
           and a.account = (select account from applications where lot = ?1 and no = ?2)",
    )
    .bind(lot.to_string())
    .bind(no)
    .fetch_all(&mut *db)
    .await?;
    let mut others = Vec::new();
    for row in rows {
        others.push((held(db, row.try_get("number")?).await?, row.try_get("required")?));
    }
    Ok(others)
}

/// Moves a deposit on, or says that it cannot be moved so.
pub async fn step(db: &mut SqliteConnection, account: &SubAccount, step: DepositStep) -> ApiResult<DepositState> {
    let next = account.state.after(step).ok_or_else(|| {
        ApiError::conflict("该保证金的当前状态不允许此操作", "the deposit is not in a state for that")
    })?;
    let done = sqlx::query("update deposit_accounts set state = ? where number = ? and state = ?")
        .bind(next.name())
        .bind(&account.number)
        .bind(account.state.name())
        .execute(db)
        .await?;
    if done.rows_affected() == 1 { Ok(next) } else { Err(ApiError::busy()) }
}

pub async fn forfeit(db: &mut SqliteConnection, account: &SubAccount, reason: &str) -> ApiResult<()> {
    // The reason first: the table takes no forfeiture without one.
    sqlx::query("update deposit_accounts set reason = ? where number = ?")
        .bind(reason)
        .bind(&account.number)
        .execute(&mut *db)
        .await?;
    step(db, account, DepositStep::Forfeit).await.map(|_| ())
}

pub async fn post(db: &mut SqliteConnection, transfer: &Transfer, now: Moment) -> sqlx::Result<()> {
    let (debit, credit) = transfer.kind.sides();
    sqlx::query(
        "insert into deposit_transfers (at, kind, debit, credit, amount, account, cause) values (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(now.0)
    .bind(transfer.kind.name())
    .bind(debit.name())
    .bind(credit.name())
    .bind(transfer.amount)
    .bind(&transfer.account)
    .bind(&transfer.cause)
    .execute(db)
    .await?;
    Ok(())
}

/// What became of a credit; `None` when its reference was used before for other words.
pub async fn take_credit(
    db: &mut SqliteConnection,
    (bank, message): (&str, &str),
    credit: &Credit,
    calendar: &Calendar,
    now: Moment,
) -> ApiResult<Option<Verdict>> {
    let heard = sqlx::query("select fingerprint, verdict from deposit_credits where bank = ? and reference = ?")
        .bind(bank)
        .bind(&credit.reference)
        .fetch_optional(&mut *db)
        .await?;
    let read = |row: SqliteRow| {
        let verdict = read_name(&row, "verdict", Verdict::from_name)?;
        Ok::<_, sqlx::Error>(Heard { fingerprint: row.try_get("fingerprint")?, verdict })
    };
    let heard = heard.map(read).transpose()?;
    let opened = by_number(db, bank, &credit.account).await?;
    let (verdict, transfer) = match judge(credit, heard.as_ref(), opened.as_ref().map(|opened| &opened.account)) {
        Judged::Again(verdict) => return Ok(Some(verdict)),
        Judged::Altered => return Ok(None),
        Judged::Moves(verdict, transfer) => (verdict, transfer),
    };
    let n: i64 = sqlx::query_scalar(
        "insert into deposit_credits (bank, reference, fingerprint, message, account, amount, credited_at, payer_name,
           payer_account, branch, verdict, received_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning n",
    )
    .bind(bank)
    .bind(&credit.reference)
    .bind(credit.fingerprint())
    .bind(message)
    .bind(&credit.account)
    .bind(credit.amount)
    .bind(credit.credited_at.0)
    .bind(&credit.payer_name)
    .bind(&credit.payer_account)
    .bind(&credit.branch)
    .bind(verdict.name())
    .bind(now.0)
    .fetch_one(&mut *db)
    .await?;
    // Two banks may use the same reference.
    post(db, &Transfer { cause: format!("{bank}/{}", transfer.cause), ..transfer }, now).await?;
    let account = opened.map(|opened| opened.account);
    let reason = match verdict {
        Verdict::Counted => {
            let account = account.ok_or_else(ApiError::internal)?;
            step(db, &account, DepositStep::Credit).await?;
            return Ok(Some(verdict));
        }
        Verdict::UnknownAccount | Verdict::ClosedAccount => {
            let is_known = account.is_some();
            let code = if is_known { AlarmCode::ClosedAccount } else { AlarmCode::UnknownAccount };
            let number = is_known.then_some(credit.account.as_str());
            let amount = Some(credit.amount);
            alarms::raise(db, &Alarm { bank, reference: &credit.reference, code, account: number, amount }, now)
                .await?;
            return Ok(Some(verdict));
        }
        Verdict::Late => RefundReason::Late,
        Verdict::WrongPayer => RefundReason::WrongPayer,
    };
    let refund = NewRefund {
        bank,
        account: account.as_ref().map(|account| account.number.as_str()),
        credit: Some(n),
        amount: credit.amount,
        to: (&credit.payer_name, &credit.payer_account),
        reason,
    };
    owe(db, &refund, calendar, now).await?;
    Ok(Some(verdict))
}

/// 挂账: a credit that could not be counted and lies in suspense.
pub struct Suspended {
    pub n: i64,
    pub bank: String,
    /// The account it was sent to, as the payer wrote it.
    pub account: String,
    pub amount: i64,
    pub payer_name: String,
    pub payer_account: String,
}

fn suspended(row: &SqliteRow) -> sqlx::Result<Suspended> {
    Ok(Suspended {
        n: row.try_get("n")?,
        bank: row.try_get("bank")?,
        account: row.try_get("account")?,
        amount: row.try_get("amount")?,
        payer_name: row.try_get("payer_name")?,
        payer_account: row.try_get("payer_account")?,
    })
}

const IN_SUSPENSE: &str = "select c.* from deposit_credits c where c.verdict in ('unknown_account', 'closed_account')
     and not exists (select 1 from refunds r where r.credit = c.n)
     and not exists (select 1 from deposit_reversals v where v.bank = c.bank and v.credit_reference = c.reference
       and v.taken_at is not null)";

pub async fn in_suspense(db: &mut SqliteConnection, n: i64) -> ApiResult<Suspended> {
    let known: Option<i64> =
        sqlx::query_scalar("select 1 from deposit_credits where n = ?").bind(n).fetch_optional(&mut *db).await?;
    known.ok_or_else(ApiError::not_found)?;
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{IN_SUSPENSE} and c.n = ?"))).bind(n).fetch_optional(db).await?;
    let row = row.ok_or_else(|| ApiError::conflict("该笔款项不在挂账中", "this credit is not in suspense"))?;
    Ok(suspended(&row)?)
}

/// What lies in suspense for a sub-account.
pub async fn in_suspense_for(db: &mut SqliteConnection, account: &str) -> sqlx::Result<Vec<Suspended>> {
    let sql = format!("{IN_SUSPENSE} and c.account = ? order by c.n limit ?");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(account).bind(BATCH_ORDERS_MAX).fetch_all(db).await?;
    rows.iter().map(suspended).collect()
}

/// Refunds of a sub-account that have not gone out are due at these moments at the latest.
pub async fn hasten(db: &mut SqliteConnection, account: &str, promised_at: i64, due_at: i64) -> sqlx::Result<()> {
    sqlx::query(
        "update refunds set promised_at = min(promised_at, ?1), due_at = min(due_at, ?2)
         where state in ('due', 'made', 'returned')
           and (account = ?3 or credit in (select n from deposit_credits where account = ?3))
           and (promised_at > ?1 or due_at > ?2)",
    )
    .bind(promised_at)
    .bind(due_at)
    .bind(account)
    .execute(db)
    .await?;
    Ok(())
}

pub struct NewRefund<'a> {
    pub bank: &'a str,
    pub account: Option<&'a str>,
    pub credit: Option<i64>,
    pub amount: i64,
    /// Name and account; money goes back to where it came from.
    pub to: (&'a str, &'a str),
    pub reason: RefundReason,
}

/// Under which rules the lot is sold that money came for; no law's where it has no file.
async fn basis(db: &mut SqliteConnection, refund: &NewRefund<'_>) -> sqlx::Result<Basis> {
    let name: Option<String> = sqlx::query_scalar(
        "select f.basis from deposit_accounts d join lot_files f on f.lot = d.lot
         where d.number = coalesce(?1, (select account from deposit_credits where n = ?2))",
    )
    .bind(refund.account)
    .bind(refund.credit)
    .fetch_optional(db)
    .await?;
    Ok(name.as_deref().and_then(Basis::from_name).unwrap_or(Basis::Other))
}

/// A refund is due, within the time of the sale's rules from `since`.
pub async fn owe(
    db: &mut SqliteConnection,
    refund: &NewRefund<'_>,
    calendar: &Calendar,
    since: Moment,
) -> sqlx::Result<()> {
    let limits = &basis(db, refund).await?.limits().refund;
    sqlx::query(
        "insert into refunds (id, bank, account, credit, amount, to_name, to_account, reason, due_at, promised_at, state)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'due')",
    )
    .bind(Uuid::new_v4().simple().to_string())
    .bind(refund.bank)
    .bind(refund.account)
    .bind(refund.credit)
    .bind(refund.amount)
    .bind(refund.to.0)
    .bind(refund.to.1)
    .bind(refund.reason.name())
    .bind(limits.legal.length.ends(since, calendar).0)
    .bind(limits.promised.ends(since, calendar).0)
    .execute(db)
    .await?;
    Ok(())
}

/// A refund in hand.
pub struct Refund {
    pub id: String,
    pub bank: String,
    pub account: Option<String>,
    /// It gives back one credit, not the deposit.
    pub is_credit: bool,
    pub amount: i64,
    pub state: RefundState,
    pub made_by: Option<Uuid>,
    pub attempt: i64,
    /// The bank's reason for the last return.
    pub return_code: Option<String>,
}

pub async fn refund(db: &mut SqliteConnection, id: &str) -> ApiResult<Option<Refund>> {
    let row = sqlx::query("select * from refunds where id = ?").bind(id).fetch_optional(db).await?;
    let Some(row) = row else { return Ok(None) };
    let made_by: Option<String> = row.try_get("made_by")?;
    Ok(Some(Refund {
        id: row.try_get("id")?,
        bank: row.try_get("bank")?,
        account: row.try_get("account")?,
        is_credit: row.try_get::<Option<i64>, _>("credit")?.is_some(),
        amount: row.try_get("amount")?,
        state: read_name(&row, "state", RefundState::from_name)?,
        made_by: made_by.map(|id| id.parse().map_err(|_| bad("made_by"))).transpose()?,
        attempt: row.try_get("attempt")?,
        return_code: row.try_get("return_code")?,
    }))
}

fn next_state(refund: &Refund, step: RefundStep) -> ApiResult<RefundState> {
    refund
        .state
        .after(step)
        .ok_or_else(|| ApiError::conflict("该退款的当前状态不允许此操作", "the refund is not in a state for that"))
}

pub async fn move_refund(db: &mut SqliteConnection, refund: &Refund, step: RefundStep) -> ApiResult<RefundState> {
    let next = next_state(refund, step)?;
    sqlx::query("update refunds set state = ? where id = ?").bind(next.name()).bind(&refund.id).execute(db).await?;
    Ok(next)
}

/// 经办: the first clerk puts it forward. A refund that came back goes out under a new name: an old
/// message about the earlier try must not speak for this one.
pub async fn make(db: &mut SqliteConnection, refund: &Refund, by: Uuid, now: Moment) -> ApiResult<()> {
    let next = next_state(refund, RefundStep::Make)?;
    alarms::no_reversal_stands(db, &refund.id).await?;
    sqlx::query(
        "update refunds set state = ?, made_by = ?, made_at = ?, checked_by = null, checked_at = null, batch = null,
           attempt = attempt + 1 where id = ?",
    )
    .bind(next.name())
    .bind(by.to_string())
    .bind(now.0)
    .bind(&refund.id)
    .execute(db)
    .await?;
    Ok(())
}

/// 复核: another clerk lets it out.
pub async fn check(db: &mut SqliteConnection, refund: &Refund, by: Uuid, now: Moment) -> ApiResult<()> {
    let next = next_state(refund, RefundStep::Check)?;
    if refund.made_by == Some(by) {
        return Err(ApiError::conflict(
            "不能复核自己经办的退款，请由另一位工作人员复核",
            "another clerk checks the refund you made",
        ));
    }
    alarms::no_reversal_stands(db, &refund.id).await?;
    sqlx::query("update refunds set state = ?, checked_by = ?, checked_at = ? where id = ?")
        .bind(next.name())
        .bind(by.to_string())
        .bind(now.0)
        .bind(&refund.id)
        .execute(db)
        .await?;
    Ok(())
}

/// Refunds checked and not yet sent go into batch `no`; those a 冲正 stands against wait.
pub async fn send(db: &mut SqliteConnection, bank: &str, no: i64) -> ApiResult<Vec<Order>> {
    let sql = format!(
        "select * from refunds r where r.bank = ? and r.state = 'checked' and not exists ({})
         order by r.due_at, r.id limit ?",
        alarms::REVERSALS_STANDING
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(bank).bind(BATCH_ORDERS_MAX).fetch_all(&mut *db).await?;
    let mut orders = Vec::new();
    for row in rows {
        let id: String = row.try_get("id")?;
        let Some(refund) = refund(db, &id).await? else { continue };
        let next = next_state(&refund, RefundStep::Send)?;
        sqlx::query("update refunds set state = ?, batch = ? where id = ?")
            .bind(next.name())
            .bind(no)
            .bind(&id)
            .execute(&mut *db)
            .await?;
        step_deposit(db, &refund, DepositStep::Send).await?;
        orders.push(Order {
            id: end_to_end(&refund),
            amount: refund.amount,
            to_name: row.try_get("to_name")?,
            to_account: row.try_get("to_account")?,
            purpose: "退竞买保证金".into(),
        });
    }
    Ok(orders)
}

/// EndToEndId: the refund and which try it is, 34 of the 35 characters the standard allows.
pub fn end_to_end(refund: &Refund) -> String {
    format!("{}{:02}", refund.id, refund.attempt % 100)
}

/// The refund a bank speaks of by its EndToEndId, if it speaks of the last try.
pub async fn by_end_to_end(db: &mut SqliteConnection, bank: &str, name: &str) -> ApiResult<Option<Refund>> {
    let Some(id) = name.get(..32) else { return Ok(None) };
    let refund = refund(db, id).await?;
    Ok(refund.filter(|refund| refund.bank == bank && end_to_end(refund) == name))
}

pub async fn step_deposit(db: &mut SqliteConnection, refund: &Refund, by: DepositStep) -> ApiResult<()> {
    if let (Some(number), false) = (&refund.account, refund.is_credit) {
        let opened = by_number(db, &refund.bank, number).await?.ok_or_else(ApiError::internal)?;
        step(db, &opened.account, by).await?;
    }
    Ok(())
}

/// The bank has paid it, could not, or has it back.
pub async fn settle_refund(db: &mut SqliteConnection, refund: &Refund, by: RefundStep, now: Moment) -> ApiResult<()> {
    let next = next_state(refund, by)?;
    sqlx::query("update refunds set state = ?, settled_at = ? where id = ?")
        .bind(next.name())
        .bind(now.0)
        .bind(&refund.id)
        .execute(&mut *db)
        .await?;
    // By its try: a refund that came back is paid a second time.
    let (account, cause, amount) = (refund.account.clone(), end_to_end(refund), refund.amount);
    let (kind, step) = match by {
        RefundStep::Pay => (Some(Kind::Paid), DepositStep::Pay),
        RefundStep::Bounce => (Some(Kind::Bounced), DepositStep::Return),
        _ => (None, DepositStep::Return),
    };
    if let Some(kind) = kind {
        post(db, &Transfer { kind, amount, account, cause }, now).await?;
    }
    step_deposit(db, refund, step).await
}

/// 退票原因: the bank's code, cut to what the standard allows.
pub async fn note_return(db: &mut SqliteConnection, refund: &Refund, code: &str) -> sqlx::Result<()> {
    let code: String = code.chars().take(RETURN_CODE_CHARS_MAX).collect();
    sqlx::query("update refunds set return_code = ? where id = ?").bind(code).bind(&refund.id).execute(db).await?;
    Ok(())
}
