//! An entry of the log on the wire: all that it says, and where it stands.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::codes::{
    CategoryCode, Coded, EventKindCode, GroundCode, OutcomeCode, PurposeCode, ReasonCodeCode,
    RoleCode,
};
use crate::log::body::{self as stored, Who};
use crate::store::log_query::Entry;

/// One entry: who, whom, what, to whom, when, why, and how it came out.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// Where it stands in the log, from 0 and without gaps.
    #[schema(minimum = 0)]
    pub index: i64,
    /// Its id.
    pub event_id: Uuid,
    /// When it was recorded.
    #[schema(format = DateTime, max_length = 40, example = "2026-01-31T12:00:00.000Z")]
    pub recorded_at: String,
    /// The hash that stands for it in the log's tree, in hexadecimal.
    #[schema(max_length = 64)]
    pub leaf_hash: String,
    /// What kind of act it was.
    pub kind: EventKindCode,
    /// How it came out.
    pub outcome: OutcomeCode,
    /// Whether what it says was lawfully erased: then all that follows is absent.
    pub redacted: bool,
    /// All that follows.
    #[serde(flatten)]
    pub said: Option<Said>,
}

/// What an entry says.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// Who acted.
    pub actor: LogActor,
    /// The operation of the API.
    #[schema(max_length = 60)]
    pub operation: String,
    /// The request.
    #[schema(max_length = 128)]
    pub request_id: String,
    /// Why it came out so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ReasonCodeCode>)]
    pub reason: Option<String>,
    /// What it rests on: `consent`, or being inside as `team` or `hpl25`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20)]
    pub legal_basis: Option<String>,
    /// The patient's record; absent where nothing told who it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient: Option<Uuid>,
    /// The organisation that is the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Uuid>,
    /// The unit concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Uuid>,
    /// The case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<Uuid>,
    /// The discussion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussion: Option<Uuid>,
    /// The IPS participation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participation: Option<Uuid>,
    /// The note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Uuid>,
    /// The person of the registry that the act is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Uuid>,
    /// Those who heard or saw.
    #[schema(max_items = 1000)]
    pub recipients: Vec<Heard>,
    /// What was shown or changed.
    #[schema(max_items = 16, value_type = Vec<CategoryCode>)]
    pub categories: Vec<String>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PurposeCode>)]
    pub purpose: Option<String>,
    /// The consents used or changed.
    #[schema(max_items = 1000)]
    pub consents: Vec<ConsentUsed>,
    /// A salted digest of what was shown, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub digest: Option<String>,
    /// On what ground the log was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<GroundCode>)]
    pub ground: Option<String>,
}

/// Who acted.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogActor {
    /// `person`, `citizen` or `system`.
    #[schema(max_length = 20, example = "person")]
    pub kind: String,
    /// The person of the registry, or the client system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The name they had; never a patient's or a guardian's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// The role acted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RoleCode>)]
    pub role: Option<String>,
    /// The unit acted for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Uuid>,
    /// Its organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Uuid>,
    /// How surely they were known, in the issuer's own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub assurance: Option<String>,
}

/// Somebody who heard or saw.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Heard {
    /// `person`, `unit` or `roleInUnit`.
    #[schema(max_length = 20, example = "unit")]
    pub kind: String,
    /// The person or the unit.
    pub id: Uuid,
    /// The role, for `roleInUnit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RoleCode>)]
    pub role: Option<String>,
}

/// A consent used or changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentUsed {
    /// Which.
    pub id: Uuid,
    /// Which version of it.
    #[schema(minimum = 1)]
    pub version: u32,
}

impl From<Entry> for LogEntry {
    fn from(entry: Entry) -> Self {
        Self {
            index: entry.index,
            event_id: entry.event.uuid(),
            recorded_at: format!("{:.3}", entry.recorded_at),
            leaf_hash: hex::encode(entry.leaf),
            kind: Coded(entry.kind),
            outcome: Coded(entry.outcome),
            redacted: entry.body.is_none(),
            said: entry.body.map(Said::from),
        }
    }
}

impl From<stored::Body> for Said {
    fn from(body: stored::Body) -> Self {
        Self {
            actor: body.actor.into(),
            operation: body.operation,
            request_id: body.request_id,
            reason: body.reason,
            legal_basis: body.legal_basis,
            patient: body.patient,
            source: body.source,
            unit: body.unit,
            case: body.case,
            discussion: body.discussion,
            participation: body.participation,
            note: body.note,
            person: body.person,
            recipients: body.recipients.into_iter().map(Heard::from).collect(),
            categories: body.categories,
            purpose: body.purpose,
            consents: body.consents.into_iter().map(ConsentUsed::from).collect(),
            digest: body.digest,
            ground: body.ground,
        }
    }
}

impl From<Who> for LogActor {
    fn from(who: Who) -> Self {
        Self {
            kind: who.kind,
            id: who.id,
            name: who.name,
            role: who.role,
            unit: who.unit,
            organisation: who.organisation,
            assurance: who.assurance,
        }
    }
}

impl From<stored::Heard> for Heard {
    fn from(heard: stored::Heard) -> Self {
        Self {
            kind: heard.kind,
            id: heard.id,
            role: heard.role,
        }
    }
}

impl From<stored::ConsentUsed> for ConsentUsed {
    fn from(used: stored::ConsentUsed) -> Self {
        Self {
            id: used.id,
            version: used.version,
        }
    }
}
