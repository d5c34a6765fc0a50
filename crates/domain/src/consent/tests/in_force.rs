//! Evidence that a consent is in force, derived at the moment of reading.

use crate::code::{ReasonCode, Role};
use crate::consent::{Consent, Recipient, State, Use, Validity};
use crate::testing::{ADVISER, NAV, OTHER_TALK, TALK, a_year, at, consent, consent_id, now};
use jiff::{SignedDuration, Timestamp};

const TICK: SignedDuration = SignedDuration::from_micros(1);

fn why_not(consent: &Consent, at: Timestamp) -> Option<ReasonCode> {
    consent.active_at(at, Some(TALK)).err()
}

fn for_once(used: Option<Use>) -> Consent {
    let validity = Validity {
        granted_at: now(),
        from: now(),
        ..a_year()
    };
    Consent {
        single_use: true,
        used,
        state: State::Active(validity),
        ..consent()
    }
}

#[test]
fn it_holds_from_its_first_moment_until_the_first_after() {
    let consent = consent();
    let Validity { from, until, .. } = a_year();
    assert_eq!(
        why_not(&consent, from - TICK),
        Some(ReasonCode::ConsentNotYetValid)
    );
    assert_eq!(why_not(&consent, from), None);
    assert_eq!(why_not(&consent, until - TICK), None);
    assert_eq!(why_not(&consent, until), Some(ReasonCode::ConsentExpired));
}

#[test]
fn every_end_state_has_its_reason() {
    let was = a_year();
    for (state, reason) in [
        (State::Draft, ReasonCode::NoConsent),
        (State::Refused { at: now() }, ReasonCode::NoConsent),
        (
            State::Withdrawn { at: now(), was },
            ReasonCode::ConsentWithdrawn,
        ),
        (
            State::Superseded {
                at: now(),
                by: consent_id(9),
                was,
            },
            ReasonCode::ConsentLapsed,
        ),
    ] {
        assert_eq!(
            why_not(&Consent { state, ..consent() }, now()),
            Some(reason)
        );
    }
}

#[test]
fn a_single_use_holds_in_its_discussion_alone() {
    let here = Use {
        discussion: TALK,
        ended_at: None,
    };
    let there = Use {
        discussion: OTHER_TALK,
        ended_at: None,
    };
    assert_eq!(why_not(&for_once(None), now()), None);
    assert_eq!(why_not(&for_once(Some(here)), now()), None);
    assert_eq!(
        why_not(&for_once(Some(there)), now()),
        Some(ReasonCode::ConsentUsed)
    );
    assert!(for_once(Some(here)).active_at(now(), None).is_err());
}

#[test]
fn a_single_use_ends_with_its_discussion() {
    let ended_at = now() + SignedDuration::from_hours(1);
    let over = for_once(Some(Use {
        discussion: TALK,
        ended_at: Some(ended_at),
    }));
    assert_eq!(why_not(&over, ended_at - TICK), None);
    assert_eq!(why_not(&over, ended_at), Some(ReasonCode::ConsentUsed));
}

#[test]
fn a_single_use_ends_with_its_oslo_day_and_is_used_rather_than_expired() {
    let midnight = at("2026-03-10T23:00:00Z");
    let consent = for_once(None);
    assert_eq!(why_not(&consent, midnight - TICK), None);
    assert_eq!(why_not(&consent, midnight), Some(ReasonCode::ConsentUsed));
    let ends = consent.active_at(now(), None).expect("in force").until();
    assert_eq!(ends, midnight);
    let to_midnight = Validity {
        from: now(),
        granted_at: now(),
        until: midnight,
        lapses_at: None,
    };
    let consent = Consent {
        state: State::Active(to_midnight),
        ..consent
    };
    assert_eq!(why_not(&consent, midnight), Some(ReasonCode::ConsentUsed));
}

#[test]
fn the_first_discussion_takes_a_single_use() {
    let used = for_once(None).used_in(TALK).expect("not used yet");
    assert_eq!(used.version, for_once(None).version);
    assert_eq!(
        used.active_at(now(), Some(OTHER_TALK)).err(),
        Some(ReasonCode::ConsentUsed)
    );
    assert!(used.used_in(OTHER_TALK).is_none());
    assert!(consent().used_in(TALK).is_none());

    assert!(used.used_up_with(OTHER_TALK, now()).is_none());
    let over = used.used_up_with(TALK, now()).expect("its own discussion");
    assert_eq!(why_not(&over, now()), Some(ReasonCode::ConsentUsed));
    assert!(over.used_up_with(TALK, now() + TICK).is_none());
}

#[test]
fn a_recipient_means_those_who_act_so() {
    let means = |r: Recipient, role, barred| r.means(ADVISER, NAV, role, barred);
    let adviser = Role::NavAdviser;
    assert!(means(Recipient::Person(ADVISER), adviser, true));
    assert!(means(Recipient::Unit(NAV), adviser, false));
    assert!(means(Recipient::RoleInUnit(NAV, adviser), adviser, false));
    assert!(!means(
        Recipient::RoleInUnit(NAV, Role::Coordinator),
        adviser,
        false
    ));
    assert!(!means(Recipient::Unit(NAV), adviser, true));
    assert!(!means(Recipient::RoleInUnit(NAV, adviser), adviser, true));
}

#[test]
fn job_specialists_named_as_such_are_meant_whoever_employs_them() {
    let specialists = Recipient::RoleInUnit(NAV, Role::JobSpecialist);
    assert!(specialists.means(ADVISER, NAV, Role::JobSpecialist, true));
    assert!(!specialists.means(ADVISER, NAV, Role::Clinician, true));
    assert!(!Recipient::Unit(NAV).means(ADVISER, NAV, Role::JobSpecialist, true));
}
