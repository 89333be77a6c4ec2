//! Rows as records. Both databases keep the same columns under the same names; [`Columns`] is all that differs in reading
//! them. A row that does not decode is [`StoreError::Inconsistent`].

use std::fmt::Display;
use std::str::FromStr;

use motcua_model::Moment;
use motcua_model::date::LOCAL_OFFSET_SECONDS;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::{
    CalendarRecord, DecisionRecord, DeedRecord, Digest, StoreError, VersionHead, VersionRecord,
};

/// One row of either database. Nothing: the column is empty.
pub trait Columns {
    /// A text.
    fn text(&self, name: &str) -> Result<Option<String>, sqlx::Error>;
    /// A whole number.
    fn integer(&self, name: &str) -> Result<Option<i64>, sqlx::Error>;
    /// Yes or no.
    fn flag(&self, name: &str) -> Result<Option<bool>, sqlx::Error>;
    /// Bytes.
    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, sqlx::Error>;
}

impl Columns for SqliteRow {
    fn text(&self, name: &str) -> Result<Option<String>, sqlx::Error> {
        self.try_get(name)
    }

    fn integer(&self, name: &str) -> Result<Option<i64>, sqlx::Error> {
        self.try_get(name)
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, sqlx::Error> {
        let number: Option<i64> = self.try_get(name)?;
        Ok(number.map(|number| number != 0))
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
        self.try_get(name)
    }
}

impl Columns for PgRow {
    fn text(&self, name: &str) -> Result<Option<String>, sqlx::Error> {
        self.try_get(name)
    }

    fn integer(&self, name: &str) -> Result<Option<i64>, sqlx::Error> {
        self.try_get(name)
    }

    fn flag(&self, name: &str) -> Result<Option<bool>, sqlx::Error> {
        self.try_get(name)
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
        self.try_get(name)
    }
}

/// What both databases keep of a moment: seconds since 1970-01-01T00:00:00 UTC.
pub fn unix(moment: Moment) -> i64 {
    moment.seconds() - LOCAL_OFFSET_SECONDS
}

/// A number of the chain, as both databases keep it. There are no entries beyond [`i64::MAX`].
pub fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Columns: digest, code, slug, `valid_from`, `valid_to`, contract, engine, `first_seen_at`.
pub fn version_head(row: &dyn Columns) -> Result<VersionHead, StoreError> {
    let row = Reader::new(row, "versions", "digest");
    Ok(VersionHead {
        digest: row.parsed("digest")?,
        code: row.text("code")?,
        slug: row.text("slug")?,
        valid_from: row.parsed("valid_from")?,
        valid_to: row.maybe_parsed("valid_to")?,
        contract: row.text("contract")?,
        engine: row.text("engine")?,
        first_seen_at: row.moment("first_seen_at")?,
    })
}

/// Columns: those of [`version_head`], component.
pub fn version(row: &dyn Columns) -> Result<VersionRecord, StoreError> {
    let head = version_head(row)?;
    let component = Reader::new(row, "versions", "digest").bytes("component")?;
    let component = verified("versions", head.digest, component)?;
    Ok(VersionRecord { head, component })
}

/// Columns: digest, country, year, `first_seen_at`, bytes.
pub fn calendar(row: &dyn Columns) -> Result<CalendarRecord, StoreError> {
    const TABLE: &str = "calendars";
    let row = Reader::new(row, TABLE, "digest");
    let digest = row.parsed("digest")?;
    Ok(CalendarRecord {
        digest,
        country: row.text("country")?,
        year: i16::try_from(row.integer("year")?).map_err(|error| row.wrong("year", &error))?,
        first_seen_at: row.moment("first_seen_at")?,
        bytes: verified(TABLE, digest, row.bytes("bytes")?)?,
    })
}

/// Columns: number, kind, governs, entry, hash.
pub fn deed(row: &dyn Columns) -> Result<DeedRecord, StoreError> {
    let row = Reader::new(row, "deeds", "number");
    Ok(DeedRecord {
        number: row.number("number")?,
        kind: row.text("kind")?,
        governs: row.present("governs", row.row.flag("governs"))?,
        entry: row.text("entry")?,
        hash: row.parsed("hash")?,
    })
}

/// Columns: number, hash.
pub fn head(row: &dyn Columns) -> Result<(u64, Digest), StoreError> {
    let row = Reader::new(row, "deeds", "number");
    Ok((row.number("number")?, row.parsed("hash")?))
}

/// Columns: number, id, code, component, who, at, receipt, sealed, answer.
pub fn decision(row: &dyn Columns) -> Result<DecisionRecord, StoreError> {
    let row = Reader::new(row, "decisions", "number");
    Ok(DecisionRecord {
        number: row.number("number")?,
        id: row.text("id")?,
        code: row.text("code")?,
        component: row.parsed("component")?,
        who: row.text("who")?,
        at: row.moment("at")?,
        receipt: row.text("receipt")?,
        facts: row.maybe_bytes("sealed")?,
        answer: row.bytes("answer")?,
    })
}

/// Columns: id, request. What an idempotency key stands for.
pub fn earlier(row: &dyn Columns) -> Result<(String, Digest), StoreError> {
    let row = Reader::new(row, "decisions", "id");
    Ok((row.text("id")?, row.parsed("request")?))
}

/// The bytes, if they are the ones the digest was taken of.
pub fn verified(
    table: &'static str,
    digest: Digest,
    bytes: Vec<u8>,
) -> Result<Vec<u8>, StoreError> {
    let found = Digest::of(&bytes);
    if found == digest {
        Ok(bytes)
    } else {
        Err(StoreError::Inconsistent {
            table,
            key: digest.to_string(),
            what: format!("its bytes have the digest {found}"),
        })
    }
}

/// Reads one row of one table, and names both when something is wrong.
struct Reader<'r> {
    row: &'r dyn Columns,
    table: &'static str,
    key: &'static str,
}

impl<'r> Reader<'r> {
    fn new(row: &'r dyn Columns, table: &'static str, key: &'static str) -> Self {
        Self { row, table, key }
    }

    fn text(&self, name: &str) -> Result<String, StoreError> {
        self.present(name, self.row.text(name))
    }

    fn integer(&self, name: &str) -> Result<i64, StoreError> {
        self.present(name, self.row.integer(name))
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        self.present(name, self.row.bytes(name))
    }

    fn maybe_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.row
            .bytes(name)
            .map_err(|error| self.wrong(name, &error))
    }

    fn number(&self, name: &str) -> Result<u64, StoreError> {
        u64::try_from(self.integer(name)?).map_err(|error| self.wrong(name, &error))
    }

    fn moment(&self, name: &str) -> Result<Moment, StoreError> {
        Moment::from_unix(self.integer(name)?).map_err(|error| self.wrong(name, &error))
    }

    fn parsed<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, StoreError> {
        self.text(name)?
            .parse()
            .map_err(|error| self.wrong(name, &error))
    }

    fn maybe_parsed<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, StoreError> {
        self.row
            .text(name)
            .map_err(|error| self.wrong(name, &error))?
            .map(|text| text.parse().map_err(|error| self.wrong(name, &error)))
            .transpose()
    }

    fn present<T>(
        &self,
        name: &str,
        value: Result<Option<T>, sqlx::Error>,
    ) -> Result<T, StoreError> {
        value
            .map_err(|error| self.wrong(name, &error))?
            .ok_or_else(|| self.wrong(name, &"nothing"))
    }

    fn wrong(&self, name: &str, what: &dyn Display) -> StoreError {
        let text = self.row.text(self.key).ok().flatten();
        let number = || self.row.integer(self.key).ok().flatten();
        let key = text.or_else(|| number().map(|number| number.to_string()));
        StoreError::Inconsistent {
            table: self.table,
            key: key.unwrap_or_else(|| "?".to_owned()),
            what: format!("{name}: {what}"),
        }
    }
}
