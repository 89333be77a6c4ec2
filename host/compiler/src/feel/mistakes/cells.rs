//! Mistakes in cells of decision tables and in the tests after `in`.

use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A cell with nothing in it.
pub fn empty_cell(span: Span) -> Diagnostic {
    Diagnostic::error("empty-cell", span, "ô này trống", "this cell is empty")
        .help(
            "hãy viết `-` nếu giá trị nào cũng được",
            "write `-` if any value will do",
        )
        .suggest("-")
}

/// `-, 5`
pub fn any_not_alone(span: Span) -> Diagnostic {
    Diagnostic::error(
        "any-not-alone",
        span,
        "`-` nghĩa là giá trị nào cũng được, nên đứng một mình trong ô",
        "`-` means any value, so it stands alone in its cell",
    )
}

/// `not(1), 2`
pub fn not_not_alone(span: Span) -> Diagnostic {
    Diagnostic::error(
        "not-not-alone",
        span,
        "`not(…)` phải chiếm cả ô",
        "`not(…)` must be the whole cell",
    )
    .help(
        "hãy gom các giá trị vào trong ngoặc: `not(1, 2)`",
        "gather the values in its parentheses: `not(1, 2)`",
    )
}

/// `x in not(1)`, `not(not(1))`
pub fn not_in_test(span: Span) -> Diagnostic {
    Diagnostic::error(
        "not-in-test",
        span,
        "`not(…)` không đứng trong danh sách các giá trị",
        "`not(…)` does not stand among values",
    )
    .help(
        "phủ định cả phép thử: `not(x in (…))`; trong bảng, cả ô: `not(…)`",
        "negate the whole test, `not(x in (…))`; in a table, the whole cell, `not(…)`",
    )
}

/// `> 5 and < 10`
pub fn and_in_test(span: Span, meant: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(
        "and-in-test",
        span,
        "ở đây không dùng `and`; hãy viết một khoảng",
        "there is no `and` here; write a range",
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem.help(
            "ví dụ `(5..10]`: lớn hơn 5, đến 10",
            "for example `(5..10]`: more than 5, up to 10",
        ),
    }
}

/// `"a" or "b"`
pub fn or_in_test(span: Span) -> Diagnostic {
    Diagnostic::error(
        "or-in-test",
        span,
        "các giá trị cách nhau bằng dấu phẩy, không phải `or`",
        "values are separated by commas, not by `or`",
    )
    .suggest(",")
}

/// `pages > 5`
pub fn comparison_in_test(span: Span, meant: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(
        "comparison-in-test",
        span,
        "ở đây không viết lại giá trị được so sánh",
        "what is compared is not written again here",
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem,
    }
}
