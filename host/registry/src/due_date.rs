//! To count a due date that hangs on no procedure: a start, a term, suspensions, office hours.

use motcua_model::calendar::Calendar;
use motcua_model::due::{
    self, Counted, DayOrMoment, Deadline, Due, DueError, Skipped, SkippedKind, Suspension,
};
use motcua_model::manifest::Suspension as Mode;
use motcua_model::office::OfficeHours;
use motcua_model::{Amount, Date, Decimal, Moment, Term, Text, Unit};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::json::{self, Json};
use crate::question::{Mistake, Pointer, QuestionError, Reader, shown};

/// By when an answer is due, with every skipped day and its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DueDate {
    /// The moment from which it was counted: the start, or the first office moment after it.
    pub starts_at: Moment,
    /// Day 0, which is not counted.
    pub received_on: Date,
    /// The day by which the answer is due.
    pub due_on: Date,
    /// The moment of that day: closing time, or for hours the hour itself.
    pub due_at: Moment,
    /// How much was counted: days (also for weeks and months), or hours.
    pub counted: Counted,
    /// The days after day 0 up to the due day that were not counted.
    pub skipped: Vec<SkippedDate>,
    /// Whether the last day was a day off, so that the end moved to a later working day.
    pub rolled: bool,
    /// Whether it rests on days of a year that is not announced in full, so that it can still change.
    pub provisional: bool,
}

/// A day that was not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SkippedDate {
    /// The day.
    pub date: Date,
    /// Why, in words.
    pub reason: Text,
    /// Why, in one word: `weekend`, `public`, `compensatory`, `swapped-off` or `suspension`.
    pub kind: SkippedKind,
}

impl From<Due> for DueDate {
    fn from(due: Due) -> Self {
        let Deadline {
            starts_at,
            day0,
            due_on,
            due_at,
            counted,
            rolled,
            provisional,
        } = due.deadline;
        let skipped = due
            .skipped
            .into_iter()
            .map(|Skipped { date, reason, kind }| SkippedDate { date, reason, kind });
        Self {
            starts_at,
            received_on: day0,
            due_on,
            due_at,
            counted,
            skipped: skipped.collect(),
            rolled,
            provisional,
        }
    }
}

const MEMBERS: [&str; 5] = [
    "received_at",
    "term",
    "suspensions",
    "office_hours",
    "continuous",
];
const SUSPENSIONS: usize = 100;

/// What a body asks to be counted.
#[derive(Default)]
struct Asked {
    received_at: Option<Moment>,
    term: Option<Term>,
    suspensions: Vec<Suspension>,
    office: Option<OfficeHours>,
    continuous: bool,
}

/// Counts what a JSON body asks for:
///
/// ```json
/// {"received_at": "2025-03-03T08:00", "term": {"amount": 20, "unit": "calendar-day"},
///  "suspensions": [{"from": "2025-03-10", "to": "2025-03-18", "mode": "pause"}],
///  "office_hours": [["08:00", "12:00"], ["13:00", "17:00"]], "continuous": false}
/// ```
///
/// The last three may be left out. `office` holds unless the body says otherwise.
///
/// # Errors
/// The body is no JSON, or it has mistakes; then all of them are told.
pub fn due_date(
    body: &[u8],
    calendar: &Calendar,
    office: &OfficeHours,
) -> Result<DueDate, QuestionError> {
    let raw = json::whole(body).map_err(QuestionError::Broken)?;
    let mut reader = Reader::default();
    let asked = reader.asked(raw);
    let office = asked.office.unwrap_or(*office);
    let due = match (asked.received_at, asked.term, reader.mistakes.is_empty()) {
        (Some(received_at), Some(term), true) => due::due(
            calendar,
            &office,
            received_at,
            term,
            asked.continuous,
            &asked.suspensions,
        )
        .map_err(|error| reader.due_error(&error))
        .ok(),
        _ => None,
    };
    match due {
        Some(due) if reader.mistakes.is_empty() => Ok(due.into()),
        _ => Err(QuestionError::Fields(reader.mistakes.into_errors())),
    }
}

impl Reader {
    fn asked(&mut self, raw: &RawValue) -> Asked {
        let mut asked = Asked::default();
        let whole = Pointer::Whole;
        let example = "{\"received_at\": \"2025-03-03T08:00\", \"term\": {\"amount\": 20, \"unit\": \"calendar-day\"}}";
        let Some(members) = self.object(&whole, raw, ("một đối tượng", "an object")) else {
            return asked;
        };
        let members = self.each_once(&whole, members);
        for name in ["received_at", "term"] {
            if !members.iter().any(|(member, _)| member == name) {
                self.missing(&whole.member(name), name, example);
            }
        }
        for (name, raw) in members {
            let at = whole.member(&name);
            match &*name {
                "received_at" => asked.received_at = self.moment(&at, raw),
                "term" => asked.term = self.term(&at, raw),
                "suspensions" => asked.suspensions = self.suspensions(&at, raw),
                "office_hours" => asked.office = self.office_hours(&at, raw),
                "continuous" => asked.continuous = self.boolean(&at, raw).unwrap_or_default(),
                other => self
                    .mistakes
                    .unknown_member(&at, other, MEMBERS.into_iter()),
            }
        }
        asked
    }

    fn missing(&mut self, at: &Pointer<'_>, name: &str, example: &str) {
        self.mistakes.push(
            at,
            Mistake::MissingMember,
            Text::new(
                format!("thiếu mục `{name}`; ví dụ: {example}"),
                format!("`{name}` is missing; for example: {example}"),
            ),
        );
    }

    fn boolean(&mut self, at: &Pointer<'_>, raw: &RawValue) -> Option<bool> {
        match Json::of(raw) {
            Json::Boolean(told) => Some(told),
            other => {
                self.wrong_type(at, ("true hoặc false", "true or false"), &other);
                None
            }
        }
    }

    fn term(&mut self, at: &Pointer<'_>, raw: &RawValue) -> Option<Term> {
        let example = "{\"amount\": 15, \"unit\": \"working-day\"}";
        let members = self.object(at, raw, ("một đối tượng", "an object"))?;
        let members = self.each_once(at, members);
        let (mut amount, mut unit) = (None, None);
        for name in ["amount", "unit"] {
            if !members.iter().any(|(member, _)| member == name) {
                self.missing(&at.member(name), name, example);
            }
        }
        for (name, raw) in members {
            let at = at.member(&name);
            match &*name {
                "amount" => amount = self.amount(&at, raw),
                "unit" => unit = self.unit(&at, raw),
                other => self
                    .mistakes
                    .unknown_member(&at, other, ["amount", "unit"].into_iter()),
            }
        }
        let term = Term {
            amount: amount?,
            unit: unit?,
        };
        match term.check() {
            Ok(()) => Some(term),
            Err(error) => {
                self.mistakes.push(
                    &at.member("amount"),
                    Mistake::WrongAmount,
                    DueError::Term(error).text(),
                );
                None
            }
        }
    }

    fn amount(&mut self, at: &Pointer<'_>, raw: &RawValue) -> Option<Amount> {
        match Json::of(raw) {
            Json::Number(digits) => {
                let amount = digits
                    .parse::<Decimal>()
                    .ok()
                    .and_then(Amount::from_decimal);
                if amount.is_none() {
                    let told = shown(digits);
                    self.mistakes.push(
                        at,
                        Mistake::WrongAmount,
                        Text::new(
                            format!(
                                "{told} không phải là số lượng; từ 0.5 đến 9999, lẻ nhất là .5"
                            ),
                            format!(
                                "{told} is no amount; it is between 0.5 and 9999, in steps of 0.5"
                            ),
                        ),
                    );
                }
                amount
            }
            other => {
                self.wrong_type(at, ("một số", "a number"), &other);
                None
            }
        }
    }

    fn unit(&mut self, at: &Pointer<'_>, raw: &RawValue) -> Option<Unit> {
        let name = self.text(at, raw, ("một đơn vị, là chuỗi ký tự", "a unit, as a text"))?;
        let unit = name.parse().ok();
        if unit.is_none() {
            self.mistakes.unknown_option(
                at,
                ("đơn vị", "unit"),
                &name,
                Unit::ALL.into_iter().map(Unit::id),
            );
        }
        unit
    }

    fn suspensions(&mut self, at: &Pointer<'_>, raw: &RawValue) -> Vec<Suspension> {
        let Some(list) = self.list(at, raw, ("một danh sách", "a list")) else {
            return Vec::new();
        };
        if list.len() > SUSPENSIONS {
            let told = list.len();
            self.mistakes.push(
                at,
                Mistake::TooLong,
                Text::new(
                    format!("nhiều nhất {SUSPENSIONS} lần tạm dừng, ở đây có {told}"),
                    format!("at most {SUSPENSIONS} suspensions; here are {told}"),
                ),
            );
            return Vec::new();
        }
        list.into_iter()
            .enumerate()
            .filter_map(|(number, raw)| self.suspension(&at.element(number), raw))
            .collect()
    }

    fn suspension(&mut self, at: &Pointer<'_>, raw: &RawValue) -> Option<Suspension> {
        const MEMBERS: [&str; 3] = ["from", "to", "mode"];
        let example = "{\"from\": \"2025-03-10\", \"to\": \"2025-03-18\", \"mode\": \"pause\"}";
        let members = self.object(at, raw, ("một đối tượng", "an object"))?;
        let members = self.each_once(at, members);
        for name in MEMBERS {
            if !members.iter().any(|(member, _)| member == name) {
                self.missing(&at.member(name), name, example);
            }
        }
        let (mut from, mut to, mut mode) = (None, None, None);
        for (name, raw) in members {
            let at = at.member(&name);
            match &*name {
                "from" => from = self.day_or_moment(&at, raw),
                "to" => to = self.day_or_moment(&at, raw),
                "mode" => mode = self.mode(&at, raw),
                other => self
                    .mistakes
                    .unknown_member(&at, other, MEMBERS.into_iter()),
            }
        }
        Some(Suspension {
            from: from?,
            to: to?,
            mode: mode?,
        })
    }

    fn mode(&mut self, at: &Pointer<'_>, raw: &RawValue) -> Option<Mode> {
        let name = self.text(at, raw, ("một chuỗi ký tự", "a text"))?;
        match &*name {
            "restart" => Some(Mode::Restart),
            "pause" => Some(Mode::Pause),
            "none" => Some(Mode::None),
            other => {
                let known = ["restart", "pause", "none"].into_iter();
                self.mistakes
                    .unknown_option(at, ("cách tạm dừng", "mode"), other, known);
                None
            }
        }
    }

    fn day_or_moment(&mut self, at: &Pointer<'_>, raw: &RawValue) -> Option<DayOrMoment> {
        let expected = ("một ngày hoặc thời điểm", "a date or a moment");
        let text = self.text(at, raw, expected)?;
        match text.parse() {
            Ok(told) => Some(told),
            Err(error) => {
                self.date_error(at, raw, error);
                None
            }
        }
    }

    fn office_hours(&mut self, at: &Pointer<'_>, raw: &RawValue) -> Option<OfficeHours> {
        match serde_json::from_str(raw.get()) {
            Ok(hours) => Some(hours),
            Err(error) => {
                let said = error.to_string();
                let said = shown(
                    said.rsplit_once(" at line ")
                        .map_or(said.as_str(), |(said, _)| said),
                );
                self.mistakes.push(
                    at,
                    Mistake::WrongHours,
                    Text::new(
                        format!(
                            "giờ làm việc không đúng ({said}); hãy viết như [[\"08:00\", \"12:00\"], [\"13:00\", \"17:00\"]]: 1 đến 4 \
                             buổi theo thứ tự, không chồng nhau"
                        ),
                        format!(
                            "these are no office hours ({said}); write them like [[\"08:00\", \"12:00\"], [\"13:00\", \"17:00\"]]: 1 to \
                             4 sessions in order, none overlapping"
                        ),
                    ),
                );
                None
            }
        }
    }

    /// What only shows when everything is counted.
    fn due_error(&mut self, error: &DueError) {
        let whole = Pointer::Whole;
        let suspensions = whole.member("suspensions");
        let term = whole.member("term");
        let text = error.text();
        match error {
            DueError::OutOfRange => self.mistakes.push(&term, Mistake::DateOutOfRange, text),
            DueError::Term(_) => {
                self.mistakes
                    .push(&term.member("amount"), Mistake::WrongAmount, text)
            }
            DueError::SuspensionOrder { index } => {
                self.mistakes.push(
                    &suspensions.element(*index).member("to"),
                    Mistake::OutOfOrder,
                    text,
                );
            }
            DueError::SuspensionBeforeStart { index } => {
                self.mistakes.push(
                    &suspensions.element(*index).member("from"),
                    Mistake::OutOfOrder,
                    text,
                );
            }
            DueError::Instants { .. } => {
                self.mistakes
                    .push(&whole.member("received_at"), Mistake::OutOfOrder, text)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar::new("vn", Vec::new()).unwrap()
    }

    fn ask(body: &str) -> Result<DueDate, QuestionError> {
        due_date(body.as_bytes(), &calendar(), &OfficeHours::default())
    }

    #[test]
    fn what_is_asked_is_counted() {
        // Raw end 23 March moved by 8 days (domain/time-limits.md, section 13).
        let due = ask(
            r#"{"received_at": "2025-03-03T08:00", "term": {"amount": 20, "unit": "calendar-day"},
                "suspensions": [{"from": "2025-03-10", "to": "2025-03-18", "mode": "pause"}]}"#,
        )
        .unwrap();
        let json = serde_json::to_value(&due).unwrap();
        assert_eq!(json["due_on"], "2025-03-31");
        assert_eq!(json["due_at"], "2025-03-31T17:00:00+07:00");
        assert_eq!(json["counted"], 20);
        assert_eq!(json["skipped"].as_array().unwrap().len(), 8);
        assert_eq!(
            json["provisional"], true,
            "no year is confirmed in this calendar"
        );
    }

    #[test]
    fn office_hours_can_be_others() {
        let body = |hours: &str| {
            format!(
                r#"{{"received_at": "2025-03-03T07:30", "term": {{"amount": 0.5, "unit": "working-day"}}, "office_hours": {hours}}}"#
            )
        };
        let due = ask(&body(r#"[["07:00", "11:30"], ["13:30", "17:00"]]"#)).unwrap();
        assert_eq!(due.due_at.to_string(), "2025-03-04T11:30:00+07:00");
        let due = ask(&body(
            r#"{"sessions": [["07:00", "11:00"], ["13:30", "17:00"]], "saturday": [["08:00", "11:00"]]}"#,
        ));
        assert_eq!(due.unwrap().due_at.to_string(), "2025-03-04T11:00:00+07:00");
    }

    #[test]
    fn each_mistake_is_told_at_its_place() {
        use Mistake::*;
        let term = r#""term": {"amount": 1, "unit": "month"}"#;
        let start = r#""received_at": "2025-03-03T08:00""#;
        let suspended = |from: &str, to: &str, mode: &str| {
            format!(
                r#"{{{start}, {term}, "suspensions": [{{"from": {from}, "to": {to}, "mode": {mode}}}]}}"#
            )
        };
        for (body, pointer, code) in [
            ("5".to_owned(), "", WrongType),
            (format!("{{{term}}}"), "/received_at", MissingMember),
            (format!("{{{start}}}"), "/term", MissingMember),
            (
                format!("{{{start}, {term}, \"sopensions\": []}}"),
                "/sopensions",
                UnknownMember,
            ),
            (
                format!("{{{start}, {start}, {term}}}"),
                "/received_at",
                Twice,
            ),
            (
                format!("{{\"received_at\": \"2025-03-03\", {term}}}"),
                "/received_at",
                NotADate,
            ),
            (
                format!("{{{start}, \"term\": {{\"amount\": 1}}}}"),
                "/term/unit",
                MissingMember,
            ),
            (
                format!("{{{start}, \"term\": {{\"amount\": 1, \"unit\": \"day\"}}}}"),
                "/term/unit",
                UnknownOption,
            ),
            (
                format!("{{{start}, \"term\": {{\"amount\": 0, \"unit\": \"month\"}}}}"),
                "/term/amount",
                WrongAmount,
            ),
            (
                format!("{{{start}, \"term\": {{\"amount\": 1.5, \"unit\": \"month\"}}}}"),
                "/term/amount",
                WrongAmount,
            ),
            (
                format!("{{{start}, \"term\": {{\"amount\": 1.3, \"unit\": \"working-day\"}}}}"),
                "/term/amount",
                WrongAmount,
            ),
            (
                format!("{{{start}, \"term\": {{\"amount\": 2, \"unit\": \"same-day\"}}}}"),
                "/term/amount",
                WrongAmount,
            ),
            (
                format!("{{{start}, \"term\": {{\"amount\": \"2\", \"unit\": \"month\"}}}}"),
                "/term/amount",
                WrongType,
            ),
            (
                format!("{{{start}, \"term\": {{\"amount\": 9999, \"unit\": \"month\"}}}}"),
                "/term",
                DateOutOfRange,
            ),
            (
                format!("{{{start}, {term}, \"continuous\": 1}}"),
                "/continuous",
                WrongType,
            ),
            (
                format!("{{{start}, {term}, \"office_hours\": [[\"12:00\", \"08:00\"]]}}"),
                "/office_hours",
                WrongHours,
            ),
            (
                suspended("5", "\"2025-03-05\"", "\"none\""),
                "/suspensions/0/from",
                WrongType,
            ),
            (
                suspended("\"2025-03-04\"", "\"5/3\"", "\"none\""),
                "/suspensions/0/to",
                NotADate,
            ),
            (
                suspended("\"2025-03-04\"", "\"2025-03-05\"", "\"stop\""),
                "/suspensions/0/mode",
                UnknownOption,
            ),
            (
                suspended("\"2025-03-05\"", "\"2025-03-04\"", "\"pause\""),
                "/suspensions/0/to",
                OutOfOrder,
            ),
            (
                suspended("\"2025-03-02\"", "\"2025-03-04\"", "\"pause\""),
                "/suspensions/0/from",
                OutOfOrder,
            ),
        ] {
            let Err(QuestionError::Fields(fields)) = ask(&body) else {
                panic!("{body}")
            };
            let found: Vec<_> = fields
                .errors
                .iter()
                .map(|error| (error.pointer.as_str(), error.code))
                .collect();
            assert_eq!(found, [(pointer, code)], "{body}");
        }
        assert!(matches!(ask("{"), Err(QuestionError::Broken(_))));
    }
}
