//! Functions of the core module under construction: bodies with their locals, types and indices.

use wasm_encoder::{CodeSection, Encode, FunctionSection, InstructionSink, TypeSection, ValType};

use super::helpers::Helper;
use crate::ir::NULL;

/// A function body under construction. Locals are handed out as they are needed and used again once released.
pub(super) struct Body {
    code: Vec<u8>,
    params: u32,
    locals: Vec<ValType>,
    released: Vec<u32>,
    null: Option<u32>,
}

impl Body {
    /// An empty body of a function with so many parameters.
    pub fn new(params: u32) -> Self {
        Self {
            code: Vec::new(),
            params,
            locals: Vec::new(),
            released: Vec::new(),
            null: None,
        }
    }

    /// Where the next instructions go.
    pub fn op(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(&mut self.code)
    }

    /// Bytes of code so far.
    pub fn len(&self) -> usize {
        self.code.len()
    }

    /// Local variables so far, parameters not counted.
    pub fn locals(&self) -> usize {
        self.locals.len()
    }

    /// A local of this type. What it holds at first is left from its last use.
    pub fn local(&mut self, ty: ValType) -> u32 {
        let (params, locals) = (self.params, &self.locals);
        let fits = |local: &u32| locals.get((local - params) as usize) == Some(&ty);
        if let Some(at) = self.released.iter().position(fits) {
            return self.released.swap_remove(at);
        }
        self.locals.push(ty);
        self.params + self.locals.len() as u32 - 1
    }

    /// Gives a local back.
    pub fn release(&mut self, local: u32) {
        self.released.push(local);
    }

    /// Pushes [`NULL`]. The constant takes eleven bytes; so a local holds it and its use takes two.
    pub fn null(&mut self) {
        let local = match self.null {
            Some(local) => local,
            None => {
                self.locals.push(ValType::I64);
                let local = self.params + self.locals.len() as u32 - 1;
                self.null = Some(local);
                local
            }
        };
        self.op().local_get(local);
    }

    /// The finished body: locals, code, end.
    fn finish(mut self) -> Vec<u8> {
        self.op().end();
        let mut runs: Vec<(u32, ValType)> = Vec::new();
        for ty in &self.locals {
            match runs.last_mut() {
                Some((count, last)) if last == ty => *count += 1,
                _ => runs.push((1, *ty)),
            }
        }
        let mut bytes = Vec::new();
        runs.len().encode(&mut bytes);
        for (count, ty) in runs {
            count.encode(&mut bytes);
            ty.encode(&mut bytes);
        }
        if let Some(local) = self.null {
            InstructionSink::new(&mut bytes)
                .i64_const(NULL)
                .local_set(local);
        }
        bytes.extend_from_slice(&self.code);
        bytes
    }
}

/// All functions of the module. An index can be called before its body is written.
#[derive(Default)]
pub(super) struct Functions {
    types: Vec<(Vec<ValType>, Vec<ValType>)>,
    functions: Vec<(u32, Vec<u8>)>,
    /// The helpers asked for so far, each with its index; few, so a list will do.
    pub(super) helpers: Vec<(Helper, u32)>,
    /// The most bytes and the most locals of a function that is written.
    largest: (usize, usize),
}

impl Functions {
    /// An index for a function of this type; its body follows by [`Functions::define`].
    pub fn reserve(&mut self, params: &[ValType], results: &[ValType]) -> u32 {
        let known = self
            .types
            .iter()
            .position(|(p, r)| p == params && r == results);
        let ty = known.unwrap_or_else(|| {
            self.types.push((params.to_vec(), results.to_vec()));
            self.types.len() - 1
        });
        self.functions.push((ty as u32, Vec::new()));
        self.functions.len() as u32 - 1
    }

    /// The body of a reserved function.
    pub fn define(&mut self, index: u32, body: Body) {
        if let Some((_, bytes)) = self.functions.get_mut(index as usize) {
            let locals = body.locals();
            *bytes = body.finish();
            let (most_bytes, most_locals) = self.largest;
            self.largest = (most_bytes.max(bytes.len()), most_locals.max(locals));
        }
    }

    /// The most bytes and the most locals of a function so far.
    pub fn largest(&self) -> (usize, usize) {
        self.largest
    }

    /// The three sections that describe functions.
    pub fn sections(&self) -> (TypeSection, FunctionSection, CodeSection) {
        let (mut types, mut functions, mut code) = (
            TypeSection::new(),
            FunctionSection::new(),
            CodeSection::new(),
        );
        for (params, results) in &self.types {
            types
                .ty()
                .function(params.iter().copied(), results.iter().copied());
        }
        for (ty, body) in &self.functions {
            functions.function(*ty);
            code.raw(body);
        }
        (types, functions, code)
    }
}
