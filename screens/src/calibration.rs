//! From a score to a share: of lots scored like this one, how many were collusive.

use serde::{Deserialize, Serialize};

/// Steps that only rise (isotonic regression by pooling adjacent violators; Zadrozny and Elkan 2002).
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Calibration {
    /// From this score on, rising.
    from: Vec<f32>,
    share: Vec<f32>,
}

impl Calibration {
    /// `judged`: scores of lots the model had not seen, what they were, and how much each counts.
    pub fn of(judged: &[(f32, bool, f64)]) -> Calibration {
        let mut sorted = judged.to_vec();
        sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
        // (lowest score, weight of collusive, weight of all)
        let mut pools: Vec<(f32, f64, f64)> = Vec::new();
        for (score, collusive, weight) in sorted {
            let mut pool = (score, weight * f64::from(u8::from(collusive)), weight);
            // Equal scores are one pool; so are two whose shares fall.
            while let Some(below) = pools.pop_if(|below| below.0 == pool.0 || below.1 * pool.2 >= pool.1 * below.2) {
                pool = (below.0, below.1 + pool.1, below.2 + pool.2);
            }
            pools.push(pool);
        }
        let share = pools.iter().map(|(_, collusive, all)| (collusive / all) as f32).collect();
        Calibration { from: pools.iter().map(|pool| pool.0).collect(), share }
    }

    /// 0 to 1; a score below all that was ever seen has the lowest share.
    pub fn share(&self, score: f32) -> f32 {
        let step = self.from.partition_point(|from| *from <= score).max(1) - 1;
        self.share.get(step).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_rise_with_the_score_and_are_those_of_their_pools() {
        let judged = [(1.0, false, 1.0), (2.0, true, 1.0), (3.0, false, 1.0), (4.0, true, 1.0), (4.0, true, 1.0)];
        let calibration = Calibration::of(&judged);
        let shares = [0.0, 1.0, 2.0, 2.5, 3.5, 4.0, 9.0].map(|score| calibration.share(score));
        assert_eq!(shares, [0.0, 0.0, 0.5, 0.5, 0.5, 1.0, 1.0]);
    }

    #[test]
    fn nothing_judged_says_nothing() {
        assert_eq!(Calibration::of(&[]).share(3.0), 0.0);
    }
}
