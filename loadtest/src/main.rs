//! A crowd of bidders and viewers over the public wire: replay a recorded auction, put a server
//! under load, kill a server and see what it remembers, play a bank, copy its open data.

#![forbid(unsafe_code)]

mod bank;
mod bidder;
mod chance;
mod changes;
mod client;
mod clock;
mod crash;
mod crowd;
mod fault;
mod findings;
mod form;
mod house;
mod inspection;
mod iso20022;
mod judge;
mod ledger;
mod mirror;
mod person;
mod replay;
mod report;
mod schedule;
mod server;
mod settle;
mod socket;
mod stage;
mod tally;
mod tape;
mod viewer;
mod wire;

use std::fmt::Display;
use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;

use crate::fault::Fault;
use crate::person::Credentials;

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// print one JSON object in place of the table
    #[arg(long, global = true)]
    json: bool,
    /// threads of our own; the rest of the machine is the server's
    #[arg(long, global = true, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: u16,
}

#[derive(clap::Subcommand)]
enum Command {
    /// replay a recorded auction and compare how it ends
    Tape(replay::TapeArgs),
    /// put the server under a crowd of bidders and viewers
    Crowd(crowd::CrowdArgs),
    /// start a server, kill it in mid-crowd again and again, and judge what it remembers
    ///
    /// A kill is SIGKILL: it ends the process and leaves the machine's page cache alive. So a passed
    /// run proves that nothing is told before it is written, and that all that was written replays.
    /// It does not prove that the disk keeps a synced write when the power goes; that takes a
    /// machine whose power can be cut.
    Crash(crash::CrashArgs),
    /// send a bank's notices, good and bad, pay the refunds, and check the ledger against what was sent
    Bank(bank::BankArgs),
    /// copy a server's open data, change by change, resuming where the copy ends
    Mirror(mirror::MirrorArgs),
    /// start a server, make changes on a busy floor while mirrors copy them, and compare the copies
    Changes(changes::ChangesArgs),
}

/// The server under test. Never one in use: accounts and lots of ours stay in it.
#[derive(clap::Args)]
struct Site {
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// an administrator's login:password
    #[arg(long)]
    admin: Credentials,
    /// a second administrator's, who agrees to the clerks' accounts
    #[arg(long)]
    second_admin: Credentials,
    /// password of the accounts made by this and earlier runs
    #[arg(long, default_value = "only-for-load-tests")]
    password: String,
}

impl Site {
    fn admins(&self) -> [&Credentials; 2] {
        [&self.admin, &self.second_admin]
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(arguments.workers.into()).enable_all().build();
    let passed = runtime
        .map_err(|why| Fault::Local(format!("cannot start: {why}")))
        .and_then(|runtime| runtime.block_on(run(&arguments)));
    match passed {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: &Arguments) -> Result<bool, Fault> {
    match &arguments.command {
        Command::Tape(args) => {
            let report = replay::run(args).await?;
            print(&report, arguments.json)?;
            Ok(report.passed())
        }
        Command::Crowd(args) => {
            let report = crowd::run(args).await?;
            print(&report, arguments.json)?;
            Ok(report.passed())
        }
        Command::Bank(args) => {
            let report = bank::run(args).await?;
            print(&report, arguments.json)?;
            Ok(report.passed())
        }
        Command::Mirror(args) => {
            let report = mirror::run(args).await?;
            print(&report, arguments.json)?;
            Ok(report.passed())
        }
        Command::Changes(args) => {
            let report = changes::run(args).await?;
            print(&report, arguments.json)?;
            Ok(report.passed())
        }
        Command::Crash(args) => {
            let report = crash::run(args).await?;
            print(&report, arguments.json)?;
            Ok(report.passed())
        }
    }
}

fn print(report: &(impl Display + Serialize), json: bool) -> Result<(), Fault> {
    if json {
        let text = serde_json::to_string(report);
        println!("{}", text.map_err(|why| Fault::Local(format!("report: {why}")))?);
    } else {
        print!("{report}");
    }
    Ok(())
}
