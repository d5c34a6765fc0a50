//! `GET /persons/{id}`

use actix_web::{Responder, get};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::PersonId;
use samrad_domain::registry::keep;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{PathId, Tag};
use crate::http::problem::Problem;
use crate::http::registry::body::PersonBody;
use crate::http::registry::{named, person_body};
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// A person of the registry, with what they are known by.
///
/// The reading is an entry of the log. The directory shows names and roles without it.
#[utoipa::path(
    tag = "registry",
    operation_id = "getPerson",
    responses((status = 200, description = "The person", body = PersonBody)),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())))
)]
#[get("/persons/{id}")]
pub(super) async fn get_person(
    caller: Caller<Administrators>,
    work: Work,
    id: PathId<PersonId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let done = work.act(
        &caller,
        "getPerson",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let event = Event {
                person: Some(id),
                ..Event::access(EventKind::RegistryRead)
            };
            keep(&staff).or_refuse_as(&event)?;
            let name = named(tx, id, &event)?;
            Ok((person_body(tx.conn, id, name)?, event))
        },
    );
    let done = done.await?;
    let tag = Tag::of(&done.value);
    Ok(Answer::ok(done.value).receipt(&done.receipt).tagged(&tag))
}
