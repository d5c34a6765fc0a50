//! Whoever asks gets their own entries, each once, in order, and finds them by an index.

mod by_id;
mod plans;
mod world;

use super::*;
use crate::log::body::Body;
use crate::store::conn::Backend;
use crate::store::keys;
use crate::store::schema::log_erasure;
use crate::store::testing::{Dice, on_each};
use crate::{clock, ids};
use diesel::connection::SimpleConnection;
use jiff::ToSpan;
use samrad_domain::actor::{Actor, Citizen};
use samrad_domain::code::Role;
use samrad_domain::consent::Recipient;
use samrad_domain::event::Event;
use samrad_domain::id::DataKeyId;
use world::World;

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
    let inside = e.source.unwrap_or(acted) == q.organisation;
    takes_part(q.organisation)
        && q.party.is_none_or(takes_part)
        && q.unit
            .is_none_or(|u| by_unit == u || e.unit == Some(u) || heard.contains(&u))
        && q.actor.is_none_or(|a| by_unit.uuid() == a)
        && (q.patient.is_none()
            || e.patient == q.patient && (inside || e.outcome == Outcome::Disclosed))
        && (q.case.is_none() || e.case == q.case && inside)
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
    let patients: Vec<_> = (0..2).map(|_| world.add_patient()).collect();
    // One of a patient, and a general question.
    let known = [Some(patients[0]), None].map(|of| (world.add_case(of), of));
    // And one of which there is nothing but refusals.
    let unknown = (
        CaseId::new(ids::new_uuid()),
        DiscussionId::new(ids::new_uuid()),
    );
    let of_whom: Vec<_> = known.into_iter().chain([(unknown, None)]).collect();
    let names = Names {
        patients: patients.iter().map(|(id, ..)| *id).collect(),
        cases: of_whom.iter().map(|((case, _), _)| *case).collect(),
        discussions: of_whom.iter().map(|((_, id), _)| *id).collect(),
    };
    let mut story = Vec::new();
    for _ in 0..120 {
        let mut event = Event::of(dice.pick(&KINDS), dice.pick(&OUTCOMES));
        event.patient = dice.maybe(&names.patients);
        if let Some(((case, discussion), of)) = dice.maybe(&of_whom) {
            // An entry about a case names its patient, or nobody.
            event.patient = dice.maybe(&[of.map(|(id, ..)| id)]).flatten();
            event.case = dice.maybe(&[case]);
            event.discussion = dice.maybe(&[discussion]);
        }
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
fn an_outsider_learns_neither_whose_case_it_is_nor_who_else_was_told() {
    on_each(|database| {
        let mut world = World::new(database);
        let (patient, ..) = world.add_patient();
        let [own, told, other] = [0, 1, 2].map(|place| world.units[place]);
        let mut event = Event::done(EventKind::DiscussionOpened)
            .about(Some(patient))
            .from(own.0, own.1)
            .of_case(CaseId::new(ids::new_uuid()));
        event.recipients = vec![Recipient::Unit(told.1), Recipient::Unit(other.1)];
        world.log(world.staff(0), &event);
        event.kind = EventKind::DiscussionRead;
        event.outcome = Outcome::Disclosed;
        world.log(world.staff(1), &event);
        let mut bodies = |organisation| -> Vec<Body> {
            let question = Question::all_of(organisation);
            let found = world.page(&question, i64::MAX, 9);
            found.into_iter().filter_map(|entry| entry.body).collect()
        };
        let facts = |body: &Body| (body.patient.is_some(), body.case.is_some());
        let inside = bodies(own.0);
        assert!(
            inside
                .iter()
                .all(|b| facts(b) == (true, true) && b.recipients.len() == 2)
        );
        let outside = bodies(told.0);
        let known: Vec<_> = outside.iter().map(facts).collect();
        assert_eq!(
            known,
            [(true, false), (false, false)],
            "disclosed, then opened"
        );
        for body in outside {
            let heard: Vec<_> = body.recipients.iter().map(|heard| heard.id).collect();
            assert_eq!(heard, [told.1.uuid()]);
        }
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

/// An entry may have no key, and a key may be gone.
#[test]
fn what_nobody_can_open_is_there_without_its_body() {
    on_each(|database| {
        let mut world = World::new(database);
        let (patient, _, key) = world.add_patient();
        let read = Event::access(EventKind::PatientRead).about(Some(patient));
        let actor = world.staff(0);
        let indices = [1, 2, 3].map(|_| world.log(actor.clone(), &read));
        let bare = match world.conn {
            Conn::Pg(_) => "ALTER TABLE log_entry DISABLE TRIGGER USER",
            Conn::Sqlite(_) => "DROP TRIGGER log_entry_erase",
        };
        world.conn.batch_execute(bare).unwrap();
        let with_key = |world: &mut World, index: i64, key: Option<DataKeyId>| {
            diesel::update(log_entry::table.find(index))
                .set(log_entry::data_key_id.eq(key.map(Db)))
                .execute(&mut world.conn)
                .unwrap();
        };
        with_key(&mut world, indices[0], None);
        with_key(
            &mut world,
            indices[1],
            Some(DataKeyId::new(ids::new_uuid())),
        );
        let question = Question {
            patient: Some(patient),
            ..Question::all_of(world.units[0].0)
        };
        for question in [question, Question::all_of(world.units[0].0)] {
            let found = world.page(&question, i64::MAX, 10);
            let bodies: Vec<bool> = found.iter().map(|entry| entry.body.is_some()).collect();
            assert_eq!(bodies, [true, false, false]);
        }
        keys::destroy(&mut world.conn, key, clock::now()).unwrap();
        let found = world.page(&Question::all_of(world.units[0].0), i64::MAX, 10);
        assert!(found.iter().all(|entry| entry.body.is_none()) && found.len() == 3);
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
        let (id, at) = (Db(ids::new_uuid()), Db(clock::now()));
        diesel::insert_into(log_erasure::table)
            .values((
                log_erasure::id.eq(id),
                log_erasure::idx.eq(erased),
                log_erasure::organisation_id.eq(id),
                log_erasure::legal_ground.eq(Db("courtOrder")),
                log_erasure::requested_by.eq(id),
                log_erasure::requested_at.eq(at),
                log_erasure::approved_by.eq(Db(ids::new_uuid())),
                log_erasure::approved_at.eq(at),
            ))
            .execute(&mut world.conn)
            .unwrap();
        diesel::update(log_entry::table.find(erased))
            .set((
                log_entry::salt.eq(None::<Vec<u8>>),
                log_entry::body_enc.eq(None::<Vec<u8>>),
            ))
            .execute(&mut world.conn)
            .unwrap();
        let stands = |world: &mut World| {
            let found = crate::log::standing(&mut world.conn, &world.vault, patient);
            found.unwrap().map(|(key, _)| key.id())
        };
        assert_eq!(stands(&mut world), Some(key));
        keys::destroy(&mut world.conn, key, clock::now()).unwrap();
        assert_eq!(stands(&mut world), None);

        let question = Question::all_of(world.units[0].0);
        let found = world.page(&question, i64::MAX, 10);
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

/// Who has the database could take entries off the lists; the chain tells.
#[test]
fn a_person_is_not_shown_a_log_that_leaves_out_what_no_list_has() {
    on_each(|database| {
        let mut world = World::new(database);
        let (own, person, _) = world.add_patient();
        let read = Event::access(EventKind::PatientRead).about(Some(own));
        for index in 0..260 {
            let event = match index % 40 {
                0 => read.clone(),
                _ => Event::done(EventKind::CaseRead),
            };
            world.log(world.staff(0), &event);
        }
        world.log(world.staff(0), &read);
        let shown = |world: &mut World, below| {
            let found = of_person(&mut world.conn, &world.vault, &person, below, 10);
            found.map(|(entries, _)| Vec::from_iter(entries.iter().map(|entry| entry.index)))
        };
        let all = [260, 240, 200, 160, 120, 80, 40, 0];
        assert_eq!(shown(&mut world, i64::MAX).unwrap(), all);
        let [off, none] = match database.backend() {
            Backend::Pg => [
                "ALTER TABLE log_whose DISABLE TRIGGER USER",
                "decode(repeat('00', 1024), 'hex')",
            ],
            Backend::Sqlite => ["DROP TRIGGER log_whose_no_update", "zeroblob(1024)"],
        };
        let take_off = format!("{off}; UPDATE log_whose SET records = {none}");
        world.conn.batch_execute(&take_off).unwrap();
        let told = shown(&mut world, i64::MAX).unwrap_err().to_string();
        assert!(told.contains("in no list"), "{told}");
    });
}
