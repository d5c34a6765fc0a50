//! The registry's shapes on the wire.

use jiff::Timestamp;
use jiff::civil::Date;
use samrad_domain::unit::{Compartment, Policy};
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::http::codes::{
    Coded, CompartmentKindCode, IdentityKindCode, OralPolicyCode, RecipientPolicyCode, RoleCode,
    UnitKindCode,
};
use crate::store::registry::{
    AffiliationLine, ClientLine, IdentityLine, OrganisationLine, UnitLine,
};

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

    /// Whether it is one word of plain characters.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        (1..=Self::MAX).contains(&self.0.len())
            && self
                .0
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b":._/-".contains(&b))
    }
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

/// What an organisation has decided for the consents that it is the source of.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Policy, example = json!({"recipients": "unit", "oral": "singleUse", "retentionYears": 5}))]
pub struct PolicyBody {
    /// Whom it accepts as recipients: units (and roles in them), or named persons only.
    pub recipients: RecipientPolicyCode,
    /// Whether it accepts spoken consents: never, for a single talk, or always.
    pub oral: OralPolicyCode,
    /// How many years its entries of the log are kept.
    #[validate(range(min = 5, max = 50))]
    #[schema(minimum = 5, maximum = 50)]
    pub retention_years: u16,
}

impl From<Policy> for PolicyBody {
    fn from(policy: Policy) -> Self {
        Self {
            recipients: Coded(policy.recipients),
            oral: Coded(policy.oral),
            retention_years: policy.retention_years,
        }
    }
}

impl From<PolicyBody> for Policy {
    fn from(body: PolicyBody) -> Self {
        Self {
            recipients: body.recipients.0,
            oral: body.oral.0,
            retention_years: body.retention_years,
        }
    }
}

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Organisation)]
pub struct OrganisationBody {
    /// The organisation.
    pub id: Uuid,
    /// Its number in Enhetsregisteret.
    #[schema(max_length = 9, example = "313876144")]
    pub number: String,
    /// Its name.
    #[schema(max_length = 200, example = "Oslo universitetssykehus HF")]
    pub name: String,
    /// What it has decided.
    pub policy: PolicyBody,
}

impl From<OrganisationLine> for OrganisationBody {
    fn from(line: OrganisationLine) -> Self {
        Self {
            id: line.id.uuid(),
            number: line.number,
            name: line.name,
            policy: line.policy.into(),
        }
    }
}

/// A compartment of secrecy.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Compartment, example = json!({"kind": "navState", "key": "0312"}))]
pub struct CompartmentBody {
    /// What kind.
    pub kind: CompartmentKindCode,
    /// What tells it from others of its kind: the NAV office or the municipality (four digits). For
    /// `health` and `ips` it is the unit's own organisation, and needn't be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 36))]
    #[schema(min_length = 1, max_length = 36)]
    pub key: Option<String>,
}

impl From<&Compartment> for CompartmentBody {
    fn from(compartment: &Compartment) -> Self {
        Self {
            kind: Coded(compartment.kind()),
            key: Some(compartment.key()).filter(|key| !key.is_empty()),
        }
    }
}

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Unit)]
pub struct UnitBody {
    /// The unit.
    pub id: Uuid,
    /// Its organisation.
    pub organisation_id: Uuid,
    /// Its name.
    #[schema(max_length = 200, example = "Søndre Oslo DPS")]
    pub name: String,
    /// What kind of unit.
    pub kind: UnitKindCode,
    /// Its compartment, fixed when it was registered.
    pub compartment: CompartmentBody,
}

impl From<UnitLine> for UnitBody {
    fn from(line: UnitLine) -> Self {
        Self {
            id: line.unit.id.uuid(),
            organisation_id: line.unit.organisation.uuid(),
            name: line.name,
            kind: Coded(line.unit.kind),
            compartment: CompartmentBody::from(&line.unit.compartment),
        }
    }
}

/// What a person is known by.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Identity)]
pub struct IdentityBody {
    /// The identity.
    pub id: Uuid,
    /// Of what kind.
    pub kind: IdentityKindCode,
    /// Whose tokens; for tokens alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub issuer: Option<String>,
    /// Subject of the tokens, NAV-ident, or HPR number.
    #[schema(max_length = 500)]
    pub subject: String,
}

impl From<IdentityLine> for IdentityBody {
    fn from(line: IdentityLine) -> Self {
        Self {
            id: line.id.uuid(),
            kind: Coded(line.kind),
            issuer: Some(line.issuer).filter(|issuer| !issuer.is_empty()),
            subject: line.subject,
        }
    }
}

/// A person of the registry: somebody who works with cases, or around them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Person)]
pub struct PersonBody {
    /// The person.
    pub id: Uuid,
    /// Their name.
    #[schema(max_length = 200, example = "Gunvor Lindmoen")]
    pub name: String,
    /// What they are known by now.
    #[schema(max_items = 200)]
    pub identities: Vec<IdentityBody>,
    /// Their affiliations, past, present and to come.
    #[schema(max_items = 1000)]
    pub affiliations: Vec<AffiliationBody>,
}

/// A client system of one organisation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Client)]
pub struct ClientBody {
    /// The client.
    pub id: Uuid,
    /// The organisation it works for, and no other.
    pub organisation_id: Uuid,
    /// Its name.
    #[schema(max_length = 200, example = "DIPS Arena")]
    pub name: String,
    /// Whose tokens it calls with.
    #[schema(max_length = 500)]
    pub issuer: String,
    /// Its client id in them.
    #[schema(max_length = 500)]
    pub client_id: String,
    /// What it may be allowed; a token must hold the scope too.
    #[schema(max_items = 20)]
    pub scopes: Vec<Scope>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
}

impl From<ClientLine> for ClientBody {
    fn from(line: ClientLine) -> Self {
        Self {
            id: line.id.uuid(),
            organisation_id: line.organisation_id.uuid(),
            name: line.name,
            issuer: line.issuer,
            client_id: line.subject,
            scopes: line
                .scopes
                .split_ascii_whitespace()
                .map(|scope| Scope(scope.to_owned()))
                .collect(),
            ended_at: line.ended_at,
        }
    }
}
