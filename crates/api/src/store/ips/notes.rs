//! IPS notes: written and read by the participation's team, read by whom they are about.

use crate::ids;
use crate::store::conn::Conn;
use crate::store::schema::{data_key, ips_note, ips_participation};
use crate::store::sql::Db;
use crate::store::unit_of_work::Tx;
use crate::store::vault::{DataKey, Place};
use crate::store::{StoreError, keys};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::id::{DataKeyId, IpsNoteId, ParticipationId, PersonId};
use samrad_domain::ips::{ClosedIpsNote, FollowUp, IpsNote, IpsText, OwnReading, Participation};
use samrad_domain::permit::Permit;
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = ips_note)]
struct NoteRow {
    id: IpsNoteId,
    participation_id: ParticipationId,
    author: PersonId,
    text_enc: Vec<u8>,
    written_at: Timestamp,
}

impl NoteRow {
    fn open(self, key: &DataKey) -> Result<IpsNote, StoreError> {
        let text = key.open_text(place(self.id), &self.text_enc)?;
        Ok(IpsNote {
            id: self.id,
            participation: self.participation_id,
            author: self.author,
            text: IpsText::stored(text),
            written_at: self.written_at,
        })
    }
}

fn place(id: IpsNoteId) -> Place {
    Place::new("ips_note", id.uuid(), "text_enc")
}

/// Whether `id` is that of an IPS note, so that it can be refused as one elsewhere.
///
/// # Errors
/// When the database does not answer.
pub fn is_note(conn: &mut Conn, id: Uuid) -> Result<bool, StoreError> {
    let found: i64 = ips_note::table
        .find(Db(IpsNoteId::new(id)))
        .count()
        .get_result(conn)?;
    Ok(found == 1)
}

/// Writes a note.
///
/// # Errors
/// When the database does not answer.
pub fn write(
    tx: &mut Tx<'_>,
    permit: &Permit<FollowUp>,
    participation: &Participation,
    author: PersonId,
    text: &IpsText,
) -> Result<IpsNoteId, StoreError> {
    let id = IpsNoteId::new(ids::new_uuid());
    let key = keys::fetch(tx.conn, tx.vault, participation.data_key)?;
    diesel::insert_into(ips_note::table)
        .values((
            ips_note::id.eq(Db(id)),
            ips_note::participation_id.eq(Db(permit.act().participation)),
            ips_note::author.eq(Db(author)),
            ips_note::text_enc.eq(key.seal(place(id), text.as_str().as_bytes())),
            ips_note::written_at.eq(Db(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The participation of a note.
///
/// # Errors
/// When the database does not answer.
pub fn participation_of(
    conn: &mut Conn,
    id: IpsNoteId,
) -> Result<Option<ParticipationId>, StoreError> {
    Ok(ips_note::table
        .find(Db(id))
        .select(ips_note::participation_id)
        .first(conn)
        .optional()?)
}

/// The note, for the team of its participation; none if it is of another.
///
/// # Errors
/// When the database does not answer, or the text does not open.
pub fn note(
    tx: &mut Tx<'_>,
    permit: &Permit<FollowUp>,
    participation: &Participation,
    id: IpsNoteId,
) -> Result<Option<ClosedIpsNote>, StoreError> {
    let row = ips_note::table
        .find(Db(id))
        .select(NoteRow::as_select())
        .first(tx.conn)
        .optional()?;
    let Some(row) = row else {
        return Ok(None);
    };
    let key = keys::fetch(tx.conn, tx.vault, participation.data_key)?;
    Ok(ClosedIpsNote::for_team(permit, row.open(&key)?))
}

/// A line of a participation's list of notes: no text.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct IpsNoteLine {
    /// The note.
    pub id: IpsNoteId,
    /// Who wrote it.
    pub author: PersonId,
    /// When.
    pub written_at: Timestamp,
}

/// The notes of a participation, newest first, from after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn lines(
    conn: &mut Conn,
    permit: &Permit<FollowUp>,
    after: Option<(Timestamp, IpsNoteId)>,
    limit: i64,
) -> Result<Vec<IpsNoteLine>, StoreError> {
    let mut query = ips_note::table
        .filter(ips_note::participation_id.eq(Db(permit.act().participation)))
        .order((ips_note::written_at.desc(), ips_note::id.desc()))
        .select((ips_note::id, ips_note::author, ips_note::written_at))
        .limit(limit)
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(
            ips_note::written_at
                .lt(Db(at))
                .or(ips_note::written_at.eq(Db(at)).and(ips_note::id.lt(Db(id)))),
        );
    }
    Ok(query.load(conn)?)
}

/// The notes about a person, in all their participations, newest first, from after `after`; but
/// for those whose key was destroyed.
///
/// # Errors
/// When the database does not answer, or a text does not open.
pub fn of_person(
    tx: &mut Tx<'_>,
    permit: &Permit<OwnReading>,
    after: Option<(Timestamp, IpsNoteId)>,
    limit: i64,
) -> Result<Vec<ClosedIpsNote>, StoreError> {
    let mut query = ips_note::table
        .inner_join(ips_participation::table.inner_join(data_key::table))
        .filter(data_key::wrapped.is_not_null())
        .filter(ips_participation::person_key.eq(permit.act().person.bytes().to_vec()))
        .order((ips_note::written_at.desc(), ips_note::id.desc()))
        .select((NoteRow::as_select(), ips_participation::data_key_id))
        .limit(limit)
        .into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(
            ips_note::written_at
                .lt(Db(at))
                .or(ips_note::written_at.eq(Db(at)).and(ips_note::id.lt(Db(id)))),
        );
    }
    let rows: Vec<(NoteRow, DataKeyId)> = query.load(tx.conn)?;
    let ids: BTreeSet<_> = rows.iter().map(|(_, key)| *key).collect();
    let keys = keys::fetch_all(tx.conn, tx.vault, &ids)?;
    rows.into_iter()
        .filter_map(|(row, key)| Some(row.open(keys.get(&key)?)))
        .map(|note| Ok(ClosedIpsNote::for_oneself(permit, note?)))
        .collect()
}
