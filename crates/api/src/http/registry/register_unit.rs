//! `POST /units`

use actix_web::{Responder, post};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{OrganisationId, UnitId};
use samrad_domain::number::{MunicipalityNumber, NavOffice};
use samrad_domain::permit::Refusal;
use samrad_domain::registry::{compartments_of, keep};
use samrad_domain::unit::{Compartment, CompartmentKind};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::codes::UnitKindCode;
use crate::http::extract::{Body, IdempotencyKey, one_line};
use crate::http::problem::{FieldFault, Problem};
use crate::http::registry::body::{CompartmentBody, UnitBody};
use crate::http::registry::{number_fault, unknown};
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::{registry, repeats};

/// A unit to register.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"organisationId": "5f0c9a44-6f5c-4d3a-9c6b-0a4f4f2d2b11", "name": "Søndre Oslo DPS",
    "kind": "dps", "compartment": {"kind": "health"}}))]
pub struct NewUnit {
    /// Its organisation.
    organisation_id: Uuid,
    /// Its name.
    #[validate(length(max = 200), custom(function = "one_line"))]
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What kind of unit.
    kind: UnitKindCode,
    /// Its compartment, fixed from now on.
    #[validate(nested)]
    compartment: CompartmentBody,
}

impl NewUnit {
    /// The compartment, if a unit of this kind can belong to it.
    fn compartment(&self) -> Result<Compartment, Problem> {
        let at = |pointer: &str, code: &'static str| {
            Problem::invalid(vec![FieldFault::new(pointer, code)])
        };
        let kind = self.compartment.kind.0;
        if !compartments_of(self.kind.0).contains(&kind) {
            return Err(at("/compartment/kind", "notOfThisUnit"));
        }
        let organisation = OrganisationId::new(self.organisation_id);
        let missing = || at("/compartment/key", "missingField");
        let key = self.compartment.key.as_deref();
        let own = key.is_none_or(|key| key == organisation.to_string());
        match kind {
            CompartmentKind::Health if own => Ok(Compartment::Health(organisation)),
            CompartmentKind::Ips if own => Ok(Compartment::Ips(organisation)),
            CompartmentKind::Health | CompartmentKind::Ips => {
                Err(at("/compartment/key", "notOwnOrganisation"))
            }
            CompartmentKind::NavState => NavOffice::parse(key.ok_or_else(missing)?)
                .map(|office| Compartment::NavState(office.as_str().to_owned()))
                .map_err(|fault| number_fault("/compartment/key", fault)),
            CompartmentKind::MunicipalSocial => MunicipalityNumber::parse(key.ok_or_else(missing)?)
                .map(|number| Compartment::MunicipalSocial(number.as_str().to_owned()))
                .map_err(|fault| number_fault("/compartment/key", fault)),
            CompartmentKind::None if key.is_none() => Ok(Compartment::None),
            CompartmentKind::None => Err(at("/compartment/key", "unknownField")),
        }
    }
}

/// Register a unit.
///
/// Its compartment of secrecy is fixed from now on. The two halves of a NAV office are two units.
#[utoipa::path(
    tag = "registry",
    operation_id = "registerUnit",
    request_body = NewUnit,
    responses((status = 201, description = "Registered", body = UnitBody)),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/units")]
pub(super) async fn register_unit(
    caller: Caller<Administrators>,
    work: Work,
    key: IdempotencyKey,
    body: Body<NewUnit>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "registerUnit", &body);
    let (staff, new) = (caller.staff()?.clone(), body.into_inner());
    let compartment = new.compartment()?;
    let organisation = OrganisationId::new(new.organisation_id);
    let known = work.read(move |conn, _| registry::organisation(conn, organisation));
    known.await?.ok_or_else(|| unknown("/organisationId"))?;
    let done = work.act(
        &caller,
        "registerUnit",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let mut event = Event {
                source: Some(organisation),
                ..Event::done(EventKind::RegistryChanged)
            };
            let permit = keep(&staff).or_refuse_as(&event)?;
            if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
                let line = registry::unit_line(tx.conn, UnitId::new(made))?;
                let line = line
                    .ok_or_else(Refusal::nothing_there)
                    .or_refuse_as(&event)?;
                let event = event.from(organisation, line.unit.id);
                return Ok((line, event));
            }
            let line = registry::add_unit(
                tx,
                &permit,
                &new.name,
                organisation,
                new.kind.0,
                compartment,
            )?;
            repeats::remember(tx, repeat.as_ref(), line.unit.id.uuid())?;
            let event = event.from(organisation, line.unit.id);
            Ok((line, event))
        },
    );
    let done = done.await?;
    let path = format!("/api/v1/units/{}", done.value.unit.id);
    Ok(Answer::created(UnitBody::from(done.value), &path).receipt(&done.receipt))
}
