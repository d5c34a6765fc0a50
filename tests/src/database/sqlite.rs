//! A database file in the hands of whoever holds the disk.

use std::collections::BTreeMap;
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Changes the file without triggers and references.
#[track_caller]
pub(super) fn tamper(file: &Path, statements: &[&str]) {
    let mut conn = SqliteConnection::establish(&file.display().to_string())
        .expect("the database is a file of ours");
    conn.batch_execute("PRAGMA foreign_keys = OFF; PRAGMA busy_timeout = 5000;")
        .expect("settings of a connection");
    let triggers: Vec<Named> =
        diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .load(&mut conn)
            .expect("names of triggers");
    for Named { name } in triggers {
        conn.batch_execute(&format!("DROP TRIGGER {name}"))
            .expect("a trigger is dropped");
    }
    for statement in statements {
        conn.batch_execute(statement)
            .unwrap_or_else(|e| panic!("{statement}: {e}"));
    }
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// How many rows each table holds.
pub(super) fn rows(file: &Path) -> BTreeMap<String, i64> {
    let mut conn = SqliteConnection::establish(&file.display().to_string())
        .expect("the database is a file of ours");
    conn.batch_execute("PRAGMA busy_timeout = 5000;")
        .expect("settings of a connection");
    let tables: Vec<Named> =
        diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'table'")
            .load(&mut conn)
            .expect("names of tables");
    let count = |Named { name }| {
        let counted = diesel::sql_query(format!("SELECT count(*) AS rows FROM \"{name}\""))
            .get_result::<Counted>(&mut conn)
            .expect("a table is counted");
        (name, counted.rows)
    };
    tables.into_iter().map(count).collect()
}
