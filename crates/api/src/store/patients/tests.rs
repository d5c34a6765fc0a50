//! Two clinicians of one DPS and an adviser at NAV, all of whom know the same person.

mod scene;

use super::*;
use crate::ids;
use crate::store::schema::data_key;
use crate::store::testing::on_each;
use crate::store::{cases, information};
use jiff::ToSpan;
use samrad_domain::actor::{Position, Staff};
use samrad_domain::code::{Purpose, Role};
use samrad_domain::decision::{Basis, Objection};
use samrad_domain::information::{Form, Told};
use samrad_domain::number::IdentityNumber;
use samrad_domain::patient::{Authority, Custody, FullName, Protection};
use samrad_domain::permit::Permit;
use samrad_domain::record::{self, Appointment, Care, Particulars};
use scene::{Scene, particulars};

fn on_a_scene(story: impl Fn(&mut Scene)) {
    on_each(|database| story(&mut Scene::at(database.conn())));
}

fn care(staff: &Staff, patient: PatientId) -> Permit<Care> {
    record::care(patient, staff, true).unwrap()
}

#[test]
fn what_was_registered_is_read_back() {
    on_a_scene(|scene| {
        let one = scene.one.clone();
        let id = scene.register(&one, &particulars());
        let patient = scene.patient(id);
        assert!(patient.particulars() == particulars());
        assert_eq!(patient.compartment, one.compartment);
        assert_eq!((patient.key, patient.version), (scene.key(), 1));
        assert_eq!(
            find(
                &mut scene.conn,
                &scene.vault,
                PatientId::new(ids::new_uuid())
            )
            .unwrap()
            .map(|p| p.id),
            None
        );
    });
}

#[test]
fn a_colleague_who_registers_the_same_person_learns_nothing() {
    on_a_scene(|scene| {
        let (one, other) = (scene.one.clone(), scene.other.clone());
        let first = scene.register(&one, &particulars());
        let theirs = Particulars {
            name: FullName {
                given: "O".to_owned(),
                family: "Guess".to_owned(),
            },
            protection: Protection::None,
            ..particulars()
        };
        assert!(scene.finds(&other).is_empty());
        let second = scene.register(&other, &theirs);
        assert_ne!(first, second);
        assert!(scene.patient(second).particulars() == theirs);
        assert!(scene.patient(first).particulars() == particulars());
        assert_eq!(scene.finds(&other), [second]);
        assert!(!scene.is_on_team(&other, first));
        let mut all = [first, second];
        all.sort();
        let key = scene.key();
        assert_eq!(of_person(&mut scene.conn, &key).unwrap(), all);
    });
}

#[test]
fn compartments_know_nothing_of_each_other() {
    on_a_scene(|scene| {
        let (one, nav) = (scene.one.clone(), scene.nav.clone());
        let at_dps = scene.register(&one, &particulars());
        assert!(scene.finds(&nav).is_empty());
        let at_nav = scene.register(&nav, &particulars());
        assert_eq!(scene.finds(&nav), [at_nav]);
        assert_eq!(scene.finds(&one), [at_dps]);
        assert!(!scene.is_on_team(&nav, at_dps) && !scene.is_on_team(&one, at_nav));
    });
}

#[test]
fn the_case_team_reads_and_the_rest_of_the_office_does_not() {
    on_a_scene(|scene| {
        let (one, other) = (scene.one.clone(), scene.other.clone());
        let patient = scene.register(&one, &particulars());
        let case = scene.case_of(&one, patient);
        assert!(!scene.is_on_team(&other, patient));
        let now = scene.now;
        let found = cases::find(&mut scene.conn, case).unwrap().unwrap();
        let admission = found.admit(&one, &other, Basis::Team, now).unwrap();
        cases::admit(&mut scene.tx(), &admission, one.person).unwrap();
        assert!(scene.is_on_team(&other, patient));
        assert_eq!(scene.finds(&other), [patient]);
        for stranger in [
            Staff {
                unit: scene.nav.unit,
                ..other.clone()
            },
            Staff {
                role: Role::Gp,
                ..other.clone()
            },
            Staff {
                compartment: scene.nav.compartment.clone(),
                ..other.clone()
            },
            Staff {
                positions: vec![Position {
                    unit: scene.nav.unit,
                    role: Role::JobSpecialist,
                }],
                ..other.clone()
            },
        ] {
            assert!(!scene.is_on_team(&stranger, patient));
        }
    });
}

#[test]
fn who_has_left_every_case_of_the_patient_has_left_the_record() {
    on_a_scene(|scene| {
        let (one, other) = (scene.one.clone(), scene.other.clone());
        let patient = scene.register(&one, &particulars());
        let case = scene.case_of(&one, patient);
        let now = scene.now;
        let found = cases::find(&mut scene.conn, case).unwrap().unwrap();
        let admission = found.admit(&one, &other, Basis::Team, now).unwrap();
        cases::admit(&mut scene.tx(), &admission, one.person).unwrap();
        scene.now = now.saturating_add(1.hour()).unwrap();
        let now = scene.now;
        let found = cases::find(&mut scene.conn, case).unwrap().unwrap();
        let leaving = found.dismiss(&other, one.person, now).unwrap();
        cases::dismiss(&mut scene.tx(), &leaving, one.person).unwrap();
        assert!(!scene.is_on_team(&one, patient));
        assert!(scene.is_on_team(&other, patient));
        scene.case_of(&one, patient);
        assert!(scene.is_on_team(&one, patient));
    });
}

#[test]
fn an_invitation_under_hpl_25_is_no_place_on_the_team() {
    on_a_scene(|scene| {
        let (one, other) = (scene.one.clone(), scene.other.clone());
        let patient = scene.register(&one, &particulars());
        let case = scene.case_of(&one, patient);
        let now = scene.now;
        let found = cases::find(&mut scene.conn, case).unwrap().unwrap();
        let admission = found.admit(&one, &other, Basis::Hpl25, now).unwrap();
        cases::admit(&mut scene.tx(), &admission, one.person).unwrap();
        assert!(!scene.is_on_team(&other, patient));
    });
}

#[test]
fn a_correction_of_the_number_moves_the_record_to_the_right_person() {
    on_a_scene(|scene| {
        let one = scene.one.clone();
        let id = scene.register(&one, &particulars());
        let before = scene.patient(id);
        let after = Particulars {
            number: IdentityNumber::parse("53097248016", false).unwrap(),
            protection: Protection::None,
            ..particulars()
        };
        assert!(nothing_rests_on(&mut scene.tx(), id).unwrap());
        let permit = before
            .correct(&care(&one, id), after.clone(), true)
            .unwrap();
        let key = correct(&mut scene.tx(), &permit, &before).unwrap();
        assert!(scene.finds(&one).is_empty());
        let patient = scene.patient(id);
        assert!(patient.particulars() == after && patient.version == 2 && patient.key == key);
        scene.case_of(&one, id);
        assert!(!nothing_rests_on(&mut scene.tx(), id).unwrap());
    });
}

#[test]
fn an_objection_holds_for_every_record_of_the_compartment_and_no_other() {
    on_a_scene(|scene| {
        let (one, other, nav) = (scene.one.clone(), scene.other.clone(), scene.nav.clone());
        let first = scene.register(&one, &particulars());
        let second = scene.register(&other, &particulars());
        let third = scene.register(&nav, &particulars());
        let against = Objection::Person(other.person);
        let recorded = record_objection(&mut scene.tx(), &care(&one, first), against).unwrap();
        assert_eq!(objections(&mut scene.conn, first).unwrap(), [against]);
        assert_eq!(objections(&mut scene.conn, second).unwrap(), [against]);
        assert!(objections(&mut scene.conn, third).unwrap().is_empty());
        assert_eq!(
            recorded_objections(&mut scene.conn, first).unwrap().len(),
            1
        );
        assert!(
            recorded_objections(&mut scene.conn, second)
                .unwrap()
                .is_empty()
        );
        let found = find_objection(&mut scene.conn, recorded.id)
            .unwrap()
            .unwrap();
        let permit = found.withdraw(&care(&one, first)).unwrap();
        withdraw_objection(&mut scene.tx(), &permit).unwrap();
        assert!(objections(&mut scene.conn, second).unwrap().is_empty());
        let found = find_objection(&mut scene.conn, recorded.id)
            .unwrap()
            .unwrap();
        assert!(found.withdraw(&care(&one, first)).is_err());
    });
}

#[test]
fn a_guardian_is_recorded_by_name_and_key_and_can_be_ended() {
    on_a_scene(|scene| {
        let one = scene.one.clone();
        let id = scene.register(&one, &particulars());
        let (care, now, patient) = (care(&one, id), scene.now, scene.patient(id));
        let mother = Appointment {
            guardian: PersonKey::new([3; 32]),
            name: particulars().name,
            authority: Authority::Parent,
            custody: Custody::Shared,
            from: "2020-01-01".parse().unwrap(),
            until: None,
        };
        let permit = mother.record(&care, &[], now).unwrap();
        let made = record_guardian(&mut scene.tx(), &care, &permit, patient.data_key).unwrap();
        let named = named_guardians(&mut scene.tx(), &patient).unwrap();
        assert_eq!(named.len(), 1);
        assert!(named[0].1 == particulars().name && named[0].0.holds_at(now));
        let permit = named[0].0.end(&care).unwrap();
        end_guardianship(&mut scene.tx(), &permit).unwrap();
        let held = guardians(&mut scene.conn, id).unwrap();
        assert!(held[0].id == made && !held[0].holds_at(now));
    });
}

#[test]
fn what_was_told_is_recorded_in_the_tellers_own_role() {
    on_a_scene(|scene| {
        let one = scene.one.clone();
        let id = scene.register(&one, &particulars());
        let told = |given_at| Told {
            purpose: Purpose::IpsCooperation,
            language: "nb".to_owned(),
            text_version: "2026-1".to_owned(),
            form: Form::Oral,
            given_at,
        };
        let (now, care) = (scene.now, care(&one, id));
        let later = now.saturating_add(1.hour()).unwrap();
        assert!(told(Some(later)).record(&care, &one, now).is_err());
        let permit = told(None).record(&care, &one, now).unwrap();
        let patient = scene.patient(id);
        let made = information::record(&mut scene.tx(), &permit, &patient).unwrap();
        let found = information::find(&mut scene.conn, made).unwrap().unwrap();
        assert!(found.by_health_personnel() && found.by == one.person && found.given_at == now);
        let listed = information::of_patient(&mut scene.conn, id, None, 10).unwrap();
        assert_eq!(listed.len(), 1);
    });
}

#[test]
fn a_destroyed_key_leaves_no_record() {
    on_a_scene(|scene| {
        let one = scene.one.clone();
        let id = scene.register(&one, &particulars());
        let key = scene.patient(id).data_key;
        let now = scene.now;
        assert!(crate::store::keys::destroy(&mut scene.conn, key, now).unwrap());
        assert!(find(&mut scene.conn, &scene.vault, id).unwrap().is_none());
        assert!(!scene.is_on_team(&one, id) && scene.finds(&one).is_empty());
        assert!(registered_at(&mut scene.conn, id).unwrap().is_none());
        let key = scene.key();
        let kept = kept_in(&mut scene.conn, &key, &one.compartment).unwrap();
        assert!(kept.is_none());
    });
}

#[test]
fn two_records_share_no_key() {
    on_a_scene(|scene| {
        let (one, other) = (scene.one.clone(), scene.other.clone());
        scene.register(&one, &particulars());
        scene.register(&other, &particulars());
        let keys: i64 = data_key::table.count().get_result(&mut scene.conn).unwrap();
        assert_eq!(keys, 2);
    });
}
