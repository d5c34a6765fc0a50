//! `POST /cases/{id}/closure`, `POST /cases/{id}/reopening`

use actix_web::{Responder, post};
use samrad_domain::case::CaseState;
use samrad_domain::event::EventKind;
use samrad_domain::id::CaseId;

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::team_case;
use crate::http::extract::{IfMatch, PathId, Tag};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::cases;
use crate::store::dialect::Hold;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// Close a case.
///
/// From now on nothing is written in it, and nothing of it is put before anybody. What was said
/// stays readable for its team.
#[utoipa::path(
    tag = "cases",
    operation_id = "closeCase",
    params(("If-Match" = String, Header, max_length = 2000, description = "The `ETag` of the case, as it was read; or several, or `*`")),
    responses(
        (status = 204, description = "Closed"),
        (status = 409, description = "Closed already"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[post("/cases/{id}/closure")]
pub(crate) async fn close_case(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
    seen: IfMatch,
) -> Result<impl Responder, Problem> {
    turn(&caller, &work, (id.into_inner(), seen), CaseState::Closed).await
}

/// Reopen a case.
///
/// Its team goes on where it closed; what was closed with it stays closed.
#[utoipa::path(
    tag = "cases",
    operation_id = "reopenCase",
    params(("If-Match" = String, Header, max_length = 2000, description = "The `ETag` of the case, as it was read; or several, or `*`")),
    responses(
        (status = 204, description = "Open again"),
        (status = 409, description = "Open already"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[post("/cases/{id}/reopening")]
pub(crate) async fn reopen_case(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
    seen: IfMatch,
) -> Result<impl Responder, Problem> {
    turn(&caller, &work, (id.into_inner(), seen), CaseState::Open).await
}

async fn turn(
    caller: &Caller<CaseWorkers>,
    work: &Work,
    (id, seen): (CaseId, IfMatch),
    state: CaseState,
) -> Result<Answer<()>, Problem> {
    let (operation, kind) = match state {
        CaseState::Open => ("reopenCase", EventKind::CaseReopened),
        CaseState::Closed => ("closeCase", EventKind::CaseClosed),
    };
    let staff = caller.staff()?.clone();
    let turned = work.act(
        caller,
        operation,
        About::Case(id),
        Hold::Exclusive,
        move |tx| {
            let (case, event) = team_case(tx, id, &staff, kind)?;
            seen.require(&Tag::version(case.version), &event)?;
            let permit = case.turn(&staff, state, tx.now).or_refuse_as(&event)?;
            cases::turn(tx, &permit)?;
            Ok((case.version + 1, event))
        },
    );
    let turned = turned.await?;
    Ok(Answer::empty()
        .receipt(&turned.receipt)
        .version(turned.value))
}
