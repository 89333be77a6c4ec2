//! Runs a component and speaks the types of the model with it.

use std::sync::OnceLock;

use motcua_compiler::ir::Program;
use motcua_model::{
    Application, Assessment, Channel, ConditionOutcome, ConditionResult, DocumentNeed,
    DocumentResult, ExemptionOutcome, ExemptionResult, FeeDue, FeeResult, MissingFact, Scalar,
    Subject, TimeLimitResult, Value,
};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, OptLevel, Store};

#[allow(missing_docs)]
mod contract {
    wasmtime::component::bindgen!({ path: "../../wit/procedure@1.0.0", world: "procedure" });
}

use contract::Procedure;
use contract::exports::motcua::procedure::rules as wit;

/// Far more than any question of these tests needs.
const FUEL: u64 = 1_000_000_000;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut config = Config::new();
        config
            .consume_fuel(true)
            .cranelift_opt_level(OptLevel::None);
        Engine::new(&config).expect("the settings go together")
    })
}

/// A component that can be asked again and again, each time in a fresh instance.
pub struct Plugin {
    component: Component,
    linker: Linker<()>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// An answer and what it cost.
pub struct Answer {
    /// The answer.
    pub assessment: Assessment,
    /// Fuel of wasmtime: about one for each instruction.
    pub fuel: u64,
}

impl Plugin {
    /// Compiles a program.
    pub fn new(program: &Program) -> Self {
        let bytes = motcua_compiler::emit::component(program, b"{}", &[])
            .expect("the program is well-formed");
        Self::load(bytes)
    }

    /// Loads a component.
    pub fn load(bytes: Vec<u8>) -> Self {
        let component =
            Component::from_binary(engine(), &bytes).expect("wasmtime takes the component");
        Self {
            component,
            linker: Linker::new(engine()),
            bytes,
        }
    }

    /// Asks a question in a fresh instance.
    pub fn ask(&self, application: &Application<'_>) -> Answer {
        self.try_ask(application).expect("the component answers")
    }

    /// Asks a question, which may trap.
    pub fn try_ask(&self, application: &Application<'_>) -> wasmtime::Result<Answer> {
        let mut store = Store::new(engine(), ());
        store.set_fuel(FUEL)?;
        let procedure = Procedure::instantiate(&mut store, &self.component, &self.linker)?;
        let question = question(application);
        let answer = procedure
            .motcua_procedure_rules()
            .call_assess(&mut store, &question)?;
        let fuel = FUEL - store.get_fuel()?;
        Ok(Answer {
            assessment: assessment(&answer),
            fuel,
        })
    }

    /// Asks one instance twice.
    pub fn ask_twice(&self, application: &Application<'_>) -> wasmtime::Result<()> {
        let mut store = Store::new(engine(), ());
        store.set_fuel(FUEL)?;
        let procedure = Procedure::instantiate(&mut store, &self.component, &self.linker)?;
        let question = question(application);
        let rules = procedure.motcua_procedure_rules();
        rules.call_assess(&mut store, &question)?;
        rules.call_assess(&mut store, &question).map(|_| ())
    }
}

fn question(application: &Application<'_>) -> wit::Application {
    wit::Application {
        filed_at: application.filed_at.seconds(),
        received_on: application.received_on.days(),
        channel: application.channel.map(|channel| match channel {
            Channel::Online => wit::Channel::Online,
            Channel::Counter => wit::Channel::Counter,
            Channel::Postal => wit::Channel::Postal,
        }),
        facts: application
            .facts
            .iter()
            .map(|fact| wit::Fact {
                fact: fact.fact,
                value: value(&fact.value),
            })
            .collect(),
    }
}

fn value(value: &Value<'_>) -> wit::Value {
    match value {
        Value::Scalar(Scalar::Boolean(value)) => wit::Value::Boolean(*value),
        Value::Scalar(Scalar::Integer(value)) => wit::Value::Integer(*value),
        Value::Scalar(Scalar::Decimal(value)) => wit::Value::Decimal(wit::Decimal {
            units: value.units,
            scale: value.scale,
        }),
        Value::Scalar(Scalar::Text(value)) => wit::Value::Text(value.to_string()),
        Value::Scalar(Scalar::Date(value)) => wit::Value::Date(value.days()),
        Value::Scalar(Scalar::Moment(value)) => wit::Value::Moment(value.seconds()),
        Value::Scalar(Scalar::Choice(value)) => wit::Value::Choice(*value),
        Value::Scalar(Scalar::Choices(value)) => wit::Value::Choices(value.clone()),
        Value::Rows(rows) => wit::Value::Rows(
            rows.iter()
                .map(|row| {
                    row.iter()
                        .map(|cell| wit::Cell {
                            field: cell.field,
                            value: scalar(&cell.value),
                        })
                        .collect()
                })
                .collect(),
        ),
    }
}

fn scalar(value: &Scalar<'_>) -> wit::Scalar {
    match value {
        Scalar::Boolean(value) => wit::Scalar::Boolean(*value),
        Scalar::Integer(value) => wit::Scalar::Integer(*value),
        Scalar::Decimal(value) => wit::Scalar::Decimal(wit::Decimal {
            units: value.units,
            scale: value.scale,
        }),
        Scalar::Text(value) => wit::Scalar::Text(value.to_string()),
        Scalar::Date(value) => wit::Scalar::Date(value.days()),
        Scalar::Moment(value) => wit::Scalar::Moment(value.seconds()),
        Scalar::Choice(value) => wit::Scalar::Choice(*value),
        Scalar::Choices(value) => wit::Scalar::Choices(value.clone()),
    }
}

fn assessment(answer: &wit::Assessment) -> Assessment {
    let exemptions = answer.exemptions.iter().map(|result| ExemptionResult {
        exemption: result.exemption,
        outcome: match result.outcome {
            wit::ExemptionOutcome::DoesNotApply => ExemptionOutcome::DoesNotApply,
            wit::ExemptionOutcome::Applies => ExemptionOutcome::Applies,
            wit::ExemptionOutcome::Unknown => ExemptionOutcome::Unknown,
        },
    });
    let conditions = answer.conditions.iter().map(|result| ConditionResult {
        condition: result.condition,
        outcome: match result.outcome {
            wit::ConditionOutcome::Violated => ConditionOutcome::Violated,
            wit::ConditionOutcome::Satisfied => ConditionOutcome::Satisfied,
            wit::ConditionOutcome::Unknown => ConditionOutcome::Unknown,
            wit::ConditionOutcome::Judgement => ConditionOutcome::Judgement,
            wit::ConditionOutcome::NotApplicable => ConditionOutcome::NotApplicable,
        },
    });
    let documents = answer.documents.iter().map(|result| DocumentResult {
        document: result.document,
        need: match result.need {
            wit::DocumentNeed::NotNeeded => DocumentNeed::NotNeeded,
            wit::DocumentNeed::Required => DocumentNeed::Required,
            wit::DocumentNeed::Unknown => DocumentNeed::Unknown,
        },
        originals: result.originals,
        copies: result.copies,
    });
    let fees = answer.fees.iter().map(|result| FeeResult {
        fee: result.fee,
        due: match result.due {
            wit::FeeDue::NotDue => FeeDue::NotDue,
            wit::FeeDue::Due => FeeDue::Due,
            wit::FeeDue::Unknown => FeeDue::Unknown,
        },
        amount: result.amount,
        full_amount: result.full_amount,
        relief: result.relief,
    });
    let missing = answer.missing.iter().map(|missing| MissingFact {
        fact: missing.fact,
        subject: match missing.subject {
            wit::Subject::Exemption(number) => Subject::Exemption(number),
            wit::Subject::Condition(number) => Subject::Condition(number),
            wit::Subject::Document(number) => Subject::Document(number),
            wit::Subject::TimeLimit => Subject::TimeLimit,
            wit::Subject::Fee(number) => Subject::Fee(number),
        },
    });
    Assessment {
        exemptions: exemptions.collect(),
        conditions: conditions.collect(),
        documents: documents.collect(),
        time_limit: match answer.time_limit {
            wit::TimeLimitResult::None => TimeLimitResult::None,
            wit::TimeLimitResult::Row(number) => TimeLimitResult::Row(number),
            wit::TimeLimitResult::Unknown => TimeLimitResult::Unknown,
        },
        fees: fees.collect(),
        missing: missing.collect(),
        problems: answer.problems.clone(),
    }
}
