//! 回执: a leaf, its path and the signed checkpoint in one text (C2SP tlog-proof), checked offline.

use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Key;
use crate::proof::path::included;
use crate::proof::{Fault, Hash, add_base64, from_base64, hash_from_base64, leaf_hash, number};
use std::fmt;
use std::sync::Arc;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// A path is as long as the tree is high, and a size has 64 bits.
const PATH_MAX: usize = 64;
/// A hash in base64 and its newline.
const HASH_LINE_BYTES: usize = 45;
/// The header, the names of lines and the index.
const BESIDE_BYTES: usize = 80;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    pub index: u64,
    /// The leaf, as it was hashed.
    pub line: Vec<u8>,
    pub path: Vec<Hash>,
    /// Shared by all receipts of a batch.
    pub checkpoint: Arc<str>,
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl Receipt {
    /// As it is kept and sent. Every accepted bid pays for it, so it is written into one buffer.
    pub fn text(&self) -> String {
        let bytes = 2 * self.line.len() + HASH_LINE_BYTES * self.path.len() + self.checkpoint.len() + BESIDE_BYTES;
        let mut text = String::with_capacity(bytes);
        text.push_str(HEADER);
        text.push_str("\nextra ");
        add_base64(&mut text, &self.line);
        text.push_str("\nindex ");
        text.push_str(&self.index.to_string());
        text.push('\n');
        for hash in &self.path {
            add_base64(&mut text, hash);
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    pub fn parse(text: &str) -> Result<Receipt, Fault> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(Fault::Form("a receipt ends with a checkpoint"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(Fault::Form("a receipt begins with c2sp.org/tlog-proof@v1"));
        }
        let extra = lines.next().and_then(|line| line.strip_prefix("extra "));
        let extra =
            extra.filter(|extra| !extra.is_empty()).ok_or(Fault::Form("a receipt carries its leaf as extra"))?;
        let line = from_base64(extra)?;
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(number);
        let index = index.ok_or(Fault::Form("a receipt names its leaf's index"))?;
        let path = lines.take(PATH_MAX + 1).map(hash_from_base64).collect::<Result<Vec<_>, _>>()?;
        if path.len() > PATH_MAX {
            return Err(Fault::Form("a path has at most 64 hashes"));
        }
        Ok(Receipt { index, line, path, checkpoint: checkpoint.into() })
    }

    /// Whether the log that holds `key` signed a tree with this leaf in this place; that tree.
    pub fn verify(&self, key: &Key) -> Result<Checkpoint, Fault> {
        let checkpoint = Checkpoint::verify(&self.checkpoint, key)?;
        included(leaf_hash(&self.line), self.index, checkpoint.size, &self.path, &checkpoint.root)?;
        Ok(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::node_hash;
    use crate::proof::note::{Kind, Signer};
    use aws_lc_rs::signature::Ed25519KeyPair;

    #[test]
    fn a_receipt_holds_for_its_own_words_only() {
        let log = Signer::new("log.example/a", Kind::Log, Ed25519KeyPair::generate().expect("a pair"));
        let (line, other) = (br#"{"at":1}"#.to_vec(), leaf_hash(b"other"));
        let root = node_hash(&other, &leaf_hash(&line));
        let checkpoint = Checkpoint::sign(&log, 2, &root, None).into();
        let receipt = Receipt { index: 1, line, path: vec![other], checkpoint };
        let read = Receipt::parse(&receipt.to_string()).expect("a receipt");
        assert_eq!(read, receipt);
        assert_eq!(read.verify(log.key()).map(|checkpoint| checkpoint.size), Ok(2));
        let altered = Receipt { line: br#"{"at":2}"#.to_vec(), ..read.clone() };
        assert_eq!(altered.verify(log.key()), Err(Fault::NotIncluded { index: 1, size: 2 }));
        let moved = Receipt { index: 0, ..read };
        assert!(moved.verify(log.key()).is_err());
    }
}
