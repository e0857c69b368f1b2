//! Four verifiers, one verdict: what the record's receipts prove does not hang on our own code.
//!
//! Receipts and consistency proofs of random logs, whole and damaged in every way we could think
//! of, are put to the server's verifier, to one in Rust that is not ours, and to the browser's, run by Node;
//! and some of them to the shell script beside it.

mod damage;
mod judges;
mod making;

use making::{Chance, Fate, Log, Vector};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};

/// Seeds that once found something, and one to begin with.
const SEEDS: &[u64] = &[20_080_407];
/// For each seed: one in six is whole, the others damaged.
const RECEIPTS: usize = 900;
const CONSISTENCIES: usize = 300;
/// A shell takes a fifth of a second each; so many go through every way of damage.
const SHELL_RECEIPTS: usize = 100;

/// What a receipt says is text to every verifier: nothing of it is executed, and a number is a number.
#[test]
fn a_receipt_is_never_executed() {
    let mut chance = Chance(1);
    let log = Log::new(&mut chance, 3);
    for index in
        ["dir[$(touch owned)]", "x[$(touch owned >&2)]+0", "00", "-1", "3", "9999999999999999999", "1 ", "last"]
    {
        let mut parts = log.receipt_at(&mut chance, 3);
        parts.index = 7;
        let text = parts.written().replacen("\nindex 7\n", &format!("\nindex {index}\n"), 1);
        let question =
            making::Question::Receipt { log: log.key.public(), witnesses: Vec::new(), text: making::Text(text.into()) };
        let vector = Vector { done: "an index to be executed", fate: Fate::Refused, question };
        let (holds, said) = judges::shell(&[&vector]).swap_remove(0);
        assert!(!holds && said.starts_with("REFUSED"), "{index}: {said}");
        assert!(judges::own(&vector).is_err() && !judges::independent(&vector), "{index}");
    }
    // A leaf that is the whole tree takes no path: one hash more is one too many, wherever the loop stands.
    let mut parts = log.receipt_at(&mut chance, 1);
    parts.path.push(tlog_tiles::record_hash(b"more"));
    let question = making::Question::Receipt {
        log: log.key.public(),
        witnesses: Vec::new(),
        text: making::Text(parts.written().into()),
    };
    let vector = Vector { done: "a path in a tree of one", fate: Fate::Refused, question };
    assert!(judges::shell(&[&vector])[0].1.contains("too long"));
}

#[test]
fn verifiers_agree_on_every_vector() {
    let fresh = RandomState::new().build_hasher().finish();
    for seed in SEEDS.iter().copied().chain([fresh]) {
        let vectors = vectors(seed);
        let (mut valid, mut ways) = (0, BTreeMap::<_, [usize; 2]>::new());
        for (n, (vector, browser)) in vectors.iter().zip(judges::browser(&vectors)).enumerate() {
            let (own, independent) = (judges::own(vector), judges::independent(vector));
            let told = || {
                format!(
                    "seed {seed}, vector {n}, {}: own {own:?}, independent {independent}, browser {browser}\n{vector:?}",
                    vector.done
                )
            };
            assert!(own.is_ok() == independent && browser["valid"] == independent, "no agreement: {}", told());
            match vector.fate {
                Fate::Valid => assert!(independent, "must be valid: {}", told()),
                Fate::Refused => assert!(!independent, "must be refused: {}", told()),
                Fate::Either => {}
            }
            valid += usize::from(independent);
            ways.entry(vector.done).or_default()[usize::from(independent)] += 1;
        }
        let some: Vec<&Vector> = vectors.iter().take(SHELL_RECEIPTS).collect();
        for (vector, (holds, said)) in some.iter().zip(judges::shell(&some)) {
            let own = judges::without_witnesses(vector);
            assert!(holds == own.is_ok(), "seed {seed}, {}: own {own:?}, shell {said}\n{vector:?}", vector.done);
        }
        println!(
            "seed {seed}: {} vectors, three verifiers agree on each: {valid} valid, {} refused",
            vectors.len(),
            vectors.len() - valid
        );
        for (done, [refused, valid]) in ways {
            println!("  {done}: {refused} refused, {valid} valid");
        }
    }
}

fn vectors(seed: u64) -> Vec<Vector> {
    let mut chance = Chance(seed);
    let logs = [700, 64, 3].map(|entries| Log::new(&mut chance, entries));
    let mut vectors = Vec::new();
    for n in 0..RECEIPTS {
        let log = chance.one_of(&logs);
        let receipt = log.receipt(&mut chance);
        vectors.push(damage::receipt(&mut chance, log, receipt, n));
    }
    for n in 0..CONSISTENCIES {
        let log = chance.one_of(&logs);
        vectors.push(damage::consistency(&mut chance, log, n));
    }
    vectors
}
