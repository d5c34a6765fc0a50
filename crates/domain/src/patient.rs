//! The record that one compartment keeps of a person. Identity does not print: `Debug` redacts.

use crate::actor::PersonKey;
use crate::code::codes;
use crate::id::{DataKeyId, GuardianshipId, PatientId};
use crate::number::IdentityNumber;
use crate::time::{age_on, oslo_day};
use crate::unit::Compartment;
use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt;

codes! {
    /// Whether the person is protected.
    Protection {
        /// No.
        None = "none",
        /// Strengt fortrolig adresse (kode 6).
        Code6 = "code6",
        /// Fortrolig adresse (kode 7).
        Code7 = "code7",
        /// Shielded for other reasons.
        Shielded = "shielded",
    }

    /// What a guardian's authority rests on.
    Authority {
        /// Parental responsibility.
        Parent = "parent",
        /// Appointed guardian (verge).
        Verge = "verge",
        /// Next of kin, where the law lets them.
        NextOfKin = "nextOfKin",
    }

    /// Whether one parent decides, or both.
    Custody {
        /// One.
        Sole = "sole",
        /// Both.
        Shared = "shared",
    }
}

/// A person's name.
#[derive(Clone, PartialEq, Eq)]
pub struct FullName {
    /// Given names.
    pub given: String,
    /// Family name.
    pub family: String,
}

impl fmt::Debug for FullName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FullName(..)")
    }
}

/// How to reach a person.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<String>,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(..)")
    }
}

/// A patient (NAV: bruker), as one compartment knows them.
#[derive(Clone)]
pub struct Patient {
    /// The record's id, random.
    pub id: PatientId,
    /// The compartment that keeps it.
    pub compartment: Compartment,
    /// The person key.
    pub key: PersonKey,
    /// The data key that encrypts it.
    pub data_key: DataKeyId,
    /// Name.
    pub name: FullName,
    /// Identity number.
    pub number: IdentityNumber,
    /// Birth date.
    pub birth_date: Date,
    /// Municipality of residence, four digits.
    pub municipality: String,
    /// How to reach them.
    pub contact: Contact,
    /// Whether they are protected.
    pub protection: Protection,
    /// The version, for optimistic concurrency.
    pub version: u32,
}

impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Patient({}, ..)", self.id)
    }
}

impl Patient {
    /// Age in whole years at `at`, by the day in Oslo.
    #[must_use]
    pub fn age_at(&self, at: Timestamp) -> u8 {
        age_on(self.birth_date, oslo_day(at))
    }

    /// Whether only people named one by one may be shown identity.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        self.protection != Protection::None
    }
}

/// A guardian's relation to a patient, as recorded on the patient's record.
#[derive(Clone, Debug)]
pub struct Guardianship {
    /// Its id.
    pub id: GuardianshipId,
    /// The patient.
    pub patient: PatientId,
    /// The guardian's person key.
    pub guardian: PersonKey,
    /// What the authority rests on.
    pub authority: Authority,
    /// Whether one decides, or both.
    pub custody: Custody,
    /// First day.
    pub from: Date,
    /// Last day, if known.
    pub until: Option<Date>,
    /// When it was ended in the record.
    pub ended_at: Option<Timestamp>,
}

impl Guardianship {
    /// Whether the authority holds at `now`.
    #[must_use]
    pub fn holds_at(&self, now: Timestamp) -> bool {
        let today = oslo_day(now);
        self.from <= today
            && self.until.is_none_or(|until| today <= until)
            && self.ended_at.is_none_or(|ended| now < ended)
    }
}
