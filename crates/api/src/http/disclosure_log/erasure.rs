//! `POST /log/erasures`, `GET /log/erasures`, `GET /log/erasures/{id}`, `POST /log/erasures/{id}/approval`

use actix_web::{Responder, get, post, web};
use samrad_domain::event::{Erasure, Event, EventKind};
use samrad_domain::id::{ErasureId, EventId, PatientId};
use samrad_domain::oversight;
use samrad_domain::permit::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::Overseers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::codes::ErasureGroundCode;
use crate::http::extract::{Body, Cursors, IdempotencyKey, Listed, Paged, PathId, Unfiltered};
use crate::http::keys::HttpKeys;
use crate::http::problem::Problem;
use crate::http::shapes::Moment;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::erasures::{self, Asked};
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{StoreError, repeats};

/// The erasure of what an entry says, as it is asked for.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewErasure {
    /// The entry.
    event_id: Uuid,
    /// The legal ground.
    legal_ground: ErasureGroundCode,
}

/// The erasure of what an entry says.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Erasure)]
pub struct ErasureBody {
    /// Its id.
    pub id: Uuid,
    /// The entry.
    pub event_id: Uuid,
    /// Where the entry stands in the log.
    #[schema(minimum = 0)]
    pub index: i64,
    /// The legal ground.
    pub legal_ground: ErasureGroundCode,
    /// Who asked for it.
    pub requested_by: Uuid,
    /// When.
    pub requested_at: Moment,
    /// Who agreed: then it is erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Uuid>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Moment>,
}

impl From<Asked> for ErasureBody {
    fn from(Asked { request, event, .. }: Asked) -> Self {
        Self {
            id: request.id.uuid(),
            event_id: event.uuid(),
            index: request.index,
            legal_ground: request.ground.into(),
            requested_by: request.requested_by.uuid(),
            requested_at: Moment(request.requested_at),
            approved_by: request.approved.map(|(by, _)| by.uuid()),
            approved_at: request.approved.map(|(_, at)| Moment(at)),
        }
    }
}

/// Ask that what an entry says be erased.
///
/// Of one's own organisation's entries. Nothing is erased until another overseer agrees. The entry keeps its
/// place in the log, and every proof of it.
#[utoipa::path(
    tag = "log",
    operation_id = "requestErasure",
    request_body = NewErasure,
    responses(
        (status = 201, description = "Asked for", body = ErasureBody),
        (status = 404, description = "No such entry of the caller's organisation"),
        (status = 409, description = "Asked for before, an entry that vouches for others, or one of the caller's own acts"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<Overseers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/log/erasures")]
pub(super) async fn request_erasure(
    caller: Caller<Overseers>,
    work: Work,
    key: IdempotencyKey,
    body: Body<NewErasure>,
) -> Result<impl Responder, Problem> {
    let staff = caller.staff()?.clone();
    let repeat = key.of(&caller, "requestErasure", &body);
    let NewErasure {
        event_id,
        legal_ground,
    } = body.into_inner();
    let (operation, hold) = ("requestErasure", Hold::Shared);
    let asked = work.act(&caller, operation, About::Nobody, hold, move |tx| {
        let kind = EventKind::LogErasureRequested;
        let mut event = Event::done(kind).from(staff.organisation, staff.unit);
        if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
            return Ok((found(tx, ErasureId::new(made), &event)?, event));
        }
        let entry = erasures::erasable(tx.conn, EventId::new(event_id))?;
        let (entry, patient) = entry
            .ok_or_else(Refusal::nothing_there)
            .or_refuse_as(&event)?;
        let permit = oversight::ask(&staff, &entry, legal_ground.0).or_refuse_as(&event)?;
        let id = erasures::ask(tx, &permit)?;
        repeats::remember(tx, repeat.as_ref(), id.uuid())?;
        event.patient = standing(tx, patient)?;
        event.erased = Some(Erasure {
            index: entry.index,
            ground: legal_ground.0,
            requested_by: staff.person,
            approved_by: None,
        });
        Ok((found(tx, id, &event)?, event))
    });
    let asked = asked.await?;
    let path = format!("/api/v1/log/erasures/{}", asked.value.request.id);
    Ok(Answer::created(ErasureBody::from(asked.value), &path).receipt(&asked.receipt))
}

/// Agree that what an entry says be erased.
///
/// By another person than who asked. It is erased in the same moment, and an entry with the legal ground and
/// both persons says so.
#[utoipa::path(
    tag = "log",
    operation_id = "approveErasure",
    responses(
        (status = 200, description = "Erased", body = ErasureBody),
        (status = 409, description = "Erased before, or asked for by the caller, or telling of the caller's own act"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<Overseers>())))
)]
#[post("/log/erasures/{id}/approval")]
pub(super) async fn approve_erasure(
    caller: Caller<Overseers>,
    work: Work,
    id: PathId<ErasureId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let (operation, hold) = ("approveErasure", Hold::Shared);
    let erased = work.act(&caller, operation, About::Nobody, hold, move |tx| {
        let mut event = Event::done(EventKind::LogEntryErased).from(staff.organisation, staff.unit);
        let asked = found(tx, id, &event)?;
        let permit = asked
            .request
            .approve(&staff, asked.actor)
            .or_refuse_as(&event)?;
        erasures::erase(tx, &permit)?;
        event.patient = standing(tx, asked.patient)?;
        event.erased = Some(*permit.act());
        Ok((found(tx, id, &event)?, event))
    });
    let erased = erased.await?;
    Ok(Answer::ok(ErasureBody::from(erased.value)).receipt(&erased.receipt))
}

/// Read an erasure.
///
/// Who asked for it and on which legal ground, and who agreed, if somebody has.
#[utoipa::path(
    tag = "log",
    operation_id = "getErasure",
    responses((status = 200, description = "The erasure", body = ErasureBody)),
    extensions(("x-samrad-roles" = json!(roles::<Overseers>())))
)]
#[get("/log/erasures/{id}")]
pub(super) async fn get_erasure(
    caller: Caller<Overseers>,
    work: Work,
    id: PathId<ErasureId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let (operation, hold) = ("getErasure", Hold::Shared);
    let read = work.act(&caller, operation, About::Nobody, hold, move |tx| {
        let event = Event::access(EventKind::LogRead).from(staff.organisation, staff.unit);
        let asked = found(tx, id, &event)?;
        if !asked.request.is_for(&staff) {
            return Err(Refusal::nothing_there()).or_refuse_as(&event);
        }
        Ok((asked, event))
    });
    let read = read.await?;
    Ok(Answer::ok(ErasureBody::from(read.value)).receipt(&read.receipt))
}

/// List the erasures of one's organisation.
///
/// Those of the newest entries first, also those that wait for a second person.
#[utoipa::path(
    tag = "log",
    operation_id = "listErasures",
    responses((status = 200, description = "Erasures", body = Listed<ErasureBody>)),
    extensions(("x-samrad-roles" = json!(roles::<Overseers>())))
)]
#[get("/log/erasures")]
pub(super) async fn list_erasures(
    caller: Caller<Overseers>,
    work: Work,
    keys: web::Data<HttpKeys>,
    list: Paged<Unfiltered>,
) -> Result<Answer<Listed<ErasureBody>>, Problem> {
    let staff = caller.staff()?.clone();
    let cursors = Cursors::new(keys, &caller.binding(), "/log/erasures", &[]);
    let (below, limit) = (list.after(&cursors)?.unwrap_or(i64::MAX), list.limit + 1);
    let (operation, hold) = ("listErasures", Hold::Shared);
    let listed = work.act(&caller, operation, About::Nobody, hold, move |tx| {
        let event = Event::access(EventKind::LogRead).from(staff.organisation, staff.unit);
        let found = erasures::list(tx.conn, staff.organisation, below, i64::from(limit))?;
        Ok((found, event))
    });
    let listed = listed.await?;
    let bodies = listed.value.into_iter().map(ErasureBody::from).collect();
    let page = list.page(bodies, &cursors, |erasure: &ErasureBody| erasure.index)?;
    Ok(Answer::ok(page).receipt(&listed.receipt))
}

fn found(tx: &mut Tx<'_>, id: ErasureId, event: &Event) -> Tried<Asked> {
    erasures::find(tx.conn, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(event)
}

/// The record that the entry of the erasure is about: none where that was erased itself.
fn standing(tx: &mut Tx<'_>, patient: Option<PatientId>) -> Result<Option<PatientId>, StoreError> {
    match patient {
        Some(id) => tx.standing_record(id),
        None => Ok(None),
    }
}
