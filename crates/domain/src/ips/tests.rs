//! R4: follow-up rests on an active IPS consent, and stays in its own team.

use super::{Function, Participation, ParticipationMember, open};
use crate::actor::Staff;
use crate::code::{Purpose, Role};
use crate::decision::{Basis, Sight};
use crate::id::{DataKeyId, OrganisationId, ParticipationId, PersonId};
use crate::permit::RefusalCode;
use crate::testing::{
    ADVISER, DPS, ELSEWHERE, HOSPITAL, NAV, OTHER_HOSPITAL, Scene, THERAPIST, consent_id, now,
    staff,
};
use crate::unit::Compartment;
use jiff::SignedDuration;
use uuid::Uuid;

const IPS: Purpose = Purpose::IpsCooperation;

fn specialist(person: PersonId) -> Staff {
    staff(person, NAV, Role::JobSpecialist, Compartment::Ips(HOSPITAL))
}

fn supervisor(person: PersonId) -> Staff {
    Staff {
        role: Role::MethodSupervisor,
        ..specialist(person)
    }
}

fn participation() -> Participation {
    Participation {
        id: ParticipationId::new(Uuid::from_u128(0xA0)),
        unit: NAV,
        consent: consent_id(1),
        data_key: DataKeyId::new(Uuid::from_u128(0xA1)),
        members: vec![ParticipationMember {
            person: ADVISER,
            unit: NAV,
            function: Function::JobSpecialist,
            added_at: now(),
            ended_at: None,
        }],
        opened_at: now(),
        ended_at: None,
    }
}

fn opened(by: &Staff, purpose: Purpose, sight: &Sight) -> Option<RefusalCode> {
    open(by, purpose, sight).err().map(|refusal| refusal.code)
}

#[test]
fn a_job_specialist_opens_it_on_an_active_ips_consent() {
    let permit = open(&specialist(ADVISER), IPS, &Scene::covered().sight()).expect("covered");
    assert_eq!(permit.act().consent, consent_id(1));
}

#[test]
fn without_one_nobody_opens_it() {
    let missing = Some(RefusalCode::IpsConsentMissing);
    let covered = Scene::covered().sight();
    assert_eq!(
        opened(&specialist(ADVISER), Purpose::ThreeWayTalk, &covered),
        missing
    );
    assert_eq!(opened(&supervisor(ADVISER), IPS, &covered), missing);
    let anonymised = Scene::with(Vec::new());
    assert_eq!(
        opened(&specialist(ADVISER), IPS, &anonymised.sight()),
        missing
    );
    let inside = anonymised
        .clone()
        .by_clinician(DPS, Some(Basis::Team))
        .sight();
    assert_eq!(opened(&specialist(ADVISER), IPS, &inside), missing);
    let sealed = Scene {
        has_seen: true,
        ..anonymised.clone()
    }
    .sight();
    assert_eq!(opened(&specialist(ADVISER), IPS, &sealed), missing);
    let absent = Scene {
        unit: ELSEWHERE,
        ..anonymised
    }
    .sight();
    assert_eq!(
        opened(&specialist(ADVISER), IPS, &absent),
        Some(RefusalCode::Absent)
    );
}

#[test]
fn notes_are_for_the_participations_own_team() {
    let follow_up = |staff: &Staff| participation().follow_up(staff, now()).is_ok();
    assert!(follow_up(&specialist(ADVISER)));
    assert!(!follow_up(&specialist(THERAPIST)));
    assert!(!follow_up(&Staff {
        unit: ELSEWHERE,
        ..specialist(ADVISER)
    }));
    assert!(!follow_up(&Staff {
        role: Role::Clinician,
        ..specialist(ADVISER)
    }));
    let before = now() - SignedDuration::from_micros(1);
    assert!(
        participation()
            .follow_up(&specialist(ADVISER), before)
            .is_err()
    );
    let mut left = participation();
    left.members[0].ended_at = Some(now());
    assert!(left.follow_up(&specialist(ADVISER), now()).is_err());
}

#[test]
fn what_has_ended_is_read_and_not_written() {
    let ended = Participation {
        ended_at: Some(now()),
        ..participation()
    };
    assert!(ended.follow_up(&specialist(ADVISER), now()).is_ok());
    let refusal = ended
        .follow_up_open(&specialist(ADVISER), now())
        .map(|_| ());
    assert_eq!(refusal.map_err(|r| r.code), Err(RefusalCode::WrongState));
}

#[test]
fn deputies_and_supervisors_of_the_same_organisation_are_let_in() {
    let admit = |newcomer: &Staff, function| {
        participation()
            .admit(&specialist(ADVISER), newcomer, function, now())
            .is_ok()
    };
    assert!(admit(&specialist(THERAPIST), Function::Deputy));
    assert!(admit(&supervisor(THERAPIST), Function::MethodSupervisor));
    assert!(!admit(&supervisor(THERAPIST), Function::Deputy));
    assert!(!admit(&specialist(THERAPIST), Function::MethodSupervisor));
    let clinician = Staff {
        role: Role::Clinician,
        ..specialist(THERAPIST)
    };
    assert!(
        Function::ALL
            .iter()
            .all(|function| !admit(&clinician, *function))
    );
    let organisation: OrganisationId = OTHER_HOSPITAL;
    let stranger = Staff {
        organisation,
        ..specialist(THERAPIST)
    };
    assert!(!admit(&stranger, Function::Deputy));
}
