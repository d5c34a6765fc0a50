//! From what a token proves to who acts.
//!
//! What is found holds for the version of the registry that it was found in; whoever goes by it later
//! asks whether that is still the one. So an affiliation that ends, ends at once.

use super::affiliations::{held, staff};
use crate::auth::issuers::Kind;
use crate::auth::registry::{Found, Registry, ResolveFault, Standing, Versions};
use crate::auth::token::Proof;
use crate::store::conn::{Conn, Pool};
use crate::store::schema::{client, person, person_identity};
use crate::store::sql::Db;
use crate::store::vault::Vault;
use crate::store::{StoreError, dialect};
use diesel::prelude::*;
use jiff::Timestamp;
use samrad_domain::actor::{Actor, Citizen, PersonKey, Staff, System};
use samrad_domain::id::{AffiliationId, ClientId, OrganisationId, PersonId};
use samrad_domain::number::IdentityNumber;
use samrad_domain::registry::IdentityKind;
use samrad_domain::time::oslo_day;
use std::sync::Arc;

/// Finds callers in the registry.
#[derive(Debug)]
pub struct Resolver {
    pool: Pool,
    vault: Arc<Vault>,
    allow_synthetic: bool,
    versions: Arc<Versions>,
}

impl Resolver {
    /// A resolver that reads through `pool`.
    #[must_use]
    pub const fn new(
        pool: Pool,
        vault: Arc<Vault>,
        allow_synthetic: bool,
        versions: Arc<Versions>,
    ) -> Self {
        Self {
            pool,
            vault,
            allow_synthetic,
            versions,
        }
    }

    fn citizen(&self, proof: &Proof) -> Result<Citizen, ResolveFault> {
        let digits = proof.identity_number.as_deref();
        let number = digits.and_then(|d| IdentityNumber::parse(d, self.allow_synthetic).ok());
        let number = number.ok_or(ResolveFault::Unknown)?;
        Ok(Citizen {
            key: PersonKey::new(self.vault.person_key(number.digits())),
            assurance: proof.assurance.clone(),
        })
    }
}

impl Registry for Resolver {
    fn resolve(
        &self,
        proof: &Proof,
        affiliation: Option<AffiliationId>,
        now: Timestamp,
    ) -> Result<Found, ResolveFault> {
        if proof.kind == Kind::Citizen {
            let actor = Actor::Citizen(self.citizen(proof)?);
            return Ok(Found {
                actor,
                version: None,
            });
        }
        self.pool.read(|conn| {
            let version = dialect::registry_version(conn)?;
            self.versions.saw(version);
            Ok(Found {
                actor: registered(conn, proof, affiliation, now)?,
                version: Some(version),
            })
        })
    }
}

/// Who of the registry the holder of a proof is.
fn registered(
    conn: &mut Conn,
    proof: &Proof,
    affiliation: Option<AffiliationId>,
    now: Timestamp,
) -> Result<Actor, ResolveFault> {
    match proof.kind {
        Kind::Staff => member_of_staff(conn, proof, affiliation, now).map(Actor::Staff),
        Kind::Machine => system_of(conn, proof)?
            .map(Actor::System)
            .ok_or(ResolveFault::Unknown),
        Kind::Citizen => Err(ResolveFault::Unknown),
    }
}

/// Whether a caller is still who they were when they were let in. Where something about them has
/// changed they must ask again, and are told so.
///
/// # Errors
/// When the database does not answer.
pub fn stands(
    conn: &mut Conn,
    standing: &Standing,
    now: Timestamp,
) -> Result<Result<(), ResolveFault>, StoreError> {
    if standing.holds(dialect::registry_version(conn)?, oslo_day(now)) {
        return Ok(Ok(()));
    }
    Ok(stands_anew(conn, standing, now))
}

/// The same, where the registry is known to have changed.
pub fn stands_anew(
    conn: &mut Conn,
    standing: &Standing,
    now: Timestamp,
) -> Result<(), ResolveFault> {
    let found = registered(conn, &standing.proof, standing.affiliation, now)?;
    if found == *standing.actor {
        return Ok(());
    }
    Err(ResolveFault::Away(
        "the registry says something else of the caller than a moment ago".to_owned(),
    ))
}

impl From<StoreError> for ResolveFault {
    fn from(error: StoreError) -> Self {
        Self::Away(error.to_string())
    }
}

/// The person whom a staff token is linked to, with their name.
///
/// # Errors
/// When the database does not answer.
pub fn holder_of(
    conn: &mut Conn,
    issuer: &str,
    subject: &str,
) -> Result<Option<(PersonId, String)>, StoreError> {
    Ok(person_identity::table
        .inner_join(person::table)
        .filter(person_identity::kind.eq(Db(IdentityKind::Token)))
        .filter(person_identity::issuer.eq(issuer))
        .filter(person_identity::subject.eq(subject))
        .filter(person_identity::unlinked_at.is_null())
        .select((person::id, person::name))
        .first(conn)
        .optional()?)
}

fn member_of_staff(
    conn: &mut Conn,
    proof: &Proof,
    affiliation: Option<AffiliationId>,
    now: Timestamp,
) -> Result<Staff, ResolveFault> {
    let holder = holder_of(conn, &proof.issuer, &proof.subject)?;
    let (person, name) = holder.ok_or(ResolveFault::Unknown)?;
    let held = held(conn, person, oslo_day(now))?;
    let acting = match (affiliation, held.as_slice()) {
        (_, []) => return Err(ResolveFault::Unknown),
        (Some(named), all) => all
            .iter()
            .find(|a| a.id == named)
            .ok_or(ResolveFault::AffiliationUnknown)?,
        (None, [only]) => only,
        (None, _) => return Err(ResolveFault::AffiliationRequired),
    };
    Ok(staff(person, name, &held, acting, proof.assurance.clone()))
}

/// The registered client of a machine's token, with the scopes that both allow it.
///
/// # Errors
/// When the database does not answer.
pub fn system_of(conn: &mut Conn, proof: &Proof) -> Result<Option<System>, StoreError> {
    let named = proof.client.as_deref().unwrap_or(&proof.subject);
    let found = client::table
        .filter(client::issuer.eq(&proof.issuer))
        .filter(client::subject.eq(named))
        .filter(client::ended_at.is_null())
        .select((
            client::id,
            client::name,
            client::organisation_id,
            client::scopes,
        ))
        .first::<(ClientId, String, OrganisationId, String)>(conn)
        .optional()?;
    Ok(
        found.map(|(client, name, organisation, registered)| System {
            client,
            name,
            organisation,
            scopes: registered
                .split_ascii_whitespace()
                .filter(|scope| proof.scopes.iter().any(|asked| asked == scope))
                .map(str::to_owned)
                .collect(),
        }),
    )
}
