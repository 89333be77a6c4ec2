//! The cases of a version: every name they use must exist, and every value they tell must fit its fact. A question that
//! passes here is read without a fault when the case is run; what it answers is seen then.

use crate::diagnostic::{Diagnostic, shown};
use crate::package::Cases;
use crate::reader::yaml::{Node, NodeKind};
use crate::source::Spanned;

use super::Checker;

/// At most so many names are listed where none is near enough to be meant.
const MAX_LISTED: usize = 12;

/// The names of a kind, and the word for it: Vietnamese, English.
pub(super) struct Names<'n> {
    pub known: Vec<&'n str>,
    pub vi: &'static str,
    pub en: &'static str,
}

impl Checker<'_> {
    pub(super) fn cases(&mut self, cases: &Cases) {
        let ids: Vec<_> = cases
            .written
            .iter()
            .flat_map(|case| words(case.get("id")))
            .collect();
        self.duplicates(&ids.iter().collect::<Vec<_>>());
        for case in &cases.written {
            if let Some(question) = case.get("question") {
                self.question(question);
            }
            self.expectation(case);
        }
    }

    /// What is expected is expected of something.
    fn expectation(&mut self, case: &Node) {
        let p = self.package;
        let expect = |key: &str| case.get("expect")?.get(key);
        let kinds = [
            (
                keys(expect("exemptions")),
                p.exemptions.iter().map(|x| &x.id).collect::<Vec<_>>(),
                ("trường hợp miễn", "exemption"),
            ),
            (
                keys(expect("conditions")),
                p.conditions.iter().map(|x| &x.id).collect(),
                ("điều kiện", "condition"),
            ),
            (
                keys(expect("documents")),
                p.documents.iter().map(|x| &x.id).collect(),
                ("giấy tờ", "document"),
            ),
            (
                keys(expect("fees")),
                p.fees.iter().map(|x| &x.id).collect(),
                ("khoản phí", "fee"),
            ),
            (
                words(expect("time_limit")),
                p.time_limit
                    .iter()
                    .flat_map(|limit| &limit.rows)
                    .map(|x| &x.id)
                    .collect(),
                ("dòng thời hạn", "time limit row"),
            ),
            (
                words(expect("ask_next")),
                p.facts.iter().map(|x| &x.id).collect(),
                ("dữ kiện", "fact"),
            ),
            (
                words(expect("problems")),
                p.checks.iter().map(|x| &x.id).collect(),
                ("phép kiểm tra", "check"),
            ),
        ];
        for (named, known, (vi, en)) in kinds {
            let known = known.into_iter().map(|id| id.value.as_str()).collect();
            let names = Names { known, vi, en };
            for id in &named {
                self.known_in_case(id, &names);
            }
        }
    }

    /// A name that a case uses.
    pub(super) fn known_in_case(&mut self, id: &Spanned<String>, names: &Names<'_>) {
        let Names { known, vi, en } = names;
        if known.contains(&id.value.as_str()) {
            return;
        }
        let message = Diagnostic::error(
            "unknown-in-case",
            id.span,
            format!("không có {vi} nào tên `{}`", shown(&id.value)),
            format!("there is no {en} named `{}`", shown(&id.value)),
        );
        self.report(match self.near(&id.value, known.iter().copied()) {
            Some(near) => message.suggest(near),
            None => listed(message, known),
        });
    }
}

/// With the names there are as the way out.
pub(super) fn listed(message: Diagnostic, known: &[&str]) -> Diagnostic {
    if known.is_empty() {
        return message.help("gói này không có mục nào như vậy", "this package has none");
    }
    let mut list = known
        .iter()
        .take(MAX_LISTED)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if known.len() > MAX_LISTED {
        list.push_str(", …");
    }
    message.help(format!("có: {list}"), format!("there are {list}"))
}

/// The keys of a mapping, each at its place.
fn keys(node: Option<&Node>) -> Vec<Spanned<String>> {
    match node.map(|node| &node.kind) {
        Some(NodeKind::Mapping { entries, .. }) => {
            entries.iter().map(|entry| entry.key.clone()).collect()
        }
        _ => Vec::new(),
    }
}

/// A word, or the words of a list, each at its place. What is none was reported when it was read.
pub(super) fn words(node: Option<&Node>) -> Vec<Spanned<String>> {
    let word = |node: &Node| match &node.kind {
        NodeKind::Scalar(scalar) if !node.is_absent() => {
            Some(Spanned::new(scalar.value.trim().to_owned(), node.span))
        }
        _ => None,
    };
    match node.map(|node| (node, &node.kind)) {
        Some((_, NodeKind::Sequence { items, .. })) => items.iter().filter_map(word).collect(),
        Some((node, _)) => word(node).into_iter().collect(),
        None => Vec::new(),
    }
}
