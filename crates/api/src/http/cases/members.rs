//! `POST /cases/{id}/members`, `POST /cases/{id}/members/{personId}/end`

use actix_web::{Responder, post};
use samrad_domain::event::EventKind;
use samrad_domain::id::{CaseId, PersonId, UnitId};
use samrad_domain::permit::{Refusal, RefusalCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::body::MemberBody;
use crate::http::cases::team_case;
use crate::http::codes::BasisCode;
use crate::http::extract::{Body, IdempotencyKey, IfMatch, PathId, Tag};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::{cases, registry, repeats};

/// Somebody to let into the team.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewMember {
    /// Who.
    person_id: Uuid,
    /// The unit they will act for.
    unit_id: Uuid,
    /// `team`, or `hpl25` for health personnel invited to take part in the care.
    basis: BasisCode,
}

/// Let somebody into the case team.
///
/// Only those whom the owner's compartment admits: never a job specialist into health, whatever
/// else they hold (R2).
#[utoipa::path(
    tag = "cases",
    operation_id = "addMember",
    request_body = NewMember,
    responses(
        (status = 201, description = "Let in", body = MemberBody),
        (status = 409, description = "Already a member, or the case is closed"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/cases/{id}/members")]
pub(crate) async fn add_member(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
    key: IdempotencyKey,
    body: Body<NewMember>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "addMember", &body);
    let (staff, id, new) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let added = work.act(
        &caller,
        "addMember",
        About::Case(id),
        Hold::Exclusive,
        move |tx| {
            let (case, mut event) = team_case(tx, id, &staff, EventKind::MemberAdded)?;
            let (person, unit) = (PersonId::new(new.person_id), UnitId::new(new.unit_id));
            event.person = Some(person);
            if repeats::earlier(tx, repeat.as_ref(), &mut event)?.is_some() {
                let place = case
                    .members
                    .iter()
                    .rfind(|m| (m.person, m.unit) == (person, unit));
                let place = place.ok_or_else(Refusal::nothing_there);
                return Ok((MemberBody::from(place.or_refuse_as(&event)?), event));
            }
            let newcomer = registry::staff_of(tx.conn, person, unit, tx.now)?
                .ok_or_else(|| Refusal::new(RefusalCode::RoleNotAdmitted))
                .or_refuse_as(&event)?;
            let permit = case
                .admit(&staff, &newcomer, new.basis.0, tx.now)
                .or_refuse_as(&event)?;
            cases::admit(tx, &permit, staff.person)?;
            repeats::remember(tx, repeat.as_ref(), person.uuid())?;
            event.basis = Some(new.basis.0);
            Ok((MemberBody::from(&permit.act().member), event))
        },
    );
    let added = added.await?;
    let path = format!("/api/v1/cases/{id}");
    Ok(Answer::created(added.value, &path).receipt(&added.receipt))
}

/// End somebody's place on the case team.
///
/// The last member can't leave: hand the case over first.
#[utoipa::path(
    tag = "cases",
    operation_id = "endMembership",
    params(("If-Match" = String, Header, max_length = 2000, description = "The `ETag` of the case, as it was read; or several, or `*`")),
    responses(
        (status = 204, description = "Ended"),
        (status = 409, description = "The last member of the team"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[post("/cases/{id}/members/{personId}/end")]
pub(crate) async fn end_membership(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
    person: PathId<PersonId, 1>,
    seen: IfMatch,
) -> Result<impl Responder, Problem> {
    let staff = caller.staff()?.clone();
    let (id, person) = (id.into_inner(), person.into_inner());
    let ended = work.act(
        &caller,
        "endMembership",
        About::Case(id),
        Hold::Exclusive,
        move |tx| {
            let (case, mut event) = team_case(tx, id, &staff, EventKind::MemberEnded)?;
            event.person = Some(person);
            seen.require(&Tag::version(case.version), &event)?;
            let permit = case.dismiss(&staff, person, tx.now).or_refuse_as(&event)?;
            cases::dismiss(tx, &permit, person)?;
            Ok((case.version + 1, event))
        },
    );
    let ended = ended.await?;
    Ok(Answer::empty().receipt(&ended.receipt).version(ended.value))
}
