//! A manifest beside a program, as the checker makes it: what hangs on an expression there is a text here.

use motcua_compiler::ir::{Expr, ExprKind, Program, SlotKind};
use motcua_model::Manifest;
use serde_json::{Value, json};

fn words() -> Value {
    json!({"vi": "Thử", "en": "Trial"})
}

/// Something with an id, a text and an article.
fn named(number: usize) -> Value {
    json!({"id": format!("n{number}"), "text": words(), "name": words(), "basis": "Điều 1"})
}

/// The text of an expression: only of a constant does it matter what it says.
fn text(expr: &Expr) -> String {
    match expr.kind {
        ExprKind::Int(number) => number.to_string(),
        _ => "some expression".to_owned(),
    }
}

fn optional(expr: Option<&Expr>) -> Option<String> {
    expr.map(text)
}

/// The part of a list, without what its record does not have.
fn parts<T>(rules: &[T], without: &str, mut fill: impl FnMut(&T, &mut Value)) -> Vec<Value> {
    let part = |(number, rule)| {
        let mut part = named(number);
        part.as_object_mut().expect("a record").remove(without);
        fill(rule, &mut part);
        part
    };
    rules.iter().enumerate().map(part).collect()
}

/// The manifest of a program.
pub fn manifest(program: &Program) -> Manifest {
    let facts: Vec<Value> = program
        .facts
        .iter()
        .enumerate()
        .map(|(number, fact)| {
            let scalar = |number| json!({"id": format!("f{number}"), "question": words(), "type": "boolean"});
            let mut schema = scalar(number);
            if let SlotKind::Rows { fields, max_rows } = fact {
                schema["type"] = json!("rows");
                schema["max_rows"] = json!(max_rows);
                schema["fields"] = (0..fields.len()).map(scalar).collect();
            }
            schema
        })
        .collect();
    let exemptions = parts(&program.exemptions, "name", |rule, part| {
        part["rule"] = json!(text(rule));
    });
    let conditions = parts(&program.conditions, "name", |rule, part| {
        part["when"] = json!(optional(rule.when.as_ref()));
        part["rule"] = json!(optional(rule.rule.as_ref()));
        part["judgement"] = json!(rule.judgement.then(words));
    });
    let documents = parts(&program.documents, "text", |rule, part| {
        part["when"] = json!(optional(rule.when.as_ref()));
        part["originals"] = json!(text(&rule.originals));
        part["copies"] = json!(text(&rule.copies));
    });
    let rows = parts(&program.time_limit, "text", |when, part| {
        let row = json!({
            "id": part["id"],
            "when": optional(when.as_ref()),
            "statutory": {"amount": 1, "unit": "working-day", "basis": "Điều 1"},
        });
        *part = row;
    });
    let fees = parts(&program.fees, "text", |rule, part| {
        part["when"] = json!(optional(rule.when.as_ref()));
        part["amount"] = json!(text(&rule.amount));
        part["reliefs"] = json!(parts(&rule.reliefs, "name", |(when, amount), part| {
            part["when"] = json!(text(when));
            part["amount"] = json!(text(amount));
        }));
    });
    let checks: Vec<Value> = (0..program.checks.len())
        .map(|n| json!({"id": format!("n{n}"), "text": words(), "rule": "a rule", "facts": []}))
        .collect();
    let mut manifest = json!({
        "contract": motcua_model::CONTRACT, "rules": "package",
        "code": "9.000001", "code_confirmed": false, "slug": "a-trial", "valid_from": "2024-01-01",
        "name": words(), "field": "trial", "department": words(), "authority": words(),
        "applicants": words(), "result": words(), "legal_basis": ["Luật 1"], "confidence": "low",
        "sources": [], "channels": [], "fees_status": "known",
        "facts": facts, "exemptions": exemptions, "conditions": conditions, "documents": documents,
        "fees": fees, "checks": checks,
    });
    if !rows.is_empty() {
        manifest["time_limit"] = json!({"starts": words(), "suspension": "none", "rows": rows});
    }
    serde_json::from_value(manifest).expect("the form of a manifest")
}
