//! One test a mistake: the words it points at, what it says in both languages, and the way out.

use super::{codes, read, read_cell, words, wrong};

/// What a message gives the author besides its sentence.
#[derive(Debug, PartialEq)]
enum WayOut {
    /// Words to put in place of those underlined.
    Write(&'static str),
    /// Advice, Vietnamese and English.
    Help(&'static str, &'static str),
    /// The sentence says it all.
    None,
}

macro_rules! way_out {
    () => {
        WayOut::None
    };
    (write $words:literal) => {
        WayOut::Write($words)
    };
    (help $vi:literal $en:literal) => {
        WayOut::Help($vi, $en)
    };
}

macro_rules! reader {
    (expression) => {
        read
    };
    (cell) => {
        read_cell
    };
}

/// `name: expression|cell TEXT => CODE at WORDS { vi, en, and write or help }`
macro_rules! mistakes {
    ($($name:ident: $form:ident $text:literal => $code:literal at $at:literal {
        vi: $vi:literal,
        en: $en:literal,
        $($way:ident: $first:literal $(, $second:literal)?,)?
    })*) => {
        $(
            #[test]
            fn $name() {
                let problems = wrong(reader!($form)($text), $text);
                assert_eq!(codes(&problems), [$code]);
                let problem = &problems[0];
                assert_eq!(words($text, problem.span), $at);
                assert_eq!(problem.message.vi, $vi);
                assert_eq!(problem.message.en, $en);
                match way_out!($($way $first $($second)?)?) {
                    WayOut::Write(words) => assert_eq!(problem.suggestion.as_deref(), Some(words)),
                    WayOut::Help(vi, en) => {
                        assert_eq!(problem.suggestion, None);
                        let help = problem.help.as_ref().expect("advice");
                        assert_eq!((help.vi.as_str(), help.en.as_str()), (vi, en));
                    }
                    WayOut::None => assert_eq!((&problem.suggestion, &problem.help), (&None, &None)),
                }
            }
        )*
    };
}

mistakes! {
    double_equals: expression r#"class == "a""# => "wrong-symbol" at "==" {
        vi: "không có ký hiệu `==`; hãy viết `=`",
        en: "there is no symbol `==`; write `=`",
        write: "=",
    }

    triple_equals: expression r#"class === "a""# => "wrong-symbol" at "===" {
        vi: "không có ký hiệu `===`; hãy viết `=`",
        en: "there is no symbol `===`; write `=`",
        write: "=",
    }

    assignment: expression r#"class := "a""# => "wrong-symbol" at ":=" {
        vi: "không có ký hiệu `:=`; hãy viết `=`",
        en: "there is no symbol `:=`; write `=`",
        write: "=",
    }

    double_ampersand: expression "a && b" => "wrong-symbol" at "&&" {
        vi: "không có ký hiệu `&&`; hãy viết `and`",
        en: "there is no symbol `&&`; write `and`",
        write: "and",
    }

    double_bar: expression "a || b" => "wrong-symbol" at "||" {
        vi: "không có ký hiệu `||`; hãy viết `or`",
        en: "there is no symbol `||`; write `or`",
        write: "or",
    }

    less_or_greater: expression "a <> b" => "wrong-symbol" at "<>" {
        vi: "không có ký hiệu `<>`; hãy viết `!=`",
        en: "there is no symbol `<>`; write `!=`",
        write: "!=",
    }

    greater_or_equal_sign: expression "pages ≥ 5" => "wrong-symbol" at "≥" {
        vi: "không có ký hiệu `≥`; hãy viết `>=`",
        en: "there is no symbol `≥`; write `>=`",
        write: ">=",
    }

    less_or_equal_sign: expression "pages ≤ 5" => "wrong-symbol" at "≤" {
        vi: "không có ký hiệu `≤`; hãy viết `<=`",
        en: "there is no symbol `≤`; write `<=`",
        write: "<=",
    }

    not_equal_sign: expression "pages ≠ 5" => "wrong-symbol" at "≠" {
        vi: "không có ký hiệu `≠`; hãy viết `!=`",
        en: "there is no symbol `≠`; write `!=`",
        write: "!=",
    }

    swapped_less_or_equal: expression "pages =< 5" => "wrong-symbol" at "=<" {
        vi: "không có ký hiệu `=<`; hãy viết `<=`",
        en: "there is no symbol `=<`; write `<=`",
        write: "<=",
    }

    swapped_greater_or_equal: expression "pages => 5" => "wrong-symbol" at "=>" {
        vi: "không có ký hiệu `=>`; hãy viết `>=`",
        en: "there is no symbol `=>`; write `>=`",
        write: ">=",
    }

    times_sign: expression "pages × 15000" => "wrong-symbol" at "×" {
        vi: "không có ký hiệu `×`; hãy viết `*`",
        en: "there is no symbol `×`; write `*`",
        write: "*",
    }

    division_sign: expression "floor(pages ÷ 2)" => "wrong-symbol" at "÷" {
        vi: "không có ký hiệu `÷`; hãy viết `/`",
        en: "there is no symbol `÷`; write `/`",
        write: "/",
    }

    typographic_minus: expression "pages − 5" => "wrong-symbol" at "−" {
        vi: "không có ký hiệu `−`; hãy viết `-`",
        en: "there is no symbol `−`; write `-`",
        write: "-",
    }

    ellipsis: expression "pages in [1…5]" => "wrong-symbol" at "…" {
        vi: "không có ký hiệu `…`; hãy viết `..`",
        en: "there is no symbol `…`; write `..`",
        write: "..",
    }

    capital_true: expression "is_local = True" => "capital-letters" at "True" {
        vi: "`True` phải viết bằng chữ thường: `true`",
        en: "`True` is written in small letters: `true`",
        write: "true",
    }

    capital_and: expression "a AND b" => "capital-letters" at "AND" {
        vi: "`AND` phải viết bằng chữ thường: `and`",
        en: "`AND` is written in small letters: `and`",
        write: "and",
    }

    capital_not: expression "Not(a)" => "capital-letters" at "Not" {
        vi: "`Not` phải viết bằng chữ thường: `not`",
        en: "`Not` is written in small letters: `not`",
        write: "not",
    }

    vietnamese_and: expression "a và b" => "vietnamese-keyword" at "và" {
        vi: "từ khóa viết bằng tiếng Anh: `và` là `and`",
        en: "keywords are English: `và` is `and`",
        write: "and",
    }

    vietnamese_or: expression "a hoặc b" => "vietnamese-keyword" at "hoặc" {
        vi: "từ khóa viết bằng tiếng Anh: `hoặc` là `or`",
        en: "keywords are English: `hoặc` is `or`",
        write: "or",
    }

    vietnamese_or_decomposed: expression "a hoa\u{323}\u{306}c b" => "vietnamese-keyword" at "hoa\u{323}\u{306}c" {
        vi: "từ khóa viết bằng tiếng Anh: `hoa\u{323}\u{306}c` là `or`",
        en: "keywords are English: `hoa\u{323}\u{306}c` is `or`",
        write: "or",
    }

    vietnamese_if: expression "nếu a then 1 else 2" => "vietnamese-keyword" at "nếu" {
        vi: "từ khóa viết bằng tiếng Anh: `nếu` là `if`",
        en: "keywords are English: `nếu` is `if`",
        write: "if",
    }

    vietnamese_not: expression "không(a)" => "vietnamese-keyword" at "không" {
        vi: "từ khóa viết bằng tiếng Anh: `không` là `not`",
        en: "keywords are English: `không` is `not`",
        help: "phủ định viết kèm ngoặc đơn: `not(điều_kiện)`", "a negation has parentheses: `not(condition)`",
    }

    vietnamese_not_without_parentheses: expression "không a" => "bare-not" at "không a" {
        vi: "phủ định cần ngoặc đơn: `not(…)`",
        en: "a negation needs parentheses: `not(…)`",
        write: "not(a)",
    }

    capital_name: expression "Pages > 5" => "wrong-name" at "Pages" {
        vi: "`Pages` không thể là một tên: tên chỉ gồm chữ thường a–z, chữ số và `_`, bắt đầu bằng chữ",
        en: "`Pages` cannot be a name: names have small letters a–z, digits and `_`, and begin with a letter",
        write: "pages",
    }

    vietnamese_name: expression "tuổi > 18" => "wrong-name" at "tuổi" {
        vi: "`tuổi` không thể là một tên: tên chỉ gồm chữ thường a–z, chữ số và `_`, bắt đầu bằng chữ",
        en: "`tuổi` cannot be a name: names have small letters a–z, digits and `_`, and begin with a letter",
        help: "nếu đây là một giá trị, hãy đặt nó trong dấu ngoặc kép", "if this is a value, put it in double quotes",
    }

    unknown_character: expression "a # b" => "unknown-character" at "#" {
        vi: "biểu thức không dùng ký tự `#`",
        en: "expressions have no character `#`",
    }

    unknown_characters: expression "a §¶ b" => "unknown-character" at "§¶" {
        vi: "biểu thức không dùng ký tự `§¶`",
        en: "expressions have no character `§¶`",
    }

    bidirectional_character: expression "a \u{202e} b" => "unknown-character" at "\u{202e}" {
        vi: "biểu thức không dùng ký tự `U+202E`",
        en: "expressions have no character `U+202E`",
    }

    percent: expression "amount * 30 %" => "percent" at "30 %" {
        vi: "không có ký hiệu `%`; hãy viết phần trăm thành số thập phân",
        en: "there is no symbol `%`; write a percentage as a decimal number",
        write: "0.3",
    }

    percent_alone: expression "amount * rate %" => "percent" at "%" {
        vi: "không có ký hiệu `%`; hãy viết phần trăm thành số thập phân",
        en: "there is no symbol `%`; write a percentage as a decimal number",
        help: "ví dụ 30 % là `0.3`", "for example, 30 % is `0.3`",
    }

    thousands_comma: expression "pages * 15,000" => "comma-in-number" at "15,000" {
        vi: "`15,000` không phải là một số: số không có dấu phẩy",
        en: "`15,000` is not a number: numbers have no comma",
        write: "15000",
    }

    millions_with_commas: expression "1,500,000.50" => "comma-in-number" at "1,500,000.50" {
        vi: "`1,500,000.50` không phải là một số: số không có dấu phẩy",
        en: "`1,500,000.50` is not a number: numbers have no comma",
        write: "1500000.50",
    }

    decimal_comma_zero: expression "pages * 0,125" => "comma-in-number" at "0,125" {
        vi: "`0,125` không phải là một số: số không có dấu phẩy",
        en: "`0,125` is not a number: numbers have no comma",
        write: "0.125",
    }

    decimal_comma: expression "pages * 3,5" => "comma-in-number" at "3,5" {
        vi: "`3,5` không phải là một số: dấu thập phân là dấu chấm",
        en: "`3,5` is not a number: the decimal separator is a point",
        write: "3.5",
    }

    millions_with_points: expression "amount > 1.500.000" => "many-points" at "1.500.000" {
        vi: "`1.500.000` không phải là một số: số có nhiều nhất một dấu chấm, là dấu thập phân",
        en: "`1.500.000` is not a number: a number has at most one point, the decimal point",
        write: "1500000",
    }

    number_with_many_points: expression "1.2.3" => "many-points" at "1.2.3" {
        vi: "`1.2.3` không phải là một số: số có nhiều nhất một dấu chấm, là dấu thập phân",
        en: "`1.2.3` is not a number: a number has at most one point, the decimal point",
    }

    number_with_spaces: expression "amount > 15 000" => "spaced-number" at "15 000" {
        vi: "`15 000` không phải là một số: giữa các chữ số không có dấu cách",
        en: "`15 000` is not a number: there is no space between digits",
        write: "15000",
    }

    number_with_underscores: expression "amount > 15_000" => "number-with-letters" at "15_000" {
        vi: "`15_000` không phải là một số: số chỉ gồm chữ số và dấu thập phân",
        en: "`15_000` is not a number: numbers have only digits and a decimal point",
        write: "15000",
    }

    point_at_the_end: expression "5. + a" => "point-without-digits" at "5." {
        vi: "sau dấu thập phân phải có chữ số",
        en: "the decimal point needs digits after it",
        write: "5",
    }

    point_at_the_start: expression "a * .5" => "point-without-digits" at ".5" {
        vi: "trước dấu thập phân phải có chữ số",
        en: "the decimal point needs digits before it",
        write: "0.5",
    }

    exponent: expression "a * 1e3" => "exponent" at "1e3" {
        vi: "`1e3`: số không viết với số mũ",
        en: "`1e3`: numbers have no exponent",
        write: "1000",
    }

    exponent_beyond_the_range: expression "a * 1e300" => "exponent" at "1e300" {
        vi: "`1e300`: số không viết với số mũ",
        en: "`1e300`: numbers have no exponent",
        help: "hãy viết đủ các chữ số", "write out the digits",
    }

    currency: expression "amount = 15000đ" => "number-with-letters" at "15000đ" {
        vi: "`15000đ` không phải là một số: số chỉ gồm chữ số và dấu thập phân",
        en: "`15000đ` is not a number: numbers have only digits and a decimal point",
        write: "15000",
    }

    unit: expression "wait < 24h" => "number-with-letters" at "24h" {
        vi: "`24h` không phải là một số: số chỉ gồm chữ số và dấu thập phân",
        en: "`24h` is not a number: numbers have only digits and a decimal point",
        write: "24",
    }

    too_many_digits: expression "a < 9999999999999999999" => "number-too-long" at "9999999999999999999" {
        vi: "số có nhiều nhất 18 chữ số, trong đó nhiều nhất 9 chữ số sau dấu thập phân",
        en: "a number has at most 18 digits, 9 of them after the point",
    }

    too_many_decimals: expression "a < 0.0000000001" => "number-too-long" at "0.0000000001" {
        vi: "số có nhiều nhất 18 chữ số, trong đó nhiều nhất 9 chữ số sau dấu thập phân",
        en: "a number has at most 18 digits, 9 of them after the point",
    }

    bare_date: expression "filed_on >= 2023-07-01" => "bare-date" at "2023-07-01" {
        vi: r#"ngày viết bằng `date("…")`, không viết `2023-07-01`"#,
        en: r#"a date is written `date("…")`, not `2023-07-01`"#,
        write: r#"date("2023-07-01")"#,
    }

    bare_vietnamese_date: expression "filed_on >= 1/7/2023" => "bare-date" at "1/7/2023" {
        vi: r#"ngày viết bằng `date("…")`, không viết `1/7/2023`"#,
        en: r#"a date is written `date("…")`, not `1/7/2023`"#,
        write: r#"date("2023-07-01")"#,
    }

    bare_date_with_points: expression "filed_on >= 01.07.2023" => "bare-date" at "01.07.2023" {
        vi: r#"ngày viết bằng `date("…")`, không viết `01.07.2023`"#,
        en: r#"a date is written `date("…")`, not `01.07.2023`"#,
        write: r#"date("2023-07-01")"#,
    }

    bare_date_in_call: expression "date(2023-07-01)" => "bare-date" at "2023-07-01" {
        vi: r#"ngày viết bằng `date("…")`, không viết `2023-07-01`"#,
        en: r#"a date is written `date("…")`, not `2023-07-01`"#,
        write: r#""2023-07-01""#,
    }

    bare_moment: expression "filed_at > 2023-07-01T08:30" => "bare-date" at "2023-07-01T08:30" {
        vi: r#"thời điểm viết bằng `date and time("…")`, không viết `2023-07-01T08:30`"#,
        en: r#"a point of time is written `date and time("…")`, not `2023-07-01T08:30`"#,
        write: r#"date and time("2023-07-01T08:30")"#,
    }

    bare_impossible_date: expression "filed_on >= 2023-02-30" => "bare-date" at "2023-02-30" {
        vi: r#"ngày viết bằng `date("…")`, không viết `2023-02-30`"#,
        en: r#"a date is written `date("…")`, not `2023-02-30`"#,
        help: r#"ví dụ `date("2024-05-31")`"#, r#"for example `date("2024-05-31")`"#,
    }

    unclosed_text: expression r#"class = "paper"# => "unclosed-text" at r#""paper"# {
        vi: r#"văn bản chưa được đóng bằng dấu `"`"#,
        en: r#"this text is not closed by `"`"#,
        help: r#"thêm dấu `"` ở cuối văn bản"#, r#"put a `"` at the end of the text"#,
    }

    unclosed_text_with_typographic_end: expression r#"class = "paper”"# => "unclosed-text" at r#""paper”"# {
        vi: r#"văn bản chưa được đóng bằng dấu `"`"#,
        en: r#"this text is not closed by `"`"#,
        help: r#"văn bản kết thúc bằng dấu `"`, không phải bằng dấu nháy khác"#, r#"a text ends with `"`, not with another kind of quote"#,
    }

    unknown_escape: expression r#"t = "a\d""# => "unknown-escape" at r#"\d"# {
        vi: r#"không có ký hiệu thoát `\d` trong văn bản"#,
        en: r#"texts have no escape `\d`"#,
        help: r#"các ký hiệu thoát: `\"`, `\\`, `\n`, `\t` và `\u` kèm bốn chữ số hệ mười sáu của một ký tự"#, r#"the escapes are `\"`, `\\`, `\n`, `\t`, and `\u` with the four hexadecimal digits of a character"#,
    }

    surrogate_escape: expression r#"t = "\ud83d""# => "unknown-escape" at r#"\ud83d"# {
        vi: r#"không có ký hiệu thoát `\ud83d` trong văn bản"#,
        en: r#"texts have no escape `\ud83d`"#,
        help: r#"các ký hiệu thoát: `\"`, `\\`, `\n`, `\t` và `\u` kèm bốn chữ số hệ mười sáu của một ký tự"#, r#"the escapes are `\"`, `\\`, `\n`, `\t`, and `\u` with the four hexadecimal digits of a character"#,
    }

    deceptive_character: expression "t = \"a\u{202e}b\"" => "deceptive-character" at "\u{202e}" {
        vi: "trong văn bản có ký tự không nhìn thấy được hoặc dễ nhầm với ký tự khác: U+202E",
        en: "this text has a character that cannot be seen, or passes for another one: U+202E",
        help: "hãy xóa nó và gõ lại", "delete it and type the text again",
    }

    decomposed_text: expression "t = \"hoa\u{323}\u{306}c\"" => "decomposed-text" at "\"hoa\u{323}\u{306}c\"" {
        vi: "các chữ có dấu trong văn bản bị tách rời (Unicode tổ hợp), nên sẽ không bằng văn bản nào được nhập",
        en: "the accented letters of this text are in parts (decomposed Unicode), so no text that is entered would equal it",
        help: "hãy gõ lại văn bản bằng bảng mã Unicode dựng sẵn", "type the text again in composed Unicode (NFC)",
    }

    typographic_quotes: expression "class = “paper”" => "wrong-quotes" at "“paper”" {
        vi: r#"văn bản đặt trong dấu `"`, không phải dấu `“`"#,
        en: r#"a text stands in `"`, not in `“`"#,
        write: r#""paper""#,
    }

    single_quotes: expression "class = 'paper'" => "wrong-quotes" at "'paper'" {
        vi: r#"văn bản đặt trong dấu `"`, không phải dấu `'`"#,
        en: r#"a text stands in `"`, not in `'`"#,
        write: r#""paper""#,
    }

    typographic_single_quotes: expression "class = ‘paper’" => "wrong-quotes" at "‘paper’" {
        vi: r#"văn bản đặt trong dấu `"`, không phải dấu `‘`"#,
        en: r#"a text stands in `"`, not in `‘`"#,
        write: r#""paper""#,
    }

    unclosed_single_quote: expression "class = 'paper" => "wrong-quotes" at "'paper" {
        vi: r#"văn bản đặt trong dấu `"`, không phải dấu `'`"#,
        en: r#"a text stands in `"`, not in `'`"#,
        help: r#"dùng dấu `"` ở cả hai đầu"#, r#"use `"` at both ends"#,
    }

    filter: expression r#"partners[country = "foreign"]"# => "feel-filter" at r#"[country = "foreign"]"# {
        vi: "gói thủ tục không dùng bộ lọc `a[…]` của FEEL",
        en: "packages do not use FEEL's filters `a[…]`",
        help: "hãy dùng `some x in … satisfies …`, `every …`, hoặc `sum(for x in … return if … then … else 0)`", "use `some x in … satisfies …`, `every …`, or `sum(for x in … return if … then … else 0)`",
    }

    context: expression "{a: 1, b: 2}" => "feel-context" at "{a: 1, b: 2}" {
        vi: "gói thủ tục không dùng ngữ cảnh `{…}` của FEEL",
        en: "packages do not use FEEL's contexts `{…}`",
        help: "hãy đặt từng giá trị thành một định nghĩa trong `definitions`", "give each value a name in `definitions`",
    }

    function_definition: expression "function(a) a + 1" => "feel-function" at "function" {
        vi: "gói thủ tục không dùng định nghĩa hàm `function(…)` của FEEL",
        en: "packages do not use FEEL's function definitions `function(…)`",
        help: "hãy viết một định nghĩa trong `definitions`", "write a definition in `definitions`",
    }

    external_function: expression "external" => "feel-external" at "external" {
        vi: "gói thủ tục không dùng hàm bên ngoài `external` của FEEL",
        en: "packages do not use FEEL's external functions `external`",
        help: "quy tắc chỉ dùng những gì viết trong gói: không gọi chương trình khác", "rules use only what the package says: they call no other program",
    }

    lambda: expression "p -> p" => "feel-lambda" at "->" {
        vi: "gói thủ tục không dùng hàm ẩn danh `->`",
        en: "packages do not use lambdas `->`",
        help: "hãy dùng `some x in … satisfies …`, `every …` hoặc `for x in … return …`", "use `some x in … satisfies …`, `every …` or `for x in … return …`",
    }

    instance_of: expression "a instance of number" => "feel-instance-of" at "instance of" {
        vi: "gói thủ tục không dùng phép thử `instance of` của FEEL",
        en: "packages do not use FEEL's tests `instance of`",
        help: "kiểu của mỗi dữ kiện đã ghi trong `facts`; hãy bỏ phép thử này", "the type of every fact is known from `facts`; leave the test out",
    }

    at_date: expression r#"filed_on > @"2024-05-31""# => "feel-at-literal" at r#"@"2024-05-31""# {
        vi: r#"gói thủ tục không dùng dạng viết `@"…"` của FEEL"#,
        en: r#"packages do not use FEEL's literals `@"…"`"#,
        write: r#"date("2024-05-31")"#,
    }

    at_moment: expression r#"filed_at > @"2024-05-31T08:30:00""# => "feel-at-literal" at r#"@"2024-05-31T08:30:00""# {
        vi: r#"gói thủ tục không dùng dạng viết `@"…"` của FEEL"#,
        en: r#"packages do not use FEEL's literals `@"…"`"#,
        write: r#"date and time("2024-05-31T08:30:00")"#,
    }

    at_duration: expression r#"wait < @"P30D""# => "feel-at-literal" at r#"@"P30D""# {
        vi: r#"gói thủ tục không dùng dạng viết `@"…"` của FEEL"#,
        en: r#"packages do not use FEEL's literals `@"…"`"#,
        write: r#"duration("P30D")"#,
    }

    double_star: expression "pages ** 2" => "feel-power" at "**" {
        vi: "gói thủ tục không dùng phép lũy thừa `**`",
        en: "packages do not use powers `**`",
        help: "hãy nhân: `a * a`", "multiply: `a * a`",
    }

    caret: expression "pages ^ 2" => "feel-power" at "^" {
        vi: "gói thủ tục không dùng phép lũy thừa `^`",
        en: "packages do not use powers `^`",
        help: "hãy nhân: `a * a`", "multiply: `a * a`",
    }

    question_mark: expression "? > 5" => "feel-input" at "?" {
        vi: "gói thủ tục không dùng dấu `?` (giá trị của ô) của FEEL",
        en: "packages do not use FEEL's input marks `?`",
        help: "ô tự so với cột của nó: viết `> 5`, không viết `? > 5`", "a cell tests its own input: write `> 5`, not `? > 5`",
    }

    line_comment: expression "a // why" => "feel-comment" at "// why" {
        vi: "gói thủ tục không dùng chú thích trong biểu thức của FEEL",
        en: "packages do not use FEEL's comments",
        help: "hãy viết chú thích ở một dòng riêng của tệp, bắt đầu bằng `#`", "write the comment on a line of its own in the file, beginning with `#`",
    }

    block_comment: expression "a /* why */ and b" => "feel-comment" at "/* why */" {
        vi: "gói thủ tục không dùng chú thích trong biểu thức của FEEL",
        en: "packages do not use FEEL's comments",
        help: "hãy viết chú thích ở một dòng riêng của tệp, bắt đầu bằng `#`", "write the comment on a line of its own in the file, beginning with `#`",
    }

    several_in_for: expression "sum(for p in a, q in b return p.x)" => "feel-for-several" at "for p in a, q in b return p.x" {
        vi: "gói thủ tục không dùng dạng `for` với nhiều biến của FEEL",
        en: "packages do not use FEEL's `for` loops over several variables",
        help: "hãy dùng một biến cho mỗi `for`", "use one variable for each `for`",
    }

    named_argument: expression "round up(n: a / b, 0)" => "feel-named-argument" at "n:" {
        vi: "gói thủ tục không dùng tham số có tên của FEEL",
        en: "packages do not use FEEL's named arguments",
        help: "hãy bỏ `n:` và viết các giá trị theo thứ tự", "leave out `n:` and give the values in their order",
    }

    and_as_function: expression "AND(a, b = 1, c)" => "operator-as-function" at "AND(a, b = 1, c)" {
        vi: "`and` đứng giữa hai điều kiện: `a and b`",
        en: "`and` stands between two conditions: `a and b`",
        write: "a and b = 1 and c",
    }

    or_as_function: expression "or(a, b)" => "operator-as-function" at "or(a, b)" {
        vi: "`or` đứng giữa hai điều kiện: `a or b`",
        en: "`or` stands between two conditions: `a or b`",
        write: "a or b",
    }

    if_as_function: expression "IF(a > 1, 2, 3)" => "if-as-function" at "IF(a > 1, 2, 3)" {
        vi: "`if` không phải là hàm; hãy viết `if … then … else …`",
        en: "`if` is not a function; write `if … then … else …`",
        write: "if a > 1 then 2 else 3",
    }

    method_call: expression r#"title.contains("a")"# => "method-call" at "title.contains" {
        vi: "tên hàm đứng trước, giá trị đứng trong ngoặc",
        en: "a function stands before its values",
        help: r#"ví dụ `contains(title, "…")`"#, r#"for example `contains(title, "…")`"#,
    }

    exclamation: expression "a and !b" => "exclamation" at "!b" {
        vi: "phủ định viết là `not(…)`, không phải `!`",
        en: "a negation is `not(…)`, not `!`",
        write: "not(b)",
    }

    exclamation_with_parentheses: expression "!(a or b)" => "exclamation" at "!(a or b)" {
        vi: "phủ định viết là `not(…)`, không phải `!`",
        en: "a negation is `not(…)`, not `!`",
        write: "not(a or b)",
    }

    bare_not: expression "not a = 1 or b" => "bare-not" at "not a = 1" {
        vi: "phủ định cần ngoặc đơn: `not(…)`",
        en: "a negation needs parentheses: `not(…)`",
        write: "not(a = 1)",
    }

    not_in: expression r#"class not in ("a", "b")"# => "not-in" at r#"class not in ("a", "b")"# {
        vi: "không có phép `not in`; hãy phủ định cả phép thử",
        en: "there is no `not in`; negate the whole test",
        write: r#"not(class in ("a", "b"))"#,
    }

    chain_up: expression "1 < x < 5" => "chained-comparison" at "1 < x < 5" {
        vi: "các phép so sánh không nối liền nhau được",
        en: "comparisons cannot be chained",
        write: "x in (1..5)",
    }

    chain_up_closed: expression "1 <= x < 5" => "chained-comparison" at "1 <= x < 5" {
        vi: "các phép so sánh không nối liền nhau được",
        en: "comparisons cannot be chained",
        write: "x in [1..5)",
    }

    chain_down: expression "5 >= x > 1" => "chained-comparison" at "5 >= x > 1" {
        vi: "các phép so sánh không nối liền nhau được",
        en: "comparisons cannot be chained",
        write: "x in (1..5]",
    }

    chain_of_equals: expression "a = b = c" => "chained-comparison" at "a = b = c" {
        vi: "các phép so sánh không nối liền nhau được",
        en: "comparisons cannot be chained",
        write: "a = b and b = c",
    }

    chain_of_four: expression "1 < x < y < 5" => "chained-comparison" at "1 < x < y < 5" {
        vi: "các phép so sánh không nối liền nhau được",
        en: "comparisons cannot be chained",
        write: "1 < x and x < y and y < 5",
    }

    mixed_chain: expression "a in b = c" => "chained-comparison" at "=" {
        vi: "các phép so sánh không nối liền nhau được",
        en: "comparisons cannot be chained",
        help: "hãy nối chúng bằng `and`, hoặc đặt ngoặc đơn", "join them with `and`, or set parentheses",
    }

    empty: expression "" => "empty-expression" at "" {
        vi: "biểu thức trống",
        en: "the expression is empty",
    }

    blank: expression "   " => "empty-expression" at "   " {
        vi: "biểu thức trống",
        en: "the expression is empty",
    }

    keyword_at_the_front_of_an_option: expression "a = in-time" => "unquoted-option" at "in-time" {
        vi: "lựa chọn `in-time` thiếu dấu ngoặc kép",
        en: "the option `in-time` lacks its double quotes",
        write: "\"in-time\"",
    }
    keyword_at_the_end_of_an_option: expression "a = sign-in and b" => "unquoted-option" at "sign-in" {
        vi: "lựa chọn `sign-in` thiếu dấu ngoặc kép",
        en: "the option `sign-in` lacks its double quotes",
        write: "\"sign-in\"",
    }
    keyword_in_the_middle_of_an_option: cell "not-in-force" => "unquoted-option" at "not-in-force" {
        vi: "lựa chọn `not-in-force` thiếu dấu ngoặc kép",
        en: "the option `not-in-force` lacks its double quotes",
        write: "\"not-in-force\"",
    }
    missing_operand_at_the_end: expression "a and" => "missing-operand" at "and" {
        vi: "thiếu giá trị sau `and`",
        en: "a value is missing after `and`",
    }

    missing_operand_at_the_start: expression "* b" => "missing-operand" at "*" {
        vi: "thiếu giá trị trước `*`",
        en: "a value is missing before `*`",
    }

    missing_operand_between: expression "a + * b" => "missing-operand" at "+" {
        vi: "thiếu giá trị sau `+`",
        en: "a value is missing after `+`",
    }

    missing_operand_in_parentheses: expression "a + ()" => "missing-operand" at "(" {
        vi: "thiếu giá trị sau `(`",
        en: "a value is missing after `(`",
    }

    missing_argument: expression "min(a, )" => "missing-operand" at "," {
        vi: "thiếu giá trị sau `,`",
        en: "a value is missing after `,`",
    }

    split_symbol: expression "a > = 5" => "split-symbol" at "> =" {
        vi: "ký hiệu `>=` viết liền, không có dấu cách",
        en: "the symbol `>=` is written without a space",
        write: ">=",
    }

    split_not_equal: expression "a ! = 5" => "split-symbol" at "! =" {
        vi: "ký hiệu `!=` viết liền, không có dấu cách",
        en: "the symbol `!=` is written without a space",
        write: "!=",
    }

    unclosed_parenthesis: expression "min(a, (b + 1)" => "unclosed-bracket" at "" {
        vi: "thiếu `)` để đóng `(`",
        en: "`(` is not closed: a `)` is missing",
    }

    unclosed_bracket: expression "x in [1, 2" => "unclosed-bracket" at "" {
        vi: "thiếu `]` để đóng `[`",
        en: "`[` is not closed: a `]` is missing",
    }

    unclosed_range: expression "x in [1..5" => "unclosed-bracket" at "" {
        vi: "thiếu `]` để đóng `[`",
        en: "`[` is not closed: a `]` is missing",
    }

    mismatched_bracket: expression "(a + b]" => "mismatched-bracket" at "]" {
        vi: "`(` được đóng bằng `]`; phải là `)`",
        en: "`(` is closed by `]`; it needs `)`",
        write: ")",
    }

    stray_parenthesis: expression "a + b)" => "unopened-bracket" at ")" {
        vi: "`)` không đóng ngoặc nào",
        en: "`)` closes nothing",
        help: "hãy bỏ nó, hoặc thêm ngoặc mở", "remove it, or add the opening one",
    }

    missing_then: expression "if a 5 else 6" => "missing-then" at "5" {
        vi: "`if` thiếu `then`",
        en: "`if` lacks its `then`",
        help: "hãy viết `if … then … else …`", "write `if … then … else …`",
    }

    missing_else: expression "if a then 5" => "missing-else" at "" {
        vi: "`if` thiếu `else`",
        en: "`if` lacks its `else`",
        help: "hãy viết `if … then … else …`", "write `if … then … else …`",
    }

    missing_in: expression "some p partners satisfies p.a" => "missing-in" at "partners" {
        vi: "`some` thiếu `in`",
        en: "`some` lacks its `in`",
        help: "hãy viết `some x in … satisfies …`", "write `some x in … satisfies …`",
    }

    missing_satisfies: expression "some p in partners" => "missing-satisfies" at "" {
        vi: "`some` thiếu `satisfies`",
        en: "`some` lacks its `satisfies`",
        help: "hãy viết `some x in … satisfies …`", "write `some x in … satisfies …`",
    }

    missing_return: expression "sum(for p in partners)" => "missing-return" at ")" {
        vi: "`for` thiếu `return`",
        en: "`for` lacks its `return`",
        help: "hãy viết `for x in … return …`", "write `for x in … return …`",
    }

    missing_and: expression "x between 1, 5" => "missing-and" at "," {
        vi: "`between` thiếu `and`",
        en: "`between` lacks its `and`",
        help: "hãy viết `x between a and b`", "write `x between a and b`",
    }

    missing_variable: expression "some in partners satisfies a" => "missing-variable" at "in" {
        vi: "sau `some` phải có một tên",
        en: "`some` needs a name after it",
        help: "ví dụ `some p in partners …`", "for example `some p in partners …`",
    }

    missing_field: expression "p. = 5" => "missing-field" at "=" {
        vi: "sau `.` phải có tên của một trường",
        en: "the name of a field is missing after `.`",
    }

    missing_field_keyword: expression "p.in" => "missing-field" at "in" {
        vi: "sau `.` phải có tên của một trường",
        en: "the name of a field is missing after `.`",
    }

    trailing_word: expression "pages 5" => "trailing-words" at "5" {
        vi: "biểu thức đã trọn vẹn trước `5`",
        en: "the expression is complete before `5`",
        help: "có thể thiếu một phép toán ở giữa, ví dụ `and`, `or`, `=`, `+`", "perhaps an operator is missing between them, such as `and`, `or`, `=`, `+`",
    }

    trailing_text: expression r#""a" "b""# => "trailing-words" at r#""b""# {
        vi: r#"biểu thức đã trọn vẹn trước `"b"`"#,
        en: r#"the expression is complete before `"b"`"#,
        help: "có thể thiếu một phép toán ở giữa, ví dụ `and`, `or`, `=`, `+`", "perhaps an operator is missing between them, such as `and`, `or`, `=`, `+`",
    }

    is_for_equals: expression r#"class is "a""# => "trailing-words" at "is" {
        vi: "biểu thức đã trọn vẹn trước `is`",
        en: "the expression is complete before `is`",
        write: "=",
    }

    missing_operator_before_function: expression r#"a starts with(t, "x")"# => "trailing-words" at "starts with" {
        vi: "biểu thức đã trọn vẹn trước `starts with`",
        en: "the expression is complete before `starts with`",
        help: "có thể thiếu một phép toán ở giữa, ví dụ `and`, `or`, `=`, `+`", "perhaps an operator is missing between them, such as `and`, `or`, `=`, `+`",
    }

    stray_then: expression "a then b" => "stray-word" at "then" {
        vi: "`then` không thuộc `if` nào",
        en: "`then` belongs to no `if`",
    }

    stray_satisfies: expression "a satisfies b" => "stray-word" at "satisfies" {
        vi: "`satisfies` không thuộc `some … in …` nào",
        en: "`satisfies` belongs to no `some … in …`",
    }

    name_with_spaces: expression "has permit and a" => "name-with-spaces" at "has permit" {
        vi: "`has permit`: tên viết liền, các từ nối bằng `_`",
        en: "`has permit`: a name is one word, its parts joined by `_`",
        write: "has_permit",
    }

    comma_at_the_top: expression "a, b" => "unexpected-comma" at "," {
        vi: "dấu phẩy chỉ đứng giữa các giá trị trong ngoặc",
        en: "a comma stands only between values in brackets",
    }

    list_in_parentheses: expression r#"class = ("a", "b")"# => "list-in-parentheses" at r#"= ("a", "b")"# {
        vi: "trong ngoặc đơn chỉ có một giá trị",
        en: "parentheses hold one value",
        write: r#"in ("a", "b")"#,
    }

    list_in_parentheses_elsewhere: expression "min((a, b))" => "list-in-parentheses" at "(a, b)" {
        vi: "trong ngoặc đơn chỉ có một giá trị",
        en: "parentheses hold one value",
        help: "so với nhiều giá trị bằng `in`: `x in (a, b)`; danh sách viết trong ngoặc vuông: `[a, b]`", "compare with several values by `in`: `x in (a, b)`; a list stands in brackets: `[a, b]`",
    }

    bare_range: expression "x in 1..5" => "bare-range" at "1..5" {
        vi: "khoảng cần ngoặc: `[1..5]` gồm cả hai đầu, `(1..5)` không gồm đầu nào",
        en: "a range needs brackets: `[1..5]` with both ends, `(1..5)` without them",
        write: "[1..5]",
    }

    bare_range_in_list: expression "x in (1..5, 7)" => "bare-range" at "1..5" {
        vi: "khoảng cần ngoặc: `[1..5]` gồm cả hai đầu, `(1..5)` không gồm đầu nào",
        en: "a range needs brackets: `[1..5]` with both ends, `(1..5)` without them",
        write: "[1..5]",
    }

    bare_range_of_names: expression "x in low..high" => "bare-range" at ".." {
        vi: "khoảng cần ngoặc: `[1..5]` gồm cả hai đầu, `(1..5)` không gồm đầu nào",
        en: "a range needs brackets: `[1..5]` with both ends, `(1..5)` without them",
    }

    empty_cell: cell "" => "empty-cell" at "" {
        vi: "ô này trống",
        en: "this cell is empty",
        write: "-",
    }

    blank_cell: cell "  " => "empty-cell" at "  " {
        vi: "ô này trống",
        en: "this cell is empty",
        write: "-",
    }

    any_and_more: cell "-, 5" => "any-not-alone" at "-" {
        vi: "`-` nghĩa là giá trị nào cũng được, nên đứng một mình trong ô",
        en: "`-` means any value, so it stands alone in its cell",
    }

    not_and_more: cell "not(1), 2" => "not-not-alone" at "not(1)" {
        vi: "`not(…)` phải chiếm cả ô",
        en: "`not(…)` must be the whole cell",
        help: "hãy gom các giá trị vào trong ngoặc: `not(1, 2)`", "gather the values in its parentheses: `not(1, 2)`",
    }

    not_among_values: cell "1, not(2)" => "not-in-test" at "not(2)" {
        vi: "`not(…)` không đứng trong danh sách các giá trị",
        en: "`not(…)` does not stand among values",
        help: "phủ định cả phép thử: `not(x in (…))`; trong bảng, cả ô: `not(…)`", "negate the whole test, `not(x in (…))`; in a table, the whole cell, `not(…)`",
    }

    not_after_in: expression "x in not(1, 2)" => "not-in-test" at "not(1, 2)" {
        vi: "`not(…)` không đứng trong danh sách các giá trị",
        en: "`not(…)` does not stand among values",
        help: "phủ định cả phép thử: `not(x in (…))`; trong bảng, cả ô: `not(…)`", "negate the whole test, `not(x in (…))`; in a table, the whole cell, `not(…)`",
    }

    and_in_cell: cell "> 5 and <= 10" => "and-in-test" at "> 5 and <= 10" {
        vi: "ở đây không dùng `and`; hãy viết một khoảng",
        en: "there is no `and` here; write a range",
        write: "(5..10]",
    }

    and_in_cell_reversed: cell "<= 10 and >= 5" => "and-in-test" at "<= 10 and >= 5" {
        vi: "ở đây không dùng `and`; hãy viết một khoảng",
        en: "there is no `and` here; write a range",
        write: "[5..10]",
    }

    and_in_cell_without_range: cell "< 5 and > 10" => "and-in-test" at "< 5 and > 10" {
        vi: "ở đây không dùng `and`; hãy viết một khoảng",
        en: "there is no `and` here; write a range",
        help: "ví dụ `(5..10]`: lớn hơn 5, đến 10", "for example `(5..10]`: more than 5, up to 10",
    }

    or_in_cell: cell r#""a" or "b""# => "or-in-test" at "or" {
        vi: "các giá trị cách nhau bằng dấu phẩy, không phải `or`",
        en: "values are separated by commas, not by `or`",
        write: ",",
    }

    comparison_in_cell: cell "pages > 5" => "comparison-in-test" at "pages > 5" {
        vi: "ở đây không viết lại giá trị được so sánh",
        en: "what is compared is not written again here",
        write: "> 5",
    }

    between_in_cell: cell "x between 1 and 5" => "comparison-in-test" at "x" {
        vi: "ở đây không viết lại giá trị được so sánh",
        en: "what is compared is not written again here",
    }

    range_in_cell: cell "1..5" => "bare-range" at "1..5" {
        vi: "khoảng cần ngoặc: `[1..5]` gồm cả hai đầu, `(1..5)` không gồm đầu nào",
        en: "a range needs brackets: `[1..5]` with both ends, `(1..5)` without them",
        write: "[1..5]",
    }

    typographic_dash: cell "–" => "wrong-symbol" at "–" {
        vi: "không có ký hiệu `–`; hãy viết `-`",
        en: "there is no symbol `–`; write `-`",
        write: "-",
    }
}

/// A suggestion put in place of the underlined words must leave nothing to say about those words.
#[test]
fn suggestions_are_right() {
    for text in [
        "class == \"a\"",
        "a && b",
        "pages ≥ 5",
        "is_local = True",
        "a và b",
        "Pages > 5",
        "amount * 30 %",
        "pages * 15,000",
        "amount > 1.500.000",
        "amount > 15 000",
        "a * .5",
        "a * 1e3",
        "filed_on >= 1/7/2023",
        "filed_at > 2023-07-01T08:30",
        "date(2023-07-01)",
        "class = “paper”",
        "class = 'say \"yes\"'",
        "filed_on > @\"2024-05-31\"",
        "AND(a, b)",
        "IF(a > 1, 2, 3)",
        "!(a or b)",
        "not a = 1",
        "class not in (\"a\", \"b\")",
        "1 < x < 5",
        "5 >= x > 1",
        "1 < x < y < 5",
        "a > = 5",
        "(a + b]",
        "class is \"a\"",
        "has permit and a",
        "class = (\"a\", \"b\")",
        "x in 1..5",
        "x in (1..5, 7)",
    ] {
        let problems = wrong(read(text), text);
        let problem = &problems[0];
        let mut corrected = text.to_owned();
        corrected.replace_range(
            problem.span.range(),
            problem.suggestion.as_deref().expect(text),
        );
        let (tree, problems) = read(&corrected);
        assert!(tree.is_some(), "{text} became {corrected}: {problems:?}");
    }
    for text in [
        "",
        "> 5 and <= 10",
        "\"a\" or \"b\"",
        "pages > 5",
        "1..5",
        "–",
    ] {
        let problems = wrong(read_cell(text), text);
        let mut corrected = text.to_owned();
        corrected.replace_range(
            problems[0].span.range(),
            problems[0].suggestion.as_deref().expect(text),
        );
        let (cell, problems) = read_cell(&corrected);
        assert!(cell.is_some(), "{text} became {corrected}: {problems:?}");
    }
}

#[test]
fn unbalanced_brackets_point_at_the_opening_one() {
    for (text, opening) in [
        ("min(a, (b + 1)", 3),
        ("x in [1, 2", 5),
        ("(a + b]", 0),
        ("f(a, [3)", 5),
        ("if a then (b else c", 10),
    ] {
        let problems = wrong(read(text), text);
        let problem = problems.last().expect("a message");
        let [(place, said)] = problem.related.as_slice() else {
            panic!("{problem:?}")
        };
        assert_eq!(place.start, opening, "{text}");
        let open = words(text, *place);
        assert_eq!(said.vi, format!("`{open}` mở ở đây"));
        assert_eq!(said.en, format!("`{open}` opens here"));
    }
}

#[test]
fn a_number_with_three_digits_behind_its_point_is_explained() {
    for (text, vi, en, help_vi, help_en) in [
        (
            "15.000",
            "dấu chấm là dấu thập phân: `15.000` bằng 15, không phải 15000",
            "the point is a decimal point: `15.000` is 15, not 15000",
            "hãy viết `15000` nếu đây là hàng nghìn, `15.0` nếu đúng là số thập phân",
            "write `15000` if thousands are meant, `15.0` if it is a decimal number",
        ),
        (
            "1.125",
            "dấu chấm là dấu thập phân: `1.125` bằng 1.125, không phải 1125",
            "the point is a decimal point: `1.125` is 1.125, not 1125",
            "hãy viết `1125` nếu đây là hàng nghìn, `1.1250` nếu đúng là số thập phân",
            "write `1125` if thousands are meant, `1.1250` if it is a decimal number",
        ),
    ] {
        let (tree, problems) = read(text);
        assert!(tree.is_some());
        assert_eq!(codes(&problems), ["thousands-point"]);
        let help = problems[0].help.as_ref().expect("advice");
        assert_eq!(
            (
                problems[0].message.vi.as_str(),
                problems[0].message.en.as_str()
            ),
            (vi, en)
        );
        assert_eq!((help.vi.as_str(), help.en.as_str()), (help_vi, help_en));
        // Both ways out are quiet.
        for quoted in help.en.split('`').skip(1).step_by(2) {
            assert_eq!(read(quoted).1, [], "{quoted}");
        }
    }
}

#[test]
fn several_mistakes_of_one_expression_are_all_reported() {
    for (text, expected) in [
        (
            "a == 5 or b && (c + ) or [1, 15,000] or d[5] or \"x",
            &[
                "wrong-symbol",
                "wrong-symbol",
                "missing-operand",
                "comma-in-number",
                "feel-filter",
                "unclosed-text",
            ][..],
        ),
        (
            "x in [1..5 6] or y in [1..2 and z",
            &["trailing-words", "unclosed-bracket"],
        ),
        (
            "if a == 1 then !b else (c",
            &["wrong-symbol", "exclamation", "unclosed-bracket"],
        ),
        (
            "min(a b, 1..2, 3 4)",
            &["name-with-spaces", "bare-range", "trailing-words"],
        ),
        ("a + b) and c +", &["unopened-bracket", "missing-operand"]),
        (
            "some p in partners[1] satisfies p.country == 'foreign' and not p.x",
            &["feel-filter", "wrong-symbol", "wrong-quotes", "bare-not"],
        ),
        (
            "nếu a và True thì 15.000 else 2..3",
            &[
                "vietnamese-keyword",
                "vietnamese-keyword",
                "capital-letters",
                "vietnamese-keyword",
                "thousands-point",
                "bare-range",
            ],
        ),
    ] {
        let problems = wrong(read(text), text);
        assert_eq!(codes(&problems), expected, "{text}");
        assert!(problems.is_sorted_by_key(|p| p.span.start));
    }
    let cell = "== 5, 'a', > 1 and < 2, 15,000";
    assert_eq!(
        codes(&wrong(read_cell(cell), cell)),
        [
            "wrong-symbol",
            "wrong-quotes",
            "and-in-test",
            "comma-in-number"
        ]
    );
}

#[test]
fn one_mistake_gives_one_message() {
    for text in [
        "(((a +)))",
        "f(g(h(a,)))",
        "if a then",
        "if then a else b",
        "x in (1, 2",
        "a ? b : c",
        "a; b",
        "function(x) x + 1",
        "a.b(c)",
        "x in [1, 2..5]",
        "every p in x return p",
        "{ a: [1, 2] }.a",
        "5 apples",
        "x in [1 + ..5]",
        "x in (a b..5)",
        "x in [1..5 6] and y",
    ] {
        assert_eq!(
            wrong(read(text), text).len(),
            1,
            "{text}: {:?}",
            codes(&read(text).1)
        );
    }
}
