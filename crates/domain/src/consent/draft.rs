//! Drafting a consent: what it would let whom know, before anybody has agreed to it.

use super::{Consent, GivenBy, Grant, Recipient, State};
use crate::code::{CategorySet, Purpose};
use crate::id::{ConsentId, InformationId, PatientId};
use crate::permit::{Decision, Permit, Refusal, RefusalCode};

/// What a draft says.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The patient record it is drafted on.
    pub patient: PatientId,
    /// What for.
    pub purpose: Purpose,
    /// Its directed grants.
    pub grants: Vec<Grant>,
    /// Topics kept out.
    pub excluded_categories: CategorySet,
    /// Recipients kept out.
    pub excluded_recipients: Vec<Recipient>,
    /// The information record it will rest on, if there is one yet.
    pub information: Option<InformationId>,
}

/// A consent drafted.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// The draft.
    pub consent: Consent,
}

impl Draft {
    /// Writes the draft, on behalf of a case team (`on_team`) of the patient.
    ///
    /// # Errors
    /// Absent where the caller is not on a case team of the patient; R2 where it covers nothing.
    pub fn write(self, id: ConsentId, on_team: bool) -> Decision<Drafted> {
        if !on_team {
            return Err(Refusal::absent(crate::code::ReasonCode::NotOnCaseTeam));
        }
        if self.grants.is_empty() || self.grants.iter().any(|g| g.categories.is_empty()) {
            return Err(Refusal::new(RefusalCode::CoversNothing));
        }
        let consent = Consent {
            id,
            version: 1,
            patient: self.patient,
            purpose: self.purpose,
            grants: self.grants,
            excluded_categories: self.excluded_categories,
            excluded_recipients: self.excluded_recipients,
            information: self.information,
            given_by: GivenBy::Patient,
            guardianships: Vec::new(),
            age_at_grant: None,
            form: None,
            single_use: false,
            used: None,
            state: State::Draft,
            supersedes: None,
        };
        Ok(Permit::grant(Drafted { consent }))
    }
}
