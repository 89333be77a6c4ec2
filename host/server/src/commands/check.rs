//! `motcua check`: every mistake in every package, at its place.

use std::path::PathBuf;

use motcua_model::Text;
use motcua_model::manifest::{Manifest, Rules};
use motcua_model::text::counted;
use motcua_registry::Slugs;
use motcua_registry::compiler::diagnostic::Diagnostic;
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::compiler::{compile, describe, render};
use serde_json::json;

use super::Console;
use crate::failure::{Failure, Turn};
use crate::folder::{self, Found};

/// Checks everything under the paths.
pub fn run(console: Console, paths: &[PathBuf], json: bool) -> Result<(), Failure> {
    let mut wrong = 0_usize;
    let mut checked = 0_usize;
    let mut report = Vec::new();
    let mut slugs = Slugs::default();
    for found in folder::find(paths)? {
        let (Found::Package { package, cases } | Found::Crate { package, cases, .. }) = &found
        else {
            continue;
        };
        checked += 1;
        let (diagnostics, manifest) = look(package, cases.as_ref());
        let files = render::Files {
            package: Some(package),
            cases: cases.as_ref(),
            calendar: None,
        };
        // A package alone may be right and yet not go with the others.
        let fits = manifest
            .as_ref()
            .map(|manifest| slugs.add(&manifest.code, &manifest.slug));
        let valid = matches!(fits, Some(Ok(())));
        wrong += usize::from(!valid);
        let misfit = fits.and_then(Result::err).map(|error| error.text());
        if json {
            let mut entry = json!({
                "path": package.path,
                "valid": valid,
                "diagnostics": render::to_json(&diagnostics, &files),
            });
            if let Some(text) = misfit {
                entry["does_not_fit"] = json!(text);
            }
            report.push(entry);
            continue;
        }
        if !diagnostics.is_empty() {
            console.line(&render::render(
                &diagnostics,
                &files,
                console.language,
                console.colour(),
            ));
        }
        if let Some(text) = misfit {
            console.line(&format!("{}: {}", package.path, text.get(console.language)));
        }
    }
    if json {
        let text = serde_json::to_string_pretty(&report).unwrap_or_default();
        console.result(&format!("{text}\n"))?;
    } else {
        console.say(&Text::new(
            format!(
                "đã kiểm tra {checked} gói: {} đạt, {wrong} có lỗi",
                checked - wrong
            ),
            format!(
                "{} checked: {} valid, {wrong} with errors",
                counted(checked, "package", "packages"),
                checked - wrong
            ),
        ));
    }
    if wrong == 0 {
        Ok(())
    } else {
        Err(Failure::said(Turn::Input))
    }
}

/// Everything that can be said of a package without its code, if its rules are code; else everything.
fn look(package: &SourceFile, cases: Option<&SourceFile>) -> (Vec<Diagnostic>, Option<Manifest>) {
    let description = describe(package, cases);
    let manifest = description.checked.map(|checked| checked.manifest);
    match &manifest {
        Some(found) if found.rules == Rules::Package => {
            let compilation = compile(package, cases);
            let compiled = compilation.compiled;
            (
                compilation.diagnostics,
                compiled.map(|compiled| compiled.manifest),
            )
        }
        _ => (description.diagnostics, manifest),
    }
}
