//! What a component is made of, read in one pass without validating, compiling or running anything. Admission holds the
//! limits against it, and `motcua inspect` shows it.

use std::ops::Range;

use wasmparser::{
    BinaryReaderError, CanonicalFunction, ComponentAlias, ComponentInstance, CompositeInnerType,
    CoreType, ElementItems, Encoding, ExternalKind, FunctionBody, Imports, Instance, MemoryType,
    Operator, Parser, Payload, RecGroup, TypeRef,
};

use crate::declared::Declared;
use crate::plain::{Plain, PlainReader};

/// Core modules, or components in one another, after which no more is read: more than any class admits, and few enough to be
/// remembered. The shortest module has ten bytes in the file and twenty times as many here.
const MOST_PARTS: usize = 1_000;
/// Entries of lists after which no more is read: more than any class admits. The shortest has two bytes.
const MOST_ENTRIES: usize = 500_000;

/// Why a file could not be read to its end.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It is malformed or cut off, at the place that the error names.
    Malformed(BinaryReaderError),
    /// It has more modules or levels of components than any class admits.
    Parts,
    /// It lists more than any class admits.
    Entries,
}

impl From<BinaryReaderError> for Unread {
    fn from(error: BinaryReaderError) -> Self {
        Self::Malformed(error)
    }
}

/// Counts what is remembered of a file one by one.
#[derive(Debug, Default)]
struct Remembered(usize);

impl Remembered {
    /// Entries of a list in so many bytes. A list that tells more of them than it has bytes is malformed, which shows when it
    /// is read.
    fn entries(&mut self, count: u32, bytes: Range<usize>) -> Result<(), Unread> {
        self.0 = self.0.saturating_add(bytes.len().min(count as usize));
        if self.0 > MOST_ENTRIES {
            return Err(Unread::Entries);
        }
        Ok(())
    }
}

/// The parts of a component, of all levels of nesting unless said otherwise. Names are the component's own: they must
/// not be shown without [`crate::printable`].
#[derive(Debug, Default)]
pub(crate) struct Anatomy<'a> {
    /// What the outermost component imports.
    pub imports: Vec<&'a str>,
    /// What the outermost component exports.
    pub exports: Vec<&'a str>,
    /// Custom sections, in the order of the file.
    pub sections: Vec<Section<'a>>,
    /// Core modules, in the order of the file.
    pub modules: Vec<Module<'a>>,
    /// Components nested in one another; the outermost alone is 1.
    pub component_depth: usize,
    /// Instances made of modules and of components, each as it is written.
    pub instances: usize,
    /// Functions of the component model other than lifting, lowering and resources: threads, tasks, streams.
    pub asynchronous: usize,
    /// Types that components write down.
    pub declared: Declared,
    /// Imports, exports and aliases of components, and custom sections.
    pub entries: usize,
    /// How to call it as a single module, if it is as plain as that.
    pub plain: Option<Plain>,
}

/// A custom section.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    pub name: &'a str,
    pub data: &'a [u8],
}

/// A core module.
#[derive(Debug, Default)]
pub(crate) struct Module<'a> {
    /// Where it lies in the file.
    pub range: Range<usize>,
    /// Module and name of each import.
    pub imports: Vec<(&'a str, &'a str)>,
    /// Functions it defines.
    pub functions: usize,
    /// Bytes of its longest function body.
    pub longest_function: usize,
    /// The deepest nesting of blocks in one function.
    pub block_depth: usize,
    /// The most local variables of one function.
    pub locals: usize,
    /// Types it writes down.
    pub types: usize,
    /// The most parameters and results of one of them.
    pub signature: usize,
    /// Imports, exports, globals, data and element segments, elements.
    pub entries: usize,
    /// Memories it defines.
    pub memories: Vec<MemoryType>,
    /// Bytes of the data that its memories begin with.
    pub data_bytes: usize,
    /// Initial elements of each table it defines.
    pub tables: Vec<u64>,
    /// Whether code runs when it is instantiated.
    pub starts: bool,
}

impl Module<'_> {
    /// Initial size of a memory in bytes.
    pub fn initial_bytes(memory: &MemoryType) -> u64 {
        memory.initial.saturating_mul(page_bytes(memory))
    }

    /// Largest size of a memory in bytes, if the module says one.
    pub fn maximum_bytes(memory: &MemoryType) -> Option<u64> {
        memory
            .maximum
            .map(|pages| pages.saturating_mul(page_bytes(memory)))
    }
}

fn page_bytes(memory: &MemoryType) -> u64 {
    1_u64
        .checked_shl(memory.page_size_log2.unwrap_or(16))
        .unwrap_or(u64::MAX)
}

impl<'a> Anatomy<'a> {
    /// Reads the bytes of a component.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Unread> {
        let mut anatomy = Self::default();
        let mut remembered = Remembered::default();
        let mut plain = PlainReader::default();
        // The modules and components around the place where the reader is, the innermost last.
        let mut levels = Vec::new();
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            // The outermost component is level 1.
            let level = levels.len();
            let (entries, range) = match &payload {
                Payload::ComponentImportSection(list) => (list.count(), list.range()),
                Payload::ComponentExportSection(list) => (list.count(), list.range()),
                Payload::ComponentAliasSection(list) => (list.count(), list.range()),
                Payload::CustomSection(section) => (1, section.range()),
                _ => (0, 0..0),
            };
            anatomy.entries = anatomy.entries.saturating_add(entries as usize);
            remembered.entries(entries, range)?;
            match payload {
                Payload::ComponentTypeSection(types) => anatomy.declared.read(bytes, &types)?,
                Payload::CoreTypeSection(types) => {
                    for ty in types {
                        anatomy.declared.types += match ty? {
                            CoreType::Rec(group) => group.types().len(),
                            CoreType::Module(declarations) => 1 + declarations.len(),
                        };
                    }
                }
                Payload::Version {
                    encoding, range, ..
                } => {
                    levels.push(encoding);
                    if levels.len() > MOST_PARTS || anatomy.modules.len() >= MOST_PARTS {
                        return Err(Unread::Parts);
                    }
                    match encoding {
                        Encoding::Module => anatomy.modules.push(Module {
                            range,
                            ..Module::default()
                        }),
                        Encoding::Component => {
                            anatomy.component_depth = anatomy.component_depth.max(levels.len());
                        }
                    }
                }
                Payload::End(offset) => {
                    if levels.pop() == Some(Encoding::Module)
                        && let Some(module) = anatomy.modules.last_mut()
                    {
                        module.range.end = offset;
                    }
                }
                Payload::CustomSection(section) => {
                    anatomy.sections.push(Section {
                        name: section.name(),
                        data: section.data(),
                    });
                }
                Payload::ComponentImportSection(imports) if level == 1 => {
                    for import in imports {
                        anatomy.imports.push(import?.name.name);
                    }
                }
                Payload::ComponentExportSection(exports) if level == 1 => {
                    for export in exports {
                        anatomy.exports.push(export?.name.name);
                    }
                }
                Payload::InstanceSection(instances) => {
                    for instance in instances {
                        let instance = instance?;
                        anatomy.instances +=
                            usize::from(matches!(instance, Instance::Instantiate { .. }));
                        plain.core_instance(level, &instance);
                    }
                }
                Payload::ComponentInstanceSection(instances) => {
                    for instance in instances {
                        let made = matches!(instance?, ComponentInstance::Instantiate { .. });
                        anatomy.instances += usize::from(made);
                    }
                }
                Payload::ComponentAliasSection(aliases) => {
                    for alias in aliases {
                        // Aliases of types and of component functions change no number of a core export.
                        if let ComponentAlias::CoreInstanceExport { kind, name, .. } = alias? {
                            plain.core_alias(level, kind, name);
                        }
                    }
                }
                Payload::ComponentCanonicalSection(functions) => {
                    remembered.entries(functions.count(), functions.range())?;
                    for function in functions {
                        let function = function?;
                        anatomy.asynchronous += usize::from(is_asynchronous(&function));
                        plain.canonical(level, function);
                    }
                }
                Payload::ComponentStartSection { .. } => plain.refuse(),
                other => {
                    if let Some(module) = anatomy.modules.last_mut() {
                        module.read(other, &mut remembered)?;
                    }
                }
            }
        }
        anatomy.plain = plain.finish(&anatomy.modules);
        Ok(anatomy)
    }

    /// The custom sections of a name.
    pub fn sections_named<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.sections
            .iter()
            .filter(move |section| section.name == name)
            .map(|section| section.data)
    }
}

fn is_asynchronous(function: &CanonicalFunction) -> bool {
    !matches!(
        function,
        CanonicalFunction::Lift { .. }
            | CanonicalFunction::Lower { .. }
            | CanonicalFunction::ResourceNew { .. }
            | CanonicalFunction::ResourceDrop { .. }
            | CanonicalFunction::ResourceRep { .. }
    )
}

impl<'a> Module<'a> {
    fn read(&mut self, payload: Payload<'a>, remembered: &mut Remembered) -> Result<(), Unread> {
        match payload {
            Payload::TypeSection(types) => {
                for group in types {
                    self.read_types(&group?);
                }
            }
            Payload::ExportSection(exports) => self.entries += exports.count() as usize,
            Payload::GlobalSection(globals) => self.entries += globals.count() as usize,
            Payload::ElementSection(segments) => {
                for segment in segments {
                    self.entries += 1 + match segment?.items {
                        ElementItems::Functions(items) => items.count() as usize,
                        ElementItems::Expressions(_, items) => items.count() as usize,
                    };
                }
            }
            Payload::ImportSection(imports) => {
                for group in imports {
                    self.read_imports(group?, remembered)?;
                }
            }
            Payload::MemorySection(memories) => {
                remembered.entries(memories.count(), memories.range())?;
                for memory in memories {
                    self.memories.push(memory?);
                }
            }
            Payload::TableSection(tables) => {
                remembered.entries(tables.count(), tables.range())?;
                for table in tables {
                    self.tables.push(table?.ty.initial);
                }
            }
            Payload::DataSection(data) => {
                self.data_bytes += data.range().len();
                self.entries += data.count() as usize;
            }
            Payload::StartSection { .. } => self.starts = true,
            Payload::CodeSectionStart { count, .. } => self.functions += count as usize,
            Payload::CodeSectionEntry(body) => self.read_function(&body)?,
            _ => {}
        }
        Ok(())
    }

    fn read_imports(
        &mut self,
        group: Imports<'a>,
        remembered: &mut Remembered,
    ) -> Result<(), Unread> {
        match group {
            Imports::Single(_, import) => {
                remembered.entries(1, 0..1)?;
                self.read_import(import.module, import.name, import.ty);
            }
            Imports::Compact1 { module, items } => {
                remembered.entries(items.count(), items.range())?;
                for item in items {
                    let item = item?;
                    self.read_import(module, item.name, item.ty);
                }
            }
            Imports::Compact2 { module, ty, names } => {
                remembered.entries(names.count(), names.range())?;
                for name in names {
                    self.read_import(module, name?, ty);
                }
            }
        }
        Ok(())
    }

    fn read_types(&mut self, group: &RecGroup) {
        for ty in group.types() {
            self.types += 1;
            if let CompositeInnerType::Func(function) = &ty.composite_type.inner {
                let signature = function.params().len() + function.results().len();
                self.signature = self.signature.max(signature);
            }
        }
    }

    fn read_import(&mut self, module: &'a str, name: &'a str, _: TypeRef) {
        self.entries += 1;
        self.imports.push((module, name));
    }

    fn read_function(&mut self, body: &FunctionBody<'a>) -> Result<(), BinaryReaderError> {
        self.longest_function = self.longest_function.max(body.range().len());
        let mut locals = 0_usize;
        for group in body.get_locals_reader()? {
            locals = locals.saturating_add(group?.0 as usize);
        }
        self.locals = self.locals.max(locals);
        let mut depth = 0_usize;
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Block { .. }
                | Operator::Loop { .. }
                | Operator::If { .. }
                | Operator::Try { .. }
                | Operator::TryTable { .. } => {
                    depth += 1;
                    self.block_depth = self.block_depth.max(depth);
                }
                // The last `end` closes the function itself.
                Operator::End => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The kinds of core exports whose numbers a plain component uses.
pub(crate) fn is_function(kind: ExternalKind) -> bool {
    matches!(kind, ExternalKind::Func | ExternalKind::FuncExact)
}
