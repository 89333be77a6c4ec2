//! Expressions and cells, and the words that stand beside them for people. What they mean is the business of
//! [`crate::feel`]; here they are only cut out of the file, with the place of each byte. Where the rules are code, the words
//! in place of expressions are for people too, and mean nothing here.

use motcua_model::Text;
use motcua_model::manifest::Rules;

use super::shape::{Map, Noun, Reader};
use super::words::one_line;
use super::yaml::Node;
use crate::diagnostic::Diagnostic;
use crate::feel::{parse_cell, parse_expression};
use crate::package::{CellText, Expression};
use crate::source::{Place, Span, Spanned};

const CELL: Noun = Noun {
    vi: "ô của bảng",
    en: "a cell of the table",
};
const BECAUSE: Noun = Noun {
    vi: "câu giải thích khi nào",
    en: "the words that say when",
};

impl Reader<'_> {
    /// The words of an expression without white space around them, and where they stand.
    fn formula(&mut self, node: &Node, noun: Noun) -> Option<(String, Place, Span)> {
        let scalar = self.scalar(node, noun)?;
        let text = scalar.value.trim();
        if text.is_empty() {
            self.report(
                Diagnostic::error(
                    "empty-value",
                    node.span,
                    format!("{} không được để trống", noun.vi),
                    format!("{} must not be empty", noun.en),
                )
                .help("viết biểu thức vào đây", "write the expression here"),
            );
            return None;
        }
        let from = scalar.value.len() - scalar.value.trim_start().len();
        let offsets = scalar
            .place
            .offsets
            .get(from..=from + text.len())
            .unwrap_or_default()
            .to_vec();
        let place = Place {
            file: scalar.place.file,
            offsets,
            wide: scalar.place.wide.clone(),
        };
        let span = place.span(0..text.len());
        Some((text.to_owned(), place, span))
    }

    /// What the parser makes of it. Its messages are held to the same bounds as all others.
    fn parsed<T>(
        &mut self,
        parse: fn(&str, &Place, &mut Vec<Diagnostic>) -> Option<T>,
        text: &str,
        place: &Place,
    ) -> Option<T> {
        let mut found = Vec::new();
        let parsed = parse(text, place, &mut found);
        for message in found {
            self.report(message);
        }
        parsed
    }

    /// An expression.
    pub(super) fn expression(&mut self, node: &Node, noun: Noun) -> Expression {
        let Some((text, place, span)) = self.formula(node, noun) else {
            return Expression {
                text: String::new(),
                span: node.span,
                ast: None,
            };
        };
        let ast = if self.crowded() || self.rules == Rules::Plugin {
            None
        } else {
            self.parsed(parse_expression, &text, &place)
        };
        Expression {
            text: one_line(&text),
            span,
            ast,
        }
    }

    /// An expression at a key that must be there.
    pub(super) fn required_expression(
        &mut self,
        map: &mut Map<'_>,
        key: &'static str,
        noun: Noun,
    ) -> Expression {
        match self.required(map, key) {
            Some(node) => self.expression(node, noun),
            None => Expression {
                text: String::new(),
                span: map.at,
                ast: None,
            },
        }
    }

    /// An expression at a key that need not be there.
    pub(super) fn optional_expression(
        &mut self,
        map: &Map<'_>,
        key: &str,
        noun: Noun,
    ) -> Option<Expression> {
        self.optional(map, key)
            .map(|node| self.expression(node, noun))
    }

    /// A cell of a decision table.
    pub(super) fn cell(&mut self, node: &Node) -> CellText {
        let Some((text, place, span)) = self.formula(node, CELL) else {
            return CellText {
                text: String::new(),
                span: node.span,
                ast: None,
            };
        };
        let ast = if self.crowded() {
            None
        } else {
            self.parsed(parse_cell, &text, &place)
        };
        CellText {
            text: one_line(&text),
            span,
            ast,
        }
    }

    /// `when` without the words that say it to people.
    pub(super) fn because(&mut self, map: &Map<'_>) -> Option<Spanned<Text>> {
        let because = self.optional_text(map, "because", BECAUSE);
        let (vi, en) = map.name();
        if map.has("when") && !map.has("because") {
            self.report(
                Diagnostic::error(
                    "no-because",
                    map.key("when"),
                    format!("{vi} có `when` nhưng không nói bằng lời khi nào"),
                    format!("{en} has `when`, but does not say in words when that is"),
                )
                .help(
                    "thêm `because: {vi: …, en: …}`: người dân đọc câu này",
                    "add `because: {vi: …, en: …}`: it is what people read",
                ),
            );
        } else if map.has("because") && !map.has("when") {
            self.report(
                Diagnostic::warning(
                    "because-without-when",
                    map.key("because"),
                    format!("{vi} có `because` nhưng không có `when`"),
                    format!("{en} has `because`, but no `when`"),
                )
                .help(
                    "thêm `when:` với biểu thức, hoặc bỏ `because`",
                    "add `when:` with an expression, or take `because` out",
                ),
            );
        }
        because
    }
}
