//! `samrad rotate-keys`: every record's key is wrapped by the current master key, while the
//! service runs.

use crate::command::Failure;
use crate::config::Rotation;
use crate::store::conn::{Access, establish};
use crate::store::keys;

/// Wraps every record's key by the current master key.
///
/// # Errors
/// When a setting is missing, the database is away, or a key's master key isn't configured.
pub fn run(lookup: impl Fn(&str) -> Option<String>) -> Result<(), Failure> {
    let settings = Rotation::from_environment(lookup)?;
    let mut conn = establish(&settings.database, Access::Write).map_err(Failure::other)?;
    let wrapped = keys::rewrap(&mut conn, &settings.vault).map_err(Failure::other)?;
    log::info!(
        "wrapped {wrapped} keys by {}",
        settings.vault.current_master()
    );
    Ok(())
}
