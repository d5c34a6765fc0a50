//! The record that the patient was informed (R1), which every consent rests on.

use crate::code::{Purpose, Role, codes};
use crate::id::{InformationId, PatientId, PersonId, UnitId};
use crate::unit::CompartmentKind;
use jiff::Timestamp;

codes! {
    /// The form in which something was said or agreed.
    Form {
        /// On paper.
        Written = "written",
        /// Electronically.
        Electronic = "electronic",
        /// By word of mouth.
        Oral = "oral",
    }
}

/// Who informed the patient of what, when, in which language, from which text.
#[derive(Clone, Debug)]
pub struct InformationRecord {
    /// Its id.
    pub id: InformationId,
    /// The patient informed.
    pub patient: PatientId,
    /// The cooperation the information was about.
    pub purpose: Purpose,
    /// Who informed.
    pub by: PersonId,
    /// In which role.
    pub role: Role,
    /// At which unit.
    pub unit: UnitId,
    /// The kind of compartment that the unit belongs to.
    pub compartment: CompartmentKind,
    /// BCP 47 language tag.
    pub language: String,
    /// Which version of the information text was used.
    pub text_version: String,
    /// In which form.
    pub form: Form,
    /// When the patient was informed.
    pub given_at: Timestamp,
    /// When this was recorded.
    pub recorded_at: Timestamp,
}

impl InformationRecord {
    /// Whether it was given by health personnel at work in health services (R1).
    #[must_use]
    pub fn by_health_personnel(&self) -> bool {
        matches!(self.role, Role::Clinician | Role::Gp)
            && self.compartment == CompartmentKind::Health
    }
}
