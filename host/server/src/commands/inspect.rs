//! `motcua inspect`: what a component says of itself, without running it.

use std::fmt::Write;
use std::path::Path;

use motcua_model::Text;
use motcua_model::manifest::Transition;
use motcua_model::text::counted;
use motcua_registry::engine::{Class, Classes, Inspection, inspect, printable};

use super::Console;
use crate::failure::{Failure, Turn};
use crate::folder;

/// Shows the component; a package or a crate is compiled first.
pub fn run(console: Console, file: &Path, json: bool) -> Result<(), Failure> {
    let bytes = console.component(folder::read(file)?)?.component;
    let classes = Classes::default();
    let inspection = inspect(&bytes, &classes);
    let text = if json {
        format!(
            "{}\n",
            serde_json::to_string_pretty(&inspection).unwrap_or_default()
        )
    } else {
        describe(&inspection, &classes)
    };
    console.result(&text)?;
    match &inspection.refused {
        None => Ok(()),
        Some(refused) => {
            console.say(&Text::new(
                format!(
                    "không được chấp nhận ({}): {}",
                    refused.rule, refused.message.vi
                ),
                format!("not admitted ({}): {}", refused.rule, refused.message.en),
            ));
            Err(Failure::said(Turn::Input))
        }
    }
}

fn describe(inspection: &Inspection, classes: &Classes) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "{name:<12} {value}");
    };
    line("digest", inspection.digest.clone());
    line(
        "size",
        format!("{} bytes ({})", inspection.bytes, inspection.kind),
    );
    if let Some(manifest) = &inspection.manifest {
        line("contract", printable(&manifest.contract));
        line(
            "procedure",
            format!(
                "{} {}",
                printable(&manifest.code),
                printable(&manifest.slug)
            ),
        );
        line("name", printable(&manifest.name.vi));
        line("", printable(&manifest.name.en));
        line("valid from", manifest.valid_from.to_string());
        if let Some(last) = manifest.valid_to {
            line("valid to", last.to_string());
        }
        if let Some(transition) = &manifest.transition {
            line("transition", told(transition));
        }
        line(
            "contains",
            format!(
                "{}, {}, {}, {}, {}, {}",
                counted(manifest.facts.len(), "fact", "facts"),
                counted(manifest.exemptions.len(), "exemption", "exemptions"),
                counted(manifest.conditions.len(), "condition", "conditions"),
                counted(manifest.documents.len(), "document", "documents"),
                counted(manifest.fees.len(), "fee", "fees"),
                counted(manifest.cases.len(), "case", "cases")
            ),
        );
    }
    line("imports", list(&inspection.imports));
    line("exports", list(&inspection.exports));
    for (at, module) in inspection.modules.iter().enumerate() {
        let memory: Vec<String> = module
            .memories
            .iter()
            .map(|memory| match memory.maximum_bytes {
                Some(most) => format!("{} to {} KiB", memory.initial_bytes >> 10, most >> 10),
                None => format!("{} KiB and more", memory.initial_bytes >> 10),
            })
            .collect();
        let memory = if memory.is_empty() {
            "none".to_owned()
        } else {
            memory.join(", ")
        };
        line(
            &format!("module {at}"),
            format!(
                "{}, {}, memory {memory}",
                counted(module.bytes, "byte", "bytes"),
                counted(module.functions, "function", "functions")
            ),
        );
    }
    for section in &inspection.sections {
        line(
            "section",
            format!(
                "{} ({})",
                section.name,
                counted(section.bytes, "byte", "bytes")
            ),
        );
    }
    if let Some(class) = inspection.class {
        line("class", class.to_string());
    }
    let limits = classes.of(inspection.class.unwrap_or(Class::Compiled));
    line(
        "limits",
        format!(
            "fuel {}, memory {} MiB, stack {} KiB",
            limits.fuel,
            limits.memory_bytes >> 20,
            limits.stack_bytes >> 10
        ),
    );
    out
}

/// What becomes of what was received before.
fn told(transition: &Transition) -> String {
    let what = if transition.moves() {
        "decides what was received before too, unless it is decided by then"
    } else {
        "leaves what was received before to the older version"
    };
    match transition.basis() {
        Some(basis) => format!("{what} ({})", printable(basis)),
        None => what.to_owned(),
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
