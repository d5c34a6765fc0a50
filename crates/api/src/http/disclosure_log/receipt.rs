//! `GET /log/entries/{id}/receipt`

use actix_web::{HttpResponse, get, web};
use samrad_domain::id::EventId;

use crate::auth::allowed::Anyone;
use crate::auth::caller::{Caller, roles};
use crate::http::extract::PathId;
use crate::http::problem::Problem;
use crate::http::transparency;
use crate::http::work::Work;
use crate::log::reader::Reader;

/// Read the receipt of an entry.
///
/// A C2SP tlog-proof: that the entry named in a `Disclosure-Receipt` stands in the log, verifiable without us. It
/// holds hashes and a signed checkpoint, and nothing that the entry says.
#[utoipa::path(
    tag = "log",
    operation_id = "getLogReceipt",
    responses((status = 200, description = "The proof", content_type = "text/plain", body = String)),
    extensions(("x-samrad-roles" = json!(roles::<Anyone>())))
)]
#[get("/log/entries/{id}/receipt")]
pub(super) async fn log_receipt(
    _caller: Caller<Anyone>,
    work: Work,
    log: web::Data<Reader>,
    id: PathId<EventId>,
) -> Result<HttpResponse, Problem> {
    work.caller_stands().await?;
    let id = id.into_inner();
    let receipt = transparency::read(log, move |log| log.receipt(id)).await?;
    Ok(transparency::text(receipt))
}
