//! `POST /clients/{id}/end`

use actix_web::{Responder, post};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::ClientId;
use samrad_domain::permit::{Refusal, RefusalCode};
use samrad_domain::registry::keep;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, PathId};
use crate::http::problem::Problem;
use crate::http::registry::body::ClientBody;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::registry;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// Nothing more is said of it.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientEnding {}

/// End a client system: from now on its tokens prove nobody.
///
/// It takes effect on the next request. An ended client is not taken up again: register a new one.
#[utoipa::path(
    tag = "registry",
    operation_id = "endClient",
    request_body = ClientEnding,
    responses((status = 200, description = "Ended", body = ClientBody),
        (status = 409, description = "It has ended already")),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())))
)]
#[post("/clients/{id}/end")]
pub(super) async fn end_client(
    caller: Caller<Administrators>,
    work: Work,
    id: PathId<ClientId>,
    _body: Body<ClientEnding>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let done = work.act(
        &caller,
        "endClient",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let event = Event::done(EventKind::RegistryChanged);
            let permit = keep(&staff).or_refuse_as(&event)?;
            let found = registry::client(tx.conn, id)?;
            let line = found
                .ok_or_else(Refusal::nothing_there)
                .or_refuse_as(&event)?;
            let event = Event {
                source: Some(line.organisation_id),
                ..event
            };
            if line.ended_at.is_some() {
                return Err(Refusal::new(RefusalCode::WrongState)).or_refuse_as(&event);
            }
            Ok((registry::end_client(tx, &permit, line)?, event))
        },
    );
    let done = done.await?;
    Ok(Answer::ok(ClientBody::from(done.value)).receipt(&done.receipt))
}
