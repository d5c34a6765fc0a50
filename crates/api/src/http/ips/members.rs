//! `POST /ips/participations/{id}/members`, `POST …/members/{personId}/end`

use actix_web::{Responder, post};
use samrad_domain::event::{EventKind, Outcome};
use samrad_domain::id::{ParticipationId, PersonId, UnitId};
use samrad_domain::permit::{Refusal, RefusalCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::IpsTeam;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::codes::IpsFunctionCode;
use crate::http::extract::{Body, IdempotencyKey, IfMatch, PathId};
use crate::http::ips::body::ParticipationMemberBody;
use crate::http::ips::{followed, tag_of};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::{ips, registry, repeats};

/// Somebody to let into a participation's team.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewParticipationMember {
    /// Who.
    person_id: Uuid,
    /// The unit they will act for.
    unit_id: Uuid,
    /// As what.
    function: IpsFunctionCode,
}

/// Let somebody into a participation's team.
///
/// Another job specialist, as deputy or to hand over to, or the method supervisor: of the same
/// organisation (R4).
#[utoipa::path(
    tag = "ips",
    operation_id = "addParticipationMember",
    request_body = NewParticipationMember,
    responses(
        (status = 201, description = "Let in", body = ParticipationMemberBody),
        (status = 409, description = "Already on the team, or the participation has ended"),
        (status = 422, description = "Not of the IPS team in that function (R4)"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<IpsTeam>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/ips/participations/{id}/members")]
pub async fn add_participation_member(
    caller: Caller<IpsTeam>,
    work: Work,
    id: PathId<ParticipationId>,
    key: IdempotencyKey,
    body: Body<NewParticipationMember>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "addParticipationMember", &body);
    let (staff, id, new) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let added = work.act(
        &caller,
        "addParticipationMember",
        About::Participation(id),
        Hold::Exclusive,
        move |tx| {
            let kind = (EventKind::ParticipationMemberAdded, Outcome::Done);
            let (participation, _, mut event) = followed(tx, id, &staff, kind)?;
            let (person, unit) = (PersonId::new(new.person_id), UnitId::new(new.unit_id));
            event.person = Some(person);
            if repeats::earlier(tx, repeat.as_ref(), &mut event)?.is_some() {
                let members = &participation.members;
                let place = members
                    .iter()
                    .rfind(|m| (m.person, m.unit) == (person, unit));
                let place = place
                    .ok_or_else(Refusal::nothing_there)
                    .or_refuse_as(&event)?;
                return Ok((ParticipationMemberBody::from(place), event));
            }
            let newcomer = registry::staff_of(tx.conn, person, unit, tx.now)?
                .ok_or_else(|| Refusal::new(RefusalCode::IpsConsentMissing))
                .or_refuse_as(&event)?;
            let permit = participation
                .admit(&staff, &newcomer, new.function.0, tx.now)
                .or_refuse_as(&event)?;
            ips::admit(tx, &permit)?;
            repeats::remember(tx, repeat.as_ref(), person.uuid())?;
            Ok((ParticipationMemberBody::from(&permit.act().member), event))
        },
    );
    let added = added.await?;
    let path = format!("/api/v1/ips/participations/{id}");
    Ok(Answer::created(added.value, &path).receipt(&added.receipt))
}

/// End somebody's place on a participation's team.
///
/// The last one can't leave: hand over first.
#[utoipa::path(
    tag = "ips",
    operation_id = "endParticipationMembership",
    params(("If-Match" = String, Header, max_length = 2000, description = "The `ETag` of the participation, as it was read; or several, or `*`")),
    responses(
        (status = 204, description = "Ended"),
        (status = 409, description = "The last one of the team"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<IpsTeam>())))
)]
#[post("/ips/participations/{id}/members/{personId}/end")]
pub async fn end_participation_membership(
    caller: Caller<IpsTeam>,
    work: Work,
    id: PathId<ParticipationId>,
    person: PathId<PersonId, 1>,
    seen: IfMatch,
) -> Result<impl Responder, Problem> {
    let staff = caller.staff()?.clone();
    let (id, person) = (id.into_inner(), person.into_inner());
    let ended = work.act(
        &caller,
        "endParticipationMembership",
        About::Participation(id),
        Hold::Exclusive,
        move |tx| {
            let kind = (EventKind::ParticipationMemberEnded, Outcome::Done);
            let (participation, _, mut event) = followed(tx, id, &staff, kind)?;
            event.person = Some(person);
            seen.require(&tag_of(&participation), &event)?;
            let permit = participation
                .dismiss(&staff, person, tx.now)
                .or_refuse_as(&event)?;
            ips::dismiss(tx, &permit)?;
            Ok(((), event))
        },
    );
    Ok(Answer::empty().receipt(&ended.await?.receipt))
}
