//! The first administrator, whom nobody could register: made by `samrad migrate`, once.

use super::affiliations::{self, NewAffiliation};
use super::persons::{self, NewIdentity};
use super::{organisations, units};
use crate::ids;
use crate::log::body::Request;
use crate::log::{Context, Pen};
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::dialect::{self, Begin};
use crate::store::schema::affiliation;
use crate::store::sql::Db;
use crate::store::vault::Vault;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::{Actor, System};
use samrad_domain::code::{Role, UnitKind};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{ClientId, OrganisationId, PersonId, UnitId};
use samrad_domain::number::OrganisationNumber;
use samrad_domain::registry::IdentityKind;
use samrad_domain::time::oslo_day;
use samrad_domain::unit::Compartment;
use std::sync::Arc;
use uuid::Uuid;

/// The first administrator's token, and the organisation that runs the service.
#[derive(Clone, Copy, Debug)]
pub struct First<'a> {
    /// The `iss`.
    pub issuer: &'a str,
    /// The `sub`.
    pub subject: &'a str,
    /// The organisation's number.
    pub organisation_number: &'a OrganisationNumber,
    /// The organisation's name.
    pub organisation_name: &'a str,
}

/// The unit that administrators work in: it belongs to no compartment, so they see no case.
const UNIT: &str = "Drift";
/// What the first administrator is called until somebody registers people by name.
const NAME: &str = "Administrator";

/// Registers the first administrator, with an entry in the log, unless anybody is one or has been.
/// Whether it did.
///
/// # Errors
/// When the database does not answer.
pub fn first_administrator(
    conn: &mut Conn,
    vault: &Vault,
    first: &First<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    dialect::in_transaction(conn, Begin::Writing, |conn| {
        let mut pen = Pen::take(conn, &Arc::default())?;
        let known: i64 = affiliation::table
            .filter(affiliation::role.eq(Db(Role::Administrator)))
            .count()
            .get_result(conn)?;
        if known > 0 {
            return Ok(false);
        }
        let now = pen.decision_time(now);
        let organisation = organisation_of(conn, first, now)?;
        let kind = UnitKind::CompetenceCentre;
        let unit = units::insert(conn, UNIT, organisation, kind, Compartment::None, now)?;
        let unit = unit.unit.id;
        let person = insert_administrator(conn, first, unit, now)?;
        let event = Event {
            person: Some(person),
            ..Event::done(EventKind::RegistryChanged).from(organisation, unit)
        };
        let context = by_the_operator(organisation);
        pen.put(conn, vault, &context, &event, now)?;
        pen.lay_down(conn)?;
        Ok(true)
    })
}

/// Nobody of the registry does this: the program does, on the operator's word.
fn by_the_operator(organisation: OrganisationId) -> Context {
    let actor = Actor::System(System {
        client: ClientId::new(Uuid::nil()),
        name: "samrad migrate".to_owned(),
        organisation,
        scopes: Vec::new(),
    });
    let request = Request {
        id: ids::new_uuid().to_string(),
        operation: "migrate",
    };
    Context { actor, request }
}

fn organisation_of(
    conn: &mut Conn,
    first: &First<'_>,
    now: Timestamp,
) -> Result<OrganisationId, StoreError> {
    match organisations::numbered(conn, first.organisation_number.as_str())? {
        Some(known) => Ok(known),
        None => {
            let made = organisations::insert(
                conn,
                first.organisation_number,
                first.organisation_name,
                now,
            )?;
            Ok(made.id)
        }
    }
}

fn insert_administrator(
    conn: &mut Conn,
    first: &First<'_>,
    unit: UnitId,
    now: Timestamp,
) -> Result<PersonId, StoreError> {
    let person = persons::insert_person(conn, NAME, now)?;
    let identity = NewIdentity {
        kind: IdentityKind::Token,
        issuer: first.issuer.to_owned(),
        subject: first.subject.to_owned(),
    };
    persons::insert_identity(conn, person, &identity, now)?;
    let position = NewAffiliation {
        unit,
        role: Role::Administrator,
        position_percent: 100,
        valid_from: oslo_day(now),
        valid_until: None,
    };
    affiliations::insert(conn, person, &position, now)?;
    Ok(person)
}
