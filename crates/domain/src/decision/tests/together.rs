//! Rule 3: in a meeting everyone present must be inside or covered.

use crate::code::{Category, CategorySet, ReasonCode, Role};
use crate::consent::{Consent, Recipient, State, Validity};
use crate::decision::{Basis, Insider, Sight, Viewer, who_sees_together};
use crate::id::PersonId;
use crate::testing::{
    ADVISER, DPS, ELSEWHERE, NAV, Scene, THERAPIST, a_year, at, consent, consent_id, grant_to,
    health, nav, now, set,
};
use crate::unit::Compartment;
use crate::view::Release;
use uuid::Uuid;

const COLLEAGUE: PersonId = PersonId::new(Uuid::from_u128(0x24));

fn therapist(compartment: &Compartment) -> Viewer<'_> {
    Viewer {
        person: THERAPIST,
        unit: DPS,
        role: Role::Clinician,
        compartment,
        tainted: false,
        membership: Some(Basis::Team),
        has_seen: true,
    }
}

fn adviser(person: PersonId, compartment: &Compartment) -> Viewer<'_> {
    Viewer {
        person,
        unit: NAV,
        role: Role::NavAdviser,
        compartment,
        tainted: false,
        membership: None,
        has_seen: false,
    }
}

/// The adviser is covered for all, their colleague for less and a shorter time.
fn both_covered() -> Scene {
    let mut narrow = Consent {
        id: consent_id(2),
        grants: vec![grant_to(Recipient::Person(COLLEAGUE))],
        state: State::Active(Validity {
            until: at("2026-04-01T00:00:00Z"),
            ..a_year()
        }),
        ..consent()
    };
    narrow.grants[0].categories = set(&[Category::Identity, Category::Diagnosis]);
    Scene::with(vec![consent(), narrow])
}

const fn inside(basis: Basis) -> Sight {
    Sight::Inside(Insider { basis })
}

#[test]
fn all_inside_or_covered_are_shown_what_all_may_see_while_all_may() {
    let scene = both_covered();
    let (dps, office) = (health(), nav());
    let room = [
        therapist(&dps),
        adviser(ADVISER, &office),
        adviser(COLLEAGUE, &office),
    ];
    let sights = who_sees_together(&scene.matter(), &room, now());
    assert_eq!(sights[0], inside(Basis::Team));
    for sight in &sights[1..] {
        let Sight::Identified(cover) = sight else {
            panic!("{sight:?}")
        };
        assert_eq!(
            cover.categories,
            set(&[Category::Identity, Category::Diagnosis])
        );
        assert_eq!(cover.until, at("2026-04-01T00:00:00Z"));
    }
    let room = Release::to_all(&sights, false).expect("all may");
    assert_eq!(
        room.categories(),
        set(&[Category::Identity, Category::Diagnosis])
    );
}

#[test]
fn one_who_is_not_covered_makes_it_anonymous_for_all() {
    let scene = Scene::covered();
    let (dps, office) = (health(), nav());
    let room = [
        therapist(&dps),
        adviser(ADVISER, &office),
        adviser(COLLEAGUE, &office),
    ];
    let sights = who_sees_together(&scene.matter(), &room, now());
    assert_eq!(
        sights[0],
        Sight::Anonymised(ReasonCode::UncoveredPersonPresent)
    );
    assert_eq!(
        sights[1],
        Sight::Anonymised(ReasonCode::UncoveredPersonPresent)
    );
    assert_eq!(sights[2], Sight::Anonymised(ReasonCode::WrongRecipient));
    assert!(Release::to_all(&sights, false).is_none());
}

#[test]
fn one_who_knew_who_it_was_keeps_the_anonymised_view_from_all() {
    let scene = Scene::covered();
    let office = nav();
    let knew = Viewer {
        has_seen: true,
        ..adviser(COLLEAGUE, &office)
    };
    let sights = who_sees_together(&scene.matter(), &[adviser(ADVISER, &office), knew], now());
    assert_eq!(sights[0], Sight::Sealed(ReasonCode::UncoveredPersonPresent));
    assert_eq!(sights[1], Sight::Sealed(ReasonCode::WrongRecipient));
}

#[test]
fn a_stranger_in_the_room_keeps_everything_from_all() {
    let scene = Scene::covered();
    let (dps, office) = (health(), nav());
    let stranger = Viewer {
        unit: ELSEWHERE,
        ..adviser(COLLEAGUE, &office)
    };
    let sights = who_sees_together(&scene.matter(), &[therapist(&dps), stranger], now());
    assert_eq!(sights[0], Sight::Sealed(ReasonCode::UncoveredPersonPresent));
    assert_eq!(sights[1], Sight::Absent(ReasonCode::NotInAudience));
}

#[test]
fn alone_in_the_room_is_alone() {
    let scene = Scene::covered();
    let sights = who_sees_together(&scene.matter(), &[scene.viewer()], now());
    assert_eq!(sights, [scene.sight()]);
    assert!(who_sees_together(&scene.matter(), &[], now()).is_empty());
    assert!(Release::to_all(&[], false).is_none());
}

#[test]
fn the_team_among_itself_sees_everything() {
    let scene = Scene::with(Vec::new());
    let dps = health();
    let sights = who_sees_together(&scene.matter(), &[therapist(&dps), therapist(&dps)], now());
    let room = Release::to_all(&sights, false).expect("all may");
    assert_eq!(room.categories(), CategorySet::all());
}
