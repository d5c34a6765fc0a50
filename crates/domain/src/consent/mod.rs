//! Consent (R2): what the patient lets one side tell the other, to whom, for what, for how long.
//!
//! Only `draft`, `active`, `refused`, `withdrawn` and `superseded` are stored. Everything else
//! (not yet valid, expired, lapsed, used up) is derived at the moment of reading, so that no
//! sweeper has to run in time.

mod age;
mod change;
mod draft;
mod grant;
mod sight;
#[cfg(test)]
mod tests;

pub use age::{AgePolicy, age_policy};
pub use change::{Narrowed, Narrowing, Reach, Refused, Renewed, Withdrawn};
pub use draft::{Draft, Drafted};
pub use grant::{Agreement, GrantFacts, GrantOutcome, Granted, Terms};
pub use sight::{Asker, Look};

use crate::code::{CategorySet, Purpose, ReasonCode, Role, codes};
use crate::id::{
    ConsentId, DiscussionId, GuardianshipId, InformationId, OrganisationId, PatientId, PersonId,
    UnitId,
};
use crate::information::Form;
use crate::time::end_of_oslo_day;
use jiff::Timestamp;

codes! {
    /// Who gives a consent.
    GivenBy {
        /// The patient.
        Patient = "self",
        /// Parents or others with parental responsibility.
        Guardian = "guardian",
        /// Next of kin, where the law lets them.
        NextOfKin = "nextOfKin",
        /// Appointed guardian.
        Verge = "verge",
    }
}

/// Where information comes from, in a directed grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// One unit.
    Unit(UnitId),
    /// A whole organisation.
    Organisation(OrganisationId),
}

/// Where information may go, in a directed grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// One named person, wherever they work.
    Person(PersonId),
    /// Everybody whose affiliation is in the unit.
    Unit(UnitId),
    /// Everybody who acts in one role in the unit.
    RoleInUnit(UnitId, Role),
}

impl Recipient {
    /// Whether `person`, acting as `role` in `unit`, is meant. Whoever is tainted and acts in a
    /// health compartment is never meant as one of the unit or its health personnel (`barred`);
    /// only by name, or where job specialists are named as what they are.
    #[must_use]
    pub fn means(&self, person: PersonId, unit: UnitId, role: Role, barred: bool) -> bool {
        match self {
            Self::Person(named) => *named == person,
            Self::Unit(named) => *named == unit && !barred,
            Self::RoleInUnit(named, r) => {
                *named == unit && *r == role && (!barred || *r == Role::JobSpecialist)
            }
        }
    }

    /// Whether this is a person named one by one.
    #[must_use]
    pub const fn is_named_person(&self) -> bool {
        matches!(self, Self::Person(_))
    }
}

/// One direction of a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Who may speak.
    pub source: Source,
    /// Who may hear.
    pub recipient: Recipient,
    /// What about.
    pub categories: CategorySet,
}

/// The time in which an active consent can cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// When the grant was recorded.
    pub granted_at: Timestamp,
    /// First moment.
    pub from: Timestamp,
    /// First moment after.
    pub until: Timestamp,
    /// When the giver's authority ends (16th birthday, end of guardianship), if it does.
    pub lapses_at: Option<Timestamp>,
}

/// What is stored of a consent's state. End states never reopen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Written, not yet agreed to.
    Draft,
    /// Granted.
    Active(Validity),
    /// The patient said no.
    Refused {
        /// When.
        at: Timestamp,
    },
    /// Granted, then withdrawn.
    Withdrawn {
        /// When.
        at: Timestamp,
        /// The validity it had.
        was: Validity,
    },
    /// Replaced by a narrower or renewed consent.
    Superseded {
        /// When.
        at: Timestamp,
        /// By which.
        by: ConsentId,
        /// The validity it had.
        was: Validity,
    },
}

impl State {
    /// When it was granted, if it ever was.
    #[must_use]
    pub const fn granted_at(&self) -> Option<Timestamp> {
        match self {
            Self::Draft | Self::Refused { .. } => None,
            Self::Active(was) | Self::Withdrawn { was, .. } | Self::Superseded { was, .. } => {
                Some(was.granted_at)
            }
        }
    }
}

/// The discussion that a single-use consent was used in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// Which discussion.
    pub discussion: DiscussionId,
    /// When it ended, if it has.
    pub ended_at: Option<Timestamp>,
}

/// A consent.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// Its version; each change is one more.
    pub version: u32,
    /// The patient record it was drafted on.
    pub patient: PatientId,
    /// What for.
    pub purpose: Purpose,
    /// Its directed grants.
    pub grants: Vec<Grant>,
    /// Topics kept out, whatever any consent says.
    pub excluded_categories: CategorySet,
    /// Recipients kept out, whatever any consent says.
    pub excluded_recipients: Vec<Recipient>,
    /// The information record it rests on.
    pub information: Option<InformationId>,
    /// Who gives it.
    pub given_by: GivenBy,
    /// On whose authority, where it is not the patient.
    pub guardianships: Vec<GuardianshipId>,
    /// Age in whole years at the grant.
    pub age_at_grant: Option<u8>,
    /// In which form it was given.
    pub form: Option<Form>,
    /// Whether it is used up by one discussion.
    pub single_use: bool,
    /// The discussion that used it, where it is single-use.
    pub used: Option<Use>,
    /// Its stored state.
    pub state: State,
    /// The consent it replaces.
    pub supersedes: Option<ConsentId>,
}

/// Evidence that a consent was in force at a moment.
#[derive(Clone, Copy, Debug)]
pub struct ActiveConsent<'a> {
    consent: &'a Consent,
    granted_at: Timestamp,
    until: Timestamp,
}

impl<'a> ActiveConsent<'a> {
    /// The consent.
    #[must_use]
    pub const fn consent(&self) -> &'a Consent {
        self.consent
    }

    /// When it was granted.
    #[must_use]
    pub const fn granted_at(&self) -> Timestamp {
        self.granted_at
    }

    /// The first moment at which this evidence no longer holds.
    #[must_use]
    pub const fn until(&self) -> Timestamp {
        self.until
    }
}

impl Consent {
    /// Evidence that this consent is in force at `now` for `discussion`, or why it is not.
    /// R2; GDPR art. 7(3).
    ///
    /// # Errors
    /// The reason code of what is missing.
    pub fn active_at(
        &self,
        now: Timestamp,
        discussion: Option<DiscussionId>,
    ) -> Result<ActiveConsent<'_>, ReasonCode> {
        match &self.state {
            State::Draft | State::Refused { .. } => Err(ReasonCode::NoConsent),
            State::Withdrawn { .. } => Err(ReasonCode::ConsentWithdrawn),
            State::Superseded { .. } => Err(ReasonCode::ConsentLapsed),
            State::Active(validity) => self.valid_at(validity, now, discussion),
        }
    }

    fn valid_at(
        &self,
        validity: &Validity,
        now: Timestamp,
        discussion: Option<DiscussionId>,
    ) -> Result<ActiveConsent<'_>, ReasonCode> {
        if now < validity.from {
            return Err(ReasonCode::ConsentNotYetValid);
        }
        if validity.lapses_at.is_some_and(|lapse| lapse <= now) {
            return Err(ReasonCode::ConsentLapsed);
        }
        if self.single_use && self.is_used_up(validity, now, discussion) {
            return Err(ReasonCode::ConsentUsed);
        }
        if validity.until <= now {
            return Err(ReasonCode::ConsentExpired);
        }
        let day_ends = self.single_use.then(|| end_of_oslo_day(validity.from));
        let ends = validity.lapses_at.into_iter().chain(day_ends);
        let until = ends.fold(validity.until, Timestamp::min);
        Ok(ActiveConsent {
            consent: self,
            granted_at: validity.granted_at,
            until,
        })
    }

    /// Single use ends with its discussion or with the Oslo day.
    fn is_used_up(
        &self,
        validity: &Validity,
        now: Timestamp,
        discussion: Option<DiscussionId>,
    ) -> bool {
        let elsewhere = self
            .used
            .is_some_and(|used| discussion != Some(used.discussion));
        let ended = self
            .used
            .and_then(|used| used.ended_at)
            .is_some_and(|ended| ended <= now);
        elsewhere || ended || end_of_oslo_day(validity.from) <= now
    }

    /// A single-use consent bound to the discussion that first uses it; `None` where nothing
    /// changes. What was agreed stays the same, and so does the version.
    #[must_use]
    pub fn used_in(&self, discussion: DiscussionId) -> Option<Self> {
        let first = self.single_use && self.used.is_none();
        first.then(|| Self {
            used: Some(Use {
                discussion,
                ended_at: None,
            }),
            ..self.clone()
        })
    }

    /// A single-use consent used up by the end of its discussion; `None` where nothing changes.
    #[must_use]
    pub fn used_up_with(&self, discussion: DiscussionId, ended_at: Timestamp) -> Option<Self> {
        let used = self
            .used
            .filter(|u| u.discussion == discussion && u.ended_at.is_none())?;
        Some(Self {
            used: Some(Use {
                ended_at: Some(ended_at),
                ..used
            }),
            ..self.clone()
        })
    }

    /// This consent, lapsing with the `guardianship` it rests on, which ends `at`; `None` where it
    /// rests on others or is not in force any more.
    #[must_use]
    pub fn lapsing_with(&self, guardianship: GuardianshipId, at: Timestamp) -> Option<Self> {
        match self.state {
            State::Active(was) if self.guardianships.contains(&guardianship) => {
                let lapses_at = Some(was.lapses_at.map_or(at, |known| known.min(at)));
                let state = State::Active(Validity { lapses_at, ..was });
                Some(Self {
                    version: self.version + 1,
                    state,
                    ..self.clone()
                })
            }
            State::Active(_)
            | State::Draft
            | State::Refused { .. }
            | State::Withdrawn { .. }
            | State::Superseded { .. } => None,
        }
    }

    /// Whether some grant of it has a source that speaks for `unit` of `organisation`.
    #[must_use]
    pub fn speaks_for(&self, unit: UnitId, organisation: OrganisationId) -> bool {
        self.grants
            .iter()
            .any(|g| g.source.speaks_for(unit, organisation))
    }

    /// Whether it keeps any topic or recipient out.
    pub(crate) fn excludes_anything(&self) -> bool {
        !self.excluded_categories.is_empty() || !self.excluded_recipients.is_empty()
    }

    /// Every category that any of its grants names.
    #[must_use]
    pub fn categories(&self) -> CategorySet {
        self.grants
            .iter()
            .fold(CategorySet::NONE, |all, g| all.union(g.categories))
    }
}

impl Source {
    /// Whether a case owned by `unit` of `organisation` speaks from this source.
    #[must_use]
    pub fn speaks_for(&self, unit: UnitId, organisation: OrganisationId) -> bool {
        match self {
            Self::Unit(source) => *source == unit,
            Self::Organisation(source) => *source == organisation,
        }
    }
}
