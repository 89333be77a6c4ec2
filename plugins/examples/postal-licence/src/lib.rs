//! Postal licence within the province: the rules of `procedure.yaml`, where every place says in words what is done here. The
//! law is the Law on Post 49/2010/QH12 and Decree 47/2011/NĐ-CP, the latter as amended by Decree 25/2022.

use motcua_plugin::{Date, Maybe, Rules, Truth};

motcua_plugin::procedure!("procedure.yaml");

/// In the year 2022 the limit changed, on a day that no source tells.
const YEAR_OF_CHANGE: (Date, Date) = (Date::ymd(2022, 1, 1), Date::ymd(2022, 12, 31));

impl Rules for Package {
    fn assess(facts: &Facts<'_>) -> Outcomes {
        let within_province = facts.scope().is(Scope::WithinProvince);
        let partners = Partners::of(facts);
        let revocation = Revocation::of(facts);
        Outcomes {
            conditions: Conditions {
                licensed_service: facts
                    .services()
                    .contains(Services::AddressedLettersUpTo_2kg),
                within_the_province: within_province,
                registered_for_post: facts.registered_for_post(),
                minimum_capital: facts.capital_vnd().at_least(minimum_capital(facts.scope()))
                    & facts.capital_in_registration(),
                staff_fits_plan: facts.staff_ready(),
                feasible_plan: facts.plan_covers_seven_parts(),
                security_measures: facts.has_security_measures(),
                reapplication_after_revocation: conditions::ReapplicationAfterRevocation {
                    when: revocation.ever(),
                    rule: revocation.may_apply_again(facts),
                },
            },
            documents: Documents {
                charter: facts.has_charter(),
                brand_samples: facts.has_brand_on_items(),
                cooperation_agreement: partners.any,
                foreign_partner_legal_status: partners.any_foreign,
            },
            time_limit: TimeLimit {
                after_decree_25_2022: decree_25_2022_governs(facts),
            },
            fees: Fees {
                appraisal_of_first_grant: facts.purpose().is(Purpose::FirstGrant) & within_province,
                appraisal_of_enterprise_transfer: facts.purpose().is(Purpose::EnterpriseTransfer),
            },
            checks: Checks {
                revoked_before_filing: !revocation.lapsed_in_time()
                    | facts.licence_revoked_on().at_most(facts.filed_on()),
            },
        }
    }
}

/// Article 21(2)(b) of the law, Article 5 of the decree, in đồng.
fn minimum_capital(scope: Maybe<Scope>) -> Maybe<i64> {
    scope.decide(|scope| {
        Maybe::from(match scope {
            Scope::WithinProvince | Scope::InterProvincial => 2_000_000_000,
            Scope::International => 5_000_000_000,
        })
    })
}

/// Whether the dossier comes under Decree 25/2022: certainly not before the year of the change, certainly after it, and in
/// that year as the officer says.
fn decree_25_2022_governs(facts: &Facts<'_>) -> Truth {
    let (first, last) = YEAR_OF_CHANGE;
    let received = facts.received_on();
    received.more_than(last) | received.at_least(first) & facts.decree_25_2022_in_force()
}

/// With whom the service is provided.
struct Partners {
    any: Truth,
    any_foreign: Truth,
}

impl Partners {
    fn of(facts: &Facts<'_>) -> Self {
        use partners::Kind;
        let partners = facts.partners();
        Self {
            any: partners.count().more_than(0),
            any_foreign: partners.any(|partner| partner.kind().is(Kind::Foreign)),
        }
    }
}

/// Article 24 of the law: who lost a licence may come back after a year, with the damage mended, but never after a
/// revocation under point a.
struct Revocation(Maybe<LicenceRevocation>);

impl Revocation {
    fn of(facts: &Facts<'_>) -> Self {
        Self(facts.licence_revocation())
    }

    fn ever(&self) -> Truth {
        self.0.is_not(LicenceRevocation::Never)
    }

    /// It is one after which one may apply again.
    fn lapsed_in_time(&self) -> Truth {
        self.0.is(LicenceRevocation::UnderAnotherPoint)
    }

    fn may_apply_again(&self, facts: &Facts<'_>) -> Truth {
        let from = facts.licence_revoked_on().plus_years(1);
        self.lapsed_in_time() & facts.filed_on().at_least(from) & facts.revocation_remedied()
    }
}

#[cfg(test)]
mod tests {
    use motcua_plugin::testing::{ConditionOutcome, DocumentNeed, FeeDue};

    use super::*;

    #[test]
    fn a_year_passes_before_one_may_apply_again() {
        let revoked = Date::ymd(2020, 2, 29);
        let on = |filed| {
            Question::filed_on(filed)
                .licence_revocation(LicenceRevocation::UnderAnotherPoint)
                .licence_revoked_on(revoked)
                .revocation_remedied(true)
                .ask()
        };
        let id = "reapplication-after-revocation";
        assert_eq!(
            on(Date::ymd(2021, 2, 27)).condition(id),
            ConditionOutcome::Violated
        );
        assert_eq!(
            on(Date::ymd(2021, 2, 28)).condition(id),
            ConditionOutcome::Satisfied
        );
        assert_eq!(
            on(Date::ymd(2020, 1, 1)).problems(),
            ["revoked-before-filing"]
        );
    }

    #[test]
    fn the_officer_is_asked_for_2022_only() {
        let on = |received| Question::filed_on(received).ask().time_limit();
        assert_eq!(on(Date::ymd(2021, 12, 31)), Some("text-of-2011"));
        assert_eq!(on(Date::ymd(2022, 1, 1)), None);
        assert_eq!(on(Date::ymd(2023, 1, 1)), Some("after-decree-25-2022"));
        let told = Question::filed_on(Date::ymd(2022, 6, 1)).decree_25_2022_in_force(false);
        assert_eq!(told.ask().time_limit(), Some("text-of-2011"));
    }

    #[test]
    fn one_foreign_partner_needs_one_paper() {
        let asked = Question::filed_on(Date::ymd(2021, 3, 1));
        let partner = |kind| partners::Told::new().kind(kind);
        let paper = |question: Question| question.ask().document("foreign-partner-legal-status");
        let domestic = partner(partners::Kind::Domestic);
        let foreign = partner(partners::Kind::Foreign);
        let with = |rows: &[partners::Told]| paper(asked.clone().partners(rows.to_vec()));
        assert_eq!(with(&[]), DocumentNeed::NotNeeded);
        assert_eq!(with(&[domestic.clone(), foreign]), DocumentNeed::Required);
        assert_eq!(
            with(&[domestic, partners::Told::new()]),
            DocumentNeed::Unknown
        );
        assert_eq!(paper(asked.clone()), DocumentNeed::Unknown);
    }

    #[test]
    fn the_fee_hangs_on_purpose_and_scope() {
        let asked = Question::filed_on(Date::ymd(2021, 3, 1)).purpose(Purpose::FirstGrant);
        assert_eq!(asked.ask().fee("appraisal-of-first-grant"), FeeDue::Unknown);
        let answer = asked.scope(Scope::WithinProvince).ask();
        assert_eq!(answer.amount("appraisal-of-first-grant"), Some(10_750_000));
        assert_eq!(
            answer.fee("appraisal-of-enterprise-transfer"),
            FeeDue::NotDue
        );
    }
}
