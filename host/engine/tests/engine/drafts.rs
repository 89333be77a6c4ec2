//! Two versions of the contract side by side, one of them a draft: each is asked by its own adapter, and what is not exactly
//! one of them is refused.

use motcua_engine::{Engine, LoadError, Procedure, Refusal, Rule, admit, inspect};
use motcua_model::{CONTRACT, Subject};

use crate::{ask, boolean, drafts, engine, limits};
use guests::written::{
    CONDITIONS, DOCUMENTS, DRAFT, DRAFT_WIT, Guest, WIT, not_plain, with_drafts_manifest,
    with_manifest, wrap,
};

/// The same rules against both versions.
fn versions(engine: &Engine) -> [Procedure; 2] {
    let guest = Guest::default();
    [guest.component(), guest.draft()].map(|component| engine.load(&component).unwrap())
}

fn subjects() -> impl Iterator<Item = Subject> {
    let numbers = |count: usize| 0..u16::try_from(count).unwrap();
    numbers(CONDITIONS)
        .map(Subject::Condition)
        .chain(numbers(DOCUMENTS).map(Subject::Document))
        .chain([Subject::TimeLimit, Subject::Fee(0)])
}

#[test]
fn both_versions_load_in_one_engine_and_answer_alike() {
    let engine = drafts(limits());
    let [released, draft] = versions(&engine);
    assert_eq!([released.contract(), draft.contract()], [CONTRACT, DRAFT]);
    assert_ne!(released.digest(), draft.digest());
    let composed = engine
        .load(&not_plain(Guest::default().component()))
        .unwrap();
    // Told or not, and true or not, in ever other patterns.
    for pattern in 0..200_usize {
        let told: Vec<usize> = (0..CONDITIONS)
            .filter(|n| (pattern * 31) >> n & 1 == 1)
            .collect();
        let facts = told
            .iter()
            .map(|n| boolean(*n, (pattern * 17) >> n & 1 == 1))
            .collect();
        let question = ask(facts);
        let answer = draft.assess(&question).unwrap();
        assert_eq!(released.assess(&question), Ok(answer.clone()));
        assert_eq!(composed.assess(&question), Ok(answer));
        for subject in subjects() {
            assert_eq!(released.grounds(&question, subject), Ok(None));
            assert_eq!(composed.grounds(&question, subject), Ok(None));
            let numbers = |facts: &[usize]| {
                let numbers = facts.iter().map(|n| u16::try_from(*n).unwrap());
                Some(numbers.collect::<Vec<_>>())
            };
            let expected = match subject {
                Subject::Condition(number) if told.contains(&usize::from(number)) => {
                    Some(vec![number])
                }
                // Unknown: `missing` tells.
                Subject::Condition(_) => None,
                Subject::Fee(_) => numbers(&told),
                _ => numbers(&[]),
            };
            assert_eq!(draft.grounds(&question, subject), Ok(expected), "{subject}");
        }
    }
}

fn refusal(engine: &Engine, component: &[u8]) -> Refusal {
    match engine.load(component) {
        Err(LoadError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_draft_is_admitted_only_where_drafts_are() {
    let draft = Guest::default().draft();
    let refusal = refusal(&engine(), &draft);
    assert_eq!((refusal.rule, refusal.class), (Rule::Draft, None));
    for message in [&refusal.message.vi, &refusal.message.en] {
        assert!(
            message.contains(DRAFT) && message.contains(CONTRACT),
            "{message}"
        );
    }
    assert!(refusal.message.vi.contains("dự thảo"));
    assert!(refusal.message.en.contains("draft"));
    let allowing = drafts(limits());
    assert!(admit(&draft, allowing.classes()).is_ok());
    assert_eq!(inspect(&draft, allowing.classes()).refused, None);
    assert_eq!(
        inspect(&draft, engine().classes()).refused.map(|r| r.rule),
        Some("draft")
    );
}

#[test]
fn the_manifest_must_name_the_contract_that_is_exported() {
    let engine = drafts(limits());
    let guest = Guest::default();
    for (component, named, exported) in [
        (
            with_manifest(wrap(&guest.draft_wat(), &[DRAFT_WIT])),
            CONTRACT,
            DRAFT,
        ),
        (
            with_drafts_manifest(wrap(&guest.wat(), &[WIT])),
            DRAFT,
            CONTRACT,
        ),
    ] {
        let refusal = refusal(&engine, &component);
        assert_eq!(refusal.rule, Rule::Manifest);
        let said = refusal.message.en;
        let [first, second] = [named, exported].map(|contract| said.find(contract));
        assert!(first.is_some() && first < second, "{said}");
    }
}

/// The same text for the other version.
fn renamed(text: &str, from: &str, to: &str) -> String {
    let renamed = text.replace(from, to);
    assert_ne!(renamed, text);
    renamed
}

#[test]
fn an_interface_is_that_of_its_version_and_nothing_else() {
    let engine = drafts(limits());
    let guest = Guest::default();
    let too_much = with_manifest(wrap(
        &renamed(&guest.draft_wat(), "@1.1.0", "@1.0.0"),
        &[&renamed(DRAFT_WIT, "@1.1.0;", "@1.0.0;")],
    ));
    let too_little = with_drafts_manifest(wrap(
        &renamed(&guest.wat(), "@1.0.0", "@1.1.0"),
        &[&renamed(WIT, "@1.0.0;", "@1.1.0;")],
    ));
    let changed = |from: &str, to: &str| {
        with_drafts_manifest(wrap(&guest.draft_wat(), &[&renamed(DRAFT_WIT, from, to)]))
    };
    for component in [
        too_much,
        too_little,
        changed("subject: subject) -> list", "about: subject) -> list"),
        changed("-> list<fact-number>;", "-> list<s16>;"),
    ] {
        let refusal = refusal(&engine, &component);
        assert_eq!(refusal.rule, Rule::ContractType, "{refusal}");
        for message in [&refusal.message.vi, &refusal.message.en] {
            assert!(message.contains("`grounds`"), "{message}");
        }
    }
}

/// A component of both versions.
fn of_both() -> Vec<u8> {
    let wat = renamed(
        &Guest::default().draft_wat(),
        r#"(export "motcua:procedure/rules@1.1.0#assess")"#,
        r#"(export "motcua:procedure/rules@1.1.0#assess") (export "motcua:procedure/rules@1.0.0#assess")"#,
    );
    let world = renamed(
        DRAFT_WIT,
        "export rules;",
        "export rules; export motcua:procedure/rules@1.0.0;",
    );
    wrap(&wat, &[WIT, &world])
}

#[test]
fn a_component_of_both_versions_is_asked_by_the_older() {
    // Whether a host has learnt the newer one or not: how a component is asked stays the same for years.
    let component = with_manifest(of_both());
    for engine in [engine(), drafts(limits())] {
        let procedure = engine.load(&component).unwrap();
        assert_eq!(procedure.contract(), CONTRACT);
        assert!(procedure.assess(&crate::all_true()).is_ok());
        assert_eq!(
            procedure.grounds(&crate::all_true(), Subject::Condition(0)),
            Ok(None)
        );
        let others = inspect(&component, engine.classes());
        assert!(others.other_exports().eq(["motcua:procedure/rules@1.1.0"]));
        let other = refusal(&engine, &with_drafts_manifest(of_both()));
        assert_eq!(other.rule, Rule::Manifest);
    }
}
