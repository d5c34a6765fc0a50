//! IPS follow-up (R4): participations, their teams and their notes. Read and written by the
//! participation's own team, read by the participant; nobody else learns that there is one.

mod body;
mod ending;
mod list;
mod members;
mod notes;
mod open;
mod own;
mod read;
mod write;

use samrad_domain::actor::Staff;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::ParticipationId;
use samrad_domain::ips::{FollowUp, Participation};
use samrad_domain::permit::{Permit, Refusal};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::extract::Tag;
use crate::http::ips::body::ParticipationBody;
use crate::store::ips;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(open::open_participation)
        .service(list::list_participations)
        .service(read::get_participation)
        .service(members::add_participation_member)
        .service(members::end_participation_membership)
        .service(ending::end_participation)
        .service(write::write_ips_note)
        .service(notes::list_ips_notes)
        .service(notes::get_ips_note)
        .service(own::list_my_ips_notes);
}

/// A participation that `staff` follows up, and the event of an act of `kind` on it.
fn followed(
    tx: &mut Tx<'_>,
    id: ParticipationId,
    staff: &Staff,
    (kind, outcome): (EventKind, Outcome),
) -> Tried<(Participation, Permit<FollowUp>, Event)> {
    let participation = ips::find(tx.conn, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(&Event::done(kind))?;
    let event = Event::of(kind, outcome)
        .from(participation.organisation, participation.unit)
        .of_participation(id);
    let permit = participation
        .follow_up(staff, tx.now)
        .or_refuse_as(&event)?;
    Ok((participation, permit, event))
}

/// The entity tag of a participation, as its team sees it.
fn tag_of(participation: &Participation) -> Tag {
    Tag::of(&ParticipationBody::from(participation))
}
