//! From tokens to trees: a recursive descent along the precedence of FEEL (DMN 1.4, 10.3.1.2). Here is what all parts of
//! the grammar share: looking ahead, moving on, reporting, and the limits. [`super::expression`] and [`super::cell`] hold
//! the grammar with [`super::operand`] and [`super::bracket`], [`super::recovery`] what happens where it does not fit.
//!
//! A part that cannot be read is reported where it stands and gives [`Reported`]; reading goes on behind the next `and`,
//! `or`, comma or bracket, so that one expression can show several mistakes at once. As soon as one error was reported
//! there is no tree.

use super::ast::{Cell, Expr, ExprKind};
use super::lexer::{Token, TokenKind, tokenize};
use super::recovery::is_closing;
use super::{mistakes, tree};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Place, Span};

/// The most bytes of one expression or cell.
pub const MAX_EXPRESSION_BYTES: usize = 4_000;
/// How deep brackets, branches and signs may be nested. It bounds the recursion of the parser.
pub const MAX_DEPTH: usize = 64;
/// How high a tree may be, chains of operators included. It bounds the recursion of whoever walks the tree.
pub const MAX_HEIGHT: usize = 128;
/// The most messages about one expression or cell; more would hide the first ones.
pub const MAX_MESSAGES: usize = 20;

/// Reads an expression. `place` says where the bytes of `text` stand in the file. Every mistake is appended to
/// `diagnostics`; nothing is returned if one of them is an error.
pub fn parse_expression(
    text: &str,
    place: &Place,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Expr> {
    parse(text, place, diagnostics, |parser| {
        if parser.peek() == &TokenKind::End {
            return Err(parser.report(|_| mistakes::empty_expression(place.span(0..text.len()))));
        }
        let expr = parser.expression();
        parser.finish(expr.is_ok());
        let expr = expr?;
        parser.measure([&expr])?;
        Ok(expr)
    })
}

/// Reads a cell of a decision table, in the same way.
pub fn parse_cell(text: &str, place: &Place, diagnostics: &mut Vec<Diagnostic>) -> Option<Cell> {
    parse(text, place, diagnostics, |parser| {
        if parser.peek() == &TokenKind::End {
            return Err(parser.report(|_| mistakes::empty_cell(place.span(0..text.len()))));
        }
        let cell = parser.cell();
        parser.finish(cell.is_ok());
        let cell = cell?;
        parser.measure(tree::expressions(&cell))?;
        Ok(cell)
    })
}

fn parse<T>(
    text: &str,
    place: &Place,
    diagnostics: &mut Vec<Diagnostic>,
    read: impl FnOnce(&mut Parser<'_>) -> Parsed<T>,
) -> Option<T> {
    if text.len() > MAX_EXPRESSION_BYTES {
        diagnostics.push(mistakes::too_long(
            place.span(0..text.len()),
            text.len(),
            MAX_EXPRESSION_BYTES,
        ));
        return None;
    }
    let mut problems = Vec::new();
    let tokens = tokenize(text, place, &mut problems);
    let mut parser = Parser {
        text,
        place,
        tokens,
        at: 0,
        depth: 0,
        range_end: false,
        gave_up: false,
        problems,
    };
    let result = read(&mut parser);
    let mut problems = parser.problems;
    let wrong = problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
    problems.truncate(MAX_MESSAGES);
    diagnostics.append(&mut problems);
    result.ok().filter(|_| !wrong)
}

/// A mistake was reported; there is no tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reported;

pub(super) type Parsed<T> = Result<T, Reported>;

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) place: &'a Place,
    /// At least one; the last one is the only [`TokenKind::End`].
    pub(super) tokens: Vec<Token>,
    /// The token to read next.
    pub(super) at: usize,
    depth: usize,
    /// Whether the upper end of a range is being read: there, `[` closes the range.
    pub(super) range_end: bool,
    /// Nested too deep: nothing more is reported.
    gave_up: bool,
    pub(super) problems: Vec<Diagnostic>,
}

/// Looking and moving.
impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> &TokenKind {
        self.peek_after(0)
    }

    pub(super) fn peek_after(&self, tokens: usize) -> &TokenKind {
        self.tokens
            .get(self.at + tokens)
            .map_or(&TokenKind::End, |token| &token.kind)
    }

    pub(super) fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    pub(super) fn eat(&mut self, kind: &TokenKind) -> bool {
        let fits = self.peek() == kind;
        if fits {
            self.advance();
        }
        fits
    }

    /// The first byte of the next token.
    pub(super) fn start(&self) -> usize {
        self.tokens
            .get(self.at)
            .map_or(self.text.len(), |token| token.start)
    }

    /// One after the last byte read.
    pub(super) fn end(&self) -> usize {
        self.previous().map_or(0, |token| token.end)
    }

    pub(super) fn previous(&self) -> Option<&Token> {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at))
    }

    /// The bytes from `start` to the last one read.
    pub(super) fn since(&self, start: usize) -> Span {
        self.place.span(start..self.end().max(start))
    }

    pub(super) fn words(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The author's words since a byte.
    pub(super) fn words_since(&self, start: usize) -> &'a str {
        self.words(start, self.end())
    }

    pub(super) fn span_at(&self, at: usize) -> Span {
        self.tokens.get(at).map_or_else(Span::default, |token| {
            self.place.span(token.start..token.end)
        })
    }

    pub(super) fn words_at(&self, at: usize) -> &'a str {
        self.tokens
            .get(at)
            .map_or("", |token| self.words(token.start, token.end))
    }

    /// The next token, or the place just behind the last one.
    pub(super) fn here(&self) -> Span {
        match (self.peek(), self.previous()) {
            (TokenKind::End, Some(last)) => {
                let last = self.place.span(last.start..last.end);
                Span::new(last.file, last.end, last.end)
            }
            _ => self.span_at(self.at),
        }
    }

    pub(super) fn node(&self, start: usize, kind: ExprKind) -> Expr {
        Expr {
            kind,
            span: self.since(start),
        }
    }

    /// Reports a mistake. The message is made in a frame of its own, so that the frames of the grammar, of which many lie
    /// on one another, stay small.
    #[cold]
    #[inline(never)]
    pub(super) fn report(&mut self, problem: impl FnOnce(&Self) -> Diagnostic) -> Reported {
        if !self.gave_up {
            let problem = problem(self);
            self.problems.push(problem);
        }
        Reported
    }

    /// One level deeper, unless that is too deep.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            let reported =
                self.report(|p| mistakes::too_deep(p.place.span(0..p.text.len()), MAX_DEPTH));
            self.gave_up = true;
            self.at = self.tokens.len().saturating_sub(1);
            return Err(reported);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Inside brackets of its own, `[` closes no range.
    pub(super) fn inside<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.range_end, false);
        let result = read(self);
        self.range_end = outer;
        result
    }

    /// Skips to the next token of one of these kinds, to a bracket that closes one opened before, or to the end.
    pub(super) fn skip_to(&mut self, kinds: &[TokenKind]) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                TokenKind::End => return,
                kind if depth == 0 && kinds.contains(kind) => return,
                TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => depth += 1,
                TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                    match depth.checked_sub(1) {
                        Some(outer) => depth = outer,
                        None => return,
                    }
                }
                _ => {}
            }
            self.advance();
        }
    }

    /// The position of the first token of such a kind before the bracket closes in which token `from` stands.
    pub(super) fn find(&self, from: usize, kinds: &[TokenKind]) -> Option<usize> {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(from) {
            match &token.kind {
                kind if depth == 0 && kinds.contains(kind) => return Some(at),
                TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => depth += 1,
                TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                    depth = depth.checked_sub(1)?
                }
                _ => {}
            }
        }
        None
    }

    /// Everything is read, or what is left is reported.
    fn finish(&mut self, mut readable: bool) {
        while readable && self.peek() != &TokenKind::End {
            let stray_bracket = is_closing(self.peek());
            self.unexpected();
            // Behind a bracket too much the expression often goes on, with mistakes of its own.
            self.advance();
            readable = stray_bracket
                && (self.eat(&TokenKind::And) || self.eat(&TokenKind::Or))
                && self.expression().is_ok();
        }
    }

    /// Refuses a tree that is too high to be walked safely.
    fn measure<'e>(&mut self, roots: impl IntoIterator<Item = &'e Expr>) -> Parsed<()> {
        // Not recursive: this is what makes recursion safe.
        let mut left: Vec<(&Expr, usize)> = roots.into_iter().map(|root| (root, 1)).collect();
        while let Some((expr, height)) = left.pop() {
            if height > MAX_HEIGHT {
                let whole = self.place.span(0..self.text.len());
                return Err(self.report(|_| mistakes::too_many_operations(whole, MAX_HEIGHT)));
            }
            left.extend(
                tree::children(expr)
                    .into_iter()
                    .map(|child| (child, height + 1)),
            );
        }
        Ok(())
    }
}
