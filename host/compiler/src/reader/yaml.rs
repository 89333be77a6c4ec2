//! YAML as packages use it: scalars, sequences and mappings, each with its place. What could hide something from a
//! reviewer or mean two things (anchors, tags, several documents, a key said twice) is refused. A scalar is its text and
//! nothing more: what type it has is the business of the field it stands in, so `no`, `1.10` and `2013-07-01` are safe.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::characters::{composed, refused, survey};
use super::syntax::{Trail, explain};
use super::{place, report, shown, spot};
use crate::diagnostic::Diagnostic;
use crate::source::{FileKind, Place, SourceFile, Span, Spanned};

/// Sequences and mappings stand at most so deep in each other.
pub const MAX_DEPTH: usize = 32;

/// A part of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// From its first to its last character, quotes and brackets included. What is not written at all is empty, at the
    /// place where it would stand.
    pub span: Span,
}

/// The kinds of nodes.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A text, a number, a date, …
    Scalar(Scalar),
    /// A list.
    Sequence {
        /// Its items.
        items: Vec<Node>,
        /// Written in brackets.
        flow: bool,
    },
    /// Keys with values, in the order of the file, each key once.
    Mapping {
        /// Its entries.
        entries: Vec<Entry>,
        /// Written in braces.
        flow: bool,
    },
}

/// A text with the place of each of its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text: escapes resolved, lines folded, in form NFC.
    pub value: String,
    /// Whether it was written without quotes and not as a block.
    pub plain: bool,
    /// Where its bytes stand.
    pub place: Place,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// Whether there is no value at all, as in `key:`.
    pub fn is_absent(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar(scalar) if scalar.plain && scalar.value.is_empty())
    }

    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let NodeKind::Mapping { entries, .. } = &self.kind else { return None };
        entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// The item at a position, if this is a sequence that has it.
    pub fn item(&self, position: usize) -> Option<&Node> {
        let NodeKind::Sequence { items, .. } = &self.kind else { return None };
        items.get(position)
    }
}

/// Reads a file. Everything that is wrong is reported; `None` if nothing of it can be used.
pub fn parse(file: &SourceFile, kind: FileKind, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let text = survey(&file.text, kind, diagnostics)?;
    if refuse_directive(&text, kind, diagnostics) {
        return None;
    }
    // The parser counts characters, a place is in bytes.
    let bytes: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).collect();
    let mut builder =
        Builder { text: &text, original: &file.text, bytes: &bytes, file: kind, diagnostics, stack: Vec::new(), root: None, trail: Trail::default() };
    let mut documents = 0_usize;
    for event in Parser::new_from_str(&text) {
        match event {
            Ok((Event::DocumentStart(_), span)) => {
                documents += 1;
                if documents > 1 {
                    // To go on with half of a file would only report the other half as missing.
                    let at = builder.byte(span.start.index());
                    builder.second_document(at);
                    return None;
                }
            }
            Ok((event, span)) => {
                let (start, end) = (builder.byte(span.start.index()), builder.byte(span.end.index()));
                builder.event(event, start, end, span.start.col())?;
            }
            Err(error) => {
                let at = builder.byte(error.marker().index());
                let message = explain(error.info(), at, &text, kind, &builder.trail);
                report(builder.diagnostics, message);
                return None;
            }
        }
    }
    let root = builder.root.take();
    if root.is_none() {
        report(
            diagnostics,
            Diagnostic::error("empty-file", spot(kind, 0, 0), "tệp này chưa có gì", "there is nothing in this file")
                .help("`motcua new` viết một gói mẫu để bắt đầu", "`motcua new` writes a package to start from"),
        );
        return None;
    }
    warn_about_decomposed_text(&text, kind, diagnostics);
    root
}

/// `%YAML`, `%TAG`: they change how the rest is read. Only the first line that says anything can be one.
fn refuse_directive(text: &str, file: FileKind, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_start_matches('\u{feff}').trim();
        if !words.is_empty() && !words.starts_with('#') {
            let is_directive = words.starts_with('%');
            if is_directive {
                let message = Diagnostic::error(
                    "yaml-directive",
                    spot(file, start, start + line.trim_end().len()),
                    "không dùng được dòng lệnh `%…` của YAML",
                    "YAML directives (`%…`) cannot be used",
                )
                .help("xóa dòng này", "delete this line");
                report(diagnostics, message);
            }
            return is_directive;
        }
        start += line.len();
    }
    false
}

/// One warning for the file: whoever types this way does so everywhere. The scalars themselves are composed already.
fn warn_about_decomposed_text(text: &str, file: FileKind, diagnostics: &mut Vec<Diagnostic>) {
    if unicode_normalization::is_nfc(text) {
        return;
    }
    let mut start = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if !unicode_normalization::is_nfc(word) {
            report(
                diagnostics,
                Diagnostic::warning(
                    "not-nfc",
                    spot(file, start, start + word.len()),
                    "chữ ở đây gõ bằng Unicode tổ hợp; nó được đọc như Unicode dựng sẵn (NFC)",
                    "this is typed in decomposed Unicode; it is read as composed Unicode (NFC)",
                )
                .help(
                    "chọn bảng mã “Unicode dựng sẵn” trong bộ gõ, và chuyển mã tệp này",
                    "choose precomposed Unicode (NFC) in the keyboard program, and convert this file",
                ),
            );
            return;
        }
        start += piece.len();
    }
}

/// What is open: a sequence, or a mapping that may wait for the value of a key.
struct Frame {
    start: usize,
    flow: bool,
    kind: FrameKind,
}

enum FrameKind {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, places: BTreeMap<String, Span>, key: Option<Option<Spanned<String>>> },
}

struct Builder<'t, 'd> {
    /// The text that is parsed.
    text: &'t str,
    /// The text as the author wrote it, with the characters that were refused.
    original: &'t str,
    /// For each character, its byte.
    bytes: &'t [u32],
    file: FileKind,
    diagnostics: &'d mut Vec<Diagnostic>,
    stack: Vec<Frame>,
    root: Option<Node>,
    trail: Trail,
}

impl Builder<'_, '_> {
    fn byte(&self, character: usize) -> usize {
        self.bytes.get(character).map_or(self.text.len(), |byte| *byte as usize)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        spot(self.file, start, end)
    }

    fn event(&mut self, event: Event<'_>, start: usize, end: usize, column: usize) -> Option<()> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let start = self.refuse_properties(anchor != 0, tag.is_some(), start);
                let node = self.scalar(&value, style, start, end, column);
                self.trail.last_scalar = Some((node.span.start as usize, node.span.end as usize));
                self.attach(node);
            }
            Event::SequenceStart(anchor, tag) => {
                let start = self.refuse_properties(anchor != 0, tag.is_some(), start);
                let flow = self.text.as_bytes().get(start) == Some(&b'[');
                self.open(start, flow, FrameKind::Sequence(Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                let start = self.refuse_properties(anchor != 0, tag.is_some(), start);
                let flow = self.text.as_bytes().get(start) == Some(&b'{');
                let kind = FrameKind::Mapping { entries: Vec::new(), places: BTreeMap::new(), key: None };
                self.open(start, flow, kind)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(start),
            Event::Alias(_) => {
                self.refuse_alias(start, end);
                let place = Place { file: self.file, offsets: vec![start as u32] };
                let kind = NodeKind::Scalar(Scalar { value: String::new(), plain: false, place });
                self.attach(Node { kind, span: self.span(start, end) });
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        Some(())
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, start: usize, end: usize, column: usize) -> Node {
        let mut value = value.to_owned();
        let mut offsets = place::offsets(self.text, start, column, style, &value);
        self.refuse_escaped(&value, &offsets);
        self.drop_refused(&mut value, &mut offsets);
        if let Some((composed, places)) = composed(&value, &offsets) {
            value = composed;
            offsets = places;
        }
        let last = offsets.last().map_or(start, |last| *last as usize);
        let end = match style {
            ScalarStyle::Plain if value.is_empty() => start,
            ScalarStyle::Plain => end,
            // After the closing quote; the parser counts what separates it from the next token too.
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => last + 1,
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let content = self.text.get(start..last).unwrap_or_default().trim_end();
                start + content.len()
            }
        };
        let place = Place { file: self.file, offsets };
        let scalar = Scalar { value, plain: style == ScalarStyle::Plain, place };
        Node { kind: NodeKind::Scalar(scalar), span: self.span(start, end.min(self.text.len()).max(start)) }
    }

    /// `"\u202e"` would bring in through the back door what the file itself may not contain.
    fn refuse_escaped(&mut self, value: &str, offsets: &[u32]) {
        let found = value
            .char_indices()
            .find_map(|(at, c)| Some((at, c, if c == '\t' || c == '\r' { TAB_OR_RETURN } else { refused(c)? })));
        let Some((at, c, (vi, en))) = found else { return };
        let place = Place { file: self.file, offsets: offsets.to_vec() };
        let code = u32::from(c);
        let message = Diagnostic::error(
            "control-character",
            place.span(at..at + c.len_utf8()),
            format!("đoạn chữ này chứa {vi} (U+{code:04X})"),
            format!("this text contains {en} (U+{code:04X})"),
        )
        .help("thay bằng dấu cách, hoặc bỏ đi", "put a space in its place, or take it out");
        report(self.diagnostics, message);
    }

    /// Takes what was refused out of a value: a word that is right without it need not be reported again.
    fn drop_refused(&self, value: &mut String, offsets: &mut Vec<u32>) {
        let bad = |at: usize, c: char| {
            let place = offsets.get(at).copied().unwrap_or_default() as usize;
            let written = self.original.get(place..).and_then(|rest| rest.chars().next());
            refused(c).is_some() || written.is_some_and(|written| refused(written).is_some())
        };
        if !value.char_indices().any(|(at, c)| bad(at, c)) {
            return;
        }
        let mut kept = String::with_capacity(value.len());
        let mut places = Vec::with_capacity(offsets.len());
        for (at, c) in value.char_indices().filter(|(at, c)| !bad(*at, *c)) {
            kept.push(c);
            places.extend_from_slice(offsets.get(at..at + c.len_utf8()).unwrap_or_default());
        }
        places.extend(offsets.last());
        *value = kept;
        *offsets = places;
    }

    fn open(&mut self, start: usize, flow: bool, kind: FrameKind) -> Option<()> {
        if self.stack.len() >= MAX_DEPTH {
            report(
                self.diagnostics,
                Diagnostic::error(
                    "too-deep",
                    self.span(start, start + 1),
                    format!("lồng nhau quá {MAX_DEPTH} tầng"),
                    format!("nested deeper than {MAX_DEPTH} levels"),
                ),
            );
            return None;
        }
        if flow {
            self.trail.open.push(start);
        }
        self.stack.push(Frame { start, flow, kind });
        Some(())
    }

    fn close(&mut self, at: usize) {
        let Some(frame) = self.stack.pop() else { return };
        if frame.flow {
            self.trail.open.pop();
        }
        let Frame { start, flow, kind } = frame;
        let (kind, last) = match kind {
            FrameKind::Sequence(items) => {
                let last = items.last().map(|item| item.span.end);
                (NodeKind::Sequence { items, flow }, last)
            }
            FrameKind::Mapping { entries, .. } => {
                let last = entries.last().map(|entry| entry.value.span.end.max(entry.key.span.end));
                (NodeKind::Mapping { entries, flow }, last)
            }
        };
        let end = if flow { (at + 1).min(self.text.len()) } else { last.map_or(start, |last| last as usize) };
        self.attach(Node { kind, span: self.span(start, end.max(start)) });
    }

    fn attach(&mut self, node: Node) {
        let Some(frame) = self.stack.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        match &mut frame.kind {
            FrameKind::Sequence(items) => items.push(node),
            FrameKind::Mapping { entries, places, key } => match key.take() {
                None => match node.kind {
                    NodeKind::Scalar(scalar) => *key = Some(Some(Spanned::new(scalar.value, node.span))),
                    NodeKind::Sequence { .. } | NodeKind::Mapping { .. } => {
                        *key = Some(None);
                        report(
                            self.diagnostics,
                            Diagnostic::error(
                                "wrong-shape",
                                node.span,
                                "tên mục phải là một từ",
                                "a key must be a single word",
                            )
                            .help(
                                "nếu đây là một đoạn chữ, hãy đặt nó trong ngoặc kép",
                                "if this is meant as a text, put it in quotes",
                            ),
                        );
                    }
                },
                Some(Some(name)) => {
                    if let Some(&before) = places.get(&name.value) {
                        report(
                            self.diagnostics,
                            Diagnostic::error(
                                "duplicate-key",
                                name.span,
                                format!("mục `{}` được viết hai lần", shown(&name.value)),
                                format!("key `{}` is written twice", shown(&name.value)),
                            )
                            .related(before, "lần đầu ở đây", "first written here")
                            .help("giữ lại một lần", "keep one of them"),
                        );
                    } else {
                        places.insert(name.value.clone(), name.span);
                        let mut value = node;
                        if value.is_absent() {
                            // What is not written stands right after its key.
                            value.span = Span::new(name.span.file, name.span.end, name.span.end);
                        }
                        entries.push(Entry { key: name, value });
                    }
                }
                Some(None) => {}
            },
        }
    }

    /// Refuses `&anchor` and `!tag` before a node; where the node itself begins.
    fn refuse_properties(&mut self, anchor: bool, tag: bool, start: usize) -> usize {
        if !anchor && !tag {
            return start;
        }
        let mut at = start;
        while let Some(mark @ ('&' | '!')) = self.text[at..].chars().next() {
            let word = self.text[at..].find(|c: char| c.is_whitespace()).map_or(self.text.len(), |length| at + length);
            let (code, vi, en) = if mark == '&' {
                ("yaml-anchor", "dấu neo của YAML (`&…`)", "a YAML anchor (`&…`)")
            } else {
                ("yaml-tag", "thẻ kiểu của YAML (`!…`)", "a YAML tag (`!…`)")
            };
            self.refuse_property(code, at, word, vi, en);
            let rest = &self.text[word..];
            at = word + (rest.len() - rest.trim_start_matches([' ', '\n', '\r']).len());
        }
        at
    }

    fn refuse_alias(&mut self, start: usize, end: usize) {
        self.refuse_property("yaml-anchor", start, end, "dấu tham chiếu của YAML (`*…`)", "a YAML alias (`*…`)");
    }

    fn refuse_property(&mut self, code: &'static str, start: usize, end: usize, vi: &str, en: &str) {
        let message = Diagnostic::error(
            code,
            self.span(start, end),
            format!("không dùng được {vi} ở đây"),
            format!("{en} cannot be used here"),
        )
        .help(
            "nếu đây là một phần của đoạn chữ hay biểu thức, hãy đặt cả đoạn trong ngoặc đơn: 'như thế này'",
            "if it is part of a text or an expression, put all of it in single quotes: 'like this'",
        );
        report(self.diagnostics, message);
    }

    fn second_document(&mut self, at: usize) {
        // The event may stand on the first word of the document instead of on `---`.
        let line = self.text.get(at..).unwrap_or_default();
        let end = if line.starts_with("---") { at + 3 } else { at };
        let message = Diagnostic::error(
            "yaml-documents",
            self.span(at, end),
            "một tệp chỉ chứa một tài liệu; từ `---` này là tài liệu thứ hai",
            "a file holds one document; a second one begins at this `---`",
        )
        .help("chuyển phần sau sang tệp khác, hoặc xóa dòng `---`", "move the rest to another file, or delete the line `---`");
        report(self.diagnostics, message);
    }
}

const TAB_OR_RETURN: (&str, &str) = ("ký tự Tab hoặc xuống dòng lạ", "a tab or a carriage return");
