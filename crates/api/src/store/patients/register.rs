//! Making a record, and correcting it.

use super::super::schema::{
    case_file, consent, guardianship, information_record, objection, patient, patient_registration,
};
use super::super::sql::Db;
use super::super::unit_of_work::Tx;
use super::super::{StoreError, keys, stored_version};
use super::row::Sealed;
use crate::ids;
use diesel::prelude::*;
use samrad_domain::actor::PersonKey;
use samrad_domain::id::PatientId;
use samrad_domain::patient::Patient;
use samrad_domain::permit::Permit;
use samrad_domain::record::{Correction, Particulars, Registration};

/// Makes a record of its own for whoever registers, whether or not others of the compartment keep
/// one of the same person: so there is nothing by which to tell.
///
/// # Errors
/// When the database does not answer.
pub fn register(
    tx: &mut Tx<'_>,
    permit: &Permit<Registration>,
    particulars: &Particulars,
) -> Result<PatientId, StoreError> {
    let (id, act) = (PatientId::new(ids::new_uuid()), permit.act());
    let key = keys::create(tx.conn, tx.vault)?;
    let person = tx.vault.person_key(particulars.number.digits());
    diesel::insert_into(patient::table)
        .values((
            patient::id.eq(Db(id)),
            patient::compartment_kind.eq(Db(act.compartment.kind())),
            patient::compartment_key.eq(act.compartment.key()),
            patient::person_key.eq(person.to_vec()),
            patient::data_key_id.eq(Db(key.id())),
            Sealed::new(&key, id, particulars)?,
            patient::protection.eq(Db(particulars.protection)),
            patient::version.eq(1),
            patient::created_at.eq(Db(tx.now)),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(patient_registration::table)
        .values((
            patient_registration::patient_id.eq(Db(id)),
            patient_registration::person_id.eq(Db(act.by)),
            patient_registration::unit_id.eq(Db(act.unit)),
            patient_registration::registered_at.eq(Db(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Writes a correction over what was there. What it said before is gone, as the law on correction
/// asks; that it was corrected, and by whom, stands in the log.
///
/// # Errors
/// When the database does not answer, or the record's key does not open.
pub fn correct(
    tx: &mut Tx<'_>,
    permit: &Permit<Correction>,
    before: &Patient,
) -> Result<PersonKey, StoreError> {
    let act = permit.act();
    let key = keys::fetch(tx.conn, tx.vault, before.data_key)?;
    let person = tx.vault.person_key(act.particulars.number.digits());
    diesel::update(patient::table.find(Db(act.patient)))
        .set((
            patient::person_key.eq(person.to_vec()),
            Sealed::new(&key, act.patient, &act.particulars)?,
            patient::protection.eq(Db(act.particulars.protection)),
            patient::version.eq(stored_version(act.version)),
        ))
        .execute(tx.conn)?;
    Ok(PersonKey::new(person))
}

/// Whether nothing was done yet on the strength of the record's identity number: no case, nothing
/// told, no consent, no objection, no guardian.
///
/// # Errors
/// When the database does not answer.
pub fn nothing_rests_on(tx: &mut Tx<'_>, id: PatientId) -> Result<bool, StoreError> {
    macro_rules! count {
        ($($table:ident),*) => {
            [$($table::table
                .filter($table::patient_id.eq(Db(id)))
                .count()
                .get_result::<i64>(tx.conn)?),*]
        };
    }
    let resting = count!(
        case_file,
        information_record,
        consent,
        objection,
        guardianship
    );
    Ok(resting.iter().all(|count| *count == 0))
}
