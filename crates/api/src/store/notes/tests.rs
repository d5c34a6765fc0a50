//! What only the store can show: a clock that goes on, and compartments without a record.

use super::*;
use crate::ids;
use crate::store::schema::{consent, organisation, unit};
use crate::store::testing::{on_each, tx, vault};
use crate::store::vault::Vault;
use jiff::Timestamp;
use samrad_domain::code::{Category, CategorySet, Purpose, UnitKind};
use samrad_domain::consent::GivenBy;
use samrad_domain::id::{ConsentId, DataKeyId};
use samrad_domain::journal::{ConsentFacts, FILE_WITHIN, NoteFilter, Reach};
use samrad_domain::patient::Protection;
use samrad_domain::unit::{OralPolicy, RecipientPolicy};

/// An organisation with a unit, a patient and a consent.
struct Scene {
    vault: Vault,
    conn: Conn,
    now: Timestamp,
    organisation: OrganisationId,
    unit: UnitId,
    patient: PatientId,
    consent: ConsentId,
}

impl Scene {
    fn at(conn: Conn) -> Self {
        let mut scene = Self {
            vault: vault(),
            conn,
            now: "2026-03-10T09:00:00Z".parse().unwrap(),
            organisation: OrganisationId::new(ids::new_uuid()),
            unit: UnitId::new(ids::new_uuid()),
            patient: PatientId::new(ids::new_uuid()),
            consent: ConsentId::new(ids::new_uuid()),
        };
        scene.make_unit();
        scene.make_patient();
        scene
    }

    fn make_unit(&mut self) {
        diesel::insert_into(organisation::table)
            .values((
                organisation::id.eq(Db(self.organisation)),
                organisation::number.eq("974760673"),
                organisation::name.eq("Etat"),
                organisation::recipients_policy.eq(Db(RecipientPolicy::Unit)),
                organisation::oral_policy.eq(Db(OralPolicy::Yes)),
                organisation::retention_years.eq(5),
                organisation::version.eq(1),
                organisation::created_at.eq(Db(self.now)),
            ))
            .execute(&mut self.conn)
            .unwrap();
        diesel::insert_into(unit::table)
            .values((
                unit::id.eq(Db(self.unit)),
                unit::organisation_id.eq(Db(self.organisation)),
                unit::name.eq("Enhet"),
                unit::kind.eq(Db(UnitKind::Dps)),
                unit::compartment_kind.eq(Db(CompartmentKind::Health)),
                unit::compartment_key.eq(self.organisation.to_string()),
                unit::created_at.eq(Db(self.now)),
            ))
            .execute(&mut self.conn)
            .unwrap();
    }

    fn make_patient(&mut self) {
        let key = keys::create(&mut self.conn, &self.vault).unwrap();
        let (key, person): (DataKeyId, _) = (key.id(), vec![7; 32]);
        diesel::insert_into(patient::table)
            .values((
                patient::id.eq(Db(self.patient)),
                patient::compartment_kind.eq(Db(CompartmentKind::Health)),
                patient::compartment_key.eq(self.organisation.to_string()),
                patient::person_key.eq(&person),
                patient::data_key_id.eq(Db(key)),
                patient::name_enc.eq(vec![0]),
                patient::number_enc.eq(vec![0]),
                patient::birth_date_enc.eq(vec![0]),
                patient::protection.eq(Db(Protection::None)),
                patient::version.eq(1),
                patient::created_at.eq(Db(self.now)),
            ))
            .execute(&mut self.conn)
            .unwrap();
        diesel::insert_into(consent::table)
            .values((
                consent::id.eq(Db(self.consent)),
                consent::version.eq(1),
                consent::patient_id.eq(Db(self.patient)),
                consent::person_key.eq(&person),
                consent::purpose.eq(Db(Purpose::CaseDiscussion)),
                consent::given_by.eq(Db(GivenBy::Patient)),
                consent::guardianships.eq(""),
                consent::single_use.eq(false),
                consent::excluded_categories.eq(Db(CategorySet::NONE)),
                consent::state.eq(Db("draft")),
                consent::drafted_by.eq(Db(ids::new_uuid())),
                consent::drafted_at.eq(Db(self.now)),
            ))
            .execute(&mut self.conn)
            .unwrap();
    }

    fn note(&self) -> JournalNote {
        JournalNote::ConsentGranted(ConsentFacts {
            consent: self.consent,
            version: 1,
            purpose: Purpose::CaseDiscussion,
            categories: CategorySet::NONE.with(Category::Identity),
        })
    }

    fn add(&mut self, compartment: &Compartment) {
        let (unit, organisation, patient) = (self.unit, self.organisation, self.patient);
        let note = self.note();
        let mut tx = tx(&mut self.conn, &self.vault, self.now);
        add(&mut tx, unit, compartment, organisation, patient, &note);
        tx.later.write(tx.conn).unwrap();
    }

    fn listed(&mut self, register: Register, filter: NoteFilter, at: Timestamp) -> Vec<NoteLine> {
        let reach = Reach::Organisation(self.organisation);
        list(
            &mut self.conn,
            register,
            reach,
            (Some(filter), at),
            None,
            10,
        )
        .unwrap()
    }
}

#[test]
fn a_note_is_overdue_when_its_time_has_passed() {
    on_each(|database| {
        let mut scene = Scene::at(database.conn());
        scene.add(&Compartment::Health(scene.organisation));
        let due = scene.now + FILE_WITHIN;
        let just_after = due + jiff::SignedDuration::from_micros(1);
        assert!(
            scene
                .listed(Register::Journal, NoteFilter::Overdue, due)
                .is_empty()
        );
        let overdue = scene.listed(Register::Journal, NoteFilter::Overdue, just_after);
        assert_eq!((overdue.len(), overdue[0].due_at), (1, due));
        assert!(overdue[0].is_overdue(just_after));
        let pending = scene.listed(Register::Journal, NoteFilter::Pending, just_after);
        assert_eq!(pending.len(), 1, "overdue is pending still");
    });
}

#[test]
fn each_compartment_has_its_register_and_some_have_none() {
    on_each(|database| {
        let mut scene = Scene::at(database.conn());
        for compartment in [
            Compartment::Ips(scene.organisation),
            Compartment::None,
            Compartment::NavState("0312".to_owned()),
            Compartment::MunicipalSocial("0301".to_owned()),
        ] {
            scene.add(&compartment);
        }
        let now = scene.now;
        let mut count = |register| scene.listed(register, NoteFilter::Pending, now).len();
        assert_eq!(
            (count(Register::Journal), count(Register::CaseFile)),
            (0, 2)
        );
    });
}

#[test]
fn a_note_reads_back_as_it_was_added() {
    on_each(|database| {
        let mut scene = Scene::at(database.conn());
        scene.add(&Compartment::Health(scene.organisation));
        let now = scene.now;
        let id = scene.listed(Register::Journal, NoteFilter::Pending, now)[0].id;
        let (organisation, unit, note) = (scene.organisation, scene.unit, scene.note());
        let mut tx = tx(&mut scene.conn, &scene.vault, now);
        let found = find(&mut tx, id).unwrap().unwrap();
        assert_eq!((found.note, found.unit), (note, unit));
        assert_eq!((found.organisation, found.occurred_at), (organisation, now));
        assert!(found.filed.is_none());
    });
}
