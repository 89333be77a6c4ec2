//! May this file be compiled at all? A plain list of rules, each a function with one message, run in order before a
//! compiler sees the bytes. The first one that is broken is told.
//!
//! The order is from cheap to dear, and each rule may rely on those before it: first the bytes, then what they are made
//! of, then the manifest, then validation and types.
//!
//! The limits of the class `compiled` are tried first, then those of `interpreted`. What neither admits is refused by the
//! rule that stands in the way of the second, which is the wider one: nothing else would help.

use motcua_model::{Manifest, Text};
use wasmparser::{Encoding, Parser, Payload};

use crate::anatomy::{Anatomy, Module, Unread};
use crate::contract::shape::{Difference, difference};
use crate::contract::{VERSIONS, Version};
use crate::limits::{Class, Classes, Limits};
use crate::plain::Plain;
use crate::quote::printable;
use crate::sandbox::Room;
use crate::valid::{Valid, valid};
use crate::{CASES_SECTION, MANIFEST_SECTION, SOURCE_SECTION, digest};

/// A component that may be compiled.
#[derive(Debug)]
pub struct Admitted {
    /// What it says of itself, read and checked.
    pub manifest: Manifest,
    /// `sha256:` and the digest of all its bytes, in small hexadecimal letters.
    pub digest: String,
    /// The class whose limits it keeps.
    pub class: Class,
    pub(crate) version: &'static Version,
    pub(crate) room: Room,
    pub(crate) plain: Option<Plain>,
}

/// Why a file is not admitted: the first rule that it breaks. Names of the file in the message have gone through
/// [`crate::printable`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message.en)]
pub struct Refusal {
    /// The rule.
    pub rule: Rule,
    /// The class whose limit is passed; nothing where the rule is the same for both.
    pub class: Option<Class>,
    /// What is wrong and what to do, for the officer and the reviewer.
    pub message: Text,
}

/// The rules of admission, in the order in which they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// It is not empty, and not larger than [`Limits::component_bytes`].
    Size,
    /// It begins as a component does: it is no core module, text, precompiled code or archive.
    Header,
    /// It can be read to its end.
    WellFormed,
    /// It imports nothing.
    NoImports,
    /// Modules inside it import nothing but each other: no threads, tasks or streams are provided to them.
    NoBuiltins,
    /// It exports the rules of a contract this host speaks.
    Export,
    /// No more modules, inner components and instances than allowed.
    Parts,
    /// No more functions than allowed.
    Functions,
    /// No function longer, nested deeper or with more local variables than allowed.
    FunctionSize,
    /// No more types than allowed, none declared deeper inside others, and no function with more parameters and results.
    Types,
    /// No more imports, exports, aliases, globals, segments, elements and custom sections than allowed.
    Entries,
    /// No more and no larger memories than allowed.
    Memories,
    /// No more and no larger tables than allowed.
    Tables,
    /// The texts it carries are UTF-8, not too long, and there once at most.
    Texts,
    /// It has exactly one manifest, not larger than allowed.
    ManifestSection,
    /// The contract whose rules it exports is released, or drafts are admitted.
    Draft,
    /// The manifest is JSON of the right form.
    ManifestForm,
    /// The manifest names the contract whose rules are exported, and keeps the rules of manifests: articles, ids, ranges,
    /// committed within statutory.
    Manifest,
    /// It is valid WebAssembly, without proposals that this host does not use.
    Valid,
    /// No type of the component model is nested deeper, or has more in it, than allowed.
    TypeSize,
    /// Its export has exactly the functions of the contract, each of exactly its type.
    ContractType,
}

impl Rule {
    /// All rules, in order.
    pub const ALL: [Self; 21] = [
        Self::Size,
        Self::Header,
        Self::WellFormed,
        Self::NoImports,
        Self::NoBuiltins,
        Self::Export,
        Self::Parts,
        Self::Functions,
        Self::FunctionSize,
        Self::Types,
        Self::Entries,
        Self::Memories,
        Self::Tables,
        Self::Texts,
        Self::ManifestSection,
        Self::Draft,
        Self::ManifestForm,
        Self::Manifest,
        Self::Valid,
        Self::TypeSize,
        Self::ContractType,
    ];

    /// A stable word for it, for JSON, logs and metrics.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Header => "header",
            Self::WellFormed => "well-formed",
            Self::NoImports => "imports",
            Self::NoBuiltins => "builtins",
            Self::Export => "export",
            Self::Parts => "parts",
            Self::Functions => "functions",
            Self::FunctionSize => "function-size",
            Self::Types => "types",
            Self::Entries => "entries",
            Self::Memories => "memories",
            Self::Tables => "tables",
            Self::Texts => "texts",
            Self::ManifestSection => "manifest-section",
            Self::Draft => "draft",
            Self::ManifestForm => "manifest-form",
            Self::Manifest => "manifest",
            Self::Valid => "valid",
            Self::TypeSize => "type-size",
            Self::ContractType => "contract-type",
        }
    }
}

/// Rules about the bytes alone.
const ON_BYTES: [(Rule, fn(&[u8], &Limits) -> Outcome); 2] =
    [(Rule::Size, size), (Rule::Header, header)];

/// Rules about what the file is made of.
const ON_ANATOMY: [(Rule, fn(&Anatomy<'_>, &Limits) -> Outcome); 12] = [
    (Rule::NoImports, no_imports),
    (Rule::NoBuiltins, no_builtins),
    (Rule::Export, export),
    (Rule::Parts, parts),
    (Rule::Functions, functions),
    (Rule::FunctionSize, function_size),
    (Rule::Types, types),
    (Rule::Entries, entries),
    (Rule::Memories, memories),
    (Rule::Tables, tables),
    (Rule::Texts, texts),
    (Rule::ManifestSection, manifest_section),
];

/// Nothing, or what is wrong.
type Outcome = Result<(), Wrong>;

/// What is wrong.
#[derive(Debug)]
struct Wrong {
    message: Text,
    /// Whether it is more than a limit of the class: another class might admit it.
    limit: bool,
}

impl From<Text> for Wrong {
    fn from(message: Text) -> Self {
        Self {
            message,
            limit: false,
        }
    }
}

impl Wrong {
    fn refuses(self, rule: Rule, class: Class) -> Refusal {
        if !self.limit {
            return Refusal {
                rule,
                class: None,
                message: self.message,
            };
        }
        Refusal {
            rule,
            class: Some(class),
            message: Text::new(
                format!("{} (giới hạn của lớp `{class}`)", self.message.vi),
                format!("{} (the limit of the class `{class}`)", self.message.en),
            ),
        }
    }
}

/// Checks the rules in order, for each class. Compiles and runs nothing; its time is in proportion to the size of the file, and what
/// it remembers of the file is bounded whatever stands there: a file with more parts or entries than any class admits is not read
/// on, and that is what is told of it.
pub fn admit(bytes: &[u8], classes: &Classes) -> Result<Admitted, Refusal> {
    match admit_to(bytes, Class::Compiled, classes) {
        Err(Refusal { class: Some(_), .. }) => admit_to(bytes, Class::Interpreted, classes),
        result => result,
    }
}

fn admit_to(bytes: &[u8], class: Class, classes: &Classes) -> Result<Admitted, Refusal> {
    fn because<W: Into<Wrong>>(rule: Rule, class: Class) -> impl Fn(W) -> Refusal {
        move |wrong| wrong.into().refuses(rule, class)
    }
    let limits = classes.of(class);
    for (rule, check) in ON_BYTES {
        check(bytes, limits).map_err(because(rule, class))?;
    }
    let anatomy = Anatomy::read(bytes).map_err(|unread| unreadable(&unread, class))?;
    for (rule, check) in ON_ANATOMY {
        check(&anatomy, limits).map_err(because(rule, class))?;
    }
    let json = the_manifest(&anatomy).map_err(because(Rule::ManifestSection, class))?;
    let version = the_version(&anatomy).map_err(because(Rule::Export, class))?;
    released(version, classes.drafts).map_err(because(Rule::Draft, class))?;
    let manifest = manifest_form(json).map_err(because(Rule::ManifestForm, class))?;
    manifest_rules(&manifest, version).map_err(because(Rule::Manifest, class))?;
    let valid = valid(bytes).map_err(because(Rule::Valid, class))?;
    type_size(&valid, limits).map_err(because(Rule::TypeSize, class))?;
    contract_type(&valid, version).map_err(because(Rule::ContractType, class))?;
    Ok(Admitted {
        manifest,
        digest: digest(bytes),
        class,
        version,
        room: Room::of(&anatomy, class),
        plain: anatomy.plain,
    })
}

fn size(bytes: &[u8], limits: &Limits) -> Outcome {
    if bytes.is_empty() {
        return Err(Text::new("tệp rỗng", "the file is empty").into());
    }
    at_most(
        ("thành phần có", "the component has"),
        bytes.len(),
        limits.component_bytes,
        ("byte", "bytes"),
    )
}

fn header(bytes: &[u8], _: &Limits) -> Outcome {
    let (vi, en) = match kind(bytes) {
        Kind::Component => return Ok(()),
        Kind::Module => (
            "mô-đun lõi WebAssembly, không phải thành phần; hãy đóng gói bằng `wasm-tools component new`",
            "a core WebAssembly module, not a component; wrap it with `wasm-tools component new`",
        ),
        Kind::Text => (
            "WebAssembly dạng văn bản; hãy dịch sang dạng nhị phân bằng `wasm-tools parse`",
            "WebAssembly as text; turn it into binary with `wasm-tools parse`",
        ),
        Kind::Native => (
            "mã máy biên dịch sẵn, không được nhận vì không thể kiểm tra; hãy nộp chính thành phần",
            "precompiled machine code, which cannot be checked and is never accepted; hand in the component itself",
        ),
        Kind::Archive => (
            "tệp nén; hãy nộp tệp `.wasm` không nén",
            "a compressed archive; hand in the bare `.wasm` file",
        ),
        Kind::Other => (
            "một tệp thuộc loại khác; hãy nộp thành phần do `motcua build` tạo ra",
            "a file of some other kind; hand in a component as `motcua build` makes it",
        ),
    };
    Err(Text::new(
        format!("tệp không phải thành phần WebAssembly mà là {vi}"),
        format!("the file is no WebAssembly component, but {en}"),
    )
    .into())
}

/// What a file is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Component,
    Module,
    Text,
    Native,
    Archive,
    Other,
}

pub(crate) fn kind(bytes: &[u8]) -> Kind {
    match bytes {
        [0, b'a', b's', b'm', ..] => match Parser::new(0).parse_all(bytes).next() {
            Some(Ok(Payload::Version {
                encoding: Encoding::Component,
                ..
            })) => Kind::Component,
            Some(Ok(Payload::Version {
                encoding: Encoding::Module,
                ..
            })) => Kind::Module,
            _ => Kind::Other,
        },
        // ELF, in which wasmtime keeps what it has compiled; Mach-O; Windows.
        [0x7f, b'E', b'L', b'F', ..] | [0xcf, 0xfa, 0xed, 0xfe, ..] | [b'M', b'Z', ..] => {
            Kind::Native
        }
        // gzip, zip, zstd, xz, bzip2.
        [0x1f, 0x8b, ..]
        | [b'P', b'K', 3, 4, ..]
        | [0x28, 0xb5, 0x2f, 0xfd, ..]
        | [0xfd, b'7', b'z', b'X', b'Z', ..]
        | [b'B', b'Z', b'h', ..] => Kind::Archive,
        _ => {
            let start = bytes.trim_ascii_start();
            if start.starts_with(b"(") || start.starts_with(b";;") {
                Kind::Text
            } else {
                Kind::Other
            }
        }
    }
}

/// A file that was not read to its end.
fn unreadable(unread: &Unread, class: Class) -> Refusal {
    let (rule, message) = match unread {
        Unread::Malformed(error) => (Rule::WellFormed, malformed(error)),
        Unread::Parts => (
            Rule::Parts,
            Text::new(
                "thành phần có nhiều mô-đun hoặc nhiều tầng lồng nhau hơn mức mà bất kỳ lớp nào nhận",
                "the component has more modules or levels of nesting than any class admits",
            ),
        ),
        Unread::Entries => (
            Rule::Entries,
            Text::new(
                "thành phần liệt kê nhiều mục hơn mức mà bất kỳ lớp nào nhận",
                "the component lists more entries than any class admits",
            ),
        ),
    };
    Wrong::from(message).refuses(rule, class)
}

fn malformed(error: &wasmparser::BinaryReaderError) -> Text {
    let (offset, what) = (error.offset(), printable(error.message()));
    Text::new(
        format!("tệp bị hỏng hoặc bị cắt cụt ở byte thứ {offset}: {what}"),
        format!("the file is damaged or cut off at byte {offset}: {what}"),
    )
}

fn no_imports(anatomy: &Anatomy<'_>, _: &Limits) -> Outcome {
    match *anatomy.imports {
        [] => Ok(()),
        [first, ..] => {
            let (count, first) = (anatomy.imports.len(), printable(first));
            Err(Text::new(
                format!(
                    "thành phần đòi {count} thứ từ bên ngoài, trước hết là `{first}`; thủ tục không được dùng gì ngoài câu hỏi"
                ),
                format!(
                    "the component imports {count} things, first `{first}`; a procedure may use nothing but the question"
                ),
            )
            .into())
        }
    }
}

fn no_builtins(anatomy: &Anatomy<'_>, _: &Limits) -> Outcome {
    if anatomy.asynchronous == 0 {
        return Ok(());
    }
    Err(Text::new(
        "thành phần dùng luồng, tác vụ hoặc dòng dữ liệu của mô hình thành phần; thủ tục trả lời ngay, không chờ",
        "the component uses threads, tasks or streams of the component model; a procedure answers at once and waits for nothing",
    )
    .into())
}

fn export(anatomy: &Anatomy<'_>, _: &Limits) -> Outcome {
    the_version(anatomy)?;
    Ok(())
}

fn the_version(anatomy: &Anatomy<'_>) -> Result<&'static Version, Text> {
    if let Some(version) = Version::of(anatomy) {
        return Ok(version);
    }
    let spoken: Vec<_> = VERSIONS
        .iter()
        .filter(|version| !version.draft)
        .map(|version| format!("`{}`", version.export))
        .collect();
    let spoken = spoken.join(", ");
    let exports: Vec<_> = anatomy
        .exports
        .iter()
        .take(8)
        .map(|name| format!("`{}`", printable(name)))
        .collect();
    let exports = exports.join(", ");
    let (found_vi, found_en) = if exports.is_empty() {
        ("không cung cấp gì".to_owned(), "exports nothing".to_owned())
    } else {
        (format!("cung cấp {exports}"), format!("exports {exports}"))
    };
    Err(Text::new(
        format!("thành phần {found_vi}, nhưng phải cung cấp {spoken}"),
        format!("the component {found_en}; it must export {spoken}"),
    ))
}

fn parts(anatomy: &Anatomy<'_>, limits: &Limits) -> Outcome {
    let has = ("thành phần có", "the component has");
    at_most(
        has,
        anatomy.modules.len(),
        limits.modules,
        ("mô-đun", "modules"),
    )?;
    at_most(
        has,
        anatomy.instances,
        limits.instances,
        ("phiên bản chạy bên trong", "instances inside"),
    )?;
    at_most(
        has,
        anatomy.component_depth,
        limits.component_depth,
        ("tầng lồng nhau", "levels of nesting"),
    )
}

fn functions(anatomy: &Anatomy<'_>, limits: &Limits) -> Outcome {
    let functions = anatomy.modules.iter().map(|module| module.functions).sum();
    at_most(
        ("thành phần có", "the component has"),
        functions,
        limits.functions,
        ("hàm", "functions"),
    )
}

fn function_size(anatomy: &Anatomy<'_>, limits: &Limits) -> Outcome {
    for module in &anatomy.modules {
        at_most(
            ("hàm dài nhất có", "the longest function has"),
            module.longest_function,
            limits.function_bytes,
            ("byte", "bytes"),
        )?;
        at_most(
            ("một hàm có", "a function has"),
            module.block_depth,
            limits.block_depth,
            ("khối lệnh lồng nhau", "blocks nested in one another"),
        )?;
        at_most(
            ("một hàm có", "a function has"),
            module.locals,
            limits.locals,
            ("biến cục bộ", "local variables"),
        )?;
    }
    Ok(())
}

fn types(anatomy: &Anatomy<'_>, limits: &Limits) -> Outcome {
    at_most(
        (
            "có kiểu khai báo trong kiểu đến",
            "types are declared inside one another in",
        ),
        anatomy.declared.depth,
        limits.type_depth,
        ("tầng", "levels"),
    )?;
    let in_modules: usize = anatomy.modules.iter().map(|module| module.types).sum();
    at_most(
        ("thành phần có", "the component has"),
        anatomy.declared.types.saturating_add(in_modules),
        limits.types,
        ("kiểu", "types"),
    )?;
    let widest = anatomy.modules.iter().map(|module| module.signature).max();
    at_most(
        ("một kiểu hàm có", "a type of functions has"),
        widest.unwrap_or(0),
        limits.signature,
        ("tham số và kết quả", "parameters and results"),
    )
}

fn entries(anatomy: &Anatomy<'_>, limits: &Limits) -> Outcome {
    let in_modules: usize = anatomy.modules.iter().map(|module| module.entries).sum();
    at_most(
        ("thành phần liệt kê", "the component lists"),
        anatomy.entries.saturating_add(in_modules),
        limits.entries,
        (
            "mục (nhập, xuất, bí danh, biến toàn cục, đoạn dữ liệu, phần tử, mục đính kèm)",
            "entries (imports, exports, aliases, globals, segments, elements, custom sections)",
        ),
    )
}

fn memories(anatomy: &Anatomy<'_>, limits: &Limits) -> Outcome {
    let memories = || anatomy.modules.iter().flat_map(|module| &module.memories);
    at_most(
        ("thành phần có", "the component has"),
        memories().count(),
        limits.memories,
        ("vùng nhớ", "memories"),
    )?;
    let largest = memories().map(Module::initial_bytes).max().unwrap_or(0);
    at_most(
        ("vùng nhớ ban đầu có", "a memory starts with"),
        usize::try_from(largest).unwrap_or(usize::MAX),
        limits.memory_bytes,
        ("byte", "bytes"),
    )
}

fn tables(anatomy: &Anatomy<'_>, limits: &Limits) -> Outcome {
    let tables = || anatomy.modules.iter().flat_map(|module| &module.tables);
    at_most(
        ("thành phần có", "the component has"),
        tables().count(),
        limits.tables,
        ("bảng hàm", "tables"),
    )?;
    let largest = tables().copied().max().unwrap_or(0);
    at_most(
        ("một bảng hàm có", "a table has"),
        usize::try_from(largest).unwrap_or(usize::MAX),
        limits.table_elements,
        ("ô", "elements"),
    )
}

fn texts(anatomy: &Anatomy<'_>, limits: &Limits) -> Outcome {
    for name in [SOURCE_SECTION, CASES_SECTION] {
        let sections: Vec<_> = anatomy.sections_named(name).collect();
        if sections.len() > 1 {
            let count = sections.len();
            return Err(Text::new(
                format!("thành phần có {count} mục `{name}`, tối đa 1"),
                format!("the component has {count} sections `{name}`, at most 1 allowed"),
            )
            .into());
        }
        for section in sections {
            at_most(
                (
                    &format!("mục `{name}` có"),
                    &format!("the section `{name}` has"),
                ),
                section.len(),
                limits.text_bytes,
                ("byte", "bytes"),
            )?;
            if std::str::from_utf8(section).is_err() {
                return Err(Text::new(
                    format!("mục `{name}` không phải văn bản UTF-8"),
                    format!("the section `{name}` is no UTF-8 text"),
                )
                .into());
            }
        }
    }
    Ok(())
}

fn manifest_section(anatomy: &Anatomy<'_>, limits: &Limits) -> Outcome {
    let json = the_manifest(anatomy)?;
    at_most(
        ("bản mô tả có", "the manifest has"),
        json.len(),
        limits.manifest_bytes,
        ("byte", "bytes"),
    )
}

fn the_manifest<'a>(anatomy: &Anatomy<'a>) -> Result<&'a [u8], Text> {
    let sections: Vec<_> = anatomy.sections_named(MANIFEST_SECTION).collect();
    match *sections {
        [json] => Ok(json),
        [] => Err(Text::new(
            format!("thành phần không có bản mô tả (mục `{MANIFEST_SECTION}`)"),
            format!("the component has no manifest (section `{MANIFEST_SECTION}`)"),
        )),
        // Two manifests could show one thing to the reviewer and be checked against another.
        _ => Err(Text::new(
            format!(
                "thành phần có {} bản mô tả (mục `{MANIFEST_SECTION}`), phải có đúng một",
                sections.len()
            ),
            format!(
                "the component has {} manifests (section `{MANIFEST_SECTION}`); it must have one",
                sections.len()
            ),
        )),
    }
}

pub(crate) fn manifest_form(json: &[u8]) -> Result<Manifest, Text> {
    serde_json::from_slice(json).map_err(|error| {
        // The message of the parser quotes the file.
        let what = printable(&error.to_string());
        Text::new(
            format!("bản mô tả không đúng dạng: {what}"),
            format!("the manifest has not the right form: {what}"),
        )
    })
}

/// What is built against a draft must not come into force: the draft changes, and then nobody could work the answer out again.
fn released(version: &Version, drafts: bool) -> Result<(), Text> {
    if drafts || !version.draft {
        return Ok(());
    }
    let (contract, released) = (version.contract, motcua_model::CONTRACT);
    Err(Text::new(
        format!(
            "thành phần được dựng theo bản dự thảo `{contract}` của hợp đồng; bản dự thảo còn thay đổi nên không thể có hiệu lực, hãy dựng lại theo `{released}`"
        ),
        format!(
            "the component is built against a draft of the contract, `{contract}`; a draft still changes, so nothing built against it can come into force: build it against `{released}`"
        ),
    ))
}

fn manifest_rules(manifest: &Manifest, version: &Version) -> Result<(), Text> {
    manifest.check(version.contract).map_err(|error| {
        let what = printable(&error.to_string());
        Text::new(
            format!("bản mô tả vi phạm quy tắc: {what}"),
            format!("the manifest breaks a rule: {what}"),
        )
    })
}

fn type_size(valid: &Valid, limits: &Limits) -> Outcome {
    at_most(
        ("một kiểu dữ liệu lồng nhau", "a type is nested"),
        valid.type_depth,
        limits.type_depth,
        ("tầng", "levels deep"),
    )?;
    at_most(
        ("một kiểu dữ liệu gồm", "a type has"),
        valid.type_size,
        limits.type_size,
        (
            "trường, trường hợp và phần tử",
            "fields, cases and elements in it",
        ),
    )
}

fn contract_type(valid: &Valid, version: &Version) -> Result<(), Text> {
    let Version {
        contract, export, ..
    } = version;
    let (vi, en) = match difference(&valid.types, export, version.functions) {
        None => return Ok(()),
        Some(Difference::Function(name)) => (
            format!("hàm `{name}` của `{export}` không có đúng kiểu của hợp đồng `{contract}`"),
            format!(
                "the function `{name}` of `{export}` does not have the type of the contract `{contract}`"
            ),
        ),
        Some(Difference::Other(name)) => {
            let name = printable(&name);
            (
                format!("`{export}` có `{name}`, mà hợp đồng `{contract}` không có"),
                format!("`{export}` has `{name}`, which the contract `{contract}` does not have"),
            )
        }
    };
    Err(Text::new(
        format!("{vi}; hãy dựng lại với tệp WIT của hợp đồng"),
        format!("{en}; build it against the contract's WIT file"),
    ))
}

/// Refuses more than a limit: "the component has 6 modules, at most 4 are allowed", in both languages.
fn at_most(
    (subject_vi, subject_en): (&str, &str),
    count: usize,
    limit: usize,
    (unit_vi, unit_en): (&str, &str),
) -> Outcome {
    if count <= limit {
        return Ok(());
    }
    Err(Wrong {
        message: Text::new(
            format!("{subject_vi} {count} {unit_vi}, tối đa {limit}"),
            format!("{subject_en} {count} {unit_en}, at most {limit} allowed"),
        ),
        limit: true,
    })
}
