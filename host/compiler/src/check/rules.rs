//! From the parts of a package to the rules of a program.

use std::collections::BTreeMap;

use motcua_model::assessment::{MAX_COPIES, MAX_FEE_VND};

use crate::diagnostic::{Diagnostic, shown};
use crate::ir::{ConditionRule, DocumentRule, Expr, ExprKind, FeeRule, Kind, Program};
use crate::package::{Document, Expression, FactKind, Fee};
use crate::source::Span;

use super::Checker;
use super::expr::node;
use super::types::show;

impl Checker<'_> {
    /// The facts that a check names, where its rule is code, are facts of the package.
    pub(super) fn facts_of_checks(&mut self) {
        let p = self.package;
        for fact in p.checks.iter().flat_map(|check| &check.facts) {
            let mut names: Vec<&str> = p.facts.iter().map(|f| f.id.value.as_str()).collect();
            names.extend(p.filing_windows.iter().map(|w| w.id.value.as_str()));
            if names.contains(&fact.value.as_str()) {
                continue;
            }
            let near = self.near(&fact.value, names);
            let message = Diagnostic::error(
                "unknown-fact",
                fact.span,
                format!("không có dữ kiện nào tên `{}`", shown(&fact.value)),
                format!("there is no fact named `{}`", shown(&fact.value)),
            );
            self.report(match near {
                Some(near) => message.suggest(near),
                None => message,
            });
        }
        for check in &p.checks {
            self.duplicates(&check.facts.iter().collect::<Vec<_>>());
        }
    }

    /// All rules, or nothing if one of them is wrong or code.
    pub(super) fn program(&mut self) -> Option<Program> {
        let p = self.package;
        // Everything is checked before anything is given up, so that every mistake is reported.
        let exemptions: Vec<_> = p.exemptions.iter().map(|x| self.rule(&x.rule)).collect();
        let conditions: Vec<_> = p.conditions.iter().map(|c| self.condition(c)).collect();
        self.groups();
        let documents: Vec<_> = p.documents.iter().map(|d| self.document(d)).collect();
        let time_limit = self.time_limit_rows();
        let fees: Vec<_> = p.fees.iter().map(|f| self.fee(f)).collect();
        let checks: Vec<_> = p.checks.iter().map(|c| self.rule(&c.rule)).collect();
        Some(Program {
            facts: self.slots()?,
            definitions: std::mem::take(&mut self.definitions),
            exemptions: all(exemptions)?,
            conditions: all(conditions)?,
            documents: all(documents)?,
            time_limit: time_limit?,
            fees: all(fees)?,
            checks: all(checks)?,
            max_input_bytes: self.max_input_bytes(),
        })
    }

    pub(super) fn rule(&mut self, rule: &Expression) -> Option<Expr> {
        self.boolean(rule.ast.as_ref()?)
    }

    /// `Some(None)`: absent; `None`: wrong.
    fn optional(&mut self, rule: Option<&Expression>) -> Option<Option<Expr>> {
        match rule {
            None => Some(None),
            Some(rule) => self.rule(rule).map(Some),
        }
    }

    fn condition(&mut self, condition: &crate::package::Condition) -> Option<ConditionRule> {
        let when = self.optional(condition.when.as_ref());
        let rule = self.optional(condition.rule.as_ref());
        if condition.rule.is_none() && condition.judgement.is_none() {
            self.report(
                Diagnostic::error(
                    "no-rule",
                    condition.id.span,
                    format!(
                        "điều kiện `{}` không nói khi nào thì đạt",
                        condition.id.value
                    ),
                    format!(
                        "condition `{}` does not say when it is satisfied",
                        condition.id.value
                    ),
                )
                .help(
                    "thêm `rule:` (quy tắc), hoặc `judgement:` nếu pháp luật để cán bộ thẩm định",
                    "add `rule:`, or `judgement:` if the law leaves it to the officer",
                ),
            );
        }
        Some(ConditionRule {
            when: when?,
            rule: rule?,
            judgement: condition.judgement.is_some(),
        })
    }

    /// Groups of alternative documents: a group of one is a mistake.
    fn groups(&mut self) {
        let mut members: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
        for group in self
            .package
            .documents
            .iter()
            .filter_map(|d| d.group.as_ref())
        {
            members.entry(&group.value).or_default().push(group.span);
        }
        for (name, spans) in &members {
            let &[span] = spans.as_slice() else {
                continue;
            };
            let near = self.near(name, members.keys().copied().filter(|other| other != name));
            let mut message = Diagnostic::warning(
                "lonely-group",
                span,
                format!("nhóm `{name}` chỉ có một giấy tờ: không có gì để thay thế"),
                format!("group `{name}` has one document only: nothing to choose from"),
            );
            message = match near {
                Some(near) => message.suggest(near),
                None => message.help(
                    "bỏ `group`, hoặc ghi cùng `group` ở giấy tờ thay thế được cho nó",
                    "take `group` out, or give the document that can replace it the same `group`",
                ),
            };
            self.report(message);
        }
    }

    fn document(&mut self, document: &Document) -> Option<DocumentRule> {
        let when = self.optional(document.when.as_ref());
        let originals = self.copies(document.originals.as_ref(), document.span);
        let copies = self.copies(document.copies.as_ref(), document.span);
        for source in &document.replaced_by {
            let mut sources = self
                .package
                .data_sources
                .iter()
                .map(|s| s.id.value.as_str());
            if sources.clone().any(|id| id == source.value) {
                continue;
            }
            let near = self.near(&source.value, &mut sources);
            let message = Diagnostic::error(
                "unknown-data-source",
                source.span,
                format!("không có nguồn dữ liệu nào tên `{}`", shown(&source.value)),
                format!("there is no data source `{}`", shown(&source.value)),
            );
            self.report(match near {
                Some(near) => message.suggest(near),
                None => message.help(
                    "khai báo nó trong `data_sources`",
                    "declare it in `data_sources`",
                ),
            });
        }
        let (originals, copies) = (originals?, copies?);
        if matches!(
            (&originals.kind, &copies.kind),
            (ExprKind::Int(0), ExprKind::Int(0))
        ) {
            self.report(
                Diagnostic::error(
                    "no-copies",
                    document.id.span,
                    format!(
                        "giấy tờ `{}` không có bản chính cũng không có bản sao",
                        document.id.value
                    ),
                    format!(
                        "document `{}` has neither originals nor copies",
                        document.id.value
                    ),
                )
                .help(
                    "thêm `originals: 1` hoặc `copies: 1`",
                    "add `originals: 1` or `copies: 1`",
                ),
            );
        }
        Some(DocumentRule {
            when: when?,
            originals,
            copies,
        })
    }

    fn copies(&mut self, number: Option<&Expression>, span: Span) -> Option<Expr> {
        let Some(number) = number else {
            return Some(node(ExprKind::Int(0), Kind::Number, span));
        };
        let (expr, ty) = self.whole_number(
            number.ast.as_ref()?,
            ("số bản", "the number of originals or copies"),
        )?;
        let (min, max) = ty.interval()?;
        if min < 0 || max > i128::from(MAX_COPIES) {
            self.report(
                Diagnostic::error(
                    "range",
                    number.span,
                    format!("số bản phải từ 0 đến {MAX_COPIES}"),
                    format!("the number of originals or copies lies between 0 and {MAX_COPIES}"),
                )
                .label(
                    format!("có thể từ {min} đến {max}"),
                    format!("it can be {min} to {max}"),
                )
                .help(
                    "đặt `min`, `max` hoặc `max_rows` cho dữ kiện",
                    "give the fact a `min`, `max` or `max_rows`",
                ),
            );
            return None;
        }
        Some(expr)
    }

    fn fee(&mut self, fee: &Fee) -> Option<FeeRule> {
        let when = self.optional(fee.when.as_ref());
        let amount = self.amount(&fee.amount);
        let mut reliefs = Vec::new();
        for relief in &fee.reliefs {
            let when = self.rule(&relief.when);
            let amount = self.amount(&relief.amount);
            reliefs.push(when.zip(amount));
        }
        Some(FeeRule {
            when: when?,
            amount: amount?,
            reliefs: all(reliefs)?,
        })
    }

    /// Whole đồng, never negative, never absurdly much: proven, not hoped.
    fn amount(&mut self, amount: &Expression) -> Option<Expr> {
        let (expr, ty) =
            self.whole_number(amount.ast.as_ref()?, ("mức phí (đồng)", "a fee (in đồng)"))?;
        let (min, max) = ty.interval()?;
        if min < 0 {
            self.report(
                Diagnostic::error(
                    "negative-fee",
                    amount.span,
                    "mức phí có thể âm",
                    "this fee can be negative",
                )
                .label(format!("thấp nhất {min}"), format!("as low as {min}"))
                .help(
                    "đặt `min` cho dữ kiện, hoặc dùng `max(0, …)`",
                    "give the fact a `min`, or use `max(0, …)`",
                ),
            );
            return None;
        }
        if max > i128::from(MAX_FEE_VND) {
            self.report(
                Diagnostic::error(
                    "range",
                    amount.span,
                    "mức phí có thể vượt 10^12 đồng",
                    "this fee can exceed 10^12 đồng",
                )
                .label(
                    format!("cao nhất {}", show(max, 0)),
                    format!("as high as {}", show(max, 0)),
                )
                .help(
                    "đặt `max` sát thực tế cho dữ kiện",
                    "give the fact a realistic `max`",
                ),
            );
            return None;
        }
        Some(expr)
    }

    fn time_limit_rows(&mut self) -> Option<Vec<Option<Expr>>> {
        let Some(limit) = &self.package.time_limit else {
            return Some(Vec::new());
        };
        let mut rows = Vec::new();
        let mut closed: Option<Span> = None;
        for row in &limit.rows {
            if let Some(before) = closed {
                self.report(
                    Diagnostic::warning(
                        "unreachable-row",
                        row.span,
                        format!("dòng `{}` không bao giờ được dùng", row.id.value),
                        format!("row `{}` is never reached", row.id.value),
                    )
                    .related(
                        before,
                        "dòng này áp dụng cho mọi trường hợp còn lại",
                        "this row takes every case left",
                    )
                    .help(
                        "thêm `when` cho dòng trên, hoặc chuyển dòng này lên trước nó",
                        "give the row above a `when`, or move this one before it",
                    ),
                );
            }
            if row.when.is_none() {
                closed = closed.or(Some(row.id.span));
            }
            rows.push(self.optional(row.when.as_ref()));
        }
        if closed.is_none()
            && let Some(last) = limit.rows.last()
        {
            self.report(
                Diagnostic::warning(
                    "gap",
                    last.id.span,
                    "khi không dòng nào đúng, câu trả lời sẽ là “pháp luật không quy định thời hạn”",
                    "where no row holds, the answer will be “the law sets no limit”",
                )
                .help(
                    "nếu không phải vậy, bỏ `when` của dòng cuối hoặc thêm một dòng không có `when`",
                    "if that is not meant, drop the last row's `when` or add a row without one",
                ),
            );
        }
        all(rows)
    }

    /// The largest application as the canonical ABI lays it out; see `max_input_bytes` of the program.
    pub(super) fn max_input_bytes(&self) -> u32 {
        const VALUE: u64 = 32;
        const ALIGN: u64 = 8;
        let p = self.package;
        let scalar = |kind: &FactKind| match kind {
            FactKind::Text { max_length } => {
                max_length.as_ref().map_or(200, |l| u64::from(l.value)) * 4 + ALIGN
            }
            FactKind::Choices(options) => options.len() as u64 * 2 + ALIGN,
            _ => 0,
        };
        let facts: u64 = p
            .facts
            .iter()
            .map(|fact| {
                VALUE
                    + match &fact.kind {
                        FactKind::Rows { max_rows, fields } => {
                            let rows = max_rows.as_ref().map_or(50, |m| u64::from(m.value));
                            let row: u64 = fields.iter().map(|f| VALUE + scalar(&f.kind)).sum();
                            rows * (row + ALIGN + 2 * ALIGN) + ALIGN
                        }
                        kind => scalar(kind),
                    }
            })
            .sum();
        let windows = p.filing_windows.len() as u64 * VALUE;
        // More than fits is refused with the memory it would need.
        u32::try_from(256 + facts + windows).unwrap_or(u32::MAX)
    }
}

/// All of them, or nothing.
fn all<T>(parts: Vec<Option<T>>) -> Option<Vec<T>> {
    parts.into_iter().collect()
}
