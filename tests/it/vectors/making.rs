//! Random logs and what they would hand out, written down with the crates of others.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::prelude::*;
use serde::Serialize;
use signed_note::key_id;
use std::fmt;
use tlog_tiles::{Hash, HashReader, prove_record, prove_tree, stored_hashes, tree_hash};

/// SplitMix64: the same vectors for the same seed, for ever.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    pub fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.index(list.len())]
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }

    pub fn flip(&mut self, bytes: &mut [u8]) {
        let at = self.index(bytes.len());
        bytes[at] ^= 1 << self.below(8);
    }
}

/// What must come of a vector, where its making tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    Valid,
    Refused,
    Either,
}

#[derive(Debug)]
pub struct Vector {
    pub done: &'static str,
    pub fate: Fate,
    pub question: Question,
}

/// What a verifier is asked; bytes are written as hex, since damaged text need not be text.
#[derive(Serialize, Debug)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Question {
    Receipt { log: String, witnesses: Vec<String>, text: Text },
    Consistency { log: String, older: Text, newer: Text, path: Vec<String> },
}

#[derive(Clone)]
pub struct Text(pub Vec<u8>);

impl Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

/// A key that signs notes, as the log's (1) or as a witness' (4).
pub struct Key {
    pub name: String,
    kind: u8,
    pair: Ed25519KeyPair,
}

impl Key {
    pub fn new(chance: &mut Chance, name: &str, kind: u8) -> Key {
        let pair = Ed25519KeyPair::from_seed_unchecked(&chance.bytes::<32>()).expect("any seed is a key");
        Key { name: name.into(), kind, pair }
    }

    fn material(&self) -> Vec<u8> {
        [&[self.kind], self.pair.public_key().as_ref()].concat()
    }

    pub fn public(&self) -> String {
        let material = self.material();
        format!("{}+{:08x}+{}", self.name, key_id(&self.name, &material), BASE64_STANDARD.encode(material))
    }

    /// The signature line under a note's text, without its end.
    pub fn sign(&self, text: &str, at: u64) -> String {
        let mut bytes = key_id(&self.name, &self.material()).to_be_bytes().to_vec();
        if self.kind == 4 {
            bytes.extend(at.to_be_bytes());
            bytes.extend(self.pair.sign(format!("cosignature/v1\ntime {at}\n{text}").as_bytes()).as_ref());
        } else {
            bytes.extend(self.pair.sign(text.as_bytes()).as_ref());
        }
        line(&self.name, &bytes)
    }
}

pub fn line(name: &str, bytes: &[u8]) -> String {
    format!("— {name} {}", BASE64_STANDARD.encode(bytes))
}

/// A receipt in its parts, so that one of them can be damaged.
#[derive(Clone)]
pub struct Parts {
    pub entry: Vec<u8>,
    pub index: u64,
    pub path: Vec<Hash>,
    /// The checkpoint's text: origin, size, root.
    pub text: String,
    pub signatures: Vec<String>,
}

impl Parts {
    pub fn written(&self) -> String {
        let path: String = self.path.iter().map(|hash| format!("{hash}\n")).collect();
        format!(
            "c2sp.org/tlog-proof@v1\nextra {}\nindex {}\n{path}\n{}",
            BASE64_STANDARD.encode(&self.entry),
            self.index,
            note(&self.text, &self.signatures)
        )
    }
}

pub fn note(text: &str, signatures: &[String]) -> String {
    let signatures: String = signatures.iter().map(|line| format!("{line}\n")).collect();
    format!("{text}\n{signatures}")
}

struct Store(Vec<Hash>);

impl HashReader for Store {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|&index| self.0[index as usize]).collect())
    }
}

/// A log of random entries with two witnesses; any first part of it is a log too.
pub struct Log {
    pub key: Key,
    /// Another holder of the same name.
    pub impostor: Key,
    pub witnesses: [Key; 2],
    entries: Vec<Vec<u8>>,
    store: Store,
}

impl Log {
    pub fn new(chance: &mut Chance, count: u64) -> Log {
        let name = *chance.one_of(&["sunbid.example/log", "阳光竞价", "log"]);
        let mut log = Log {
            key: Key::new(chance, name, 1),
            impostor: Key::new(chance, name, 1),
            witnesses: ["notary.example", "监督机构"].map(|name| Key::new(chance, name, 4)),
            entries: Vec::new(),
            store: Store(Vec::new()),
        };
        for n in 0..count {
            let entry = format!(r#"{{"n":{n},"号牌":{},"amount":"{}.00"}}"#, chance.below(500), chance.next());
            let hashes = stored_hashes(n, entry.as_bytes(), &log.store).expect("the store has all before");
            log.store.0.extend(hashes);
            log.entries.push(entry.into_bytes());
        }
        log
    }

    pub fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    pub fn text(&self, size: u64) -> String {
        let root = tree_hash(size, &self.store).expect("the store has all of it");
        format!("{}\n{size}\n{root}\n", self.key.name)
    }

    pub fn checkpoint(&self, size: u64) -> String {
        let text = self.text(size);
        note(&text, &[self.key.sign(&text, 0)])
    }

    pub fn consistency(&self, older: u64, newer: u64) -> Vec<Hash> {
        prove_tree(newer, older, &self.store).expect("the store has all of it")
    }

    /// Of a random entry in a random first part of the log, cosigned by none, one or both witnesses.
    pub fn receipt(&self, chance: &mut Chance) -> Parts {
        let size = 1 + chance.below(self.size());
        self.receipt_at(chance, size)
    }

    pub fn receipt_at(&self, chance: &mut Chance, size: u64) -> Parts {
        let index = chance.below(size);
        let text = self.text(size);
        let mut signatures = vec![self.key.sign(&text, 0)];
        for witness in &self.witnesses[..chance.index(3)] {
            signatures.push(witness.sign(&text, 1_700_000_000 + chance.below(100_000_000)));
        }
        Parts {
            entry: self.entries[index as usize].clone(),
            index,
            path: prove_record(size, index, &self.store).expect("the store has all of it"),
            text,
            signatures,
        }
    }
}
