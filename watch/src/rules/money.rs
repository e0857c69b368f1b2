//! 保证金: deposits from one account (deemed collusion: regulations on tendering, article 40), deposits paid
//! together at one branch, and payers who stay silent while the lot goes for next to nothing above its start.

use crate::alert::{Level, Measured, Rule, Unit};
use crate::bounds::{RECENT_MAX, TRACES_MAX};
use crate::facts::What;
use crate::keys::Table;
use crate::lot::{Lot, Now, Said, Who, listed};
use std::collections::VecDeque;

/// Deposits this close at one branch, from so many payers, are paid together.
const TOGETHER_MS: i64 = 10 * 60_000;
const TOGETHER_MIN: usize = 3;
/// So many paid, at most one in three of them bid, and the price stayed within so many steps of start or reserve.
const PAYERS_MIN: usize = 4;
const BIDDERS_SHARE: usize = 3;
const STEPS_MAX: i64 = 3;
/// So many steps at once onto a secret reserve are no walk.
const LEAP_STEPS_MIN: i64 = 4;

#[derive(Default)]
pub struct Money {
    /// Who paid from it first, by which credit: what counted as a deposit, and what did not.
    payers: Table<(u64, bool), (Who, Option<u64>)>,
    recent: VecDeque<Paid>,
}

struct Paid {
    who: Who,
    at: i64,
    branch: u64,
    credit: Option<u64>,
}

/// Money on a bidder's account, as the bank tells it.
pub struct Credit {
    pub payer: u64,
    pub branch: Option<u64>,
    pub at: i64,
    pub number: Option<u64>,
}

/// Evidence are the payers' seats: the money itself came beside the record, and its credits are named. `counted`: as
/// the deposit.
pub fn paid(lot: &mut Lot, now: &mut Now, who: Who, credit: Credit, counted: bool) {
    let Credit { payer, branch, at: paid_at, number } = credit;
    shared(lot, now, who, (payer, counted), number);
    if !counted {
        return;
    }
    lot.of_mut(who).paid = true;
    let Some(branch) = branch else { return };
    let recent = &mut lot.kept.money.recent;
    if recent.len() == RECENT_MAX {
        recent.pop_front();
    }
    recent.push_back(Paid { who, at: paid_at, branch, credit: number });
    let near = |paid: &&Paid| paid.branch == branch && (paid.at - paid_at).abs() <= TOGETHER_MS;
    let (mut whom, credits): (Vec<Who>, Vec<Option<u64>>) =
        recent.iter().filter(near).map(|paid| (paid.who, paid.credit)).unzip();
    whom.sort_unstable();
    whom.dedup();
    if whom.len() < TOGETHER_MIN {
        return;
    }
    lot.speak(now, Rule::DepositsTogether, Level::Yellow, &whom, |lot| {
        let (zh, en) = listed(&lot.paddles(&whom));
        let (minutes, credits) = (TOGETHER_MS / 60_000, numbers(&credits));
        Said {
            evidence: whom.iter().map(|who| lot.of(*who).first_n).collect(),
            measured: Measured { found: whom.len() as f64, baseline: 1.0, unit: Unit::Count },
            zh: format!("号牌{zh}的保证金在{minutes}分钟内由同一银行网点缴入{}", credits.0),
            en: format!("the deposits of paddles {en} were paid at one branch within {minutes} minutes{}", credits.1),
        }
    });
}

/// Two deposits from one account are what law deems collusion; money that goes back is not one, and anybody can send
/// it to a rival's account.
fn shared(lot: &mut Lot, now: &mut Now, who: Who, payer: (u64, bool), number: Option<u64>) {
    let payers = &mut lot.kept.money.payers;
    if payers.len() < TRACES_MAX {
        payers.entry(payer).or_insert((who, number));
    }
    let other = |counted| payers.get(&(payer.0, counted)).filter(|(first, _)| *first != who).copied();
    let (level, (first, first_number)) = match (payer.1, other(true), other(false)) {
        (true, Some(first), _) => (Level::Red, first),
        (_, Some(first), _) | (_, None, Some(first)) => (Level::Yellow, first),
        (_, None, None) => return,
    };
    let credits = numbers(&[first_number, number]);
    lot.speak(now, Rule::SharedPayer, level, &[first, who], |lot| {
        let (zh, en) = listed(&lot.paddles(&[first, who]));
        let (zh, en) = match level {
            Level::Red => (
                format!("号牌{zh}的保证金从同一账户缴纳{}，法规视为串通的情形之一，请核实", credits.0),
                format!(
                    "the deposits of paddles {en} came from one account{}, which the regulations deem collusion",
                    credits.1
                ),
            ),
            _ => (
                format!("同一账户向号牌{zh}付款{}，其中有款项未作为保证金认定、将予退回，请核实何人付款", credits.0),
                format!(
                    "one account paid for paddles {en}{}; some of it is no deposit and goes back: ask who paid",
                    credits.1
                ),
            ),
        };
        Said {
            evidence: vec![lot.of(first).first_n, lot.of(who).first_n],
            measured: Measured { found: 2.0, baseline: 1.0, unit: Unit::Count },
            zh,
            en,
        }
    });
}

/// 到账流水第3、7号: the credits, as far as they have numbers.
fn numbers(credits: &[Option<u64>]) -> (String, String) {
    let known: Vec<u64> = credits.iter().flatten().copied().collect();
    if known.is_empty() {
        return Default::default();
    }
    let (zh, en) = listed(&known);
    (format!("（到账流水第{zh}号）"), format!(" (credits no. {en})"))
}

/// At the close: many paid, few bid, and the price hardly left where it began.
pub fn closed(lot: &mut Lot, now: &mut Now, closed: &What) {
    let What::Closed { winner: Some(winner), price_minor: Some(price), reserve_minor } = closed else { return };
    if !lot.terms.rising {
        return;
    }
    silent(lot, now, *winner, *price, *reserve_minor);
    hugged(lot, now, *winner, *price, *reserve_minor);
}

fn silent(lot: &mut Lot, now: &mut Now, winner: u32, price: i64, reserve: Option<i64>) {
    let spoke = |who: Who| lot.of(who).bids > 0 || lot.of(who).offered;
    let payers: Vec<Who> = (0..lot.bidders.len() as Who).filter(|who| lot.of(*who).paid).collect();
    let bidders = payers.iter().filter(|who| spoke(**who)).count();
    let floor = reserve.unwrap_or(0).max(lot.terms.start_minor);
    let steps = steps(lot, price - floor);
    if payers.len() < PAYERS_MIN || bidders * BIDDERS_SHARE > payers.len() || steps > STEPS_MAX {
        return;
    }
    let mut whom: Vec<Who> =
        payers.iter().copied().filter(|who| !spoke(*who) || lot.of(*who).paddle == winner).collect();
    whom.truncate(crate::bounds::EVIDENCE_MAX);
    let n = now.n;
    lot.speak(now, Rule::SilentPayers, Level::Yellow, &whom, |lot| Said {
        evidence: whom.iter().map(|who| lot.of(*who).first_n).chain([n]).collect(),
        measured: Measured { found: bidders as f64, baseline: payers.len() as f64, unit: Unit::Count },
        zh: format!("{}家缴纳保证金，仅{bidders}家报价，成交价距起始价或底价不超过{STEPS_MAX}个加价幅度", payers.len()),
        en: format!(
            "{} paid deposits, {bidders} bid, and the price stayed within {STEPS_MAX} steps of start or reserve",
            payers.len()
        ),
    });
}

fn hugged(lot: &mut Lot, now: &mut Now, winner: u32, price: i64, reserve: Option<i64>) {
    let Some(reserve) = reserve.filter(|reserve| *reserve > lot.terms.start_minor && !lot.terms.reserve_known) else {
        return;
    };
    let Some(own) = own(lot, winner) else { return };
    let before = own.before.unwrap_or(lot.terms.start_minor);
    let leap = steps(lot, own.amount - before);
    let lands = price >= reserve && own.amount - reserve < lot.terms.step_minor.max(1) && before < reserve;
    if !lands || leap < LEAP_STEPS_MIN {
        return;
    }
    let (who, bid_n, n) = (own.who, own.n, now.n);
    lot.speak(now, Rule::ReserveHugged, Level::Yellow, &[who], |_| Said {
        evidence: vec![bid_n, n],
        measured: Measured { found: leap as f64, baseline: 1.0, unit: Unit::Steps },
        zh: format!("号牌{winner}一次加价{leap}个幅度，恰好落在未公开的底价上，请核实底价是否泄露"),
        en: format!("paddle {winner} leapt {leap} steps at once, just onto the secret reserve; ask who knew it"),
    });
}

/// The figure a winner named himself, and what led before it.
struct Own {
    who: Who,
    n: u64,
    amount: i64,
    before: Option<i64>,
}

/// His last bid, where he led by his own hand at the end; else the sealed offer that won.
fn own(lot: &Lot, winner: u32) -> Option<Own> {
    let mut leading = lot.bids.back().filter(|bid| bid.leads);
    let last = leading.next().filter(|last| lot.of(last.who).paddle == winner);
    if let Some(last) = last {
        let before = leading.next().map(|bid| bid.amount);
        return (!last.by_proxy).then_some(Own { who: last.who, n: last.n, amount: last.amount, before });
    }
    let opened = lot.kept.prices.opened().iter().rev().find(|opened| lot.of(opened.who).paddle == winner)?;
    Some(Own { who: opened.who, n: opened.n, amount: opened.amount, before: lot.price })
}

fn steps(lot: &Lot, difference: i64) -> i64 {
    difference / lot.terms.step_minor.max(1)
}
