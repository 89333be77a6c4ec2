//! The commands of `motcua` and their options, as `--help` shows them.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use motcua_model::text::Language;

/// The end of `motcua --help`: what an exit code means.
const EXIT_CODES: &str = "Exit codes:
  0  done
  1  the machine is in the way: a file, a port, the database
  2  the command line is wrong
  3  a package, a component or an input is wrong
  4  a case failed

Messages go to the standard error, results to the standard output.";

/// Administrative procedures as WebAssembly components: write, check, try, serve.
#[derive(Debug, Parser)]
#[command(name = "motcua", version, after_help = EXIT_CODES, propagate_version = true)]
pub struct Cli {
    /// Language of messages [default: vi if LANG begins with vi, else en]
    #[arg(long, global = true, env = "MOTCUA_LANG", value_name = "LANGUAGE")]
    pub lang: Option<Lang>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// A language of messages.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Lang {
    /// Tiếng Việt
    Vi,
    /// English
    En,
}

impl Cli {
    /// The language of messages: asked for, or that of the system.
    pub fn language(&self) -> Language {
        match self.lang {
            Some(Lang::Vi) => Language::Vietnamese,
            Some(Lang::En) => Language::English,
            None => match std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")) {
                Ok(locale) if locale.starts_with("vi") => Language::Vietnamese,
                _ => Language::English,
            },
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compile the procedures and answer questions over HTTP
    Serve {
        /// Address and port to answer on
        #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
        listen: SocketAddr,
        /// Folder of the database; made if it does not exist
        #[arg(long, default_value = "data", value_name = "FOLDER")]
        data: PathBuf,
        /// Folder of the packages and calendars
        #[arg(long, default_value = "procedures", value_name = "FOLDER")]
        procedures: PathBuf,
    },
    /// Write a package to start from
    New {
        /// Folder of the new procedure; its last part becomes the name in URLs
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// First day on which the version decides
        #[arg(long, value_name = "DATE")]
        valid_from: motcua_model::Date,
    },
    /// Point at every mistake in packages
    Check {
        /// Packages, or folders of them
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Messages as JSON on the standard output
        #[arg(long)]
        json: bool,
    },
    /// Compile a package into a component
    Build {
        /// The package
        #[arg(value_name = "PACKAGE")]
        package: PathBuf,
        /// Where to write the component
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Show what a component says of itself, without running it
    Inspect {
        /// The component
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Answer one question in the sandbox
    Assess {
        /// A package or a component
        #[arg(value_name = "PACKAGE|FILE")]
        source: PathBuf,
        /// The question, as JSON; - for the standard input
        #[arg(long, value_name = "FILE")]
        input: PathBuf,
        /// Folder of the calendars
        #[arg(long, default_value = "procedures/calendars", value_name = "FOLDER")]
        calendars: PathBuf,
        /// Ids and outcomes without the words
        #[arg(long)]
        compact: bool,
    },
    /// Run the cases of packages in the sandbox and show what none of them has taken
    Test {
        /// Packages or components, or folders of them
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Folder of the calendars
        #[arg(long, default_value = "procedures/calendars", value_name = "FOLDER")]
        calendars: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }
}
