//! Why not: one flat enum in the order of the checks. The first failing check wins, and the order
//! is part of the rule.

use crate::money::{Moment, Money};
use crate::terms::Direction;
use alloc::format;
use alloc::string::String;
use rust_decimal::Decimal;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Refusal {
    // The key.
    KeyReused,
    // The lot takes bids at all.
    LotClosed,
    LotSuspended,
    NotOpenYet,
    WrongPhase,
    // The moment lies inside the phase.
    TooLate { ended_at: Moment },
    QuoteFrozen,
    Paused { until: Moment },
    // The bidder may bid, and in this phase.
    NotAdmitted,
    Barred,
    NotInPhase,
    NotAsked,
    AlreadyAnswered,
    AlreadyLeading { price: Money },
    // The price.
    PriceMoved { price: Money, minimum: Money },
    ProxyNotAllowed,
    ProxyNotRaised { max: Money },
    BelowStart { minimum: Money },
    BelowStep { price: Money, minimum: Money },
    NotImprovingOwn { limit: Money },
    NotOnStep { minimum: Money, step: Money },
    AboveCeiling { ceiling: Money },
    // Methods beyond the ladder.
    WrongOffer,
    PriceNotShown { price: Money },
    OutsideBand { low: Money, high: Money },
    PriceTaken,
    ChangesSpent { max: u32 },
    NotYourTurn,
    BelowQuantity { min: u64 },
    NotWholeLots { unit: u64 },
    AboveQuantity { max: u64 },
    OrdersSpent { max: u32 },
    NoSuchOrder,
    SelfTrade,
    ActivityExceeded { max: u64 },
    BelowScore { least: i64 },
    NotCommitted,
    AlreadyGiven,
    SeedTooLong { max: u32 },
    SeedMismatch,
    TooEarly { from: Moment },
    NoSuchOffer,
    PointsOutOfRange { max: i64 },
    NoReserveAsked,
    ReserveClosed { from: Moment, until: Moment },
    ReserveEntered,
    ReserveBelowStart { start: Money },
    // Staff.
    NoSuchPaddle,
    AlreadyBarred,
    NotBarred,
    PaddleTaken,
    AlreadyOpen,
    OpensLater { opens_at: Moment },
    AlreadySuspended,
    NotSuspended,
    ResumeTooSoon { earliest: Moment },
    ResumePastStop { stop: Moment },
}

impl Refusal {
    /// Stable for ever; the wire, the journal's readers and the statistics name it.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::KeyReused => "KEY_REUSED",
            Refusal::LotClosed => "LOT_CLOSED",
            Refusal::LotSuspended => "LOT_SUSPENDED",
            Refusal::NotOpenYet => "NOT_OPEN_YET",
            Refusal::WrongPhase => "WRONG_PHASE",
            Refusal::TooLate { .. } => "TOO_LATE",
            Refusal::QuoteFrozen => "QUOTE_FROZEN",
            Refusal::Paused { .. } => "PAUSED",
            Refusal::NotAdmitted => "NOT_ADMITTED",
            Refusal::Barred => "BARRED",
            Refusal::NotInPhase => "NOT_IN_PHASE",
            Refusal::NotAsked => "NOT_ASKED",
            Refusal::AlreadyAnswered => "ALREADY_ANSWERED",
            Refusal::AlreadyLeading { .. } => "ALREADY_LEADING",
            Refusal::PriceMoved { .. } => "PRICE_MOVED",
            Refusal::ProxyNotAllowed => "PROXY_NOT_ALLOWED",
            Refusal::ProxyNotRaised { .. } => "PROXY_NOT_RAISED",
            Refusal::BelowStart { .. } => "BELOW_START",
            Refusal::BelowStep { .. } => "BELOW_STEP",
            Refusal::NotImprovingOwn { .. } => "NOT_IMPROVING_OWN",
            Refusal::NotOnStep { .. } => "NOT_ON_STEP",
            Refusal::AboveCeiling { .. } => "ABOVE_CEILING",
            Refusal::WrongOffer => "WRONG_OFFER",
            Refusal::PriceNotShown { .. } => "PRICE_NOT_SHOWN",
            Refusal::OutsideBand { .. } => "OUTSIDE_BAND",
            Refusal::PriceTaken => "PRICE_TAKEN",
            Refusal::ChangesSpent { .. } => "CHANGES_SPENT",
            Refusal::NotYourTurn => "NOT_YOUR_TURN",
            Refusal::BelowQuantity { .. } => "BELOW_QUANTITY",
            Refusal::NotWholeLots { .. } => "NOT_WHOLE_LOTS",
            Refusal::AboveQuantity { .. } => "ABOVE_QUANTITY",
            Refusal::OrdersSpent { .. } => "ORDERS_SPENT",
            Refusal::NoSuchOrder => "NO_SUCH_ORDER",
            Refusal::SelfTrade => "SELF_TRADE",
            Refusal::ActivityExceeded { .. } => "ACTIVITY_EXCEEDED",
            Refusal::BelowScore { .. } => "BELOW_SCORE",
            Refusal::NotCommitted => "NOT_COMMITTED",
            Refusal::AlreadyGiven => "ALREADY_GIVEN",
            Refusal::SeedTooLong { .. } => "SEED_TOO_LONG",
            Refusal::SeedMismatch => "SEED_MISMATCH",
            Refusal::TooEarly { .. } => "TOO_EARLY",
            Refusal::NoSuchOffer => "NO_SUCH_OFFER",
            Refusal::PointsOutOfRange { .. } => "POINTS_OUT_OF_RANGE",
            Refusal::NoReserveAsked => "NO_RESERVE_ASKED",
            Refusal::ReserveClosed { .. } => "RESERVE_CLOSED",
            Refusal::ReserveEntered => "RESERVE_ENTERED",
            Refusal::ReserveBelowStart { .. } => "RESERVE_BELOW_START",
            Refusal::NoSuchPaddle => "NO_SUCH_PADDLE",
            Refusal::AlreadyBarred => "ALREADY_BARRED",
            Refusal::NotBarred => "NOT_BARRED",
            Refusal::PaddleTaken => "PADDLE_TAKEN",
            Refusal::AlreadyOpen => "ALREADY_OPEN",
            Refusal::OpensLater { .. } => "OPENS_LATER",
            Refusal::AlreadySuspended => "ALREADY_SUSPENDED",
            Refusal::NotSuspended => "NOT_SUSPENDED",
            Refusal::ResumeTooSoon { .. } => "RESUME_TOO_SOON",
            Refusal::ResumePastStop { .. } => "RESUME_PAST_STOP",
        }
    }

    /// The next bid that would have been taken, where the refusal knows it.
    pub fn minimum(&self) -> Option<Money> {
        match *self {
            Refusal::PriceMoved { minimum, .. }
            | Refusal::BelowStart { minimum }
            | Refusal::BelowStep { minimum, .. }
            | Refusal::NotOnStep { minimum, .. } => Some(minimum),
            Refusal::NotImprovingOwn { limit } => Some(limit),
            Refusal::PriceNotShown { price } => Some(price),
            Refusal::ReserveBelowStart { start } => Some(start),
            _ => None,
        }
    }

    /// The bound that was passed, where there is one.
    pub fn limit(&self) -> Option<Money> {
        match *self {
            Refusal::AboveCeiling { ceiling } => Some(ceiling),
            Refusal::ProxyNotRaised { max } => Some(max),
            Refusal::OutsideBand { high, .. } => Some(high),
            _ => None,
        }
    }

    /// The moment that decides: when it ended, or from when on it can be.
    pub fn moment(&self) -> Option<Moment> {
        match *self {
            Refusal::TooLate { ended_at } => Some(ended_at),
            Refusal::Paused { until } => Some(until),
            Refusal::OpensLater { opens_at } => Some(opens_at),
            Refusal::ResumeTooSoon { earliest } => Some(earliest),
            Refusal::ResumePastStop { stop } => Some(stop),
            Refusal::TooEarly { from } | Refusal::ReserveClosed { from, .. } => Some(from),
            _ => None,
        }
    }

    /// Whether it names what only its bidder may know: his standing maximum.
    pub fn is_secret(&self) -> bool {
        matches!(self, Refusal::ProxyNotRaised { .. })
    }

    /// Whether it may say that an offer, a maximum or an answer was taken before it: where these are hidden, it is too.
    pub fn presupposes_offer(&self) -> bool {
        matches!(
            self,
            Refusal::KeyReused
                | Refusal::AlreadyAnswered
                | Refusal::ProxyNotRaised { .. }
                | Refusal::PriceTaken
                | Refusal::ChangesSpent { .. }
                | Refusal::AboveQuantity { .. }
                | Refusal::OrdersSpent { .. }
                | Refusal::ActivityExceeded { .. }
        )
    }

    /// What to do next, in Chinese; wording familiar from the field where one exists.
    pub fn zh(&self, scale: u8, direction: Direction) -> String {
        let yuan = |money: Money| money.to_decimal(scale);
        let points = |hundredths: i64| Decimal::new(hundredths, 2);
        let least = match direction {
            Direction::Ascending => "最低",
            Direction::Descending => "最高",
        };
        match *self {
            Refusal::KeyReused => "该请求编号已用于另一请求，请重新提交".into(),
            Refusal::LotClosed => "地块状态发生变化，系统不接受报价：竞价已结束".into(),
            Refusal::LotSuspended => "竞价已中止，请等待恢复公告".into(),
            Refusal::NotOpenYet => "竞价尚未开始，请等待开始".into(),
            Refusal::WrongPhase => "当前阶段不接受报价，请等待下一阶段".into(),
            Refusal::TooLate { .. } => "报价超出截止时间：以服务器收到时间为准".into(),
            Refusal::QuoteFrozen => "挂牌截止期前冻结时段，不接受报价，请等待下一阶段".into(),
            Refusal::Paused { .. } => "刚有新报价，短暂停顿后再报价".into(),
            Refusal::NotAdmitted => "您尚未取得本标的竞买资格，系统不接受报价，请先申请并交纳保证金".into(),
            Refusal::Barred => {
                "您因信用记录被禁止竞买，不能再报价或应答；已报价格仍然有效，可查看信用记录并申辩".into()
            }
            Refusal::NotInPhase => "您未进入本阶段竞价，可继续观看".into(),
            Refusal::NotAsked => "当前没有询问，无需回答".into(),
            Refusal::AlreadyAnswered => "您已回答，不可更改".into(),
            Refusal::AlreadyLeading { price } => format!("您已领先（{}元），无需再报", yuan(price)),
            Refusal::PriceMoved { price, minimum } => {
                format!("价格已变为{}元，现在{least}可报{}元，请确认后重报", yuan(price), yuan(minimum))
            }
            Refusal::ProxyNotAllowed => "本标的不支持委托报价，请直接报价".into(),
            Refusal::ProxyNotRaised { max } => format!("新的委托限价须优于您现有的{}元", yuan(max)),
            Refusal::BelowStart { minimum } => format!("未达到起始价，{least}可报{}元", yuan(minimum)),
            Refusal::BelowStep { price, minimum } => {
                format!("报价未优于当前价{}元一个增价幅度，{least}可报{}元", yuan(price), yuan(minimum))
            }
            Refusal::NotImprovingOwn { limit } => format!("须优于您自己的上次报价，{least}可报{}元", yuan(limit)),
            Refusal::NotOnStep { minimum, step } => {
                format!("须按增价幅度{}元的整数倍报价，{least}可报{}元", yuan(step), yuan(minimum))
            }
            Refusal::AboveCeiling { ceiling } => format!("已超过最高限价{}元，不接受报价", yuan(ceiling)),
            Refusal::WrongOffer => "本标的按另一种方式出价，请按页面提示填写".into(),
            Refusal::PriceNotShown { price } => format!("显示价已变为{}元，请按显示价重报", yuan(price)),
            Refusal::OutsideBand { low, high } => format!("报价须高于{}元且不高于{}元", yuan(low), yuan(high)),
            Refusal::PriceTaken => "该价格已有人报出，请改报其他价格".into(),
            Refusal::ChangesSpent { max } => format!("最多可修改{}次，不能再改", max),
            Refusal::NotYourTurn => "尚未轮到您报价，请等待".into(),
            Refusal::BelowQuantity { min } => format!("数量不足，至少{}", min),
            Refusal::NotWholeLots { unit } => format!("数量须为{}的整数倍", unit),
            Refusal::AboveQuantity { max } => format!("超出数量上限，还可报{}", max),
            Refusal::OrdersSpent { max } => format!("最多可报{}笔", max),
            Refusal::NoSuchOrder => "没有这笔可撤的报单".into(),
            Refusal::SelfTrade => "将与您自己的报单成交，请先撤单".into(),
            Refusal::ActivityExceeded { max } => format!("超出上一轮的活跃度，本轮最多{}点", max),
            Refusal::BelowScore { least } => format!("得分须高于当前最高分，至少{}分", points(least)),
            Refusal::NotCommitted => "交易中心与监督方尚未公布种子承诺，请稍候".into(),
            Refusal::AlreadyGiven => "已提交，不可更改".into(),
            Refusal::SeedTooLong { max } => format!("内容过长，最多{}个字符", max),
            Refusal::SeedMismatch => "种子与承诺不符".into(),
            Refusal::TooEarly { .. } => "时间未到，请稍候".into(),
            Refusal::NoSuchOffer => "该号牌没有可评的报价".into(),
            Refusal::PointsOutOfRange { max } => format!("分值超出范围，最高{}", points(max)),
            Refusal::NoReserveAsked => "本标的不录入底价".into(),
            Refusal::ReserveClosed { .. } => "不在底价录入时段".into(),
            Refusal::ReserveEntered => "底价已录入，不可更改".into(),
            Refusal::ReserveBelowStart { start } => format!("底价不得低于起始价{}元", yuan(start)),
            Refusal::NoSuchPaddle => "本标的没有这个号牌".into(),
            Refusal::AlreadyBarred => "该号牌已被禁止竞买".into(),
            Refusal::NotBarred => "该号牌未被禁止竞买".into(),
            Refusal::PaddleTaken => "该号牌已被使用，请重新抽取".into(),
            Refusal::AlreadyOpen => "本标的已开始或已结束，不能再次开始".into(),
            Refusal::OpensLater { .. } => "公告的开始时间未到，不能提前开始".into(),
            Refusal::AlreadySuspended => "本标的已处于中止状态".into(),
            Refusal::NotSuspended => "本标的未中止，无需恢复".into(),
            Refusal::ResumeTooSoon { .. } => "中止时间较长，恢复须提前公告，请选择更晚的恢复时间".into(),
            Refusal::ResumePastStop { .. } => "恢复时已过规定的最迟结束时间，请终止后重新公告".into(),
        }
    }

    /// The same in English.
    pub fn en(&self, scale: u8, direction: Direction) -> String {
        let yuan = |money: Money| money.to_decimal(scale);
        let points = |hundredths: i64| Decimal::new(hundredths, 2);
        let least = match direction {
            Direction::Ascending => "at least",
            Direction::Descending => "at most",
        };
        match *self {
            Refusal::KeyReused => "this key already names another request; send again with a new key".into(),
            Refusal::LotClosed => "bidding on this lot has closed".into(),
            Refusal::LotSuspended => "bidding is suspended; wait for the resumption notice".into(),
            Refusal::NotOpenYet => "bidding has not opened yet; wait for the opening".into(),
            Refusal::WrongPhase => "no bids are taken in this phase; wait for the next".into(),
            Refusal::TooLate { .. } => "the bid reached the server after the close".into(),
            Refusal::QuoteFrozen => "quotes are frozen before the end of the listing; wait for the next phase".into(),
            Refusal::Paused { .. } => "a bid has just been taken; bid again after the short pause".into(),
            Refusal::NotAdmitted => "you hold no paddle on this lot; apply and pay the deposit first".into(),
            Refusal::Barred => {
                "a credit record bars you: no more bids or answers; what you bid stands. see the record to contest it"
                    .into()
            }
            Refusal::NotInPhase => "you did not enter this phase; you may go on watching".into(),
            Refusal::NotAsked => "nothing is being asked now".into(),
            Refusal::AlreadyAnswered => "you have answered; an answer cannot be changed".into(),
            Refusal::AlreadyLeading { price } => format!("you already lead at {}; no need to bid", yuan(price)),
            Refusal::PriceMoved { price, minimum } => {
                format!("the price has moved to {}; bid {least} {}", yuan(price), yuan(minimum))
            }
            Refusal::ProxyNotAllowed => "this lot takes no standing bids; bid directly".into(),
            Refusal::ProxyNotRaised { max } => format!("a new maximum must improve your present {}", yuan(max)),
            Refusal::BelowStart { minimum } => format!("the start price is not met; bid {least} {}", yuan(minimum)),
            Refusal::BelowStep { price, minimum } => {
                format!("less than one step from the current {}; bid {least} {}", yuan(price), yuan(minimum))
            }
            Refusal::NotImprovingOwn { limit } => {
                format!("your own last bid is not improved; bid {least} {}", yuan(limit))
            }
            Refusal::NotOnStep { minimum, step } => {
                format!("bids move in whole steps of {}; bid {least} {}", yuan(step), yuan(minimum))
            }
            Refusal::AboveCeiling { ceiling } => format!("above the ceiling price of {}", yuan(ceiling)),
            Refusal::WrongOffer => "this lot takes another kind of offer; follow the form".into(),
            Refusal::PriceNotShown { price } => format!("the price shown is {} now; take that or wait", yuan(price)),
            Refusal::OutsideBand { low, high } => format!("offers lie above {} and up to {}", yuan(low), yuan(high)),
            Refusal::PriceTaken => "this price has been offered already; choose another".into(),
            Refusal::ChangesSpent { max } => format!("an offer can be changed {} times; yours stands", max),
            Refusal::NotYourTurn => "it is not your turn; wait for it".into(),
            Refusal::BelowQuantity { min } => format!("too few units; at least {}", min),
            Refusal::NotWholeLots { unit } => format!("units come in multiples of {}", unit),
            Refusal::AboveQuantity { max } => format!("above your limit; at most {} more", max),
            Refusal::OrdersSpent { max } => format!("at most {} orders", max),
            Refusal::NoSuchOrder => "you have no such standing order".into(),
            Refusal::SelfTrade => "this would trade with your own order; cancel it first".into(),
            Refusal::ActivityExceeded { max } => {
                format!("above your activity of the last round; at most {} points", max)
            }
            Refusal::BelowScore { least } => format!("the score must pass the best; at least {} points", points(least)),
            Refusal::NotCommitted => "the offices have not committed to their seeds yet; wait".into(),
            Refusal::AlreadyGiven => "given already; it cannot be changed".into(),
            Refusal::SeedTooLong { max } => format!("too long; at most {} characters", max),
            Refusal::SeedMismatch => "the seed does not match the commitment".into(),
            Refusal::TooEarly { .. } => "it is too early; wait for the moment".into(),
            Refusal::NoSuchOffer => "this paddle has no offer to score".into(),
            Refusal::PointsOutOfRange { max } => format!("points out of range; at most {}", points(max)),
            Refusal::NoReserveAsked => "no reserve is entered for this lot".into(),
            Refusal::ReserveClosed { .. } => "outside the window in which a reserve is entered".into(),
            Refusal::ReserveEntered => "the reserve is entered and cannot be changed".into(),
            Refusal::ReserveBelowStart { start } => {
                format!("a reserve is not below the start price of {}", yuan(start))
            }
            Refusal::NoSuchPaddle => "nobody holds this paddle on this lot".into(),
            Refusal::AlreadyBarred => "this paddle is barred already".into(),
            Refusal::NotBarred => "this paddle is not barred".into(),
            Refusal::PaddleTaken => "this paddle is in use; draw another".into(),
            Refusal::AlreadyOpen => "this lot has opened already".into(),
            Refusal::OpensLater { .. } => "the announced hour has not come; a lot does not open before it".into(),
            Refusal::AlreadySuspended => "this lot is suspended already".into(),
            Refusal::NotSuspended => "this lot is not suspended".into(),
            Refusal::ResumeTooSoon { .. } => {
                "after a long suspension the resumption is announced ahead; choose a later time".into()
            }
            Refusal::ResumePastStop { .. } => {
                "the latest end will have passed by then; terminate the lot and announce it again".into()
            }
        }
    }
}
