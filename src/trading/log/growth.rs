//! The tree as it grows with the record, live and in replay, and what holds it to its seals.

use crate::proof::note::Key;
use crate::proof::tree::{Summits, TILE_WIDTH, Tree};
use crate::proof::{Fault, leaf_hash};
use crate::trading::journal::{Act, Entry};
use crate::trading::log::facts::{Facts, Leaf, Secret};
use crate::trading::log::seals::{Seal, verified};
use crate::trading::log::tiles::Files;
use matching::{Command, Paddle};
use std::collections::{HashMap, VecDeque};
use uuid::Uuid;

/// Acts whose proof can be given again: with a book's 32 keys a paddle, those of some 500 bidders. Whoever
/// retries later asks for the receipt by its number.
const ACTS_REMEMBERED: usize = 16_384;

/// A request as its bidder named it.
pub type Request = (Uuid, Paddle, Uuid);

/// The tree, its newest entries, and where each lot's facts stand in it.
pub struct Growth {
    facts: Facts,
    pub tree: Tree,
    pub files: Files,
    /// Entries of the bundle being filled.
    pub lines: Vec<Vec<u8>>,
    /// By lot: the leaf of each sequence number, from 1.
    places: HashMap<Uuid, Vec<u64>>,
    /// By hash: the leaf of what was noted.
    notes: HashMap<String, u64>,
    acts: HashMap<Request, Grown>,
    /// The same, oldest first.
    acts_in_order: VecDeque<Request>,
    fresh: Vec<Leaf>,
}

/// What of an entry concerns the one who asked.
#[derive(Clone, Default)]
pub struct Grown {
    /// The leaf of what he did, and its line.
    pub own: Option<(u64, Vec<u8>)>,
    pub secret: Option<Secret>,
}

impl Growth {
    pub fn new(salt_key: &[u8; 32], files: Files) -> Growth {
        Growth {
            facts: Facts::new(salt_key),
            tree: Tree::default(),
            files,
            lines: Vec::new(),
            places: HashMap::new(),
            notes: HashMap::new(),
            acts: HashMap::new(),
            acts_in_order: VecDeque::new(),
            fresh: Vec::new(),
        }
    }

    /// Takes in the next entry.
    pub fn take(&mut self, entry: &Entry) -> Result<Grown, Fault> {
        let mut leaves = std::mem::take(&mut self.fresh);
        let own = self.facts.take(entry, &mut leaves);
        let first = self.tree.size();
        let own_leaf = own.leaf.map(|nth| (first + nth as u64, leaves[nth].line.clone()));
        for leaf in leaves.drain(..) {
            if leaf.seq.is_some() {
                self.places.entry(leaf.lot).or_default().push(self.tree.size());
            }
            self.tree.push(leaf_hash(&leaf.line), &mut self.files)?;
            self.lines.push(leaf.line);
            if self.lines.len() == TILE_WIDTH {
                self.files.put_entries(self.tree.size() / TILE_WIDTH as u64 - 1, &self.lines)?;
                self.lines.clear();
            }
        }
        self.fresh = leaves;
        let grown = Grown { own: own_leaf, secret: own.secret };
        self.remember(entry, &grown);
        Ok(grown)
    }

    fn remember(&mut self, entry: &Entry, grown: &Grown) {
        if let (Act::Note(note), Some((index, _))) = (&entry.act, &grown.own) {
            self.notes.entry(note.sha256.clone()).or_insert(*index);
        }
        let Some((paddle, key)) = entry.command().and_then(Command::signature) else { return };
        if grown.own.is_none() && grown.secret.is_none() {
            return;
        }
        if self.acts_in_order.len() == ACTS_REMEMBERED
            && let Some(oldest) = self.acts_in_order.pop_front()
        {
            self.acts.remove(&oldest);
        }
        let asked = (entry.lot, paddle, key);
        self.acts.insert(asked, grown.clone());
        self.acts_in_order.push_back(asked);
    }

    /// The leaf of a hash that was noted.
    pub fn noted(&self, sha256: &str) -> Option<u64> {
        self.notes.get(sha256).copied()
    }

    /// What was made of a request, while it is remembered.
    pub fn made_of(&self, asked: &Request) -> Option<&Grown> {
        self.acts.get(asked)
    }

    /// The leaf of a lot's public event.
    pub fn place(&self, lot: Uuid, seq: u64) -> Option<u64> {
        self.places.get(&lot)?.get(usize::try_from(seq.checked_sub(1)?).ok()?).copied()
    }

    /// The line of a leaf, from memory while its bundle fills.
    pub fn line(&self, index: u64) -> Result<Vec<u8>, Fault> {
        let filled = self.tree.size() - self.lines.len() as u64;
        match index.checked_sub(filled) {
            Some(nth) => {
                let known = self.lines.get(nth as usize).cloned();
                known.ok_or(Fault::NotIncluded { index, size: self.tree.size() })
            }
            None => self.files.entry(index),
        }
    }

    pub fn summits(&self) -> Summits {
        self.tree.summits()
    }
}

/// Replay beside the seals: each is compared when the entries it sealed have been taken in.
pub struct Check {
    pub growth: Growth,
    key: Key,
    seals: std::vec::IntoIter<Seal>,
    next: Option<Seal>,
    /// Entries that the seal before vouches for.
    sealed: u64,
    /// The first that does not fit.
    fault: Option<String>,
    checked: u64,
}

impl Check {
    pub fn new(growth: Growth, key: Key, seals: Vec<Seal>) -> Check {
        let mut seals = seals.into_iter();
        let next = seals.next();
        let mut check = Check { growth, key, seals, next, sealed: 0, fault: None, checked: 0 };
        check.compare(0);
        check
    }

    pub fn take(&mut self, entry: &Entry) {
        if self.fault.is_some() {
            return;
        }
        if let Err(fault) = self.growth.take(entry) {
            self.fault = Some(format!("entry {}: {fault}", entry.n));
        }
        self.compare(entry.n + 1);
    }

    fn compare(&mut self, entries: u64) {
        while let Some(seal) = self.next.take_if(|seal| seal.entries <= entries) {
            if self.fault.is_none() {
                self.fault = self.fit(&seal, entries).err();
            }
            self.sealed = seal.entries;
            self.checked += 1;
            self.next = self.seals.next();
        }
    }

    fn fit(&self, seal: &Seal, entries: u64) -> Result<(), String> {
        let sealed = verified(seal, &self.key)?;
        let (size, root) = (self.growth.tree.size(), self.growth.summits().root());
        if seal.entries != entries {
            return Err(format!(
                "the seals are not in order: one after entry {} follows one after {entries}",
                seal.entries
            ));
        }
        if (sealed.size, sealed.root) == (size, root) {
            return Ok(());
        }
        let batch = match self.sealed {
            from if from + 1 >= entries => format!("entry {from}"),
            from => format!("the batch of entries {from} to {}", entries - 1),
        };
        Err(format!(
            "damaged: {batch} is not what was sealed: the log signed {} leaves, the journal makes {size} of another root or number",
            sealed.size
        ))
    }

    /// The tree, if the whole journal is in accord with every seal; and how many there were.
    pub fn end(self, entries: u64) -> Result<(Growth, u64), String> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        match self.next {
            None => Ok((self.growth, self.checked)),
            Some(_) => {
                let last = self.seals.last().or(self.next).map_or(0, |seal| seal.entries);
                Err(format!(
                    "damaged: entry {entries} is missing: the log has sealed {last} entries, the journal holds {entries}"
                ))
            }
        }
    }
}
