//! The people of these tests, their database, and what they do in it.

use crate::ids;
use crate::store::cases;
use crate::store::conn::Conn;
use crate::store::patients::{find, on_team, own_of_person, register};
use crate::store::schema::{organisation, person, unit};
use crate::store::sql::Db;
use crate::store::testing::{tx, vault};
use crate::store::unit_of_work::Tx;
use crate::store::vault::Vault;
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::{PersonKey, Position, Staff};
use samrad_domain::case;
use samrad_domain::code::{Role, UnitKind};
use samrad_domain::id::{AffiliationId, CaseId, OrganisationId, PatientId, PersonId, UnitId};
use samrad_domain::number::IdentityNumber;
use samrad_domain::patient::{Contact, FullName, Patient, Protection};
use samrad_domain::record::{self, Particulars};
use samrad_domain::unit::{Compartment, OralPolicy, RecipientPolicy};

const NUMBER: &str = "13097248022";
const CANARY: &str = "Kanarifuglberget";

pub(super) fn particulars() -> Particulars {
    Particulars {
        name: FullName {
            given: "Oddlaug".to_owned(),
            family: CANARY.to_owned(),
        },
        number: IdentityNumber::parse(NUMBER, false).unwrap(),
        birth_date: "1972-09-13".parse().unwrap(),
        municipality: "0301".to_owned(),
        contact: Contact {
            phone: Some("+47 400 00000".to_owned()),
            email: None,
            address: Some(format!("{CANARY} 3")),
        },
        protection: Protection::Code6,
    }
}

pub(super) struct Scene {
    pub(super) vault: Vault,
    pub(super) conn: Conn,
    pub(super) now: Timestamp,
    pub(super) one: Staff,
    pub(super) other: Staff,
    pub(super) nav: Staff,
}

impl Scene {
    pub(super) fn at(mut conn: Conn) -> Self {
        let health = OrganisationId::new(ids::new_uuid());
        let nav = OrganisationId::new(ids::new_uuid());
        let now: Timestamp = "2026-03-10T09:00:00Z".parse().unwrap();
        make_organisation(&mut conn, health, "974760673", now);
        make_organisation(&mut conn, nav, "100100673", now);
        let dps = make_unit(
            &mut conn,
            health,
            UnitKind::Dps,
            &Compartment::Health(health),
            now,
        );
        let office = Compartment::NavState("0312".to_owned());
        let at_nav = make_unit(&mut conn, nav, UnitKind::NavOffice, &office, now);
        let mut clinician = || {
            let compartment = Compartment::Health(health);
            make_person(&mut conn, health, dps, Role::Clinician, compartment, now)
        };
        let (one, other) = (clinician(), clinician());
        Self {
            vault: vault(),
            nav: make_person(&mut conn, nav, at_nav, Role::NavAdviser, office, now),
            conn,
            now,
            one,
            other,
        }
    }

    pub(super) fn tx(&mut self) -> Tx<'_> {
        tx(&mut self.conn, &self.vault, self.now)
    }

    pub(super) fn register(&mut self, staff: &Staff, particulars: &Particulars) -> PatientId {
        let permit = record::register(staff, false).unwrap();
        register(&mut self.tx(), &permit, particulars).unwrap()
    }

    pub(super) fn case_of(&mut self, staff: &Staff, patient: PatientId) -> CaseId {
        let patient = find(&mut self.conn, &self.vault, patient).unwrap();
        let permit = case::open(staff).unwrap();
        cases::create(&mut self.tx(), &permit, staff, patient.as_ref(), None).unwrap()
    }

    pub(super) fn is_on_team(&mut self, staff: &Staff, patient: PatientId) -> bool {
        on_team(&mut self.conn, patient, staff, self.now).unwrap()
    }

    pub(super) fn key(&self) -> PersonKey {
        PersonKey::new(self.vault.person_key(NUMBER))
    }

    pub(super) fn finds(&mut self, staff: &Staff) -> Vec<PatientId> {
        let key = self.key();
        own_of_person(&mut self.conn, &key, staff, self.now).unwrap()
    }

    pub(super) fn patient(&mut self, id: PatientId) -> Patient {
        find(&mut self.conn, &self.vault, id).unwrap().unwrap()
    }
}

fn make_organisation(conn: &mut Conn, id: OrganisationId, number: &str, now: Timestamp) {
    diesel::insert_into(organisation::table)
        .values((
            organisation::id.eq(Db(id)),
            organisation::number.eq(number),
            organisation::name.eq("Etat"),
            organisation::recipients_policy.eq(Db(RecipientPolicy::Unit)),
            organisation::oral_policy.eq(Db(OralPolicy::Yes)),
            organisation::retention_years.eq(5),
            organisation::version.eq(1),
            organisation::created_at.eq(Db(now)),
        ))
        .execute(conn)
        .unwrap();
}

fn make_unit(
    conn: &mut Conn,
    organisation: OrganisationId,
    kind: UnitKind,
    compartment: &Compartment,
    now: Timestamp,
) -> UnitId {
    let id = UnitId::new(ids::new_uuid());
    diesel::insert_into(unit::table)
        .values((
            unit::id.eq(Db(id)),
            unit::organisation_id.eq(Db(organisation)),
            unit::name.eq("Enhet"),
            unit::kind.eq(Db(kind)),
            unit::compartment_kind.eq(Db(compartment.kind())),
            unit::compartment_key.eq(Some(compartment.key())),
            unit::created_at.eq(Db(now)),
        ))
        .execute(conn)
        .unwrap();
    id
}

fn make_person(
    conn: &mut Conn,
    organisation: OrganisationId,
    unit: UnitId,
    role: Role,
    compartment: Compartment,
    now: Timestamp,
) -> Staff {
    let id = PersonId::new(ids::new_uuid());
    diesel::insert_into(person::table)
        .values((
            person::id.eq(Db(id)),
            person::name.eq("Eldbjørg"),
            person::created_at.eq(Db(now)),
        ))
        .execute(conn)
        .unwrap();
    Staff {
        person: id,
        name: "Eldbjørg".to_owned(),
        affiliation: AffiliationId::new(ids::new_uuid()),
        unit,
        organisation,
        role,
        compartment,
        positions: vec![Position { unit, role }],
        assurance: None,
    }
}
