//! Components of several parts: wasmtime speaks the canonical ABI, with types made from the contract's WIT.

use motcua_model::Application;

use crate::contract::common::check_lengths;
use crate::contract::composed::{call, instantiate, linked};
use crate::contract::conversions::conversions;
use crate::contract::{Raw, Rules};
use crate::error::{CallError, LoadError};
use crate::sandbox::{Meter, Room, Sandbox};

mod bindings {
    wasmtime::component::bindgen!({ path: "../../wit/procedure@1.0.0", world: "procedure" });
}

use bindings::exports::motcua::procedure::rules;

conversions!(rules);

pub(super) struct Composed {
    pre: bindings::ProcedurePre<Meter>,
    room: Room,
}

impl Composed {
    pub fn load(
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

    fn instantiate(&self, sandbox: &Sandbox) -> Result<(), CallError> {
        instantiate(sandbox, self.room, |store| self.pre.instantiate(store))
    }
}
