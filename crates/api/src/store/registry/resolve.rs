//! From what a token proves to who acts.
//!
//! Nothing is remembered between requests: an affiliation that ends, ends at once.

use super::affiliations::{held, staff};
use crate::auth::issuers::Kind;
use crate::auth::registry::{Registry, ResolveFault};
use crate::auth::token::Proof;
use crate::store::StoreError;
use crate::store::conn::{Conn, Pool};
use crate::store::schema::{client, person, person_identity};
use crate::store::sql::Db;
use crate::store::vault::Vault;
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
}

impl Resolver {
    /// A resolver that reads through `pool`.
    #[must_use]
    pub const fn new(pool: Pool, vault: Arc<Vault>, allow_synthetic: bool) -> Self {
        Self {
            pool,
            vault,
            allow_synthetic,
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
    ) -> Result<Actor, ResolveFault> {
        match proof.kind {
            Kind::Staff => self
                .pool
                .read(|conn| member_of_staff(conn, proof, affiliation, now))
                .map(Actor::Staff),
            Kind::Citizen => self.citizen(proof).map(Actor::Citizen),
            Kind::Machine => self
                .pool
                .read(|conn| system_of(conn, proof)?.ok_or(ResolveFault::Unknown))
                .map(Actor::System),
        }
    }
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
