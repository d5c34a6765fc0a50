//! What the lanes and the flusher do when something breaks beside the acts themselves.

use super::flusher::Flusher;
use super::readings::{Attempt, attempt};
use super::unit::Does;
use super::waiting::tests::these_wait;
use super::writer::{Readings, readings, turn_away_who_may_change_others};
use super::*;
use crate::ids;
use crate::log::Pen;
use crate::store::conn::{Access, establish};
use crate::store::dialect::{Tag, Tip, read_tip};
use crate::store::testing::{TestDatabase, on_each, vault};
use diesel::connection::SimpleConnection;
use samrad_domain::actor::PersonKey;
use samrad_domain::id::PatientId;
use std::collections::{BTreeSet, VecDeque};
use units::{
    Answer, a_context, a_look, a_refused, a_refused_about, a_unit, a_unit_to_go_on_from, a_wish,
    strange,
};

pub(super) mod units;

pub(super) fn a_desk(database: &TestDatabase) -> Desk {
    let reads = Pool::open(&database.url, 2, Duration::from_secs(5)).unwrap();
    let ready = Arc::new(AtomicBool::new(true));
    let vault = Arc::new(vault());
    Desk::open(&database.url, reads, vault, &Arc::default(), ready)
}

fn a_request() -> Request {
    Request {
        context: a_context(),
        standing: None,
        about: About::Nobody,
        hold: Hold::Shared,
    }
}

fn acts(desk: &Desk) -> Result<Recorded<()>, Failure> {
    let act = |_: &mut Tx<'_>| Ok(((), Event::done(EventKind::RegistryRead)));
    actix_web::rt::System::new().block_on(desk.act(a_request(), act))
}

#[test]
fn a_lane_goes_on_after_a_panic_outside_an_act() {
    on_each(|database| {
        let desk = a_desk(database);
        // More often than there are lanes.
        for _ in 0..4 {
            let (unit, answer) = strange(true);
            desk.ordinary.send(unit).unwrap();
            assert!(!answer.recv().unwrap());
        }
        for index in 0..4 {
            assert_eq!(acts(&desk).unwrap().receipt.index, index);
        }
    });
}

/// Beside readings of discussions it keeps none of them from doing without locks, and under locks they are one run.
#[test]
fn one_that_only_looks_is_run_with_the_readings() {
    on_each(|database| {
        let desk = a_desk(database);
        let mut conn = database.conn();
        assert_eq!(acts(&desk).unwrap().receipt.index, 0);
        let batch = || {
            let (reading, one) = a_refused(None, Some(a_wish()));
            let (look, other) = a_look();
            (VecDeque::from([reading, look]), one, other)
        };
        let told = |batch: VecDeque<Box<dyn Unit>>, one: Answer, other: Answer| {
            batch.into_iter().for_each(|unit| unit.answer(Ok(())));
            assert!(matches!(
                one.blocking_recv().unwrap(),
                Err(Failure::Refused(_))
            ));
            other.blocking_recv().unwrap().unwrap().receipt.index
        };
        let (mut units, one, other) = batch();
        let tip = read_tip(&mut conn).unwrap();
        let tried = try_at(&mut conn, &desk.vault, &tip, &mut units).unwrap();
        assert!(matches!(tried, Attempt::Done(done, head) if done.ran == 2 && head.size == 3));
        assert_eq!(told(units, one, other), 2);
        let (mut units, one, other) = batch();
        let Readings { count, wanted } = readings(&units, 0);
        assert_eq!((count, wanted.len()), (2, 1), "one run");
        let mut writer = a_writer(database, &desk);
        let done = writer.commit(&mut units, &nothing_waits(), None).unwrap();
        assert_eq!(done.ran, 2);
        assert_eq!(told(units, one, other), 4);
        // By itself it has nothing to fetch.
        let (look, answer) = a_look();
        let mut units = VecDeque::from([look]);
        let mut turn = writer.turns.wait();
        turn.leaves(read_tip(&mut conn).unwrap());
        let done = writer.commit_readings(&mut units, turn).unwrap();
        assert_eq!(done.unwrap().ran, 1);
        units.into_iter().for_each(|unit| unit.answer(Ok(())));
        let looked = answer.blocking_recv().unwrap().unwrap();
        assert_eq!(looked.receipt.index, 5);
    });
}

#[test]
fn nobody_goes_on_from_an_entry_that_was_not_put_down() {
    on_each(|database| {
        let desk = a_desk(database);
        assert_eq!(acts(&desk).unwrap().receipt.index, 0);
        let looks = |_: &mut Tx<'_>| Ok(((), Event::access(EventKind::LogRead)));
        let (look, goes_on) = a_unit_to_go_on_from(looks);
        let (refused, is_refused) = a_unit_to_go_on_from(|_| {
            let refusal = Refusal::nothing_there();
            let event = Event::refused(EventKind::LogRead, &refusal);
            Err(Stop::Refused(Box::new(refusal), Box::new(event)))
        });
        let (fails, failed) = a_unit_to_go_on_from(|_| Err(Stop::Store(StoreError::Panicked)));
        let (mut away, turned_away) = a_unit_to_go_on_from(looks);
        away.turn_away(Failure::Internal("somebody else now".to_owned()));
        let (mut lost, is_lost) = a_unit_to_go_on_from(looks);
        assert!(lost.goes_on().is_none(), "before it ran");
        lost.answer(Err(&StoreError::Forgotten));
        let mut units = VecDeque::from([refused, away, look, fails]);
        let mut writer = a_writer(database, &desk);
        let done = writer.commit(&mut units, &nothing_waits(), None).unwrap();
        assert_eq!(done.ran, 4);
        let (_, index) = units[2].goes_on().unwrap();
        assert_eq!(index, 2, "behind the refusal's");
        assert!(units[2].goes_on().is_none(), "once");
        for unit in &mut units {
            assert!(unit.goes_on().is_none());
        }
        units.into_iter().for_each(|unit| unit.answer(Ok(())));
        for told in [goes_on, is_refused, failed, turned_away, is_lost] {
            assert!(told.blocking_recv().is_err());
        }
    });
}

/// Whatever was committed since, a change of what they show or of who may see it among it.
#[test]
fn readings_that_took_the_log_to_stand_elsewhere_leave_nothing_and_are_run_again() {
    on_each(|database| {
        let desk = a_desk(database);
        let mut conn = database.conn();
        assert_eq!(acts(&desk).unwrap().receipt.index, 0);
        let before = read_tip(&mut conn).unwrap();
        assert_eq!(acts(&desk).unwrap().receipt.index, 1);
        let now = read_tip(&mut conn).unwrap();
        let registry = Tip {
            registry: now.registry + 1,
            ..now.clone()
        };
        let (first, one) = a_refused(None, Some(a_wish()));
        let (second, other) = a_refused(None, Some(a_wish()));
        let mut batch = VecDeque::from([first, second]);
        for elsewhere in [before, registry] {
            let tried = try_at(&mut conn, &desk.vault, &elsewhere, &mut batch).unwrap();
            assert!(matches!(tried, Attempt::Missed), "{elsewhere:?}");
            assert_eq!(read_tip(&mut conn).unwrap(), now);
        }
        let tried = try_at(&mut conn, &desk.vault, &now, &mut batch).unwrap();
        assert!(matches!(tried, Attempt::Done(_, head) if head.size == 4));
        batch.into_iter().for_each(|unit| unit.answer(Ok(())));
        for answer in [one, other] {
            let answer = answer.blocking_recv().unwrap();
            assert!(matches!(answer, Err(Failure::Refused(_))), "{answer:?}");
        }
        assert_eq!(acts(&desk).unwrap().receipt.index, 4);
    });
}

fn try_at(
    conn: &mut Conn,
    vault: &Vault,
    tip: &Tip,
    batch: &mut VecDeque<Box<dyn Unit>>,
) -> Result<Attempt, StoreError> {
    let pen = Pen::at(tip.clone(), &Arc::default())?;
    attempt(conn, vault, pen, &mut Ahead::default(), batch)
}

/// What takes long is the last of its batch, lest a change of a consent wait for the others.
#[test]
fn readings_without_locks_end_when_their_time_is_up() {
    on_each(|database| {
        let mut conn = database.conn();
        let tip = read_tip(&mut conn).unwrap();
        let slow = |_: &mut Tx<'_>| {
            let began = Instant::now();
            while began.elapsed() <= BATCH_TIME {
                std::hint::spin_loop();
            }
            Ok(((), Event::access(EventKind::LogRead)))
        };
        let about = (About::Nobody, Hold::Shared);
        let batch = [a_look(), a_unit(about, Does::Reads(None), slow), a_look()];
        let mut batch: VecDeque<_> = batch.into_iter().map(|(unit, _)| unit).collect();
        let tried = try_at(&mut conn, &vault(), &tip, &mut batch).unwrap();
        assert!(matches!(tried, Attempt::Done(done, head) if done.ran == 2 && head.size == 2));
    });
}

/// One that leaves behind more than its entry is run again where what it leaves can be written with it.
#[test]
fn a_reading_that_leaves_something_behind_is_left_off() {
    on_each(|database| {
        let mut conn = database.conn();
        let tip = read_tip(&mut conn).unwrap();
        let wish = a_wish();
        let act = move |tx: &mut Tx<'_>| -> Tried<((), Event)> {
            crate::store::discussions::remember_sight(tx, wish.discussion, wish.reader);
            Ok(((), Event::done(EventKind::DiscussionRead)))
        };
        let (unit, _answer) = a_unit((About::Nobody, Hold::Shared), Does::Reads(Some(wish)), act);
        let mut batch = VecDeque::from([unit]);
        for _ in 0..2 {
            let tried = try_at(&mut conn, &vault(), &tip, &mut batch).unwrap();
            assert!(matches!(tried, Attempt::LeftOff));
            assert_eq!(read_tip(&mut conn).unwrap(), tip);
        }
    });
}

#[test]
fn a_refusal_that_can_not_be_logged_fails_alone() {
    on_each(|database| {
        let desk = a_desk(database);
        let wants = a_wish();
        for wants in [None, Some(wants)] {
            let nobody = PatientId::new(ids::new_uuid());
            let (good, first) = a_refused(None, wants);
            let (bad, second) = a_refused(Some(nobody), wants);
            let (other, third) = a_refused(None, wants);
            let mut batch = VecDeque::from([good, bad, other]);
            let mut writer = a_writer(database, &desk);
            while !batch.is_empty() {
                let ran = writer
                    .commit(&mut batch, &nothing_waits(), None)
                    .unwrap()
                    .ran;
                batch.drain(..ran).for_each(|unit| unit.answer(Ok(())));
            }
            let [first, second, third] = [first, second, third].map(|a| a.blocking_recv().unwrap());
            assert!(matches!(first, Err(Failure::Refused(_))));
            assert!(matches!(second, Err(Failure::Internal(_))), "{second:?}");
            assert!(matches!(third, Err(Failure::Refused(_))));
        }
        assert_eq!(acts(&desk).unwrap().receipt.index, 4);
    });
}

/// Whose a record is was looked up before the locks were taken, and may be another's since: then the sheets of
/// that person were not struck out.
#[test]
fn who_may_change_what_goes_by_a_tag_that_is_not_held_is_turned_away() {
    on_each(|database| {
        let mut conn = database.conn();
        let person = PersonKey::new(ids::random_bytes());
        let held = BTreeSet::from([Tag::of(person.bytes())]);
        for (about, held, turned_away) in [
            ((About::Person(person), Hold::Exclusive), &held, false),
            (
                (About::Person(person), Hold::Exclusive),
                &BTreeSet::new(),
                true,
            ),
            (
                (About::Person(person), Hold::Shared),
                &BTreeSet::new(),
                false,
            ),
            ((About::Nobody, Hold::Exclusive), &BTreeSet::new(), false),
        ] {
            let (unit, answer) = a_refused_about(about, None, None);
            let mut batch = VecDeque::from([unit]);
            turn_away_who_may_change_others(&mut conn, held, &mut batch, 0).unwrap();
            batch.into_iter().for_each(|unit| unit.answer(Ok(())));
            let answer = answer.blocking_recv().unwrap();
            let is_turned_away = matches!(answer, Err(Failure::Unavailable(_)));
            assert_eq!(is_turned_away, turned_away, "{about:?}");
        }
    });
}

fn a_writer(database: &TestDatabase, desk: &Desk) -> Writer {
    Writer {
        url: database.url.clone(),
        conn: None,
        lead: None,
        vault: Arc::clone(&desk.vault),
        subjects: Arc::default(),
        ends: Arc::default(),
        keyring: Arc::default(),
        turns: Turns::default(),
        versions: Arc::default(),
        flusher: desk.flusher.clone(),
        backfill: Backfill::open(&database.url, &Turns::default()),
    }
}

fn nothing_waits() -> Waiting {
    these_wait(0, 1)
}

/// In it stands what was erased, as it was.
#[test]
fn once_nobody_writes_or_reads_nothing_is_left_in_the_write_ahead_log() {
    on_each(|database| {
        if database.backend() == Backend::Pg {
            return;
        }
        let mut conn = database.conn();
        let length = || std::fs::metadata(database.write_ahead_log()).unwrap().len();
        let desk = a_desk(database);
        // As long as somebody reads it can't be cut, and is tried again.
        conn.batch_execute("BEGIN; SELECT * FROM log_head").unwrap();
        assert_eq!(acts(&desk).unwrap().receipt.index, 0);
        assert!(length() > 0);
        conn.batch_execute("COMMIT").unwrap();
        let since = Instant::now();
        while length() > 0 {
            assert!(since.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(acts(&desk).unwrap().receipt.index, 1);
    });
}

/// Cuts every connection of the service's to the database.
fn cut(database: &TestDatabase) {
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE application_name = 'samrad' AND datname = current_database() AND pid <> pg_backend_pid()";
    let mut conn = establish(&database.url, Access::Migrate).unwrap();
    conn.batch_execute(cut).unwrap();
}

fn vouched(flusher: &Flusher, since: flusher::Since, last: Option<Receipt>) -> bool {
    let (unit, answer) = strange(false);
    flusher.answer(VecDeque::from([unit]), since, last);
    answer.recv().unwrap()
}

/// What was committed before the connection broke may be gone, if the server broke too.
#[test]
fn a_new_connection_vouches_for_what_it_finds_alone() {
    on_each(|database| {
        if database.backend() == Backend::Sqlite {
            return;
        }
        let desk = a_desk(database);
        let there = acts(&desk).unwrap().receipt;
        let before = desk.flusher.now();
        cut(database);
        assert!(vouched(&desk.flusher, before, Some(there.clone())));
        let now = desk.flusher.now();
        assert_ne!(before, now, "a connection was made");
        let gone = Receipt {
            event: samrad_domain::id::EventId::new(ids::new_uuid()),
            ..there
        };
        assert!(!vouched(&desk.flusher, before, Some(gone.clone())));
        assert!(!vouched(&desk.flusher, before, None));
        assert!(vouched(&desk.flusher, now, Some(gone)));
        let system = actix_web::rt::System::new();
        assert!(
            system
                .block_on(desk.flusher.catch_up(before).wait())
                .is_err()
        );
        assert!(system.block_on(desk.flusher.catch_up(now).wait()).is_ok());
    });
}
