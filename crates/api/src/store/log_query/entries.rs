//! Entries, opened.

use super::Question;
use super::conditions::{inside, narrowed, of_entry, takes_part};
use crate::log::body::Body;
use crate::log::sealed;
use crate::log::tree::LeafRow;
use crate::store::conn::Conn;
use crate::store::keys::KeyRow;
use crate::store::schema::{data_key, log_entry, log_recipient};
use crate::store::sql::Db;
use crate::store::vault::{DataKey, Vault};
use crate::store::{StoreError, keys, load_apart};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::event::{EventKind, Outcome};
use samrad_domain::id::{DataKeyId, EventId, OrganisationId};
use std::cmp::Reverse;
use std::collections::HashMap;
use uuid::Uuid;

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
    /// Who acted, and where, if they are among those who heard.
    pub(super) actor_heard: Option<(OrganisationId, Uuid)>,
}

#[derive(Queryable)]
struct EntryRow {
    leaf: LeafRow,
    acting: Option<OrganisationId>,
    actor: Option<Uuid>,
    actor_ordinal: Option<i32>,
    source: Option<OrganisationId>,
    kind: EventKind,
    outcome: Outcome,
    sealed: Option<Vec<u8>>,
    key_id: Option<DataKeyId>,
    key: Option<KeyRow>,
}

/// What is fetched of entries, each with the key that opens it.
macro_rules! rows {
    () => {
        log_entry::table
            .left_join(data_key::table.on(log_entry::data_key_id.eq(data_key::id.nullable())))
            .select((
                LeafRow::as_select(),
                log_entry::actor_organisation,
                log_entry::actor_id,
                log_entry::actor_ordinal,
                log_entry::source_organisation,
                log_entry::kind,
                log_entry::outcome,
                log_entry::body_enc,
                log_entry::data_key_id,
                Option::<KeyRow>::as_select(),
            ))
    };
}

/// The entries at these indices, newest first, opened.
pub(super) fn entries(
    conn: &mut Conn,
    vault: &Vault,
    indices: &[i64],
) -> Result<Vec<Entry>, StoreError> {
    let rows = load_apart!(conn, rows!(), log_entry::idx, indices)?;
    let entries = opened(vault, rows)?;
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
    let rows = load_apart!(
        conn,
        narrowed!(rows!().into_boxed(), question).filter(takes_part!(question.organisation)),
        log_entry::idx,
        indices
    )?;
    opened(vault, rows)
}

/// The entries of the rows that were found, newest first.
fn opened(vault: &Vault, mut rows: Vec<EntryRow>) -> Result<Vec<Entry>, StoreError> {
    rows.sort_unstable_by_key(|row| Reverse(row.leaf.idx));
    let keys = keys::opened(vault, rows.iter_mut().filter_map(|row| row.key.take()))?;
    rows.into_iter().map(|row| row.opened(&keys)).collect()
}

impl EntryRow {
    /// A body that was erased, or whose key was destroyed, is none.
    fn body(&self, keys: &HashMap<DataKeyId, DataKey>) -> Result<Option<Body>, StoreError> {
        let key = self.key_id.and_then(|id| keys.get(&id));
        let (Some(body), Some(key)) = (&self.sealed, key) else {
            return Ok(None);
        };
        let bytes = sealed::open(key, self.leaf.idx, body)?;
        let body = serde_json::from_slice(&bytes);
        Ok(Some(body.map_err(|_| corrupt("a body of another form"))?))
    }

    fn opened(self, keys: &HashMap<DataKeyId, DataKey>) -> Result<Entry, StoreError> {
        Ok(Entry {
            body: self.body(keys)?,
            index: self.leaf.idx,
            event: self.leaf.event_id,
            recorded_at: Timestamp::from_millisecond(self.leaf.recorded_ms)
                .map_err(|_| corrupt("a moment out of range"))?,
            kind: self.kind,
            outcome: self.outcome,
            leaf: self.leaf.leaf()?.hash().to_vec(),
            owner: self.source.or(self.acting),
            actor_heard: self.actor_ordinal.and(self.acting.zip(self.actor)),
        })
    }
}

const fn corrupt(what: &'static str) -> StoreError {
    StoreError::Corrupt {
        table: "log_entry",
        what,
    }
}
