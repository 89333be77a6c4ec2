//! The core module: memory, globals, the allocator, the exported function, and the functions that hold the rules.

use wasm_encoder::{
    BlockType, ConstExpr, DataSection, ExportKind, ExportSection, GlobalSection, GlobalType,
    MemorySection, MemoryType, Module, ValType,
};

use super::abi::{LIST_SIZE, assessment, missing};
use super::assembler::{Body, Functions};
use super::expr::Code;
use super::helpers::{Helper, at};
use super::layout::Layout;
use super::scan::Scan;
use super::{EmitError, MAX_FUNCTION_BYTES, MAX_LOCALS};
use crate::ir::{ConditionRule, DocumentRule, Expr, Given, NULL, Program};
use crate::source::Span;

/// The global that holds the end of what the arena has given away.
const ARENA_END: u32 = 0;
/// The global that says whether the component has been asked.
const ASKED: u32 = 1;
/// The global that holds the end of the list of missing facts.
pub(super) const MISSING_END: u32 = 2;

/// A function of rules, or of the rows of a table, is closed once it is so long. Many functions of this size compile faster,
/// and on more cores, than a single one, and the host refuses very long ones; a call costs a nanosecond.
pub(super) const FUNCTION_BYTES: usize = 8 * 1024;

/// The core module of a program.
pub(super) fn module(program: &Program) -> Result<Module, EmitError> {
    let scan = Scan::new(program)?;
    let layout = Layout::new(program, &scan)?;
    let mut functions = Functions::default();
    let realloc = functions.reserve(&[ValType::I32; 4], &[ValType::I32]);
    let mut body = Body::new(4);
    allocate(&mut body, &layout);
    functions.define(realloc, body);

    // The flattened application; see `assess` below.
    let params = {
        use ValType::{I32, I64};
        [I64, I32, I32, I32, I32, I32]
    };
    let assess = functions.reserve(&params, &[ValType::I32]);
    let rules = rules(program, &layout, &scan, &mut functions)?;
    let questions = questions(program, &layout, &scan, &mut functions)?;
    let body = entry(program, &layout, &scan, &mut functions, &rules, &questions);
    functions.define(assess, body);
    // What was added to a function when it was closed.
    let (bytes, locals) = functions.largest();
    not_too_long(Span::default(), bytes, locals)?;

    let (types, function_section, code) = functions.sections();
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: layout.pages,
        maximum: Some(layout.pages),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    for start in [layout.arena, 0, layout.missing] {
        let ty = GlobalType {
            val_type: ValType::I32,
            mutable: true,
            shared: false,
        };
        globals.global(ty, &ConstExpr::i32_const(start as i32));
    }
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("cabi_realloc", ExportKind::Func, realloc);
    exports.export(
        "motcua:procedure/rules@1.0.0#assess",
        ExportKind::Func,
        assess,
    );
    let mut data = DataSection::new();
    // Zeros at the end are there already.
    let used = layout
        .data
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |last| last + 1);
    let start = ConstExpr::i32_const(Layout::DATA_START as i32);
    data.active(0, &start, layout.data.iter().copied().take(used));

    let mut module = Module::new();
    module
        .section(&types)
        .section(&function_section)
        .section(&memories)
        .section(&globals)
        .section(&exports)
        .section(&code)
        .section(&data);
    Ok(module)
}

/// `cabi_realloc(old address, old size, alignment, size)`: takes the next bytes of the arena and never gives any back. It
/// traps at the arena's end, which only an application beyond the manifest's limits reaches.
fn allocate(body: &mut Body, layout: &Layout<'_>) {
    const OLD: u32 = 0;
    const OLD_SIZE: u32 = 1;
    const ALIGN: u32 = 2;
    const SIZE: u32 = 3;
    let start = body.local(ValType::I32);
    let end = layout.missing as i32;
    body.op()
        .global_get(ARENA_END)
        .local_get(ALIGN)
        .i32_add()
        .i32_const(1)
        .i32_sub();
    body.op()
        .i32_const(0)
        .local_get(ALIGN)
        .i32_sub()
        .i32_and()
        .local_tee(start);
    body.op().i32_const(end).i32_gt_u();
    body.op()
        .local_get(SIZE)
        .i32_const(end)
        .local_get(start)
        .i32_sub()
        .i32_gt_u()
        .i32_or();
    body.op().if_(BlockType::Empty).unreachable().end();
    body.op()
        .local_get(start)
        .local_get(SIZE)
        .i32_add()
        .global_set(ARENA_END);
    body.op().local_get(OLD_SIZE).if_(BlockType::Empty);
    body.op()
        .local_get(start)
        .local_get(OLD)
        .local_get(OLD_SIZE)
        .local_get(SIZE);
    body.op()
        .local_get(OLD_SIZE)
        .local_get(SIZE)
        .i32_lt_u()
        .select()
        .memory_copy(0, 0)
        .end();
    body.op().local_get(start);
}

/// Refuses a function that no host admits; `span` is where its last rule stands.
fn not_too_long(span: Span, bytes: usize, locals: usize) -> Result<(), EmitError> {
    for (what, count, limit) in [
        (("byte", "bytes"), bytes, MAX_FUNCTION_BYTES),
        (("biến cục bộ", "local variables"), locals, MAX_LOCALS),
    ] {
        if count > limit {
            return Err(EmitError::Long {
                span,
                what,
                count,
                limit,
            });
        }
    }
    Ok(())
}

/// Functions that grow until they are long enough.
struct Chunks<'a, 'p, 'f> {
    layout: &'a Layout<'p>,
    scan: &'a Scan<'p>,
    functions: &'f mut Functions,
    /// Whether the functions return if anything is unknown.
    result: bool,
    body: Option<(Body, u32)>,
    finished: Vec<u32>,
}

impl<'a, 'p, 'f> Chunks<'a, 'p, 'f> {
    fn new(
        layout: &'a Layout<'p>,
        scan: &'a Scan<'p>,
        functions: &'f mut Functions,
        result: bool,
    ) -> Self {
        Self {
            layout,
            scan,
            functions,
            result,
            body: None,
            finished: Vec::new(),
        }
    }

    /// Adds a piece of code for what stands at a place; it gets the local in which it notes that something is unknown.
    fn add(
        &mut self,
        span: Span,
        piece: impl FnOnce(&mut Code<'_, 'p>, u32) -> Result<(), EmitError>,
    ) -> Result<(), EmitError> {
        let (body, unknown) = self.body.take().unwrap_or_else(|| {
            let mut body = Body::new(0);
            // Taken first, so that it is never another's before: it starts as 0.
            let unknown = body.local(ValType::I32);
            (body, unknown)
        });
        let mut code = Code {
            layout: self.layout,
            scan: self.scan,
            functions: self.functions,
            body,
            marks: None,
        };
        piece(&mut code, unknown)?;
        // The piece itself, and the functions that it has put the rest of a table into.
        not_too_long(span, code.body.len(), code.body.locals())?;
        let (bytes, locals) = code.functions.largest();
        not_too_long(span, bytes, locals)?;
        let long = code.body.len() >= FUNCTION_BYTES;
        self.body = Some((code.body, unknown));
        if long {
            self.close();
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some((mut body, unknown)) = self.body.take() else {
            return;
        };
        if body.len() == 0 {
            return;
        }
        let result: &[ValType] = if self.result { &[ValType::I32] } else { &[] };
        if self.result {
            body.op().local_get(unknown);
        }
        let index = self.functions.reserve(&[], result);
        self.functions.define(index, body);
        self.finished.push(index);
    }

    fn finish(mut self) -> Vec<u32> {
        self.close();
        self.finished
    }
}

fn of_condition(rule: &ConditionRule) -> Span {
    place(rule.when.iter().chain(&rule.rule))
}

fn of_document(rule: &DocumentRule) -> Span {
    place(rule.when.iter().chain([&rule.originals, &rule.copies]))
}

fn of_time_limit(program: &Program) -> Span {
    place(program.time_limit.iter().flatten())
}

/// From the first of some expressions to the last.
fn place<'e>(exprs: impl Iterator<Item = &'e Expr>) -> Span {
    let spans = exprs.map(|expr| expr.span);
    spans.reduce(Span::to).unwrap_or_default()
}

/// The functions every question goes through.
fn rules(
    program: &Program,
    layout: &Layout<'_>,
    scan: &Scan<'_>,
    functions: &mut Functions,
) -> Result<Vec<u32>, EmitError> {
    let mut chunks = Chunks::new(layout, scan, functions, true);
    for slot in &layout.definitions {
        chunks.add(slot.value.span, |code, _| code.define(slot))?;
    }
    for (number, rule) in program.exemptions.iter().enumerate() {
        chunks.add(rule.span, |code, unknown| {
            code.exemption(number, rule, unknown)
        })?;
    }
    for (number, rule) in program.conditions.iter().enumerate() {
        chunks.add(of_condition(rule), |code, unknown| {
            code.condition(number, rule, unknown)
        })?;
    }
    for (number, rule) in program.documents.iter().enumerate() {
        chunks.add(of_document(rule), |code, unknown| {
            code.document(number, rule, unknown)
        })?;
    }
    chunks.add(of_time_limit(program), |code, unknown| {
        code.time_limit(&program.time_limit, unknown)
    })?;
    for (number, rule) in program.fees.iter().enumerate() {
        chunks.add(rule.amount.span, |code, unknown| {
            code.fee(number, rule, unknown)
        })?;
    }
    for (number, rule) in program.checks.iter().enumerate() {
        chunks.add(rule.span, |code, _| code.check(number, rule))?;
    }
    Ok(chunks.finish())
}

/// The functions a question goes through when something is unknown.
fn questions(
    program: &Program,
    layout: &Layout<'_>,
    scan: &Scan<'_>,
    functions: &mut Functions,
) -> Result<Vec<u32>, EmitError> {
    let mut chunks = Chunks::new(layout, scan, functions, false);
    for (number, slot) in layout.definitions.iter().enumerate() {
        chunks.add(slot.value.span, |code, _| code.ask_definition(number))?;
    }
    for (number, rule) in program.exemptions.iter().enumerate() {
        chunks.add(rule.span, |code, _| code.ask_exemption(number, rule))?;
    }
    for (number, rule) in program.conditions.iter().enumerate() {
        chunks.add(of_condition(rule), |code, _| {
            code.ask_condition(number, rule)
        })?;
    }
    for (number, rule) in program.documents.iter().enumerate() {
        chunks.add(of_document(rule), |code, _| code.ask_document(number, rule))?;
    }
    chunks.add(of_time_limit(program), |code, _| {
        code.ask_time_limit(&program.time_limit)
    })?;
    for (number, rule) in program.fees.iter().enumerate() {
        chunks.add(rule.amount.span, |code, _| code.ask_fee(number, rule))?;
    }
    Ok(chunks.finish())
}

/// `assess`, with the application flattened into six parameters by the canonical ABI.
fn entry<'p>(
    program: &'p Program,
    layout: &Layout<'p>,
    scan: &Scan<'p>,
    functions: &mut Functions,
    rules: &[u32],
    questions: &[u32],
) -> Body {
    const FILED_AT: u32 = 0;
    const RECEIVED_ON: u32 = 1;
    const CHANNEL_SAID: u32 = 2;
    const CHANNEL: u32 = 3;
    const FACTS: u32 = 4;
    const FACTS_LEN: u32 = 5;
    let mut code = Code {
        layout,
        scan,
        functions,
        body: Body::new(6),
        marks: None,
    };
    // Slots still hold the facts of the first question when a second one comes: asked once and thrown away.
    code.body
        .op()
        .global_get(ASKED)
        .if_(BlockType::Empty)
        .unreachable()
        .end();
    code.body.op().i32_const(1).global_set(ASKED);
    code.body.op().i32_const(0).local_get(FILED_AT);
    code.body
        .op()
        .i64_store(at(layout.given(Given::FiledAt).into()));
    code.body
        .op()
        .i32_const(0)
        .local_get(RECEIVED_ON)
        .i64_extend_i32_s();
    code.body
        .op()
        .i64_store(at(layout.given(Given::ReceivedOn).into()));
    code.body
        .op()
        .i32_const(0)
        .local_get(CHANNEL)
        .i64_extend_i32_u()
        .i64_const(NULL);
    code.body
        .op()
        .local_get(CHANNEL_SAID)
        .select()
        .i64_store(at(layout.given(Given::Channel).into()));
    code.body
        .op()
        .local_get(FACTS)
        .local_get(FACTS_LEN)
        .i32_const(layout.facts() as i32);
    code.body
        .op()
        .i32_const(program.facts.len() as i32)
        .i32_const(layout.fact_cases as i32);
    code.call(Helper::Decode);
    code.body.op().i32_const(0);
    for function in rules {
        code.body.op().call(*function).i32_or();
    }
    code.body.op().if_(BlockType::Empty);
    for function in questions {
        code.body.op().call(*function);
    }
    let list = layout.answer.assessment + assessment::MISSING;
    code.body
        .op()
        .i32_const(0)
        .i32_const(layout.missing as i32)
        .i32_store(at(list.into()));
    code.body
        .op()
        .i32_const(0)
        .global_get(MISSING_END)
        .i32_const(layout.missing as i32)
        .i32_sub();
    code.body.op().i32_const(missing::SIZE as i32).i32_div_u();
    code.body
        .op()
        .i32_store(at((list + LIST_SIZE / 2).into()))
        .end();
    code.body.op().i32_const(layout.answer.assessment as i32);
    code.body
}
