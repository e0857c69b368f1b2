//! Three verifiers, one verdict: what the record's receipts prove does not hang on our own code.
//!
//! Receipts and consistency proofs of random logs, whole and damaged in every way we could think
//! of, are put to the server's verifier, to one in Rust that is not ours, and to the browser's, run by Node.

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
