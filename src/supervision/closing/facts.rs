//! What a closed lot leaves behind: one final offer of each bidder.

use crate::trading::replica::Replica;
use crate::trading::wire::PhaseKind;
use matching::methods::Room;
use matching::{Direction, Method, Moment, Money, Outcome, Paddle, Phase, Stage, Terms};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

#[derive(Debug, PartialEq)]
pub struct Closed {
    pub lot: Uuid,
    /// The entry that closed it.
    pub n: u64,
    pub at: Moment,
    /// How it was sold: the last method of its profile, or `ladder`.
    pub method: &'static str,
    /// The highest price wins.
    pub rising: bool,
    pub scale: u8,
    /// By paddle.
    pub offers: Vec<FinalOffer>,
    /// How many took part: who made a final offer; on an exchange, who bought or sold; in a draw, who wrote into it; of
    /// growing offers (加权), how many there were.
    pub parties: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FinalOffer {
    pub paddle: Paddle,
    pub account: Uuid,
    pub price: Money,
    pub won: bool,
}

impl Closed {
    /// `n`: the entry the copy has just taken in; `traders`: how many had bought or sold by then. Nothing of a lot that goes on, or was called off: what a lot
    /// called off was offered may lie unopened.
    pub fn of(lot: Uuid, replica: &Replica, n: u64, traders: usize) -> Option<Closed> {
        let book = &replica.book;
        let Stage::Closed(outcome) = book.stage() else { return None };
        let won = |paddle: Paddle| match outcome {
            Outcome::Sold { paddle: winner, .. } => *winner == paddle,
            Outcome::Allotted { awards, .. } => awards.iter().any(|award| award.paddle == paddle),
            _ => false,
        };
        if matches!(outcome, Outcome::Terminated { .. }) {
            return None;
        }
        let accounts: BTreeMap<Paddle, Uuid> = replica.holders().into_iter().collect();
        let offers: Vec<FinalOffer> = prices(replica, accounts.keys().copied())
            .into_iter()
            .filter_map(|(paddle, price)| {
                Some(FinalOffer { paddle, account: *accounts.get(&paddle)?, price, won: won(paddle) })
            })
            .collect();
        Some(Closed {
            lot,
            n,
            at: replica.closed_at()?,
            method: method(book.terms()),
            rising: book.terms().direction == Direction::Ascending,
            scale: replica.scale(),
            parties: offers.len().max(traders).max(others(book.room())),
            offers,
        })
    }

    /// As figures for statistics; money itself stays whole numbers.
    pub fn prices(&self) -> Vec<f64> {
        let unit = 10_f64.powi(self.scale.into());
        self.offers.iter().map(|offer| offer.price.minor() as f64 / unit).collect()
    }
}

/// The last thing each bidder offered, by paddle; where offers were sealed, what was opened.
fn prices(replica: &Replica, seats: impl Iterator<Item = Paddle>) -> BTreeMap<Paddle, Money> {
    let book = &replica.book;
    match book.room() {
        Room::Rounds(room) => room.standing.iter().map(|own| (own.paddle, own.amount)).collect(),
        Room::Scored(room) => room.offers.iter().copied().collect(),
        // Many prices of many products, or none: no offers for one lot.
        Room::Exchange(_) | Room::Rising(_) | Room::Lottery(_) | Room::Weighted(_) => BTreeMap::new(),
        Room::Ladder | Room::Sealed(_) | Room::Dutch(_) | Room::Area(_) | Room::Call(_) => {
            seats.filter_map(|paddle| Some((paddle, book.seat(paddle)?.last?))).collect()
        }
    }
}

/// How many took part where there are no offers for one lot: who wrote into the draw, or wanted some of it.
fn others(room: &Room) -> usize {
    match room {
        Room::Lottery(room) => room.texts.len(),
        Room::Rising(room) => {
            let wanted = room.demands.iter().chain(&room.demands_before);
            wanted.map(|wanted| wanted.paddle).collect::<BTreeSet<_>>().len()
        }
        Room::Weighted(room) => usize::try_from(room.offers).unwrap_or(usize::MAX),
        _ => 0,
    }
}

/// Which way of selling decides; open bidding in all its forms is one.
pub fn method(terms: &Terms) -> &'static str {
    let last = terms.phases.iter().rev().find_map(|phase| match phase {
        Phase::Method(method) => Some(method),
        _ => None,
    });
    let kind = match last {
        None => return "ladder",
        Some(Method::Sealed(_)) => PhaseKind::Sealed,
        Some(Method::Dutch(_)) => PhaseKind::Dutch,
        Some(Method::Rounds(_)) => PhaseKind::Rounds,
        Some(Method::Lottery(_)) => PhaseKind::Lottery,
        Some(Method::Area(_)) => PhaseKind::Area,
        Some(Method::Weighted(_)) => PhaseKind::Weighted,
        Some(Method::Scored(_)) => PhaseKind::Scored,
        Some(Method::Call(_)) => PhaseKind::Call,
        Some(Method::Rising(_)) => PhaseKind::Rising,
        Some(Method::Exchange(_)) => PhaseKind::Exchange,
    };
    kind.name()
}
