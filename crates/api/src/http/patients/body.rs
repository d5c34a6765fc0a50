//! What is written down of a person, on the wire. None of these print.

use jiff::civil::Date;
use samrad_domain::patient::{Contact, FullName, Patient, Protection};
use samrad_domain::record::Particulars;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use super::form::{day, day_of, identity_number, municipality_number, phone_number, worded};
use crate::http::codes::{Coded, ProtectionCode};
use crate::http::extract::one_line;
use crate::http::problem::{FieldFault, Problem};
use crate::http::terms::Terms;

/// A person's name.
#[derive(Deserialize, Serialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PersonName {
    /// Given names.
    #[validate(length(min = 1, max = 100), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 100, example = "Ågot")]
    given: String,
    /// Family name.
    #[validate(length(min = 1, max = 100), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 100, example = "Bjørkehaugen")]
    family: String,
}

/// How to reach a person.
#[derive(Default, Deserialize, Serialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ContactDetails {
    /// Telephone: digits, with spaces and a leading plus perhaps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 30), custom(function = "phone_number"))]
    #[schema(max_length = 30, example = "+47 400 00 000")]
    phone: Option<String>,
    /// E-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 254), email)]
    #[schema(max_length = 254, example = "agot@example.no")]
    email: Option<String>,
    /// Postal address, in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 300), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 300)]
    address: Option<String>,
}

/// A patient to register.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"name": {"given": "Ågot", "family": "Bjørkehaugen"}, "identityNumber": "10915596784",
    "birthDate": "1955-11-10", "municipality": "0301", "contact": {"phone": "+47 400 00 000"}}))]
pub(super) struct NewPatient {
    /// Name.
    #[validate(nested)]
    name: PersonName,
    /// Fødselsnummer, D-number, H-number or FH-number: eleven digits.
    #[validate(length(equal = 11))]
    #[schema(min_length = 11, max_length = 11)]
    identity_number: String,
    /// Birth date. As far as the identity number tells one, they must agree.
    #[validate(custom(function = "day"))]
    #[schema(format = Date, max_length = 10)]
    birth_date: String,
    /// Municipality of residence: four digits.
    #[validate(custom(function = "municipality_number"))]
    #[schema(min_length = 4, max_length = 4)]
    municipality: String,
    /// How to reach the patient.
    #[serde(default)]
    #[validate(nested)]
    contact: ContactDetails,
    /// Whether the patient is protected; if nothing is said, not.
    #[serde(default = "unprotected")]
    protection: ProtectionCode,
}

const fn unprotected() -> ProtectionCode {
    Coded(Protection::None)
}

/// A correction: what it leaves out stays as it is.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "something"))]
#[schema(example = json!({"municipality": "4601"}))]
pub(super) struct PatientChange {
    /// Name.
    #[validate(nested)]
    name: Option<PersonName>,
    /// Identity number; only while nothing rests on it.
    #[validate(length(equal = 11))]
    #[schema(min_length = 11, max_length = 11)]
    identity_number: Option<String>,
    /// Birth date.
    #[validate(custom(function = "day"))]
    #[schema(format = Date, max_length = 10)]
    birth_date: Option<String>,
    /// Municipality of residence: four digits.
    #[validate(custom(function = "municipality_number"))]
    #[schema(min_length = 4, max_length = 4)]
    municipality: Option<String>,
    /// How to reach the patient, whole: what it leaves out is gone.
    #[validate(nested)]
    contact: Option<ContactDetails>,
    /// Whether the patient is protected.
    protection: Option<ProtectionCode>,
}

fn something(change: &PatientChange) -> Result<(), ValidationError> {
    let given = change.name.is_some()
        || change.identity_number.is_some()
        || change.birth_date.is_some()
        || change.municipality.is_some()
        || change.contact.is_some()
        || change.protection.is_some();
    given
        .then_some(())
        .ok_or_else(|| ValidationError::new("nothing"))
}

/// A patient, as the patient's team sees the record.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Patient)]
pub(super) struct PatientBody {
    /// The record.
    id: Uuid,
    /// Name.
    name: PersonName,
    /// Identity number.
    #[schema(min_length = 11, max_length = 11)]
    identity_number: String,
    /// Birth date.
    #[schema(format = Date, max_length = 10)]
    birth_date: String,
    /// Municipality of residence.
    #[schema(min_length = 4, max_length = 4)]
    municipality: String,
    /// How to reach the patient.
    contact: ContactDetails,
    /// Whether the patient is protected.
    protection: ProtectionCode,
    /// The version, also in the `ETag`.
    pub(super) version: u32,
}

impl PatientBody {
    /// The bytes shown, on their way into the log entry's digest.
    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and numbers are always JSON")
    }
}

impl From<&Patient> for PatientBody {
    fn from(patient: &Patient) -> Self {
        Self::of(patient.id.uuid(), patient.version, patient.particulars())
    }
}

impl PatientBody {
    /// The record `id` with what is written down of the person.
    pub(super) fn of(id: Uuid, version: u32, particulars: Particulars) -> Self {
        Self {
            id,
            name: particulars.name.into(),
            identity_number: particulars.number.digits().to_owned(),
            birth_date: particulars.birth_date.to_string(),
            municipality: particulars.municipality,
            contact: particulars.contact.into(),
            protection: Coded(particulars.protection),
            version,
        }
    }
}

impl From<PersonName> for FullName {
    fn from(name: PersonName) -> Self {
        Self {
            given: name.given,
            family: name.family,
        }
    }
}

impl From<FullName> for PersonName {
    fn from(name: FullName) -> Self {
        Self {
            given: name.given,
            family: name.family,
        }
    }
}

impl From<ContactDetails> for Contact {
    fn from(details: ContactDetails) -> Self {
        Self {
            phone: details.phone,
            email: details.email,
            address: details.address,
        }
    }
}

impl From<Contact> for ContactDetails {
    fn from(contact: Contact) -> Self {
        Self {
            phone: contact.phone,
            email: contact.email,
            address: contact.address,
        }
    }
}

impl NewPatient {
    /// What is to be written down.
    pub(super) fn parse(self, terms: &Terms, today: Date) -> Result<Particulars, Problem> {
        let number = identity_number(&self.identity_number, terms, "/identityNumber");
        let (number, birth_date) = both(number, born(&self.birth_date, today))?;
        let particulars = Particulars {
            name: self.name.into(),
            number,
            birth_date,
            municipality: self.municipality,
            contact: self.contact.into(),
            protection: self.protection.0,
        };
        if particulars.agree() {
            Ok(particulars)
        } else {
            Err(fault("disagrees"))
        }
    }
}

impl PatientChange {
    /// The change, to be made to what is written down.
    pub(super) fn parse(
        self,
        terms: &Terms,
        today: Date,
    ) -> Result<impl FnOnce(Particulars) -> Particulars + Send + 'static, Problem> {
        let number = self.identity_number.as_deref();
        let number = number.map(|text| identity_number(text, terms, "/identityNumber"));
        let birth_date = self.birth_date.as_deref().map(|text| born(text, today));
        let (number, birth_date) = both(number.transpose(), birth_date.transpose())?;
        Ok(move |before: Particulars| Particulars {
            name: self.name.map_or(before.name, FullName::from),
            number: number.unwrap_or(before.number),
            birth_date: birth_date.unwrap_or(before.birth_date),
            municipality: self.municipality.unwrap_or(before.municipality),
            contact: self.contact.map_or(before.contact, Contact::from),
            protection: self.protection.map_or(before.protection, |coded| coded.0),
        })
    }
}

/// Both, or the faults of both.
fn both<A, B>(one: Result<A, Problem>, other: Result<B, Problem>) -> Result<(A, B), Problem> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(Problem::invalid([one.errors(), other.errors()].concat())),
        (Err(fault), Ok(_)) | (Ok(_), Err(fault)) => Err(fault),
    }
}

fn born(text: &str, today: Date) -> Result<Date, Problem> {
    let day = day_of(text).ok_or_else(|| fault("date"))?;
    if day > today {
        return Err(fault("inTheFuture"));
    }
    Ok(day)
}

fn fault(code: &'static str) -> Problem {
    Problem::invalid(vec![worded(FieldFault::new("/birthDate", code))])
}
