//! Organisations, units, persons and what they are: the registry that administrators keep.
//!
//! A token proves who; this says what they are. No patient is here, and nothing of a case.

mod affiliations;
mod bootstrap;
mod clients;
mod organisations;
mod persons;
mod resolve;
mod units;

pub use affiliations::{
    AffiliationLine, NewAffiliation, add_affiliation, affiliation, affiliations_of,
    end_affiliation, other_administrators, staff_of, works_in,
};
pub use bootstrap::{First, first_administrator};
pub use clients::{ClientLine, NewClient, add_client, client, clients, end_client, is_client};
pub use organisations::{
    FIRST_POLICY, OrganisationLine, add_organisation, numbered, organisation, organisations,
    policy, set_policy,
};
pub use persons::{
    IdentityLine, NewIdentity, add_person, identities_of, is_taken, link_identity, person_name,
    unlink_identity,
};
pub use resolve::{Resolver, holder_of, stands, stands_anew, system_of};
pub use units::{UnitLine, Worker, add_unit, unit, unit_line, units, workers};
