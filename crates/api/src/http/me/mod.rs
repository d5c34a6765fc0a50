//! Who the caller is, and what concerns the caller as a patient.

mod get_me;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this resource.
pub fn mount(api: &mut ServiceConfig) {
    api.service(get_me::get_me);
}
