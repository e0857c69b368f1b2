//! The doors of bidders and clerks: deposit terms, sub-accounts, the ledger, refunds by two persons.

use crate::app::{App, Valid};
use crate::approval::cases;
use crate::clock;
use crate::error::{ApiError, ApiResult};
use crate::security::model::Principal;
use crate::security::store as people;
use crate::trading::applications;
use crate::trading::deposits::acts::Reach;
use crate::trading::deposits::closes::{self, Stays};
use crate::trading::deposits::store::{self, in_fen};
use crate::trading::deposits::views::{
    self, Balances, CreditPage, DepositPage, DepositTerms, LedgerQuery, MyDeposit, RefundPage,
};
use crate::trading::deposits::{acts, alarms, bank, bank_keys, forfeits, payees};
use crate::trading::desk::own;
use crate::trading::life::{self, gate};
use crate::trading::lots::ApplicationStatus;
use crate::trading::store as lots;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use matching::{Moment, Stage};
use serde::Deserialize;
use sqlx::SqliteConnection;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The longest account number of a bank here is 32 digits; ISO 20022 allows 34.
const PAYER_ACCOUNT_CHARS: std::ops::RangeInclusive<usize> = 4..=34;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(bank::desk_routes())
        .merge(bank_keys::routes())
        .merge(alarms::routes())
        .merge(forfeits::routes())
        .merge(payees::routes())
        .routes(routes!(set_terms))
        .routes(routes!(terms))
        .routes(routes!(open_account, change_payer))
        .routes(routes!(mine))
        .routes(routes!(settle))
        .routes(routes!(deposits))
        .routes(routes!(balances))
        .routes(routes!(credits))
        .routes(routes!(give_back))
        .routes(routes!(refunds))
        .routes(routes!(make))
        .routes(routes!(check))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTerms {
    bank: String,
    /// Unix ms; money the bank booked at this moment still counts.
    deadline_at: i64,
}

/// Asks for the lot's deposit through a bank. Frozen with the lot at its publication.
#[utoipa::path(put, path = "/api/desk/lots/{id}/deposit", operation_id = "set_deposit_terms", params(("id" = Uuid, Path)), request_body = NewTerms,
    responses((status = 200, body = DepositTerms), (status = "4XX", body = ApiError)))]
async fn set_terms(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(new): Valid<NewTerms>,
) -> ApiResult<Json<DepositTerms>> {
    let lot = own(&app, id, &principal).await?;
    let frozen = || ApiError::conflict("标的已发布，条款不可修改", "the lot is published; its terms are frozen");
    if lot.is_published() {
        return Err(frozen());
    }
    gate::before_edit(&app, &lot).await?;
    if in_fen(&lot.detail()?.terms.body.deposit).is_none() {
        let (zh, en) = ("标的保证金须为大于零的整分金额", "the lot's deposit must be whole fen above zero");
        return Err(ApiError::bad_request("deposit", zh, en));
    }
    if new.deadline_at <= clock::now().0 {
        return Err(ApiError::bad_request("deadline_at", "截止时间须在将来", "the deadline must be in the future"));
    }
    if lot.terms.opens_at.is_some_and(|opens_at| new.deadline_at > opens_at.0) {
        let (zh, en) = ("截止时间不得晚于开始时间", "the deadline must not be after the opening");
        return Err(ApiError::bad_request("deadline_at", zh, en));
    }
    let known: Option<i64> =
        sqlx::query_scalar("select 1 from banks where id = ?").bind(&new.bank).fetch_optional(&app.db).await?;
    if known.is_none() {
        return Err(ApiError::bad_request("bank", "该银行未登记", "no such bank is registered"));
    }
    let mut tx = app.db.begin_with("begin immediate").await?;
    let saved = sqlx::query(
        "insert into deposit_terms (lot, bank, deadline_at) values (?, ?, ?)
         on conflict (lot) do update set bank = excluded.bank, deadline_at = excluded.deadline_at",
    )
    .bind(id.to_string())
    .bind(&new.bank)
    .bind(new.deadline_at)
    .execute(&mut *tx)
    .await;
    match saved {
        Ok(_) => {}
        // Published between our look and our word.
        Err(sqlx::Error::Database(error)) if error.message().contains("deposit_terms_frozen") => return Err(frozen()),
        Err(error) => return Err(error.into()),
    }
    // Where the money goes is checked by a second clerk like everything else.
    lots::uncheck(&mut tx, &lot, principal.account).await?;
    lots::note(&mut *tx, id, "deposit_terms", principal.account, clock::now()).await?;
    tx.commit().await?;
    terms_of(&app, id).await.map(Json)
}

async fn terms_of(app: &App, id: Uuid) -> ApiResult<DepositTerms> {
    let terms = store::terms(&app.db, id).await?.ok_or_else(ApiError::not_found)?;
    Ok(DepositTerms::of(&terms))
}

/// To whom, by when and how much; nothing for a lot that asks for no deposit through a bank.
#[utoipa::path(get, path = "/api/lots/{id}/deposit", operation_id = "deposit_terms", params(("id" = Uuid, Path)),
    responses((status = 200, body = DepositTerms), (status = 204), (status = "4XX", body = ApiError)))]
async fn terms(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Option<Extension<Principal>>,
) -> ApiResult<Response> {
    let lot = lots::find(&app.db, id).await?;
    let own = principal.is_some_and(|Extension(principal)| principal.center == Some(lot.center));
    if !lot.is_published() && !own {
        return Err(ApiError::unknown_lot());
    }
    Ok(match store::terms(&app.db, id).await? {
        Some(terms) => Json(DepositTerms::of(&terms)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// An account number of a bank here, without the blanks people write into it.
pub fn payer_account(field: &str, text: &str) -> ApiResult<String> {
    let number: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let is_number = number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_number && PAYER_ACCOUNT_CHARS.contains(&number.len()) {
        return Ok(number);
    }
    Err(ApiError::bad_request(field, "账号须为4至34位字母或数字", "an account is 4 to 34 letters and digits"))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Payer {
    /// The account I shall pay from, in my own name; from another the money does not count.
    payer_account: String,
}

/// My application for a lot, if it has not ended.
async fn running(app: &App, lot: Uuid, principal: &Principal) -> ApiResult<i64> {
    let mine = lots::mine_of(&app.db, lot, principal.account).await?;
    match mine.status {
        ApplicationStatus::Submitted | ApplicationStatus::Admitted => Ok(mine.no),
        ApplicationStatus::Withdrawn | ApplicationStatus::Refused => Err(applications::application_ended()),
    }
}

/// 子账号: opened when I ask for it; asked again, the same one.
#[utoipa::path(post, path = "/api/lots/{id}/applications/mine/account", params(("id" = Uuid, Path)), request_body = Payer,
    responses((status = 200, body = MyDeposit), (status = "4XX", body = ApiError)))]
async fn open_account(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(payer): Valid<Payer>,
) -> ApiResult<Json<MyDeposit>> {
    let payer_account = payer_account("payer_account", &payer.payer_account)?;
    let terms = store::terms(&app.db, id).await?.ok_or_else(|| {
        ApiError::conflict("本标的不通过银行子账号收取保证金", "this lot takes no deposit through a sub-account")
    })?;
    let no = running(&app, id, &principal).await?;
    if app.feed.look(id, |replica| matches!(replica.book.stage(), Stage::Closed(_))) == Some(true) {
        return Err(ApiError::conflict("标的已结束，不再收取保证金", "the lot has closed and takes no deposit"));
    }
    let now = clock::now();
    let account = people::by_id(&app.db, principal.account).await?.ok_or_else(ApiError::token_invalid)?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    let known = store::of_application(&mut tx, id, no).await?;
    if known.is_none() && now > terms.deadline_at {
        let late = ApiError::conflict("保证金缴纳已截止", "the time for deposits is over");
        return Err(ApiError { moment: Some(terms.deadline_at.0), ..late });
    }
    // Not what he types: money in another's name must not count.
    let name = cases::registered_name(&mut tx, principal.account).await?.unwrap_or(account.name);
    let opened = store::open(&mut tx, (id, no), &terms, (&name, &payer_account), now).await?;
    tx.commit().await?;
    views::one(&app.db, principal.account, &opened).await.map(Json)
}

/// 改付款账号: another account I shall pay from, while nothing has come to the sub-account.
#[utoipa::path(put, path = "/api/lots/{id}/applications/mine/account", operation_id = "change_payer_account",
    params(("id" = Uuid, Path)), request_body = Payer,
    responses((status = 200, body = MyDeposit), (status = "4XX", body = ApiError)))]
async fn change_payer(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    principal: Principal,
    Valid(payer): Valid<Payer>,
) -> ApiResult<Json<MyDeposit>> {
    let payer_account = payer_account("payer_account", &payer.payer_account)?;
    let no = running(&app, id, &principal).await?;
    let mut tx = app.db.begin_with("begin immediate").await?;
    let opened = store::of_application(&mut tx, id, no).await?.ok_or_else(ApiError::not_found)?;
    if !store::change_payer(&mut tx, &opened.account.number, &payer_account).await? {
        return Err(ApiError {
            code: "PAYER_FIXED".into(),
            ..ApiError::conflict(
                "该子账号已有款项到账或已了结，付款账号不可更改",
                "money has come to this sub-account, or it is settled; the account you pay from stays",
            )
        });
    }
    tx.commit().await?;
    views::one(&app.db, principal.account, &opened).await.map(Json)
}

/// My deposits.
#[utoipa::path(get, path = "/api/me/deposits", operation_id = "my_deposits", responses((status = 200, body = Vec<MyDeposit>), (status = "4XX", body = ApiError)))]
async fn mine(State(app): State<App>, principal: Principal) -> ApiResult<Json<Vec<MyDeposit>>> {
    views::mine(&app.db, principal.account).await.map(Json)
}

/// The lot has closed: winners' deposits become 定金, all others are due back. After a session of trades, what
/// was traded is paid for: everybody's goes back. Done again, it changes nothing.
#[utoipa::path(post, path = "/api/desk/lots/{id}/deposit/settle", operation_id = "settle_deposits", params(("id" = Uuid, Path)),
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn settle(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<StatusCode> {
    own(&app, id, &principal).await?;
    let ended = app.feed.look(id, closes::ended).ok_or_else(ApiError::unknown_lot)?;
    let (stays, closed_at) = ended.ok_or_else(|| {
        ApiError::conflict(
            "标的尚未结束，或其结果须另行处理",
            "the lot has not closed, or its outcome is settled otherwise",
        )
    })?;
    let paddles = match stays {
        Stays::Won(paddles) => paddles,
        // There the confirmation says it, by two.
        Stays::Traded if life::has_file(&app.db, id).await? => {
            return Err(ApiError::conflict("请在标的全程中签发成交确认书", "confirm the sale in the lot's life"));
        }
        Stays::Traded => Vec::new(),
    };
    let mut tx = app.db.begin_with("begin immediate").await?;
    let winners = closes::numbers(&mut tx, id, &paddles).await?;
    let by = Some(principal.account);
    let close = acts::Close { lot: id, winners: &winners, closed_at, reach: Reach::All, by };
    acts::settle(&mut tx, &app.calendar(), &close, clock::now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn center(principal: &Principal) -> ApiResult<Uuid> {
    principal.center.ok_or_else(ApiError::forbidden)
}

/// Sub-accounts of my center's lots.
#[utoipa::path(get, path = "/api/desk/deposits", params(LedgerQuery),
    responses((status = 200, body = DepositPage), (status = "4XX", body = ApiError)))]
async fn deposits(
    State(app): State<App>,
    Query(query): Query<LedgerQuery>,
    principal: Principal,
) -> ApiResult<Json<DepositPage>> {
    views::deposits(&app.db, center(&principal)?, principal.account, &query).await.map(Json)
}

/// The ledger's balances, each the sum of its postings.
#[utoipa::path(get, path = "/api/desk/deposits/balances", responses((status = 200, body = Balances), (status = "4XX", body = ApiError)))]
async fn balances(State(app): State<App>) -> ApiResult<Json<Balances>> {
    views::balances(&app.db, clock::now()).await.map(Json)
}

/// Credits to my center's lots, and those in suspense.
#[utoipa::path(get, path = "/api/desk/deposits/credits", params(LedgerQuery),
    responses((status = 200, body = CreditPage), (status = "4XX", body = ApiError)))]
async fn credits(
    State(app): State<App>,
    Query(query): Query<LedgerQuery>,
    principal: Principal,
) -> ApiResult<Json<CreditPage>> {
    views::credits(&app.db, center(&principal)?, &query).await.map(Json)
}

/// A credit in suspense is given back to its payer; the refund then takes two clerks as any other.
#[utoipa::path(post, path = "/api/desk/deposits/credits/{no}/return", params(("no" = i64, Path)),
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn give_back(State(app): State<App>, Path(n): Path<i64>, principal: Principal) -> ApiResult<StatusCode> {
    let center = center(&principal)?;
    let now = clock::now();
    let mut tx = app.db.begin_with("begin immediate").await?;
    let credit = store::in_suspense(&mut tx, n).await?;
    // Money that came for another center's lot is that center's to return.
    let of: Option<String> =
        sqlx::query_scalar("select l.center from deposit_accounts d join lots l on l.id = d.lot where d.number = ?")
            .bind(&credit.account)
            .fetch_optional(&mut *tx)
            .await?;
    if of.is_some_and(|of| of != center.to_string()) {
        return Err(ApiError::not_found());
    }
    acts::give_back(&mut tx, &app.calendar(), &credit, now).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refunds of my center's lots, the most urgent first.
#[utoipa::path(get, path = "/api/desk/refunds", operation_id = "desk_refunds", params(LedgerQuery),
    responses((status = 200, body = RefundPage), (status = "4XX", body = ApiError)))]
async fn refunds(
    State(app): State<App>,
    Query(query): Query<LedgerQuery>,
    principal: Principal,
) -> ApiResult<Json<RefundPage>> {
    views::refunds(&app.db, center(&principal)?, principal.account, &query).await.map(Json)
}

/// 经办: I put a refund forward.
#[utoipa::path(post, path = "/api/desk/refunds/{id}/make", operation_id = "make_refund", params(("id" = Uuid, Path)),
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn make(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<StatusCode> {
    handle(&app, id, &principal, clock::now(), false).await
}

/// 复核: I let out what another clerk has put forward; it goes with the bank's next batch.
#[utoipa::path(post, path = "/api/desk/refunds/{id}/check", operation_id = "check_refund", params(("id" = Uuid, Path)),
    responses((status = 204), (status = "4XX", body = ApiError)))]
async fn check(State(app): State<App>, Path(id): Path<Uuid>, principal: Principal) -> ApiResult<StatusCode> {
    handle(&app, id, &principal, clock::now(), true).await
}

async fn handle(app: &App, id: Uuid, principal: &Principal, now: Moment, checks: bool) -> ApiResult<StatusCode> {
    let mut tx = app.db.begin_with("begin immediate").await?;
    let refund = own_refund(&mut tx, id, principal).await?;
    if checks {
        store::check(&mut tx, &refund, principal.account, now).await?;
    } else {
        payees::settled(&mut tx, &refund).await?;
        store::make(&mut tx, &refund, principal.account, now).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A refund of my center's lots, or one of no lot.
pub async fn own_refund(db: &mut SqliteConnection, id: Uuid, principal: &Principal) -> ApiResult<store::Refund> {
    let center = center(principal)?;
    let id = id.simple().to_string();
    let refund = store::refund(db, &id).await?.ok_or_else(ApiError::not_found)?;
    let foreign: Option<i64> = sqlx::query_scalar(
        "select 1 from refunds r join deposit_accounts d on d.number = r.account join lots l on l.id = d.lot
         where r.id = ? and l.center <> ?",
    )
    .bind(&id)
    .bind(center.to_string())
    .fetch_optional(db)
    .await?;
    if foreign.is_some() { Err(ApiError::not_found()) } else { Ok(refund) }
}
