//! Who is told what: every fact goes to the rules it concerns, once and in order.

use crate::alert::Alert;
use crate::bounds::LOTS_MAX;
use crate::facts::{Facts, What};
use crate::keys::Table;
use crate::lot::{Lot, Now, Who};
use crate::memory::Memory;
use crate::rules::blind::Beyond;
use crate::rules::{
    alternating, blind, cover, leaving, money, premium, prices, related, review, shill, speed, step, tempo, traces,
};
use std::collections::VecDeque;
use std::hint::black_box;
use uuid::Uuid;

/// Lots whose memory is fetched at once: about as many lines as a processor has under way.
pub const TOGETHER: usize = 16;

/// What the rules know; made of the facts alone, so that a restart from the first knows the same.
#[derive(Default)]
pub struct Watch {
    lots: Table<Uuid, Box<Lot>>,
    /// Live lots as they were published, closed ones among them until they are swept.
    order: VecDeque<Uuid>,
    memory: Memory,
}

impl Watch {
    /// Looks at one fact and adds the alerts it raises.
    pub fn look(&mut self, facts: &Facts, into: &mut Vec<Alert>) {
        let now = &mut Now { n: facts.n, at: facts.at_ms, into };
        match &facts.what {
            What::Published(terms) => {
                let mut lot = Box::new(Lot::new(facts.lot, terms.clone(), facts.n, facts.at_ms));
                review::period(&mut lot, now);
                self.keep(lot, now);
            }
            What::Related { a, b, link, .. } => {
                self.memory.link(*a, *b, *link);
                for seat in self.memory.seats(a) {
                    if let Some(lot) = self.lots.get_mut(seat) {
                        // The link is no lot's: what it makes a lot say stands at the lot's own last entry.
                        let here = &mut Now { n: lot.last_n, at: now.at, into: &mut *now.into };
                        related::linked(lot, here, *a, *b, *link);
                    }
                }
            }
            What::Unlinked { account } => self.memory.unlink(account),
            What::Annulled => {
                self.memory.winners.entry(facts.lot).is_annulled = true;
            }
            What::GaveUp { paddle } => review::gave_up(now, &self.memory, facts.lot, *paddle),
            What::Closed { winner, .. } => {
                let lot = self.lots.remove(&facts.lot);
                review::result(now, &mut self.memory, facts.lot, lot.as_deref(), &facts.what);
                if let Some(mut lot) = lot {
                    prices::compare(&mut lot, now, &mut self.memory);
                    cover::closed(&mut lot, now, &mut self.memory, *winner);
                    money::closed(&mut lot, now, &facts.what);
                    premium::closed(&mut lot, now, &facts.what);
                    blind::closed(&mut lot, now);
                    if let Some(winner) = winner {
                        step::closed(&lot, &mut self.memory, *winner);
                        shill::closed(&lot, &mut self.memory, *winner);
                    }
                    self.forget(&lot);
                }
            }
            what => {
                let Some(lot) = self.lots.get_mut(&facts.lot) else { return };
                if !matches!(what, What::Opened { .. }) {
                    prices::compare(lot, now, &mut self.memory);
                }
                live(lot, now, &mut self.memory, what);
            }
        }
    }

    /// Fetches from memory what the next looks will read, as `(lot, paddle)`: a look by itself waits for one line after
    /// another, while the lines of several lots come at once. Changes nothing and need not be called; no gain for one
    /// alone. Of more than [`TOGETHER`] the rest is left.
    pub fn fetch(&self, next: impl Iterator<Item = (Uuid, u32)>) {
        let mut known: [Option<(&Lot, u32)>; TOGETHER] = [None; TOGETHER];
        for (place, (lot, paddle)) in known.iter_mut().zip(next) {
            *place = self.lots.get(&lot).map(|lot| (&**lot, paddle));
        }
        // Whose place among the bidders is found only with the lot's own lines: a round for each.
        let lots = known.iter().flatten().map(|(lot, _)| lot.touch());
        let lots = lots.fold(0, u64::wrapping_add);
        let bidders = known.iter().flatten().map(|(lot, paddle)| lot.touch_bidder(*paddle));
        black_box(bidders.fold(lots, u64::wrapping_add));
    }

    /// Live lots.
    pub fn lots(&self) -> usize {
        self.lots.len()
    }

    fn keep(&mut self, lot: Box<Lot>, now: &mut Now) {
        while self.lots.len() >= LOTS_MAX {
            let Some(first) = self.order.pop_front() else { break };
            if let Some(mut lot) = self.lots.remove(&first) {
                let there = &mut Now { n: lot.last_n, at: now.at, into: &mut *now.into };
                blind::beyond(&mut lot, there, Beyond::Lots);
                self.forget(&lot);
            }
        }
        if self.order.len() >= 2 * LOTS_MAX {
            self.order.retain(|lot| self.lots.contains_key(lot));
        }
        self.order.push_back(lot.id);
        self.lots.insert(lot.id, lot);
    }

    fn forget(&mut self, lot: &Lot) {
        for bidder in lot.bidders.iter() {
            self.memory.stand(&bidder.account, &lot.id);
        }
    }
}

/// A fact of a live lot.
fn live(lot: &mut Lot, now: &mut Now, memory: &mut Memory, what: &What) {
    lot.last_n = now.n;
    if let Some(paddle) = what.paddle() {
        return match lot.who(paddle, now.n) {
            Some(who) => of_a_paddle(lot, now, memory, who, what),
            None => blind::beyond(lot, now, Beyond::Paddles),
        };
    }
    match what {
        What::Left { application } => leaving::left(lot, now, *application),
        What::EndsAt(end) => {
            if lot.ends_at.replace(*end).is_some_and(|before| before < *end) {
                lot.tempo.end_moved(now.at);
            }
            review::period(lot, now);
        }
        What::SealedRead { by_staff: true, granted, audit } => review::read(lot, now, *granted, *audit),
        What::Unanswered { paddle } => blind::unanswered(lot, now, *paddle),
        What::Relisted { of } => lot.kept.review.follows = Some(*of),
        What::Period { min_ms, notice } => {
            lot.kept.review.notice = *notice;
            lot.terms.period_min_ms = Some(*min_ms);
            review::period(lot, now);
        }
        What::Began => {
            review::began(lot, now);
            lot.tempo.begin(now.at);
        }
        What::Crowded => blind::beyond(lot, now, Beyond::Seats),
        _ => {}
    }
}

fn of_a_paddle(lot: &mut Lot, now: &mut Now, memory: &mut Memory, who: Who, what: &What) {
    match what {
        What::Bid { amount_minor, leads, by_proxy, device, network, .. } => {
            let beaten_at = lot.beaten_at(who);
            let seen = lot.take(now.n, now.at, who, *amount_minor, *leads, *by_proxy);
            traces::look(lot, now, who, *device, *network);
            premium::look(lot, now, &seen);
            alternating::look(lot, now, &seen);
            speed::look(lot, now, &seen, beaten_at);
            tempo::look(lot, now, &seen);
            step::look(lot, now, memory, &seen);
            shill::look(lot, now, memory, &seen);
        }
        What::Offered { device, network, .. } | What::Refused { device, network, .. } => {
            lot.of_mut(who).offered |= matches!(what, What::Offered { .. });
            traces::look(lot, now, who, *device, *network);
        }
        What::Seated { account, .. } => {
            lot.of_mut(who).account = *account;
            if !memory.sit(*account, lot.id) {
                blind::beyond(lot, now, Beyond::LotsOfOne);
            }
            related::seated(lot, now, memory, who);
        }
        What::Deposit { payer, branch, paid_at_ms, credit, counted, .. } => {
            let credit = money::Credit { payer: *payer, branch: *branch, at: *paid_at_ms, number: *credit };
            money::paid(lot, now, who, credit, *counted);
        }
        What::Opened { amount_minor, .. } => prices::opened(lot, now, who, *amount_minor),
        What::Withdrawn { .. } => leaving::withdrawn(lot, now, who),
        What::Rejected { .. } => review::rejected(lot, now, who),
        _ => {}
    }
}
