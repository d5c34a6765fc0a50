//! Entries found by their ids.

use super::World;
use crate::ids;
use crate::log::tree::leaf_of;
use crate::store::conn::Conn;
use crate::store::dialect::{Head, move_head, read_head};
use crate::store::log_query::Question;
use crate::store::schema::log_entry;
use crate::store::sql::Db;
use crate::store::testing::on_each;
use diesel::prelude::*;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::EventId;
use uuid::Uuid;

/// As ids were made before they carried the index.
fn an_id_of_before(millis: i64) -> Uuid {
    let millis = u64::try_from(millis).unwrap();
    uuid::Builder::from_unix_timestamp_millis(millis, &ids::random_bytes()).into_uuid()
}

/// Entries at the beginning of the log, three a millisecond from `since` on.
fn entries_of_before(conn: &mut Conn, since: i64) -> Vec<Uuid> {
    let all: Vec<Uuid> = (0..128).map(|n| an_id_of_before(since + n / 3)).collect();
    for (index, id) in (0..).zip(&all) {
        diesel::insert_into(log_entry::table)
            .values((
                log_entry::idx.eq(index),
                log_entry::event_id.eq(Db(*id)),
                log_entry::recorded_ms.eq(ids::millis_in(*id).unwrap()),
                log_entry::kind.eq(Db(EventKind::CaseRead)),
                log_entry::outcome.eq(Db(Outcome::Done)),
                log_entry::actor_kind.eq(Db("person")),
                log_entry::request_id.eq("r"),
                log_entry::commitment.eq(vec![0_u8; 32]),
            ))
            .execute(conn)
            .unwrap();
    }
    let head = Head {
        size: 128,
        last_ms: since + 42,
        frontier: vec![0; 32],
    };
    move_head(conn, &head).unwrap();
    all
}

#[test]
fn an_entry_is_found_by_its_id_and_nothing_by_any_other() {
    for begins_before in [false, true] {
        on_each(|database| {
            let mut world = World::new(database);
            let before = match begins_before {
                false => Vec::new(),
                true => entries_of_before(&mut world.conn, 1_700_000_000_000),
            };
            let first = read_head(&mut world.conn).unwrap().size;
            for _ in 0..5 {
                world.log(world.staff(0), &Event::done(EventKind::CaseRead));
            }
            let index_of = |conn: &mut Conn, id| {
                let (index, leaf) = leaf_of(conn, EventId::new(id)).unwrap()?;
                assert_eq!(leaf.event, *id.as_bytes());
                Some(index)
            };
            for (index, id) in (0..).zip(&before) {
                assert_eq!(index_of(&mut world.conn, *id), Some(index));
            }
            let found = world.page(&Question::all_of(world.units[0].0), i64::MAX, 10);
            let indices: Vec<i64> = found.iter().rev().map(|entry| entry.index).collect();
            assert_eq!(indices, Vec::from_iter(first..first + 5));
            for entry in &found {
                let id = entry.event.uuid();
                assert_eq!(index_of(&mut world.conn, id), Some(entry.index));
            }
            let last = found[0].recorded_at.as_millisecond();
            for unknown in [
                ids::new_uuid(),
                Uuid::nil(),
                Uuid::max(),
                ids::new_event_id(last, 4),
                ids::new_event_id(last, (1 << 44) - 1),
                an_id_of_before(last),
                an_id_of_before(0),
                an_id_of_before(1_700_000_000_000),
                an_id_of_before(last + 1_000_000),
            ] {
                assert_eq!(index_of(&mut world.conn, unknown), None, "{unknown}");
            }
        });
    }
}
