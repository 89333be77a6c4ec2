//! Expressions as text, drawn from an input by a small grammar over the facts of one package. Nearly all have the right
//! types, so that many pass the checker; the others try its messages.

use super::draw::Draw;

/// What an expression is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Truth,
    /// A number with or without decimals.
    Number,
    /// A text.
    Text,
    /// A day.
    Date,
    /// A point of time.
    Moment,
    /// Days, hours.
    Duration,
    /// One of `paper`, `film`, `web`.
    Choice,
    /// Some of `history`, `law`, `art`, `trade`.
    Choices,
}

const KINDS: [Kind; 8] = [
    Kind::Truth,
    Kind::Number,
    Kind::Text,
    Kind::Date,
    Kind::Moment,
    Kind::Duration,
    Kind::Choice,
    Kind::Choices,
];

/// The facts that expressions speak of, as a package has them.
pub const FACTS: &str = "facts:
  - {id: told, type: boolean, question: {vi: Có, en: Told?}}
  - {id: agreed, type: boolean, question: {vi: Có, en: Agreed?}}
  - {id: pages, type: integer, min: 0, max: 1000, question: {vi: Trang, en: Pages?}}
  - {id: offset, type: integer, min: -50, max: 50, question: {vi: Lệch, en: Offset?}}
  - {id: weight, type: decimal, min: 0, max: 100, decimals: 2, question: {vi: Nặng, en: Weight?}}
  - {id: title, type: text, max_length: 12, question: {vi: Tên, en: Title?}}
  - {id: issued_on, type: date, question: {vi: Ngày, en: Issued on?}}
  - {id: begins_at, type: moment, question: {vi: Lúc, en: Begins at?}}
  - id: medium
    type: choice
    question: {vi: Loại, en: Medium?}
    options:
      - {id: paper, label: {vi: Giấy, en: Paper}}
      - {id: film, label: {vi: Phim, en: Film}}
      - {id: web, label: {vi: Mạng, en: Web}}
  - id: topics
    type: choices
    question: {vi: Chủ đề, en: Topics?}
    options:
      - {id: history, label: {vi: Sử, en: History}}
      - {id: law, label: {vi: Luật, en: Law}}
      - {id: art, label: {vi: Nghệ thuật, en: Art}}
      - {id: trade, label: {vi: Nghề, en: Trade}}
  - id: partners
    type: rows
    max_rows: 4
    question: {vi: Đối tác, en: Partners?}
    fields:
      - {id: local, type: boolean, question: {vi: Trong nước, en: Local?}}
      - {id: share, type: integer, min: 0, max: 100, question: {vi: Phần, en: Share?}}
      - {id: rate, type: decimal, min: 0, max: 9, decimals: 1, question: {vi: Mức, en: Rate?}}
      - {id: name, type: text, max_length: 8, question: {vi: Tên, en: Name?}}
      - {id: since, type: date, question: {vi: Từ, en: Since?}}
      - id: sort
        type: choice
        question: {vi: Loại, en: Sort?}
        options:
          - {id: paper, label: {vi: Giấy, en: Paper}}
          - {id: film, label: {vi: Phim, en: Film}}
          - {id: web, label: {vi: Mạng, en: Web}}
";

/// Writes expressions.
#[derive(Debug)]
pub struct Words<'w, 'b> {
    draw: &'w mut Draw<'b>,
    /// Definitions that may be spoken of.
    pub known: Vec<(&'static str, Kind)>,
    /// Variables of the rows around.
    rows: Vec<&'static str>,
    depth: usize,
}

impl<'w, 'b> Words<'w, 'b> {
    /// From the choices of an input.
    pub const fn new(draw: &'w mut Draw<'b>) -> Self {
        Self {
            draw,
            known: Vec::new(),
            rows: Vec::new(),
            depth: 0,
        }
    }

    /// The choices that are left.
    pub const fn draw(&mut self) -> &mut Draw<'b> {
        self.draw
    }

    /// Any kind.
    pub const fn any_kind(&mut self) -> Kind {
        self.draw.of(&KINDS)
    }

    /// A kind that a definition can have.
    pub const fn kind_to_define(&mut self) -> Kind {
        self.draw.of(&[
            Kind::Number,
            Kind::Truth,
            Kind::Date,
            Kind::Moment,
            Kind::Duration,
            Kind::Number,
            Kind::Choices,
        ])
    }

    /// An expression of a kind; rarely of another one.
    pub fn of(&mut self, kind: Kind) -> String {
        let kind = if self.draw.one_in(200) {
            self.any_kind()
        } else {
            kind
        };
        if self.depth > 4 || self.draw.below(4) == 0 {
            return self.leaf(kind);
        }
        self.depth += 1;
        let written = self.branch(kind);
        self.depth -= 1;
        written
    }

    fn branch(&mut self, kind: Kind) -> String {
        if self.draw.one_in(9) {
            let (condition, then, otherwise) = (self.of(Kind::Truth), self.of(kind), self.of(kind));
            return format!("(if {condition} then {then} else {otherwise})");
        }
        match kind {
            Kind::Truth => self.truth(),
            Kind::Number => self.number(),
            Kind::Date => self.date(),
            Kind::Moment => {
                let (moment, duration) = (self.of(kind), self.leaf(Kind::Duration));
                format!("({moment} {} {duration})", self.draw.of(&["+", "-"]))
            }
            Kind::Duration => {
                let of = self.draw.of(&[Kind::Date, Kind::Moment]);
                format!("({} - {})", self.of(of), self.of(of))
            }
            Kind::Text | Kind::Choice | Kind::Choices => self.leaf(kind),
        }
    }

    fn truth(&mut self) -> String {
        let truth = Kind::Truth;
        let written = match self.draw.below(12) {
            0 => return format!("not({})", self.of(truth)),
            1 | 2 => {
                let word = self.draw.of(&["and", "or"]);
                let parts: Vec<String> = (0..2 + self.draw.below(2))
                    .map(|_| self.of(truth))
                    .collect();
                parts.join(&format!(" {word} "))
            }
            3 | 4 => {
                let kind = self.draw.of(&[
                    Kind::Number,
                    Kind::Number,
                    Kind::Date,
                    Kind::Moment,
                    Kind::Duration,
                ]);
                let sign = self.draw.of(&["<", "<=", ">", ">=", "=", "!="]);
                format!("{} {sign} {}", self.of(kind), self.of(kind))
            }
            5 => {
                let kind =
                    self.draw
                        .of(&[Kind::Choice, Kind::Choice, Kind::Choices, Kind::Text, truth]);
                let sign = self.draw.of(&["=", "!="]);
                format!("{} {sign} {}", self.named(kind), self.of(kind))
            }
            6 => format!("{} in {}", self.named(Kind::Choice), self.of_list()),
            7 => {
                let kind = self.draw.of(&[Kind::Number, Kind::Date]);
                let value = self.of(kind);
                match self.draw.below(4) {
                    0 => {
                        let (low, high) = self.bounds(kind);
                        format!("{value} between {low} and {high}")
                    }
                    // Facts as bounds are refused where none may lie between.
                    1 => format!(
                        "{value} between {} and {}",
                        self.leaf(kind),
                        self.leaf(kind)
                    ),
                    2 => {
                        let (open, close) = (self.draw.of(&["[", "("]), self.draw.of(&["]", ")"]));
                        let (low, high) = self.bounds(kind);
                        format!("{value} in {open}{low}..{high}{close}")
                    }
                    _ => {
                        let (low, high) = self.bounds(kind);
                        format!("{value} in (< {low}, >= {high})")
                    }
                }
            }
            8 => {
                let test = self.draw.of(&["starts with", "ends with", "contains"]);
                let (of, part) = (self.named(Kind::Text), self.constant(Kind::Text));
                return format!("{test}({of}, {part})");
            }
            9 => {
                let option = self.draw.of(&["history", "law", "art", "trade"]);
                let of = self.named(Kind::Choices);
                return format!("list contains({of}, \"{option}\")");
            }
            _ => match self.rows_variable() {
                Some(row) => {
                    let word = self.draw.of(&["some", "every"]);
                    let body = self.of(truth);
                    self.rows.pop();
                    format!("{word} {row} in partners satisfies {body}")
                }
                None => return self.leaf(truth),
            },
        };
        // Where it stands alone the brackets are not needed.
        if self.depth > 1 {
            format!("({written})")
        } else {
            written
        }
    }

    /// Two constants, the smaller one first.
    fn bounds(&mut self, kind: Kind) -> (String, String) {
        if kind == Kind::Number {
            let low = self.draw.below(60);
            let high = low + 1 + self.draw.below(200);
            return (low.to_string(), high.to_string());
        }
        let year = 1990 + self.draw.below(40);
        let (low, high) = (year, year + 1 + self.draw.below(20));
        let (month, day) = (1 + self.draw.below(12), 1 + self.draw.below(28));
        (
            format!("date(\"{low}-{month:02}-{day:02}\")"),
            format!("date({high}, {month}, {day})"),
        )
    }

    /// A variable for the rows, unless there are two already. It is in scope until it is popped.
    fn rows_variable(&mut self) -> Option<&'static str> {
        let row = *["p", "q"].get(self.rows.len())?;
        self.rows.push(row);
        Some(row)
    }

    fn of_list(&mut self) -> String {
        let options = ["\"paper\"", "\"film\"", "\"web\""];
        let first = self.draw.below(3);
        let count = 1 + self.draw.below(2);
        let list: Vec<&str> = options
            .iter()
            .cycle()
            .skip(first)
            .take(count)
            .copied()
            .collect();
        format!("({})", list.join(", "))
    }

    fn number(&mut self) -> String {
        let number = Kind::Number;
        match self.draw.below(12) {
            0..=2 => {
                let sign = self.draw.of(&["+", "-", "*"]);
                format!("({} {sign} {})", self.of(number), self.of(number))
            }
            3 | 4 => {
                let (a, b) = (self.of(number), self.of(number));
                let scale = self.draw.below(4);
                match self.draw.below(4) {
                    0 => format!("floor({a} / {b})"),
                    1 => format!("ceiling({a} / {b})"),
                    2 => format!("decimal({a} / {b}, {scale})"),
                    _ => {
                        let way = self.draw.of(&["up", "down", "half up", "half down"]);
                        format!("round {way}({a} / {b}, {scale})")
                    }
                }
            }
            5 => {
                let of = self.draw.of(&["min", "max"]);
                format!("{of}({}, {})", self.of(number), self.of(number))
            }
            6 => format!("abs({})", self.of(number)),
            7 => format!("-{}", self.leaf(number)),
            8 => format!("string length({})", self.named(Kind::Text)),
            9 => {
                let part = self.draw.of(&["year", "month", "day", "day of week"]);
                format!("{part}({})", self.of(Kind::Date))
            }
            10 => {
                let list = self.draw.of(&["topics", "partners"]);
                format!("count({list})")
            }
            _ => match self.draw.below(3) {
                0 => self
                    .draw
                    .of(&[
                        "sum(partners.share)",
                        "min(partners.rate)",
                        "max(partners.share)",
                    ])
                    .to_owned(),
                _ => match self.rows_variable() {
                    Some(row) => {
                        let body = self.of(number);
                        self.rows.pop();
                        let aggregate = self.draw.of(&["sum", "min", "max"]);
                        format!("{aggregate}(for {row} in partners return {body})")
                    }
                    None => self.leaf(number),
                },
            },
        }
    }

    fn date(&mut self) -> String {
        match self.draw.below(4) {
            0 => format!("date({})", self.of(Kind::Moment)),
            1 => {
                let of = self.draw.of(&["min", "max"]);
                format!("{of}({}, {})", self.of(Kind::Date), self.of(Kind::Date))
            }
            _ => {
                let sign = self.draw.of(&["+", "-"]);
                let most = self.draw.below(40);
                let unit = self.draw.of(&["D", "M", "Y"]);
                format!(
                    "({} {sign} duration(\"P{most}{unit}\"))",
                    self.of(Kind::Date)
                )
            }
        }
    }

    /// Something that stands for itself: a name most times.
    fn leaf(&mut self, kind: Kind) -> String {
        if self.draw.one_in(3) {
            self.constant(kind)
        } else {
            self.named(kind)
        }
    }

    /// A fact, a field, a definition, or what the application tells.
    fn named(&mut self, kind: Kind) -> String {
        let fixed: &[&str] = match kind {
            Kind::Truth => &["told", "agreed"],
            Kind::Number => &["pages", "offset", "weight"],
            Kind::Text => &["title"],
            Kind::Date => &["issued_on", "filed_on", "received_on"],
            Kind::Moment => &["begins_at", "filed_at"],
            Kind::Duration => &["(issued_on - received_on)", "(filed_at - begins_at)"],
            Kind::Choice => &["medium"],
            Kind::Choices => &["topics"],
        };
        let mut names: Vec<String> = fixed.iter().map(|name| (*name).to_owned()).collect();
        names.extend(
            self.known
                .iter()
                .filter(|(_, of)| *of == kind)
                .map(|(name, _)| (*name).to_owned()),
        );
        let fields: &[&str] = match kind {
            Kind::Truth => &["local"],
            Kind::Number => &["share", "rate"],
            Kind::Text => &["name"],
            Kind::Date => &["since"],
            Kind::Choice => &["sort"],
            _ => &[],
        };
        for row in &self.rows {
            names.extend(fields.iter().map(|field| format!("{row}.{field}")));
        }
        names.swap_remove(self.draw.below(names.len()))
    }

    fn constant(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Truth => self.draw.of(&["true", "false"]).to_owned(),
            Kind::Number => match self.draw.below(4) {
                0 => self
                    .draw
                    .of(&["0", "1", "2.5", "0.01", "1000", "99999"])
                    .to_owned(),
                1 => format!("{}.{}", self.draw.below(100), self.draw.below(10)),
                _ => self.draw.below(60).to_string(),
            },
            Kind::Text => self
                .draw
                .of(&[
                    "\"a\"",
                    "\"ab\"",
                    "\"báo\"",
                    "\"\"",
                    "\"in báo\"",
                    "\"\\\"\"",
                    "\"\\u1ebf\"",
                ])
                .to_owned(),
            Kind::Date => {
                let year = self.draw.of(&[2024, 2023, 2025, 1900, 2199]);
                let (month, day) = (1 + self.draw.below(12), 1 + self.draw.below(29));
                match self.draw.below(3) {
                    0 => format!("date({year}, {month}, {day})"),
                    _ => format!("date(\"{year}-{month:02}-{day:02}\")"),
                }
            }
            Kind::Moment => {
                let (day, hour) = (1 + self.draw.below(28), self.draw.below(24));
                format!("date and time(\"2024-02-{day:02}T{hour:02}:30:00\")")
            }
            Kind::Duration => {
                let many = self.draw.below(100);
                match self.draw.below(3) {
                    0 => format!("duration(\"PT{many}H\")"),
                    1 => format!("duration(\"-P{many}D\")"),
                    _ => format!("duration(\"P{many}D\")"),
                }
            }
            Kind::Choice => self
                .draw
                .of(&["\"paper\"", "\"film\"", "\"web\""])
                .to_owned(),
            Kind::Choices => "topics".to_owned(),
        }
    }

    /// A cell of a decision table on an input of a kind.
    pub fn cell(&mut self, kind: Kind) -> String {
        let constant = self.constant(kind);
        if matches!(kind, Kind::Number | Kind::Date) {
            let (low, high) = self.bounds(kind);
            match self.draw.below(7) {
                0 => return format!("{} {low}", self.draw.of(&["<", "<=", ">", ">="])),
                1 => return format!("[{low}..{high}]"),
                2 => return format!("({low}..{high}]"),
                3 => return format!("not({low}, {high})"),
                _ => {}
            }
        }
        match self.draw.below(4) {
            0 | 1 => "-".to_owned(),
            2 => format!("not({constant})"),
            _ => constant,
        }
    }
}

/// A text as YAML has it: without quotes, in one or the other kind of them, or folded.
pub fn quoted<'b>(draw: &mut Draw<'b>, write: impl FnOnce(&mut Words<'_, 'b>) -> String) -> String {
    let way = draw.below(4);
    let text = write(&mut Words::new(draw));
    quote(way, &text)
}

/// The same for a text that is written already; there are four ways.
pub fn quote(way: usize, text: &str) -> String {
    match way {
        0 => format!("'{}'", text.replace('\'', "''")),
        1 => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        // A line break stands for the blank.
        2 => format!(
            "'{}'",
            text.replace('\'', "''")
                .replacen(" and ", "\n          and ", 1)
        ),
        _ if text.starts_with([
            '"', '\'', '[', '-', '{', '&', '*', '!', '%', '@', '`', '>', '|',
        ]) || text.contains(": ")
            || text.contains(" #") =>
        {
            format!("'{}'", text.replace('\'', "''"))
        }
        _ => text.to_owned(),
    }
}
