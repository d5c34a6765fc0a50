//! Organisations with their units, patient records, and acts to log about them.

use crate::log::Pen;
use crate::store::conn::Conn;
use crate::store::dialect::{Begin, in_transaction};
use crate::store::log_query::{Entry, Question, page};
use crate::store::schema::{case_file, discussion, organisation, patient, person, summary, unit};
use crate::store::sql::Db;
use crate::store::testing::{TestDatabase, context, vault};
use crate::store::vault::Vault;
use crate::store::{StoreError, keys, postings};
use crate::{clock, ids};
use diesel::prelude::*;
use jiff::{Timestamp, ToSpan};
use samrad_domain::actor::{Actor, PersonKey, Staff};
use samrad_domain::code::Role;
use samrad_domain::event::Event;
use samrad_domain::id::{
    AffiliationId, CaseId, DataKeyId, DiscussionId, OrganisationId, PatientId, PersonId, UnitId,
};
use samrad_domain::unit::Compartment;
use std::sync::Arc;

pub(super) struct World {
    pub(super) conn: Conn,
    pub(super) vault: Vault,
    pub(super) units: Vec<(OrganisationId, UnitId)>,
    pub(super) at: Timestamp,
}

impl World {
    /// Three organisations, the first with two units.
    pub(super) fn new(database: &TestDatabase) -> Self {
        let mut world = Self {
            conn: database.conn(),
            vault: vault(),
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

    /// A case, with a discussion of it: of the patient's, or a general question.
    pub(super) fn add_case(
        &mut self,
        of: Option<(PatientId, PersonKey, DataKeyId)>,
    ) -> (CaseId, DiscussionId) {
        let (organisation, unit) = self.units[0];
        let (case, id) = (
            CaseId::new(ids::new_uuid()),
            DiscussionId::new(ids::new_uuid()),
        );
        let author = PersonId::new(ids::new_uuid());
        let key = match of {
            Some((_, _, key)) => key,
            None => keys::create(&mut self.conn, &self.vault).unwrap().id(),
        };
        let (patient, person) = (
            of.map(|(id, ..)| Db(id)),
            of.map(|(_, key, _)| key.bytes().to_vec()),
        );
        let conn = &mut self.conn;
        diesel::insert_into(person::table)
            .values((
                person::id.eq(Db(author)),
                person::name.eq("Ågot Dalmoen"),
                person::created_at.eq(Db(self.at)),
            ))
            .execute(conn)
            .unwrap();
        diesel::insert_into(case_file::table)
            .values((
                case_file::id.eq(Db(case)),
                case_file::owner_unit.eq(Db(unit)),
                case_file::organisation_id.eq(Db(organisation)),
                case_file::patient_id.eq(patient),
                case_file::person_key.eq(person.clone()),
                case_file::data_key_id.eq(Db(key)),
                case_file::state.eq(Db("open")),
                case_file::version.eq(1),
                case_file::created_by.eq(Db(author)),
                case_file::created_at.eq(Db(self.at)),
            ))
            .execute(conn)
            .unwrap();
        diesel::insert_into(summary::table)
            .values((
                summary::case_id.eq(Db(case)),
                summary::version.eq(1),
                summary::body_enc.eq(vec![1]),
                summary::draws_on.eq(Db("")),
                summary::attested_by.eq(Db(author)),
                summary::attested_at.eq(Db(self.at)),
            ))
            .execute(conn)
            .unwrap();
        diesel::insert_into(discussion::table)
            .values((
                discussion::id.eq(Db(id)),
                discussion::label.eq(id.uuid().to_string()),
                discussion::case_id.eq(Db(case)),
                discussion::patient_id.eq(patient),
                discussion::person_key.eq(person),
                discussion::audience_unit.eq(Db(unit)),
                discussion::purpose.eq(Db("caseDiscussion")),
                discussion::state.eq(Db("open")),
                discussion::summary_version.eq(1),
                discussion::drawn_categories.eq(Db("")),
                discussion::opened_by.eq(Db(author)),
                discussion::opened_at.eq(Db(self.at)),
            ))
            .execute(conn)
            .unwrap();
        (case, id)
    }

    /// Logs `event` a millisecond after the last one, and gives its index.
    pub(super) fn log(&mut self, actor: Actor, event: &Event) -> i64 {
        let context = context(actor);
        self.at = self.at.checked_add(1.millisecond()).unwrap();
        let (vault, at) = (&self.vault, self.at);
        in_transaction::<_, StoreError>(&mut self.conn, Begin::Writing, |conn| {
            let mut pen = Pen::take(conn, &Arc::default())?;
            let receipt = pen.put(conn, vault, &context, event, at)?;
            pen.lay_down(conn)?;
            Ok(receipt.index)
        })
        .inspect(|index| {
            // Some are in lists, of several sizes, and some are not yet.
            if index % 7 == 3 {
                assert!(postings::post(&mut self.conn, 2).unwrap());
            }
        })
        .unwrap()
    }

    pub(super) fn ask(&mut self, question: &Question, below: i64, limit: u32) -> Vec<i64> {
        let found = self.page(question, below, limit);
        found.iter().map(|entry| entry.index).collect()
    }

    /// Asks as the service does, in a transaction.
    pub(super) fn page(&mut self, question: &Question, below: i64, limit: u32) -> Vec<Entry> {
        let vault = &self.vault;
        let ask = |conn: &mut Conn| page(conn, vault, question, below, limit);
        in_transaction(&mut self.conn, Begin::Plain, ask).unwrap()
    }

    pub(super) fn ask_all(&mut self, question: &Question) -> Vec<i64> {
        self.ask(question, i64::MAX, 500)
    }
}
