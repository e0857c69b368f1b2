//! 交易大厅: one thread owns every book of its partition. It takes what is waiting, decides it,
//! makes it durable with one sync, and only then tells anybody.

use crate::clock;
use crate::trading::journal::{Act, Batch, Committed, Entry, Hash, Journal, Note};
use crate::trading::log::{Proof, facts};
use matching::{
    Book, Command, Direction, Event, Moment, Money, Offer, Outcome, Paddle, Refusal, Stage, Terms, TermsFault,
};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
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
/// Keys of a lot are kept so long after its close: whoever repeats a request does so within seconds. Counted in the
/// record's own time, so that a replay lets go where the floor did.
const KEYS_KEPT_MS: i64 = 3_600_000;
/// With an empty inbox a deadline is met this long after it, so that a bid dated before it and still
/// on its way into the inbox is decided before the close.
const GRACE_MS: i64 = 5;
/// People need so long to be back after an outage: a page tries again with growing pauses. A lot that ends sooner has
/// lost its end to the outage as much as one that ended in it.
const RETURN_MS: i64 = 30_000;

/// What somebody wants of a lot.
#[derive(Clone, Debug)]
pub enum Intent {
    Publish(Box<Terms>),
    Seat {
        account: Uuid,
        paddle: Paddle,
        priority: Option<u8>,
    },
    Bid {
        key: Uuid,
        amount: Money,
        expect: Option<Money>,
    },
    Proxy {
        key: Uuid,
        max: Money,
    },
    Answer {
        key: Uuid,
        yes: bool,
        asked_at: Option<Moment>,
    },
    Offer {
        key: Uuid,
        offer: Offer,
    },
    Staff(Command),
    /// Of a lot, or of none that is on the floor.
    Note(Box<Note>),
}

/// Where a request came from: for supervision alone, and told to nobody else.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The browser, as it names itself.
    pub device: Option<Arc<str>>,
    /// The network, by its keyed hash.
    pub network: Option<Arc<str>>,
}

pub struct Ask {
    pub lot: Uuid,
    pub actor: Option<Uuid>,
    pub origin: Origin,
    pub intent: Intent,
    pub reply: mpsc::Sender<Reply>,
}

/// What the asker is told, once it is on disk.
#[derive(Debug, Clone)]
pub struct Reply {
    pub lot: Uuid,
    pub key: Option<Uuid>,
    /// When the request reached us; for a key answered before, when that did.
    pub at: Moment,
    /// The lot's unit and direction: what the amounts and sentences of an answer need.
    pub unit: (u8, Direction),
    /// An earlier reply, repeated.
    pub again: bool,
    pub answer: Answer,
    /// What shows later that it was taken.
    pub proof: Proof,
}

/// What an ask came to in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    Nothing,
    Entry(u64),
    /// The entry made when this key first came.
    Before(Paddle, Uuid),
}

/// A reply on its way to whoever asked, and what was made of it.
pub struct Told {
    pub to: mpsc::Sender<Reply>,
    pub reply: Reply,
    pub made: Made,
}

/// What one sync has made durable (nothing, where all was answered before), and the replies it waited for.
pub struct Decided {
    pub batch: Option<Arc<Batch>>,
    /// The journal's chain after it.
    pub head: Hash,
    pub replies: Vec<Told>,
    /// Nobody else waits for the floor: it may see to the replies itself.
    pub idle: bool,
}

/// Where the floor hands on what is decided and durable.
pub type Tell = Box<dyn FnMut(Decided) + Send>;

/// Replies without receipts.
pub fn tell_at_once() -> Tell {
    Box::new(|decided| {
        for Told { to, reply, .. } in decided.replies {
            // A connection bounds what it has under way, so its channel has room; it may be gone.
            let _ = to.try_send(reply);
        }
    })
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
    /// It stands in the record.
    Noted,
    /// The account holds this paddle already.
    Seated(Paddle),
    /// Terms that no book can be made of; nothing is on record.
    Unfit(TermsFault),
}

/// Whether people can reach the floor. What it does by itself, it does only while they can.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Reach {
    /// The platform starts: requests of its own are taken, and no deadline is met.
    NotYet,
    Open,
    /// Nothing is taken any more; what is decided is made durable, and the floor ends.
    Over,
}

/// The floor's inbox.
#[derive(Clone)]
pub struct Door {
    inbox: SyncSender<(Moment, Ask)>,
    reach: Arc<AtomicU8>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Busy;

impl Door {
    /// Puts an ask into the inbox, or says busy at once. It is dated here: the legal time of a bid
    /// is its arrival, not the moment the floor comes to it.
    pub fn ask(&self, ask: Ask) -> Result<(), Busy> {
        if self.is_shut() {
            return Err(Busy);
        }
        self.inbox.try_send((clock::now(), ask)).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Busy,
        })
    }

    /// People can come in: from here on deadlines are met.
    pub fn open(&self) {
        self.reach.store(Reach::Open as u8, Ordering::Release);
    }

    /// Ends the floor after what it has decided: no lot closes behind shut doors.
    pub fn shut(&self) {
        self.reach.store(Reach::Over as u8, Ordering::Release);
    }

    pub fn is_shut(&self) -> bool {
        self.reach.load(Ordering::Acquire) == Reach::Over as u8
    }

    /// Asks and waits for the durable answer.
    pub async fn call(&self, lot: Uuid, actor: Option<Uuid>, intent: Intent) -> Result<Reply, Busy> {
        let (reply, mut answer) = mpsc::channel(1);
        self.ask(Ask { lot, actor, origin: Origin::default(), intent, reply })?;
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
    /// 逐宗交易: lots that open after another.
    followers: HashMap<Uuid, Vec<Uuid>>,
    /// Closed lots that still remember keys, by the moment of the close.
    resting: VecDeque<(Moment, Uuid)>,
    pub last_at: Option<Moment>,
}

impl Lots {
    /// Takes in an entry: the only way a book ever changes, live and in replay.
    pub fn apply(&mut self, entry: &Entry) {
        self.last_at = Some(entry.at);
        self.let_go(entry.at);
        if let Act::Publish(terms) = &entry.act {
            if let Some(follows) = terms.follows {
                self.followers.entry(follows.lot).or_default().push(entry.lot);
            }
            let lot = Lot { book: Book::new(terms.as_ref().clone()), seats: HashMap::new() };
            self.by_id.insert(entry.lot, lot);
        }
        let Some(lot) = self.by_id.get_mut(&entry.lot) else { return };
        let before = lot.book.next_deadline();
        let was_open = !matches!(lot.book.stage(), Stage::Closed(_));
        if let Some(command) = entry.command() {
            lot.book.apply(entry.at, command, &entry.result);
        }
        if was_open && matches!(lot.book.stage(), Stage::Closed(_)) {
            self.resting.push_back((entry.at, entry.lot));
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

    /// Closed lots keep their result, not what each bidder was answered.
    fn let_go(&mut self, at: Moment) {
        while let Some((closed_at, lot)) = self.resting.front().copied()
            && at.since(closed_at) >= KEYS_KEPT_MS
        {
            self.resting.pop_front();
            if let Some(lot) = self.by_id.get_mut(&lot) {
                lot.book.forget_keys();
            }
        }
    }

    fn next_due(&self, now: Moment) -> Option<(Moment, Uuid)> {
        self.deadlines.first().copied().filter(|(at, _)| *at <= now)
    }
}

pub struct Floor {
    inbox: Receiver<(Moment, Ask)>,
    journal: Journal,
    lots: Lots,
    committed: Arc<Committed>,
    /// Decided, not yet durable.
    entries: Vec<Entry>,
    replies: Vec<Told>,
    /// The first ask of the next batch, if it was there when the last one was synced.
    waiting: Option<(Moment, Ask)>,
    tell: Tell,
    reach: Arc<AtomicU8>,
    /// No deadline is met yet.
    is_held: bool,
    /// When the platform was last known to run.
    alive_at: Option<Moment>,
}

/// A door, and the floor behind it, ready to [`Floor::run`] on a thread of its own.
pub fn floor(journal: Journal, lots: Lots, committed: Arc<Committed>, tell: Tell) -> (Door, Floor) {
    let (sender, inbox) = sync_channel(INBOX_MAX);
    let reach = Arc::new(AtomicU8::new(Reach::Open as u8));
    let floor = Floor {
        inbox,
        journal,
        lots,
        committed,
        entries: Vec::new(),
        replies: Vec::new(),
        waiting: None,
        tell,
        reach: reach.clone(),
        is_held: false,
        alive_at: None,
    };
    (Door { inbox: sender, reach }, floor)
}

impl Floor {
    /// The same floor, which meets no deadline before [`Door::open`].
    pub fn held(mut self) -> Floor {
        self.is_held = true;
        self.reach.store(Reach::NotYet as u8, Ordering::Release);
        self
    }

    fn reaches(&self, reach: Reach) -> bool {
        self.reach.load(Ordering::Acquire) == reach as u8
    }

    /// Runs until every door is gone, or shut. `alive_at`: when the platform was last known to run.
    pub fn run(mut self, alive_at: Option<Moment>) {
        self.alive_at = alive_at;
        let now = self.not_before_the_record(clock::now());
        self.stop_missed(now);
        self.commit();
        loop {
            if self.reaches(Reach::Over) {
                return;
            }
            let mut ask = match self.waiting.take() {
                Some(ask) => Some(ask),
                None => match self.inbox.recv_timeout(self.patience()) {
                    Ok(ask) => Some(ask),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => return,
                },
            };
            self.begin_once_open();
            while let Some((at, asked)) = ask {
                let at = self.not_before_the_record(at);
                self.pass_deadlines(at);
                self.take(at, asked);
                if self.entries.len() >= BATCH_MAX || self.replies.len() >= BATCH_MAX {
                    break;
                }
                ask = self.inbox.try_recv().ok();
            }
            if self.entries.len() < BATCH_MAX && self.replies.len() < BATCH_MAX {
                // The inbox is empty: nothing dated before these deadlines is still to come.
                self.pass_deadlines(clock::now().plus_ms(-GRACE_MS));
            }
            self.commit();
        }
    }

    /// Before the first request of anybody outside is taken: what fell due while the platform started is stopped, and
    /// what such a request sets going is not.
    fn begin_once_open(&mut self) {
        if self.is_held && self.reaches(Reach::Open) {
            self.is_held = false;
            self.stop_missed(self.not_before_the_record(clock::now()));
        }
    }

    /// The record never goes backwards, whatever the machine's clock does.
    fn not_before_the_record(&self, at: Moment) -> Moment {
        self.lots.last_at.map_or(at, |last| at.max(last))
    }

    fn patience(&self) -> Duration {
        let Some((deadline, _)) = self.lots.deadlines.first().filter(|_| !self.is_held) else { return IDLE };
        let ms = deadline.since(clock::now()).max(0) + GRACE_MS;
        Duration::from_millis(ms as u64).min(IDLE)
    }

    /// Deadlines that passed while the server was down found nobody able to bid, and one that comes before people are
    /// back finds some of them: such lots stand still from the outage on, for a person to resume, and are not closed
    /// (2.5: system fault). A lot that ends later than the outage was long, and than it takes to be back, goes on.
    fn stop_missed(&mut self, now: Moment) {
        let since = self.alive_at.or(self.lots.last_at).unwrap_or(now);
        let soon = self.alive_at.map_or(now, |alive_at| now.plus_ms(now.since(alive_at).max(0) + RETURN_MS));
        let is_missed = |at: Moment, stage: &Stage| match stage {
            Stage::Closed(_) => false,
            Stage::Running(_) => true,
            Stage::Announced | Stage::Suspended { .. } => at <= now,
        };
        let missed: Vec<Uuid> = self
            .lots
            .deadlines
            .iter()
            .take_while(|(at, _)| *at <= soon)
            .filter(|(at, lot)| is_missed(*at, self.lots.by_id[lot].book.stage()))
            .map(|(_, lot)| *lot)
            .collect();
        for lot in missed {
            let ground = "系统故障期间到期 / fell due while the system was down".to_string();
            self.record(now, lot, None, Origin::default(), Act::Command(Command::Outage { since, ground }));
        }
    }

    /// Meets every deadline up to `at`, each dated at its own moment.
    fn pass_deadlines(&mut self, at: Moment) {
        if self.is_held {
            return;
        }
        while self.entries.len() < BATCH_MAX {
            let Some((deadline, lot)) = self.lots.next_due(at) else { return };
            let dated = self.not_before_the_record(deadline);
            self.record(dated, lot, None, Origin::default(), Act::Command(Command::Tick));
        }
    }

    fn take(&mut self, now: Moment, ask: Ask) {
        let Ask { lot: id, actor, origin, intent, reply } = ask;
        let key = match &intent {
            Intent::Bid { key, .. }
            | Intent::Proxy { key, .. }
            | Intent::Answer { key, .. }
            | Intent::Offer { key, .. } => Some(*key),
            _ => None,
        };
        let told = |unit, answer| Told {
            to: reply.clone(),
            reply: Reply { lot: id, key, at: now, unit, again: false, answer, proof: Proof::default() },
            made: Made::Nothing,
        };
        if let Intent::Note(note) = intent {
            let n = self.record(now, id, actor, origin, Act::Note(note));
            self.replies.push(Told { made: Made::Entry(n), ..told((2, Direction::Ascending), Answer::Noted) });
            return;
        }
        if let Intent::Publish(terms) = intent {
            if let Some(lot) = self.lots.by_id.get(&id) {
                self.replies.push(told(unit(&lot.book), Answer::Published));
                return;
            }
            // The desk checked them, perhaps by the rules of an earlier release.
            if let Err(fault) = terms.check() {
                self.replies.push(told((terms.scale, terms.direction), Answer::Unfit(fault)));
                return;
            }
            let n = self.record(now, id, actor, origin, Act::Publish(terms));
            self.answer(n, id, told);
            return;
        }
        let Some(lot) = self.lots.by_id.get(&id) else {
            self.replies.push(told((2, Direction::Ascending), Answer::UnknownLot));
            return;
        };
        // Paddle 0 is nobody's: the book refuses it, and the refusal is on record.
        let paddle = actor.and_then(|account| lot.seats.get(&account)).copied().unwrap_or(Paddle(0));
        let act = match intent {
            Intent::Publish(_) | Intent::Note(_) => unreachable!("answered above"),
            Intent::Seat { account, paddle, priority } => {
                if let Some(held) = lot.seats.get(&account) {
                    self.replies.push(told(unit(&lot.book), Answer::Seated(*held)));
                    return;
                }
                Act::Seat { account, command: Command::Admit { paddle, priority } }
            }
            Intent::Bid { key, amount, expect } => Act::Command(Command::Bid { paddle, key, amount, expect }),
            Intent::Proxy { key, max } => Act::Command(Command::Proxy { paddle, key, max }),
            Intent::Answer { key, yes, asked_at } => Act::Command(Command::Answer { paddle, key, yes, asked_at }),
            Intent::Offer { key, offer } => Act::Command(Command::Offer { paddle, key, offer }),
            Intent::Staff(Command::Open) if self.leader_was_called_off(&lot.book) => {
                Act::Command(Command::Schedule { opens_at: now })
            }
            Intent::Staff(command) => Act::Command(command),
        };
        if let Act::Command(command) = &act
            && let Some((_, key)) = command.signature()
            && let Some(known) = lot.book.recall(command)
            && known.answers(command)
        {
            let answer = repeated(&lot.book, paddle, known.outcome);
            let Told { to, reply, .. } = told(unit(&lot.book), answer);
            let reply = Reply { at: known.at, again: true, ..reply };
            self.replies.push(Told { to, reply, made: Made::Before(paddle, key) });
            return;
        }
        let n = self.record(now, id, actor, origin, act);
        self.answer(n, id, told);
    }

    /// Decides, takes in and queues one entry; its number.
    fn record(&mut self, at: Moment, lot: Uuid, actor: Option<Uuid>, origin: Origin, act: Act) -> u64 {
        let result = match (&act, self.lots.by_id.get(&lot)) {
            (Act::Publish(_) | Act::Note(_), _) | (_, None) => Ok(Vec::new()),
            (Act::Seat { command, .. } | Act::Command(command), Some(lot)) => lot.book.decide(at, command),
        };
        let n = self.journal.next_n() + self.entries.len() as u64;
        let Origin { device, network } = origin;
        let entry = Entry { n, at, lot, actor, device, network, leaves: facts::RULES, act, result };
        self.lots.apply(&entry);
        // A sale called off says nothing about the next: a clerk opens that one.
        let closes = |event: &Event| matches!(event, Event::Closed { outcome } if !matches!(outcome, Outcome::Terminated { .. }));
        let closed = entry.result.iter().flatten().any(closes);
        let published = matches!(entry.act, Act::Publish(_));
        self.entries.push(entry);
        if closed {
            for follower in self.lots.followers.get(&lot).cloned().unwrap_or_default() {
                self.schedule(at, follower);
            }
        }
        if published {
            self.schedule(at, lot);
        }
        n
    }

    /// Whether the lot this one follows will never close by itself.
    fn leader_was_called_off(&self, book: &Book) -> bool {
        let leader = book.terms().follows.and_then(|follows| self.lots.by_id.get(&follows.lot));
        leader.is_some_and(|leader| matches!(leader.book.stage(), Stage::Closed(Outcome::Terminated { .. })))
    }

    /// A lot whose predecessor has closed opens after its gap.
    fn schedule(&mut self, at: Moment, follower: Uuid) {
        let Some(follows) = self.lots.by_id.get(&follower).and_then(|lot| lot.book.terms().follows) else { return };
        let leader = self.lots.by_id.get(&follows.lot).map(|leader| leader.book.stage());
        if matches!(leader, Some(Stage::Closed(outcome)) if !matches!(outcome, Outcome::Terminated { .. })) {
            let opens_at = at.plus_ms(follows.gap_ms);
            self.record(at, follower, None, Origin::default(), Act::Command(Command::Schedule { opens_at }));
        }
    }

    fn answer(&mut self, n: u64, lot: Uuid, told: impl Fn((u8, Direction), Answer) -> Told) {
        let entry = &self.entries[(n - self.journal.next_n()) as usize];
        let book = &self.lots.by_id[&lot].book;
        let answer = match &entry.result {
            Err(refusal) => Answer::Refused { refusal: *refusal, leader: book.top().map(|top| top.paddle) },
            Ok(events) => {
                let paddle = events.iter().find_map(|event| match event {
                    Event::ProxySet { paddle, .. } => Some(*paddle),
                    _ => None,
                });
                done(book, paddle, book.seq())
            }
        };
        let Told { to, reply, .. } = told(unit(book), answer);
        self.replies.push(Told { to, reply, made: Made::Entry(n) });
    }

    /// One sync, then the news. A failed append ends the process: after it nobody knows what the
    /// disk holds, and a restart finds out.
    fn commit(&mut self) {
        if self.entries.is_empty() && self.replies.is_empty() {
            return;
        }
        let mut batch = None;
        if !self.entries.is_empty() {
            if let Err(error) = self.journal.append(&self.entries) {
                tracing::error!(%error, "the journal could not be written; stopping so that nothing unrecorded is told");
                std::process::exit(1);
            }
            let synced = Arc::new(Batch { entries: std::mem::take(&mut self.entries) });
            self.committed.push(synced.clone());
            batch = Some(synced);
        }
        let replies = std::mem::take(&mut self.replies);
        if self.waiting.is_none() {
            self.waiting = self.inbox.try_recv().ok();
        }
        (self.tell)(Decided { batch, head: self.journal.head(), replies, idle: self.waiting.is_none() });
    }
}

fn unit(book: &Book) -> (u8, Direction) {
    (book.terms().scale, book.terms().direction)
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
