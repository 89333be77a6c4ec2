//! The settings of wasmtime, and what every call has: a slot, a store with all limits set, and a wall clock.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use wasmparser::WasmFeatures;
use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, OptLevel, PoolConcurrencyLimitError,
    PoolingAllocationConfig, RegallocAlgorithm, ResourceLimiter, Store, Trap,
};

use crate::anatomy::Anatomy;
use crate::error::{CallError, EngineError, TrapKind};
use crate::limits::{Class, Limits};
use crate::quote::printable;

/// One page of WebAssembly, in bytes.
const PAGE_BYTES: usize = 64 << 10;

/// The pools of places for instances. Each is a wasmtime engine of its own, because the way in which a used memory is
/// made clean again is a setting of the engine, and the best way depends on the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// For plain components whose memory has one or two pages and says that it never has more, as most packages have.
    /// The pages stay in place and are overwritten with zeros, and the component's data are copied in: no call to the
    /// kernel, whichever component comes next.
    Compact,
    /// For larger memories. The kernel tells which pages were written (`PAGEMAP_SCAN`, Linux 6.7), and only those are
    /// overwritten; the component's data are copied in.
    Roomy,
    /// For components with much data, such as a language runtime. Their data are mapped in, and copied page by page when
    /// they are written to. A place that changes hands between such components costs calls to the kernel.
    Mapped,
}

/// The largest memory of the compact pool, in bytes. Overwriting more takes longer than asking the kernel.
const COMPACT_BYTES: usize = 2 * PAGE_BYTES;
/// Memory of the other pools that is cleaned and kept instead of given back to the kernel, in bytes.
const RESIDENT_BYTES: usize = 256 << 10;
/// The most data that are copied instead of mapped, in bytes.
const COPIED_BYTES: usize = 256 << 10;

impl Room {
    /// A stable word for it, by which compiled code is kept.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Roomy => "roomy",
            Self::Mapped => "mapped",
        }
    }

    /// The room for a component. Language runtimes have much data: the class of interpreted components has one room only.
    pub fn of(anatomy: &Anatomy<'_>, class: Class) -> Self {
        if class == Class::Interpreted {
            return Self::Mapped;
        }
        let small = anatomy.plain.as_ref().is_some_and(|plain| {
            plain
                .memory_maximum
                .is_some_and(|bytes| bytes <= COMPACT_BYTES as u64)
        });
        let data: usize = anatomy.modules.iter().map(|module| module.data_bytes).sum();
        if small {
            Self::Compact
        } else if data <= COPIED_BYTES {
            Self::Roomy
        } else {
            Self::Mapped
        }
    }
}

/// Everything that the calls of one class share.
pub(crate) struct Sandbox {
    pub class: Class,
    pub limits: Limits,
    /// The compact and the roomy pool, which only compiled components need.
    small: Option<[wasmtime::Engine; 2]>,
    mapped: wasmtime::Engine,
    taken: AtomicU32,
    _ticker: Ticker,
}

impl Sandbox {
    pub fn new(class: Class, limits: Limits) -> Result<Self, EngineError> {
        check(&limits)?;
        let engine = |room| wasmtime_engine(&configuration(&limits, room));
        let mapped = engine(Room::Mapped)?;
        let small = match class {
            Class::Compiled => Some([engine(Room::Compact)?, engine(Room::Roomy)?]),
            Class::Interpreted => None,
        };
        let engines = small.iter().flatten().chain([&mapped]);
        let ticker = Ticker::start(limits.tick, engines.cloned().collect())?;
        Ok(Self {
            class,
            limits,
            small,
            mapped,
            taken: AtomicU32::new(0),
            _ticker: ticker,
        })
    }

    pub fn engine(&self, room: Room) -> &wasmtime::Engine {
        match (room, &self.small) {
            (Room::Compact, Some([compact, _])) => compact,
            (Room::Roomy, Some([_, roomy])) => roomy,
            (Room::Mapped, _) | (_, None) => &self.mapped,
        }
    }

    /// Takes a slot for as long as the guard lives.
    pub fn enter(&self) -> Result<Slot<'_>, CallError> {
        let slots = self.limits.slots;
        // The counter guards nothing but itself, so no order with other memory is needed.
        match self
            .taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
                (taken < slots).then_some(taken + 1)
            }) {
            Ok(_) => Ok(Slot(&self.taken)),
            Err(_) => Err(CallError::Busy { slots }),
        }
    }

    /// A store with every limit set. Limits come before instantiation: start functions are guest code too.
    pub fn store(&self, room: Room) -> Result<Store<Meter>, CallError> {
        let limits = &self.limits;
        let meter = Meter {
            memory_bytes: limits.memory_bytes,
            memories: limits.memories,
            table_elements: limits.table_elements,
            tables: limits.tables,
            instances: limits.instances,
            refused: None,
        };
        let mut store = Store::new(self.engine(room), meter);
        store.limiter(|meter| meter);
        store.set_fuel(limits.fuel).map_err(platform)?;
        store.set_epoch_deadline(limits.deadline_ticks);
        Ok(store)
    }

    /// Fuel that the store's guest has used so far.
    pub fn fuel_used(&self, store: &Store<Meter>) -> u64 {
        // Fuel is always on, so it can always be read.
        self.limits
            .fuel
            .saturating_sub(store.get_fuel().unwrap_or(0))
    }

    /// What an error says that came while making an instance.
    pub fn instantiation_error(&self, store: &Store<Meter>, error: &wasmtime::Error) -> CallError {
        self.trap(store, error).unwrap_or_else(|| platform(error))
    }

    /// What an error says that came while calling: it is a trap, or a value that the component gave and that is none of
    /// the contract.
    pub fn call_error(&self, store: &Store<Meter>, error: &wasmtime::Error) -> CallError {
        self.trap(store, error)
            .unwrap_or_else(|| CallError::Unreadable {
                what: printable(&format!("{error:#}")),
            })
    }

    /// What it says that a value which the component gave cannot be read. As in a trap, a wish for memory that was refused
    /// comes first: what the component gives then is only how it gave up.
    pub fn value_error(&self, store: &Store<Meter>, error: CallError) -> CallError {
        match (error, store.data().refused) {
            (CallError::Unreadable { .. }, Some(limit)) => CallError::OutOfMemory { limit },
            (error, _) => error,
        }
    }

    fn trap(&self, store: &Store<Meter>, error: &wasmtime::Error) -> Option<CallError> {
        let limits = &self.limits;
        let trap = error.downcast_ref::<Trap>();
        match trap {
            Some(Trap::Interrupt) => {
                let ticks = u32::try_from(limits.deadline_ticks).unwrap_or(u32::MAX);
                let milliseconds = limits.tick.saturating_mul(ticks).as_millis();
                return Some(CallError::Stopped { milliseconds });
            }
            Some(Trap::OutOfFuel) => {
                return Some(CallError::OutOfFuel {
                    budget: limits.fuel,
                });
            }
            Some(Trap::StackOverflow) => {
                return Some(CallError::StackOverflow {
                    limit: limits.stack_bytes,
                });
            }
            _ => {}
        }
        // A guest whose wish for memory was refused seldom goes on: what it does then is only how it gave up.
        if let Some(limit) = store.data().refused {
            return Some(CallError::OutOfMemory { limit });
        }
        if error.is::<PoolConcurrencyLimitError>() {
            return Some(CallError::Busy {
                slots: limits.slots,
            });
        }
        if error.is::<wasmtime::OutOfMemory>() {
            return Some(platform(error));
        }
        trap.map(|trap| {
            CallError::Trapped(match trap {
                Trap::UnreachableCodeReached => TrapKind::Unreachable,
                Trap::MemoryOutOfBounds | Trap::TableOutOfBounds => TrapKind::OutOfBounds,
                Trap::IndirectCallToNull | Trap::BadSignature | Trap::NullReference => {
                    TrapKind::BadCall
                }
                Trap::IntegerOverflow
                | Trap::IntegerDivisionByZero
                | Trap::BadConversionToInteger => TrapKind::Arithmetic,
                _ => TrapKind::Other,
            })
        })
    }
}

/// An error that is nobody's fault but the machine's.
pub(crate) fn platform(error: impl std::fmt::Display) -> CallError {
    CallError::Platform {
        what: printable(&format!("{error:#}")),
    }
}

/// A place for one call.
pub(crate) struct Slot<'a>(&'a AtomicU32);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Holds one call's memory and tables to their limits, and remembers a wish that was refused.
#[derive(Debug)]
pub(crate) struct Meter {
    memory_bytes: usize,
    memories: usize,
    table_elements: usize,
    tables: usize,
    instances: usize,
    refused: Option<usize>,
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let limit = maximum.unwrap_or(usize::MAX).min(self.memory_bytes);
        let granted = desired <= limit;
        if !granted {
            self.refused = Some(limit);
        }
        Ok(granted)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.refused.get_or_insert(self.memory_bytes);
        Ok(())
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let granted = desired <= self.table_elements;
        if !granted {
            self.refused = Some(self.memory_bytes);
        }
        Ok(granted)
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.tables
    }

    fn memories(&self) -> usize {
        self.memories
    }
}

/// Limits that make no sense are the operator's mistake, and told before they become a riddle.
fn check(limits: &Limits) -> Result<(), EngineError> {
    let wrong = |what: &str| {
        Err(EngineError {
            what: what.to_owned(),
        })
    };
    if limits.slots == 0 {
        return wrong("`slots` is 0, so no call could ever run");
    }
    if !(PAGE_BYTES..=1 << 32).contains(&limits.memory_bytes) {
        return wrong("`memory_bytes` must lie between 64 KiB and 4 GiB");
    }
    if limits.tick < Duration::from_millis(1) || limits.deadline_ticks == 0 {
        return wrong("`tick` must be at least 1 ms, and `deadline_ticks` at least 1");
    }
    if limits.memories == 0 || limits.instances == 0 {
        return wrong("`memories` and `instances` must be at least 1");
    }
    Ok(())
}

/// What of WebAssembly a component may use: version 2.0, several memories, the component model without its asynchronous
/// parts. All of it is deterministic. Admission validates with the same set.
///
/// Several memories stay on: a valid composed component without them is a panic in wasmtime 48.0.0.
pub(crate) const FEATURES: WasmFeatures = WasmFeatures::WASM2
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::COMPONENT_MODEL)
    // References to objects of the host: there are none.
    .difference(WasmFeatures::GC_TYPES);

/// An engine that compiles as that of the room does, but has no place for instances: compiled code fits both. It compiles on
/// the thread that asks.
pub(crate) fn compiling_engine(
    limits: &Limits,
    room: Room,
) -> Result<wasmtime::Engine, EngineError> {
    let mut config = code_configuration(limits, room);
    config.parallel_compilation(false);
    wasmtime_engine(&config)
}

fn wasmtime_engine(config: &Config) -> Result<wasmtime::Engine, EngineError> {
    wasmtime::Engine::new(config).map_err(|error| EngineError {
        what: printable(&format!("{error:#}")),
    })
}

/// What decides how code is compiled.
fn code_configuration(limits: &Limits, room: Room) -> Config {
    let mut config = Config::new();
    config
        .wasm_features(FEATURES.complement(), false)
        .wasm_features(FEATURES, true)
        // No export is async and no import ever waits; with it on, calls between components take 50 times as long.
        .concurrency_support(false)
        .consume_fuel(true)
        .epoch_interruption(true)
        .cranelift_nan_canonicalization(true)
        .cranelift_opt_level(OptLevel::Speed)
        .cranelift_regalloc_algorithm(RegallocAlgorithm::Backtracking)
        .max_wasm_stack(limits.stack_bytes)
        // A backtrace names the guest's functions in the guest's words, and differs between machines.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false)
        .debug_info(false)
        .memory_init_cow(room == Room::Mapped);
    config
}

/// The same, with a pool of places for instances.
fn configuration(limits: &Limits, room: Room) -> Config {
    let mut config = code_configuration(limits, room);
    let each = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let all = |count: usize| limits.slots.saturating_mul(each(count));
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(limits.slots)
        .table_elements(limits.table_elements)
        .table_keep_resident(4 << 10);
    match room {
        Room::Compact => {
            pool.total_core_instances(limits.slots)
                .total_memories(limits.slots)
                .total_tables(all(limits.tables))
                .max_memory_size(COMPACT_BYTES)
                .linear_memory_keep_resident(COMPACT_BYTES)
                .pagemap_scan(Enabled::No);
        }
        Room::Roomy | Room::Mapped => {
            pool.total_core_instances(all(limits.instances))
                .total_memories(all(limits.memories))
                .total_tables(all(limits.tables))
                .max_core_instances_per_component(each(limits.instances))
                .max_memories_per_component(each(limits.memories))
                .max_tables_per_component(each(limits.tables))
                .max_memory_size(limits.memory_bytes)
                .linear_memory_keep_resident(RESIDENT_BYTES)
                .pagemap_scan(Enabled::Auto);
        }
    }
    pool.max_tables_per_module(each(limits.tables))
        .max_memories_per_module(match room {
            Room::Compact => 1,
            Room::Roomy | Room::Mapped => each(limits.memories),
        });
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// Moves the wall clock of the engines on. A thread of the operating system and not a task of the server's runtime: it
/// must tick above all when every thread of the runtime is held by a guest.
struct Ticker {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Ticker {
    fn start(tick: Duration, engines: Vec<wasmtime::Engine>) -> Result<Self, EngineError> {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("motcua-ticker".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(tick) == Err(mpsc::RecvTimeoutError::Timeout) {
                    for engine in &engines {
                        engine.increment_epoch();
                    }
                }
            })
            .map_err(|error| EngineError {
                what: format!("no thread for the clock: {error}"),
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        // The thread ends as soon as nobody can tell it to stop any more.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It cannot panic; if it did, there would be nothing to do about it here.
            let _ = thread.join();
        }
    }
}
