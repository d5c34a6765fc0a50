//! From what age, and on whose word. Today is 10 March 2026.

use super::Scene;
use crate::actor::PersonKey;
use crate::consent::{Agreement, Consent, GivenBy, GrantOutcome, State, Terms, age_policy};
use crate::id::GuardianshipId;
use crate::patient::{Authority, Custody, Guardianship};
use crate::permit::RefusalCode;
use crate::testing::{PATIENT, at, now, patient_born};
use crate::unit::CompartmentKind;
use jiff::civil::{Date, date};
use uuid::Uuid;

const MOTHER: GuardianshipId = GuardianshipId::new(Uuid::from_u128(0x81));
const FATHER: GuardianshipId = GuardianshipId::new(Uuid::from_u128(0x82));

/// Sixteen today.
const SIXTEEN: Date = date(2010, 3, 10);
/// Fifteen, and sixteen tomorrow.
const FIFTEEN: Date = date(2010, 3, 11);
/// Eighteen today.
const EIGHTEEN: Date = date(2008, 3, 10);
/// Seventeen, and eighteen tomorrow.
const SEVENTEEN: Date = date(2008, 3, 11);

fn guardian(id: GuardianshipId, authority: Authority, custody: Custody) -> Guardianship {
    Guardianship {
        id,
        patient: PATIENT,
        guardian: PersonKey::new([1; 32]),
        authority,
        custody,
        from: date(2020, 1, 1),
        until: None,
        ended_at: None,
    }
}

fn parents(custody: Custody) -> Vec<Guardianship> {
    vec![
        guardian(MOTHER, Authority::Parent, custody),
        guardian(FATHER, Authority::Parent, custody),
    ]
}

fn self_consent(birth: Date, sources: &[CompartmentKind]) -> Option<RefusalCode> {
    let scene = Scene {
        patient: patient_born(birth),
        sources: sources.to_vec(),
        ..Scene::adult()
    };
    scene.refusal()
}

fn given_by(given_by: GivenBy, birth: Date, agreed: &[GuardianshipId]) -> Scene {
    let adult = Scene::adult();
    let terms = Terms {
        given_by,
        guardianships: agreed.to_vec(),
        ..adult.terms.clone()
    };
    Scene {
        terms,
        patient: patient_born(birth),
        ..adult
    }
}

fn by_sole_mother(birth: Date) -> Scene {
    Scene {
        guardians: vec![guardian(MOTHER, Authority::Parent, Custody::Sole)],
        ..given_by(GivenBy::Guardian, birth, &[MOTHER])
    }
}

fn lapse(scene: &Scene) -> Option<jiff::Timestamp> {
    let consent = scene.by_team().expect("granted").consent;
    let State::Active(validity) = consent.state else {
        panic!("not active")
    };
    validity.lapses_at
}

#[test]
fn in_health_a_patient_of_sixteen_decides_alone_and_one_of_fifteen_does_not() {
    assert_eq!(self_consent(SIXTEEN, &[CompartmentKind::Health]), None);
    let refusal = self_consent(FIFTEEN, &[CompartmentKind::Health]);
    assert_eq!(refusal, Some(RefusalCode::TooYoungToConsent));
}

#[test]
fn towards_nav_the_age_is_eighteen() {
    for source in [CompartmentKind::NavState, CompartmentKind::MunicipalSocial] {
        assert_eq!(self_consent(EIGHTEEN, &[source]), None);
        let refusal = self_consent(SEVENTEEN, &[source]);
        assert_eq!(refusal, Some(RefusalCode::TooYoungToConsent));
    }
}

#[test]
fn both_ways_takes_the_age_of_both() {
    let both = [CompartmentKind::Health, CompartmentKind::NavState];
    assert_eq!(
        self_consent(SEVENTEEN, &both),
        Some(RefusalCode::TooYoungToConsent)
    );
    let guardians = Scene {
        sources: both.to_vec(),
        ..by_sole_mother(SEVENTEEN)
    };
    assert_eq!(guardians.refusal(), Some(RefusalCode::PatientDecidesAlone));
    let younger = Scene {
        sources: both.to_vec(),
        ..by_sole_mother(FIFTEEN)
    };
    assert_eq!(younger.refusal(), None);
}

#[test]
fn a_guardians_consent_lapses_on_the_sixteenth_birthday_in_oslo() {
    let scene = by_sole_mother(FIFTEEN);
    let birthday = at("2026-03-10T23:00:00Z");
    assert_eq!(lapse(&scene), Some(birthday));
    let consent = scene.by_team().expect("granted").consent;
    let tick = jiff::SignedDuration::from_micros(1);
    assert!(consent.active_at(birthday - tick, None).is_ok());
    let reason = consent.active_at(birthday, None).map(|_| ());
    assert_eq!(reason, Err(crate::code::ReasonCode::ConsentLapsed));
}

#[test]
fn guardians_do_not_decide_for_who_decides_alone() {
    assert_eq!(
        by_sole_mother(SIXTEEN).refusal(),
        Some(RefusalCode::PatientDecidesAlone)
    );
}

#[test]
fn both_agree_where_custody_is_shared() {
    let shared = |agreed: &[GuardianshipId]| Scene {
        guardians: parents(Custody::Shared),
        ..given_by(GivenBy::Guardian, FIFTEEN, agreed)
    };
    assert_eq!(shared(&[MOTHER, FATHER]).refusal(), None);
    assert_eq!(
        shared(&[MOTHER]).refusal(),
        Some(RefusalCode::GuardiansMissing)
    );
    assert_eq!(shared(&[]).refusal(), Some(RefusalCode::GuardiansMissing));
}

#[test]
fn with_their_own_tokens_two_guardians_agree_one_after_the_other() {
    let scene = Scene {
        guardians: parents(Custody::Shared),
        ..given_by(GivenBy::Guardian, FIFTEEN, &[])
    };
    let first = scene
        .grant(Agreement::Guardian(MOTHER))
        .expect("one of two");
    assert_eq!(first.outcome, GrantOutcome::AwaitsOtherGuardian);
    assert_eq!(first.consent.state, State::Draft);
    let scene = Scene {
        draft: first.consent,
        approvals: first.agreed,
        ..scene
    };
    let again = scene
        .grant(Agreement::Guardian(MOTHER))
        .expect("the same again");
    assert_eq!(again.outcome, GrantOutcome::AwaitsOtherGuardian);
    let second = scene
        .grant(Agreement::Guardian(FATHER))
        .expect("two of two");
    assert_eq!(second.outcome, GrantOutcome::Active);
    assert_eq!(second.consent.guardianships, [MOTHER, FATHER]);
    assert_eq!(second.consent.age_at_grant, Some(15));
}

#[test]
fn the_second_guardian_does_not_widen_what_the_first_agreed_to_for_once() {
    let mut scene = Scene {
        guardians: parents(Custody::Shared),
        ..given_by(GivenBy::Guardian, FIFTEEN, &[])
    };
    scene.terms.single_use = true;
    let first = scene
        .grant(Agreement::Guardian(MOTHER))
        .expect("one of two");
    let mut scene = Scene {
        draft: first.consent,
        approvals: first.agreed,
        ..scene
    };
    scene.terms.single_use = false;
    let second = scene
        .grant(Agreement::Guardian(FATHER))
        .expect("two of two");
    assert!(second.consent.single_use);
}

#[test]
fn an_approval_whose_authority_has_ended_counts_no_more() {
    let mut scene = Scene {
        guardians: parents(Custody::Shared),
        approvals: vec![MOTHER],
        ..given_by(GivenBy::Guardian, FIFTEEN, &[])
    };
    scene.guardians[0].ended_at = Some(now());
    scene.guardians[1].custody = Custody::Sole;
    let granted = scene
        .grant(Agreement::Guardian(FATHER))
        .expect("the one who holds it");
    assert_eq!(granted.outcome, GrantOutcome::Active);
    assert_eq!(granted.agreed, [FATHER]);
}

#[test]
fn an_authority_that_does_not_hold_is_none() {
    let missing = Some(RefusalCode::GuardiansMissing);
    let altered = |change: fn(&mut Guardianship)| {
        let mut scene = by_sole_mother(FIFTEEN);
        change(&mut scene.guardians[0]);
        scene.refusal()
    };
    assert_eq!(altered(|_| ()), None);
    assert_eq!(altered(|g| g.from = date(2026, 3, 11)), missing);
    assert_eq!(altered(|g| g.until = Some(date(2026, 3, 9))), missing);
    assert_eq!(altered(|g| g.ended_at = Some(now())), missing);
    assert_eq!(altered(|g| g.authority = Authority::NextOfKin), missing);
    assert_eq!(altered(|g| g.id = FATHER), missing);
}

#[test]
fn a_verge_and_next_of_kin_consent_on_their_own_authority_at_any_age() {
    for (by, authority) in [
        (GivenBy::Verge, Authority::Verge),
        (GivenBy::NextOfKin, Authority::NextOfKin),
    ] {
        let scene = |held| Scene {
            guardians: vec![guardian(MOTHER, held, Custody::Sole)],
            ..given_by(by, date(1950, 1, 1), &[MOTHER])
        };
        assert_eq!(scene(authority).refusal(), None);
        assert_eq!(lapse(&scene(authority)), None);
        assert_eq!(
            scene(Authority::Parent).refusal(),
            Some(RefusalCode::GuardiansMissing)
        );
    }
}

#[test]
fn a_consent_lapses_when_the_authority_ends() {
    let mut scene = by_sole_mother(date(2012, 1, 1));
    scene.guardians[0].until = Some(date(2026, 6, 30));
    assert_eq!(lapse(&scene), Some(at("2026-06-30T22:00:00Z")));

    let consent = scene.by_team().expect("granted").consent;
    let ended = consent.lapsing_with(MOTHER, now()).expect("rests on her");
    assert!(ended.active_at(now(), None).is_err());
    assert_eq!(ended.version, consent.version + 1);
    assert!(consent.lapsing_with(FATHER, now()).is_none());
    let draft = Consent {
        state: State::Draft,
        ..consent
    };
    assert!(draft.lapsing_with(MOTHER, now()).is_none());
}

#[test]
fn a_guardians_word_is_not_the_patients_nor_the_other_way_round() {
    let own = Scene::adult();
    let missing = Some(RefusalCode::GuardiansMissing);
    assert_eq!(own.grant(Agreement::Guardian(MOTHER)).err(), missing);
    assert_eq!(
        by_sole_mother(FIFTEEN).grant(Agreement::Patient).err(),
        missing
    );
}

#[test]
fn every_age_stands_in_the_law() {
    for kind in CompartmentKind::ALL {
        let policy = age_policy(*kind);
        assert!(!policy.source.is_empty() && policy.may_withhold_from < policy.alone_from);
    }
}
