//! The grammar of brackets: parentheses, lists, ranges.

use super::ast::{Expr, ExprKind, Range};
use super::lexer::{Token, TokenKind};
use super::mistakes;
use super::parser::{Parsed, Parser, Reported};

/// What cannot stand before the `..` of a range: the ends of a range are sums.
const NOT_IN_RANGE: [TokenKind; 18] = [
    TokenKind::DotDot,
    TokenKind::Comma,
    TokenKind::And,
    TokenKind::Or,
    TokenKind::In,
    TokenKind::Between,
    TokenKind::Equal,
    TokenKind::NotEqual,
    TokenKind::Less,
    TokenKind::LessEqual,
    TokenKind::Greater,
    TokenKind::GreaterEqual,
    TokenKind::If,
    TokenKind::Then,
    TokenKind::Else,
    TokenKind::Some,
    TokenKind::Every,
    TokenKind::For,
];

impl Parser<'_> {
    /// `(a)`
    pub(super) fn parenthesised(&mut self) -> Parsed<Expr> {
        let (start, opening) = (self.start(), self.at);
        self.advance();
        let inner = self.inside(Self::expression);
        if inner.is_ok() && self.peek() == &TokenKind::Comma {
            return Err(self.list_in_parentheses(opening));
        }
        self.close(opening, &TokenKind::RightParen, inner.is_ok())?;
        Ok(Expr {
            span: self.since(start),
            ..inner?
        })
    }

    /// `x = (a, b)`: the first comma is next.
    fn list_in_parentheses(&mut self, opening: usize) -> Reported {
        let start = self.tokens.get(opening).map_or(0, |token| token.start);
        while self.eat(&TokenKind::Comma) {
            let _ = self.item(Self::expression);
        }
        let closed = self.close(opening, &TokenKind::RightParen, true).is_ok();
        let values = self.words_since(start);
        // `x = (a, b)` plainly means `x in (a, b)`.
        let before = opening.checked_sub(1).and_then(|at| self.tokens.get(at));
        let (from, meant) = match before {
            Some(Token {
                kind: TokenKind::Equal,
                start,
                ..
            }) if closed => (*start, Some(format!("in {values}"))),
            _ => (start, None),
        };
        self.report(|p| mistakes::list_in_parentheses(p.since(from), meant.as_deref()))
    }

    /// `[a, b]`
    pub(super) fn list(&mut self) -> Parsed<Expr> {
        let (start, opening) = (self.start(), self.at);
        self.advance();
        let mut items = Ok(Vec::new());
        if self.peek() != &TokenKind::RightBracket {
            loop {
                let item = self.item(Self::expression);
                items = items.and_then(|mut list: Vec<Expr>| {
                    list.push(item?);
                    Ok(list)
                });
                if !self.eat(&TokenKind::Comma) {
                    break;
                }
            }
        }
        self.close(opening, &TokenKind::RightBracket, items.is_ok())?;
        Ok(self.node(start, ExprKind::List(items?)))
    }

    /// Whether the next bracket begins a range: `..` follows a sum.
    pub(super) fn range_opens(&self) -> bool {
        let mut from = self.at + 1;
        while let Some(found) = self.find(from, &NOT_IN_RANGE) {
            // The `and` of `date and time(…)` is none.
            let in_name = found > from && self.function_words_from(found - 1) > 1;
            if !in_name {
                return self
                    .tokens
                    .get(found)
                    .is_some_and(|token| token.kind == TokenKind::DotDot);
            }
            from = found + 1;
        }
        false
    }

    /// `(a..b)`, `]a..b[` and so on; the opening bracket is next.
    pub(super) fn range(&mut self) -> Parsed<Expr> {
        let (start, opening) = (self.start(), self.at);
        self.advance();
        let first = self.start();
        let low = self.inside(|parser| parser.nested(Self::sum));
        if low.is_ok() && self.peek() != &TokenKind::DotDot {
            self.unexpected();
        }
        self.skip_to(&[TokenKind::DotDot]);
        if !self.eat(&TokenKind::DotDot) {
            self.skip_to(&[]);
            self.advance();
            return Err(Reported);
        }
        let mut readable = low.is_ok();
        let outer = std::mem::replace(&mut self.range_end, true);
        let high = self.nested(Self::sum);
        self.range_end = outer;
        readable &= high.is_ok();
        if readable && matches!(self.peek(), TokenKind::Comma | TokenKind::DotDot) {
            // `x in (1..5, 7)`: the range needs brackets of its own.
            let meant = format!("[{}]", self.words_since(first));
            self.report(|p| mistakes::bare_range(p.since(first), Some(&meant)));
            readable = false;
        } else if readable && begins_operand(self.peek()) {
            self.unexpected();
            readable = false;
        }
        if !readable {
            self.skip_to(&[TokenKind::LeftBracket]);
        }
        let high_included = match self.peek() {
            TokenKind::RightBracket => true,
            TokenKind::RightParen | TokenKind::LeftBracket => false,
            _ => {
                let close = if self.words_at(opening) == "(" {
                    ")"
                } else {
                    "]"
                };
                return Err(self.not_closed(opening, close));
            }
        };
        self.advance();
        let low_included = self.words_at(opening) == "[";
        if !readable {
            return Err(Reported);
        }
        let range = Range {
            low: low?,
            low_included,
            high: high?,
            high_included,
        };
        Ok(self.node(start, ExprKind::Range(Box::new(range))))
    }
}

fn begins_operand(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Number(_) | TokenKind::Text(_) | TokenKind::Name(_) | TokenKind::LeftParen
    )
}
