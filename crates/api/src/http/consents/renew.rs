//! `POST /consents/{id}/renewal`

use actix_web::{Responder, post};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::ConsentId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::ConsentGivers;
use crate::auth::caller::{Caller, roles};
use crate::http::consents::approach::{Aim, again, approach, naming};
use crate::http::consents::body::ConsentView;
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::ids;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::{consents, repeats};

/// A renewal: of the same content, so that nothing is said.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsentRenewal {}

/// Draft the renewal of a consent.
///
/// A draft of the same content, which rests on information given anew; the old consent holds until
/// the new one is granted, and is superseded then.
#[utoipa::path(
    tag = "consents",
    operation_id = "renewConsent",
    request_body = ConsentRenewal,
    responses(
        (status = 201, description = "The draft", body = ConsentView),
        (status = 409, description = "Never granted, withdrawn, or replaced"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<ConsentGivers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/consents/{id}/renewal")]
pub(crate) async fn renew_consent(
    caller: Caller<ConsentGivers>,
    work: Work,
    id: PathId<ConsentId>,
    key: IdempotencyKey,
    body: Body<ConsentRenewal>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "renewConsent", &body);
    let (actor, id) = (caller.shared(), id.into_inner());
    let renewed = work.act(
        &caller,
        "renewConsent",
        About::Consent(id),
        Hold::Exclusive,
        move |tx| {
            let event = Event::done(EventKind::ConsentRenewed);
            let mut found = approach(tx, &actor, id, Aim::See, event)?;
            if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut found.event)? {
                return again(tx, &actor, made, EventKind::ConsentRenewed);
            }
            let permit = found
                .consent
                .renew(ConsentId::new(ids::new_uuid()), found.agreement())
                .or_refuse_as(&found.event)?;
            consents::renew(tx, &permit, &found.key, &found.recorder())?;
            let draft = &permit.act().draft;
            repeats::remember(tx, repeat.as_ref(), draft.id.uuid())?;
            Ok((found.show(tx, draft)?, naming(found.event, [draft])))
        },
    );
    let renewed = renewed.await?;
    Ok(renewed.value.created().receipt(&renewed.receipt))
}
