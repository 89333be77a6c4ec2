//! Mistakes between words: something is missing, too much, or not closed.

use super::short;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Nothing at all.
pub fn empty_expression(span: Span) -> Diagnostic {
    Diagnostic::error(
        "empty-expression",
        span,
        "biểu thức trống",
        "the expression is empty",
    )
}

/// More bytes than allowed.
pub fn too_long(span: Span, bytes: usize, most: usize) -> Diagnostic {
    Diagnostic::error(
        "expression-too-long",
        span,
        format!("biểu thức dài {bytes} byte; nhiều nhất là {most}"),
        format!("the expression has {bytes} bytes; at most {most} are allowed"),
    )
    .help(
        "hãy tách nó thành nhiều định nghĩa trong `definitions`",
        "split it into several `definitions`",
    )
}

/// Parentheses in parentheses in parentheses.
pub fn too_deep(span: Span, most: usize) -> Diagnostic {
    Diagnostic::error(
        "expression-too-deep",
        span,
        format!("biểu thức lồng nhau quá {most} tầng"),
        format!("the expression is nested more than {most} deep"),
    )
    .help(
        "hãy tách nó thành nhiều định nghĩa trong `definitions`",
        "split it into several `definitions`",
    )
}

/// `a + a + a + …`
pub fn too_many_operations(span: Span, most: usize) -> Diagnostic {
    Diagnostic::error(
        "expression-too-deep",
        span,
        format!("có hơn {most} phép toán nối tiếp nhau"),
        format!("more than {most} operations follow one another"),
    )
    .help(
        "hãy tách thành nhiều định nghĩa, hoặc dùng `x in (…, …)` thay cho nhiều `or`",
        "split it into several `definitions`, or use `x in (…, …)` instead of many `or`",
    )
}

/// `a +`
pub fn missing_operand_after(span: Span, before: &str) -> Diagnostic {
    let before = short(before);
    Diagnostic::error(
        "missing-operand",
        span,
        format!("thiếu giá trị sau `{before}`"),
        format!("a value is missing after `{before}`"),
    )
}

/// `* b`
pub fn missing_operand_before(span: Span, after: &str) -> Diagnostic {
    let after = short(after);
    Diagnostic::error(
        "missing-operand",
        span,
        format!("thiếu giá trị trước `{after}`"),
        format!("a value is missing before `{after}`"),
    )
}

/// `> =`
pub fn split_symbol(span: Span, meant: &str) -> Diagnostic {
    Diagnostic::error(
        "split-symbol",
        span,
        format!("ký hiệu `{meant}` viết liền, không có dấu cách"),
        format!("the symbol `{meant}` is written without a space"),
    )
    .suggest(meant)
}

/// `(a + b`
pub fn unclosed_bracket(span: Span, opening: Span, open: &str, close: &str) -> Diagnostic {
    Diagnostic::error(
        "unclosed-bracket",
        span,
        format!("thiếu `{close}` để đóng `{open}`"),
        format!("`{open}` is not closed: a `{close}` is missing"),
    )
    .related(
        opening,
        format!("`{open}` mở ở đây"),
        format!("`{open}` opens here"),
    )
}

/// `(a + b]`
pub fn mismatched_bracket(
    span: Span,
    opening: Span,
    open: &str,
    close: &str,
    written: &str,
) -> Diagnostic {
    Diagnostic::error(
        "mismatched-bracket",
        span,
        format!("`{open}` được đóng bằng `{written}`; phải là `{close}`"),
        format!("`{open}` is closed by `{written}`; it needs `{close}`"),
    )
    .related(
        opening,
        format!("`{open}` mở ở đây"),
        format!("`{open}` opens here"),
    )
    .suggest(close)
}

/// `a + b)`
pub fn unopened_bracket(span: Span, written: &str) -> Diagnostic {
    Diagnostic::error(
        "unopened-bracket",
        span,
        format!("`{written}` không đóng ngoặc nào"),
        format!("`{written}` closes nothing"),
    )
    .help(
        "hãy bỏ nó, hoặc thêm ngoặc mở",
        "remove it, or add the opening one",
    )
}

/// `if a 5 else 6`: a form without one of its words.
pub fn missing_word(
    code: &'static str,
    span: Span,
    opening: Span,
    form: &str,
    word: &str,
    whole: &str,
) -> Diagnostic {
    Diagnostic::error(
        code,
        span,
        format!("`{form}` thiếu `{word}`"),
        format!("`{form}` lacks its `{word}`"),
    )
    .related(
        opening,
        format!("`{form}` ở đây"),
        format!("`{form}` is here"),
    )
    .help(format!("hãy viết `{whole}`"), format!("write `{whole}`"))
}

/// `some in partners satisfies …`
pub fn missing_variable(span: Span, form: &str) -> Diagnostic {
    Diagnostic::error(
        "missing-variable",
        span,
        format!("sau `{form}` phải có một tên"),
        format!("`{form}` needs a name after it"),
    )
    .help(
        format!("ví dụ `{form} p in partners …`"),
        format!("for example `{form} p in partners …`"),
    )
}

/// `a.`
pub fn missing_field(span: Span) -> Diagnostic {
    Diagnostic::error(
        "missing-field",
        span,
        "sau `.` phải có tên của một trường",
        "the name of a field is missing after `.`",
    )
}

/// `a b`
pub fn trailing_words(span: Span, words: &str, meant: Option<&str>) -> Diagnostic {
    let words = short(words);
    let problem = Diagnostic::error(
        "trailing-words",
        span,
        format!("biểu thức đã trọn vẹn trước `{words}`"),
        format!("the expression is complete before `{words}`"),
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem.help(
            "có thể thiếu một phép toán ở giữa, ví dụ `and`, `or`, `=`, `+`",
            "perhaps an operator is missing between them, such as `and`, `or`, `=`, `+`",
        ),
    }
}

/// `then` without `if`.
pub fn stray_word(span: Span, word: &str, form: &str) -> Diagnostic {
    Diagnostic::error(
        "stray-word",
        span,
        format!("`{word}` không thuộc `{form}` nào"),
        format!("`{word}` belongs to no `{form}`"),
    )
}

/// `has permit`
pub fn name_with_spaces(span: Span, words: &str, meant: &str) -> Diagnostic {
    let words = short(words);
    Diagnostic::error(
        "name-with-spaces",
        span,
        format!("`{words}`: tên viết liền, các từ nối bằng `_`"),
        format!("`{words}`: a name is one word, its parts joined by `_`"),
    )
    .help(
        format!("hãy viết `{meant}`, hoặc thêm phép toán còn thiếu giữa hai tên"),
        format!("write `{meant}`, or add the operator that is missing between the two names"),
    )
    .suggest(meant)
}

/// `a, b` where one value stands.
pub fn unexpected_comma(span: Span) -> Diagnostic {
    Diagnostic::error(
        "unexpected-comma",
        span,
        "dấu phẩy chỉ đứng giữa các giá trị trong ngoặc",
        "a comma stands only between values in brackets",
    )
}

/// `3,5`
pub fn decimal_comma(span: Span, written: &str, meant: &str) -> Diagnostic {
    Diagnostic::error(
        "comma-in-number",
        span,
        format!("`{written}` không phải là một số: dấu thập phân là dấu chấm"),
        format!("`{written}` is not a number: the decimal separator is a point"),
    )
    .suggest(meant)
}

/// `x = (a, b)`
pub fn list_in_parentheses(span: Span, meant: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(
        "list-in-parentheses",
        span,
        "trong ngoặc đơn chỉ có một giá trị",
        "parentheses hold one value",
    )
    .help(
        "so với nhiều giá trị bằng `in`: `x in (a, b)`; danh sách viết trong ngoặc vuông: `[a, b]`",
        "compare with several values by `in`: `x in (a, b)`; a list stands in brackets: `[a, b]`",
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem,
    }
}

/// `1..5`
pub fn bare_range(span: Span, meant: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(
        "bare-range",
        span,
        "khoảng cần ngoặc: `[1..5]` gồm cả hai đầu, `(1..5)` không gồm đầu nào",
        "a range needs brackets: `[1..5]` with both ends, `(1..5)` without them",
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem,
    }
}
