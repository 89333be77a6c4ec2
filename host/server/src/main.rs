//! `motcua`: the one binary. Commands, the HTTP API and the first page; everything else is in the registry behind it.

mod cli;
mod clock;
mod commands;
mod failure;
mod folder;
mod http;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use commands::Console;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let console = Console {
        language: cli.language(),
    };
    log();
    let result = match &cli.command {
        Command::Serve {
            listen,
            data,
            procedures,
        } => commands::serve::run(console, *listen, data, procedures),
        Command::New { folder, valid_from } => commands::new::run(console, folder, *valid_from),
        Command::Check { paths, json } => commands::check::run(console, paths, *json),
        Command::Build { package, output } => commands::build::run(console, package, output),
        Command::Inspect { file, json } => commands::inspect::run(console, file, *json),
        Command::Assess {
            source,
            input,
            calendars,
            compact,
        } => commands::assess::run(console, source, input, calendars, *compact),
        Command::Test {
            paths,
            calendars,
            json,
        } => commands::test::run(console, paths, calendars, *json),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                console.say(&failure.message);
            }
            failure.exit_code()
        }
    }
}

/// Warnings and faults on the standard error; `RUST_LOG` asks for more.
fn log() {
    use std::io::IsTerminal;
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
