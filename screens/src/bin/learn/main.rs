//! `learn`: measures the screens and trains the model on tables the user gives. A table is one market, a CSV file
//! with a line for each offer.

mod cost;
mod evaluate;
mod shill;
mod tables;
mod train;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "screens for collusion: measure and train on your own tables")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Compares the screens computed here with the columns of the tables, to four digits.
    Screens(tables::Tables),
    /// Trains on some lots and measures on others, as often as it takes; no lot is in both.
    Evaluate(tables::Tables),
    /// Trains on everything given and writes the model.
    Train {
        #[command(flatten)]
        tables: tables::Tables,
        /// The file to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Times the model on lots as they grow, bid by bid: the row of figures and its score.
    Cost {
        /// A file that `train` wrote.
        #[arg(long)]
        model: PathBuf,
    },
    /// Trains and measures on a table of bidders' figures in auctions, ten parts, a bidder in one part only,
    /// parted ten ways.
    Shill {
        /// A CSV file; the columns are figures but for those named here.
        file: PathBuf,
        #[arg(long, default_value = "Class")]
        label: String,
        #[arg(long, default_value = "Bidder_ID")]
        bidder: String,
        /// Columns that number rows and mean nothing.
        #[arg(long, value_delimiter = ',', default_value = "Record_ID,Auction_ID")]
        leave: Vec<String>,
        /// Of the first way to part the bidders.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Screens(tables) => evaluate::compare(&tables),
        Task::Evaluate(tables) => evaluate::evaluate(&tables),
        Task::Train { tables, out } => train::train(&tables, &out),
        Task::Cost { model } => cost::cost(&model),
        Task::Shill { file, label, bidder, leave, seed } => shill::evaluate(&file, &label, &bidder, &leave, seed),
    };
    match done {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
