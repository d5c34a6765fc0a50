//! `POST /patients/search`

use actix_web::{Responder, post};
use samrad_domain::actor::PersonKey;
use samrad_domain::code::ReasonCode;
use samrad_domain::decision::Basis;
use samrad_domain::event::{Event, EventKind, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::form::identity_number;
use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::Body;
use crate::http::problem::Problem;
use crate::http::terms::Terms;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::patients;
use crate::store::subject::About;

/// Whom to look for.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"identityNumber": "10915596784"}))]
pub(super) struct PatientQuestion {
    /// The identity number.
    #[validate(length(equal = 11))]
    #[schema(min_length = 11, max_length = 11)]
    identity_number: String,
}

/// The records found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PatientsFound {
    /// One for each record that the caller works with; mostly none or one.
    #[schema(max_items = 1000)]
    items: Vec<PatientFound>,
}

/// A record found. It shows nothing but where to read it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PatientFound {
    /// The record.
    id: Uuid,
}

/// Look for a patient by identity number.
///
/// Finds the caller's own: those registered by the caller, and those on whose case team the caller
/// is, acting for this unit. Other records don't exist for this question, whoever keeps them.
/// Logged, whatever it finds.
#[utoipa::path(
    tag = "patients",
    operation_id = "searchPatients",
    request_body = PatientQuestion,
    responses((status = 200, description = "What was found", body = PatientsFound)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[post("/patients/search")]
pub(crate) async fn search_patients(
    caller: Caller<CaseWorkers>,
    work: Work,
    terms: Terms,
    body: Body<PatientQuestion>,
) -> Result<impl Responder, Problem> {
    let staff = caller.staff()?.clone();
    let number = identity_number(
        &body.into_inner().identity_number,
        &terms,
        "/identityNumber",
    )?;
    let person = PersonKey::new(work.vault().person_key(number.digits()));
    let about = About::Person(person);
    let found = work.act(&caller, "searchPatients", about, Hold::Shared, move |tx| {
        let own = patients::own_of_person(tx.conn, &person, &staff, tx.now)?;
        let others = patients::kept_in(tx.conn, &person, &staff.compartment)?;
        let event = Event::access(EventKind::PatientSearched)
            .from(staff.organisation, staff.unit)
            .about(own.first().copied().or(others));
        let event = match (own.is_empty(), others) {
            (false, _) => Event {
                basis: Some(Basis::Team),
                ..event
            },
            // Somebody looked for a patient of the compartment who is none of theirs. The patient
            // and the auditors get to know; the caller doesn't.
            (true, Some(_)) => Event {
                outcome: Outcome::Refused,
                reason: Some(ReasonCode::NotOnCaseTeam),
                ..event
            },
            (true, None) => event,
        };
        Ok((own, event))
    });
    let found = found.await?;
    let items = found.value.iter().map(|id| PatientFound { id: id.uuid() });
    let body = PatientsFound {
        items: items.collect(),
    };
    Ok(Answer::ok(body).receipt(&found.receipt))
}
