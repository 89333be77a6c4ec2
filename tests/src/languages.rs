//! One procedure in every language: `cargo run --release -p tests -- languages` builds all and prints what each costs.

#![expect(clippy::disallowed_methods, reason = "measuring is what this is for")]

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use motcua_registry::Version;
use motcua_registry::compiler::compile;
use motcua_registry::engine::{Cache, Classes, CompileIn, Engine, Settings, admit, inspect};

use crate::binary;
use crate::toolchain::{self, Fault, c, examples, javascript, python, rust};
use crate::world::{World, source};

/// A plugin that stands under `plugins/examples/` for its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// Rust, with the SDK.
    Rust,
    /// C.
    C,
    /// JavaScript.
    JavaScript,
    /// Python.
    Python,
}

impl Example {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rust, Self::C, Self::JavaScript, Self::Python];

    /// The component that would be submitted; built if it has changed.
    pub fn component(self) -> Result<Vec<u8>, Fault> {
        let folder =
            |language: &str| examples().join(format!("confirmation-of-postal-activity{language}"));
        let rules = match self {
            Self::Rust => return rust::component(&folder("-rust")),
            Self::C => c::example(),
            Self::JavaScript => javascript::example(),
            Self::Python => python::example(),
        }?;
        toolchain::with_package(&rules, &folder("").join("2021-01-01.yaml"))
    }

    /// The language, and what brings it into a component.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Rust => ("Rust", "motcua-plugin"),
            Self::C => ("C", "wit-bindgen c, Zig"),
            Self::JavaScript => ("JavaScript", "componentize-js"),
            Self::Python => ("Python", "componentize-py"),
        }
    }

    /// What a programmer comes upon first; `plugins/README.md` has all of it.
    pub const fn traps(self) -> &'static str {
        match self {
            Self::Rust => "more memory than the arena, a panic: no answer",
            Self::C => "numbers wrap around; a list on the stack is gone",
            Self::JavaScript => {
                "the clock and chance stand still; `Number` beyond 2^53 is not exact"
            }
            Self::Python => "the clock: no answer; chance and the order of sets stand still",
        }
    }
}

/// The component of the package that has the same rules as expressions.
///
/// # Panics
/// The package has mistakes, which other tests find.
pub fn twin() -> Vec<u8> {
    let folder = crate::generate::procedures()
        .join("so-thong-tin-va-truyen-thong/post/confirmation-of-postal-activity");
    let [package, cases] =
        ["2021-01-01.yaml", "cases/2021-01-01.yaml"].map(|name| source(&folder.join(name)));
    match compile(&package, Some(&cases)).compiled {
        Some(compiled) => compiled.component,
        None => panic!("{} has mistakes", package.path),
    }
}

/// An engine as `motcua serve` sets it up: strangers' components are compiled in a process of its own, and their code is kept
/// in the folder.
///
/// # Errors
/// The folder cannot be used, or there is not enough address space.
pub fn engine(cache: &Path) -> Result<Engine, Fault> {
    let cache = Cache::open(cache, Cache::BYTES, || [7; 32]).map_err(|error| error.to_string())?;
    Engine::new(Settings {
        classes: Classes::default(),
        compile_in: CompileIn::Child(binary::motcua()),
        cache: Some(cache),
    })
    .map_err(|error| error.to_string())
}

/// How long it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often each of its cases is asked.
    pub rounds: usize,
}

/// Builds all, loads all, asks all.
pub fn run(plan: &Plan) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    let mut print = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    let mut subjects = vec![(("package", "motcua build"), "none", twin())];
    for example in Example::ALL {
        subjects.push((example.words(), example.traps(), example.component()?));
    }
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let cache = folder.path().join("cache");
    let world = World::read();
    print(
        "| language | built with | size | class | memory | admission | compile | from the cache | first call | call | fuel | traps |"
            .to_owned(),
    )?;
    print("|---|---|---|---|---|---|---|---|---|---|---|---|".to_owned())?;
    for ((name, tool), traps, component) in subjects {
        let measured = measure(&cache, &world, &component, plan.rounds)?;
        let inspection = inspect(&component, &Classes::default());
        let memory: u64 = inspection
            .modules
            .iter()
            .flat_map(|module| &module.memories)
            .map(|memory| memory.initial_bytes)
            .sum();
        let class = inspection.class.map_or("refused", |class| class.word());
        print(format!(
            "| {name} | {tool} | {} | {class} | {} | {} | {} | {} | {} | {} | {} | {traps} |",
            bytes(component.len() as u64),
            bytes(memory),
            time(measured.admission),
            time(measured.compile),
            time(measured.kept),
            time(measured.first),
            time(measured.call),
            measured.fuel,
        ))?;
    }
    Ok(())
}

struct Measured {
    /// Admission alone.
    admission: Duration,
    /// Admission, compilation where the host compiles it (a package here, others on one core in a process of its own), and one
    /// instance as a trial.
    compile: Duration,
    /// The same where the code is kept.
    kept: Duration,
    /// The first question after that.
    first: Duration,
    /// The median of all others.
    call: Duration,
    /// The most fuel of one question.
    fuel: u64,
}

fn measure(
    cache: &Path,
    world: &World,
    component: &[u8],
    rounds: usize,
) -> Result<Measured, Fault> {
    let started = Instant::now();
    admit(component, &Classes::default()).map_err(|error| error.to_string())?;
    let admission = started.elapsed();
    let load = || {
        // An engine of its own: nothing is remembered but what is in the folder.
        let engine = engine(cache)?;
        let started = Instant::now();
        let version = Version::load(&engine, component).map_err(|error| error.to_string())?;
        Ok::<_, Fault>((version, started.elapsed()))
    };
    let (_, compile) = load()?;
    let (version, kept) = load()?;
    let context = world.context();
    let cases = &version.manifest().cases;
    let bodies: Vec<String> = cases.iter().map(|case| case.question.to_string()).collect();
    let mut fuel = 0;
    let mut ask = |body: &String| {
        let started = Instant::now();
        let question = version
            .read(body.as_bytes())
            .map_err(|error| error.to_string())?;
        let assessed = version
            .assess(question, &context)
            .map_err(|error| error.to_string())?;
        let took = started.elapsed();
        fuel = fuel.max(assessed.fuel_used());
        Ok::<Duration, Fault>(took)
    };
    let first = match bodies.first() {
        Some(body) => ask(body)?,
        None => return Err("there are no cases to ask".to_owned()),
    };
    let mut all = Vec::new();
    for _ in 0..rounds.max(1) {
        for body in &bodies {
            all.push(ask(body)?);
        }
    }
    all.sort();
    let call = all.get(all.len() / 2).copied().unwrap_or_default();
    Ok(Measured {
        admission,
        compile,
        kept,
        first,
        call,
        fuel,
    })
}

fn bytes(count: u64) -> String {
    match count {
        0..10_000 => format!("{count} B"),
        10_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        _ => format!("{:.1} MB", count as f64 / 1e6),
    }
}

fn time(took: Duration) -> String {
    let micros = took.as_secs_f64() * 1e6;
    match micros {
        ..1e3 => format!("{micros:.1} µs"),
        ..1e6 => format!("{:.1} ms", micros / 1e3),
        _ => format!("{:.1} s", micros / 1e6),
    }
}
