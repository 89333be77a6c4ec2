//! Campaigns: each is a command that prints its figures and exits non-zero when something fails.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "tests", about = "Campaigns of Motcua; each prints its figures")]
struct Cli {
    #[command(subcommand)]
    campaign: Campaign,
}

#[derive(Debug, Subcommand)]
enum Campaign {
    /// Compile time, start-up, memory, requests a second and latencies
    Load {
        /// How many generated procedures the large start-up has
        #[arg(long, default_value_t = 2000)]
        procedures: usize,
        /// For how many seconds each route is loaded
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// How many connections ask at once
        #[arg(long, default_value_t = 64)]
        connections: usize,
    },
}

fn main() -> ExitCode {
    let Cli { campaign } = Cli::parse();
    let result = match campaign {
        Campaign::Load {
            procedures,
            seconds,
            connections,
        } => tests::load::run(&tests::load::Plan {
            procedures,
            seconds,
            connections,
        }),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("failed: {error}");
            ExitCode::FAILURE
        }
    }
}
