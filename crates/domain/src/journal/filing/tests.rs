use super::*;
use crate::actor::{Citizen, PersonKey, Position, Staff, System};
use crate::code::{Category, CategorySet, Purpose, Role};
use crate::id::{AffiliationId, ClientId, ConsentId, PersonId};
use crate::unit::Compartment;
use uuid::Uuid;

const ORGANISATION: OrganisationId = OrganisationId::new(Uuid::from_u128(1));
const UNIT: UnitId = UnitId::new(Uuid::from_u128(2));

fn staff(role: Role, compartment: Compartment, also: Option<Role>) -> Actor {
    let positions = [Some(role), also].into_iter().flatten();
    Actor::Staff(Staff {
        person: PERSON,
        name: "Kari".into(),
        affiliation: AffiliationId::new(Uuid::from_u128(4)),
        unit: UNIT,
        organisation: ORGANISATION,
        role,
        compartment,
        positions: positions
            .map(|role| Position { unit: UNIT, role })
            .collect(),
        assurance: None,
    })
}

fn system(scopes: &[&str]) -> Actor {
    Actor::System(System {
        client: ClientId::new(Uuid::from_u128(5)),
        name: "Journal".into(),
        organisation: ORGANISATION,
        scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
    })
}

fn note(register: Register, filed: Option<&str>) -> FiledNote {
    FiledNote {
        id: NoteId::new(Uuid::from_u128(6)),
        register,
        organisation: ORGANISATION,
        unit: UNIT,
        patient: PatientId::new(Uuid::from_u128(7)),
        note: JournalNote::ConsentGranted(ConsentFacts {
            consent: ConsentId::new(Uuid::from_u128(8)),
            version: 2,
            purpose: Purpose::CaseDiscussion,
            categories: CategorySet::NONE.with(Category::Identity),
        }),
        occurred_at: Timestamp::UNIX_EPOCH,
        due_at: Timestamp::UNIX_EPOCH,
        filed: filed.map(|text| Filed {
            at: Timestamp::UNIX_EPOCH,
            reference: Reference::parse(text).unwrap(),
        }),
    }
}

const PERSON: PersonId = PersonId::new(Uuid::from_u128(3));

const fn team(role: Role) -> Reach {
    Reach::Team {
        person: PERSON,
        unit: UNIT,
        role,
    }
}

const HEALTH: Compartment = Compartment::Health(ORGANISATION);
const BOTH: &[Register] = &[Register::Journal, Register::CaseFile];

#[test]
fn staff_reach_the_register_of_their_own_side_alone() {
    let nav = || Compartment::NavState("0312".into());
    let cases = [
        (
            Role::Clinician,
            HEALTH,
            Register::Journal,
            team(Role::Clinician),
        ),
        (Role::Clinician, HEALTH, Register::CaseFile, Reach::Nothing),
        (
            Role::NavAdviser,
            nav(),
            Register::CaseFile,
            team(Role::NavAdviser),
        ),
        (Role::NavAdviser, nav(), Register::Journal, Reach::Nothing),
        (Role::Auditor, HEALTH, Register::Journal, Reach::Nothing),
        (
            Role::JobSpecialist,
            HEALTH,
            Register::Journal,
            Reach::Nothing,
        ),
    ];
    for (role, compartment, wanted, expected) in cases {
        let actor = staff(role, compartment, None);
        assert_eq!(reach(&actor, wanted, BOTH), expected, "{role} {wanted:?}");
    }
}

#[test]
fn a_clinician_who_is_a_job_specialist_elsewhere_files_nothing() {
    let actor = staff(Role::Clinician, HEALTH, Some(Role::JobSpecialist));
    assert_eq!(reach(&actor, Register::Journal, BOTH), Reach::Nothing);
}

#[test]
fn a_citizen_files_nothing() {
    let actor = Actor::Citizen(Citizen {
        key: PersonKey::new([1; 32]),
        assurance: None,
    });
    assert_eq!(reach(&actor, Register::Journal, BOTH), Reach::Nothing);
}

#[test]
fn a_record_system_reaches_the_register_that_its_organisation_keeps() {
    let plain = system(&["samrad:notes"]);
    let all = Reach::Organisation(ORGANISATION);
    let journal = &[Register::Journal];
    assert_eq!(reach(&plain, Register::Journal, journal), all);
    assert_eq!(reach(&plain, Register::CaseFile, journal), Reach::Nothing);
    assert_eq!(reach(&plain, Register::Journal, &[]), Reach::Nothing);
}

#[test]
fn where_an_organisation_keeps_both_registers_a_system_must_hold_the_registers_own_scope() {
    let plain = system(&["samrad:notes"]);
    let journal = system(&["samrad:notes", "samrad:journal-notes"]);
    let all = Reach::Organisation(ORGANISATION);
    assert_eq!(reach(&plain, Register::Journal, BOTH), Reach::Nothing);
    assert_eq!(reach(&journal, Register::Journal, BOTH), all);
    assert_eq!(reach(&journal, Register::CaseFile, BOTH), Reach::Nothing);
}

#[test]
fn a_note_is_shown_within_reach_and_under_its_own_register() {
    let note = note(Register::Journal, None);
    let elsewhere = Reach::Organisation(OrganisationId::new(Uuid::from_u128(9)));
    let own = Reach::Organisation(ORGANISATION);
    assert!(note.show(Register::Journal, own, false).is_ok());
    assert!(
        note.show(Register::Journal, team(Role::Clinician), true)
            .is_ok()
    );
    for (wanted, reach, on_team) in [
        (Register::CaseFile, own, true),
        (Register::Journal, elsewhere, true),
        (Register::Journal, team(Role::Clinician), false),
        (Register::Journal, Reach::Nothing, true),
    ] {
        let refusal = note.show(wanted, reach, on_team).unwrap_err();
        assert_eq!(refusal.code, RefusalCode::Absent, "{wanted:?} {reach:?}");
    }
}

#[test]
fn a_note_is_filed_once_however_often_it_is_said() {
    let said = |text| Reference::parse(text).unwrap();
    let pending = note(Register::Journal, None);
    let filed = note(Register::Journal, Some("DOC-1"));
    let showing = pending
        .show(Register::Journal, team(Role::Clinician), true)
        .unwrap();
    let new = pending.file(&showing, said("DOC-1")).unwrap();
    assert!(matches!(new, Acknowledgement::New(p) if p.act().reference == said("DOC-1")));
    let again = filed.file(&showing, said("DOC-1")).unwrap();
    assert!(matches!(again, Acknowledgement::Repeated(_)));
    let other = filed.file(&showing, said("DOC-2")).unwrap_err();
    assert_eq!(other.code, RefusalCode::WrongState);
}

#[test]
fn a_reference_is_short_visible_and_does_not_print() {
    assert!(Reference::parse(&"x".repeat(200)).is_some());
    for text in ["", "a b", "tab\t", "Kåre", &"x".repeat(201)] {
        assert!(Reference::parse(text).is_none(), "{text}");
    }
    let reference = Reference::parse("DIPS/2026/17").unwrap();
    assert_eq!(format!("{reference:?}"), "Reference(..)");
}

#[test]
fn a_note_is_overdue_after_its_time_and_not_once_it_is_filed() {
    let later = Timestamp::from_second(1).unwrap();
    assert!(note(Register::Journal, None).is_overdue(later));
    assert!(!note(Register::Journal, None).is_overdue(Timestamp::UNIX_EPOCH));
    assert!(!note(Register::Journal, Some("1")).is_overdue(later));
}
