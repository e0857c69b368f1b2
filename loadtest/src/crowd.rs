//! `loadtest crowd`: many bidders and onlookers at once, and what the server makes of them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::task::JoinHandle;

use crate::Site;
use crate::bidder::{Bidder, Pace};
use crate::client::Api;
use crate::clock;
use crate::fault::Fault;
use crate::house::{self, House, Lot, Seat};
use crate::ledger::Ledger;
use crate::report::CrowdReport;
use crate::schedule;
use crate::socket::Socket;
use crate::stage::{Stage, Terms};
use crate::tally::Tally;
use crate::viewer::Viewer;
use crate::wire;

/// Caches, queues and the allocator settle in this time; none of it is measured.
const WARM_UP: Duration = Duration::from_secs(2);
/// Handshakes under way at once; a listener's backlog is finite.
const HANDSHAKES_AT_ONCE: usize = 32;

#[derive(clap::Args)]
pub struct CrowdArgs {
    #[command(flatten)]
    pub site: Site,
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=5000))]
    bidders: u16,
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=20_000))]
    viewers: u16,
    /// lots, at most one for each bidder
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1000))]
    lots: u16,
    /// bids a second in all, on a fixed schedule; without it each bidder has one bid unanswered
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rate: Option<u32>,
    /// time measured, after a warm-up of 2 s
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=3600))]
    seconds: u16,
    /// bidders watch their lot as well
    #[arg(long)]
    watch: bool,
    /// append every bid and every reply to this file, a JSON line each
    #[arg(long)]
    ledger: Option<PathBuf>,
}

pub async fn run(args: &CrowdArgs) -> Result<CrowdReport, Fault> {
    let api = Api::at(&args.site.url)?;
    let ledger = args.ledger.as_deref().map(Ledger::append_to).transpose()?;
    let stage = Stage::build(&api, args.site.admins(), &args.site.password, args.bidders.into()).await?;
    // Rivals must outbid each other; a lone bidder has only himself.
    let terms = |_, people| Terms { self_outbid: people == 1, ..house::plain_terms() };
    let house = House::open(&stage, args.lots.into(), terms).await?;
    let mut bidders = seat(&house.seats).await?;
    if args.watch {
        for bidder in &mut bidders {
            bidder.socket.send(wire::watch(&bidder.lot.id)).await?;
        }
    }
    let viewers = admit_viewers(&api, &house, args.viewers.into()).await?;

    let begin = clock::now();
    let from = begin + WARM_UP;
    let until = from + Duration::from_secs(args.seconds.into());
    let tally = Arc::new(Tally::new(from, until));
    let paces: Vec<Pace> = match args.rate {
        None => bidders.iter().map(|_| Pace::Window(1)).collect(),
        Some(rate) => {
            let queues = schedule::start(begin, until, rate, bidders.len());
            queues.into_iter().map(Pace::Schedule).collect()
        }
    };
    let mut watching: Vec<Running> = Vec::new();
    for mut viewer in viewers {
        let tally = tally.clone();
        watching.push(tokio::spawn(async move { viewer.run(&tally).await }));
    }
    let mut bidding: Vec<Running> = Vec::new();
    for (mut bidder, pace) in bidders.into_iter().zip(paces) {
        let (tally, ledger) = (tally.clone(), ledger.clone());
        bidding.push(tokio::spawn(async move { bidder.run(pace, &tally, ledger.as_deref()).await }));
    }
    finish(bidding, &tally).await?;
    for lot in &house.lots {
        end(&api, lot, &tally).await;
    }
    finish(watching, &tally).await?;
    if let Some(ledger) = ledger {
        ledger.flush()?;
    }
    Ok(tally.with(|counts| CrowdReport::new(counts, args.seconds, args.viewers)))
}

type Running = JoinHandle<Result<(), Fault>>;

async fn finish(tasks: Vec<Running>, tally: &Tally) -> Result<(), Fault> {
    for task in tasks {
        let ended = task.await.map_err(|why| Fault::Local(why.to_string()))?;
        if let Err(fault) = ended {
            tally.with(|counts| counts.faults.add(fault));
        }
    }
    Ok(())
}

/// Nobody bids on the lot any more: its viewers hear where its events end.
async fn end(api: &Api, lot: &Lot, tally: &Tally) {
    let told = lot.told_seq();
    let last = match api.state_with(&lot.id, told).await {
        Ok(state) => state.seq,
        Err(fault) => {
            tally.with(|counts| counts.faults.add(fault));
            told
        }
    };
    lot.end_at(last);
}

/// A connected bidder for each seat.
pub async fn seat(seats: &[Seat]) -> Result<Vec<Bidder>, Fault> {
    stream::iter(seats)
        .map(|seat| async {
            let socket = seat.person.socket().await?;
            Ok(Bidder::new(socket, seat.lot.clone(), seat.paddle))
        })
        .buffered(HANDSHAKES_AT_ONCE)
        .try_collect()
        .await
}

async fn admit_viewers(api: &Api, house: &House, count: usize) -> Result<Vec<Viewer>, Fault> {
    let authority = api.authority();
    stream::iter(0..count)
        .map(|n| {
            let (authority, lot) = (&authority, house.lots[n % house.lots.len()].clone());
            async move {
                let device = format!("loadtest-viewer-{n}");
                Ok(Viewer { socket: Socket::onlooker(authority, &device).await?, lot })
            }
        })
        .buffered(HANDSHAKES_AT_ONCE)
        .try_collect()
        .await
}
