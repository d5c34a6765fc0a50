//! Organisations, units, persons and client systems, kept by administrators; a directory for everybody.

pub mod body;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(_api: &mut ServiceConfig) {}
