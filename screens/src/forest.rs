//! A model of gradient-boosted trees on flat arrays: what it says of a row, and why.

use serde::{Deserialize, Serialize};

/// A node of no question.
const LEAF: u16 = u16::MAX;
/// Deeper trees are a damaged file's.
const DEPTH_MAX: usize = 32;
/// Trees walked side by side: their loads overlap.
const ABREAST: usize = 8;

/// All trees' nodes one behind another; children stand side by side, behind their parent.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "Told", into = "Told")]
pub struct Forest {
    /// Where each tree begins.
    roots: Vec<u32>,
    nodes: Vec<Node>,
    /// What is said before the first tree, in log-odds.
    base: f32,
    features: u16,
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Node {
    /// The column asked; [`LEAF`] asks nothing.
    feature: u16,
    /// Where a missing figure goes.
    missing_left: bool,
    /// The left child; the right one is behind it.
    left: u32,
    /// A figure up to this goes left.
    threshold: f32,
    /// The leaf's part of the score; at a question, what it would be if nothing more were asked.
    value: f32,
}

impl Node {
    pub fn leaf(value: f32) -> Node {
        Node { feature: LEAF, missing_left: false, left: 0, threshold: 0.0, value }
    }

    /// Turns a leaf into a question whose answers stand at `left` and behind it.
    pub fn ask(&mut self, feature: u16, threshold: f32, missing_left: bool, left: u32) {
        *self = Node { feature, missing_left, left, threshold, value: self.value };
    }
}

/// A forest as a file tells it: not yet known to be sound.
#[derive(Serialize, Deserialize)]
struct Told {
    features: u16,
    base: f32,
    roots: Vec<u32>,
    nodes: Vec<Node>,
}

impl From<Forest> for Told {
    fn from(forest: Forest) -> Told {
        let Forest { roots, nodes, base, features } = forest;
        Told { features, base, roots, nodes }
    }
}

impl TryFrom<Told> for Forest {
    type Error = &'static str;

    fn try_from(told: Told) -> Result<Forest, &'static str> {
        let Told { features, base, roots, nodes } = told;
        let sound = |(at, node): (usize, &Node)| {
            node.feature == LEAF
                || (node.feature < features && node.left as usize > at && (node.left as usize) + 1 < nodes.len())
        };
        if !nodes.iter().enumerate().all(sound) || roots.iter().any(|root| *root as usize >= nodes.len()) {
            return Err("a question of the model leads out of it");
        }
        Ok(Forest { roots, nodes, base, features })
    }
}

impl Forest {
    pub fn new(features: u16, base: f32) -> Forest {
        Forest { features, base, ..Forest::default() }
    }

    pub fn features(&self) -> usize {
        self.features.into()
    }

    pub fn trees(&self) -> usize {
        self.roots.len()
    }

    /// Adds a tree whose children are counted from its own first node.
    pub(crate) fn plant(&mut self, tree: &[Node]) {
        let first = self.nodes.len() as u32;
        self.roots.push(first);
        self.nodes.extend(tree.iter().map(|node| Node { left: node.left + first, ..*node }));
    }

    /// The score in log-odds. Some trees are walked abreast, each step without a branch that could be guessed
    /// wrongly: this runs for every bid.
    ///
    /// # Panics
    /// When the row is not of the model's length.
    pub fn score(&self, row: &[f32]) -> f32 {
        assert_eq!(row.len(), self.features(), "a row of the model's columns");
        if row.is_empty() {
            return self.start();
        }
        let mut score = self.base;
        for roots in self.roots.chunks(ABREAST) {
            let mut places = [0; ABREAST];
            let places = &mut places[..roots.len()];
            places.copy_from_slice(roots);
            for _ in 0..DEPTH_MAX {
                let mut asks = false;
                for place in &mut *places {
                    let node = &self.nodes[*place as usize];
                    asks |= node.feature != LEAF;
                    *place = node.next_or_stay(*place, row);
                }
                if !asks {
                    break;
                }
            }
            // In the trees' order, so that the sum is the same to the last bit.
            places.iter().for_each(|place| score += self.nodes[*place as usize].value);
        }
        score
    }

    /// The score before anything is asked of a row.
    pub fn start(&self) -> f32 {
        self.roots.iter().fold(self.base, |score, root| score + self.nodes[*root as usize].value)
    }

    /// How much each column moved the score from its start: along a row's way, each answer changes what would be
    /// said (Saabas 2014). The parts and the start sum to the score.
    pub fn reasons(&self, row: &[f32]) -> Vec<f32> {
        assert_eq!(row.len(), self.features(), "a row of the model's columns");
        let mut parts = vec![0.0; row.len()];
        for root in &self.roots {
            let mut node = self.nodes[*root as usize];
            for _ in 0..DEPTH_MAX {
                if node.feature == LEAF {
                    break;
                }
                let next = self.nodes[node.next(row)];
                parts[usize::from(node.feature)] += next.value - node.value;
                node = next;
            }
        }
        parts
    }
}

impl Node {
    /// As [`Node::next`]; a leaf stays where it is.
    fn next_or_stay(&self, own: u32, row: &[f32]) -> u32 {
        let figure = row[usize::from(self.feature).min(row.len() - 1)];
        let goes_right = (figure > self.threshold) | (figure.is_nan() & !self.missing_left);
        if self.feature == LEAF { own } else { self.left + u32::from(goes_right) }
    }

    fn next(&self, row: &[f32]) -> usize {
        let figure = row[usize::from(self.feature)];
        let goes_left = if figure.is_nan() { self.missing_left } else { figure <= self.threshold };
        self.left as usize + usize::from(!goes_left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One question about column 1: up to 5, or missing, goes to the left.
    fn small() -> Forest {
        let mut forest = Forest::new(2, 0.5);
        let mut tree = vec![Node::leaf(0.0), Node::leaf(-1.0), Node::leaf(2.0)];
        tree[0].ask(1, 5.0, true, 1);
        forest.plant(&tree);
        forest.plant(&tree);
        forest
    }

    #[test]
    fn a_row_goes_its_way_and_the_parts_sum_to_the_score() {
        let forest = small();
        for (row, score) in [([0.0, 5.0], -1.5), ([0.0, 5.1], 4.5), ([0.0, f32::NAN], -1.5)] {
            assert_eq!(forest.score(&row), score);
            assert_eq!(forest.reasons(&row), [0.0, score - forest.start()]);
        }
    }

    #[test]
    fn a_model_that_leads_out_of_itself_is_refused() {
        let sound = serde_json::to_value(small()).expect("JSON");
        assert_eq!(serde_json::from_value::<Forest>(sound.clone()).expect("sound"), small());
        for (pointer, wrong) in [("/nodes/0/left", 5), ("/nodes/3/left", 3), ("/nodes/0/feature", 2), ("/roots/1", 6)] {
            let mut damaged = sound.clone();
            *damaged.pointer_mut(pointer).expect("a field") = wrong.into();
            assert!(serde_json::from_value::<Forest>(damaged).is_err(), "{pointer}");
        }
    }
}
