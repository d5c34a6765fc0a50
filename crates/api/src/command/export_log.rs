//! `samrad export-log`: everything that the log says, for whoever verifies it with `samrad-verify`. It
//! needs the keys at rest and the database, and no running service.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;

use crate::command::Failure;
use crate::config::Export;
use crate::store::conn::{Access, Conn, establish};
use crate::store::dialect::{self, Begin, Disk};
use crate::store::log_export::{self, Reach};
use crate::store::{StoreError, checkpoints};

/// The first line.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Header<'a> {
    format: &'static str,
    origin: &'a str,
    from: i64,
    size: i64,
    checkpoint: Option<String>,
    key_changes: Vec<String>,
}

/// Writes the log from index `from` on to standard output.
///
/// # Errors
/// When a setting is missing, the database is away, or nobody reads.
pub fn run(lookup: impl Fn(&str) -> Option<String>, from: i64) -> Result<(), Failure> {
    let settings = Export::from_environment(lookup)?;
    let mut out = BufWriter::new(io::stdout().lock());
    export(&settings, from, &mut out).map_err(Failure::other)?;
    out.flush().map_err(Failure::other)
}

fn export(settings: &Export, from: i64, out: &mut impl Write) -> Result<(), Cut> {
    let (mut flushing, disk) = Disk::connect(&settings.database)?;
    let mut conn = establish(&settings.database, Access::Read)?;
    // One picture of the database, however long it takes.
    dialect::in_transaction(&mut conn, Begin::Plain, |conn| {
        let size = dialect::read_head(conn)?.size;
        // A service beside may not have waited for the disk yet. What a power failure takes back after it was
        // exported would be missed by whoever verifies the next export.
        disk.flush(&mut flushing)?;
        write(conn, settings, (from, size), out)
    })
}

/// Why an export ended before its time.
#[derive(Debug, thiserror::Error)]
enum Cut {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Output(#[from] io::Error),
}

fn write(
    conn: &mut Conn,
    settings: &Export,
    (from, size): (i64, i64),
    out: &mut impl Write,
) -> Result<(), Cut> {
    let changes = checkpoints::key_changes(conn)?;
    let header = Header {
        format: "samrad-log-export/1",
        origin: &settings.origin,
        from,
        size,
        checkpoint: checkpoints::newest(conn)?,
        key_changes: changes.into_iter().map(|change| change.note).collect(),
    };
    line(out, &header)?;
    let (mut next, mut keys) = (from, HashMap::new());
    loop {
        let page = log_export::page(
            conn,
            &settings.vault,
            Reach::All,
            (next, i64::MAX),
            &mut keys,
        )?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        next = last.index.saturating_add(1);
        page.iter().try_for_each(|entry| line(out, entry))?;
    }
}

fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{on_each, vault};
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use diesel::sql_types::{Bool, Text};

    #[derive(QueryableByName)]
    struct Written {
        #[diesel(sql_type = Text)]
        upto: String,
    }

    #[derive(QueryableByName)]
    struct OnDisk {
        #[diesel(sql_type = Bool)]
        on_disk: bool,
    }

    /// How far PostgreSQL's log is written; of SQLite's nobody can ask.
    fn written(conn: &mut Conn) -> Option<String> {
        let Conn::Pg(pg) = conn else { return None };
        let asked = diesel::sql_query("SELECT pg_current_wal_insert_lsn()::text AS upto");
        Some(asked.get_result::<Written>(pg).unwrap().upto)
    }

    fn is_on_disk(conn: &mut Conn, to: String) -> bool {
        let asked = "SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS on_disk";
        let asked = diesel::sql_query(asked).bind::<Text, _>(to);
        asked.get_result::<OnDisk>(conn).unwrap().on_disk
    }

    #[test]
    fn what_is_exported_is_on_the_disk() {
        on_each(|database| {
            let settings = Export {
                database: database.url.clone(),
                vault: vault(),
                origin: "log.example.no".to_owned(),
            };
            let mut lane = establish(&database.url, Access::Batch).unwrap();
            let moved = "UPDATE log_head SET last_ms = last_ms + 1";
            lane.batch_execute(moved).unwrap();
            let written = written(&mut lane);
            let mut out = Vec::new();
            export(&settings, 0, &mut out).unwrap();
            assert!(out.starts_with(b"{"));
            assert!(written.is_none_or(|to| is_on_disk(&mut lane, to)));
        });
    }
}
