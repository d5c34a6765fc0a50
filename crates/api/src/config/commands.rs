//! The settings of the subcommands that run and end: fewer than those of `serve`.

use crate::config::keys;
use crate::config::ledger::{self, LedgerSettings};
use crate::config::reader::{Fault, Reader};
use crate::store::conn::DatabaseUrl;
use crate::store::vault::Vault;
use samrad_domain::number::OrganisationNumber;
use samrad_ledger::note::Signer;
use std::sync::Arc;

/// The settings of `migrate`.
#[derive(Debug)]
pub struct Migration {
    /// The database, with its owner's role if one is given.
    pub database: DatabaseUrl,
    /// The database, with the service's own role, if the owner is another.
    pub service: Option<DatabaseUrl>,
    /// The first administrator, to be registered if there is none.
    pub first_administrator: Option<FirstAdministrator>,
}

/// By which token the first administrator is known, and where they work.
#[derive(Debug)]
pub struct FirstAdministrator {
    /// The `iss`.
    pub issuer: String,
    /// The `sub`.
    pub subject: String,
    /// Whose administrator it is.
    pub organisation: Operator,
    /// The keys at rest: the registration is an entry of the log.
    pub vault: Vault,
}

/// The organisation that runs the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Its number.
    pub number: OrganisationNumber,
    /// Its name.
    pub name: String,
}

impl Migration {
    /// The settings of `migrate`, where `lookup` is the environment.
    ///
    /// # Errors
    /// Everything that is missing or out of form.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader::new(&lookup);
        let (database, service) = if reader.optional("MIGRATION_DATABASE_URL").is_some() {
            let service = reader
                .optional("DATABASE_URL")
                .and_then(|_| reader.optional_database("DATABASE_URL"));
            (reader.optional_database("MIGRATION_DATABASE_URL"), service)
        } else {
            (reader.database(), None)
        };
        let first_administrator = first_administrator(&mut reader);
        let faults = reader.into_faults();
        match database {
            Some(database) if faults.is_empty() => Ok(Self {
                database,
                service,
                first_administrator,
            }),
            Some(_) | None => Err(faults),
        }
    }
}

const BOOTSTRAP: &str = "SAMRAD_BOOTSTRAP_ADMIN";
const OPERATOR: &str = "SAMRAD_BOOTSTRAP_ORGANISATION";

/// A synthetic number, for development alone.
const SYNTHETIC_OPERATOR: &str = "313876144";

/// Reads `issuer|subject`, and what goes with it.
fn first_administrator(reader: &mut Reader<'_>) -> Option<FirstAdministrator> {
    let text = reader.optional(BOOTSTRAP)?;
    let pair = halves(&text);
    if pair.is_none() {
        reader.fault(BOOTSTRAP, "is not issuer|subject");
    }
    let organisation = operator(reader);
    let keys = keys::read(reader);
    let (issuer, subject) = pair?;
    Some(FirstAdministrator {
        issuer,
        subject,
        organisation: organisation?,
        vault: keys?.0,
    })
}

/// Reads `number|name`.
fn operator(reader: &mut Reader<'_>) -> Option<Operator> {
    let development = reader.yes("SAMRAD_DEVELOPMENT");
    let text = match reader.optional(OPERATOR) {
        Some(text) => text,
        None if development => format!("{SYNTHETIC_OPERATOR}|Drift"),
        None => {
            reader.fault(
                OPERATOR,
                "is missing: number|name of the organisation that runs the service",
            );
            return None;
        }
    };
    let Some((number, name)) = halves(&text) else {
        reader.fault(OPERATOR, "is not number|name");
        return None;
    };
    match OrganisationNumber::parse(&number, development) {
        Ok(number) => Some(Operator { number, name }),
        Err(fault) => {
            reader.fault(OPERATOR, format!("the number {fault}"));
            None
        }
    }
}

/// The two halves of `one|other`, neither empty.
fn halves(text: &str) -> Option<(String, String)> {
    let (one, other) = text.split_once('|')?;
    let (one, other) = (one.trim(), other.trim());
    (!one.is_empty() && !other.is_empty()).then(|| (one.to_owned(), other.to_owned()))
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

/// The settings of `export-log`.
#[derive(Debug)]
pub struct Export {
    /// The database.
    pub database: DatabaseUrl,
    /// The keys at rest, which open the bodies.
    pub vault: Vault,
    /// The log's name.
    pub origin: String,
}

impl Export {
    /// The settings of `export-log`, where `lookup` is the environment.
    ///
    /// # Errors
    /// Everything that is missing or unsafe.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader::new(&lookup);
        let database = reader.database();
        let keys = keys::read(&mut reader);
        let origin = ledger::origin(&mut reader);
        let faults = reader.into_faults();
        match (database, keys, origin) {
            (Some(database), Some((vault, _)), Some(origin)) if faults.is_empty() => Ok(Self {
                database,
                vault,
                origin,
            }),
            _ => Err(faults),
        }
    }
}

/// The settings of `rotate-log-key`.
#[derive(Debug)]
pub struct LogKeyRotation {
    /// The database, with the service's own role.
    pub database: DatabaseUrl,
    /// The keys at rest: the change is an entry of the log.
    pub vault: Vault,
    /// The log as it is signed until now.
    pub ledger: Arc<LedgerSettings>,
    /// Signs it from here on.
    pub next: Signer,
}

impl LogKeyRotation {
    /// The settings of `rotate-log-key`, where `lookup` is the environment.
    ///
    /// # Errors
    /// Everything that is missing or unsafe.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader::new(&lookup);
        let development = reader.yes("SAMRAD_DEVELOPMENT");
        let database = reader.database();
        let keys = keys::read(&mut reader);
        let ledger = ledger::read(&mut reader, development);
        let origin = reader.optional("SAMRAD_LOG_ORIGIN");
        let next = ledger::signer(&mut reader, "SAMRAD_LOG_NEXT_KEY", origin.as_deref());
        if let (Some(ledger), Some(next)) = (&ledger, &next)
            && ledger.signer.verifier().to_string() == next.verifier().to_string()
        {
            reader.fault(
                "SAMRAD_LOG_NEXT_KEY",
                "is the key that signs the log already",
            );
        }
        let faults = reader.into_faults();
        match (database, keys, ledger, next) {
            (Some(database), Some((vault, _)), Some(ledger), Some(next)) if faults.is_empty() => {
                Ok(Self {
                    database,
                    vault,
                    ledger: Arc::new(ledger),
                    next,
                })
            }
            _ => Err(faults),
        }
    }
}
