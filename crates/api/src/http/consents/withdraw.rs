//! `POST /consents/{id}/withdrawal`
//!
//! As easy as giving it (GDPR art. 7(3)): nothing that is wrong elsewhere, such as a closed case or
//! an ended unit, stands in the way.

use actix_web::{Responder, post};
use samrad_domain::consent::{Consent, Reach};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::ConsentId;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::ConsentParties;
use crate::auth::caller::{Caller, roles};
use crate::http::codes::FormCode;
use crate::http::consents::approach::{Aim, Approach, Shown, approach, telling};
use crate::http::consents::body::ConsentView;
use crate::http::extract::{Body, PathId};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::consents;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};

/// A withdrawal.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"form": "oral"}))]
pub(super) struct Withdrawal {
    /// In which form the patient said so.
    form: FormCode,
    /// Whether it is for this consent alone. Else it reaches every consent of the patient that
    /// lets any of the same recipients hear anything.
    #[serde(default)]
    only_this: bool,
}

/// Withdraw a consent.
///
/// Takes effect on the next read, anywhere. By the patient, a guardian, the case team, or anyone
/// it names.
#[utoipa::path(
    tag = "consents",
    operation_id = "withdrawConsent",
    request_body = Withdrawal,
    responses(
        (status = 200, description = "Withdrawn", body = ConsentView),
        (status = 409, description = "Not in force any more, or never was"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<ConsentParties>())))
)]
#[post("/consents/{id}/withdrawal")]
pub(crate) async fn withdraw_consent(
    caller: Caller<ConsentParties>,
    work: Work,
    id: PathId<ConsentId>,
    body: Body<Withdrawal>,
) -> Result<impl Responder, Problem> {
    let (actor, id, body) = (caller.shared(), id.into_inner(), body.into_inner());
    let withdrawn = work.act(
        &caller,
        "withdrawConsent",
        About::Consent(id),
        Hold::Exclusive,
        move |tx| {
            let event = Event::done(EventKind::ConsentWithdrawn);
            let found = approach(tx, &actor, id, Aim::Withdraw, event)?;
            withdraw(tx, &found, body)
        },
    );
    let withdrawn = withdrawn.await?;
    Ok(withdrawn.value.ok().receipt(&withdrawn.receipt))
}

/// Withdraws a consent and what the withdrawal reaches: one act, one entry that names them all.
fn withdraw(tx: &mut Tx<'_>, found: &Approach, body: Withdrawal) -> Tried<(Shown, Event)> {
    let reach = if body.only_this {
        Reach::ThisAlone
    } else {
        Reach::SameRecipients
    };
    let by = found.recorder();
    let mut withdrawn: Vec<Consent> = Vec::new();
    for consent in consents::reached(tx.conn, &found.consent, &found.key, reach, tx.now)? {
        let permit = consent.withdraw(tx.now).or_refuse_as(&found.event)?;
        consents::withdraw(tx, &permit, &found.key, &by, body.form.0)?;
        withdrawn.push(permit.act().consent.clone());
    }
    let event = telling(found.event.clone(), &withdrawn);
    let first = withdrawn.first().unwrap_or(&found.consent);
    Ok((found.show(tx, first)?, event))
}
