//! Where everything stands in the component's memory.
//!
//! ```text
//! 0        reserved: address 0 means "unknown" for texts and rows
//! 16       constants: texts, the cases that each slot takes
//!          slots: what the application tells, facts, definitions          (prefilled with unknown)
//!          the answer with all its numbers                                (prefilled)
//!          --- end of the data segment; what follows starts as zeros ---
//!          blocks of the row variables, marks of definitions
//!          the arena, into which the host writes the application
//!          missing facts
//! ```
//!
//! The memory never grows. What a usual question touches lies side by side, so that it dirties one or two pages of the
//! operating system: making pages fresh again is most of what a fresh instance costs.

use std::collections::{BTreeMap, BTreeSet};

use super::abi::{LIST_SIZE, assessment, case, document, fee, missing, outcome};
use super::answer::{Answer, most_missing, put_assessment};
use super::helpers::{FALSE, Repr, TRUE, UNKNOWN};
use super::scan::Scan;
use super::{EmitError, MAX_MEMORY_BYTES};
use crate::ir::{Expr, Given, Kind, NULL, Program, SlotKind};

/// The first address in use.
const BASE: u32 = 16;
/// A slot.
const SLOT_SIZE: u32 = 8;
/// A page of WebAssembly.
pub(super) const PAGE: u64 = 65_536;

/// A definition of the program.
#[derive(Debug)]
pub(super) struct DefinitionSlot<'p> {
    /// Its value.
    pub value: &'p Expr,
    /// How it is represented.
    pub repr: Repr,
    /// Its slot.
    pub address: u32,
    /// The facts it hangs on.
    pub facts: BTreeSet<u16>,
    /// Where its marks are kept: by word of 64 facts, the address.
    pub marks: BTreeMap<u16, u32>,
}

/// The slots of a row variable.
#[derive(Debug)]
pub(super) struct RowBlock {
    /// The rows fact.
    pub fact: u16,
    /// Its first slot.
    pub address: u32,
    /// The slots that are read, with how their values are represented.
    pub read: Vec<(u32, Repr)>,
}

/// A rows fact.
#[derive(Debug)]
pub(super) struct RowsFact {
    /// How many fields.
    pub fields: u32,
    /// Where the cases that its fields take are listed.
    pub cases: u32,
}

/// Addresses of everything.
#[derive(Debug)]
pub(super) struct Layout<'p> {
    /// The bytes from [`Layout::DATA_START`] on.
    pub data: Vec<u8>,
    texts: BTreeMap<&'p str, u32>,
    given: u32,
    facts: u32,
    fact_count: u32,
    /// Where the cases that facts take are listed.
    pub fact_cases: u32,
    rows_facts: BTreeMap<u16, RowsFact>,
    /// The definitions of the program.
    pub definitions: Vec<DefinitionSlot<'p>>,
    row_blocks: BTreeMap<u16, RowBlock>,
    /// The answer.
    pub answer: Answer,
    /// Where the arena begins.
    pub arena: u32,
    /// Where the list of missing facts begins, and the arena ends.
    pub missing: u32,
    /// Size of the memory in pages.
    pub pages: u64,
}

/// How values of a kind are represented.
pub(super) const fn repr(kind: Kind) -> Repr {
    match kind {
        Kind::Boolean => Repr::Boolean,
        Kind::Text => Repr::Text,
        _ => Repr::Number,
    }
}

/// What a slot holds while unknown.
pub(super) const fn unknown(repr: Repr) -> i64 {
    match repr {
        Repr::Boolean => UNKNOWN as i64,
        Repr::Text => 0,
        Repr::Number => NULL,
    }
}

/// The set of cases of `value` that a slot takes. Integers and decimals are both numbers here.
fn cases(kind: Kind) -> Result<u16, EmitError> {
    let cases: &[u8] = match kind {
        Kind::Boolean => &[case::BOOLEAN],
        Kind::Number => &[case::INTEGER, case::DECIMAL],
        Kind::Text => &[case::TEXT],
        Kind::Date => &[case::DATE],
        Kind::Moment => &[case::MOMENT],
        Kind::Choice => &[case::CHOICE],
        Kind::Choices => &[case::CHOICES],
        Kind::Duration | Kind::Months => {
            return Err(EmitError::Malformed("a fact of type duration"));
        }
    };
    Ok(cases.iter().fold(0, |set, case| set | 1 << case))
}

/// Bytes with addresses.
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// The next address.
    pub fn here(&self) -> u32 {
        BASE + self.bytes.len() as u32
    }

    /// The next address that is a multiple of `align`, after zeros up to it.
    pub fn align(&mut self, align: u32) -> u32 {
        while !self.here().is_multiple_of(align) {
            self.bytes.push(0);
        }
        self.here()
    }

    /// Puts bytes at the next address.
    pub fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Overwrites bytes that were put before.
    pub fn patch(&mut self, address: u32, bytes: &[u8]) {
        let start = (address - BASE) as usize;
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
    }

    /// Overwrites a field of a record with a list.
    pub fn list(&mut self, record: u32, field: u32, address: u32, len: usize) {
        self.patch(record + field, &address.to_le_bytes());
        self.patch(record + field + LIST_SIZE / 2, &(len as u32).to_le_bytes());
    }
}

impl<'p> Layout<'p> {
    /// The address of [`Layout::data`].
    pub const DATA_START: u32 = BASE;

    /// Lays out the memory of a program.
    pub fn new(program: &'p Program, scan: &Scan<'p>) -> Result<Self, EmitError> {
        check_counts(program)?;
        let mut writer = Writer { bytes: Vec::new() };
        let texts = put_texts(&mut writer, scan);
        let (fact_cases, rows_facts) = put_cases(&mut writer, program)?;

        let given = writer.align(SLOT_SIZE);
        writer.put(&[0; 2 * SLOT_SIZE as usize]);
        writer.put(&NULL.to_le_bytes());
        let facts = writer.here();
        for fact in &program.facts {
            let unknown = match fact {
                SlotKind::Scalar(kind) => unknown(repr(*kind)),
                SlotKind::Rows { .. } => 0,
            };
            writer.put(&unknown.to_le_bytes());
        }
        let mut definitions = put_definitions(&mut writer, program, scan)?;
        let answer = put_assessment(&mut writer, program)?;

        // What follows is not in the data segment.
        let mut next = u64::from(writer.align(SLOT_SIZE));
        let mut reserve = |bytes: u64| {
            let address = next;
            next += bytes.next_multiple_of(u64::from(SLOT_SIZE));
            // Checked against the limit below, before any address is used.
            address as u32
        };
        let mut row_blocks = BTreeMap::new();
        for (number, variable) in &scan.variables {
            let Some(SlotKind::Rows { fields, .. }) = program.facts.get(usize::from(variable.fact))
            else {
                return Err(EmitError::Malformed("rows of a fact that has none"));
            };
            let address = reserve(fields.len() as u64 * u64::from(SLOT_SIZE));
            let read = variable
                .fields
                .iter()
                .map(|field| {
                    let kind = fields.get(usize::from(*field));
                    let kind = kind.ok_or(EmitError::Malformed("a field that its row has not"))?;
                    Ok((address + u32::from(*field) * SLOT_SIZE, repr(*kind)))
                })
                .collect::<Result<_, EmitError>>()?;
            row_blocks.insert(
                *number,
                RowBlock {
                    fact: variable.fact,
                    address,
                    read,
                },
            );
        }
        for definition in &mut definitions {
            for word in words(&definition.facts) {
                definition.marks.insert(word, reserve(8));
            }
        }
        let arena = reserve(u64::from(program.max_input_bytes));
        let missing = reserve(most_missing(program, scan)? * u64::from(missing::SIZE));
        let pages = next.div_ceil(PAGE);
        if pages * PAGE > MAX_MEMORY_BYTES {
            return Err(EmitError::Memory {
                bytes: pages * PAGE,
                limit: MAX_MEMORY_BYTES,
            });
        }
        Ok(Self {
            data: writer.bytes,
            texts,
            given,
            facts,
            fact_count: program.facts.len() as u32,
            fact_cases,
            rows_facts,
            definitions,
            row_blocks,
            answer,
            arena,
            missing,
            pages,
        })
    }

    /// The slot of something that the application tells.
    pub fn given(&self, given: Given) -> u32 {
        self.given
            + SLOT_SIZE
                * match given {
                    Given::FiledAt => 0,
                    Given::ReceivedOn => 1,
                    Given::Channel => 2,
                }
    }

    /// The first fact slot.
    pub fn facts(&self) -> u32 {
        self.facts
    }

    /// The slot of a fact.
    pub fn fact(&self, fact: u16) -> Result<u32, EmitError> {
        if u32::from(fact) < self.fact_count {
            Ok(self.facts + u32::from(fact) * SLOT_SIZE)
        } else {
            Err(EmitError::Malformed("a fact that the program has not"))
        }
    }

    /// What is to know of a rows fact.
    pub fn rows_fact(&self, fact: u16) -> Result<&RowsFact, EmitError> {
        self.rows_facts
            .get(&fact)
            .ok_or(EmitError::Malformed("rows of a fact that has none"))
    }

    /// The slots of a row variable.
    pub fn row_block(&self, variable: u16) -> Result<&RowBlock, EmitError> {
        self.row_blocks
            .get(&variable)
            .ok_or(EmitError::Malformed("a row variable without its rows"))
    }

    /// The slot of a field of a row variable.
    pub fn field(&self, variable: u16, field: u16) -> Result<u32, EmitError> {
        Ok(self.row_block(variable)?.address + u32::from(field) * SLOT_SIZE)
    }

    /// A definition of the program.
    pub fn definition(&self, number: usize) -> Result<&DefinitionSlot<'p>, EmitError> {
        self.definitions.get(number).ok_or(EmitError::Malformed(
            "a definition is used before it is made",
        ))
    }

    /// The (address, length) pair of a text constant.
    pub fn text(&self, text: &str) -> Result<u32, EmitError> {
        self.texts
            .get(text)
            .copied()
            .ok_or(EmitError::Malformed("a text that was not scanned"))
    }

    /// The outcome of an exemption.
    pub fn exemption(&self, number: usize) -> u32 {
        self.answer.exemptions + number as u32 * outcome::SIZE + outcome::OUTCOME
    }

    /// The outcome of a condition.
    pub fn condition(&self, number: usize) -> u32 {
        self.answer.conditions + number as u32 * outcome::SIZE + outcome::OUTCOME
    }

    /// The result of a document.
    pub fn document(&self, number: usize) -> u32 {
        self.answer.documents + number as u32 * document::SIZE
    }

    /// The result of a fee.
    pub fn fee(&self, number: usize) -> u32 {
        self.answer.fees + number as u32 * fee::SIZE
    }

    /// The row of the time limit.
    pub fn time_limit(&self) -> u32 {
        self.answer.assessment + assessment::TIME_LIMIT
    }
}

/// The words of 64 facts that a set of facts touches.
pub(super) fn words(facts: &BTreeSet<u16>) -> BTreeSet<u16> {
    facts.iter().map(|fact| fact / 64).collect()
}

/// Everything is numbered by `u16` in the contract.
fn check_counts(program: &Program) -> Result<(), EmitError> {
    let reliefs = program
        .fees
        .iter()
        .map(|fee| fee.reliefs.len())
        .max()
        .unwrap_or(0);
    for (what, count) in [
        (("dữ kiện", "facts"), program.facts.len()),
        (("định nghĩa", "definitions"), program.definitions.len()),
        (
            ("trường hợp được miễn", "exemptions"),
            program.exemptions.len(),
        ),
        (("điều kiện", "conditions"), program.conditions.len()),
        (("giấy tờ", "documents"), program.documents.len()),
        (
            ("dòng của thời hạn", "rows of the time limit"),
            program.time_limit.len(),
        ),
        (("khoản phí", "fees"), program.fees.len()),
        (
            ("mức giảm của một khoản phí", "reliefs of one fee"),
            reliefs,
        ),
        (("phép kiểm tra", "checks"), program.checks.len()),
    ] {
        let limit = usize::from(u16::MAX);
        if count > limit {
            return Err(EmitError::TooMany { what, count, limit });
        }
    }
    Ok(())
}

fn put_texts<'p>(writer: &mut Writer, scan: &Scan<'p>) -> BTreeMap<&'p str, u32> {
    let mut texts = BTreeMap::new();
    for text in &scan.texts {
        let start = writer.here();
        writer.put(text.as_bytes());
        let pair = writer.align(4);
        writer.put(&start.to_le_bytes());
        writer.put(&(text.len() as u32).to_le_bytes());
        texts.insert(*text, pair);
    }
    texts
}

fn put_cases(
    writer: &mut Writer,
    program: &Program,
) -> Result<(u32, BTreeMap<u16, RowsFact>), EmitError> {
    let fact_cases = writer.align(2);
    for fact in &program.facts {
        let cases = match fact {
            SlotKind::Scalar(kind) => cases(*kind)?,
            SlotKind::Rows { .. } => 1 << case::ROWS,
        };
        writer.put(&cases.to_le_bytes());
    }
    let mut rows_facts = BTreeMap::new();
    for (number, fact) in (0..).zip(&program.facts) {
        if let SlotKind::Rows { fields, .. } = fact {
            rows_facts.insert(
                number,
                RowsFact {
                    fields: fields.len() as u32,
                    cases: writer.here(),
                },
            );
            for field in fields {
                writer.put(&cases(*field)?.to_le_bytes());
            }
        }
    }
    Ok((fact_cases, rows_facts))
}

fn put_definitions<'p>(
    writer: &mut Writer,
    program: &'p Program,
    scan: &Scan<'p>,
) -> Result<Vec<DefinitionSlot<'p>>, EmitError> {
    let definitions = program.definitions.iter().map(|definition| {
        let value = &definition.value;
        let repr = repr(value.ty);
        let address = writer.here();
        writer.put(&unknown(repr).to_le_bytes());
        Ok(DefinitionSlot {
            value,
            repr,
            address,
            facts: scan.facts([value])?,
            marks: BTreeMap::new(),
        })
    });
    definitions.collect()
}

// The representation in memory and the one in code must agree.
const _: () = assert!(FALSE == 0 && UNKNOWN == 1 && TRUE == 3);
