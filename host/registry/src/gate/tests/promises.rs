//! What holds of every difference.

use proptest::prelude::*;
use serde_json::Value;

use super::changes::{REST, small};
use super::*;

/// A version with a threshold, a fee, a term and perhaps without its second condition.
fn version((pages, fee, term, local): (u16, u32, u8, bool)) -> Vec<u8> {
    let mut package = small(REST)
        .but("pages <= 100", &format!("pages <= {pages}"))
        .but("amount: 50000", &format!("amount: {fee}"))
        .but("amount: 15, unit", &format!("amount: {term}, unit"));
    if !local {
        let line = REST
            .lines()
            .find(|line| line.contains("id: local"))
            .unwrap();
        package = package.but(&format!("{line}\n"), "");
    }
    package.component()
}

fn parts() -> impl Strategy<Value = (u16, u32, u8, bool)> {
    (39_u16..130, 0_u32..4, 10_u8..15, any::<bool>())
        .prop_map(|(pages, fee, term, local)| (pages, fee * 10_000, term, local))
}

/// What a version says of a question, by kind and id.
fn said(version: &Version, question: &Value) -> observe::Observed {
    let body = serde_json::to_vec(question).unwrap();
    let question = version.read(&body).unwrap();
    let assessed = version.assess(question, &context()).unwrap();
    observe::observed(version.manifest(), assessed.assessment(), assessed.needs())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_example_shows_what_its_group_says(before in parts(), after in parts()) {
        let (old, new) = (version(before), version(after));
        let (old_version, new_version) = (load(&old), load(&new));
        let report = pass_over(&old, &new, &[]);
        prop_assert_eq!(&report, &pass_over(&old, &new, &[]), "the same every time");
        let text = serde_json::to_string(&report).unwrap();
        prop_assert_eq!(&serde_json::from_str::<GateReport>(&text).unwrap(), &report);
        let difference = report.difference.unwrap();
        prop_assert_eq!(before == after, difference.groups.is_empty() && difference.manifest.is_empty());
        for group in &difference.groups {
            prop_assert!(group.counts.total() <= difference.changed.total());
            let case = group.examples.case.as_ref().map(|case| &case.question);
            prop_assert_eq!(case.is_some(), group.counts.cases > 0);
            prop_assert_eq!(group.examples.generated.is_some(), group.counts.generated > 0);
            for question in case.into_iter().chain(&group.examples.generated) {
                let point = (group.kind, group.id.clone());
                let word = |version| {
                    said(version, question).get(&point).map_or("absent".to_owned(), |said| said.word.clone())
                };
                prop_assert_eq!(word(&old_version), group.from.clone());
                prop_assert_eq!(word(&new_version), group.to.clone());
            }
        }
    }

    #[test]
    fn the_way_back_is_the_same_way(before in parts(), after in parts(), pages in prop::collection::vec(1_u16..200, 1..40)) {
        let (old, new) = (load(&version(before)), load(&version(after)));
        let questions: Vec<(String, Vec<u8>)> = pages
            .iter()
            .map(|pages| (format!("d{pages}"), format!(r#"{{"facts": {{"pages": {pages}, "is_local": {}}}}}"#, pages % 3 > 0).into_bytes()))
            .collect();
        let recorded: Vec<Recorded<'_>> = questions
            .iter()
            .map(|(id, question)| Recorded { id, question, asked_at: moment("2026-02-03T09:00") })
            .collect();
        let one_way = difference::difference(&bare(&old), &bare(&new), &recorded, &context()).unwrap();
        let back = difference::difference(&bare(&new), &bare(&old), &recorded, &context()).unwrap();
        let mut there: Vec<_> = one_way
            .groups
            .iter()
            .filter(|g| g.counts.recorded > 0)
            .map(|g| (g.kind, &g.id, &g.from, &g.to, g.counts.recorded))
            .collect();
        let mut again: Vec<_> = back
            .groups
            .iter()
            .filter(|g| g.counts.recorded > 0)
            .map(|g| (g.kind, &g.id, &g.to, &g.from, g.counts.recorded))
            .collect();
        there.sort();
        again.sort();
        prop_assert_eq!(there, again);
        prop_assert_eq!(one_way.compared.recorded, recorded.len());
        // Who was below one threshold and above the other is counted, neither more nor fewer.
        let moved = pages.iter().filter(|p| (**p <= before.0) != (**p <= after.0)).count();
        let counted: usize = one_way
            .groups
            .iter()
            .filter(|g| g.kind == DifferenceKind::Condition && g.id == "short")
            .map(|g| g.counts.recorded)
            .sum();
        prop_assert_eq!(counted, moved);
    }
}
