//! `GET /clients`

use actix_web::{Responder, get};
use samrad_domain::id::{ClientId, OrganisationId};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Listed, Paged};
use crate::http::problem::Problem;
use crate::http::registry::body::ClientBody;
use crate::http::registry::{Place, after, listed};
use crate::http::work::Work;
use crate::store::registry;

/// Which clients to list.
#[derive(Clone, Copy, Debug, Deserialize, Validate, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClientFilter {
    /// Only those of this organisation.
    organisation_id: Option<Uuid>,
}

/// List the client systems of the registry.
///
/// In the order registered, those that have ended too.
#[utoipa::path(
    tag = "registry",
    operation_id = "listClients",
    params(ClientFilter,
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items on the page"),
        ("cursor" = Option<String>, Query, max_length = 1000, description = "Where the page begins")),
    responses((status = 200, description = "A page of clients", body = Listed<ClientBody>)),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())))
)]
#[get("/clients")]
pub(super) async fn list_clients(
    caller: Caller<Administrators>,
    work: Work,
    list: Paged<ClientFilter>,
) -> Result<impl Responder, Problem> {
    let cursors = list.cursors(&caller.binding());
    let after = after(list.after(&cursors)?, ClientId::new);
    let organisation = list.filter.organisation_id.map(OrganisationId::new);
    let limit = i64::from(list.limit) + 1;
    let lines = work.read(move |conn, _| registry::clients(conn, organisation, after, limit));
    let page = list.page(lines.await?, &cursors, |line| -> (Place, Uuid) {
        (line.created_at.as_microsecond(), line.id.uuid())
    })?;
    Ok(Answer::ok(listed::<_, ClientBody>(page)))
}
