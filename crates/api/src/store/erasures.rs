//! Lawful erasure of what entries say: who asked, on what ground, who agreed, and the erasure itself.

use super::StoreError;
use super::conn::Conn;
use super::schema::{log_entry, log_erasure};
use super::sql::Db;
use super::unit_of_work::Tx;
use crate::ids;
use crate::log::tree;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::event::{Erasure, ErasureGround, EventKind};
use samrad_domain::id::{ErasureId, EventId, OrganisationId, PatientId, PersonId};
use samrad_domain::oversight::{Erasable, ErasureAsked, ErasureRequest};
use samrad_domain::permit::Permit;
use uuid::Uuid;

/// An erasure that was asked for, with the entry's id.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The request.
    pub request: ErasureRequest,
    /// The entry.
    pub event: EventId,
    /// The record that the entry is about.
    pub patient: Option<PatientId>,
    /// Who acted in it.
    pub actor: Option<Uuid>,
}

#[derive(Queryable)]
struct AskedRow {
    id: ErasureId,
    index: i64,
    organisation: OrganisationId,
    ground: ErasureGround,
    requested_by: PersonId,
    requested_at: Timestamp,
    approved_by: Option<PersonId>,
    approved_at: Option<Timestamp>,
    event: EventId,
    patient: Option<PatientId>,
    actor: Option<Uuid>,
}

impl From<AskedRow> for Asked {
    fn from(row: AskedRow) -> Self {
        Self {
            request: ErasureRequest {
                id: row.id,
                index: row.index,
                organisation: row.organisation,
                ground: row.ground,
                requested_by: row.requested_by,
                requested_at: row.requested_at,
                approved: row.approved_by.zip(row.approved_at),
            },
            event: row.event,
            patient: row.patient,
            actor: row.actor,
        }
    }
}

/// The entry as the rule asks of it, and the record that it is about.
///
/// # Errors
/// When the database does not answer.
pub fn erasable(
    conn: &mut Conn,
    event: EventId,
) -> Result<Option<(Erasable, Option<PatientId>)>, StoreError> {
    type Found = (
        Option<OrganisationId>,
        Option<OrganisationId>,
        EventKind,
        Option<Uuid>,
        Option<PatientId>,
        Option<ErasureId>,
    );
    let Some((index, _)) = tree::leaf_of(conn, event)? else {
        return Ok(None);
    };
    let found: Option<Found> = log_entry::table
        .left_join(log_erasure::table.on(log_erasure::idx.eq(log_entry::idx)))
        .filter(log_entry::idx.eq(index))
        .select((
            log_entry::source_organisation,
            log_entry::actor_organisation,
            log_entry::kind,
            log_entry::actor_id,
            log_entry::patient_id,
            log_erasure::id.nullable(),
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(|(source, acting, kind, actor, patient, asked)| {
        let entry = Erasable {
            index,
            owner: source.or(acting),
            kind,
            actor,
            asked: asked.is_some(),
        };
        (entry, patient)
    }))
}

macro_rules! asked {
    () => {
        log_erasure::table
            .inner_join(log_entry::table.on(log_entry::idx.eq(log_erasure::idx)))
            .select((
                log_erasure::id,
                log_erasure::idx,
                log_erasure::organisation_id,
                log_erasure::legal_ground,
                log_erasure::requested_by,
                log_erasure::requested_at,
                log_erasure::approved_by,
                log_erasure::approved_at,
                log_entry::event_id,
                log_entry::patient_id,
                log_entry::actor_id,
            ))
    };
}

/// The erasure that was asked for.
///
/// # Errors
/// When the database does not answer, or the row can't be.
pub fn find(conn: &mut Conn, id: ErasureId) -> Result<Option<Asked>, StoreError> {
    let row: Option<AskedRow> = asked!()
        .filter(log_erasure::id.eq(Db(id)))
        .first(conn)
        .optional()?;
    Ok(row.map(Asked::from))
}

/// Those asked for in an organisation, of the newest entries first, below index `below`.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    below: i64,
    limit: i64,
) -> Result<Vec<Asked>, StoreError> {
    let rows: Vec<AskedRow> = asked!()
        .filter(log_erasure::organisation_id.eq(Db(organisation)))
        .filter(log_erasure::idx.lt(below))
        .order(log_erasure::idx.desc())
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(Asked::from).collect())
}

/// Keeps that an erasure was asked for.
///
/// # Errors
/// When the database does not answer.
pub fn ask(tx: &mut Tx<'_>, permit: &Permit<ErasureAsked>) -> Result<ErasureId, StoreError> {
    let (act, id) = (permit.act(), ErasureId::new(ids::new_uuid()));
    diesel::insert_into(log_erasure::table)
        .values((
            log_erasure::id.eq(Db(id)),
            log_erasure::idx.eq(act.index),
            log_erasure::organisation_id.eq(Db(act.organisation)),
            log_erasure::legal_ground.eq(Db(act.ground)),
            log_erasure::requested_by.eq(Db(act.by)),
            log_erasure::requested_at.eq(Db(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Erases the body: salt and words go, the commitment stays.
///
/// # Errors
/// When the database does not answer.
pub fn erase(tx: &mut Tx<'_>, permit: &Permit<Erasure>) -> Result<(), StoreError> {
    let act = permit.act();
    diesel::update(log_erasure::table.filter(log_erasure::idx.eq(act.index)))
        .set((
            log_erasure::approved_by.eq(act.approved_by.map(Db)),
            log_erasure::approved_at.eq(Some(Db(tx.now))),
        ))
        .execute(tx.conn)?;
    diesel::update(log_entry::table.find(act.index))
        .set((
            log_entry::salt.eq(None::<Vec<u8>>),
            log_entry::body_enc.eq(None::<Vec<u8>>),
        ))
        .execute(tx.conn)?;
    Ok(())
}
