//! The cases of a version: every name they expect something of must exist. Their questions are read by the same code that
//! reads the portal's, when they are run.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, nearest};
use crate::package::Cases;
use crate::source::Span;

use super::Checker;

impl Checker<'_> {
    pub(super) fn cases(&mut self, cases: &Cases) {
        let p = self.package;
        let exemptions: Vec<&str> = p.exemptions.iter().map(|x| x.id.value.as_str()).collect();
        let conditions: Vec<&str> = p.conditions.iter().map(|x| x.id.value.as_str()).collect();
        let documents: Vec<&str> = p.documents.iter().map(|x| x.id.value.as_str()).collect();
        let fees: Vec<&str> = p.fees.iter().map(|x| x.id.value.as_str()).collect();
        let checks: Vec<&str> = p.checks.iter().map(|x| x.id.value.as_str()).collect();
        let facts: Vec<&str> = p.facts.iter().map(|x| x.id.value.as_str()).collect();
        let rows: Vec<&str> = p
            .time_limit
            .iter()
            .flat_map(|l| &l.rows)
            .map(|x| x.id.value.as_str())
            .collect();
        let mut seen = BTreeSet::new();
        for case in &cases.cases {
            let expect = &case.value.expect;
            if !seen.insert(case.value.id.as_str()) {
                self.report(Diagnostic::error(
                    "duplicate-id",
                    case.span,
                    format!("trường hợp `{}` có hai lần", case.value.id),
                    format!("case `{}` stands here twice", case.value.id),
                ));
            }
            let named = |list: &[&str],
                         ids: Vec<&String>,
                         vi: &str,
                         en: &str,
                         checker: &mut Self| {
                for id in ids {
                    if !list.contains(&id.as_str()) {
                        checker.unknown_expectation(case.span, &case.value.id, id, list, vi, en);
                    }
                }
            };
            named(
                &exemptions,
                expect.exemptions.keys().collect(),
                "trường hợp miễn",
                "exemption",
                self,
            );
            named(
                &conditions,
                expect.conditions.keys().collect(),
                "điều kiện",
                "condition",
                self,
            );
            named(
                &documents,
                expect.documents.keys().collect(),
                "giấy tờ",
                "document",
                self,
            );
            named(
                &fees,
                expect.fees.keys().collect(),
                "khoản phí",
                "fee",
                self,
            );
            named(
                &rows,
                expect.time_limit.iter().collect(),
                "dòng thời hạn",
                "time limit row",
                self,
            );
            named(
                &facts,
                expect.ask_next.iter().flatten().collect(),
                "dữ kiện",
                "fact",
                self,
            );
            named(
                &checks,
                expect.problems.iter().flatten().collect(),
                "phép kiểm tra",
                "check",
                self,
            );
        }
    }

    fn unknown_expectation(
        &mut self,
        span: Span,
        case: &str,
        id: &str,
        list: &[&str],
        vi: &str,
        en: &str,
    ) {
        let mut message = Diagnostic::error(
            "unknown-in-case",
            span,
            format!("trường hợp `{case}`: không có {vi} `{id}`"),
            format!("case `{case}`: there is no {en} `{id}`"),
        );
        if let Some(near) = nearest(id, list.iter().copied()) {
            message = message.help(
                format!("có phải ý bạn là `{near}`?"),
                format!("did you mean `{near}`?"),
            );
        }
        self.report(message);
    }
}
