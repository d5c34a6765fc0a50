//! What a record system gets of a note.

use jiff::Timestamp;
use samrad_domain::code::CategorySet;
use samrad_domain::consent::Recipient;
use samrad_domain::journal::{Filed, FilingContent, JournalNote};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::codes::{
    CategoryCode, Coded, NoteKindCode, NoteStateCode, PurposeCode, RoleCode, categories,
};
use crate::store::notes::NoteLine;

/// A line of a list of notes: no identity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoteItem {
    /// The note.
    id: Uuid,
    /// The patient's record.
    patient_id: Uuid,
    /// The unit whose case it is.
    unit_id: Uuid,
    /// What happened.
    kind: NoteKindCode,
    /// When it happened.
    #[schema(format = DateTime, max_length = 40)]
    occurred_at: String,
    /// When it should be filed by.
    #[schema(format = DateTime, max_length = 40)]
    due_at: String,
    /// Pending or filed.
    state: NoteStateCode,
    /// Whether it should have been filed by now, and is not.
    overdue: bool,
}

impl NoteItem {
    pub(super) fn of(line: &NoteLine, now: Timestamp) -> Self {
        Self {
            id: line.id.uuid(),
            patient_id: line.patient.uuid(),
            unit_id: line.unit.uuid(),
            kind: Coded(line.kind),
            occurred_at: line.occurred_at.to_string(),
            due_at: line.due_at.to_string(),
            state: Coded(line.state),
            overdue: line.is_overdue(now),
        }
    }
}

/// A note to file, whole.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Note)]
pub struct NoteBody {
    /// The note.
    id: Uuid,
    /// Whose record to file it in.
    patient: NotePatient,
    /// The unit whose case it is.
    unit_id: Uuid,
    /// What happened.
    kind: NoteKindCode,
    /// The sentence to file, made of the fields of this note.
    #[schema(max_length = 1000)]
    text: String,
    /// What it was for.
    purpose: PurposeCode,
    /// What it was about; empty for information given.
    #[schema(max_items = 16)]
    categories: Vec<CategoryCode>,
    /// The record of information given.
    #[serde(skip_serializing_if = "Option::is_none")]
    information_record_id: Option<Uuid>,
    /// The consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_id: Option<Uuid>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_version: Option<u32>,
    /// The discussion in which something was disclosed.
    #[serde(skip_serializing_if = "Option::is_none")]
    discussion_id: Option<Uuid>,
    /// Whom it was disclosed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<NoteRecipient>,
    /// When it happened.
    #[schema(format = DateTime, max_length = 40)]
    occurred_at: String,
    /// When it should be filed by.
    #[schema(format = DateTime, max_length = 40)]
    due_at: String,
    /// Pending or filed.
    state: NoteStateCode,
    /// When it was filed, and as what.
    #[serde(skip_serializing_if = "Option::is_none")]
    filed: Option<FiledBody>,
}

/// Whose record to file a note in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotePatient {
    /// The patient's record here.
    id: Uuid,
    /// Given name.
    #[schema(max_length = 200)]
    given: String,
    /// Family name.
    #[schema(max_length = 200)]
    family: String,
    /// Identity number.
    #[schema(max_length = 11)]
    identity_number: String,
}

/// Whom something was disclosed to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoteRecipient {
    /// `person`, `unit` or `roleInUnit`.
    #[schema(max_length = 10)]
    kind: &'static str,
    /// The person, or the unit.
    id: Uuid,
    /// The role, for `roleInUnit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<RoleCode>,
    /// The name of the person or unit in the registry.
    #[schema(max_length = 200)]
    name: String,
}

/// That a note was filed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Filed)]
pub struct FiledBody {
    /// When.
    #[schema(format = DateTime, max_length = 40)]
    at: String,
    /// The record system's own reference to what it filed.
    #[schema(max_length = 200)]
    reference: String,
}

impl From<&Filed> for FiledBody {
    fn from(filed: &Filed) -> Self {
        Self {
            at: filed.at.to_string(),
            reference: filed.reference.as_str().to_owned(),
        }
    }
}

impl NoteBody {
    pub(super) fn of(content: FilingContent, recipient_name: Option<String>) -> Self {
        let FilingContent { note, name, number } = content;
        let consent = note.consent().copied();
        let (information, purpose) = match &note.note {
            JournalNote::InformationGiven {
                information,
                purpose,
            } => (Some(information.uuid()), *purpose),
            JournalNote::ConsentGranted(c)
            | JournalNote::ConsentRefused(c)
            | JournalNote::ConsentWithdrawn(c)
            | JournalNote::DisclosureMade { consent: c, .. } => (None, c.purpose),
        };
        let disclosed = note.disclosure();
        Self {
            id: note.id.uuid(),
            patient: NotePatient {
                id: note.patient.uuid(),
                given: name.given,
                family: name.family,
                identity_number: number.digits().to_owned(),
            },
            unit_id: note.unit.uuid(),
            kind: Coded(note.note.kind()),
            text: note.note.text().as_str().to_owned(),
            purpose: Coded(purpose),
            categories: categories(consent.map_or(CategorySet::NONE, |c| c.categories)),
            information_record_id: information,
            consent_id: consent.map(|c| c.consent.uuid()),
            consent_version: consent.map(|c| c.version),
            discussion_id: disclosed.map(|(discussion, _)| discussion.uuid()),
            recipient: disclosed
                .zip(recipient_name)
                .map(|((_, recipient), name)| NoteRecipient::of(recipient, name)),
            occurred_at: note.occurred_at.to_string(),
            due_at: note.due_at.to_string(),
            state: Coded(note.state()),
            filed: note.filed.as_ref().map(FiledBody::from),
        }
    }
}

impl NoteRecipient {
    const fn of(recipient: &Recipient, name: String) -> Self {
        let (kind, id, role) = match recipient {
            Recipient::Person(person) => ("person", person.uuid(), None),
            Recipient::Unit(unit) => ("unit", unit.uuid(), None),
            Recipient::RoleInUnit(unit, role) => ("roleInUnit", unit.uuid(), Some(Coded(*role))),
        };
        Self {
            kind,
            id,
            role,
            name,
        }
    }
}
