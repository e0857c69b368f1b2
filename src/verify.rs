//! `sunbid verify`: the record replays, its chain and its seals hold, and the tables say what it says; or
//! a receipt holds.

use crate::config::Verify;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{Key, Note};
use crate::proof::receipt::Receipt;
use crate::security::audit;
use crate::trading::floor::Lots;
use crate::trading::journal::{self, Entry};
use crate::trading::log::growth::{Check, Held};
use crate::trading::log::{self, anchors};
use crate::trading::projection::{self, BidColumns, RefusalColumns, Replicas};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Rows};
use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::path::Path;

type Fault = Box<dyn Error>;

pub fn run(what: &Verify) -> Result<String, Fault> {
    match &what.receipt {
        Some(file) => receipt(file, what.key.as_deref(), &what.dir.data),
        None => verify(what),
    }
}

/// Checks a receipt against a key known beforehand, or against a folder: then the record must also still
/// make the tree that was signed.
fn receipt(file: &Path, key: Option<&str>, dir: &Path) -> Result<String, Fault> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let receipt = Receipt::parse(&text)?;
    let told = |size| format!("verified: leaf {} of {size}: {}", receipt.index, String::from_utf8_lossy(&receipt.line));
    if let Some(key) = key {
        return Ok(told(receipt.verify(&Key::parse(key)?)?.size));
    }
    let folder = log::Folder::of(dir);
    let mut check = log::checking(&folder)?.ok_or("there is no log in this folder; give --key")?;
    let signed = receipt.verify(check.key())?;
    check.hold(Held::new("the receipt", signed.clone()));
    let (entries, _) = journal::replay_chained(&dir.join("journal.db"), |entry, head| {
        check.take(&entry, head);
    })?;
    check.end(entries)?;
    Ok(told(signed.size))
}

pub fn verify(what: &Verify) -> Result<String, Fault> {
    let dir = &what.dir.data;
    let journal = dir.join("journal.db");
    if !journal.exists() {
        return Err(format!("no journal at {}", journal.display()).into());
    }
    let tables = Connection::open_with_flags(dir.join("sunbid.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let log_folder = log::Folder::of(dir);
    let mut check = log::checking(&log_folder)?;
    if let Some(check) = &mut check {
        hold(check, &log_folder, what)?;
    }
    // One transaction: the tables are read as they stand at their cursor, whatever a server does.
    tables.execute_batch("begin")?;
    let cursor: Option<i64> = tables
        .query_row("select next_n from projection_cursor where name = ?", [projection::NAME], |row| row.get(0))
        .optional()?;
    let cursor = cursor.unwrap_or(0) as u64;

    let mut bids =
        tables.prepare("select lot, seq, n, paddle, amount, at, by_proxy, phase from bids order by n, seq")?;
    let mut refusals = tables.prepare("select n, lot, paddle, at, code from refusals order by n")?;
    let (bids, refusals) = (bids.query([])?, refusals.query([])?);
    let mut beside = Beside { bids, refusals, seats: HashMap::new(), fault: None };
    let (mut lots, mut replicas, mut noted) = (Lots::default(), Replicas::default(), Vec::new());
    let (entries, _) = journal::replay_chained(&journal, |entry, head| {
        lots.apply(&entry);
        noted.extend(anchors::anchor(&entry));
        if let Some(check) = &mut check {
            check.take(&entry, head);
        }
        if entry.n < cursor {
            beside.compare(&mut replicas, &entry);
        }
    })?;
    if cursor > entries {
        return Err(format!("entry {entries} is missing: the tables have seen {cursor} entries").into());
    }
    let (seals, leaves) = match check {
        Some(check) => check.end(entries).map(|whole| (whole.seals, whole.growth.tree.size()))?,
        None if entries > 0 => {
            return Err(format!("damaged: the journal holds {entries} entries, and its log was removed").into());
        }
        None => (0, 0),
    };
    let seated = beside.end()?;
    let known = compare_states(&tables, &replicas)?;
    let seats = compare_seats(&tables, &seated, cursor)?;
    // The trail is read after the record: a running server may have noted a row that was not there before.
    tables.execute_batch("commit")?;
    let audited = audit::verify(&tables, noted)?;
    Ok(format!(
        "verified: {entries} entries, {} lots, chain whole; {leaves} leaves under {seals} seals; tables agree on {known} lots and {seats} seats at entry {cursor}; {audited} audit rows chained",
        lots.by_id.len()
    ))
}

/// What the record is held to besides its own seals: a key, checkpoints and witnesses that came by another way.
fn hold(check: &mut Check, folder: &log::Folder, what: &Verify) -> Result<(), Fault> {
    if let Some(key) = &what.key
        && Key::parse(key)? != *check.key()
    {
        return Err(format!("the log in this folder is another: {}", check.key()).into());
    }
    let mut kept: Vec<String> = std::fs::read_to_string(folder.cosigned()).into_iter().collect();
    for file in &what.checkpoint {
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let of = file.display().to_string();
        let checkpoint = Checkpoint::verify(&text, check.key()).map_err(|fault| format!("{of}: {fault}"))?;
        check.hold(Held::new(&of, checkpoint));
        kept.push(text);
    }
    for witness in &what.witness {
        let witness = Key::parse(witness)?;
        let cosigned = |text: &String| Note::parse(text).is_ok_and(|note| witness.verify_cosignature(&note).is_ok());
        if !kept.iter().any(cosigned) {
            return Err(format!("no checkpoint here has the cosignature of {}", witness.name).into());
        }
    }
    Ok(())
}

/// Paddle and priority by lot and account.
type Seats = HashMap<(String, String), (u32, Option<u8>)>;

/// The tables' rows, read beside the journal in the same order.
struct Beside<'a> {
    bids: Rows<'a>,
    refusals: Rows<'a>,
    /// Who took a seat before the cursor.
    seats: Seats,
    /// The first difference.
    fault: Option<String>,
}

impl Beside<'_> {
    fn compare(&mut self, replicas: &mut Replicas, entry: &Entry) {
        let rows = replicas.take(std::iter::once(entry));
        for bid in &rows.bids {
            let same = self.bids.next().ok().flatten().is_some_and(|row| same_bid(row, bid).unwrap_or(false));
            if !same {
                self.differs(entry.n, "bids");
            }
        }
        for refusal in &rows.refusals {
            let same =
                self.refusals.next().ok().flatten().is_some_and(|row| same_refusal(row, refusal).unwrap_or(false));
            if !same {
                self.differs(entry.n, "refusals");
            }
        }
        for (lot, account, paddle, priority) in &rows.seats {
            self.seats.insert((lot.to_string(), account.to_string()), (*paddle, *priority));
        }
    }

    fn differs(&mut self, n: u64, table: &str) {
        self.fault.get_or_insert_with(|| format!("entry {n}: the table {table} does not say what the journal says"));
    }

    fn end(mut self) -> Result<Seats, Fault> {
        for (rows, table) in [(&mut self.bids, "bids"), (&mut self.refusals, "refusals")] {
            if self.fault.is_none() && rows.next()?.is_some() {
                self.fault = Some(format!("the table {table} holds rows that are not in the journal"));
            }
        }
        self.fault.map_or(Ok(self.seats), |fault| Err(fault.into()))
    }
}

fn same_bid(row: &Row, bid: &BidColumns) -> rusqlite::Result<bool> {
    Ok(row.get::<_, String>(0)? == bid.lot.to_string()
        && row.get::<_, i64>(1)? == bid.seq as i64
        && row.get::<_, i64>(2)? == bid.n as i64
        && row.get::<_, u32>(3)? == bid.paddle
        && row.get::<_, i64>(4)? == bid.amount
        && row.get::<_, i64>(5)? == bid.at
        && row.get::<_, bool>(6)? == bid.by_proxy
        && row.get::<_, String>(7)? == bid.phase.name())
}

fn same_refusal(row: &Row, refusal: &RefusalColumns) -> rusqlite::Result<bool> {
    Ok(row.get::<_, i64>(0)? == refusal.n as i64
        && row.get::<_, String>(1)? == refusal.lot.to_string()
        && row.get::<_, u32>(2)? == refusal.paddle
        && row.get::<_, i64>(3)? == refusal.at
        && row.get::<_, String>(4)? == refusal.code)
}

/// How many lots agree; the first that does not is named.
fn compare_states(tables: &Connection, replicas: &Replicas) -> Result<u64, Fault> {
    let mut known = 0;
    for (lot, state) in replicas.states() {
        let same = tables
            .query_row(
                "select seq, stage, phase, price, leader, bids, opens_at, ends_at, state_hash,
                   announced_at, closed_at, winner, deal, premium
                 from lot_states where lot = ?",
                [lot.to_string()],
                |row| {
                    Ok(row.get::<_, i64>(0)? == state.seq as i64
                        && row.get::<_, String>(1)? == state.stage
                        && row.get::<_, Option<String>>(2)?.as_deref() == state.phase
                        && row.get::<_, Option<i64>>(3)? == state.price
                        && row.get::<_, Option<u32>>(4)? == state.leader
                        && row.get::<_, i64>(5)? == state.bids as i64
                        && row.get::<_, Option<i64>>(6)? == state.opens_at
                        && row.get::<_, Option<i64>>(7)? == state.ends_at
                        && row.get::<_, String>(8)? == state.state_hash
                        && row.get::<_, Option<i64>>(9)? == Some(state.announced_at)
                        && row.get::<_, Option<i64>>(10)? == state.closed_at
                        && row.get::<_, Option<u32>>(11)? == state.winner
                        && row.get::<_, Option<String>>(12)? == state.deal
                        && row.get::<_, Option<String>>(13)? == state.premium)
                },
            )
            .optional()?;
        if same != Some(true) {
            return Err(format!("lot {lot}: the tables do not say what the journal says").into());
        }
        known += 1;
    }
    let rows: i64 = tables.query_row("select count(*) from lot_states", [], |row| row.get(0))?;
    if rows as u64 != known {
        return Err(format!("{rows} lots in the tables, {known} in the journal").into());
    }
    Ok(known)
}

/// The applications hold the seats the journal gave, with their priority, and no other.
fn compare_seats(tables: &Connection, seats: &Seats, cursor: u64) -> Result<usize, Fault> {
    let mut statement = tables.prepare(
        "select lot, account, paddle, priority, no from applications
         where paddle is not null or priority is not null or status = 'admitted'",
    )?;
    let mut rows = statement.query([])?;
    let mut missing: HashSet<&(String, String)> = seats.keys().collect();
    while let Some(row) = rows.next()? {
        let whose = (row.get::<_, String>(0)?, row.get::<_, String>(1)?);
        let seat = (row.get::<_, Option<u32>>(2)?, row.get::<_, Option<u8>>(3)?);
        if seats.get(&whose).is_none_or(|(paddle, priority)| seat != (Some(*paddle), *priority)) {
            let (lot, no) = (whose.0, row.get::<_, i64>(4)?);
            return Err(format!(
                "lot {lot}: the seat of application {no} is not the journal's (tables at entry {cursor})"
            )
            .into());
        }
        missing.remove(&whose);
    }
    // The smallest, so that the same damage is told in the same words.
    if let Some(whose) = missing.into_iter().min() {
        let (lot, paddle) = (&whose.0, seats[whose].0);
        return Err(format!("lot {lot}: paddle {paddle} of the journal is missing (tables at entry {cursor})").into());
    }
    Ok(seats.len())
}
