//! Packages whose rules are code: what is read of them, what is refused, and how code becomes a version.

use motcua_compiler::diagnostic::{Diagnostic, Severity};
use motcua_compiler::reader::skeleton;
use motcua_compiler::source::SourceFile;
use motcua_compiler::{Compilation, compile, compile_plugin, describe};
use motcua_model::manifest::Rules;
use motcua_model::{CASES_SECTION, MANIFEST_SECTION, SOURCE_SECTION};
use wasmparser::{Parser, Payload};

const PACKAGE: &str = r#"motcua: 1
rules: plugin
code: "9.000001"
code_confirmed: false
slug: licence-to-try
valid_from: 2026-01-01
name: {vi: Thủ tục thử, en: A trial}
field: publishing
department: {vi: Sở Thử nghiệm, en: Department of Trials}
authority: {vi: Sở Thử nghiệm, en: Department of Trials}
applicants: {vi: Tổ chức, en: Organisations}
result: {vi: Giấy phép, en: Licence}
legal_basis: [Điều 1]
confidence: low
sources: [thử]
channels: [{channel: online}]
facts:
  - {id: pages, type: integer, question: {vi: Bao nhiêu trang?, en: How many pages?}}
  - {id: signed_on, type: date, question: {vi: Ký ngày nào?, en: When was it signed?}}
exemptions:
  - {id: leaflet, text: {vi: Tờ rơi, en: Leaflet}, basis: Điều 1, rule: không quá hai trang}
conditions:
  - {id: signed, text: {vi: Đã ký, en: Signed}, basis: Điều 2, when: trên mười trang, rule: đã ký trước ngày nộp}
documents:
  - {id: application, name: {vi: Đơn, en: Application}, originals: 1, copies: mỗi trăm trang một bản, basis: Điều 3}
fees_status: known
fees:
  - id: fee
    name: {vi: Phí, en: Fee}
    basis: Điều 4
    amount: 15.000 đồng mỗi trang, phần lẻ tính tròn
    reliefs: [{id: half, text: {vi: Giảm, en: Reduced}, basis: Điều 4, when: nộp trực tuyến, amount: một nửa}]
checks:
  - {id: in-order, text: {vi: Ký sau ngày nộp, en: Signed too late}, rule: ký không sau ngày nộp, facts: [signed_on]}
"#;

fn file(text: &str) -> SourceFile {
    SourceFile {
        path: "procedure.yaml".to_owned(),
        text: text.to_owned(),
    }
}

/// Code that is a component already: that of the package to start from, without what it carries.
fn code() -> Vec<u8> {
    let valid_from = "2026-01-01".parse().expect("a day");
    let (package, _) = skeleton("code", "9.000002", valid_from);
    let compiled = compile(&file(&package), None).compiled;
    compiled.expect("no mistakes").component
}

fn errors(diagnostics: &[Diagnostic]) -> Vec<(&str, &str)> {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
    errors.map(|d| (d.code, d.message.en.as_str())).collect()
}

fn with(from: &str, to: &str) -> Vec<Diagnostic> {
    assert!(PACKAGE.contains(from), "{from}");
    describe(&file(&PACKAGE.replacen(from, to, 1)), None).diagnostics
}

/// The names of the custom sections of a component, those nested in it too.
fn sections(component: &[u8]) -> Vec<(String, Vec<u8>)> {
    Parser::new(0)
        .parse_all(component)
        .filter_map(|payload| match payload.expect("well formed") {
            Payload::CustomSection(section) => {
                Some((section.name().to_owned(), section.data().to_vec()))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn the_words_in_place_of_expressions_stay_as_they_are() {
    let description = describe(&file(PACKAGE), None);
    assert_eq!(description.diagnostics, []);
    let checked = description.checked.expect("no mistakes");
    assert_eq!(checked.program, None);
    assert!(checked.max_input_bytes > 0);
    let manifest = checked.manifest;
    assert_eq!(manifest.rules, Rules::Plugin);
    assert_eq!(manifest.exemptions[0].rule, "không quá hai trang");
    assert_eq!(
        manifest.conditions[0].when.as_deref(),
        Some("trên mười trang")
    );
    let document = &manifest.documents[0];
    assert_eq!(
        (&*document.originals, &*document.copies),
        ("1", "mỗi trăm trang một bản")
    );
    let fee = &manifest.fees[0];
    assert_eq!(fee.amount, "15.000 đồng mỗi trang, phần lẻ tính tròn");
    assert_eq!(fee.reliefs[0].amount, "một nửa");
    assert_eq!(manifest.checks[0].facts, ["signed_on"]);
}

#[test]
fn everything_but_the_rules_is_checked_as_ever() {
    let told = with("rules: plugin", "rules: code");
    assert!(told[0].message.en.contains("`code`"), "{told:?}");
    let told = with("conditions:\n", "definitions: []\nconditions:\n");
    assert_eq!(errors(&told)[0].0, "plugin-definitions");
    assert_eq!(
        errors(&with("facts: [signed_on]", "facts: [signed_no]")),
        [("unknown-fact", "there is no fact named `signed_no`")]
    );
    let told = with("facts: [signed_on]", "facts: [signed_no]");
    assert_eq!(told[0].suggestion.as_deref(), Some("signed_on"));
    let told = with(", facts: [signed_on]", "");
    assert_eq!(errors(&told)[0].0, "missing-key");
    let told = with("rule: đã ký trước ngày nộp", "basis: Điều 2");
    assert!(!errors(&told).is_empty(), "a condition says what it asks");
    let told = with(", rule: đã ký trước ngày nộp", "");
    assert_eq!(errors(&told)[0].0, "no-rule");
    let told = with("originals: 1, copies: mỗi trăm trang một bản, ", "");
    assert_eq!(errors(&told)[0].0, "no-copies");
    let told = with("copies: mỗi trăm trang một bản", "replaced_by: [registry]");
    assert_eq!(errors(&told)[0].0, "unknown-data-source");
    // In a package the facts of a check are those of its expression.
    let told = with("rules: plugin", "rules: package");
    assert!(
        errors(&told).iter().any(|(code, _)| *code == "unknown-key"),
        "{told:?}"
    );
}

#[test]
fn cases_are_checked_too() {
    let cases = "motcua-cases: 1
cases:
  - {id: one, text: {vi: Một, en: One}, question: {facts: {page: 3}}, expect: {verdict: eligible}}
";
    let description = describe(&file(PACKAGE), Some(&file(cases)));
    assert_eq!(errors(&description.diagnostics)[0].0, "unknown-in-case");
    assert!(description.checked.is_none());
}

#[test]
fn code_and_package_become_one_component() {
    let cases = "motcua-cases: 1
cases:
  - {id: one, text: {vi: Một, en: One}, question: {facts: {pages: 3}}, expect: {verdict: eligible}}
";
    let code = code();
    let made = || {
        let Compilation {
            diagnostics,
            compiled,
        } = compile_plugin(&file(PACKAGE), Some(&file(cases)), &code);
        assert_eq!(diagnostics, []);
        compiled.expect("no mistakes")
    };
    let compiled = made();
    assert!(compiled.program.is_none());
    let carried = sections(&compiled.component);
    let names: Vec<&str> = carried.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [MANIFEST_SECTION, SOURCE_SECTION, CASES_SECTION],
        "nothing of the code's own"
    );
    assert_eq!(carried[1].1, PACKAGE.as_bytes());
    assert_eq!(carried[2].1, cases.as_bytes());
    let manifest: motcua_model::Manifest = serde_json::from_slice(&carried[0].1).expect("JSON");
    assert_eq!(manifest, compiled.manifest);
    assert_eq!(made().component, compiled.component, "the same each time");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let without = compile(&file(PACKAGE), None);
    assert!(without.compiled.is_none());
    assert!(errors(&without.diagnostics)[0].1.contains("are code"));
    let (package, _) = skeleton("code", "9.000002", "2026-01-01".parse().expect("a day"));
    let both = compile_plugin(&file(&package), None, &code());
    assert!(errors(&both.diagnostics)[0].1.contains("no code is used"));
    for no_code in [&b""[..], b"\0asm", b"\0asm\x01\0\0\0", b"no WebAssembly"] {
        let compilation = compile_plugin(&file(PACKAGE), None, no_code);
        assert!(compilation.compiled.is_none(), "{no_code:?}");
        assert_eq!(errors(&compilation.diagnostics)[0].0, "emit");
    }
}
