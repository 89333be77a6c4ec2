//! The careful way: every mistake, each at its place.

use std::borrow::Cow;

use motcua_model::date::DateError;
use motcua_model::manifest::{FactKind, FactSchema};
use motcua_model::{Cell, Channel, Fact, Manifest, Moment, Row, Scalar, Text, Value};
use serde_json::value::RawValue;

use super::mistake::{Collector, Pointer, expected, shown};
use super::{Instants, Mistake, Question, QuestionError, is_offered, value};
use crate::form::{FactNames, Form, KindNames};
use crate::json::{self, Json};
use crate::names::NameTable;

/// The members of a question, in the order of the documentation.
const MEMBERS: [&str; 7] = [
    "filed_at",
    "accepted_at",
    "received_at",
    "channel",
    "facts",
    "on_file",
    "data_sources",
];

/// Reads a body and collects what is wrong with it.
pub(super) fn read<'a>(
    manifest: &Manifest,
    form: &Form,
    body: &'a [u8],
) -> Result<Question<'a>, QuestionError> {
    let raw = json::whole(body).map_err(QuestionError::Broken)?;
    let mut reader = Reader {
        mistakes: Collector::default(),
    };
    let question = reader.question(manifest, form, raw);
    reader
        .mistakes
        .into_result(question)
        .map_err(QuestionError::Fields)
}

/// The instants, where they can be read.
pub(super) fn peek(body: &[u8]) -> Instants {
    let mut instants = Instants::default();
    let Some(Json::Object(Some(members))) = json::whole(body).ok().map(Json::of) else {
        return instants;
    };
    for (name, raw) in members {
        let place = match &*name {
            "filed_at" => &mut instants.filed_at,
            "accepted_at" => &mut instants.accepted_at,
            "received_at" => &mut instants.received_at,
            _ => continue,
        };
        if let Json::Text(Some(text)) = Json::of(raw) {
            *place = value::moment(&text).ok();
        }
    }
    instants
}

/// Reads JSON and keeps what is wrong. Shared by all bodies that the API takes.
#[derive(Default)]
pub(crate) struct Reader {
    pub(crate) mistakes: Collector,
}

impl Reader {
    fn question<'a>(
        &mut self,
        manifest: &Manifest,
        form: &Form,
        raw: &'a RawValue,
    ) -> Question<'a> {
        let mut question = Question::default();
        let whole = Pointer::Whole;
        let Some(members) = self.object(
            &whole,
            raw,
            (
                "một đối tượng như {\"facts\": {…}}",
                "an object such as {\"facts\": {…}}",
            ),
        ) else {
            return question;
        };
        let mut facts = false;
        for (name, raw) in self.each_once(&whole, members) {
            let at = whole.member(&name);
            match &*name {
                "facts" => {
                    facts = true;
                    question.facts = self.facts(&at, &manifest.facts, &form.facts, raw);
                }
                "filed_at" => question.instants.filed_at = self.moment(&at, raw),
                "accepted_at" => question.instants.accepted_at = self.moment(&at, raw),
                "received_at" => question.instants.received_at = self.moment(&at, raw),
                "channel" => question.channel = self.channel(&at, manifest, raw),
                "on_file" => {
                    question.on_file = self.ids(&at, &form.documents, ("giấy tờ", "document"), raw);
                }
                "data_sources" => {
                    question.data_sources = self.ids(
                        &at,
                        &form.data_sources,
                        ("nguồn dữ liệu", "data source"),
                        raw,
                    );
                }
                other => self
                    .mistakes
                    .unknown_member(&at, other, MEMBERS.into_iter()),
            }
        }
        if !facts {
            self.mistakes.push(
                &whole.member("facts"),
                Mistake::MissingMember,
                Text::new(
                    "thiếu mục `facts`; nếu chưa biết gì về hồ sơ, hãy gửi \"facts\": {}",
                    "`facts` is missing; if nothing is known of the dossier yet, send \"facts\": {}",
                ),
            );
        }
        self.in_order(&question.instants);
        question
    }

    /// Filed, accepted, received: each no earlier than those before it.
    fn in_order(&mut self, instants: &Instants) {
        let steps = [
            ("filed_at", instants.filed_at),
            ("accepted_at", instants.accepted_at),
            ("received_at", instants.received_at),
        ];
        let mut last: Option<(&str, Moment)> = None;
        for (name, moment) in steps {
            let Some(moment) = moment else { continue };
            if let Some((before, latest)) = last
                && moment < latest
            {
                self.mistakes.push(
                    &Pointer::Whole.member(name),
                    Mistake::OutOfOrder,
                    Text::new(
                        format!("`{name}` ({moment}) không thể trước `{before}` ({latest})"),
                        format!("`{name}` ({moment}) cannot be before `{before}` ({latest})"),
                    ),
                );
                continue;
            }
            last = Some((name, moment));
        }
    }

    fn channel(
        &mut self,
        at: &Pointer<'_>,
        manifest: &Manifest,
        raw: &RawValue,
    ) -> Option<Channel> {
        const ALL: [&str; 3] = ["online", "counter", "postal"];
        let name = self.text(
            at,
            raw,
            ("cách nộp, là chuỗi ký tự", "a way to file, as a text"),
        )?;
        let Some(channel) = value::channel(&name) else {
            self.mistakes
                .unknown_option(at, ("cách nộp", "way to file"), &name, ALL.into_iter());
            return None;
        };
        if is_offered(manifest, channel) {
            return Some(channel);
        }
        let offered: Vec<String> = ALL
            .into_iter()
            .filter(|name| {
                value::channel(name).is_some_and(|channel| is_offered(manifest, channel))
            })
            .map(str::to_owned)
            .collect();
        let list = offered.join("`, `");
        self.mistakes.push_allowed(
            at,
            Mistake::NotOffered,
            Text::new(
                format!("thủ tục này không nhận hồ sơ qua `{name}`; có thể nộp qua: `{list}`"),
                format!("this procedure is not filed by `{name}`; it is filed by: `{list}`"),
            ),
            offered,
        );
        None
    }

    fn facts<'a>(
        &mut self,
        at: &Pointer<'_>,
        schemas: &[FactSchema],
        names: &FactNames,
        raw: &'a RawValue,
    ) -> Vec<Fact<'a>> {
        let mut facts = Vec::new();
        self.named(
            at,
            schemas,
            names,
            raw,
            |reader, at, fact, kind, names, raw| {
                let value = match (kind, names) {
                    (FactKind::Rows { max_rows, fields }, KindNames::Fields(names)) => reader
                        .rows(at, *max_rows, fields, names, raw)
                        .map(Value::Rows),
                    _ => reader.scalar(at, kind, names, raw).map(Value::Scalar),
                };
                facts.extend(value.map(|value| Fact { fact, value }));
            },
        );
        facts.sort_unstable_by_key(|fact| fact.fact);
        facts
    }

    fn rows<'a>(
        &mut self,
        at: &Pointer<'_>,
        most: u16,
        schemas: &[FactSchema],
        names: &FactNames,
        raw: &'a RawValue,
    ) -> Option<Vec<Row<'a>>> {
        let list = self.list(
            at,
            raw,
            (
                "một danh sách các dòng như [{…}]",
                "a list of rows such as [{…}]",
            ),
        )?;
        if list.len() > usize::from(most) {
            let told = list.len();
            self.mistakes.push(
                at,
                Mistake::TooLong,
                Text::new(
                    format!("nhiều nhất {most} dòng, ở đây có {told}"),
                    format!("at most {most} rows; here are {told}"),
                ),
            );
            return None;
        }
        let mut rows = Vec::with_capacity(list.len());
        for (number, raw) in list.into_iter().enumerate() {
            let mut row = Vec::new();
            self.named(
                &at.element(number),
                schemas,
                names,
                raw,
                |reader, at, field, kind, names, raw| {
                    row.extend(
                        reader
                            .scalar(at, kind, names, raw)
                            .map(|value| Cell { field, value }),
                    );
                },
            );
            row.sort_unstable_by_key(|cell| cell.field);
            rows.push(row);
        }
        Some(rows)
    }

    /// The members of an object whose names the manifest knows: facts, or the fields of a row.
    fn named<'a>(
        &mut self,
        at: &Pointer<'_>,
        schemas: &[FactSchema],
        names: &FactNames,
        raw: &'a RawValue,
        mut each: impl FnMut(&mut Self, &Pointer<'_>, u16, &FactKind, &KindNames, &'a RawValue),
    ) {
        let Some(members) = self.object(
            at,
            raw,
            (
                "một đối tượng như {\"tên\": giá trị}",
                "an object such as {\"name\": value}",
            ),
        ) else {
            return;
        };
        for (name, raw) in self.each_once(at, members) {
            let at = at.member(&name);
            let found = names.table.find(&name).and_then(|number| {
                let place = usize::from(number);
                Some((number, schemas.get(place)?, names.each.get(place)?))
            });
            match found {
                Some((number, schema, names)) => each(self, &at, number, &schema.kind, names, raw),
                None => {
                    // A filing window is never suggested: nobody may tell it.
                    let known = schemas
                        .iter()
                        .filter(|schema| !matches!(schema.kind, FactKind::FilingWindow(_)));
                    self.mistakes.unknown_member(
                        &at,
                        &name,
                        known.map(|schema| schema.id.as_str()),
                    );
                }
            }
        }
    }

    fn scalar<'a>(
        &mut self,
        at: &Pointer<'_>,
        kind: &FactKind,
        names: &KindNames,
        raw: &'a RawValue,
    ) -> Option<Scalar<'a>> {
        let json = Json::of(raw);
        let result = match (kind, json) {
            (FactKind::FilingWindow(window), _) => {
                let event = &window.event;
                self.mistakes.push(
                    at,
                    Mistake::ToldByTheHost,
                    Text::new(
                        format!("mục này do hệ thống tự tính theo lịch; hãy gửi `{event}` và `filed_at`"),
                        format!("this is told by the host from the calendar; send `{event}` and `filed_at` instead"),
                    ),
                );
                return None;
            }
            (FactKind::Boolean, Json::Boolean(told)) => Ok(Scalar::Boolean(told)),
            (FactKind::Integer { min, max, .. }, Json::Number(digits)) => {
                value::integer_from_digits(digits, *min, *max).map(Scalar::Integer)
            }
            (
                FactKind::Decimal {
                    min, max, decimals, ..
                },
                Json::Number(digits),
            ) => value::decimal(digits, *min, *max, *decimals).map(Scalar::Decimal),
            (_, Json::Text(None)) => Err(Mistake::NotUnicode),
            (FactKind::Text { max_length }, Json::Text(Some(text))) => {
                value::text(text, *max_length).map(Scalar::Text)
            }
            (FactKind::Date, Json::Text(Some(text))) => value::date(&text).map(Scalar::Date),
            (FactKind::Moment, Json::Text(Some(text))) => value::moment(&text).map(Scalar::Moment),
            (FactKind::Choice { .. }, Json::Text(Some(name))) => {
                let KindNames::Options(options) = names else {
                    return None;
                };
                return self
                    .one_of(at, options, ("lựa chọn", "option"), &name)
                    .map(Scalar::Choice);
            }
            (FactKind::Choices { .. }, Json::List(_)) => {
                let KindNames::Options(options) = names else {
                    return None;
                };
                return Some(Scalar::Choices(self.ids(
                    at,
                    options,
                    ("lựa chọn", "option"),
                    raw,
                )));
            }
            (_, other) => {
                self.wrong_type(at, expected(kind), &other);
                return None;
            }
        };
        result
            .map_err(|mistake| {
                self.mistakes
                    .push(at, mistake, of_value(mistake, kind, raw.get()))
            })
            .ok()
    }

    fn one_of(
        &mut self,
        at: &Pointer<'_>,
        options: &NameTable,
        what: (&'static str, &'static str),
        name: &str,
    ) -> Option<u16> {
        let found = options.find(name);
        if found.is_none() {
            self.mistakes
                .unknown_option(at, what, name, options.names());
        }
        found
    }

    /// A list of names, each at most once, as ascending numbers.
    fn ids(
        &mut self,
        at: &Pointer<'_>,
        known: &NameTable,
        what: (&'static str, &'static str),
        raw: &RawValue,
    ) -> Vec<u16> {
        let mut numbers = Vec::new();
        let Some(list) = self.list(
            at,
            raw,
            ("một danh sách như [\"…\"]", "a list such as [\"…\"]"),
        ) else {
            return numbers;
        };
        for (place, raw) in list.into_iter().enumerate() {
            if self.mistakes.is_full() {
                break;
            }
            let at = at.element(place);
            let Some(name) = self.text(&at, raw, ("một chuỗi ký tự", "a text")) else {
                continue;
            };
            let Some(number) = self.one_of(&at, known, what, &name) else {
                continue;
            };
            match numbers.binary_search(&number) {
                Ok(_) => self.twice(&at, &name),
                Err(place) => numbers.insert(place, number),
            }
        }
        numbers
    }

    fn twice(&mut self, at: &Pointer<'_>, name: &str) {
        let name = shown(name);
        self.mistakes.push(
            at,
            Mistake::Twice,
            Text::new(
                format!("{name} có hai lần; hãy để lại một"),
                format!("{name} comes twice; leave one of them"),
            ),
        );
    }

    /// The members, without those that come again.
    pub(crate) fn each_once<'a>(
        &mut self,
        at: &Pointer<'_>,
        members: Vec<(Cow<'a, str>, &'a RawValue)>,
    ) -> Vec<(Cow<'a, str>, &'a RawValue)> {
        let mut seen = std::collections::BTreeSet::new();
        let mut kept = Vec::with_capacity(members.len());
        for (name, raw) in members {
            if self.mistakes.is_full() {
                break;
            }
            if seen.insert(name.clone()) {
                kept.push((name, raw));
            } else {
                self.twice(&at.member(&name), &name);
            }
        }
        kept
    }

    pub(crate) fn object<'a>(
        &mut self,
        at: &Pointer<'_>,
        raw: &'a RawValue,
        expected: (&'static str, &'static str),
    ) -> Option<Vec<(Cow<'a, str>, &'a RawValue)>> {
        match Json::of(raw) {
            Json::Object(Some(members)) => Some(members),
            Json::Object(None) => {
                self.not_unicode(at);
                None
            }
            other => {
                self.wrong_type(at, expected, &other);
                None
            }
        }
    }

    pub(crate) fn list<'a>(
        &mut self,
        at: &Pointer<'_>,
        raw: &'a RawValue,
        expected: (&'static str, &'static str),
    ) -> Option<Vec<&'a RawValue>> {
        match Json::of(raw) {
            Json::List(list) => Some(list),
            other => {
                self.wrong_type(at, expected, &other);
                None
            }
        }
    }

    pub(crate) fn text<'a>(
        &mut self,
        at: &Pointer<'_>,
        raw: &'a RawValue,
        expected: (&'static str, &'static str),
    ) -> Option<Cow<'a, str>> {
        match Json::of(raw) {
            Json::Text(Some(text)) => Some(text),
            Json::Text(None) => {
                self.not_unicode(at);
                None
            }
            other => {
                self.wrong_type(at, expected, &other);
                None
            }
        }
    }

    pub(crate) fn moment(&mut self, at: &Pointer<'_>, raw: &RawValue) -> Option<Moment> {
        let text = self.text(at, raw, expected(&FactKind::Moment))?;
        value::moment(&text)
            .map_err(|mistake| {
                self.mistakes
                    .push(at, mistake, of_value(mistake, &FactKind::Moment, raw.get()))
            })
            .ok()
    }

    pub(crate) fn date_error(&mut self, at: &Pointer<'_>, raw: &RawValue, error: DateError) {
        let mistake = value::of_date(error);
        self.mistakes
            .push(at, mistake, of_value(mistake, &FactKind::Date, raw.get()));
    }

    fn not_unicode(&mut self, at: &Pointer<'_>) {
        self.mistakes.push(at, Mistake::NotUnicode, not_unicode());
    }

    pub(crate) fn wrong_type(
        &mut self,
        at: &Pointer<'_>,
        (vi, en): (&str, &str),
        found: &Json<'_>,
    ) {
        let (found_vi, found_en) = found.words();
        let (hint_vi, hint_en) = match found {
            Json::Null => (
                "; nếu chưa biết thì bỏ hẳn mục này",
                "; leave it out if it is not known yet",
            ),
            Json::Text(Some(text))
                if matches!(&**text, "true" | "false")
                    || text.parse::<motcua_model::Decimal>().is_ok() =>
            {
                ("; hãy viết không có dấu nháy", "; write it without quotes")
            }
            _ => ("", ""),
        };
        self.mistakes.push(
            at,
            Mistake::WrongType,
            Text::new(
                format!("cần {vi}, không phải {found_vi}{hint_vi}"),
                format!("expected {en}, not {found_en}{hint_en}"),
            ),
        );
    }
}

fn not_unicode() -> Text {
    Text::new(
        "chuỗi ký tự không phải Unicode hợp lệ (nửa cặp thay thế \\ud800–\\udfff)",
        "the text is no valid Unicode (half of a surrogate pair \\ud800–\\udfff)",
    )
}

/// A value of the right type that cannot be.
fn of_value(mistake: Mistake, kind: &FactKind, told: &str) -> Text {
    let told = shown(told);
    let (min, max) = match kind {
        FactKind::Integer { min, max, .. } => (min.to_string(), max.to_string()),
        FactKind::Decimal { min, max, .. } => (min.to_string(), max.to_string()),
        _ => (String::new(), String::new()),
    };
    match (mistake, kind) {
        (Mistake::TooSmall, _) => Text::new(
            format!("{told} quá nhỏ; từ {min} đến {max}"),
            format!("{told} is too small; it is between {min} and {max}"),
        ),
        (Mistake::TooLarge, _) => Text::new(
            format!("{told} quá lớn; từ {min} đến {max}"),
            format!("{told} is too large; it is between {min} and {max}"),
        ),
        (Mistake::NotWhole, _) => Text::new(
            format!("{told} không phải là số nguyên"),
            format!("{told} is not a whole number"),
        ),
        (Mistake::TooManyDecimals, FactKind::Decimal { decimals, .. }) => Text::new(
            format!("{told} có quá nhiều chữ số thập phân; nhiều nhất {decimals}"),
            format!("{told} has too many digits after the point; at most {decimals}"),
        ),
        (Mistake::TooManyDecimals, _) => Text::new(
            format!("{told} có quá nhiều chữ số"),
            format!("{told} has too many digits"),
        ),
        (Mistake::TooLong, FactKind::Text { max_length }) => Text::new(
            format!("quá dài; nhiều nhất {max_length} ký tự"),
            format!("too long; at most {max_length} characters"),
        ),
        (Mistake::ControlCharacter, _) => Text::new(
            "có ký tự điều khiển hoặc xuống dòng; hãy viết trên một dòng",
            "there is a line break or another control character; write it in one line",
        ),
        (Mistake::NotUnicode, _) => not_unicode(),
        (Mistake::NotADate, FactKind::Moment) => Text::new(
            format!("{told} không phải là thời điểm; hãy viết như \"2024-05-31T08:30\", có cả giờ"),
            format!("{told} is not a moment; write it like \"2024-05-31T08:30\", with the time"),
        ),
        (Mistake::NotADate, _) => Text::new(
            format!("{told} không phải là ngày; hãy viết như \"2024-05-31\" (năm-tháng-ngày)"),
            format!("{told} is not a date; write it like \"2024-05-31\" (year-month-day)"),
        ),
        (Mistake::NoSuchDay, _) => Text::new(
            format!("không có ngày hoặc giờ {told}"),
            format!("there is no such day or hour as {told}"),
        ),
        (Mistake::DateOutOfRange, _) => Text::new(
            format!("{told} nằm ngoài khoảng 1900-01-01 đến 2199-12-31"),
            format!("{told} is not between 1900-01-01 and 2199-12-31"),
        ),
        _ => {
            let (vi, en) = expected(kind);
            Text::new(format!("cần {vi}"), format!("expected {en}"))
        }
    }
}
