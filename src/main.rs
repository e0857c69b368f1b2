//! The command line.

use clap::Parser;
use std::process::ExitCode;
use sunbid::config::{Cli, Task};
use sunbid::{http, serve, verify, witness};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .init();
    let done = match Cli::parse().command {
        Task::Openapi => {
            println!("{:#}", http::openapi());
            Ok(())
        }
        Task::Verify(what) => verify::run(&what).map(|found| println!("{found}")),
        Task::RebuildLog(config) => serve::rebuild_log(&config).map(|done| println!("{done}")),
        Task::Witness(config) => witness::run(config),
        Task::Serve(config) => serve::serve(*config),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
