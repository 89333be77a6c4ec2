//! Where an outcome turns, and what must be told for it to be reached: every comparison, in every row of a table and every
//! branch of an `if` that gives it one of its numbers, and every row by itself. So a number that changes in one row of a
//! table meets people of that row, close to that number, however few they are.
//!
//! It is a search, not a proof: a rule that cannot be taken apart is reached by luck or not at all.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use motcua_compiler::ir::{Comparison, Expr, ExprKind, Given, Hit, Kind, Program, Table, TextTest};

use super::sum::{Sum, Term};
use super::thresholds::{Place, ZERO, variables};

/// One place where an outcome turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// What must be told for it to be reached.
    pub wants: BTreeMap<Place, Want>,
    /// What is compared there with zero, and how. Nothing where it is enough to be there.
    pub compared: Option<(Comparison, Sum)>,
}

/// What must be told of one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Yes or no.
    Boolean(bool),
    /// In the units of the fact, like the numbers of [`super::thresholds::Marks`].
    Number(i64),
    /// An option.
    Option(u16),
    /// Any other option.
    OtherOption(u16),
    /// Whether an option is among those told.
    Has(u16, bool),
    /// A text.
    Text(String),
}

/// As many are found of one program; far more than a package has.
const MOST: usize = 4_000;
/// As many values of one side of a comparison are told apart.
const ARMS: usize = 256;
/// After so many steps the search ends: definitions that name definitions could go on for ever.
const STEPS: usize = 50_000;

/// Finds them, in the order of the rules.
pub(crate) fn turns(program: &Program) -> Vec<Turn> {
    let mut search = Search {
        program,
        rows: variables(program),
        steps: STEPS,
        path: Vec::new(),
        found: Vec::new(),
    };
    for exemption in &program.exemptions {
        search.under(None, exemption);
    }
    for condition in &program.conditions {
        for part in condition.when.iter() {
            search.under(None, part);
        }
        for part in condition.rule.iter() {
            search.under(condition.when.as_ref(), part);
        }
    }
    for document in &program.documents {
        for part in document.when.iter() {
            search.under(None, part);
        }
        for part in [&document.originals, &document.copies] {
            search.under(document.when.as_ref(), part);
        }
    }
    for row in program.time_limit.iter().flatten() {
        search.under(None, row);
        search.reach(&[(row, true)]);
    }
    for fee in &program.fees {
        for part in fee.when.iter() {
            search.under(None, part);
        }
        search.under(fee.when.as_ref(), &fee.amount);
        for (when, amount) in &fee.reliefs {
            search.under(fee.when.as_ref(), when);
            search.under(Some(when), amount);
            search.reach(&[(when, true)]);
        }
    }
    for check in &program.checks {
        search.under(None, check);
    }
    search.found
}

/// An expression that must have a truth value.
type Holds<'a> = (&'a Expr, bool);

/// One of the values that a side of a comparison can have.
struct Arm<'a> {
    /// When it has it.
    holds: Vec<Holds<'a>>,
    /// The value, where it can be told.
    sum: Option<Sum>,
}

impl<'a> Arm<'a> {
    fn of(sum: Option<Sum>) -> Vec<Self> {
        vec![Self {
            holds: Vec::new(),
            sum,
        }]
    }

    /// Where all of this holds as well.
    fn under(mut self, holds: &[Holds<'a>]) -> Self {
        self.holds.extend_from_slice(holds);
        self
    }
}

struct Search<'a> {
    program: &'a Program,
    /// The repeating fact of each variable.
    rows: BTreeMap<u16, u16>,
    steps: usize,
    /// What must hold where the search is.
    path: Vec<Holds<'a>>,
    found: Vec<Turn>,
}

impl<'a> Search<'a> {
    /// Looks at an expression that counts only where another holds.
    fn under(&mut self, when: Option<&'a Expr>, expr: &'a Expr) {
        let holds: Vec<Holds<'a>> = when.map(|when| (when, true)).into_iter().collect();
        self.walk_under(&holds, expr);
    }

    fn walk_under(&mut self, holds: &[Holds<'a>], expr: &'a Expr) {
        let before = self.path.len();
        self.path.extend_from_slice(holds);
        self.walk(expr);
        self.path.truncate(before);
    }

    fn walk(&mut self, expr: &'a Expr) {
        if self.steps == 0 || self.found.len() >= MOST {
            return;
        }
        self.steps -= 1;
        match &expr.kind {
            ExprKind::Compare(comparison, a, b) => {
                self.compare(*comparison, a, b);
                self.walk(a);
                self.walk(b);
            }
            ExprKind::Least(a, b) | ExprKind::Greatest(a, b) => {
                self.compare(Comparison::Le, a, b);
                self.walk(a);
                self.walk(b);
            }
            ExprKind::Absolute(a) => {
                self.compare(Comparison::Lt, a, &ZERO);
                self.walk(a);
            }
            // What one part says shows only where the others do not decide.
            ExprKind::And(all) | ExprKind::Or(all) => {
                let neutral = matches!(expr.kind, ExprKind::And(_));
                for (at, part) in all.iter().enumerate() {
                    let others = all.iter().enumerate().filter(|(other, _)| *other != at);
                    let holds: Vec<Holds<'a>> = others.map(|(_, other)| (other, neutral)).collect();
                    self.walk_under(&holds, part);
                }
            }
            ExprKind::If(condition, then, otherwise) => {
                self.walk(condition);
                self.walk_under(&[(condition, true)], then);
                self.walk_under(&[(condition, false)], otherwise);
            }
            ExprKind::Table(table) => {
                for (row, holds) in rows(table) {
                    self.walk(&row.test);
                    self.reach(&holds);
                    self.walk_under(&holds, &row.output);
                }
                if let Some(otherwise) = &table.otherwise {
                    let holds = none_of(table);
                    self.reach(&holds);
                    self.walk_under(&holds, otherwise);
                }
            }
            ExprKind::Definition(number) => {
                if let Some(definition) = self.definition(*number) {
                    self.walk(definition);
                }
            }
            _ => expr.parts().into_iter().for_each(|part| self.walk(part)),
        }
    }

    fn definition(&self, number: u16) -> Option<&'a Expr> {
        let definition = self.program.definitions.get(usize::from(number))?;
        Some(&definition.value)
    }

    /// Notes that it is enough to be where this holds.
    fn reach(&mut self, holds: &[Holds<'a>]) {
        self.note(holds, None);
    }

    fn note(&mut self, holds: &[Holds<'a>], compared: Option<(Comparison, Sum)>) {
        let mut wants = BTreeMap::new();
        // What is nearest to the comparison matters most.
        let path = self.path.iter().rev();
        let near: Vec<Holds<'a>> = holds.iter().chain(path).copied().collect();
        for (expr, truth) in near {
            self.want(expr, truth, &mut wants);
        }
        let turn = Turn { wants, compared };
        let says_something = turn.compared.is_some() || !turn.wants.is_empty();
        if says_something && self.found.len() < MOST && !self.found.contains(&turn) {
            self.found.push(turn);
        }
    }

    fn compare(&mut self, comparison: Comparison, a: &'a Expr, b: &'a Expr) {
        for arm in self.difference(a, b) {
            let Some(sum) = arm.sum else { continue };
            if sum.places().next().is_some() {
                self.note(&arm.holds, Some((comparison, sum)));
            }
        }
    }

    /// What `a - b` can be.
    fn difference(&mut self, a: &'a Expr, b: &'a Expr) -> Vec<Arm<'a>> {
        self.both(a, b, |a, b| a.plus(b, -1))
    }

    fn both(
        &mut self,
        a: &'a Expr,
        b: &'a Expr,
        make: impl Fn(&Sum, &Sum) -> Option<Sum>,
    ) -> Vec<Arm<'a>> {
        let (first, second) = (self.arms(a), self.arms(b));
        let mut both = Vec::new();
        for one in &first {
            for other in second.iter().take(ARMS.saturating_sub(both.len())) {
                let sum = one.sum.as_ref().zip(other.sum.as_ref());
                both.push(Arm {
                    holds: [&one.holds[..], &other.holds[..]].concat(),
                    sum: sum.and_then(|(one, other)| make(one, other)),
                });
            }
        }
        both
    }

    fn each(&mut self, expr: &'a Expr, make: impl Fn(&Sum) -> Option<Sum>) -> Vec<Arm<'a>> {
        let mut arms = self.arms(expr);
        for arm in &mut arms {
            arm.sum = arm.sum.as_ref().and_then(&make);
        }
        arms
    }

    /// The values that an expression can have.
    fn arms(&mut self, expr: &'a Expr) -> Vec<Arm<'a>> {
        if self.steps == 0 {
            return Vec::new();
        }
        self.steps -= 1;
        match &expr.kind {
            ExprKind::Int(units) => Arm::of(match expr.ty {
                Kind::Number | Kind::Date | Kind::Moment | Kind::Duration | Kind::Months => {
                    Some(Sum::number(*units))
                }
                _ => None,
            }),
            ExprKind::Fact(_)
            | ExprKind::Field { .. }
            | ExprKind::CountRows(_)
            | ExprKind::TextLength(_) => Arm::of(self.counted(expr).map(Sum::term)),
            ExprKind::Given(Given::FiledAt) => Arm::of(Some(Sum::term(Term::Filed))),
            ExprKind::Given(Given::ReceivedOn) => Arm::of(Sum::term(Term::Filed).days()),
            ExprKind::Definition(number) => match self.definition(*number) {
                Some(definition) => self.arms(definition),
                None => Vec::new(),
            },
            ExprKind::Scale(a, factor) => self.each(a, |a| a.times((*factor).into(), 1)),
            ExprKind::Negate(a) => self.each(a, |a| a.times(-1, 1)),
            ExprKind::Absolute(a) => {
                // Either sign of what was found once: to search twice would double at each level.
                let mut arms = self.arms(a);
                let turned: Vec<Arm<'a>> = arms
                    .iter()
                    .map(|arm| Arm {
                        holds: arm.holds.clone(),
                        sum: arm.sum.as_ref().and_then(|sum| sum.times(-1, 1)),
                    })
                    .collect();
                arms.extend(turned);
                arms.truncate(ARMS);
                arms
            }
            ExprKind::Least(a, b) | ExprKind::Greatest(a, b) => {
                let mut arms = self.arms(a);
                arms.extend(self.arms(b));
                arms.truncate(ARMS);
                arms
            }
            ExprKind::Midnight(a) => self.each(a, |a| a.times(super::thresholds::DAY.into(), 1)),
            ExprKind::DateOf(a) => self.each(a, Sum::days),
            ExprKind::Add(a, b) => self.both(a, b, |a, b| a.plus(b, 1)),
            ExprKind::Subtract(a, b) => self.difference(a, b),
            ExprKind::Multiply(a, b) => self.both(a, b, Sum::product),
            ExprKind::Divide(a, b, _) => self.both(a, b, Sum::quotient),
            ExprKind::AddMonths(a, b) => self.both(a, b, Sum::later),
            ExprKind::If(condition, then, otherwise) => {
                let branches = [(true, then), (false, otherwise)];
                let mut arms = Vec::new();
                for (truth, branch) in branches {
                    let branch = self.arms(branch).into_iter();
                    arms.extend(branch.map(|arm| arm.under(&[(condition, truth)])));
                }
                arms
            }
            ExprKind::Table(table) => {
                let mut arms = Vec::new();
                for (row, holds) in rows(table) {
                    let row = self.arms(&row.output).into_iter();
                    arms.extend(row.map(|arm| arm.under(&holds)));
                }
                if let Some(otherwise) = &table.otherwise {
                    let holds = none_of(table);
                    let otherwise = self.arms(otherwise).into_iter();
                    arms.extend(otherwise.map(|arm| arm.under(&holds)));
                }
                arms.truncate(ARMS);
                arms
            }
            // Of one row it is what it is of that row.
            ExprKind::Aggregate { body, .. } => self.arms(body),
            _ => Arm::of(None),
        }
    }

    /// The fact or field whose number an expression is.
    fn counted(&self, expr: &Expr) -> Option<Term> {
        Some(Term::Place(match &expr.kind {
            ExprKind::CountRows(fact) => (*fact, None),
            ExprKind::TextLength(text) => self.place(text)?,
            _ => self.place(expr)?,
        }))
    }

    fn place(&self, expr: &Expr) -> Option<Place> {
        match expr.kind {
            ExprKind::Fact(fact) => Some((fact, None)),
            ExprKind::Field { variable, field } => Some((*self.rows.get(&variable)?, Some(field))),
            _ => None,
        }
    }

    /// Adds what must be told for an expression to have a truth value, where that can be seen. What is wanted already
    /// stays.
    fn want(&mut self, expr: &'a Expr, truth: bool, wants: &mut BTreeMap<Place, Want>) {
        if self.steps == 0 {
            return;
        }
        self.steps -= 1;
        match &expr.kind {
            ExprKind::Fact(_) | ExprKind::Field { .. } => {
                if let Some(place) = self.place(expr) {
                    wants.entry(place).or_insert(Want::Boolean(truth));
                }
            }
            ExprKind::Not(a) => self.want(a, !truth, wants),
            ExprKind::And(all) | ExprKind::Or(all) => {
                // One that decides is enough.
                let enough = matches!(expr.kind, ExprKind::Or(_)) == truth;
                for part in all.iter().take(if enough { 1 } else { all.len() }) {
                    self.want(part, truth, wants);
                }
            }
            ExprKind::Definition(number) => {
                if let Some(definition) = self.definition(*number) {
                    self.want(definition, truth, wants);
                }
            }
            ExprKind::Quantified { body, .. } => self.want(body, truth, wants),
            ExprKind::HasOption(set, option) => {
                if let Some(place) = self.place(set) {
                    wants.entry(place).or_insert(Want::Has(*option, truth));
                }
            }
            ExprKind::TextTest(TextTest::Equals, a, b) if truth => {
                for (fact, text) in [(a, b), (b, a)] {
                    if let (Some(place), ExprKind::Text(text)) = (self.place(fact), &text.kind) {
                        wants.entry(place).or_insert(Want::Text(text.clone()));
                    }
                }
            }
            ExprKind::Compare(comparison, a, b) => {
                self.want_compared(*comparison, truth, [a, b], wants)
            }
            _ => {}
        }
    }

    fn want_compared(
        &mut self,
        comparison: Comparison,
        truth: bool,
        [a, b]: [&'a Expr; 2],
        wants: &mut BTreeMap<Place, Want>,
    ) {
        let equal = (comparison == Comparison::Eq) == truth;
        for (fact, other) in [(a, b), (b, a)] {
            let want = match (&other.kind, other.ty) {
                (ExprKind::Boolean(value), _) => Want::Boolean(*value == equal),
                (ExprKind::Int(option), Kind::Choice) => match u16::try_from(*option) {
                    Ok(option) if equal => Want::Option(option),
                    Ok(option) => Want::OtherOption(option),
                    Err(_) => continue,
                },
                _ => continue,
            };
            if let Some(place) = self.place(fact) {
                wants.entry(place).or_insert(want);
            }
            return;
        }
        if !matches!(
            a.ty,
            Kind::Number | Kind::Date | Kind::Moment | Kind::Duration
        ) {
            return;
        }
        for arm in self.difference(a, b) {
            let Some(sum) = arm.sum else { continue };
            let Some((place, (turn, _))) = sum
                .only()
                .and_then(|place| Some((place, sum.zero(place, |_| None)?)))
            else {
                continue;
            };
            let fits = |value: i64| {
                let against = sum.against_zero(place, value);
                against.is_some_and(|against| holds(comparison, against) == truth)
            };
            // The end of a range that is named first lies within the other one.
            let near = [turn, turn.saturating_add(1), turn.saturating_sub(1)];
            let Some(value) = near.into_iter().find(|value| fits(*value)) else {
                continue;
            };
            wants.entry(place).or_insert(Want::Number(value));
            return;
        }
    }
}

/// Whether a comparison with zero holds.
fn holds(comparison: Comparison, against: Ordering) -> bool {
    match comparison {
        Comparison::Eq => against.is_eq(),
        Comparison::Ne => against.is_ne(),
        Comparison::Lt => against.is_lt(),
        Comparison::Le => against.is_le(),
        Comparison::Gt => against.is_gt(),
        Comparison::Ge => against.is_ge(),
    }
}

/// The rows of a table, and what holds where each is taken.
fn rows(table: &Table) -> impl Iterator<Item = (&motcua_compiler::ir::TableRow, Vec<Holds<'_>>)> {
    table.rows.iter().enumerate().map(|(at, row)| {
        let mut holds = vec![(&row.test, true)];
        if table.hit == Hit::First {
            holds.extend(table.rows.iter().take(at).map(|row| (&row.test, false)));
        }
        (row, holds)
    })
}

/// What holds where no row of a table does.
fn none_of(table: &Table) -> Vec<Holds<'_>> {
    table.rows.iter().map(|row| (&row.test, false)).collect()
}
