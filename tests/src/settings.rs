//! The environment that the service is started with: nothing of the developer's own leaks in.

use std::collections::BTreeMap;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::chance;
use crate::database::Database;
use crate::issuer::Issuers;

/// The name of the log.
pub const ORIGIN: &str = "tests.samrad.invalid/log";

/// Environment variables of the service.
#[derive(Clone, Debug)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    /// What an operator would set, with keys of its own, on any free port.
    #[must_use]
    pub fn new(database: &Database, issuers: &Issuers) -> Self {
        let staff = &issuers.staff;
        let settings = Self(BTreeMap::new())
            .with("SAMRAD_LISTEN", "127.0.0.1:0")
            .with(
                "SAMRAD_MASTER_KEY",
                &format!("test:{}", STANDARD.encode(chance::bytes::<32>())),
            )
            .with("SAMRAD_LOOKUP_KEY", &STANDARD.encode(chance::bytes::<32>()))
            .with("SAMRAD_ISSUERS", &issuers.settings().to_string())
            .with(
                "SAMRAD_BOOTSTRAP_ADMIN",
                &format!("{}|{}", staff.url(), crate::world::FIRST_ADMINISTRATOR),
            )
            .with("SAMRAD_DEVELOPMENT", "yes") // for what is synthetic: numbers, tokens' issuers
            .with("SAMRAD_ALLOW_SYNTHETIC", "yes")
            .with("SAMRAD_JWKS_FLOOR_SECONDS", "0")
            .with("SAMRAD_LOG_FORMAT", "line")
            .with("RUST_LOG", "info")
            .with("RUST_BACKTRACE", "1")
            .with("SAMRAD_LOG_ORIGIN", ORIGIN)
            .with("SAMRAD_LOG_KEY", &STANDARD.encode(chance::bytes::<32>()))
            .with(
                "SAMRAD_LOG_CHECKPOINT_FILE",
                &database.checkpoint_file().display().to_string(),
            );
        settings.on(database)
    }

    /// These settings on another database, with the same checkpoint file.
    #[must_use]
    pub fn on(self, database: &Database) -> Self {
        let settings = self.with("DATABASE_URL", database.url());
        match database.owner_url() {
            Some(owner) => settings.with("MIGRATION_DATABASE_URL", owner),
            None => settings,
        }
    }

    /// These settings with one set.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// These settings with one missing.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// The value of a setting.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Gives a program these settings, and no other environment than it needs to run.
    pub fn apply(&self, command: &mut Command) {
        command.env_clear();
        for kept in ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command.envs(&self.0);
    }
}
