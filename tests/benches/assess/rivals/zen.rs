//! The rules of pub-02 as a decision model of GoRules: one expression node between input and output, which is the
//! shortest graph. Compiled once; each call deserialises into the engine's own values and serialises from them.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use serde_json::{Value, json};
use zen_engine::Variable;
use zen_engine::model::GraphContent;
use zen_engine::{Decision, DecisionEngine};

use crate::native::World;

pub struct Zen(Decision);

impl Zen {
    pub fn new() -> Self {
        let mut graph: GraphContent = serde_json::from_value(graph()).expect("a right graph");
        graph.compile();
        let decision = DecisionEngine::default()
            .create_decision(zen_engine::model::DecisionContent::from(graph).into())
            .expect("a graph");
        Self(decision)
    }

    pub fn assess_json(&self, body: &[u8], world: &World<'_>) -> Option<Vec<u8>> {
        let question: Variable = serde_json::from_slice(body).ok()?;
        let received_at = question.dot("received_at");
        let mut out = super::begin(received_at.as_ref().and_then(Variable::as_str), world)?;
        let response = ready(self.0.evaluate(question)).ok()?;
        serde_json::to_writer(&mut out, &response.result).ok()?;
        out.push(b'}');
        Some(out)
    }
}

/// The graph waits for nothing, so it is done when it is first asked: cheaper than any runtime.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("nothing in the graph waits"),
    }
}

fn graph() -> Value {
    let expression = |key: &str, value: &str| json!({"id": key, "key": key, "value": value});
    let node = |id: &str, kind: &str, content: Value| json!({"id": id, "name": id, "type": kind, "content": content});
    let edge = |from: &str, to: &str| json!({"id": format!("{from}-{to}"), "type": "edge", "sourceId": from, "targetId": to});
    json!({
        "nodes": [
            node("input", "inputNode", json!({})),
            node("rules", "expressionNode", json!({"expressions": [
                expression("conditions", CONDITIONS),
                expression("verdict", VERDICT),
                expression("documents", DOCUMENTS),
                expression("time_limit", "'standard'"),
                expression("total_vnd", "0"),
                expression("problems", PROBLEMS),
            ]})),
            node("output", "outputNode", json!({})),
        ],
        "edges": [edge("input", "rules"), edge("rules", "output")],
    })
}

const CONDITIONS: &str = r#"{
    "establishment-is-local": facts.belongs_to_central_body ? "violated" : "satisfied",
    "head-is-vietnamese": facts.head_is_vietnamese_citizen and facts.head_resides_in_vietnam ? "satisfied" : "violated",
    "head-is-legal-representative": facts.head_is_legal_representative ? "satisfied" : "violated",
    "head-is-qualified": facts.head_qualification in ["printing-degree", "management-certificate"] ? "satisfied" : "violated",
    "premises-and-equipment": facts.has_premises and facts.equipment in ["in-place", "planned"] and len(facts.stages) >= 1 ? "satisfied" : "violated",
    "security-and-environment": facts.has_security_order_certificate and facts.has_environment_certificate ? "satisfied" : "violated",
    "fits-master-plan": "judgement",
    "owner-is-vietnamese": facts.owner_is_vietnamese ? "satisfied" : "violated"
}"#;

/// The rules again instead of the outcomes above: a look into an object that was just made costs more.
const VERDICT: &str = r#"not facts.belongs_to_central_body
    and facts.head_is_vietnamese_citizen and facts.head_resides_in_vietnam
    and facts.head_is_legal_representative
    and facts.head_qualification in ["printing-degree", "management-certificate"]
    and facts.has_premises and facts.equipment in ["in-place", "planned"] and len(facts.stages) >= 1
    and facts.has_security_order_certificate and facts.has_environment_certificate
    and facts.owner_is_vietnamese ? "needs-judgement" : "ineligible""#;

const DOCUMENTS: &str = r#"{
    "application": {"need": "required", "originals": 1, "copies": 0},
    "registration": {"need": "required", "originals": 0, "copies": 1},
    "premises-papers": {"need": "required", "originals": 0, "copies": 1},
    "equipment-papers": {"need": facts.equipment == "in-place" ? "required" : "not-needed", "originals": 0, "copies": 1},
    "planned-equipment-list": {"need": facts.equipment == "planned" ? "required" : "not-needed", "originals": 1, "copies": 0},
    "cv-of-head": {"need": "required", "originals": 1, "copies": 0},
    "qualification-of-head": {"need": "required", "originals": 0, "copies": 1},
    "security-and-environment-certificates": {"need": "required", "originals": 0, "copies": 1}
}"#;

const PROBLEMS: &str =
    r#"facts.equipment == "none" and len(facts.stages) > 0 ? ["stages-need-equipment"] : []"#;
