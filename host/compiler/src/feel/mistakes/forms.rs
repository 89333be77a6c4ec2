//! Forms of FEEL, and of other languages, that packages do not use: each is refused by its name.

use super::short;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

fn refused(code: &'static str, span: Span, vi: &str, en: &str) -> Diagnostic {
    Diagnostic::error(
        code,
        span,
        format!("gói thủ tục không dùng {vi} của FEEL"),
        format!("packages do not use FEEL's {en}"),
    )
}

/// `a[…]`
pub fn filter(span: Span) -> Diagnostic {
    refused("feel-filter", span, "bộ lọc `a[…]`", "filters `a[…]`").help(
        "hãy dùng `some x in … satisfies …`, `every …`, hoặc `sum(for x in … return if … then … else 0)`",
        "use `some x in … satisfies …`, `every …`, or `sum(for x in … return if … then … else 0)`",
    )
}

/// `{…}`
pub fn context(span: Span) -> Diagnostic {
    refused("feel-context", span, "ngữ cảnh `{…}`", "contexts `{…}`").help(
        "hãy đặt từng giá trị thành một định nghĩa trong `definitions`",
        "give each value a name in `definitions`",
    )
}

/// `function(…) …`
pub fn function(span: Span) -> Diagnostic {
    refused(
        "feel-function",
        span,
        "định nghĩa hàm `function(…)`",
        "function definitions `function(…)`",
    )
    .help(
        "hãy viết một định nghĩa trong `definitions`",
        "write a definition in `definitions`",
    )
}

/// `external`
pub fn external(span: Span) -> Diagnostic {
    refused(
        "feel-external",
        span,
        "hàm bên ngoài `external`",
        "external functions `external`",
    )
    .help(
        "quy tắc chỉ dùng những gì viết trong gói: không gọi chương trình khác",
        "rules use only what the package says: they call no other program",
    )
}

/// `x -> …`
pub fn lambda(span: Span) -> Diagnostic {
    Diagnostic::error(
        "feel-lambda",
        span,
        "gói thủ tục không dùng hàm ẩn danh `->`",
        "packages do not use lambdas `->`",
    )
    .help(
        "hãy dùng `some x in … satisfies …`, `every …` hoặc `for x in … return …`",
        "use `some x in … satisfies …`, `every …` or `for x in … return …`",
    )
}

/// `a instance of b`
pub fn instance_of(span: Span) -> Diagnostic {
    refused(
        "feel-instance-of",
        span,
        "phép thử `instance of`",
        "tests `instance of`",
    )
    .help(
        "kiểu của mỗi dữ kiện đã ghi trong `facts`; hãy bỏ phép thử này",
        "the type of every fact is known from `facts`; leave the test out",
    )
}

/// `@"…"`
pub fn at_literal(span: Span, meant: Option<&str>) -> Diagnostic {
    let problem = refused(
        "feel-at-literal",
        span,
        "dạng viết `@\"…\"`",
        "literals `@\"…\"`",
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem.help(
            "ví dụ `date(\"2024-05-31\")`",
            "for example `date(\"2024-05-31\")`",
        ),
    }
}

/// `**`, `^`
pub fn power(span: Span, written: &str) -> Diagnostic {
    Diagnostic::error(
        "feel-power",
        span,
        format!("gói thủ tục không dùng phép lũy thừa `{written}`"),
        format!("packages do not use powers `{written}`"),
    )
    .help("hãy nhân: `a * a`", "multiply: `a * a`")
}

/// `?` for the input of a cell.
pub fn input_mark(span: Span) -> Diagnostic {
    refused(
        "feel-input",
        span,
        "dấu `?` (giá trị của ô)",
        "input marks `?`",
    )
    .help(
        "ô tự so với cột của nó: viết `> 5`, không viết `? > 5`",
        "a cell tests its own input: write `> 5`, not `? > 5`",
    )
}

/// `// …`, `/* … */`
pub fn comment(span: Span) -> Diagnostic {
    refused(
        "feel-comment",
        span,
        "chú thích trong biểu thức",
        "comments",
    )
    .help(
        "hãy viết chú thích ở một dòng riêng của tệp, bắt đầu bằng `#`",
        "write the comment on a line of its own in the file, beginning with `#`",
    )
}

/// `for a in x, b in y return …`
pub fn several_in_for(span: Span) -> Diagnostic {
    refused(
        "feel-for-several",
        span,
        "dạng `for` với nhiều biến",
        "`for` loops over several variables",
    )
    .help(
        "hãy dùng một biến cho mỗi `for`",
        "use one variable for each `for`",
    )
}

/// `f(name: value)`
pub fn named_argument(span: Span, name: &str) -> Diagnostic {
    let name = short(name);
    refused(
        "feel-named-argument",
        span,
        "tham số có tên",
        "named arguments",
    )
    .help(
        format!("hãy bỏ `{name}:` và viết các giá trị theo thứ tự"),
        format!("leave out `{name}:` and give the values in their order"),
    )
}

/// `AND(a, b)`
pub fn operator_as_function(span: Span, word: &str, meant: &str) -> Diagnostic {
    Diagnostic::error(
        "operator-as-function",
        span,
        format!("`{word}` đứng giữa hai điều kiện: `a {word} b`"),
        format!("`{word}` stands between two conditions: `a {word} b`"),
    )
    .suggest(meant)
}

/// `IF(a, b, c)`
pub fn if_as_function(span: Span, meant: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(
        "if-as-function",
        span,
        "`if` không phải là hàm; hãy viết `if … then … else …`",
        "`if` is not a function; write `if … then … else …`",
    );
    match meant {
        Some(meant) => problem.suggest(meant),
        None => problem,
    }
}

/// `title.contains("x")`
pub fn method_call(span: Span) -> Diagnostic {
    Diagnostic::error(
        "method-call",
        span,
        "tên hàm đứng trước, giá trị đứng trong ngoặc",
        "a function stands before its values",
    )
    .help(
        "ví dụ `contains(title, \"…\")`",
        "for example `contains(title, \"…\")`",
    )
}

/// `!x`
pub fn exclamation(span: Span, operand: &str) -> Diagnostic {
    Diagnostic::error(
        "exclamation",
        span,
        "phủ định viết là `not(…)`, không phải `!`",
        "a negation is `not(…)`, not `!`",
    )
    .suggest(format!("not({})", unwrapped(operand)))
}

/// `not x`
pub fn bare_not(span: Span, operand: &str) -> Diagnostic {
    Diagnostic::error(
        "bare-not",
        span,
        "phủ định cần ngoặc đơn: `not(…)`",
        "a negation needs parentheses: `not(…)`",
    )
    .suggest(format!("not({})", unwrapped(operand)))
}

/// `x not in (…)`
pub fn not_in(span: Span, value: &str, tests: &str) -> Diagnostic {
    Diagnostic::error(
        "not-in",
        span,
        "không có phép `not in`; hãy phủ định cả phép thử",
        "there is no `not in`; negate the whole test",
    )
    .suggest(format!("not({value} in {tests})"))
}

/// `1 < x < 5`; `operands` are one more than `operators`.
pub fn chained_comparison(span: Span, operands: &[&str], operators: &[&str]) -> Diagnostic {
    let pairs: Vec<String> = operators
        .iter()
        .zip(operands.iter().zip(operands.iter().skip(1)))
        .map(|(operator, (left, right))| format!("{left} {operator} {right}"))
        .collect();
    let split = pairs.join(" and ");
    // The lower end with its operator, the value between, and the upper end.
    let range = match (operators, operands) {
        ([first @ ("<" | "<="), second @ ("<" | "<=")], [low, value, high]) => {
            Some((low, first, value, second, high))
        }
        ([first @ (">" | ">="), second @ (">" | ">=")], [high, value, low]) => {
            Some((low, second, value, first, high))
        }
        _ => None,
    };
    let problem = Diagnostic::error(
        "chained-comparison",
        span,
        "các phép so sánh không nối liền nhau được",
        "comparisons cannot be chained",
    );
    let Some((low, low_operator, value, high_operator, high)) = range else {
        return problem.suggest(split);
    };
    let open = if low_operator.ends_with('=') {
        '['
    } else {
        '('
    };
    let close = if high_operator.ends_with('=') {
        ']'
    } else {
        ')'
    };
    let range = format!("{value} in {open}{low}..{high}{close}");
    problem
        .help(
            format!("hãy viết `{range}` hoặc `{split}`"),
            format!("write `{range}` or `{split}`"),
        )
        .suggest(range)
}

/// `a < b in c`: comparisons of other kinds in a row.
pub fn mixed_chain(span: Span) -> Diagnostic {
    Diagnostic::error(
        "chained-comparison",
        span,
        "các phép so sánh không nối liền nhau được",
        "comparisons cannot be chained",
    )
    .help(
        "hãy nối chúng bằng `and`, hoặc đặt ngoặc đơn",
        "join them with `and`, or set parentheses",
    )
}

/// Without its own parentheses, which those of `not(…)` replace. Only where the first one closes at the very end.
fn unwrapped(words: &str) -> &str {
    let Some(inner) = words.strip_prefix('(').and_then(|w| w.strip_suffix(')')) else {
        return words;
    };
    let mut depth = 0_i32;
    for c in inner.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            // Parentheses may also stand in a text; then leave the words as they are.
            '"' => return words,
            _ => {}
        }
        if depth < 0 {
            return words;
        }
    }
    inner.trim()
}
