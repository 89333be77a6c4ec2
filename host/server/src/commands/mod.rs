//! The commands, one file each. Messages go to the standard error, results to the standard output.

pub mod assess;
pub mod build;
pub mod check;
pub mod inspect;
pub mod new;
pub mod serve;
pub mod test;

use std::io::{IsTerminal, Write};
use std::path::Path;

use motcua_model::Text;
use motcua_model::text::Language;
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::compiler::{Compilation, Compiled, compile, render};
use motcua_registry::engine::{Engine, Limits};
use motcua_registry::{CalendarFault, LoadedCalendar};

use crate::failure::{Failure, Turn};
use crate::folder;

/// How to talk to the user of a command.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    /// In which language.
    pub language: Language,
}

impl Console {
    /// A message.
    pub fn say(&self, message: &Text) {
        self.line(message.get(self.language));
    }

    /// A line that needs no translation.
    #[expect(
        clippy::print_stderr,
        reason = "messages of a command go to the standard error"
    )]
    pub fn line(&self, line: &str) {
        eprintln!("{line}");
    }

    /// A result.
    pub fn result(&self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|error| {
                Failure::machine(Text::new(
                    format!("không ghi được kết quả: {error}"),
                    format!("the result cannot be written: {error}"),
                ))
            })
    }

    /// Whether messages may have colours.
    pub fn colour(&self) -> bool {
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
    }

    /// Compiles a package, shows what was found, and gives the version if there was no error.
    pub fn compile(
        &self,
        package: &SourceFile,
        cases: Option<&SourceFile>,
    ) -> Result<Compiled, Failure> {
        let Compilation {
            diagnostics,
            compiled,
        } = compile(package, cases);
        if !diagnostics.is_empty() {
            let files = render::Files {
                package: Some(package),
                cases,
                calendar: None,
            };
            self.line(&render::render(
                &diagnostics,
                &files,
                self.language,
                self.colour(),
            ));
        }
        compiled.ok_or_else(|| Failure::said(Turn::Input))
    }
}

/// The calendar of the country, its mistakes shown.
pub fn calendar(console: Console, folder: &Path) -> Result<LoadedCalendar, Failure> {
    let files = folder::calendars(&folder.join("vn"))?;
    LoadedCalendar::read("vn", &files).map_err(|faults| {
        for fault in faults {
            match fault {
                CalendarFault::File { file, diagnostics } => {
                    let files = render::Files {
                        calendar: Some(&file),
                        ..render::Files::default()
                    };
                    console.line(&render::render(
                        &diagnostics,
                        &files,
                        console.language,
                        console.colour(),
                    ));
                }
                CalendarFault::Whole(error) => console.line(&error.to_string()),
            }
        }
        Failure::said(Turn::Input)
    })
}

/// The sandbox.
pub fn engine(limits: Limits) -> Result<Engine, Failure> {
    Engine::new(limits).map_err(|error| {
        Failure::machine(Text::new(
            format!("không khởi động được môi trường chạy: {error}"),
            format!("the sandbox cannot be started: {error}"),
        ))
    })
}
