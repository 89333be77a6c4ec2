//! The types that 1.0.0 and 1.1.0 have in common, and the limits on how long their lists may be. Frozen with 1.0.0.

use motcua_model::Assessment;

use super::shape::{Function, Shape};
use crate::error::CallError;
use crate::limits::Limits;

/// Lists of the answer that could only be read before they were counted.
pub(crate) fn check_lengths(assessment: &Assessment, limits: &Limits) -> Result<(), CallError> {
    let limit = limits.answer_list;
    for (what, len) in [
        ("exemptions", assessment.exemptions.len()),
        ("conditions", assessment.conditions.len()),
        ("documents", assessment.documents.len()),
        ("fees", assessment.fees.len()),
        ("missing", assessment.missing.len()),
        ("problems", assessment.problems.len()),
    ] {
        if len > limit {
            return Err(CallError::TooLarge { what, limit });
        }
    }
    Ok(())
}

pub(crate) const NUMBER: Shape = Shape::U16;

const SCALAR_CASES: [(&str, Option<&Shape>); 8] = [
    ("boolean", Some(&Shape::Bool)),
    ("integer", Some(&Shape::S64)),
    (
        "decimal",
        Some(&Shape::Record(&[
            ("units", &Shape::S64),
            ("scale", &Shape::U8),
        ])),
    ),
    ("text", Some(&Shape::String)),
    ("date", Some(&Shape::S32)),
    ("moment", Some(&Shape::S64)),
    ("choice", Some(&NUMBER)),
    ("choices", Some(&Shape::List(&NUMBER))),
];

const CELL: Shape = Shape::Record(&[
    ("field", &NUMBER),
    ("value", &Shape::Variant(&SCALAR_CASES)),
]);

const VALUE: Shape = Shape::Variant(&{
    let [
        boolean,
        integer,
        decimal,
        text,
        date,
        moment,
        choice,
        choices,
    ] = SCALAR_CASES;
    let rows = ("rows", Some(&Shape::List(&Shape::List(&CELL))));
    [
        boolean, integer, decimal, text, date, moment, choice, choices, rows,
    ]
});

pub(crate) const APPLICATION: Shape = Shape::Record(&[
    ("filed-at", &Shape::S64),
    ("received-on", &Shape::S32),
    (
        "channel",
        &Shape::Option(&Shape::Enum(&["online", "counter", "postal"])),
    ),
    (
        "facts",
        &Shape::List(&Shape::Record(&[("fact", &NUMBER), ("value", &VALUE)])),
    ),
]);

pub(crate) const SUBJECT: Shape = Shape::Variant(&[
    ("exemption", Some(&NUMBER)),
    ("condition", Some(&NUMBER)),
    ("document", Some(&NUMBER)),
    ("time-limit", None),
    ("fee", Some(&NUMBER)),
]);

const ASSESSMENT: Shape = Shape::Record(&[
    (
        "exemptions",
        &Shape::List(&Shape::Record(&[
            ("exemption", &NUMBER),
            (
                "outcome",
                &Shape::Enum(&["does-not-apply", "applies", "unknown"]),
            ),
        ])),
    ),
    (
        "conditions",
        &Shape::List(&Shape::Record(&[
            ("condition", &NUMBER),
            (
                "outcome",
                &Shape::Enum(&[
                    "violated",
                    "satisfied",
                    "unknown",
                    "judgement",
                    "not-applicable",
                ]),
            ),
        ])),
    ),
    (
        "documents",
        &Shape::List(&Shape::Record(&[
            ("document", &NUMBER),
            ("need", &Shape::Enum(&["not-needed", "required", "unknown"])),
            ("originals", &Shape::Option(&Shape::U32)),
            ("copies", &Shape::Option(&Shape::U32)),
        ])),
    ),
    (
        "time-limit",
        &Shape::Variant(&[("none", None), ("row", Some(&NUMBER)), ("unknown", None)]),
    ),
    (
        "fees",
        &Shape::List(&Shape::Record(&[
            ("fee", &NUMBER),
            ("due", &Shape::Enum(&["not-due", "due", "unknown"])),
            ("amount", &Shape::Option(&Shape::U64)),
            ("full-amount", &Shape::Option(&Shape::U64)),
            ("relief", &Shape::Option(&NUMBER)),
        ])),
    ),
    (
        "missing",
        &Shape::List(&Shape::Record(&[("fact", &NUMBER), ("subject", &SUBJECT)])),
    ),
    ("problems", &Shape::List(&NUMBER)),
]);

/// `assess: func(application: application) -> assessment`.
pub(crate) const ASSESS: Function = Function {
    name: "assess",
    parameters: &[("application", &APPLICATION)],
    result: &ASSESSMENT,
};
