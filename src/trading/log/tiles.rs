//! The log's static files: full tiles and full bundles of entries, laid out as tlog-tiles has them, so
//! that the folder can be served by any web server. They are made again from the journal at each start.

use crate::proof::Fault;
use crate::proof::tree::{Shelf, TILE_WIDTH, Tile, TileAt};
use crate::trading::log::patience::patiently;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Tiles kept while one old leaf is proved: a tree is at most eight high.
const LOADED_MAX: usize = 16;
/// Levels of tiles whose numbers fit into 64 bits.
const LEVELS_MAX: u32 = 7;

/// Where tiles lie; nowhere, for whoever only wants the root.
#[derive(Clone, Default)]
pub struct Files {
    folder: Option<PathBuf>,
    loaded: HashMap<TileAt, Tile>,
}

impl Files {
    pub fn nowhere() -> Files {
        Files::default()
    }

    pub fn at(folder: &Path) -> Files {
        Files { folder: Some(folder.to_path_buf()), loaded: HashMap::new() }
    }

    /// The entries of a full bundle, in order.
    pub fn put_entries(&self, n: u64, lines: &[Vec<u8>]) -> Result<(), Fault> {
        let Some(folder) = &self.folder else { return Ok(()) };
        write(&folder.join("entries").join(number(n)), &bundle(lines))
    }

    /// A line too long for an entry, by its hash.
    pub fn put_long(&self, line: &[u8]) -> Result<(), Fault> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let name: String = Sha256::digest(line).iter().map(|byte| format!("{byte:02x}")).collect();
        write(&folder.join("long").join(name), line)
    }

    /// The line with a hash in lowercase hex, if a leaf stands for it.
    pub fn long(&self, sha256: &str) -> Result<Option<Vec<u8>>, Fault> {
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let Some(path) = self.folder.as_ref().filter(|_| is_hash).map(|folder| folder.join("long").join(sha256)) else {
            return Ok(None);
        };
        if path.exists() { read(&path).map(Some) } else { Ok(None) }
    }

    /// One entry of a full bundle.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, Fault> {
        let bytes = self.full(None, index / TILE_WIDTH as u64)?;
        let mut rest = bytes.as_slice();
        for _ in 0..index % TILE_WIDTH as u64 {
            rest = first(rest)?.1;
        }
        first(rest).map(|(line, _)| line.to_vec())
    }

    /// A full tile of a level, or a full bundle of entries.
    pub fn full(&self, level: Option<u32>, n: u64) -> Result<Vec<u8>, Fault> {
        let folder = self.folder.as_ref().ok_or_else(|| Fault::Tile("no folder".into()))?;
        let level = level.map_or("entries".to_string(), |level| level.to_string());
        read(&folder.join(level).join(number(n)))
    }
}

impl Shelf for Files {
    fn put(&mut self, (level, n): TileAt, tile: &Tile) -> Result<(), Fault> {
        let Some(folder) = &self.folder else { return Ok(()) };
        write(&folder.join(level.to_string()).join(number(n)), &tile.bytes())
    }

    fn get(&mut self, at: TileAt) -> Result<&Tile, Fault> {
        if !self.loaded.contains_key(&at) {
            let tile = Tile::from_bytes(&self.full(Some(at.0), at.1)?)?;
            if self.loaded.len() == LOADED_MAX {
                self.loaded.clear();
            }
            self.loaded.insert(at, tile);
        }
        Ok(&self.loaded[&at])
    }
}

/// What a path below `/tile/` names: `<level>/<number>` or `entries/<number>`, and `.p/<width>` of a
/// tile that is not full.
pub struct Asked {
    pub level: Option<u32>,
    pub n: u64,
    pub width: Option<usize>,
}

impl Asked {
    pub fn parse(path: &str) -> Option<Asked> {
        let (level, rest) = path.split_once('/')?;
        let level = match level {
            "entries" => None,
            level => Some(plain(level).filter(|level| *level < LEVELS_MAX)?),
        };
        let (n, width) = match rest.split_once(".p/") {
            None => (rest, None),
            Some((n, width)) => (n, Some(plain(width).filter(|width| (1..TILE_WIDTH).contains(width))?)),
        };
        Some(Asked { level, n: from_number(n)?, width })
    }
}

/// A number without leading zeroes.
fn plain<T: std::str::FromStr + ToString>(text: &str) -> Option<T> {
    text.parse().ok().filter(|number: &T| number.to_string() == text)
}

/// Entries, each behind its length in 16 bits.
pub fn bundle(lines: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(lines.iter().map(|line| line.len() + 2).sum());
    for line in lines {
        let length = u16::try_from(line.len()).expect("facts are made to fit");
        bytes.extend(length.to_be_bytes());
        bytes.extend(line);
    }
    bytes
}

fn first(bytes: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let short = || Fault::Tile("a bundle ends early".into());
    let (length, rest) = bytes.split_first_chunk::<2>().ok_or_else(short)?;
    rest.split_at_checked(u16::from_be_bytes(*length) as usize).ok_or_else(short)
}

/// 1234067 is `x001/x234/067`.
pub fn number(n: u64) -> String {
    let mut text = format!("{:03}", n % 1_000);
    let mut rest = n / 1_000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1_000);
        rest /= 1_000;
    }
    text
}

/// Reads `x001/x234/067` back.
pub fn from_number(text: &str) -> Option<u64> {
    let mut n: u64 = 0;
    for part in text.split('/') {
        let digits = part.strip_prefix('x').unwrap_or(part);
        n = n.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
    }
    (number(n) == text).then_some(n)
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    patiently(|| fs::read(path)).map_err(|error| Fault::Tile(format!("{}: {error}", path.display())))
}

/// Not synced: after a power cut the next start finds what is missing and writes it again.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let fault = |error: std::io::Error| Fault::Tile(format!("{}: {error}", path.display()));
    match patiently(|| fs::read(path)) {
        Ok(known) if known == bytes => return Ok(()),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(fault(error)),
    }
    let draft = path.with_extension("draft");
    fs::create_dir_all(path.parent().expect("a tile lies in a folder")).map_err(fault)?;
    patiently(|| fs::write(&draft, bytes)).and_then(|()| fs::rename(&draft, path)).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_tiles_go_there_and_back() {
        for (n, text) in [(0, "000"), (7, "007"), (999, "999"), (1_000, "x001/000"), (1_234_067, "x001/x234/067")] {
            assert_eq!((number(n).as_str(), from_number(text)), (text, Some(n)));
        }
        for wrong in ["", "7", "x007", "1000", "x000/001", "../1", "001/002"] {
            assert_eq!(from_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn entries_are_found_in_their_bundle() {
        let dir = tempfile::tempdir().expect("a folder");
        let files = Files::at(dir.path());
        let lines: Vec<Vec<u8>> = (0..256).map(|n| vec![n as u8; n]).collect();
        files.put_entries(3, &lines).expect("written");
        for n in [0, 1, 255] {
            assert_eq!(files.entry(3 * 256 + n).expect("an entry"), lines[n as usize]);
        }
    }
}
