//! Organisations with their units, patient records, and acts to log about them.

use crate::log::body::Request;
use crate::log::{Context, Pen};
use crate::store::conn::Conn;
use crate::store::dialect::{Begin, in_transaction};
use crate::store::log_query::{Question, page};
use crate::store::schema::{organisation, patient, unit};
use crate::store::sql::Db;
use crate::store::testing::TestDatabase;
use crate::store::vault::{LookupKey, MasterKeys, Vault};
use crate::store::{StoreError, keys};
use crate::{clock, ids};
use base64::prelude::{BASE64_STANDARD, Engine};
use diesel::prelude::*;
use jiff::{Timestamp, ToSpan};
use samrad_domain::actor::{Actor, PersonKey, Staff};
use samrad_domain::code::Role;
use samrad_domain::event::Event;
use samrad_domain::id::{AffiliationId, DataKeyId, OrganisationId, PatientId, PersonId, UnitId};
use samrad_domain::unit::Compartment;

pub(super) struct World {
    pub(super) conn: Conn,
    pub(super) vault: Vault,
    pub(super) units: Vec<(OrganisationId, UnitId)>,
    pub(super) at: Timestamp,
}

fn a_vault() -> Vault {
    let secret = || BASE64_STANDARD.encode(ids::random_bytes::<32>());
    Vault::new(
        MasterKeys::parse(&format!("a:{}", secret())).unwrap(),
        LookupKey::parse(&secret()).unwrap(),
    )
}

/// A small generator, so that a failure can be repeated.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }

    pub(super) fn maybe<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        (self.roll(3) == 0).then(|| self.pick(from))
    }
}

impl World {
    /// Three organisations, the first with two units.
    pub(super) fn new(database: &TestDatabase) -> Self {
        let mut world = Self {
            conn: database.conn(),
            vault: a_vault(),
            units: Vec::new(),
            at: clock::now(),
        };
        for number in ["310000001", "310000002", "310000003"] {
            let id = OrganisationId::new(ids::new_uuid());
            diesel::insert_into(organisation::table)
                .values((
                    organisation::id.eq(Db(id)),
                    organisation::number.eq(number),
                    organisation::name.eq(format!("Organisation {number}")),
                    organisation::recipients_policy.eq(Db("unit")),
                    organisation::oral_policy.eq(Db("yes")),
                    organisation::retention_years.eq(5),
                    organisation::version.eq(1),
                    organisation::created_at.eq(Db(world.at)),
                ))
                .execute(&mut world.conn)
                .unwrap();
            world.add_unit(id);
        }
        let first = world.units[0].0;
        world.add_unit(first);
        world
    }

    fn add_unit(&mut self, organisation: OrganisationId) {
        let id = UnitId::new(ids::new_uuid());
        diesel::insert_into(unit::table)
            .values((
                unit::id.eq(Db(id)),
                unit::organisation_id.eq(Db(organisation)),
                unit::name.eq("Unit"),
                unit::kind.eq(Db("dps")),
                unit::compartment_kind.eq(Db("none")),
                unit::created_at.eq(Db(self.at)),
            ))
            .execute(&mut self.conn)
            .unwrap();
        self.units.push((organisation, id));
    }

    pub(super) fn staff(&self, place: usize) -> Actor {
        let (organisation, unit) = self.units[place];
        Actor::Staff(Staff {
            person: PersonId::new(unit.uuid()),
            name: "Ågot Dalmoen".to_owned(),
            affiliation: AffiliationId::new(unit.uuid()),
            unit,
            organisation,
            role: Role::Clinician,
            compartment: Compartment::None,
            positions: Vec::new(),
            assurance: None,
        })
    }

    /// A patient record, as far as the log needs one.
    pub(super) fn add_patient(&mut self) -> (PatientId, PersonKey, DataKeyId) {
        let id = PatientId::new(ids::new_uuid());
        let person = PersonKey::new(ids::random_bytes());
        let key = keys::create(&mut self.conn, &self.vault).unwrap().id();
        diesel::insert_into(patient::table)
            .values((
                patient::id.eq(Db(id)),
                patient::compartment_kind.eq(Db("navState")),
                patient::compartment_key.eq("0301"),
                patient::person_key.eq(person.bytes().to_vec()),
                patient::data_key_id.eq(Db(key)),
                patient::name_enc.eq(vec![1]),
                patient::number_enc.eq(vec![1]),
                patient::birth_date_enc.eq(vec![1]),
                patient::protection.eq(Db("none")),
                patient::version.eq(1),
                patient::created_at.eq(Db(self.at)),
            ))
            .execute(&mut self.conn)
            .unwrap();
        (id, person, key)
    }

    /// Logs `event` a millisecond after the last one, and gives its index.
    pub(super) fn log(&mut self, actor: Actor, event: &Event) -> i64 {
        let request = Request {
            id: "r".to_owned(),
            operation: "test",
        };
        let context = Context { actor, request };
        self.at = self.at.checked_add(1.millisecond()).unwrap();
        let (vault, at) = (&self.vault, self.at);
        in_transaction::<_, StoreError>(&mut self.conn, Begin::Writing, |conn| {
            let mut pen = Pen::take(conn)?;
            let receipt = pen.put(conn, vault, &context, event, at)?;
            pen.lay_down(conn)?;
            Ok(receipt.index)
        })
        .unwrap()
    }

    pub(super) fn ask(&mut self, question: &Question, below: i64, limit: u32) -> Vec<i64> {
        let found = page(&mut self.conn, &self.vault, question, below, limit).unwrap();
        found.iter().map(|entry| entry.index).collect()
    }

    pub(super) fn ask_all(&mut self, question: &Question) -> Vec<i64> {
        self.ask(question, i64::MAX, 500)
    }
}
