//! The component as a file, and what it does with questions no host should put.

use motcua_compiler::emit::{self, EmitError};
use motcua_compiler::ir::{
    Comparison, ConditionRule, DocumentRule, Expr, ExprKind, FeeRule, Given, Hit, Kind, Program,
    SlotKind,
};
use motcua_model::{
    Application, CASES_SECTION, ConditionOutcome, Fact, MANIFEST_SECTION, SOURCE_SECTION, Scalar,
    Value,
};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

use crate::host::Plugin;
use guests::build::{
    application, boxed, compare, define, definition, equal, expr, fact, int, number, program, row,
    table, telling, text, truth,
};

/// Twelve conditions, ten documents, a time limit of three rows, two fees with reliefs, as a procedure of the field has.
fn usual() -> Program {
    let mut facts = vec![SlotKind::Scalar(Kind::Boolean); 12];
    facts.extend([Kind::Number, Kind::Choice, Kind::Date, Kind::Text].map(SlotKind::Scalar));
    facts.push(SlotKind::Rows {
        fields: vec![Kind::Choice, Kind::Number],
        max_rows: 10,
    });
    let mut program = Program {
        max_input_bytes: 12_000,
        ..program(facts)
    };
    let kind = || fact(Kind::Choice, 13);
    let pages = || fact(Kind::Number, 12);
    let is = |option| equal(kind(), int(Kind::Choice, option));
    let rate = table(
        Kind::Number,
        Hit::Unique,
        (0..4)
            .map(|option| row(is(option), number(1_000 * (option + 1))))
            .collect(),
        None,
    );
    let rate = define(&mut program, rate);
    let foreign = expr(
        Kind::Boolean,
        ExprKind::Quantified {
            every: false,
            fact: 16,
            variable: 0,
            body: Box::new(equal(
                expr(
                    Kind::Choice,
                    ExprKind::Field {
                        variable: 0,
                        field: 0,
                    },
                ),
                int(Kind::Choice, 1),
            )),
        },
    );
    let foreign = define(&mut program, foreign);
    program.exemptions.push(expr(
        Kind::Boolean,
        ExprKind::And(vec![fact(Kind::Boolean, 0), is(2)]),
    ));
    for n in 0..12 {
        let rule = match n % 3 {
            0 => fact(Kind::Boolean, n),
            1 => expr(
                Kind::Boolean,
                ExprKind::Or(vec![fact(Kind::Boolean, n), is(1)]),
            ),
            _ => expr(
                Kind::Boolean,
                ExprKind::And(vec![
                    fact(Kind::Boolean, n),
                    compare(Comparison::Le, pages(), number(500)),
                ]),
            ),
        };
        let when = (n % 4 == 3).then(|| definition(Kind::Boolean, foreign));
        program.conditions.push(ConditionRule {
            when,
            rule: Some(rule),
            judgement: n == 5,
        });
    }
    for n in 0..10 {
        program.documents.push(DocumentRule {
            when: (n % 2 == 1).then(|| is(i64::from(n) / 2)),
            originals: number(1),
            copies: if n == 4 {
                expr(Kind::Number, ExprKind::CountRows(16))
            } else {
                number(0)
            },
        });
    }
    program.time_limit = vec![Some(is(0)), Some(fact(Kind::Boolean, 3)), None];
    let fee = expr(
        Kind::Number,
        ExprKind::Multiply(boxed(&pages()), Box::new(definition(Kind::Number, rate))),
    );
    let online = equal(
        expr(Kind::Choice, ExprKind::Given(Given::Channel)),
        int(Kind::Choice, 0),
    );
    program.fees.push(FeeRule {
        when: None,
        amount: fee,
        reliefs: vec![(online, number(0))],
    });
    let filed_on = expr(
        Kind::Date,
        ExprKind::DateOf(Box::new(expr(
            Kind::Moment,
            ExprKind::Given(Given::FiledAt),
        ))),
    );
    program
        .checks
        .push(compare(Comparison::Le, fact(Kind::Date, 14), filed_on));
    program
}

/// An application that tells every fact of [`usual`].
fn usual_application() -> Application<'static> {
    let mut application = telling((0..12).map(|number| (number, Scalar::Boolean(true))));
    let more = [
        (12, Scalar::Integer(120)),
        (13, Scalar::Choice(1)),
        (14, Scalar::Date("2024-01-31".parse().expect("a date"))),
        (15, text("Nhà xuất bản")),
    ];
    application.facts.extend(more.map(|(fact, value)| Fact {
        fact,
        value: Value::Scalar(value),
    }));
    let cells = vec![
        motcua_model::Cell {
            field: 0,
            value: Scalar::Choice(1),
        },
        motcua_model::Cell {
            field: 1,
            value: Scalar::Integer(50),
        },
    ];
    application.facts.push(Fact {
        fact: 16,
        value: Value::Rows(vec![cells]),
    });
    application
}

#[test]
fn it_is_small_closed_and_of_fixed_size() {
    let program = usual();
    let source: &[u8] = "motcua: 1\nslug: cấp-phép\n".as_bytes();
    let sections: [(&str, &[u8]); 2] = [
        (SOURCE_SECTION, source),
        (CASES_SECTION, b"motcua-cases: 1\n"),
    ];
    let bytes = emit::component(&program, br#"{"code":"2.001594"}"#, &sections).unwrap();
    Validator::new_with_features(WasmFeatures::default())
        .validate_all(&bytes)
        .unwrap();

    let mut custom = Vec::new();
    let mut memories = 0;
    // The wrapping nests a small component that takes the function in and gives it out under its name.
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload.unwrap() {
            Payload::ComponentSection { .. } | Payload::ModuleSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(imports) => {
                assert!(depth > 0, "{} imports", imports.count())
            }
            Payload::ImportSection(imports) => assert_eq!(imports.count(), 0),
            Payload::CustomSection(section) => {
                custom.push((section.name().to_owned(), section.data().to_vec()))
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    let memory = memory.unwrap();
                    assert_eq!((memory.initial, memory.maximum), (1, Some(1)));
                    memories += 1;
                }
            }
            Payload::StartSection { .. } | Payload::TableSection(_) => {
                panic!("neither start function nor table")
            }
            _ => {}
        }
    }
    assert_eq!(memories, 1);
    assert_eq!(
        custom,
        [
            (
                MANIFEST_SECTION.to_owned(),
                br#"{"code":"2.001594"}"#.to_vec()
            ),
            (SOURCE_SECTION.to_owned(), source.to_vec()),
            (CASES_SECTION.to_owned(), b"motcua-cases: 1\n".to_vec()),
        ],
    );
    let bare = emit::component(&program, b"", &[]).unwrap();
    assert!(bare.len() < 12_000, "{} bytes", bare.len());
}

#[test]
fn a_question_costs_a_few_thousand_instructions() {
    let plugin = Plugin::new(&usual());
    let all = plugin.ask(&usual_application());
    assert_eq!(all.assessment.missing, []);
    assert!(
        all.assessment
            .conditions
            .iter()
            .all(|c| c.outcome != ConditionOutcome::Unknown)
    );
    let none = plugin.ask(&application());
    assert!(!none.assessment.missing.is_empty());
    println!(
        "{} bytes; fuel: all told {}, nothing told {}",
        plugin.bytes.len(),
        all.fuel,
        none.fuel
    );
    assert!(all.fuel < 5_000, "{}", all.fuel);
    assert!(none.fuel < 10_000, "{}", none.fuel);
}

#[test]
fn the_same_program_gives_the_same_bytes() {
    let first = emit::component(&usual(), b"{}", &[]).unwrap();
    let again = std::thread::spawn(|| emit::component(&usual(), b"{}", &[]).unwrap())
        .join()
        .unwrap();
    assert_eq!(first, again);
}

#[test]
fn an_instance_answers_once() {
    let plugin = Plugin::new(&usual());
    assert!(plugin.ask_twice(&usual_application()).is_err());
}

#[test]
fn questions_that_do_not_fit_the_manifest_trap() {
    let plugin = Plugin::new(&usual());
    for (what, application) in [
        (
            "a fact beyond the last",
            telling([(17, Scalar::Boolean(true))]),
        ),
        (
            "a number where the fact is a boolean",
            telling([(0, Scalar::Integer(1))]),
        ),
        (
            "a choice where the fact is a text",
            telling([(15, Scalar::Choice(1))]),
        ),
        (
            "a scalar where the fact has rows",
            telling([(16, Scalar::Choice(1))]),
        ),
        (
            "rows where the fact is a text",
            Application {
                facts: vec![Fact {
                    fact: 15,
                    value: Value::Rows(vec![]),
                }],
                ..application()
            },
        ),
        (
            "a field beyond the last",
            Application {
                facts: vec![Fact {
                    fact: 16,
                    value: Value::Rows(vec![vec![motcua_model::Cell {
                        field: 2,
                        value: Scalar::Choice(0),
                    }]]),
                }],
                ..application()
            },
        ),
    ] {
        assert!(plugin.try_ask(&application).is_err(), "{what}");
    }
}

#[test]
fn what_does_not_fit_the_memory_traps() {
    let long = "á".repeat(40_000);
    let application = telling([(0, text(&long))]);
    let small = Program {
        conditions: vec![ConditionRule {
            when: None,
            rule: Some(equal(
                expr(
                    Kind::Number,
                    ExprKind::TextLength(Box::new(fact(Kind::Text, 0))),
                ),
                number(40_000),
            )),
            judgement: false,
        }],
        ..program(vec![SlotKind::Scalar(Kind::Text)])
    };
    assert!(
        Plugin::new(&Program {
            max_input_bytes: 1_000,
            ..small.clone()
        })
        .try_ask(&application)
        .is_err()
    );
    let large = Plugin::new(&Program {
        max_input_bytes: 80_000 + 64,
        ..small
    });
    let answer = large.ask(&application).assessment;
    assert_eq!(answer.conditions[0].outcome, ConditionOutcome::Satisfied);
}

#[test]
fn a_memory_beyond_the_limit_is_refused() {
    let program = Program {
        max_input_bytes: u32::MAX,
        ..program(vec![])
    };
    assert!(matches!(
        emit::component(&program, b"", &[]),
        Err(EmitError::Memory { .. })
    ));
}

#[test]
fn more_than_the_contract_numbers_is_refused() {
    let mut program = program(vec![]);
    program.checks = vec![truth(true); 65_536];
    let refused = emit::component(&program, b"", &[]);
    assert!(
        matches!(
            refused,
            Err(EmitError::TooMany {
                what: (_, "checks"),
                count: 65_536,
                ..
            })
        ),
        "{refused:?}"
    );
}

#[test]
fn malformed_programs_are_refused_without_panic() {
    let field = expr(
        Kind::Boolean,
        ExprKind::Field {
            variable: 0,
            field: 0,
        },
    );
    let rows = |field| {
        expr(
            Kind::Boolean,
            ExprKind::Quantified {
                every: true,
                fact: 1,
                variable: 0,
                body: Box::new(expr(Kind::Boolean, ExprKind::Field { variable: 0, field })),
            },
        )
    };
    let wrong: Vec<Expr> = vec![
        fact(Kind::Boolean, 9),
        fact(Kind::Number, 0),
        definition(Kind::Boolean, 0),
        field,
        rows(3),
        expr(Kind::Boolean, ExprKind::CountRows(0)),
        compare(Comparison::Lt, truth(true), truth(false)),
        compare(
            Comparison::Eq,
            expr(Kind::Text, ExprKind::Text("a".into())),
            number(1),
        ),
        expr(
            Kind::Boolean,
            ExprKind::HasOption(Box::new(int(Kind::Choices, 0)), 63),
        ),
        expr(Kind::Boolean, ExprKind::Not(Box::new(number(1)))),
    ];
    for rule in wrong {
        let facts = vec![
            SlotKind::Scalar(Kind::Boolean),
            SlotKind::Rows {
                fields: vec![Kind::Boolean],
                max_rows: 3,
            },
        ];
        let program = Program {
            exemptions: vec![rule.clone()],
            ..program(facts)
        };
        assert!(emit::component(&program, b"", &[]).is_err(), "{rule:?}");
        // The evaluator takes the same as not told.
        motcua_compiler::eval::assess(&program, &application(), None);
    }
}

/// The longest function of a component, in bytes.
fn longest_function(bytes: &[u8]) -> usize {
    let bodies = Parser::new(0)
        .parse_all(bytes)
        .filter_map(|payload| match payload.unwrap() {
            Payload::CodeSectionEntry(body) => Some(body.range().len()),
            _ => None,
        });
    bodies.max().unwrap_or(0)
}

#[test]
fn large_programs_have_functions_of_bounded_length() {
    let mut program = usual();
    let conditions = program.conditions.clone();
    program.conditions = conditions.into_iter().cycle().take(500).collect();
    let plugin = Plugin::new(&program);
    assert!(longest_function(&plugin.bytes) < 16 * 1024);
    let answer = plugin.ask(&usual_application()).assessment;
    assert_eq!(
        answer,
        motcua_compiler::eval::assess(&program, &usual_application(), None)
    );
}

#[test]
fn long_tables_are_split_and_mean_the_same() {
    // Facts 0 to 99 are booleans, 100 is the number that the rows look at, 101 a number that some of them give.
    let mut facts = vec![SlotKind::Scalar(Kind::Boolean); 100];
    facts.extend([
        SlotKind::Scalar(Kind::Number),
        SlotKind::Scalar(Kind::Number),
    ]);
    let mut program = program(facts);
    for hit in [
        Hit::Unique,
        Hit::First,
        Hit::CollectSum,
        Hit::CollectMin,
        Hit::CollectCount,
    ] {
        for otherwise in [None, Some(number(7))] {
            let rows = (0..500_u16).map(|n| {
                let looked_at = equal(fact(Kind::Number, 100), number((n / 2).into()));
                let flag = if n % 2 == 0 {
                    fact(Kind::Boolean, n % 100)
                } else {
                    expr(
                        Kind::Boolean,
                        ExprKind::Not(Box::new(fact(Kind::Boolean, n % 100 - 1))),
                    )
                };
                let output = if n % 5 == 0 {
                    fact(Kind::Number, 101)
                } else {
                    number((n % 3).into())
                };
                let test = match n {
                    // A row that can hold while those before it only may.
                    450 => flag,
                    _ => expr(Kind::Boolean, ExprKind::And(vec![looked_at, flag])),
                };
                row(test, output)
            });
            let otherwise = otherwise.filter(|_| matches!(hit, Hit::Unique | Hit::First));
            let made = define(
                &mut program,
                table(Kind::Number, hit, rows.collect(), otherwise),
            );
            let rule = Some(equal(definition(Kind::Number, made), number(1)));
            program.conditions.push(ConditionRule {
                when: None,
                rule,
                judgement: false,
            });
        }
    }
    let plugin = Plugin::new(&program);
    assert!(
        longest_function(&plugin.bytes) < 24 * 1024,
        "{} bytes",
        longest_function(&plugin.bytes)
    );
    for looked_at in [None, Some(0), Some(150), Some(249), Some(400)] {
        for output in [None, Some(1)] {
            for flags in [0, 1, 50, 99, 100] {
                let told = (0..flags).map(|n| (n, Scalar::Boolean(n % 5 == 0)));
                let numbers = [(100, looked_at), (101, output)];
                let numbers = numbers
                    .into_iter()
                    .filter_map(|(n, value)| Some((n, Scalar::Integer(value?))));
                let application = telling(told.chain(numbers));
                let answer = plugin.ask(&application).assessment;
                let expected = motcua_compiler::eval::assess(&program, &application, None);
                assert_eq!(answer, expected, "{looked_at:?} {output:?} {flags}");
            }
        }
    }
}

#[test]
fn more_operations_than_any_procedure_has_are_refused() {
    let deep = (0..1_000).fold(truth(true), |inner, _| {
        expr(Kind::Boolean, ExprKind::Not(Box::new(inner)))
    });
    let wide = expr(Kind::Boolean, ExprKind::And(vec![truth(true); 300_000]));
    for rule in [deep, wide] {
        let program = Program {
            checks: vec![rule],
            ..program(vec![])
        };
        assert!(matches!(
            emit::component(&program, b"", &[]),
            Err(EmitError::TooMany { .. })
        ));
    }
}
