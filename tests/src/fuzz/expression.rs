//! A compiled component answers as its rules do when they are evaluated directly: for rules that are made as a tree, which
//! try the emitter, and for rules that are written as text, which try parser and checker too.

use guests::fitting::manifest;
use guests::generate::{Tape, forget, random_application, random_program};
use motcua_model::{Application, Manifest};
use motcua_registry::compiler::ir::Program;
use motcua_registry::compiler::{emit, eval};
use motcua_registry::engine::{CallError, Procedure};

use super::draw::Draw;
use super::sentence::{FACTS, Kind, Words, quote};
use super::{Seen, application, engine, package};

/// Tries it with a program.
///
/// # Panics
/// The promise is broken.
pub fn expression(bytes: &[u8], seen: &mut Seen) {
    let mut draw = Draw::new(bytes);
    if draw.below(2) == 0 {
        tree(draw.rest(), seen);
    } else {
        text(&mut draw, seen);
    }
}

/// Rules made as a tree.
fn tree(bytes: &[u8], seen: &mut Seen) {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let numbers: Vec<u16> = bytes
        .chunks(2)
        .map(|pair| u16::from(pair[0]) | u16::from(pair.get(1).copied().unwrap_or_default()) << 8)
        .collect();
    let mut tape = Tape::new(&numbers);
    // Where several rows of a table hold that the checker would have refused, the answer may contradict the manifest.
    let program = random_program(&mut tape, first % 4 != 0);
    let manifest = manifest(&program);
    let json = serde_json::to_vec(&manifest).expect("a manifest is made of texts and numbers");
    let component =
        emit::component(&program, &json, &[]).expect("a program as the checker makes it");
    assert_eq!(
        emit::component(&program, &json, &[]).as_ref(),
        Ok(&component),
        "other bytes"
    );
    let procedure = match engine().load(&component) {
        Ok(procedure) => procedure,
        Err(error) => panic!("what is emitted is loaded: {error}"),
    };
    let full = random_application(&mut tape, &program);
    let part = forget(&mut tape, &full, true);
    let less = forget(&mut tape, &part, true);
    for application in [full, part, less] {
        agree(
            &program,
            &manifest,
            &procedure,
            &application,
            "tree answered",
            seen,
        );
    }
}

/// Component and rules give the same answer, or the same contradiction.
fn agree(
    program: &Program,
    manifest: &Manifest,
    procedure: &Procedure,
    application: &Application<'_>,
    answered: &'static str,
    seen: &mut Seen,
) {
    let mut direct = eval::assess(program, application, None);
    let checked = direct.check(manifest, &application.facts);
    let asked = procedure.assess(application);
    assert_eq!(
        procedure.assess(application),
        asked,
        "asked again it answers otherwise"
    );
    match (asked, checked) {
        (Ok(answer), Ok(())) => {
            assert_eq!(answer.assessment, direct);
            seen.note(answered);
            if !direct.missing.is_empty() {
                seen.note("something asked for");
            }
        }
        (Err(CallError::Contradicts(error)), Err(direct)) => {
            assert_eq!(error, direct);
            seen.note("contradicts alike");
        }
        (asked, checked) => panic!("asked {asked:?}, evaluated {checked:?} {direct:?}"),
    }
}

/// Rules written as text.
fn text(draw: &mut Draw<'_>, seen: &mut Seen) {
    let texts = package::Texts {
        package: written(draw),
        cases: None,
    };
    let Some(compiled) = package::compiled(&texts, seen) else {
        return;
    };
    let program = compiled
        .program
        .as_ref()
        .expect("the rules are in the package");
    let procedure = match engine().load_if_own(&compiled.component, || true) {
        Ok(procedure) => procedure,
        Err(error) => panic!("what compiles is loaded: {error}"),
    };
    for _ in 0..2 {
        let full = application::fitting(draw, &compiled.manifest);
        let less = application::less(draw, &full);
        for application in [full, less] {
            // What the checker has let through fits its manifest.
            let mut direct = eval::assess(program, &application, None);
            let checked = direct.check(&compiled.manifest, &application.facts);
            assert_eq!(
                checked,
                Ok(()),
                "the checker let through what contradicts the manifest"
            );
            agree(
                program,
                &compiled.manifest,
                &procedure,
                &application,
                "text answered",
                seen,
            );
        }
    }
}

/// A package with rules of all sorts.
fn written(draw: &mut Draw<'_>) -> String {
    let mut words = Words::new(draw);
    let way = words.draw().below(4);
    let q = |text: String| quote(way, &text);
    let mut definitions = String::new();
    for id in ["first", "second"] {
        let kind = words.kind_to_define();
        let rule = q(words.of(kind));
        definitions.push_str(&format!("  - id: {id}\n    rule: {rule}\n"));
        words.known.push((id, kind));
    }
    definitions.push_str(&table(&mut words));
    let exemption = q(words.of(Kind::Truth));
    let condition = q(words.of(Kind::Truth));
    let when = q(words.of(Kind::Truth));
    let needed = q(words.of(Kind::Truth));
    let originals = words.of(Kind::Number);
    let originals = q(whole(&mut words, &originals, 9));
    let row = q(words.of(Kind::Truth));
    let amount = words.of(Kind::Number);
    let amount = q(whole(&mut words, &amount, 1_000_000));
    let relief = q(words.of(Kind::Truth));
    let reduced = words.of(Kind::Number);
    let reduced = q(whole(&mut words, &reduced, 1_000));
    let check = q(words.of(Kind::Truth));
    format!(
        "motcua: 1
code: \"9.000001\"
code_confirmed: false
slug: fuzzing
valid_from: 2024-01-01
name: {{vi: Thử, en: Trial}}
field: publishing
department: {{vi: Sở Thử, en: Department of Trials}}
authority: {{vi: UBND cấp tỉnh, en: Provincial People's Committee}}
applicants: {{vi: Tổ chức, en: Organisations}}
result: {{vi: Giấy phép, en: Licence}}
legal_basis: [Điều 1]
confidence: low
sources: [thử]
channels: [{{channel: online}}, {{channel: counter}}]
{FACTS}definitions:
{definitions}exemptions:
  - id: exempt
    text: {{vi: Miễn, en: Exempt}}
    basis: Điều 2
    rule: {exemption}
conditions:
  - id: condition
    text: {{vi: Điều kiện, en: Condition}}
    basis: Điều 3
    when: {when}
    rule: {condition}
documents:
  - id: paper
    name: {{vi: Đơn, en: Application}}
    basis: Điều 4
    when: {needed}
    because: {{vi: cần, en: it is needed}}
    originals: {originals}
time_limit:
  starts: {{vi: từ ngày nhận, en: from receipt}}
  rows:
    - id: special
      when: {row}
      because: {{vi: riêng, en: it is special}}
      statutory: {{amount: 20, unit: working-day, basis: Điều 5}}
    - id: standard
      statutory: {{amount: 10, unit: working-day, basis: Điều 5}}
fees_status: known
fees:
  - id: fee
    name: {{vi: Phí, en: Fee}}
    basis: Điều 6
    amount: {amount}
    reliefs:
      - id: relief
        text: {{vi: Giảm, en: Relief}}
        basis: Điều 7
        when: {relief}
        amount: {reduced}
checks:
  - id: check
    text: {{vi: Mâu thuẫn, en: Contradiction}}
    rule: {check}
"
    )
}

/// Makes it a whole number that an amount can be, most times.
fn whole(words: &mut Words<'_, '_>, number: &str, most: u32) -> String {
    match words.draw().below(24) {
        23 => number.to_owned(),
        22 => format!("floor({number})"),
        21 => format!("max(0, {number})"),
        20 => format!("ceiling(min({most}, abs({number})) / 1)"),
        _ => format!("max(0, min({most}, floor(({number}) / 1)))"),
    }
}

/// A decision table of one or two inputs, which later rules may speak of.
fn table(words: &mut Words<'_, '_>) -> String {
    let inputs: Vec<(&str, Kind)> = (0..=words.draw().below(2))
        .map(|_| {
            words.draw().of(&[
                ("pages", Kind::Number),
                ("medium", Kind::Choice),
                ("issued_on", Kind::Date),
                ("told", Kind::Truth),
                ("weight", Kind::Number),
                ("title", Kind::Text),
            ])
        })
        .collect();
    let (hit, output) = words.draw().of(&[
        ("first", Kind::Number),
        ("first", Kind::Truth),
        ("first", Kind::Date),
        ("collect sum", Kind::Number),
        ("collect min", Kind::Number),
        ("collect max", Kind::Number),
        ("collect count", Kind::Number),
        ("first", Kind::Choice),
        ("unique", Kind::Number),
        ("first", Kind::Duration),
    ]);
    let names: Vec<&str> = inputs.iter().map(|(name, _)| *name).collect();
    let mut out = format!(
        "  - id: looked_up\n    table:\n      hit: {hit}\n      inputs: [{}]\n      rows:\n",
        names.join(", ")
    );
    for number in 0..=words.draw().below(3) {
        let cells: Vec<String> = inputs
            .iter()
            .map(|(_, kind)| quote(0, &words.cell(*kind)))
            .collect();
        let then = quote(0, &words.of(output));
        out.push_str(&format!(
            "        - {{when: [{}], then: {then}, basis: Điều {number}}}\n",
            cells.join(", ")
        ));
    }
    if !hit.starts_with("collect") && words.draw().below(2) == 1 {
        let otherwise = quote(0, &words.of(output));
        out.push_str(&format!("      otherwise: {otherwise}\n"));
    }
    // A table of options has them from its outputs, and is no medium.
    if output != Kind::Choice {
        words.known.push(("looked_up", output));
    }
    out
}
