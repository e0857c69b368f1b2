//! Tables whose keys are random or hashed already: hashed by one multiplication, and never walked, since their
//! order is nobody's.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::ops::{Index, IndexMut};

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

/// What the processor fetches from memory at once, in bytes.
const LINE: usize = 64;

/// As many as a usual lot has bidders.
pub const FEW: usize = 16;

/// Things in the order they came, found by key. The first few lie in their owner and are found by looking through
/// their keys; a table, which costs a fetch from memory that nothing else has touched, begins where they end.
#[repr(C)]
pub struct Near<K, V> {
    few: [V; FEW],
    keys: [K; FEW],
    count: usize,
    others: Vec<V>,
    places: Table<K, usize>,
}

impl<K: Copy + Default, V: Default> Default for Near<K, V> {
    fn default() -> Self {
        Self {
            few: Default::default(),
            keys: [K::default(); FEW],
            count: 0,
            others: Vec::new(),
            places: Table::default(),
        }
    }
}

impl<K: Hash + Eq + Copy, V> Near<K, V> {
    pub fn len(&self) -> usize {
        self.count + self.others.len()
    }

    /// A word of each line that a search reads, added up.
    pub fn touch(&self) -> u64
    where
        K: Into<u64>,
    {
        let keys = self.keys.iter().step_by(LINE / size_of::<K>()).map(|key| (*key).into());
        keys.fold(self.count as u64, u64::wrapping_add)
    }

    pub fn find(&self, key: &K) -> Option<usize> {
        let near = self.keys[..self.count].iter().position(|known| known == key);
        if near.is_some() || self.others.is_empty() {
            return near;
        }
        self.places.get(key).copied()
    }

    /// A key that is not there yet; its place.
    pub fn push(&mut self, key: K, value: V) -> usize {
        let place = self.len();
        if place < FEW {
            (self.keys[place], self.few[place]) = (key, value);
            self.count += 1;
        } else {
            self.places.insert(key, place);
            self.others.push(value);
        }
        place
    }

    pub fn iter(&self) -> impl Iterator<Item = &V> {
        self.few[..self.count].iter().chain(&self.others)
    }
}

impl<K, V> Index<usize> for Near<K, V> {
    type Output = V;
    fn index(&self, place: usize) -> &V {
        if place < FEW { &self.few[place] } else { &self.others[place - FEW] }
    }
}

impl<K, V> IndexMut<usize> for Near<K, V> {
    fn index_mut(&mut self, place: usize) -> &mut V {
        if place < FEW { &mut self.few[place] } else { &mut self.others[place - FEW] }
    }
}

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
