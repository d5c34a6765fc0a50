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
use diesel::deserialize::{self, FromSql, FromSqlRow, Queryable};
use diesel::expression::AsExpression;
use diesel::pg::data_types::{PgDate, PgTimestamp};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Date, HasSqlType, Text, Timestamptz};
use diesel::sqlite::{Sqlite, SqliteValue};
use jiff::{Timestamp, civil};
use samrad_domain::{code, id};
use std::io::Write;
use uuid::Uuid;

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
            fn from_sql(value: super::multi::MultiRawValue<'_>) -> deserialize::Result<Self> {
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

// --- uuid ---------------------------------------------------------------------------------------

/// Something that is a UUID underneath.
trait Identifier: Copy {
    fn of(uuid: Uuid) -> Self;
    fn bare(self) -> Uuid;
}

impl Identifier for Uuid {
    fn of(uuid: Uuid) -> Self {
        uuid
    }
    fn bare(self) -> Uuid {
        self
    }
}

fn uuid_from_pg<T: Identifier>(value: PgValue<'_>) -> deserialize::Result<T> {
    Ok(T::of(Uuid::from_slice(value.as_bytes())?))
}

fn uuid_to_pg<T: Identifier>(id: &T, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    out.write_all(id.bare().as_bytes())?;
    Ok(IsNull::No)
}

fn uuid_from_text<T: Identifier>(text: &str) -> deserialize::Result<T> {
    let uuid = Uuid::parse_str(text)?;
    if uuid.hyphenated().to_string() == text {
        Ok(T::of(uuid))
    } else {
        Err("a UUID not in its one form".into())
    }
}

fn uuid_to_text<T: Identifier>(id: &T) -> TextOrError {
    Ok(id.bare().hyphenated().to_string())
}

macro_rules! identifier_column {
    ($($id:ty),* $(,)?) => {$(
        column!(SqlUuid: $id, from_pg: uuid_from_pg, to_pg: uuid_to_pg, from_text: uuid_from_text, to_text: uuid_to_text);
    )*};
}

macro_rules! id_columns {
    ($($id:ident),* $(,)?) => {$(
        impl Identifier for id::$id {
            fn of(uuid: Uuid) -> Self {
                Self::new(uuid)
            }
            fn bare(self) -> Uuid {
                self.uuid()
            }
        }
        identifier_column!(id::$id);
    )*};
}

identifier_column!(Uuid);
id_columns!(
    PersonId,
    IdentityId,
    AffiliationId,
    UnitId,
    OrganisationId,
    PatientId,
    CaseId,
    DiscussionId,
    ConsentId,
    InformationId,
    StatementId,
    MessageId,
    NoteId,
    ParticipationId,
    IpsNoteId,
    EventId,
    ObjectionId,
    GuardianshipId,
    ClientId,
    DataKeyId,
    OralDisclosureId,
);

// --- time ---------------------------------------------------------------------------------------

/// Microseconds from the Unix epoch to PostgreSQL's, 2000-01-01T00:00:00Z.
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;
/// PostgreSQL's epoch as a day.
const PG_EPOCH_DAY: civil::Date = civil::date(2000, 1, 1);

fn time_from_pg(value: PgValue<'_>) -> deserialize::Result<Timestamp> {
    let PgTimestamp(micros) = FromSql::<Timestamptz, Pg>::from_sql(value)?;
    let micros = micros
        .checked_add(PG_EPOCH_MICROS)
        .ok_or("a moment out of range")?;
    Ok(Timestamp::from_microsecond(micros)?)
}

fn time_to_pg(time: &Timestamp, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    let micros = PgTimestamp(time.as_microsecond() - PG_EPOCH_MICROS);
    ToSql::<Timestamptz, Pg>::to_sql(&micros, &mut out.reborrow())
}

fn time_from_text(text: &str) -> deserialize::Result<Timestamp> {
    if text.len() != "2025-01-31T12:00:00.000000Z".len() || !text.ends_with('Z') {
        return Err("a moment not in its one form".into());
    }
    Ok(text.parse()?)
}

fn time_to_text(time: &Timestamp) -> TextOrError {
    let time = Timestamp::from_microsecond(time.as_microsecond())?;
    if time < Timestamp::UNIX_EPOCH {
        return Err("a moment before 1970".into());
    }
    Ok(format!("{time:.6}"))
}

fn date_from_pg(value: PgValue<'_>) -> deserialize::Result<civil::Date> {
    let PgDate(days) = FromSql::<Date, Pg>::from_sql(value)?;
    Ok(PG_EPOCH_DAY.checked_add(jiff::Span::new().try_days(days)?)?)
}

fn date_to_pg(date: &civil::Date, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    let days = PgDate(PG_EPOCH_DAY.until((jiff::Unit::Day, *date))?.get_days());
    ToSql::<Date, Pg>::to_sql(&days, &mut out.reborrow())
}

fn date_from_text(text: &str) -> deserialize::Result<civil::Date> {
    if text.len() != "2025-01-31".len() {
        return Err("a day not in its one form".into());
    }
    Ok(text.parse()?)
}

fn date_to_text(date: &civil::Date) -> TextOrError {
    if date.year() < 0 {
        Err("a day before year 0".into())
    } else {
        Ok(date.to_string())
    }
}

column!(
    SqlTimestamp: Timestamp,
    from_pg: time_from_pg, to_pg: time_to_pg, from_text: time_from_text, to_text: time_to_text,
);
column!(
    SqlDate: civil::Date,
    from_pg: date_from_pg, to_pg: date_to_pg, from_text: date_from_text, to_text: date_to_text,
);

// --- codes --------------------------------------------------------------------------------------

/// A value of a closed list, or a set of them, that has one written form.
trait Coded: Sized {
    fn read(code: &str) -> Option<Self>;
    fn write(&self) -> String;
}

impl Coded for code::CategorySet {
    fn read(codes: &str) -> Option<Self> {
        Self::parse(codes)
    }
    fn write(&self) -> String {
        self.to_string()
    }
}

fn code_from_pg<T: Coded>(value: PgValue<'_>) -> deserialize::Result<T> {
    code_from_text(std::str::from_utf8(value.as_bytes())?)
}

fn code_to_pg<T: Coded>(code: &T, out: &mut Output<'_, '_, Pg>) -> serialize::Result {
    out.write_all(code.write().as_bytes())?;
    Ok(IsNull::No)
}

fn code_from_text<T: Coded>(text: &str) -> deserialize::Result<T> {
    T::read(text).ok_or_else(|| format!("an unknown {}", std::any::type_name::<T>()).into())
}

#[expect(clippy::unnecessary_wraps, reason = "one shape for all columns")]
fn code_to_text<T: Coded>(code: &T) -> TextOrError {
    Ok(code.write())
}

macro_rules! coded_column {
    ($($code:ty),* $(,)?) => {$(
        column!(Code: $code, from_pg: code_from_pg, to_pg: code_to_pg, from_text: code_from_text, to_text: code_to_text);
    )*};
}

/// A new closed list of the domain is named here, and its column typed [`Code`].
macro_rules! code_columns {
    ($($code:ident),* $(,)?) => {$(
        impl Coded for code::$code {
            fn read(code: &str) -> Option<Self> {
                Self::parse(code)
            }
            fn write(&self) -> String {
                self.code().to_owned()
            }
        }
        coded_column!(code::$code);
    )*};
}

coded_column!(code::CategorySet);
code_columns!(Role, UnitKind, Purpose, Category, ReasonCode);

// A code column also takes and gives bare text, for lists that live outside the domain.

impl FromSql<Code, Pg> for String {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <Self as FromSql<Text, Pg>>::from_sql(value)
    }
}

impl FromSql<Code, Sqlite> for String {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        <Self as FromSql<Text, Sqlite>>::from_sql(value)
    }
}

impl FromSql<Code, MultiBackend> for String {
    fn from_sql(value: super::multi::MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Text>()
    }
}

impl ToSql<Code, Pg> for str {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Text, Pg>::to_sql(self, out)
    }
}

impl ToSql<Code, Sqlite> for str {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        ToSql::<Text, Sqlite>::to_sql(self, out)
    }
}

impl ToSql<Code, MultiBackend> for str {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        ToSql::<Text, MultiBackend>::to_sql(self, out)
    }
}

impl<DB: Backend> ToSql<Code, DB> for String
where
    str: ToSql<Code, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.as_str().to_sql(out)
    }
}
