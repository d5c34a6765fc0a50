//! Bringing a database to the shape that this build knows, and refusing to serve from a role that
//! could rewrite the log.
//!
//! Migrations run as the owner of the tables; the service runs as a member of `samrad_app`, which
//! may only append to the log.

use super::conn::Conn;
use super::{StoreError, chains};
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::collections::BTreeSet;

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Keeps two processes from migrating one database at once.
const MIGRATION_LOCK: i64 = 0x5361_6d72_6164;

/// Runs what is pending, each migration in a transaction of its own, and names what was run. What the log holds is sorted into lists then.
///
/// # Errors
/// When a migration fails; those before it stay.
pub fn run(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let versions: Result<Vec<String>, _> = match &mut *conn {
        Conn::Pg(pg) => {
            pg.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
            let ran = pg
                .run_pending_migrations(POSTGRES)
                .map(|ran| ran.iter().map(ToString::to_string).collect());
            pg.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
            ran
        }
        Conn::Sqlite(sqlite) => sqlite
            .run_pending_migrations(SQLITE)
            .map(|ran| ran.iter().map(ToString::to_string).collect()),
    };
    let versions = versions.map_err(|error| StoreError::Migration(error.to_string()))?;
    while chains::sort(conn)? {}
    Ok(versions)
}

/// Takes every migration back, the newest first. Everything is lost: for tests and for starting
/// a development machine afresh.
///
/// # Errors
/// When a migration can't be taken back.
pub fn revert_all(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Pg(pg) => pg.revert_all_migrations(POSTGRES).map(|_| ()),
        Conn::Sqlite(sqlite) => sqlite.revert_all_migrations(SQLITE).map(|_| ()),
    }
    .map_err(|error| StoreError::Migration(error.to_string()))
}

/// Takes the newest migration back, for tests of what it does to what is there.
#[cfg(test)]
pub(super) fn revert_last(conn: &mut Conn) {
    match conn {
        Conn::Pg(pg) => pg.revert_last_migration(POSTGRES).map(drop),
        Conn::Sqlite(sqlite) => sqlite.revert_last_migration(SQLITE).map(drop),
    }
    .unwrap();
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

fn ask(conn: &mut Conn, question: &str) -> Result<bool, StoreError> {
    let answer: Answer = diesel::sql_query(question).get_result(conn)?;
    Ok(answer.yes)
}

/// The versions that this build knows and the database hasn't run. Writes nothing, so that the
/// service's own role and a read-only connection may ask.
///
/// # Errors
/// When a statement fails.
pub fn pending(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let known = MigrationSource::<Pg>::migrations(&POSTGRES)
        .map_err(|error| StoreError::Migration(error.to_string()))?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect::<BTreeSet<_>>();
    let begun = match conn {
        Conn::Pg(_) => "SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS yes",
        Conn::Sqlite(_) => {
            "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '__diesel_schema_migrations') AS yes"
        }
    };
    let done: BTreeSet<String> = if ask(conn, begun)? {
        let applied: Vec<Applied> =
            diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load(conn)?;
        applied.into_iter().map(|row| row.version).collect()
    } else {
        BTreeSet::new()
    };
    Ok(known.difference(&done).cloned().collect())
}

/// What the connected role could do to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can append and nothing else.
    Appends,
    /// SQLite knows no roles: whoever may write the file may do anything.
    NoRoles,
    /// It could switch the triggers off.
    Superuser,
    /// It owns the log's tables, or may act as the owner.
    Owner,
    /// It was granted more than `samrad_app` has.
    MayRewrite,
}

/// What the connected role could do to the log. `serve` refuses the last three unless it is told
/// that this is a development machine.
///
/// # Errors
/// When a statement fails, or the database isn't migrated.
pub fn standing(conn: &mut Conn) -> Result<Standing, StoreError> {
    if matches!(conn, Conn::Sqlite(_)) {
        return Ok(Standing::NoRoles);
    }
    let superuser = "SELECT rolsuper AS yes FROM pg_roles WHERE rolname = current_user";
    let owner = "SELECT bool_or(pg_has_role(relowner, 'MEMBER')) AS yes FROM pg_class \
                 WHERE oid IN ('log_entry'::regclass, 'log_recipient'::regclass, 'log_head'::regclass, \
                 'log_posting'::regclass, 'log_posted'::regclass, \
                 'log_whose'::regclass, 'log_chain'::regclass, 'log_chained'::regclass, \
                 'log_tile'::regclass, 'log_checkpoint'::regclass, 'log_key_change'::regclass, 'log_erasure'::regclass)";
    let rewrites = "SELECT has_table_privilege('log_entry', 'DELETE, TRUNCATE') \
                    OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'log_entry'::regclass \
                        AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('salt', 'body_enc') \
                        AND has_column_privilege('log_entry', attnum, 'UPDATE')) \
                    OR has_table_privilege('log_recipient', 'DELETE, TRUNCATE') \
                    OR has_any_column_privilege('log_recipient', 'UPDATE') \
                    OR has_table_privilege('log_head', 'DELETE, TRUNCATE') \
                    OR has_table_privilege('log_posting', 'DELETE, TRUNCATE') \
                    OR has_any_column_privilege('log_posting', 'UPDATE') \
                    OR has_table_privilege('log_posted', 'DELETE, TRUNCATE') \
                    OR has_table_privilege('log_whose', 'DELETE, TRUNCATE') \
                    OR has_any_column_privilege('log_whose', 'UPDATE') \
                    OR has_table_privilege('log_chain', 'DELETE, TRUNCATE') \
                    OR has_any_column_privilege('log_chain', 'UPDATE') \
                    OR has_table_privilege('log_chained', 'DELETE, TRUNCATE') \
                    OR has_table_privilege('log_tile', 'DELETE, TRUNCATE') \
                    OR has_any_column_privilege('log_tile', 'UPDATE') \
                    OR has_table_privilege('log_key_change', 'DELETE, TRUNCATE') \
                    OR has_any_column_privilege('log_key_change', 'UPDATE') \
                    OR has_table_privilege('log_checkpoint', 'DELETE, TRUNCATE') \
                    OR has_table_privilege('log_erasure', 'DELETE, TRUNCATE') AS yes";
    Ok(if ask(conn, superuser)? {
        Standing::Superuser
    } else if ask(conn, owner)? {
        Standing::Owner
    } else if ask(conn, rewrites)? {
        Standing::MayRewrite
    } else {
        Standing::Appends
    })
}

/// Whether a role had to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may do what the service does already.
    Already,
    /// It was let in just now.
    Now,
}

#[derive(QueryableByName)]
struct Role {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The role that this connection acts as.
///
/// # Errors
/// When the statement fails.
pub fn role(conn: &mut Conn) -> Result<String, StoreError> {
    let role: Role = diesel::sql_query("SELECT current_user::text AS name").get_result(conn)?;
    Ok(role.name)
}

/// Makes `role` a member of `samrad_app`, unless it may act as one already.
///
/// # Errors
/// When the connected role may not do that.
pub fn admit(conn: &mut Conn, role: &str) -> Result<Admission, StoreError> {
    let quoted = role.replace('\'', "''");
    let member = format!("SELECT pg_has_role('{quoted}', 'samrad_app', 'MEMBER') AS yes");
    if ask(conn, &member)? {
        return Ok(Admission::Already);
    }
    let quoted = role.replace('"', "\"\"");
    conn.batch_execute(&format!("GRANT samrad_app TO \"{quoted}\""))?;
    Ok(Admission::Now)
}
