//! `GET /discussions`, `GET /cases/{id}/discussions`

use actix_web::{Responder, get};
use jiff::Timestamp;
use samrad_domain::discussion::{Discussion, DiscussionState};
use samrad_domain::event::EventKind;
use samrad_domain::id::{CaseId, DiscussionId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::{CaseWorkers, Participants};
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::inside;
use crate::http::codes::{Coded, DiscussionStateCode, PurposeCode};
use crate::http::extract::{Cursors, Listed, Paged, PathId};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::discussions::{self, DiscussionLine, Listing};
use crate::store::subject::About;

/// Which discussions to list.
#[derive(Clone, Copy, Debug, Deserialize, Validate, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DiscussionFilter {
    /// Only those in this state.
    #[param(inline)]
    state: Option<DiscussionStateCode>,
}

/// A line of a list: no identity, no text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DiscussionItem {
    /// The discussion.
    id: Uuid,
    /// What it is called.
    #[schema(max_length = 20)]
    label: String,
    /// What it is for.
    purpose: PurposeCode,
    /// Where it stands.
    state: DiscussionStateCode,
    /// Its audience.
    audience_unit_id: Uuid,
    /// When it was opened.
    #[schema(format = DateTime, max_length = 40)]
    opened_at: String,
}

impl From<&DiscussionLine> for DiscussionItem {
    fn from(line: &DiscussionLine) -> Self {
        Self {
            id: line.id.uuid(),
            label: line.label.clone(),
            purpose: Coded(line.purpose),
            state: Coded(line.state),
            audience_unit_id: line.audience.uuid(),
            opened_at: line.opened_at.to_string(),
        }
    }
}

impl From<&Discussion> for DiscussionItem {
    fn from(discussion: &Discussion) -> Self {
        Self {
            id: discussion.id.uuid(),
            label: discussion.label.as_str().to_owned(),
            purpose: Coded(discussion.purpose),
            state: Coded(discussion.state),
            audience_unit_id: discussion.audience.uuid(),
            opened_at: discussion.opened_at.to_string(),
        }
    }
}

/// Where a page begins.
type Place = (i64, Uuid);

fn after(place: Option<Place>) -> Option<(Timestamp, DiscussionId)> {
    let (at, id) = place?;
    Some((Timestamp::from_microsecond(at).ok()?, DiscussionId::new(id)))
}

fn page(
    list: &Paged<DiscussionFilter>,
    lines: Vec<DiscussionLine>,
    cursors: &Cursors,
) -> Result<Listed<DiscussionItem>, Problem> {
    let place = |line: &DiscussionLine| (line.opened_at.as_microsecond(), line.id.uuid());
    let page = list.page(lines, cursors, place)?;
    let items = page.items.iter().map(DiscussionItem::from).collect();
    Ok(Listed {
        items,
        next_cursor: page.next_cursor,
    })
}

/// List what has been put before the caller's unit.
///
/// Newest first; never identity, whatever the caller may see of each.
#[utoipa::path(
    tag = "discussions",
    operation_id = "listInbox",
    params(DiscussionFilter),
    responses((status = 200, description = "A page of discussions", body = Listed<DiscussionItem>)),
    extensions(("x-samrad-roles" = json!(roles::<Participants>())))
)]
#[get("/discussions")]
pub(crate) async fn list_inbox(
    caller: Caller<Participants>,
    work: Work,
    list: Paged<DiscussionFilter>,
) -> Result<impl Responder, Problem> {
    let unit = caller.staff()?.unit;
    let cursors = list.cursors(&caller.binding());
    let place = after(list.after(&cursors)?);
    let (state, limit) = wanted(&list);
    let lines = work.read(move |conn, _| {
        discussions::list(conn, Listing::BeforeUnit(unit), state, place, limit)
    });
    Ok(Answer::ok(page(&list, lines.await?, &cursors)?))
}

/// List the discussions of a case, for those inside.
///
/// With their states and audiences, newest first. A reading of the case, and logged as one.
#[utoipa::path(
    tag = "discussions",
    operation_id = "listCaseDiscussions",
    params(DiscussionFilter),
    responses((status = 200, description = "A page of discussions", body = Listed<DiscussionItem>)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[get("/cases/{id}/discussions")]
pub(crate) async fn list_case_discussions(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
    list: Paged<DiscussionFilter>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let cursors = list.cursors(&caller.binding());
    let place = after(list.after(&cursors)?);
    let (state, limit) = wanted(&list);
    let about = About::Case(id);
    let read = work.act(
        &caller,
        "listCaseDiscussions",
        about,
        Hold::Shared,
        move |tx| {
            let (_, _, event) = inside(tx, id, &staff, EventKind::CaseRead)?;
            Ok((
                discussions::list(tx.conn, Listing::OfCase(id), state, place, limit)?,
                event,
            ))
        },
    );
    let read = read.await?;
    Ok(Answer::ok(page(&list, read.value, &cursors)?).receipt(&read.receipt))
}

/// The state asked for, and one line more than the page has.
fn wanted(list: &Paged<DiscussionFilter>) -> (Option<DiscussionState>, i64) {
    (
        list.filter.state.map(|state| state.0),
        i64::from(list.limit) + 1,
    )
}
