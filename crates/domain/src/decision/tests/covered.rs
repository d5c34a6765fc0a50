//! Rule 2: covered, each of the five off by one, and what a decision lasts for.

use crate::code::{Category, CategorySet, Purpose, ReasonCode, Role};
use crate::consent::{Consent, Recipient, Source, State, Validity};
use crate::decision::{Cover, Sight};
use crate::testing::{
    ADVISER, DPS, ELSEWHERE, HOSPITAL, NAV, OTHER_HOSPITAL, Scene, THERAPIST, a_year, at, consent,
    consent_id, grant_to, health, now, set,
};

fn to(recipient: Recipient) -> Consent {
    Consent {
        grants: vec![grant_to(recipient)],
        ..consent()
    }
}

fn about(categories: &[Category]) -> Consent {
    let mut consent = consent();
    consent.grants[0].categories = set(categories);
    consent
}

fn from(source: Source) -> Consent {
    let mut consent = consent();
    consent.grants[0].source = source;
    consent
}

fn cover_of(scene: &Scene) -> Cover {
    let sight = scene.sight();
    let Sight::Identified(cover) = sight else {
        panic!("not identified: {sight:?}")
    };
    cover
}

#[test]
fn an_active_consent_shows_what_it_covers() {
    let cover = cover_of(&Scene::covered());
    assert_eq!(cover.categories, CategorySet::all());
    assert_eq!(cover.consents, [(consent_id(1), 2)]);
    assert_eq!(cover.until, a_year().until);
}

#[test]
fn a_unit_and_a_role_in_it_cover_those_who_act_there() {
    for recipient in [
        Recipient::Unit(NAV),
        Recipient::RoleInUnit(NAV, Role::NavAdviser),
    ] {
        cover_of(&Scene::with(vec![to(recipient)]));
    }
}

#[test]
fn the_recipient_off_by_one_is_not_covered() {
    for recipient in [
        Recipient::Person(THERAPIST),
        Recipient::Unit(ELSEWHERE),
        Recipient::RoleInUnit(NAV, Role::Coordinator),
        Recipient::RoleInUnit(ELSEWHERE, Role::NavAdviser),
    ] {
        let sight = Scene::with(vec![to(recipient)]).sight();
        assert_eq!(
            sight,
            Sight::Anonymised(ReasonCode::WrongRecipient),
            "{recipient:?}"
        );
    }
}

#[test]
fn the_category_off_by_one_is_not_covered() {
    let without_identity = about(&[Category::Diagnosis, Category::Plan]);
    let sight = Scene::with(vec![without_identity]).sight();
    assert_eq!(sight, Sight::Anonymised(ReasonCode::CategoryNotCovered));
    let less_than_drawn = about(&[Category::Identity, Category::Plan]);
    let sight = Scene::with(vec![less_than_drawn]).sight();
    assert_eq!(sight, Sight::Anonymised(ReasonCode::SummaryNotCovered));
}

#[test]
fn the_purpose_off_by_one_is_not_covered() {
    let other = Consent {
        purpose: Purpose::ThreeWayTalk,
        ..consent()
    };
    let sight = Scene::with(vec![other]).sight();
    assert_eq!(sight, Sight::Anonymised(ReasonCode::WrongPurpose));
}

#[test]
fn the_direction_off_by_one_is_not_covered() {
    cover_of(&Scene::with(vec![from(Source::Organisation(HOSPITAL))]));
    for source in [
        Source::Unit(NAV),
        Source::Unit(ELSEWHERE),
        Source::Organisation(OTHER_HOSPITAL),
    ] {
        let sight = Scene::with(vec![from(source)]).sight();
        assert_eq!(
            sight,
            Sight::Anonymised(ReasonCode::NoConsent),
            "{source:?}"
        );
    }
}

#[test]
fn the_time_off_by_one_is_not_covered() {
    let validity = |from, until| Validity {
        from,
        until,
        ..a_year()
    };
    let tick = jiff::SignedDuration::from_micros(1);
    let at_state = |v| {
        Scene::with(vec![Consent {
            state: State::Active(v),
            ..consent()
        }])
        .sight()
    };
    let later = at("2026-12-01T00:00:00Z");
    cover_of(&Scene::with(vec![Consent {
        state: State::Active(validity(now(), now() + tick)),
        ..consent()
    }]));
    assert_eq!(
        at_state(validity(now() + tick, later)),
        Sight::Anonymised(ReasonCode::ConsentNotYetValid)
    );
    assert_eq!(
        at_state(validity(a_year().from, now())),
        Sight::Anonymised(ReasonCode::ConsentExpired)
    );
}

#[test]
fn several_consents_add_up() {
    let name = about(&[Category::Identity]);
    let rest = Consent {
        id: consent_id(2),
        ..about(&[Category::Diagnosis])
    };
    let cover = cover_of(&Scene::with(vec![name, rest]));
    assert_eq!(
        cover.categories,
        set(&[Category::Identity, Category::Diagnosis])
    );
    assert_eq!(cover.consents.len(), 2);
}

#[test]
fn a_decision_ends_when_an_exclusion_begins() {
    let begins = at("2026-03-11T00:00:00Z");
    let coming = Consent {
        id: consent_id(2),
        excluded_categories: set(&[Category::Diagnosis]),
        state: State::Active(Validity {
            from: begins,
            ..a_year()
        }),
        ..consent()
    };
    assert_eq!(
        cover_of(&Scene::with(vec![consent(), coming])).until,
        begins
    );
}

#[test]
fn a_clinician_who_is_a_job_specialist_elsewhere_is_not_one_of_a_health_unit() {
    let tainted = |recipient, role| {
        let scene = Scene {
            tainted: true,
            role,
            compartment: health(),
            ..Scene::with(vec![to(recipient)])
        };
        scene.sight()
    };
    let not_meant = Sight::Anonymised(ReasonCode::WrongRecipient);
    assert_eq!(tainted(Recipient::Unit(NAV), Role::Clinician), not_meant);
    assert_eq!(
        tainted(Recipient::RoleInUnit(NAV, Role::Clinician), Role::Clinician),
        not_meant
    );
    assert_eq!(
        tainted(Recipient::Unit(NAV), Role::JobSpecialist),
        not_meant
    );
    let named = tainted(Recipient::Person(ADVISER), Role::Clinician);
    assert!(matches!(named, Sight::Identified(_)));
}

#[test]
fn a_protected_person_is_known_only_to_people_named_one_by_one() {
    let restricted = |r| {
        Scene {
            restricted: true,
            ..Scene::with(vec![to(r)])
        }
        .sight()
    };
    assert!(matches!(
        restricted(Recipient::Person(ADVISER)),
        Sight::Identified(_)
    ));
    assert_eq!(
        restricted(Recipient::Unit(NAV)),
        Sight::Anonymised(ReasonCode::Restricted)
    );
}

#[test]
fn who_knew_and_is_no_longer_covered_gets_label_and_status_alone() {
    let withdrawn = Consent {
        state: State::Withdrawn {
            at: now(),
            was: a_year(),
        },
        ..consent()
    };
    let scene = Scene::with(vec![withdrawn]);
    assert_eq!(
        scene.sight(),
        Sight::Anonymised(ReasonCode::ConsentWithdrawn)
    );
    let knew = Scene {
        has_seen: true,
        ..scene
    };
    assert_eq!(knew.sight(), Sight::Sealed(ReasonCode::ConsentWithdrawn));
    let moved = Scene {
        unit: ELSEWHERE,
        ..knew
    };
    assert_eq!(moved.sight(), Sight::Sealed(ReasonCode::NotInAudience));
}

#[test]
fn nobody_gets_the_anonymised_view_of_a_stopped_discussion() {
    let scene = Scene {
        stopped: true,
        ..Scene::with(Vec::new())
    };
    assert_eq!(scene.sight(), Sight::Sealed(ReasonCode::NoConsent));
    let covered = Scene {
        stopped: true,
        ..Scene::covered()
    };
    assert!(matches!(covered.sight(), Sight::Identified(_)));
}

#[test]
fn a_case_of_the_audience_itself_still_needs_consent() {
    let colleague = Scene {
        unit: DPS,
        ..Scene::with(Vec::new()).by_clinician(DPS, None)
    };
    let mut matter = colleague.matter();
    matter.audience = DPS;
    let sight = crate::decision::who_sees(&matter, &colleague.viewer(), now());
    assert_eq!(sight, Sight::Anonymised(ReasonCode::NoConsent));
}
