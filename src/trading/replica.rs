//! What everyone may see of a lot: a copy of its book, made of journal entries and deciding nothing.

use crate::trading::journal::{Act, Entry};
use crate::trading::room_view::{LISTED_ROWS_MAX, Told, own_offers, room_view};
use crate::trading::wire::{
    AwardRow, BidRow, LotState, OutcomeView, PhaseKind, ServerFrame, StageName, TraceRow, UnsoldWhy, You, money,
};
use matching::{
    Award, Book, Clock, Command, Event, Method, Moment, Money, Offer, Outcome, Paddle, Phase, PhaseAt, Refusal, Room,
    Stage, Terms, UnsoldReason,
};
use rust_decimal::{Decimal, RoundingStrategy};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use uuid::Uuid;

/// Bids in a snapshot; older ones are read page by page.
pub const SNAPSHOT_BIDS_MAX: usize = 50;
/// Events kept for viewers that reconnect: at three bids a second, over a minute.
pub const RING_MAX: usize = 256;

/// After the close a viewer that comes back gets the events for so long; later, a snapshot.
const RING_KEPT_MS: i64 = 600_000;

/// A seat of an open lot, for who may know whose it is.
pub struct Seated {
    pub paddle: Paddle,
    pub account: Uuid,
    pub barred: bool,
}

pub struct Replica {
    pub book: Book,
    seats: HashMap<Uuid, Paddle>,
    recent: VecDeque<BidRow>,
    told: Told,
    ring: VecDeque<(u64, Arc<str>)>,
    opened_at: Option<Moment>,
    announced_at: Moment,
    closed_at: Option<Moment>,
}

impl Replica {
    /// The lot of a publication entry.
    pub fn new(entry: &Entry) -> Option<Replica> {
        let Act::Publish(terms) = &entry.act else { return None };
        let book = Book::new(terms.as_ref().clone());
        Some(Replica {
            book,
            seats: HashMap::new(),
            recent: VecDeque::new(),
            told: Told::default(),
            ring: VecDeque::new(),
            opened_at: None,
            announced_at: entry.at,
            closed_at: None,
        })
    }

    pub fn scale(&self) -> u8 {
        self.book.terms().scale
    }

    /// When the first phase began.
    pub fn opened_at(&self) -> Option<Moment> {
        self.opened_at
    }

    /// Who sits where, by paddle. For readers that may name people.
    pub fn holders(&self) -> Vec<(Paddle, Uuid)> {
        let mut holders: Vec<_> = self.seats.iter().map(|(account, paddle)| (*paddle, *account)).collect();
        holders.sort_unstable();
        holders
    }

    /// Who sits here by paddle, and whether he is barred; nobody once it has closed.
    pub fn seated(&self) -> Vec<Seated> {
        let barred = |paddle: Paddle| self.book.seat(paddle).is_some_and(|seat| seat.barred);
        let seated = |(paddle, account)| Seated { paddle, account, barred: barred(paddle) };
        match self.book.stage() {
            Stage::Closed(_) => Vec::new(),
            _ => self.holders().into_iter().map(seated).collect(),
        }
    }

    /// When it came on the floor.
    pub fn announced_at(&self) -> Moment {
        self.announced_at
    }

    /// The moment of the hammer, or of any other end.
    pub fn closed_at(&self) -> Option<Moment> {
        self.closed_at
    }

    /// 最高应价 of a lot that has closed, in yuan: the best offer everybody saw, or what was paid where none is shown.
    pub fn closed_price(&self) -> Option<Decimal> {
        self.closed_at?;
        self.book.top().map(|top| top.price.to_decimal(self.scale())).or_else(|| deal(&self.book))
    }

    pub fn told(&self) -> &Told {
        &self.told
    }

    /// Takes in an entry. With `tell`, returns the frames of its public events.
    pub fn apply(&mut self, entry: &Entry, tell: bool) -> Vec<Arc<str>> {
        let Ok(events) = &entry.result else { return Vec::new() };
        if let Act::Seat { account, command: Command::Admit { paddle, .. } } = &entry.act {
            self.seats.insert(*account, *paddle);
        }
        let mut frames = Vec::new();
        for event in events {
            let phase = phase_kind(&self.book).unwrap_or(PhaseKind::Open);
            self.book.evolve(entry.at, event);
            if let Event::Began { clock, .. } = event {
                self.opened_at = self.opened_at.or(Some(clock.began_at));
            }
            if self.closed_at.is_none() && matches!(self.book.stage(), Stage::Closed(_)) {
                self.closed_at = Some(entry.at);
            }
            let scale = self.scale();
            match event {
                Event::Told(notice) => self.told.hear(notice, scale),
                Event::Traded { trades } => self.told.traded(trades, scale, entry.at.0),
                _ => {}
            }
            let bid = self.bid_row(event, entry.at, phase);
            if let Some(row) = &bid {
                if self.recent.len() == SNAPSHOT_BIDS_MAX {
                    self.recent.pop_back();
                }
                self.recent.push_front(row.clone());
            }
            if tell && let Some(kind) = kind(event) {
                frames.push(self.frame(entry, kind, bid));
            }
        }
        frames
    }

    fn frame(&mut self, entry: &Entry, kind: &str, bid: Option<BidRow>) -> Arc<str> {
        let seq = self.book.seq();
        let frame = ServerFrame::Event { lot: entry.lot, seq, at: entry.at.0, kind, state: face(self), bid };
        let text: Arc<str> = frame.text().into();
        if self.ring.len() == RING_MAX {
            self.ring.pop_front();
        }
        self.ring.push_back((seq, text.clone()));
        text
    }

    fn bid_row(&self, event: &Event, at: Moment, phase: PhaseKind) -> Option<BidRow> {
        let (paddle, amount, by_proxy) = shown_amount(event)?;
        let (seq, amount) = (self.book.seq(), money(amount, self.scale()));
        Some(BidRow { seq, paddle: paddle.0, amount, at: at.0, by_proxy, phase })
    }

    pub fn recent_bids(&self) -> Vec<BidRow> {
        self.recent.iter().cloned().collect()
    }

    /// The events after `seq`, or `None` when they are no longer kept.
    pub fn since(&self, seq: u64) -> Option<Vec<Arc<str>>> {
        if seq == self.book.seq() {
            return Some(Vec::new());
        }
        let (oldest, _) = self.ring.front()?;
        (seq < self.book.seq() && seq + 1 >= *oldest)
            .then(|| self.ring.iter().filter(|(known, _)| *known > seq).map(|(_, frame)| frame.clone()).collect())
    }

    /// Lets go of a closed lot's events: 256 frames of some 2 KB for each lot there ever was would fill the memory.
    pub fn let_go(&mut self, now: Moment) {
        if !self.ring.is_empty() && self.closed_at.is_some_and(|at| now.since(at) >= RING_KEPT_MS) {
            self.ring = VecDeque::new();
        }
    }

    pub fn you(&self, account: Uuid) -> Option<You> {
        let seat = self.book.seat(*self.seats.get(&account)?)?;
        let yuan = |amount: Money| money(amount, self.scale());
        Some(You {
            paddle: seat.paddle.0,
            priority: seat.priority,
            last: seat.last.map(yuan),
            proxy_max: seat.proxy.map(|proxy| yuan(proxy.max)),
            confirmed: seat.answer,
            entered: seat.entered,
            barred: seat.barred,
            won: match self.book.stage() {
                Stage::Closed(Outcome::Allotted { awards, .. }) => {
                    let own = awards.iter().filter(|award| award.paddle == seat.paddle);
                    own.map(|award| award_row(award, self.scale())).collect()
                }
                _ => Vec::new(),
            },
            own: own_offers(&self.book, seat.paddle),
        })
    }

    /// A supervisor's row of an entry just taken in; none of one that is nobody's business before the close.
    pub fn trace(&self, entry: &Entry) -> Option<TraceRow> {
        (!self.keeps_secret(entry)).then(|| trace(entry, self.book.terms(), Some(self.book.seq())))
    }

    /// Whether an entry tells of a hidden offer that was taken: that it is there, when it came and whose paddle it is of
    /// stays unsaid until the lot has closed. A refusal that presupposes an offer says as much.
    pub fn keeps_secret(&self, entry: &Entry) -> bool {
        let is_open = !matches!(self.book.stage(), Stage::Closed(_));
        let is_of_bidders = entry.command().is_some_and(|command| command.signature().is_some());
        let tells = match &entry.result {
            Ok(events) => !events.iter().any(|event| kind(event).is_some()),
            Err(refusal) => refusal.presupposes_offer(),
        };
        is_open && is_of_bidders && self.book.terms().hides_offers() && tells
    }
}

/// What an event shows everyone of one bidder's offer: a bid, or an open offer of one amount.
pub fn shown_amount(event: &Event) -> Option<(Paddle, Money, bool)> {
    match event {
        Event::Bid { paddle, amount, by_proxy, .. } => Some((*paddle, *amount, *by_proxy)),
        Event::Offered {
            paddle, offer: Offer::Price { amount } | Offer::Marks { amount, .. }, secret: false, ..
        } => Some((*paddle, *amount, false)),
        _ => None,
    }
}

/// An entry as a supervisor reads it. A standing maximum stays secret; its visible bids do not.
pub fn trace(entry: &Entry, terms: &Terms, seq: Option<u64>) -> TraceRow {
    let (scale, direction) = (terms.scale, terms.direction);
    let visible = entry.result.iter().flatten().find_map(shown_amount).map(|(_, amount, _)| amount);
    // Where offers may be hidden, only what everyone saw is shown here: not even what a refused bid said.
    let hides = terms.hides_offers();
    let (kind, paddle, amount) = match entry.command() {
        None if matches!(entry.act, Act::Note(_)) => ("noted", None, None),
        None => ("published", None, None),
        Some(Command::Tick) => (entry.result.iter().flatten().find_map(kind).unwrap_or("deadline"), None, None),
        Some(Command::Open) => ("opened", None, None),
        Some(Command::Admit { paddle, .. }) => ("admitted", Some(*paddle), None),
        Some(Command::Bar { paddle, .. }) => ("barred", Some(*paddle), None),
        Some(Command::Readmit { paddle }) => ("readmitted", Some(*paddle), None),
        Some(Command::Bid { paddle, amount, .. }) => {
            ("bid", Some(*paddle), visible.or(Some(*amount).filter(|_| !hides)))
        }
        Some(Command::Offer { paddle, .. }) => ("offer", Some(*paddle), visible),
        Some(Command::Duty(_)) => ("duty", None, None),
        Some(Command::Reserve { .. }) => ("reserve_set", None, None),
        Some(Command::Schedule { .. }) => ("scheduled", None, None),
        Some(Command::Proxy { paddle, .. }) => ("proxy", Some(*paddle), visible),
        Some(Command::Answer { paddle, .. }) => ("answer", Some(*paddle), None),
        Some(Command::Suspend { .. } | Command::Outage { .. }) => ("suspended", None, None),
        Some(Command::Resume { .. }) => ("resumed", None, None),
        Some(Command::Terminate { .. }) => ("terminated", None, None),
    };
    let refusal = entry.result.as_ref().err();
    let said = |refusal: &Refusal| match refusal.is_secret() {
        true => ("新的委托限价须优于原限价".to_string(), "a new maximum must improve the present one".to_string()),
        false => (refusal.zh(scale, direction), refusal.en(scale, direction)),
    };
    let (zh, en) = refusal.map(said).unzip();
    TraceRow {
        n: entry.n,
        lot: entry.lot,
        at: entry.at.0,
        kind: if refusal.is_some() { "refused" } else { kind }.to_string(),
        paddle: paddle.map(|paddle| paddle.0),
        amount: amount.map(|amount| money(amount, scale)),
        code: refusal.map(|refusal| refusal.code().to_string()),
        zh,
        en,
        seq: seq.filter(|_| refusal.is_none()),
        device: entry.device.as_ref().map(|device| device.to_string()),
    }
}

fn kind(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::Admitted { .. } => "admitted",
        Event::Barred { .. } => "barred",
        Event::Readmitted { .. } => "readmitted",
        Event::Began { .. } => "began",
        Event::Bid { .. } => "bid",
        Event::CeilingReached { .. } => "ceiling",
        Event::Suspended { .. } => "suspended",
        Event::ResumeSet { .. } => "resume_set",
        Event::ResumeDropped { .. } => "resume_dropped",
        Event::Resumed { .. } => "resumed",
        Event::Closed { .. } => "closed",
        Event::Offered { secret: false, .. } => "offered",
        Event::Cancelled { .. } => "cancelled",
        Event::Stood { .. } => "stood",
        Event::Traded { .. } => "traded",
        Event::Told(_) => "told",
        Event::Done(_) if event.is_public() => "done",
        Event::Scheduled { .. } => "scheduled",
        Event::ReserveOffered { .. } => "reserve_offered",
        Event::ProxySet { .. }
        | Event::Answered { .. }
        | Event::Offered { .. }
        | Event::Done(_)
        | Event::ReserveSet { .. } => return None,
    })
}

fn clock(book: &Book) -> Option<&Clock> {
    match book.stage() {
        Stage::Running(clock) | Stage::Suspended { clock: Some(clock), .. } => Some(clock),
        _ => None,
    }
}

pub fn phase_kind(book: &Book) -> Option<PhaseKind> {
    let clock = clock(book)?;
    Some(match book.phase(clock.phase) {
        None if clock.phase == PhaseAt::Reserve => PhaseKind::ReserveOffer,
        None => PhaseKind::CeilingInquiry,
        Some(Phase::Open { .. }) => PhaseKind::Open,
        Some(Phase::Free { .. }) => PhaseKind::Free,
        Some(Phase::Inquiry { .. }) => PhaseKind::Inquiry,
        Some(Phase::Preparation { .. }) => PhaseKind::Preparation,
        Some(Phase::Timed { .. }) => PhaseKind::Timed,
        Some(Phase::Method(method)) => match method {
            Method::Sealed(_) => PhaseKind::Sealed,
            Method::Dutch(_) => PhaseKind::Dutch,
            Method::Rounds(_) => PhaseKind::Rounds,
            Method::Lottery(_) => PhaseKind::Lottery,
            Method::Area(_) => PhaseKind::Area,
            Method::Weighted(_) => PhaseKind::Weighted,
            Method::Scored(_) => PhaseKind::Scored,
            Method::Call(_) => PhaseKind::Call,
            Method::Rising(_) => PhaseKind::Rising,
            Method::Exchange(_) => PhaseKind::Exchange,
        },
    })
}

pub fn stage_name(book: &Book) -> StageName {
    match book.stage() {
        Stage::Announced => StageName::Announced,
        Stage::Running(_) => StageName::Bidding,
        Stage::Suspended { .. } => StageName::Suspended,
        Stage::Closed(Outcome::Traded { trades: 0, .. }) => StageName::Unsold,
        Stage::Closed(Outcome::Sold { .. } | Outcome::Allotted { .. } | Outcome::Traded { .. }) => StageName::Sold,
        Stage::Closed(Outcome::Unsold { .. }) => StageName::Unsold,
        Stage::Closed(Outcome::Ceiling { .. }) => StageName::Ceiling,
        Stage::Closed(Outcome::Terminated { .. }) => StageName::Terminated,
    }
}

/// 溢价率 to two places, half up; for a descending sale, the discount as a negative number.
pub fn premium_percent(start: Money, price: Money) -> Option<String> {
    let start_units = Decimal::from(start.minor());
    if start_units.is_zero() {
        return None;
    }
    let premium = (Decimal::from(price.minor()) - start_units) * Decimal::ONE_HUNDRED / start_units;
    let mut premium = premium.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    premium.rescale(2);
    Some(premium.to_string())
}

/// 成交额 in yuan: the price, or the sum of what many pay; a trading session has none of its own.
pub fn deal(book: &Book) -> Option<Decimal> {
    let scale = book.terms().scale;
    match book.stage() {
        Stage::Closed(Outcome::Sold { price, .. }) => Some(price.to_decimal(scale)),
        Stage::Closed(Outcome::Allotted { awards, .. }) => awards.iter().try_fold(Decimal::ZERO, |sum, award| {
            sum.checked_add(award.price.to_decimal(scale).checked_mul(Decimal::from(award.quantity))?)
        }),
        _ => None,
    }
}

pub fn award_row(award: &Award, scale: u8) -> AwardRow {
    let price = money(award.price, scale);
    AwardRow { paddle: award.paddle.0, product: award.product, quantity: award.quantity, price }
}

/// The public state of a lot.
pub fn face(replica: &Replica) -> LotState {
    let book = &replica.book;
    let terms = book.terms();
    let yuan = |amount: Money| money(amount, terms.scale);
    let clock = clock(book);
    let running = matches!(book.stage(), Stage::Running(_));
    let freeze_at = clock.and_then(|clock| match book.phase(clock.phase) {
        Some(Phase::Free { freeze_ms, .. }) if *freeze_ms > 0 => Some(clock.ends_at.plus_ms(-freeze_ms).0),
        _ => None,
    });
    let mut state = LotState {
        seq: book.seq(),
        stage: stage_name(book),
        phase: phase_kind(book),
        phase_index: clock.and_then(|clock| match clock.phase {
            PhaseAt::Index(index) => Some(index),
            PhaseAt::Ceiling | PhaseAt::Reserve => None,
        }),
        price: book.top().map(|top| yuan(top.price)),
        leader: book.top().map(|top| top.paddle.0),
        minimum: book.minimum().map(yuan),
        step: yuan(book.step()),
        bids: book.bids(),
        opens_at: matches!(book.stage(), Stage::Announced).then_some(book.opens_at()).flatten().map(|moment| moment.0),
        began_at: clock.map(|clock| clock.began_at.0),
        ends_at: clock.filter(|_| running).map(|clock| clock.ends_at.0),
        freeze_at: freeze_at.filter(|_| running),
        paused_until: clock.and_then(|clock| clock.paused_until).map(|moment| moment.0),
        extensions: clock.map_or(0, |clock| clock.extensions),
        suspended_at: None,
        resume_at: None,
        ground: None,
        premium_percent: book.top().and_then(|top| premium_percent(terms.start_price, top.price)),
        room: room_view(book, &replica.told),
        reserve: None,
        outcome: None,
    };
    let offered = clock.is_some_and(|clock| clock.phase == PhaseAt::Reserve);
    // A lot called off, or handed on, is sold another day: its reserve is not told.
    if offered || matches!(book.stage(), Stage::Closed(Outcome::Sold { .. } | Outcome::Unsold { .. })) {
        state.reserve = book.reserve().map(yuan);
    }
    match book.stage() {
        Stage::Suspended { since, resume_at, ground, .. } => {
            state.suspended_at = Some(since.0);
            state.resume_at = resume_at.map(|moment| moment.0);
            state.ground = Some(ground.clone());
        }
        Stage::Closed(outcome) => {
            state.outcome = Some(match outcome {
                Outcome::Sold { paddle, price, second } => OutcomeView::Sold {
                    paddle: paddle.0,
                    price: yuan(*price),
                    second: second.map(|second| match book.room() {
                        // A score stands in hundredths whatever the money's unit is.
                        Room::Weighted(_) => second.to_decimal(2).to_string(),
                        _ => yuan(second),
                    }),
                },
                Outcome::Allotted { awards, price } => OutcomeView::Allotted {
                    count: awards.len() as u64,
                    quantity: awards.iter().map(|award| award.quantity).sum(),
                    lowest: awards.iter().map(|award| award.price).min().map(yuan),
                    awards: awards.iter().take(LISTED_ROWS_MAX).map(|award| award_row(award, terms.scale)).collect(),
                    price: price.map(yuan),
                },
                Outcome::Traded { trades, volume } => OutcomeView::Traded { trades: *trades, volume: *volume },
                Outcome::Unsold { reason: UnsoldReason::TooFew } => OutcomeView::Unsold { reason: UnsoldWhy::TooFew },
                Outcome::Unsold { reason: UnsoldReason::NoBid } => OutcomeView::Unsold { reason: UnsoldWhy::NoBid },
                Outcome::Unsold { reason: UnsoldReason::BelowReserve } => {
                    OutcomeView::Unsold { reason: UnsoldWhy::BelowReserve }
                }
                Outcome::Ceiling { .. } => OutcomeView::Ceiling,
                Outcome::Terminated { ground } => OutcomeView::Terminated { ground: ground.clone() },
            });
        }
        Stage::Announced | Stage::Running(_) => {}
    }
    state
}
