//! The database: two of them behind one set of queries.
//!
//! Only [`sql`] and [`dialect`] know how PostgreSQL and SQLite differ; everything else is written
//! once, against [`conn::Conn`]. Nothing here decides who may see what.

pub(crate) mod ahead;
pub mod bulk;
pub mod cases;
pub mod chains;
pub mod checkpoints;
mod compartments;
pub mod conn;
pub mod consents;
pub mod dialect;
pub mod discussions;
pub mod erasures;
pub mod error;
pub mod information;
pub mod ips;
pub mod keys;
pub(crate) mod later;
pub mod log_export;
pub mod log_query;
pub mod matter;
pub mod migrate;
mod multi;
pub mod notes;
pub mod patients;
pub mod postings;
pub mod registry;
pub mod repeats;
pub mod schema;
mod sheet;
pub mod sql;
pub mod subject;
pub mod summaries;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod thread;
pub mod unit_of_work;
pub mod vault;
pub mod walk;

pub use bulk::{load_any, load_apart};
pub use error::{SealError, StoreError};

use samrad_domain::actor::PersonKey;
use std::collections::HashMap;
use std::hash::Hash;

/// Exit code of a service that can't go on: a thread of ours is gone, or the disk does not take what was committed
/// (`EX_SOFTWARE` of sysexits).
const EXIT_BROKEN: i32 = 70;

/// Rows by what they are of, each lot in the rows' order.
fn grouped<K: Eq + Hash, V>(rows: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut sorted: HashMap<K, Vec<V>> = HashMap::new();
    for (of, row) in rows {
        sorted.entry(of).or_default().push(row);
    }
    sorted
}

/// The version or ordinal of a row, which starts at 1.
fn version(stored: i32, table: &'static str) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|_| StoreError::Corrupt {
        table,
        what: "a version below zero",
    })
}

/// A version as it is stored.
fn stored_version(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}

/// The person key in a column of `table`.
pub(crate) fn person_key(bytes: &[u8], table: &'static str) -> Result<PersonKey, StoreError> {
    let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| StoreError::Corrupt {
        table,
        what: "a person key of another length",
    })?;
    Ok(PersonKey::new(bytes))
}
