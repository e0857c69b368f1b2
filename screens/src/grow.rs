//! Training: gradient boosting with a logistic loss over binned columns (Friedman 2001; second-order gains and
//! the missing direction after Chen and Guestrin 2016). One thread and a seed: the same tables, the same model.

use crate::chance::Chance;
use crate::forest::{Forest, Node};

#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub trees: usize,
    /// At most [`crate::descent::DEPTH`].
    pub depth: usize,
    /// How much of each tree's advice is taken.
    pub rate: f64,
    /// Pulls leaves to zero (L2).
    pub pull: f64,
    /// The least weight of rows on each side of a question.
    pub least: f64,
    /// Of ten: rows and columns each tree may look at.
    pub rows_of_ten: usize,
    pub columns_of_ten: usize,
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan { trees: 300, depth: 5, rate: 0.05, pull: 5.0, least: 10.0, rows_of_ten: 8, columns_of_ten: 6, seed: 1 }
    }
}

/// A row to learn from.
pub struct Example<'a> {
    pub row: &'a [f32],
    pub collusive: bool,
    /// How much it counts.
    pub weight: f64,
}

/// Cuts of one column; a figure's bin is the number of cuts below it.
const CUTS_MAX: usize = 253;
/// The bin of what is missing.
const MISSING: u8 = u8::MAX;

struct Table {
    /// Bins, a column one behind another.
    bins: Vec<Vec<u8>>,
    cuts: Vec<Vec<f32>>,
}

/// # Panics
/// When rows are of different lengths, or all examples are of one kind.
pub fn grow(examples: &[Example], plan: Plan) -> Forest {
    let columns = examples.first().map_or(0, |example| example.row.len());
    assert!(examples.iter().all(|example| example.row.len() == columns), "rows of one length");
    let weights = weights(examples);
    let table = Table::of(examples, columns);
    let mut forest = Forest::new(columns as u16, 0.0);
    let mut scores = vec![0.0_f64; examples.len()];
    let mut slopes = vec![Slope::default(); examples.len()];
    let mut chance = Chance(plan.seed);
    for _ in 0..plan.trees {
        for (at, example) in examples.iter().enumerate() {
            let likely = 1.0 / (1.0 + (-scores[at]).exp());
            let wanted = f64::from(u8::from(example.collusive));
            slopes[at] = Slope { down: weights[at] * (wanted - likely), curve: weights[at] * likely * (1.0 - likely) };
        }
        let rows = some(examples.len(), plan.rows_of_ten, &mut chance);
        let asked = some(columns, plan.columns_of_ten, &mut chance);
        let tree = Growth { table: &table, slopes: &slopes, columns: &asked, plan, nodes: vec![] }.tree(rows);
        for (score, example) in scores.iter_mut().zip(examples) {
            *score += f64::from(Node::said(&tree, example.row));
        }
        forest.plant(&tree);
    }
    forest
}

/// Some of ten of `0..count`, at least one, rising.
fn some(count: usize, of_ten: usize, chance: &mut Chance) -> Vec<u32> {
    let mut chosen: Vec<u32> = (0..count as u32).filter(|_| chance.below(10) < of_ten).collect();
    if chosen.is_empty() {
        chosen.push(chance.below(count) as u32);
    }
    chosen
}

/// Both kinds weigh the same in all, since the rare one is looked for. Their mean is one, so that `least` and `pull`
/// mean the same on every table.
fn weights(examples: &[Example]) -> Vec<f64> {
    let of = |kind: bool| -> f64 {
        examples.iter().filter(|example| example.collusive == kind).map(|example| example.weight).sum()
    };
    let (yes, no) = (of(true), of(false));
    assert!(yes > 0.0 && no > 0.0, "examples of both kinds");
    let rows = examples.len() as f64;
    let scale = |collusive: bool| rows / (2.0 * if collusive { yes } else { no });
    examples.iter().map(|example| example.weight * scale(example.collusive)).collect()
}

impl Table {
    fn of(examples: &[Example], columns: usize) -> Table {
        let cuts: Vec<Vec<f32>> = (0..columns).map(|column| cuts(examples, column)).collect();
        let bin = |figure: f32, cuts: &[f32]| match figure.is_nan() {
            true => MISSING,
            false => cuts.partition_point(|cut| *cut < figure) as u8,
        };
        let bins = cuts
            .iter()
            .enumerate()
            .map(|(column, cuts)| examples.iter().map(|example| bin(example.row[column], cuts)).collect())
            .collect();
        Table { bins, cuts }
    }
}

/// Figures of a column that part it into bins of about one size.
fn cuts(examples: &[Example], column: usize) -> Vec<f32> {
    let mut figures: Vec<f32> =
        examples.iter().map(|example| example.row[column]).filter(|one| !one.is_nan()).collect();
    figures.sort_by(f32::total_cmp);
    let highest = figures.last().copied();
    let step = figures.len().div_ceil(CUTS_MAX + 1).max(1);
    let mut cuts: Vec<f32> = figures.iter().copied().skip(step - 1).step_by(step).collect();
    cuts.dedup();
    // Nothing lies behind the highest figure; where some are missing, it parts them from what is known.
    cuts.retain(|cut| Some(*cut) != highest);
    if figures.len() < examples.len() {
        cuts.extend(highest);
    }
    cuts
}

/// First and second derivative of the loss, turned so that `down` is the way to go.
#[derive(Clone, Copy, Default)]
struct Slope {
    down: f64,
    curve: f64,
}

impl Slope {
    fn add(&mut self, other: Slope) {
        self.down += other.down;
        self.curve += other.curve;
    }

    fn less(self, other: Slope) -> Slope {
        Slope { down: self.down - other.down, curve: self.curve - other.curve }
    }

    /// What a leaf of these rows wins.
    fn gain(self, pull: f64) -> f64 {
        self.down * self.down / (self.curve + pull)
    }
}

struct Growth<'a> {
    table: &'a Table,
    slopes: &'a [Slope],
    columns: &'a [u32],
    plan: Plan,
    nodes: Vec<Node>,
}

struct Question {
    column: usize,
    bin: u8,
    missing_left: bool,
    gain: f64,
}

impl Growth<'_> {
    fn tree(mut self, rows: Vec<u32>) -> Vec<Node> {
        self.nodes.push(Node::leaf(0.0));
        self.node(0, rows, self.plan.depth);
        self.nodes
    }

    fn node(&mut self, at: usize, rows: Vec<u32>, depth: usize) {
        let mut all = Slope::default();
        rows.iter().for_each(|row| all.add(self.slopes[*row as usize]));
        self.nodes[at] = Node::leaf((self.plan.rate * all.down / (all.curve + self.plan.pull)) as f32);
        let question = (depth > 0).then(|| self.question(&rows, all)).flatten();
        let Some(Question { column, bin, missing_left, .. }) = question else { return };
        let bins = &self.table.bins[column];
        let goes_left = |row: &u32| match bins[*row as usize] {
            MISSING => missing_left,
            known => known <= bin,
        };
        let (left_rows, right_rows): (Vec<u32>, Vec<u32>) = rows.into_iter().partition(goes_left);
        let left = self.nodes.len();
        self.nodes[at].ask(column as u16, self.table.cuts[column][usize::from(bin)], missing_left, left as u32);
        self.nodes.extend([Node::leaf(0.0), Node::leaf(0.0)]);
        self.node(left, left_rows, depth - 1);
        self.node(left + 1, right_rows, depth - 1);
    }

    /// The question that wins most; the first of equals, so that order decides nothing.
    fn question(&self, rows: &[u32], all: Slope) -> Option<Question> {
        let Plan { pull, least, .. } = self.plan;
        // Of a balanced row the curve is at most a quarter of its weight.
        let enough = |side: Slope| side.curve * 4.0 >= least;
        let mut best: Option<Question> = None;
        for column in self.columns.iter().map(|column| *column as usize) {
            let (bins, cuts) = (&self.table.bins[column], self.table.cuts[column].len());
            let mut sums = [Slope::default(); MISSING as usize + 1];
            rows.iter().for_each(|row| sums[usize::from(bins[*row as usize])].add(self.slopes[*row as usize]));
            let missing = sums[usize::from(MISSING)];
            let mut left = Slope::default();
            for (bin, sum) in sums.iter().enumerate().take(cuts) {
                left.add(*sum);
                for missing_left in [false, true] {
                    let mut left = left;
                    if missing_left {
                        left.add(missing);
                    }
                    let right = all.less(left);
                    if !enough(left) || !enough(right) {
                        continue;
                    }
                    let gain = left.gain(pull) + right.gain(pull) - all.gain(pull);
                    if gain > best.as_ref().map_or(1e-9, |best| best.gain) {
                        best = Some(Question { column, bin: bin as u8, missing_left, gain });
                    }
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two columns; the kind is whether exactly one of them is above a half. A third says nothing.
    fn exclusive_or(seed: u64) -> Vec<([f32; 3], bool)> {
        let mut chance = Chance(seed);
        let mut figure = || chance.below(1_000) as f32 / 1_000.0;
        let rows = (0..800).map(|_| [figure(), figure(), figure()]);
        rows.map(|row| (row, (row[0] > 0.5) != (row[1] > 0.5))).collect()
    }

    fn train(rows: &[([f32; 3], bool)], plan: Plan) -> Forest {
        let examples: Vec<Example> =
            rows.iter().map(|(row, collusive)| Example { row, collusive: *collusive, weight: 1.0 }).collect();
        grow(&examples, plan)
    }

    #[test]
    fn trees_learn_what_no_single_column_tells() {
        let forest = train(&exclusive_or(1), Plan { trees: 100, ..Plan::default() });
        let unseen = exclusive_or(2);
        let right = unseen.iter().filter(|(row, kind)| (forest.score(row) > 0.0) == *kind).count();
        assert!(right >= 760, "{right} of {}", unseen.len());
    }

    #[test]
    fn the_same_rows_and_seed_give_the_same_model() {
        let plan = Plan { trees: 20, ..Plan::default() };
        assert_eq!(train(&exclusive_or(3), plan), train(&exclusive_or(3), plan));
        assert_ne!(train(&exclusive_or(3), plan), train(&exclusive_or(3), Plan { seed: 2, ..plan }));
    }

    #[test]
    fn a_missing_figure_goes_where_it_teaches() {
        let mut rows = exclusive_or(4);
        for (at, (row, kind)) in rows.iter_mut().enumerate() {
            *kind = at % 2 == 0;
            row[2] = if *kind { f32::NAN } else { 0.5 };
        }
        let forest = train(&rows, Plan { trees: 50, ..Plan::default() });
        assert!(forest.score(&[0.2, 0.2, f32::NAN]) > 1.0);
        assert!(forest.score(&[0.2, 0.2, 0.5]) < -1.0);
    }
}
