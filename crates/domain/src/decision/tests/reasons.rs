//! The reason nearest to a yes.

use crate::code::{Category, ReasonCode};
use crate::consent::{Consent, Recipient, State, Validity};
use crate::testing::{ADVISER, NAV, Scene, a_year, at, consent, consent_id, grant_to, now, set};

fn restricted(consents: Vec<Consent>) -> ReasonCode {
    Scene {
        restricted: true,
        ..Scene::with(consents)
    }
    .sight()
    .reason()
}

#[test]
fn an_exclusion_of_a_protected_persons_identity_is_not_blamed_on_the_protection() {
    let excluded = Consent {
        excluded_categories: set(&[Category::Identity]),
        ..consent()
    };
    assert_eq!(restricted(vec![excluded]), ReasonCode::Excluded);
}

#[test]
fn a_unit_that_would_be_told_of_a_protected_person_is_not_called_excluded() {
    let unit = Consent {
        grants: vec![grant_to(Recipient::Unit(NAV))],
        ..consent()
    };
    let mut named = Consent {
        id: consent_id(2),
        ..consent()
    };
    named.grants[0].categories = set(&[Category::Plan]);
    assert_eq!(restricted(vec![unit, named]), ReasonCode::Restricted);
}

#[test]
fn what_a_named_person_lacks_of_a_protected_person_is_a_category() {
    let mut named = consent();
    named.grants[0].categories = set(&[Category::Plan]);
    assert_eq!(restricted(vec![named]), ReasonCode::CategoryNotCovered);
}

#[test]
fn the_latest_of_several_ended_consents_is_the_reason_whatever_their_order() {
    let expired = Consent {
        state: State::Active(Validity {
            until: now(),
            ..a_year()
        }),
        ..consent()
    };
    let was = Validity {
        granted_at: at("2026-02-01T00:00:00Z"),
        ..a_year()
    };
    let withdrawn = Consent {
        id: consent_id(2),
        state: State::Withdrawn { at: now(), was },
        ..consent()
    };
    for consents in [[expired.clone(), withdrawn.clone()], [withdrawn, expired]] {
        let reason = Scene::with(consents.to_vec()).sight().reason();
        assert_eq!(reason, ReasonCode::ConsentWithdrawn);
    }
}

#[test]
fn an_exclusion_is_named_before_anything_else() {
    let excluding = Consent {
        excluded_recipients: vec![Recipient::Person(ADVISER)],
        ..consent()
    };
    assert_eq!(
        Scene::with(vec![excluding]).sight().reason(),
        ReasonCode::Excluded
    );
}
