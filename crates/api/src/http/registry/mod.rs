//! Organisations, units, persons and client systems, kept by administrators; a directory for
//! everybody, in which nobody's identities stand.

mod add_affiliation;
pub mod body;
mod end_affiliation;
mod end_client;
mod get_organisation;
mod get_person;
mod get_unit;
mod link_identity;
mod list_clients;
mod list_organisations;
mod list_units;
mod new;
mod register_client;
mod register_organisation;
mod register_person;
mod register_unit;
mod set_organisation_policy;
mod unlink_identity;

use jiff::Timestamp;
use samrad_domain::event::Event;
use samrad_domain::id::{AffiliationId, IdentityId, PersonId};
use samrad_domain::number::NumberError;
use samrad_domain::permit::{Permit, Refusal, RefusalCode};
use samrad_domain::registry::Keeping;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::http::extract::Listed;
use crate::http::problem::{FieldFault, Problem};
use crate::http::registry::body::{AffiliationBody, IdentityBody, PersonBody};
use crate::store::StoreError;
use crate::store::conn::Conn;
use crate::store::registry::{self, NewIdentity};
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(register_organisation::register_organisation)
        .service(list_organisations::list_organisations)
        .service(get_organisation::get_organisation)
        .service(set_organisation_policy::set_organisation_policy)
        .service(register_unit::register_unit)
        .service(list_units::list_units)
        .service(get_unit::get_unit)
        .service(register_person::register_person)
        .service(get_person::get_person)
        .service(link_identity::link_identity)
        .service(unlink_identity::unlink_identity)
        .service(add_affiliation::add_affiliation)
        .service(end_affiliation::end_affiliation)
        .service(register_client::register_client)
        .service(list_clients::list_clients)
        .service(end_client::end_client);
}

/// A moment in a cursor, in microseconds since 1970.
type Place = i64;

/// The place in a list after which a page begins.
fn after<T>(place: Option<(Place, Uuid)>, id: fn(Uuid) -> T) -> Option<(Timestamp, T)> {
    let (at, uuid) = place?;
    Some((Timestamp::from_microsecond(at).ok()?, id(uuid)))
}

/// A page as it is shown.
fn listed<L, B: From<L>>(page: Listed<L>) -> Listed<B> {
    Listed {
        items: page.items.into_iter().map(B::from).collect(),
        next_cursor: page.next_cursor,
    }
}

/// The body names something that the registry doesn't know.
fn unknown(pointer: &str) -> Problem {
    Problem::invalid(vec![FieldFault::new(pointer, "unknownReference")])
}

/// A number that isn't one.
fn number_fault(pointer: &str, fault: NumberError) -> Problem {
    let code = match fault {
        NumberError::NotDigits => "notDigits",
        NumberError::WrongLength => "length",
        NumberError::NoSuchDate => "noSuchDate",
        NumberError::WrongCheckDigit => "wrongCheckDigit",
        NumberError::SyntheticRefused => "syntheticRefused",
    };
    Problem::invalid(vec![FieldFault::new(pointer, code)])
}

/// The name of a person who is there.
fn named(tx: &mut Tx<'_>, id: PersonId, event: &Event) -> Tried<String> {
    registry::person_name(tx.conn, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(event)
}

/// Links an identity that nobody is known by.
fn link(
    tx: &mut Tx<'_>,
    permit: &Permit<Keeping>,
    person: PersonId,
    new: &NewIdentity,
    event: &Event,
) -> Tried<IdentityId> {
    if registry::is_taken(tx.conn, new)? {
        return Err(Refusal::new(RefusalCode::AlreadyRegistered)).or_refuse_as(event);
    }
    Ok(registry::link_identity(tx, permit, person, new)?)
}

/// A person as administrators see them.
fn person_body(conn: &mut Conn, id: PersonId, name: String) -> Result<PersonBody, StoreError> {
    let identities = registry::identities_of(conn, id)?;
    let affiliations = registry::affiliations_of(conn, id)?;
    Ok(PersonBody {
        id: id.uuid(),
        name,
        identities: identities.into_iter().map(IdentityBody::from).collect(),
        affiliations: affiliations
            .into_iter()
            .map(AffiliationBody::from)
            .collect(),
    })
}

/// An affiliation that was written just now.
fn affiliated(conn: &mut Conn, id: AffiliationId) -> Result<AffiliationBody, StoreError> {
    let found = registry::affiliation(conn, id)?;
    let (_, line) = found.ok_or(StoreError::Corrupt {
        table: "affiliation",
        what: "written, and not there",
    })?;
    Ok(AffiliationBody::from(line))
}
