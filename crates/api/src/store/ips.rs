//! The register of IPS follow-up (R4): participations, their teams and their notes, sealed with a
//! data key of the participation's own. Nothing here knows the journal, nor the journal this.

mod notes;

pub use notes::{IpsNoteLine, is_note, lines, note, of_person, participation_of, write};

use super::conn::Conn;
use super::schema::{ips_member, ips_participation, unit};
use super::sql::Db;
use super::unit_of_work::Tx;
use super::{StoreError, keys};
use crate::ids;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::{PersonKey, Staff};
use samrad_domain::discussion::Label;
use samrad_domain::id::{
    ConsentId, DataKeyId, DiscussionId, OrganisationId, ParticipationId, PersonId, UnitId,
};
use samrad_domain::ips::{
    Ending, Function, Joining, Leaving, Opened, Participation, ParticipationMember,
};
use samrad_domain::permit::Permit;

#[derive(Queryable, Selectable)]
#[diesel(table_name = ips_participation)]
struct ParticipationRow {
    id: ParticipationId,
    unit_id: UnitId,
    consent_id: ConsentId,
    discussion_id: DiscussionId,
    data_key_id: DataKeyId,
    label: String,
    opened_at: Timestamp,
    ended_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = ips_member)]
struct MemberRow {
    person_id: PersonId,
    unit_id: UnitId,
    function: Function,
    added_at: Timestamp,
    ended_at: Option<Timestamp>,
}

impl From<MemberRow> for ParticipationMember {
    fn from(row: MemberRow) -> Self {
        Self {
            person: row.person_id,
            unit: row.unit_id,
            function: row.function,
            added_at: row.added_at,
            ended_at: row.ended_at,
        }
    }
}

/// The participation, with its team past and present.
///
/// # Errors
/// When the database does not answer.
pub fn find(conn: &mut Conn, id: ParticipationId) -> Result<Option<Participation>, StoreError> {
    let found: Option<(ParticipationRow, OrganisationId)> = ips_participation::table
        .inner_join(unit::table)
        .filter(ips_participation::id.eq(Db(id)))
        .select((ParticipationRow::as_select(), unit::organisation_id))
        .first(conn)
        .optional()?;
    let Some((row, organisation)) = found else {
        return Ok(None);
    };
    let members = ips_member::table
        .filter(ips_member::participation_id.eq(Db(id)))
        .order((ips_member::added_at, ips_member::person_id))
        .select(MemberRow::as_select())
        .load(conn)?;
    Ok(Some(Participation {
        id: row.id,
        label: Label::stored(row.label),
        unit: row.unit_id,
        organisation,
        consent: row.consent_id,
        discussion: row.discussion_id,
        data_key: row.data_key_id,
        members: members.into_iter().map(ParticipationMember::from).collect(),
        opened_at: row.opened_at,
        ended_at: row.ended_at,
    }))
}

/// Whether `staff` has opened a participation of this person for their unit that has not ended.
///
/// # Errors
/// When the database does not answer.
pub fn has_open(conn: &mut Conn, person: &PersonKey, staff: &Staff) -> Result<bool, StoreError> {
    let open: i64 = ips_participation::table
        .filter(ips_participation::person_key.eq(person.bytes().as_slice()))
        .filter(ips_participation::unit_id.eq(Db(staff.unit)))
        .filter(ips_participation::opened_by.eq(Db(staff.person)))
        .filter(ips_participation::ended_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(open > 0)
}

/// Opens a participation under a label never used before and with a data key of its own; the job
/// specialist is its first member.
///
/// # Errors
/// When the database does not answer.
pub fn open(
    tx: &mut Tx<'_>,
    permit: &Permit<Opened>,
    person: &PersonKey,
    discussion: DiscussionId,
) -> Result<ParticipationId, StoreError> {
    let (act, id) = (permit.act(), ParticipationId::new(ids::new_uuid()));
    let data_key = keys::create(tx.conn, tx.vault)?.id();
    diesel::insert_into(ips_participation::table)
        .values((
            ips_participation::id.eq(Db(id)),
            ips_participation::unit_id.eq(Db(act.unit)),
            ips_participation::person_key.eq(person.bytes().as_slice()),
            ips_participation::consent_id.eq(Db(act.consent)),
            ips_participation::discussion_id.eq(Db(discussion)),
            ips_participation::data_key_id.eq(Db(data_key)),
            ips_participation::label.eq(unused_label(tx.conn)?.as_str()),
            ips_participation::opened_by.eq(Db(act.by)),
            ips_participation::opened_at.eq(Db(tx.now)),
        ))
        .execute(tx.conn)?;
    let first = ParticipationMember {
        person: act.by,
        unit: act.unit,
        function: Function::JobSpecialist,
        added_at: tx.now,
        ended_at: None,
    };
    insert_member(tx, id, &first)?;
    Ok(id)
}

fn unused_label(conn: &mut Conn) -> Result<Label, StoreError> {
    loop {
        let label = Label::of(ids::random_bytes());
        let taken: i64 = ips_participation::table
            .filter(ips_participation::label.eq(label.as_str()))
            .count()
            .get_result(conn)?;
        if taken == 0 {
            return Ok(label);
        }
    }
}

/// Lets somebody into the team.
///
/// # Errors
/// When the database does not answer.
pub fn admit(tx: &mut Tx<'_>, permit: &Permit<Joining>) -> Result<(), StoreError> {
    insert_member(tx, permit.act().participation, &permit.act().member)
}

fn insert_member(
    tx: &mut Tx<'_>,
    participation: ParticipationId,
    member: &ParticipationMember,
) -> Result<(), StoreError> {
    diesel::insert_into(ips_member::table)
        .values((
            ips_member::participation_id.eq(Db(participation)),
            ips_member::person_id.eq(Db(member.person)),
            ips_member::unit_id.eq(Db(member.unit)),
            ips_member::function.eq(Db(member.function)),
            ips_member::added_at.eq(Db(member.added_at)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends every place that somebody has on the team.
///
/// # Errors
/// When the database does not answer.
pub fn dismiss(tx: &mut Tx<'_>, permit: &Permit<Leaving>) -> Result<(), StoreError> {
    diesel::update(ips_member::table)
        .filter(ips_member::participation_id.eq(Db(permit.act().participation)))
        .filter(ips_member::person_id.eq(Db(permit.act().person)))
        .filter(ips_member::ended_at.is_null())
        .set(ips_member::ended_at.eq(Some(Db(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends the participation.
///
/// # Errors
/// When the database does not answer.
pub fn end(tx: &mut Tx<'_>, permit: &Permit<Ending>) -> Result<(), StoreError> {
    diesel::update(ips_participation::table.find(Db(permit.act().participation)))
        .set(ips_participation::ended_at.eq(Some(Db(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}

/// A line of somebody's list of participations: no identity.
#[derive(Clone, Debug, Queryable)]
pub struct ParticipationLine {
    /// The participation.
    pub id: ParticipationId,
    /// What it is called.
    pub label: String,
    /// The unit of the job specialist.
    pub unit: UnitId,
    /// As what they are on its team.
    pub function: Function,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// The participations that `staff` is on the team of, acting for their unit, newest first, from
/// after `after`; only those going on, or only those ended, if asked for.
///
/// # Errors
/// When the database does not answer.
pub fn of_member(
    conn: &mut Conn,
    staff: &Staff,
    ended: Option<bool>,
    after: Option<(Timestamp, ParticipationId)>,
    limit: i64,
) -> Result<Vec<ParticipationLine>, StoreError> {
    let mut query = ips_participation::table
        .inner_join(ips_member::table)
        .filter(ips_member::person_id.eq(Db(staff.person)))
        .filter(ips_member::unit_id.eq(Db(staff.unit)))
        .filter(ips_member::ended_at.is_null())
        .order((
            ips_participation::opened_at.desc(),
            ips_participation::id.desc(),
        ))
        .select((
            ips_participation::id,
            ips_participation::label,
            ips_participation::unit_id,
            ips_member::function,
            ips_participation::opened_at,
            ips_participation::ended_at,
        ))
        .limit(limit)
        .into_boxed();
    query = match ended {
        None => query,
        Some(true) => query.filter(ips_participation::ended_at.is_not_null()),
        Some(false) => query.filter(ips_participation::ended_at.is_null()),
    };
    if let Some((at, id)) = after {
        query = query.filter(
            ips_participation::opened_at
                .lt(Db(at))
                .or(ips_participation::opened_at
                    .eq(Db(at))
                    .and(ips_participation::id.lt(Db(id)))),
        );
    }
    Ok(query.load(conn)?)
}
