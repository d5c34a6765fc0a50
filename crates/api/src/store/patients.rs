//! Patients: the record that is kept of a person in one compartment, and who may read it.
//!
//! What names the person is sealed with the record's own data key. Each registration makes a record
//! of its own (docs/adr, "Registering a patient"); the records of one person are tied by the
//! person key alone, which never leaves the service.

mod guardians;
mod objections;
mod register;
mod row;
mod team;
#[cfg(test)]
mod tests;

pub use guardians::{NamedGuardian, end_guardianship, guardians, named_guardians, record_guardian};
pub(super) use objections::objections_of;
pub use objections::{
    find_objection, is_in_registry, objections, record_objection, recorded_objections,
    withdraw_objection,
};
pub use register::{correct, nothing_rests_on, register};
pub use team::{is_kept_in, kept_in, on_team, own_of_person, registered_at};

use super::StoreError;
use super::conn::Conn;
use super::schema::patient;
use super::sql::Db;
use super::vault::Vault;
use diesel::prelude::*;
pub(super) use row::PatientRow;
use samrad_domain::actor::PersonKey;
use samrad_domain::id::PatientId;
use samrad_domain::patient::Patient;

/// The record, opened; none where it was never made, or where its key was destroyed.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn find(conn: &mut Conn, vault: &Vault, id: PatientId) -> Result<Option<Patient>, StoreError> {
    let row = patient::table
        .find(Db(id))
        .select(PatientRow::as_select())
        .first(conn)
        .optional()?;
    match row {
        Some(row) => row.open(conn, vault),
        None => Ok(None),
    }
}

/// Every record of this person, in all compartments: for the person's own access, and for what
/// they have said. Never for staff, who may not know of the other compartments.
///
/// # Errors
/// When the database does not answer.
pub fn of_person(conn: &mut Conn, key: &PersonKey) -> Result<Vec<PatientId>, StoreError> {
    Ok(patient::table
        .filter(patient::person_key.eq(key.bytes().as_slice()))
        .order(patient::id)
        .select(patient::id)
        .load(conn)?)
}
