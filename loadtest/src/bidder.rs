//! One bidder of a crowd: offers, hears the decision, offers again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::pending;
use rust_decimal::Decimal;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::clock;
use crate::fault::Fault;
use crate::house::Lot;
use crate::ledger::{Ledger, Line};
use crate::socket::{self, NOT_NOW_WAIT, Socket};
use crate::tally::Tally;
use crate::wire::{self, Answer, IN_FLIGHT_MAX, Outcome, Wish};

/// Replies still under way when the time is over get this long before they count as lost.
const DRAIN_MAX: Duration = Duration::from_secs(5);

/// One wish in so many is a proxy where the lot takes them: often enough that most kills find some
/// standing, seldom enough that most bids are by hand.
const PROXY_EVERY: u64 = 16;

pub struct Bidder {
    pub socket: Socket,
    pub lot: Arc<Lot>,
    pub paddle: u32,
    wishes: u64,
    /// One turned away waits a little before the next bid; nobody hammers at a full door.
    rests_until: Instant,
}

/// When a bidder makes the next bid.
pub enum Pace {
    /// As soon as fewer than this many are unanswered.
    Window(usize),
    /// At each moment of a schedule, if the server's bound on unanswered bids allows.
    Schedule(mpsc::Receiver<Instant>),
}

struct Asked {
    key: Uuid,
    due: Instant,
}

impl Bidder {
    pub fn new(socket: Socket, lot: Arc<Lot>, paddle: u32) -> Bidder {
        Bidder { socket, lot, paddle, wishes: 0, rests_until: clock::now() }
    }

    /// Bids until the tally's end, then waits for what is unanswered.
    pub async fn run(&mut self, mut pace: Pace, tally: &Tally, ledger: Option<&Ledger>) -> Result<(), Fault> {
        let mut asked: Vec<Asked> = Vec::with_capacity(IN_FLIGHT_MAX);
        let drained = tokio::time::sleep_until((tally.until + DRAIN_MAX).into());
        tokio::pin!(drained);
        let mut more = true;
        let ended = loop {
            if !more && asked.is_empty() {
                break Ok(());
            }
            tokio::select! {
                // Due first saves a read that would find nothing; the window keeps it fair.
                biased;
                due = pace.next(tally.until, asked.len(), self.rests_until), if more => match due {
                    Some(due) => match self.offer(due, tally, ledger).await {
                        Ok(sent) => asked.push(sent),
                        Err(fault) => break Err(fault),
                    },
                    None => more = false,
                },
                text = self.socket.next() => {
                    let heard = text.and_then(|text| self.hear(&text, &mut asked, tally, ledger));
                    if let Err(fault) = heard {
                        break Err(fault);
                    }
                }
                () = &mut drained => break Ok(()),
            }
        };
        tally.with(|counts| {
            counts.unanswered += asked.len() as u64;
            counts.unsent += pace.left();
        });
        ended
    }

    async fn offer(&mut self, due: Instant, tally: &Tally, ledger: Option<&Ledger>) -> Result<Asked, Fault> {
        self.socket.keep_rights().await?;
        let key = Uuid::new_v4();
        let (wish, amount) = self.next_wish();
        if let Some(ledger) = ledger {
            let lot = self.lot.id.as_str().into();
            ledger.write(&Line::Ask { wish, lot, paddle: self.paddle, key, amount });
        }
        self.socket.send(wire::ask(wish, &self.lot.id, key, amount)).await?;
        tally.sent(due, clock::now());
        Ok(Asked { key, due })
    }

    fn next_wish(&mut self) -> (Wish, Decimal) {
        self.wishes += 1;
        if self.lot.takes_proxies() && self.wishes.is_multiple_of(PROXY_EVERY) {
            (Wish::Proxy, self.lot.claim_maximum())
        } else {
            (Wish::Bid, self.lot.claim())
        }
    }

    fn hear(
        &mut self,
        text: &str,
        asked: &mut Vec<Asked>,
        tally: &Tally,
        ledger: Option<&Ledger>,
    ) -> Result<(), Fault> {
        let frame = socket::parse(text)?;
        if let Some(code) = frame.complaint() {
            return Err(socket::refused("socket", code));
        }
        let Some((key, answer)) = frame.answer() else { return Ok(()) };
        let Some(place) = asked.iter().position(|asked| asked.key == key) else {
            let why = format!("a reply to {key}, which is not outstanding");
            return Err(Fault::Strange { what: "socket".into(), why });
        };
        let Asked { due, .. } = asked.swap_remove(place);
        let now = clock::now();
        tally.answered(due, now, &answer);
        match &answer {
            Answer::Decided(Outcome::Accepted { seq }) => self.lot.learn_seq(*seq),
            Answer::Decided(Outcome::Refused { .. }) => {}
            Answer::Undecided { .. } => self.rests_until = now + NOT_NOW_WAIT,
        }
        if let Some(minimum) = frame.minimum {
            self.lot.learn_minimum(minimum);
        }
        if let Some(ledger) = ledger {
            ledger.write(&Line::Reply { key, answer });
        }
        Ok(())
    }
}

impl Pace {
    /// The due moment of the next bid; none when the time is over. A schedule knows no rest: what
    /// it asks of the server is fixed.
    async fn next(&mut self, until: Instant, unanswered: usize, rests_until: Instant) -> Option<Instant> {
        match self {
            Pace::Window(size) if unanswered >= *size => pending().await,
            Pace::Window(_) => {
                if clock::now() < rests_until {
                    tokio::time::sleep_until(rests_until.into()).await;
                }
                Some(clock::now()).filter(|now| *now < until)
            }
            Pace::Schedule(_) if unanswered >= IN_FLIGHT_MAX => pending().await,
            Pace::Schedule(queue) => queue.recv().await,
        }
    }

    fn left(&self) -> u64 {
        match self {
            Pace::Window(_) => 0,
            Pace::Schedule(queue) => queue.len() as u64,
        }
    }
}
