//! Asking a plugin natively, in `cargo test`: what the macro makes of the package's facts fills in a [`Told`], and an
//! [`Answer`] is read by the ids of the package. Not there in a component.

use std::collections::BTreeSet;

pub use crate::contract::{ConditionOutcome, DocumentNeed, ExemptionOutcome, FeeDue};

use crate::choice::{Channel, Choice, number_of};
use crate::contract::{
    self, Application, Assessment, Cell, Fact, Scalar, Subject, TimeLimitResult, Value,
};
use crate::date::{Date, Moment};
use crate::maybe::Maybe;
use crate::number::Decimal;

/// The ids of a package, each list in its order.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// Facts, then filing windows.
    pub facts: &'static [&'static str],
    /// Exemptions.
    pub exemptions: &'static [&'static str],
    /// Conditions.
    pub conditions: &'static [&'static str],
    /// Documents.
    pub documents: &'static [&'static str],
    /// Rows of the time limit.
    pub rows: &'static [&'static str],
    /// Fees, each with its reliefs.
    pub fees: &'static [(&'static str, &'static [&'static str])],
    /// Checks.
    pub checks: &'static [&'static str],
}

/// The value of a fact or of a field, as a test tells it.
pub trait Tell {
    #[doc(hidden)]
    fn told(self) -> Scalar;
}

impl Tell for bool {
    fn told(self) -> Scalar {
        Scalar::Boolean(self)
    }
}

impl Tell for i64 {
    fn told(self) -> Scalar {
        Scalar::Integer(self)
    }
}

/// A decimal with as many digits as its fact has.
#[doc(hidden)]
pub struct Exact(pub Decimal, pub u8);

impl Tell for Exact {
    fn told(self) -> Scalar {
        let Self(number, scale) = self;
        let units = number.units_at(scale);
        let units = units.unwrap_or_else(|| panic!("the fact has {scale} digits after the point"));
        Scalar::Decimal(contract::Decimal { units, scale })
    }
}

impl Tell for &str {
    fn told(self) -> Scalar {
        Scalar::Text(self.to_owned())
    }
}

impl Tell for Date {
    fn told(self) -> Scalar {
        Scalar::Date(self.days())
    }
}

impl Tell for Moment {
    fn told(self) -> Scalar {
        Scalar::Moment(self.seconds())
    }
}

/// An option of a choice.
#[doc(hidden)]
pub struct One<C>(pub C);

impl<C: Choice> Tell for One<C> {
    fn told(self) -> Scalar {
        Scalar::Choice(number_of(self.0) as u16)
    }
}

/// The options that are ticked.
#[doc(hidden)]
pub struct Ticked<'a, C>(pub &'a [C]);

impl<C: Choice> Tell for Ticked<'_, C> {
    fn told(self) -> Scalar {
        let mut numbers: Vec<u16> = self.0.iter().map(|one| number_of(*one) as u16).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Scalar::Choices(numbers)
    }
}

/// An application that is being told. The macro makes a type around it that knows the facts of the package.
#[derive(Clone, Debug)]
pub struct Told {
    filed_at: Moment,
    received_on: Date,
    channel: Option<Channel>,
    facts: Vec<Fact>,
}

impl Told {
    /// Filed on a date at eight in the morning, and received that day; nothing else is told.
    pub fn filed_on(date: Date) -> Self {
        Self {
            filed_at: Moment::at(date, 8 * 3_600),
            received_on: date,
            channel: None,
            facts: Vec::new(),
        }
    }

    /// Filed at another moment.
    pub fn filed_at(&mut self, moment: Moment) {
        self.filed_at = moment;
    }

    /// Received on another day.
    pub fn received_on(&mut self, date: Date) {
        self.received_on = date;
    }

    /// Filed in this way.
    pub fn channel(&mut self, channel: Channel) {
        self.channel = Some(channel);
    }

    /// A fact; what was told of it before is forgotten.
    pub fn fact(&mut self, fact: u16, value: impl Tell) {
        let value = match value.told() {
            Scalar::Boolean(value) => Value::Boolean(value),
            Scalar::Integer(value) => Value::Integer(value),
            Scalar::Decimal(value) => Value::Decimal(value),
            Scalar::Text(value) => Value::Text(value),
            Scalar::Date(value) => Value::Date(value),
            Scalar::Moment(value) => Value::Moment(value),
            Scalar::Choice(value) => Value::Choice(value),
            Scalar::Choices(value) => Value::Choices(value),
        };
        self.put(fact, value);
    }

    /// The rows of a repeating fact.
    pub fn rows(&mut self, fact: u16, rows: impl IntoIterator<Item = Cells>) {
        let rows = rows.into_iter().map(|row| row.0).collect();
        self.put(fact, Value::Rows(rows));
    }

    fn put(&mut self, fact: u16, value: Value) {
        self.facts.retain(|told| told.fact != fact);
        self.facts.push(Fact { fact, value });
        self.facts.sort_by_key(|told| told.fact);
    }

    /// The application.
    pub fn application(&self) -> Application {
        Application {
            filed_at: self.filed_at.seconds(),
            received_on: self.received_on.days(),
            channel: self.channel.map(|channel| match channel {
                Channel::Online => contract::Channel::Online,
                Channel::Counter => contract::Channel::Counter,
                Channel::Postal => contract::Channel::Postal,
            }),
            facts: self.facts.clone(),
        }
    }
}

/// A row that is being told.
#[derive(Clone, Debug, Default)]
pub struct Cells(Vec<Cell>);

impl Cells {
    /// A field.
    pub fn field(&mut self, field: u16, value: impl Tell) {
        let value = value.told();
        self.0.retain(|told| told.field != field);
        self.0.push(Cell { field, value });
        self.0.sort_by_key(|told| told.field);
    }
}

/// What a plugin answers, by the ids of its package. An id that the package does not have is a panic: a test is wrong.
#[derive(Clone, Debug)]
pub struct Answer {
    assessment: Assessment,
    names: &'static Names,
}

fn number(ids: &[&str], id: &str) -> u16 {
    let at = ids.iter().position(|known| *known == id);
    at.unwrap_or_else(|| panic!("the package has no `{id}`, but {ids:?}")) as u16
}

fn found<T>(results: &[T], is: impl Fn(&T) -> bool) -> &T {
    let result = results.iter().find(|result| is(result));
    result.unwrap_or_else(|| panic!("no result was given"))
}

impl Answer {
    /// An answer of the plugin of a package.
    pub const fn new(assessment: Assessment, names: &'static Names) -> Self {
        Self { assessment, names }
    }

    /// All of it, in the numbers of the contract.
    pub const fn assessment(&self) -> &Assessment {
        &self.assessment
    }

    /// How an exemption stands.
    pub fn exemption(&self, id: &str) -> ExemptionOutcome {
        let wanted = number(self.names.exemptions, id);
        found(&self.assessment.exemptions, |x| x.exemption == wanted).outcome
    }

    /// How a condition stands.
    pub fn condition(&self, id: &str) -> ConditionOutcome {
        let wanted = number(self.names.conditions, id);
        found(&self.assessment.conditions, |x| x.condition == wanted).outcome
    }

    /// Whether the law asks for a document.
    pub fn document(&self, id: &str) -> DocumentNeed {
        let wanted = number(self.names.documents, id);
        found(&self.assessment.documents, |x| x.document == wanted).need
    }

    /// Originals and copies of a document; nothing where the number is unknown.
    pub fn copies(&self, id: &str) -> (Option<u32>, Option<u32>) {
        let wanted = number(self.names.documents, id);
        let result = found(&self.assessment.documents, |x| x.document == wanted);
        (result.originals, result.copies)
    }

    /// The row of the time limit; nothing where it is unknown or there is none.
    pub fn time_limit(&self) -> Option<&'static str> {
        match self.assessment.time_limit {
            TimeLimitResult::Row(row) => self.names.rows.get(usize::from(row)).copied(),
            TimeLimitResult::None | TimeLimitResult::Unknown => None,
        }
    }

    /// Whether a fee is due.
    pub fn fee(&self, id: &str) -> FeeDue {
        self.fee_result(id).due
    }

    /// What is to be paid of a fee, in đồng; nothing where it is not due or not known.
    pub fn amount(&self, id: &str) -> Option<u64> {
        self.fee_result(id).amount
    }

    /// The relief by which a fee is lowered.
    pub fn relief(&self, id: &str) -> Option<&'static str> {
        let result = self.fee_result(id);
        let (_, reliefs) = self.names.fees.get(usize::from(result.fee))?;
        reliefs.get(usize::from(result.relief?)).copied()
    }

    fn fee_result(&self, id: &str) -> &contract::FeeResult {
        let ids: Vec<&str> = self.names.fees.iter().map(|(id, _)| *id).collect();
        let wanted = number(&ids, id);
        found(&self.assessment.fees, |x| x.fee == wanted)
    }

    /// The facts that can still change something, in the order of the package.
    pub fn missing(&self) -> Vec<&'static str> {
        self.facts(|_| true)
    }

    /// The facts that a condition hangs on, in the order of the package.
    pub fn missing_for_condition(&self, id: &str) -> Vec<&'static str> {
        let wanted = number(self.names.conditions, id);
        self.facts(|subject| matches!(subject, Subject::Condition(number) if *number == wanted))
    }

    fn facts(&self, of: impl Fn(&Subject) -> bool) -> Vec<&'static str> {
        let missing = self.assessment.missing.iter();
        let facts: BTreeSet<u16> = missing
            .filter(|missing| of(&missing.subject))
            .map(|missing| missing.fact)
            .collect();
        let name = |fact: u16| self.names.facts.get(usize::from(fact)).copied();
        facts.into_iter().filter_map(name).collect()
    }

    /// The checks that fail.
    pub fn problems(&self) -> Vec<&'static str> {
        let name = |check: &u16| self.names.checks.get(usize::from(*check)).copied();
        self.assessment.problems.iter().filter_map(name).collect()
    }
}

/// A value in a test of a single rule: `None` while it is unknown. Rules themselves cannot ask this; in a component it is
/// not there.
pub fn known<T>(value: Maybe<T>) -> Option<T> {
    value.known()
}
