//! 账本: the record. Entries are never rewritten; a batch of them is one row and one sync.
//!
//! Entries are JSON lines, so that in ten years any tool reads them. Each is chained to the one
//! before: `hash(n) = sha256(hash(n-1) ‖ line)`; a row keeps the hash after its last entry.

use matching::{Command, Event, Moment, Refusal, Terms};
use rusqlite::{Connection, OpenFlags, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex};
use thiserror::Error;
use tokio::sync::watch;
use uuid::Uuid;

/// Entries kept in memory for readers that follow closely; others read the file.
const RECENT_ENTRIES_MAX: usize = 65_536;

pub type Hash = [u8; 32];

/// One command and what came of it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Entry {
    pub n: u64,
    pub at: Moment,
    pub lot: Uuid,
    /// The account that asked; none for the platform's own clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Uuid>,
    /// The browser it came from, as the browser names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Arc<str>>,
    /// The network it came from, as a hash under this installation's key: supervision compares, nobody reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Arc<str>>,
    /// By which rules the log makes leaves of it; entries of before say nothing and keep theirs.
    #[serde(default, skip_serializing_if = "is_first")]
    pub leaves: u8,
    pub act: Act,
    pub result: Result<Vec<Event>, Refusal>,
}

fn is_first(rules: &u8) -> bool {
    *rules == 0
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The lot appears, its terms frozen.
    Publish(Box<Terms>),
    /// An account takes a seat: the only place where account and paddle meet.
    Seat {
        account: Uuid,
        command: Command,
    },
    Command(Command),
    /// 存证: a text that anybody may later hold against its hash, ordered with everything else.
    Note(Box<Note>),
}

/// What is noted of a text: a notice, a document, a contract.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub kind: String,
    pub id: String,
    pub version: u64,
    /// In lowercase hex.
    pub sha256: String,
}

impl Entry {
    pub fn command(&self) -> Option<&Command> {
        match &self.act {
            Act::Publish(_) | Act::Note(_) => None,
            Act::Seat { command, .. } | Act::Command(command) => Some(command),
        }
    }
}

/// What one sync made durable.
#[derive(Debug)]
pub struct Batch {
    pub entries: Vec<Entry>,
}

impl Batch {
    pub fn next_n(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.n + 1)
    }
}

#[derive(Error, Debug)]
pub enum JournalError {
    #[error("journal: {0}")]
    Sql(#[from] rusqlite::Error),
    #[error("journal: another writer has appended at entry {0}; this one is stale")]
    Stale(u64),
    #[error("journal damaged at entry {n}: {why}")]
    Damaged { n: u64, why: String },
}

/// The one writer.
pub struct Journal {
    sql: Connection,
    next_n: u64,
    head: Hash,
    body: Vec<u8>,
    /// Pages appended, about, since the write-ahead log was last copied into the file.
    ahead_pages: usize,
}

/// SQLite's own.
const PAGE_BYTES: usize = 4_096;
/// The write-ahead log is copied into the file once it is about this long, as SQLite by itself does.
const AHEAD_PAGES_MAX: usize = 1_000;
/// A batch, however small, writes the leaf it lies in and the page above.
const BATCH_PAGES: usize = 2;

impl Journal {
    /// Opens or creates the journal and hands every entry, checked, to `each`.
    pub fn open(path: &Path, mut each: impl FnMut(Entry)) -> Result<Journal, JournalError> {
        Journal::open_chained(path, |entry, _| each(entry))
    }

    /// The same, with the chain after each entry.
    pub fn open_chained(path: &Path, each: impl FnMut(Entry, &Hash)) -> Result<Journal, JournalError> {
        let sql = Connection::open(path)?;
        // FULL: the write-ahead log is synced at every commit, so a committed batch is durable.
        sql.pragma_update(None, "journal_mode", "wal")?;
        sql.pragma_update(None, "synchronous", "full")?;
        // Left to itself, SQLite copies the log at the end of a commit and swallows a failed sync of the file; the
        // log would then be written over, and with it entries that nobody else has.
        sql.pragma_update(None, "wal_autocheckpoint", 0)?;
        sql.execute_batch(
            "create table if not exists journal (
               first_n integer primary key,
               count   integer not null,
               body    blob not null,
               head    blob not null
             )",
        )?;
        let (next_n, head) = replay_chained(path, each)?;
        Ok(Journal { sql, next_n, head, body: Vec::with_capacity(256 * 1024), ahead_pages: 0 })
    }

    pub fn next_n(&self) -> u64 {
        self.next_n
    }

    /// The chain after the last entry.
    pub fn head(&self) -> Hash {
        self.head
    }

    /// Appends entries numbered from [`Journal::next_n`] with one sync. Any error is final: the
    /// caller stops the process, because after a failed sync nobody knows what is on disk.
    pub fn append(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        self.body.clear();
        let mut head = self.head;
        for entry in entries {
            let from = self.body.len();
            serde_json::to_writer(&mut self.body, entry).expect("entries have no failing part");
            head = chain(&head, &self.body[from..]);
            self.body.push(b'\n');
        }
        let inserted = self
            .sql
            .prepare_cached("insert into journal (first_n, count, body, head) values (?1, ?2, ?3, ?4)")?
            .execute(params![self.next_n as i64, entries.len() as i64, self.body, head]);
        match inserted {
            Ok(_) => {}
            Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == rusqlite::ErrorCode::ConstraintViolation => {
                return Err(JournalError::Stale(self.next_n));
            }
            Err(error) => return Err(error.into()),
        }
        self.head = head;
        self.next_n += entries.len() as u64;
        self.ahead_pages += BATCH_PAGES + self.body.len() / PAGE_BYTES;
        if self.ahead_pages >= AHEAD_PAGES_MAX {
            self.ahead_pages = 0;
            self.checkpoint()?;
        }
        Ok(())
    }

    /// Copies the write-ahead log into the file as far as readers allow, and syncs it.
    fn checkpoint(&self) -> Result<(), JournalError> {
        match self.sql.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(())) {
            Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == rusqlite::ErrorCode::DatabaseBusy => Ok(()),
            copied => Ok(copied?),
        }
    }
}

fn chain(head: &Hash, line: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(head);
    hasher.update(line);
    hasher.finalize().into()
}

/// Batches read and checked before they are taken in.
const BATCHES_AHEAD: usize = 64;

/// Reads and checks the whole journal and hands every entry to `each`, in order; the number and
/// the hash to go on from. Reading and hashing is half of a restart, so it has a thread of its own.
pub fn replay(path: &Path, mut each: impl FnMut(Entry)) -> Result<(u64, Hash), JournalError> {
    replay_chained(path, |entry, _| each(entry))
}

/// The same, with the chain after each entry.
pub fn replay_chained(path: &Path, mut each: impl FnMut(Entry, &Hash)) -> Result<(u64, Hash), JournalError> {
    let sql = open_to_read(path)?;
    std::thread::scope(|scope| {
        let (whole, batches) = std::sync::mpsc::sync_channel(BATCHES_AHEAD);
        let reading = scope.spawn(move || read(&sql, &whole));
        batches.into_iter().flatten().for_each(|(entry, head)| each(entry, &head));
        reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Tells each batch once its chain is whole.
fn read(sql: &Connection, whole: &SyncSender<Vec<(Entry, Hash)>>) -> Result<(u64, Hash), JournalError> {
    let mut statement = sql.prepare("select first_n, count, body, head from journal order by first_n")?;
    let mut rows = statement.query([])?;
    let (mut next_n, mut head) = (0_u64, Hash::default());
    while let Some(row) = rows.next()? {
        let (first_n, count) = (row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64);
        let damaged = |n: u64, why: &str| JournalError::Damaged { n, why: why.to_string() };
        if first_n != next_n {
            return Err(damaged(next_n, "entries are missing"));
        }
        let mut batch = Vec::new();
        for line in lines(row.get_ref(2)?.as_blob().map_err(|_| damaged(first_n, "body is no blob"))?) {
            head = chain(&head, line);
            let entry: Entry =
                serde_json::from_slice(line).map_err(|error| damaged(next_n, &format!("unreadable: {error}")))?;
            if entry.n != next_n {
                return Err(damaged(next_n, "wrong number"));
            }
            batch.push((entry, head));
            next_n += 1;
        }
        if next_n != first_n + count {
            return Err(damaged(next_n, "the batch does not hold the entries it counts"));
        }
        if row.get_ref(3)?.as_blob().ok() != Some(head.as_slice()) {
            return Err(damaged(first_n, "the hash chain breaks in the batch that begins here"));
        }
        if whole.send(batch).is_err() {
            break;
        }
    }
    Ok((next_n, head))
}

fn lines(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

/// Whether a journal stands here and has an entry.
pub fn is_begun(path: &Path) -> Result<bool, JournalError> {
    if !path.exists() {
        return Ok(false);
    }
    let sql = open_to_read(path)?;
    let table = "select exists (select 1 from sqlite_master where name = 'journal')";
    let has_table: bool = sql.query_row(table, [], |row| row.get(0))?;
    Ok(has_table && sql.query_row("select exists (select 1 from journal)", [], |row| row.get(0))?)
}

pub fn open_to_read(path: &Path) -> Result<Connection, rusqlite::Error> {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

/// The newest batches.
#[derive(Default)]
struct Window {
    batches: VecDeque<Arc<Batch>>,
    entries: usize,
}

/// What is durable, for everyone who reads: a window in memory, the file behind it.
pub struct Committed {
    path: PathBuf,
    recent: Mutex<Window>,
    next_n: watch::Sender<u64>,
}

impl Committed {
    pub fn new(path: PathBuf, next_n: u64) -> Arc<Committed> {
        Arc::new(Committed { path, recent: Mutex::default(), next_n: watch::Sender::new(next_n) })
    }

    /// Called by the floor, after the sync.
    pub fn push(&self, batch: Arc<Batch>) {
        let next_n = batch.next_n();
        {
            let mut recent = self.recent.lock().expect("no reader panics while holding the window");
            recent.entries += batch.entries.len();
            recent.batches.push_back(batch);
            while recent.entries > RECENT_ENTRIES_MAX {
                recent.entries -= recent.batches.pop_front().map_or(0, |batch| batch.entries.len());
            }
        }
        self.next_n.send_replace(next_n);
    }

    pub fn tail(self: &Arc<Committed>, next_n: u64) -> Tail {
        Tail { committed: self.clone(), wake: self.next_n.subscribe(), next_n }
    }

    fn window(&self, from: u64) -> Option<Vec<Arc<Batch>>> {
        let recent = self.recent.lock().expect("no reader panics while holding the window");
        let first = recent.batches.front()?.entries.first()?.n;
        let unread = recent.batches.partition_point(|batch| batch.next_n() <= from);
        (first <= from).then(|| recent.batches.range(unread..).cloned().collect())
    }
}

/// A reader's place in the record: sees every entry once, in order, however far behind it is.
pub struct Tail {
    committed: Arc<Committed>,
    wake: watch::Receiver<u64>,
    next_n: u64,
}

/// Rows read at once by a reader that has fallen behind the window.
const CATCH_UP_ROWS: i64 = 256;

impl Tail {
    pub fn next_n(&self) -> u64 {
        self.next_n
    }

    /// Waits until there is something to read, then returns it; at most the window at a time.
    pub async fn next(&mut self) -> Vec<Arc<Batch>> {
        let next_n = self.next_n;
        self.wake.wait_for(|committed| *committed > next_n).await.expect("the tail itself keeps the sender");
        let batches = match self.committed.window(next_n) {
            Some(batches) => batches,
            None => tokio::task::block_in_place(|| self.read_file()),
        };
        self.next_n = batches.last().map_or(next_n, |batch| batch.next_n());
        batches
    }

    fn read_file(&self) -> Vec<Arc<Batch>> {
        read_from(&self.committed.path, self.next_n, CATCH_UP_ROWS).unwrap_or_else(|error| {
            // A reader that guesses would show what did not happen.
            tracing::error!(%error, "the journal cannot be read back; stopping");
            std::process::exit(1);
        })
    }
}

/// Entries from number `from` on, of at most `rows` batches.
fn read_from(path: &Path, from: u64, rows: i64) -> Result<Vec<Arc<Batch>>, JournalError> {
    let mut batches = Vec::new();
    scan_from(path, from, rows, |entries| {
        batches.push(Arc::new(Batch { entries }));
        true
    })?;
    Ok(batches)
}

/// Hands the entries from number `from` on to `each`, a batch at a time, until it has enough or
/// `rows` batches were read.
pub fn scan_from(
    path: &Path,
    from: u64,
    rows: i64,
    mut each: impl FnMut(Vec<Entry>) -> bool,
) -> Result<(), JournalError> {
    let sql = open_to_read(path)?;
    // The batch that holds `from` is found by key, not by reading the journal from its start.
    let mut statement = sql.prepare_cached(
        "select body from journal
         where first_n >= (select coalesce(max(first_n), 0) from journal where first_n <= ?1)
         order by first_n limit ?2",
    )?;
    let mut rows = statement.query(params![from as i64, rows])?;
    while let Some(row) = rows.next()? {
        let mut entries = Vec::new();
        for line in lines(row.get_ref(0)?.as_blob().unwrap_or_default()) {
            let entry: Entry = serde_json::from_slice(line)
                .map_err(|error| JournalError::Damaged { n: from, why: format!("unreadable: {error}") })?;
            if entry.n >= from {
                entries.push(entry);
            }
        }
        if !entries.is_empty() && !each(entries) {
            break;
        }
    }
    Ok(())
}
