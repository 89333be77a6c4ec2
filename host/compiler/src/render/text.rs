//! Messages for a terminal, in the style that rustc made familiar.

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet};
use motcua_model::Text;
use motcua_model::text::Language;

use super::visible::{Window, boundary, visible};
use super::{Files, Lines, clamped, counts, sorted};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{SourceFile, Span};

/// At most so many messages are shown in full; who has more will see the rest after mending these.
const MAX_SHOWN: usize = 100;

/// Messages in one language, sorted by place: the file with line and column, the author's line with the words underlined,
/// other places that matter, a way out; and at the end how many errors and warnings there are. Empty if there are none.
/// `colour` adds the escape codes of a terminal.
pub fn render(
    diagnostics: &[Diagnostic],
    files: &Files<'_>,
    language: Language,
    colour: bool,
) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    for message in sorted(diagnostics).into_iter().take(MAX_SHOWN) {
        out.push_str(&one(message, files, language, &renderer));
        out.push_str("\n\n");
    }
    let more = diagnostics.len().saturating_sub(MAX_SHOWN);
    if more > 0 {
        out.push_str(&match language {
            Language::Vietnamese => {
                format!("… và {more} thông báo nữa; hãy sửa các lỗi trên rồi chạy lại\n")
            }
            Language::English => format!("… and {more} more; mend these and run it again\n"),
        });
    }
    out.push_str(&summary(diagnostics, language));
    out.push('\n');
    out
}

/// `2 lỗi, 1 cảnh báo`, `2 errors, 1 warning`.
fn summary(diagnostics: &[Diagnostic], language: Language) -> String {
    let (errors, warnings) = counts(diagnostics);
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let (errors_said, warnings_said) = match language {
        Language::Vietnamese => (format!("{errors} lỗi"), format!("{warnings} cảnh báo")),
        Language::English => (
            format!("{errors} error{}", plural(errors)),
            format!("{warnings} warning{}", plural(warnings)),
        ),
    };
    match (errors, warnings) {
        (_, 0) => errors_said,
        (0, _) => warnings_said,
        _ => format!("{errors_said}, {warnings_said}"),
    }
}

fn one(message: &Diagnostic, files: &Files<'_>, language: Language, renderer: &Renderer) -> String {
    let words = Words { language };
    let level = match message.severity {
        Severity::Error => Level::ERROR.with_name(words.choose("lỗi", "error")),
        Severity::Warning => Level::WARNING.with_name(words.choose("cảnh báo", "warning")),
    };
    let title = level
        .primary_title(words.of(&message.message))
        .id(message.code);
    let mut group = Group::with_title(title);

    // What stands near each other is shown in one piece, the rest after it.
    let (near, far): (Vec<_>, Vec<_>) = message
        .related
        .iter()
        .partition(|(span, _)| is_near(*span, message.span));
    let primary = Mark {
        span: message.span,
        kind: AnnotationKind::Primary,
        label: words.of(&message.label),
    };
    let context = |(span, label): &(Span, Text)| Mark {
        span: *span,
        kind: AnnotationKind::Context,
        label: words.of(label),
    };
    let mut marks = vec![primary];
    marks.extend(near.into_iter().map(context));
    group = group.elements(snippet(files, &marks));
    for related in far {
        group = group.elements(snippet(files, &[context(related)]));
    }
    let help_name = words.choose("gợi ý", "help");
    let help = message.help.as_ref().map(|help| words.of(help));
    if let Some(help) = &help {
        group = group.element(Level::HELP.with_name(help_name).message(help.clone()));
    }

    let mut groups = vec![group];
    groups.extend(change(message, help.as_deref(), files, words));
    renderer.render(&groups)
}

/// The line as it would be after the suggestion, unless the help has said it already.
fn change<'a>(
    message: &Diagnostic,
    help: Option<&str>,
    files: &Files<'_>,
    words: Words,
) -> Option<Group<'a>> {
    let suggestion = message.suggestion.as_ref()?;
    let file = files.get(message.span.file)?;
    if !suggestion.is_empty() && help.is_some_and(|help| help.contains(&format!("`{suggestion}`")))
    {
        return None;
    }
    let (start, end) = clamped(message.span, &file.text);
    let window = Window::new(&file.text, start, end);
    // Of a very long line the change would not be seen anyway.
    if window.text.contains('\n') || window.text.len() > 1_000 {
        return None;
    }
    let patch = Patch::new(window.range(start, end), visible(suggestion));
    let snippet = Snippet::source(window.text.clone())
        .line_start(window.first_line)
        .patch(patch);
    let title = Level::HELP
        .with_name(words.choose("gợi ý", "help"))
        .secondary_title(words.choose("viết như sau", "write it like this"));
    Some(title.element(snippet))
}

/// A place with what to read there.
struct Mark {
    span: Span,
    kind: AnnotationKind,
    label: String,
}

/// Whether two places can be shown in one piece of the file.
fn is_near(a: Span, b: Span) -> bool {
    const NEAR: u32 = 8_000;
    a.file == b.file && a.to(b).end - a.to(b).start <= NEAR
}

/// The lines of some marks, which are near each other; the first of them is the main one. Nothing if there is no file.
fn snippet<'a>(files: &Files<'_>, marks: &[Mark]) -> Vec<Element<'a>> {
    let Some((main, file)) = marks
        .first()
        .and_then(|mark| Some((mark.span, files.get(mark.span.file)?)))
    else {
        return Vec::new();
    };
    let places: Vec<(usize, usize)> = marks
        .iter()
        .map(|mark| shortened(mark.span, file))
        .collect();
    let from = places
        .iter()
        .map(|(start, _)| *start)
        .min()
        .unwrap_or_default();
    let to = places.iter().map(|(_, end)| *end).max().unwrap_or_default();
    let window = Window::new(&file.text, from, to);
    let annotations = marks.iter().zip(&places).map(|(mark, (start, end))| {
        let annotation = mark.kind.span(window.range(*start, *end));
        if mark.label.is_empty() {
            annotation
        } else {
            annotation.label(mark.label.clone())
        }
    });
    let annotations: Vec<_> = annotations.collect();
    let path = visible(&file.path);
    let snippet = Snippet::source(window.text.clone())
        .line_start(window.first_line)
        .annotations(annotations);
    if window.cropped {
        // The line and column cannot be read off a part of a line.
        let (start, _) = clamped(main, &file.text);
        let (line, column) = Lines::new(&file.text).position(start);
        vec![
            Origin::path(path).line(line).char_column(column).into(),
            snippet.into(),
        ]
    } else {
        vec![snippet.path(path).into()]
    }
}

/// A place that is not too long to be underlined.
fn shortened(span: Span, file: &SourceFile) -> (usize, usize) {
    const MOST: usize = 2_000;
    let (start, end) = clamped(span, &file.text);
    (
        start,
        boundary(&file.text, end.min(start + MOST)).max(start),
    )
}

#[derive(Clone, Copy)]
struct Words {
    language: Language,
}

impl Words {
    fn of(self, text: &Text) -> String {
        visible(text.get(self.language))
    }

    fn choose(self, vi: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::Vietnamese => vi,
            Language::English => en,
        }
    }
}
