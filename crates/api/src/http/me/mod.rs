//! Who the caller is, and what concerns the caller as a patient.

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(_api: &mut ServiceConfig) {}
