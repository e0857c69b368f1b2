//! What a model looks at: a row of figures over one lot's prices and what is known of its bidders.

use crate::screens::{Screens, deviation, mean, sorted, variation};
use std::collections::{BTreeMap, BTreeSet};

/// In the order of a row. A model names its columns, so that a row of another order is refused.
pub const NAMES: [&str; FEATURES] = [
    "offers",
    "cv",
    "spd",
    "diffp",
    "rd",
    "kurt",
    "skew",
    "ks",
    "gap_widest",
    "gap_narrowest",
    "gap_cv",
    "gap_first",
    "magnitude",
    "deviation_median",
    "round_prices",
    "triples_min",
    "triples_mean",
    "triples_max",
    "segment",
    "to_estimate",
    "history_mean",
    "history_max",
    "history_min",
    "history_known",
];
pub const FEATURES: usize = 24;

/// A closed lot and, where somebody judged it, the judgement.
#[derive(Clone, Debug)]
pub struct Lot {
    /// Which market; only lots of one market are compared.
    pub segment: usize,
    /// One price for each offer.
    pub prices: Vec<f64>,
    /// Empty where a register does not say who bid.
    pub bidders: Vec<String>,
    /// The grantor's or procurer's estimate.
    pub estimate: Option<f64>,
    /// A sale, where the highest price wins; otherwise the lowest does.
    pub rising: bool,
}

/// How often a bidder's judged lots were collusive, for each market. Made of lots that are judged already, and
/// never of the lot being asked about.
#[derive(Default)]
pub struct History {
    by_bidder: BTreeMap<(usize, String), Record>,
    by_segment: BTreeMap<usize, Record>,
}

#[derive(Clone, Copy, Default)]
struct Record {
    lots: f64,
    collusive: f64,
}

impl Record {
    fn add(&mut self, collusive: bool, weight: f64) {
        self.lots += weight;
        self.collusive += weight * f64::from(u8::from(collusive));
    }
}

/// So many lots of the market's own rate stand before a bidder's first: one judged lot proves little.
const PRIOR_LOTS: f64 = 2.0;

impl History {
    pub fn of<'a>(judged: impl IntoIterator<Item = (&'a Lot, bool)>) -> History {
        let mut history = History::default();
        for (lot, collusive) in judged {
            history.by_segment.entry(lot.segment).or_default().add(collusive, 1.0);
            for bidder in lot.bidders.iter().collect::<BTreeSet<_>>() {
                history.by_bidder.entry((lot.segment, bidder.clone())).or_default().add(collusive, 1.0);
            }
        }
        history
    }

    /// Mean, highest and lowest rate of the lot's bidders, and the share of them that is known at all.
    /// `own`: the lot's own judgement where the history was made of it too; it is left out.
    fn rates(&self, lot: &Lot, own: Option<bool>) -> [f32; 4] {
        let bidders: BTreeSet<&String> = lot.bidders.iter().collect();
        if bidders.is_empty() {
            return [f32::NAN; 4];
        }
        let prior = self.by_segment.get(&lot.segment).map_or(0.0, |all| all.collusive / all.lots.max(1.0));
        let mut known = 0.0;
        let rates: Vec<f64> = bidders
            .iter()
            .map(|bidder| {
                let key = (lot.segment, (*bidder).clone());
                let mut record = self.by_bidder.get(&key).copied().unwrap_or_default();
                if let Some(own) = own {
                    record.add(own, -1.0);
                }
                known += f64::from(u8::from(record.lots > 0.0));
                (record.collusive + PRIOR_LOTS * prior) / (record.lots + PRIOR_LOTS)
            })
            .collect();
        let highest = rates.iter().copied().fold(0.0, f64::max);
        let lowest = rates.iter().copied().fold(1.0, f64::min);
        [mean(&rates), highest, lowest, known / bidders.len() as f64].map(|rate| rate as f32)
    }
}

/// The row of one lot; NaN stands where nothing is known.
pub fn row(lot: &Lot, history: &History, own: Option<bool>) -> [f32; FEATURES] {
    let mut prices = sorted(&lot.prices);
    let screens = Screens::of_sorted(&prices, lot.rising);
    if lot.rising {
        turn_over(&mut prices);
    }
    let [widest, narrowest, gap_cv, first] = gaps(&prices);
    let [least, middle, most] = triples(&prices, screens.cv);
    let average = if prices.is_empty() { 0.0 } else { mean(&prices) };
    let whole = prices.iter().filter(|price| price.round() % 100.0 == 0.0).count() as f64 / prices.len().max(1) as f64;
    let estimate = match (lot.estimate, prices.first()) {
        (Some(estimate), Some(lowest)) if estimate > 0.0 => lowest / estimate,
        _ => f64::NAN,
    };
    let [history_mean, history_max, history_min, history_known] = history.rates(lot, own);
    [
        prices.len() as f32,
        screens.cv as f32,
        screens.spd as f32,
        screens.diffp as f32,
        screens.rd as f32,
        screens.kurt as f32,
        screens.skew as f32,
        screens.ks as f32,
        widest as f32,
        narrowest as f32,
        gap_cv as f32,
        first as f32,
        if average > 0.0 { average.log10() as f32 } else { 0.0 },
        median_deviation(&prices) as f32,
        whole as f32,
        least as f32,
        middle as f32,
        most as f32,
        lot.segment as f32,
        estimate as f32,
        history_mean,
        history_max,
        history_min,
        history_known,
    ]
}

/// Prices in order, so that the lowest wins: those of a sale turned over inside their own range.
fn turn_over(sorted: &mut [f64]) {
    let [lowest, .., highest] = *sorted else { return };
    sorted.reverse();
    sorted.iter_mut().for_each(|price| *price = lowest + highest - *price);
}

/// Three of the offers that lie closest together, by their places in `prices`, and their CV: a cartel among
/// honest bidders sits in a subgroup. Nothing below four offers.
pub fn closest_three(prices: &[f64]) -> Option<([usize; 3], f64)> {
    let mut order: Vec<usize> = (0..prices.len()).collect();
    order.sort_by(|one, other| prices[*one].total_cmp(&prices[*other]));
    if order.len() < 4 {
        return None;
    }
    let each = order.windows(3).map(|three| {
        let figures = [prices[three[0]], prices[three[1]], prices[three[2]]];
        ([three[0], three[1], three[2]], variation(&figures))
    });
    each.min_by(|one, other| one.1.total_cmp(&other.1))
}

/// Between neighbouring prices: the widest in standard deviations, the narrowest over the mean, how uneven they
/// are, and the first beside the others (cover bids keep away from the one that is to win).
fn gaps(prices: &[f64]) -> [f64; 4] {
    let spread = deviation(prices);
    if spread == 0.0 {
        return [0.0; 4];
    }
    let gaps: Vec<f64> = prices.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let widest = gaps.iter().copied().fold(0.0, f64::max);
    let narrowest = gaps.iter().copied().fold(f64::INFINITY, f64::min);
    let others = if gaps.len() > 1 { mean(&gaps[1..]) } else { 0.0 };
    let first = if others > 0.0 { gaps[0] / others } else { 0.0 };
    [widest / spread, narrowest / mean(prices), variation(&gaps), first]
}

fn median_deviation(prices: &[f64]) -> f64 {
    let Some(average) = (!prices.is_empty()).then(|| mean(prices)).filter(|average| *average > 0.0) else { return 0.0 };
    let middle = median(prices);
    let from_middle: Vec<f64> = prices.iter().map(|price| (price - middle).abs()).collect();
    median(&sorted(&from_middle)) / average
}

fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) { (sorted[half - 1] + sorted[half]) / 2.0 } else { sorted[half] }
}

/// Least, mean and greatest CV of three neighbours; that of all below four prices.
pub fn triples(prices: &[f64], all: f64) -> [f64; 3] {
    if prices.len() < 4 {
        return [all; 3];
    }
    let each: Vec<f64> = prices.array_windows().map(|three: &[f64; 3]| variation(three)).collect();
    let least = each.iter().copied().fold(f64::INFINITY, f64::min);
    [least, mean(&each), each.iter().copied().fold(0.0, f64::max)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(prices: &[f64], bidders: &[&str]) -> Lot {
        let bidders = bidders.iter().map(|name| (*name).to_string()).collect();
        Lot { segment: 0, prices: prices.to_vec(), bidders, estimate: None, rising: false }
    }

    #[test]
    fn every_lot_has_a_row_however_few_its_prices() {
        for prices in [&[][..], &[5.0], &[5.0, 5.0], &[5.0, 6.0], &[5.0, 6.0, 9.0], &[1.0, 2.0, 3.0, 4.0]] {
            let row = row(&lot(prices, &[]), &History::default(), None);
            assert!(row[..19].iter().all(|figure| figure.is_finite()), "{prices:?}: {row:?}");
            assert!(row[19..].iter().all(|figure| figure.is_nan()));
        }
    }

    #[test]
    fn a_sale_is_read_from_its_winner_down() {
        let sale = Lot { rising: true, ..lot(&[100.0, 90.0, 89.0, 88.0], &[]) };
        let tender = lot(&[88.0, 98.0, 99.0, 100.0], &[]);
        let (sale, tender) = (row(&sale, &History::default(), None), row(&tender, &History::default(), None));
        for gap in 8..12 {
            assert_eq!(sale[gap], tender[gap], "{}", NAMES[gap]);
        }
        assert_eq!(sale[3], 0.1, "a tenth below the winner");
    }

    #[test]
    fn the_closest_three_are_named_by_their_places() {
        let (three, cv) = closest_three(&[140.0, 101.0, 120.0, 100.0, 102.0]).expect("five offers");
        assert_eq!(three, [3, 1, 4]);
        assert!((cv - 1.0 / 101.0).abs() < 1e-12);
        assert_eq!(closest_three(&[1.0, 2.0, 3.0]), None);
    }

    #[test]
    fn a_lot_is_never_its_own_bidders_history() {
        let lots = [lot(&[1.0, 2.0], &["a", "b"]), lot(&[1.0, 3.0], &["a", "c"]), lot(&[2.0, 3.0], &["d", "e"])];
        let history = History::of(lots.iter().zip([true, true, false]));
        let known = row(&lots[0], &history, Some(true));
        // a: one other lot, collusive, and two of the market's rate 2/3; b: nothing but the market's rate.
        let (a, b) = ((1.0 + 2.0 * 2.0 / 3.0) / 3.0, 2.0 / 3.0);
        assert!((known[20] - (a + b) as f32 / 2.0).abs() < 1e-6, "{known:?}");
        assert!((known[23] - 0.5).abs() < 1e-6, "b is not known without this lot");
    }
}
