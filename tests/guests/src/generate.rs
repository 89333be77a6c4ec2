//! Random programs and applications, drawn from a tape of numbers: a shorter tape, or one of smaller numbers, makes a
//! simpler program, so that proptest can shrink what fails.

use std::borrow::Cow;

use motcua_compiler::ir::{
    Aggregate, Comparison, ConditionRule, DatePart, DocumentRule, Expr, ExprKind, FeeRule, Given,
    Hit, Kind, Program, Rounding, SlotKind, TextTest,
};
use motcua_model::{Application, Cell, Channel, Date, Decimal, Fact, Moment, Row, Scalar, Value};

use crate::build::{boxed, compare, define, expr, int, program, row, table, truth};

/// The absolute value that no generated number exceeds: the checker promises 2^61.
const MOST: i128 = 1 << 58;
/// Options of generated choices and sets.
const OPTIONS: u16 = 5;
/// Most rows of generated rows facts.
const ROWS: u16 = 4;
const TEXTS: [&str; 8] = ["", "a", "ab", "aab", "báo", "áo", "in báo", "giấy phép"];

/// Numbers that decide what is generated; at its end there are only zeros.
pub struct Tape<'t> {
    numbers: &'t [u16],
    at: usize,
}

impl<'t> Tape<'t> {
    /// A tape.
    pub fn new(numbers: &'t [u16]) -> Self {
        Self { numbers, at: 0 }
    }

    fn next(&mut self) -> u16 {
        self.at += 1;
        self.numbers.get(self.at - 1).copied().unwrap_or(0)
    }

    /// A number below `count`.
    fn pick(&mut self, count: usize) -> usize {
        usize::from(self.next()) % count
    }

    /// True once in so many times.
    fn one_in(&mut self, times: usize) -> bool {
        self.pick(times) == times - 1
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.pick(choices.len())]
    }
}

const SCALARS: [Kind; 7] = [
    Kind::Boolean,
    Kind::Number,
    Kind::Choice,
    Kind::Date,
    Kind::Moment,
    Kind::Text,
    Kind::Choices,
];

/// A row variable in scope.
#[derive(Clone)]
struct Variable {
    number: u16,
    fields: Vec<Kind>,
}

/// Makes programs.
struct Maker<'m, 't> {
    tape: &'m mut Tape<'t>,
    program: Program,
    /// The most that a number of each definition can be.
    bounds: Vec<i128>,
    next_variable: u16,
    scope: Vec<Variable>,
    /// Whether at most one row of a `unique` table can hold, as the checker proves.
    disjoint: bool,
}

/// A random program. `disjoint`: in a table of one hit at most one row can hold.
pub fn random_program(tape: &mut Tape<'_>, disjoint: bool) -> Program {
    let mut facts = Vec::new();
    // Now and then more facts than one word of marks holds.
    for _ in 0..if tape.one_in(4) { 62 } else { 0 } {
        facts.push(SlotKind::Scalar(Kind::Boolean));
    }
    for _ in 0..=tape.pick(9) {
        facts.push(if tape.one_in(4) {
            let fields = (0..=tape.pick(3)).map(|_| tape.of(&SCALARS)).collect();
            SlotKind::Rows {
                fields,
                max_rows: ROWS,
            }
        } else {
            SlotKind::Scalar(tape.of(&SCALARS))
        });
    }
    let mut maker = Maker {
        tape,
        program: program(facts),
        bounds: Vec::new(),
        next_variable: 0,
        scope: Vec::new(),
        disjoint,
    };
    maker.rules();
    maker.program
}

impl Maker<'_, '_> {
    fn rules(&mut self) {
        for _ in 0..self.tape.pick(5) {
            let kind = self.tape.of(&[
                Kind::Boolean,
                Kind::Number,
                Kind::Choice,
                Kind::Choices,
                Kind::Date,
                Kind::Moment,
                Kind::Text,
                Kind::Duration,
                Kind::Months,
            ]);
            let (value, bound) = self.bounded(kind, 3);
            define(&mut self.program, value);
            self.bounds.push(bound);
        }
        for _ in 0..self.tape.pick(3) {
            let rule = self.boolean(3);
            self.program.exemptions.push(rule);
        }
        for _ in 0..self.tape.pick(4) {
            let when = self.when();
            let rule = if self.tape.one_in(4) {
                None
            } else {
                Some(self.boolean(3))
            };
            let judgement = rule.is_none() || self.tape.one_in(3);
            self.program.conditions.push(ConditionRule {
                when,
                rule,
                judgement,
            });
        }
        for _ in 0..self.tape.pick(6) {
            let when = self.when();
            let (originals, copies) = (self.small(9), self.small(9));
            self.program.documents.push(DocumentRule {
                when,
                originals,
                copies,
            });
        }
        for _ in 0..self.tape.pick(4) {
            let when = self.when();
            self.program.time_limit.push(when);
        }
        for _ in 0..self.tape.pick(3) {
            let when = self.when();
            let amount = self.small(1_000);
            let reliefs = (0..self.tape.pick(4))
                .map(|_| (self.boolean(2), self.small(1_200)))
                .collect();
            self.program.fees.push(FeeRule {
                when,
                amount,
                reliefs,
            });
        }
        for _ in 0..self.tape.pick(3) {
            let rule = self.boolean(2);
            self.program.checks.push(rule);
        }
    }

    fn when(&mut self) -> Option<Expr> {
        if self.tape.pick(2) == 0 {
            None
        } else {
            Some(self.boolean(2))
        }
    }

    /// A number of 0 to `most`, as the checker proves of amounts.
    fn small(&mut self, most: i64) -> Expr {
        let constant = crate::build::number(self.tape.pick(most as usize + 1) as i64);
        if self.tape.pick(3) == 0 {
            return constant;
        }
        let (value, _) = self.bounded(Kind::Number, 2);
        let over = compare(Comparison::Gt, value.clone(), crate::build::number(most));
        let under = compare(Comparison::Lt, value.clone(), crate::build::number(0));
        let outside = expr(Kind::Boolean, ExprKind::Or(vec![over, under]));
        choose(outside, constant, value)
    }

    fn boolean(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return self.leaf(Kind::Boolean).0;
        }
        match self.tape.pick(13) {
            0 => self.leaf(Kind::Boolean).0,
            1 => expr(
                Kind::Boolean,
                ExprKind::Not(Box::new(self.boolean(depth - 1))),
            ),
            2 => {
                let parts = (0..2 + self.tape.pick(2))
                    .map(|_| self.boolean(depth - 1))
                    .collect();
                expr(Kind::Boolean, ExprKind::And(parts))
            }
            3 => {
                let parts = (0..2 + self.tape.pick(2))
                    .map(|_| self.boolean(depth - 1))
                    .collect();
                expr(Kind::Boolean, ExprKind::Or(parts))
            }
            4 | 5 => {
                let kind = self.tape.of(&[
                    Kind::Number,
                    Kind::Date,
                    Kind::Moment,
                    Kind::Duration,
                    Kind::Months,
                ]);
                let comparison = self.tape.of(&[
                    Comparison::Eq,
                    Comparison::Ne,
                    Comparison::Lt,
                    Comparison::Le,
                    Comparison::Gt,
                    Comparison::Ge,
                ]);
                compare(
                    comparison,
                    self.bounded(kind, depth - 1).0,
                    self.bounded(kind, depth - 1).0,
                )
            }
            6 => {
                let kind = self.tape.of(&[Kind::Boolean, Kind::Choice, Kind::Choices]);
                let comparison = self.tape.of(&[Comparison::Eq, Comparison::Ne]);
                compare(
                    comparison,
                    self.bounded(kind, depth - 1).0,
                    self.bounded(kind, depth - 1).0,
                )
            }
            7 => {
                let test = self.tape.of(&[
                    TextTest::Equals,
                    TextTest::StartsWith,
                    TextTest::EndsWith,
                    TextTest::Contains,
                ]);
                let (a, b) = (
                    self.bounded(Kind::Text, depth - 1).0,
                    self.bounded(Kind::Text, 0).0,
                );
                expr(
                    Kind::Boolean,
                    ExprKind::TextTest(test, Box::new(a), Box::new(b)),
                )
            }
            8 => {
                let set = self.bounded(Kind::Choices, depth - 1).0;
                let option = self.tape.pick(OPTIONS.into()) as u16;
                expr(Kind::Boolean, ExprKind::HasOption(Box::new(set), option))
            }
            9 => choose(
                self.boolean(depth - 1),
                self.boolean(depth - 1),
                self.boolean(depth - 1),
            ),
            10 => self.table(Kind::Boolean, depth).0,
            _ => {
                let every = self.tape.pick(2) == 1;
                let made = self.rows(|maker| (maker.boolean(depth - 1), 0));
                match made {
                    Some((fact, variable, body, _)) => expr(
                        Kind::Boolean,
                        ExprKind::Quantified {
                            every,
                            fact,
                            variable,
                            body: Box::new(body),
                        },
                    ),
                    None => self.leaf(Kind::Boolean).0,
                }
            }
        }
    }

    /// Something over the rows of a fact, if there is one: fact, variable, body, bound of the body.
    fn rows(
        &mut self,
        body: impl FnOnce(&mut Self) -> (Expr, i128),
    ) -> Option<(u16, u16, Expr, i128)> {
        let facts: Vec<(u16, Vec<Kind>)> = (0..)
            .zip(&self.program.facts)
            .filter_map(|(number, fact)| match fact {
                SlotKind::Rows { fields, .. } => Some((number, fields.clone())),
                SlotKind::Scalar(_) => None,
            })
            .collect();
        if facts.is_empty() || self.scope.len() > 1 {
            return None;
        }
        let (fact, fields) = facts[self.tape.pick(facts.len())].clone();
        let variable = self.next_variable;
        self.next_variable += 1;
        self.scope.push(Variable {
            number: variable,
            fields,
        });
        let (body, bound) = body(self);
        self.scope.pop();
        Some((fact, variable, body, bound))
    }

    /// A leaf: a field, a fact, a definition, a constant.
    fn leaf(&mut self, kind: Kind) -> (Expr, i128) {
        let mut leaves: Vec<(Expr, i128)> = Vec::new();
        let bound = bound_of(kind);
        for variable in &self.scope {
            for (field, ty) in (0..).zip(&variable.fields) {
                if *ty == kind {
                    // Twice, because fields are what rows are for.
                    for _ in 0..2 {
                        let variable = variable.number;
                        leaves.push((expr(kind, ExprKind::Field { variable, field }), bound));
                    }
                }
            }
        }
        for (number, fact) in (0..).zip(&self.program.facts) {
            if *fact == SlotKind::Scalar(kind) {
                leaves.push((crate::build::fact(kind, number), bound));
            }
        }
        for (number, definition) in (0..).zip(&self.program.definitions) {
            if definition.value.ty == kind {
                leaves.push((
                    crate::build::definition(kind, number),
                    self.bounds[usize::from(number)],
                ));
            }
        }
        let given = match kind {
            Kind::Moment => Some(Given::FiledAt),
            Kind::Date => Some(Given::ReceivedOn),
            _ => None,
        };
        leaves.extend(given.map(|given| (expr(kind, ExprKind::Given(given)), bound)));
        if !leaves.is_empty() && !self.tape.one_in(5) {
            return leaves.swap_remove(self.tape.pick(leaves.len()));
        }
        if self.tape.one_in(9) {
            return (expr(kind, ExprKind::Null), bound);
        }
        let constant = match kind {
            Kind::Boolean => truth(self.tape.pick(2) == 1),
            Kind::Text => expr(kind, ExprKind::Text(self.tape.of(&TEXTS).to_owned())),
            Kind::Number => int(kind, self.tape.of(&[0, 1, -1, 2, 3, 7, -5, 10, 20])),
            Kind::Date => int(kind, self.date().days().into()),
            Kind::Moment => int(kind, self.moment().seconds()),
            Kind::Duration => int(
                kind,
                self.tape
                    .of(&[0, 86_400, 3_600, -86_400, 30 * 86_400, 1 << 40]),
            ),
            Kind::Months => int(
                kind,
                self.tape.of(&[0, 1, -1, 6, 12, 25, 1_200, -3_000, 1 << 40]),
            ),
            Kind::Choice if self.tape.one_in(4) => expr(kind, ExprKind::Given(Given::Channel)),
            Kind::Choice => int(kind, self.tape.pick(OPTIONS.into()) as i64),
            Kind::Choices => int(kind, self.tape.pick(1 << OPTIONS) as i64),
        };
        (constant, bound)
    }

    /// An expression of any kind, and the most its absolute value can be.
    fn bounded(&mut self, kind: Kind, depth: usize) -> (Expr, i128) {
        if kind == Kind::Boolean {
            return (self.boolean(depth), 0);
        }
        if depth == 0 || self.tape.pick(4) == 0 {
            return self.leaf(kind);
        }
        let ordered = matches!(
            kind,
            Kind::Number | Kind::Date | Kind::Moment | Kind::Duration | Kind::Months
        );
        match self.tape.pick(5) {
            4 if ordered => {
                let (a, p) = self.bounded(kind, depth - 1);
                let (b, q) = self.bounded(kind, depth - 1);
                let (a, b) = (Box::new(a), Box::new(b));
                let made = if self.tape.pick(2) == 0 {
                    ExprKind::Least(a, b)
                } else {
                    ExprKind::Greatest(a, b)
                };
                return (expr(kind, made), p.max(q));
            }
            0 => {
                let condition = self.boolean(depth - 1);
                let (then, a) = self.bounded(kind, depth - 1);
                let (otherwise, b) = self.bounded(kind, depth - 1);
                return (choose(condition, then, otherwise), a.max(b));
            }
            1 => return self.table(kind, depth),
            _ => {}
        }
        let less = depth - 1;
        let made = match kind {
            Kind::Number => self.number(less),
            Kind::Date => self.computed_date(less),
            Kind::Moment => self.computed_moment(less),
            Kind::Duration => self.duration(less),
            Kind::Months => {
                let ((a, p), (b, q)) = (self.leaf(kind), self.leaf(kind));
                (expr(kind, ExprKind::Add(Box::new(a), Box::new(b))), p + q)
            }
            Kind::Text | Kind::Choice | Kind::Choices | Kind::Boolean => return self.leaf(kind),
        };
        if made.1 > MOST { self.leaf(kind) } else { made }
    }

    fn number(&mut self, depth: usize) -> (Expr, i128) {
        let number = |kind| expr(Kind::Number, kind);
        match self.tape.pick(12) {
            0 => {
                let ((a, p), (b, q)) = (
                    self.bounded(Kind::Number, depth),
                    self.bounded(Kind::Number, depth),
                );
                (number(ExprKind::Add(Box::new(a), Box::new(b))), p + q)
            }
            1 => {
                let ((a, p), (b, q)) = (
                    self.bounded(Kind::Number, depth),
                    self.bounded(Kind::Number, depth),
                );
                (number(ExprKind::Subtract(Box::new(a), Box::new(b))), p + q)
            }
            2 => {
                let ((a, p), (b, q)) = (
                    self.bounded(Kind::Number, depth),
                    self.bounded(Kind::Number, depth),
                );
                (number(ExprKind::Multiply(Box::new(a), Box::new(b))), p * q)
            }
            3 => {
                let (a, p) = self.bounded(Kind::Number, depth);
                (number(ExprKind::Negate(Box::new(a))), p)
            }
            4 => {
                let (a, p) = self.bounded(Kind::Number, depth);
                let factor = self.tape.of(&[10, 1, 1000]);
                (
                    number(ExprKind::Scale(Box::new(a), factor)),
                    p * i128::from(factor),
                )
            }
            5 => {
                let ((a, p), (b, _)) = (
                    self.bounded(Kind::Number, depth),
                    self.bounded(Kind::Number, depth),
                );
                let rounding = self.tape.of(&[
                    Rounding::Up,
                    Rounding::Down,
                    Rounding::HalfUp,
                    Rounding::HalfDown,
                    Rounding::HalfEven,
                    Rounding::Floor,
                    Rounding::Ceiling,
                ]);
                (
                    number(ExprKind::Divide(Box::new(a), Box::new(b), rounding)),
                    p + 1,
                )
            }
            6 => {
                let text = self.bounded(Kind::Text, depth).0;
                (number(ExprKind::TextLength(Box::new(text))), 100)
            }
            7 => {
                let set = self.bounded(Kind::Choices, depth).0;
                (number(ExprKind::CountOptions(Box::new(set))), 64)
            }
            8 => {
                let date = self.bounded(Kind::Date, depth).0;
                let part = self.tape.of(&[
                    DatePart::Year,
                    DatePart::Month,
                    DatePart::Day,
                    DatePart::Weekday,
                ]);
                (number(ExprKind::DatePart(part, Box::new(date))), 3_000)
            }
            9 => match self.rows(|_| (truth(true), 0)) {
                Some((fact, ..)) => (number(ExprKind::CountRows(fact)), i128::from(ROWS)),
                None => self.leaf(Kind::Number),
            },
            10 => {
                let (a, p) = self.bounded(Kind::Number, depth);
                (number(ExprKind::Absolute(Box::new(a))), p)
            }
            _ => self.aggregate(Kind::Number, depth),
        }
    }

    fn aggregate(&mut self, kind: Kind, depth: usize) -> (Expr, i128) {
        let summable = matches!(kind, Kind::Number | Kind::Duration);
        let aggregate = if summable {
            self.tape
                .of(&[Aggregate::Sum, Aggregate::Min, Aggregate::Max])
        } else {
            Aggregate::Min
        };
        match self.rows(|maker| maker.bounded(kind, depth)) {
            Some((fact, variable, body, bound)) => {
                let made = ExprKind::Aggregate {
                    aggregate,
                    fact,
                    variable,
                    body: Box::new(body),
                };
                (expr(kind, made), bound * i128::from(ROWS))
            }
            None => self.leaf(kind),
        }
    }

    fn computed_date(&mut self, depth: usize) -> (Expr, i128) {
        let bound = bound_of(Kind::Date);
        let date = |kind| expr(Kind::Date, kind);
        let made = match self.tape.pick(5) {
            0 => {
                let moment = self.bounded(Kind::Moment, depth).0;
                date(ExprKind::DateOf(Box::new(moment)))
            }
            1 => {
                let (a, months) = (
                    self.bounded(Kind::Date, depth).0,
                    self.bounded(Kind::Months, depth).0,
                );
                date(ExprKind::AddMonths(Box::new(a), Box::new(months)))
            }
            2 => {
                let (a, days) = (
                    self.bounded(Kind::Date, depth).0,
                    self.bounded(Kind::Number, depth).0,
                );
                date(ExprKind::Add(Box::new(a), Box::new(days)))
            }
            3 => {
                let (a, days) = (
                    self.bounded(Kind::Date, depth).0,
                    self.bounded(Kind::Number, depth).0,
                );
                date(ExprKind::Subtract(Box::new(a), Box::new(days)))
            }
            _ => self.aggregate(Kind::Date, depth).0,
        };
        (made, bound)
    }

    fn computed_moment(&mut self, depth: usize) -> (Expr, i128) {
        let bound = bound_of(Kind::Moment);
        let moment = |kind| expr(Kind::Moment, kind);
        let made = match self.tape.pick(4) {
            0 => {
                let date = self.bounded(Kind::Date, depth).0;
                moment(ExprKind::Midnight(Box::new(date)))
            }
            1 => {
                let (a, months) = (
                    self.bounded(Kind::Moment, depth).0,
                    self.bounded(Kind::Months, depth).0,
                );
                moment(ExprKind::AddMonths(Box::new(a), Box::new(months)))
            }
            2 => {
                let (a, b) = (
                    self.bounded(Kind::Moment, depth).0,
                    self.bounded(Kind::Duration, depth).0,
                );
                moment(ExprKind::Add(Box::new(a), Box::new(b)))
            }
            _ => {
                let (a, b) = (
                    self.bounded(Kind::Moment, depth).0,
                    self.bounded(Kind::Duration, depth).0,
                );
                moment(ExprKind::Subtract(Box::new(a), Box::new(b)))
            }
        };
        (made, bound)
    }

    fn duration(&mut self, depth: usize) -> (Expr, i128) {
        let duration = |kind| expr(Kind::Duration, kind);
        match self.tape.pick(4) {
            0 => {
                let (a, b) = (
                    self.bounded(Kind::Moment, depth).0,
                    self.bounded(Kind::Moment, depth).0,
                );
                (
                    duration(ExprKind::Subtract(Box::new(a), Box::new(b))),
                    2 * bound_of(Kind::Moment),
                )
            }
            1 => {
                let (a, b) = (
                    self.bounded(Kind::Date, depth).0,
                    self.bounded(Kind::Date, depth).0,
                );
                let days = duration(ExprKind::Subtract(Box::new(a), Box::new(b)));
                (
                    duration(ExprKind::Scale(Box::new(days), 86_400)),
                    2 * bound_of(Kind::Moment),
                )
            }
            2 => {
                let ((a, p), (b, q)) = (
                    self.bounded(Kind::Duration, depth),
                    self.bounded(Kind::Duration, depth),
                );
                (duration(ExprKind::Add(Box::new(a), Box::new(b))), p + q)
            }
            _ => self.aggregate(Kind::Duration, depth),
        }
    }

    fn table(&mut self, kind: Kind, depth: usize) -> (Expr, i128) {
        let less = depth - 1;
        let mut hits = vec![Hit::First, Hit::Unique];
        match kind {
            Kind::Number | Kind::Duration => {
                hits.extend([
                    Hit::CollectSum,
                    Hit::CollectMin,
                    Hit::CollectMax,
                    Hit::CollectCount,
                ]);
            }
            Kind::Choices => hits.extend([Hit::CollectSet, Hit::CollectSet]),
            _ => {}
        }
        let hit = self.tape.of(&hits);
        let output = if hit == Hit::CollectSet {
            Kind::Choice
        } else {
            kind
        };
        let subject = self.bounded(Kind::Number, less).0;
        let mut rows = Vec::new();
        let mut bound = 0;
        for value in 0..1 + self.tape.pick(3) as i64 {
            let test = if hit == Hit::Unique && self.disjoint {
                // Another number for each row.
                compare(Comparison::Eq, subject.clone(), crate::build::number(value))
            } else {
                self.boolean(less)
            };
            let (output, most) = self.bounded(output, less);
            bound += most;
            rows.push(row(test, output));
        }
        let single = matches!(hit, Hit::First | Hit::Unique);
        let otherwise = if single && self.tape.pick(2) == 1 {
            let (otherwise, most) = self.bounded(kind, less);
            bound += most;
            Some(otherwise)
        } else {
            None
        };
        if bound > MOST {
            return self.leaf(kind);
        }
        (table(kind, hit, rows, otherwise), bound.max(bound_of(kind)))
    }

    fn date(&mut self) -> Date {
        random_date(self.tape)
    }

    fn moment(&mut self) -> Moment {
        random_date(self.tape).at(self.tape.pick(86_400) as i64)
    }
}

fn bound_of(kind: Kind) -> i128 {
    match kind {
        Kind::Number => 20,
        Kind::Moment => 84_006 * 86_400,
        Kind::Date => 84_006,
        Kind::Duration | Kind::Months => 1 << 40,
        _ => 0,
    }
}

fn choose(condition: Expr, then: Expr, otherwise: Expr) -> Expr {
    let ty = then.ty;
    expr(
        ty,
        ExprKind::If(boxed(&condition), boxed(&then), boxed(&otherwise)),
    )
}

fn random_date(tape: &mut Tape<'_>) -> Date {
    let days = match tape.pick(6) {
        0 => Date::MIN.days() + tape.pick(800) as i32,
        1 => Date::MAX.days() - tape.pick(800) as i32,
        // Around the end of February 2024.
        2 => 19_780 + tape.pick(40) as i32,
        _ => 15_000 + tape.pick(10_000) as i32,
    };
    Date::from_days(days).expect("within the range")
}

fn random_scalar(tape: &mut Tape<'_>, kind: Kind) -> Scalar<'static> {
    match kind {
        Kind::Boolean => Scalar::Boolean(tape.pick(2) == 1),
        Kind::Number if tape.one_in(3) => Scalar::Decimal(Decimal {
            units: tape.pick(41) as i64 - 20,
            scale: 2,
        }),
        Kind::Number => Scalar::Integer(tape.pick(41) as i64 - 20),
        Kind::Text => Scalar::Text(Cow::Borrowed(tape.of(&TEXTS))),
        Kind::Date => Scalar::Date(random_date(tape)),
        Kind::Moment => Scalar::Moment(random_date(tape).at(tape.pick(86_400) as i64)),
        Kind::Choice => Scalar::Choice(tape.pick(OPTIONS.into()) as u16),
        _ => {
            let set = tape.pick(1 << OPTIONS);
            Scalar::Choices(
                (0..OPTIONS)
                    .filter(|option| set >> option & 1 == 1)
                    .collect(),
            )
        }
    }
}

/// An application that tells everything.
pub fn random_application(tape: &mut Tape<'_>, program: &Program) -> Application<'static> {
    let facts = (0..)
        .zip(&program.facts)
        .map(|(fact, kind)| {
            let value = match kind {
                SlotKind::Scalar(kind) => Value::Scalar(random_scalar(tape, *kind)),
                SlotKind::Rows { fields, max_rows } => {
                    let rows = 0..tape.pick(usize::from(*max_rows) + 1);
                    Value::Rows(rows.map(|_| random_row(tape, fields)).collect())
                }
            };
            Fact { fact, value }
        })
        .collect();
    let channel = tape.of(&[Channel::Online, Channel::Counter, Channel::Postal]);
    let received_on = random_date(tape);
    Application {
        filed_at: received_on.at(tape.pick(86_400) as i64),
        received_on,
        channel: Some(channel),
        facts,
    }
}

fn random_row(tape: &mut Tape<'_>, fields: &[Kind]) -> Row<'static> {
    (0..)
        .zip(fields)
        .map(|(field, kind)| Cell {
            field,
            value: random_scalar(tape, *kind),
        })
        .collect()
}

/// The same application with some facts, and some fields of rows, not told; now and then without its channel.
pub fn forget(
    tape: &mut Tape<'_>,
    full: &Application<'static>,
    channel: bool,
) -> Application<'static> {
    let mut facts = Vec::new();
    for fact in &full.facts {
        if tape.pick(3) == 0 {
            continue;
        }
        let value = match &fact.value {
            Value::Scalar(_) => fact.value.clone(),
            Value::Rows(rows) => {
                let keep = |row: &Row<'static>, tape: &mut Tape<'_>| {
                    row.iter().filter(|_| tape.pick(3) != 0).cloned().collect()
                };
                Value::Rows(rows.iter().map(|row| keep(row, tape)).collect())
            }
        };
        facts.push(Fact {
            fact: fact.fact,
            value,
        });
    }
    let channel = if channel && tape.one_in(3) {
        None
    } else {
        full.channel
    };
    Application {
        facts,
        channel,
        ..full.clone()
    }
}
