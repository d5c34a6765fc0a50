use super::*;
use crate::id::UnitId;
use crate::testing::{at, health, now, staff};
use crate::unit::Compartment;
use uuid::Uuid;

fn overseer(n: u128, role: Role) -> Staff {
    staff(
        PersonId::new(Uuid::from_u128(n)),
        UnitId::new(Uuid::from_u128(1)),
        role,
        health(),
    )
}

fn entry_of(staff: &Staff) -> Erasable {
    Erasable {
        index: 7,
        owner: Some(staff.organisation),
        kind: EventKind::DiscussionRead,
        actor: Some(Uuid::from_u128(55)),
        asked: false,
    }
}

fn asked_by(staff: &Staff) -> ErasureRequest {
    ErasureRequest {
        id: ErasureId::new(Uuid::from_u128(9)),
        index: 7,
        organisation: staff.organisation,
        ground: ErasureGround::CourtOrder,
        requested_by: staff.person,
        requested_at: now(),
        approved: None,
    }
}

#[test]
fn two_overseers_of_the_organisation_erase_together() {
    let (one, other) = (
        overseer(1, Role::PrivacyOfficer),
        overseer(2, Role::Auditor),
    );
    let permit = ask(&one, &entry_of(&one), ErasureGround::CourtOrder).unwrap();
    assert_eq!((permit.act().index, permit.act().by), (7, one.person));
    let erasure = asked_by(&one).approve(&other, None).unwrap();
    assert_eq!(erasure.act().requested_by, one.person);
    assert_eq!(erasure.act().approved_by, Some(other.person));
}

#[test]
fn nobody_erases_alone() {
    let one = overseer(1, Role::PrivacyOfficer);
    let refusal = asked_by(&one).approve(&one, None).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::SecondPersonNeeded);
    let mut elsewhere = one.clone();
    elsewhere.role = Role::Auditor;
    assert!(
        asked_by(&one).approve(&elsewhere, None).is_err(),
        "in another role"
    );
}

#[test]
fn no_other_organisation_and_no_other_role_erases() {
    let one = overseer(1, Role::PrivacyOfficer);
    for role in Role::ALL
        .iter()
        .filter(|r| !matches!(r, Role::Auditor | Role::PrivacyOfficer))
    {
        let other = overseer(2, *role);
        let absent = ask(&other, &entry_of(&other), ErasureGround::CourtOrder).unwrap_err();
        assert_eq!(absent.code, RefusalCode::Absent, "{role}");
        assert_eq!(
            asked_by(&one).approve(&other, None).unwrap_err().code,
            RefusalCode::Absent
        );
    }
    let mut stranger = overseer(2, Role::Auditor);
    stranger.organisation = OrganisationId::new(Uuid::from_u128(77));
    stranger.compartment = Compartment::Health(stranger.organisation);
    assert!(ask(&stranger, &entry_of(&one), ErasureGround::CourtOrder).is_err());
    assert!(asked_by(&one).approve(&stranger, None).is_err());
    let nobodys = Erasable {
        owner: None,
        ..entry_of(&one)
    };
    assert!(ask(&one, &nobodys, ErasureGround::CourtOrder).is_err());
}

#[test]
fn what_vouches_for_the_rest_is_never_erased_and_nothing_twice() {
    let (one, other) = (
        overseer(1, Role::PrivacyOfficer),
        overseer(2, Role::Auditor),
    );
    for kind in [
        EventKind::LogEntryErased,
        EventKind::LogErasureRequested,
        EventKind::LogKeyChanged,
        EventKind::LogRead,
        EventKind::LogExported,
        EventKind::ConsentWithdrawn,
    ] {
        let entry = Erasable {
            kind,
            ..entry_of(&one)
        };
        let refusal = ask(&one, &entry, ErasureGround::CourtOrder).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::WrongState, "{kind}");
    }
    let again = Erasable {
        asked: true,
        ..entry_of(&one)
    };
    assert_eq!(
        ask(&one, &again, ErasureGround::CourtOrder)
            .unwrap_err()
            .code,
        RefusalCode::WrongState
    );
    let mut done = asked_by(&one);
    done.approved = Some((other.person, at("2026-03-10T09:00:00Z")));
    assert_eq!(
        done.approve(&other, None).unwrap_err().code,
        RefusalCode::WrongState
    );
}

#[test]
fn nobody_erases_the_traces_of_their_own_acts() {
    let (one, other) = (
        overseer(1, Role::PrivacyOfficer),
        overseer(2, Role::Auditor),
    );
    let own = Erasable {
        actor: Some(one.person.uuid()),
        ..entry_of(&one)
    };
    let refusal = ask(&one, &own, ErasureGround::CourtOrder).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::SecondPersonNeeded);
    assert!(ask(&other, &own, ErasureGround::CourtOrder).is_ok());
    let asked = asked_by(&other);
    let refusal = asked.approve(&one, own.actor).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::SecondPersonNeeded);
}
