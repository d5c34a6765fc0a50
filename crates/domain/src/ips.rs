//! The IPS register (R4): the job specialist's follow-up, out of the patient journal's reach.
//!
//! Types, table and API are its own; nothing here knows the journal and nothing there knows this.

#[cfg(test)]
mod tests;

use crate::actor::Staff;
use crate::code::{Purpose, ReasonCode, Role, codes};
use crate::decision::Sight;
use crate::id::{ConsentId, DataKeyId, IpsNoteId, ParticipationId, PersonId, UnitId};
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use jiff::Timestamp;
use std::fmt;

codes! {
    /// What somebody does in a participation.
    Function {
        /// Follows up the participant.
        JobSpecialist = "jobSpecialist",
        /// Stands in.
        Deputy = "deputy",
        /// Leads the job specialists.
        MethodSupervisor = "methodSupervisor",
    }
}

/// The text of an IPS note. It does not print, and is no journal text.
#[derive(Clone, PartialEq, Eq)]
pub struct IpsText(String);

impl IpsText {
    /// Takes `text` as the text of an IPS note.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IpsText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IpsText(..)")
    }
}

/// A person's participation in IPS.
#[derive(Clone, Debug)]
pub struct Participation {
    /// Its id.
    pub id: ParticipationId,
    /// The unit of the job specialist.
    pub unit: UnitId,
    /// The consent it was opened on.
    pub consent: ConsentId,
    /// The data key that encrypts its notes.
    pub data_key: DataKeyId,
    /// Its team, past and present.
    pub members: Vec<ParticipationMember>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// Somebody's place in a participation's team.
#[derive(Clone, Copy, Debug)]
pub struct ParticipationMember {
    /// Who.
    pub person: PersonId,
    /// Acting for which unit.
    pub unit: UnitId,
    /// As what.
    pub function: Function,
    /// Since when.
    pub added_at: Timestamp,
    /// Until when.
    pub ended_at: Option<Timestamp>,
}

/// A follow-up note.
#[derive(Clone, Debug)]
pub struct IpsNote {
    /// Its id.
    pub id: IpsNoteId,
    /// The participation.
    pub participation: ParticipationId,
    /// Who wrote it.
    pub author: PersonId,
    /// What it says.
    pub text: IpsText,
    /// When it was written.
    pub written_at: Timestamp,
}

/// A participation to open.
#[derive(Clone, Copy, Debug)]
pub struct Opened {
    /// The consent it rests on.
    pub consent: ConsentId,
    /// The job specialist.
    pub by: PersonId,
    /// Their unit.
    pub unit: UnitId,
}

/// Work within a participation.
#[derive(Clone, Copy, Debug)]
pub struct FollowUp {
    /// The participation.
    pub participation: ParticipationId,
    /// As what.
    pub function: Function,
}

/// Opens a participation for a job specialist whom an active IPS consent lets know who it is.
///
/// # Errors
/// Absent where they see nothing; R4 where no active IPS consent covers them.
pub fn open(staff: &Staff, purpose: Purpose, sight: &Sight) -> Decision<Opened> {
    let consent = match sight {
        Sight::Absent(reason) => return Err(Refusal::absent(*reason)),
        Sight::Identified(cover) => cover.consents.first().map(|(id, _)| *id),
        Sight::Inside(_) | Sight::Anonymised(_) | Sight::Sealed(_) => None,
    };
    match (consent, purpose, staff.role) {
        (Some(consent), Purpose::IpsCooperation, Role::JobSpecialist) => {
            Ok(Permit::grant(Opened {
                consent,
                by: staff.person,
                unit: staff.unit,
            }))
        }
        _ => Err(Refusal::new(RefusalCode::IpsConsentMissing).because(sight.reason())),
    }
}

impl Participation {
    /// Reading and writing follow-up: the participation's own team alone.
    ///
    /// # Errors
    /// Absent for everybody else.
    pub fn follow_up(&self, staff: &Staff, now: Timestamp) -> Decision<FollowUp> {
        let place = self.members.iter().find(|m| {
            m.person == staff.person
                && m.unit == staff.unit
                && m.added_at <= now
                && m.ended_at.is_none_or(|ended| now < ended)
        });
        match (place, staff.role) {
            (Some(m), Role::JobSpecialist | Role::MethodSupervisor) => {
                Ok(Permit::grant(FollowUp {
                    participation: self.id,
                    function: m.function,
                }))
            }
            _ => Err(Refusal::absent(ReasonCode::NotOnCaseTeam)),
        }
    }

    /// Follow-up that needs the participation to be going on.
    ///
    /// # Errors
    /// Absent for those outside; wrong state where it has ended.
    pub fn follow_up_open(&self, staff: &Staff, now: Timestamp) -> Decision<FollowUp> {
        let permit = self.follow_up(staff, now)?;
        match self.ended_at {
            None => Ok(permit),
            Some(_) => Err(Refusal::new(RefusalCode::WrongState)),
        }
    }

    /// Lets a deputy or a method supervisor of the same organisation in.
    ///
    /// # Errors
    /// Absent for those outside; R4 for anybody who is not of the IPS team in that function.
    pub fn admit(
        &self,
        by: &Staff,
        newcomer: &Staff,
        function: Function,
        now: Timestamp,
    ) -> Decision<FollowUp> {
        let permit = self.follow_up_open(by, now)?;
        let fits = match function {
            Function::JobSpecialist | Function::Deputy => newcomer.role == Role::JobSpecialist,
            Function::MethodSupervisor => newcomer.role == Role::MethodSupervisor,
        };
        if fits && newcomer.organisation == by.organisation {
            Ok(permit)
        } else {
            Err(Refusal::new(RefusalCode::IpsConsentMissing))
        }
    }
}
