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
    /// `prices`: above zero, in any order; the lowest wins.
    pub fn of(prices: &[f64]) -> Screens {
        Screens::of_sorted(&sorted(prices), false)
    }

    /// Where the highest price wins: DIFFP and RD are between the two best, whichever end that is; the other figures
    /// know no winner.
    pub fn of_rising(prices: &[f64]) -> Screens {
        Screens::of_sorted(&sorted(prices), true)
    }

    /// Of prices that stand in order already, the lowest first.
    pub fn of_sorted(sorted: &[f64], rising: bool) -> Screens {
        let [lowest, next_lowest, ..] = *sorted else { return Screens::default() };
        let [.., next_highest, highest] = *sorted else { return Screens::default() };
        let all = Moments::of(sorted);
        let spread = all.deviation();
        if lowest <= 0.0 || spread == 0.0 {
            return Screens::default();
        }
        let (best, distance, losing) = match rising {
            true => (highest, highest - next_highest, deviation(&sorted[..sorted.len() - 1])),
            false => (lowest, next_lowest - lowest, deviation(&sorted[1..])),
        };
        Screens {
            cv: spread / all.mean,
            spd: (highest - lowest) / lowest,
            diffp: distance / best,
            rd: if losing > 0.0 { distance / losing } else { 0.0 },
            kurt: all.kurtosis(),
            skew: all.skewness(),
            ks: uniform_distance(sorted),
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
    around(values, mean(values))
}

/// The standard deviation over the mean.
pub(crate) fn variation(values: &[f64]) -> f64 {
    let mean = mean(values);
    around(values, mean) / mean
}

fn around(values: &[f64], mean: f64) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

/// The mean, and the central moments above it.
struct Moments {
    count: f64,
    mean: f64,
    second: f64,
    third: f64,
    fourth: f64,
}

impl Moments {
    fn of(values: &[f64]) -> Moments {
        let (count, mean) = (values.len() as f64, mean(values));
        let (mut second, mut third, mut fourth) = (0.0, 0.0, 0.0);
        for value in values {
            let off = value - mean;
            let square = off * off;
            second += square;
            third += square * off;
            fourth += square * square;
        }
        Moments { count, mean, second: second / count, third: third / count, fourth: fourth / count }
    }

    /// Of a sample of two or more.
    fn deviation(&self) -> f64 {
        (self.second * self.count / (self.count - 1.0)).sqrt()
    }

    fn skewness(&self) -> f64 {
        let n = self.count;
        if n < 3.0 {
            return 0.0;
        }
        self.third / (self.second * self.second.sqrt()) * (n * (n - 1.0)).sqrt() / (n - 2.0)
    }

    fn kurtosis(&self) -> f64 {
        let n = self.count;
        if n < 4.0 {
            return 0.0;
        }
        let excess = self.fourth / (self.second * self.second) - 3.0;
        ((n + 1.0) * excess + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))
    }
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
