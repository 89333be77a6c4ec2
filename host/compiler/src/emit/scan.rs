//! What the expressions of a program speak of: texts, row variables, and the facts each of them hangs on.

use std::collections::{BTreeMap, BTreeSet};

use super::EmitError;
use crate::ir::{Expr, ExprKind, MAX_OPERATIONS, Program};

/// How deep operations may stand inside one another.
const MAX_NESTING: usize = 500;

/// A row variable.
#[derive(Debug, Default)]
pub(super) struct Variable {
    /// The rows fact whose rows it stands for.
    pub fact: u16,
    /// The fields that are read.
    pub fields: BTreeSet<u16>,
}

/// What all expressions together speak of.
#[derive(Debug, Default)]
pub(super) struct Scan<'p> {
    /// Text constants.
    pub texts: BTreeSet<&'p str>,
    /// Row variables by number.
    pub variables: BTreeMap<u16, Variable>,
    /// For each definition, the facts it hangs on, directly or through others.
    pub definitions: Vec<BTreeSet<u16>>,
    operations: usize,
}

impl<'p> Scan<'p> {
    /// Reads all expressions of a program.
    pub fn new(program: &'p Program) -> Result<Self, EmitError> {
        let mut scan = Self::default();
        for definition in &program.definitions {
            scan.expr(&definition.value, 0)?;
            let facts = scan.facts([&definition.value])?;
            scan.definitions.push(facts);
        }
        for expr in rules(program) {
            scan.expr(expr, 0)?;
        }
        Ok(scan)
    }

    fn expr(&mut self, expr: &'p Expr, nesting: usize) -> Result<(), EmitError> {
        self.operations += 1;
        for (what, count, limit) in [
            (("phép tính", "operations"), self.operations, MAX_OPERATIONS),
            (
                ("phép tính lồng nhau", "operations inside one another"),
                nesting,
                MAX_NESTING,
            ),
        ] {
            if count > limit {
                return Err(EmitError::TooMany { what, count, limit });
            }
        }
        match &expr.kind {
            ExprKind::Text(text) => {
                self.texts.insert(text);
            }
            ExprKind::Quantified { variable, fact, .. }
            | ExprKind::Aggregate { variable, fact, .. } => {
                let known = self.variables.insert(
                    *variable,
                    Variable {
                        fact: *fact,
                        ..Variable::default()
                    },
                );
                if known.is_some_and(|known| known.fact != *fact) {
                    return Err(EmitError::Malformed("a row variable is used for two facts"));
                }
            }
            ExprKind::Field { variable, field } => {
                let variable = self.variables.get_mut(variable);
                let variable = variable.ok_or(EmitError::Malformed("a field outside its row"))?;
                variable.fields.insert(*field);
            }
            _ => {}
        }
        for part in expr.parts() {
            self.expr(part, nesting + 1)?;
        }
        Ok(())
    }

    /// The facts on which expressions hang, directly or through definitions.
    pub fn facts<'e>(
        &self,
        exprs: impl IntoIterator<Item = &'e Expr>,
    ) -> Result<BTreeSet<u16>, EmitError> {
        let mut facts = BTreeSet::new();
        for expr in exprs {
            self.add_facts(expr, &mut facts)?;
        }
        Ok(facts)
    }

    fn add_facts(&self, expr: &Expr, facts: &mut BTreeSet<u16>) -> Result<(), EmitError> {
        match &expr.kind {
            ExprKind::Fact(fact)
            | ExprKind::CountRows(fact)
            | ExprKind::Quantified { fact, .. }
            | ExprKind::Aggregate { fact, .. } => {
                facts.insert(*fact);
            }
            ExprKind::Field { variable, .. } => {
                let variable = self.variables.get(variable);
                facts.insert(
                    variable
                        .ok_or(EmitError::Malformed("a field outside its row"))?
                        .fact,
                );
            }
            ExprKind::Definition(number) => {
                let known = self.definitions.get(usize::from(*number));
                let known = known.ok_or(EmitError::Malformed(
                    "a definition is used before it is made",
                ))?;
                facts.extend(known);
            }
            _ => {}
        }
        for part in expr.parts() {
            self.add_facts(part, facts)?;
        }
        Ok(())
    }
}

/// All expressions of a program but the definitions.
fn rules(program: &Program) -> impl Iterator<Item = &Expr> {
    let conditions = program
        .conditions
        .iter()
        .flat_map(|c| [c.when.as_ref(), c.rule.as_ref()]);
    let documents = program
        .documents
        .iter()
        .flat_map(|d| [d.when.as_ref(), Some(&d.originals), Some(&d.copies)]);
    let fees = program.fees.iter().flat_map(|fee| {
        let reliefs = fee
            .reliefs
            .iter()
            .flat_map(|(when, amount)| [Some(when), Some(amount)]);
        [fee.when.as_ref(), Some(&fee.amount)]
            .into_iter()
            .chain(reliefs)
    });
    let time_limit = program.time_limit.iter().map(Option::as_ref);
    program
        .exemptions
        .iter()
        .chain(conditions.flatten())
        .chain(documents.flatten())
        .chain(time_limit.flatten())
        .chain(fees.flatten())
        .chain(&program.checks)
}
