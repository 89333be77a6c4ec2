//! The checker: names, types, ranges, tables, terms. It makes a manifest and a program of a package, or says everything
//! that is wrong with it at once. What it lets through cannot fail when a citizen asks.

mod arithmetic;
mod call;
mod cases;
mod compare;
mod expr;
mod facts;
mod manifest;
mod names;
mod options;
mod question;
mod rounding;
mod rows;
mod rules;
mod table;
mod terms;
mod types;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use motcua_model::manifest::{FeesStatus, Rules};
use motcua_model::{Channel, Manifest};

use crate::diagnostic::{Diagnostic, Severity, nearest_within};
use crate::ir::{Definition, Expr, ExprKind, Program};
use crate::package::{Cases, DefinitionValue, Package};
use crate::reader::{is_full, report};
use crate::source::{Span, Spanned};

use expr::{Typed, node};
use names::GIVEN;
use types::{Options, Type};

/// What the checker makes of a package without mistakes.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its rules; absent where they are code.
    pub program: Option<Program>,
    /// Worst-case size of an application in bytes when lowered by the canonical ABI into a component's memory.
    pub max_input_bytes: u32,
}

/// Checks a package and its cases. The result is there only if no error was reported.
pub fn check(
    package: &Package,
    cases: Option<&Cases>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Checked> {
    let errors = |list: &[Diagnostic]| list.iter().any(|d| d.severity == Severity::Error);
    let mut checker = Checker::new(package, diagnostics);
    checker.declare();
    checker.period();
    checker.contradictions();
    checker.duplicate_ids();
    // Of a plugin, whose rules are code, everything but the rules themselves.
    let program = checker.program();
    checker.terms();
    let max_input_bytes = checker.max_input_bytes();
    match package.rules {
        Rules::Package => checker.unused(),
        Rules::Plugin => checker.facts_of_checks(),
    }
    if let Some(cases) = cases {
        checker.cases(cases);
    }
    if errors(checker.diagnostics) {
        // Of what is wrong no manifest can be made.
        return None;
    }
    let manifest = checker.manifest(cases)?;
    if package.rules == Rules::Package && program.is_none() {
        return None;
    }
    if let Err(error) = manifest.check(motcua_model::CONTRACT) {
        // The checks above should have said it at its place; this is the net beneath them.
        diagnostics.push(Diagnostic::error(
            "manifest",
            package.span,
            format!("bản mô tả không hợp lệ: {error}"),
            format!("the manifest is not valid: {error}"),
        ));
        return None;
    }
    Some(Checked {
        manifest,
        program,
        max_input_bytes,
    })
}

/// The ways to file, in the order in which expressions number them.
const CHANNELS: [Channel; 3] = [Channel::Online, Channel::Counter, Channel::Postal];

/// A variable of `some`, `every` or `for`.
struct Variable {
    name: String,
    number: u16,
    fact: u16,
}

/// How far a definition has been checked.
#[derive(Clone)]
enum State {
    Waiting,
    Running,
    /// Its position in the program and its type; nothing if it was wrong.
    Done(Option<(u16, Type)>),
}

struct Checker<'a> {
    package: &'a Package,
    diagnostics: &'a mut Vec<Diagnostic>,
    /// Facts, then filing windows.
    fact_numbers: BTreeMap<String, u16>,
    fact_types: Vec<Option<Type>>,
    used_facts: Vec<bool>,
    /// By fact: the fields of a repeating fact.
    row_fields: Vec<Vec<(String, Option<Type>)>>,
    max_rows: Vec<u16>,
    /// Position in the package.
    definition_numbers: BTreeMap<String, usize>,
    states: Vec<State>,
    used_definitions: Vec<bool>,
    /// In the order of the program.
    definitions: Vec<Definition>,
    variables: Vec<Variable>,
    next_variable: u16,
    channel_options: Rc<Options>,
    /// Names whose declaration is wrong; what hangs on them is not reported again.
    broken_names: BTreeSet<String>,
    /// Facts met since it was last cleared.
    mentioned: BTreeSet<u16>,
    /// By definition of the program: the facts it hangs on.
    definition_facts: Vec<BTreeSet<u16>>,
    quiet: bool,
    /// What may still be spent on finding the names that were meant.
    effort: Cell<u64>,
    /// Operations of values that are calculated once more for each test.
    copied: usize,
}

/// Half a second at most. To compare one name with all those of the largest package takes a two-hundredth of it.
const EFFORT: u64 = 100_000_000;

impl<'a> Checker<'a> {
    fn new(package: &'a Package, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        Self {
            package,
            diagnostics,
            fact_numbers: BTreeMap::new(),
            fact_types: Vec::new(),
            used_facts: Vec::new(),
            row_fields: Vec::new(),
            max_rows: Vec::new(),
            definition_numbers: BTreeMap::new(),
            states: Vec::new(),
            used_definitions: Vec::new(),
            definitions: Vec::new(),
            variables: Vec::new(),
            next_variable: 0,
            channel_options: Rc::new(Options {
                ids: ["online", "counter", "postal"].map(str::to_owned).to_vec(),
                owner: "channel".to_owned(),
            }),
            broken_names: BTreeSet::new(),
            mentioned: BTreeSet::new(),
            definition_facts: Vec::new(),
            quiet: false,
            effort: Cell::new(EFFORT),
            copied: 0,
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        // Once there are too many, none is held against them any more: that would take the square of their number.
        let told = || is_full(self.diagnostics) || self.diagnostics.contains(&diagnostic);
        if !self.quiet && !told() {
            report(self.diagnostics, diagnostic);
        }
    }

    /// The name nearest to a misspelt one, as long as not too many have been compared.
    fn near<'k>(&self, word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
        nearest_within(&self.effort, word, known)
    }

    /// Runs something without keeping what it reports.
    fn quietly<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let quiet = std::mem::replace(&mut self.quiet, true);
        let result = run(self);
        self.quiet = quiet;
        result
    }

    /// The definition of a name, checked on first use, so that the author's order does not matter.
    fn definition(&mut self, name: &str, span: Span) -> Option<Typed> {
        let at = *self.definition_numbers.get(name)?;
        self.used_definitions[at] = true;
        match self.states[at].clone() {
            State::Waiting => self.check_definition(at),
            State::Running => {
                let defined = self.package.definitions[at].id.span;
                self.report(
                    Diagnostic::error(
                        "cycle",
                        span,
                        format!("`{name}` được định nghĩa bằng chính nó"),
                        format!("`{name}` is defined by itself"),
                    )
                    .related(defined, "định nghĩa ở đây", "defined here")
                    .help(
                        "viết lại một trong các định nghĩa bằng dữ kiện",
                        "write one of the definitions in terms of facts",
                    ),
                );
                return None;
            }
            State::Done(_) => {}
        }
        let State::Done(Some((number, ty))) = self.states[at].clone() else {
            return None;
        };
        if let Some(facts) = self.definition_facts.get(usize::from(number)) {
            self.mentioned.extend(facts.iter().copied());
        }
        let kind = ty.kind()?;
        Some((node(ExprKind::Definition(number), kind, span), ty))
    }

    fn check_definition(&mut self, at: usize) {
        self.states[at] = State::Running;
        // A definition sees no variables of the place it is used at.
        let variables = std::mem::take(&mut self.variables);
        let mentioned = std::mem::take(&mut self.mentioned);
        let quiet = std::mem::replace(&mut self.quiet, false);
        let package = self.package;
        let definition = &package.definitions[at];
        let typed = match &definition.value {
            DefinitionValue::Rule(rule) => rule.ast.as_ref().and_then(|ast| {
                let expected = self.expected_of_leaves(&[ast], &definition.id.value);
                self.expr(ast, expected.as_ref())
            }),
            DefinitionValue::Table(table) => self.table(table, &definition.id),
            DefinitionValue::Unreadable => None,
        };
        let done = typed.and_then(|(value, ty)| {
            if ty == Type::Text && !matches!(value.kind, ExprKind::Fact(_)) {
                self.report(Diagnostic::error(
                    "type",
                    value.span,
                    "một định nghĩa không tạo ra văn bản tự do",
                    "a definition does not make free text",
                ));
                return None;
            }
            if ty.kind().is_none() {
                self.wrong_operand("definitions", value.span, &ty);
                return None;
            }
            Some((self.define(definition.id.value.clone(), value)?, ty))
        });
        self.states[at] = State::Done(done);
        self.variables = variables;
        self.mentioned = mentioned;
        self.quiet = quiet;
    }

    /// Adds a definition to the program.
    fn define(&mut self, id: String, value: Expr) -> Option<u16> {
        let number = u16::try_from(self.definitions.len()).ok()?;
        self.definitions.push(Definition { id, value });
        self.definition_facts.push(self.mentioned.clone());
        Some(number)
    }

    /// A version does not end before it begins.
    fn period(&mut self) {
        let p = self.package;
        let Some(to) = p
            .valid_to
            .as_ref()
            .filter(|to| to.value < p.valid_from.value)
        else {
            return;
        };
        self.report(
            Diagnostic::error(
                "period",
                to.span,
                "ngày hết hiệu lực đứng trước ngày có hiệu lực",
                "the last day in force is before the first",
            )
            .related(p.valid_from.span, "có hiệu lực từ đây", "in force from here")
            .help(
                "sửa một trong hai ngày; thường thì bỏ `valid_to`: phiên bản sau làm phiên bản này hết hiệu lực",
                "mend one of the two; normally there is no `valid_to`: the next version ends this one",
            ),
        );
    }

    /// A way to file is offered once, and fees are listed where there are some.
    fn contradictions(&mut self) {
        let p = self.package;
        let channels = p.channels.iter().map(|(channel, _)| {
            let at = CHANNELS.iter().position(|known| *known == channel.value);
            let word = at.and_then(|at| self.channel_options.ids.get(at));
            Spanned::new(word.cloned().unwrap_or_default(), channel.span)
        });
        let channels: Vec<_> = channels.collect();
        self.duplicates(&channels.iter().collect::<Vec<_>>());
        let word = match p.fees_status {
            Some(FeesStatus::None) => "none",
            Some(FeesStatus::NotSeen) => "not-seen",
            Some(FeesStatus::Known | FeesStatus::Unconfirmed) | None => return,
        };
        if let Some(fee) = p.fees.first() {
            self.report(
                Diagnostic::error(
                    "fees-status",
                    fee.id.span,
                    format!("ở đây có một khoản phí, nhưng `fees_status` là `{word}`"),
                    format!("here is a fee, but `fees_status` is `{word}`"),
                )
                .help(
                    "viết `fees_status: known`, hoặc `unconfirmed` nếu chưa chắc; hoặc bỏ khoản phí",
                    "write `fees_status: known`, or `unconfirmed` if it is not sure; or take the fee out",
                ),
            );
        }
    }

    /// Two things of one list with one id.
    fn duplicate_ids(&mut self) {
        let p = self.package;
        let of = |ids: Vec<&'a Spanned<String>>| ids;
        let mut names: Vec<&Spanned<String>> = of(p.facts.iter().map(|f| &f.id).collect());
        names.extend(p.filing_windows.iter().map(|w| &w.id));
        names.extend(p.definitions.iter().map(|d| &d.id));
        self.duplicates(&names);
        self.duplicates(&of(p.exemptions.iter().map(|x| &x.id).collect()));
        self.duplicates(&of(p.conditions.iter().map(|x| &x.id).collect()));
        self.duplicates(&of(p.documents.iter().map(|x| &x.id).collect()));
        self.duplicates(&of(p.data_sources.iter().map(|x| &x.id).collect()));
        self.duplicates(&of(p.checks.iter().map(|x| &x.id).collect()));
        self.duplicates(&of(p.fees.iter().map(|x| &x.id).collect()));
        for fee in &p.fees {
            self.duplicates(&of(fee.reliefs.iter().map(|x| &x.id).collect()));
        }
        for row in p.time_limit.iter().flat_map(|limit| &limit.rows) {
            self.duplicates(&of(row.steps.iter().map(|x| &x.id).collect()));
        }
        self.duplicates(&of(p
            .time_limit
            .iter()
            .flat_map(|l| &l.rows)
            .map(|x| &x.id)
            .collect()));
    }

    fn duplicates(&mut self, ids: &[&Spanned<String>]) {
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for id in ids.iter().filter(|id| !id.value.is_empty()) {
            if let Some(&before) = first.get(id.value.as_str()) {
                self.report(
                    Diagnostic::error(
                        "duplicate-id",
                        id.span,
                        format!("`{}` đã được dùng", id.value),
                        format!("`{}` is used already", id.value),
                    )
                    .related(before, "lần đầu ở đây", "first used here")
                    .help(
                        "đặt tên khác cho một trong hai",
                        "give one of the two another name",
                    ),
                );
            } else {
                first.insert(&id.value, id.span);
            }
        }
    }

    /// Facts and definitions that nothing hangs on.
    fn unused(&mut self) {
        let p = self.package;
        let spoken = self.spoken_of_in_mistakes();
        let nothing_uses = |id: &Spanned<String>, used: bool| !used && !spoken.contains(&id.value);
        let facts = (p.facts.iter().map(|f| &f.id))
            .chain(p.filing_windows.iter().map(|w| &w.id))
            .zip(&self.used_facts)
            .filter(|(id, used)| nothing_uses(id, **used))
            .map(|(id, _)| {
                Diagnostic::warning(
                    "unused-fact",
                    id.span,
                    format!("không quy tắc nào dùng `{}`", id.value),
                    format!("no rule uses `{}`", id.value),
                )
                .help(
                    "bỏ nó đi: không hỏi người dân điều không cần",
                    "take it out: do not ask people what is not needed",
                )
            });
        let definitions = (p.definitions.iter().map(|d| &d.id))
            .zip(&self.used_definitions)
            .filter(|(id, used)| nothing_uses(id, **used))
            .map(|(id, _)| {
                Diagnostic::warning(
                    "unused-definition",
                    id.span,
                    format!("không quy tắc nào dùng `{}`", id.value),
                    format!("no rule uses `{}`", id.value),
                )
                .help(
                    "bỏ nó đi, hoặc dùng nó trong một quy tắc",
                    "take it out, or use it in a rule",
                )
            });
        let messages: Vec<_> = facts.chain(definitions).collect();
        for message in messages {
            self.report(message);
        }
    }

    /// The names of which nobody can say that nothing uses them, because a rule that is wrong may: the words of every
    /// expression, and what is itself wrong. None if nothing is wrong.
    fn spoken_of_in_mistakes(&self) -> BTreeSet<String> {
        let mut wrong = self
            .diagnostics
            .iter()
            .filter(|message| message.severity == Severity::Error)
            .peekable();
        if wrong.peek().is_none() {
            return BTreeSet::new();
        }
        let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let words = (self.package.expressions())
            .flat_map(|text| text.split(move |c| !in_name(c)))
            .map(str::to_owned);
        let places: BTreeSet<Span> = wrong.map(|message| message.span).collect();
        let facts = self.package.facts.iter().map(|f| &f.id);
        let misnamed =
            facts.filter(|id| places.contains(&id.span) && GIVEN.contains(&id.value.as_str()));
        words.chain(misnamed.map(|id| id.value.clone())).collect()
    }
}
