//! The record that one compartment keeps of a person.

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(_api: &mut ServiceConfig) {}
