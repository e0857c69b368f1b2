//! Where a figure stands among those of its market.

/// Below so many closed lots a market has no baseline, and nothing is said.
pub const BASELINE_LOTS_MIN: usize = 30;

/// Figures of one market's closed lots, rising.
#[derive(Clone, Debug, Default)]
pub struct Baseline(Vec<f32>);

impl Baseline {
    pub fn of(figures: impl IntoIterator<Item = f32>) -> Baseline {
        let mut figures: Vec<f32> = figures.into_iter().filter(|figure| !figure.is_nan()).collect();
        figures.sort_by(f32::total_cmp);
        Baseline(figures)
    }

    /// The share of the market's lots below the figure, equal ones half; nothing without a baseline.
    pub fn percentile(&self, figure: f32) -> Option<f32> {
        if self.0.len() < BASELINE_LOTS_MIN || figure.is_nan() {
            return None;
        }
        let below = self.0.partition_point(|known| *known < figure);
        let up_to = self.0.partition_point(|known| *known <= figure);
        Some((below + up_to) as f32 / (2 * self.0.len()) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_market_of_few_lots_has_no_percentiles() {
        assert_eq!(Baseline::of((0..29).map(|n| n as f32)).percentile(3.0), None);
        let thirty = Baseline::of((0..30).map(|n| n as f32));
        assert_eq!(thirty.percentile(-1.0), Some(0.0));
        assert_eq!(thirty.percentile(14.5), Some(0.5));
        assert_eq!(thirty.percentile(0.0), Some(1.0 / 60.0));
        assert_eq!(thirty.percentile(99.0), Some(1.0));
        assert_eq!(thirty.percentile(f32::NAN), None);
    }
}
