//! `POST /patients`

use actix_web::{Responder, post};
use samrad_domain::actor::{PersonKey, Staff};
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::PatientId;
use samrad_domain::record::{self, Particulars};
use samrad_domain::time::oslo_day;

use super::body::NewPatient;
use super::of_team;
use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::clock;
use crate::http::answer::Answer;
use crate::http::cases::body::Made;
use crate::http::extract::{Body, IdempotencyKey};
use crate::http::problem::Problem;
use crate::http::terms::Terms;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::repeats::Repeatable;
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{patients, repeats};

/// Register a patient.
///
/// In the compartment of the unit that the caller acts for. Makes a record of the caller's own:
/// whether anybody else keeps one of the same person, in this compartment or another, changes
/// nothing in the answer. Who already works with a record of the person here gets a conflict.
#[utoipa::path(
    tag = "patients",
    operation_id = "registerPatient",
    request_body = NewPatient,
    responses(
        (status = 201, description = "Registered", body = Made),
        (status = 409, description = "The caller already works with a record of this person"),
        (status = 422, description = "Not valid, or the role is not admitted to the compartment (R2)"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/patients")]
pub(crate) async fn register_patient(
    caller: Caller<CaseWorkers>,
    work: Work,
    terms: Terms,
    key: IdempotencyKey,
    body: Body<NewPatient>,
) -> Result<impl Responder, Problem> {
    let staff = caller.staff()?.clone();
    let repeat = key.of(&caller, "registerPatient", &body);
    let particulars = body.into_inner().parse(&terms, oslo_day(clock::now()))?;
    let person = PersonKey::new(work.vault().person_key(particulars.number.digits()));
    let about = About::Person(person);
    let made = work.act(&caller, "registerPatient", about, Hold::Shared, move |tx| {
        register(tx, &staff, &person, &particulars, repeat.as_ref())
    });
    let made = made.await?;
    let path = format!("/api/v1/patients/{}", made.value);
    let body = Made {
        id: made.value.uuid(),
    };
    Ok(Answer::created(body, &path).receipt(&made.receipt))
}

fn register(
    tx: &mut Tx<'_>,
    staff: &Staff,
    person: &PersonKey,
    particulars: &Particulars,
    repeat: Option<&Repeatable>,
) -> Tried<(PatientId, Event)> {
    let kind = EventKind::PatientRegistered;
    let mut event = Event::done(kind).from(staff.organisation, staff.unit);
    if let Some(made) = repeats::earlier(tx, repeat, &mut event)? {
        let (patient, _, event) = of_team(tx, PatientId::new(made), staff, kind)?;
        let event = Event {
            outcome: Outcome::Accessed,
            ..event
        };
        return Ok((patient.id, event));
    }
    let own = patients::own_of_person(tx.conn, person, staff, tx.now)?;
    let event = event.about(own.first().copied());
    let permit = record::register(staff, !own.is_empty()).or_refuse_as(&event)?;
    let id = patients::register(tx, &permit, particulars)?;
    repeats::remember(tx, repeat, id.uuid())?;
    Ok((id, event.about(Some(id))))
}
