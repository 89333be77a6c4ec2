//! The analysis against looking at every single case.

use proptest::prelude::*;

use super::*;

/// All values of a small domain.
fn values(domain: &Domain) -> Vec<i64> {
    bounds(domain).map_or_else(Vec::new, |(min, max)| (min..=max).collect())
}

/// All cases of small domains.
fn cases(domains: &[Domain]) -> Vec<Vec<i64>> {
    domains.iter().fold(vec![Vec::new()], |cases, domain| {
        let values = values(domain);
        cases
            .iter()
            .flat_map(|case| {
                values
                    .iter()
                    .map(move |value| case.iter().copied().chain([*value]).collect())
            })
            .collect()
    })
}

fn lets_through(cell: &CellSet, value: i64) -> bool {
    match cell {
        CellSet::Any => true,
        CellSet::Opaque => panic!("an opaque cell has no values"),
        CellSet::Finite(values) => u16::try_from(value).is_ok_and(|value| values.contains(&value)),
        CellSet::Intervals(intervals) => intervals
            .iter()
            .any(|(low, high)| (*low..=*high).contains(&value)),
    }
}

fn holds(row: &[CellSet], case: &[i64]) -> bool {
    row.iter()
        .zip(case)
        .all(|(cell, value)| lets_through(cell, *value))
}

/// The cases that a witness stands for.
fn meant(witness: &Witness, domains: &[Domain]) -> Vec<Vec<i64>> {
    let fits = |case: &Vec<i64>| {
        case.iter().zip(&witness.0).all(|(value, own)| match own {
            WitnessValue::Any => true,
            WitnessValue::Value(own) => own == value,
        })
    };
    assert_eq!(witness.0.len(), domains.len());
    cases(domains).into_iter().filter(fits).collect()
}

fn domain() -> impl Strategy<Value = Domain> {
    prop_oneof![
        Just(Domain::Boolean),
        (1..5_u16).prop_map(Domain::Options),
        (-3..3_i64, 0..6_i64).prop_map(|(min, size)| Domain::Integer {
            min,
            max: min + size
        }),
        Just(Domain::Integer {
            min: i64::MIN,
            max: i64::MIN + 2
        }),
        Just(Domain::Integer {
            min: i64::MAX - 2,
            max: i64::MAX
        }),
    ]
}

fn known_cell(domain: Domain) -> BoxedStrategy<CellSet> {
    let (min, max) = bounds(&domain).expect("a domain with values");
    let around = min.saturating_sub(2)..=max.saturating_add(2);
    let some = match domain {
        Domain::Integer { .. } => prop::collection::vec((around.clone(), around), 0..4)
            .prop_map(CellSet::intervals)
            .boxed(),
        _ => prop::collection::btree_set(0..7_u16, 0..4)
            .prop_map(CellSet::Finite)
            .boxed(),
    };
    prop_oneof![1 => Just(CellSet::Any), 3 => some].boxed()
}

fn table_of(
    cell: fn(Domain) -> BoxedStrategy<CellSet>,
) -> impl Strategy<Value = (Vec<Domain>, Vec<Vec<CellSet>>)> {
    prop::collection::vec(domain(), 0..4).prop_flat_map(move |domains| {
        let row: Vec<_> = domains.iter().map(|domain| cell(*domain)).collect();
        (Just(domains), prop::collection::vec(row, 0..7))
    })
}

fn known_table() -> impl Strategy<Value = (Vec<Domain>, Vec<Vec<CellSet>>)> {
    table_of(known_cell)
}

fn check_exactly(domains: &[Domain], rows: &[Vec<CellSet>]) {
    let all = cases(domains);
    let holding: Vec<Vec<bool>> = rows
        .iter()
        .map(|row| all.iter().map(|case| holds(row, case)).collect())
        .collect();
    let analysis = analyse(domains, rows);
    let together =
        |a: usize, b: usize| (0..all.len()).any(|case| holding[a][case] && holding[b][case]);

    let impossible: Vec<usize> = (0..rows.len())
        .filter(|row| !holding[*row].contains(&true))
        .collect();
    assert_eq!(analysis.impossible, impossible);

    let pairs: Vec<(usize, usize)> = analysis.overlaps.iter().map(|(a, b, _)| (*a, *b)).collect();
    let expected: Vec<(usize, usize)> = (0..rows.len())
        .flat_map(|a| (a + 1..rows.len()).map(move |b| (a, b)))
        .filter(|(a, b)| together(*a, *b))
        .collect();
    assert_eq!(pairs, expected);
    for (a, b, witness) in &analysis.overlaps {
        let meant = meant(witness, domains);
        assert!(!meant.is_empty());
        assert!(
            meant
                .iter()
                .all(|case| holds(&rows[*a], case) && holds(&rows[*b], case))
        );
    }

    let unreachable: Vec<usize> = (0..rows.len())
        .filter(|row| !impossible.contains(row))
        .filter(|row| {
            (0..all.len())
                .all(|case| !holding[*row][case] || (0..*row).any(|earlier| holding[earlier][case]))
        })
        .collect();
    assert_eq!(analysis.unreachable, unreachable);

    let is_gap = |case: &Vec<i64>| !rows.iter().any(|row| holds(row, case));
    assert_eq!(
        analysis.gaps.is_empty(),
        !all.iter().any(is_gap),
        "{analysis:?}"
    );
    for (at, witness) in analysis.gaps.iter().enumerate() {
        let meant = meant(witness, domains);
        assert!(!meant.is_empty());
        assert!(meant.iter().all(is_gap), "{witness:?}");
        assert!(!analysis.gaps[..at].contains(witness), "twice: {witness:?}");
    }
    if analysis.complete.gaps {
        let mut table = Table::new(domains, rows, &Limits::default()).expect("a small table");
        let mut gaps = Vec::new();
        table
            .find_gaps(&Limits::default(), &mut gaps)
            .expect("a small table");
        // The atom of a value: the one that the same rows hold.
        let atom = |column: usize, value: i64| {
            let lets = |row: usize| lets_through(&rows[row][column], value);
            let holds = |row: usize, atom: usize| table.columns[column].rows_of(atom).contains(row);
            (0..table.columns[column].len())
                .find(|atom| (0..rows.len()).all(|row| lets(row) == holds(row, *atom)))
                .expect("every value has an atom")
        };
        for case in &all {
            let inside = |gap: &Gap| {
                gap.region
                    .iter()
                    .enumerate()
                    .all(|(column, atoms)| atoms.contains(atom(column, case[column])))
            };
            assert_eq!(
                gaps.iter().any(inside),
                is_gap(case),
                "{case:?} {analysis:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_is_what_looking_at_every_case_finds((domains, rows) in known_table()) {
        check_exactly(&domains, &rows);
    }

    /// Whatever the opaque cells turn out to mean, no claim is false.
    #[test]
    fn opaque_cells_lead_to_no_false_claim(
        (domains, rows) in known_table(),
        hidden in prop::collection::vec(prop::collection::vec(prop::bool::weighted(0.3), 4), 7),
    ) {
        let told: Vec<Vec<CellSet>> = rows
            .iter()
            .zip(&hidden)
            .map(|(row, hidden)| {
                row.iter().zip(hidden).map(|(cell, hide)| if *hide { CellSet::Opaque } else { cell.clone() }).collect()
            })
            .collect();
        let analysis = analyse(&domains, &told);
        let truth = analyse(&domains, &rows);
        let all = cases(&domains);
        for (a, b, witness) in &analysis.overlaps {
            for case in meant(witness, &domains) {
                prop_assert!(holds(&rows[*a], &case) && holds(&rows[*b], &case));
            }
        }
        for witness in &analysis.gaps {
            for case in meant(witness, &domains) {
                prop_assert!(!rows.iter().any(|row| holds(row, &case)));
            }
        }
        for row in &analysis.unreachable {
            for case in all.iter().filter(|case| holds(&rows[*row], case)) {
                prop_assert!(rows[..*row].iter().any(|earlier| holds(earlier, case)));
            }
        }
        for row in &analysis.impossible {
            prop_assert!(truth.impossible.contains(row));
        }
    }

    /// A small budget leaves things out; it makes nothing up.
    #[test]
    fn a_small_budget_only_leaves_out((domains, rows) in known_table(), words in 0..200_u64, few in 0..3_usize) {
        let truth = analyse_within(&domains, &rows, &Limits { words: u64::MAX, overlaps: usize::MAX, gaps: 500 });
        let analysis = analyse_within(&domains, &rows, &Limits { words, overlaps: few, gaps: few });
        prop_assert_eq!(truth.complete, Complete::all(true));
        prop_assert!(analysis.overlaps.iter().all(|overlap| truth.overlaps.contains(overlap)));
        prop_assert!(analysis.gaps.iter().all(|gap| truth.gaps.contains(gap)));
        prop_assert!(analysis.unreachable.iter().all(|row| truth.unreachable.contains(row)));
        if analysis.complete == Complete::all(true) {
            prop_assert_eq!(analysis, truth);
        }
    }

    #[test]
    fn sets_are_sets((domain, a, b) in domain().prop_flat_map(|d| (Just(d), known_cell(d), known_cell(d)))) {
        let (both, either) = (a.intersect(&b), a.union(&b));
        let (rest, without) = (a.complement(&domain), a.subtract(&b, &domain));
        for value in values(&domain) {
            let (in_a, in_b) = (lets_through(&a, value), lets_through(&b, value));
            prop_assert_eq!(lets_through(&both, value), in_a && in_b);
            prop_assert_eq!(lets_through(&either, value), in_a || in_b);
            prop_assert_eq!(lets_through(&rest, value), !in_a);
            prop_assert_eq!(lets_through(&without, value), in_a && !in_b);
        }
        for set in [both, either, rest, without] {
            if let CellSet::Intervals(pairs) = set {
                prop_assert!(pairs.iter().all(|(low, high)| low <= high));
                prop_assert!(pairs.windows(2).all(|two| two[0].1.checked_add(1).is_some_and(|next| next < two[1].0)));
            }
        }
    }
}

fn finite(values: &[u16]) -> CellSet {
    CellSet::Finite(values.iter().copied().collect())
}

fn range(low: i64, high: i64) -> CellSet {
    CellSet::intervals(vec![(low, high)])
}

#[test]
fn a_gap_names_only_what_matters() {
    // Rates by medium and kind, as in a table of fees: nothing is said of the third kind on paper.
    let domains = [
        Domain::Options(2),
        Domain::Options(3),
        Domain::Integer {
            min: 1,
            max: 100_000,
        },
    ];
    let rows = vec![
        vec![finite(&[0]), finite(&[0, 1]), CellSet::Any],
        vec![finite(&[1]), CellSet::Any, range(1, 500)],
        vec![finite(&[1]), CellSet::Any, range(501, 100_000)],
    ];
    let analysis = analyse(&domains, &rows);
    assert_eq!(
        analysis.gaps,
        [Witness(vec![
            WitnessValue::Value(0),
            WitnessValue::Value(2),
            WitnessValue::Any
        ])]
    );
    assert_eq!(
        (analysis.overlaps, analysis.unreachable, analysis.complete),
        (vec![], vec![], Complete::all(true))
    );
}

#[test]
fn an_overlap_shows_a_case_of_both_rows() {
    let domains = [Domain::Options(3), Domain::Integer { min: 0, max: 1_000 }];
    let rows = vec![
        vec![finite(&[0, 1]), range(0, 100)],
        vec![finite(&[1, 2]), range(100, 1_000)],
        vec![CellSet::Any, range(2_000, 3_000)],
    ];
    let analysis = analyse(&domains, &rows);
    let witness = Witness(vec![WitnessValue::Value(1), WitnessValue::Value(100)]);
    assert_eq!(analysis.overlaps, [(0, 1, witness)]);
    assert_eq!(analysis.impossible, [2]);
}

#[test]
fn several_earlier_rows_together_hide_a_later_one() {
    let domains = [Domain::Integer { min: 0, max: 9 }, Domain::Boolean];
    let rows = vec![
        vec![range(0, 4), CellSet::Any],
        vec![range(3, 9), finite(&[0])],
        vec![range(3, 9), finite(&[1])],
        vec![range(2, 7), CellSet::Any],
        vec![CellSet::Any, CellSet::Opaque],
    ];
    let analysis = analyse(&domains, &rows);
    // The last row is hidden whatever its opaque cell means.
    assert_eq!(analysis.unreachable, [3, 4]);
    assert_eq!(analysis.gaps, []);
}

#[test]
fn opaque_columns_and_missing_cells_are_opaque() {
    let domains = [Domain::Opaque, Domain::Boolean];
    let rows = vec![
        vec![CellSet::Opaque, finite(&[0])],
        vec![finite(&[0]), finite(&[0])],
        vec![CellSet::Any, finite(&[0]), CellSet::Any],
        vec![CellSet::Any],
    ];
    let analysis = analyse(&domains, &rows);
    assert_eq!(
        (analysis.overlaps, analysis.gaps, analysis.unreachable),
        (vec![], vec![], vec![])
    );
    let analysis = analyse(&domains, &rows[..3]);
    assert_eq!(
        analysis.gaps,
        [Witness(vec![WitnessValue::Any, WitnessValue::Value(1)])]
    );
}

#[test]
fn tables_without_rows_columns_or_values() {
    let everything = Witness(vec![WitnessValue::Any]);
    assert_eq!(analyse(&[Domain::Boolean], &[]).gaps, [everything]);
    assert_eq!(analyse(&[], &[]).gaps, [Witness(vec![])]);
    let twice = analyse(&[], &[vec![], vec![]]);
    assert_eq!(
        (twice.overlaps, twice.unreachable),
        (vec![(0, 1, Witness(vec![]))], vec![1])
    );
    for empty in [Domain::Options(0), Domain::Integer { min: 1, max: 0 }] {
        let analysis = analyse(
            &[empty, Domain::Boolean],
            &[vec![CellSet::Any, CellSet::Any]],
        );
        assert_eq!(
            (analysis.gaps, analysis.impossible, analysis.complete),
            (vec![], vec![], Complete::all(true))
        );
    }
}

#[test]
fn intervals_are_put_in_order() {
    let set = CellSet::intervals(vec![
        (5, 9),
        (1, 2),
        (3, 3),
        (8, 12),
        (7, 6),
        (i64::MAX, i64::MAX),
    ]);
    assert_eq!(
        set,
        CellSet::Intervals(vec![(1, 3), (5, 12), (i64::MAX, i64::MAX)])
    );
    let all = Domain::Integer {
        min: i64::MIN,
        max: i64::MAX,
    };
    let rest = vec![(i64::MIN, 0), (4, 4), (13, i64::MAX - 1)];
    assert_eq!(set.complement(&all), CellSet::Intervals(rest));
    assert_eq!(CellSet::Any.complement(&all), CellSet::Intervals(vec![]));
}

#[test]
fn wide_domains_cost_nothing() {
    let domain = Domain::Integer {
        min: i64::MIN,
        max: i64::MAX,
    };
    let rows: Vec<Vec<CellSet>> = (0..8)
        .map(|column| {
            (0..8)
                .map(|at| {
                    if at == column {
                        range(0, i64::MAX)
                    } else {
                        CellSet::Any
                    }
                })
                .collect()
        })
        .collect();
    let analysis = analyse(&[domain; 8], &rows);
    assert_eq!(
        analysis.gaps,
        [Witness(vec![WitnessValue::Value(i64::MIN); 8])]
    );
    assert_eq!(analysis.complete, Complete::all(true));
}

/// Tables that a search could choke on end with what was found until then, and say so. Limits count work, not time.
#[test]
fn hard_tables_end() {
    // Every row leaves a different pair of columns free: the number of row sets to look at grows beyond every bound.
    let columns = 40;
    let rows: Vec<Vec<CellSet>> = (0..500_usize)
        .map(|row| {
            (0..columns)
                .map(|column| match (row * 7 + column * 13 + row * column) % 5 {
                    0 => finite(&[0]),
                    1 => finite(&[1]),
                    _ => CellSet::Any,
                })
                .collect()
        })
        .collect();
    let analysis = analyse(&vec![Domain::Boolean; columns], &rows);
    assert_ne!(analysis.complete, Complete::all(true));
    for (a, b, witness) in &analysis.overlaps {
        let case: Vec<i64> = witness
            .0
            .iter()
            .map(|value| match value {
                WitnessValue::Any => 0,
                WitnessValue::Value(value) => *value,
            })
            .collect();
        assert!(holds(&rows[*a], &case) && holds(&rows[*b], &case));
    }
    let many = vec![vec![CellSet::Any; MAX_COLUMNS + 1]; 2];
    let analysis = analyse(&vec![Domain::Boolean; MAX_COLUMNS + 1], &many);
    assert_eq!(
        (analysis.overlaps.len(), analysis.complete),
        (0, Complete::all(false))
    );
}

#[test]
fn a_large_ordinary_table_is_analysed_completely() {
    // 500 rows that divide two inputs between them, and one row too many.
    let domains = [
        Domain::Integer {
            min: 0,
            max: 99_999,
        },
        Domain::Options(5),
        Domain::Boolean,
    ];
    let mut rows: Vec<Vec<CellSet>> = (0..100_i64)
        .flat_map(|step| {
            (0..5_u16).map(move |option| {
                vec![
                    range(step * 1_000, step * 1_000 + 999),
                    finite(&[option]),
                    CellSet::Any,
                ]
            })
        })
        .collect();
    let analysis = analyse(&domains, &rows);
    assert_eq!(
        (analysis.overlaps, analysis.gaps, analysis.unreachable),
        (vec![], vec![], vec![])
    );
    assert_eq!(analysis.complete, Complete::all(true));
    rows.push(vec![range(500, 1_500), finite(&[3]), finite(&[1])]);
    let analysis = analyse(&domains, &rows);
    assert_eq!(
        analysis
            .overlaps
            .iter()
            .map(|(a, b, _)| (*a, *b))
            .collect::<Vec<_>>(),
        [(3, 500), (8, 500)]
    );
    assert_eq!(analysis.unreachable, [500]);
    assert_eq!(analysis.complete, Complete::all(true));
}
