//! From truth values to outcomes: every combination, against what the completions of the missing facts have in common.

use std::collections::BTreeSet;

use motcua_compiler::eval::{self, Trace};
use motcua_compiler::ir::{
    ConditionRule, DocumentRule, Expr, ExprKind, FeeRule, Hit, Kind, Program, SlotKind,
};
use motcua_model::{
    Application, Assessment, ConditionOutcome, DocumentNeed, ExemptionOutcome, Fact, FeeDue,
    FeeResult, MissingFact, Scalar, Subject, TimeLimitResult, Value,
};

use crate::host::Plugin;
use guests::build::{
    application, define, definition, equal, expr, fact, number, program, row, rows, table, telling,
    truth,
};

const TRUTHS: [Option<bool>; 3] = [Some(false), None, Some(true)];

fn booleans(count: usize) -> Program {
    program(vec![SlotKind::Scalar(Kind::Boolean); count])
}

fn yes(number: u16) -> Expr {
    fact(Kind::Boolean, number)
}

/// Tells facts 0… as far as they are known.
fn truths(values: &[Option<bool>]) -> Application<'static> {
    telling(
        (0..)
            .zip(values)
            .filter_map(|(n, value)| Some((n, Scalar::Boolean((*value)?)))),
    )
}

/// All ways to choose one of some values for each of so many places.
fn choices<T: Copy>(values: &[T], places: usize) -> Vec<Vec<T>> {
    (0..places).fold(vec![Vec::new()], |all, _| {
        all.iter()
            .flat_map(|start| {
                values
                    .iter()
                    .map(move |v| [start.as_slice(), &[*v]].concat())
            })
            .collect()
    })
}

/// All ways the unknown ones may turn out.
fn completions(values: &[Option<bool>]) -> Vec<Vec<bool>> {
    choices(&[false, true], values.len())
        .into_iter()
        .filter(|all| {
            all.iter()
                .zip(values)
                .all(|(a, b)| b.is_none_or(|b| b == *a))
        })
        .collect()
}

/// What all have in common, if anything.
fn common<T: PartialEq + Clone>(values: impl IntoIterator<Item = T>) -> Option<T> {
    let mut values = values.into_iter();
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

fn ask(plugin: &Plugin, program: &Program, application: &Application<'_>) -> Assessment {
    let answer = plugin.ask(application).assessment;
    assert_eq!(answer, eval::assess(program, application, None));
    answer
}

#[test]
fn conditions_exemptions_and_checks() {
    let mut program = booleans(2);
    program.exemptions.push(yes(1));
    program.checks = vec![truth(true), yes(1), yes(0)];
    for (when, rule, judgement) in [
        (false, true, false),
        (false, true, true),
        (false, false, true),
        (true, true, false),
        (true, true, true),
        (true, false, true),
    ] {
        program.conditions.push(ConditionRule {
            when: when.then(|| yes(0)),
            rule: rule.then(|| yes(1)),
            judgement,
        });
    }
    let plugin = Plugin::new(&program);
    for told in choices(&TRUTHS, 2) {
        let answer = ask(&plugin, &program, &truths(&told));
        let exemption = |all: &Vec<bool>| {
            if all[1] {
                ExemptionOutcome::Applies
            } else {
                ExemptionOutcome::DoesNotApply
            }
        };
        let expected =
            common(completions(&told).iter().map(exemption)).unwrap_or(ExemptionOutcome::Unknown);
        assert_eq!(answer.exemptions[0].outcome, expected, "{told:?}");
        for (result, rule) in answer.conditions.iter().zip(&program.conditions) {
            let outcome = |all: &Vec<bool>| match (
                rule.when.is_some() && !all[0],
                rule.rule.is_some() && !all[1],
            ) {
                (true, _) => ConditionOutcome::NotApplicable,
                (_, true) => ConditionOutcome::Violated,
                _ if rule.judgement => ConditionOutcome::Judgement,
                _ => ConditionOutcome::Satisfied,
            };
            let expected =
                common(completions(&told).iter().map(outcome)).unwrap_or(ConditionOutcome::Unknown);
            assert_eq!(result.outcome, expected, "{told:?} {rule:?}");
        }
        let failed = |number: usize| (told[number] == Some(false)).then_some(2 - number as u16);
        assert_eq!(
            answer.problems,
            [1, 0].into_iter().filter_map(failed).collect::<Vec<_>>(),
            "{told:?}"
        );
    }
}

fn document(when: Option<Expr>) -> DocumentRule {
    DocumentRule {
        when,
        originals: number(1),
        copies: number(2),
    }
}

#[test]
fn a_document_is_needed_when_it_applies() {
    let mut program = booleans(1);
    program.documents = vec![document(Some(yes(0))), document(None)];
    let plugin = Plugin::new(&program);
    for (told, need) in [
        (Some(true), DocumentNeed::Required),
        (Some(false), DocumentNeed::NotNeeded),
        (None, DocumentNeed::Unknown),
    ] {
        let answer = ask(&plugin, &program, &truths(&[told]));
        let expected = [need, DocumentNeed::Required];
        for (result, need) in answer.documents.iter().zip(expected) {
            assert_eq!(result.need, need, "{told:?}");
            assert_eq!((result.originals, result.copies), (Some(1), Some(2)));
        }
    }
}

#[test]
fn copies_can_hang_on_facts() {
    let mut program = program(vec![
        SlotKind::Scalar(Kind::Number),
        SlotKind::Scalar(Kind::Boolean),
    ]);
    program.documents.push(DocumentRule {
        when: Some(yes(1)),
        originals: number(1),
        copies: fact(Kind::Number, 0),
    });
    let plugin = Plugin::new(&program);
    let missing = |facts: &[u16]| -> Vec<MissingFact> {
        facts
            .iter()
            .map(|fact| MissingFact {
                fact: *fact,
                subject: Subject::Document(0),
            })
            .collect()
    };
    let (copies, needed) = (
        || (0, Scalar::Integer(3)),
        |value| (1, Scalar::Boolean(value)),
    );
    for (told, need, count, asked) in [
        (
            vec![copies(), needed(true)],
            DocumentNeed::Required,
            Some(3),
            &[][..],
        ),
        (vec![needed(true)], DocumentNeed::Required, None, &[0]),
        (vec![copies()], DocumentNeed::Unknown, Some(3), &[1]),
        (vec![], DocumentNeed::Unknown, None, &[0, 1]),
        // What need not be handed in need not be counted; it is told all the same when it is known.
        (
            vec![copies(), needed(false)],
            DocumentNeed::NotNeeded,
            Some(3),
            &[],
        ),
        (vec![needed(false)], DocumentNeed::NotNeeded, None, &[]),
    ] {
        let answer = ask(&plugin, &program, &telling(told));
        let result = answer.documents[0];
        assert_eq!(
            (result.need, result.originals, result.copies),
            (need, Some(1), count)
        );
        assert_eq!(answer.missing, missing(asked));
    }
}

#[test]
fn the_first_row_of_the_time_limit_that_holds() {
    for closed in [false, true] {
        let mut program = booleans(3);
        program.time_limit = (0..3).map(|n| Some(yes(n))).collect();
        if closed {
            program.time_limit.push(None);
            program.time_limit.push(Some(truth(true)));
        }
        let plugin = Plugin::new(&program);
        for told in choices(&TRUTHS, 3) {
            let row = |all: &Vec<bool>| match all.iter().position(|holds| *holds) {
                Some(row) => TimeLimitResult::Row(row as u16),
                None if closed => TimeLimitResult::Row(3),
                None => TimeLimitResult::None,
            };
            let expected =
                common(completions(&told).iter().map(row)).unwrap_or(TimeLimitResult::Unknown);
            let answer = ask(&plugin, &program, &truths(&told));
            assert_eq!(answer.time_limit, expected, "{told:?}");
            // Rows that may hold, up to the first that does.
            let until = told
                .iter()
                .position(|holds| *holds == Some(true))
                .unwrap_or(3);
            let asked: Vec<u16> = match expected {
                TimeLimitResult::Unknown => (0..until as u16)
                    .filter(|n| told[usize::from(*n)].is_none())
                    .collect(),
                _ => vec![],
            };
            assert_eq!(
                answer.missing.iter().map(|m| m.fact).collect::<Vec<_>>(),
                asked,
                "{told:?}"
            );
        }
    }
    for (rows, expected) in [
        (vec![], TimeLimitResult::None),
        (vec![None], TimeLimitResult::Row(0)),
    ] {
        let program = Program {
            time_limit: rows,
            ..booleans(0)
        };
        assert_eq!(
            ask(&Plugin::new(&program), &program, &application()).time_limit,
            expected
        );
    }
}

#[test]
fn the_most_favourable_relief_applies() {
    const FULL: i64 = 100;
    // Two that give the same, one that gives less, one that gives nothing off.
    for amounts in [[80, 80, 60], [60, 80, 100], [100, 120, 0], [0, 0, 0]] {
        let mut program = booleans(4);
        let reliefs = (0..3)
            .zip(amounts)
            .map(|(n, amount)| (yes(n), number(amount)))
            .collect();
        program.fees.push(FeeRule {
            when: Some(yes(3)),
            amount: number(FULL),
            reliefs,
        });
        let plugin = Plugin::new(&program);
        let paid = |all: &Vec<bool>| {
            (0..3)
                .filter(|n| all[*n] && amounts[*n] < FULL)
                .map(|n| (amounts[n], Some(n as u16)))
                .min()
                .unwrap_or((FULL, None))
        };
        for told in choices(&TRUTHS, 4) {
            let expected = match (told[3], common(completions(&told[..3]).iter().map(paid))) {
                (Some(true), sure) => FeeResult {
                    fee: 0,
                    due: FeeDue::Due,
                    amount: sure.map(|(amount, _)| amount as u64),
                    full_amount: Some(FULL as u64),
                    relief: sure.and_then(|(_, relief)| relief),
                },
                (due, _) => {
                    let due = if due.is_some() {
                        FeeDue::NotDue
                    } else {
                        FeeDue::Unknown
                    };
                    FeeResult {
                        fee: 0,
                        due,
                        amount: None,
                        full_amount: None,
                        relief: None,
                    }
                }
            };
            let answer = ask(&plugin, &program, &truths(&told));
            assert_eq!(answer.fees[0], expected, "{amounts:?} {told:?}");
        }
    }
}

#[test]
fn a_fee_asks_for_what_can_still_change_it() {
    let mut program = program(vec![
        SlotKind::Scalar(Kind::Number),
        SlotKind::Scalar(Kind::Boolean),
        SlotKind::Scalar(Kind::Boolean),
        SlotKind::Scalar(Kind::Number),
    ]);
    program.fees.push(FeeRule {
        when: None,
        amount: fact(Kind::Number, 0),
        reliefs: vec![(yes(1), number(500)), (yes(2), fact(Kind::Number, 3))],
    });
    let plugin = Plugin::new(&program);
    let pages = |n| (0, Scalar::Integer(n));
    let flag = |n, value| (n, Scalar::Boolean(value));
    for (told, amount, asked) in [
        (vec![], None, &[0, 1, 2, 3][..]),
        (vec![pages(1_000)], None, &[1, 2, 3]),
        // The first relief gives no less than the full amount.
        (vec![pages(400)], None, &[2, 3]),
        (vec![pages(400), flag(2, false)], Some(400), &[]),
        (
            vec![pages(1_000), flag(1, true), flag(2, false)],
            Some(500),
            &[],
        ),
        (vec![pages(1_000), flag(1, true), flag(2, true)], None, &[3]),
        (
            vec![pages(1_000), flag(1, true), (3, Scalar::Integer(700))],
            Some(500),
            &[],
        ),
        (vec![flag(1, false), flag(2, false)], None, &[0]),
    ] {
        let answer = ask(&plugin, &program, &telling(told.clone()));
        assert_eq!(answer.fees[0].amount, amount, "{told:?}");
        assert_eq!(
            answer.missing.iter().map(|m| m.fact).collect::<Vec<_>>(),
            asked,
            "{told:?}"
        );
    }
}

#[test]
fn missing_facts_come_by_subject_then_in_their_order() {
    let mut program = booleans(70);
    let shared = define(
        &mut program,
        expr(Kind::Boolean, ExprKind::And(vec![yes(69), yes(2)])),
    );
    let again = define(
        &mut program,
        expr(
            Kind::Boolean,
            ExprKind::Or(vec![definition(Kind::Boolean, shared), yes(64)]),
        ),
    );
    program.exemptions = vec![yes(5)];
    program.conditions = vec![
        ConditionRule {
            when: None,
            rule: Some(definition(Kind::Boolean, again)),
            judgement: false,
        },
        ConditionRule {
            when: Some(yes(3)),
            rule: Some(definition(Kind::Boolean, shared)),
            judgement: false,
        },
    ];
    program.documents = vec![document(Some(yes(1))), document(None)];
    program.time_limit = vec![Some(yes(0)), None];
    program.fees = vec![FeeRule {
        when: Some(yes(4)),
        amount: number(1),
        reliefs: vec![],
    }];
    program.checks = vec![yes(6)];
    let plugin = Plugin::new(&program);
    let answer = ask(&plugin, &program, &application());
    let expected = [
        (5, Subject::Exemption(0)),
        (2, Subject::Condition(0)),
        (64, Subject::Condition(0)),
        (69, Subject::Condition(0)),
        (2, Subject::Condition(1)),
        (3, Subject::Condition(1)),
        (69, Subject::Condition(1)),
        (1, Subject::Document(0)),
        (0, Subject::TimeLimit),
        (4, Subject::Fee(0)),
    ]
    .map(|(fact, subject)| MissingFact { fact, subject });
    assert_eq!(answer.missing, expected);
    // What has become certain asks for nothing more.
    let answer = ask(
        &plugin,
        &program,
        &telling([(2, Scalar::Boolean(false)), (3, Scalar::Boolean(true))]),
    );
    let of_conditions: Vec<_> = answer
        .missing
        .iter()
        .filter(|m| matches!(m.subject, Subject::Condition(_)))
        .map(|m| m.fact)
        .collect();
    assert_eq!(of_conditions, [64]);
}

#[test]
fn a_missing_field_asks_for_its_rows() {
    let mut program = program(vec![
        SlotKind::Scalar(Kind::Number),
        SlotKind::Rows {
            fields: vec![Kind::Number],
            max_rows: 3,
        },
    ]);
    let field = expr(
        Kind::Number,
        ExprKind::Field {
            variable: 0,
            field: 0,
        },
    );
    let body = Box::new(equal(field, fact(Kind::Number, 0)));
    let rule = expr(
        Kind::Boolean,
        ExprKind::Quantified {
            every: false,
            fact: 1,
            variable: 0,
            body,
        },
    );
    program.conditions.push(ConditionRule {
        when: None,
        rule: Some(rule),
        judgement: false,
    });
    let plugin = Plugin::new(&program);
    let told = |zero: Option<i64>, values: Option<&[Option<i64>]>| {
        let zero = zero.map(|n| Fact {
            fact: 0,
            value: Value::Scalar(Scalar::Integer(n)),
        });
        Application {
            facts: zero.into_iter().chain(values.map(|v| rows(1, v))).collect(),
            ..application()
        }
    };
    for (application, outcome, asked) in [
        (told(None, None), ConditionOutcome::Unknown, &[1][..]),
        (told(Some(1), None), ConditionOutcome::Unknown, &[1]),
        (told(Some(1), Some(&[])), ConditionOutcome::Violated, &[]),
        (
            told(None, Some(&[Some(1)])),
            ConditionOutcome::Unknown,
            &[0],
        ),
        (
            told(None, Some(&[None])),
            ConditionOutcome::Unknown,
            &[0, 1],
        ),
        (
            told(Some(1), Some(&[Some(2), None])),
            ConditionOutcome::Unknown,
            &[1],
        ),
        (
            told(Some(1), Some(&[None, Some(1)])),
            ConditionOutcome::Satisfied,
            &[],
        ),
    ] {
        let answer = ask(&plugin, &program, &application);
        assert_eq!(answer.conditions[0].outcome, outcome);
        assert_eq!(
            answer.missing.iter().map(|m| m.fact).collect::<Vec<_>>(),
            asked,
            "{application:?}"
        );
    }
}

#[test]
fn the_trace_says_what_was_taken() {
    let mut program = booleans(3);
    let rows = (0..3)
        .map(|n| row(yes(n), number(i64::from(n))))
        .collect::<Vec<_>>();
    define(
        &mut program,
        table(Kind::Number, Hit::First, rows.clone(), None),
    );
    define(
        &mut program,
        table(Kind::Number, Hit::CollectSum, rows, None),
    );
    program.exemptions = vec![yes(0), yes(1)];
    program.time_limit = vec![Some(yes(0)), Some(yes(1)), None];
    program.fees = vec![FeeRule {
        when: None,
        amount: number(10),
        reliefs: vec![
            (yes(0), number(5)),
            (yes(1), number(8)),
            (yes(2), number(0)),
        ],
    }];
    let mut trace = Trace::default();
    eval::assess(
        &program,
        &truths(&[Some(false), Some(true), Some(true)]),
        Some(&mut trace),
    );
    assert_eq!(trace.table_rows, BTreeSet::from([(0, 1), (1, 1), (1, 2)]));
    assert_eq!(trace.time_limit_rows, BTreeSet::from([1]));
    assert_eq!(trace.exemptions, BTreeSet::from([1]));
    assert_eq!(trace.reliefs, BTreeSet::from([(0, 1), (0, 2)]));
    eval::assess(
        &program,
        &truths(&[None, Some(false), Some(false)]),
        Some(&mut trace),
    );
    assert_eq!(
        trace.time_limit_rows,
        BTreeSet::from([1]),
        "what is unknown takes nothing"
    );
    eval::assess(&program, &truths(&[Some(false); 3]), Some(&mut trace));
    assert_eq!(trace.time_limit_rows, BTreeSet::from([1, 2]));
}
