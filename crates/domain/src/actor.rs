//! Who acts: the token says who, the registry says what they are, the request acts in one
//! affiliation.

use crate::code::Role;
use crate::id::{AffiliationId, ClientId, OrganisationId, PersonId, UnitId};
use crate::unit::Compartment;
use std::fmt;

/// The keyed hash of an identity number. It ties consents, locks and the patient's own access
/// together inside the service and leaves it nowhere.
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

/// Somebody of the registry, acting in one of their affiliations.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The role in it.
    pub role: Role,
    /// The unit's compartment.
    pub compartment: Compartment,
    /// Every position they hold today, this one among them.
    pub positions: Vec<Position>,
    /// How surely the token's issuer knows them, in its own word.
    pub assurance: Option<String>,
}

impl Staff {
    /// Whether they hold a job specialist's affiliation anywhere.
    #[must_use]
    pub fn tainted(&self) -> bool {
        self.positions.iter().any(|p| p.role == Role::JobSpecialist)
    }

    /// Whether they may own or work on cases of their unit.
    #[must_use]
    pub fn is_admitted(&self) -> bool {
        self.compartment.admits(self.role, self.tainted())
    }
}

/// A patient or a guardian, by their own token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citizen {
    /// Their person key.
    pub key: PersonKey,
    /// How surely the token's issuer knows them.
    pub assurance: Option<String>,
}

/// A registered client system of one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// Which client.
    pub client: ClientId,
    /// Its name, for the log.
    pub name: String,
    /// The organisation it works for.
    pub organisation: OrganisationId,
    /// What the token and the registry both allow it.
    pub scopes: Vec<String>,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody of the registry.
    Staff(Staff),
    /// A patient or guardian.
    Citizen(Citizen),
    /// A client system.
    System(System),
}
