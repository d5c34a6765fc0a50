//! Rule 1, and who is nobody at all.

use crate::code::{ReasonCode, Role};
use crate::decision::{Basis, Insider, Objection, Sight};
use crate::testing::{DPS, ELSEWHERE, NAV, OTHER_HOSPITAL, Scene, THERAPIST, nav};
use crate::unit::Compartment;

fn no_consent() -> Scene {
    Scene::with(Vec::new())
}

const fn inside(basis: Basis) -> Sight {
    Sight::Inside(Insider { basis })
}

#[test]
fn the_case_team_is_inside() {
    let team = no_consent().by_clinician(DPS, Some(Basis::Team));
    assert_eq!(team.sight(), inside(Basis::Team));
}

#[test]
fn a_colleague_who_is_not_on_the_case_team_finds_nothing() {
    let colleague = no_consent().by_clinician(DPS, None);
    assert_eq!(colleague.sight(), Sight::Absent(ReasonCode::NotOnCaseTeam));
}

#[test]
fn a_stranger_finds_nothing() {
    let stranger = Scene {
        unit: ELSEWHERE,
        ..no_consent()
    };
    assert_eq!(stranger.sight(), Sight::Absent(ReasonCode::NotInAudience));
}

#[test]
fn who_became_a_job_specialist_anywhere_is_no_longer_inside() {
    let tainted = Scene {
        tainted: true,
        ..no_consent().by_clinician(DPS, Some(Basis::Team))
    };
    assert_eq!(tainted.sight(), Sight::Absent(ReasonCode::NotOnCaseTeam));
}

#[test]
fn a_place_on_the_team_does_not_reach_into_another_compartment() {
    let scene = no_consent().by_clinician(ELSEWHERE, Some(Basis::Team));
    let moved = Scene {
        compartment: Compartment::Health(OTHER_HOSPITAL),
        ..scene
    };
    assert_eq!(moved.sight(), Sight::Absent(ReasonCode::NotOnCaseTeam));
}

#[test]
fn cooperating_health_personnel_are_inside_by_invitation() {
    let scene = no_consent().by_clinician(ELSEWHERE, Some(Basis::Hpl25));
    let invited = Scene {
        compartment: Compartment::Health(OTHER_HOSPITAL),
        ..scene
    };
    assert_eq!(invited.sight(), inside(Basis::Hpl25));
}

#[test]
fn an_objection_keeps_out_whom_it_means_and_nobody_else() {
    let invited = no_consent().by_clinician(ELSEWHERE, Some(Basis::Hpl25));
    let against = |objection| {
        Scene {
            objections: vec![objection],
            ..invited.clone()
        }
        .sight()
    };
    let out = Sight::Absent(ReasonCode::NotOnCaseTeam);
    assert_eq!(against(Objection::Everybody), out);
    assert_eq!(against(Objection::Unit(ELSEWHERE)), out);
    assert_eq!(against(Objection::Person(THERAPIST)), out);
    assert_eq!(against(Objection::Unit(DPS)), inside(Basis::Hpl25));
}

#[test]
fn an_objection_does_not_touch_the_case_team() {
    let team = no_consent().by_clinician(DPS, Some(Basis::Team));
    let scene = Scene {
        objections: vec![Objection::Everybody],
        ..team
    };
    assert_eq!(scene.sight(), inside(Basis::Team));
}

#[test]
fn nav_is_never_inside_as_cooperating_health_personnel() {
    let adviser = Scene {
        membership: Some(Basis::Hpl25),
        ..no_consent()
    };
    assert_eq!(adviser.sight(), Sight::Anonymised(ReasonCode::NoConsent));
    let of_nav = Scene {
        owner: nav(),
        ..no_consent().by_clinician(ELSEWHERE, Some(Basis::Hpl25))
    };
    assert_eq!(of_nav.sight(), Sight::Absent(ReasonCode::NotOnCaseTeam));
}

#[test]
fn a_general_question_has_no_care_to_take_part_in() {
    let invited = no_consent().by_clinician(ELSEWHERE, Some(Basis::Hpl25));
    let scene = Scene {
        general: true,
        ..invited
    };
    assert_eq!(scene.sight(), Sight::Absent(ReasonCode::NotOnCaseTeam));
}

#[test]
fn oversight_operations_and_employers_are_in_no_discussion() {
    for role in [
        Role::Auditor,
        Role::Administrator,
        Role::PrivacyOfficer,
        Role::EmployerContact,
    ] {
        let scene = Scene {
            role,
            ..Scene::covered()
        };
        assert_eq!(scene.unit, NAV);
        assert_eq!(
            scene.sight(),
            Sight::Absent(ReasonCode::NotInAudience),
            "{role}"
        );
    }
}
