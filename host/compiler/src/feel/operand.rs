//! The grammar of operands: literals, names, calls, and the forms that begin with a word.

use super::ast::{Expr, ExprKind};
use super::lexer::TokenKind;
use super::mistakes;
use super::parser::{Parsed, Parser, Reported};
use super::recovery::is_closing;
use crate::source::Spanned;

/// The functions whose names have several words, and those whose names could follow a forgotten operator. The checker has
/// the list that counts; this one only tells where a name begins.
const FUNCTIONS: [&str; 30] = [
    "date and time",
    "years and months duration",
    "day of week",
    "day of year",
    "week of year",
    "month of year",
    "starts with",
    "ends with",
    "string length",
    "list contains",
    "round up",
    "round down",
    "round half up",
    "round half down",
    "upper case",
    "lower case",
    "is defined",
    "date",
    "time",
    "duration",
    "floor",
    "ceiling",
    "decimal",
    "abs",
    "min",
    "max",
    "sum",
    "count",
    "contains",
    "not",
];

impl<'a> Parser<'a> {
    pub(super) fn primary(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let kind = match self.peek() {
            TokenKind::Number(number) => ExprKind::Number(*number),
            TokenKind::Text(text) => ExprKind::Text(text.clone()),
            TokenKind::True => ExprKind::Boolean(true),
            TokenKind::False => ExprKind::Boolean(false),
            TokenKind::Null => ExprKind::Null,
            TokenKind::Name(_) => return self.name_or_call(),
            TokenKind::If => return self.conditional(),
            TokenKind::Some | TokenKind::Every | TokenKind::For => return self.iteration(),
            TokenKind::LeftParen if self.range_opens() => return self.range(),
            TokenKind::LeftParen => return self.parenthesised(),
            TokenKind::LeftBracket | TokenKind::RightBracket if self.range_opens() => {
                return self.range();
            }
            TokenKind::LeftBracket => return self.list(),
            _ => return Err(self.no_operand()),
        };
        self.advance();
        Ok(self.node(start, kind))
    }

    /// A name, or a call if a parenthesis follows. The name of a function may have several words.
    fn name_or_call(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let words = self.function_words();
        if words == 0 {
            let TokenKind::Name(name) = self.peek().clone() else {
                return Err(self.no_operand());
            };
            return match name.as_str() {
                "not" => self.bare_not(),
                "function" | "external" => {
                    let span = self.span_at(self.at);
                    let external = name == "external";
                    Err(self.report(|_| {
                        if external {
                            mistakes::external(span)
                        } else {
                            mistakes::function(span)
                        }
                    }))
                }
                _ => {
                    self.advance();
                    Ok(self.node(start, ExprKind::Name(name)))
                }
            };
        }
        let mut name = String::new();
        for _ in 0..words {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(self.words_at(self.at));
            self.advance();
        }
        // Words written in capitals were reported, and are read in small letters.
        let name = Spanned::new(name.to_lowercase(), self.since(start));
        match name.value.as_str() {
            "function" => Err(self.report(|_| mistakes::function(name.span))),
            "external" => Err(self.report(|_| mistakes::external(name.span))),
            _ => self.call(start, name),
        }
    }

    /// How many of the next words are the name of a function that is called here; 0 for none.
    pub(super) fn function_words(&self) -> usize {
        self.function_words_from(self.at)
    }

    pub(super) fn function_words_from(&self, first: usize) -> usize {
        let kind = |at: usize| {
            self.tokens
                .get(first + at)
                .map_or(&TokenKind::End, |token| &token.kind)
        };
        let word = |at: usize| match kind(at) {
            TokenKind::Name(name) => Some(name.as_str()),
            TokenKind::And => Some("and"),
            _ => None,
        };
        let is_at = |at: usize, function: &str| {
            let count = function.split(' ').count();
            let called = kind(at + count) == &TokenKind::LeftParen;
            called
                && function
                    .split(' ')
                    .enumerate()
                    .all(|(part, expected)| word(at + part) == Some(expected))
        };
        if let Some(function) = FUNCTIONS.iter().find(|function| is_at(0, function)) {
            return function.split(' ').count();
        }
        // `days between(a, b)` is a function of other FEEL dialects, and the checker knows what to say of it.
        if matches!(kind(0), TokenKind::Name(_))
            && kind(1) == &TokenKind::Between
            && kind(2) == &TokenKind::LeftParen
            && self.find(first + 3, &[TokenKind::Comma]).is_some()
        {
            return 2;
        }
        // A function that is not known is called all the same: the checker says which one was meant.
        let count = (0..)
            .take_while(|at| matches!(kind(*at), TokenKind::Name(_)))
            .count();
        if kind(count) != &TokenKind::LeftParen || word(0) == Some("not") {
            return 0;
        }
        // In `has_permit starts with(…)` an operator is missing; the name of the function is the shorter one.
        let shorter =
            (1..count).any(|skipped| FUNCTIONS.iter().any(|function| is_at(skipped, function)));
        if shorter { 0 } else { count }
    }

    /// The arguments of a call; the parenthesis is next.
    fn call(&mut self, start: usize, name: Spanned<String>) -> Parsed<Expr> {
        let opening = self.at;
        self.advance();
        let mut arguments = Ok(Vec::new());
        if self.peek() != &TokenKind::RightParen {
            loop {
                self.named_argument();
                let argument = self.item(Self::expression);
                arguments = arguments.and_then(|mut list: Vec<Expr>| {
                    list.push(argument?);
                    Ok(list)
                });
                if !self.eat(&TokenKind::Comma) {
                    break;
                }
            }
        }
        self.close(opening, &TokenKind::RightParen, arguments.is_ok())?;
        Ok(self.node(start, ExprKind::Call(name, arguments?)))
    }

    fn named_argument(&mut self) {
        if matches!(self.peek(), TokenKind::Name(_)) && self.peek_after(1) == &TokenKind::Colon {
            let (start, name) = (self.start(), self.words_at(self.at));
            self.advance();
            self.advance();
            self.report(|p| mistakes::named_argument(p.since(start), name));
        }
    }

    fn bare_not(&mut self) -> Parsed<Expr> {
        let start = self.start();
        self.forget(start);
        self.advance();
        if self.peek() == &TokenKind::End || is_closing(self.peek()) {
            return Err(self.no_operand());
        }
        let operand = self.start();
        self.nested(Self::comparison)?;
        Err(self.report(|p| mistakes::bare_not(p.since(start), p.words_since(operand))))
    }

    fn conditional(&mut self) -> Parsed<Expr> {
        const FORM: &str = "if … then … else …";
        let (start, word) = (self.start(), self.at);
        self.advance();
        if self.peek() == &TokenKind::LeftParen
            && self.find(self.at + 1, &[TokenKind::Comma]).is_some()
            && self.find(self.at, &[TokenKind::Then]).is_none()
        {
            return self.if_as_function(start);
        }
        let condition = self.inside(Self::expression);
        let mut readable = condition.is_ok();
        if readable {
            readable = self
                .expect_word(&TokenKind::Then, "missing-then", word, FORM)
                .is_ok();
        } else {
            self.skip_to(&[TokenKind::Then, TokenKind::Else]);
            self.eat(&TokenKind::Then);
        }
        let nothing =
            matches!(self.peek(), TokenKind::Else | TokenKind::End) || is_closing(self.peek());
        let then = if readable || !nothing {
            self.inside(Self::expression)
        } else {
            Err(Reported)
        };
        if readable && then.is_ok() {
            self.expect_word(&TokenKind::Else, "missing-else", word, FORM)?;
        } else {
            self.skip_to(&[TokenKind::Else]);
            if !self.eat(&TokenKind::Else) {
                return Err(Reported);
            }
        }
        let otherwise = self.expression()?;
        if !readable {
            return Err(Reported);
        }
        let kind = ExprKind::If(Box::new(condition?), Box::new(then?), Box::new(otherwise));
        Ok(self.node(start, kind))
    }

    /// `IF(a, b, c)`; the parenthesis is next.
    fn if_as_function(&mut self, start: usize) -> Parsed<Expr> {
        self.forget(start);
        let parts = self.parts_of_call();
        let meant = match parts.as_slice() {
            [condition, then, otherwise] => {
                Some(format!("if {condition} then {then} else {otherwise}"))
            }
            _ => None,
        };
        Err(self.report(|p| mistakes::if_as_function(p.since(start), meant.as_deref())))
    }

    /// The words of each argument of something that is written like a call; the parenthesis is next.
    pub(super) fn parts_of_call(&mut self) -> Vec<&'a str> {
        self.advance();
        let mut parts = Vec::new();
        loop {
            let part = self.start();
            let _ = self.item(Self::expression);
            parts.push(self.words_since(part));
            if !self.eat(&TokenKind::Comma) {
                break;
            }
        }
        self.skip_to(&[]);
        self.eat(&TokenKind::RightParen);
        parts
    }

    /// `some … satisfies …`, `every … satisfies …`, `for … return …`
    fn iteration(&mut self) -> Parsed<Expr> {
        let (start, word) = (self.start(), self.at);
        let first = self.peek().clone();
        let (form, whole, last, code) = match first {
            TokenKind::Some => (
                "some",
                "some x in … satisfies …",
                TokenKind::Satisfies,
                "missing-satisfies",
            ),
            TokenKind::Every => (
                "every",
                "every x in … satisfies …",
                TokenKind::Satisfies,
                "missing-satisfies",
            ),
            _ => (
                "for",
                "for x in … return …",
                TokenKind::Return,
                "missing-return",
            ),
        };
        self.advance();
        let mut bindings = Vec::new();
        let mut wrong = false;
        loop {
            let binding = self.start();
            match self.binding(form, word, whole) {
                Ok((variable, list)) => bindings.push((binding, variable, list)),
                Err(Reported) => {
                    wrong = true;
                    self.skip_to(&[TokenKind::Comma, TokenKind::Satisfies, TokenKind::Return]);
                }
            }
            if !self.eat(&TokenKind::Comma) {
                break;
            }
        }
        if wrong {
            if !self.eat(&last) {
                return Err(Reported);
            }
        } else {
            self.expect_word(&last, code, word, whole)?;
        }
        let body = self.expression()?;
        if wrong {
            return Err(Reported);
        }
        if first == TokenKind::For && bindings.len() > 1 {
            return Err(self.report(|p| mistakes::several_in_for(p.since(start))));
        }
        let outermost = bindings.first().map(|(binding, _, _)| *binding);
        bindings
            .into_iter()
            .rev()
            .try_fold(body, |body, (binding, variable, list)| {
                let (list, body) = (Box::new(list), Box::new(body));
                let kind = match first {
                    TokenKind::For => ExprKind::For {
                        variable,
                        list,
                        body,
                    },
                    _ => ExprKind::Quantified {
                        every: first == TokenKind::Every,
                        variable,
                        list,
                        body,
                    },
                };
                let from = if Some(binding) == outermost {
                    start
                } else {
                    binding
                };
                Ok(self.node(from, kind))
            })
    }

    fn binding(&mut self, form: &str, word: usize, whole: &str) -> Parsed<(Spanned<String>, Expr)> {
        let TokenKind::Name(variable) = self.peek().clone() else {
            return Err(self.report(|p| mistakes::missing_variable(p.here(), form)));
        };
        let variable = Spanned::new(variable, self.span_at(self.at));
        self.advance();
        self.expect_word(&TokenKind::In, "missing-in", word, whole)?;
        let list = self.inside(Self::expression)?;
        Ok((variable, list))
    }
}
