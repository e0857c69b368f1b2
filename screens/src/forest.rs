//! A model of gradient-boosted trees on flat arrays: what it says of a row, and why.

use crate::descent::{COLUMNS_MAX, Descent, Step};
use serde::{Deserialize, Serialize};

/// A node of no question.
const LEAF: u16 = u16::MAX;

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
    /// The same trees, to be asked fast.
    descent: Descent,
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
        let Forest { roots, nodes, base, features, .. } = forest;
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
        if usize::from(features) > COLUMNS_MAX {
            return Err("the model asks about too many columns");
        }
        let mut forest = Forest { roots, nodes, base, features, descent: Descent::default() };
        match (0..forest.roots.len()).all(|tree| forest.lay_out(tree)) {
            true => Ok(forest),
            false => Err("a tree of the model asks too many questions in a row"),
        }
    }
}

impl Forest {
    /// # Panics
    /// When there are more columns than a model may have.
    pub fn new(features: u16, base: f32) -> Forest {
        assert!(usize::from(features) <= COLUMNS_MAX, "at most {COLUMNS_MAX} columns");
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
        assert!(self.lay_out(self.roots.len() - 1), "a tree of few questions");
    }

    fn lay_out(&mut self, tree: usize) -> bool {
        let nodes = &self.nodes;
        self.descent.plant(self.roots[tree] as usize, |at| {
            let Node { feature, missing_left, left, threshold, value } = nodes[at];
            let left = left as usize;
            match feature {
                LEAF => Step::Leaf(value),
                column => Step::Ask { column, threshold, missing_left, left, right: left + 1 },
            }
        })
    }

    /// The score in log-odds.
    ///
    /// # Panics
    /// When the row is not of the model's length.
    pub fn score(&self, row: &[f32]) -> f32 {
        assert_eq!(row.len(), self.features(), "a row of the model's columns");
        self.descent.score(self.base, row)
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
            while node.feature != LEAF {
                let next = self.nodes[node.next(row)];
                parts[usize::from(node.feature)] += next.value - node.value;
                node = next;
            }
        }
        parts
    }
}

impl Node {
    pub fn leaf(value: f32) -> Node {
        Node { feature: LEAF, missing_left: false, left: 0, threshold: 0.0, value }
    }

    /// Turns a leaf into a question whose answers stand at `left` and behind it.
    pub fn ask(&mut self, feature: u16, threshold: f32, missing_left: bool, left: u32) {
        *self = Node { feature, missing_left, left, threshold, value: self.value };
    }

    /// What one tree says of a row.
    pub(crate) fn said(tree: &[Node], row: &[f32]) -> f32 {
        let mut node = &tree[0];
        while node.feature != LEAF {
            node = &tree[node.next(row)];
        }
        node.value
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
    use crate::chance::Chance;
    use crate::descent::DEPTH;
    use crate::grow::{Example, Plan, grow};

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

    #[test]
    fn the_fast_way_says_what_the_trees_say() {
        let mut chance = Chance(7);
        let mut figure = |of: usize| match chance.below(of + 1) {
            0 => f32::NAN,
            some => some as f32 / 10.0,
        };
        let rows: Vec<([f32; 3], bool)> =
            (0..600).map(|_| [figure(30), figure(30), figure(3)]).map(|row| (row, row[0] > row[1])).collect();
        let examples: Vec<Example> =
            rows.iter().map(|(row, collusive)| Example { row, collusive: *collusive, weight: 1.0 }).collect();
        let forest = grow(&examples, Plan { trees: 37, ..Plan::default() });
        for (row, _) in &rows {
            let slowly = forest.roots.iter().fold(forest.base, |score, root| {
                let mut node = forest.nodes[*root as usize];
                while node.feature != LEAF {
                    node = forest.nodes[node.next(row)];
                }
                score + node.value
            });
            assert_eq!(forest.score(row), slowly);
        }
    }

    #[test]
    fn a_tree_of_too_many_questions_is_refused() {
        let mut told = serde_json::to_value(Forest::new(1, 0.0)).expect("JSON");
        let node = |feature: u16, left: usize| serde_json::json!({ "feature": feature, "missing_left": true, "left": left, "threshold": 1.0, "value": 0.0 });
        for (depth, sound) in [(DEPTH, true), (DEPTH + 1, false)] {
            // Questions one behind another, each with a leaf beside the next.
            let mut nodes = vec![node(0, 1)];
            for next in 1..depth {
                nodes.extend([node(0, 2 * next + 1), node(LEAF, 0)]);
            }
            nodes.extend([node(LEAF, 0), node(LEAF, 0)]);
            (told["roots"], told["nodes"]) = (serde_json::json!([0]), nodes.into());
            assert_eq!(serde_json::from_value::<Forest>(told.clone()).is_ok(), sound, "{depth}");
        }
    }
}
