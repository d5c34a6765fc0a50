//! `POST /cases/{id}/statements`

use actix_web::{Responder, post};
use samrad_domain::case::CaseText;
use samrad_domain::event::EventKind;
use samrad_domain::id::{CaseId, StatementId};
use samrad_domain::permit::Refusal;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::cases::body::Made;
use crate::http::cases::team_case;
use crate::http::codes::CategoryCode;
use crate::http::extract::{Body, IdempotencyKey, PathId};
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::cases::{self, NewStatement};
use crate::store::dialect::Hold;
use crate::store::repeats;
use crate::store::subject::About;
use crate::store::unit_of_work::OrRefuse;

/// A piece of information, of one category.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StatementText {
    /// Its category.
    category: CategoryCode,
    /// What it says.
    #[validate(length(min = 1, max = 8000))]
    #[schema(min_length = 1, max_length = 8000)]
    text: String,
    /// The statement of this case that it corrects.
    corrects: Option<Uuid>,
}

/// Add a statement to a case.
///
/// One piece of information of one category, seen by the case team at once and by others only as
/// far as a consent covers the category (R2). A statement is never changed: a new one corrects it.
#[utoipa::path(
    tag = "cases",
    operation_id = "addStatement",
    request_body = StatementText,
    responses(
        (status = 201, description = "Added", body = Made),
        (status = 409, description = "The case is closed"),
    ),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())), ("x-samrad-repeatable" = json!(true)))
)]
#[post("/cases/{id}/statements")]
pub(crate) async fn add_statement(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<CaseId>,
    key: IdempotencyKey,
    body: Body<StatementText>,
) -> Result<impl Responder, Problem> {
    let repeat = key.of(&caller, "addStatement", &body);
    let (staff, id, new) = (caller.staff()?.clone(), id.into_inner(), body.into_inner());
    let added = work.act(
        &caller,
        "addStatement",
        About::Case(id),
        Hold::Exclusive,
        move |tx| {
            let (case, mut event) = team_case(tx, id, &staff, EventKind::StatementAdded)?;
            if let Some(made) = repeats::earlier(tx, repeat.as_ref(), &mut event)? {
                return Ok((StatementId::new(made), event));
            }
            let permit = case.work_open(&staff, tx.now).or_refuse_as(&event)?;
            let corrects = new.corrects.map(StatementId::new);
            if !cases::can_correct(tx.conn, id, corrects, new.category.0)? {
                return Err(Refusal::nothing_there()).or_refuse_as(&event);
            }
            let text = CaseText::new(new.text);
            let new = NewStatement {
                category: new.category.0,
                text,
                corrects,
            };
            let statement = cases::add_statement(tx, &permit, &case, staff.person, &new)?;
            repeats::remember(tx, repeat.as_ref(), statement.uuid())?;
            event.categories = event.categories.with(new.category);
            Ok((statement, event))
        },
    );
    let added = added.await?;
    let path = format!("/api/v1/cases/{id}");
    Ok(Answer::created(
        Made {
            id: added.value.uuid(),
        },
        &path,
    )
    .receipt(&added.receipt))
}
