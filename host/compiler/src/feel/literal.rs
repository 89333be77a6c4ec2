//! Numbers and texts, and the traps in them: FEEL writes numbers with a decimal point, Viet Nam writes thousands with one.

use motcua_model::text::is_safe;
use motcua_model::{Date, Decimal, Moment};

use super::lexer::{Lexer, Token, TokenKind, in_word};
use super::mistakes;

impl Lexer<'_> {
    /// A number, or something that was meant as a number or a date.
    pub(super) fn number(&mut self) {
        let start = self.at;
        if self.bare_date() {
            return;
        }
        let whole = self.digits();
        if self.thousands(start, whole) {
            return;
        }
        let mut fraction = 0;
        if self.rest().starts_with('.') && !self.rest().starts_with("..") {
            self.at += 1;
            fraction = self.digits();
            if fraction == 0 {
                let digits = self.since(start).trim_end_matches('.').to_owned();
                self.wrong_number(mistakes::point_at_end(self.span(start), &digits), start);
                return;
            }
            if self.more_points(start) {
                return;
            }
        }
        if self.rest().starts_with(in_word) {
            self.number_with_letters(start);
            return;
        }
        let written = self.since(start);
        let Ok(number) = written.parse::<Decimal>() else {
            self.wrong_number(mistakes::number_too_long(self.span(start)), start);
            return;
        };
        if fraction == 3 && whole <= 3 && !written.starts_with('0') {
            self.report(mistakes::thousands_point(self.span(start), written, number));
        }
        self.push(start, TokenKind::Number(number));
    }

    fn digits(&mut self) -> usize {
        self.skip_while(|c| c.is_ascii_digit())
    }

    /// A number that cannot be read stands in the tree as 0; nobody sees it, because the expression is refused.
    fn wrong_number(&mut self, problem: crate::diagnostic::Diagnostic, start: usize) {
        self.report(problem);
        self.push(start, TokenKind::Number(Decimal::integer(0)));
    }

    /// `15,000` or `1,500,000.50`. A list of numbers has a space after each comma, or other digits.
    fn thousands(&mut self, start: usize, whole: usize) -> bool {
        if whole > 3 || group_after(self.rest(), ',').is_none() {
            return false;
        }
        while let Some(length) = group_after(self.rest(), ',') {
            self.at += length;
        }
        let point = self.at;
        if self.rest().starts_with('.') && !self.rest().starts_with("..") {
            self.at += 1;
            if self.digits() == 0 {
                self.at = point;
            }
        }
        let written = self.since(start);
        let values = self
            .text
            .get(start..point)
            .unwrap_or_default()
            .replace(',', ", ");
        // Nobody counts zero thousands: `0,125` is a decimal comma.
        let meant = written.replace(',', if written.starts_with('0') { "." } else { "" });
        self.wrong_number(
            mistakes::comma_in_number(self.span(start), written, &meant, &values),
            start,
        );
        true
    }

    /// `1.500.000`, or `31.12.2024`, or worse: called after one point and its digits.
    fn more_points(&mut self, start: usize) -> bool {
        let mut groups = 0;
        while let Some(length) = digits_after(self.rest(), '.') {
            self.at += length;
            groups += 1;
        }
        if groups == 0 {
            return false;
        }
        let written = self.since(start);
        let mut parts = written.split('.');
        let grouped =
            parts.next().is_some_and(|whole| whole.len() <= 3) && parts.all(|part| part.len() == 3);
        let meant = grouped.then(|| written.replace('.', ""));
        self.wrong_number(
            mistakes::many_points(self.span(start), written, meant.as_deref()),
            start,
        );
        true
    }

    /// `1e3`, `15_000`, `15000đ`, `24h`: called where a letter follows the digits at once.
    fn number_with_letters(&mut self, start: usize) {
        let number = self.since(start);
        let letters = self.at;
        self.skip_while(in_word);
        let mut tail = self.since(letters);
        let exponent = tail.strip_prefix(['e', 'E']);
        if exponent == Some("") && self.rest().starts_with(['+', '-']) {
            let sign = self.at;
            self.at += 1;
            if self.digits() == 0 {
                self.at = sign;
            }
            tail = self.since(letters);
        }
        let digits = tail
            .strip_prefix(['e', 'E'])
            .map(|e| e.trim_start_matches(['+', '-']));
        let problem =
            if digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit())) {
                let meant = self.since(start).replace('+', "").parse::<Decimal>().ok();
                mistakes::exponent(self.span(start), self.since(start), meant)
            } else if tail.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
                let meant = self.since(start).replace('_', "");
                mistakes::number_with_letters(self.span(start), self.since(start), &meant)
            } else {
                mistakes::number_with_letters(self.span(start), self.since(start), number)
            };
        self.wrong_number(problem, start);
    }

    /// `2024-05-31`, `31/05/2024`, `31-05-2024`, `31.05.2024`, `2024-05-31T08:30`: as arithmetic this would mean something,
    /// but never what the author meant.
    fn bare_date(&mut self) -> bool {
        let start = self.at;
        let Some((length, date)) = date_at(self.rest()) else {
            return false;
        };
        self.at += length;
        // In `date(2024-05-31)` only the quotes are missing.
        let called = match self.tokens.as_slice() {
            [
                ..,
                Token {
                    kind: TokenKind::Name(name),
                    ..
                },
                Token {
                    kind: TokenKind::LeftParen,
                    ..
                },
            ] => name.clone(),
            _ => String::new(),
        };
        let hour = self
            .rest()
            .strip_prefix('T')
            .is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_digit()));
        if hour {
            self.skip_while(|c| c.is_ascii_digit() || matches!(c, 'T' | 'Z' | ':' | '+'));
            let written = self.since(start);
            let call = if called == "time" {
                format!("\"{written}\"")
            } else {
                format!("date and time(\"{written}\")")
            };
            let meant = written.parse::<Moment>().is_ok().then_some(call);
            self.wrong_number(
                mistakes::bare_moment(self.span(start), written, meant.as_deref()),
                start,
            );
        } else {
            let call = |date| {
                if called == "date" {
                    format!("\"{date}\"")
                } else {
                    format!("date(\"{date}\")")
                }
            };
            let meant = date.map(call);
            self.wrong_number(
                mistakes::bare_date(self.span(start), self.since(start), meant.as_deref()),
                start,
            );
        }
        true
    }

    /// A text in double quotes.
    pub(super) fn quoted(&mut self) {
        let start = self.at;
        self.at += 1;
        let mut value = String::new();
        loop {
            let at = self.at;
            let Some(c) = self.rest().chars().next() else {
                self.unclosed(start);
                break;
            };
            self.at += c.len_utf8();
            match c {
                '"' => break,
                '\n' | '\r' => {
                    self.at = at;
                    self.unclosed(start);
                    break;
                }
                '\\' => self.escape(at, &mut value),
                c if is_deceptive(c) => {
                    self.report(mistakes::deceptive_character(self.span(at), c))
                }
                c => value.push(c),
            }
        }
        if is_decomposed(&value) {
            self.report(mistakes::decomposed_text(self.span(start)));
        }
        self.push(start, TokenKind::Text(value));
    }

    fn unclosed(&mut self, start: usize) {
        let typographic = self
            .since(start)
            .trim_end()
            .ends_with(['”', '“', '’', '‘', '\'', '»']);
        self.report(mistakes::unclosed_text(self.span(start), typographic));
    }

    /// One escape; the backslash is read.
    fn escape(&mut self, start: usize, value: &mut String) {
        let escaped = self
            .rest()
            .chars()
            .next()
            .filter(|c| *c != '\n' && *c != '\r');
        self.at += escaped.map_or(0, char::len_utf8);
        match escaped {
            Some(c @ ('"' | '\\')) => value.push(c),
            Some('n') => value.push('\n'),
            Some('t') => value.push('\t'),
            Some('u') => {
                let hex = self
                    .rest()
                    .get(..4)
                    .filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
                self.at += hex.map_or(0, str::len);
                match hex
                    .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                    .and_then(char::from_u32)
                {
                    Some(c) => value.push(c),
                    None => self.report(mistakes::unknown_escape(
                        self.span(start),
                        self.since(start),
                    )),
                }
            }
            _ => self.report(mistakes::unknown_escape(
                self.span(start),
                self.since(start),
            )),
        }
    }

    /// A text in quotes that FEEL does not know, read up to the next quote of its kind.
    pub(super) fn foreign_quoted(&mut self, open: char) {
        let start = self.at;
        let closing = if "“”„‟«»″".contains(open) {
            "“”„‟«»″\""
        } else {
            "‘’‚‛‹›'`´′"
        };
        self.at += open.len_utf8();
        let inside = self.at;
        self.skip_while(|c| c != '\n' && !closing.contains(c));
        let value = self.since(inside).to_owned();
        match self.rest().chars().next() {
            Some(close) if close != '\n' => {
                self.at += close.len_utf8();
                let meant = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
                self.report(mistakes::foreign_quotes(
                    self.span(start),
                    self.since(start),
                    Some(&meant),
                ));
            }
            _ => self.report(mistakes::foreign_quotes(
                self.span(start),
                self.since(start),
                None,
            )),
        }
        self.push(start, TokenKind::Text(value));
    }
}

/// Whether a character cannot be seen, changes the order in which text is shown, or passes for another one: what a reviewer
/// reads is what runs.
pub(super) fn is_deceptive(c: char) -> bool {
    !is_safe(c.encode_utf8(&mut [0; 4]))
}

/// Whether a text has letters in parts (`e` and `´` for `é`), in which it never equals a fact.
pub(super) fn is_decomposed(text: &str) -> bool {
    let visible: String = text.chars().filter(|c| !is_deceptive(*c)).collect();
    !is_safe(&visible)
}

/// The length of a separator and the digits after it.
fn digits_after(rest: &str, separator: char) -> Option<usize> {
    let tail = rest.strip_prefix(separator)?;
    let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then_some(digits + separator.len_utf8())
}

/// The same, if there are exactly three digits.
fn group_after(rest: &str, separator: char) -> Option<usize> {
    digits_after(rest, separator).filter(|length| *length == 3 + separator.len_utf8())
}

/// The length of a date without quotes, in one of the ways people write one, and the date if the calendar has it.
fn date_at(rest: &str) -> Option<(usize, Option<Date>)> {
    let (first, tail) = leading_digits(rest)?;
    let separator = tail
        .chars()
        .next()
        .filter(|c| matches!(c, '-' | '/' | '.'))?;
    let (second, tail) = leading_digits(tail.strip_prefix(separator)?)?;
    let (third, _) = leading_digits(tail.strip_prefix(separator)?)?;
    let year_first = first.len() == 4;
    let (year, month, day) = if year_first {
        (first, second, third)
    } else {
        (third, second, first)
    };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    let date = Date::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    // `2023-02-30` is plainly meant as a date, though there is no such day; `31/9/2024` could be two divisions.
    let plain = year_first && separator == '-' && month.len() == 2 && day.len() == 2;
    (date.is_some() || plain).then_some((first.len() + second.len() + third.len() + 2, date))
}

/// The digits at the start, at least one, and what follows them.
fn leading_digits(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(digits)
        .filter(|(digits, _)| !digits.is_empty())
}
