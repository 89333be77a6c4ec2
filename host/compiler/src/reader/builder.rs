//! From the events of the YAML parser to nodes with places. What could mean two things is refused on the way.

use std::collections::BTreeMap;

use saphyr_parser::{Event, ScalarStyle};

use super::characters::{composed, refused};
use super::syntax::{Trail, explain};
use super::yaml::{Entry, MAX_DEPTH, Node, NodeKind, Scalar};
use super::{place, report, spot};
use crate::diagnostic::{Diagnostic, shown};
use crate::source::{FileKind, Place, Span, Spanned};

/// What is open: a sequence, or a mapping that may wait for the value of a key.
struct Frame {
    start: usize,
    flow: bool,
    kind: FrameKind,
}

enum FrameKind {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<Entry>,
        /// Where each key stands.
        places: BTreeMap<String, Span>,
        /// The key that waits for its value; an inner `None` if it was no single word, and its value is dropped.
        key: Option<Option<Spanned<String>>>,
    },
}

/// Makes nodes of events.
pub(super) struct Builder<'t, 'd> {
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

impl<'t, 'd> Builder<'t, 'd> {
    /// Nothing is read yet. `text` is what is parsed, `original` the same with the characters that were refused; `bytes`
    /// has the byte of each character.
    pub(super) fn new(
        text: &'t str,
        original: &'t str,
        bytes: &'t [u32],
        file: FileKind,
        diagnostics: &'d mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            text,
            original,
            bytes,
            file,
            diagnostics,
            stack: Vec::new(),
            root: None,
            trail: Trail::default(),
        }
    }

    /// What was read: the first node that stands in no other.
    pub(super) fn finish(self) -> Option<Node> {
        self.root
    }

    /// Says what a syntax error at a character means.
    pub(super) fn syntax_error(self, info: &str, character: usize) {
        let message = explain(
            info,
            self.byte(character),
            self.text,
            self.file,
            &self.trail,
        );
        report(self.diagnostics, message);
    }

    /// The byte of a character; the end of the text for what is beyond.
    pub(super) fn byte(&self, character: usize) -> usize {
        self.bytes
            .get(character)
            .map_or(self.text.len(), |byte| *byte as usize)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        spot(self.file, start, end)
    }

    /// Takes the next event of the parser. `None` if it makes no sense to go on.
    pub(super) fn event(
        &mut self,
        event: Event<'_>,
        start: usize,
        end: usize,
        column: usize,
    ) -> Option<()> {
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
                let kind = FrameKind::Mapping {
                    entries: Vec::new(),
                    places: BTreeMap::new(),
                    key: None,
                };
                self.open(start, flow, kind)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(start),
            Event::Alias(_) => {
                self.refuse_alias(start, end);
                let place = Place::new(self.file, vec![start as u32]);
                let kind = NodeKind::Scalar(Scalar {
                    value: String::new(),
                    plain: false,
                    place,
                });
                self.attach(Node {
                    kind,
                    span: self.span(start, end),
                });
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
        Some(())
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        start: usize,
        end: usize,
        column: usize,
    ) -> Node {
        let mut value = value.to_owned();
        let (mut offsets, wide) = place::offsets(self.text, start, column, style, &value);
        self.refuse_escaped(&value, &offsets, &wide);
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
        let place = Place {
            file: self.file,
            offsets,
            wide,
        };
        let scalar = Scalar {
            value,
            plain: style == ScalarStyle::Plain,
            place,
        };
        Node {
            kind: NodeKind::Scalar(scalar),
            span: self.span(start, end.min(self.text.len()).max(start)),
        }
    }

    /// `"\u202e"` would bring in through the back door what the file itself may not contain.
    fn refuse_escaped(&mut self, value: &str, offsets: &[u32], wide: &[(u32, u32)]) {
        let found = value.char_indices().find_map(|(at, c)| {
            Some((
                at,
                c,
                if c == '\t' || c == '\r' {
                    TAB_OR_RETURN
                } else {
                    refused(c)?
                },
            ))
        });
        let Some((at, c, (vi, en))) = found else {
            return;
        };
        let place = Place {
            file: self.file,
            offsets: offsets.to_vec(),
            wide: wide.to_vec(),
        };
        let code = u32::from(c);
        let message = Diagnostic::error(
            "control-character",
            place.span(at..at + c.len_utf8()),
            format!("đoạn chữ này chứa {vi} (U+{code:04X})"),
            format!("this text contains {en} (U+{code:04X})"),
        )
        .help(
            "thay bằng dấu cách, hoặc bỏ đi",
            "put a space in its place, or take it out",
        );
        report(self.diagnostics, message);
    }

    /// Takes what was refused out of a value: a word that is right without it need not be reported again.
    fn drop_refused(&self, value: &mut String, offsets: &mut Vec<u32>) {
        let bad = |at: usize, c: char| {
            let place = offsets.get(at).copied().unwrap_or_default() as usize;
            let written = self
                .original
                .get(place..)
                .and_then(|rest| rest.chars().next());
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
        let Some(frame) = self.stack.pop() else {
            return;
        };
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
                let last = entries
                    .last()
                    .map(|entry| entry.value.span.end.max(entry.key.span.end));
                (NodeKind::Mapping { entries, flow }, last)
            }
        };
        let end = if flow {
            (at + 1).min(self.text.len())
        } else {
            last.map_or(start, |last| last as usize)
        };
        self.attach(Node {
            kind,
            span: self.span(start, end.max(start)),
        });
    }

    fn attach(&mut self, node: Node) {
        let Some(frame) = self.stack.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        match &mut frame.kind {
            FrameKind::Sequence(items) => items.push(node),
            FrameKind::Mapping {
                entries,
                places,
                key,
            } => match key.take() {
                None => match node.kind {
                    NodeKind::Scalar(scalar) => {
                        *key = Some(Some(Spanned::new(scalar.value, node.span)))
                    }
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
            let word = self.text[at..]
                .find(|c: char| c.is_whitespace())
                .map_or(self.text.len(), |length| at + length);
            let (code, vi, en) = if mark == '&' {
                (
                    "yaml-anchor",
                    "dấu neo của YAML (`&…`)",
                    "a YAML anchor (`&…`)",
                )
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
        self.refuse_property(
            "yaml-anchor",
            start,
            end,
            "dấu tham chiếu của YAML (`*…`)",
            "a YAML alias (`*…`)",
        );
    }

    fn refuse_property(
        &mut self,
        code: &'static str,
        start: usize,
        end: usize,
        vi: &str,
        en: &str,
    ) {
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

    /// Refuses what follows `---` in the middle of a file.
    pub(super) fn second_document(&mut self, at: usize) {
        // The event may stand on the first word of the document instead of on `---`.
        let line = self.text.get(at..).unwrap_or_default();
        let end = if line.starts_with("---") { at + 3 } else { at };
        let message = Diagnostic::error(
            "yaml-documents",
            self.span(at, end),
            "một tệp chỉ chứa một tài liệu; từ `---` này là tài liệu thứ hai",
            "a file holds one document; a second one begins at this `---`",
        )
        .help(
            "chuyển phần sau sang tệp khác, hoặc xóa dòng `---`",
            "move the rest to another file, or delete the line `---`",
        );
        report(self.diagnostics, message);
    }
}

const TAB_OR_RETURN: (&str, &str) = ("ký tự Tab hoặc xuống dòng lạ", "a tab or a carriage return");
