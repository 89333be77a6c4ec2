//! The gate's report and a difference, for a person to read.

use std::fmt::Write as _;

use motcua_model::Text;
use motcua_model::text::{Language, counted};
use motcua_registry::engine::printable_lines;
use motcua_registry::{
    ChangeKind, CheckOutcome, Counts, Difference, DifferenceGroup, Examples, GateReport,
    SourceChanges, SourceLine,
};

use crate::words;

/// As many places at which the manifests differ are shown.
const PLACES: usize = 60;
/// A question of so many characters is shown whole.
const EXAMPLE: usize = 2_000;

/// Words in one language.
struct Writer {
    out: String,
    language: Language,
}

impl Writer {
    fn line(&mut self, vi: &str, en: &str) {
        let line = match self.language {
            Language::Vietnamese => vi,
            Language::English => en,
        };
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn indented(&mut self, by: usize, text: &Text) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{:by$}{}", "", text.get(self.language));
    }
}

/// The report of the gate.
pub fn gate(report: &GateReport, language: Language) -> String {
    let mut writer = Writer {
        out: String::new(),
        language,
    };
    if report.passed {
        writer.line("Cổng kiểm tra: đạt", "The gate: passed");
    } else {
        writer.line("Cổng kiểm tra: KHÔNG đạt", "The gate: FAILED");
    }
    for check in &report.checks {
        let mark = match check.outcome {
            CheckOutcome::Passed => "✓",
            CheckOutcome::Failed => "✗",
            CheckOutcome::Remark => "!",
            CheckOutcome::NotTried => "-",
        };
        let text = check.text.get(language);
        let name = words::check(check.id.word(), language);
        let _ = writeln!(writer.out, "  {mark} {name:<12} {text}");
        for finding in &check.findings {
            writer.indented(17, finding);
        }
        if check.more > 0 {
            let more = check.more;
            writer.line(
                &format!("                 … và {more} điều nữa"),
                &format!("                 … and {more} more"),
            );
        }
    }
    if report.demonstration {
        writer.line(
            "Có phần chỉ để minh họa: không được công bố như đã ban hành.",
            "A part of it only demonstrates: it must not be presented as published.",
        );
    }
    match &report.difference {
        Some(difference) => write_difference(&mut writer, difference),
        None => writer.line(
            "Không có phiên bản trước để so sánh: mọi người đều được trả lời lần đầu.",
            "There is no version before to compare with: everybody is answered for the first time.",
        ),
    }
    writer.out
}

/// What changes between two versions.
pub fn difference(difference: &Difference, language: Language) -> String {
    let mut writer = Writer {
        out: String::new(),
        language,
    };
    write_difference(&mut writer, difference);
    writer.out
}

fn counts(counts: &Counts, language: Language) -> String {
    let Counts {
        cases,
        generated,
        recorded,
    } = *counts;
    match language {
        Language::Vietnamese => format!(
            "{} ({cases} trường hợp mẫu, {generated} người nộp giả định, {recorded} quyết định đã ghi)",
            counts.total()
        ),
        Language::English => format!(
            "{} ({}, {}, {})",
            counts.total(),
            counted(cases, "case", "cases"),
            counted(generated, "made-up applicant", "made-up applicants"),
            counted(recorded, "recorded decision", "recorded decisions")
        ),
    }
}

fn write_difference(writer: &mut Writer, difference: &Difference) {
    let language = writer.language;
    writer.line("", "");
    let (old, new) = (&difference.old, &difference.new);
    writer.line(
        &format!("Thay đổi từ {old}\n        đến {new}"),
        &format!("What changes from {old}\n               to {new}"),
    );
    let compared = counts(&difference.compared, language);
    let changed = counts(&difference.changed, language);
    writer.line(
        &format!("  đã so sánh {compared}"),
        &format!("  compared   {compared}"),
    );
    writer.line(
        &format!("  thay đổi   {changed}"),
        &format!("  changed    {changed}"),
    );
    if difference.not_compared.total() > 0 {
        let left = counts(&difference.not_compared, language);
        writer.line(
            &format!("  không so được {left}"),
            &format!("  not compared {left}"),
        );
    }
    if difference.groups.is_empty() {
        writer.line(
            "  Không ai nhận câu trả lời khác.",
            "  Nobody gets another answer.",
        );
    }
    for group in &difference.groups {
        write_group(writer, group);
    }
    if difference.more_groups > 0 {
        let more = difference.more_groups;
        writer.line(
            &format!("  … và {more} nhóm nữa"),
            &format!("  … and {}", counted(more, "more group", "more groups")),
        );
    }
    if let Some(changes) = &difference.source_changes {
        write_source(writer, changes);
    }
    if !difference.facts.is_empty() {
        writer.line("Điều được hỏi:", "What is asked:");
        for fact in &difference.facts {
            let text = fact.text.get(language);
            let _ = writeln!(writer.out, "  {} {}: {text}", sign(fact.change), fact.id);
        }
    }
    if !difference.manifest.is_empty() {
        writer.line("Chỗ khác nhau trong văn bản:", "Where the texts differ:");
        for change in difference.manifest.iter().take(PLACES) {
            let words = if change.words_only { " ~" } else { "" };
            let _ = writeln!(
                writer.out,
                "  {} {}{words}",
                sign(change.change),
                change.pointer
            );
            for (mark, side) in [("-", &change.old), ("+", &change.new)] {
                if let Some(side) = side {
                    let _ = writeln!(writer.out, "      {mark} {}", one_line(side));
                }
            }
        }
        let more = difference.manifest.len().saturating_sub(PLACES) + difference.more_manifest;
        if more > 0 {
            writer.line(
                &format!("  … và {more} chỗ nữa; xem tất cả bằng --json"),
                &format!(
                    "  … and {}; --json shows all",
                    counted(more, "more place", "more places")
                ),
            );
        }
        writer.line(
            "  (~: chỉ khác lời văn, không khác câu trả lời)",
            "  (~: only words differ, no answer does)",
        );
    }
}

fn write_group(writer: &mut Writer, group: &DifferenceGroup) {
    let text = group.text.get(writer.language).to_owned();
    let people = group.counts.total();
    let _ = writeln!(writer.out, "  {people:>6}  {text}");
    // The first stand in the sentence.
    if let Some(rest) = group.articles.get(DifferenceGroup::IN_SENTENCE..)
        && !rest.is_empty()
    {
        let _ = writeln!(writer.out, "          … {}", rest.join("; "));
    }
    let Examples {
        case,
        generated,
        recorded,
    } = &group.examples;
    if let Some(case) = case {
        let id = &case.id;
        writer.line(
            &format!("          ví dụ: trường hợp {id}"),
            &format!("          example: case {id}"),
        );
    } else if let Some(question) = generated {
        let question = question.to_string();
        if question.chars().count() <= EXAMPLE {
            let question = printable_lines(&question);
            writer.line(
                &format!("          ví dụ: {question}"),
                &format!("          example: {question}"),
            );
        } else {
            let question = one_line(&question);
            writer.line(
                &format!("          ví dụ: {question} (xem đầy đủ bằng --json)"),
                &format!("          example: {question} (--json has it whole)"),
            );
        }
    }
    if let Some(decision) = recorded {
        writer.line(
            &format!("          ví dụ: quyết định {decision}"),
            &format!("          example: decision {decision}"),
        );
    }
}

/// Where the texts of the packages differ, as a unified difference with the numbers of the lines.
fn write_source(writer: &mut Writer, changes: &SourceChanges) {
    if changes.lines.is_empty() {
        return;
    }
    writer.line(
        "Dòng khác nhau trong văn bản gói (số dòng cũ, số dòng mới):",
        "Lines of the packages that differ (number before, number after):",
    );
    let number = |at: Option<usize>| at.map_or_else(String::new, |at| at.to_string());
    let mut last: Option<&SourceLine> = None;
    for line in &changes.lines {
        // The lines of a passage follow one another in each text that has them.
        let follows = |before: Option<usize>, at: Option<usize>| match (before, at) {
            (Some(before), Some(at)) => at == before + 1,
            _ => true,
        };
        if last.is_some_and(|last| !follows(last.old, line.old) || !follows(last.new, line.new)) {
            writer.line("  …", "  …");
        }
        let mark = match (line.old, line.new) {
            (Some(_), None) => '-',
            (None, Some(_)) => '+',
            _ => ' ',
        };
        let _ = writeln!(
            writer.out,
            "  {:>5} {:>5} {mark} {}",
            number(line.old),
            number(line.new),
            // What a package says never has line ends inside a line.
            printable_lines(&line.text)
        );
        last = Some(line);
    }
    if changes.more > 0 {
        let more = changes.more;
        writer.line(
            &format!("  … và {more} dòng khác nhau nữa"),
            &format!(
                "  … and {}",
                counted(more, "more line that differs", "more lines that differ")
            ),
        );
    }
}

const fn sign(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::Added => "+",
        ChangeKind::Removed => "-",
        ChangeKind::Changed => "*",
        ChangeKind::Reordered => "↕",
    }
}

/// A text that a stranger may have written, on one line and without what could deceive a terminal.
fn one_line(text: &str) -> String {
    motcua_registry::engine::printable(text)
}
