//! Information given to the patient (R1).

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(_api: &mut ServiceConfig) {}
