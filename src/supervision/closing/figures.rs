//! The figures of a lot and their places among those of its market. Pure.

use screens::features::triples;
use screens::rank::Baseline;
use screens::screens::Screens;
use std::collections::BTreeMap;

/// In the order they are shown: the published screens, then those over subgroups of three neighbours.
pub const NAMES: [&str; 10] =
    ["cv", "spd", "diffp", "rd", "kurt", "skew", "ks", "triples_min", "triples_mean", "triples_max"];
/// Offers below which a figure says nothing, and so is none.
const OFFERS_MIN: [usize; 10] = [2, 2, 2, 3, 4, 3, 2, 4, 4, 4];

/// By name.
pub type Figures = BTreeMap<String, f64>;

/// Nothing below two offers, or where a price is not above zero.
pub fn figures(prices: &[f64], rising: bool) -> Option<Figures> {
    if prices.len() < 2 || prices.iter().any(|price| *price <= 0.0) {
        return None;
    }
    let all = if rising { Screens::of_rising(prices) } else { Screens::of(prices) };
    let mut sorted = prices.to_vec();
    sorted.sort_by(f64::total_cmp);
    let [least, middle, most] = triples(&sorted, all.cv);
    let each = [all.cv, all.spd, all.diffp, all.rd, all.kurt, all.skew, all.ks, least, middle, most];
    let known = NAMES.iter().zip(OFFERS_MIN).zip(each).filter(|((_, least), _)| prices.len() >= *least);
    Some(known.map(|((name, _), figure)| ((*name).to_string(), figure)).collect())
}

/// Where each figure stands among the market's earlier lots; nothing where those are too few.
pub fn percentiles(own: &Figures, earlier: &[Figures]) -> Option<Figures> {
    let places: Figures = own
        .iter()
        .filter_map(|(name, figure)| {
            let baseline = Baseline::of(earlier.iter().filter_map(|lot| lot.get(name)).map(|known| *known as f32));
            Some((name.clone(), f64::from(baseline.percentile(*figure as f32)?)))
        })
        .collect();
    (!places.is_empty()).then_some(places)
}

/// How far from the middle of its market, on the mean of its figures.
pub fn unusual(places: &Figures) -> f64 {
    places.values().map(|place| (2.0 * place - 1.0).abs()).sum::<f64>() / places.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_says_nothing_is_none() {
        assert_eq!(figures(&[5.0], true), None);
        assert_eq!(figures(&[5.0, 0.0], true), None);
        let names = |prices: &[f64]| figures(prices, false).expect("figures").into_keys().collect::<Vec<_>>();
        assert_eq!(names(&[1.0, 2.0]), ["cv", "diffp", "ks", "spd"]);
        assert_eq!(names(&[1.0, 2.0, 4.0]), ["cv", "diffp", "ks", "rd", "skew", "spd"]);
        assert_eq!(names(&[1.0, 2.0, 4.0, 5.0]).len(), NAMES.len());
    }

    #[test]
    fn places_come_from_earlier_lots_that_have_the_figure() {
        let lot = |spread: f64| figures(&[100.0, 100.0 + spread], false).expect("figures");
        let earlier: Vec<Figures> = (1..=30).map(|n| lot(f64::from(n))).collect();
        assert_eq!(percentiles(&lot(5.0), &earlier[1..]), None, "twenty-nine are no baseline");
        let wide = percentiles(&lot(99.0), &earlier).expect("a baseline");
        assert_eq!((wide["cv"], wide["spd"]), (1.0, 1.0));
        // Two prices always lie alike between their ends.
        assert_eq!(wide["ks"], 0.5);
        assert_eq!(unusual(&wide), 0.75);
        let three = figures(&[100.0, 101.0, 110.0], false).expect("figures");
        assert!(!percentiles(&three, &earlier).expect("a baseline").contains_key("skew"), "nobody had three before");
    }
}
