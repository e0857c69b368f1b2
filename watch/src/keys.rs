//! Tables whose keys are random or hashed already: hashed by one multiplication, and never walked, since their
//! order is nobody's.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// Folds what it is given by a multiplication. Keys that an attacker chooses are salted by the caller.
#[derive(Default)]
pub struct Fold(u64);

impl Fold {
    fn mix(&mut self, value: u64) {
        let mixed = u128::from(self.0 ^ value) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (mixed >> 64) as u64 ^ mixed as u64;
    }
}

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.mix(u64::from_le_bytes(word));
        }
    }
    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }
    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }
    // A slice's length: the same for all keys of one table.
    fn write_usize(&mut self, _: usize) {}
}

pub type Table<K, V> = HashMap<K, V, BuildHasherDefault<Fold>>;

/// A table that forgets what came first when it is full.
pub struct Lately<K, V> {
    known: Table<K, V>,
    order: VecDeque<K>,
    max: usize,
}

impl<K: Hash + Eq + Copy, V: Default> Lately<K, V> {
    pub fn of(max: usize) -> Self {
        Self { known: Table::default(), order: VecDeque::new(), max }
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        self.known.get(key)
    }

    pub fn entry(&mut self, key: K) -> &mut V {
        if !self.known.contains_key(&key) {
            if self.order.len() == self.max
                && let Some(first) = self.order.pop_front()
            {
                self.known.remove(&first);
            }
            self.order.push_back(key);
        }
        self.known.entry(key).or_default()
    }
}
