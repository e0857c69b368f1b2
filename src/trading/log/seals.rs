//! 封印: every checkpoint ever signed is kept beside the journal, with the number of entries it sealed
//! and the chain's hash there, so that a tail that was cut off, or a past that was changed, shows.

use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Key;
use crate::trading::journal::Hash;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Error, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Seals kept when the file is thinned: the newest tell all that older ones told.
const SEALS_KEPT: usize = 65_536;

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
        let head = head.iter().map(|byte| format!("{byte:02x}")).collect();
        Seal { entries, head, checkpoint }
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
    /// Goes on after `kept`; writes them anew, which drops what a crash left of a last line.
    pub fn open(path: &Path, kept: &[Seal]) -> Result<Seals> {
        let file = write_anew(path, &kept[kept.len().saturating_sub(SEALS_KEPT)..])?;
        Ok(Seals { path: path.to_path_buf(), file, lines: kept.len().min(SEALS_KEPT), line: Vec::new() })
    }

    /// Adds a seal. Not synced at each batch: what a power cut takes of this file, the journal, which
    /// was synced before, still holds; the seal before it then stands for less, and for nothing wrong.
    pub fn add(&mut self, seal: &Seal) -> Result<()> {
        if self.lines >= 2 * SEALS_KEPT {
            let kept = read(&self.path)?;
            *self = Seals::open(&self.path, &kept)?;
        }
        self.line.clear();
        serde_json::to_writer(&mut self.line, seal)?;
        self.line.push(b'\n');
        self.file.write_all(&self.line)?;
        self.lines += 1;
        Ok(())
    }
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

/// All seals; a last line that a crash cut short is no seal.
pub fn read(path: &Path) -> Result<Vec<Seal>> {
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
