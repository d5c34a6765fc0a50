//! `GET` and `POST /patients/{id}/objections`, `POST /objections/{id}/withdrawal`

use actix_web::{Responder, get, post};
use samrad_domain::decision::Objection;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::{ObjectionId, PatientId, PersonId, UnitId};
use samrad_domain::permit::Refusal;
use samrad_domain::record::RecordedObjection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use super::{of_team, taken, untaken};
use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::problem::Problem;
use crate::http::shapes::Moment;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{patients, repeats};

/// Whom an objection keeps out.
///
/// - `all`: everybody outside the case team.
/// - `unit`: everybody of one unit.
/// - `person`: one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) enum ObjectionScope {
    /// Everybody outside the case team.
    All,
    /// Everybody of one unit.
    Unit,
    /// One person.
    Person,
}

/// An objection to sharing among health personnel.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "target_fits"))]
#[schema(example = json!({"scope": "all"}))]
pub(super) struct NewObjection {
    /// Whom it keeps out.
    scope: ObjectionScope,
    /// The unit or the person; not with `all`.
    target_id: Option<Uuid>,
}

fn target_fits(new: &NewObjection) -> Result<(), ValidationError> {
    if (new.scope == ObjectionScope::All) == new.target_id.is_none() {
        Ok(())
    } else {
        Err(ValidationError::new("scopeOrTarget"))
    }
}

impl NewObjection {
    fn against(self) -> Objection {
        match (self.scope, self.target_id) {
            (ObjectionScope::Unit, Some(id)) => Objection::Unit(UnitId::new(id)),
            (ObjectionScope::Person, Some(id)) => Objection::Person(PersonId::new(id)),
            (ObjectionScope::All, _) | (ObjectionScope::Unit | ObjectionScope::Person, None) => {
                Objection::Everybody
            }
        }
    }
}

/// An objection, as it stands on the record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Objection)]
pub(super) struct ObjectionBody {
    /// The objection.
    id: Uuid,
    /// Whom it keeps out.
    scope: ObjectionScope,
    /// The unit or the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    target_id: Option<Uuid>,
    /// When it was recorded.
    recorded_at: Moment,
    /// When it was withdrawn; absent while it is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<Moment>,
}

impl From<&RecordedObjection> for ObjectionBody {
    fn from(objection: &RecordedObjection) -> Self {
        let (scope, target_id) = match objection.against {
            Objection::Everybody => (ObjectionScope::All, None),
            Objection::Unit(unit) => (ObjectionScope::Unit, Some(unit.uuid())),
            Objection::Person(person) => (ObjectionScope::Person, Some(person.uuid())),
        };
        Self {
            id: objection.id.uuid(),
            scope,
            target_id,
            recorded_at: Moment(objection.recorded_at),
            withdrawn_at: objection.withdrawn_at.map(Moment),
        }
    }
}

/// The objections of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Objections {
    /// In the order recorded, withdrawn ones too.
    #[schema(max_items = 10000)]
    items: Vec<ObjectionBody>,
}

/// List a patient's objections.
///
/// Also those withdrawn, with the moment they were.
#[utoipa::path(
    tag = "patients",
    operation_id = "listObjections",
    responses((status = 200, description = "Those recorded on this record", body = Objections)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[get("/patients/{id}/objections")]
pub(crate) async fn list_objections(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<PatientId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let about = About::Patient(id);
    let listed = work.act(&caller, "listObjections", about, Hold::Shared, move |tx| {
        let (_, _, event) = of_team(tx, id, &staff, EventKind::PatientRead)?;
        let recorded = patients::recorded_objections(tx.conn, id)?;
        let outcome = Outcome::Accessed;
        Ok((recorded, Event { outcome, ..event }))
    });
    let listed = listed.await?;
    let items = listed.value.iter().map(ObjectionBody::from).collect();
    Ok(Answer::ok(Objections { items }).receipt(&listed.receipt))
}

/// Record a patient's objection.
///
/// To sharing among health personnel (helsepersonelloven § 25). In force from the very next read,
/// in every case that the compartment has of the patient.
#[utoipa::path(
    tag = "patients",
    operation_id = "recordObjection",
    request_body = NewObjection,
    responses((status = 201, description = "Recorded", body = ObjectionBody)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/patients/{id}/objections")]
pub(crate) async fn record_objection(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<PatientId>,
    key: IdempotencyKey,
    body: Body<NewObjection>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let repeat = key.of(&caller, "recordObjection", &body);
    let against = body.into_inner().against();
    let (operation, about) = ("recordObjection", About::Patient(id));
    let recorded = work.act(&caller, operation, about, Hold::Exclusive, move |tx| {
        let (_, care, mut event) = of_team(tx, id, &staff, EventKind::ObjectionRecorded)?;
        if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
            return Ok((Ok(recorded_before(tx, made, &event)?), event));
        }
        if !patients::is_in_registry(tx.conn, against)? {
            return untaken("/targetId", "unknownTarget", event);
        }
        let recorded = patients::record_objection(tx, &care, against)?;
        repeats::remember(tx, repeat.as_ref(), recorded.id.uuid())?;
        Ok((Ok(recorded), event))
    });
    let recorded = recorded.await?;
    let body = ObjectionBody::from(&taken(recorded.value)?);
    let path = format!("/api/v1/patients/{id}/objections");
    Ok(Answer::created(body, &path).receipt(&recorded.receipt))
}

fn recorded_before(tx: &mut Tx<'_>, made: Uuid, event: &Event) -> Tried<RecordedObjection> {
    patients::find_objection(tx.conn, ObjectionId::new(made))?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(event)
}

/// Withdraw a patient's objection.
///
/// From the very next read health personnel may share again as far as the law allows.
#[utoipa::path(
    tag = "patients",
    operation_id = "withdrawObjection",
    responses(
        (status = 200, description = "Withdrawn", body = ObjectionBody),
        (status = 409, description = "Withdrawn before"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[post("/objections/{id}/withdrawal")]
pub(crate) async fn withdraw_objection(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<ObjectionId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let (operation, about) = ("withdrawObjection", About::Objection(id));
    let withdrawn = work.act(&caller, operation, about, Hold::Exclusive, move |tx| {
        let kind = EventKind::ObjectionWithdrawn;
        let objection = patients::find_objection(tx.conn, id)?
            .ok_or_else(Refusal::nothing_there)
            .or_refuse(kind)?;
        let (_, care, event) = of_team(tx, objection.patient, &staff, kind)?;
        let permit = objection.withdraw(&care).or_refuse_as(&event)?;
        patients::withdraw_objection(tx, &permit)?;
        let withdrawn_at = Some(tx.now);
        Ok((
            RecordedObjection {
                withdrawn_at,
                ..objection
            },
            event,
        ))
    });
    let withdrawn = withdrawn.await?;
    let body = ObjectionBody::from(&withdrawn.value);
    Ok(Answer::ok(body).receipt(&withdrawn.receipt))
}
