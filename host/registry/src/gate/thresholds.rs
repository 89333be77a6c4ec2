//! Where the rules of a program turn: the constants with which it compares each fact. Questions on both sides of every one
//! of them try what an author gets wrong most often, `<` for `<=`.
//!
//! It is a search, not a proof: of `pages * copies > 100`, 100 is tried for both facts. What it misses is only not tried.

use std::collections::{BTreeMap, BTreeSet};

use motcua_compiler::ir::{Expr, ExprKind, Given, Kind, Program};
use motcua_compiler::source::{FileKind, Span};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// A fact, or a field of a repeating fact.
pub(crate) type Place = (u16, Option<u16>);

/// The thresholds of a program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Thresholds {
    /// By fact and field.
    pub places: BTreeMap<Place, Marks>,
    /// Moments at which the rules ask when the dossier was filed or received, in seconds.
    pub filed: BTreeSet<i64>,
}

/// The thresholds of one fact.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    /// In the units of the fact: the number at its scale, days, seconds. Of a repeating fact, numbers of rows; of a text,
    /// numbers of characters.
    pub numbers: BTreeSet<i64>,
    /// What a text is held against.
    pub texts: BTreeSet<String>,
    /// Spans of time that are added to a date before it is compared, in seconds.
    pub spans: BTreeSet<i64>,
    /// The same in months.
    pub months: BTreeSet<i64>,
}

/// As many thresholds of one fact are kept; the smallest ones.
const MOST: usize = 32;

impl Marks {
    fn add(set: &mut BTreeSet<i64>, number: i64) {
        if set.len() < MOST {
            set.insert(number);
        }
    }

    /// The thresholds of both.
    pub fn and(mut self, other: &Self) -> Self {
        self.numbers.extend(&other.numbers);
        self.texts.extend(other.texts.iter().cloned());
        self.spans.extend(&other.spans);
        self.months.extend(&other.months);
        self
    }
}

impl Thresholds {
    /// Finds them.
    pub fn of(program: &Program) -> Self {
        let mut search = Search {
            program,
            rows: variables(program),
            found: Self::default(),
        };
        for expr in rules(program) {
            search.walk(expr);
        }
        search.found
    }

    /// The thresholds of a fact or field; none where none was found.
    pub fn at(&self, fact: u16, field: Option<u16>) -> Marks {
        self.places.get(&(fact, field)).cloned().unwrap_or_default()
    }
}

/// Every rule of a program.
fn rules(program: &Program) -> impl Iterator<Item = &Expr> {
    let definitions = program.definitions.iter().map(|d| &d.value);
    let conditions = program
        .conditions
        .iter()
        .flat_map(|c| c.when.iter().chain(&c.rule));
    let documents = program
        .documents
        .iter()
        .flat_map(|d| d.when.iter().chain([&d.originals, &d.copies]));
    let fees = program.fees.iter().flat_map(|fee| {
        let reliefs = fee.reliefs.iter().flat_map(|(when, amount)| [when, amount]);
        fee.when.iter().chain([&fee.amount]).chain(reliefs)
    });
    let rows = program.time_limit.iter().flatten();
    definitions
        .chain(&program.exemptions)
        .chain(conditions)
        .chain(documents)
        .chain(rows)
        .chain(fees)
        .chain(&program.checks)
}

/// The repeating fact that each variable of a program stands for a row of.
pub(crate) fn variables(program: &Program) -> BTreeMap<u16, u16> {
    let mut found = BTreeMap::new();
    let mut rest: Vec<&Expr> = rules(program).collect();
    while let Some(expr) = rest.pop() {
        if let ExprKind::Quantified { fact, variable, .. }
        | ExprKind::Aggregate { fact, variable, .. } = &expr.kind
        {
            found.insert(*variable, *fact);
        }
        rest.extend(expr.parts());
    }
    found
}

/// Where an absolute value turns.
pub(super) static ZERO: Expr = Expr {
    kind: ExprKind::Int(0),
    ty: Kind::Number,
    span: Span::new(FileKind::Package, 0, 0),
};

/// One side of a comparison, taken apart.
#[derive(Default)]
struct Side {
    /// Facts, and by what their units are multiplied and divided on the way to the comparison.
    places: Vec<(Place, i64, i64)>,
    /// Whether the dossier's own moments are in it, and likewise.
    filed: Vec<(i64, i64)>,
    constants: Vec<i64>,
    spans: Vec<i64>,
    months: Vec<i64>,
    definitions: BTreeSet<u16>,
    /// Whether the sign of something in it does not matter.
    either_sign: bool,
}

struct Search<'a> {
    program: &'a Program,
    /// The repeating fact of each variable.
    rows: BTreeMap<u16, u16>,
    found: Thresholds,
}

impl<'a> Search<'a> {
    /// Looks at an expression and everything in it.
    fn walk(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Compare(_, a, b) | ExprKind::Least(a, b) | ExprKind::Greatest(a, b) => {
                self.compare(a, b);
            }
            ExprKind::Absolute(a) => self.compare(a, &ZERO),
            ExprKind::TextTest(_, a, b) => {
                for (fact, text) in [(a, b), (b, a)] {
                    if let (Some(place), ExprKind::Text(text)) = (self.place(fact), &text.kind) {
                        let marks = self.found.places.entry(place).or_default();
                        if marks.texts.len() < MOST {
                            marks.texts.insert(text.clone());
                        }
                    }
                }
            }
            _ => {}
        }
        expr.parts().into_iter().for_each(|part| self.walk(part));
    }

    fn place(&self, expr: &Expr) -> Option<Place> {
        match expr.kind {
            ExprKind::Fact(fact) => Some((fact, None)),
            ExprKind::Field { variable, field } => Some((*self.rows.get(&variable)?, Some(field))),
            _ => None,
        }
    }

    fn compare(&mut self, a: &'a Expr, b: &'a Expr) {
        // Options are tried anyway, each of them.
        if matches!(a.ty, Kind::Choice | Kind::Choices | Kind::Boolean) {
            return;
        }
        let mut side = Side::default();
        self.take_apart(a, 1, 1, &mut side);
        self.take_apart(b, 1, 1, &mut side);
        for &(place, by, over) in &side.places {
            let marks = self.found.places.entry(place).or_default();
            for &constant in &side.constants {
                for by in [Some(by), side.either_sign.then_some(by.saturating_neg())] {
                    if let Some(number) = by.and_then(|by| units(constant, by, over)) {
                        Marks::add(&mut marks.numbers, number);
                    }
                }
            }
            for &span in &side.spans {
                Marks::add(&mut marks.spans, span);
            }
            for &months in &side.months {
                Marks::add(&mut marks.months, months);
            }
        }
        for &(by, over) in &side.filed {
            for &constant in &side.constants {
                if let Some(number) = units(constant, by, over) {
                    Marks::add(&mut self.found.filed, number);
                }
            }
        }
    }

    /// Collects what a side is made of. `by` and `over`: what a unit of the expression is worth.
    fn take_apart(&self, expr: &'a Expr, by: i64, over: i64, side: &mut Side) {
        match &expr.kind {
            ExprKind::Int(units) => match expr.ty {
                Kind::Number | Kind::Date | Kind::Moment => side.constants.push(*units),
                Kind::Duration => side.spans.push(*units),
                Kind::Months => side.months.push(*units),
                _ => {}
            },
            ExprKind::Fact(_) | ExprKind::Field { .. } => {
                side.places
                    .extend(self.place(expr).map(|place| (place, by, over)));
            }
            ExprKind::CountRows(fact) => side.places.push(((*fact, None), by, over)),
            ExprKind::TextLength(text) => {
                side.places
                    .extend(self.place(text).map(|place| (place, by, over)));
            }
            ExprKind::Definition(number) => {
                if side.definitions.insert(*number)
                    && let Some(definition) = self.program.definitions.get(usize::from(*number))
                {
                    self.take_apart(&definition.value, by, over, side);
                }
            }
            ExprKind::Given(Given::FiledAt) => side.filed.push((by, over)),
            // Told in days: as seconds there are so many times more of them.
            ExprKind::Given(Given::ReceivedOn) => side.filed.push((by, over.saturating_mul(DAY))),
            ExprKind::Scale(a, factor) => {
                self.take_apart(a, by.saturating_mul(*factor), over, side)
            }
            ExprKind::Midnight(a) => self.take_apart(a, by.saturating_mul(DAY), over, side),
            ExprKind::DateOf(a) => self.take_apart(a, by, over.saturating_mul(DAY), side),
            ExprKind::Negate(a) => self.take_apart(a, by.saturating_neg(), over, side),
            ExprKind::Add(a, b)
            | ExprKind::Subtract(a, b)
            | ExprKind::Multiply(a, b)
            | ExprKind::Divide(a, b, _)
            | ExprKind::AddMonths(a, b) => {
                self.take_apart(a, by, over, side);
                self.take_apart(b, by, over, side);
            }
            ExprKind::Absolute(a) => {
                side.either_sign = true;
                self.take_apart(a, by, over, side);
            }
            ExprKind::If(_, a, b) | ExprKind::Least(a, b) | ExprKind::Greatest(a, b) => {
                self.take_apart(a, by, over, side);
                self.take_apart(b, by, over, side);
            }
            ExprKind::Table(table) => {
                let outputs = table.rows.iter().map(|row| &row.output);
                for output in outputs.chain(table.otherwise.as_deref()) {
                    self.take_apart(output, by, over, side);
                }
            }
            ExprKind::Aggregate { body, .. } => self.take_apart(body, by, over, side),
            _ => {}
        }
    }
}

/// The units of a fact that are worth the constant, rounded down.
fn units(constant: i64, by: i64, over: i64) -> Option<i64> {
    let worth = i128::from(constant).checked_mul(i128::from(over))?;
    i64::try_from(worth.checked_div_euclid(i128::from(by))?).ok()
}

#[cfg(test)]
mod tests {
    use motcua_compiler::ir::Comparison;
    use motcua_compiler::source::Span;

    use super::*;

    fn expr(kind: ExprKind, ty: Kind) -> Expr {
        Expr {
            kind,
            ty,
            span: Span::default(),
        }
    }

    fn number(kind: ExprKind) -> Box<Expr> {
        Box::new(expr(kind, Kind::Number))
    }

    fn program(rule: Expr) -> Program {
        Program {
            facts: Vec::new(),
            definitions: Vec::new(),
            exemptions: vec![rule],
            conditions: Vec::new(),
            documents: Vec::new(),
            time_limit: Vec::new(),
            fees: Vec::new(),
            checks: Vec::new(),
            max_input_bytes: 0,
        }
    }

    fn compare(a: Box<Expr>, b: Box<Expr>) -> Expr {
        expr(ExprKind::Compare(Comparison::Lt, a, b), Kind::Boolean)
    }

    #[test]
    fn a_threshold_is_told_in_the_units_of_its_fact() {
        // A whole number held against 2.5: 25 tenths.
        let scaled = number(ExprKind::Scale(number(ExprKind::Fact(3)), 10));
        let found = Thresholds::of(&program(compare(scaled, number(ExprKind::Int(25)))));
        assert_eq!(found.at(3, None).numbers, BTreeSet::from([2]));
        assert!(found.at(4, None).numbers.is_empty());
    }

    #[test]
    fn an_absolute_value_has_a_threshold_on_either_side() {
        let absolute = number(ExprKind::Absolute(number(ExprKind::Fact(3))));
        let found = Thresholds::of(&program(compare(absolute, number(ExprKind::Int(25)))));
        // And 0, where it turns.
        assert_eq!(found.at(3, None).numbers, BTreeSet::from([-25, 0, 25]));
    }

    #[test]
    fn the_smaller_of_two_turns_where_they_are_equal() {
        let seven = number(ExprKind::Int(7));
        let least = number(ExprKind::Least(number(ExprKind::Fact(3)), seven));
        let found = Thresholds::of(&program(compare(least, number(ExprKind::Int(5)))));
        assert_eq!(found.at(3, None).numbers, BTreeSet::from([5, 7]));
    }

    #[test]
    fn a_day_of_filing_is_told_in_seconds() {
        let filed = Box::new(expr(ExprKind::Given(Given::FiledAt), Kind::Moment));
        let day = Box::new(expr(ExprKind::DateOf(filed), Kind::Date));
        let constant = Box::new(expr(ExprKind::Int(18_000), Kind::Date));
        let found = Thresholds::of(&program(compare(day, constant)));
        assert_eq!(found.filed, BTreeSet::from([18_000 * DAY]));
    }

    #[test]
    fn fields_are_found_through_their_variable() {
        let field = number(ExprKind::Field {
            variable: 7,
            field: 1,
        });
        let some = expr(
            ExprKind::Quantified {
                every: false,
                fact: 2,
                variable: 7,
                body: Box::new(compare(field, number(ExprKind::Int(40)))),
            },
            Kind::Boolean,
        );
        let found = Thresholds::of(&program(some));
        assert_eq!(found.at(2, Some(1)).numbers, BTreeSet::from([40]));
    }
}
