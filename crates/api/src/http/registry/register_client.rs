//! `POST /clients`

use actix_web::{Responder, post};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{ClientId, OrganisationId};
use samrad_domain::permit::{Refusal, RefusalCode};
use samrad_domain::registry::keep;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::auth::issuers::Kind;
use crate::http::answer::Answer;
use crate::http::extract::{Body, IdempotencyKey, one_line};
use crate::http::problem::{FieldFault, Problem};
use crate::http::registry::body::{ClientBody, Scope};
use crate::http::registry::unknown;
use crate::http::terms::Terms;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::registry::{self, NewClient};
use crate::store::repeats;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// A client system to register.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"organisationId": "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11", "name": "DIPS Arena",
    "clientId": "dips-ous", "scopes": ["samrad:notes"]}))]
pub struct NewClientBody {
    /// The organisation it works for, and no other.
    organisation_id: Uuid,
    /// Its name.
    #[validate(length(max = 200), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Whose tokens it calls with; may be left out where the service has one issuer for systems.
    #[validate(length(max = 500), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 500)]
    issuer: Option<String>,
    /// Its client id in them.
    #[validate(length(max = 500), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 500)]
    client_id: String,
    /// What it may be allowed; a token must hold the scope too.
    #[validate(length(max = 20))]
    #[schema(max_items = 20)]
    scopes: Vec<Scope>,
}

impl NewClientBody {
    fn read(self, terms: &Terms) -> Result<NewClient, Problem> {
        let mut faults = Vec::new();
        for (place, scope) in self.scopes.iter().enumerate() {
            if !scope.is_plain() {
                faults.push(FieldFault::new(format!("/scopes/{place}"), "scope"));
            }
        }
        let mut known = terms.issuers_of(Kind::Machine);
        let issuer = match (&self.issuer, known.next(), known.next()) {
            (Some(named), _, _) => terms.issuers_of(Kind::Machine).find(|known| known == named),
            (None, Some(only), None) => Some(only),
            (None, _, _) => None,
        };
        match issuer {
            Some(issuer) if faults.is_empty() => Ok(NewClient {
                organisation: OrganisationId::new(self.organisation_id),
                name: self.name,
                issuer: issuer.to_owned(),
                subject: self.client_id,
                scopes: self
                    .scopes
                    .iter()
                    .map(|scope| scope.0.as_str())
                    .collect::<Vec<_>>()
                    .join(" "),
            }),
            Some(_) => Err(Problem::invalid(faults)),
            None => {
                let code = if self.issuer.is_some() {
                    "unknownIssuer"
                } else {
                    "missingField"
                };
                faults.push(FieldFault::new("/issuer", code));
                Err(Problem::invalid(faults))
            }
        }
    }
}

/// Register a client system of one organisation.
///
/// It is allowed what its registration and its token both allow, and sees no more than its
/// organisation may.
#[utoipa::path(
    tag = "registry",
    operation_id = "registerClient",
    request_body = NewClientBody,
    responses((status = 201, description = "Registered", body = ClientBody),
        (status = 409, description = "A client calls by this id already")),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/clients")]
pub(super) async fn register_client(
    caller: Caller<Administrators>,
    work: Work,
    terms: Terms,
    key: IdempotencyKey,
    body: Body<NewClientBody>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "registerClient", &body);
    let (staff, new) = (caller.staff()?.clone(), body.into_inner().read(&terms)?);
    let organisation = new.organisation;
    let known = work.read(move |conn, _| registry::organisation(conn, organisation));
    known.await?.ok_or_else(|| unknown("/organisationId"))?;
    let done = work.act(
        &caller,
        "registerClient",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let mut event = Event {
                source: Some(organisation),
                ..Event::done(EventKind::RegistryChanged)
            };
            let permit = keep(&staff).or_refuse_as(&event)?;
            if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
                let line = registry::client(tx.conn, ClientId::new(made))?;
                let line = line.ok_or_else(Refusal::nothing_there);
                return Ok((line.or_refuse_as(&event)?, event));
            }
            if registry::is_client(tx.conn, &new.issuer, &new.subject)? {
                return Err(Refusal::new(RefusalCode::AlreadyRegistered)).or_refuse_as(&event);
            }
            let line = registry::add_client(tx, &permit, new)?;
            repeats::remember(tx, repeat.as_ref(), line.id.uuid())?;
            Ok((line, event))
        },
    );
    let done = done.await?;
    let path = format!("/api/v1/clients/{}", done.value.id);
    Ok(Answer::created(ClientBody::from(done.value), &path).receipt(&done.receipt))
}
