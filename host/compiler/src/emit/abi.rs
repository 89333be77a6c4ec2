//! How the canonical ABI lays out the types of `motcua:procedure/rules@1.0.0` in a 32-bit memory. All numbers are bytes.
//!
//! They are constants because the contract never changes; a test compares every one of them with what `wit-parser`
//! computes from the text of the contract.

/// `list<t>` and `string`: address, then length.
pub(super) const LIST_SIZE: u32 = 8;

/// `fact` and `cell`, which have the same layout because the first cases of `value` are those of `scalar`.
pub(super) mod told {
    /// Bytes from one to the next.
    pub const SIZE: u32 = 32;
    /// `fact` or `field`: `u16`.
    pub const NUMBER: u64 = 0;
    /// Which case of `value` or `scalar`: `u8`.
    pub const CASE: u64 = 8;
    /// The payload of the case.
    pub const PAYLOAD: u64 = 16;
}

/// The cases of `value`; the first eight are those of `scalar`.
pub(super) mod case {
    pub const BOOLEAN: u8 = 0;
    pub const INTEGER: u8 = 1;
    pub const DECIMAL: u8 = 2;
    pub const TEXT: u8 = 3;
    pub const DATE: u8 = 4;
    pub const MOMENT: u8 = 5;
    pub const CHOICE: u8 = 6;
    pub const CHOICES: u8 = 7;
    pub const ROWS: u8 = 8;
}

/// `exemption-result` and `condition-result`: number, then outcome.
pub(super) mod outcome {
    pub const SIZE: u32 = 4;
    pub const OUTCOME: u32 = 2;
}

/// `exemption-outcome`.
pub(super) mod exemption {
    pub const DOES_NOT_APPLY: u8 = 0;
    pub const APPLIES: u8 = 1;
    pub const UNKNOWN: u8 = 2;
}

/// `condition-outcome`.
pub(super) mod condition {
    pub const VIOLATED: u8 = 0;
    pub const SATISFIED: u8 = 1;
    pub const UNKNOWN: u8 = 2;
    pub const JUDGEMENT: u8 = 3;
    pub const NOT_APPLICABLE: u8 = 4;
}

/// `document-result`.
pub(super) mod document {
    pub const SIZE: u32 = 20;
    pub const NEED: u32 = 2;
    /// `option<u32>`: case at +0, number at +4.
    pub const ORIGINALS: u32 = 4;
    pub const COPIES: u32 = 12;
    /// The number inside the option.
    pub const NUMBER: u32 = 4;
}

/// `document-need`.
pub(super) mod need {
    pub const NOT_NEEDED: u8 = 0;
    pub const REQUIRED: u8 = 1;
    pub const UNKNOWN: u8 = 2;
}

/// `fee-result`.
pub(super) mod fee {
    pub const SIZE: u32 = 48;
    pub const DUE: u32 = 2;
    /// `option<u64>`: case at +0, number at +8.
    pub const AMOUNT: u32 = 8;
    pub const FULL_AMOUNT: u32 = 24;
    /// The number inside `amount` and `full-amount`.
    pub const NUMBER: u32 = 8;
    /// `option<u16>`: case at +0, number at +2.
    pub const RELIEF: u32 = 40;
    /// The number inside `relief`.
    pub const RELIEF_NUMBER: u32 = 2;
}

/// `fee-due`.
pub(super) mod due {
    pub const NOT_DUE: u8 = 0;
    pub const DUE: u8 = 1;
    pub const UNKNOWN: u8 = 2;
}

/// `time-limit-result`: case at +0, row number at +2.
pub(super) mod time_limit {
    pub const NONE: u8 = 0;
    pub const ROW: u8 = 1;
    pub const UNKNOWN: u8 = 2;
}

/// `missing-fact`: the fact, then the case of `subject` at +2 and its number at +4.
pub(super) mod missing {
    pub const SIZE: u32 = 6;
    pub const SUBJECT: u64 = 2;
}

/// The cases of `subject`.
pub(super) mod subject {
    pub const EXEMPTION: u8 = 0;
    pub const CONDITION: u8 = 1;
    pub const DOCUMENT: u8 = 2;
    pub const TIME_LIMIT: u8 = 3;
    pub const FEE: u8 = 4;
}

/// `assessment`: where its lists and the time limit stand.
pub(super) mod assessment {
    pub const SIZE: u32 = 52;
    pub const ALIGN: u32 = 4;
    pub const EXEMPTIONS: u32 = 0;
    pub const CONDITIONS: u32 = 8;
    pub const DOCUMENTS: u32 = 16;
    pub const TIME_LIMIT: u32 = 24;
    pub const FEES: u32 = 28;
    pub const MISSING: u32 = 36;
    pub const PROBLEMS: u32 = 44;
}

#[cfg(test)]
mod tests {
    use wit_parser::{Resolve, SizeAlign, Type, TypeDefKind};

    use super::*;
    use crate::emit::contract;

    /// A named type of the contract.
    fn named(resolve: &Resolve, name: &str) -> Type {
        let (id, _) = resolve
            .types
            .iter()
            .find(|(_, ty)| ty.name.as_deref() == Some(name))
            .unwrap_or_else(|| panic!("the contract has no type `{name}`"));
        Type::Id(id)
    }

    fn kind<'r>(resolve: &'r Resolve, ty: &Type) -> &'r TypeDefKind {
        let Type::Id(id) = ty else {
            panic!("not a named type")
        };
        &resolve.types[*id].kind
    }

    fn size(sizes: &SizeAlign, ty: &Type) -> u32 {
        sizes.size(ty).size_wasm32() as u32
    }

    /// The offset of each field of a record.
    fn fields(resolve: &Resolve, sizes: &SizeAlign, name: &str) -> Vec<(String, u32)> {
        let ty = named(resolve, name);
        let TypeDefKind::Record(record) = kind(resolve, &ty) else {
            panic!("`{name}` is no record")
        };
        let offsets = sizes.field_offsets(record.fields.iter().map(|field| &field.ty));
        record
            .fields
            .iter()
            .zip(offsets)
            .map(|(field, (offset, _))| (field.name.clone(), offset.size_wasm32() as u32))
            .collect()
    }

    fn cases(resolve: &Resolve, name: &str) -> Vec<String> {
        match kind(resolve, &named(resolve, name)) {
            TypeDefKind::Enum(cases) => cases.cases.iter().map(|c| c.name.clone()).collect(),
            TypeDefKind::Variant(cases) => cases.cases.iter().map(|c| c.name.clone()).collect(),
            _ => panic!("`{name}` has no cases"),
        }
    }

    /// Where the payload of a variant stands.
    fn payload(resolve: &Resolve, sizes: &SizeAlign, name: &str) -> u32 {
        let TypeDefKind::Variant(variant) = kind(resolve, &named(resolve, name)) else {
            panic!("`{name}` is no variant")
        };
        let payloads = variant.cases.iter().map(|c| c.ty.as_ref());
        sizes.payload_offset(variant.tag(), payloads).size_wasm32() as u32
    }

    fn expect(found: Vec<(String, u32)>, expected: &[(&str, u32)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, at)| ((*name).to_owned(), *at))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn layouts_are_those_of_the_contract() {
        let (resolve, _) = contract().expect("the contract can be read");
        let mut sizes = SizeAlign::default();
        sizes.fill(resolve);
        for name in ["fact", "cell"] {
            assert_eq!(size(&sizes, &named(resolve, name)), told::SIZE, "{name}");
            let number = if name == "fact" { "fact" } else { "field" };
            expect(
                fields(resolve, &sizes, name),
                &[(number, told::NUMBER as u32), ("value", told::CASE as u32)],
            );
        }
        for name in ["value", "scalar"] {
            let at = told::CASE as u32 + payload(resolve, &sizes, name);
            assert_eq!(at, told::PAYLOAD as u32, "{name}");
        }
        expect(
            fields(resolve, &sizes, "exemption-result"),
            &[("exemption", 0), ("outcome", outcome::OUTCOME)],
        );
        expect(
            fields(resolve, &sizes, "condition-result"),
            &[("condition", 0), ("outcome", outcome::OUTCOME)],
        );
        assert_eq!(
            size(&sizes, &named(resolve, "exemption-result")),
            outcome::SIZE
        );
        assert_eq!(
            size(&sizes, &named(resolve, "condition-result")),
            outcome::SIZE
        );
        expect(
            fields(resolve, &sizes, "document-result"),
            &[
                ("document", 0),
                ("need", document::NEED),
                ("originals", document::ORIGINALS),
                ("copies", document::COPIES),
            ],
        );
        assert_eq!(
            size(&sizes, &named(resolve, "document-result")),
            document::SIZE
        );
        expect(
            fields(resolve, &sizes, "fee-result"),
            &[
                ("fee", 0),
                ("due", fee::DUE),
                ("amount", fee::AMOUNT),
                ("full-amount", fee::FULL_AMOUNT),
                ("relief", fee::RELIEF),
            ],
        );
        assert_eq!(size(&sizes, &named(resolve, "fee-result")), fee::SIZE);
        let relief = named(resolve, "relief-number");
        for (payload, at) in [
            (&Type::U32, document::NUMBER),
            (&Type::U64, fee::NUMBER),
            (&relief, fee::RELIEF_NUMBER),
        ] {
            let offset = sizes.payload_offset(wit_parser::Int::U8, [None, Some(payload)]);
            assert_eq!(offset.size_wasm32() as u32, at);
        }
        assert_eq!(payload(resolve, &sizes, "time-limit-result"), 2);
        assert_eq!(size(&sizes, &named(resolve, "time-limit-result")), 4);
        expect(
            fields(resolve, &sizes, "missing-fact"),
            &[("fact", 0), ("subject", missing::SUBJECT as u32)],
        );
        assert_eq!(size(&sizes, &named(resolve, "missing-fact")), missing::SIZE);
        assert_eq!(payload(resolve, &sizes, "subject"), 2);
        expect(
            fields(resolve, &sizes, "assessment"),
            &[
                ("exemptions", assessment::EXEMPTIONS),
                ("conditions", assessment::CONDITIONS),
                ("documents", assessment::DOCUMENTS),
                ("time-limit", assessment::TIME_LIMIT),
                ("fees", assessment::FEES),
                ("missing", assessment::MISSING),
                ("problems", assessment::PROBLEMS),
            ],
        );
        let whole = named(resolve, "assessment");
        assert_eq!(size(&sizes, &whole), assessment::SIZE);
        assert_eq!(sizes.align(&whole).align_wasm32() as u32, assessment::ALIGN);
        assert_eq!(size(&sizes, &Type::String), LIST_SIZE);
    }

    #[test]
    fn cases_are_those_of_the_contract() {
        let (resolve, _) = contract().expect("the contract can be read");
        let check = |name: &str, expected: &[(&str, u8)]| {
            let found = cases(resolve, name);
            assert_eq!(found.len(), expected.len(), "{name}");
            for (case, number) in expected {
                assert_eq!(found[usize::from(*number)], *case, "{name}");
            }
        };
        let scalar = [
            ("boolean", case::BOOLEAN),
            ("integer", case::INTEGER),
            ("decimal", case::DECIMAL),
            ("text", case::TEXT),
            ("date", case::DATE),
            ("moment", case::MOMENT),
            ("choice", case::CHOICE),
            ("choices", case::CHOICES),
            ("rows", case::ROWS),
        ];
        check("scalar", &scalar[..8]);
        check("value", &scalar);
        check(
            "exemption-outcome",
            &[
                ("does-not-apply", exemption::DOES_NOT_APPLY),
                ("applies", exemption::APPLIES),
                ("unknown", exemption::UNKNOWN),
            ],
        );
        check(
            "condition-outcome",
            &[
                ("violated", condition::VIOLATED),
                ("satisfied", condition::SATISFIED),
                ("unknown", condition::UNKNOWN),
                ("judgement", condition::JUDGEMENT),
                ("not-applicable", condition::NOT_APPLICABLE),
            ],
        );
        check(
            "document-need",
            &[
                ("not-needed", need::NOT_NEEDED),
                ("required", need::REQUIRED),
                ("unknown", need::UNKNOWN),
            ],
        );
        check(
            "fee-due",
            &[
                ("not-due", due::NOT_DUE),
                ("due", due::DUE),
                ("unknown", due::UNKNOWN),
            ],
        );
        check(
            "time-limit-result",
            &[
                ("none", time_limit::NONE),
                ("row", time_limit::ROW),
                ("unknown", time_limit::UNKNOWN),
            ],
        );
        check(
            "subject",
            &[
                ("exemption", subject::EXEMPTION),
                ("condition", subject::CONDITION),
                ("document", subject::DOCUMENT),
                ("time-limit", subject::TIME_LIMIT),
                ("fee", subject::FEE),
            ],
        );
    }
}
