//! Information given, on the wire.

use samrad_domain::information::{InformationRecord, Told};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::http::codes::{Coded, FormCode, PurposeCode, RoleCode};
use crate::http::extract::one_line;
use crate::http::shapes::Moment;

/// What the caller has told the patient.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"purpose": "ipsCooperation", "language": "nb", "textVersion": "2026-1", "form": "oral"}))]
pub(super) struct NewInformation {
    /// The cooperation that it was about.
    purpose: PurposeCode,
    /// In which language: a tag of BCP 47.
    #[validate(length(min = 2, max = 35), custom(function = "language_tag"))]
    #[schema(min_length = 2, max_length = 35, example = "nb")]
    language: String,
    /// Which version of the information text was used.
    #[validate(length(min = 1, max = 100), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 100, example = "2026-1")]
    text_version: String,
    /// In which form.
    form: FormCode,
    /// When: RFC 3339, UTC; now, if nothing is said.
    #[validate(custom(function = "this_century"))]
    given_at: Option<Moment>,
}

fn this_century(moment: &Moment) -> Result<(), ValidationError> {
    /// 2000-01-01T00:00:00Z, in seconds since 1970.
    const BEGAN: i64 = 946_684_800;
    (moment.0.as_second() >= BEGAN)
        .then_some(())
        .ok_or_else(|| ValidationError::new("range"))
}

/// Subtags of letters and digits, the first of two or three letters (RFC 5646, as far as we need).
fn language_tag(text: &str) -> Result<(), ValidationError> {
    let mut subtags = text.split('-');
    let primary = subtags.next().unwrap_or_default();
    let plain = (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && subtags.all(|subtag| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
        });
    plain
        .then_some(())
        .ok_or_else(|| ValidationError::new("languageTag"))
}

impl From<NewInformation> for Told {
    fn from(new: NewInformation) -> Self {
        Self {
            purpose: new.purpose.0,
            language: new.language,
            text_version: new.text_version,
            form: new.form.0,
            given_at: new.given_at.map(|moment| moment.0),
        }
    }
}

/// A record that the patient was informed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InformationRecord)]
pub(super) struct InformationBody {
    /// The record.
    id: Uuid,
    /// The cooperation that it was about.
    purpose: PurposeCode,
    /// In which language.
    #[schema(max_length = 35)]
    language: String,
    /// Which version of the information text was used.
    #[schema(max_length = 100)]
    text_version: String,
    /// In which form.
    form: FormCode,
    /// Who informed.
    given_by: Uuid,
    /// In which role.
    role: RoleCode,
    /// At which unit.
    unit_id: Uuid,
    /// Whether it was given by health personnel at work in health services, as IPS asks for (R1).
    by_health_personnel: bool,
    /// When.
    given_at: Moment,
    /// When it was recorded.
    recorded_at: Moment,
}

impl From<&InformationRecord> for InformationBody {
    fn from(record: &InformationRecord) -> Self {
        Self {
            id: record.id.uuid(),
            purpose: Coded(record.purpose),
            language: record.language.clone(),
            text_version: record.text_version.clone(),
            form: Coded(record.form),
            given_by: record.by.uuid(),
            role: Coded(record.role),
            unit_id: record.unit.uuid(),
            by_health_personnel: record.by_health_personnel(),
            given_at: Moment(record.given_at),
            recorded_at: Moment(record.recorded_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_a_tag() {
        for text in ["nb", "nn", "se", "en-GB", "zh-Hant-TW", "pes"] {
            assert!(language_tag(text).is_ok(), "{text}");
        }
        for text in ["n", "norsk", "nb_NO", "nb-", "-nb", "n1", "nb-ABCDEFGHI"] {
            assert!(language_tag(text).is_err(), "{text}");
        }
    }
}
