//! Components of several parts: wasmtime speaks the canonical ABI, with types made from the contract's WIT.

use motcua_model::{self as model, Application};

use super::{check_lengths, compile_error};
use crate::contract::{Raw, Rules};
use crate::error::{CallError, LoadError};
use crate::sandbox::{Meter, Room, Sandbox};

mod bindings {
    wasmtime::component::bindgen!({ path: "../../wit/procedure@1.0.0", world: "procedure" });
}

use bindings::exports::motcua::procedure::rules;

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
        // The linker is empty and stays so: no import can ever be met.
        wasmtime::component::Linker::new(sandbox.engine(room))
            .instantiate_pre(component)
            .and_then(bindings::ProcedurePre::new)
            .map(|pre| Self { pre, room })
            .map_err(|error| compile_error(&error))
    }
}

impl Rules for Composed {
    fn assess(&self, sandbox: &Sandbox, application: &Application<'_>) -> Result<Raw, CallError> {
        let _slot = sandbox.enter()?;
        let limits = &sandbox.limits;
        let mut store = sandbox.store(self.room)?;
        store.set_hostcall_fuel(limits.answer_bytes);
        store.set_max_component_handles(limits.handles);
        let instance = self
            .pre
            .instantiate(&mut store)
            .map_err(|error| sandbox.instantiation_error(&store, &error))?;
        let answer = instance
            .motcua_procedure_rules()
            .call_assess(&mut store, &lowered(application))
            .map_err(|error| {
                if is_too_much(&error) {
                    return CallError::TooLarge {
                        what: "bytes",
                        limit: limits.answer_bytes,
                    };
                }
                sandbox.call_error(&store, &error)
            })?;
        let assessment = lifted(answer);
        check_lengths(&assessment, limits)?;
        Ok(Raw {
            assessment,
            fuel_used: sandbox.fuel_used(&store),
        })
    }

    fn instantiate(&self, sandbox: &Sandbox) -> Result<(), CallError> {
        let _slot = sandbox.enter()?;
        let mut store = sandbox.store(self.room)?;
        store.set_max_component_handles(sandbox.limits.handles);
        match self.pre.instantiate(&mut store) {
            Ok(_) => Ok(()),
            Err(error) => Err(sandbox.instantiation_error(&store, &error)),
        }
    }
}

/// Whether the budget of what the host copies is used up. Wasmtime's error for it is private, so it is known by its
/// words; a test notices when they change.
fn is_too_much(error: &wasmtime::Error) -> bool {
    error
        .root_cause()
        .to_string()
        .starts_with("too much data is being copied")
}

fn lowered(application: &Application<'_>) -> rules::Application {
    rules::Application {
        filed_at: application.filed_at.seconds(),
        received_on: application.received_on.days(),
        channel: application.channel.map(|channel| match channel {
            model::Channel::Online => rules::Channel::Online,
            model::Channel::Counter => rules::Channel::Counter,
            model::Channel::Postal => rules::Channel::Postal,
        }),
        facts: application
            .facts
            .iter()
            .map(|fact| rules::Fact {
                fact: fact.fact,
                value: value(&fact.value),
            })
            .collect(),
    }
}

fn decimal(number: model::Decimal) -> rules::Decimal {
    rules::Decimal {
        units: number.units,
        scale: number.scale,
    }
}

fn value(value: &model::Value<'_>) -> rules::Value {
    use motcua_model::{Scalar, Value};
    match value {
        Value::Scalar(Scalar::Boolean(truth)) => rules::Value::Boolean(*truth),
        Value::Scalar(Scalar::Integer(number)) => rules::Value::Integer(*number),
        Value::Scalar(Scalar::Decimal(number)) => rules::Value::Decimal(decimal(*number)),
        Value::Scalar(Scalar::Text(text)) => rules::Value::Text(text.to_string()),
        Value::Scalar(Scalar::Date(date)) => rules::Value::Date(date.days()),
        Value::Scalar(Scalar::Moment(moment)) => rules::Value::Moment(moment.seconds()),
        Value::Scalar(Scalar::Choice(option)) => rules::Value::Choice(*option),
        Value::Scalar(Scalar::Choices(options)) => rules::Value::Choices(options.clone()),
        Value::Rows(rows) => rules::Value::Rows(rows.iter().map(row).collect()),
    }
}

fn row(row: &model::Row<'_>) -> rules::Row {
    row.iter()
        .map(|cell| rules::Cell {
            field: cell.field,
            value: scalar(&cell.value),
        })
        .collect()
}

fn scalar(value: &model::Scalar<'_>) -> rules::Scalar {
    use motcua_model::Scalar;
    match value {
        Scalar::Boolean(truth) => rules::Scalar::Boolean(*truth),
        Scalar::Integer(number) => rules::Scalar::Integer(*number),
        Scalar::Decimal(number) => rules::Scalar::Decimal(decimal(*number)),
        Scalar::Text(text) => rules::Scalar::Text(text.to_string()),
        Scalar::Date(date) => rules::Scalar::Date(date.days()),
        Scalar::Moment(moment) => rules::Scalar::Moment(moment.seconds()),
        Scalar::Choice(option) => rules::Scalar::Choice(*option),
        Scalar::Choices(options) => rules::Scalar::Choices(options.clone()),
    }
}

fn lifted(answer: rules::Assessment) -> model::Assessment {
    model::Assessment {
        exemptions: answer
            .exemptions
            .into_iter()
            .map(|result| model::ExemptionResult {
                exemption: result.exemption,
                outcome: match result.outcome {
                    rules::ExemptionOutcome::DoesNotApply => model::ExemptionOutcome::DoesNotApply,
                    rules::ExemptionOutcome::Applies => model::ExemptionOutcome::Applies,
                    rules::ExemptionOutcome::Unknown => model::ExemptionOutcome::Unknown,
                },
            })
            .collect(),
        conditions: answer
            .conditions
            .into_iter()
            .map(|result| model::ConditionResult {
                condition: result.condition,
                outcome: match result.outcome {
                    rules::ConditionOutcome::Violated => model::ConditionOutcome::Violated,
                    rules::ConditionOutcome::Satisfied => model::ConditionOutcome::Satisfied,
                    rules::ConditionOutcome::Unknown => model::ConditionOutcome::Unknown,
                    rules::ConditionOutcome::Judgement => model::ConditionOutcome::Judgement,
                    rules::ConditionOutcome::NotApplicable => {
                        model::ConditionOutcome::NotApplicable
                    }
                },
            })
            .collect(),
        documents: answer
            .documents
            .into_iter()
            .map(|result| model::DocumentResult {
                document: result.document,
                need: match result.need {
                    rules::DocumentNeed::NotNeeded => model::DocumentNeed::NotNeeded,
                    rules::DocumentNeed::Required => model::DocumentNeed::Required,
                    rules::DocumentNeed::Unknown => model::DocumentNeed::Unknown,
                },
                originals: result.originals,
                copies: result.copies,
            })
            .collect(),
        time_limit: match answer.time_limit {
            rules::TimeLimitResult::None => model::TimeLimitResult::None,
            rules::TimeLimitResult::Row(row) => model::TimeLimitResult::Row(row),
            rules::TimeLimitResult::Unknown => model::TimeLimitResult::Unknown,
        },
        fees: answer
            .fees
            .into_iter()
            .map(|result| model::FeeResult {
                fee: result.fee,
                due: match result.due {
                    rules::FeeDue::NotDue => model::FeeDue::NotDue,
                    rules::FeeDue::Due => model::FeeDue::Due,
                    rules::FeeDue::Unknown => model::FeeDue::Unknown,
                },
                amount: result.amount,
                full_amount: result.full_amount,
                relief: result.relief,
            })
            .collect(),
        missing: answer
            .missing
            .into_iter()
            .map(|missing| model::MissingFact {
                fact: missing.fact,
                subject: match missing.subject {
                    rules::Subject::Exemption(number) => model::Subject::Exemption(number),
                    rules::Subject::Condition(number) => model::Subject::Condition(number),
                    rules::Subject::Document(number) => model::Subject::Document(number),
                    rules::Subject::TimeLimit => model::Subject::TimeLimit,
                    rules::Subject::Fee(number) => model::Subject::Fee(number),
                },
            })
            .collect(),
        problems: answer.problems,
    }
}
