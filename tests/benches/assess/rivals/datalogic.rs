//! The rules of pub-02 as one JSONLogic template. Compiled once; each call parses into an arena that is kept from call to
//! call, evaluates there and writes from there.

use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{DataValue, Engine, Logic};
use serde_json::{Value, json};

use crate::native::World;

pub struct Datalogic {
    engine: Engine,
    logic: Logic,
    arena: Bump,
}

impl Datalogic {
    pub fn new() -> Self {
        let engine = Engine::builder().with_templating(true).build();
        let logic = engine
            .compile(rules().to_string().as_str())
            .expect("right rules");
        Self {
            engine,
            logic,
            arena: Bump::with_capacity(64 << 10),
        }
    }

    pub fn assess_json(&mut self, body: &[u8], world: &World<'_>) -> Option<Vec<u8>> {
        self.arena.reset();
        let text = std::str::from_utf8(body).ok()?;
        let question = &*self
            .arena
            .alloc(DataValue::from_str(text, &self.arena).ok()?);
        let received_at = question.get("received_at").and_then(DataValue::as_str);
        let mut out = super::begin(received_at, world)?;
        let decision = self
            .engine
            .evaluate(&self.logic, question, &self.arena)
            .ok()?;
        decision.write_json_into(&mut out);
        out.push(b'}');
        Some(out)
    }
}

fn fact(name: &str) -> Value {
    json!({"var": format!("facts.{name}")})
}

fn rules() -> Value {
    let equipment_is = |option: &str| json!({"==": [fact("equipment"), option]});
    let serves = json!({"!!": [fact("stages")]});
    let local = json!({"!": [fact("belongs_to_central_body")]});
    let vietnamese =
        json!({"and": [fact("head_is_vietnamese_citizen"), fact("head_resides_in_vietnam")]});
    let representative = fact("head_is_legal_representative");
    let qualified =
        json!({"in": [fact("head_qualification"), ["printing-degree", "management-certificate"]]});
    let equipped = json!({"and": [
        fact("has_premises"),
        {"in": [fact("equipment"), ["in-place", "planned"]]},
        serves,
    ]});
    let safe = json!({"and": [
        fact("has_security_order_certificate"),
        fact("has_environment_certificate"),
    ]});
    let owner = fact("owner_is_vietnamese");
    let outcome = |holds: &Value| json!({"if": [holds, "satisfied", "violated"]});
    let need = |applies: Value| json!({"if": [applies, "required", "not-needed"]});
    json!({
        "verdict": {"if": [
            {"and": [local, vietnamese, representative, qualified, equipped, safe, owner]},
            "needs-judgement",
            "ineligible",
        ]},
        "conditions": {
            "establishment-is-local": outcome(&local),
            "head-is-vietnamese": outcome(&vietnamese),
            "head-is-legal-representative": outcome(&representative),
            "head-is-qualified": outcome(&qualified),
            "premises-and-equipment": outcome(&equipped),
            "security-and-environment": outcome(&safe),
            "fits-master-plan": "judgement",
            "owner-is-vietnamese": outcome(&owner),
        },
        "documents": {
            "application": {"need": "required", "originals": 1, "copies": 0},
            "registration": {"need": "required", "originals": 0, "copies": 1},
            "premises-papers": {"need": "required", "originals": 0, "copies": 1},
            "equipment-papers": {"need": need(equipment_is("in-place")), "originals": 0, "copies": 1},
            "planned-equipment-list": {"need": need(equipment_is("planned")), "originals": 1, "copies": 0},
            "cv-of-head": {"need": "required", "originals": 1, "copies": 0},
            "qualification-of-head": {"need": "required", "originals": 0, "copies": 1},
            "security-and-environment-certificates": {"need": "required", "originals": 0, "copies": 1},
        },
        "time_limit": "standard",
        "total_vnd": 0,
        "problems": {"if": [
            {"and": [equipment_is("none"), serves]},
            ["stages-need-equipment"],
            [],
        ]},
    })
}
