//! Filing a note: who may read it for that, and the record system's word that it is done (R5).

use super::{ConsentFacts, JournalNote, NoteState, Register, register};
use crate::actor::Actor;
use crate::code::{ReasonCode, Role};
use crate::consent::Recipient;
use crate::id::{DiscussionId, NoteId, OrganisationId, PatientId, PersonId, UnitId};
use crate::number::IdentityNumber;
use crate::patient::{FullName, Patient};
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use crate::view::Committed;
use jiff::Timestamp;
use std::fmt;

/// The record system's own name for what it filed. Opaque, and kept from other organisations.
#[derive(Clone, PartialEq, Eq)]
pub struct Reference(String);

impl Reference {
    /// Characters that a reference may have.
    pub const MAX: usize = 200;

    /// The reference that `text` is: 1–200 visible ASCII characters, without spaces.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        ((1..=Self::MAX).contains(&text.len()) && visible).then(|| Self(text.to_owned()))
    }

    /// The reference.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reference(..)")
    }
}

/// A note waiting to be filed, or filed.
#[derive(Clone, Debug)]
pub struct FiledNote {
    /// Its id.
    pub id: NoteId,
    /// Where it is to be filed.
    pub register: Register,
    /// The organisation that must file it.
    pub organisation: OrganisationId,
    /// The unit whose case it is.
    pub unit: UnitId,
    /// The patient.
    pub patient: PatientId,
    /// What happened.
    pub note: JournalNote,
    /// When.
    pub occurred_at: Timestamp,
    /// When it should be filed by.
    pub due_at: Timestamp,
    /// That it was filed, if it was.
    pub filed: Option<Filed>,
}

/// That a note was filed.
#[derive(Clone, Debug)]
pub struct Filed {
    /// When.
    pub at: Timestamp,
    /// As what.
    pub reference: Reference,
}

/// Whose notes of a register somebody may file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Nobody's.
    Nothing,
    /// Those of the patients on whose team somebody is, acting for a unit in a role.
    Team {
        /// Who.
        person: PersonId,
        /// Acting for which unit.
        unit: UnitId,
        /// In which role.
        role: Role,
    },
    /// All of one organisation's.
    Organisation(OrganisationId),
}

impl Register {
    /// The scope by which a system says that it is the record system of this register.
    #[must_use]
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Journal => "samrad:journal-notes",
            Self::CaseFile => "samrad:case-file-notes",
        }
    }
}

/// Whose notes of `wanted` the actor may file. `kept` are the registers that the actor's
/// organisation keeps: a municipality has health services and social services, two secrecies and
/// two record systems, and there a system must hold the register's own scope.
#[must_use]
pub fn reach(actor: &Actor, wanted: Register, kept: &[Register]) -> Reach {
    match actor {
        Actor::Staff(staff) => {
            let own = register(staff.compartment.kind()) == Some(wanted);
            if own && staff.is_admitted() {
                Reach::Team {
                    person: staff.person,
                    unit: staff.unit,
                    role: staff.role,
                }
            } else {
                Reach::Nothing
            }
        }
        Actor::System(system) => {
            let is_sure = kept == [wanted] || system.scopes.iter().any(|s| s == wanted.scope());
            if is_sure && kept.contains(&wanted) {
                Reach::Organisation(system.organisation)
            } else {
                Reach::Nothing
            }
        }
        Actor::Citizen(_) => Reach::Nothing,
    }
}

/// A note shown to who files it.
#[derive(Clone, Copy, Debug)]
pub struct Showing {
    /// Which.
    pub note: NoteId,
}

/// A note filed.
#[derive(Clone, Debug)]
pub struct Filing {
    /// Which.
    pub note: NoteId,
    /// As what.
    pub reference: Reference,
}

/// What an acknowledgement amounts to.
#[derive(Clone, Debug)]
pub enum Acknowledgement {
    /// The note is filed now.
    New(Permit<Filing>),
    /// It was filed before under the same reference: said twice, done once.
    Repeated(Filed),
}

impl FiledNote {
    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> NoteState {
        match self.filed {
            None => NoteState::Pending,
            Some(_) => NoteState::Filed,
        }
    }

    /// Whether it should have been filed by `now`, and is not.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.filed.is_none() && self.due_at < now
    }

    /// The consent that it tells of, if it tells of one.
    #[must_use]
    pub const fn consent(&self) -> Option<&ConsentFacts> {
        match &self.note {
            JournalNote::InformationGiven { .. } => None,
            JournalNote::ConsentGranted(consent)
            | JournalNote::ConsentRefused(consent)
            | JournalNote::ConsentWithdrawn(consent)
            | JournalNote::DisclosureMade { consent, .. } => Some(consent),
        }
    }

    /// In which discussion something was disclosed, and to whom, if that is what it tells of.
    #[must_use]
    pub const fn disclosure(&self) -> Option<(DiscussionId, &Recipient)> {
        match &self.note {
            JournalNote::InformationGiven { .. }
            | JournalNote::ConsentGranted(_)
            | JournalNote::ConsentRefused(_)
            | JournalNote::ConsentWithdrawn(_) => None,
            JournalNote::DisclosureMade {
                discussion,
                recipient,
                ..
            } => Some((*discussion, recipient)),
        }
    }

    /// Shows it to who files it. `on_team` tells whether the caller is on the patient's team.
    ///
    /// # Errors
    /// Absent for everybody else, and under the other register.
    pub fn show(&self, wanted: Register, reach: Reach, on_team: bool) -> Decision<Showing> {
        let within = match reach {
            Reach::Nothing => false,
            Reach::Team { .. } => on_team,
            Reach::Organisation(organisation) => self.organisation == organisation,
        };
        if within && self.register == wanted {
            Ok(Permit::grant(Showing { note: self.id }))
        } else {
            Err(Refusal::absent(ReasonCode::NotOnCaseTeam))
        }
    }

    /// Takes the record system's word that it is filed.
    ///
    /// # Errors
    /// Absent for whom it is not shown to; wrong state where it was filed as something else.
    pub fn file(
        &self,
        showing: &Permit<Showing>,
        reference: Reference,
    ) -> Result<Acknowledgement, Refusal> {
        match &self.filed {
            None => Ok(Acknowledgement::New(Permit::grant(Filing {
                note: showing.act().note,
                reference,
            }))),
            Some(filed) if filed.reference == reference => {
                Ok(Acknowledgement::Repeated(filed.clone()))
            }
            Some(_) => Err(Refusal::new(RefusalCode::WrongState)),
        }
    }
}

/// A note with what a record system needs to file it, closed until its log entry is durable.
///
/// ```compile_fail
/// fn leak(note: samrad_domain::journal::NoteForFiling) -> samrad_domain::patient::FullName {
///     note.content.name
/// }
/// ```
#[derive(Clone, Debug)]
pub struct NoteForFiling {
    content: FilingContent,
}

/// What a record system needs to file a note.
#[derive(Clone, Debug)]
pub struct FilingContent {
    /// The note.
    pub note: FiledNote,
    /// The patient's name.
    pub name: FullName,
    /// The patient's identity number.
    pub number: IdentityNumber,
}

impl NoteForFiling {
    /// The note, for who may be shown it.
    #[must_use]
    pub fn of(_: &Permit<Showing>, note: FiledNote, patient: &Patient) -> Self {
        Self {
            content: FilingContent {
                note,
                name: patient.name.clone(),
                number: patient.number.clone(),
            },
        }
    }

    /// Opens it, now that its log entry is durable.
    #[must_use]
    pub fn open(self, _: &Committed) -> FilingContent {
        self.content
    }
}

#[cfg(test)]
mod tests;
