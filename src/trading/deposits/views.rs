//! What people read of deposits. A clerk sees application numbers and masked payers, never who it is.

use crate::db::page;
use crate::error::{ApiError, ApiResult};
use crate::trading::deposits::ledger::Ledger;
use crate::trading::deposits::messages::yuan;
use crate::trading::deposits::model::{DepositState, RefundReason, RefundState, Verdict, masked_account, masked_name};
use crate::trading::deposits::store::{Opened, Terms, read_name, read_uuid};
use matching::Moment;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub const PAGE: i64 = 100;

/// 保证金条款.
#[derive(Serialize, ToSchema)]
pub struct DepositTerms {
    pub bank: String,
    pub bank_name: String,
    pub payee: String,
    pub amount: String,
    /// Money the bank booked at this moment still counts.
    pub deadline_at: i64,
}

impl DepositTerms {
    pub fn of(terms: &Terms) -> DepositTerms {
        DepositTerms {
            bank: terms.bank.clone(),
            bank_name: terms.bank_name.clone(),
            payee: terms.payee.clone(),
            amount: yuan(terms.required),
            deadline_at: terms.deadline_at.0,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct MyCredit {
    pub reference: String,
    pub amount: String,
    pub credited_at: i64,
    pub verdict: Verdict,
    /// 冲正: the bank took it back.
    pub reversed: bool,
}

#[derive(Serialize, ToSchema)]
pub struct MyRefund {
    pub amount: String,
    pub reason: RefundReason,
    pub state: RefundState,
    pub promised_at: i64,
    pub due_at: i64,
}

/// My deposit for one lot.
#[derive(Serialize, ToSchema)]
pub struct MyDeposit {
    pub lot: Uuid,
    pub lot_number: String,
    pub no: i64,
    /// 子账号.
    pub account: String,
    pub payee: String,
    pub bank_name: String,
    /// From whom alone the money counts.
    pub payer_name: String,
    pub payer_account: String,
    pub required: String,
    pub counted: String,
    /// What is missing, to the fen; 0.00 when it suffices.
    pub missing: String,
    pub deadline_at: i64,
    pub state: DepositState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub credits: Vec<MyCredit>,
    pub refunds: Vec<MyRefund>,
}

/// The deposits of one bidder, newest first.
pub async fn mine(db: &SqlitePool, account: Uuid) -> ApiResult<Vec<MyDeposit>> {
    let mut db = db.acquire().await?;
    let rows = sqlx::query(
        "select d.*, l.number as lot_number, b.name as bank_name, b.payee from deposit_accounts d
         join applications a on a.lot = d.lot and a.no = d.no
         join lots l on l.id = d.lot join banks b on b.id = d.bank
         where a.account = ? order by d.opened_at desc limit ?",
    )
    .bind(account.to_string())
    .bind(PAGE)
    .fetch_all(&mut *db)
    .await?;
    let mut deposits = Vec::new();
    for row in &rows {
        deposits.push(my_deposit(&mut db, row).await?);
    }
    Ok(deposits)
}

async fn my_deposit(db: &mut SqliteConnection, row: &SqliteRow) -> ApiResult<MyDeposit> {
    let number: String = row.try_get("number")?;
    let credits = sqlx::query("select * from deposit_credits_told where account = ? order by n limit ?")
        .bind(&number)
        .bind(PAGE)
        .fetch_all(&mut *db)
        .await?;
    let credits: Vec<(i64, MyCredit)> = credits
        .iter()
        .map(|row| {
            let amount: i64 = row.try_get("amount")?;
            let credit = MyCredit {
                reference: row.try_get("reference")?,
                amount: yuan(amount),
                credited_at: row.try_get("credited_at")?,
                verdict: read_name(row, "verdict", Verdict::from_name)?,
                reversed: row.try_get("reversed")?,
            };
            Ok((amount, credit))
        })
        .collect::<sqlx::Result<_>>()?;
    let refunds = sqlx::query("select * from refunds where account = ? order by due_at limit ?")
        .bind(&number)
        .bind(PAGE)
        .fetch_all(&mut *db)
        .await?;
    let required: i64 = row.try_get("required")?;
    let counts = |credit: &MyCredit| credit.verdict == Verdict::Counted && !credit.reversed;
    let counted: i64 = credits.iter().filter(|(_, credit)| counts(credit)).map(|(amount, _)| amount).sum();
    Ok(MyDeposit {
        lot: read_uuid(row, "lot")?,
        lot_number: row.try_get("lot_number")?,
        no: row.try_get("no")?,
        account: number,
        payee: row.try_get("payee")?,
        bank_name: row.try_get("bank_name")?,
        payer_name: row.try_get("payer_name")?,
        payer_account: row.try_get("payer_account")?,
        required: yuan(required),
        counted: yuan(counted),
        missing: yuan((required - counted).max(0)),
        deadline_at: row.try_get("deadline_at")?,
        state: read_name(row, "state", DepositState::from_name)?,
        reason: row.try_get("reason")?,
        credits: credits.into_iter().map(|(_, credit)| credit).collect(),
        refunds: refunds
            .iter()
            .map(|row| {
                Ok(MyRefund {
                    amount: yuan(row.try_get("amount")?),
                    reason: read_name(row, "reason", RefundReason::from_name)?,
                    state: read_name(row, "state", RefundState::from_name)?,
                    promised_at: row.try_get("promised_at")?,
                    due_at: row.try_get("due_at")?,
                })
            })
            .collect::<sqlx::Result<_>>()?,
    })
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LedgerQuery {
    /// A lot's number.
    pub lot: Option<String>,
    /// A state or a verdict, of what is listed.
    pub state: Option<String>,
    /// The page, 1 the first, of 100 rows each.
    pub page: Option<u32>,
}

impl LedgerQuery {
    /// The page asked for. `rows` takes the center (none: of every one), the lot's number, the state, how many rows and
    /// behind how many.
    pub async fn page(
        &self,
        db: &SqlitePool,
        rows: &'static str,
        center: Option<Uuid>,
    ) -> sqlx::Result<(Vec<SqliteRow>, u64)> {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let asked = |limit, offset| {
            let of = sqlx::query(rows).bind(center.map(|center| center.to_string()));
            of.bind(filled(&self.lot)).bind(filled(&self.state)).bind(limit).bind(offset)
        };
        page(db, (PAGE, i64::from(self.page.unwrap_or(1).max(1) - 1) * PAGE), asked).await
    }
}

/// A page of rows and how many there are in all.
#[derive(Serialize, ToSchema)]
pub struct DepositPage {
    pub items: Vec<DepositRow>,
    pub total: u64,
    pub page_size: u32,
}

#[derive(Serialize, ToSchema)]
pub struct DepositRow {
    pub lot: Uuid,
    pub lot_number: String,
    pub no: i64,
    pub account: String,
    pub required: String,
    /// What it holds now.
    pub held: String,
    pub deadline_at: i64,
    pub state: DepositState,
    /// Why it shall be kept, while that waits for the second clerk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forfeit_reason: Option<String>,
    /// Whether I asked for it, and so may not grant it.
    pub forfeit_mine: bool,
}

pub async fn deposits(db: &SqlitePool, center: Uuid, me: Uuid, query: &LedgerQuery) -> ApiResult<DepositPage> {
    let asked = "select d.*, l.number as lot_number, count(*) over () as total,
           (select coalesce(-sum(p.amount), 0) from deposit_postings p
            where p.ledger = 'held' and p.account = d.number) as held,
           f.reason as forfeit_reason, f.asked_by as forfeit_by
         from deposit_accounts d join lots l on l.id = d.lot
         left join deposit_forfeitures f on f.lot = d.lot and f.no = d.no and f.granted_by is null
         where l.center = ?1 and (?2 is null or l.number = ?2) and (?3 is null or d.state = ?3)
         order by d.opened_at desc, d.number limit ?4 offset ?5";
    let (rows, total) = query.page(db, asked, Some(center)).await?;
    let items = rows.iter().map(|row| {
        Ok(DepositRow {
            lot: read_uuid(row, "lot")?,
            lot_number: row.try_get("lot_number")?,
            no: row.try_get("no")?,
            account: row.try_get("number")?,
            required: yuan(row.try_get("required")?),
            held: yuan(row.try_get("held")?),
            deadline_at: row.try_get("deadline_at")?,
            state: read_name(row, "state", DepositState::from_name)?,
            forfeit_reason: row.try_get("forfeit_reason")?,
            forfeit_mine: row.try_get::<Option<String>, _>("forfeit_by")? == Some(me.to_string()),
        })
    });
    let items = items.collect::<sqlx::Result<_>>()?;
    Ok(DepositPage { items, total, page_size: PAGE as u32 })
}

#[derive(Serialize, ToSchema)]
pub struct CreditPage {
    pub items: Vec<CreditRow>,
    pub total: u64,
    pub page_size: u32,
}

#[derive(Serialize, ToSchema)]
pub struct CreditRow {
    pub n: i64,
    pub bank: String,
    pub reference: String,
    pub account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no: Option<i64>,
    pub amount: String,
    pub credited_at: i64,
    pub received_at: i64,
    /// Masked.
    pub payer_name: String,
    pub payer_account: String,
    pub verdict: Verdict,
    /// 冲正: the bank took it back.
    pub reversed: bool,
    /// Its refund, where one is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundState>,
}

/// Credits to the lots of a center; those that waits in suspense are every center's to clear up.
pub async fn credits(db: &SqlitePool, center: Uuid, query: &LedgerQuery) -> ApiResult<CreditPage> {
    let asked = "select c.*, l.number as lot_number, d.no, r.state as refund, count(*) over () as total
         from deposit_credits_told c left join deposit_accounts d on d.number = c.account and d.bank = c.bank
         left join lots l on l.id = d.lot left join refunds r on r.credit = c.n
         where (l.center = ?1 or d.number is null) and (?2 is null or l.number = ?2) and (?3 is null or c.verdict = ?3)
         order by c.n desc limit ?4 offset ?5";
    let (rows, total) = query.page(db, asked, Some(center)).await?;
    let items = rows.iter().map(|row| {
        let refund: Option<String> = row.try_get("refund")?;
        Ok(CreditRow {
            n: row.try_get("n")?,
            bank: row.try_get("bank")?,
            reference: row.try_get("reference")?,
            account: row.try_get("account")?,
            lot_number: row.try_get("lot_number")?,
            no: row.try_get("no")?,
            amount: yuan(row.try_get("amount")?),
            credited_at: row.try_get("credited_at")?,
            received_at: row.try_get("received_at")?,
            payer_name: masked_name(row.try_get("payer_name")?),
            payer_account: masked_account(row.try_get("payer_account")?),
            verdict: read_name(row, "verdict", Verdict::from_name)?,
            reversed: row.try_get("reversed")?,
            refund: refund.as_deref().and_then(RefundState::from_name),
        })
    });
    let items = items.collect::<sqlx::Result<_>>()?;
    Ok(CreditPage { items, total, page_size: PAGE as u32 })
}

#[derive(Serialize, ToSchema)]
pub struct RefundPage {
    pub items: Vec<RefundRow>,
    pub total: u64,
    pub page_size: u32,
}

#[derive(Serialize, ToSchema)]
pub struct RefundRow {
    pub id: Uuid,
    pub bank: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no: Option<i64>,
    pub amount: String,
    pub reason: RefundReason,
    /// Masked.
    pub to_name: String,
    pub to_account: String,
    /// 承诺时限.
    pub promised_at: i64,
    /// 法定时限.
    pub due_at: i64,
    pub state: RefundState,
    /// Whether I made it, and so may not check it.
    pub mine: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<i64>,
    /// 退票原因: the bank's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_code: Option<String>,
    /// The new account that waits to be checked, in full: who answers for it reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee_waits: Option<String>,
    /// What it is known from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payee_reason: Option<String>,
    /// Whether I entered it, and so may not check it.
    pub payee_mine: bool,
}

pub async fn refunds(db: &SqlitePool, center: Uuid, me: Uuid, query: &LedgerQuery) -> ApiResult<RefundPage> {
    let asked = "select r.*, l.number as lot_number, d.no, p.to_account as payee, p.reason as payee_reason,
           p.entered_by as payee_by,
           count(*) over () as total
         from refunds r left join refund_payees p on p.refund = r.id and p.checked_by is null left join deposit_accounts d on d.number = r.account left join lots l on l.id = d.lot
         where (l.center = ?1 or d.number is null) and (?2 is null or l.number = ?2) and (?3 is null or r.state = ?3)
         order by r.state = 'paid', r.due_at, r.id limit ?4 offset ?5";
    let (rows, total) = query.page(db, asked, Some(center)).await?;
    let items = rows.iter().map(|row| refund_row(row, me)).collect::<sqlx::Result<_>>()?;
    Ok(RefundPage { items, total, page_size: PAGE as u32 })
}

fn refund_row(row: &SqliteRow, me: Uuid) -> sqlx::Result<RefundRow> {
    Ok(RefundRow {
        id: read_uuid(row, "id")?,
        bank: row.try_get("bank")?,
        lot_number: row.try_get("lot_number")?,
        no: row.try_get("no")?,
        amount: yuan(row.try_get("amount")?),
        reason: read_name(row, "reason", RefundReason::from_name)?,
        to_name: masked_name(row.try_get("to_name")?),
        to_account: masked_account(row.try_get("to_account")?),
        promised_at: row.try_get("promised_at")?,
        due_at: row.try_get("due_at")?,
        state: read_name(row, "state", RefundState::from_name)?,
        mine: row.try_get::<Option<String>, _>("made_by")? == Some(me.to_string()),
        batch: row.try_get("batch")?,
        return_code: row.try_get("return_code")?,
        payee_waits: row.try_get("payee")?,
        payee_reason: row.try_get("payee_reason")?,
        payee_mine: row.try_get::<Option<String>, _>("payee_by")? == Some(me.to_string()),
    })
}

#[derive(Serialize, ToSchema)]
pub struct Balance {
    pub ledger: Ledger,
    /// Debits positive.
    pub amount: String,
}

#[derive(Serialize, ToSchema)]
pub struct Balances {
    pub items: Vec<Balance>,
    /// Of all of them: nothing, always.
    pub sum: String,
    /// 银行报警 not closed yet.
    pub alarms: i64,
    /// 准予退还而未能办理: granted refunds that cannot be put on their way. At most 100.
    pub stuck: Vec<StuckRefund>,
    pub now: i64,
}

/// A granted refund that fails whenever it is tried.
#[derive(Serialize, ToSchema)]
pub struct StuckRefund {
    pub case_id: Uuid,
    /// The case's number.
    pub no: String,
    /// The code of what is in its way.
    pub code: String,
    pub at: i64,
}

const STUCK_MAX: i64 = 100;

async fn stuck(db: &SqlitePool) -> sqlx::Result<Vec<StuckRefund>> {
    let rows = sqlx::query(
        "select f.case_id, c.no, f.code, f.at from refund_case_faults f join cases c on c.id = f.case_id
         order by f.at, f.case_id limit ?",
    )
    .bind(STUCK_MAX)
    .fetch_all(db)
    .await?;
    let read = |row: &SqliteRow| {
        Ok(StuckRefund {
            case_id: crate::db::uuid(row, "case_id")?,
            no: row.try_get("no")?,
            code: row.try_get("code")?,
            at: row.try_get("at")?,
        })
    };
    rows.iter().map(read).collect()
}

pub async fn balances(db: &SqlitePool, now: Moment) -> ApiResult<Balances> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select ledger, sum(amount) from deposit_postings group by ledger").fetch_all(db).await?;
    let of = |ledger: Ledger| rows.iter().find(|(name, _)| name == ledger.name()).map_or(0, |(_, amount)| *amount);
    let items = Ledger::ALL.map(|ledger| Balance { ledger, amount: yuan(of(ledger)) }).into();
    let alarms = sqlx::query_scalar("select count(*) from bank_alarms where state <> 'closed'").fetch_one(db).await?;
    let sum =
        rows.iter().try_fold(0_i64, |sum, (_, amount)| sum.checked_add(*amount)).ok_or_else(ApiError::internal)?;
    Ok(Balances { items, sum: yuan(sum), alarms, stuck: stuck(db).await?, now: now.0 })
}

/// A sub-account just opened, as its owner reads it.
pub async fn one(db: &SqlitePool, account: Uuid, opened: &Opened) -> ApiResult<MyDeposit> {
    let all = mine(db, account).await?;
    all.into_iter().find(|deposit| deposit.account == opened.account.number).ok_or_else(ApiError::internal)
}

/// A refund the bank has paid, and whose application it was about.
pub struct PaidRefund {
    pub lot: Uuid,
    pub no: i64,
    pub owner: Uuid,
    /// 子账号.
    pub account: String,
    pub bank_name: String,
    pub amount: String,
    pub to_name: String,
    pub to_account: String,
    pub reason: RefundReason,
    pub settled_at: Moment,
}

pub async fn paid_refund(db: &SqlitePool, id: Uuid) -> ApiResult<Option<PaidRefund>> {
    let row = sqlx::query(
        "select r.*, d.lot, d.no, a.account as owner, b.name as bank_name from refunds r
         join deposit_accounts d on d.number = r.account
         join applications a on a.lot = d.lot and a.no = d.no
         join banks b on b.id = r.bank
         where r.id = ? and r.state = 'paid' and r.settled_at is not null",
    )
    .bind(id.simple().to_string())
    .fetch_optional(db)
    .await?;
    let read = |row: SqliteRow| {
        Ok::<_, sqlx::Error>(PaidRefund {
            lot: read_uuid(&row, "lot")?,
            no: row.try_get("no")?,
            owner: read_uuid(&row, "owner")?,
            account: row.try_get("account")?,
            bank_name: row.try_get("bank_name")?,
            amount: yuan(row.try_get("amount")?),
            to_name: row.try_get("to_name")?,
            to_account: masked_account(row.try_get("to_account")?),
            reason: read_name(&row, "reason", RefundReason::from_name)?,
            settled_at: Moment(row.try_get("settled_at")?),
        })
    };
    Ok(row.map(read).transpose()?)
}

/// The paid refunds of a lot, of everybody or of one bidder.
pub async fn paid_refunds(db: &SqlitePool, lot: Uuid, owner: Option<Uuid>) -> ApiResult<Vec<Uuid>> {
    let rows = sqlx::query(
        "select r.id from refunds r join deposit_accounts d on d.number = r.account
         join applications a on a.lot = d.lot and a.no = d.no
         where d.lot = ?1 and r.state = 'paid' and (?2 is null or a.account = ?2) order by r.settled_at, r.id limit ?3",
    )
    .bind(lot.to_string())
    .bind(owner.map(|owner| owner.to_string()))
    .bind(PAGE)
    .fetch_all(db)
    .await?;
    Ok(rows.iter().map(|row| read_uuid(row, "id")).collect::<sqlx::Result<_>>()?)
}
