//! `POST /ips/participations/{id}/ending`

use actix_web::{Responder, post};
use samrad_domain::event::{EventKind, Outcome};
use samrad_domain::id::ParticipationId;

use crate::auth::allowed::IpsTeam;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{IfMatch, PathId};
use crate::http::ips::{followed, tag_of};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::ips;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// End an IPS participation.
///
/// Nothing more is written in it. Its notes stay, for its team and the participant.
#[utoipa::path(
    tag = "ips",
    operation_id = "endParticipation",
    params(("If-Match" = String, Header, max_length = 2000, description = "The `ETag` of the participation, as it was read; or several, or `*`")),
    responses(
        (status = 204, description = "Ended"),
        (status = 409, description = "It has ended"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<IpsTeam>())))
)]
#[post("/ips/participations/{id}/ending")]
pub async fn end_participation(
    caller: Caller<IpsTeam>,
    work: Work,
    id: PathId<ParticipationId>,
    seen: IfMatch,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let ended = work.act(
        &caller,
        "endParticipation",
        About::Participation(id),
        Hold::Exclusive,
        move |tx| {
            let kind = (EventKind::ParticipationEnded, Outcome::Done);
            let (participation, _, event) = followed(tx, id, &staff, kind)?;
            seen.require(&tag_of(&participation), &event)?;
            let permit = participation.end(&staff, tx.now).or_refuse_as(&event)?;
            ips::end(tx, &permit)?;
            Ok(((), event))
        },
    );
    Ok(Answer::empty().receipt(&ended.await?.receipt))
}
