//! `motcua:procedure@1.1.0`, a draft: 1.0.0 and the function `grounds`. It changes with `wit/procedure@1.1.0` until that is
//! frozen.
//!
//! Every component of it is called through wasmtime: a plain one has exactly one function, which the host can tell by that, and
//! these have two. Whether two are worth a canonical ABI of the host's own will be measured before this is frozen.

use motcua_model::{Application, Subject};

use super::common::{APPLICATION, ASSESS, NUMBER, SUBJECT, check_lengths};
use super::composed::{call, instantiate, linked};
use super::conversions::conversions;
use super::shape::{Function, Shape};
use super::{Raw, Rules, Version};
use crate::code::Code;
use crate::error::{CallError, LoadError};
use crate::sandbox::{Meter, Room, Sandbox};

/// See [`super`].
pub(crate) const VERSION: Version = Version {
    contract: "motcua:procedure@1.1.0",
    export: "motcua:procedure/rules@1.1.0",
    draft: true,
    functions: FUNCTIONS,
    load: |sandbox, room, code| match code {
        Code::Component(component) => Ok(Box::new(Composed::load(sandbox, room, &component)?)),
        // Two functions of two types cannot be one that is lifted: admission has seen to it that this is none.
        Code::Module(..) => Err(LoadError::Compile {
            what: "it has a single function".to_owned(),
        }),
    },
};

static FUNCTIONS: &[Function] = &[
    ASSESS,
    // `grounds: func(application: application, subject: subject) -> list<fact-number>`
    Function {
        name: "grounds",
        parameters: &[("application", &APPLICATION), ("subject", &SUBJECT)],
        result: &Shape::List(&NUMBER),
    },
];

mod bindings {
    wasmtime::component::bindgen!({ path: "../../wit/procedure@1.1.0", world: "procedure" });
}

use bindings::exports::motcua::procedure::rules;

conversions!(rules);

struct Composed {
    pre: bindings::ProcedurePre<Meter>,
    room: Room,
}

impl Composed {
    fn load(
        sandbox: &Sandbox,
        room: Room,
        component: &wasmtime::component::Component,
    ) -> Result<Self, LoadError> {
        let pre = linked(sandbox, room, component, bindings::ProcedurePre::new)?;
        Ok(Self { pre, room })
    }
}

impl Rules for Composed {
    fn assess(&self, sandbox: &Sandbox, application: &Application<'_>) -> Result<Raw, CallError> {
        let (answer, fuel_used) = call(
            sandbox,
            self.room,
            |store| self.pre.instantiate(store),
            |store, instance| {
                let rules = instance.motcua_procedure_rules();
                rules.call_assess(store, &lowered(application))
            },
        )?;
        let assessment = lifted(answer);
        check_lengths(&assessment, &sandbox.limits)?;
        Ok(Raw {
            assessment,
            fuel_used,
        })
    }

    fn grounds(
        &self,
        sandbox: &Sandbox,
        application: &Application<'_>,
        subject: Subject,
    ) -> Result<Option<Vec<u16>>, CallError> {
        let (facts, _) = call(
            sandbox,
            self.room,
            |store| self.pre.instantiate(store),
            |store, instance| {
                let rules = instance.motcua_procedure_rules();
                rules.call_grounds(store, &lowered(application), about(subject))
            },
        )?;
        let limit = sandbox.limits.answer_list;
        if facts.len() > limit {
            return Err(CallError::TooLarge {
                what: "grounds",
                limit,
            });
        }
        Ok(Some(facts))
    }

    fn instantiate(&self, sandbox: &Sandbox) -> Result<(), CallError> {
        instantiate(sandbox, self.room, |store| self.pre.instantiate(store))
    }
}

fn about(subject: Subject) -> rules::Subject {
    match subject {
        Subject::Exemption(number) => rules::Subject::Exemption(number),
        Subject::Condition(number) => rules::Subject::Condition(number),
        Subject::Document(number) => rules::Subject::Document(number),
        Subject::TimeLimit => rules::Subject::TimeLimit,
        Subject::Fee(number) => rules::Subject::Fee(number),
    }
}
