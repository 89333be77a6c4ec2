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

/// The type of a function of one parameter.
#[derive(Debug)]
pub(crate) struct Function {
    pub parameter: (&'static str, &'static Shape),
    pub result: &'static Shape,
}

impl Function {
    /// Whether the component exports an instance of this name with a function of this name and exactly this type.
    pub fn is_exported(&self, types: &Types, export: &str, function: &str) -> bool {
        let types = types.as_ref();
        let Some(ComponentEntityType::Instance(instance)) =
            types.component_item_for_export(export).map(|item| item.ty)
        else {
            return false;
        };
        let Some(ComponentEntityType::Func(function)) =
            types[instance].exports.get(function).map(|item| item.ty)
        else {
            return false;
        };
        self.is(types, &types[function])
    }

    fn is(&self, types: TypesRef<'_>, function: &ComponentFuncType) -> bool {
        let [(name, parameter)] = &*function.params else {
            return false;
        };
        !function.async_
            && name.as_str() == self.parameter.0
            && self.parameter.1.is(types, *parameter)
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
