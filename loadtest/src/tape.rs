//! Bid tapes: recorded auctions, read from either of two CSV forms told apart by their header.

use std::collections::BTreeSet;
use std::io::Read;

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::form::Form;

/// Far above any recorded tape; a wrong file must not fill the memory.
const ROWS_MAX: usize = 1_000_000;

pub struct Tape {
    pub form: Form,
    pub lots: Vec<TapeLot>,
}

pub struct TapeLot {
    pub name: String,
    pub start_price: Decimal,
    /// In order of appearance; a bid names its bidder by place in this list.
    pub bidders: Vec<String>,
    pub bids: Vec<TapeBid>,
    pub verdict: Verdict,
}

#[derive(Debug, PartialEq, Eq)]
pub struct TapeBid {
    /// Since the lot opened, or since its first bid where the tape has calendar times.
    pub at_ms: u64,
    pub bidder: usize,
    pub amount: Decimal,
}

/// What the recorded auction came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Price(Decimal),
    WonByOneOf(BTreeSet<usize>),
}

#[derive(Deserialize)]
struct ProxyRow {
    lot: String,
    at_ms: u64,
    bidder: String,
    proxy_max: String,
    open_bid: String,
    final_price: String,
}

#[derive(Deserialize)]
struct DescendingRow {
    lot: String,
    at_s: u64,
    bidder: String,
    amount: String,
    winner: u8,
}

impl Tape {
    pub fn read(source: impl Read) -> Result<Tape, String> {
        let mut reader = csv::Reader::from_reader(source);
        let header = reader.headers().map_err(|why| why.to_string())?;
        let has = |name| header.iter().any(|column| column == name);
        let form = match (has("proxy_max"), has("winner")) {
            (true, false) => Form::Proxies,
            (false, true) => Form::Descending,
            _ => return Err("neither a tape of proxies (proxy_max) nor of open bids (winner)".into()),
        };
        let mut tape = Tape { form, lots: Vec::new() };
        match form {
            Form::Proxies => each(&mut reader, |row: ProxyRow| tape.take_proxy(&row))?,
            Form::Descending => each(&mut reader, |row: DescendingRow| tape.take_open(&row))?,
        }
        tape.finish();
        Ok(tape)
    }

    /// The most people any lot needs at once.
    pub fn bidders_max(&self) -> usize {
        self.lots.iter().map(|lot| lot.bidders.len()).max().unwrap_or(0)
    }

    fn take_proxy(&mut self, row: &ProxyRow) -> Result<(), String> {
        let start = money(&row.open_bid, self.form)?;
        let verdict = Verdict::Price(money(&row.final_price, self.form)?);
        let amount = money(&row.proxy_max, self.form)?;
        let lot = self.lot(&row.lot, start, verdict);
        let bidder = lot.place(&row.bidder);
        lot.bids.push(TapeBid { at_ms: row.at_ms, bidder, amount });
        Ok(())
    }

    fn take_open(&mut self, row: &DescendingRow) -> Result<(), String> {
        let amount = money(&row.amount, self.form)?;
        let lot = self.lot(&row.lot, amount, Verdict::WonByOneOf(BTreeSet::new()));
        let bidder = lot.place(&row.bidder);
        lot.start_price = lot.start_price.max(amount);
        if let (Verdict::WonByOneOf(winners), 1) = (&mut lot.verdict, row.winner) {
            winners.insert(bidder);
        }
        lot.bids.push(TapeBid { at_ms: row.at_s * 1000, bidder, amount });
        Ok(())
    }

    /// The lot of this row; a tape keeps each lot's rows together.
    fn lot(&mut self, name: &str, start_price: Decimal, verdict: Verdict) -> &mut TapeLot {
        if self.lots.last().is_none_or(|lot| lot.name != name) {
            self.lots.push(TapeLot {
                name: name.to_owned(),
                start_price,
                bidders: Vec::new(),
                bids: Vec::new(),
                verdict,
            });
        }
        let last = self.lots.len() - 1;
        &mut self.lots[last]
    }

    /// Puts bids in order of time; the sort is stable, so ties keep the file's order.
    fn finish(&mut self) {
        for lot in &mut self.lots {
            lot.bids.sort_by_key(|bid| bid.at_ms);
            if self.form == Form::Descending {
                let first = lot.bids.first().map_or(0, |bid| bid.at_ms);
                lot.bids.iter_mut().for_each(|bid| bid.at_ms -= first);
            }
        }
    }
}

impl TapeLot {
    fn place(&mut self, bidder: &str) -> usize {
        self.bidders.iter().position(|known| known == bidder).unwrap_or_else(|| {
            self.bidders.push(bidder.to_owned());
            self.bidders.len() - 1
        })
    }
}

/// A decimal written with exactly the form's scale; a finer amount cannot be bid.
fn money(text: &str, form: Form) -> Result<Decimal, String> {
    let exact = Decimal::from_str_exact(text).map_err(|why| format!("amount {text}: {why}"))?;
    let mut scaled = exact;
    scaled.rescale(form.scale());
    if scaled != exact {
        return Err(format!("amount {text}: more than {} decimals", form.scale()));
    }
    Ok(scaled)
}

fn each<R: serde::de::DeserializeOwned>(
    reader: &mut csv::Reader<impl Read>,
    mut take: impl FnMut(R) -> Result<(), String>,
) -> Result<(), String> {
    for (index, row) in reader.deserialize().enumerate() {
        if index == ROWS_MAX {
            return Err(format!("more than {ROWS_MAX} rows"));
        }
        let row: R = row.map_err(|why| why.to_string())?;
        take(row).map_err(|why| format!("row {}: {why}", index + 1))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXIES: &str = "\
lot,at_ms,bidder,proxy_max,open_bid,final_price,item,kind
A,500,ann,10,9.99,12.5,vase,3 day
A,900,bob,12.00,9.99,12.5,vase,3 day
A,900,ann,20.5,9.99,12.5,vase,3 day
B,100,cat,7,1,1,lamp,3 day
";

    const DESCENDING: &str = "\
lot,at_s,bidder,amount,estimate,winner
77,1000060,x,90.0,80.0,0
77,1000000,y,88.1234,80.0,1
77,1000060,x,89.5,80.0,0
";

    #[test]
    fn a_tape_of_proxies_keeps_lots_order_and_places() {
        let tape = Tape::read(PROXIES.as_bytes()).expect("good tape");
        assert_eq!((tape.form, tape.lots.len(), tape.bidders_max()), (Form::Proxies, 2, 2));
        let lot = &tape.lots[0];
        assert_eq!(lot.start_price.to_string(), "9.99");
        assert_eq!(lot.verdict, Verdict::Price(Decimal::new(1250, 2)));
        let bids: Vec<_> = lot.bids.iter().map(|bid| (bid.bidder, bid.amount.to_string())).collect();
        assert_eq!(bids, [(0, "10.00".into()), (1, "12.00".into()), (0, "20.50".into())]);
    }

    #[test]
    fn a_descending_tape_starts_at_its_highest_amount_and_first_moment() {
        let tape = Tape::read(DESCENDING.as_bytes()).expect("good tape");
        let lot = &tape.lots[0];
        assert_eq!(lot.start_price.to_string(), "90.0000");
        assert_eq!(lot.verdict, Verdict::WonByOneOf(BTreeSet::from([1])));
        let bids: Vec<_> = lot.bids.iter().map(|bid| (bid.at_ms, bid.amount.to_string())).collect();
        let wanted = [(0, "88.1234".into()), (60_000, "90.0000".into()), (60_000, "89.5000".into())];
        assert_eq!(bids, wanted);
    }

    #[test]
    fn a_wrong_file_is_named() {
        let error = |text: &str| Tape::read(text.as_bytes()).err().expect("refused");
        assert!(error("a,b\n1,2\n").contains("neither"));
        assert!(error("lot,at_s,bidder,amount,winner\n1,2,x,0.00001,0\n").contains("row 1"));
        assert!(error("lot,at_s,bidder,amount,winner\n1,2,x,cheap,0\n").contains("cheap"));
    }
}
