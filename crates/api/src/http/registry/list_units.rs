//! `GET /units`

use actix_web::{Responder, get};
use samrad_domain::id::{OrganisationId, UnitId};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::Anyone;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::codes::UnitKindCode;
use crate::http::extract::{Listed, Paged};
use crate::http::problem::Problem;
use crate::http::registry::body::UnitBody;
use crate::http::registry::{Place, after, listed};
use crate::http::work::Work;
use crate::store::registry;

/// Which units to list.
#[derive(Clone, Copy, Debug, Deserialize, Validate, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnitFilter {
    /// Only those of this organisation.
    organisation_id: Option<Uuid>,
    /// Only those of this kind.
    #[param(inline)]
    kind: Option<UnitKindCode>,
}

/// List the units of the registry.
///
/// In the order registered.
#[utoipa::path(
    tag = "registry",
    operation_id = "listUnits",
    params(UnitFilter,
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items on the page"),
        ("cursor" = Option<String>, Query, max_length = 1000, description = "Where the page begins")),
    responses((status = 200, description = "A page of units", body = Listed<UnitBody>)),
    extensions(("x-samrad-roles" = json!(roles::<Anyone>())))
)]
#[get("/units")]
pub(super) async fn list_units(
    caller: Caller<Anyone>,
    work: Work,
    list: Paged<UnitFilter>,
) -> Result<impl Responder, Problem> {
    let cursors = list.cursors(&caller.binding());
    let after = after(list.after(&cursors)?, UnitId::new);
    let organisation = list.filter.organisation_id.map(OrganisationId::new);
    let (kind, limit) = (
        list.filter.kind.map(|kind| kind.0),
        i64::from(list.limit) + 1,
    );
    let lines = work.read(move |conn, _| registry::units(conn, organisation, kind, after, limit));
    let page = list.page(lines.await?, &cursors, |line| -> (Place, Uuid) {
        (line.created_at.as_microsecond(), line.unit.id.uuid())
    })?;
    Ok(Answer::ok(listed::<_, UnitBody>(page)))
}
