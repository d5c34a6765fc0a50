//! `PUT /organisations/{id}/policy`

use actix_web::{Responder, put};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::OrganisationId;
use samrad_domain::permit::Refusal;
use samrad_domain::registry::keep;
use samrad_domain::unit::Policy;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, IfMatch, PathId, Tag};
use crate::http::problem::Problem;
use crate::http::registry::body::{OrganisationBody, PolicyBody};
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::registry;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// Set what an organisation has decided for its consents.
///
/// Grants recorded from now on are held against it; those that stand, stand.
#[utoipa::path(
    tag = "registry",
    operation_id = "setOrganisationPolicy",
    request_body = PolicyBody,
    params(("If-Match" = String, Header, max_length = 100, description = "The version seen last")),
    responses((status = 200, description = "Set", body = OrganisationBody)),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())))
)]
#[put("/organisations/{id}/policy")]
pub(super) async fn set_organisation_policy(
    caller: Caller<Administrators>,
    work: Work,
    id: PathId<OrganisationId>,
    seen: IfMatch,
    body: Body<PolicyBody>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let policy = Policy::from(body.into_inner());
    let done = work.act(
        &caller,
        "setOrganisationPolicy",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let event = Event {
                source: Some(id),
                ..Event::done(EventKind::RegistryChanged)
            };
            let permit = keep(&staff).or_refuse_as(&event)?;
            let line = registry::organisation(tx.conn, id)?;
            let line = line
                .ok_or_else(Refusal::nothing_there)
                .or_refuse_as(&event)?;
            seen.require(&Tag::version(line.version), &event)?;
            Ok((registry::set_policy(tx, &permit, line, policy)?, event))
        },
    );
    let done = done.await?;
    let version = done.value.version;
    Ok(Answer::ok(OrganisationBody::from(done.value))
        .version(version)
        .receipt(&done.receipt))
}
