//! Lists name every entry of a party once, and nothing else.

use super::*;
use crate::ids;
use crate::store::testing::{literal, on_each};
use diesel::connection::SimpleConnection;

/// Puts down entries, each by one of `actors` in turn, that `told` heard of where its number is odd.
fn with_entries(conn: &mut Conn, from: i64, below: i64, actors: &[Uuid], told: Uuid) {
    let hash = literal(conn, &"00".repeat(32));
    for index in from..below {
        let actor = actors[usize::try_from(index).unwrap() % actors.len()];
        let event = ids::new_uuid();
        let mut rows = format!(
            "INSERT INTO log_entry (idx, event_id, recorded_ms, kind, outcome, actor_kind, actor_id, request_id, commitment)
             VALUES ({index}, '{event}', 1, 'disclosure', 'done', 'person', '{actor}', 'r', {hash});"
        );
        if index % 2 == 1 {
            rows += &format!(
                "INSERT INTO log_recipient (idx, ordinal, organisation_id) VALUES ({index}, 0, '{told}'), ({index}, 1, '{told}');"
            );
        }
        conn.batch_execute(&rows).unwrap();
    }
    conn.batch_execute(&format!("UPDATE log_head SET size = {below}"))
        .unwrap();
}

fn walked(conn: &mut Conn, party: Uuid, range: (i64, i64), step: usize) -> Vec<i64> {
    let mut walk = OfParty::of(party, range);
    let mut all = Vec::new();
    loop {
        let mut next = walk.next(conn, step).unwrap();
        assert!(next.len() <= step);
        if next.is_empty() {
            return all;
        }
        all.append(&mut next);
    }
}

#[test]
fn a_walk_finds_each_entry_of_a_party_once_from_the_newest_back() {
    on_each(|database| {
        let mut conn = database.conn();
        let (actors, told) = (
            [ids::new_uuid(), ids::new_uuid(), ids::new_uuid()],
            ids::new_uuid(),
        );
        // Six lists of different lengths, and two entries that wait.
        for (from, below) in [(0, 1), (1, 5), (5, 12), (12, 13), (13, 20), (20, 30)] {
            with_entries(&mut conn, from, below, &actors, told);
            assert!(post(&mut conn, 1).unwrap());
            assert_eq!(posted(&mut conn).unwrap(), below);
        }
        with_entries(&mut conn, 30, 32, &actors, told);
        for range in [
            (0, 30),
            (0, 100),
            (3, 17),
            (5, 12),
            (12, 13),
            (29, 30),
            (7, 7),
            (4, 21),
        ] {
            let wanted = |of: &dyn Fn(i64) -> bool| -> Vec<i64> {
                let all = (range.0..range.1.min(30)).rev();
                all.filter(|index| of(*index)).collect()
            };
            for step in [1, 3, 100] {
                let by_second = walked(&mut conn, actors[1], range, step);
                assert_eq!(by_second, wanted(&|index| index % 3 == 1), "{range:?}");
                let heard = walked(&mut conn, told, range, step);
                assert_eq!(heard, wanted(&|index| index % 2 == 1), "{range:?}");
            }
        }
        assert!(walked(&mut conn, ids::new_uuid(), (0, 30), 5).is_empty());
    });
}

#[test]
fn nothing_is_listed_until_there_is_enough_and_nothing_twice() {
    on_each(|database| {
        let mut conn = database.conn();
        let actors = [ids::new_uuid()];
        assert!(!post(&mut conn, 0).unwrap(), "an empty log");
        with_entries(&mut conn, 0, 3, &actors, ids::new_uuid());
        assert!(!post(&mut conn, 4).unwrap());
        assert_eq!(posted(&mut conn).unwrap(), 0);
        assert!(post(&mut conn, 3).unwrap());
        assert!(!post(&mut conn, 1).unwrap());
        assert_eq!(walked(&mut conn, actors[0], (0, 9), 9), [2, 1, 0]);
    });
}

#[test]
fn two_that_list_at_once_list_each_entry_once() {
    on_each(|database| {
        let actors = [ids::new_uuid()];
        with_entries(&mut database.conn(), 0, 40, &actors, ids::new_uuid());
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| assert!(post(&mut database.conn(), 1).is_ok()));
            }
        });
        let conn = &mut database.conn();
        let all: Vec<i64> = (0..40).rev().collect();
        assert_eq!(walked(conn, actors[0], (0, 40), 7), all);
    });
}
