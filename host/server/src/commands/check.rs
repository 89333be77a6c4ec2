//! `motcua check`: every mistake in every package, at its place.

use std::path::PathBuf;

use motcua_model::Text;
use motcua_model::text::counted;
use motcua_registry::Slugs;
use motcua_registry::compiler::{compile, render};
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
        let Found::Package { package, cases } = &found else {
            continue;
        };
        checked += 1;
        let compilation = compile(package, cases.as_ref());
        let files = render::Files {
            package: Some(package),
            cases: cases.as_ref(),
            calendar: None,
        };
        // A package alone may be right and yet not go with the others.
        let fits = compilation
            .compiled
            .as_ref()
            .map(|compiled| slugs.add(&compiled.manifest.code, &compiled.manifest.slug));
        let valid = matches!(fits, Some(Ok(())));
        wrong += usize::from(!valid);
        let misfit = fits.and_then(Result::err).map(|error| error.text());
        if json {
            let mut entry = json!({
                "path": package.path,
                "valid": valid,
                "diagnostics": render::to_json(&compilation.diagnostics, &files),
            });
            if let Some(text) = misfit {
                entry["does_not_fit"] = json!(text);
            }
            report.push(entry);
            continue;
        }
        if !compilation.diagnostics.is_empty() {
            console.line(&render::render(
                &compilation.diagnostics,
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
