//! `GET /ips/participations/{id}/notes`, `GET /ips/notes/{id}`

use actix_web::{Responder, get};
use jiff::Timestamp;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::{IpsNoteId, ParticipationId};
use samrad_domain::permit::Refusal;
use uuid::Uuid;

use crate::auth::allowed::IpsTeam;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Listed, Paged, PathId, Unfiltered};
use crate::http::ips::body::{IpsNoteBody, IpsNoteItem};
use crate::http::ips::followed;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::ips;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// List the IPS notes of a participation.
///
/// For its team; newest first, without the texts.
#[utoipa::path(
    tag = "ips",
    operation_id = "listIpsNotes",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items on the page; 50 unless told."),
        ("cursor" = Option<String>, Query, max_length = 1000, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, description = "A page of notes", body = Listed<IpsNoteItem>)),
    extensions(("x-samrad-roles" = json!(roles::<IpsTeam>())))
)]
#[get("/ips/participations/{id}/notes")]
pub async fn list_ips_notes(
    caller: Caller<IpsTeam>,
    work: Work,
    id: PathId<ParticipationId>,
    list: Paged<Unfiltered>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let cursors = list.cursors(&caller.binding());
    let after = place_of(list.after(&cursors)?);
    let limit = i64::from(list.limit) + 1;
    let read = work.act(
        &caller,
        "listIpsNotes",
        About::Participation(id),
        Hold::Shared,
        move |tx| {
            let kind = (EventKind::ParticipationRead, Outcome::Accessed);
            let (_, permit, event) = followed(tx, id, &staff, kind)?;
            Ok((ips::lines(tx.conn, &permit, after, limit)?, event))
        },
    );
    let read = read.await?;
    let page = list.page(read.value, &cursors, |line| {
        (line.written_at.as_microsecond(), line.id.uuid())
    })?;
    let items = page.items.iter().map(IpsNoteItem::from).collect();
    Ok(Answer::ok(Listed {
        items,
        next_cursor: page.next_cursor,
    })
    .receipt(&read.receipt))
}

/// Read an IPS note.
///
/// Open to the team of its participation; to everybody else it does not exist.
#[utoipa::path(
    tag = "ips",
    operation_id = "getIpsNote",
    responses((status = 200, description = "The note", body = IpsNoteBody)),
    extensions(("x-samrad-roles" = json!(roles::<IpsTeam>())))
)]
#[get("/ips/notes/{id}")]
pub async fn get_ips_note(
    caller: Caller<IpsTeam>,
    work: Work,
    id: PathId<IpsNoteId>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let read = work.act(
        &caller,
        "getIpsNote",
        About::IpsNote(id),
        Hold::Shared,
        move |tx| {
            let kind = (EventKind::IpsNoteRead, Outcome::Accessed);
            let nothing = Event::done(kind.0);
            let of = ips::participation_of(tx.conn, id)?
                .ok_or_else(Refusal::nothing_there)
                .or_refuse_as(&nothing)?;
            let (participation, permit, mut event) = followed(tx, of, &staff, kind)?;
            let note = ips::note(tx, &permit, &participation, id)?
                .ok_or_else(Refusal::nothing_there)
                .or_refuse_as(&event)?;
            event.ips_note = Some(id);
            Ok((note, event))
        },
    );
    let read = read.await?;
    let body = IpsNoteBody::from(read.value.open(&read.committed));
    Ok(Answer::ok(body).receipt(&read.receipt))
}

/// The place in a list of notes that a cursor stands for.
pub(super) fn place_of(after: Option<(i64, Uuid)>) -> Option<(Timestamp, IpsNoteId)> {
    let (at, id) = after?;
    Some((Timestamp::from_microsecond(at).ok()?, IpsNoteId::new(id)))
}
