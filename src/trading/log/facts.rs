//! 叶: which public facts an entry of the journal tells, a line each. What is secret until the close is
//! kept back as a salted commitment.
//!
//! Nothing here may change what an old entry gives: the roots signed long ago are made of these bytes.

use crate::proof::{Hash, base64, commitment};
use crate::trading::journal::{Act, Entry, Note};
use aws_lc_rs::hmac;
use matching::{
    Clock, Command, Direction, Duty, Event, Moment, Money, Notice, Offer, Outcome, Paddle, Side, Terms, Trade,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Commitments in one leaf at a lot's close; fewer are filled up with decoys, so that the number of
/// secrets does not show.
const KEPT_WIDTH: usize = 64;
/// The rules entries are written under today: 1 binds who holds a paddle, the reserve apart from the terms,
/// and opens the terms at the close. Entries under 0 keep the leaves they had.
pub const RULES: u8 = 1;
/// An entry of a tile is prefixed by its length in 16 bits.
pub const LINE_BYTES_MAX: usize = u16::MAX as usize;

/// A public fact as it is hashed.
pub struct Leaf {
    pub line: Vec<u8>,
    pub lot: Uuid,
    /// The lot's sequence number, for facts that viewers are told.
    pub seq: Option<u64>,
    /// Whether it tells a lot's commitments, at its close.
    pub is_kept: bool,
    /// What the line stands for, where that is longer than a leaf may be.
    pub long: Option<Vec<u8>>,
}

/// What must stay secret until the close: shown to its holder alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    pub lot: Uuid,
    pub salt: Hash,
    pub line: Vec<u8>,
}

/// What of an entry concerns the one who asked.
#[derive(Default)]
pub struct Own {
    /// The place among the leaves of what he did.
    pub leaf: Option<usize>,
    pub secret: Option<Secret>,
}

#[derive(Serialize)]
struct Line<'a> {
    at: Moment,
    fact: Fact<'a>,
    lot: Uuid,
    scale: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Fact<'a> {
    /// `terms`: the commitment to everything frozen, but the reserve, which has its own (under rules 0 it
    /// is among the terms). Both are opened at the close.
    Published {
        direction: Direction,
        start_price: Money,
        terms: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        reserve: Option<String>,
    },
    Noted(&'a Note),
    /// `account`: the commitment to who holds the paddle; its holder is told the salt.
    Admitted {
        paddle: Paddle,
        #[serde(skip_serializing_if = "Option::is_none")]
        account: Option<String>,
    },
    /// By what record is in no fact: it would lead from a paddle to a name.
    Barred {
        paddle: Paddle,
    },
    Readmitted {
        paddle: Paddle,
    },
    Began {
        clock: &'a Clock,
    },
    Bid {
        paddle: Paddle,
        amount: Money,
        leads: bool,
        by_proxy: bool,
        ends_at: Moment,
        #[serde(skip_serializing_if = "Option::is_none")]
        paused_until: Option<Moment>,
    },
    CeilingReached {
        clock: &'a Clock,
    },
    Offered {
        /// Not told on an exchange, where both sides are nameless.
        #[serde(skip_serializing_if = "Option::is_none")]
        paddle: Option<Paddle>,
        order: u64,
        offer: Shown<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        ends_at: Option<Moment>,
    },
    Cancelled {
        order: u64,
    },
    Stood {
        paddle: Paddle,
        price: Money,
        #[serde(skip_serializing_if = "Option::is_none")]
        second: Option<Money>,
    },
    Traded {
        trades: Vec<Match>,
    },
    Told(&'a Notice),
    Done(&'a Duty),
    Scheduled {
        opens_at: Moment,
    },
    ReserveOffered {
        clock: &'a Clock,
        price: Money,
    },
    Suspended {
        ground: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<Moment>,
    },
    ResumeSet {
        resume_at: Moment,
    },
    ResumeDropped {
        ground: &'a str,
    },
    Resumed {
        #[serde(skip_serializing_if = "Option::is_none")]
        clock: Option<&'a Clock>,
    },
    Closed(Ending<'a>),
    /// At the close: how many requests were refused, by code.
    Refused {
        counts: &'a BTreeMap<&'static str, u64>,
    },
    /// At the close: commitments to what was secret, by value, and decoys.
    Kept {
        commitments: Vec<String>,
    },
    /// After the close: what the commitments of `published` bind to. The reserve only where it is told.
    Opened {
        terms: Opening,
        #[serde(skip_serializing_if = "Option::is_none")]
        reserve: Option<Opening>,
    },
    /// A fact longer than an entry of a tile may be, by its line's SHA-256.
    Long {
        sha256: String,
    },
    /// Never a leaf: what a commitment binds to.
    Secret(&'a Event),
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Shown<'a> {
    Price { amount: Money },
    Order { side: Side, price: Money, quantity: u64 },
    Cancel { order: u64 },
    Demand { quantities: &'a [u32] },
    Seed { seed: &'a str },
}

#[derive(Serialize)]
struct Match {
    price: Money,
    quantity: u64,
    side: Side,
}

/// `SHA-256(salt ‖ line)` is a commitment told before.
#[derive(Serialize)]
struct Opening {
    line: String,
    salt: String,
}

impl Opening {
    fn new(salt: &Hash, line: &[u8]) -> Opening {
        Opening { line: String::from_utf8_lossy(line).into_owned(), salt: base64(salt) }
    }
}

/// How it ended; who was asked at a ceiling is not told.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Ending<'a> {
    Ceiling,
    Outcome(&'a Outcome),
}

/// A lot as far as leaves need it.
#[derive(Default)]
struct Told {
    scale: u8,
    seq: u64,
    refused: BTreeMap<&'static str, u64>,
    kept: Vec<Hash>,
    frozen: Option<Frozen>,
    /// The reserve, where it was entered after the terms.
    reserve: Option<Secret>,
}

/// What was committed to when the lot appeared.
struct Frozen {
    /// The entry, which the salts hang on.
    n: u64,
    rules: u8,
    terms: Box<Terms>,
}

/// The terms as their commitment takes them, and the reserve where it has its own.
fn committed(terms: &Terms, rules: u8) -> (Vec<u8>, Option<Vec<u8>>) {
    let written = |terms: &Terms| serde_json::to_vec(terms).expect("terms have no failing part");
    match rules {
        0 => (written(terms), None),
        _ => {
            let reserve = serde_json::to_vec(&terms.reserve).expect("an amount has no failing part");
            (written(&Terms { reserve: None, ..terms.clone() }), Some(reserve))
        }
    }
}

/// Everything an entry's leaves depend on: entries before it, and the key of the salts.
pub struct Facts {
    salts: hmac::Key,
    lots: HashMap<Uuid, Told>,
}

impl Facts {
    pub fn new(salt_key: &[u8; 32]) -> Facts {
        Facts { salts: hmac::Key::new(hmac::HMAC_SHA256, salt_key), lots: HashMap::new() }
    }

    /// Takes in the next entry and adds its leaves.
    pub fn take(&mut self, entry: &Entry, leaves: &mut Vec<Leaf>) -> Own {
        match &entry.act {
            Act::Publish(terms) => {
                self.publish(entry, terms, leaves);
                Own::default()
            }
            Act::Note(note) if note.is_anchor() => Own::default(),
            Act::Note(note) => {
                let scale = self.lots.get(&entry.lot).map_or(0, |told| told.scale);
                leaves.push(leaf(entry, scale, None, Fact::Noted(note)));
                Own { leaf: Some(leaves.len() - 1), secret: None }
            }
            Act::Seat { .. } | Act::Command(_) => self.act(entry, leaves),
        }
    }

    fn publish(&mut self, entry: &Entry, terms: &Terms, leaves: &mut Vec<Leaf>) {
        let frozen = Frozen { n: entry.n, rules: entry.leaves, terms: Box::new(terms.clone()) };
        self.lots.insert(entry.lot, Told { scale: terms.scale, frozen: Some(frozen), ..Told::default() });
        let (written, reserve) = committed(terms, entry.leaves);
        let bound = |nth, line: &[u8]| base64(&commitment(&self.salt(entry.n, nth), line));
        let fact = Fact::Published {
            direction: terms.direction,
            start_price: terms.start_price,
            terms: bound(0, &written),
            reserve: reserve.map(|reserve| bound(1, &reserve)),
        };
        leaves.push(leaf(entry, terms.scale, None, fact));
    }

    fn act(&mut self, entry: &Entry, leaves: &mut Vec<Leaf>) -> Own {
        let mut own = Own::default();
        let Some(mut told) = self.lots.remove(&entry.lot) else { return own };
        let asker = entry.command().and_then(Command::signature).map(|(paddle, _)| paddle);
        match &entry.result {
            Err(refusal) => *told.refused.entry(refusal.code()).or_default() += 1,
            Ok(events) => {
                for (nth, event) in events.iter().enumerate() {
                    let Some(mut fact) = public(event) else {
                        let secret = self.secret(entry, nth, told.scale, event);
                        told.kept.push(commitment(&secret.salt, &secret.line));
                        if matches!(event, Event::ReserveSet { .. }) {
                            told.reserve = Some(secret.clone());
                        }
                        own.secret.get_or_insert(secret);
                        continue;
                    };
                    if let (Fact::Admitted { account, .. }, Act::Seat { account: seated, .. }, 1..) =
                        (&mut fact, &entry.act, entry.leaves)
                    {
                        *account = Some(base64(&self.seat(entry.lot, *seated).1));
                    }
                    told.seq += 1;
                    if own.leaf.is_none() && asker.is_some() && asker == doer(event) {
                        own.leaf = Some(leaves.len());
                    }
                    leaves.push(leaf(entry, told.scale, Some(told.seq), fact));
                    if let Event::Closed { outcome } = event {
                        self.close(entry, &mut told, leaves);
                        if entry.leaves > 0 {
                            self.open(entry, &mut told, outcome, leaves);
                        }
                    }
                }
            }
        }
        if asker.is_none() {
            own.secret = None;
        }
        self.lots.insert(entry.lot, told);
        own
    }

    /// What is told of a lot once nothing of it is secret for the sake of the sale.
    fn close(&self, entry: &Entry, told: &mut Told, leaves: &mut Vec<Leaf>) {
        leaves.push(leaf(entry, told.scale, None, Fact::Refused { counts: &told.refused }));
        let mut kept = std::mem::take(&mut told.kept);
        let width = kept.len().max(1).next_multiple_of(KEPT_WIDTH);
        for nth in kept.len()..width {
            kept.push(self.salt(entry.n, u32::MAX - nth as u32));
        }
        kept.sort_unstable();
        for some in kept.chunks(KEPT_WIDTH) {
            let commitments = some.iter().map(|hash| base64(hash)).collect();
            leaves.push(Leaf { is_kept: true, ..leaf(entry, told.scale, None, Fact::Kept { commitments }) });
        }
    }

    /// Opens what the lot was published under. A lot called off, or handed on, is sold another day: its
    /// reserve is not told.
    fn open(&self, entry: &Entry, told: &mut Told, outcome: &Outcome, leaves: &mut Vec<Leaf>) {
        let Some(Frozen { n, rules, terms }) = told.frozen.take() else { return };
        let is_told = matches!(outcome, Outcome::Sold { .. } | Outcome::Unsold { .. });
        let (written, reserve) = committed(&terms, rules);
        if rules == 0 && terms.reserve.is_some() && !is_told {
            return;
        }
        let entered = told.reserve.take().map(|secret| Opening::new(&secret.salt, &secret.line));
        let frozen = reserve.map(|reserve| Opening::new(&self.salt(n, 1), &reserve));
        let terms = Opening::new(&self.salt(n, 0), &written);
        let fact = Fact::Opened { terms, reserve: entered.or(frozen).filter(|_| is_told) };
        leaves.push(leaf(entry, told.scale, None, fact));
    }

    /// The salt and the commitment to who holds a paddle of a lot.
    pub fn seat(&self, lot: Uuid, account: Uuid) -> (Hash, Hash) {
        let mut context = hmac::Context::with_key(&self.salts);
        // Longer than what other salts are made of, so that none is another's.
        context.update(b"seat");
        context.update(lot.as_bytes());
        context.update(account.as_bytes());
        let salt = context.sign().as_ref().try_into().expect("HMAC-SHA256 has 32 bytes");
        (salt, commitment(&salt, account.to_string().as_bytes()))
    }

    fn secret(&self, entry: &Entry, nth: usize, scale: u8, event: &Event) -> Secret {
        let line = line(entry, scale, None, Fact::Secret(event));
        Secret { lot: entry.lot, salt: self.salt(entry.n, nth as u32), line }
    }

    /// Nobody without the key can guess it, and everybody who holds the key finds it again.
    fn salt(&self, n: u64, nth: u32) -> Hash {
        let mut context = hmac::Context::with_key(&self.salts);
        context.update(&n.to_be_bytes());
        context.update(&nth.to_be_bytes());
        context.sign().as_ref().try_into().expect("HMAC-SHA256 has 32 bytes")
    }
}

fn line(entry: &Entry, scale: u8, seq: Option<u64>, fact: Fact) -> Vec<u8> {
    let line = Line { at: entry.at, fact, lot: entry.lot, scale, seq };
    let mut bytes = Vec::with_capacity(256);
    serde_json::to_writer(&mut bytes, &line).expect("facts have no failing part");
    bytes
}

fn leaf(entry: &Entry, scale: u8, seq: Option<u64>, fact: Fact) -> Leaf {
    let mut bytes = line(entry, scale, seq, fact);
    let mut long = None;
    if bytes.len() > LINE_BYTES_MAX {
        let sha256 = base64(&Sha256::digest(&bytes));
        long = Some(std::mem::replace(&mut bytes, line(entry, scale, seq, Fact::Long { sha256 })));
    }
    Leaf { line: bytes, lot: entry.lot, seq, is_kept: false, long }
}

/// Whose act an event is.
fn doer(event: &Event) -> Option<Paddle> {
    match event {
        Event::Bid { paddle, .. } | Event::Offered { paddle, .. } | Event::Cancelled { paddle, .. } => Some(*paddle),
        _ => None,
    }
}

/// What everyone may know of an event: no priority, no list of who takes part, no name on an exchange.
fn public(event: &Event) -> Option<Fact<'_>> {
    Some(match event {
        _ if !event.is_public() => return None,
        Event::Admitted { paddle, .. } => Fact::Admitted { paddle: *paddle, account: None },
        Event::Barred { paddle } => Fact::Barred { paddle: *paddle },
        Event::Readmitted { paddle } => Fact::Readmitted { paddle: *paddle },
        Event::Began { clock, .. } => Fact::Began { clock },
        Event::Bid { paddle, amount, leads, by_proxy, ends_at, paused_until } => Fact::Bid {
            paddle: *paddle,
            amount: *amount,
            leads: *leads,
            by_proxy: *by_proxy,
            ends_at: *ends_at,
            paused_until: *paused_until,
        },
        Event::CeilingReached { clock } => Fact::CeilingReached { clock },
        Event::Offered { paddle, offer, order, ends_at, .. } => {
            let (paddle, offer) = shown(*paddle, offer);
            Fact::Offered { paddle, order: *order, offer, ends_at: *ends_at }
        }
        Event::Cancelled { order, .. } => Fact::Cancelled { order: *order },
        Event::Stood { paddle, price, second } => Fact::Stood { paddle: *paddle, price: *price, second: *second },
        Event::Traded { trades } => Fact::Traded { trades: trades.iter().map(traded).collect() },
        Event::Told(notice) => Fact::Told(notice),
        Event::Done(duty) => Fact::Done(duty),
        Event::Scheduled { opens_at } => Fact::Scheduled { opens_at: *opens_at },
        Event::ReserveOffered { clock, price } => Fact::ReserveOffered { clock, price: *price },
        Event::Suspended { ground, since } => Fact::Suspended { ground, since: *since },
        Event::ResumeSet { resume_at } => Fact::ResumeSet { resume_at: *resume_at },
        Event::ResumeDropped { ground } => Fact::ResumeDropped { ground },
        Event::Resumed { clock } => Fact::Resumed { clock: clock.as_ref() },
        Event::Closed { outcome: Outcome::Ceiling { .. } } => Fact::Closed(Ending::Ceiling),
        Event::Closed { outcome } => Fact::Closed(Ending::Outcome(outcome)),
        Event::ProxySet { .. } | Event::Answered { .. } | Event::ReserveSet { .. } => return None,
    })
}

fn shown(paddle: Paddle, offer: &Offer) -> (Option<Paddle>, Shown<'_>) {
    match offer {
        // The indicators beside a weighted price are between the bidder and the score.
        Offer::Price { amount } | Offer::Marks { amount, .. } => (Some(paddle), Shown::Price { amount: *amount }),
        Offer::Order { side, price, quantity } => {
            (None, Shown::Order { side: *side, price: *price, quantity: *quantity })
        }
        Offer::Cancel { order } => (None, Shown::Cancel { order: *order }),
        Offer::Demand { quantities } => (Some(paddle), Shown::Demand { quantities }),
        Offer::Seed { seed } => (Some(paddle), Shown::Seed { seed }),
    }
}

fn traded(trade: &Trade) -> Match {
    Match { price: trade.price, quantity: trade.quantity, side: trade.side }
}
