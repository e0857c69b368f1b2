//! How good scores are against judgements.

/// A score, what the lot was, and how much it counts.
pub type Judged = (f32, bool, f64);

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality {
    pub balanced_accuracy: f64,
    pub f1: f64,
    /// Of what was honest, the share called collusive.
    pub false_positives: f64,
    pub auc: f64,
}

/// `from`: the score from which a lot is called collusive.
pub fn quality(judged: &[Judged], from: f32) -> Quality {
    let sum = |called: bool, kind: bool| -> f64 {
        judged.iter().filter(|one| (one.0 >= from) == called && one.1 == kind).map(|one| one.2).sum()
    };
    let (hit, miss) = (sum(true, true), sum(false, true));
    let (alarm, quiet) = (sum(true, false), sum(false, false));
    Quality {
        balanced_accuracy: (hit / (hit + miss) + quiet / (quiet + alarm)) / 2.0,
        f1: 2.0 * hit / (2.0 * hit + alarm + miss),
        false_positives: alarm / (alarm + quiet),
        auc: auc(judged),
    }
}

/// The chance that a collusive lot scores above an honest one, equal scores half.
pub fn auc(judged: &[Judged]) -> f64 {
    let mut sorted = judged.to_vec();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut honest_below, mut pairs) = (0.0, 0.0);
    for level in sorted.chunk_by(|one, other| one.0 == other.0) {
        let weigh = |kind: bool| -> f64 { level.iter().filter(|one| one.1 == kind).map(|one| one.2).sum() };
        let (collusive, honest) = (weigh(true), weigh(false));
        pairs += collusive * (honest_below + honest / 2.0);
        honest_below += honest;
    }
    let collusive: f64 = judged.iter().filter(|one| one.1).map(|one| one.2).sum();
    pairs / (collusive * honest_below)
}

/// The greatest share of collusive lots found while at most `alarms` of the honest ones are called.
pub fn recall(judged: &[Judged], alarms: f64) -> f64 {
    let from = threshold(judged, alarms);
    let weigh = |called: bool| -> f64 {
        judged.iter().filter(|one| one.1 && (!called || one.0 >= from)).map(|one| one.2).sum()
    };
    weigh(true) / weigh(false)
}

/// The lowest score that calls at most `alarms` of the honest.
pub fn threshold(judged: &[Judged], alarms: f64) -> f32 {
    let honest: f64 = judged.iter().filter(|one| !one.1).map(|one| one.2).sum();
    let mut sorted = judged.to_vec();
    sorted.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut from, mut called) = (f32::INFINITY, 0.0);
    for level in sorted.chunk_by(|one, other| one.0 == other.0) {
        called += level.iter().filter(|one| !one.1).map(|one| one.2).sum::<f64>();
        if called > alarms * honest {
            break;
        }
        from = level[0].0;
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUDGED: [Judged; 5] =
        [(0.9, true, 1.0), (0.8, false, 1.0), (0.7, true, 1.0), (0.7, false, 1.0), (0.1, false, 2.0)];

    #[test]
    fn figures_are_those_counted_by_hand() {
        // Pairs: .9 beats 4 of 4, .7 beats 2 and halves 1 of 4.
        assert_eq!(auc(&JUDGED), 6.5 / 8.0);
        let found = quality(&JUDGED, 0.75);
        assert_eq!((found.balanced_accuracy, found.f1, found.false_positives), (0.625, 0.5, 0.25));
        assert_eq!(recall(&JUDGED, 0.0), 0.5);
        assert_eq!(recall(&JUDGED, 0.5), 1.0);
        assert_eq!(threshold(&JUDGED, 0.25), 0.8);
    }
}
