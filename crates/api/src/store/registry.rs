//! Organisations, units, persons and what they are: the registry that administrators keep.
//!
//! A token proves who; this says what they are. No patient is here, and nothing of a case.

mod affiliations;
mod bootstrap;
mod resolve;

pub use affiliations::{AffiliationLine, affiliations_of, staff_of, works_in};
pub use bootstrap::{First, first_administrator};
pub use resolve::{Resolver, holder_of, system_of};
