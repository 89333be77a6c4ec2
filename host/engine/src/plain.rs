//! Recognises the plain component: one core module that imports nothing, one function lifted from it, nothing else.
//! Packages and most plugins without imports are plain, and a plain component can be called as the module that it is,
//! with the canonical ABI spoken by the host (`contract::v1_0_0::plain`), which takes two thirds of the time. Contracts of
//! several functions, such as the draft 1.1.0, have no plain components.
//!
//! Why the function called there is the one that the component exports: a component without imports can only export
//! functions that are lifted inside it. A plain component lifts exactly one, at its outermost level, from the only
//! instance of its only module. So whatever name an exported function has, and whatever inner components rename it
//! (`wit-component` writes one), it is that function. Its type is checked by admission, before this is relied on.

use std::ops::Range;

use wasmparser::{CanonicalFunction, CanonicalOption, ExternalKind, Instance};

use crate::anatomy::{Module, is_function};

/// The names, in the only module, of what a call needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    /// Where the module lies in the component.
    pub module: Range<usize>,
    /// The function that is lifted.
    pub function: String,
    /// The memory in which its values lie.
    pub memory: String,
    /// Makes room for values of the host.
    pub realloc: String,
    /// Called after the host has read the answer.
    pub post_return: Option<String>,
    /// The most bytes that the memory can come to have, if the module says it.
    pub memory_maximum: Option<u64>,
}

/// Gathers while the component is read.
#[derive(Debug, Default)]
pub(crate) struct PlainReader {
    core_instances: usize,
    /// Core functions and memories of the outermost component by number: the names under which they are exported by the
    /// only instance.
    functions: Vec<String>,
    memories: Vec<String>,
    lifted: Vec<(u32, Box<[CanonicalOption]>)>,
    refused: bool,
}

impl PlainReader {
    /// Something that a plain component does not have.
    pub fn refuse(&mut self) {
        self.refused = true;
    }

    pub fn core_instance(&mut self, level: usize, instance: &Instance<'_>) {
        self.core_instances += 1;
        self.refused |= level != 1;
        match instance {
            Instance::Instantiate {
                module_index: 0,
                args,
            } if args.is_empty() => {}
            _ => self.refuse(),
        }
    }

    pub fn core_alias(&mut self, level: usize, kind: ExternalKind, name: &str) {
        self.refused |= level != 1;
        if is_function(kind) {
            self.functions.push(name.to_owned());
        } else if kind == ExternalKind::Memory {
            self.memories.push(name.to_owned());
        }
    }

    pub fn canonical(&mut self, level: usize, function: CanonicalFunction) {
        self.refused |= level != 1;
        match function {
            CanonicalFunction::Lift {
                core_func_index,
                options,
                ..
            } => {
                self.lifted.push((core_func_index, options));
            }
            // Everything else either makes core functions, whose numbers would not be those of the aliases, or is part
            // of a component of several parts.
            _ => self.refuse(),
        }
    }

    pub fn finish(self, modules: &[Module<'_>]) -> Option<Plain> {
        let [module] = modules else { return None };
        let [(function, options)] = &*self.lifted else {
            return None;
        };
        if self.refused || self.core_instances != 1 || !module.imports.is_empty() {
            return None;
        }
        let function_named = |number: u32| self.functions.get(number as usize).cloned();
        let (mut memory, mut realloc, mut post_return) = (None, None, None);
        for option in options {
            match *option {
                CanonicalOption::UTF8 => {}
                CanonicalOption::Memory(number) => {
                    memory = Some(self.memories.get(number as usize)?.clone());
                }
                CanonicalOption::Realloc(number) => realloc = Some(function_named(number)?),
                CanonicalOption::PostReturn(number) => post_return = Some(function_named(number)?),
                _ => return None,
            }
        }
        let memory_maximum = match &*module.memories {
            [memory] => Module::maximum_bytes(memory),
            _ => None,
        };
        Some(Plain {
            module: module.range.clone(),
            function: function_named(*function)?,
            memory: memory?,
            realloc: realloc?,
            post_return,
            memory_maximum,
        })
    }
}
