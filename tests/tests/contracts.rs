//! Contracts for years: a version that is released is never edited, and what was built against it is answered as on the first
//! day.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use guests::written::Guest;
use motcua_registry::Version;
use motcua_registry::engine::{Classes, Engine, Limits, LoadError, Rule, digest};
use serde_json::Value;
use tests::contracts::{self, QUESTIONS};

fn wit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit")
}

/// What the changelog says of a version.
#[derive(Debug)]
struct Entry {
    version: String,
    /// The digest of its WIT, if it is frozen.
    frozen: Option<String>,
}

/// The entries of the changelog: sections `## 1.0.0, frozen since 2026-11-27`, in which the digest stands, and
/// `## 1.1.0, draft`.
fn changelog() -> Vec<Entry> {
    let text = fs::read_to_string(wit().join("CHANGELOG.md")).unwrap();
    let mut entries = Vec::new();
    for section in text.split("\n## ").skip(1) {
        let (title, body) = section.split_once('\n').unwrap();
        let (version, state) = title.split_once(", ").unwrap();
        let digests: Vec<&str> = body
            .split(|c: char| !c.is_ascii_alphanumeric() && c != ':')
            .filter(|word| word.starts_with("sha256:"))
            .collect();
        let frozen = match (state, &*digests) {
            ("draft", []) => None,
            (state, [digest]) if state.starts_with("frozen since ") => Some((*digest).to_owned()),
            _ => {
                panic!("`## {title}` says neither draft nor, with one digest, frozen: {digests:?}")
            }
        };
        entries.push(Entry {
            version: version.to_owned(),
            frozen,
        });
    }
    entries
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn a_frozen_contract_is_not_edited() {
    let mut frozen = 0;
    for Entry {
        version,
        frozen: expected,
    } in changelog()
    {
        let Some(expected) = expected else { continue };
        let folder = wit().join(format!("procedure@{version}"));
        let found = digest(&fs::read(folder.join("procedure.wit")).unwrap());
        assert!(
            found == expected && names(&folder).len() == 1,
            "wit/procedure@{version} has been edited ({found}; frozen as {expected}). It is released: components in force \
             are built against it, and not even a comment of it changes any more. Take the change back \
             (`git checkout -- wit/procedure@{version}`), and make it in a new folder `wit/procedure@X.Y.Z` with an entry in \
             wit/CHANGELOG.md and an adapter of its own in host/engine/src/contract/."
        );
        frozen += 1;
    }
    assert!(frozen > 0);
}

#[test]
fn every_contract_has_an_entry_and_only_a_draft_says_so() {
    let folders: BTreeSet<String> = names(&wit())
        .iter()
        .filter_map(|name| name.strip_prefix("procedure@").map(str::to_owned))
        .collect();
    let entries = changelog();
    let versions: BTreeSet<String> = entries.iter().map(|entry| entry.version.clone()).collect();
    assert_eq!(versions.len(), entries.len());
    assert_eq!(versions, folders);
    for Entry { version, frozen } in entries {
        let path = wit().join(format!("procedure@{version}/procedure.wit"));
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains(&format!("package motcua:procedure@{version};")));
        assert_eq!(text.starts_with("// DRAFT."), frozen.is_none(), "{version}");
    }
}

#[test]
fn the_host_admits_what_is_frozen_and_no_draft() {
    let guest = Guest::default();
    for (version, component) in [("1.0.0", guest.component()), ("1.1.0", guest.draft())] {
        let entry = changelog()
            .into_iter()
            .find(|entry| entry.version == version);
        let frozen = entry.unwrap().frozen.is_some();
        let load = |drafts| {
            let classes = Classes {
                drafts,
                ..Classes::default()
            };
            match Engine::new(classes).unwrap().load(&component) {
                Ok(procedure) => Ok(procedure.contract()),
                Err(LoadError::Refused(refusal)) => Err(refusal.rule),
                Err(error) => panic!("{error:?}"),
            }
        };
        let name = format!("motcua:procedure@{version}");
        assert_eq!(load(true), Ok(&*name));
        let expected = if frozen { Ok(&*name) } else { Err(Rule::Draft) };
        assert_eq!(load(false), expected);
    }
}

#[test]
fn what_is_kept_is_answered_as_on_the_first_day() {
    let frozen = changelog()
        .into_iter()
        .filter(|entry| entry.frozen.is_some());
    let frozen: Vec<String> = frozen.map(|entry| entry.version).collect();
    assert_eq!(contracts::versions(), Ok(frozen.clone()));
    let engine = Engine::new(Limits::default()).unwrap();
    for released in frozen {
        let (host, kept) = contracts::kept(&released).unwrap();
        let calendar = host.calendar().unwrap();
        // By the package compiler, in Rust, in C.
        let ways: BTreeSet<&str> = kept
            .iter()
            .filter_map(|kept| kept.name.split('-').next())
            .collect();
        assert!(
            ways.is_superset(&BTreeSet::from(["package", "rust", "c"])),
            "{ways:?}"
        );
        for kept in kept {
            let version = Version::load(&engine, &kept.component).unwrap();
            assert_eq!(version.contract(), format!("motcua:procedure@{released}"));
            assert!(
                kept.asked.len() >= QUESTIONS,
                "{}: {}",
                kept.name,
                kept.asked.len()
            );
            let (mut verdicts, mut asks) = (BTreeSet::new(), 0);
            for (question, expected) in &kept.asked {
                let answer = version
                    .assess_json(question.as_bytes(), &host.context(&calendar))
                    .unwrap_or_else(|error| panic!("{}: {error}: {question}", kept.name));
                let answer = String::from_utf8(answer).unwrap();
                assert!(
                    answer == *expected,
                    "{}: {question}\n\nwas answered by\n{expected}\n\nand now by\n{answer}\n\nWhat was decided by such \
                     an answer could not be replayed any more. Mend the host; what is kept is never made again.",
                    kept.name
                );
                let answer: Value = serde_json::from_str(&answer).unwrap();
                asks += usize::from(
                    answer["ask_next"]
                        .as_array()
                        .is_some_and(|ask| !ask.is_empty()),
                );
                verdicts.insert(answer["verdict"].to_string());
            }
            // Questions that all end alike, or that all tell everything, would show little.
            assert!(
                verdicts.len() >= 2 && verdicts.contains("\"undetermined\""),
                "{}: {verdicts:?}",
                kept.name
            );
            assert!(
                (3..kept.asked.len()).contains(&asks),
                "{}: {asks}",
                kept.name
            );
        }
    }
}

#[test]
fn what_is_kept_is_never_made_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("1.0.0")).unwrap();
    let refused = contracts::keep(folder.path()).unwrap_err();
    assert!(refused.contains("never made again"), "{refused}");
    assert_eq!(names(folder.path()), BTreeSet::from(["1.0.0".to_owned()]));
    assert!(names(&folder.path().join("1.0.0")).is_empty());
}
