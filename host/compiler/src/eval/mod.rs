//! Runs a program directly, without WebAssembly: a second opinion on what [`crate::emit`] writes, and the trace of what a
//! case takes.
//!
//! It is written to be read: each construct of [`crate::ir`] as its documentation says it, in the plainest way. It shares no
//! code with the emitter, and where the emitter computes (dates, quotients, texts) it asks the standard library, so that a
//! mistake in one shows as a difference to the other. Unknown is `None` throughout.
//!
//! - [`value`]: values, facts, rounding. [`expr`]: expressions, tables, rows.
//! - [`rules`]: outcomes. [`ask`]: what to ask next.

mod ask;
mod expr;
mod rules;
mod value;

use std::collections::BTreeSet;

use motcua_model::{Application, Assessment};

use crate::ir::Program;

/// What the questions asked so far have taken: `motcua test` shows what no case has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Rows of decision tables that held: definition, row. For a table of which one row counts, the row that counted.
    pub table_rows: BTreeSet<(u16, u16)>,
    /// Rows of the time limit that applied.
    pub time_limit_rows: BTreeSet<u16>,
    /// Reliefs whose condition held, whether or not a more favourable one was applied: fee, relief.
    pub reliefs: BTreeSet<(u16, u16)>,
    /// Exemptions that applied.
    pub exemptions: BTreeSet<u16>,
}

/// Answers a question as the component of the program does.
///
/// What the application tells beyond the program's facts, or as another type than theirs, counts as not told; so does a
/// number that the checker would have proven impossible. Never panics. With a `trace`, adds to it what the question took.
pub fn assess(
    program: &Program,
    application: &Application<'_>,
    trace: Option<&mut Trace>,
) -> Assessment {
    let mut taken = Trace::default();
    let assessment = expr::Evaluator::new(program, application, &mut taken).assess();
    if let Some(trace) = trace {
        trace.table_rows.append(&mut taken.table_rows);
        trace.time_limit_rows.append(&mut taken.time_limit_rows);
        trace.reliefs.append(&mut taken.reliefs);
        trace.exemptions.append(&mut taken.exemptions);
    }
    assessment
}
