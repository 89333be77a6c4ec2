//! One whole report as people read it, in both languages.

use super::changes::{REST, small};
use super::*;

#[test]
fn a_whole_report() {
    let old = small(REST);
    let new = old
        .but("pages <= 100", "pages <= 60")
        .but("amount: 50000", "amount: 60000")
        .but("en: The material is short", "en: The material is brief");
    let report = pass_over(&old.component(), &new.component(), &[]);
    for vi in [true, false] {
        let text = |text: &motcua_model::Text| if vi { text.vi.clone() } else { text.en.clone() };
        for check in &report.checks {
            println!(
                "{} {}: {}",
                check.id.word(),
                check.outcome.word(),
                text(&check.text)
            );
            for finding in &check.findings {
                println!("  - {}", text(finding));
            }
        }
        for group in &report.difference.as_ref().unwrap().groups {
            println!("{}", text(&group.text));
        }
    }
    println!("{}", serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn real_packages_pass() {
    for (folder, version) in all() {
        let component = Package::real(&folder, &version).component();
        let t = std::time::Instant::now();
        let report = pass(&component);
        eprintln!("TIME {folder} {version} {:?}", t.elapsed());
        assert!(report.passed, "{folder} {version}: {:#?}", report.checks);
        let t = std::time::Instant::now();
        let report = pass_over(&component, &component, &[]);
        eprintln!("TIME over {folder} {version} {:?}", t.elapsed());
    }
}
