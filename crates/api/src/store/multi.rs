//! The one connection type over two databases, alone in its file because the derive makes types
//! of its own beside it.
#![expect(
    missing_docs,
    reason = "diesel's derive makes public types without documentation"
)]

use diesel::{PgConnection, SqliteConnection};

/// A connection to one of the two databases.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL: production.
    Pg(PgConnection),
    /// SQLite, embedded: the default.
    Sqlite(SqliteConnection),
}
