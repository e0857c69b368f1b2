//! 默克尔树: an append-only tree that keeps its right edge. Full tiles of 256 hashes go to a shelf and
//! are fetched when an old leaf is proved.

use crate::proof::{Fault, Hash, empty_root, node_hash};
use std::collections::VecDeque;

/// Hashes of a full tile (tlog-tiles).
pub const TILE_WIDTH: usize = 256;
/// Levels of the tree within one tile.
pub const TILE_HEIGHT: u32 = 8;
/// Full tiles kept at hand: what a batch has just filled is proved next.
const RECENT_TILES: usize = 8;

/// 256 consecutive hashes of one level, and every complete node above them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tile {
    rows: [Vec<Hash>; TILE_HEIGHT as usize + 1],
}

impl Tile {
    /// Of at most 256 hashes.
    pub fn new(hashes: impl IntoIterator<Item = Hash>) -> Tile {
        let mut tile = Tile::default();
        hashes.into_iter().take(TILE_WIDTH).for_each(|hash| tile.push(hash));
        tile
    }

    /// A tile as it is served and stored.
    pub fn from_bytes(bytes: &[u8]) -> Result<Tile, Fault> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let whole = rest.is_empty() && !hashes.is_empty() && hashes.len() <= TILE_WIDTH;
        if whole { Ok(Tile::new(hashes.iter().copied())) } else { Err(Fault::Tile("wrong length".into())) }
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.hashes().concat()
    }

    pub fn hashes(&self) -> &[Hash] {
        &self.rows[0]
    }

    fn push(&mut self, hash: Hash) {
        self.rows[0].push(hash);
        let mut row = 0;
        while self.rows[row].len().is_multiple_of(2) && row < TILE_HEIGHT as usize {
            let [.., left, right] = self.rows[row].as_slice() else { unreachable!("an even row is not empty") };
            let above = node_hash(left, right);
            row += 1;
            self.rows[row].push(above);
        }
    }

    fn is_full(&self) -> bool {
        self.rows[0].len() == TILE_WIDTH
    }
}

/// Level and number of a tile.
pub type TileAt = (u32, u64);

/// Where full tiles are kept.
pub trait Shelf {
    fn put(&mut self, at: TileAt, tile: &Tile) -> Result<(), Fault>;
    fn get(&mut self, at: TileAt) -> Result<&Tile, Fault>;
}

#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    /// The tile being filled at each level.
    edge: Vec<Tile>,
    recent: VecDeque<(TileAt, Tile)>,
}

impl Tree {
    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn push(&mut self, leaf: Hash, shelf: &mut impl Shelf) -> Result<(), Fault> {
        self.size += 1;
        let mut hash = leaf;
        for level in 0.. {
            if self.edge.len() == level {
                self.edge.push(Tile::default());
            }
            self.edge[level].push(hash);
            if !self.edge[level].is_full() {
                break;
            }
            let tile = std::mem::take(&mut self.edge[level]);
            let at = (level as u32, (self.size >> (TILE_HEIGHT * (level as u32 + 1))) - 1);
            shelf.put(at, &tile)?;
            hash = tile.rows[TILE_HEIGHT as usize][0];
            self.recent.push_back((at, tile));
            if self.recent.len() > RECENT_TILES {
                self.recent.pop_front();
            }
        }
        Ok(())
    }

    /// The tile at the right edge of a level, if its number is `n`.
    pub fn partial(&self, level: u32, n: u64) -> Option<&Tile> {
        let tile = self.edge.get(level as usize).filter(|tile| !tile.hashes().is_empty());
        tile.filter(|_| self.size >> (TILE_HEIGHT * (level + 1)) == n)
    }

    fn known(&self, at: TileAt) -> Option<&Tile> {
        let recent = || self.recent.iter().rev().find(|(known, _)| *known == at).map(|(_, tile)| tile);
        self.partial(at.0, at.1).or_else(recent)
    }

    /// A complete node: the `index`-th at `height` above the leaves.
    fn node(&self, height: u32, index: u64, shelf: &mut impl Shelf) -> Result<Hash, Fault> {
        let (level, row) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
        let at = (level, index >> (TILE_HEIGHT - row));
        let within = (index & ((1 << (TILE_HEIGHT - row)) - 1)) as usize;
        let tile = match self.known(at) {
            Some(tile) => tile,
            None => shelf.get(at)?,
        };
        tile.rows[row as usize].get(within).copied().ok_or_else(|| Fault::Tile(format!("{at:?} is too narrow")))
    }

    /// The summits of the tree as it stands, and its root.
    pub fn summits(&self) -> Summits {
        let mut peaks = Vec::with_capacity(self.size.count_ones() as usize);
        for (level, tile) in self.edge.iter().enumerate().rev() {
            for row in (0..TILE_HEIGHT as usize).rev() {
                if tile.hashes().len() >> row & 1 == 1 {
                    let height = level as u32 * TILE_HEIGHT + row as u32;
                    let hash = *tile.rows[row].last().expect("an odd row is not empty");
                    peaks.push((height, hash));
                }
            }
        }
        let mut rest: Vec<Hash> = Vec::with_capacity(peaks.len());
        for (_, hash) in peaks.iter().rev() {
            rest.push(rest.last().map_or(*hash, |right| node_hash(hash, right)));
        }
        rest.reverse();
        Summits { size: self.size, peaks, rest }
    }

    /// The path from a leaf to the root (RFC 6962, 2.1.1).
    pub fn path(&self, index: u64, summits: &Summits, shelf: &mut impl Shelf) -> Result<Vec<Hash>, Fault> {
        let (nth, _) = summits.of_leaf(index).ok_or(Fault::NotIncluded { index, size: summits.size })?;
        let height = summits.peaks[nth].0;
        let mut path = Vec::with_capacity(height as usize + summits.peaks.len());
        for height in 0..height {
            path.push(self.node(height, (index >> height) ^ 1, shelf)?);
        }
        path.extend(summits.rest.get(nth + 1));
        path.extend(summits.peaks[..nth].iter().rev().map(|(_, hash)| *hash));
        Ok(path)
    }

    /// The proof that this tree contains the one of its first `from` leaves (RFC 6962, 2.1.2).
    pub fn consistency(&self, from: u64, summits: &Summits, shelf: &mut impl Shelf) -> Result<Vec<Hash>, Fault> {
        if from > summits.size {
            return Err(Fault::Inconsistent { from, to: summits.size });
        }
        let mut proof = Vec::new();
        let (mut low, mut high, mut is_old_root) = (0, summits.size, true);
        // Walks down to the subtree that ends where the old tree ended; what hangs beside the way is the proof.
        while from != 0 && from != high {
            // The largest power of two below the range's size.
            let middle = low + (high - low).next_power_of_two() / 2;
            if from <= middle {
                proof.push(self.range(middle, high, summits, shelf)?);
                high = middle;
            } else {
                proof.push(self.range(low, middle, summits, shelf)?);
                (low, is_old_root) = (middle, false);
            }
        }
        if from != 0 && !is_old_root {
            proof.push(self.range(low, high, summits, shelf)?);
        }
        proof.reverse();
        Ok(proof)
    }

    /// The hash of a whole subtree, or of all that follows a summit.
    fn range(&self, low: u64, high: u64, summits: &Summits, shelf: &mut impl Shelf) -> Result<Hash, Fault> {
        if high == summits.size
            && let Some((nth, start)) = summits.of_leaf(low)
            && start == low
        {
            return Ok(summits.rest[nth]);
        }
        let height = (high - low).trailing_zeros();
        self.node(height, low >> height, shelf)
    }
}

/// The largest whole subtrees of a tree, left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summits {
    size: u64,
    /// Height and hash.
    peaks: Vec<(u32, Hash)>,
    /// For each, the hash of it and all that follows.
    rest: Vec<Hash>,
}

impl Summits {
    pub fn root(&self) -> Hash {
        self.rest.first().copied().unwrap_or_else(empty_root)
    }

    /// Which summit stands above a leaf, and its first leaf.
    fn of_leaf(&self, index: u64) -> Option<(usize, u64)> {
        let mut start = 0;
        for (nth, (height, _)) in self.peaks.iter().enumerate() {
            let end = start + (1 << height);
            if index < end {
                return Some((nth, start));
            }
            start = end;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::leaf_hash;
    use crate::proof::path::{consistent, included};
    use std::collections::HashMap;

    #[derive(Default)]
    struct Memory(HashMap<TileAt, Tile>);

    impl Shelf for Memory {
        fn put(&mut self, at: TileAt, tile: &Tile) -> Result<(), Fault> {
            assert!(self.0.insert(at, tile.clone()).is_none(), "{at:?} is filled once");
            Ok(())
        }

        fn get(&mut self, at: TileAt) -> Result<&Tile, Fault> {
            self.0.get(&at).ok_or_else(|| Fault::Tile(format!("{at:?}")))
        }
    }

    fn leaf(n: u64) -> Hash {
        leaf_hash(&n.to_be_bytes())
    }

    /// The definition of RFC 6962, word for word: a slow second tree.
    fn slow_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node_hash(&slow_root(left), &slow_root(right))
            }
        }
    }

    fn grown(size: u64, shelf: &mut Memory) -> Tree {
        let mut tree = Tree::default();
        (0..size).for_each(|n| tree.push(leaf(n), shelf).expect("grows"));
        tree
    }

    #[test]
    fn roots_are_those_published_for_certificate_transparency() {
        let leaves: [&[u8]; 8] = [
            &[],
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let (mut tree, mut shelf) = (Tree::default(), Memory::default());
        let root = |tree: &Tree| tree.summits().root().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(root(&tree), roots[0]);
        for (line, expected) in leaves.iter().zip(&roots[1..]) {
            tree.push(leaf_hash(line), &mut shelf).expect("grows");
            assert_eq!(root(&tree), *expected);
        }
    }

    #[test]
    fn every_leaf_of_a_small_tree_is_proved_and_nothing_else() {
        let leaves: Vec<Hash> = (0..40).map(leaf).collect();
        for size in 1..=40 {
            let mut shelf = Memory::default();
            let tree = grown(size, &mut shelf);
            let summits = tree.summits();
            let root = slow_root(&leaves[..size as usize]);
            assert_eq!(summits.root(), root, "{size}");
            for index in 0..size {
                let path = tree.path(index, &summits, &mut shelf).expect("a path");
                assert_eq!(included(leaf(index), index, size, &path, &root), Ok(()));
                assert!(included(leaf(index + 1), index, size, &path, &root).is_err());
                assert!(included(leaf(index), index + 1, size, &path, &root).is_err());
            }
            for from in 0..=size {
                let proof = tree.consistency(from, &summits, &mut shelf).expect("a proof");
                let old = slow_root(&leaves[..from as usize]);
                assert_eq!(consistent(from, &old, size, &root, &proof), Ok(()), "{from} {size}");
                if from > 0 {
                    assert!(consistent(from, &leaf(99), size, &root, &proof).is_err(), "{from} {size}");
                }
            }
        }
    }

    #[test]
    fn a_tree_of_many_tiles_is_proved_from_its_shelf() {
        let size = 70_000;
        let mut shelf = Memory::default();
        let tree = grown(size, &mut shelf);
        // As tlog-tiles counts them: 273 full tiles of leaves, one above, and the rest at the edge.
        assert_eq!(shelf.0.len(), 273 + 1);
        let widths: Vec<usize> = tree.edge.iter().map(|tile| tile.hashes().len()).collect();
        assert_eq!(widths, [112, 17, 1]);
        let leaves: Vec<Hash> = (0..size).map(leaf).collect();
        let (summits, root) = (tree.summits(), slow_root(&leaves));
        assert_eq!(summits.root(), root);
        for index in [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999] {
            let path = tree.path(index, &summits, &mut shelf).expect("a path");
            assert_eq!(included(leaf(index), index, size, &path, &root), Ok(()), "{index}");
        }
        for from in [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_888, 69_999] {
            let proof = tree.consistency(from, &summits, &mut shelf).expect("a proof");
            assert_eq!(consistent(from, &slow_root(&leaves[..from as usize]), size, &root, &proof), Ok(()), "{from}");
        }
    }
}
