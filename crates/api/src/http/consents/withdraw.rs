//! `POST /consents/{id}/withdrawal`
//!
//! As easy as giving it (GDPR art. 7(3)): nothing that is wrong elsewhere, such as a closed case or
//! an ended unit, stands in the way.

use actix_web::{Responder, post};
use samrad_domain::consent::{Consent, Reach, State};
use samrad_domain::decision::Sight;
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{ConsentId, DiscussionId};
use samrad_domain::permit::{Refusal, RefusalCode};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::{ConsentParties, Participants};
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::codes::FormCode;
use crate::http::consents::approach::{Aim, Approach, Shown, approach, telling};
use crate::http::consents::body::ConsentView;
use crate::http::discussions::visible;
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

/// A withdrawal that somebody in the audience records.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"form": "oral"}))]
pub(super) struct WithdrawalHeard {
    /// In which form the patient said so.
    form: FormCode,
}

/// Record that the patient withdraws what lets the caller see a discussion identified.
///
/// For whoever is covered and doesn't know the consent's id: the patient may say it to anyone.
/// Takes effect on the next read.
#[utoipa::path(
    tag = "consents",
    operation_id = "withdrawFromDiscussion",
    request_body = WithdrawalHeard,
    responses(
        (status = 204, description = "Withdrawn"),
        (status = 409, description = "Nothing covers the caller"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<Participants>())))
)]
#[post("/discussions/{id}/withdrawal")]
pub(crate) async fn withdraw_from_discussion(
    caller: Caller<Participants>,
    work: Work,
    id: PathId<DiscussionId>,
    body: Body<WithdrawalHeard>,
) -> Result<impl Responder, Problem> {
    let (staff, actor) = (caller.staff()?.clone(), caller.shared());
    let (id, body) = (id.into_inner(), body.into_inner());
    let body = Withdrawal {
        form: body.form,
        only_this: false,
    };
    let about = About::Discussion(id);
    let operation = "withdrawFromDiscussion";
    let withdrawn = work.act(&caller, operation, about, Hold::Exclusive, move |tx| {
        let (loaded, sight) = visible(tx, id, &staff, EventKind::ConsentWithdrawn)?;
        let mut event = loaded.event(EventKind::ConsentWithdrawn);
        let Sight::Identified(cover) = sight else {
            return Err(Refusal::new(RefusalCode::WrongState)).or_refuse_as(&event);
        };
        for (consent, _) in &cover.consents {
            let found = approach(tx, &actor, *consent, Aim::Withdraw, event.clone())?;
            if matches!(found.consent.state, State::Active(_)) {
                let (_, told) = withdraw(tx, &found, body)?;
                let before = std::mem::take(&mut event.consents);
                event = told;
                event.consents.extend(before);
            }
        }
        event.discussion = Some(id);
        Ok(((), event))
    });
    Ok(Answer::empty().receipt(&withdrawn.await?.receipt))
}
