//! Trees whose cuts are drawn by chance and whose mean decides (extremely randomised trees, Geurts, Ernst and Wehenkel
//! 2006). Grown until their rows are of one kind, they find small exact rules that boosting's few questions round off;
//! the mean over many makes the steps smooth. A seed: the same rows, the same trees.

use crate::chance::Chance;
use crate::grow::Example;

pub struct Scattered {
    trees: Vec<Vec<Node>>,
}

#[derive(Clone, Copy)]
enum Node {
    /// The share of collusive rows.
    Leaf(f32),
    /// A figure up to `cut` goes to `left`, others behind it.
    Ask { column: usize, cut: f32, left: usize },
}

impl Scattered {
    /// Figures must be known: a missing one always goes right.
    ///
    /// # Panics
    /// When there are no examples.
    pub fn of(examples: &[Example], trees: usize, seed: u64) -> Scattered {
        assert!(!examples.is_empty(), "examples");
        let mut chance = Chance(seed);
        let trees = (0..trees).map(|_| {
            let mut growth = Growth { examples, nodes: vec![Node::Leaf(0.0)], chance: &mut chance };
            growth.node(0, (0..examples.len()).collect());
            growth.nodes
        });
        Scattered { trees: trees.collect() }
    }

    /// The mean share of collusive rows where this one comes to lie: 0 to 1.
    pub fn share(&self, row: &[f32]) -> f32 {
        self.trees.iter().map(|tree| said(tree, row)).sum::<f32>() / self.trees.len() as f32
    }
}

fn said(tree: &[Node], row: &[f32]) -> f32 {
    let mut at = 0;
    loop {
        match tree[at] {
            Node::Leaf(share) => return share,
            Node::Ask { column, cut, left } => at = left + usize::from(!goes_left(row, column, cut)),
        }
    }
}

fn goes_left(row: &[f32], column: usize, cut: f32) -> bool {
    row[column] <= cut
}

struct Growth<'a> {
    examples: &'a [Example<'a>],
    nodes: Vec<Node>,
    chance: &'a mut Chance,
}

impl Growth<'_> {
    fn node(&mut self, at: usize, rows: Vec<usize>) {
        let [collusive, all] = self.weigh(&rows, |_| true);
        let mixed = collusive > 0.0 && collusive < all;
        let question = mixed.then(|| self.question(&rows, [collusive, all])).flatten();
        let Some((column, cut)) = question else {
            self.nodes[at] = Node::Leaf((collusive / all) as f32);
            return;
        };
        let (left_rows, right_rows): (Vec<usize>, Vec<usize>) =
            rows.into_iter().partition(|row| goes_left(self.examples[*row].row, column, cut));
        let left = self.nodes.len();
        self.nodes[at] = Node::Ask { column, cut, left };
        self.nodes.extend([Node::Leaf(0.0); 2]);
        self.node(left, left_rows);
        self.node(left + 1, right_rows);
    }

    /// Of one cut in each column, drawn between its least and greatest figure, the one that parts the kinds best; the
    /// first of equals. None when no column varies.
    fn question(&mut self, rows: &[usize], whole: [f64; 2]) -> Option<(usize, f32)> {
        let mut best: Option<(usize, f32, f64)> = None;
        for column in 0..self.examples[0].row.len() {
            let figures = rows.iter().map(|row| self.examples[*row].row[column]);
            let (least, most) =
                figures.fold((f32::INFINITY, f32::NEG_INFINITY), |(least, most), one| (least.min(one), most.max(one)));
            if least >= most {
                continue;
            }
            // Rounding may reach the greatest figure, which would leave nothing on the right.
            let cut = least + (most - least) * self.chance.share();
            let cut = if cut < most { cut } else { least };
            let left = self.weigh(rows, |row| goes_left(row, column, cut));
            let parted = purity(left) + purity([whole[0] - left[0], whole[1] - left[1]]);
            if best.is_none_or(|(.., best)| parted > best) {
                best = Some((column, cut, parted));
            }
        }
        best.map(|(column, cut, _)| (column, cut))
    }

    /// Weight of the collusive rows, and of all.
    fn weigh(&self, rows: &[usize], inside: impl Fn(&[f32]) -> bool) -> [f64; 2] {
        let inside = rows.iter().map(|row| &self.examples[*row]).filter(|one| inside(one.row));
        inside.fold([0.0; 2], |[collusive, all], one| {
            [collusive + f64::from(u8::from(one.collusive)) * one.weight, all + one.weight]
        })
    }
}

/// The greater over two sides, the less the Gini impurity.
fn purity([collusive, all]: [f64; 2]) -> f64 {
    (collusive.powi(2) + (all - collusive).powi(2)) / all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(seed: u64) -> Vec<([f32; 3], bool)> {
        let mut chance = Chance(seed);
        let rows = (0..800).map(|_| [chance.share(), chance.share(), 1.0]);
        rows.map(|row| (row, row[0] > 0.3 && row[1] > 0.6)).collect()
    }

    fn grown(rows: &[([f32; 3], bool)], seed: u64) -> Scattered {
        let examples: Vec<Example> =
            rows.iter().map(|(row, collusive)| Example { row, collusive: *collusive, weight: 1.0 }).collect();
        Scattered::of(&examples, 50, seed)
    }

    #[test]
    fn a_rule_of_two_columns_is_found() {
        let (trees, unseen) = (grown(&rows(1), 1), rows(2));
        let right = unseen.iter().filter(|(row, kind)| (trees.share(row) > 0.5) == *kind).count();
        assert!(right >= 780, "{right} of {}", unseen.len());
    }

    #[test]
    fn what_was_seen_is_remembered_and_a_seed_decides() {
        let rows = rows(3);
        let (one, same, other) = (grown(&rows, 1), grown(&rows, 1), grown(&rows, 2));
        assert!(rows.iter().all(|(row, kind)| one.share(row) == f32::from(u8::from(*kind))));
        let between = [0.31, 0.61, 1.0];
        assert_eq!(one.share(&between), same.share(&between));
        assert_ne!(one.share(&between), other.share(&between));
    }

    #[test]
    fn like_rows_of_both_kinds_end_in_their_share() {
        let alike = [0.5, 0.5, 0.5];
        let trees = grown(&[(alike, true), (alike, false), (alike, false), (alike, false)], 1);
        assert_eq!(trees.share(&alike), 0.25);
    }
}
