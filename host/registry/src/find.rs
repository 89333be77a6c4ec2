//! To find procedures: by field, by day, and by words in Vietnamese, with or without diacritics, or in English.

use motcua_model::{Date, Manifest, Moment, Text};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use utoipa::ToSchema;

use crate::catalogue::{Procedure, Snapshot};
use crate::error::Period;
use crate::ledger::Origin;

/// What is looked for. What is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The field, for example `publishing`.
    pub field: Option<&'a str>,
    /// Words: each must stand in the name, in either language, in the code or in the slug.
    pub q: Option<&'a str>,
    /// Only procedures with a version in force on that day.
    pub on: Option<Date>,
}

/// A procedure in a list: as its version in force says it; where none is in force and no day was asked for, as its latest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Summary<'a> {
    /// National code.
    pub code: &'a str,
    /// Whether the code was seen in a source, or only recalled.
    pub code_confirmed: bool,
    /// Name in URLs.
    pub slug: &'a str,
    /// Name.
    pub name: &'a Text,
    /// Field.
    pub field: &'a str,
    /// Who publishes it.
    pub department: &'a Text,
    /// Who decides.
    pub authority: &'a Text,
    /// Whether this version is in force on the day.
    pub in_force: bool,
    /// Digest of this version.
    pub digest: &'a str,
    /// Where this version comes from: `folder` (nobody signed it) or `submission`, then with the statement's `number`.
    #[serde(flatten)]
    pub origin: &'a Origin,
    /// All versions.
    pub versions: Vec<VersionSummary<'a>>,
}

/// A version in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionSummary<'a> {
    /// Digest of the component.
    pub digest: &'a str,
    /// When it is in force.
    #[serde(flatten)]
    pub period: Period,
}

impl Snapshot {
    /// The procedures that fit, by code. `now` counts when no day is asked for.
    pub fn find<'a>(&'a self, wanted: &Wanted<'_>, now: Moment) -> Vec<Summary<'a>> {
        let words: Vec<String> = wanted
            .q
            .map(fold)
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        self.procedures()
            .filter_map(|procedure| {
                let in_force = procedure
                    .in_force(wanted.on.unwrap_or(now.date()), now)
                    .ok();
                let version = match in_force {
                    Some(version) => version,
                    None if wanted.on.is_none() => procedure.latest(),
                    None => return None,
                };
                let manifest = version.manifest();
                let fits = wanted.field.is_none_or(|field| field == manifest.field)
                    && words
                        .iter()
                        .all(|word| version.haystack.contains(word.as_str()));
                fits.then(|| Summary {
                    code: &manifest.code,
                    code_confirmed: manifest.code_confirmed,
                    slug: &manifest.slug,
                    name: &manifest.name,
                    field: &manifest.field,
                    department: &manifest.department,
                    authority: &manifest.authority,
                    in_force: in_force.is_some(),
                    digest: version.digest(),
                    origin: procedure.origin(
                        version,
                        in_force.map(|_| wanted.on.unwrap_or(now.date())),
                        now,
                    ),
                    versions: procedure.summaries(now),
                })
            })
            .collect()
    }
}

impl Procedure {
    /// All versions with their days.
    pub(crate) fn summaries(&self, now: Moment) -> Vec<VersionSummary<'_>> {
        self.periods(now)
            .map(|(version, period)| VersionSummary {
                digest: version.digest(),
                period,
            })
            .collect()
    }
}

/// What a search looks through.
pub(crate) fn haystack(manifest: &Manifest) -> String {
    let Manifest {
        name, code, slug, ..
    } = manifest;
    fold(&format!(
        "{}\n{}\n{code}\n{slug}\n{}",
        name.vi,
        name.en,
        slug.replace('-', " ")
    ))
}

/// Letters without case and diacritics: who types `xuat ban` means `xuất bản`, and who types `hoà` means `hòa`.
fn fold(text: &str) -> String {
    text.nfd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
        .map(|character| if character == 'đ' { 'd' } else { character })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diacritics_and_case_do_not_matter() {
        for same in [
            "Đăng ký HOẠT ĐỘNG hòa giải",
            "dang ky hoat dong hoa giai",
            "ĐĂNG KÝ hoạt động hoà giải",
        ] {
            assert_eq!(fold(same), "dang ky hoat dong hoa giai");
        }
        // Form NFD, as some keyboards write it.
        assert_eq!(fold("xua\u{302}\u{301}t ba\u{309}n"), "xuat ban");
    }

    #[test]
    fn the_haystack_holds_both_names_the_code_and_the_slug() {
        let haystack = haystack(&crate::sample::manifest());
        for needle in [
            "cap giay phep thu nghiem",
            "licence to try",
            "9.000001",
            "licence-to-try",
        ] {
            assert!(haystack.contains(needle), "{needle}");
        }
    }
}
