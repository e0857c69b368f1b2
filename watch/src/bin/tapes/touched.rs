//! How many lots of an unlabelled tape the watch asks about.

use crate::tape::{Lot, record};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use uuid::Uuid;
use watch::{Alert, Level, Watch};

pub fn alerts(lots: &[Lot]) -> Vec<Alert> {
    let (mut watch, mut alerts) = (Watch::default(), Vec::new());
    for facts in record(lots) {
        watch.look(&facts, &mut alerts);
    }
    alerts
}

/// Lots with a question: facts of law (blue) ask nobody anything.
pub fn asked(alerts: &[Alert]) -> BTreeSet<Uuid> {
    alerts.iter().filter(|alert| alert.level > Level::Blue).map(|alert| alert.lot).collect()
}

pub fn say(name: &str, lots: &[Lot], list: bool) -> String {
    let alerts = alerts(lots);
    let all: BTreeSet<Uuid> = alerts.iter().map(|alert| alert.lot).collect();
    let share = |count: usize| count as f64 * 100.0 / lots.len() as f64;
    let asked = asked(&alerts).len();
    let mut said = format!(
        "{name}: {} lots, touched by a question (yellow or red) {asked} = {:.2} %; with facts of law (blue) {} = {:.2} %\n",
        lots.len(),
        share(asked),
        all.len(),
        share(all.len())
    );
    let mut rules: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
    for alert in &alerts {
        rules.entry(alert.rule.name()).or_default().insert(alert.lot);
    }
    for (rule, lots) in rules {
        let _ = writeln!(said, "  {rule}: {} lots", lots.len());
    }
    for alert in alerts.iter().filter(|alert| list && alert.level > Level::Blue) {
        let _ = writeln!(said, "  {} {}", alert.lot.as_u128() as u64, alert.en);
    }
    said
}
