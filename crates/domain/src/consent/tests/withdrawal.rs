//! Withdrawal (GDPR art. 7(3)): at once, and as far as the same recipients go.

use crate::code::{Purpose, ReasonCode, Role};
use crate::consent::{Consent, Recipient, Source, State};
use crate::id::{PersonId, UnitId};
use crate::permit::RefusalCode;
use crate::testing::{
    ADVISER, DPS, ELSEWHERE, NAV, THERAPIST, a_year, consent, consent_id, grant_to, now,
};

fn to(recipient: Recipient) -> Consent {
    Consent {
        grants: vec![grant_to(recipient)],
        ..consent()
    }
}

/// The adviser works at the NAV office, the therapist at the DPS.
fn works_in(person: PersonId, unit: UnitId) -> bool {
    [(ADVISER, NAV), (THERAPIST, DPS)].contains(&(person, unit))
}

fn reaches(one: Recipient, other: Recipient) -> bool {
    to(one).reaches(&to(other), &works_in)
}

#[test]
fn it_takes_effect_at_the_very_moment() {
    let permit = consent().withdraw(now()).expect("active");
    let withdrawn = &permit.act().consent;
    assert_eq!(
        withdrawn.state,
        State::Withdrawn {
            at: now(),
            was: a_year()
        }
    );
    assert_eq!(withdrawn.version, consent().version + 1);
    assert_eq!(
        withdrawn.active_at(now(), None).err(),
        Some(ReasonCode::ConsentWithdrawn)
    );
}

#[test]
fn what_was_never_granted_or_has_ended_is_not_withdrawn() {
    for state in [
        State::Draft,
        State::Refused { at: now() },
        State::Withdrawn {
            at: now(),
            was: a_year(),
        },
        State::Superseded {
            at: now(),
            by: consent_id(2),
            was: a_year(),
        },
    ] {
        let refusal = Consent { state, ..consent() }.withdraw(now()).map(|_| ());
        assert_eq!(refusal.map_err(|r| r.code), Err(RefusalCode::WrongState));
    }
}

#[test]
fn it_reaches_every_consent_that_covers_the_same_recipients() {
    let (person, unit) = (Recipient::Person(ADVISER), Recipient::Unit(NAV));
    let role = Recipient::RoleInUnit(NAV, Role::NavAdviser);
    for one in [person, unit, role] {
        for other in [person, unit, role] {
            assert!(reaches(one, other), "{one:?} → {other:?}");
        }
    }
}

#[test]
fn it_does_not_reach_other_recipients() {
    assert!(!reaches(
        Recipient::Person(ADVISER),
        Recipient::Person(THERAPIST)
    ));
    assert!(!reaches(
        Recipient::Person(ADVISER),
        Recipient::Unit(ELSEWHERE)
    ));
    assert!(!reaches(Recipient::Unit(NAV), Recipient::Unit(ELSEWHERE)));
    let (adviser, coordinator) = (
        Recipient::RoleInUnit(NAV, Role::NavAdviser),
        Recipient::RoleInUnit(NAV, Role::Coordinator),
    );
    assert!(!reaches(adviser, coordinator));
}

#[test]
fn it_reaches_across_purposes_and_sources() {
    let mut other = Consent {
        purpose: Purpose::CoordinatedPlan,
        ..consent()
    };
    other.grants[0].source = Source::Unit(ELSEWHERE);
    assert!(consent().reaches(&other, &works_in));
}
