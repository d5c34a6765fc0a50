//! JSON shapes that several resources share: recipients, sources, directed grants, moments, and
//! texts of one line.

use std::borrow::Cow;

use jiff::Timestamp;
use samrad_domain::code::Role;
use samrad_domain::consent::{Grant, Recipient, Source};
use samrad_domain::id::{OrganisationId, PersonId, UnitId};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::http::codes::{CategoryCode, Coded, RoleCode, categories};

/// How a recipient is named.
///
/// - `person`: one person, wherever they work.
/// - `unit`: everybody whose affiliation is in the unit.
/// - `roleInUnit`: everybody who acts in one role in the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RecipientKind {
    /// One person, wherever they work.
    Person,
    /// Everybody whose affiliation is in the unit.
    Unit,
    /// Everybody who acts in one role in the unit.
    RoleInUnit,
}

/// Whom information may go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "role_where_it_belongs"))]
#[schema(as = Recipient, example = json!({"kind": "roleInUnit", "id": "0d6b9a4e-0f3b-4b7c-9d52-1f9d0b1c2a33", "role": "navAdviser"}))]
pub struct RecipientBody {
    /// How the recipient is named.
    pub kind: RecipientKind,
    /// The person or the unit.
    pub id: Uuid,
    /// The role; for `roleInUnit` alone, and one that takes part in case discussions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleCode>,
}

fn role_where_it_belongs(body: &RecipientBody) -> Result<(), ValidationError> {
    let fits = match (body.kind, body.role) {
        (RecipientKind::Person | RecipientKind::Unit, role) => role.is_none(),
        (RecipientKind::RoleInUnit, role) => role.is_some_and(|role| takes_part(role.0)),
    };
    if fits {
        Ok(())
    } else {
        Err(ValidationError::new("role"))
    }
}

/// Whether somebody in `role` can hear anything of a case.
const fn takes_part(role: Role) -> bool {
    match role {
        Role::Clinician
        | Role::Gp
        | Role::NavAdviser
        | Role::JobSpecialist
        | Role::MethodSupervisor
        | Role::Coordinator => true,
        Role::EmployerContact | Role::Auditor | Role::Administrator | Role::PrivacyOfficer => false,
    }
}

impl RecipientBody {
    /// The recipient; none where kind and role do not fit, which validation has refused.
    #[must_use]
    pub fn parse(&self) -> Option<Recipient> {
        match (self.kind, self.role) {
            (RecipientKind::Person, None) => Some(Recipient::Person(PersonId::new(self.id))),
            (RecipientKind::Unit, None) => Some(Recipient::Unit(UnitId::new(self.id))),
            (RecipientKind::RoleInUnit, Some(role)) => {
                Some(Recipient::RoleInUnit(UnitId::new(self.id), role.0))
            }
            (_, _) => None,
        }
    }
}

impl From<Recipient> for RecipientBody {
    fn from(recipient: Recipient) -> Self {
        let (kind, id, role) = match recipient {
            Recipient::Person(id) => (RecipientKind::Person, id.uuid(), None),
            Recipient::Unit(id) => (RecipientKind::Unit, id.uuid(), None),
            Recipient::RoleInUnit(id, role) => (RecipientKind::RoleInUnit, id.uuid(), Some(role)),
        };
        Self {
            kind,
            id,
            role: role.map(Coded),
        }
    }
}

/// How a source is named.
///
/// - `unit`: one unit.
/// - `organisation`: a whole organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SourceKind {
    /// One unit.
    Unit,
    /// A whole organisation.
    Organisation,
}

/// Where information comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Source, example = json!({"kind": "unit", "id": "3b8b0e0c-5a55-4d59-8d40-6a3f1f0f7d10"}))]
pub struct SourceBody {
    /// How the source is named.
    pub kind: SourceKind,
    /// The unit or the organisation.
    pub id: Uuid,
}

impl From<SourceBody> for Source {
    fn from(body: SourceBody) -> Self {
        match body.kind {
            SourceKind::Unit => Self::Unit(UnitId::new(body.id)),
            SourceKind::Organisation => Self::Organisation(OrganisationId::new(body.id)),
        }
    }
}

impl From<Source> for SourceBody {
    fn from(source: Source) -> Self {
        let (kind, id) = match source {
            Source::Unit(id) => (SourceKind::Unit, id.uuid()),
            Source::Organisation(id) => (SourceKind::Organisation, id.uuid()),
        };
        Self { kind, id }
    }
}

/// One direction of a consent: who may tell whom what. "Both ways" is two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Grant)]
pub struct GrantBody {
    /// Who may tell.
    pub source: SourceBody,
    /// Who may hear.
    #[validate(nested)]
    pub recipient: RecipientBody,
    /// What about. Without `identity` nobody is told who it is.
    #[validate(length(min = 1, max = 16))]
    #[schema(min_items = 1, max_items = 16)]
    pub categories: Vec<CategoryCode>,
}

impl GrantBody {
    /// The grant; none where the recipient is none.
    #[must_use]
    pub fn parse(&self) -> Option<Grant> {
        Some(Grant {
            source: self.source.into(),
            recipient: self.recipient.parse()?,
            categories: self.categories.iter().map(|c| c.0).collect(),
        })
    }
}

impl From<&Grant> for GrantBody {
    fn from(grant: &Grant) -> Self {
        Self {
            source: grant.source.into(),
            recipient: grant.recipient.into(),
            categories: categories(grant.categories),
        }
    }
}

/// A moment as RFC 3339 has it, to the microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let offset = bytes.len().checked_sub(6).map(|at| &bytes[at..]);
        let zoned = text.ends_with('Z')
            || offset.is_some_and(|o| matches!(o[0], b'+' | b'-') && o[3] == b':');
        let shaped = (20..=40).contains(&bytes.len()) && bytes[10] == b'T' && zoned;
        let at: Timestamp = shaped.then(|| text.parse().ok()).flatten()?;
        Timestamp::from_microsecond(at.as_microsecond())
            .ok()
            .filter(|at| *at >= Timestamp::UNIX_EPOCH)
            .map(Self)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Moment;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a moment such as 2026-03-01T08:00:00Z")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Moment, E> {
                Moment::parse(text)
                    .ok_or_else(|| E::invalid_value(Unexpected::Other("another text"), &self))
            }
        }
        deserializer.deserialize_str(Reader)
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .min_length(Some(20))
            .max_length(Some(40))
            .description(Some(
                "A moment as RFC 3339 has it, to the microsecond: `2026-03-01T08:00:00Z`. Answers are in UTC.",
            ))
            .into()
    }
}

impl ToSchema for Moment {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Moment")
    }
}

/// Refuses texts that are blank, or that hold control characters.
///
/// # Errors
/// `text`.
pub fn one_line(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        Err(ValidationError::new("text"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_a_date_a_time_and_an_offset() {
        for text in ["2026-03-01T08:00:00Z", "2026-03-01T09:00:00.5+01:00"] {
            assert!(Moment::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "2026-03-01",
            "2026-03-01 08:00:00Z",
            "2026-03-01T08:00:00",
            "2026-03-01T08:00:00+01:00[Europe/Oslo]",
            "2026-02-30T08:00:00Z",
            "æææææææææææææZ",
        ] {
            assert!(Moment::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_moment_is_no_finer_than_the_databases_keep_it() {
        let moment = Moment::parse("2026-03-01T08:00:00.123456789Z").unwrap();
        assert_eq!(moment.0.to_string(), "2026-03-01T08:00:00.123456Z");
    }

    #[test]
    fn a_role_stands_with_a_role_in_a_unit_and_nowhere_else() {
        let body = |kind, role: Option<Role>| RecipientBody {
            kind,
            id: Uuid::from_u128(1),
            role: role.map(Coded),
        };
        for good in [
            body(RecipientKind::Unit, None),
            body(RecipientKind::RoleInUnit, Some(Role::JobSpecialist)),
        ] {
            assert!(good.validate().is_ok());
            assert_eq!(RecipientBody::from(good.parse().unwrap()), good);
        }
        for bad in [
            body(RecipientKind::Person, Some(Role::Clinician)),
            body(RecipientKind::RoleInUnit, None),
            body(RecipientKind::RoleInUnit, Some(Role::Auditor)),
        ] {
            assert!(bad.validate().is_err());
        }
    }
}
