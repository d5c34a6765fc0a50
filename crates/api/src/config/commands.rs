//! The settings of the subcommands that run and end: fewer than those of `serve`.

use crate::config::keys;
use crate::config::reader::{Fault, Reader};
use crate::store::conn::DatabaseUrl;
use crate::store::vault::Vault;

/// The settings of `migrate`.
#[derive(Debug)]
pub struct Migration {
    /// The database, with its owner's role if one is given.
    pub database: DatabaseUrl,
    /// The first administrator, to be registered if there is none.
    pub first_administrator: Option<FirstAdministrator>,
}

/// By which token the first administrator is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstAdministrator {
    /// The `iss`.
    pub issuer: String,
    /// The `sub`.
    pub subject: String,
}

impl Migration {
    /// The settings of `migrate`, where `lookup` is the environment.
    ///
    /// # Errors
    /// Everything that is missing or out of form.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader::new(&lookup);
        let owner = reader.optional("MIGRATION_DATABASE_URL").is_some();
        let database = if owner {
            reader.optional_database("MIGRATION_DATABASE_URL")
        } else {
            reader.database()
        };
        let first_administrator = first_administrator(&mut reader);
        let faults = reader.into_faults();
        match database {
            Some(database) if faults.is_empty() => Ok(Self {
                database,
                first_administrator,
            }),
            Some(_) | None => Err(faults),
        }
    }
}

/// Reads `issuer|subject`.
fn first_administrator(reader: &mut Reader<'_>) -> Option<FirstAdministrator> {
    const NAME: &str = "SAMRAD_BOOTSTRAP_ADMIN";
    let text = reader.optional(NAME)?;
    match text.split_once('|') {
        Some((issuer, subject)) if !issuer.trim().is_empty() && !subject.trim().is_empty() => {
            Some(FirstAdministrator {
                issuer: issuer.trim().to_owned(),
                subject: subject.trim().to_owned(),
            })
        }
        Some(_) | None => {
            reader.fault(NAME, "is not issuer|subject");
            None
        }
    }
}

/// The settings of `rotate-keys`.
#[derive(Debug)]
pub struct Rotation {
    /// The database, with the service's own role.
    pub database: DatabaseUrl,
    /// The keys: the current one, and those that it takes over from.
    pub vault: Vault,
}

impl Rotation {
    /// The settings of `rotate-keys`, where `lookup` is the environment.
    ///
    /// # Errors
    /// Everything that is missing or unsafe.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader::new(&lookup);
        let database = reader.database();
        let keys = keys::read(&mut reader);
        let faults = reader.into_faults();
        match (database, keys) {
            (Some(database), Some((vault, _))) if faults.is_empty() => Ok(Self { database, vault }),
            _ => Err(faults),
        }
    }
}
