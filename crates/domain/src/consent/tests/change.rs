//! Narrowing takes away, renewing starts afresh, drafting says what it would be.

use crate::code::{Category, CategorySet, Role};
use crate::consent::{
    Agreement, Consent, Draft, Grant, Narrowed, Narrowing, Recipient, Source, State, Validity,
};
use crate::permit::{Refusal, RefusalCode};
use crate::testing::{
    ADVISER, ELSEWHERE, HOSPITAL, NAV, PATIENT, THERAPIST, a_year, at, consent, consent_id, draft,
    grant_to, now, set, therapist,
};
use jiff::SignedDuration;

fn to(recipient: Recipient) -> Consent {
    Consent {
        grants: vec![grant_to(recipient)],
        ..consent()
    }
}

fn only(grants: Vec<Grant>) -> Narrowing {
    Narrowing {
        grants,
        exclude_categories: CategorySet::NONE,
        exclude_recipients: Vec::new(),
        until: None,
    }
}

fn narrow(consent: &Consent, narrowing: &Narrowing) -> Result<Narrowed, RefusalCode> {
    let decision = consent.narrow(narrowing, consent_id(2), Agreement::Patient, now());
    decision
        .map(|permit| permit.act().clone())
        .map_err(|refusal: Refusal| refusal.code)
}

#[test]
fn narrowing_supersedes_in_one_step() {
    let mut less = consent().grants;
    less[0].categories = set(&[Category::Identity]);
    let narrowed = narrow(&consent(), &only(less.clone())).expect("narrower");
    let superseded = State::Superseded {
        at: now(),
        by: consent_id(2),
        was: a_year(),
    };
    assert_eq!(narrowed.old.state, superseded);
    assert_eq!(narrowed.old.version, consent().version + 1);
    assert_eq!(narrowed.new.grants, less);
    assert_eq!(narrowed.new.state, State::Active(a_year()));
    assert_eq!(narrowed.new.supersedes, Some(consent().id));
}

#[test]
fn narrowing_never_widens() {
    let old = Consent {
        grants: vec![Grant {
            categories: set(&[Category::Identity, Category::Plan]),
            ..grant_to(Recipient::Unit(NAV))
        }],
        ..consent()
    };
    let of = |change: fn(&mut Grant)| {
        let mut grant = old.grants[0].clone();
        change(&mut grant);
        narrow(&old, &only(vec![grant])).map(|_| ())
    };
    let widens = Err(RefusalCode::Widens);
    assert_eq!(of(|_| ()), Ok(()));
    assert_eq!(of(|g| g.categories = set(&[Category::Plan])), Ok(()));
    assert_eq!(
        of(|g| g.categories = g.categories.with(Category::Family)),
        widens
    );
    assert_eq!(
        of(|g| g.recipient = Recipient::RoleInUnit(NAV, Role::NavAdviser)),
        Ok(())
    );
    assert_eq!(
        of(|g| g.recipient = Recipient::RoleInUnit(NAV, Role::JobSpecialist)),
        widens
    );
    assert_eq!(of(|g| g.recipient = Recipient::Unit(ELSEWHERE)), widens);
    assert_eq!(of(|g| g.recipient = Recipient::Person(ADVISER)), widens);
    assert_eq!(of(|g| g.source = Source::Organisation(HOSPITAL)), widens);
}

#[test]
fn narrowing_shortens_and_never_lengthens() {
    let until = |until| {
        let narrowing = Narrowing {
            until: Some(until),
            ..only(consent().grants)
        };
        narrow(&consent(), &narrowing).map(|narrowed| narrowed.new.state)
    };
    let sooner = at("2026-06-01T00:00:00Z");
    assert_eq!(
        until(sooner),
        Ok(State::Active(Validity {
            until: sooner,
            ..a_year()
        }))
    );
    let tick = SignedDuration::from_micros(1);
    assert_eq!(until(a_year().until + tick), Err(RefusalCode::Widens));
    assert_eq!(until(now()), Err(RefusalCode::CoversNothing));
}

#[test]
fn narrowing_keeps_every_exclusion_and_adds_to_them() {
    let old = Consent {
        excluded_categories: set(&[Category::Family]),
        excluded_recipients: vec![Recipient::Unit(ELSEWHERE)],
        ..consent()
    };
    let narrowing = Narrowing {
        exclude_categories: set(&[Category::Diagnosis]),
        // Who is kept out already stays so, and stands there once.
        exclude_recipients: vec![Recipient::Person(THERAPIST), Recipient::Unit(ELSEWHERE)],
        ..only(old.grants.clone())
    };
    let new = narrow(&old, &narrowing).expect("narrower").new;
    assert_eq!(
        new.excluded_categories,
        set(&[Category::Diagnosis, Category::Family])
    );
    assert_eq!(
        new.excluded_recipients,
        [Recipient::Unit(ELSEWHERE), Recipient::Person(THERAPIST)]
    );
}

#[test]
fn what_is_not_in_force_is_not_narrowed() {
    let expired = Validity {
        until: now(),
        ..a_year()
    };
    for state in [
        State::Draft,
        State::Refused { at: now() },
        State::Withdrawn {
            at: now(),
            was: a_year(),
        },
        State::Superseded {
            at: now(),
            by: consent_id(3),
            was: a_year(),
        },
        State::Active(expired),
    ] {
        let old = Consent { state, ..consent() };
        let refusal = narrow(&old, &only(old.grants.clone())).err();
        assert_eq!(refusal, Some(RefusalCode::WrongState), "{state:?}");
    }
    assert_eq!(
        narrow(&consent(), &only(Vec::new())).err(),
        Some(RefusalCode::CoversNothing)
    );
}

#[test]
fn narrowing_is_for_the_team_of_every_source_or_the_patient() {
    let by = |of_every_source| {
        let recorder = therapist();
        let agreement = Agreement::Team {
            recorder: &recorder,
            of_every_source,
        };
        let old = to(Recipient::Unit(NAV));
        let decision = old.narrow(&only(old.grants.clone()), consent_id(2), agreement, now());
        decision.map(|_| ()).map_err(|refusal| refusal.code)
    };
    assert_eq!(by(true), Ok(()));
    assert_eq!(by(false), Err(RefusalCode::RecorderNotOfSource));
}

#[test]
fn a_renewal_is_a_draft_that_needs_new_information_and_a_new_grant() {
    let permit = consent()
        .renew(consent_id(2), Agreement::Patient)
        .expect("active");
    let draft = &permit.act().draft;
    assert_eq!((draft.state, draft.version), (State::Draft, 1));
    assert_eq!(
        (draft.information, draft.form, draft.used),
        (None, None, None)
    );
    assert_eq!(draft.supersedes, Some(consent().id));
    assert_eq!(draft.grants, consent().grants);
}

#[test]
fn end_states_are_not_renewed() {
    for state in [
        State::Draft,
        State::Withdrawn {
            at: now(),
            was: a_year(),
        },
    ] {
        let ended = Consent { state, ..consent() };
        let refusal = ended.renew(consent_id(2), Agreement::Patient).map(|_| ());
        assert_eq!(refusal.map_err(|r| r.code), Err(RefusalCode::WrongState));
    }
}

#[test]
fn a_draft_is_written_by_the_case_team_and_covers_something() {
    let written = |grants, on_team| {
        let content = Draft {
            patient: PATIENT,
            purpose: draft().purpose,
            grants,
            excluded_categories: CategorySet::NONE,
            excluded_recipients: Vec::new(),
            information: None,
        };
        content
            .write(consent_id(1), on_team)
            .map(|_| ())
            .map_err(|refusal| refusal.code)
    };
    assert_eq!(written(draft().grants, true), Ok(()));
    assert_eq!(written(draft().grants, false), Err(RefusalCode::Absent));
    assert_eq!(written(Vec::new(), true), Err(RefusalCode::CoversNothing));
    let empty = Grant {
        categories: CategorySet::NONE,
        ..grant_to(Recipient::Unit(NAV))
    };
    assert_eq!(written(vec![empty], true), Err(RefusalCode::CoversNothing));
}
