//! What a document tells, gathered from the records of those who keep them. A document exists from the
//! moment its fact does.

use super::evidence;
use super::kinds::PrintedKind;
use super::paper::Paper;
use super::texts::{self, LotWords, Receipt, Sale};
use crate::app::App;
use crate::error::{ApiError, ApiResult};
use crate::security::store as people;
use crate::service::open;
use crate::trading::deposits::model::Verdict;
use crate::trading::deposits::views::{self, MyCredit};
use crate::trading::life::model::{Act, State};
use crate::trading::life::notices::{self, Notice};
use crate::trading::life::store as life;
use crate::trading::store::{self as lots, Written};
use crate::trading::wire::money;
use matching::{Method, Moment, Money, Outcome, Phase, Stage};
use rust_decimal::Decimal;
use uuid::Uuid;

/// A document that can be issued, and whose it is.
pub struct Found {
    pub subject: String,
    pub lot: Uuid,
    /// Absent where it is everybody's.
    pub owner: Option<Uuid>,
    pub paper: Paper,
}

/// The document of a kind on a subject; not found before its fact is there.
pub async fn find(app: &App, kind: PrintedKind, subject: &str) -> ApiResult<Found> {
    let id = || subject.parse::<Uuid>().map_err(|_| ApiError::not_found());
    match kind {
        PrintedKind::Notice => notice(app, notices::find(&app.db, id()?, None).await?).await,
        PrintedKind::Confirmation | PrintedKind::WinLetter | PrintedKind::AwardNotice => {
            let lot = lots::find(&app.db, id()?).await?;
            sale(app, &lot, kind).await
        }
        PrintedKind::RefundSlip => refund_slip(app, id()?).await,
        PrintedKind::DepositReceipt => {
            let (lot, no) = subject.rsplit_once('-').ok_or_else(ApiError::not_found)?;
            let lot = lot.parse().map_err(|_| ApiError::not_found())?;
            deposit_receipt(app, lot, no.parse().map_err(|_| ApiError::not_found())?).await
        }
    }
}

async fn office(app: &App, center: Uuid) -> ApiResult<String> {
    let centers = people::centers(&app.db).await?;
    let center = centers.into_iter().find(|one| one.id == center).ok_or_else(ApiError::internal)?;
    Ok(center.name_zh)
}

async fn words(app: &App, lot: &Written) -> ApiResult<LotWords> {
    let (detail, file) = (lot.detail()?, life::file(&app.db, lot.id).await?);
    let file = file.map(|file| file.draft);
    Ok(LotWords {
        office: office(app, lot.center).await?,
        number: detail.card.number,
        title: detail.card.title_zh,
        location: detail.card.location,
        area_m2: detail.card.area_m2,
        grantor: detail.grantor,
        land_use: file.as_ref().and_then(|file| file.land_use).map(|land_use| land_use.zh()),
        term_years: file.and_then(|file| file.term_years),
    })
}

async fn notice(app: &App, notice: Notice) -> ApiResult<Found> {
    let at = notice.published_at.map(Moment).ok_or_else(ApiError::not_found)?;
    let paper = texts::notice(&office(app, notice.center_id).await?, &notice, at);
    Ok(Found { subject: notice.id.to_string(), lot: notice.lot, owner: None, paper })
}

struct Hammer {
    paddle: u32,
    price: Money,
    at: Moment,
}

/// The one winner of a lot, once the hammer has fallen.
fn hammer(app: &App, lot: Uuid) -> Option<Hammer> {
    app.feed.look(lot, |replica| match (replica.book.stage(), replica.closed_at()) {
        (Stage::Closed(Outcome::Sold { paddle, price, .. }), Some(at)) => {
            Some(Hammer { paddle: paddle.0, price: *price, at })
        }
        _ => None,
    })?
}

/// Experts scored the offers: what others call a win is an award.
fn is_tender(lot: &Written) -> bool {
    lot.terms.phases.iter().any(|phase| matches!(phase, Phase::Method(Method::Scored(_))))
}

/// What the winner gets when the hammer falls.
pub fn at_hammer(lot: &Written) -> PrintedKind {
    if is_tender(lot) { PrintedKind::AwardNotice } else { PrintedKind::WinLetter }
}

/// 成交无效 or 悔拍: the sale came to nothing, and so did its papers.
pub async fn came_to_nothing(app: &App, lot: Uuid) -> ApiResult<Option<State>> {
    let recorded = life::file(&app.db, lot).await?.map(|file| file.recorded);
    Ok(recorded.filter(|state| matches!(state, State::Void | State::Defaulted)))
}

async fn sale(app: &App, lot: &Written, kind: PrintedKind) -> ApiResult<Found> {
    let hammer = hammer(app, lot.id).ok_or_else(ApiError::not_found)?;
    let won = life::winners(&app.db, lot.id, &[(hammer.paddle, hammer.price)]).await?;
    let owner = won.first().ok_or_else(ApiError::not_found)?.winner.account;
    if came_to_nothing(app, lot.id).await?.is_some() {
        return Err(ApiError::not_found());
    }
    let (winner, code) = named(app, owner).await?;
    let sale = Sale {
        lot: words(app, lot).await?,
        winner,
        code,
        paddle: hammer.paddle,
        price: money(hammer.price, lot.terms.scale),
        hammered_at: hammer.at,
    };
    let paper = match kind {
        PrintedKind::Confirmation => {
            let events = life::events(&app.db, lot.id).await?;
            let confirmed = events.iter().rfind(|event| event.act == Act::Confirm.name() && event.to.is_some());
            let confirmed = confirmed.ok_or_else(ApiError::not_found)?;
            let number = confirmed.data["number"].as_str().unwrap_or_default();
            let evidence = evidence::of(app, lot.id)?.map(|evidence| evidence.parts()).unwrap_or_default();
            Paper { evidence, ..texts::confirmation(&sale, number, Moment(confirmed.at)) }
        }
        kind if kind != at_hammer(lot) => return Err(ApiError::not_found()),
        PrintedKind::AwardNotice => texts::award_notice(&sale),
        _ => texts::win_letter(&sale),
    };
    Ok(Found { subject: lot.id.to_string(), lot: lot.id, owner: Some(owner), paper })
}

/// Name and code a bidder is registered under; one who is not is called as his account is, be it
/// disabled since.
async fn named(app: &App, account: Uuid) -> ApiResult<(String, Option<String>)> {
    let named = open::named(&app.db, account).await?;
    Ok((named.name, named.credit_code.or(named.id_number)))
}

async fn refund_slip(app: &App, id: Uuid) -> ApiResult<Found> {
    let refund = views::paid_refund(&app.db, id).await?.ok_or_else(ApiError::not_found)?;
    let lot = lots::find(&app.db, refund.lot).await?;
    let paper = texts::refund_slip(&words(app, &lot).await?, &refund);
    Ok(Found { subject: id.to_string(), lot: lot.id, owner: Some(refund.owner), paper })
}

async fn deposit_receipt(app: &App, lot: Uuid, no: i64) -> ApiResult<Found> {
    let lot = lots::find(&app.db, lot).await?;
    let owner = lots::applicant(&app.db, lot.id, no).await?;
    let mut mine = views::mine(&app.db, owner).await?.into_iter();
    let deposit = mine.find(|deposit| deposit.lot == lot.id && deposit.no == no).ok_or_else(ApiError::not_found)?;
    let counts = |credit: &&MyCredit| credit.verdict == Verdict::Counted && !credit.reversed;
    let counted: Vec<_> = deposit.credits.iter().filter(counts).collect();
    let at = counted.iter().map(|credit| credit.credited_at).max().map(Moment).ok_or_else(ApiError::not_found)?;
    let amounts = counted.iter().map(|credit| credit.amount.parse::<Decimal>());
    let sum = amounts.sum::<Result<Decimal, _>>().map_err(|_| ApiError::internal())?;
    let receipt = Receipt {
        lot: words(app, &lot).await?,
        no,
        sum: sum.to_string(),
        credits: counted
            .iter()
            .map(|credit| (credit.reference.clone(), credit.amount.clone(), Moment(credit.credited_at)))
            .collect(),
        account: deposit.account,
        payee: deposit.payee,
        bank_name: deposit.bank_name,
        payer_name: deposit.payer_name,
        payer_account: crate::trading::deposits::model::masked_account(&deposit.payer_account),
        required: deposit.required,
    };
    let paper = texts::deposit_receipt(&receipt, at);
    Ok(Found { subject: format!("{}-{no}", lot.id), lot: lot.id, owner: Some(owner), paper })
}
