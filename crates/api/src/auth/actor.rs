//! Who acts: what the registry says of whom a token proves.

use std::fmt;

use samrad_domain::code::Role;
use samrad_domain::id::{AffiliationId, ClientId, OrganisationId, PersonId, UnitId};

/// The compartment of secrecy of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Compartment {
    /// Health services of one organisation.
    Health(OrganisationId),
    /// The state half of one NAV office (four digits).
    NavState(String),
    /// The social services of one municipality (four digits).
    MunicipalSocial(String),
    /// IPS, of the team's own organisation.
    Ips(OrganisationId),
    /// No secrecy of its own.
    None,
}

/// The keyed hash of an identity number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonKey([u8; 32]);

impl PersonKey {
    /// Names `bytes` as a person key.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the database.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey(..)")
    }
}

/// A position that somebody holds in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The unit.
    pub unit: UnitId,
    /// The role in it.
    pub role: Role,
}

/// Who acts.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Somebody who works with cases, in one affiliation.
    Staff(Staff),
    /// A patient or guardian.
    Citizen(Citizen),
    /// A system of one organisation.
    System(System),
}

/// Somebody who works with cases, in the affiliation they act in.
#[derive(Clone)]
pub struct Staff {
    /// Who.
    pub person: PersonId,
    /// Their name, for the log.
    pub name: String,
    /// The affiliation they act in.
    pub affiliation: AffiliationId,
    /// Its unit.
    pub unit: UnitId,
    /// The unit's organisation.
    pub organisation: OrganisationId,
    /// The role in that affiliation.
    pub role: Role,
    /// The unit's compartment.
    pub compartment: Compartment,
    /// Every position they hold today, this one among them.
    pub positions: Vec<Position>,
    /// How strongly they were identified.
    pub assurance: Option<String>,
}

/// A patient or guardian.
#[derive(Clone, Debug)]
pub struct Citizen {
    /// Their person key.
    pub key: PersonKey,
    /// How strongly they were identified.
    pub assurance: Option<String>,
}

/// A system of one organisation.
#[derive(Clone, Debug)]
pub struct System {
    /// The registered client.
    pub client: ClientId,
    /// The organisation it works for.
    pub organisation: OrganisationId,
    /// What it may do: the scopes of both token and registry.
    pub scopes: Vec<String>,
    /// Its name, for the log.
    pub name: String,
}

impl fmt::Debug for Staff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Staff")
            .field("affiliation", &self.affiliation)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}
