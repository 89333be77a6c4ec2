//! Rule engines without a sandbox, with the rules of pub-02 in their own languages.
//!
//! Each is given what is cheapest for it. It reads the whole question with its own reader and writes its decision with its
//! own writer; outcomes are members named by condition and document, without the list of objects, the code, the digest
//! and the terms that our answer carries. Neither counts days, so `motcua-model` counts them beside it, as it does for us
//! and for the function written by hand, and they stand beside the decision. Facts that are not told and documents on file
//! are out of their reach here: their rules have two truth values, and they are asked only what tells every fact.

pub mod datalogic;
pub mod zen;

use motcua_model::due::Receipt;
use motcua_model::{Date, Moment};
use serde::Serialize;

use crate::native::pub_02::{COMMITTED, STATUTORY};
use crate::native::{Dates, World};

#[derive(Serialize)]
struct Days {
    filed_at: Moment,
    received_on: Date,
    statutory: Due,
    committed: Due,
    provisional: bool,
}

#[derive(Serialize)]
struct Due {
    due_on: Date,
    due_at: Moment,
}

/// Begins an answer: `{"days":…,"decision":`.
fn begin(received_at: Option<&str>, world: &World<'_>) -> Option<Vec<u8>> {
    let received_at: Moment = received_at?.parse().ok()?;
    let receipt = Receipt {
        filed_at: received_at,
        accepted_at: None,
        received_at: Some(received_at),
    };
    let start = receipt.start(world.calendar, world.office).ok()?;
    let dates = Dates::count(start.told_at, *STATUTORY, *COMMITTED, world);
    let due = |deadline: motcua_model::due::Deadline| Due {
        due_on: deadline.due_on,
        due_at: deadline.due_at,
    };
    let days = Days {
        filed_at: received_at,
        received_on: start.day0,
        statutory: due(dates.statutory),
        committed: due(dates.committed),
        provisional: dates.provisional(),
    };
    // What an answer usually needs.
    let mut out = Vec::with_capacity(3 << 10);
    out.extend_from_slice(br#"{"days":"#);
    serde_json::to_writer(&mut out, &days).ok()?;
    out.extend_from_slice(br#","decision":"#);
    Some(out)
}

/// Whether a case of pub-02 is one that rivals can be asked: all facts, the day of receipt, and no more.
pub fn tells_everything(body: &[u8]) -> bool {
    const FACTS: usize = 11;
    let question: serde_json::Value = serde_json::from_slice(body).expect("JSON");
    let others = ["filed_at", "accepted_at", "on_file", "data_sources"];
    question["facts"].as_object().map(|facts| facts.len()) == Some(FACTS)
        && question["received_at"].is_string()
        && others.iter().all(|member| question.get(member).is_none())
}
