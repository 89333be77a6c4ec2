//! The functions of the language. Names and meanings are those of FEEL (DMN 1.4, 10.3.4); what FEEL has and a package may
//! not use is refused by name, with what to write instead.

use std::rc::Rc;

use motcua_model::date::DAY_SECONDS;
use motcua_model::{Date, Decimal, Moment};

use crate::diagnostic::Diagnostic;
use crate::feel::ast::{Expr as Ast, ExprKind as AstKind};
use crate::ir::{Aggregate, DatePart, Expr, ExprKind, Kind, Rounding, TextTest};
use crate::source::{Span, Spanned};

use super::Checker;
use super::expr::{Typed, negated, node};
use super::types::Type;

/// Every function there is, with its form for messages.
const FUNCTIONS: [(&str, &str); 28] = [
    ("not", "not(điều kiện)"),
    ("date", "date(\"2024-05-31\")"),
    ("date and time", "date and time(\"2024-05-31T08:30:00\")"),
    ("duration", "duration(\"P30D\")"),
    ("floor", "floor(a / b)"),
    ("ceiling", "ceiling(a / b)"),
    ("decimal", "decimal(a / b, 2)"),
    ("round up", "round up(a / b, 0)"),
    ("round down", "round down(a / b, 0)"),
    ("round half up", "round half up(a / b, 0)"),
    ("round half down", "round half down(a / b, 0)"),
    ("abs", "abs(a)"),
    ("min", "min(a, b)"),
    ("max", "max(a, b)"),
    ("sum", "sum(rows.field)"),
    ("count", "count(rows)"),
    ("year", "year(d)"),
    ("month", "month(d)"),
    ("day", "day(d)"),
    ("day of week", "day of week(d)"),
    ("string length", "string length(t)"),
    ("starts with", "starts with(t, \"…\")"),
    ("ends with", "ends with(t, \"…\")"),
    ("contains", "contains(t, \"…\")"),
    ("list contains", "list contains(choices, \"option\")"),
    ("all", "all(…)"),
    ("any", "any(…)"),
    ("years and months duration", ""),
];

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        name: &Spanned<String>,
        arguments: &[Ast],
        span: Span,
    ) -> Option<Typed> {
        match name.value.as_str() {
            "not" => {
                let [inner] = self.arguments(name, arguments)?;
                let inner = self.boolean(inner)?;
                Some((negated(inner, span), Type::Boolean))
            }
            "date" => self.date(name, arguments, span),
            "date and time" => {
                let [text] = self.arguments(name, arguments)?;
                let (text, place) = self.literal(name, text)?;
                let moment = self.parsed(text.parse::<Moment>(), place)?;
                Some((
                    node(ExprKind::Int(moment.seconds()), Kind::Moment, span),
                    Type::Moment,
                ))
            }
            "duration" => self.duration(name, arguments, span),
            "floor" => self.rounded(name, arguments, span, Rounding::Floor, Some(0)),
            "ceiling" => self.rounded(name, arguments, span, Rounding::Ceiling, Some(0)),
            "decimal" => self.rounded(name, arguments, span, Rounding::HalfEven, None),
            "round up" => self.rounded(name, arguments, span, Rounding::Up, None),
            "round down" => self.rounded(name, arguments, span, Rounding::Down, None),
            "round half up" => self.rounded(name, arguments, span, Rounding::HalfUp, None),
            "round half down" => self.rounded(name, arguments, span, Rounding::HalfDown, None),
            "abs" => self.abs(name, arguments, span),
            "min" | "max" => self.extreme(name, arguments, span),
            "sum" => {
                let [list] = self.arguments(name, arguments)?;
                self.aggregate(Aggregate::Sum, list, span)
            }
            "count" => self.count(name, arguments, span),
            "year" => self.date_part(name, arguments, span, DatePart::Year),
            "month" => self.date_part(name, arguments, span, DatePart::Month),
            "day" => self.date_part(name, arguments, span, DatePart::Day),
            "day of week" => self.date_part(name, arguments, span, DatePart::Weekday),
            "string length" => {
                let [text] = self.arguments(name, arguments)?;
                let text = self.text_argument(name, text)?;
                let kind = ExprKind::TextLength(Box::new(text));
                Some((node(kind, Kind::Number, span), Type::integer(0, 100_000)))
            }
            "starts with" => self.text_test(name, arguments, span, TextTest::StartsWith),
            "ends with" => self.text_test(name, arguments, span, TextTest::EndsWith),
            "contains" => self.text_test(name, arguments, span, TextTest::Contains),
            "list contains" => self.list_contains(name, arguments, span),
            _ => {
                self.look_into(arguments);
                self.unknown_function(name);
                None
            }
        }
    }

    fn unknown_function(&mut self, name: &Spanned<String>) {
        let instead = match name.value.as_str() {
            "years and months duration" | "months between" | "days between" => Some((
                "so sánh trực tiếp: `a + duration(\"P6M\") <= b`, hoặc dùng `b - a` để có số ngày",
                "compare directly: `a + duration(\"P6M\") <= b`, or use `b - a` for the days between",
            )),
            "now" | "today" => Some((
                "quy tắc không biết hôm nay là ngày nào; dùng `filed_on` hoặc `received_on`",
                "a rule does not know what day it is; use `filed_on` or `received_on`",
            )),
            "all" | "any" => Some((
                "dùng `every … satisfies …` hoặc `some … satisfies …`",
                "use `every … satisfies …` or `some … satisfies …`",
            )),
            "matches" | "replace" | "substring" | "split" | "upper case" | "lower case" => Some((
                "quy tắc không sửa văn bản; nếu giá trị có vài dạng, hãy dùng một dữ kiện kiểu `choice`",
                "rules do not take texts apart; if the value has a few forms, use a fact of type `choice`",
            )),
            "is defined" => Some((
                "không có phép thử “đã biết chưa”: dữ kiện chưa biết làm cho kết quả là “chưa rõ”",
                "there is no test for “is it told”: an untold fact makes the outcome unknown",
            )),
            "time" => Some(("dùng `date and time(\"…\")`", "use `date and time(\"…\")`")),
            "modulo" | "sqrt" | "exp" | "log" | "odd" | "even" | "mean" | "median" | "product" => {
                Some((
                    "hàm FEEL này không thuộc phần ngôn ngữ mà gói thủ tục dùng",
                    "this FEEL function is not in the part of the language that packages use",
                ))
            }
            _ => None,
        };
        let mut message = Diagnostic::error(
            "unknown-function",
            name.span,
            format!("không có hàm `{}`", name.value),
            format!("there is no function `{}`", name.value),
        );
        let known = FUNCTIONS
            .iter()
            .filter(|(_, form)| !form.is_empty())
            .map(|(name, _)| *name);
        message = match (instead, self.near(&name.value, known)) {
            (Some((vi, en)), _) => message.help(vi, en),
            (None, Some(near)) => message.suggest(near),
            (None, None) => message,
        };
        self.report(message);
    }

    /// Exactly so many arguments.
    pub(super) fn arguments<'a, const N: usize>(
        &mut self,
        name: &Spanned<String>,
        arguments: &'a [Ast],
    ) -> Option<&'a [Ast; N]> {
        let exact = <&[Ast; N]>::try_from(arguments).ok();
        if exact.is_none() {
            self.look_into(arguments);
            let form = FUNCTIONS
                .iter()
                .find(|(n, _)| *n == name.value)
                .map_or("", |(_, form)| form);
            self.report(
                Diagnostic::error(
                    "arguments",
                    name.span,
                    format!(
                        "`{}` cần {N} giá trị trong ngoặc, ở đây có {}",
                        name.value,
                        arguments.len()
                    ),
                    format!(
                        "`{}` takes {N} {}, not {}",
                        name.value,
                        if N == 1 { "value" } else { "values" },
                        arguments.len()
                    ),
                )
                .help(format!("ví dụ: `{form}`"), format!("for example `{form}`")),
            );
        }
        exact
    }

    /// A text written out in double quotes.
    fn literal<'a>(&mut self, name: &Spanned<String>, ast: &'a Ast) -> Option<(&'a str, Span)> {
        if let AstKind::Text(text) = &ast.kind {
            return Some((text, ast.span));
        }
        let form = FUNCTIONS
            .iter()
            .find(|(n, _)| *n == name.value)
            .map_or("", |(_, form)| form);
        self.report(
            Diagnostic::error(
                "literal",
                ast.span,
                format!(
                    "`{}` cần một giá trị viết sẵn trong dấu ngoặc kép",
                    name.value
                ),
                format!(
                    "`{}` takes a value written out in double quotes",
                    name.value
                ),
            )
            .help(format!("ví dụ: `{form}`"), format!("for example `{form}`")),
        );
        None
    }

    fn parsed<T>(
        &mut self,
        result: Result<T, motcua_model::date::DateError>,
        span: Span,
    ) -> Option<T> {
        use motcua_model::date::DateError;
        let error = match result {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let form = (
            "viết \"2024-05-31\" hoặc \"2024-05-31T08:30:00\"",
            "write \"2024-05-31\" or \"2024-05-31T08:30:00\"",
        );
        let (vi, en, (help_vi, help_en)) = match error {
            DateError::Syntax => (
                "ngày hoặc thời điểm này viết không đúng dạng",
                "this date or moment is not in the right form",
                form,
            ),
            DateError::NoSuchDay => (
                "lịch không có ngày hay giờ này",
                "there is no such day or hour",
                (
                    "kiểm tra tháng có bao nhiêu ngày",
                    "check how many days the month has",
                ),
            ),
            DateError::OutOfRange => (
                "ngày phải từ 1900-01-01 đến 2199-12-31",
                "a date lies between 1900-01-01 and 2199-12-31",
                ("kiểm tra năm", "check the year"),
            ),
        };
        self.report(Diagnostic::error("date", span, vi, en).help(help_vi, help_en));
        None
    }

    fn date(&mut self, name: &Spanned<String>, arguments: &[Ast], span: Span) -> Option<Typed> {
        let constant = |date: Date| {
            (
                node(ExprKind::Int(date.days().into()), Kind::Date, span),
                Type::Date,
            )
        };
        match arguments {
            [
                Ast {
                    kind: AstKind::Text(text),
                    span: place,
                },
            ] => {
                let date = self.parsed(text.parse::<Date>(), *place)?;
                Some(constant(date))
            }
            [year, month, day] => {
                let parts = [year, month, day].map(|part| match &part.kind {
                    AstKind::Number(Decimal { units, scale: 0 }) => i16::try_from(*units).ok(),
                    _ => None,
                });
                let [Some(year), Some(month), Some(day)] = parts else {
                    self.report(
                        Diagnostic::error(
                            "literal",
                            span,
                            "`date(năm, tháng, ngày)` cần ba con số viết sẵn",
                            "`date(year, month, day)` takes three numbers written out",
                        )
                        .help(
                            "ví dụ: `date(2024, 5, 31)`",
                            "for example `date(2024, 5, 31)`",
                        ),
                    );
                    return None;
                };
                let (month, day) = (
                    i8::try_from(month).unwrap_or(0),
                    i8::try_from(day).unwrap_or(0),
                );
                let date = self.parsed(Date::from_ymd(year, month, day), span)?;
                Some(constant(date))
            }
            _ => {
                let [moment] = self.arguments(name, arguments)?;
                let (expr, ty) = self.expr(moment, None)?;
                if ty == Type::Moment {
                    return Some((
                        node(ExprKind::DateOf(Box::new(expr)), Kind::Date, span),
                        Type::Date,
                    ));
                }
                self.wrong_operand("date(…)", moment.span, &ty);
                None
            }
        }
    }

    fn duration(&mut self, name: &Spanned<String>, arguments: &[Ast], span: Span) -> Option<Typed> {
        let [text] = self.arguments(name, arguments)?;
        let (text, place) = self.literal(name, text)?;
        match parse_duration(text) {
            Some(Parsed::Months(months)) => {
                let ty = Type::Months {
                    min: months.into(),
                    max: months.into(),
                };
                Some((node(ExprKind::Int(months), Kind::Months, span), ty))
            }
            Some(Parsed::Seconds(seconds)) => {
                let ty = Type::Duration {
                    min: seconds.into(),
                    max: seconds.into(),
                };
                Some((node(ExprKind::Int(seconds), Kind::Duration, span), ty))
            }
            None => {
                self.report(
                    Diagnostic::error(
                        "duration",
                        place,
                        "không đúng dạng khoảng thời gian",
                        "not in the form of a duration",
                    )
                    .help(
                        "`P30D` là 30 ngày, `PT24H` là 24 giờ, `P6M` là 6 tháng, `P1Y` là 1 năm; tháng và ngày không \
                         viết chung",
                        "`P30D` is 30 days, `PT24H` 24 hours, `P6M` 6 months, `P1Y` a year; months and days do not mix",
                    ),
                );
                None
            }
        }
    }

    fn date_part(
        &mut self,
        name: &Spanned<String>,
        arguments: &[Ast],
        span: Span,
        part: DatePart,
    ) -> Option<Typed> {
        let [value] = self.arguments(name, arguments)?;
        let (expr, ty) = self.expr(value, None)?;
        let date = match ty {
            Type::Date => expr,
            Type::Moment => node(ExprKind::DateOf(Box::new(expr)), Kind::Date, value.span),
            other => {
                self.wrong_operand(&name.value, value.span, &other);
                return None;
            }
        };
        let range = match part {
            DatePart::Year => Type::integer(1900, 2199),
            DatePart::Month => Type::integer(1, 12),
            DatePart::Day => Type::integer(1, 31),
            DatePart::Weekday => Type::integer(1, 7),
        };
        Some((
            node(ExprKind::DatePart(part, Box::new(date)), Kind::Number, span),
            range,
        ))
    }

    fn text_argument(&mut self, name: &Spanned<String>, ast: &Ast) -> Option<Expr> {
        let (expr, ty) = self.expr(ast, None)?;
        if ty == Type::Text {
            return Some(expr);
        }
        self.wrong_operand(&name.value, ast.span, &ty);
        None
    }

    fn text_test(
        &mut self,
        name: &Spanned<String>,
        arguments: &[Ast],
        span: Span,
        test: TextTest,
    ) -> Option<Typed> {
        let [text, part] = self.arguments(name, arguments)?;
        let (text, part) = (
            self.text_argument(name, text),
            self.text_argument(name, part),
        );
        let kind = ExprKind::TextTest(test, Box::new(text?), Box::new(part?));
        Some((node(kind, Kind::Boolean, span), Type::Boolean))
    }

    fn list_contains(
        &mut self,
        name: &Spanned<String>,
        arguments: &[Ast],
        span: Span,
    ) -> Option<Typed> {
        let [set, option] = self.arguments(name, arguments)?;
        let (expr, ty) = self.expr(set, None)?;
        let Type::Choices(options) = ty else {
            self.wrong_operand(&name.value, set.span, &ty);
            return None;
        };
        if self.unquoted_option(option, Some(&Type::Choice(Rc::clone(&options)))) {
            return None;
        }
        let (word, place) = self.literal(name, option)?;
        let number = self.option(&options, word, place)?;
        let kind = ExprKind::HasOption(Box::new(expr), number);
        Some((node(kind, Kind::Boolean, span), Type::Boolean))
    }
}

enum Parsed {
    Months(i64),
    Seconds(i64),
}

/// ISO 8601 as FEEL uses it: years and months, or days and time, never both. At most 300 years.
fn parse_duration(text: &str) -> Option<Parsed> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (rest, ""),
    };
    let mut months = None;
    let mut seconds = None;
    let mut take = |text: &str, units: &[(char, i64, bool)]| -> Option<()> {
        let mut rest = text;
        let mut next = 0;
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let amount: i64 = rest[..digits].parse().ok().filter(|n| *n <= 10_000_000)?;
            let unit = rest[digits..].chars().next()?;
            let at = units
                .iter()
                .skip(next)
                .position(|(letter, ..)| *letter == unit)?
                + next;
            let (_, size, is_months) = units[at];
            next = at + 1;
            let total = if is_months { &mut months } else { &mut seconds };
            *total = Some(total.unwrap_or(0) + amount * size);
            rest = &rest[digits + 1..];
        }
        Some(())
    };
    take(
        date,
        &[('Y', 12, true), ('M', 1, true), ('D', DAY_SECONDS, false)],
    )?;
    take(
        time,
        &[('H', 3600, false), ('M', 60, false), ('S', 1, false)],
    )?;
    let sign = if negative { -1 } else { 1 };
    match (months, seconds) {
        (Some(months), None) if months <= 3600 => Some(Parsed::Months(sign * months)),
        (None, Some(seconds)) if seconds <= 110_000 * DAY_SECONDS => {
            Some(Parsed::Seconds(sign * seconds))
        }
        _ => None,
    }
}
