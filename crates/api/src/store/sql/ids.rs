//! UUIDs and the domain's ids in columns of [`SqlUuid`].

use super::{MultiBackend, SqlUuid, TextOrError};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteValue};
use samrad_domain::id;
use std::io::Write;
use uuid::Uuid;

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
    ErasureId,
    ObjectionId,
    GuardianshipId,
    ClientId,
    DataKeyId,
    OralDisclosureId,
);
