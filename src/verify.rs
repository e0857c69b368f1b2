//! `sunbid verify`: the record replays, its chain holds, and the tables say what it says.

use crate::trading::floor::Lots;
use crate::trading::journal;
use crate::trading::projection::Replicas;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::error::Error;
use std::path::Path;

pub fn verify(dir: &Path) -> Result<String, Box<dyn Error>> {
    let journal = dir.join("journal.db");
    if !journal.exists() {
        return Err(format!("no journal at {}", journal.display()).into());
    }
    let tables = Connection::open_with_flags(dir.join("sunbid.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let cursor: Option<i64> = tables
        .query_row("select next_n from projection_cursor where name = 'trading'", [], |row| row.get(0))
        .optional()?;
    let cursor = cursor.unwrap_or(0) as u64;

    let (mut lots, mut replicas) = (Lots::default(), Replicas::default());
    let sql = journal::open_to_read(&journal)?;
    let (entries, _) = journal::replay(&sql, |entry| {
        lots.apply(&entry);
        if entry.n < cursor {
            replicas.apply(&entry);
        }
    })?;
    if cursor > entries {
        return Err(format!("entry {entries} is missing: the tables have seen {cursor} entries").into());
    }
    let mut checked = 0;
    for (lot, seq, bids, state_hash) in replicas.expected() {
        let told: Option<(i64, i64, String)> = tables
            .query_row("select seq, bids, state_hash from lot_states where lot = ?", [lot.to_string()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        if told != Some((seq as i64, bids as i64, state_hash)) {
            return Err(format!("lot {lot}: the tables do not say what the journal says").into());
        }
        let rows: i64 =
            tables.query_row("select count(*) from bids where lot = ?", [lot.to_string()], |row| row.get(0))?;
        if rows as u64 != bids {
            return Err(format!("lot {lot}: {rows} bids in the tables, {bids} in the journal").into());
        }
        checked += 1;
    }
    Ok(format!(
        "verified: {entries} entries, {} lots, chain whole; tables agree on {checked} lots at entry {cursor}",
        lots.by_id.len()
    ))
}
