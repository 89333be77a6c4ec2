//! The answer as it lies ready in memory, and how long its list of missing facts can become.

use std::collections::BTreeSet;

use super::EmitError;
use super::abi::{assessment, condition, document, due, exemption, fee, need, time_limit};
use super::layout::Writer;
use super::scan::Scan;
use crate::ir::{ExprKind, Program};

/// Where the answer and its lists stand.
#[derive(Debug)]
pub(super) struct Answer {
    /// The `assessment` itself.
    pub assessment: u32,
    /// Its exemptions.
    pub exemptions: u32,
    /// Its conditions.
    pub conditions: u32,
    /// Its documents.
    pub documents: u32,
    /// Its fees.
    pub fees: u32,
}

/// The answer as it stands before any rule has been looked at: what needs no rule is right already.
pub(super) fn put_assessment(writer: &mut Writer, program: &Program) -> Result<Answer, EmitError> {
    let record = writer.align(assessment::ALIGN);
    writer.put(&[0; assessment::SIZE as usize]);
    if let Some(None) = program.time_limit.first() {
        writer.patch(record + assessment::TIME_LIMIT, &[time_limit::ROW, 0, 0, 0]);
    } else {
        writer.patch(
            record + assessment::TIME_LIMIT,
            &[time_limit::NONE, 0, 0, 0],
        );
    }

    let exemptions = writer.here();
    for number in 0..program.exemptions.len() as u16 {
        let [low, high] = number.to_le_bytes();
        writer.put(&[low, high, exemption::DOES_NOT_APPLY, 0]);
    }
    writer.list(
        record,
        assessment::EXEMPTIONS,
        exemptions,
        program.exemptions.len(),
    );

    let conditions = writer.here();
    for number in 0..program.conditions.len() as u16 {
        let [low, high] = number.to_le_bytes();
        writer.put(&[low, high, condition::JUDGEMENT, 0]);
    }
    writer.list(
        record,
        assessment::CONDITIONS,
        conditions,
        program.conditions.len(),
    );

    let documents = writer.here();
    for (number, rule) in program.documents.iter().enumerate() {
        let mut result = [0; document::SIZE as usize];
        result[..2].copy_from_slice(&(number as u16).to_le_bytes());
        result[document::NEED as usize] = need::REQUIRED;
        for (field, expr) in [
            (document::ORIGINALS, &rule.originals),
            (document::COPIES, &rule.copies),
        ] {
            if let ExprKind::Int(count) = expr.kind {
                let count = u32::try_from(count).map_err(|_| {
                    EmitError::Malformed("a negative number of originals or copies")
                })?;
                let at = (field + document::NUMBER) as usize;
                result[field as usize] = 1;
                result[at..at + 4].copy_from_slice(&count.to_le_bytes());
            }
        }
        writer.put(&result);
    }
    writer.list(
        record,
        assessment::DOCUMENTS,
        documents,
        program.documents.len(),
    );

    let fees = writer.align(8);
    for (number, rule) in program.fees.iter().enumerate() {
        let mut result = [0; fee::SIZE as usize];
        result[..2].copy_from_slice(&(number as u16).to_le_bytes());
        result[fee::DUE as usize] = if rule.when.is_none() {
            due::DUE
        } else {
            due::NOT_DUE
        };
        writer.put(&result);
    }
    writer.list(record, assessment::FEES, fees, program.fees.len());

    let problems = writer.here();
    writer.put(&vec![0; program.checks.len() * 2]);
    writer.list(record, assessment::PROBLEMS, problems, 0);
    Ok(Answer {
        assessment: record,
        exemptions,
        conditions,
        documents,
        fees,
    })
}

/// The most entries the list of missing facts can have.
pub(super) fn most_missing(program: &Program, scan: &Scan<'_>) -> Result<u64, EmitError> {
    let mut most = 0;
    let mut subject = |facts: BTreeSet<u16>| most += facts.len() as u64;
    for rule in &program.exemptions {
        subject(scan.facts([rule])?);
    }
    for rule in &program.conditions {
        subject(scan.facts(rule.when.iter().chain(&rule.rule))?);
    }
    for rule in &program.documents {
        subject(scan.facts(rule.when.iter().chain([&rule.originals, &rule.copies]))?);
    }
    subject(scan.facts(program.time_limit.iter().flatten())?);
    for rule in &program.fees {
        let reliefs = rule
            .reliefs
            .iter()
            .flat_map(|(when, amount)| [when, amount]);
        subject(scan.facts(rule.when.iter().chain([&rule.amount]).chain(reliefs))?);
    }
    Ok(most)
}
