//! `POST /persons/{id}/affiliations`

use actix_web::{Responder, post};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{AffiliationId, PersonId};
use samrad_domain::registry::keep;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::problem::Problem;
use crate::http::registry::body::AffiliationBody;
use crate::http::registry::new::NewAffiliationBody;
use crate::http::registry::{affiliated, named, unknown};
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::{registry, repeats};

/// Add an affiliation.
///
/// In force from its first day, in Oslo. A job specialist's affiliation anywhere keeps its holder
/// out of health compartments everywhere.
#[utoipa::path(
    tag = "registry",
    operation_id = "addAffiliation",
    request_body = NewAffiliationBody,
    responses((status = 201, description = "Added", body = AffiliationBody)),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/persons/{id}/affiliations")]
pub(super) async fn add_affiliation(
    caller: Caller<Administrators>,
    work: Work,
    id: PathId<PersonId>,
    key: IdempotencyKey,
    body: Body<NewAffiliationBody>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "addAffiliation", &body);
    let (staff, person) = (caller.staff()?.clone(), id.into_inner());
    let new = body
        .into_inner()
        .read("")
        .map_err(|fault| Problem::invalid(vec![*fault]))?;
    let unit = work
        .read(move |conn, _| registry::unit(conn, new.unit))
        .await?;
    let unit = unit.ok_or_else(|| unknown("/unitId"))?;
    let done = work.act(
        &caller,
        "addAffiliation",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let event = Event::done(EventKind::RegistryChanged).from(unit.organisation, unit.id);
            let mut event = Event {
                person: Some(person),
                ..event
            };
            let permit = keep(&staff).or_refuse_as(&event)?;
            named(tx, person, &event)?;
            if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
                return Ok((affiliated(tx.conn, AffiliationId::new(made))?, event));
            }
            let id = registry::add_affiliation(tx, &permit, person, &new)?;
            repeats::remember(tx, repeat.as_ref(), id.uuid())?;
            Ok((affiliated(tx.conn, id)?, event))
        },
    );
    let done = done.await?;
    let path = format!("/api/v1/persons/{person}");
    Ok(Answer::created(done.value, &path).receipt(&done.receipt))
}
