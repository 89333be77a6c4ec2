//! Options of choices: the words in double quotes, and what was meant where the quotes are missing.

use std::rc::Rc;

use crate::diagnostic::{Diagnostic, shown};
use crate::feel::ast::{BinaryOp, Expr as Ast, ExprKind as AstKind};
use crate::source::Span;

use super::Checker;
use super::names::GIVEN;
use super::types::{Options, Type};

impl Checker<'_> {
    /// The number of an option, or a message with the nearest one.
    pub(super) fn option(&mut self, options: &Options, word: &str, span: Span) -> Option<u16> {
        if let Some(at) = options.ids.iter().position(|id| id == word) {
            return u16::try_from(at).ok();
        }
        let mut message = Diagnostic::error(
            "unknown-option",
            span,
            format!("`{}` không có lựa chọn \"{}\"", options.owner, shown(word)),
            format!("`{}` has no option \"{}\"", options.owner, shown(word)),
        )
        .label("lựa chọn không tồn tại", "no such option");
        message = match self.near(word, options.ids.iter().map(String::as_str)) {
            Some(near) => message.suggest(format!("\"{near}\"")),
            None => options_listed(message, options),
        };
        self.report(message);
        None
    }

    /// Whether an expression is an option that lacks its quotes, which is reported. `printing-degree` would be a
    /// subtraction of two names, `paper` a name; neither means anything.
    pub(super) fn unquoted_option(&mut self, ast: &Ast, expected: Option<&Type>) -> bool {
        let mut names = Vec::new();
        let Some(word) = word_of(ast, &mut names) else {
            return false;
        };
        if names.is_empty() || names.iter().any(|name| self.broken_names.contains(*name)) {
            return false;
        }
        let choice = match expected {
            Some(Type::Choice(options)) => Some(options),
            _ => None,
        };
        // Where an option is expected, a difference of numbers is none.
        let hyphenated = matches!(ast.kind, AstKind::Binary(..));
        let difference_of_options = hyphenated && choice.is_some();
        if names.iter().all(|name| self.is_name(name)) && !difference_of_options {
            return false;
        }
        let nothing_known = !names.iter().any(|name| self.is_name(name));
        let meant = self.option_meant(&word, choice, nothing_known);
        let plainly_an_option = difference_of_options && nothing_known;
        if meant.is_none() && !plainly_an_option {
            return false;
        }
        let label = if hyphenated {
            (
                "không có ngoặc kép thì đây là một phép trừ",
                "without quotes this is a subtraction",
            )
        } else {
            (
                "không có ngoặc kép thì đây là tên một dữ kiện",
                "without quotes this is the name of a fact",
            )
        };
        let message = Diagnostic::error(
            "unquoted-option",
            ast.span,
            format!("lựa chọn `{word}` thiếu dấu ngoặc kép"),
            format!("the option `{word}` lacks its double quotes"),
        )
        .label(label.0, label.1);
        let message = match (meant, choice) {
            (Some(meant), _) => message.suggest(format!("\"{meant}\"")),
            (None, Some(options)) => options_listed(message, options),
            (None, None) => message,
        };
        self.report(message);
        true
    }

    /// The option that a word without quotes stands for: of the expected choice, else of any.
    fn option_meant(
        &self,
        word: &str,
        choice: Option<&Rc<Options>>,
        nothing_known: bool,
    ) -> Option<String> {
        let known: Vec<&Rc<Options>> = match choice {
            // The options of a table's outputs are the words that stand there: this one would be one more.
            Some(options) if !self.choices().any(|own| Rc::ptr_eq(own, options)) => {
                return nothing_known.then(|| word.to_owned());
            }
            Some(options) => vec![options],
            None => self.choices().collect(),
        };
        let ids = || known.iter().flat_map(|options| &options.ids);
        if ids().any(|id| id == word) {
            return Some(word.to_owned());
        }
        if !nothing_known {
            // A misspelt fact next to one that is right.
            return None;
        }
        let near = self.near(word, ids().map(String::as_str))?;
        let nearer_name = self.near(word, self.known_names()).is_some_and(|name| {
            strsim::damerau_levenshtein(word, name) <= strsim::damerau_levenshtein(word, near)
        });
        (!nearer_name).then(|| near.to_owned())
    }

    /// The options of every choice.
    fn choices(&self) -> impl Iterator<Item = &Rc<Options>> {
        let fields = self.row_fields.iter().flatten().map(|(_, ty)| ty);
        self.fact_types
            .iter()
            .chain(fields)
            .filter_map(|ty| match ty {
                Some(Type::Choice(options) | Type::Choices(options)) => Some(options),
                _ => None,
            })
            .chain([&self.channel_options])
    }

    fn is_name(&self, name: &str) -> bool {
        self.fact_numbers.contains_key(name)
            || self.definition_numbers.contains_key(name)
            || GIVEN.contains(&name)
            || self.variables.iter().any(|v| v.name == name)
    }
}

/// With the options there are as the way out.
fn options_listed(message: Diagnostic, options: &Options) -> Diagnostic {
    let list = options
        .ids
        .iter()
        .map(|id| format!("\"{id}\""))
        .collect::<Vec<_>>()
        .join(", ");
    message.help(
        format!("các lựa chọn: {list}"),
        format!("the options are {list}"),
    )
}

/// The word that names and numbers make which are joined by hyphens without a space, and the names in it.
fn word_of<'a>(ast: &'a Ast, names: &mut Vec<&'a str>) -> Option<String> {
    let length = ast.span.range().len();
    let word = match &ast.kind {
        AstKind::Name(name) => {
            names.push(name);
            name.clone()
        }
        AstKind::Number(number) if number.scale == 0 => number.to_string(),
        AstKind::Binary(BinaryOp::Subtract, left, right) => {
            let (left, right) = (word_of(left, names)?, word_of(right, names)?);
            format!("{left}-{right}")
        }
        _ => return None,
    };
    // What is longer in the file has spaces, parentheses, or is a number written otherwise.
    (word.len() == length).then_some(word)
}
