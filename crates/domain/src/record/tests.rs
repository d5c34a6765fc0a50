use super::*;
use crate::actor::Position;
use crate::code::Role;
use crate::id::{AffiliationId, OrganisationId};
use jiff::civil::date;
use uuid::Uuid;

fn staff(role: Role, compartment: Compartment) -> Staff {
    let unit = UnitId::new(Uuid::from_u128(1));
    Staff {
        person: PersonId::new(Uuid::from_u128(2)),
        name: "Gunvor Dalbakken".to_owned(),
        affiliation: AffiliationId::new(Uuid::from_u128(3)),
        unit,
        organisation: OrganisationId::new(Uuid::from_u128(4)),
        role,
        compartment,
        positions: vec![Position { unit, role }],
        assurance: None,
    }
}

fn health() -> Compartment {
    Compartment::Health(OrganisationId::new(Uuid::from_u128(4)))
}

fn of(number: &str, birth_date: Date) -> Particulars {
    Particulars {
        name: FullName {
            given: "Kåre".to_owned(),
            family: "Nordvika".to_owned(),
        },
        number: IdentityNumber::parse(number, true).unwrap(),
        birth_date,
        municipality: "0301".to_owned(),
        contact: Contact::default(),
        protection: Protection::None,
    }
}

fn patient() -> Patient {
    let Particulars {
        name,
        number,
        birth_date,
        municipality,
        contact,
        protection,
    } = of("13097248022", date(1972, 9, 13));
    Patient {
        id: PatientId::new(Uuid::from_u128(5)),
        compartment: health(),
        key: PersonKey::new([1; 32]),
        data_key: crate::id::DataKeyId::new(Uuid::from_u128(6)),
        name,
        number,
        birth_date,
        municipality,
        contact,
        protection,
        version: 3,
    }
}

#[test]
fn the_birth_date_is_read_in_every_series_and_the_century_in_none() {
    for (number, born) in [
        ("13097248022", date(1972, 9, 13)),
        ("53097248016", date(1972, 9, 13)),
        ("13527248013", date(1972, 12, 13)),
        ("10915596784", date(1955, 11, 10)),
        ("50846202355", date(1962, 4, 10)),
        ("01669012329", date(1990, 1, 1)),
    ] {
        assert!(of(number, born).agree(), "{number}");
        let century = date(born.year() + 100, born.month(), born.day());
        assert!(of(number, century).agree(), "{number}");
        assert!(!of(number, born.tomorrow().unwrap()).agree(), "{number}");
        assert!(!of(number, date(born.year() + 1, born.month(), born.day())).agree());
    }
    assert!(of("80123456797", date(2001, 2, 3)).agree());
}

#[test]
fn only_those_whom_the_compartment_admits_register() {
    let nav = Compartment::NavState("0312".to_owned());
    for (role, compartment, admitted) in [
        (Role::Clinician, health(), true),
        (Role::Gp, health(), true),
        (Role::NavAdviser, nav.clone(), true),
        (Role::NavAdviser, health(), false),
        (Role::Clinician, nav, false),
        (Role::JobSpecialist, health(), false),
    ] {
        let decided = register(&staff(role, compartment), false);
        assert_eq!(decided.is_ok(), admitted, "{role}");
    }
    let mut tainted = staff(Role::Clinician, health());
    tainted.positions.push(Position {
        unit: UnitId::new(Uuid::from_u128(9)),
        role: Role::JobSpecialist,
    });
    assert!(register(&tainted, false).is_err());
    assert!(care(patient().id, &tainted, true).is_err());
}

#[test]
fn who_works_with_a_record_already_makes_no_second() {
    let refusal = register(&staff(Role::Clinician, health()), true).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::WrongState);
}

#[test]
fn nobody_outside_the_team_works_with_a_record() {
    let refusal = care(patient().id, &staff(Role::Clinician, health()), false).unwrap_err();
    assert_eq!(refusal, Refusal::absent(ReasonCode::NotOnCaseTeam));
}

#[test]
fn the_number_is_corrected_only_while_nothing_rests_on_it() {
    let care = care(patient().id, &staff(Role::Clinician, health()), true).unwrap();
    let other = of("53097248016", date(1972, 9, 13));
    let refusal = patient().correct(&care, other.clone(), false).unwrap_err();
    assert_eq!(refusal.code, RefusalCode::WrongState);
    let corrected = patient().correct(&care, other, true).unwrap();
    assert_eq!(corrected.act().version, 4);
    let unchanged = patient()
        .correct(&care, patient().particulars(), false)
        .unwrap();
    assert_eq!(unchanged.act().version, 3);
}

#[test]
fn the_same_guardian_is_not_recorded_twice_but_may_come_again() {
    let now: Timestamp = "2026-03-10T09:00:00Z".parse().unwrap();
    let care = care(patient().id, &staff(Role::Clinician, health()), true).unwrap();
    let mother = Appointment {
        guardian: PersonKey::new([2; 32]),
        name: patient().name,
        authority: Authority::Parent,
        custody: Custody::Shared,
        from: date(2020, 1, 1),
        until: None,
    };
    let mut recorded = Guardianship {
        id: GuardianshipId::new(Uuid::from_u128(7)),
        patient: patient().id,
        guardian: mother.guardian,
        authority: mother.authority,
        custody: mother.custody,
        from: mother.from,
        until: None,
        ended_at: None,
    };
    assert!(mother.clone().record(&care, &[], now).is_ok());
    let twice = mother
        .clone()
        .record(&care, std::slice::from_ref(&recorded), now);
    assert_eq!(twice.unwrap_err().code, RefusalCode::WrongState);
    assert!(recorded.end(&care).is_ok());
    recorded.ended_at = Some(now);
    assert!(recorded.end(&care).is_err());
    assert!(mother.record(&care, &[recorded], now).is_ok());
}

#[test]
fn nothing_of_a_person_prints() {
    let shown = format!("{:?} {:?}", patient(), patient().particulars());
    assert!(!shown.contains("Nordvika") && !shown.contains("1972") && !shown.contains("0301"));
}
