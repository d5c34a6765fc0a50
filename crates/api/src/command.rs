//! What the program does for each of its subcommands. Only here do settings, database and HTTP
//! meet; nothing here decides anything about a case.

pub mod demo;
pub mod export_log;
pub mod migrate;
pub mod rotate_keys;
pub mod rotate_log_key;
pub mod serve;
pub mod token;

use std::env;
use std::fmt::Display;

use crate::config::Fault;

/// Why a subcommand ended without having done its work.
#[derive(Debug)]
pub enum Failure {
    /// The settings, or the state of the database, are missing something or unsafe.
    Settings(Vec<Fault>),
    /// Something went wrong on the way.
    Other(String),
}

impl From<Vec<Fault>> for Failure {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Settings(faults)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Settings(vec![fault])
    }
}

impl Failure {
    /// Something that went wrong, in words.
    #[must_use]
    pub fn other(error: impl Display) -> Self {
        Self::Other(error.to_string())
    }
}

/// The value of a setting in the environment.
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    env::var(name).ok()
}
