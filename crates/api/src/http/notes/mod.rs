//! What must be filed in the patient's journal, or in NAV's case file (R5): listed and fetched by
//! the case team or by the record system, and acknowledged with the record's own reference.
//!
//! Two registers on two paths with the same three operations. IPS notes have no place here (R4):
//! the id of one is refused as such, whoever asks.

mod acknowledge;
mod body;
mod list;
mod read;

use samrad_domain::actor::Actor;
use samrad_domain::decision::Basis;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::NoteId;
use samrad_domain::journal::{FiledNote, JournalNote, Reach, Register, Showing, reach};
use samrad_domain::permit::{Permit, Refusal, RefusalCode};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::store::conn::Conn;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{StoreError, ips, notes};

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(list::list_journal_notes)
        .service(read::get_journal_note)
        .service(acknowledge::acknowledge_journal_note)
        .service(list::list_case_file_notes)
        .service(read::get_case_file_note)
        .service(acknowledge::acknowledge_case_file_note);
}

/// Whose notes of `register` the caller may file.
fn reach_of(conn: &mut Conn, actor: &Actor, register: Register) -> Result<Reach, StoreError> {
    let kept = match actor {
        Actor::System(system) => notes::registers_of(conn, system.organisation)?,
        Actor::Staff(_) | Actor::Citizen(_) => Vec::new(),
    };
    Ok(reach(actor, register, &kept))
}

/// A note of `register` that is shown to the caller, and the event of an act of `kind` on it.
fn shown(
    tx: &mut Tx<'_>,
    id: NoteId,
    actor: &Actor,
    register: Register,
    kind: EventKind,
) -> Tried<(FiledNote, Permit<Showing>, Event)> {
    let nothing = Event::access(kind);
    if ips::is_note(tx.conn, id.uuid())? {
        let refusal = Refusal::new(RefusalCode::IpsNoteIsNotAJournalNote);
        return Err(refusal).or_refuse_as(&nothing);
    }
    let reach = reach_of(tx.conn, actor, register)?;
    let note = notes::find(tx, id)?
        .ok_or_else(Refusal::nothing_there)
        .or_refuse_as(&nothing)?;
    let event = event_of(&note, kind, reach);
    let on_team = notes::is_within(tx.conn, id, reach)?;
    let permit = note.show(register, reach, on_team).or_refuse_as(&event)?;
    Ok((note, permit, event))
}

fn event_of(note: &FiledNote, kind: EventKind, reach: Reach) -> Event {
    let mut event = Event::access(kind)
        .about(Some(note.patient))
        .from(note.organisation, note.unit);
    event.note = Some(note.id);
    event.basis = matches!(reach, Reach::Team { .. }).then_some(Basis::Team);
    event.consents = note
        .consent()
        .map(|c| (c.consent, c.version))
        .into_iter()
        .collect();
    match &note.note {
        JournalNote::InformationGiven { purpose, .. } => event.purpose = Some(*purpose),
        JournalNote::ConsentGranted(consent)
        | JournalNote::ConsentRefused(consent)
        | JournalNote::ConsentWithdrawn(consent) => event.purpose = Some(consent.purpose),
        JournalNote::DisclosureMade {
            consent,
            discussion,
            ..
        } => {
            event.purpose = Some(consent.purpose);
            event.discussion = Some(*discussion);
        }
    }
    event
}
