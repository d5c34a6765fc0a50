//! Bounds of validity, forms, recipients, and what the source's policy accepts.

use super::Scene;
use crate::code::CategorySet;
use crate::consent::{Consent, Recipient, State, Terms, Use, Validity};
use crate::information::Form;
use crate::patient::{Patient, Protection};
use crate::permit::RefusalCode;
use crate::testing::{ADVISER, NAV, TALK, at, draft, grant_to, now};
use crate::unit::{OralPolicy, Policy, RecipientPolicy};
use jiff::{SignedDuration, Timestamp};

const TICK: SignedDuration = SignedDuration::from_micros(1);

fn lasting(from: Option<Timestamp>, until: Option<Timestamp>) -> Scene {
    let adult = Scene::adult();
    Scene {
        terms: Terms {
            from,
            until,
            ..adult.terms.clone()
        },
        ..adult
    }
}

fn for_once(until: Option<Timestamp>) -> Scene {
    let adult = Scene::adult();
    let terms = Terms {
        single_use: true,
        discussion: Some(TALK),
        until,
        ..adult.terms.clone()
    };
    Scene { terms, ..adult }
}

fn validity(scene: &Scene) -> Validity {
    let granted = scene.by_team().expect("within bounds");
    let State::Active(validity) = granted.consent.state else {
        panic!("not active")
    };
    validity
}

fn to(recipient: Recipient) -> Scene {
    let draft = Consent {
        grants: vec![grant_to(recipient)],
        ..draft()
    };
    Scene {
        draft,
        ..Scene::adult()
    }
}

fn oral(policy: OralPolicy, single_use: bool) -> Option<RefusalCode> {
    let adult = Scene::adult();
    let scene = Scene {
        terms: Terms {
            form: Form::Oral,
            single_use,
            ..adult.terms.clone()
        },
        policy: Policy {
            oral: policy,
            ..adult.policy
        },
        ..adult
    };
    scene.refusal()
}

#[test]
fn it_begins_with_the_recording_and_lasts_twelve_months_unless_said() {
    let validity = validity(&lasting(None, None));
    assert_eq!((validity.granted_at, validity.from), (now(), now()));
    assert_eq!(validity.until, at("2027-03-10T11:00:00Z"));
    assert_eq!(validity.lapses_at, None);
}

#[test]
fn bounds_hold_to_the_microsecond() {
    let longest = at("2027-03-10T11:00:00Z");
    let out = Some(RefusalCode::ValidityOutOfBounds);
    assert_eq!(lasting(Some(now()), Some(longest)).refusal(), None);
    assert_eq!(lasting(Some(now()), Some(now() + TICK)).refusal(), None);
    assert_eq!(lasting(Some(now() - TICK), None).refusal(), out);
    assert_eq!(lasting(Some(now()), Some(longest + TICK)).refusal(), out);
    assert_eq!(lasting(Some(now()), Some(now())).refusal(), out);
    assert_eq!(lasting(None, Some(now() - TICK)).refusal(), out);
}

#[test]
fn twelve_months_are_counted_from_its_beginning() {
    let from = at("2026-06-01T00:00:00Z");
    assert_eq!(
        lasting(Some(from), Some(at("2027-06-01T00:00:00Z"))).refusal(),
        None
    );
    let too_long = lasting(Some(from), Some(at("2027-06-01T00:00:00.000001Z")));
    assert_eq!(too_long.refusal(), Some(RefusalCode::ValidityOutOfBounds));
}

#[test]
fn a_single_use_lasts_no_longer_than_its_oslo_day() {
    let midnight = at("2026-03-10T23:00:00Z");
    assert_eq!(validity(&for_once(None)).until, midnight);
    assert_eq!(
        validity(&for_once(Some(at("2026-04-01T00:00:00Z")))).until,
        midnight
    );
    let noon = at("2026-03-10T12:00:00Z");
    assert_eq!(validity(&for_once(Some(noon))).until, noon);
}

#[test]
fn a_single_use_belongs_to_the_discussion_named() {
    let granted = for_once(None).by_team().expect("within bounds");
    assert_eq!(
        granted.consent.used,
        Some(Use {
            discussion: TALK,
            ended_at: None
        })
    );
    let lasting = Scene::adult();
    let terms = Terms {
        discussion: Some(TALK),
        ..lasting.terms.clone()
    };
    let granted = Scene { terms, ..lasting }.by_team().expect("within bounds");
    assert_eq!(granted.consent.used, None);
}

#[test]
fn only_a_draft_is_granted() {
    let granted = Scene::adult().by_team().expect("a draft");
    assert_eq!(granted.consent.version, 2);
    let again = Scene {
        draft: granted.consent,
        ..Scene::adult()
    };
    assert_eq!(again.refusal(), Some(RefusalCode::WrongState));
}

#[test]
fn a_consent_that_covers_nothing_is_none() {
    let mut scene = Scene::adult();
    scene.draft.grants[0].categories = CategorySet::NONE;
    assert_eq!(scene.refusal(), Some(RefusalCode::CoversNothing));
}

#[test]
fn word_of_mouth_is_accepted_as_the_source_has_decided() {
    let no = Some(RefusalCode::OralNotAccepted);
    assert_eq!(oral(OralPolicy::Yes, false), None);
    assert_eq!(oral(OralPolicy::SingleUse, true), None);
    assert_eq!(oral(OralPolicy::SingleUse, false), no);
    assert_eq!(oral(OralPolicy::No, true), no);
}

#[test]
fn a_source_may_accept_named_persons_only() {
    let named_only = |scene: Scene| {
        let policy = Policy {
            recipients: RecipientPolicy::Person,
            ..scene.policy
        };
        Scene { policy, ..scene }.refusal()
    };
    assert_eq!(named_only(to(Recipient::Person(ADVISER))), None);
    let refusal = named_only(to(Recipient::Unit(NAV)));
    assert_eq!(refusal, Some(RefusalCode::NamedPersonsOnly));
}

#[test]
fn a_protected_person_names_recipients_one_by_one() {
    for protection in [Protection::Code6, Protection::Code7, Protection::Shielded] {
        let protected = |scene: Scene| {
            let patient = Patient {
                protection,
                ..scene.patient.clone()
            };
            Scene { patient, ..scene }.refusal()
        };
        assert_eq!(protected(to(Recipient::Person(ADVISER))), None);
        let refusal = protected(to(Recipient::Unit(NAV)));
        assert_eq!(refusal, Some(RefusalCode::RestrictedToNamedPersons));
    }
}
