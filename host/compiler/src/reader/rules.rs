//! What decides: definitions with their decision tables, exemptions, conditions, checks.

use motcua_model::manifest::{Rules, limits};

use super::ids::IdKind;
use super::shape::{Map, Noun, Reader};
use super::yaml::Node;
use crate::diagnostic::Diagnostic;
use crate::package::{
    Check, Condition, DecisionRow, DecisionTable, Definition, DefinitionValue, Exemption, HitPolicy,
};
use crate::source::Spanned;

const HITS: [(&str, HitPolicy); 7] = [
    ("unique", HitPolicy::Unique),
    ("first", HitPolicy::First),
    ("collect", HitPolicy::Collect),
    ("collect sum", HitPolicy::CollectSum),
    ("collect min", HitPolicy::CollectMin),
    ("collect max", HitPolicy::CollectMax),
    ("collect count", HitPolicy::CollectCount),
];

impl Reader<'_> {
    pub(super) fn definitions(&mut self, map: &Map<'_>) -> Vec<Definition> {
        if self.rules == Rules::Plugin && map.has("definitions") {
            self.report(
                Diagnostic::error(
                    "plugin-definitions",
                    map.key("definitions"),
                    "gói này không có định nghĩa: quy tắc của nó là mã chương trình",
                    "a plugin's rules are code: its package has no definitions",
                )
                .help(
                    "bỏ `definitions` và viết chúng trong mã chương trình, hoặc viết `rules: package`",
                    "take `definitions` out and write them in the code, or write `rules: package`",
                ),
            );
            return Vec::new();
        }
        let mut definitions = Vec::new();
        for item in self.optional_list(map, "definitions", DEFINITIONS, limits::ITEMS) {
            let Some(mut map) = self.map(item, DEFINITION, &["id", "rule", "table"]) else {
                continue;
            };
            let id = self.id(&mut map, IdKind::Name);
            let value = self.definition_value(&map);
            self.finish(&map);
            definitions.push(Definition {
                span: map.span,
                id,
                value,
            });
        }
        definitions
    }

    fn definition_value(&mut self, map: &Map<'_>) -> DefinitionValue {
        match (map.has("rule"), map.has("table")) {
            (true, false) => match self.optional_expression(map, "rule", RULE) {
                Some(rule) => DefinitionValue::Rule(rule),
                None => DefinitionValue::Unreadable,
            },
            (false, true) => match self
                .optional(map, "table")
                .and_then(|node| self.table(node))
            {
                Some(table) => DefinitionValue::Table(table),
                None => DefinitionValue::Unreadable,
            },
            (both, _) => {
                let (vi, en) = if both {
                    (
                        "một định nghĩa có `rule` hoặc `table`, không có cả hai",
                        "a definition has `rule` or `table`, not both",
                    )
                } else {
                    (
                        "một định nghĩa cần có `rule` hoặc `table`",
                        "a definition needs `rule` or `table`",
                    )
                };
                let place = if both { map.key("table") } else { map.at };
                self.report(Diagnostic::error("rule-or-table", place, vi, en).help(
                    "`rule:` là một biểu thức; `table:` là một bảng quyết định",
                    "`rule:` is an expression; `table:` is a decision table",
                ));
                DefinitionValue::Unreadable
            }
        }
    }

    fn table(&mut self, node: &Node) -> Option<DecisionTable> {
        let mut map = self.map(node, TABLE, &["hit", "inputs", "rows", "otherwise"])?;
        let hit = self.optional(&map, "hit").and_then(|node| {
            let policy = self.word(node, HIT, &HITS)?;
            Some(Spanned::new(policy, node.span))
        });
        let hit = hit.unwrap_or_else(|| map.nothing());
        let inputs = self.required_list(&mut map, "inputs", INPUTS, limits::ITEMS);
        let inputs: Vec<_> = inputs
            .iter()
            .map(|item| self.expression(item, INPUT))
            .collect();
        let mut rows = Vec::new();
        for item in self.required_list(&mut map, "rows", ROWS, limits::ITEMS) {
            rows.extend(self.row(item, inputs.len()));
        }
        let otherwise = self.optional_expression(&map, "otherwise", OTHERWISE);
        self.finish(&map);
        Some(DecisionTable {
            span: map.span,
            hit,
            inputs,
            rows,
            otherwise,
        })
    }

    fn row(&mut self, node: &Node, inputs: usize) -> Option<DecisionRow> {
        let mut map = self.map(node, ROW, &["when", "then", "basis"])?;
        let cells = self.required(&mut map, "when");
        let then = self.required_expression(&mut map, "then", THEN);
        let basis = self.optional_words(&map, "basis", BASIS);
        self.finish(&map);
        let items = self.list(cells?, CELLS, limits::ITEMS);
        let when: Vec<_> = items.iter().map(|item| self.cell(item)).collect();
        if when.len() != inputs {
            let place = cells.map_or(map.at, |cells| cells.span);
            self.report(
                Diagnostic::error(
                    "wrong-cells",
                    place,
                    format!(
                        "dòng này có {} ô, nhưng bảng có {inputs} đầu vào",
                        when.len()
                    ),
                    format!(
                        "this row has {} {}, but the table has {inputs} {}",
                        when.len(),
                        if when.len() == 1 { "cell" } else { "cells" },
                        if inputs == 1 { "input" } else { "inputs" },
                    ),
                )
                .help(
                    "mỗi đầu vào một ô, theo thứ tự của `inputs`; `'-'` là giá trị nào cũng được",
                    "one cell for each input, in the order of `inputs`; `'-'` stands for anything",
                ),
            );
            return None;
        }
        Some(DecisionRow {
            span: map.span,
            when,
            then,
            basis,
        })
    }

    pub(super) fn exemptions(&mut self, map: &Map<'_>) -> Vec<Exemption> {
        let mut exemptions = Vec::new();
        for item in self.optional_list(map, "exemptions", EXEMPTIONS, limits::ITEMS) {
            let Some(mut map) = self.map(item, EXEMPTION, &["id", "text", "basis", "rule"]) else {
                continue;
            };
            let id = self.id(&mut map, IdKind::Word);
            let text = self.required_text(&mut map, "text", TEXT);
            let basis = self.basis(&mut map);
            let rule = self.required_expression(&mut map, "rule", RULE);
            self.finish(&map);
            exemptions.push(Exemption {
                id,
                text,
                basis,
                rule,
            });
        }
        exemptions
    }

    pub(super) fn conditions(&mut self, map: &mut Map<'_>) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for item in self.required_list(map, "conditions", CONDITIONS, limits::ITEMS) {
            let keys = ["id", "text", "basis", "when", "rule", "judgement"];
            let Some(mut map) = self.map(item, CONDITION, &keys) else {
                continue;
            };
            let id = self.id(&mut map, IdKind::Word);
            let text = self.required_text(&mut map, "text", TEXT);
            let basis = self.basis(&mut map);
            let when = self.optional_expression(&map, "when", WHEN);
            let rule = self.optional_expression(&map, "rule", RULE);
            let judgement = self.optional_text(&map, "judgement", JUDGEMENT);
            self.finish(&map);
            conditions.push(Condition {
                span: map.span,
                id,
                text,
                basis,
                when,
                rule,
                judgement,
            });
        }
        conditions
    }

    pub(super) fn checks(&mut self, map: &Map<'_>) -> Vec<Check> {
        let mut checks = Vec::new();
        for item in self.optional_list(map, "checks", CHECKS, limits::ITEMS) {
            let coded = self.rules == Rules::Plugin;
            let keys: &[&str] = if coded {
                &["id", "text", "rule", "facts"]
            } else {
                &["id", "text", "rule"]
            };
            let Some(mut map) = self.map(item, CHECK, keys) else {
                continue;
            };
            let id = self.id(&mut map, IdKind::Word);
            let text = self.required_text(&mut map, "text", TEXT);
            let rule = self.required_expression(&mut map, "rule", RULE);
            let mut facts = Vec::new();
            if coded {
                let items = self.required_list(&mut map, "facts", CHECK_FACTS, limits::ITEMS);
                facts.extend(
                    items
                        .iter()
                        .filter_map(|item| self.id_of(item, IdKind::Name)),
                );
            }
            self.finish(&map);
            checks.push(Check {
                id,
                text,
                rule,
                facts,
            });
        }
        checks
    }
}

const DEFINITIONS: Noun = Noun {
    vi: "các định nghĩa",
    en: "the definitions",
};
const DEFINITION: Noun = Noun {
    vi: "định nghĩa",
    en: "the definition",
};
const TABLE: Noun = Noun {
    vi: "bảng quyết định",
    en: "the decision table",
};
const HIT: Noun = Noun {
    vi: "cách chọn dòng",
    en: "the hit policy",
};
const INPUTS: Noun = Noun {
    vi: "các đầu vào",
    en: "the inputs",
};
const INPUT: Noun = Noun {
    vi: "đầu vào",
    en: "the input",
};
const ROWS: Noun = Noun {
    vi: "các dòng của bảng",
    en: "the rows of the table",
};
const ROW: Noun = Noun {
    vi: "dòng của bảng",
    en: "a row of the table",
};
const CELLS: Noun = Noun {
    vi: "các ô của dòng",
    en: "the cells of the row",
};
const THEN: Noun = Noun {
    vi: "kết quả của dòng",
    en: "the output of the row",
};
const OTHERWISE: Noun = Noun {
    vi: "kết quả khi không dòng nào đúng",
    en: "the output where no row holds",
};
const BASIS: Noun = Noun {
    vi: "căn cứ",
    en: "the article",
};
const EXEMPTIONS: Noun = Noun {
    vi: "các trường hợp miễn",
    en: "the exemptions",
};
const EXEMPTION: Noun = Noun {
    vi: "trường hợp miễn",
    en: "the exemption",
};
const CONDITIONS: Noun = Noun {
    vi: "các điều kiện",
    en: "the conditions",
};
const CONDITION: Noun = Noun {
    vi: "điều kiện",
    en: "the condition",
};
const CHECKS: Noun = Noun {
    vi: "các phép kiểm tra",
    en: "the checks",
};
const CHECK: Noun = Noun {
    vi: "phép kiểm tra",
    en: "the check",
};
const CHECK_FACTS: Noun = Noun {
    vi: "các dữ kiện của phép kiểm tra",
    en: "the facts of the check",
};
const TEXT: Noun = Noun {
    vi: "nội dung",
    en: "the text",
};
const RULE: Noun = Noun {
    vi: "quy tắc",
    en: "the rule",
};
const WHEN: Noun = Noun {
    vi: "điều kiện áp dụng (`when`)",
    en: "the expression of `when`",
};
const JUDGEMENT: Noun = Noun {
    vi: "phần để cán bộ đánh giá",
    en: "what is left to judgement",
};
