//! Many rows at a time: inserted by one statement, or loaded by a list of keys. What the two
//! databases do best differs, so both forms stand here and nowhere else.
//!
//! PostgreSQL takes a column as one array: the statement's text is the same however many rows there
//! are, so it is planned once. SQLite is as quick with a prepared statement a row.

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

/// Declares a row struct that is inserted many at a time by `Row::insert_all(conn, rows)`. An
/// ending such as `" ON CONFLICT DO NOTHING"` may follow the table.
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

        impl ::diesel::query_builder::QueryId for $columns {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
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

        impl ::diesel::RunQueryDsl<::diesel::PgConnection> for $columns {}

        impl $row {
            /// Inserts all of them.
            pub(crate) fn insert_all(
                conn: &mut $crate::store::conn::Conn,
                rows: &[Self],
            ) -> ::diesel::QueryResult<()> {
                match conn {
                    _ if rows.is_empty() => Ok(()),
                    $crate::store::conn::Conn::Pg(pg) => {
                        ::diesel::RunQueryDsl::execute($columns::from(rows), pg).map(|_| ())
                    }
                    $crate::store::conn::Conn::Sqlite(sqlite) => rows.iter().try_for_each(|row| {
                        let insert = ::diesel::insert_into($table::table).values(row);
                        $crate::bulk_rows!(@run insert, sqlite $(, $ending)?)
                    }),
                }
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
