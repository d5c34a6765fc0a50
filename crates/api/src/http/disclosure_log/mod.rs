//! Who has seen what, for auditors and privacy officers of one organisation.
//!
//! They read entries, never what was shown. Each reading is an entry itself, written before
//! anything is read; what is read ends there, so that a long export is of one moment.

mod accept;
mod body;
mod csv;
mod erasure;
mod evidence;
mod export;
mod question;
mod receipt;
mod search;

pub use body::{ConsentUsed, Heard, LogActor, LogEntry};
pub use question::LogQuestion;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(search::search_log)
        .service(export::export_log)
        .service(receipt::log_receipt)
        .service(evidence::log_evidence)
        .service(erasure::request_erasure)
        .service(erasure::list_erasures)
        .service(erasure::get_erasure)
        .service(erasure::approve_erasure);
}
