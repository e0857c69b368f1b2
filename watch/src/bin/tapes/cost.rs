//! What a look costs, and whether catching up says the same as having been there.

use crate::stream;
use screens::chance::Chance;
use std::time::Instant;
use uuid::Uuid;
use watch::{Facts, TOGETHER, Watch, What};

fn percentile(sorted: &[u64], permille: usize) -> u64 {
    sorted[(sorted.len() - 1) * permille / 1_000]
}

/// Of a hundred facts, those of the one lot in a hundred that is in its last minutes.
const BUSY: i64 = 80;

/// Each fact alone, and as a busy floor hands them over: by so many, whose lots are fetched at once. What the fetching
/// took is shared among them.
pub fn cost(seed: u64, lots: usize, events: usize) -> String {
    let mut said = String::new();
    for (busy, how) in [(0, "every lot as likely next as any other"), (BUSY, "of 100 facts 80 in one lot of 100")] {
        let facts = stream::mixed(seed, lots, events, busy);
        for together in [1, TOGETHER] {
            said += &format!("{how}, facts by {together}\n{}", over(&facts, lots, together));
        }
    }
    said
}

/// Where its line of memory is: a bidder's, or the lot's alone.
fn place(fact: &Facts) -> (Uuid, u32) {
    match fact.what {
        What::Bid { paddle, .. } => (fact.lot, paddle),
        _ => (fact.lot, 0),
    }
}

/// Nanoseconds it took.
fn fetched(watch: &Watch, group: &[Facts]) -> u64 {
    let before = Instant::now();
    watch.fetch(group.iter().map(place));
    before.elapsed().as_nanos() as u64
}

fn over(facts: &[Facts], lots: usize, together: usize) -> String {
    let events = facts.len();
    let (mut watch, mut alerts) = (Watch::default(), Vec::new());
    let (mut bids, mut all) = (Vec::with_capacity(events), Vec::with_capacity(events));
    // Not measured until all lots stand; the clock's own cost is measured beside.
    let warm = lots * 25 + events / 20;
    for (at, group) in facts.chunks(together).enumerate() {
        let share = if together == 1 { 0 } else { fetched(&watch, group) / together as u64 };
        for fact in group {
            let before = Instant::now();
            watch.look(fact, &mut alerts);
            let took = before.elapsed().as_nanos() as u64 + share;
            if at * together >= warm {
                all.push(took);
                if matches!(fact.what, What::Bid { .. }) {
                    bids.push(took);
                }
            }
        }
    }
    let mut clock: Vec<u64> = (0..100_000)
        .map(|_| {
            let before = Instant::now();
            before.elapsed().as_nanos() as u64
        })
        .collect();
    let mut said = format!("  {} live lots, {} alerts\n", watch.lots(), alerts.len());
    for (name, took) in [("bids", &mut bids), ("all facts", &mut all), ("the clock alone", &mut clock)] {
        took.sort_unstable();
        if took.is_empty() {
            continue;
        }
        said += &format!(
            "  {name}: {} looks, ns p50 {} p99 {} p99.9 {}\n",
            took.len(),
            percentile(took, 500),
            percentile(took, 990),
            percentile(took, 999)
        );
    }
    said
}

/// One go over the record, against pieces as they come with a restart between them.
pub fn catchup(seed: u64, lots: usize, events: usize) -> Result<String, String> {
    let facts = stream::mixed(seed, lots, events, BUSY);
    let (mut watch, mut at_once) = (Watch::default(), Vec::new());
    let before = Instant::now();
    facts.iter().for_each(|fact| watch.look(fact, &mut at_once));
    let took = before.elapsed();
    let (mut chance, mut live, mut watch, mut next) = (Chance(seed + 1), Vec::new(), Watch::default(), 0);
    let mut restarts = vec![events / 3, events * 2 / 3];
    while next < facts.len() {
        let piece = (1 + chance.below(5_000)).min(facts.len() - next);
        facts[next..next + piece].iter().for_each(|fact| watch.look(fact, &mut live));
        next += piece;
        if restarts.first().is_some_and(|at| next >= *at) {
            restarts.remove(0);
            watch = Watch::default();
            // What was told before the restart is on disk already.
            let mut again = Vec::new();
            facts[..next].iter().for_each(|fact| watch.look(fact, &mut again));
        }
    }
    if live != at_once {
        return Err(format!("{} alerts live, {} at once, and they differ", live.len(), at_once.len()));
    }
    Ok(format!(
        "{} facts in {} ms at once; {} alerts, identical to the live run's\n",
        events,
        took.as_millis(),
        live.len()
    ))
}
