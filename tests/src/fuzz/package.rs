//! Any text as a package, as its cases, as a calendar: every mistake is told at its place, and what has none becomes a
//! component that answers its cases as a direct evaluation of its rules does.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use motcua_model::Date;
use motcua_model::text::Language;
use motcua_registry::compiler::diagnostic::{Diagnostic, Severity};
use motcua_registry::compiler::reader::{read_calendar, skeleton};
use motcua_registry::compiler::render::{Files, render, to_json};
use motcua_registry::compiler::source::{SourceFile, Span};
use motcua_registry::compiler::{Compilation, Compiled, compile, eval};
use motcua_registry::engine::{Class, Classes, admit};
use motcua_registry::{AssessError, Version};

use crate::generate::{packages, procedures};

use super::draw::Draw;
use super::{Seen, clean, engine, harmless, harmless_text, text, world};

/// A package with its cases.
#[derive(Clone, Debug)]
pub struct Texts {
    /// The package.
    pub package: String,
    /// Its cases, if there are any.
    pub cases: Option<String>,
}

impl Texts {
    fn compile(&self) -> (SourceFile, Option<SourceFile>, Compilation) {
        let package = source("package.yaml", &self.package);
        let cases = self.cases.as_ref().map(|cases| source("cases.yaml", cases));
        let compilation = compile(&package, cases.as_ref());
        (package, cases, compilation)
    }

    /// The component of a package without mistakes.
    ///
    /// # Panics
    /// It has some.
    pub fn component(&self) -> Vec<u8> {
        let compilation = self.compile().2;
        match compilation.compiled {
            Some(compiled) => compiled.component,
            None => panic!("it has mistakes: {:?}", compilation.diagnostics),
        }
    }
}

fn source(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// Packages to begin with: the one that `motcua new` writes, and those of this repository.
pub fn bases() -> &'static [Texts] {
    static BASES: OnceLock<Vec<Texts>> = OnceLock::new();
    BASES.get_or_init(|| {
        let from = Date::from_days(20_454).expect("a day of 2026");
        let (package, cases) = skeleton("fuzzing", "9.000001", from);
        let mut bases = vec![Texts {
            package,
            cases: Some(cases),
        }];
        let files = packages(&procedures()).expect("the procedures of this repository");
        for path in files {
            let beside = |name: &std::ffi::OsStr| path.with_file_name("cases").join(name);
            let cases = path.file_name().map(beside);
            let read = |path: &std::path::Path| std::fs::read_to_string(path).ok();
            bases.push(Texts {
                package: read(&path).expect("a package that was found"),
                cases: cases.as_deref().and_then(read),
            });
        }
        bases
    })
}

/// Tries it with texts.
///
/// # Panics
/// The promise is broken.
pub fn package(bytes: &[u8], seen: &mut Seen) {
    let mut draw = Draw::new(bytes);
    let as_calendar = draw.one_in(8);
    let texts = texts(&mut draw);
    if as_calendar {
        calendar(&texts.package, seen);
    }
    if let Some(compiled) = compiled(&texts, seen) {
        try_cases(&compiled, seen);
    }
}

/// Any text, or a real one after a few edits.
fn texts(draw: &mut Draw<'_>) -> Texts {
    if draw.one_in(16) {
        // What stands after a zero is the cases.
        let all = draw.rest();
        let mut halves = all.splitn(2, |byte| *byte == 0).map(text::any);
        return Texts {
            package: halves.next().unwrap_or_default(),
            cases: halves.next(),
        };
    }
    let bases = bases();
    let at = draw.below(2 * bases.len());
    // Half of them are the first, which is short and has something of everything.
    let mut texts = bases.get(at).unwrap_or(&bases[0]).clone();
    for _ in 0..draw.of(&[1, 0, 1, 2, 2, 3, 4, 6]) {
        match &mut texts.cases {
            Some(cases) if draw.one_in(4) => text::edit(draw, cases),
            _ => text::edit(draw, &mut texts.package),
        }
    }
    if draw.one_in(16) {
        texts.cases = None;
    }
    texts
}

/// Compiles it, and holds everything that can be held without running it.
pub(super) fn compiled(texts: &Texts, seen: &mut Seen) -> Option<Compiled> {
    let (package, cases, compilation) = texts.compile();
    let Compilation {
        diagnostics,
        compiled,
    } = compilation;
    let files = Files {
        package: Some(&package),
        cases: cases.as_ref(),
        calendar: None,
    };
    shown(&diagnostics, &files, seen);
    let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
    assert_eq!(
        compiled.is_none(),
        failed,
        "a component unless a message is an error"
    );
    let compiled = compiled?;
    seen.note("compiled");
    let again = texts.compile().2.compiled;
    assert!(
        again.is_some_and(|again| again.component == compiled.component),
        "the same text gives other bytes"
    );
    // Both classes with the limits of the first: then a refusal says which of them it passes.
    let compiled_only = Classes::from(engine().classes().compiled.clone());
    let compiled_only = Classes {
        interpreted: compiled_only.compiled.clone(),
        ..compiled_only
    };
    match admit(&compiled.component, &compiled_only) {
        Ok(admitted) => {
            assert_eq!(admitted.class, Class::Compiled);
            assert_eq!(admitted.manifest, compiled.manifest);
        }
        Err(refusal) => panic!("what compiles is admitted: {refusal}"),
    }
    Some(compiled)
}

/// Reads it as a calendar.
fn calendar(text: &str, seen: &mut Seen) {
    let file = source("calendar.yaml", text);
    let mut diagnostics = Vec::new();
    let year = read_calendar(&file, &mut diagnostics);
    let files = Files {
        calendar: Some(&file),
        ..Files::default()
    };
    shown(&diagnostics, &files, seen);
    let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
    assert!(
        year.is_some() || failed,
        "nothing is read, and nothing is said"
    );
}

/// Holds that every message stands at a place of its file and can be shown.
fn shown(diagnostics: &[Diagnostic], files: &Files<'_>, seen: &mut Seen) {
    let codes: BTreeSet<&str> = diagnostics.iter().map(|message| message.code).collect();
    for code in codes {
        seen.note(&format!("told: {code}"));
    }
    for message in diagnostics {
        harmless_text(&message.message);
        let labels = [&message.label].into_iter().chain(&message.help);
        let related = message.related.iter().map(|(_, label)| label);
        for text in labels.chain(related) {
            if !text.is_empty() {
                harmless_text(text);
            }
        }
        let others = message.related.iter().map(|(span, _)| *span);
        for span in others.chain([message.span]) {
            within(span, files, message);
        }
    }
    for language in [Language::Vietnamese, Language::English] {
        let rendered = render(diagnostics, files, language, false);
        rendered.lines().for_each(clean);
        assert_eq!(rendered.is_empty(), diagnostics.is_empty());
    }
    render(diagnostics, files, Language::Vietnamese, true);
    let json = to_json(diagnostics, files);
    assert_eq!(json.as_array().map(Vec::len), Some(diagnostics.len()));
}

fn within(span: Span, files: &Files<'_>, message: &Diagnostic) {
    let Some(file) = files.get(span.file) else {
        panic!("a message about a file that there is not: {message:?}");
    };
    assert!(
        file.text.get(span.range()).is_some(),
        "{span:?} is no part of {} bytes: {message:?}",
        file.text.len()
    );
}

/// Asks each case of the component and of the rules themselves.
fn try_cases(compiled: &Compiled, seen: &mut Seen) {
    let version = match Version::load_own(engine(), &compiled.component) {
        Ok(version) => version,
        Err(error) => panic!("what compiles is loaded: {error}"),
    };
    let Some(program) = &compiled.program else {
        return;
    };
    let context = world().context();
    for case in &compiled.manifest.cases {
        let body = serde_json::to_vec(&case.question).expect("a question is JSON");
        let assessed = version
            .read(&body)
            .and_then(|question| version.assess(question, &context));
        match assessed {
            Ok(assessed) => {
                let direct = eval::assess(program, assessed.application(), None);
                assert_eq!(
                    *assessed.assessment(),
                    direct,
                    "component and rules answer otherwise"
                );
                seen.note("case answered");
            }
            // A term that ends after 2199, for example.
            Err(AssessError::Question(error)) => {
                harmless_text(&error.text());
                seen.note("case refused");
            }
            Err(error) => {
                harmless(&error.to_string());
                panic!("what compiles answers: {error}");
            }
        }
    }
}
