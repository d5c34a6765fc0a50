//! The two sides of most stories about consent: a clinician with a patient, and a NAV adviser; and
//! the guardians of patients who are children.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use serde_json::{Value, json};

use crate::client::{Caller, Client};
use crate::patients::Patient;
use crate::people::Person;
use crate::reply::Reply;
use crate::units::Unit;
use crate::world::World;
use crate::{clock, numbers};

/// A clinician of a DPS with a patient, and an adviser of a NAV office.
#[derive(Clone, Debug)]
pub struct Sides {
    /// The clinician's unit.
    pub dps: Unit,
    /// The adviser's unit.
    pub nav: Unit,
    /// Who has the patient.
    pub clinician: Person,
    /// Who would hear.
    pub adviser: Person,
    /// The patient.
    pub patient: Patient,
}

impl World {
    /// Two sides, and an adult patient.
    #[must_use]
    pub fn sides(&self) -> Sides {
        self.sides_about(|world, clinician| world.patient_of(clinician))
    }

    /// Two sides, and a patient of this age today, in years.
    #[must_use]
    pub fn sides_about_a_child(&self, age: i16) -> Sides {
        self.sides_about_one_born(aged(age))
    }

    /// Two sides, and a patient born on this day.
    #[must_use]
    pub fn sides_about_one_born(&self, day: Date) -> Sides {
        self.sides_about(|world, clinician| world.patient_born(clinician, day))
    }

    fn sides_about(&self, patient: impl Fn(&Self, &Person) -> Patient) -> Sides {
        let dps = self.dps("Søndre Oslo DPS");
        let nav = self.nav_office("NAV Nordstrand", "0318");
        let (clinician, adviser) = (self.clinician_at(&dps), self.nav_adviser_at(&nav));
        let patient = patient(self, &clinician);
        Sides {
            dps,
            nav,
            clinician,
            adviser,
            patient,
        }
    }

    /// A guardian whom this caller records, with a token of their own.
    #[must_use]
    pub fn guardian_of(&self, patient: &Patient, by: &impl Caller, more: Value) -> Guardian {
        let n = self.next();
        let number = numbers::identity_number(jiff::civil::date(1980, 2, 1), n);
        let mut body = json!({
            "identityNumber": number,
            "name": {"given": "Solveig", "family": "Eikemoen"},
            "authority": "parent",
            "custody": "sole",
        });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        let path = format!("/patients/{}/guardians", patient.id);
        let id = by.post(&path, body).expect(201).id();
        Guardian {
            id,
            citizen: self.citizen(&number),
        }
    }
}

/// A guardian of a patient.
#[derive(Clone, Debug)]
pub struct Guardian {
    /// Id of the guardianship.
    pub id: String,
    citizen: Client,
}

impl Caller for Guardian {
    /// The guardian with their own token.
    fn client(&self) -> &Client {
        &self.citizen
    }
}

/// The birth date of somebody who turned `age` half a year ago.
#[must_use]
pub fn aged(age: i16) -> Date {
    day_before(age.years().months(6))
}

/// The day in Oslo that lies `span` before today.
///
/// # Panics
/// Never: the time zone is built in, and the spans of stories are short.
#[must_use]
pub fn day_before(span: Span) -> Date {
    let oslo = jiff::tz::TimeZone::get("Europe/Oslo").expect("Oslo is in the table");
    clock::now()
        .to_zoned(oslo)
        .date()
        .checked_sub(span)
        .expect("within the calendar")
}

impl Reply {
    /// A refusal by a rule, for this reason.
    ///
    /// # Panics
    /// With all that the answer says, if it is another answer.
    #[track_caller]
    pub fn breaks(self, rule: &str, reason: &str) -> Self {
        let reply = self.refused(422, "ruleBroken");
        let body = reply.json();
        assert_eq!(
            (body["rule"].as_str(), body["reason"].as_str()),
            (Some(rule), Some(reason))
        );
        reply
    }

    /// A conflict with the state of what is there.
    ///
    /// # Panics
    /// With all that the answer says, if it is another answer.
    #[track_caller]
    pub fn conflicts(self) -> Self {
        let reply = self.refused(409, "conflict");
        assert_eq!(reply.json()["reason"], "wrongState", "{}", reply.text());
        reply
    }

    /// The body's text at a JSON pointer.
    ///
    /// # Panics
    /// If there is none.
    #[track_caller]
    #[must_use]
    pub fn at(&self, pointer: &str) -> String {
        let json = self.json();
        let text = json.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no text at {pointer} in {json}"))
            .to_owned()
    }
}
