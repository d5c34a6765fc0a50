//! Records of information given to a patient (R1), which every consent rests on.

use super::StoreError;
use super::conn::Conn;
use super::schema::{information_record, unit};
use super::sql::Db;
use super::unit_of_work::Tx;
use crate::ids;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::code::{Purpose, Role};
use samrad_domain::id::{InformationId, PatientId, PersonId, UnitId};
use samrad_domain::information::{Form, InformationRecord, Informing};
use samrad_domain::patient::Patient;
use samrad_domain::permit::Permit;
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
fn record_of((row, compartment): (InformationRow, CompartmentKind)) -> InformationRecord {
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
    Ok(found.map(record_of))
}

/// What was told on this patient's record, in the order recorded, from after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn of_patient(
    conn: &mut Conn,
    patient: PatientId,
    after: Option<(Timestamp, InformationId)>,
    limit: i64,
) -> Result<Vec<InformationRecord>, StoreError> {
    let mut query = information_record::table
        .inner_join(unit::table.on(unit::id.eq(information_record::given_unit)))
        .filter(information_record::patient_id.eq(Db(patient)))
        .order((information_record::recorded_at, information_record::id))
        .select((InformationRow::as_select(), unit::compartment_kind))
        .limit(limit)
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(
            information_record::recorded_at
                .gt(Db(at))
                .or(information_record::recorded_at
                    .eq(Db(at))
                    .and(information_record::id.gt(Db(id)))),
        );
    }
    let found: Vec<(InformationRow, CompartmentKind)> = query.load(conn)?;
    Ok(found.into_iter().map(record_of).collect())
}

/// Records what was told.
///
/// # Errors
/// When the database does not answer.
pub fn record(
    tx: &mut Tx<'_>,
    permit: &Permit<Informing>,
    patient: &Patient,
) -> Result<InformationId, StoreError> {
    let (id, act) = (InformationId::new(ids::new_uuid()), permit.act());
    diesel::insert_into(information_record::table)
        .values((
            information_record::id.eq(Db(id)),
            information_record::patient_id.eq(Db(act.patient)),
            information_record::person_key.eq(patient.key.bytes().to_vec()),
            information_record::purpose.eq(Db(act.told.purpose)),
            information_record::given_by.eq(Db(act.by)),
            information_record::given_role.eq(Db(act.role)),
            information_record::given_unit.eq(Db(act.unit)),
            information_record::language.eq(&act.told.language),
            information_record::text_version.eq(&act.told.text_version),
            information_record::form.eq(Db(act.told.form)),
            information_record::given_at.eq(Db(act.given_at)),
            information_record::recorded_at.eq(Db(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(id)
}
