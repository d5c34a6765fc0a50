//! `POST /ips/participations`

use actix_web::{Responder, post};
use samrad_domain::actor::{PersonKey, Staff};
use samrad_domain::code::Purpose;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::{DiscussionId, ParticipationId};
use samrad_domain::ips::{Opened, Participation};
use samrad_domain::permit::{Permit, Refusal, RefusalCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::JobSpecialists;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, IdempotencyKey};
use crate::http::ips::body::ParticipationBody;
use crate::http::ips::followed;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::repeats::{self, Repeatable};
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{StoreError, consents, ips, matter};

/// A participation to open.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"discussionId": "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11"}))]
pub struct NewParticipation {
    /// A discussion for IPS cooperation, in which an active consent lets the caller know who it is.
    discussion_id: Uuid,
}

/// Open an IPS participation.
///
/// By a job specialist whom an active consent to IPS cooperation covers, in the discussion named
/// (R4). The caller is the first of its team.
#[utoipa::path(
    tag = "ips",
    operation_id = "openParticipation",
    request_body = NewParticipation,
    responses(
        (status = 201, description = "Opened", body = ParticipationBody),
        (status = 404, description = "No such discussion"),
        (status = 409, description = "The caller has one open with this person"),
        (status = 422, description = "No active IPS consent covers the caller (R4)"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<JobSpecialists>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/ips/participations")]
pub async fn open_participation(
    caller: Caller<JobSpecialists>,
    work: Work,
    key: IdempotencyKey,
    body: Body<NewParticipation>,
) -> Result<impl Responder, Problem> {
    let staff = caller.staff()?.clone();
    let repeat = key.of(&caller, "openParticipation", &body);
    let id = DiscussionId::new(body.into_inner().discussion_id);
    let opened = work.act(
        &caller,
        "openParticipation",
        About::Discussion(id),
        Hold::Exclusive,
        move |tx| open(tx, id, &staff, repeat.as_ref()),
    );
    let opened = opened.await?;
    let path = format!("/api/v1/ips/participations/{}", opened.value.id);
    let body = ParticipationBody::from(&opened.value);
    Ok(Answer::created(body, &path).receipt(&opened.receipt))
}

fn open(
    tx: &mut Tx<'_>,
    id: DiscussionId,
    staff: &Staff,
    repeat: Option<&Repeatable>,
) -> Tried<(Participation, Event)> {
    let kind = EventKind::ParticipationOpened;
    if let Some(made) = repeats::earlier(tx, repeat, &mut Event::done(kind))? {
        let again = (EventKind::ParticipationRead, Outcome::Accessed);
        let (opened, _, event) = followed(tx, ParticipationId::new(made), staff, again)?;
        return Ok((opened, event));
    }
    let (permit, person) = permitted(tx, id, staff, kind)?;
    let participation = ips::open(tx, &permit, &person, id)?;
    let consent = (permit.act().consent, permit.act().version);
    consents::bind(tx.conn, consent.0, id)?;
    repeats::remember(tx, repeat, participation.uuid())?;
    let mut event = Event::done(kind)
        .from(staff.organisation, staff.unit)
        .of_participation(participation);
    event.discussion = Some(id);
    event.purpose = Some(Purpose::IpsCooperation);
    event.consents = vec![consent];
    let opened = ips::find(tx.conn, participation)?.ok_or(StoreError::Corrupt {
        table: "ips_participation",
        what: "opened and not there",
    })?;
    Ok((opened, event))
}

/// Leave to open one for whom the discussion is about. Until it is open, it is the discussion that
/// is acted on, and its owner's log that tells of a refusal.
fn permitted(
    tx: &mut Tx<'_>,
    id: DiscussionId,
    staff: &Staff,
    kind: EventKind,
) -> Tried<(Permit<Opened>, PersonKey)> {
    let loaded = matter::load(tx, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(&Event::done(kind))?;
    let sight = loaded.sight(tx, staff)?;
    let event = loaded.event(kind).shown_by(&sight);
    let purpose = loaded.discussion.purpose;
    let permit = samrad_domain::ips::open(staff, purpose, &sight).or_refuse_as(&event)?;
    let patient = loaded.file.patient.ok_or(StoreError::Corrupt {
        table: "discussion",
        what: "a covered discussion about nobody",
    })?;
    if ips::has_open(tx.conn, &patient.key, staff)? {
        // That there is one already is for the IPS side's log alone.
        let own = Event::done(kind).from(staff.organisation, staff.unit);
        return Err(Refusal::new(RefusalCode::WrongState)).or_refuse_as(&own);
    }
    Ok((permit, patient.key))
}
