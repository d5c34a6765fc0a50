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
use quick_cache::sync::Cache;
use samrad_domain::id::DataKeyId;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

#[derive(Queryable, Selectable)]
#[diesel(table_name = data_key)]
pub(crate) struct KeyRow {
    id: DataKeyId,
    wrapped: Option<Vec<u8>>,
    master_id: String,
}

impl KeyRow {
    /// Whether the key was not destroyed.
    pub(crate) const fn is_standing(&self) -> bool {
        self.wrapped.is_some()
    }

    pub(crate) fn open(self, vault: &Vault) -> Result<DataKey, StoreError> {
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
    opened(vault, rows(conn, ids)?)
}

/// The keys of these rows, each opened once. Those destroyed are left out.
///
/// # Errors
/// When one can't be opened.
pub(super) fn opened(
    vault: &Vault,
    rows: impl IntoIterator<Item = KeyRow>,
) -> Result<HashMap<DataKeyId, DataKey>, StoreError> {
    let mut keys = HashMap::new();
    for row in rows.into_iter().filter(KeyRow::is_standing) {
        if let Entry::Vacant(new) = keys.entry(row.id) {
            new.insert(row.open(vault)?);
        }
    }
    Ok(keys)
}

fn rows(conn: &mut Conn, ids: &BTreeSet<DataKeyId>) -> Result<Vec<KeyRow>, StoreError> {
    Ok(load_any!(
        conn,
        data_key::table
            .filter(data_key::id.eq_any(ids.iter().map(|id| Db(*id)).collect::<Vec<_>>()))
            .filter(data_key::wrapped.is_not_null())
            .select(KeyRow::as_select())
    )?)
}

/// Keys of records that were unwrapped lately, for those whose sheets are read. Whether one was destroyed since is asked
/// where it is used. The first reading after an hour forgets them all.
pub struct Keyring {
    keys: Cache<DataKeyId, DataKey>,
    began: Mutex<Instant>,
}

/// How many keys are held: some twenty megabytes.
const HELD: usize = 200_000;
/// For how long.
const HELD_FOR: Duration = Duration::from_secs(3600);

impl Default for Keyring {
    fn default() -> Self {
        Self {
            keys: Cache::new(HELD),
            began: Mutex::new(Instant::now()),
        }
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(..)")
    }
}

impl Keyring {
    /// The keys of these ids, but for those that can't be unwrapped.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(super) fn keys(
        &self,
        conn: &mut Conn,
        vault: &Vault,
        ids: impl Iterator<Item = DataKeyId>,
    ) -> Result<HashMap<DataKeyId, DataKey>, StoreError> {
        self.forget_in_time();
        let (mut keys, mut unknown) = (HashMap::new(), BTreeSet::new());
        for id in ids {
            match self.keys.get(&id) {
                Some(key) => drop(keys.insert(id, key)),
                None => drop(unknown.insert(id)),
            }
        }
        if !unknown.is_empty() {
            for row in rows(conn, &unknown)? {
                let id = row.id;
                if let Ok(key) = row.open(vault) {
                    self.hold(&key);
                    keys.insert(id, key);
                }
            }
        }
        Ok(keys)
    }

    /// Holds a key that was unwrapped elsewhere.
    pub(super) fn hold(&self, key: &DataKey) {
        self.keys.insert(key.id(), key.clone());
    }

    fn forget_in_time(&self) {
        let mut began = self.began.lock().unwrap_or_else(PoisonError::into_inner);
        if began.elapsed() > HELD_FOR {
            self.keys.clear();
            *began = Instant::now();
        }
    }
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
