//! What happened to a consent, one line for each version, and which guardians have agreed.

use super::rows::corrupt;
use crate::store::conn::Conn;
use crate::store::person_key;
use crate::store::schema::{consent_approval, consent_event, person};
use crate::store::sql::Db;
use crate::store::{StoreError, version};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::PersonKey;
use samrad_domain::id::{ConsentId, GuardianshipId, PersonId};
use samrad_domain::information::Form;
use uuid::Uuid;

/// What happened to a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Drafted.
    Drafted,
    /// Agreed to by one of two guardians.
    Approved,
    /// Granted.
    Granted,
    /// Refused.
    Refused,
    /// Withdrawn.
    Withdrawn,
    /// Made, narrower, in the place of another.
    Narrowed,
    /// Drafted to renew another.
    Renewed,
    /// Replaced by another.
    Superseded,
}

impl Act {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Drafted, "drafted"),
        (Self::Approved, "approved"),
        (Self::Granted, "granted"),
        (Self::Refused, "refused"),
        (Self::Withdrawn, "withdrawn"),
        (Self::Narrowed, "narrowed"),
        (Self::Renewed, "renewed"),
        (Self::Superseded, "superseded"),
    ];

    pub(super) fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(act, _)| *act == self)
            .map_or("", |(_, code)| code)
    }

    fn parse(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, c)| *c == code)
            .map(|(act, _)| *act)
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Staff, by name.
    Person(PersonId, String),
    /// The patient.
    Patient,
    /// A guardian.
    Guardian(GuardianshipId),
}

/// A line of a consent's history.
#[derive(Clone, Debug)]
pub struct Line {
    /// The version that it made.
    pub version: u32,
    /// What happened.
    pub act: Act,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: By,
    /// In which form.
    pub form: Option<Form>,
}

type Row = (
    i32,
    String,
    Timestamp,
    String,
    Option<Uuid>,
    Option<Form>,
    Option<String>,
);

/// What happened to the consent, in order.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn history(conn: &mut Conn, of: ConsentId) -> Result<Vec<Line>, StoreError> {
    consent_event::table
        .left_join(person::table.on(consent_event::by_id.eq(person::id.nullable())))
        .filter(consent_event::consent_id.eq(Db(of)))
        .order(consent_event::version)
        .select((
            consent_event::version,
            consent_event::act,
            consent_event::at,
            consent_event::by_kind,
            consent_event::by_id,
            consent_event::form,
            person::name.nullable(),
        ))
        .load::<Row>(conn)?
        .into_iter()
        .map(line)
        .collect()
}

fn line((number, act, at, kind, id, form, name): Row) -> Result<Line, StoreError> {
    let by = match (kind.as_str(), id, name) {
        ("person", Some(id), Some(name)) => By::Person(PersonId::new(id), name),
        ("patient", None, _) => By::Patient,
        ("guardian", Some(id), _) => By::Guardian(GuardianshipId::new(id)),
        (_, _, _) => return Err(corrupt("an event by nobody")),
    };
    Ok(Line {
        version: version(number, "consent_event")?,
        act: Act::parse(&act).ok_or(corrupt("an act that can't be"))?,
        at,
        by,
        form,
    })
}

/// What one guardian has agreed to.
#[derive(Clone, Copy, Debug)]
pub struct Approval {
    /// The guardian.
    pub guardian: PersonKey,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub until: Option<Timestamp>,
}

/// What guardians have agreed to with their own tokens.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn approvals(conn: &mut Conn, of: ConsentId) -> Result<Vec<Approval>, StoreError> {
    consent_approval::table
        .filter(consent_approval::consent_id.eq(Db(of)))
        .order(consent_approval::at)
        .select((
            consent_approval::guardian_key,
            consent_approval::valid_from,
            consent_approval::valid_until,
        ))
        .load::<(Vec<u8>, Option<Timestamp>, Option<Timestamp>)>(conn)?
        .into_iter()
        .map(|(key, from, until)| {
            Ok(Approval {
                guardian: person_key(&key, "consent_approval")?,
                from,
                until,
            })
        })
        .collect()
}
