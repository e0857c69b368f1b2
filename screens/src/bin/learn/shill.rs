//! Shill bidding (托) from a table of bidders' figures in auctions.

use crate::train::{PARTS, parts};
use screens::grow::{Example, Plan, grow};
use screens::measure::{Judged, quality};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

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

pub fn evaluate(file: &Path, label: &str, bidder: &str, leave: &[String]) -> Result<String, Box<dyn Error>> {
    let rows = read(file, label, bidder, leave)?;
    let bidders: Vec<&String> = rows.iter().map(|row| &row.bidder).collect::<BTreeSet<_>>().into_iter().collect();
    let part = parts(bidders.len(), PARTS, 1);
    let part_of = |row: &Row| bidders.binary_search(&&row.bidder).map_or(0, |at| part[at]);
    let mut judged: Vec<Judged> = Vec::new();
    for this in 0..PARTS {
        let (unseen, seen): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| part_of(row) == this);
        let examples: Vec<Example> =
            seen.iter().map(|row| Example { row: &row.figures, collusive: row.shill, weight: 1.0 }).collect();
        let forest = grow(
            &examples,
            Plan { balanced: false, pull: 0.5, least: 1.0, trees: 600, columns_of_ten: 5, ..Plan::default() },
        );
        judged.extend(unseen.iter().map(|row| (forest.score(&row.figures), row.shill, 1.0)));
    }
    let found = quality(&judged, 0.0);
    Ok(format!(
        "{} rows, {} bidders, {PARTS} parts by bidder: F1 {:.4}, balanced accuracy {:.4}, AUC {:.4}, false positives {:.4}",
        rows.len(),
        bidders.len(),
        found.f1,
        found.balanced_accuracy,
        found.auc,
        found.false_positives
    ))
}
