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
pub mod new_crate;
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
use std::path::{Path, PathBuf};
use std::sync::Arc;

use motcua_model::Text;
use motcua_model::text::Language;
use motcua_registry::compiler::diagnostic::Diagnostic;
use motcua_registry::compiler::ir::Program;
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::compiler::{Compilation, Compiled, compile, compile_plugin, describe, render};
use motcua_registry::engine::{Classes, CompileIn, Engine, Inspection, LoadError, Settings};
use motcua_registry::store::{
    DecisionRange, DecisionRecord, FILE_NAME, Place, Store, StoreError, of_system,
};
use motcua_registry::{CalendarFault, LoadedCalendar, Seal, SealError, Version};

use crate::clock::SystemEntropy;
use crate::failure::{Failure, Turn};
use crate::folder::{self, Found};
use crate::plugin;

/// A version at hand.
#[derive(Debug)]
pub struct AtHand {
    /// The component.
    pub component: Vec<u8>,
    /// Its rules, if they are those of a package that was compiled here.
    pub program: Option<Program>,
    /// The text of its package, if it was compiled here.
    pub source: Option<String>,
}

impl AtHand {
    /// Loads it. What the package compiler has just made here is compiled in this process; anybody else's code in one of
    /// its own.
    pub fn load(&self, engine: &Engine) -> Result<Version, LoadError> {
        match self.program {
            Some(_) => Version::load_own(engine, &self.component),
            None => Version::load(engine, &self.component),
        }
    }
}

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
    pub fn line(&self, line: &str) {
        // Whoever reads may have seen enough (`2>&1 | head`): the command goes on.
        drop(writeln!(std::io::stderr(), "{line}"));
    }

    /// A result.
    pub fn result(&self, text: &str) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|error| {
                let why = of_system(&error);
                Failure::machine(Text::new(
                    format!("không ghi được kết quả: {}", why.vi),
                    format!("the result cannot be written: {}", why.en),
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
        self.compiled(package, cases, compile(package, cases))
    }

    /// Puts a package and its code together, likewise.
    pub fn compile_plugin(
        &self,
        package: &SourceFile,
        cases: Option<&SourceFile>,
        code: &[u8],
    ) -> Result<Compiled, Failure> {
        self.compiled(package, cases, compile_plugin(package, cases, code))
    }

    /// The component of what was found: as it is, or made now.
    pub fn component(&self, found: Found) -> Result<AtHand, Failure> {
        let (compiled, source) = match found {
            Found::Component { bytes, .. } => {
                return Ok(AtHand {
                    component: bytes,
                    program: None,
                    source: None,
                });
            }
            Found::Package { package, cases } => {
                let compiled = self.compile(&package, cases.as_ref())?;
                (compiled, package.text)
            }
            Found::Crate {
                folder,
                package,
                cases,
            } => {
                // Before cargo takes its time to say the same.
                let description = describe(&package, cases.as_ref());
                if description.checked.is_none() {
                    self.show(&package, cases.as_ref(), &description.diagnostics);
                    return Err(Failure::said(Turn::Input));
                }
                let code = plugin::compile(&folder)?;
                let compiled = self.compile_plugin(&package, cases.as_ref(), &code)?;
                (compiled, package.text)
            }
        };
        Ok(AtHand {
            component: compiled.component,
            program: compiled.program,
            source: Some(source),
        })
    }

    fn compiled(
        &self,
        package: &SourceFile,
        cases: Option<&SourceFile>,
        compilation: Compilation,
    ) -> Result<Compiled, Failure> {
        let Compilation {
            diagnostics,
            compiled,
        } = compilation;
        self.show(package, cases, &diagnostics);
        compiled.ok_or_else(|| Failure::said(Turn::Input))
    }

    fn show(&self, package: &SourceFile, cases: Option<&SourceFile>, diagnostics: &[Diagnostic]) {
        if diagnostics.is_empty() {
            return;
        }
        let files = render::Files {
            package: Some(package),
            cases,
            calendar: None,
        };
        self.line(&render::render(
            diagnostics,
            &files,
            self.language,
            self.colour(),
        ));
    }
}

/// The calendar of the country, its mistakes shown.
pub fn calendar(console: Console, folder: &Path) -> Result<LoadedCalendar, Failure> {
    let country = folder.join("vn");
    if !country.is_dir() {
        let country = country.display();
        return Err(Failure::machine(Text::new(
            format!(
                "không có lịch nghỉ ở `{country}`; chỉ đường dẫn tới thư mục lịch (trong đó có `vn/`) bằng --calendars THƯ-MỤC \
                 (với `serve`: --procedures, thư mục có `calendars/`). Thiếu lịch thì không tính được ngày làm việc."
            ),
            format!(
                "there is no calendar at `{country}`; name the folder of the calendars (with `vn/` in it) by --calendars FOLDER \
                 (for `serve`: --procedures, the folder with `calendars/`). Without it no working day can be counted."
            ),
        )));
    }
    let files = folder::calendars(&country)?;
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

/// The sandbox. Components of strangers are compiled by this same program in a process of its own.
pub fn engine(settings: impl Into<Settings>) -> Result<Engine, Failure> {
    let settings = Settings {
        compile_in: CompileIn::Child(this_program()),
        ..settings.into()
    };
    Engine::new(settings).map_err(|error| {
        Failure::machine(Text::new(
            format!("không khởi động được môi trường chạy: {error}"),
            format!("the sandbox cannot be started: {error}"),
        ))
    })
}

/// The file of this program. On Linux by the name that the kernel has for it, which stays right when the file is replaced by a
/// later version while a host runs.
fn this_program() -> PathBuf {
    if cfg!(target_os = "linux") {
        return PathBuf::from("/proc/self/exe");
    }
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("motcua"))
}

/// The folder of compiled code: the one that is named, or the one beside an embedded database.
pub fn cache_folder(place: &Place, named: Option<&Path>) -> Option<PathBuf> {
    match (named, place) {
        (Some(folder), _) => Some(folder.to_owned()),
        (None, Place::Folder(data)) => Some(data.join("cache")),
        (None, Place::Postgres(_)) => None,
    }
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
        .and_then(|compiled| compiled.program)
}

/// Where things happen at the same time.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Questions are answered on these threads: their stacks must hold the guest's.
        .thread_stack_size(Classes::default().thread_bytes().max(2 << 20))
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

/// Makes the folder and the file of an embedded database that is not there yet, so that only their owner can read them.
/// Where that fails, opening the database says why.
pub fn prepare(place: &Place) {
    let Place::Folder(folder) = place else {
        return;
    };
    if !folder.exists() {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        drop(builder.create(folder));
    }
    // SQLite takes an empty file for a new database, and gives its log the same permissions.
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(folder.join(FILE_NAME)));
}

/// Opens the database.
pub async fn open_store(place: &Place) -> Result<Arc<dyn Store>, Failure> {
    prepare(place);
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

/// Which keys seal facts.
#[derive(Clone, Copy, Debug)]
pub struct FactsKey<'a> {
    /// The file that was named.
    pub file: Option<&'a Path>,
    /// Whether to go on although the key of the decisions so far is lost.
    pub lost: bool,
}

/// The keys that seal facts: from a file, from the environment, or, for an embedded database only, from a file beside it that
/// is made while there is no decision. Without keys decisions cannot be recorded, and everything else goes on. Keys that do
/// not open the decision recorded last are somebody else's: they are refused.
pub async fn seal(
    console: Console,
    place: &Place,
    store: &dyn Store,
    wanted: FactsKey<'_>,
) -> Result<Option<Seal>, Failure> {
    let last = last_decision(store)
        .await
        .map_err(|error| of_store(&error))?;
    let Some((seal, from)) = keys(console, place, last.is_some(), wanted)? else {
        return Ok(None);
    };
    if let Some(record) = last
        && let Err(error) = seal.open(&record.answer, &record.id)
    {
        let refused = wrong_key(&record, &error, &from);
        // A decision that was changed is no reason to stop: `replay` and `audit verify` tell of it.
        if matches!(error, SealError::UnknownKey { .. }) && !wanted.lost {
            return Err(Failure::input(refused));
        }
        console.say(&refused);
    }
    Ok(Some(seal))
}

/// The keys, and where they are from.
fn keys(
    console: Console,
    place: &Place,
    decided: bool,
    wanted: FactsKey<'_>,
) -> Result<Option<(Seal, String)>, Failure> {
    let read = |text: &str, from: String| {
        Seal::read(text, Box::new(SystemEntropy))
            .map_err(|error| {
                let text = error.text();
                Failure::input(Text::new(
                    format!("{from}: {}", text.vi),
                    format!("{from}: {}", text.en),
                ))
            })
            .map(|seal| Some((seal, from.clone())))
    };
    if let Some(file) = wanted.file {
        let text = folder::text(file)?.text;
        return read(&text, file.display().to_string());
    }
    if let Ok(text) = std::env::var("MOTCUA_FACTS_KEY") {
        return read(&text, "MOTCUA_FACTS_KEY".to_owned());
    }
    let Place::Folder(folder) = place else {
        return Ok(None);
    };
    let file = folder.join(FACTS_KEY_FILE);
    let shown = file.display().to_string();
    if !file.exists() {
        if decided && !wanted.lost {
            return Err(Failure::input(Text::new(
                format!(
                    "thiếu khóa mã hóa hồ sơ `{shown}`, mà cơ sở dữ liệu đã có quyết định được mã hóa bằng khóa đó; khóa mới không \
                     đọc được chúng nên không được tạo. Hãy khôi phục tệp này từ bản cất giữ, hoặc đưa khóa bằng --facts-key TỆP \
                     hay biến MOTCUA_FACTS_KEY. Nếu khóa đã mất hẳn: --facts-key-lost tạo khóa mới cho các quyết định từ nay."
                ),
                format!(
                    "the key `{shown}` that seals facts is missing, and the database holds decisions that were sealed with it; a \
                     new key could not read them, so none is made. Restore this file from where a copy is kept, or give the key \
                     by --facts-key FILE or MOTCUA_FACTS_KEY. If it is lost for good: --facts-key-lost makes a new one for the \
                     decisions from now on."
                ),
            )));
        }
        write_secret(&file, &Seal::new_key(&SystemEntropy))?;
        console.say(&Text::new(
            format!(
                "đã tạo khóa mã hóa hồ sơ `{shown}`; hãy giữ một bản ở nơi khác, thiếu khóa này không đọc lại được quyết định"
            ),
            format!(
                "made the key `{shown}` that seals facts; keep a copy elsewhere, without it no decision can be read again"
            ),
        ));
    }
    let text = folder::text(&file)?.text;
    read(&text, shown)
}

/// What is wrong with keys that do not open the decision recorded last.
fn wrong_key(record: &DecisionRecord, error: &SealError, from: &str) -> Text {
    let (id, at) = (&record.id, record.at);
    match error {
        SealError::UnknownKey { name } => Text::new(
            format!(
                "khóa mã hóa hồ sơ ở {from} không phải khóa của cơ sở dữ liệu này: quyết định ghi sau cùng ({id}, lúc {at}) được mã \
                 hóa bằng khóa {name}. Hãy đưa đúng khóa; muốn đổi khóa thì thêm khóa cũ vào dòng sau khóa mới. Nếu khóa {name} \
                 đã mất hẳn: --facts-key-lost."
            ),
            format!(
                "the key for facts from {from} is not the one of this database: the decision recorded last ({id}, at {at}) was \
                 sealed with key {name}. Give that key; to change keys, put the old one on a line after the new one. If key \
                 {name} is lost for good: --facts-key-lost."
            ),
        ),
        error => {
            let text = error.text();
            Text::new(
                format!("quyết định ghi sau cùng ({id}, lúc {at}): {}", text.vi),
                format!("the decision recorded last ({id}, at {at}): {}", text.en),
            )
        }
    }
}

/// The decision recorded last. The database gives decisions in their order, so its place is searched by halves.
async fn last_decision(store: &dyn Store) -> Result<Option<DecisionRecord>, StoreError> {
    let first_after = async |after| {
        let range = DecisionRange {
            after,
            limit: 1,
            ..DecisionRange::default()
        };
        Ok::<_, StoreError>(store.decisions(range).await?.pop())
    };
    let (mut end, _) = store.head().await?;
    let Some(mut last) = first_after(0).await? else {
        return Ok(None);
    };
    while last.number < end {
        let middle = u64::midpoint(last.number, end);
        match first_after(middle).await? {
            Some(later) => last = later,
            None => end = middle,
        }
    }
    Ok(Some(last))
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
            let why = of_system(&error);
            Failure::machine(Text::new(
                format!("không ghi được `{}`: {}", file.display(), why.vi),
                format!("cannot write `{}`: {}", file.display(), why.en),
            ))
        })
}
