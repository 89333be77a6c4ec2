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
mod breaker;
mod calendar;
mod catalogue;
mod describe;
mod digits;
mod due_date;
mod error;
mod find;
mod form;
mod gate;
mod json;
mod lane;
mod ledger;
mod load;
mod names;
mod question;
mod refusal;
mod registry;
#[cfg(test)]
mod sample;
mod schema;
mod seal;
mod signature;
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
pub use catalogue::{Catalogue, CatalogueError, Procedure, Quickly, Slugs, Snapshot};
pub use describe::Description;
pub use due_date::{DueDate, SkippedDate, due_date};
pub use error::{
    AssessError, Failed, Failure, NotInForce, OutOfOrder, Period, Unavailable, UnknownProcedure,
};
pub use find::{Summary, VersionSummary, Wanted};
pub use form::Form;
pub use gate::{
    CaseExample, ChangeKind, CheckId, CheckOutcome, Counts, Difference, DifferenceGroup,
    DifferenceKind, Examples, FactChange, GateCheck, GateReport, InForce, ManifestChange, Outcome,
    Recorded, Side, SourceChanges, SourceLine, Spent, ToPass, difference, gate,
};
pub use lane::{Lane, Lanes, Queue};
pub use ledger::{
    Act, Authority, Deed, Department, Done, Key, Ledger, Origin, Principal, Published, Role,
    Secret, Submission, TOKEN_PREFIX, Token,
};
pub use load::{COMPILER, ENGINE, How, LoadFailure, Loaded, Loader, Source};
pub use question::{
    BrokenJson, FieldError, FieldErrors, Instants, Mistake, Question, QuestionError, read,
};
pub use refusal::{KeyFault, Refusal, Turn};
pub use registry::{
    Alarm, Changed, DecideError, Decided, DeedError, MOST_UNPUBLISHED, NewKey, NewToken, Parts,
    Receipt, Registry, Replayed, ReplayedMany, ReplayedOne, Seeded, ToDecide, ToSubmit,
};
pub use schema::facts_schema;
pub use seal::{Entropy, Seal, SealError, random};
pub use signature::{PrivateKey, key_id};
pub use try_cases::{Trial, Tried, Untaken, try_cases};
pub use version::Version;

#[cfg(test)]
mod tests {
    use motcua_compiler::{emit, reader};
    use motcua_engine::Limits;

    /// What the compiler lets through is admitted, and to the class of components that answer in microseconds.
    #[test]
    fn packages_keep_the_limits_of_compiled_components() {
        let limits = Limits::default();
        assert!(emit::MAX_COMPONENT_BYTES <= limits.component_bytes);
        assert!(emit::MAX_MANIFEST_BYTES <= limits.manifest_bytes);
        assert!(reader::MAX_BYTES <= limits.text_bytes);
        assert!(emit::MAX_FUNCTION_BYTES <= limits.function_bytes);
        assert!(emit::MAX_LOCALS <= limits.locals);
        assert!(emit::MAX_MEMORY_BYTES <= limits.memory_bytes as u64);
    }
}
