//! 存证: proofs that a public fact stands in the record, unchanged and in its place. Pure: hashes, notes
//! and texts; no file, no clock, nothing of ours.
//!
//! The formats are those of C2SP, so that tools written by others read them.
//!
//! **Leaf** (叶): one line of JSON, `{"at":1790000000000,"fact":{"bid":{…}},"lot":"…","scale":2,"seq":7}`,
//! without a newline; `trading::log::facts` lists the facts. Amounts are integers in units of 10^-scale, as in the journal. A leaf is these very bytes:
//! nobody writes them anew before hashing. `leaf hash = SHA-256(0x00 ‖ line)`,
//! `node = SHA-256(0x01 ‖ left ‖ right)` (RFC 6962, section 2.1).
//!
//! **Checkpoint** (tlog-checkpoint, a signed note): origin, tree size, base64 root, the extension line
//! `journal <base64>` (the journal's chain, which binds what no leaf tells), an empty line, and
//! signature lines `— <name> base64(key id ‖ signature)`. `key id = SHA-256(name ‖ "\n" ‖ 0x01 ‖ public
//! key)[..4]`; the signature is Ed25519 over the text up to and with the newline before the empty line.
//! A witness' line (tlog-cosignature) has 0x04 in its key id and `u64 time ‖ signature` as its bytes; it
//! signs `cosignature/v1\ntime <seconds>\n` ‖ text.
//!
//! **Receipt** (回执, tlog-proof), what the reply to an accepted bid carries in `receipt`:
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra <base64 of the leaf's line>
//! index <number of the leaf, from 0>
//! <base64 hash> … one a line, from the leaf's sibling up
//! <empty line>
//! <checkpoint, verbatim>
//! ```
//!
//! To check one: the key is the log's own (`/api/log/key`), learned beforehand; the note's signature
//! holds; the hash of the line in `extra`, carried up the path by its index and the checkpoint's size,
//! is the checkpoint's root; and the line says what was bid.
//!
//! **Promise** (承诺), for what must stay secret until the lot closes (an unopened offer, a maximum): a
//! note of the log's key whose text is `<origin>/promise`, the lot, and the base64 commitment
//! `SHA-256(salt ‖ line)`, a line each. The holder is given salt and line; at the lot's close the
//! commitments stand in leaves `"fact":{"kept":{"commitments":[…]}}`, his among them (and among decoys,
//! so that their number tells nothing).

pub mod checkpoint;
pub mod note;
pub mod path;
pub mod receipt;
pub mod tree;
pub mod witness;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use thiserror::Error;

pub type Hash = [u8; 32];

/// Why a proof is none.
#[derive(Error, Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    #[error("not of the documented form: {0}")]
    Form(&'static str),
    #[error("no signature of {0} on it")]
    Unsigned(String),
    #[error("the signature of {0} does not hold")]
    Signature(String),
    #[error("of another log: {0}")]
    Origin(String),
    #[error("leaf {index} is not in the tree of {size} leaves that was signed")]
    NotIncluded { index: u64, size: u64 },
    #[error("the tree of {to} leaves does not contain the tree of {from} leaves")]
    Inconsistent { from: u64, to: u64 },
    #[error("a tile cannot be read: {0}")]
    Tile(String),
}

pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The same, behind what is written already.
pub fn add_base64(text: &mut String, bytes: &[u8]) {
    STANDARD.encode_string(bytes, text);
}

pub fn from_base64(text: &str) -> Result<Vec<u8>, Fault> {
    STANDARD.decode(text).map_err(|_| Fault::Form("base64"))
}

pub fn hash_from_base64(text: &str) -> Result<Hash, Fault> {
    from_base64(text)?.try_into().map_err(|_| Fault::Form("a hash has 32 bytes"))
}

/// A number in its one spelling: no sign, no zero before it.
pub fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

pub fn leaf_hash(line: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(line).finalize().into()
}

pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// What binds to a line without telling it.
pub fn commitment(salt: &Hash, line: &[u8]) -> Hash {
    Sha256::new().chain_update(salt).chain_update(line).finalize().into()
}

/// The root of a tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}
