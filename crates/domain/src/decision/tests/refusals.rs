//! Exclusions and refusals override grants, and their order in time.

use crate::code::{Category, CategorySet, Purpose, ReasonCode};
use crate::consent::{Consent, Recipient, Source, State, Validity};
use crate::decision::Sight;
use crate::testing::{
    ADVISER, ELSEWHERE, NAV, Scene, a_year, at, consent, consent_id, grant_to, health, now, set,
};
use jiff::Timestamp;

fn refused_at(moment: Timestamp) -> Consent {
    Consent {
        id: consent_id(2),
        state: State::Refused { at: moment },
        ..consent()
    }
}

fn second() -> Consent {
    Consent {
        id: consent_id(2),
        ..consent()
    }
}

fn excluding(recipient: Recipient) -> Consent {
    Consent {
        excluded_recipients: vec![recipient],
        ..second()
    }
}

const EXCLUDED: Sight = Sight::Anonymised(ReasonCode::Excluded);

#[test]
fn an_excluded_topic_is_kept_out_of_every_consent() {
    let second = Consent {
        excluded_categories: set(&[Category::Family]),
        ..second()
    };
    let sight = Scene::with(vec![consent(), second]).sight();
    let Sight::Identified(cover) = sight else {
        panic!("{sight:?}")
    };
    assert_eq!(
        cover.categories,
        CategorySet::all().without(set(&[Category::Family]))
    );
}

#[test]
fn an_excluded_topic_that_the_summary_drew_on_hides_who_it_is() {
    let second = Consent {
        excluded_categories: set(&[Category::Diagnosis]),
        ..second()
    };
    let sight = Scene::with(vec![consent(), second]).sight();
    assert_eq!(sight, Sight::Anonymised(ReasonCode::SummaryNotCovered));
}

#[test]
fn an_excluded_recipient_is_kept_out_of_every_consent() {
    for recipient in [Recipient::Person(ADVISER), Recipient::Unit(NAV)] {
        let sight = Scene::with(vec![consent(), excluding(recipient)]).sight();
        assert_eq!(sight, EXCLUDED, "{recipient:?}");
    }
    let other = Scene::with(vec![consent(), excluding(Recipient::Unit(ELSEWHERE))]);
    assert!(matches!(other.sight(), Sight::Identified(_)));
}

#[test]
fn an_exclusion_holds_across_purposes() {
    let second = Consent {
        purpose: Purpose::CoordinatedPlan,
        ..excluding(Recipient::Person(ADVISER))
    };
    assert_eq!(Scene::with(vec![consent(), second]).sight(), EXCLUDED);
}

#[test]
fn an_exclusion_ends_with_its_consent() {
    let expired = Validity {
        until: now(),
        ..a_year()
    };
    let second = Consent {
        state: State::Active(expired),
        ..excluding(Recipient::Person(ADVISER))
    };
    assert!(matches!(
        Scene::with(vec![consent(), second]).sight(),
        Sight::Identified(_)
    ));
}

#[test]
fn what_was_said_to_another_source_does_not_speak_here() {
    let mut second = excluding(Recipient::Person(ADVISER));
    second.grants[0].source = Source::Unit(ELSEWHERE);
    assert!(matches!(
        Scene::with(vec![consent(), second]).sight(),
        Sight::Identified(_)
    ));
}

#[test]
fn a_refusal_overrides_what_was_granted_before_it() {
    assert_eq!(
        Scene::with(vec![consent(), refused_at(now())]).sight(),
        EXCLUDED
    );
    let at_the_same_moment = refused_at(a_year().granted_at);
    assert_eq!(
        Scene::with(vec![consent(), at_the_same_moment]).sight(),
        EXCLUDED
    );
}

#[test]
fn a_later_grant_is_the_later_word() {
    let earlier = refused_at(at("2026-01-01T00:00:00Z"));
    assert!(matches!(
        Scene::with(vec![consent(), earlier]).sight(),
        Sight::Identified(_)
    ));
}

#[test]
fn a_refusal_keeps_out_its_own_topics_and_recipients_alone() {
    let mut topic = refused_at(now());
    topic.grants[0].categories = set(&[Category::Family]);
    let sight = Scene::with(vec![consent(), topic]).sight();
    let Sight::Identified(cover) = sight else {
        panic!("{sight:?}")
    };
    assert!(!cover.categories.contains(Category::Family));

    let mut other = refused_at(now());
    other.grants = vec![grant_to(Recipient::Unit(ELSEWHERE))];
    assert!(matches!(
        Scene::with(vec![consent(), other]).sight(),
        Sight::Identified(_)
    ));
}

#[test]
fn a_refused_unit_holds_against_a_named_person_who_is_barred_as_one_of_it() {
    let mut refusal = refused_at(now());
    refusal.grants = vec![grant_to(Recipient::Unit(NAV))];
    let scene = Scene::with(vec![consent(), refusal]);
    let barred = Scene {
        tainted: true,
        compartment: health(),
        ..scene
    };
    assert_eq!(barred.sight(), EXCLUDED);
}

#[test]
fn a_draft_says_nothing() {
    let draft = Consent {
        state: State::Draft,
        ..excluding(Recipient::Person(ADVISER))
    };
    assert!(matches!(
        Scene::with(vec![consent(), draft]).sight(),
        Sight::Identified(_)
    ));
}
