//! `GET /patients/{id}/information-records`

use actix_web::{Responder, get};
use jiff::Timestamp;
use samrad_domain::event::{Event, EventKind, Outcome};
use samrad_domain::id::{InformationId, PatientId};
use uuid::Uuid;

use super::body::InformationBody;
use crate::auth::allowed::CaseWorkers;
use crate::auth::caller::{Caller, roles};
use crate::http::answer::Answer;
use crate::http::extract::{Listed, Paged, PathId, Unfiltered};
use crate::http::patients::of_team;
use crate::http::problem::Problem;
use crate::http::work::Work;
use crate::store::dialect::Hold;
use crate::store::information;
use crate::store::subject::About;

/// List what a patient was told.
///
/// On this record, in the order recorded. Open to the patient's team.
#[utoipa::path(
    tag = "patients",
    operation_id = "listInformation",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items on a page"),
        ("cursor" = Option<String>, Query, max_length = 1000, description = "Where the page begins"),
    ),
    responses((status = 200, description = "A page of records", body = Listed<InformationBody>)),
    extensions(("x-samrad-roles" = json!(roles::<CaseWorkers>())))
)]
#[get("/patients/{id}/information-records")]
pub(crate) async fn list_information(
    caller: Caller<CaseWorkers>,
    work: Work,
    id: PathId<PatientId>,
    list: Paged<Unfiltered>,
) -> Result<impl Responder, Problem> {
    let (staff, id) = (caller.staff()?.clone(), id.into_inner());
    let cursors = list.cursors(&caller.binding());
    let after: Option<(Timestamp, Uuid)> = list.after(&cursors)?;
    let after = after.map(|(at, id)| (at, InformationId::new(id)));
    let (limit, about) = (i64::from(list.limit) + 1, About::Patient(id));
    let listed = work.act(&caller, "listInformation", about, Hold::Shared, move |tx| {
        let (_, _, event) = of_team(tx, id, &staff, EventKind::InformationRead)?;
        let records = information::of_patient(tx.conn, id, after, limit)?;
        let outcome = Outcome::Accessed;
        Ok((records, Event { outcome, ..event }))
    });
    let listed = listed.await?;
    let page = list.page(listed.value, &cursors, |r| (r.recorded_at, r.id.uuid()))?;
    let body = Listed {
        items: page.items.iter().map(InformationBody::from).collect(),
        next_cursor: page.next_cursor,
    };
    Ok(Answer::ok(body).receipt(&listed.receipt))
}
