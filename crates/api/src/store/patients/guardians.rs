//! Guardians, as recorded on a patient's record.

use super::super::StoreError;
use super::super::conn::Conn;
use super::super::keys;
use super::super::schema::{consent, guardianship};
use super::super::sql::Db;
use super::super::unit_of_work::Tx;
use super::super::vault::Place;
use super::row::{name_of, name_text};
use crate::ids;
use crate::store::person_key;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use samrad_domain::id::{DataKeyId, GuardianshipId, PatientId};
use samrad_domain::patient::{Authority, Custody, FullName, Guardianship, Patient};
use samrad_domain::permit::Permit;
use samrad_domain::record::{Appointment, Care, GuardianshipEnd};

#[derive(Queryable, Selectable)]
#[diesel(table_name = guardianship)]
struct GuardianshipRow {
    id: GuardianshipId,
    patient_id: PatientId,
    guardian_key: Vec<u8>,
    authority: Authority,
    custody: Custody,
    valid_from: Date,
    valid_until: Option<Date>,
    ended_at: Option<Timestamp>,
}

impl TryFrom<GuardianshipRow> for Guardianship {
    type Error = StoreError;

    fn try_from(row: GuardianshipRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            patient: row.patient_id,
            guardian: person_key(&row.guardian_key, "guardianship")?,
            authority: row.authority,
            custody: row.custody,
            from: row.valid_from,
            until: row.valid_until,
            ended_at: row.ended_at,
        })
    }
}

/// Every guardianship ever recorded on this record, in the order recorded; whether one holds, it
/// says itself.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn guardians(conn: &mut Conn, id: PatientId) -> Result<Vec<Guardianship>, StoreError> {
    let rows: Vec<GuardianshipRow> = guardianship::table
        .filter(guardianship::patient_id.eq(Db(id)))
        .order((guardianship::recorded_at, guardianship::id))
        .select(GuardianshipRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Guardianship::try_from).collect()
}

/// A guardianship, and what the guardian is called.
pub type NamedGuardian = (Guardianship, FullName);

/// Every guardianship recorded on this record, with names, in the order recorded.
///
/// # Errors
/// When the database does not answer, or a name does not open.
pub fn named_guardians(
    tx: &mut Tx<'_>,
    patient: &Patient,
) -> Result<Vec<NamedGuardian>, StoreError> {
    let rows: Vec<(GuardianshipRow, Vec<u8>)> = guardianship::table
        .filter(guardianship::patient_id.eq(Db(patient.id)))
        .order((guardianship::recorded_at, guardianship::id))
        .select((GuardianshipRow::as_select(), guardianship::name_enc))
        .load(tx.conn)?;
    let key = keys::fetch(tx.conn, tx.vault, patient.data_key)?;
    rows.into_iter()
        .map(|(row, sealed)| {
            let name = name_of(&key.open_text(place(row.id), &sealed)?)?;
            Ok((row.try_into()?, name))
        })
        .collect()
}

fn place(id: GuardianshipId) -> Place {
    Place::new("guardianship", id.uuid(), "name_enc")
}

/// Records a guardian.
///
/// # Errors
/// When the database does not answer.
pub fn record_guardian(
    tx: &mut Tx<'_>,
    care: &Permit<Care>,
    permit: &Permit<Appointment>,
    data_key: DataKeyId,
) -> Result<GuardianshipId, StoreError> {
    let (id, act) = (GuardianshipId::new(ids::new_uuid()), permit.act());
    let key = keys::fetch(tx.conn, tx.vault, data_key)?;
    let name = key.seal(place(id), name_text(&act.name)?.as_bytes());
    diesel::insert_into(guardianship::table)
        .values((
            guardianship::id.eq(Db(id)),
            guardianship::patient_id.eq(Db(care.act().patient)),
            guardianship::guardian_key.eq(act.guardian.bytes().to_vec()),
            guardianship::name_enc.eq(name),
            guardianship::authority.eq(Db(act.authority)),
            guardianship::custody.eq(Db(act.custody)),
            guardianship::valid_from.eq(Db(act.from)),
            guardianship::valid_until.eq(act.until.map(Db)),
            guardianship::recorded_by.eq(Db(care.act().by)),
            guardianship::recorded_at.eq(Db(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Ends a guardianship now, and with it the word that consents took from it: they lapse.
///
/// # Errors
/// When the database does not answer.
pub fn end_guardianship(
    tx: &mut Tx<'_>,
    permit: &Permit<GuardianshipEnd>,
) -> Result<(), StoreError> {
    let id = permit.act().guardianship;
    diesel::update(guardianship::table.find(Db(id)))
        .set(guardianship::ended_at.eq(Some(Db(tx.now))))
        .execute(tx.conn)?;
    let later = consent::lapses_at
        .is_null()
        .or(consent::lapses_at.assume_not_null().gt(Db(tx.now)));
    let resting = consent::table
        .filter(consent::patient_id.eq(Db(permit.act().patient)))
        .filter(consent::guardianships.like(format!("%{id}%")))
        .filter(consent::granted_at.is_not_null())
        .filter(later);
    diesel::update(resting)
        .set(consent::lapses_at.eq(Some(Db(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}
