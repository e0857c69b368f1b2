//! 封印: every checkpoint ever signed is kept beside the journal, with the number of entries it sealed
//! and the chain's hash there, so that a tail that was cut off, or a past that was changed, shows.

use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Key;
use crate::security::signed::hex;
use crate::trading::journal::Hash;
use crate::trading::log::patience::patiently;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Seals in one file; a full one stands aside as the older of two, and the one before it goes: the newest tell
/// all that older ones told.
const SEALS_IN_FILE: usize = 65_536;

/// A line of the file.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Entries of the journal that had been synced.
    pub entries: u64,
    /// The journal's chain after them, in hex.
    pub head: String,
    pub checkpoint: Arc<str>,
}

impl Seal {
    pub fn new(entries: u64, head: &Hash, checkpoint: Arc<str>) -> Seal {
        Seal { entries, head: hex(head), checkpoint }
    }
}

/// The file of seals, open to append.
pub struct Seals {
    path: PathBuf,
    file: File,
    lines: usize,
    line: Vec<u8>,
}

impl Seals {
    /// Goes on where the file ends; writes it anew, which drops what a crash left of a last line.
    pub fn open(path: &Path) -> Result<Seals> {
        let kept = read_file(path)?;
        let file = write_anew(path, &kept)?;
        Ok(Seals { path: path.to_path_buf(), file, lines: kept.len(), line: Vec::new() })
    }

    /// Adds a seal. Not synced at each batch: what a power cut takes of this file, the journal, which
    /// was synced before, still holds; the seal before it then stands for less, and for nothing wrong.
    pub fn add(&mut self, seal: &Seal) -> Result<()> {
        if self.lines >= SEALS_IN_FILE {
            self.turn_over()?;
        }
        self.line.clear();
        serde_json::to_writer(&mut self.line, seal)?;
        self.line.push(b'\n');
        self.file.write_all(&self.line)?;
        self.lines += 1;
        Ok(())
    }

    /// Begins the file anew, the full one beside it: three names, nothing read or copied or synced, for every
    /// reply waits for it. The file is there at every moment.
    fn turn_over(&mut self) -> Result<()> {
        let (draft, link) = (self.path.with_extension("draft"), self.path.with_extension("link"));
        let file = patiently(|| File::create(&draft))?;
        match std::fs::remove_file(&link) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        std::fs::hard_link(&self.path, &link)?;
        std::fs::rename(&link, older(&self.path))?;
        std::fs::rename(&draft, &self.path)?;
        (self.file, self.lines) = (file, 0);
        Ok(())
    }
}

/// Where the file stands that was full last.
fn older(path: &Path) -> PathBuf {
    path.with_extension("older")
}

fn write_anew(path: &Path, seals: &[Seal]) -> Result<File> {
    let draft = path.with_extension("draft");
    let mut text = Vec::new();
    for seal in seals {
        serde_json::to_writer(&mut text, seal)?;
        text.push(b'\n');
    }
    std::fs::write(&draft, text)?;
    File::open(&draft)?.sync_all()?;
    std::fs::rename(&draft, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    OpenOptions::new().append(true).open(path)
}

/// All seals, of both files. A crash while one was turned over may leave it under both names.
pub fn read(path: &Path) -> Result<Vec<Seal>> {
    let newest = read_file(path)?;
    let mut seals = match older(path) {
        older if older.exists() => read_file(&older)?,
        _ => Vec::new(),
    };
    if !seals.is_empty() && seals.first() == newest.first() {
        return Ok(newest);
    }
    seals.extend(newest);
    Ok(seals)
}

/// A last line that a crash cut short is no seal.
fn read_file(path: &Path) -> Result<Vec<Seal>> {
    let mut reader = BufReader::new(File::open(path)?);
    let (mut seals, mut line) = (Vec::new(), String::new());
    while reader.read_line(&mut line)? > 0 {
        if line.ends_with('\n') {
            let seal = serde_json::from_str(&line);
            let unreadable = |error| Error::other(format!("seal {} of {}: {error}", seals.len(), path.display()));
            seals.push(seal.map_err(unreadable)?);
        }
        line.clear();
    }
    Ok(seals)
}

/// What a seal says, if our own key signed it.
pub fn verified(seal: &Seal, key: &Key) -> std::result::Result<Checkpoint, String> {
    let after = seal.entries;
    Checkpoint::verify(&seal.checkpoint, key)
        .map_err(|fault| format!("the seal after entry {after} is no seal: {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(entries: u64) -> Seal {
        Seal::new(entries, &[entries as u8; 32], "a checkpoint".into())
    }

    fn told(path: &Path) -> Vec<u64> {
        read(path).expect("seals").iter().map(|seal| seal.entries).collect()
    }

    #[test]
    fn a_full_file_stands_aside_and_the_record_goes_on() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("seals");
        File::create(&path).expect("made");
        let mut seals = Seals::open(&path).expect("open");
        (0..3).for_each(|n| seals.add(&seal(n)).expect("added"));
        seals.turn_over().expect("turned");
        (3..5).for_each(|n| seals.add(&seal(n)).expect("added"));
        assert_eq!(told(&path), [0, 1, 2, 3, 4]);
        seals.turn_over().expect("turned");
        seals.add(&seal(5)).expect("added");
        assert_eq!(told(&path), [3, 4, 5], "the newest tell all that older ones told");
        let mut again = Seals::open(&path).expect("open");
        again.add(&seal(6)).expect("added");
        assert_eq!(told(&path), [3, 4, 5, 6]);
        // A power cut between the names: the full file bears both.
        std::fs::remove_file(older(&path)).expect("removed");
        std::fs::hard_link(&path, older(&path)).expect("linked");
        assert_eq!(told(&path), [5, 6]);
    }
}
