//! `POST /discussions/{id}/recognition`, `POST /discussions/{id}/closure`

use actix_web::{Responder, post};
use samrad_domain::code::ReasonCode;
use samrad_domain::decision::Sight;
use samrad_domain::discussion::{MessageClass, MessageKind};
use samrad_domain::event::EventKind;
use samrad_domain::id::DiscussionId;
use samrad_domain::permit::Refusal;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::{CaseWorkers, Participants};
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::discussions::messages::{ThreadText, event_of, write};
use crate::http::discussions::read::visible;
use crate::http::extract::{Body, PathId};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::discussions;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// Say that one recognises the person.
///
/// For anyone in the audience. The discussion stops; the owner's privacy officer finds who pressed
/// in the log, the others don't (R3).
#[utoipa::path(
    tag = "discussions",
    operation_id = "pressRecognised",
    responses(
        (status = 204, description = "The discussion has stopped"),
        (status = 409, description = "The discussion is not open, or the caller is inside"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<Participants>())))
)]
#[post("/discussions/{id}/recognition")]
pub(crate) async fn press_recognised(
    caller: Caller<Participants>,
    work: Work,
    id: PathId<DiscussionId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let about = About::Discussion(id);
    let pressed = work.act(
        &caller,
        "pressRecognised",
        about,
        Hold::Exclusive,
        move |tx| {
            let (loaded, sight) = visible(tx, id, &staff, EventKind::Recognised)?;
            let event = event_of(&loaded, EventKind::Recognised, MessageClass::Anonymised);
            if staff.unit != loaded.discussion.audience && !matches!(sight, Sight::Inside(_)) {
                return Err(Refusal::absent(ReasonCode::NotInAudience)).or_refuse_as(&event);
            }
            let permit = loaded
                .discussion
                .recognise(&sight, staff.person)
                .or_refuse_as(&event)?;
            discussions::turn(tx, &permit)?;
            Ok(((), event))
        },
    );
    Ok(Answer::empty().receipt(&pressed.await?.receipt))
}

/// How a discussion came out.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Closing {
    /// The outcome, for the thread.
    #[validate(nested)]
    outcome: Option<ThreadText>,
}

/// Close a discussion, with an outcome.
///
/// By its case team. A single-use consent used in it is used up from now on.
#[utoipa::path(
    tag = "discussions",
    operation_id = "closeDiscussion",
    request_body = Closing,
    responses(
        (status = 204, description = "Closed"),
        (status = 409, description = "Closed already, or stopped and an outcome given"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[post("/discussions/{id}/closure")]
pub(crate) async fn close_discussion(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<DiscussionId>,
    body: Body<Closing>,
) -> Result<impl Responder, Problem> {
    let (staff, id, closing) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let about = About::Discussion(id);
    let closed = work.act(
        &caller,
        "closeDiscussion",
        about,
        Hold::Exclusive,
        move |tx| {
            let kind = EventKind::DiscussionClosed;
            let (loaded, sight) = visible(tx, id, &staff, kind)?;
            let event = loaded.event(kind);
            let permit = loaded
                .discussion
                .close(&sight, staff.person)
                .or_refuse_as(&event)?;
            if let Some(text) = closing.outcome {
                write(
                    tx,
                    &loaded,
                    &sight,
                    &staff,
                    (MessageKind::Outcome, text, None),
                    &event,
                )?;
            }
            discussions::turn(tx, &permit)?;
            Ok(((), event))
        },
    );
    Ok(Answer::empty().receipt(&closed.await?.receipt))
}
