//! Rows that can't be are refused by the tables themselves.

use crate::store::conn::Conn;
use crate::store::testing::{literal, on_each};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

/// A consent in `state`, with the columns after it as given. It belongs to no patient, so that a
/// row whose shape is right is refused for that alone.
fn consent(conn: &mut Conn, state: &str, columns: &str, values: &str) -> DatabaseErrorKind {
    let key = literal(conn, &"00".repeat(32));
    let no = match conn {
        Conn::Pg(_) => "false",
        Conn::Sqlite(_) => "0",
    };
    let id = crate::ids::new_uuid();
    refusal(
        conn,
        &format!(
            "INSERT INTO consent (id, version, patient_id, person_key, purpose, given_by, guardianships, single_use,
                 excluded_categories, drafted_by, drafted_at, state{columns})
             VALUES ('{id}', 1, '{id}', {key}, 'ipsCooperation', 'self', '', {no},
                 '', '{id}', '2026-01-01T00:00:00.000000Z', '{state}'{values})"
        ),
    )
}

fn refusal(conn: &mut Conn, statement: &str) -> DatabaseErrorKind {
    match diesel::sql_query(statement).execute(conn) {
        Err(Error::DatabaseError(kind, _)) => kind,
        other => panic!("not refused: {other:?}"),
    }
}

const GRANTED: &str =
    ", granted_at, valid_from, valid_until, information_id, form, recorded_by_kind, recorded_by";
const ID: &str = "5f0c3f2e-8f5d-4a4e-9d62-0d2a2b8f7c11";

fn granted(from: &str, until: &str) -> String {
    format!(
        ", '2026-01-01T00:00:00.000000Z', '{from}', '{until}', '{ID}', 'written', 'person', '{ID}'"
    )
}

#[test]
fn a_consent_has_what_its_state_needs_and_no_more() {
    let (from, until) = ("2026-01-01T00:00:00.000000Z", "2026-06-01T00:00:00.000000Z");
    let full = granted(from, until);
    let ended = format!("{full}, '{until}'");
    let cases = [
        ("draft", "", String::new(), true),
        ("draft", GRANTED, full.clone(), false),
        ("active", GRANTED, full.clone(), true),
        ("active", "", String::new(), false),
        ("active", GRANTED, granted(until, from), false),
        (
            "active",
            GRANTED,
            granted("2025-12-31T00:00:00.000000Z", until),
            false,
        ),
        ("active", ", ended_at", format!(", '{until}'"), false),
        ("refused", ", ended_at", format!(", '{until}'"), true),
        ("refused", "", String::new(), false),
        (
            "withdrawn",
            &format!("{GRANTED}, ended_at"),
            ended.clone(),
            true,
        ),
        ("withdrawn", GRANTED, full.clone(), false),
        (
            "superseded",
            &format!("{GRANTED}, ended_at"),
            ended.clone(),
            false,
        ),
        (
            "superseded",
            &format!("{GRANTED}, ended_at, superseded_by"),
            format!("{ended}, '{ID}'"),
            true,
        ),
        (
            "active",
            &format!("{GRANTED}, bound_discussion"),
            format!("{full}, '{ID}'"),
            false,
        ),
        ("forgotten", "", String::new(), false),
    ];
    on_each(|database| {
        let mut conn = database.conn();
        for (state, columns, values, fits) in &cases {
            let kind = consent(&mut conn, state, columns, values);
            let expected = if *fits {
                DatabaseErrorKind::ForeignKeyViolation
            } else {
                DatabaseErrorKind::CheckViolation
            };
            assert_eq!(
                format!("{kind:?}"),
                format!("{expected:?}"),
                "{state}{columns}"
            );
        }
    });
}

#[test]
fn the_journal_has_no_place_for_ips_follow_up() {
    on_each(|database| {
        let kind = refusal(
            &mut database.conn(),
            &format!(
                "INSERT INTO record_note (id, register, organisation_id, unit_id, patient_id, kind, categories,
                     purpose, occurred_at, due_at, state)
                 VALUES ('{ID}', 'journal', '{ID}', '{ID}', '{ID}', 'ipsNote', '',
                     'ipsCooperation', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', 'pending')"
            ),
        );
        assert!(matches!(kind, DatabaseErrorKind::CheckViolation));
    });
}
