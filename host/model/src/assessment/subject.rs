//! The result of one subject: whether it is unknown, and whether two answers say the same of it.

use super::{
    Assessment, AssessmentError, ConditionOutcome, DocumentNeed, ExemptionOutcome, FeeDue, Subject,
    TimeLimitResult,
};

impl Assessment {
    /// Whether a result is unknown, in whole or in part. The lists are complete and in order.
    ///
    /// # Errors
    /// There is no such result: the number lies beyond its list.
    pub fn is_unknown(&self, subject: Subject) -> Result<bool, AssessmentError> {
        Ok(match subject {
            Subject::Exemption(number) => {
                at("exemption", number, &self.exemptions)?.outcome == ExemptionOutcome::Unknown
            }
            Subject::Condition(number) => {
                at("condition", number, &self.conditions)?.outcome == ConditionOutcome::Unknown
            }
            Subject::Document(number) => {
                let result = at("document", number, &self.documents)?;
                let uncounted = result.originals.is_none() || result.copies.is_none();
                match result.need {
                    DocumentNeed::NotNeeded => false,
                    DocumentNeed::Required => uncounted,
                    DocumentNeed::Unknown => true,
                }
            }
            Subject::TimeLimit => self.time_limit == TimeLimitResult::Unknown,
            Subject::Fee(number) => {
                let result = at("fee", number, &self.fees)?;
                match result.due {
                    FeeDue::NotDue => false,
                    FeeDue::Due => result.amount.is_none(),
                    FeeDue::Unknown => true,
                }
            }
        })
    }

    /// Whether another answer of the same rules has the same result of a subject. The lists of both are complete and in
    /// order. Of a document that is not needed nobody counts originals and copies.
    ///
    /// # Errors
    /// There is no such result: the number lies beyond its list.
    pub fn agrees_on(&self, subject: Subject, other: &Self) -> Result<bool, AssessmentError> {
        fn alike<T: PartialEq>(
            list: &'static str,
            number: u16,
            one: &[T],
            other: &[T],
        ) -> Result<bool, AssessmentError> {
            Ok(at(list, number, one)? == at(list, number, other)?)
        }
        match subject {
            Subject::Exemption(number) => {
                alike("exemption", number, &self.exemptions, &other.exemptions)
            }
            Subject::Condition(number) => {
                alike("condition", number, &self.conditions, &other.conditions)
            }
            Subject::Document(number) => {
                let one = at("document", number, &self.documents)?;
                let other = at("document", number, &other.documents)?;
                let not_needed = DocumentNeed::NotNeeded;
                Ok(one == other || (one.need, other.need) == (not_needed, not_needed))
            }
            Subject::TimeLimit => Ok(self.time_limit == other.time_limit),
            Subject::Fee(number) => alike("fee", number, &self.fees, &other.fees),
        }
    }
}

fn at<'r, T>(list: &'static str, number: u16, results: &'r [T]) -> Result<&'r T, AssessmentError> {
    results
        .get(usize::from(number))
        .ok_or(AssessmentError::UnknownNumber {
            list,
            number,
            len: results.len(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConditionResult, DocumentResult, ExemptionResult, FeeResult};

    /// An answer with one of each, all known.
    fn answer() -> Assessment {
        Assessment {
            exemptions: vec![ExemptionResult {
                exemption: 0,
                outcome: ExemptionOutcome::DoesNotApply,
            }],
            conditions: vec![ConditionResult {
                condition: 0,
                outcome: ConditionOutcome::Satisfied,
            }],
            documents: vec![DocumentResult {
                document: 0,
                need: DocumentNeed::Required,
                originals: Some(1),
                copies: Some(0),
            }],
            time_limit: TimeLimitResult::Row(0),
            fees: vec![FeeResult {
                fee: 0,
                due: FeeDue::Due,
                amount: Some(5),
                full_amount: Some(10),
                relief: Some(0),
            }],
            missing: Vec::new(),
            problems: Vec::new(),
        }
    }

    const SUBJECTS: [Subject; 5] = [
        Subject::Exemption(0),
        Subject::Condition(0),
        Subject::Document(0),
        Subject::TimeLimit,
        Subject::Fee(0),
    ];

    #[test]
    fn each_result_is_compared_in_all_its_parts() {
        let changes: [(Subject, fn(&mut Assessment)); 10] = [
            (SUBJECTS[0], |a| {
                a.exemptions[0].outcome = ExemptionOutcome::Applies;
            }),
            (SUBJECTS[1], |a| {
                a.conditions[0].outcome = ConditionOutcome::Violated;
            }),
            (SUBJECTS[2], |a| {
                a.documents[0].need = DocumentNeed::NotNeeded;
            }),
            (SUBJECTS[2], |a| a.documents[0].originals = Some(2)),
            (SUBJECTS[2], |a| a.documents[0].copies = None),
            (SUBJECTS[3], |a| a.time_limit = TimeLimitResult::None),
            (SUBJECTS[4], |a| a.fees[0].due = FeeDue::NotDue),
            (SUBJECTS[4], |a| a.fees[0].amount = Some(6)),
            (SUBJECTS[4], |a| a.fees[0].full_amount = Some(11)),
            (SUBJECTS[4], |a| a.fees[0].relief = Some(1)),
        ];
        let one = answer();
        for (changed, change) in changes {
            let mut other = answer();
            change(&mut other);
            for subject in SUBJECTS {
                let agrees = one.agrees_on(subject, &other);
                assert_eq!(agrees, Ok(subject != changed), "{subject} {other:?}");
                assert_eq!(other.agrees_on(subject, &one), agrees);
            }
        }
        // What is asked next, and which checks fail, is no part of any result.
        let mut other = answer();
        other.problems.push(0);
        assert!(
            SUBJECTS
                .iter()
                .all(|subject| one.agrees_on(*subject, &other) == Ok(true))
        );
    }

    #[test]
    fn of_a_document_that_is_not_needed_nothing_is_counted() {
        let (mut one, mut other) = (answer(), answer());
        one.documents[0].need = DocumentNeed::NotNeeded;
        other.documents[0] = DocumentResult {
            need: DocumentNeed::NotNeeded,
            originals: None,
            ..one.documents[0]
        };
        assert_eq!(one.agrees_on(Subject::Document(0), &other), Ok(true));
        assert_eq!(other.is_unknown(Subject::Document(0)), Ok(false));
    }

    #[test]
    fn there_is_no_result_beyond_the_list() {
        let one = answer();
        for subject in [
            Subject::Exemption(1),
            Subject::Condition(1),
            Subject::Document(1),
            Subject::Fee(1),
        ] {
            let beyond = |error: Option<AssessmentError>| {
                matches!(
                    error,
                    Some(AssessmentError::UnknownNumber {
                        number: 1,
                        len: 1,
                        ..
                    })
                )
            };
            assert!(beyond(one.is_unknown(subject).err()), "{subject}");
            assert!(beyond(one.agrees_on(subject, &one).err()), "{subject}");
        }
    }
}
