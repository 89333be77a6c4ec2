//! To assess: from a question to an answer, by one version in a fresh sandbox.

use motcua_model::calendar::Calendar;
use motcua_model::due::{self, DayOrMoment, DueError, Instant, Receipt, Start};
use motcua_model::manifest::{FactKind, FilingWindow, TimeLimitRow};
use motcua_model::office::OfficeHours;
use motcua_model::{
    Application, Assessment, DossierNeed, Fact, Manifest, Moment, Scalar, TimeLimitResult, Value,
    Verdict,
};

use crate::answer::{self, Answer, InWindow, Limit, Texts, Window, WorkedOut};
use crate::breaker::Ended;
use crate::error::{AssessError, Failure, OutOfOrder};
use crate::form::WindowFact;
use crate::question::{self, Mistake, Question};
use crate::version::Version;

/// What an answer hangs on besides the question and the version. The core has no clock: whoever asks says what time it is.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Now: stands in for instants that the question does not tell.
    pub now: Moment,
    /// The calendar of the country.
    pub calendar: &'a Calendar,
    /// The hours of the receiving office.
    pub office: &'a OfficeHours,
    /// Whether the answer carries the words.
    pub texts: Texts,
}

/// An answer in numbers: what was asked, what the component said, and the days that follow from it.
#[derive(Debug)]
pub struct Assessed<'a> {
    version: &'a Version,
    application: Application<'a>,
    start: Start,
    windows: Vec<Window>,
    assessment: Assessment,
    needs: Vec<DossierNeed>,
    limit: Limit<'a>,
    fuel_used: u64,
}

impl Version {
    /// Reads a question against this version.
    pub fn read<'a>(&self, body: &'a [u8]) -> Result<Question<'a>, AssessError> {
        Ok(question::read(self.manifest(), self.form(), body)?)
    }

    /// Answers a question by this version, whatever the day: whether it is in force then is asked by
    /// [`crate::Catalogue::assess`]. From JSON bytes to JSON bytes.
    ///
    /// # Errors
    /// [`AssessError::Question`], [`AssessError::Failed`] and [`AssessError::Unavailable`].
    pub fn assess_json(&self, body: &[u8], context: &Context<'_>) -> Result<Vec<u8>, AssessError> {
        self.assess(self.read(body)?, context)?.to_json(context)
    }

    /// Answers a question that has been read against this version.
    ///
    /// # Errors
    /// Like [`Version::assess_json`].
    pub fn assess<'a>(
        &'a self,
        question: Question<'a>,
        context: &Context<'_>,
    ) -> Result<Assessed<'a>, AssessError> {
        let start = start(&question, context)?;
        self.assess_from(question, start, context)
    }

    /// The same, when the day of receipt has been worked out already.
    pub(crate) fn assess_from<'a>(
        &'a self,
        question: Question<'a>,
        start: Start,
        context: &Context<'_>,
    ) -> Result<Assessed<'a>, AssessError> {
        let manifest = self.manifest();
        let filed_at = question.instants.filed(context.now);
        let mut facts = question.facts;
        let windows = windows(
            manifest,
            &self.form().windows,
            &mut facts,
            filed_at,
            context,
        )?;
        let application = Application {
            filed_at,
            received_on: start.day0,
            channel: question.channel,
            facts,
        };
        let answered = self.procedure().assess(&application);
        self.took(answered.as_ref().ok().map(|answered| answered.fuel_used));
        let answered = answered.map_err(|error| {
            self.recorded(AssessError::of_call(&manifest.code, self.digest(), error))
        })?;
        let assessment = answered.assessment;
        let needs = self.form().dossier.draw(
            &assessment.documents,
            &question.on_file,
            &question.data_sources,
        );
        let limit = self.limit(&assessment, &start, context)?;
        Ok(Assessed {
            version: self,
            application,
            start,
            windows,
            assessment,
            needs,
            limit,
            fuel_used: answered.fuel_used,
        })
    }

    /// Whether a portal's question at a moment would be answered that the version is out of order.
    pub(crate) fn in_order(&self, at: Moment) -> Result<(), AssessError> {
        self.breaker()
            .would_enter(at)
            .map_err(|retry_after| self.is_out_of_order(retry_after))
    }

    fn is_out_of_order(&self, retry_after: u32) -> AssessError {
        AssessError::OutOfOrder(OutOfOrder {
            code: self.manifest().code.clone(),
            digest: self.digest().to_owned(),
            retry_after,
        })
    }

    /// The same for a portal, at a moment of the host's clock: not while the version is out of order.
    pub(crate) fn assess_for_portal<'a>(
        &'a self,
        question: Question<'a>,
        start: Start,
        context: &Context<'_>,
        at: Moment,
    ) -> Result<Assessed<'a>, AssessError> {
        let breaker = self.breaker();
        breaker
            .enter(at)
            .map_err(|retry_after| self.is_out_of_order(retry_after))?;
        let result = self.assess_from(question, start, context);
        let ended = match &result {
            Ok(_) => Ended::Answered,
            Err(AssessError::Failed(_)) => Ended::Failed,
            Err(_) => Ended::Otherwise,
        };
        if breaker.left(at, ended) {
            tracing::error!(
                procedure = self.manifest().code,
                what = self.out_of_order().en,
                "alarm"
            );
        }
        result
    }

    fn limit(
        &self,
        assessment: &Assessment,
        start: &Start,
        context: &Context<'_>,
    ) -> Result<Limit<'_>, AssessError> {
        let number = match assessment.time_limit {
            TimeLimitResult::None => return Ok(Limit::None),
            TimeLimitResult::Unknown => return Ok(Limit::Unknown),
            TimeLimitResult::Row(number) => number,
        };
        let rows = self
            .manifest()
            .time_limit
            .as_ref()
            .map(|limit| limit.rows.as_slice())
            .unwrap_or_default();
        // The engine has checked that the row exists.
        let Some(row) = rows.get(usize::from(number)) else {
            return Ok(Limit::None);
        };
        Limit::of(number, row, start, context).map_err(|error| match error {
            DueError::OutOfRange => out_of_range(start),
            error => self.recorded(AssessError::failed(
                &self.manifest().code,
                self.digest(),
                Failure::Term(error),
            )),
        })
    }

    /// Leaves a trace of failures that are not the asker's.
    fn recorded(&self, error: AssessError) -> AssessError {
        match &error {
            AssessError::Failed(failed) => tracing::error!(
                procedure = failed.code,
                digest = failed.digest,
                kind = failed.cause.code(),
                cause = %failed.cause,
                "the rules of a version failed"
            ),
            AssessError::Unavailable(unavailable) => tracing::warn!(
                procedure = self.manifest().code,
                kind = unavailable.cause.code(),
                cause = %unavailable.cause,
                "the platform could not answer"
            ),
            AssessError::UnknownProcedure(_)
            | AssessError::NotInForce(_)
            | AssessError::OutOfOrder(_)
            | AssessError::Question(_) => {}
        }
        error
    }
}

impl<'a> Limit<'a> {
    /// By when the row is due.
    pub(crate) fn of(
        number: u16,
        row: &'a TimeLimitRow,
        start: &Start,
        context: &Context<'_>,
    ) -> Result<Self, DueError> {
        let Context {
            calendar, office, ..
        } = *context;
        let deadline =
            |term| due::deadline(calendar, office, start.told_at, term, row.continuous, &[]);
        let statutory = deadline(row.statutory.term)?;
        let committed = match &row.committed {
            Some(committed) => Some(deadline(committed.term)?.within(&statutory)),
            None => None,
        };
        Ok(Self::Row {
            number,
            row,
            statutory,
            committed,
        })
    }
}

impl Assessed<'_> {
    /// What was asked of the component.
    pub fn application(&self) -> &Application<'_> {
        &self.application
    }

    /// What it answered, checked against its manifest.
    pub fn assessment(&self) -> &Assessment {
        &self.assessment
    }

    /// What must be handed in: one need for each document.
    pub fn needs(&self) -> &[DossierNeed] {
        &self.needs
    }

    /// What follows from the outcomes.
    pub fn verdict(&self) -> Verdict {
        self.assessment.verdict()
    }

    /// From when the clock runs.
    pub fn start(&self) -> Start {
        self.start
    }

    /// Fuel the component used.
    pub fn fuel_used(&self) -> u64 {
        self.fuel_used
    }

    /// The answer as JSON, in the form the context asks for.
    ///
    /// # Errors
    /// A time limit that ends beyond 2199.
    pub fn to_json(&self, context: &Context<'_>) -> Result<Vec<u8>, AssessError> {
        let worked_out = self.worked_out();
        match context.texts {
            Texts::None => Ok(answer::write(&worked_out, self.version.fragments())),
            Texts::All => {
                let answer = self.to_answer(context)?;
                let mut out = Vec::with_capacity(16 << 10);
                // Texts, numbers and dates into memory: none of them can fail to be written.
                let _ = serde_json::to_writer(&mut out, &answer);
                Ok(out)
            }
        }
    }

    /// The answer with its words.
    ///
    /// # Errors
    /// A time limit that ends beyond 2199.
    pub fn to_answer<'s>(&'s self, context: &Context<'s>) -> Result<Answer<'s>, AssessError> {
        Answer::new(&self.worked_out(), context.calendar, context.office)
            .map_err(|_| out_of_range(&self.start))
    }

    fn worked_out(&self) -> WorkedOut<'_> {
        WorkedOut {
            manifest: self.version.manifest(),
            form: self.version.form(),
            digest: self.version.digest(),
            filed_at: self.application.filed_at,
            start: self.start,
            assessment: &self.assessment,
            needs: &self.needs,
            limit: self.limit,
            windows: &self.windows,
        }
    }
}

/// From when the clock runs, and the day whose law applies.
pub(crate) fn start(question: &Question<'_>, context: &Context<'_>) -> Result<Start, AssessError> {
    let receipt = Receipt {
        filed_at: question.instants.filed(context.now),
        accepted_at: question.instants.accepted_at,
        received_at: question.instants.received_at,
    };
    // Reading the question has seen to it that the instants are in order; what remains is an office day beyond 2199.
    receipt
        .start(context.calendar, context.office)
        .map_err(|error| {
            AssessError::field(
                "/filed_at".to_owned(),
                Mistake::DateOutOfRange,
                error.text(),
            )
        })
}

fn out_of_range(start: &Start) -> AssessError {
    let pointer = match start.instant {
        Instant::FiledAt => "/filed_at",
        Instant::AcceptedAt => "/accepted_at",
        Instant::ReceivedAt => "/received_at",
    };
    AssessError::field(
        pointer.to_owned(),
        Mistake::DateOutOfRange,
        DueError::OutOfRange.text(),
    )
}

/// Works out the filing windows whose events are told, and tells them to the component as facts.
fn windows(
    manifest: &Manifest,
    windows: &[WindowFact],
    facts: &mut Vec<Fact<'_>>,
    filed_at: Moment,
    context: &Context<'_>,
) -> Result<Vec<Window>, AssessError> {
    let mut told = Vec::with_capacity(windows.len());
    let applicants = facts.len();
    for window in windows {
        let Some(event) = event(window, facts.get(..applicants).unwrap_or_default()) else {
            told.push(None);
            continue;
        };
        let schema = manifest
            .facts
            .get(usize::from(window.fact))
            .map(|fact| &fact.kind);
        let Some(FactKind::FilingWindow(FilingWindow {
            side,
            event: name,
            term,
            ..
        })) = schema
        else {
            told.push(None);
            continue;
        };
        let limit = due::window_limit(context.calendar, context.office, *side, event, *term)
            .map_err(|error| {
                AssessError::field(
                    format!("/facts/{name}"),
                    Mistake::DateOutOfRange,
                    error.text(),
                )
            })?;
        let inside = limit.allows(filed_at);
        facts.push(Fact {
            fact: window.fact,
            value: Value::Scalar(Scalar::Boolean(inside)),
        });
        told.push(Some(InWindow { limit, inside }));
    }
    // The compiler puts windows after the other facts; a hand-written manifest may not.
    if !facts.is_sorted_by_key(|fact| fact.fact) {
        facts.sort_unstable_by_key(|fact| fact.fact);
    }
    Ok(told)
}

/// The event of a window, if it is told.
fn event(window: &WindowFact, facts: &[Fact<'_>]) -> Option<DayOrMoment> {
    let event = window.event?;
    let at = facts.binary_search_by_key(&event, |fact| fact.fact).ok()?;
    match facts.get(at)?.value {
        Value::Scalar(Scalar::Date(date)) => Some(date.into()),
        Value::Scalar(Scalar::Moment(moment)) => Some(moment.into()),
        _ => None,
    }
}
