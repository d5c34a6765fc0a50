//! What must be filed in the journal or the case file (R5): closed fields, and the record system's
//! own reference once it is filed. Nothing here knows the register of IPS follow-up (R4).

mod list;
mod rows;

pub use list::{NoteLine, is_within, list};

use super::conn::Conn;
use super::schema::{patient, person, record_note, unit};
use super::sql::Db;
use super::unit_of_work::Tx;
use super::vault::Place;
use super::{StoreError, keys};
use diesel::prelude::*;
use rows::StoredRow;
pub(super) use rows::{NoteRow, Noted, NotedRow};
use samrad_domain::actor::Actor;
use samrad_domain::consent::Recipient;
use samrad_domain::id::{DataKeyId, NoteId, OrganisationId, PatientId, UnitId};
use samrad_domain::journal::{FiledNote, Filing, JournalNote, NoteState, Register, register};
use samrad_domain::permit::Permit;
use samrad_domain::unit::{Compartment, CompartmentKind};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Puts `note` among what `unit` must file about `patient`, in the transaction of the event that it
/// tells of. Compartments that keep no such record get none. A disclosure like one noted before
/// (same discussion, recipient, consent, version and categories) leaves no second note.
pub fn add(
    tx: &mut Tx<'_>,
    unit: UnitId,
    compartment: &Compartment,
    organisation: OrganisationId,
    patient: PatientId,
    note: &JournalNote,
) {
    let Some(register) = register(compartment.kind()) else {
        return;
    };
    if tx.ahead.note(register, note) {
        let row = NoteRow::of(register, (organisation, unit), patient, note, tx.now);
        tx.later.note(row);
    }
}

/// The registers that an organisation keeps, by the compartments of its units.
///
/// # Errors
/// When the database does not answer.
pub fn registers_of(
    conn: &mut Conn,
    organisation: OrganisationId,
) -> Result<Vec<Register>, StoreError> {
    let kinds: Vec<CompartmentKind> = unit::table
        .filter(unit::organisation_id.eq(Db(organisation)))
        .select(unit::compartment_kind)
        .distinct()
        .load(conn)?;
    let registers: BTreeSet<_> = kinds.into_iter().filter_map(register).collect();
    Ok(registers.into_iter().collect())
}

/// The note.
///
/// # Errors
/// When the database does not answer, or the row can't be.
pub fn find(tx: &mut Tx<'_>, id: NoteId) -> Result<Option<FiledNote>, StoreError> {
    let found: Option<(StoredRow, DataKeyId)> = record_note::table
        .inner_join(patient::table)
        .filter(record_note::id.eq(Db(id)))
        .select((StoredRow::as_select(), patient::data_key_id))
        .first(tx.conn)
        .optional()?;
    let Some((row, data_key)) = found else {
        return Ok(None);
    };
    let reference = match &row.reference_enc {
        Some(bytes) => {
            let key = keys::fetch(tx.conn, tx.vault, data_key)?;
            Some(key.open_text(place(id), bytes)?)
        }
        None => None,
    };
    row.into_note(reference).map(Some)
}

/// The name in the registry of the person or unit that heard.
///
/// # Errors
/// When the database does not answer.
pub fn name_of(conn: &mut Conn, recipient: &Recipient) -> Result<String, StoreError> {
    Ok(match recipient {
        Recipient::Person(id) => person::table
            .find(Db(*id))
            .select(person::name)
            .first(conn)?,
        Recipient::Unit(id) | Recipient::RoleInUnit(id, _) => {
            unit::table.find(Db(*id)).select(unit::name).first(conn)?
        }
    })
}

/// Files the note, by the word of `by`.
///
/// # Errors
/// When the database does not answer.
pub fn file(
    tx: &mut Tx<'_>,
    permit: &Permit<Filing>,
    note: &FiledNote,
    by: &Actor,
) -> Result<(), StoreError> {
    let data_key: DataKeyId = patient::table
        .find(Db(note.patient))
        .select(patient::data_key_id)
        .first(tx.conn)?;
    let key = keys::fetch(tx.conn, tx.vault, data_key)?;
    let (id, reference) = (permit.act().note, &permit.act().reference);
    let (kind, filer) = filer(by)?;
    diesel::update(record_note::table.find(Db(id)))
        .set((
            record_note::state.eq(Db(NoteState::Filed)),
            record_note::reference_enc.eq(key.seal(place(id), reference.as_str().as_bytes())),
            record_note::filed_by_kind.eq(Db(kind)),
            record_note::filed_by.eq(Db(filer)),
            record_note::filed_at.eq(Db(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn place(id: NoteId) -> Place {
    Place::new("record_note", id.uuid(), "reference_enc")
}

fn filer(by: &Actor) -> Result<(&'static str, Uuid), StoreError> {
    match by {
        Actor::Staff(staff) => Ok(("person", staff.person.uuid())),
        Actor::System(system) => Ok(("client", system.client.uuid())),
        Actor::Citizen(_) => Err(StoreError::Corrupt {
            table: "record_note",
            what: "a note filed by a citizen",
        }),
    }
}

#[cfg(test)]
mod tests;
