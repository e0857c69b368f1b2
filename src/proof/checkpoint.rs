//! 检查点: the size and root of the tree as its log signed them (C2SP tlog-checkpoint).

use crate::proof::note::{Key, Note, Signer};
use crate::proof::{Fault, Hash, add_base64, hash_from_base64, number};

/// Our extension line begins with it: what no leaf tells is bound by the chain of the whole journal.
const JOURNAL: &str = "journal ";
/// The size, the root and the journal's line: what a checkpoint has beside its origin.
const BESIDE_BYTES: usize = 128;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: Hash,
    /// The journal's chain when the tree was signed; checkpoints of before do not have it.
    pub journal: Option<Hash>,
}

impl Checkpoint {
    /// Signed by the log, whose name is the origin.
    pub fn sign(signer: &Signer, size: u64, root: &Hash, journal: Option<&Hash>) -> String {
        let mut text = String::with_capacity(signer.key().name.len() + BESIDE_BYTES);
        text.push_str(&signer.key().name);
        text.push('\n');
        text.push_str(&size.to_string());
        text.push('\n');
        add_base64(&mut text, root);
        text.push('\n');
        if let Some(head) = journal {
            text.push_str(JOURNAL);
            add_base64(&mut text, head);
            text.push('\n');
        }
        signer.note(&text)
    }

    /// What a note's text says; whether it is true is a key's to say.
    pub fn read(note: &Note) -> Result<Checkpoint, Fault> {
        let mut lines = note.text.lines();
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(Fault::Form("a checkpoint has three lines"));
        };
        let root = hash_from_base64(root)?;
        let size = number(size).ok_or(Fault::Form("a tree size is a number"))?;
        let extensions: Vec<&str> = lines.collect();
        if origin.is_empty() || extensions.contains(&"") {
            return Err(Fault::Form("a checkpoint has no empty line"));
        }
        // An extension is opaque to whoever does not know it: one that is not ours makes nothing invalid.
        let journal = extensions.iter().find_map(|line| hash_from_base64(line.strip_prefix(JOURNAL)?).ok());
        Ok(Checkpoint { origin: origin.to_string(), size, root, journal })
    }

    /// A checkpoint that `key` signed as its own log's.
    pub fn verify(whole: &str, key: &Key) -> Result<Checkpoint, Fault> {
        let note = Note::parse(whole)?;
        key.verify(&note)?;
        let checkpoint = Checkpoint::read(&note)?;
        if checkpoint.origin == key.name { Ok(checkpoint) } else { Err(Fault::Origin(checkpoint.origin)) }
    }
}
