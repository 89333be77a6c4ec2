//! Each operation against the standard library or a calendar. A rows fact carries many cases into one question: every row
//! brings the operands and the result that is expected.

use jiff::civil;
use motcua_compiler::ir::{
    Aggregate, Comparison, ConditionRule, DatePart, Expr, ExprKind, Given, Hit, Kind, Program,
    Rounding, SlotKind, TextTest,
};
use motcua_model::{
    Application, Cell, Channel, ConditionOutcome, Date, Fact, Moment, Scalar, Value,
};

use crate::host::Plugin;
use guests::build::{
    application, boxed, compare, define, definition, equal, expr, fact, int, number, program, row,
    rows, table, telling, text, truth,
};

/// The outcome of a rule in the component, which must be the evaluator's too.
fn outcome(program: &Program, rule: Expr, application: &Application<'_>) -> ConditionOutcome {
    let rule = ConditionRule {
        when: None,
        rule: Some(rule),
        judgement: false,
    };
    let program = Program {
        conditions: vec![rule],
        ..program.clone()
    };
    let answer = Plugin::new(&program).ask(application).assessment;
    assert_eq!(
        answer,
        motcua_compiler::eval::assess(&program, application, None)
    );
    answer.conditions[0].outcome
}

/// Asserts that a rule over fields 0… holds in every row.
fn holds_in_every_row(
    fields: &[Kind],
    rule: impl FnOnce(&dyn Fn(u16) -> Expr) -> Expr,
    cases: Vec<Vec<Scalar<'_>>>,
) {
    let field = |field: u16| {
        expr(
            fields[usize::from(field)],
            ExprKind::Field { variable: 0, field },
        )
    };
    let body = Box::new(rule(&field));
    let every = expr(
        Kind::Boolean,
        ExprKind::Quantified {
            every: true,
            fact: 0,
            variable: 0,
            body,
        },
    );
    let max_rows = u16::MAX;
    let facts = vec![SlotKind::Rows {
        fields: fields.to_vec(),
        max_rows,
    }];
    let program = Program {
        max_input_bytes: 12 << 20,
        ..program(facts)
    };
    assert!(!cases.is_empty());
    let rows = cases
        .into_iter()
        .map(|case| {
            (0..)
                .zip(case)
                .map(|(field, value)| Cell { field, value })
                .collect()
        })
        .collect();
    let application = Application {
        facts: vec![Fact {
            fact: 0,
            value: Value::Rows(rows),
        }],
        ..application()
    };
    assert_eq!(
        outcome(&program, every, &application),
        ConditionOutcome::Satisfied
    );
}

fn divide(rounding: Rounding, a: Expr, b: Expr) -> Expr {
    expr(
        Kind::Number,
        ExprKind::Divide(Box::new(a), Box::new(b), rounding),
    )
}

#[test]
fn quotients_round_as_their_name_says() {
    // DMN 1.4, table 74: 5.5, 2.5, 1.6, 1.1, 1.0 and their opposites, here as tenths.
    let tenths = [55, 25, 16, 11, 10, -10, -11, -16, -25, -55];
    for (rounding, expected) in [
        (Rounding::Up, [6, 3, 2, 2, 1, -1, -2, -2, -3, -6]),
        (Rounding::Down, [5, 2, 1, 1, 1, -1, -1, -1, -2, -5]),
        (Rounding::HalfUp, [6, 3, 2, 1, 1, -1, -1, -2, -3, -6]),
        (Rounding::HalfDown, [5, 2, 2, 1, 1, -1, -1, -2, -2, -5]),
        (Rounding::HalfEven, [6, 2, 2, 1, 1, -1, -1, -2, -2, -6]),
        (Rounding::Floor, [5, 2, 1, 1, 1, -1, -2, -2, -3, -6]),
        (Rounding::Ceiling, [6, 3, 2, 2, 1, -1, -1, -1, -2, -5]),
    ] {
        let mut cases = Vec::new();
        for (a, result) in tenths.into_iter().zip(expected) {
            // The same quotient with both signs turned.
            for (a, b) in [(a, 10), (-a, -10), (a * 1_000_000_007, 10_000_000_070)] {
                cases.push([a, b, result].map(Scalar::Integer).to_vec());
            }
        }
        holds_in_every_row(
            &[Kind::Number; 3],
            |field| equal(divide(rounding, field(0), field(1)), field(2)),
            cases,
        );
    }
}

#[test]
fn a_division_by_zero_is_unknown_and_asks_for_nothing() {
    let program = program(vec![SlotKind::Scalar(Kind::Number)]);
    for rounding in [Rounding::Down, Rounding::HalfEven] {
        let rule = equal(
            divide(rounding, number(1), fact(Kind::Number, 0)),
            number(1),
        );
        let told = telling([(0, Scalar::Integer(0))]);
        assert_eq!(outcome(&program, rule, &told), ConditionOutcome::Unknown);
    }
}

fn date(days: i32) -> Scalar<'static> {
    Scalar::Date(Date::from_days(days).expect("within the range"))
}

fn jiff_date(days: i32) -> civil::Date {
    use jiff::ToSpan;
    civil::date(1970, 1, 1)
        .checked_add(i64::from(days).days())
        .expect("within jiff's range")
}

fn jiff_days(date: civil::Date) -> i32 {
    date.since((jiff::Unit::Day, civil::date(1970, 1, 1)))
        .expect("days")
        .get_days()
}

#[test]
fn parts_of_every_day_are_those_of_the_calendar() {
    let mut cases = Vec::new();
    for days in Date::MIN.days()..=Date::MAX.days() {
        let civil = jiff_date(days);
        let parts = [
            i64::from(civil.year()),
            civil.month().into(),
            civil.day().into(),
            civil.weekday().to_monday_one_offset().into(),
        ];
        let mut case = vec![date(days)];
        case.extend(parts.map(Scalar::Integer));
        cases.push(case);
    }
    for cases in cases.chunks(50_000) {
        holds_in_every_row(
            &[
                Kind::Date,
                Kind::Number,
                Kind::Number,
                Kind::Number,
                Kind::Number,
            ],
            |field| {
                let part = |part, n| {
                    equal(
                        expr(Kind::Number, ExprKind::DatePart(part, Box::new(field(0)))),
                        field(n),
                    )
                };
                expr(
                    Kind::Boolean,
                    ExprKind::And(vec![
                        part(DatePart::Year, 1),
                        part(DatePart::Month, 2),
                        part(DatePart::Day, 3),
                        part(DatePart::Weekday, 4),
                    ]),
                )
            },
            cases.to_vec(),
        );
    }
}

#[test]
fn months_are_added_as_on_the_calendar() {
    use jiff::ToSpan;
    let (mut dates, mut moments) = (Vec::new(), Vec::new());
    for days in (Date::MIN.days()..=Date::MAX.days()).step_by(13) {
        for months in [0, 1, -1, 2, 3, 6, 11, 12, -12, 13, 25, -37, 600] {
            let Ok(later) = jiff_date(days).checked_add(i64::from(months).months()) else {
                continue;
            };
            let Ok(later) = Date::from_days(jiff_days(later)) else {
                continue;
            };
            dates.push(vec![
                date(days),
                Scalar::Integer(months.into()),
                Scalar::Date(later),
            ]);
            if let Ok(day) = Date::from_days(days) {
                let time = i64::from(days.unsigned_abs() * 7_919 % 86_400);
                moments.push(vec![
                    Scalar::Moment(day.at(time)),
                    Scalar::Integer(months.into()),
                    Scalar::Moment(later.at(time)),
                ]);
            }
        }
    }
    for (kind, cases) in [(Kind::Date, dates), (Kind::Moment, moments)] {
        for cases in cases.chunks(50_000) {
            holds_in_every_row(
                &[kind, Kind::Number, kind],
                |field| {
                    let later = ExprKind::AddMonths(Box::new(field(0)), Box::new(field(1)));
                    equal(expr(kind, later), field(2))
                },
                cases.to_vec(),
            );
        }
    }
}

#[test]
fn days_and_moments_turn_into_each_other() {
    let mut cases = Vec::new();
    for days in (Date::MIN.days()..=Date::MAX.days()).step_by(101) {
        for time in [0, 1, 43_200, 86_399] {
            let day = Date::from_days(days).expect("within the range");
            cases.push(vec![
                Scalar::Moment(day.at(time)),
                Scalar::Date(day),
                Scalar::Moment(day.midnight()),
            ]);
        }
    }
    holds_in_every_row(
        &[Kind::Moment, Kind::Date, Kind::Moment],
        |field| {
            expr(
                Kind::Boolean,
                ExprKind::And(vec![
                    equal(
                        expr(Kind::Date, ExprKind::DateOf(Box::new(field(0)))),
                        field(1),
                    ),
                    equal(
                        expr(Kind::Moment, ExprKind::Midnight(Box::new(field(1)))),
                        field(2),
                    ),
                ]),
            )
        },
        cases,
    );
}

#[test]
fn a_date_beyond_the_contract_is_unknown() {
    let program = program(vec![]);
    let last = int(Kind::Date, Date::MAX.days().into());
    let first_moment = int(Kind::Moment, Date::MIN.midnight().seconds());
    let add = |a: &Expr, b: Expr| expr(a.ty, ExprKind::Add(boxed(a), Box::new(b)));
    let months = |a: &Expr, n| {
        expr(
            a.ty,
            ExprKind::AddMonths(boxed(a), Box::new(int(Kind::Months, n))),
        )
    };
    for (beyond, within) in [
        (add(&last, number(1)), add(&last, number(0))),
        (
            add(&first_moment, int(Kind::Duration, -1)),
            add(&first_moment, int(Kind::Duration, 1)),
        ),
        (months(&last, 1), months(&last, -1)),
        (months(&last, 1 << 60), months(&last, -3_599)),
        (months(&first_moment, -1), months(&first_moment, 3_599)),
        (months(&first_moment, -(1 << 60)), months(&first_moment, 0)),
    ] {
        let same = |a: Expr| equal(a.clone(), a);
        assert_eq!(
            outcome(&program, same(beyond), &application()),
            ConditionOutcome::Unknown
        );
        assert_eq!(
            outcome(&program, same(within), &application()),
            ConditionOutcome::Satisfied
        );
    }
}

/// All texts over an alphabet up to a length.
fn words(alphabet: &[&str], length: usize) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut longest = words.clone();
    for _ in 0..length {
        longest = longest
            .iter()
            .flat_map(|w| alphabet.iter().map(move |letter| format!("{w}{letter}")))
            .collect();
        words.extend(longest.iter().cloned());
    }
    words
}

fn text_test(test: TextTest, a: Expr, b: Expr) -> Expr {
    expr(
        Kind::Boolean,
        ExprKind::TextTest(test, Box::new(a), Box::new(b)),
    )
}

type StandardTest = fn(&str, &str) -> bool;

#[test]
fn texts_are_compared_as_the_standard_library_does() {
    let tests: [(TextTest, StandardTest); 4] = [
        (TextTest::Equals, |a, b| a == b),
        (TextTest::StartsWith, |a, b| a.starts_with(b)),
        (TextTest::EndsWith, |a, b| a.ends_with(b)),
        (TextTest::Contains, |a, b| a.contains(b)),
    ];
    let texts = words(&["a", "b"], 8);
    let parts = words(&["a", "b"], 5);
    for (test, standard) in tests {
        for texts in texts.chunks(128) {
            let mut cases = Vec::new();
            for a in texts {
                for b in &parts {
                    cases.push(vec![text(a), text(b), Scalar::Boolean(standard(a, b))]);
                }
            }
            holds_in_every_row(
                &[Kind::Text, Kind::Text, Kind::Boolean],
                |field| equal(text_test(test, field(0), field(1)), field(2)),
                cases,
            );
        }
    }
}

#[test]
fn long_texts_are_searched_as_the_standard_library_does() {
    // Words with many repetitions: what trips a search that forgets, or remembers too much.
    let mut fibonacci = vec!["a".to_owned(), "ab".to_owned()];
    while fibonacci.len() < 14 {
        let next = format!(
            "{}{}",
            fibonacci[fibonacci.len() - 1],
            fibonacci[fibonacci.len() - 2]
        );
        fibonacci.push(next);
    }
    let mut texts = fibonacci.clone();
    texts.extend(
        [
            "aaaaaaaaab",
            "abcabcabcabd",
            "bababababaa",
            "Nhà xuất bản Hội Nhà văn",
            "zyxzyxzyzyx",
        ]
        .map(String::from),
    );
    texts.push("a".repeat(300));
    texts.push(format!("{}b{}", "a".repeat(100), "a".repeat(101)));
    let mut cases = Vec::new();
    for a in &texts {
        let mut parts: Vec<String> = texts.clone();
        let letters: Vec<char> = a.chars().collect();
        for start in (0..letters.len()).step_by(7) {
            for end in (start..=letters.len()).step_by(5) {
                let part: String = letters[start..end].iter().collect();
                parts.push(format!("{part}b"));
                parts.push(part);
            }
        }
        for b in parts {
            let found = a.contains(&b);
            cases.push((a.clone(), b, found));
        }
    }
    for cases in cases.chunks(4_000) {
        let cases = cases
            .iter()
            .map(|(a, b, found)| vec![text(a), text(b), Scalar::Boolean(*found)])
            .collect();
        holds_in_every_row(
            &[Kind::Text, Kind::Text, Kind::Boolean],
            |field| equal(text_test(TextTest::Contains, field(0), field(1)), field(2)),
            cases,
        );
    }
}

#[test]
fn a_search_costs_no_more_than_its_text_is_long() {
    let (long, part) = ("a".repeat(16_000), format!("{}b", "a".repeat(8_000)));
    let mut program = Program {
        max_input_bytes: 30_000,
        ..program(vec![SlotKind::Scalar(Kind::Text); 2])
    };
    let rule = text_test(TextTest::Contains, fact(Kind::Text, 0), fact(Kind::Text, 1));
    program.conditions.push(ConditionRule {
        when: None,
        rule: Some(rule),
        judgement: false,
    });
    let answer = Plugin::new(&program).ask(&telling([(0, text(&long)), (1, text(&part))]));
    assert_eq!(
        answer.assessment.conditions[0].outcome,
        ConditionOutcome::Violated
    );
    assert!(answer.fuel < 150 * 16_000, "{}", answer.fuel);
}

#[test]
fn characters_are_counted_not_bytes() {
    let cases = ["", "a", "báo chí", "Đ", "日本", "𝄞"]
        .iter()
        .map(|word| vec![text(word), Scalar::Integer(word.chars().count() as i64)])
        .collect();
    holds_in_every_row(
        &[Kind::Text, Kind::Number],
        |field| {
            equal(
                expr(Kind::Number, ExprKind::TextLength(Box::new(field(0)))),
                field(1),
            )
        },
        cases,
    );
}

#[test]
fn sets_have_their_options() {
    let sets: Vec<Vec<u16>> = vec![
        vec![],
        vec![0],
        vec![59],
        vec![0, 1, 5, 31, 32, 59],
        (0..60).collect(),
    ];
    for option in [0, 1, 31, 32, 59] {
        let cases = sets
            .iter()
            .map(|set| {
                vec![
                    Scalar::Choices(set.clone()),
                    Scalar::Boolean(set.contains(&option)),
                    Scalar::Integer(set.len() as i64),
                ]
            })
            .collect();
        holds_in_every_row(
            &[Kind::Choices, Kind::Boolean, Kind::Number],
            |field| {
                let has = expr(
                    Kind::Boolean,
                    ExprKind::HasOption(Box::new(field(0)), option),
                );
                let count = expr(Kind::Number, ExprKind::CountOptions(Box::new(field(0))));
                expr(
                    Kind::Boolean,
                    ExprKind::And(vec![equal(has, field(1)), equal(count, field(2))]),
                )
            },
            cases,
        );
    }
}

#[test]
fn the_application_tells_filing_receipt_and_channel() {
    let given = |kind, given| expr(kind, ExprKind::Given(given));
    let filed: Moment = "2024-03-04T09:30".parse().expect("a moment");
    let program = program(vec![]);
    let rule = expr(
        Kind::Boolean,
        ExprKind::And(vec![
            equal(
                given(Kind::Moment, Given::FiledAt),
                int(Kind::Moment, filed.seconds()),
            ),
            equal(
                given(Kind::Date, Given::ReceivedOn),
                int(Kind::Date, filed.date().days().into()),
            ),
            equal(given(Kind::Choice, Given::Channel), int(Kind::Choice, 2)),
        ]),
    );
    let by = |channel| Application {
        channel,
        ..application()
    };
    assert_eq!(
        outcome(&program, rule.clone(), &by(Some(Channel::Postal))),
        ConditionOutcome::Satisfied
    );
    assert_eq!(
        outcome(&program, rule.clone(), &by(Some(Channel::Counter))),
        ConditionOutcome::Violated
    );
    assert_eq!(
        outcome(&program, rule, &by(None)),
        ConditionOutcome::Unknown
    );
}

/// A value of a table over three conditions, told by facts 0 to 2, that gives 10, 20 and 10.
fn table_of(hit: Hit, otherwise: Option<i64>) -> Expr {
    let rows = [10, 20, 10]
        .into_iter()
        .zip(0..)
        .map(|(output, n)| row(fact(Kind::Boolean, n), number(output)));
    table(Kind::Number, hit, rows.collect(), otherwise.map(number))
}

#[test]
fn tables_follow_their_hit_policy() {
    const YES: Option<bool> = Some(true);
    const NO: Option<bool> = Some(false);
    type Case = ([Option<bool>; 3], Hit, Option<i64>, Option<i64>);
    let cases: &[Case] = &[
        ([YES, NO, NO], Hit::Unique, None, Some(10)),
        ([NO, YES, YES], Hit::First, None, Some(20)),
        ([NO, NO, NO], Hit::First, None, None),
        ([NO, NO, NO], Hit::First, Some(7), Some(7)),
        // A row that holds is the only one of a unique table, whatever the row before it may be.
        ([None, YES, NO], Hit::Unique, None, Some(20)),
        ([None, YES, NO], Hit::First, None, None),
        // All that may hold agree.
        ([None, NO, YES], Hit::First, None, Some(10)),
        ([None, NO, None], Hit::Unique, Some(10), Some(10)),
        ([None, NO, NO], Hit::Unique, Some(7), None),
        ([YES, NO, YES], Hit::CollectSum, None, Some(20)),
        ([YES, YES, YES], Hit::CollectSum, None, Some(40)),
        ([NO, NO, NO], Hit::CollectSum, None, Some(0)),
        ([YES, YES, NO], Hit::CollectMin, None, Some(10)),
        ([YES, YES, NO], Hit::CollectMax, None, Some(20)),
        ([NO, NO, NO], Hit::CollectMin, None, None),
        ([NO, NO, NO], Hit::CollectMax, None, None),
        ([YES, NO, YES], Hit::CollectCount, None, Some(2)),
        ([YES, None, YES], Hit::CollectCount, None, None),
        ([YES, None, YES], Hit::CollectMax, None, None),
    ];
    for (told, hit, otherwise, expected) in cases {
        let facts = (0..)
            .zip(told)
            .filter_map(|(n, value)| Some((n, Scalar::Boolean((*value)?))));
        let application = telling(facts);
        let program = program(vec![SlotKind::Scalar(Kind::Boolean); 3]);
        let rule = equal(table_of(*hit, *otherwise), number(expected.unwrap_or(0)));
        let expected = match expected {
            Some(_) => ConditionOutcome::Satisfied,
            None => ConditionOutcome::Unknown,
        };
        assert_eq!(
            outcome(&program, rule, &application),
            expected,
            "{told:?} {hit:?} {otherwise:?}"
        );
    }
}

#[test]
fn a_table_collects_a_set() {
    let rows = (0..3).map(|n| row(fact(Kind::Boolean, n), int(Kind::Choice, i64::from(n) * 2)));
    let set = table(Kind::Choices, Hit::CollectSet, rows.collect(), None);
    let told = telling([0, 1, 2].map(|n| (n, Scalar::Boolean(n != 1))));
    let program = program(vec![SlotKind::Scalar(Kind::Boolean); 3]);
    let rule = equal(set, int(Kind::Choices, 0b1_0001));
    assert_eq!(outcome(&program, rule, &told), ConditionOutcome::Satisfied);
}

#[test]
fn rows_are_summed_and_searched() {
    let facts = vec![SlotKind::Rows {
        fields: vec![Kind::Number],
        max_rows: 5,
    }];
    let program = program(facts);
    let field = || {
        expr(
            Kind::Number,
            ExprKind::Field {
                variable: 0,
                field: 0,
            },
        )
    };
    let aggregate = |aggregate| {
        expr(
            Kind::Number,
            ExprKind::Aggregate {
                aggregate,
                fact: 0,
                variable: 0,
                body: Box::new(field()),
            },
        )
    };
    let quantified = |every| {
        let body = Box::new(compare(Comparison::Gt, field(), number(2)));
        expr(
            Kind::Boolean,
            ExprKind::Quantified {
                every,
                fact: 0,
                variable: 0,
                body,
            },
        )
    };
    use ConditionOutcome::{Satisfied, Unknown, Violated};
    let told = |values: &[Option<i64>]| Application {
        facts: vec![rows(0, values)],
        ..application()
    };
    for (rule, values, expected) in [
        (
            equal(aggregate(Aggregate::Sum), number(6)),
            &[Some(1), Some(5)][..],
            Satisfied,
        ),
        (equal(aggregate(Aggregate::Sum), number(0)), &[], Satisfied),
        (
            equal(aggregate(Aggregate::Min), number(-3)),
            &[Some(1), Some(-3)],
            Satisfied,
        ),
        (
            equal(aggregate(Aggregate::Max), number(-1)),
            &[Some(-1), Some(-3)],
            Satisfied,
        ),
        (equal(aggregate(Aggregate::Max), number(0)), &[], Unknown),
        (
            equal(aggregate(Aggregate::Sum), number(1)),
            &[Some(1), None],
            Unknown,
        ),
        (quantified(false), &[], Violated),
        (quantified(true), &[], Satisfied),
        (quantified(false), &[None, Some(3)], Satisfied),
        (quantified(false), &[None, Some(2)], Unknown),
        (quantified(true), &[None, Some(2)], Violated),
        (quantified(true), &[Some(3), None], Unknown),
        (
            equal(expr(Kind::Number, ExprKind::CountRows(0)), number(2)),
            &[None, None],
            Satisfied,
        ),
    ] {
        assert_eq!(
            outcome(&program, rule.clone(), &told(values)),
            expected,
            "{rule:?} {values:?}"
        );
    }
    for rule in [
        quantified(true),
        quantified(false),
        equal(aggregate(Aggregate::Sum), number(0)),
    ] {
        assert_eq!(
            outcome(&program, rule, &application()),
            Unknown,
            "no telling how many rows there are"
        );
    }
}

#[test]
fn if_knows_what_both_branches_agree_on() {
    let mut program = program(vec![
        SlotKind::Scalar(Kind::Boolean),
        SlotKind::Scalar(Kind::Text),
    ]);
    let choose = |then: Expr, otherwise: Expr| {
        let ty = then.ty;
        expr(
            ty,
            ExprKind::If(
                Box::new(fact(Kind::Boolean, 0)),
                Box::new(then),
                Box::new(otherwise),
            ),
        )
    };
    let constant = |word: &str| expr(Kind::Text, ExprKind::Text(word.into()));
    let same = define(&mut program, choose(constant("in"), constant("in")));
    let told = telling([(1, text("in"))]);
    use ConditionOutcome::{Satisfied, Unknown};
    for (rule, expected) in [
        (equal(choose(number(5), number(5)), number(5)), Satisfied),
        (equal(choose(number(5), number(6)), number(5)), Unknown),
        (choose(truth(true), truth(true)), Satisfied),
        (
            text_test(
                TextTest::Equals,
                definition(Kind::Text, same),
                constant("in"),
            ),
            Satisfied,
        ),
        // The same words from two places.
        (
            text_test(
                TextTest::Equals,
                choose(fact(Kind::Text, 1), constant("in")),
                constant("in"),
            ),
            Satisfied,
        ),
        (
            text_test(
                TextTest::Equals,
                choose(fact(Kind::Text, 1), constant("xin")),
                constant("in"),
            ),
            Unknown,
        ),
    ] {
        assert_eq!(outcome(&program, rule.clone(), &told), expected, "{rule:?}");
    }
}
