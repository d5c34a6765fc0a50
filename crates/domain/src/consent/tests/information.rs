//! R1: every consent rests on information given before; for IPS, by health personnel.

use super::{Scene, informed};
use crate::code::{Purpose, Role};
use crate::consent::Consent;
use crate::id::PatientId;
use crate::information::InformationRecord;
use crate::permit::RefusalCode;
use crate::testing::{INFORMED, draft, now};
use crate::unit::CompartmentKind;
use jiff::SignedDuration;
use uuid::Uuid;

fn with(information: InformationRecord) -> Scene {
    Scene {
        information: Some(information),
        ..Scene::adult()
    }
}

fn for_ips(information: InformationRecord) -> Scene {
    let draft = Consent {
        purpose: Purpose::IpsCooperation,
        ..draft()
    };
    let information = InformationRecord {
        purpose: Purpose::IpsCooperation,
        ..information
    };
    Scene {
        draft,
        ..with(information)
    }
}

#[test]
fn a_consent_rests_on_the_information_given() {
    let uninformed = Consent {
        information: None,
        ..draft()
    };
    let granted = Scene {
        draft: uninformed,
        ..Scene::adult()
    }
    .by_team()
    .expect("informed");
    assert_eq!(granted.consent.information, Some(INFORMED));
}

#[test]
fn nothing_told_before_is_no_ground() {
    let never = Scene {
        information: None,
        ..Scene::adult()
    };
    assert_eq!(never.refusal(), Some(RefusalCode::InformationMissing));
    let tick = SignedDuration::from_micros(1);
    let later = with(InformationRecord {
        given_at: now() + tick,
        ..informed()
    });
    assert_eq!(later.refusal(), Some(RefusalCode::InformationMissing));
    let recorded_later = with(InformationRecord {
        recorded_at: now() + tick,
        ..informed()
    });
    assert_eq!(
        recorded_later.refusal(),
        Some(RefusalCode::InformationMissing)
    );
}

#[test]
fn information_about_something_else_is_no_ground() {
    let other = with(InformationRecord {
        purpose: Purpose::ThreeWayTalk,
        ..informed()
    });
    assert_eq!(other.refusal(), Some(RefusalCode::InformationMissing));
}

#[test]
fn information_given_to_somebody_else_is_no_ground() {
    let patient = PatientId::new(Uuid::from_u128(0x99));
    let other = with(InformationRecord {
        patient,
        ..informed()
    });
    assert_eq!(other.refusal(), Some(RefusalCode::InformationMissing));
}

#[test]
fn ips_needs_information_by_health_personnel() {
    assert_eq!(for_ips(informed()).refusal(), None);
    let not_health = Some(RefusalCode::InformationNotByHealthPersonnel);
    for role in [
        Role::NavAdviser,
        Role::JobSpecialist,
        Role::MethodSupervisor,
        Role::Coordinator,
    ] {
        let scene = for_ips(InformationRecord { role, ..informed() });
        assert_eq!(scene.refusal(), not_health, "{role}");
    }
    let outside = InformationRecord {
        compartment: CompartmentKind::Ips,
        ..informed()
    };
    assert_eq!(for_ips(outside).refusal(), not_health);
}

#[test]
fn other_cooperation_may_be_explained_by_whoever_asks() {
    let adviser = InformationRecord {
        role: Role::NavAdviser,
        compartment: CompartmentKind::NavState,
        ..informed()
    };
    assert_eq!(with(adviser).refusal(), None);
}
