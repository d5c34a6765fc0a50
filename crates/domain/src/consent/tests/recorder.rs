//! Who may record a grant: the source's case team or the patient; never anyone it covers.

use super::Scene;
use crate::actor::Staff;
use crate::code::Role;
use crate::consent::{Agreement, Consent, Recipient};
use crate::permit::RefusalCode;
use crate::testing::{
    DPS, ELSEWHERE, NAV, THERAPIST, also, consent, draft, grant_to, nav, staff, therapist,
};

fn recorded_by(
    recorder: &Staff,
    recipient: Recipient,
    of_every_source: bool,
) -> Option<RefusalCode> {
    let draft = Consent {
        grants: vec![grant_to(recipient)],
        ..draft()
    };
    let scene = Scene {
        draft,
        ..Scene::adult()
    };
    scene
        .grant(Agreement::Team {
            recorder,
            of_every_source,
        })
        .err()
}

#[test]
fn the_case_team_of_the_source_records_it() {
    assert_eq!(recorded_by(&therapist(), Recipient::Unit(NAV), true), None);
}

#[test]
fn the_patient_records_it_alone() {
    assert!(Scene::adult().grant(Agreement::Patient).is_ok());
}

#[test]
fn nobody_else_records_it() {
    let refusal = recorded_by(&therapist(), Recipient::Unit(NAV), false);
    assert_eq!(refusal, Some(RefusalCode::RecorderNotOfSource));
}

#[test]
fn nobody_whom_it_covers_records_it_not_even_through_another_position() {
    let covered = Some(RefusalCode::RecorderIsCovered);
    assert_eq!(
        recorded_by(&therapist(), Recipient::Person(THERAPIST), true),
        covered
    );
    assert_eq!(
        recorded_by(&therapist(), Recipient::Unit(DPS), true),
        covered
    );
    let with_two = also(therapist(), NAV, Role::NavAdviser);
    assert_eq!(recorded_by(&with_two, Recipient::Unit(NAV), true), covered);
    let role = Recipient::RoleInUnit(NAV, Role::NavAdviser);
    assert_eq!(recorded_by(&with_two, role, true), covered);
}

#[test]
fn a_position_that_it_does_not_name_is_no_hindrance() {
    let with_two = also(therapist(), NAV, Role::NavAdviser);
    let role = Recipient::RoleInUnit(NAV, Role::Coordinator);
    assert_eq!(recorded_by(&with_two, role, true), None);
    assert_eq!(
        recorded_by(&with_two, Recipient::Unit(ELSEWHERE), true),
        None
    );
}

#[test]
fn a_job_specialist_records_nothing_on_behalf_of_a_health_source() {
    let tainted = also(therapist(), ELSEWHERE, Role::JobSpecialist);
    let refusal = recorded_by(&tainted, Recipient::Unit(NAV), true);
    assert_eq!(refusal, Some(RefusalCode::RoleNotAdmitted));
}

#[test]
fn a_refusal_is_recorded_by_the_same_people() {
    let by = |of_every_source| {
        let recorder = therapist();
        let agreement = Agreement::Team {
            recorder: &recorder,
            of_every_source,
        };
        draft()
            .refuse(agreement, crate::testing::now())
            .map(|_| ())
            .map_err(|r| r.code)
    };
    assert_eq!(by(true), Ok(()));
    assert_eq!(by(false), Err(RefusalCode::RecorderNotOfSource));
}

#[test]
fn anyone_it_names_may_record_a_withdrawal() {
    let adviser = staff(crate::testing::ADVISER, NAV, Role::NavAdviser, nav());
    assert!(consent().names(&adviser));
    assert!(!consent().names(&therapist()));
}
