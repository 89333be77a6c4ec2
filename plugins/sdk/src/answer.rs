//! From what the rules say to the answer of the contract: outcomes, and which facts are missing for which of them.

use crate::contract::{
    Assessment, ConditionOutcome, ConditionResult, DocumentNeed, DocumentResult, ExemptionOutcome,
    ExemptionResult, FeeDue, FeeResult, MissingFact, Subject, TimeLimitResult,
};
use crate::facts::FactSet;
use crate::maybe::{Maybe, State, Truth};

/// Originals or copies of a document in one dossier.
const MAX_COPIES: i64 = 99;
/// The largest fee, in đồng.
const MAX_FEE_VND: i64 = 1_000_000_000_000;

/// Gathers what the rules say, in the order of the manifest. Written for the macro.
pub struct Gather(Assessment);

impl Default for Gather {
    fn default() -> Self {
        Self::new()
    }
}

impl Gather {
    /// Nothing is said yet.
    pub const fn new() -> Self {
        Self(Assessment {
            exemptions: Vec::new(),
            conditions: Vec::new(),
            documents: Vec::new(),
            time_limit: TimeLimitResult::None,
            fees: Vec::new(),
            missing: Vec::new(),
            problems: Vec::new(),
        })
    }

    /// The answer.
    pub fn finish(self) -> Assessment {
        self.0
    }

    fn ask(&mut self, facts: FactSet, subject: Subject) {
        let missing = facts.iter().map(|fact| MissingFact { fact, subject });
        self.0.missing.extend(missing);
    }

    /// Whether an exemption applies.
    pub fn exemption(&mut self, exemption: u16, applies: Truth) {
        let outcome = match applies.0 {
            State::Known(true) => ExemptionOutcome::Applies,
            State::Known(false) => ExemptionOutcome::DoesNotApply,
            State::Unknown(facts) => {
                self.ask(facts, Subject::Exemption(exemption));
                ExemptionOutcome::Unknown
            }
        };
        self.0
            .exemptions
            .push(ExemptionResult { exemption, outcome });
    }

    /// Whom a condition concerns, whether it holds, and whether the law leaves the rest to judgement then.
    pub fn condition(&mut self, condition: u16, when: Truth, rule: Truth, judgement: bool) {
        let outcome = match (when.known(), rule.known()) {
            (Some(false), _) => ConditionOutcome::NotApplicable,
            // Whatever the rule says, it may not concern the applicant.
            (None, _) | (_, None) => {
                self.ask(
                    when.facts().and(rule.facts()),
                    Subject::Condition(condition),
                );
                ConditionOutcome::Unknown
            }
            (Some(true), Some(false)) => ConditionOutcome::Violated,
            (Some(true), Some(true)) if judgement => ConditionOutcome::Judgement,
            (Some(true), Some(true)) => ConditionOutcome::Satisfied,
        };
        self.0
            .conditions
            .push(ConditionResult { condition, outcome });
    }

    /// Whether the law asks for a document, and how many of it.
    pub fn document(
        &mut self,
        document: u16,
        when: Truth,
        originals: Maybe<i64>,
        copies: Maybe<i64>,
    ) {
        let need = match when.known() {
            Some(true) => DocumentNeed::Required,
            Some(false) => DocumentNeed::NotNeeded,
            None => DocumentNeed::Unknown,
        };
        let [originals, copies] = [originals, copies].map(|count| within(count, MAX_COPIES));
        // Of what is not needed nobody asks how many.
        if need != DocumentNeed::NotNeeded {
            let facts = when.facts().and(originals.facts()).and(copies.facts());
            self.ask(facts, Subject::Document(document));
        }
        let count = |count: Maybe<i64>| count.known().and_then(|count| count.try_into().ok());
        self.0.documents.push(DocumentResult {
            document,
            need,
            originals: count(originals),
            copies: count(copies),
        });
    }

    /// When each row of the time limit applies: the first that does counts.
    pub fn time_limit(&mut self, rows: &[Truth]) {
        let mut facts = FactSet::EMPTY;
        let mut open = false;
        for (number, when) in (0_u16..).zip(rows) {
            match &when.0 {
                State::Known(false) => {}
                State::Known(true) => {
                    if !open {
                        self.0.time_limit = TimeLimitResult::Row(number);
                    }
                    break;
                }
                State::Unknown(more) => {
                    open = true;
                    facts = facts.and(*more);
                }
            }
        }
        if open {
            self.0.time_limit = TimeLimitResult::Unknown;
            self.ask(facts, Subject::TimeLimit);
        }
    }

    /// Whether a fee is due, how much, and when a relief lowers it to what. The most favourable relief counts; of two that
    /// give the same, the first.
    pub fn fee(
        &mut self,
        fee: u16,
        when: Truth,
        amount: Maybe<i64>,
        reliefs: &[(Truth, Maybe<i64>)],
    ) {
        let due = match when.known() {
            Some(true) => FeeDue::Due,
            Some(false) => FeeDue::NotDue,
            None => FeeDue::Unknown,
        };
        let amount = within(amount, MAX_FEE_VND);
        let full = amount.known();
        let mut best = full.map(|full| (full, None));
        let mut facts = when.facts().and(amount.facts());
        // The least that a relief may still give; nothing where that is unknown.
        let mut open: Vec<Option<(i64, u16)>> = Vec::new();
        for (number, (when, reduced)) in (0_u16..).zip(reliefs) {
            let reduced = within(*reduced, MAX_FEE_VND);
            let lowers = |reduced: i64| full.is_none_or(|full| reduced < full);
            match (when.known(), reduced.known()) {
                (Some(false), _) => continue,
                (_, Some(reduced)) if !lowers(reduced) => continue,
                (Some(true), Some(reduced)) => {
                    best = best.map(|best| match best {
                        (least, _) if reduced < least => (reduced, Some(number)),
                        best => best,
                    });
                }
                (_, reduced) => open.push(reduced.map(|reduced| (reduced, number))),
            }
            facts = facts.and(when.facts()).and(reduced.facts());
        }
        // A relief that may apply and gives less, or the same and comes first, would change what is said.
        let settled = best.filter(|(least, relief)| {
            open.iter().all(|open| {
                open.is_some_and(|(reduced, number)| {
                    reduced > *least
                        || reduced == *least && relief.is_some_and(|relief| relief < number)
                })
            })
        });
        let known = |amount: Option<i64>| {
            let amount = amount.filter(|_| due == FeeDue::Due);
            amount.and_then(|amount| u64::try_from(amount).ok())
        };
        if due != FeeDue::NotDue && known(settled.map(|(least, _)| least)).is_none() {
            self.ask(facts, Subject::Fee(fee));
        }
        self.0.fees.push(FeeResult {
            fee,
            due,
            amount: known(settled.map(|(least, _)| least)),
            full_amount: known(full),
            relief: settled
                .and_then(|(_, relief)| relief)
                .filter(|_| due == FeeDue::Due),
        });
    }

    /// What must hold between facts.
    pub fn check(&mut self, check: u16, holds: Truth) {
        if holds.known() == Some(false) {
            self.0.problems.push(check);
        }
    }
}

/// A number between 0 and the most that the contract allows. Anything else is no number that could be told to anybody.
fn within(number: Maybe<i64>, most: i64) -> Maybe<i64> {
    number.and_then(|number| {
        Maybe::or_without_result(Some(number).filter(|number| (0..=most).contains(number)))
    })
}
