//! What an entry of the journal tells the watch. Pure but for the key of the marks: the same entries, in order,
//! give the same facts.

use crate::trading::journal::{Act, Entry};
use crate::trading::marks::Marks;
use ::watch::bounds::SEATS_MAX;
use ::watch::{Facts, Terms, What};
use matching::{Command, Direction, Event, Moment, Money, Notice, Offer, Outcome, Paddle};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// What stands in the tables about a lot when it is published, and is frozen with it.
#[derive(Clone, Debug, Default)]
pub struct Background {
    pub grantor: String,
    pub center: Uuid,
    /// What is sold, and where: the market a model may have been taught.
    pub kind: String,
    pub center_code: String,
}

/// A fact that is not in the journal, and where it stands in the record.
pub struct Told {
    /// The lot that made one ask, or that it is about.
    pub lot: Uuid,
    /// After this entry, before the next.
    pub place: u64,
    /// Its own number is the lot's entry it stands at.
    pub fact: Facts,
}

/// What the tables are asked once an entry is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// What law asks of its notice, and whose place it takes.
    Published { lot: Uuid, at: Moment },
    /// Who paid for a newcomer, and how he hangs together with those already here.
    Seated { lot: Uuid, paddle: u32, account: Uuid, before: Vec<Uuid> },
    /// Who was turned away before the lot opened.
    Opened { lot: Uuid },
}

impl Question {
    /// The fact that it was asked and got no answer.
    pub fn unanswered(&self) -> What {
        match self {
            Question::Seated { paddle, .. } => What::Unanswered { paddle: Some(*paddle) },
            Question::Published { .. } | Question::Opened { .. } => What::Unanswered { paddle: None },
        }
    }
}

/// What is remembered of a live lot between its entries.
#[derive(Default)]
struct Known {
    last_n: u64,
    reserve: Option<Money>,
    ends_at: Option<i64>,
    began: bool,
    hides: bool,
    seats: Vec<Uuid>,
}

/// Reads entries one after another.
pub struct Reading {
    marks: Arc<Marks>,
    lots: HashMap<Uuid, Known>,
}

impl Reading {
    pub fn new(marks: Arc<Marks>) -> Reading {
        Reading { marks, lots: HashMap::new() }
    }

    /// Begins to read a lot after its publication.
    pub fn join(&mut self, lot: Uuid) {
        self.lots.insert(lot, Known::default());
    }

    /// The last entry of a live lot.
    pub fn last_n(&self, lot: Uuid) -> Option<u64> {
        self.lots.get(&lot).map(|known| known.last_n)
    }

    /// Live lots an account sits in, in a fixed order, each with its last entry and everybody who sits there.
    pub fn sits(&self, account: Uuid) -> Vec<(Uuid, u64, &[Uuid])> {
        let here = self.lots.iter().filter(|(_, known)| known.seats.contains(&account));
        let mut found: Vec<_> = here.map(|(lot, known)| (*lot, known.last_n, &known.seats[..])).collect();
        found.sort_unstable();
        found
    }

    /// The facts of an entry, in order, and what it makes one ask. `background`: of a lot just published.
    pub fn read(&mut self, entry: &Entry, background: &Background) -> (Vec<Facts>, Vec<Question>) {
        let mut told = Vec::new();
        let mut questions = Vec::new();
        if let Act::Publish(terms) = &entry.act {
            let hides = terms.hides_offers();
            self.lots.insert(entry.lot, Known { reserve: terms.reserve, hides, ..Known::default() });
            told.push(What::Published(Terms {
                rising: terms.direction == Direction::Ascending,
                start_minor: terms.start_price.minor(),
                step_minor: terms.step.at(terms.start_price).minor(),
                reserve_known: terms.reserve == Some(terms.start_price),
                grantor: (!background.grantor.is_empty()).then(|| self.marks.number("grantor", &background.grantor)),
                center: background.center,
                ends_at_ms: None,
                sealed: hides,
                period_min_ms: None,
                stamp_ms: 1,
            }));
            questions.push(Question::Published { lot: entry.lot, at: entry.at });
        }
        if let Some(known) = self.lots.get_mut(&entry.lot) {
            known.last_n = entry.n;
            let origin = Origin::of(entry, &self.marks);
            match &entry.result {
                Err(_) => origin.refused(&mut told),
                Ok(events) => {
                    for event in events {
                        known.hear(event, events, &origin, &mut told);
                        known.ask(entry, event, &mut told, &mut questions);
                    }
                    if events.iter().any(|event| matches!(event, Event::Closed { .. })) {
                        self.lots.remove(&entry.lot);
                    }
                }
            }
        }
        let facts = |what| Facts { lot: entry.lot, n: entry.n, at_ms: entry.at.0, what };
        (told.into_iter().map(facts).collect(), questions)
    }
}

/// Who asked, and where from: a bid that another's maximum makes in answer comes from nowhere.
struct Origin {
    paddle: Option<Paddle>,
    device: Option<u64>,
    network: Option<u64>,
}

impl Origin {
    fn of(entry: &Entry, marks: &Marks) -> Origin {
        let asks = entry.command().and_then(Command::signature).map(|(paddle, _)| paddle);
        let number = |kind, text: &Option<Arc<str>>| text.as_ref().map(|text| marks.number(kind, text));
        Origin {
            paddle: asks.filter(|paddle| *paddle != Paddle(0)),
            device: number("device", &entry.device),
            network: number("network", &entry.network),
        }
    }

    fn seen(&self, paddle: Paddle) -> (Option<u64>, Option<u64>) {
        if self.paddle == Some(paddle) { (self.device, self.network) } else { (None, None) }
    }

    fn refused(&self, told: &mut Vec<What>) {
        if let Some(paddle) = self.paddle {
            let (device, network) = self.seen(paddle);
            told.push(What::Refused { paddle: paddle.0, device, network });
        }
    }

    /// An offer whose amount the watch does not look at.
    fn offered(&self, paddle: Paddle, told: &mut Vec<What>) {
        let (device, network) = self.seen(paddle);
        told.push(What::Offered { paddle: paddle.0, device, network });
    }
}

impl Known {
    fn hear(&mut self, event: &Event, all: &[Event], origin: &Origin, told: &mut Vec<What>) {
        match event {
            Event::Bid { paddle, amount, leads, by_proxy, ends_at, .. } => {
                let (device, network) = origin.seen(*paddle);
                // What one's own maximum bids the moment it is set is one's own act; only an answer is by proxy.
                let by_proxy = *by_proxy && origin.paddle != Some(*paddle);
                let (paddle, amount_minor) = (paddle.0, amount.minor());
                told.push(What::Bid { paddle, amount_minor, leads: *leads, by_proxy, device, network });
                self.ends(ends_at.0, told);
            }
            // A maximum that does not bid at once is seen where it came from, not for how much.
            Event::ProxySet { paddle, .. } if !all.iter().any(|event| bids(event, *paddle)) => {
                origin.offered(*paddle, told);
            }
            Event::Offered { paddle, offer, secret, .. } => match (offer, secret) {
                (Offer::Cancel { .. }, _) => {}
                (Offer::Price { amount }, false) if all.iter().any(|event| stands(event, *paddle, *amount)) => {
                    let (device, network) = origin.seen(*paddle);
                    let (paddle, amount_minor) = (paddle.0, amount.minor());
                    told.push(What::Bid { paddle, amount_minor, leads: true, by_proxy: false, device, network });
                }
                _ => origin.offered(*paddle, told),
            },
            // An exchange's orders come and go; a sealed offer taken back is a withdrawal.
            Event::Cancelled { paddle, .. } if self.hides => told.push(What::Withdrawn { paddle: paddle.0 }),
            Event::Told(Notice::Opened { offers, .. }) => {
                told.extend(offers.iter().map(|o| What::Opened { paddle: o.paddle.0, amount_minor: o.price.minor() }));
            }
            Event::Began { clock, .. } | Event::CeilingReached { clock } | Event::ReserveOffered { clock, .. } => {
                if matches!(event, Event::Began { .. }) {
                    told.push(What::Began);
                }
                self.ends(clock.ends_at.0, told);
            }
            Event::ReserveSet { amount } => self.reserve = Some(*amount),
            Event::Suspended { .. } => told.push(What::Suspended),
            Event::Resumed { clock } => {
                told.push(What::Resumed);
                if let Some(clock) = clock {
                    self.ends(clock.ends_at.0, told);
                }
            }
            Event::Closed { outcome } => told.push(self.closed(outcome)),
            _ => {}
        }
    }

    fn ends(&mut self, at: i64, told: &mut Vec<What>) {
        if self.ends_at.replace(at) != Some(at) {
            told.push(What::EndsAt(at));
        }
    }

    fn closed(&self, outcome: &Outcome) -> What {
        let (winner, price_minor) = match outcome {
            Outcome::Sold { paddle, price, .. } => (Some(paddle.0), Some(price.minor())),
            _ => (None, None),
        };
        // A sale called off compares nothing with its reserve.
        let called_off = matches!(outcome, Outcome::Terminated { .. });
        What::Closed { winner, price_minor, reserve_minor: self.reserve.filter(|_| !called_off).map(Money::minor) }
    }

    fn ask(&mut self, entry: &Entry, event: &Event, told: &mut Vec<What>, questions: &mut Vec<Question>) {
        let lot = entry.lot;
        match (&entry.act, event) {
            (Act::Seat { account, .. }, Event::Admitted { paddle, .. }) => {
                told.push(What::Seated { paddle: paddle.0, account: *account });
                questions.push(Question::Seated {
                    lot,
                    paddle: paddle.0,
                    account: *account,
                    before: self.seats.clone(),
                });
                match self.seats.len() < SEATS_MAX {
                    true => self.seats.push(*account),
                    false => told.push(What::Crowded),
                }
            }
            (_, Event::Began { .. }) if !self.began => {
                self.began = true;
                questions.push(Question::Opened { lot });
            }
            _ => {}
        }
    }
}

fn bids(event: &Event, who: Paddle) -> bool {
    matches!(event, Event::Bid { paddle, .. } if *paddle == who)
}

fn stands(event: &Event, who: Paddle, at: Money) -> bool {
    matches!(event, Event::Stood { paddle, price, second: None } if *paddle == who && *price == at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trading::sketch::{DAY, MINUTE, ascending, yuan};

    #[test]
    fn what_ones_own_maximum_bids_at_once_is_by_hand_and_the_answer_to_it_by_proxy() {
        let mut reading = Reading::new(Arc::new(Marks::with_key(b"a key")));
        let lot = Uuid::from_u128(1);
        let entry = |n, act, result| Entry {
            n,
            at: Moment(0),
            lot,
            actor: None,
            device: None,
            network: None,
            leaves: 0,
            act,
            result: Ok(result),
        };
        let publish = Act::Publish(Box::new(ascending(yuan(1_000), yuan(100), DAY, MINUTE)));
        reading.read(&entry(0, publish, Vec::new()), &Background::default());
        let bid = |paddle, amount| Event::Bid {
            paddle: Paddle(paddle),
            amount: yuan(amount),
            leads: true,
            by_proxy: true,
            ends_at: Moment(DAY),
            paused_until: None,
        };
        let raise = Act::Command(Command::Proxy { paddle: Paddle(1), key: Uuid::nil(), max: yuan(1_100) });
        let (told, _) = reading.read(&entry(1, raise, vec![bid(1, 1_100), bid(2, 1_200)]), &Background::default());
        let by_proxy: Vec<(u32, bool)> = told
            .iter()
            .filter_map(|fact| match fact.what {
                What::Bid { paddle, by_proxy, .. } => Some((paddle, by_proxy)),
                _ => None,
            })
            .collect();
        assert_eq!(by_proxy, [(1, false), (2, true)]);
    }
}
