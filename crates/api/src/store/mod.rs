//! The database: two of them behind one set of queries.
//!
//! Only [`sql`] and [`dialect`] know how PostgreSQL and SQLite differ; everything else is written
//! once, against [`conn::Conn`]. Nothing here decides who may see what.

pub mod conn;
pub mod dialect;
pub mod error;
pub mod keys;
pub mod migrate;
mod multi;
pub mod schema;
pub mod sql;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod vault;

pub use error::{SealError, StoreError};
