//! `POST /consents/{id}/refusal`

use actix_web::{Responder, post};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::ConsentId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::ConsentGivers;
use crate::auth::caller::{Caller, roles};
use crate::http::codes::FormCode;
use crate::http::consents::approach::{Aim, approach, naming};
use crate::http::consents::body::ConsentView;
use crate::http::extract::{Body, PathId};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::consents;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// A no.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"form": "oral"}))]
pub(super) struct ConsentRefusal {
    /// In which form it was said.
    form: Option<FormCode>,
}

/// Record that a consent is refused.
///
/// A no overrides what earlier consents let the same recipients hear about the same topics (R2).
#[utoipa::path(
    tag = "consents",
    operation_id = "refuseConsent",
    request_body = ConsentRefusal,
    responses(
        (status = 200, description = "Refused", body = ConsentView),
        (status = 409, description = "Not a draft"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<ConsentGivers>())))
)]
#[post("/consents/{id}/refusal")]
pub(crate) async fn refuse_consent(
    caller: Caller<ConsentGivers>,
    work: Work,
    id: PathId<ConsentId>,
    body: Body<ConsentRefusal>,
) -> Result<impl Responder, Problem> {
    let (actor, id, body) = (caller.shared(), id.into_inner(), body.into_inner());
    let refused = work.act(
        &caller,
        "refuseConsent",
        About::Consent(id),
        Hold::Exclusive,
        move |tx| {
            let event = Event::done(EventKind::ConsentRefused);
            let found = approach(tx, &actor, id, Aim::Answer, event)?;
            let permit = found
                .consent
                .refuse(found.agreement(), tx.now)
                .or_refuse_as(&found.event)?;
            let form = body.form.map(|f| f.0);
            consents::refuse(tx, &permit, &found.key, &found.recorder(), form)?;
            let consent = &permit.act().consent;
            Ok((found.show(tx, consent)?, naming(found.event, [consent])))
        },
    );
    let refused = refused.await?;
    Ok(refused.value.ok().receipt(&refused.receipt))
}
