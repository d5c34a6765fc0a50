//! What a release lets out of a record, and that nothing prints on the way.

use super::{IdentifiedContent, IdentifiedView, Release, anonymised_thread};
use crate::case::{CaseText, Statement};
use crate::code::{Category, CategorySet, Role};
use crate::consent::Consent;
use crate::decision::{Basis, Sight};
use crate::discussion::{Message, MessageKind, MessageText};
use crate::id::{MessageId, StatementId};
use crate::patient::{Patient, Protection};
use crate::testing::{ADVISER, DPS, Scene, THERAPIST, consent, now, patient_born, set};
use jiff::civil::date;
use uuid::Uuid;

fn patient() -> Patient {
    patient_born(date(1990, 6, 17))
}

fn statement(category: Category) -> Statement {
    Statement {
        id: StatementId::new(Uuid::from_u128(1)),
        category,
        text: CaseText::new("Likes the sea.".to_owned()),
        author: THERAPIST,
        written_at: now(),
        corrects: None,
    }
}

fn identified_message(categories: &[Category]) -> Message {
    Message {
        id: MessageId::new(Uuid::from_u128(2)),
        ordinal: 1,
        kind: MessageKind::Advice,
        categories: set(categories),
        text: MessageText::Identified(CaseText::new("Call Ola.".to_owned())),
        author: THERAPIST,
        unit: DPS,
        role: Role::Clinician,
        written_at: now(),
        due_at: None,
    }
}

/// What somebody sees who is covered for these.
fn sight(categories: &[Category]) -> Sight {
    let mut consent: Consent = consent();
    consent.grants[0].categories = set(categories);
    Scene {
        drawn: CategorySet::NONE,
        ..Scene::with(vec![consent])
    }
    .sight()
}

fn view(sight: &Sight, restricted: bool) -> IdentifiedView {
    let release = Release::by(sight, restricted).expect("identified");
    let statements = Category::ALL.iter().map(|c| statement(*c)).collect();
    let messages = vec![
        identified_message(&[Category::Plan]),
        identified_message(&[Category::Plan, Category::Diagnosis]),
    ];
    IdentifiedView::of(&release, &patient(), statements, messages).expect("identity is covered")
}

fn content(sight: &Sight, restricted: bool) -> IdentifiedContent {
    view(sight, restricted).content
}

#[test]
fn statements_and_messages_are_shown_as_far_as_all_their_categories_are_covered() {
    let shown = content(&sight(&[Category::Identity, Category::Plan]), false);
    let categories: Vec<_> = shown.statements.iter().map(|s| s.category).collect();
    assert_eq!(categories, [Category::Identity, Category::Plan]);
    assert_eq!(shown.messages.len(), 1);
}

#[test]
fn all_categories_not_covered_are_listed_whether_or_not_there_is_anything_in_them() {
    let sight = sight(&[Category::Identity, Category::Plan]);
    let release = Release::by(&sight, false).expect("identified");
    let empty = IdentifiedView::of(&release, &patient(), Vec::new(), Vec::new());
    let not_covered = empty.expect("identity is covered").content.not_covered;
    assert_eq!(not_covered.iter().count(), Category::ALL.len() - 2);
    assert_eq!(not_covered, content(&sight, false).not_covered);
}

#[test]
fn how_to_reach_somebody_is_a_category_of_its_own() {
    assert!(
        content(&sight(&[Category::Identity]), false)
            .contact
            .is_none()
    );
    let with = content(&sight(&[Category::Identity, Category::Contact]), false);
    assert_eq!(with.contact, Some(patient().contact));
}

#[test]
fn places_of_a_protected_person_are_withheld_from_outsiders_but_not_from_the_team() {
    assert!(
        Patient {
            protection: Protection::Code6,
            ..patient()
        }
        .is_restricted()
    );
    let outside = content(&sight(&[Category::Identity, Category::Contact]), true);
    assert_eq!(outside.identity.municipality, None);
    let contact = outside.contact.expect("covered");
    assert_eq!(
        (contact.address, contact.phone),
        (None, patient().contact.phone)
    );

    let team = Scene::with(Vec::new())
        .by_clinician(DPS, Some(Basis::Team))
        .sight();
    let inside = content(&team, true);
    assert_eq!(inside.identity.municipality.as_deref(), Some("0301"));
    assert!(inside.not_covered.is_empty());
}

#[test]
fn nothing_is_released_but_to_those_inside_or_covered() {
    let anonymised = Scene::with(Vec::new());
    let sealed = Scene {
        has_seen: true,
        ..anonymised.clone()
    };
    let absent = Scene {
        unit: DPS,
        ..anonymised.clone()
    };
    for scene in [anonymised, sealed, absent] {
        assert!(
            Release::by(&scene.sight(), false).is_none(),
            "{:?}",
            scene.sight()
        );
    }
}

#[test]
fn an_identified_message_has_no_place_in_an_anonymised_thread() {
    let thread = anonymised_thread(vec![identified_message(&[Category::Plan])], ADVISER);
    assert!(thread.is_empty());
}

#[test]
fn a_view_with_identity_does_not_print_it() {
    let printed = format!("{:?}", view(&sight(Category::ALL), false));
    for secret in [
        "Ola", "Testmann", "1990", "0301", "Storgata", "99999999", "sea", "Call",
    ] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
