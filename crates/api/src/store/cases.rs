//! Cases and their teams. Who may do what is decided before: what writes takes
//! the permit.

mod statements;

pub use statements::{NewStatement, add_statement, can_correct, statements};
pub(super) use statements::{opened as opened_statements, statement_rows};

use super::conn::Conn;
use super::schema::{case_file, case_member, unit};
use super::sql::Db;
use super::unit_of_work::Tx;
use super::vault::Place;
use super::{StoreError, compartments, grouped, keys, load_any};
use crate::ids;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::Staff;
use samrad_domain::case::{Admission, Case, CaseState, Member, Opening, TeamWork, Turn};
use samrad_domain::code::Role;
use samrad_domain::decision::Basis;
use samrad_domain::id::{CaseId, DataKeyId, OrganisationId, PatientId, PersonId, UnitId};
use samrad_domain::patient::Patient;
use samrad_domain::permit::Permit;
use std::collections::HashMap;

/// The version that a case is made in.
pub const FIRST_VERSION: u32 = 1;

#[derive(Queryable, Selectable)]
#[diesel(table_name = case_file)]
pub(super) struct CaseRow {
    id: CaseId,
    owner_unit: UnitId,
    organisation_id: OrganisationId,
    patient_id: Option<PatientId>,
    data_key_id: DataKeyId,
    state: CaseState,
    version: i32,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = case_member)]
pub(super) struct MemberRow {
    person_id: PersonId,
    unit_id: UnitId,
    role: Role,
    basis: Basis,
    added_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        Self {
            person: row.person_id,
            unit: row.unit_id,
            role: row.role,
            basis: row.basis,
            added_at: row.added_at,
            ended_at: row.ended_at,
        }
    }
}

/// The case, with its team past and present.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn find(conn: &mut Conn, id: CaseId) -> Result<Option<Case>, StoreError> {
    let found = case_file::table
        .inner_join(unit::table)
        .filter(case_file::id.eq(Db(id)))
        .select((
            CaseRow::as_select(),
            unit::compartment_kind,
            unit::compartment_key,
        ))
        .first::<(CaseRow, String, Option<String>)>(conn)
        .optional()?;
    let Some((row, kind, key)) = found else {
        return Ok(None);
    };
    let members = case_member::table
        .filter(case_member::case_id.eq(Db(id)))
        .order(case_member::added_at)
        .select(MemberRow::as_select())
        .load(conn)?;
    row.into_case(&kind, key.as_deref(), members).map(Some)
}

impl CaseRow {
    pub(super) const fn id(&self) -> CaseId {
        self.id
    }

    pub(super) fn into_case(
        self,
        kind: &str,
        key: Option<&str>,
        members: Vec<MemberRow>,
    ) -> Result<Case, StoreError> {
        Ok(Case {
            id: self.id,
            owner: self.owner_unit,
            organisation: self.organisation_id,
            compartment: compartments::read(kind, key)?,
            patient: self.patient_id,
            data_key: self.data_key_id,
            state: self.state,
            version: super::version(self.version, "case_file")?,
            members: members.into_iter().map(Member::from).collect(),
        })
    }
}

/// The teams of these cases, past and present.
///
/// # Errors
/// When the database does not answer.
pub(super) fn teams(
    conn: &mut Conn,
    ids: &[CaseId],
) -> Result<HashMap<CaseId, Vec<MemberRow>>, StoreError> {
    let members: Vec<(CaseId, MemberRow)> = load_any!(
        conn,
        case_member::table
            .filter(case_member::case_id.eq_any(ids.iter().map(|id| Db(*id)).collect::<Vec<_>>()))
            .order(case_member::added_at)
            .select((case_member::case_id, MemberRow::as_select()))
    )?;
    Ok(grouped(members))
}

/// Makes a case, with its first member.
///
/// # Errors
/// When the database does not answer.
pub fn create(
    tx: &mut Tx<'_>,
    permit: &Permit<Opening>,
    staff: &Staff,
    patient: Option<&Patient>,
    subject: Option<&str>,
) -> Result<CaseId, StoreError> {
    let id = CaseId::new(ids::new_uuid());
    let data_key = match patient {
        Some(patient) => patient.data_key,
        None => keys::create(tx.conn, tx.vault)?.id(),
    };
    let subject = match subject {
        Some(text) => {
            let key = keys::fetch(tx.conn, tx.vault, data_key)?;
            Some(key.seal(
                Place::new("case_file", id.uuid(), "subject_enc"),
                text.as_bytes(),
            ))
        }
        None => None,
    };
    diesel::insert_into(case_file::table)
        .values((
            case_file::id.eq(Db(id)),
            case_file::owner_unit.eq(Db(permit.act().owner)),
            case_file::organisation_id.eq(Db(staff.organisation)),
            case_file::patient_id.eq(patient.map(|p| Db(p.id))),
            case_file::person_key.eq(patient.map(|p| p.key.bytes().to_vec())),
            case_file::data_key_id.eq(Db(data_key)),
            case_file::subject_enc.eq(subject),
            case_file::state.eq(Db(CaseState::Open)),
            case_file::version.eq(super::stored_version(FIRST_VERSION)),
            case_file::created_by.eq(Db(permit.act().first)),
            case_file::created_at.eq(Db(tx.now)),
        ))
        .execute(tx.conn)?;
    let member = Member {
        person: staff.person,
        unit: staff.unit,
        role: staff.role,
        basis: Basis::Team,
        added_at: tx.now,
        ended_at: None,
    };
    insert_member(tx, id, &member, staff.person)?;
    Ok(id)
}

/// The general question that a case without a patient is about.
///
/// # Errors
/// When the database does not answer, or the text does not open.
pub fn subject(tx: &mut Tx<'_>, case: &Case) -> Result<Option<String>, StoreError> {
    let sealed_text = case_file::table
        .find(Db(case.id))
        .select(case_file::subject_enc)
        .first::<Option<Vec<u8>>>(tx.conn)?;
    let Some(bytes) = sealed_text else {
        return Ok(None);
    };
    let key = keys::fetch(tx.conn, tx.vault, case.data_key)?;
    let text = key.open_text(
        Place::new("case_file", case.id.uuid(), "subject_enc"),
        &bytes,
    )?;
    Ok(Some(text))
}

/// Lets somebody into the team.
///
/// # Errors
/// When the database does not answer.
pub fn admit(tx: &mut Tx<'_>, permit: &Permit<Admission>, by: PersonId) -> Result<(), StoreError> {
    insert_member(tx, permit.act().case, &permit.act().member, by)?;
    count(tx, permit.act().case)
}

/// Counts a change of what the team sees of the case: its next version.
pub(super) fn count(tx: &mut Tx<'_>, case: CaseId) -> Result<(), StoreError> {
    diesel::update(case_file::table.find(Db(case)))
        .set(case_file::version.eq(case_file::version + 1))
        .execute(tx.conn)?;
    Ok(())
}

fn insert_member(
    tx: &mut Tx<'_>,
    case: CaseId,
    member: &Member,
    by: PersonId,
) -> Result<(), StoreError> {
    diesel::insert_into(case_member::table)
        .values((
            case_member::case_id.eq(Db(case)),
            case_member::person_id.eq(Db(member.person)),
            case_member::unit_id.eq(Db(member.unit)),
            case_member::role.eq(Db(member.role)),
            case_member::basis.eq(Db(member.basis)),
            case_member::added_by.eq(Db(by)),
            case_member::added_at.eq(Db(member.added_at)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends every place that `person` has on the team.
///
/// # Errors
/// When the database does not answer.
pub fn dismiss(
    tx: &mut Tx<'_>,
    permit: &Permit<TeamWork>,
    person: PersonId,
) -> Result<(), StoreError> {
    diesel::update(case_member::table)
        .filter(case_member::case_id.eq(Db(permit.act().case)))
        .filter(case_member::person_id.eq(Db(person)))
        .filter(case_member::ended_at.is_null())
        .set(case_member::ended_at.eq(Some(Db(tx.now))))
        .execute(tx.conn)?;
    count(tx, permit.act().case)
}

/// Closes or reopens.
///
/// # Errors
/// When the database does not answer.
pub fn turn(tx: &mut Tx<'_>, permit: &Permit<Turn>) -> Result<(), StoreError> {
    let closed_at = match permit.act().state {
        CaseState::Open => None,
        CaseState::Closed => Some(tx.now),
    };
    diesel::update(case_file::table.find(Db(permit.act().case)))
        .set((
            case_file::state.eq(Db(permit.act().state)),
            case_file::closed_at.eq(closed_at.map(Db)),
            case_file::version.eq(case_file::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A line of somebody's list of cases: no identity.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct CaseLine {
    /// The case.
    pub id: CaseId,
    /// The patient's record; none for a general question.
    pub patient: Option<PatientId>,
    /// Open or closed.
    pub state: CaseState,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The cases that `staff` is on the team of, acting as they do, newest first, from after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn of_member(
    conn: &mut Conn,
    staff: &Staff,
    state: Option<CaseState>,
    after: Option<(Timestamp, CaseId)>,
    limit: i64,
) -> Result<Vec<CaseLine>, StoreError> {
    let mine = case_member::table
        .filter(case_member::person_id.eq(Db(staff.person)))
        .filter(case_member::unit_id.eq(Db(staff.unit)))
        .filter(case_member::role.eq(Db(staff.role)))
        .filter(case_member::ended_at.is_null())
        .select(case_member::case_id);
    let mut query = case_file::table
        .filter(case_file::id.eq_any(mine))
        .order((case_file::created_at.desc(), case_file::id.desc()))
        .select((
            case_file::id,
            case_file::patient_id,
            case_file::state,
            case_file::created_at,
        ))
        .limit(limit)
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(case_file::state.eq(Db(state)));
    }
    if let Some((at, id)) = after {
        query = query.filter(
            case_file::created_at.lt(Db(at)).or(case_file::created_at
                .eq(Db(at))
                .and(case_file::id.lt(Db(id)))),
        );
    }
    Ok(query.load(conn)?)
}
