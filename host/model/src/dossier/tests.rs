use proptest::prelude::*;

use super::*;
use crate::manifest::{DataSource, Document};

/// A document of the tests: its group, and the databases that replace it.
type Shape = (Option<u8>, Vec<u16>);

/// A manifest with these documents and so many databases.
fn manifest(documents: &[Shape], sources: usize) -> Manifest {
    let mut manifest: Manifest =
        serde_json::from_str(include_str!("../manifest_check/right.json")).expect("a manifest");
    let source = manifest.data_sources[0].clone();
    let id = |number: usize| format!("source-{number}");
    manifest.data_sources = (0..sources)
        .map(|number| DataSource {
            id: id(number),
            ..source.clone()
        })
        .collect();
    let document = manifest.documents[0].clone();
    manifest.documents = documents
        .iter()
        .enumerate()
        .map(|(number, (group, replaced_by))| Document {
            id: format!("document-{number}"),
            when: Some("in_time".to_owned()),
            group: group.map(|group| format!("group-{group}")),
            replaced_by: replaced_by.iter().map(|n| id(usize::from(*n))).collect(),
            ..document.clone()
        })
        .collect();
    manifest
}

fn results(needs: &[DocumentNeed]) -> Vec<DocumentResult> {
    (0..)
        .zip(needs)
        .map(|(document, need)| DocumentResult {
            document,
            need: *need,
            originals: Some(1),
            copies: None,
        })
        .collect()
}

/// What each document is once it is certain which of them apply, said as the law says it.
fn of_certainty(
    applies: &[bool],
    shapes: &[Shape],
    there: &[Option<DossierNeed>],
) -> Vec<DossierNeed> {
    let each = || applies.iter().zip(shapes).zip(there);
    each()
        .map(|((applies, (group, _)), own)| {
            if !applies {
                return DossierNeed::NotNeeded;
            }
            if let Some(there) = own {
                return *there;
            }
            let of_group = || {
                each()
                    .filter(|((applies, (other, _)), _)| {
                        **applies && group.is_some() && other == group
                    })
                    .map(|(_, there)| there)
            };
            if of_group().any(Option::is_some) {
                DossierNeed::NotNeeded
            } else if of_group().count() > 1 {
                DossierNeed::OneOf
            } else {
                DossierNeed::Required
            }
        })
        .collect()
}

/// All ways in which the unknown ones can turn out.
fn completions(needs: &[DocumentNeed]) -> Vec<Vec<bool>> {
    needs.iter().fold(vec![Vec::new()], |all, need| {
        let ways: &[bool] = match need {
            DocumentNeed::NotNeeded => &[false],
            DocumentNeed::Required => &[true],
            DocumentNeed::Unknown => &[false, true],
        };
        all.iter()
            .flat_map(|start| {
                ways.iter()
                    .map(move |way| [start.as_slice(), &[*way]].concat())
            })
            .collect()
    })
}

/// What all completions have in common.
fn oracle(
    needs: &[DocumentNeed],
    shapes: &[Shape],
    there: &[Option<DossierNeed>],
) -> Vec<DossierNeed> {
    let all: Vec<_> = completions(needs)
        .iter()
        .map(|applies| of_certainty(applies, shapes, there))
        .collect();
    (0..needs.len())
        .map(|at| {
            let first = all[0][at];
            if all.iter().all(|needs| needs[at] == first) {
                first
            } else {
                DossierNeed::Unknown
            }
        })
        .collect()
}

const NEEDS: [DocumentNeed; 3] = [
    DocumentNeed::NotNeeded,
    DocumentNeed::Unknown,
    DocumentNeed::Required,
];

/// Every group of three: whether each applies, and whether it is there and how.
#[test]
fn of_a_group_one_document_is_handed_in() {
    let shapes: Vec<Shape> = (0..3).map(|number| (Some(0), vec![number])).collect();
    let rules = DossierRules::new(&manifest(&shapes, 3));
    let theres = [
        None,
        Some(DossierNeed::OnFile),
        Some(DossierNeed::ReplacedByData),
    ];
    let digits = |number: usize| [number % 3, number / 3 % 3, number / 9];
    for needs in (0..27).map(|number| digits(number).map(|digit| NEEDS[digit])) {
        for there in (0..27).map(|number| digits(number).map(|digit| theres[digit])) {
            let numbers = |wanted| -> Vec<u16> {
                (0..)
                    .zip(there)
                    .filter(|(_, there)| *there == Some(wanted))
                    .map(|(number, _)| number)
                    .collect()
            };
            let drawn = rules.draw(
                &results(&needs),
                &numbers(DossierNeed::OnFile),
                &numbers(DossierNeed::ReplacedByData),
            );
            assert_eq!(
                drawn,
                oracle(&needs, &shapes, &there),
                "{needs:?} {there:?}"
            );
        }
    }
}

/// The lines of the table, one by one.
#[test]
fn each_line_of_the_table() {
    use DocumentNeed as D;
    use DossierNeed::{NotNeeded, OnFile, OneOf, Required, Unknown};
    let shapes = vec![(Some(0), vec![]), (Some(0), vec![]), (Some(0), vec![])];
    let rules = DossierRules::new(&manifest(&shapes, 0));
    for (needs, on_file, expected) in [
        ([D::NotNeeded; 3], vec![0], NotNeeded),
        ([D::Required, D::Required, D::Unknown], vec![0, 1], OnFile),
        ([D::Unknown, D::Required, D::NotNeeded], vec![0], Unknown),
        ([D::Required, D::Required, D::Unknown], vec![1], NotNeeded),
        ([D::Unknown, D::Required, D::NotNeeded], vec![1], NotNeeded),
        ([D::Unknown, D::Required, D::Required], vec![], Unknown),
        ([D::Required, D::Unknown, D::Required], vec![1], Unknown),
        ([D::Required, D::Required, D::Unknown], vec![], OneOf),
        ([D::Required, D::Unknown, D::NotNeeded], vec![], Unknown),
        ([D::Required, D::NotNeeded, D::NotNeeded], vec![1], Required),
    ] {
        let drawn = rules.draw(&results(&needs), &on_file, &[]);
        assert_eq!(drawn[0], expected, "{needs:?} {on_file:?}");
    }
}

#[test]
fn a_document_alone_hangs_on_nothing_else() {
    use DocumentNeed as D;
    use DossierNeed::{NotNeeded, OnFile, ReplacedByData, Required, Unknown};
    let shapes: Vec<Shape> = vec![(None, vec![0, 2]), (None, vec![2]), (None, vec![])];
    let rules = DossierRules::new(&manifest(&shapes, 3));
    for (needs, on_file, data_sources, expected) in [
        ([D::Required; 3], vec![], vec![1], [Required; 3]),
        (
            [D::NotNeeded; 3],
            vec![0, 1, 2],
            vec![0, 1, 2],
            [NotNeeded; 3],
        ),
        ([D::Unknown; 3], vec![0, 1, 2], vec![0, 1, 2], [Unknown; 3]),
        (
            [D::Required; 3],
            vec![0],
            vec![2],
            // On file is said first: there is nothing to consult any more.
            [OnFile, ReplacedByData, Required],
        ),
    ] {
        let drawn = rules.draw(&results(&needs), &on_file, &data_sources);
        assert_eq!(drawn, expected, "{needs:?} {on_file:?} {data_sources:?}");
    }
}

#[test]
fn what_is_not_open_asks_for_nothing() {
    use DossierNeed::{NotNeeded, OnFile, OneOf, ReplacedByData, Required, Unknown};
    assert!([Required, Unknown, OneOf].iter().all(|need| need.is_open()));
    assert!(
        ![NotNeeded, OnFile, ReplacedByData]
            .iter()
            .any(|need| need.is_open())
    );
}

proptest! {
    /// Against all ways in which the unknowns can turn out: some groups, some databases, some of them answered.
    #[test]
    fn a_need_is_told_when_it_is_the_same_in_every_case(
        documents in prop::collection::vec(
            (
                prop::sample::select(NEEDS.to_vec()),
                prop::option::of(0..3_u8),
                prop::collection::vec(0..4_u16, 0..3),
                any::<bool>(),
            ),
            0..8,
        ),
        answered in prop::collection::btree_set(0..4_u16, 0..4),
    ) {
        let needs: Vec<DocumentNeed> = documents.iter().map(|(need, ..)| *need).collect();
        let shapes: Vec<Shape> = documents
            .iter()
            .map(|(_, group, replaced_by, _)| (*group, replaced_by.clone()))
            .collect();
        let on_file: Vec<u16> = (0..)
            .zip(&documents)
            .filter(|(_, (.., filed))| *filed)
            .map(|(number, _)| number)
            .collect();
        let there: Vec<Option<DossierNeed>> = documents
            .iter()
            .map(|(_, _, replaced_by, filed)| {
                if *filed {
                    Some(DossierNeed::OnFile)
                } else if replaced_by.iter().any(|source| answered.contains(source)) {
                    Some(DossierNeed::ReplacedByData)
                } else {
                    None
                }
            })
            .collect();
        let rules = DossierRules::new(&manifest(&shapes, 4));
        let answered: Vec<u16> = answered.into_iter().collect();
        let drawn = rules.draw(&results(&needs), &on_file, &answered);
        prop_assert_eq!(&drawn, &oracle(&needs, &shapes, &there));
        // Whoever waits for an unknown need is asked for something: by the document itself, or by one of its group.
        for (at, need) in drawn.iter().enumerate() {
            let of_group = |other: &usize| {
                *other == at || (shapes[at].0.is_some() && shapes[*other].0 == shapes[at].0)
            };
            let asks = |other: usize| needs[other] == DocumentNeed::Unknown && drawn[other].is_open();
            prop_assert!(
                *need != DossierNeed::Unknown || (0..needs.len()).filter(of_group).any(asks),
                "{at} of {needs:?} {shapes:?} {there:?}"
            );
        }
    }
}
