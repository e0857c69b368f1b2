//! 交易大厅: one thread owns every book of its partition. It takes what is waiting, decides it,
//! makes it durable with one sync, and only then tells anybody.

use crate::clock;
use crate::trading::journal::{Act, Batch, Committed, Entry, Journal};
use matching::{Book, Command, Event, Moment, Money, Outcome, Paddle, Refusal, Stage, Terms};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Asks waiting for the floor: at 200,000 a second, 40 ms of work. Beyond it a caller is told
/// "busy" at once.
const INBOX_MAX: usize = 8_192;
/// Asks decided under one sync: more would make the first wait for the last.
const BATCH_MAX: usize = 1_024;
/// The floor wakes this often with nothing to do, to notice a clock set forward.
const IDLE: Duration = Duration::from_millis(500);

/// What somebody wants of a lot.
#[derive(Clone, Debug)]
pub enum Intent {
    Publish(Box<Terms>),
    Seat { account: Uuid, paddle: Paddle, priority: Option<u8> },
    Bid { key: Uuid, amount: Money, expect: Option<Money> },
    Proxy { key: Uuid, max: Money },
    Answer { key: Uuid, yes: bool },
    Staff(Command),
}

pub struct Ask {
    pub lot: Uuid,
    pub actor: Option<Uuid>,
    pub device: Option<Arc<str>>,
    pub intent: Intent,
    pub reply: mpsc::Sender<Reply>,
}

/// What the asker is told, once it is on disk.
#[derive(Debug, Clone)]
pub struct Reply {
    pub lot: Uuid,
    pub key: Option<Uuid>,
    pub at: Moment,
    /// The journal entry; none when an earlier reply is repeated.
    pub n: Option<u64>,
    pub answer: Answer,
}

#[derive(Debug, Clone)]
pub enum Answer {
    Done {
        seq: u64,
        price: Option<Money>,
        leader: Option<Paddle>,
        proxy_max: Option<Money>,
    },
    Refused {
        refusal: Refusal,
        leader: Option<Paddle>,
    },
    UnknownLot,
    /// The lot is on the floor already.
    Published,
}

/// The floor's inbox.
#[derive(Clone)]
pub struct Door {
    inbox: SyncSender<Ask>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Busy;

impl Door {
    /// Puts an ask into the inbox, or says busy at once.
    pub fn ask(&self, ask: Ask) -> Result<(), Busy> {
        self.inbox.try_send(ask).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Busy,
        })
    }

    /// Asks and waits for the durable answer.
    pub async fn call(&self, lot: Uuid, actor: Option<Uuid>, intent: Intent) -> Result<Reply, Busy> {
        let (reply, mut answer) = mpsc::channel(1);
        self.ask(Ask { lot, actor, device: None, intent, reply })?;
        answer.recv().await.ok_or(Busy)
    }
}

/// A lot on the floor.
pub struct Lot {
    pub book: Book,
    /// Which account holds which paddle. Nobody outside reads it before the close.
    pub seats: HashMap<Uuid, Paddle>,
}

/// Every lot of the partition, as the journal tells it.
#[derive(Default)]
pub struct Lots {
    pub by_id: HashMap<Uuid, Lot>,
    deadlines: BTreeSet<(Moment, Uuid)>,
    pub last_at: Option<Moment>,
}

impl Lots {
    /// Takes in an entry: the only way a book ever changes, live and in replay.
    pub fn apply(&mut self, entry: &Entry) {
        self.last_at = Some(entry.at);
        if let Act::Publish(terms) = &entry.act {
            let lot = Lot { book: Book::new(terms.as_ref().clone()), seats: HashMap::new() };
            self.by_id.insert(entry.lot, lot);
        }
        let Some(lot) = self.by_id.get_mut(&entry.lot) else { return };
        let before = lot.book.next_deadline();
        if let Some(command) = entry.command() {
            lot.book.apply(entry.at, command, &entry.result);
        }
        if let (Act::Seat { account, command: Command::Admit { paddle, .. } }, Ok(_)) = (&entry.act, &entry.result) {
            lot.seats.insert(*account, *paddle);
        }
        let after = lot.book.next_deadline();
        if let Some(at) = before {
            self.deadlines.remove(&(at, entry.lot));
        }
        if let Some(at) = after {
            self.deadlines.insert((at, entry.lot));
        }
    }

    fn next_due(&self, now: Moment) -> Option<Uuid> {
        self.deadlines.first().filter(|(at, _)| *at <= now).map(|(_, lot)| *lot)
    }
}

pub struct Floor {
    inbox: Receiver<Ask>,
    journal: Journal,
    lots: Lots,
    committed: Arc<Committed>,
    /// Decided, not yet durable.
    entries: Vec<Entry>,
    replies: Vec<(mpsc::Sender<Reply>, Reply)>,
}

/// A door, and the floor behind it, ready to [`Floor::run`] on a thread of its own.
pub fn floor(journal: Journal, lots: Lots, committed: Arc<Committed>) -> (Door, Floor) {
    let (sender, inbox) = sync_channel(INBOX_MAX);
    let floor = Floor { inbox, journal, lots, committed, entries: Vec::new(), replies: Vec::new() };
    (Door { inbox: sender }, floor)
}

impl Floor {
    /// Runs until every door is gone.
    pub fn run(mut self) {
        self.suspend_missed();
        self.commit();
        loop {
            let first = match self.inbox.recv_timeout(self.patience()) {
                Ok(ask) => Some(ask),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let now = self.now();
            self.pass_deadlines(now);
            if let Some(ask) = first {
                self.take(now, ask);
                while self.entries.len() < BATCH_MAX && self.replies.len() < BATCH_MAX {
                    let Ok(ask) = self.inbox.try_recv() else { break };
                    self.take(now, ask);
                }
            }
            self.commit();
        }
    }

    /// Server time, never behind the record.
    fn now(&self) -> Moment {
        let now = clock::now();
        self.lots.last_at.map_or(now, |last| now.max(last))
    }

    fn patience(&self) -> Duration {
        let Some((deadline, _)) = self.lots.deadlines.first() else { return IDLE };
        let ms = deadline.since(self.now()).max(0);
        Duration::from_millis(ms as u64).min(IDLE)
    }

    /// Deadlines that passed while the server was down found nobody able to bid: such lots are
    /// suspended for a person to resume, not closed (2.5: system fault).
    fn suspend_missed(&mut self) {
        let now = self.now();
        let missed: Vec<Uuid> = self
            .lots
            .deadlines
            .iter()
            .take_while(|(at, _)| *at <= now)
            .map(|(_, lot)| *lot)
            .filter(|lot| matches!(self.lots.by_id[lot].book.stage(), Stage::Running(_)))
            .collect();
        for lot in missed {
            let ground = "系统故障期间到期 / fell due while the system was down".to_string();
            self.record(now, lot, None, None, Act::Command(Command::Suspend { ground }));
        }
    }

    fn pass_deadlines(&mut self, now: Moment) {
        while self.entries.len() < BATCH_MAX {
            let Some(lot) = self.lots.next_due(now) else { return };
            self.record(now, lot, None, None, Act::Command(Command::Tick));
        }
    }

    fn take(&mut self, now: Moment, ask: Ask) {
        let Ask { lot: id, actor, device, intent, reply } = ask;
        let key = match &intent {
            Intent::Bid { key, .. } | Intent::Proxy { key, .. } | Intent::Answer { key, .. } => Some(*key),
            _ => None,
        };
        let tell = |n, answer| (reply.clone(), Reply { lot: id, key, at: now, n, answer });
        if let Intent::Publish(terms) = intent {
            if self.lots.by_id.contains_key(&id) {
                self.replies.push(tell(None, Answer::Published));
                return;
            }
            let n = self.record(now, id, actor, device, Act::Publish(terms));
            let answer = self.answer(n, id);
            self.replies.push(tell(Some(n), answer));
            return;
        }
        let Some(lot) = self.lots.by_id.get(&id) else {
            self.replies.push(tell(None, Answer::UnknownLot));
            return;
        };
        // Paddle 0 is nobody's: the book refuses it, and the refusal is on record.
        let paddle = actor.and_then(|account| lot.seats.get(&account)).copied().unwrap_or(Paddle(0));
        let act = match intent {
            Intent::Publish(_) => unreachable!("answered above"),
            Intent::Seat { account, paddle, priority } => {
                let paddle = lot.seats.get(&account).copied().unwrap_or(paddle);
                Act::Seat { account, command: Command::Admit { paddle, priority } }
            }
            Intent::Bid { key, amount, expect } => Act::Command(Command::Bid { paddle, key, amount, expect }),
            Intent::Proxy { key, max } => Act::Command(Command::Proxy { paddle, key, max }),
            Intent::Answer { key, yes } => Act::Command(Command::Answer { paddle, key, yes }),
            Intent::Staff(command) => Act::Command(command),
        };
        if let Act::Command(command) = &act
            && let Some(known) = lot.book.recall(command)
            && known.answers(command)
        {
            let answer = repeated(&lot.book, paddle, known.outcome);
            self.replies.push(tell(None, answer));
            return;
        }
        let n = self.record(now, id, actor, device, act);
        let answer = self.answer(n, id);
        self.replies.push(tell(Some(n), answer));
    }

    /// Decides, takes in and queues one entry; its number.
    fn record(&mut self, at: Moment, lot: Uuid, actor: Option<Uuid>, device: Option<Arc<str>>, act: Act) -> u64 {
        let result = match (&act, self.lots.by_id.get(&lot)) {
            (Act::Publish(_), _) | (_, None) => Ok(Vec::new()),
            (Act::Seat { command, .. } | Act::Command(command), Some(lot)) => lot.book.decide(at, command),
        };
        let n = self.journal.next_n() + self.entries.len() as u64;
        let entry = Entry { n, at, lot, actor, device, act, result };
        self.lots.apply(&entry);
        self.entries.push(entry);
        n
    }

    fn answer(&self, n: u64, lot: Uuid) -> Answer {
        let entry = &self.entries[(n - self.journal.next_n()) as usize];
        let book = &self.lots.by_id[&lot].book;
        let top = book.top();
        match &entry.result {
            Err(refusal) => Answer::Refused { refusal: *refusal, leader: top.map(|top| top.paddle) },
            Ok(events) => {
                let paddle = events.iter().find_map(|event| match event {
                    Event::ProxySet { paddle, .. } => Some(*paddle),
                    _ => None,
                });
                done(book, paddle, book.seq())
            }
        }
    }

    /// One sync, then the news. A failed append ends the process: after it nobody knows what the
    /// disk holds, and a restart finds out.
    fn commit(&mut self) {
        if !self.entries.is_empty() {
            if let Err(error) = self.journal.append(&self.entries) {
                tracing::error!(%error, "the journal could not be written; stopping so that nothing unrecorded is told");
                std::process::exit(1);
            }
            self.committed.push(Batch { entries: std::mem::take(&mut self.entries) });
        }
        for (reply_to, reply) in self.replies.drain(..) {
            // A connection bounds what it has under way, so its channel has room; it may be gone.
            let _ = reply_to.try_send(reply);
        }
    }
}

fn done(book: &Book, proxied: Option<Paddle>, seq: u64) -> Answer {
    let top = book.top();
    let proxy_max = proxied.and_then(|paddle| book.seat(paddle)).and_then(|seat| seat.proxy).map(|proxy| proxy.max);
    Answer::Done { seq, price: top.map(|top| top.price), leader: top.map(|top| top.paddle), proxy_max }
}

fn repeated(book: &Book, paddle: Paddle, outcome: Result<u64, Refusal>) -> Answer {
    match outcome {
        Ok(seq) => done(book, Some(paddle), seq),
        Err(refusal) => Answer::Refused { refusal, leader: book.top().map(|top| top.paddle) },
    }
}

/// The lots with the final state a closed book reached; used by `verify` and the projections.
pub fn outcome(book: &Book) -> Option<&Outcome> {
    match book.stage() {
        Stage::Closed(outcome) => Some(outcome),
        _ => None,
    }
}
