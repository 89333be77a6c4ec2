//! The commands of `motcua` and their options, as `--help` shows them.

mod vietnamese;

use std::ffi::OsString;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use motcua_model::text::Language;

use crate::commands::{
    audit, department, diff, erase, key, replay, review, sign, steps, submit, token, upkeep,
    versions,
};

/// The commands by who uses them, as `--help` lists them.
const GROUPS: [(&str, &[&str]); 6] = [
    (
        "Write and try a procedure",
        &["new", "check", "build", "inspect", "assess", "test", "diff"],
    ),
    (
        "Publish it: a department",
        &["key", "sign", "submit", "activate", "suspend", "withdraw"],
    ),
    (
        "Publish it: a reviewer",
        &["review", "approve", "send-back", "versions"],
    ),
    ("Look back", &["replay", "audit"]),
    ("Run a host", &["serve", "department", "token", "erase"]),
    (
        "Look after the database",
        &["migrate", "backup", "restore", "doctor"],
    ),
];

/// The end of `motcua --help`: what an exit code means.
const EXIT_CODES: &str = "Exit codes:
  0  done
  1  the machine is in the way: a file, a port, the database
  2  the command line is wrong
  3  a package, a component or an input is wrong
  4  a case failed, or a replay or the chain of deeds is not as it was recorded
  5  the host refuses it

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
    /// Reads the command line; `--help` lists the commands by who uses them.
    pub fn read() -> Self {
        let language = Self::spoken(std::env::args_os());
        let matches = Self::grouped(language).try_get_matches();
        match matches.and_then(|matches| Self::from_arg_matches(&matches)) {
            Ok(cli) => cli,
            Err(error) => Self::leave(&error, language),
        }
    }

    /// Help that was asked for, or what is wrong with the command line.
    fn leave(error: &clap::Error, language: Language) -> ! {
        match language {
            Language::English => error.exit(),
            Language::Vietnamese => match vietnamese::complaint(error) {
                Some(text) => {
                    drop(std::io::stderr().write_all(text.as_bytes()));
                    std::process::exit(error.exit_code());
                }
                None => error.exit(),
            },
        }
    }

    /// The definition with its help in groups: clap knows one heading for all commands only.
    fn grouped(language: Language) -> clap::Command {
        let command = match language {
            Language::English => Self::command(),
            Language::Vietnamese => vietnamese::translated(Self::command()),
        };
        let in_language = |text: &'static str| match language {
            Language::English => text,
            Language::Vietnamese => vietnamese::of(text),
        };
        let mut list = String::new();
        for (heading, names) in GROUPS {
            list += &format!("{}:\n", in_language(heading));
            for name in names {
                let about = command
                    .find_subcommand(name)
                    .and_then(clap::Command::get_about)
                    .map(ToString::to_string)
                    .unwrap_or_default();
                list += &format!("  {name:<11} {about}\n");
            }
            list.push('\n');
        }
        let usage = match language {
            Language::English => "{usage-heading}",
            Language::Vietnamese => "Cách dùng:",
        };
        let options = in_language("Options");
        command.help_template(format!(
            "{{about}}\n\n{usage} {{usage}}\n\n{list}{options}:\n{{options}}{{after-help}}"
        ))
    }

    /// The language of messages: asked for, or that of the system.
    pub fn language(&self) -> Language {
        match self.lang {
            Some(Lang::Vi) => Language::Vietnamese,
            Some(Lang::En) => Language::English,
            None => Self::of_system(),
        }
    }

    /// The same before the command line is read, for what reading it may have to say.
    fn spoken(arguments: impl Iterator<Item = OsString>) -> Language {
        let mut asked = std::env::var("MOTCUA_LANG").ok();
        let mut arguments = arguments.skip(1).map_while(|text| text.into_string().ok());
        while let Some(text) = arguments.next() {
            match text.strip_prefix("--lang") {
                Some("") => asked = arguments.next(),
                Some(value) => asked = value.strip_prefix('=').map(str::to_owned),
                None => {}
            }
        }
        match asked.as_deref() {
            Some("vi") => Language::Vietnamese,
            Some("en") => Language::English,
            _ => Self::of_system(),
        }
    }

    fn of_system() -> Language {
        match std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")) {
            Ok(locale) if locale.starts_with("vi") => Language::Vietnamese,
            _ => Language::English,
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
        /// PostgreSQL database instead, as postgres://user:password@host/name; hosts that share one are one
        #[arg(
            long,
            env = "MOTCUA_DATABASE",
            hide_env_values = true,
            value_name = "URL"
        )]
        database: Option<String>,
        /// Folder of the packages and calendars
        #[arg(long, default_value = "procedures", value_name = "FOLDER")]
        procedures: PathBuf,
        /// Folder of compiled code, for this host's user alone [default: `cache` in the data folder; none with --database]
        #[arg(long, value_name = "FOLDER")]
        cache: Option<PathBuf>,
        /// Answer only from what departments have signed; leave the folder's packages aside
        #[arg(long)]
        signed_only: bool,
        /// File with the keys that seal facts, one a line in base64 [default: $MOTCUA_FACTS_KEY, else a file in the data folder]
        #[arg(long, value_name = "FILE")]
        facts_key: Option<PathBuf>,
        /// Go on although the key of the decisions so far is lost: they can never be read or replayed again
        #[arg(long)]
        facts_key_lost: bool,
        /// Erase the facts of decisions after so many days; receipts, answers and digests stay [default: never]
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
        keep_facts: Option<u32>,
    },
    /// Write a package to start from
    New {
        /// Folder of the new procedure; its last part becomes the name in URLs
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// First day on which the version decides
        #[arg(long, value_name = "DATE")]
        valid_from: motcua_model::Date,
        /// A crate whose rules are Rust
        #[arg(long)]
        rust: bool,
        /// Folder of motcua-plugin, for such a crate [default: plugins/sdk of the folders around it]
        #[arg(long, value_name = "FOLDER", requires = "rust")]
        sdk: Option<PathBuf>,
    },
    /// Point at every mistake in packages
    Check {
        /// Packages, crates, or folders of them
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Messages as JSON on the standard output
        #[arg(long)]
        json: bool,
    },
    /// Make one component of a package, of a crate, or of a package and its code
    Build {
        /// The package, or the folder of a crate
        #[arg(value_name = "PACKAGE|CRATE")]
        source: PathBuf,
        /// The code of a package that leaves its rules to code: a WebAssembly module or component
        #[arg(long, value_name = "FILE")]
        code: Option<PathBuf>,
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
        /// A package, a crate or a component
        #[arg(value_name = "PACKAGE|CRATE|FILE")]
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
        /// Packages, crates or components, or folders of them
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Folder of the calendars
        #[arg(long, default_value = "procedures/calendars", value_name = "FOLDER")]
        calendars: PathBuf,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what changes from one version to another, as people affected
    Diff(diff::Diff),
    /// Make, register, list and revoke keys of departments
    #[command(subcommand)]
    Key(key::Key),
    /// Sign that a version shall decide from a day on; needs no host
    Sign(sign::Sign),
    /// Sign a version and send it to the host, where the gate tries it
    Submit(submit::Submit),
    /// Put an approved version in force from its day on
    Activate(steps::Activate),
    /// End an active version from a day on
    Suspend(steps::Suspend),
    /// Take back a version before its first day
    Withdraw(steps::Withdraw),
    /// Show what was submitted, what the gate found, and what changes for whom
    Review(review::Review),
    /// Approve what was read; not by whoever submitted it
    Approve(steps::Approve),
    /// Send a submission back to its department, saying why
    SendBack(steps::SendBack),
    /// List every version that was ever put in force, and where each stands
    Versions(versions::Versions),
    /// Work recorded decisions out again, byte for byte, or by another version
    Replay(replay::Replay),
    /// Verify, export or note the chain of deeds
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Enter and list departments and the codes of their procedures
    #[command(subcommand)]
    Department(department::Department),
    /// Issue, list and revoke tokens
    #[command(subcommand)]
    Token(token::Token),
    /// Erase facts of decisions whose time is up; receipts and answers stay
    Erase(erase::Erase),
    /// Bring the database to the form that this motcua needs
    Migrate(upkeep::Migrate),
    /// Copy everything, as of one moment, into one new file, while hosts go on
    Backup(upkeep::Backup),
    /// Bring a backup into a database that is empty or not there yet
    Restore(upkeep::Restore),
    /// Look at the health of the database without changing anything
    Doctor(upkeep::Doctor),
    /// Compile one component for a process of this program that reads the answer; nobody else calls it
    #[command(hide = true)]
    CompileComponent,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_stands_in_one_group_of_the_help() {
        let mut grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        grouped.sort_unstable();
        let command = Cli::command();
        let mut all: Vec<&str> = command
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
            .map(clap::Command::get_name)
            .collect();
        all.sort_unstable();
        assert_eq!(grouped, all);
        for language in [Language::English, Language::Vietnamese] {
            let help = Cli::grouped(language).render_help().to_string();
            for name in &all {
                let line = format!("\n  {name} ");
                assert_eq!(help.matches(&line).count(), 1, "{name}:\n{help}");
            }
        }
    }

    /// Everything that a command or an option says in English.
    fn texts_of(command: &clap::Command, texts: &mut Vec<String>) {
        texts.extend(command.get_about().map(ToString::to_string));
        for arg in command.get_arguments() {
            texts.extend(arg.get_help().map(ToString::to_string));
            texts.extend(arg.get_help_heading().map(str::to_owned));
            if arg.get_action().takes_values() {
                let names = arg.get_value_names().unwrap_or_default();
                texts.extend(names.iter().map(ToString::to_string));
            }
        }
        for command in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
            texts_of(command, texts);
        }
    }

    #[test]
    fn every_text_of_the_help_has_its_vietnamese() {
        let mut all: Vec<String> = GROUPS
            .iter()
            .map(|(heading, _)| (*heading).into())
            .collect();
        texts_of(&Cli::command(), &mut all);
        // What reads the same in both languages.
        let alike = ["A", "B", "URL"];
        let missing: Vec<&String> = all
            .iter()
            .filter(|text| !alike.contains(&text.as_str()) && vietnamese::of(text) == **text)
            .collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn the_vietnamese_command_line_is_sound_and_says_what_is_wrong() {
        let command = || Cli::grouped(Language::Vietnamese);
        command().debug_assert();
        let complaint = |line: &str| {
            let error = command().try_get_matches_from(line.split(' ')).unwrap_err();
            vietnamese::complaint(&error).unwrap_or_else(|| error.to_string())
        };
        for (line, told) in [
            ("motcua chek x", "không có lệnh `chek`"),
            ("motcua chek x", "có phải là: check"),
            ("motcua check", "thiếu <ĐƯỜNG-DẪN>..."),
            ("motcua check x --jsn", "không có tùy chọn hay đối số --jsn"),
            (
                "motcua serve --listen x",
                "`x` không dùng được cho --listen <ĐỊA-CHỈ:CỔNG>",
            ),
            ("motcua serve --listen x", "ví dụ 127.0.0.1:8080"),
            ("motcua serve --keep-facts 0", "phải từ 1 đến 36500"),
            ("motcua serve --keep-facts x", "cần một số nguyên"),
            ("motcua approve 1.003868/3", "thiếu --component <MÃ-BĂM>"),
            ("motcua approve x --component y", "bản trình ghi dạng MÃ/SỐ"),
            (
                "motcua token new --person a --role king",
                "dùng được: author",
            ),
            (
                "motcua check --help",
                "Cách dùng: motcua check [TÙY CHỌN] <ĐƯỜNG-DẪN>...",
            ),
            ("motcua --help", "Mã kết thúc:"),
        ] {
            let complaint = complaint(line);
            assert!(complaint.contains(told), "{line}:\n{complaint}");
            for english in ["Usage", "error", "Options", "[default", "[env"] {
                assert!(
                    !complaint.contains(english),
                    "{line}: {english}\n{complaint}"
                );
            }
        }
    }

    #[test]
    fn the_language_is_known_before_the_command_line_is_read() {
        let spoken = |line: &str| Cli::spoken(line.split(' ').map(OsString::from));
        for (line, language) in [
            ("motcua --lang vi --help", Language::Vietnamese),
            ("motcua check --lang=vi", Language::Vietnamese),
            ("motcua --lang=vi check --lang en", Language::English),
        ] {
            assert_eq!(spoken(line), language, "{line}");
        }
    }
}
