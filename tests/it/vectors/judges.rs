//! The verifiers: the server's, one of others' making, and the browser's.

use super::making::{Question, Vector};
use base64::prelude::*;
use serde_json::Value;
use signed_note::{Note, Signature, StandardVerifier, Verifier, VerifierList, key_id};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use sunbid::proof::checkpoint::Checkpoint as OwnCheckpoint;
use sunbid::proof::note::{Key, Note as OwnNote};
use sunbid::proof::path::consistent;
use sunbid::proof::receipt::Receipt;
use sunbid::proof::{Fault, hash_from_base64};
use tlog_tiles::{Checkpoint, Hash, check_record, check_tree, record_hash};

/// `src/proof`, as `sunbid verify` uses it.
pub fn own(vector: &Vector) -> Result<(), Fault> {
    match &vector.question {
        Question::Receipt { log, witnesses, text } => {
            let receipt = Receipt::parse(read(&text.0)?)?;
            receipt.verify(&Key::parse(log)?)?;
            let note = OwnNote::parse(&receipt.checkpoint)?;
            for witness in witnesses {
                match Key::parse(witness)?.verify_cosignature(&note) {
                    Ok(_) | Err(Fault::Unsigned(_)) => {}
                    Err(fault) => return Err(fault),
                }
            }
            Ok(())
        }
        Question::Consistency { log, older, newer, path } => {
            let key = Key::parse(log)?;
            let older = OwnCheckpoint::verify(read(&older.0)?, &key)?;
            let newer = OwnCheckpoint::verify(read(&newer.0)?, &key)?;
            let path = path.iter().map(|hash| hash_from_base64(hash)).collect::<Result<Vec<_>, _>>()?;
            consistent(older.size, &older.root, newer.size, &newer.root, &path)
        }
    }
}

fn read(text: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(text).map_err(|_| Fault::Form("UTF-8"))
}

/// The crates `signed_note` and `tlog_tiles`; only the frame of a receipt, which they do not
/// know, is read here.
pub fn independent(vector: &Vector) -> bool {
    match &vector.question {
        Question::Receipt { log, witnesses, text } => receipt(log, witnesses, &text.0).is_some(),
        Question::Consistency { log, older, newer, path } => consistency(log, &older.0, &newer.0, path).is_some(),
    }
}

fn receipt(log: &str, witnesses: &[String], text: &[u8]) -> Option<()> {
    let text = std::str::from_utf8(text).ok()?;
    let (head, checkpoint) = text.split_once("\n\n")?;
    let mut lines = head.split('\n');
    let is_receipt = lines.next()? == "c2sp.org/tlog-proof@v1";
    let entry = BASE64_STANDARD.decode(lines.next()?.strip_prefix("extra ")?).ok()?;
    let index = lines.next()?.strip_prefix("index ")?;
    let number: u64 = index.parse().ok()?;
    let path = hashes(lines)?;

    let checkpoint = open(log, witnesses, checkpoint.as_bytes())?;
    check_record(&path, checkpoint.size(), *checkpoint.hash(), number, record_hash(&entry)).ok()?;
    (is_receipt && !entry.is_empty() && index == number.to_string()).then_some(())
}

fn consistency(log: &str, older: &[u8], newer: &[u8], path: &[String]) -> Option<()> {
    let (older, newer) = (open(log, &[], older)?, open(log, &[], newer)?);
    let path = hashes(path.iter().map(String::as_str))?;
    check_tree(&path, newer.size(), *newer.hash(), older.size(), *older.hash()).ok()
}

fn hashes<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Vec<Hash>> {
    lines.map(|line| Hash::parse_hash(line).ok()).collect()
}

/// The checkpoint, if the log signed it and no known witness' line is false.
fn open(log: &str, witnesses: &[String], note: &[u8]) -> Option<Checkpoint> {
    let note = Note::from_bytes(note).ok()?;
    let verifier = StandardVerifier::new(log).ok()?;
    let name = verifier.name().to_string();
    let mut keys: Vec<Box<dyn Verifier>> = vec![Box::new(verifier)];
    for witness in witnesses {
        keys.push(Box::new(Witness::new(witness)?));
    }
    let (verified, _) = note.verify(&VerifierList::new(keys)).ok()?;
    let by_log = |signature: &Signature| StandardVerifier::new(log).is_ok_and(|key| signature.id() == key.key_id());
    let checkpoint = Checkpoint::from_bytes(note.text()).ok()?;
    (verified.iter().any(by_log) && checkpoint.origin() == name).then_some(checkpoint)
}

/// A witness' key: the signature of kind 1 over a text that names the time, c2sp.org/tlog-cosignature.
struct Witness {
    id: u32,
    key: StandardVerifier,
}

impl Witness {
    fn new(key: &str) -> Option<Witness> {
        let (name, rest) = key.split_once('+')?;
        let mut material = BASE64_STANDARD.decode(rest.split_once('+')?.1).ok()?;
        let id = key_id(name, &material);
        material[0] = 1;
        let as_signature = format!("{name}+{:08x}+{}", key_id(name, &material), BASE64_STANDARD.encode(&material));
        Some(Witness { id, key: StandardVerifier::new(&as_signature).ok()? })
    }
}

impl Verifier for Witness {
    fn name(&self) -> &str {
        self.key.name()
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let Some((at, signature)) = signature.split_first_chunk::<8>() else { return false };
        let at = u64::from_be_bytes(*at);
        self.key.verify(&[format!("cosignature/v1\ntime {at}\n").as_bytes(), text].concat(), signature)
    }
}

/// `check.sh`, which knows no witnesses and no consistency; run in a folder of its own, which it must leave as
/// it was: what a receipt says is never executed.
pub fn shell(vectors: &[&Vector]) -> Vec<(bool, String)> {
    const SHELLS: usize = 4;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/web/src/proof/check.sh");
    let ask = |vector: &Vector| {
        let Question::Receipt { log, text, .. } = &vector.question else { panic!("receipts alone") };
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("receipt"), &text.0).expect("written");
        let run = Command::new("bash").arg(script).args(["receipt", log]).current_dir(folder.path()).output();
        let run = run.expect("bash and openssl");
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 1, "{} left something behind", vector.done);
        let said = String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned();
        assert!(run.status.success() == said.starts_with("VERIFIED"), "{}: {said}", vector.done);
        (run.status.success(), said)
    };
    let shares: Vec<Vec<(bool, String)>> = std::thread::scope(|scope| {
        let share = vectors.len().div_ceil(SHELLS).max(1);
        let shells: Vec<_> =
            vectors.chunks(share).map(|some| scope.spawn(move || some.iter().copied().map(ask).collect())).collect();
        shells.into_iter().map(|shell| shell.join().expect("a verdict")).collect()
    });
    shares.concat()
}

/// The same question to whoever knows no witness.
pub fn without_witnesses(vector: &Vector) -> Result<(), Fault> {
    let Question::Receipt { log, text, .. } = &vector.question else { panic!("receipts alone") };
    Receipt::parse(read(&text.0)?)?.verify(&Key::parse(log)?).map(drop)
}

/// What the page in the browser would say, from the same file, run by Node.
pub fn browser(vectors: &[Vector]) -> Vec<Value> {
    let mut node = Command::new("node")
        .args(["--no-warnings", "scripts/verify-vectors.mjs"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/web"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node 20.19 or newer");
    let mut asked = node.stdin.take().expect("a pipe");
    let answers = BufReader::new(node.stdout.take().expect("a pipe"));
    let verdicts: Vec<Value> = std::thread::scope(|scope| {
        scope.spawn(move || {
            for vector in vectors {
                let question = serde_json::to_string(&vector.question).expect("vectors have no failing part");
                writeln!(asked, "{question}").expect("node listens");
            }
        });
        answers.lines().map(|line| serde_json::from_str(&line.expect("a line")).expect("a verdict")).collect()
    });
    assert!(node.wait().expect("node ends").success());
    assert_eq!(verdicts.len(), vectors.len(), "node answers every vector");
    verdicts
}
