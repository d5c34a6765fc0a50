//! The first administrator, whom nobody could register: made by `samrad migrate`, once.

use super::resolve::TOKEN;
use crate::ids;
use crate::log::body::Request;
use crate::log::{self as disclosure_log, Context};
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::dialect::{self, Begin};
use crate::store::schema::{affiliation, organisation, person, person_identity, unit};
use crate::store::sql::Db;
use crate::store::vault::Vault;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::{Actor, System};
use samrad_domain::code::{Role, UnitKind};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{AffiliationId, ClientId, IdentityId, OrganisationId, PersonId, UnitId};
use samrad_domain::number::OrganisationNumber;
use samrad_domain::time::oslo_day;
use samrad_domain::unit::{CompartmentKind, OralPolicy, RecipientPolicy};
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
        let mut head = dialect::lock_head(conn)?;
        let known: i64 = affiliation::table
            .filter(affiliation::role.eq(Db(Role::Administrator)))
            .count()
            .get_result(conn)?;
        if known > 0 {
            return Ok(false);
        }
        let now = disclosure_log::decision_time(&head, now);
        let organisation = organisation_of(conn, first, now)?;
        let unit = insert_unit(conn, organisation, now)?;
        let person = insert_person(conn, first, unit, now)?;
        let event = Event {
            person: Some(person),
            ..Event::done(EventKind::RegistryChanged).from(organisation, unit)
        };
        let context = by_the_operator(organisation);
        disclosure_log::append(conn, vault, &mut head, &context, &event, now)?;
        dialect::move_head(conn, head)?;
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
    let number = first.organisation_number.as_str();
    let known: Option<OrganisationId> = organisation::table
        .filter(organisation::number.eq(number))
        .select(organisation::id)
        .first(conn)
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    let id = OrganisationId::new(ids::new_uuid());
    diesel::insert_into(organisation::table)
        .values((
            organisation::id.eq(Db(id)),
            organisation::number.eq(number),
            organisation::name.eq(first.organisation_name),
            organisation::recipients_policy.eq(Db(RecipientPolicy::Unit)),
            organisation::oral_policy.eq(Db(OralPolicy::SingleUse)),
            organisation::retention_years.eq(5),
            organisation::version.eq(1),
            organisation::created_at.eq(Db(now)),
        ))
        .execute(conn)?;
    Ok(id)
}

fn insert_unit(
    conn: &mut Conn,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<UnitId, StoreError> {
    let id = UnitId::new(ids::new_uuid());
    diesel::insert_into(unit::table)
        .values((
            unit::id.eq(Db(id)),
            unit::organisation_id.eq(Db(organisation)),
            unit::name.eq(UNIT),
            unit::kind.eq(Db(UnitKind::CompetenceCentre)),
            unit::compartment_kind.eq(Db(CompartmentKind::None)),
            unit::created_at.eq(Db(now)),
        ))
        .execute(conn)?;
    Ok(id)
}

fn insert_person(
    conn: &mut Conn,
    first: &First<'_>,
    unit: UnitId,
    now: Timestamp,
) -> Result<PersonId, StoreError> {
    let id = PersonId::new(ids::new_uuid());
    diesel::insert_into(person::table)
        .values((
            person::id.eq(Db(id)),
            person::name.eq("Administrator"),
            person::created_at.eq(Db(now)),
        ))
        .execute(conn)?;
    diesel::insert_into(person_identity::table)
        .values((
            person_identity::id.eq(Db(IdentityId::new(ids::new_uuid()))),
            person_identity::person_id.eq(Db(id)),
            person_identity::kind.eq(Db(TOKEN)),
            person_identity::issuer.eq(first.issuer),
            person_identity::subject.eq(first.subject),
            person_identity::linked_at.eq(Db(now)),
        ))
        .execute(conn)?;
    diesel::insert_into(affiliation::table)
        .values((
            affiliation::id.eq(Db(AffiliationId::new(ids::new_uuid()))),
            affiliation::person_id.eq(Db(id)),
            affiliation::unit_id.eq(Db(unit)),
            affiliation::role.eq(Db(Role::Administrator)),
            affiliation::position_percent.eq(100),
            affiliation::valid_from.eq(Db(oslo_day(now))),
            affiliation::created_at.eq(Db(now)),
        ))
        .execute(conn)?;
    Ok(id)
}
