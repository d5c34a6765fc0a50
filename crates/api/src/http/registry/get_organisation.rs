//! `GET /organisations/{id}`

use actix_web::{Responder, get};
use samrad_domain::id::OrganisationId;

use crate::auth::allowed::Anyone;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::PathId;
use crate::http::problem::Problem;
use crate::http::registry::body::OrganisationBody;
use crate::http::work::Work;
use crate::store::registry;

/// An organisation of the registry, with what it has decided.
///
/// The `ETag` is the version that a change of its policy must name.
#[utoipa::path(
    tag = "registry",
    operation_id = "getOrganisation",
    responses((status = 200, description = "The organisation", body = OrganisationBody)),
    extensions(("x-samrad-roles" = json!(roles::<Anyone>())))
)]
#[get("/organisations/{id}")]
pub(super) async fn get_organisation(
    _caller: Caller<Anyone>,
    work: Work,
    id: PathId<OrganisationId>,
) -> Result<impl Responder, Problem> {
    let id = id.into_inner();
    let found = work.read(move |conn, _| registry::organisation(conn, id));
    let line = found.await?.ok_or_else(Problem::not_found)?;
    let version = line.version;
    Ok(Answer::ok(OrganisationBody::from(line)).version(version))
}
