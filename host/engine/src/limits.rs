//! Every limit of the sandbox, in one place.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The two classes of component. A component is in the first one whose limits it keeps; nobody says of himself in which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Code made ahead of time: what the package compiler makes, and plugins in Rust, C or Zig.
    Compiled,
    /// A language runtime with a program inside: plugins in JavaScript or Python. Costs a hundred times as much: compiling
    /// takes tens of seconds instead of milliseconds, a question milliseconds instead of microseconds.
    Interpreted,
}

impl Class {
    /// Both, in the order in which admission tries them.
    pub const ALL: [Self; 2] = [Self::Compiled, Self::Interpreted];

    /// A stable word for it, for JSON, logs and the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Compiled => "compiled",
            Self::Interpreted => "interpreted",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What is admitted: the limits of both classes, and whether drafts are. An engine holds both classes at once, each with slots,
/// fuel, memory and stack of its own, so that slow plugins never take the places of fast ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes {
    /// Of [`Class::Compiled`].
    pub compiled: Limits,
    /// Of [`Class::Interpreted`].
    pub interpreted: Limits,
    /// Whether components built against a draft of the contract are admitted. Default: no.
    ///
    /// A draft changes until it is frozen, and what comes into force must be answered from for years: this is for trying a
    /// draft, and never for a host that decides.
    pub drafts: bool,
}

impl Default for Classes {
    fn default() -> Self {
        Self::from(Limits::default())
    }
}

impl From<Limits> for Classes {
    /// These for compiled components, [`Limits::interpreted`] for the others, and no drafts.
    fn from(compiled: Limits) -> Self {
        Self {
            compiled,
            interpreted: Limits::interpreted(),
            drafts: false,
        }
    }
}

impl Classes {
    /// The limits of a class.
    pub const fn of(&self, class: Class) -> &Limits {
        match class {
            Class::Compiled => &self.compiled,
            Class::Interpreted => &self.interpreted,
        }
    }

    /// The largest component that either class admits, in bytes.
    pub const fn component_bytes(&self) -> usize {
        let (one, other) = (
            self.compiled.component_bytes,
            self.interpreted.component_bytes,
        );
        if one > other { one } else { other }
    }

    /// What a thread needs for its stack to call components of either class, in bytes: the guest's, and 1 MiB for the host.
    pub const fn thread_bytes(&self) -> usize {
        let (one, other) = (self.compiled.stack_bytes, self.interpreted.stack_bytes);
        (if one > other { one } else { other }) + MIB
    }
}

/// What a component may be, and what it may use while it answers. Everything that a stranger's bytes could make large
/// has a line here; a limit without an attacker in `tests/` is a wish.
///
/// [`Limits::default`] is made for [`Class::Compiled`], [`Limits::interpreted`] for [`Class::Interpreted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    // ---- Before compilation: what the file may contain -------------------------------------------------------------
    /// The whole component, in bytes. Default 1 MiB.
    ///
    /// Compiling costs time and memory in proportion to the file (up to about 5 seconds a MiB for the worst file that
    /// passes the other limits). A compiled package has 10 to 100 KiB, most of it the texts it carries.
    pub component_bytes: usize,
    /// The manifest (custom section `motcua:manifest`), in bytes. Default 512 KiB.
    ///
    /// It is parsed and kept in memory for as long as the version is loaded.
    pub manifest_bytes: usize,
    /// Each text the component carries (`motcua:source`, `motcua:cases`), in bytes. Default 512 KiB.
    pub text_bytes: usize,
    /// Core modules inside the component. Default 8.
    ///
    /// A package or a plugin without imports has one; composed components have one or two for each part.
    pub modules: usize,
    /// Components nested in one another, the outermost being 1. Default 8.
    pub component_depth: usize,
    /// Instances that the component makes of its inner components and modules, each as they are written. Default 16.
    ///
    /// Inner components may make instances again: together with the depth this bounds what unfolding can come to.
    pub instances: usize,
    /// Functions in all modules together. Default 5,000.
    ///
    /// Each costs the compiler about 0.1 ms, however short it is.
    pub functions: usize,
    /// The body of one function, in bytes. Default 64 KiB.
    ///
    /// Some passes of the compiler cost more than proportionally to the size of one function.
    pub function_bytes: usize,
    /// Blocks, loops and ifs nested in one another in one function. Default 1,000.
    ///
    /// The compiler's cost grows with the square of this depth: 8,000 nested ifs in 40 KB take 1.4 s, 1,000 take 20 ms.
    pub block_depth: usize,
    /// Local variables of one function, parameters not counted. Default 1,000.
    ///
    /// A function of ten bytes can declare 50,000, and each may have a value of its own in each block: the compiler's cost is
    /// their product.
    pub locals: usize,
    /// Parameters and results of one type of core functions and blocks together. Default 128.
    ///
    /// Each jump carries as many values as its target has; a table of a thousand jumps a thousand times as many.
    pub signature: usize,
    /// Types that modules and components write down, all together. Default 2,000.
    pub types: usize,
    /// How deep a type of the component model may be nested, once names are resolved. Default 32.
    ///
    /// The contract's own types are nested 9 deep.
    pub type_depth: usize,
    /// Fields, cases and elements of a type of the component model and of everything in it, once names are resolved. Default
    /// 2,000.
    ///
    /// A tuple of two tuples of two tuples … doubles with each line written. The contract's largest type has about 60.
    pub type_size: usize,
    /// Whatever else modules and components list: imports, exports, aliases, globals, data and element segments, elements,
    /// custom sections. Default 20,000 together.
    pub entries: usize,
    /// Linear memories of all modules together. Default 4.
    ///
    /// [`Limits::memory_bytes`] holds for each of them.
    pub memories: usize,
    /// Tables of all modules together. Default 8.
    pub tables: usize,
    /// Elements of one table. Default 10,000.
    ///
    /// A table takes 8 bytes an element in each slot of the pool.
    pub table_elements: usize,

    // ---- Compilation in a process of its own -----------------------------------------------------------------------
    /// Address space of the compiling process, in bytes. Default 1 GiB.
    ///
    /// The worst files that pass the other limits take a few hundred MiB.
    pub compile_bytes: u64,
    /// Processor time of the compiling process, in seconds. Default 30.
    ///
    /// It compiles on one thread: the others are for the questions of the portal.
    pub compile_seconds: u64,
    /// Wall clock for the compiling process, in seconds; then it is killed. Default 120.
    ///
    /// A backstop for a machine under pressure, as [`Limits::deadline_ticks`] is for calls: it says nothing about the component.
    pub compile_patience: u64,
    /// Compiled code of one component, in bytes. Default 16 MiB.
    pub code_bytes: usize,
    /// Components compiled at the same time, each in a process; more wait. Default 4.
    pub compilers: u32,

    // ---- Each call: what the guest may use -------------------------------------------------------------------------
    /// Fuel for instantiation and call together, about one unit an instruction. Default 10,000,000.
    ///
    /// The only stop that comes at the same place on every run and every machine, so it is the one that counts. A
    /// package uses a few thousand; the default is some 10 ms of work.
    pub fuel: u64,
    /// The length of one tick of the wall clock. Default 20 ms.
    pub tick: Duration,
    /// Ticks after which a call is stopped, whatever fuel it has left. Default 100 (2 seconds).
    ///
    /// A backstop for a machine under pressure. A call that it stops has no answer and says nothing about the plugin:
    /// it is the platform's fault, to be tried again.
    pub deadline_ticks: u64,
    /// One linear memory, in bytes. Default 16 MiB.
    pub memory_bytes: usize,
    /// The guest's stack, in bytes. Default 64 KiB.
    ///
    /// It lies on the stack of the calling thread, which must have this much and 1 MiB for the host besides ([`Classes::thread_bytes`]). Small,
    /// because the pages it touches are shared with the host's own work only then.
    pub stack_bytes: usize,
    /// What the host copies out of the guest in one call, in bytes. Default 1 MiB.
    ///
    /// Fuel does not bound it: lists that lie over one another cost the guest nothing and the host everything.
    pub answer_bytes: usize,
    /// Elements of one list in the answer. Default 20,000.
    ///
    /// The longest honest list is that of missing facts: one for each fact and subject that needs it.
    pub answer_list: usize,
    /// Handles of resources alive in one call. Default 64.
    ///
    /// The contract has none; a composed component may pass some between its own parts.
    pub handles: usize,

    // ---- The platform ----------------------------------------------------------------------------------------------
    /// Calls at the same time in this class. Default 32.
    ///
    /// As many places are kept ready in the pool; one call more is told [`crate::CallError::Busy`] at once instead of
    /// waiting. Make it at least the number of threads that call.
    pub slots: u32,
}

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;
const GIB: u64 = 1 << 30;

impl Default for Limits {
    fn default() -> Self {
        Self {
            component_bytes: MIB,
            manifest_bytes: 512 * KIB,
            text_bytes: 512 * KIB,
            modules: 8,
            component_depth: 8,
            instances: 16,
            functions: 5_000,
            function_bytes: 64 * KIB,
            block_depth: 1_000,
            locals: 1_000,
            signature: 128,
            types: 2_000,
            type_depth: 32,
            type_size: 2_000,
            entries: 20_000,
            memories: 4,
            tables: 8,
            table_elements: 10_000,
            compile_bytes: GIB,
            compile_seconds: 30,
            compile_patience: 120,
            code_bytes: 16 * MIB,
            compilers: 4,
            fuel: 10_000_000,
            tick: Duration::from_millis(20),
            deadline_ticks: 100,
            memory_bytes: 16 * MIB,
            stack_bytes: 64 * KIB,
            answer_bytes: MIB,
            answer_list: 20_000,
            handles: 64,
            slots: 32,
        }
    }
}

impl Limits {
    /// The limits for components that carry a language runtime: 24 MiB of code in up to 20,000 functions of up to
    /// 512 KiB, 64 MiB of memory, 512 KiB of stack, a hundred times the fuel, but an eighth of the slots.
    pub fn interpreted() -> Self {
        Self {
            component_bytes: 24 * MIB,
            modules: 64,
            instances: 128,
            functions: 20_000,
            function_bytes: 512 * KIB,
            block_depth: 5_000,
            locals: 5_000,
            types: 10_000,
            entries: 200_000,
            tables: 16,
            table_elements: 50_000,
            compile_bytes: 4 * GIB,
            compile_seconds: 300,
            compile_patience: 1_200,
            code_bytes: 256 * MIB,
            compilers: 1,
            fuel: 1_000_000_000,
            deadline_ticks: 500,
            memory_bytes: 64 * MIB,
            stack_bytes: 512 * KIB,
            slots: 4,
            ..Self::default()
        }
    }
}
