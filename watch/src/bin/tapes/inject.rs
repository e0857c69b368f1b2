//! Puts frauds into the tapes by a seed, and counts what the watch finds, when, and whom else it asks.

use crate::frauds::{self, Fraud, Kind, Range};
use crate::tape::{Deposit, Lot, account};
use crate::touched::{alerts, asked};
use screens::chance::Chance;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use uuid::Uuid;
use watch::{Alert, Level};

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Ranges {
    A,
    B,
}

/// Grantors that sell the tape's lots, and how many frauds of each kind a run holds.
const GRANTORS: usize = 40;
const EACH: usize = 8;
/// Honest lots in which somebody paid and then kept silent, percent, and how many did.
const SILENT_PERCENT: i64 = 20;
const SILENT: (i64, i64) = (1, 4);
/// Bids of others a lot needs before a bot or a shill has something to answer.
const BIDS_MIN: usize = 12;

#[derive(Default)]
struct Count {
    frauds: usize,
    found: usize,
    /// Seconds before the close of the lot at the first alert.
    before: Vec<i64>,
}

#[derive(Default)]
struct Tally {
    kinds: BTreeMap<Kind, Count>,
    clean: usize,
    clean_touched: usize,
    named: usize,
    named_fraud: usize,
}

pub fn say(ebay: &[Lot], pregao: &[Lot], ranges: Ranges, seeds: &[u64]) -> Result<String, String> {
    let range = if ranges == Ranges::A { &frauds::A } else { &frauds::B };
    let mut said = String::new();
    for (name, signals) in [("behaviour alone", false), ("with the traces a ring might leave", true)] {
        let mut tally = Tally::default();
        for seed in seeds {
            run(ebay, pregao, range, *seed, signals, &mut tally);
        }
        let _ = writeln!(said, "{name}, {} seeds", seeds.len());
        for (kind, count) in &mut tally.kinds {
            count.before.sort_unstable();
            let at = |percent: usize| {
                let place = (count.before.len().max(1) - 1) * percent / 100;
                count.before.get(place).map_or("-".into(), i64::to_string)
            };
            let _ = writeln!(
                said,
                "  {kind:?}: {} of {} found ({:.1} %); seconds before close at first alert p10 {} p50 {} p90 {}",
                count.found,
                count.frauds,
                count.found as f64 * 100.0 / count.frauds as f64,
                at(10),
                at(50),
                at(90)
            );
        }
        let _ = writeln!(
            said,
            "  clean lots touched: {} of {} ({:.2} %); paddles named {}, of them {} injected",
            tally.clean_touched,
            tally.clean,
            tally.clean_touched as f64 * 100.0 / tally.clean as f64,
            tally.named,
            tally.named_fraud
        );
    }
    Ok(said)
}

fn run(ebay: &[Lot], pregao: &[Lot], range: &Range, seed: u64, signals: bool, tally: &mut Tally) {
    let mut chance = Chance(seed);
    let mut sales = ebay.to_vec();
    for lot in &mut sales {
        honest(lot, &mut chance);
    }
    let mut purchases = pregao.to_vec();
    let mut injected = rising(&mut sales, range, &mut chance);
    injected.extend(falling(&mut purchases, range, &mut chance));
    let mut lots: Vec<Lot> = sales.into_iter().chain(purchases).collect();
    if signals {
        traces(&mut lots, &injected, range, &mut chance);
    }
    count(&lots, &injected, &alerts(&lots), tally);
}

/// What the tape does not tell of an honest lot: whose it is, who paid, and the stamps' milliseconds.
fn honest(lot: &mut Lot, chance: &mut Chance) {
    lot.terms.grantor = Some(chance.below(GRANTORS) as u64);
    lot.terms.stamp_ms = 1;
    lot.bids.iter_mut().for_each(|bid| bid.at += chance.between((0, 999)));
    lot.bids.sort_by_key(|bid| bid.at);
    lot.closes = lot.closes.max(lot.bids.last().map_or(0, |bid| bid.at + 1));
    let mut payers: Vec<Uuid> = lot.bids.iter().map(|bid| bid.who).collect();
    if chance.percent(SILENT_PERCENT) {
        payers.extend((0..chance.between(SILENT)).map(|_| Uuid::from_u128(u128::from(chance.draw()))));
    }
    payers.sort_unstable();
    payers.dedup();
    for who in payers {
        let at = lot.begins - chance.between((1, 72 * 60)) * 60_000;
        lot.deposits.push(Deposit { who, payer: chance.draw(), branch: chance.below(60) as u64, at });
    }
}

fn somebody(chance: &mut Chance) -> Uuid {
    account(&format!("injected {}", chance.draw()))
}

/// Lots not yet taken, in an order drawn.
fn free(lots: &[Lot], taken: &BTreeSet<usize>, bids_min: usize, chance: &mut Chance) -> Vec<usize> {
    let mut free: Vec<usize> =
        (0..lots.len()).filter(|at| !taken.contains(at) && lots[*at].bids.len() >= bids_min).collect();
    for last in (1..free.len()).rev() {
        free.swap(last, chance.below(last + 1));
    }
    free
}

fn rising(lots: &mut [Lot], range: &Range, chance: &mut Chance) -> Vec<Fraud> {
    let (mut frauds, mut taken) = (Vec::new(), BTreeSet::new());
    for grantor in 0..EACH as u64 {
        let who = somebody(chance);
        let wanted = chance.between(range.shill_lots) as usize;
        let own: Vec<usize> = free(lots, &taken, BIDS_MIN, chance).into_iter().take(wanted).collect();
        for at in &own {
            taken.insert(*at);
            lots[*at].terms.grantor = Some(1_000 + grantor);
            frauds::shill(&mut lots[*at], who, range, chance);
            pays(&mut lots[*at], who, chance);
        }
        frauds.push(fraud(Kind::Shill, vec![who], &own, lots));
    }
    for _ in 0..EACH {
        for kind in [Kind::Bot, Kind::Pair, Kind::Ring] {
            let least = if kind == Kind::Bot { BIDS_MIN } else { 1 };
            let Some(at) = free(lots, &taken, least, chance).first().copied() else { continue };
            taken.insert(at);
            let members = match kind {
                Kind::Bot => 1,
                Kind::Pair => 2,
                _ => chance.between(range.ring_silent) as usize + 2,
            };
            let accounts: Vec<Uuid> = (0..members).map(|_| somebody(chance)).collect();
            let lot = &mut lots[at];
            match kind {
                Kind::Bot => frauds::bot(lot, accounts[0], range, chance),
                Kind::Pair => frauds::pair(lot, [accounts[0], accounts[1]], range, chance),
                _ => frauds::ring(lot, &accounts, range, chance),
            }
            if kind != Kind::Ring {
                accounts.iter().for_each(|who| pays(lot, *who, chance));
            }
            frauds.push(fraud(kind, accounts, &[at], lots));
        }
    }
    frauds
}

fn pays(lot: &mut Lot, who: Uuid, chance: &mut Chance) {
    let at = lot.begins - chance.between((1, 72 * 60)) * 60_000;
    lot.deposits.push(Deposit { who, payer: chance.draw(), branch: chance.below(60) as u64, at });
}

fn falling(lots: &mut [Lot], range: &Range, chance: &mut Chance) -> Vec<Fraud> {
    let (mut frauds, mut taken) = (Vec::new(), BTreeSet::new());
    for _ in 0..EACH / 2 {
        for (kind, blur) in [(Kind::Cover, 0), (Kind::BlurredCover, 20)] {
            let accounts: Vec<Uuid> = (0..=chance.between(range.covers)).map(|_| somebody(chance)).collect();
            let wanted = chance.between(range.cover_lots) as usize;
            let own: Vec<usize> = free(lots, &taken, 0, chance).into_iter().take(wanted).collect();
            let adds = chance.between(range.cover_adds);
            for at in &own {
                taken.insert(*at);
                frauds::cover(&mut lots[*at], &accounts, adds, blur, chance);
            }
            frauds.push(fraud(kind, accounts, &own, lots));
        }
    }
    frauds
}

fn fraud(kind: Kind, accounts: Vec<Uuid>, own: &[usize], lots: &[Lot]) -> Fraud {
    Fraud { kind, accounts, lots: own.iter().map(|at| lots[*at].id).collect() }
}

/// Now and then those who act together use one device, one network, one paying account.
fn traces(lots: &mut [Lot], frauds: &[Fraud], range: &Range, chance: &mut Chance) {
    for fraud in frauds {
        // A shill and a bot hide behind nobody else's paddle.
        if fraud.accounts.len() < 2 {
            continue;
        }
        let draws = [range.device, range.network, range.payer].map(|share| chance.percent(share));
        let (device, network, payer) = (chance.draw() | 1, chance.draw() | 1, chance.draw());
        for lot in lots.iter_mut().filter(|lot| fraud.lots.contains(&lot.id)) {
            for who in &fraud.accounts {
                let own = (chance.draw() | 1, chance.draw() | 1);
                let trace = (if draws[0] { device } else { own.0 }, if draws[1] { network } else { own.1 });
                lot.traces.insert(*who, trace);
                if draws[2] {
                    lot.deposits.iter_mut().filter(|paid| paid.who == *who).for_each(|paid| paid.payer = payer);
                }
            }
        }
    }
}

fn count(lots: &[Lot], frauds: &[Fraud], alerts: &[Alert], tally: &mut Tally) {
    let by_id: BTreeMap<Uuid, &Lot> = lots.iter().map(|lot| (lot.id, lot)).collect();
    let guilty: BTreeMap<Uuid, &Fraud> = frauds.iter().flat_map(|f| f.lots.iter().map(move |lot| (*lot, f))).collect();
    let mut first: BTreeMap<usize, i64> = BTreeMap::new();
    for alert in alerts.iter().filter(|alert| alert.level > Level::Blue) {
        let lot = by_id[&alert.lot];
        let named: Vec<Uuid> = alert.paddles.iter().filter_map(|paddle| lot.behind(*paddle)).collect();
        tally.named += named.len();
        let Some(fraud) = guilty.get(&alert.lot) else { continue };
        let hit = named.iter().filter(|who| fraud.accounts.contains(who)).count();
        tally.named_fraud += hit;
        if hit > 0 {
            let place = frauds.iter().position(|other| std::ptr::eq(other, *fraud)).unwrap_or(0);
            first.entry(place).or_insert((lot.closes - alert.at_ms) / 1_000);
        }
    }
    for (place, fraud) in frauds.iter().enumerate() {
        let count = tally.kinds.entry(fraud.kind).or_default();
        count.frauds += 1;
        if let Some(seconds) = first.get(&place) {
            count.found += 1;
            count.before.push(*seconds);
        }
    }
    let asked = asked(alerts);
    tally.clean += lots.iter().filter(|lot| !guilty.contains_key(&lot.id)).count();
    tally.clean_touched += asked.iter().filter(|lot| !guilty.contains_key(lot)).count();
}
