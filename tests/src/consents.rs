//! Consents as they are drafted, granted and withdrawn.

use serde_json::{Value, json};

use crate::client::Caller;
use crate::patients::Patient;
use crate::people::Person;
use crate::reply::Reply;
use crate::units::Unit;

/// A consent.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Its id.
    pub id: String,
}

/// One direction of a consent: from a unit to a unit.
#[must_use]
pub fn grant(from: &Unit, to: Value, categories: &[&str]) -> Value {
    json!({
        "source": {"kind": "unit", "id": from.id},
        "recipient": to,
        "categories": categories,
    })
}

/// A unit as the recipient of a grant.
#[must_use]
pub fn unit(unit: &Unit) -> Value {
    json!({"kind": "unit", "id": unit.id})
}

/// A person as the recipient of a grant.
#[must_use]
pub fn person(person: &Person) -> Value {
    json!({"kind": "person", "id": person.id})
}

impl Person {
    /// Records that one has informed the patient about a cooperation.
    #[must_use]
    pub fn informs(&self, patient: &Patient, purpose: &str) -> String {
        let path = format!("/patients/{}/information-records", patient.id);
        let body =
            json!({"purpose": purpose, "language": "nb", "textVersion": "2026-01", "form": "oral"});
        self.post(&path, body).expect(201).id()
    }

    /// Drafts a consent.
    #[must_use]
    pub fn drafts(&self, patient: &Patient, purpose: &str, grants: Value) -> Consent {
        let path = format!("/patients/{}/consents", patient.id);
        let body = json!({"purpose": purpose, "grants": grants});
        Consent {
            id: self.post(&path, body).expect(201).id(),
        }
    }

    /// Informs, drafts, and records the patient's written grant: one grant to one recipient.
    #[must_use]
    pub fn obtains_consent(
        &self,
        patient: &Patient,
        purpose: &str,
        from: &Unit,
        to: Value,
        categories: &[&str],
    ) -> Consent {
        let information = self.informs(patient, purpose);
        let consent = self.drafts(patient, purpose, json!([grant(from, to, categories)]));
        self.records_grant(&consent, &information, json!({}))
            .expect(200)
            .done();
        consent
    }

    /// Records the patient's own written grant of a draft, with more said.
    #[must_use]
    pub fn records_grant(&self, consent: &Consent, information: &str, more: Value) -> Reply {
        let mut body = json!({
            "form": "written",
            "givenBy": "self",
            "singleUse": false,
            "informationRecordId": information,
        });
        if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
            body.extend(more.clone());
        }
        self.post(&format!("/consents/{}/grant", consent.id), body)
    }
}

/// Records that the patient withdraws.
#[track_caller]
pub fn withdraw(caller: &impl Caller, consent: &Consent) -> Reply {
    caller.post(
        &format!("/consents/{}/withdrawal", consent.id),
        json!({"form": "oral"}),
    )
}
