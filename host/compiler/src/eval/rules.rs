//! From values to outcomes.

use motcua_model::{
    Assessment, ConditionOutcome, ConditionResult, DocumentNeed, DocumentResult, ExemptionOutcome,
    ExemptionResult, FeeDue, FeeResult, TimeLimitResult,
};

use super::expr::Evaluator;
use crate::ir::{ConditionRule, DocumentRule, Expr, FeeRule};

impl<'a> Evaluator<'a, '_> {
    /// The answer.
    pub(super) fn assess(mut self) -> Assessment {
        let program = self.program;
        let exemptions = (0..)
            .zip(&program.exemptions)
            .map(|(n, rule)| self.exemption(n, rule))
            .collect();
        let conditions = (0..)
            .zip(&program.conditions)
            .map(|(n, rule)| self.condition(n, rule))
            .collect();
        let documents = (0..)
            .zip(&program.documents)
            .map(|(n, rule)| self.document(n, rule))
            .collect();
        let time_limit = self.time_limit();
        let fees = (0..)
            .zip(&program.fees)
            .map(|(n, rule)| self.fee(n, rule))
            .collect();
        let problems = (0..)
            .zip(&program.checks)
            .filter(|(_, rule)| self.truth(rule, None) == Some(false))
            .map(|(number, _)| number)
            .collect();
        let mut assessment = Assessment {
            exemptions,
            conditions,
            documents,
            time_limit,
            fees,
            missing: Vec::new(),
            problems,
        };
        assessment.missing = self.missing(&assessment);
        assessment
    }

    fn exemption(&mut self, number: u16, rule: &'a Expr) -> ExemptionResult {
        let outcome = match self.truth(rule, None) {
            Some(true) => {
                self.trace.exemptions.insert(number);
                ExemptionOutcome::Applies
            }
            Some(false) => ExemptionOutcome::DoesNotApply,
            None => ExemptionOutcome::Unknown,
        };
        ExemptionResult {
            exemption: number,
            outcome,
        }
    }

    fn condition(&mut self, number: u16, rule: &'a ConditionRule) -> ConditionResult {
        let concerns = rule
            .when
            .as_ref()
            .map_or(Some(true), |when| self.truth(when, None));
        let holds = rule
            .rule
            .as_ref()
            .map_or(Some(true), |rule| self.truth(rule, None));
        let outcome = match (concerns, holds) {
            (Some(false), _) => ConditionOutcome::NotApplicable,
            // Whatever the rule says, it may not concern the applicant.
            (None, _) | (_, None) => ConditionOutcome::Unknown,
            (_, Some(false)) => ConditionOutcome::Violated,
            _ if rule.judgement || rule.rule.is_none() => ConditionOutcome::Judgement,
            _ => ConditionOutcome::Satisfied,
        };
        ConditionResult {
            condition: number,
            outcome,
        }
    }

    fn document(&mut self, number: u16, rule: &'a DocumentRule) -> DocumentResult {
        let need = match rule
            .when
            .as_ref()
            .map_or(Some(true), |when| self.truth(when, None))
        {
            Some(true) => DocumentNeed::Required,
            Some(false) => DocumentNeed::NotNeeded,
            None => DocumentNeed::Unknown,
        };
        let mut count = |expr| {
            self.number(expr, None)
                .and_then(|count| u32::try_from(count).ok())
        };
        let (originals, copies) = (count(&rule.originals), count(&rule.copies));
        DocumentResult {
            document: number,
            need,
            originals,
            copies,
        }
    }

    fn time_limit(&mut self) -> TimeLimitResult {
        for (number, when) in (0..).zip(&self.program.time_limit) {
            match when
                .as_ref()
                .map_or(Some(true), |when| self.truth(when, None))
            {
                Some(true) => {
                    self.trace.time_limit_rows.insert(number);
                    return TimeLimitResult::Row(number);
                }
                Some(false) => {}
                None => return TimeLimitResult::Unknown,
            }
        }
        TimeLimitResult::None
    }

    fn fee(&mut self, number: u16, rule: &'a FeeRule) -> FeeResult {
        let due = match rule
            .when
            .as_ref()
            .map_or(Some(true), |when| self.truth(when, None))
        {
            Some(true) => FeeDue::Due,
            Some(false) => FeeDue::NotDue,
            None => FeeDue::Unknown,
        };
        let mut result = FeeResult {
            fee: number,
            due,
            amount: None,
            full_amount: None,
            relief: None,
        };
        if due != FeeDue::Due {
            return result;
        }
        let full = self.number(&rule.amount, None);
        // A relief that is known to apply, or may, with the amount it gives. An amount comes before its relief, and the
        // full amount, which has none, before every relief that gives the same.
        let mut sure = Vec::new();
        let mut open = Vec::new();
        for (relief, (when, amount)) in (0..).zip(&rule.reliefs) {
            match (self.truth(when, None), self.number(amount, None)) {
                (Some(false), _) => {}
                (Some(true), amount) => {
                    self.trace.reliefs.insert((number, relief));
                    match amount {
                        Some(amount) => sure.push((amount, Some(relief))),
                        None => open.push(None),
                    }
                }
                (None, amount) => open.push(amount.map(|amount| (amount, Some(relief)))),
            }
        }
        let Some(full) = full else { return result };
        result.full_amount = u64::try_from(full).ok();
        let best = sure.into_iter().fold((full, None), std::cmp::min);
        if open
            .into_iter()
            .all(|open| open.is_some_and(|open| open > best))
        {
            result.amount = u64::try_from(best.0).ok();
            result.relief = best.1;
        }
        result
    }
}
