//! `POST /persons`

use actix_web::{Responder, post};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::PersonId;
use samrad_domain::registry::keep;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, IdempotencyKey, one_line};
use crate::http::problem::{FieldFault, Problem};
use crate::http::registry::body::PersonBody;
use crate::http::registry::new::{NewAffiliationBody, NewIdentityBody, of_unknown_units};
use crate::http::registry::{link, named, person_body};
use crate::http::terms::Terms;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::registry::{self, NewAffiliation, NewIdentity};
use crate::store::repeats;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// A person to register.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPerson {
    /// Their name.
    #[validate(length(max = 200), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 200, example = "Gunvor Lindmoen")]
    name: String,
    /// What they are known by.
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    #[schema(max_items = 20)]
    identities: Vec<NewIdentityBody>,
    /// What they are.
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    #[schema(max_items = 20)]
    affiliations: Vec<NewAffiliationBody>,
}

struct Read {
    name: String,
    identities: Vec<NewIdentity>,
    affiliations: Vec<NewAffiliation>,
}

impl NewPerson {
    /// What is to be registered, or everything that is wrong with it.
    fn read(self, terms: &Terms) -> Result<Read, Problem> {
        let mut faults: Vec<FieldFault> = Vec::new();
        let mut identities = Vec::new();
        for (place, body) in self.identities.into_iter().enumerate() {
            let at = format!("/identities/{place}");
            match body.read(terms, &at) {
                Ok(new) if identities.contains(&new) => {
                    faults.push(FieldFault::new(at, "duplicate"));
                }
                Ok(new) => identities.push(new),
                Err(fault) => faults.push(*fault),
            }
        }
        let mut affiliations = Vec::new();
        for (place, body) in self.affiliations.into_iter().enumerate() {
            match body.read(&format!("/affiliations/{place}")) {
                Ok(new) => affiliations.push(new),
                Err(fault) => faults.push(*fault),
            }
        }
        if faults.is_empty() {
            Ok(Read {
                name: self.name,
                identities,
                affiliations,
            })
        } else {
            Err(Problem::invalid(faults))
        }
    }
}

/// Register a person.
///
/// With what they are known by and what they are; both can be added to later.
#[utoipa::path(
    tag = "registry",
    operation_id = "registerPerson",
    request_body = NewPerson,
    responses((status = 201, description = "Registered", body = PersonBody),
        (status = 409, description = "Somebody is known by one of the identities already")),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/persons")]
pub(super) async fn register_person(
    caller: Caller<Administrators>,
    work: Work,
    terms: Terms,
    key: IdempotencyKey,
    body: Body<NewPerson>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "registerPerson", &body);
    let (staff, new) = (caller.staff()?.clone(), body.into_inner().read(&terms)?);
    let affiliations = new.affiliations.clone();
    let unknown = work
        .read(move |conn, _| of_unknown_units(conn, &affiliations))
        .await?;
    if !unknown.is_empty() {
        let at =
            |place| FieldFault::new(format!("/affiliations/{place}/unitId"), "unknownReference");
        return Err(Problem::invalid(unknown.into_iter().map(at).collect()));
    }
    let done = work.act(
        &caller,
        "registerPerson",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let mut event = Event::done(EventKind::RegistryChanged);
            let permit = keep(&staff).or_refuse_as(&event)?;
            if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
                let id = PersonId::new(made);
                event.person = Some(id);
                let name = named(tx, id, &event)?;
                return Ok((person_body(tx.conn, id, name)?, event));
            }
            let id = registry::add_person(tx, &permit, &new.name)?;
            repeats::remember(tx, repeat.as_ref(), id.uuid())?;
            for identity in &new.identities {
                link(tx, &permit, id, identity, &event)?;
            }
            for affiliation in &new.affiliations {
                registry::add_affiliation(tx, &permit, id, affiliation)?;
            }
            let body = person_body(tx.conn, id, new.name)?;
            Ok((
                body,
                Event {
                    person: Some(id),
                    ..event
                },
            ))
        },
    );
    let done = done.await?;
    let path = format!("/api/v1/persons/{}", done.value.id);
    Ok(Answer::created(done.value, &path).receipt(&done.receipt))
}
