//! Lists of notes to file, by what the caller may reach: ids and closed fields, no identity.

use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::multi::MultiBackend;
use crate::store::schema::{case_file, case_member, patient_registration, record_note};
use crate::store::sql::Db;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::code::Role;
use samrad_domain::decision::Basis;
use samrad_domain::id::{NoteId, PatientId, PersonId, UnitId};
use samrad_domain::journal::{NoteFilter, NoteKind, NoteState, Reach, Register};

/// A line of a list of notes.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct NoteLine {
    /// The note.
    pub id: NoteId,
    /// The patient's record.
    pub patient: PatientId,
    /// The unit whose case it is.
    pub unit: UnitId,
    /// What happened.
    pub kind: NoteKind,
    /// Pending or filed.
    pub state: NoteState,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it should be filed by.
    pub due_at: Timestamp,
}

impl NoteLine {
    /// Whether it should have been filed by `now`, and is not.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state == NoteState::Pending && self.due_at < now
    }
}

type Notes<'q> = record_note::BoxedQuery<'q, MultiBackend>;

/// The notes of `register` within `reach`, those due first ahead, from after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn list(
    conn: &mut Conn,
    register: Register,
    reach: Reach,
    (filter, now): (Option<NoteFilter>, Timestamp),
    after: Option<(Timestamp, NoteId)>,
    limit: i64,
) -> Result<Vec<NoteLine>, StoreError> {
    let Some(mut query) = within(reach) else {
        return Ok(Vec::new());
    };
    query = query.filter(record_note::register.eq(Db(register)));
    query = match filter {
        None => query,
        Some(NoteFilter::Pending) => query.filter(record_note::state.eq(Db(NoteState::Pending))),
        Some(NoteFilter::Filed) => query.filter(record_note::state.eq(Db(NoteState::Filed))),
        Some(NoteFilter::Overdue) => query
            .filter(record_note::state.eq(Db(NoteState::Pending)))
            .filter(record_note::due_at.lt(Db(now))),
    };
    if let Some((due, id)) = after {
        query = query.filter(
            record_note::due_at.gt(Db(due)).or(record_note::due_at
                .eq(Db(due))
                .and(record_note::id.gt(Db(id)))),
        );
    }
    Ok(query
        .order((record_note::due_at, record_note::id))
        .limit(limit)
        .select((
            record_note::id,
            record_note::patient_id,
            record_note::unit_id,
            record_note::kind,
            record_note::state,
            record_note::occurred_at,
            record_note::due_at,
        ))
        .load(conn)?)
}

/// Whether the note is within `reach`.
///
/// # Errors
/// When the database does not answer.
pub fn is_within(conn: &mut Conn, id: NoteId, reach: Reach) -> Result<bool, StoreError> {
    let Some(query) = within(reach) else {
        return Ok(false);
    };
    let found: i64 = query
        .filter(record_note::id.eq(Db(id)))
        .count()
        .get_result(conn)?;
    Ok(found == 1)
}

fn within<'q>(reach: Reach) -> Option<Notes<'q>> {
    match reach {
        Reach::Nothing => None,
        Reach::Organisation(organisation) => Some(
            record_note::table
                .filter(record_note::organisation_id.eq(Db(organisation)))
                .into_boxed(),
        ),
        Reach::Team { person, unit, role } => Some(of_team(person, unit, role)),
    }
}

/// Belonging to the case gives access, belonging to the office does not (helsepersonelloven
/// § 21 a): notes of patients on whose case's team somebody is, where it is that unit's case or the
/// note is of the unit that they act for; or whom they registered for it and have not left since.
fn of_team<'q>(person: PersonId, acting_for: UnitId, role: Role) -> Notes<'q> {
    let places = move || {
        case_member::table
            .inner_join(case_file::table)
            .filter(case_file::patient_id.eq(record_note::patient_id.nullable()))
            .filter(case_member::person_id.eq(Db(person)))
            .filter(case_member::unit_id.eq(Db(acting_for)))
            .filter(case_member::basis.eq(Db(Basis::Team)))
    };
    let current = move || places().filter(case_member::ended_at.is_null());
    let of_this_case = current().filter(case_member::role.eq(Db(role))).filter(
        case_file::owner_unit
            .eq(record_note::unit_id)
            .or(case_member::unit_id.eq(record_note::unit_id)),
    );
    let registered = patient_registration::table
        .filter(patient_registration::patient_id.eq(record_note::patient_id))
        .filter(patient_registration::person_id.eq(Db(person)))
        .filter(patient_registration::unit_id.eq(Db(acting_for)))
        .filter(patient_registration::unit_id.eq(record_note::unit_id));
    let has_stayed = not(exists(places())).or(exists(current()));
    record_note::table
        .filter(exists(of_this_case).or(exists(registered).and(has_stayed)))
        .into_boxed()
}
