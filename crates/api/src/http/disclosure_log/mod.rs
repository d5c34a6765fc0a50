//! Who has seen what, for auditors.

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(_api: &mut ServiceConfig) {}
