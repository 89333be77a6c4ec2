//! The commands, one file each. Messages go to the standard error, results to the standard output.

pub mod assess;
pub mod audit;
pub mod build;
pub mod check;
pub mod common;
pub mod department;
pub mod diff;
pub mod erase;
pub mod inspect;
pub mod key;
pub mod new;
pub mod replay;
pub mod review;
pub mod serve;
pub mod sign;
pub mod steps;
pub mod submit;
pub mod test;
pub mod token;
pub mod upkeep;
pub mod versions;

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use motcua_model::Text;
use motcua_model::text::Language;
use motcua_registry::compiler::ir::Program;
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::compiler::{Compilation, Compiled, compile, render};
use motcua_registry::engine::{Engine, Inspection, Limits};
use motcua_registry::store::{Place, Store, StoreError};
use motcua_registry::{CalendarFault, LoadedCalendar, Seal};

use crate::clock::SystemEntropy;
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

/// The rules of a component, if the package that it carries makes just this component.
pub fn program_of(inspection: &Inspection, component: &[u8]) -> Option<Program> {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let package = file("source", inspection.source.as_deref()?);
    let cases = inspection.cases.as_deref().map(|text| file("cases", text));
    compile(&package, cases.as_ref())
        .compiled
        .filter(|compiled| compiled.component == component)
        .map(|compiled| compiled.program)
}

/// Where things happen at the same time.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::machine(Text::new(
                format!("không khởi động được: {error}"),
                format!("cannot start: {error}"),
            ))
        })
}

/// The database: a PostgreSQL address if one is given, else the folder.
pub fn place(data: &Path, database: Option<&str>) -> Result<Place, Failure> {
    match database {
        Some(url) => url
            .parse()
            .map(Place::Postgres)
            .map_err(|error| of_store(&error)),
        None => Ok(Place::Folder(data.to_owned())),
    }
}

/// Opens the database.
pub async fn open_store(place: &Place) -> Result<Arc<dyn Store>, Failure> {
    motcua_registry::store::open(place)
        .await
        .map_err(|error| of_store(&error))
}

/// A failure of the database is the operator's turn.
pub fn of_store(error: &StoreError) -> Failure {
    Failure::machine(error.text())
}

/// Name of the file, beside an embedded database, that holds the key for facts if no other is given.
const FACTS_KEY_FILE: &str = "facts.key";

/// The keys that seal facts: from a file, from the environment, or, for an embedded database only, from a file beside it that
/// is made when it is missing. Without keys decisions cannot be recorded, and everything else goes on.
pub fn seal(console: Console, place: &Place, file: Option<&Path>) -> Result<Option<Seal>, Failure> {
    let read = |text: &str, from: &str| {
        Seal::read(text, Box::new(SystemEntropy)).map_err(|error| {
            let text = error.text();
            Failure::input(Text::new(
                format!("{from}: {}", text.vi),
                format!("{from}: {}", text.en),
            ))
        })
    };
    if let Some(file) = file {
        let text = folder::text(file)?.text;
        return read(&text, &file.display().to_string()).map(Some);
    }
    if let Ok(text) = std::env::var("MOTCUA_FACTS_KEY") {
        return read(&text, "MOTCUA_FACTS_KEY").map(Some);
    }
    let Place::Folder(folder) = place else {
        return Ok(None);
    };
    let file = folder.join(FACTS_KEY_FILE);
    if !file.exists() {
        write_secret(&file, &Seal::new_key(&SystemEntropy))?;
        console.say(&Text::new(
            format!(
                "đã tạo khóa mã hóa hồ sơ `{}`; hãy giữ một bản ở nơi khác, thiếu khóa này không đọc lại được quyết định",
                file.display()
            ),
            format!(
                "made the key `{}` that seals facts; keep a copy elsewhere, without it no decision can be read again",
                file.display()
            ),
        ));
    }
    let text = folder::text(&file)?.text;
    read(&text, &file.display().to_string()).map(Some)
}

/// Writes a file that only its owner can read, and that is not there yet.
pub fn write_secret(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(file)
        .and_then(|mut opened| {
            opened.write_all(text.as_bytes())?;
            opened.sync_all()
        })
        .map_err(|error| {
            Failure::machine(Text::new(
                format!("không ghi được `{}`: {error}", file.display()),
                format!("cannot write `{}`: {error}", file.display()),
            ))
        })
}
