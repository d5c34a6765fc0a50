//! `POST /discussions/{id}/messages`

use actix_web::{Responder, post};
use jiff::Timestamp;
use samrad_domain::actor::Staff;
use samrad_domain::anonymise::Names;
use samrad_domain::case::CaseText;
use samrad_domain::code::CategorySet;
use samrad_domain::decision::Sight;
use samrad_domain::discussion::{ANSWER_DUE_AFTER, MessageClass, MessageKind, MessageText};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::id::{DiscussionId, MessageId};
use samrad_domain::permit::{Refusal, RefusalCode};
use samrad_domain::summary::ScannedText;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::auth::allowed::Participants;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::body::Made;
use crate::http::cases::names;
use crate::http::codes::{
    CategoryCode, MessageClassCode, MessageKindCode, WarningKindCode, values,
};
use crate::http::discussions::read::visible;
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::problem::Problem;
use crate::http::shapes::Moment;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::matter::Loaded;
use crate::store::subject::About;
use crate::store::thread::{self, NewMessage};
use crate::store::unit_of_work::{OrRefuse, Tried, Tx};
use crate::store::{StoreError, repeats};

/// A text of a discussion, with the class it is written under.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ThreadText {
    /// Whether it is about an identified person. An anonymised text is scanned.
    pub(super) class: MessageClassCode,
    /// What it draws on.
    #[validate(length(max = 16))]
    #[schema(max_items = 16)]
    pub(super) categories: Vec<CategoryCode>,
    /// What it says.
    #[validate(length(min = 1, max = 4000))]
    #[schema(min_length = 1, max_length = 4000)]
    pub(super) text: String,
    /// The kinds of warnings that the writer has seen and stands by.
    #[serde(default)]
    #[validate(length(max = 10))]
    #[schema(max_items = 10)]
    pub(super) confirmed_warnings: Vec<WarningKindCode>,
}

/// A message.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewMessageText {
    /// Question, answer or advice. The outcome is written on closing.
    #[validate(custom(function = "not_outcome"))]
    kind: MessageKindCode,
    /// The text.
    #[validate(nested)]
    body: ThreadText,
    /// When an answer is due: RFC 3339, UTC; for a question 48 hours from now if nothing is said.
    due_at: Option<Moment>,
}

fn not_outcome(kind: &MessageKindCode) -> Result<(), ValidationError> {
    match kind.0 {
        MessageKind::Outcome => Err(ValidationError::new("unknownValue")),
        MessageKind::Question | MessageKind::Answer | MessageKind::Advice => Ok(()),
    }
}

/// Write a message in a discussion.
///
/// It passes the same gate as the case: an identified one only by who is inside or covered for its
/// categories; an anonymised one is scanned, and refused with the places where it could tell who
/// it is (R3).
#[utoipa::path(
    tag = "discussions",
    operation_id = "writeMessage",
    request_body = NewMessageText,
    responses(
        (status = 201, description = "Written", body = Made),
        (status = 409, description = "The discussion is not open, or sealed to the caller"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<Participants>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/discussions/{id}/messages")]
pub(crate) async fn write_message(
    caller: Caller<Participants>,
    work: Work,
    id: PathId<DiscussionId>,
    key: IdempotencyKey,
    body: Body<NewMessageText>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "writeMessage", &body);
    let (staff, id, new) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let about = About::Discussion(id);
    let written = work.act(&caller, "writeMessage", about, Hold::Exclusive, move |tx| {
        let kind = EventKind::MessageWritten;
        let (loaded, sight) = visible(tx, id, &staff, kind)?;
        let mut event = event_of(&loaded, kind, new.body.class.0);
        if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
            return Ok((MessageId::new(made), event));
        }
        let due_at = new
            .due_at
            .map(|at| at.0)
            .or_else(|| due(new.kind.0, tx.now));
        let message = write(
            tx,
            &loaded,
            &sight,
            &staff,
            (new.kind.0, new.body, due_at),
            &event,
        )?;
        repeats::remember(tx, repeat.as_ref(), message.uuid())?;
        Ok((message, event))
    });
    let written = written.await?;
    let path = format!("/api/v1/discussions/{id}");
    Ok(Answer::created(
        Made {
            id: written.value.uuid(),
        },
        &path,
    )
    .receipt(&written.receipt))
}

fn due(kind: MessageKind, now: Timestamp) -> Option<Timestamp> {
    (kind == MessageKind::Question)
        .then(|| now.checked_add(ANSWER_DUE_AFTER).ok())
        .flatten()
}

/// The event of writing: an anonymised text is about nobody.
pub(super) fn event_of(loaded: &Loaded, kind: EventKind, class: MessageClass) -> Event {
    let event = loaded.event(kind);
    match class {
        MessageClass::Identified => event,
        MessageClass::Anonymised => Event {
            patient: None,
            case: None,
            ..event
        },
    }
}

/// Writes a text into the thread, through the gate.
pub(super) fn write(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    sight: &Sight,
    author: &Staff,
    (kind, text, due_at): (MessageKind, ThreadText, Option<Timestamp>),
    event: &Event,
) -> Tried<MessageId> {
    let class = text.class.0;
    let categories: CategorySet = values(&text.categories).into_iter().collect();
    let permit = loaded
        .discussion
        .write(sight, class, categories)
        .or_refuse_as(event)?;
    let text = read_text(tx, loaded, sight, text)?.or_refuse_as(event)?;
    let new = NewMessage { kind, text, due_at };
    Ok(thread::write(tx, &permit, &loaded.file.case, author, &new)?)
}

/// The patient's own names are matched only in the case team's text, or the refusal would be a
/// register of patients.
fn read_text(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    sight: &Sight,
    text: ThreadText,
) -> Result<Result<MessageText, Refusal>, StoreError> {
    let class = text.class.0;
    Ok(match class {
        MessageClass::Identified if loaded.file.patient.is_none() => {
            Err(Refusal::new(RefusalCode::NotCovered))
        }
        MessageClass::Identified => Ok(MessageText::Identified(CaseText::new(text.text))),
        MessageClass::Anonymised => {
            let names = match sight {
                Sight::Inside(_) => names(tx, &loaded.file.case)?,
                Sight::Identified(_)
                | Sight::Anonymised(_)
                | Sight::Sealed(_)
                | Sight::Absent(_) => Names::none(),
            };
            ScannedText::scan(&text.text, &names, &values(&text.confirmed_warnings))
                .map(MessageText::Anonymised)
                .map_err(|refused| refused.refusal("/body/text"))
        }
    })
}
