//! What carries over to a market without judgements of its own: a weighted sum over percentiles inside the
//! market. Weak, and no accusation: trees learned on one market do worse than chance on another.

use crate::grow::Example;

/// Steps of the descent; the loss is convex and its figures lie between 0 and 1.
const STEPS: usize = 2_000;
const RATE: f64 = 0.5;
/// Pulls weights to zero (L2).
const PULL: f64 = 1e-3;

/// Logistic regression.
#[derive(Clone, Debug)]
pub struct Linear {
    base: f64,
    weights: Vec<f64>,
}

impl Linear {
    /// `examples`: rows of percentiles, a missing one counting as the middle.
    pub fn of(examples: &[Example]) -> Linear {
        let columns = examples.first().map_or(0, |example| example.row.len());
        let all: f64 = examples.iter().map(|example| example.weight).sum();
        let mut line = Linear { base: 0.0, weights: vec![0.0; columns] };
        for _ in 0..STEPS {
            let (mut base, mut slopes) = (0.0, vec![0.0; columns]);
            for example in examples {
                let likely = 1.0 / (1.0 + (-line.score(example.row)).exp());
                let off = example.weight / all * (likely - f64::from(u8::from(example.collusive)));
                base += off;
                slopes.iter_mut().zip(example.row).for_each(|(slope, figure)| *slope += off * known(*figure));
            }
            line.base -= RATE * base;
            line.weights.iter_mut().zip(slopes).for_each(|(weight, slope)| *weight -= RATE * (slope + PULL * *weight));
        }
        line
    }

    /// In log-odds.
    pub fn score(&self, row: &[f32]) -> f64 {
        self.base + self.weights.iter().zip(row).map(|(weight, figure)| weight * known(*figure)).sum::<f64>()
    }
}

/// The middle is zero, so that what is missing pulls nowhere.
fn known(figure: f32) -> f64 {
    if figure.is_nan() { 0.0 } else { f64::from(figure) - 0.5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_that_tells_gets_the_weight() {
        let rows: Vec<([f32; 2], bool)> =
            (0..100).map(|n| ([n as f32 / 100.0, (n * 37 % 100) as f32 / 100.0], n >= 50)).collect();
        let examples: Vec<Example> =
            rows.iter().map(|(row, kind)| Example { row, collusive: *kind, weight: 1.0 }).collect();
        let line = Linear::of(&examples);
        assert!(line.weights[0] > 5.0 * line.weights[1].abs(), "{line:?}");
        assert!(line.score(&[0.9, 0.5]) > 0.0 && line.score(&[0.1, f32::NAN]) < 0.0);
    }
}
