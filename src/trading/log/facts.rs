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
/// An entry of a tile is prefixed by its length in 16 bits.
pub const LINE_BYTES_MAX: usize = u16::MAX as usize;

/// A public fact as it is hashed.
pub struct Leaf {
    pub line: Vec<u8>,
    pub lot: Uuid,
    /// The lot's sequence number, for facts that viewers are told.
    pub seq: Option<u64>,
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
    /// `terms`: the commitment to everything frozen, the reserve among it.
    Published {
        direction: Direction,
        start_price: Money,
        terms: String,
    },
    Noted(&'a Note),
    Admitted {
        paddle: Paddle,
    },
    /// By what record is in no fact: it would lead from a paddle to a name.
    Barred {
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
            Act::Note(note) => {
                let scale = self.lots.get(&entry.lot).map_or(0, |told| told.scale);
                leaves.push(leaf(entry, scale, None, Fact::Noted(note)));
                Own { leaf: Some(leaves.len() - 1), secret: None }
            }
            Act::Seat { .. } | Act::Command(_) => self.act(entry, leaves),
        }
    }

    fn publish(&mut self, entry: &Entry, terms: &Terms, leaves: &mut Vec<Leaf>) {
        self.lots.insert(entry.lot, Told { scale: terms.scale, ..Told::default() });
        let frozen = serde_json::to_vec(terms).expect("terms have no failing part");
        let fact = Fact::Published {
            direction: terms.direction,
            start_price: terms.start_price,
            terms: base64(&commitment(&self.salt(entry.n, 0), &frozen)),
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
                    let Some(fact) = public(event) else {
                        let secret = self.secret(entry, nth, told.scale, event);
                        told.kept.push(commitment(&secret.salt, &secret.line));
                        own.secret.get_or_insert(secret);
                        continue;
                    };
                    told.seq += 1;
                    if own.leaf.is_none() && asker.is_some() && asker == doer(event) {
                        own.leaf = Some(leaves.len());
                    }
                    leaves.push(leaf(entry, told.scale, Some(told.seq), fact));
                    if matches!(event, Event::Closed { .. }) {
                        self.close(entry, &mut told, leaves);
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
            leaves.push(leaf(entry, told.scale, None, Fact::Kept { commitments }));
        }
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
    if bytes.len() > LINE_BYTES_MAX {
        let sha256 = base64(&Sha256::digest(&bytes));
        bytes = line(entry, scale, seq, Fact::Long { sha256 });
    }
    Leaf { line: bytes, lot: entry.lot, seq }
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
        Event::Admitted { paddle, .. } => Fact::Admitted { paddle: *paddle },
        Event::Barred { paddle } => Fact::Barred { paddle: *paddle },
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
