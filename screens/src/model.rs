//! A trained model as a file, and what it says of one lot.

use crate::calibration::Calibration;
use crate::features::{FEATURES, History, Lot, NAMES, row};
use crate::forest::Forest;
use serde::{Deserialize, Serialize};

/// Columns named as what moved a score.
pub const DRIVERS_MAX: usize = 8;

/// Offers from which on a running lot is asked about: below three most screens say nothing.
pub const LIVE_OFFERS_MIN: usize = 3;

/// What training writes and the server reads.
#[derive(Debug, Serialize, Deserialize)]
pub struct Model {
    /// A model of other columns is refused.
    pub columns: Vec<String>,
    /// The markets it was taught, by the names of their tables; it says nothing of another.
    pub segments: Vec<String>,
    /// From this score on a lot is called.
    pub called_from: f32,
    /// From this score on a lot that still runs is asked about; a file without it says nothing of such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live_from: Option<f32>,
    /// How many judged lots it was taught.
    pub lots: usize,
    pub forest: Forest,
    pub calibration: Calibration,
}

/// What a model says of a lot. A question to a person, never an accusation.
#[derive(Clone, PartialEq, Debug)]
pub struct Judgement {
    /// In log-odds.
    pub score: f32,
    /// Of lots scored like this one, the share that was collusive.
    pub share: f32,
    pub called: bool,
    /// What moved the score most, the strongest first.
    pub drivers: Vec<Driver>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Driver {
    pub column: &'static str,
    /// The lot's figure; none where it is not known.
    pub figure: Option<f32>,
    /// How far it moved the score, in log-odds; up speaks for collusion.
    pub moved: f32,
}

impl Model {
    pub fn read(text: &[u8]) -> Result<Model, String> {
        let model: Model = serde_json::from_slice(text).map_err(|error| format!("not a model: {error}"))?;
        if model.columns != NAMES || model.forest.features() != FEATURES {
            return Err("the model looks at other columns than this release computes; train it anew".into());
        }
        match model.called_from.is_finite() && model.live_from.is_none_or(f32::is_finite) {
            true => Ok(model),
            false => Err("the model calls no lot".into()),
        }
    }

    /// The first of these market names the model was taught.
    pub fn segment(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.segments.iter().position(|known| known == name))
    }

    /// What it says of a lot of a market it was taught.
    pub fn judge(&self, lot: &Lot) -> Judgement {
        let figures = row(lot, &History::default(), None);
        self.explain(&figures, self.forest.score(&figures))
    }

    /// What it says of a lot as it stands after a bid, once that is enough to ask about.
    pub fn ask(&self, lot: &Lot) -> Option<Judgement> {
        self.above(lot).map(|(figures, score)| self.explain(&figures, score))
    }

    /// Whether it would ask; without the reasons, which cost as much again.
    pub fn asks(&self, lot: &Lot) -> bool {
        self.above(lot).is_some()
    }

    fn above(&self, lot: &Lot) -> Option<([f32; FEATURES], f32)> {
        let from = self.live_from.filter(|_| lot.prices.len() >= LIVE_OFFERS_MIN)?;
        let figures = row(lot, &History::default(), None);
        let score = self.forest.score(&figures);
        (score >= from).then_some((figures, score))
    }

    fn explain(&self, figures: &[f32; FEATURES], score: f32) -> Judgement {
        let mut moved: Vec<(usize, f32)> = self.forest.reasons(figures).into_iter().enumerate().collect();
        moved.retain(|(_, part)| *part != 0.0);
        // Equal parts keep the columns' order.
        moved.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
        let drivers = moved.into_iter().take(DRIVERS_MAX).map(|(column, moved)| Driver {
            column: NAMES[column],
            figure: Some(figures[column]).filter(|figure| !figure.is_nan()),
            moved,
        });
        Judgement {
            score,
            share: self.calibration.share(score),
            called: score >= self.called_from,
            drivers: drivers.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::grow::{Example, Plan, grow};

    /// Lots of five prices; the collusive ones lie close together but for the winner.
    fn lots() -> Vec<(Lot, bool)> {
        let mut chance = Chance(5);
        let mut near = |low: f64, width: f64| low + width * chance.below(1_000) as f64 / 1_000.0;
        let lot = |at: usize| {
            let collusive = at.is_multiple_of(2);
            let prices = match collusive {
                true => vec![near(90.0, 3.0), near(100.0, 1.0), near(100.0, 1.0), near(100.0, 1.0), near(100.0, 1.0)],
                false => (0..5).map(|_| near(85.0, 30.0)).collect(),
            };
            (Lot { segment: 0, prices, bidders: Vec::new(), estimate: None, rising: false }, collusive)
        };
        (0..200).map(lot).collect()
    }

    fn model() -> Model {
        let lots = lots();
        let rows: Vec<_> = lots.iter().map(|(lot, kind)| (row(lot, &History::default(), None), *kind)).collect();
        let examples: Vec<Example> =
            rows.iter().map(|(row, collusive)| Example { row, collusive: *collusive, weight: 1.0 }).collect();
        let forest = grow(&examples, Plan { trees: 30, ..Plan::default() });
        let judged: Vec<_> = rows.iter().map(|(row, kind)| (forest.score(row), *kind, 1.0)).collect();
        Model {
            columns: NAMES.map(String::from).to_vec(),
            segments: vec!["land".into()],
            called_from: 0.0,
            live_from: Some(1.0),
            lots: lots.len(),
            calibration: Calibration::of(&judged),
            forest,
        }
    }

    #[test]
    fn a_model_comes_back_from_its_file_and_says_why() {
        let written = model();
        let read = Model::read(&serde_json::to_vec(&written).expect("JSON")).expect("sound");
        let lots = lots();
        let (ring, honest) = (read.judge(&lots[0].0), read.judge(&lots[1].0));
        assert_eq!(ring, written.judge(&lots[0].0));
        assert!(ring.called && !honest.called, "{ring:?} {honest:?}");
        assert!(ring.share > 0.9 && honest.share < 0.1);
        assert_eq!(read.ask(&lots[0].0), Some(ring.clone()));
        assert_eq!(read.ask(&lots[1].0), None);
        let begun = Lot { prices: lots[0].0.prices[..LIVE_OFFERS_MIN - 1].to_vec(), ..lots[0].0.clone() };
        assert_eq!(read.ask(&begun), None, "two offers tell nothing");
        assert!(ring.drivers.len() <= DRIVERS_MAX && ring.drivers[0].moved > 0.0);
        assert!(ring.drivers.windows(2).all(|pair| pair[0].moved.abs() >= pair[1].moved.abs()));
        assert_eq!((read.segment(&["land-x", "land"]), read.segment(&["sea"])), (Some(0), None));
    }

    #[test]
    fn a_file_of_other_columns_or_without_a_threshold_is_refused() {
        let sound = serde_json::to_value(model()).expect("JSON");
        for (pointer, wrong) in [("/columns/0", "bids".into()), ("/called_from", serde_json::Value::Null)] {
            let mut damaged = sound.clone();
            *damaged.pointer_mut(pointer).expect("a field") = wrong;
            assert!(Model::read(damaged.to_string().as_bytes()).is_err(), "{pointer}");
        }
    }
}
