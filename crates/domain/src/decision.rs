//! Who sees what. Pure and total: the same facts give the same answer, and every answer has its
//! reason.

mod said;
#[cfg(test)]
mod tests;

use crate::code::{Category, CategorySet, Purpose, ReasonCode, Role, codes};
use crate::consent::Consent;
use crate::id::{ConsentId, DiscussionId, OrganisationId, PersonId, UnitId};
use crate::unit::Compartment;
use jiff::Timestamp;
use said::Said;

codes! {
    /// Why somebody is inside a case.
    Basis {
        /// Member of the case team.
        Team = "team",
        /// Invited under helsepersonelloven § 25.
        Hpl25 = "hpl25",
    }
}

/// The matter that is decided on: a case as put before one audience.
#[derive(Clone, Debug)]
pub struct Matter<'a> {
    /// The discussion.
    pub discussion: DiscussionId,
    /// The unit that owns the case.
    pub owner: UnitId,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// Its compartment.
    pub compartment: &'a Compartment,
    /// The audience: one unit.
    pub audience: UnitId,
    /// What the discussion is for.
    pub purpose: Purpose,
    /// Every category that the anonymised summary and thread drew on.
    pub drawn: CategorySet,
    /// Whether somebody ever recognised the person: that stops the discussion for good, and
    /// closing it afterwards does not bring the anonymised view back.
    pub stopped: bool,
    /// The patient's side of it; `None` for a general question.
    pub subject: Option<Subject<'a>>,
}

/// What the patient has said, and what protects them.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Every consent of the person.
    pub consents: &'a [Consent],
    /// The people the patient objects to sharing with among health personnel.
    pub objections: &'a [Objection],
    /// Whether only people named one by one may be shown identity.
    pub restricted: bool,
}

/// An objection in force: whom it keeps out among health personnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// Everybody outside the case team.
    Everybody,
    /// Everybody of one unit.
    Unit(UnitId),
    /// One person.
    Person(PersonId),
}

/// Somebody who asks, or is present.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// Who.
    pub person: PersonId,
    /// The unit they act for.
    pub unit: UnitId,
    /// The role they act in.
    pub role: Role,
    /// The unit's compartment.
    pub compartment: &'a Compartment,
    /// Whether they hold a job specialist's affiliation anywhere.
    pub tainted: bool,
    /// How they belong to the case, acting for this unit in this role.
    pub membership: Option<Basis>,
    /// Whether they have ever seen this discussion identified, in any affiliation.
    pub has_seen: bool,
}

impl Viewer<'_> {
    /// Whether they are barred from hearing as one of a unit.
    const fn barred(&self) -> bool {
        self.tainted && self.compartment.is_health()
    }
}

/// A place inside a case. Only a decision makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Insider {
    /// Why they are inside.
    pub basis: Basis,
}

/// What a grant of access rests on. Only a decision makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cover {
    /// The categories covered.
    pub categories: CategorySet,
    /// The consents used, with their versions.
    pub consents: Vec<(ConsentId, u32)>,
    /// The first moment at which the decision no longer holds.
    pub until: Timestamp,
}

/// What somebody gets of a discussion. What the two rest on that let identity out is made by a
/// decision alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Identity and everything, logged as access.
    Inside(Insider),
    /// Identity, as far as covered; logged as disclosure.
    Identified(Cover),
    /// The anonymised view, and why no more.
    Anonymised(ReasonCode),
    /// Label and status alone, and why no more.
    Sealed(ReasonCode),
    /// Nothing: it does not exist.
    Absent(ReasonCode),
}

impl Sight {
    /// The reason code of the decision.
    #[must_use]
    pub const fn reason(&self) -> ReasonCode {
        match self {
            Self::Inside(Insider { basis: Basis::Team }) => ReasonCode::InsideTeam,
            Self::Inside(Insider {
                basis: Basis::Hpl25,
            }) => ReasonCode::InsideHpl25,
            Self::Identified(_) => ReasonCode::ConsentActive,
            Self::Anonymised(reason) | Self::Sealed(reason) | Self::Absent(reason) => *reason,
        }
    }
}

/// Decides what `viewer` gets of `matter` at `now`, alone.
#[must_use]
pub fn who_sees(matter: &Matter<'_>, viewer: &Viewer<'_>, now: Timestamp) -> Sight {
    if let Some(basis) = inside(matter, viewer) {
        return Sight::Inside(Insider { basis });
    }
    let in_audience = viewer.unit == matter.audience && takes_part(viewer.role);
    match (in_audience, viewer.has_seen, cover(matter, viewer, now)) {
        (false, false, _) => Sight::Absent(outside_reason(matter, viewer)),
        (false, true, _) => Sight::Sealed(ReasonCode::NotInAudience),
        (true, _, Ok(cover)) => Sight::Identified(cover),
        (true, true, Err(reason)) => Sight::Sealed(reason),
        (true, false, Err(reason)) if matter.stopped => Sight::Sealed(reason),
        (true, false, Err(reason)) => Sight::Anonymised(reason),
    }
}

/// Decides what everybody `present` gets together: in a meeting everyone present must be inside or
/// covered (R3), and nobody is shown more than the one who may see least. Who is present and sealed,
/// or outside the audience, keeps even the anonymised view from the others.
///
/// An insider stays inside; what the room is shown is [`crate::view::Release::to_all`].
#[must_use]
pub fn who_sees_together(
    matter: &Matter<'_>,
    present: &[Viewer<'_>],
    now: Timestamp,
) -> Vec<Sight> {
    shown_together(
        present
            .iter()
            .map(|viewer| who_sees(matter, viewer, now))
            .collect(),
    )
}

/// What people are shown together, given what each may see `alone`.
#[must_use]
pub fn shown_together(alone: Vec<Sight>) -> Vec<Sight> {
    let covers = alone.iter().filter_map(|sight| match sight {
        Sight::Identified(cover) => Some((cover.categories, cover.until)),
        Sight::Inside(_) | Sight::Anonymised(_) | Sight::Sealed(_) | Sight::Absent(_) => None,
    });
    let (categories, until) = covers
        .reduce(|(a, until), (b, other)| (a.intersection(b), until.min(other)))
        .unwrap_or((CategorySet::all(), Timestamp::MAX));
    let all_may = alone
        .iter()
        .all(|s| matches!(s, Sight::Inside(_) | Sight::Identified(_)));
    let none_may = alone
        .iter()
        .any(|s| matches!(s, Sight::Sealed(_) | Sight::Absent(_)));
    let together = |sight| match sight {
        Sight::Identified(cover) if all_may => Sight::Identified(Cover {
            categories,
            until,
            ..cover
        }),
        Sight::Inside(_) if all_may => sight,
        Sight::Inside(_) | Sight::Identified(_) | Sight::Anonymised(_) if none_may => {
            Sight::Sealed(ReasonCode::UncoveredPersonPresent)
        }
        Sight::Inside(_) | Sight::Identified(_) => {
            Sight::Anonymised(ReasonCode::UncoveredPersonPresent)
        }
        Sight::Anonymised(_) | Sight::Sealed(_) | Sight::Absent(_) => sight,
    };
    alone.into_iter().map(together).collect()
}

/// Rule 1: a member of the case team whose role the owner's compartment admits, or health
/// personnel invited under hpl § 25 unless the patient objects.
fn inside(matter: &Matter<'_>, viewer: &Viewer<'_>) -> Option<Basis> {
    let basis = viewer.membership?;
    if !matter.compartment.admits(viewer.role, viewer.tainted) {
        return None;
    }
    match basis {
        Basis::Team => (viewer.compartment == matter.compartment).then_some(basis),
        Basis::Hpl25 => {
            let care = matter.compartment.is_health() && viewer.compartment.is_health();
            let objections = matter.subject?.objections;
            let objected = objections
                .iter()
                .any(|objection| objection.keeps_out(viewer));
            (care && !objected).then_some(basis)
        }
    }
}

impl Objection {
    fn keeps_out(&self, viewer: &Viewer<'_>) -> bool {
        match self {
            Self::Everybody => true,
            Self::Unit(unit) => *unit == viewer.unit,
            Self::Person(person) => *person == viewer.person,
        }
    }
}

/// Whether somebody in `role` may be in a discussion at all. Oversight and operations see no case,
/// and employers are never in a case discussion.
const fn takes_part(role: Role) -> bool {
    match role {
        Role::Clinician
        | Role::Gp
        | Role::NavAdviser
        | Role::JobSpecialist
        | Role::MethodSupervisor
        | Role::Coordinator => true,
        Role::EmployerContact | Role::Auditor | Role::Administrator | Role::PrivacyOfficer => false,
    }
}

/// A colleague of the owner's compartment lacks a place on the team; anybody else, the audience.
fn outside_reason(matter: &Matter<'_>, viewer: &Viewer<'_>) -> ReasonCode {
    if viewer.membership.is_some() || viewer.compartment == matter.compartment {
        ReasonCode::NotOnCaseTeam
    } else {
        ReasonCode::NotInAudience
    }
}

/// Rule 2: what active grants cover for `viewer`, or why not enough for identity.
///
/// # Errors
/// The reason code nearest to a yes.
pub fn cover(
    matter: &Matter<'_>,
    viewer: &Viewer<'_>,
    now: Timestamp,
) -> Result<Cover, ReasonCode> {
    let Some(subject) = matter.subject else {
        return Err(ReasonCode::NoConsent);
    };
    let said = Said::of(matter, subject, viewer, now);
    if said.excludes_viewer() {
        return Err(ReasonCode::Excluded);
    }
    let covered = said.covered();
    if !covered.categories.contains(Category::Identity) {
        return Err(said.why_not());
    }
    if !covered.categories.covers(matter.drawn) {
        return Err(ReasonCode::SummaryNotCovered);
    }
    Ok(covered)
}
