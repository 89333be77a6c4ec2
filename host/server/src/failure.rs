//! How a command ends when it does not end well: a message for the one who can act, and an exit code with a meaning.

use std::process::ExitCode;

use motcua_model::Text;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The machine is in the way: exit code 1.
    Machine,
    /// A package, a component or an input is wrong: exit code 3.
    Input,
    /// A case failed, or a replay gave another answer: exit code 4.
    Case,
    /// The host refuses it: exit code 5.
    Host,
}

/// A command that did not end well. An empty message means that everything was said already.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Whose turn it is.
    pub turn: Turn,
    /// What happened and what to do.
    pub message: Text,
}

impl Failure {
    /// A file, a port or the database is in the way.
    pub const fn machine(message: Text) -> Self {
        Self {
            turn: Turn::Machine,
            message,
        }
    }

    /// A package, a component or an input is wrong.
    pub const fn input(message: Text) -> Self {
        Self {
            turn: Turn::Input,
            message,
        }
    }

    /// The host refuses it.
    pub const fn host(message: Text) -> Self {
        Self {
            turn: Turn::Host,
            message,
        }
    }

    /// Everything was said already.
    pub fn said(turn: Turn) -> Self {
        Self {
            turn,
            message: Text::default(),
        }
    }

    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.turn {
            Turn::Machine => 1,
            Turn::Input => 3,
            Turn::Case => 4,
            Turn::Host => 5,
        })
    }
}
