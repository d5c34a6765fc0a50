//! `POST /organisations`

use actix_web::{Responder, post};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::OrganisationId;
use samrad_domain::number::OrganisationNumber;
use samrad_domain::permit::{Refusal, RefusalCode};
use samrad_domain::registry::keep;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, IdempotencyKey, one_line};
use crate::http::problem::Problem;
use crate::http::registry::body::OrganisationBody;
use crate::http::registry::number_fault;
use crate::http::terms::Terms;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::{registry, repeats};

/// An organisation to register.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"number": "313876144", "name": "Oslo universitetssykehus HF"}))]
pub struct NewOrganisation {
    /// Its number in Enhetsregisteret.
    #[validate(length(equal = 9))]
    #[schema(min_length = 9, max_length = 9)]
    number: String,
    /// Its name.
    #[validate(length(max = 200), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

/// Register an organisation.
///
/// Its policy is the usual one until it decides otherwise.
#[utoipa::path(
    tag = "registry",
    operation_id = "registerOrganisation",
    request_body = NewOrganisation,
    responses((status = 201, description = "Registered", body = OrganisationBody),
        (status = 409, description = "The number is registered already")),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/organisations")]
pub(super) async fn register_organisation(
    caller: Caller<Administrators>,
    work: Work,
    terms: Terms,
    key: IdempotencyKey,
    body: Body<NewOrganisation>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "registerOrganisation", &body);
    let (staff, new) = (caller.staff()?.clone(), body.into_inner());
    let number = OrganisationNumber::parse(&new.number, terms.allow_synthetic())
        .map_err(|fault| number_fault("/number", fault))?;
    let done = work.act(
        &caller,
        "registerOrganisation",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let mut event = Event::done(EventKind::RegistryChanged);
            let permit = keep(&staff).or_refuse_as(&event)?;
            if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
                let id = OrganisationId::new(made);
                event.source = Some(id);
                let line = registry::organisation(tx.conn, id)?;
                let line = line.ok_or_else(Refusal::nothing_there);
                return Ok((line.or_refuse_as(&event)?, event));
            }
            if registry::numbered(tx.conn, number.as_str())?.is_some() {
                return Err(Refusal::new(RefusalCode::AlreadyRegistered)).or_refuse_as(&event);
            }
            let line = registry::add_organisation(tx, &permit, &number, &new.name)?;
            repeats::remember(tx, repeat.as_ref(), line.id.uuid())?;
            let event = Event {
                source: Some(line.id),
                ..event
            };
            Ok((line, event))
        },
    );
    let done = done.await?;
    let path = format!("/api/v1/organisations/{}", done.value.id);
    let version = done.value.version;
    Ok(Answer::created(OrganisationBody::from(done.value), &path)
        .version(version)
        .receipt(&done.receipt))
}
