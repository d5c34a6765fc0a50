//! R4: follow-up rests on an active IPS consent, and stays in its own team.

use super::{ClosedIpsNote, Function, IpsNote, IpsText, Participation, ParticipationMember, open};
use crate::actor::Staff;
use crate::code::{Purpose, Role};
use crate::decision::{Basis, Sight};
use crate::discussion::Label;
use crate::id::{DataKeyId, DiscussionId, IpsNoteId, OrganisationId, ParticipationId, PersonId};
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
        label: Label::stored("Case 7Q".to_owned()),
        unit: NAV,
        organisation: HOSPITAL,
        consent: consent_id(1),
        discussion: DiscussionId::new(Uuid::from_u128(0xA2)),
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
    assert_eq!(
        (permit.act().consent, permit.act().by),
        (consent_id(1), ADVISER)
    );
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

#[test]
fn nobody_is_let_in_twice() {
    let again = participation().admit(
        &specialist(ADVISER),
        &specialist(ADVISER),
        Function::Deputy,
        now(),
    );
    assert_eq!(again.unwrap_err().code, RefusalCode::WrongState);
}

#[test]
fn the_last_one_on_the_team_can_not_leave() {
    let mut own = participation();
    let leave = |own: &Participation, person| own.dismiss(&specialist(ADVISER), person, now());
    let code = |refused: crate::permit::Decision<_>| refused.unwrap_err().code;
    assert_eq!(code(leave(&own, ADVISER)), RefusalCode::WrongState);
    assert_eq!(code(leave(&own, THERAPIST)), RefusalCode::Absent);
    own.members.push(ParticipationMember {
        person: THERAPIST,
        function: Function::Deputy,
        ..own.members[0]
    });
    assert!(leave(&own, ADVISER).is_ok());
}

#[test]
fn it_ends_once() {
    let mut own = participation();
    assert!(own.end(&specialist(ADVISER), now()).is_ok());
    own.ended_at = Some(now());
    let again = own.end(&specialist(ADVISER), now()).unwrap_err();
    assert_eq!(again.code, RefusalCode::WrongState);
}

#[test]
fn a_note_does_not_open_for_the_team_of_another_participation() {
    let own = participation();
    let permit = own.follow_up(&specialist(ADVISER), now()).unwrap();
    let note = |participation| IpsNote {
        id: IpsNoteId::new(Uuid::from_u128(0xA3)),
        participation,
        author: ADVISER,
        text: IpsText::parse("Møte med arbeidsgiver.".to_owned()).unwrap(),
        written_at: now(),
    };
    assert!(ClosedIpsNote::for_team(&permit, note(own.id)).is_some());
    let other = ParticipationId::new(Uuid::from_u128(0xA4));
    assert!(ClosedIpsNote::for_team(&permit, note(other)).is_none());
}

#[test]
fn a_text_says_something_and_does_not_print() {
    assert!(IpsText::parse("Første møte.\n\tGikk bra.".to_owned()).is_some());
    assert!(IpsText::parse("æ".repeat(IpsText::MAX)).is_some());
    for text in ["", " \n", "a\u{0}b", &"x".repeat(IpsText::MAX + 1)] {
        assert!(IpsText::parse(text.to_owned()).is_none());
    }
    let text = IpsText::parse("Hemmelig".to_owned()).unwrap();
    assert_eq!(format!("{text:?}"), "IpsText(..)");
}
