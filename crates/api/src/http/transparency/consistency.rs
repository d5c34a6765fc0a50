//! `GET /log/consistency`

use actix_web::{HttpResponse, get, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::{read, text};
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::log::reader::Reader;

/// The two sizes.
#[derive(Debug, Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Sizes {
    /// Entries of the earlier checkpoint.
    #[param(minimum = 1, example = 3)]
    from: u64,
    /// Entries of the later one.
    #[param(minimum = 1, example = 7)]
    to: u64,
}

/// Prove that a later checkpoint follows from an earlier one.
///
/// The consistency proof of RFC 6962 § 2.1.2, a base64 hash a line.
#[utoipa::path(
    tag = "transparency",
    operation_id = "getLogConsistency",
    security(()),
    params(Sizes),
    responses(
        (status = 200, description = "Hashes, one a line", content_type = "text/plain", body = String),
        (status = 404, description = "The log has no such sizes, or none that are signed yet"),
    ),
    extensions(("x-samrad-roles" = json!(["public"])))
)]
#[get("/consistency")]
pub(super) async fn log_consistency(
    log: web::Data<Reader>,
    sizes: Query<Sizes>,
) -> Result<HttpResponse, Problem> {
    let Sizes { from, to } = sizes.into_inner();
    let proof = read(log, move |log| log.consistency(from, to)).await?;
    let lines = proof.iter().map(|hash| STANDARD.encode(hash) + "\n");
    Ok(text(lines.collect()))
}
