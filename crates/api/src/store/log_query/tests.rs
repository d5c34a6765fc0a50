//! Whoever asks gets their own entries, each once, in order, and finds them by an index.

use super::*;
use crate::log::body::Request;
use crate::log::{self as disclosure_log, Context};
use crate::store::conn::Backend;
use crate::store::dialect::{Begin, in_transaction, lock_head, move_head};
use crate::store::schema::{organisation, unit};
use crate::store::testing::{TestDatabase, on_each};
use crate::store::vault::{LookupKey, MasterKeys};
use crate::{clock, ids};
use base64::prelude::{BASE64_STANDARD, Engine};
use diesel::connection::{Instrumentation, InstrumentationEvent};
use jiff::ToSpan;
use samrad_domain::actor::{Actor, Citizen, PersonKey, Staff};
use samrad_domain::code::Role;
use samrad_domain::consent::Recipient;
use samrad_domain::event::Event;
use samrad_domain::id::{AffiliationId, PersonId};
use samrad_domain::unit::Compartment;
use std::sync::{Arc, Mutex};

struct World {
    conn: Conn,
    vault: Vault,
    units: Vec<(OrganisationId, UnitId)>,
    at: Timestamp,
}

fn a_vault() -> Vault {
    let secret = || BASE64_STANDARD.encode(ids::random_bytes::<32>());
    Vault::new(
        MasterKeys::parse(&format!("a:{}", secret())).unwrap(),
        LookupKey::parse(&secret()).unwrap(),
    )
}

/// A small generator, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }

    fn maybe<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        (self.roll(3) == 0).then(|| self.pick(from))
    }
}

impl World {
    /// Three organisations, the first with two units.
    fn new(database: &TestDatabase) -> Self {
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

    fn staff(&self, place: usize) -> Actor {
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
    fn add_patient(&mut self) -> (PatientId, PersonKey, DataKeyId) {
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
    fn log(&mut self, actor: Actor, event: &Event) -> i64 {
        let request = Request {
            id: "r".to_owned(),
            operation: "test",
        };
        let context = Context { actor, request };
        self.at = self.at.checked_add(1.millisecond()).unwrap();
        let (vault, at) = (&self.vault, self.at);
        in_transaction::<_, StoreError>(&mut self.conn, Begin::Writing, |conn| {
            let mut head = lock_head(conn)?;
            let receipt = disclosure_log::append(conn, vault, &mut head, &context, event, at)?;
            move_head(conn, head)?;
            Ok(receipt.index)
        })
        .unwrap()
    }

    fn ask(&mut self, question: &Question, below: i64, limit: u32) -> Vec<i64> {
        let found = page(&mut self.conn, &self.vault, question, below, limit).unwrap();
        found.iter().map(|entry| entry.index).collect()
    }

    fn ask_all(&mut self, question: &Question) -> Vec<i64> {
        self.ask(question, i64::MAX, 500)
    }
}

/// What was logged, kept aside to be filtered without any database.
struct Told {
    index: i64,
    at: Timestamp,
    actor: usize,
    event: Event,
}

fn is_asked_for(told: &Told, world: &World, q: &Question) -> bool {
    let e = &told.event;
    let (acted, by_unit) = world.units[told.actor];
    let heard: Vec<UnitId> = e
        .recipients
        .iter()
        .map(|r| match r {
            Recipient::Unit(unit) | Recipient::RoleInUnit(unit, _) => *unit,
            Recipient::Person(_) => unreachable!("none in this test"),
        })
        .collect();
    let of = |unit: &UnitId| world.units.iter().find(|(_, u)| u == unit).unwrap().0;
    let takes_part =
        |o| acted == o || e.source == Some(o) || heard.iter().any(|unit| of(unit) == o);
    takes_part(q.organisation)
        && q.party.is_none_or(takes_part)
        && q.unit
            .is_none_or(|u| by_unit == u || e.unit == Some(u) || heard.contains(&u))
        && q.actor.is_none_or(|a| by_unit.uuid() == a)
        && (q.patient.is_none() || e.patient == q.patient)
        && (q.case.is_none() || e.case == q.case)
        && (q.discussion.is_none() || e.discussion == q.discussion)
        && (q.reason.is_none() || e.reason == q.reason)
        && q.kind.is_none_or(|k| e.kind == k)
        && q.outcome.is_none_or(|o| e.outcome == o)
        && q.from.is_none_or(|from| told.at >= from)
        && q.until.is_none_or(|until| told.at < until)
}

const KINDS: [EventKind; 3] = [
    EventKind::DiscussionRead,
    EventKind::CaseRead,
    EventKind::ConsentGranted,
];
const OUTCOMES: [Outcome; 3] = [Outcome::Done, Outcome::Disclosed, Outcome::Refused];
const REASONS: [ReasonCode; 2] = [ReasonCode::ConsentActive, ReasonCode::NoConsent];

struct Names {
    patients: Vec<PatientId>,
    cases: Vec<CaseId>,
    discussions: Vec<DiscussionId>,
}

fn a_story(world: &mut World, dice: &mut Dice) -> (Vec<Told>, Names) {
    let names = Names {
        patients: (0..2).map(|_| world.add_patient().0).collect(),
        cases: (0..2).map(|_| CaseId::new(ids::new_uuid())).collect(),
        discussions: (0..2).map(|_| DiscussionId::new(ids::new_uuid())).collect(),
    };
    let mut story = Vec::new();
    for _ in 0..120 {
        let mut event = Event::of(dice.pick(&KINDS), dice.pick(&OUTCOMES));
        event.patient = dice.maybe(&names.patients);
        event.case = dice.maybe(&names.cases);
        event.discussion = dice.maybe(&names.discussions);
        event.reason = dice.maybe(&REASONS);
        if let Some((organisation, unit)) = dice.maybe(&world.units.clone()) {
            event = event.from(organisation, unit);
        }
        for _ in 0..dice.roll(4) {
            let unit = dice.pick(&world.units).1;
            event.recipients.push(match dice.roll(2) {
                0 => Recipient::Unit(unit),
                _ => Recipient::RoleInUnit(unit, Role::NavAdviser),
            });
        }
        let actor = dice.roll(world.units.len());
        let index = world.log(world.staff(actor), &event);
        story.push(Told {
            index,
            at: Timestamp::from_millisecond(world.at.as_millisecond()).unwrap(),
            actor,
            event,
        });
    }
    (story, names)
}

fn a_question(world: &World, names: &Names, story: &[Told], dice: &mut Dice) -> Question {
    let moments: Vec<Timestamp> = story
        .iter()
        .flat_map(|told| [told.at, told.at.checked_add(1.microsecond()).unwrap()])
        .collect();
    let units: Vec<UnitId> = world.units.iter().map(|(_, unit)| *unit).collect();
    let organisations: Vec<_> = world.units.iter().map(|(o, _)| *o).collect();
    Question {
        organisation: dice.pick(&organisations),
        patient: dice.maybe(&names.patients),
        actor: dice.maybe(&units).map(UnitId::uuid),
        party: dice.maybe(&organisations),
        unit: dice.maybe(&units),
        case: dice.maybe(&names.cases),
        discussion: dice.maybe(&names.discussions),
        kind: dice.maybe(&KINDS),
        reason: dice.maybe(&REASONS),
        outcome: dice.maybe(&OUTCOMES),
        from: dice.maybe(&moments),
        until: dice.maybe(&moments),
    }
}

#[test]
fn a_search_finds_what_a_naive_reading_of_the_question_finds() {
    on_each(|database| {
        let (mut world, mut dice) = (World::new(database), Dice(7));
        let (story, names) = a_story(&mut world, &mut dice);
        let mut found_something = 0;
        for _ in 0..400 {
            let question = a_question(&world, &names, &story, &mut dice);
            let mut expected: Vec<i64> = story
                .iter()
                .filter(|told| is_asked_for(told, &world, &question))
                .map(|told| told.index)
                .collect();
            expected.reverse();
            found_something += usize::from(!expected.is_empty());
            assert_eq!(world.ask_all(&question), expected, "{question:?}");
        }
        assert!(found_something > 100, "{found_something}");
    });
}

#[test]
fn pages_neither_repeat_nor_skip_while_entries_come_in() {
    on_each(|database| {
        let (mut world, mut dice) = (World::new(database), Dice(3));
        a_story(&mut world, &mut dice);
        for place in 0..3 {
            let question = Question::all_of(world.units[place].0);
            let all = world.ask_all(&question);
            let (mut below, mut paged) = (i64::MAX, Vec::new());
            loop {
                let next = world.ask(&question, below, 7);
                // Somebody acts between the pages, within the organisation's sight.
                world.log(world.staff(place), &Event::done(EventKind::CaseRead));
                let Some(last) = next.last() else { break };
                below = *last;
                paged.extend(next);
            }
            assert_eq!(paged, all);
            assert!(all.len() > 20);
        }
    });
}

#[test]
fn what_was_erased_is_there_without_its_body() {
    on_each(|database| {
        let mut world = World::new(database);
        let (patient, _, key) = world.add_patient();
        let read = Event::access(EventKind::PatientRead).about(Some(patient));
        let (actor, other) = (world.staff(0), world.staff(0));
        let erased = world.log(actor.clone(), &Event::done(EventKind::CaseRead));
        world.log(actor, &Event::done(EventKind::CaseRead));
        world.log(other, &read);
        diesel::update(log_body::table.find(erased))
            .set((
                log_body::salt.eq(None::<Vec<u8>>),
                log_body::body_enc.eq(None::<Vec<u8>>),
            ))
            .execute(&mut world.conn)
            .unwrap();
        assert_eq!(standing(&mut world.conn, patient).unwrap(), Some(patient));
        keys::destroy(&mut world.conn, key, clock::now()).unwrap();
        assert_eq!(standing(&mut world.conn, patient).unwrap(), None);

        let question = Question::all_of(world.units[0].0);
        let found = page(&mut world.conn, &world.vault, &question, i64::MAX, 10).unwrap();
        let bodies: Vec<bool> = found.iter().map(|entry| entry.body.is_some()).collect();
        assert_eq!(bodies, [false, true, false]);
        assert_eq!(found[0].kind, EventKind::PatientRead);
        assert_eq!(found[1].body.as_ref().unwrap().kind, "caseRead");
    });
}

#[test]
fn a_person_gets_what_was_shown_or_changed_of_them_and_nothing_of_others() {
    on_each(|database| {
        let mut world = World::new(database);
        let (own, person, _) = world.add_patient();
        let (another, ..) = world.add_patient();
        let unit = Recipient::Unit(world.units[1].1);
        let citizen = Actor::Citizen(Citizen {
            key: person,
            assurance: None,
        });
        let mut disclosed =
            Event::of(EventKind::DiscussionRead, Outcome::Disclosed).about(Some(own));
        disclosed.recipients.push(unit);
        let told = |world: &mut World, event| world.log(world.staff(0), &event);
        let seen = told(&mut world, disclosed);
        told(
            &mut world,
            Event::access(EventKind::PatientRead).about(Some(another)),
        );
        told(
            &mut world,
            Event::of(EventKind::DiscussionRead, Outcome::Anonymised),
        );
        told(
            &mut world,
            Event::of(EventKind::ConsentGranted, Outcome::Refused).about(Some(own)),
        );
        let read = world.log(citizen, &Event::access(EventKind::OwnLogRead));
        let (found, names) =
            of_person(&mut world.conn, &world.vault, &person, i64::MAX, 10).unwrap();
        let indices: Vec<i64> = found.iter().map(|entry| entry.index).collect();
        assert_eq!(indices, [read, seen]);
        let told = &found[1].body.as_ref().unwrap().recipients[0];
        assert_eq!(names.unit(told.id), Some("Unit"));
        assert_eq!(
            names.organisation_of(told.id),
            Some("Organisation 310000002")
        );
    });
}

#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Vec<String>>>);

impl Instrumentation for Asked {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let sql = text.split(" -- binds").next().unwrap().to_owned();
            self.0.lock().unwrap().push(sql);
        }
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

#[test]
fn sqlite_finds_every_entry_by_the_index_of_the_narrowest_column() {
    on_each(|database| {
        if database.backend() != Backend::Sqlite {
            return;
        }
        let mut world = World::new(database);
        let asked = Asked::default();
        world.conn.set_instrumentation(asked.clone());
        let plan = |world: &mut World, question: &Question| {
            asked.0.lock().unwrap().clear();
            indices(&mut world.conn, question, 1000, 50).unwrap();
            let queries = asked.0.lock().unwrap().clone();
            queries
                .iter()
                .flat_map(|sql| {
                    diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
                        .load::<Step>(&mut world.conn)
                        .unwrap()
                })
                .map(|step| step.detail)
                .collect::<Vec<_>>()
        };
        let (organisation, unit) = world.units[0];
        let everything = Question {
            patient: Some(PatientId::new(unit.uuid())),
            actor: Some(unit.uuid()),
            party: Some(organisation),
            unit: Some(unit),
            case: Some(CaseId::new(unit.uuid())),
            discussion: Some(DiscussionId::new(unit.uuid())),
            kind: Some(EventKind::CaseRead),
            reason: Some(ReasonCode::NoConsent),
            outcome: Some(Outcome::Refused),
            ..Question::all_of(organisation)
        };
        let without_patient = Question {
            patient: None,
            ..everything.clone()
        };
        let without_case = Question {
            case: None,
            ..without_patient.clone()
        };
        let without_discussion = Question {
            discussion: None,
            ..without_case.clone()
        };
        let without_subject = Question {
            actor: None,
            ..without_discussion.clone()
        };
        for (question, indexes) in [
            (&everything, &["log_entry_by_patient"][..]),
            (&without_patient, &["log_entry_by_case"]),
            (&without_case, &["log_entry_by_discussion"]),
            (&without_discussion, &["log_entry_by_actor"]),
            (&without_subject, OF_ORGANISATION),
            (&Question::all_of(organisation), OF_ORGANISATION),
        ] {
            let steps = plan(&mut world, question);
            for index in indexes {
                let used = |step: &String| step.contains(&format!("INDEX {index} ("));
                assert!(steps.iter().any(used), "{index}: {steps:#?}");
            }
            assert!(
                !steps
                    .iter()
                    .any(|s| s.starts_with("SCAN") || s.contains("B-TREE")),
                "{steps:#?}"
            );
        }
    });
}

const OF_ORGANISATION: &[&str] = &[
    "log_entry_by_actor_organisation",
    "log_entry_by_source",
    "log_recipient_by_organisation",
];
