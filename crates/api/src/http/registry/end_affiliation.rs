//! `POST /affiliations/{id}/end`

use actix_web::{Responder, post};
use jiff::civil::Date;
use samrad_domain::code::Role;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::AffiliationId;
use samrad_domain::permit::{Refusal, RefusalCode};
use samrad_domain::registry::keep;
use samrad_domain::time::oslo_day;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::Administrators;
use crate::auth::caller::{Caller, roles};
use crate::clock;
use crate::http::answer::Answer;
use crate::http::extract::{Body, IfMatch, PathId, Tag};
use crate::http::problem::{FieldFault, Problem};
use crate::http::registry::body::AffiliationBody;
use crate::http::registry::{affiliated, named, person_body};
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::registry;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// When an affiliation ends.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ending {
    /// The day from which it holds no more; today if left out, and never in the past.
    #[schema(value_type = Option<String>, format = Date)]
    valid_until: Option<Date>,
}

/// End an affiliation.
///
/// Today unless a later day is given. What it let its holder see, they don't see on the next
/// request.
#[utoipa::path(
    tag = "registry",
    operation_id = "endAffiliation",
    request_body = Ending,
    params(("If-Match" = String, Header, max_length = 2000, description = "The `ETag` of the person whose it is, as it was read; or several, or `*`")),
    responses((status = 200, description = "Ended", body = AffiliationBody),
        (status = 409, description = "It has ended already, or is the last administrator's")),
    extensions(("x-samrad-roles" = json!(roles::<Administrators>())))
)]
#[post("/affiliations/{id}/end")]
pub(super) async fn end_affiliation(
    caller: Caller<Administrators>,
    work: Work,
    id: PathId<AffiliationId>,
    seen: IfMatch,
    body: Body<Ending>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let asked = body.into_inner().valid_until;
    if asked.is_some_and(|until| until < oslo_day(clock::now())) {
        return Err(Problem::invalid(vec![FieldFault::new(
            "/validUntil",
            "inThePast",
        )]));
    }
    let done = work.act(
        &caller,
        "endAffiliation",
        About::Nobody,
        Hold::Shared,
        move |tx| {
            let event = Event::done(EventKind::RegistryChanged);
            let permit = keep(&staff).or_refuse_as(&event)?;
            let found = registry::affiliation(tx.conn, id)?;
            let (person, line) = found
                .ok_or_else(Refusal::nothing_there)
                .or_refuse_as(&event)?;
            let event = Event {
                person: Some(person),
                ..event.from(line.organisation, line.unit)
            };
            let name = named(tx, person, &event)?;
            seen.require(&Tag::of(&person_body(tx.conn, person, name)?), &event)?;
            let today = oslo_day(tx.now);
            if line.valid_until.is_some_and(|until| until <= today) {
                return Err(Refusal::new(RefusalCode::WrongState)).or_refuse_as(&event);
            }
            if line.role == Role::Administrator
                && registry::other_administrators(tx.conn, id, today)? == 0
            {
                return Err(Refusal::new(RefusalCode::LastAdministrator)).or_refuse_as(&event);
            }
            let until = asked.unwrap_or(today).max(line.valid_from);
            registry::end_affiliation(tx, &permit, id, until)?;
            Ok((affiliated(tx.conn, id)?, event))
        },
    );
    let done = done.await?;
    Ok(Answer::ok(done.value).receipt(&done.receipt))
}
