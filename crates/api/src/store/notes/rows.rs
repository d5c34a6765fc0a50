//! Rows of notes to file, and what they become. A row that can't be is an error.

use crate::ids;
use crate::store::bulk::bulk_rows;
use crate::store::schema::record_note;
use crate::store::sql::{Code, Db, SqlTimestamp, SqlUuid};
use crate::store::{StoreError, stored_version, version};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable};
use jiff::Timestamp;
use samrad_domain::code::{CategorySet, Purpose, Role};
use samrad_domain::consent::Recipient;
use samrad_domain::id::{
    ConsentId, DiscussionId, InformationId, NoteId, OrganisationId, PatientId, PersonId, UnitId,
};
use samrad_domain::journal::{
    ConsentFacts, FILE_WITHIN, Filed, FiledNote, JournalNote, NoteKind, NoteState, Reference,
    Register,
};
use uuid::Uuid;

bulk_rows! {
    /// A note to file. A disclosure like one noted before leaves no second row.
    NoteRow in record_note as NoteColumns, ending " ON CONFLICT DO NOTHING" {
        id: SqlUuid = Db<NoteId>,
        register: Code = Db<Register>,
        organisation_id: SqlUuid = Db<OrganisationId>,
        unit_id: SqlUuid = Db<UnitId>,
        patient_id: SqlUuid = Db<PatientId>,
        kind: Code = Db<NoteKind>,
        information_id: Nullable<SqlUuid> = Option<Db<InformationId>>,
        discussion_id: Nullable<SqlUuid> = Option<Db<DiscussionId>>,
        consent_id: Nullable<SqlUuid> = Option<Db<ConsentId>>,
        consent_version: Nullable<Integer> = Option<i32>,
        recipient_kind: Nullable<Code> = Option<Db<&'static str>>,
        recipient_id: Nullable<SqlUuid> = Option<Db<Uuid>>,
        recipient_role: Nullable<Code> = Option<Db<Role>>,
        categories: Code = Db<CategorySet>,
        purpose: Code = Db<Purpose>,
        occurred_at: SqlTimestamp = Db<Timestamp>,
        due_at: SqlTimestamp = Db<Timestamp>,
        state: Code = Db<NoteState>,
    }
}

impl NoteRow {
    /// The row of a note that `unit` must file about `patient`.
    pub(super) fn of(
        register: Register,
        (organisation, unit): (OrganisationId, UnitId),
        patient: PatientId,
        note: &JournalNote,
        now: Timestamp,
    ) -> Self {
        let facts = Facts::of(note);
        Self {
            id: Db(NoteId::new(ids::new_uuid())),
            register: Db(register),
            organisation_id: Db(organisation),
            unit_id: Db(unit),
            patient_id: Db(patient),
            kind: Db(note.kind()),
            information_id: facts.information.map(Db),
            discussion_id: facts.discussion.map(Db),
            consent_id: facts.consent.map(|c| Db(c.consent)),
            consent_version: facts.consent.map(|c| stored_version(c.version)),
            recipient_kind: facts.recipient.map(|r| Db(r.0)),
            recipient_id: facts.recipient.map(|r| Db(r.1)),
            recipient_role: facts.recipient.and_then(|r| r.2).map(Db),
            categories: Db(facts.consent.map_or(CategorySet::NONE, |c| c.categories)),
            purpose: Db(facts.purpose),
            occurred_at: Db(now),
            due_at: Db(now.saturating_add(FILE_WITHIN).unwrap_or(now)),
            state: Db(NoteState::Pending),
        }
    }
}

/// The columns that a note fills.
struct Facts<'a> {
    information: Option<InformationId>,
    discussion: Option<DiscussionId>,
    consent: Option<&'a ConsentFacts>,
    recipient: Option<(&'static str, Uuid, Option<Role>)>,
    purpose: Purpose,
}

impl<'a> Facts<'a> {
    const fn of(note: &'a JournalNote) -> Self {
        match note {
            JournalNote::InformationGiven {
                information,
                purpose,
            } => Self {
                information: Some(*information),
                discussion: None,
                consent: None,
                recipient: None,
                purpose: *purpose,
            },
            JournalNote::ConsentGranted(consent)
            | JournalNote::ConsentRefused(consent)
            | JournalNote::ConsentWithdrawn(consent) => Self::of_consent(consent),
            JournalNote::DisclosureMade {
                consent,
                discussion,
                recipient,
            } => Self {
                discussion: Some(*discussion),
                recipient: Some(columns_of(recipient)),
                ..Self::of_consent(consent)
            },
        }
    }

    const fn of_consent(consent: &'a ConsentFacts) -> Self {
        Self {
            information: None,
            discussion: None,
            consent: Some(consent),
            recipient: None,
            purpose: consent.purpose,
        }
    }
}

const fn columns_of(recipient: &Recipient) -> (&'static str, Uuid, Option<Role>) {
    match recipient {
        Recipient::Person(person) => ("person", person.uuid(), None),
        Recipient::Unit(unit) => ("unit", unit.uuid(), None),
        Recipient::RoleInUnit(unit, role) => ("roleInUnit", unit.uuid(), Some(*role)),
    }
}

/// What tells one note of a disclosure to somebody from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Where it is filed.
    pub register: Register,
    /// The consent that was used.
    pub consent: ConsentId,
    /// Its version.
    pub version: u32,
    /// What was disclosed.
    pub categories: CategorySet,
}

/// The same, as it is read back.
#[derive(Queryable, Selectable)]
#[diesel(table_name = record_note)]
pub struct NotedRow {
    register: Register,
    consent_id: Option<ConsentId>,
    consent_version: Option<i32>,
    categories: CategorySet,
}

impl TryFrom<NotedRow> for Noted {
    type Error = StoreError;

    fn try_from(row: NotedRow) -> Result<Self, StoreError> {
        let number = sure(row.consent_version, "no version of the consent")?;
        Ok(Self {
            register: row.register,
            consent: sure(row.consent_id, "no consent")?,
            version: version(number, "record_note")?,
            categories: row.categories,
        })
    }
}

/// A note as it is read back.
#[derive(Queryable, Selectable)]
#[diesel(table_name = record_note)]
pub(super) struct StoredRow {
    pub(super) id: NoteId,
    register: Register,
    organisation_id: OrganisationId,
    unit_id: UnitId,
    patient_id: PatientId,
    kind: NoteKind,
    information_id: Option<InformationId>,
    discussion_id: Option<DiscussionId>,
    consent_id: Option<ConsentId>,
    consent_version: Option<i32>,
    recipient_kind: Option<String>,
    recipient_id: Option<Uuid>,
    recipient_role: Option<Role>,
    categories: CategorySet,
    purpose: Purpose,
    occurred_at: Timestamp,
    due_at: Timestamp,
    pub(super) reference_enc: Option<Vec<u8>>,
    filed_at: Option<Timestamp>,
}

impl StoredRow {
    /// The note, with the reference that `reference_enc` opened to.
    pub(super) fn into_note(self, reference: Option<String>) -> Result<FiledNote, StoreError> {
        let filed = match (self.filed_at, reference) {
            (None, None) => None,
            (Some(at), Some(text)) => Some(Filed {
                at,
                reference: Reference::parse(&text).ok_or(corrupt("a reference out of form"))?,
            }),
            (_, _) => return Err(corrupt("filed by half")),
        };
        Ok(FiledNote {
            id: self.id,
            register: self.register,
            organisation: self.organisation_id,
            unit: self.unit_id,
            patient: self.patient_id,
            note: self.note()?,
            occurred_at: self.occurred_at,
            due_at: self.due_at,
            filed,
        })
    }

    fn note(&self) -> Result<JournalNote, StoreError> {
        Ok(match self.kind {
            NoteKind::InformationGiven => JournalNote::InformationGiven {
                information: sure(self.information_id, "no information record")?,
                purpose: self.purpose,
            },
            NoteKind::ConsentGranted => JournalNote::ConsentGranted(self.consent()?),
            NoteKind::ConsentRefused => JournalNote::ConsentRefused(self.consent()?),
            NoteKind::ConsentWithdrawn => JournalNote::ConsentWithdrawn(self.consent()?),
            NoteKind::DisclosureMade => JournalNote::DisclosureMade {
                consent: self.consent()?,
                discussion: sure(self.discussion_id, "no discussion")?,
                recipient: self.recipient()?,
            },
        })
    }

    fn consent(&self) -> Result<ConsentFacts, StoreError> {
        let number = sure(self.consent_version, "no version of the consent")?;
        Ok(ConsentFacts {
            consent: sure(self.consent_id, "no consent")?,
            version: version(number, "record_note")?,
            purpose: self.purpose,
            categories: self.categories,
        })
    }

    fn recipient(&self) -> Result<Recipient, StoreError> {
        let id = sure(self.recipient_id, "no recipient")?;
        match (self.recipient_kind.as_deref(), self.recipient_role) {
            (Some("person"), None) => Ok(Recipient::Person(PersonId::new(id))),
            (Some("unit"), None) => Ok(Recipient::Unit(UnitId::new(id))),
            (Some("roleInUnit"), Some(role)) => Ok(Recipient::RoleInUnit(UnitId::new(id), role)),
            (_, _) => Err(corrupt("a recipient that can't be")),
        }
    }
}

fn sure<T>(value: Option<T>, what: &'static str) -> Result<T, StoreError> {
    value.ok_or(corrupt(what))
}

const fn corrupt(what: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "record_note",
        what,
    }
}
