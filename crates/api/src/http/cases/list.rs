//! `GET /cases`

use actix_web::{Responder, get};
use jiff::Timestamp;
use samrad_domain::id::CaseId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::codes::{CaseStateCode, Coded};
use crate::http::extract::{Listed, Paged};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::cases::{self, CaseLine};

/// Which cases to list.
#[derive(Clone, Copy, Debug, Deserialize, Validate, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CaseFilter {
    /// Only those in this state.
    #[param(inline)]
    state: Option<CaseStateCode>,
}

/// A line of the list: no identity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CaseItem {
    /// The case.
    id: Uuid,
    /// The patient's record; absent for a general question.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient_id: Option<Uuid>,
    /// Open or closed.
    state: CaseStateCode,
    /// When it was made.
    #[schema(format = DateTime, max_length = 40)]
    created_at: String,
}

impl From<&CaseLine> for CaseItem {
    fn from(line: &CaseLine) -> Self {
        Self {
            id: line.id.uuid(),
            patient_id: line.patient.map(|id| id.uuid()),
            state: Coded(line.state),
            created_at: line.created_at.to_string(),
        }
    }
}

/// List the caller's own cases.
///
/// Those whose team the caller is on, in the affiliation acted in; newest first. No identity.
#[utoipa::path(
    tag = "cases",
    operation_id = "listCases",
    params(CaseFilter),
    responses((status = 200, description = "A page of cases", body = Listed<CaseItem>)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[get("/cases")]
pub(crate) async fn list_cases(
    caller: Caller<CaseWorkers>,
    work: Work,
    list: Paged<CaseFilter>,
) -> Result<impl Responder, Problem> {
    let staff = caller.staff()?.clone();
    let cursors = list.cursors(&caller.binding());
    let after: Option<(i64, Uuid)> = list.after(&cursors)?;
    let (state, limit) = (list.filter.state.map(|s| s.0), i64::from(list.limit) + 1);
    let lines = work.read(move |conn, _| {
        let after = after
            .and_then(|(at, id)| Some((Timestamp::from_microsecond(at).ok()?, CaseId::new(id))));
        cases::of_member(conn, &staff, state, after, limit)
    });
    let page = list.page(lines.await?, &cursors, |line| {
        (line.created_at.as_microsecond(), line.id.uuid())
    })?;
    let items = page.items.iter().map(CaseItem::from).collect();
    Ok(Answer::ok(Listed {
        items,
        next_cursor: page.next_cursor,
    }))
}
