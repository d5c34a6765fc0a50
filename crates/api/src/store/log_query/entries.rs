//! Entries, opened.

use crate::log::body::Body;
use crate::log::tree::LeafRow;
use crate::store::conn::Conn;
use crate::store::schema::{log_body, log_entry};
use crate::store::vault::{DataKey, Place, Row, Vault};
use crate::store::{StoreError, keys, load_any};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::event::{EventKind, Outcome};
use samrad_domain::id::{DataKeyId, EventId, OrganisationId};
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
    body: Option<Vec<u8>>,
    key: Option<DataKeyId>,
}

/// The entries at these indices, newest first, opened.
pub(super) fn entries(
    conn: &mut Conn,
    vault: &Vault,
    indices: &[i64],
) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<EntryRow> = load_any!(
        conn,
        log_entry::table
            .inner_join(log_body::table)
            .filter(log_entry::idx.eq_any(indices.to_vec()))
            .order(log_entry::idx.desc())
            .select((
                LeafRow::as_select(),
                log_entry::actor_organisation,
                log_entry::source_organisation,
                log_entry::kind,
                log_entry::outcome,
                log_body::body_enc,
                log_body::data_key_id,
            ))
    )?;
    if rows.len() != indices.len() {
        return Err(corrupt("an entry without a body"));
    }
    let wanted = rows.iter().filter_map(|row| row.key).collect();
    let keys = keys::fetch_all(conn, vault, &wanted)?;
    rows.into_iter().map(|row| row.opened(&keys)).collect()
}

impl EntryRow {
    /// A body that was erased, or whose key was destroyed, is none.
    fn opened(self, keys: &HashMap<DataKeyId, DataKey>) -> Result<Entry, StoreError> {
        let key = self.key.and_then(|id| keys.get(&id));
        let body = match (self.body, key) {
            (Some(sealed), Some(key)) => {
                let place = Place::new("log_body", Row::Index(self.leaf.idx), "body_enc");
                let bytes = key.open(place, &sealed)?;
                let body = serde_json::from_slice(&bytes);
                Some(body.map_err(|_| corrupt("a body of another form"))?)
            }
            (None, _) | (_, None) => None,
        };
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
