//! Transactions, savepoints and locks, as the one writer needs them.

use crate::log::tree::TileRow;
use crate::store::StoreError;
use crate::store::conn::{Backend, Conn};
use crate::store::dialect::{
    Begin, Bucket, Buckets, Head, Hold, Stands, Tag, Tip, in_savepoint, in_transaction, lock_head,
    move_head, move_head_with, read_tip,
};
use crate::store::schema::{log_tile, person};
use crate::store::sql::Db;
use crate::store::testing::{TestDatabase, on_each};
use crate::{clock, ids};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

fn add(conn: &mut Conn, name: &str) -> Result<(), StoreError> {
    let id = Db(ids::new_uuid());
    let row = (
        person::id.eq(id),
        person::name.eq(name.to_owned()),
        person::created_at.eq(Db(clock::now())),
    );
    diesel::insert_into(person::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

fn names(conn: &mut Conn) -> Vec<String> {
    person::table
        .order(person::name)
        .select(person::name)
        .load(conn)
        .unwrap()
}

fn refused<T>() -> Result<T, StoreError> {
    Err(StoreError::Corrupt {
        table: "person",
        what: "on purpose",
    })
}

#[test]
fn a_unit_that_fails_in_its_savepoint_leaves_the_others() {
    on_each(|database| {
        let mut conn = database.conn();
        in_transaction::<_, StoreError>(&mut conn, Begin::Writing, |conn| {
            in_savepoint(conn, |conn| add(conn, "A"))?;
            let undone = in_savepoint::<(), _>(conn, |conn| {
                add(conn, "B")?;
                refused()
            });
            assert!(undone.is_err());
            // Also when it is the database that refuses: the name may not be empty.
            let broken = in_savepoint(conn, |conn| add(conn, ""));
            assert!(matches!(broken, Err(StoreError::Query(_))));
            in_savepoint(conn, |conn| add(conn, "C"))
        })
        .unwrap();
        assert_eq!(names(&mut conn), ["A", "C"]);
    });
}

#[test]
fn a_transaction_that_fails_keeps_nothing() {
    on_each(|database| {
        let mut conn = database.conn();
        let failed = in_transaction::<(), _>(&mut conn, Begin::Writing, |conn| {
            add(conn, "A")?;
            in_savepoint(conn, |conn| add(conn, "B"))?;
            refused()
        });
        assert!(failed.is_err());
        assert!(names(&mut conn).is_empty());
        in_transaction(&mut conn, Begin::Writing, |conn| add(conn, "C")).unwrap();
        assert_eq!(names(&mut conn), ["C"]);
    });
}

#[test]
fn a_database_error_that_is_swallowed_does_not_pass_for_a_commit() {
    on_each(|database| {
        let mut conn = database.conn();
        let swallowed = in_transaction::<(), StoreError>(&mut conn, Begin::Writing, |conn| {
            add(conn, "A")?;
            let _ = add(conn, "");
            Ok(())
        });
        let kept = names(&mut conn);
        assert_eq!(
            swallowed.is_ok(),
            kept == ["A"],
            "said {swallowed:?}, kept {kept:?}"
        );
    });
}

#[test]
fn a_savepoint_needs_a_transaction() {
    on_each(|database| {
        assert!(in_savepoint(&mut database.conn(), |conn| add(conn, "A")).is_err());
    });
}

#[test]
fn the_head_of_the_log_moves_with_its_transaction() {
    on_each(|database| {
        let mut conn = database.conn();
        in_transaction::<_, StoreError>(&mut conn, Begin::Writing, |conn| {
            assert_eq!(lock_head(conn)?.head, head_of(0, 0));
            move_head(conn, &head_of(3, 1_700_000_000_000))
        })
        .unwrap();
        let back = in_transaction(&mut conn, Begin::Writing, |conn| {
            move_head(conn, &head_of(2, 1_700_000_000_000))
        });
        assert!(back.is_err());
        let tip = in_transaction(&mut conn, Begin::Writing, lock_head).unwrap();
        assert_eq!(tip.head, head_of(3, 1_700_000_000_000));
    });
}

/// Whatever of it is other than was thought: somebody has committed something.
#[test]
fn a_head_that_is_not_where_it_was_thought_to_be_stays_there_and_nothing_is_written() {
    on_each(|database| {
        let mut conn = database.conn();
        let there = Tip {
            head: Head {
                frontier: vec![7; 32],
                ..head_of(1, 1_700_000_000_000)
            },
            ..read_tip(&mut conn).unwrap()
        };
        move_head(&mut conn, &there.head).unwrap();
        let mut elsewhere = [(); 4].map(|()| there.clone());
        elsewhere[0].head.size = 0;
        elsewhere[1].head.last_ms -= 1;
        elsewhere[2].head.frontier = vec![8; 32];
        elsewhere[3].registry += 1;
        let tiles = |conn: &mut Conn| log_tile::table.count().get_result::<i64>(conn).unwrap();
        let to = head_of(2, 1_700_000_000_001);
        for tip in &elsewhere {
            let moved = move_head_with(&mut conn, Stands::Here(tip), &to, &mut [&mut a_tile()]);
            assert!(!moved.unwrap(), "{tip:?}");
            assert_eq!(read_tip(&mut conn).unwrap(), there);
            assert_eq!(tiles(&mut conn), 0);
        }
        let moved = move_head_with(&mut conn, Stands::Here(&there), &to, &mut [&mut a_tile()]);
        assert!(moved.unwrap());
        assert_eq!(read_tip(&mut conn).unwrap().head, to);
        assert_eq!(tiles(&mut conn), 1);
    });
}

#[derive(QueryableByName)]
struct Prepared {
    #[diesel(sql_type = BigInt)]
    runs: i64,
}

/// It is parsed and planned once a connection: that took the server as long as to run it.
#[test]
fn what_moves_the_head_with_entries_is_prepared_once() {
    on_each(|database| {
        let mut conn = database.conn();
        for size in 1..=3 {
            let there = read_tip(&mut conn).unwrap();
            let to = head_of(size, 1_700_000_000_000 + size);
            let mut tile = a_tile();
            tile[0].n = size;
            let moved = move_head_with(&mut conn, Stands::Here(&there), &to, &mut [&mut tile]);
            assert!(moved.unwrap());
        }
        let Conn::Pg(pg) = &mut conn else {
            return;
        };
        let asked = "SELECT generic_plans + custom_plans AS runs FROM pg_prepared_statements \
                     WHERE statement LIKE '%UPDATE log_head%INSERT INTO log_tile%'";
        let prepared: Vec<Prepared> = diesel::sql_query(asked).load(pg).unwrap();
        let runs: Vec<_> = prepared.iter().map(|one| one.runs).collect();
        assert_eq!(runs, [3]);
    });
}

fn a_tile() -> Vec<TileRow> {
    vec![TileRow {
        level: 1,
        n: 0,
        root: vec![0; 32],
        hashes: vec![0; 32 * 256],
    }]
}

const fn head_of(size: i64, last_ms: i64) -> Head {
    Head {
        size,
        last_ms,
        frontier: Vec::new(),
    }
}

fn wanted(hold: Hold, first_bytes: &[u8]) -> Buckets {
    let mut buckets = Buckets::default();
    for byte in first_bytes {
        buckets.add(Tag::of(&[*byte; 32]), hold);
    }
    buckets
}

/// Whether a second writer gets `second` while the first holds `first`.
fn waits(database: &TestDatabase, first: &Buckets, second: &Buckets) -> bool {
    let (got, wait) = channel();
    let mut holder = database.conn();
    thread::scope(|scope| {
        in_transaction::<_, StoreError>(&mut holder, Begin::Batch(first), |_| {
            scope.spawn(move || {
                let mut other = database.conn();
                in_transaction::<_, StoreError>(&mut other, Begin::Batch(second), |_| Ok(()))
                    .unwrap();
                let _ = got.send(());
            });
            Ok(wait.recv_timeout(Duration::from_millis(300)) == Err(RecvTimeoutError::Timeout))
        })
        .unwrap()
    })
}

#[test]
fn whoever_changes_consents_holds_the_bucket_alone() {
    on_each(|database| {
        let shared = wanted(Hold::Shared, &[7, 1, 200]);
        let alone = wanted(Hold::Exclusive, &[1]);
        assert!(waits(database, &shared, &alone));
        assert!(waits(database, &alone, &shared));
        assert!(waits(database, &alone, &alone));
        if database.backend() == Backend::Pg {
            assert!(!waits(database, &shared, &shared));
            assert!(!waits(database, &alone, &wanted(Hold::Exclusive, &[2])));
        }
    });
}

#[test]
fn a_connection_that_gets_no_bucket_is_as_before() {
    on_each(|database| {
        if database.backend() == Backend::Sqlite {
            return;
        }
        let alone = wanted(Hold::Exclusive, &[1]);
        let (mut holder, mut other) = (database.conn(), database.conn());
        in_transaction::<_, StoreError>(&mut holder, Begin::Batch(&alone), |_| {
            other.batch_execute("SET lock_timeout = 1")?;
            let begun =
                in_transaction::<_, StoreError>(&mut other, Begin::Batch(&alone), |_| Ok(()));
            assert!(begun.is_err());
            in_transaction(&mut other, Begin::Writing, |conn| add(conn, "A"))
        })
        .unwrap();
        in_transaction::<_, StoreError>(&mut other, Begin::Batch(&alone), |_| Ok(())).unwrap();
        assert_eq!(names(&mut database.conn()), ["A"]);
    });
}

#[test]
fn buckets_asked_for_twice_are_held_as_strictly_as_asked() {
    let mut buckets = wanted(Hold::Exclusive, &[9]);
    buckets.add(Tag::of(&[9; 32]), Hold::Shared);
    assert_eq!(buckets, wanted(Hold::Exclusive, &[9]));
    assert!(Tag::of(&[255; 32]).bucket().number() < Bucket::COUNT);
}

#[test]
fn a_connection_closed_under_a_transaction_gives_an_error() {
    on_each(|database| {
        if database.backend() == Backend::Sqlite {
            return;
        }
        let mut conn = database.conn();
        let cut = in_transaction::<(), StoreError>(&mut conn, Begin::Writing, |conn| {
            let _ = conn.batch_execute("SELECT pg_terminate_backend(pg_backend_pid())");
            add(conn, "A")
        });
        assert!(cut.is_err());
        assert!(names(&mut database.conn()).is_empty());
    });
}
