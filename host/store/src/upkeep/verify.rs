//! Reads everything and verifies what can be verified: every digest, the chain, and that decisions and their entries match.

use std::collections::VecDeque;

use motcua_model::Text;
use sha2::{Digest as _, Sha256};

use super::link::Link;
use super::tables::{
    CALENDARS, COMPILATIONS, DECISION_FACTS, DECISIONS, DEEDS, TEXTS, Table, VERSIONS, Values,
};
use crate::chain::{Entry, Verifier};
use crate::{DECISION_RECORDED, DeedRecord, Digest, StoreError, rows};

/// How many findings are kept: whoever reads them has understood by then.
const FINDINGS: usize = 20;

/// What a database holds. Two databases with the same contents hold the same rows, byte by byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Each table.
    pub tables: Vec<Counted>,
    /// Number and hash of the last entry of the chain.
    pub head: (u64, Digest),
}

/// What a table holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Its name.
    pub table: &'static str,
    /// How many rows.
    pub rows: u64,
    /// Digest of all its rows in the order of their keys.
    pub digest: Digest,
}

impl Contents {
    /// How many rows a table has.
    pub fn rows(&self, table: &str) -> u64 {
        self.tables
            .iter()
            .find(|counted| counted.table == table)
            .map_or(0, |counted| counted.rows)
    }

    /// # Errors
    /// The other tables hold something else.
    pub(super) fn must_equal(&self, others: &[Counted], place: &str) -> Result<(), StoreError> {
        match self.tables.iter().find(|table| !others.contains(table)) {
            Some(table) => Err(StoreError::NotTheSame {
                place: place.to_owned(),
                table: table.table,
            }),
            None => Ok(()),
        }
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    Digests,
    Chain,
    Decisions,
}

/// Something that is not as it should be.
#[derive(Clone, Debug)]
pub struct Finding {
    pub area: Area,
    pub what: Text,
}

/// What verifying has found.
pub struct Verified {
    pub contents: Contents,
    pub findings: Vec<Finding>,
}

impl Verified {
    /// The contents, if nothing was found.
    ///
    /// # Errors
    /// Something was.
    pub fn sound(self, database: String) -> Result<Contents, StoreError> {
        if self.findings.is_empty() {
            return Ok(self.contents);
        }
        Err(StoreError::Corrupt {
            database,
            findings: self
                .findings
                .into_iter()
                .take(5)
                .map(|finding| finding.what.en)
                .collect(),
        })
    }

    fn found(&mut self, area: Area, vi: String, en: String) {
        if self.findings.len() < FINDINGS {
            let what = Text::new(vi, en);
            self.findings.push(Finding { area, what });
        }
    }
}

/// Goes through a table row by row and takes its fingerprint.
pub struct Cursor {
    table: &'static Table,
    page: VecDeque<Values>,
    last: Option<Values>,
    ended: bool,
    rows: u64,
    hasher: Sha256,
}

impl Cursor {
    /// Before the first row. A table that is not there has no rows.
    pub async fn new(link: &mut Link, table: &'static Table) -> Result<Self, StoreError> {
        Ok(Self {
            table,
            page: VecDeque::new(),
            last: None,
            ended: !link.has(table).await?,
            rows: 0,
            hasher: Sha256::new(),
        })
    }

    /// The rows that are read at once.
    pub async fn next_page(&mut self, link: &mut Link) -> Result<Vec<Values>, StoreError> {
        if self.ended {
            return Ok(Vec::new());
        }
        let page = link.page(self.table, self.last.as_ref()).await?;
        self.ended = page.is_empty();
        for value in page.iter().flatten() {
            value.hash(&mut |bytes| self.hasher.update(bytes));
        }
        self.rows += page.len() as u64;
        if let Some(last) = page.last() {
            self.last = Some(last[..self.table.key].to_vec());
        }
        Ok(page)
    }

    /// One row.
    pub async fn next(&mut self, link: &mut Link) -> Result<Option<Values>, StoreError> {
        self.peek(link).await?;
        Ok(self.page.pop_front())
    }

    async fn peek(&mut self, link: &mut Link) -> Result<Option<&Values>, StoreError> {
        if self.page.is_empty() {
            self.page = self.next_page(link).await?.into();
        }
        Ok(self.page.front())
    }

    /// What was there, once all has been read.
    pub fn counted(self) -> Counted {
        Counted {
            table: self.table.name,
            rows: self.rows,
            digest: Digest::from_bytes(self.hasher.finalize().into()),
        }
    }
}

/// Verifies everything. Within a transaction, it is as of one moment.
///
/// # Errors
/// It could not be read.
pub async fn verify(link: &mut Link) -> Result<Verified, StoreError> {
    let mut verified = Verified {
        contents: Contents {
            tables: Vec::new(),
            head: (0, crate::chain::FIRST),
        },
        findings: Vec::new(),
    };
    // The bytes that a digest was taken of stand in the last column.
    for table in [&VERSIONS, &CALENDARS, &TEXTS] {
        let mut cursor = Cursor::new(link, table).await?;
        while let Some(row) = cursor.next(link).await? {
            let found = row.last().map_or(&[][..], |bytes| bytes.bytes());
            let (name, digest) = (table.name, row[0].text());
            if Digest::of(found).to_string() != digest {
                verified.found(
                    Area::Digests,
                    format!("trong bảng `{name}`, nội dung của `{digest}` không đúng với mã băm"),
                    format!(
                        "in the table `{name}` the bytes of `{digest}` do not have that digest"
                    ),
                );
            }
        }
        verified.contents.tables.push(cursor.counted());
    }
    for table in [&COMPILATIONS, &DECISION_FACTS] {
        let mut cursor = Cursor::new(link, table).await?;
        while !cursor.next_page(link).await?.is_empty() {}
        verified.contents.tables.push(cursor.counted());
    }
    chain(link, &mut verified).await?;
    Ok(verified)
}

/// Entries and decisions, side by side in the order of their numbers.
async fn chain(link: &mut Link, verified: &mut Verified) -> Result<(), StoreError> {
    let mut verifier = Verifier::default();
    let mut broken = false;
    let mut deeds = Cursor::new(link, &DEEDS).await?;
    let mut decisions = Cursor::new(link, &DECISIONS).await?;
    while let Some(row) = deeds.next(link).await? {
        let number = row[0].number();
        orphans(link, &mut decisions, number, verified).await?;
        let record = DeedRecord {
            number: u64::try_from(number).unwrap_or(0),
            kind: row[1].text().to_owned(),
            governs: row[2] == super::tables::Value::Flag(true),
            entry: row[3].text().to_owned(),
            hash: row[4].text().parse().unwrap_or(crate::chain::FIRST),
        };
        // After the first break everything that follows would be one.
        if !broken && let Err(error) = verifier.next(&record) {
            broken = true;
            let Text { vi, en } = error.text();
            verified.found(Area::Chain, vi, en);
        }
        let decision = match decisions.peek(link).await? {
            Some(decision) if decision[0].number() == number => decisions.next(link).await?,
            _ => None,
        };
        match decision {
            Some(decision) if !matches(&decision, &record) => verified.found(
                Area::Decisions,
                format!(
                    "quyết định `{}` (mục {number}) không khớp với mục ghi nhận của nó",
                    decision[1].text()
                ),
                format!(
                    "the decision `{}` (entry {number}) does not match its entry",
                    decision[1].text()
                ),
            ),
            None if record.kind == DECISION_RECORDED => verified.found(
                Area::Decisions,
                format!("mục {number} ghi nhận một quyết định, nhưng không có quyết định đó"),
                format!("entry {number} records a decision, and there is none"),
            ),
            _ => {}
        }
    }
    orphans(link, &mut decisions, i64::MAX, verified).await?;
    verified.contents.head = verifier.head();
    verified.contents.tables.push(deeds.counted());
    verified.contents.tables.push(decisions.counted());
    Ok(())
}

/// Decisions before this number that were not met with an entry have none.
async fn orphans(
    link: &mut Link,
    decisions: &mut Cursor,
    before: i64,
    verified: &mut Verified,
) -> Result<(), StoreError> {
    while let Some(decision) = decisions.peek(link).await?
        && decision[0].number() < before
    {
        let (number, id) = (decision[0].number(), decision[1].text().to_owned());
        verified.found(
            Area::Decisions,
            format!("quyết định `{id}` (mục {number}) không có mục ghi nhận trong chuỗi"),
            format!("the decision `{id}` (entry {number}) has no entry in the chain"),
        );
        decisions.next(link).await?;
    }
    Ok(())
}

/// Whether who asked and when stand in the entry as in the decision.
fn matches(decision: &Values, record: &DeedRecord) -> bool {
    serde_json::from_str::<Entry<'_>>(&record.entry).is_ok_and(|entry| {
        entry.who == decision[4].text() && rows::unix(entry.at) == decision[5].number()
    })
}
