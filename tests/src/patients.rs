//! Patients, synthetic every one: registered by someone of the compartment that keeps the record.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::client::{Caller, Client};
use crate::names;
use crate::numbers;
use crate::world::World;

/// What is registered of a patient. Change a field and keep the rest:
/// `Sheet { municipality: "0301".into(), ..world.sheet() }`.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Identity number.
    pub identity_number: String,
    /// Birth date.
    pub birth_date: Date,
    /// Municipality number, four digits.
    pub municipality: String,
    /// Telephone, e-mail and address.
    pub contact: Value,
}

/// A registered patient.
#[derive(Clone, Debug)]
pub struct Patient {
    /// Id of the record.
    pub id: String,
    /// What was registered.
    pub sheet: Sheet,
    citizen: Client,
}

impl Caller for Patient {
    /// The patient with their own token.
    fn client(&self) -> &Client {
        &self.citizen
    }
}

impl World {
    /// Someone new, 17 May 1990.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        self.sheet_born(date(1990, 5, 17))
    }

    /// Someone new, of any age.
    #[must_use]
    pub fn sheet_born(&self, birth_date: Date) -> Sheet {
        let n = self.next();
        let (given, family) = names::nth(n);
        let contact =
            json!({"phone": format!("+47 400 {n:05}"), "email": format!("person{n}@example.no")});
        let identity_number = numbers::identity_number(birth_date, n);
        Sheet {
            given,
            family,
            identity_number,
            birth_date,
            municipality: "0301".to_owned(),
            contact,
        }
    }

    /// A new adult patient of this caller.
    #[must_use]
    pub fn patient_of(&self, caller: &impl Caller) -> Patient {
        self.register(caller, self.sheet())
    }

    /// A new patient of this caller, of any age.
    #[must_use]
    pub fn patient_born(&self, caller: &impl Caller, birth_date: Date) -> Patient {
        self.register(caller, self.sheet_born(birth_date))
    }

    /// Registers what stands on the sheet.
    #[must_use]
    pub fn register(&self, caller: &impl Caller, sheet: Sheet) -> Patient {
        let id = caller.post("/patients", sheet.body()).expect(201).id();
        Patient {
            id,
            citizen: self.citizen(&sheet.identity_number),
            sheet,
        }
    }
}

impl Sheet {
    /// The body of `POST /patients`.
    #[must_use]
    pub fn body(&self) -> Value {
        json!({
            "name": {"given": self.given, "family": self.family},
            "identityNumber": self.identity_number,
            "birthDate": self.birth_date.to_string(),
            "municipality": self.municipality,
            "contact": self.contact,
        })
    }
}
