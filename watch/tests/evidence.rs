//! What an alert shows are entries of its own lot; entries of earlier lots stand apart, each with its lot, and only where
//! a rule looks over several.

#[path = "../src/bin/tapes/stream.rs"]
mod stream;

use std::collections::{BTreeSet, HashMap, VecDeque};
use uuid::Uuid;
use watch::{Alert, Facts, Link, Rule, Watch, What};

const LOTS: usize = 300;
const FACTS: usize = 200_000;
/// A link is told so many facts after the two sat down, when the record has long been at other lots.
const LATER: usize = 500;
const ACROSS: [Rule; 6] = [
    Rule::FixedRatio,
    Rule::CoverGroup,
    Rule::OneStepNeverWins,
    Rule::ShillForGrantor,
    Rule::SameWinnerAgain,
    Rule::SignsTogether,
];

/// The stream, and in it links of those who sit together and readings of sealed data, as they are told beside the record.
fn with_links(facts: Vec<Facts>) -> Vec<Facts> {
    let links = [Link::Control, Link::Shareholding, Link::Contact, Link::Staff, Link::StaffPerson];
    let mut waiting: VecDeque<(usize, What)> = VecDeque::new();
    let mut told = Vec::new();
    let mut before: HashMap<Uuid, Uuid> = HashMap::new();
    let mut centers: HashMap<Uuid, Uuid> = HashMap::new();
    for (at, fact) in facts.into_iter().enumerate() {
        if let What::Published(terms) = &fact.what {
            centers.insert(fact.lot, terms.center);
        }
        if let What::Seated { paddle, account } = fact.what {
            let link = links[at % links.len()];
            let records = Some([u64::from(paddle), u64::from(paddle) + 1]);
            if let Some(a) = before.insert(fact.lot, account) {
                let b = if matches!(link, Link::Staff | Link::StaffPerson) { centers[&fact.lot] } else { account };
                waiting.push_back((at + LATER, What::Related { a, b, link, records }));
            }
        }
        let (n, at_ms) = (fact.n, fact.at_ms);
        told.push(fact);
        while waiting.front().is_some_and(|(due, _)| *due <= at) {
            let (_, what) = waiting.pop_front().expect("one waits");
            told.push(Facts { lot: Uuid::nil(), n, at_ms, what });
        }
    }
    told
}

fn hold(facts: &[Facts], alerts: &[Alert]) {
    let lots: HashMap<u64, Uuid> =
        facts.iter().filter(|fact| !fact.lot.is_nil()).map(|fact| (fact.n, fact.lot)).collect();
    for alert in alerts {
        assert_eq!(lots[&alert.n], alert.lot, "{alert:?}");
        assert!(alert.evidence.iter().all(|n| lots[n] == alert.lot), "{alert:?}");
        assert!(alert.earlier.iter().all(|entry| lots[&entry.n] == entry.lot && entry.lot != alert.lot), "{alert:?}");
        assert!(alert.earlier.is_empty() || ACROSS.contains(&alert.rule), "{alert:?}");
    }
}

#[test]
fn evidence_is_the_lots_own_whatever_is_told_beside_the_record() {
    let facts = with_links(stream::mixed(11, LOTS, FACTS, 50));
    let (mut watch, mut alerts) = (Watch::default(), Vec::new());
    facts.iter().for_each(|fact| watch.look(fact, &mut alerts));
    let rules: BTreeSet<Rule> = alerts.iter().map(|alert| alert.rule).collect();
    let beside = [Rule::RelatedParties, Rule::StaffBidding, Rule::DepositsTogether, Rule::SignsTogether];
    assert!(beside.iter().all(|rule| rules.contains(rule)), "{rules:?}");
    hold(&facts, &alerts);
}
