//! Looks whether everything is well, changes nothing, and says what to do where it is not.

mod embedded;
mod server;

use motcua_model::Text;

use super::link::Link;
use super::verify::{Area, Verified, verify};
use crate::{Place, StoreError};

/// How it is with one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Good,
    /// Works, and somebody should see to it.
    Warning,
    /// Not as it should be.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Check {
    /// A short name for programs: `connection`, `migrations`, `server`, `integrity`, `guards`, `digests`, `chain`,
    /// `decisions`, `disk`.
    pub name: &'static str,
    /// How it is.
    pub outcome: Outcome,
    /// What was found.
    pub found: Text,
    /// What to do, where something is to be done and `found` does not say it already.
    pub way_out: Option<Text>,
}

impl Check {
    fn good(name: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            name,
            outcome: Outcome::Good,
            found: Text::new(vi, en),
            way_out: None,
        }
    }

    fn bad(name: &'static str, found: Text, way_out: Option<Text>) -> Self {
        Self {
            name,
            outcome: Outcome::Bad,
            found,
            way_out,
        }
    }

    fn warning(name: &'static str, found: Text, way_out: Option<Text>) -> Self {
        Self {
            outcome: Outcome::Warning,
            ..Self::bad(name, found, way_out)
        }
    }

    /// An error says itself what to do.
    fn failed(name: &'static str, error: &StoreError) -> Self {
        Self::bad(name, error.text(), None)
    }

    /// Good, or bad with everything that was found.
    fn of(name: &'static str, findings: &[Text], good: Text, way_out: Text) -> Self {
        if findings.is_empty() {
            return Self {
                name,
                outcome: Outcome::Good,
                found: good,
                way_out: None,
            };
        }
        let all = |of: fn(&Text) -> &str| findings.iter().map(of).collect::<Vec<_>>().join("; ");
        let found = Text::new(all(|text| &text.vi), all(|text| &text.en));
        Self::bad(name, found, Some(way_out))
    }
}

/// Looks at everything that can be looked at, without changing anything. What cannot be looked at because of something
/// before it is left out.
pub async fn doctor(place: &Place) -> Vec<Check> {
    match place {
        Place::Folder(folder) => embedded::checks(folder).await,
        Place::Postgres(address) => server::checks(address).await,
    }
}

/// Which check an error of opening belongs to.
fn of_opening(error: &StoreError) -> Check {
    let name = match error {
        StoreError::Newer { .. } | StoreError::Altered { .. } => "migrations",
        StoreError::Corrupt { .. } => "integrity",
        _ => "connection",
    };
    Check::failed(name, error)
}

fn migrations(applied: i64, known: i64) -> Check {
    if applied == known {
        return Check::good(
            "migrations",
            format!("đã đủ các bước chuyển đổi, đến bước {applied}"),
            format!("all migrations are applied, up to {applied}"),
        );
    }
    Check::warning(
        "migrations",
        Text::new(
            format!("mới chuyển đổi đến bước {applied}; chương trình này biết đến bước {known}"),
            format!("migrated up to {applied}; this program knows up to {known}"),
        ),
        Some(Text::new(
            "Hãy sao lưu, rồi chạy `motcua migrate` hoặc khởi động máy chủ.",
            "Make a backup, then run `motcua migrate` or start the host.",
        )),
    )
}

/// Digests, chain and decisions.
async fn contents(link: &mut Link) -> Vec<Check> {
    let reading = async {
        link.begin_reading().await?;
        verify(link).await
    };
    match reading.await {
        Ok(verified) => of_contents(&verified),
        Err(error) => vec![Check::failed("integrity", &error)],
    }
}

fn of_contents(verified: &Verified) -> Vec<Check> {
    let of = |area: Area| -> Vec<Text> {
        verified
            .findings
            .iter()
            .filter(|finding| finding.area == area)
            .map(|finding| finding.what.clone())
            .collect()
    };
    let rows = |table| verified.contents.rows(table);
    let (number, hash) = verified.contents.head;
    let tampered = || {
        Text::new(
            "Có người đã sửa dữ liệu bằng công cụ khác, hoặc ổ đĩa hỏng. Hãy giữ lại một bản sao để điều tra, rồi khôi phục từ \
             bản sao lưu gần nhất còn đúng (`motcua restore`).",
            "Somebody has edited the data with another tool, or the disk is failing. Keep a copy for the inquiry, then restore \
             the latest backup that is sound (`motcua restore`).",
        )
    };
    let (versions, calendars, texts, decisions) = (
        rows("versions"),
        rows("calendars"),
        rows("texts"),
        rows("decisions"),
    );
    vec![
        Check::of(
            "digests",
            &of(Area::Digests),
            Text::new(
                format!(
                    "{versions} phiên bản, {calendars} lịch và {texts} văn bản đúng với mã băm"
                ),
                format!(
                    "{versions} versions, {calendars} calendars and {texts} texts have their digests"
                ),
            ),
            tampered(),
        ),
        Check::of(
            "chain",
            &of(Area::Chain),
            Text::new(
                format!("chuỗi ghi nhận nguyên vẹn: {number} mục, mục cuối {hash}"),
                format!("the chain verifies: {number} entries, the last one {hash}"),
            ),
            tampered(),
        ),
        Check::of(
            "decisions",
            &of(Area::Decisions),
            Text::new(
                format!("{decisions} quyết định, mỗi quyết định có đúng một mục ghi nhận"),
                format!("{decisions} decisions, each with its one entry"),
            ),
            tampered(),
        ),
    ]
}

/// Guards of the database that are missing or changed.
fn guards(findings: &[Text]) -> Check {
    Check::of(
        "guards",
        findings,
        Text::new(
            "các bảng và các ràng buộc chống sửa, xóa đều còn đủ",
            "the tables and what guards them against edits are all there",
        ),
        Text::new(
            "Có người đã sửa cấu trúc của cơ sở dữ liệu. Hãy sao lưu (`motcua backup`), khôi phục vào một cơ sở dữ liệu mới (`motcua \
             restore`) rồi dùng cơ sở dữ liệu đó: nó có đủ các ràng buộc.",
            "Somebody has changed the structure of the database. Make a backup (`motcua backup`), restore it into a new database \
             (`motcua restore`) and use that one: it has all its guards.",
        ),
    )
}
