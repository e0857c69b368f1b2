//! `tapes`: tells recorded auctions to the watch and counts what it says; injects fraud and counts what it finds;
//! measures what a look costs. Tables are the user's; none is in the project.

mod cost;
mod frauds;
mod inject;
mod stream;
mod tape;
mod touched;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "the watch over bids on recorded auctions")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Args)]
struct Tapes {
    /// Rising sales with maxima: lot, at_ms, bidder, proxy_max, open_bid, final_price, kind.
    #[arg(long)]
    ebay: PathBuf,
    /// Falling purchases: lot, at_s, bidder, amount, estimate.
    #[arg(long)]
    pregao: PathBuf,
}

#[derive(Args)]
struct Stream {
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 10_000)]
    lots: usize,
    #[arg(long, default_value_t = 3_000_000)]
    events: usize,
}

#[derive(Subcommand)]
enum Task {
    /// The share of lots of the tapes that the watch asks about.
    Touched {
        #[command(flatten)]
        tapes: Tapes,
        /// Also what was said.
        #[arg(long)]
        list: bool,
    },
    /// Puts fraud into the tapes and counts what is found, and when.
    Inject {
        #[command(flatten)]
        tapes: Tapes,
        /// `a`: the ranges thresholds were chosen on. `b`: those they were not.
        #[arg(long, default_value = "b")]
        ranges: inject::Ranges,
        #[arg(long, value_delimiter = ',', default_value = "101,102,103,104,105")]
        seed: Vec<u64>,
    },
    /// Nanoseconds for a look, on a long mixed stream.
    Cost(Stream),
    /// Catching up in one go against live pieces with restarts between.
    Catchup(Stream),
}

fn run(task: Task) -> Result<String, String> {
    match task {
        Task::Touched { tapes, list } => {
            let said = touched::say("ebay", &tape::ebay(&tapes.ebay)?, list);
            Ok(said + &touched::say("pregao", &tape::pregao(&tapes.pregao)?, list))
        }
        Task::Inject { tapes, ranges, seed } => {
            inject::say(&tape::ebay(&tapes.ebay)?, &tape::pregao(&tapes.pregao)?, ranges, &seed)
        }
        Task::Cost(stream) => Ok(cost::cost(stream.seed, stream.lots, stream.events)),
        Task::Catchup(stream) => cost::catchup(stream.seed, stream.lots, stream.events),
    }
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(said) => {
            print!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
