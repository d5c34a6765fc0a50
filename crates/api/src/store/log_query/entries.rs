//! Entries, opened.

use super::Question;
use super::conditions::{inside, narrowed, of_entry, takes_part};
use crate::log::body::Body;
use crate::log::tree::LeafRow;
use crate::store::conn::Conn;
use crate::store::schema::{log_body, log_entry, log_recipient};
use crate::store::sql::Db;
use crate::store::vault::{DataKey, Place, Row, Vault};
use crate::store::{StoreError, dialect, keys, load_any};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::event::{EventKind, Outcome};
use samrad_domain::id::{DataKeyId, EventId, OrganisationId};
use std::cmp::Reverse;
use std::collections::HashMap;

/// An entry, opened.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its index, from 0.
    pub index: i64,
    /// Its id.
    pub event: EventId,
    /// When it was recorded, to the millisecond.
    pub recorded_at: Timestamp,
    /// What kind of act it was.
    pub kind: EventKind,
    /// How it came out.
    pub outcome: Outcome,
    /// Its leaf hash.
    pub leaf: Vec<u8>,
    /// What it says; nothing once that was lawfully erased.
    pub body: Option<Body>,
    /// The source; where nobody is, who acted.
    pub(super) owner: Option<OrganisationId>,
}

#[derive(Queryable)]
struct EntryRow {
    leaf: LeafRow,
    actor: Option<OrganisationId>,
    source: Option<OrganisationId>,
    kind: EventKind,
    outcome: Outcome,
}

#[derive(Queryable)]
struct BodyRow {
    index: i64,
    sealed: Option<Vec<u8>>,
    key: Option<DataKeyId>,
}

/// The rows of the entries at these indices, in no order.
macro_rules! at {
    ($indices:expr) => {
        log_entry::table
            .filter(log_entry::idx.eq_any($indices.to_vec()))
            .select((
                LeafRow::as_select(),
                log_entry::actor_organisation,
                log_entry::source_organisation,
                log_entry::kind,
                log_entry::outcome,
            ))
    };
}

/// The entries at these indices, newest first, opened.
pub(super) fn entries(
    conn: &mut Conn,
    vault: &Vault,
    indices: &[i64],
) -> Result<Vec<Entry>, StoreError> {
    if indices.is_empty() {
        return Ok(Vec::new());
    }
    let entries = opened(conn, vault, |conn| load_any!(conn, at!(indices)))?;
    if entries.len() != indices.len() {
        return Err(StoreError::Corrupt {
            table: "log_entry",
            what: "an entry that is gone",
        });
    }
    Ok(entries)
}

/// Those of the entries at these indices that `question` asks for, newest first, opened.
pub(super) fn asked_for(
    conn: &mut Conn,
    vault: &Vault,
    question: &Question,
    indices: &[i64],
) -> Result<Vec<Entry>, StoreError> {
    if indices.is_empty() {
        return Ok(Vec::new());
    }
    opened(conn, vault, |conn| {
        load_any!(
            conn,
            narrowed!(at!(indices).into_boxed(), question)
                .filter(takes_part!(question.organisation))
        )
    })
}

/// The entries of the rows that are found, newest first, with their bodies.
fn opened(
    conn: &mut Conn,
    vault: &Vault,
    find: impl FnOnce(&mut Conn) -> QueryResult<Vec<EntryRow>>,
) -> Result<Vec<Entry>, StoreError> {
    let (mut rows, bodies) = dialect::from_apart(conn, |conn| {
        let rows = find(conn)?;
        let bodies = bodies(conn, rows.iter().map(|row| row.leaf.idx).collect())?;
        Ok((rows, bodies))
    })?;
    rows.sort_unstable_by_key(|row| Reverse(row.leaf.idx));
    let wanted = bodies.iter().filter_map(|body| body.key).collect();
    let keys = keys::fetch_all(conn, vault, &wanted)?;
    let bodies = bodies.into_iter().map(|body| (body.index, body));
    let mut bodies: HashMap<i64, BodyRow> = bodies.collect();
    let entries = rows.into_iter().map(|row| {
        let body = bodies.remove(&row.leaf.idx);
        let body = body.ok_or(corrupt("an entry without a body"))?;
        row.with(body.opened(&keys)?)
    });
    entries.collect()
}

fn bodies(conn: &mut Conn, indices: Vec<i64>) -> QueryResult<Vec<BodyRow>> {
    load_any!(
        conn,
        log_body::table
            .filter(log_body::idx.eq_any(indices))
            .select((log_body::idx, log_body::body_enc, log_body::data_key_id))
    )
}

impl BodyRow {
    /// A body that was erased, or whose key was destroyed, is none.
    fn opened(self, keys: &HashMap<DataKeyId, DataKey>) -> Result<Option<Body>, StoreError> {
        let key = self.key.and_then(|id| keys.get(&id));
        let (Some(sealed), Some(key)) = (self.sealed, key) else {
            return Ok(None);
        };
        let place = Place::new("log_body", Row::Index(self.index), "body_enc");
        let bytes = key.open(place, &sealed)?;
        let body = serde_json::from_slice(&bytes);
        Ok(Some(body.map_err(|_| corrupt("a body of another form"))?))
    }
}

impl EntryRow {
    fn with(self, body: Option<Body>) -> Result<Entry, StoreError> {
        Ok(Entry {
            index: self.leaf.idx,
            event: self.leaf.event_id,
            recorded_at: Timestamp::from_millisecond(self.leaf.recorded_ms)
                .map_err(|_| corrupt("a moment out of range"))?,
            kind: self.kind,
            outcome: self.outcome,
            leaf: self.leaf.leaf()?.hash().to_vec(),
            body,
            owner: self.source.or(self.actor),
        })
    }
}

const fn corrupt(what: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "log_body",
        what,
    }
}
