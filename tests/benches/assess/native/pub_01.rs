//! Licence to publish non-commercial material, the version from 2025-07-01.

use std::sync::LazyLock;

use motcua_model::{Amount, ConditionOutcome, ExemptionOutcome, Term, Unit};
use serde::Deserialize;

use super::{About, Pen, Truth, Words, World, alternative, condition, condition_when, document};

pub type Question = super::Question<Facts, Document>;
pub type Decision = super::Decision<1, 6, 8>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    through_publishing_house: Truth,
    applicant_kind: Option<ApplicantKind>,
    fits_functions: Truth,
    material_class: Option<MaterialClass>,
    has_party_opinion: Truth,
    from_army_or_police: Truth,
    has_defence_opinion: Truth,
    medium: Option<Medium>,
    language: Option<Language>,
    pages: Option<u32>,
    minutes: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ApplicantKind {
    LocalBody,
    LocalBranch,
    CentralBody,
    ForeignBody,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum MaterialClass {
    Propaganda,
    Guidance,
    DisasterDiseaseEnvironment,
    Proceedings,
    ForeignActivities,
    LocalHistory,
    NoneOfThese,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Medium {
    Paper,
    ElectronicRead,
    ElectronicAudiovisual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Language {
    Vietnamese,
    Foreign,
    EthnicMinority,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Document {
    Application,
    PaperManuscript,
    ManuscriptOnStorageDevice,
    SignedElectronicManuscript,
    Translation,
    DefenceOpinionPaper,
    PartyOpinionPaper,
    OperatingLicence,
}

/// Positions of the facts.
mod fact {
    pub const THROUGH_PUBLISHING_HOUSE: u16 = 0;
    pub const APPLICANT_KIND: u16 = 1;
    pub const FITS_FUNCTIONS: u16 = 2;
    pub const MATERIAL_CLASS: u16 = 3;
    pub const HAS_PARTY_OPINION: u16 = 4;
    pub const FROM_ARMY_OR_POLICE: u16 = 5;
    pub const HAS_DEFENCE_OPINION: u16 = 6;
    pub const MEDIUM: u16 = 7;
    pub const LANGUAGE: u16 = 8;
    pub const PAGES: u16 = 9;
    pub const MINUTES: u16 = 10;
}

/// What does not change.
pub static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    code: "1.003868",
    valid_from: "2025-07-01",
    exemptions: &["through-a-publishing-house"],
    conditions: &[
        "applicant-is-admitted",
        "fits-functions",
        "allowed-class",
        "party-opinion",
        "defence-opinion",
        "no-prohibited-content",
    ],
    documents: &[
        ("application", 1, 0),
        ("paper-manuscript", 2, 0),
        ("manuscript-on-storage-device", 1, 0),
        ("signed-electronic-manuscript", 1, 0),
        ("translation", 1, 0),
        ("defence-opinion-paper", 1, 0),
        ("party-opinion-paper", 1, 0),
        ("operating-licence", 0, 1),
    ],
    facts: &[
        ("through_publishing_house", "boolean"),
        ("applicant_kind", "choice"),
        ("fits_functions", "boolean"),
        ("material_class", "choice"),
        ("has_party_opinion", "boolean"),
        ("from_army_or_police", "boolean"),
        ("has_defence_opinion", "boolean"),
        ("medium", "choice"),
        ("language", "choice"),
        ("pages", "integer"),
        ("minutes", "integer"),
    ],
    fee: Some("appraisal"),
    check: None,
    row: "standard",
    statutory: Term {
        amount: Amount::whole(10).expect("an amount"),
        unit: Unit::WorkingDay,
    },
    committed: Term {
        amount: Amount::halves(13).expect("an amount"),
        unit: Unit::WorkingDay,
    },
    cut_percent: 35.0,
});

/// JSON in, JSON out.
pub fn assess_json(body: &[u8], pen: &Pen<'_>, world: &World<'_>) -> Option<Vec<u8>> {
    let question: Question = serde_json::from_slice(body).ok()?;
    let in_range = |number: Option<u32>| number.is_none_or(|n| (1..=100_000).contains(&n));
    if !in_range(question.facts.pages) || !in_range(question.facts.minutes) {
        return None;
    }
    let decision = assess(&question.facts, &question.on_file);
    Some(pen.answer(&question, &decision, &WORDS, world))
}

/// The rules.
pub fn assess(facts: &Facts, on_file: &[Document]) -> Decision {
    use Document as D;
    let has = |document| on_file.contains(&document);
    let electronic = facts.medium.map(|medium| medium != Medium::Paper);
    let local_history = facts
        .material_class
        .map(|class| class == MaterialClass::LocalHistory);
    let army = facts.from_army_or_police;

    let exemption = match facts.through_publishing_house {
        Some(true) => ExemptionOutcome::Applies,
        Some(false) => ExemptionOutcome::DoesNotApply,
        None => ExemptionOutcome::Unknown,
    };
    let admitted = facts
        .applicant_kind
        .map(|kind| kind != ApplicantKind::Other);
    let fits = match facts.fits_functions {
        Some(true) => ConditionOutcome::Judgement,
        other => condition(other),
    };
    let allowed = facts
        .material_class
        .map(|class| class != MaterialClass::NoneOfThese);
    let conditions = [
        condition(admitted),
        fits,
        condition(allowed),
        condition_when(local_history, facts.has_party_opinion),
        condition_when(army, facts.has_defence_opinion),
        ConditionOutcome::Judgement,
    ];

    let paper = electronic.map(|electronic| !electronic);
    let manuscripts = [
        (paper, has(D::PaperManuscript)),
        (paper, has(D::ManuscriptOnStorageDevice)),
        (electronic, has(D::SignedElectronicManuscript)),
    ];
    let [first, second, third] = manuscripts;
    let translated = facts
        .language
        .map(|language| language != Language::Vietnamese);
    let foreign = facts
        .applicant_kind
        .map(|kind| kind == ApplicantKind::ForeignBody);
    let documents = [
        document(Some(true), has(D::Application)),
        alternative(first.0, first.1, &[second, third]),
        alternative(second.0, second.1, &[first, third]),
        alternative(third.0, third.1, &[first, second]),
        document(translated, has(D::Translation)),
        document(army, has(D::DefenceOpinionPaper)),
        document(local_history, has(D::PartyOpinionPaper)),
        document(foreign, has(D::OperatingLicence)),
    ];

    let amount = facts.medium.and_then(|medium| {
        let (rate, units) = match medium {
            Medium::Paper => (15_000, facts.pages),
            Medium::ElectronicRead => (6_000, facts.minutes),
            Medium::ElectronicAudiovisual => (27_000, facts.minutes),
        };
        Some(rate * u64::from(units?))
    });

    let mut decision = Decision {
        exemptions: [exemption],
        conditions,
        documents,
        row: 0,
        fee: Some(amount),
        missing: Vec::new(),
        problem: false,
    };
    missing(facts, &mut decision);
    decision
}

fn missing(facts: &Facts, decision: &mut Decision) {
    use motcua_model::DossierNeed;
    let Decision {
        exemptions,
        conditions,
        documents,
        fee,
        missing,
        ..
    } = decision;
    let mut ask = |untold: bool, fact, about| {
        if untold {
            missing.push((fact, about));
        }
    };
    if exemptions[0] == ExemptionOutcome::Unknown {
        ask(true, fact::THROUGH_PUBLISHING_HOUSE, About::Exemption(0));
    }
    let class = facts.material_class.is_none();
    let army = facts.from_army_or_police.is_none();
    let medium = facts.medium.is_none();
    let kind = facts.applicant_kind.is_none();
    let conditions_ask: [&[(bool, u16)]; 5] = [
        &[(kind, fact::APPLICANT_KIND)],
        &[(facts.fits_functions.is_none(), fact::FITS_FUNCTIONS)],
        &[(class, fact::MATERIAL_CLASS)],
        &[
            (class, fact::MATERIAL_CLASS),
            (facts.has_party_opinion.is_none(), fact::HAS_PARTY_OPINION),
        ],
        &[
            (army, fact::FROM_ARMY_OR_POLICE),
            (
                facts.has_defence_opinion.is_none(),
                fact::HAS_DEFENCE_OPINION,
            ),
        ],
    ];
    for (at, (outcome, facts)) in (0..).zip(conditions.iter().zip(conditions_ask)) {
        if *outcome == ConditionOutcome::Unknown {
            for &(untold, fact) in facts {
                ask(untold, fact, About::Condition(at));
            }
        }
    }
    let documents_ask = [
        None,
        Some(fact::MEDIUM),
        Some(fact::MEDIUM),
        Some(fact::MEDIUM),
        Some(fact::LANGUAGE),
        Some(fact::FROM_ARMY_OR_POLICE),
        Some(fact::MATERIAL_CLASS),
        Some(fact::APPLICANT_KIND),
    ];
    for (at, (need, hangs)) in (0..).zip(documents.iter().zip(documents_ask)) {
        if let (DossierNeed::Unknown, Some(fact)) = (*need, hangs) {
            ask(true, fact, About::Document(at));
        }
    }
    if *fee == Some(None) {
        let paper = facts.medium == Some(Medium::Paper);
        ask(medium, fact::MEDIUM, About::Fee(0));
        ask(
            (medium || paper) && facts.pages.is_none(),
            fact::PAGES,
            About::Fee(0),
        );
        ask(
            (medium || !paper) && facts.minutes.is_none(),
            fact::MINUTES,
            About::Fee(0),
        );
    }
}
