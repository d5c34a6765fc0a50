//! The owner's file about one matter: open to its case team only. To everybody else a case does
//! not exist.

pub mod body;
mod create;
mod list;
mod members;
mod read;
pub(super) mod share;
mod state;
mod statements;
mod summary;

pub(super) use read::inside;

use samrad_domain::actor::Staff;
use samrad_domain::anonymise::Names;
use samrad_domain::case::Case;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::CaseId;
use samrad_domain::permit::Refusal;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::store::StoreError;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{cases, patients};

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(create::create_case)
        .service(list::list_cases)
        .service(read::get_case)
        .service(members::add_member)
        .service(members::end_membership)
        .service(statements::add_statement)
        .service(summary::write_summary)
        .service(state::close_case)
        .service(state::reopen_case)
        .service(share::may_i_share)
        .service(share::list_coverage);
}

/// A case whose team `staff` is on, and the event of an act of `kind` on it.
pub(super) fn team_case(
    tx: &mut Tx<'_>,
    id: CaseId,
    staff: &Staff,
    kind: EventKind,
) -> Tried<(Case, Event)> {
    let case = cases::find(tx.conn, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(&Event::done(kind))?;
    let event = Event::done(kind)
        .about(case.patient)
        .from(case.organisation, case.owner)
        .of_case(case.id);
    let permit = case.work(staff, tx.now).or_refuse_as(&event)?;
    let event = Event {
        basis: Some(permit.act().basis),
        ..event
    };
    Ok((case, event))
}

/// The patient's own names, for scanning the team's text.
pub(super) fn names(tx: &mut Tx<'_>, case: &Case) -> Result<Names, StoreError> {
    let Some(patient) = case.patient else {
        return Ok(Names::none());
    };
    let patient = patients::find(tx.conn, tx.vault, patient)?;
    Ok(patient.map_or_else(Names::none, |patient| {
        Names::of(&format!("{} {}", patient.name.given, patient.name.family))
    }))
}
