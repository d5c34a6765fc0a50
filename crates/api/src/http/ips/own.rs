//! `GET /me/ips-notes`

use actix_web::{Responder, get};
use samrad_domain::event::{Event, EventKind};
use samrad_domain::ips::{IpsNote, read_own};

use crate::auth::allowed::Patients;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Listed, Paged, Unfiltered};
use crate::http::ips::body::IpsNoteBody;
use crate::http::ips::notes::place_of;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::ips;
use crate::store::subject::About;

/// Read the IPS notes about oneself.
///
/// By the participant with their own token, in all their participations; newest first. A guardian
/// sees none of them.
#[utoipa::path(
    tag = "me",
    operation_id = "listMyIpsNotes",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items on the page; 50 unless told."),
        ("cursor" = Option<String>, Query, max_length = 1000, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, description = "A page of notes", body = Listed<IpsNoteBody>)),
    extensions(("x-samrad-roles" = json!(roles::<Patients>())))
)]
#[get("/me/ips-notes")]
pub async fn list_my_ips_notes(
    caller: Caller<Patients>,
    work: Work,
    list: Paged<Unfiltered>,
) -> Result<impl Responder, Problem> {
    let citizen = caller.citizen()?.clone();
    let cursors = list.cursors(&caller.binding());
    let after = place_of(list.after(&cursors)?);
    let limit = i64::from(list.limit) + 1;
    let read = work.act(
        &caller,
        "listMyIpsNotes",
        About::Person(citizen.key),
        Hold::Shared,
        move |tx| {
            let notes = ips::of_person(tx, &read_own(&citizen), after, limit)?;
            Ok((notes, Event::access(EventKind::IpsNoteRead)))
        },
    );
    let read = read.await?;
    let notes: Vec<IpsNote> = read
        .value
        .into_iter()
        .map(|note| note.open(&read.committed))
        .collect();
    let page = list.page(notes, &cursors, |note| {
        (note.written_at.as_microsecond(), note.id.uuid())
    })?;
    let items = page.items.into_iter().map(IpsNoteBody::from).collect();
    Ok(Answer::ok(Listed {
        items,
        next_cursor: page.next_cursor,
    })
    .receipt(&read.receipt))
}
