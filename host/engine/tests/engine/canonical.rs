//! The two ways of calling mean the same: the host's own canonical ABI for plain components, and wasmtime's for all
//! others. The same guests are asked both ways, with any question and any answer, and must give the same, down to the
//! fuel.

use std::borrow::Cow;
use std::sync::LazyLock;

use motcua_engine::{CallError, Engine, Procedure};
use motcua_model::{Application, Cell, Channel, Date, Decimal, Fact, Moment, Scalar, Value};
use proptest::prelude::*;
use serde_json::json;

use crate::{ask, limits};
use guests::written::{
    ANSWER, CONDITIONS, DOCUMENTS, Guest, ROOM, WIT, manifest, not_plain, with_manifest,
    with_section, wrap,
};

fn dates() -> impl Strategy<Value = Date> {
    (Date::MIN.days()..=Date::MAX.days()).prop_map(|days| Date::from_days(days).unwrap())
}

fn moments() -> impl Strategy<Value = Moment> {
    (dates(), 0..86_400_i64).prop_map(|(date, time)| date.at(time))
}

fn numbers() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..5)
}

fn scalars() -> impl Strategy<Value = Scalar<'static>> {
    prop_oneof![
        any::<bool>().prop_map(Scalar::Boolean),
        any::<i64>().prop_map(Scalar::Integer),
        (any::<i64>(), 0..10_u8)
            .prop_map(|(units, scale)| Scalar::Decimal(Decimal { units, scale })),
        any::<String>().prop_map(|text| Scalar::Text(Cow::Owned(text))),
        dates().prop_map(Scalar::Date),
        moments().prop_map(Scalar::Moment),
        any::<u16>().prop_map(Scalar::Choice),
        numbers().prop_map(Scalar::Choices),
    ]
}

fn values() -> impl Strategy<Value = Value<'static>> {
    let cells = (any::<u16>(), scalars()).prop_map(|(field, value)| Cell { field, value });
    let rows = prop::collection::vec(prop::collection::vec(cells, 0..4), 0..4);
    prop_oneof![4 => scalars().prop_map(Value::Scalar), 1 => rows.prop_map(Value::Rows)]
}

fn applications() -> impl Strategy<Value = Application<'static>> {
    let facts = (any::<u16>(), values()).prop_map(|(fact, value)| Fact { fact, value });
    let channels = prop_oneof![
        Just(None),
        Just(Some(Channel::Online)),
        Just(Some(Channel::Counter)),
        Just(Some(Channel::Postal))
    ];
    (
        moments(),
        dates(),
        channels,
        prop::collection::vec(facts, 0..12),
    )
        .prop_map(|(filed_at, received_on, channel, facts)| Application {
            filed_at,
            received_on,
            channel,
            facts,
        })
}

/// Tells in the fee, and in how much fuel it uses, a digest of all arguments and of every byte it was given.
static MIRROR: LazyLock<[Procedure; 2]> = LazyLock::new(|| mirror("", "(global.get $bump)"));

/// The same, but it gives the same room again and again, so that the order shows in which the question is written; and the
/// room is not empty, so that it shows what is not written.
static STINGY: LazyLock<[Procedure; 2]> = LazyLock::new(|| {
    let end = format!("(i32.const {})", ROOM + 2048);
    mirror(&format!("(return (i32.const {ROOM}))"), &end)
});

fn mirror(realloc: &str, end: &str) -> [Procedure; 2] {
    let mix = |value: &str| {
        format!(
            "(global.set $digest (i64.mul (i64.xor (global.get $digest) {value}) (i64.const 1099511628211)))"
        )
    };
    let arguments: String = ["received", "has_channel", "channel", "facts", "facts_len"]
        .iter()
        .map(|name| mix(&format!("(i64.extend_i32_u (local.get ${name}))")))
        .collect();
    let assess = format!(
        "{} {arguments}
        (local.set $p (i32.const {ROOM}))
        (block $end (loop $next
          (br_if $end (i32.ge_u (local.get $p) {end}))
          {}
          (local.set $p (i32.add (local.get $p) (i32.const 1)))
          (br $next)))
        (i64.store (i32.const 1040) (i64.rem_u (global.get $digest) (i64.const 1000000000000)))
        (i64.store (i32.const 1056) (i64.load (i32.const 1040)))
        (i32.store8 (i32.const 1026) (i32.const 1))
        (i32.store8 (i32.const 1032) (i32.const 1)) (i32.store8 (i32.const 1048) (i32.const 1))
        (local.set $i (i32.const 0))",
        mix("(local.get $filed)"),
        mix("(i64.load8_u (local.get $p))"),
    );
    let guest = Guest {
        memory: "17",
        fields: format!(
            r#"(global $digest (mut i64) (i64.const 14695981039346656037)) (data (i32.const {ROOM}) "{}")"#,
            "\\a5\\5a\\3c".repeat(1_000),
        ),
        // It also counts how often, and how, it is asked for room.
        realloc: format!(
            "{} {} {realloc}",
            mix("(i64.extend_i32_u (local.get $align))"),
            mix("(i64.extend_i32_u (local.get $size))")
        ),
        assess,
        fee: "(i64.load (i32.const 1040))",
        // What it would ask for might have been told.
        finish: format!("(i32.store (i32.const {}) (i32.const 0))", ANSWER + 40),
        ..Guest::default()
    };
    // The honest part would read facts that are none of its kind.
    let (look, skip) = (
        "(block $done (loop $fact",
        "(block $done (br $done) (loop $fact",
    );
    let wat = guest.wat();
    assert!(wat.contains(look));
    let skip = wat.replace(look, skip);
    let plain = with_manifest(wrap(&skip, &[WIT]));
    let engine = Engine::new(limits()).unwrap();
    [
        engine.load(&plain).unwrap(),
        engine.load(&not_plain(plain)).unwrap(),
    ]
}

/// Answers with the first fact, which is a list of numbers, as if it were the answer. Its manifest makes nothing
/// impossible.
static PUPPET: LazyLock<[Procedure; 2]> = LazyLock::new(|| {
    let mut manifest = manifest();
    let mut each = |list: &str, members: serde_json::Value| {
        for part in manifest.pointer_mut(list).unwrap().as_array_mut().unwrap() {
            let members = members.as_object().unwrap().clone();
            part.as_object_mut().unwrap().extend(members);
        }
    };
    let judgement = json!({"vi": "Xem xét", "en": "To be judged"});
    each(
        "/conditions",
        json!({"when": "fact_0", "judgement": judgement}),
    );
    each(
        "/documents",
        json!({"when": "fact_0", "originals": "pages", "copies": "pages"}),
    );
    each("/fees", json!({"when": "fact_0"}));
    each("/time_limit/rows", json!({"when": "fact_0"}));
    let guest = Guest::that("(return (i32.load offset=16 (local.get $facts)))");
    let plain = with_section(
        wrap(&guest.wat(), &[WIT]),
        "motcua:manifest",
        manifest.to_string().as_bytes(),
    );
    let engine = Engine::new(limits()).unwrap();
    [
        engine.load(&plain).unwrap(),
        engine.load(&not_plain(plain)).unwrap(),
    ]
});

/// Where the puppet's answer lies: behind the one fact.
const PUPPETS_ANSWER: u32 = ROOM + 32;

/// An answer as it stands in memory: any bytes, in which addresses and lengths are mostly good ones.
fn answers() -> impl Strategy<Value = Vec<u16>> {
    let small = |max: u8| prop_oneof![400 => 0..=max, 1 => any::<u8>()];
    let lists = [(4_u32, 2_u32), (4, 2), (20, 4), (48, 8), (6, 2), (2, 2)];
    let placed = lists.map(|(size, align)| {
        let address = prop_oneof![
            200 => (0..40_u32).prop_map(move |at| PUPPETS_ANSWER + 64 + at * align),
            1 => any::<u32>(),
        ];
        let len = prop_oneof![200 => 0..=(12 * 4 / size.min(48)).max(1), 1 => any::<u32>()];
        (address, len)
    });
    (placed, small(2), prop::collection::vec(small(1), 512)).prop_map(
        |(placed, time_limit, body)| {
            let mut bytes = vec![0_u8; 64];
            for (at, (address, len)) in [0, 8, 16, 28, 36, 44].into_iter().zip(placed) {
                bytes[at..at + 4].copy_from_slice(&address.to_le_bytes());
                bytes[at + 4..at + 8].copy_from_slice(&len.to_le_bytes());
            }
            bytes[24] = time_limit;
            bytes.extend(body);
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|pair| u16::from_le_bytes(*pair))
                .collect()
        },
    )
}

/// An answer that fits the manifest, as it stands in memory: lists one after the other, in any order of their elements.
fn good_answers() -> impl Strategy<Value = Vec<u16>> {
    let counts = || prop::option::of(0..=99_u32);
    let conditions = prop::collection::vec(0..5_u8, CONDITIONS);
    let documents = prop::collection::vec((0..3_u8, counts(), counts()), DOCUMENTS);
    let fee = prop_oneof![
        Just((0, None)),
        (0..=1_000_000_000_000_u64).prop_map(|amount| (1, Some(amount))),
        Just((2, None)),
    ];
    // Fact 0 is told: the puppet has its answer from it.
    let missing = prop::collection::vec((1..14_u16, any::<prop::sample::Index>()), 0..30);
    (conditions, documents, fee, missing, 0..3_u8, any::<bool>()).prop_map(
        |(conditions, documents, (due, amount), missing, time_limit, turned)| {
            let mut record = vec![0_u8; 64];
            let mut body = Vec::new();
            let mut list = |at: usize, mut elements: Vec<Vec<u8>>| {
                if turned {
                    elements.reverse();
                }
                while !body.len().is_multiple_of(8) {
                    body.push(0xee);
                }
                let address = PUPPETS_ANSWER + 64 + u32::try_from(body.len()).unwrap();
                record[at..at + 4].copy_from_slice(&address.to_le_bytes());
                record[at + 4] = u8::try_from(elements.len()).unwrap();
                body.extend(elements.concat());
            };
            let number = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
            list(
                8,
                conditions
                    .iter()
                    .enumerate()
                    .map(|(n, outcome)| {
                        let [low, high] = number(n);
                        vec![low, high, *outcome, 0xee]
                    })
                    .collect(),
            );
            list(
                16,
                documents
                    .iter()
                    .enumerate()
                    .map(|(n, (need, originals, copies))| {
                        let [low, high] = number(n);
                        let mut element = vec![low, high, *need, 0xee];
                        for count in [originals, copies] {
                            element.extend([u8::from(count.is_some()), 0xee, 0xee, 0xee]);
                            element.extend(count.unwrap_or(7).to_le_bytes());
                        }
                        element
                    })
                    .collect(),
            );
            let mut fee = vec![0, 0, due, 0, 0, 0, 0, 0];
            for _ in 0..2 {
                fee.extend([u8::from(amount.is_some()), 0, 0, 0, 0, 0, 0, 0]);
                fee.extend(amount.unwrap_or(7).to_le_bytes());
            }
            fee.extend([0; 8]);
            list(28, vec![fee]);
            // The case of the subject and its number: of conditions, of documents, of the time limit, of the one fee.
            let unknown_conditions = (0..).zip(&conditions).filter(|(_, outcome)| **outcome == 2);
            let unknown_documents =
                (0..)
                    .zip(&documents)
                    .filter(|(_, (need, originals, copies))| match need {
                        1 => originals.is_none() || copies.is_none(),
                        need => *need == 2,
                    });
            let unknown: Vec<(u8, u16)> = unknown_conditions
                .map(|(number, _)| (1, number))
                .chain(unknown_documents.map(|(number, _)| (2, number)))
                .chain((time_limit == 2).then_some((3, 0)))
                .chain((due == 2).then_some((4, 0)))
                .collect();
            let mut pairs = Vec::new();
            if !unknown.is_empty() {
                for (fact, subject) in &missing {
                    let pair = (*fact, *subject.get(&unknown));
                    if !pairs.contains(&pair) {
                        pairs.push(pair);
                    }
                }
            }
            list(
                36,
                pairs
                    .iter()
                    .map(|(fact, (case, subject))| {
                        [
                            &fact.to_le_bytes()[..],
                            &[*case, 0xee],
                            &subject.to_le_bytes(),
                        ]
                        .concat()
                    })
                    .collect(),
            );
            record[24] = time_limit;
            record.extend(body);
            record.resize(record.len().next_multiple_of(2), 0);
            record
                .as_chunks()
                .0
                .iter()
                .map(|pair| u16::from_le_bytes(*pair))
                .collect()
        },
    )
}

/// Errors are compared by what they are: of a broken answer, wasmtime and this host may notice different parts first.
fn kind(error: CallError) -> &'static str {
    match error {
        CallError::Unreadable { .. } | CallError::TooLarge { .. } => "unreadable or too large",
        error => error.code(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_question_reaches_the_guest_alike(application in applications()) {
        for guest in [&*MIRROR, &*STINGY] {
            let [plain, composed] = guest.each_ref().map(|procedure| procedure.assess(&application));
            prop_assert!(plain.is_ok(), "{plain:?}");
            prop_assert_eq!(plain, composed);
        }
    }

    #[test]
    fn any_answer_is_read_alike(answer in answers()) {
        let question = ask(vec![Fact { fact: 0, value: Value::Scalar(Scalar::Choices(answer)) }]);
        let [plain, composed] =
            PUPPET.each_ref().map(|procedure| procedure.assess(&question).map_err(kind));
        prop_assert_eq!(plain, composed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn good_answers_are_read_alike(answer in good_answers()) {
        let question = ask(vec![Fact { fact: 0, value: Value::Scalar(Scalar::Choices(answer)) }]);
        let [plain, composed] = PUPPET.each_ref().map(|procedure| procedure.assess(&question));
        prop_assert!(plain.is_ok(), "{plain:?}");
        prop_assert_eq!(plain, composed);
    }
}

/// A guest that was refused memory, and then gives nonsense, has run out of memory, whoever reads the nonsense.
#[test]
fn nonsense_after_a_refused_wish_is_told_alike() {
    let grow = "(drop (memory.grow (i32.const 10000)))";
    let engine = Engine::new(limits()).unwrap();
    for guest in [
        // Room that is not aligned, and an answer outside of the memory.
        Guest {
            realloc: format!("{grow} (return (i32.const 3))"),
            ..Guest::default()
        },
        Guest::that(&format!("{grow} (return (i32.const 65532))")),
    ] {
        let plain = guest.component();
        let told = [plain.clone(), not_plain(plain)].map(|component| {
            let procedure = engine.load(&component).unwrap();
            let facts = vec![Fact {
                fact: 0,
                value: Value::Scalar(Scalar::Boolean(true)),
            }];
            procedure.assess(&ask(facts)).unwrap_err().code()
        });
        assert_eq!(told, ["out-of-memory"; 2]);
    }
}

/// The strategy of any answers must not only make broken ones.
#[test]
fn some_answers_are_read_and_some_contradict() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    for _ in 0..600 {
        let answer = answers().new_tree(&mut runner).unwrap().current();
        let question = ask(vec![Fact {
            fact: 0,
            value: Value::Scalar(Scalar::Choices(answer)),
        }]);
        let outcome = PUPPET[0]
            .assess(&question)
            .map_or_else(|error| error.code(), |_| "answer");
        *seen.entry(outcome).or_default() += 1;
    }
    assert!(seen["answer-contradicts-manifest"] > 50, "{seen:?}");
    assert!(seen["unreadable-answer"] > 50, "{seen:?}");
}
