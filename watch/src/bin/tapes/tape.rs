//! Recorded auctions, read from tables the user gives, and told to the watch as a floor would tell them.

use std::collections::BTreeMap;
use std::path::Path;
use uuid::Uuid;
use watch::{Facts, Terms, What};

/// One lot of a tape.
#[derive(Clone)]
pub struct Lot {
    pub id: Uuid,
    pub terms: Terms,
    pub begins: i64,
    pub closes: i64,
    /// Prices opened before bidding begins.
    pub proposals: Vec<(Uuid, i64)>,
    pub bids: Vec<Raw>,
    /// Who paid a deposit; added by the injector, no tape has it.
    pub deposits: Vec<Deposit>,
    /// Device and network of an account in this lot; likewise.
    pub traces: BTreeMap<Uuid, (u64, u64)>,
}

#[derive(Clone, Copy)]
pub struct Raw {
    pub at: i64,
    pub who: Uuid,
    /// In a rising lot the maximum told to the site, in a falling one the price.
    pub amount: i64,
}

#[derive(Clone, Copy)]
pub struct Deposit {
    pub who: Uuid,
    pub payer: u64,
    pub branch: u64,
    pub at: i64,
}

/// Lots of the eBay tape begin one after another, so far apart: the tape tells no dates.
const EBAY_APART_MS: i64 = 6 * 3_600_000;
const DAY_MS: i64 = 86_400_000;
/// Amounts of the tapes have up to four decimals.
const MINOR: f64 = 100.0;

fn minor(text: &str) -> Result<i64, String> {
    let amount: f64 = text.parse().map_err(|_| format!("{text} is no amount"))?;
    Ok((amount * MINOR).round() as i64)
}

fn whole(text: &str) -> Result<i64, String> {
    text.parse::<f64>().map(|value| value as i64).map_err(|_| format!("{text} is no number"))
}

/// Names of the tape become accounts by their letters.
pub fn account(name: &str) -> Uuid {
    let fold = |hash: u128, byte: u8| (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
    Uuid::from_u128(name.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, fold))
}

/// The site's increment (US) at a price.
pub fn increment(price: i64) -> i64 {
    const TABLE: [(i64, i64); 9] = [
        (100, 5),
        (500, 25),
        (2_500, 50),
        (10_000, 100),
        (25_000, 250),
        (50_000, 500),
        (100_000, 1_000),
        (250_000, 2_500),
        (500_000, 5_000),
    ];
    TABLE.iter().find(|(under, _)| price < *under).map_or(10_000, |(_, step)| *step)
}

fn rows(file: &Path, columns: &[&str]) -> Result<Vec<Vec<String>>, String> {
    let told = |error: csv::Error| format!("{}: {error}", file.display());
    let mut reader = csv::Reader::from_path(file).map_err(told)?;
    let head = reader.headers().map_err(told)?.clone();
    let place = |name: &&str| {
        head.iter().position(|column| column == *name).ok_or(format!("{}: no column {name}", file.display()))
    };
    let places = columns.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    let row = |row: csv::StringRecord| places.iter().map(|at| row.get(*at).unwrap_or("").to_string()).collect();
    reader.records().map(|record| record.map(row).map_err(told)).collect()
}

/// Rows by lot, lots in the order of the file.
fn by_lot(rows: Vec<Vec<String>>) -> Vec<Vec<Vec<String>>> {
    let mut places = BTreeMap::new();
    let mut lots: Vec<Vec<Vec<String>>> = Vec::new();
    for row in rows {
        let place = *places.entry(row[0].clone()).or_insert(lots.len());
        if place == lots.len() {
            lots.push(Vec::new());
        }
        lots[place].push(row);
    }
    lots
}

fn terms(rising: bool, start: i64, step: i64, ends: Option<i64>) -> Terms {
    Terms {
        rising,
        start_minor: start,
        step_minor: step,
        reserve_known: false,
        grantor: None,
        center: Uuid::from_u128(u128::from(rising)),
        ends_at_ms: ends,
        sealed: false,
        period_min_ms: None,
        stamp_ms: 1_000,
    }
}

pub fn ebay(file: &Path) -> Result<Vec<Lot>, String> {
    let rows = rows(file, &["lot", "at_ms", "bidder", "proxy_max", "open_bid", "final_price", "kind"])?;
    let mut lots = Vec::new();
    for (place, rows) in by_lot(rows).into_iter().enumerate() {
        let begins = place as i64 * EBAY_APART_MS;
        let head = &rows[0];
        let days: i64 = head[6].split(' ').next().and_then(|days| days.parse().ok()).unwrap_or(7);
        let mut bids = Vec::new();
        for row in &rows {
            bids.push(Raw { at: begins + whole(&row[1])?, who: account(&row[2]), amount: minor(&row[3])? });
        }
        bids.sort_by_key(|bid| bid.at);
        let last = bids.last().map_or(begins, |bid| bid.at);
        let closes = (begins + days * DAY_MS).max(last + 1);
        lots.push(Lot {
            id: Uuid::from_u128((1 << 100) + place as u128),
            terms: terms(true, minor(&head[4])?, increment(minor(&head[5])?), Some(closes)),
            begins,
            closes,
            proposals: Vec::new(),
            bids,
            deposits: Vec::new(),
            traces: BTreeMap::new(),
        });
    }
    Ok(lots)
}

pub fn pregao(file: &Path) -> Result<Vec<Lot>, String> {
    let rows = rows(file, &["lot", "at_s", "bidder", "amount", "estimate"])?;
    let mut lots = Vec::new();
    for (place, rows) in by_lot(rows).into_iter().enumerate() {
        let mut bids = Vec::new();
        for row in &rows {
            bids.push(Raw { at: whole(&row[1])? * 1_000, who: account(&row[2]), amount: minor(&row[3])? });
        }
        bids.sort_by_key(|bid| bid.at);
        let (begins, last) = (bids[0].at, bids[bids.len() - 1].at);
        // What carries the first moment is the proposals, opened together.
        let proposals = bids.iter().filter(|bid| bid.at == begins).map(|bid| (bid.who, bid.amount)).collect();
        bids.retain(|bid| bid.at != begins);
        lots.push(Lot {
            id: Uuid::from_u128((2 << 100) + place as u128),
            terms: terms(false, minor(&rows[0][4])?, 1, None),
            begins,
            closes: last + 1_000,
            proposals,
            bids,
            deposits: Vec::new(),
            traces: BTreeMap::new(),
        });
    }
    Ok(lots)
}

/// The proxy rule of the site: the second-highest maximum and an increment, capped by the highest.
#[derive(Default)]
pub struct Site {
    pub leader: Option<Uuid>,
    max: i64,
    pub price: i64,
}

impl Site {
    /// The bids that follow from one maximum: who, amount, leads, by proxy. None where it is refused or, from the
    /// leader, changes nothing seen.
    pub fn bid(&mut self, start: i64, who: Uuid, max: i64) -> Vec<(Uuid, i64, bool, bool)> {
        let Some(leader) = self.leader else {
            if max < start {
                return Vec::new();
            }
            *self = Self { leader: Some(who), max, price: start };
            return vec![(who, start, true, false)];
        };
        if leader == who {
            self.max = self.max.max(max);
            return Vec::new();
        }
        if max <= self.price {
            return Vec::new();
        }
        if max > self.max {
            self.price = (self.max + increment(self.max)).min(max);
            self.max = max;
            self.leader = Some(who);
            return vec![(who, self.price, true, false)];
        }
        self.price = (max + increment(max)).min(self.max);
        vec![(who, max, false, false), (leader, self.price, true, true)]
    }
}

impl Lot {
    /// The lot's facts with their moments, unnumbered.
    fn told(&self) -> Vec<(i64, What)> {
        let mut paddles: BTreeMap<Uuid, u32> = BTreeMap::new();
        let mut told = vec![(self.begins, What::Published(self.terms.clone()))];
        let everyone = self.deposits.iter().map(|deposit| deposit.who);
        let everyone =
            everyone.chain(self.proposals.iter().map(|(who, _)| *who)).chain(self.bids.iter().map(|b| b.who));
        for who in everyone {
            let paddle = paddles.len() as u32 + 1;
            if let std::collections::btree_map::Entry::Vacant(seat) = paddles.entry(who) {
                seat.insert(paddle);
                told.push((self.begins, What::Seated { paddle, account: who }));
            }
        }
        for deposit in &self.deposits {
            let (payer, branch) = (deposit.payer, Some(deposit.branch));
            told.push((
                self.begins,
                What::Deposit {
                    paddle: paddles[&deposit.who],
                    payer,
                    branch,
                    paid_at_ms: deposit.at,
                    credit: None,
                    counted: true,
                },
            ));
        }
        for (who, amount) in &self.proposals {
            told.push((self.begins, What::Opened { paddle: paddles[who], amount_minor: *amount }));
        }
        let mut site = Site::default();
        let mut best: Option<i64> = self.proposals.iter().map(|(_, amount)| *amount).min();
        let mut leader = self.proposals.iter().min_by_key(|(_, amount)| *amount).map(|(who, _)| *who);
        for bid in &self.bids {
            let trace = self.traces.get(&bid.who);
            let (device, network) = (trace.map(|trace| trace.0), trace.map(|trace| trace.1));
            let made = match self.terms.rising {
                true => site.bid(self.terms.start_minor, bid.who, bid.amount),
                false => vec![(bid.who, bid.amount, best.is_none_or(|best| bid.amount < best), false)],
            };
            for (who, amount_minor, leads, by_proxy) in made {
                if leads {
                    (best, leader) = (Some(amount_minor), Some(who));
                }
                let (device, network) = if by_proxy { (None, None) } else { (device, network) };
                told.push((
                    bid.at,
                    What::Bid { paddle: paddles[&who], amount_minor, leads, by_proxy, device, network },
                ));
            }
        }
        let winner = leader.map(|who| paddles[&who]);
        told.push((self.closes, What::Closed { winner, price_minor: best, reserve_minor: None }));
        told
    }

    /// Who sits behind a paddle.
    pub fn behind(&self, number: u32) -> Option<Uuid> {
        self.told().into_iter().find_map(|(_, what)| match what {
            What::Seated { paddle, account } if paddle == number => Some(account),
            _ => None,
        })
    }
}

/// All lots' facts in one record, in the order of their moments.
pub fn record(lots: &[Lot]) -> Vec<Facts> {
    let mut all: Vec<(i64, Uuid, What)> = Vec::new();
    for lot in lots {
        all.extend(lot.told().into_iter().map(|(at, what)| (at, lot.id, what)));
    }
    all.sort_by_key(|(at, _, _)| *at);
    all.into_iter().zip(0..).map(|((at_ms, lot, what), n)| Facts { lot, n, at_ms, what }).collect()
}
