//! The frauds put into the tapes, with the ranges their parameters are drawn from. Ranges A were looked at while
//! thresholds were chosen, ranges B were not, and do not overlap them but where a rule's law leaves no room.

use crate::tape::{Deposit, Lot, Raw, Site, increment};
use screens::chance::Chance;
use uuid::Uuid;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    Shill,
    Bot,
    Pair,
    Ring,
    Cover,
    /// Covers whose prices are blurred by a percent or two: what rules over exact figures cannot see.
    BlurredCover,
}

pub struct Range {
    /// A shill's lots, the wait before it raises (ms), and the part of the time (percent) after which it stops.
    pub shill_lots: (i64, i64),
    pub shill_wait: (i64, i64),
    pub shill_stop: (i64, i64),
    /// A shill's raises after each bid of others, percent.
    pub shill_often: (i64, i64),
    /// A bot's answers: ms, and their jitter in percent.
    pub bot_wait: (i64, i64),
    pub bot_jitter: (i64, i64),
    /// A pair's turns and the wait between them.
    pub pair_turns: (i64, i64),
    pub pair_wait: (i64, i64),
    /// A ring's silent members.
    pub ring_silent: (i64, i64),
    pub ring_tokens: (i64, i64),
    /// A cover ring's members beside the winner, its lots, and what each adds on the one before, in permille.
    pub covers: (i64, i64),
    pub cover_lots: (i64, i64),
    pub cover_adds: (i64, i64),
    /// How often a real ring would leave a device, a network, a payer, percent.
    pub device: i64,
    pub network: i64,
    pub payer: i64,
}

pub const A: Range = Range {
    shill_lots: (4, 5),
    shill_wait: (20_000, 600_000),
    shill_stop: (80, 90),
    shill_often: (60, 80),
    bot_wait: (100, 350),
    bot_jitter: (0, 5),
    pair_turns: (14, 20),
    pair_wait: (20_000, 120_000),
    ring_silent: (4, 5),
    ring_tokens: (0, 0),
    covers: (3, 4),
    cover_lots: (3, 4),
    cover_adds: (20, 50),
    device: 30,
    network: 50,
    payer: 30,
};

pub const B: Range = Range {
    shill_lots: (6, 8),
    shill_wait: (2_000, 19_000),
    shill_stop: (60, 79),
    shill_often: (81, 100),
    bot_wait: (400, 20_000),
    bot_jitter: (6, 9),
    pair_turns: (21, 40),
    pair_wait: (2_000, 19_000),
    ring_silent: (6, 12),
    ring_tokens: (1, 1),
    covers: (5, 6),
    cover_lots: (5, 8),
    cover_adds: (51, 120),
    device: 15,
    network: 40,
    payer: 20,
};

/// One fraud: whose doing, and in which lots.
pub struct Fraud {
    pub kind: Kind,
    pub accounts: Vec<Uuid>,
    pub lots: Vec<Uuid>,
}

/// A shill's raises in one lot: after others' bids, by an increment, never near what the lot will go for.
pub fn shill(lot: &mut Lot, who: Uuid, range: &Range, chance: &mut Chance) {
    let stop = lot.begins + (lot.closes - lot.begins) * chance.between(range.shill_stop) / 100;
    let often = chance.between(range.shill_often);
    let mut whole = Site::default();
    lot.bids.iter().for_each(|bid| drop(whole.bid(lot.terms.start_minor, bid.who, bid.amount)));
    let limit = whole.price * 95 / 100;
    answer(
        lot,
        who,
        |at, price, chance| {
            let at = at + chance.between(range.shill_wait);
            let amount = price + increment(price);
            (chance.percent(often) && at < stop && amount <= limit).then_some((at, amount))
        },
        chance,
    );
}

/// A bot that outbids whoever leads, always as fast, up to a little above what the lot would have gone for.
pub fn bot(lot: &mut Lot, who: Uuid, range: &Range, chance: &mut Chance) {
    let mut whole = Site::default();
    lot.bids.iter().for_each(|bid| drop(whole.bid(lot.terms.start_minor, bid.who, bid.amount)));
    let limit = whole.price * 5 / 4;
    let (wait, jitter) = (chance.between(range.bot_wait), chance.between(range.bot_jitter));
    answer(
        lot,
        who,
        |at, price, chance| {
            let off = wait * jitter / 100;
            let amount = price + increment(price);
            (amount <= limit).then_some((at + wait + chance.between((-off, off)), amount))
        },
        chance,
    );
}

/// Puts `who`'s answers between the lot's bids: asked after every bid while another leads.
fn answer(
    lot: &mut Lot,
    who: Uuid,
    mut reply: impl FnMut(i64, i64, &mut Chance) -> Option<(i64, i64)>,
    chance: &mut Chance,
) {
    let (mut site, mut made) = (Site::default(), Vec::new());
    let honest = std::mem::take(&mut lot.bids);
    for (place, bid) in honest.iter().enumerate() {
        site.bid(lot.terms.start_minor, bid.who, bid.amount);
        made.push(*bid);
        let until = honest.get(place + 1).map_or(lot.closes, |next| next.at);
        let mut at = bid.at;
        while site.leader.is_some_and(|leader| leader != who) {
            let Some((then, amount)) = reply(at, site.price, chance).filter(|(then, _)| *then < until) else { break };
            site.bid(lot.terms.start_minor, who, amount);
            made.push(Raw { at: then, who, amount });
            at = then;
        }
    }
    lot.bids = made;
}

/// Two who take turns from somewhere in the middle on, whatever others do meanwhile.
pub fn pair(lot: &mut Lot, two: [Uuid; 2], range: &Range, chance: &mut Chance) {
    let from = lot.begins + (lot.closes - lot.begins) * chance.between((30, 70)) / 100;
    let (mut site, mut made) = (Site::default(), Vec::new());
    let honest = std::mem::take(&mut lot.bids);
    let (before, after): (Vec<Raw>, Vec<Raw>) = honest.into_iter().partition(|bid| bid.at < from);
    for bid in before {
        site.bid(lot.terms.start_minor, bid.who, bid.amount);
        made.push(bid);
    }
    let turns = chance.between(range.pair_turns);
    let mut at = from;
    for turn in 0..turns {
        let who = two[turn as usize % 2];
        at += chance.between(range.pair_wait);
        // The first must pass whatever maximum stands.
        let mut amount = site.price.max(lot.terms.start_minor);
        while site.leader != Some(who) {
            amount += increment(amount);
            site.bid(lot.terms.start_minor, who, amount);
        }
        made.push(Raw { at, who, amount });
    }
    made.extend(after.into_iter().filter(|bid| bid.at > at));
    lot.bids = made;
}

/// A buyers' ring: all but the winner pay and keep silent, a token bid or none is made, and nobody else is there.
pub fn ring(lot: &mut Lot, accounts: &[Uuid], range: &Range, chance: &mut Chance) {
    let (start, middle) = (lot.terms.start_minor, (lot.begins + lot.closes) / 2);
    lot.bids = vec![Raw { at: middle, who: accounts[0], amount: start }];
    for token in 0..chance.between(range.ring_tokens) {
        let step = increment(start) * (token + 1);
        lot.bids.insert(0, Raw { at: middle - 60_000, who: accounts[1], amount: start });
        lot.bids[1].amount = start + step;
    }
    lot.deposits = Vec::new();
    for who in accounts {
        let at = lot.begins - chance.between((1, 40)) * 3_600_000;
        lot.deposits.push(Deposit { who: *who, payer: chance.draw(), branch: chance.draw(), at });
    }
}

/// Covers beside a winner's proposal, each a fixed part above the one before. `blur`: permille off, either way.
pub fn cover(lot: &mut Lot, accounts: &[Uuid], adds: i64, blur: i64, chance: &mut Chance) {
    let low = lot.proposals.iter().map(|(_, amount)| *amount).min().unwrap_or(lot.terms.start_minor);
    let mut amount = low * chance.between((1_010, 1_090)) / 1_000;
    for who in accounts {
        let off = if blur == 0 { 1_000 } else { 1_000 + chance.between((-blur, blur)) };
        lot.proposals.push((*who, (amount * off + 500) / 1_000));
        amount = (amount * (1_000 + adds) + 500) / 1_000;
    }
}
