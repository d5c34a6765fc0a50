//! Builders for the unit tests: everything right by default, so that a test says only what it is
//! about. The world is a DPS team that owns the case, and a NAV office that is the audience.

use crate::actor::{PersonKey, Position, Staff};
use crate::code::{Category, CategorySet, Purpose, Role};
use crate::consent::{Consent, GivenBy, Grant, Recipient, Source, State, Validity};
use crate::decision::{Basis, Matter, Objection, Subject, Viewer};
use crate::id::{
    AffiliationId, ConsentId, DataKeyId, DiscussionId, InformationId, OrganisationId, PatientId,
    PersonId, UnitId,
};
use crate::information::Form;
use crate::number::IdentityNumber;
use crate::patient::{Contact, FullName, Patient, Protection};
use crate::unit::Compartment;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

pub(crate) const DPS: UnitId = UnitId::new(Uuid::from_u128(0x10));
pub(crate) const NAV: UnitId = UnitId::new(Uuid::from_u128(0x20));
pub(crate) const ELSEWHERE: UnitId = UnitId::new(Uuid::from_u128(0x30));
pub(crate) const HOSPITAL: OrganisationId = OrganisationId::new(Uuid::from_u128(0x11));
pub(crate) const OTHER_HOSPITAL: OrganisationId = OrganisationId::new(Uuid::from_u128(0x12));
pub(crate) const THERAPIST: PersonId = PersonId::new(Uuid::from_u128(0x13));
pub(crate) const ADVISER: PersonId = PersonId::new(Uuid::from_u128(0x23));
pub(crate) const PATIENT: PatientId = PatientId::new(Uuid::from_u128(0x40));
pub(crate) const INFORMED: InformationId = InformationId::new(Uuid::from_u128(0x50));
pub(crate) const TALK: DiscussionId = DiscussionId::new(Uuid::from_u128(0x60));
pub(crate) const OTHER_TALK: DiscussionId = DiscussionId::new(Uuid::from_u128(0x61));

pub(crate) fn health() -> Compartment {
    Compartment::Health(HOSPITAL)
}

pub(crate) fn nav() -> Compartment {
    Compartment::NavState("0312".to_owned())
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("an RFC 3339 moment")
}

/// Noon in Oslo on an ordinary Tuesday.
pub(crate) fn now() -> Timestamp {
    at("2026-03-10T11:00:00Z")
}

pub(crate) fn set(categories: &[Category]) -> CategorySet {
    categories.iter().copied().collect()
}

pub(crate) fn consent_id(n: u128) -> ConsentId {
    ConsentId::new(Uuid::from_u128(0xC0 + n))
}

/// From the DPS to `recipient`, about everything.
pub(crate) fn grant_to(recipient: Recipient) -> Grant {
    Grant {
        source: Source::Unit(DPS),
        recipient,
        categories: CategorySet::all(),
    }
}

pub(crate) fn a_year() -> Validity {
    Validity {
        granted_at: at("2026-01-10T09:00:00Z"),
        from: at("2026-01-10T09:00:00Z"),
        until: at("2027-01-10T09:00:00Z"),
        lapses_at: None,
    }
}

/// An active consent to the NAV adviser for the case discussion, about everything.
pub(crate) fn consent() -> Consent {
    Consent {
        id: consent_id(1),
        version: 2,
        patient: PATIENT,
        purpose: Purpose::CaseDiscussion,
        grants: vec![grant_to(Recipient::Person(ADVISER))],
        excluded_categories: CategorySet::NONE,
        excluded_recipients: Vec::new(),
        information: Some(INFORMED),
        given_by: GivenBy::Patient,
        guardianships: Vec::new(),
        age_at_grant: Some(30),
        form: Some(Form::Written),
        single_use: false,
        used: None,
        state: State::Active(a_year()),
        supersedes: None,
    }
}

pub(crate) fn draft() -> Consent {
    Consent {
        version: 1,
        age_at_grant: None,
        form: None,
        state: State::Draft,
        ..consent()
    }
}

/// Somebody who acts in `role` at `unit` and holds no other position.
pub(crate) fn staff(person: PersonId, unit: UnitId, role: Role, compartment: Compartment) -> Staff {
    Staff {
        person,
        name: "Kari Behandler".to_owned(),
        affiliation: AffiliationId::new(Uuid::from_u128(0x70)),
        unit,
        organisation: HOSPITAL,
        role,
        compartment,
        positions: vec![Position { unit, role }],
        assurance: None,
    }
}

pub(crate) fn therapist() -> Staff {
    staff(THERAPIST, DPS, Role::Clinician, health())
}

/// The same person, who also holds `role` at `unit`.
pub(crate) fn also(mut staff: Staff, unit: UnitId, role: Role) -> Staff {
    staff.positions.push(Position { unit, role });
    staff
}

pub(crate) fn patient_born(birth_date: Date) -> Patient {
    Patient {
        id: PATIENT,
        compartment: health(),
        key: PersonKey::new([7; 32]),
        data_key: DataKeyId::new(Uuid::from_u128(0x41)),
        name: FullName {
            given: "Ola".to_owned(),
            family: "Testmann".to_owned(),
        },
        number: IdentityNumber::parse("10915596784", true).expect("a valid Tenor number"),
        birth_date,
        municipality: "0301".to_owned(),
        contact: Contact {
            phone: Some("99999999".to_owned()),
            email: None,
            address: Some("Storgata 1".to_owned()),
        },
        protection: Protection::None,
        version: 1,
    }
}

/// The facts of a decision, owned, with the viewer a NAV adviser of the audience.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) consents: Vec<Consent>,
    pub(crate) objections: Vec<Objection>,
    pub(crate) restricted: bool,
    pub(crate) general: bool,
    pub(crate) stopped: bool,
    pub(crate) drawn: CategorySet,
    pub(crate) owner: Compartment,
    pub(crate) person: PersonId,
    pub(crate) unit: UnitId,
    pub(crate) role: Role,
    pub(crate) compartment: Compartment,
    pub(crate) tainted: bool,
    pub(crate) membership: Option<Basis>,
    pub(crate) has_seen: bool,
}

impl Scene {
    /// An adviser of the audience who is covered for everything.
    pub(crate) fn covered() -> Self {
        Self::with(vec![consent()])
    }

    pub(crate) fn with(consents: Vec<Consent>) -> Self {
        Self {
            consents,
            objections: Vec::new(),
            restricted: false,
            general: false,
            stopped: false,
            drawn: set(&[Category::Identity, Category::Diagnosis]),
            owner: health(),
            person: ADVISER,
            unit: NAV,
            role: Role::NavAdviser,
            compartment: nav(),
            tainted: false,
            membership: None,
            has_seen: false,
        }
    }

    /// The same, seen by a clinician of the owner's organisation with a place in the case.
    pub(crate) fn by_clinician(self, unit: UnitId, membership: Option<Basis>) -> Self {
        Self {
            person: THERAPIST,
            unit,
            role: Role::Clinician,
            compartment: health(),
            membership,
            ..self
        }
    }

    pub(crate) fn matter(&self) -> Matter<'_> {
        Matter {
            discussion: TALK,
            owner: DPS,
            organisation: HOSPITAL,
            compartment: &self.owner,
            audience: NAV,
            purpose: Purpose::CaseDiscussion,
            drawn: self.drawn,
            stopped: self.stopped,
            subject: (!self.general).then_some(Subject {
                consents: &self.consents,
                objections: &self.objections,
                restricted: self.restricted,
            }),
        }
    }

    pub(crate) fn viewer(&self) -> Viewer<'_> {
        Viewer {
            person: self.person,
            unit: self.unit,
            role: self.role,
            compartment: &self.compartment,
            tainted: self.tainted,
            membership: self.membership,
            has_seen: self.has_seen,
        }
    }

    pub(crate) fn sight(&self) -> crate::decision::Sight {
        crate::decision::who_sees(&self.matter(), &self.viewer(), now())
    }
}
