//! `motcua`: the one binary. Commands, the HTTP API and the first page; everything else is in the registry behind it.

mod audit;
mod cli;
mod client;
mod clock;
mod commands;
mod failure;
mod folder;
mod http;
mod memory;
mod plugin;
mod report;
mod words;

use std::io::Write;
use std::process::ExitCode;

use cli::{Cli, Command};
use commands::Console;

fn main() -> ExitCode {
    let cli = Cli::read();
    if let Command::CompileComponent = cli.command {
        return compile_component();
    }
    let console = Console {
        language: cli.language(),
    };
    log();
    let result = match &cli.command {
        Command::Serve {
            listen,
            data,
            database,
            procedures,
            cache,
            signed_only,
            facts_key,
            facts_key_lost,
            keep_facts,
        } => commands::serve::run(
            console,
            &commands::serve::Options {
                listen: *listen,
                data,
                database: database.as_deref(),
                procedures,
                cache: cache.as_deref(),
                signed_only: *signed_only,
                facts_key: commands::FactsKey {
                    file: facts_key.as_deref(),
                    lost: *facts_key_lost,
                },
                keep_facts: *keep_facts,
            },
        ),
        Command::New {
            folder,
            valid_from,
            rust,
            sdk,
        } => match rust {
            false => commands::new::run(console, folder, *valid_from),
            true => commands::new_crate::run(console, folder, *valid_from, sdk.as_deref()),
        },
        Command::Check { paths, json } => commands::check::run(console, paths, *json),
        Command::Build {
            source,
            code,
            output,
        } => commands::build::run(console, source, code.as_deref(), output),
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
        Command::Diff(options) => commands::diff::run(console, options),
        Command::Key(key) => commands::key::run(console, key),
        Command::Sign(options) => commands::sign::run(console, options),
        Command::Submit(options) => commands::submit::run(console, options),
        Command::Activate(options) => commands::steps::activate(console, options),
        Command::Suspend(options) => commands::steps::suspend(console, options),
        Command::Withdraw(options) => commands::steps::withdraw(console, options),
        Command::Review(options) => commands::review::run(console, options),
        Command::Approve(options) => commands::steps::approve(console, options),
        Command::SendBack(options) => commands::steps::send_back(console, options),
        Command::Versions(options) => commands::versions::run(console, options),
        Command::Replay(options) => commands::replay::run(console, options),
        Command::Audit(audit) => commands::audit::run(console, audit),
        Command::Department(department) => commands::department::run(console, department),
        Command::Token(token) => commands::token::run(console, token),
        Command::Erase(options) => commands::erase::run(console, options),
        Command::Migrate(options) => commands::upkeep::migrate(console, options),
        Command::Backup(options) => commands::upkeep::backup(console, options),
        Command::Restore(options) => commands::upkeep::restore(console, options),
        Command::Doctor(options) => commands::upkeep::doctor(console, options),
        // Done above, before anything else.
        Command::CompileComponent => return ExitCode::SUCCESS,
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

/// Compiles one component for the process that started this one, and does nothing else: no log, no language, no messages.
fn compile_component() -> ExitCode {
    match motcua_registry::engine::compile_for_parent() {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            // The parent tells its operator.
            let _ = writeln!(std::io::stderr(), "{what}");
            ExitCode::FAILURE
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
