//! What a bid costs with the model: the row of the lot as it stands after it, and the score.

use screens::chance::Chance;
use screens::features::{History, Lot, row};
use screens::model::Model;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

const BIDS: usize = 200_000;
/// Bids before the first that counts.
const WARM: usize = 20_000;
/// Bidders of a lot, at most, and bids after which the next lot begins.
const BIDDERS_MAX: usize = 20;
const BIDS_OF_A_LOT: usize = 100;
const SEED: u64 = 1;

pub fn cost(path: &Path) -> Result<String, Box<dyn Error>> {
    let model = Model::read(&std::fs::read(path)?)?;
    let (mut chance, history) = (Chance(SEED), History::default());
    let mut lot = Lot { segment: 0, prices: Vec::new(), bidders: Vec::new(), estimate: None, rising: true };
    let (mut price, mut bidders) = (1e6, 2);
    let (mut whole, mut alone) = (Vec::with_capacity(BIDS), Vec::with_capacity(BIDS));
    for bid in 0..WARM + BIDS {
        if bid % BIDS_OF_A_LOT == 0 {
            lot.prices.clear();
            (price, bidders) = (1e6, 2 + chance.below(BIDDERS_MAX - 1));
        }
        price += 1_000.0 * (1 + chance.below(5)) as f64;
        // Everybody's last offer.
        match chance.below(bidders) {
            seat if seat < lot.prices.len() => lot.prices[seat] = price,
            _ => lot.prices.push(price),
        }
        let begun = Instant::now();
        let figures = row(black_box(&lot), &history, None);
        let rowed = Instant::now();
        black_box(model.forest.score(black_box(&figures)));
        let scored = Instant::now();
        if bid >= WARM {
            whole.push((scored - begun).as_nanos());
            alone.push((scored - rowed).as_nanos());
        }
    }
    whole.sort_unstable();
    alone.sort_unstable();
    let at = |sorted: &[u128], of_thousand: usize| sorted[(sorted.len() - 1) * of_thousand / 1_000] as f64 / 1_000.0;
    Ok(format!(
        "{} trees, {BIDS} bids: row and score p50 {:.2} µs, p99 {:.2} µs, p99.9 {:.2} µs; score alone p50 {:.2} µs, p99 {:.2} µs",
        model.forest.trees(),
        at(&whole, 500),
        at(&whole, 990),
        at(&whole, 999),
        at(&alone, 500),
        at(&alone, 990),
    ))
}
