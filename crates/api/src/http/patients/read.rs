//! `GET /patients/{id}`

use actix_web::{Responder, get};
use samrad_domain::code::{Category, CategorySet};
use samrad_domain::event::{Event, EventKind, Outcome, Shown};
use samrad_domain::id::PatientId;

use super::body::PatientBody;
use super::of_team;
use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::PathId;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;

/// What a record shows.
pub(super) const SHOWS: CategorySet = CategorySet::NONE
    .with(Category::Identity)
    .with(Category::Contact);

/// Read a patient's record.
///
/// Open to the patient's team. To everybody else it does not exist. Logged as access.
#[utoipa::path(
    tag = "patients",
    operation_id = "getPatient",
    responses((status = 200, description = "The record", body = PatientBody)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[get("/patients/{id}")]
pub(crate) async fn get_patient(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<PatientId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let about = About::Patient(id);
    let read = work.act(&caller, "getPatient", about, Hold::Shared, move |tx| {
        let (patient, _, event) = of_team(tx, id, &staff, EventKind::PatientRead)?;
        let body = PatientBody::from(&patient);
        let event = Event {
            outcome: Outcome::Accessed,
            categories: SHOWS,
            shown: Some(Shown(body.bytes())),
            ..event
        };
        Ok((body, event))
    });
    let read = read.await?;
    let version = read.value.version;
    Ok(Answer::ok(read.value)
        .receipt(&read.receipt)
        .version(version))
}
