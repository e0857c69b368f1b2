//! The bank's side: its registration, its notices taken, its refunds handed over.

use crate::app::{App, Valid};
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::security::signed::{SIGNED_BODY_BYTES_MAX, SKEW_MS, SignedCaller};
use crate::trading::deposits::alarms::{self, Alarm};
use crate::trading::deposits::messages::{self, Entry};
use crate::trading::deposits::model::{AlarmCode, RefundState, RefundStep, Verdict};
use crate::trading::deposits::{bank_keys, reversals, store};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection};
use tower_http::limit::RequestBodyLimitLayer;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// A bank goes on sending what was not answered; over the longest holiday that is ten days.
const NOTICE_AGE_MS_MAX: i64 = 10 * 86_400_000;
const NAME_CHARS_MAX: usize = 140;
const ID_CHARS_MAX: usize = 32;
/// Over the raw answer, by the key beside it.
const OUR_SIGNATURE: HeaderName = HeaderName::from_static("x-sunbid-signature");
const OUR_KEY: HeaderName = HeaderName::from_static("x-sunbid-key");
const BATCH_NO: HeaderName = HeaderName::from_static("x-batch-no");

/// The doors a bank enters; what it sends may be larger than what people send.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(notices))
        .routes(routes!(refunds))
        .layer(RequestBodyLimitLayer::new(SIGNED_BODY_BYTES_MAX))
}

pub fn desk_routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(banks, register))
}

#[derive(Serialize, ToSchema)]
struct Bank {
    id: String,
    name: String,
    /// 收款户名.
    payee: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBank {
    /// What its requests name it by: lowercase letters, digits and hyphens.
    id: String,
    name: String,
    /// 收款户名.
    payee: String,
    /// Its first key: Ed25519, 64 hex digits.
    public_key: String,
}

/// Registers a bank with the first key it signs by; no lot names it before two clerks agree to that.
#[utoipa::path(post, path = "/api/banks", operation_id = "register_bank", request_body = NewBank,
    responses((status = 200, body = Bank), (status = "4XX", body = ApiError)))]
async fn register(State(app): State<App>, principal: Principal, Valid(bank): Valid<NewBank>) -> ApiResult<Json<Bank>> {
    let is_id = |id: &str| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if bank.id.is_empty() || bank.id.len() > ID_CHARS_MAX || !is_id(&bank.id) {
        let (zh, en) = ("代号须为小写字母、数字或连字符", "lowercase letters, digits and hyphens, at most 32");
        return Err(ApiError::bad_request("id", zh, en));
    }
    for (field, text) in [("name", &bank.name), ("payee", &bank.payee)] {
        if text.trim().is_empty() || text.chars().count() > NAME_CHARS_MAX {
            return Err(ApiError::bad_request(field, "不能为空或过长", "empty or too long"));
        }
    }
    let (key, now) = (bank_keys::read_key(&bank.public_key)?, clock::now().0);
    let mut tx = app.db.begin_with("begin immediate").await?;
    let done = sqlx::query("insert or ignore into banks (id, name, payee, registered_at) values (?, ?, ?, ?)")
        .bind(&bank.id)
        .bind(&bank.name)
        .bind(&bank.payee)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() == 0 {
        let taken = ApiError::conflict("该银行已登记", "this bank is registered already");
        return Err(ApiError { field: Some("id".into()), ..taken });
    }
    bank_keys::first(&mut tx, &bank.id, key, principal.account, now).await?;
    tx.commit().await?;
    Ok(Json(Bank { id: bank.id, name: bank.name, payee: bank.payee }))
}

/// Registered banks.
#[utoipa::path(get, path = "/api/banks", responses((status = 200, body = Vec<Bank>), (status = "4XX", body = ApiError)))]
async fn banks(State(app): State<App>) -> ApiResult<Json<Vec<Bank>>> {
    let rows = sqlx::query("select * from banks order by id limit 500").fetch_all(&app.db).await?;
    rows.iter()
        .map(|row| {
            let (id, name, payee) = (row.try_get("id")?, row.try_get("name")?, row.try_get("payee")?);
            Ok(Bank { id, name, payee })
        })
        .collect::<Result<_, ApiError>>()
        .map(Json)
}

#[derive(Serialize, ToSchema)]
pub struct NoticeAnswer {
    /// The bank's MsgId.
    message: String,
    entries: Vec<EntryAnswer>,
}

#[derive(Serialize, ToSchema)]
struct EntryAnswer {
    /// AcctSvcrRef of a credit, also of one taken back; EndToEndId of a refund.
    reference: String,
    /// The verdict on a credit; `reversed` or `reversal_waits` for its reversal; `paid`, `returned` or
    /// `pending` for a refund.
    result: String,
}

/// 到账通知 and 冲正 (camt.054.001.08) and refund confirmations (camt.054, pain.002.001.10), signed over the raw
/// body. Taken whole or not at all; the same message again is answered as before.
#[utoipa::path(post, path = "/api/bank/notices", operation_id = "bank_notices",
    request_body(content = String, content_type = "application/xml"),
    params(("x-bank" = String, Header), ("x-bank-signature" = String, Header, description = "Ed25519 in hex")),
    responses((status = 200, body = NoticeAnswer), (status = "4XX", body = ApiError)))]
async fn notices(State(app): State<App>, caller: SignedCaller, body: Bytes) -> ApiResult<Json<NoticeAnswer>> {
    take_notice(&app, &caller.0, &body).await.map(Json)
}

/// Takes a message whose signature was found good.
pub async fn take_notice(app: &App, bank: &str, raw: &[u8]) -> ApiResult<NoticeAnswer> {
    let bad = |path: &str, what: &str| ApiError::bad_request(path, &format!("报文不正确：{what}"), what);
    let text = std::str::from_utf8(raw).map_err(|_| bad("Document", "not UTF-8"))?;
    let notice = messages::parse(text).map_err(|fault| bad(&fault.path, &fault.what))?;
    let now = clock::now();
    if notice.made_at.0 > now.0 + SKEW_MS || notice.made_at.0 < now.0 - NOTICE_AGE_MS_MAX {
        return Err(ApiError { moment: Some(now.0), field: Some("GrpHdr/CreDtTm".into()), ..ApiError::clock_off() });
    }
    let calendar = app.calendar();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let digest = Sha256::digest(raw).to_vec();
    let heard: Option<Vec<u8>> = sqlx::query_scalar("select digest from bank_messages where bank = ? and message = ?")
        .bind(bank)
        .bind(&notice.id)
        .fetch_optional(&mut *tx)
        .await?;
    if heard.as_ref().is_some_and(|heard| *heard != digest) {
        tx.rollback().await?;
        return Err(alarm(app, bank, &notice.id, ApiError::reference_altered()).await?);
    }
    let mut entries = Vec::new();
    for entry in &notice.entries {
        let taken = match entry {
            Entry::Credit(credit) => {
                let taken = store::take_credit(&mut tx, (bank, &notice.id), credit, &calendar, now).await?;
                reversals::meet(&mut tx, bank, credit, now).await?;
                (&credit.reference, taken.map(Verdict::name).ok_or_else(ApiError::reference_altered))
            }
            Entry::Reversed(reversal) => {
                let taken = reversals::take(&mut tx, (bank, &notice.id), reversal, now).await?;
                (&reversal.credit, taken.ok_or_else(ApiError::reversal_altered))
            }
            Entry::Pending { refund } => (refund, Ok("pending")),
            // Of a message heard before, what it says of refunds has been done.
            Entry::Paid { refund, .. } if heard.is_some() => (refund, Ok(RefundState::Paid.name())),
            Entry::Returned { refund, .. } | Entry::Bounced { refund, .. } if heard.is_some() => {
                (refund, Ok(RefundState::Returned.name()))
            }
            Entry::Paid { refund, amount } => {
                (refund, told(&mut tx, bank, refund, *amount, RefundStep::Pay, None).await?)
            }
            Entry::Returned { refund, reason } => {
                (refund, told(&mut tx, bank, refund, None, RefundStep::Return, Some(reason)).await?)
            }
            Entry::Bounced { refund, amount } => {
                (refund, told(&mut tx, bank, refund, Some(*amount), RefundStep::Bounce, None).await?)
            }
        };
        match taken {
            (reference, Ok(result)) => {
                entries.push(EntryAnswer { reference: reference.clone(), result: result.into() })
            }
            (reference, Err(error)) => {
                tx.rollback().await?;
                return Err(alarm(app, bank, reference, error).await?);
            }
        }
    }
    sqlx::query("insert or ignore into bank_messages (bank, message, digest, received_at) values (?, ?, ?, ?)")
        .bind(bank)
        .bind(&notice.id)
        .bind(digest)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(NoticeAnswer { message: notice.id, entries })
}

/// What a bank says of a refund; an error when there is no such refund, or it cannot be so.
async fn told(
    tx: &mut SqliteConnection,
    bank: &str,
    name: &str,
    amount: Option<i64>,
    step: RefundStep,
    return_code: Option<&str>,
) -> ApiResult<Result<&'static str, ApiError>> {
    let unknown = || Ok(Err(ApiError::unknown_refund()));
    let Some(refund) = store::by_end_to_end(tx, bank, name).await? else { return unknown() };
    // A try that came back may carry less since; one that carries nothing keeps its sum and is withdrawn.
    let less = reversals::was_set_off(tx, &refund).await?;
    let withdrawn = refund.state == RefundState::Withdrawn && less > 0;
    if amount.is_some_and(|amount| amount != refund.amount + less && !(withdrawn && amount == refund.amount)) {
        return unknown();
    }
    let came_back = refund.state == RefundState::Returned || withdrawn;
    match step {
        RefundStep::Pay if refund.state == RefundState::Paid => return Ok(Ok(RefundState::Paid.name())),
        RefundStep::Return | RefundStep::Bounce if came_back => {}
        _ if refund.state.after(step).is_none() => return unknown(),
        _ => {
            store::settle_refund(tx, &refund, step, clock::now()).await?;
            if step != RefundStep::Pay {
                reversals::set_off(tx, &refund.id, clock::now()).await?;
            }
        }
    }
    if let Some(code) = return_code {
        store::note_return(tx, &refund, code).await?;
    }
    Ok(Ok(if step == RefundStep::Pay { RefundState::Paid } else { RefundState::Returned }.name()))
}

/// Kept for people to look at; the error is handed back for the bank.
async fn alarm(app: &App, bank: &str, reference: &str, error: ApiError) -> ApiResult<ApiError> {
    let code = AlarmCode::from_name(&error.code.to_lowercase()).ok_or_else(ApiError::internal)?;
    let mut db = app.db.acquire().await?;
    alarms::raise(&mut db, &Alarm { bank, reference, code, account: None, amount: None }, clock::now()).await?;
    Ok(ApiError { field: Some(reference.into()), ..error })
}

/// A batch of refunds as it goes to the bank.
pub struct Batch {
    pub no: i64,
    pub xml: String,
}

/// The bank's batch after number `after`: one made before, or a new one of all that is checked.
pub async fn next_batch(app: &App, bank: &str, after: i64) -> ApiResult<Option<Batch>> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    let made = sqlx::query("select no, xml from refund_batches where bank = ? and no > ? order by no limit 1")
        .bind(bank)
        .bind(after)
        .fetch_optional(&mut *tx)
        .await?;
    if let Some(row) = made {
        return Ok(Some(Batch { no: row.try_get("no")?, xml: row.try_get("xml")? }));
    }
    let no: i64 = sqlx::query_scalar("select coalesce(max(no), 0) + 1 from refund_batches where bank = ?")
        .bind(bank)
        .fetch_one(&mut *tx)
        .await?;
    let orders = store::send(&mut tx, bank, no).await?;
    if orders.is_empty() {
        return Ok(None);
    }
    let (name, payee): (String, String) =
        sqlx::query_as("select name, payee from banks where id = ?").bind(bank).fetch_one(&mut *tx).await?;
    let (message, now) = (Uuid::new_v4().simple().to_string(), clock::now());
    let xml = messages::pain_001(&message, now, &payee, &name, &orders);
    sqlx::query("insert into refund_batches (bank, no, message, xml, made_at) values (?, ?, ?, ?, ?)")
        .bind(bank)
        .bind(no)
        .bind(&message)
        .bind(&xml)
        .bind(now.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Some(Batch { no, xml }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AfterBatch {
    /// The last batch the bank has; 0 for none. A lost answer is asked for again.
    after: Option<i64>,
}

/// The next batch of refunds (pain.001.001.09), signed by us; 204 when there is none.
#[utoipa::path(get, path = "/api/bank/refunds", operation_id = "bank_refunds",
    params(AfterBatch, ("x-bank" = String, Header), ("x-bank-at" = i64, Header, description = "Unix ms, each later than the last"),
        ("x-bank-signature" = String, Header, description = "Ed25519 in hex over `GET <path and query>\\n<x-bank-at>`")),
    responses((status = 200, body = String, content_type = "application/xml"), (status = 204), (status = "4XX", body = ApiError)))]
async fn refunds(State(app): State<App>, caller: SignedCaller, Query(query): Query<AfterBatch>) -> ApiResult<Response> {
    let Some(batch) = next_batch(&app, &caller.0, query.after.unwrap_or(0)).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let (signature, key) = app.signer.sign(batch.xml.as_bytes());
    let headers = [
        (header::CONTENT_TYPE, "application/xml".to_string()),
        (OUR_SIGNATURE, signature),
        (OUR_KEY, key),
        (BATCH_NO, batch.no.to_string()),
    ];
    Ok((headers, batch.xml).into_response())
}
