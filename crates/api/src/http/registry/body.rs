//! The registry's shapes on the wire.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use crate::http::codes::{Coded, RoleCode};
use crate::store::registry::AffiliationLine;

/// A person's dated position in a unit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Affiliation)]
pub struct AffiliationBody {
    /// The affiliation, for `Samrad-Affiliation`.
    pub id: Uuid,
    /// Its unit.
    pub unit_id: Uuid,
    /// The unit's name.
    #[schema(max_length = 200, example = "Søndre Oslo DPS")]
    pub unit_name: String,
    /// The unit's organisation.
    pub organisation_id: Uuid,
    /// The organisation's name.
    #[schema(max_length = 200)]
    pub organisation_name: String,
    /// The role in it.
    #[schema(example = "clinician")]
    pub role: RoleCode,
    /// Per cent of a full position; 0 is a position all the same.
    #[schema(minimum = 0, maximum = 100)]
    pub position_percent: i32,
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2026-01-01")]
    pub valid_from: Date,
    /// The day from which it holds no more; absent while no end is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_until: Option<Date>,
}

impl From<AffiliationLine> for AffiliationBody {
    fn from(line: AffiliationLine) -> Self {
        Self {
            id: line.id.uuid(),
            unit_id: line.unit.uuid(),
            unit_name: line.unit_name,
            organisation_id: line.organisation.uuid(),
            organisation_name: line.organisation_name,
            role: Coded(line.role),
            position_percent: line.position_percent,
            valid_from: line.valid_from,
            valid_until: line.valid_until,
        }
    }
}

/// A scope of a client system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(pub String);

impl Scope {
    /// Characters that a scope may have.
    pub const MAX: usize = 100;
}

impl PartialSchema for Scope {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .description(Some("A scope of a client system."))
            .min_length(Some(1))
            .max_length(Some(Self::MAX))
            .examples(["samrad:notes"])
            .into()
    }
}

impl ToSchema for Scope {}
