//! The published screens over the prices of one lot.
//!
//! Formulas after García Rodríguez et al., Automation in Construction 133 (2022) 104047; they give that paper's
//! columns to four digits. Two differ: DIFFP is not defined alike in all its markets, and its RD could not be
//! reproduced, so RD here is (second − lowest) / standard deviation of the losing offers.

/// Prices of one lot, as figures without a unit. A lot of one price has nothing to compare: all are zero.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Screens {
    /// Coefficient of variation: standard deviation (n − 1) over the mean.
    pub cv: f64,
    /// Spread: (highest − lowest) / lowest.
    pub spd: f64,
    /// (second − lowest) / lowest.
    pub diffp: f64,
    /// Relative distance: (second − lowest) / standard deviation of the others; 0 below three prices.
    pub rd: f64,
    /// Bias-corrected excess kurtosis; 0 below four prices.
    pub kurt: f64,
    /// Bias-corrected skewness; 0 below three prices.
    pub skew: f64,
    /// Kolmogorov–Smirnov distance of the prices, stretched to 0..1, to the uniform distribution.
    pub ks: f64,
}

impl Screens {
    /// As [`Screens::of`], where the highest price wins: DIFFP and RD are between the two best, whichever end
    /// that is; the other figures know no winner.
    pub fn of_rising(prices: &[f64]) -> Screens {
        let sorted = sorted(prices);
        let [.., second, highest] = sorted[..] else { return Screens::default() };
        let all = Screens::of(prices);
        if all == Screens::default() {
            return all;
        }
        let losing = deviation(&sorted[..sorted.len() - 1]);
        Screens {
            diffp: (highest - second) / highest,
            rd: if losing > 0.0 { (highest - second) / losing } else { 0.0 },
            ..all
        }
    }

    /// `prices`: above zero, in any order.
    pub fn of(prices: &[f64]) -> Screens {
        let sorted = sorted(prices);
        let [lowest, second, ..] = sorted[..] else { return Screens::default() };
        let highest = sorted[sorted.len() - 1];
        let spread = deviation(&sorted);
        if lowest <= 0.0 || spread == 0.0 {
            return Screens::default();
        }
        let losing = deviation(&sorted[1..]);
        Screens {
            cv: spread / mean(&sorted),
            spd: (highest - lowest) / lowest,
            diffp: (second - lowest) / lowest,
            rd: if losing > 0.0 { (second - lowest) / losing } else { 0.0 },
            kurt: kurtosis(&sorted),
            skew: skewness(&sorted),
            ks: uniform_distance(&sorted),
        }
    }
}

pub(crate) fn sorted(prices: &[f64]) -> Vec<f64> {
    let mut sorted = prices.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Standard deviation of a sample; 0 below two values.
pub(crate) fn deviation(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    (moment(values, 2) * values.len() as f64 / (values.len() - 1) as f64).sqrt()
}

/// The central moment of an order.
fn moment(values: &[f64], order: i32) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(order)).sum::<f64>() / values.len() as f64
}

fn skewness(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    if n < 3.0 {
        return 0.0;
    }
    let plain = moment(values, 3) / moment(values, 2).powf(1.5);
    plain * (n * (n - 1.0)).sqrt() / (n - 2.0)
}

fn kurtosis(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    if n < 4.0 {
        return 0.0;
    }
    let excess = moment(values, 4) / moment(values, 2).powi(2) - 3.0;
    ((n + 1.0) * excess + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))
}

fn uniform_distance(sorted: &[f64]) -> f64 {
    let (lowest, highest) = (sorted[0], sorted[sorted.len() - 1]);
    let n = sorted.len() as f64;
    let distances = sorted.iter().enumerate().map(|(below, price)| {
        let place = (price - lowest) / (highest - lowest);
        ((below + 1) as f64 / n - place).max(place - below as f64 / n)
    });
    distances.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 5e-7, "{found} is not {wanted}");
    }

    /// Wanted figures by SciPy 1.16: kurtosis and skew with bias=False, kstest against uniform.
    #[test]
    fn five_prices_give_the_figures_of_a_statistics_library() {
        let found = Screens::of(&[103.0, 100.0, 110.0, 104.0, 120.0]);
        near(found.cv, 0.073_786_3);
        near(found.spd, 0.2);
        near(found.diffp, 0.03);
        near(found.skew, 1.246_012_1);
        near(found.kurt, 1.114_700_4);
        near(found.ks, 0.4);
        near(found.rd, 3.0 / deviation(&[103.0, 104.0, 110.0, 120.0]));
    }

    #[test]
    fn too_few_prices_and_equal_ones_say_nothing() {
        assert_eq!(Screens::of(&[]), Screens::default());
        assert_eq!(Screens::of(&[7.0]), Screens::default());
        assert_eq!(Screens::of(&[7.0, 7.0, 7.0]), Screens::default());
        let two = Screens::of(&[100.0, 107.0]);
        assert_eq!((two.skew, two.kurt, two.rd), (0.0, 0.0, 0.0));
        near(two.ks, 0.5);
    }

    #[test]
    fn where_the_highest_wins_the_distance_is_at_the_top() {
        let found = Screens::of_rising(&[103.0, 100.0, 110.0, 104.0, 120.0]);
        near(found.diffp, 10.0 / 120.0);
        near(found.rd, 10.0 / deviation(&[100.0, 103.0, 104.0, 110.0]));
        near(found.cv, 0.073_786_3);
        assert_eq!(Screens::of_rising(&[7.0]), Screens::default());
        assert_eq!(Screens::of_rising(&[7.0, 7.0]), Screens::default());
    }

    #[test]
    fn a_unit_of_money_changes_nothing() {
        let prices = [100.0, 103.0, 104.0, 110.0, 120.0];
        let (yuan, fen) = (Screens::of(&prices), Screens::of(&prices.map(|price| price * 100.0)));
        near(yuan.cv, fen.cv);
        near(yuan.kurt, fen.kurt);
    }
}
