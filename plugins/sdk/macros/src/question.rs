//! How a test asks: an application with a method for each fact. Not there in a component.

use motcua_model::manifest::{FactKind, FactSchema, Manifest};
use proc_macro2::TokenStream;
use quote::quote;

use crate::names::{camel, snake};

/// The type of a question, and the ids by which its answer is read.
pub fn question(manifest: &Manifest) -> TokenStream {
    let tell = (0_u16..)
        .zip(&manifest.facts)
        .map(|(number, fact)| tell(number, fact));
    let facts = manifest.facts.iter().map(|x| &x.id);
    let exemptions = manifest.exemptions.iter().map(|x| &x.id);
    let conditions = manifest.conditions.iter().map(|x| &x.id);
    let documents = manifest.documents.iter().map(|x| &x.id);
    let rows = manifest.time_limit.iter().flat_map(|limit| &limit.rows);
    let rows = rows.map(|x| &x.id);
    let fees = manifest.fees.iter().map(|fee| {
        let (id, reliefs) = (&fee.id, fee.reliefs.iter().map(|x| &x.id));
        quote!((#id, &[#(#reliefs),*]))
    });
    let checks = manifest.checks.iter().map(|x| &x.id);
    quote! {
        /// An application in a test.
        #[cfg(not(target_arch = "wasm32"))]
        #[derive(Clone, Debug)]
        pub struct Question(::motcua_plugin::testing::Told);

        #[cfg(not(target_arch = "wasm32"))]
        impl Question {
            /// Filed and received on a date, with nothing else told.
            pub fn filed_on(date: ::motcua_plugin::Date) -> Self {
                Self(::motcua_plugin::testing::Told::filed_on(date))
            }

            /// Filed at this moment.
            pub fn filed_at(mut self, moment: ::motcua_plugin::Moment) -> Self {
                self.0.filed_at(moment);
                self
            }

            /// Received complete on this day.
            pub fn received_on(mut self, date: ::motcua_plugin::Date) -> Self {
                self.0.received_on(date);
                self
            }

            /// Filed in this way.
            pub fn channel(mut self, channel: ::motcua_plugin::Channel) -> Self {
                self.0.channel(channel);
                self
            }

            #(#tell)*

            /// The answer of the rules.
            pub fn ask(&self) -> ::motcua_plugin::testing::Answer {
                static NAMES: ::motcua_plugin::testing::Names = ::motcua_plugin::testing::Names {
                    facts: &[#(#facts),*],
                    exemptions: &[#(#exemptions),*],
                    conditions: &[#(#conditions),*],
                    documents: &[#(#documents),*],
                    rows: &[#(#rows),*],
                    fees: &[#(#fees),*],
                    checks: &[#(#checks),*],
                };
                let application = self.0.application();
                let assessment = ::motcua_plugin::answer::<Package>(&application);
                ::motcua_plugin::testing::Answer::new(assessment, &NAMES)
            }
        }
    }
}

/// The type of a row that is told, for the module of its fact.
pub fn row(fields: &[FactSchema]) -> TokenStream {
    let methods = (0_u16..).zip(fields).map(|(number, field)| {
        let name = snake(&field.id);
        let doc = format!(" {}", field.question.vi);
        let (takes, value) = value(field);
        quote! {
            #[doc = #doc]
            pub fn #name(mut self, value: #takes) -> Self {
                self.0.field(#number, #value);
                self
            }
        }
    });
    quote! {
        /// One row in a test.
        #[cfg(not(target_arch = "wasm32"))]
        #[derive(Clone, Debug, Default)]
        pub struct Told(::motcua_plugin::testing::Cells);

        #[cfg(not(target_arch = "wasm32"))]
        impl Told {
            /// Nothing is told of it yet.
            pub fn new() -> Self {
                Self::default()
            }

            #(#methods)*
        }

        #[cfg(not(target_arch = "wasm32"))]
        impl From<Told> for ::motcua_plugin::testing::Cells {
            fn from(told: Told) -> Self {
                told.0
            }
        }
    }
}

fn tell(number: u16, fact: &FactSchema) -> TokenStream {
    let name = snake(&fact.id);
    let doc = format!(" {}", fact.question.vi);
    if let FactKind::Rows { .. } = &fact.kind {
        return quote! {
            #[doc = #doc]
            pub fn #name(mut self, rows: impl IntoIterator<Item = #name::Told>) -> Self {
                self.0.rows(#number, rows.into_iter().map(Into::into));
                self
            }
        };
    }
    let (takes, value) = value(fact);
    quote! {
        #[doc = #doc]
        pub fn #name(mut self, value: #takes) -> Self {
            self.0.fact(#number, #value);
            self
        }
    }
}

/// What a test gives for a fact, and how it becomes a value of the contract.
fn value(fact: &FactSchema) -> (TokenStream, TokenStream) {
    let choice = camel(&fact.id);
    match &fact.kind {
        FactKind::Boolean | FactKind::FilingWindow(_) | FactKind::Rows { .. } => {
            (quote!(bool), quote!(value))
        }
        FactKind::Integer { .. } => (quote!(i64), quote!(value)),
        FactKind::Decimal { decimals, .. } => (
            quote!(::motcua_plugin::Decimal),
            quote!(::motcua_plugin::testing::Exact(value, #decimals)),
        ),
        FactKind::Text { .. } => (quote!(&str), quote!(value)),
        FactKind::Date => (quote!(::motcua_plugin::Date), quote!(value)),
        FactKind::Moment => (quote!(::motcua_plugin::Moment), quote!(value)),
        FactKind::Choice { .. } => (
            quote!(#choice),
            quote!(::motcua_plugin::testing::One(value)),
        ),
        FactKind::Choices { .. } => (
            quote!(&[#choice]),
            quote!(::motcua_plugin::testing::Ticked(value)),
        ),
    }
}
