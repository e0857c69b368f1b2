//! `loadtest changes`: a busy floor makes changes while mirrors copy them, one of them stopped half-way
//! and resumed. Every change must be in every copy, once.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::bidder::Pace;
use crate::client::Api;
use crate::clock;
use crate::crowd;
use crate::fault::{Fault, Notes};
use crate::house::{self, House};
use crate::mirror::{Mirror, MirrorReport};
use crate::schedule;
use crate::server::Program;
use crate::stage::Stage;
use crate::tally::Tally;

/// A run that has not made its changes by then is broken.
const RUN_MAX: Duration = Duration::from_secs(1_800);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A feed that says nothing new for so long is at its end: it publishes ten times a second.
const QUIET: Duration = Duration::from_secs(2);

#[derive(clap::Args)]
pub struct ChangesArgs {
    /// the server's program
    #[arg(long)]
    server: PathBuf,
    /// a new folder for the server's data, its log and the copies
    #[arg(long)]
    dir: PathBuf,
    /// changes to make
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    count: u64,
    /// lots, and a bidder for each: what one lot's bids change is published at most ten times a second
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(1..=500))]
    lots: u16,
    /// bids a second in all
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=20))]
    mirrors: u8,
}

#[derive(Deserialize)]
struct Feed {
    latest: u64,
}

async fn latest(api: &Api) -> Result<u64, Fault> {
    api.get::<Feed>("/api/open/changes?limit=1").await.map(|feed| feed.latest)
}

pub async fn run(args: &ChangesArgs) -> Result<ChangesReport, Fault> {
    let local = |why: &dyn fmt::Display| Fault::Local(format!("{}: {why}", args.dir.display()));
    let password = Uuid::new_v4().to_string();
    let program = Program { path: args.server.clone(), dir: args.dir.clone(), password: password.clone() };
    if program.data().exists() {
        return Err(local(&"data are already there, give a new folder"));
    }
    fs::create_dir_all(&args.dir).map_err(|why| local(&why))?;
    let server = program.start().await?;
    let api = Api::at(&format!("http://{}", server.authority))?;
    let stage = Stage::build(&api, program.admins().each_ref(), &password, args.lots.into()).await?;
    let house = House::open(&stage, args.lots.into(), |_, _| house::plain_terms()).await?;
    let bidders = crowd::seat(&house.seats).await?;

    let (over, _) = watch::channel(None);
    let copying: Vec<Copying> = (1..=args.mirrors)
        .map(|n| {
            tokio::spawn(copy(api.clone(), args.dir.join(format!("mirror-{n}")), n == 1, args.count, over.subscribe()))
        })
        .collect();
    let (from, first) = (clock::now(), latest(&api).await?);
    let until = from + RUN_MAX;
    let tally = std::sync::Arc::new(Tally::new(from, until));
    let queues = schedule::start(from, until, args.rate, bidders.len());
    let bidding: Vec<_> = bidders
        .into_iter()
        .zip(queues)
        .map(|(mut bidder, queue)| {
            let tally = tally.clone();
            tokio::spawn(async move { bidder.run(Pace::Schedule(queue), &tally, None).await })
        })
        .collect();
    while latest(&api).await? < args.count && clock::now() < until {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let (elapsed, made) = (clock::now() - from, latest(&api).await? - first);
    bidding.iter().for_each(tokio::task::JoinHandle::abort);
    let end = quiet(&api).await?;
    over.send_replace(Some(end));
    let mut report = ChangesReport {
        changes: end,
        per_second: made * 1_000 / u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1),
        bids: tally.with(|counts| counts.accepted),
        mirrors: Vec::new(),
        faults: Notes::default(),
    };
    for copy in copying {
        match copy.await.map_err(|why| Fault::Local(why.to_string()))? {
            Ok(mirror) => report.mirrors.push(mirror),
            Err(fault) => report.faults.add(fault),
        }
    }
    Ok(report)
}

type Copying = JoinHandle<Result<MirrorReport, Fault>>;

/// Copies until the feed's end is known and reached. With `stops`, forgets everything at half of the
/// changes and goes on from its folder, as after a crash.
async fn copy(
    api: Api,
    dir: PathBuf,
    mut stops: bool,
    count: u64,
    over: watch::Receiver<Option<u64>>,
) -> Result<MirrorReport, Fault> {
    let mut mirror = Mirror::resume(api.clone(), &dir)?;
    loop {
        let more = mirror.step().await?;
        if stops && mirror.after() >= count / 2 {
            stops = false;
            mirror = Mirror::resume(api.clone(), &dir)?;
        }
        if !more {
            if over.borrow().is_some_and(|end| mirror.after() >= end) {
                return Ok(mirror.report());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// The newest number once nothing moves any more.
async fn quiet(api: &Api) -> Result<u64, Fault> {
    let mut known = latest(api).await?;
    loop {
        tokio::time::sleep(QUIET).await;
        let now = latest(api).await?;
        if now == known {
            return Ok(now);
        }
        known = now;
    }
}

#[derive(Debug, Serialize)]
pub struct ChangesReport {
    pub changes: u64,
    /// While they were made.
    pub per_second: u64,
    pub bids: u64,
    pub mirrors: Vec<MirrorReport>,
    pub faults: Notes,
}

impl ChangesReport {
    pub fn passed(&self) -> bool {
        let whole = |mirror: &MirrorReport| mirror.passed() && mirror.position == self.changes;
        self.faults.count == 0 && self.mirrors.iter().all(whole)
    }
}

impl fmt::Display for ChangesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} changes, {} a second, made of {} bids", self.changes, self.per_second, self.bids)?;
        for (mirror, n) in self.mirrors.iter().zip(1..) {
            write!(f, "mirror {n}: {mirror}")?;
        }
        self.faults.first.iter().try_for_each(|fault| writeln!(f, "fault: {fault}"))?;
        writeln!(f, "{}", if self.passed() { "every change in every copy, once" } else { "NOT every change once" })
    }
}
