//! The IPS register (R4): the job specialist's follow-up, out of the patient journal's reach.
//!
//! Types, table and API are its own; nothing here knows the journal and nothing there knows this.

use crate::actor::{Citizen, PersonKey, Staff};
use crate::code::{Purpose, ReasonCode, Role, codes};
use crate::decision::Sight;
use crate::discussion::Label;
use crate::id::{
    ConsentId, DataKeyId, DiscussionId, IpsNoteId, OrganisationId, ParticipationId, PersonId,
    UnitId,
};
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use crate::view::Committed;
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
    /// Characters that a text may have.
    pub const MAX: usize = 20_000;

    /// The text of an IPS note: not blank, and of control characters only line breaks and tabs.
    #[must_use]
    pub fn parse(text: String) -> Option<Self> {
        let fits = text.chars().count() <= Self::MAX && !text.trim().is_empty();
        let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        (fits && !text.contains(odd)).then_some(Self(text))
    }

    /// A text read back from the database.
    #[must_use]
    pub const fn stored(text: String) -> Self {
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

/// A person's participation in IPS. It holds no identity: who it is stands in the discussion, and
/// is seen there by whoever is covered.
#[derive(Clone, Debug)]
pub struct Participation {
    /// Its id.
    pub id: ParticipationId,
    /// What it is called.
    pub label: Label,
    /// The unit of the job specialist.
    pub unit: UnitId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// The consent it was opened on.
    pub consent: ConsentId,
    /// The discussion it was opened from.
    pub discussion: DiscussionId,
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

impl ParticipationMember {
    fn holds(&self, now: Timestamp) -> bool {
        self.added_at <= now && self.ended_at.is_none_or(|ended| now < ended)
    }
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

/// A follow-up note, closed until the log entry of its reading is durable.
///
/// ```compile_fail
/// fn leak(note: samrad_domain::ips::ClosedIpsNote) -> samrad_domain::ips::IpsText {
///     note.note.text
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ClosedIpsNote {
    note: IpsNote,
}

impl ClosedIpsNote {
    /// The note, for the team of its participation; none if it is of another.
    #[must_use]
    pub fn for_team(permit: &Permit<FollowUp>, note: IpsNote) -> Option<Self> {
        (note.participation == permit.act().participation).then_some(Self { note })
    }

    /// The note, for whom it is about.
    #[must_use]
    pub const fn for_oneself(_: &Permit<OwnReading>, note: IpsNote) -> Self {
        Self { note }
    }

    /// Opens it, now that the log entry is durable.
    #[must_use]
    pub fn open(self, _: &Committed) -> IpsNote {
        self.note
    }
}

/// A participation to open.
#[derive(Clone, Copy, Debug)]
pub struct Opened {
    /// The consent it rests on.
    pub consent: ConsentId,
    /// Which version of it.
    pub version: u32,
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

/// Somebody let into a participation's team.
#[derive(Clone, Copy, Debug)]
pub struct Joining {
    /// The participation.
    pub participation: ParticipationId,
    /// Who, as what.
    pub member: ParticipationMember,
}

/// Somebody who leaves a participation's team.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    /// The participation.
    pub participation: ParticipationId,
    /// Who.
    pub person: PersonId,
}

/// The end of a participation.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    /// The participation.
    pub participation: ParticipationId,
}

/// A person's reading of what was written about them.
#[derive(Clone, Copy, Debug)]
pub struct OwnReading {
    /// Who.
    pub person: PersonKey,
}

/// Opens a participation for a job specialist whom an active IPS consent lets know who it is.
///
/// # Errors
/// Absent where they see nothing; R4 where no active IPS consent covers them.
pub fn open(staff: &Staff, purpose: Purpose, sight: &Sight) -> Decision<Opened> {
    let consent = match sight {
        Sight::Absent(reason) => return Err(Refusal::absent(*reason)),
        Sight::Identified(cover) => cover.consents.first().copied(),
        Sight::Inside(_) | Sight::Anonymised(_) | Sight::Sealed(_) => None,
    };
    match (consent, purpose, staff.role) {
        (Some((consent, version)), Purpose::IpsCooperation, Role::JobSpecialist) => {
            Ok(Permit::grant(Opened {
                consent,
                version,
                by: staff.person,
                unit: staff.unit,
            }))
        }
        _ => Err(Refusal::new(RefusalCode::IpsConsentMissing).because(sight.reason())),
    }
}

/// Everybody may read what was written about themselves; nobody by a guardian's right.
#[must_use]
pub const fn read_own(citizen: &Citizen) -> Permit<OwnReading> {
    Permit::grant(OwnReading {
        person: citizen.key,
    })
}

impl Participation {
    /// Reading and writing follow-up: the participation's own team alone.
    ///
    /// # Errors
    /// Absent for everybody else.
    pub fn follow_up(&self, staff: &Staff, now: Timestamp) -> Decision<FollowUp> {
        match (self.place(staff, now), staff.role) {
            (Some(member), Role::JobSpecialist | Role::MethodSupervisor) => {
                Ok(Permit::grant(FollowUp {
                    participation: self.id,
                    function: member.function,
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

    /// Lets somebody of the same organisation's IPS team in: another job specialist, or the method
    /// supervisor.
    ///
    /// # Errors
    /// Absent for those outside; R4 for anybody who is not of the IPS team in that function; wrong
    /// state for who is in already.
    pub fn admit(
        &self,
        by: &Staff,
        newcomer: &Staff,
        function: Function,
        now: Timestamp,
    ) -> Decision<Joining> {
        self.follow_up_open(by, now)?;
        let fits = match function {
            Function::JobSpecialist | Function::Deputy => newcomer.role == Role::JobSpecialist,
            Function::MethodSupervisor => newcomer.role == Role::MethodSupervisor,
        };
        if !fits || newcomer.organisation != self.organisation {
            return Err(Refusal::new(RefusalCode::IpsConsentMissing));
        }
        if self.place(newcomer, now).is_some() {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        Ok(Permit::grant(Joining {
            participation: self.id,
            member: ParticipationMember {
                person: newcomer.person,
                unit: newcomer.unit,
                function,
                added_at: now,
                ended_at: None,
            },
        }))
    }

    /// Ends somebody's place on the team. The last one can't leave: hand over first.
    ///
    /// # Errors
    /// Absent for those outside and for who is no member; wrong state for the last one.
    pub fn dismiss(&self, by: &Staff, person: PersonId, now: Timestamp) -> Decision<Leaving> {
        self.follow_up(by, now)?;
        let current = || self.members.iter().filter(|m| m.holds(now));
        if !current().any(|m| m.person == person) {
            return Err(Refusal::nothing_there());
        }
        if !current().any(|m| m.person != person) {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        Ok(Permit::grant(Leaving {
            participation: self.id,
            person,
        }))
    }

    /// Ends the participation. Its notes stay, for its team and the patient.
    ///
    /// # Errors
    /// Absent for those outside; wrong state where it has ended.
    pub fn end(&self, by: &Staff, now: Timestamp) -> Decision<Ending> {
        self.follow_up_open(by, now)?;
        Ok(Permit::grant(Ending {
            participation: self.id,
        }))
    }

    fn place(&self, staff: &Staff, now: Timestamp) -> Option<&ParticipationMember> {
        self.members
            .iter()
            .find(|m| m.person == staff.person && m.unit == staff.unit && m.holds(now))
    }
}

#[cfg(test)]
mod tests;
