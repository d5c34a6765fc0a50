//! What must be filed in the journal or the case file (R5): closed fields, and the record system's
//! own reference once it is filed. Nothing here knows the register of IPS follow-up (R4).

use super::sql::Db;
use super::unit_of_work::Tx;
use super::{StoreError, stored_version};
use crate::ids;
use crate::store::dialect::insert_if_new;
use crate::store::schema::record_note;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::code::{CategorySet, Purpose, Role};
use samrad_domain::consent::Recipient;
use samrad_domain::id::{
    ConsentId, DiscussionId, InformationId, NoteId, OrganisationId, PatientId, UnitId,
};
use samrad_domain::journal::{
    ConsentFacts, FILE_WITHIN, JournalNote, NoteKind, NoteState, Register, register,
};
use samrad_domain::unit::Compartment;
use uuid::Uuid;

/// A note to file, as it is stored.
#[derive(Insertable)]
#[diesel(table_name = record_note)]
#[diesel(treat_none_as_default_value = false)]
struct NewRow {
    id: Db<NoteId>,
    register: Db<Register>,
    organisation_id: Db<OrganisationId>,
    unit_id: Db<UnitId>,
    patient_id: Db<PatientId>,
    kind: Db<NoteKind>,
    information_id: Option<Db<InformationId>>,
    discussion_id: Option<Db<DiscussionId>>,
    consent_id: Option<Db<ConsentId>>,
    consent_version: Option<i32>,
    recipient_kind: Option<Db<&'static str>>,
    recipient_id: Option<Db<Uuid>>,
    recipient_role: Option<Db<Role>>,
    categories: Db<CategorySet>,
    purpose: Db<Purpose>,
    occurred_at: Db<Timestamp>,
    due_at: Db<Timestamp>,
    state: Db<NoteState>,
}

/// Puts `note` among what `unit` must file about `patient`, in the transaction of the event that it
/// tells of. Compartments that keep no such record get none. A disclosure like one noted before
/// (same discussion, recipient, consent, version and categories) leaves no second note.
///
/// # Errors
/// When the database does not answer.
pub fn add(
    tx: &mut Tx<'_>,
    unit: UnitId,
    compartment: &Compartment,
    organisation: OrganisationId,
    patient: PatientId,
    note: &JournalNote,
) -> Result<(), StoreError> {
    let Some(register) = register(compartment.kind()) else {
        return Ok(());
    };
    let facts = Facts::of(note);
    let row = NewRow {
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
        occurred_at: Db(tx.now),
        due_at: Db(tx.now.saturating_add(FILE_WITHIN).unwrap_or(tx.now)),
        state: Db(NoteState::Pending),
    };
    insert_if_new!(tx.conn, record_note::table, &row)?;
    Ok(())
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
