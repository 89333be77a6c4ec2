//! From the text of a package to the bytes of a component, without any toolchain, and with a good word for every mistake.
//!
//! Pure: text in, bytes and messages out. The same text gives the same bytes on every machine.
//!
//! 1. [`reader`] reads YAML into a [`package::Package`], every part with its place; expressions go to [`feel`].
//! 2. [`check`] resolves names, types and ranges into a manifest and an [`ir::Program`], and reports every mistake;
//!    [`tables`] holds the rows of decision tables against each other.
//! 3. [`emit`] writes WebAssembly, and wraps it into a component of the contract.
//!
//! A package may leave its rules to code (`rules: plugin`): then the code takes the place of what [`emit`] would write, and
//! everything else is read, checked and carried along alike ([`compile_plugin`]).
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

use motcua_model::manifest::Rules;
use motcua_model::{CASES_SECTION, Manifest, SOURCE_SECTION};

use check::Checked;
use diagnostic::{Diagnostic, Severity};
use emit::EmitError;
use source::{SourceFile, Span};

/// What reading and checking a package gives: messages, and what it says unless one of them is an error.
#[derive(Debug)]
pub struct Description {
    /// In the order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// What the package says.
    pub checked: Option<Checked>,
}

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
    /// Its rules, which [`eval`] runs directly; absent where they are code.
    pub program: Option<ir::Program>,
    /// The component.
    pub component: Vec<u8>,
}

/// Reads and checks a package and its cases, whether its rules are in it or in code, and makes nothing of it.
pub fn describe(package: &SourceFile, cases: Option<&SourceFile>) -> Description {
    let mut diagnostics = Vec::new();
    let checked = read_and_check(package, cases, &mut diagnostics);
    let failed = in_order(&mut diagnostics);
    Description {
        diagnostics,
        checked: checked.filter(|_| !failed),
    }
}

/// Compiles a package and its cases. One whose rules are code is refused: see [`compile_plugin`].
pub fn compile(package: &SourceFile, cases: Option<&SourceFile>) -> Compilation {
    compilation(package, cases, None)
}

/// Makes a version of a package whose rules are code, its cases, and the code: a core module as `wit-bindgen` and a linker
/// make it, or a component. What the code answers is not looked at here.
pub fn compile_plugin(
    package: &SourceFile,
    cases: Option<&SourceFile>,
    code: &[u8],
) -> Compilation {
    compilation(package, cases, Some(code))
}

fn compilation(
    package: &SourceFile,
    cases: Option<&SourceFile>,
    code: Option<&[u8]>,
) -> Compilation {
    let mut diagnostics = Vec::new();
    let checked = read_and_check(package, cases, &mut diagnostics);
    let compiled = checked.and_then(|checked| {
        emit(checked, package, cases, code)
            .map_err(|fault| diagnostics.push(fault))
            .ok()
    });
    let failed = in_order(&mut diagnostics);
    Compilation {
        diagnostics,
        compiled: compiled.filter(|_| !failed),
    }
}

/// Brings messages into the order of their places; whether one of them is an error.
fn in_order(diagnostics: &mut [Diagnostic]) -> bool {
    diagnostics.sort_by(|a, b| (a.span, a.code).cmp(&(b.span, b.code)));
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

fn read_and_check(
    package: &SourceFile,
    cases: Option<&SourceFile>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Checked> {
    let read = reader::read_package(package, diagnostics);
    let read_cases = cases.and_then(|cases| reader::read_cases(cases, diagnostics));
    check::check(&read?, read_cases.as_ref(), diagnostics)
}

fn emit(
    checked: Checked,
    package: &SourceFile,
    cases: Option<&SourceFile>,
    code: Option<&[u8]>,
) -> Result<Compiled, Diagnostic> {
    let fault = |vi: String, en: String| Diagnostic::error("emit", Span::default(), vi, en);
    let Checked {
        manifest, program, ..
    } = checked;
    let json = serde_json::to_vec(&manifest).map_err(|error| {
        fault(
            format!("không ghi được bản mô tả: {error}"),
            format!("the manifest cannot be written: {error}"),
        )
    })?;
    let mut sections = vec![(SOURCE_SECTION, package.text.as_bytes())];
    if let Some(cases) = cases {
        sections.push((CASES_SECTION, cases.text.as_bytes()));
    }
    let component = match (&program, code) {
        (Some(program), None) => emit::component(program, &json, &sections),
        (None, Some(code)) => emit::plugin(code, &json, &sections),
        (Some(_), Some(_)) => {
            return Err(fault(
                "quy tắc nằm trong gói này, nên không dùng mã chương trình".to_owned(),
                "the rules are in this package, so no code is used".to_owned(),
            )
            .help(
                "viết `rules: plugin` ở đầu gói nếu quy tắc là mã chương trình",
                "write `rules: plugin` at the head of the package if its rules are code",
            ));
        }
        (None, None) => {
            debug_assert_eq!(manifest.rules, Rules::Plugin);
            return Err(fault(
                "quy tắc của gói này là mã chương trình (`rules: plugin`), mà chưa có mã"
                    .to_owned(),
                "the rules of this package are code (`rules: plugin`), and there is none"
                    .to_owned(),
            )
            .help(
                "đưa mã vào bằng `motcua build GÓI --code TỆP.wasm -o TỆP`",
                "give the code with `motcua build PACKAGE --code FILE.wasm -o FILE`",
            ));
        }
    };
    match component {
        Ok(component) => Ok(Compiled {
            manifest,
            program,
            component,
        }),
        Err(EmitError::Code(error)) => Err(fault(
            format!("mã chương trình không thể thành một thành phần: {error}"),
            format!("the code cannot become a component: {error}"),
        )
        .help(
            "mã phải theo thế giới `procedure` của hợp đồng motcua:procedure@1.0.0",
            "the code must be built for the world `procedure` of the contract motcua:procedure@1.0.0",
        )),
        Err(error @ EmitError::Long { span, .. }) => {
            let text = error.text();
            Err(
                Diagnostic::error("rule-too-long", span, text.vi, text.en).help(
                    "chia quy tắc thành nhiều phần có tên trong `definitions`",
                    "split the rule into parts with names in `definitions`",
                ),
            )
        }
        Err(error) => {
            let text = error.text();
            Err(fault(
                format!("không tạo được thành phần: {}", text.vi),
                format!("no component could be made: {}", text.en),
            ))
        }
    }
}
