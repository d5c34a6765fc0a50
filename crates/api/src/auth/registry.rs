//! The seam to the registry: who the person, patient or system of a token is.

use jiff::Timestamp;
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
    ) -> Result<Actor, ResolveFault>;
}
