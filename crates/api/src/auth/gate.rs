//! The gate that every request under `/api/v1` passes before anything else of it is looked at.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use jiff::Timestamp;
use samrad_domain::id::AffiliationId;

use crate::auth::caller::Identified;
use crate::auth::issuers::Issuer;
use crate::auth::jwks::{Found, KeyRing};
use crate::auth::registry::{Registry, ResolveFault};
use crate::auth::token::{Proof, TokenFault, Unverified};
use crate::http::extract::uuid_of;
use crate::http::problem::{FieldFault, Problem};

/// The header that names the affiliation to act in.
pub const AFFILIATION: &str = "Samrad-Affiliation";

/// Whom the service believes, and how it finds out who they are.
pub struct Gate {
    issuers: Vec<Issuer>,
    rings: Vec<Arc<KeyRing>>,
    registry: Arc<dyn Registry>,
    now: fn() -> Timestamp,
}

impl Gate {
    /// A gate for the tokens of `issuers`. `floor` is the least time between two fetches of keys.
    #[must_use]
    pub fn new(
        issuers: Vec<Issuer>,
        floor: Duration,
        registry: Arc<dyn Registry>,
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
    pub async fn proof(&self, headers: &HeaderMap) -> Result<Proof, Problem> {
        let unverified = Unverified::read(bearer(headers)?, &self.issuers)?;
        let now = (self.now)();
        match self.rings[unverified.issuer()]
            .find(unverified.key_id(), now)
            .await
        {
            Found::Key(key) => {
                Ok(unverified.verify(&self.issuers[unverified.issuer()], &key, now)?)
            }
            Found::Unknown => Err(TokenFault::UnknownKey.into()),
            Found::Unread => Err(Problem::unavailable(
                "the keys of an issuer have never been read",
            )),
        }
    }

    async fn identify(&self, headers: &HeaderMap) -> Result<Identified, Problem> {
        let proof = Arc::new(self.proof(headers).await?);
        let affiliation = affiliation(headers)?;
        let (registry, known, now) = (Arc::clone(&self.registry), Arc::clone(&proof), (self.now)());
        let resolved = web::block(move || registry.resolve(&known, affiliation, now)).await;
        let actor = resolved.unwrap_or_else(|e| Err(ResolveFault::Away(e.to_string())));
        Ok(Identified {
            proof,
            actor: actor.map(Arc::new),
        })
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
        Some(gate) => gate.identify(request.headers()).await,
        None => Err(Problem::internal("the application has no gate")),
    };
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
