//! Many rows at a time: inserted by one statement, or loaded by a list of keys. What the two
//! databases do best differs, so both forms stand here and nowhere else.
//!
//! PostgreSQL takes a column as one array: the statement's text is the same however many rows there
//! are, so it is planned once. SQLite is as quick with a prepared statement a row.

use super::conn::Conn;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

/// How many rows go into one statement: with the widest table still under SQLite's 32,766 values.
pub const ROWS_A_STATEMENT: usize = 500;

/// Inserts a slice of rows, many in one statement: `insert_all!(conn, table, &rows)`. Gives
/// `QueryResult<()>`. The row struct says `#[diesel(treat_none_as_default_value = false)]`.
#[macro_export]
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {{
        let conn: &mut $crate::store::conn::Conn = $conn;
        $rows
            .chunks($crate::store::bulk::ROWS_A_STATEMENT)
            .try_for_each(|rows| {
                let insert = ::diesel::insert_into($table).values(rows);
                match conn {
                    $crate::store::conn::Conn::Pg(pg) => ::diesel::RunQueryDsl::execute(insert, pg),
                    $crate::store::conn::Conn::Sqlite(sqlite) => {
                        ::diesel::RunQueryDsl::execute(insert, sqlite)
                    }
                }
                .map(|_| ())
            })
    }};
}

/// Inserts a row unless one with its key is there: `insert_if_new!(conn, table, &row)`. Gives
/// `QueryResult<bool>`, whether it was new.
#[macro_export]
macro_rules! insert_if_new {
    ($conn:expr, $table:expr, $row:expr) => {{
        let conn: &mut $crate::store::conn::Conn = $conn;
        let insert = ::diesel::insert_into($table)
            .values($row)
            .on_conflict_do_nothing();
        match conn {
            $crate::store::conn::Conn::Pg(pg) => ::diesel::RunQueryDsl::execute(insert, pg),
            $crate::store::conn::Conn::Sqlite(sqlite) => {
                ::diesel::RunQueryDsl::execute(insert, sqlite)
            }
        }
        .map(|rows| rows == 1)
    }};
}

/// What is written to one table, together with what is written to others.
pub(crate) trait Bulk {
    /// One statement for all rows, for PostgreSQL; none where there are none.
    fn statement(&self) -> Option<Box<dyn QueryFragment<Pg>>>;

    /// A prepared statement a row, for SQLite.
    ///
    /// # Errors
    /// When a row is refused.
    fn one_by_one(&self, conn: &mut SqliteConnection) -> QueryResult<()>;
}

/// Writes to these tables: on PostgreSQL by one statement for all, so that the server is asked once.
///
/// # Errors
/// When a row is refused, or the database does not answer.
pub(crate) fn write_together(conn: &mut Conn, tables: &[&dyn Bulk]) -> QueryResult<()> {
    match conn {
        Conn::Pg(pg) => {
            let parts: Vec<_> = tables.iter().filter_map(|rows| rows.statement()).collect();
            if parts.is_empty() {
                return Ok(());
            }
            Together(parts).execute(pg).map(|_| ())
        }
        Conn::Sqlite(sqlite) => tables.iter().try_for_each(|rows| rows.one_by_one(sqlite)),
    }
}

/// Writes to several tables as one statement: all but the last in a `WITH`.
struct Together(Vec<Box<dyn QueryFragment<Pg>>>);

impl QueryId for Together {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Together {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some((last, before)) = self.0.split_last() else {
            return Ok(());
        };
        let mut opening = "WITH part_";
        for (n, part) in before.iter().enumerate() {
            out.push_sql(opening);
            out.push_sql(&n.to_string());
            out.push_sql(" AS (");
            part.walk_ast(out.reborrow())?;
            opening = "), part_";
        }
        if !before.is_empty() {
            out.push_sql(") ");
        }
        last.walk_ast(out)
    }
}

impl RunQueryDsl<PgConnection> for Together {}

/// Declares a row struct whose rows are [`Bulk`]. An ending such as `" ON CONFLICT DO NOTHING"` may
/// follow the table.
#[macro_export]
macro_rules! bulk_rows {
    (
        $(#[$meta:meta])*
        $row:ident in $table:ident as $columns:ident $(, ending $ending:literal)? {
            $($field:ident: $sql:ty = $rust:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, ::diesel::Insertable)]
        #[diesel(table_name = $table)]
        #[diesel(treat_none_as_default_value = false)]
        pub(crate) struct $row {
            $(pub(crate) $field: $rust,)*
        }

        /// The same, column by column.
        struct $columns {
            $($field: Vec<$rust>,)*
        }

        impl From<&[$row]> for $columns {
            fn from(rows: &[$row]) -> Self {
                Self {
                    $($field: rows.iter().map(|row| row.$field.clone()).collect(),)*
                }
            }
        }

        impl ::diesel::query_builder::QueryFragment<::diesel::pg::Pg> for $columns {
            fn walk_ast<'b>(
                &'b self,
                mut out: ::diesel::query_builder::AstPass<'_, 'b, ::diesel::pg::Pg>,
            ) -> ::diesel::QueryResult<()> {
                out.push_sql(concat!("INSERT INTO ", stringify!($table), " ("));
                let names = [$(stringify!($field)),*];
                out.push_sql(&names.join(", "));
                out.push_sql(") SELECT * FROM unnest(");
                let mut between = "";
                $(
                    out.push_sql(between);
                    out.push_bind_param::<::diesel::sql_types::Array<$sql>, _>(&self.$field)?;
                    between = ", ";
                )*
                let _ = between;
                out.push_sql(concat!(")", $($ending)?));
                Ok(())
            }
        }

        impl $crate::store::bulk::Bulk for Vec<$row> {
            fn statement(
                &self,
            ) -> Option<Box<dyn ::diesel::query_builder::QueryFragment<::diesel::pg::Pg>>> {
                (!self.is_empty()).then(|| Box::new($columns::from(self.as_slice())) as _)
            }

            fn one_by_one(
                &self,
                conn: &mut ::diesel::SqliteConnection,
            ) -> ::diesel::QueryResult<()> {
                self.iter().try_for_each(|row| {
                    let insert = ::diesel::insert_into($table::table).values(row);
                    $crate::bulk_rows!(@run insert, conn $(, $ending)?)
                })
            }
        }
    };
    (@run $insert:ident, $sqlite:ident) => {
        ::diesel::RunQueryDsl::execute($insert, $sqlite).map(|_| ())
    };
    (@run $insert:ident, $sqlite:ident, $ending:literal) => {
        ::diesel::RunQueryDsl::execute($insert.on_conflict_do_nothing(), $sqlite).map(|_| ())
    };
}

/// Runs a query that has `eq_any` in it on the connection's own database, where it is one array on
/// PostgreSQL: `load_any!(conn, query)`. Gives `QueryResult<Vec<_>>`.
#[macro_export]
macro_rules! load_any {
    ($conn:expr, $query:expr) => {{
        let conn: &mut $crate::store::conn::Conn = $conn;
        match conn {
            $crate::store::conn::Conn::Pg(pg) => ::diesel::RunQueryDsl::load($query, pg),
            $crate::store::conn::Conn::Sqlite(sqlite) => {
                ::diesel::RunQueryDsl::load($query, sqlite)
            }
        }
    }};
}

pub(crate) use bulk_rows;
pub use {insert_all, insert_if_new, load_any};
