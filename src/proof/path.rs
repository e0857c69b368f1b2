//! What a holder of a proof computes: the checks of RFC 9162, sections 2.1.3.2 and 2.1.4.2.

use crate::proof::{Fault, Hash, node_hash};

/// Whether `path` carries the leaf at `index` to the `root` of a tree of `size` leaves.
pub fn included(leaf: Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> Result<(), Fault> {
    let absent = Fault::NotIncluded { index, size };
    if index >= size {
        return Err(absent);
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for step in path {
        if last == 0 {
            return Err(absent);
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(step, &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, step);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last == 0 && hash == *root { Ok(()) } else { Err(absent) }
}

/// Whether the tree of `to` leaves continues the tree of `from` leaves.
pub fn consistent(from: u64, from_root: &Hash, to: u64, to_root: &Hash, proof: &[Hash]) -> Result<(), Fault> {
    let fault = Fault::Inconsistent { from, to };
    if from == 0 && proof.is_empty() {
        return Ok(());
    }
    if from == to {
        return if proof.is_empty() && from_root == to_root { Ok(()) } else { Err(fault) };
    }
    if from == 0 || from > to {
        return Err(fault);
    }
    // A whole old tree is its own first node, and the proof leaves it out.
    let mut steps = from.is_power_of_two().then_some(*from_root).into_iter().chain(proof.iter().copied());
    let Some(first) = steps.next() else { return Err(fault) };
    let (mut old, mut new) = (first, first);
    let whole = (from - 1).trailing_ones();
    let (mut at, mut last) = ((from - 1) >> whole, (to - 1) >> whole);
    for step in steps {
        if last == 0 {
            return Err(fault);
        }
        if at & 1 == 1 || at == last {
            (old, new) = (node_hash(&step, &old), node_hash(&step, &new));
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            new = node_hash(&new, &step);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last == 0 && old == *from_root && new == *to_root { Ok(()) } else { Err(fault) }
}
