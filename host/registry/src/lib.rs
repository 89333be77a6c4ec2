//! The deeds, a verb a file: `load`, `find`, `describe`, `schema`, `assess`, `due_date`, `calendar`.
//!
//! A question goes this way: [`Catalogue::assess`] finds the version in force on its day of receipt; `question` turns JSON
//! into numbers of the manifest; `assess` works out filing windows, asks the sandbox and counts the time limit; `answer`
//! turns numbers into JSON, with words or without.
//!
//! Invariants: no HTTP, no SQL and no WebAssembly are known here, only the crates that do; no clock, the time is passed in
//! with the [`Context`]; nothing that was read from a request is trusted or shown before it was checked.

mod answer;
mod assess;
mod calendar;
mod catalogue;
mod describe;
mod digits;
mod due_date;
mod error;
mod find;
mod form;
mod json;
mod load;
mod names;
mod question;
#[cfg(test)]
mod sample;
mod schema;
mod try_cases;
mod version;

/// The compiler of packages.
pub use motcua_compiler as compiler;
/// The sandbox.
pub use motcua_engine as engine;
/// What is kept.
pub use motcua_store as store;

pub use answer::{
    Answer, CommittedAnswer, ConditionAnswer, DocumentAnswer, ExemptionAnswer, FeeAnswer,
    ProblemAnswer, Reason, ReliefAnswer, SkippedAnswer, StatutoryAnswer, StepAnswer, Texts,
    TimeLimitAnswer, TimeLimitOutcome, ToAsk, VersionName, WindowAnswer,
};
pub use assess::{Assessed, Context};
pub use calendar::{
    CalendarFault, CalendarName, CalendarYearView, LoadedCalendar, UnknownCalendar, YearName,
};
pub use catalogue::{Catalogue, CatalogueError, Procedure, Snapshot};
pub use describe::Description;
pub use due_date::{DueDate, SkippedDate, due_date};
pub use error::{AssessError, Failed, Failure, NotInForce, Period, Unavailable, UnknownProcedure};
pub use find::{Summary, VersionSummary, Wanted};
pub use form::Form;
pub use load::{COMPILER, ENGINE, How, LoadFailure, Loaded, Loader, Source};
pub use question::{
    BrokenJson, FieldError, FieldErrors, Instants, Mistake, Question, QuestionError, read,
};
pub use schema::facts_schema;
pub use try_cases::{Trial, Tried, Untaken, try_cases};
pub use version::Version;
