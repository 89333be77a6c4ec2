//! How the values that are written as text or as a number look in OpenAPI; every other type derives its schema.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::due::Counted;
use crate::{Amount, Date, Decimal, Moment};

macro_rules! schema {
    ($type:ty, $schema:expr) => {
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }
        impl ToSchema for $type {}
    };
}

schema!(
    Date,
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .description(Some("A date between 1900-01-01 and 2199-12-31"))
        .examples(["2026-03-02"])
);
schema!(
    Moment,
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .description(Some(
            "Local time in Viet Nam (+07:00); without an offset it is read as local"
        ))
        .examples(["2026-03-02T09:00:00+07:00"])
);
schema!(
    Decimal,
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("An exact decimal number, as text"))
        .examples(["3.50"])
);
schema!(
    Amount,
    ObjectBuilder::new()
        .schema_type(Type::Number)
        .multiple_of(Some(0.5))
        .minimum(Some(0.5))
        .maximum(Some(9999.0))
        .description(Some(
            "How many; only working days and working hours may end in .5"
        ))
);
schema!(
    Counted,
    ObjectBuilder::new()
        .schema_type(Type::Number)
        .minimum(Some(0.0))
        .description(Some(
            "How many units of the term were counted on the way to its end"
        ))
);
