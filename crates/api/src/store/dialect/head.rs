//! The head of the log: read, held, and moved.

use crate::store::StoreError;
use crate::store::bulk::{Bulk, write_together};
use crate::store::conn::Conn;
use crate::store::schema::log_head;
use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Binary};

/// How far the log has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = log_head)]
pub struct Head {
    /// How many entries there are; the index of the next.
    pub size: i64,
    /// When the last one was recorded, in milliseconds since 1970.
    pub last_ms: i64,
    /// The right edge of the tree: the roots of its full subtrees, the largest first, 32 bytes each.
    pub frontier: Vec<u8>,
}

/// Reads the head of the log and holds it until the transaction ends, so that indices have no gaps. Gives with it
/// how often the registry has changed: who changes it holds the head too.
///
/// # Errors
/// When the statement fails, or the row isn't there.
pub fn lock_head(conn: &mut Conn) -> Result<(Head, i64), StoreError> {
    let head = match conn {
        Conn::Pg(pg) => log_head::table
            .find(1)
            .select((Head::as_select(), log_head::registry))
            .for_update()
            .first(pg)?,
        Conn::Sqlite(sqlite) => log_head::table
            .find(1)
            .select((Head::as_select(), log_head::registry))
            .first(sqlite)?,
    };
    Ok(head)
}

/// Reads the head of the log without holding it.
///
/// # Errors
/// When the statement fails, or the row isn't there.
pub fn read_head(conn: &mut Conn) -> Result<Head, StoreError> {
    Ok(log_head::table
        .find(1)
        .select(Head::as_select())
        .first(conn)?)
}

/// Moves the head of the log, held by [`lock_head`].
///
/// # Errors
/// When the statement fails.
pub fn move_head(conn: &mut Conn, head: &Head) -> Result<(), StoreError> {
    Ok(write_together(conn, &mut [&mut head.clone()])?)
}

/// The statement that moves the head. Diesel's own update would be planned anew each time.
struct Moved(Head);

impl QueryId for Moved {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB> QueryFragment<DB> for Moved
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
    Vec<u8>: ToSql<Binary, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE log_head SET size = ");
        out.push_bind_param::<BigInt, _>(&self.0.size)?;
        out.push_sql(", last_ms = ");
        out.push_bind_param::<BigInt, _>(&self.0.last_ms)?;
        out.push_sql(", frontier = ");
        out.push_bind_param::<Binary, _>(&self.0.frontier)?;
        out.push_sql(" WHERE id = 1");
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for Moved {}

impl Bulk for Head {
    fn statement(&mut self) -> Option<Box<dyn QueryFragment<Pg>>> {
        Some(Box::new(Moved(self.clone())))
    }

    fn one_by_one(&self, conn: &mut SqliteConnection) -> QueryResult<()> {
        Moved(self.clone()).execute(conn).map(|_| ())
    }
}
