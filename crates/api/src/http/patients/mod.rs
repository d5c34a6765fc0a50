//! The record that is kept of a person in one compartment: open to the patient's team, which is
//! whoever registered the patient and the teams of the patient's cases. To everybody else it does
//! not exist, a colleague at the next desk among them (helsepersonelloven § 21 a).

mod body;
mod correct;
mod form;
mod guardians;
mod objections;
mod read;
mod register;
mod search;

use samrad_domain::actor::Staff;
use samrad_domain::decision::Basis;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::PatientId;
use samrad_domain::patient::Patient;
use samrad_domain::permit::{Permit, Refusal};
use samrad_domain::record::{self, Care};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::problem::{FieldFault, Problem};
use crate::store::patients;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(search::search_patients)
        .service(register::register_patient)
        .service(read::get_patient)
        .service(correct::correct_patient)
        .service(objections::list_objections)
        .service(objections::record_objection)
        .service(objections::withdraw_objection)
        .service(guardians::list_guardians)
        .service(guardians::record_guardian)
        .service(guardians::end_guardian);
}

/// A record on whose team `staff` is, with the leave to work on it, and the event of an act of
/// `kind` on it. To everybody else it does not exist.
pub(super) fn of_team(
    tx: &mut Tx<'_>,
    id: PatientId,
    staff: &Staff,
    kind: EventKind,
) -> Tried<(Patient, Permit<Care>, Event)> {
    let on_team = patients::on_team(tx.conn, id, staff, tx.now)?;
    let event = Event::done(kind);
    let event = match patients::registered_at(tx.conn, id)? {
        Some((organisation, unit)) => event.about(Some(id)).from(organisation, unit),
        None => return Err(Refusal::nothing_there()).or_refuse_as(&event),
    };
    let permit = record::care(id, staff, on_team).or_refuse_as(&event)?;
    let patient = patients::find(tx.conn, tx.vault, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(&event)?;
    let event = Event {
        basis: Some(Basis::Team),
        ..event.from(staff.organisation, staff.unit)
    };
    Ok((patient, permit, event))
}

/// What an act came to, or the field that stopped it. In the log it stands as refused.
type Taken<T> = Result<T, FieldFault>;

/// The act came to nothing, for a fault of `pointer` that only the record could tell.
fn untaken<T>(pointer: &str, code: &'static str, event: Event) -> Tried<(Taken<T>, Event)> {
    let event = Event {
        outcome: Outcome::Refused,
        ..event
    };
    Ok((Err(FieldFault::new(pointer, code)), event))
}

/// What was taken, or the problem that the fault is.
fn taken<T>(taken: Taken<T>) -> Result<T, Problem> {
    taken.map_err(|fault| Problem::invalid(vec![form::worded(fault)]))
}
