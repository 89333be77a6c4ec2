//! Numbers, dates and terms, in the one form that is read; for the forms that people write besides, the right one is
//! suggested.

use motcua_model::date::DateError;
use motcua_model::term::{Amount, Term, TermError, Unit};
use motcua_model::{Date, Decimal, Moment};

use super::shape::{Map, Noun, Reader};
use super::yaml::Node;
use crate::diagnostic::{Diagnostic, shown};
use crate::source::Spanned;

const UNIT: Noun = Noun {
    vi: "đơn vị thời gian",
    en: "the unit of a term",
};
const AMOUNT: Noun = Noun {
    vi: "độ dài thời hạn",
    en: "the amount of a term",
};

impl Reader<'_> {
    /// An exact number.
    pub(super) fn decimal(&mut self, node: &Node, noun: Noun) -> Option<Spanned<Decimal>> {
        let words = self.words(node, noun)?;
        if let Ok(number) = words.value.parse::<Decimal>() {
            return Some(Spanned::new(number, words.span));
        }
        let mut message = Diagnostic::error(
            "malformed-number",
            words.span,
            format!("`{}` không phải là một số đọc được", shown(&words.value)),
            format!("`{}` is not a number that can be read", shown(&words.value)),
        )
        .help(
            "viết chữ số liền nhau, dấu chấm trước phần thập phân: `1500000`, `3.5`; nhiều nhất 18 chữ số",
            "write digits without separators and a point before the fraction: `1500000`, `3.5`; at most 18 digits",
        );
        if let Some(plain) = plain_number(&words.value) {
            message = message.suggest(plain);
        }
        self.report(message);
        None
    }

    /// A whole number. `750.000` is not one: who writes it means 750 thousand.
    pub(super) fn integer(&mut self, node: &Node, noun: Noun) -> Option<Spanned<Decimal>> {
        let words = self.words(node, noun)?;
        let number = self.decimal(node, noun)?;
        if number.value.scale == 0 {
            return Some(number);
        }
        let mut message = Diagnostic::error(
            "malformed-number",
            number.span,
            format!("{} phải là một số nguyên", noun.vi),
            format!("expected a whole number for {}", noun.en),
        )
        .help(
            "viết chữ số liền nhau, không có dấu chấm",
            "write digits without points",
        );
        if let Some(plain) = plain_number(&words.value).filter(|plain| !plain.contains('.')) {
            message = message.suggest(plain);
        }
        self.report(message);
        None
    }

    /// A whole number that `T` can hold.
    pub(super) fn whole<T: TryFrom<i64>>(&mut self, node: &Node, noun: Noun) -> Option<Spanned<T>> {
        let number = self.integer(node, noun)?;
        let whole = T::try_from(number.value.units).ok();
        if whole.is_none() {
            self.report(
                Diagnostic::error(
                    "malformed-number",
                    number.span,
                    format!("{} phải là một số nguyên không quá lớn, không âm", noun.vi),
                    format!(
                        "expected a whole number, not too large and not negative, for {}",
                        noun.en
                    ),
                )
                .help(
                    "số 0 hoặc lớn hơn, ví dụ `750000`",
                    "0 or more, for example `750000`",
                ),
            );
        }
        Some(Spanned::new(whole?, number.span))
    }

    /// A date.
    pub(super) fn date(&mut self, node: &Node, noun: Noun) -> Option<Spanned<Date>> {
        let words = self.words(node, noun)?;
        match words.value.parse::<Date>() {
            Ok(date) => Some(Spanned::new(date, words.span)),
            Err(error) => {
                self.report(wrong_date(&words, error, "2013-07-01"));
                None
            }
        }
    }

    /// A date with a time of day.
    pub(super) fn moment(&mut self, node: &Node, noun: Noun) -> Option<Spanned<Moment>> {
        let words = self.words(node, noun)?;
        match words.value.parse::<Moment>() {
            Ok(moment) => Some(Spanned::new(moment, words.span)),
            Err(error) => {
                self.report(wrong_date(&words, error, "2013-07-01T08:30"));
                None
            }
        }
    }

    /// `amount` and `unit` of a group.
    pub(super) fn term(&mut self, map: &mut Map<'_>) -> Spanned<Option<Term>> {
        let amount = self.required(map, "amount");
        let unit = self.required(map, "unit");
        let span = match (amount, unit) {
            (Some(amount), Some(unit)) => amount.span.to(unit.span),
            (Some(one), None) | (None, Some(one)) => one.span,
            (None, None) => map.at,
        };
        let amount = amount.and_then(|node| self.amount(node));
        let units = Unit::ALL.map(|unit| (unit.id(), unit));
        let unit = unit.and_then(|node| self.word(node, UNIT, &units));
        let term = match (amount, unit) {
            (Some(amount), Some(unit)) => Some(Term { amount, unit }),
            _ => None,
        };
        let Some(Err(error)) = term.map(Term::check) else {
            return Spanned::new(term, span);
        };
        let (vi, en) = match error {
            TermError::Half => (
                "chỉ số ngày làm việc và giờ làm việc mới được lẻ một nửa (.5)",
                "only amounts of `working-day` and `working-hour` may end in .5",
            ),
            TermError::SameDay => (
                "`same-day` chỉ đi với `amount: 1`",
                "`same-day` goes with `amount: 1`",
            ),
        };
        self.report(Diagnostic::error("malformed-term", span, vi, en).help(
            "đổi `amount` hoặc chọn đơn vị khác",
            "change the `amount`, or choose another unit",
        ));
        Spanned::new(None, span)
    }

    fn amount(&mut self, node: &Node) -> Option<Amount> {
        let number = self.decimal(node, AMOUNT)?;
        let amount = Amount::from_decimal(number.value);
        if amount.is_none() {
            self.report(
                Diagnostic::error(
                    "malformed-term",
                    number.span,
                    format!(
                        "một thời hạn dài từ 0.5 đến {}, lẻ nhất là một nửa",
                        Amount::MAX
                    ),
                    format!(
                        "a term is between 0.5 and {}, in steps of one half",
                        Amount::MAX
                    ),
                )
                .help(
                    "ví dụ `1.5`; nửa giờ là một phần của ngày làm việc: ghi bằng `working-hour`",
                    "for example `1.5`; what is less than half a day is written in `working-hour`",
                ),
            );
        }
        amount
    }
}

/// The number in the only form that is read, if it is clear which one was meant.
fn plain_number(words: &str) -> Option<String> {
    let digits: String = words
        .chars()
        .filter(|c| !matches!(c, ' ' | '_' | '\u{a0}' | '\u{202f}'))
        .collect();
    let digits = digits.strip_prefix('+').unwrap_or(&digits);
    let groups = |separator: char| {
        let mut parts = digits.split(separator);
        parts.next().is_some_and(|first| !first.is_empty())
            && digits.contains(separator)
            && parts.all(|part| part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let candidate = if groups('.') || groups(',') {
        digits.replace(['.', ','], "")
    } else {
        // A comma before the fraction, as Vietnamese writes it.
        digits.replacen(',', ".", 1)
    };
    candidate.parse::<Decimal>().is_ok().then_some(candidate)
}

/// What is wrong with a date, and the date that was probably meant.
fn wrong_date(words: &Spanned<String>, error: DateError, example: &str) -> Diagnostic {
    let text = shown(&words.value);
    match error {
        DateError::NoSuchDay => Diagnostic::error(
            "no-such-date",
            words.span,
            format!("không có ngày giờ `{text}` trong lịch"),
            format!("the calendar has no `{text}`"),
        )
        .help(
            "kiểm tra tháng có bao nhiêu ngày",
            "check how many days the month has",
        ),
        DateError::OutOfRange => Diagnostic::error(
            "no-such-date",
            words.span,
            format!("`{text}` nằm ngoài khoảng {} đến {}", Date::MIN, Date::MAX),
            format!("`{text}` is outside {} to {}", Date::MIN, Date::MAX),
        ),
        DateError::Syntax => {
            let message = Diagnostic::error(
                "malformed-date",
                words.span,
                format!("`{text}` không đúng dạng ngày giờ"),
                format!("`{text}` is not in the form of a date"),
            )
            .help(
                format!("viết năm-tháng-ngày: `{example}`"),
                format!("write year-month-day: `{example}`"),
            );
            match iso_date(&words.value) {
                Some(date) if !example.contains('T') => message.suggest(date.to_string()),
                _ => message,
            }
        }
    }
}

/// The date of `1/7/2013`, `01-07-2013`, `2013-7-1`.
fn iso_date(words: &str) -> Option<Date> {
    let parts: Vec<&str> = words.split(['/', '-', '.']).collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let (year, day) = if first.len() == 4 {
        (first, third)
    } else {
        (third, first)
    };
    if year.len() != 4 {
        return None;
    }
    Date::from_ymd(year.parse().ok()?, second.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (words, plain) in [
            ("1.500.000", "1500000"),
            ("15 000", "15000"),
            ("15,000", "15000"),
            ("3,5", "3.5"),
            ("+2", "2"),
            ("1_000", "1000"),
        ] {
            assert_eq!(plain_number(words).as_deref(), Some(plain), "{words}");
        }
        assert_eq!(plain_number("mười"), None);
    }

    #[test]
    fn dates_as_people_write_them() {
        let first_of_july = Date::from_ymd(2013, 7, 1).ok();
        for words in ["1/7/2013", "01-07-2013", "2013-7-1", "01.07.2013"] {
            assert_eq!(iso_date(words), first_of_july, "{words}");
        }
        assert_eq!(iso_date("31/2/2013"), None);
        assert_eq!(iso_date("1/7/13"), None);
    }
}
