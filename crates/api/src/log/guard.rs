//! The guard at the start: a log that was taken back to an earlier state, or exchanged for another, is
//! not extended.

use super::publisher::Publisher;
use super::tree::{self, Stored};
use crate::store::conn::Conn;
use crate::store::{StoreError, checkpoints, dialect};
use samrad_ledger::checkpoint::Checkpoint;
use samrad_ledger::note::{Note, Verifier};
use samrad_ledger::proof::{self, BuildError};

/// Why the log is not extended.
#[derive(Debug, thiserror::Error)]
pub enum GuardFault {
    /// The database does not answer, or holds what can't be.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log is not the one that it is taken for.
    #[error("{0}")]
    Unsafe(String),
}

/// Holds the log in the database to the newest checkpoint that is kept outside it. Where none is kept,
/// a log that was ever published is taken up only `if_unknown`.
///
/// # Errors
/// As [`GuardFault`] says.
pub fn hold(conn: &mut Conn, publisher: &Publisher, if_unknown: bool) -> Result<(), GuardFault> {
    let head = dialect::read_head(conn)?;
    let frontier = tree::frontier(&head)?;
    let size = frontier.size();
    if root(conn, size)? != frontier.root() {
        return Err(not_itself("its head is not that of its entries"));
    }
    let keys = known_keys(conn, publisher)?;
    let published = checkpoints::newest(conn)?;
    if let Some(text) = &published {
        let published = opened(text, &keys, "its published checkpoint")?;
        if published.size > size || root(conn, published.size)? != published.root {
            return Err(not_itself("its published checkpoint is of another log"));
        }
    }
    let path = publisher.kept().path().display().to_string();
    publisher
        .kept()
        .try_out()
        .map_err(|error| GuardFault::Unsafe(format!("{path} can't be written: {error}")))?;
    let kept = publisher
        .kept()
        .read()
        .map_err(|error| GuardFault::Unsafe(format!("{path} can't be read: {error}")))?;
    let Some(kept) = kept else {
        if published.is_none() || if_unknown {
            return Ok(());
        }
        return Err(GuardFault::Unsafe(format!(
            "the log has {size} entries and {path} is not there: put the newest checkpoint there that an \
             auditor, a witness or another instance has of it"
        )));
    };
    let kept = opened(&kept.to_string(), &keys, &path)?;
    if kept.size > size {
        return Err(not_itself(&format!(
            "it has {size} entries and had {}: it was taken back to an earlier state",
            kept.size
        )));
    }
    if root(conn, kept.size)? != kept.root {
        return Err(not_itself(&format!(
            "its first {} entries are not those that {path} vouches for",
            kept.size
        )));
    }
    Ok(())
}

/// Our key, which must be the newest, and those before it.
fn known_keys(conn: &mut Conn, publisher: &Publisher) -> Result<Vec<Verifier>, GuardFault> {
    let mut keys = vec![publisher.verifier()];
    let changes = checkpoints::key_changes(conn)?;
    if let Some(newest) = changes.last()
        && newest.verifier_key != publisher.verifier().to_string()
    {
        return Err(GuardFault::Unsafe(
            "SAMRAD_LOG_KEY is not the key that the log is signed by".to_owned(),
        ));
    }
    let all = changes
        .iter()
        .flat_map(|c| [&c.previous_key, &c.verifier_key]);
    keys.extend(all.filter_map(|key| key.parse().ok()));
    Ok(keys)
}

fn opened(text: &str, keys: &[Verifier], what: &str) -> Result<Checkpoint, GuardFault> {
    let note = Note::parse(text).map_err(|_| not_itself(&format!("{what} is no signed note")))?;
    let (checkpoint, _) = Checkpoint::open(&note, keys)
        .map_err(|fault| not_itself(&format!("{what} is not signed by SAMRAD_LOG_KEY: {fault}")))?;
    Ok(checkpoint)
}

/// The root of the first `size` entries, which the database has.
pub(super) fn root(conn: &mut Conn, size: u64) -> Result<samrad_ledger::tree::Hash, GuardFault> {
    match proof::root(&Stored::on(conn), size) {
        Ok(root) => Ok(root),
        Err(BuildError::Tiles(error)) if error.is_unavailable() => Err(error.into()),
        Err(error) => Err(not_itself(&format!("its tree is broken: {error}"))),
    }
}

fn not_itself(why: &str) -> GuardFault {
    GuardFault::Unsafe(format!("the log is not what it was: {why}"))
}
