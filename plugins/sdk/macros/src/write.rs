//! Facts, options and rows of a package, and how all of it is put together.

use motcua_compiler::check::Checked;
use motcua_model::Text;
use motcua_model::manifest::{ChoiceOption, FactKind, FactSchema, Manifest};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::names::{camel, snake};
use crate::{outcomes, question};

/// What an arena has besides room for the application, in bytes: for the answer, and for what rules make on their way.
const WORKING_BYTES: u64 = 16 << 10;
/// For each fact and each entry of a list with rules, in bytes: its result, and the sets of facts that unknown values of it
/// hang on.
const ENTRY_BYTES: u64 = 256;
/// How often an application is there: as the host wrote it, as Rust has it, and what rules make of it.
const COPIES: u64 = 3;
/// The largest arena, in bytes: with more a component is none that a host admits.
const MAX_ARENA_BYTES: u64 = 48 << 20;

/// All that is written for a package.
pub fn package(checked: &Checked) -> Result<TokenStream, String> {
    let manifest = &checked.manifest;
    let facts = facts(manifest);
    let choices: TokenStream = manifest.facts.iter().filter_map(choice).collect();
    let rows: TokenStream = manifest.facts.iter().filter_map(rows).collect();
    let outcomes = outcomes::outcomes(manifest)?;
    let gather = outcomes::gather(manifest)?;
    let question = question::question(manifest);
    let component = component(checked)?;
    Ok(quote! {
        /// The package of this plugin: implement [`motcua_plugin::Rules`] for it.
        #[derive(Clone, Copy, Debug)]
        pub enum Package {}

        #facts
        #choices
        #rows
        #outcomes

        impl ::motcua_plugin::Described for Package {
            type Facts<'a> = Facts<'a>;
            type Outcomes = Outcomes;

            fn facts(application: &::motcua_plugin::contract::Application) -> Facts<'_> {
                Facts(::motcua_plugin::written::Told::application(application))
            }

            fn gather(outcomes: Outcomes) -> ::motcua_plugin::contract::Assessment {
                let mut gather = ::motcua_plugin::written::Gather::new();
                #gather
                gather.finish()
            }
        }

        #question
        #component
    })
}

/// The export of the contract, and the arena.
fn component(checked: &Checked) -> Result<TokenStream, String> {
    let Checked {
        manifest,
        max_input_bytes,
        ..
    } = checked;
    let rows = manifest.time_limit.iter().flat_map(|limit| &limit.rows);
    let entries = manifest.facts.len()
        + manifest.exemptions.len()
        + manifest.conditions.len()
        + manifest.documents.len()
        + rows.count()
        + manifest
            .fees
            .iter()
            .map(|fee| 1 + fee.reliefs.len())
            .sum::<usize>()
        + manifest.checks.len();
    let working = WORKING_BYTES + entries as u64 * ENTRY_BYTES;
    let bytes = u64::from(*max_input_bytes) * COPIES + working;
    if bytes > MAX_ARENA_BYTES {
        return Err(format!(
            "the facts allow applications of {max_input_bytes} bytes, for which a component would need too much memory: \
             give texts a smaller `max_length` and repeating facts a smaller `max_rows`"
        ));
    }
    let bytes = Literal::u64_unsuffixed(bytes.next_multiple_of(16));
    Ok(quote! {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, missing_docs)]
        mod component {
            use super::Package;

            #[global_allocator]
            static ARENA: ::motcua_plugin::written::Arena<#bytes> =
                ::motcua_plugin::written::Arena::new();

            struct Component;

            impl ::motcua_plugin::contract::Guest for Component {
                fn assess(
                    application: ::motcua_plugin::contract::Application,
                ) -> ::motcua_plugin::contract::Assessment {
                    ::motcua_plugin::answer::<Package>(&application)
                }
            }

            ::motcua_plugin::bindings::export!(
                Component with_types_in ::motcua_plugin::bindings
            );
        }
    })
}

/// The words of a text for documentation.
fn words(text: &Text) -> String {
    format!(" {}\n\n {}", text.vi, text.en)
}

fn facts(manifest: &Manifest) -> TokenStream {
    let methods = (0_u16..)
        .zip(&manifest.facts)
        .map(|(number, fact)| accessor(number, fact));
    quote! {
        /// What one application tells.
        #[derive(Clone, Copy)]
        pub struct Facts<'a>(::motcua_plugin::written::Told<'a>);

        impl<'a> Facts<'a> {
            #(#methods)*

            /// When the applicant sent the dossier.
            pub fn filed_at(&self) -> ::motcua_plugin::Maybe<::motcua_plugin::Moment> {
                self.0.filed_at()
            }

            /// The day on which the applicant sent the dossier.
            pub fn filed_on(&self) -> ::motcua_plugin::Maybe<::motcua_plugin::Date> {
                self.0.filed_at().date()
            }

            /// The day on which the dossier was received complete and correct.
            pub fn received_on(&self) -> ::motcua_plugin::Maybe<::motcua_plugin::Date> {
                self.0.received_on()
            }

            /// How the dossier reached the department; nothing to ask where that is not said.
            pub fn channel(&self) -> ::motcua_plugin::Maybe<::motcua_plugin::Channel> {
                self.0.channel()
            }
        }
    }
}

/// The method of a fact, or of a field of a row.
fn accessor(number: u16, fact: &FactSchema) -> TokenStream {
    let name = snake(&fact.id);
    let doc = words(&fact.question);
    let choice = camel(&fact.id);
    let rows = snake(&fact.id);
    let (reader, gives) = match &fact.kind {
        FactKind::Boolean | FactKind::FilingWindow(_) => {
            (quote!(boolean), quote!(::motcua_plugin::Truth))
        }
        FactKind::Integer { .. } => (quote!(integer), quote!(::motcua_plugin::Maybe<i64>)),
        FactKind::Decimal { .. } => (
            quote!(decimal),
            quote!(::motcua_plugin::Maybe<::motcua_plugin::Decimal>),
        ),
        FactKind::Text { .. } => (quote!(text), quote!(::motcua_plugin::Maybe<&'a str>)),
        FactKind::Date => (
            quote!(date),
            quote!(::motcua_plugin::Maybe<::motcua_plugin::Date>),
        ),
        FactKind::Moment => (
            quote!(moment),
            quote!(::motcua_plugin::Maybe<::motcua_plugin::Moment>),
        ),
        FactKind::Choice { .. } => (quote!(choice), quote!(::motcua_plugin::Maybe<#choice>)),
        FactKind::Choices { .. } => (
            quote!(choices),
            quote!(::motcua_plugin::Maybe<::motcua_plugin::Options<#choice>>),
        ),
        FactKind::Rows { .. } => (
            quote!(rows),
            quote!(::motcua_plugin::Rows<'a, #rows::Row<'a>>),
        ),
    };
    quote! {
        #[doc = #doc]
        pub fn #name(&self) -> #gives {
            self.0.#reader(#number)
        }
    }
}

/// The options of a fact.
fn options(fact: &FactSchema) -> Option<&[ChoiceOption]> {
    match &fact.kind {
        FactKind::Choice { options } | FactKind::Choices { options } => Some(options),
        _ => None,
    }
}

/// The type of the options of a fact.
fn choice(fact: &FactSchema) -> Option<TokenStream> {
    let options = options(fact)?;
    let name = camel(&fact.id);
    let doc = words(&fact.question);
    let ids: Vec<_> = options.iter().map(|option| camel(&option.id)).collect();
    let labels = options.iter().map(|option| words(&option.label));
    Some(quote! {
        #[doc = #doc]
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum #name {
            #(
                #[doc = #labels]
                #ids,
            )*
        }

        impl ::motcua_plugin::Choice for #name {
            const ALL: &'static [Self] = &[#(Self::#ids),*];
        }
    })
}

/// The module of a repeating fact.
fn rows(fact: &FactSchema) -> Option<TokenStream> {
    let FactKind::Rows { fields, .. } = &fact.kind else {
        return None;
    };
    let module = snake(&fact.id);
    let doc = words(&fact.question);
    let choices: TokenStream = fields.iter().filter_map(choice).collect();
    let methods = (0_u16..)
        .zip(fields)
        .map(|(number, field)| accessor(number, field));
    let told = question::row(fields);
    Some(quote! {
        #[doc = #doc]
        pub mod #module {
            /// One row.
            #[derive(Clone, Copy)]
            pub struct Row<'a>(::motcua_plugin::written::Told<'a>);

            impl<'a> Row<'a> {
                #(#methods)*
            }

            impl<'a> ::motcua_plugin::Row<'a> for Row<'a> {
                fn of(told: ::motcua_plugin::written::Told<'a>) -> Self {
                    Self(told)
                }
            }

            #choices
            #told
        }
    })
}
