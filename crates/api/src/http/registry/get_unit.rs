//! `GET /units/{id}`

use actix_web::{Responder, get};
use samrad_domain::id::UnitId;
use samrad_domain::time::oslo_day;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::allowed::Anyone;
use crate::auth::caller::{Caller, roles};
use crate::clock;
use crate::http::answer::Answer;
use crate::http::codes::{Coded, RoleCode};
use crate::http::extract::PathId;
use crate::http::problem::Problem;
use crate::http::registry::body::UnitBody;
use crate::http::work::Work;
use crate::store::registry::{self, Worker};

/// A unit, and who works there today.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnitWithWorkers {
    #[serde(flatten)]
    unit: UnitBody,
    /// Who works there today. Their names and roles alone: nothing that they sign in by.
    #[schema(max_items = 10000)]
    workers: Vec<WorkerBody>,
}

/// Somebody who works in a unit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Worker)]
struct WorkerBody {
    /// Who.
    person_id: Uuid,
    /// Their name.
    #[schema(max_length = 200, example = "Gunvor Lindmoen")]
    name: String,
    /// Their role there.
    role: RoleCode,
}

impl From<Worker> for WorkerBody {
    fn from(worker: Worker) -> Self {
        Self {
            person_id: worker.person.uuid(),
            name: worker.name,
            role: Coded(worker.role),
        }
    }
}

/// A unit of the registry, and who works there today.
///
/// Names and roles of colleagues, for whoever must know whom to ask; nothing of cases.
#[utoipa::path(
    tag = "registry",
    operation_id = "getUnit",
    responses((status = 200, description = "The unit", body = UnitWithWorkers)),
    extensions(("x-samrad-roles" = json!(roles::<Anyone>())))
)]
#[get("/units/{id}")]
pub(super) async fn get_unit(
    _caller: Caller<Anyone>,
    work: Work,
    id: PathId<UnitId>,
) -> Result<impl Responder, Problem> {
    let (id, today) = (id.into_inner(), oslo_day(clock::now()));
    let found = work.read(move |conn, _| {
        let line = registry::unit_line(conn, id)?;
        Ok(line.zip(Some(registry::workers(conn, id, today)?)))
    });
    let (line, workers) = found.await?.ok_or_else(Problem::not_found)?;
    Ok(Answer::ok(UnitWithWorkers {
        unit: UnitBody::from(line),
        workers: workers.into_iter().map(WorkerBody::from).collect(),
    }))
}
