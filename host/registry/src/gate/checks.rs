//! The checks that look at a submission without asking it anything.

use std::sync::Arc;

use motcua_compiler::diagnostic::{Diagnostic, Severity};
use motcua_compiler::ir::Program;
use motcua_compiler::source::SourceFile;
use motcua_compiler::{compile, describe};
use motcua_engine::{Class, Engine, Fault, Inspection, LoadError, digest, printable};
use motcua_model::Text;
use motcua_model::lifecycle::Submitted;
use motcua_model::manifest::{Manifest, Rules, Transition};
use motcua_model::text::counted;
use serde_json::Value;

use super::ToPass;
use super::asker::Tally;
use super::report::{CheckId, CheckOutcome, GateCheck, Spent};
use crate::assess::Context;
use crate::error::Unavailable;
use crate::version::Version;

/// Signature and ownership, as the caller found them.
pub(super) fn ownership(owned: bool, submitted: &Submitted) -> GateCheck {
    let Submitted {
        department,
        procedure,
        key,
        ..
    } = submitted;
    if owned {
        GateCheck::passed(
            CheckId::Ownership,
            format!(
                "chữ ký hợp lệ bằng khóa {key} của {department}, cơ quan phụ trách thủ tục {procedure}"
            ),
            format!("signed with key {key} of {department}, which owns procedure {procedure}"),
        )
    } else {
        GateCheck::failed(
            CheckId::Ownership,
            format!("chữ ký không hợp lệ, hoặc {department} không phụ trách thủ tục {procedure}"),
            format!(
                "the signature does not hold, or {department} does not own procedure {procedure}"
            ),
        )
    }
}

/// Whether the sandbox admits it.
pub(super) fn admission(
    engine: &Engine,
    component: &[u8],
    inspection: &Inspection,
) -> Result<(GateCheck, Option<Arc<Version>>), Unavailable> {
    let error = match Version::load(engine, component) {
        Ok(version) => {
            return Ok((admitted(&version, inspection), Some(Arc::new(version))));
        }
        Err(error) => error,
    };
    if let (Fault::Platform, LoadError::Trial(cause) | LoadError::Compiler(cause)) =
        (error.fault(), &error)
    {
        return Err(Unavailable {
            cause: cause.clone(),
            retry_after: 1,
        });
    }
    let check = GateCheck::failed(
        CheckId::Admission,
        format!(
            "thành phần không được nhận: vi phạm quy tắc `{}`",
            error.code()
        ),
        format!(
            "the component is not admitted: it breaks the rule `{}`",
            error.code()
        ),
    );
    Ok((check.finding([error.message()]), None))
}

/// A component of the dearer class is for the reviewer to know of, and so is what it exports besides its rules: harmless,
/// since nobody calls it, but whoever reads the component should not wonder what it is for.
fn admitted(version: &Version, inspection: &Inspection) -> GateCheck {
    let others: Vec<Text> = inspection.other_exports().map(never_called).collect();
    let mut check = match version.class() {
        Class::Compiled => GateCheck::passed(
            CheckId::Admission,
            "thành phần được nhận vào môi trường cách ly",
            "the sandbox admits the component",
        ),
        Class::Interpreted => GateCheck::remark(
            CheckId::Admission,
            "thành phần được nhận vào lớp `interpreted` (mang theo cả bộ thông dịch ngôn ngữ): mỗi câu hỏi tốn gấp nhiều lần \
             công xử lý và bộ nhớ, ít câu hỏi được trả lời cùng lúc, người duyệt khó đọc hết mã",
            "the sandbox admits the component to the class `interpreted` (it brings a language runtime with it): a question takes \
             many times the fuel and memory, few are answered at the same time, and nobody can read all of its code",
        ),
    };
    if !others.is_empty() {
        check.outcome = CheckOutcome::Remark;
    }
    check.finding(others)
}

fn never_called(export: &str) -> Text {
    Text::new(
        format!("ngoài quy tắc, thành phần còn cung cấp `{export}`; máy chủ không bao giờ gọi tới"),
        format!("besides its rules it exports `{export}`, which is never called"),
    )
}

/// Whether component, manifest and submission speak of the same version.
pub(super) fn names(
    inspection: &Inspection,
    to_pass: &ToPass<'_>,
    context: &Context<'_>,
) -> GateCheck {
    let submitted = to_pass.submitted;
    let mut wrong = Vec::new();
    let named = printable(&submitted.component);
    if inspection.digest != submitted.component {
        wrong.push(Text::new(
            format!(
                "bản trình ghi {named}, nhưng thành phần là {}",
                inspection.digest
            ),
            format!(
                "the submission names {named}, but the component is {}",
                inspection.digest
            ),
        ));
    }
    let Some(manifest) = &inspection.manifest else {
        wrong.push(Text::new(
            "thành phần không có bản mô tả đọc được",
            "the component has no manifest that can be read",
        ));
        return names_failed(wrong);
    };
    let (code, procedure) = (printable(&manifest.code), &submitted.procedure);
    if manifest.code != submitted.procedure {
        wrong.push(Text::new(
            format!("trình cho thủ tục {procedure}, nhưng bản mô tả ghi {code}"),
            format!("submitted for procedure {procedure}, but its manifest says {code}"),
        ));
    }
    // A slug is an address; two procedures cannot live at one.
    if let Some(other) = to_pass.catalogue.code_of(&manifest.slug)
        && other != submitted.procedure
    {
        let slug = printable(&manifest.slug);
        wrong.push(Text::new(
            format!("`{slug}` đã là tên của thủ tục {other}; thủ tục {procedure} cần tên khác"),
            format!(
                "`{slug}` is the name of procedure {other} already; procedure {procedure} needs another one"
            ),
        ));
    }
    let from = submitted.from;
    let first = manifest.valid_from;
    if from < first {
        wrong.push(Text::new(
            format!("trình để áp dụng từ {from}, trước ngày đầu tiên của phiên bản ({first})"),
            format!("submitted to decide from {from}, before the version's first day, {first}"),
        ));
    }
    if let Some(last) = manifest.valid_to.filter(|last| from > *last) {
        wrong.push(Text::new(
            format!("trình để áp dụng từ {from}, sau ngày cuối cùng của phiên bản ({last})"),
            format!("submitted to decide from {from}, after the version's last day, {last}"),
        ));
    }
    if !wrong.is_empty() {
        return names_failed(wrong);
    }
    // Whom a version takes over shows in no answer: the reviewer is told.
    let moves = match &manifest.transition {
        Some(Transition::Move { basis }) => {
            let basis = printable(basis);
            Some(Text::new(
                format!(
                    "từ ngày đó, phiên bản này cũng quyết định hồ sơ đã nhận trước mà chưa giải quyết xong ({basis})"
                ),
                format!(
                    "it also decides, from that day on, what was received before and is still undecided ({basis})"
                ),
            ))
        }
        Some(Transition::Keep { .. }) | None => None,
    };
    let remarks: Vec<Text> = retroactive(to_pass, context)
        .into_iter()
        .chain(moves)
        .chain(other_slug(to_pass, &manifest.slug))
        .collect();
    let outcome = if remarks.is_empty() {
        CheckOutcome::Passed
    } else {
        CheckOutcome::Remark
    };
    GateCheck::new(
        CheckId::Names,
        outcome,
        format!(
            "thành phần, bản mô tả và bản trình cùng nói về thủ tục {procedure}, áp dụng từ {from}"
        ),
        format!(
            "component, manifest and submission all speak of procedure {procedure}, from {from}"
        ),
    )
    .finding(remarks)
}

/// That the procedure gets another address.
fn other_slug(to_pass: &ToPass<'_>, slug: &str) -> Option<Text> {
    let known = to_pass.catalogue.procedure(&to_pass.submitted.procedure);
    let before = match (&to_pass.in_force, &known) {
        (Some(before), _) => before.version,
        (None, Ok(procedure)) => procedure.latest(),
        (None, Err(_)) => return None,
    };
    let before = printable(&before.manifest().slug);
    let slug = printable(slug);
    (before != slug).then(|| {
        Text::new(
            format!(
                "địa chỉ của thủ tục thay đổi: nay là `{before}`, phiên bản này đặt là `{slug}`; khi phiên bản được kích hoạt, \
                 cả hai địa chỉ đều dùng được và trả lời như nhau"
            ),
            format!(
                "the address of the procedure changes: it is `{before}` now, and this version calls it `{slug}`; once it is \
                 active both addresses answer, and answer alike"
            ),
        )
    })
}

/// What a version means for days that had passed when it was submitted, and for whom.
fn retroactive(to_pass: &ToPass<'_>, context: &Context<'_>) -> Vec<Text> {
    let (from, today) = (to_pass.submitted.from, to_pass.submitted.at.date());
    if from >= today {
        return Vec::new();
    }
    let days = today.days().abs_diff(from.days());
    let mut told = vec![Text::new(
        format!(
            "có hiệu lực lùi: áp dụng từ {from}, khi trình ngày {today} thì đã qua {days} ngày; quyết định đã ghi trong những \
             ngày đó giữ nguyên, hồ sơ nhận trong những ngày đó mà chưa giải quyết thì theo phiên bản này"
        ),
        format!(
            "it is retroactive: it decides from {from}, and when it was submitted on {today}, {} had passed; decisions \
             recorded in them stay, and what was received in them and is still undecided comes under this version",
            counted(days as usize, "day", "days")
        ),
    )];
    let all = to_pass.recorded.len();
    if all > 0 {
        let received = to_pass
            .recorded
            .iter()
            .filter_map(|decision| decision.received_on(context))
            .filter(|day| (from..today).contains(day))
            .count();
        told.push(Text::new(
            format!(
                "trong {all} quyết định đã ghi gần đây, {received} quyết định thuộc hồ sơ nhận trong những ngày đó"
            ),
            format!(
                "of the {} at hand, {received} {} received in those days",
                counted(all, "recent recorded decision", "recent recorded decisions"),
                if received == 1 { "was" } else { "were" }
            ),
        ));
    }
    told
}

fn names_failed(wrong: Vec<Text>) -> GateCheck {
    GateCheck::failed(
        CheckId::Names,
        "thành phần, bản mô tả và bản trình không khớp nhau",
        "component, manifest and submission do not fit each other",
    )
    .finding(wrong)
}

/// A component, compiled again from the package that it carries.
pub(crate) enum Rebuilt {
    /// The same, byte for byte.
    Same(Box<Program>),
    /// Its rules are code; its manifest is what its package says.
    Code,
    /// Its rules are code, and its package says something else than its manifest.
    OtherWords,
    /// Its package makes another component.
    Other(String),
    /// Its package has mistakes.
    Broken(Vec<Text>),
    /// It carries cases without a package.
    CasesAlone,
    /// It carries no package.
    None,
}

impl Rebuilt {
    pub fn of(component: &[u8], inspection: &Inspection) -> Self {
        let Some(source) = &inspection.source else {
            let has_cases = inspection.cases.is_some();
            return if has_cases {
                Self::CasesAlone
            } else {
                Self::None
            };
        };
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let package = file("source", source);
        let cases = inspection.cases.as_deref().map(|text| file("cases", text));
        let broken = |diagnostics: &[Diagnostic]| {
            let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
            Self::Broken(errors.map(|error| error.message.clone()).collect())
        };
        let description = describe(&package, cases.as_ref());
        let Some(checked) = description.checked else {
            return broken(&description.diagnostics);
        };
        if checked.manifest.rules == Rules::Plugin {
            return if inspection.manifest.as_ref() == Some(&checked.manifest) {
                Self::Code
            } else {
                Self::OtherWords
            };
        }
        let compilation = compile(&package, cases.as_ref());
        match compilation.compiled {
            Some(compiled) if compiled.component == component => match compiled.program {
                Some(program) => Self::Same(Box::new(program)),
                None => Self::Code,
            },
            Some(compiled) => Self::Other(digest(&compiled.component)),
            None => broken(&compilation.diagnostics),
        }
    }

    /// Its rules, when they are what runs.
    pub fn program(&self) -> Option<&Program> {
        match self {
            Self::Same(program) => Some(program),
            _ => None,
        }
    }

    pub fn into_program(self) -> Option<Program> {
        match self {
            Self::Same(program) => Some(*program),
            _ => None,
        }
    }

    pub fn check(&self) -> GateCheck {
        const ID: CheckId = CheckId::Source;
        match self {
            Self::Same(_) => GateCheck::passed(
                ID,
                "biên dịch lại văn bản gói cho đúng thành phần này, từng byte một",
                "its package, compiled again, gives this component byte for byte",
            ),
            Self::Code => GateCheck::remark(
                ID,
                "không dựng lại được mã từ văn bản ở đây: quy tắc là mã chương trình; bản mô tả thì đúng như văn bản gói",
                "the code is not reproducible from source here: the rules are code; the manifest is what the package says",
            ),
            Self::OtherWords => GateCheck::failed(
                ID,
                "văn bản gói nói khác bản mô tả của thành phần: điều người duyệt đọc không phải điều được trả lời",
                "its package says something else than its manifest: what a reviewer reads is not what is answered",
            ),
            Self::Other(other) => GateCheck::failed(
                ID,
                format!(
                    "biên dịch lại văn bản gói cho một thành phần khác ({other}): điều người duyệt đọc không phải điều sẽ chạy"
                ),
                format!(
                    "its package, compiled again, gives another component ({other}): what a reviewer reads is not what runs"
                ),
            ),
            Self::Broken(errors) => GateCheck::failed(
                ID,
                "văn bản gói trong thành phần không biên dịch được",
                "the package inside the component does not compile",
            )
            .finding(errors.iter().cloned()),
            Self::CasesAlone => GateCheck::failed(
                ID,
                "thành phần mang theo văn bản trường hợp mà không có văn bản gói",
                "the component carries the text of cases without that of a package",
            ),
            Self::None => GateCheck::remark(
                ID,
                "không dựng lại được từ văn bản ở đây: thành phần viết tay, không kèm gói",
                "not reproducible from source here: a hand-written plugin without a package",
            ),
        }
    }
}

/// The memory of a component, as it says itself.
pub(super) fn memory(inspection: &Inspection, spent: &mut Spent) {
    let memories = || {
        inspection
            .modules
            .iter()
            .flat_map(|module| &module.memories)
    };
    spent.memory_bytes = memories()
        .map(|memory| memory.initial_bytes)
        .max()
        .unwrap_or_default();
    spent.memory_most = memories()
        .map(|memory| memory.maximum_bytes)
        .try_fold(0, |most, bytes| Some(bytes?.max(most)));
}

/// What it used against what it may use: above half is a remark, at the limit it fails.
pub(super) fn budget(spent: &Spent, tally: &Tally) -> GateCheck {
    let uses = [
        (
            Text::new("đơn vị xử lý", "units of fuel"),
            spent.fuel_most,
            spent.fuel_budget,
        ),
        (
            Text::new("byte bộ nhớ", "bytes of memory"),
            spent.memory_bytes,
            spent.memory_budget,
        ),
        (
            Text::new("byte câu trả lời", "bytes of answer"),
            spent.output_bytes as u64,
            spent.output_budget as u64,
        ),
        (
            Text::new("byte thành phần", "bytes of component"),
            spent.component_bytes as u64,
            spent.component_budget as u64,
        ),
    ];
    let mut outcome = CheckOutcome::Passed;
    let mut findings = Vec::new();
    if let Some(met) = &tally.met {
        outcome = CheckOutcome::Failed;
        findings.push(met.message());
    }
    for (what, used, limit) in &uses {
        let found = if used >= limit {
            CheckOutcome::Failed
        } else if used.saturating_mul(2) > *limit {
            CheckOutcome::Remark
        } else {
            continue;
        };
        if outcome != CheckOutcome::Failed {
            outcome = found;
        }
        findings.push(Text::new(
            format!("dùng {used} trên {limit} {}", what.vi),
            format!("uses {used} of {limit} {}", what.en),
        ));
    }
    let (fuel, of) = (spent.fuel_most, spent.fuel_budget);
    let (vi, en) = match outcome {
        CheckOutcome::Failed => ("vượt hạn mức cho phép", "it meets a limit"),
        CheckOutcome::Remark => (
            "dùng hơn nửa hạn mức",
            "it uses more than half of what it may",
        ),
        _ => ("nằm trong hạn mức", "well within its limits"),
    };
    GateCheck::new(
        CheckId::Budget,
        outcome,
        format!("{vi}: nhiều nhất {fuel} trên {of} đơn vị xử lý cho một câu hỏi"),
        format!("{en}: at most {fuel} of {of} units of fuel for a question"),
    )
    .finding(findings)
}

/// A check of a component that cannot be asked.
pub(super) fn not_tried(id: CheckId) -> GateCheck {
    GateCheck::new(
        id,
        CheckOutcome::NotTried,
        "chưa thử được vì thành phần không được nhận",
        "not tried, because the component is not admitted",
    )
}

/// Whether every text has its Vietnamese, the language of the law and of the applicant.
pub(super) fn texts(manifest: Option<&Manifest>) -> GateCheck {
    let Some(manifest) = manifest else {
        return not_tried(CheckId::Texts);
    };
    let mut value = serde_json::to_value(manifest).unwrap_or_default();
    // Questions of cases are values, whatever they look like.
    if let Some(Value::Array(cases)) = value.get_mut("cases") {
        for case in cases {
            if let Value::Object(case) = case {
                case.retain(|name, _| name == "id" || name == "text");
            }
        }
    }
    let mut missing = [Vec::new(), Vec::new()];
    look("", &value, &mut missing);
    let [no_vietnamese, no_english] = missing;
    let places = |places: Vec<String>| {
        places
            .into_iter()
            .map(|place| Text::new(place.clone(), place))
    };
    if !no_vietnamese.is_empty() {
        let number = no_vietnamese.len();
        return GateCheck::failed(
            CheckId::Texts,
            format!("{number} chỗ thiếu tiếng Việt"),
            format!(
                "{} no Vietnamese",
                counted(number, "text has", "texts have")
            ),
        )
        .finding(places(no_vietnamese));
    }
    if !no_english.is_empty() {
        let number = no_english.len();
        return GateCheck::remark(
            CheckId::Texts,
            format!("{number} chỗ thiếu tiếng Anh"),
            format!("{} no English", counted(number, "text has", "texts have")),
        )
        .finding(places(no_english));
    }
    GateCheck::passed(
        CheckId::Texts,
        "mọi văn bản đều có tiếng Việt và tiếng Anh",
        "every text is there in Vietnamese and English",
    )
}

/// Collects the places of texts without Vietnamese and of those without English.
fn look(place: &str, value: &Value, missing: &mut [Vec<String>; 2]) {
    match value {
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            if let (2, Some(vi), Some(en)) = (members.len(), text("vi"), text("en")) {
                for (text, places) in [vi, en].into_iter().zip(missing) {
                    if text.trim().is_empty() {
                        places.push(place.to_owned());
                    }
                }
                return;
            }
            for (name, value) in members {
                look(&format!("{place}/{name}"), value, missing);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                look(&format!("{place}/{at}"), value, missing);
            }
        }
        _ => {}
    }
}
