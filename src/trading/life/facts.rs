//! What a lot's life is decided on, gathered from its file, the desk, the floor's copy and the cases.

use super::limits::{Length, Limits, short};
use super::model::{Act, Desk, Facts, Floor, State, state};
use super::notices::{self, NoticeKind};
use super::parcel::ReviewMode;
use super::store::{self, FileRow};
use crate::app::App;
use crate::approval;
use crate::calendar::{Calendar, Day};
use crate::error::ApiResult;
use crate::trading::replica::Replica;
use crate::trading::store::Written;
use matching::{Award, Moment, Money, Outcome, Phase, Stage};
use sqlx::SqlitePool;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Approval item a filed lot needs; its subject is the lot's id.
pub const FILING: &str = "LOT-FILING";
/// Approval item of a winner's review; its subject is "<lot>/<application no>".
pub const QUALIFICATION: &str = "QUALIFICATION";

/// Approval item of a signed contract; its subject is the lot's id.
pub const CONTRACT: &str = "CONTRACT-FILING";

/// Approval item of a bidder's review before the sale; its subject is "<lot>/<application no>".
pub const APPLICATION: &str = "BID-APPLICATION";

/// 审查未通过: the numbers of a lot's applications that officers turned away.
pub async fn turned_away(db: &SqlitePool, lot: Uuid) -> ApiResult<Vec<u32>> {
    let subjects = approval::store::refused_below(db, APPLICATION, &lot.to_string()).await?;
    Ok(subjects.iter().filter_map(|subject| subject.rsplit_once('/')?.1.parse().ok()).collect())
}

/// 联合竞买: the codes of those an account bids for a lot together with, by its granted application.
pub async fn joint_members(db: &SqlitePool, lot: Uuid, account: Uuid) -> ApiResult<Vec<String>> {
    let no: Option<i64> = sqlx::query_scalar("select no from applications where lot = ? and account = ?")
        .bind(lot.to_string())
        .bind(account.to_string())
        .fetch_optional(db)
        .await?;
    let Some(no) = no else { return Ok(Vec::new()) };
    let joint = approval::store::granted_form(db, APPLICATION, &format!("{lot}/{no}")).await?.unwrap_or_default();
    Ok(approval::form::member_codes(&joint).map(String::from).collect())
}

/// What a published lot's file says of the time before the floor.
pub struct BeforeTheFloor {
    /// 重新上市: the lot whose place it takes.
    pub follows: Option<Uuid>,
    pub notice: Option<NoticePeriod>,
}

/// 公告期, as its rules count it.
pub struct NoticePeriod {
    /// The day of the notice began.
    pub from: Moment,
    /// When the notice will have been public as long as the rules ask for.
    pub may_begin_at: Moment,
    /// Where the rules count working days.
    pub working_days: Option<u32>,
}

pub async fn before_the_floor(db: &SqlitePool, calendar: &Calendar, lot: Uuid) -> ApiResult<Option<BeforeTheFloor>> {
    let Some(file) = store::file(db, lot).await? else { return Ok(None) };
    let noticed_on = notices::noticed_at(db, lot).await?.map(Day::of);
    let limit = file.draft.basis.limits().notice;
    let notice = limit.zip(noticed_on).map(|(limit, from)| NoticePeriod {
        from: from.start(),
        may_begin_at: limit.length.kept_on(from, calendar).start(),
        working_days: match limit.length {
            Length::WorkingDays(count) => Some(count),
            Length::Hours(_) | Length::Days(_) | Length::Months(_) => None,
        },
    });
    Ok(Some(BeforeTheFloor { follows: file.follows_lot, notice }))
}

/// The floor's word about one lot.
#[derive(Debug, Clone)]
pub struct OnFloor {
    pub floor: Floor,
    pub opens_at: Option<Moment>,
    pub closed_at: Option<Moment>,
    pub bids: u64,
    /// Whose paddles got it, and at what price; several where units were sold, nobody in a session of trades.
    pub sold: Vec<(u32, Money)>,
}

/// What each paddle pays of an award list.
fn by_paddle(awards: &[Award]) -> Vec<(u32, Money)> {
    let mut owed = BTreeMap::<u32, i64>::new();
    for award in awards {
        let units = i64::try_from(award.quantity).unwrap_or(i64::MAX);
        let sum = owed.entry(award.paddle.0).or_default();
        *sum = sum.saturating_add(award.price.minor().saturating_mul(units));
    }
    owed.into_iter().filter_map(|(paddle, sum)| Some((paddle, Money::new(sum)?))).collect()
}

fn on_floor(replica: &Replica) -> OnFloor {
    let book = &replica.book;
    let (floor, sold) = match book.stage() {
        Stage::Announced => (Floor::Waiting, Vec::new()),
        // Before the opening the listing has not begun, be it suspended.
        Stage::Suspended { clock: None, .. } => (Floor::Waiting, Vec::new()),
        Stage::Closed(Outcome::Sold { paddle, price, .. }) => (Floor::Sold, vec![(paddle.0, *price)]),
        Stage::Closed(Outcome::Allotted { awards, .. }) => (Floor::Sold, by_paddle(awards)),
        Stage::Closed(Outcome::Traded { trades, .. }) if *trades > 0 => (Floor::Sold, Vec::new()),
        Stage::Closed(Outcome::Traded { .. } | Outcome::Unsold { .. }) => (Floor::Unsold, Vec::new()),
        Stage::Closed(Outcome::Terminated { .. }) => (Floor::Terminated, Vec::new()),
        // A ceiling handed over is still being decided.
        _ => (Floor::Running, Vec::new()),
    };
    OnFloor { floor, opens_at: book.opens_at(), closed_at: replica.closed_at(), bids: book.bids(), sold }
}

/// A lot with a file, and everything its rules ask about.
pub struct Life {
    pub file: FileRow,
    pub state: State,
    pub facts: Facts,
    pub floor: Option<OnFloor>,
    /// Those who won and have not defaulted.
    pub winners: Vec<Winner>,
    pub noticed_on: Option<Day>,
    pub result_on: Option<Day>,
}

pub struct Winner {
    pub application: i64,
    pub account: Uuid,
    pub paddle: u32,
    pub price: Money,
}

impl Life {
    pub fn limits(&self) -> &'static Limits {
        self.file.draft.basis.limits()
    }

    pub fn closed_at(&self) -> Option<Moment> {
        self.floor.as_ref()?.closed_at
    }

    pub fn hammered_on(&self) -> Option<Day> {
        self.closed_at().map(Day::of)
    }

    /// 多人竞得: units went to several, or traders met; the award list stands in for one contract.
    pub fn is_of_many(&self) -> bool {
        self.floor.as_ref().is_some_and(|floor| floor.floor == Floor::Sold && floor.sold.len() != 1)
    }

    /// The only winner there was.
    pub fn winner(&self) -> Option<&Winner> {
        self.winners.first().filter(|_| !self.is_of_many())
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
    let state = state(file.recorded, desk, floor.as_ref().map_or(Floor::Waiting, |floor| floor.floor));
    let closed_at = floor.as_ref().and_then(|floor| floor.closed_at);
    let sold = floor.as_ref().map_or(&[][..], |floor| &floor.sold);
    let (mut winners, mut gone) = (Vec::new(), 0);
    for found in store::winners(&app.db, lot.id, sold).await? {
        match found.defaulted && sold.len() > 1 {
            true => gone += 1,
            false => winners.push(found.winner),
        }
    }
    let winners_known = winners.len() + gone == sold.len();
    let noticed_at = notices::noticed_at(&app.db, lot.id).await?;
    let result_at = notices::published_at(&app.db, lot.id, NoticeKind::Result).await?;
    let mut words = Vec::new();
    if file.draft.review == ReviewMode::Post {
        for winner in &winners {
            let subject = format!("{}/{}", lot.id, winner.application);
            let since = closed_at.unwrap_or(now);
            words.push(approval::store::granted_since(&app.db, QUALIFICATION, &subject, since).await?);
        }
    }
    let qualification = all_qualified(&words);
    let (noticed_on, result_on) = (noticed_at.map(Day::of), result_at.map(Day::of));
    let limits = file.draft.basis.limits();
    let calendar = app.calendar();
    let opens_at = lot.terms.opens_at;
    // Where a clerk opens by hand the day is known only then: `gate::before_opening` asks again. Nobody is asked
    // again where a lot opens after another: the day that one may open counts, which is no later than its own.
    let may_open_at = opens_at.or_else(|| lot.terms.follows.map(|leader| first_possible(app, leader.lot, now)));
    let notice_short = limits.notice.zip(noticed_on).zip(may_open_at).and_then(|((limit, noticed_on), opens_at)| {
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
    let contract_unfiled = match limits.contract_filing.filter(|_| state == State::Publicity) {
        Some(rule) if !contract_filed(app, lot.id).await? => Some(rule),
        _ => None,
    };
    let facts = Facts {
        filing,
        contract_unfiled,
        grant_notice: noticed_on.is_some(),
        result_notice: result_on.is_some(),
        post_review: file.draft.review == ReviewMode::Post,
        qualification,
        winners_known,
        of_many: floor.as_ref().is_some_and(|floor| floor.floor == Floor::Sold && floor.sold.len() != 1),
        relisted: store::relisted_as(&app.db, lot.id).await?.is_some(),
        notice_short,
        listing_short,
        publicity_short,
    };
    Ok(Some(Life { file, state, facts, floor, winners, noticed_on, result_on }))
}

/// Whether the contract of this sale is filed, or the agency has never had such an item: one that was suspended
/// or cancelled meanwhile frees nobody who is under it.
async fn contract_filed(app: &App, lot: Uuid) -> ApiResult<bool> {
    let Some(confirmed_at) = store::last_at(&app.db, lot, Act::Confirm.name()).await? else { return Ok(false) };
    match approval::store::granted_since(&app.db, CONTRACT, &lot.to_string(), confirmed_at).await? {
        Some(granted) => Ok(granted),
        None => Ok(!approval::store::was_ever_published(&app.db, CONTRACT).await?),
    }
}

/// The earliest a followed lot can open, and so its follower: at once, once it is running or where it is opened by
/// hand.
fn first_possible(app: &App, leader: Uuid, now: Moment) -> Moment {
    let waits_for = app.feed.look(leader, |replica| match replica.book.stage() {
        Stage::Announced => replica.book.opens_at(),
        _ => None,
    });
    waits_for.flatten().map_or(now, |opens_at| opens_at.max(now))
}

/// One refusal refuses; what is not yet decided waits.
fn all_qualified(words: &[Option<bool>]) -> Option<bool> {
    match words {
        [] => None,
        words if words.contains(&Some(false)) => Some(false),
        words => words.iter().all(Option::is_some).then_some(true),
    }
}

/// 挂牌 length, where the lot is listed.
fn listing_ms(lot: &Written) -> Option<i64> {
    match lot.terms.phases.first() {
        Some(Phase::Free { length_ms, .. }) => Some(*length_ms),
        _ => None,
    }
}
