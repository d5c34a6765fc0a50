//! Everything that a decision about a discussion needs, loaded together inside the unit of work.

use super::unit_of_work::Tx;
use super::{StoreError, cases, consents, discussions, patients};
use jiff::Timestamp;
use samrad_domain::actor::Staff;
use samrad_domain::case::Case;
use samrad_domain::code::{CategorySet, Purpose};
use samrad_domain::consent::{Consent, Use};
use samrad_domain::decision::{Matter, Objection, Sight, Subject, Viewer, who_sees};
use samrad_domain::discussion::Discussion;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{CaseId, ConsentId, DiscussionId, UnitId};
use samrad_domain::patient::Patient;
use uuid::Uuid;

/// A case, and what its patient has said.
#[derive(Clone, Debug)]
pub struct File {
    /// The case.
    pub case: Case,
    /// The patient; none for a general question.
    pub patient: Option<Patient>,
    pub(super) consents: Vec<Consent>,
    pub(super) objections: Vec<Objection>,
}

/// A case as put before one audience.
#[derive(Clone, Copy, Debug)]
pub struct Showing {
    /// The discussion; none for a question beforehand.
    pub discussion: Option<DiscussionId>,
    /// The audience.
    pub audience: UnitId,
    /// What for.
    pub purpose: Purpose,
    /// What the summary and the thread drew on.
    pub drawn: CategorySet,
    /// Whether somebody recognised the person.
    pub stopped: bool,
}

/// A discussion with its file.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The discussion.
    pub discussion: Discussion,
    /// Its case, and what its patient has said.
    pub file: File,
    pub(super) recognised: bool,
}

/// Loads a case and what its patient has said.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn file(tx: &mut Tx<'_>, id: CaseId) -> Result<Option<File>, StoreError> {
    let Some(case) = cases::find(tx.conn, id)? else {
        return Ok(None);
    };
    let patient = match case.patient {
        Some(id) => Some(
            patients::find(tx.conn, tx.vault, id)?.ok_or(StoreError::Corrupt {
                table: "case_file",
                what: "a case without its patient",
            })?,
        ),
        None => None,
    };
    let (consents, objections) = match &patient {
        Some(patient) => (
            consents::of_person(tx.conn, &patient.key)?,
            patients::objections(tx.conn, patient.id)?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    Ok(Some(File {
        case,
        patient,
        consents,
        objections,
    }))
}

/// Loads a discussion with its file.
///
/// # Errors
/// When the database does not answer, or a row can't be.
pub fn load(tx: &mut Tx<'_>, id: DiscussionId) -> Result<Option<Loaded>, StoreError> {
    if let Some(loaded) = tx.ahead.discussion(id) {
        return Ok(Some(loaded));
    }
    let Some(discussion) = discussions::find(tx.conn, id)? else {
        return Ok(None);
    };
    let file = file(tx, discussion.case)?.ok_or(StoreError::Corrupt {
        table: "discussion",
        what: "a discussion without its case",
    })?;
    let recognised = discussions::is_recognised(tx.conn, id)?;
    Ok(Some(Loaded {
        discussion,
        file,
        recognised,
    }))
}

impl File {
    /// A file of its parts.
    pub(super) const fn of(
        case: Case,
        patient: Option<Patient>,
        consents: Vec<Consent>,
        objections: Vec<Objection>,
    ) -> Self {
        Self {
            case,
            patient,
            consents,
            objections,
        }
    }

    /// A consent for single use that is not bound yet is bound.
    pub(super) fn bind(&mut self, consent: ConsentId, to: Use) {
        let unbound = |c: &&mut Consent| c.id == consent && c.single_use && c.used.is_none();
        if let Some(consent) = self.consents.iter_mut().find(unbound) {
            consent.used = Some(to);
        }
    }

    /// The matter that is decided on, for one showing.
    #[must_use]
    pub fn matter(&self, showing: &Showing) -> Matter<'_> {
        Matter {
            discussion: showing.discussion.unwrap_or(DiscussionId::new(Uuid::nil())),
            owner: self.case.owner,
            organisation: self.case.organisation,
            compartment: &self.case.compartment,
            audience: showing.audience,
            purpose: showing.purpose,
            drawn: showing.drawn,
            stopped: showing.stopped,
            subject: self.patient.as_ref().map(|patient| Subject {
                consents: &self.consents,
                objections: &self.objections,
                restricted: patient.is_restricted(),
            }),
        }
    }

    /// `staff` as the decision sees them.
    #[must_use]
    pub fn viewer<'s>(&self, staff: &'s Staff, has_seen: bool, now: Timestamp) -> Viewer<'s> {
        let was_inside = self.case.members.iter().any(|m| m.person == staff.person);
        Viewer {
            person: staff.person,
            unit: staff.unit,
            role: staff.role,
            compartment: &staff.compartment,
            tainted: staff.tainted(),
            membership: self.case.membership(staff, now),
            has_seen: has_seen || was_inside,
        }
    }

    /// Every consent of the person.
    #[must_use]
    pub fn consents(&self) -> &[Consent] {
        &self.consents
    }

    /// An event of `kind` about this case, from its owner.
    #[must_use]
    pub fn event(&self, kind: EventKind) -> Event {
        Event::done(kind)
            .about(self.case.patient)
            .from(self.case.organisation, self.case.owner)
            .of_case(self.case.id)
    }
}

impl Loaded {
    /// A discussion of its parts.
    pub(super) const fn of(discussion: Discussion, file: File, recognised: bool) -> Self {
        Self {
            discussion,
            file,
            recognised,
        }
    }

    /// The discussion as it is put before its audience.
    #[must_use]
    pub fn showing(&self) -> Showing {
        Showing {
            discussion: Some(self.discussion.id),
            audience: self.discussion.audience,
            purpose: self.discussion.purpose,
            drawn: self.discussion.drawn,
            stopped: self.recognised,
        }
    }

    /// What `staff` gets of it now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn sight(&self, tx: &mut Tx<'_>, staff: &Staff) -> Result<Sight, StoreError> {
        let has_seen = match tx.ahead.has_seen(self.discussion.id, staff.person) {
            Some(seen) => seen,
            None => discussions::has_seen(tx.conn, self.discussion.id, staff.person)?,
        };
        let viewer = self.file.viewer(staff, has_seen, tx.now);
        Ok(who_sees(
            &self.file.matter(&self.showing()),
            &viewer,
            tx.now,
        ))
    }

    /// An event of `kind` about this discussion, from its owner.
    #[must_use]
    pub fn event(&self, kind: EventKind) -> Event {
        let mut event = self.file.event(kind);
        event.discussion = Some(self.discussion.id);
        event.purpose = Some(self.discussion.purpose);
        event
    }
}
