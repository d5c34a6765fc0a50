//! `POST /ips/participations`

use actix_web::{Responder, post};
use samrad_domain::actor::Staff;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::DiscussionId;
use samrad_domain::ips::Participation;
use samrad_domain::permit::{Refusal, RefusalCode};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::JobSpecialists;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::Body;
use crate::http::ips::body::ParticipationBody;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
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
    extensions(("x-samrad-roles" = json!(roles::<JobSpecialists>())))
)]
#[post("/ips/participations")]
pub async fn open_participation(
    caller: Caller<JobSpecialists>,
    work: Work,
    body: Body<NewParticipation>,
) -> Result<impl Responder, Problem> {
    let staff = caller.staff()?.clone();
    let id = DiscussionId::new(body.into_inner().discussion_id);
    let opened = work.act(
        &caller,
        "openParticipation",
        About::Discussion(id),
        Hold::Exclusive,
        move |tx| open(tx, id, &staff),
    );
    let opened = opened.await?;
    let path = format!("/api/v1/ips/participations/{}", opened.value.id);
    let body = ParticipationBody::from(&opened.value);
    Ok(Answer::created(body, &path).receipt(&opened.receipt))
}

fn open(tx: &mut Tx<'_>, id: DiscussionId, staff: &Staff) -> Tried<(Participation, Event)> {
    let kind = EventKind::ParticipationOpened;
    let loaded = matter::load(tx, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(&Event::done(kind))?;
    let sight = loaded.sight(tx, staff)?;
    // Until it is open, it is the discussion that is acted on, and its owner's log that tells.
    let asked = loaded.event(kind).shown_by(&sight);
    let purpose = loaded.discussion.purpose;
    let permit = samrad_domain::ips::open(staff, purpose, &sight).or_refuse_as(&asked)?;
    let patient = loaded.file.patient.as_ref().ok_or(StoreError::Corrupt {
        table: "discussion",
        what: "a covered discussion about nobody",
    })?;
    if ips::has_open(tx.conn, &patient.key, staff)? {
        return Err(Refusal::new(RefusalCode::WrongState)).or_refuse_as(&asked);
    }
    let participation = ips::open(tx, &permit, &patient.key, id)?;
    consents::bind(tx, permit.act().consent, id)?;
    let mut event = Event::done(kind)
        .from(staff.organisation, staff.unit)
        .of_participation(participation);
    event.discussion = Some(id);
    event.purpose = Some(purpose);
    event.consents = vec![(permit.act().consent, permit.act().version)];
    let opened = ips::find(tx.conn, participation)?.ok_or(StoreError::Corrupt {
        table: "ips_participation",
        what: "opened and not there",
    })?;
    Ok((opened, event))
}
