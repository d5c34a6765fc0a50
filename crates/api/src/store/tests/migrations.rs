//! Migrations run, run again without effect, and can be taken back.

use super::schema::tables_of;
use crate::store::conn::{Access, Backend, establish};
use crate::store::migrate::{self, Standing};
use crate::store::schema::{log_erasure, log_recipient};
use crate::store::testing::{literal, on_each, on_each_empty};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable};

#[test]
fn up_then_down_then_up_gives_the_same_tables() {
    on_each_empty(|database| {
        let mut conn = establish(&database.url, Access::Migrate).unwrap();
        assert_eq!(migrate::pending(&mut conn).unwrap().len(), 18);
        assert_eq!(migrate::run(&mut conn).unwrap().len(), 18);
        assert!(migrate::pending(&mut conn).unwrap().is_empty());
        assert!(migrate::run(&mut conn).unwrap().is_empty());
        let first = tables_of(&mut conn);
        migrate::revert_all(&mut conn).unwrap();
        assert!(tables_of(&mut conn).is_empty());
        assert_eq!(migrate::run(&mut conn).unwrap().len(), 18);
        assert_eq!(tables_of(&mut conn), first);
    });
}

#[derive(QueryableByName, Debug, PartialEq)]
struct Body {
    #[diesel(sql_type = Nullable<Binary>)]
    salt: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    body_enc: Option<Vec<u8>>,
}

#[test]
fn bodies_of_before_move_into_their_entries() {
    on_each(|database| {
        let mut conn = establish(&database.url, Access::Migrate).unwrap();
        // The lists of 0016 and 0018 and the ids of 0017 first.
        for _ in 0..4 {
            migrate::revert_last(&mut conn);
        }
        let [hash, salt] = ["00", "5a"].map(|byte| literal(&conn, &byte.repeat(32)));
        for index in 0..3 {
            let event = crate::ids::new_uuid();
            let entry = format!(
                "INSERT INTO log_entry (idx, event_id, recorded_ms, kind, outcome, actor_kind, request_id, commitment)
                 VALUES ({index}, '{event}', 1, 'disclosure', 'done', 'person', 'r', {hash});"
            );
            conn.batch_execute(&entry).unwrap();
        }
        // One that says something, one that was erased, and one whose body somebody took.
        let said = literal(&conn, "c0ffee");
        let bodies = format!(
            "INSERT INTO log_body (idx, salt, body_enc) VALUES (0, {salt}, {said}), (1, NULL, NULL)"
        );
        conn.batch_execute(&bodies).unwrap();
        // What refers to an entry stays as it is.
        let (id, other) = (crate::ids::new_uuid(), crate::ids::new_uuid());
        let referring = format!(
            "INSERT INTO log_recipient (idx, ordinal, organisation_id) VALUES (0, 0, '{id}'), (2, 0, '{id}');
             INSERT INTO log_erasure (id, idx, organisation_id, legal_ground, requested_by, requested_at)
             VALUES ('{id}', 1, '{id}', 'courtOrder', '{other}', '2026-03-10T09:00:00.000000Z')"
        );
        conn.batch_execute(&referring).unwrap();
        migrate::run(&mut conn).unwrap();
        let bodies: Vec<Body> =
            diesel::sql_query("SELECT salt, body_enc FROM log_entry ORDER BY idx")
                .load(&mut conn)
                .unwrap();
        let [first, erased, taken] = bodies.as_slice() else {
            panic!("three entries: {bodies:?}");
        };
        assert_eq!(first.salt.as_deref(), Some([0x5a; 32].as_slice()));
        assert_eq!(
            first.body_enc.as_deref(),
            Some([0xc0, 0xff, 0xee].as_slice())
        );
        let nothing = Body {
            salt: None,
            body_enc: None,
        };
        assert_eq!((erased, taken), (&nothing, &nothing));
        assert!(
            conn.batch_execute("UPDATE log_entry SET kind = 'other'")
                .is_err()
        );
        let heard = log_recipient::table
            .select(log_recipient::idx)
            .order(log_recipient::idx)
            .load::<i64>(&mut conn);
        assert_eq!(heard.unwrap(), [0, 2]);
        let asked = log_erasure::table
            .select(log_erasure::idx)
            .load::<i64>(&mut conn);
        assert_eq!(asked.unwrap(), [1]);
        let to_none = format!("INSERT INTO log_erasure (id, idx, organisation_id, legal_ground, requested_by, requested_at)
             VALUES ('{other}', 9, '{id}', 'courtOrder', '{other}', '2026-03-10T09:00:00.000000Z')");
        assert!(
            conn.batch_execute(&to_none).is_err(),
            "there is no such entry"
        );
    });
}

#[test]
fn whether_migrations_are_pending_can_be_asked_without_the_right_to_write() {
    on_each(|database| {
        let mut conn = establish(&database.url, Access::Read).unwrap();
        assert!(migrate::pending(&mut conn).unwrap().is_empty());
    });
}

#[test]
fn a_role_that_could_rewrite_the_log_is_known() {
    on_each(|database| {
        let mut owner = establish(&database.url, Access::Migrate).unwrap();
        if database.backend() == Backend::Sqlite {
            assert_eq!(migrate::standing(&mut owner).unwrap(), Standing::NoRoles);
            return;
        }
        assert_eq!(migrate::standing(&mut owner).unwrap(), Standing::Superuser);
        let name = format!("app_{}", crate::ids::new_uuid().simple());
        owner
            .batch_execute(&format!(
                "CREATE ROLE {name} LOGIN PASSWORD '{name}' IN ROLE samrad_app"
            ))
            .unwrap();
        let mut app = establish(&database.as_role(&name), Access::Write).unwrap();
        assert_eq!(migrate::standing(&mut app).unwrap(), Standing::Appends);
        assert!(migrate::pending(&mut app).unwrap().is_empty());
        owner
            .batch_execute(&format!("GRANT DELETE ON log_entry TO {name}"))
            .unwrap();
        assert_eq!(migrate::standing(&mut app).unwrap(), Standing::MayRewrite);
        owner
            .batch_execute(&format!("ALTER TABLE log_entry OWNER TO {name}"))
            .unwrap();
        assert_eq!(migrate::standing(&mut app).unwrap(), Standing::Owner);
        drop(app);
        owner
            .batch_execute(&format!(
                "REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}; DROP ROLE {name}"
            ))
            .unwrap();
    });
}
