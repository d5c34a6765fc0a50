//! `POST /cases`

use actix_web::{Responder, post};
use samrad_domain::case;
use samrad_domain::code::ReasonCode;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{CaseId, PatientId};
use samrad_domain::permit::Refusal;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::body::Made;
use crate::http::cases::team_case;
use crate::http::extract::{Body, IdempotencyKey};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::{cases, patients, repeats};

/// A new case: of a patient, or a general question.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "one_of_both"))]
#[schema(example = json!({"patientId": "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11"}))]
pub(super) struct NewCase {
    /// The patient's record.
    pub patient_id: Option<Uuid>,
    /// What a general question is about. Without a patient; for the team alone.
    #[validate(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    pub question: Option<String>,
}

fn one_of_both(case: &NewCase) -> Result<(), ValidationError> {
    match (case.patient_id, &case.question) {
        (Some(_), None) | (None, Some(_)) => Ok(()),
        (Some(_), Some(_)) | (None, None) => Err(ValidationError::new("patientOrQuestion")),
    }
}

/// Make a case.
///
/// For a patient of the caller's own, or as a general question with no patient. Owned by the
/// caller's unit; the caller is its first member.
#[utoipa::path(
    tag = "cases",
    operation_id = "createCase",
    request_body = NewCase,
    responses(
        (status = 201, description = "Made", body = Made),
        (status = 404, description = "No such patient of the caller's own"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/cases")]
pub(crate) async fn create_case(
    caller: Caller<CaseWorkers>,
    work: Work,
    key: IdempotencyKey,
    body: Body<NewCase>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "createCase", &body);
    let (staff, new) = (caller.staff()?.clone(), body.into_inner());
    let patient = new.patient_id.map(PatientId::new);
    let about = patient.map_or(About::Nobody, About::Patient);
    let made = work.act(&caller, "createCase", about, Hold::Shared, move |tx| {
        let mut event = Event::done(EventKind::CaseCreated).from(staff.organisation, staff.unit);
        if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
            let (case, again) = team_case(tx, CaseId::new(made), &staff, event.kind)?;
            let outcome = event.outcome;
            return Ok(((case.id, case.version), Event { outcome, ..again }));
        }
        let permit = case::open(&staff).or_refuse_as(&event)?;
        let record = match patient {
            Some(id) => Some(own_patient(tx, id, &staff, &event)?),
            None => None,
        };
        let id = cases::create(
            tx,
            &permit,
            &staff,
            record.as_ref(),
            new.question.as_deref(),
        )?;
        repeats::remember(tx, repeat.as_ref(), id.uuid())?;
        let event = event.about(record.map(|p| p.id)).of_case(id);
        Ok(((id, cases::FIRST_VERSION), event))
    });
    let made = made.await?;
    let (id, version) = made.value;
    let path = format!("/api/v1/cases/{id}");
    Ok(Answer::created(Made { id: id.uuid() }, &path)
        .receipt(&made.receipt)
        .version(version))
}

fn own_patient(
    tx: &mut crate::store::unit_of_work::Tx<'_>,
    id: PatientId,
    staff: &samrad_domain::actor::Staff,
    event: &Event,
) -> Result<samrad_domain::patient::Patient, crate::store::unit_of_work::Stop> {
    let record = patients::find(tx.conn, tx.vault, id)?;
    let own = patients::on_team(tx.conn, id, staff, tx.now)?;
    record
        .filter(|_| own)
        .ok_or_else(|| Refusal::absent(ReasonCode::NotOnCaseTeam))
        .or_refuse_as(event)
}
