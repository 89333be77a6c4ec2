//! The macro of `motcua-plugin`: reads a package while a plugin is compiled, and writes what the plugin is written against.
//! Described there; nothing here is used otherwise.
//!
//! - `places`: which parts of a package are left to code. `names`: ids as names of Rust.
//! - `write`: facts, options, rows; `outcomes`: what the rules say; `question`: how a test asks.

mod names;
mod outcomes;
mod places;
mod question;
mod write;

use std::path::{Path, PathBuf};

use motcua_compiler::check::Checked;
use motcua_compiler::describe;
use motcua_compiler::diagnostic::Severity;
use motcua_compiler::render::{Files, render};
use motcua_compiler::source::SourceFile;
use motcua_model::manifest::Rules;
use motcua_model::text::Language;
use proc_macro::TokenStream;
use quote::{quote, quote_spanned};
use syn::LitStr;

/// Reads the package at a path relative to the folder of `Cargo.toml`, and writes the types of its rules.
///
/// `Facts` has a method for each fact and filing window, and `filed_at`, `filed_on`, `received_on` and `channel`. A choice
/// becomes an enum named like its fact, `site_kind` as `SiteKind`; a repeating fact becomes a module named like it, with
/// `Row` and the enums of its fields. `Outcomes` has a struct for each list of the package whose rules are code (`exemptions`,
/// `conditions`, `documents`, `time_limit`, `fees`, `checks`), with a field for each entry that holds words in place of an
/// expression. The field is a value where there is one such place (`rule` alone, or `when` alone), and a struct of the places
/// (`conditions::FoodHygiene { when, rule }`) where there are several. A plain number in the package (`originals: 1`) is
/// taken as it is.
///
/// A mistake in the package is an error of the compiler that shows the author's line. A change of the file compiles the
/// plugin again.
#[proc_macro]
pub fn procedure(input: TokenStream) -> TokenStream {
    let path = match syn::parse::<LitStr>(input) {
        Ok(path) => path,
        Err(error) => return error.into_compile_error().into(),
    };
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let file = folder.unwrap_or_default().join(path.value());
    let written = read(&file, &path.value()).and_then(|checked| write::package(&checked));
    let written = written.unwrap_or_else(|message| {
        let span = path.span();
        quote_spanned! {span=> ::core::compile_error!(#message); }
    });
    let file = file.display().to_string();
    // What the compiler includes it watches.
    let watched = quote! { const _: &[u8] = ::core::include_bytes!(#file); };
    quote! { #watched #written }.into()
}

/// The package, or what is wrong with it.
fn read(file: &Path, path: &str) -> Result<Checked, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot read `{}`: {error}", file.display()))?;
    let package = SourceFile {
        path: path.to_owned(),
        text,
    };
    let description = describe(&package, None);
    let Some(checked) = description.checked else {
        let mut errors = description.diagnostics;
        errors.retain(|message| message.severity == Severity::Error);
        let files = Files {
            package: Some(&package),
            ..Files::default()
        };
        let shown = render(&errors, &files, Language::English, false);
        return Err(format!("mistakes in the package\n\n{shown}"));
    };
    if checked.manifest.rules != Rules::Plugin {
        return Err(format!(
            "the rules of `{path}` are in the package itself: write `rules: plugin` at its head to give them here"
        ));
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKAGE: &str = include_str!("../../tests/market-stall.yaml");

    /// What is written for the package with a word changed, or what is wrong with it.
    fn with(from: &str, to: &str) -> Result<String, String> {
        assert!(PACKAGE.contains(from), "{from}");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("procedure.yaml");
        std::fs::write(&file, PACKAGE.replacen(from, to, 1)).expect("a file");
        let written = read(&file, "procedure.yaml").and_then(|checked| write::package(&checked));
        written.map(|tokens| tokens.to_string())
    }

    #[test]
    fn a_mistake_is_shown_at_its_line() {
        let error = with("type: integer", "type: intger").expect_err("a mistake");
        assert!(error.contains("procedure.yaml:20:11"), "{error}");
        assert!(error.contains("did you mean `integer`?"), "{error}");
    }

    #[test]
    fn rules_of_a_package_are_not_given_twice() {
        // Without its head the words would be read as expressions, so everything is a number here.
        let error = with("rules: plugin\n", "rules: package\n").expect_err("expressions");
        assert!(error.contains("mistakes in the package"), "{error}");
    }

    #[test]
    fn a_number_says_itself() {
        let written = with("copies: 1", "copies: một bản").expect("no mistakes");
        assert!(written.contains("documents . hygiene_certificate . copies"));
        let written = with("copies: 1", "copies: 2").expect("no mistakes");
        assert!(!written.contains("documents . hygiene_certificate . copies"));
        assert!(written.contains("Maybe :: from (2i64)"), "{written}");
        let error = with("copies: 1", "copies: 100").expect_err("too many");
        assert!(error.contains("100 is more than 99"), "{error}");
    }

    #[test]
    fn a_package_that_needs_too_much_memory_is_refused() {
        let rows = "max_rows: 200\n    question: {vi: a, en: a}\n    fields:\n";
        let text = |n| {
            format!(
                "      - {{id: t{n}, type: text, max_length: 4000, question: {{vi: a, en: a}}}}\n"
            )
        };
        let fields: String = (0..20).map(text).collect();
        let start = PACKAGE.find("max_rows: 5").expect("rows");
        let end = PACKAGE.find("      - {id: metres").expect("fields");
        let error = with(&PACKAGE[start..end], &format!("{rows}{fields}")).expect_err("too large");
        assert!(error.contains("too much memory"), "{error}");
    }
}
