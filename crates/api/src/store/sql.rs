//! The SQL types that the two databases spell differently, and the Rust types that go in them.
//!
//! | here             | PostgreSQL    | SQLite                                             |
//! |------------------|---------------|----------------------------------------------------|
//! | [`SqlUuid`]      | `uuid`        | `TEXT`, 36 characters, lower case                  |
//! | [`SqlTimestamp`] | `timestamptz` | `TEXT`, `2025-01-31T12:00:00.000000Z`, fixed width |
//! | [`SqlDate`]      | `date`        | `TEXT`, `2025-01-31`                               |
//! | [`Code`]         | `text`        | `TEXT`                                             |
//!
//! So text sorts as time does. A column is read as one of the domain's own types (`PatientId`,
//! `jiff::Timestamp`, `Role`, `CategorySet`, or an `Option` of them); to write or compare, wrap the
//! value in [`Db`]: `patient::id.eq(Db(id))`. A row struct that is both read and inserted has
//! fields of `Db<PatientId>`, one that is only read may have `PatientId`. (Diesel's coherence
//! rules let foreign types be read and bound, but not be expressions.)
//!
//! A value that can't be read is an error, never a default.

use super::multi::MultiBackend;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::HasSqlType;

/// A value's text for SQLite, or why it has none.
type TextOrError = Result<String, Box<dyn std::error::Error + Send + Sync>>;

/// `uuid`, or text.
#[derive(
    Clone, Copy, Debug, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct SqlUuid;

/// A moment to the microsecond: `timestamptz`, or text.
#[derive(
    Clone, Copy, Debug, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct SqlTimestamp;

/// A calendar day: `date`, or text.
#[derive(
    Clone, Copy, Debug, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
)]
#[diesel(postgres_type(oid = 1082, array_oid = 1182))]
#[diesel(sqlite_type(name = "Text"))]
pub struct SqlDate;

/// A code of one of the domain's closed lists, or several separated by one space.
#[derive(
    Clone, Copy, Debug, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
)]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Code;

macro_rules! known_to_both {
    ($($sql:ident),*) => {$(
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql>(lookup)
            }
        }
    )*};
}
known_to_both!(SqlUuid, SqlTimestamp, SqlDate, Code);

// Orderings (`<`, `max`) and comparisons are what diesel gives every SQL type; these two make
// `min`, `max` and `ORDER BY` of aggregates work on the types that have an order.
impl diesel::sql_types::SqlOrd for SqlTimestamp {}
impl diesel::sql_types::SqlOrd for SqlDate {}

/// A value on its way to or from a column of one of the types above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = SqlUuid, sql_type = SqlTimestamp, sql_type = SqlDate, sql_type = Code)]
pub struct Db<T>(pub T);

impl<T> From<T> for Db<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T, ST, DB> FromSql<ST, DB> for Db<T>
where
    DB: Backend,
    T: FromSql<ST, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        T::from_sql(value).map(Self)
    }
}

macro_rules! bound_by_its_value {
    ($($sql:ident),*) => {$(
        impl<T, DB> ToSql<$sql, DB> for Db<T>
        where
            DB: Backend,
            T: ToSql<$sql, DB> + std::fmt::Debug,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }
    )*};
}
bound_by_its_value!(SqlUuid, SqlTimestamp, SqlDate, Code);

/// `$rust` is read from and written to a column of `$sql`, given its form on each database.
macro_rules! column {
    ($sql:ident: $rust:ty, from_pg: $from_pg:expr, to_pg: $to_pg:expr, from_text: $from_text:expr, to_text: $to_text:expr $(,)?) => {
        impl<DB: Backend> Queryable<$sql, DB> for $rust
        where
            Self: FromSql<$sql, DB>,
        {
            type Row = Self;

            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }

        impl FromSql<$sql, Pg> for $rust {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                $from_pg(value)
            }
        }

        impl FromSql<$sql, Sqlite> for $rust {
            fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
                $from_text(&text)
            }
        }

        impl FromSql<$sql, MultiBackend> for $rust {
            fn from_sql(
                value: $crate::store::multi::MultiRawValue<'_>,
            ) -> deserialize::Result<Self> {
                value.from_sql::<Self, $sql>()
            }
        }

        impl ToSql<$sql, Pg> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                $to_pg(self, out)
            }
        }

        impl ToSql<$sql, Sqlite> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                let text = $to_text(self)?;
                out.set_value(text);
                Ok(IsNull::No)
            }
        }

        impl ToSql<$sql, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($sql, self));
                Ok(IsNull::No)
            }
        }
    };
}

// After the macro, which they use.
mod codes;
mod ids;
mod time;
