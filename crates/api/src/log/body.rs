//! What an entry says, as RFC 8785 JSON. The very bytes are kept, sealed, beside the entry; the
//! entry commits to them by a salted digest, so that they can be erased lawfully without breaking
//! a proof.
//!
//! The fields of each struct here are declared in the order of their names in JSON, so that what serde
//! writes is canonical as it stands; a test holds it against a canonicaliser.

use samrad_domain::actor::Actor;
use samrad_domain::code::ReasonCode;
use samrad_domain::consent::Recipient;
use samrad_domain::event::{Erasure, Event, Outcome};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Who acted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Who {
    /// How surely the token's issuer knew them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assurance: Option<String>,
    /// The person of the registry, or the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// `person`, `citizen` or `system`.
    pub kind: String,
    /// The name of the person of the registry, or of the client; never a patient's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Uuid>,
    /// The role acted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The unit acted for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Uuid>,
}

/// Somebody who heard or saw.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heard {
    /// The person or the unit.
    pub id: Uuid,
    /// `person`, `unit` or `roleInUnit`.
    pub kind: String,
    /// The role, for `roleInUnit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// A consent used or changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsentUsed {
    /// Which.
    pub id: Uuid,
    /// Which version.
    pub version: u32,
}

/// Where one who heard worked that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceOfWork {
    /// The organisation.
    pub organisation: Uuid,
    /// The person, where a person heard and not a unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Uuid>,
    /// The unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Uuid>,
}

/// The record that an entry is about, and the entry's place in the record's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The record: a patient's, or an IPS participation.
    pub id: Uuid,
    /// The index of the entry before it in the chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prev: Option<i64>,
    /// Its number in the chain, from 1.
    pub seq: i64,
}

/// What was erased, on what ground and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Erased {
    /// Who agreed: somebody else. None while it is only asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Uuid>,
    /// The index of the entry whose body was erased.
    pub index: i64,
    /// The legal ground.
    pub legal_ground: String,
    /// Who asked for it.
    pub requested_by: Uuid,
}

/// What an entry says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Who acted.
    pub actor: Who,
    /// The case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<Uuid>,
    /// What was shown or changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// The consents used or changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<ConsentUsed>,
    /// SHA-256 over the entry's salt and the bytes shown, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The discussion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussion: Option<Uuid>,
    /// On what ground the log was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// Salted digest of the person key of whose own log the entry stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The IPS note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ips_note: Option<Uuid>,
    /// What kind of act.
    pub kind: String,
    /// What it rests on: `consent`, `team`, `hpl25`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// The verifier key that checkpoints are signed by from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_key: Option<String>,
    /// The note to file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Uuid>,
    /// The operation of the API.
    pub operation: String,
    /// How it came out.
    pub outcome: String,
    /// The IPS participation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participation: Option<Uuid>,
    /// The patient's record; none for anonymised items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient: Option<Uuid>,
    /// The person of the registry that the act is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Uuid>,
    /// Where those who heard worked that day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PlaceOfWork>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Why it came out so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Those who heard or saw.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<Heard>,
    /// What was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redaction: Option<Erased>,
    /// The request.
    pub request_id: String,
    /// The organisation that is the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Uuid>,
    /// The record that the entry is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Link>,
    /// The unit concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Uuid>,
}

/// Room for what most entries say, in bytes.
const USUAL: usize = 2048;

impl Body {
    /// The bytes that are kept and committed to: RFC 8785 JSON.
    ///
    /// # Errors
    /// Never, as far as the types go.
    pub fn canonical(&self) -> serde_json::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(USUAL);
        serde_json::to_writer(&mut bytes, self)?;
        Ok(bytes)
    }

    /// What the log says of `event`, done by `actor` in a request.
    #[must_use]
    pub fn of(event: &Event, actor: &Actor, request: &Request, salt: &[u8; 32]) -> Self {
        Self {
            actor: Who::of(actor),
            kind: event.kind.code().to_owned(),
            outcome: event.outcome.code().to_owned(),
            operation: request.operation.to_owned(),
            request_id: request.id.clone(),
            reason: event.reason.map(|r| r.code().to_owned()),
            legal_basis: legal_basis(event),
            patient: event.patient.map(|id| id.uuid()),
            source: event.source.map(|id| id.uuid()),
            unit: event.unit.map(|id| id.uuid()),
            case: event.case.map(|id| id.uuid()),
            discussion: event.discussion.map(|id| id.uuid()),
            participation: event.participation.map(|id| id.uuid()),
            note: event.note.map(|id| id.uuid()),
            ips_note: event.ips_note.map(|id| id.uuid()),
            person: event.person.map(|id| id.uuid()),
            recipients: event.recipients.iter().map(Heard::of).collect(),
            categories: event
                .categories
                .iter()
                .map(|c| c.code().to_owned())
                .collect(),
            purpose: event.purpose.map(|p| p.code().to_owned()),
            consents: event
                .consents
                .iter()
                .map(|(id, version)| ConsentUsed {
                    id: id.uuid(),
                    version: *version,
                })
                .collect(),
            digest: event
                .shown
                .as_ref()
                .map(|shown| salted_digest(salt, &shown.0)),
            ground: event.ground.map(|g| g.code().to_owned()),
            places: Vec::new(),
            subject: None,
            holder: None,
            redaction: event.erased.as_ref().map(Erased::of),
            log_key: event.log_key.clone(),
        }
    }
}

/// The request that an act came in by.
#[derive(Clone, Debug)]
pub struct Request {
    /// The caller's correlation id, or our own.
    pub id: String,
    /// The operation of the API.
    pub operation: &'static str,
}

impl Who {
    fn of(actor: &Actor) -> Self {
        let nobody = Self {
            kind: String::new(),
            id: None,
            name: None,
            role: None,
            unit: None,
            organisation: None,
            assurance: None,
        };
        match actor {
            Actor::Staff(staff) => Self {
                kind: "person".to_owned(),
                id: Some(staff.person.uuid()),
                name: Some(staff.name.clone()),
                role: Some(staff.role.code().to_owned()),
                unit: Some(staff.unit.uuid()),
                organisation: Some(staff.organisation.uuid()),
                assurance: staff.assurance.clone(),
            },
            Actor::Citizen(citizen) => Self {
                kind: "citizen".to_owned(),
                assurance: citizen.assurance.clone(),
                ..nobody
            },
            Actor::System(system) => Self {
                kind: "system".to_owned(),
                id: Some(system.client.uuid()),
                name: Some(system.name.clone()),
                organisation: Some(system.organisation.uuid()),
                ..nobody
            },
        }
    }
}

impl Heard {
    fn of(recipient: &Recipient) -> Self {
        let (kind, id, role) = match recipient {
            Recipient::Person(person) => ("person", person.uuid(), None),
            Recipient::Unit(unit) => ("unit", unit.uuid(), None),
            Recipient::RoleInUnit(unit, role) => ("roleInUnit", unit.uuid(), Some(role.code())),
        };
        Self {
            kind: kind.to_owned(),
            id,
            role: role.map(str::to_owned),
        }
    }
}

/// A disclosure by word of mouth that no consent covered rests on none.
fn legal_basis(event: &Event) -> Option<String> {
    match (event.outcome, event.reason, event.basis) {
        (Outcome::Disclosed, Some(ReasonCode::ConsentActive), _) => Some("consent".to_owned()),
        (Outcome::Disclosed, _, _) | (_, _, None) => None,
        (_, _, Some(basis)) => Some(basis.code().to_owned()),
    }
}

impl Erased {
    fn of(erasure: &Erasure) -> Self {
        Self {
            index: erasure.index,
            legal_ground: erasure.ground.code().to_owned(),
            requested_by: erasure.requested_by.uuid(),
            approved_by: erasure.approved_by.map(|id| id.uuid()),
        }
    }
}

fn salted_digest(salt: &[u8; 32], shown: &[u8]) -> String {
    let digest = Sha256::new()
        .chain_update(b"samrad-shown/v1\0")
        .chain_update(salt);
    hex::encode(digest.chain_update(shown).finalize())
}

#[cfg(test)]
mod tests;
