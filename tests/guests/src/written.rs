//! Guests for the tests: WebAssembly text, wrapped into a component as the contract says.

use std::fmt::Write;

use serde_json::{Value, json};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The contract as a plugin's author has it.
pub const WIT: &str = include_str!("../../../wit/procedure@1.0.0/procedure.wit");
/// The draft of the next one.
pub const DRAFT_WIT: &str = include_str!("../../../wit/procedure@1.1.0/procedure.wit");
/// The draft's name in a manifest.
pub const DRAFT: &str = "motcua:procedure@1.1.0";

/// Conditions, documents and facts of the honest guest, as many as a real procedure has.
pub const CONDITIONS: usize = 12;
/// See [`CONDITIONS`].
pub const DOCUMENTS: usize = 10;

/// The parts of a guest that a test may want to be different.
#[derive(Clone)]
pub struct Guest {
    /// `(memory (export "memory") …)`.
    pub memory: &'static str,
    /// Statements before the honest allocation.
    pub realloc: String,
    /// Statements before the honest answer; may return an address.
    pub assess: String,
    /// Statements after it, just before its address is given.
    pub finish: String,
    /// The amount of the fee.
    pub fee: &'static str,
    /// Statements before the honest grounds; may return an address. Only against the draft.
    pub grounds: String,
    /// Statements of `cabi_post_…`, of each function; none: there is no such function.
    pub post_return: Option<&'static str>,
    /// Further fields of the module, before the functions.
    pub fields: String,
}

impl Default for Guest {
    fn default() -> Self {
        Self {
            memory: "1 1",
            realloc: String::new(),
            assess: String::new(),
            finish: String::new(),
            fee: "(i64.mul (i64.const 1000) (i64.extend_i32_u (local.get $facts_len)))",
            grounds: String::new(),
            post_return: None,
            fields: String::new(),
        }
    }
}

/// Where the honest guest puts its answer.
pub const ANSWER: u32 = 64;
/// Where the honest guest puts the address and the length of its grounds, and then the facts.
pub const GROUNDS: u32 = 3072;
/// Where the honest guest's room for the question begins.
pub const ROOM: u32 = 8192;

/// A fee that does not grow with what is told: an answer that is known stays what it is, which the gate insists on.
pub const STEADY_FEE: &str = "(i64.const 1000)";

impl Guest {
    /// One that does something before it answers.
    pub fn that(assess: &str) -> Self {
        Self {
            assess: assess.to_owned(),
            ..Self::default()
        }
    }

    /// One that does something before it tells the grounds of a result.
    pub fn that_grounds(grounds: &str) -> Self {
        Self {
            grounds: grounds.to_owned(),
            ..Self::default()
        }
    }

    /// The module as text. Condition `n` is the truth of fact `n`; document `n` is required; the fee, if nothing
    /// else is said, is 1,000 đồng for each fact that is told: so it changes with what is told, which the gate does not like.
    pub fn wat(&self) -> String {
        self.module("1.0.0", "")
    }

    /// The same rules against the draft, which also tell grounds: fact `n` for condition `n`, all facts told for the fee,
    /// and none for what is always so.
    pub fn draft_wat(&self) -> String {
        let Self { grounds, .. } = self;
        let facts = GROUNDS + 8;
        let function = format!(
            r#"(func (export "motcua:procedure/rules@1.1.0#grounds")
    (param $filed i64) (param $received i32) (param $has_channel i32) (param $channel i32)
    (param $facts i32) (param $facts_len i32) (param $subject i32) (param $number i32) (result i32)
    (local $i i32) (local $len i32)
    {grounds}
    (if (i32.eq (local.get $subject) (i32.const 1))
      (then
        (i32.store16 (i32.const {facts}) (local.get $number))
        (local.set $len (i32.const 1))))
    (if (i32.eq (local.get $subject) (i32.const 4))
      (then
        (local.set $len (local.get $facts_len))
        (block $done (loop $fact
          (br_if $done (i32.ge_u (local.get $i) (local.get $facts_len)))
          (i32.store16
            (i32.add (i32.const {facts}) (i32.shl (local.get $i) (i32.const 1)))
            (i32.load16_u (i32.add (local.get $facts) (i32.shl (local.get $i) (i32.const 5)))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $fact)))))
    (i32.store (i32.const {GROUNDS}) (i32.const {facts}))
    (i32.store (i32.const {len}) (local.get $len))
    (i32.const {GROUNDS}))"#,
            len = GROUNDS + 4,
        );
        let post_return = post_return("1.1.0", "grounds", self.post_return);
        self.module("1.1.0", &format!("{function} {post_return}"))
    }

    /// The module against a version of the contract, with further functions.
    fn module(&self, version: &str, more: &str) -> String {
        let Self {
            memory,
            realloc,
            assess,
            finish,
            fee,
            fields,
            ..
        } = self;
        let post_return = post_return(version, "assess", self.post_return);
        let mut answer = String::new();
        // exemptions, conditions, documents, fees, missing, problems: address and length.
        for (at, address, len) in [
            (0, 0, 0),
            (8, 256, CONDITIONS),
            (16, 512, DOCUMENTS),
            (28, 1024, 1),
            (36, 2048, 0),
            (44, 0, 0),
        ] {
            write!(
                answer,
                "(i32.store (i32.const {}) (i32.const {address})) (i32.store (i32.const {}) (i32.const {len}))",
                ANSWER + at,
                ANSWER + at + 4,
            )
            .unwrap();
        }
        format!(
            r#"(module
  (memory (export "memory") {memory})
  (global $bump (mut i32) (i32.const {ROOM}))
  {fields}
  (func $realloc (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
    (local $place i32)
    {realloc}
    (local.set $place (i32.and (i32.add (global.get $bump) (i32.sub (local.get $align) (i32.const 1)))
                               (i32.sub (i32.const 0) (local.get $align))))
    (global.set $bump (i32.add (local.get $place) (local.get $size)))
    (local.get $place))
  {post_return}
  {more}
  (func (export "motcua:procedure/rules@{version}#assess")
    (param $filed i64) (param $received i32) (param $has_channel i32) (param $channel i32)
    (param $facts i32) (param $facts_len i32) (result i32)
    (local $i i32) (local $p i32) (local $told i32) (local $true i32) (local $missing i32) (local $x i64)
    {assess}
    (block $done (loop $fact
      (br_if $done (i32.ge_u (local.get $i) (local.get $facts_len)))
      (local.set $p (i32.add (local.get $facts) (i32.shl (local.get $i) (i32.const 5))))
      (local.set $told (i32.or (local.get $told) (i32.shl (i32.const 1) (i32.load16_u (local.get $p)))))
      (if (i32.and (i32.eqz (i32.load8_u offset=8 (local.get $p))) (i32.load8_u offset=16 (local.get $p)))
        (then (local.set $true (i32.or (local.get $true) (i32.shl (i32.const 1) (i32.load16_u (local.get $p)))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $fact)))
    (local.set $i (i32.const 0))
    (loop $condition
      (local.set $p (i32.add (i32.const 256) (i32.shl (local.get $i) (i32.const 2))))
      (i32.store16 (local.get $p) (local.get $i))
      (if (i32.and (i32.shr_u (local.get $told) (local.get $i)) (i32.const 1))
        (then (i32.store8 offset=2 (local.get $p) (i32.and (i32.shr_u (local.get $true) (local.get $i)) (i32.const 1))))
        (else
          (i32.store8 offset=2 (local.get $p) (i32.const 2))
          (local.set $p (i32.add (i32.const 2048) (i32.mul (local.get $missing) (i32.const 6))))
          (i32.store16 (local.get $p) (local.get $i))
          (i32.store8 offset=2 (local.get $p) (i32.const 1))
          (i32.store16 offset=4 (local.get $p) (local.get $i))
          (local.set $missing (i32.add (local.get $missing) (i32.const 1)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $condition (i32.lt_u (local.get $i) (i32.const {CONDITIONS}))))
    (local.set $i (i32.const 0))
    (loop $document
      (local.set $p (i32.add (i32.const 512) (i32.mul (local.get $i) (i32.const 20))))
      (i32.store16 (local.get $p) (local.get $i))
      (i32.store8 offset=2 (local.get $p) (i32.const 1))
      (i32.store8 offset=4 (local.get $p) (i32.const 1)) (i32.store offset=8 (local.get $p) (i32.const 1))
      (i32.store8 offset=12 (local.get $p) (i32.const 1)) (i32.store offset=16 (local.get $p) (i32.const 0))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $document (i32.lt_u (local.get $i) (i32.const {DOCUMENTS}))))
    (i32.store8 (i32.const 1026) (i32.const 1))
    (i32.store8 (i32.const 1032) (i32.const 1))
    (i64.store (i32.const 1040) {fee})
    (i32.store8 (i32.const 1048) (i32.const 1))
    (i64.store (i32.const 1056) (i64.load (i32.const 1040)))
    {answer}
    (i32.store8 (i32.const {time_limit}) (i32.const 1))
    (i32.store (i32.const {missing_len}) (local.get $missing))
    {finish}
    (i32.const {ANSWER})))"#,
            time_limit = ANSWER + 24,
            missing_len = ANSWER + 40,
        )
    }

    /// The component, with the honest manifest.
    pub fn component(&self) -> Vec<u8> {
        with_manifest(wrap(&self.wat(), &[WIT]))
    }

    /// The component against the draft, with the honest manifest but for the name of the contract.
    pub fn draft(&self) -> Vec<u8> {
        with_drafts_manifest(wrap(&self.draft_wat(), &[DRAFT_WIT]))
    }
}

fn post_return(version: &str, function: &str, body: Option<&str>) -> String {
    body.map_or(String::new(), |body| {
        format!(
            r#"(func (export "cabi_post_motcua:procedure/rules@{version}#{function}") (param $answer i32) {body})"#
        )
    })
}

/// Wraps a module as text into a component of a world `procedure`, without a manifest. The last of the packages has it.
pub fn wrap(wat: &str, packages: &[&str]) -> Vec<u8> {
    let module = wat::parse_str(wat).unwrap();
    wrap_module(module, packages)
}

/// See [`wrap`].
pub fn wrap_module(mut module: Vec<u8>, packages: &[&str]) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let mut last = None;
    for (number, text) in packages.iter().enumerate() {
        last = Some(resolve.push_str(format!("{number}.wit"), text).unwrap());
    }
    let world = resolve
        .select_world(&[last.unwrap()], Some("procedure"))
        .unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default()
        .module(&module)
        .unwrap()
        .validate(true)
        .encode()
        .unwrap()
}

/// Adds the honest manifest.
pub fn with_manifest(component: Vec<u8>) -> Vec<u8> {
    with_section(
        component,
        "motcua:manifest",
        manifest().to_string().as_bytes(),
    )
}

/// Adds the honest manifest, which names the draft.
pub fn with_drafts_manifest(component: Vec<u8>) -> Vec<u8> {
    let mut manifest = manifest();
    manifest["contract"] = json!(DRAFT);
    with_section(
        component,
        "motcua:manifest",
        manifest.to_string().as_bytes(),
    )
}

/// Adds a custom section at the end.
pub fn with_section(mut component: Vec<u8>, name: &str, data: &[u8]) -> Vec<u8> {
    let mut body = leb128(name.len());
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(data);
    component.push(0);
    component.extend(leb128(body.len()));
    component.extend(body);
    component
}

/// The same component with an empty module beside its own: what it answers is the same, but it is plain no longer.
pub fn not_plain(mut component: Vec<u8>) -> Vec<u8> {
    component.extend([1, 8]);
    component.extend(b"\0asm\x01\0\0\0");
    component
}

/// A number as WebAssembly writes it.
pub fn leb128(mut number: usize) -> Vec<u8> {
    let mut out = Vec::new();
    while number >= 0x80 {
        out.push((number % 0x80) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
    out
}

fn text(what: &str, number: usize) -> Value {
    json!({"vi": format!("{what} số {number}"), "en": format!("{what} number {number}")})
}

/// The honest manifest with a case, without which nothing passes the gate.
pub fn manifest_with_case() -> Value {
    let mut manifest = manifest();
    manifest["cases"] = json!([{
        "id": "first",
        "text": {"vi": "Trường hợp đầu", "en": "The first case"},
        "question": {"filed_at": "2024-03-04T09:00", "facts": {"fact_0": false}},
        "expect": {"verdict": "ineligible"},
    }]);
    manifest
}

/// A manifest that the honest guest's answers fit.
pub fn manifest() -> Value {
    let facts: Vec<_> = (0..CONDITIONS)
        .map(|n| json!({"id": format!("fact_{n}"), "question": text("Điều", n), "type": "boolean"}))
        .chain([
            json!({"id": "pages", "question": text("Trang", 0), "type": "integer", "min": 0, "max": 100_000}),
            json!({"id": "title", "question": text("Tên", 0), "type": "text", "max_length": 200}),
        ])
        .collect();
    let conditions: Vec<_> = (0..CONDITIONS)
        .map(|n| json!({"id": format!("condition-{n}"), "text": text("Điều kiện", n), "basis": "Điều 1 Luật thử nghiệm", "rule": format!("fact_{n}")}))
        .collect();
    let documents: Vec<_> = (0..DOCUMENTS)
        .map(|n| json!({"id": format!("document-{n}"), "name": text("Giấy tờ", n), "basis": "Điều 2 Luật thử nghiệm", "originals": "1", "copies": "0"}))
        .collect();
    json!({
        "contract": "motcua:procedure@1.0.0",
        "rules": "plugin",
        "code": "9.000001",
        "code_confirmed": false,
        "slug": "a-procedure-for-tests",
        "valid_from": "2024-01-01",
        "name": text("Thủ tục", 1),
        "field": "publishing",
        "department": text("Sở", 1),
        "authority": text("Cơ quan", 1),
        "applicants": text("Mọi người", 1),
        "result": text("Giấy phép", 1),
        "legal_basis": ["Luật thử nghiệm"],
        "confidence": "low",
        "sources": ["thử nghiệm"],
        "channels": [{"channel": "online"}],
        "facts": facts,
        "conditions": conditions,
        "documents": documents,
        "time_limit": {
            "starts": text("Ngày nhận", 1),
            "suspension": "restart",
            "rows": [{
                "id": "standard",
                "statutory": {"amount": 15, "unit": "working-day", "basis": "Điều 3 Luật thử nghiệm"},
                "committed": {"amount": 10, "unit": "working-day", "source": "demonstration", "basis": "thử nghiệm"},
            }],
        },
        "fees": [{"id": "fee", "name": text("Phí", 1), "basis": "Điều 4 Luật thử nghiệm", "amount": "1000 * told"}],
        "fees_status": "known",
    })
}
