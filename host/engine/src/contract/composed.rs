//! What all versions have in common in calling components of several parts: everything before and after the function.

use wasmtime::Store;
use wasmtime::component::{Component, InstancePre, Linker};

use crate::code::compile_error;
use crate::error::{CallError, LoadError};
use crate::sandbox::{Meter, Room, Sandbox};

/// Makes a component ready to be instantiated, and finds in it what the bindings of a version need.
pub(crate) fn linked<Pre>(
    sandbox: &Sandbox,
    room: Room,
    component: &Component,
    find: impl FnOnce(InstancePre<Meter>) -> wasmtime::Result<Pre>,
) -> Result<Pre, LoadError> {
    // The linker is empty and stays so: no import can ever be met.
    Linker::new(sandbox.engine(room))
        .instantiate_pre(component)
        .and_then(find)
        .map_err(|error| compile_error(&error))
}

/// Asks a fresh instance, with every limit set; gives the answer and the fuel that instantiation and call have used.
pub(crate) fn call<Instance, Answer>(
    sandbox: &Sandbox,
    room: Room,
    instantiate: impl FnOnce(&mut Store<Meter>) -> wasmtime::Result<Instance>,
    ask: impl FnOnce(&mut Store<Meter>, &Instance) -> wasmtime::Result<Answer>,
) -> Result<(Answer, u64), CallError> {
    let _slot = sandbox.enter()?;
    let limits = &sandbox.limits;
    let mut store = sandbox.store(room)?;
    store.set_hostcall_fuel(limits.answer_bytes);
    store.set_max_component_handles(limits.handles);
    let instance =
        instantiate(&mut store).map_err(|error| sandbox.instantiation_error(&store, &error))?;
    let answer = ask(&mut store, &instance).map_err(|error| {
        if is_too_much(&error) {
            return CallError::TooLarge {
                what: "bytes",
                limit: limits.answer_bytes,
            };
        }
        sandbox.call_error(&store, &error)
    })?;
    Ok((answer, sandbox.fuel_used(&store)))
}

/// Makes an instance and throws it away.
pub(crate) fn instantiate<Instance>(
    sandbox: &Sandbox,
    room: Room,
    instantiate: impl FnOnce(&mut Store<Meter>) -> wasmtime::Result<Instance>,
) -> Result<(), CallError> {
    let _slot = sandbox.enter()?;
    let mut store = sandbox.store(room)?;
    store.set_max_component_handles(sandbox.limits.handles);
    match instantiate(&mut store) {
        Ok(_) => Ok(()),
        Err(error) => Err(sandbox.instantiation_error(&store, &error)),
    }
}

/// Whether the budget of what the host copies is used up. Wasmtime's error for it is private, so it is known by its
/// words; a test notices when they change.
fn is_too_much(error: &wasmtime::Error) -> bool {
    error
        .root_cause()
        .to_string()
        .starts_with("too much data is being copied")
}
