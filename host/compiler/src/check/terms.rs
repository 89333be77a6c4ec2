//! Time limits: the department never takes longer than the law, the steps fit, and a cut outside 30–50 % is noticed.

use motcua_model::term::Scale;
use motcua_model::{Term, Text, Unit};

use crate::diagnostic::Diagnostic;
use crate::package::{Step, TermWithBasis, TimeLimitRow};
use crate::source::{Span, Spanned};

use super::Checker;

impl Checker<'_> {
    pub(super) fn terms(&mut self) {
        let package = self.package;
        let rows = package.time_limit.iter().flat_map(|limit| &limit.rows);
        for row in rows {
            self.committed_within_statutory(row);
            self.steps_within_term(row);
        }
        if package
            .time_limit
            .as_ref()
            .is_some_and(|limit| limit.rows.is_empty())
        {
            let span = package.time_limit.as_ref().map_or(package.span, |l| l.span);
            self.report(Diagnostic::error(
                "no-rows",
                span,
                "thời hạn không có dòng nào",
                "the time limit has no row",
            ));
        }
    }

    fn committed_within_statutory(&mut self, row: &TimeLimitRow) {
        let Some((committed, _)) = &row.committed else {
            return;
        };
        let (Some(term), Some(statutory)) = (committed.term.value, row.statutory.term.value) else {
            return;
        };
        let ((scale, length), (law_scale, law)) = (term.comparable(), statutory.comparable());
        if scale != law_scale {
            self.report(
                Diagnostic::error(
                    "incomparable-terms",
                    committed.term.span,
                    format!(
                        "không so sánh được thời hạn cam kết {} với thời hạn {} theo luật",
                        term.text().vi,
                        statutory.text().vi
                    ),
                    format!(
                        "the committed term, {}, cannot be compared with the law's, {}",
                        term.text().en,
                        statutory.text().en
                    ),
                )
                .related(
                    row.statutory.term.span,
                    "thời hạn theo luật",
                    "the statutory term",
                )
                .help(
                    "cam kết bằng cùng đơn vị với luật",
                    "commit in the unit of the law",
                ),
            );
            return;
        }
        if length > law {
            self.report(
                Diagnostic::error(
                    "committed-over-statutory",
                    committed.term.span,
                    format!("thời hạn cam kết {} dài hơn luật cho phép", term.text().vi),
                    format!(
                        "the committed term, {}, is longer than the law allows",
                        term.text().en
                    ),
                )
                .related(
                    row.statutory.term.span,
                    format!("luật quy định: {}", statutory.text().vi),
                    format!("the law says: {}", statutory.text().en),
                )
                .help(
                    format!("cam kết nhiều nhất: {}", statutory.text().vi),
                    format!("commit to at most: {}", statutory.text().en),
                ),
            );
            return;
        }
        let permille = (law - length) * 1000 / law;
        if !(300..=500).contains(&permille) {
            let (low, high) = (sum_of(scale, law.div_ceil(2)), sum_of(scale, law * 7 / 10));
            let percent = format!("{}.{} %", permille / 10, permille % 10);
            self.report(
                Diagnostic::warning(
                    "cut-outside-band",
                    committed.term.span,
                    format!(
                        "mức cắt giảm {} nằm ngoài 30–50 %",
                        percent.replace('.', ",")
                    ),
                    format!("a cut of {percent} lies outside 30–50 %"),
                )
                .related(
                    row.statutory.term.span,
                    format!("luật quy định: {}", statutory.text().vi),
                    format!("the law says: {}", statutory.text().en),
                )
                .help(
                    format!("trong khoảng ấy: từ {} đến {}", low.vi, high.vi),
                    format!("within it: {} to {}", low.en, high.en),
                ),
            );
        }
    }

    fn steps_within_term(&mut self, row: &TimeLimitRow) {
        if row.steps.is_empty() {
            return;
        }
        let (limit, vi, en) = match &row.committed {
            Some((committed, _)) => (committed, "cam kết", "committed"),
            None => (&row.statutory, "theo luật", "statutory"),
        };
        let TermWithBasis {
            term: Spanned {
                value: Some(term),
                span,
            },
            ..
        } = limit
        else {
            return;
        };
        let (scale, length) = term.comparable();
        let mut sum = 0;
        for step in &row.steps {
            let Some(step_term) = step.term.value else {
                return;
            };
            let (step_scale, step_length) = step_term.comparable();
            if step_scale != scale {
                self.mixed_steps(step, *term, *span);
                return;
            }
            sum += step_length;
        }
        if sum > length {
            let first = row.steps.first().map_or(row.span, |s| s.term.span);
            let last = row.steps.last().map_or(row.span, |s| s.term.span);
            self.report(
                Diagnostic::error(
                    "steps-over-term",
                    first.to(last),
                    format!(
                        "các bước cộng lại là {}, dài hơn thời hạn {vi} ({})",
                        sum_of(scale, sum).vi,
                        term.text().vi
                    ),
                    format!(
                        "the steps add up to {}, more than the {en} term ({})",
                        sum_of(scale, sum).en,
                        term.text().en
                    ),
                )
                .related(*span, "thời hạn ở đây", "the term is here")
                .help(
                    "8 giờ làm việc là 1 ngày làm việc",
                    "8 working hours are one working day",
                ),
            );
        }
    }

    fn mixed_steps(&mut self, step: &Step, term: Term, span: Span) {
        let step_term = step.term.value.unwrap_or(term);
        self.report(
            Diagnostic::error(
                "incomparable-terms",
                step.term.span,
                format!(
                    "không cộng được bước này ({}) vào thời hạn ({})",
                    step_term.text().vi,
                    term.text().vi
                ),
                format!(
                    "this step ({}) cannot be added up towards the term ({})",
                    step_term.text().en,
                    term.text().en
                ),
            )
            .related(span, "thời hạn ở đây", "the term is here")
            .help(
                "ghi các bước bằng cùng đơn vị với thời hạn",
                "write the steps in the unit of the term",
            ),
        );
    }
}

/// A sum on a scale, in words.
fn sum_of(scale: Scale, length: u32) -> Text {
    let (per, unit) = match scale {
        Scale::Working => (16, Unit::WorkingDay),
        Scale::Calendar => (2, Unit::CalendarDay),
        Scale::Month => (2, Unit::Month),
        Scale::Clock => (2, Unit::Hour),
    };
    let (one, many) = unit.english();
    let (vi, en) = (unit.vietnamese(), if length == per { one } else { many });
    let (whole, rest) = (length / per, length % per);
    // A rest is a multiple of 1/16 of a day: shown in full, as the author must find it again.
    let fraction = (rest * 10_000 / per).to_string();
    let digits = if rest == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{:0>4}", fraction)
            .trim_end_matches('0')
            .to_owned()
    };
    Text::new(
        format!("{} {vi}", digits.replace('.', ",")),
        format!("{digits} {en}"),
    )
}
