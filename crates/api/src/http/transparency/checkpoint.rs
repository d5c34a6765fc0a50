//! `GET /log/key`, `GET /log/checkpoint`, `GET /log/key-changes`

use actix_web::{HttpResponse, Responder, get, web};

use super::{read, text};
use crate::http::problem::Problem;
use crate::log::reader::Reader;

/// Read the log's verifier key.
///
/// As C2SP signed-note writes it. Whoever verifies the log should have it from elsewhere too.
#[utoipa::path(
    tag = "transparency",
    operation_id = "getLogKey",
    security(()),
    responses((status = 200, description = "`name+hash+key`", content_type = "text/plain", body = String,
        example = "demo.samrad.invalid/log+4c1d9d5e+AY0…")),
    extensions(("x-samrad-roles" = json!(["public"])))
)]
#[get("/key")]
pub(super) async fn log_key(log: web::Data<Reader>) -> HttpResponse {
    text(format!("{}\n", log.key()))
}

/// Read the newest checkpoint.
///
/// A C2SP tlog-checkpoint: origin, size and root, signed by the log and by the witnesses that have answered.
#[utoipa::path(
    tag = "transparency",
    operation_id = "getLogCheckpoint",
    security(()),
    responses((status = 200, description = "A signed note", content_type = "text/plain", body = String)),
    extensions(("x-samrad-roles" = json!(["public"])))
)]
#[get("/checkpoint")]
pub(super) async fn log_checkpoint(log: web::Data<Reader>) -> Result<HttpResponse, Problem> {
    read(log, Reader::checkpoint).await.map(text)
}

/// List the checkpoints at which the signing key changed.
///
/// Each is signed by the old key and the new one, and its last entry tells of the change.
#[utoipa::path(
    tag = "transparency",
    operation_id = "listLogKeyChanges",
    security(()),
    responses((status = 200, description = "Signed notes, in order", body = Vec<String>)),
    extensions(("x-samrad-roles" = json!(["public"])))
)]
#[get("/key-changes")]
pub(super) async fn log_key_changes(log: web::Data<Reader>) -> Result<impl Responder, Problem> {
    read(log, Reader::key_changes).await.map(web::Json)
}
