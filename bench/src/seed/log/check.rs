//! Looks at the lengthened log as somebody would who doesn't believe it.

use std::error::Error;

use samrad_api::log::sealed;
use samrad_api::log::tree::{self, Stored};
use samrad_api::store::conn::Conn;
use samrad_api::store::dialect::Head;
use samrad_api::store::keys;
use samrad_api::store::vault::Vault;
use samrad_domain::id::DataKeyId;
use samrad_ledger::entry::commitment;
use samrad_ledger::proof::root;
use serde_json::Value;

use crate::seed::table::{Cell, read};

/// How many entries are opened.
const SAMPLES: i64 = 50;

/// Whether the tree that proofs read is the one that the head commits to, and whether entries
/// commit to bodies that open and are canonical.
///
/// # Errors
/// When it is not so.
pub fn check(conn: &mut Conn, vault: &Vault, head: &Head) -> Result<(), Box<dyn Error>> {
    let size = u64::try_from(head.size)?;
    let read = root(&Stored::on(conn), size).map_err(|error| format!("{error:?}"))?;
    if read != tree::frontier(head)?.root() {
        return Err("the tiles and the head of the log differ".into());
    }
    for sample in 1..=SAMPLES {
        let index = head.size - 1 - (head.size - 1) / 2 * sample / SAMPLES;
        if !commits(conn, vault, index)? {
            return Err(format!("entry {index} does not commit to its body").into());
        }
    }
    Ok(())
}

fn commits(conn: &mut Conn, vault: &Vault, index: i64) -> Result<bool, Box<dyn Error>> {
    let entry = read(conn, "log_entry", &format!(" WHERE idx = {index}"))?;
    let (
        Some(Cell::Bytes(said)),
        Some(Cell::Bytes(salt)),
        Some(Cell::Bytes(body)),
        Some(Cell::Id(key)),
    ) = (
        entry.cell("commitment"),
        entry.cell("salt"),
        entry.cell("body_enc"),
        entry.cell("data_key_id"),
    )
    else {
        return Err(format!("entry {index} is not whole").into());
    };
    let key = keys::fetch(conn, vault, DataKeyId::new(*key))?;
    let plain = sealed::open(&key, index, body)?;
    let value: Value = serde_json::from_slice(&plain)?;
    let canonical = serde_json_canonicalizer::to_vec(&value)? == *plain;
    Ok(canonical && commitment(&salt.as_slice().try_into()?, &plain) == said.as_slice())
}
