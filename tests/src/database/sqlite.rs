//! A database file in the hands of whoever holds the disk.

use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

#[derive(QueryableByName)]
struct Trigger {
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
    let triggers: Vec<Trigger> =
        diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .load(&mut conn)
            .expect("names of triggers");
    for Trigger { name } in triggers {
        conn.batch_execute(&format!("DROP TRIGGER {name}"))
            .expect("a trigger is dropped");
    }
    for statement in statements {
        conn.batch_execute(statement)
            .unwrap_or_else(|e| panic!("{statement}: {e}"));
    }
}
