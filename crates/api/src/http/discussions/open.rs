//! `POST /cases/{id}/discussions`

use actix_web::{Responder, post};
use samrad_domain::consent::Recipient;
use samrad_domain::discussion::{Discussion, present};
use samrad_domain::event::EventKind;
use samrad_domain::id::{CaseId, DiscussionId, UnitId};
use samrad_domain::permit::Refusal;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::team_case;
use crate::http::codes::PurposeCode;
use crate::http::discussions::list::DiscussionItem;
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::{discussions, patients, registry, repeats};

/// A case to be put before an audience.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewDiscussion {
    /// The audience: one unit. Two audiences are two discussions.
    audience_unit_id: Uuid,
    /// What for; fixed from now on.
    purpose: PurposeCode,
    /// The owner's word that nobody in this audience can recognise the person. Must be true.
    attested: bool,
}

/// Put a case before a unit.
///
/// With the newest anonymised summary, under a label that is random and never reused, so that
/// audiences can't join what they heard (R3).
#[utoipa::path(
    tag = "discussions",
    operation_id = "openDiscussion",
    request_body = NewDiscussion,
    responses(
        (status = 201, description = "Put before the unit", body = DiscussionItem),
        (status = 409, description = "The case is closed"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/cases/{id}/discussions")]
pub(crate) async fn open_discussion(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
    key: IdempotencyKey,
    body: Body<NewDiscussion>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "openDiscussion", &body);
    let (staff, id, new) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let opened = work.act(
        &caller,
        "openDiscussion",
        About::Case(id),
        Hold::Shared,
        move |tx| {
            let (case, mut event) = team_case(tx, id, &staff, EventKind::DiscussionOpened)?;
            if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
                let opened = discussions::find(tx.conn, DiscussionId::new(made))?;
                let opened = opened
                    .ok_or_else(Refusal::nothing_there)
                    .or_refuse_as(&event)?;
                event.discussion = Some(opened.id);
                return Ok((opened, event));
            }
            let audience = UnitId::new(new.audience_unit_id);
            registry::unit(tx.conn, audience)?
                .ok_or_else(Refusal::nothing_there)
                .or_refuse_as(&event)?;
            let summary = discussions::newest_summary(tx.conn, id)?;
            let purpose = new.purpose.0;
            let permit = present(
                &case,
                &staff,
                audience,
                purpose,
                summary,
                new.attested,
                tx.now,
            )
            .or_refuse_as(&event)?;
            let patient = match case.patient {
                Some(patient) => patients::find(tx.conn, tx.vault, patient)?,
                None => None,
            };
            let discussion = discussions::open(tx, &permit, patient.as_ref(), staff.person)?;
            repeats::remember(tx, repeat.as_ref(), discussion.id.uuid())?;
            event.discussion = Some(discussion.id);
            event.purpose = Some(purpose);
            event.categories = discussion.drawn;
            event.recipients = vec![Recipient::Unit(audience)];
            Ok((discussion, event))
        },
    );
    let opened = opened.await?;
    let discussion: Discussion = opened.value;
    let path = format!("/api/v1/discussions/{}", discussion.id);
    Ok(Answer::created(DiscussionItem::from(&discussion), &path).receipt(&opened.receipt))
}
