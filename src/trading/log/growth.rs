//! The tree as it grows with the record, live and in replay, and what holds it to its seals.

use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Key;
use crate::proof::tree::{Summits, TILE_WIDTH, Tree};
use crate::proof::{Fault, Hash, leaf_hash};
use crate::security::signed::hex;
use crate::trading::journal::{Act, Entry};
use crate::trading::log::facts::{Facts, Leaf, Secret};
use crate::trading::log::seals::{Seal, verified};
use crate::trading::log::tiles::Files;
use matching::{Command, Paddle};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
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
    /// By lot: the leaves of what was secret until its close.
    kept: HashMap<Uuid, Vec<u64>>,
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
            kept: HashMap::new(),
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
            if leaf.is_kept {
                self.kept.entry(leaf.lot).or_default().push(self.tree.size());
            }
            if let Some(long) = &leaf.long {
                self.files.put_long(long)?;
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

    /// The leaves with a closed lot's commitments.
    pub fn kept(&self, lot: Uuid) -> &[u64] {
        self.kept.get(&lot).map_or(&[], Vec::as_slice)
    }

    /// The line of a leaf while its bundle fills; `None` once it stands in a file.
    pub fn line(&self, index: u64) -> Result<Option<Vec<u8>>, Fault> {
        let filled = self.tree.size() - self.lines.len() as u64;
        let Some(nth) = index.checked_sub(filled) else { return Ok(None) };
        let known = self.lines.get(nth as usize).cloned();
        known.map(Some).ok_or(Fault::NotIncluded { index, size: self.tree.size() })
    }

    /// The salt and the commitment to who holds a paddle of a lot.
    pub fn seat(&self, lot: Uuid, account: Uuid) -> (Hash, Hash) {
        self.facts.seat(lot, account)
    }

    pub fn summits(&self) -> Summits {
        self.tree.summits()
    }
}

/// A signed checkpoint that somebody kept: the record must make its tree on the way.
pub struct Held {
    /// Whose it is, in words.
    pub of: String,
    pub checkpoint: Checkpoint,
    fits: Fits,
}

/// What of a checkpoint the replay has come by.
#[derive(Default, Clone, Copy)]
struct Fits {
    tree: bool,
    /// The journal's chain, where the checkpoint has it.
    journal: bool,
}

impl Fits {
    /// Looks at the record after an entry.
    fn look(&mut self, checkpoint: &Checkpoint, tree: &Tree, head: &Hash) {
        if tree.size() != checkpoint.size || (self.tree && self.journal) {
            return;
        }
        self.tree = self.tree || tree.summits().root() == checkpoint.root;
        self.journal = self.journal || checkpoint.journal.is_none_or(|signed| signed == *head);
    }
}

impl Held {
    pub fn new(of: &str, checkpoint: Checkpoint) -> Held {
        Held { of: of.to_string(), checkpoint, fits: Fits::default() }
    }

    fn end(&self, made: u64) -> Result<(), String> {
        let (of, size) = (&self.of, self.checkpoint.size);
        match self.fits {
            Fits { tree: true, journal: true } => Ok(()),
            Fits { tree: false, .. } if size > made => Err(format!(
                "damaged: entries are missing: the checkpoint of {of} is of {size} leaves, the journal makes {made}"
            )),
            Fits { tree: false, .. } => {
                Err(format!("damaged: the journal does not make the tree of {size} leaves in the checkpoint of {of}"))
            }
            Fits { journal: false, .. } => {
                Err(format!("damaged: the journal under {size} leaves is not the one in the checkpoint of {of}"))
            }
        }
    }
}

/// Replay beside the seals: each is compared when the entries it sealed have been taken in.
pub struct Check {
    pub growth: Growth,
    key: Key,
    seals: std::vec::IntoIter<Seal>,
    next: Option<Seal>,
    /// What the next seal's checkpoint says, and how far it fits.
    signed: Option<(Checkpoint, Fits)>,
    /// Entries that the seal before vouches for.
    sealed: u64,
    /// The newest checkpoint compared.
    newest: Option<Arc<str>>,
    held: Vec<Held>,
    /// The first that does not fit.
    fault: Option<String>,
    checked: u64,
}

/// A record that is what its seals say.
pub struct Whole {
    pub growth: Growth,
    pub seals: u64,
    /// The newest checkpoint that was signed.
    pub newest: Option<Arc<str>>,
}

impl Check {
    pub fn new(growth: Growth, key: Key, seals: Vec<Seal>, held: Vec<Held>) -> Check {
        let seals = seals.into_iter();
        let mut check = Check {
            growth,
            key,
            seals,
            next: None,
            signed: None,
            sealed: 0,
            newest: None,
            held,
            fault: None,
            checked: 0,
        };
        check.turn();
        check.look(0, &Hash::default());
        check
    }

    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Holds the record to one more checkpoint; before the first entry.
    pub fn hold(&mut self, mut held: Held) {
        held.fits.look(&held.checkpoint, &self.growth.tree, &Hash::default());
        self.held.push(held);
    }

    /// Takes in the next entry, with the journal's chain after it.
    pub fn take(&mut self, entry: &Entry, head: &Hash) {
        if self.fault.is_some() {
            return;
        }
        if let Err(fault) = self.growth.take(entry) {
            self.fault = Some(format!("entry {}: {fault}", entry.n));
        }
        self.look(entry.n + 1, head);
    }

    fn look(&mut self, entries: u64, head: &Hash) {
        for held in &mut self.held {
            held.fits.look(&held.checkpoint, &self.growth.tree, head);
        }
        if let Some((signed, fits)) = &mut self.signed {
            fits.look(signed, &self.growth.tree, head);
        }
        while self.fault.is_none()
            && let Some(seal) = self.next.take_if(|seal| seal.entries <= entries)
        {
            self.fault = self.fit(&seal, entries, head).err();
            self.sealed = seal.entries;
            self.newest = Some(seal.checkpoint);
            self.checked += 1;
            self.turn();
            if let Some((signed, fits)) = &mut self.signed {
                fits.look(signed, &self.growth.tree, head);
            }
        }
    }

    /// Goes on to the next seal; one whose checkpoint is still the last one's is not verified anew.
    fn turn(&mut self) {
        self.next = self.seals.next();
        let Some(seal) = &self.next else { return };
        if self.newest.as_deref() == Some(&*seal.checkpoint) {
            return;
        }
        match verified(seal, &self.key) {
            Ok(signed) => self.signed = Some((signed, Fits::default())),
            Err(fault) => {
                self.fault.get_or_insert(fault);
            }
        }
    }

    fn fit(&self, seal: &Seal, entries: u64, head: &Hash) -> Result<(), String> {
        if seal.entries != entries {
            return Err(format!(
                "the seals are not in order: one after entry {} follows one after {entries}",
                seal.entries
            ));
        }
        let batch = match self.sealed {
            from if from + 1 >= entries => format!("entry {from}"),
            from => format!("the batch of entries {from} to {}", entries - 1),
        };
        let Some((signed, fits)) = &self.signed else { return Err(format!("{batch} has no seal")) };
        let size = self.growth.tree.size();
        if !fits.tree || signed.size != size {
            return Err(format!(
                "damaged: {batch} is not what was sealed: the log signed {} leaves, the journal makes {size} of another root or number",
                signed.size
            ));
        }
        if !fits.journal || seal.head != hex(head) {
            return Err(format!("damaged: {batch} is not what was sealed: the journal's chain is another"));
        }
        Ok(())
    }

    /// The tree, if the whole journal is in accord with every seal and every checkpoint held.
    pub fn end(self, entries: u64) -> Result<Whole, String> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if self.next.is_some() {
            let last = self.seals.last().or(self.next).map_or(0, |seal| seal.entries);
            return Err(format!(
                "damaged: entry {entries} is missing: the log has sealed {last} entries, the journal holds {entries}"
            ));
        }
        self.held.iter().try_for_each(|held| held.end(self.growth.tree.size()))?;
        Ok(Whole { growth: self.growth, seals: self.checked, newest: self.newest })
    }
}
