//! The grammar of expressions, from `or` over comparisons and sums to paths. What stands between the operators is in
//! [`super::operand`].

use super::ast::{BinaryOp, Expr, ExprKind};
use super::lexer::TokenKind;
use super::mistakes;
use super::parser::{Parsed, Parser};
use crate::source::Spanned;

impl Parser<'_> {
    /// A whole expression.
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.nested(|parser| {
            let start = parser.start();
            let mut left = parser.conjunction();
            while parser.eat(&TokenKind::Or) {
                let right = parser.conjunction();
                left = parser.join(start, BinaryOp::Or, left, right);
            }
            left
        })
    }

    fn conjunction(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let mut left = self.condition();
        while self.eat(&TokenKind::And) {
            let right = self.condition();
            left = self.join(start, BinaryOp::And, left, right);
        }
        left
    }

    /// An operand of `and`; after a mistake in it, reading goes on behind it.
    fn condition(&mut self) -> Parsed<Expr> {
        let condition = self.comparison();
        if condition.is_err() {
            self.skip_to(&[
                TokenKind::And,
                TokenKind::Or,
                TokenKind::Then,
                TokenKind::Else,
                TokenKind::Satisfies,
                TokenKind::Return,
                TokenKind::Comma,
            ]);
        }
        condition
    }

    fn join(
        &self,
        start: usize,
        op: BinaryOp,
        left: Parsed<Expr>,
        right: Parsed<Expr>,
    ) -> Parsed<Expr> {
        Ok(self.node(
            start,
            ExprKind::Binary(op, Box::new(left?), Box::new(right?)),
        ))
    }

    pub(super) fn comparison(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let left = self.sum()?;
        let compared = match self.peek() {
            kind if comparison_operator(kind).is_some() => self.compared(start, left)?,
            TokenKind::Between => self.between(start, left)?,
            TokenKind::In => {
                self.advance();
                let tests = self.in_tests()?;
                self.node(start, ExprKind::In(Box::new(left), tests))
            }
            TokenKind::Name(name) if name == "not" && self.peek_after(1) == &TokenKind::In => {
                return self.not_in(start);
            }
            TokenKind::Name(name) if name == "instance" && is_name(self.peek_after(1), "of") => {
                let at = self.start();
                self.advance();
                self.advance();
                return Err(self.report(|p| mistakes::instance_of(p.since(at))));
            }
            _ => return Ok(left),
        };
        if comparison_operator(self.peek()).is_some()
            || matches!(self.peek(), TokenKind::Between | TokenKind::In)
        {
            return Err(self.report(|p| mistakes::mixed_chain(p.span_at(p.at))));
        }
        Ok(compared)
    }

    /// `left op right`; a longer chain is refused with a way to write it.
    fn compared(&mut self, start: usize, left: Expr) -> Parsed<Expr> {
        let mut operands = vec![self.words_since(start)];
        let mut operators = Vec::new();
        let mut result = left;
        while let Some(op) = comparison_operator(self.peek()) {
            // The symbol that is meant, which is not always the one that is written.
            operators.push(symbol_of(op));
            self.advance();
            let operand = self.start();
            let right = self.sum()?;
            operands.push(self.words_since(operand));
            result = self.node(
                start,
                ExprKind::Binary(op, Box::new(result), Box::new(right)),
            );
        }
        if operators.len() > 1 {
            return Err(self
                .report(|p| mistakes::chained_comparison(p.since(start), &operands, &operators)));
        }
        Ok(result)
    }

    fn between(&mut self, start: usize, value: Expr) -> Parsed<Expr> {
        let word = self.at;
        self.advance();
        let low = self.sum()?;
        self.expect_word(&TokenKind::And, "missing-and", word, "x between a and b")?;
        let high = self.sum()?;
        Ok(self.node(
            start,
            ExprKind::Between(Box::new(value), Box::new(low), Box::new(high)),
        ))
    }

    fn not_in(&mut self, start: usize) -> Parsed<Expr> {
        let value = self.words_since(start);
        self.advance();
        self.advance();
        let tests = self.start();
        self.in_tests()?;
        Err(self.report(|p| mistakes::not_in(p.since(start), value, p.words_since(tests))))
    }

    pub(super) fn sum(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let mut left = self.product()?;
        loop {
            let op = match self.peek() {
                TokenKind::Plus => BinaryOp::Add,
                TokenKind::Minus => BinaryOp::Subtract,
                _ => return Ok(left),
            };
            self.advance();
            let right = self.product()?;
            left = self.node(start, ExprKind::Binary(op, Box::new(left), Box::new(right)));
        }
    }

    fn product(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let mut left = self.signed()?;
        loop {
            let op = match self.peek() {
                TokenKind::Star => BinaryOp::Multiply,
                TokenKind::Slash => BinaryOp::Divide,
                _ => return Ok(left),
            };
            self.advance();
            let right = self.signed()?;
            left = self.node(start, ExprKind::Binary(op, Box::new(left), Box::new(right)));
        }
    }

    fn signed(&mut self) -> Parsed<Expr> {
        let start = self.start();
        match self.peek() {
            TokenKind::Minus => {
                self.advance();
                let operand = self.nested(Self::signed)?;
                Ok(self.node(start, ExprKind::Negate(Box::new(operand))))
            }
            TokenKind::Bang => {
                self.advance();
                let operand = self.start();
                self.nested(Self::signed)?;
                Err(self.report(|p| mistakes::exclamation(p.since(start), p.words_since(operand))))
            }
            _ => self.path(),
        }
    }

    fn path(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let mut base = self.primary()?;
        loop {
            match self.peek() {
                TokenKind::Dot => {
                    self.advance();
                    let TokenKind::Name(field) = self.peek().clone() else {
                        return Err(self.report(|p| mistakes::missing_field(p.here())));
                    };
                    let field = Spanned::new(field, self.span_at(self.at));
                    self.advance();
                    base = self.node(start, ExprKind::Path(Box::new(base), field));
                }
                TokenKind::LeftBracket if !self.range_end => {
                    let bracket = self.start();
                    self.advance();
                    self.skip_to(&[]);
                    self.advance();
                    return Err(self.report(|p| mistakes::filter(p.since(bracket))));
                }
                TokenKind::LeftParen if matches!(base.kind, ExprKind::Path(..)) => {
                    return Err(self.report(|p| mistakes::method_call(p.since(start))));
                }
                _ => return Ok(base),
            }
        }
    }
}

fn is_name(kind: &TokenKind, name: &str) -> bool {
    matches!(kind, TokenKind::Name(own) if own == name)
}

/// The comparison a token stands for.
pub(super) fn comparison_operator(kind: &TokenKind) -> Option<BinaryOp> {
    Some(match kind {
        TokenKind::Equal => BinaryOp::Eq,
        TokenKind::NotEqual => BinaryOp::Ne,
        TokenKind::Less => BinaryOp::Lt,
        TokenKind::LessEqual => BinaryOp::Le,
        TokenKind::Greater => BinaryOp::Gt,
        TokenKind::GreaterEqual => BinaryOp::Ge,
        _ => return None,
    })
}

/// How an operator is written.
pub(super) fn symbol_of(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Eq => "=",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
    }
}
