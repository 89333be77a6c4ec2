//! What can be wrong with a question, told to the one who asked: where, what, and what would be right.

use std::fmt::{self, Write as _};

use motcua_model::Text;
use motcua_model::manifest::FactKind;
use serde::{Serialize, Serializer};

/// A kind of mistake: stable words that programs may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mistake {
    /// A member that does not belong here.
    UnknownMember,
    /// A member that must be there is not.
    MissingMember,
    /// A member, a document or an option that is told twice.
    Twice,
    /// Another type than expected, `null` among them.
    WrongType,
    /// A number that should be whole.
    NotWhole,
    /// Below the least value.
    TooSmall,
    /// Above the greatest value.
    TooLarge,
    /// More digits after the point than the fact has.
    TooManyDecimals,
    /// More characters, rows or questions than allowed.
    TooLong,
    /// A line break or another control character in a text.
    ControlCharacter,
    /// A text that is no Unicode: half of a surrogate pair.
    NotUnicode,
    /// An option, a document, a database, a way to file, a unit that does not exist.
    UnknownOption,
    /// A way to file that this procedure does not offer.
    NotOffered,
    /// Not written as a date or a moment.
    NotADate,
    /// 30 February, 25:00.
    NoSuchDay,
    /// Before 1900-01-01 or after 2199-12-31.
    DateOutOfRange,
    /// Later things told to be before earlier ones.
    OutOfOrder,
    /// A filing window: the host tells it from the calendar.
    ToldByTheHost,
    /// An amount that its unit cannot have.
    WrongAmount,
    /// Office hours that no office has.
    WrongHours,
}

impl Mistake {
    /// The word for it in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnknownMember => "unknown-member",
            Self::MissingMember => "missing-member",
            Self::Twice => "twice",
            Self::WrongType => "wrong-type",
            Self::NotWhole => "not-whole",
            Self::TooSmall => "too-small",
            Self::TooLarge => "too-large",
            Self::TooManyDecimals => "too-many-decimals",
            Self::TooLong => "too-long",
            Self::ControlCharacter => "control-character",
            Self::NotUnicode => "not-unicode",
            Self::UnknownOption => "unknown-option",
            Self::NotOffered => "not-offered",
            Self::NotADate => "not-a-date",
            Self::NoSuchDay => "no-such-day",
            Self::DateOutOfRange => "date-out-of-range",
            Self::OutOfOrder => "out-of-order",
            Self::ToldByTheHost => "told-by-the-host",
            Self::WrongAmount => "wrong-amount",
            Self::WrongHours => "wrong-hours",
        }
    }
}

impl Serialize for Mistake {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// One mistake at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where: a JSON pointer (RFC 6901); empty for the whole body.
    pub pointer: String,
    /// The kind of mistake.
    pub code: Mistake,
    /// What is wrong and what would be right.
    pub message: Text,
    /// What may stand here, if that is a list of words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
}

/// All mistakes of one question, in the order of the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldErrors {
    /// At least one, at most [`FieldErrors::MOST`].
    pub errors: Vec<FieldError>,
    /// Whether there are more that are not told.
    pub more: bool,
}

impl FieldErrors {
    /// As many mistakes are told at once; whoever makes more is not helped by reading them.
    pub const MOST: usize = 100;
}

/// A body that is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenJson {
    /// From 1.
    pub line: usize,
    /// From 1, in bytes.
    pub column: usize,
    /// What is wrong there.
    pub message: Text,
}

/// Why a question cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionError {
    /// No JSON at all.
    Broken(BrokenJson),
    /// JSON that does not fit.
    Fields(FieldErrors),
}

impl fmt::Display for QuestionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(broken) => {
                write!(
                    f,
                    "line {}, column {}: {}",
                    broken.line, broken.column, broken.message.en
                )
            }
            Self::Fields(fields) => {
                for (at, error) in fields.errors.iter().enumerate() {
                    let separator = if at == 0 { "" } else { "\n" };
                    write!(f, "{separator}{}: {}", error.pointer, error.message.en)?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for QuestionError {}

impl BrokenJson {
    /// What the reader of JSON says, translated; what it says in rarer cases stays in English.
    pub(crate) fn of(body: &[u8], error: &serde_json::Error) -> Self {
        let said = error.to_string();
        let said = said
            .rsplit_once(" at line ")
            .map_or(said.as_str(), |(said, _)| said);
        let message = if body.iter().all(u8::is_ascii_whitespace) {
            Text::new(
                "nội dung gửi lên rỗng; cần một đối tượng JSON",
                "the body is empty; a JSON object is needed",
            )
        } else if body.starts_with(b"\xEF\xBB\xBF") {
            Text::new(
                "nội dung bắt đầu bằng ký hiệu BOM; hãy gửi UTF-8 không có BOM",
                "the body begins with a byte order mark; send UTF-8 without it",
            )
        } else if std::str::from_utf8(body).is_err() {
            Text::new(
                "không phải UTF-8; JSON phải được gửi bằng UTF-8",
                "not UTF-8; JSON is sent as UTF-8",
            )
        } else if error.is_eof() {
            Text::new(
                "JSON bị đứt giữa chừng; có thể bị cắt khi gửi",
                "the JSON ends in the middle; was it cut off on the way?",
            )
        } else {
            Text::new(
                format!("JSON sai cú pháp ở đây: {}", in_vietnamese(said)),
                format!("the JSON is broken here: {said}"),
            )
        };
        Self {
            line: error.line().max(1),
            column: error.column().max(1),
            message,
        }
    }
}

/// What the reader of JSON says, without its place.
fn in_vietnamese(said: &str) -> &str {
    match said {
        "expected value" => "cần một giá trị",
        "expected ident" => "cần true, false hoặc null",
        "expected `:`" => "cần dấu `:`",
        "expected `,` or `}`" => "cần dấu `,` hoặc `}`",
        "expected `,` or `]`" => "cần dấu `,` hoặc `]`",
        "key must be a string" => "tên mục phải nằm trong dấu nháy kép",
        "trailing comma" => "thừa dấu phẩy",
        "trailing characters" => "thừa ký tự sau khi JSON đã hết",
        "invalid number" => "số viết sai",
        "number out of range" => "số quá lớn",
        "invalid escape" => "ký hiệu sau dấu `\\` không dùng được",
        "invalid unicode code point"
        | "lone leading surrogate in hex escape"
        | "unexpected end of hex escape" => "mã ký tự sau `\\u` không dùng được",
        "recursion limit exceeded" => "lồng nhau quá sâu",
        said if said.starts_with("control character") => {
            "trong chuỗi có ký tự điều khiển; hãy viết bằng `\\u`"
        }
        said => said,
    }
}

/// Mistakes as they are found.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    errors: Vec<FieldError>,
    more: bool,
    /// Suggestions cost time; a body of nonsense gets only a few.
    suggestions: usize,
}

impl Collector {
    const SUGGESTIONS: usize = 10;

    pub(crate) fn push(&mut self, pointer: &Pointer<'_>, code: Mistake, message: Text) {
        self.push_allowed(pointer, code, message, Vec::new());
    }

    pub(crate) fn push_allowed(
        &mut self,
        pointer: &Pointer<'_>,
        code: Mistake,
        message: Text,
        allowed: Vec<String>,
    ) {
        if self.errors.len() < FieldErrors::MOST {
            self.errors.push(FieldError {
                pointer: pointer.to_string(),
                code,
                message,
                allowed,
            });
        } else {
            self.more = true;
        }
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Whether nothing more would be told.
    pub(crate) fn is_full(&self) -> bool {
        self.more
    }

    pub(crate) fn into_result<T>(self, value: T) -> Result<T, FieldErrors> {
        if self.errors.is_empty() {
            Ok(value)
        } else {
            Err(self.into_errors())
        }
    }

    /// What was found.
    pub(crate) fn into_errors(self) -> FieldErrors {
        FieldErrors {
            errors: self.errors,
            more: self.more,
        }
    }

    /// A member that does not belong here.
    pub(crate) fn unknown_member<'n>(
        &mut self,
        pointer: &Pointer<'_>,
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) {
        let (near_vi, near_en) = self.suggestion(name, known.clone());
        let shown = shown(name);
        self.push_allowed(
            pointer,
            Mistake::UnknownMember,
            Text::new(
                format!("không có mục {shown} ở đây{near_vi}"),
                format!("there is no {shown} here{near_en}"),
            ),
            few(known),
        );
    }

    /// A word that is none of the options.
    pub(crate) fn unknown_option<'n>(
        &mut self,
        pointer: &Pointer<'_>,
        (what_vi, what_en): (&str, &str),
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) {
        let (near_vi, near_en) = self.suggestion(name, known.clone());
        let shown = shown(name);
        self.push_allowed(
            pointer,
            Mistake::UnknownOption,
            Text::new(
                format!("không có {what_vi} {shown}{near_vi}"),
                format!("there is no {what_en} {shown}{near_en}"),
            ),
            few(known),
        );
    }

    /// `; did you mean …?`, or the list of what there is, in both languages.
    fn suggestion<'n>(
        &mut self,
        name: &str,
        known: impl Iterator<Item = &'n str> + Clone,
    ) -> (String, String) {
        const LONGEST: usize = 60;
        if self.suggestions < Self::SUGGESTIONS && name.len() <= LONGEST {
            self.suggestions += 1;
            // As a slip of the pen: other case, `-` for `_`, a letter more or less, two letters swapped.
            let plain = |name: &str| name.to_ascii_lowercase().replace(['-', ' '], "_");
            let wanted = plain(name);
            let near = known
                .clone()
                .map(|candidate| {
                    (
                        strsim::damerau_levenshtein(&wanted, &plain(candidate)),
                        candidate,
                    )
                })
                .min_by_key(|&(distance, _)| distance)
                .filter(|&(distance, candidate)| distance * 3 <= candidate.len().max(name.len()));
            if let Some((_, near)) = near {
                return (
                    format!("; có phải ý là `{near}`?"),
                    format!("; did you mean `{near}`?"),
                );
            }
        }
        let list = few(known);
        if list.is_empty() {
            return (String::new(), String::new());
        }
        let list = list.join("`, `");
        (
            format!("; có thể dùng: `{list}`"),
            format!("; there is: `{list}`"),
        )
    }
}

/// The words, if they are few enough to be read.
fn few<'n>(known: impl Iterator<Item = &'n str> + Clone) -> Vec<String> {
    const MOST: usize = 24;
    if known.clone().nth(MOST).is_some() {
        Vec::new()
    } else {
        known.map(str::to_owned).collect()
    }
}

/// A stranger's text as it may be shown: short, and without characters that could deceive a reader or a log.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out = String::from("`");
    for (at, character) in text.chars().enumerate() {
        if at == LONGEST {
            out.push('…');
            break;
        }
        let deceives = matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
        out.push(if character.is_control() || deceives {
            '\u{FFFD}'
        } else {
            character
        });
    }
    out.push('`');
    out
}

/// Where one stands in the body: a JSON pointer that is only written out when something is wrong there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pointer<'p> {
    /// The whole body.
    Whole,
    /// A member of an object.
    Member(&'p Self, &'p str),
    /// An element of a list, from 0.
    Element(&'p Self, usize),
}

impl Pointer<'_> {
    /// A member of what stands here.
    pub(crate) fn member<'p>(&'p self, name: &'p str) -> Pointer<'p> {
        Pointer::Member(self, name)
    }

    /// An element of what stands here.
    pub(crate) fn element(&self, at: usize) -> Pointer<'_> {
        Pointer::Element(self, at)
    }
}

impl fmt::Display for Pointer<'_> {
    /// RFC 6901: `~` and `/` in names are written `~0` and `~1`. A name of absurd length ends the pointer at its parent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST_NAME: usize = 200;
        match self {
            Self::Whole => Ok(()),
            Self::Member(parent, name) => {
                parent.fmt(f)?;
                if name.len() > LONGEST_NAME {
                    return Ok(());
                }
                f.write_char('/')?;
                name.chars().try_for_each(|character| match character {
                    '~' => f.write_str("~0"),
                    '/' => f.write_str("~1"),
                    _ => f.write_char(character),
                })
            }
            Self::Element(parent, at) => {
                parent.fmt(f)?;
                write!(f, "/{at}")
            }
        }
    }
}

/// What a fact expects, in words.
pub(crate) fn expected(kind: &FactKind) -> (&'static str, &'static str) {
    match kind {
        FactKind::Boolean | FactKind::FilingWindow(_) => ("true hoặc false", "true or false"),
        FactKind::Integer { .. } => ("một số nguyên", "a whole number"),
        FactKind::Decimal { .. } => ("một số", "a number"),
        FactKind::Text { .. } => ("một chuỗi ký tự", "a text"),
        FactKind::Date => (
            "một ngày như \"2024-05-31\"",
            "a date such as \"2024-05-31\"",
        ),
        FactKind::Moment => (
            "một thời điểm như \"2024-05-31T08:30\"",
            "a moment such as \"2024-05-31T08:30\"",
        ),
        FactKind::Choice { .. } => (
            "một trong các lựa chọn, là chuỗi ký tự",
            "one of the options, as a text",
        ),
        FactKind::Choices { .. } => (
            "một danh sách các lựa chọn như [\"…\"]",
            "a list of options such as [\"…\"]",
        ),
        FactKind::Rows { .. } => (
            "một danh sách các dòng như [{…}]",
            "a list of rows such as [{…}]",
        ),
    }
}
