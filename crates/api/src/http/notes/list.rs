//! `GET /journal-notes`, `GET /case-file-notes`

use actix_web::{Responder, get};
use jiff::Timestamp;
use samrad_domain::id::NoteId;
use samrad_domain::journal::Register;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::NoteFilers;
use crate::auth::caller::{Caller, roles};
use crate::clock;
use crate::http::answer::Answer;
use crate::http::codes::NoteFilterCode;
use crate::http::extract::{Listed, Paged};
use crate::http::notes::body::NoteItem;
use crate::http::notes::reach_of;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::notes;

/// Which notes to list.
#[derive(Clone, Copy, Debug, Deserialize, Validate, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotesAsked {
    /// Only those waiting, only those filed, or only those overdue.
    #[param(inline)]
    state: Option<NoteFilterCode>,
}

/// List notes to file in the patient's journal.
///
/// Staff see those of the patients on whose team they are, a record system those of its
/// organisation; those due first ahead. No identity: fetch a note to learn whose it is.
#[utoipa::path(
    tag = "notes",
    operation_id = "listJournalNotes",
    params(
        NotesAsked,
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items on the page; 50 unless told."),
        ("cursor" = Option<String>, Query, max_length = 1000, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, description = "A page of notes", body = Listed<NoteItem>)),
    extensions(("x-samrad-roles" = json!(roles::<NoteFilers>())))
)]
#[get("/journal-notes")]
pub async fn list_journal_notes(
    caller: Caller<NoteFilers>,
    work: Work,
    list: Paged<NotesAsked>,
) -> Result<impl Responder, Problem> {
    page(&caller, &work, &list, Register::Journal).await
}

/// List notes to file in NAV's case file.
///
/// As the journal's, for cases that the NAV side owns.
#[utoipa::path(
    tag = "notes",
    operation_id = "listCaseFileNotes",
    params(
        NotesAsked,
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items on the page; 50 unless told."),
        ("cursor" = Option<String>, Query, max_length = 1000, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, description = "A page of notes", body = Listed<NoteItem>)),
    extensions(("x-samrad-roles" = json!(roles::<NoteFilers>())))
)]
#[get("/case-file-notes")]
pub async fn list_case_file_notes(
    caller: Caller<NoteFilers>,
    work: Work,
    list: Paged<NotesAsked>,
) -> Result<impl Responder, Problem> {
    page(&caller, &work, &list, Register::CaseFile).await
}

async fn page(
    caller: &Caller<NoteFilers>,
    work: &Work,
    list: &Paged<NotesAsked>,
    register: Register,
) -> Result<Answer<Listed<NoteItem>>, Problem> {
    let (actor, now) = (caller.shared(), clock::now());
    let cursors = list.cursors(&caller.binding());
    let after: Option<(i64, Uuid)> = list.after(&cursors)?;
    let (filter, limit) = (list.filter.state.map(|s| s.0), i64::from(list.limit) + 1);
    let lines = work.read(move |conn, _| {
        let after = after
            .and_then(|(at, id)| Some((Timestamp::from_microsecond(at).ok()?, NoteId::new(id))));
        let reach = reach_of(conn, &actor, register)?;
        notes::list(conn, register, reach, (filter, now), after, limit)
    });
    let page = list.page(lines.await?, &cursors, |line| {
        (line.due_at.as_microsecond(), line.id.uuid())
    })?;
    let items = page.items.iter().map(|line| NoteItem::of(line, now));
    Ok(Answer::ok(Listed {
        items: items.collect(),
        next_cursor: page.next_cursor,
    }))
}
