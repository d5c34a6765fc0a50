//! `GET /ips/participations/{id}`

use actix_web::{Responder, get};
use samrad_domain::event::{EventKind, Outcome};
use samrad_domain::id::ParticipationId;

use crate::auth::allowed::IpsTeam;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{PathId, Tag};
use crate::http::ips::body::ParticipationBody;
use crate::http::ips::followed;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;

/// Read an IPS participation.
///
/// Open to its team alone; to everybody else it does not exist.
#[utoipa::path(
    tag = "ips",
    operation_id = "getParticipation",
    responses((status = 200, description = "The participation", body = ParticipationBody)),
    extensions(("x-samrad-roles" = json!(roles::<IpsTeam>())))
)]
#[get("/ips/participations/{id}")]
pub async fn get_participation(
    caller: Caller<IpsTeam>,
    work: Work,
    id: PathId<ParticipationId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let read = work.act(
        &caller,
        "getParticipation",
        About::Participation(id),
        Hold::Shared,
        move |tx| {
            let kind = (EventKind::ParticipationRead, Outcome::Accessed);
            let (participation, _, event) = followed(tx, id, &staff, kind)?;
            Ok((participation, event))
        },
    );
    let read = read.await?;
    let body = ParticipationBody::from(&read.value);
    let tag = Tag::of(&body);
    Ok(Answer::ok(body).receipt(&read.receipt).tagged(&tag))
}
