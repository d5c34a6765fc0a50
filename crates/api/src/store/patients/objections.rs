//! The patient's objections to sharing among health personnel (helsepersonelloven § 25).

use super::super::conn::Conn;
use super::super::schema::{objection, patient, person, unit};
use super::super::sql::Db;
use super::super::unit_of_work::Tx;
use super::super::{StoreError, compartments, load_any};
use crate::ids;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::decision::Objection;
use samrad_domain::id::{ObjectionId, PatientId, PersonId, UnitId};
use samrad_domain::patient::Patient;
use samrad_domain::permit::Permit;
use samrad_domain::record::{Care, ObjectionWithdrawal, RecordedObjection};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = objection)]
struct ObjectionRow {
    id: ObjectionId,
    patient_id: PatientId,
    scope: String,
    target_id: Option<Uuid>,
    recorded_at: Timestamp,
    withdrawn_at: Option<Timestamp>,
}

impl TryFrom<ObjectionRow> for RecordedObjection {
    type Error = StoreError;

    fn try_from(row: ObjectionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            patient: row.patient_id,
            against: read(&row.scope, row.target_id)?,
            recorded_at: row.recorded_at,
            withdrawn_at: row.withdrawn_at,
        })
    }
}

/// The objections in force for this record. An objection is the person's word to the whole
/// compartment, so it holds for every record that the compartment keeps of them.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn objections(conn: &mut Conn, id: PatientId) -> Result<Vec<Objection>, StoreError> {
    let of_this = patient::table
        .find(Db(id))
        .select((
            patient::compartment_kind,
            patient::compartment_key,
            patient::person_key,
        ))
        .first::<(String, String, Vec<u8>)>(conn)
        .optional()?;
    let Some((kind, key, person)) = of_this else {
        return Ok(Vec::new());
    };
    let rows: Vec<(String, Option<Uuid>)> = objection::table
        .inner_join(patient::table)
        .filter(patient::compartment_kind.eq(Db(kind)))
        .filter(patient::compartment_key.eq(key))
        .filter(patient::person_key.eq(person))
        .filter(objection::withdrawn_at.is_null())
        .order((objection::recorded_at, objection::id))
        .select((objection::scope, objection::target_id))
        .load(conn)?;
    rows.iter()
        .map(|(scope, target)| read(scope, *target))
        .collect()
}

/// The objections that bind each of these records, as [`objections`] gives them.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub(in crate::store) fn objections_of(
    conn: &mut Conn,
    records: &HashMap<PatientId, &Patient>,
) -> Result<HashMap<PatientId, Vec<Objection>>, StoreError> {
    // Whose, in which compartment (two columns), and against what (two).
    type Row = (Vec<u8>, String, String, String, Option<Uuid>);
    if records.is_empty() {
        return Ok(HashMap::new());
    }
    let persons: Vec<Vec<u8>> = records.values().map(|p| p.key.bytes().to_vec()).collect();
    let rows: Vec<Row> = load_any!(
        conn,
        objection::table
            .inner_join(patient::table)
            .filter(patient::person_key.eq_any(persons))
            .filter(objection::withdrawn_at.is_null())
            .order((objection::recorded_at, objection::id))
            .select((
                patient::person_key,
                patient::compartment_kind,
                patient::compartment_key,
                objection::scope,
                objection::target_id
            ))
    )?;
    let mut sorted: HashMap<PatientId, Vec<Objection>> = HashMap::new();
    for (person, kind, key, scope, target) in rows {
        let compartment = compartments::read(&kind, Some(&key))?;
        let bound = records
            .values()
            .filter(|r| r.key.bytes().as_slice() == person && r.compartment == compartment);
        for record in bound {
            sorted
                .entry(record.id)
                .or_default()
                .push(read(&scope, target)?);
        }
    }
    Ok(sorted)
}

/// The objection.
///
/// # Errors
/// When the database does not answer, or the row can't be.
pub fn find_objection(
    conn: &mut Conn,
    id: ObjectionId,
) -> Result<Option<RecordedObjection>, StoreError> {
    let row = objection::table
        .find(Db(id))
        .select(ObjectionRow::as_select())
        .first(conn)
        .optional()?;
    row.map(RecordedObjection::try_from).transpose()
}

/// The objections that stand on this record, withdrawn ones too, in the order recorded.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn recorded_objections(
    conn: &mut Conn,
    id: PatientId,
) -> Result<Vec<RecordedObjection>, StoreError> {
    let rows: Vec<ObjectionRow> = objection::table
        .filter(objection::patient_id.eq(Db(id)))
        .order((objection::recorded_at, objection::id))
        .select(ObjectionRow::as_select())
        .load(conn)?;
    rows.into_iter().map(RecordedObjection::try_from).collect()
}

/// Whether the registry knows the unit or the person whom an objection is to keep out.
///
/// # Errors
/// When the database does not answer.
pub fn is_in_registry(conn: &mut Conn, against: Objection) -> Result<bool, StoreError> {
    let known: i64 = match against {
        Objection::Everybody => 1,
        Objection::Unit(id) => unit::table.find(Db(id)).count().get_result(conn)?,
        Objection::Person(id) => person::table.find(Db(id)).count().get_result(conn)?,
    };
    Ok(known == 1)
}

/// Records an objection.
///
/// # Errors
/// When the database does not answer.
pub fn record_objection(
    tx: &mut Tx<'_>,
    permit: &Permit<Care>,
    against: Objection,
) -> Result<RecordedObjection, StoreError> {
    let (scope, target) = match against {
        Objection::Everybody => ("all", None),
        Objection::Unit(unit) => ("unit", Some(unit.uuid())),
        Objection::Person(person) => ("person", Some(person.uuid())),
    };
    let recorded = RecordedObjection {
        id: ObjectionId::new(ids::new_uuid()),
        patient: permit.act().patient,
        against,
        recorded_at: tx.now,
        withdrawn_at: None,
    };
    diesel::insert_into(objection::table)
        .values((
            objection::id.eq(Db(recorded.id)),
            objection::patient_id.eq(Db(recorded.patient)),
            objection::scope.eq(Db(scope)),
            objection::target_id.eq(target.map(Db)),
            objection::recorded_by.eq(Db(permit.act().by)),
            objection::recorded_at.eq(Db(recorded.recorded_at)),
        ))
        .execute(tx.conn)?;
    Ok(recorded)
}

/// Withdraws an objection.
///
/// # Errors
/// When the database does not answer.
pub fn withdraw_objection(
    tx: &mut Tx<'_>,
    permit: &Permit<ObjectionWithdrawal>,
) -> Result<(), StoreError> {
    diesel::update(objection::table.find(Db(permit.act().objection)))
        .set(objection::withdrawn_at.eq(Some(Db(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}

fn read(scope: &str, target: Option<Uuid>) -> Result<Objection, StoreError> {
    match (scope, target) {
        ("all", None) => Ok(Objection::Everybody),
        ("unit", Some(unit)) => Ok(Objection::Unit(UnitId::new(unit))),
        ("person", Some(person)) => Ok(Objection::Person(PersonId::new(person))),
        (_, _) => Err(StoreError::Corrupt {
            table: "objection",
            what: "a scope that can't be",
        }),
    }
}
