//! The rules of `procedure.yaml`: one value for each place that holds words there.

use motcua_plugin::{Maybe, Rules};

motcua_plugin::procedure!("procedure.yaml");

impl Rules for Package {
    fn assess(facts: &Facts<'_>) -> Outcomes {
        let foreign_partners = facts
            .partners()
            .count_where(|partner| partner.country().is(partners::Country::Foreign));
        let has_foreign_partner = foreign_partners.more_than(0);
        Outcomes {
            conditions: Conditions {
                head_qualified: conditions::HeadQualified {
                    when: facts.applicant_kind().is(ApplicantKind::Organisation),
                    rule: facts.head_has_degree(),
                },
            },
            documents: Documents {
                partner_papers: documents::PartnerPapers {
                    when: has_foreign_partner,
                    copies: foreign_partners,
                },
            },
            time_limit: TimeLimit {
                foreign_partner: has_foreign_partner,
            },
            fees: Fees {
                appraisal: appraisal_fee(facts.pages()),
            },
        }
    }
}

/// In đồng: the first hundred pages cost more than those after them.
fn appraisal_fee(pages: Maybe<i64>) -> Maybe<i64> {
    let first = pages.min(100);
    first * 10_000 + (pages - first) * 8_000
}

#[cfg(test)]
mod tests {
    use motcua_plugin::Date;

    use super::*;

    #[test]
    fn pages_after_the_hundredth_cost_less() {
        let fee = |pages| {
            let question = Question::filed_on(Date::ymd(2026, 3, 2)).pages(pages);
            question.ask().amount("appraisal")
        };
        assert_eq!(fee(100), Some(1_000_000));
        assert_eq!(fee(101), Some(1_008_000));
    }

    #[test]
    fn what_is_not_told_is_asked() {
        let answer = Question::filed_on(Date::ymd(2026, 3, 2)).ask();
        let all = ["applicant_kind", "head_has_degree", "pages", "partners"];
        assert_eq!(answer.missing(), all);
    }
}
