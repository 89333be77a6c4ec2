//! Files that never get as far as a question: each is submitted as a department would, and stopped by the rule meant for it.

use std::io;
use std::path::Path;

use guests::files::{
    EMPTY_MODULE, endless, importing, variant, with_more, with_nested_declarations, with_types,
};
use guests::written::{Guest, STEADY_FEE, WIT, with_section, wrap};
use motcua_registry::engine::Rule;

use super::attacks::{self, EVIL};
use crate::desk::{self, CODE, Desk, with_token};
use crate::http::Response;

/// What the gate makes of a file.
#[derive(Clone, Copy, Debug)]
pub enum Verdict {
    /// Admission refuses it by this rule.
    Refused(Rule),
    /// It does not start: the trial ends this way.
    DoesNotStart(&'static str),
    /// It passes with a remark on admission.
    Remarked,
    /// It passes: what is dear about it is dear within the limits.
    Passed,
}

/// A file to be submitted.
pub struct File {
    /// The number of its kind.
    pub kind: u8,
    /// What it is.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What becomes of it.
    pub verdict: Verdict,
}

fn steady(fields: String) -> Guest {
    Guest {
        fields,
        fee: STEADY_FEE,
        ..Guest::default()
    }
}

fn guest(fields: String) -> Vec<u8> {
    attacks::named(wrap(&steady(fields).wat(), &[WIT]), CODE, "files")
}

/// Nested ifs over 500 local variables.
fn nested(depth: usize) -> String {
    format!(
        "(func (local {}) {} {})",
        "i64 ".repeat(500),
        "(if (i32.const 1) (then ".repeat(depth),
        "))".repeat(depth)
    )
}

/// Functions of some 60 KB, each of one long sum.
fn much_code(functions: usize) -> String {
    let sum =
        "(i32.const 7) (i32.xor) (local.get 0) (i32.add) (i32.const 3) (i32.rotl)".repeat(5_000);
    format!("(func (param i32) (result i32) (local.get 0) {sum})").repeat(functions)
}

/// The honest component with something changed in its manifest.
fn with_manifest(change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
    let mut manifest = attacks::manifest(CODE, "files");
    change(&mut manifest);
    let component = wrap(&steady(String::new()).wat(), &[WIT]);
    with_section(
        component,
        "motcua:manifest",
        manifest.to_string().as_bytes(),
    )
}

/// The honest component, built against the contract with something changed in it.
fn with_contract(from: &str, to: &str) -> Vec<u8> {
    let wit = WIT.replacen(from, to, 1);
    attacks::named(wrap(&steady(String::new()).wat(), &[&wit]), CODE, "files")
}

/// One export more, as language runtimes have it.
fn with_export() -> Vec<u8> {
    let wit = WIT.replace("export rules;", "export rules; export init: func();");
    let wat =
        steady(String::new())
            .wat()
            .replacen("(module", r#"(module (func (export "init"))"#, 1);
    attacks::named(wrap(&wat, &[&wit]), CODE, "files")
}

/// Code that a host has compiled, out of its own cache.
///
/// # Errors
/// There is none.
fn precompiled(cache: &Path) -> io::Result<Vec<u8>> {
    for entry in std::fs::read_dir(cache)? {
        let bytes = std::fs::read(entry?.path())?;
        if let Some(at) = bytes.windows(4).position(|window| window == b"\x7fELF") {
            return Ok(bytes[at..].to_vec());
        }
    }
    Err(io::Error::other("the cache holds no compiled code"))
}

/// All of them; `bomb` is how many functions of 60 KB the dearest admissible one has.
///
/// # Errors
/// The host's cache cannot be read.
pub fn all(cache: &Path, bomb: usize) -> io::Result<Vec<File>> {
    use Verdict::{DoesNotStart, Passed, Refused, Remarked};
    let honest = guest(String::new());
    let core = match wat::parse_str(Guest::default().wat()) {
        Ok(module) => module,
        Err(error) => return Err(io::Error::other(error.to_string())),
    };
    let mut gzip = vec![0x1f, 0x8b, 8, 0];
    gzip.extend([0; 4_000]);
    let starting = "(func $start (loop $forever (br $forever))) (start $start)".to_owned();
    let doubled = |times| with_types("u8", |before| format!("(tuple {before} {before})"), times);
    let marks = |count| format!("e{}", "\u{301}".repeat(count));
    let files = [
        (
            1,
            "loops when it starts",
            guest(starting),
            DoesNotStart("out-of-fuel"),
        ),
        (
            3,
            "30,000 nested ifs over 500 locals",
            guest(nested(30_000)),
            Refused(Rule::FunctionSize),
        ),
        (
            3,
            "200,000 functions",
            guest("(func)".repeat(200_000)),
            Refused(Rule::Functions),
        ),
        (
            3,
            "400,000 modules",
            endless(EMPTY_MODULE, 4 << 20),
            Refused(Rule::Parts),
        ),
        (
            3,
            "a million custom sections",
            endless(&[0, 1, 0], 3 << 20),
            Refused(Rule::Entries),
        ),
        (
            3,
            "50,000 locals",
            guest(format!("(func (local {}))", "i64 ".repeat(50_000))),
            Refused(Rule::FunctionSize),
        ),
        (
            3,
            "as much code as is admitted",
            guest(much_code(bomb)),
            Passed,
        ),
        (
            4,
            "options nested 101 deep",
            with_types("u8", |before| format!("(option {before})"), 101),
            Refused(Rule::Valid),
        ),
        (
            4,
            "a tuple doubled 19 times",
            doubled(19),
            Refused(Rule::Valid),
        ),
        (
            4,
            "a tuple doubled 12 times",
            doubled(12),
            Refused(Rule::TypeSize),
        ),
        (
            4,
            "a variant of 10,001 cases",
            with_more(&variant(10_001)),
            Refused(Rule::WellFormed),
        ),
        (
            4,
            "types declared 300,000 deep",
            with_nested_declarations(300_000),
            Refused(Rule::Types),
        ),
        (
            4,
            "one field too many",
            with_contract("scale: u8,", "scale: u8, unit: u8,"),
            Refused(Rule::ContractType),
        ),
        (
            5,
            "five memories",
            guest("(memory 1)".repeat(4)),
            Refused(Rule::Memories),
        ),
        (
            5,
            "a table of ten million",
            guest("(table 10000000 funcref)".to_owned()),
            Refused(Rule::Tables),
        ),
        (
            7,
            "a name with lines, colours and letters that turn",
            with_manifest(|m| m["name"]["vi"] = EVIL.into()),
            Refused(Rule::Manifest),
        ),
        (
            7,
            "an unknown word with the same",
            with_manifest(|m| m[EVIL] = 1.into()),
            Refused(Rule::ManifestForm),
        ),
        (
            7,
            "a mebibyte of combining marks",
            with_manifest(|m| m["name"]["vi"] = marks(1 << 19).into()),
            Refused(Rule::ManifestSection),
        ),
        (
            7,
            "a name of combining marks",
            with_manifest(|m| m["name"]["vi"] = marks(20_000).into()),
            Refused(Rule::Manifest),
        ),
        (
            8,
            "a precompiled file",
            precompiled(cache)?,
            Refused(Rule::Header),
        ),
        (8, "text", b"(component)".to_vec(), Refused(Rule::Header)),
        (8, "a core module", core, Refused(Rule::Header)),
        (
            8,
            "an import of WASI",
            importing(),
            Refused(Rule::NoImports),
        ),
        (
            8,
            "half a file",
            honest[..honest.len() / 2].to_vec(),
            Refused(Rule::WellFormed),
        ),
        (
            8,
            "a file less one byte",
            honest[..honest.len() - 1].to_vec(),
            Refused(Rule::WellFormed),
        ),
        (8, "gzip", gzip, Refused(Rule::Header)),
        (8, "an export too many", with_export(), Remarked),
        (8, "the honest file", honest.clone(), Passed),
    ];
    Ok(files
        .into_iter()
        .map(|(kind, name, bytes, verdict)| File {
            kind,
            name,
            bytes,
            verdict,
        })
        .collect())
}

impl File {
    /// A request that submits it under a number: in other bytes each time if it is compiled, or the host would take its code from
    /// the cache.
    pub fn submission(&self, token: &str, number: u32) -> Vec<u8> {
        let bytes = match self.verdict {
            Verdict::Refused(_) => self.bytes.clone(),
            Verdict::DoesNotStart(_) | Verdict::Remarked | Verdict::Passed => {
                with_section(self.bytes.clone(), "again", &number.to_le_bytes())
            }
        };
        let body = Desk::submission(&desk::key(), CODE, &bytes, number);
        with_token("POST", "/submissions", token, Some(&body))
    }

    /// Whether the gate has made of it what it must.
    ///
    /// # Errors
    /// It has not: what instead.
    pub fn judge(&self, response: &Response) -> Result<(), String> {
        let view = response.json();
        if response.status == 201 && self.verdict.holds(&view) {
            return Ok(());
        }
        let (name, verdict, status) = (self.name, self.verdict, response.status);
        Err(format!("{name}: not {verdict:?}, but {status} {view}"))
    }
}

impl Verdict {
    /// Whether the gate's report says so.
    fn holds(self, view: &serde_json::Value) -> bool {
        let check = view["report"]["checks"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|check| check["id"] == "admission");
        let Some(check) = check else { return false };
        let found = check.to_string();
        let stage = view["stage"].as_str().unwrap_or_default();
        match self {
            Self::Refused(rule) => {
                stage == "failed"
                    && check["outcome"] == "failed"
                    && found.contains(&format!("`{}`", rule.code()))
            }
            Self::DoesNotStart(how) => {
                stage == "failed" && check["outcome"] == "failed" && found.contains(how)
            }
            Self::Remarked => stage == "in-review" && check["outcome"] == "remark",
            Self::Passed => stage == "in-review" && check["outcome"] == "passed",
        }
    }
}
