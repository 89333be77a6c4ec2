//! The grammar of tests: cells of decision tables, and what follows `in` (DMN 1.4, 10.3.1.2, “unary tests”).
//!
//! A value in a test is a sum, not a whole expression: `and`, `or` and comparisons between values are nearly always a
//! mistake there, and are refused with what to write instead. In parentheses everything may stand.

use super::ast::{BinaryOp, Cell, CellKind, ExprKind, Range, UnaryTest, UnaryTestKind};
use super::expression::{comparison_operator, symbol_of};
use super::lexer::TokenKind;
use super::parser::{Parsed, Parser};
use super::{mistakes, print};

impl Parser<'_> {
    /// A whole cell.
    pub(super) fn cell(&mut self) -> Parsed<Cell> {
        let start = self.start();
        let kind = if self.peek() == &TokenKind::Minus && self.peek_after(1) == &TokenKind::End {
            self.advance();
            CellKind::Any
        } else if self.negation_opens() {
            self.advance();
            let tests = self.tests_in_parentheses()?;
            if self.peek() == &TokenKind::Comma {
                return Err(self.report(|p| mistakes::not_not_alone(p.since(start))));
            }
            CellKind::Not(tests)
        } else {
            CellKind::Tests(self.tests()?)
        };
        Ok(Cell {
            kind,
            span: self.since(start),
        })
    }

    /// What follows `in`: one test, or several in parentheses.
    pub(super) fn in_tests(&mut self) -> Parsed<Vec<UnaryTest>> {
        if self.peek() == &TokenKind::LeftParen && !self.range_opens() {
            self.tests_in_parentheses()
        } else {
            Ok(vec![self.test()?])
        }
    }

    fn tests_in_parentheses(&mut self) -> Parsed<Vec<UnaryTest>> {
        let opening = self.at;
        self.advance();
        let tests = self.nested(|parser| parser.inside(Self::tests));
        self.close(opening, &TokenKind::RightParen, tests.is_ok())?;
        tests
    }

    /// Tests with commas between them.
    fn tests(&mut self) -> Parsed<Vec<UnaryTest>> {
        let mut tests = Ok(Vec::new());
        loop {
            let test = self.item(Self::listed_test);
            tests = tests.and_then(|mut list: Vec<UnaryTest>| {
                list.push(test?);
                Ok(list)
            });
            if self.peek() == &TokenKind::Or {
                self.report(|p| mistakes::or_in_test(p.span_at(p.at)));
                self.advance();
            } else if !self.eat(&TokenKind::Comma) {
                return tests;
            }
        }
    }

    /// A test in a list, where `and` or a comparison behind it can only be a mistake.
    fn listed_test(&mut self) -> Parsed<UnaryTest> {
        let start = self.start();
        let alone = matches!(
            self.peek_after(1),
            TokenKind::Comma | TokenKind::RightParen | TokenKind::End
        );
        if self.peek() == &TokenKind::Minus && alone {
            self.advance();
            return Err(self.report(|p| mistakes::any_not_alone(p.since(start))));
        }
        let test = self.test()?;
        if self.eat(&TokenKind::And) {
            let second = self.test()?;
            let meant = range_of(&test, &second);
            return Err(self.report(|p| mistakes::and_in_test(p.since(start), meant.as_deref())));
        }
        if let Some(op) = comparison_operator(self.peek()) {
            self.advance();
            let operand = self.start();
            self.sum()?;
            let meant = format!("{} {}", symbol_of(op), self.words_since(operand));
            return Err(self.report(|p| mistakes::comparison_in_test(p.since(start), Some(&meant))));
        }
        if matches!(self.peek(), TokenKind::In | TokenKind::Between) {
            return Err(self.report(|p| mistakes::comparison_in_test(p.since(start), None)));
        }
        Ok(test)
    }

    /// One test.
    fn test(&mut self) -> Parsed<UnaryTest> {
        let start = self.start();
        let kind = if let Some(op) = comparison_operator(self.peek()) {
            self.advance();
            UnaryTestKind::Compare(op, self.sum()?)
        } else if self.negation_opens() {
            self.advance();
            self.advance();
            self.skip_to(&[]);
            self.advance();
            return Err(self.report(|p| mistakes::not_in_test(p.since(start))));
        } else {
            let value = self.sum()?;
            match value.kind {
                ExprKind::Range(range) => UnaryTestKind::Range(*range),
                _ => UnaryTestKind::Value(value),
            }
        };
        Ok(UnaryTest {
            kind,
            span: self.since(start),
        })
    }

    fn negation_opens(&self) -> bool {
        matches!(self.peek(), TokenKind::Name(name) if name == "not")
            && self.peek_after(1) == &TokenKind::LeftParen
    }
}

/// `> 5` and `<= 10` as `(5..10]`.
fn range_of(first: &UnaryTest, second: &UnaryTest) -> Option<String> {
    let (UnaryTestKind::Compare(first_op, first), UnaryTestKind::Compare(second_op, second)) =
        (&first.kind, &second.kind)
    else {
        return None;
    };
    let lower = |op: &BinaryOp| matches!(op, BinaryOp::Gt | BinaryOp::Ge);
    let upper = |op: &BinaryOp| matches!(op, BinaryOp::Lt | BinaryOp::Le);
    let (low_op, low, high_op, high) = if lower(first_op) && upper(second_op) {
        (first_op, first, second_op, second)
    } else if upper(first_op) && lower(second_op) {
        (second_op, second, first_op, first)
    } else {
        return None;
    };
    // `< 5 and > 10` was no range.
    if matches!((&low.kind, &high.kind), (ExprKind::Number(low), ExprKind::Number(high)) if low >= high)
    {
        return None;
    }
    Some(print::range(&Range {
        low: low.clone(),
        low_included: *low_op == BinaryOp::Ge,
        high: high.clone(),
        high_included: *high_op == BinaryOp::Le,
    }))
}
