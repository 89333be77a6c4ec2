//! How long it takes: the statutory limit, what the department commits to, the steps.

use motcua_model::manifest::{CommitmentSource, Suspension, limits};

use super::ids::IdKind;
use super::shape::{Map, Noun, Reader};
use super::yaml::Node;
use crate::package::{Step, TermWithBasis, TimeLimit, TimeLimitRow};
use crate::source::Spanned;

const SUSPENSIONS: [(&str, Suspension); 3] = [
    ("restart", Suspension::Restart),
    ("pause", Suspension::Pause),
    ("none", Suspension::None),
];
const SOURCES: [(&str, CommitmentSource); 2] = [
    ("published", CommitmentSource::Published),
    ("demonstration", CommitmentSource::Demonstration),
];

impl Reader<'_> {
    pub(super) fn time_limit(&mut self, map: &Map<'_>) -> Option<TimeLimit> {
        let node = self.optional(map, "time_limit")?;
        let mut map = self.map(node, TIME_LIMIT, &["starts", "suspension", "rows"])?;
        let starts = self.required_text(&mut map, "starts", STARTS);
        let suspension = self
            .optional(&map, "suspension")
            .and_then(|node| self.word(node, SUSPENSION, &SUSPENSIONS))
            .unwrap_or_default();
        let rows = self.required_list(&mut map, "rows", ROWS, limits::ITEMS);
        let rows = rows
            .iter()
            .filter_map(|item| self.time_limit_row(item))
            .collect();
        self.finish(&map);
        Some(TimeLimit {
            span: map.span,
            starts,
            suspension,
            rows,
        })
    }

    fn time_limit_row(&mut self, node: &Node) -> Option<TimeLimitRow> {
        let keys = [
            "id",
            "when",
            "because",
            "statutory",
            "committed",
            "continuous",
            "steps",
        ];
        let mut map = self.map(node, ROW, &keys)?;
        let id = self.id(&mut map, IdKind::Word);
        let when = self.optional_expression(&map, "when", WHEN);
        let because = self.because(&map);
        let statutory = match self.required(&mut map, "statutory") {
            Some(node) => self.statutory(node),
            None => TermWithBasis {
                term: map.nothing(),
                basis: map.nothing(),
            },
        };
        let committed = self
            .optional(&map, "committed")
            .and_then(|node| self.committed(node));
        let continuous = self
            .optional(&map, "continuous")
            .and_then(|node| self.boolean(node, CONTINUOUS))
            .unwrap_or(false);
        let steps = self.optional_list(&map, "steps", STEPS, limits::ITEMS);
        let steps = steps.iter().filter_map(|item| self.step(item)).collect();
        self.finish(&map);
        Some(TimeLimitRow {
            span: map.span,
            id,
            when,
            because,
            statutory,
            committed,
            continuous,
            steps,
        })
    }

    fn statutory(&mut self, node: &Node) -> TermWithBasis {
        let Some(mut map) = self.map(node, STATUTORY, &["amount", "unit", "basis"]) else {
            return TermWithBasis {
                term: Spanned::new(None, node.span),
                basis: Spanned::new(String::new(), node.span),
            };
        };
        let term = self.term(&mut map);
        let basis = self.basis(&mut map);
        self.finish(&map);
        TermWithBasis { term, basis }
    }

    fn committed(&mut self, node: &Node) -> Option<(TermWithBasis, CommitmentSource)> {
        let mut map = self.map(node, COMMITTED, &["amount", "unit", "source", "basis"])?;
        let term = self.term(&mut map);
        let source = self
            .required_word(&mut map, "source", SOURCE, &SOURCES)
            .unwrap_or(CommitmentSource::Demonstration);
        let basis = self.basis(&mut map);
        self.finish(&map);
        Some((TermWithBasis { term, basis }, source))
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        let mut map = self.map(node, STEP, &["id", "name", "role", "amount", "unit"])?;
        let id = self.id(&mut map, IdKind::Word);
        let name = self.required_text(&mut map, "name", STEP_NAME);
        let role = self.required_text(&mut map, "role", ROLE);
        let term = self.term(&mut map);
        self.finish(&map);
        Some(Step {
            id,
            name,
            role,
            term,
        })
    }
}

const TIME_LIMIT: Noun = Noun {
    vi: "thời hạn giải quyết",
    en: "the time limit",
};
const STARTS: Noun = Noun {
    vi: "mốc bắt đầu tính thời hạn",
    en: "the start of the time limit",
};
const SUSPENSION: Noun = Noun {
    vi: "cách tính khi bổ sung hồ sơ",
    en: "the suspension",
};
const ROWS: Noun = Noun {
    vi: "các dòng thời hạn",
    en: "the rows of the time limit",
};
const ROW: Noun = Noun {
    vi: "dòng thời hạn",
    en: "the time limit row",
};
const WHEN: Noun = Noun {
    vi: "điều kiện áp dụng (`when`)",
    en: "the expression of `when`",
};
const STATUTORY: Noun = Noun {
    vi: "thời hạn theo luật",
    en: "the statutory term",
};
const COMMITTED: Noun = Noun {
    vi: "thời hạn cam kết",
    en: "the committed term",
};
const SOURCE: Noun = Noun {
    vi: "nguồn của thời hạn cam kết",
    en: "the source of the committed term",
};
const CONTINUOUS: Noun = Noun {
    vi: "`continuous`",
    en: "`continuous`",
};
const STEPS: Noun = Noun {
    vi: "các bước",
    en: "the steps",
};
const STEP: Noun = Noun {
    vi: "bước",
    en: "the step",
};
const STEP_NAME: Noun = Noun {
    vi: "tên bước",
    en: "the name of the step",
};
const ROLE: Noun = Noun {
    vi: "người thực hiện bước",
    en: "the role of the step",
};
