//! What can be said of a file without running it, also of one that is refused.

use motcua_model::{Manifest, Text};
use serde::Serialize;

use crate::admission::{Kind, admit, kind, manifest_form};
use crate::anatomy::{Anatomy, Module};
use crate::contract::VERSIONS;
use crate::limits::{Class, Classes};
use crate::quote::printable;
use crate::{CASES_SECTION, MANIFEST_SECTION, SOURCE_SECTION, digest};

/// Everything a reviewer may want to know of a file. Names of the file have gone through [`printable`]; the texts that it
/// carries have not, and must go through [`crate::printable_lines`] before a terminal shows them.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// `sha256:` and the digest of all bytes.
    pub digest: String,
    /// Size in bytes.
    pub bytes: usize,
    /// What the first bytes say it is: `component`, `core-module`, `text`, `native-code`, `archive`, `unknown`.
    pub kind: &'static str,
    /// The class whose limits it keeps. Absent: it would be refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// Why it would be refused. Absent: it would be admitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// What it imports. A procedure imports nothing.
    pub imports: Vec<String>,
    /// What it exports. Only the rules of the contract are ever called.
    pub exports: Vec<String>,
    /// The core modules inside.
    pub modules: Vec<ModuleInspection>,
    /// Custom sections, in the order of the file.
    pub sections: Vec<SectionInspection>,
    /// Whether it is a single module without any wrapping to speak of, which is asked in two thirds of the time.
    pub plain: bool,
    /// What it says of itself, if that can be read; not checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Manifest>,
    /// The text of the package it says it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The text of its cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<String>,
}

impl Inspection {
    /// What it exports besides the rules that are asked. Nothing of it is ever called.
    pub fn other_exports(&self) -> impl Iterator<Item = &str> {
        let ours = VERSIONS
            .iter()
            .map(|version| version.export)
            .find(|export| self.exports.iter().any(|name| name == export));
        self.exports
            .iter()
            .map(String::as_str)
            .filter(move |name| Some(*name) != ours)
    }
}

/// The first rule of admission that a file breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// [`crate::Rule::code`].
    pub rule: &'static str,
    /// The class whose limit is passed. Absent: the rule is the same for both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// What is wrong.
    pub message: Text,
}

/// A core module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModuleInspection {
    /// Size in bytes.
    pub bytes: usize,
    /// What it imports from its neighbours inside the component: `module` `name`.
    pub imports: Vec<String>,
    /// Functions it defines.
    pub functions: usize,
    /// Bytes of its longest function.
    pub longest_function: usize,
    /// Its memories.
    pub memories: Vec<MemoryInspection>,
    /// Elements of its tables.
    pub tables: Vec<u64>,
    /// Whether code runs already when it is instantiated.
    pub starts: bool,
}

/// A linear memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MemoryInspection {
    /// At the start, in bytes.
    pub initial_bytes: u64,
    /// The most it can grow to by its own word, in bytes. Absent: no word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_bytes: Option<u64>,
}

/// A custom section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SectionInspection {
    /// Its name.
    pub name: String,
    /// Size in bytes.
    pub bytes: usize,
}

/// Looks at a file without compiling or running it, and tries admission on it. Works on any bytes; of a file that cannot be
/// read, only digest, size, kind and the refusal are told.
pub fn inspect(bytes: &[u8], classes: &Classes) -> Inspection {
    let (class, refused) = match admit(bytes, classes) {
        Ok(admitted) => (Some(admitted.class), None),
        Err(refusal) => {
            let refused = Refused {
                rule: refusal.rule.code(),
                class: refusal.class,
                message: refusal.message,
            };
            (None, Some(refused))
        }
    };
    let most = classes.of(class.unwrap_or(Class::Compiled)).manifest_bytes;
    let kind = kind(bytes);
    let anatomy = match kind {
        Kind::Component | Kind::Module => Anatomy::read(bytes).unwrap_or_default(),
        _ => Anatomy::default(),
    };
    let text = |name| {
        anatomy
            .sections_named(name)
            .next()
            .map(|text| String::from_utf8_lossy(text).into_owned())
    };
    Inspection {
        digest: digest(bytes),
        bytes: bytes.len(),
        kind: match kind {
            Kind::Component => "component",
            Kind::Module => "core-module",
            Kind::Text => "text",
            Kind::Native => "native-code",
            Kind::Archive => "archive",
            Kind::Other => "unknown",
        },
        class,
        refused,
        imports: anatomy.imports.iter().map(|name| printable(name)).collect(),
        exports: anatomy.exports.iter().map(|name| printable(name)).collect(),
        modules: anatomy.modules.iter().map(module).collect(),
        sections: anatomy
            .sections
            .iter()
            .map(|section| SectionInspection {
                name: printable(section.name),
                bytes: section.data.len(),
            })
            .collect(),
        plain: anatomy.plain.is_some(),
        manifest: anatomy
            .sections_named(MANIFEST_SECTION)
            .next()
            .filter(|json| json.len() <= most)
            .and_then(|json| manifest_form(json).ok()),
        source: text(SOURCE_SECTION),
        cases: text(CASES_SECTION),
    }
}

fn module(module: &Module<'_>) -> ModuleInspection {
    ModuleInspection {
        bytes: module.range.len(),
        imports: module
            .imports
            .iter()
            .map(|(module, name)| format!("{} {}", printable(module), printable(name)))
            .collect(),
        functions: module.functions,
        longest_function: module.longest_function,
        memories: module
            .memories
            .iter()
            .map(|memory| MemoryInspection {
                initial_bytes: Module::initial_bytes(memory),
                maximum_bytes: Module::maximum_bytes(memory),
            })
            .collect(),
        tables: module.tables.clone(),
        starts: module.starts,
    }
}
