//! What an administrator sends to register: identities and affiliations, and how they are read.

use jiff::civil::Date;
use samrad_domain::id::UnitId;
use samrad_domain::number::HprNumber;
use samrad_domain::registry::IdentityKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::issuers::Kind;
use crate::http::codes::{IdentityKindCode, RoleCode};
use crate::http::extract::one_line;
use crate::http::problem::FieldFault;
use crate::http::terms::Terms;
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::registry::{self, NewAffiliation, NewIdentity};

/// An identity to link.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"kind": "token", "issuer": "https://login.example.no/", "subject": "a1b2c3"}))]
pub struct NewIdentityBody {
    /// Of what kind.
    kind: IdentityKindCode,
    /// Whose tokens: one of the service's issuers of staff. For tokens alone.
    #[validate(length(max = 500), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 500)]
    issuer: Option<String>,
    /// Subject of the tokens, NAV-ident (a letter and six digits), or HPR number.
    #[validate(length(max = 500), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 500)]
    subject: String,
}

impl NewIdentityBody {
    /// The identity, or what is wrong with it; `at` is where it stands in the body.
    pub(super) fn read(self, terms: &Terms, at: &str) -> Result<NewIdentity, Box<FieldFault>> {
        let fault = |field: &str, code: &'static str| {
            Box::new(FieldFault::new(format!("{at}/{field}"), code))
        };
        let kind = self.kind.0;
        let (issuer, subject) = match (kind, self.issuer) {
            (IdentityKind::Token, None) => return Err(fault("issuer", "missingField")),
            (IdentityKind::Token, Some(issuer)) => {
                if !terms.issuers_of(Kind::Staff).any(|known| known == issuer) {
                    return Err(fault("issuer", "unknownIssuer"));
                }
                (issuer, self.subject)
            }
            (IdentityKind::NavIdent | IdentityKind::Hpr, Some(_)) => {
                return Err(fault("issuer", "unknownField"));
            }
            (IdentityKind::NavIdent, None) => {
                let ident = nav_ident(&self.subject);
                (
                    String::new(),
                    ident.ok_or_else(|| fault("subject", "navIdent"))?,
                )
            }
            (IdentityKind::Hpr, None) => {
                let number =
                    HprNumber::parse(&self.subject).map_err(|_| fault("subject", "hprNumber"))?;
                (String::new(), number.to_string())
            }
        };
        Ok(NewIdentity {
            kind,
            issuer,
            subject,
        })
    }
}

/// A letter and six digits; the letter is written large.
fn nav_ident(text: &str) -> Option<String> {
    let (letter, digits) = text.split_at_checked(1)?;
    let fit = letter.bytes().all(|b| b.is_ascii_alphabetic())
        && digits.len() == 6
        && digits.bytes().all(|b| b.is_ascii_digit());
    fit.then(|| text.to_ascii_uppercase())
}

/// An affiliation to register.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"unitId": "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11", "role": "clinician",
    "positionPercent": 100, "validFrom": "2026-01-01"}))]
pub struct NewAffiliationBody {
    /// In which unit.
    unit_id: Uuid,
    /// In which role. Any role can be held in any unit; what it lets somebody see follows from the
    /// unit's compartment.
    role: RoleCode,
    /// Per cent of a full position; 0 is a position all the same.
    #[validate(range(max = 100))]
    #[schema(minimum = 0, maximum = 100)]
    position_percent: u8,
    /// The first day, in Oslo.
    #[schema(value_type = String, format = Date)]
    valid_from: Date,
    /// The day from which it holds no more; left out while no end is known.
    #[schema(value_type = Option<String>, format = Date)]
    valid_until: Option<Date>,
}

impl NewAffiliationBody {
    /// The affiliation, or what is wrong with it; `at` is where it stands in the body.
    pub(super) fn read(self, at: &str) -> Result<NewAffiliation, Box<FieldFault>> {
        if self
            .valid_until
            .is_some_and(|until| until <= self.valid_from)
        {
            return Err(Box::new(FieldFault::new(
                format!("{at}/validUntil"),
                "endsBeforeItBegins",
            )));
        }
        Ok(NewAffiliation {
            unit: UnitId::new(self.unit_id),
            role: self.role.0,
            position_percent: self.position_percent,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
        })
    }
}

/// The places in `affiliations` whose unit the registry doesn't know.
pub(super) fn of_unknown_units(
    conn: &mut Conn,
    affiliations: &[NewAffiliation],
) -> Result<Vec<usize>, StoreError> {
    let mut unknown = Vec::new();
    for (place, affiliation) in affiliations.iter().enumerate() {
        if registry::unit(conn, affiliation.unit)?.is_none() {
            unknown.push(place);
        }
    }
    Ok(unknown)
}

#[cfg(test)]
mod tests {
    use super::nav_ident;

    #[test]
    fn a_nav_ident_is_a_letter_and_six_digits() {
        assert_eq!(nav_ident("a123456").as_deref(), Some("A123456"));
        for text in ["", "A12345", "A1234567", "1234567", "Å123456", "AA12345"] {
            assert_eq!(nav_ident(text), None, "{text}");
        }
    }
}
