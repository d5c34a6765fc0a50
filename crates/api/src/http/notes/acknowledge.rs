//! `POST /journal-notes/{id}/acknowledgement`, `POST /case-file-notes/{id}/acknowledgement`

use actix_web::{Responder, post};
use samrad_domain::event::{EventKind, Outcome};
use samrad_domain::id::NoteId;
use samrad_domain::journal::{Acknowledgement, Filed, Reference, Register};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::allowed::NoteFilers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Body, PathId};
use crate::http::notes::body::FiledBody;
use crate::http::notes::shown;
use crate::http::problem::{FieldFault, Problem};
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::notes;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// The record system's word that a note is filed.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reference": "DIPS-2026-004711"}))]
pub struct Acknowledged {
    /// The record system's own reference to what it filed: visible ASCII without spaces. Opaque to
    /// Samråd, and never shown to another organisation.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, pattern = "^[!-~]+$")]
    reference: String,
}

/// Acknowledge that a note is filed in the patient's journal.
///
/// Said again with the same reference it is the same answer; with another it is refused.
#[utoipa::path(
    tag = "notes",
    operation_id = "acknowledgeJournalNote",
    request_body = Acknowledged,
    responses(
        (status = 200, description = "Filed", body = FiledBody),
        (status = 409, description = "Filed before, under another reference"),
        (status = 422, description = "An IPS note is no journal note (R4), or the reference is out of form"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<NoteFilers>())))
)]
#[post("/journal-notes/{id}/acknowledgement")]
pub async fn acknowledge_journal_note(
    caller: Caller<NoteFilers>,
    work: Work,
    id: PathId<NoteId>,
    body: Body<Acknowledged>,
) -> Result<impl Responder, Problem> {
    let (id, said) = (id.into_inner(), body.into_inner());
    acknowledge(&caller, &work, id, said, Register::Journal).await
}

/// Acknowledge that a note is filed in NAV's case file.
///
/// As the journal's, for cases that the NAV side owns.
#[utoipa::path(
    tag = "notes",
    operation_id = "acknowledgeCaseFileNote",
    request_body = Acknowledged,
    responses(
        (status = 200, description = "Filed", body = FiledBody),
        (status = 409, description = "Filed before, under another reference"),
        (status = 422, description = "An IPS note is no case-file note (R4), or the reference is out of form"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<NoteFilers>())))
)]
#[post("/case-file-notes/{id}/acknowledgement")]
pub async fn acknowledge_case_file_note(
    caller: Caller<NoteFilers>,
    work: Work,
    id: PathId<NoteId>,
    body: Body<Acknowledged>,
) -> Result<impl Responder, Problem> {
    let (id, said) = (id.into_inner(), body.into_inner());
    acknowledge(&caller, &work, id, said, Register::CaseFile).await
}

async fn acknowledge(
    caller: &Caller<NoteFilers>,
    work: &Work,
    id: NoteId,
    said: Acknowledged,
    register: Register,
) -> Result<Answer<FiledBody>, Problem> {
    let reference = Reference::parse(&said.reference)
        .ok_or_else(|| Problem::invalid(vec![FieldFault::new("/reference", "reference")]))?;
    let actor = caller.shared();
    let operation = match register {
        Register::Journal => "acknowledgeJournalNote",
        Register::CaseFile => "acknowledgeCaseFileNote",
    };
    let filed = work.act(
        caller,
        operation,
        About::Note(id),
        Hold::Shared,
        move |tx| {
            let (note, permit, mut event) = shown(tx, id, &actor, register, EventKind::NoteFiled)?;
            let said = note.file(&permit, reference).or_refuse_as(&event)?;
            let filed = match said {
                Acknowledgement::New(filing) => {
                    notes::file(tx, &filing, &note, &actor)?;
                    event.outcome = Outcome::Done;
                    let reference = filing.act().reference.clone();
                    Filed {
                        at: tx.now,
                        reference,
                    }
                }
                // The second word changes nothing, and is logged as the reading that it is.
                Acknowledgement::Repeated(filed) => filed,
            };
            Ok((FiledBody::from(&filed), event))
        },
    );
    let filed = filed.await?;
    Ok(Answer::ok(filed.value).receipt(&filed.receipt))
}
