//! The record that the patient was informed (R1), which every consent rests on.

use crate::actor::Staff;
use crate::code::{Purpose, Role, codes};
use crate::id::{InformationId, PatientId, PersonId, UnitId};
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use crate::record::Care;
use crate::unit::CompartmentKind;
use jiff::{SignedDuration, Timestamp};

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

/// How far a caller's clock may be ahead of ours.
const CLOCK_LEEWAY: SignedDuration = SignedDuration::from_mins(2);

/// What somebody says that they have told a patient.
#[derive(Clone, Debug)]
pub struct Told {
    /// The cooperation that it was about.
    pub purpose: Purpose,
    /// BCP 47 language tag.
    pub language: String,
    /// Which version of the information text was used.
    pub text_version: String,
    /// In which form.
    pub form: Form,
    /// When; the recording, if nothing is said.
    pub given_at: Option<Timestamp>,
}

/// Information given, about to be recorded.
#[derive(Clone, Debug)]
pub struct Informing {
    /// The patient informed.
    pub patient: PatientId,
    /// Who informed.
    pub by: PersonId,
    /// In which role.
    pub role: Role,
    /// At which unit.
    pub unit: UnitId,
    /// What was told, and when.
    pub told: Told,
    /// When it was told.
    pub given_at: Timestamp,
}

impl Told {
    /// Records that `by`, who is on the patient's team, has told this. Nobody records what another
    /// has told, so the role that R1 asks for is the recorder's own.
    ///
    /// # Errors
    /// R1: what is yet to be told has not been told.
    pub fn record(self, care: &Permit<Care>, by: &Staff, now: Timestamp) -> Decision<Informing> {
        let given_at = self.given_at.unwrap_or(now);
        if given_at > now.saturating_add(CLOCK_LEEWAY).unwrap_or(now) {
            return Err(Refusal::new(RefusalCode::InformationMissing));
        }
        Ok(Permit::grant(Informing {
            patient: care.act().patient,
            by: by.person,
            role: by.role,
            unit: by.unit,
            given_at: given_at.min(now),
            told: self,
        }))
    }
}
