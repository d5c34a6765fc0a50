//! The patient's objections to sharing among health personnel (helsepersonelloven § 25).

use super::super::StoreError;
use super::super::conn::Conn;
use super::super::schema::{objection, patient};
use super::super::sql::Db;
use diesel::prelude::*;
use samrad_domain::decision::Objection;
use samrad_domain::id::{PatientId, PersonId, UnitId};
use uuid::Uuid;

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
