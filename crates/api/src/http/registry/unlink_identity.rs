//! `DELETE /persons/{id}/identities/{identityId}`

use actix_web::{Responder, delete};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{IdentityId, PersonId};
use samrad_domain::permit::Refusal;
use samrad_domain::registry::keep;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{IfMatch, PathId, Tag};
use crate::http::problem::Problem;
use crate::http::registry::body::PersonBody;
use crate::http::registry::{named, person_body};
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::registry;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// Unlink an identity: from now on it proves nobody.
///
/// It takes effect on the next request. What the person did by it stays theirs in the log.
#[utoipa::path(
    tag = "registry",
    operation_id = "unlinkIdentity",
    params(("If-Match" = String, Header, max_length = 2000, description = "The `ETag` of the person, as it was read; or several, or `*`")),
    responses((status = 200, description = "The person without it", body = PersonBody)),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())))
)]
#[delete("/persons/{id}/identities/{identityId}")]
pub(super) async fn unlink_identity(
    caller: Caller<Administrators>,
    work: Work,
    id: PathId<PersonId>,
    identity: PathId<IdentityId, 1>,
    seen: IfMatch,
) -> Result<impl Responder, Problem> {
    let staff = caller.staff()?.clone();
    let (person, identity) = (id.into_inner(), identity.into_inner());
    let done = work.act(
        &caller,
        "unlinkIdentity",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let event = Event {
                person: Some(person),
                ..Event::done(EventKind::RegistryChanged)
            };
            let permit = keep(&staff).or_refuse_as(&event)?;
            let name = named(tx, person, &event)?;
            let before = person_body(tx.conn, person, name.clone())?;
            seen.require(&Tag::of(&before), &event)?;
            if !registry::unlink_identity(tx, &permit, person, identity)? {
                return Err(Refusal::nothing_there()).or_refuse_as(&event);
            }
            Ok((person_body(tx.conn, person, name)?, event))
        },
    );
    let done = done.await?;
    let tag = Tag::of(&done.value);
    Ok(Answer::ok(done.value).receipt(&done.receipt).tagged(&tag))
}
