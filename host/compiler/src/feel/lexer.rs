//! Words, numbers, texts and symbols of an expression. What is not a symbol of FEEL but plainly means one (`==`, `≥`, `và`)
//! is reported and read as what it means, so that the parser can go on to the next mistake.

use motcua_model::Decimal;

use super::mistakes;
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Span};

/// A token with the bytes of the expression it stands on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// What a token is. `not` is a [`TokenKind::Name`], since it is written like a function.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Number(Decimal),
    Text(String),
    Name(String),
    True,
    False,
    Null,
    And,
    Or,
    If,
    Then,
    Else,
    Some,
    Every,
    For,
    In,
    Satisfies,
    Return,
    Between,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Comma,
    Dot,
    DotDot,
    Colon,
    Question,
    At,
    /// `!` before an operand: no FEEL, reported by the parser, which knows the operand.
    Bang,
    Plus,
    Minus,
    Star,
    Slash,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// Something that no expression holds; reported already.
    Bad,
    /// After the last token.
    End,
}

/// The keywords. `not` is none: see [`TokenKind`].
const KEYWORDS: [(&str, TokenKind); 15] = [
    ("true", TokenKind::True),
    ("false", TokenKind::False),
    ("null", TokenKind::Null),
    ("and", TokenKind::And),
    ("or", TokenKind::Or),
    ("if", TokenKind::If),
    ("then", TokenKind::Then),
    ("else", TokenKind::Else),
    ("some", TokenKind::Some),
    ("every", TokenKind::Every),
    ("for", TokenKind::For),
    ("in", TokenKind::In),
    ("satisfies", TokenKind::Satisfies),
    ("return", TokenKind::Return),
    ("between", TokenKind::Between),
];

/// Vietnamese words that plainly stand for a keyword, precomposed and with combining marks. Words without marks
/// (`sai`) are not here: they may be names.
const VIETNAMESE_KEYWORDS: [(&str, &str); 14] = [
    ("và", "and"),
    ("va\u{300}", "and"),
    ("hoặc", "or"),
    ("hoa\u{323}\u{306}c", "or"),
    ("không", "not"),
    ("kho\u{302}ng", "not"),
    ("nếu", "if"),
    ("ne\u{302}\u{301}u", "if"),
    ("thì", "then"),
    ("thi\u{300}", "then"),
    ("đúng", "true"),
    ("đu\u{301}ng", "true"),
    ("thuộc", "in"),
    ("thuo\u{323}\u{302}c", "in"),
];

/// The symbols, longer ones first.
const SYMBOLS: [(&str, TokenKind); 23] = [
    ("..", TokenKind::DotDot),
    ("<=", TokenKind::LessEqual),
    (">=", TokenKind::GreaterEqual),
    ("!=", TokenKind::NotEqual),
    ("(", TokenKind::LeftParen),
    (")", TokenKind::RightParen),
    ("[", TokenKind::LeftBracket),
    ("]", TokenKind::RightBracket),
    ("{", TokenKind::LeftBrace),
    ("}", TokenKind::RightBrace),
    (",", TokenKind::Comma),
    (".", TokenKind::Dot),
    (":", TokenKind::Colon),
    ("?", TokenKind::Question),
    ("@", TokenKind::At),
    ("!", TokenKind::Bang),
    ("+", TokenKind::Plus),
    ("-", TokenKind::Minus),
    ("*", TokenKind::Star),
    ("/", TokenKind::Slash),
    ("=", TokenKind::Equal),
    ("<", TokenKind::Less),
    (">", TokenKind::Greater),
];

/// Symbols of other languages and of typesetting, with the one they mean; longer ones first.
const WRONG_SYMBOLS: [(&str, &str, TokenKind); 27] = [
    ("===", "=", TokenKind::Equal),
    ("!==", "!=", TokenKind::NotEqual),
    ("==", "=", TokenKind::Equal),
    (":=", "=", TokenKind::Equal),
    ("<>", "!=", TokenKind::NotEqual),
    ("=<", "<=", TokenKind::LessEqual),
    ("=>", ">=", TokenKind::GreaterEqual),
    ("&&", "and", TokenKind::And),
    ("&", "and", TokenKind::And),
    ("||", "or", TokenKind::Or),
    ("|", "or", TokenKind::Or),
    ("≥", ">=", TokenKind::GreaterEqual),
    ("⩾", ">=", TokenKind::GreaterEqual),
    ("≤", "<=", TokenKind::LessEqual),
    ("⩽", "<=", TokenKind::LessEqual),
    ("≠", "!=", TokenKind::NotEqual),
    ("×", "*", TokenKind::Star),
    ("·", "*", TokenKind::Star),
    ("÷", "/", TokenKind::Slash),
    ("−", "-", TokenKind::Minus),
    ("–", "-", TokenKind::Minus),
    ("—", "-", TokenKind::Minus),
    ("‐", "-", TokenKind::Minus),
    ("‑", "-", TokenKind::Minus),
    ("…", "..", TokenKind::DotDot),
    ("‥", "..", TokenKind::DotDot),
    ("＝", "=", TokenKind::Equal),
];

/// Characters that some keyboards and word processors put where `"` belongs.
const FOREIGN_QUOTES: &str = "“”„‟«»″‘’‚‛‹›'`´′";

/// Reads all tokens; the last one is [`TokenKind::End`].
pub(super) fn tokenize(text: &str, place: &Place, problems: &mut Vec<Diagnostic>) -> Vec<Token> {
    let mut lexer = Lexer {
        text,
        place,
        at: 0,
        tokens: Vec::new(),
        problems,
    };
    while lexer.step() {}
    lexer.tokens
}

pub(super) struct Lexer<'a> {
    pub text: &'a str,
    place: &'a Place,
    /// The byte to read next, always the first one of a character.
    pub at: usize,
    pub tokens: Vec<Token>,
    problems: &'a mut Vec<Diagnostic>,
}

impl<'a> Lexer<'a> {
    /// What is not read yet.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The words from byte `start` to where reading stands.
    pub fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub fn span(&self, start: usize) -> Span {
        self.place.span(start..self.at)
    }

    pub fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    /// Moves on while the characters fit, and says how many bytes that were.
    pub fn skip_while(&mut self, fits: impl Fn(char) -> bool) -> usize {
        let rest = self.rest();
        let length = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += length;
        length
    }

    /// Adds the token from byte `start` to where reading stands.
    pub fn push(&mut self, start: usize, kind: TokenKind) {
        self.tokens.push(Token {
            kind,
            start,
            end: self.at,
        });
    }

    /// Reads one token or what stands between two; says whether anything is left.
    fn step(&mut self) -> bool {
        let start = self.at;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            self.push(start, TokenKind::End);
            return false;
        };
        if is_space(first) {
            self.skip_while(is_space);
        } else if first.is_ascii_digit() {
            self.number();
        } else if first == '"' {
            self.quoted();
        } else if FOREIGN_QUOTES.contains(first) {
            self.foreign_quoted(first);
        } else if first.is_alphabetic() || first == '_' {
            self.word();
        } else if !self.refused_form() && !self.wrong_symbol() && !self.symbol() {
            self.unknown();
        }
        true
    }

    fn symbol(&mut self) -> bool {
        let (rest, start) = (self.rest(), self.at);
        let Some((symbol, kind)) = SYMBOLS.iter().find(|(symbol, _)| rest.starts_with(symbol))
        else {
            return false;
        };
        self.at += symbol.len();
        self.push(start, kind.clone());
        true
    }

    fn wrong_symbol(&mut self) -> bool {
        let (rest, start) = (self.rest(), self.at);
        let Some((written, meant, kind)) =
            WRONG_SYMBOLS.iter().find(|(w, _, _)| rest.starts_with(w))
        else {
            return false;
        };
        self.at += written.len();
        self.report(mistakes::wrong_symbol(self.span(start), written, meant));
        self.push(start, kind.clone());
        true
    }

    /// Symbols of FEEL, or of other languages, for things that no package may use.
    fn refused_form(&mut self) -> bool {
        let (rest, start) = (self.rest(), self.at);
        if rest.starts_with("//") {
            self.skip_while(|c| c != '\n');
            self.report(mistakes::comment(self.span(start)));
        } else if rest.starts_with("/*") {
            self.at += rest.find("*/").map_or(rest.len(), |at| at + 2);
            self.report(mistakes::comment(self.span(start)));
        } else if rest.starts_with("**") || rest.starts_with('^') {
            self.at += if rest.starts_with('^') { 1 } else { 2 };
            self.report(mistakes::power(self.span(start), self.since(start)));
            self.push(start, TokenKind::Star);
        } else if rest.starts_with("->") {
            self.at += 2;
            self.report(mistakes::lambda(self.span(start)));
            self.push(start, TokenKind::Bad);
        } else if rest.starts_with('%') {
            self.at += 1;
            self.percent(start);
        } else {
            return false;
        }
        true
    }

    /// `30 %`: there is no such sign; the number before it tells what to write.
    fn percent(&mut self, start: usize) {
        let number = match self.tokens.last() {
            Some(Token {
                kind: TokenKind::Number(number),
                start,
                ..
            }) => Some((*number, *start)),
            _ => None,
        };
        let hundredth = number.and_then(|(number, from)| {
            let scale = number
                .scale
                .checked_add(2)
                .filter(|scale| *scale <= Decimal::MAX_SCALE)?;
            Some((
                Decimal {
                    units: number.units,
                    scale,
                }
                .normalised(),
                from,
            ))
        });
        let from = hundredth.map_or(start, |(_, from)| from);
        let problem = mistakes::percent(self.span(from), hundredth.map(|(number, _)| number));
        self.report(problem);
    }

    /// Characters that mean nothing here, as many as stand together.
    fn unknown(&mut self) {
        let start = self.at;
        let begins_token = |c: char| {
            is_space(c)
                || c.is_alphanumeric()
                || c.is_ascii_punctuation()
                || FOREIGN_QUOTES.contains(c)
                || WRONG_SYMBOLS
                    .iter()
                    .any(|(written, _, _)| written.starts_with(c))
        };
        self.skip_while(|c| !begins_token(c));
        if self.at == start {
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
        }
        self.report(mistakes::unknown_character(
            self.span(start),
            self.since(start),
        ));
        self.push(start, TokenKind::Bad);
    }

    fn word(&mut self) {
        let start = self.at;
        self.skip_while(in_word);
        let word = self.since(start);
        if (keyword(word).is_some() || word == "not") && self.unquoted_option(start, word) {
            return;
        }
        if let Some(kind) = keyword(word) {
            self.push(start, kind);
            return;
        }
        let lower = word.to_lowercase();
        if let Some((_, meant)) = VIETNAMESE_KEYWORDS.iter().find(|(word, _)| *word == lower) {
            self.report(mistakes::vietnamese_keyword(self.span(start), word, meant));
            self.push(
                start,
                keyword(meant).unwrap_or_else(|| TokenKind::Name((*meant).to_owned())),
            );
            return;
        }
        if is_name(word) {
            self.push(start, TokenKind::Name(word.to_owned()));
            return;
        }
        let kind = keyword(&lower);
        if kind.is_some() || lower == "not" {
            self.report(mistakes::capital_letters(self.span(start), word, &lower));
        } else {
            let meant = is_name(&lower).then_some(lower.as_str());
            self.report(mistakes::wrong_name(self.span(start), word, meant));
        }
        self.push(start, kind.unwrap_or(TokenKind::Name(lower)));
    }

    /// A keyword that hyphens join with other words (`in-time`, `sign-in`) is part of an option without its quotes; it is
    /// read as that option. A minus behind `then` or `and` may be a sign.
    fn unquoted_option(&mut self, start: usize, word: &str) -> bool {
        let joins = |c: char| in_word(c) || c == '-';
        let before = self.text.get(..start).unwrap_or_default();
        let first = before.trim_end_matches(joins).len();
        let joined_before = before
            .get(first..)
            .is_some_and(|words| words.ends_with('-') && words.starts_with(in_word));
        let joined_behind = !matches!(word, "and" | "then" | "else" | "return" | "between")
            && self
                .rest()
                .strip_prefix('-')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
        if !joined_before && !joined_behind {
            return false;
        }
        let first = if joined_before { first } else { start };
        while self.tokens.last().is_some_and(|token| token.start >= first) {
            self.tokens.pop();
        }
        self.skip_while(joins);
        let option = self.since(first).trim_end_matches('-').to_owned();
        self.at = first + option.len();
        self.report(mistakes::unquoted_option(self.span(first), &option));
        self.push(first, TokenKind::Text(option));
        true
    }
}

/// What FEEL reads as white space (DMN 1.4, grammar rule 61): also invisible characters that word processors leave behind.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{180E}' | '\u{200B}' | '\u{FEFF}')
}

/// Whether a character goes on with a word. Combining marks belong to it: Vietnamese may come decomposed.
pub(super) fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || ('\u{300}'..='\u{36F}').contains(&c)
}

/// Whether a word is a name as facts and definitions have them.
fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The keyword a word is.
fn keyword(word: &str) -> Option<TokenKind> {
    KEYWORDS
        .iter()
        .find(|(keyword, _)| *keyword == word)
        .map(|(_, kind)| kind.clone())
}
