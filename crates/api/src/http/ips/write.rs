//! `POST /ips/participations/{id}/notes`

use actix_web::{Responder, post};
use samrad_domain::event::{EventKind, Outcome};
use samrad_domain::id::{IpsNoteId, ParticipationId};
use samrad_domain::ips::IpsText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::IpsTeam;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::ips::followed;
use crate::http::problem::{FieldFault, Problem};
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;
use crate::store::{ips, repeats};

/// A follow-up note to write.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "Møtte arbeidsgiver på lageret. Prøver to dager i uken fra mandag."}))]
pub struct NewIpsNote {
    /// What it says. It stays in the IPS register (R4).
    #[validate(length(min = 1, max = 20000))]
    #[schema(min_length = 1, max_length = 20000)]
    text: String,
}

/// The id of the note written.
#[derive(Debug, Serialize, ToSchema)]
pub struct IpsNoteWritten {
    /// The note.
    id: Uuid,
}

/// Write an IPS note.
///
/// By the participation's team, while it goes on. It never becomes a journal note (R4).
#[utoipa::path(
    tag = "ips",
    operation_id = "writeIpsNote",
    request_body = NewIpsNote,
    responses(
        (status = 201, description = "Written", body = IpsNoteWritten),
        (status = 409, description = "The participation has ended"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<IpsTeam>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/ips/participations/{id}/notes")]
pub async fn write_ips_note(
    caller: Caller<IpsTeam>,
    work: Work,
    id: PathId<ParticipationId>,
    key: IdempotencyKey,
    body: Body<NewIpsNote>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let repeat = key.of(&caller, "writeIpsNote", &body);
    let text = IpsText::parse(body.into_inner().text)
        .ok_or_else(|| Problem::invalid(vec![FieldFault::new("/text", "text")]))?;
    let written = work.act(
        &caller,
        "writeIpsNote",
        About::Participation(id),
        Hold::Shared,
        move |tx| {
            let kind = (EventKind::IpsNoteWritten, Outcome::Done);
            let (participation, _, mut event) = followed(tx, id, &staff, kind)?;
            if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
                event.ips_note = Some(IpsNoteId::new(made));
                return Ok((made, event));
            }
            let permit = participation
                .follow_up_open(&staff, tx.now)
                .or_refuse_as(&event)?;
            let note = ips::write(tx, &permit, &participation, staff.person, &text)?;
            repeats::remember(tx, repeat.as_ref(), note.uuid())?;
            event.ips_note = Some(note);
            Ok((note.uuid(), event))
        },
    );
    let written = written.await?;
    let path = format!("/api/v1/ips/notes/{}", written.value);
    Ok(Answer::created(IpsNoteWritten { id: written.value }, &path).receipt(&written.receipt))
}
