//! Licence for an aggregated news website: the rules of `procedure.yaml`, where every place says in words what is done here.
//! The law is Decree 72/2013/NĐ-CP as amended by Decrees 27/2018 and 150/2018; articles are of that decree.

use motcua_plugin::{Date, Maybe, Rules, Truth, all};

motcua_plugin::procedure!("procedure.yaml");

impl Rules for Package {
    fn assess(facts: &Facts<'_>) -> Outcomes {
        let applicant = Applicant::of(facts);
        let domains = Domains::of(facts);
        Outcomes {
            exemptions: Exemptions {
                site_without_licence: facts.site_kind().is_not(SiteKind::Aggregated),
            },
            conditions: Conditions {
                files_at_department: applicant.files_at_department(),
                founded_with_fitting_function: facts.founded_under_vietnamese_law()
                    & facts.function_fits(),
                published_on_enterprise_portal: conditions::PublishedOnEnterprisePortal {
                    when: applicant.is(ApplicantKind::Enterprise),
                    rule: facts.published_on_enterprise_portal(),
                },
                responsible_person: has_responsible_person(facts),
                content_unit_and_staff: facts.has_content_unit()
                    & facts.content_managers().at_least(1)
                    & facts.technical_managers().at_least(1),
                domain_unlike_press: conditions::DomainUnlikePress {
                    when: !applicant.is(ApplicantKind::LocalPressAgency),
                    rule: !domains.resembles_press_name,
                },
                vn_domain_and_server: domains.vietnamese & facts.server_ip_in_vietnam(),
                domain_unlike_own_social_network: conditions::DomainUnlikeOwnSocialNetwork {
                    when: facts.has_own_social_network(),
                    rule: !domains.same_as_own_social_network,
                },
                international_domain_confirmed: conditions::InternationalDomainConfirmed {
                    when: domains.international,
                    rule: !domains.unconfirmed,
                },
                technical_system: technical_system(facts),
                content_management: facts.has_information_process()
                    & facts.controls_sources()
                    & facts.removes_within_three_hours(),
            },
            documents: applicant.documents(facts),
            time_limit: TimeLimit {
                local_press_agency: applicant.is(ApplicantKind::LocalPressAgency),
            },
        }
    }
}

/// Who applies, and what hangs on that alone.
struct Applicant(Maybe<ApplicantKind>);

impl Applicant {
    fn of(facts: &Facts<'_>) -> Self {
        Self(facts.applicant_kind())
    }

    fn is(&self, kind: ApplicantKind) -> Truth {
        self.0.is(kind)
    }

    /// The route of the dossier (Article 23(8), Article 23e(2) and (3)): the department licenses, or appraises what a local
    /// press agency files and forwards it; everybody else goes to the national agency.
    fn files_at_department(&self) -> Truth {
        self.0.decide(|kind| {
            Truth::from(match kind {
                ApplicantKind::Enterprise
                | ApplicantKind::Association
                | ApplicantKind::OtherOrganisation
                | ApplicantKind::LocalPressAgency => true,
                ApplicantKind::BodyOfArticle_23_8 => false,
            })
        })
    }

    /// An association shows its charter, everybody else one of three papers on how it was founded (Article 23đ(1)(b)).
    fn documents(&self, facts: &Facts<'_>) -> Documents {
        let association = self.is(ApplicantKind::Association);
        Documents {
            enterprise_registration: !association,
            investment_registration: !association,
            founding_decision: !association,
            charter: association,
            consent_of_source_providers: facts.information_sources(),
        }
    }
}

/// Article 23a(1)(a): a Vietnamese, or a foreigner whose residence card is valid for six months from filing.
fn has_responsible_person(facts: &Facts<'_>) -> Truth {
    use responsible_people::{Nationality, Row};
    let until = facts.filed_on().plus_months(6);
    let qualifies = |person: Row<'_>, until: Maybe<Date>| {
        let card = person.has_residence_card() & person.card_expires_on().at_least(until);
        person
            .nationality()
            .decide(|nationality| match nationality {
                Nationality::Vietnamese => true.into(),
                Nationality::Foreign => card,
            })
    };
    facts
        .responsible_people()
        .any(|person| qualifies(person, until))
}

/// What the domain names are, found in one pass over them.
struct Domains {
    /// One of them ends in “.vn”.
    vietnamese: Truth,
    /// One of them does not.
    international: Truth,
    /// One of them that does not is not confirmed.
    unconfirmed: Truth,
    /// One of them is like the name of a press agency.
    resembles_press_name: Truth,
    /// One of them has the characters of the body's own social network.
    same_as_own_social_network: Truth,
}

impl Domains {
    fn of(facts: &Facts<'_>) -> Self {
        let domains = facts.domains();
        let vietnamese = |domain: &domains::Row<'_>| domain.name().ends_with(".vn");
        Self {
            vietnamese: domains.any(|domain| vietnamese(&domain)),
            international: domains.any(|domain| !vietnamese(&domain)),
            unconfirmed: domains
                .any(|domain| !vietnamese(&domain) & !domain.lawful_use_confirmed()),
            resembles_press_name: domains.any(|domain| domain.resembles_press_name()),
            same_as_own_social_network: domains.any(|domain| domain.same_as_own_social_network()),
        }
    }
}

/// Article 23c(1)(a), (c), (d), (đ), (e).
fn technical_system(facts: &Facts<'_>) -> Truth {
    all([
        facts.keeps_content_90_days(),
        facts.keeps_logs_two_years(),
        facts.handles_user_warnings(),
        facts.resists_attacks(),
        facts.has_backup_plan(),
        facts.server_located_in_vietnam(),
    ])
}

#[cfg(test)]
mod tests {
    use motcua_plugin::testing::{ConditionOutcome, DocumentNeed, ExemptionOutcome};
    use responsible_people::{Nationality, Told};

    use super::*;

    const FILED: Date = Date::ymd(2020, 8, 31);

    fn asked() -> Question {
        Question::filed_on(FILED).site_kind(SiteKind::Aggregated)
    }

    fn foreigner(card_expires_on: Date) -> Told {
        let foreigner = Told::new().nationality(Nationality::Foreign);
        foreigner
            .has_residence_card(true)
            .card_expires_on(card_expires_on)
    }

    #[test]
    fn a_card_must_be_valid_for_six_months() {
        let with = |person| {
            let answer = asked().responsible_people([person]).ask();
            answer.condition("responsible-person")
        };
        // 31 August and six months is the last of February.
        assert_eq!(
            with(foreigner(Date::ymd(2021, 2, 28))),
            ConditionOutcome::Satisfied
        );
        assert_eq!(
            with(foreigner(Date::ymd(2021, 2, 27))),
            ConditionOutcome::Violated
        );
        let vietnamese = Told::new().nationality(Nationality::Vietnamese);
        assert_eq!(with(vietnamese), ConditionOutcome::Satisfied);
        assert_eq!(with(Told::new()), ConditionOutcome::Unknown);
    }

    #[test]
    fn one_unconfirmed_domain_is_too_many() {
        let domain = |name: &str, confirmed| {
            domains::Told::new()
                .name(name)
                .lawful_use_confirmed(confirmed)
        };
        let with = |names: &[(&str, bool)]| {
            let rows = names
                .iter()
                .map(|(name, confirmed)| domain(name, *confirmed));
            let answer = asked().domains(rows).ask();
            answer.condition("international-domain-confirmed")
        };
        assert_eq!(with(&[("tin.vn", false)]), ConditionOutcome::NotApplicable);
        assert_eq!(
            with(&[("tin.vn", false), ("tin.com", true)]),
            ConditionOutcome::Satisfied
        );
        assert_eq!(
            with(&[("tin.com", true), ("tin.net", false)]),
            ConditionOutcome::Violated
        );
    }

    #[test]
    fn what_is_not_told_is_asked() {
        let answer = asked().applicant_kind(ApplicantKind::Association).ask();
        assert_eq!(
            answer.exemption("site-without-licence"),
            ExemptionOutcome::DoesNotApply
        );
        assert_eq!(answer.document("charter"), DocumentNeed::Required);
        assert_eq!(
            answer.document("founding-decision"),
            DocumentNeed::NotNeeded
        );
        assert_eq!(
            answer.copies("consent-of-source-providers"),
            (None, Some(0))
        );
        assert_eq!(answer.time_limit(), Some("licensed-by-department"));
        assert!(answer.missing().contains(&"information_sources"));
        assert!(!answer.missing().contains(&"published_on_enterprise_portal"));
        assert_eq!(
            answer.missing_for_condition("responsible-person"),
            ["responsible_people"]
        );
    }
}
