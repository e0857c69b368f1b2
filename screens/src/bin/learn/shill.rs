//! Shill bidding (托) from a table of bidders' figures in auctions. How to learn and from which score on to call are
//! chosen on parts of the seen rows alone; what is measured decides nothing.

use crate::train::{PARTS, parts};
use screens::grow::{Example, Plan, grow};
use screens::kernel::{Kernel, Shape};
use screens::measure::{Judged, quality};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

/// Parts of the seen rows, for choosing.
const INNER: usize = 4;
/// Forests of one way to learn; their mean is less a matter of the seed.
const SEEDS: u64 = 2;

struct Row {
    bidder: String,
    figures: Vec<f32>,
    shill: bool,
}

fn read(file: &Path, label: &str, bidder: &str, leave: &[String]) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut file = csv::Reader::from_path(file)?;
    let names = file.headers()?.clone();
    let needed = |name: &str| names.iter().position(|known| known == name).ok_or(format!("no column {name}"));
    let (label, bidder) = (needed(label)?, needed(bidder)?);
    let is_figure =
        |column: &usize| *column != label && *column != bidder && !leave.iter().any(|left| *left == names[*column]);
    let columns: Vec<usize> = (0..names.len()).filter(is_figure).collect();
    file.records()
        .map(|line| {
            let line = line?;
            let number = |column: usize| line[column].trim().parse::<f32>();
            let figures = columns.iter().map(|column| number(*column)).collect::<Result<_, _>>()?;
            Ok(Row { bidder: line[bidder].to_string(), figures, shill: number(label)? > 0.0 })
        })
        .collect()
}

/// A way to learn.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Trees,
    /// With the sum and the product of each two columns beside them.
    Pairs,
    Kernel(Shape),
}

const fn kernel(gamma: f64) -> Way {
    Way::Kernel(Shape { gamma, pull: 0.03 })
}

const WAYS: [Way; 5] = [Way::Trees, Way::Pairs, kernel(0.3), kernel(1.0), kernel(3.0)];
/// Which of them speak, on their mean: by their places.
const CHOICES: [&[usize]; 9] = [&[0], &[1], &[2], &[3], &[4], &[1, 2], &[1, 3], &[1, 4], &[0, 1, 3]];

impl Way {
    fn look(self, row: &Row) -> Vec<f32> {
        let mut all = row.figures.clone();
        if self == Way::Pairs {
            for (at, one) in row.figures.iter().enumerate() {
                row.figures[at + 1..].iter().for_each(|other| all.extend([one + other, one * other]));
            }
        }
        all
    }

    /// About −1 to 1.
    fn scores(self, seen: &[&Row], unseen: &[&Row]) -> Vec<f32> {
        let rows: Vec<Vec<f32>> = seen.iter().map(|row| self.look(row)).collect();
        let examples: Vec<Example> = rows
            .iter()
            .zip(seen)
            .map(|(figures, row)| Example { row: figures, collusive: row.shill, weight: 1.0 })
            .collect();
        if let Way::Kernel(shape) = self {
            let kernel = Kernel::of(&examples, shape);
            return unseen.iter().map(|row| kernel.score(&self.look(row))).collect();
        }
        let plan = |seed| Plan {
            balanced: false,
            pull: 0.5,
            least: 1.0,
            trees: 600,
            columns_of_ten: 5,
            seed,
            ..Plan::default()
        };
        let forests: Vec<_> = (1..=SEEDS).map(|seed| grow(&examples, plan(seed))).collect();
        let mean = |row: &[f32]| forests.iter().map(|forest| forest.score(row)).sum::<f32>() / SEEDS as f32;
        // Log-odds on the kernel's scale.
        unseen.iter().map(|row| (mean(&self.look(row)) / 2.0).tanh()).collect()
    }
}

fn mean(scores: &[Vec<f32>]) -> Vec<f32> {
    let rows = scores.first().map_or(0, Vec::len);
    (0..rows).map(|at| scores.iter().map(|way| way[at]).sum::<f32>() / scores.len() as f32).collect()
}

/// The score from which on calling gives the best F1, and that F1.
fn threshold(judged: &[Judged]) -> (f32, f64) {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|one, other| other.0.total_cmp(&one.0));
    let all = sorted.iter().filter(|one| one.1).count() as f64;
    let (mut hits, mut best) = (0.0, (f32::INFINITY, 0.0));
    for (at, pair) in sorted.windows(2).enumerate() {
        hits += f64::from(u8::from(pair[0].1));
        let f1 = 2.0 * hits / (all + (at + 1) as f64);
        // Between two scores, so that a near miss falls on its own side.
        if pair[0].0 > pair[1].0 && f1 > best.1 {
            best = ((pair[0].0 + pair[1].0) / 2.0, f1);
        }
    }
    best
}

/// The rows, apart by bidder.
struct Apart<'a> {
    part: Vec<usize>,
    bidders: Vec<&'a String>,
}

impl<'a> Apart<'a> {
    fn of(rows: &[&'a Row], count: usize, seed: u64) -> Apart<'a> {
        let bidders: Vec<&String> = rows.iter().map(|row| &row.bidder).collect::<BTreeSet<_>>().into_iter().collect();
        Apart { part: parts(bidders.len(), count, seed), bidders }
    }

    /// Those of a part, and the others.
    fn split(&self, rows: &[&'a Row], this: usize) -> (Vec<&'a Row>, Vec<&'a Row>) {
        rows.iter().partition(|row| self.bidders.binary_search(&&row.bidder).is_ok_and(|at| self.part[at] == this))
    }
}

/// Which choice does best on rows it has not seen, and from which score on it calls.
fn choose(rows: &[&Row]) -> (&'static [usize], f32) {
    let apart = Apart::of(rows, INNER, 2);
    let (mut shill, mut scores) = (Vec::new(), vec![Vec::new(); WAYS.len()]);
    for this in 0..INNER {
        let (unseen, seen) = apart.split(rows, this);
        shill.extend(unseen.iter().map(|row| row.shill));
        WAYS.iter().zip(&mut scores).for_each(|(way, all)| all.extend(way.scores(&seen, &unseen)));
    }
    let mut best: (&'static [usize], f32, f64) = (CHOICES[0], 0.0, 0.0);
    for choice in CHOICES {
        let said = mean(&choice.iter().map(|way| scores[*way].clone()).collect::<Vec<_>>());
        let judged: Vec<Judged> = said.iter().zip(&shill).map(|(score, shill)| (*score, *shill, 1.0)).collect();
        let (from, f1) = threshold(&judged);
        if f1 > best.2 {
            best = (choice, from, f1);
        }
    }
    (best.0, best.1)
}

/// Scores of one part, zero the score from which on a row is called.
fn measure(seen: &[&Row], unseen: &[&Row]) -> (Vec<Judged>, &'static [usize]) {
    let (choice, from) = choose(seen);
    let said = mean(&choice.iter().map(|way| WAYS[*way].scores(seen, unseen)).collect::<Vec<_>>());
    (said.into_iter().zip(unseen).map(|(score, row)| (score - from, row.shill, 1.0)).collect(), choice)
}

pub fn evaluate(file: &Path, label: &str, bidder: &str, leave: &[String]) -> Result<String, Box<dyn Error>> {
    let rows = read(file, label, bidder, leave)?;
    let rows: Vec<&Row> = rows.iter().collect();
    let apart = Apart::of(&rows, PARTS, 1);
    // Parts know nothing of each other: two at a time, and the order of their ends changes nothing.
    let each: Vec<_> = std::thread::scope(|scope| {
        let halves: Vec<_> = (0..2)
            .map(|half| {
                let (apart, rows) = (&apart, &rows);
                scope.spawn(move || {
                    let own = (0..PARTS).filter(move |this| this % 2 == half);
                    own.map(|this| {
                        let (unseen, seen) = apart.split(rows, this);
                        measure(&seen, &unseen)
                    })
                    .collect::<Vec<_>>()
                })
            })
            .collect();
        halves.into_iter().flat_map(|half| half.join().expect("a part")).collect()
    });
    let judged: Vec<Judged> = each.iter().flat_map(|(judged, _)| judged).copied().collect();
    let chosen: Vec<String> =
        each.iter().map(|(_, choice)| choice.iter().map(|way| way.to_string()).collect::<Vec<_>>().join("+")).collect();
    let found = quality(&judged, 0.0);
    Ok(format!(
        "{} rows, {} bidders, {PARTS} parts by bidder, chosen inside the seen parts ({}): F1 {:.4}, balanced accuracy \
         {:.4}, AUC {:.4}, false positives {:.4}",
        rows.len(),
        apart.bidders.len(),
        chosen.join(" "),
        found.f1,
        found.balanced_accuracy,
        found.auc,
        found.false_positives
    ))
}
