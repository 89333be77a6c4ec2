//! From the text of a package to the bytes of a component, without any toolchain, and with a good word for every mistake.
//!
//! Pure: text in, bytes and messages out. The same text gives the same bytes on every machine.
//!
//! 1. [`reader`] reads YAML into a [`package::Package`], every part with its place; expressions go to [`feel`].
//! 2. [`check`] resolves names, types and ranges into a manifest and an [`ir::Program`], and reports every mistake;
//!    [`tables`] holds the rows of decision tables against each other.
//! 3. [`emit`] writes WebAssembly, and wraps it into a component of the contract.
//!
//! [`eval`] runs a program directly, without WebAssembly: a second opinion for tests, and the trace of what a case takes.

pub mod check;
pub mod diagnostic;
pub mod emit;
pub mod eval;
pub mod feel;
pub mod ir;
pub mod package;
pub mod reader;
pub mod render;
pub mod source;
pub mod tables;

use motcua_model::{CASES_SECTION, Manifest, SOURCE_SECTION};

use diagnostic::{Diagnostic, Severity};
use source::{SourceFile, Span};

/// What compiling a package gives: messages, and a version unless one of them is an error.
#[derive(Debug)]
pub struct Compilation {
    /// In the order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// The version.
    pub compiled: Option<Compiled>,
}

/// A compiled version.
#[derive(Debug)]
pub struct Compiled {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its rules; [`eval`] runs them directly.
    pub program: ir::Program,
    /// The component.
    pub component: Vec<u8>,
}

/// Compiles a package and its cases.
pub fn compile(package: &SourceFile, cases: Option<&SourceFile>) -> Compilation {
    let mut diagnostics = Vec::new();
    let compiled = compile_into(package, cases, &mut diagnostics);
    diagnostics.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
    let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
    Compilation {
        diagnostics,
        compiled: compiled.filter(|_| !failed),
    }
}

fn compile_into(
    package: &SourceFile,
    cases: Option<&SourceFile>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Compiled> {
    let read = reader::read_package(package, diagnostics);
    let read_cases = cases.and_then(|cases| reader::read_cases(cases, diagnostics));
    let (manifest, program) = check::check(&read?, read_cases.as_ref(), diagnostics)?;
    let mut fault = |vi: String, en: String| {
        diagnostics.push(Diagnostic::error("emit", Span::default(), vi, en));
    };
    let json = match serde_json::to_vec(&manifest) {
        Ok(json) => json,
        Err(error) => {
            fault(
                format!("không ghi được bản mô tả: {error}"),
                format!("the manifest cannot be written: {error}"),
            );
            return None;
        }
    };
    let mut sections = vec![(SOURCE_SECTION, package.text.as_bytes())];
    if let Some(cases) = cases {
        sections.push((CASES_SECTION, cases.text.as_bytes()));
    }
    match emit::component(&program, &json, &sections) {
        Ok(component) => Some(Compiled {
            manifest,
            program,
            component,
        }),
        Err(error) => {
            fault(
                format!("không tạo được thành phần: {error}"),
                format!("no component could be made: {error}"),
            );
            None
        }
    }
}
