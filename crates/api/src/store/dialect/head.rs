//! The head of the log: read, held, and moved.

use crate::store::StoreError;
use crate::store::bulk::{Bulk, write_with};
use crate::store::conn::Conn;
use crate::store::schema::log_head;
use diesel::backend::Backend;
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

/// Where the log stands, and the registry: who changes the registry holds the head too.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = log_head)]
pub struct Tip {
    /// The head of the log.
    #[diesel(embed)]
    pub head: Head,
    /// How often the registry has changed.
    pub registry: i64,
}

/// Reads the head of the log and holds it until the transaction ends, so that indices have no gaps.
///
/// # Errors
/// When the statement fails, or the row isn't there.
pub fn lock_head(conn: &mut Conn) -> Result<Tip, StoreError> {
    Ok(match conn {
        Conn::Pg(pg) => log_head::table
            .find(1)
            .select(Tip::as_select())
            .for_update()
            .first(pg)?,
        Conn::Sqlite(_) => return read_tip(conn),
    })
}

/// Reads where the log stands without holding it.
///
/// # Errors
/// When the statement fails, or the row isn't there.
pub fn read_tip(conn: &mut Conn) -> Result<Tip, StoreError> {
    Ok(log_head::table
        .find(1)
        .select(Tip::as_select())
        .first(conn)?)
}

/// Reads the head of the log without holding it.
///
/// # Errors
/// When the statement fails, or the row isn't there.
pub fn read_head(conn: &mut Conn) -> Result<Head, StoreError> {
    Ok(read_tip(conn)?.head)
}

/// How the head of the log comes to be where it was.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stands<'t> {
    /// It is held by [`lock_head`].
    Held,
    /// It may have been moved meanwhile: then it is left where it is.
    Here(&'t Tip),
}

/// Moves the head of the log, held by [`lock_head`].
///
/// # Errors
/// When the statement fails.
pub fn move_head(conn: &mut Conn, to: &Head) -> Result<(), StoreError> {
    move_head_with(conn, Stands::Held, to, &mut []).map(drop)
}

/// Moves the head of the log to `to`, and writes `tables` with it, in one statement on PostgreSQL. Whether that was
/// done: not where the head is elsewhere than it was taken for, and then nothing is written.
///
/// # Errors
/// When a row is refused, or the database does not answer.
pub(crate) fn move_head_with(
    conn: &mut Conn,
    from: Stands<'_>,
    to: &Head,
    tables: &mut [&mut dyn Bulk],
) -> Result<bool, StoreError> {
    let from = match from {
        Stands::Held => None,
        Stands::Here(tip) => Some(tip.clone()),
    };
    let moved = Moved {
        from,
        to: to.clone(),
    };
    Ok(match conn {
        Conn::Pg(pg) => write_with(pg, Box::new(moved), tables)?,
        Conn::Sqlite(sqlite) => {
            let is_moved = moved.execute(sqlite)? == 1;
            if is_moved {
                tables.iter().try_for_each(|rows| rows.one_by_one(sqlite))?;
            }
            is_moved
        }
    })
}

/// The statement that moves the head. Diesel's own update would be planned anew each time.
struct Moved {
    from: Option<Tip>,
    to: Head,
}

impl QueryId for Moved {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for Moved
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
    Vec<u8>: ToSql<Binary, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE log_head SET size = ");
        out.push_bind_param::<BigInt, _>(&self.to.size)?;
        out.push_sql(", last_ms = ");
        out.push_bind_param::<BigInt, _>(&self.to.last_ms)?;
        out.push_sql(", frontier = ");
        out.push_bind_param::<Binary, _>(&self.to.frontier)?;
        out.push_sql(" WHERE id = 1");
        if let Some(Tip { head, registry }) = &self.from {
            out.push_sql(" AND size = ");
            out.push_bind_param::<BigInt, _>(&head.size)?;
            out.push_sql(" AND last_ms = ");
            out.push_bind_param::<BigInt, _>(&head.last_ms)?;
            out.push_sql(" AND frontier = ");
            out.push_bind_param::<Binary, _>(&head.frontier)?;
            out.push_sql(" AND registry = ");
            out.push_bind_param::<BigInt, _>(registry)?;
        }
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for Moved {}
