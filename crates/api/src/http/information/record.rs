//! `POST /patients/{id}/information-records`

use actix_web::{Responder, post};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{InformationId, PatientId};
use samrad_domain::information::{InformationRecord, Told};
use samrad_domain::journal::JournalNote;
use samrad_domain::permit::Refusal;

use super::body::{InformationBody, NewInformation};
use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::patients::of_team;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{information, notes, repeats};

/// Record that the patient was informed (R1).
///
/// By whoever of the patient's team told it, in their own name and role. On the health side it
/// leaves a journal note to file, in the same transaction (R5).
#[utoipa::path(
    tag = "patients",
    operation_id = "recordInformation",
    request_body = NewInformation,
    responses(
        (status = 201, description = "Recorded", body = InformationBody),
        (status = 422, description = "Not valid, or yet to be told (R1)"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/patients/{id}/information-records")]
pub(crate) async fn record_information(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<PatientId>,
    key: IdempotencyKey,
    body: Body<NewInformation>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let repeat = key.of(&caller, "recordInformation", &body);
    let told = Told::from(body.into_inner());
    let (operation, about) = ("recordInformation", About::Patient(id));
    let recorded = work.act(&caller, operation, about, Hold::Shared, move |tx| {
        let purpose = told.purpose;
        let (patient, care, event) = of_team(tx, id, &staff, EventKind::InformationRecorded)?;
        let mut event = Event {
            purpose: Some(purpose),
            ..event
        };
        if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
            return Ok((found(tx, InformationId::new(made), &event)?, event));
        }
        let permit = told.record(&care, &staff, tx.now).or_refuse_as(&event)?;
        let information = information::record(tx, &permit, &patient)?;
        let note = JournalNote::InformationGiven {
            information,
            purpose,
        };
        notes::add(
            tx,
            staff.unit,
            &staff.compartment,
            staff.organisation,
            id,
            &note,
        );
        repeats::remember(tx, repeat.as_ref(), information.uuid())?;
        Ok((found(tx, information, &event)?, event))
    });
    let recorded = recorded.await?;
    let path = format!("/api/v1/patients/{id}/information-records");
    Ok(Answer::created(InformationBody::from(&recorded.value), &path).receipt(&recorded.receipt))
}

fn found(tx: &mut Tx<'_>, id: InformationId, event: &Event) -> Tried<InformationRecord> {
    information::find(tx.conn, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(event)
}
