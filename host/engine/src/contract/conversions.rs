//! Between the model's types and those of 1.0.0 and 1.1.0, which are the same in both but for the package they belong to.

/// Writes `lowered` for the question and `lifted` for the answer, for the types in a module of bindings.
///
/// Each version has Rust types of its own, made from its own WIT; a macro writes the same words for each. Frozen with 1.0.0: a
/// version in which one of these types is another writes its own.
macro_rules! conversions {
    ($rules:ident) => {
        fn lowered(application: &motcua_model::Application<'_>) -> $rules::Application {
            $rules::Application {
                filed_at: application.filed_at.seconds(),
                received_on: application.received_on.days(),
                channel: application.channel.map(|channel| match channel {
                    motcua_model::Channel::Online => $rules::Channel::Online,
                    motcua_model::Channel::Counter => $rules::Channel::Counter,
                    motcua_model::Channel::Postal => $rules::Channel::Postal,
                }),
                facts: application
                    .facts
                    .iter()
                    .map(|fact| $rules::Fact {
                        fact: fact.fact,
                        value: value(&fact.value),
                    })
                    .collect(),
            }
        }

        fn decimal(number: motcua_model::Decimal) -> $rules::Decimal {
            $rules::Decimal {
                units: number.units,
                scale: number.scale,
            }
        }

        fn value(value: &motcua_model::Value<'_>) -> $rules::Value {
            use motcua_model::{Scalar, Value};
            match value {
                Value::Scalar(Scalar::Boolean(truth)) => $rules::Value::Boolean(*truth),
                Value::Scalar(Scalar::Integer(number)) => $rules::Value::Integer(*number),
                Value::Scalar(Scalar::Decimal(number)) => $rules::Value::Decimal(decimal(*number)),
                Value::Scalar(Scalar::Text(text)) => $rules::Value::Text(text.to_string()),
                Value::Scalar(Scalar::Date(date)) => $rules::Value::Date(date.days()),
                Value::Scalar(Scalar::Moment(moment)) => $rules::Value::Moment(moment.seconds()),
                Value::Scalar(Scalar::Choice(option)) => $rules::Value::Choice(*option),
                Value::Scalar(Scalar::Choices(options)) => $rules::Value::Choices(options.clone()),
                Value::Rows(rows) => $rules::Value::Rows(rows.iter().map(row).collect()),
            }
        }

        fn row(row: &motcua_model::Row<'_>) -> $rules::Row {
            row.iter()
                .map(|cell| $rules::Cell {
                    field: cell.field,
                    value: scalar(&cell.value),
                })
                .collect()
        }

        fn scalar(value: &motcua_model::Scalar<'_>) -> $rules::Scalar {
            use motcua_model::Scalar;
            match value {
                Scalar::Boolean(truth) => $rules::Scalar::Boolean(*truth),
                Scalar::Integer(number) => $rules::Scalar::Integer(*number),
                Scalar::Decimal(number) => $rules::Scalar::Decimal(decimal(*number)),
                Scalar::Text(text) => $rules::Scalar::Text(text.to_string()),
                Scalar::Date(date) => $rules::Scalar::Date(date.days()),
                Scalar::Moment(moment) => $rules::Scalar::Moment(moment.seconds()),
                Scalar::Choice(option) => $rules::Scalar::Choice(*option),
                Scalar::Choices(options) => $rules::Scalar::Choices(options.clone()),
            }
        }

        fn lifted(answer: $rules::Assessment) -> motcua_model::Assessment {
            motcua_model::Assessment {
                exemptions: answer
                    .exemptions
                    .into_iter()
                    .map(|result| motcua_model::ExemptionResult {
                        exemption: result.exemption,
                        outcome: match result.outcome {
                            $rules::ExemptionOutcome::DoesNotApply => {
                                motcua_model::ExemptionOutcome::DoesNotApply
                            }
                            $rules::ExemptionOutcome::Applies => {
                                motcua_model::ExemptionOutcome::Applies
                            }
                            $rules::ExemptionOutcome::Unknown => {
                                motcua_model::ExemptionOutcome::Unknown
                            }
                        },
                    })
                    .collect(),
                conditions: answer
                    .conditions
                    .into_iter()
                    .map(|result| motcua_model::ConditionResult {
                        condition: result.condition,
                        outcome: match result.outcome {
                            $rules::ConditionOutcome::Violated => {
                                motcua_model::ConditionOutcome::Violated
                            }
                            $rules::ConditionOutcome::Satisfied => {
                                motcua_model::ConditionOutcome::Satisfied
                            }
                            $rules::ConditionOutcome::Unknown => {
                                motcua_model::ConditionOutcome::Unknown
                            }
                            $rules::ConditionOutcome::Judgement => {
                                motcua_model::ConditionOutcome::Judgement
                            }
                            $rules::ConditionOutcome::NotApplicable => {
                                motcua_model::ConditionOutcome::NotApplicable
                            }
                        },
                    })
                    .collect(),
                documents: answer
                    .documents
                    .into_iter()
                    .map(|result| motcua_model::DocumentResult {
                        document: result.document,
                        need: match result.need {
                            $rules::DocumentNeed::NotNeeded => {
                                motcua_model::DocumentNeed::NotNeeded
                            }
                            $rules::DocumentNeed::Required => motcua_model::DocumentNeed::Required,
                            $rules::DocumentNeed::Unknown => motcua_model::DocumentNeed::Unknown,
                        },
                        originals: result.originals,
                        copies: result.copies,
                    })
                    .collect(),
                time_limit: match answer.time_limit {
                    $rules::TimeLimitResult::None => motcua_model::TimeLimitResult::None,
                    $rules::TimeLimitResult::Row(row) => motcua_model::TimeLimitResult::Row(row),
                    $rules::TimeLimitResult::Unknown => motcua_model::TimeLimitResult::Unknown,
                },
                fees: answer
                    .fees
                    .into_iter()
                    .map(|result| motcua_model::FeeResult {
                        fee: result.fee,
                        due: match result.due {
                            $rules::FeeDue::NotDue => motcua_model::FeeDue::NotDue,
                            $rules::FeeDue::Due => motcua_model::FeeDue::Due,
                            $rules::FeeDue::Unknown => motcua_model::FeeDue::Unknown,
                        },
                        amount: result.amount,
                        full_amount: result.full_amount,
                        relief: result.relief,
                    })
                    .collect(),
                missing: answer
                    .missing
                    .into_iter()
                    .map(|missing| motcua_model::MissingFact {
                        fact: missing.fact,
                        subject: match missing.subject {
                            $rules::Subject::Exemption(number) => {
                                motcua_model::Subject::Exemption(number)
                            }
                            $rules::Subject::Condition(number) => {
                                motcua_model::Subject::Condition(number)
                            }
                            $rules::Subject::Document(number) => {
                                motcua_model::Subject::Document(number)
                            }
                            $rules::Subject::TimeLimit => motcua_model::Subject::TimeLimit,
                            $rules::Subject::Fee(number) => motcua_model::Subject::Fee(number),
                        },
                    })
                    .collect(),
                problems: answer.problems,
            }
        }
    };
}

pub(crate) use conversions;
