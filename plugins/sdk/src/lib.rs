//! Procedures in Rust.
//!
//! Most procedures fit the declarative package; some are easier to say in code. A *plugin* is a package whose rules are
//! code: the file `procedure.yaml` has the facts, the texts, the articles and the terms as every package does, says
//! `rules: plugin` at its head, and where a package has an expression it says in plain words what the code does. The code
//! then gives one value for each such place.
//!
//! ```yaml
#![doc = include_str!("../tests/market-stall.yaml")]
//! ```
//!
//! [`procedure!`] reads that file while the plugin is compiled. It writes a type `Facts` with a method for each fact, types
//! for options and rows, and a type `Outcomes` with a field for each place that holds words. So a misspelt fact does not
//! compile, and a forgotten condition does not either. The author implements [`Rules`] for the type `Package`:
//!
//! ```
//! # mod stall {
//! use motcua_plugin::{Rules, Truth, all};
//!
//! motcua_plugin::procedure!("tests/market-stall.yaml");
//!
//! impl Rules for Package {
//!     fn assess(facts: &Facts<'_>) -> Outcomes {
//!         let handles_food = facts.goods().contains(Goods::Food);
//!         let metres = facts.stalls().sum(|stall| stall.metres());
//!         // A loop, where a loop says it best: no stall stands on a pavement narrower than three metres.
//!         let keeps_clear = facts.stalls().and_then(|stalls| {
//!             let mut clear = Truth::from(true);
//!             for stall in stalls {
//!                 clear = clear & stall.place().decide(|place| match place {
//!                     stalls::Place::Hall => true.into(),
//!                     stalls::Place::Pavement => stall.pavement_metres().at_least(3),
//!                 });
//!             }
//!             clear
//!         });
//!         Outcomes {
//!             exemptions: Exemptions {
//!                 one_day_fair: facts.days().at_most(1),
//!             },
//!             conditions: Conditions {
//!                 of_age: facts.born_on().plus_years(18).at_most(facts.filed_on()),
//!                 keeps_clear,
//!                 food_hygiene: conditions::FoodHygiene {
//!                     when: handles_food,
//!                     rule: all([facts.has_hygiene_certificate(), facts.days().at_most(30)]),
//!                 },
//!             },
//!             documents: Documents {
//!                 hygiene_certificate: handles_food,
//!                 site_plan: facts.stalls().count(),
//!             },
//!             time_limit: TimeLimit {
//!                 food: handles_food,
//!             },
//!             fees: Fees {
//!                 place: fees::Place {
//!                     amount: metres * facts.days() * 5_000,
//!                     veterans: facts.is_veteran(),
//!                 },
//!             },
//!             checks: Checks {
//!                 born_before_filing: facts.born_on().less_than(facts.filed_on()),
//!             },
//!         }
//!     }
//! }
//! # }
//! # use stall::*;
//! # use motcua_plugin::Date;
//! # use motcua_plugin::testing::{ConditionOutcome, DocumentNeed, FeeDue};
//!
//! // In `cargo test`, a plugin is asked natively.
//! let asked = Question::filed_on(Date::ymd(2026, 3, 2))
//!     .days(10)
//!     .goods(&[Goods::Food])
//!     .stalls([stalls::Told::new().metres(3).place(stalls::Place::Hall)]);
//! let answer = asked.ask();
//! assert_eq!(answer.condition("keeps-clear"), ConditionOutcome::Satisfied);
//! assert_eq!(answer.document("hygiene-certificate"), DocumentNeed::Required);
//! assert_eq!(answer.fee("place"), FeeDue::Due);
//! assert_eq!(answer.amount("place"), None, "a veteran would pay less");
//! assert_eq!(answer.missing(), ["born_on", "has_hygiene_certificate", "is_veteran"]);
//!
//! let answer = asked.is_veteran(true).ask();
//! assert_eq!(answer.amount("place"), Some(75_000));
//! assert_eq!(answer.relief("place"), Some("veterans"));
//! ```
//!
//! # Unknown is not no
//!
//! Every fact is a [`Maybe`]: a value, or unknown while it is not told. Rules compute with it as with the value. An unknown
//! value carries the facts on which it hangs through every operation, so that "unknown" and the list of what to ask come
//! out by themselves, and are the same as those of a package with the same rules. Nothing in this crate lets a rule ask
//! whether a fact is told: an answer must never change its mind because one more fact is told. (The gate of the host tries
//! whether it does.)
//!
//! # What becomes of it
//!
//! `motcua build FOLDER -o out.wasm` compiles the crate for WebAssembly and wraps it into one component with its package and
//! cases; `motcua test FOLDER` runs the cases in the sandbox; `motcua new --rust FOLDER` writes a crate to start from. The
//! component imports nothing; its memory, a small stack and one arena that hands out memory and takes none back, never
//! grows. A rule that panics, or needs more than that, gives no answer at all.

// The macros speak of this crate by its name; its own bindings and tests use them too.
extern crate self as motcua_plugin;

mod answer;
mod arena;
mod choice;
mod date;
mod facts;
mod maybe;
mod number;
mod rows;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod text;
mod told;

#[doc(hidden)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit/procedure@1.0.0",
        world: "procedure",
        pub_export_macro: true,
        default_bindings_module: "::motcua_plugin::bindings",
        runtime_path: "::motcua_plugin::wit_bindgen::rt",
    });
}

#[doc(hidden)]
pub use bindings::exports::motcua::procedure::rules as contract;
#[doc(hidden)]
pub use wit_bindgen;

pub use choice::{Channel, Choice, Options};
pub use date::{Date, Moment};
pub use maybe::{Maybe, Truth, all, any};
pub use motcua_plugin_macros::procedure;
pub use number::{Decimal, Number, Rounding};
pub use rows::{Row, RowList, Rows, RowsIter};

/// What the macro needs of this crate and an author does not.
#[doc(hidden)]
pub mod written {
    pub use crate::answer::Gather;
    pub use crate::arena::Arena;
    pub use crate::told::Told;
}

/// A package as [`procedure!`] knows it.
pub trait Described {
    /// The facts of one application.
    type Facts<'a>;
    /// What the rules say of it.
    type Outcomes;

    #[doc(hidden)]
    fn facts(application: &contract::Application) -> Self::Facts<'_>;

    #[doc(hidden)]
    fn gather(outcomes: Self::Outcomes) -> contract::Assessment;
}

/// The rules of a package. Implemented by the author, for the type `Package` that [`procedure!`] writes.
pub trait Rules: Described {
    /// What the rules say of one application. A pure function: a component can do nothing else.
    fn assess(facts: &Self::Facts<'_>) -> Self::Outcomes;
}

/// A relief of a fee whose amount is code too.
#[derive(Clone, Copy)]
pub struct Relief {
    /// When it applies.
    pub when: Truth,
    /// What is to be paid then, in đồng.
    pub amount: Maybe<i64>,
}

/// The answer of a plugin to an application of the contract.
#[doc(hidden)]
pub fn answer<P: Rules>(application: &contract::Application) -> contract::Assessment {
    P::gather(P::assess(&P::facts(application)))
}

/// What does not compile. Each beside the same that does, so that it is the one word that makes the difference.
///
/// A misspelt fact:
/// ```compile_fail,E0599
/// # mod stall {
/// motcua_plugin::procedure!("tests/market-stall.yaml");
/// # impl motcua_plugin::Rules for Package { fn assess(_: &Facts<'_>) -> Outcomes { panic!() } }
/// fn long(facts: &Facts<'_>) -> motcua_plugin::Truth { facts.dais().more_than(7) }
/// # }
/// ```
/// ```
/// # #![allow(dead_code)]
/// # mod stall {
/// motcua_plugin::procedure!("tests/market-stall.yaml");
/// # impl motcua_plugin::Rules for Package { fn assess(_: &Facts<'_>) -> Outcomes { panic!() } }
/// fn long(facts: &Facts<'_>) -> motcua_plugin::Truth { facts.days().more_than(7) }
/// # }
/// ```
/// An option that there is not:
/// ```compile_fail,E0599
/// # mod stall {
/// motcua_plugin::procedure!("tests/market-stall.yaml");
/// # impl motcua_plugin::Rules for Package { fn assess(_: &Facts<'_>) -> Outcomes { panic!() } }
/// fn food(facts: &Facts<'_>) -> motcua_plugin::Truth { facts.goods().contains(Goods::Foods) }
/// # }
/// ```
/// ```
/// # #![allow(dead_code)]
/// # mod stall {
/// motcua_plugin::procedure!("tests/market-stall.yaml");
/// # impl motcua_plugin::Rules for Package { fn assess(_: &Facts<'_>) -> Outcomes { panic!() } }
/// fn food(facts: &Facts<'_>) -> motcua_plugin::Truth { facts.goods().contains(Goods::Food) }
/// # }
/// ```
/// A forgotten document:
/// ```compile_fail,E0063
/// # mod stall {
/// motcua_plugin::procedure!("tests/market-stall.yaml");
/// # impl motcua_plugin::Rules for Package { fn assess(_: &Facts<'_>) -> Outcomes { panic!() } }
/// fn documents(facts: &Facts<'_>) -> Documents {
///     Documents { site_plan: facts.stalls().count() }
/// }
/// # }
/// ```
/// ```
/// # #![allow(dead_code)]
/// # mod stall {
/// motcua_plugin::procedure!("tests/market-stall.yaml");
/// # impl motcua_plugin::Rules for Package { fn assess(_: &Facts<'_>) -> Outcomes { panic!() } }
/// fn documents(facts: &Facts<'_>) -> Documents {
///     Documents { site_plan: facts.stalls().count(), hygiene_certificate: true.into() }
/// }
/// # }
/// ```
/// To ask whether a fact is told:
/// ```compile_fail,E0616
/// # mod stall {
/// motcua_plugin::procedure!("tests/market-stall.yaml");
/// # impl motcua_plugin::Rules for Package { fn assess(_: &Facts<'_>) -> Outcomes { panic!() } }
/// fn told(facts: &Facts<'_>) -> bool { matches!(facts.days().0, _) }
/// # }
/// ```
#[cfg(doctest)]
mod mistakes {}
