//! `loadtest crash`: kills the server in the middle of a crowd, again and again, and holds what
//! it said before against what it knows after.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use uuid::Uuid;

use crate::bidder::{Bidder, Pace};
use crate::chance::Chance;
use crate::client::Api;
use crate::clock;
use crate::crowd;
use crate::fault::Fault;
use crate::house::{House, Lot};
use crate::judge::{self, AskAgain, Judge};
use crate::ledger::{Ledger, Line};
use crate::person::Credentials;
use crate::report::CrashReport;
use crate::server::{Program, Server};
use crate::stage::Stage;
use crate::tally::Tally;
use crate::wire::{self, BidRow};

/// Readings of a lot's state before it counts as behind, 20 ms apart.
const STATE_TRIES: usize = 100;

/// Unanswered bids of one bidder: enough to have some at every stage of the server's work.
const WINDOW: usize = 4;
const KILL_AFTER_MS: std::ops::Range<u64> = 200..1500;
/// Never reached: the kill ends a round.
const ROUND_MAX: Duration = Duration::from_secs(600);
/// The whole record is read and the journal verified this often, and at the end.
const VERIFY_EVERY: u16 = 10;
/// The public record is written after the reply; if it does not move for this long, it is judged
/// as it stands.
const RECORD_WAIT_MAX: Duration = Duration::from_secs(10);
const RECORD_LOOK_EVERY: Duration = Duration::from_millis(20);
/// A server that replays may say "busy" for a while: 10 s in all.
const BUSY_TRIES_MAX: u32 = 200;
const BUSY_WAIT: Duration = Duration::from_millis(50);

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
        if !trial.report.passed() {
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
        let admin = Credentials { login: "admin".into(), password: password.clone() };
        let program = Program {
            path: args.server.clone(),
            dir: args.dir.clone(),
            admin: format!("{}:{}", admin.login, admin.password),
        };
        if program.data().exists() {
            return Err(local(&program.data(), &"already there, give a new folder"));
        }
        fs::create_dir_all(&args.dir).map_err(|why| local(&args.dir, &why))?;
        let ledger_file = args.dir.join("ledger.jsonl");
        let ledger = Ledger::append_to(&ledger_file)?;
        let lines = File::open(&ledger_file).map_err(|why| local(&ledger_file, &why))?;
        let server = program.start().await?;
        let api = Api::at(&format!("http://{}", server.authority))?;
        let stage = Stage::build(&api, &admin, &password, args.bidders.into()).await?;
        let house = House::open(&stage, args.lots.into()).await?;
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
        self.check_states().await?;
        self.ask_again().await?;
        self.read_ledger()?;
        self.check_states().await?;
        if full {
            self.judged_up_to.fill(0);
        }
        self.check_record().await?;
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

    async fn check_states(&mut self) -> Result<(), Fault> {
        for lot in &self.house.lots {
            // A bidder's own reply may overtake the public feed by a moment; what was acknowledged
            // before a kill may not be missing for longer than that.
            let mut checked = Ok(());
            for _ in 0..STATE_TRIES {
                let state = self.api.state(&lot.id).await?;
                checked = judge::check_state(self.judge.last_told(&lot.id), &state);
                if checked.is_ok() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            if let Err(difference) = checked {
                self.report.states.add(format!("lot {}: {difference}", lot.id));
            }
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
                for ask in &asks {
                    let again = ask_patiently(&mut bidder, ask, &ledger).await?;
                    found_decided += u64::from(again && ask.unanswered);
                }
                for ask in &asks {
                    ask_patiently(&mut bidder, ask, &ledger).await?;
                }
                Ok(found_decided)
            }
        });
        let found_decided: Vec<u64> = try_join_all(asking).await?;
        self.report.found_decided += found_decided.iter().sum::<u64>();
        Ok(())
    }

    async fn check_record(&mut self) -> Result<(), Fault> {
        for (lot, judged_up_to) in self.house.lots.iter().zip(&mut self.judged_up_to) {
            let told = self.judge.told(&lot.id, *judged_up_to);
            let record = record(&self.api, lot, *judged_up_to, !told.is_empty()).await?;
            self.report.findings.note(&lot.id, &told, &record);
            *judged_up_to = record.last().map_or(*judged_up_to, |row| row.seq);
        }
        Ok(())
    }

    fn sum_up(&mut self) {
        self.report.accepted = self.judge.accepted;
        self.report.refused = self.judge.refused;
        self.report.unanswered = self.judge.unanswered() as u64;
        self.report.contradictions = self.judge.contradictions.clone();
    }
}

/// Asks until the bid is decided; true if the server had decided it before.
async fn ask_patiently(bidder: &mut Bidder, ask: &AskAgain, ledger: &Ledger) -> Result<bool, Fault> {
    let AskAgain { key, amount, .. } = *ask;
    for _ in 0..BUSY_TRIES_MAX {
        let reply = bidder.socket.ask(key, wire::bid(&bidder.lot.id, key, amount)).await?;
        let undecided = reply.answer.is_undecided();
        ledger.write(&Line::Reply { key, answer: reply.answer });
        if !undecided {
            return Ok(reply.again);
        }
        tokio::time::sleep(BUSY_WAIT).await;
    }
    Err(Fault::Unanswered(format!("bid {key}: busy {BUSY_TRIES_MAX} times")))
}

/// A lot's public record after a number. If bids are expected it waits for the record to reach
/// the lot's state, as long as the record still grows.
async fn record(api: &Api, lot: &Lot, after_seq: u64, expected: bool) -> Result<Vec<BidRow>, Fault> {
    let reach = if expected { api.state(&lot.id).await?.seq } else { 0 };
    let mut record: Vec<BidRow> = Vec::new();
    let mut last = after_seq;
    let mut grew_at = clock::now();
    loop {
        let page = api.bids(&lot.id, last).await?.items;
        if let Some(row) = page.last() {
            last = row.seq;
            grew_at = clock::now();
            record.extend(page);
        } else if last >= reach || grew_at.elapsed() >= RECORD_WAIT_MAX {
            return Ok(record);
        } else {
            tokio::time::sleep(RECORD_LOOK_EVERY).await;
        }
    }
}
