//! Who is on a patient's team: belonging to the case gives access, belonging to the office does
//! not (helsepersonelloven § 21 a).

use super::super::StoreError;
use super::super::conn::Conn;
use super::super::schema::{case_file, case_member, patient, patient_registration};
use super::super::sql::Db;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::Staff;
use samrad_domain::decision::Basis;
use samrad_domain::id::PatientId;

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
    let kept_here: i64 = patient::table
        .find(Db(id))
        .filter(patient::compartment_kind.eq(Db(staff.compartment.kind())))
        .filter(patient::compartment_key.eq(staff.compartment.key()))
        .count()
        .get_result(conn)?;
    let places: Vec<(bool, Option<Timestamp>)> = case_member::table
        .inner_join(case_file::table)
        .filter(case_file::patient_id.eq(Db(id)))
        .filter(case_member::person_id.eq(Db(staff.person)))
        .filter(case_member::unit_id.eq(Db(staff.unit)))
        .filter(case_member::basis.eq(Db(Basis::Team)))
        .filter(case_member::added_at.le(Db(now)))
        .select((case_member::role.eq(Db(staff.role)), case_member::ended_at))
        .load(conn)?;
    let registered: i64 = patient_registration::table
        .find((Db(id), Db(staff.person), Db(staff.unit)))
        .count()
        .get_result(conn)?;
    let holds = |ended: Option<Timestamp>| ended.is_none_or(|ended| now < ended);
    let member = places
        .iter()
        .any(|(same_role, ended)| *same_role && holds(*ended));
    let has_left = !places.is_empty() && !places.iter().any(|(_, ended)| holds(*ended));
    Ok(staff.is_admitted() && kept_here == 1 && (member || (registered == 1 && !has_left)))
}
