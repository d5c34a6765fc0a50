//! The gate that every request under `/api/v1` passes before anything else of it is looked at.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use jiff::Timestamp;
use jsonwebtoken::DecodingKey;
use quick_cache::sync::Cache;
use samrad_domain::id::AffiliationId;
use samrad_domain::time::oslo_day;
use sha2::{Digest, Sha256};

use crate::auth::caller::Identified;
use crate::auth::issuers::Issuer;
use crate::auth::jwks::{Found, KeyRing};
use crate::auth::registry::{Registry, ResolveFault, Standing, Versions};
use crate::auth::token::{Proof, TokenFault, Unverified};
use crate::http::extract::uuid_of;
use crate::http::middleware::{count_client, count_peer};
use crate::http::problem::{FieldFault, Problem};

/// The header that names the affiliation to act in.
pub const AFFILIATION: &str = "Samrad-Affiliation";

/// Whom the service believes, and how it finds out who they are.
pub struct Gate {
    issuers: Vec<Issuer>,
    rings: Vec<Arc<KeyRing>>,
    registry: Arc<dyn Registry>,
    versions: Arc<Versions>,
    known: Cache<[u8; 32], Known>,
    now: fn() -> Timestamp,
}

/// A caller who is remembered, and the key that their token was proven by.
#[derive(Clone)]
struct Known {
    identified: Identified,
    key: ProvenBy,
    /// How often the database had forgotten versions of the registry before they were looked up.
    forgotten: u64,
}

/// The key of an issuer that a token was proven by.
#[derive(Clone)]
struct ProvenBy {
    issuer: usize,
    key_id: Arc<str>,
    key: Arc<DecodingKey>,
}

/// How many callers are remembered.
const REMEMBERED: usize = 10_000;

impl Gate {
    /// A gate for the tokens of `issuers`. `floor` is the least time between two fetches of keys.
    #[must_use]
    pub fn new(
        issuers: Vec<Issuer>,
        floor: Duration,
        registry: Arc<dyn Registry>,
        versions: Arc<Versions>,
        now: fn() -> Timestamp,
    ) -> Self {
        let rings = issuers
            .iter()
            .map(|issuer| KeyRing::new(issuer.keys.clone(), issuer.algorithm, floor))
            .collect();
        Self {
            issuers,
            rings,
            registry,
            versions,
            known: Cache::new(REMEMBERED),
            now,
        }
    }

    /// Reads the keys of every issuer, so that the first callers needn't wait. Blocks.
    pub fn read_keys(&self) {
        for ring in &self.rings {
            ring.fetch((self.now)());
        }
    }

    /// What the token of these headers proves.
    ///
    /// # Errors
    /// `unauthenticated`, or `unavailable` when an issuer's keys have never been read.
    async fn proven(&self, headers: &HeaderMap) -> Result<(Proof, ProvenBy), Problem> {
        let unverified = Unverified::read(bearer(headers)?, &self.issuers)?;
        let (issuer, key_id, now) = (unverified.issuer(), unverified.key_id(), (self.now)());
        match self.rings[issuer].find(key_id, now).await {
            Found::Key(key) => {
                let proof = unverified.verify(&self.issuers[issuer], &key, now)?;
                let key_id = Arc::from(key_id);
                Ok((
                    proof,
                    ProvenBy {
                        issuer,
                        key_id,
                        key,
                    },
                ))
            }
            Found::Unknown => Err(TokenFault::UnknownKey.into()),
            Found::Unread => Err(Problem::unavailable(
                "the keys of an issuer have never been read",
            )),
        }
    }

    /// Who calls. One who is not remembered is looked into only if they may ask.
    async fn identify(
        &self,
        headers: &HeaderMap,
        may_ask: impl FnOnce() -> Result<(), Problem>,
    ) -> Result<Identified, Problem> {
        let affiliation = affiliation(headers);
        let hash = match bearer(headers) {
            Ok(token) => remembered_as(token, affiliation.as_ref().ok()),
            Err(fault) => return may_ask().and(Err(fault.into())),
        };
        if let Some(known) = self.known.get(&hash).filter(|known| self.holds(known)) {
            return Ok(known.identified);
        }
        may_ask()?;
        let (proof, key) = self.proven(headers).await?;
        let forgotten = self.versions.forgotten();
        let identified = self.resolved(Arc::new(proof), affiliation?).await;
        if identified.actor.is_ok() {
            let identified = identified.clone();
            let known = Known {
                identified,
                key,
                forgotten,
            };
            self.known.insert(hash, known);
        }
        Ok(identified)
    }

    async fn resolved(&self, proof: Arc<Proof>, affiliation: Option<AffiliationId>) -> Identified {
        let (registry, known, now) = (Arc::clone(&self.registry), Arc::clone(&proof), (self.now)());
        let resolved = web::block(move || registry.resolve(&known, affiliation, now)).await;
        let found = match resolved.unwrap_or_else(|e| Err(ResolveFault::Away(e.to_string()))) {
            Ok(found) => found,
            Err(fault) => {
                return Identified {
                    proof,
                    actor: Err(fault),
                    standing: None,
                };
            }
        };
        let actor = Arc::new(found.actor);
        let standing = found.version.map(|version| Standing {
            proof: Arc::clone(&proof),
            affiliation,
            actor: Arc::clone(&actor),
            version,
            day: oslo_day(now),
        });
        Identified {
            proof,
            actor: Ok(actor),
            standing,
        }
    }

    /// Whether a caller may be taken for who they were: their token has not ended, its issuer has not
    /// taken back the key that it is signed with, and the registry has not changed as far as any part
    /// of the service has seen. Whether it has since is asked again in the transaction that reads or
    /// changes something.
    fn holds(&self, known: &Known) -> bool {
        let Known {
            identified, key, ..
        } = known;
        let now = (self.now)();
        let stands = identified
            .standing
            .as_ref()
            .is_none_or(|s| s.holds(self.versions.newest(), oslo_day(now)));
        now < identified.proof.expires
            && known.forgotten == self.versions.forgotten()
            && self.rings[key.issuer].stands_by(&key.key_id, &key.key, now)
            && stands
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate")
            .field("issuers", &self.issuers)
            .finish_non_exhaustive()
    }
}

/// Middleware: finds out who calls, or answers 401.
///
/// # Errors
/// What the rest of the chain fails with; a refusal is an answer.
pub async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let found = match request.app_data::<web::Data<Gate>>().cloned() {
        Some(gate) => {
            let may_ask = || count_peer(&request);
            gate.identify(request.headers(), may_ask).await
        }
        None => Err(Problem::internal("the application has no gate")),
    };
    let found = found.and_then(|identified| {
        count_client(&request, &identified.proof)?;
        Ok(identified)
    });
    match found {
        Ok(identified) => {
            request.extensions_mut().insert(identified);
            next.call(request)
                .await
                .map(ServiceResponse::map_into_boxed_body)
        }
        Err(problem) => Ok(request.error_response(problem)),
    }
}

/// The hash by which a token is remembered, in the affiliation that it came with. The token itself is
/// kept nowhere.
fn remembered_as(token: &str, affiliation: Option<&Option<AffiliationId>>) -> [u8; 32] {
    let named = affiliation.copied().flatten();
    let named = named.map_or([0; 16], |id| *id.uuid().as_bytes());
    Sha256::new()
        .chain_update([u8::from(affiliation.is_some())])
        .chain_update(named)
        .chain_update(token)
        .finalize()
        .into()
}

fn bearer(headers: &HeaderMap) -> Result<&str, TokenFault> {
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next().ok_or(TokenFault::Missing)?;
    if values.next().is_some() {
        return Err(TokenFault::Malformed);
    }
    let (scheme, token) = value
        .to_str()
        .ok()
        .and_then(|v| v.split_once(' '))
        .ok_or(TokenFault::Malformed)?;
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(TokenFault::Missing);
    }
    Ok(token.trim())
}

fn affiliation(headers: &HeaderMap) -> Result<Option<AffiliationId>, Problem> {
    let mut values = headers.get_all(AFFILIATION);
    let fault = || Problem::malformed(vec![FieldFault::new(AFFILIATION, "notUuid")]);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            let uuid = value.to_str().ok().and_then(uuid_of).ok_or_else(fault)?;
            Ok(Some(AffiliationId::new(uuid)))
        }
        (Some(_), Some(_)) => Err(fault()),
    }
}
