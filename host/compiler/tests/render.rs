//! How messages look. The expected text is written out, so that whoever changes it sees what an author will see.

use motcua_compiler::diagnostic::Diagnostic;
use motcua_compiler::reader::read_package;
use motcua_compiler::render::{Files, render, to_json};
use motcua_compiler::source::{FileKind, SourceFile, Span};
use motcua_model::text::Language;
use serde_json::json;

const PACKAGE: &str = include_str!("reader/pub-02.yaml");

fn package(text: impl Into<String>) -> SourceFile {
    SourceFile {
        path: "pub-02/2013-07-01.yaml".to_owned(),
        text: text.into(),
    }
}

fn shown(changes: &[(&str, &str)], language: Language) -> String {
    let mut text = PACKAGE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the example does not contain {from:?}");
        text = text.replacen(from, to, 1);
    }
    let file = package(text);
    let mut diagnostics = Vec::new();
    read_package(&file, &mut diagnostics);
    render(
        &diagnostics,
        &Files {
            package: Some(&file),
            ..Files::default()
        },
        language,
        false,
    )
}

const THREE: [(&str, &str); 3] = [
    ("    rule: head", "    ruel: head"),
    ("confidence: high", "confidence: high\nconfidence: low"),
    (
        "result: {vi: Giấy phép hoạt động in xuất bản phẩm, en: Licence to print publications}",
        "result: {vi: Giấy phép}",
    ),
];

#[test]
fn in_vietnamese() {
    let expected = "\
cảnh báo[missing-language]: kết quả chưa có tiếng Anh
  --> pub-02/2013-07-01.yaml:11:9
   |
11 | result: {vi: Giấy phép}
   |         ^^^^^^^^^^^^^^^
   |
   = gợi ý: thêm `en: …`

lỗi[duplicate-key]: mục `confidence` được viết hai lần
  --> pub-02/2013-07-01.yaml:16:1
   |
15 | confidence: high
   | ---------- lần đầu ở đây
16 | confidence: low
   | ^^^^^^^^^^
   |
   = gợi ý: giữ lại một lần

lỗi[unknown-key]: điều kiện không có mục `ruel`
  --> pub-02/2013-07-01.yaml:32:5
   |
32 |     ruel: head_is_vietnamese_citizen
   |     ^^^^
   |
   = gợi ý: có phải ý bạn là `rule`? Các mục được dùng: `id`, `text`, `basis`, `when`, `rule`, `judgement`

2 lỗi, 1 cảnh báo
";
    assert_eq!(shown(&THREE, Language::Vietnamese), expected);
}

#[test]
fn in_english() {
    let expected = "\
warning[missing-language]: the result is not in English yet
  --> pub-02/2013-07-01.yaml:11:9
   |
11 | result: {vi: Giấy phép}
   |         ^^^^^^^^^^^^^^^
   |
   = help: add `en: …`

error[duplicate-key]: key `confidence` is written twice
  --> pub-02/2013-07-01.yaml:16:1
   |
15 | confidence: high
   | ---------- first written here
16 | confidence: low
   | ^^^^^^^^^^
   |
   = help: keep one of them

error[unknown-key]: the condition has no key `ruel`
  --> pub-02/2013-07-01.yaml:32:5
   |
32 |     ruel: head_is_vietnamese_citizen
   |     ^^^^
   |
   = help: did you mean `rule`? The keys are: `id`, `text`, `basis`, `when`, `rule`, `judgement`

2 errors, 1 warning
";
    assert_eq!(shown(&THREE, Language::English), expected);
}

#[test]
fn the_most_common_mistake_shows_the_way_out() {
    let expected = "\
lỗi[yaml-syntax]: dấu hai chấm nằm trong đoạn chữ không có ngoặc
  --> pub-02/2013-07-01.yaml:30:12
   |
30 |     basis: Luật Xuất bản: Điều 32
   |            ^^^^^^^^^^^^^^^^^^^^^^ `: ` bắt đầu một mục mới
   |
   = gợi ý: đặt cả đoạn chữ trong ngoặc đơn, ví dụ 'Luật Xuất bản: Điều 32'
gợi ý: viết như sau
   |
30 -     basis: Luật Xuất bản: Điều 32
30 +     basis: 'Luật Xuất bản: Điều 32'
   |

1 lỗi
";
    let change = (
        "basis: điểm a khoản 1 Điều 32 Luật Xuất bản 19/2012/QH13",
        "basis: Luật Xuất bản: Điều 32",
    );
    assert_eq!(shown(&[change], Language::Vietnamese), expected);
}

#[test]
fn no_messages_no_words() {
    assert_eq!(render(&[], &Files::default(), Language::English, true), "");
}

#[test]
fn colour_only_where_it_is_wanted() {
    let file = package("a: b\n");
    let message = [Diagnostic::error(
        "x",
        Span::new(FileKind::Package, 0, 1),
        "sai",
        "wrong",
    )];
    let files = Files {
        package: Some(&file),
        ..Files::default()
    };
    assert!(render(&message, &files, Language::English, true).contains('\u{1b}'));
    assert!(!render(&message, &files, Language::English, false).contains('\u{1b}'));
}

#[test]
fn nothing_an_author_wrote_reaches_the_terminal() {
    let file = SourceFile {
        path: "a\u{1b}]0;b.yaml".to_owned(),
        text: "k: \u{1b}[2J \u{202e}x\u{9b}1m\n".to_owned(),
    };
    let message = [Diagnostic::error(
        "x",
        Span::new(FileKind::Package, 3, 7),
        "\u{1b}[1m",
        "\u{1b}[1m",
    )
    .label("\u{7}", "\u{7}")
    .help("\u{202e}", "\u{202e}")
    .suggest("\u{1b}c")];
    let files = Files {
        package: Some(&file),
        ..Files::default()
    };
    let shown = render(&message, &files, Language::English, false);
    assert!(
        !shown
            .chars()
            .any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'),
        "{shown:?}"
    );
    assert!(shown.contains("⟨U+001B⟩[2J"), "{shown}");
}

#[test]
fn a_message_without_its_file_is_still_shown() {
    let message = [Diagnostic::warning(
        "x",
        Span::new(FileKind::Cases, 3, 7),
        "sai",
        "wrong",
    )];
    let shown = render(&message, &Files::default(), Language::English, false);
    assert!(shown.starts_with("warning[x]: wrong"), "{shown}");
    assert!(shown.ends_with("1 warning\n"), "{shown}");
}

#[test]
fn places_of_two_files_and_far_apart() {
    let far = format!("a: b\n{}z: y\n", "# dài\n".repeat(3_000));
    let (file, cases) = (
        package(far.clone()),
        SourceFile {
            path: "cases.yaml".to_owned(),
            text: "c: d\n".to_owned(),
        },
    );
    let z = far.find("z:").expect("z") as u32;
    let message = [
        Diagnostic::error("x", Span::new(FileKind::Package, z, z + 1), "sai", "wrong")
            .related(Span::new(FileKind::Package, 0, 1), "trên", "above")
            .related(Span::new(FileKind::Cases, 0, 1), "kia", "there"),
    ];
    let files = Files {
        package: Some(&file),
        cases: Some(&cases),
        calendar: None,
    };
    let shown = render(&message, &files, Language::English, false);
    for words in [
        "pub-02/2013-07-01.yaml:3002:1",
        "- above",
        "cases.yaml:1:1",
        "- there",
    ] {
        assert!(shown.contains(words), "{words} in\n{shown}");
    }
    assert!(shown.lines().count() < 25, "{shown}");
}

#[test]
fn very_many_messages_are_counted() {
    let file = package("a: b\n");
    let message = Diagnostic::error("x", Span::new(FileKind::Package, 0, 1), "sai", "wrong");
    let many = vec![message; 250];
    let shown = render(
        &many,
        &Files {
            package: Some(&file),
            ..Files::default()
        },
        Language::Vietnamese,
        false,
    );
    assert_eq!(shown.matches("lỗi[x]").count(), 100);
    assert!(
        shown.ends_with("… và 150 thông báo nữa; hãy sửa các lỗi trên rồi chạy lại\n250 lỗi\n"),
        "{shown}"
    );
}

#[test]
fn as_json() {
    let file = package("tên: Giấy phép\nmã: x\n");
    let text = &file.text;
    let at = |words: &str| {
        let start = text.find(words).expect("words of the file");
        Span::new(
            FileKind::Package,
            start as u32,
            (start + words.len()) as u32,
        )
    };
    let messages = [
        Diagnostic::warning("second", at("x"), "sai", "wrong"),
        Diagnostic::error("first", at("phép\nmã"), "sai", "wrong")
            .label("đây", "here")
            .related(at("tên"), "kia", "there")
            .suggest("phep"),
    ];
    let json = to_json(
        &messages,
        &Files {
            package: Some(&file),
            ..Files::default()
        },
    );
    assert_eq!(
        json,
        json!([
            {
                "severity": "error",
                "code": "first",
                "message": {"vi": "sai", "en": "wrong"},
                "file": "pub-02/2013-07-01.yaml",
                "line": 1, "column": 11, "end_line": 2, "end_column": 3,
                "text": "phép\nmã",
                "label": {"vi": "đây", "en": "here"},
                "help": {"vi": "có phải ý bạn là `phep`?", "en": "did you mean `phep`?"},
                "suggestion": "phep",
                "related": [{
                    "file": "pub-02/2013-07-01.yaml",
                    "line": 1, "column": 1, "end_line": 1, "end_column": 4,
                    "text": "tên",
                    "label": {"vi": "kia", "en": "there"},
                }],
            },
            {
                "severity": "warning",
                "code": "second",
                "message": {"vi": "sai", "en": "wrong"},
                "file": "pub-02/2013-07-01.yaml",
                "line": 2, "column": 5, "end_line": 2, "end_column": 6,
                "text": "x",
            },
        ])
    );
}
