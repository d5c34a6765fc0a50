//! What an entry tells of a look: the patient and the consents only where identity was shown.

use super::{Event, EventKind, Outcome, Shown};
use crate::code::{Category, CategorySet, ReasonCode};
use crate::decision::{Basis, Sight};
use crate::id::CaseId;
use crate::permit::{Refusal, RefusalCode};
use crate::testing::{DPS, ELSEWHERE, HOSPITAL, PATIENT, Scene, consent_id};
use uuid::Uuid;

fn entry(sight: &Sight) -> Event {
    Event::done(EventKind::DiscussionRead)
        .about(Some(PATIENT))
        .from(HOSPITAL, DPS)
        .of_case(CaseId::new(Uuid::from_u128(1)))
        .shown_by(sight)
}

#[test]
fn a_disclosure_names_the_consents_and_categories() {
    let entry = entry(&Scene::covered().sight());
    assert_eq!(entry.outcome, Outcome::Disclosed);
    assert_eq!(entry.patient, Some(PATIENT));
    assert_eq!(entry.consents, [(consent_id(1), 2)]);
    assert_eq!(entry.categories, CategorySet::all());
    assert_eq!(entry.reason, Some(ReasonCode::ConsentActive));
}

#[test]
fn an_insiders_look_is_an_access_on_its_basis() {
    let team = Scene::with(Vec::new()).by_clinician(DPS, Some(Basis::Team));
    let entry = entry(&team.sight());
    assert_eq!(
        (entry.outcome, entry.basis),
        (Outcome::Accessed, Some(Basis::Team))
    );
    assert_eq!(entry.patient, Some(PATIENT));
}

#[test]
fn where_no_identity_was_shown_the_entry_names_neither_patient_nor_case_nor_consents() {
    let anonymised = Scene::with(Vec::new());
    let sealed = Scene {
        has_seen: true,
        ..anonymised.clone()
    };
    let absent = Scene {
        unit: ELSEWHERE,
        ..anonymised.clone()
    };
    for (scene, outcome) in [
        (anonymised, Outcome::Anonymised),
        (sealed, Outcome::Sealed),
        (absent, Outcome::Refused),
    ] {
        let entry = entry(&scene.sight());
        assert_eq!(entry.outcome, outcome);
        assert_eq!((entry.patient, entry.case), (None, None));
        assert!(entry.consents.is_empty() && entry.categories.is_empty());
    }
}

#[test]
fn a_refused_act_shows_nothing() {
    let mut done = entry(&Scene::covered().sight());
    done.shown = Some(Shown(b"secret".to_vec()));
    assert!(!format!("{done:?}").contains("secret"));
    let refusal = Refusal::new(RefusalCode::NotCovered).because(ReasonCode::CategoryNotCovered);
    let refused = done.refusing(&refusal);
    assert_eq!(refused.outcome, Outcome::Refused);
    assert_eq!(refused.reason, Some(ReasonCode::CategoryNotCovered));
    assert!(refused.shown.is_none() && refused.consents.is_empty());
    assert!(!refused.categories.contains(Category::Identity));
}
