//! Lawful erasure of what an entry of the log says (GDPR article 17, helsepersonelloven § 43): asked
//! for by one overseer of the organisation whose entry it is, agreed to by another. The entry's place
//! in the log, and every proof of it, stay.

use crate::actor::Staff;
use crate::code::Role;
use crate::event::{Erasure, ErasureGround, EventKind};
use crate::id::{ErasureId, OrganisationId, PersonId};
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use jiff::Timestamp;
use uuid::Uuid;

/// The entry whose body is to be erased, as far as the rule asks.
#[derive(Clone, Copy, Debug)]
pub struct Erasable {
    /// Its index.
    pub index: i64,
    /// The organisation whose entry it is: the source, or who acted where nobody is.
    pub owner: Option<OrganisationId>,
    /// What kind of act it tells of.
    pub kind: EventKind,
    /// Who acted, if a person or a system did.
    pub actor: Option<Uuid>,
    /// Whether its erasure was asked for before.
    pub asked: bool,
}

/// Leave to ask for an erasure.
#[derive(Clone, Copy, Debug)]
pub struct ErasureAsked {
    /// The index of the entry.
    pub index: i64,
    /// Whose entry it is.
    pub organisation: OrganisationId,
    /// The legal ground.
    pub ground: ErasureGround,
    /// Who asks.
    pub by: PersonId,
}

/// An erasure that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct ErasureRequest {
    /// Which.
    pub id: ErasureId,
    /// The index of the entry.
    pub index: i64,
    /// Whose entry it is.
    pub organisation: OrganisationId,
    /// The legal ground.
    pub ground: ErasureGround,
    /// Who asked.
    pub requested_by: PersonId,
    /// When.
    pub requested_at: Timestamp,
    /// Who agreed, and when.
    pub approved: Option<(PersonId, Timestamp)>,
}

/// Asks for the erasure of an entry's body.
///
/// # Errors
/// Absent for another organisation's entry; the wrong state for one asked for before, and for entries
/// that tell of the log itself: what vouches for the rest is never erased.
pub fn ask(staff: &Staff, entry: &Erasable, ground: ErasureGround) -> Decision<ErasureAsked> {
    let own = oversees(staff) && entry.owner == Some(staff.organisation);
    if !own {
        return Err(Refusal::nothing_there());
    }
    if is_kept(entry.kind) || entry.asked {
        return Err(Refusal::new(RefusalCode::WrongState));
    }
    if entry.actor == Some(staff.person.uuid()) {
        return Err(Refusal::new(RefusalCode::SecondPersonNeeded));
    }
    Ok(Permit::grant(ErasureAsked {
        index: entry.index,
        organisation: staff.organisation,
        ground,
        by: staff.person,
    }))
}

impl ErasureRequest {
    /// Whether `staff` may know of it.
    #[must_use]
    pub fn is_for(&self, staff: &Staff) -> bool {
        oversees(staff) && self.organisation == staff.organisation
    }

    /// Agrees to it; `actor` is who acted in the entry.
    ///
    /// # Errors
    /// Absent for another organisation's; a second person is needed where who asked agrees, or who acted;
    /// the wrong state where it was agreed to.
    pub fn approve(&self, staff: &Staff, actor: Option<Uuid>) -> Decision<Erasure> {
        if !self.is_for(staff) {
            return Err(Refusal::nothing_there());
        }
        if self.approved.is_some() {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        if self.requested_by == staff.person || actor == Some(staff.person.uuid()) {
            return Err(Refusal::new(RefusalCode::SecondPersonNeeded));
        }
        Ok(Permit::grant(Erasure {
            index: self.index,
            ground: self.ground,
            requested_by: self.requested_by,
            approved_by: Some(staff.person),
        }))
    }
}

/// What vouches for the rest is never erased: what tells of the log itself, who has read it, and the
/// withdrawals that no disclosure may follow.
const fn is_kept(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::LogEntryErased
            | EventKind::LogErasureRequested
            | EventKind::LogKeyChanged
            | EventKind::LogRead
            | EventKind::LogExported
            | EventKind::ConsentWithdrawn
    )
}

const fn oversees(staff: &Staff) -> bool {
    matches!(staff.role, Role::Auditor | Role::PrivacyOfficer)
}

#[cfg(test)]
mod tests;
