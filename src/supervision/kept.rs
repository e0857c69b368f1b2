//! `watch_facts`, read page by page beside the journal.

use crate::supervision::standing::Spot;
use crate::trading::journal::open_to_read;
use ::watch::Facts;
use rusqlite::{Connection, params};
use std::collections::VecDeque;
use std::fmt::Display;
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// Facts held in memory at a time.
const PAGE: i64 = 1_000;
/// How long a reader waits for a checkpoint.
const WAIT: Duration = Duration::from_secs(10);

pub struct Row {
    pub seq: i64,
    /// It stands after this entry.
    place: u64,
    /// The lot it is about, or that made one ask.
    lot: Uuid,
    pub fact: Facts,
}

impl Row {
    pub fn spot(&self) -> Spot {
        Spot { lot: self.lot, n: self.fact.n, at_ms: self.fact.at_ms, fact: Some(self.seq) }
    }
}

/// A reader's place among the kept facts.
pub struct Kept {
    sql: Connection,
    page: VecDeque<Row>,
    /// The last fact read from the table.
    read_to: i64,
    /// The last there was at the start: those written since were looked at by whoever wrote them.
    end: i64,
}

impl Kept {
    pub fn open(path: &Path) -> rusqlite::Result<Kept> {
        let sql = open_to_read(path)?;
        sql.busy_timeout(WAIT)?;
        let end = sql.query_row("select coalesce(max(seq), 0) from watch_facts", [], |row| row.get(0))?;
        Ok(Kept { sql, page: VecDeque::new(), read_to: 0, end })
    }

    /// The next fact, if it stands before entry `n` and is none beyond `last`.
    pub fn next(&mut self, n: u64, last: i64) -> Option<Row> {
        if self.page.is_empty() && self.read_to < self.end {
            self.turn();
        }
        let stands = self.page.front().is_some_and(|row| row.seq <= last && row.place < n);
        if stands { self.page.pop_front() } else { None }
    }

    /// A watch that guesses would say what the record does not: it falls here, and its keeper tells.
    fn turn(&mut self) {
        let rows = self.read().unwrap_or_else(|error| panic!("the kept facts cannot be read: {error}"));
        for (seq, place, lot, fact) in rows {
            self.read_to = seq;
            let unreadable = |why: &dyn Display| -> ! { panic!("kept fact {seq} cannot be read: {why}") };
            let lot = lot.parse().unwrap_or_else(|error| unreadable(&error));
            let fact = serde_json::from_str(&fact).unwrap_or_else(|error| unreadable(&error));
            self.page.push_back(Row { seq, place: place as u64, lot, fact });
        }
    }

    fn read(&self) -> rusqlite::Result<Vec<(i64, i64, String, String)>> {
        let mut statement = self.sql.prepare_cached(
            "select seq, n, lot, fact from watch_facts where seq > ?1 and seq <= ?2 order by seq limit ?3",
        )?;
        let page = params![self.read_to, self.end, PAGE];
        statement.query_map(page, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?.collect()
    }
}
