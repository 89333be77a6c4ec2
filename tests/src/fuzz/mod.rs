//! Promises that hold for any bytes, tried with bytes that nobody would write.
//!
//! Each [`Target`] is one promise: a function of bytes that panics only when the promise is broken. The same bodies are run
//! by the test command (few inputs, always the same), by the campaign ([`campaign`]: many inputs, on all cores), and by
//! cargo-fuzz (`tests/fuzz`: inputs bred by what code they reach).
//!
//! Bytes that are nothing but random get no further than the first check. So the first of them choose what the others are:
//! mostly edits of something real, which pass the checks up to the one that the edit offends. How far inputs get is noted
//! in [`Seen`], and tests hold minimums against it: a target that reaches nothing any more fails.
//!
//! - [`publish`]: any bytes as a component; [`sections`] and [`json`] edit one.
//! - [`package`]: any text as a package, its cases, a calendar; [`text`] edits one.
//! - [`expression`]: generated rules, component against direct evaluation; [`sentence`] writes expressions as text.
//! - [`call`]: generated code, and answers near the honest one; [`application`] draws questions.

pub mod application;
pub mod breed;
pub mod call;
pub mod campaign;
pub mod draw;
pub mod expression;
pub mod json;
pub mod package;
pub mod publish;
pub mod sections;
pub mod seeds;
pub mod sentence;
pub mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use motcua_model::Text;
use motcua_registry::engine::{CallError, Classes, Engine, Limits};

use crate::world::World;

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Target {
    /// Whatever is submitted is refused in words fit to be shown, or can be asked.
    Publish,
    /// Whatever is read as a package has messages at places, or becomes a component that answers as its rules say.
    Package,
    /// A compiled component answers as a direct evaluation of its rules does.
    Expression,
    /// Whatever code is asked whatever question, it has a checked answer or an error fit to be shown, and always the same.
    Call,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Publish, Self::Package, Self::Expression, Self::Call];

    /// The word on the command line and of the folder of its seeds.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Package => "package",
            Self::Expression => "expression",
            Self::Call => "call",
        }
    }

    /// Tries one input, and notes how far it came.
    ///
    /// # Panics
    /// The promise is broken.
    pub fn run(self, bytes: &[u8], seen: &mut Seen) {
        match self {
            Self::Publish => publish::publish(bytes, seen),
            Self::Package => package::package(bytes, seen),
            Self::Expression => expression::expression(bytes, seen),
            Self::Call => call::call(bytes, seen),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How often inputs came to something, by a word for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(BTreeMap<String, u64>);

impl Seen {
    /// Once more.
    pub fn note(&mut self, what: &str) {
        self.add(what, 1);
    }

    fn add(&mut self, what: &str, times: u64) {
        match self.0.get_mut(what) {
            Some(count) => *count += times,
            None => {
                self.0.insert(what.to_owned(), times);
            }
        }
    }

    /// How often.
    pub fn count(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// Everything that somebody else has seen too.
    pub fn gather(&mut self, other: &Self) {
        for (what, times) in &other.0 {
            self.add(what, *times);
        }
    }

    /// What was seen at all, however often.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (what, times)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{what} {times}")?;
        }
        Ok(())
    }
}

/// The limits of production but for the wall clock: whether a machine under load stops a call says nothing of the call.
fn limits(limits: Limits) -> Limits {
    Limits {
        deadline_ticks: 100_000,
        ..limits
    }
}

/// The sandbox of all targets that take what was compiled or submitted; it compiles in this process.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let classes = Classes {
            compiled: limits(Limits::default()),
            interpreted: limits(Limits::interpreted()),
            ..Classes::default()
        };
        Engine::new(classes).expect("the limits of production")
    })
}

/// Calendar and office hours.
pub(crate) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::read)
}

/// The longest message that anybody may have to read, in bytes. The longest honest one quotes eight names of a hundred
/// characters, each written as its code.
const LONGEST: usize = 16 << 10;

/// Holds that words can be shown to a person and written to a log.
pub(crate) fn harmless(words: &str) {
    assert!(!words.trim().is_empty(), "a message says nothing");
    assert!(
        words.len() <= LONGEST,
        "a message of {} bytes begins {:?}",
        words.len(),
        words.chars().take(200).collect::<String>()
    );
    clean(words);
}

/// Holds that nothing in a text steers a terminal, turns the direction of writing or stays unseen.
pub(crate) fn clean(words: &str) {
    assert!(
        !words.chars().any(deceives),
        "it is not fit to be shown: {words:?}"
    );
}

/// Written down here once more: a list that was shared with the host would let through what it forgets.
pub(crate) fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The same in both languages.
pub(crate) fn harmless_text(text: &Text) {
    harmless(&text.vi);
    harmless(&text.en);
}

/// Holds that an error of a call can be shown, and is not the machine's.
pub(crate) fn told(error: &CallError) {
    harmless_text(&error.message());
    harmless(&error.to_string());
    assert_eq!(
        error.fault(),
        motcua_registry::engine::Fault::Plugin,
        "nothing is wrong with the machine: {error}"
    );
}
