//! What to ask next: the facts on which unknown results hang.

use std::collections::BTreeSet;

use motcua_model::{
    Assessment, ConditionOutcome, DocumentNeed, ExemptionOutcome, FeeDue, MissingFact, Subject,
    TimeLimitResult,
};

use super::expr::{Evaluator, Scope};
use crate::ir::{Expr, ExprKind, FeeRule, Hit, Table};

type Facts = BTreeSet<u16>;

impl<'a> Evaluator<'a, '_> {
    /// For each subject whose result is unknown, in the order of the contract, the facts it hangs on.
    pub(super) fn missing(&mut self, assessment: &Assessment) -> Vec<MissingFact> {
        let program = self.program;
        let mut missing = Vec::new();
        let mut tell = |subject, facts: Facts| {
            missing.extend(facts.into_iter().map(|fact| MissingFact { fact, subject }));
        };
        for (result, rule) in assessment.exemptions.iter().zip(&program.exemptions) {
            if result.outcome == ExemptionOutcome::Unknown {
                tell(Subject::Exemption(result.exemption), self.hanging([rule]));
            }
        }
        for (result, rule) in assessment.conditions.iter().zip(&program.conditions) {
            if result.outcome == ConditionOutcome::Unknown {
                let facts = self.hanging(rule.when.iter().chain(&rule.rule));
                tell(Subject::Condition(result.condition), facts);
            }
        }
        for (result, rule) in assessment.documents.iter().zip(&program.documents) {
            // Where nothing is needed, nobody asks how many.
            if result.need != DocumentNeed::NotNeeded {
                let facts = self.hanging(rule.when.iter().chain([&rule.originals, &rule.copies]));
                tell(Subject::Document(result.document), facts);
            }
        }
        if assessment.time_limit == TimeLimitResult::Unknown {
            let mut facts = Facts::new();
            for when in &program.time_limit {
                let Some(when) = when else { break };
                match self.truth(when, None) {
                    Some(true) => break,
                    Some(false) => {}
                    None => self.ask(when, None, &mut facts),
                }
            }
            tell(Subject::TimeLimit, facts);
        }
        for (result, rule) in assessment.fees.iter().zip(&program.fees) {
            if result.due != FeeDue::NotDue && result.amount.is_none() {
                tell(Subject::Fee(result.fee), self.fee_facts(rule));
            }
        }
        missing
    }

    /// The facts on which those of the expressions hang that are unknown.
    fn hanging(&mut self, exprs: impl IntoIterator<Item = &'a Expr>) -> Facts {
        let mut facts = Facts::new();
        for expr in exprs {
            self.ask_if_unknown(expr, None, &mut facts);
        }
        facts
    }

    fn fee_facts(&mut self, rule: &'a FeeRule) -> Facts {
        let mut facts = self.hanging(rule.when.iter().chain([&rule.amount]));
        let full = self.number(&rule.amount, None);
        for (when, amount) in &rule.reliefs {
            if self.truth(when, None) == Some(false) {
                continue;
            }
            if let (Some(full), Some(amount)) = (full, self.number(amount, None))
                && amount >= full
            {
                continue;
            }
            facts.append(&mut self.hanging([when, amount]));
        }
        facts
    }

    fn ask_if_unknown(&mut self, expr: &'a Expr, scope: Option<&Scope<'_, 'a>>, facts: &mut Facts) {
        if self.expr(expr, scope).is_none() {
            self.ask(expr, scope, facts);
        }
    }

    /// Adds the facts on which an unknown expression hangs.
    fn ask(&mut self, expr: &'a Expr, scope: Option<&Scope<'_, 'a>>, facts: &mut Facts) {
        match &expr.kind {
            ExprKind::Fact(fact) | ExprKind::CountRows(fact) => {
                facts.insert(*fact);
            }
            ExprKind::Field { variable, .. } => {
                facts.extend(Scope::find(scope, *variable).map(|scope| scope.fact));
            }
            ExprKind::Definition(number) => facts.extend(self.ask_definition(*number)),
            ExprKind::If(condition, then, otherwise) => {
                let taken = self.truth(condition, scope);
                self.ask_if_unknown(condition, scope, facts);
                if taken != Some(false) {
                    self.ask_if_unknown(then, scope, facts);
                }
                if taken != Some(true) {
                    self.ask_if_unknown(otherwise, scope, facts);
                }
            }
            ExprKind::Table(table) => self.ask_table(table, scope, facts),
            ExprKind::Quantified {
                fact,
                variable,
                body,
                ..
            }
            | ExprKind::Aggregate {
                fact,
                variable,
                body,
                ..
            } => {
                let rows = self.each_row((*fact, *variable), scope, |this, scope| {
                    this.ask_if_unknown(body, scope, facts);
                });
                if rows.is_none() {
                    facts.insert(*fact);
                }
            }
            _ => {
                for part in expr.parts() {
                    self.ask_if_unknown(part, scope, facts);
                }
            }
        }
    }

    /// What to ask for a definition; found once, because many may use it.
    fn ask_definition(&mut self, number: u16) -> Facts {
        let program = self.program;
        let index = usize::from(number);
        if let Some(Some(facts)) = self.asked.get(index) {
            return facts.clone();
        }
        let mut facts = Facts::new();
        if let Some(definition) = program.definitions.get(index) {
            self.ask_if_unknown(&definition.value, None, &mut facts);
        }
        if let Some(asked) = self.asked.get_mut(index) {
            *asked = Some(facts.clone());
        }
        facts
    }

    fn ask_table(&mut self, table: &'a Table, scope: Option<&Scope<'_, 'a>>, facts: &mut Facts) {
        let (holds, open) = match table.hit {
            Hit::Unique | Hit::First => self.rows_that_count(table, scope),
            _ => (None, (0..table.rows.len()).collect()),
        };
        if let (Hit::Unique, Some(row)) = (table.hit, holds) {
            return self.ask_if_unknown(&table.rows[row].output, scope, facts);
        }
        for row in open.into_iter().chain(holds) {
            let row = &table.rows[row];
            if self.truth(&row.test, scope) == Some(false) {
                continue;
            }
            self.ask_if_unknown(&row.test, scope, facts);
            if table.hit != Hit::CollectCount {
                self.ask_if_unknown(&row.output, scope, facts);
            }
        }
        if let (Hit::Unique | Hit::First, None, Some(otherwise)) =
            (table.hit, holds, &table.otherwise)
        {
            self.ask_if_unknown(otherwise, scope, facts);
        }
    }
}
