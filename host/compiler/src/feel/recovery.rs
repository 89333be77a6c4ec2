//! What is missing or too much between words, and where reading goes on.

use super::lexer::{Token, TokenKind};
use super::mistakes;
use super::parser::{Parsed, Parser, Reported};
use crate::diagnostic::{Diagnostic, Severity};

impl Parser<'_> {
    /// One of several things between commas; after a mistake in it, reading goes on at the next comma.
    pub(super) fn item<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let mut item = self.inside(read);
        let ends = matches!(
            self.peek(),
            TokenKind::Comma | TokenKind::Or | TokenKind::End
        ) || is_closing(self.peek());
        if item.is_ok() && !ends {
            item = Err(self.unexpected());
        }
        if item.is_err() {
            self.skip_to(&[TokenKind::Comma]);
        }
        item
    }

    /// The bracket that closes the one at `opening`. `readable` says whether nothing was reported inside.
    pub(super) fn close(
        &mut self,
        opening: usize,
        closing: &TokenKind,
        readable: bool,
    ) -> Parsed<()> {
        if !readable {
            self.skip_to(&[]);
        }
        if self.eat(closing) {
            return Ok(());
        }
        Err(self.closed_otherwise(opening, closing))
    }

    #[cold]
    #[inline(never)]
    fn closed_otherwise(&mut self, opening: usize, closing: &TokenKind) -> Reported {
        let parenthesis = closing == &TokenKind::RightParen;
        let close = if parenthesis { ")" } else { "]" };
        if self.belongs_outside(opening) {
            return self.not_closed(opening, close);
        }
        if is_closing(self.peek()) {
            let reported = self.report(|p| {
                let (open, written) = (p.words_at(opening), p.words_at(p.at));
                mistakes::mismatched_bracket(
                    p.span_at(p.at),
                    p.span_at(opening),
                    open,
                    close,
                    written,
                )
            });
            self.advance();
            return reported;
        }
        if self.peek() != &TokenKind::End {
            self.unexpected();
            self.skip_to(&[]);
            if self.eat(closing) {
                return Reported;
            }
        }
        self.not_closed(opening, close)
    }

    /// Whether the next token plainly goes with something begun before the bracket at `opening`: a bracket that fits one
    /// opened earlier, or the `then` of an earlier `if` when no bracket follows.
    fn belongs_outside(&self, opening: usize) -> bool {
        let begun = |kinds: &[TokenKind]| {
            self.tokens
                .iter()
                .take(opening)
                .any(|token| kinds.contains(&token.kind))
        };
        let begun = match self.peek() {
            kind if is_closing(kind) => return self.closes_earlier(opening),
            TokenKind::Then | TokenKind::Else => begun(&[TokenKind::If]),
            TokenKind::Satisfies => begun(&[TokenKind::Some, TokenKind::Every]),
            TokenKind::Return => begun(&[TokenKind::For]),
            _ => false,
        };
        begun
            && !self
                .tokens
                .iter()
                .skip(self.at)
                .any(|token| is_closing(&token.kind))
    }

    fn closes_earlier(&self, opening: usize) -> bool {
        let mut open = Vec::new();
        for token in self.tokens.iter().take(opening) {
            match token.kind {
                TokenKind::LeftParen => open.push(TokenKind::RightParen),
                TokenKind::LeftBracket => open.push(TokenKind::RightBracket),
                TokenKind::LeftBrace => open.push(TokenKind::RightBrace),
                TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                    drop(open.pop())
                }
                _ => {}
            }
        }
        open.contains(self.peek())
    }

    pub(super) fn not_closed(&mut self, opening: usize, close: &str) -> Reported {
        self.report(|p| {
            mistakes::unclosed_bracket(p.here(), p.span_at(opening), p.words_at(opening), close)
        })
    }

    /// A word that the form begun by the token `form` must have here.
    pub(super) fn expect_word(
        &mut self,
        kind: &TokenKind,
        code: &'static str,
        form: usize,
        whole: &str,
    ) -> Parsed<()> {
        if self.eat(kind) {
            Ok(())
        } else {
            self.without_word(kind, code, form, whole)
        }
    }

    #[cold]
    #[inline(never)]
    fn without_word(
        &mut self,
        kind: &TokenKind,
        code: &'static str,
        form: usize,
        whole: &str,
    ) -> Parsed<()> {
        // Words too much before the word that must come; `and` and `in` are too frequent to be looked for.
        let stops = [
            TokenKind::Then,
            TokenKind::Else,
            TokenKind::Satisfies,
            TokenKind::Return,
        ];
        if stops.contains(kind)
            && !stops.contains(self.peek())
            && let Some(found) = self.find(self.at, &stops)
            && self
                .tokens
                .get(found)
                .is_some_and(|token| token.kind == *kind)
        {
            self.unexpected();
            self.at = found + 1;
            return Ok(());
        }
        if self.peek() == &TokenKind::Bad {
            return Err(Reported);
        }
        let word = match kind {
            TokenKind::Then => "then",
            TokenKind::Else => "else",
            TokenKind::Satisfies => "satisfies",
            TokenKind::Return => "return",
            TokenKind::In => "in",
            _ => "and",
        };
        Err(self.report(|p| {
            mistakes::missing_word(
                code,
                p.here(),
                p.span_at(form),
                p.words_at(form),
                word,
                whole,
            )
        }))
    }

    /// The next token begins no operand.
    #[cold]
    #[inline(never)]
    pub(super) fn no_operand(&mut self) -> Reported {
        let span = self.span_at(self.at);
        let before = self.at.checked_sub(1);
        let problem = match (
            self.peek(),
            before
                .and_then(|at| self.tokens.get(at))
                .map(|token| &token.kind),
        ) {
            (TokenKind::Bad, _) | (_, Some(TokenKind::Bad)) => return Reported,
            (TokenKind::LeftBrace, _) => {
                let start = self.start();
                self.advance();
                self.skip_to(&[]);
                self.advance();
                mistakes::context(self.since(start))
            }
            (TokenKind::At, _) => return self.at_literal(),
            (TokenKind::Question, _) => mistakes::input_mark(span),
            (TokenKind::And | TokenKind::Or, _) if self.peek_after(1) == &TokenKind::LeftParen => {
                return self.operator_as_function();
            }
            (TokenKind::Dot, _) if matches!(self.peek_after(1), TokenKind::Number(_)) => {
                let start = self.start();
                self.advance();
                self.advance();
                mistakes::point_at_start(self.since(start), self.words_since(start))
            }
            (TokenKind::Equal, Some(TokenKind::Less | TokenKind::Greater | TokenKind::Bang)) => {
                let at = before.unwrap_or_default();
                let start = self.tokens.get(at).map_or(0, |token| token.start);
                let meant = format!("{}=", self.words_at(at));
                self.advance();
                mistakes::split_symbol(self.since(start), &meant)
            }
            (kind, None) if is_closing(kind) => {
                mistakes::unopened_bracket(span, self.words_at(self.at))
            }
            (_, None) => mistakes::missing_operand_before(span, self.words_at(self.at)),
            (_, Some(_)) => {
                let at = before.unwrap_or_default();
                mistakes::missing_operand_after(self.span_at(at), self.words_at(at))
            }
        };
        self.report(|_| problem)
    }

    /// `AND(a, b)`; the word is next.
    fn operator_as_function(&mut self) -> Reported {
        let start = self.start();
        let both = self.peek() == &TokenKind::And;
        let word = if both { "and" } else { "or" };
        self.forget(start);
        self.advance();
        let meant = self.parts_of_call().join(&format!(" {word} "));
        self.report(|p| mistakes::operator_as_function(p.since(start), word, &meant))
    }

    /// Takes back what was said of the word at a byte, because something larger is to be said of it.
    pub(super) fn forget(&mut self, start: usize) {
        let place = self.place.span(start..start);
        self.problems
            .retain(|p| p.span.start != place.start || !mistakes::of_one_word(p.code));
    }

    /// `@"…"`; the `@` is next.
    fn at_literal(&mut self) -> Reported {
        let start = self.start();
        self.advance();
        let meant = match self.peek().clone() {
            TokenKind::Text(text) => {
                let quoted = self.words_at(self.at);
                self.advance();
                let function = if text.trim_start_matches('-').starts_with('P') {
                    "duration"
                } else if text.contains('T') {
                    "date and time"
                } else {
                    "date"
                };
                Some(format!("{function}({quoted})"))
            }
            _ => None,
        };
        self.report(|p| mistakes::at_literal(p.since(start), meant.as_deref()))
    }

    /// An expression is complete, but the next token does not fit behind it.
    #[cold]
    #[inline(never)]
    pub(super) fn unexpected(&mut self) -> Reported {
        let (span, word) = (self.span_at(self.at), self.words_at(self.at));
        let at_mistake = self.problems.iter().any(|p| {
            p.severity == Severity::Error && p.span.start <= span.start && span.start < p.span.end
        });
        if at_mistake || self.peek() == &TokenKind::Bad {
            return Reported;
        }
        let previous = self
            .at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .cloned();
        let (from, before) =
            previous.map_or((0, TokenKind::End), |token| (token.start, token.kind));
        let touching = self.end() == self.start();
        let pair = |parser: &Self, end: usize| parser.place.span(from..end);
        let end = self.tokens.get(self.at).map_or(0, |token| token.end);
        let problem = match (&before, self.peek()) {
            (_, TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace) => {
                mistakes::unopened_bracket(span, word)
            }
            (TokenKind::Number(_), TokenKind::Comma) if touching => match self
                .tokens
                .get(self.at + 1)
            {
                Some(Token {
                    kind: TokenKind::Number(_),
                    start,
                    end: last,
                }) if *start == end => {
                    let written = self.words(from, *last);
                    mistakes::decimal_comma(pair(self, *last), written, &written.replace(',', "."))
                }
                _ => mistakes::unexpected_comma(span),
            },
            (_, TokenKind::Comma) => mistakes::unexpected_comma(span),
            (_, TokenKind::DotDot) => self.bare_range(),
            (_, TokenKind::Then | TokenKind::Else) => mistakes::stray_word(span, word, "if"),
            (_, TokenKind::Satisfies) => mistakes::stray_word(span, word, "some … in …"),
            (_, TokenKind::Return) => mistakes::stray_word(span, word, "for … in …"),
            (TokenKind::Number(_), TokenKind::Number(_)) if word.len() == 3 => {
                let written = self.words(from, end);
                let meant = written.split_whitespace().collect::<String>();
                mistakes::spaced_number(pair(self, end), written, &meant)
            }
            (_, TokenKind::Bang) if self.peek_after(1) == &TokenKind::Equal => {
                let equal = self.tokens.get(self.at + 1).map_or(end, |token| token.end);
                mistakes::split_symbol(self.place.span(self.start()..equal), "!=")
            }
            (_, TokenKind::Name(_)) if self.function_words() > 0 => {
                let last = self
                    .tokens
                    .get(self.at + self.function_words() - 1)
                    .map_or(end, |token| token.end);
                let (start, words) = (self.start(), self.words(self.start(), last));
                mistakes::trailing_words(self.place.span(start..last), words, None)
            }
            (_, TokenKind::Name(name)) if instead_of(name).is_some() => {
                mistakes::trailing_words(span, word, instead_of(name))
            }
            (TokenKind::Name(first), TokenKind::Name(second)) if second != "not" => {
                let meant = format!("{first}_{second}");
                mistakes::name_with_spaces(pair(self, end), self.words(from, end), &meant)
            }
            _ => mistakes::trailing_words(span, word, None),
        };
        self.report(|_| problem)
    }

    /// `1..5` without brackets; the dots are next.
    pub(super) fn bare_range(&mut self) -> Diagnostic {
        let dots = self.at;
        let low = dots.saturating_sub(1);
        match (self.tokens.get(low), self.tokens.get(dots + 1)) {
            (
                Some(Token {
                    kind: TokenKind::Number(_),
                    start,
                    ..
                }),
                Some(Token {
                    kind: TokenKind::Number(_),
                    end,
                    ..
                }),
            ) => {
                let meant = format!("[{}]", self.words(*start, *end));
                mistakes::bare_range(self.place.span(*start..*end), Some(&meant))
            }
            _ => mistakes::bare_range(self.span_at(dots), None),
        }
    }
}

/// Words that people write where FEEL has a symbol.
fn instead_of(word: &str) -> Option<&'static str> {
    match word {
        "is" | "equals" | "eq" => Some("="),
        "isnt" | "ne" => Some("!="),
        "gt" => Some(">"),
        "ge" | "gte" => Some(">="),
        "lt" => Some("<"),
        "le" | "lte" => Some("<="),
        _ => None,
    }
}

pub(super) fn is_closing(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace
    )
}
