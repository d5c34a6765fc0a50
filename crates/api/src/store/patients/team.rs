//! Who is on a patient's team: belonging to the case gives access, belonging to the office does
//! not (helsepersonelloven § 21 a).

use super::super::StoreError;
use super::super::conn::Conn;
use super::super::schema::{case_file, case_member, data_key, patient, patient_registration, unit};
use super::super::sql::Db;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::{PersonKey, Staff};
use samrad_domain::decision::Basis;
use samrad_domain::id::{OrganisationId, PatientId, UnitId};
use samrad_domain::unit::Compartment;

/// Whether `staff` may work with the record at `now`: admitted to its compartment, and on the team
/// of a case of the patient, or the one who registered the patient. Who registered the patient and
/// has since left every case of theirs has left the record too.
///
/// # Errors
/// When the database does not answer.
pub fn on_team(
    conn: &mut Conn,
    id: PatientId,
    staff: &Staff,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let found = own(conn, staff, now, Which::Record(id))?;
    Ok(!found.is_empty())
}

/// The records of this person that `staff` may work with at `now`. Others may be kept in the same
/// compartment; they are not looked at.
///
/// # Errors
/// When the database does not answer.
pub fn own_of_person(
    conn: &mut Conn,
    key: &PersonKey,
    staff: &Staff,
    now: Timestamp,
) -> Result<Vec<PatientId>, StoreError> {
    own(conn, staff, now, Which::Person(*key))
}

/// That the key of the record at hand was not destroyed: a record whose key is gone is no record. Asked of this
/// record, as SQLite would list all keys to look for one among them.
macro_rules! has_its_key {
    () => {
        exists(
            data_key::table
                .filter(data_key::id.eq(patient::data_key_id))
                .filter(data_key::wrapped.is_not_null()),
        )
    };
}

#[derive(Clone, Copy)]
enum Which {
    Record(PatientId),
    Person(PersonKey),
}

/// One query, whatever it finds: how long it takes tells nothing of records that others work with.
fn own(
    conn: &mut Conn,
    staff: &Staff,
    now: Timestamp,
    which: Which,
) -> Result<Vec<PatientId>, StoreError> {
    // Each of these looks at the rows of one patient: how many cases somebody has costs nothing.
    let places = || {
        case_file::table
            .inner_join(case_member::table)
            .filter(case_file::patient_id.eq(patient::id.nullable()))
            .filter(case_member::person_id.eq(Db(staff.person)))
            .filter(case_member::unit_id.eq(Db(staff.unit)))
            .filter(case_member::basis.eq(Db(Basis::Team)))
            .filter(case_member::added_at.le(Db(now)))
    };
    let held = || {
        let ended = case_member::ended_at;
        places().filter(ended.is_null().or(ended.assume_not_null().gt(Db(now))))
    };
    let registered = patient_registration::table
        .filter(patient_registration::patient_id.eq(patient::id))
        .filter(patient_registration::person_id.eq(Db(staff.person)))
        .filter(patient_registration::unit_id.eq(Db(staff.unit)));
    let member = exists(held().filter(case_member::role.eq(Db(staff.role))));
    let has_left = exists(places()).and(not(exists(held())));
    let mut query = patient::table
        .filter(has_its_key!())
        .filter(patient::compartment_kind.eq(Db(staff.compartment.kind())))
        .filter(patient::compartment_key.eq(staff.compartment.key()))
        .filter(member.or(exists(registered).and(not(has_left))))
        .order((patient::created_at, patient::id))
        .select(patient::id)
        .into_boxed();
    query = match which {
        Which::Record(id) => query.filter(patient::id.eq(Db(id))),
        Which::Person(key) => query.filter(patient::person_key.eq(key.bytes().to_vec())),
    };
    let found = query.load(conn)?;
    Ok(if staff.is_admitted() {
        found
    } else {
        Vec::new()
    })
}

/// Where the record was registered, if there is such a record: for the log, which tells a
/// stranger's attempt on a record from one on nothing. The answer does not.
///
/// # Errors
/// When the database does not answer.
pub fn registered_at(
    conn: &mut Conn,
    id: PatientId,
) -> Result<Option<(OrganisationId, UnitId)>, StoreError> {
    Ok(patient_registration::table
        .inner_join(unit::table)
        .inner_join(patient::table)
        .filter(patient_registration::patient_id.eq(Db(id)))
        .filter(has_its_key!())
        .order(patient_registration::registered_at)
        .select((unit::organisation_id, unit::id))
        .first(conn)
        .optional()?)
}

/// Whether this compartment keeps the record.
///
/// # Errors
/// When the database does not answer.
pub fn is_kept_in(
    conn: &mut Conn,
    id: PatientId,
    compartment: &Compartment,
) -> Result<bool, StoreError> {
    let kept: i64 = patient::table
        .filter(patient::id.eq(Db(id)))
        .filter(patient::compartment_kind.eq(Db(compartment.kind())))
        .filter(patient::compartment_key.eq(compartment.key()))
        .count()
        .get_result(conn)?;
    Ok(kept == 1)
}

/// A record of this person that this compartment keeps, whoever works with it: for the log alone.
///
/// # Errors
/// When the database does not answer.
pub fn kept_in(
    conn: &mut Conn,
    key: &PersonKey,
    compartment: &Compartment,
) -> Result<Option<PatientId>, StoreError> {
    Ok(patient::table
        .filter(has_its_key!())
        .filter(patient::person_key.eq(key.bytes().to_vec()))
        .filter(patient::compartment_kind.eq(Db(compartment.kind())))
        .filter(patient::compartment_key.eq(compartment.key()))
        .order((patient::created_at, patient::id))
        .select(patient::id)
        .first(conn)
        .optional()?)
}
