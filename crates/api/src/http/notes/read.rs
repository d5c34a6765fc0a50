//! `GET /journal-notes/{id}`, `GET /case-file-notes/{id}`

use actix_web::{Responder, get};
use samrad_domain::code::{Category, CategorySet};
use samrad_domain::event::EventKind;
use samrad_domain::id::NoteId;
use samrad_domain::journal::{NoteForFiling, Register};

use crate::auth::allowed::NoteFilers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::PathId;
use crate::http::notes::body::NoteBody;
use crate::http::notes::shown;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::{StoreError, notes, patients};

/// Fetch a note to file in the patient's journal.
///
/// With the patient's name and identity number, which the record system files it by. Logged as
/// access. The id of an IPS note is refused (R4).
#[utoipa::path(
    tag = "notes",
    operation_id = "getJournalNote",
    responses(
        (status = 200, description = "The note", body = NoteBody),
        (status = 422, description = "An IPS note is no journal note (R4)"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<NoteFilers>())))
)]
#[get("/journal-notes/{id}")]
pub async fn get_journal_note(
    caller: Caller<NoteFilers>,
    work: Work,
    id: PathId<NoteId>,
) -> Result<impl Responder, Problem> {
    read(&caller, &work, id.into_inner(), Register::Journal).await
}

/// Fetch a note to file in NAV's case file.
///
/// As the journal's, for cases that the NAV side owns.
#[utoipa::path(
    tag = "notes",
    operation_id = "getCaseFileNote",
    responses(
        (status = 200, description = "The note", body = NoteBody),
        (status = 422, description = "An IPS note is no case-file note (R4)"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<NoteFilers>())))
)]
#[get("/case-file-notes/{id}")]
pub async fn get_case_file_note(
    caller: Caller<NoteFilers>,
    work: Work,
    id: PathId<NoteId>,
) -> Result<impl Responder, Problem> {
    read(&caller, &work, id.into_inner(), Register::CaseFile).await
}

async fn read(
    caller: &Caller<NoteFilers>,
    work: &Work,
    id: NoteId,
    register: Register,
) -> Result<Answer<NoteBody>, Problem> {
    let actor = caller.shared();
    let operation = match register {
        Register::Journal => "getJournalNote",
        Register::CaseFile => "getCaseFileNote",
    };
    let read = work.act(
        caller,
        operation,
        About::Note(id),
        Hold::Shared,
        move |tx| {
            let (note, permit, mut event) = shown(tx, id, &actor, register, EventKind::NoteRead)?;
            let patient =
                patients::find(tx.conn, tx.vault, note.patient)?.ok_or(StoreError::Corrupt {
                    table: "record_note",
                    what: "a note without its patient",
                })?;
            let heard = match note.disclosure() {
                Some((_, recipient)) => Some(notes::name_of(tx.conn, recipient)?),
                None => None,
            };
            event.categories = CategorySet::NONE.with(Category::Identity);
            Ok(((NoteForFiling::of(&permit, note, &patient), heard), event))
        },
    );
    let read = read.await?;
    let (note, heard) = read.value;
    let body = NoteBody::of(note.open(&read.committed), heard);
    Ok(Answer::ok(body).receipt(&read.receipt))
}
