//! `loadtest tape`: a recorded auction again, through the public wire, compared with its end.

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::future::{pending, select_all};
use futures_util::{FutureExt, StreamExt, stream};
use uuid::Uuid;

use crate::Site;
use crate::client::Api;
use crate::clock;
use crate::fault::Fault;
use crate::form::Form;
use crate::report::TapeReport;
use crate::socket::Socket;
use crate::stage::{OpenLot, Stage};
use crate::tape::{Tape, TapeBid, TapeLot, Verdict};
use crate::wire::{self, LotState, Outcome};

/// Accounts made for a tape; no recorded lot had more people.
const POOL_MAX: usize = 40;

#[derive(clap::Args)]
pub struct TapeArgs {
    #[command(flatten)]
    pub site: Site,
    /// the tape, a CSV file of either form
    #[arg(long)]
    file: PathBuf,
    /// keep the tape's timing, divided by this; without it bids go as fast as replies come
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    speed: Option<u32>,
    /// lots replayed at the same time
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    lots_at_once: u16,
    /// fail if fewer lots than this end as they did on the tape
    #[arg(long, default_value_t = 0)]
    equal_min: u64,
}

pub async fn run(args: &TapeArgs) -> Result<TapeReport, Fault> {
    let file = args.file.display();
    let source = File::open(&args.file).map_err(|why| Fault::Local(format!("{file}: {why}")))?;
    let tape = Tape::read(source).map_err(|why| Fault::Local(format!("{file}: {why}")))?;
    let pool = tape.bidders_max();
    if pool > POOL_MAX {
        return Err(Fault::Local(format!("{file}: {pool} bidders on one lot, at most {POOL_MAX}")));
    }
    let api = Api::at(&args.site.url)?;
    let stage = Stage::build(&api, args.site.admins(), &args.site.password, pool).await?;
    let began = clock::now();
    let mut report = TapeReport { equal_min: args.equal_min, ..TapeReport::new(tape.form.name()) };
    let mut replays = stream::iter(&tape.lots)
        .map(|lot| replay(&stage, tape.form, lot, args.speed))
        .buffer_unordered(args.lots_at_once.into());
    while let Some(part) = replays.next().await {
        report.merge(part);
    }
    report.elapsed_ms = began.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
    Ok(report)
}

/// One lot from draft to comparison. What breaks is noted with the lot's name; others go on.
async fn replay(stage: &Stage, form: Form, lot: &TapeLot, speed: Option<u32>) -> TapeReport {
    let mut report = TapeReport { lots: 1, ..TapeReport::new(form.name()) };
    match attempt(stage, form, lot, speed, &mut report).await {
        Ok(Ok(())) => report.equal += 1,
        Ok(Err(difference)) => report.different.add(format!("lot {}: {difference}", lot.name)),
        Err(Fault::Unanswered(what)) => {
            report.unanswered += 1;
            report.faults.add(format!("lot {}: no answer in time: {what}", lot.name));
        }
        Err(fault) => report.faults.add(format!("lot {}: {fault}", lot.name)),
    }
    report
}

async fn attempt(
    stage: &Stage,
    form: Form,
    lot: &TapeLot,
    speed: Option<u32>,
    report: &mut TapeReport,
) -> Result<Result<(), String>, Fault> {
    let people = &stage.bidders[..lot.bidders.len()];
    let open = stage.open_lot(&lot.name, &form.terms(lot.start_price), people).await?;
    let mut sockets = Vec::with_capacity(people.len());
    for person in people {
        sockets.push(person.socket().await?);
    }
    let opened = clock::now();
    let mut last_seq = 0;
    for bid in &lot.bids {
        if let Some(speed) = speed {
            let due = opened + Duration::from_millis(bid.at_ms) / speed;
            wait_until(due, &mut sockets).await?;
        }
        report.sent += 1;
        match place(&mut sockets[bid.bidder], form, &open.id, bid).await? {
            Outcome::Accepted { seq } => {
                last_seq = seq;
                report.accepted += 1;
            }
            Outcome::Refused { code } => *report.refused.entry(code).or_default() += 1,
        }
    }
    let state = stage.api.state_with(&open.id, last_seq).await?;
    Ok(compare(lot, &open, &state))
}

async fn wait_until(due: Instant, sockets: &mut [Socket]) -> Result<(), Fault> {
    let idle = async {
        match sockets {
            [] => pending().await,
            some => select_all(some.iter_mut().map(|socket| socket.idle().boxed())).await.0,
        }
    };
    tokio::select! {
        () = tokio::time::sleep_until(due.into()) => Ok(()),
        fault = idle => Err(fault),
    }
}

/// "Busy" must not change what the tape says: the same key asks again until it is decided.
async fn place(socket: &mut Socket, form: Form, lot: &str, bid: &TapeBid) -> Result<Outcome, Fault> {
    let key = Uuid::new_v4();
    let frame = wire::ask(form.wish(), lot, key, bid.amount);
    Ok(socket.ask(key, &frame).await?.outcome)
}

/// The difference in words, if there is one.
fn compare(lot: &TapeLot, open: &OpenLot, state: &LotState) -> Result<(), String> {
    match &lot.verdict {
        Verdict::Price(wanted) if state.price == Some(*wanted) => Ok(()),
        Verdict::Price(wanted) => {
            let price = state.price.map_or_else(|| "no price".into(), |price| price.to_string());
            Err(format!("tape {wanted}, here {price}"))
        }
        Verdict::WonByOneOf(winners) => {
            let paddle = state.leader.ok_or("nobody leads")?;
            let place = open.paddles.iter().position(|known| *known == paddle);
            let place = place.ok_or_else(|| format!("paddle {paddle} is none of ours"))?;
            if winners.contains(&place) {
                return Ok(());
            }
            let names: Vec<&str> = winners.iter().map(|place| &*lot.bidders[*place]).collect();
            Err(format!("tape {}, here {}", names.join(" or "), lot.bidders[place]))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rust_decimal::Decimal;

    use super::*;

    fn lot(verdict: Verdict) -> TapeLot {
        TapeLot {
            name: "1".into(),
            start_price: Decimal::ONE,
            bidders: vec!["ann".into(), "bob".into()],
            bids: Vec::new(),
            verdict,
        }
    }

    fn state(price: Option<&str>, leader: Option<u32>) -> LotState {
        let price = price.map(|text| text.parse().expect("a decimal"));
        LotState { seq: 1, price, leader, ends_at: None }
    }

    #[test]
    fn prices_compare_by_value_and_leaders_by_paddle() {
        let open = OpenLot { id: "x".into(), paddles: vec![31, 7] };
        let by_price = lot(Verdict::Price(Decimal::new(125, 1)));
        assert_eq!(compare(&by_price, &open, &state(Some("12.50"), None)), Ok(()));
        assert!(compare(&by_price, &open, &state(None, None)).is_err());

        let by_winner = lot(Verdict::WonByOneOf(BTreeSet::from([1])));
        assert_eq!(compare(&by_winner, &open, &state(None, Some(7))), Ok(()));
        let difference = compare(&by_winner, &open, &state(None, Some(31)));
        assert_eq!(difference, Err("tape bob, here ann".into()));
        assert!(compare(&by_winner, &open, &state(None, Some(99))).is_err());
    }
}
