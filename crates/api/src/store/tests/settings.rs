//! What must hold of a connection before anybody gets it.

use crate::store::StoreError;
use crate::store::conn::{Access, Backend, Conn, DatabaseUrl, Pool, establish};
use crate::store::schema::{log_head, person};
use crate::store::sql::Db;
use crate::store::testing::{on_each, on_each_empty};
use crate::{clock, ids};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::time::Duration;

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

fn setting(conn: &mut Conn, name: &str) -> String {
    let question = match conn {
        Conn::Pg(_) => format!("SELECT current_setting('{name}') AS value"),
        Conn::Sqlite(_) => format!("SELECT CAST({name} AS TEXT) AS value FROM pragma_{name}"),
    };
    diesel::sql_query(question)
        .get_result::<Setting>(conn)
        .unwrap()
        .value
}

fn assert_settings(conn: &mut Conn, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(setting(conn, name), *value, "{name}");
    }
}

#[test]
fn the_settings_hold_on_every_connection() {
    on_each_empty(|database| {
        for access in [Access::Read, Access::Write, Access::Migrate] {
            let mut conn = establish(&database.url, access).unwrap();
            let expected: &[(&str, &str)] = match database.backend() {
                Backend::Sqlite => &[
                    ("journal_mode", "wal"),
                    ("synchronous", "2"),
                    ("foreign_keys", "1"),
                    ("secure_delete", "1"),
                ],
                Backend::Pg => &[
                    ("TimeZone", "UTC"),
                    ("lock_timeout", "10s"),
                    ("client_encoding", "UTF8"),
                ],
            };
            assert_settings(&mut conn, expected);
        }
        if database.backend() == Backend::Sqlite {
            let mut conn = establish(&database.url, Access::Write).unwrap();
            let timeout =
                diesel::sql_query("SELECT CAST(timeout AS TEXT) AS value FROM pragma_busy_timeout");
            assert_eq!(
                timeout.get_result::<Setting>(&mut conn).unwrap().value,
                "10000"
            );
        }
    });
}

#[derive(QueryableByName)]
struct Autocheckpoint {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    wal_autocheckpoint: i64,
}

/// The lanes leave the disk to the flusher, and their write-ahead log to be carried over beside them.
#[test]
fn a_lane_waits_for_no_disk() {
    on_each_empty(|database| {
        let expected: &[(&str, &str)] = match database.backend() {
            Backend::Sqlite => &[
                ("journal_mode", "wal"),
                ("synchronous", "1"),
                ("foreign_keys", "1"),
                ("secure_delete", "1"),
            ],
            Backend::Pg => &[("synchronous_commit", "off")],
        };
        let mut conn = establish(&database.url, Access::Batch).unwrap();
        assert_settings(&mut conn, expected);
        if database.backend() == Backend::Sqlite {
            let asked = diesel::sql_query("PRAGMA wal_autocheckpoint");
            let answer: Autocheckpoint = asked.get_result(&mut conn).unwrap();
            assert_eq!(answer.wal_autocheckpoint, 0);
        }
    });
}

#[test]
fn a_reading_connection_can_not_write() {
    on_each(|database| {
        let pool = Pool::open(&database.url, 2, Duration::from_secs(5)).unwrap();
        let written = pool.read::<usize, StoreError>(|conn| {
            Ok(diesel::update(log_head::table)
                .set(log_head::size.eq(7))
                .execute(conn)?)
        });
        assert!(matches!(written, Err(StoreError::Query(_))), "{written:?}");
        let read = pool.read::<i64, StoreError>(|conn| {
            Ok(log_head::table.select(log_head::size).first(conn)?)
        });
        assert_eq!(read.unwrap(), 0);
    });
}

#[test]
fn a_read_sees_one_picture_however_long_it_takes() {
    on_each(|database| {
        let pool = Pool::open(&database.url, 2, Duration::from_secs(5)).unwrap();
        let counts = pool.read::<_, StoreError>(|conn| {
            let before: i64 = person::table.count().get_result(conn)?;
            let row = (
                person::id.eq(Db(ids::new_uuid())),
                person::name.eq("Ny"),
                person::created_at.eq(Db(clock::now())),
            );
            diesel::insert_into(person::table)
                .values(row)
                .execute(&mut database.conn())?;
            Ok((before, person::table.count().get_result::<i64>(conn)?))
        });
        assert_eq!(counts.unwrap(), (0, 0));
        let after =
            pool.read::<i64, StoreError>(|conn| Ok(person::table.count().get_result(conn)?));
        assert_eq!(after.unwrap(), 1);
    });
}

#[test]
fn a_connection_that_comes_back_in_a_panic_is_not_used_again() {
    on_each(|database| {
        let pool = Pool::open(&database.url, 1, Duration::from_secs(5)).unwrap();
        let reader = pool.clone();
        let panicked = std::thread::spawn(move || {
            reader.read::<(), StoreError>(|conn| {
                conn.batch_execute("SELECT 1")?;
                panic!("on purpose")
            })
        });
        assert!(panicked.join().is_err());
        let read =
            pool.read::<i64, StoreError>(|conn| Ok(person::table.count().get_result(conn)?));
        assert_eq!(read.unwrap(), 0);
    });
}

#[test]
fn the_scheme_chooses_the_database() {
    let backend = |url: &str| DatabaseUrl::parse(url).map(|url| url.backend()).ok();
    assert_eq!(backend("postgres://h/d"), Some(Backend::Pg));
    assert_eq!(backend("postgresql://h/d"), Some(Backend::Pg));
    assert_eq!(backend("sqlite://samrad.db"), Some(Backend::Sqlite));
    assert_eq!(backend("sqlite:///var/samrad.db"), Some(Backend::Sqlite));
    for refused in [
        "samrad.db",
        "mysql://h/d",
        "",
        "sqlite://",
        ":memory:",
        "sqlite://:memory:",
        "file:x?mode=memory",
    ] {
        assert_eq!(backend(refused), None, "{refused}");
    }
}

#[test]
fn the_password_of_a_database_does_not_print() {
    let url = DatabaseUrl::parse("postgres://samrad:hemmelig@db/samrad").unwrap();
    assert!(!format!("{url:?}").contains("hemmelig"));
}

/// The server may have been started anew. Who asks first learns of it, and nobody after.
#[test]
fn a_connection_that_was_cut_is_taken_once_at_most() {
    on_each(|database| {
        if database.backend() != Backend::Pg {
            return;
        }
        let pool = Pool::open(&database.url, 1, Duration::from_secs(5)).unwrap();
        let ask = || pool.read::<_, StoreError>(|conn| Ok(setting(conn, "TimeZone")));
        let own = pool.read::<_, StoreError>(|conn| {
            let own = diesel::sql_query("SELECT pg_backend_pid()::text AS value");
            Ok(own.get_result::<Setting>(conn)?.value)
        });
        let own = own.unwrap();
        let cut = format!("SELECT pg_terminate_backend({own}, 5000)");
        database.conn().batch_execute(&cut).unwrap();
        let first = ask();
        assert!(first.is_err(), "{first:?}");
        assert_eq!(ask().unwrap(), "UTC");
    });
}
