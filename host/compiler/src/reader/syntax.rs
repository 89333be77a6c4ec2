//! What a syntax error of YAML means to somebody who writes a procedure. The parser says where it could not go on; what
//! the author most likely did there is guessed from the words around it.

use super::{line_at, spot};
use crate::diagnostic::Diagnostic;
use crate::source::FileKind;

/// What was read before the error.
#[derive(Default)]
pub(super) struct Trail {
    /// The last scalar, from its first byte to one after its last.
    pub last_scalar: Option<(usize, usize)>,
    /// Where the brackets and braces that are still open stand, the innermost last.
    pub open: Vec<usize>,
}

/// A place in the text and the words around it.
struct Spot<'t> {
    text: &'t str,
    file: FileKind,
    at: usize,
    /// The line of `at`, without its line break.
    line: &'t str,
    /// Where that line begins.
    line_start: usize,
    trail: &'t Trail,
}

/// The message for a syntax error at byte `at`.
pub(super) fn explain(
    info: &str,
    at: usize,
    text: &str,
    file: FileKind,
    trail: &Trail,
) -> Diagnostic {
    let at = floor(text, at);
    let (line_start, line) = line_at(text, at);
    let spot = Spot {
        text,
        file,
        at,
        line,
        line_start,
        trail,
    };
    let here = text[at..].chars().next();
    let message = match info {
        "mapping values are not allowed in this context" => spot.stray_colon(),
        "while parsing a flow mapping, did not find expected ',' or '}'" if here == Some(':') => {
            spot.stray_colon()
        }
        "illegal placement of ':' indicator"
        | "while parsing a flow mapping, did not find expected ',' or '}'"
        | "while parsing a flow sequence, expected ',' or ']'"
        | "invalid indentation in flow construct"
        | "unexpected end of plain scalar" => spot.open_bracket(),
        "invalid trailing content after double-quoted scalar" => spot.after_quote(),
        "plain scalar cannot start with '-' followed by ,[]{}"
        | "\"-\" is only valid inside a block" => spot.lone_hyphen(),
        "while scanning a block scalar, did not find expected comment or line break"
        | "while scanning a block scalar, found an indentation indicator equal to 0"
        | "while parsing node, found unknown anchor"
        | "while scanning an anchor or alias, did not find expected alphabetic or numeric character"
        | "mapping keys are not allowed in this context"
        | "misplaced bracket"
        | "while parsing a node, did not find expected node content" => spot.must_be_quoted(),
        "block sequence entries are not allowed in this context" => spot.list_on_the_line(),
        "simple key expect ':'" | "simple key expected" => spot.no_colon(),
        "while parsing a block mapping, did not find expected key"
        | "while parsing a block collection, did not find expected '-' indicator"
        | "wrongly indented line in block scalar"
        | "invalid indentation" => spot.indentation(),
        "while scanning a quoted scalar, found unexpected end of stream"
        | "while scanning a quoted scalar, found unexpected document indicator"
        | "invalid indentation in quoted scalar" => spot.open_quote(),
        "comment intercepting the multiline text" => spot.comment(),
        info if info.starts_with("while parsing a quoted scalar") => spot.escape(),
        info if info.starts_with("unexpected character")
            || info.contains("a tag")
            || info.contains("TAG") =>
        {
            spot.must_be_quoted()
        }
        info => spot.other(info),
    };
    spot.mention_no_break_space(message)
}

impl Spot<'_> {
    fn error(&self, from: usize, to: usize, vi: &str, en: &str) -> Diagnostic {
        Diagnostic::error("yaml-syntax", spot(self.file, from, to), vi, en)
    }

    /// The one character at `at`, if the file does not end there.
    fn character(&self, at: usize) -> (usize, usize) {
        (
            at,
            at + self.text[at..].chars().next().map_or(0, char::len_utf8),
        )
    }

    /// Where the words from `from` to the end of their line end, without the comment.
    fn end_of_words(&self, from: usize) -> usize {
        let (start, line) = line_at(self.text, from);
        let words = line.get(from - start..).unwrap_or_default();
        from + words
            .find(" #")
            .map_or(words, |comment| &words[..comment])
            .trim_end()
            .len()
    }

    /// The words before the place on its line.
    fn before(&self) -> &str {
        self.line
            .get(..self.at - self.line_start)
            .unwrap_or(self.line)
    }

    /// Whether the place is outside of all brackets and braces.
    fn in_block(&self) -> bool {
        self.trail.open.is_empty()
    }

    /// Where the value that `at` belongs to begins, on its own line: after `key: ` or `- `.
    fn value_start(&self) -> usize {
        let before = self.before();
        let mut start = before.len() - before.trim_start().len();
        while let Some(item) = before[start..].strip_prefix("- ") {
            start = before.len() - item.trim_start().len();
        }
        if let Some(colon) = before[start..].find(": ") {
            let value = &before[start + colon + 2..];
            start = before.len() - value.trim_start().len();
        }
        self.line_start + start
    }

    /// The most common mistake: a colon inside a text without quotes.
    fn stray_colon(&self) -> Diagnostic {
        let Some((start, _)) = self.trail.last_scalar else {
            return self.other("':'");
        };
        let Some(between) = self.text.get(start..self.at) else {
            return self.other("':'");
        };
        if between.contains('\n') {
            return self.continued(start, between);
        }
        let (from, to) = if self.in_block() {
            (start, self.end_of_words(start))
        } else {
            (start, self.character(self.at).1)
        };
        let message = self
            .error(
                from,
                to,
                "dấu hai chấm nằm trong đoạn chữ không có ngoặc",
                "there is a colon inside a text without quotes",
            )
            .label("`: ` bắt đầu một mục mới", "`: ` begins a new entry")
            .help(
                "đặt cả đoạn chữ trong ngoặc đơn, ví dụ 'Luật Xuất bản: Điều 32'",
                "put the whole text in single quotes, for example 'Law on Publication: Article 32'",
            );
        if self.in_block() {
            self.quoting(message, from, to)
        } else {
            message
        }
    }

    /// The text before the colon goes over several lines: the lines were not meant to belong together.
    fn continued(&self, start: usize, between: &str) -> Diagnostic {
        let first = between.lines().next().unwrap_or_default();
        if let Some(message) = self.glued(start, first) {
            return message;
        }
        if let Some(&open) = self.trail.open.last() {
            return self.unclosed(open);
        }
        let indent = self.line.len() - self.line.trim_start().len();
        self.error(
            self.line_start + indent,
            self.character(self.at).1,
            "dòng này thụt vào nhiều hơn dòng trên, nên bị đọc như phần tiếp của đoạn chữ ở trên",
            "this line is indented more than the one above, so it is read as more of the text there",
        )
        .related(spot(self.file, start, start + first.trim_end().len()), "đoạn chữ bắt đầu ở đây", "that text begins here")
        .help("các mục của cùng một nhóm phải thẳng hàng", "entries that belong together begin in the same column")
    }

    /// `key:value`, which YAML takes for one text.
    fn glued(&self, start: usize, words: &str) -> Option<Diagnostic> {
        let words = words.trim_end();
        let (key, value) = words.split_once(':')?;
        let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !is_key || value.is_empty() || value.starts_with(' ') {
            return None;
        }
        let message = self
            .error(
                start,
                start + words.len(),
                &format!("sau `{key}:` phải có dấu cách"),
                &format!("there must be a space after `{key}:`"),
            )
            .label(
                "YAML đọc liền thành một đoạn chữ",
                "YAML reads this as one text",
            );
        Some(message.suggest(format!("{key}: {value}")))
    }

    fn open_bracket(&self) -> Diagnostic {
        match self.trail.open.last() {
            Some(&open) => self.unclosed(open),
            None => self.other("bracket"),
        }
    }

    fn unclosed(&self, open: usize) -> Diagnostic {
        let (bracket, close) = if self.text.as_bytes().get(open) == Some(&b'[') {
            ('[', ']')
        } else {
            ('{', '}')
        };
        let (from, to) = self.character(self.at);
        self.error(
            from,
            to,
            &format!("ở đây cần `,` hoặc `{close}`"),
            &format!("expected `,` or `{close}` here"),
        )
        .related(
            spot(self.file, open, open + 1),
            format!("`{bracket}` này chưa được đóng"),
            format!("this `{bracket}` is not closed"),
        )
        .help(
            format!("đóng bằng `{close}`; đoạn chữ có dấu `, : {{ }} [ ]` phải đặt trong ngoặc đơn"),
            format!("close it with `{close}`; a text with any of `, : {{ }} [ ]` must be in single quotes"),
        )
    }

    fn after_quote(&self) -> Diagnostic {
        let before = self.text[..self.at].trim_end();
        let single = before.ends_with('\'');
        let start = self.value_start();
        let starts_quoted = self.text[start..].starts_with(['"', '\'']);
        let (from, to) = if self.in_block() && starts_quoted && start < self.at {
            (start, self.end_of_words(self.at))
        } else {
            (self.at, self.character(self.at).1)
        };
        let message = self.error(
            from,
            to,
            "sau dấu ngoặc đóng không được viết thêm chữ",
            "nothing may follow the closing quote",
        );
        let message = if single {
            message.help(
                "dấu nháy đơn nằm trong ngoặc đơn phải viết hai lần: 'it''s'",
                "a quote inside single quotes is written twice: 'it''s'",
            )
        } else {
            message.help(
                "nếu dấu ngoặc là một phần của biểu thức, đặt cả biểu thức trong ngoặc đơn: '\"paper\" = medium'",
                "if the quotes are part of an expression, put all of it in single quotes: '\"paper\" = medium'",
            )
        };
        if from < self.at && !single {
            self.quoting(message, from, to)
        } else {
            message
        }
    }

    fn lone_hyphen(&self) -> Diagnostic {
        let (from, to) = self.character(self.at);
        let mut message = self.error(
            from,
            to,
            "dấu `-` đứng một mình phải đặt trong ngoặc",
            "a lone `-` must be in quotes",
        );
        if self.text[from..to] == *"-" {
            message = message.suggest("'-'");
        }
        message
    }

    fn must_be_quoted(&self) -> Diagnostic {
        let (from, to) = self.character(self.at);
        let mark = &self.text[from..to];
        if mark.is_empty() || mark.trim().is_empty() {
            return self.other("end of line");
        }
        let in_value = self.in_block() && self.value_start() == from;
        let to = if in_value {
            self.end_of_words(from)
        } else {
            to
        };
        let message = self
            .error(
                from,
                to,
                &format!("một đoạn chữ không có ngoặc không thể bắt đầu bằng `{mark}`"),
                &format!("a text without quotes cannot begin with `{mark}`"),
            )
            .help(
                "đặt cả đoạn trong ngoặc đơn",
                "put all of it in single quotes",
            );
        if in_value {
            self.quoting(message, from, to)
        } else {
            message
        }
    }

    fn list_on_the_line(&self) -> Diagnostic {
        let (from, to) = self.character(self.at);
        self.error(
            from,
            to,
            "danh sách phải bắt đầu ở dòng tiếp theo",
            "a list begins on the next line",
        )
        .help(
            "xuống dòng trước dấu `-`; nếu `-` là một phần của đoạn chữ, đặt đoạn chữ trong ngoặc đơn",
            "start a new line before the `-`; if it is part of a text, put the text in single quotes",
        )
    }

    fn no_colon(&self) -> Diagnostic {
        // The parser notices only on the next line.
        let above = self.text[..self.line_start].trim_end();
        let (start, line) = if self.before().trim().is_empty() && !above.is_empty() {
            line_at(self.text, above.len())
        } else {
            (self.line_start, self.line)
        };
        let indent = line.len() - line.trim_start().len();
        if let Some(message) = self.glued(start + indent, line.trim_start()) {
            return message;
        }
        self.error(
            start + indent,
            start + line.trim_end().len(),
            "dòng này không có dấu hai chấm sau tên mục",
            "there is no colon after the key on this line",
        )
        .help(
            "viết `mục: giá trị`; nếu dòng này là phần tiếp của đoạn chữ ở trên, hãy thụt nó vào",
            "write `key: value`; if the line continues the text above, indent it",
        )
    }

    fn indentation(&self) -> Diagnostic {
        let from = self.line_start + (self.line.len() - self.line.trim_start().len());
        let to = self.line_start + self.line.trim_end().len();
        self.error(
            from.min(to),
            to,
            "dòng này thụt vào không khớp với dòng nào ở trên",
            "the indentation of this line fits none of the lines above",
        )
        .help(
            "các mục của cùng một nhóm phải thẳng hàng; mỗi mục của danh sách bắt đầu bằng `- `",
            "entries that belong together begin in the same column; each item of a list begins with `- `",
        )
    }

    fn open_quote(&self) -> Diagnostic {
        let (from, to) = self.character(self.at);
        self.error(
            from,
            to,
            "dấu ngoặc mở ở đây không được đóng",
            "the quote that opens here is not closed",
        )
        .help(
            "đóng ngoặc ở cuối đoạn chữ; nếu đoạn chữ dài nhiều dòng, các dòng sau phải thụt vào",
            "close it at the end of the text; if the text has several lines, indent the later ones",
        )
    }

    fn comment(&self) -> Diagnostic {
        self.error(
            self.at,
            self.line_start + self.line.trim_end().len(),
            "từ dấu `#` này là ghi chú, và nó cắt đôi đoạn chữ",
            "this `#` begins a comment, which cuts the text in two",
        )
        .help(
            "nếu `#` thuộc về đoạn chữ, đặt cả đoạn trong ngoặc đơn; nếu không, bỏ ghi chú",
            "if the `#` belongs to the text, put all of it in single quotes; if not, take the comment out",
        )
    }

    fn escape(&self) -> Diagnostic {
        const KNOWN: &str = "0abtnvfre \"/\\N_LPxuU\t\n\r";
        let text = &self.text[self.at..];
        let mut chars = text.char_indices().skip(1);
        let mut found = None;
        while let Some((at, c)) = chars.next() {
            if c == '"' {
                break;
            }
            if c == '\\' {
                let Some((_, escaped)) = chars.next() else {
                    break;
                };
                let digits = match escaped {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                let code: String = text[at + 1..].chars().skip(1).take(digits).collect();
                let value = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                if !KNOWN.contains(escaped)
                    || (digits > 0 && (code.len() != digits || value.is_none()))
                {
                    found = Some((self.at + at, self.at + at + 1 + escaped.len_utf8()));
                    break;
                }
            }
        }
        let (from, to) = found.unwrap_or_else(|| self.character(self.at));
        self.error(
            from,
            to,
            "trong ngoặc kép, dấu `\\` bắt đầu một ký tự đặc biệt, và ký tự này không có",
            "inside double quotes, `\\` begins a special character, and there is none such",
        )
        .help(
            "viết `\\\\` cho một dấu gạch chéo ngược, hoặc dùng ngoặc đơn",
            "write `\\\\` for a backslash, or use single quotes",
        )
    }

    fn other(&self, info: &str) -> Diagnostic {
        let (from, to) = self.character(self.at);
        self.error(
            from,
            to,
            &format!("không đọc được YAML từ đây ({info})"),
            &format!("YAML cannot be read from here ({info})"),
        )
        .help(
            "kiểm tra dấu ngoặc, dấu hai chấm và cách thụt dòng ở đây và ở dòng trên",
            "check quotes, colons and indentation here and on the line above",
        )
    }

    /// Suggests the words in single quotes.
    fn quoting(&self, mut message: Diagnostic, from: usize, to: usize) -> Diagnostic {
        if let Some(words) = self
            .text
            .get(from..to)
            .filter(|words| !words.is_empty() && !words.contains('\n'))
        {
            message.suggestion = Some(super::quoted(words));
        }
        message
    }

    /// Text pasted from a word processor brings spaces that YAML does not take for spaces.
    fn mention_no_break_space(&self, message: Diagnostic) -> Diagnostic {
        let Some(found) = self.line.find('\u{a0}') else {
            return message;
        };
        let at = self.line_start + found;
        message.related(
            spot(self.file, at, at + 2),
            "đây là dấu cách không ngắt (U+00A0), YAML không coi nó là dấu cách",
            "this is a no-break space (U+00A0), which YAML does not take for a space",
        )
    }
}

/// The nearest character boundary at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
