//! The grammar of expressions: operators by precedence, operands, forms that begin with a word, brackets.

use super::ast::{BinaryOp, Expr, ExprKind, Range};
use super::lexer::{Token, TokenKind};
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

/// Operators, by precedence.
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

    fn join(&self, start: usize, op: BinaryOp, left: Parsed<Expr>, right: Parsed<Expr>) -> Parsed<Expr> {
        Ok(self.node(start, ExprKind::Binary(op, Box::new(left?), Box::new(right?))))
    }

    fn comparison(&mut self) -> Parsed<Expr> {
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
        if comparison_operator(self.peek()).is_some() || matches!(self.peek(), TokenKind::Between | TokenKind::In) {
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
            result = self.node(start, ExprKind::Binary(op, Box::new(result), Box::new(right)));
        }
        if operators.len() > 1 {
            return Err(self.report(|p| mistakes::chained_comparison(p.since(start), &operands, &operators)));
        }
        Ok(result)
    }

    fn between(&mut self, start: usize, value: Expr) -> Parsed<Expr> {
        let word = self.at;
        self.advance();
        let low = self.sum()?;
        self.expect_word(&TokenKind::And, "missing-and", word, "x between a and b")?;
        let high = self.sum()?;
        Ok(self.node(start, ExprKind::Between(Box::new(value), Box::new(low), Box::new(high))))
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

/// Operands.
impl<'a> Parser<'a> {
    fn primary(&mut self) -> Parsed<Expr> {
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
            TokenKind::LeftBracket | TokenKind::RightBracket if self.range_opens() => return self.range(),
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
            let TokenKind::Name(name) = self.peek().clone() else { return Err(self.no_operand()) };
            return match name.as_str() {
                "not" => self.bare_not(),
                "function" | "external" => {
                    let span = self.span_at(self.at);
                    let external = name == "external";
                    Err(self.report(|_| if external { mistakes::external(span) } else { mistakes::function(span) }))
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

    fn function_words_from(&self, first: usize) -> usize {
        let kind = |at: usize| self.tokens.get(first + at).map_or(&TokenKind::End, |token| &token.kind);
        let word = |at: usize| match kind(at) {
            TokenKind::Name(name) => Some(name.as_str()),
            TokenKind::And => Some("and"),
            _ => None,
        };
        let is_at = |at: usize, function: &str| {
            let count = function.split(' ').count();
            let called = kind(at + count) == &TokenKind::LeftParen;
            called && function.split(' ').enumerate().all(|(part, expected)| word(at + part) == Some(expected))
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
        let count = (0..).take_while(|at| matches!(kind(*at), TokenKind::Name(_))).count();
        if kind(count) != &TokenKind::LeftParen || word(0) == Some("not") {
            return 0;
        }
        // In `has_permit starts with(…)` an operator is missing; the name of the function is the shorter one.
        let shorter = (1..count).any(|skipped| FUNCTIONS.iter().any(|function| is_at(skipped, function)));
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
                let argument = self.inside(Self::expression);
                if argument.is_err() {
                    self.skip_to(&[TokenKind::Comma]);
                }
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
            readable = self.expect_word(&TokenKind::Then, "missing-then", word, FORM).is_ok();
        } else {
            self.skip_to(&[TokenKind::Then, TokenKind::Else]);
            self.eat(&TokenKind::Then);
        }
        let nothing = matches!(self.peek(), TokenKind::Else | TokenKind::End) || is_closing(self.peek());
        let then = if readable || !nothing { self.inside(Self::expression) } else { Err(Reported) };
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
            [condition, then, otherwise] => Some(format!("if {condition} then {then} else {otherwise}")),
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
            if self.inside(Self::expression).is_err() {
                self.skip_to(&[TokenKind::Comma]);
            }
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
            TokenKind::Some => ("some", "some x in … satisfies …", TokenKind::Satisfies, "missing-satisfies"),
            TokenKind::Every => ("every", "every x in … satisfies …", TokenKind::Satisfies, "missing-satisfies"),
            _ => ("for", "for x in … return …", TokenKind::Return, "missing-return"),
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
        bindings.into_iter().rev().try_fold(body, |body, (binding, variable, list)| {
            let (list, body) = (Box::new(list), Box::new(body));
            let kind = match first {
                TokenKind::For => ExprKind::For { variable, list, body },
                _ => ExprKind::Quantified { every: first == TokenKind::Every, variable, list, body },
            };
            let from = if Some(binding) == outermost { start } else { binding };
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

    fn parenthesised(&mut self) -> Parsed<Expr> {
        let (start, opening) = (self.start(), self.at);
        self.advance();
        let inner = self.inside(Self::expression);
        if inner.is_ok() && self.peek() == &TokenKind::Comma {
            return Err(self.list_in_parentheses(opening));
        }
        self.close(opening, &TokenKind::RightParen, inner.is_ok())?;
        Ok(Expr { span: self.since(start), ..inner? })
    }

    /// `x = (a, b)`: the first comma is next.
    fn list_in_parentheses(&mut self, opening: usize) -> Reported {
        let start = self.tokens.get(opening).map_or(0, |token| token.start);
        while self.eat(&TokenKind::Comma) {
            if self.inside(Self::expression).is_err() {
                self.skip_to(&[TokenKind::Comma]);
            }
        }
        let closed = self.close(opening, &TokenKind::RightParen, true).is_ok();
        let values = self.words_since(start);
        // `x = (a, b)` plainly means `x in (a, b)`.
        let before = opening.checked_sub(1).and_then(|at| self.tokens.get(at));
        let (from, meant) = match before {
            Some(Token { kind: TokenKind::Equal, start, .. }) if closed => (*start, Some(format!("in {values}"))),
            _ => (start, None),
        };
        self.report(|p| mistakes::list_in_parentheses(p.since(from), meant.as_deref()))
    }

    fn list(&mut self) -> Parsed<Expr> {
        let (start, opening) = (self.start(), self.at);
        self.advance();
        let mut items = Ok(Vec::new());
        if self.peek() != &TokenKind::RightBracket {
            loop {
                let item = self.inside(Self::expression);
                if item.is_err() {
                    self.skip_to(&[TokenKind::Comma]);
                }
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
                return self.tokens.get(found).is_some_and(|token| token.kind == TokenKind::DotDot);
            }
            from = found + 1;
        }
        false
    }

    /// `(a..b)`, `]a..b[` and so on; the opening bracket is next.
    fn range(&mut self) -> Parsed<Expr> {
        let (start, opening) = (self.start(), self.at);
        self.advance();
        let first = self.start();
        let low = self.inside(|parser| parser.nested(Self::sum));
        if low.is_ok() && self.peek() != &TokenKind::DotDot {
            self.unexpected();
        }
        self.skip_to(&[TokenKind::DotDot]);
        let mut readable = low.is_ok() && self.eat(&TokenKind::DotDot);
        let outer = std::mem::replace(&mut self.range_end, true);
        let high = self.nested(Self::sum);
        self.range_end = outer;
        readable &= high.is_ok();
        if readable && matches!(self.peek(), TokenKind::Comma | TokenKind::DotDot) {
            // `x in (1..5, 7)`: the range needs brackets of its own.
            let meant = format!("[{}]", self.words_since(first));
            self.report(|p| mistakes::bare_range(p.since(first), Some(&meant)));
            readable = false;
        }
        if !readable {
            self.skip_to(&[TokenKind::LeftBracket]);
        }
        let high_included = match self.peek() {
            TokenKind::RightBracket => true,
            TokenKind::RightParen | TokenKind::LeftBracket => false,
            _ => {
                let close = if self.words_at(opening) == "(" { ")" } else { "]" };
                return Err(self.not_closed(opening, close));
            }
        };
        self.advance();
        let low_included = self.words_at(opening) == "[";
        if !readable {
            return Err(Reported);
        }
        let range = Range { low: low?, low_included, high: high?, high_included };
        Ok(self.node(start, ExprKind::Range(Box::new(range))))
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
