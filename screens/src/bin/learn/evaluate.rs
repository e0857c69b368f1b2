//! The screens against the tables' own columns, and the model against judgements it has not seen.

use crate::tables::{Row, Tables};
use crate::train::{PARTS, Weight, called_from, live_from, live_scores, parts, scores, unseen};
use screens::features::{History, row};
use screens::grow::Example;
use screens::linear::Linear;
use screens::measure::{Judged, Quality, auc, quality, recall};
use screens::rank::Baseline;
use screens::screens::Screens;
use std::error::Error;
use std::fmt::Write;

/// Splits of 80 to 20, and the seed of the first.
const SPLITS: u64 = 5;
const SEED: u64 = 1;
/// Below three offers most screens say nothing.
const OFFERS_MIN: usize = 3;
/// Figures that mean the same in every market once they are percentiles: offers to triples, without magnitude
/// and roundness, which are a currency's.
const CARRIED: [usize; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 16, 17];

pub fn compare(tables: &Tables) -> Result<String, Box<dyn Error>> {
    let mut said = String::from("market: lots, figures compared, not equal to four digits\n");
    let mut wrong = Vec::new();
    for market in tables.read()? {
        let (mut compared, mut off) = (0, 0);
        for one in &market.rows {
            let Screens { cv, spd, kurt, skew, ks, .. } = Screens::of(&one.lot.prices);
            for (name, found) in [("CV", cv), ("SPD", spd), ("KURT", kurt), ("SKEW", skew), ("KSTEST", ks)] {
                let Some(stated) = one.stated.get(name) else { continue };
                compared += 1;
                if (found - stated).abs() > 0.000_051 {
                    off += 1;
                    wrong.push(format!("{} lot {}: {name} {found:.5}, the table says {stated}", market.name, one.name));
                }
            }
        }
        writeln!(said, "{}: {}, {compared}, {off}", market.name, market.rows.len())?;
    }
    match wrong.is_empty() {
        true => Ok(said + "all equal"),
        false => Err(format!("{said}{}", wrong[..wrong.len().min(20)].join("\n")).into()),
    }
}

pub fn evaluate(tables: &Tables) -> Result<String, Box<dyn Error>> {
    let markets = tables.read()?;
    let rows: Vec<&Row> = markets.iter().flat_map(|market| &market.rows).collect();
    let mut said = format!("{} markets, {} lots; no lot is both trained on and measured\n", markets.len(), rows.len());
    for history in [true, false] {
        let words = if history { "with the bidders' judged lots" } else { "prices alone" };
        let [mean, least] = offers(&rows, history);
        writeln!(
            said,
            "by offer, {SPLITS} splits 80/20 by lot, {words}: balanced accuracy {:.4} (worst {:.4}), F1 {:.4} ({:.4}), \
             AUC {:.4} ({:.4}), false positives {:.4} ({:.4})",
            mean.balanced_accuracy,
            least.balanced_accuracy,
            mean.f1,
            least.f1,
            mean.auc,
            least.auc,
            mean.false_positives,
            least.false_positives,
        )?;
        let many: Vec<&Row> = rows.iter().copied().filter(|one| one.lot.prices.len() >= OFFERS_MIN).collect();
        let judged = unseen(&many, Weight::Lots, history, SEED);
        writeln!(
            said,
            "by lot of {OFFERS_MIN} or more offers ({}), {PARTS} parts, {words}: AUC {:.4}, recall {:.4} at 5 % false positives",
            many.len(),
            auc(&judged),
            recall(&judged, 0.05)
        )?;
    }
    let [asked, found] = live(&rows);
    writeln!(
        said,
        "while lots run, {SPLITS} splits 80/20 by lot, prices alone, asked about at any offer: honest lots {asked:.4}, \
         collusive lots {found:.4}"
    )?;
    said.push_str("each market by what the others taught (percentiles inside the market, logistic): AUC");
    let carried = carried(&rows, markets.len());
    for (market, auc) in markets.iter().zip(&carried) {
        write!(said, " {} {auc:.4},", market.name)?;
    }
    write!(said, " mean {:.4}", carried.iter().sum::<f64>() / carried.len() as f64)?;
    Ok(said)
}

/// A fifth of the lots, the others, and the seed.
fn splits<'a>(rows: &[&'a Row]) -> impl Iterator<Item = (Vec<&'a Row>, Vec<&'a Row>, u64)> {
    (0..SPLITS).map(|split| {
        let part = parts(rows.len(), 5, SEED + split);
        let pick = |inside: bool| -> Vec<&'a Row> {
            rows.iter().zip(&part).filter(|(_, part)| (**part == 0) == inside).map(|(row, _)| *row).collect()
        };
        (pick(true), pick(false), SEED + split)
    })
}

/// Of honest and of collusive lots of three or more offers, the share that is asked about while they run.
fn live(rows: &[&Row]) -> [f64; 2] {
    let many: Vec<&Row> = rows.iter().copied().filter(|one| one.lot.prices.len() >= OFFERS_MIN).collect();
    let mut counts = [[0.0; 2]; 2];
    for (unseen, seen, seed) in splits(&many) {
        let from = live_from(&seen, seed);
        for (score, one) in live_scores(&seen, &unseen, seed).into_iter().zip(&unseen) {
            let [asked, all] = &mut counts[usize::from(one.collusive)];
            *asked += f64::from(u8::from(score >= from));
            *all += 1.0;
        }
    }
    counts.map(|[asked, all]| asked / all)
}

/// Mean and worst of the splits, each offer of a lot counting once.
fn offers(rows: &[&Row], history: bool) -> [Quality; 2] {
    let each: Vec<Quality> = splits(rows)
        .map(|(unseen, seen, seed)| {
            let scored = scores(&seen, &unseen, Weight::Offers, history, seed);
            let from = called_from(&seen, Weight::Offers, history, seed);
            let judged: Vec<Judged> = scored
                .into_iter()
                .zip(&unseen)
                .map(|(score, one)| (score, one.collusive, Weight::Offers.of(one)))
                .collect();
            quality(&judged, from)
        })
        .collect();
    let mean = |figure: fn(&Quality) -> f64| each.iter().map(figure).sum::<f64>() / each.len() as f64;
    let least = |figure: fn(&Quality) -> f64| each.iter().map(figure).fold(f64::INFINITY, f64::min);
    let most = |figure: fn(&Quality) -> f64| each.iter().map(figure).fold(0.0, f64::max);
    [
        Quality {
            balanced_accuracy: mean(|one| one.balanced_accuracy),
            f1: mean(|one| one.f1),
            auc: mean(|one| one.auc),
            false_positives: mean(|one| one.false_positives),
        },
        Quality {
            balanced_accuracy: least(|one| one.balanced_accuracy),
            f1: least(|one| one.f1),
            auc: least(|one| one.auc),
            false_positives: most(|one| one.false_positives),
        },
    ]
}

/// For each market, how well a line over percentiles does that was drawn without it.
fn carried(rows: &[&Row], markets: usize) -> Vec<f64> {
    let many: Vec<&Row> = rows.iter().copied().filter(|one| one.lot.prices.len() >= OFFERS_MIN).collect();
    let plain: Vec<_> = many.iter().map(|one| row(&one.lot, &History::default(), None)).collect();
    let baseline = |segment: usize, column: usize| {
        Baseline::of(many.iter().zip(&plain).filter(|(one, _)| one.lot.segment == segment).map(|(_, row)| row[column]))
    };
    let baselines: Vec<Vec<Baseline>> =
        (0..markets).map(|segment| CARRIED.map(|column| baseline(segment, column)).to_vec()).collect();
    let ranked: Vec<Vec<f32>> = many
        .iter()
        .zip(&plain)
        .map(|(one, row)| {
            let places = CARRIED.iter().zip(&baselines[one.lot.segment]);
            places.map(|(column, baseline)| baseline.percentile(row[*column]).unwrap_or(f32::NAN)).collect()
        })
        .collect();
    (0..markets)
        .map(|left_out| {
            // Both kinds of each market count alike: a large market is not to drown the others.
            let weight = |one: &Row| {
                let alike = many
                    .iter()
                    .filter(|other| other.lot.segment == one.lot.segment && other.collusive == one.collusive);
                1.0 / alike.count() as f64
            };
            let examples: Vec<Example> = many
                .iter()
                .zip(&ranked)
                .filter(|(one, _)| one.lot.segment != left_out)
                .map(|(one, row)| Example { row, collusive: one.collusive, weight: weight(one) })
                .collect();
            let line = Linear::of(&examples);
            let judged: Vec<Judged> = many
                .iter()
                .zip(&ranked)
                .filter(|(one, _)| one.lot.segment == left_out)
                .map(|(one, row)| (line.score(row) as f32, one.collusive, 1.0))
                .collect();
            auc(&judged)
        })
        .collect()
}
