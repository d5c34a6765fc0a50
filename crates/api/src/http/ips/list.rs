//! `GET /ips/participations`

use actix_web::{Responder, get};
use jiff::Timestamp;
use samrad_domain::id::ParticipationId;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::IpsTeam;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Listed, Paged};
use crate::http::ips::body::ParticipationItem;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::ips;

/// Which participations to list.
#[derive(Clone, Copy, Debug, Deserialize, Validate, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ParticipationFilter {
    /// Only those that have ended, or only those that have not.
    ended: Option<bool>,
}

/// List the caller's participations.
///
/// Those whose team the caller is on, in the affiliation acted in; newest first. No identity.
#[utoipa::path(
    tag = "ips",
    operation_id = "listParticipations",
    params(
        ParticipationFilter,
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items on the page; 50 unless told."),
        ("cursor" = Option<String>, Query, max_length = 1000, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, description = "A page of participations", body = Listed<ParticipationItem>)),
    extensions(("x-samrad-roles" = json!(roles::<IpsTeam>())))
)]
#[get("/ips/participations")]
pub async fn list_participations(
    caller: Caller<IpsTeam>,
    work: Work,
    list: Paged<ParticipationFilter>,
) -> Result<impl Responder, Problem> {
    let staff = caller.staff()?.clone();
    let cursors = list.cursors(&caller.binding());
    let after: Option<(i64, Uuid)> = list.after(&cursors)?;
    let (ended, limit) = (list.filter.ended, i64::from(list.limit) + 1);
    let lines = work.read(move |conn, _| {
        let after = after.and_then(|(at, id)| {
            Some((
                Timestamp::from_microsecond(at).ok()?,
                ParticipationId::new(id),
            ))
        });
        ips::of_member(conn, &staff, ended, after, limit)
    });
    let page = list.page(lines.await?, &cursors, |line| {
        (line.opened_at.as_microsecond(), line.id.uuid())
    })?;
    let items = page.items.iter().map(ParticipationItem::from).collect();
    Ok(Answer::ok(Listed {
        items,
        next_cursor: page.next_cursor,
    }))
}
