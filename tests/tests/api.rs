//! The real binary over real HTTP, with the real procedures: what a portal meets.

use std::cell::OnceCell;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::{Value, json};
use tests::binary::Server;
use tests::generate::procedures;
use tests::http::{Connection, Response, request};

/// A server with its data folder.
type Running = (Server, tempfile::TempDir);

/// Where the server answers: one for all tests of this file. Each test, which has a thread of its own, holds it to its end; with the
/// last one it is stopped. (What is static is never dropped: the server would outlive the tests.)
fn address() -> SocketAddr {
    static SHARED: Mutex<Weak<Running>> = Mutex::new(Weak::new());
    thread_local! {
        static HELD: OnceCell<Arc<Running>> = const { OnceCell::new() };
    }
    let start = || {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let data = tempfile::tempdir().expect("a folder");
            let server = Server::start(&procedures(), data.path()).expect("motcua serve starts");
            let running = Arc::new((server, data));
            *shared = Arc::downgrade(&running);
            running
        })
    };
    HELD.with(|held| held.get_or_init(start).0.address)
}

fn send(method: &str, path: &str, body: Option<&[u8]>) -> Response {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut connection = Connection::open(address()).await.expect("it listens");
        connection
            .send(&request(method, path, body))
            .await
            .expect("it answers")
    })
}

fn get(path: &str) -> Response {
    send("GET", path, None)
}

fn post(path: &str, body: &Value) -> Response {
    send("POST", path, Some(body.to_string().as_bytes()))
}

/// A question of a case of every procedure, by slug.
fn first_questions() -> Vec<(String, Value)> {
    let list = get("/api/v1/procedures").json();
    let procedures = list["procedures"].as_array().expect("a list").clone();
    procedures
        .iter()
        .map(|procedure| {
            let slug = procedure["slug"].as_str().expect("a slug").to_owned();
            let description = get(&format!("/api/v1/procedures/{slug}")).json();
            (slug, description["cases"][0]["question"].clone())
        })
        .collect()
}

#[test]
fn the_eight_procedures_are_listed_and_each_gives_a_cited_answer() {
    let questions = first_questions();
    assert_eq!(questions.len(), 8);
    for (slug, question) in questions {
        let response = post(&format!("/api/v1/procedures/{slug}/assess"), &question);
        assert_eq!(response.status, 200, "{slug}: {}", response.text());
        let answer = response.json();
        assert!(
            answer["version"]["digest"]
                .as_str()
                .is_some_and(|d| d.starts_with("sha256:")),
            "{slug}"
        );
        for condition in answer["conditions"].as_array().expect("conditions") {
            assert!(
                !condition["basis"].as_str().expect("a basis").is_empty(),
                "{slug}: {condition}"
            );
            assert!(
                !condition["text"]["vi"].as_str().expect("a text").is_empty(),
                "{slug}: {condition}"
            );
            assert!(
                !condition["text"]["en"].as_str().expect("a text").is_empty(),
                "{slug}: {condition}"
            );
        }
        for document in answer["documents"].as_array().expect("documents") {
            assert!(
                !document["basis"].as_str().expect("a basis").is_empty(),
                "{slug}: {document}"
            );
        }
        let limit = &answer["time_limit"];
        if limit["outcome"] == "known" {
            let (law, promise) = (&limit["statutory"], &limit["committed"]);
            assert!(
                promise["due_at"].as_str() <= law["due_at"].as_str(),
                "{slug}: {limit}"
            );
        }
    }
}

#[test]
fn nothing_told_is_undetermined_and_asks() {
    let body = json!({"received_at": "2026-03-02T09:00", "facts": {}});
    let answer = post("/api/v1/procedures/2.001594/assess", &body).json();
    assert_eq!(answer["verdict"], "undetermined");
    let asked = answer["ask_next"].as_array().expect("a list");
    assert!(!asked.is_empty());
    for ask in asked {
        assert!(
            !ask["question"]["vi"]
                .as_str()
                .expect("a question")
                .is_empty()
        );
        assert!(!ask["because"].as_array().expect("reasons").is_empty());
    }
}

#[test]
fn the_compact_form_says_the_same_without_words() {
    let body = json!({"received_at": "2026-03-02T09:00", "facts": {"owner_is_vietnamese": false}});
    let path = "/api/v1/procedures/licence-to-print-publications/assess";
    let full = post(path, &body).json();
    let compact = post(&format!("{path}?texts=none"), &body);
    let text = compact.text();
    assert!(
        !text.contains("basis") && !text.contains("\"vi\""),
        "{text}"
    );
    let compact = compact.json();
    for member in ["verdict", "total_vnd", "version", "received_on"] {
        assert_eq!(full[member], compact[member], "{member}");
    }
    for (a, b) in full["conditions"]
        .as_array()
        .expect("a list")
        .iter()
        .zip(compact["conditions"].as_array().expect("a list"))
    {
        assert_eq!((&a["id"], &a["outcome"]), (&b["id"], &b["outcome"]));
    }
    assert_eq!(full["verdict"], "ineligible");
    assert_eq!(full["ask_next"], json!([]));
}

#[test]
fn the_day_of_receipt_chooses_the_version() {
    let path = "/api/v1/procedures/1.003868/assess";
    let on = |day: &str| {
        post(
            path,
            &json!({"received_at": format!("{day}T09:00"), "facts": {}}),
        )
        .json()
    };
    assert_eq!(on("2025-06-30")["version"]["valid_from"], "2020-03-01");
    assert_eq!(on("2025-07-01")["version"]["valid_from"], "2025-07-01");
    let early = post(
        path,
        &json!({"received_at": "2001-01-02T09:00", "facts": {}}),
    );
    assert_eq!(early.status, 404);
    assert_eq!(early.json()["type"], "urn:motcua:problem:not-in-force");
}

#[test]
fn each_mistake_gets_its_own_problem() {
    let path = "/api/v1/procedures/licence-to-print-publications/assess";
    let wrong = json!({
        "received_at": "2026-02-30T09:00", "chanel": "online",
        "facts": {"head_is_vietnamese_citizen": "yes", "equipment": "plannd", "unknown_fact": 1, "stages": "press"}
    });
    let response = post(path, &wrong);
    assert_eq!(response.status, 422);
    assert_eq!(
        response.header("content-type"),
        Some("application/problem+json")
    );
    let problem = response.json();
    let errors = problem["errors"].as_array().expect("errors");
    let mut pointers: Vec<_> = errors
        .iter()
        .map(|e| e["pointer"].as_str().expect("a pointer"))
        .collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/chanel",
            "/facts/equipment",
            "/facts/head_is_vietnamese_citizen",
            "/facts/stages",
            "/facts/unknown_fact",
            "/received_at"
        ]
    );
    for error in errors {
        assert!(!error["message"]["vi"].as_str().expect("vi").is_empty());
        assert!(!error["message"]["en"].as_str().expect("en").is_empty());
    }
    let far = post(
        path,
        &json!({"received_at": "2300-01-01T09:00", "facts": {}}),
    )
    .json();
    assert_eq!(far["errors"][0]["code"], "date-out-of-range");

    let kind = |response: Response| {
        (
            response.status,
            response.json()["type"].as_str().unwrap_or("").to_owned(),
        )
    };
    let urn = |word: &str| format!("urn:motcua:problem:{word}");
    assert_eq!(
        kind(send("POST", path, Some(b"{\"facts\": {"))),
        (400, urn("broken-json"))
    );
    assert_eq!(
        kind(post(
            "/api/v1/procedures/9.999999/assess",
            &json!({"facts": {}})
        )),
        (404, urn("unknown-procedure"))
    );
    assert_eq!(kind(get("/api/v1/nothing")), (404, urn("unknown-path")));
    assert_eq!(kind(get(path)), (405, urn("wrong-method")));
    let large = vec![b' '; (256 << 10) + 1];
    assert_eq!(
        kind(send("POST", path, Some(&large))),
        (413, urn("body-too-large"))
    );
    assert_eq!(
        kind(get("/api/v1/procedures?on=tomorrow")),
        (422, urn("invalid-question"))
    );
}

#[test]
fn many_questions_are_answered_in_order_and_one_mistake_spoils_no_other() {
    let good = json!({"received_at": "2026-03-02T09:00", "facts": {}});
    let body = json!({"questions": [
        {"procedure": "2.001594", "question": good},
        {"procedure": "2.001594", "question": {"facts": {"equipment": 3}}},
        {"procedure": "no-such", "question": good},
        {"procedure": "1.003868", "question": good},
    ]});
    let response = post("/api/v1/assess?texts=none", &body);
    assert_eq!(response.status, 200, "{}", response.text());
    let answers = response.json()["answers"].clone();
    assert_eq!(answers[0]["procedure"], "2.001594");
    assert_eq!(
        answers[1]["errors"][0]["pointer"],
        "/questions/1/question/facts/equipment"
    );
    assert_eq!(answers[2]["type"], "urn:motcua:problem:unknown-procedure");
    assert_eq!(answers[3]["procedure"], "1.003868");
    let piece = json!({"procedure": "2.001594", "question": good});
    let too_many = json!({"questions": vec![piece; 1001]});
    assert_eq!(post("/api/v1/assess", &too_many).status, 422);
}

#[test]
fn due_dates_are_those_of_the_worked_examples() {
    let cases = [
        (
            "2026-04-22T09:00",
            json!(4),
            "working-day",
            json!([]),
            "2026-04-29",
        ),
        (
            "2024-04-26T10:00",
            json!(3),
            "working-day",
            json!([]),
            "2024-05-04",
        ),
        (
            "2025-08-18T14:30",
            json!(15),
            "calendar-day",
            json!([]),
            "2025-09-03",
        ),
        (
            "2025-03-03T08:00",
            json!(20),
            "calendar-day",
            json!([{"from": "2025-03-10", "to": "2025-03-18", "mode": "pause"}]),
            "2025-03-31",
        ),
        (
            "2025-12-31T15:30",
            json!(8),
            "working-hour",
            json!([]),
            "2026-01-05",
        ),
        (
            "2025-08-29T15:40",
            json!(1),
            "same-day",
            json!([]),
            "2025-09-03",
        ),
    ];
    for (received_at, amount, unit, suspensions, due_on) in cases {
        let body = json!({
            "received_at": received_at, "term": {"amount": amount, "unit": unit}, "suspensions": suspensions
        });
        let response = post("/api/v1/due-date", &body);
        assert_eq!(response.status, 200, "{}", response.text());
        let due = response.json();
        assert_eq!(due["due_on"], due_on, "{body}");
        assert_eq!(due["provisional"], false, "{body}");
    }
    let body =
        json!({"received_at": "2090-01-04T09:00", "term": {"amount": 3.5, "unit": "working-day"}});
    assert_eq!(post("/api/v1/due-date", &body).json()["provisional"], true);
}

#[test]
fn procedures_are_found_without_diacritics_and_by_field() {
    let found = get("/api/v1/procedures?q=hop%20bao").json();
    let slugs: Vec<_> = found["procedures"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|p| p["slug"].clone())
        .collect();
    assert_eq!(slugs, ["permission-for-press-conference"]);
    let post = get("/api/v1/procedures?field=post").json();
    assert_eq!(post["procedures"].as_array().expect("a list").len(), 2);
}

#[test]
fn the_schema_of_the_facts_fits_a_form() {
    let schema = get("/api/v1/procedures/2.001594/facts.schema.json").json();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(
        schema["properties"]["equipment"]["oneOf"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn the_pages_load_nothing_from_elsewhere() {
    let page = get("/");
    assert_eq!(page.status, 200);
    assert!(
        page.text()
            .contains("Cấp giấy phép hoạt động in xuất bản phẩm")
    );
    for path in ["/", "/docs/", "/style.css"] {
        let response = get(path);
        assert_eq!(response.status, 200, "{path}");
        for elsewhere in ["src=\"http", "href=\"http", "@import", "url(http"] {
            assert!(
                !response.text().contains(elsewhere),
                "{path} loads {elsewhere}…"
            );
        }
    }
    let description = get("/openapi.json").json();
    assert!(
        description["openapi"]
            .as_str()
            .is_some_and(|v| v.starts_with("3.1"))
    );
    let paths = description["paths"].as_object().expect("paths");
    for path in [
        "/api/v1/procedures",
        "/api/v1/procedures/{code}",
        "/api/v1/procedures/{code}/facts.schema.json",
        "/api/v1/procedures/{code}/assess",
        "/api/v1/assess",
        "/api/v1/due-date",
        "/api/v1/calendars/{country}/{year}",
    ] {
        assert!(paths.contains_key(path), "{path} is not described");
    }
}

#[test]
fn the_first_page_is_for_everybody() {
    let page = get("/").text();
    for told in [
        // What it is, in both languages, and what it is not.
        "trả lời cổng dịch vụ công",
        "answers the public-service portal",
        "không phải tư vấn pháp luật",
        "not legal advice",
        "chưa ký",
        "minh họa",
        // For whoever uses a keyboard or listens.
        "<html lang=\"vi\">",
        "<a class=\"skip\" href=\"#procedures\">",
        "<h2 id=\"procedures\">",
        "<nav aria-label=",
        "<main>",
        "scope=\"col\"",
        "role=\"row\"",
    ] {
        assert!(page.contains(told), "{told}");
    }
    // Each section is named by a heading that is there.
    let named = page.matches("<section aria-labelledby=\"field-").count();
    assert_eq!(named, page.matches("<h3 id=\"field-").count());
    assert!(named > 0);
}

#[test]
fn an_address_that_is_none_is_told_like_any_other_mistake() {
    for (path, status, kind) in [
        ("/api/v1/procedures/%FF", 400, "unreadable-path"),
        ("/api/v1/submissions/%C4/1", 400, "unreadable-path"),
        ("/api/v1/procedures/%C4%91", 404, "unknown-procedure"),
        ("/api/v1/procedures/100%", 404, "unknown-procedure"),
        ("/docs/nothing.js", 404, "unknown-path"),
        ("/nothing", 404, "unknown-path"),
        ("/api/v1/due-date", 405, "wrong-method"),
    ] {
        let response = get(path);
        assert_eq!(response.status, status, "{path}");
        let problem = response.json();
        assert_eq!(problem["type"], format!("urn:motcua:problem:{kind}"));
        for text in ["title", "detail"] {
            for language in ["vi", "en"] {
                let said = problem[text][language].as_str().unwrap_or_default();
                assert!(!said.is_empty(), "{path}: {text} in {language}");
            }
        }
    }
}

#[test]
fn the_operator_sees_health_and_figures() {
    assert_eq!(get("/healthz").status, 200);
    assert_eq!(get("/readyz").status, 200);
    let _ = post("/api/v1/procedures/2.001594/assess", &json!({"facts": {}}));
    let figures = get("/metrics").text();
    for name in [
        "motcua_http_requests_total",
        "motcua_assessments_total",
        "motcua_versions_loaded",
    ] {
        assert!(figures.contains(name), "{name}");
    }
    let year = get("/api/v1/calendars/vn/2026").json();
    assert_eq!(year["year"], 2026);
    assert_eq!(get("/api/v1/calendars/vn/1999").status, 404);
}
