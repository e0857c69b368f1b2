//! `watch_facts`, read page by page beside the journal.

use crate::trading::journal::open_to_read;
use ::watch::Facts;
use rusqlite::{Connection, params};
use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

/// Facts held in memory at a time.
const PAGE: i64 = 1_000;
/// How long a reader waits for a checkpoint.
const WAIT: Duration = Duration::from_secs(10);

struct Row {
    seq: i64,
    /// It stands after this entry.
    place: u64,
    fact: Facts,
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
    pub fn next(&mut self, n: u64, last: i64) -> Option<(i64, Facts)> {
        if self.page.is_empty() && self.read_to < self.end {
            self.turn();
        }
        let stands = self.page.front().is_some_and(|row| row.seq <= last && row.place < n);
        let row = if stands { self.page.pop_front() } else { None };
        row.map(|row| (row.seq, row.fact))
    }

    fn turn(&mut self) {
        let read = || -> rusqlite::Result<Vec<(i64, i64, String)>> {
            let mut statement = self.sql.prepare_cached(
                "select seq, n, fact from watch_facts where seq > ?1 and seq <= ?2 order by seq limit ?3",
            )?;
            let page = params![self.read_to, self.end, PAGE];
            statement.query_map(page, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
        };
        let rows = read().unwrap_or_else(|error| unreadable(&error.to_string()));
        for (seq, place, fact) in rows {
            self.read_to = seq;
            let fact = serde_json::from_str(&fact).unwrap_or_else(|error| unreadable(&error.to_string()));
            self.page.push_back(Row { seq, place: place as u64, fact });
        }
    }
}

/// A watch that guesses would say what the record does not.
fn unreadable(why: &str) -> ! {
    tracing::error!(why, "the kept facts of the watch cannot be read; stopping");
    std::process::exit(1)
}
