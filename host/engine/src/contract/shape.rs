//! Types of a contract as a table, to hold against the type of a component's export before anything is compiled.
//!
//! Names of records and variants are compared as well as their order: the same record with two fields exchanged would be
//! read without an error and answer nonsense. Names of types are not: they leave no trace in a component's behaviour.

use wasmparser::PrimitiveValType as Primitive;
use wasmparser::component_types::{
    ComponentDefinedType, ComponentEntityType, ComponentFuncType, ComponentValType,
};
use wasmparser::types::{Types, TypesRef};

/// The type of a value.
#[derive(Debug)]
pub(crate) enum Shape {
    Bool,
    U8,
    U16,
    U32,
    U64,
    S32,
    S64,
    String,
    List(&'static Shape),
    Option(&'static Shape),
    Enum(&'static [&'static str]),
    Record(&'static [(&'static str, &'static Shape)]),
    Variant(&'static [(&'static str, Option<&'static Shape>)]),
}

/// A function: its name and its type.
#[derive(Debug)]
pub(crate) struct Function {
    pub name: &'static str,
    pub parameters: &'static [(&'static str, &'static Shape)],
    pub result: &'static Shape,
}

/// How an exported interface differs from the contract's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    /// A function of the contract is not there, or has another type.
    Function(&'static str),
    /// There is something, of this name, that the contract does not have. The name is the component's own.
    Other(String),
}

/// How the instance that a component exports under a name differs from an interface of these functions: each must be there
/// with exactly its type, and nothing besides. Types have names there too, which mean nothing.
pub(crate) fn difference(
    types: &Types,
    export: &str,
    functions: &'static [Function],
) -> Option<Difference> {
    let types = types.as_ref();
    let exported = match types.component_item_for_export(export).map(|item| item.ty) {
        Some(ComponentEntityType::Instance(instance)) => Some(&types[instance].exports),
        _ => None,
    };
    let wrong = functions.iter().find(|function| {
        let exported = exported.and_then(|exported| exported.get(function.name));
        match exported.map(|item| item.ty) {
            Some(ComponentEntityType::Func(ty)) => !function.is(types, &types[ty]),
            _ => true,
        }
    });
    if let Some(function) = wrong {
        return Some(Difference::Function(function.name));
    }
    let ours = |name: &str| functions.iter().any(|function| function.name == name);
    exported
        .into_iter()
        .flatten()
        .find(|(name, item)| !matches!(item.ty, ComponentEntityType::Type { .. }) && !ours(name))
        .map(|(name, _)| Difference::Other(name.clone()))
}

impl Function {
    fn is(&self, types: TypesRef<'_>, function: &ComponentFuncType) -> bool {
        !function.async_
            && self.parameters.len() == function.params.len()
            && self.parameters.iter().zip(&function.params).all(
                |((own_name, own), (name, parameter))| {
                    *own_name == name.as_str() && own.is(types, *parameter)
                },
            )
            && function
                .result
                .is_some_and(|result| self.result.is(types, result))
    }
}

impl Shape {
    /// The recursion follows `self`, which is finite, and not the component's type, which could be made deep.
    fn is(&self, types: TypesRef<'_>, ty: ComponentValType) -> bool {
        let defined = match ty {
            ComponentValType::Primitive(primitive) => return self.is_primitive(primitive),
            ComponentValType::Type(id) => &types[id],
        };
        match (self, defined) {
            (_, ComponentDefinedType::Primitive(primitive)) => self.is_primitive(*primitive),
            (Self::List(own), ComponentDefinedType::List { element, .. }) => {
                own.is(types, *element)
            }
            (Self::Option(own), ComponentDefinedType::Option { ty, .. }) => own.is(types, *ty),
            (Self::Enum(own), ComponentDefinedType::Enum(cases)) => own
                .iter()
                .copied()
                .eq(cases.iter().map(|case| case.as_str())),
            (Self::Record(own), ComponentDefinedType::Record(record)) => {
                own.len() == record.fields.len()
                    && own
                        .iter()
                        .zip(&record.fields)
                        .all(|((own_name, own), (name, ty))| {
                            *own_name == name.as_str() && own.is(types, *ty)
                        })
            }
            (Self::Variant(own), ComponentDefinedType::Variant(variant)) => {
                own.len() == variant.cases.len()
                    && own
                        .iter()
                        .zip(&variant.cases)
                        .all(|((own_name, own), (name, case))| {
                            *own_name == name.as_str()
                                && match (own, case.ty) {
                                    (None, None) => true,
                                    (Some(own), Some(ty)) => own.is(types, ty),
                                    _ => false,
                                }
                        })
            }
            _ => false,
        }
    }

    fn is_primitive(&self, primitive: Primitive) -> bool {
        matches!(
            (self, primitive),
            (Self::Bool, Primitive::Bool)
                | (Self::U8, Primitive::U8)
                | (Self::U16, Primitive::U16)
                | (Self::U32, Primitive::U32)
                | (Self::U64, Primitive::U64)
                | (Self::S32, Primitive::S32)
                | (Self::S64, Primitive::S64)
                | (Self::String, Primitive::String)
        )
    }
}
