//! Mistakes within one word, number, text or symbol.

use motcua_model::Decimal;

use super::short;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Whether a code is that of a keyword in the wrong letters.
pub fn of_one_word(code: &str) -> bool {
    matches!(code, "capital-letters" | "vietnamese-keyword")
}

/// `==`, `&&`, `≥`.
pub fn wrong_symbol(span: Span, written: &str, meant: &str) -> Diagnostic {
    Diagnostic::error(
        "wrong-symbol",
        span,
        format!("không có ký hiệu `{written}`; hãy viết `{meant}`"),
        format!("there is no symbol `{written}`; write `{meant}`"),
    )
    .suggest(meant)
}

/// `và`, `hoặc`, `không`.
pub fn vietnamese_keyword(span: Span, word: &str, meant: &str) -> Diagnostic {
    let problem = Diagnostic::error(
        "vietnamese-keyword",
        span,
        format!("từ khóa viết bằng tiếng Anh: `{word}` là `{meant}`"),
        format!("keywords are English: `{word}` is `{meant}`"),
    );
    if meant == "not" {
        return problem.help(
            "phủ định viết kèm ngoặc đơn: `not(điều_kiện)`",
            "a negation has parentheses: `not(condition)`",
        );
    }
    problem.suggest(meant)
}

/// `True`, `AND`.
pub fn capital_letters(span: Span, word: &str, meant: &str) -> Diagnostic {
    Diagnostic::error(
        "capital-letters",
        span,
        format!("`{word}` phải viết bằng chữ thường: `{meant}`"),
        format!("`{word}` is written in small letters: `{meant}`"),
    )
    .suggest(meant)
}

/// `Pages`, `tuổi`.
pub fn wrong_name(span: Span, word: &str, meant: Option<&str>) -> Diagnostic {
    let word = short(word);
    let problem = Diagnostic::error(
        "wrong-name",
        span,
        format!(
            "`{word}` không thể là một tên: tên chỉ gồm chữ thường a–z, chữ số và `_`, bắt đầu bằng chữ"
        ),
        format!(
            "`{word}` cannot be a name: names have small letters a–z, digits and `_`, and begin with a letter"
        ),
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem.help(
            "nếu đây là một giá trị, hãy đặt nó trong dấu ngoặc kép",
            "if this is a value, put it in double quotes",
        ),
    }
}

/// `in-time`: an option, since no name holds a hyphen and no keyword stands next to one.
pub fn unquoted_option(span: Span, option: &str) -> Diagnostic {
    let shown = short(option);
    Diagnostic::error(
        "unquoted-option",
        span,
        format!("lựa chọn `{shown}` thiếu dấu ngoặc kép"),
        format!("the option `{shown}` lacks its double quotes"),
    )
    .suggest(format!("\"{option}\""))
}

/// `#`, `$`.
pub fn unknown_character(span: Span, written: &str) -> Diagnostic {
    let written: String = written.chars().map(visible).collect();
    let written = short(&written);
    Diagnostic::error(
        "unknown-character",
        span,
        format!("biểu thức không dùng ký tự `{written}`"),
        format!("expressions have no character `{written}`"),
    )
}

/// `30 %`.
pub fn percent(span: Span, meant: Option<Decimal>) -> Diagnostic {
    let problem = Diagnostic::error(
        "percent",
        span,
        "không có ký hiệu `%`; hãy viết phần trăm thành số thập phân",
        "there is no symbol `%`; write a percentage as a decimal number",
    );
    match meant {
        Some(meant) => problem.suggest(meant.to_string()),
        None => problem.help("ví dụ 30 % là `0.3`", "for example, 30 % is `0.3`"),
    }
}

/// `15.000`: right for FEEL, but perhaps not what was meant.
pub fn thousands_point(span: Span, written: &str, number: Decimal) -> Diagnostic {
    let whole = written.replace('.', "");
    let plain = match number.normalised() {
        Decimal { scale: 0, units } => format!("{units}.0"),
        shorter if shorter.scale < 3 => shorter.to_string(),
        _ => format!("{written}0"),
    };
    Diagnostic::warning(
        "thousands-point",
        span,
        format!(
            "dấu chấm là dấu thập phân: `{written}` bằng {}, không phải {whole}",
            number.normalised()
        ),
        format!(
            "the point is a decimal point: `{written}` is {}, not {whole}",
            number.normalised()
        ),
    )
    .help(
        format!("hãy viết `{whole}` nếu đây là hàng nghìn, `{plain}` nếu đúng là số thập phân"),
        format!("write `{whole}` if thousands are meant, `{plain}` if it is a decimal number"),
    )
}

/// `15,000`.
pub fn comma_in_number(span: Span, written: &str, meant: &str, values: &str) -> Diagnostic {
    Diagnostic::error(
        "comma-in-number",
        span,
        format!("`{written}` không phải là một số: số không có dấu phẩy"),
        format!("`{written}` is not a number: numbers have no comma"),
    )
    .help(
        format!("hãy viết `{meant}`; nếu là nhiều giá trị, thêm dấu cách sau dấu phẩy: `{values}`"),
        format!(
            "write `{meant}`; if these are several values, put a space after the comma: `{values}`"
        ),
    )
    .suggest(meant)
}

/// `1.500.000`, `1.2.3`.
pub fn many_points(span: Span, written: &str, meant: Option<&str>) -> Diagnostic {
    let written = short(written);
    let problem = Diagnostic::error(
        "many-points",
        span,
        format!(
            "`{written}` không phải là một số: số có nhiều nhất một dấu chấm, là dấu thập phân"
        ),
        format!("`{written}` is not a number: a number has at most one point, the decimal point"),
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem,
    }
}

/// `15 000`.
pub fn spaced_number(span: Span, written: &str, meant: &str) -> Diagnostic {
    Diagnostic::error(
        "spaced-number",
        span,
        format!("`{written}` không phải là một số: giữa các chữ số không có dấu cách"),
        format!("`{written}` is not a number: there is no space between digits"),
    )
    .suggest(meant)
}

/// `5.`
pub fn point_at_end(span: Span, digits: &str) -> Diagnostic {
    Diagnostic::error(
        "point-without-digits",
        span,
        "sau dấu thập phân phải có chữ số",
        "the decimal point needs digits after it",
    )
    .suggest(digits)
}

/// `.5`
pub fn point_at_start(span: Span, written: &str) -> Diagnostic {
    Diagnostic::error(
        "point-without-digits",
        span,
        "trước dấu thập phân phải có chữ số",
        "the decimal point needs digits before it",
    )
    .suggest(format!("0{written}"))
}

/// `1e3`
pub fn exponent(span: Span, written: &str, meant: Option<Decimal>) -> Diagnostic {
    let written = short(written);
    let problem = Diagnostic::error(
        "exponent",
        span,
        format!("`{written}`: số không viết với số mũ"),
        format!("`{written}`: numbers have no exponent"),
    );
    match meant {
        Some(meant) => problem.suggest(meant.to_string()),
        None => problem.help("hãy viết đủ các chữ số", "write out the digits"),
    }
}

/// `15000đ`, `24h`, `15_000`
pub fn number_with_letters(span: Span, written: &str, meant: &str) -> Diagnostic {
    let written = short(written);
    Diagnostic::error(
        "number-with-letters",
        span,
        format!("`{written}` không phải là một số: số chỉ gồm chữ số và dấu thập phân"),
        format!("`{written}` is not a number: numbers have only digits and a decimal point"),
    )
    .suggest(meant)
}

/// A number beyond the range.
pub fn number_too_long(span: Span) -> Diagnostic {
    Diagnostic::error(
        "number-too-long",
        span,
        "số có nhiều nhất 18 chữ số, trong đó nhiều nhất 9 chữ số sau dấu thập phân",
        "a number has at most 18 digits, 9 of them after the point",
    )
}

/// `2024-05-31`, `31/05/2024`
pub fn bare_date(span: Span, written: &str, meant: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(
        "bare-date",
        span,
        format!("ngày viết bằng `date(\"…\")`, không viết `{written}`"),
        format!("a date is written `date(\"…\")`, not `{written}`"),
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem.help(
            "ví dụ `date(\"2024-05-31\")`",
            "for example `date(\"2024-05-31\")`",
        ),
    }
}

/// `2024-05-31T08:30`
pub fn bare_moment(span: Span, written: &str, meant: Option<&str>) -> Diagnostic {
    let written = short(written);
    let problem = Diagnostic::error(
        "bare-date",
        span,
        format!("thời điểm viết bằng `date and time(\"…\")`, không viết `{written}`"),
        format!("a point of time is written `date and time(\"…\")`, not `{written}`"),
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem.help(
            "ví dụ `date and time(\"2024-05-31T08:30:00\")`",
            "for example `date and time(\"2024-05-31T08:30:00\")`",
        ),
    }
}

/// A text without its closing quote.
pub fn unclosed_text(span: Span, typographic: bool) -> Diagnostic {
    let problem = Diagnostic::error(
        "unclosed-text",
        span,
        "văn bản chưa được đóng bằng dấu `\"`",
        "this text is not closed by `\"`",
    );
    if typographic {
        problem.help(
            "văn bản kết thúc bằng dấu `\"`, không phải bằng dấu nháy khác",
            "a text ends with `\"`, not with another kind of quote",
        )
    } else {
        problem.help(
            "thêm dấu `\"` ở cuối văn bản",
            "put a `\"` at the end of the text",
        )
    }
}

/// `\x`
pub fn unknown_escape(span: Span, written: &str) -> Diagnostic {
    let written = short(written);
    Diagnostic::error(
        "unknown-escape",
        span,
        format!("không có ký hiệu thoát `{written}` trong văn bản"),
        format!("texts have no escape `{written}`"),
    )
    .help(
        "các ký hiệu thoát: `\\\"`, `\\\\`, `\\n`, `\\t` và `\\u` kèm bốn chữ số hệ mười sáu của một ký tự",
        "the escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, and `\\u` with the four hexadecimal digits of a character",
    )
}

/// A character in a text that a reader does not see, or takes for another one.
pub fn deceptive_character(span: Span, c: char) -> Diagnostic {
    let code = visible(c);
    Diagnostic::error(
        "deceptive-character",
        span,
        format!("trong văn bản có ký tự không nhìn thấy được hoặc dễ nhầm với ký tự khác: {code}"),
        format!("this text has a character that cannot be seen, or passes for another one: {code}"),
    )
    .help("hãy xóa nó và gõ lại", "delete it and type the text again")
}

/// A text whose letters are in parts.
pub fn decomposed_text(span: Span) -> Diagnostic {
    Diagnostic::error(
        "decomposed-text",
        span,
        "các chữ có dấu trong văn bản bị tách rời (Unicode tổ hợp), nên sẽ không bằng văn bản nào được nhập",
        "the accented letters of this text are in parts (decomposed Unicode), so no text that is entered would equal it",
    )
    .help("hãy gõ lại văn bản bằng bảng mã Unicode dựng sẵn", "type the text again in composed Unicode (NFC)")
}

/// `“…”`, `'…'`
pub fn foreign_quotes(span: Span, written: &str, meant: Option<&str>) -> Diagnostic {
    let quote: String = written.chars().take(1).collect();
    let problem = Diagnostic::error(
        "wrong-quotes",
        span,
        format!("văn bản đặt trong dấu `\"`, không phải dấu `{quote}`"),
        format!("a text stands in `\"`, not in `{quote}`"),
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem.help("dùng dấu `\"` ở cả hai đầu", "use `\"` at both ends"),
    }
}

/// A character, or its number if it has no picture.
fn visible(c: char) -> String {
    if crate::feel::literal::is_deceptive(c) {
        format!("U+{:04X}", u32::from(c))
    } else {
        c.to_string()
    }
}
