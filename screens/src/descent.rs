//! Trees laid out to be asked fast: a model scores every bid. Each is filled up to a full tree of [`DEPTH`] questions
//! whose children are found by arithmetic, and some are walked abreast, so that their loads overlap and no branch
//! can be guessed wrongly.

/// Questions on the way to a leaf, at most.
pub const DEPTH: usize = 5;
const LEAVES: usize = 1 << DEPTH;
/// A row stands in two copies, a column's side by side: what is missing lies below all in one, above all in the other.
const SLOTS: usize = u8::MAX as usize + 1;
pub const COLUMNS_MAX: usize = SLOTS / 2;
const ABREAST: usize = 8;

/// A slot's figure above the threshold goes right.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Question {
    threshold: f32,
    slot: u8,
}

/// The first question stands at 1, those after `n` at `2n` and `2n + 1`.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Tree {
    questions: [Question; LEAVES],
    leaves: [f32; LEAVES],
}

/// Nothing is above infinity: every row goes left.
const NO_QUESTION: Question = Question { threshold: f32::INFINITY, slot: 0 };
const NO_TREE: Tree = Tree { questions: [NO_QUESTION; LEAVES], leaves: [0.0; LEAVES] };

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Descent {
    groups: Vec<[Tree; ABREAST]>,
    trees: usize,
}

/// What stands at a place of a tree as it was grown.
pub enum Step {
    Leaf(f32),
    Ask { column: u16, threshold: f32, missing_left: bool, left: usize, right: usize },
}

impl Descent {
    /// Adds a tree; false when it asks more than [`DEPTH`] questions in a row.
    pub fn plant(&mut self, root: usize, at: impl Fn(usize) -> Step) -> bool {
        let mut tree = NO_TREE;
        if !tree.fill(1, root, &at) {
            return false;
        }
        if self.trees.is_multiple_of(ABREAST) {
            self.groups.push([NO_TREE; ABREAST]);
        }
        self.groups[self.trees / ABREAST][self.trees % ABREAST] = tree;
        self.trees += 1;
        true
    }

    /// `start` and the row's leaves, summed in the trees' order: the same to the last bit everywhere.
    pub fn score(&self, start: f32, row: &[f32]) -> f32 {
        let mut slots = [0.0; SLOTS];
        for (two, figure) in slots.chunks_exact_mut(2).zip(row) {
            let (low, high) = if figure.is_nan() { (f32::NEG_INFINITY, f32::INFINITY) } else { (*figure, *figure) };
            two.copy_from_slice(&[low, high]);
        }
        let mut score = start;
        for group in &self.groups {
            let mut places = [1; ABREAST];
            for _ in 0..DEPTH {
                for (tree, place) in group.iter().zip(&mut places) {
                    let question = tree.questions[*place % LEAVES];
                    *place = 2 * *place + usize::from(slots[usize::from(question.slot)] > question.threshold);
                }
            }
            group.iter().zip(places).for_each(|(tree, place)| score += tree.leaves[place % LEAVES]);
        }
        score
    }
}

impl Tree {
    fn fill(&mut self, place: usize, grown: usize, at: &impl Fn(usize) -> Step) -> bool {
        match at(grown) {
            Step::Leaf(value) => {
                // Everything that could be asked below comes to the same.
                let (mut first, mut last) = (place, place);
                while first < LEAVES {
                    (first, last) = (2 * first, 2 * last + 1);
                }
                self.leaves[first - LEAVES..=last - LEAVES].fill(value);
                true
            }
            Step::Ask { .. } if place >= LEAVES => false,
            Step::Ask { column, threshold, missing_left, left, right } => {
                let slot = 2 * column as usize + usize::from(!missing_left);
                self.questions[place] = Question { threshold, slot: slot as u8 };
                self.fill(2 * place, left, at) && self.fill(2 * place + 1, right, at)
            }
        }
    }
}
