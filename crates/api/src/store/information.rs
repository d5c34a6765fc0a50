//! Records of information given to a patient (R1), which every consent rests on.

use super::StoreError;
use super::conn::Conn;
use super::schema::{information_record, unit};
use super::sql::Db;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::code::{Purpose, Role};
use samrad_domain::id::{InformationId, PatientId, PersonId, UnitId};
use samrad_domain::information::{Form, InformationRecord};
use samrad_domain::unit::CompartmentKind;

#[derive(Queryable, Selectable)]
#[diesel(table_name = information_record)]
struct InformationRow {
    id: InformationId,
    patient_id: PatientId,
    purpose: Purpose,
    given_by: PersonId,
    given_role: Role,
    given_unit: UnitId,
    language: String,
    text_version: String,
    form: Form,
    given_at: Timestamp,
    recorded_at: Timestamp,
}

/// The row, and the kind of compartment that its unit belongs to.
fn record((row, compartment): (InformationRow, CompartmentKind)) -> InformationRecord {
    InformationRecord {
        id: row.id,
        patient: row.patient_id,
        purpose: row.purpose,
        by: row.given_by,
        role: row.given_role,
        unit: row.given_unit,
        compartment,
        language: row.language,
        text_version: row.text_version,
        form: row.form,
        given_at: row.given_at,
        recorded_at: row.recorded_at,
    }
}

/// The record.
///
/// # Errors
/// When the database does not answer.
pub fn find(conn: &mut Conn, id: InformationId) -> Result<Option<InformationRecord>, StoreError> {
    let found = information_record::table
        .inner_join(unit::table.on(unit::id.eq(information_record::given_unit)))
        .filter(information_record::id.eq(Db(id)))
        .select((InformationRow::as_select(), unit::compartment_kind))
        .first(conn)
        .optional()?;
    Ok(found.map(record))
}

/// What was told on this patient's record, in the order told.
///
/// # Errors
/// When the database does not answer.
pub fn of_patient(
    conn: &mut Conn,
    patient: PatientId,
) -> Result<Vec<InformationRecord>, StoreError> {
    let found = information_record::table
        .inner_join(unit::table.on(unit::id.eq(information_record::given_unit)))
        .filter(information_record::patient_id.eq(Db(patient)))
        .order((information_record::given_at, information_record::id))
        .select((InformationRow::as_select(), unit::compartment_kind))
        .load::<(InformationRow, CompartmentKind)>(conn)?;
    Ok(found.into_iter().map(record).collect())
}
