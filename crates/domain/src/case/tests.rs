//! Who is on a case team, and what the team may do.

use super::{Case, CaseState, Member, open};
use crate::actor::Staff;
use crate::code::{ReasonCode, Role};
use crate::decision::Basis;
use crate::id::{CaseId, DataKeyId};
use crate::permit::{Refusal, RefusalCode};
use crate::testing::{
    ADVISER, DPS, ELSEWHERE, HOSPITAL, NAV, OTHER_HOSPITAL, PATIENT, THERAPIST, also, health, nav,
    now, staff, therapist,
};
use crate::unit::Compartment;
use jiff::SignedDuration;
use uuid::Uuid;

pub(crate) fn member(staff: &Staff, basis: Basis) -> Member {
    Member {
        person: staff.person,
        unit: staff.unit,
        role: staff.role,
        basis,
        added_at: now() - SignedDuration::from_hours(1),
        ended_at: None,
    }
}

pub(crate) fn case() -> Case {
    Case {
        id: CaseId::new(Uuid::from_u128(0x90)),
        owner: DPS,
        organisation: HOSPITAL,
        compartment: health(),
        patient: Some(PATIENT),
        data_key: DataKeyId::new(Uuid::from_u128(0x91)),
        state: CaseState::Open,
        version: 1,
        members: vec![member(&therapist(), Basis::Team)],
    }
}

fn colleague() -> Staff {
    staff(ADVISER, ELSEWHERE, Role::Clinician, health())
}

fn cooperating() -> Staff {
    staff(
        ADVISER,
        ELSEWHERE,
        Role::Gp,
        Compartment::Health(OTHER_HOSPITAL),
    )
}

fn absent<T>() -> Result<T, Refusal> {
    Err(Refusal::absent(ReasonCode::NotOnCaseTeam))
}

#[test]
fn a_place_is_held_by_a_person_acting_as_they_were_let_in() {
    let case = case();
    assert_eq!(case.membership(&therapist(), now()), Some(Basis::Team));
    let elsewhere = Staff {
        unit: ELSEWHERE,
        ..therapist()
    };
    assert_eq!(case.membership(&elsewhere, now()), None);
    let as_coordinator = Staff {
        role: Role::Coordinator,
        ..therapist()
    };
    assert_eq!(case.membership(&as_coordinator, now()), None);
}

#[test]
fn a_place_has_a_first_and_a_last_moment() {
    let mut case = case();
    let Member { added_at, .. } = case.members[0];
    let tick = SignedDuration::from_micros(1);
    assert_eq!(case.membership(&therapist(), added_at - tick), None);
    assert_eq!(case.membership(&therapist(), added_at), Some(Basis::Team));
    case.members[0].ended_at = Some(now());
    assert_eq!(
        case.membership(&therapist(), now() - tick),
        Some(Basis::Team)
    );
    assert_eq!(case.membership(&therapist(), now()), None);
}

#[test]
fn the_team_works_on_it_and_nobody_else() {
    let mut case = case();
    assert!(case.work(&therapist(), now()).is_ok());
    assert_eq!(case.work(&colleague(), now()).map(|_| ()), absent());
    case.members.push(member(&colleague(), Basis::Hpl25));
    assert_eq!(case.work(&colleague(), now()).map(|_| ()), absent());
}

#[test]
fn who_became_a_job_specialist_works_on_it_no_more() {
    let tainted = also(therapist(), NAV, Role::JobSpecialist);
    assert_eq!(case().work(&tainted, now()).map(|_| ()), absent());
}

#[test]
fn a_case_is_opened_by_those_its_compartment_admits() {
    assert!(open(&therapist()).is_ok());
    for outsider in [
        also(therapist(), NAV, Role::JobSpecialist),
        staff(ADVISER, DPS, Role::JobSpecialist, health()),
        staff(ADVISER, DPS, Role::Administrator, health()),
        staff(ADVISER, NAV, Role::Clinician, nav()),
    ] {
        let refusal = open(&outsider).map(|_| ()).map_err(|r| r.code);
        assert_eq!(
            refusal,
            Err(RefusalCode::RoleNotAdmitted),
            "{:?}",
            outsider.role
        );
    }
}

#[test]
fn the_team_lets_colleagues_and_cooperating_health_personnel_in() {
    let admit = |newcomer: &Staff, basis| {
        case()
            .admit(&therapist(), newcomer, basis, now())
            .map(|_| ())
            .map_err(|r| r.code)
    };
    assert_eq!(admit(&colleague(), Basis::Team), Ok(()));
    assert_eq!(admit(&cooperating(), Basis::Hpl25), Ok(()));
    let not_admitted = Err(RefusalCode::RoleNotAdmitted);
    assert_eq!(admit(&cooperating(), Basis::Team), not_admitted);
    assert_eq!(
        admit(&staff(ADVISER, NAV, Role::NavAdviser, nav()), Basis::Team),
        not_admitted
    );
    assert_eq!(
        admit(&staff(ADVISER, NAV, Role::NavAdviser, nav()), Basis::Hpl25),
        not_admitted
    );
    let specialist = staff(ADVISER, DPS, Role::JobSpecialist, health());
    assert_eq!(admit(&specialist, Basis::Hpl25), not_admitted);
    let tainted = also(colleague(), NAV, Role::JobSpecialist);
    assert_eq!(admit(&tainted, Basis::Team), not_admitted);
    assert_eq!(
        admit(&therapist(), Basis::Team),
        Err(RefusalCode::WrongState)
    );
}

#[test]
fn only_the_team_lets_in() {
    let mut case = case();
    case.members.push(member(&cooperating(), Basis::Hpl25));
    let newcomer = staff(ADVISER, DPS, Role::Clinician, health());
    let by = case.admit(&cooperating(), &newcomer, Basis::Team, now());
    assert_eq!(by.map(|_| ()), absent());
}

#[test]
fn the_last_member_hands_over_first() {
    let mut case = case();
    let dismiss = |case: &Case, person| {
        case.dismiss(&therapist(), person, now())
            .map(|_| ())
            .map_err(|r| r.code)
    };
    assert_eq!(dismiss(&case, THERAPIST), Err(RefusalCode::WrongState));
    assert_eq!(dismiss(&case, ADVISER), Err(RefusalCode::Absent));
    case.members.push(member(&cooperating(), Basis::Hpl25));
    assert_eq!(dismiss(&case, THERAPIST), Err(RefusalCode::WrongState));
    assert_eq!(dismiss(&case, ADVISER), Ok(()));
    case.members.pop();
    case.members.push(member(&colleague(), Basis::Team));
    assert_eq!(dismiss(&case, THERAPIST), Ok(()));
}

#[test]
fn a_closed_case_is_reopened_before_it_is_worked_on() {
    let closed = Case {
        state: CaseState::Closed,
        ..case()
    };
    let wrong = Err(RefusalCode::WrongState);
    assert_eq!(
        closed
            .work_open(&therapist(), now())
            .map(|_| ())
            .map_err(|r| r.code),
        wrong
    );
    let turn = |state| {
        closed
            .turn(&therapist(), state, now())
            .map(|_| ())
            .map_err(|r| r.code)
    };
    assert_eq!(turn(CaseState::Closed), wrong);
    assert_eq!(turn(CaseState::Open), Ok(()));
}
