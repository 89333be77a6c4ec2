//! The head of a package, and its sections in the order of `procedures/README.md`.

use motcua_model::manifest::{
    Confidence, FeesStatus, NoteAbout, Rules, SilenceEffect, Transition, limits,
};
use motcua_model::{Channel, Date, Text};

use super::ids::IdKind;
use super::shape::{Map, Noun, Reader};
use super::yaml::{Node, NodeKind};
use crate::diagnostic::{Diagnostic, shown};
use crate::package::Package;
use crate::source::Spanned;

/// The form of the file that this host reads.
const FORM: &str = "1";

const PACKAGE: Noun = Noun {
    vi: "gói thủ tục",
    en: "the package",
};
const KEYS: [&str; 32] = [
    "motcua",
    "rules",
    "code",
    "code_confirmed",
    "slug",
    "valid_from",
    "valid_to",
    "transition",
    "name",
    "field",
    "department",
    "authority",
    "applicants",
    "result",
    "legal_basis",
    "confidence",
    "sources",
    "channels",
    "facts",
    "filing_windows",
    "data_sources",
    "definitions",
    "exemptions",
    "conditions",
    "checks",
    "documents",
    "time_limit",
    "fees_status",
    "fees",
    "silence",
    "validity",
    "notes",
];

const RULES: [(&str, Rules); 2] = [("package", Rules::Package), ("plugin", Rules::Plugin)];
const CONFIDENCE: [(&str, Confidence); 3] = [
    ("high", Confidence::High),
    ("medium", Confidence::Medium),
    ("low", Confidence::Low),
];
/// What becomes of what was received before: whether this version decides it.
const RECEIVED_BEFORE: [(&str, bool); 2] = [("keep", false), ("move", true)];
pub(super) const CHANNELS: [(&str, Channel); 3] = [
    ("online", Channel::Online),
    ("counter", Channel::Counter),
    ("postal", Channel::Postal),
];
const FEES_STATUS: [(&str, FeesStatus); 4] = [
    ("known", FeesStatus::Known),
    ("none", FeesStatus::None),
    ("not-seen", FeesStatus::NotSeen),
    ("unconfirmed", FeesStatus::Unconfirmed),
];
const EFFECTS: [(&str, SilenceEffect); 2] = [
    ("approved", SilenceEffect::Approved),
    ("none", SilenceEffect::None),
];
const ABOUT: [(&str, NoteAbout); 5] = [
    ("process", NoteAbout::Process),
    ("after-grant", NoteAbout::AfterGrant),
    ("revocation", NoteAbout::Revocation),
    ("successor", NoteAbout::Successor),
    ("remark", NoteAbout::Remark),
];

impl Reader<'_> {
    /// A whole package; `None` if the file holds something else than entries.
    pub(super) fn package(&mut self, node: &Node) -> Option<Package> {
        let mut map = self.map(node, PACKAGE, &KEYS)?;
        self.form(&mut map, "motcua", "Motcua");
        self.rules = self
            .optional(&map, "rules")
            .and_then(|node| self.word(node, RULES_NOUN, &RULES))
            .unwrap_or_default();
        let package = Package {
            span: self.whole_file(),
            rules: self.rules,
            code: self.code(&mut map),
            code_confirmed: self.code_confirmed(&mut map),
            slug: self.required_id(&mut map, "slug", IdKind::Word),
            valid_from: self.valid_from(&mut map),
            valid_to: self
                .optional(&map, "valid_to")
                .and_then(|node| self.date(node, LAST_DAY)),
            transition: self.transition(&map),
            name: self.required_text(&mut map, "name", NAME),
            field: self.required_id(&mut map, "field", IdKind::Word),
            department: self.required_text(&mut map, "department", DEPARTMENT),
            authority: self.required_text(&mut map, "authority", AUTHORITY),
            applicants: self.required_text(&mut map, "applicants", APPLICANTS),
            result: self.required_text(&mut map, "result", RESULT),
            legal_basis: self.lines(&mut map, "legal_basis", LEGAL_BASIS),
            confidence: self
                .required_word(&mut map, "confidence", CONFIDENCE_NOUN, &CONFIDENCE)
                .unwrap_or(Confidence::Low),
            sources: self
                .lines(&mut map, "sources", SOURCES)
                .into_iter()
                .map(|line| line.value)
                .collect(),
            channels: self.channels(&mut map),
            facts: self.facts(&mut map),
            filing_windows: self.filing_windows(&map),
            data_sources: self.data_sources(&map),
            definitions: self.definitions(&map),
            exemptions: self.exemptions(&map),
            conditions: self.conditions(&mut map),
            checks: self.checks(&map),
            documents: self.documents(&mut map),
            time_limit: self.time_limit(&map),
            fees: self.fees(&map),
            fees_status: self.required_word(
                &mut map,
                "fees_status",
                FEES_STATUS_NOUN,
                &FEES_STATUS,
            ),
            silence: self.silence(&map),
            validity: self.validity(&map),
            notes: self.notes(&map),
        };
        self.finish(&map);
        Some(package)
    }

    /// The number of the form, so that a later form can be told from a mistake.
    pub(super) fn form(&mut self, map: &mut Map<'_>, key: &'static str, what: &str) {
        let Some(node) = self.required(map, key) else {
            return;
        };
        let Some(form) = self.words(node, FORM_NOUN) else {
            return;
        };
        if form.value != FORM {
            self.report(
                Diagnostic::error(
                    "form",
                    form.span,
                    format!("chưa đọc được tệp {what} dạng `{}`", shown(&form.value)),
                    format!(
                        "{what} files of form `{}` cannot be read",
                        shown(&form.value)
                    ),
                )
                .suggest(FORM),
            );
        }
    }

    fn code(&mut self, map: &mut Map<'_>) -> Spanned<String> {
        let code = self.required_words(map, "code", CODE);
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if !code.value.is_empty() && (code.value.len() > 64 || !code.value.chars().all(fine)) {
            self.report(
                Diagnostic::error(
                    "malformed-id",
                    code.span,
                    format!("mã thủ tục `{}` viết chưa đúng", shown(&code.value)),
                    format!("the code `{}` is malformed", shown(&code.value)),
                )
                .help(
                    "mã trên Cổng dịch vụ công quốc gia gồm chữ số và dấu chấm, ví dụ `2.001594`",
                    "the code of the national portal has digits and points, for example `2.001594`",
                ),
            );
        }
        code
    }

    fn code_confirmed(&mut self, map: &mut Map<'_>) -> bool {
        self.required(map, "code_confirmed")
            .and_then(|node| self.boolean(node, CONFIRMED))
            .unwrap_or(false)
    }

    fn valid_from(&mut self, map: &mut Map<'_>) -> Spanned<Date> {
        let date = self
            .required(map, "valid_from")
            .and_then(|node| self.date(node, FIRST_DAY));
        date.unwrap_or_else(|| Spanned::new(Date::MIN, map.at))
    }

    /// Whoever moves what was received before has an article for it; whoever keeps it need not.
    fn transition(&mut self, map: &Map<'_>) -> Option<Transition> {
        let node = self.optional(map, "transition")?;
        let mut map = self.map(node, TRANSITION, &["received_before", "basis"])?;
        let noun = RECEIVED_BEFORE_NOUN;
        let transition =
            match self.required_word(&mut map, "received_before", noun, &RECEIVED_BEFORE) {
                Some(true) => Some(Transition::Move {
                    basis: self.basis(&mut map).value,
                }),
                moves => {
                    let basis = self.optional_words(&map, "basis", BASIS);
                    moves.map(|_| Transition::Keep {
                        basis: basis.map(|basis| basis.value),
                    })
                }
            };
        self.finish(&map);
        transition
    }

    /// A list of words that has at least one.
    fn lines(&mut self, map: &mut Map<'_>, key: &'static str, noun: Noun) -> Vec<Spanned<String>> {
        let Some(node) = self.required(map, key) else {
            return Vec::new();
        };
        let items = self.list(node, noun, limits::ITEMS);
        let lines = items
            .iter()
            .filter_map(|item| self.words(item, noun))
            .collect();
        if node.item(0).is_none() && matches!(node.kind, NodeKind::Sequence { .. }) {
            self.report(
                Diagnostic::error(
                    "empty-value",
                    node.span,
                    format!("{} không được để trống", noun.vi),
                    format!("{} must not be empty", noun.en),
                )
                .help("ghi ít nhất một mục", "name at least one"),
            );
        }
        lines
    }

    fn channels(&mut self, map: &mut Map<'_>) -> Vec<(Spanned<Channel>, Option<Spanned<Text>>)> {
        let mut channels = Vec::new();
        let items = self.required_list(map, "channels", CHANNEL_LIST, limits::ITEMS);
        for item in items {
            let Some(mut map) = self.map(item, CHANNEL, &["channel", "note"]) else {
                continue;
            };
            let channel = self.required_word(&mut map, "channel", CHANNEL, &CHANNELS);
            let note = self.optional_text(&map, "note", NOTE);
            if let Some(channel) = channel {
                let span = item.get("channel").map_or(map.span, |word| word.span);
                channels.push((Spanned::new(channel, span), note));
            }
            self.finish(&map);
        }
        channels
    }

    fn silence(
        &mut self,
        map: &Map<'_>,
    ) -> Option<(SilenceEffect, Spanned<Text>, Spanned<String>)> {
        let node = self.optional(map, "silence")?;
        let mut map = self.map(node, SILENCE, &["effect", "text", "basis"])?;
        let effect = self.required_word(&mut map, "effect", EFFECT, &EFFECTS);
        let text = self.required_text(&mut map, "text", SILENCE);
        let basis = self.basis(&mut map);
        self.finish(&map);
        Some((effect?, text, basis))
    }

    fn validity(&mut self, map: &Map<'_>) -> Option<(Spanned<Text>, Spanned<String>)> {
        let node = self.optional(map, "validity")?;
        let mut map = self.map(node, VALIDITY, &["text", "basis"])?;
        let text = self.required_text(&mut map, "text", VALIDITY);
        let basis = self.basis(&mut map);
        self.finish(&map);
        Some((text, basis))
    }

    fn notes(&mut self, map: &Map<'_>) -> Vec<(NoteAbout, Spanned<Text>, Option<Spanned<String>>)> {
        let mut notes = Vec::new();
        for item in self.optional_list(map, "notes", NOTES, limits::ITEMS) {
            let Some(mut map) = self.map(item, NOTE, &["about", "text", "basis"]) else {
                continue;
            };
            let about = self
                .required_word(&mut map, "about", ABOUT_NOUN, &ABOUT)
                .unwrap_or(NoteAbout::Remark);
            let text = self.required_text(&mut map, "text", NOTE);
            let basis = self.optional_words(&map, "basis", BASIS);
            self.finish(&map);
            notes.push((about, text, basis));
        }
        notes
    }
}

const FORM_NOUN: Noun = Noun {
    vi: "số hiệu dạng tệp",
    en: "the form of the file",
};
const CODE: Noun = Noun {
    vi: "mã thủ tục",
    en: "the code",
};
const CONFIRMED: Noun = Noun {
    vi: "`code_confirmed`",
    en: "`code_confirmed`",
};
const FIRST_DAY: Noun = Noun {
    vi: "ngày có hiệu lực",
    en: "the first day in force",
};
const LAST_DAY: Noun = Noun {
    vi: "ngày hết hiệu lực",
    en: "the last day in force",
};
const TRANSITION: Noun = Noun {
    vi: "quy định chuyển tiếp",
    en: "the transition rule",
};
const RECEIVED_BEFORE_NOUN: Noun = Noun {
    vi: "hồ sơ đã nhận trước",
    en: "what was received before",
};
const NAME: Noun = Noun {
    vi: "tên thủ tục",
    en: "the name",
};
const DEPARTMENT: Noun = Noun {
    vi: "cơ quan công bố",
    en: "the department",
};
const AUTHORITY: Noun = Noun {
    vi: "cơ quan giải quyết",
    en: "the authority",
};
const APPLICANTS: Noun = Noun {
    vi: "đối tượng thực hiện",
    en: "the applicants",
};
const RESULT: Noun = Noun {
    vi: "kết quả",
    en: "the result",
};
const LEGAL_BASIS: Noun = Noun {
    vi: "căn cứ pháp lý",
    en: "the legal basis",
};
const RULES_NOUN: Noun = Noun {
    vi: "cách viết quy tắc",
    en: "where the rules are",
};
const CONFIDENCE_NOUN: Noun = Noun {
    vi: "độ tin cậy",
    en: "the confidence",
};
const SOURCES: Noun = Noun {
    vi: "các nguồn",
    en: "the sources",
};
const CHANNEL_LIST: Noun = Noun {
    vi: "các cách nộp hồ sơ",
    en: "the channels",
};
const CHANNEL: Noun = Noun {
    vi: "cách nộp hồ sơ",
    en: "the channel",
};
const FEES_STATUS_NOUN: Noun = Noun {
    vi: "tình trạng phí, lệ phí",
    en: "the status of the fees",
};
const SILENCE: Noun = Noun {
    vi: "quy tắc im lặng",
    en: "the rule on silence",
};
const EFFECT: Noun = Noun {
    vi: "hệ quả của im lặng",
    en: "the effect of silence",
};
const VALIDITY: Noun = Noun {
    vi: "thời hạn hiệu lực của kết quả",
    en: "the validity of the result",
};
const NOTES: Noun = Noun {
    vi: "các ghi chú",
    en: "the notes",
};
const NOTE: Noun = Noun {
    vi: "ghi chú",
    en: "the note",
};
const ABOUT_NOUN: Noun = Noun {
    vi: "chủ đề của ghi chú",
    en: "what a note is about",
};
const BASIS: Noun = Noun {
    vi: "căn cứ",
    en: "the article",
};
