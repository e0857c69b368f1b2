//! What we asked and what we were told, line by line on our own disk: the evidence by which a
//! crash is judged.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fault::Fault;
use crate::wire::{Answer, Wish};

/// A line lies in memory no longer than this.
const FLUSH_EVERY: Duration = Duration::from_millis(10);

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line<'a> {
    /// Written before the wish is sent, so what is on the wire is always in the ledger.
    Ask { wish: Wish, lot: Cow<'a, str>, paddle: u32, key: Uuid, amount: Decimal },
    Reply {
        key: Uuid,
        #[serde(flatten)]
        answer: Answer,
    },
}

pub struct Ledger(Mutex<Book>);

struct Book {
    file: BufWriter<File>,
    /// The first failure; a ledger with a hole proves nothing, so `flush` reports it.
    broken: Option<io::Error>,
}

impl Ledger {
    pub fn append_to(path: &Path) -> Result<Arc<Ledger>, Fault> {
        let opened = File::options().append(true).create(true).open(path);
        let file = opened.map_err(|why| Fault::Local(format!("{}: {why}", path.display())))?;
        let book = Book { file: BufWriter::new(file), broken: None };
        let ledger = Arc::new(Ledger(Mutex::new(book)));
        let flushed = Arc::downgrade(&ledger);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(FLUSH_EVERY).await;
                let Some(ledger) = flushed.upgrade() else { return };
                ledger.change(|file| file.flush());
            }
        });
        Ok(ledger)
    }

    pub fn write(&self, line: &Line) {
        self.change(|file| {
            serde_json::to_writer(&mut *file, line)?;
            file.write_all(b"\n")
        });
    }

    /// All lines are in the file, or the reason why not.
    pub fn flush(&self) -> Result<(), Fault> {
        self.change(|file| file.flush());
        let book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &book.broken {
            Some(why) => Err(Fault::Local(format!("ledger: {why}"))),
            None => Ok(()),
        }
    }

    fn change(&self, change: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(why) = change(&mut book.file) {
            book.broken.get_or_insert(why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Outcome;

    #[test]
    fn a_line_reads_back_as_it_was_written() {
        let key = Uuid::from_u128(5);
        let lines = [
            Line::Ask { wish: Wish::Proxy, lot: "x".into(), paddle: 3, key, amount: Decimal::new(100_000, 2) },
            Line::Reply { key, answer: Answer::Decided(Outcome::Accepted { seq: 8 }) },
            Line::Reply { key, answer: Answer::Decided(Outcome::Refused { code: "BELOW_STEP".into() }) },
            Line::Reply { key, answer: Answer::Undecided { error: "BUSY".into() } },
        ];
        for line in lines {
            let text = serde_json::to_string(&line).expect("a line is JSON");
            let back: Line = serde_json::from_str(&text).expect("reads back");
            assert_eq!(format!("{back:?}"), format!("{line:?}"), "{text}");
        }
    }
}
