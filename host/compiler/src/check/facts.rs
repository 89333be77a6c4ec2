//! Declarations: facts, their ranges and options, filing windows.

use std::rc::Rc;

use motcua_model::Decimal;
use motcua_model::manifest::{FactKind as Kind, FactSchema, FilingWindow, limits};

use crate::diagnostic::{Diagnostic, shown};
use crate::ir::SlotKind;
use crate::package::{ChoiceOption, Fact, FactKind};
use crate::source::{Span, Spanned};

use super::Checker;
use super::names::GIVEN;
use super::types::{Options, Type};

/// Words of the expression language that no fact may have as its name.
const KEYWORDS: [&str; 16] = [
    "and",
    "or",
    "not",
    "if",
    "then",
    "else",
    "in",
    "between",
    "some",
    "every",
    "satisfies",
    "for",
    "return",
    "true",
    "false",
    "null",
];

impl Checker<'_> {
    /// Brings facts, filing windows and definitions into scope.
    pub(super) fn declare(&mut self) {
        let package = self.package;
        for fact in &package.facts {
            let ty = self.fact_type(fact, Some(self.fact_types.len()));
            self.declare_fact(&fact.id, ty);
        }
        for window in &package.filing_windows {
            self.event_of(&window.event);
            self.declare_fact(&window.id, Some(Type::Boolean));
        }
        for (at, definition) in package.definitions.iter().enumerate() {
            self.refuse_reserved(&definition.id);
            self.definition_numbers
                .entry(definition.id.value.clone())
                .or_insert(at);
        }
        self.states = vec![super::State::Waiting; package.definitions.len()];
        self.used_definitions = vec![false; package.definitions.len()];
        // Every definition is checked, used or not: a mistake must not wait for its first use.
        for at in 0..package.definitions.len() {
            if matches!(self.states[at], super::State::Waiting) {
                self.check_definition(at);
            }
        }
    }

    fn declare_fact(&mut self, id: &Spanned<String>, ty: Option<Type>) {
        self.refuse_reserved(id);
        if ty.is_none() {
            self.broken_names.insert(id.value.clone());
        }
        let number = self.fact_types.len() as u16;
        self.fact_numbers.entry(id.value.clone()).or_insert(number);
        self.fact_types.push(ty);
        self.used_facts.push(false);
        while self.row_fields.len() < self.fact_types.len() {
            self.row_fields.push(Vec::new());
            self.max_rows.push(0);
        }
    }

    fn refuse_reserved(&mut self, id: &Spanned<String>) {
        let name = id.value.as_str();
        if KEYWORDS.contains(&name) || GIVEN.contains(&name) {
            self.report(
                Diagnostic::error(
                    "reserved",
                    id.span,
                    format!("`{name}` là từ của ngôn ngữ, không đặt tên như vậy được"),
                    format!("`{name}` is a word of the language and cannot be a name"),
                )
                .help("thêm một từ nữa vào tên", "add a word to the name"),
            );
        }
    }

    fn event_of(&mut self, event: &Spanned<String>) {
        let facts = &self.package.facts;
        if let Some(at) = facts.iter().position(|f| f.id.value == event.value) {
            self.used_facts[at] = true;
            if !matches!(
                facts[at].kind,
                FactKind::Date | FactKind::Moment | FactKind::Unreadable
            ) {
                self.report(
                    Diagnostic::error(
                        "event",
                        event.span,
                        format!("`{}` không phải là ngày hay thời điểm", event.value),
                        format!("`{}` is neither a date nor a moment", event.value),
                    )
                    .related(facts[at].id.span, "khai báo ở đây", "declared here")
                    .help(
                        "chọn một dữ kiện kiểu `date` hoặc `moment`",
                        "choose a fact of type `date` or `moment`",
                    ),
                );
            }
            return;
        }
        let near = self.near(&event.value, facts.iter().map(|f| f.id.value.as_str()));
        let mut message = Diagnostic::error(
            "unknown-fact",
            event.span,
            format!("không có dữ kiện nào tên `{}`", shown(&event.value)),
            format!("there is no fact named `{}`", shown(&event.value)),
        );
        if let Some(near) = near {
            message = message.suggest(near);
        }
        self.report(message);
    }

    fn fact_type(&mut self, fact: &Fact, position: Option<usize>) -> Option<Type> {
        Some(match &fact.kind {
            FactKind::Boolean => Type::Boolean,
            FactKind::Integer { min, max, .. } => {
                let (min, max) = self.bounds(fact, min.as_ref(), max.as_ref(), 0)?;
                Type::Number {
                    scale: 0,
                    min: min.units.into(),
                    max: max.units.into(),
                }
            }
            FactKind::Decimal {
                min, max, decimals, ..
            } => {
                let scale = self.decimals(decimals.as_ref())?;
                let (min, max) = self.bounds(fact, min.as_ref(), max.as_ref(), scale)?;
                Type::Number {
                    scale,
                    min: min.units.into(),
                    max: max.units.into(),
                }
            }
            FactKind::Text { max_length } => {
                let length = max_length.as_ref().map_or(200, |l| l.value);
                let span = max_length.as_ref().map_or(fact.span, |l| l.span);
                // A wrong length makes it no other type: what uses the fact is checked all the same.
                let _ = self.in_bounds(
                    span,
                    "max_length",
                    i64::from(length),
                    1,
                    i64::from(limits::TEXT_LENGTH),
                );
                Type::Text
            }
            FactKind::Date => Type::Date,
            FactKind::Moment => Type::Moment,
            FactKind::Choice(options) => {
                Type::Choice(self.options(fact, options, 2, limits::OPTIONS))
            }
            FactKind::Choices(options) => {
                Type::Choices(self.options(fact, options, 1, limits::CHOICES))
            }
            FactKind::Rows { max_rows, fields } => {
                // The reader lets no repeating fact stand inside another.
                let position = position?;
                let most = max_rows.as_ref().map_or(50, |m| m.value);
                let span = max_rows.as_ref().map_or(fact.span, |m| m.span);
                let fits = self.in_bounds(
                    span,
                    "max_rows",
                    i64::from(most),
                    1,
                    i64::from(limits::ROWS),
                );
                let most = fits.map_or(limits::ROWS, |()| most);
                let ids: Vec<_> = fields.iter().map(|f| &f.id).collect();
                self.duplicates(&ids);
                let types = fields
                    .iter()
                    .map(|f| (f.id.value.clone(), self.fact_type(f, None)))
                    .collect();
                while self.row_fields.len() <= position {
                    self.row_fields.push(Vec::new());
                    self.max_rows.push(0);
                }
                self.row_fields[position] = types;
                self.max_rows[position] = most;
                Type::Rows(u16::try_from(position).ok()?)
            }
            FactKind::Unreadable => return None,
        })
    }

    fn in_bounds(&mut self, span: Span, what: &str, value: i64, min: i64, max: i64) -> Option<()> {
        if (min..=max).contains(&value) {
            return Some(());
        }
        let nearest = value.clamp(min, max);
        self.report(
            Diagnostic::error(
                "range",
                span,
                format!("`{what}` phải từ {min} đến {max}"),
                format!("`{what}` lies between {min} and {max}"),
            )
            .help(
                format!("ví dụ `{nearest}`"),
                format!("for example `{nearest}`"),
            ),
        );
        None
    }

    fn decimals(&mut self, decimals: Option<&Spanned<u8>>) -> Option<u8> {
        let Some(decimals) = decimals else {
            return Some(2);
        };
        self.in_bounds(
            decimals.span,
            "decimals",
            i64::from(decimals.value),
            1,
            i64::from(Decimal::MAX_SCALE),
        )?;
        Some(decimals.value)
    }

    fn bounds(
        &mut self,
        fact: &Fact,
        min: Option<&Spanned<Decimal>>,
        max: Option<&Spanned<Decimal>>,
        scale: u8,
    ) -> Option<(Decimal, Decimal)> {
        let (low, high) = default_bounds(scale);
        let mut bound = |given: Option<&Spanned<Decimal>>, default: Decimal| match given {
            None => Some(default),
            Some(given) => match given.value.rescaled(scale) {
                Some(value) if value.units.abs() <= limits::INTEGER => Some(value),
                _ => {
                    self.report(
                        Diagnostic::error(
                            "range",
                            given.span,
                            format!("giới hạn này phải có nhiều nhất {scale} chữ số thập phân và không quá lớn"),
                            format!("this bound has at most {scale} digits after the point and is not too large"),
                        )
                        .help("nhiều nhất 10^15 đơn vị", "at most 10^15 units"),
                    );
                    None
                }
            },
        };
        let (low, high) = (bound(min, low)?, bound(max, high)?);
        if low > high {
            let span = max.or(min).map_or(fact.span, |b| b.span);
            self.report(
                Diagnostic::error(
                    "range",
                    span,
                    format!("`min` ({low}) lớn hơn `max` ({high})"),
                    format!("`min` ({low}) is above `max` ({high})"),
                )
                .help(
                    "đổi chỗ hoặc sửa hai giới hạn",
                    "swap or mend the two bounds",
                ),
            );
            // Most likely the two were swapped; so what uses the fact can be checked as well.
            return Some((high, low));
        }
        Some((low, high))
    }

    fn options(
        &mut self,
        fact: &Fact,
        options: &[ChoiceOption],
        least: usize,
        most: usize,
    ) -> Rc<Options> {
        let ids: Vec<_> = options.iter().map(|o| &o.id).collect();
        self.duplicates(&ids);
        if !(least..=most).contains(&options.len()) {
            let message = Diagnostic::error(
                "options",
                fact.id.span,
                format!("`{}` phải có từ {least} đến {most} lựa chọn", fact.id.value),
                format!("`{}` has between {least} and {most} options", fact.id.value),
            );
            self.report(if options.len() < least {
                message.help(
                    "thêm lựa chọn; nếu chỉ cần hỏi có hay không, dùng `type: boolean`",
                    "add options; if it is a question of yes or no, use `type: boolean`",
                )
            } else {
                message.help("tách thành vài dữ kiện", "split it into several facts")
            });
        }
        let ids = options.iter().map(|o| o.id.value.clone()).collect();
        Rc::new(Options {
            ids,
            owner: fact.id.value.clone(),
        })
    }

    /// The facts of the manifest: what is asked, then the filing windows.
    pub(super) fn schema(&self) -> Option<Vec<FactSchema>> {
        let mut facts: Vec<FactSchema> = self
            .package
            .facts
            .iter()
            .map(fact_schema)
            .collect::<Option<_>>()?;
        for window in &self.package.filing_windows {
            facts.push(FactSchema {
                id: window.id.value.clone(),
                question: window.text.value.clone(),
                help: None,
                kind: Kind::FilingWindow(FilingWindow {
                    side: window.side,
                    event: window.event.value.clone(),
                    term: window.term.value?,
                    basis: window.basis.value.clone(),
                }),
            });
        }
        Some(facts)
    }

    /// The slots of the facts in the component.
    pub(super) fn slots(&self) -> Option<Vec<SlotKind>> {
        self.fact_types
            .iter()
            .map(|ty| match ty.as_ref()? {
                Type::Rows(fact) => {
                    let fields = &self.row_fields[usize::from(*fact)];
                    let kinds = fields
                        .iter()
                        .map(|(_, ty)| ty.as_ref()?.kind())
                        .collect::<Option<_>>()?;
                    Some(SlotKind::Rows {
                        fields: kinds,
                        max_rows: self.max_rows[usize::from(*fact)],
                    })
                }
                ty => Some(SlotKind::Scalar(ty.kind()?)),
            })
            .collect()
    }
}

fn default_bounds(scale: u8) -> (Decimal, Decimal) {
    let high = if scale == 0 {
        1_000_000_000_000
    } else {
        10_i64.pow(u32::from(scale) + 9).min(limits::INTEGER)
    };
    (Decimal { units: 0, scale }, Decimal { units: high, scale })
}

fn fact_schema(fact: &Fact) -> Option<FactSchema> {
    let options = |options: &[ChoiceOption]| {
        options
            .iter()
            .map(|o| motcua_model::manifest::ChoiceOption {
                id: o.id.value.clone(),
                label: o.label.value.clone(),
            })
            .collect()
    };
    let at = |bound: &Option<Spanned<Decimal>>, default: Decimal, scale: u8| match bound {
        Some(bound) => bound.value.rescaled(scale),
        None => Some(default),
    };
    let kind = match &fact.kind {
        FactKind::Boolean => Kind::Boolean,
        FactKind::Integer { min, max, unit } => {
            let (low, high) = default_bounds(0);
            Kind::Integer {
                min: at(min, low, 0)?.units,
                max: at(max, high, 0)?.units,
                unit: unit.as_ref().map(|u| u.value.clone()),
            }
        }
        FactKind::Decimal {
            min,
            max,
            decimals,
            unit,
        } => {
            let scale = decimals.as_ref().map_or(2, |d| d.value);
            let (low, high) = default_bounds(scale);
            Kind::Decimal {
                min: at(min, low, scale)?,
                max: at(max, high, scale)?,
                decimals: scale,
                unit: unit.as_ref().map(|u| u.value.clone()),
            }
        }
        FactKind::Text { max_length } => Kind::Text {
            max_length: max_length.as_ref().map_or(200, |l| l.value),
        },
        FactKind::Date => Kind::Date,
        FactKind::Moment => Kind::Moment,
        FactKind::Choice(list) => Kind::Choice {
            options: options(list),
        },
        FactKind::Choices(list) => Kind::Choices {
            options: options(list),
        },
        FactKind::Rows { max_rows, fields } => Kind::Rows {
            max_rows: max_rows.as_ref().map_or(50, |m| m.value),
            fields: fields.iter().map(fact_schema).collect::<Option<_>>()?,
        },
        FactKind::Unreadable => return None,
    };
    Some(FactSchema {
        id: fact.id.value.clone(),
        question: fact.question.value.clone(),
        help: fact.help.as_ref().map(|h| h.value.clone()),
        kind,
    })
}
