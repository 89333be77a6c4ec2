//! Before anything is timed, all contestants must give the same answers.

use motcua_model::{FeeDue, Subject as About, TimeLimitResult};

use crate::native;
use crate::world::{Asked, Subject, World};

/// The function written by hand gives our compact answer, byte for byte.
pub fn bytes(
    subject: &Subject,
    world: &World,
    bodies: &[Vec<u8>],
    by_hand: impl Fn(&[u8]) -> Option<Vec<u8>>,
) {
    for body in bodies {
        let ours = subject
            .version
            .assess_json(body, &world.context())
            .expect("an answer");
        let theirs = by_hand(body);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            theirs.as_ref() == Some(&ours),
            "asked {}\nMotcua says {}\nby hand     {}",
            text(body),
            text(&ours),
            theirs.as_deref().map_or("nothing".to_owned(), text)
        );
    }
}

/// The same without JSON.
pub fn outcomes<const E: usize, const C: usize, const D: usize>(
    subject: &Subject,
    questions: &[Asked<'_>],
    decisions: &[native::Decision<E, C, D>],
) {
    for (asked, decision) in questions.iter().zip(decisions) {
        let (assessment, needs) = subject.assess(asked);
        let ours = native::Decision::<E, C, D> {
            exemptions: std::array::from_fn(|at| assessment.exemptions[at].outcome),
            conditions: std::array::from_fn(|at| assessment.conditions[at].outcome),
            documents: std::array::from_fn(|at| needs[at]),
            row: match assessment.time_limit {
                TimeLimitResult::Row(row) => row,
                other => panic!("{other:?}"),
            },
            fee: assessment.fees.first().map(|fee| {
                assert_eq!(fee.due, FeeDue::Due);
                fee.amount
            }),
            missing: assessment
                .missing
                .iter()
                .map(|missing| {
                    let about = match missing.subject {
                        About::Exemption(n) => native::About::Exemption(n),
                        About::Condition(n) => native::About::Condition(n),
                        About::Document(n) => native::About::Document(n),
                        About::Fee(n) => native::About::Fee(n),
                        other => panic!("{other:?}"),
                    };
                    (missing.fact, about)
                })
                .collect(),
            problem: !assessment.problems.is_empty(),
        };
        assert_eq!(&ours, decision, "{asked:?}");
    }
}

/// A rival says what we say, in its own form.
#[cfg(feature = "rivals")]
pub fn decisions(
    subject: &Subject,
    world: &World,
    bodies: &[Vec<u8>],
    name: &str,
    mut rival: impl FnMut(&[u8]) -> Option<Vec<u8>>,
) {
    use serde_json::{Map, Value, json};

    let by_id = |list: &Value, member: &dyn Fn(&Value) -> Value| -> Value {
        let list = list.as_array().expect("a list").iter();
        list.map(|each| (each["id"].as_str().expect("an id").to_owned(), member(each)))
            .collect::<Map<_, _>>()
            .into()
    };
    let due = |term: &Value| json!({"due_on": term["due_on"], "due_at": term["due_at"]});
    for body in bodies {
        let ours = subject
            .version
            .assess_json(body, &world.context())
            .expect("an answer");
        let ours: Value = serde_json::from_slice(&ours).expect("JSON");
        assert_eq!(ours["ask_next"], json!([]), "not every fact is told");
        let limit = &ours["time_limit"];
        let ours = json!({
            "days": {
                "filed_at": ours["filed_at"],
                "received_on": ours["received_on"],
                "statutory": due(&limit["statutory"]),
                "committed": due(&limit["committed"]),
                "provisional": limit["provisional"],
            },
            "decision": {
                "verdict": ours["verdict"],
                "conditions": by_id(&ours["conditions"], &|each| each["outcome"].clone()),
                "documents": by_id(&ours["documents"], &|each| json!({
                    "need": each["need"],
                    "originals": each["originals"],
                    "copies": each["copies"],
                })),
                "time_limit": limit["id"],
                "total_vnd": ours["total_vnd"],
                "problems": ours["problems"]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(|problem| problem["id"].clone())
                    .collect::<Value>(),
            },
        });
        let said = rival(body);
        let theirs: Value = said
            .as_deref()
            .and_then(|said| serde_json::from_slice(said).ok())
            .unwrap_or_default();
        assert!(
            ours == theirs,
            "asked {}\nMotcua says {ours:#}\n{name} says {theirs:#}",
            String::from_utf8_lossy(body)
        );
    }
}
