//! `GET /organisations`

use actix_web::{Responder, get};
use samrad_domain::id::OrganisationId;
use uuid::Uuid;

use crate::auth::allowed::Anyone;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Listed, Paged, Unfiltered};
use crate::http::problem::Problem;
use crate::http::registry::body::OrganisationBody;
use crate::http::registry::{Place, after, listed};
use crate::http::work::Work;
use crate::store::registry;

/// List the organisations of the registry.
///
/// In the order registered.
#[utoipa::path(
    tag = "registry",
    operation_id = "listOrganisations",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items on the page"),
        ("cursor" = Option<String>, Query, max_length = 1000, description = "Where the page begins")),
    responses((status = 200, description = "A page of organisations", body = Listed<OrganisationBody>)),
    extensions(("x-samrad-roles" = json!(roles::<Anyone>())))
)]
#[get("/organisations")]
pub(super) async fn list_organisations(
    caller: Caller<Anyone>,
    work: Work,
    list: Paged<Unfiltered>,
) -> Result<impl Responder, Problem> {
    let cursors = list.cursors(&caller.binding());
    let after = after(list.after(&cursors)?, OrganisationId::new);
    let limit = i64::from(list.limit) + 1;
    let lines = work.read(move |conn, _| registry::organisations(conn, after, limit));
    let page = list.page(lines.await?, &cursors, |line| -> (Place, Uuid) {
        (line.created_at.as_microsecond(), line.id.uuid())
    })?;
    Ok(Answer::ok(listed::<_, OrganisationBody>(page)))
}
