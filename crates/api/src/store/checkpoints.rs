//! Signed checkpoints of the log: the newest, and those at which the signing key changed.

use super::StoreError;
use super::conn::Conn;
use super::schema::{log_checkpoint, log_key_change};
use diesel::prelude::*;

/// The newest checkpoint, as a signed note.
///
/// # Errors
/// When the database does not answer.
pub fn newest(conn: &mut Conn) -> Result<Option<String>, StoreError> {
    Ok(log_checkpoint::table
        .find(1)
        .select(log_checkpoint::note)
        .first(conn)
        .optional()?)
}

/// What becomes of a published checkpoint of the same size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// It stays: it may have cosignatures.
    Stays,
    /// It goes: the new one has more.
    Goes,
}

/// Publishes a checkpoint, unless a later one is published. In a transaction that writes.
///
/// # Errors
/// When the database does not answer.
pub fn publish(conn: &mut Conn, size: i64, note: &str, same: Same) -> Result<(), StoreError> {
    let values = (log_checkpoint::size.eq(size), log_checkpoint::note.eq(note));
    let published: Option<i64> = log_checkpoint::table
        .find(1)
        .select(log_checkpoint::size)
        .first(conn)
        .optional()?;
    match published {
        Some(_) => {
            diesel::update(log_checkpoint::table.find(1))
                .filter(log_checkpoint::size.lt(size + i64::from(same == Same::Goes)))
                .set(values)
                .execute(conn)?;
        }
        None => {
            diesel::insert_into(log_checkpoint::table)
                .values((log_checkpoint::id.eq(1), values))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// How many entries the newest published checkpoint has.
///
/// # Errors
/// When the database does not answer.
pub fn published_size(conn: &mut Conn) -> Result<i64, StoreError> {
    let size = log_checkpoint::table.find(1).select(log_checkpoint::size);
    Ok(size.first(conn).optional()?.unwrap_or(0))
}

/// A checkpoint at which the signing key changed.
#[derive(Clone, Debug, Queryable)]
pub struct KeyChange {
    /// How many entries it has; the last of them tells of the change.
    pub size: i64,
    /// The key from there on.
    pub verifier_key: String,
    /// The key until then.
    pub previous_key: String,
    /// The checkpoint, signed by the old key and the new one.
    pub note: String,
}

/// The changes of the signing key, in order.
///
/// # Errors
/// When the database does not answer.
pub fn key_changes(conn: &mut Conn) -> Result<Vec<KeyChange>, StoreError> {
    Ok(log_key_change::table
        .order(log_key_change::size)
        .load(conn)?)
}

/// Keeps a change of the signing key.
///
/// # Errors
/// When the database does not answer.
pub fn change_key(conn: &mut Conn, change: &KeyChange) -> Result<(), StoreError> {
    diesel::insert_into(log_key_change::table)
        .values((
            log_key_change::size.eq(change.size),
            log_key_change::verifier_key.eq(&change.verifier_key),
            log_key_change::previous_key.eq(&change.previous_key),
            log_key_change::note.eq(&change.note),
        ))
        .execute(conn)?;
    Ok(())
}
