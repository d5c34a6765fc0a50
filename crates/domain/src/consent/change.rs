//! Refusing, withdrawing, narrowing and renewing a consent.

use super::{Agreement, Consent, Grant, Recipient, State, Validity};
use crate::actor::Staff;
use crate::code::{CategorySet, Role};
use crate::id::ConsentId;
use crate::permit::{Decision, Permit, Refusal, RefusalCode};
use jiff::Timestamp;

/// A draft that the patient said no to.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The consent after the act.
    pub consent: Consent,
}

/// A consent withdrawn.
#[derive(Clone, Debug)]
pub struct Withdrawn {
    /// The consent after the act.
    pub consent: Consent,
}

/// A consent replaced by a narrower one, in one step.
#[derive(Clone, Debug)]
pub struct Narrowed {
    /// The old consent, superseded.
    pub old: Consent,
    /// The new consent, active.
    pub new: Consent,
}

/// A draft that will replace a consent when it is granted.
#[derive(Clone, Debug)]
pub struct Renewed {
    /// The new draft.
    pub draft: Consent,
}

/// What remains after narrowing.
#[derive(Clone, Debug)]
pub struct Narrowing {
    /// The grants that remain, each no wider than an old one.
    pub grants: Vec<Grant>,
    /// Topics kept out besides those of the old consent.
    pub exclude_categories: CategorySet,
    /// Recipients kept out besides those of the old consent.
    pub exclude_recipients: Vec<Recipient>,
    /// When it ends, if earlier.
    pub until: Option<Timestamp>,
}

/// How far a withdrawal reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every consent that covers the same recipients.
    SameRecipients,
    /// This consent alone, as the patient said.
    ThisAlone,
}

impl Consent {
    /// The patient says no to a draft.
    ///
    /// # Errors
    /// Wrong state where it is no draft; R2 where the recorder is neither of the source's case
    /// team nor the patient or a guardian.
    pub fn refuse(&self, by: Agreement<'_>, now: Timestamp) -> Decision<Refused> {
        may_decide(by)?;
        if self.state != State::Draft {
            return Err(Refusal::new(RefusalCode::WrongState));
        }
        let consent = Self {
            version: self.version + 1,
            state: State::Refused { at: now },
            ..self.clone()
        };
        Ok(Permit::grant(Refused { consent }))
    }

    /// Whether `staff` is somebody whom this consent names, by person, unit or role: they may
    /// record a withdrawal, as may the patient and the source's case team.
    #[must_use]
    pub fn names(&self, staff: &Staff) -> bool {
        self.covers_any_position_of(staff)
    }

    /// Withdraws. GDPR art. 7(3): as easy as giving, and effective at once.
    ///
    /// # Errors
    /// Wrong state where there is nothing in force to withdraw.
    pub fn withdraw(&self, now: Timestamp) -> Decision<Withdrawn> {
        let State::Active(was) = self.state else {
            return Err(Refusal::new(RefusalCode::WrongState));
        };
        let state = State::Withdrawn { at: now, was };
        let consent = Self {
            version: self.version + 1,
            state,
            ..self.clone()
        };
        Ok(Permit::grant(Withdrawn { consent }))
    }

    /// Whether a withdrawal of this consent reaches `other`: one that covers any of the same
    /// recipients, where `works_in` tells the units of the persons named.
    #[must_use]
    pub fn reaches(
        &self,
        other: &Self,
        works_in: &dyn Fn(crate::id::PersonId, crate::id::UnitId) -> bool,
    ) -> bool {
        self.grants.iter().any(|a| {
            other
                .grants
                .iter()
                .any(|b| overlap(a.recipient, b.recipient, works_in))
        })
    }

    /// Replaces this consent by a narrower one, in one step.
    ///
    /// # Errors
    /// R2 where anything is wider than before; wrong state where nothing is in force.
    pub fn narrow(
        &self,
        narrowing: &Narrowing,
        new: ConsentId,
        by: Agreement<'_>,
        now: Timestamp,
    ) -> Decision<Narrowed> {
        may_decide(by)?;
        let State::Active(was) = self.state else {
            return Err(Refusal::new(RefusalCode::WrongState));
        };
        self.active_at(now.max(was.from), self.used.map(|u| u.discussion))
            .map_err(|reason| Refusal::new(RefusalCode::WrongState).because(reason))?;
        let until = narrowing.until.unwrap_or(was.until);
        let within = narrowing
            .grants
            .iter()
            .all(|g| self.grants.iter().any(|old| holds(old, g)));
        if !within || until > was.until {
            return Err(Refusal::new(RefusalCode::Widens));
        }
        if narrowing.grants.iter().all(|g| g.categories.is_empty()) || until <= now.max(was.from) {
            return Err(Refusal::new(RefusalCode::CoversNothing));
        }
        Ok(Permit::grant(Narrowed {
            old: self.superseded_by(new, was, now),
            new: self.narrowed(narrowing, new, Validity { until, ..was }),
        }))
    }

    fn narrowed(&self, narrowing: &Narrowing, id: ConsentId, validity: Validity) -> Self {
        let mut excluded_recipients = self.excluded_recipients.clone();
        for recipient in &narrowing.exclude_recipients {
            if !excluded_recipients.contains(recipient) {
                excluded_recipients.push(*recipient);
            }
        }
        Self {
            id,
            version: 1,
            grants: narrowing.grants.clone(),
            excluded_categories: self.excluded_categories.union(narrowing.exclude_categories),
            excluded_recipients,
            state: State::Active(validity),
            supersedes: Some(self.id),
            ..self.clone()
        }
    }

    /// The same consent, replaced by `by`.
    #[must_use]
    pub fn superseded_by(&self, by: ConsentId, was: Validity, now: Timestamp) -> Self {
        let state = State::Superseded { at: now, by, was };
        Self {
            version: self.version + 1,
            state,
            ..self.clone()
        }
    }

    /// Prepares a new draft of the same content, to be granted afresh; the old one is superseded
    /// when the new one is granted.
    ///
    /// # Errors
    /// Wrong state where the old one was never granted, or was withdrawn or replaced.
    pub fn renew(&self, new: ConsentId, by: Agreement<'_>) -> Decision<Renewed> {
        may_decide(by)?;
        let State::Active(_) = self.state else {
            return Err(Refusal::new(RefusalCode::WrongState));
        };
        let draft = Self {
            id: new,
            version: 1,
            state: State::Draft,
            supersedes: Some(self.id),
            information: None,
            guardianships: Vec::new(),
            age_at_grant: None,
            form: None,
            used: None,
            ..self.clone()
        };
        Ok(Permit::grant(Renewed { draft }))
    }
}

fn may_decide(by: Agreement<'_>) -> Result<(), Refusal> {
    match by {
        Agreement::Team {
            of_every_source: false,
            ..
        } => Err(Refusal::new(RefusalCode::RecorderNotOfSource)),
        Agreement::Team { .. } | Agreement::Patient | Agreement::Guardian(_) => Ok(()),
    }
}

/// Whether `new` is no wider than `old`. Job specialists named as such are not held by their unit:
/// in a health unit they are not among those whom its name means.
fn holds(old: &Grant, new: &Grant) -> bool {
    let narrower_recipient = match (old.recipient, new.recipient) {
        (Recipient::Unit(unit), Recipient::RoleInUnit(other, role)) => {
            unit == other && role != Role::JobSpecialist
        }
        (a, b) => a == b,
    };
    old.source == new.source && narrower_recipient && old.categories.covers(new.categories)
}

fn overlap(
    a: Recipient,
    b: Recipient,
    works_in: &dyn Fn(crate::id::PersonId, crate::id::UnitId) -> bool,
) -> bool {
    use Recipient::{Person, RoleInUnit, Unit};
    match (a, b) {
        (Person(a), Person(b)) => a == b,
        (Person(p), Unit(u) | RoleInUnit(u, _)) | (Unit(u) | RoleInUnit(u, _), Person(p)) => {
            works_in(p, u)
        }
        (RoleInUnit(a, r), RoleInUnit(b, s)) => a == b && r == s,
        (Unit(a), Unit(b) | RoleInUnit(b, _)) | (RoleInUnit(a, _), Unit(b)) => a == b,
    }
}
