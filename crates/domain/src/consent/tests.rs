//! The rules of consent (R1, R2), one file a theme.

mod ages;
mod change;
mod in_force;
mod information;
mod recorder;
mod terms;
mod withdrawal;

use super::{Agreement, Consent, GivenBy, GrantFacts, Granted, Terms};
use crate::code::{Purpose, Role};
use crate::id::GuardianshipId;
use crate::information::{Form, InformationRecord};
use crate::patient::{Guardianship, Patient};
use crate::permit::{Permit, RefusalCode};
use crate::testing::{DPS, INFORMED, PATIENT, THERAPIST, at, now, patient_born, therapist};
use crate::unit::{CompartmentKind, OralPolicy, Policy, RecipientPolicy};
use jiff::civil::date;

/// A grant about to be recorded: everything right unless a test says otherwise.
#[derive(Clone)]
struct Scene {
    draft: Consent,
    patient: Patient,
    information: Option<InformationRecord>,
    sources: Vec<CompartmentKind>,
    policy: Policy,
    guardians: Vec<Guardianship>,
    approvals: Vec<GuardianshipId>,
    terms: Terms,
}

fn informed() -> InformationRecord {
    InformationRecord {
        id: INFORMED,
        patient: PATIENT,
        purpose: Purpose::CaseDiscussion,
        by: THERAPIST,
        role: Role::Clinician,
        unit: DPS,
        compartment: CompartmentKind::Health,
        language: "nb".to_owned(),
        text_version: "2026-01".to_owned(),
        form: Form::Oral,
        given_at: at("2026-03-01T09:00:00Z"),
        recorded_at: at("2026-03-01T09:05:00Z"),
    }
}

impl Scene {
    /// An adult's written consent at a DPS.
    fn adult() -> Self {
        Self {
            draft: crate::testing::draft(),
            patient: patient_born(date(1990, 6, 17)),
            information: Some(informed()),
            sources: vec![CompartmentKind::Health],
            policy: Policy {
                recipients: RecipientPolicy::Unit,
                oral: OralPolicy::Yes,
                retention_years: 5,
            },
            guardians: Vec::new(),
            approvals: Vec::new(),
            terms: Terms {
                form: Form::Written,
                given_by: GivenBy::Patient,
                guardianships: Vec::new(),
                single_use: false,
                discussion: None,
                from: None,
                until: None,
            },
        }
    }

    fn grant(&self, by: Agreement<'_>) -> Result<Granted, RefusalCode> {
        let policies = [self.policy];
        let facts = GrantFacts {
            patient: &self.patient,
            information: self.information.as_ref(),
            sources: &self.sources,
            policies: &policies,
            guardians: &self.guardians,
            approvals: &self.approvals,
        };
        let decision = self.draft.grant(&self.terms, by, &facts, now());
        decision
            .map(|permit: Permit<Granted>| permit.act().clone())
            .map_err(|r| r.code)
    }

    fn by_team(&self) -> Result<Granted, RefusalCode> {
        self.grant(Agreement::Team {
            recorder: &therapist(),
            of_every_source: true,
        })
    }

    fn refusal(&self) -> Option<RefusalCode> {
        self.by_team().err()
    }
}
