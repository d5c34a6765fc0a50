//! IPS follow-up as its team writes and reads it.

use serde_json::json;

use crate::cases::Discussion;
use crate::client::Caller;
use crate::people::Person;
use crate::reply::Reply;
use crate::units::Unit;

/// Opens a participation from the discussion with this id.
#[track_caller]
pub fn open(caller: &impl Caller, discussion: &str) -> Reply {
    caller.post("/ips/participations", json!({"discussionId": discussion}))
}

/// Writes a note.
#[track_caller]
pub fn write(caller: &impl Caller, participation: &str, text: &str) -> Reply {
    let path = format!("/ips/participations/{participation}/notes");
    caller.post(&path, json!({"text": text}))
}

/// Reads a note.
#[track_caller]
pub fn read(caller: &impl Caller, note: &str) -> Reply {
    caller.get(&format!("/ips/notes/{note}"))
}

/// Lets somebody into the team, acting for a unit, as `jobSpecialist`, `deputy` or
/// `methodSupervisor`.
#[track_caller]
pub fn admit(
    caller: &impl Caller,
    participation: &str,
    who: &Person,
    at: &Unit,
    function: &str,
) -> Reply {
    let path = format!("/ips/participations/{participation}/members");
    caller.post(
        &path,
        json!({"personId": who.id, "unitId": at.id, "function": function}),
    )
}

impl Person {
    /// Opens a participation from a discussion in which a consent covers this job specialist.
    #[must_use]
    pub fn opens_participation(&self, discussion: &Discussion) -> String {
        open(self, &discussion.id).expect(201).id()
    }
}
