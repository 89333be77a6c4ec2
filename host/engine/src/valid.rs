//! Validates a component as the engine will, and measures the types of the component model that are in it.

use std::collections::BTreeMap;

use motcua_model::Text;
use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentValType,
};
use wasmparser::types::{Types, TypesRef};
use wasmparser::{BinaryReaderError, FuncValidatorAllocations, Parser, ValidPayload, Validator};

use crate::quote::printable;
use crate::sandbox::FEATURES;

/// A component that is valid.
pub(crate) struct Valid {
    /// Its types.
    pub types: Types,
    /// How deep one of its types is nested, once names are resolved; a type without parts is 1.
    pub type_depth: usize,
    /// How many fields, cases and elements one of its types and everything in it have, once names are resolved.
    pub type_size: usize,
}

/// Validates the whole file.
pub(crate) fn valid(bytes: &[u8]) -> Result<Valid, Text> {
    let (offset, what) = match measured(bytes) {
        Ok(Some(valid)) => return Ok(valid),
        Ok(None) => (bytes.len(), "unexpected end".to_owned()),
        Err(error) => (error.offset(), printable(error.message())),
    };
    Err(Text::new(
        format!("thành phần không hợp lệ ở byte thứ {offset}: {what}"),
        format!("the component is not valid at byte {offset}: {what}"),
    ))
}

fn measured(bytes: &[u8]) -> Result<Option<Valid>, BinaryReaderError> {
    let mut validator = Validator::new_with_features(FEATURES);
    let mut allocations = FuncValidatorAllocations::default();
    let mut most = Measure::default();
    let mut last = None;
    for payload in Parser::new(0).parse_all(bytes) {
        match validator.payload(&payload?)? {
            ValidPayload::Func(function, body) => {
                let mut validator = function.into_validator(allocations);
                validator.validate(&body)?;
                allocations = validator.into_allocations();
            }
            // The end of each module and component; that of the outermost comes last.
            ValidPayload::End(types) => {
                most = most.or(measure(types.as_ref()));
                last = Some(types);
            }
            ValidPayload::Ok | ValidPayload::Parser(_) => {}
        }
    }
    Ok(last.map(|types| Valid {
        types,
        type_depth: most.depth,
        type_size: most.size,
    }))
}

/// The size of a type with everything in it.
#[derive(Clone, Copy, Debug, Default)]
struct Measure {
    depth: usize,
    size: usize,
}

impl Measure {
    const ONE: Self = Self { depth: 1, size: 1 };

    /// The larger of each.
    fn or(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            size: self.size.max(other.size),
        }
    }

    /// A part of it.
    fn with(&mut self, part: Self) {
        self.depth = self.depth.max(part.depth.saturating_add(1));
        self.size = self.size.saturating_add(part.size);
    }
}

/// The largest type of a component: of those that it names, and of what its functions take and give.
fn measure(types: TypesRef<'_>) -> Measure {
    let mut known = BTreeMap::new();
    let mut most = Measure::default();
    for index in 0..types.component_type_count() {
        if let ComponentAnyTypeId::Defined(id) = types.component_any_type_at(index) {
            most = most.or(defined(types, id, &mut known));
        }
    }
    for index in 0..types.component_function_count() {
        let function = &types[types.component_function_at(index)];
        let mut all = Measure::ONE;
        for (_, parameter) in &function.params {
            all.with(value(types, *parameter, &mut known));
        }
        if let Some(result) = function.result {
            all.with(value(types, result, &mut known));
        }
        most = most.or(all);
    }
    most
}

fn value(
    types: TypesRef<'_>,
    ty: ComponentValType,
    known: &mut BTreeMap<ComponentDefinedTypeId, Measure>,
) -> Measure {
    match ty {
        ComponentValType::Primitive(_) => Measure::ONE,
        ComponentValType::Type(id) => defined(types, id, known),
    }
}

/// The validator has bounded the recursion: no valid type is nested deeper than 100.
fn defined(
    types: TypesRef<'_>,
    id: ComponentDefinedTypeId,
    known: &mut BTreeMap<ComponentDefinedTypeId, Measure>,
) -> Measure {
    if let Some(measure) = known.get(&id) {
        return *measure;
    }
    // A name, of an enumeration or of a case that carries nothing, counts as much as a field.
    let (mut parts, mut names) = (Vec::new(), 0_usize);
    match &types[id] {
        ComponentDefinedType::Record(record) => parts.extend(record.fields.values().copied()),
        ComponentDefinedType::Variant(variant) => {
            parts.extend(variant.cases.values().filter_map(|case| case.ty));
            names = variant.cases.len();
        }
        ComponentDefinedType::Tuple(tuple) => parts.extend(tuple.types.iter().copied()),
        ComponentDefinedType::List { element, .. }
        | ComponentDefinedType::FixedLengthList { element, .. } => parts.push(*element),
        ComponentDefinedType::Map { key, value, .. } => parts.extend([*key, *value]),
        ComponentDefinedType::Option { ty, .. } => parts.push(*ty),
        ComponentDefinedType::Result { ok, err, .. } => {
            parts.extend([ok, err].into_iter().flatten().copied());
        }
        ComponentDefinedType::Flags(all) | ComponentDefinedType::Enum(all) => names = all.len(),
        // Without parts, or of proposals that this host does not use.
        _ => {}
    }
    let mut all = Measure {
        depth: 1,
        size: names.saturating_add(1),
    };
    for part in parts {
        all.with(value(types, part, known));
    }
    known.insert(id, all);
    all
}
