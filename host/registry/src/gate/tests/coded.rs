//! Packages whose rules are code: the manifest is derived again from the package that the component carries.

use motcua_compiler::reader::skeleton;
use motcua_compiler::source::SourceFile;
use motcua_compiler::{compile, compile_plugin};
use motcua_engine::Classes;

use super::super::checks::Rebuilt;
use super::*;

fn file(text: String) -> SourceFile {
    SourceFile {
        path: "procedure.yaml".to_owned(),
        text,
    }
}

/// The package to start from, compiled, as the code of another that says in words what it does.
fn coded() -> Vec<u8> {
    let (declared, _) = skeleton("licence-to-try", "9.000001", "2026-01-01".parse().unwrap());
    let code = compile(&file(declared.clone()), None)
        .compiled
        .unwrap()
        .component;
    let definitions = declared.find("# Giá trị được đặt tên").unwrap();
    let exemptions = declared.find("# Khi nào không cần").unwrap();
    let text = format!("{}{}", &declared[..definitions], &declared[exemptions..])
        .replacen("motcua: 1\n", "motcua: 1\nrules: plugin\n", 1)
        .replacen(
            "rule: ends_on >= starts_on",
            "rule: theo thứ tự\n    facts: [ends_on, starts_on]",
            1,
        );
    let compilation = compile_plugin(&file(text), None, &code);
    let compiled = compilation.compiled;
    compiled
        .unwrap_or_else(|| panic!("{:#?}", compilation.diagnostics))
        .component
}

fn check(component: &[u8]) -> GateCheck {
    let inspection = inspect(component, &Classes::default());
    Rebuilt::of(component, &inspection).check()
}

#[test]
fn code_is_not_reproducible_but_its_words_are() {
    let check = check(&coded());
    assert_eq!(check.outcome, CheckOutcome::Remark);
    assert!(
        check
            .text
            .en
            .contains("the code is not reproducible from source here")
    );
}

#[test]
fn a_manifest_that_its_package_does_not_say_is_stopped() {
    let mut component = coded();
    // The manifest comes first in the file, the package behind it.
    let (from, to) = (r#""statutory":{"amount":30"#, r#""statutory":{"amount":31"#);
    let at = component
        .windows(from.len())
        .position(|part| part == from.as_bytes())
        .unwrap();
    component[at..at + to.len()].copy_from_slice(to.as_bytes());
    let check = check(&component);
    assert_eq!(check.outcome, CheckOutcome::Failed);
    let said = &check.text.en;
    assert!(said.contains("something else than its manifest"), "{said}");
}
