//! Confirmation of postal activity: the rules of `../confirmation-of-postal-activity/2021-01-01.yaml`, as the folders beside
//! this one have them in other languages.

use motcua_plugin::{Rules, Truth};

motcua_plugin::procedure!("procedure.yaml");

impl Rules for Package {
    fn assess(facts: &Facts<'_>) -> Outcomes {
        let is_own_service = facts.notice_case().is(NoticeCase::OwnServices);
        let is_branch = facts.notice_case().is(NoticeCase::BranchOrOffice);
        let is_within_province = facts.scope().is(Scope::WithinProvince);
        Outcomes {
            conditions: Conditions {
                settled_by_department: facts.notice_case().decide(|case| match case {
                    NoticeCase::OwnServices => is_within_province,
                    NoticeCase::BranchOrOffice => Truth::from(true),
                    NoticeCase::ForeignAgent
                    | NoticeCase::ForeignFranchise
                    | NoticeCase::ForeignRepresentative
                    | NoticeCase::ForeignOffice => Truth::from(false),
                }),
                notified_in_time: facts.notified_in_time(),
            },
            documents: Documents {
                registration_certificate: is_own_service,
                model_contract: is_own_service,
                brand_samples: is_own_service & facts.has_brand_on_items(),
                tariff: is_own_service,
                quality_standard: is_own_service,
                compensation_and_complaint_rules: is_own_service,
                founding_licence_of_branch: is_branch,
            },
            fees: Fees {
                appraisal_of_own_services: is_own_service & is_within_province,
                appraisal_of_branch: is_branch,
            },
        }
    }
}
