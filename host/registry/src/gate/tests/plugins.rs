//! Plugins written by hand: an honest one passes with a remark, and each check stops one that is not.

use serde_json::{Value, json};

use super::*;
use guests::written::{Guest, STEADY_FEE, WIT, manifest, manifest_with_case, with_section, wrap};

/// A guest whose fee does not grow with what is told.
fn steady(guest: Guest) -> String {
    Guest {
        fee: STEADY_FEE,
        ..guest
    }
    .wat()
}

fn honest() -> String {
    steady(Guest::default())
}

fn plugin(wat: &str, manifest: &Value) -> Vec<u8> {
    with_section(
        wrap(wat, &[WIT]),
        "motcua:manifest",
        manifest.to_string().as_bytes(),
    )
}

fn found(report: &GateReport, id: CheckId) -> String {
    let check = report.check(id).unwrap();
    let findings: Vec<&str> = check
        .findings
        .iter()
        .map(|finding| finding.en.as_str())
        .collect();
    format!("{}\n{}", check.text.en, findings.join("\n"))
}

#[test]
fn an_honest_plugin_passes_and_is_told_apart() {
    let report = pass(&plugin(&honest(), &manifest_with_case()));
    assert!(report.passed, "{report:#?}");
    let source = report.check(CheckId::Source).unwrap();
    assert_eq!(source.outcome, CheckOutcome::Remark);
    assert!(source.text.en.contains("not reproducible from source here"));
    assert!(report.demonstration);
}

#[test]
fn what_is_exported_besides_the_rules_is_told_to_the_reviewer() {
    let report = pass(&plugin(&honest(), &manifest_with_case()));
    assert_eq!(outcome(&report, CheckId::Admission), CheckOutcome::Passed);

    // As language runtimes do it: a function that was meant for the build.
    let wit = WIT.replace("export rules;", "export rules; export init: func();");
    assert_ne!(wit, WIT);
    let wat = honest().replacen("(module", r#"(module (func (export "init"))"#, 1);
    let component = with_section(
        wrap(&wat, &[&wit]),
        "motcua:manifest",
        manifest_with_case().to_string().as_bytes(),
    );
    let report = pass(&component);
    assert!(report.passed, "{report:#?}");
    assert_eq!(outcome(&report, CheckId::Admission), CheckOutcome::Remark);
    let told = found(&report, CheckId::Admission);
    assert!(
        told.contains("besides its rules it exports `init`"),
        "{told}"
    );
}

#[test]
fn ownership_is_as_the_caller_found_it() {
    let component = plugin(&honest(), &manifest_with_case());
    let to_pass = ToPass {
        component: &component,
        submitted: &submitted(&component),
        owned: false,
        in_force: None,
        recorded: &[],
        catalogue: &Snapshot::default(),
    };
    let outcome = gate(&ENGINE, &to_pass, &context()).unwrap();
    assert_eq!(failed(&outcome.report), ["ownership"]);
    assert!(!outcome.report.passed && outcome.version.is_some());
}

#[test]
fn what_is_not_admitted_is_looked_at_as_far_as_it_goes() {
    let importing = r#"(module (import "env" "now" (func)))"#;
    let module = ::wat::parse_str(importing).unwrap();
    for (bytes, rule) in [
        (&b""[..], "size"),
        (b"PK\x03\x04", "header"),
        (&module, "header"),
    ] {
        let report = pass(bytes);
        assert!(found(&report, CheckId::Admission).contains(&format!("`{rule}`")));
        assert_eq!(failed(&report), ["admission", "names"]);
        assert_eq!(outcome(&report, CheckId::Cases), CheckOutcome::NotTried);
        assert_eq!(report.checks.len(), CheckId::ALL.len());
    }
    // A manifest that can be read is held against the submission all the same.
    let mut manifest = manifest_with_case();
    manifest["conditions"][0]["basis"] = json!(" ");
    let report = pass(&plugin(&honest(), &manifest));
    assert_eq!(failed(&report), ["admission"]);
    assert_eq!(outcome(&report, CheckId::Texts), CheckOutcome::Passed);
}

#[test]
fn names_must_fit() {
    let component = plugin(&honest(), &manifest_with_case());
    let honest = submitted(&component);
    let mut other = honest.clone();
    other.component = digest(b"another");
    let mut code = honest.clone();
    code.procedure = "9.000002".to_owned();
    let mut early = honest.clone();
    early.from = day("2023-12-31");
    for (wrong, what) in [
        (other, "but the component is"),
        (code, "but its manifest says 9.000001"),
        (early, "before the version's first day"),
    ] {
        let report = pass_as(&component, &wrong);
        assert_eq!(failed(&report), ["names"]);
        assert!(found(&report, CheckId::Names).contains(what));
    }
    let mut manifest = manifest_with_case();
    manifest["valid_to"] = json!("2024-12-31");
    let component = plugin(&self::honest(), &manifest);
    let mut late = submitted(&component);
    late.from = day("2025-01-01");
    let report = pass_as(&component, &late);
    assert!(found(&report, CheckId::Names).contains("after the version's last day"));
}

#[test]
fn a_package_that_is_not_what_runs_is_stopped() {
    let component = plugin(&honest(), &manifest_with_case());
    let real = changes::small(changes::REST);
    let lying = with_section(component.clone(), "motcua:source", real.package.as_bytes());
    let report = pass(&lying);
    assert_eq!(failed(&report), ["source"]);
    assert!(found(&report, CheckId::Source).contains("another component"));
    let broken = with_section(
        component.clone(),
        "motcua:source",
        b"motcua: 1\nnonsense: [",
    );
    assert!(found(&pass(&broken), CheckId::Source).contains("does not compile"));
    let cases = with_section(component, "motcua:cases", real.cases.as_bytes());
    assert_eq!(failed(&pass(&cases)), ["source"]);
    // One byte of the rules, under the package of a real version.
    let mut altered = real.component();
    let text = b"Provincial People's Committee";
    let at = altered
        .windows(text.len())
        .position(|window| window == text)
        .unwrap();
    altered[at] = b'p';
    assert_eq!(failed(&pass(&altered)), ["source"]);
}

#[test]
fn cases_must_be_there_and_pass() {
    let none = pass(&plugin(&honest(), &manifest()));
    assert_eq!(failed(&none), ["cases"]);
    assert!(found(&none, CheckId::Cases).contains("has no cases"));
    let mut wrong = manifest_with_case();
    wrong["cases"][0]["expect"]["verdict"] = json!("eligible");
    let report = pass(&plugin(&honest(), &wrong));
    assert_eq!(failed(&report), ["cases"]);
    assert!(
        found(&report, CheckId::Cases)
            .contains("first: verdict: expected eligible, got ineligible")
    );
}

#[test]
fn a_plugin_near_its_limits_is_told_and_one_beyond_is_stopped() {
    let work = |turns: u32| {
        let guest = Guest::that(&format!(
            "(local.set $i (i32.const {turns}))
             (loop $work (local.set $i (i32.sub (local.get $i) (i32.const 1))) (br_if $work (local.get $i)))"
        ));
        pass(&plugin(&steady(guest), &manifest_with_case()))
    };
    let busy = work(1_500_000);
    assert_eq!(
        outcome(&busy, CheckId::Budget),
        CheckOutcome::Remark,
        "{busy:#?}"
    );
    assert!(busy.passed);
    let endless = work(0);
    assert_eq!(failed(&endless), ["cases", "budget", "boundaries"]);
    assert_eq!(endless.spent.fuel_most, endless.spent.fuel_budget);
    let large = Guest {
        memory: "200 200",
        ..Guest::default()
    };
    let report = pass(&plugin(&steady(large), &manifest_with_case()));
    assert_eq!(outcome(&report, CheckId::Budget), CheckOutcome::Remark);
    assert!(found(&report, CheckId::Budget).contains("13107200 of 16777216 bytes of memory"));
}

#[test]
fn what_all_questions_together_may_cost_is_bounded() {
    let small = Engine::new(Limits {
        fuel: 100_000,
        ..Limits::default()
    });
    let guest = Guest::that(
        "(local.set $i (i32.const 12000))
         (loop $work (local.set $i (i32.sub (local.get $i) (i32.const 1))) (br_if $work (local.get $i)))",
    );
    let component = plugin(&steady(guest), &manifest_with_case());
    let version = Version::load(&small.unwrap(), &component).unwrap();
    let difference = difference(&bare(&version), &bare(&version), &[], &context()).unwrap();
    let (asked, not_asked) = (difference.compared.total(), difference.not_compared.total());
    assert_eq!(asked + not_asked, 1_001);
    assert!((400..1_001).contains(&asked), "{asked}");
}

#[test]
fn a_plugin_that_gives_up_or_takes_its_word_back_is_stopped() {
    let guest = Guest::that("(if (i32.eqz (local.get $facts_len)) (then unreachable))");
    let trapping = pass(&plugin(&steady(guest), &manifest_with_case()));
    assert_eq!(failed(&trapping), ["boundaries"]);
    assert!(found(&trapping, CheckId::Boundaries).contains("unreachable"));
    // The fee grows with each fact: what was certain changes.
    let fickle = pass(&plugin(&Guest::default().wat(), &manifest_with_case()));
    assert_eq!(failed(&fickle), ["boundaries"]);
    assert!(found(&fickle, CheckId::Boundaries).contains("fees.fee was certain"));
}

#[test]
fn a_commitment_that_ends_after_the_law_is_stopped() {
    let mut late = manifest_with_case();
    // As numbers they are equal; an office of seven hours a day makes the difference.
    late["time_limit"]["rows"][0]["statutory"] =
        json!({"amount": 5, "unit": "working-day", "basis": "Điều 3 Luật thử nghiệm"});
    late["time_limit"]["rows"][0]["committed"] =
        json!({"amount": 40, "unit": "working-hour", "source": "published", "basis": "thử nghiệm"});
    let short = motcua_model::office::Sessions::new(&[
        ("08:00".parse().unwrap(), "11:00".parse().unwrap()),
        ("13:00".parse().unwrap(), "17:00".parse().unwrap()),
    ]);
    let office = OfficeHours::of(short.unwrap());
    let component = plugin(&honest(), &late);
    let to_pass = ToPass {
        component: &component,
        submitted: &submitted(&component),
        owned: true,
        in_force: None,
        recorded: &[],
        catalogue: &Snapshot::default(),
    };
    let context = Context {
        office: &office,
        ..context()
    };
    let report = gate(&ENGINE, &to_pass, &context).unwrap().report;
    assert_eq!(failed(&report), ["time-limits"]);
    assert!(found(&report, CheckId::TimeLimits).contains("a cut of 0.0 %"));
}

#[test]
fn vietnamese_is_never_missing() {
    let mut manifest = manifest_with_case();
    manifest["documents"][0]["name"] = json!({"vi": " ", "en": "Document"});
    let report = pass(&plugin(&honest(), &manifest));
    assert_eq!(failed(&report), ["texts"]);
    assert!(found(&report, CheckId::Texts).contains("/documents/0/name"));
    let mut manifest = manifest_with_case();
    manifest["documents"][0]["name"] = json!({"vi": "Giấy tờ", "en": ""});
    assert_eq!(
        outcome(&pass(&plugin(&honest(), &manifest)), CheckId::Texts),
        CheckOutcome::Remark
    );
}
