//! A watch that fell a million facts behind says what it would have said live, restarts or not.

#[path = "../src/bin/tapes/stream.rs"]
mod stream;

use watch::{Alert, Facts, Watch};

const FACTS: usize = 1_000_000;

fn pass(watch: &mut Watch, facts: &[Facts]) -> Vec<Alert> {
    let mut alerts = Vec::new();
    facts.iter().for_each(|fact| watch.look(fact, &mut alerts));
    alerts
}

#[test]
fn a_million_facts_at_once_raise_what_they_raised_live() {
    let facts = stream::mixed(7, 2_000, FACTS, 50);
    let at_once = pass(&mut Watch::default(), &facts);
    let mut chance = screens::chance::Chance(8);
    let (mut watch, mut live, mut next, mut restarted) = (Watch::default(), Vec::new(), 0, false);
    while next < facts.len() {
        let piece = chance.between((1, 5_000)) as usize;
        let end = (next + piece).min(facts.len());
        live.extend(pass(&mut watch, &facts[next..end]));
        next = end;
        if !restarted && next > FACTS / 3 {
            restarted = true;
            watch = Watch::default();
            pass(&mut watch, &facts[..next]);
        }
    }
    assert!(at_once.len() > 100, "{}", at_once.len());
    assert!(live == at_once);
    assert!(at_once.iter().all(|alert| !alert.zh.is_empty() && !alert.en.is_empty()));
}
