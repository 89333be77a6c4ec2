//! What the rules of a package say: a field for each place that is left to code, and how the fields become the answer.

use motcua_model::manifest::{Document, Fee, Manifest};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::names::{camel, snake};
use crate::places::{Count, Gives, Place, amount, copies, reduced};

/// An entry of a list: its id, what it is for documentation, and its places.
struct Entry {
    id: String,
    about: String,
    places: Vec<Slot>,
}

/// A place, or the places of a relief.
enum Slot {
    Place(Place),
    Relief(String, String),
}

impl Slot {
    fn name(&self) -> Ident {
        match self {
            Self::Place(place) => snake(&place.name),
            Self::Relief(id, _) => snake(id),
        }
    }

    fn words(&self) -> &str {
        match self {
            Self::Place(place) => &place.words,
            Self::Relief(_, words) => words,
        }
    }

    fn gives(&self) -> TokenStream {
        match self {
            Self::Place(place) => match place.gives {
                Gives::Truth => quote!(::motcua_plugin::Truth),
                Gives::Whole => quote!(::motcua_plugin::Maybe<i64>),
            },
            Self::Relief(..) => quote!(::motcua_plugin::Relief),
        }
    }
}

/// A list of the package with the name of its struct and of the module of its entries.
struct List {
    name: &'static str,
    about: &'static str,
    entries: Vec<Entry>,
}

fn truth(name: &str, words: &str) -> Slot {
    Slot::Place(Place::new(name, Gives::Truth, words))
}

fn whole(name: &str, words: &str) -> Slot {
    Slot::Place(Place::new(name, Gives::Whole, words))
}

fn document(document: &Document) -> Result<Entry, String> {
    let [originals, copies] = copies(document)?;
    let mut places: Vec<Slot> = (document.when.iter())
        .map(|words| truth("when", words))
        .collect();
    if matches!(originals, Count::Code) {
        places.push(whole("originals", &document.originals));
    }
    if matches!(copies, Count::Code) {
        places.push(whole("copies", &document.copies));
    }
    Ok(Entry {
        id: document.id.clone(),
        about: document.name.vi.clone(),
        places,
    })
}

fn fee(fee: &Fee) -> Result<Entry, String> {
    let mut places: Vec<Slot> = fee.when.iter().map(|words| truth("when", words)).collect();
    if matches!(amount(fee)?, Count::Code) {
        places.push(whole("amount", &fee.amount));
    }
    for (relief, amount) in fee.reliefs.iter().zip(reduced(fee)?) {
        let words = match amount {
            Count::Plain(_) => relief.when.clone(),
            Count::Code => format!("{}: {}", relief.when, relief.amount),
        };
        if places.iter().any(|place| place.name() == snake(&relief.id)) {
            return Err(format!(
                "relief `{}` of fee `{}` has the name of another place: give it another id",
                relief.id, fee.id
            ));
        }
        places.push(match amount {
            Count::Plain(_) => truth(&relief.id, &words),
            Count::Code => Slot::Relief(relief.id.clone(), words),
        });
    }
    Ok(Entry {
        id: fee.id.clone(),
        about: fee.name.vi.clone(),
        places,
    })
}

fn lists(manifest: &Manifest) -> Result<Vec<List>, String> {
    let exemptions = manifest.exemptions.iter().map(|x| Entry {
        id: x.id.clone(),
        about: x.text.vi.clone(),
        places: vec![truth("rule", &x.rule)],
    });
    let conditions = manifest.conditions.iter().map(|x| Entry {
        id: x.id.clone(),
        about: x.text.vi.clone(),
        places: (x.when.iter().map(|words| truth("when", words)))
            .chain(x.rule.iter().map(|words| truth("rule", words)))
            .collect(),
    });
    let rows = manifest.time_limit.iter().flat_map(|limit| &limit.rows);
    let rows = rows.map(|x| Entry {
        id: x.id.clone(),
        about: x
            .because
            .as_ref()
            .map_or_else(String::new, |b| b.vi.clone()),
        places: x.when.iter().map(|words| truth("when", words)).collect(),
    });
    let checks = manifest.checks.iter().map(|x| Entry {
        id: x.id.clone(),
        about: x.text.vi.clone(),
        places: vec![truth("rule", &x.rule)],
    });
    let mut lists = vec![
        List {
            name: "exemptions",
            about: "When each exemption applies.",
            entries: exemptions.collect(),
        },
        List {
            name: "conditions",
            about: "What each condition asks.",
            entries: conditions.collect(),
        },
        List {
            name: "documents",
            about: "When each document is needed, and how many of it.",
            entries: manifest
                .documents
                .iter()
                .map(document)
                .collect::<Result<_, _>>()?,
        },
        List {
            name: "time-limit",
            about: "When each row of the time limit applies: the first that does counts.",
            entries: rows.collect(),
        },
        List {
            name: "fees",
            about: "When each fee is due, how much, and its reliefs.",
            entries: manifest.fees.iter().map(fee).collect::<Result<_, _>>()?,
        },
        List {
            name: "checks",
            about: "What must hold between facts.",
            entries: checks.collect(),
        },
    ];
    for list in &mut lists {
        list.entries.retain(|entry| !entry.places.is_empty());
    }
    lists.retain(|list| !list.entries.is_empty());
    Ok(lists)
}

/// `Outcomes` and the structs in it.
pub fn outcomes(manifest: &Manifest) -> Result<TokenStream, String> {
    let lists = lists(manifest)?;
    let structs = lists.iter().map(|list| {
        let name = camel(list.name);
        let about = format!(" {}", list.about);
        let module = snake(list.name);
        let fields = list.entries.iter().map(|entry| {
            let field = snake(&entry.id);
            match &*entry.places {
                [only] => {
                    let (gives, doc) = (only.gives(), doc(&entry.about, only.words()));
                    quote! { #[doc = #doc] pub #field: #gives }
                }
                _ => {
                    let (gives, doc) = (camel(&entry.id), format!(" {}", entry.about));
                    quote! { #[doc = #doc] pub #field: #module::#gives }
                }
            }
        });
        let several = list.entries.iter().filter(|entry| entry.places.len() > 1);
        let several: Vec<_> = several
            .map(|entry| {
                let (name, about) = (camel(&entry.id), format!(" {}", entry.about));
                let places = entry.places.iter().map(|place| {
                    let (field, gives) = (place.name(), place.gives());
                    let doc = format!(" {}", place.words());
                    quote! { #[doc = #doc] pub #field: #gives }
                });
                quote! {
                    #[doc = #about]
                    #[allow(non_camel_case_types)]
                    #[derive(Clone, Copy)]
                    pub struct #name { #(#places),* }
                }
            })
            .collect();
        let module = (!several.is_empty()).then(|| {
            quote! {
                #[doc = #about]
                pub mod #module { #(#several)* }
            }
        });
        quote! {
            #[doc = #about]
            #[derive(Clone, Copy)]
            pub struct #name { #(#fields),* }
            #module
        }
    });
    let fields = lists.iter().map(|list| {
        let (field, gives) = (snake(list.name), camel(list.name));
        let about = format!(" {}", list.about);
        quote! { #[doc = #about] pub #field: #gives }
    });
    Ok(quote! {
        /// What the rules say of one application.
        #[derive(Clone, Copy)]
        pub struct Outcomes { #(#fields),* }
        #(#structs)*
    })
}

fn doc(about: &str, words: &str) -> String {
    format!(" {about}\n\n {words}")
}

/// The value of a place: of an entry with one place the field itself.
struct Values<'a> {
    list: Ident,
    entry: &'a Entry,
}

impl Values<'_> {
    fn of(&self, name: &str) -> Option<TokenStream> {
        let (list, entry) = (&self.list, snake(&self.entry.id));
        let name = snake(name);
        let place = self
            .entry
            .places
            .iter()
            .find(|place| place.name() == name)?;
        let path = quote!(outcomes.#list.#entry);
        let alone = self.entry.places.len() == 1;
        Some(match place {
            _ if alone => path,
            _ => quote!(#path.#name),
        })
    }

    fn truth(&self, name: &str) -> TokenStream {
        let value = self.of(name);
        value.unwrap_or_else(|| quote!(::motcua_plugin::Truth::from(true)))
    }

    fn count(&self, name: &str, count: &Count) -> TokenStream {
        match count {
            Count::Plain(number) => quote!(::motcua_plugin::Maybe::from(#number)),
            Count::Code => self.of(name).unwrap_or_default(),
        }
    }
}

/// The statements that give each outcome to the answer, in the order of the manifest.
pub fn gather(manifest: &Manifest) -> Result<TokenStream, String> {
    let mut out = TokenStream::new();
    let single = |id: &str, name: &str| Entry {
        id: id.to_owned(),
        about: String::new(),
        places: vec![truth(name, "")],
    };
    for (number, x) in (0_u16..).zip(&manifest.exemptions) {
        let entry = single(&x.id, "rule");
        let list = snake("exemptions");
        let rule = Values {
            list,
            entry: &entry,
        }
        .truth("rule");
        out.extend(quote! { gather.exemption(#number, #rule); });
    }
    for (number, x) in (0_u16..).zip(&manifest.conditions) {
        let places = [("when", &x.when), ("rule", &x.rule)];
        let entry = Entry {
            id: x.id.clone(),
            about: String::new(),
            places: (places.into_iter())
                .filter_map(|(name, words)| words.as_ref().map(|words| truth(name, words)))
                .collect(),
        };
        let list = snake("conditions");
        let values = Values {
            list,
            entry: &entry,
        };
        let (when, rule) = (values.truth("when"), values.truth("rule"));
        let judgement = x.judgement.is_some() || x.rule.is_none();
        out.extend(quote! { gather.condition(#number, #when, #rule, #judgement); });
    }
    for (number, x) in (0_u16..).zip(&manifest.documents) {
        let (entry, [originals, copies]) = (document(x)?, copies(x)?);
        let list = snake("documents");
        let values = Values {
            list,
            entry: &entry,
        };
        let when = values.truth("when");
        let originals = values.count("originals", &originals);
        let copies = values.count("copies", &copies);
        out.extend(quote! { gather.document(#number, #when, #originals, #copies); });
    }
    if let Some(limit) = &manifest.time_limit {
        let rows = limit.rows.iter().map(|row| match row.when {
            None => quote!(::motcua_plugin::Truth::from(true)),
            Some(_) => {
                let entry = single(&row.id, "when");
                let list = snake("time-limit");
                Values {
                    list,
                    entry: &entry,
                }
                .truth("when")
            }
        });
        out.extend(quote! { gather.time_limit(&[#(#rows),*]); });
    }
    for (number, x) in (0_u16..).zip(&manifest.fees) {
        let entry = fee(x)?;
        let list = snake("fees");
        let values = Values {
            list,
            entry: &entry,
        };
        let (when, amount) = (values.truth("when"), values.count("amount", &amount(x)?));
        let reliefs = x.reliefs.iter().zip(reduced(x)?).map(|(relief, amount)| {
            let value = values.of(&relief.id).unwrap_or_default();
            match amount {
                Count::Plain(number) => quote!((#value, ::motcua_plugin::Maybe::from(#number))),
                Count::Code => quote!((#value.when, #value.amount)),
            }
        });
        out.extend(quote! { gather.fee(#number, #when, #amount, &[#(#reliefs),*]); });
    }
    for (number, x) in (0_u16..).zip(&manifest.checks) {
        let entry = single(&x.id, "rule");
        let list = snake("checks");
        let rule = Values {
            list,
            entry: &entry,
        }
        .truth("rule");
        out.extend(quote! { gather.check(#number, #rule); });
    }
    Ok(out)
}
