//! The public half of the log: what anybody needs to verify it, and nothing that it says. The paths
//! and bytes are those of C2SP tlog-tiles (docs/log.md).

mod checkpoint;
mod consistency;
mod tiles;

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::http::problem::Problem;
use crate::log::publisher::PublishError;
use crate::log::reader::{ReadError, Reader};

/// Mounts what is open to all.
pub fn mount(log: &mut ServiceConfig) {
    log.service(checkpoint::log_key)
        .service(checkpoint::log_checkpoint)
        .service(checkpoint::log_key_changes)
        .service(consistency::log_consistency)
        .service(tiles::log_tile);
}

/// Mounts what needs a token.
pub fn mount_entries(entries: &mut ServiceConfig) {
    entries.service(tiles::log_entries);
}

/// What may be kept for good: it never changes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// What changes as the log grows.
const FOR_A_MOMENT: &str = "no-cache";

/// Reads the log on a blocking thread.
pub(super) async fn read<T: Send + 'static>(
    reader: web::Data<Reader>,
    read: impl FnOnce(&Reader) -> Result<T, ReadError> + Send + 'static,
) -> Result<T, Problem> {
    let reader: Arc<Reader> = reader.into_inner();
    let done = web::block(move || read(&reader)).await;
    Ok(done.map_err(Problem::internal)??)
}

fn answer(kind: &'static str, caching: &'static str, body: impl Into<web::Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CACHE_CONTROL, caching))
        .body(body.into())
}

/// Text of the kind that the specifications ask for.
pub(super) fn text(body: String) -> HttpResponse {
    answer("text/plain; charset=utf-8", FOR_A_MOMENT, body)
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Absent => Self::not_found(),
            ReadError::Store(error) if error.is_unavailable() => {
                Self::unavailable(error.to_string())
            }
            ReadError::Publish(PublishError::NotHeld) => Self::unavailable(error.to_string()),
            ReadError::Store(_) | ReadError::Publish(_) | ReadError::Broken(_) => {
                Self::internal(error)
            }
        }
    }
}
