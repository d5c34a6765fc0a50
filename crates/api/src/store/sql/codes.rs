//! The domain's closed lists in columns of [`Code`].

use super::{Code, MultiBackend, TextOrError};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteValue};
use samrad_domain::{
    case, code, consent, decision, discussion, event, information, ips, journal, patient, registry,
    unit,
};
use std::io::Write;

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
    ($($code:ty),* $(,)?) => {$(
        impl Coded for $code {
            fn read(code: &str) -> Option<Self> {
                Self::parse(code)
            }
            fn write(&self) -> String {
                self.code().to_owned()
            }
        }
        coded_column!($code);
    )*};
}

coded_column!(code::CategorySet);
code_columns!(
    code::Role,
    code::UnitKind,
    code::Purpose,
    code::Category,
    code::ReasonCode,
    case::CaseState,
    consent::GivenBy,
    decision::Basis,
    discussion::DiscussionState,
    discussion::MessageClass,
    discussion::MessageKind,
    event::ErasureGround,
    event::EventKind,
    event::Outcome,
    information::Form,
    ips::Function,
    journal::NoteKind,
    journal::NoteState,
    journal::Register,
    patient::Authority,
    patient::Custody,
    patient::Protection,
    registry::IdentityKind,
    unit::CompartmentKind,
    unit::OralPolicy,
    unit::RecipientPolicy,
);

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
    fn from_sql(value: crate::store::multi::MultiRawValue<'_>) -> deserialize::Result<Self> {
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
