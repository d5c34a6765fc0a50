//! The table of data keys: made, fetched, destroyed, and wrapped anew when the master key changes.
//!
//! A key is stored wrapped. Destroying it is the erasure of everything it sealed; the row stays,
//! and says when.

use super::conn::Conn;
use super::dialect::{Begin, in_transaction};
use super::load_any;
use super::schema::data_key;
use super::sql::Db;
use super::vault::{DataKey, Vault, WrappedKey};
use super::{SealError, StoreError};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::id::DataKeyId;
use std::collections::{BTreeSet, HashMap};

#[derive(Queryable, Selectable)]
#[diesel(table_name = data_key)]
pub(super) struct KeyRow {
    id: DataKeyId,
    wrapped: Option<Vec<u8>>,
    master_id: String,
}

impl KeyRow {
    /// Whether the key was not destroyed.
    pub(super) const fn is_standing(&self) -> bool {
        self.wrapped.is_some()
    }

    pub(super) fn open(self, vault: &Vault) -> Result<DataKey, StoreError> {
        let wrapped = self.wrapped.ok_or(SealError::Destroyed)?;
        Ok(vault.unwrap(
            self.id,
            &WrappedKey {
                master_id: self.master_id,
                wrapped,
            },
        )?)
    }
}

/// Makes a data key for a new record.
///
/// # Errors
/// When the statement fails.
pub fn create(conn: &mut Conn, vault: &Vault) -> Result<DataKey, StoreError> {
    insert(conn, vault, vault.new_data_key())
}

/// Fetches the key of this id, and makes it where there is none yet.
///
/// # Errors
/// As [`fetch`].
pub fn fetch_or_create(
    conn: &mut Conn,
    vault: &Vault,
    id: DataKeyId,
) -> Result<DataKey, StoreError> {
    let row = data_key::table
        .find(Db(id))
        .select(KeyRow::as_select())
        .first(conn)
        .optional()?;
    match row {
        Some(row) => row.open(vault),
        None => insert(conn, vault, vault.new_data_key_named(id)),
    }
}

fn insert(conn: &mut Conn, vault: &Vault, key: DataKey) -> Result<DataKey, StoreError> {
    let WrappedKey { master_id, wrapped } = vault.wrap(&key);
    diesel::insert_into(data_key::table)
        .values((
            data_key::id.eq(Db(key.id())),
            data_key::wrapped.eq(wrapped),
            data_key::master_id.eq(master_id),
        ))
        .execute(conn)?;
    Ok(key)
}

/// Fetches the key of a record.
///
/// # Errors
/// [`SealError::Destroyed`] or [`SealError::UnknownMaster`], as a [`StoreError::Sealed`]; and when
/// there is no such key or the statement fails.
pub fn fetch(conn: &mut Conn, vault: &Vault, id: DataKeyId) -> Result<DataKey, StoreError> {
    data_key::table
        .find(Db(id))
        .select(KeyRow::as_select())
        .first(conn)?
        .open(vault)
}

/// Fetches the keys of many records. Those destroyed are left out.
///
/// # Errors
/// As [`fetch`].
pub fn fetch_all(
    conn: &mut Conn,
    vault: &Vault,
    ids: &BTreeSet<DataKeyId>,
) -> Result<HashMap<DataKeyId, DataKey>, StoreError> {
    let rows: Vec<KeyRow> = load_any!(
        conn,
        data_key::table
            .filter(data_key::id.eq_any(ids.iter().map(|id| Db(*id)).collect::<Vec<_>>()))
            .filter(data_key::wrapped.is_not_null())
            .select(KeyRow::as_select())
    )?;
    rows.into_iter()
        .map(|row| Ok((row.id, row.open(vault)?)))
        .collect()
}

/// Destroys a key, and with it everything it sealed. Whether there was a key to destroy.
///
/// # Errors
/// When the statement fails.
pub fn destroy(conn: &mut Conn, id: DataKeyId, now: Timestamp) -> Result<bool, StoreError> {
    let standing = data_key::table
        .find(Db(id))
        .filter(data_key::wrapped.is_not_null());
    let destroyed = diesel::update(standing)
        .set((
            data_key::wrapped.eq(None::<Vec<u8>>),
            data_key::destroyed_at.eq(Some(Db(now))),
        ))
        .execute(conn)?;
    Ok(destroyed == 1)
}

/// How many keys are wrapped anew in one transaction.
const KEYS_A_BATCH: i64 = 200;

/// Wraps every key by the current master key, in batches, while the service runs. How many were
/// wrapped anew.
///
/// # Errors
/// When a key's master key isn't configured, or a statement fails; what was wrapped before stays.
pub fn rewrap(conn: &mut Conn, vault: &Vault) -> Result<usize, StoreError> {
    let mut total = 0;
    loop {
        let batch = in_transaction(conn, Begin::Writing, |conn| rewrap_batch(conn, vault))?;
        if batch == 0 {
            return Ok(total);
        }
        total += batch;
    }
}

fn rewrap_batch(conn: &mut Conn, vault: &Vault) -> Result<usize, StoreError> {
    let rows: Vec<KeyRow> = data_key::table
        .filter(data_key::master_id.ne(vault.current_master()))
        .filter(data_key::wrapped.is_not_null())
        .order(data_key::id)
        .limit(KEYS_A_BATCH)
        .select(KeyRow::as_select())
        .load(conn)?;
    let found = rows.len();
    for row in rows {
        let unchanged = data_key::table
            .find(Db(row.id))
            .filter(data_key::master_id.eq(row.master_id.clone()))
            .filter(data_key::wrapped.is_not_null());
        let WrappedKey { master_id, wrapped } = vault.wrap(&row.open(vault)?);
        // A key destroyed meanwhile is left as it is.
        diesel::update(unchanged)
            .set((
                data_key::wrapped.eq(Some(wrapped)),
                data_key::master_id.eq(master_id),
            ))
            .execute(conn)?;
    }
    Ok(found)
}
