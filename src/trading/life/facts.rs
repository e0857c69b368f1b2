//! What a lot's life is decided on, gathered from its file, the desk, the floor's copy and the cases.

use super::limits::{Limits, short};
use super::model::{Act, Desk, Facts, Floor, State, state};
use super::notices::{self, NoticeKind};
use super::parcel::ReviewMode;
use super::store::{self, FileRow};
use crate::app::App;
use crate::approval;
use crate::calendar::Day;
use crate::error::ApiResult;
use crate::trading::replica::Replica;
use crate::trading::store::Written;
use matching::{Moment, Money, Outcome, Phase, Stage};
use uuid::Uuid;

/// Approval item a filed lot needs; its subject is the lot's id.
pub const FILING: &str = "LOT-FILING";
/// Approval item of a winner's review; its subject is "<lot>/<application no>".
pub const QUALIFICATION: &str = "QUALIFICATION";

/// Approval item of a bidder's review before the sale; its subject is "<lot>/<application no>".
pub const APPLICATION: &str = "BID-APPLICATION";

/// The floor's word about one lot.
#[derive(Debug, Clone, Copy)]
pub struct OnFloor {
    pub floor: Floor,
    pub opens_at: Option<Moment>,
    pub closed_at: Option<Moment>,
    pub bids: u64,
    pub sold: Option<(u32, Money)>,
}

fn on_floor(replica: &Replica) -> OnFloor {
    let book = &replica.book;
    let (floor, sold) = match book.stage() {
        Stage::Announced => (Floor::Waiting, None),
        // Before the opening the listing has not begun, be it suspended.
        Stage::Suspended { clock: None, .. } => (Floor::Waiting, None),
        Stage::Closed(Outcome::Sold { paddle, price, .. }) => (Floor::Sold, Some((paddle.0, *price))),
        Stage::Closed(Outcome::Allotted { .. }) => (Floor::Sold, None),
        Stage::Closed(Outcome::Traded { trades, .. }) if *trades > 0 => (Floor::Sold, None),
        Stage::Closed(Outcome::Traded { .. } | Outcome::Unsold { .. }) => (Floor::Unsold, None),
        Stage::Closed(Outcome::Terminated { .. }) => (Floor::Terminated, None),
        // A ceiling handed over is still being decided.
        _ => (Floor::Running, None),
    };
    OnFloor { floor, opens_at: book.opens_at(), closed_at: replica.closed_at(), bids: book.bids(), sold }
}

/// A lot with a file, and everything its rules ask about.
pub struct Life {
    pub file: FileRow,
    pub state: State,
    pub facts: Facts,
    pub floor: Option<OnFloor>,
    pub winner: Option<Winner>,
    pub noticed_on: Option<Day>,
    pub result_on: Option<Day>,
}

pub struct Winner {
    pub application: i64,
    pub account: Uuid,
    pub price: Money,
}

impl Life {
    pub fn limits(&self) -> &'static Limits {
        self.file.draft.basis.limits()
    }

    pub fn hammered_on(&self) -> Option<Day> {
        let closed_at = self.floor.and_then(|floor| floor.closed_at)?;
        Some(Day::of(closed_at))
    }
}

/// The life of a lot; `None` without a file.
pub async fn gather(app: &App, lot: &Written, now: Moment) -> ApiResult<Option<Life>> {
    let Some(file) = store::file(&app.db, lot.id).await? else { return Ok(None) };
    let floor = app.feed.look(lot.id, on_floor);
    let desk = match lot.status.as_str() {
        "published" => Desk::Published,
        "checked" => Desk::Checked,
        _ => Desk::Draft,
    };
    let state = state(file.recorded, desk, floor.map_or(Floor::Waiting, |floor| floor.floor));
    let winner = match floor.and_then(|floor| floor.sold) {
        None => None,
        Some((paddle, price)) => {
            let found = store::winner(&app.db, lot.id, paddle).await?;
            found.map(|(application, account)| Winner { application, account, price })
        }
    };
    let noticed_at = notices::published_at(&app.db, lot.id, NoticeKind::Grant).await?;
    let result_at = notices::published_at(&app.db, lot.id, NoticeKind::Result).await?;
    let qualification = match &winner {
        Some(winner) => {
            let subject = format!("{}/{}", lot.id, winner.application);
            let since = floor.and_then(|floor| floor.closed_at).unwrap_or(now);
            approval::store::granted_since(&app.db, QUALIFICATION, &subject, since).await?
        }
        None => None,
    };
    let (noticed_on, result_on) = (noticed_at.map(Day::of), result_at.map(Day::of));
    let limits = file.draft.basis.limits();
    let calendar = app.calendar();
    let opens_at = lot.terms.opens_at;
    // Where a clerk opens by hand the day is known only then: `gate::before_opening` asks again.
    let notice_short = limits.notice.zip(noticed_on).zip(opens_at).and_then(|((limit, noticed_on), opens_at)| {
        short(limit, limit.length.kept_on(noticed_on, &calendar), Day::of(opens_at), "公告期", "the notice")
    });
    let listing_short = limits.listing.zip(listing_ms(lot)).and_then(|(limit, length_ms)| {
        let opens_at = opens_at.unwrap_or(now);
        let first = limit.length.kept_on(Day::of(opens_at), &calendar);
        short(limit, first, Day::of(opens_at.plus_ms(length_ms)), "挂牌期", "the listing")
    });
    let publicity_short = result_on.and_then(|result_on| {
        let limit = limits.publicity;
        // The last day of publicity belongs to it.
        let first = limit.length.kept_on(result_on, &calendar).plus(1);
        short(limit, first, Day::of(now), "公示期", "publicity")
    });
    // Granted for the lot as it stood when it was sent to be filed: from then on it is locked.
    let filing = match store::last_at(&app.db, lot.id, Act::AskFiling.name()).await? {
        Some(since) => approval::store::granted_since(&app.db, FILING, &lot.id.to_string(), since).await?,
        None => None,
    };
    let facts = Facts {
        filing,
        grant_notice: noticed_on.is_some(),
        result_notice: result_on.is_some(),
        post_review: file.draft.review == ReviewMode::Post,
        qualification,
        one_winner: winner.is_some(),
        relisted: store::relisted_as(&app.db, lot.id).await?.is_some(),
        notice_short,
        listing_short,
        publicity_short,
    };
    Ok(Some(Life { file, state, facts, floor, winner, noticed_on, result_on }))
}

/// 挂牌 length, where the lot is listed.
fn listing_ms(lot: &Written) -> Option<i64> {
    match lot.terms.phases.first() {
        Some(Phase::Free { length_ms, .. }) => Some(*length_ms),
        _ => None,
    }
}
