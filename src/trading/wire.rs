//! What travels between browser and server. Money is a decimal string, time is milliseconds since
//! 1970 UTC, a paddle is the only name. The OpenAPI document is made of these types.

use crate::error::ApiError;
use crate::trading::floor::{Answer, Reply};
use crate::trading::log::Promise;
use crate::trading::replica::{Replica, face};
use crate::trading::room_view::{OwnOffers, RoomView, SideName};
use matching::{Money, Offer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The most a client's frame may measure.
pub const FRAME_BYTES_MAX: usize = 4_096;
/// Bids under way at once on one connection: fewer than a book remembers keys.
pub const IN_FLIGHT_MAX: usize = 16;
pub const DEVICE_CHARS_MAX: usize = 64;

/// A frame from the browser.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientFrame {
    Hello {
        token: Option<String>,
        device: Option<String>,
        /// Where I was on each lot; the frame's size bounds the list.
        #[serde(default)]
        resume: Vec<ResumePoint>,
    },
    Watch {
        lot: Uuid,
    },
    Unwatch {
        lot: Uuid,
    },
    /// Every entry of every lot, refusals too, and alerts; supervisors only.
    Supervise,
    Bid {
        lot: Uuid,
        key: Uuid,
        amount: String,
        expect: Option<String>,
    },
    Proxy {
        lot: Uuid,
        key: Uuid,
        max: String,
    },
    /// An offer that takes more than one amount; `bid` says the others.
    Offer {
        lot: Uuid,
        key: Uuid,
        offer: OfferFrame,
    },
    Answer {
        lot: Uuid,
        key: Uuid,
        yes: bool,
        /// `began_at` of the inquiry that is answered: a late yes must not answer the next question.
        asked_at: Option<i64>,
    },
    Ping {
        at: i64,
    },
}

#[derive(Deserialize, ToSchema, Debug)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = Offer)]
pub enum OfferFrame {
    /// `quantity` units at `price` each.
    Order { side: SideName, price: String, quantity: u64 },
    /// Takes an order back.
    Cancel { order: u64 },
    /// A price and the published indicators, in their order.
    Marks { amount: String, marks: Vec<i64> },
    /// Units wanted of each product.
    Demand { quantities: Vec<u32> },
    /// A contribution to a draw.
    Seed { seed: String },
}

impl OfferFrame {
    /// The engine's offer on a lot with `scale` decimal places.
    pub fn read(self, scale: u8) -> Result<Offer, ApiError> {
        Ok(match self {
            OfferFrame::Order { side, price, quantity } => {
                Offer::Order { side: side.into(), price: parse_money(&price, scale)?, quantity }
            }
            OfferFrame::Cancel { order } => Offer::Cancel { order },
            OfferFrame::Marks { amount, marks } => Offer::Marks { amount: parse_money(&amount, scale)?, marks },
            OfferFrame::Demand { quantities } => Offer::Demand { quantities },
            OfferFrame::Seed { seed } => Offer::Seed { seed },
        })
    }
}

#[derive(Deserialize, ToSchema, Debug)]
pub struct ResumePoint {
    pub lot: Uuid,
    pub seq: u64,
}

/// A frame to the browser.
#[derive(Serialize, ToSchema, Debug)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame<'a> {
    Welcome {
        now: i64,
        session: Uuid,
        #[serde(skip_serializing_if = "Option::is_none")]
        account: Option<crate::security::model::Account>,
        /// The log's newest checkpoint: what was told before must be contained in it.
        checkpoint: &'a str,
    },
    Snapshot {
        lot: Uuid,
        now: i64,
        state: LotState,
        bids: Vec<BidRow>,
        #[serde(skip_serializing_if = "Option::is_none")]
        you: Option<You>,
    },
    Event {
        lot: Uuid,
        seq: u64,
        at: i64,
        kind: &'a str,
        state: LotState,
        #[serde(skip_serializing_if = "Option::is_none")]
        bid: Option<BidRow>,
    },
    Reply(ReplyFrame),
    Pong {
        at: i64,
        now: i64,
    },
    Tick {
        now: i64,
    },
    Trace(TraceRow),
    Alert(crate::trading::alert::Alert),
    Error {
        code: String,
        zh: String,
        en: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<Uuid>,
    },
    Bye {
        code: String,
        zh: String,
        en: String,
    },
}

impl ServerFrame<'_> {
    pub fn error(error: ApiError, key: Option<Uuid>) -> ServerFrame<'static> {
        ServerFrame::Error { code: error.code.into(), zh: error.zh, en: error.en, key }
    }

    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("frames have no failing part")
    }
}

/// The answer to one bid, proxy or inquiry reply.
#[derive(Serialize, ToSchema, Debug)]
pub struct ReplyFrame {
    pub lot: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Uuid>,
    pub accepted: bool,
    /// The same key was answered before; nothing was done twice. `at` and `seq` are those of the
    /// first answer, `price` and `leader` are today's.
    pub again: bool,
    /// When the request reached the server.
    pub at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_max: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The moment that decides, where there is one: when it ended, or from when on it can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moment: Option<i64>,
    /// 回执: that what was taken stands in the signed log (C2SP tlog-proof, the leaf as `extra`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// In its stead for what stays secret until the close.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promise: Option<Promise>,
}

impl ReplyFrame {
    pub fn new(reply: &Reply) -> ReplyFrame {
        let (scale, direction) = reply.unit;
        let mut frame = ReplyFrame {
            lot: reply.lot,
            key: reply.key,
            accepted: false,
            again: reply.again,
            at: reply.at.0,
            seq: None,
            price: None,
            leader: None,
            proxy_max: None,
            code: None,
            zh: None,
            en: None,
            minimum: None,
            limit: None,
            moment: None,
            receipt: reply.proof.receipt.as_ref().map(|receipt| receipt.text()),
            promise: None,
        };
        let yuan = |amount: &Option<Money>| amount.map(|amount| money(amount, scale));
        match &reply.answer {
            Answer::Done { seq, price, leader, proxy_max } => {
                frame.accepted = true;
                frame.seq = Some(*seq);
                frame.price = yuan(price);
                frame.leader = leader.map(|paddle| paddle.0);
                frame.proxy_max = yuan(proxy_max);
            }
            Answer::Refused { refusal, leader } => {
                frame.leader = leader.map(|paddle| paddle.0);
                frame.code = Some(refusal.code().into());
                frame.zh = Some(refusal.zh(scale, direction));
                frame.en = Some(refusal.en(scale, direction));
                frame.minimum = yuan(&refusal.minimum());
                frame.limit = yuan(&refusal.limit());
                frame.moment = refusal.moment().map(|moment| moment.0);
            }
            Answer::UnknownLot | Answer::Published | Answer::Noted | Answer::Seated(_) | Answer::Unfit(_) => {
                let error = ApiError::unknown_lot();
                frame.again = false;
                frame.code = Some(error.code.into());
                frame.zh = Some(error.zh);
                frame.en = Some(error.en);
            }
        }
        frame
    }
}

/// A lot as everyone may see it now.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct LotState {
    /// Counts the lot's public events; a gap means some were missed.
    pub seq: u64,
    pub stage: StageName,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<PhaseKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase_index: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leader: Option<u32>,
    /// The least (descending: highest) amount a bidder who does not lead may bid now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    pub step: String,
    pub bids: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub began_at: Option<i64>,
    /// Half-open: a bid at this very moment is late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<i64>,
    /// No quotes from here to the end of the listing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub freeze_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<i64>,
    pub extensions: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// 溢价率: per cent above the start price, two places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub premium_percent: Option<String>,
    /// The selling method that runs, or ran last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomView>,
    /// 底价: shown while the lot is offered at it, and once it has closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserve: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeView>,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[schema(as = Stage)]
pub enum StageName {
    Draft,
    Checked,
    Announced,
    Bidding,
    Suspended,
    Ceiling,
    Sold,
    Unsold,
    Terminated,
}

#[derive(Serialize, Deserialize, ToSchema, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PhaseKind {
    Open,
    Free,
    Inquiry,
    Preparation,
    Timed,
    CeilingInquiry,
    ReserveOffer,
    Sealed,
    Dutch,
    Rounds,
    Lottery,
    Area,
    Weighted,
    Scored,
    Call,
    Rising,
    Exchange,
}

impl StageName {
    /// As on the wire.
    pub fn name(self) -> &'static str {
        match self {
            StageName::Draft => "draft",
            StageName::Checked => "checked",
            StageName::Announced => "announced",
            StageName::Bidding => "bidding",
            StageName::Suspended => "suspended",
            StageName::Ceiling => "ceiling",
            StageName::Sold => "sold",
            StageName::Unsold => "unsold",
            StageName::Terminated => "terminated",
        }
    }
}

impl PhaseKind {
    pub const ALL: [PhaseKind; 17] = [
        PhaseKind::Open,
        PhaseKind::Free,
        PhaseKind::Inquiry,
        PhaseKind::Preparation,
        PhaseKind::Timed,
        PhaseKind::CeilingInquiry,
        PhaseKind::ReserveOffer,
        PhaseKind::Sealed,
        PhaseKind::Dutch,
        PhaseKind::Rounds,
        PhaseKind::Lottery,
        PhaseKind::Area,
        PhaseKind::Weighted,
        PhaseKind::Scored,
        PhaseKind::Call,
        PhaseKind::Rising,
        PhaseKind::Exchange,
    ];

    /// As on the wire.
    pub fn name(self) -> &'static str {
        match self {
            PhaseKind::Open => "open",
            PhaseKind::Free => "free",
            PhaseKind::Inquiry => "inquiry",
            PhaseKind::Preparation => "preparation",
            PhaseKind::Timed => "timed",
            PhaseKind::CeilingInquiry => "ceiling_inquiry",
            PhaseKind::ReserveOffer => "reserve_offer",
            PhaseKind::Sealed => "sealed",
            PhaseKind::Dutch => "dutch",
            PhaseKind::Rounds => "rounds",
            PhaseKind::Lottery => "lottery",
            PhaseKind::Area => "area",
            PhaseKind::Weighted => "weighted",
            PhaseKind::Scored => "scored",
            PhaseKind::Call => "call",
            PhaseKind::Rising => "rising",
            PhaseKind::Exchange => "exchange",
        }
    }
}

#[derive(Serialize, ToSchema, Debug, Clone)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OutcomeView {
    Sold {
        paddle: u32,
        price: String,
        /// Area, or score in points, where it was bid.
        #[serde(skip_serializing_if = "Option::is_none")]
        second: Option<String>,
    },
    /// Several bidders get units each.
    Allotted {
        /// The first 100.
        awards: Vec<AwardRow>,
        count: u64,
        quantity: u64,
        /// 最低成交价.
        #[serde(skip_serializing_if = "Option::is_none")]
        lowest: Option<String>,
        /// What all pay, where it is one price.
        #[serde(skip_serializing_if = "Option::is_none")]
        price: Option<String>,
    },
    /// A trading session is over.
    Traded {
        trades: u64,
        volume: u64,
    },
    Unsold {
        reason: UnsoldWhy,
    },
    Ceiling,
    Terminated {
        ground: String,
    },
}

#[derive(Serialize, ToSchema, Debug, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub enum UnsoldWhy {
    NoBid,
    BelowReserve,
    TooFew,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct AwardRow {
    pub paddle: u32,
    pub product: u32,
    pub quantity: u64,
    pub price: String,
}

#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct BidRow {
    pub seq: u64,
    pub paddle: u32,
    pub amount: String,
    pub at: i64,
    pub by_proxy: bool,
    pub phase: PhaseKind,
}

/// What only the bidder himself is told about his seat.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct You {
    pub paddle: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_max: Option<String>,
    /// His answer to the running inquiry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<bool>,
    pub entered: bool,
    /// 禁止竞买: a record bars him; what he bid stands, and he may do nothing more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub barred: bool,
    /// What he was awarded of a sale to many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub won: Vec<AwardRow>,
    /// His own offers under the running method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnOffers>,
}

/// One journal entry as a supervisor reads it: refusals too, no account, no maximum.
#[derive(Serialize, ToSchema, Debug, Clone)]
pub struct TraceRow {
    pub n: u64,
    pub lot: Uuid,
    pub at: i64,
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paddle: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

pub fn money(amount: Money, scale: u8) -> String {
    amount.to_decimal(scale).to_string()
}

/// Reads an amount from the wire.
pub fn parse_money(text: &str, scale: u8) -> Result<Money, ApiError> {
    let amount = rust_decimal::Decimal::from_str_exact(text.trim()).map_err(|_| ApiError::bad_amount())?;
    Money::from_decimal(amount, scale).map_err(|fault| match fault {
        matching::MoneyFault::TooPrecise => ApiError::too_precise(),
        matching::MoneyFault::OutOfRange => ApiError::out_of_range(),
    })
}

/// The snapshot a viewer starts from.
pub fn snapshot(lot: Uuid, replica: &Replica, account: Option<Uuid>, now: i64) -> String {
    let you = account.and_then(|account| replica.you(account));
    ServerFrame::Snapshot { lot, now, state: face(replica), bids: replica.recent_bids(), you }.text()
}
