//! `POST /persons/{id}/identities`

use actix_web::{Responder, post};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{IdentityId, PersonId};
use samrad_domain::permit::Refusal;
use samrad_domain::registry::keep;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::problem::Problem;
use crate::http::registry::body::IdentityBody;
use crate::http::registry::new::NewIdentityBody;
use crate::http::registry::{link, named};
use crate::http::terms::Terms;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::{registry, repeats};

/// Link an identity to a person.
///
/// From now on a token of that identity proves this person. An identity proves one person at most.
#[utoipa::path(
    tag = "registry",
    operation_id = "linkIdentity",
    request_body = NewIdentityBody,
    responses((status = 201, description = "Linked", body = IdentityBody),
        (status = 409, description = "Somebody is known by it already")),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/persons/{id}/identities")]
pub(super) async fn link_identity(
    caller: Caller<Administrators>,
    work: Work,
    terms: Terms,
    id: PathId<PersonId>,
    key: IdempotencyKey,
    body: Body<NewIdentityBody>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "linkIdentity", &body);
    let (staff, person) = (caller.staff()?.clone(), id.into_inner());
    let new = body
        .into_inner()
        .read(&terms, "")
        .map_err(|fault| Problem::invalid(vec![*fault]))?;
    let done = work.act(
        &caller,
        "linkIdentity",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let mut event = Event {
                person: Some(person),
                ..Event::done(EventKind::RegistryChanged)
            };
            let permit = keep(&staff).or_refuse_as(&event)?;
            named(tx, person, &event)?;
            let id = match repeats::earlier(tx, repeat.as_ref(), &mut event)? {
                Some(made) => IdentityId::new(made),
                None => {
                    let id = link(tx, &permit, person, &new, &event)?;
                    repeats::remember(tx, repeat.as_ref(), id.uuid())?;
                    id
                }
            };
            let linked = registry::identities_of(tx.conn, person)?;
            let linked = linked.into_iter().find(|identity| identity.id == id);
            let linked = linked
                .ok_or_else(Refusal::nothing_there)
                .or_refuse_as(&event)?;
            Ok((IdentityBody::from(linked), event))
        },
    );
    let done = done.await?;
    let path = format!("/api/v1/persons/{person}");
    Ok(Answer::created(done.value, &path).receipt(&done.receipt))
}
