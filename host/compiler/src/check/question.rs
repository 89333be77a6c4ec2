//! The question of a case: each fact is one of the package, and its value of the fact's type and within its range, as
//! when the portal asks.

use motcua_model::date::DateError;
use motcua_model::decimal::DecimalError;
use motcua_model::{Date, Decimal, Moment};
use serde_json::Value;

use crate::diagnostic::{Diagnostic, shown};
use crate::package::{Fact, FactKind};
use crate::reader::cases::json;
use crate::reader::yaml::{Node, NodeKind};
use crate::source::Spanned;

use super::Checker;
use super::cases::{Names, listed, words};
use super::types::{Options, Type, power, show};

impl Checker<'_> {
    pub(super) fn question(&mut self, question: &Node) {
        let p = self.package;
        self.instants(question);
        self.channel_of_case(question);
        if let Some(NodeKind::Mapping { entries, .. }) = question.get("facts").map(|f| &f.kind) {
            for entry in entries {
                self.told(&entry.key, &entry.value);
            }
        }
        let lists = [
            (
                words(question.get("on_file")),
                p.documents.iter().map(|x| &x.id).collect::<Vec<_>>(),
                ("giấy tờ", "document"),
            ),
            (
                words(question.get("data_sources")),
                p.data_sources.iter().map(|x| &x.id).collect(),
                ("nguồn dữ liệu", "data source"),
            ),
        ];
        for (ids, known, (vi, en)) in lists {
            let known = known.into_iter().map(|id| id.value.as_str()).collect();
            let names = Names { known, vi, en };
            for id in &ids {
                self.known_in_case(id, &names);
            }
            self.duplicates(&ids.iter().collect::<Vec<_>>());
        }
    }

    /// Filed, accepted, received: each no earlier than those before it.
    fn instants(&mut self, question: &Node) {
        let mut last: Option<(&str, Moment, &Node)> = None;
        for key in ["filed_at", "accepted_at", "received_at"] {
            let Some(node) = question.get(key) else {
                continue;
            };
            let Some(Ok(moment)) = text_of(node).map(|text| text.parse::<Moment>()) else {
                continue;
            };
            if let Some((before, latest, place)) = last
                && moment < latest
            {
                self.report(
                    Diagnostic::error(
                        "out-of-order",
                        node.span,
                        format!("`{key}` không thể trước `{before}`"),
                        format!("`{key}` cannot be before `{before}`"),
                    )
                    .related(
                        place.span,
                        format!("`{before}` ở đây"),
                        format!("`{before}` is here"),
                    )
                    .help(
                        "thứ tự là: nộp, tiếp nhận, cơ quan có thẩm quyền nhận được",
                        "the order is: filed, accepted, received by the competent agency",
                    ),
                );
                continue;
            }
            last = Some((key, moment, node));
        }
    }

    fn channel_of_case(&mut self, question: &Node) {
        let offered: Vec<&str> = self
            .channel_options
            .ids
            .iter()
            .zip(super::CHANNELS)
            .filter(|(_, channel)| {
                let offers = &self.package.channels;
                offers.iter().any(|(offer, _)| offer.value == *channel)
            })
            .map(|(id, _)| id.as_str())
            .collect();
        let told = words(question.get("channel")).into_iter().find(|told| {
            // Another word was refused when it was read.
            self.channel_options.ids.contains(&told.value)
        });
        let Some(told) = told.filter(|told| !offered.contains(&told.value.as_str())) else {
            return;
        };
        let message = listed(
            Diagnostic::error(
                "channel-not-offered",
                told.span,
                format!("thủ tục này không nhận hồ sơ qua `{}`", told.value),
                format!("this procedure is not filed by `{}`", told.value),
            ),
            &offered,
        );
        self.report(message);
    }

    /// A fact and its value.
    fn told(&mut self, name: &Spanned<String>, node: &Node) {
        let p = self.package;
        let asked = |window: &str| p.filing_windows.iter().find(|w| w.id.value == window);
        if let Some(window) = asked(&name.value) {
            self.report(
                Diagnostic::error(
                    "told-by-the-host",
                    name.span,
                    format!("`{}` do hệ thống tự tính theo lịch", name.value),
                    format!("`{}` is told by the host from the calendar", name.value),
                )
                .related(window.id.span, "khai báo ở đây", "declared here")
                .help(
                    format!("cho biết `{}` và `filed_at`", window.event.value),
                    format!("tell `{}` and `filed_at` instead", window.event.value),
                ),
            );
            return;
        }
        let Some(at) = p.facts.iter().position(|f| f.id.value == name.value) else {
            let names = Names {
                known: p.facts.iter().map(|f| f.id.value.as_str()).collect(),
                vi: "dữ kiện",
                en: "fact",
            };
            self.known_in_case(name, &names);
            return;
        };
        let fact = &p.facts[at];
        let Some(Some(ty)) = self.fact_types.get(at).cloned() else {
            return;
        };
        match (&fact.kind, &ty) {
            (FactKind::Rows { fields, .. }, Type::Rows(number)) => {
                self.rows_told(fact, fields, *number, node);
            }
            _ => self.value(fact, &ty, node),
        }
    }

    fn rows_told(&mut self, fact: &Fact, fields: &[Fact], number: u16, node: &Node) {
        let number = usize::from(number);
        let most = self.max_rows.get(number).copied().unwrap_or_default();
        let NodeKind::Sequence { items, .. } = &node.kind else {
            let message = misfit(fact, node, "một danh sách các dòng", "a list of rows")
                .help("viết `[{…}, {…}]`", "write `[{…}, {…}]`");
            self.report(message);
            return;
        };
        if items.len() > usize::from(most) {
            self.report(
                misfit(
                    fact,
                    node,
                    &format!("nhiều nhất {most} dòng"),
                    &format!("at most {most} {}", if most == 1 { "row" } else { "rows" }),
                )
                .label(
                    format!("ở đây có {}", items.len()),
                    format!("here are {}", items.len()),
                ),
            );
        }
        let types = self.row_fields.get(number).cloned().unwrap_or_default();
        let known: Vec<&str> = fields.iter().map(|f| f.id.value.as_str()).collect();
        for item in items {
            let NodeKind::Mapping { entries, .. } = &item.kind else {
                let example = known.first().copied().unwrap_or("…");
                let message = Diagnostic::error(
                    "case-value",
                    item.span,
                    format!(
                        "một dòng của `{}` phải là các mục `tên: giá trị`",
                        fact.id.value
                    ),
                    format!(
                        "a row of `{}` is made of entries `name: value`",
                        fact.id.value
                    ),
                )
                .help(
                    format!("viết `{{{example}: …}}`"),
                    format!("write `{{{example}: …}}`"),
                );
                self.report(message);
                continue;
            };
            for entry in entries {
                let names = Names {
                    known: known.clone(),
                    vi: "trường",
                    en: "field",
                };
                self.known_in_case(&entry.key, &names);
                let field = fields.iter().zip(&types);
                let field = field
                    .filter(|(field, _)| field.id.value == entry.key.value)
                    .find_map(|(field, (_, ty))| Some((field, ty.as_ref()?)));
                if let Some((field, ty)) = field {
                    self.value(field, ty, &entry.value);
                }
            }
        }
    }

    /// A value that is told once, or a field of a row.
    fn value(&mut self, fact: &Fact, ty: &Type, node: &Node) {
        if node.is_absent() || json(node).is_null() {
            self.report(
                Diagnostic::error(
                    "case-value",
                    node.span,
                    format!("`{}` không có giá trị", fact.id.value),
                    format!("`{}` has no value", fact.id.value),
                )
                .help(
                    "điều chưa biết thì không ghi: bỏ dòng này",
                    "what is not known is left out: take this line away",
                ),
            );
            return;
        }
        let wrong = match ty {
            Type::Boolean => boolean(fact, node),
            Type::Number { scale, min, max } => number(fact, (*scale, *min, *max), node),
            Type::Text => text(fact, node),
            Type::Date => day(fact, node),
            Type::Moment => moment(fact, node),
            Type::Choice(options) => return self.one_option(fact, options, node),
            Type::Choices(options) => return self.some_options(fact, options, node),
            _ => None,
        };
        if let Some(message) = wrong {
            self.report(message);
        }
    }

    fn one_option(&mut self, fact: &Fact, options: &Options, node: &Node) {
        let known: Vec<&str> = options.ids.iter().map(String::as_str).collect();
        let Value::String(word) = json(node) else {
            let message = misfit(fact, node, "một lựa chọn", "one option");
            self.report(listed(message, &known));
            return;
        };
        if known.contains(&word.as_str()) {
            return;
        }
        let message = Diagnostic::error(
            "unknown-option",
            node.span,
            format!("`{}` không có lựa chọn `{}`", fact.id.value, shown(&word)),
            format!("`{}` has no option `{}`", fact.id.value, shown(&word)),
        );
        self.report(match self.near(&word, known.iter().copied()) {
            Some(near) => message.suggest(near),
            None => listed(message, &known),
        });
    }

    fn some_options(&mut self, fact: &Fact, options: &Options, node: &Node) {
        let NodeKind::Sequence { items, .. } = &node.kind else {
            let message = misfit(
                fact,
                node,
                "một danh sách các lựa chọn",
                "a list of options",
            )
            .help("viết `[…, …]`", "write `[…, …]`");
            self.report(message);
            return;
        };
        for item in items {
            self.one_option(fact, options, item);
        }
        let ids = words(Some(node));
        self.duplicates(&ids.iter().collect::<Vec<_>>());
    }
}

/// A value of another kind than its fact's.
fn misfit(fact: &Fact, node: &Node, vi: &str, en: &str) -> Diagnostic {
    Diagnostic::error(
        "case-value",
        node.span,
        format!("`{}` phải là {vi}", fact.id.value),
        format!("`{}` must be {en}", fact.id.value),
    )
    .related(fact.id.span, "khai báo ở đây", "declared here")
}

/// The words of a scalar.
fn text_of(node: &Node) -> Option<&str> {
    match &node.kind {
        NodeKind::Scalar(scalar) => Some(&scalar.value),
        _ => None,
    }
}

fn boolean(fact: &Fact, node: &Node) -> Option<Diagnostic> {
    if json(node).is_boolean() {
        return None;
    }
    let message = misfit(fact, node, "`true` hoặc `false`", "`true` or `false`");
    let meant = match text_of(node).map(str::to_lowercase).as_deref() {
        Some("yes" | "y" | "on" | "có" | "đúng" | "true" | "1") => Some("true"),
        Some("no" | "n" | "off" | "không" | "sai" | "false" | "0") => Some("false"),
        _ => None,
    };
    Some(match meant {
        Some(meant) => message.suggest(meant),
        None => message,
    })
}

/// A number within its range, with no more digits after the point than its fact has.
fn number(fact: &Fact, (scale, min, max): (u8, i128, i128), node: &Node) -> Option<Diagnostic> {
    let (low, high) = (show(min, scale), show(max, scale));
    let message = if scale == 0 {
        misfit(
            fact,
            node,
            &format!("số nguyên từ {low} đến {high}"),
            &format!("a whole number from {low} to {high}"),
        )
    } else {
        misfit(
            fact,
            node,
            &format!("số từ {low} đến {high}, nhiều nhất {scale} chữ số sau dấu chấm"),
            &format!("a number from {low} to {high}, with at most {scale} digits after the point"),
        )
    };
    let fits = |text: &str| match text.parse::<Decimal>().map(Decimal::normalised) {
        Ok(number) if number.scale <= scale => {
            let units = i128::from(number.units) * power(scale - number.scale);
            (min..=max).contains(&units)
        }
        _ => false,
    };
    match (json(node), text_of(node)) {
        (Value::Number(number), _) if fits(&number.to_string()) => None,
        (Value::Number(_), _) => Some(message),
        (_, Some(text)) if fits(text) => Some(
            message
                .label("đây là văn bản", "this is a text")
                .suggest(text),
        ),
        // More digits than a number can have.
        (_, Some(text)) if text.parse::<Decimal>() == Err(DecimalError::TooLong) => Some(message),
        (_, Some(_)) => Some(message.label("đây là văn bản", "this is a text")),
        (_, None) => Some(message),
    }
}

fn text(fact: &Fact, node: &Node) -> Option<Diagnostic> {
    let most = match &fact.kind {
        FactKind::Text { max_length } => max_length.as_ref().map_or(200, |length| length.value),
        _ => return None,
    };
    let message = misfit(
        fact,
        node,
        &format!("văn bản, nhiều nhất {most} ký tự"),
        &format!("a text of at most {most} characters"),
    );
    match (json(node), text_of(node)) {
        (Value::String(text), _) => {
            let length = text.chars().count();
            (length > usize::from(most)).then(|| {
                message.label(
                    format!("ở đây có {length} ký tự"),
                    format!("here are {length} characters"),
                )
            })
        }
        // A number or a word of JSON that was meant as a text.
        (_, Some(words)) => Some(message.suggest(format!("'{words}'"))),
        (_, None) => Some(message),
    }
}

fn day(fact: &Fact, node: &Node) -> Option<Diagnostic> {
    let told = text_of(node).map(str::parse::<Date>);
    if matches!(told, Some(Ok(_))) && json(node).is_string() {
        return None;
    }
    let message = misfit(fact, node, "một ngày", "a date");
    Some(instant(message, told.and_then(Result::err)).help(
        "viết năm, tháng, ngày, ví dụ 2024-05-31",
        "write year, month and day, as in 2024-05-31",
    ))
}

fn moment(fact: &Fact, node: &Node) -> Option<Diagnostic> {
    let told = text_of(node).map(str::parse::<Moment>);
    if matches!(told, Some(Ok(_))) && json(node).is_string() {
        return None;
    }
    let message = misfit(fact, node, "một thời điểm", "a moment");
    Some(instant(message, told.and_then(Result::err)).help(
        "viết ngày và giờ, ví dụ 2024-05-31T08:30",
        "write date and time, as in 2024-05-31T08:30",
    ))
}

/// With what is wrong about a date that has the right form.
fn instant(message: Diagnostic, error: Option<DateError>) -> Diagnostic {
    match error {
        Some(DateError::NoSuchDay) => message.label(
            "lịch không có ngày hay giờ này",
            "there is no such day or hour",
        ),
        Some(DateError::OutOfRange) => message.label(
            "ngày phải từ 1900-01-01 đến 2199-12-31",
            "a date lies between 1900-01-01 and 2199-12-31",
        ),
        Some(DateError::Syntax) | None => message,
    }
}
