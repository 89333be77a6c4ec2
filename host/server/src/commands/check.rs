//! `motcua check`: every mistake in every package, at its place.

use std::path::PathBuf;

use motcua_model::Text;
use motcua_model::text::counted;
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
        wrong += usize::from(compilation.compiled.is_none());
        if json {
            report.push(json!({
                "path": package.path,
                "valid": compilation.compiled.is_some(),
                "diagnostics": render::to_json(&compilation.diagnostics, &files),
            }));
        } else if !compilation.diagnostics.is_empty() {
            console.line(&render::render(
                &compilation.diagnostics,
                &files,
                console.language,
                console.colour(),
            ));
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
