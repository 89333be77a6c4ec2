//! Edits of a component that leave it readable: sections are taken apart and put together again with their lengths made
//! right, in a module inside a component too.

use guests::written::leb128;
use motcua_registry::engine::{CASES_SECTION, MANIFEST_SECTION, SOURCE_SECTION};

use super::draw::Draw;
use super::{json, text};

/// The bytes before the first section, of a module as of a component.
const HEADER: usize = 8;
/// The section in which a component has a module, by its number.
const CORE_MODULE: u8 = 1;

/// A module or component taken apart.
#[derive(Clone, Debug)]
struct Parts {
    header: Vec<u8>,
    sections: Vec<(u8, Vec<u8>)>,
    /// What could not be read as a section.
    rest: Vec<u8>,
}

impl Parts {
    fn of(bytes: &[u8]) -> Self {
        let (header, mut rest) = bytes.split_at(HEADER.min(bytes.len()));
        let mut sections = Vec::new();
        while let Some((section, after)) = section(rest) {
            sections.push(section);
            rest = after;
        }
        Self {
            header: header.to_vec(),
            sections,
            rest: rest.to_vec(),
        }
    }

    fn join(&self) -> Vec<u8> {
        let mut out = self.header.clone();
        for (id, body) in &self.sections {
            out.push(*id);
            out.extend(leb128(body.len()));
            out.extend_from_slice(body);
        }
        out.extend_from_slice(&self.rest);
        out
    }
}

/// The first section, and what comes after it.
fn section(bytes: &[u8]) -> Option<((u8, Vec<u8>), &[u8])> {
    let (id, rest) = bytes.split_first()?;
    let (length, rest) = number(rest)?;
    let (body, rest) = rest.split_at_checked(length)?;
    Some(((*id, body.to_vec()), rest))
}

/// A number as WebAssembly writes it, and what comes after it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (at, byte) in bytes.iter().enumerate().take(4) {
        number |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}

/// The content of a custom section of a name.
fn custom<'b>((id, body): &'b (u8, Vec<u8>), name: &str) -> Option<&'b [u8]> {
    if *id != 0 {
        return None;
    }
    let (length, rest) = number(body)?;
    let (found, content) = rest.split_at_checked(length)?;
    (found == name.as_bytes()).then_some(content)
}

fn put_custom(section: &mut (u8, Vec<u8>), name: &str, content: &[u8]) {
    let mut body = leb128(name.len());
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(content);
    section.1 = body;
}

/// One edit. `other` lends sections.
pub fn edit(draw: &mut Draw<'_>, component: &mut Vec<u8>, other: &[u8]) {
    match draw.below(10) {
        0 => edit_bytes(draw, component),
        choice => {
            let mut parts = Parts::of(component);
            match choice {
                1 => {
                    let at = draw.below(parts.sections.len());
                    if let Some((_, body)) = parts.sections.get_mut(at) {
                        edit_bytes(draw, body);
                    }
                }
                2 => edit_order(draw, &mut parts, other),
                3..=5 => edit_manifest(draw, &mut parts),
                6 => edit_texts(draw, &mut parts),
                _ => edit_module(draw, &mut parts, other),
            }
            *component = parts.join();
        }
    }
}

/// Bytes set, moved by a little, cut out or put in.
fn edit_bytes(draw: &mut Draw<'_>, bytes: &mut Vec<u8>) {
    let at = draw.below(bytes.len());
    let choice = draw.below(6);
    match (choice, bytes.get_mut(at)) {
        (0 | 1, Some(byte)) => *byte = draw.byte(),
        (2, Some(byte)) => *byte = byte.wrapping_add(draw.of(&[1, 255, 2, 128])),
        (3, _) => {
            let range = draw.range(bytes.len(), 64);
            bytes.drain(range);
        }
        (4, _) => {
            let range = draw.range(bytes.len(), 64);
            let copied = bytes[range].to_vec();
            let to = draw.below(bytes.len() + 1);
            bytes.splice(to..to, copied);
        }
        _ => {
            let new = draw.some(8).to_vec();
            bytes.splice(at..at, new);
        }
    }
}

fn edit_order(draw: &mut Draw<'_>, parts: &mut Parts, other: &[u8]) {
    let sections = &mut parts.sections;
    let at = draw.below(sections.len());
    let to = draw.below(sections.len() + 1);
    match draw.below(6) {
        0 if !sections.is_empty() => {
            sections.remove(at);
        }
        1 if !sections.is_empty() => {
            let again = sections[at].clone();
            let times = 1 + draw.below(12);
            sections.splice(to..to, std::iter::repeat_n(again, times));
        }
        2 if !sections.is_empty() => {
            let moved = sections.remove(at);
            sections.insert(to.min(sections.len()), moved);
        }
        3 if !sections.is_empty() => sections[at].0 = draw.byte() % 14,
        4 => parts.rest.extend_from_slice(draw.some(16)),
        _ => {
            let theirs = Parts::of(other).sections;
            let range = draw.range(theirs.len(), 4);
            sections.splice(to..to, theirs[range].to_vec());
        }
    }
}

fn edit_manifest(draw: &mut Draw<'_>, parts: &mut Parts) {
    for section in &mut parts.sections {
        let Some(content) = custom(section, MANIFEST_SECTION) else {
            continue;
        };
        let Ok(mut manifest) = serde_json::from_slice(content) else {
            continue;
        };
        for _ in 0..=draw.below(3) {
            json::edit(draw, &mut manifest);
        }
        put_custom(section, MANIFEST_SECTION, manifest.to_string().as_bytes());
        return;
    }
}

fn edit_texts(draw: &mut Draw<'_>, parts: &mut Parts) {
    let name = draw.of(&[SOURCE_SECTION, CASES_SECTION, MANIFEST_SECTION]);
    for section in &mut parts.sections {
        if let Some(content) = custom(section, name) {
            let mut content = text::any(content);
            text::edit(draw, &mut content);
            put_custom(section, name, content.as_bytes());
            return;
        }
    }
}

/// A byte, or the order of sections, of a module inside: most often of its code.
fn edit_module(draw: &mut Draw<'_>, parts: &mut Parts, other: &[u8]) {
    let Some((_, body)) = parts.sections.iter_mut().find(|(id, _)| *id == CORE_MODULE) else {
        return;
    };
    let mut module = Parts::of(body);
    if draw.one_in(8) {
        edit_order(draw, &mut module, other);
    } else {
        let at = match draw.below(4) {
            0 => draw.below(module.sections.len()),
            // The code.
            _ => (module.sections.iter().position(|(id, _)| *id == 10)).unwrap_or_default(),
        };
        if let Some((_, section)) = module.sections.get_mut(at) {
            // Where nothing is put in or cut out, functions keep their lengths.
            let at = draw.below(section.len());
            if let Some(byte) = section.get_mut(at) {
                *byte = draw.byte();
            }
        }
    }
    *body = module.join();
}

#[cfg(test)]
mod tests {
    use super::*;
    use guests::written::Guest;

    #[test]
    fn what_is_taken_apart_is_put_together_again() {
        let component = Guest::default().component();
        let parts = Parts::of(&component);
        assert!(parts.sections.len() > 5 && parts.rest.is_empty());
        assert_eq!(parts.join(), component);
        let manifest = parts
            .sections
            .iter()
            .find_map(|s| custom(s, MANIFEST_SECTION));
        assert!(manifest.is_some_and(|json| json.starts_with(b"{")));
        assert!(parts.sections.iter().any(|(id, body)| *id == CORE_MODULE
            && Parts::of(body).sections.iter().any(|(id, _)| *id == 10)));
        let cut = &component[..component.len() - 5];
        assert_eq!(Parts::of(cut).join(), cut);
    }
}
