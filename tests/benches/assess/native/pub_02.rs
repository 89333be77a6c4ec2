//! Licence to print publications, the version from 2020-03-01, in force in 2026.

use std::sync::LazyLock;

use motcua_model::{Amount, ConditionOutcome, DossierNeed, Term, Unit};
use serde::Deserialize;

use super::{About, Pen, Truth, Words, World, all, alternative, condition, document};

pub type Question = super::Question<Facts, Document>;
pub type Decision = super::Decision<0, 8, 8>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    belongs_to_central_body: Truth,
    head_is_vietnamese_citizen: Truth,
    head_resides_in_vietnam: Truth,
    head_is_legal_representative: Truth,
    head_qualification: Option<Qualification>,
    has_premises: Truth,
    equipment: Option<Equipment>,
    stages: Option<Vec<Stage>>,
    has_security_order_certificate: Truth,
    has_environment_certificate: Truth,
    owner_is_vietnamese: Truth,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Qualification {
    PrintingDegree,
    ManagementCertificate,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Equipment {
    InPlace,
    Planned,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stage {
    PrePress,
    Press,
    PostPress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Document {
    Application,
    Registration,
    PremisesPapers,
    EquipmentPapers,
    PlannedEquipmentList,
    CvOfHead,
    QualificationOfHead,
    SecurityAndEnvironmentCertificates,
}

/// The law's term, also for rivals that do not count days.
pub static STATUTORY: LazyLock<Term> = LazyLock::new(|| Term {
    amount: Amount::whole(15).expect("an amount"),
    unit: Unit::CalendarDay,
});
/// The department's.
pub static COMMITTED: LazyLock<Term> = LazyLock::new(|| Term {
    amount: Amount::whole(9).expect("an amount"),
    unit: Unit::CalendarDay,
});

/// Position of the fact on which the alternative documents hang.
const EQUIPMENT: u16 = 6;

/// What does not change.
pub static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    code: "2.001594",
    valid_from: "2020-03-01",
    exemptions: &[],
    conditions: &[
        "establishment-is-local",
        "head-is-vietnamese",
        "head-is-legal-representative",
        "head-is-qualified",
        "premises-and-equipment",
        "security-and-environment",
        "fits-master-plan",
        "owner-is-vietnamese",
    ],
    documents: &[
        ("application", 1, 0),
        ("registration", 0, 1),
        ("premises-papers", 0, 1),
        ("equipment-papers", 0, 1),
        ("planned-equipment-list", 1, 0),
        ("cv-of-head", 1, 0),
        ("qualification-of-head", 0, 1),
        ("security-and-environment-certificates", 0, 1),
    ],
    facts: &[
        ("belongs_to_central_body", "boolean"),
        ("head_is_vietnamese_citizen", "boolean"),
        ("head_resides_in_vietnam", "boolean"),
        ("head_is_legal_representative", "boolean"),
        ("head_qualification", "choice"),
        ("has_premises", "boolean"),
        ("equipment", "choice"),
        ("stages", "choices"),
        ("has_security_order_certificate", "boolean"),
        ("has_environment_certificate", "boolean"),
        ("owner_is_vietnamese", "boolean"),
    ],
    fee: None,
    check: Some("stages-need-equipment"),
    row: "standard",
    statutory: *STATUTORY,
    committed: *COMMITTED,
    cut_percent: 40.0,
});

/// JSON in, JSON out.
pub fn assess_json(body: &[u8], pen: &Pen<'_>, world: &World<'_>) -> Option<Vec<u8>> {
    let question: Question = serde_json::from_slice(body).ok()?;
    let decision = assess(&question.facts, &question.on_file);
    Some(pen.answer(&question, &decision, &WORDS, world))
}

/// The rules.
pub fn assess(facts: &Facts, on_file: &[Document]) -> Decision {
    use Document as D;
    let has = |document| on_file.contains(&document);
    let equipped = facts
        .equipment
        .map(|equipment| equipment != Equipment::None);
    let serves = facts.stages.as_ref().map(|stages| !stages.is_empty());
    let qualified = facts
        .head_qualification
        .map(|held| held != Qualification::None);
    let conditions = [
        condition(facts.belongs_to_central_body.map(|central| !central)),
        condition(all(&[
            facts.head_is_vietnamese_citizen,
            facts.head_resides_in_vietnam,
        ])),
        condition(facts.head_is_legal_representative),
        condition(qualified),
        condition(all(&[facts.has_premises, equipped, serves])),
        condition(all(&[
            facts.has_security_order_certificate,
            facts.has_environment_certificate,
        ])),
        ConditionOutcome::Judgement,
        condition(facts.owner_is_vietnamese),
    ];
    let in_place = (
        facts.equipment.map(|e| e == Equipment::InPlace),
        has(D::EquipmentPapers),
    );
    let planned = (
        facts.equipment.map(|e| e == Equipment::Planned),
        has(D::PlannedEquipmentList),
    );
    let always = |paper| document(Some(true), has(paper));
    let documents = [
        always(D::Application),
        always(D::Registration),
        always(D::PremisesPapers),
        alternative(in_place.0, in_place.1, &[planned]),
        alternative(planned.0, planned.1, &[in_place]),
        always(D::CvOfHead),
        always(D::QualificationOfHead),
        always(D::SecurityAndEnvironmentCertificates),
    ];
    let mut decision = Decision {
        exemptions: [],
        conditions,
        documents,
        row: 0,
        fee: None,
        missing: Vec::new(),
        problem: equipped == Some(false) && serves == Some(true),
    };
    missing(facts, &mut decision);
    decision
}

fn missing(facts: &Facts, decision: &mut Decision) {
    let missing = &mut decision.missing;
    let hangs: [&[(bool, u16)]; 8] = [
        &[(facts.belongs_to_central_body.is_none(), 0)],
        &[
            (facts.head_is_vietnamese_citizen.is_none(), 1),
            (facts.head_resides_in_vietnam.is_none(), 2),
        ],
        &[(facts.head_is_legal_representative.is_none(), 3)],
        &[(facts.head_qualification.is_none(), 4)],
        &[
            (facts.has_premises.is_none(), 5),
            (facts.equipment.is_none(), EQUIPMENT),
            (facts.stages.is_none(), 7),
        ],
        &[
            (facts.has_security_order_certificate.is_none(), 8),
            (facts.has_environment_certificate.is_none(), 9),
        ],
        &[],
        &[(facts.owner_is_vietnamese.is_none(), 10)],
    ];
    for (at, (outcome, facts)) in (0..).zip(decision.conditions.iter().zip(hangs)) {
        if *outcome == ConditionOutcome::Unknown {
            for &(untold, fact) in facts {
                if untold {
                    missing.push((fact, About::Condition(at)));
                }
            }
        }
    }
    for (at, need) in (0..).zip(decision.documents) {
        if need == DossierNeed::Unknown {
            missing.push((EQUIPMENT, About::Document(at)));
        }
    }
}
