//! Shill bidding (托) from a table of bidders' figures in auctions: learned on some bidders, measured on others.
//! Nothing is tuned on rows, neither the seen nor the measured; but that these trees do it was found on the one public
//! table, whose labels are a clustering of its figures: a test of conformance, no proof that shills are found.

use crate::train::{PARTS, parts};
use screens::grow::Example;
use screens::measure::{Judged, Quality, quality};
use screens::scatter::Scattered;
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

/// A thousand move a row in one of a dozen ways to part.
const TREES: usize = 300;
const TREES_SEED: u64 = 1;

/// Ways to part the bidders. Few rows are in doubt and the parts decide how many of them: one way proves little.
const WAYS: u64 = 10;

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

/// A row's share of shills among its like, to be called from a half on: of what tells a row's chance, that threshold
/// is all but the best for F1 (it lies at half the F1 reached; Lipton, Elkan and Narayanaswamy 2014), while one tuned
/// on the seen rows follows a row or two of them.
const CALLED_FROM: f32 = 0.5;

/// Shares of one part, by trees that saw the others.
fn measure(seen: &[&Row], unseen: &[&Row]) -> Vec<Judged> {
    let examples: Vec<Example> =
        seen.iter().map(|row| Example { row: &row.figures, collusive: row.shill, weight: 1.0 }).collect();
    let trees = Scattered::of(&examples, TREES, TREES_SEED);
    unseen.iter().map(|row| (trees.share(&row.figures), row.shill, 1.0)).collect()
}

/// Each row judged by trees that saw none of its bidder.
fn unseen(rows: &[&Row], seed: u64) -> Vec<Judged> {
    let apart = Apart::of(rows, PARTS, seed);
    (0..PARTS)
        .flat_map(|this| {
            let (unseen, seen) = apart.split(rows, this);
            measure(&seen, &unseen)
        })
        .collect()
}

/// `seed`: of the first way to part.
pub fn evaluate(file: &Path, label: &str, bidder: &str, leave: &[String], seed: u64) -> Result<String, Box<dyn Error>> {
    let rows = read(file, label, bidder, leave)?;
    let rows: Vec<&Row> = rows.iter().collect();
    // Ways know nothing of each other: two at a time, and the order of their ends changes nothing.
    let each: Vec<Quality> = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            let rows = &rows;
            let own = (0..WAYS).filter(move |way| way % 2 == half);
            let found = move |way| quality(&unseen(rows, seed + way), CALLED_FROM);
            scope.spawn(move || own.map(found).collect::<Vec<_>>())
        });
        halves.into_iter().flat_map(|half| half.join().expect("a way")).collect()
    });
    let mean = |figure: fn(&Quality) -> f64| each.iter().map(figure).sum::<f64>() / each.len() as f64;
    let mut f1: Vec<f64> = each.iter().map(|one| one.f1).collect();
    f1.sort_by(f64::total_cmp);
    Ok(format!(
        "{} rows, {} bidders, {PARTS} parts by bidder, {WAYS} ways to part from seed {seed}: F1 {:.4} (worst {:.4}, \
         best {:.4}), balanced accuracy {:.4}, AUC {:.4}, false positives {:.4}",
        rows.len(),
        rows.iter().map(|row| &row.bidder).collect::<BTreeSet<_>>().len(),
        mean(|one| one.f1),
        f1[0],
        f1[f1.len() - 1],
        mean(|one| one.balanced_accuracy),
        mean(|one| one.auc),
        mean(|one| one.false_positives)
    ))
}
