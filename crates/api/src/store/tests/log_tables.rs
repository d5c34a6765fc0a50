//! The log's tables grow and do nothing else, whoever asks.

use crate::ids;
use crate::store::conn::{Access, Backend, Conn, establish};
use crate::store::testing::{literal, on_each};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

fn with_one_entry(conn: &mut Conn) {
    let (event, organisation) = (ids::new_uuid(), ids::new_uuid());
    let bytes = "00".repeat(32);
    let tile = "11".repeat(8192);
    let root = "11".repeat(32);
    let whose = "22".repeat(1024);
    let [blob, root, tile, whose] = [bytes, root, tile, whose].map(|hex| literal(conn, &hex));
    conn.batch_execute(&format!(
        "INSERT INTO log_entry (idx, event_id, recorded_ms, kind, outcome, actor_kind, request_id, commitment, salt, body_enc)
             VALUES (0, '{event}', 1, 'disclosure', 'done', 'person', 'r', {blob}, {blob}, {blob});
         INSERT INTO log_recipient (idx, ordinal, organisation_id) VALUES (0, 0, '{organisation}');
         INSERT INTO log_posting (party, first, offsets) VALUES ('{event}', 0, {blob});
         UPDATE log_posted SET size = 1;
         INSERT INTO log_chain (level, part, first, entries) VALUES (1, 0, 0, {blob});
         INSERT INTO log_whose (n, records) VALUES (0, {whose});
         UPDATE log_chained SET size = 128 WHERE level = 1;
         UPDATE log_chained SET part = 1 WHERE level = 1;
         INSERT INTO log_tile (level, n, root, hashes) VALUES (0, 0, {root}, {tile});
         INSERT INTO log_checkpoint (id, size, note) VALUES (1, 1, 'n');
         INSERT INTO log_key_change (size, verifier_key, previous_key, note) VALUES (1, 'k', 'j', 'n');
         UPDATE log_head SET size = 1, last_ms = 1;"
    ))
    .unwrap();
}

const FORBIDDEN: &[&str] = &[
    "UPDATE log_entry SET kind = 'other'",
    "UPDATE log_entry SET recorded_ms = recorded_ms",
    "DELETE FROM log_entry",
    "UPDATE log_recipient SET organisation_id = organisation_id",
    "DELETE FROM log_recipient",
    "UPDATE log_entry SET salt = NULL",
    "UPDATE log_entry SET salt = NULL, body_enc = NULL",
    "UPDATE log_entry SET body_enc = salt",
    "UPDATE log_entry SET idx = 1, salt = NULL, body_enc = NULL",
    "DELETE FROM log_head",
    "UPDATE log_head SET size = 0",
    "UPDATE log_head SET last_ms = 0",
    "INSERT INTO log_head (id, size, last_ms) VALUES (2, 0, 0)",
    "UPDATE log_posting SET first = first",
    "DELETE FROM log_posting",
    "UPDATE log_posted SET size = 0",
    "DELETE FROM log_posted",
    "UPDATE log_whose SET n = n",
    "DELETE FROM log_whose",
    "UPDATE log_chain SET first = first",
    "DELETE FROM log_chain",
    "UPDATE log_chained SET size = 0 WHERE level = 1",
    "UPDATE log_chained SET part = 0 WHERE level = 1",
    "UPDATE log_chained SET size = 257, part = 0 WHERE level = 1",
    "UPDATE log_chained SET size = 256 WHERE level = 1",
    "UPDATE log_chained SET size = 129 WHERE level = 2",
    "DELETE FROM log_chained",
    "UPDATE log_tile SET n = n",
    "DELETE FROM log_tile",
    "UPDATE log_key_change SET note = note",
    "DELETE FROM log_key_change",
    "UPDATE log_checkpoint SET size = 0",
    "DELETE FROM log_checkpoint",
];
const FORBIDDEN_POSTGRES: &[&str] = &[
    "TRUNCATE log_entry CASCADE",
    "TRUNCATE log_recipient",
    "TRUNCATE log_head",
    "TRUNCATE log_posting",
    "TRUNCATE log_posted",
    "TRUNCATE log_whose",
    "TRUNCATE log_chain",
    "TRUNCATE log_chained",
    "TRUNCATE log_tile",
    "TRUNCATE log_key_change",
    "TRUNCATE log_checkpoint",
    "TRUNCATE log_erasure",
];
const FORBIDDEN_SQLITE: &[&str] = &[
    "INSERT OR REPLACE INTO log_entry SELECT * FROM log_entry",
    "INSERT OR REPLACE INTO log_recipient SELECT * FROM log_recipient",
    "INSERT OR REPLACE INTO log_posting SELECT * FROM log_posting",
    "INSERT OR REPLACE INTO log_posted SELECT * FROM log_posted",
    "INSERT OR REPLACE INTO log_whose SELECT * FROM log_whose",
    "INSERT OR REPLACE INTO log_chain SELECT * FROM log_chain",
    "INSERT OR REPLACE INTO log_chained SELECT * FROM log_chained",
    "INSERT OR REPLACE INTO log_tile SELECT * FROM log_tile",
    "INSERT OR REPLACE INTO log_key_change SELECT * FROM log_key_change",
    "INSERT OR REPLACE INTO log_checkpoint SELECT * FROM log_checkpoint",
    "REPLACE INTO log_head (id, size, last_ms) VALUES (1, 0, 0)",
];

#[test]
fn no_statement_changes_or_removes_an_entry() {
    on_each(|database| {
        let mut conn = database.conn();
        with_one_entry(&mut conn);
        let own = match database.backend() {
            Backend::Pg => FORBIDDEN_POSTGRES,
            Backend::Sqlite => FORBIDDEN_SQLITE,
        };
        for statement in FORBIDDEN.iter().chain(own) {
            let refused = diesel::sql_query(*statement).execute(&mut conn);
            assert!(
                refused.is_err(),
                "{:?} let through: {statement}",
                database.backend()
            );
        }
    });
}

#[test]
fn no_tile_stands_where_it_is_not_told_whose_its_entries_are() {
    on_each(|database| {
        let mut conn = database.conn();
        with_one_entry(&mut conn);
        let mut a_tile = |level, n| {
            let insert = format!(
                "INSERT INTO log_tile (level, n, root, hashes) SELECT {level}, {n}, root, hashes FROM log_tile LIMIT 1"
            );
            conn.batch_execute(&insert)
        };
        let refused = a_tile(0, 1).unwrap_err().to_string();
        assert!(refused.contains("whose its entries are"), "{refused}");
        a_tile(1, 1).unwrap();
    });
}

/// What no entry says, and what it says in place of that.
const IMPOSSIBLE: &[(&str, &str, &str)] = &[
    ("idx", "-1", "1"),
    ("subject_seq", "1", "NULL"),
    ("subject_id, subject_seq", "ID, NULL", "ID, 1"),
    (
        "subject_id, subject_seq, subject_prev",
        "ID, 0, 0",
        "ID, 2, 0",
    ),
    (
        "subject_id, subject_seq, subject_prev",
        "ID, 1, 0",
        "ID, 1, NULL",
    ),
    (
        "subject_id, subject_seq, subject_prev",
        "ID, 2, NULL",
        "ID, 2, 0",
    ),
    (
        "subject_id, subject_seq, subject_prev",
        "ID, 2, 1",
        "ID, 2, 0",
    ),
    ("salt", "HASH", "NULL"),
    ("body_enc", "HASH", "NULL"),
    ("actor_ordinal", "-1", "0"),
    ("kind", "'Read it'", "'caseRead'"),
    ("person_key", "SHORT", "HASH"),
];

#[test]
fn an_entry_that_can_not_be_is_refused() {
    on_each(|database| {
        for (columns, impossible, possible) in IMPOSSIBLE {
            let mut conn = database.conn();
            let insert = |conn: &mut Conn, said: &str| {
                let mut all = vec![
                    ("idx", "1".to_owned()),
                    ("event_id", "ID".to_owned()),
                    ("recorded_ms", "1".to_owned()),
                    ("kind", "'caseRead'".to_owned()),
                    ("outcome", "'done'".to_owned()),
                    ("actor_kind", "'person'".to_owned()),
                    ("request_id", "'r'".to_owned()),
                    ("commitment", "HASH".to_owned()),
                ];
                for (column, value) in columns.split(", ").zip(said.split(", ")) {
                    all.retain(|(name, _)| *name != column);
                    all.push((column, value.to_owned()));
                }
                let (names, values): (Vec<_>, Vec<_>) = all.into_iter().unzip();
                let values = values.join(", ");
                let values = values
                    .replace("ID", &format!("'{}'", ids::new_uuid()))
                    .replace("HASH", &literal(conn, &"00".repeat(32)))
                    .replace("SHORT", &literal(conn, "00"));
                let names = names.join(", ");
                diesel::sql_query(format!("INSERT INTO log_entry ({names}) VALUES ({values})"))
                    .execute(conn)
            };
            let refused = insert(&mut conn, impossible);
            assert!(refused.is_err(), "{columns} = {impossible} was let through");
            let rolled_back =
                conn.test_transaction::<_, diesel::result::Error, _>(|conn| insert(conn, possible));
            assert_eq!(rolled_back, 1, "{columns} = {possible}");
        }
    });
}

/// What is said of an entry otherwise than it was written, a column each.
const OTHERWISE: &[&str] = &[
    "idx = 1",
    "event_id = 'ffffffff-ffff-4fff-8fff-ffffffffffff'",
    "recorded_ms = 2",
    "kind = 'other'",
    "reason_code = 'RESTRICTED'",
    "outcome = 'other'",
    "actor_kind = 'other'",
    "actor_id = event_id",
    "actor_organisation = event_id",
    "actor_unit = event_id",
    "source_organisation = event_id",
    "unit_id = event_id",
    "patient_id = event_id",
    "person_key = commitment",
    "case_id = event_id",
    "discussion_id = event_id",
    "request_id = 's'",
    "subject_id = event_id, subject_seq = 1",
    "commitment = (SELECT root FROM log_tile)",
    "data_key_id = event_id",
    "actor_ordinal = 0",
];

#[test]
fn a_body_is_erased_by_two_persons_or_not_at_all() {
    on_each(|database| {
        let mut conn = database.conn();
        with_one_entry(&mut conn);
        let erase = "UPDATE log_entry SET salt = NULL, body_enc = NULL WHERE idx = 0";
        let erase = |conn: &mut Conn| diesel::sql_query(erase).execute(conn);
        assert!(erase(&mut conn).is_err(), "nobody asked for it");
        let (id, one, other) = (ids::new_uuid(), ids::new_uuid(), ids::new_uuid());
        let at = "2026-03-10T09:00:00.000000Z";
        conn.batch_execute(&format!(
            "INSERT INTO log_erasure (id, idx, organisation_id, legal_ground, requested_by, requested_at)
             VALUES ('{id}', 0, '{id}', 'courtOrder', '{one}', '{at}')"
        ))
        .unwrap();
        assert!(erase(&mut conn).is_err(), "nobody agreed");
        let approve = |conn: &mut Conn, by| {
            conn.batch_execute(&format!(
                "UPDATE log_erasure SET approved_by = '{by}', approved_at = '{at}'"
            ))
        };
        assert!(approve(&mut conn, one).is_err(), "who asked can't agree");
        approve(&mut conn, other).unwrap();
        assert!(
            approve(&mut conn, ids::new_uuid()).is_err(),
            "agreed already"
        );
        assert!(conn.batch_execute("DELETE FROM log_erasure").is_err());
        for otherwise in OTHERWISE {
            let more = format!("UPDATE log_entry SET salt = NULL, body_enc = NULL, {otherwise}");
            let refused = conn.batch_execute(&more).unwrap_err();
            assert!(
                refused.to_string().contains("append-only"),
                "{otherwise}: {refused}"
            );
        }
        assert_eq!(erase(&mut conn).unwrap(), 1);
        let restore =
            diesel::sql_query("UPDATE log_entry SET salt = commitment, body_enc = commitment");
        assert!(restore.execute(&mut conn).is_err());
    });
}

#[test]
fn the_services_role_appends_and_has_no_right_to_more() {
    on_each(|database| {
        if database.backend() == Backend::Sqlite {
            return;
        }
        let mut owner = establish(&database.url, Access::Migrate).unwrap();
        let mut conn = establish(&database.url, Access::Write).unwrap();
        conn.batch_execute("SET ROLE samrad_app").unwrap();
        with_one_entry(&mut conn);
        // Without the triggers, the grants still hold.
        for table in [
            "log_entry",
            "log_recipient",
            "log_head",
            "log_posting",
            "log_posted",
            "log_whose",
            "log_chain",
            "log_chained",
            "log_tile",
            "log_key_change",
            "log_checkpoint",
            "log_erasure",
        ] {
            owner
                .batch_execute(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))
                .unwrap();
        }
        for statement in FORBIDDEN.iter().chain(FORBIDDEN_POSTGRES) {
            let column_grants = [
                "UPDATE log_entry SET salt",
                "UPDATE log_entry SET body",
                "UPDATE log_head",
                "UPDATE log_posted",
                "UPDATE log_chained",
                "UPDATE log_checkpoint",
            ];
            if !column_grants
                .iter()
                .any(|granted| statement.starts_with(granted))
            {
                let refused = diesel::sql_query(*statement)
                    .execute(&mut conn)
                    .unwrap_err();
                assert!(
                    refused.to_string().contains("permission denied"),
                    "{statement}: {refused}"
                );
            }
        }
    });
}
