//! `loadtest crash`: kills the server in the middle of a crowd, again and again, and holds what
//! it said before against what it knows after.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use uuid::Uuid;

use crate::bidder::Pace;
use crate::chance::Chance;
use crate::client::Api;
use crate::clock;
use crate::crowd;
use crate::fault::Fault;
use crate::house::{self, House};
use crate::inspection;
use crate::judge::Judge;
use crate::ledger::{Ledger, Line};
use crate::report::CrashReport;
use crate::server::{Program, Server};
use crate::stage::{OPEN_LENGTH_MS, ProxyRule, Stage, Terms};
use crate::tally::Tally;
use crate::wire::{self, Answer};

/// Unanswered bids of one bidder: enough to have some at every stage of the server's work.
const WINDOW: usize = 4;
const KILL_AFTER_MS: std::ops::Range<u64> = 200..1500;
/// Never reached: the kill ends a round.
const ROUND_MAX: Duration = Duration::from_secs(600);
/// The whole record is read and the journal verified this often, and at the end.
const VERIFY_EVERY: u16 = 10;

#[derive(clap::Args)]
pub struct CrashArgs {
    /// the server's program
    #[arg(long)]
    server: PathBuf,
    /// a new folder for the server's data, its log and our ledger
    #[arg(long)]
    dir: PathBuf,
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    rounds: u16,
    /// repeats the moments of an earlier run's kills
    #[arg(long)]
    seed: Option<u64>,
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=500))]
    bidders: u16,
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=100))]
    lots: u16,
}

pub async fn run(args: &CrashArgs) -> Result<CrashReport, Fault> {
    let seed = args.seed.unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0);
    eprintln!("seed {seed}");
    let mut chance = Chance::new(seed);
    let mut trial = Trial::prepare(args, seed).await?;
    for round in 1..=args.rounds {
        let full = round % VERIFY_EVERY == 0 || round == args.rounds;
        let kill_after = Duration::from_millis(chance.within(KILL_AFTER_MS));
        if let Err(fault) = trial.round(kill_after, full).await {
            trial.report.faults.add(format!("round {round}: {fault}"));
            break;
        }
        trial.sum_up();
        trial.report.rounds = round;
        // What follows a loss is a different story: the data stay as they are, to be looked at.
        if !trial.report.is_sound() {
            break;
        }
    }
    trial.sum_up();
    Ok(trial.report)
}

struct Trial {
    program: Program,
    /// Absent only between a kill and the next start.
    server: Option<Server>,
    api: Api,
    house: House,
    ledger: Arc<Ledger>,
    lines: BufReader<File>,
    judge: Judge,
    /// For each lot, the record is known to be good up to this number.
    judged_up_to: Vec<u64>,
    report: CrashReport,
}

impl Trial {
    async fn prepare(args: &CrashArgs, seed: u64) -> Result<Trial, Fault> {
        let local = |what: &PathBuf, why: &dyn std::fmt::Display| Fault::Local(format!("{}: {why}", what.display()));
        // This server lives for one run and listens on this machine only.
        let password = Uuid::new_v4().to_string();
        let program = Program { path: args.server.clone(), dir: args.dir.clone(), password: password.clone() };
        if program.data().exists() {
            return Err(local(&program.data(), &"already there, give a new folder"));
        }
        fs::create_dir_all(&args.dir).map_err(|why| local(&args.dir, &why))?;
        let ledger_file = args.dir.join("ledger.jsonl");
        let ledger = Ledger::append_to(&ledger_file)?;
        let lines = File::open(&ledger_file).map_err(|why| local(&ledger_file, &why))?;
        let server = program.start().await?;
        let api = Api::at(&format!("http://{}", server.authority))?;
        let stage = Stage::build(&api, program.admins().each_ref(), &password, args.bidders.into()).await?;
        let house = House::open(&stage, args.lots.into(), terms).await?;
        Ok(Trial {
            judged_up_to: vec![0; house.lots.len()],
            program,
            server: Some(server),
            api,
            house,
            ledger,
            lines: BufReader::new(lines),
            judge: Judge::default(),
            report: CrashReport::new(seed),
        })
    }

    async fn round(&mut self, kill_after: Duration, full: bool) -> Result<(), Fault> {
        self.crowd_until_killed(kill_after).await?;
        self.start().await?;
        self.read_ledger()?;
        inspection::states(&self.api, &self.house, &self.judge, &mut self.report).await?;
        self.ask_again().await?;
        self.read_ledger()?;
        inspection::states(&self.api, &self.house, &self.judge, &mut self.report).await?;
        if full {
            self.judged_up_to.fill(0);
        }
        inspection::records(&self.api, &self.house, &self.judge, &mut self.judged_up_to, &mut self.report).await?;
        if full {
            self.kill().await?;
            self.report.verify_runs += 1;
            if let Err(fault) = self.program.verify().await {
                self.report.verify_failures.add(fault);
            }
            self.start().await?;
        }
        Ok(())
    }

    async fn crowd_until_killed(&mut self, kill_after: Duration) -> Result<(), Fault> {
        let now = clock::now();
        let tally = Arc::new(Tally::new(now, now + ROUND_MAX));
        let mut running = Vec::new();
        for mut bidder in crowd::seat(&self.house.seats).await? {
            let (tally, ledger) = (tally.clone(), self.ledger.clone());
            running.push(tokio::spawn(async move { bidder.run(Pace::Window(WINDOW), &tally, Some(&ledger)).await }));
        }
        tokio::time::sleep(kill_after).await;
        let early: Vec<bool> = running.iter().map(|task| task.is_finished()).collect();
        self.kill().await?;
        for (task, early) in running.into_iter().zip(early) {
            let ended = task.await.map_err(|why| Fault::Local(why.to_string()))?;
            match ended {
                Err(Fault::Lost(_)) if !early => {}
                Err(fault) => self.report.faults.add(format!("before the kill: {fault}")),
                Ok(()) => self.report.faults.add("a bidder stopped before the kill"),
            }
        }
        Ok(())
    }

    async fn kill(&mut self) -> Result<(), Fault> {
        match self.server.take() {
            Some(server) => server.kill().await,
            None => Ok(()),
        }
    }

    async fn start(&mut self) -> Result<(), Fault> {
        let server = self.program.start().await?;
        self.report.restarted(server.started_in);
        self.api.move_to(server.authority.clone());
        self.server = Some(server);
        Ok(())
    }

    /// Judges by the file and not by memory, so that the file alone is the evidence.
    fn read_ledger(&mut self) -> Result<(), Fault> {
        self.ledger.flush()?;
        let broken = |why: &dyn std::fmt::Display| Fault::Local(format!("ledger: {why}"));
        let mut text = String::new();
        while self.lines.read_line(&mut text).map_err(|why| broken(&why))? > 0 {
            let line: Line = serde_json::from_str(&text).map_err(|why| broken(&why))?;
            self.judge.take(line);
            text.clear();
        }
        Ok(())
    }

    /// Every bidder asks everything twice: both answers must be the one that stands.
    async fn ask_again(&mut self) -> Result<(), Fault> {
        self.report.asked_again += self.judge.unanswered() as u64;
        let asking = crowd::seat(&self.house.seats).await?.into_iter().map(|mut bidder| {
            let asks = self.judge.to_ask_again(&bidder.lot.id, bidder.paddle);
            let ledger = self.ledger.clone();
            async move {
                let mut found_decided = 0;
                for second_time in [false, true] {
                    for ask in &asks {
                        let frame = wire::ask(ask.wish, &bidder.lot.id, ask.key, ask.amount);
                        let reply = bidder.socket.ask(ask.key, &frame).await?;
                        ledger.write(&Line::Reply { key: ask.key, answer: Answer::Decided(reply.outcome) });
                        found_decided += u64::from(reply.again && ask.unanswered && !second_time);
                    }
                }
                Ok(found_decided)
            }
        });
        let found_decided: Vec<u64> = try_join_all(asking).await?;
        self.report.found_decided += found_decided.iter().sum::<u64>();
        Ok(())
    }

    fn sum_up(&mut self) {
        self.report.accepted = self.judge.accepted;
        self.report.accepted_proxies = self.judge.accepted_proxies;
        self.report.refused = self.judge.refused;
        self.report.unanswered = self.judge.unanswered() as u64;
        self.report.contradictions = self.judge.contradictions.clone();
    }
}

/// Every other lot has a close that each bid moves, and takes proxies. No phase ends within a run:
/// a deadline that falls into an outage suspends its lot by rule, and a suspended lot takes no bids.
/// The window is the whole phase, so the close slides all the same.
fn terms(lot: usize, _people: usize) -> Terms {
    if lot.is_multiple_of(2) {
        Terms { proxy: ProxyRule::Step, sliding_ms: Some(OPEN_LENGTH_MS), ..house::plain_terms() }
    } else {
        house::plain_terms()
    }
}
