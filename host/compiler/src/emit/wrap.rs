//! The component around the core module.

use std::sync::OnceLock;

use wasm_encoder::Module;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

use super::EmitError;

const CONTRACT_WIT: &str = include_str!("../../../../wit/procedure@1.0.0/procedure.wit");

/// The contract, read once.
pub(crate) fn contract() -> Result<&'static (Resolve, WorldId), EmitError> {
    static CONTRACT: OnceLock<Result<(Resolve, WorldId), String>> = OnceLock::new();
    CONTRACT
        .get_or_init(|| {
            let mut resolve = Resolve::default();
            let read = resolve
                .push_source("procedure.wit", CONTRACT_WIT)
                .and_then(|package| resolve.select_world(&[package], Some("procedure")));
            read.map(|world| (resolve, world))
                .map_err(|error| format!("{error:#}"))
        })
        .as_ref()
        .map_err(|error| EmitError::Wrap(error.clone()))
}

/// The component of a core module that says the types of the contract in the section in which `wit-bindgen` writes them, or
/// a component as it is; either without its custom sections, in which tools write what changes from machine to machine.
pub(super) fn plugin(code: &[u8]) -> Result<Vec<u8>, EmitError> {
    let is_component = code.get(6) == Some(&1);
    if is_component {
        return without_custom_sections(code);
    }
    if !says_its_types(code) {
        return Err(EmitError::Code(
            "it does not say the types of the contract; make it with `wit-bindgen`".to_owned(),
        ));
    }
    ComponentEncoder::default()
        .validate(true)
        .module(code)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| EmitError::Code(format!("{error:#}")))
        .and_then(|component| without_custom_sections(&component))
}

/// Whether a core module has the section in which `wit-bindgen` says what the module is to become.
fn says_its_types(module: &[u8]) -> bool {
    let mut rest = module.get(PREAMBLE..).unwrap_or_default();
    while let Some((&id, after_id)) = rest.split_first() {
        let Some((contents, after)) =
            leb128(after_id).and_then(|(size, contents)| contents.split_at_checked(size))
        else {
            return false;
        };
        rest = after;
        let name = || leb128(contents).map(|(_, name)| name);
        if id == CUSTOM && name().is_some_and(|name| name.starts_with(b"component-type")) {
            return true;
        }
    }
    false
}

/// The validated component of a core module, without the sections in which tools write their names and versions: what a
/// package says must be all that its digest hangs on.
pub(super) fn component(module: Module) -> Result<Vec<u8>, EmitError> {
    let (resolve, world) = contract()?;
    let mut bytes = module.finish();
    embed_component_metadata(&mut bytes, resolve, *world, StringEncoding::UTF8)
        .and_then(|()| {
            ComponentEncoder::default()
                .validate(true)
                .module(&bytes)?
                .encode()
        })
        .map_err(|error| EmitError::Wrap(format!("{error:#}")))
        .and_then(|component| without_custom_sections(&component))
}

/// Magic number and version of a module or component.
const PREAMBLE: usize = 8;
const CUSTOM: u8 = 0;
/// Among the sections of a component: a core module, a component.
const NESTED: [u8; 2] = [1, 4];

/// A module or component without custom sections, in those nested in it too.
fn without_custom_sections(bytes: &[u8]) -> Result<Vec<u8>, EmitError> {
    let truncated = || EmitError::Wrap("a truncated section".to_owned());
    let (preamble, mut rest) = bytes.split_at_checked(PREAMBLE).ok_or_else(truncated)?;
    let is_component = preamble[6] == 1;
    let mut out = preamble.to_vec();
    while let Some((&id, after_id)) = rest.split_first() {
        let (size, contents) = leb128(after_id).ok_or_else(truncated)?;
        let (contents, after) = contents.split_at_checked(size).ok_or_else(truncated)?;
        rest = after;
        if id == CUSTOM {
            continue;
        }
        out.push(id);
        if is_component && NESTED.contains(&id) {
            wasm_encoder::Encode::encode(without_custom_sections(contents)?.as_slice(), &mut out);
        } else {
            wasm_encoder::Encode::encode(contents, &mut out);
        }
    }
    Ok(out)
}

/// An unsigned number of at most 32 bits, and what follows it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}
