//! Who the caller is: asked before an affiliation is chosen, so it looks at the token alone.

use std::sync::Arc;

use actix_web::{Responder, get};
use jiff::Timestamp;
use samrad_domain::number::IdentityNumber;
use samrad_domain::time::oslo_day;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::allowed::Anyone;
use crate::auth::caller::{Holder, roles};
use crate::auth::issuers::Kind;
use crate::auth::token::Proof;
use crate::clock;
use crate::http::answer::Answer;
use crate::http::problem::{Code, Problem};
use crate::http::registry::body::{AffiliationBody, Scope};
use crate::http::terms::Terms;
use crate::http::work::Work;
use crate::store::conn::Conn;
use crate::store::{StoreError, registry};

/// Who the caller is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Me {
    /// What kind of caller: `person` (of the registry), `citizen` or `system`.
    #[schema(max_length = 20, example = "person")]
    kind: &'static str,
    /// The person or client system; citizens have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// Their name in the registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    name: Option<String>,
    /// The organisation that a system works for.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_id: Option<Uuid>,
    /// The affiliations that a person can act in today; with more than one, requests name one in
    /// `Samrad-Affiliation`.
    #[schema(max_items = 200)]
    affiliations: Vec<AffiliationBody>,
    /// The scopes that a system has.
    #[schema(max_items = 20)]
    scopes: Vec<Scope>,
}

/// Who am I, and in which affiliations can I act?
///
/// What the token proves and what the registry knows of its holder. The only operation that staff
/// with several affiliations can call without naming one.
#[utoipa::path(
    tag = "me", operation_id = "getMe",
    responses((status = 200, body = Me, description = "The caller")),
    extensions(("x-samrad-roles" = json!(roles::<Anyone>())))
)]
#[get("/me")]
pub(super) async fn get_me(
    holder: Holder,
    terms: Terms,
    work: Work,
) -> Result<impl Responder, Problem> {
    let proof = Arc::clone(holder.proof());
    let me = match proof.kind {
        Kind::Citizen => citizen(&proof, &terms),
        Kind::Staff => {
            work.read(move |conn, _| person(conn, &proof, clock::now()))
                .await?
        }
        Kind::Machine => work.read(move |conn, _| system(conn, &proof)).await?,
    };
    me.map(Answer::ok)
        .ok_or_else(|| Problem::new(Code::UnknownCaller))
}

fn citizen(proof: &Proof, terms: &Terms) -> Option<Me> {
    let digits = proof.identity_number.as_deref()?;
    IdentityNumber::parse(digits, terms.allow_synthetic()).ok()?;
    Some(Me {
        kind: "citizen",
        id: None,
        name: None,
        organisation_id: None,
        affiliations: Vec::new(),
        scopes: Vec::new(),
    })
}

fn person(conn: &mut Conn, proof: &Proof, now: Timestamp) -> Result<Option<Me>, StoreError> {
    let Some((id, name)) = registry::holder_of(conn, &proof.issuer, &proof.subject)? else {
        return Ok(None);
    };
    let today = oslo_day(now);
    let affiliations: Vec<_> = registry::affiliations_of(conn, id)?
        .into_iter()
        .filter(|affiliation| affiliation.holds_on(today))
        .map(AffiliationBody::from)
        .collect();
    Ok((!affiliations.is_empty()).then(|| Me {
        kind: "person",
        id: Some(id.uuid()),
        name: Some(name),
        organisation_id: None,
        affiliations,
        scopes: Vec::new(),
    }))
}

fn system(conn: &mut Conn, proof: &Proof) -> Result<Option<Me>, StoreError> {
    Ok(registry::system_of(conn, proof)?.map(|system| Me {
        kind: "system",
        id: Some(system.client.uuid()),
        name: Some(system.name),
        organisation_id: Some(system.organisation.uuid()),
        affiliations: Vec::new(),
        scopes: system.scopes.into_iter().map(Scope).collect(),
    }))
}
