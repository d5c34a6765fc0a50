//! `samrad export-log`: everything that the log says, for whoever verifies it with `samrad-verify`. It
//! needs the keys at rest and the database, and no running service.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;

use crate::command::Failure;
use crate::config::Export;
use crate::store::conn::{Access, Conn, establish};
use crate::store::dialect::{self, Begin};
use crate::store::log_export::{self, Reach};
use crate::store::vault::Vault;
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
    let mut conn = establish(&settings.database, Access::Read).map_err(Failure::other)?;
    let mut out = BufWriter::new(io::stdout().lock());
    // One picture of the database, however long it takes.
    dialect::in_transaction(&mut conn, Begin::Plain, |conn| {
        write(conn, &settings.vault, &settings.origin, from, &mut out)
    })
    .map_err(Failure::other)?;
    out.flush().map_err(Failure::other)
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
    vault: &Vault,
    origin: &str,
    from: i64,
    out: &mut impl Write,
) -> Result<(), Cut> {
    let size = dialect::read_head(conn)?.size;
    let changes = checkpoints::key_changes(conn)?;
    let header = Header {
        format: "samrad-log-export/1",
        origin,
        from,
        size,
        checkpoint: checkpoints::newest(conn)?,
        key_changes: changes.into_iter().map(|change| change.note).collect(),
    };
    line(out, &header)?;
    let (mut next, mut keys) = (from, HashMap::new());
    loop {
        let page = log_export::page(conn, vault, Reach::All, (next, i64::MAX), &mut keys)?;
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
