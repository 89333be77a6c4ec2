//! Worked examples: the question as the portal would ask it, and what the answer must say. Here, and only here, a scalar
//! has a type of its own, because a question is JSON.

use std::collections::BTreeMap;

use motcua_model::manifest::{Case, Expectation, limits};
use motcua_model::{ConditionOutcome, Decimal, DossierNeed, ExemptionOutcome, Verdict};
use serde_json::{Map as JsonMap, Number, Value};

use super::ids::{IdKind, well_formed};
use super::package::CHANNELS;
use super::shape::{Map, Noun, Reader};
use super::yaml::{Node, NodeKind, Scalar};
use crate::diagnostic::{Diagnostic, shown};
use crate::package::Cases;
use crate::source::Spanned;

const VERDICTS: [(&str, Verdict); 5] = [
    ("eligible", Verdict::Eligible),
    ("ineligible", Verdict::Ineligible),
    ("undetermined", Verdict::Undetermined),
    ("needs-judgement", Verdict::NeedsJudgement),
    ("not-required", Verdict::NotRequired),
];
const EXEMPTIONS: [(&str, ExemptionOutcome); 3] = [
    ("applies", ExemptionOutcome::Applies),
    ("does-not-apply", ExemptionOutcome::DoesNotApply),
    ("unknown", ExemptionOutcome::Unknown),
];
const CONDITIONS: [(&str, ConditionOutcome); 5] = [
    ("satisfied", ConditionOutcome::Satisfied),
    ("violated", ConditionOutcome::Violated),
    ("unknown", ConditionOutcome::Unknown),
    ("judgement", ConditionOutcome::Judgement),
    ("not-applicable", ConditionOutcome::NotApplicable),
];
const DOCUMENTS: [(&str, DossierNeed); 6] = [
    ("required", DossierNeed::Required),
    ("one-of", DossierNeed::OneOf),
    ("not-needed", DossierNeed::NotNeeded),
    ("on-file", DossierNeed::OnFile),
    ("replaced-by-data", DossierNeed::ReplacedByData),
    ("unknown", DossierNeed::Unknown),
];

impl Reader<'_> {
    /// A file of cases; `None` if it holds something else than entries.
    pub(super) fn cases(&mut self, node: &Node) -> Option<Cases> {
        let mut map = self.map(node, FILE, &["motcua-cases", "cases"])?;
        self.form(&mut map, "motcua-cases", "motcua-cases");
        let items = self.required_list(&mut map, "cases", CASES, limits::ITEMS);
        let cases = items.iter().filter_map(|item| self.case(item)).collect();
        self.finish(&map);
        Some(Cases {
            span: self.whole_file(),
            cases,
            written: items.to_vec(),
        })
    }

    fn case(&mut self, node: &Node) -> Option<Spanned<Case>> {
        let mut map = self.map(node, CASE, &["id", "text", "question", "expect"])?;
        let id = self.id(&mut map, IdKind::Word);
        let text = self.required_text(&mut map, "text", TEXT);
        let question = self
            .required(&mut map, "question")
            .and_then(|node| self.question(node));
        let expect = self
            .required(&mut map, "expect")
            .and_then(|node| self.expectation(node));
        self.finish(&map);
        let case = Case {
            id: id.value,
            text: text.value,
            question: question?,
            expect: expect?,
        };
        // Messages about a whole case point at its name; the case would be a page.
        Some(Spanned::new(case, id.span))
    }

    /// The question as JSON. What can be said without knowing the procedure is checked here; the rest the checker says,
    /// which knows the facts.
    fn question(&mut self, node: &Node) -> Option<Value> {
        let keys = [
            "received_at",
            "filed_at",
            "accepted_at",
            "channel",
            "facts",
            "on_file",
            "data_sources",
        ];
        let mut map = self.map(node, QUESTION, &keys)?;
        for key in ["received_at", "filed_at", "accepted_at"] {
            if let Some(node) = self.optional(&map, key) {
                self.moment(node, MOMENT);
            }
        }
        if let Some(node) = self.optional(&map, "channel") {
            self.word(node, CHANNEL, &CHANNELS);
        }
        if let Some(facts) = self.required(&mut map, "facts") {
            self.fact_values(facts);
        }
        for key in ["on_file", "data_sources"] {
            for item in self.optional_list(&map, key, IDS, limits::ITEMS) {
                self.id_of(item, IdKind::Word);
            }
        }
        self.finish(&map);
        Some(json(node))
    }

    /// The facts of a question: any names, any values.
    fn fact_values(&mut self, node: &Node) {
        let NodeKind::Mapping { entries, .. } = &node.kind else {
            // Says that entries are expected.
            self.map(node, FACTS, &[]);
            return;
        };
        for entry in entries {
            let name = &entry.key;
            if !well_formed(&name.value, IdKind::Name) {
                let message = Diagnostic::error(
                    "malformed-id",
                    name.span,
                    format!("`{}` không phải là tên dữ kiện", shown(&name.value)),
                    format!("`{}` is not the name of a fact", shown(&name.value)),
                )
                .help(
                    "tên dữ kiện gồm chữ thường không dấu, chữ số và `_`; đoạn chữ có dấu phẩy phải đặt trong ngoặc đơn",
                    "names of facts have small letters, digits and `_`; a text with a comma must be in single quotes",
                );
                self.report(message);
            }
        }
    }

    fn expectation(&mut self, node: &Node) -> Option<Expectation> {
        let keys = [
            "verdict",
            "exemptions",
            "conditions",
            "documents",
            "time_limit",
            "statutory_due_on",
            "committed_due_on",
            "fees",
            "total_vnd",
            "ask_next",
            "problems",
        ];
        let mut map = self.map(node, EXPECT, &keys)?;
        let verdict = self.required_word(&mut map, "verdict", VERDICT, &VERDICTS);
        let exemptions = self.outcomes(&map, "exemptions", EXEMPTION_OUTCOME, &EXEMPTIONS);
        let conditions = self.outcomes(&map, "conditions", CONDITION_OUTCOME, &CONDITIONS);
        let documents = self.outcomes(&map, "documents", DOCUMENT_NEED, &DOCUMENTS);
        let time_limit = self
            .optional_words(&map, "time_limit", ROW)
            .map(|row| row.value);
        let statutory_due_on = self
            .optional(&map, "statutory_due_on")
            .and_then(|node| self.date(node, DUE))
            .map(|date| date.value);
        let committed_due_on = self
            .optional(&map, "committed_due_on")
            .and_then(|node| self.date(node, DUE))
            .map(|date| date.value);
        let fees = self.named(&map, "fees", FEES, |reader, node| {
            Some(reader.whole::<u64>(node, FEE)?.value)
        });
        let total_vnd = self
            .optional(&map, "total_vnd")
            .and_then(|node| self.whole::<u64>(node, FEE))
            .map(|total| total.value);
        let ask_next = self.ids(&map, "ask_next", IdKind::Name);
        let problems = self.ids(&map, "problems", IdKind::Word);
        self.finish(&map);
        Some(Expectation {
            verdict: verdict?,
            exemptions,
            conditions,
            documents,
            time_limit,
            statutory_due_on,
            committed_due_on,
            fees,
            total_vnd,
            ask_next,
            problems,
        })
    }

    fn outcomes<T: Copy>(
        &mut self,
        map: &Map<'_>,
        key: &str,
        noun: Noun,
        table: &[(&str, T)],
    ) -> BTreeMap<String, T> {
        self.named(map, key, noun, |reader, node| {
            reader.word(node, noun, table)
        })
    }

    /// Values by id.
    fn named<T>(
        &mut self,
        map: &Map<'_>,
        key: &str,
        noun: Noun,
        mut read: impl FnMut(&mut Self, &Node) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let mut found = BTreeMap::new();
        let Some(node) = self.optional(map, key) else {
            return found;
        };
        let NodeKind::Mapping { entries, .. } = &node.kind else {
            // Says that entries are expected.
            self.map(node, noun, &[]);
            return found;
        };
        for entry in entries {
            if let Some(value) = read(self, &entry.value) {
                found.insert(entry.key.value.clone(), value);
            }
        }
        found
    }

    fn ids(&mut self, map: &Map<'_>, key: &str, kind: IdKind) -> Option<Vec<String>> {
        let node = self.optional(map, key)?;
        let items = self.list(node, IDS, limits::ITEMS);
        Some(
            items
                .iter()
                .filter_map(|item| self.id_of(item, kind))
                .map(|id| id.value)
                .collect(),
        )
    }
}

/// A node as JSON. Plain scalars that look like JSON's `true`, `false`, `null` or a number are that; everything else, and
/// whatever is in quotes, is text. So `007` and `2024-03-04` keep all their characters.
pub(crate) fn json(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Scalar(scalar) => json_scalar(scalar),
        NodeKind::Sequence { items, .. } => Value::Array(items.iter().map(json).collect()),
        NodeKind::Mapping { entries, .. } => {
            let entries = entries
                .iter()
                .map(|entry| (entry.key.value.clone(), json(&entry.value)));
            Value::Object(entries.collect::<JsonMap<_, _>>())
        }
    }
}

fn json_scalar(scalar: &Scalar) -> Value {
    let text = || Value::String(scalar.value.clone());
    if !scalar.plain {
        return text();
    }
    match scalar.value.as_str() {
        "" | "~" | "null" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    number(&scalar.value).map_or_else(text, Value::Number)
}

/// A number of JSON (RFC 8259, section 6) that JSON tools carry without loss; other digits stay text, which a decimal fact
/// takes as well.
fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = digits.split(['.', 'e', 'E']).next()?;
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if leading_zero || !whole.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    let exact: Decimal = text.parse().ok()?;
    let number: Number = serde_json::from_str(text).ok()?;
    (number.to_string().parse::<Decimal>().ok()? == exact).then_some(number)
}

const FILE: Noun = Noun {
    vi: "tệp trường hợp",
    en: "the file of cases",
};
const CASES: Noun = Noun {
    vi: "các trường hợp",
    en: "the cases",
};
const CASE: Noun = Noun {
    vi: "trường hợp",
    en: "the case",
};
const TEXT: Noun = Noun {
    vi: "nội dung",
    en: "the text",
};
const QUESTION: Noun = Noun {
    vi: "câu hỏi của trường hợp",
    en: "the question",
};
const MOMENT: Noun = Noun {
    vi: "thời điểm",
    en: "the moment",
};
const CHANNEL: Noun = Noun {
    vi: "cách nộp hồ sơ",
    en: "the channel",
};
const FACTS: Noun = Noun {
    vi: "các dữ kiện của câu hỏi",
    en: "the facts of the question",
};
const IDS: Noun = Noun {
    vi: "các mã",
    en: "the list of ids",
};
const EXPECT: Noun = Noun {
    vi: "kết quả mong đợi",
    en: "the expectation",
};
const VERDICT: Noun = Noun {
    vi: "kết luận",
    en: "the verdict",
};
const EXEMPTION_OUTCOME: Noun = Noun {
    vi: "kết quả của trường hợp miễn",
    en: "the outcome of an exemption",
};
const CONDITION_OUTCOME: Noun = Noun {
    vi: "kết quả của điều kiện",
    en: "the outcome of a condition",
};
const DOCUMENT_NEED: Noun = Noun {
    vi: "nhu cầu giấy tờ",
    en: "the need of a document",
};
const ROW: Noun = Noun {
    vi: "dòng thời hạn",
    en: "the time limit row",
};
const DUE: Noun = Noun {
    vi: "ngày đến hạn",
    en: "the due date",
};
const FEES: Noun = Noun {
    vi: "các khoản phí mong đợi",
    en: "the expected fees",
};
const FEE: Noun = Noun {
    vi: "số tiền (đồng)",
    en: "the amount in đồng",
};
