//! To ask a version many questions, and to keep what that took.
//!
//! What a stranger's component may cost the host is bounded here: each call by the sandbox, all calls together by
//! [`Asker::calls`] times the fuel of one.

use motcua_engine::{CallError, Class};
use motcua_model::{Assessment, DossierNeed, Moment};

use crate::assess::Context;
use crate::error::{AssessError, Failed, Failure, Unavailable};
use crate::version::Version;

/// A version that is asked, and what it has used so far.
pub(crate) struct Asker<'a> {
    version: &'a Version,
    context: Context<'a>,
    /// The moment of the context, while another one stands in for it.
    now: Moment,
    fuel_limit: u64,
    /// So many calls that use all they may.
    calls: u64,
    pub tally: Tally,
}

/// What many calls have used.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Calls that were made.
    pub calls: usize,
    /// The most fuel of one call.
    pub fuel_most: u64,
    /// The largest answer, in bytes of the contract.
    pub output_most: usize,
    /// A limit of the sandbox that a call met.
    pub met: Option<CallError>,
    /// Fuel of all calls together; a call that was stopped counts as if it had used all it may.
    total: u64,
}

/// What became of a question.
#[derive(Debug)]
pub(crate) enum Asked {
    /// An answer.
    Answered(Box<Said>),
    /// The host did not pass it on: it does not fit the version, or a date of it leads beyond the calendar.
    Refused(AssessError),
    /// The rules failed.
    Fault(Failed),
}

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub assessment: Assessment,
    pub needs: Vec<DossierNeed>,
    pub fuel: u64,
    pub json: Vec<u8>,
}

impl<'a> Asker<'a> {
    /// How often a question is asked again that the platform had no place for.
    const AGAIN: usize = 8;

    pub fn of(version: &'a Version, context: Context<'a>) -> Self {
        Self {
            version,
            now: context.now,
            context,
            fuel_limit: version.procedure().limits().fuel,
            calls: Self::calls(version.class()),
            tally: Tally::default(),
        }
    }

    /// All calls together may use as much fuel as so many that use all they may. A package uses a thousandth of that; an
    /// interpreter may take a minute or two of the gate, and not the hour that four hundred of its calls would.
    const fn calls(class: Class) -> u64 {
        match class {
            Class::Compiled => 400,
            Class::Interpreted => 60,
        }
    }

    /// The version that is asked.
    pub fn version(&self) -> &'a Version {
        self.version
    }

    /// From now on asks as at this moment, until [`Asker::at_once`].
    pub fn at(&mut self, now: Moment) -> &mut Self {
        self.context.now = now;
        self
    }

    /// Asks as at the moment of the context again.
    pub fn at_once(&mut self) {
        self.context.now = self.now;
    }

    /// Whether no more may be asked.
    pub fn is_exhausted(&self) -> bool {
        self.tally.total >= self.fuel_limit.saturating_mul(self.calls)
    }

    /// Asks a fresh instance.
    ///
    /// # Errors
    /// The platform could not ask, which says nothing of the version.
    pub fn ask(&mut self, body: &[u8]) -> Result<Asked, Unavailable> {
        let mut tries = 0;
        loop {
            match self.ask_once(body) {
                Err(_) if tries < Self::AGAIN => {
                    tries += 1;
                    std::thread::yield_now();
                }
                result => return result,
            }
        }
    }

    fn ask_once(&mut self, body: &[u8]) -> Result<Asked, Unavailable> {
        let answered = self
            .version
            .read(body)
            .and_then(|question| self.version.assess(question, &self.context))
            .and_then(|assessed| Ok((assessed.to_json(&self.context)?, assessed)));
        match answered {
            Ok((json, assessed)) => {
                let (fuel, assessment) = (assessed.fuel_used(), assessed.assessment().clone());
                let tally = &mut self.tally;
                tally.calls += 1;
                tally.total = tally.total.saturating_add(fuel);
                tally.fuel_most = tally.fuel_most.max(fuel);
                tally.output_most = tally.output_most.max(bytes(&assessment));
                Ok(Asked::Answered(Box::new(Said {
                    assessment,
                    needs: assessed.needs().to_vec(),
                    fuel,
                    json,
                })))
            }
            Err(AssessError::Unavailable(unavailable)) => Err(unavailable),
            Err(AssessError::Failed(failed)) => {
                let tally = &mut self.tally;
                tally.calls += 1;
                tally.total = tally.total.saturating_add(self.fuel_limit);
                if let Failure::Call(error) = &failed.cause
                    && is_limit(error)
                {
                    if matches!(error, CallError::OutOfFuel { .. }) {
                        tally.fuel_most = self.fuel_limit;
                    }
                    tally.met.get_or_insert_with(|| error.clone());
                }
                Ok(Asked::Fault(failed))
            }
            Err(refused) => Ok(Asked::Refused(refused)),
        }
    }
}

/// Whether it met a limit, and not a rule.
const fn is_limit(error: &CallError) -> bool {
    matches!(
        error,
        CallError::OutOfFuel { .. }
            | CallError::OutOfMemory { .. }
            | CallError::StackOverflow { .. }
            | CallError::TooLarge { .. }
    )
}

/// What the host reads of an answer, in bytes: the record and the elements of its lists, as the contract lays them out.
fn bytes(assessment: &Assessment) -> usize {
    52 + 4 * assessment.exemptions.len()
        + 4 * assessment.conditions.len()
        + 20 * assessment.documents.len()
        + 48 * assessment.fees.len()
        + 6 * assessment.missing.len()
        + 2 * assessment.problems.len()
}
