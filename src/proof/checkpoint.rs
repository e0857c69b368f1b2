//! 检查点: the size and root of the tree as its log signed them (C2SP tlog-checkpoint).

use crate::proof::note::{Key, Note, Signer};
use crate::proof::{Fault, Hash, base64, hash_from_base64, number};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

impl Checkpoint {
    /// Signed by the log, whose name is the origin.
    pub fn sign(signer: &Signer, size: u64, root: &Hash) -> String {
        signer.note(&format!("{}\n{size}\n{}\n", signer.key().name, base64(root)))
    }

    /// What a note's text says; whether it is true is a key's to say.
    pub fn read(note: &Note) -> Result<Checkpoint, Fault> {
        let mut lines = note.text.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(Fault::Form("a checkpoint has three lines"));
        };
        let root = hash_from_base64(root)?;
        let size = number(size).ok_or(Fault::Form("a tree size is a number"))?;
        if origin.is_empty() || lines.any(str::is_empty) {
            return Err(Fault::Form("a checkpoint has no empty line"));
        }
        Ok(Checkpoint { origin: origin.to_string(), size, root })
    }

    /// A checkpoint that `key` signed as its own log's.
    pub fn verify(whole: &str, key: &Key) -> Result<Checkpoint, Fault> {
        let note = Note::parse(whole)?;
        key.verify(&note)?;
        let checkpoint = Checkpoint::read(&note)?;
        if checkpoint.origin == key.name { Ok(checkpoint) } else { Err(Fault::Origin(checkpoint.origin)) }
    }
}
