//! Guardians, as recorded on a patient's record.

use super::super::StoreError;
use super::super::conn::Conn;
use super::super::schema::guardianship;
use super::super::sql::Db;
use super::row::person_key;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use samrad_domain::id::{GuardianshipId, PatientId};
use samrad_domain::patient::{Authority, Custody, Guardianship};

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
            guardian: person_key(&row.guardian_key)?,
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
