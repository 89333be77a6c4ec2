use std::sync::LazyLock;

use motcua_model::{Channel, Manifest, Scalar, Value};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::sample;

static MANIFEST: LazyLock<Manifest> = LazyLock::new(sample::manifest);
static FORM: LazyLock<Form> = LazyLock::new(|| Form::new(&MANIFEST));

fn with_manifest<T>(run: impl FnOnce(&Manifest, &Form) -> T) -> T {
    run(&MANIFEST, &FORM)
}

/// Both ways must agree on everything; the result of reading.
fn read_both(body: &[u8]) -> Result<Question<'_>, QuestionError> {
    with_manifest(|manifest, form| {
        let quick = quick::read(manifest, form, body);
        let careful = careful::read(manifest, form, body);
        if let Some(quick) = quick {
            assert_eq!(
                Ok(&quick),
                careful.as_ref(),
                "{}",
                String::from_utf8_lossy(body)
            );
        }
        careful
    })
}

fn mistakes(body: &str) -> Vec<(String, Mistake)> {
    match read_both(body.as_bytes()) {
        Err(QuestionError::Fields(fields)) => {
            for error in &fields.errors {
                assert!(
                    !error.message.vi.is_empty() && !error.message.en.is_empty(),
                    "{error:?}"
                );
                assert_ne!(error.message.vi, error.message.en, "{error:?}");
            }
            fields
                .errors
                .into_iter()
                .map(|error| (error.pointer, error.code))
                .collect()
        }
        other => panic!("{body}: {other:?}"),
    }
}

fn message(body: &str) -> FieldError {
    match read_both(body.as_bytes()) {
        Err(QuestionError::Fields(mut fields)) if fields.errors.len() == 1 => {
            fields.errors.remove(0)
        }
        other => panic!("{body}: {other:?}"),
    }
}

#[test]
fn every_type_is_read() {
    let body = r#"{
        "filed_at": "2024-03-01T16:00", "accepted_at": "2024-03-04T02:00:00Z", "received_at": "2024-03-04T09:30:15+07:00",
        "channel": "counter",
        "facts": {
            "partners": [{"share": 49.50, "country": "foreign"}, {}],
            "topics": ["health", "history"], "medium": "electronic", "conference_at": "2024-05-31T08:30",
            "issued_on": "2024-02-29", "title": "Kỷ y\u1ebfu", "hours": 1.5, "pages": 12, "is_local": false
        },
        "on_file": ["registration", "application"], "data_sources": ["population"]
    }"#;
    let question = read_both(body.as_bytes()).unwrap();
    assert!(with_manifest(|manifest, form| quick::read(
        manifest,
        form,
        body.as_bytes()
    )
    .is_some()));
    assert_eq!(question.channel, Some(Channel::Counter));
    assert_eq!(
        question.instants.accepted_at.unwrap().to_string(),
        "2024-03-04T09:00:00+07:00"
    );
    assert_eq!(
        (question.on_file, question.data_sources),
        (vec![0, 3], vec![1])
    );
    let told: Vec<String> = question
        .facts
        .iter()
        .map(|fact| format!("{} {:?}", fact.fact, fact.value))
        .collect();
    assert_eq!(told[0], "0 Scalar(Boolean(false))");
    assert_eq!(told[1], "1 Scalar(Integer(12))");
    assert_eq!(
        told[2], "2 Scalar(Decimal(Decimal { units: 150, scale: 2 }))",
        "at the scale of the fact"
    );
    assert_eq!(told[3], "3 Scalar(Text(\"Kỷ yếu\"))");
    assert_eq!(told[4], "4 Scalar(Date(2024-02-29))");
    assert_eq!(told[5], "5 Scalar(Moment(2024-05-31T08:30:00+07:00))");
    assert_eq!(told[6], "6 Scalar(Choice(1))");
    assert_eq!(told[7], "7 Scalar(Choices([0, 2]))");
    assert_eq!(
        told[8],
        "8 Rows([[Cell { field: 0, value: Choice(1) }, Cell { field: 1, value: Decimal(Decimal { units: 495, scale: 1 }) }], []])"
    );
}

#[test]
fn nothing_but_facts_is_needed() {
    assert_eq!(read_both(br#"{"facts": {}}"#).unwrap(), Question::default());
    assert_eq!(
        mistakes("{}"),
        [("/facts".to_owned(), Mistake::MissingMember)]
    );
}

#[test]
fn instants_stand_in_for_each_other() {
    let moment = |text: &str| text.parse::<Moment>().unwrap();
    let now = moment("2026-01-01T00:00");
    let none = Instants::default();
    assert_eq!((none.filed(now), none.received(now)), (now, now));
    let early = moment("2024-01-01T00:00");
    let received = Instants {
        received_at: Some(early),
        ..none
    };
    assert_eq!(
        (received.filed(now), received.received(now)),
        (early, early)
    );
    let filed = Instants {
        filed_at: Some(early),
        ..none
    };
    assert_eq!((filed.filed(now), filed.received(now)), (early, early));
}

#[test]
fn a_number_is_read_by_its_digits() {
    let told = |fact: &str, digits: &str| {
        let body = format!(r#"{{"facts": {{"{fact}": {digits}}}}}"#);
        format!("{:?}", read_both(body.as_bytes()).unwrap().facts[0].value)
    };
    assert_eq!(told("pages", "12.0"), "Scalar(Integer(12))");
    assert_eq!(told("pages", "1.2e1"), "Scalar(Integer(12))");
    assert_eq!(
        told("hours", "12345678.91"),
        "Scalar(Decimal(Decimal { units: 1234567891, scale: 2 }))"
    );
    // Zeros at the end lose nothing.
    assert_eq!(
        told("hours", "0.10000"),
        "Scalar(Decimal(Decimal { units: 10, scale: 2 }))"
    );
    for (fact, digits, mistake) in [
        ("pages", "0", Mistake::TooSmall),
        ("pages", "100001", Mistake::TooLarge),
        ("pages", "99999999999999999999", Mistake::TooLarge),
        ("pages", "-99999999999999999999", Mistake::TooSmall),
        ("pages", "1e400", Mistake::TooLarge),
        ("pages", "1.5", Mistake::NotWhole),
        ("hours", "-0.01", Mistake::TooSmall),
        ("hours", "1000000000.01", Mistake::TooLarge),
        ("hours", "0.001", Mistake::TooManyDecimals),
        (
            "hours",
            "0.1000000000000000055511151231257827",
            Mistake::TooManyDecimals,
        ),
        ("hours", "1e-30", Mistake::TooManyDecimals),
    ] {
        let body = format!(r#"{{"facts": {{"{fact}": {digits}}}}}"#);
        assert_eq!(
            mistakes(&body),
            [(format!("/facts/{fact}"), mistake)],
            "{digits}"
        );
    }
}

#[test]
fn each_mistake_is_told_at_its_place() {
    use Mistake::*;
    for (body, pointer, code) in [
        (r#"[]"#, "", WrongType),
        (r#"null"#, "", WrongType),
        (r#"{"facts": []}"#, "/facts", WrongType),
        (r#"{"facts": {}, "fact": 1}"#, "/fact", UnknownMember),
        (r#"{"facts": {}, "a/b~c": 1}"#, "/a~1b~0c", UnknownMember),
        (r#"{"facts": {}, "facts": {}}"#, "/facts", Twice),
        (
            r#"{"facts": {"pages": 1, "pages": 1}}"#,
            "/facts/pages",
            Twice,
        ),
        (r#"{"facts": {"page": 1}}"#, "/facts/page", UnknownMember),
        (
            r#"{"facts": {"is_local": "true"}}"#,
            "/facts/is_local",
            WrongType,
        ),
        (
            r#"{"facts": {"is_local": 1}}"#,
            "/facts/is_local",
            WrongType,
        ),
        (
            r#"{"facts": {"is_local": null}}"#,
            "/facts/is_local",
            WrongType,
        ),
        (r#"{"facts": {"pages": "12"}}"#, "/facts/pages", WrongType),
        (r#"{"facts": {"pages": true}}"#, "/facts/pages", WrongType),
        (r#"{"facts": {"hours": {}}}"#, "/facts/hours", WrongType),
        (r#"{"facts": {"hours": "1.5"}}"#, "/facts/hours", WrongType),
        (r#"{"facts": {"title": 5}}"#, "/facts/title", WrongType),
        (
            r#"{"facts": {"title": "123456789012345678901"}}"#,
            "/facts/title",
            TooLong,
        ),
        (
            r#"{"facts": {"title": "a\nb"}}"#,
            "/facts/title",
            ControlCharacter,
        ),
        (
            r#"{"facts": {"title": "\ud800"}}"#,
            "/facts/title",
            NotUnicode,
        ),
        (r#"{"facts": {"\ud800": 1}}"#, "/facts", NotUnicode),
        (
            r#"{"facts": {"issued_on": "31/05/2024"}}"#,
            "/facts/issued_on",
            NotADate,
        ),
        (
            r#"{"facts": {"issued_on": "2023-02-29"}}"#,
            "/facts/issued_on",
            NoSuchDay,
        ),
        (
            r#"{"facts": {"issued_on": "1899-12-31"}}"#,
            "/facts/issued_on",
            DateOutOfRange,
        ),
        (
            r#"{"facts": {"issued_on": 20240531}}"#,
            "/facts/issued_on",
            WrongType,
        ),
        (
            r#"{"facts": {"conference_at": "2024-05-31"}}"#,
            "/facts/conference_at",
            NotADate,
        ),
        (
            r#"{"facts": {"conference_at": "2024-05-31T24:01"}}"#,
            "/facts/conference_at",
            NoSuchDay,
        ),
        (
            r#"{"facts": {"medium": "papr"}}"#,
            "/facts/medium",
            UnknownOption,
        ),
        (
            r#"{"facts": {"medium": ["paper"]}}"#,
            "/facts/medium",
            WrongType,
        ),
        (
            r#"{"facts": {"topics": "law"}}"#,
            "/facts/topics",
            WrongType,
        ),
        (
            r#"{"facts": {"topics": ["law", "low"]}}"#,
            "/facts/topics/1",
            UnknownOption,
        ),
        (
            r#"{"facts": {"topics": ["law", 5]}}"#,
            "/facts/topics/1",
            WrongType,
        ),
        (
            r#"{"facts": {"topics": ["law", "health", "law"]}}"#,
            "/facts/topics/2",
            Twice,
        ),
        (
            r#"{"facts": {"partners": [{}, {}, {}, {}]}}"#,
            "/facts/partners",
            TooLong,
        ),
        (
            r#"{"facts": {"partners": [{}, 1]}}"#,
            "/facts/partners/1",
            WrongType,
        ),
        (
            r#"{"facts": {"partners": [{"share": 101}]}}"#,
            "/facts/partners/0/share",
            TooLarge,
        ),
        (
            r#"{"facts": {"partners": [{"land": 1}]}}"#,
            "/facts/partners/0/land",
            UnknownMember,
        ),
        (
            r#"{"facts": {"noticed_in_time": true}}"#,
            "/facts/noticed_in_time",
            ToldByTheHost,
        ),
        (
            r#"{"facts": {}, "on_file": ["aplication"]}"#,
            "/on_file/0",
            UnknownOption,
        ),
        (
            r#"{"facts": {}, "on_file": ["application", "application"]}"#,
            "/on_file/1",
            Twice,
        ),
        (
            r#"{"facts": {}, "on_file": "application"}"#,
            "/on_file",
            WrongType,
        ),
        (
            r#"{"facts": {}, "data_sources": ["tax"]}"#,
            "/data_sources/0",
            UnknownOption,
        ),
        (
            r#"{"facts": {}, "channel": "email"}"#,
            "/channel",
            UnknownOption,
        ),
        (
            r#"{"facts": {}, "channel": "postal"}"#,
            "/channel",
            NotOffered,
        ),
        (r#"{"facts": {}, "channel": null}"#, "/channel", WrongType),
        (
            r#"{"facts": {}, "filed_at": "2024-01-01"}"#,
            "/filed_at",
            NotADate,
        ),
        (r#"{"facts": {}, "filed_at": 5}"#, "/filed_at", WrongType),
        (
            r#"{"facts": {}, "filed_at": "2024-01-02T00:00", "received_at": "2024-01-01T00:00"}"#,
            "/received_at",
            OutOfOrder,
        ),
        (
            r#"{"facts": {}, "accepted_at": "2024-01-01T00:00", "filed_at": "2024-01-02T00:00"}"#,
            "/accepted_at",
            OutOfOrder,
        ),
    ] {
        assert_eq!(mistakes(body), [(pointer.to_owned(), code)], "{body}");
    }
}

#[test]
fn all_mistakes_come_at_once_in_the_order_of_the_body() {
    let found = mistakes(
        r#"{"filed_at": "yesterday", "facts": {"pages": 0, "topics": ["law", "x"], "titel": "a", "is_local": 3,
            "partners": [{"share": -1, "country": "mars"}]}, "channel": "fax"}"#,
    );
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/filed_at",
            "/facts/pages",
            "/facts/topics/1",
            "/facts/titel",
            "/facts/is_local",
            "/facts/partners/0/share",
            "/facts/partners/0/country",
            "/channel"
        ]
    );
}

#[test]
fn a_mistake_comes_with_a_way_out() {
    let unknown = message(r#"{"facts": {"Is-Local": true}}"#);
    assert!(
        unknown.message.en.contains("did you mean `is_local`?"),
        "{unknown:?}"
    );
    assert!(unknown.message.vi.contains("có phải ý là `is_local`?"));
    assert!(!unknown.allowed.contains(&"noticed_in_time".to_owned()));
    let option = message(r#"{"facts": {"medium": "xyz"}}"#);
    assert_eq!(option.allowed, ["paper", "electronic"]);
    assert!(option.message.en.contains("`paper`, `electronic`"));
    let quoted = message(r#"{"facts": {"pages": "12"}}"#);
    assert_eq!(
        quoted.message.en,
        "expected a whole number, not a text; write it without quotes"
    );
    assert!(
        message(r#"{"facts": {"pages": null}}"#)
            .message
            .en
            .contains("leave it out")
    );
    assert!(
        message(r#"{"facts": {"pages": 0}}"#)
            .message
            .en
            .contains("between 1 and 100000")
    );
    assert!(
        message(r#"{"facts": {"noticed_in_time": true}}"#)
            .message
            .en
            .contains("`conference_at`")
    );
    assert_eq!(
        message(r#"{"facts": {}, "channel": "postal"}"#).allowed,
        ["online", "counter"]
    );
}

#[test]
fn a_strangers_words_are_shown_safely() {
    let shown = message("{\"facts\": {\"pages\\u202e\\u001b[31m\\n\": 1}}")
        .message
        .en;
    assert!(!shown.contains(['\u{202e}', '\u{1b}', '\n']), "{shown:?}");
    let long = format!(r#"{{"facts": {{"{}": 1}}}}"#, "x".repeat(100_000));
    let long = message(&long);
    assert!(
        long.message.en.len() < 500 && long.pointer == "/facts",
        "{long:?}"
    );
}

#[test]
fn a_flood_of_mistakes_is_cut_short() {
    let facts: String = (0..100_000).map(|n| format!("\"f{n}\": 1,")).collect();
    let body = format!(r#"{{"facts": {{{facts} "z": 1}}}}"#);
    let Err(QuestionError::Fields(fields)) = read_both(body.as_bytes()) else {
        panic!()
    };
    assert_eq!(
        (fields.errors.len(), fields.more),
        (FieldErrors::MOST, true)
    );
}

#[test]
fn texts_are_normalised() {
    // The same word in form NFD: 8 characters more than in NFC.
    let body = "{\"facts\": {\"title\": \"Ky\u{309} ye\u{302}\u{301}u\"}}";
    let question = read_both(body.as_bytes()).unwrap();
    assert_eq!(
        question.facts[0].value,
        Value::Scalar(Scalar::Text("Kỷ yếu".into()))
    );
}

#[test]
fn broken_json_is_told_with_its_place() {
    let broken = |body: &[u8]| match read_both(body) {
        Err(QuestionError::Broken(broken)) => broken,
        other => panic!("{other:?}"),
    };
    let comma = broken(b"{\n  \"facts\": {},\n}");
    assert_eq!((comma.line, comma.column), (3, 1));
    assert!(broken(b"").message.en.contains("empty"));
    assert!(
        broken(b"{\"facts\": {\"title\": \"")
            .message
            .en
            .contains("in the middle")
    );
    assert!(
        broken(b"{\"facts\": {\"title\": \"\xff\"}}")
            .message
            .en
            .contains("UTF-8")
    );
    assert!(
        broken(b"\xEF\xBB\xBF{\"facts\": {}}")
            .message
            .en
            .contains("byte order mark")
    );
    assert!(
        broken(b"{\"facts\": {}} x")
            .message
            .vi
            .contains("sai cú pháp")
    );
    assert!(broken(b"{'facts': {}}").message.en.contains("broken"));
    // What the reader says is said in Vietnamese, too.
    for (body, vi) in [
        ("{'facts': {}}", "nháy kép"),
        ("{\"facts\" {}}", "dấu `:`"),
        ("{\"facts\": {} \"on_file\": []}", "`,` hoặc `}`"),
        ("{\"facts\": {},}", "nháy kép"),
        ("{\"on_file\": [\"a\",]}", "một giá trị"),
        ("{\"facts\": {}} x", "thừa ký tự"),
        ("{\"facts\": tru}", "true, false"),
        ("{\"facts\": {\"a\": 01}}", "số viết sai"),
        ("{\"facts\": {\"a\": \"\\x\"}}", "dấu `\\`"),
        ("{\"facts\": {\"a\": \"\u{1}\"}}", "ký tự điều khiển"),
        ("x", "một giá trị"),
    ] {
        let message = broken(body.as_bytes()).message;
        assert!(message.vi.contains(vi), "{body}: {message:?}");
    }
    // As deep as a body can be.
    let deep = "[".repeat(1 << 20);
    assert!(matches!(
        read_both(deep.as_bytes()),
        Err(QuestionError::Broken(_))
    ));
    let deep = format!(
        "{{\"facts\": {}{}}}",
        "[".repeat(1 << 19),
        "]".repeat(1 << 19)
    );
    assert_eq!(mistakes(&deep), [("/facts".to_owned(), Mistake::WrongType)]);
}

#[test]
fn instants_can_be_seen_past_other_mistakes() {
    let seen =
        peek(br#"{"received_at": "2024-01-02T00:00", "filed_at": 3, "facts": {"x": 1}, "y": 2}"#);
    assert_eq!(
        seen.received_at.unwrap().to_string(),
        "2024-01-02T00:00:00+07:00"
    );
    assert_eq!(seen.filed_at, None);
    assert_eq!(peek(b"{"), Instants::default());
    assert_eq!(peek(b"[1]"), Instants::default());
}

/// A question that fits the sample manifest.
fn fitting() -> impl Strategy<Value = serde_json::Value> {
    let date = (1900_i32..2200, 1..13, 1..29).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"));
    let moment = (2000_i32..2100, 1..13, 1..29, 0..24, 0..60)
        .prop_map(|(y, m, d, h, i)| format!("{y:04}-{m:02}-{d:02}T{h:02}:{i:02}"));
    let decimal = |most: u64| {
        (0..most, 0..100_u64).prop_map(|(whole, part)| {
            serde_json::from_str::<serde_json::Value>(&format!("{whole}.{:01}", part / 10)).unwrap()
        })
    };
    let row = (
        prop::option::of(prop::sample::select(vec!["domestic", "foreign"])),
        prop::option::of(decimal(100)),
    )
        .prop_map(|(country, share)| {
            let mut row = serde_json::Map::new();
            row.extend(share.map(|share| ("share".to_owned(), share)));
            row.extend(country.map(|country| ("country".to_owned(), json!(country))));
            serde_json::Value::Object(row)
        });
    let fact = prop_oneof![
        any::<bool>().prop_map(|told| ("is_local", json!(told))),
        (1..=100_000_u32).prop_map(|pages| ("pages", json!(pages))),
        decimal(1_000_000).prop_map(|hours| ("hours", hours)),
        "[a-zàáảãạăâđêôơư\u{301}\u{309} \"\\\\]{0,20}".prop_map(|title| ("title", json!(title))),
        date.prop_map(|date| ("issued_on", json!(date))),
        moment
            .clone()
            .prop_map(|moment| ("conference_at", json!(moment))),
        prop::sample::select(vec!["paper", "electronic"])
            .prop_map(|medium| ("medium", json!(medium))),
        prop::sample::subsequence(vec!["health", "law", "history"], 0..=3)
            .prop_map(|topics| ("topics", json!(topics))),
        prop::collection::vec(row, 0..=3).prop_map(|rows| ("partners", json!(rows))),
    ];
    (
        prop::collection::vec(fact, 0..12),
        prop::option::of(moment),
        prop::option::of(prop::sample::select(vec!["online", "counter"])),
        prop::sample::subsequence(
            vec!["registration", "application", "disk-manuscript"],
            0..=3,
        ),
    )
        .prop_map(|(facts, filed_at, channel, on_file)| {
            let facts: serde_json::Map<_, _> = facts
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            let mut body = json!({"on_file": on_file, "facts": facts});
            if let Some(filed_at) = filed_at {
                body["filed_at"] = json!(filed_at);
            }
            if let Some(channel) = channel {
                body["channel"] = json!(channel);
            }
            body
        })
}

/// Any JSON, with the names of the manifest sprinkled in.
fn anything() -> impl Strategy<Value = serde_json::Value> {
    let name = prop_oneof![
        4 => prop::sample::select(vec![
            "facts", "filed_at", "received_at", "channel", "on_file", "pages", "hours", "title", "issued_on", "conference_at",
            "medium", "topics", "partners", "share", "country", "noticed_in_time", "is_local",
        ])
        .prop_map(str::to_owned),
        1 => ".{0,12}",
    ];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|b| json!(b)),
        any::<i64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|n| json!(n)),
        ".{0,12}".prop_map(|text| json!(text)),
        prop::sample::select(vec![
            "paper",
            "law",
            "2024-05-31",
            "2024-05-31T08:30",
            "online",
            "application",
            "foreign"
        ])
        .prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::Array),
            prop::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_fits_is_read_quickly_and_alike(body in fitting(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&body) } else { serde_json::to_string(&body) }.unwrap();
        let (quick, careful) = with_manifest(|manifest, form| {
            (quick::read(manifest, form, text.as_bytes()), careful::read(manifest, form, text.as_bytes()))
        });
        prop_assert_eq!(quick.map(Ok), Some(careful), "{}", text);
    }

    #[test]
    fn any_json_is_answered(body in anything()) {
        let _ = read_both(body.to_string().as_bytes());
        let _ = peek(body.to_string().as_bytes());
        let _ = read_both(json!({"facts": body}).to_string().as_bytes());
    }

    #[test]
    fn any_damage_is_answered(body in fitting(), at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let mut bytes = body.to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = with;
        let _ = read_both(&bytes);
        let _ = read_both(&bytes[..at]);
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_both(&bytes);
    }
}
