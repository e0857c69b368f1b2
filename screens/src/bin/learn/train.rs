//! The model of all lots given.

use crate::tables::{Row, Tables};
use screens::calibration::Calibration;
use screens::chance::Chance;
use screens::features::{FEATURES, History, Lot, NAMES, row};
use screens::forest::Forest;
use screens::grow::{Example, Plan, grow};
use screens::measure::{Judged, threshold};
use screens::model::{LIVE_OFFERS_MIN, Model};
use std::error::Error;
use std::path::Path;

/// Parts for scores a model has not seen.
pub const PARTS: usize = 10;
/// Of honest lots, how many may be called: a supervisor asks about each.
const ALARMS: f64 = 0.1;
/// Of honest lots, how many may be asked about at any of their offers while they run.
const LIVE_ALARMS: f64 = 0.01;
const SEED: u64 = 1;

/// How much a lot counts: by its offers, or once.
#[derive(Clone, Copy, PartialEq)]
pub enum Weight {
    Offers,
    Lots,
}

impl Weight {
    pub fn of(self, row: &Row) -> f64 {
        match self {
            Weight::Offers => row.lot.prices.len() as f64,
            Weight::Lots => 1.0,
        }
    }
}

/// Trained on `seen`; the scores of `unseen`, in order. `history`: whether the bidders' judged lots are looked at.
pub fn scores(seen: &[&Row], unseen: &[&Row], weight: Weight, history: bool, seed: u64) -> Vec<f32> {
    let (forest, history) = fit(seen, weight, history, seed);
    unseen.iter().map(|one| forest.score(&row(&one.lot, &history, None))).collect()
}

/// As [`scores`], from prices alone: the highest of each lot as its offers come one after another. Tables do not tell
/// in which order they came, so it is drawn.
pub fn live_scores(seen: &[&Row], unseen: &[&Row], seed: u64) -> Vec<f32> {
    let (forest, history) = fit(seen, Weight::Lots, false, seed);
    let highest = |lot: &Lot| {
        let mut prices = lot.prices.clone();
        Chance(seed).shuffle(&mut prices);
        let standing = |count| Lot { prices: prices[..count].to_vec(), bidders: Vec::new(), ..lot.clone() };
        let each = (LIVE_OFFERS_MIN..=prices.len()).map(|count| forest.score(&row(&standing(count), &history, None)));
        each.fold(f32::NEG_INFINITY, f32::max)
    };
    unseen.iter().map(|one| highest(&one.lot)).collect()
}

fn fit(seen: &[&Row], weight: Weight, with_history: bool, seed: u64) -> (Forest, History) {
    let judged = seen.iter().filter(|_| with_history).map(|one| (&one.lot, one.collusive));
    let history = History::of(judged);
    let rows: Vec<[f32; FEATURES]> =
        seen.iter().map(|one| row(&one.lot, &history, with_history.then_some(one.collusive))).collect();
    let examples: Vec<Example> = rows
        .iter()
        .zip(seen)
        .map(|(row, one)| Example { row, collusive: one.collusive, weight: weight.of(one) })
        .collect();
    (grow(&examples, Plan { seed, ..Plan::default() }), history)
}

/// Parts of about one size, by chance of a seed.
pub fn parts(count: usize, parts: usize, seed: u64) -> Vec<usize> {
    let mut part: Vec<usize> = (0..count).map(|at| at % parts).collect();
    Chance(seed).shuffle(&mut part);
    part
}

/// The score from which a lot is called, as the judged lots alone tell it.
pub fn called_from(seen: &[&Row], weight: Weight, history: bool, seed: u64) -> f32 {
    threshold(&unseen(seen, weight, history, seed), ALARMS)
}

/// The score from which a lot that still runs is asked about, as the judged lots alone tell it.
pub fn live_from(seen: &[&Row], seed: u64) -> f32 {
    // Of fewer offers nothing is asked.
    let seen: Vec<&Row> = seen.iter().copied().filter(|one| one.lot.prices.len() >= LIVE_OFFERS_MIN).collect();
    threshold(&apart(&seen, Weight::Lots, seed, |seen, unseen| live_scores(seen, unseen, seed)), LIVE_ALARMS)
}

/// Each lot judged by a model that has not seen it.
pub fn unseen(rows: &[&Row], weight: Weight, history: bool, seed: u64) -> Vec<Judged> {
    apart(rows, weight, seed, |seen, unseen| scores(seen, unseen, weight, history, seed))
}

fn apart(rows: &[&Row], weight: Weight, seed: u64, scores: impl Fn(&[&Row], &[&Row]) -> Vec<f32>) -> Vec<Judged> {
    let part = parts(rows.len(), PARTS, seed);
    let mut scored = vec![0.0; rows.len()];
    for this in 0..PARTS {
        let of = |inside: bool| -> Vec<usize> { (0..rows.len()).filter(|at| (part[*at] == this) == inside).collect() };
        let pick = |places: &[usize]| -> Vec<&Row> { places.iter().map(|at| rows[*at]).collect() };
        let (inside, outside) = (of(true), of(false));
        let scores = scores(&pick(&outside), &pick(&inside));
        inside.iter().zip(scores).for_each(|(at, score)| scored[*at] = score);
    }
    scored.into_iter().zip(rows).map(|(score, one)| (score, one.collusive, weight.of(one))).collect()
}

/// A model that looks at prices alone: the server knows no bidders judged on the tables' lots, and a model
/// that had seen such judgements would take everybody for honest there.
pub fn train(tables: &Tables, out: &Path) -> Result<String, Box<dyn Error>> {
    let markets = tables.read()?;
    let rows: Vec<&Row> = markets.iter().flat_map(|market| &market.rows).collect();
    let judged = unseen(&rows, Weight::Lots, false, SEED);
    let (forest, _) = fit(&rows, Weight::Lots, false, SEED);
    let model = Model {
        columns: NAMES.map(String::from).to_vec(),
        segments: markets.iter().map(|market| market.name.clone()).collect(),
        called_from: threshold(&judged, ALARMS),
        live_from: Some(live_from(&rows, SEED)),
        lots: rows.len(),
        forest,
        calibration: Calibration::of(&judged),
    };
    let text = serde_json::to_vec(&model)?;
    // What is written is what the server will read.
    Model::read(&text)?;
    std::fs::write(out, text)?;
    Ok(format!("{} lots, {} trees, written to {}", rows.len(), model.forest.trees(), out.display()))
}
