//! 签名短文: text signed by named Ed25519 keys (C2SP signed-note), and cosignatures of witnesses.

use crate::proof::{Fault, add_base64, base64, from_base64};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// Signatures of one note; a longer one is refused, as other verifiers do.
const SIGNATURES_MAX: usize = 100;
/// Every signature line begins with it.
const DASH: &str = "— ";
const ID_BYTES: usize = 4;
const SIGNATURE_BYTES: usize = 64;
/// Of a signature's line, all but the name: the dash, blanks, newlines, id and signature in base64.
const LINE_BESIDE_BYTES: usize = 100;

/// What a key signs: notes themselves, or notes with the moment somebody saw them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Log = 0x01,
    Witness = 0x04,
}

/// A public key by its name, written `name+id+base64` (a C2SP verifier key).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub name: String,
    pub kind: Kind,
    public: Vec<u8>,
}

impl Key {
    pub fn id(&self) -> [u8; 4] {
        let hash = Sha256::new().chain_update(&self.name).chain_update([b'\n', self.kind as u8]);
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.chain_update(&self.public).finalize());
        [a, b, c, d]
    }

    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// Reads `name+id+base64(kind ‖ key)`.
    pub fn parse(text: &str) -> Result<Key, Fault> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Fault::Form("a key is name+id+base64"));
        };
        let bytes = from_base64(key)?;
        let (kind, public) = match bytes.split_first() {
            Some((1, public)) => (Kind::Log, public),
            Some((4, public)) => (Kind::Witness, public),
            _ => return Err(Fault::Form("no key of a kind we know")),
        };
        let key = Key { name: name.to_string(), kind, public: public.to_vec() };
        let is_whole = public.len() == 32 && is_name(name) && id == format!("{:08x}", u32::from_be_bytes(key.id()));
        if is_whole { Ok(key) } else { Err(Fault::Form("the key's parts do not belong together")) }
    }

    /// The log's signature on a note; the first of this key decides.
    pub fn verify(&self, note: &Note) -> Result<(), Fault> {
        let bytes = self.bytes_on(note)?;
        self.holds(note.text.as_bytes(), bytes)
    }

    /// A witness' cosignature: when it saw this checkpoint as the log's largest, in seconds.
    pub fn verify_cosignature(&self, note: &Note) -> Result<u64, Fault> {
        let wrong = || Fault::Signature(self.name.clone());
        let (time, signature) = self.bytes_on(note)?.split_first_chunk::<8>().ok_or_else(wrong)?;
        let time = u64::from_be_bytes(*time);
        self.holds(cosigned(note.text, time).as_bytes(), signature)?;
        Ok(time)
    }

    fn bytes_on<'a>(&self, note: &'a Note) -> Result<&'a [u8], Fault> {
        let id = self.id();
        let own = note.signatures.iter().find(|line| line.name == self.name && line.id == id);
        own.map(|line| line.bytes.as_slice()).ok_or_else(|| Fault::Unsigned(self.name.clone()))
    }

    fn holds(&self, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
        let key = UnparsedPublicKey::new(&ED25519, &self.public);
        key.verify(message, signature).map_err(|_| Fault::Signature(self.name.clone()))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let bytes = [&[self.kind as u8], self.public.as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), base64(&bytes))
    }
}

/// What may name a key.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+')
}

fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// A key pair under its name.
pub struct Signer {
    key: Key,
    id: [u8; 4],
    pair: Ed25519KeyPair,
}

impl Signer {
    pub fn new(name: &str, kind: Kind, pair: Ed25519KeyPair) -> Signer {
        let key = Key { name: name.to_string(), kind, public: pair.public_key().as_ref().to_vec() };
        Signer { id: key.id(), key, pair }
    }

    pub fn key(&self) -> &Key {
        &self.key
    }

    /// `text` (which ends with a newline) signed: the whole note.
    pub fn note(&self, text: &str) -> String {
        let signature = self.pair.sign(text.as_bytes());
        let mut signed = [0; ID_BYTES + SIGNATURE_BYTES];
        signed[..ID_BYTES].copy_from_slice(&self.id);
        signed[ID_BYTES..].copy_from_slice(signature.as_ref());
        let mut note = String::with_capacity(text.len() + self.key.name.len() + LINE_BESIDE_BYTES);
        for part in [text, "\n", DASH, &self.key.name, " "] {
            note.push_str(part);
        }
        add_base64(&mut note, &signed);
        note.push('\n');
        note
    }

    /// A witness' line for a checkpoint it has checked, at a moment in seconds.
    pub fn cosign(&self, text: &str, time: u64) -> String {
        let signature = self.pair.sign(cosigned(text, time).as_bytes());
        let bytes = [self.id.as_slice(), &time.to_be_bytes(), signature.as_ref()].concat();
        format!("{DASH}{} {}\n", self.key.name, base64(&bytes))
    }
}

/// A note as it is read: nothing in it is true before a key has verified it.
#[derive(Debug, PartialEq, Eq)]
pub struct Note<'a> {
    /// With its last newline.
    pub text: &'a str,
    pub signatures: Vec<SignatureLine<'a>>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct SignatureLine<'a> {
    /// The line itself, without its newline.
    pub line: &'a str,
    pub name: &'a str,
    pub id: [u8; 4],
    pub bytes: Vec<u8>,
}

impl<'a> Note<'a> {
    pub fn parse(whole: &'a str) -> Result<Note<'a>, Fault> {
        if whole.chars().any(|c| c < ' ' && c != '\n') || !whole.ends_with('\n') {
            return Err(Fault::Form("a note is lines of text"));
        }
        let split = whole.rfind("\n\n").ok_or(Fault::Form("a note has an empty line before its signatures"))?;
        let (text, lines) = (&whole[..=split], &whole[split + 2..]);
        Ok(Note { text, signatures: signature_lines(lines)? })
    }
}

/// Reads signature lines, each ended by a newline.
pub fn signature_lines(lines: &str) -> Result<Vec<SignatureLine<'_>>, Fault> {
    let wrong = || Fault::Form("a signature line is “— name base64”");
    let mut signatures = Vec::new();
    for line in lines.lines().take(SIGNATURES_MAX + 1) {
        let (name, bytes) = line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')).ok_or_else(wrong)?;
        let bytes = from_base64(bytes)?;
        let (id, bytes) = bytes.split_first_chunk::<4>().ok_or_else(wrong)?;
        if !is_name(name) || bytes.is_empty() {
            return Err(wrong());
        }
        signatures.push(SignatureLine { line, name, id: *id, bytes: bytes.to_vec() });
    }
    match signatures.len() {
        1..=SIGNATURES_MAX => Ok(signatures),
        _ => Err(Fault::Form("a note has 1 to 100 signatures")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of c2sp.org/tlog-cosignature and signed-note's own form of a key.
    const PUBLISHED: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    fn signer(name: &str, kind: Kind) -> Signer {
        Signer::new(name, kind, Ed25519KeyPair::generate().expect("a pair"))
    }

    #[test]
    fn a_published_note_is_read() {
        let note = Note::parse(PUBLISHED).expect("a note");
        assert_eq!(note.text.lines().count(), 3);
        let names: Vec<&str> = note.signatures.iter().map(|line| line.name).collect();
        assert_eq!(names, ["example.com/behind-the-sofa", "witness.example.com/w1"]);
        assert_eq!(note.signatures[0].bytes.len(), 64);
        assert_eq!(note.signatures[1].bytes.len(), 8 + 64);
    }

    #[test]
    fn a_note_holds_for_its_key_and_its_words_only() {
        let (log, other) = (signer("log.example/a", Kind::Log), signer("log.example/a", Kind::Log));
        let whole = log.note("one\n\ntwo\n");
        let key = Key::parse(&log.key().to_string()).expect("a key reads back");
        assert_eq!(key, *log.key());
        let note = Note::parse(&whole).expect("a note");
        assert_eq!((note.text, key.verify(&note)), ("one\n\ntwo\n", Ok(())));
        assert!(matches!(other.key().verify(&note), Err(Fault::Unsigned(_))));
        let changed = whole.replace("two", "six");
        assert!(matches!(key.verify(&Note::parse(&changed).expect("a note")), Err(Fault::Signature(_))));
    }

    #[test]
    fn a_cosignature_says_when() {
        let (log, witness) = (signer("log.example/a", Kind::Log), signer("witness.example/w", Kind::Witness));
        let whole = log.note("log.example/a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
        let text = Note::parse(&whole).expect("a note").text.to_string();
        let cosigned = format!("{whole}{}", witness.cosign(&text, 1_790_000_000));
        let note = Note::parse(&cosigned).expect("a note");
        assert_eq!(log.key().verify(&note), Ok(()));
        assert_eq!(witness.key().verify_cosignature(&note), Ok(1_790_000_000));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let key = signer("log.example/a", Kind::Log).key().to_string();
        let renamed = key.replacen("log", "dog", 1);
        for wrong in ["", "a+b", "a+00000000+AQ==", renamed.as_str()] {
            assert!(Key::parse(wrong).is_err(), "{wrong}");
        }
    }
}
