//! `POST /consents/{id}/narrowing`

use actix_web::{Responder, post};
use samrad_domain::consent::{Narrowed, Narrowing};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::ConsentId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::ConsentGivers;
use crate::auth::caller::{Caller, roles};
use crate::http::codes::CategoryCode;
use crate::http::consents::approach::{Aim, Approach, Shown, again, approach, telling};
use crate::http::consents::body::ConsentView;
use crate::http::consents::said::{Said, set, untaken};
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::problem::Problem;
use crate::http::shapes::{GrantBody, Moment, RecipientBody};
use crate::http::work::Work;
use crate::ids;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{consents, repeats};

/// What remains of a consent.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ConsentNarrowing {
    /// The grants that remain, each no wider than one of the old ones.
    #[validate(length(min = 1, max = 50), nested)]
    #[schema(min_items = 1, max_items = 50)]
    grants: Vec<GrantBody>,
    /// Topics to keep out besides the old ones.
    #[serde(default)]
    #[validate(length(max = 16))]
    #[schema(max_items = 16)]
    exclude_categories: Vec<CategoryCode>,
    /// Recipients to keep out besides the old ones.
    #[serde(default)]
    #[validate(length(max = 50), nested)]
    #[schema(max_items = 50)]
    exclude_recipients: Vec<RecipientBody>,
    /// When it ends, if earlier.
    valid_until: Option<Moment>,
}

impl ConsentNarrowing {
    fn narrowing(&self, said: Said) -> Narrowing {
        Narrowing {
            grants: said.grants,
            exclude_categories: set(&self.exclude_categories),
            exclude_recipients: said.kept_out,
            until: self.valid_until.map(|until| until.0),
        }
    }
}

/// Narrow a consent.
///
/// In one step: the old one is superseded by a narrower one, which this answers. Widening needs
/// new information and a new grant.
#[utoipa::path(
    tag = "consents",
    operation_id = "narrowConsent",
    request_body = ConsentNarrowing,
    responses(
        (status = 201, description = "The narrower consent", body = ConsentView),
        (status = 409, description = "Nothing in force to narrow"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<ConsentGivers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/consents/{id}/narrowing")]
pub(crate) async fn narrow_consent(
    caller: Caller<ConsentGivers>,
    work: Work,
    id: PathId<ConsentId>,
    key: IdempotencyKey,
    body: Body<ConsentNarrowing>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "narrowConsent", &body);
    let (actor, id, body) = (caller.shared(), id.into_inner(), body.into_inner());
    let kept_out = &body.exclude_recipients;
    let said = Said::read(&body.grants, kept_out, "excludeRecipients");
    let narrowed = work.act(
        &caller,
        "narrowConsent",
        About::Consent(id),
        Hold::Exclusive,
        move |tx| {
            let event = Event::done(EventKind::ConsentNarrowed);
            let mut found = approach(tx, &actor, id, Aim::See, event)?;
            if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut found.event)? {
                let (shown, event) = again(tx, &actor, made, EventKind::ConsentNarrowed)?;
                return Ok((Ok(shown), event));
            }
            let faults = said.unknown(tx)?;
            if !faults.is_empty() {
                return Ok(untaken(faults, found.event));
            }
            let (shown, event) = narrow(tx, &found, &body.narrowing(said))?;
            repeats::remember(tx, repeat.as_ref(), shown.id.uuid())?;
            Ok((Ok(shown), event))
        },
    );
    let narrowed = narrowed.await?;
    let shown = narrowed.value.map_err(Problem::invalid)?;
    Ok(shown.created().receipt(&narrowed.receipt))
}

fn narrow(tx: &mut Tx<'_>, found: &Approach, narrowing: &Narrowing) -> Tried<(Shown, Event)> {
    let id = ConsentId::new(ids::new_uuid());
    let permit = found
        .consent
        .narrow(narrowing, id, found.agreement(), tx.now)
        .or_refuse_as(&found.event)?;
    let Narrowed { old, new } = permit.act();
    let evidence = match consents::evidence(tx, old.id, old.patient)? {
        Some(evidence) => Some(evidence.seal(tx, new.id, new.patient)?),
        None => None,
    };
    consents::narrow(tx, &permit, &found.key, &found.recorder(), evidence)?;
    let mut event = telling(found.event.clone(), [new]);
    event.consents.push((old.id, old.version));
    Ok((found.show(tx, new)?, event))
}
