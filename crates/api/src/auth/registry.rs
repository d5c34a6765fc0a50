//! The seam to the registry: who the person, patient or system of a token is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;
use samrad_domain::id::AffiliationId;

use crate::auth::token::Proof;
use crate::http::problem::{Code, Problem};
use samrad_domain::actor::Actor;

/// Why a proof is nobody who can act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolveFault {
    /// Linked to nobody, or to nobody with an affiliation now.
    Unknown,
    /// Several affiliations, and none named.
    AffiliationRequired,
    /// The affiliation named isn't one that they hold now.
    AffiliationUnknown,
    /// The registry can't be read; why, for our log.
    Away(String),
}

impl From<ResolveFault> for Problem {
    fn from(fault: ResolveFault) -> Self {
        match fault {
            ResolveFault::Unknown => Self::new(Code::UnknownCaller),
            ResolveFault::AffiliationRequired => Self::new(Code::AffiliationRequired),
            ResolveFault::AffiliationUnknown => Self::new(Code::AffiliationUnknown),
            ResolveFault::Away(cause) => Self::unavailable(cause),
        }
    }
}

/// Says who the holder of a proof is.
pub trait Registry: Send + Sync + 'static {
    /// Who acts at `now`, in the affiliation named or the only one. May block: it is called on a
    /// blocking thread.
    ///
    /// # Errors
    /// When the proof is nobody who can act.
    fn resolve(
        &self,
        proof: &Proof,
        affiliation: Option<AffiliationId>,
        now: Timestamp,
    ) -> Result<Found, ResolveFault>;
}

/// Who a proof was found to be.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who acts.
    pub actor: Actor,
    /// How often the registry had changed when it said so; none where it has no say, as of citizens.
    pub version: Option<i64>,
}

/// How a caller of the registry stood when they were let in. Whether they still do is asked again
/// where it counts: in the transaction that reads or changes something.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What their token proves.
    pub proof: Arc<Proof>,
    /// The affiliation that they named.
    pub affiliation: Option<AffiliationId>,
    /// Who they were found to be.
    pub actor: Arc<Actor>,
    /// How often the registry had changed by then.
    pub version: i64,
    /// The day it was, in Norway: affiliations begin and end with days.
    pub day: Date,
}

impl Standing {
    /// Whether nothing can have changed about them, where the registry is at `version` and it is `day`.
    #[must_use]
    pub fn holds(&self, version: i64, day: Date) -> bool {
        self.version == version && self.day == day
    }
}

/// The newest version of the registry that any part of the service has seen.
#[derive(Debug, Default)]
pub struct Versions {
    newest: AtomicI64,
    /// How often the database may have forgotten versions that were seen.
    forgotten: AtomicU64,
}

impl Versions {
    /// It was at `version`.
    pub fn saw(&self, version: i64) {
        self.newest.fetch_max(version, Ordering::Relaxed);
    }

    /// The newest seen.
    #[must_use]
    pub fn newest(&self) -> i64 {
        self.newest.load(Ordering::Relaxed)
    }

    /// The database went away and came back, perhaps to an earlier version: what was seen counts no more.
    pub fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.newest.store(0, Ordering::Release);
    }

    /// How often what was seen was forgotten.
    #[must_use]
    pub fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::Acquire)
    }
}
