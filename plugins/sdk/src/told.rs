//! What an application tells: the facts themselves, and the fields of a row.

use crate::choice::{Channel, Choice, Options};
use crate::contract::{self, Scalar, Value};
use crate::date::{Date, Moment};
use crate::facts::FactSet;
use crate::maybe::{Maybe, Truth};
use crate::number::Decimal;
use crate::rows::RowList;

/// Where a value is told. The macro wraps it into types that know the package.
#[derive(Clone, Copy)]
pub struct Told<'a>(Place<'a>);

#[derive(Clone, Copy)]
enum Place<'a> {
    Application(&'a contract::Application),
    Row {
        cells: &'a [contract::Cell],
        /// What a field that is not told hangs on: the repeating fact.
        untold: FactSet,
    },
}

/// A value that is told. What is told as another type than the manifest says, which no host does, counts as not told.
enum Found<'a> {
    Boolean(bool),
    Integer(i64),
    Decimal(contract::Decimal),
    Text(&'a str),
    Date(i32),
    Moment(i64),
    Choice(u16),
    Choices(&'a [u16]),
    Rows(&'a [contract::Row]),
}

impl<'a> Told<'a> {
    /// The application.
    pub const fn application(application: &'a contract::Application) -> Self {
        Self(Place::Application(application))
    }

    /// A row of a repeating fact.
    pub(crate) const fn row(cells: &'a [contract::Cell], untold: FactSet) -> Self {
        Self(Place::Row { cells, untold })
    }

    fn find(&self, number: u16) -> Option<Found<'a>> {
        match self.0 {
            Place::Application(application) => {
                let told = application.facts.iter().find(|told| told.fact == number)?;
                Some(match &told.value {
                    Value::Boolean(value) => Found::Boolean(*value),
                    Value::Integer(value) => Found::Integer(*value),
                    Value::Decimal(value) => Found::Decimal(*value),
                    Value::Text(value) => Found::Text(value),
                    Value::Date(value) => Found::Date(*value),
                    Value::Moment(value) => Found::Moment(*value),
                    Value::Choice(value) => Found::Choice(*value),
                    Value::Choices(value) => Found::Choices(value),
                    Value::Rows(rows) => Found::Rows(rows),
                })
            }
            Place::Row { cells, .. } => {
                let told = cells.iter().find(|told| told.field == number)?;
                Some(match &told.value {
                    Scalar::Boolean(value) => Found::Boolean(*value),
                    Scalar::Integer(value) => Found::Integer(*value),
                    Scalar::Decimal(value) => Found::Decimal(*value),
                    Scalar::Text(value) => Found::Text(value),
                    Scalar::Date(value) => Found::Date(*value),
                    Scalar::Moment(value) => Found::Moment(*value),
                    Scalar::Choice(value) => Found::Choice(*value),
                    Scalar::Choices(value) => Found::Choices(value),
                })
            }
        }
    }

    fn of<T>(&self, number: u16, read: impl FnOnce(Found<'a>) -> Option<T>) -> Maybe<T> {
        let value = self.find(number).and_then(read);
        value.map_or_else(
            || {
                Maybe::hanging_on(match self.0 {
                    Place::Application(_) => FactSet::of(number),
                    Place::Row { untold, .. } => untold,
                })
            },
            Maybe::from,
        )
    }

    /// A boolean.
    pub fn boolean(&self, number: u16) -> Truth {
        self.of(number, |found| match found {
            Found::Boolean(value) => Some(value),
            _ => None,
        })
    }

    /// A whole number.
    pub fn integer(&self, number: u16) -> Maybe<i64> {
        self.of(number, |found| match found {
            Found::Integer(value) => Some(value),
            _ => None,
        })
    }

    /// A decimal number.
    pub fn decimal(&self, number: u16) -> Maybe<Decimal> {
        self.of(number, |found| match found {
            Found::Decimal(value) => Some(Decimal::new(value.units, value.scale)),
            _ => None,
        })
    }

    /// A text.
    pub fn text(&self, number: u16) -> Maybe<&'a str> {
        self.of(number, |found| match found {
            Found::Text(value) => Some(value),
            _ => None,
        })
    }

    /// A date.
    pub fn date(&self, number: u16) -> Maybe<Date> {
        self.of(number, |found| match found {
            Found::Date(days) => Date::from_days(days.into()),
            _ => None,
        })
    }

    /// A moment.
    pub fn moment(&self, number: u16) -> Maybe<Moment> {
        self.of(number, |found| match found {
            Found::Moment(seconds) => Moment::from_seconds(seconds),
            _ => None,
        })
    }

    /// An option.
    pub fn choice<C: Choice>(&self, number: u16) -> Maybe<C> {
        self.of(number, |found| match found {
            Found::Choice(option) => C::ALL.get(usize::from(option)).copied(),
            _ => None,
        })
    }

    /// A set of options.
    pub fn choices<C: Choice>(&self, number: u16) -> Maybe<Options<C>> {
        self.of(number, |found| match found {
            Found::Choices(options) => {
                let numbers = options.iter().copied().map(usize::from);
                Some(Options::numbered(numbers))
            }
            _ => None,
        })
    }

    /// Rows.
    pub fn rows<R>(&self, number: u16) -> Maybe<RowList<'a, R>> {
        self.of(number, |found| match found {
            Found::Rows(rows) => Some(RowList::new(rows, FactSet::of(number))),
            _ => None,
        })
    }

    /// When the applicant sent the dossier.
    pub fn filed_at(&self) -> Maybe<Moment> {
        match self.0 {
            Place::Application(application) => {
                Maybe::or_without_result(Moment::from_seconds(application.filed_at))
            }
            Place::Row { .. } => Maybe::without_result(),
        }
    }

    /// The day on which the dossier was received complete.
    pub fn received_on(&self) -> Maybe<Date> {
        match self.0 {
            Place::Application(application) => {
                Maybe::or_without_result(Date::from_days(application.received_on.into()))
            }
            Place::Row { .. } => Maybe::without_result(),
        }
    }

    /// How the dossier reached the department.
    pub fn channel(&self) -> Maybe<Channel> {
        let channel = match self.0 {
            Place::Application(application) => application.channel,
            Place::Row { .. } => None,
        };
        Maybe::or_without_result(channel.map(|channel| match channel {
            contract::Channel::Online => Channel::Online,
            contract::Channel::Counter => Channel::Counter,
            contract::Channel::Postal => Channel::Postal,
        }))
    }
}
