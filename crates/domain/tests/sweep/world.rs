//! The facts of one combination.

use crate::axes::{
    About, Also, Covers, From, Member, Named, Objecting, Owner, Place, Point, Protected, Seen,
    Serves, Side, Stage, Stopped, Tainted,
};
use jiff::Timestamp;
use samrad_domain::code::{Category, CategorySet, Purpose, Role};
use samrad_domain::consent::{Consent, GivenBy, Grant, Recipient, Source, State, Use, Validity};
use samrad_domain::decision::{Basis, Matter, Objection, Subject, Viewer};
use samrad_domain::id::{ConsentId, DiscussionId, OrganisationId, PatientId, PersonId, UnitId};
use samrad_domain::unit::Compartment;
use uuid::Uuid;

pub(crate) const OWNER: UnitId = UnitId::new(Uuid::from_u128(1));
pub(crate) const AUDIENCE: UnitId = UnitId::new(Uuid::from_u128(2));
const ELSEWHERE: UnitId = UnitId::new(Uuid::from_u128(3));
const SISTER: UnitId = UnitId::new(Uuid::from_u128(4));
pub(crate) const HERE: OrganisationId = OrganisationId::new(Uuid::from_u128(5));
const THERE: OrganisationId = OrganisationId::new(Uuid::from_u128(6));
pub(crate) const ASKING: PersonId = PersonId::new(Uuid::from_u128(7));
const SOMEBODY: PersonId = PersonId::new(Uuid::from_u128(8));
pub(crate) const TALK: DiscussionId = DiscussionId::new(Uuid::from_u128(9));
const OTHER_TALK: DiscussionId = DiscussionId::new(Uuid::from_u128(10));

/// Noon in Oslo, 10 March 2026.
pub(crate) fn now() -> Timestamp {
    at("2026-03-10T11:00:00Z")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an RFC 3339 moment")
}

fn set(categories: &[Category]) -> CategorySet {
    categories.iter().copied().collect()
}

/// What the anonymised summary and thread drew on.
pub(crate) fn drawn() -> CategorySet {
    set(&[Category::Identity, Category::Diagnosis])
}

/// The facts, owned.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) compartment: Compartment,
    pub(crate) consents: Vec<Consent>,
    objections: Vec<Objection>,
    restricted: bool,
    stopped: bool,
    general: bool,
    unit: UnitId,
    role: Role,
    own: Compartment,
    tainted: bool,
    membership: Option<Basis>,
    has_seen: bool,
}

impl World {
    pub(crate) fn of(point: &Point) -> Self {
        let compartment = owners(point.owner);
        let own = own(point.side, &compartment);
        let unit = match point.place {
            Place::Audience => AUDIENCE,
            Place::OwnersUnit => OWNER,
            Place::Elsewhere => ELSEWHERE,
        };
        Self {
            compartment,
            consents: first_word(point, unit)
                .into_iter()
                .chain(second_word(point, unit))
                .collect(),
            objections: objections(point.objection, unit),
            restricted: point.protection == Protected::Yes,
            stopped: point.stopped == Stopped::Yes,
            general: point.matter == About::General,
            unit,
            role: point.role,
            own,
            tainted: point.tainted == Tainted::Yes || point.role == Role::JobSpecialist,
            membership: match point.member {
                Member::None => None,
                Member::Team => Some(Basis::Team),
                Member::Invited => Some(Basis::Hpl25),
            },
            has_seen: point.seen == Seen::Yes,
        }
    }

    pub(crate) fn matter(&self) -> Matter<'_> {
        Matter {
            discussion: TALK,
            owner: OWNER,
            organisation: HERE,
            compartment: &self.compartment,
            audience: AUDIENCE,
            purpose: Purpose::CaseDiscussion,
            drawn: drawn(),
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
            person: ASKING,
            unit: self.unit,
            role: self.role,
            compartment: &self.own,
            tainted: self.tainted,
            membership: self.membership,
            has_seen: self.has_seen,
        }
    }
}

fn owners(owner: Owner) -> Compartment {
    match owner {
        Owner::Health => Compartment::Health(HERE),
        Owner::NavState => Compartment::NavState("0312".to_owned()),
        Owner::Municipal => Compartment::MunicipalSocial("0301".to_owned()),
        Owner::Ips => Compartment::Ips(HERE),
    }
}

fn own(side: Side, owners: &Compartment) -> Compartment {
    match side {
        Side::Owners => owners.clone(),
        Side::NavState => Compartment::NavState("0315".to_owned()),
        Side::Municipal => Compartment::MunicipalSocial("0315".to_owned()),
        Side::Health => Compartment::Health(THERE),
        Side::Ips => Compartment::Ips(THERE),
        Side::None => Compartment::None,
    }
}

fn objections(objection: Objecting, unit: UnitId) -> Vec<Objection> {
    match objection {
        Objecting::None => Vec::new(),
        Objecting::Everybody => vec![Objection::Everybody],
        Objecting::Unit => vec![Objection::Unit(unit)],
        Objecting::Person => vec![Objection::Person(ASKING)],
        Objecting::Others => vec![Objection::Unit(SISTER)],
    }
}

fn a_year() -> Validity {
    Validity {
        granted_at: at("2026-01-10T09:00:00Z"),
        from: at("2026-01-10T09:00:00Z"),
        until: at("2027-01-10T09:00:00Z"),
        lapses_at: None,
    }
}

/// An active consent for the discussion's purpose, from the owner's unit.
pub(crate) fn consent(n: u128, recipient: Recipient, categories: CategorySet) -> Consent {
    Consent {
        id: ConsentId::new(Uuid::from_u128(n)),
        version: 2,
        patient: PatientId::new(Uuid::from_u128(11)),
        purpose: Purpose::CaseDiscussion,
        grants: vec![Grant {
            source: Source::Unit(OWNER),
            recipient,
            categories,
        }],
        excluded_categories: CategorySet::NONE,
        excluded_recipients: Vec::new(),
        information: None,
        given_by: GivenBy::Patient,
        guardianships: Vec::new(),
        age_at_grant: None,
        form: None,
        single_use: false,
        used: None,
        state: State::Active(a_year()),
        supersedes: None,
    }
}

fn first_word(point: &Point, unit: UnitId) -> Option<Consent> {
    let another = if point.role == Role::Coordinator {
        Role::Gp
    } else {
        Role::Coordinator
    };
    let recipient = match point.named {
        Named::Person => Recipient::Person(ASKING),
        Named::Unit => Recipient::Unit(unit),
        Named::Role => Recipient::RoleInUnit(unit, point.role),
        Named::Specialists => Recipient::RoleInUnit(unit, Role::JobSpecialist),
        Named::AnotherPerson => Recipient::Person(SOMEBODY),
        Named::AnotherUnit => Recipient::Unit(SISTER),
        Named::AnotherRole => Recipient::RoleInUnit(unit, another),
    };
    let categories = match point.covers {
        Covers::All => CategorySet::all(),
        Covers::Drawn => drawn(),
        Covers::Identity => set(&[Category::Identity]),
        Covers::NotIdentity => set(&[Category::Diagnosis]),
        Covers::Nothing => set(&[Category::Plan]),
    };
    let mut consent = consent(1, recipient, categories);
    consent.grants[0].source = match point.source {
        From::Unit => Source::Unit(OWNER),
        From::Organisation => Source::Organisation(HERE),
        From::Sister => Source::Unit(SISTER),
        From::OtherWay => Source::Unit(AUDIENCE),
    };
    if point.purpose == Serves::Another {
        consent.purpose = Purpose::IpsCooperation;
    }
    staged(consent, point.stage)
}

fn staged(mut consent: Consent, stage: Stage) -> Option<Consent> {
    let was = a_year();
    let today = Validity {
        granted_at: now(),
        from: now(),
        ..was
    };
    let yesterday = Validity {
        from: at("2026-03-09T11:00:00Z"),
        ..was
    };
    let used = |discussion, ended_at| {
        Some(Use {
            discussion,
            ended_at,
        })
    };
    let (state, used) = match stage {
        Stage::None => return None,
        Stage::Draft => (State::Draft, None),
        Stage::Active => (State::Active(was), None),
        Stage::Refused => (State::Refused { at: was.granted_at }, None),
        Stage::NotYet => (
            State::Active(Validity {
                from: at("2026-03-10T11:00:00.000001Z"),
                ..was
            }),
            None,
        ),
        Stage::Withdrawn => (State::Withdrawn { at: now(), was }, None),
        Stage::Superseded => {
            let by = ConsentId::new(Uuid::from_u128(99));
            (State::Superseded { at: now(), by, was }, None)
        }
        Stage::Expired => (
            State::Active(Validity {
                until: now(),
                ..was
            }),
            None,
        ),
        Stage::Lapsed => (
            State::Active(Validity {
                lapses_at: Some(now()),
                ..was
            }),
            None,
        ),
        Stage::Once => (State::Active(today), None),
        Stage::OnceHere => (State::Active(today), used(TALK, None)),
        Stage::OnceElsewhere => (State::Active(today), used(OTHER_TALK, None)),
        Stage::OnceEnded => (State::Active(today), used(TALK, Some(now()))),
        Stage::OnceYesterday => (State::Active(yesterday), None),
    };
    consent.single_use = matches!(
        stage,
        Stage::Once
            | Stage::OnceHere
            | Stage::OnceElsewhere
            | Stage::OnceEnded
            | Stage::OnceYesterday
    );
    (consent.state, consent.used) = (state, used);
    Some(consent)
}

/// What else the patient has said. Exclusions stand in a consent that covers somebody else.
fn second_word(point: &Point, unit: UnitId) -> Option<Consent> {
    let excluding = |recipient| Consent {
        excluded_recipients: vec![recipient],
        ..consent(2, Recipient::Person(SOMEBODY), CategorySet::all())
    };
    let without = |category| Consent {
        excluded_categories: set(&[category]),
        ..consent(2, Recipient::Person(SOMEBODY), CategorySet::all())
    };
    let me = || excluding(Recipient::Person(ASKING));
    let refusal = |recipient, categories, at| Consent {
        state: State::Refused { at },
        ..consent(2, recipient, categories)
    };
    let person = Recipient::Person(ASKING);
    Some(match point.also {
        Also::Nothing => return None,
        Also::ExcludesFamily => without(Category::Family),
        Also::ExcludesDrawn => without(Category::Diagnosis),
        Also::ExcludesIdentity => without(Category::Identity),
        Also::ExcludesPerson => me(),
        Also::ExcludesUnit => excluding(Recipient::Unit(unit)),
        Also::ExcludesOthers => excluding(Recipient::Person(SOMEBODY)),
        Also::ExclusionNotYet => staged(me(), Stage::NotYet)?,
        Also::ExclusionExpired => staged(me(), Stage::Expired)?,
        Also::ExclusionWithdrawn => staged(me(), Stage::Withdrawn)?,
        Also::ExclusionElsewhere => {
            let mut elsewhere = me();
            elsewhere.grants[0].source = Source::Unit(SISTER);
            elsewhere
        }
        Also::ExclusionOtherPurpose => Consent {
            purpose: Purpose::ThreeWayTalk,
            ..me()
        },
        Also::RefusedAfter => refusal(person, CategorySet::all(), now()),
        Also::RefusedBefore => refusal(person, CategorySet::all(), at("2026-01-01T09:00:00Z")),
        Also::RefusedUnit => refusal(Recipient::Unit(unit), CategorySet::all(), now()),
        Also::RefusedTopic => refusal(person, set(&[Category::Family]), now()),
        Also::RefusedOthers => refusal(Recipient::Person(SOMEBODY), CategorySet::all(), now()),
        Also::AddsDrawn => consent(2, person, set(&[Category::Diagnosis])),
        Also::AddsIdentity => consent(2, person, set(&[Category::Identity])),
    })
}
