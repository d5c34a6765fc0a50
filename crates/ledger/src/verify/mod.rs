//! `samrad-verify`: what an auditor runs on an export, on the live log, or on one receipt.
//!
//! It takes nothing on the service's word but the verifier keys that the auditor gives it. Each
//! command gathers findings (why the log isn't what it should be) and warnings (what could not be
//! checked) into a [`report::Report`]; it goes on after a finding, so that one run tells all.

pub mod arguments;
mod chains;
mod clock;
mod consents;
pub mod entry;
mod erasures;
pub mod export;
mod history;
pub mod kept;
mod keys;
pub mod live;
mod marks;
mod progress;
pub mod promise;
pub mod receipt;
pub mod report;
mod run;
pub mod terms;

pub use run::run;

use std::fmt;

use thiserror::Error;
use uuid::Uuid;

/// Why a command came to no verdict.
#[derive(Debug, Error)]
pub enum Stop {
    /// What was asked doesn't make sense.
    #[error("{0}")]
    Usage(String),
    /// A file or an answer could not be had.
    #[error("{0}")]
    Unreadable(String),
}

impl Stop {
    fn unreadable(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self::Unreadable(format!("{what}: {why}"))
    }
}

/// The id of an event, a consent or a record. Kept as bytes: there are millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id([u8; 16]);

impl Id {
    /// A UUID in its usual spelling and no other, so that one id has one text.
    pub fn parse(text: &str) -> Option<Self> {
        let uuid = Uuid::try_parse(text).ok()?;
        let mut usual = Uuid::encode_buffer();
        (uuid.hyphenated().encode_lower(&mut usual) == text).then_some(Self(uuid.into_bytes()))
    }

    /// An id from a leaf.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes, in network order.
    pub fn bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_bytes(self.0).fmt(f)
    }
}
