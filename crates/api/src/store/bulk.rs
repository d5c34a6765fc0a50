//! Many rows at a time: inserted by one statement, or loaded by a list of keys. What the two
//! databases do best differs, so both forms stand here and nowhere else.
//!
//! PostgreSQL takes a column as one array: the statement's text is the same however many rows there
//! are, so it is planned once. It takes them apart side by side as it selects; in a FROM it would lay
//! each by first. SQLite is as quick with a prepared statement a row.

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
    /// One statement that takes all rows along, for PostgreSQL; none where there are none. Where it says `from` where, it
    /// writes them once for each row there.
    fn statement(&mut self, from: Option<&'static str>) -> Option<Box<dyn QueryFragment<Pg>>>;

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
pub(crate) fn write_together(conn: &mut Conn, tables: &mut [&mut dyn Bulk]) -> QueryResult<()> {
    match conn {
        Conn::Pg(pg) => {
            let parts = tables.iter_mut().filter_map(|rows| rows.statement(None));
            let parts: Vec<_> = parts.collect();
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

/// Changes the one row that `change` is about, and writes to these tables if it did, as one statement. Whether it did.
///
/// # Errors
/// When a row is refused, or the database does not answer.
pub(crate) fn write_with(
    pg: &mut PgConnection,
    change: Box<dyn QueryFragment<Pg>>,
    tables: &mut [&mut dyn Bulk],
) -> QueryResult<bool> {
    let mut parts: Vec<Box<dyn QueryFragment<Pg>>> = vec![Box::new(Changed(change))];
    let tables = tables.iter_mut();
    parts.extend(tables.filter_map(|rows| rows.statement(Some("part_0"))));
    parts.push(Box::new(WhetherChanged));
    Ok(Together(parts).execute(pg)? == 1)
}

/// A change, which gives the row that it changed.
struct Changed(Box<dyn QueryFragment<Pg>>);

impl QueryFragment<Pg> for Changed {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING true AS is_changed");
        Ok(())
    }
}

/// A row for each that was changed. Diesel's own literal would have the whole statement planned anew each time.
struct WhetherChanged;

impl QueryFragment<Pg> for WhetherChanged {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT is_changed FROM part_0");
        Ok(())
    }
}

/// Declares a row struct whose rows are [`Bulk`]. After the table may follow an ending such as
/// `" ON CONFLICT DO NOTHING"`, or the key by which a row replaces the one that is there.
#[macro_export]
macro_rules! bulk_rows {
    (
        $(#[$meta:meta])*
        $row:ident in $table:ident as $columns:ident $(, ending $ending:literal)? $(, replacing $key:ident)? {
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
            from: Option<&'static str>,
            $($field: Vec<$rust>,)*
        }

        impl $columns {
            fn of(rows: Vec<$row>, from: Option<&'static str>) -> Self {
                let mut columns = Self {
                    from,
                    $($field: Vec::with_capacity(rows.len()),)*
                };
                for row in rows {
                    $(columns.$field.push(row.$field);)*
                }
                columns
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
                out.push_sql(") SELECT ");
                let mut between = "unnest(";
                $(
                    out.push_sql(between);
                    out.push_bind_param::<::diesel::sql_types::Array<$sql>, _>(&self.$field)?;
                    between = "), unnest(";
                )*
                let _ = between;
                out.push_sql(")");
                if let Some(from) = self.from {
                    out.push_sql(" FROM ");
                    out.push_sql(from);
                }
                $(out.push_sql($ending);)?
                $(
                    out.push_sql(concat!(" ON CONFLICT (", stringify!($key), ") DO UPDATE SET "));
                    let anew = names.map(|name| format!("{name} = excluded.{name}"));
                    out.push_sql(&anew.join(", "));
                )?
                Ok(())
            }
        }

        impl $crate::store::bulk::Bulk for Vec<$row> {
            fn statement(
                &mut self,
                from: Option<&'static str>,
            ) -> Option<Box<dyn ::diesel::query_builder::QueryFragment<::diesel::pg::Pg>>> {
                (!self.is_empty()).then(|| Box::new($columns::of(std::mem::take(self), from)) as _)
            }

            fn one_by_one(
                &self,
                conn: &mut ::diesel::SqliteConnection,
            ) -> ::diesel::QueryResult<()> {
                self.iter().try_for_each(|row| {
                    $crate::bulk_rows!(@run $table, row, conn $(, ending $ending)? $(, replacing $key)?)
                })
            }
        }
    };
    (@run $table:ident, $row:ident, $sqlite:ident) => {{
        let insert = ::diesel::insert_into($table::table).values($row);
        ::diesel::RunQueryDsl::execute(insert, $sqlite).map(|_| ())
    }};
    (@run $table:ident, $row:ident, $sqlite:ident, ending $ending:literal) => {{
        let insert = ::diesel::insert_into($table::table).values($row);
        ::diesel::RunQueryDsl::execute(insert.on_conflict_do_nothing(), $sqlite).map(|_| ())
    }};
    (@run $table:ident, $row:ident, $sqlite:ident, replacing $key:ident) => {{
        let replace = ::diesel::replace_into($table::table).values($row);
        ::diesel::RunQueryDsl::execute(replace, $sqlite).map(|_| ())
    }};
}

/// Runs a query on the connection's own database, where `eq_any` is one array on
/// PostgreSQL, and there are unions: `load_any!(conn, query)`. Gives `QueryResult<Vec<_>>`.
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

/// Runs a query for rows that lie apart on the disk, by their keys: `load_apart!(conn, query, column, keys)`. Gives
/// `QueryResult<Vec<_>>`. PostgreSQL asks the disk for many pages at once (`effective_io_concurrency`) only through a
/// bitmap of rows, but takes neighbours in the log for neighbours on the disk, and would ask for one after the other; for a choice of two
/// conditions it goes through no index but by a bitmap.
#[macro_export]
macro_rules! load_apart {
    ($conn:expr, $query:expr, $column:expr, $keys:expr) => {{
        let (conn, keys): (&mut $crate::store::conn::Conn, &[_]) = ($conn, $keys);
        match (conn, keys) {
            (_, []) => Ok(Vec::new()),
            ($crate::store::conn::Conn::Pg(pg), [first, others @ ..]) => {
                let either = $column.eq(*first).or($column.eq_any(others.to_vec()));
                ::diesel::RunQueryDsl::load($query.filter(either), pg)
            }
            ($crate::store::conn::Conn::Sqlite(sqlite), keys) => {
                ::diesel::RunQueryDsl::load($query.filter($column.eq_any(keys.to_vec())), sqlite)
            }
        }
    }};
}

/// Runs a query for each of a list of values of a column: `load_by_key!(conn, query, column, keys)`. Gives
/// `QueryResult<Vec<_>>`. On PostgreSQL one array; on SQLite, which would plan a list anew each time, a prepared
/// statement a value.
#[macro_export]
macro_rules! load_by_key {
    ($conn:expr, $query:expr, $column:expr, $keys:expr) => {{
        let conn: &mut $crate::store::conn::Conn = $conn;
        match conn {
            $crate::store::conn::Conn::Pg(pg) => {
                ::diesel::RunQueryDsl::load($query.filter($column.eq_any($keys)), pg)
            }
            $crate::store::conn::Conn::Sqlite(sqlite) => {
                let mut rows = Vec::new();
                for key in $keys {
                    let found = $query.filter($column.eq(key));
                    rows.append(&mut ::diesel::RunQueryDsl::load(found, sqlite)?);
                }
                Ok(rows)
            }
        }
    }};
}

pub(crate) use bulk_rows;
pub use {insert_all, insert_if_new, load_any, load_apart, load_by_key};
