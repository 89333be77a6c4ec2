//! Campaigns: each is a command that prints its figures and exits non-zero when something fails.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tests::fuzz::{Target, campaign};

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
    /// Versions exchanged under load: no request fails, no answer mixes two versions
    Swaps {
        /// How many versions are activated
        #[arg(long, default_value_t = 1000)]
        count: u32,
        /// How many connections ask meanwhile
        #[arg(long, default_value_t = 8)]
        connections: usize,
    },
    /// The host killed at random moments: nothing acknowledged is lost, nothing is half done
    Kills {
        /// How often
        #[arg(long, default_value_t = 200)]
        times: u32,
        /// On which database
        #[arg(long, value_enum, default_value_t = tests::kills::Kind::Sqlite)]
        store: tests::kills::Kind,
        /// Seed of the moments
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// PostgreSQL restarted under load, with two hosts on it
    Failover {
        /// How often
        #[arg(long, default_value_t = 10)]
        restarts: u32,
        /// How long it stays away each time, in milliseconds
        #[arg(long, default_value_t = 1500)]
        away: u64,
    },
    /// Recorded decisions worked out again: each is the same, byte for byte
    Replay {
        /// How many
        #[arg(long, default_value_t = 100_000)]
        decisions: u64,
        /// How many versions they are spread over
        #[arg(long, default_value_t = 4)]
        versions: u32,
    },
    /// Everything that a hostile plugin can do: each attack ends as it must, and nobody else notices
    Hostile {
        /// For how long each attack goes on, in milliseconds
        #[arg(long, default_value_t = 3000)]
        storm: u64,
        /// For how long each body and file is sent over and over, in milliseconds
        #[arg(long, default_value_t = 2000)]
        submitting: u64,
        /// How often each plugin whose answer must never differ is asked
        #[arg(long, default_value_t = 1000)]
        repeats: usize,
        /// How many functions of 60 KB the dearest file has that is admitted, 1 to 16
        #[arg(long, default_value_t = 16)]
        bomb: usize,
        /// How many times as long an honest question may take under attack, at the 99th of 100
        #[arg(long, default_value_t = 3.0)]
        most_slower: f64,
    },
    /// Components built against the released contract, kept as bytes with their answers; once for each release
    KeepContract,
    /// One procedure in every language: sizes, and what loading and asking costs
    Languages {
        /// How often each of its cases is asked
        #[arg(long, default_value_t = 30)]
        rounds: usize,
    },
    /// Promises that hold for any bytes, tried with as many inputs as there is time for
    Fuzz {
        /// For how many minutes, all targets together
        #[arg(long, default_value_t = 60.0)]
        minutes: f64,
        /// Only this one
        #[arg(long, value_enum)]
        target: Option<Target>,
        /// Seed of the inputs
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Only the input in this file
        #[arg(long, requires = "target")]
        input: Option<PathBuf>,
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
        Campaign::Swaps { count, connections } => {
            built();
            tests::swaps::run(&tests::swaps::Plan { count, connections })
        }
        Campaign::Kills { times, store, seed } => {
            built();
            tests::kills::run(&tests::kills::Plan { times, store, seed })
        }
        Campaign::Failover { restarts, away } => {
            built();
            tests::failover::run(&tests::failover::Plan { restarts, away })
        }
        Campaign::Replay {
            decisions,
            versions,
        } => {
            built();
            tests::replay::run(&tests::replay::Plan {
                decisions,
                versions,
            })
        }
        Campaign::Hostile {
            storm,
            submitting,
            repeats,
            bomb,
            most_slower,
        } => {
            built();
            tests::hostile::run(&tests::hostile::Plan {
                storm,
                submitting,
                repeats,
                bomb,
                most_slower: Some(most_slower),
            })
        }
        Campaign::KeepContract => {
            built();
            tests::contracts::keep(&tests::contracts::folder()).map_err(Into::into)
        }
        Campaign::Languages { rounds } => {
            built();
            tests::languages::run(&tests::languages::Plan { rounds }).map_err(Into::into)
        }
        Campaign::Fuzz {
            target: Some(target),
            input: Some(input),
            ..
        } => campaign::again(target, &input),
        Campaign::Fuzz {
            minutes,
            target,
            seed,
            input: _,
        } => campaign::run(&campaign::Plan {
            targets: target.map_or(Target::ALL.to_vec(), |target| vec![target]),
            minutes,
            seed,
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

/// The binary as the sources are now.
fn built() {
    tests::binary::build();
}
