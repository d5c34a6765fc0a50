//! The case: the owner's file about one matter, open to its case team only.

#[cfg(test)]
pub(crate) mod tests;

use crate::actor::Staff;
use crate::code::{Category, ReasonCode, Role, codes};
use crate::decision::Basis;
use crate::id::{CaseId, DataKeyId, OrganisationId, PatientId, PersonId, StatementId, UnitId};
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use crate::unit::Compartment;
use jiff::Timestamp;
use std::fmt;

codes! {
    /// Whether a case is worked on.
    CaseState {
        /// Being worked on.
        Open = "open",
        /// Closed; can be reopened.
        Closed = "closed",
    }
}

/// A case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its id, random.
    pub id: CaseId,
    /// The unit that owns it.
    pub owner: UnitId,
    /// The owner's organisation.
    pub organisation: OrganisationId,
    /// The owner's compartment.
    pub compartment: Compartment,
    /// The patient; none for a general question.
    pub patient: Option<PatientId>,
    /// The data key that encrypts it.
    pub data_key: DataKeyId,
    /// Open or closed.
    pub state: CaseState,
    /// The version, for optimistic concurrency.
    pub version: u32,
    /// Its team, past and present.
    pub members: Vec<Member>,
}

/// Somebody's place on a case team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// Acting for which unit.
    pub unit: UnitId,
    /// In which role.
    pub role: Role,
    /// Why they are inside.
    pub basis: Basis,
    /// Since when.
    pub added_at: Timestamp,
    /// Until when.
    pub ended_at: Option<Timestamp>,
}

/// A text that tells about a person. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseText(String);

impl CaseText {
    /// Takes `text` as the text of a statement or an identified message.
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

impl fmt::Debug for CaseText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CaseText(..)")
    }
}

/// One piece of information, of one category.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its id.
    pub id: StatementId,
    /// Its category.
    pub category: Category,
    /// What it says.
    pub text: CaseText,
    /// Who wrote it.
    pub author: PersonId,
    /// When.
    pub written_at: Timestamp,
    /// The statement it corrects.
    pub corrects: Option<StatementId>,
}

/// Work on a case that its team may do.
#[derive(Clone, Copy, Debug)]
pub struct TeamWork {
    /// The case.
    pub case: CaseId,
    /// Why the caller is inside.
    pub basis: Basis,
}

/// A new case.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The unit that will own it.
    pub owner: UnitId,
    /// The first member.
    pub first: PersonId,
}

/// A person let into the case team.
#[derive(Clone, Copy, Debug)]
pub struct Admission {
    /// The case.
    pub case: CaseId,
    /// Who, as what.
    pub member: Member,
}

/// A change between open and closed.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// The case.
    pub case: CaseId,
    /// The state after.
    pub state: CaseState,
}

/// Whether `staff` may open a case for their unit.
///
/// # Errors
/// R2: their role is not admitted to the unit's compartment.
pub fn open(staff: &Staff) -> Decision<Opening> {
    if staff.is_admitted() {
        Ok(Permit::grant(Opening {
            owner: staff.unit,
            first: staff.person,
        }))
    } else {
        Err(Refusal::new(RefusalCode::RoleNotAdmitted))
    }
}

impl Case {
    /// How `staff` belongs to the case at `now`, acting as they do; their compartment and role are
    /// looked at by the decision, not here.
    #[must_use]
    pub fn membership(&self, staff: &Staff, now: Timestamp) -> Option<Basis> {
        self.members
            .iter()
            .filter(|m| m.person == staff.person && m.unit == staff.unit && m.role == staff.role)
            .find(|m| m.added_at <= now && m.ended_at.is_none_or(|ended| now < ended))
            .map(|m| m.basis)
    }

    /// Work that every member of the case team may do, but not those invited under hpl § 25.
    ///
    /// # Errors
    /// Absent for everybody else.
    pub fn work(&self, staff: &Staff, now: Timestamp) -> Decision<TeamWork> {
        let admitted = self.compartment.admits(staff.role, staff.tainted())
            && staff.compartment == self.compartment;
        match self.membership(staff, now) {
            Some(basis @ Basis::Team) if admitted => Ok(Permit::grant(TeamWork {
                case: self.id,
                basis,
            })),
            Some(_) | None => Err(Refusal::absent(ReasonCode::NotOnCaseTeam)),
        }
    }

    /// Work that needs the case to be open.
    ///
    /// # Errors
    /// Absent for those outside; wrong state where it is closed.
    pub fn work_open(&self, staff: &Staff, now: Timestamp) -> Decision<TeamWork> {
        let permit = self.work(staff, now)?;
        match self.state {
            CaseState::Open => Ok(permit),
            CaseState::Closed => Err(Refusal::new(RefusalCode::WrongState)),
        }
    }

    /// Lets `newcomer` in.
    ///
    /// # Errors
    /// Absent for those outside; R2 where the compartment does not admit the newcomer: never job
    /// specialists, NAV, school or child welfare inside health.
    pub fn admit(
        &self,
        by: &Staff,
        newcomer: &Staff,
        basis: Basis,
        now: Timestamp,
    ) -> Decision<Admission> {
        self.work_open(by, now)?;
        let fits = match basis {
            Basis::Team => newcomer.compartment == self.compartment,
            Basis::Hpl25 => {
                self.compartment.is_health()
                    && newcomer.compartment.is_health()
                    && self.patient.is_some()
            }
        };
        if !fits || !self.compartment.admits(newcomer.role, newcomer.tainted()) {
            return Err(Refusal::new(RefusalCode::RoleNotAdmitted));
        }
        let holds_a_place = |m: &Member| {
            m.ended_at.is_none() && m.person == newcomer.person && m.unit == newcomer.unit
        };
        if self.members.iter().any(holds_a_place) {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        let member = Member {
            person: newcomer.person,
            unit: newcomer.unit,
            role: newcomer.role,
            basis,
            added_at: now,
            ended_at: None,
        };
        Ok(Permit::grant(Admission {
            case: self.id,
            member,
        }))
    }

    /// Ends somebody's place on the team. The last member can't leave: hand over first.
    ///
    /// # Errors
    /// Absent for those outside and for who is no member; wrong state for the last member.
    pub fn dismiss(&self, by: &Staff, person: PersonId, now: Timestamp) -> Decision<TeamWork> {
        let permit = self.work(by, now)?;
        let current = || self.members.iter().filter(|m| m.ended_at.is_none());
        if !current().any(|m| m.person == person) {
            return Err(Refusal::nothing_there());
        }
        if !current().any(|m| m.person != person && m.basis == Basis::Team) {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        Ok(permit)
    }

    /// Closes or reopens.
    ///
    /// # Errors
    /// Absent for those outside; wrong state where it is so already.
    pub fn turn(&self, by: &Staff, state: CaseState, now: Timestamp) -> Decision<Turn> {
        self.work(by, now)?;
        if self.state == state {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        Ok(Permit::grant(Turn {
            case: self.id,
            state,
        }))
    }
}
