//! The environment, read once and made into types. Everything missing or unsafe is told at once,
//! and no secret is ever told.

mod commands;
mod edge;
mod keys;
mod ledger;
mod reader;

pub use commands::{Export, FirstAdministrator, LogKeyRotation, Migration, Operator, Rotation};
pub use edge::EdgeSettings;
pub use ledger::{LedgerSettings, WitnessAt};
pub use reader::Fault;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::auth::issuers::{Issuer, KeySource};
use crate::http::keys::HttpKeys;
use crate::store::conn::DatabaseUrl;
use crate::store::vault::Vault;
use reader::Reader;

/// Exit code of a service that refuses its configuration (`EX_CONFIG` of sysexits).
pub const EXIT_CONFIG: u8 = 78;

/// The least time between two fetches of an issuer's keys.
const KEY_FLOOR: Duration = Duration::from_secs(60);

/// The settings of a running service.
#[derive(Debug)]
pub struct Settings {
    /// Where to listen. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The database, with the service's own role.
    pub database: DatabaseUrl,
    /// The database, with its owner's role: for migrations.
    pub migration_database: Option<DatabaseUrl>,
    /// The keys at rest: master keys and look-up key.
    pub vault: Vault,
    /// What makes the log verifiable.
    pub ledger: Arc<LedgerSettings>,
    /// The keys that HTTP uses.
    pub http_keys: HttpKeys,
    /// Whose tokens are believed.
    pub issuers: Vec<Issuer>,
    /// Whether this is a development machine.
    pub development: bool,
    /// Whether synthetic identity numbers are taken for real ones.
    pub allow_synthetic: bool,
    /// What is asked of those who call, and told to them, before anything else.
    pub edge: EdgeSettings,
    /// The least time between two fetches of an issuer's keys.
    pub key_floor: Duration,
}

impl Settings {
    /// The settings of `serve`, where `lookup` is the environment.
    ///
    /// # Errors
    /// Everything that is missing or unsafe.
    pub fn for_serve(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader::new(&lookup);
        let development = reader.yes("SAMRAD_DEVELOPMENT");
        let listen = reader.listen();
        let database = reader.database();
        let migration_database = reader.optional_database("MIGRATION_DATABASE_URL");
        let keys = keys::read(&mut reader);
        let ledger = ledger::read(&mut reader, development);
        let issuers = issuers(&mut reader, development);
        let allow_synthetic = allow_synthetic(&mut reader, development);
        let edge = edge::read(&mut reader, development);
        let key_floor = key_floor(&mut reader, development);
        reader.one_of("SAMRAD_LOG_FORMAT", &["json", "line"]);
        let faults = reader.into_faults();
        match (listen, database, keys, ledger) {
            (Some(listen), Some(database), Some((vault, http_keys)), Some(ledger))
                if faults.is_empty() =>
            {
                Ok(Self {
                    listen,
                    database,
                    migration_database,
                    vault,
                    ledger: Arc::new(ledger),
                    http_keys,
                    issuers,
                    development,
                    allow_synthetic,
                    edge,
                    key_floor,
                })
            }
            _ => Err(faults),
        }
    }
}

fn issuers(reader: &mut Reader<'_>, development: bool) -> Vec<Issuer> {
    let Some(text) = reader.text_or_file("SAMRAD_ISSUERS") else {
        return Vec::new();
    };
    match Issuer::parse_all(&text) {
        Ok(issuers) => {
            for issuer in issuers.iter().filter(|i| !development && is_demo(i)) {
                reader.fault(
                    "SAMRAD_ISSUERS",
                    format!("{} is the demo's issuer", issuer.issuer),
                );
            }
            issuers
        }
        Err(faults) => {
            for fault in faults {
                reader.fault("SAMRAD_ISSUERS", fault);
            }
            Vec::new()
        }
    }
}

/// Whether it is the demo's, whose key lies about on somebody's disk.
fn is_demo(issuer: &Issuer) -> bool {
    issuer.issuer.starts_with("https://demo.samrad.invalid/")
        || matches!(&issuer.keys, KeySource::File(path) if path.components().any(|part| part.as_os_str() == ".samrad"))
}

fn allow_synthetic(reader: &mut Reader<'_>, development: bool) -> bool {
    let allowed = reader.yes("SAMRAD_ALLOW_SYNTHETIC");
    if allowed && !development {
        reader.fault("SAMRAD_ALLOW_SYNTHETIC", "synthetic identity numbers are for development: set SAMRAD_DEVELOPMENT=yes too, or leave it out");
    }
    allowed
}

fn key_floor(reader: &mut Reader<'_>, development: bool) -> Duration {
    const NAME: &str = "SAMRAD_JWKS_FLOOR_SECONDS";
    let Some(text) = reader.optional(NAME) else {
        return KEY_FLOOR;
    };
    match text.parse().map(Duration::from_secs) {
        Ok(floor) if floor >= KEY_FLOOR || development => floor,
        Ok(_) => {
            reader.fault(NAME, "less than 60 is for development alone");
            KEY_FLOOR
        }
        Err(_) => {
            reader.fault(NAME, "is not a whole number of seconds");
            KEY_FLOOR
        }
    }
}

#[cfg(test)]
mod tests;
